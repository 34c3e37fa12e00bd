"""python -m tcsuper standing: what a page can say in bulk, a script can have."""

import csv
import io
import json

import pytest
from sqlmodel import select

from tcsuper.__main__ import main
from tcsuper.database import reading, writing
from tcsuper.models import AuditEvent, Staff
from tcsuper.queries.standing import STANDING_COLUMNS
from tcsuper.reports.safe import formula_safe
from tests.people import Cast

Said = pytest.CaptureFixture[str]


def test_every_row_has_its_sentence_as_csv_or_json(cast: Cast, capsys: Said) -> None:
    assert main(["standing", "--on", "2026-11-22", "--kind", "supervision"]) == 0
    said = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert tuple(rows[0]) == STANDING_COLUMNS
    assert {row["person"] for row in rows} >= {"Ben", "Cai"} and all(row["because"] for row in rows)
    assert said.err == f"{len(rows)} rows as at 22 November 2026.\n"
    assert main(["standing", "--on", "2026-11-22", "--kind", "supervision", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == rows


def test_one_person_one_community_and_an_earlier_knowledge(cast: Cast, capsys: Said) -> None:
    assert main(["standing", "--person", "Ben", "--known-on", "2024-02-29", "--json"]) == 0
    assert {row["person"] for row in json.loads(capsys.readouterr().out)} == {"Ben"}
    assert main(["standing", "--community", "Ashdown C", "--json"]) == 0
    assert {row["person"] for row in json.loads(capsys.readouterr().out)} == {"Cai"}


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        (["--person", "Nobody At All"], "There is nobody called “Nobody At All”."),
        (["--community", "Elsewhere"], "Nobody has a post in “Elsewhere”."),
    ],
)
def test_a_name_that_fits_nobody_is_refused_in_words(cast: Cast, capsys: Said, asked: list[str], because: str) -> None:
    assert main(["standing", *asked]) == 1
    said = capsys.readouterr()
    assert said.err.strip() == because and said.out == ""


def test_namesakes_are_told_apart(cast: Cast, capsys: Said) -> None:
    with writing() as db:
        db.exec(select(Staff).where(Staff.full_name == "Bela")).one().full_name = "Ben"
    assert main(["standing", "--person", "Ben"]) == 1
    assert "2 people are called “Ben”. Name one by code: P-009, P-010." in capsys.readouterr().err
    assert main(["standing", "--person", "P-009", "--json"]) == 0
    everyone = main(["standing", "--kind", "supervision", "--json"])
    named = [row["person"] for row in json.loads(capsys.readouterr().out.split("]\n")[1] + "]")]
    assert everyone == 0 and len(set(named)) == len(named), "in a list of everybody no two people share a name"


@pytest.mark.parametrize("asked", [["--on", "31/02/2026"], ["--on", "2026-02-29"], ["--kind", "astrology"]])
def test_a_date_that_is_none_is_wrong_use(cast: Cast, asked: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["standing", *asked])
    assert ended.value.code == 2


def test_an_export_is_on_the_record(cast: Cast) -> None:
    main(["standing", "--on", "2026-11-22"])
    with reading() as db:
        event = db.exec(select(AuditEvent)).one()
    assert (event.action, event.by_name, event.detail["on"]) == ("export_standing", "command line", "2026-11-22")


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@SUM", "\tx", "\rx", "\0x"])
def test_nothing_in_a_cell_runs(text: str) -> None:
    assert formula_safe(text) == "'" + text
    assert formula_safe("plain") == "plain" and formula_safe(-2) == -2
