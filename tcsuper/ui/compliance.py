"""Compliance: how many of those with a duty met every minimum, by what they have in common, month by month, and why
sessions were lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from tcsuper.reports.workbook import Cell, Month, Sheet
from tcsuper.services.exports import Compliance, export_team_lost, export_team_roles
from tcsuper.settings import service_number
from tcsuper.ui.due import NO_MINIMUM, choose_community, of_others, rate_month, whose_words
from tcsuper.ui.exports import compliance_export, counts_export, rate_cells
from tcsuper.ui.plain import plain
from tcsuper.ui.record_session import CANCELLED_BY_WORDS, LOST_WORDS
from tcsuper.ui.tables import Export, Line, sheet_of, table_twin

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
    _of_one_month(me, on, rows, target)
    _by_month(me, on, rows, today, target)
    if counts_lost_only(me):
        _lost_in_a_year(me, on)
    elif communities:
        _why_lost(me, on, communities)


def _of_one_month(me: Actor, on: date, rows: Sequence[Judged], target: int) -> None:
    """Of the month that is chosen, by what people have in common."""
    first, today = rate_month(on, me.on), min(on, me.on)
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
    chosen = ("Rates", f"{words.month(month)}, by {by.value.lower()}")
    export = _export(me, on, "rates", lambda now: _rate_lines(rates_by(now, by, month), by.value), chosen)
    table_twin(_rate_lines(rates, by.value), "rates", export)


def _rate_lines(rates: "pd.DataFrame", heading: str) -> list[Line]:
    return [
        {heading: row.label, "Met": row.met, "Of": row.duty, "Per cent": row.share, "Left out": row.why or "nobody"}
        for row in rates.itertuples()
    ]


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


def _by_month(me: Actor, on: date, rows: Sequence[Judged], today: date, target: int) -> None:
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
    lines = (by if only else None, only)
    frame = trend_by(rows, today, *lines)
    if frame.dropna(subset=["share"]).empty:
        st.info("Nobody had a minimum to meet in these months.")
        return
    st.altair_chart(rate_by_month_chart(frame, target), alt="Share of people who met their minimum, by month.")
    st.caption(f"Dashed line across: {target}%, set by your service. Dotted and pale: not over yet.")
    chosen = ("Month by month", words.listed(only) or EVERYONE)
    export = _export(me, on, "by-month", lambda now: _trend_lines(trend_by(now, today, *lines)), chosen)
    table_twin(_trend_lines(frame), "trend", export)


def _trend_lines(frame: "pd.DataFrame") -> list[Line]:
    """The newest month first."""
    shown: dict[date, dict[str, Cell]] = {}
    for row in frame.itertuples():
        said = "–" if row.share is None else f"{row.met} of {row.duty} ({row.share}%)"
        said += f", {row.left_out} left out" if row.left_out else ""
        shown.setdefault(row.month, {"Month": Month.fromordinal(row.month.toordinal())})[row.community] = said
    return [shown[month] for month in sorted(shown, reverse=True)]


# ---------------------------------------------------------------------------------------------------------------------
# Why sessions were lost

LOST_BY = {"Cause": LostBy.CAUSE, "Who cancelled": LostBy.CANCELLED_BY, "Community": LostBy.COMMUNITY}
PERIODS = {"Last 3 months": 3, "Last 12 months": 12}


@dataclass(frozen=True)
class Lost:
    """Which lost sessions are looked at: of how many months, in which community (None: in all), counted by what."""

    period: str
    community: int | None
    heading: str


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
    else:
        chosen = Lost(period, community, by_word)
        _lost_picture(lost, by_word, within, _lost_export(me, on, chosen, within, communities))


def _lost_picture(lost: "pd.DataFrame", heading: str, within: int, export: Export | None) -> None:
    named = lost.assign(label=[_lost_label(one) for one in lost.iloc[:, 0]])
    total, again, in_time = (int(lost[column].sum()) for column in ("count", "rebooked", "in_time"))
    lost_words = words.count(total, "session was lost", "sessions were lost")
    made_good = f"{again} of them held on another day, {in_time} within {words.count(within, 'day')}"
    st.markdown(f"**{lost_words}; {made_good if again else 'none of them was held on another day'}.**")
    st.altair_chart(ranked_bars(named[["label", "count"]]), alt="Lost sessions, the most frequent first.")
    table_twin(_lost_lines(lost, heading, within), "lost", export)


def _lost_lines(lost: "pd.DataFrame", heading: str, within: int) -> list[Line]:
    return [
        {
            heading: _lost_label(row[1]),
            "Lost": row.count_,
            "Held on another day": row.rebooked,
            f"Within {words.count(within, 'day')}": row.in_time,
            "Days between, the median": row.days,
        }
        for row in lost.rename(columns={"count": "count_"}).itertuples()
    ]


def _lost_label(value: object) -> str:
    return str(LOST_WORDS.get(value) or CANCELLED_BY_WORDS.get(value) or value)  # type: ignore[call-overload]


# ---------------------------------------------------------------------------------------------------------------------
# To take away


def _export(
    me: Actor,
    on: date,
    name: str,
    lines: Callable[[Sequence[Judged]], list[Line]],
    asked: tuple[str, str],
) -> Export | None:
    """Of a table of rates: the lines that the same rows give."""

    def sheets(found: Compliance, communities: dict[int, str]) -> list[Sheet]:
        return [sheet_of("Rates", lines(of_others(found.months, me, communities)))]

    return compliance_export(me, on, f"supervision-{name}", sheets, [asked])


def _lost_export(me: Actor, on: date, lost: Lost, within: int, communities: dict[int, str]) -> Export | None:
    where = "all of them" if lost.community is None else communities[lost.community]

    def sheets(found: Compliance, _: dict[int, str]) -> list[Sheet]:
        given = [] if found.lost is None else _lost_lines(found.lost, lost.heading, within)
        return [sheet_of("Lost sessions", given)]

    asked = ("Lost sessions", f"{lost.period}, by {lost.heading.lower()}; communities: {where}")
    chosen = (PERIODS[lost.period], lost.community, LOST_BY[lost.heading])
    return compliance_export(me, on, "lost-sessions", sheets, [asked], chosen)


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
        large = "" if rates["duty"].min() < smallest else f"Roles with {smallest} people or more. "
        st.caption(f"{large}Dashed line: {target}%, set by your service.")
        export = counts_export(
            me,
            f"supervision-by-role-{on}",
            f"Supervision by role, {words.month(first)}, as counts",
            lambda db: export_team_roles(db, by=me, on=on),
            _role_lines,
        )
        table_twin(_role_lines(rates), "roles", export)
    _lost_in_a_year(me, on)


def _role_lines(rates: "pd.DataFrame") -> list[Line]:
    return [{"Role": row.label} | rate_cells(row.met, row.duty, row.share) for row in rates.itertuples()]


def _lost_in_a_year(me: Actor, on: date) -> None:
    """The causes of twelve months: all that those who see counts only are told, whatever they would choose."""
    with reading() as db:
        within, lost = service_number(db, "rebook_within_days"), lost_sessions(db, viewer=me, on=on, months=12)
    if lost is not None and len(lost):
        st.subheader("Why sessions were lost, last 12 months", anchor=False)
        export = counts_export(
            me,
            f"lost-sessions-{on}",
            "Why sessions were lost in the last 12 months, as counts",
            lambda db: export_team_lost(db, by=me, on=on),
            lambda now: _lost_lines(now, "Cause", within),
        )
        _lost_picture(lost, "Cause", within, export)
