"""Tables as csv: read back with Python's own reader, cell for cell, and nothing in them runs."""

import csv
from datetime import date
from io import StringIO

import pytest

from tcsuper.errors import InvalidRecord
from tcsuper.reports.csv_file import csv_file
from tcsuper.reports.safe import STARTS_A_FORMULA
from tcsuper.reports.workbook import MOST_ROWS, Cell, Month, Sheet


def read_back(*rows: list[Cell], columns: tuple[str, ...] = ("Heading",)) -> list[list[str]]:
    text = csv_file(Sheet("Any", columns, rows)).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ('with, comma; “quotes” and "more"', 'with, comma; “quotes” and "more"'),
        ("two\r\nlines", "two\r\nlines"),
        ("Siân Ó Néill 石 🙂", "Siân Ó Néill 石 🙂"),
        ("007", "007"),
        ("", ""),
        (None, ""),
        (90, "90"),
        (-3, "-3"),
        (7.5, "7.5"),
        (float("nan"), ""),
        (True, "Yes"),
        (date(2026, 5, 2), "2026-05-02"),
        (Month(2026, 11, 1), "2026-11"),
        ("nul\0in it", "nul\N{REPLACEMENT CHARACTER}in it"),
        ("\ud800", "?"),
        *((f"{sign}1+1", f"'{sign}1+1") for sign in STARTS_A_FORMULA if sign != "\0"),
    ],
)
def test_each_cell_comes_back(value: Cell, written: str) -> None:
    assert read_back([value]) == [["Heading"], [written]] or (written == "" and read_back([value])[1] in ([""], []))


def test_the_headings_stand_first_and_lines_end_as_the_standard_says() -> None:
    file = csv_file(Sheet("Any", ["Person", "=Minutes"], [["Ben", 60], ["Bela", None]]))
    assert file == "\ufeffPerson,'=Minutes\r\nBen,60\r\nBela,\r\n".encode()


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(InvalidRecord, match="the most in one file"):
        csv_file(Sheet("Any", ["A"], [[1]] * (MOST_ROWS + 1)))
