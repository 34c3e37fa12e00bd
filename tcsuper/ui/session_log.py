"""The log of sessions: filter, open one, correct or void it."""

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Object
from tcsuper.database import reading
from tcsuper.errors import Conflict
from tcsuper.models import PRESENT, Answer, SessionForm, SessionState
from tcsuper.queries.readers import readers_of_session
from tcsuper.queries.supervision import Contracted, attendance_at, session_log
from tcsuper.services.keeping_sessions import MOST_GUESTS, Entry
from tcsuper.services.supervision import correct_session, void_session
from tcsuper.services.table_exports import export_attendance
from tcsuper.ui.actions import session_actions
from tcsuper.ui.exports import opened_export, session_log_export
from tcsuper.ui.memory import is_asked_anew
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.rebooking import rebooking
from tcsuper.ui.record_session import CANCELLED_BY_WORDS, LOST_WORDS
from tcsuper.ui.register import STATUS_WORDS, attendance_register
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.shared_record import confidential_texts
from tcsuper.ui.tables import Export, Line, export_button, show_table
from tcsuper.ui.two_corrections import Correction, Register

if TYPE_CHECKING:
    import pandas as pd

PERIODS = {"Last 4 weeks": 28, "Last 3 months": 92, "Last 12 months": 366, "Next 6 weeks": 0}
LONGEST, COMING = "Last 12 months", "Next 6 weeks"
STATE_WORDS = {
    SessionState.HELD: "● Held",
    SessionState.PLANNED: "○ Planned",
    SessionState.DID_NOT_HAPPEN: "▲ Did not happen",
}
ANSWER_WORDS = {Answer.CONFIRMED: "confirmed", Answer.DISPUTED: "disputed"}


def show_log(me: Actor, on: date) -> None:
    left, right = st.columns([1, 2])
    wished = st.query_params.get("session", "")
    if is_asked_anew("log", wished):  # somebody came to see one session, however old
        st.session_state["log-period"] = LONGEST
    period = left.selectbox("Period", list(PERIODS), key="log-period", persist_state="session")
    states = right.multiselect(
        "Show only", list(STATE_WORDS), format_func=STATE_WORDS.__getitem__, key="log-states", placeholder="Everything"
    )
    with reading() as db:
        since = on + timedelta(days=1) if period == COMING else on - timedelta(days=PERIODS[period])
        until = on + timedelta(days=42) if period == COMING else on
        log = session_log(db, viewer=me, since=since, until=until)
    shown = log[log["state"].isin(states)] if states else log
    if shown.empty:
        st.info("No session is recorded in this period. Record one under Record a session.")
        return
    held = int((shown["state"] == SessionState.HELD).sum())
    lost = int((shown["state"] == SessionState.DID_NOT_HAPPEN).sum())
    planned = int((shown["state"] == SessionState.PLANNED).sum())
    if period == COMING:
        st.markdown(f"**{words.count(planned, 'session')} planned.**")
    else:
        waiting = f", {planned} planned and not recorded yet" if planned else ""
        st.markdown(f"**{words.count(held, 'session')} held, {lost} did not happen**{waiting}.")
    disputed = bool(shown["disputed"].any())
    event = st.dataframe(
        [_line(row, disputed) for row in shown.itertuples()],
        hide_index=True,
        width="stretch",
        column_config={
            "Date": st.column_config.DateColumn(format="D MMM YYYY", width=92),
            "Purpose": st.column_config.TextColumn(width=150),
        },
        on_select="rerun",
        selection_mode="single-row",
        key="log-table",
    )
    rows: list[int] = event["selection"]["rows"] if event else []
    wanted = shown["record_id"].astype(str) == wished
    if rows and rows[0] < len(shown):
        _open(me, shown.iloc[rows[0]])
    elif wanted.any():
        _open(me, shown[wanted].iloc[0])
    else:
        st.caption("Select a row to see who was there.")
    chosen = words.listed([STATE_WORDS[state].partition(" ")[2] for state in states]) or "Everything"
    asked = [("Period", period), ("Show only", chosen)]
    line = partial(_line, with_disputes=disputed)
    export_button(session_log_export(me, on, (since, until), states, line, asked), "session-log", len(shown))


def _line(row: Any, with_disputes: bool) -> dict[str, Any]:
    """What came of it stands before who and what for: a phone shows the first four."""
    lost = LOST_WORDS[row.lost_because] if row.lost_because else ""
    disputed = {"Disputed": str(row.disputed) if row.disputed else ""} if with_disputes else {}
    return {
        "Date": row.held_on,
        "Time": row.starts_at,
        "Session": row.title,
        "Status": STATE_WORDS[row.state],
        "Present": f"{row.present} of {row.contracted}" if row.state is SessionState.HELD else lost,
        **disputed,
        "Minutes": row.minutes,
        "Supervisor": row.supervisor,
        "Purpose": row.purpose,
    }


def _open(me: Actor, session: "pd.Series[Any]") -> None:
    st.subheader(f"{plain(session['title'])}, {words.day(session['held_on'])}", anchor=False)
    if session["state"] is SessionState.DID_NOT_HAPPEN:
        st.markdown(
            f"Did not happen. Cancelled by: {CANCELLED_BY_WORDS[session['cancelled_by']].lower()}. "
            f"Reason: {LOST_WORDS[session['lost_because']].lower()}."
        )
        rebooking(me, session["record_id"])
    with reading() as db:
        there = attendance_at(db, viewer=me, session_id=int(session["session_id"]))
    if session["state"] is SessionState.HELD:
        show_table([_there(row) for row in there.itertuples()])
        export_button(_attendance_export(me, session, there), f"attendance-{session['record_id']}")
    guests = f" {words.count(int(session['guests']), 'guest')} besides." if session["guests"] else ""
    entered = " Entered on behalf of the supervisor." if session["on_behalf"] else ""
    st.caption(plain(f"{session['purpose']}, with {session['supervisor']}.{guests}{entered}"))
    number = int(session["session_id"])
    who_can_see(f"session-{number}", lambda db: readers_of_session(db, viewer=me, session_id=number))
    session_actions(me, session["record_id"], _were_present(there))
    confidential_texts(me, session["record_id"])
    if session["mine"] and session["state"] is SessionState.HELD:
        _correct(me, session, there)
    if session["mine"]:
        _void(me, session)


def _there(row: Any) -> Line:
    return {
        "Person": row.person,
        "Attendance": STATUS_WORDS[row.status] if row.status else "",
        "Minutes": row.minutes,
        "Their word": f"{ANSWER_WORDS[row.answer]} {row.comment}".strip() if row.answer else "not disputed",
    }


def _attendance_export(me: Actor, session: "pd.Series[Any]", there: "pd.DataFrame") -> Export | None:
    number, on = int(session["session_id"]), session["held_on"]
    return opened_export(
        me,
        Object.SESSION_LOG,
        list(there["staff_id"]),
        f"attendance-{on}",
        f"Attendance at a session of {words.day(on)}",
        lambda db: export_attendance(db, by=me, session_id=number),
        _there,
    )


def _were_present(there: "pd.DataFrame") -> list[Contracted]:
    return [Contracted(row.staff_id, row.person) for row in there.itertuples() if row.status in PRESENT]


def _correct(me: Actor, session: "pd.Series[Any]", there: "pd.DataFrame") -> None:
    name, now = f"correct-{session['record_id']}", _register(session, there)
    correction = Correction(name, int(session["session_id"]), now)
    was = correction.said
    folded = st.expander("Correct this record", key=f"folded-{name}")  # stays open when what is above it changes
    with folded, record_form(name, submit="Save the correction", live=True) as form:
        st.caption("The former version stays on the record, with your reason.")
        place = st.empty()
        entries = attendance_register(form, was.people, was.entries)
        minutes = st.number_input("Length in minutes", 1, 480, was.minutes, step=5, key=form.widget_key("minutes"))
        form.slot("minutes")
        guests = was.guests
        if session["form"] != SessionForm.INDIVIDUAL:
            guests = st.number_input("Guests, counted only", 0, MOST_GUESTS, guests, key=form.widget_key("guests"))
            form.slot("guests")
        reason = st.text_input("Why is it corrected?", max_chars=500, key=form.widget_key("reason"))
        form.slot("reason")
        mine = Register(was.people, {entry.staff_id: entry for entry in entries}, int(minutes), int(guests))
        correction.drawn(form, place, mine, reason)
    if not form.submitted:
        return
    somebody_was_first = False
    with saving(form, done="Corrected. Everyone's minutes follow the new version.") as db:
        try:
            correct_session(
                db,
                by=me,
                submission=form.key,
                session_id=correction.version,
                reason=reason,
                minutes=mine.minutes,
                entries=entries,
                guests=mine.guests,
            )
        except Conflict:
            somebody_was_first = True
            raise
    if somebody_was_first:
        correction.tell(place, mine)


def _register(session: "pd.Series[Any]", there: "pd.DataFrame") -> Register:
    """What is recorded now, as the form takes it."""
    people = [Contracted(row.staff_id, row.person, row.asks_own_work) for row in there.itertuples()]
    entries = {
        row.staff_id: Entry(row.staff_id, row.status, row.minutes, bool(row.presented_own_work))
        for row in there.itertuples()
    }
    return Register(people, entries, int(session["minutes"]), int(session["guests"]))


def _void(me: Actor, session: "pd.Series[Any]") -> None:
    with st.expander("Void this record"), record_form(f"void-{session['session_id']}", submit="Void it") as form:
        st.caption("It stays on the record with your reason, and counts for nobody any more.")
        reason = st.text_input("Why is it voided?", max_chars=500, key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done="Voided. Its minutes no longer count.") as db:
            void_session(db, by=me, submission=form.key, session_id=int(session["session_id"]), reason=reason)
