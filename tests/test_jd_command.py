"""python -m tcsuper jd read: a job description as plain data, from the shell."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from tcsuper.__main__ import main
from tests.readers import documents as made

Said = pytest.CaptureFixture[str]
MonkeyPatch = pytest.MonkeyPatch
FIELDS = (
    "reference document_type version title band organisation_level issue_date status classification produced_by "
    "authorised_by responsibilities cross_references behaviours essential_experience technical_requirements "
    "minimum_eligibility person_specification unplaced_lines warnings"
).split()


@pytest.fixture
def a_file(tmp_path: Path) -> Path:
    file = tmp_path / "orchard keeper.txt"
    file.write_text(made.two_columns_flattened(), encoding="utf-8")
    return file


def test_json_has_each_field(a_file: Path, capsys: Said) -> None:
    assert main(["jd", "read", str(a_file), "--json"]) == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert set(FIELDS) <= set(found)
    assert found["issue_date"] == "2026-02-16" and found["band"] == "10"
    assert found["responsibilities"][0] == {
        "number": 1,
        "text": made.DUTIES[0],
        "section": "Responsibilities, Activities and Duties",
    }
    assert found["warnings"] == ["band: The reference says B6, the band says 10."]
    assert made.CLOSING in found["unplaced_lines"]
    assert said.err == "7 responsibilities read. Nothing was saved.\n"


def test_people_read_it_without_json(a_file: Path, capsys: Said) -> None:
    assert main(["jd", "read", str(a_file)]) == 0
    assert "Issue date: 16 February 2026\n" in capsys.readouterr().out
    a_file.write_text(made.headings_in_capitals(), encoding="utf-8")
    assert main(["jd", "read", str(a_file)]) == 0
    said = capsys.readouterr().out
    assert "Title: Orchard Keeper\n" in said and "Band: not printed\n" in said
    assert f"  1. {made.DUTIES[0]}.\n" in said and "In no field\n" in said and "To check\n" in said


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_word_files_and_pdfs_whatever_they_are_called(kind: str, a_file: Path, capsys: Said) -> None:
    a_file.write_bytes(made.word_file() if kind == "docx" else made.pdf_of_two_columns())
    assert main(["jd", "read", str(a_file), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["responsibilities"]) == len(made.DUTIES)


def test_what_cannot_be_read_is_refused_in_words(a_file: Path, capsys: Said) -> None:
    a_file.write_bytes(b"%PDF-1.4 and no more")
    for file, because in (
        (a_file, "The pdf is damaged"),
        (a_file.with_name("none"), "cannot be opened"),
        (a_file.parent, "is no file"),
        (Path("/dev/null"), "is no file"),
        (Path("a\0b"), "no name of a file"),
    ):
        assert main(["jd", "read", str(file), "--json"]) == 1
        said = capsys.readouterr()
        assert because in said.err and "Nothing was read." in said.err and said.out == ""


def test_what_another_job_description_asks_stands_apart_each_with_its_condition(a_file: Path, capsys: Said) -> None:
    a_file.write_text(made.lists_in_a_table(), encoding="utf-8")
    assert main(["jd", "read", str(a_file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["cross_references"] == made.OTHER_JOBS
    assert found["conditions"] == ["In May act as a Bee Keeper (BK) as per these job descriptions"] * 3


def test_letters_that_the_terminal_does_not_know_are_no_failure(a_file: Path, monkeypatch: MonkeyPatch) -> None:
    a_file.write_text("Main duties\n\n• Plant Ŵyn’s 🍏\n• Water it\n", encoding="utf-8")
    for flags in ([], ["--json"]):
        terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr(sys, "stdout", terminal)
        assert main(["jd", "read", str(a_file), *flags]) == 0
        terminal.seek(0)
        said = terminal.read()
        assert "Water it" in said and (not flags or "Ŵyn’s 🍏" in json.loads(said)["responsibilities"][0]["text"])


def test_whoever_stops_listening_is_no_failure(a_file: Path, monkeypatch: MonkeyPatch, capsys: Said) -> None:
    ear, mouth = os.pipe()
    os.close(ear)
    with os.fdopen(mouth, "w") as nobody_listens:
        monkeypatch.setattr(sys, "stdout", nobody_listens)
        assert main(["jd", "read", str(a_file)]) == 0
    assert capsys.readouterr().err == "7 responsibilities read. Nothing was saved.\n"


def test_called_wrongly(capsys: Said) -> None:
    for words in (["jd"], ["jd", "read"], ["jd", "write", "x"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
