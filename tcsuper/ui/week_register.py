"""The week register of a community: its groups' sessions of one week, entered on one screen and saved together."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import SessionState
from tcsuper.queries.week_register import WeekSession, communities_with_groups, week_of_community
from tcsuper.rules.standing import Tone
from tcsuper.services.keeping_sessions import MOST_GUESTS
from tcsuper.services.several_sessions import PastSession, record_week
from tcsuper.ui.plain import plain
from tcsuper.ui.record_session import CANCELLED_BY_WORDS, FIVE_MINUTES, LOST_WORDS, at_the_clock, clock_time
from tcsuper.ui.register import present_until_unticked
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.several_sessions import people_on
from tcsuper.ui.status import row_list

WENT_AHEAD, DID_NOT, NOT_NOW = "Held", "Did not happen", "Not now"


def week_register(me: Actor) -> None:
    with reading() as db:
        communities = communities_with_groups(db, viewer=me)
    if not communities:
        st.info("You enter no group's sessions. Make a group under Log and agreements, then record its week here.")
        return
    left, right = st.columns(2)
    community = left.selectbox(
        "Community", list(communities), format_func=communities.__getitem__, key="week-community"
    )
    day = right.date_input("Week of", max_value=today(), format="DD/MM/YYYY", key="week-of")
    monday = day - timedelta(days=day.weekday())
    st.markdown(f"**{words.weekday(monday)} to {words.full_day(monday + timedelta(days=6))}**")
    with reading() as db:
        sessions = week_of_community(db, viewer=me, community_id=community, monday=monday)
    _standing(me, [one for one in sessions if not one.may_enter])
    _form(me, community, monday, [one for one in sessions if one.may_enter])


def _standing(me: Actor, sessions: Sequence[WeekSession]) -> None:
    """Those that are recorded already, or still to come."""
    if not sessions:
        return
    with row_list("week-done") as listed:
        for one in sessions:
            word, tone, fact = _said(one)
            at = f", {one.starts_at}" if one.starts_at else ""
            day = words.weekday(one.held_on) if one.held_on else ""
            with listed.row(word, tone, f"{one.group}, {day}{at}", f"{one.purpose}, with {one.supervisor}. {fact}"):
                pass


def _said(one: WeekSession) -> tuple[str, Tone, str]:
    if one.state is SessionState.DID_NOT_HAPPEN:
        return "Did not happen", Tone.AMBER, "It stays on the record."
    if one.state is SessionState.HELD:
        guests = f" and {words.count(one.guests, 'guest')}" if one.guests else ""
        there = f"{one.present} of {one.contracted} present{guests}"
        return "Recorded", Tone.GOOD, f"{there}, {words.length(one.minutes)}."
    return "Planned", Tone.NEUTRAL, f"{words.length(one.minutes)}."


def _form(me: Actor, community: int, monday: date, sessions: Sequence[WeekSession]) -> None:
    planned = [one for one in sessions if one.state is not None]
    others = {one.agreement_id: one for one in sessions if one.state is None}
    if not sessions:
        st.caption("Nothing of this week waits to be recorded by you.")
        return
    with record_form(f"week-{community}-{monday}", submit="Save the week", live=True) as form:
        if not planned:
            st.caption("No planned session of this week waits to be recorded. Add a group that met.")
        rows = [_entered(form, me, monday, number, one) for number, one in enumerate(planned, 1)]
        for one in _added(form, others):
            rows.append(_entered(form, me, monday, len(rows) + 1, one))
        form.slot("sessions")
    entered = [one for one in rows if one is not None]
    if form.submitted:
        lost = sum(one.lost is not None for one in entered)
        done = f"The week is saved: {words.count(len(entered) - lost, 'session')} held, {lost} did not happen."
        with saving(form, done=done) as db:
            record_week(db, by=me, submission=form.key, community_id=community, monday=monday, sessions=entered)


def _added(form: RecordForm, others: dict[int, WeekSession]) -> list[WeekSession]:
    if not others:
        return []
    chosen = st.multiselect(
        "Add a group that met without being planned",
        list(others),
        format_func=lambda one: f"{others[one].group} · {others[one].purpose.lower()}, with {others[one].supervisor}",
        placeholder="Choose groups",
        key=form.widget_key("added"),
    )
    return [others[agreement_id] for agreement_id in chosen]


def _entered(form: RecordForm, me: Actor, monday: date, number: int, one: WeekSession) -> PastSession | None:
    """One session of the week, as it is entered; None: not now."""
    key = one.key
    with st.container(border=True, key=form.widget_key(f"session-{key}"), gap="small"):
        at = f", {one.starts_at}" if one.starts_at else ""
        day = f", {words.weekday(one.held_on)}{at}" if one.held_on else ""
        st.markdown(f"**{plain(one.group)}{day}**")
        st.caption(plain(f"{one.purpose}, with {one.supervisor}"))
        how = st.segmented_control(
            f"How it went: {plain(one.group)}",
            [WENT_AHEAD, DID_NOT, NOT_NOW],
            default=WENT_AHEAD,
            label_visibility="collapsed",
            key=form.widget_key(f"how-{key}"),
        )
        if how not in (WENT_AHEAD, DID_NOT):
            return None
        held_on = one.held_on or _day(form, monday, key)
        session = _lost(form, one, held_on, number) if how == DID_NOT else _held(form, me, one, held_on, number)
        form.slot(f"row_{number}")
    return session


def _day(form: RecordForm, monday: date, key: str) -> date:
    return st.date_input(
        "Day",
        monday,
        min_value=monday,
        max_value=min(monday + timedelta(days=6), today()),
        format="DD/MM/YYYY",
        key=form.widget_key(f"day-{key}"),
    )


def _held(form: RecordForm, me: Actor, one: WeekSession, held_on: date, number: int) -> PastSession:
    key = one.key
    entries = present_until_unticked(form, f"{key}-{held_on}", people_on(me, one.agreement_id, held_on))
    start_place, length_place, guests_place = st.columns(3)
    starts_at = start_place.time_input(
        "Started at (if you know)", clock_time(one.starts_at), step=FIVE_MINUTES, key=form.widget_key(f"starts-{key}")
    )
    minutes = length_place.number_input(
        "Length in minutes", 1, 480, one.minutes, step=5, key=form.widget_key(f"minutes-{key}")
    )
    guests = guests_place.number_input("Guests, counted only", 0, MOST_GUESTS, key=form.widget_key(f"guests-{key}"))
    return PastSession(
        one.agreement_id,
        held_on,
        int(minutes),
        entries,
        at_the_clock(starts_at),
        int(guests),
        planned_record_id=one.record_id,
        row=number,
    )


def _lost(form: RecordForm, one: WeekSession, held_on: date, number: int) -> PastSession:
    left, right = st.columns(2)
    cancelled_by = left.selectbox(
        "Who cancelled it?",
        list(CANCELLED_BY_WORDS),
        index=None,
        placeholder="Choose who",
        format_func=CANCELLED_BY_WORDS.__getitem__,
        key=form.widget_key(f"who-{one.key}"),
    )
    because = right.selectbox(
        "Why?",
        list(LOST_WORDS),
        index=None,
        placeholder="Choose why",
        format_func=LOST_WORDS.__getitem__,
        key=form.widget_key(f"why-{one.key}"),
    )
    return PastSession(
        one.agreement_id,
        held_on,
        one.minutes,
        planned_record_id=one.record_id,
        lost=(cancelled_by, because),
        row=number,
    )
