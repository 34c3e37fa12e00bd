"""Workbooks, read back as a spreadsheet would read them: nothing runs, days are days, no sign is lost unseen."""

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from tcsuper.errors import InvalidRecord
from tcsuper.reports.workbook import LONGEST_TEXT, MOST_ROWS, Cell, Sheet, workbook

ABOUT = [("What it is", "Training"), ("As at", "22 November 2026")]


def opened(*sheets: Sheet) -> Any:
    return load_workbook(BytesIO(workbook(sheets, ABOUT)))


def cell_of(value: Cell) -> Any:
    return opened(Sheet("One", ["Heading"], [[value]]))["One"]["A2"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20 7946 0000", "'+44 20 7946 0000"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\n=1", "'\n=1"),
        ("\r\n=1", "'\n=1"),
        ("=HYPERLINK(\"https://evil.example\")", "'=HYPERLINK(\"https://evil.example\")"),
        ("#N/A", "#N/A"),
        ("https://evil.example", "https://evil.example"),
        ("007", "007"),
        ("1e5", "1e5"),
        ("  both ends  ", "  both ends  "),
        ("Ní Cheallaigh 🙂 שלום", "Ní Cheallaigh 🙂 שלום"),
        ("two\nlines", "two\nlines"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("a\x00b\x0bc\ud800d\uffff", "a\ufffdb\ufffdc\ufffdd\ufffd"),
        ("_x003D_1+1", "_x003D_1+1"),
        ("x" * (LONGEST_TEXT + 5), "x" * (LONGEST_TEXT - 2) + "…"),
    ],
)  # fmt: skip
def test_words_stay_words_and_none_of_them_runs(typed: str, kept: str) -> None:
    """T16. Seen to fail without `formula_safe` in `_Cells.of`: what begins with a sign of a formula stood as it was."""
    cell = cell_of(typed)
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert unescape(cell.value) == kept


def test_a_number_written_as_a_sign_is_not_read_as_the_sign() -> None:
    """Spreadsheets read `_x003D_` as "="."""
    assert cell_of("_x003D_1+1").value == "_x005F_x003D_1+1"


@pytest.mark.parametrize(
    ("value", "kept", "kind"),
    [
        (date(2026, 5, 2), date(2026, 5, 2), "d"),
        (date(1850, 1, 1), "1 January 1850", "s"),
        (12, 12, "n"),
        (7.5, 7.5, "n"),
        (float("nan"), None, "n"),
        (float("inf"), None, "n"),
        (None, None, "n"),
        (True, "Yes", "s"),
    ],
)
def test_days_are_days_and_numbers_numbers(value: Cell, kept: Any, kind: str) -> None:
    cell = cell_of(value)
    found = cell.value.date() if cell.is_date else cell.value
    assert (found, cell.data_type) == (kept, kind)
    if cell.is_date:
        assert cell.number_format == "d mmm yyyy"


def test_the_first_sheet_says_what_it_is_and_how_many_rows_there_are() -> None:
    book = opened(Sheet("People", ["Person", "Status"], [["Ben", "Met"], ["Bela", "=Short"]]), Sheet("None", ["A"], []))
    assert book.sheetnames == ["About", "People", "None"]
    told = [(row[0].value, row[1].value) for row in book["About"].iter_rows()]
    assert told[:4] == [*ABOUT, ("Sheet “People”", "2 rows"), ("Sheet “None”", "0 rows")]
    assert told[4][0] == "Note" and "apostrophe" in told[4][1]
    people = book["People"]
    assert people.freeze_panes == "A2" and people["A1"].font.bold and not people["A2"].font.bold
    assert people.auto_filter.ref == "A1:B3"
    assert people.column_dimensions["A"].width >= 8


def test_every_sheet_has_a_name_that_a_spreadsheet_takes() -> None:
    titles = ["About", "a/b:[c]*?\\", "A B  C", "History", "", "'quoted'", "x" * 40, "x" * 40]
    names = opened(*(Sheet(title, ["A"], []) for title in titles)).sheetnames
    assert names == [
        *("About", "About 2", "a b c", "A B C 2", "History 2", "Sheet 2", "quoted"),
        *("x" * 31, "x" * 27 + " 2"),
    ]


def test_too_many_rows_are_refused_in_words() -> None:
    with pytest.raises(InvalidRecord, match="20,001 rows; the most in one file is 20,000. No file was made"):
        workbook([Sheet("All", ["A"], [[1]] * (MOST_ROWS + 1))], ABOUT)


def test_the_same_tables_give_the_same_bytes_and_nothing_in_them_reaches_out() -> None:
    sheets = [Sheet("All", ["A"], [["https://evil.example"], [date(2026, 5, 2)]])]
    made = workbook(sheets, ABOUT)
    assert made == workbook(sheets, ABOUT)
    with ZipFile(BytesIO(made)) as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]
        assert not [
            name for name in parts.namelist() if b"TargetMode" in parts.read(name) or b"<f>" in parts.read(name)
        ]
        assert b"openpyxl" not in parts.read("docProps/core.xml")
