"""Action plans on screen: every action with what can be done about it, from agreed to closed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Object, sees_others
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.people import communities_to_choose
from tcsuper.queries.plan_actions import PlanActionSeen, counts_of, owners_to_choose, plan_actions, steps_of
from tcsuper.rules.reviews import LONGEST_ACTION, NOT_OVER, PLAN_TONES, PLAN_WORDS, PlanStatus
from tcsuper.services.plan_actions import (
    agree_plan_action,
    change_plan_action,
    close_plan_action,
    mark_plan_action_done,
    send_back_plan_action,
    withdraw_plan_action,
)
from tcsuper.ui.begun import Begun, saving_begun
from tcsuper.ui.links import link_button
from tcsuper.ui.pickers import labels
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import RowList, row_list
from tcsuper.ui.tables import Line, show_table, table_twin

MOST = 20
"""So many are drawn at once; a filter finds the others."""
WHAT_AUDITORS_READ = "To an auditor a full name becomes a code; a first name alone stays: leave it out."
EVERYBODY, EVERYWHERE = "Everybody", "All communities"
MARK_DONE, CLOSE, SEND_BACK, CHANGE, WITHDRAW, STEPS = (
    "Mark it done",
    "Close it",
    "Send it back",
    "Change it",
    "Withdraw it",
    "What happened to it",
)


def plans_part(me: Actor, on: date) -> None:
    """All actions that the viewer reads, over all reviews and communities."""
    with reading() as db:
        actions = plan_actions(db, viewer=me, on=on)
    if not actions:
        st.info("No action is agreed yet. Open a review, enter what it found, and agree what is to be done about it.")
        return
    st.markdown(f"**{in_one_sentence(actions)}**")
    above = st.container()
    shown = _filtered(actions)
    with above:  # whatever was chosen to be shown on a former visit, what the address asks for is there
        action_list(me, [one for one in actions if _is_asked_for(one) and one not in shown[:MOST]], on, "asked")
    if not shown:
        st.info("No action is in the chosen state. Choose another under Show only.")
    action_list(me, shown[:MOST], on, "plans")
    if shown[MOST:]:
        st.caption(f"{len(shown) - MOST} more: choose a state, a community or a person, or see the table.")
    table_twin([_line(one) for one in shown], "plans", title="All of these as a table")


def _is_asked_for(one: PlanActionSeen) -> bool:
    return st.query_params.get("action") == str(one.record_id)


def in_one_sentence(actions: Sequence[PlanActionSeen]) -> str:
    """ "12 actions not over: 3 overdue, 2 to be closed." """
    counts = counts_of(actions)
    not_over = sum(counts[status] for status in NOT_OVER)
    if not not_over:
        return f"No action is open: {words.count(len(actions), 'action')} closed or withdrawn."
    parts = [
        f"{counts[status]} {word}"
        for status, word in (
            (PlanStatus.OVERDUE, "overdue"),
            (PlanStatus.DUE_SOON, "due soon"),
            (PlanStatus.DONE, "to be closed"),
        )
        if counts[status]
    ]
    return f"{words.count(not_over, 'action')} not over" + (f": {', '.join(parts)}." if parts else ", none overdue.")


def _filtered(actions: Sequence[PlanActionSeen]) -> list[PlanActionSeen]:
    places = sorted({one.community for one in actions})
    owners = sorted({one.owner for one in actions})
    left, right = st.columns(2)
    place = left.selectbox("Community", [EVERYWHERE, *places], key="plans-place", persist_state="session")
    owner = right.selectbox("Owner", [EVERYBODY, *owners], key="plans-owner", persist_state="session")
    states = st.pills(
        "Show only",
        list(PlanStatus),
        format_func=PLAN_WORDS.__getitem__,
        selection_mode="multi",
        default=[status for status in PlanStatus if status in NOT_OVER],
        key="plans-states",
    )
    return [
        one
        for one in actions
        if place in (EVERYWHERE, one.community)
        and owner in (EVERYBODY, one.owner)
        and one.status in (states or list(PlanStatus))
    ]


def _line(one: PlanActionSeen) -> Line:
    return {
        "Status": PLAN_WORDS[one.status],
        "Action": one.words,
        "Owner": one.owner,
        "Due": one.due_on,
        "Community": one.community,
        "Review": one.review,
        "Standard": one.standard or "–",
        "How it stands": one.standing.because,
    }


# ---------------------------------------------------------------------------------------------------------------------
# For somebody who merely owns some, and in short for a director


def my_plan_actions_part(me: Actor, on: date) -> None:
    with reading() as db:
        mine = [one for one in plan_actions(db, viewer=me, on=on) if one.is_mine]
    if not mine:
        st.info(
            "You own no action of a review. When your therapy manager or director gives you one, it stands here with "
            "its date, and you say here that it is done."
        )
        return
    st.markdown(f"**{in_one_sentence(mine)}**")
    action_list(me, mine, on, "mine")


def plans_strip(me: Actor, on: date) -> None:
    """Of the team's page: counts by community, and the way to the plans."""
    if not sees_others(me, Object.PLAN_ACTION):
        return
    with reading() as db:
        actions = plan_actions(db, viewer=me, on=on)
        places = communities_to_choose(db, viewer=me, what=Object.PLAN_ACTION)
    st.subheader("Action plans of reviews", anchor=False)
    if not actions:
        st.caption("No action of a review is agreed in these communities.")
    else:
        st.markdown(in_one_sentence(actions))
        counted = {place: counts_of(one for one in actions if one.community_id == place) for place in places}
        show_table(
            [
                {"Community": name}
                | {PLAN_WORDS[status]: counted[place][status] for status in PlanStatus if status is not WITHDRAWN}
                for place, name in places.items()
                if any(counted[place].values())
            ]
        )
    _, right = st.columns([3, 1.3])
    with right:
        link_button("Open action plans", "reviews", "plans", {"show": "plans"})


WITHDRAWN = PlanStatus.WITHDRAWN


# ---------------------------------------------------------------------------------------------------------------------
# A list of actions, each with what can be done about it


def action_list(me: Actor, actions: Sequence[PlanActionSeen], on: date, key: str) -> None:
    """Nothing is changed as at another day than today."""
    if not actions:
        return
    with row_list(f"plan-{key}") as listed:
        for one in actions:
            _row(listed, one, on)
            _more(me, one, on, key)


def _row(listed: RowList, one: PlanActionSeen, on: date) -> None:
    standard = f" · {one.standard}" if one.standard else ""
    moved = [
        f"Moved on {words.day(move.changed_on)} from {words.day(move.former)}: {move.reason}"
        for move in one.planned.moved
        if move.changed_on <= on
    ]
    gone = " They have no post and no role here any more: give it to somebody else." if one.owner_is_gone else ""
    marked = f" {one.marked_done_by} entered that it is done." if one.marked_done_by else ""
    listed.row(
        PLAN_WORDS[one.status],
        PLAN_TONES[one.status],
        one.words,
        one.standing.because,
        f"Owner: {'you' if one.is_mine else one.owner}.{gone}",
        f"{one.community} · {one.review}{standard}",
        " ".join(moved),
        f"Evidence: {one.evidence}{marked}" if one.evidence else "",
        f"Sent back on {words.day(one.sent_back.on)} by {one.sent_back.by}: {one.sent_back.because}"
        if one.sent_back
        else "",
        one.who_closes,
        f"Closed by {one.closed_by}. {one.closing_words}".strip() if one.closed_by else "",
        wide=True,
    )


def _more(me: Actor, one: PlanActionSeen, on: date, key: str) -> None:
    """Folded away, and drawn only when opened; open at once where the address asks for it."""
    choices = [*(_choices(one) if on == today() else []), STEPS]
    folded = st.expander(
        _inside(choices), expanded=_is_asked_for(one), key=f"plan-{key}-{one.record_id}", on_change="rerun"
    )
    if not folded.open:
        return
    with folded:
        what = choices[0]
        if len(choices) > 1:
            what = (
                st.segmented_control(
                    "What to do",
                    choices,
                    default=choices[0],
                    key=f"plan-do-{key}-{one.action_id}",
                    label_visibility="collapsed",
                    required=True,
                )
                or choices[0]
            )
        WHAT_TO_DO[what](me, one)


def _choices(one: PlanActionSeen) -> list[str]:
    return [
        *([MARK_DONE] if one.may_mark_done else []),
        *([CLOSE, SEND_BACK] if one.may_close else []),
        *([CHANGE] if one.may_change else []),
        *([WITHDRAW] if one.may_withdraw else []),
    ]


def _inside(choices: Sequence[str]) -> str:
    """ "Mark it done, change it or withdraw it"; where there is nothing to do, what happened to it."""
    to_do = [choice for choice in choices if choice != STEPS] or [STEPS]
    return words.listed([choice.lower() if place else choice for place, choice in enumerate(to_do)], "or")


def _done(me: Actor, one: PlanActionSeen) -> None:
    with record_form(f"plan-done-{one.record_id}", submit="Mark it done") as form:
        begun = Begun(form, "done", one.action_id, {"evidence": "", "done_on": today()})
        if not one.is_mine:
            st.caption(plain(f"You enter it for {one.owner}. Somebody other than the two of you then closes it."))
        done_on = st.date_input("Done on", max_value=today(), format="DD/MM/YYYY", key=form.widget_key("done_on"))
        form.slot("done_on")
        evidence = st.text_area(
            "What shows that it is done, and where that is kept",
            max_chars=LONGEST_ACTION,
            height=90,
            key=form.widget_key("evidence"),
        )
        form.slot("evidence")
        st.caption(f"Nothing here may identify a resident. {WHAT_AUDITORS_READ}")
    if form.submitted:
        with saving_begun(form, begun, done="Marked done. Somebody else is to look at it and close it.") as db:
            mark_plan_action_done(
                db,
                by=me,
                submission=form.key,
                action_id=begun.version or 0,
                done_on=done_on if isinstance(done_on, date) else today(),
                evidence=evidence,
            )


def _close(me: Actor, one: PlanActionSeen) -> None:
    """The name holds the version: a click meant for other evidence closes nothing."""
    with record_form(f"plan-close-{one.action_id}", submit="Close it") as form:
        st.caption("Close it once you have looked at the evidence. Closed, it stays closed.")
        said = st.text_area(
            "What you looked at (may stay empty)",
            max_chars=LONGEST_ACTION,
            height=80,
            key=form.widget_key("closing_words"),
        )
        form.slot("closing_words")
    if form.submitted:
        with saving(form, done="The action is closed.") as db:
            close_plan_action(db, by=me, submission=form.key, action_id=one.action_id, closing_words=said)


def _send_back(me: Actor, one: PlanActionSeen) -> None:
    with record_form(f"plan-back-{one.record_id}", submit="Send it back") as form:
        begun = Begun(form, "back", one.action_id, {"reason": ""})
        why = st.text_area("What is still missing", max_chars=LONGEST_ACTION, height=80, key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving_begun(form, begun, done="Sent back to its owner. It is open again.") as db:
            send_back_plan_action(db, by=me, submission=form.key, action_id=begun.version or 0, reason=why)


def _withdraw(me: Actor, one: PlanActionSeen) -> None:
    with record_form(f"plan-withdraw-{one.record_id}", submit="Withdraw it") as form:
        begun = Begun(form, "withdraw", one.action_id, {"reason": ""})
        st.caption("It stays on the list as withdrawn, with your reason.")
        why = st.text_area(
            "Why it is not to be done any more", max_chars=LONGEST_ACTION, height=80, key=form.widget_key("reason")
        )
        form.slot("reason")
    if form.submitted:
        with saving_begun(form, begun, done="The action is withdrawn.") as db:
            withdraw_plan_action(db, by=me, submission=form.key, action_id=begun.version or 0, reason=why)


def _change(me: Actor, one: PlanActionSeen) -> None:
    with reading() as db:
        people = owners_to_choose(db, viewer=me, community_id=one.community_id)
    named = labels(people)
    if one.owner_id not in named:
        named = {one.owner_id: f"{one.owner} (as it is)", **named}
    with record_form(f"plan-change-{one.record_id}", submit="Save the change") as form:
        before = {"text": one.words, "owner": one.owner_id, "due_on": one.due_on, "reason": ""}
        begun = Begun(form, "change", one.action_id, before)
        text = st.text_area("What is to be done", max_chars=LONGEST_ACTION, height=90, key=form.widget_key("text"))
        form.slot("text")
        left, right = st.columns([2, 1])
        with left:
            owner = st.selectbox("Owner", list(named), format_func=named.__getitem__, key=form.widget_key("owner"))
            form.slot("owner")
        with right:
            due = st.date_input("Due on", format="DD/MM/YYYY", key=form.widget_key("due_on"))
            form.slot("due_on")
        why = st.text_input(
            "Why it is changed", max_chars=LONGEST_ACTION, key=form.widget_key("reason"), help="Shown beside it."
        )
        form.slot("reason")
    if form.submitted:
        with saving_begun(form, begun, done="Changed. What it was before stays in its history.") as db:
            change_plan_action(
                db,
                by=me,
                submission=form.key,
                action_id=begun.version or 0,
                owner_id=owner,
                text=text,
                due_on=due if isinstance(due, date) else one.due_on,
                reason=why,
            )


def _steps(me: Actor, one: PlanActionSeen) -> None:
    with reading() as db:
        steps = steps_of(db, viewer=me, record_id=one.record_id)
    show_table([{"When": step.on, "Who": step.by, "What": step.what, "Why": step.because or None} for step in steps])


WHAT_TO_DO = {
    MARK_DONE: _done,
    CLOSE: _close,
    SEND_BACK: _send_back,
    CHANGE: _change,
    WITHDRAW: _withdraw,
    STEPS: _steps,
}


# ---------------------------------------------------------------------------------------------------------------------
# Agreeing one


def agree_form(me: Actor, finding_record_id: UUID, community_id: int) -> None:
    """Under a finding."""
    with reading() as db:
        people = owners_to_choose(db, viewer=me, community_id=community_id)
    named = labels(people)
    with record_form(f"plan-agree-{finding_record_id}", submit="Agree the action") as form:
        text = st.text_area("What is to be done", max_chars=LONGEST_ACTION, height=90, key=form.widget_key("text"))
        form.slot("text")
        left, right = st.columns([2, 1])
        with left:
            owner = st.selectbox(
                "Owner",
                list(named),
                index=None,
                format_func=named.__getitem__,
                placeholder="Who is to do it",
                key=form.widget_key("owner"),
            )
            form.slot("owner")
        with right:
            due = st.date_input(
                "Due on", value=None, min_value=today(), format="DD/MM/YYYY", key=form.widget_key("due")
            )
            form.slot("due_on")
        st.caption("Its owner sees it on their first page. Somebody else closes it. Nothing may identify a resident.")
    if form.submitted:
        with saving(form, done="Action agreed.") as db:
            agree_plan_action(
                db,
                by=me,
                submission=form.key,
                finding_record_id=finding_record_id,
                owner_id=owner,
                text=text,
                due_on=due,
            )
