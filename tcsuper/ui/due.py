"""Pieces of "who is due": the choice of community and state, the table of fixes."""

from typing import TYPE_CHECKING

import streamlit as st

from tcsuper.queries.due import what_would_fix
from tcsuper.queries.standing import SupervisionMonths, months_frame
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


def choose_months(communities: dict[int, str]) -> tuple[int | None, list[str]]:
    """The community (None: everyone I may see) and which states of this month to show."""
    left, right = st.columns([1, 2])
    with left:
        community = st.selectbox(
            "Community",
            [None, *communities],
            format_func=lambda one: "Everyone I may see" if one is None else communities[one],
            key="due-community",
            persist_state="session",
        )
    with right:
        shown = st.pills(
            "Show", list(STATES), selection_mode="multi", default=["Short this month", "Met"], key="due-states"
        )
    return community, shown


def heatmap_rows(months: list[SupervisionMonths], shown: list[str]) -> "pd.DataFrame":
    wanted = {verdict for state in shown for verdict in STATES[state]}
    chosen = [one for one in months if one.months[-1].verdict in wanted]
    return months_frame(chosen, by_person=True)


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
