"""Statuses of people on courses, what lapses, and when registrations end."""

from datetime import date

import altair as alt
import pandas as pd

from tcsuper import words
from tcsuper.charts.look import (
    ACCENT,
    AMBER,
    AS_DRAWN,
    BAD,
    BREAK_LINES,
    FIT_WIDTH,
    GOOD,
    NEUTRAL,
    ROW,
    SHAPES,
    SMALLER_ON_A_PHONE,
    TEXT,
    TONE_FILLS,
    in_lines,
    months_in_lines,
    status_label,
)
from tcsuper.rules.standing import TONES, Status, Tone, status_word

FEW_COLUMNS = 7
"""Up to so many columns each cell has room for the word beside its shape."""
TONE_WORDS = {
    Tone.BAD: "Overdue, expired or below",
    Tone.AMBER: "Due soon or with conditions",
    Tone.NEUTRAL: "Not done yet, or booked",
    Tone.GOOD: "In order",
    Tone.GREY: "Left out",
}
NARROWEST, WITH_WORD, WIDEST, FULL_WIDTH = 60, 84, 150, 640  # pixels: of a column, and of all of them


def status_heatmap(frame: pd.DataFrame, requirements: list[str]) -> alt.LayerChart:
    """People × requirements, a shape (and with few columns the word) in each cell; a click on one selects it.

    Frame: person (in the order to show), requirement, status, due (a date in words, or empty). `requirements`: in the
    order to show."""
    few = len(requirements) <= FEW_COLUMNS
    column = min(WIDEST, max(WITH_WORD if few else NARROWEST, FULL_WIDTH // len(requirements)))
    letters = column // 7  # that fit beside one another
    more_lines = max(in_lines(one, letters).count("\n") for one in requirements)  # a label grows downward
    tones = [TONES[status] for status in frame["status"]]
    shown = frame.assign(
        across=[in_lines(one, letters) for one in frame["requirement"]],
        word=[status_word(status) for status in frame["status"]],
        legend=[f"{SHAPES[tone]} {TONE_WORDS[tone]}" for tone in tones],
        cell=[status_label(status) if few else SHAPES[TONES[status]] for status in frame["status"]],
    )
    used = {f"{SHAPES[tone]} {TONE_WORDS[tone]}": TONE_FILLS[tone] for tone in TONE_WORDS if tone in tones}
    base = alt.Chart(shown[["person", "requirement", "across", "cell", "word", "legend", "due"]]).encode(
        x=alt.X(
            "across:N",
            title=None,
            sort=[in_lines(one, letters) for one in requirements],
            scale=alt.Scale(paddingInner=0.03, paddingOuter=0.02),
            axis=alt.Axis(orient="top", labelExpr=BREAK_LINES, labelOverlap=False, labelPadding=3 + 14 * more_lines),
        ),
        y=alt.Y(
            "person:N",
            title=None,
            sort=list(dict.fromkeys(shown["person"])),
            scale=alt.Scale(paddingInner=0.1, paddingOuter=0.05),
            axis=alt.Axis(labelPadding=8),
        ),
    )
    picked = alt.selection_point(name="cell", fields=["person", "requirement"], empty=False)
    cells = (
        base.mark_rect(cornerRadius=2, strokeWidth=2)
        .encode(
            color=alt.Color(
                "legend:N", scale=alt.Scale(domain=list(used), range=list(used.values())), legend=alt.Legend(columns=2)
            ),
            stroke=alt.condition(picked, alt.value(ACCENT), alt.value("transparent")),
            tooltip=[
                alt.Tooltip("person:N", title="Who"),
                alt.Tooltip("requirement:N", title="What"),
                alt.Tooltip("word:N", title="Status"),
                alt.Tooltip("due:N", title="Date"),
            ],
        )
        .add_params(picked)
    )
    words_in_cells = base.mark_text(fontSize=11 if few else 12).encode(text="cell:N")
    return (cells + words_in_cells).properties(height=alt.Step(ROW - 4), width=alt.Step(column), autosize=AS_DRAWN)


def lapses_heatmap(frame: pd.DataFrame) -> alt.LayerChart:
    """What lapses × months, how many in each cell.

    Frame: month (date, its first day; every month once at least), what (empty where none), count (0 there)."""
    in_order = sorted(set(frame["month"]))
    some = frame[frame["count"] > 0]
    by_number = some.groupby("what")["count"].sum().sort_values(ascending=False, kind="stable")
    base = alt.Chart(some.assign(month_word=[words.short_month(month) for month in some["month"]])).encode(
        x=alt.X(
            "month_word:O",
            title=None,
            sort=[words.short_month(month) for month in in_order],
            scale=alt.Scale(domain=[words.short_month(month) for month in in_order]),
            axis=alt.Axis(
                orient="top",
                labelOverlap=False,
                labelExpr=months_in_lines(in_order),
                labelBaseline="bottom",
                labelFontSize=11,
            ),
        ),
        y=alt.Y("what:N", title=None, sort=list(by_number.index), axis=alt.Axis(labelPadding=8, labelLimit=180)),
    )
    cells = base.mark_rect(cornerRadius=2, stroke="white", strokeWidth=2).encode(
        color=alt.Color("count:Q", scale=alt.Scale(range=["#e3edf2", "#8fb6c8"], domainMin=1), legend=None),
        tooltip=[
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("month_word:O", title="Month"),
            alt.Tooltip("count:Q", title="People"),
        ],
    )
    return (cells + base.mark_text(fontSize=SMALLER_ON_A_PHONE).encode(text="count:Q")).properties(
        height=(ROW - 2) * some["what"].nunique(), autosize=FIT_WIDTH
    )


EXPIRY_MARKS = {
    Status.EXPIRED: ("square", BAD),
    Status.CONDITIONS: ("diamond", AMBER),
    Status.DUE_SOON: ("triangle-up", AMBER),
    Status.UP_TO_DATE: ("circle", GOOD),
}
"""Shape and colour."""
MOST_TALL_ROWS, SHORT_ROW = 12, 24


def expiry_timeline(frame: pd.DataFrame, on: date) -> alt.LayerChart:
    """When each registration ends, seen from a date: a line from that date to a mark; the day stands under the name.

    Frame: row (label, in the order to show), until (date), status, because. A long list has one line for each, and the
    days in the table alone."""
    is_long = len(frame) > MOST_TALL_ROWS
    shown = frame.assign(
        row=[_row_label(row, until, is_long) for row, until in zip(frame["row"], frame["until"], strict=True)],
        until=pd.to_datetime(frame["until"]),
        today=pd.Timestamp(on),
        day=[words.day(until) for until in frame["until"]],
        mark=[status_word(status) if status in EXPIRY_MARKS else "Other" for status in frame["status"]],
    )[["row", "until", "today", "day", "mark", "because"]]
    marks = {status_word(status): mark for status, mark in EXPIRY_MARKS.items()} | {"Other": ("circle", NEUTRAL)}
    used = [mark for mark in marks if mark in set(shown["mark"])]
    ticks = alt.ExprRef(expr="max(2, floor(width / 90))")
    axis = alt.Axis(orient="top", format="%b %Y", tickCount=ticks, labelOverlap=True, labelBound=True)
    base = alt.Chart(shown).encode(
        x=alt.X("until:T", title=None, scale=alt.Scale(nice="month", padding=14), axis=axis),
        y=alt.Y(
            "row:N",
            title=None,
            sort=list(dict.fromkeys(shown["row"])),
            axis=alt.Axis(labelExpr=BREAK_LINES, labelPadding=10, labelLineHeight=15),
        ),
    )
    colour = alt.Color(
        "mark:N", scale=alt.Scale(domain=used, range=[marks[mark][1] for mark in used]), legend=alt.Legend(columns=1)
    )
    lines = base.mark_rule(strokeWidth=2).encode(x2="today:T", color=colour)
    points = base.mark_point(filled=True, size=95, opacity=1).encode(
        color=colour,
        shape=alt.Shape("mark:N", scale=alt.Scale(domain=used, range=[marks[mark][0] for mark in used])),
        tooltip=[
            alt.Tooltip("row:N", title="Who"),
            alt.Tooltip("day:N", title="Until"),
            alt.Tooltip("because:N", title="Why"),
        ],
    )
    now = (
        alt.Chart(pd.DataFrame({"today": [pd.Timestamp(on)]}))
        .mark_rule(strokeDash=[4, 4], color=TEXT)
        .encode(x=alt.X("today:T", title=None, axis=axis))
    )
    height = (SHORT_ROW if is_long else ROW + 10) * shown["row"].nunique()
    return (now + lines + points).properties(height=height, autosize=FIT_WIDTH)


def _row_label(row: str, until: date, is_long: bool) -> str:
    return row if is_long else f"{row}\n{words.day(until)}"
