"""How one kind of requirement went over twelve months, and how it will go if nothing more happens."""

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, sees_counts_alone
from tcsuper.charts import kind_trend_chart
from tcsuper.database import reading
from tcsuper.models import RequirementKind
from tcsuper.queries.over_time import Line
from tcsuper.queries.team_kinds import FROM_FIVE_UP
from tcsuper.queries.team_trend import is_by_month, lines_to_follow, trend_of
from tcsuper.reports.workbook import Cell
from tcsuper.services.exports import export_team_trend
from tcsuper.settings import service_number
from tcsuper.ui.exports import counts_export
from tcsuper.ui.plain import plain
from tcsuper.ui.tables import Line as TableLine
from tcsuper.ui.tables import table_twin

if TYPE_CHECKING:
    import pandas as pd


def trend_part(me: Actor, on: date) -> None:
    """Of the team's page: one kind, chosen here, of all communities together or of one."""
    with reading() as db:
        lines = lines_to_follow(db, viewer=me, on=on)
        target, smallest = service_number(db, "compliance_target"), service_number(db, "smallest_group")
    if not lines:
        return
    st.subheader("The last 12 months, and if nothing more happens", anchor=False)
    left, right = st.columns(2)
    with left:
        first = next((place for place, one in enumerate(lines) if one.kind is RequirementKind.COURSE), 0)
        line = st.selectbox("Kind", lines, index=first, format_func=lambda one: one.word, key="trend-kind")
    with st.spinner("Judging twelve months and the forecast…"), reading() as db:
        frame = trend_of(db, viewer=me, on=on, line=line)
    with right:
        community = _choose_of(frame, line)
    _picture(frame[frame["community"] == community], line, target, smallest)
    st.caption(_how_counted(me, line, target))
    export = counts_export(
        me,
        f"team-trend-{on}",
        f"Team competency over time: {line.word}, as counts",
        lambda db: export_team_trend(db, by=me, on=on, line=line),
        trend_lines,
        [("Kind", line.word)],
    )
    table_twin(
        trend_lines(frame),
        "trend",
        export,
        note=f"–: nobody was asked, or it would tell how fewer than {smallest} people stand.",
    )


def _choose_of(frame: "pd.DataFrame", line: Line) -> str:
    """All together unless their figure is not given: then the first community that has one."""
    names = list(dict.fromkeys(frame["community"]))
    given = set(frame.dropna(subset=["share"])["community"])
    first = next((place for place, name in enumerate(names) if name in given), 0)
    chosen: str = st.selectbox("Of", names, index=first, key=f"trend-of-{line.word}")
    return chosen


def _picture(shown: "pd.DataFrame", line: Line, target: int, smallest: int) -> None:
    if shown.dropna(subset=["share"]).empty:
        st.info(f"No figure to show: nobody was asked, or it would tell how fewer than {smallest} people stand.")
        return
    st.markdown(f"**{plain(trend_sentence(shown, line))}**")
    st.altair_chart(
        kind_trend_chart(shown, target), alt=f"{line.word}: people who meet all of it, over time: the table below."
    )


def trend_sentence(shown: "pd.DataFrame", line: Line) -> str:
    """ "Training: 39 of 47 (82%) on 22 November 2026; if nothing more happens 30 of 46 (65%) on 31 May 2027." """
    with_figure = shown.dropna(subset=["share"])
    recorded = with_figure[~with_figure["is_forecast"].astype(bool)]
    ahead = with_figure[with_figure["is_forecast"].astype(bool)]
    parts = []
    if len(recorded):
        parts.append(_said(recorded.iloc[-1], line))
    if len(ahead):
        planned = "with the sessions planned so far" if is_by_month(line) else "if nothing more happens"
        parts.append(f"{planned} {_said(ahead.iloc[-1], line)}")
    return f"{line.word}: {'; '.join(parts)}."


def _said(row: "pd.Series[object]", line: Line) -> str:
    on = row["on"]
    assert isinstance(on, date)
    when = f"in {words.month(on)}" if is_by_month(line) else f"on {words.day(on)}"
    return f"{row['met']} of {row['duty']} ({row['share']}%) {when}"


def _how_counted(me: Actor, line: Line, target: int) -> str:
    of_today = is_by_month(line) or (line.kind in FROM_FIVE_UP and sees_counts_alone(me))
    whose = "the people who work here today" if of_today else "the people in post on each day"
    what = (
        "Whole months, by the service's own minima. Dashed: with the sessions that are planned."
        if is_by_month(line)
        else "People who meet everything of the kind. Dashed: if nothing more happens."
    )
    return f"{what} Of {whose}. Dotted line: {target}%, set by your service."


def trend_lines(frame: "pd.DataFrame") -> list[TableLine]:
    """The newest day first, forecasts on top: a column for each community."""
    shown: dict[date, dict[str, Cell]] = {}
    for row in frame.iloc[::-1].itertuples():
        shown.setdefault(row.on, {"On": f"{words.day(row.on)}{' (forecast)' if row.is_forecast else ''}"})
    for row in frame.itertuples():
        shown[row.on][row.community] = "–" if row.share is None else f"{row.met} of {row.duty} ({row.share}%)"
    return list(shown.values())
