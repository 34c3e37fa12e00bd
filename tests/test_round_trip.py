"""Records taken out of one database, taken in by an empty one and taken out again: the same workbook, cell for cell.

What the files do not hold is entered there first, as a service would: the place, roles, courses and bodies; and between
the staff list and the supervision log the agreements and groups by which sessions were held. An administrator takes in
the staff list; the rest a manager, whose word makes training count.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from tcsuper.__main__ import main
from tcsuper.database import writing
from tcsuper.models import Staff
from tcsuper.queries.records_out import KINDS
from tcsuper.reports.records_workbook import records_workbook
from tcsuper.services.records_out import take_records
from tests.databases import SqliteFiles, copy_of, in_use
from tests.records import add_agreements, make_frame, make_records


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_out_and_in_and_out_again_gives_the_same_workbook(sqlite: SqliteFiles, tmp_path: Path, ending: str) -> None:
    taken_out = tmp_path / f"records.{ending}"
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db:
            make_records(db)
        assert main(["export", str(taken_out)]) == 0
        before = _workbook()
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db:
            ids = make_frame(db)
        assert _workbook() != before
        assert main(["import", str(taken_out), "--by", "eve.admin", "--sheet", "Staff", "--new"]) == 0
        with writing() as db:
            add_agreements(db, ids | {one.full_name: one.id or 0 for one in db.exec(select(Staff))})
        for sheet in ("Training", "Registrations", "Supervision"):
            assert main(["import", str(taken_out), "--by", "mari.manager", "--sheet", sheet]) == 0
        after = _workbook()
    assert _cells(after) == _cells(before)
    assert after == before, "the same bytes, since nothing in them says when or where they were made"
    assert [len(rows) for rows in _cells(before).values()] == [5, 4, 4, 2, 6], "about, and each sheet with its headings"


def _workbook() -> bytes:
    with writing() as db:
        records = take_records(db, by=None).records
        assert tuple(records) == KINDS
        return records_workbook(records, [("What it is", "Records")])


def _cells(file: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(BytesIO(file))
    return {sheet.title: list(sheet.values) for sheet in book}
