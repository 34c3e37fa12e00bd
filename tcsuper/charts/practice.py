"""Observed practice against what is required."""

import textwrap

import altair as alt
import pandas as pd

from tcsuper import words
from tcsuper.charts.look import ACCENT, AMBER, BAD, BREAK_LINES, FIT_WIDTH, GOOD, NEUTRAL, ROW, TEXT, marks_by

PRACTICE_MARKS = {
    "Below": ("square", BAD, BAD),
    "At": ("circle", ACCENT, ACCENT),
    "Above": ("triangle-up", GOOD, GOOD),
    "Not judged yet": ("circle", NEUTRAL, "white"),
    "Seen by you": ("cross", NEUTRAL, NEUTRAL),
    "Own view": ("diamond", AMBER, "white"),
}
"""Mark: shape, line, filling."""
STATUS_MARKS = {"below": "Below", "at": "At", "above": "Above", "not_yet_observed": "Not judged yet"}


def _mark(status: str | None) -> str:
    """Without a status: what an observer sees of their own observations, which is no verdict."""
    return "Seen by you" if status is None else STATUS_MARKS.get(status, "Not judged yet")


def level_label(level: int, name: str) -> str:
    """The number over the name, one word a line, so that four levels stand side by side on a phone."""
    return "\n".join([str(level), *name.split()])


def dumbbell_chart(frame: pd.DataFrame, levels: dict[int, str]) -> alt.LayerChart:
    """Observed against required, a row for each standard: an upright mark at the required level, a shape where
    practice stands, and below it a diamond for the person's own view.

    Takes the rows of one set out of `observed_against_required`, and its levels (number to name)."""
    titles = {title: textwrap.wrap(str(title), 24) for title in frame["standard"]}
    labels = {level: level_label(level, name) for level, name in levels.items()}
    shown = pd.DataFrame(
        {
            "row": "\n".join(titles[line.standard]),
            "required": labels[line.required],
            "level": labels.get(level),
            "mark": mark,
            "is_own": mark == "Own view",
            "standard": line.standard,
            "level_name": levels.get(level, "not seen"),
            "required_name": levels[line.required],
        }
        for line in frame.itertuples()
        for mark, level in ((_mark(line.status), line.observed), ("Own view", line.self_level))
    )
    used = [mark for mark in PRACTICE_MARKS if mark in set(shown.dropna(subset=["level"])["mark"])]
    scale = alt.Scale(type="point", domain=list(labels.values()), padding=0.5)
    # Lines run downward from the label's place, so the place goes up by as many as there are.
    padding = 8 + 14 * max(label.count("\n") for label in labels.values())
    axis = alt.Axis(orient="top", labelExpr=BREAK_LINES, labelOverlap=True, labelPadding=padding, grid=False)
    required = alt.X("required:O", title=None, sort=list(labels.values()), scale=scale, axis=axis)
    reached = alt.X("level:O", title=None, sort=list(labels.values()), scale=scale, axis=axis)
    base = alt.Chart(shown).encode(
        y=alt.Y(
            "row:N",
            title=None,
            sort=list(dict.fromkeys(shown["row"])),
            axis=alt.Axis(labelExpr=BREAK_LINES, labelPadding=10, grid=True, gridColor="#e9edf0"),
        )
    )
    by_others, own = base.transform_filter("!datum.is_own"), base.transform_filter("datum.is_own && datum.level")
    point = marks_by("mark", PRACTICE_MARKS, used) | {
        "tooltip": [
            alt.Tooltip("standard:N", title="Standard"),
            alt.Tooltip("mark:N", title="Mark"),
            alt.Tooltip("level_name:N", title="Level"),
            alt.Tooltip("required_name:N", title="Required"),
        ],
    }
    seen = by_others.transform_filter("datum.level")
    gap = seen.mark_rule(color="#b9c5cd", strokeWidth=4).encode(x=required, x2="level:O")
    upright = by_others.mark_tick(orient="vertical", thickness=3, size=24, color=TEXT).encode(x=required)
    points = seen.mark_point(size=140, opacity=1, strokeWidth=2).encode(x=reached, **point)
    own_points = own.mark_point(size=60, opacity=1, strokeWidth=2, yOffset=12).encode(x=reached, **point)
    most_lines = max(len(lines) for lines in titles.values())
    return (gap + upright + points + own_points).properties(
        height=max(ROW + 8, 15 * most_lines + 10) * len(titles), autosize=FIT_WIDTH
    )


TREND_MARKS = {"Observed": ("circle", ACCENT, ACCENT), "Own view": PRACTICE_MARKS["Own view"]}


def practice_trend_chart(frame: pd.DataFrame, required: pd.DataFrame, levels: dict[int, str]) -> alt.LayerChart:
    """Levels on one standard over time, over the line of the level required.

    Takes the rows of one standard out of `practice_trend` and of `required_over_time`, and the levels of its set."""
    labels = {level: f"{level} {name}" for level, name in levels.items()}
    shown = frame.assign(
        on=pd.to_datetime(frame["on"]),
        level=[labels[level] for level in frame["level"]],
        day=[words.day(on) for on in frame["on"]],
    )[["on", "level", "day", "who", "series"]]
    stretches = required.assign(
        start_on=pd.to_datetime(required["start_on"]),
        end_on=pd.to_datetime(required["end_on"]),
        level=[labels[level] for level in required["level"]],
        word="required",
    )[["start_on", "end_on", "level", "word"]]
    highest_first = list(reversed(labels.values()))
    level = alt.Y(
        "level:O",
        title=None,
        sort=highest_first,
        scale=alt.Scale(type="point", domain=highest_first, padding=0.5),
        axis=alt.Axis(grid=True, gridColor="#e9edf0"),
    )
    time = alt.Axis(format="%b %Y", tickCount=6, labelOverlap=True, grid=False)
    wanted = alt.Chart(stretches).encode(y=level)
    points = alt.Chart(shown).encode(x=alt.X("on:T", title=None, axis=time), y=level)
    used = [series for series in TREND_MARKS if series in set(shown["series"])]
    line = wanted.mark_rule(strokeWidth=2, strokeDash=[6, 4], color=TEXT).encode(
        x=alt.X("start_on:T", title=None, axis=time), x2="end_on:T"
    )
    word = wanted.mark_text(align="left", dy=-9, color=TEXT).encode(x=alt.X("start_on:T", axis=time), text="word:N")
    steps = points.transform_filter("datum.series == 'Observed'").mark_line(strokeWidth=2, color=ACCENT)
    dots = points.mark_point(size=90, opacity=1, strokeWidth=2).encode(
        **marks_by("series", TREND_MARKS, used),
        tooltip=[
            alt.Tooltip("series:N", title="Seen or own view"),
            alt.Tooltip("day:N", title="Day"),
            alt.Tooltip("level:O", title="Level"),
            alt.Tooltip("who:N", title="By"),
        ],
    )
    return (line + word + steps + dots).properties(height=38 * len(labels), autosize=FIT_WIDTH)
