"""Compliance: how many of those with a duty met every minimum, by what they have in common, month by month, and why
sessions were lost."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import ranked_bars, rate_bars, rate_by_month_chart
from tcsuper.database import reading
from tcsuper.queries.compliance import (
    By,
    Judged,
    compliance_months,
    months_in,
    rate_of,
    rates_by,
    rates_by_role,
    trend_by,
)
from tcsuper.queries.due import LostBy, counts_lost_only, lost_sessions
from tcsuper.queries.people import communities_to_choose
from tcsuper.settings import service_number
from tcsuper.ui.due import NO_MINIMUM, choose_community, of_others, rate_month, whose_words
from tcsuper.ui.plain import plain
from tcsuper.ui.record_session import CANCELLED_BY_WORDS, LOST_WORDS

if TYPE_CHECKING:
    import pandas as pd

EVERYONE = "Everyone"
MOST_LINES = 5


def compliance_part(me: Actor, on: date) -> None:
    with reading() as db:
        communities = communities_to_choose(db, viewer=me)
        rows = of_others(compliance_months(db, viewer=me, on=on), me, communities)
        target = service_number(db, "compliance_target")
    if not rows:
        st.info(NO_MINIMUM)
        return
    today = min(on, me.on)
    _of_one_month(me, rows, rate_month(on, me.on), today, target)
    _by_month(rows, today, target)
    if counts_lost_only(me):
        _lost_in_a_year(me, on)
    elif communities:
        _why_lost(me, on, communities)


def _of_one_month(me: Actor, rows: Sequence[Judged], first: date, today: date, target: int) -> None:
    months = months_in(rows)[::-1]
    left, _ = st.columns([1, 2])
    with left:
        month = st.selectbox(
            "Month", months, index=months.index(first), format_func=words.month, key=f"compliance-month-{months[0]}"
        )
    by = _choose_by(rows, "By", "compliance-by")
    st.markdown(f"**{plain(rate_of(rows, month).sentence(month, today))}**")
    whose_words(me)
    rates = rates_by(rows, by, month)
    asked = rates.dropna(subset=["share"])
    if asked.empty:
        st.info("Nobody had a minimum to meet in this month. Choose another one.")
        return
    st.altair_chart(rate_bars(asked, target), alt="Share of people who met their minimum: as in the table below.")
    st.caption(f"Dashed line: {target}%, set by your service.{_note(by)}")
    with st.expander("As a table"):
        st.table(
            [
                {
                    by.value: plain(row.label),
                    "Met": str(row.met),
                    "Of": str(row.duty),
                    "Share": "–" if row.share is None else f"{row.share}%",
                    "Left out": plain(row.why) or "nobody",
                }
                for row in rates.itertuples()
            ],
            hide_index=True,
        )


def _note(by: By) -> str:
    if by is By.KIND:
        return " Of each kind: people who met every minimum of it."
    return f" Somebody with two of them is counted in each {by.value.lower()}."


def _choose_by(rows: Sequence[Judged], label: str, key: str) -> By:
    """Only what tells somebody apart."""
    offered = [by for by in By if len({name for row in rows for name in row.groups[by]}) > 1] or [By.KIND]
    chosen = st.segmented_control(
        label, offered, default=offered[0], required=True, format_func=lambda one: one.value, key=key
    )
    return By(chosen)


def _by_month(rows: Sequence[Judged], today: date, target: int) -> None:
    st.subheader("The last 24 months", anchor=False)
    by = _choose_by(rows, "Lines by", "compliance-trend-by")
    names = sorted({name for row in rows for name in row.groups[by]})
    only = st.multiselect(
        "Lines",
        names,
        default=names if by is By.COMMUNITY and len(names) <= MOST_LINES else None,
        max_selections=MOST_LINES,
        placeholder="Everyone together",
        key=f"compliance-lines-{by}",
    )
    frame = trend_by(rows, today, by if only else None, only)
    if frame.dropna(subset=["share"]).empty:
        st.info("Nobody had a minimum to meet in these months.")
        return
    st.altair_chart(rate_by_month_chart(frame, target), alt="Share of people who met their minimum, by month.")
    st.caption(f"Dashed line across: {target}%, set by your service. Dotted and pale: not over yet.")
    with st.expander("As a table"):
        _trend_table(frame)


def _trend_table(frame: "pd.DataFrame") -> None:
    """The newest month first."""
    shown: dict[date, dict[str, str]] = {}
    for row in frame.itertuples():
        said = "–" if row.share is None else f"{row.met} of {row.duty} ({row.share}%)"
        said += f", {row.left_out} left out" if row.left_out else ""
        shown.setdefault(row.month, {"Month": words.month(row.month)})[plain(row.community)] = said
    st.table([shown[month] for month in sorted(shown, reverse=True)], hide_index=True)


# ---------------------------------------------------------------------------------------------------------------------
# Why sessions were lost

LOST_BY = {"Cause": LostBy.CAUSE, "Who cancelled": LostBy.CANCELLED_BY, "Community": LostBy.COMMUNITY}
PERIODS = {"Last 3 months": 3, "Last 12 months": 12}


def _why_lost(me: Actor, on: date, communities: dict[int, str]) -> None:
    st.subheader("Why sessions were lost", anchor=False)
    community = choose_community(communities)
    left, right = st.columns(2)
    with left:
        period = st.segmented_control(
            "Lost in the", list(PERIODS), default="Last 3 months", required=True, key="lost-in"
        )
    with right:
        by_word = st.segmented_control("Counted by", list(LOST_BY), default="Cause", required=True, key="lost-by")
    with reading() as db:
        within = service_number(db, "rebook_within_days")
        smallest = service_number(db, "smallest_group")
        lost = lost_sessions(
            db,
            viewer=me,
            on=on,
            months=PERIODS[period],
            community_id=community,
            by=LOST_BY[by_word],
        )
    if lost is None or lost.empty:
        st.info(f"No session was lost, or fewer than {smallest} people were expected at them: then no cause is shown.")
        return
    _lost_picture(lost, by_word, within)


def _lost_picture(lost: "pd.DataFrame", heading: str, within: int) -> None:
    named = lost.assign(label=[_lost_label(one) for one in lost.iloc[:, 0]])
    total, again, in_time = (int(lost[column].sum()) for column in ("count", "rebooked", "in_time"))
    lost_words = words.count(total, "session was lost", "sessions were lost")
    made_good = f"{again} of them held on another day, {in_time} within {words.count(within, 'day')}"
    st.markdown(f"**{lost_words}; {made_good if again else 'none of them was held on another day'}.**")
    st.altair_chart(ranked_bars(named[["label", "count"]]), alt="Lost sessions, the most frequent first.")
    with st.expander("As a table"):
        st.table(
            [
                {
                    heading: plain(row.label),
                    "Lost": str(row.count_),
                    "Held on another day": str(row.rebooked),
                    f"Within {words.count(within, 'day')}": str(row.in_time),
                    "Days between, the median": "–" if row.days is None else str(row.days),
                }
                for row in named.rename(columns={"count": "count_"}).itertuples()
            ],
            hide_index=True,
        )


def _lost_label(value: object) -> str:
    return str(LOST_WORDS.get(value) or CANCELLED_BY_WORDS.get(value) or value)  # type: ignore[call-overload]


# ---------------------------------------------------------------------------------------------------------------------
# For whoever sees counts


def counts_part(me: Actor, on: date) -> None:
    """The last month that is over by role, and the causes of lost sessions: counts, never names."""
    with reading() as db:
        found = rates_by_role(db, viewer=me, on=on)
        target, smallest = service_number(db, "compliance_target"), service_number(db, "smallest_group")
    if found is None:
        st.caption(f"By role nothing is shown: it would tell how fewer than {smallest} people stand.")
    else:
        first, rates = found
        st.markdown(f"**By role, {words.month(first)}**")
        st.altair_chart(rate_bars(rates, target), alt="Share of people who met their minimum, by role.")
        st.caption(f"Roles with {smallest} people or more. Dashed line: {target}%, set by your service.")
        with st.expander("As a table"):
            st.table(
                [
                    {"Role": plain(row.label), "Met": str(row.met), "Of": str(row.duty), "Share": f"{row.share}%"}
                    for row in rates.itertuples()
                ],
                hide_index=True,
            )
    _lost_in_a_year(me, on)


def _lost_in_a_year(me: Actor, on: date) -> None:
    """The causes of twelve months: all that those who see counts only are told, whatever they would choose."""
    with reading() as db:
        within, lost = service_number(db, "rebook_within_days"), lost_sessions(db, viewer=me, on=on, months=12)
    if lost is not None and len(lost):
        st.subheader("Why sessions were lost, last 12 months", anchor=False)
        _lost_picture(lost, "Cause", within)
