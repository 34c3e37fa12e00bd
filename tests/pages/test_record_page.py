"""Record a session: what the address of a task has chosen already; one session, several, a week."""

from datetime import timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Attendance,
    AttendanceStatus,
    Body,
    BodyKind,
    BodyRule,
    BodyRuleKind,
    CancelledBy,
    GroupMember,
    LostBecause,
    Registration,
    SessionState,
    SupervisionAgreement,
    SupervisionPurpose,
    SupervisionSession,
    WhatIsRecorded,
)
from tcsuper.queries.supervision import register_for
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import plan_session, record_session
from tcsuper.settings import ROOT
from tcsuper.ui.plain import plain
from tcsuper.ui.record_session import HELD, LOST, NOBODY_SERVES, PLANNED, SEVERAL, WEEK
from tests.people import LONG_AGO, Cast, as_person
from tests.signing_in import sign_in

BEN, GROUP = "Ben · clinical", "Monday group · clinical"


@pytest.fixture
def cast(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Asha is signed in. Officer K left the Monday group yesterday."""
    with writing() as db:
        leaver = select(GroupMember).where(GroupMember.staff_id == page_cast.id("Officer K"))
        db.exec(leaver).one().end_on = today() - timedelta(days=1)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    return page_cast


def opened(**asked: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "pages" / "record_supervision.py"), default_timeout=60)
    for name, value in asked.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def chosen(at: AppTest) -> str | None:
    return at.selectbox(key="record-agreement").value


@pytest.mark.parametrize(
    ("whom", "wanted", "agreement"),
    [
        ("Ben", {}, BEN),
        ("Ben", {"purposes": "clinical", "form": "individual"}, BEN),
        ("Ben", {"purposes": "clinical", "form": "group"}, GROUP),
        ("Bela", {"purposes": "clinical", "form": ""}, GROUP),
    ],
)
def test_a_person_to_plan_for_has_the_agreement_chosen_that_helps_them(
    cast: Cast, whom: str, wanted: dict[str, str], agreement: str
) -> None:
    at = opened(person=str(cast.id(whom)), **wanted)
    assert chosen(at) == agreement
    assert at.session_state["record-what"] == PLANNED
    assert not at.info


@pytest.mark.parametrize(
    ("whom", "wanted"),
    [
        ("Bela", {"form": "individual"}),
        ("Bela", {"purposes": "managerial sensitivity_group"}),
        ("Officer K", {}),  # no longer of the group
        ("Cai", {}),  # not Asha's to see, and the sentence is the same as for nobody at all
    ],
)
def test_a_person_whom_no_agreement_helps_is_said_to_have_none(cast: Cast, whom: str, wanted: dict[str, str]) -> None:
    at = opened(person=str(cast.id(whom)), **wanted)
    assert chosen(at) is None
    assert [one.value for one in at.info] == [NOBODY_SERVES]


@pytest.mark.parametrize("forged", ["0", "-1", "Ben", "1 OR 1=1", "٣", "9" * 5000])
def test_an_address_that_names_nobody_chooses_nothing(cast: Cast, forged: str) -> None:
    at = opened(person=forged)
    assert chosen(at) is None
    assert [one.value for one in at.info] == [NOBODY_SERVES]


def test_an_agreement_that_is_over_is_planned_for_no_more(cast: Cast) -> None:
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.ben_agreement).end_on = today() - timedelta(days=1)
    assert chosen(opened(person=str(cast.id("Ben")))) == GROUP, "the only one that is in force"


# ---------------------------------------------------------------------------------------------------------------------
# One session


@pytest.mark.parametrize(("records", "fields"), [(WhatIsRecorded.FULL, True), (WhatIsRecorded.ATTENDANCE, False)])
def test_where_attendance_only_is_recorded_there_is_no_text_field_at_all(
    cast: Cast, records: WhatIsRecorded, fields: bool
) -> None:
    """Held, lost, planned, and several at once. Seen to fail with the start as a text field for every purpose."""
    with writing() as db:
        db.get_one(SupervisionPurpose, "clinical").records = records
    at = opened()
    at.selectbox(key="record-agreement").set_value(GROUP).run()
    assert bool([*at.text_input, *at.text_area]) is fields
    for what in (LOST, PLANNED):
        at.session_state["record-what"] = what
        at.run()
        assert not at.exception
        assert fields or not [*at.text_input, *at.text_area], what
    at.session_state["record-how"] = SEVERAL
    at.run()
    assert not at.exception and not [*at.text_input, *at.text_area]


def the_group_met(cast: Cast, days_ago: int) -> None:
    """At half past nine, all of it, for an hour and a quarter."""
    held_on = today() - timedelta(days=days_ago)
    with as_person(cast, "Asha") as (db, asha):
        people = register_for(db, viewer=asha, agreement_id=cast.group_agreement, held_on=held_on)
        record_session(
            db,
            by=asha,
            agreement_id=cast.group_agreement,
            held_on=held_on,
            minutes=75,
            starts_at="09:30",
            entries=[Entry(one.staff_id, AttendanceStatus.ATTENDED) for one in people],
        )


def test_same_as_last_time_fills_the_start_the_length_and_the_day(cast: Cast) -> None:
    the_group_met(cast, days_ago=10)
    at = opened()
    at.selectbox(key="record-agreement").set_value(GROUP).run()
    [same] = [one for one in at.button if one.label.startswith("Same as last time")]
    same.click().run()
    assert not at.exception and not at.warning
    usual = today() - timedelta(days=3)
    assert at.date_input(key="record-on-new").value == usual
    assert [one.value for one in at.text_input if one.label.startswith("Started at")] == ["09:30"]
    assert [one.value for one in at.number_input if one.label == "Length in minutes"] == [75]
    press(at, "Save the session")
    with reading() as db:
        held = db.exec(select(SupervisionSession).order_by(SupervisionSession.id.desc())).first()
    assert held is not None and (held.held_on, held.starts_at, held.minutes) == (usual, "09:30", 75)


def test_guests_a_live_session_and_an_ad_hoc_talk_are_stored_as_ticked(cast: Cast) -> None:
    at = opened()
    at.selectbox(key="record-agreement").set_value(GROUP).run()
    [guests] = [one for one in at.number_input if one.label == "Guests, counted only"]
    guests.set_value(2)
    for one in at.checkbox:
        if one.label.startswith(("Live", "An ad-hoc talk")):
            one.set_value(True)
    press(at, "Save the session")
    assert any("9 of 9 present and 2 guests" in one.value for one in at.success)
    with reading() as db:
        [held] = db.exec(select(SupervisionSession))
    assert (held.guests, held.is_live, held.is_ad_hoc) == (2, True, True)


def test_own_work_is_ticked_only_where_a_body_asks_for_it(cast: Cast) -> None:
    at = opened()
    at.selectbox(key="record-agreement").set_value(GROUP).run()
    assert not [one for one in at.checkbox if one.label == "Presented own work"]
    with writing() as db:
        body = Body(code="babcp", name="BABCP", short_name="BABCP", kind=BodyKind.ACCREDITED)
        db.add(body)
        db.flush()
        terms = {"amount": 90, "rule_set": "babcp"}
        db.add(BodyRule(body_id=body.id, kind=BodyRuleKind.SUPERVISION, start_on=LONG_AGO, terms=terms))
        by = {"recorded_at": now(), "recorded_by_id": cast.id("Asha")}
        db.add(Registration(staff_id=cast.id("Bela"), body_id=body.id, registered_on=LONG_AGO, **by))
    at.run()
    [bela] = [one for one in at.checkbox if one.label == "Presented own work"]
    bela.set_value(True)
    press(at, "Save the session")
    with reading() as db:
        presented = db.exec(select(Attendance.staff_id).where(Attendance.presented_own_work)).all()
    assert presented == [cast.id("Bela")]


def test_a_lost_session_is_rebooked_on_the_same_form(cast: Cast) -> None:
    at = opened()
    at.selectbox(key="record-agreement").set_value(BEN).run()
    at.session_state["record-what"] = LOST
    at.run()
    [rebooked] = [one for one in at.checkbox if one.label == "It is rebooked already"]
    rebooked.set_value(True).run()
    [day] = [one for one in at.date_input if one.label == "Rebooked for"]
    assert day.value == today() + timedelta(days=7)
    say_who_and_why(at)
    press(at, "Save that it did not happen")
    with reading() as db:
        found = db.exec(select(SupervisionSession).order_by(SupervisionSession.id)).all()
    assert [one.state for one in found] == [SessionState.DID_NOT_HAPPEN, SessionState.PLANNED]
    assert found[1].rebooks_id == found[0].record_id and found[1].held_on == today() + timedelta(days=7)


def say_who_and_why(at: AppTest) -> None:
    for label, answer in {"Who cancelled it?": CancelledBy.ESTABLISHMENT, "Why?": LostBecause.LOCKDOWN}.items():
        [question] = [one for one in at.radio if one.label == label]
        question.set_value(answer).run()


def test_who_cancelled_and_why_is_never_guessed(cast: Cast) -> None:
    at = opened()
    at.selectbox(key="record-agreement").set_value(BEN).run()
    at.session_state["record-what"] = LOST
    at.run()
    [button] = [one for one in at.button if one.label == "Save that it did not happen"]
    button.click().run()
    said = [one.value for one in at.error]
    assert said[1:] == ["Say who cancelled it\\.", "Say why it did not happen\\."]
    with reading() as db:
        assert db.exec(select(SupervisionSession)).all() == []


def press(at: AppTest, label: str) -> None:
    [button] = [one for one in at.button if one.label == label]
    button.click().run()
    assert not at.exception and not at.error, [one.value for one in at.error]


# ---------------------------------------------------------------------------------------------------------------------
# Several, and a week


def several(cast: Cast, rows: int) -> AppTest:
    """Ben's agreement, whose sessions were never recorded: so many rows of its rhythm."""
    at = opened()
    at.session_state["record-how"] = SEVERAL
    at.run()
    at.selectbox(key="record-agreement").set_value(BEN).run()
    [how_many] = [one for one in at.number_input if one.label == "How many sessions?"]
    how_many.set_value(rows).run()
    assert not at.exception
    return at


def test_several_past_sessions_are_offered_by_their_rhythm_and_saved_together(cast: Cast) -> None:
    at = several(cast, 3)
    days = [one.value for one in at.date_input if one.label == "Held on"]
    assert days == [LONG_AGO + timedelta(days=28 * number) for number in range(3)]
    [row_2] = [one for one in at.checkbox if one.label == "Row 2"]
    row_2.set_value(False).run()
    press(at, "Save these sessions")
    with reading() as db:
        held = db.exec(select(SupervisionSession).order_by(SupervisionSession.held_on)).all()
    assert [one.held_on for one in held] == [days[0], days[2]]
    assert any(one.value.startswith("2 sessions of Ben") for one in at.success)


def test_a_row_that_is_wrong_is_named_beside_it_and_nothing_is_stored(cast: Cast) -> None:
    at = several(cast, 3)
    dates = [one for one in at.date_input if one.label == "Held on"]
    first = dates[0].value
    dates[2].set_value(first).run()
    [button] = [one for one in at.button if one.label == "Save these sessions"]
    button.click().run()
    said = [one.value for one in at.error]
    assert any(one.startswith("Row 3, ") and "is already recorded" in one for one in said)
    with reading() as db:
        assert db.exec(select(SupervisionSession)).all() == []


def test_a_week_is_saved_with_who_was_unticked(cast: Cast) -> None:
    yesterday = today() - timedelta(days=1)
    with as_person(cast, "Asha") as (db, asha):
        plan_session(db, by=asha, agreement_id=cast.group_agreement, held_on=yesterday)
    at = opened()
    at.session_state["record-how"] = WEEK
    at.run()
    at.date_input(key="week-of").set_value(yesterday).run()
    assert not at.exception
    [present] = [one for one in at.button_group if one.label == "Present"]
    present.set_value([one for one in present.value if one != cast.id("Bela")]).run()
    [why] = [one for one in at.selectbox if one.label == "Why was Bela not there?"]
    why.set_value(AttendanceStatus.APOLOGIES_LEAVE).run()
    press(at, "Save the week")
    with reading() as db:
        [held] = db.exec(select(SupervisionSession).where(SupervisionSession.state == SessionState.HELD))
        absent = db.exec(select(Attendance).where(Attendance.session_id == held.id, Attendance.minutes == 0)).all()
    assert [(one.staff_id, one.status) for one in absent] == [(cast.id("Bela"), AttendanceStatus.APOLOGIES_LEAVE)]
    assert any(one.value.endswith("Recorded]") for one in at.markdown)


def test_typed_words_stay_with_their_agreement_and_come_back(cast: Cast) -> None:
    """Seen to fail with one form for all agreements: words typed about Ben stood ready to be saved for the group."""
    at = opened()
    at.selectbox(key="record-agreement").set_value(BEN).run()
    typed(at, "Shared record", "Of the hour with Ben")
    typed(at, "What was agreed", "Ben writes the report")
    at.selectbox(key="record-agreement").set_value(GROUP).run()
    assert at.text_area and not any(one.value for one in at.text_area)
    at.selectbox(key="record-agreement").set_value(BEN)
    at.session_state["record-what"] = LOST
    at.run()
    assert not at.text_area
    at.session_state["record-what"] = HELD
    at.run()
    assert [one.value for one in at.text_area if one.value] == ["Of the hour with Ben", "Ben writes the report"]


def typed(at: AppTest, label: str, text: str) -> None:
    next(one for one in at.text_area if one.label == label).set_value(text).run()
    assert not at.exception


def test_same_as_last_time_leaves_the_day_alone_while_the_usual_one_is_to_come(cast: Cast) -> None:
    """The group of Monday is not said to be usual on the Sunday on which somebody opens the page."""
    the_group_met(cast, days_ago=6)
    at = opened()
    at.selectbox(key="record-agreement").set_value(GROUP).run()
    [same] = [one for one in at.button if one.label.startswith("Same as last time")]
    assert same.label == plain("Same as last time: 09:30, 1 h 15 min")
    same.click().run()
    assert at.date_input(key="record-on-new").value == today()
    assert [one.value for one in at.number_input if one.label == "Length in minutes"] == [75]
