"""Pieces of "who is due": the choice of community and state, the table of fixes."""

from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper.queries.due import what_would_fix
from tcsuper.queries.standing import SupervisionMonths
from tcsuper.rules.supervision import Verdict
from tcsuper.ui.plain import plain
from tcsuper.ui.record_session import LOST_WORDS

if TYPE_CHECKING:
    import pandas as pd

STATES = {
    "Short this month": (Verdict.SHORT_SO_FAR, Verdict.SHORT),
    "Met": (Verdict.MET,),
    "Left out": (Verdict.NOT_JUDGED, Verdict.EXEMPT, Verdict.NOT_REQUIRED),
}


def choose_community(communities: dict[int, str]) -> int | None:
    """None: everyone I may see."""
    left, _ = st.columns([1, 2])
    with left:
        community = st.selectbox(
            "Community",
            [None, *communities],
            format_func=lambda one: "Everyone I may see" if one is None else communities[one],
            key="due-community",
            persist_state="session",
        )
    return community


def choose_rows(months: list[SupervisionMonths]) -> list[SupervisionMonths]:
    """Those of one minimum, the one that binds most people first, and in the chosen states this month."""
    titles = Counter(one.minimum.title for one in months)
    left, right = st.columns([1, 2])
    with left:
        title = st.selectbox("Minimum", [title for title, _ in titles.most_common()], key="due-minimum")
    with right:
        shown = st.pills(
            "Show", list(STATES), selection_mode="multi", default=["Short this month", "Met"], key="due-states"
        )
    wanted = {verdict for state in shown for verdict in STATES[state]}
    return [one for one in months if one.minimum.title == title and one.months[-1].verdict in wanted]


def unit_words(chosen: list[SupervisionMonths]) -> str:
    return {"minutes": "Credited minutes", "meetings": "Meetings", "share": "Share of the meetings held, in per cent,"}[
        chosen[0].minimum.measure.value
    ]


def fixes_table(months: list[SupervisionMonths]) -> None:
    fixes = what_would_fix(months)
    if not fixes:
        st.success("Nobody is short this month.", icon=":material/check_circle:")
        return
    unsaved = sum(not one.is_saved for one in fixes)
    st.markdown(f"**{len(fixes)} short so far; {len(fixes) - unsaved} will be met by what is planned, {unsaved} not.**")
    st.table(
        [
            {
                "Person": plain(one.person),
                "Minimum": plain(one.minimum),
                "So far": one.credited,
                "Planned": one.planned,
                "What would fix it": one.fix,
            }
            for one in fixes
        ],
        hide_index=True,
    )


def causes(lost: "pd.DataFrame") -> "pd.DataFrame":
    return lost.assign(label=[LOST_WORDS[cause] for cause in lost["cause"]])[["label", "count"]]
