"""Handing agreements over to another supervisor: whose, which, to whom, from when; what it will do; and one button."""

from datetime import date
from typing import Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import NotAllowed
from tcsuper.queries.hand_over import HandOver, ToHandOver, agreements_to_hand_over, hand_over_plan
from tcsuper.queries.people import Person, supervisors_to_choose
from tcsuper.services.hand_over import hand_over
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving


def hand_over_part(me: Actor) -> None:
    with reading() as db:
        offered = agreements_to_hand_over(db, viewer=me, on=today())
        people = supervisors_to_choose(db, viewer=me)
    if not offered:
        return
    supervisors = {one.supervisor_id: Person(one.supervisor_id, one.supervisor) for one in offered}
    with (
        st.expander("Hand over to another supervisor"),
        record_form("hand_over", submit="Hand over", live=True) as form,
    ):
        st.caption(
            "The agreements end on the last day and go on with the new supervisor from the next, on the same terms. "
            "The new supervisor sees the session log. What was written stays closed, unless the supervisee agrees."
        )
        former = pick_staff("Whose agreements?", list(supervisors.values()), form.widget_key("former"))
        chosen = _which(offered, former, form.widget_key(f"which-{former.staff_id if former else 0}"))
        form.slot("agreement_ids")
        left, right = st.columns(2)
        with left:
            others = [one for one in people if former is None or one.staff_id != former.staff_id]
            new = pick_staff("New supervisor", others, form.widget_key("new"))
        picked: Any = right.date_input(
            "Last day with the former one", value=today(), format="DD/MM/YYYY", key=form.widget_key("last_day")
        )
        last_day = picked if isinstance(picked, date) else today()
        form.slot("last_day")
        plan = _plan(me, chosen, new, last_day)
        if plan:
            st.markdown("**What will happen**")
            st.markdown("\n".join(f"- {plain(one.words)}" for one in plan))
    if form.submitted:
        done = f"{words.count(len(chosen), 'agreement')} handed over from {words.day(last_day)}."
        with saving(form, done=done) as db:
            hand_over(
                db,
                by=me,
                submission=form.key,
                agreement_ids=chosen,
                supervisor_id=new.staff_id if new else 0,
                last_day=last_day,
            )


def _which(offered: list[ToHandOver], former: Person | None, key: str) -> list[int]:
    """All of them, until some are taken off."""
    theirs = {
        one.agreement_id: one.label for one in offered if former is not None and one.supervisor_id == former.staff_id
    }
    told_apart = {number: f"{label} (no. {number})" for number, label in theirs.items()}
    once = {number: list(theirs.values()).count(label) == 1 for number, label in theirs.items()}
    labels = {number: theirs[number] if once[number] else told_apart[number] for number in theirs}
    chosen: list[int] = st.multiselect(
        "Which?",
        list(labels),
        default=list(labels),
        format_func=labels.__getitem__,
        key=key,
        placeholder="Choose agreements" if labels else "Choose a supervisor first",
    )
    return chosen


def _plan(me: Actor, chosen: list[int], new: Person | None, last_day: date) -> list[HandOver]:
    if new is None or not chosen:
        return []
    try:
        with reading() as db:
            return hand_over_plan(db, viewer=me, agreement_ids=chosen, supervisor_id=new.staff_id, last_day=last_day)
    except NotAllowed as refused:
        st.error(plain(str(refused)), icon=":material/error:")
        return []
