"""Who supervises whom, as a picture."""

from typing import Any

import altair as alt
import pandas as pd

from tcsuper.charts.look import ACCENT, BAD, FIT_WIDTH, NEUTRAL

PEOPLE_MARKS = {  # shape, colour
    "Supervises others": ("square", ACCENT),
    "Supervises nobody": ("circle", NEUTRAL),
    "No supervisor": ("triangle-up", BAD),
    "Lapsed supervisor": ("cross", BAD),
    "Ring": ("diamond", BAD),
}
TIE_MARKS = {  # dash, colour; a ring's lines are thicker besides
    "One to one": ([1, 0], "#7f95a1"),
    "In a group": ([3, 3], "#7f95a1"),
    "On a ring": ([1, 0], BAD),
}
NODE_ROW = 19
"""Pixels from one person to the next in the fullest column."""


def _marks(words_used: list[str], marks: dict[str, Any], which: int) -> alt.Scale:
    return alt.Scale(domain=words_used, range=[marks[word][which] for word in words_used])


def network_chart(nodes: pd.DataFrame, lines: pd.DataFrame) -> alt.LayerChart:
    """People as marks with their names, supervisors left of whom they supervise, and a line for each pair.

    Takes the frames of `network_of`: nodes (person, what, column, row), lines (how, whom, column, row, to_column,
    to_row)."""
    columns, fullest = int(nodes["column"].max()) + 1, int(nodes["column"].value_counts().max())
    x = alt.X("column:Q", axis=None, scale=alt.Scale(domain=[-0.06, columns - 1 + 0.8], nice=False, zero=False))
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[1, 0], nice=False))
    kinds = [kind for kind in PEOPLE_MARKS if kind in set(nodes["what"])]
    ties = [tie for tie in TIE_MARKS if tie in set(lines["how"])]
    above, below = alt.Legend(orient="top", symbolSize=300), alt.Legend(orient="bottom", columns=5)
    pairs = (
        alt.Chart(lines)
        .mark_rule()
        .encode(
            x=x,
            y=y,
            x2="to_column:Q",
            y2="to_row:Q",
            strokeDash=alt.StrokeDash("how:N", scale=_marks(ties, TIE_MARKS, 0), legend=above),
            color=alt.Color("how:N", scale=_marks(ties, TIE_MARKS, 1), legend=above),
            strokeWidth=alt.condition("datum.how == 'On a ring'", alt.value(2.5), alt.value(1.1)),
            tooltip=[alt.Tooltip("whom:N", title="Who"), alt.Tooltip("how:N", title="How")],
        )
    )
    base = alt.Chart(nodes).encode(x=x, y=y)
    people = base.mark_point(filled=True, size=70, opacity=1).encode(
        shape=alt.Shape("what:N", scale=_marks(kinds, PEOPLE_MARKS, 0), legend=below),
        color=alt.Color("what:N", scale=_marks(kinds, PEOPLE_MARKS, 1), legend=below),
        tooltip=[alt.Tooltip("person:N", title="Person"), alt.Tooltip("what:N", title="What")],
    )
    beside: dict[str, Any] = {"align": "left", "dx": 9, "fontSize": 11, "baseline": "middle"}
    halo = base.mark_text(**beside, stroke="white", strokeWidth=4, strokeJoin="round").encode(text="person:N")
    names = base.mark_text(**beside).encode(text="person:N")
    layers = alt.layer(pairs, halo, people, names).resolve_scale(
        color="independent", shape="independent", strokeDash="independent"
    )
    return layers.properties(height=max(200, NODE_ROW * fullest), autosize=FIT_WIDTH)
