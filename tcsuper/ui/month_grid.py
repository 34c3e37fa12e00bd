"""People and months against one minimum: the picture, its table, and what is behind a mark."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Object
from tcsuper.charts import VERDICT_WORDS, month_heatmap
from tcsuper.database import reading
from tcsuper.models import SessionState
from tcsuper.queries.compliance import Judged, heatmap_frame, months_in, sessions_behind, verdict_shown
from tcsuper.reports.workbook import Month
from tcsuper.services.table_exports import export_sessions_behind
from tcsuper.ui.exports import months_export, opened_export
from tcsuper.ui.pickers import pick_page
from tcsuper.ui.plain import plain
from tcsuper.ui.record_session import LOST_WORDS
from tcsuper.ui.register import STATUS_WORDS
from tcsuper.ui.tables import Export, Line, export_button, show_table, table_twin

PEOPLE_ON_A_PAGE = 25
BY_NAME, MOST_SHORT = "By name", "Most months short first"
Cell = tuple[int, date]
"""A person and a month."""


def month_grid(me: Actor, on: date, rows: Sequence[Judged], order: str = BY_NAME) -> None:
    """Takes the rows of one minimum, at least one, by name; as at a day."""
    shown = _one_page(list(rows) if order == BY_NAME else _most_short_first(rows))
    with st.container(key="wide-months"):
        chosen = st.altair_chart(
            month_heatmap(heatmap_frame(shown, me.on), is_clickable=True),
            width="content",
            key="due-months",
            on_select="rerun",
            alt="Credited by person and month: as in the table below.",
        )
    st.caption(f"{_unit(rows)} A dash: not judged, not required, or no records kept here.")
    export = months_export(me, on, rows, lambda now: [_line(row, me.on) for row in _newest_first(now)])
    table_twin([_line(row, me.on) for row in _newest_first(rows)], "months", export)
    _behind(me, rows, _clicked(shown, chosen))


def _unit(rows: Sequence[Judged]) -> str:
    amounts = {
        "minutes": "Credited minutes in each month.",
        "meetings": "Meetings in each month.",
        "share": "Share of the meetings held, in per cent.",
    }[rows[0].minimum.measure.value]
    return amounts if any(row.is_whole for row in rows) else "●: met; ■: short."


def _most_short_first(rows: Sequence[Judged]) -> list[Judged]:
    short: dict[int, int] = {}
    for row in rows:
        short[row.staff_id] = short.get(row.staff_id, 0) + (row.month.verdict.value == "short")
    return sorted(rows, key=lambda row: (-short[row.staff_id], row.person, row.staff_id, row.month.first))


def _one_page(rows: list[Judged]) -> list[Judged]:
    """As many people as can be read at once; the rest by choosing their page."""
    people = list(dict.fromkeys((row.staff_id, row.person) for row in rows))
    there = pick_page(people, PEOPLE_ON_A_PAGE, "due-page")
    return [row for row in rows if row.staff_id in there]


def _newest_first(rows: Sequence[Judged]) -> list[Judged]:
    """The newest month of each person first."""
    return sorted(rows, key=lambda row: (row.person, row.staff_id, -row.month.first.toordinal()))


def _line(row: Judged, today: date) -> Line:
    """The amounts as numbers, cut where their words are."""
    return {
        "Person": row.person,
        "Month": Month.fromordinal(row.month.first.toordinal()),
        "Status": VERDICT_WORDS[verdict_shown(row, today)],
        "Credited": _as_number(row.month.credited) if row.is_whole else "",
        "Wanted": _as_number(row.month.wanted) if row.is_whole else "",
        "Why": row.said,
    }


def _as_number(amount: Fraction | int | float) -> int | float:
    cut = float(words.number(amount))
    return int(cut) if cut.is_integer() else cut


def _clicked(rows: Sequence[Judged], chosen: Any) -> Cell | None:
    cells = chosen.get("selection", {}).get("cell", []) if isinstance(chosen, dict) else chosen.selection.get("cell")
    by_words = {(row.person, words.short_month(row.month.first)): (row.staff_id, row.month.first) for row in rows}
    found = (by_words.get((cell.get("row"), cell.get("month_word"))) for cell in cells or [])
    return next((cell for cell in found if cell is not None), None)


# ---------------------------------------------------------------------------------------------------------------------
# Behind a mark


def _behind(me: Actor, rows: Sequence[Judged], clicked: Cell | None) -> None:
    st.markdown("**What is behind a month** \n:small[Click a cell, or choose here.]")
    cell = _choose(rows, clicked)
    row = next((row for row in rows if (row.staff_id, row.month.first) == cell), None)
    if row is None:
        return
    with st.container(border=True, key="due-behind"):
        status = VERDICT_WORDS[verdict_shown(row, me.on)]
        st.markdown(f"**{plain(row.person)}, {words.month(row.month.first)}: {status.lower()}**  \n{plain(row.said)}")
        if not row.is_whole:
            return
        with reading() as db:
            sessions = sessions_behind(db, viewer=me, about=row.staff_id, first=row.month.first)
        if sessions.empty:
            st.caption("No session is recorded in this month.")
        else:
            show_table([_session(one) for one in sessions.itertuples()])
            export_button(_behind_export(me, row), f"behind-{row.staff_id}-{row.month.first}")


def _choose(rows: Sequence[Judged], clicked: Cell | None) -> Cell | None:
    names = {row.staff_id: row.person for row in rows}
    people, months = sorted(names, key=lambda one: (names[one], one)), months_in(rows)[::-1]
    left, right = st.columns(2)
    with left:
        person = st.selectbox(
            "Person",
            people,
            index=people.index(clicked[0]) if clicked else None,
            format_func=names.__getitem__,
            placeholder="Choose a person",
            key=f"behind-person-{clicked}",
        )
    with right:
        month = st.selectbox(
            "Month",
            months,
            index=months.index(clicked[1]) if clicked else 0,
            format_func=words.month,
            key=f"behind-month-{clicked}",
        )
    return (person, month) if person is not None and month is not None else None


def _behind_export(me: Actor, row: Judged) -> Export | None:
    first = row.month.first
    return opened_export(
        me,
        Object.SESSION_LOG,
        [row.staff_id],
        f"supervision-{first:%Y-%m}",
        f"Supervision of one person in {words.month(first)}",
        lambda db: export_sessions_behind(db, by=me, about=row.staff_id, first=first),
        _session,
    )


def _session(one: Any) -> Line:
    return {
        "Date": one.held_on,
        "Session": one.title,
        "With": one.supervisor,
        "What happened": _what_happened(one),
        "Minutes": one.attended if one.state is SessionState.HELD else None,
    }


def _what_happened(one: Any) -> str:
    if one.state is SessionState.PLANNED:
        return f"Planned, {words.length(one.minutes)}"
    if one.state is SessionState.DID_NOT_HAPPEN:
        return f"Did not happen: {LOST_WORDS[one.lost_because].lower()}"
    return f"Held, {words.length(one.minutes)}: {STATUS_WORDS[one.status].lower() if one.status else 'no register'}"
