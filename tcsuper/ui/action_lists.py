"""Agreed actions as a part of a page: of the log, of one's own record, and as figures."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import moves_by_month_chart
from tcsuper.database import reading, writing
from tcsuper.errors import Refused
from tcsuper.queries.actions import ActionSeen, actions_by_community, actions_seen, actions_shared, do_actions_move
from tcsuper.rules.actions import ACTION_WORDS, NOT_CLOSED, ActionStatus
from tcsuper.services.actions import OpenedAction, open_shared_actions
from tcsuper.settings import service_number
from tcsuper.ui.actions import action_list, are_open
from tcsuper.ui.agree_actions import EVERYBODY
from tcsuper.ui.plain import plain

if TYPE_CHECKING:
    import pandas as pd

MOST = 20
"""So many are drawn at once; a filter finds the others."""
CLOSED_SHOWN = 5


def actions_part(me: Actor, on: date) -> None:
    """Of the log page: everything that is mine to work on, and what was shared with me."""
    with reading() as db:
        actions, shared = actions_seen(db, viewer=me, on=on), actions_shared(db, viewer=me, on=on)
    shown = _filtered(actions) if actions else []
    if not actions:
        st.info(
            "No action is agreed yet. Agree one while you record a session, or open a session in the log and agree it."
        )
    elif not shown:
        st.info("No action is in the chosen state. Choose another under Show only.")
    else:
        open_now = are_open(actions)
        overdue = sum(one.standing.status is ActionStatus.OVERDUE for one in actions)
        st.markdown(f"**{words.count(len(open_now), 'action')} not done yet, {overdue} overdue.**")
        action_list(me, shown[:MOST], "log")
        if shown[MOST:]:
            st.caption(f"{len(shown) - MOST} more. Choose a state or a person to see them.")
    if shared:
        _shared_with_me(me, shared)


def _filtered(actions: Sequence[ActionSeen]) -> list[ActionSeen]:
    left, right = st.columns([1, 2])
    people = list(dict.fromkeys(sorted(one.owner or EVERYBODY for one in actions)))
    person = left.selectbox("Whose", ["Everybody", *people], key="actions-whose", persist_state="session")
    states = right.pills(
        "Show only",
        list(ActionStatus),
        format_func=ACTION_WORDS.__getitem__,
        selection_mode="multi",
        default=[status for status in ActionStatus if status in NOT_CLOSED],
        key="actions-states",
    )
    return [
        one
        for one in actions
        if one.standing.status in (states or list(ActionStatus)) and person in ("Everybody", one.owner or EVERYBODY)
    ]


def _shared_with_me(me: Actor, shared: Sequence[ActionSeen]) -> None:
    """For a therapy manager. The words are fetched only when asked for, since their owners see that they were read."""
    st.subheader("Shared with you by their owners", anchor=False)
    opened: dict[Any, OpenedAction] = {}
    if st.toggle("Read what was agreed", key="actions-read-shared"):
        try:
            with writing() as db:
                opened = open_shared_actions(db, by=me)
        except Refused as refused:
            st.error(plain(str(refused)), icon=":material/error:")
    st.table([_shared_line(one, opened.get(one.record_id)) for one in shared], hide_index=True)
    st.caption("Each owner sees in their own history that you have read theirs.")


def _shared_line(one: ActionSeen, words_of: OpenedAction | None) -> dict[str, str]:
    line = {"Person": plain(one.owner), "Agreed": words.day(one.held_on), "Standard": plain(one.standard or "–")}
    line["Status"] = f"{ACTION_WORDS[one.standing.status]}. {one.standing.because}"
    if words_of is not None:
        evidence = f" Evidence: {words_of.evidence}" if words_of.evidence else ""
        line["Action"] = plain(words_of.text + evidence)
    return line


# ---------------------------------------------------------------------------------------------------------------------
# On my own record


def my_actions(me: Actor, on: date) -> None:
    """What I agreed to, alone or with the others who were there: open ones first, then the last that were closed."""
    st.subheader("My actions", anchor=False)
    with reading() as db:
        mine = [one for one in actions_seen(db, viewer=me, on=on) if one.is_mine]
    if not mine:
        st.caption("You have agreed no action yet. Your supervisor enters what you agree in a session.")
        return
    st.caption(
        "Between you and your supervisor. Your therapy manager reads only those that you share; those that name a "
        "standard then close by an observation or by dated evidence."
    )
    current = are_open(mine)
    closed = [one for one in mine if one not in current]
    action_list(me, current + closed[:CLOSED_SHOWN], "mine")
    if closed[CLOSED_SHOWN:]:
        with st.expander(f"{len(closed) - CLOSED_SHOWN} closed earlier"):
            st.table([_closed_line(one) for one in closed[CLOSED_SHOWN:]], hide_index=True)


def _closed_line(one: ActionSeen) -> dict[str, str]:
    return {"Action": plain(one.text), "Agreed": words.day(one.held_on), "Status": plain(one.standing.because)}


# ---------------------------------------------------------------------------------------------------------------------
# Figures


def do_actions_move_part(me: Actor, on: date) -> None:
    """Of the team's page: agreed, closed and overdue by month, and how they stand by community."""
    with reading() as db:
        months = do_actions_move(db, viewer=me, on=on)
        communities = actions_by_community(db, viewer=me, on=on)
        smallest = service_number(db, "smallest_group")
    st.subheader("Do agreed actions move", anchor=False)
    if months.dropna(subset=["opened"]).empty:
        st.info(
            f"Nothing to show yet: counts of agreed actions are given where {smallest} people or more are concerned, "
            "and a therapy manager's are of those that their owners shared."
        )
        return
    st.altair_chart(moves_by_month_chart(months), alt="Actions agreed, closed and overdue, by month: the table below.")
    st.caption(_what_is_counted(communities, smallest))
    with st.expander("As a table"):
        _months_table(months)
        if len(communities):
            _communities_table(communities)


def _what_is_counted(communities: "pd.DataFrame", smallest: int) -> str:
    if communities.empty:
        return "Of the actions that their owners shared with you. Overdue: at the end of the month, or today."
    return (
        f"All agreed actions of communities in which {smallest} people or more are concerned; a month with fewer is "
        "left out, and one more where the others would tell of it. Overdue: at the end of the month, or today."
    )


def _months_table(months: "pd.DataFrame") -> None:
    """The newest month first."""
    few = "not shown"
    lines = [
        {
            "Month": words.month(row.month),
            "Agreed": few if row.opened is None else str(row.opened),
            "Closed": few if row.closed is None else str(row.closed),
            "Overdue": few if row.overdue is None else str(row.overdue),
        }
        for row in reversed(list(months.itertuples()))
    ]
    st.table(lines, hide_index=True)


def _communities_table(communities: "pd.DataFrame") -> None:
    st.table(
        [
            {"Community": plain(row.community), "People": row.people}
            | {ACTION_WORDS[status]: getattr(row, status.value) for status in ActionStatus}
            for row in communities.itertuples()
        ],
        hide_index=True,
    )
