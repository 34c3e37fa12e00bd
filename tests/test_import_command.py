"""python -m tcsuper import: a script takes a sheet in with an account's rights, and takes it back."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from tcsuper.__main__ import main
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import AuditEvent, Course, CourseKind, ImportBatch, Post, Staff, TrainingRecord
from tcsuper.queries.evidence import current
from tests.people import Cast

Said = pytest.CaptureFixture[str]
ON = (today() - timedelta(days=40)).isoformat()


@pytest.fixture
def course(page_cast: Cast) -> Cast:
    with writing() as db:
        db.add(Course(code="tcat_1", title="TCAT 1", kind=CourseKind.COURSE))
    return page_cast


def _file(folder: Path, *rows: str, name: str = "training.csv") -> str:
    path = folder / name
    path.write_text("\n".join(("Name,Course,Completed on", *rows)), encoding="utf-8")
    return str(path)


def _beside(folder: Path, name: str, data: object) -> str:
    (folder / name).write_text(json.dumps(data), encoding="utf-8")
    return str(folder / name)


def _import(*words: str, by: str = "asha") -> int:
    return main(["import", *words, "--by", by])


def _trained() -> list[str]:
    with reading() as db:
        found = select(Staff.full_name).join(TrainingRecord, TrainingRecord.staff_id == Staff.id)
        return sorted(db.exec(found.where(current(TrainingRecord))))


def test_a_script_tries_a_file_takes_it_in_and_takes_it_back(course: Cast, tmp_path: Path, capsys: Said) -> None:
    file = _file(tmp_path, f"Ben,TCAT 1,{ON}", f"BELA,tcat 1,{ON}", f"Officer E,TCAT 1,{ON}")
    assert _import(file, "--dry-run") == 0
    out = capsys.readouterr()
    assert "new 3, changed 0, same 0, left out 0, refused 0" in out.out
    assert "This was a trial" in out.err
    assert not _trained()
    assert _import(file, "--json", "--kept-from", ON) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["plan"]["counts"]["new"] == 3
    assert _trained() == ["Bela", "Ben", "Officer E"]
    assert _import(file) == 0, "the same file again changes nothing"
    assert "new 0, changed 0, same 3" in capsys.readouterr().out
    number = said["import"]
    assert _import("--undo", str(number), "--because", "Only a trial") == 0
    assert "4 records taken back" in capsys.readouterr().err, "three completions, and the day that was set"
    assert not _trained()
    with reading() as db:
        actions = db.exec(select(AuditEvent.action).where(AuditEvent.object_kind == "import")).all()
    assert actions == ["import_records", "undo_import"]


def test_what_is_open_is_printed_and_nothing_is_taken_in(course: Cast, tmp_path: Path, capsys: Said) -> None:
    rows = [f"Ben,TCAT 1,{ON}", f"Officer,TCAT 1,{ON}", "Bela,TCAT 1,31/02/2026", f"Cai,TCAT 1,{ON}"]
    file = _file(tmp_path, *rows)
    assert _import(file, "--json") == 1
    out = capsys.readouterr()
    said = json.loads(out.out)
    assert [one["written"] for one in said["people"]] == ["Officer", "Cai"]
    assert "31/02/2026" in said["sheets"][0]["problems"][0]
    assert "Nothing was taken in." in out.err
    assert _import(file) == 1
    assert "Who is “Officer”? Perhaps Officer" in capsys.readouterr().out
    told = {said["sheets"][0]["sheet"]: {"cells": {"4:Completed on": ON}}}
    with reading() as db:
        code = db.exec(select(Staff.code).where(Staff.full_name == "Officer G")).one()
    people: dict[str, Any] = {"Officer": code, "Cai": "left_out"}
    answers = ["--told", _beside(tmp_path, "told.json", told), "--people", _beside(tmp_path, "people.json", people)]
    assert _import(file, *answers) == 0, capsys.readouterr()
    assert _trained() == ["Bela", "Ben", "Officer G"]
    people["Officer"] = "Cai"
    answers[3] = _beside(tmp_path, "people.json", people)
    capsys.readouterr()
    assert _import(file, *answers) == 1
    assert "Nobody here is called “Cai”" in capsys.readouterr().err, "who is elsewhere is as unknown as nobody"


def test_a_staff_list_enters_whom_nobody_is_like(course: Cast, tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(
        f"Name,Staff number,Role,Community,Started on\nNia Rhys,007,Officer,Ashdown C,{ON}\n", encoding="utf-8"
    )
    assert _import(str(path), by="eve") == 1
    assert _import(str(path), "--new", by="eve") == 0, capsys.readouterr()
    with reading() as db:
        found = db.exec(
            select(Staff.staff_number).join(Post, Post.staff_id == Staff.id).where(Staff.full_name == "Nia Rhys")
        )
        assert found.one() == "007"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["FILE", "--by", "ben"], 1, "you do not have access to it"),
        (["FILE", "--by", "nobody"], 1, "There is no open account “nobody”."),
        (["no such file.csv", "--by", "asha"], 1, "cannot be opened"),
        (["FILE", "--by", "asha", "--sheet", "Other"], 1, "There is no sheet “Other” in the file"),
        (["FILE", "--by", "asha", "--people", "FILE"], 1, "is no JSON that can be read"),
        (["--undo", "99", "--because", "Why", "--by", "asha"], 1, "There is no such record"),
    ],
)
def test_what_cannot_be_done_is_said(
    course: Cast, tmp_path: Path, capsys: Said, words: list[str], code: int, sentence: str
) -> None:
    file = _file(tmp_path, f"Ben,TCAT 1,{ON}")
    assert main(["import", *(file if word == "FILE" else word for word in words)]) == code
    assert sentence in capsys.readouterr().err
    with reading() as db:
        assert db.exec(select(ImportBatch)).first() is None


@pytest.mark.parametrize("words", [[], ["--undo", "1"], ["a.csv", "--undo", "1", "--because", "Why"]])
def test_wrong_use_ends_with_two(course: Cast, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        _import(*words)
    assert ended.value.code == 2
