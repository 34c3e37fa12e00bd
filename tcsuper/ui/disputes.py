"""Disputed attendance: both sides for those concerned, a third person named by the manager, and the form to settle."""

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Permission, holds
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import DisputeOutcome
from tcsuper.queries.disputes import (
    DisputeSeen,
    ToSettle,
    disputes_seen,
    disputes_to_settle,
    third_persons,
)
from tcsuper.rules.standing import Tone
from tcsuper.services.disputes import LONGEST_WORDS, name_third_person, settle_dispute
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import row_list, said

OUTCOMES = {
    DisputeOutcome.STANDS: "The record stands as it is",
    DisputeOutcome.CHANGED: "They were there for other minutes",
}
SHOWN = 12

# ---------------------------------------------------------------------------------------------------------------------
# My record


def disputes_to_settle_part(me: Actor) -> None:
    """For a third person: nothing is drawn for anybody else."""
    with reading() as db:
        waiting = disputes_to_settle(db, viewer=me)
    if not waiting:
        return
    st.subheader("To settle, as the third person", anchor=False)
    st.caption(
        "You see this person's line in the log and both sides, and nothing else of the session. Ask both before you "
        "decide. The two of them and the therapy manager read what you write."
    )
    for one in waiting:
        _settle(me, one)


def _settle(me: Actor, one: ToSettle) -> None:
    with record_form(f"settle-{one.dispute_id}", submit="Settle it", live=True) as form:
        said(
            f"{one.person}, {words.day(one.held_on)}, a session of {words.length(one.length)}",
            f"Recorded, with {one.supervisor} as the supervisor: {_there(one.attended, one.length)}.",
            f"{one.person} says: “{one.comment}”",
        )
        outcome = st.radio(
            "What do you decide?", list(OUTCOMES), format_func=OUTCOMES.__getitem__, key=form.widget_key("outcome")
        )
        minutes = None
        if outcome is DisputeOutcome.CHANGED:
            minutes = st.number_input(
                "Minutes they were there", 0, one.length, None, step=5, key=form.widget_key("minutes")
            )
        form.slot("minutes")
        words_typed = st.text_area("Why?", max_chars=LONGEST_WORDS, key=form.widget_key("said"))
        form.slot("said")
    if form.submitted and outcome is not None:
        with saving(form, done=f"Settled for {one.person}. Both sides read your words.") as db:
            settle_dispute(
                db,
                by=me,
                submission=form.key,
                dispute_id=one.dispute_id,
                outcome=outcome,
                said=words_typed,
                minutes=minutes,
            )


def my_disputes_part(me: Actor) -> None:
    """What came of my own; nothing for those who dispute nothing."""
    with reading() as db:
        mine = [one for one in disputes_seen(db, viewer=me) if one.is_mine]
    if mine:
        st.subheader("What I dispute", anchor=False)
        _list(mine[:SHOWN], "my-disputes", with_person=False)


# ---------------------------------------------------------------------------------------------------------------------
# For those who supervise and manage


def sees_disputes(me: Actor) -> bool:
    """A therapy manager always; a supervisor while somebody disputes what they recorded, or did."""
    with reading() as db:
        return holds(me, Permission.NAME_THIRD_PERSON) or any(not one.is_mine for one in disputes_seen(db, viewer=me))


def disputes_part(me: Actor) -> None:
    with reading() as db:
        seen = [one for one in disputes_seen(db, viewer=me) if not one.is_mine]
    waiting = [one for one in seen if one.is_open]
    if not seen:
        st.info("Nobody disputes their attendance. Whoever does says so under My record; it then stands here.")
        return
    if not waiting:
        st.success("No dispute is open.", icon=":material/check_circle:")
    else:
        st.caption(
            "A dispute is over when the supervisor corrects the record, or when a third person settles it. Until then "
            "the minutes count as recorded."
        )
        _list(waiting, "open-disputes")
        due = [one for one in waiting if one.is_due]
        for one in waiting:
            if one.may_name:
                _name(me, one, unfolded=one in due[:1])
    if settled := [one for one in seen if not one.is_open]:
        st.subheader("Settled", anchor=False)
        _list(settled[-SHOWN:], "settled-disputes")


def _name(me: Actor, one: DisputeSeen, unfolded: bool) -> None:
    with reading() as db:
        offered = third_persons(db, viewer=me, session_record_id=one.session_record_id, staff_id=one.staff_id)
    about = f"the dispute of {one.person}, {words.day(one.held_on)}"
    label = f"Name somebody else for {about}" if one.third_person else f"Name a third person for {about}"
    name = f"third-{one.session_record_id}-{one.staff_id}"
    with st.expander(plain(label), expanded=unfolded), record_form(name, submit="Name them") as form:
        st.caption(
            "Somebody with an account who has no part in it: not the two of them, nor whoever entered the session. "
            "They see this line of the log and both sides, nothing else."
        )
        third = pick_staff("Third person", offered, form.widget_key("third"))
        form.slot("third_person_id")
    if form.submitted and third is None:
        form.point_out({"third_person_id": "Choose a person."})
    elif form.submitted and third is not None:
        with saving(form, done=f"Named: {third.full_name}. It stands on their home page now.") as db:
            name_third_person(
                db,
                by=me,
                submission=form.key,
                session_record_id=one.session_record_id,
                staff_id=one.staff_id,
                third_person_id=third.staff_id,
            )


# ---------------------------------------------------------------------------------------------------------------------
# In words


def _list(disputes: list[DisputeSeen], key: str, with_person: bool = True) -> None:
    with row_list(key) as listed:
        for one in disputes:
            whose = f"{one.person} · " if with_person else ""
            word, tone = ("Disputed", Tone.AMBER) if one.is_open else ("Settled", Tone.GOOD)
            title = f"{whose}{one.title}, {words.day(one.held_on)}"
            listed.row(word, tone, title, *_sides(one, with_person), _course(one), wide=True)


def _sides(one: DisputeSeen, with_person: bool) -> list[str]:
    who = f"{one.person} says" if with_person else "You said"
    return [
        f"Recorded, with {one.supervisor}: {_there(one.disputed_minutes, one.length)}.",
        f"{who}, {words.day(today(one.disputed_at))}: “{one.comment}”",
    ]


def _course(one: DisputeSeen) -> str:
    if one.settled_at is not None:
        came_of_it = (
            "the record stands"
            if one.outcome is DisputeOutcome.STANDS
            else f"changed to {_there(one.settled_minutes or 0, one.length)}"
        )
        return f"{one.third_person}, {words.day(today(one.settled_at))}: {came_of_it}. “{one.said}”"
    if one.third_person:
        return f"In the hands of {one.third_person}, as the third person."
    return "The supervisor has not corrected it, and no third person is named yet."


def _there(attended: int, length: int) -> str:
    if not attended:
        return "not there"
    whole = words.length(length)
    return f"there for the whole {whole}" if attended == length else f"there for {words.length(attended)} of {whole}"
