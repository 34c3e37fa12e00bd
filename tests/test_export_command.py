"""python -m tcsuper export: what an account may take away, and what nobody's file is lost by."""

import json
import stat
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from tcsuper.__main__ import main
from tcsuper.database import reading, writing
from tcsuper.models import ExportEntry, Registration, TrainingRecord
from tests.records import THEN, make_records

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def records(page_database: str) -> dict[str, int]:
    with writing() as db:
        return make_records(db)


def test_an_account_takes_what_the_table_lets_it_and_is_told_what_is_missing(capsys: Said) -> None:
    assert main(["export", "--by", "asha.rao", "-"]) == 0
    said = capsys.readouterr()
    assert set(json.loads(said.out)) == {"Training", "Supervision"}
    assert "may not take them away: Staff and Registrations." in said.err
    assert main(["export", "--by", "asha.rao", "--sheet", "staff", "-"]) == 1
    assert "This account may not take away Staff. Nothing was written." in capsys.readouterr().err
    assert main(["export", "--by", "eve.admin", "-"]) == 1
    with reading() as db:
        (entry,) = db.exec(select(ExportEntry)).all()
    assert (entry.kind, entry.rows, entry.made_for[:15]) == ("records", 8, "Therapy manager")


def test_without_an_account_it_is_the_owner_of_the_server_and_the_register_says_so() -> None:
    assert main(["export", "-"]) == 0
    with reading() as db:
        (entry,) = db.exec(select(ExportEntry)).all()
    assert entry.made_by_id is None and entry.rows == 12


def test_what_waits_to_be_confirmed_or_was_voided_is_no_record(records: dict[str, int], capsys: Said) -> None:
    facts = {"staff_id": records["Ben Ellis"], "course_id": records["tcat_2"], "completed_on": THEN.date()}
    with writing() as db:
        db.add(TrainingRecord(is_confirmed=False, recorded_at=THEN, **facts))
        db.add(TrainingRecord(is_void=True, recorded_at=THEN, **facts))
    assert main(["export", "--sheet", "Training", "-"]) == 0
    assert "TCAT 2" not in capsys.readouterr().out


def test_a_registration_that_was_renewed_is_one_line(capsys: Said) -> None:
    """Two of one number would be refused by the import."""
    with writing() as db:
        first = db.exec(select(Registration)).one()
        facts = first.model_dump(exclude={"id", "record_id", "expires_on"}) | {"renews_record_id": first.record_id}
        db.add(Registration(**facts, expires_on=date(2028, 5, 31)))
    assert main(["export", "--sheet", "Registrations", "-"]) == 0
    (line,) = json.loads(capsys.readouterr().out)["Registrations"]
    assert (line["Registered on"], line["Expires on"]) == ("2019-06-01", "2028-05-31")


def test_one_community_is_those_who_work_there(capsys: Said) -> None:
    assert main(["export", "--community", "Beech", "-"]) == 0
    assert all(rows == [] for rows in json.loads(capsys.readouterr().out).values())
    assert main(["export", "--community", "Ashwood", "-"]) == 0
    assert len(json.loads(capsys.readouterr().out)["Staff"]) == 3
    assert main(["export", "--community", "Elsewhere", "-"]) == 1
    assert "There is no community “Elsewhere”." in capsys.readouterr().err


def test_the_workbook_has_the_same_cells_and_is_for_its_owner_alone(tmp_path: Path, capsys: Said) -> None:
    book, data = tmp_path / "records.xlsx", tmp_path / "records.json"
    assert main(["export", str(book)]) == 0 and main(["export", str(data)]) == 0
    assert {stat.S_IMODE(file.stat().st_mode) for file in (book, data)} == {0o600}
    sheet = load_workbook(book)["Supervision"]
    lines = json.loads(data.read_text(encoding="utf-8"))["Supervision"]
    headings, *rows = sheet.values
    assert list(headings) == list(lines[0]) and len(rows) == len(lines) == 5
    assert [row[4] for row in rows] == [one["Length"] for one in lines] == [60, 90, 90, 90, 50]


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, capsys: Said) -> None:
    there = tmp_path / "records.json"
    there.write_text("mine", encoding="utf-8")
    assert main(["export", str(there)]) == 1
    assert there.read_text(encoding="utf-8") == "mine" and "is there already" in capsys.readouterr().err


@pytest.mark.parametrize("asked", [[], ["records.txt"], ["-", "--sheet", "Salaries"]])
def test_wrong_use_ends_with_two(asked: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", *asked])
    assert ended.value.code == 2
