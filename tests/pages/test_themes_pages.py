"""Themes on screen: chosen with a session, kept as a list, counted over a year for those whose they are."""

import pytest

from tcsuper.database import writing
from tcsuper.models import Staff, SupervisionPurpose, Theme, WhatIsRecorded
from tcsuper.rules.themes import Heading, Tags
from tcsuper.services.shared_records import write_shared_record
from tests.pages.test_shared_record_pages import click, labels, page, said
from tests.people import Cast, as_person
from tests.signing_in import sign_in
from tests.texts import all_rows, attendance_only, events, opened, with_ben

BALANCE = "Show the balance of themes"


@pytest.fixture
def listed(page_cast: Cast) -> Cast:
    with writing() as db:
        db.add_all([Theme(code="endings", name="Endings", position=1), Theme(code="team", name="Team", position=2)])
    return page_cast


def themes(at):  # type: ignore[no-untyped-def]
    return next(one for one in at.multiselect if one.label == "Themes")


def test_where_only_themes_are_kept_there_is_no_text_field(listed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = attendance_only(listed)
    with writing() as db:
        db.get_one(SupervisionPurpose, "sensitivity_group").records = WhatIsRecorded.THEMES
    sign_in(monkeypatch, listed.accounts["Asha"])
    at = page("supervision", session)
    assert "Shared record" not in {one.label for one in at.text_area}
    assert {one.label for one in at.multiselect} >= {"Themes"} and "What it did" not in {
        one.label for one in at.multiselect
    }
    themes(at).set_value(["endings"]).run()
    at.radio(key=next(str(one.key) for one in at.radio if one.label == "Who reads it")).set_value(
        "Those who were present: share it now"
    ).run()
    click(at, "Save the shared record")
    assert "The shared record is saved and shared." in said(at)
    found = opened(listed, "Ben", session)
    assert (found.words, [one.name for one in found.tags.themes]) == ("", ["Endings"])


def test_a_change_of_themes_alone_counts_as_typed_and_is_kept(listed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(listed)
    with as_person(listed, "Asha") as (db, asha):
        write_shared_record(db, by=asha, session_record_id=session, words="Said.", tags=Tags((Heading("team", ""),)))
    sign_in(monkeypatch, listed.accounts["Asha"])
    at = page("supervision", session)
    click(at, "Open the shared record")
    assert "Themes: Team." in said(at)
    themes(at).set_value(["team", "endings"]).run()
    assert "You have changed it below." in said(at)
    click(at, "Save the shared record")
    assert [one.name for one in opened(listed, "Asha", session).tags.themes] == ["Team", "Endings"]


def test_a_manager_keeps_the_list_and_others_read_it(listed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, may in (("Asha", True), ("Ben", False)):
        sign_in(monkeypatch, listed.accounts[name])
        at = page("catalogue")
        at.segmented_control[0].set_value("Supervision").run()
        assert not at.exception and ("Add the theme" in labels(at)) is may
        assert [row["Theme"] for row in at.table[1].value.to_dict("records")] == ["Endings", "Team"]
        if may:
            next(one for one in at.text_input if one.label == "Theme").set_value("Risk and safety")
            click(at, "Add the theme")
            assert "“Risk and safety” is in the list" in said(at)
            with writing() as db:
                db.delete(db.get_one(Theme, all_rows(Theme)[-1].code))


def test_a_balance_is_opened_on_a_click_and_the_person_sees_that(listed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(listed)
    with as_person(listed, "Asha") as (db, asha):
        tags = Tags((Heading("team", ""),))
        write_shared_record(db, by=asha, session_record_id=session, words="Said.", tags=tags, share=True)
    sign_in(monkeypatch, listed.accounts["Asha"])
    at = page("supervision")
    at.segmented_control(key="supervision-show").set_value("Themes").run()
    chosen = next(one for one in at.selectbox if one.label == "Person")
    assert chosen.options == ["Ben"]
    chosen.set_value(listed.id("Ben")).run()
    assert "Ben sees that you looked." in said(at) and events("read_balance_of_themes") == []
    click(at, BALANCE)
    assert "1 shared record in the last 12 months." in said(at) and len(events("read_balance_of_themes")) == 1
    sign_in(monkeypatch, listed.accounts["Ben"])
    at = page("my_record")
    click(at, BALANCE)
    assert "1 shared record in the last 12 months." in said(at) and not at.exception


def test_the_name_of_whose_balance_it_is_is_drawn_as_text(listed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """T15: a name is typed by people too."""
    session = with_ben(listed)
    with as_person(listed, "Asha") as (db, asha):
        tags = Tags((Heading("team", ""),))
        write_shared_record(db, by=asha, session_record_id=session, words="Said.", tags=tags, share=True)
        db.get_one(Staff, listed.id("Ben")).full_name = "Ben ![x](https://elsewhere.example/x.png)"
    sign_in(monkeypatch, listed.accounts["Asha"])
    at = page("supervision")
    at.segmented_control(key="supervision-show").set_value("Themes").run()
    next(one for one in at.selectbox if one.label == "Person").set_value(listed.id("Ben")).run()
    drawn = " ".join(one.value for one in (*at.caption, *at.markdown))
    assert "sees that you looked" in drawn and "https://elsewhere" not in drawn
