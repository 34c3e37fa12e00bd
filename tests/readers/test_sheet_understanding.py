"""Each odd sheet gives the right rows, and one clear sentence to each problem (the table is odd_sheets.py)."""

import pytest

from tcsuper.readers.sheets import understand, understand_all
from tcsuper.readers.sheets.files import read_tables
from tcsuper.readers.sheets.headings import named
from tcsuper.rules.importing import Column, SheetKind, SupervisionLine, Table, Told
from tests.readers.odd_sheets import ODD
from tests.sheets import KNOWN, TODAY, TRAINING, lines, long_log, short


@pytest.mark.parametrize("name", ODD)
def test_each_odd_sheet_gives_the_right_rows_and_one_sentence_to_each_problem(name: str) -> None:
    odd = ODD[name]
    made = odd.make()
    tables = read_tables(made.encode() if isinstance(made, str) else made, odd.name)
    found = understand_all(tables, KNOWN, {table.title: odd.told for table in tables}, today=TODAY)
    assert [short(line) for one in found for line in one.lines] == list(odd.lines)
    assert [problem.sentence for one in found for problem in one.problems] == list(odd.problems)
    for said, expected in (
        ([one.sentence for each in found for one in each.left_aside], odd.aside),
        ([one.sentence for each in found for one in each.questions], odd.questions),
    ):
        assert len(said) == len(expected) and all(words in one for one, words in zip(said, expected, strict=True)), said
    warned = [one for each in found for one in each.warnings]
    assert all(any(words in one for one in warned) for words in odd.warnings), warned
    assert not odd.order or [one.order_because for one in found] == [odd.order]


def test_there_are_sixty_odd_sheets_and_more() -> None:
    assert len(ODD) >= 60


def read(text: str, told: Told = Told()):  # type: ignore[no-untyped-def]  # noqa: B008
    return understand(read_tables(text.encode(), "kept.csv")[0], KNOWN, told, today=TODAY)


def test_a_line_says_where_it_stands_as_the_spreadsheet_counts() -> None:
    found = read("\n\nsome title\nName,TCAT 1\nBen Ellis,14/06/2024\n")
    assert (found.header_row, found.kind) == (4, SheetKind.TRAINING_MATRIX)
    where = found.lines[0].where
    assert (where.sheet, where.row, where.column, where.value) == ("kept", 5, "TCAT 1", "14/06/2024")


def test_a_thousand_problems_are_named_and_the_rest_counted() -> None:
    found = read(lines(TRAINING, *[("Ben Ellis", "TCAT 1", "31/02/2026")] * 1_200))
    assert (len(found.problems), found.more_problems, found.lines) == (1_000, 200, ())


def test_the_row_of_headings_and_the_kind_can_be_told() -> None:
    text = "Name,Course,Completed on\nWho,What,When\nBen Ellis,TCAT 1,14/06/2024\n"
    columns = {0: "person", 1: "course", 2: "completed_on"}
    found = read(text, Told(kind=SheetKind.TRAINING_LOG, header_row=2, columns=columns))
    assert (found.header_row, found.headings, len(found.lines)) == (2, ("Who", "What", "When"), 1)


def test_a_sheet_whose_kind_is_told_without_headings_says_which_to_write() -> None:
    found = read("apples,pears\n1,2\n", Told(kind=SheetKind.TRAINING_LOG))
    assert [one.sentence for one in found.problems] == [
        "Row 1: No row of headings that are known was found. Write “Name”, “Course” and “Completed on” above the "
        "columns, or say in which row they stand."
    ]


def test_what_is_told_of_columns_that_are_none_is_passed_over() -> None:
    columns = {1: "fish", 2: "month:2026-13", 99: "person"}
    found = read(lines(TRAINING, ("Ben Ellis", "TCAT 1", "14/06/2024")), Told(columns=columns))
    assert [short(line)[1] for line in found.lines] == ["tcat_1"]


def test_a_sheet_can_stay_out() -> None:
    found = read(lines(TRAINING, ("Ben Ellis", "TCAT 1", "fish")), Told(is_left_out=True))
    assert (found.kind, found.problems, found.questions) == (None, (), ())


def test_a_staff_list_with_courses_beside_it_is_asked_about() -> None:
    text = "Name,Role,Community,Started on,TCAT 1\nBen Ellis,TC officer,Ashwood,2 May 2024,14/06/2024\n"
    found = read(text)
    assert [one.about for one in found.questions] == ["kind"] and found.lines == ()
    assert [code for code, _ in found.questions[0].choices] == ["staff", "training_matrix", "left_out"]
    assert len(read(text, Told(kind=SheetKind.STAFF)).lines) == len(
        read(text, Told(kind=SheetKind.TRAINING_MATRIX)).lines
    )


def test_a_question_offers_what_is_likely_first_and_everything_else_after_it() -> None:
    found = read(lines(TRAINING, ("Ben Ellis", "Safegarding", "14/06/2024")))
    question = found.questions[0]
    assert question.about == "words:safegarding"
    codes = [code for code, _ in question.choices]
    assert codes[0] == "safeguarding" and codes[-1] == "left_out" and set(KNOWN.courses.values()) < set(codes)


def test_what_was_asked_is_answered_by_telling_it() -> None:
    text = lines(
        TRAINING, ("Ben Ellis", "Fire drill", "Nov 2024"), ("Dee", "TCAT 1", "✓"), ("Kit", "TCAT 1", "14/6/24")
    )
    asked = {one.about.removeprefix("words:"): one.choices for one in read(text).questions}
    assert set(asked) == {"fire drill", "nov 2024", "✓"}
    told = Told(words={"fire drill": "safeguarding", "nov 2024": asked["nov 2024"][0][0], "✓": "left_out"})
    found = read(text, told)
    assert found.questions == () and [short(line)[1:3] for line in found.lines] == [
        ("safeguarding", "2024-11-01"),
        ("tcat_1", "2024-06-14"),
    ]


def test_a_word_of_a_short_list_that_is_not_known_is_asked_about_once_for_all_cells() -> None:
    heading = ("Date", "Duration", "Supervisor", "Supervisee", "Attended?", "PIN / Reg no")
    held = [("3 March 2026", "90 min", "Asha Rao", name, "N - sick", "") for name in ("Ben Ellis", "Dee", "Kit")]
    found = read(lines(heading, *held))
    question = found.questions[0]
    assert (len(found.questions), question.about, found.problems) == (1, "words:n - sick", ())
    assert "(3 cells, the first in row 2" in question.sentence
    assert ("apologies_sickness", "Apologies sickness") in question.choices
    told = read(lines(heading, *held), Told(words={"n - sick": "apologies_sickness"}))
    assert [one.status for one in told.lines if isinstance(one, SupervisionLine)] == ["apologies_sickness"] * 3
    assert not told.questions
    out = read(lines(heading, *held), Told(words={"n - sick": "left_out"}))
    assert (out.lines, out.questions, len(out.left_aside)) == ((), (), 3)


@pytest.mark.parametrize(
    ("heading", "kind", "column"),
    [
        ("PIN / Reg no", SheetKind.REGISTRATIONS, Column.REGISTRATION_NUMBER),
        ("Name / Staff no", SheetKind.STAFF, None),
        ("Line Mgr", SheetKind.STAFF, Column.LINE_MANAGER),
    ],
)
def test_a_heading_that_says_the_same_twice_says_it(heading: str, kind: SheetKind, column: Column | None) -> None:
    found = named(heading, kind)
    assert (found and found.column) == column


def test_five_thousand_rows_are_understood_whole() -> None:
    """Each row gives its own line in its own order, whatever was read once and kept for the others."""
    rows = long_log(5_000)
    found = understand(Table("Training", tuple(rows)), KNOWN, today=TODAY)
    assert [(line.where.row, line.person) for line in found.lines] == [(n + 2, f"Person {n}") for n in range(5_000)]
    assert not found.problems and not found.questions
