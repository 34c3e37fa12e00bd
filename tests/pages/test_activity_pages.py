"""The activity log on My record, and what others are shown of it on Registration."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import ActivityKind, Body, BodyKind, BodyRule, BodyRuleKind, Registration
from tcsuper.queries.activities import ActivitySeen, my_activities
from tcsuper.services.activities import add_activity
from tcsuper.settings import ROOT
from tcsuper.words import day
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor, as_person
from tests.signing_in import sign_in
from tests.texts import MARKER, TEXT, YESTERDAY, events

LABEL = f"{day(YESTERDAY)} · CPD · 1 h 30 min"


def opened(cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, page: str = "my_record") -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60).run()
    assert not at.exception
    return at


def log(cast: Cast, who: str = "Ben", share: bool = False) -> None:
    with as_person(cast, who) as (db, by):
        add_activity(db, by=by, kind=ActivityKind.CPD, held_on=YESTERDAY, hours=1.5, words=TEXT, share=share)


def logged(cast: Cast, who: str = "Ben") -> list[ActivitySeen]:
    with reading() as db:
        return my_activities(db, viewer=actor(cast, who))


def press(at: AppTest, label: str) -> None:
    [button] = [one for one in at.button if one.label == label]
    button.click().run()
    assert not at.exception


def said(elements: Sequence[object]) -> str:
    """Their words, without the signs that keep them from being Markdown."""
    return "\n".join(str(one.value) for one in elements).replace("\\", "")  # type: ignore[attr-defined]


def shown(at: AppTest) -> str:
    return said([*at.text, *at.markdown, *at.caption])


def entries(at: AppTest) -> list[str]:
    return [option for one in at.selectbox if one.key == "my-entry" for option in one.options]


def test_an_empty_log_says_what_to_do_and_its_first_entry_is_kept(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(page_cast, monkeypatch, "Ben")
    assert "Nothing is in your log yet." in said(at.info)
    [share] = [one for one in at.checkbox if one.label.startswith("Share the words")]
    assert share.value is False
    next(one for one in at.selectbox if one.label == "What was it?").set_value(ActivityKind.CPD)
    next(one for one in at.date_input if one.label == "On which day").set_value(YESTERDAY)
    next(one for one in at.number_input if one.label == "Hours").set_value(1.5)
    next(one for one in at.text_area if one.label == "In your own words").set_value(TEXT)
    press(at, "Add to my log")
    [one] = logged(page_cast)
    assert (one.kind, one.held_on, one.hours, one.is_shared) == ("cpd", YESTERDAY, 1.5, False)
    assert entries(at) == [LABEL] and MARKER not in shown(at)


def test_what_is_missing_is_said_beside_its_field_and_no_word_is_lost(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(page_cast, monkeypatch, "Ben")
    next(one for one in at.text_area if one.label == "In your own words").set_value(TEXT)
    press(at, "Add to my log")
    errors = said(at.error)
    assert "Choose what it was." in errors and "Enter the hours: 1.5 for one hour and a half." in errors
    assert "Nothing was saved." in errors and logged(page_cast) == []
    assert next(one for one in at.text_area if one.label == "In your own words").value == TEXT


def test_an_entry_is_opened_shared_taken_back_and_voided(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    log(page_cast)
    at = opened(page_cast, monkeypatch, "Ben")
    next(one for one in at.selectbox if one.key == "my-entry").set_value(LABEL).run()
    assert TEXT in shown(at) and len(events("read_activity")) == 1
    press(at, "Share the words with my supervisors and therapy manager")
    assert [one.is_shared for one in logged(page_cast)] == [True]
    press(at, "Stop sharing it")
    assert [one.is_shared for one in logged(page_cast)] == [False]
    press(at, "Void the entry")
    assert "Choose why it is voided." in said(at.error) and len(logged(page_cast)) == 1
    next(one for one in at.radio if one.label == "Why?").set_value("entered_twice")
    press(at, "Void the entry")
    assert logged(page_cast) == [] and MARKER not in shown(at)


def test_a_change_keeps_what_was_not_touched(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    log(page_cast, share=True)
    at = opened(page_cast, monkeypatch, "Ben")
    next(one for one in at.selectbox if one.key == "my-entry").set_value(LABEL).run()
    [_, hours] = [one for one in at.number_input if one.label == "Hours"]
    hours.set_value(2.25)
    press(at, "Save the change")
    [one] = logged(page_cast)
    assert (one.kind, one.held_on, one.hours, one.is_shared) == ("cpd", YESTERDAY, 2.25, True)


def test_two_alike_entries_of_one_day_are_told_apart(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    log(page_cast)
    log(page_cast)
    assert entries(opened(page_cast, monkeypatch, "Ben")) == [f"{LABEL} · no. 1", f"{LABEL} · no. 2"]


def test_what_a_body_asks_stands_beside_the_log(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        body = Body(code="babcp", name="A body", short_name="BABCP", kind=BodyKind.ACCREDITED)
        db.add(body)
        db.flush()
        terms = {"months": 12, "items": 5, "skills_hours": 6}
        rule = {"kind": BodyRuleKind.ACTIVITY, "start_on": LONG_AGO, "source": "BABCP", "mark": "sure"}
        db.add(BodyRule(body_id=body.id, terms=terms, **rule))
        facts = {"staff_id": page_cast.id("Ben"), "body_id": body.id, "number": "1", "registered_on": LONG_AGO}
        db.add(Registration(recorded_at=now(), expires_on=today() + timedelta(days=30), **facts))
    log(page_cast)
    asked = "BABCP asks for 6 hours of skills and 5 activities every 12 months"
    compared = "4 of the 5 activities are not logged yet. The log cannot show hours of skills: count that by hand."
    mine = shown(opened(page_cast, monkeypatch, "Ben"))
    assert asked in mine and compared in mine
    at = opened(page_cast, monkeypatch, "Asha", "registration")
    assert compared not in shown(at)
    next(one for one in at.selectbox if one.label == "Look closer").set_value(page_cast.id("Ben")).run()
    assert compared in shown(at)


def test_a_manager_sees_figures_and_reads_what_is_shared_by_a_click(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(page_cast)
    log(page_cast, "Bela", share=True)
    at = opened(page_cast, monkeypatch, "Asha", "registration")
    [table] = [one.value for one in at.dataframe if "In all" in one.value.columns]
    figures = {"Activities": 1, "In all": "1 h 30 min", "CPD": "1 h 30 min"}
    assert table.to_dict("records") == [{"Person": "Bela"} | figures, {"Person": "Ben"} | figures]
    assert MARKER not in shown(at) and events("read_activity") == []
    press(at, "Read")
    assert TEXT in shown(at) and len(events("read_activity")) == 1
    press(at, "Close")
    assert MARKER not in shown(at)


def test_nothing_logged_is_said_and_whoever_sees_nothing_of_others_has_no_such_tab(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(page_cast, monkeypatch, "Asha", "registration")
    assert "Nobody you supervise or manage has logged an activity" in said(at.info)
    assert "Activity" in [tab.label for tab in at.tabs]
    assert "Activity" not in [tab.label for tab in opened(page_cast, monkeypatch, "Ben", "registration").tabs]


def test_a_director_sees_communities_and_no_person(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GROUP_OF_TEN[:5]:
        log(page_cast, name, share=True)
    at = opened(page_cast, monkeypatch, "Dev", "registration")
    [table] = [one.value for one in at.dataframe if "People who logged something" in one.value.columns]
    assert table.to_dict("records") == [
        {
            "Community": "Ashdown B",
            "People who logged something": "5",
            "Activities": "5",
            "How long": "7 h 30 min",
        },
        {
            "Community": "Ashdown C",
            "People who logged something": "too few to be shown",
            "Activities": "",
            "How long": "",
        },
    ]
    assert not [one for one in at.button if one.label == "Read"]
