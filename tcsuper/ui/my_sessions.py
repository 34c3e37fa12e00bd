"""My sessions: what is recorded of me, and my word on it."""

from datetime import date
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import Answer, DisputeOutcome, SessionState
from tcsuper.queries.disputes import DisputeSeen, disputes_seen
from tcsuper.queries.standing import Row, counted_for
from tcsuper.queries.supervision import MySession
from tcsuper.rules.credit import counted_words
from tcsuper.rules.standing import Tone
from tcsuper.services.supervision import answer_attendance, record_lost_session
from tcsuper.ui.plain import plain
from tcsuper.ui.record_session import who_and_why
from tcsuper.ui.register import STATUS_WORDS
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import row_list
from tcsuper.ui.tasks import confirm_button

NEXT, LAST = 3, 8
"""So many planned ones, the soonest, and so many past ones are shown."""


def my_sessions(me: Actor, sessions: list[MySession], rows: list[Row], is_today: bool = True) -> None:
    """`rows`: my standings, for what each session counts for beside my own post."""
    st.subheader("My sessions", anchor=False)
    if not sessions:
        st.info("No session is recorded for you yet.")
        return
    if not is_today:
        st.caption("As they stand today, whatever day is chosen at the top.")
    with reading() as db:
        disputes = {one.session_record_id: one for one in disputes_seen(db, viewer=me) if one.is_mine}
    coming = [one for one in sessions if one.state is SessionState.PLANNED and one.held_on > me.on]
    shown = coming[-NEXT:] + [one for one in sessions if one not in coming][:LAST]
    with row_list("my-sessions") as listed:
        for session in shown:
            dispute = disputes.get(session.record_id)
            word, tone = _word(session, dispute, me.on)
            facts = [
                *_facts(session, dispute, me.on),
                counted_words(session.sitting, counted_for(rows, session.held_on)),
            ]
            with listed.row(word, tone, f"{session.title}, {words.day(session.held_on)}", *facts):
                if session.waits_for_answer:
                    confirm_button(me, session.record_id, session.title)
    if len(sessions) > len(shown):
        with st.expander(f"All {len(sessions)} sessions as a table"):
            st.table([_line(session, disputes.get(session.record_id), me.on) for session in sessions])
    _report_lost(me, [one for one in sessions if one.state is SessionState.PLANNED and one.held_on <= me.on])
    _dispute(me, [session for session in sessions if session.state is SessionState.HELD][:LAST])


def _word(session: MySession, dispute: DisputeSeen | None, on: date) -> tuple[str, Tone]:
    if session.state is SessionState.PLANNED:
        return "Planned" if session.held_on >= on else "Not recorded", Tone.NEUTRAL
    if session.state is SessionState.DID_NOT_HAPPEN:
        return "Did not happen", Tone.AMBER
    if session.waits_for_answer:
        return "To confirm", Tone.NEUTRAL
    if session.answer is Answer.DISPUTED:
        return ("Disputed", Tone.AMBER) if dispute is None or dispute.is_open else ("Settled", Tone.GOOD)
    return "Confirmed", Tone.GOOD


def _facts(session: MySession, dispute: DisputeSeen | None, on: date) -> list[str]:
    if session.state is not SessionState.HELD:
        facts = f"With {session.supervisor}, {words.length(session.minutes)}."
        is_late = session.state is SessionState.PLANNED and session.held_on < on
        return [facts, "Nobody has recorded it yet. If it did not happen, say so below." if is_late else ""]
    there = f"{STATUS_WORDS[session.status]}, " if session.status else ""
    facts = f"With {session.supervisor}. {there}{words.length(session.attended)} of {words.length(session.minutes)}."
    said = f"You said: “{session.comment}”" if session.comment else ""
    return [facts, said, _came_of_it(dispute)]


def _came_of_it(dispute: DisputeSeen | None) -> str:
    """Where what I dispute stands; the words of the third person are under "What I dispute"."""
    if dispute is None:
        return ""
    if dispute.settled_at is None:
        return "Open: your supervisor corrects it, or a third person settles it."
    settled = f"Settled by {dispute.third_person} on {words.day(today(dispute.settled_at))}"
    if dispute.outcome is DisputeOutcome.STANDS:
        return f"{settled}: the record stands."
    return f"{settled}: changed to {words.length(dispute.settled_minutes or 0)}."


def _line(session: MySession, dispute: DisputeSeen | None, on: date) -> dict[str, str]:
    return {
        "Date": words.day(session.held_on),
        "Session": plain(session.title),
        "With": plain(session.supervisor),
        "Status": _word(session, dispute, on)[0],
        "Attended": words.length(session.attended) if session.state is SessionState.HELD else "–",
    }


def _report_lost(me: Actor, planned: list[MySession]) -> None:
    """A planned session of mine whose day has come: I may say that it was lost, and why."""
    if not planned:
        return
    with st.expander("A planned session of mine did not happen"), record_form("report-lost", submit="Send") as form:
        named = {f"{one.title}, {words.day(one.held_on)}, {one.starts_at or 'no time'}": one for one in planned}
        chosen = st.selectbox("Session", list(named), key=form.widget_key("session"))
        cancelled_by, lost_because = who_and_why(form)
    if form.submitted and chosen:
        session = named[chosen]
        done = f"Saved: {session.title} of {words.day(session.held_on)} did not happen."
        with saving(form, done=done) as db:
            record_lost_session(
                db,
                by=me,
                submission=form.key,
                agreement_id=session.agreement_id,
                held_on=session.held_on,
                cancelled_by=cancelled_by,
                lost_because=lost_because,
                planned_record_id=session.record_id,
            )


def _dispute(me: Actor, held: list[MySession]) -> None:
    """Say what is different: both texts are kept, and the supervisor is told on their home page."""
    if not held:
        return
    with st.expander("Something is recorded wrongly"), record_form("dispute", submit="Send") as form:
        named = {
            f"{session.title}, {words.day(session.held_on)}, {session.starts_at or 'no time'}": session
            for session in held
        }
        chosen = st.selectbox("Session", list(named), key=form.widget_key("session"))
        comment = st.text_area("What is different?", max_chars=2000, key=form.widget_key("comment"))
        form.slot("comment")
    if form.submitted and chosen:
        record: UUID = named[chosen].record_id
        with saving(form, done="Sent. Both texts are kept; your supervisor sees it on their home page.") as db:
            answer_attendance(
                db,
                by=me,
                submission=form.key,
                session_record_id=record,
                answer=Answer.DISPUTED,
                comment=comment,
            )
