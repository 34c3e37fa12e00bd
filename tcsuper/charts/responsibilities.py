"""Who holds what, and how well each community's led responsibilities are covered."""

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from tcsuper.charts.look import BAD_FILL, FIT_WIDTH, GREY_FILL, ROW
from tcsuper.rules.responsibilities import Cover

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

COVER_WORDS = {
    Cover.UNCOVERED: "Uncovered",
    Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE: "Not able",
    Cover.DOUBLY_LED: "Two leads",
    Cover.SINGLE_HELD: "One person",
    Cover.COVERED: "Covered",
}
COVER_FILLS = {
    Cover.UNCOVERED: "#cf767d",
    Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE: "#e0989e",
    Cover.DOUBLY_LED: "#e9c077",
    Cover.SINGLE_HELD: "#f1d9a8",
    Cover.COVERED: "#dcefe3",
}


def coverage_bars(frame: pd.DataFrame) -> alt.LayerChart:
    """A bar a community, cut by how its led responsibilities are covered, worst on the left; the count in each part.
    Takes the frame of `counts_by_community`."""
    order = list(COVER_WORDS)
    counted = frame[frame["count"] > 0]
    places = [order.index(Cover(verdict)) for verdict in counted["verdict"]]
    shown = counted.assign(
        row=[f"{name} ({of})" for name, of in zip(counted["community"], counted["of"], strict=True)],
        word=[COVER_WORDS[Cover(verdict)] for verdict in counted["verdict"]],
        place=places,
        share=counted["count"] / counted["of"],
    )
    used = [one for one in order if COVER_WORDS[one] in set(shown["word"])]
    base = alt.Chart(shown[["row", "word", "place", "count", "share"]]).encode(
        x=alt.X("share:Q", title=None, stack="zero", axis=None, scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("row:N", title=None, sort=list(dict.fromkeys(shown["row"])), axis=alt.Axis(labelPadding=8)),
        order=alt.Order("place:Q"),
    )
    bars = base.mark_bar(stroke="white", strokeWidth=2).encode(
        color=alt.Color(
            "word:N",
            scale=alt.Scale(domain=[COVER_WORDS[one] for one in used], range=[COVER_FILLS[one] for one in used]),
            legend=alt.Legend(columns=alt.ExprRef("width < 300 ? 2 : 5")),
        ),
        tooltip=[
            alt.Tooltip("row:N", title="Community"),
            alt.Tooltip("word:N", title="How"),
            alt.Tooltip("count:Q", title="Led responsibilities"),
        ],
    )
    numbers = base.mark_text(baseline="middle").encode(
        x=alt.X("share:Q", stack="zero", axis=None, bandPosition=0.5), text="count:Q"
    )
    return (bars + numbers).properties(height=(ROW + 4) * shown["row"].nunique(), autosize=FIT_WIDTH)


HOLDING_MARKS = {"Lead": "●", "Deputy": "◐", "In development": "○", "Postholder": "·"}
HOLDING_FILLS = {"Lead": "#a9d3ba", "Deputy": "#dcebe2", "In development": "#d9e4ea", "Postholder": "#f2f5f7"}


TITLE = " "
"""The first column of the grid, by a name that nobody bears: the others are called as people are."""


def holders_grid(frame: pd.DataFrame) -> "Styler":
    """Responsibilities down, people across: a mark and a word in each cell, number and title in front. Takes a frame of
    `holders_by_role`."""
    titles, people = list(dict.fromkeys(frame["title"])), list(dict.fromkeys(frame["person"]))
    numbers = dict(zip(frame["title"], frame["number"], strict=True))
    words = frame.pivot(index="title", columns="person", values="word").reindex(index=titles, columns=people)
    marked = words.map(_marked)
    marked.insert(0, TITLE, [f"{numbers[title]}. {title}" for title in titles])
    return marked.reset_index(drop=True).style.map(_fill, subset=people)


def _marked(word: str) -> str:
    if not word:
        return ""
    mark = "■" if word.endswith("not able") else "–" if word.endswith("away") else HOLDING_MARKS[word]
    return f"{mark} {word}"


def _fill(marked: str) -> str:
    word = marked[2:]
    if not word:
        return ""
    fill = BAD_FILL if word.endswith("not able") else GREY_FILL if word.endswith("away") else HOLDING_FILLS[word]
    return f"background-color: {fill}; color: #16232c"
