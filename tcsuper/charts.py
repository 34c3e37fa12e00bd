"""Frames in, Altair charts out: pure, types spelt out, titles in plain words. The page says "nothing yet".

Colour never carries meaning alone: cells hold their numbers, marks have shapes, legends are words.
"""

import json
import textwrap
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from tcsuper import words
from tcsuper.rules.standing import TONES, Status, Tone, status_word

TEXT, QUIET, LINES, ACCENT = "#16232c", "#46535f", "#d5dde2", "#1d5a75"
BAD, AMBER, GOOD, NEUTRAL = "#a4262c", "#8a5a00", "#1a6b3c", "#52606b"
BAD_FILL, AMBER_FILL, GOOD_FILL, GREY_FILL = "#f3c4c6", "#f5dfae", "#cfe6d8", "#e9edf0"
BAND_NAMES = ("below 70%", "70 to 84%", "85 to 94%", "95% and over", "nobody asked, or too few")
BAND_FILLS = (BAD_FILL, AMBER_FILL, "#dcebe2", "#a9d3ba", GREY_FILL)
ROW = 30  # pixels a row of a heatmap
MONTH_COLUMN = 27  # of two years of months side by side
FIT_WIDTH = alt.AutoSizeParams(type="fit-x", contains="padding")
"""As wide as the page. The height is of the rows alone and in pixels: Vega complains of steps here."""
AS_DRAWN = alt.AutoSizeParams(type="pad", contains="padding")
"""Neither follows the page: it scrolls sideways where there is no room."""
SMALLER_ON_A_PHONE = alt.ExprRef(expr="width < 360 ? 10 : 12")
"""Three digits of one month must not touch those of the next."""


@alt.theme.register("tcsuper", enable=True)
def _theme() -> alt.theme.ThemeConfig:
    axis: alt.theme.AxisConfigKwds = {
        "labelColor": TEXT,
        "titleColor": QUIET,
        "domain": False,
        "ticks": False,
        "gridColor": LINES,
        "labelFlush": False,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 260,
        "labelAngle": 0,
    }
    return alt.theme.ThemeConfig(
        config={
            "view": {"stroke": None},
            "axis": axis,
            "legend": {
                "labelColor": TEXT,
                "titleColor": QUIET,
                "orient": "bottom",
                "labelFontSize": 12,
                "title": None,
            },
            "bar": {"color": ACCENT},
            "line": {"color": ACCENT, "strokeWidth": 2.5},
            "text": {"color": TEXT, "fontSize": 12},
            "background": "transparent",
        }
    )


def band(share: float | None) -> str:
    """The words for a share: the bands are settings of the picture, not of any rule."""
    if share is None or pd.isna(share):
        return BAND_NAMES[4]
    return BAND_NAMES[0] if share < 70 else BAND_NAMES[1] if share < 85 else BAND_NAMES[2 + (share >= 95)]


def _band_colour(shown: "pd.Series[str]") -> alt.Color:
    """The four bands always; the fifth where a cell has no share."""
    used = len(BAND_NAMES) if BAND_NAMES[4] in set(shown) else 4
    return alt.Color("band:N", scale=alt.Scale(domain=list(BAND_NAMES[:used]), range=list(BAND_FILLS[:used])))


def kinds_heatmap(frame: pd.DataFrame) -> alt.LayerChart:
    """Communities × kinds of requirement, "23 of 24" in each cell. Takes the frame of `kinds_by_community`."""
    shown = frame.assign(
        band=[band(share) for share in frame["share"]],
        row=[f"{name} ({people})" for name, people in zip(frame["community"], frame["people"], strict=True)],
    )
    kinds = list(dict.fromkeys(shown["kind"]))
    base = alt.Chart(shown[["row", "kind", "label", "band"]]).encode(
        x=alt.X("kind:N", title=None, sort=kinds, axis=alt.Axis(orient="top", labelLimit=110, labelOverlap=False)),
        y=alt.Y("row:N", title=None, sort=list(dict.fromkeys(shown["row"])), axis=alt.Axis(labelPadding=8)),
    )
    cells = base.mark_rect(cornerRadius=2, stroke="white", strokeWidth=3).encode(
        color=_band_colour(shown["band"]),
        tooltip=[
            alt.Tooltip("row:N", title="Community"),
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("label:N", title="Met"),
        ],
    )
    return (cells + base.mark_text().encode(text="label:N")).properties(
        height=(ROW + 8) * shown["row"].nunique(), autosize=FIT_WIDTH
    )


def rate_by_month_chart(frame: pd.DataFrame, target: int) -> alt.LayerChart:
    """Share of people who met their minimum, by month and community, with the target line. To a month that is not
    over the line is dotted: it is no fall yet.

    Takes the frame of `supervision_rate_by_month`; months with too few people are left out of the lines."""
    shown = frame.dropna(subset=["share"])
    months = [words.short_month(month) for month in sorted(set(frame["month"]))]
    shown = shown.assign(
        month_word=[words.short_month(month) for month in shown["month"]],
        share=shown["share"].astype(float),
        label=[f"{met} of {duty}" for met, duty in zip(shown["met"], shown["duty"], strict=True)],
        is_over=~shown["so_far"].astype(bool),
    )
    last_over = shown.loc[shown["is_over"], "month"].max()
    shown["is_late"] = [month >= last_over if pd.notna(last_over) else True for month in shown["month"]]
    lowest = min(60, *(int(share // 10) * 10 for share in shown["share"]))
    share: dict[str, Any] = {
        "title": "met their minimum",
        "scale": alt.Scale(domain=[lowest, 100], nice=False),
        "axis": alt.Axis(
            labelExpr="datum.value + '%'",
            labelOverlap=False,
            values=list(range(100, lowest - 1, -10 if lowest >= 50 else -20)),
        ),
    }
    base = alt.Chart(shown[["community", "month_word", "share", "label", "is_over", "is_late"]]).encode(
        x=alt.X(
            "month_word:O", title=None, sort=months, scale=alt.Scale(domain=months), axis=alt.Axis(labelOverlap=True)
        ),
        y=alt.Y("share:Q", **share),
    )
    community = alt.Color("community:N", scale=alt.Scale(scheme="tableau10"), legend=alt.Legend(columns=3))
    lines = base.transform_filter("datum.is_over").mark_line(strokeWidth=2).encode(color=community)
    so_far = base.transform_filter("datum.is_late").mark_line(strokeWidth=1.5, strokeDash=[2, 3])
    points = base.mark_point(filled=True, size=55).encode(
        color=community,
        opacity=alt.condition("datum.is_over", alt.value(1), alt.value(0.45)),
        shape=alt.Shape("community:N", legend=alt.Legend(columns=3)),
        tooltip=[
            alt.Tooltip("community:N", title="Community"),
            alt.Tooltip("month_word:O", title="Month"),
            alt.Tooltip("label:N", title="Met"),
        ],
    )
    rule = alt.Chart(pd.DataFrame({"target": [target]})).mark_rule(strokeDash=[4, 4], color=AMBER)
    layers = lines + so_far.encode(color=community) + points + rule.encode(y=alt.Y("target:Q", **share))
    return layers.properties(height=200, autosize=FIT_WIDTH)


VERDICT_WORDS = {
    "met": "Met",
    "short_so_far": "Short so far",
    "forecast": "Short if nothing more happens",
    "short": "Short",
    "not_judged": "Not judged",
    "exempt": "Not judged",
    "not_required": "Not required",
}
VERDICT_FILLS = {
    "Met": GOOD_FILL,
    "Short so far": AMBER_FILL,
    "Short if nothing more happens": "#fbf1d8",
    "Short": BAD_FILL,
    "Not judged": GREY_FILL,
    "Not required": "#f7f9fa",
}


def month_heatmap(frame: pd.DataFrame, row_title: str = "", is_clickable: bool = False) -> alt.LayerChart:
    """People (or minima) × months, the credited minutes in each cell. As wide as the page; or, `is_clickable`, with
    columns of their own width, and a click on a cell selects its row and month.

    Frame: row (label, in the order to show), month (date), label (what stands in the cell), verdict (of rules)."""
    shown = frame.assign(
        month_word=[words.short_month(month) for month in frame["month"]],
        word=[VERDICT_WORDS[str(verdict)] for verdict in frame["verdict"]],
    )
    in_order = sorted(set(frame["month"]))
    months = [words.short_month(month) for month in in_order]
    used = [word for word in VERDICT_FILLS if word in set(shown["word"])]
    gaps = alt.Scale(paddingInner=0.07 if is_clickable else 0)
    base = alt.Chart(shown[["row", "month_word", "label", "word"]]).encode(
        x=alt.X(
            "month_word:O",
            title=None,
            sort=months,
            scale=gaps,
            axis=alt.Axis(
                orient="top",
                labelOverlap=False,
                labelExpr=_months_in_lines(in_order),
                labelBaseline="bottom",
                labelFontSize=11,
            ),
        ),
        y=alt.Y(
            "row:N",
            title=row_title or None,
            sort=list(dict.fromkeys(shown["row"])),
            scale=gaps,
            axis=alt.Axis(labelPadding=8),
        ),
    )
    picked = alt.selection_point(name="cell", fields=["row", "month_word"], empty=False)
    chosen = alt.condition(picked, alt.value(ACCENT), alt.value("transparent"))
    cells = base.mark_rect(cornerRadius=2, strokeWidth=2).encode(
        stroke=chosen if is_clickable else alt.value("white"),
        color=alt.Color(
            "word:N",
            scale=alt.Scale(domain=used, range=[VERDICT_FILLS[word] for word in used]),
            legend=alt.Legend(columns=5 if is_clickable else 3),
        ),
        tooltip=[
            alt.Tooltip("row:N", title="Who"),
            alt.Tooltip("month_word:O", title="Month"),
            alt.Tooltip("label:N", title="Credited"),
            alt.Tooltip("word:N", title="Status"),
        ],
    )
    if is_clickable:
        layers = cells.add_params(picked) + base.mark_text(fontSize=10).encode(text="label:N")
        return layers.properties(height=alt.Step(ROW - 4), width=alt.Step(MONTH_COLUMN), autosize=AS_DRAWN)
    return (cells + base.mark_text(fontSize=SMALLER_ON_A_PHONE).encode(text="label:N")).properties(
        height=(ROW - 2) * shown["row"].nunique(), autosize=FIT_WIDTH
    )


def _months_in_lines(months: list[date]) -> str:
    """Twelve of them stand side by side on a phone: the year is only under January, and under the first unless January
    is next."""
    lines = {
        words.short_month(month): [words.MONTHS[month.month - 1][:3]]
        + ([str(month.year)] if month.month == 1 or (month == months[0] and month.month != 12) else [])
        for month in months
    }
    return f"({json.dumps(lines)})[datum.value]"


def ranked_bars(frame: pd.DataFrame) -> alt.LayerChart:
    """Longest first, the number at the end. Frame: label (str), count (int)."""
    longest_first = frame.sort_values("count", ascending=False, kind="stable")["label"].tolist()
    base = alt.Chart(frame[["label", "count"]]).encode(
        y=alt.Y("label:N", sort=longest_first, title=None),
        x=alt.X("count:Q", axis=None, title=None),
    )
    return (base.mark_bar(height=16) + base.mark_text(align="left", dx=5).encode(text="count:Q")).properties(
        height=28 * frame["label"].nunique(), autosize=FIT_WIDTH
    )


def rate_bars(frame: pd.DataFrame, target: int) -> alt.LayerChart:
    """The share of people who met their minimum, a bar for each group, with the target line.

    Frame: label (str, in the order to show), met, duty, share (per cent)."""
    shown = frame.assign(
        share=frame["share"].astype(float),
        said=[f"{row.met} of {row.duty} ({row.share}%)" for row in frame.itertuples()],
        row=[_in_lines(label, 26) for label in frame["label"]],
        band=[band(share) for share in frame["share"]],
    )
    scale = alt.Scale(domain=[0, 155], nice=False)  # room for the words behind a whole bar
    base = alt.Chart(shown[["row", "share", "said", "band"]]).encode(
        y=alt.Y(
            "row:N",
            sort=list(shown["row"]),
            title=None,
            axis=alt.Axis(labelExpr=BREAK_LINES, labelPadding=8, labelLineHeight=13),
        ),
        x=alt.X("share:Q", axis=None, scale=scale),
        tooltip=[alt.Tooltip("row:N", title="Who"), alt.Tooltip("said:N", title="Met")],
    )
    bars = base.mark_bar(height=18).encode(color=_band_colour(shown["band"]).legend(columns=2))
    wanted = alt.Chart(pd.DataFrame({"target": [target]})).mark_rule(strokeDash=[4, 4], color=AMBER)
    said = base.mark_text(align="left", dx=6).encode(text="said:N", x=alt.datum(100))
    return (bars + said + wanted.encode(x=alt.X("target:Q", scale=scale))).properties(
        height=(ROW + 4) * shown["row"].nunique(), autosize=FIT_WIDTH
    )


# ---------------------------------------------------------------------------------------------------------------------
# Observed practice

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
BREAK_LINES = "split(datum.label, '\\n')"


def _mark(status: str | None) -> str:
    """Without a status: what an observer sees of their own observations, which is no verdict."""
    return "Seen by you" if status is None else STATUS_MARKS.get(status, "Not judged yet")


def level_label(level: int, name: str) -> str:
    """The number over the name, one word a line, so that four levels stand side by side on a phone."""
    return "\n".join([str(level), *name.split()])


def _marks_by(field: str, marks: dict[str, tuple[str, str, str]], used: list[str]) -> dict[str, Any]:
    """Shape, line and filling of the marks in use. The same field in all three makes one legend of them."""
    return {
        name: channel(
            f"{field}:N",
            scale=alt.Scale(domain=used, range=[marks[mark][place] for mark in used]),
            legend=alt.Legend(columns=3),
        )
        for place, (name, channel) in enumerate({"shape": alt.Shape, "stroke": alt.Stroke, "fill": alt.Fill}.items())
    }


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
    point = _marks_by("mark", PRACTICE_MARKS, used) | {
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
        **_marks_by("series", TREND_MARKS, used),
        tooltip=[
            alt.Tooltip("series:N", title="Seen or own view"),
            alt.Tooltip("day:N", title="Day"),
            alt.Tooltip("level:O", title="Level"),
            alt.Tooltip("who:N", title="By"),
        ],
    )
    return (line + word + steps + dots).properties(height=38 * len(labels), autosize=FIT_WIDTH)


HOLDING_FILLS = {
    "Lead": "#a9d3ba",
    "Deputy": "#dcebe2",
    "In development": "#d9e4ea",
    "Lead, not able": BAD_FILL,
    "Deputy, not able": BAD_FILL,
    "In development, not able": "#d9e4ea",
    "Not named": "#f5f7f8",
}
MANY_PEOPLE = 8
COLUMN = 96  # pixels: on a phone the picture is moved sideways


def holders_heatmap(frame: pd.DataFrame) -> alt.LayerChart:
    """Led responsibilities × people, the word of the holding in each cell. Takes the frame of `holders_matrix`. Of many
    people only those named are shown; where they are many all the same, they go down the page, for there is room."""
    if frame["person"].nunique() > MANY_PEOPLE:
        frame = frame[frame["person"].isin(frame.loc[frame["word"] != "", "person"])]
    is_tall = frame["person"].nunique() > MANY_PEOPLE
    down, across = ("person", "title") if is_tall else ("title", "person")
    shown = frame.assign(
        down=[_in_lines(one, 28) for one in frame[down]],
        across=[_in_lines(one, 14 if is_tall else 10) for one in frame[across]],
        words=[str(word).replace(", ", "\n").replace("In development", "In dev.") for word in frame["word"]],
        fill=[str(word) or "Not named" for word in frame["word"]],
    )
    used = [word for word in HOLDING_FILLS if word in set(shown["fill"])]
    base = alt.Chart(shown[["title", "person", "down", "across", "words", "fill"]]).encode(
        x=alt.X(
            "across:N",
            title=None,
            sort=list(dict.fromkeys(shown["across"])),
            axis=alt.Axis(
                orient="top",
                labelExpr=BREAK_LINES,
                labelOverlap=False,
                labelPadding=6 + _more_lines(shown["across"], 14),
            ),
        ),
        y=alt.Y(
            "down:N",
            title=None,
            sort=list(dict.fromkeys(shown["down"])),
            axis=alt.Axis(labelExpr=BREAK_LINES, labelPadding=8, labelOffset=-_more_lines(shown["down"], 7)),
        ),
    )
    cells = base.mark_rect(cornerRadius=2, stroke="white", strokeWidth=3).encode(
        color=alt.Color(
            "fill:N",
            scale=alt.Scale(domain=used, range=[HOLDING_FILLS[word] for word in used]),
            legend=alt.Legend(columns=3),
        ),
        tooltip=[
            alt.Tooltip("title:N", title="Responsibility"),
            alt.Tooltip("person:N", title="Person"),
            alt.Tooltip("fill:N", title="Holds it as"),
        ],
    )
    one_line, two_lines = (
        base.transform_filter(f"{sign}test(/\\n/, datum.words)").mark_text(lineBreak="\n", dy=dy).encode(text="words:N")
        for sign, dy in (("!", 0), ("", -7))
    )
    return (cells + one_line + two_lines).properties(
        height=alt.Step(ROW + 14), width=alt.Step(COLUMN), autosize=AS_DRAWN
    )


def _more_lines(labels: "pd.Series[str]", pixels: int) -> int:
    """Lines run downward from a label's place: how far up it goes for the lines beyond the first."""
    return pixels * max(label.count("\n") for label in labels)


def _in_lines(text: str, width: int) -> str:
    """Broken at words, for labels of several lines."""
    return "\n".join(textwrap.wrap(str(text), width, break_long_words=False)) or str(text)


# ---------------------------------------------------------------------------------------------------------------------
# Statuses: people × requirements, and what ends when

SHAPES = {Tone.BAD: "■", Tone.AMBER: "▲", Tone.GOOD: "●", Tone.NEUTRAL: "○", Tone.GREY: "–"}
TONE_FILLS = {
    Tone.BAD: BAD_FILL,
    Tone.AMBER: AMBER_FILL,
    Tone.GOOD: GOOD_FILL,
    Tone.NEUTRAL: GREY_FILL,
    Tone.GREY: "#f7f9fa",
}


def status_label(status: Status) -> str:
    """■ Overdue, ● Up to date…: the shape says how it stands without a colour."""
    return f"{SHAPES[TONES[status]]} {status_word(status)}"


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
    more_lines = max(_in_lines(one, letters).count("\n") for one in requirements)  # a label grows downward
    tones = [TONES[status] for status in frame["status"]]
    shown = frame.assign(
        across=[_in_lines(one, letters) for one in frame["requirement"]],
        word=[status_word(status) for status in frame["status"]],
        legend=[f"{SHAPES[tone]} {TONE_WORDS[tone]}" for tone in tones],
        cell=[status_label(status) if few else SHAPES[TONES[status]] for status in frame["status"]],
    )
    used = {f"{SHAPES[tone]} {TONE_WORDS[tone]}": TONE_FILLS[tone] for tone in TONE_WORDS if tone in tones}
    base = alt.Chart(shown[["person", "requirement", "across", "cell", "word", "legend", "due"]]).encode(
        x=alt.X(
            "across:N",
            title=None,
            sort=[_in_lines(one, letters) for one in requirements],
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
                labelExpr=_months_in_lines(in_order),
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


def expiry_timeline(frame: pd.DataFrame, on: date) -> alt.LayerChart:
    """When each registration ends, seen from a date: a line from that date to a mark; the day stands under the name.

    Frame: row (label, in the order to show), until (date), status, because."""
    shown = frame.assign(
        row=[f"{row}\n{words.day(until)}" for row, until in zip(frame["row"], frame["until"], strict=True)],
        until=pd.to_datetime(frame["until"]),
        today=pd.Timestamp(on),
        day=[words.day(until) for until in frame["until"]],
        mark=[status_word(status) if status in EXPIRY_MARKS else "Other" for status in frame["status"]],
    )[["row", "until", "today", "day", "mark", "because"]]
    marks = {status_word(status): mark for status, mark in EXPIRY_MARKS.items()} | {"Other": ("circle", NEUTRAL)}
    used = [mark for mark in marks if mark in set(shown["mark"])]
    ticks = alt.ExprRef(expr="max(1, floor(width / 90))")
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
    return (now + lines + points).properties(height=(ROW + 10) * shown["row"].nunique(), autosize=FIT_WIDTH)


# ---------------------------------------------------------------------------------------------------------------------
# How supervision serves people

ANSWER_FILLS = ("#b9770e", "#f0c879", "#e3e8eb", "#9cc3d5", ACCENT)
"""From "not at all" to "fully"; each part carries its number besides."""


def serves_me_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """How the answers to each question spread, one bar for each year, the later one on top. Takes the rows of one
    community, of a year and the year before, from `how_supervision_serves`."""
    answers, questions = list(dict.fromkeys(frame["answer"])), list(dict.fromkeys(frame["question"]))
    shown = frame.assign(
        row=[f"{question}, {year}" for question, year in zip(frame["question"], frame["year"], strict=True)],
        share=[count / people for count, people in zip(frame["count"], frame["people"], strict=True)],
        order=[answers.index(answer) for answer in frame["answer"]],
        label=[str(count) if count else "" for count in frame["count"]],
        dark=[answer in (answers[0], answers[-1]) for answer in frame["answer"]],
    )
    years = sorted(set(frame["year"]), reverse=True)
    rows = [f"{question}, {year}" for question in questions for year in years]
    shown = shown.sort_values(["row", "order"])
    shown["end"] = shown.groupby("row")["share"].cumsum()
    shown["start"] = shown["end"] - shown["share"]
    shown["middle"] = (shown["start"] + shown["end"]) / 2
    base = alt.Chart(
        shown[["row", "start", "end", "middle", "answer", "label", "dark", "people", "count"]].astype(
            {"start": float, "end": float, "middle": float, "people": int, "count": int}
        )
    ).encode(y=alt.Y("row:N", title=None, sort=rows, axis=alt.Axis(labelLimit=210, labelPadding=8)))
    parts = base.mark_bar(stroke="white", strokeWidth=1.5).encode(
        x=alt.X(
            "start:Q", title=None, axis=alt.Axis(format="%", grid=False, tickCount=4), scale=alt.Scale(domain=[0, 1])
        ),
        x2="end:Q",
        color=alt.Color(
            "answer:N",
            scale=alt.Scale(domain=answers, range=list(ANSWER_FILLS)),
            legend=alt.Legend(columns=3),
        ),
        tooltip=[
            alt.Tooltip("row:N", title="Question"),
            alt.Tooltip("answer:N", title="Answer"),
            alt.Tooltip("count:Q", title="People"),
            alt.Tooltip("people:Q", title="Of"),
        ],
    )
    numbers = base.mark_text().encode(
        x="middle:Q",
        text="label:N",
        color=alt.condition("datum.dark", alt.value("white"), alt.value(TEXT)),
    )
    return (parts + numbers).properties(height=ROW * len(rows), autosize=FIT_WIDTH)


# ---------------------------------------------------------------------------------------------------------------------
# Agreed actions

MOVES = {
    "opened": ("Agreed", "circle", ACCENT),
    "closed": ("Closed", "square", GOOD),
    "overdue": ("Overdue", "triangle-up", BAD),
}
"""Column of the frame: its word, its shape, its colour."""


def moves_by_month_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Actions agreed, closed and overdue, a line each. Takes the frame of `do_actions_move`; a month in which too few
    people are concerned has no point."""
    months = [words.short_month(month) for month in frame["month"]]
    hidden = frame["opened"].isna().cumsum()
    shown = pd.DataFrame(
        [
            (words.short_month(row.month), word, int(count), int(run))
            for row, run in zip(frame.itertuples(), hidden, strict=True)
            for column, (word, _, _) in MOVES.items()
            if pd.notna(count := getattr(row, column))
        ],
        columns=["month_word", "what", "count", "run"],
    )
    names, shapes, colours = zip(*MOVES.values(), strict=True)
    base = alt.Chart(shown).encode(
        x=alt.X(
            "month_word:O", title=None, sort=months, scale=alt.Scale(domain=months), axis=alt.Axis(labelOverlap=True)
        ),
        y=alt.Y("count:Q", title="actions", axis=alt.Axis(tickMinStep=1, format="d")),
        color=alt.Color("what:N", scale=alt.Scale(domain=list(names), range=list(colours))),
        tooltip=[
            alt.Tooltip("month_word:O", title="Month"),
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("count:Q", title="Actions"),
        ],
    )
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        shape=alt.Shape("what:N", scale=alt.Scale(domain=list(names), range=list(shapes)))
    )
    lines = base.mark_line(strokeWidth=2).encode(detail="run:N")  # none across a month that is not shown
    return (lines + points).properties(height=200, autosize=FIT_WIDTH)


# ---------------------------------------------------------------------------------------------------------------------
# Who supervises whom

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
