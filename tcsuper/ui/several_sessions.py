"""Several past sessions of one agreement on one screen: a row each, saved together."""

from dataclasses import replace
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import Refused
from tcsuper.queries.recording import MOST_ROWS, DayToEnter, days_to_enter
from tcsuper.queries.supervision import Contracted, ToRecord, register_for
from tcsuper.services.several_sessions import PastSession, record_several
from tcsuper.ui.plain import plain
from tcsuper.ui.record_session import FIVE_MINUTES, at_the_clock, clock_time
from tcsuper.ui.register import all_there_but
from tcsuper.ui.saving import RecordForm, record_form, saving

RHYTHM = (
    "Filled in by the usual rhythm since the last session that is recorded, everyone there. Change what was different, "
    "and untick what was not held."
)
NOTHING_LEFT = "By the usual rhythm nothing is left to enter. Choose the days yourself."


def several_form(me: Actor, agreement: ToRecord) -> None:
    days = _days(me, agreement)
    planned = {one.held_on: one.planned_record_id for one in days}
    with record_form(f"several-{agreement.agreement_id}", submit="Save these sessions", live=True) as form:
        st.caption(RHYTHM if days else NOTHING_LEFT)
        how_many = st.number_input(
            "How many sessions?", 1, MOST_ROWS, max(1, len(days)), key=form.widget_key("rows"), width=200
        )
        rows = [
            _row(form, me, agreement, number, days[number - 1] if number <= len(days) else None)
            for number in range(1, int(how_many) + 1)
        ]
        form.slot("sessions")
    ticked = [one for one in rows if one is not None]
    if not form.submitted:
        return
    undated = [number for number, row in enumerate(rows, 1) if isinstance(row, Undated)]
    if undated:
        form.point_out({f"row_{number}": f"Row {number}: choose the day, or untick the row." for number in undated})
        return
    sessions = [
        replace(one, planned_record_id=planned.get(one.held_on)) for one in ticked if isinstance(one, PastSession)
    ]
    with saving(form, done=_done(agreement, sessions)) as db:
        record_several(db, by=me, submission=form.key, sessions=sessions)


def _days(me: Actor, agreement: ToRecord) -> list[DayToEnter]:
    """None where the agreement takes no more sessions: then saving says why."""
    try:
        with reading() as db:
            return days_to_enter(db, viewer=me, agreement_id=agreement.agreement_id)
    except Refused:
        return []


class Undated:
    """A row whose day is still to be chosen."""


def _row(
    form: RecordForm, me: Actor, agreement: ToRecord, number: int, day: DayToEnter | None
) -> PastSession | Undated | None:
    """What a row says; None: it is left out."""
    with st.container(border=True, key=form.widget_key(f"row-{number}"), gap="small"):
        tick_place, on_place, start_place, length_place = st.columns([1, 1.6, 1.6, 1.6], vertical_alignment="bottom")
        is_held = tick_place.checkbox(f"Row {number}", True, key=form.widget_key(f"held-{number}"))
        if not is_held:
            on_place.caption("Left out: nothing is saved of this row.")
            return None
        held_on = on_place.date_input(
            "Held on",
            day.held_on if day else None,
            max_value=today(),
            format="DD/MM/YYYY",
            key=form.widget_key(f"on-{number}"),
        )
        starts_at = start_place.time_input(
            "Started (if you know)",
            clock_time(day.starts_at) if day else None,
            step=FIVE_MINUTES,
            key=form.widget_key(f"starts-{number}"),
        )
        minutes = length_place.number_input(
            "Minutes",
            1,
            480,
            day.minutes if day else agreement.usual_minutes,
            step=5,
            key=form.widget_key(f"minutes-{number}"),
        )
        people = people_on(me, agreement.agreement_id, held_on) if held_on else []
        entries = all_there_but(form, f"{number}-{held_on}", people) if people else []
        form.slot(f"row_{number}")
    if held_on is None:
        return Undated()
    return PastSession(agreement.agreement_id, held_on, int(minutes), entries, at_the_clock(starts_at), row=number)


def people_on(me: Actor, agreement_id: int, held_on: date) -> list[Contracted]:
    """Who was contracted on the day; where it may not be recorded, nobody, with the reason on screen."""
    try:
        with reading() as db:
            people = register_for(db, viewer=me, agreement_id=agreement_id, held_on=held_on)
    except Refused as refused:
        st.caption(plain(str(refused)))
        return []
    if not people:
        st.caption(f"Nobody was contracted to this group on {words.day(held_on)}. Choose another day.")
    return people


def _done(agreement: ToRecord, sessions: list[PastSession]) -> str:
    if not sessions:
        return ""
    days = sorted(one.held_on for one in sessions)
    return (
        f"{words.count(len(sessions), 'session')} of {agreement.label} saved, {words.day(days[0])} to "
        f"{words.day(days[-1])}. Their minutes count at once."
    )
