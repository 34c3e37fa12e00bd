"""A document read in on the page: gone over, kept while one is elsewhere, and saved once, whole."""

from datetime import date

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import now
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import Account, AuditEvent, JobDescription, Responsibility
from tcsuper.settings import ROOT
from tcsuper.ui.signed_in import SIGN_IN_FIRST
from tests.pages.test_shared_record_pages import click, said
from tests.people import Cast
from tests.readers.documents import DUTIES, two_columns_flattened
from tests.signing_in import sign_in

PAGE = str(ROOT / "pages" / "job_descriptions.py")
KEEPER = two_columns_flattened().encode()


def at_the_page() -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=60).run()


def read_in(at: AppTest, content: bytes = KEEPER, name: str = "keeper.txt") -> AppTest:
    at.segmented_control(key="jd_part").set_value("Read a document").run()
    at.file_uploader[0].upload(name, content, "text/plain")
    click(at, "Read it")
    assert not at.exception
    return at


def go_to(at: AppTest, step: str) -> None:
    next(one for one in at.segmented_control if step in one.options).set_value(step).run()
    assert not at.exception


def labels(at: AppTest) -> set[str]:
    return {one.label for one in at.button}


def stored(name: str) -> list[Responsibility]:
    with reading() as db:
        document = db.exec(select(JobDescription).where(JobDescription.role_name == name)).one()
        found = select(Responsibility).where(Responsibility.job_description_id == document.id)
        return list(db.exec(found.order_by(Responsibility.number)))  # type: ignore[arg-type]


def test_a_document_is_gone_over_and_saved_as_it_was_left(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = read_in(at_the_page())
    assert "7 responsibilities, 10 lines in no field. To look at: 1 particular." in said(at)
    assert "The reference says B6, the band says 10." in said(at)
    next(one for one in at.text_input if one.label == "Band").set_value("6").run()
    assert "Nothing is left to look at." in said(at)
    go_to(at, "Responsibilities")
    click(at, "Change 1")
    next(one for one in at.text_input if one.label == "Short title").set_value("Pruning").run()
    click(at, "Join")
    click(at, "Change 4")
    click(at, "Split")
    click(at, "Undo: 4 split")
    click(at, "Change 2")
    click(at, "Drop 2")
    click(at, "Change 3")
    click(at, "3 is a duty of another job")
    click(at, "Change duty 1")
    next(one for one in at.text_area if one.label == "When it is taken on").set_value("On market days").run()
    next(one for one in at.text_area if one.label == "One that was not read").set_value("Paint the gate")
    click(at, "Add it")
    go_to(at, "Save")
    click(at, "Save the document")
    assert "is saved: 5 responsibilities." in said(at) and at.segmented_control(key="jd_part").value == "Library"
    saved = [one for one in stored("OKp: Orchard Keeper") if not one.is_cross_reference]
    assert [one.text for one in saved] == [f"{DUTIES[0]}. {DUTIES[1]}", DUTIES[3], *DUTIES[5:], "Paint the gate"]
    elsewhere = [(one.text, one.condition) for one in stored("OKp: Orchard Keeper") if one.is_cross_reference]
    assert elsewhere == [(DUTIES[4], "On market days")] and saved[0].short_title == "Pruning"
    with reading() as db:
        document = db.get_one(JobDescription, saved[0].job_description_id)
        assert document.band == "6" and DUTIES[2] in document.lists["unplaced_lines"]
    at.segmented_control(key="jd_part").set_value("Read a document").run()
    assert "Put it away" not in labels(at) and len(at.file_uploader) == 1, "what is saved is no draft any more"


def test_a_file_that_cannot_be_read_gets_one_answer_and_leaves_what_is_there(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = read_in(at_the_page())
    next(one for one in at.text_input if one.label == "Status").set_value("Typed").run()
    at.file_uploader[0].upload("picture.docx", b"\x89PNG\r\n\x1a\n" + bytes(50), "application/msword")
    click(at, "Read it")
    assert [one.value for one in at.error] == [
        "This is a picture \\(png\\); words in pictures are not read\\. Nothing was read\\. "
        "Use a Word file \\(docx\\), a pdf or a text file\\."
    ]
    assert "Typed" in {one.value for one in at.text_input} and "keeper.txt" in said(at)
    with reading() as db:
        assert db.exec(select(JobDescription).where(JobDescription.title == "OKp: Orchard Keeper")).all() == []


def test_every_step_of_somebody_who_is_out_does_nothing(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its callbacks run without the top of the page: they touch what this tab remembers, and save nothing."""
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = read_in(at_the_page())
    go_to(at, "Responsibilities")
    click(at, "Change 1")
    next(one for one in at.text_area if one.label == "One that was not read").set_value("Paint the gate")
    with writing() as db:
        db.get_one(Account, page_cast.accounts["Asha"]).disabled_at = now()
        before = len(db.exec(select(AuditEvent)).all())
    for button in at.button:
        button.click()
    at.run()
    assert [one.value for one in at.error] == [SIGN_IN_FIRST] and not at.exception and not at.button
    with reading() as db:
        assert len(db.exec(select(AuditEvent)).all()) == before


@pytest.mark.proof
def test_a_text_emptied_shows_again_and_its_title_follows_it(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = read_in(at_the_page())
    go_to(at, "Responsibilities")
    click(at, "Change 3")
    next(one for one in at.text_area if one.label == "Text of 3").set_value("Feed the geese, gently").run()
    assert next(one for one in at.text_input if one.label == "Short title").value == "Feed the geese, gently"
    next(one for one in at.text_area if one.label == "Text of 3").set_value(" ").run()
    assert next(one for one in at.text_area if one.label == "Text of 3").value == "Feed the geese, gently"


@pytest.mark.proof
def test_more_than_forty_are_gone_over_in_parts(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    many = two_columns_flattened().replace(DUTIES[2], "\n• ".join([DUTIES[2], *(f"Count tree {n}" for n in range(75))]))
    at = read_in(at_the_page(), many.encode())
    go_to(at, "Responsibilities")
    assert {"Change 1", "Change 40"} <= labels(at) and "Change 41" not in labels(at)
    next(one for one in at.segmented_control if one.label == "Beginning with").set_value(80).run()
    assert {"Change 81", "Change 82"} <= labels(at) and "Change 80" not in labels(at)
    click(at, "Change 82")
    click(at, "Drop 82")
    assert "Change 81" in labels(at) and "Change 1" not in labels(at), "a step leaves one in the same part"
    click(at, "Change 81")
    click(at, "Drop 81")
    assert {"Change 1", "Change 40"} <= labels(at), "a part that is gone gives way to the first"


@pytest.mark.proof
def test_what_was_read_is_still_there_on_coming_back_and_gone_once_put_away(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = read_in(at_the_page())
    next(one for one in at.text_input if one.label == "Status").set_value("Typed").run()
    at.segmented_control(key="jd_part").set_value("Library").run()
    at.segmented_control(key="jd_part").set_value("Read a document").run()
    assert "Typed" in {one.value for one in at.text_input}
    click(at, "Yes, put it away")
    assert "keeper.txt" not in said(at) and "Typed" not in {one.value for one in at.text_input}


@pytest.mark.proof
def test_what_is_saved_already_is_not_offered_again(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = read_in(at_the_page())
    go_to(at, "Save")
    click(at, "Save the document")
    go_to(read_in(at), "Save")
    choice = next(one for one in at.selectbox if one.label == "What this document is")
    assert choice.value is None and "there is nothing to save" in said(at) and "Save the document" not in labels(at)
    with reading() as db:
        assert len(db.exec(select(AuditEvent).where(AuditEvent.action == "add_job_description")).all()) == 1


@pytest.mark.proof
def test_a_next_version_needs_a_day_and_leads_to_its_comparison(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = read_in(at_the_page())
    go_to(at, "Save")
    click(at, "Save the document")
    seventh = KEEPER.replace(b"6.0", b"7.0").replace(b"before eight", b"before nine")
    go_to(read_in(at, seventh), "Save")
    assert "6 unchanged and 1 reworded" in said(at)
    click(at, "Save this version")
    assert "Choose the day from which this version is in force." in said(at)
    next(one for one in at.date_input if one.label == "In force from").set_value(date(2030, 1, 1))
    click(at, "Save this version")
    assert "Version 7.0 of OKp: Orchard Keeper is saved, in force from 1 January 2030." in said(at)
    assert at.segmented_control(key="jd_part").value == "Compare versions"


@pytest.mark.parametrize("name", ["Ben", "Dev"])
def test_those_who_do_not_set_the_rules_read_and_compare_what_is_saved_alone(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    sign_in(monkeypatch, page_cast.accounts[name])
    at = at_the_page()
    assert NO_SUCH_RECORD not in [one.value for one in at.error]
    assert list(at.segmented_control[0].options) == ["Library", "Compare versions"] and not at.file_uploader
