"""Observed practice against what is required."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from tcsuper import words
from tcsuper.charts.look import (
    ACCENT,
    AMBER,
    BAD,
    BREAK_LINES,
    FIT_WIDTH,
    GOOD,
    NEUTRAL,
    ROW,
    TEXT,
    in_lines,
    marks_by,
)

OWN_VIEW = "Own view"
PRACTICE_MARKS = {
    "Below": ("square", BAD, BAD),
    "At": ("circle", ACCENT, ACCENT),
    "Above": ("triangle-up", GOOD, GOOD),
    "Not judged yet": ("circle", NEUTRAL, "white"),
    "Seen by you": ("cross", NEUTRAL, NEUTRAL),
    "Latest": ("circle", ACCENT, ACCENT),
    OWN_VIEW: ("diamond", AMBER, "white"),
}
"""Mark: shape, line, filling."""
STATUS_MARKS = {"below": "Below", "at": "At", "above": "Above", "not_yet_observed": "Not judged yet"}
OBSERVER_LOOKS = (
    ("circle", ACCENT, ACCENT),
    ("square", TEXT, "white"),
    ("triangle-up", GOOD, GOOD),
    ("cross", BAD, BAD),
    ("triangle-down", NEUTRAL, "white"),
)
"""Observers side by side, told apart by shape and by filled or empty; more do not fit beside one another."""
MOST_NAMED_LEVELS = 5
"""With more levels their names do not stand side by side: the axis then has the numbers alone."""
ONE_UNDER_ANOTHER = alt.ExprRef(expr="width < 420 ? 1 : 3")
"""The legend of people's names on a phone."""
LANE = 15
"""Pixels between marks of one standard that stand below one another."""


def _mark(status: str | None) -> str:
    """Without a status: what an observer sees of their own observations, which is no verdict."""
    return "Seen by you" if status is None else STATUS_MARKS.get(status, "Not judged yet")


def level_label(level: int, name: str) -> str:
    """The number over the name, one word a line, so that four levels stand side by side on a phone."""
    return "\n".join([str(level), *name.split()])


def level_labels(levels: Mapping[int, str]) -> dict[int, str]:
    if len(levels) > MOST_NAMED_LEVELS:
        return {level: str(level) for level in levels}
    return {level: level_label(level, name) for level, name in levels.items()}


@dataclass(frozen=True)
class Mark:
    """One mark on a standard's row. `lane`: how far down it stands among the marks of that row. `said`: what is told
    about it when it is pointed at. `count`: written into it, where it stands for several."""

    standard_id: int
    level: int
    mark: str
    said: str = ""
    lane: int = 0
    count: int = 0


def dumbbell_chart(frame: pd.DataFrame, levels: dict[int, str]) -> alt.LayerChart:
    """Observed against required, a row for each standard: an upright mark at the required level, a shape where
    practice stands, and below it a diamond for the person's own view.

    Takes the rows of one set out of `observed_against_required`, and its levels (number to name)."""
    judged = [
        Mark(line.standard_id, line.observed, _mark(line.status))
        for line in frame.itertuples()
        if not _none(line.observed)
    ]
    return _rows_of_marks(frame, levels, judged, PRACTICE_MARKS)


def latest_chart(frame: pd.DataFrame, ratings: pd.DataFrame, levels: dict[int, str]) -> alt.LayerChart:
    """The same with the latest level that anybody gave, whatever it counts for. `ratings`: those that were observed,
    out of `practice_trend`, oldest first."""
    last = ratings.groupby("standard_id", sort=False).tail(1)
    marks = [Mark(one.standard_id, one.level, "Latest", _by(one)) for one in last.itertuples()]
    return _rows_of_marks(frame, levels, marks, PRACTICE_MARKS)


def all_ratings_chart(frame: pd.DataFrame, ratings: pd.DataFrame, levels: dict[int, str]) -> alt.LayerChart:
    """The same with every rating: a circle at each level that was given, and in it how often it was."""
    marks = []
    for (standard_id, level), of_level in ratings.groupby(["standard_id", "level"], sort=False):
        said = "; ".join(_by(one) for one in of_level.itertuples())
        marks.append(Mark(standard_id, level, "Times seen", said, count=len(of_level)))
    looks = PRACTICE_MARKS | {"Times seen": ("circle", ACCENT, "white")}
    return _rows_of_marks(frame, levels, marks, looks, is_joined=False)


def by_observer_chart(
    frame: pd.DataFrame, ratings: pd.DataFrame, levels: dict[int, str], observers: Mapping[int, str]
) -> alt.LayerChart:
    """The same with the latest level of each of these observers (staff id to a name that tells them apart, as many as
    have a look), one below the other."""
    looks = dict(zip(observers.values(), OBSERVER_LOOKS, strict=False))
    lanes = {staff_id: lane for lane, staff_id in enumerate(observers)}
    last = ratings[ratings["who_id"].isin(list(observers))].groupby(["standard_id", "who_id"], sort=False).tail(1)
    marks = [
        Mark(one.standard_id, one.level, observers[one.who_id], _by(one), lanes[one.who_id])
        for one in last.itertuples()
    ]
    return _rows_of_marks(
        frame, levels, marks, looks | {OWN_VIEW: PRACTICE_MARKS[OWN_VIEW]}, len(observers), is_joined=False
    )


def _by(one: Any) -> str:
    return f"{words.day(one.on)}, {one.who}"


def _none(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _rows_of_marks(
    frame: pd.DataFrame,
    levels: dict[int, str],
    marks: Sequence[Mark],
    looks: Mapping[str, tuple[str, str, str]],
    lanes: int = 1,
    is_joined: bool = True,
) -> alt.LayerChart:
    """`is_joined`: a bar from the required level to the mark, which is one for each standard."""
    titles = _titles(frame)
    labels = level_labels(levels)
    own = [
        Mark(line.standard_id, line.self_level, OWN_VIEW, lane=lanes)
        for line in frame.itertuples()
        if not _none(line.self_level)
    ]
    of_standard = {line.standard_id: line for line in frame.itertuples()}
    shown = pd.DataFrame(
        [
            {
                "row": titles[one.standard_id],
                "required": labels[of_standard[one.standard_id].required],
                "level": labels.get(one.level),
                "mark": one.mark,
                "lane": one.lane,
                "count": str(one.count or ""),
                "standard": of_standard[one.standard_id].standard,
                "level_name": _named(one.level, levels),
                "required_name": _named(of_standard[one.standard_id].required, levels),
                "said": one.said or "–",
            }
            for one in [*marks, *own]
            if one.standard_id in of_standard
        ],
        columns=COLUMNS,
    )
    asked = pd.DataFrame(
        {
            "row": titles[line.standard_id],
            "required": labels[line.required],
            "standard": line.standard,
            "required_name": _named(line.required, levels),
        }
        for line in frame.itertuples()
    )
    used = [mark for mark in looks if mark in set(shown["mark"])]
    scale = alt.Scale(type="point", domain=list(labels.values()), padding=0.5)
    # Lines run downward from the label's place, so the place goes up by as many as there are.
    padding = 8 + 14 * max(label.count("\n") for label in labels.values())
    axis = alt.Axis(orient="top", labelExpr=BREAK_LINES, labelOverlap=True, labelPadding=padding, grid=False)
    required = alt.X("required:O", title=None, sort=list(labels.values()), scale=scale, axis=axis)
    reached = alt.X("level:O", title=None, sort=list(labels.values()), scale=scale, axis=axis)
    rows = alt.Y(
        "row:N",
        title=None,
        sort=list(dict.fromkeys(asked["row"])),
        axis=alt.Axis(labelExpr=BREAK_LINES, labelPadding=10, grid=True, gridColor="#e9edf0"),
    )
    base = alt.Chart(shown).encode(y=rows)
    upright = (
        alt.Chart(asked)
        .mark_tick(orient="vertical", thickness=3, size=24 + LANE * (lanes - 1), color=TEXT)
        .encode(
            x=required,
            y=rows,
            tooltip=[alt.Tooltip("standard:N", title="Standard"), alt.Tooltip("required_name:N", title="Required")],
        )
    )
    layers: list[alt.Chart] = []
    if is_joined:
        by_others = base.transform_filter(f"datum.lane < {lanes}")
        layers.append(by_others.mark_rule(color="#b9c5cd", strokeWidth=4).encode(x=required, x2="level:O"))
    layers.append(upright)
    for lane in sorted({one.lane for one in [*marks, *own]}):
        is_own = lane == lanes
        down = 12 + LANE * (lanes - 1) / 2 if is_own else LANE * (lane - (lanes - 1) / 2)
        size = 60 if is_own else 260 if any(one.count for one in marks) else 140 if lanes == 1 else 80
        points = base.transform_filter(f"datum.lane == {lane}").encode(
            x=reached,
            tooltip=[
                alt.Tooltip("standard:N", title="Standard"),
                alt.Tooltip("required_name:N", title="Required"),
                alt.Tooltip("mark:N", title="Mark"),
                alt.Tooltip("level_name:N", title="Level"),
                alt.Tooltip("said:N", title="Seen"),
            ],
        )
        columns = ONE_UNDER_ANOTHER if lanes > 1 else 3
        layers.append(
            points.mark_point(size=size, opacity=1, strokeWidth=2, yOffset=down).encode(
                **marks_by("mark", dict(looks), used, columns)
            )
        )
        if any(one.count for one in marks) and not is_own:
            layers.append(points.mark_text(yOffset=down, fontSize=12).encode(text="count:N"))
    most_lines = 1 + max(title.count("\n") for title in titles.values())
    height = max(ROW + 8 + LANE * (lanes - 1) + (6 if lanes > 1 and own else 0), 15 * most_lines + 10)
    drawn: alt.LayerChart = alt.LayerChart(layer=layers)
    return drawn.properties(height=height * len(titles), autosize=FIT_WIDTH)


COLUMNS = ["row", "required", "level", "mark", "lane", "count", "standard", "level_name", "required_name", "said"]


def _titles(frame: pd.DataFrame) -> dict[int, str]:
    """By standard, in lines, each once: with its number where two are called alike."""
    alike = frame["standard"].duplicated(keep=False)
    named = frame["standard"].where(~alike, frame["number"].astype(str) + " " + frame["standard"])
    return {standard_id: in_lines(title, 24) for standard_id, title in zip(frame["standard_id"], named, strict=True)}


def _named(level: int, levels: Mapping[int, str]) -> str:
    return f"{level} {levels.get(level, '')}".strip()


SHORT_STRETCH = 200
"""Days, up to which the axis names days and not months."""
TREND_MARKS = {"Observed": ("circle", ACCENT, ACCENT), OWN_VIEW: PRACTICE_MARKS[OWN_VIEW]}


BEFORE_THE_FIRST = pd.Timedelta(days=60)


def practice_trend_chart(frame: pd.DataFrame, required: pd.DataFrame, levels: dict[int, str]) -> alt.LayerChart:
    """Levels on one standard over time, over the line of the level required: from shortly before the first of them,
    since what was required years before anybody looked takes the room from what was seen.

    Takes the rows of one standard out of `practice_trend` and of `required_over_time`, and the levels of its set."""
    labels = {level: in_lines(f"{level} {name}", 16) for level, name in levels.items()}
    shown = frame.assign(
        on=pd.to_datetime(frame["on"]),
        level=[labels[level] for level in frame["level"]],
        day=[words.day(on) for on in frame["on"]],
    )[["on", "level", "day", "who", "series"]]
    first, last = shown["on"].min(), shown["on"].max()
    begins = first - max(BEFORE_THE_FIRST, (last - first) / 6)  # room for the word "required"
    required = required[pd.to_datetime(required["end_on"]) >= begins]
    stretches = required.assign(
        start_on=pd.to_datetime(required["start_on"]).clip(lower=begins),
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
        axis=alt.Axis(labelExpr=BREAK_LINES, grid=True, gridColor="#e9edf0"),
    )
    days = pd.concat([shown["on"], stretches["start_on"], stretches["end_on"]])
    is_short = (days.max() - days.min()).days < SHORT_STRETCH  # there several ticks would be of one month
    time = alt.Axis(format="%-d %b" if is_short else "%b %Y", tickCount=6, labelOverlap=True, grid=False)
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
