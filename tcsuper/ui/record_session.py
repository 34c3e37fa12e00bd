"""The three forms of one page: a session was held, did not happen, or is planned."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import Refused
from tcsuper.models import PRESENT, CancelledBy, LostBecause
from tcsuper.queries.confidential import texts_for_agreement
from tcsuper.queries.recording import LastTime, last_time
from tcsuper.queries.supervision import Contracted, Planned, ToRecord, register_for
from tcsuper.services.keeping_sessions import MOST_GUESTS
from tcsuper.services.supervision import plan_session, record_lost_session, record_session
from tcsuper.ui.agree_actions import action_fields, agreed_sentence, keep_actions
from tcsuper.ui.links import link_button
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.register import attendance_register
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.shared_record import keep_texts, kept_sentence, text_fields

FIVE_MINUTES, ONE_WEEK = 300, timedelta(days=7)
NEVER: tuple[date | None, str] = (None, "")
ONE, SEVERAL, WEEK = "One session", "Several past sessions", "Week of a community"
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
    """What the address names, chosen already when the page opens: a planned session of mine, an agreement, or a person
    to plan one for. Anything else in the address is as if it were not there."""
    asked = st.query_params.to_dict()
    found = next((one for one in waiting if str(one.record_id) == asked.get("planned")), None)
    if found is not None:
        wanted = next((one for one in offered if one.agreement_id == found.agreement_id), None)
    else:
        wanted = next((one for one in offered if str(one.agreement_id) == asked.get("agreement")), None)
        wanted = wanted or _best_for(asked, offered)
        if wanted is None and "person" in asked:
            st.info(NOBODY_SERVES)
    if memory().get("record_asked") != asked or CHOSEN not in st.session_state:
        memory()["record_asked"] = asked
        if wanted is not None:
            st.session_state[CHOSEN], st.session_state["record-how"] = wanted.label, ONE
        if wanted is not None and found is None and "person" in asked:
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


def _day_key(planned: Planned | None) -> str:
    return f"record-on-{planned.record_id if planned else 'new'}"


def _held_on(planned: Planned | None) -> date:
    key = _day_key(planned)
    st.session_state.setdefault(key, planned.held_on if planned else today())
    given = st.date_input("Held on", max_value=today(), format="DD/MM/YYYY", key=key)
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
        before = last_time(db, viewer=me, agreement_id=agreement.agreement_id)
    with record_form(f"record_session-{agreement.agreement_id}", submit="Save the session", live=True) as form:
        st.markdown(f"**{words.count(len(people), 'person', 'people')} contracted on {words.day(held_on)}**")
        if before is not None and planned is None:
            _same_as_last_time(form, agreement, before)
        entries = attendance_register(form, people)
        how = _how_it_was(form, agreement, planned)
        form.slot("held_on")
        typed = text_fields(form, may_write)
        agreed = action_fields(form, me, may_write, people, entries)
    if form.submitted:
        present = sum(entry.status in PRESENT for entry in entries)
        guests = f" and {words.count(how['guests'], 'guest')}" if how["guests"] else ""
        done = (
            f"Session of {words.day(held_on)} saved: {present} of {len(people)} present{guests}, "
            f"{words.length(how['minutes'])}. Their minutes count at once. {kept_sentence(typed)} "
            f"{agreed_sentence(agreed)}"
        ).strip()
        with saving(form, done=done) as db:
            session = record_session(
                db,
                by=me,
                submission=form.key,
                agreement_id=agreement.agreement_id,
                held_on=held_on,
                entries=entries,
                planned_record_id=_record_of(planned),
                **how,
            )
            keep_texts(db, me, session.record_id, typed)
            keep_actions(db, me, session.record_id, agreed)


def _same_as_last_time(form: RecordForm, agreement: ToRecord, before: LastTime) -> None:
    """One click takes over the start and the length, and the day on which the next was usual, unless that is still to
    come: then the day stays as it is."""
    day = {_day_key(None): before.next_on} if before.next_on < today() else {}
    values = {
        **day,
        _length_key(form, agreement, None): before.minutes,
        _start_key(form, agreement, None): before.starts_at if agreement.keeps_words else clock_time(before.starts_at),
    }
    said = [words.weekday(before.next_on) if day else "", before.starts_at, words.length(before.minutes)]
    st.button(
        plain(f"Same as last time: {', '.join(part for part in said if part)}"),
        icon=":material/history:",
        key=form.widget_key("same"),
        on_click=st.session_state.update,
        args=(values,),
    )


def _length_key(form: RecordForm, agreement: ToRecord, planned: Planned | None) -> str:
    return form.widget_key(f"minutes-{agreement.agreement_id}-{_record_of(planned)}")


def _start_key(form: RecordForm, agreement: ToRecord, planned: Planned | None) -> str:
    return form.widget_key(f"starts-{agreement.agreement_id}-{_record_of(planned)}")


def _how_it_was(form: RecordForm, agreement: ToRecord, planned: Planned | None) -> dict[str, Any]:
    """Start, length, guests and what else `record_session` takes."""
    length = _length_key(form, agreement, planned)
    st.session_state.setdefault(length, planned.minutes if planned else agreement.usual_minutes)
    is_group = agreement.form != "individual"
    fields = st.columns(3 if is_group else 2)
    with fields[0]:
        usual, key = planned.starts_at if planned else "", _start_key(form, agreement, planned)
        starts_at = _start_field("Started at (if you know)", key, usual, agreement.keeps_words)
        form.slot("starts_at")
    with fields[1]:
        minutes = st.number_input("Length in minutes", min_value=1, max_value=480, step=5, key=length)
        form.slot("minutes")
    guests = 0
    if is_group:
        with fields[2]:
            guests = st.number_input(
                "Guests, counted only", 0, MOST_GUESTS, key=form.widget_key("guests"), persist_state="page"
            )
            form.slot("guests")
    with st.expander("More about this session"):
        is_live = st.checkbox(
            "Live: the supervisor saw the work itself, and spoke about it there", key=form.widget_key("live")
        )
        is_ad_hoc = st.checkbox(
            "An ad-hoc talk: it stays on the record, and counts towards no minimum", key=form.widget_key("ad-hoc")
        )
    return {
        "starts_at": starts_at,
        "minutes": int(minutes),
        "guests": int(guests),
        "is_live": is_live,
        "is_ad_hoc": is_ad_hoc,
    }


def _start_field(label: str, key: str, usual: str, may_type: bool) -> str:
    """Typed; or chosen, where no text is to be typed at all."""
    st.session_state.setdefault(key, usual if may_type else clock_time(usual))
    if may_type:
        return st.text_input(label, placeholder="14:00", max_chars=5, key=key).strip()
    return at_the_clock(st.time_input(label, step=FIVE_MINUTES, key=key))


def clock_time(text: str) -> time | None:
    hours, _, minutes = text.partition(":")
    return time(int(hours), int(minutes)) if text else None


def at_the_clock(chosen: time | None) -> str:
    return f"{chosen:%H:%M}" if chosen else ""


def lost_form(me: Actor, agreement: ToRecord, waiting: Sequence[Planned], asked: Planned | None) -> None:
    planned = _which_planned(waiting, asked)
    name = f"record_lost_session-{agreement.agreement_id}"
    with record_form(name, submit="Save that it did not happen", live=True) as form:
        on = st.date_input(
            "It should have been on",
            value=planned.held_on if planned else today(),
            max_value=today(),
            format="DD/MM/YYYY",
            key=form.widget_key(f"on-{_record_of(planned)}"),
        )
        form.slot("held_on")
        cancelled_by, lost_because = who_and_why(form)
        is_rebooked = st.checkbox("It is rebooked already", key=form.widget_key("rebooked"))
        rebooked_for, rebooked_at = (
            rebooked_fields(form, on, planned.starts_at if planned else "", "rebooked_") if is_rebooked else NEVER
        )
    if form.submitted and isinstance(on, date):
        rebooked = f" Rebooked for {words.day(rebooked_for)}." if rebooked_for else ""
        done = f"Saved: the session of {words.day(on)} did not happen. It stays on the record.{rebooked}"
        with saving(form, done=done) as db:
            record_lost_session(
                db,
                by=me,
                submission=form.key,
                agreement_id=agreement.agreement_id,
                held_on=on,
                cancelled_by=cancelled_by,
                lost_because=lost_because,
                planned_record_id=_record_of(planned),
                rebooked_for=rebooked_for,
                rebooked_at=rebooked_at,
            )


def rebooked_fields(form: RecordForm, lost_on: date, usual_start: str, slots: str = "") -> tuple[date, str]:
    """The day, at first a week later, and the time of the session that takes the place of a lost one."""
    left, right = st.columns(2)
    with left:
        on = st.date_input(
            "Rebooked for",
            max(today(), lost_on + ONE_WEEK),
            min_value=today(),
            format="DD/MM/YYYY",
            key=form.widget_key(f"rebooked-on-{lost_on}"),
        )
        form.slot(f"{slots}held_on")
    with right:
        at = st.time_input(
            "Starts at (if you know)", clock_time(usual_start), step=FIVE_MINUTES, key=form.widget_key("rebooked-at")
        )
        form.slot(f"{slots}starts_at")
    return on, at_the_clock(at)


def who_and_why(form: RecordForm) -> tuple[CancelledBy | None, LostBecause | None]:
    """Who cancelled a session and why: what a service acts on, so nothing is chosen beforehand."""
    left, right = st.columns(2)
    with left:
        cancelled_by = st.radio(
            "Who cancelled it?",
            list(CANCELLED_BY_WORDS),
            index=None,
            format_func=CANCELLED_BY_WORDS.__getitem__,
            key=form.widget_key("who"),
        )
        form.slot("cancelled_by")
    with right:
        lost_because = st.radio(
            "Why?", list(LOST_WORDS), index=None, format_func=LOST_WORDS.__getitem__, key=form.widget_key("why")
        )
        form.slot("lost_because")
    return cancelled_by, lost_because


def planned_form(me: Actor, agreement: ToRecord) -> None:
    asked = {"show": "planned", "plan": "series", "agreement": str(agreement.agreement_id)}
    link_button("Plan a whole series instead", "supervision", "plan-series", asked)
    with record_form(f"plan_session-{agreement.agreement_id}", submit="Plan the session") as form:
        on = st.date_input("Planned for", value=today(), format="DD/MM/YYYY", key=form.widget_key("on"))
        form.slot("held_on")
        starts_at = _start_field(
            "Starts at", form.widget_key(f"starts-{agreement.agreement_id}"), "", agreement.keeps_words
        )
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
                starts_at=starts_at,
                minutes=int(minutes),
            )
