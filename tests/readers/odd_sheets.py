"""Sheets that are odd and can be read: what each of them says, row for row, and the one sentence to each problem."""

# ruff: noqa: E501 (a table: a sheet reads best with its rows whole)
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tcsuper.rules.importing import Told
from tests.sheets import STAFF, SUPERVISION, TRAINING, book, books, from_1904, lines

BEN = ("Ben Ellis", "007", "TC officer", "Ashwood", "2 May 2024")
BEN_READ = ("Ben Ellis", "007", "tc_officer", "Ashwood", "2024-05-02")
TCAT = ("Ben Ellis", "TCAT 1", "14/06/2024")
TCAT_READ = ("Ben Ellis", "tcat_1", "2024-06-14", "", "passed")
HELD = ("Ben Ellis", "03/03/2026", "90 min", "Asha Rao")
HELD_READ = ("Ben Ellis", "2026-03-03", 90, "Asha Rao", "attended")


@dataclass(frozen=True)
class Odd:
    """`lines` as `tests.sheets.short`. The rest are sentences: of problems all, of the others how they begin or what
    they contain."""

    make: Callable[[], bytes | str]
    lines: Sequence[tuple[Any, ...]] = ()
    problems: Sequence[str] = ()
    aside: Sequence[str] = ()
    questions: Sequence[str] = ()
    warnings: Sequence[str] = ()
    order: str = ""
    told: Told = field(default_factory=Told)
    name: str = "kept.csv"


def _staff(*people: Sequence[str], encoding: str = "utf-8", separator: str = ",", end: str = "\r\n") -> bytes:
    return lines(STAFF, *people, separator=separator, end=end).encode(encoding)


def _named(*names: str) -> tuple[list[Sequence[str]], list[tuple[str, ...]]]:
    return [(name, *BEN[1:]) for name in names], [(name, *BEN_READ[1:]) for name in names]


def _formatted(cell: str, number_format: str) -> Callable[[Any], None]:
    def do(sheet: Any) -> None:
        sheet[cell].number_format = number_format

    return do


def _merging(*ranges: str) -> Callable[[Any], None]:
    def do(sheet: Any) -> None:
        for one in ranges:
            sheet.merge_cells(one)

    return do


def _with_hidden_sheet() -> bytes:
    def do(sheet: Any) -> None:
        old = sheet.parent.create_sheet("Leavers")
        old.append(STAFF)
        old.sheet_state = "hidden"
        sheet.row_dimensions[2].hidden = True

    return books({"Staff": [STAFF, BEN]}, do)


PEOPLE, PEOPLE_READ = _named("NA", "None", "True", "NaN", "Null", "TRUE", "Zoë Ellis-O’Neill", "Siân Ŵyn Llŷr",
                             "محمد علي", "דוד לוי", "李小龍", "Nguyễn Thị Hoa", "=Ben", "'Asha' Rao")  # fmt: skip
WELSH = "Sia\u0302n W\u0302yn"
"""With its accents as signs of their own, as a Mac types them: kept so, letter for letter."""
THREE_COLUMNS = (
    ("Name", "TCAT 1", None, None, "TCAT 2", None, None),
    (None, "Completed", "Expires", "Status", "Completed", "Expires", "Status"),
    ("Ben Ellis", date(2024, 6, 14), date(2027, 6, 14), "In date", None, None, "Booked"),
    ("Dee Shah", None, date(2027, 4, 3), None, None, None, "n/a"),
)

ODD: dict[str, Odd] = {
    # -----------------------------------------------------------------------------------------------------------------
    # Letters and separators
    "utf-8": Odd(lambda: _staff(BEN), [BEN_READ]),
    "utf-8 with its mark": Odd(lambda: _staff(BEN, encoding="utf-8-sig"), [BEN_READ]),
    "utf-16 with its mark": Odd(lambda: _staff(BEN, encoding="utf-16"), [BEN_READ]),
    "utf-16 without its mark": Odd(lambda: _staff(BEN, encoding="utf-16-le"), [BEN_READ]),
    "letters of an older Windows": Odd(
        lambda: _staff(("Zoë Ellis", *BEN[1:]), encoding="cp1252"), [("Zoë Ellis", *BEN_READ[1:])], warnings=["older Windows"]
    ),
    "letters saved twice over": Odd(
        lambda: _staff(("ZoÃ« Ellis", *BEN[1:])), [("ZoÃ« Ellis", *BEN_READ[1:])], warnings=["saved twice over"]
    ),
    "names that other programs lose": Odd(lambda: _staff(*PEOPLE), PEOPLE_READ),
    "accents as signs of their own": Odd(
        lambda: _staff((WELSH, *BEN[1:])), [(WELSH, *BEN_READ[1:])]
    ),
    "semicolons": Odd(lambda: _staff(BEN, separator=";"), [BEN_READ]),
    "tabs": Odd(lambda: _staff(BEN, separator="\t"), [BEN_READ]),
    "a separator that is said": Odd(lambda: b"sep=;\r\n" + _staff(BEN, separator=";"), [BEN_READ]),
    "line ends of an old Mac": Odd(lambda: _staff(BEN, end="\r"), [BEN_READ]),
    "no line end at the end": Odd(lambda: _staff(BEN).rstrip(), [BEN_READ]),
    "line ends in a value": Odd(
        lambda: 'Name,"Role\n(as in the job description)",Community,Started on\n"Ellis,\nBen",TC officer,Ashwood,2 May 2024\n'
        "Dee Shah,TC officer,Ashwood,31/02/2026\n",
        [("Ellis,\nBen", "", "tc_officer", "Ashwood", "2024-05-02")],
        ["Row 3, Started on: “31/02/2026” is not a date. Use 2 May 2026 or 2026-05-02."],
    ),
    "blanks around everything": Odd(
        lambda: lines(STAFF, (" Ben Ellis ", " 007", "\tTC officer", "Ashwood\u00a0", " 2 May 2024 ")), [BEN_READ]
    ),
    "numbers forced to be text": Odd(lambda: _staff(("Ben Ellis", '="007"', *BEN[2:])), [BEN_READ]),
    # -----------------------------------------------------------------------------------------------------------------
    # Rows that are none, and rows that are shifted
    "a comma too many": Odd(
        lambda: _staff(BEN, ("Shah", "Dee", "008", "TC officer", "Ashwood", "2 May 2024"), BEN),
        [BEN_READ, BEN_READ],
        ["Row 3, Name: the row has 6 values where the headings have 5: it has one too many, or text with a comma stands "
         "without quotation marks. Mend the row in the file."],
    ),
    "a comma too few": Odd(
        lambda: _staff(BEN, ("Dee Shah", "TC officer", "Ashwood", "2 May 2024")),
        [BEN_READ],
        ["Row 3, Name: the row has 4 values where the headings have 5: it lacks one. Mend the row in the file."],
    ),
    "titles above, totals and notes below": Odd(
        lambda: lines(("HMP Somewhere", "", "", "", ""), ("Staff in post at 1 May", "", "", "", ""), ("",) * 5, STAFF,
                      BEN, ("",) * 5, ("Total", "1", "", "", ""), ("Grand total", "", "", "", "1"), ("",) * 5,
                      ("Printed from the shared drive",)),
        [BEN_READ],
        aside=["Row 7: “Total” is a row of totals", "Row 8: “Grand total” is", "Row 10: “Printed from the shared drive”"],
    ),
    "somebody whose name looks like a sum": Odd(
        lambda: _staff(("Sum Lee", *BEN[1:]), ("Total", "", "", "", "2")),
        [("Sum Lee", *BEN_READ[1:])],
        aside=["Row 3: “Total” is a row of totals"],
    ),
    "headings once more further down": Odd(
        lambda: _staff(BEN, STAFF, BEN), [BEN_READ, BEN_READ], aside=["Row 3: the headings stand here once more"]
    ),
    "a row without a name": Odd(
        lambda: _staff(("", *BEN[1:])), problems=["Row 2, Name: nobody is named. Write a name, or leave the row out."]
    ),
    "a vacancy": Odd(lambda: _staff(("Vacant", "", "TC officer", "Ashwood", "")), aside=["Row 2, Name: “Vacant” is a post"]),
    "nobody at all": Odd(lambda: _staff()),
    "headings in other words": Odd(
        lambda: lines(("Surname", "Forename(s)", "Payroll No.", "JOB TITLE", "Wing/Unit", "Start Date", "DOB"),
                      ("Ellis", "Ben", "007", "tc OFFICER", "ASHWOOD", "02/05/24", "1/1/1990")),
        [BEN_READ],
        warnings=["“DOB” was left out: it is not kept here.", "Names were joined from “Forename(s)” and “Surname”."],
    ),
    "headings in two lines": Odd(
        lambda: lines(("Staff", "Staff", "Job", "", "Date"), ("Name", "Number", "Role", "Community", "Started"), BEN),
        [BEN_READ],
    ),
    "a heading that stands there twice": Odd(
        lambda: lines((*TRAINING, "Completed on"), (*TCAT, "15/06/2024")),
        [TCAT_READ],
        questions=["“Completed on” in column D says the same as “Completed on” in column C."],
    ),
    "the second of two headings is meant": Odd(
        lambda: lines((*TRAINING, "Completed on"), (*TCAT, "15/06/2024")),
        [("Ben Ellis", "tcat_1", "2024-06-15", "", "passed")],
        told=Told(columns={2: "left_out", 3: "completed_on"}),
    ),
    "a heading that is needed is missing": Odd(
        lambda: lines(("Name", "Staff number", "Role", "Started on"), ("Ben Ellis", "007", "TC officer", "2 May 2024")),
        problems=["Row 1: No column holds the community. Write “Community” over it, or say which column it is."],
        warnings=[],
    ),
    "a role that nobody knows": Odd(
        lambda: _staff(BEN, ("Dee", "008", "TC oficer", "Ashwood", "2 May 2024"), ("Kit", "009", "tc Oficer", "Ashwood", "2 May 2024")),
        [BEN_READ],
        questions=["“TC oficer” (2 cells, the first in row 3, Role) is no role that is known here."],
    ),
    "a role that somebody explained": Odd(
        lambda: _staff(("Ben Ellis", "007", "TC  Oficer", "Ashwood", "2 May 2024")),
        [BEN_READ],
        told=Told(words={"tc oficer": "tc_officer"}),
    ),
    "no headings that are known": Odd(
        lambda: "apples,pears\n1,2\n", questions=["No row of headings that are known was found. What is it?"]
    ),
    # -----------------------------------------------------------------------------------------------------------------
    # Dates
    "the day first, proved": Odd(
        lambda: lines(TRAINING, ("Ben", "TCAT 1", "04/05/2024"), ("Dee", "TCAT 1", "25/04/2024")),
        [("Ben", "tcat_1", "2024-05-04", "", "passed"), ("Dee", "tcat_1", "2024-04-25", "", "passed")],
        order="Row 3, Completed on: “25/04/2024” can only have the day first.",
    ),
    "the month first, proved": Odd(
        lambda: lines(TRAINING, ("Ben", "TCAT 1", "04/05/2024"), ("Dee", "TCAT 1", "04/25/2024")),
        [("Ben", "tcat_1", "2024-04-05", "", "passed"), ("Dee", "tcat_1", "2024-04-25", "", "passed")],
        order="Row 3, Completed on: “04/25/2024” can only have the month first.",
    ),
    "no proof of the order": Odd(
        lambda: lines(TRAINING, ("Ben", "TCAT 1", "04/05/2024")),
        [("Ben", "tcat_1", "2024-05-04", "", "passed")],
        order="No date shows whether day or month comes first: the day was read first, as is usual in Britain.",
    ),
    "the order is told": Odd(
        lambda: lines(TRAINING, ("Ben", "TCAT 1", "04/05/2024")),
        [("Ben", "tcat_1", "2024-04-05", "", "passed")],
        order="The month comes first, as was said.",
        told=Told(date_order="month_first"),  # type: ignore[arg-type] (as it comes from JSON)
    ),
    "the heading says the order": Odd(
        lambda: lines(("Name", "Course", "Completed on (mm/dd/yyyy)"), ("Ben", "TCAT 1", "04/05/2024")),
        [("Ben", "tcat_1", "2024-04-05", "", "passed")],
        order="The heading “Completed on (mm/dd/yyyy)” says that the month comes first.",
    ),
    "one date the other way round": Odd(
        lambda: lines(TRAINING, TCAT, ("Dee", "TCAT 1", "15/06/2024"), ("Kit", "TCAT 1", "06/16/2024")),
        [TCAT_READ, ("Dee", "tcat_1", "2024-06-15", "", "passed")],
        ["Row 4, Completed on: “06/16/2024” has the month first, where the dates of its column have the day first. "
         "Use 2 May 2026 or 2026-05-02."],
    ),
    "days that are not in the calendar": Odd(
        lambda: lines(SUPERVISION, HELD, ("Dee", "31/02/2026", "1:30", "Asha Rao"), ("Kit", "29/02/2025", "1:30", "Asha Rao")),
        [HELD_READ],
        ["Row 3, Held on: “31/02/2026” is not a date. Use 2 May 2026 or 2026-05-02.",
         "Row 4, Held on: “29/02/2025” is not a date. Use 2 May 2026 or 2026-05-02."],
    ),
    "a month and a year without a day": Odd(
        lambda: lines(TRAINING, TCAT, ("Dee", "TCAT 1", "Nov 2024"), ("Kit", "TCAT 1", "2024")),
        [TCAT_READ],
        questions=["“Nov 2024” (1 cell, the first in row 3, Completed on) names no day. Which day is meant?",
                   "“2024” (1 cell, the first in row 4, Completed on) names no day and no month. Which day is meant?"],
    ),
    "a month whose day somebody told": Odd(
        lambda: lines(TRAINING, ("Dee", "TCAT 1", "NOV 2024")),
        [("Dee", "tcat_1", "2024-11-30", "", "passed")],
        told=Told(words={"nov 2024": "2024-11-30"}),
    ),
    "a completion that is still to come": Odd(
        lambda: lines(TRAINING, ("Dee", "TCAT 1", "24/11/2026"), ("Kit", "TCAT 1", "23/11/2026")),
        [("Kit", "tcat_1", "2026-11-23", "", "passed")],
        ["Row 2, Completed on: 24 November 2026 is after today, and this has been completed. Correct the day, or leave "
         "it out."],
    ),
    "days as bare numbers": Odd(
        lambda: lines(TRAINING, ("Dee", "TCAT 1", "45413")),
        [("Dee", "tcat_1", "2024-05-01", "", "passed")],
        warnings=["1 date stands as a bare number: read as days counted from 1900."],
    ),
    "a workbook of 1904": Odd(
        lambda: from_1904(TRAINING, ("Ben Ellis", "TCAT 1", date(2024, 6, 14)), ("Dee", "TCAT 1", 43951)),
        [TCAT_READ, ("Dee", "tcat_1", "2024-05-01", "", "passed")],
        warnings=["1 date stands as a bare number: read as days counted from 1904."],
    ),
    "a day that shows its month alone": Odd(
        lambda: book(TRAINING, ("Ben Ellis", "TCAT 1", date(2024, 11, 1)), do=_formatted("C2", "mmm-yy")),
        questions=["“Nov 2024” (1 cell, the first in row 2, Completed on) names no day. Which day is meant?"],
    ),
    "days of every sort": Odd(
        lambda: book(TRAINING, *(("Ben Ellis", "TCAT 1", one) for one in (
            date(2024, 6, 14), datetime(2024, 6, 14, 9, 30), "14.06.24", "14th June '24", "2024-06-14", 45457, "20240614"))),
        [TCAT_READ] * 7,
    ),
    "an expiry before the completion": Odd(
        lambda: lines((*TRAINING, "Expiry"), (*TCAT, "13/06/2024")),
        problems=["Row 2, Expiry: it ends before it was completed. Correct one of the two days."],
    ),
    # -----------------------------------------------------------------------------------------------------------------
    # Workbooks
    "leading noughts of a number format": Odd(
        lambda: book(STAFF, ("Ben Ellis", 7, *BEN[2:]), do=_formatted("B2", "000")), [BEN_READ]
    ),
    "a big number as it stands": Odd(
        lambda: book(STAFF, ("Ben Ellis", 123456789012345, *BEN[2:])), [("Ben Ellis", "123456789012345", *BEN_READ[2:])]
    ),
    "several sheets": Odd(
        lambda: books({"Staff": [STAFF, BEN], "Empty": [], "Training": [TRAINING, TCAT], "Cover": [("Made by", "the office")]}),
        [BEN_READ, TCAT_READ],
        warnings=["No list was found in this sheet: it was left out."],
    ),
    "hidden sheets and rows": Odd(
        _with_hidden_sheet, [BEN_READ],
        warnings=["Hidden and not read: “Leavers”.", "1 hidden row read like the others."],
    ),
    "a name merged over its rows": Odd(
        lambda: book(TRAINING, TCAT, (None, "TCAT 2", "15/06/2024"), do=_merging("A2:A3")),
        [TCAT_READ, ("Ben Ellis", "tcat_2", "2024-06-15", "", "passed")],
    ),
    "a title merged over the headings": Odd(
        lambda: book(("Training at Ashwood", None, None), TRAINING, TCAT, do=_merging("A1:C1")), [TCAT_READ]
    ),
    "a formula without a result": Odd(
        lambda: book(TRAINING, ("Ben Ellis", "TCAT 1", "=TODAY()-9")),
        problems=["Row 2, Completed on: “=TODAY()-9” is a formula without a result. Open the workbook in Excel and save it "
                  "again, or write the value."],
        warnings=["Formulas without a result: C2. Open the workbook in Excel and save it again."],
    ),
    "an error of the spreadsheet": Odd(
        lambda: lines(TRAINING, ("Ben Ellis", "TCAT 1", "#REF!")),
        problems=["Row 2, Completed on: “#REF!” is an error. Mend it in the spreadsheet, or write the value."],
    ),
    "our own apostrophes": Odd(lambda: _staff(("'=Ben", *BEN[1:])), [("=Ben", *BEN_READ[1:])]),
    # -----------------------------------------------------------------------------------------------------------------
    # Matrices
    "a matrix of dates, ticks and words": Odd(
        lambda: lines(("", "TCAT 1", "C&R", "Fire"), ("Ben Ellis", "14/06/2024", "✓", "1/1/2024"), ("Dee Shah", "Booked", "n/a", ""),
                      ("Kit Moss", "EXPIRED", "exp 3/5/26", ""), ("Carol Osei", "passed 14/6/24", "booked 3 June 2027", "-"),
                      ("Asha Rao", "hols", "refresher due 5/26", ""), ("Total", "2", "1", "1")),
        [TCAT_READ, ("Carol Osei", *TCAT_READ[1:])],
        ["Row 4, C&R: “exp 3/5/26” says when it ends, not when it was completed. Write that day, or leave the cell out.",
         "Row 6, TCAT 1: “hols” is no date and no word that is known here. Use 2 May 2026 or 2026-05-02. Or leave the "
         "cell out."],
        aside=["Row 7: “Total”", "Row 3, TCAT 1: “Booked” is still to come", "Row 3, C&R: “n/a” says", "Row 4, TCAT 1: “EXPIRED” says",
               "Row 5, C&R: “booked 3 June 2027” is still to come", "Row 6, C&R: “refresher due 5/26” says that it ran out"],
        questions=["“✓” (1 cell, the first in row 2, C&R) says that it was completed, and not when."],
        warnings=["Column A has no heading that says so: it was read as the names.", "“Fire” was left out: it is no course that is known here (3 cells)."],
    ),
    "a matrix that somebody mended": Odd(
        lambda: lines(("Name", "TCAT 1", "C&R"), ("Ben Ellis", "14/06/202", "✓"), ("Dee", "fish", "yes"), ("Kit", "14/6/24", "x")),
        [TCAT_READ, ("Ben Ellis", "c_and_r", "2025-01-02", "", "passed")],
        aside=["Row 4, Name: left out, as was said", "Row 3, TCAT 1: left out, as was said", "Row 3, C&R: “yes” was left out, as was said"],
        told=Told(words={"✓": "2025-01-02", "yes": "left_out"},
                  cells={"2:TCAT 1": "14 June 2024", "3:TCAT 1": "left_out", "4:Name": "left_out"}),
    ),
    "three columns a course, merged over them": Odd(
        lambda: book(*THREE_COLUMNS, do=_merging("B1:D1", "E1:G1", "A1:A2")),
        [("Ben Ellis", "tcat_1", "2024-06-14", "2027-06-14", "passed")],
        ["Row 4, TCAT 1: Expires: “3 April 2027” says when it ends, and no cell when it was completed. Write that day, or "
         "leave it out."],
        aside=["Row 3, TCAT 2: Status: “Booked” is still to come", "Row 4, TCAT 2: Status: “n/a” says"],
    ),
    "three columns a course in one line": Odd(
        lambda: lines(("Name", "TCAT 1", "Expires", "Status", "TCAT 2", "Expires", "Status"),
                      ("Ben Ellis", "14/06/2024", "14/06/2027", "Green", "", "", "Not started")),
        [("Ben Ellis", "tcat_1", "2024-06-14", "2027-06-14", "passed")],
        aside=["Row 2, TCAT 2: Status: “Not started” says that it was not completed"],
    ),
    "cells of a matrix merged": Odd(
        lambda: book(("Name", "TCAT 1", "TCAT 2"), ("Ben Ellis", "14/06/2024", None), do=_merging("B2:C2")),
        problems=["Row 2, TCAT 1: “14/06/2024” stands in merged cells: for which of them? Write it in each, or leave it out."],
    ),
    # -----------------------------------------------------------------------------------------------------------------
    # Supervision
    "lengths of every sort": Odd(
        lambda: lines(SUPERVISION, *(("Ben Ellis", "03/03/2026", one, "Asha Rao") for one in (
            "1.5", "1:30", "90m", "90", "1h 30", "1 hr 30", "90 mins", "14:00-15:30"))),
        [HELD_READ] * 8,
        warnings=["Lengths without a unit: fractions under 9 were read as hours (1.5 is 1 h 30 min), numbers from 9 as minutes."],
    ),
    "headings that could be two things": Odd(
        lambda: lines(("Date", "Time", "Supervisee", "With", "Type", "Duration", "Mode"),
                      ("Tues 3 March 2026", "2pm", "Ben Ellis", "Asha Rao", "Clinical", "90", "1:1")),
        [HELD_READ],
    ),
    "a heading of which its cells do not tell": Odd(
        lambda: lines((*SUPERVISION, "Type"), (*HELD, "")),
        [HELD_READ],
        questions=["“Type” in column E could say several things. What does it say?"],
    ),
    "a title beside the headings": Odd(
        lambda: lines(("Supervision record 2026", "", "", ""), SUPERVISION, HELD), [HELD_READ]
    ),
    "lengths that are times of the spreadsheet": Odd(
        lambda: book(SUPERVISION, ("Ben Ellis", date(2026, 3, 3), time(1, 30), "Asha Rao"),
                     ("Ben Ellis", date(2026, 3, 3), timedelta(minutes=90), "Asha Rao")),
        [HELD_READ] * 2,
    ),
    "a length in doubt": Odd(
        lambda: lines(SUPERVISION, HELD, ("Dee", "03/03/2026", "1", "Asha Rao"), ("Kit", "03/03/2026", "9 hours", "Asha Rao"),
                      ("Sam", "03/03/2026", "long", "Asha Rao")),
        [HELD_READ],
        ["Row 4, Length: “9 hours” is longer than 8 hours. Use 90 min, 1 h 30 or 1:30.",
         "Row 5, Length: “long” is no length of time. Use 90 min, 1 h 30 or 1:30."],
        questions=["“1” (1 cell, the first in row 3, Length) has no unit. What is meant?"],
    ),
    "a heading that says hours": Odd(
        lambda: lines(("Staff Member", "Date of Supervision", "Duration (hrs)", "Supervised by"),
                      ("Ben Ellis", "03/03/2026", "1", "Asha Rao"), ("Ben Ellis", "03/03/2026", "1.5", "Asha Rao")),
        [(*HELD_READ[:2], 60, *HELD_READ[3:]), HELD_READ],
    ),
    "people who were not there": Odd(
        lambda: lines((*SUPERVISION, "Attendance"), (*HELD, "✓"), ("Dee", "03/03/2026", "", "Asha Rao", "A/L"),
                      ("Kit", "03/03/2026", "90", "Asha Rao", "DNA"), ("Sam", "03/03/2026", "90", "Asha Rao", "Apologies"),
                      ("Jo", "03/03/2026", "90", "Asha Rao", "Cancelled")),
        [HELD_READ, ("Dee", "2026-03-03", 0, "Asha Rao", "apologies_leave"), ("Kit", "2026-03-03", 90, "Asha Rao", "did_not_attend")],
        aside=["Row 6, Attendance: “Cancelled” says that it was not held"],
        questions=["“Apologies” (1 cell, the first in row 5, Attendance) does not say why. What was the reason?"],
    ),
    "months with their years": Odd(
        lambda: book(("Name", date(2026, 1, 1), "Feb 26", "2026-03", "Total"), ("Ben Ellis", "90m", "1:30", "A/L", 180),
                     ("Total", 90, 90, 0, 180)),
        [("Ben Ellis", "2026-01", 90), ("Ben Ellis", "2026-02", 90)],
        aside=["Row 3: “Total” is a row of totals", "Row 2, 2026-03: “A/L” is no time in this month"],
        warnings=["“Total” was left out"],
    ),
    "months of a year in the title": Odd(
        lambda: lines(("Supervision 2025/26 (hours)", "", ""), ("Name", "Dec", "Jan"), ("Ben Ellis", "1", "2.5")),
        [("Ben Ellis", "2025-12", 60), ("Ben Ellis", "2026-01", 150)],
    ),
    "a month that stands there twice, and which is meant": Odd(
        lambda: lines(("Name", "May 2026", "May 2026"), ("Ben Ellis", "90", "60")),
        [("Ben Ellis", "2026-05", 60)],
        told=Told(columns={2: "month:2026-05"}),
    ),
    "months without a year": Odd(
        lambda: lines(("Name", "Dec", "Jan"), ("Ben Ellis", "90", "60")),
        questions=["“Dec” names no year. Which one is it? The months after it follow on."],
    ),
    "a month that is still to come": Odd(
        lambda: lines(("Name", "Nov 2026", "Dec 2026"), ("Ben Ellis", "90", "60")),
        [("Ben Ellis", "2026-11", 90)],
        ["Row 2, Dec 2026: December 2026 is still to come. Correct the heading, or leave the cell out."],
    ),
    # -----------------------------------------------------------------------------------------------------------------
    # Registrations and JSON
    "registrations": Odd(
        lambda: lines(("Staff Name", "Professional Body", "PIN", "Date registered", "Renewal date", "Notes"),
                      ("Asha Rao", "HCPC", "PYL012345", "1 June 2019", "31/05/2027", "checked"),
                      ("Kit Moss", "bacp", "0012345", "1 June 2019", "n/a", "")),
        [("Asha Rao", "hcpc", "2019-06-01", "2027-05-31", "PYL012345"), ("Kit Moss", "bacp", "2019-06-01", "", "0012345")],
        warnings=["“Notes” was left out: nothing here takes it."],
    ),
    "JSON of another system": Odd(
        lambda: '{"Staff": [{"Name": "Ben Ellis", "staff_number": "007", "Role": "TC officer", "Community": "Ashwood", '
        '"Started on": "2024-05-02"}], "Training": [{"Name": "Ben Ellis", "Course": "TCAT 1", "Completed on": "2024-06-14"}]}',
        [BEN_READ, TCAT_READ],
        name="kept.json",
    ),
}  # fmt: skip
