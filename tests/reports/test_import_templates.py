"""The sheets to fill in: headings alone, safe for a spreadsheet, and understood by the product as they stand."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tcsuper.readers.sheets import read_tables, understand
from tcsuper.reports.import_templates import (
    HOW_TO,
    NAMES,
    NOT_FOR_IMPORT,
    headings_of,
    template_csv,
    templates_workbook,
)
from tcsuper.rules.importing import TEMPLATES, Known, SheetKind, Table

ON = date(2026, 3, 5)
COURSES = ["TCAT 1", '=HYPERLINK("https://evil.example")', 'Safety, "level" 2']
KNOWN = Known(
    courses={"tcat 1": "tcat_1", "immediate life support": "ils"},
    bodies={"hcpc": "hcpc"},
    roles={"tc officer": "officer"},
    communities={"ashwood": "Ashwood"},
    purposes={"clinical": "clinical"},
    groups={"tuesday supervision": "Tuesday supervision"},
)


def test_each_kind_has_a_sheet_of_headings_and_nothing_else() -> None:
    book = load_workbook(BytesIO(templates_workbook(COURSES, ON)))
    assert set(book.sheetnames) == {*NOT_FOR_IMPORT, *NAMES.values()}
    for kind, name in NAMES.items():
        rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
        assert len(rows) == 1 and len(rows[0]) == len(headings_of(kind, COURSES, ON)), name
        assert all(cell.data_type == "s" for cell in book[name][1]), "no course title runs as a formula"
    told = {(row[0].value, row[1].value) for row in book[HOW_TO].iter_rows(min_row=2)}
    assert {(name, heading.text) for name, headings in TEMPLATES.values() for heading in headings} <= told


def test_the_grid_of_months_goes_back_twelve_from_the_last_whole_one() -> None:
    headings = headings_of(SheetKind.SUPERVISION_MONTHS, COURSES, ON)
    assert headings[2:4] == ["March 2025", "April 2025"] and headings[-1] == "February 2026"
    assert len(headings) == 2 + 12


def test_a_csv_is_one_line_that_every_spreadsheet_reads() -> None:
    assert template_csv(SheetKind.TRAINING_MATRIX, COURSES, ON).decode("utf-8-sig") == (
        'Name,Staff number,TCAT 1,"\'=HYPERLINK(""https://evil.example"")","Safety, ""level"" 2"\r\n'
    )


@pytest.mark.parametrize("kind", NAMES)
def test_a_template_filled_in_with_its_examples_is_understood_without_a_question(kind: SheetKind) -> None:
    headings = headings_of(kind, ["TCAT 1", "Immediate Life Support"], ON)
    if kind in TEMPLATES:
        row: tuple[str, ...] = tuple(heading.example for heading in TEMPLATES[kind][1])
    else:
        cell = "14 June 2024" if kind is SheetKind.TRAINING_MATRIX else "90"
        row = ("Ben Ellis", "004711", cell, *[""] * (len(headings) - 3))
    (sent,) = read_tables(template_csv(kind, ["TCAT 1", "Immediate Life Support"], ON), "template.csv")
    assert sent.rows[0] == tuple(headings)
    read = understand(Table(NAMES[kind], (tuple(headings), row)), KNOWN, today=ON)
    assert read.kind is kind and len(read.lines) == 1
    assert (read.questions, read.problems) == ((), ())
