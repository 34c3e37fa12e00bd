"""Import as it stands on screen: a sheet read in, what is asked answered, taken in as a whole, undone."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import now
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import Account, AuditEvent, ImportBatch, Staff, TrainingRecord
from tcsuper.settings import ROOT
from tcsuper.ui.import_mending import leave_out_words
from tcsuper.ui.signed_in import SIGN_IN_FIRST
from tests.competence import add_courses
from tests.people import Cast, make_cast
from tests.signing_in import sign_in

PAGE: Path = ROOT / "pages" / "import_records.py"
MATRIX = "Name,TCAT 1,TCAT 2\nBen Ellis,14/06/2024,31/02/2025\nDilis Wyn,21/02/2024,Nov 2024\n"
UNDERSTOOD, PEOPLE, PREVIEW = "2 What we understood", "3 People", "4 Preview"


@pytest.fixture
def cast(page_database: str) -> Cast:
    with writing() as db:
        made = make_cast(db)
        add_courses(db, made)
        db.get_one(Staff, made.id("Ben")).full_name = "Ben Ellis"
        db.get_one(Staff, made.id("Bela")).full_name = "Dilys Wyn"
        return made


def read_in(monkeypatch: pytest.MonkeyPatch, cast: Cast, who: str = "Asha", content: str = MATRIX) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = steady(AppTest.from_file(str(PAGE), default_timeout=60).run())
    at.file_uploader[0].upload("matrix.csv", content.encode(), "text/csv")
    return click(at, "Read the file")


def steady(at: AppTest) -> AppTest:
    assert not at.exception, [one.value for one in at.exception]
    return at


def click(at: AppTest, label: str) -> AppTest:
    return steady(next(one for one in at.button if one.label == label).click().run())


def field(among: Any, label: str) -> Any:
    return next(one for one in among if one.label.replace("\\", "") == label)


def go_to(at: AppTest, step: str) -> AppTest:
    return steady(field(at.segmented_control, "Step").set_value(step).run())


def said(at: AppTest) -> str:
    kinds = (at.markdown, at.caption, at.info, at.error, at.success, at.warning)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def answered(at: AppTest) -> AppTest:
    """What is asked of the matrix, up to the preview, its impossible date left as it is."""
    field(at.selectbox, "Meaning of nov 2024").set_value("2024-11-30").run()
    go_to(steady(at), PEOPLE)
    dilys = field(at.selectbox, "Who is Dilis Wyn?")
    dilys.set_value(next(one for one in dilys.options if "Dilys" in one)).run()
    return go_to(steady(at), PREVIEW)


def events() -> int:
    with reading() as db:
        return len(db.exec(select(AuditEvent)).all())


def days() -> set[str]:
    with reading() as db:
        return {one.completed_on.isoformat() for one in db.exec(select(TrainingRecord)) if not one.is_void}


def test_nothing_is_taken_in_until_all_is_mended_and_then_all_of_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = answered(read_in(monkeypatch, cast))
    assert "Nothing can be taken in yet" in said(at) and not days()
    assert not any(one.label.startswith("Take in") for one in at.button)
    field(at.text_input, "Write instead, row 2, TCAT 2").set_value("28/02/2025").run()
    assert "**4** new" in said(steady(at))
    rows = at.table[0].value
    assert {("Dilis Wyn", "Dilys Wyn"), ("Ben Ellis", "Ben Ellis")} == set(
        zip(rows["In the file"], rows["Who it is"], strict=True)
    )
    go_to(at, UNDERSTOOD)
    assert field(at.text_input, "Write instead, row 2, TCAT 2").value == "28/02/2025"
    assert field(at.selectbox, "Meaning of nov 2024").value == "2024-11-30"
    click(go_to(at, PREVIEW), "Take in 4 records")
    assert "Taken in: 4 new" in said(at)
    assert days() == {"2024-06-14", "2025-02-28", "2024-02-21", "2024-11-30"}


def test_a_file_that_cannot_be_read_says_why_and_changes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = read_in(monkeypatch, cast, content="\0\0\0")
    assert at.error and "Traceback" not in said(at)
    assert [one.label for one in at.button] == ["Read the file"]


def test_an_administrator_is_asked_nothing_about_a_sheet_that_is_for_therapy_managers(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = "Date,Supervisor,Supervisee,Duration,Attended\n3 March 2026,Asha Rao,Ben Ellis,90 min,perhaps\n"
    at = read_in(monkeypatch, cast, "Eve", held)
    assert "for the therapy manager of the community" in said(at) and "perhaps" not in said(at)
    assert "First leave out matrix" in said(at) and not any(one.label.startswith("Go on") for one in at.button)
    assert "perhaps" in said(read_in(monkeypatch, cast, "Asha", held))


def test_what_changed_since_the_preview_is_seen_before_it_is_taken_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = "Name,TCAT 1\nBen Ellis,14/06/2024\nDilys Wyn,21/02/2024\n"
    at = go_to(read_in(monkeypatch, cast, content=both), PREVIEW)
    other = go_to(read_in(monkeypatch, cast, content="Name,TCAT 1\nBen Ellis,14/06/2024\n"), PREVIEW)
    click(other, "Take in 1 record")
    click(at, "Take in 2 records")
    assert "Something changed since the preview" in said(at)
    click(at, "Take in 2 records")
    assert "**1** new" in said(at) and days() == {"2024-06-14"}
    click(at, "Take in 1 record")
    assert days() == {"2024-06-14", "2024-02-21"}


@pytest.mark.parametrize(
    ("named", "left", "label"),
    [(1, 1, "Leave it out"), (50, 50, "Leave out all 50"), (1000, 74520, "Leave out the first 1,000")],
)
def test_the_button_promises_to_leave_out_what_it_does(named: int, left: int, label: str) -> None:
    assert leave_out_words(named, left) == label


def test_whoever_may_not_import_does_not_enter(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, cast.accounts["Ben"])
    at = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert [one.value for one in at.error] == [NO_SUCH_RECORD] and not at.file_uploader


def test_every_answer_of_somebody_who_is_out_does_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its callbacks run without the top of the page: they touch what this tab remembers, and save nothing."""
    at = read_in(monkeypatch, cast)
    before = events()
    field(at.text_input, "Write instead, row 2, TCAT 2").set_value("28/02/2025")
    with writing() as db:
        db.get_one(Account, cast.accounts["Asha"]).disabled_at = now()
    for button in at.button:
        button.click()
    at.run()
    assert [one.value for one in at.error] == [SIGN_IN_FIRST] and not at.exception and not at.button
    assert events() == before


def test_the_next_person_at_the_tab_sees_nothing_of_the_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = read_in(monkeypatch, cast)
    assert "31/02/2025" in said(at)
    sign_in(monkeypatch, cast.accounts["Carol"])
    steady(at.run())
    assert "31/02/2025" not in said(at) and [one.label for one in at.button] == ["Read the file"]


@pytest.mark.proof
def test_an_import_is_undone_for_a_reason(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = answered(read_in(monkeypatch, cast))
    click(at, "Leave it out")
    click(at, "Take in 3 records")
    click(at, "Undo this import")
    assert "Nothing was saved." in said(at)
    field(at.text_input, "Reason").set_value("The wrong file")
    click(at, "Undo this import")
    with reading() as db:
        assert db.exec(select(ImportBatch).where(col(ImportBatch.undone_because) == "The wrong file")).one().undone_at


@pytest.mark.proof
def test_how_a_sheet_was_understood_is_offered_the_next_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = read_in(monkeypatch, cast)
    field(at.selectbox, "Meaning of nov 2024").set_value("2024-11-30").run()
    field(at.text_input, "Name").set_value("Our matrix")
    click(at, "Keep it")
    click(go_to(at, "1 Choose the file"), "Yes, put it away")
    at = read_in(monkeypatch, cast)
    assert "those of “Our matrix”" in said(at)
    click(at, "Understand it the same way")
    assert field(at.selectbox, "Meaning of nov 2024").value == "2024-11-30"
