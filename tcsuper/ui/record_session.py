"""The three forms of one page: a session was held, did not happen, or is planned."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import Refused
from tcsuper.models import PRESENT, CancelledBy, LostBecause
from tcsuper.queries.confidential import texts_for_agreement
from tcsuper.queries.supervision import Contracted, Planned, ToRecord, register_for
from tcsuper.services.supervision import plan_session, record_lost_session, record_session
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.register import attendance_register
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.shared_record import keep_texts, kept_sentence, text_fields

HELD, LOST, PLANNED = "It was held", "It did not happen", "It is planned"
NOT_PLANNED = "None of these"
CHOSEN = "record-agreement"
"""The choice of agreement. Streamlit forgets it when the page is left, so that a second visit chooses anew."""
NOBODY_SERVES = (
    "None of the agreements and groups here gives this person the sessions they are short of. Make an agreement under "
    "Log and agreements, or choose another one here."
)
CANCELLED_BY_WORDS = {
    CancelledBy.ESTABLISHMENT: "The establishment",
    CancelledBy.SUPERVISOR: "The supervisor",
    CancelledBy.SUPERVISEE: "The supervisee or group",
}
LOST_WORDS = {
    LostBecause.DETAILED_ELSEWHERE: "Detailed to another wing or duty",
    LostBecause.LOCKDOWN: "Lockdown or incident",
    LostBecause.LEAVE: "Leave",
    LostBecause.SICKNESS: "Sickness",
    LostBecause.TRAINING: "Training",
    LostBecause.OTHER: "Another reason",
}


def asked_for(waiting: Sequence[Planned], offered: Sequence[ToRecord]) -> Planned | None:
    """What the address names, chosen already when the page opens: a planned session of mine, or a person to plan one
    for. Anything else in the address is as if it were not there."""
    asked = st.query_params.to_dict()
    found = next((one for one in waiting if str(one.record_id) == asked.get("planned")), None)
    if found is not None:
        wanted = next((one for one in offered if one.agreement_id == found.agreement_id), None)
    else:
        wanted = _best_for(asked, offered)
        if wanted is None and "person" in asked:
            st.info(NOBODY_SERVES)
    if memory().get("record_asked") != asked or CHOSEN not in st.session_state:
        memory()["record_asked"] = asked
        if wanted is not None:
            st.session_state[CHOSEN] = wanted.label
        if wanted is not None and found is None:
            st.session_state["record-what"] = PLANNED
    return found


def _best_for(asked: Mapping[str, str], offered: Sequence[ToRecord]) -> ToRecord | None:
    """The agreement whose next session helps the person asked for: mine before a colleague's, theirs alone before a
    group."""
    people = {str(staff_id): staff_id for one in offered for staff_id in one.expects}
    person, purposes = people.get(asked.get("person", "")), asked.get("purposes", "").split()
    if person is None:
        return None
    serving = [one for one in offered if one.serves(person, purposes, asked.get("form", ""))]
    return min(serving, key=lambda one: (one.is_on_behalf, len(one.expects)), default=None)


def _which_planned(planned: Sequence[Planned], asked: Planned | None) -> Planned | None:
    """The planned session this is about: the one asked for, else the last one due, else none."""
    if not planned:
        return None
    named = {
        f"{words.weekday(one.held_on)}{f', {one.starts_at}' if one.starts_at else ''}": one for one in reversed(planned)
    }
    chosen = asked if asked is not None and asked in planned else planned[-1]
    position = list(named.values()).index(chosen) if chosen in named.values() else 0
    label = st.selectbox("Planned session", [*named, NOT_PLANNED], index=position)
    return named.get(label)


def _held_on(planned: Planned | None) -> date:
    given = st.date_input(
        "Held on",
        value=planned.held_on if planned else today(),
        max_value=today(),
        format="DD/MM/YYYY",
        key=f"record-on-{planned.record_id if planned else 'new'}",
    )
    return given if isinstance(given, date) else today()


def _people(me: Actor, agreement: ToRecord, held_on: date) -> list[Contracted]:
    try:
        with reading() as db:
            return register_for(db, viewer=me, agreement_id=agreement.agreement_id, held_on=held_on)
    except Refused as refused:
        st.error(plain(str(refused)), icon=":material/error:")
        st.stop()


def _record_of(planned: Planned | None) -> UUID | None:
    return planned.record_id if planned else None


def held_form(me: Actor, agreement: ToRecord, waiting: Sequence[Planned], asked: Planned | None) -> None:
    left, right = st.columns(2)
    with left:
        planned = _which_planned(waiting, asked)
    with right if waiting else left:
        held_on = _held_on(planned)
    people = _people(me, agreement, held_on)
    if not people:
        st.info(f"Nobody was contracted to this group on {words.day(held_on)}. Choose another day.")
        return
    with reading() as db:
        may_write = texts_for_agreement(db, viewer=me, agreement_id=agreement.agreement_id, held_on=held_on)
    with record_form("record_session", submit="Save the session", live=True) as form:
        st.markdown(f"**{words.count(len(people), 'person', 'people')} contracted on {words.day(held_on)}**")
        entries = attendance_register(form, people)
        started, lasted = st.columns(2)
        with started:
            starts_at = st.text_input(
                "Started at (if you know)",
                value=planned.starts_at if planned else "",
                placeholder="14:00",
                max_chars=5,
                key=form.widget_key(f"starts-{_record_of(planned)}"),
            )
            form.slot("starts_at")
        with lasted:
            minutes = st.number_input(
                "Length in minutes",
                min_value=1,
                max_value=480,
                value=planned.minutes if planned else agreement.usual_minutes,
                step=5,
                key=form.widget_key(f"minutes-{agreement.agreement_id}-{_record_of(planned)}"),
            )
            form.slot("minutes")
        form.slot("held_on")
        typed = text_fields(form, may_write)
    if form.submitted:
        present = sum(entry.status in PRESENT for entry in entries)
        done = (
            f"Session of {words.day(held_on)} saved: {present} of {len(people)} present, {words.length(int(minutes))}. "
            f"Their minutes count at once. {kept_sentence(typed)}"
        ).strip()
        with saving(form, done=done) as db:
            session = record_session(
                db,
                by=me,
                submission=form.key,
                agreement_id=agreement.agreement_id,
                held_on=held_on,
                minutes=int(minutes),
                entries=entries,
                starts_at=starts_at.strip(),
                planned_record_id=_record_of(planned),
            )
            keep_texts(db, me, session.record_id, typed)


def lost_form(me: Actor, agreement: ToRecord, waiting: Sequence[Planned], asked: Planned | None) -> None:
    planned = _which_planned(waiting, asked)
    with record_form("record_lost_session", submit="Save that it did not happen") as form:
        on = st.date_input(
            "It should have been on",
            value=planned.held_on if planned else today(),
            max_value=today(),
            format="DD/MM/YYYY",
            key=form.widget_key(f"on-{_record_of(planned)}"),
        )
        form.slot("held_on")
        cancelled_by = st.radio(
            "Who cancelled it?", list(CANCELLED_BY_WORDS), format_func=CANCELLED_BY_WORDS.__getitem__
        )
        lost_because = st.radio("Why?", list(LOST_WORDS), format_func=LOST_WORDS.__getitem__)
    if form.submitted and isinstance(on, date):
        with saving(form, done=f"Saved: the session of {words.day(on)} did not happen. It stays on the record.") as db:
            record_lost_session(
                db,
                by=me,
                submission=form.key,
                agreement_id=agreement.agreement_id,
                held_on=on,
                cancelled_by=cancelled_by,
                lost_because=lost_because,
                planned_record_id=_record_of(planned),
            )


def who_and_why(form: RecordForm) -> tuple[CancelledBy, LostBecause]:
    """Who cancelled a session and why: what a service acts on."""
    left, right = st.columns(2)
    cancelled_by = left.radio(
        "Who cancelled it?",
        list(CANCELLED_BY_WORDS),
        format_func=CANCELLED_BY_WORDS.__getitem__,
        key=form.widget_key("who"),
    )
    lost_because = right.radio("Why?", list(LOST_WORDS), format_func=LOST_WORDS.__getitem__, key=form.widget_key("why"))
    return cancelled_by, lost_because


def planned_form(me: Actor, agreement: ToRecord) -> None:
    with record_form("plan_session", submit="Plan the session") as form:
        on = st.date_input("Planned for", value=today(), format="DD/MM/YYYY", key=form.widget_key("on"))
        form.slot("held_on")
        starts_at = st.text_input("Starts at", placeholder="14:00", max_chars=5, key=form.widget_key("starts"))
        form.slot("starts_at")
        minutes = st.number_input(
            "Length in minutes", 1, 480, agreement.usual_minutes, step=5, key=form.widget_key("minutes")
        )
        form.slot("minutes")
    if form.submitted and isinstance(on, date):
        with saving(form, done=f"Planned for {words.day(on)}. The forecast counts it from now on.") as db:
            plan_session(
                db,
                by=me,
                submission=form.key,
                agreement_id=agreement.agreement_id,
                held_on=on,
                starts_at=starts_at.strip(),
                minutes=int(minutes),
            )
