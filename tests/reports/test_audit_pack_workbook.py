"""An audit pack as a workbook: a sheet for each table, what is missing said, nothing that runs."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from tcsuper.errors import InvalidRecord
from tcsuper.reports.audit_pack_workbook import MOST_ROWS, pack_workbook
from tcsuper.reports.pack import Pack, PackTable, Part
from tcsuper.reports.workbook import MOST_ROWS as TABLES
from tcsuper.reports.workbook import Sheet, workbook

PEOPLE = PackTable(
    "People: who is here?",
    ("Person", "Met", "Of"),
    [("=1+1", 1, 2), ("Ben", 0, 1)],
    total=("All", 1, 3),
    note="Of those asked.",
)
EMPTY = PackTable("Exceptions", ("Person",), [], nothing="Nothing is overdue.")
PACK = Pack(
    title="Audit pack",
    about="Ashdown B",
    marking="OFFICIAL",
    form="coded",
    as_at=date(2026, 11, 22),
    known_at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    number="0123",
    provenance=(("What it is", "Audit pack: Ashdown B"), ("Made by", "+Asha")),
    parts=[Part("People", ("Two people.",), (PEOPLE, EMPTY)), Part("A review", (), (), is_written=False)],
    digest="ab" * 32,
)


def opened(pack: Pack = PACK) -> Workbook:
    return load_workbook(BytesIO(pack_workbook(pack)))


def test_each_table_has_its_sheet_with_its_total_outside_the_filter() -> None:
    book = opened()
    assert book.sheetnames == ["About", "Contents", "1.1 People who is here", "1.2 Exceptions"]
    sheet = book["1.1 People who is here"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Person", "Met", "Of"],
        ["'=1+1", 1, 2],
        ["Ben", 0, 1],
        ["All", 1, 3],
    ]
    assert sheet.auto_filter.ref == "A1:C3" and sheet.freeze_panes == "A2" and sheet["C4"].font.bold


def test_it_says_what_it_is_and_its_digest() -> None:
    told = {row[0].value: row[1].value for row in opened()["About"].iter_rows()}
    assert told["Digest of what it says"] == f"SHA-256 {'ab' * 32}" and told["Made by"] == "'+Asha"
    assert told["As known at"].startswith("22 November 2026")


def test_what_is_not_written_and_what_is_nothing_is_said() -> None:
    book = opened()
    assert book["1.2 Exceptions"]["A2"].value == "Nothing is overdue."
    contents = [[cell.value for cell in row] for row in book["Contents"].iter_rows()]
    assert ["2", "A review", None, None, "Not written yet."] in [[*row[:4], str(row[4]).strip()] for row in contents]
    assert ["1.1", "People", "People: who is here?", 2, "Of those asked."] in contents


def test_the_same_pack_gives_the_same_bytes_and_a_table_without_a_total_those_it_always_gave() -> None:
    assert pack_workbook(PACK) == pack_workbook(replace(PACK))
    plain = workbook([Sheet("A", ["x"], [[1]])], [("What it is", "x")])
    assert plain == workbook([Sheet("A", ["x"], [[1]], ())], [("What it is", "x")])


def test_a_pack_may_be_longer_than_a_table_and_has_an_end() -> None:
    assert MOST_ROWS > TABLES
    sheet = Sheet("A", ["x"], [[1]] * 3)
    assert workbook([sheet], [("What it is", "x")], most=3)
    with pytest.raises(InvalidRecord, match="3 rows; the most in one file is 2"):
        workbook([sheet], [("What it is", "x")], most=2)
