"""The look that every chart shares: colours, shapes, bands, and how labels break."""

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
BAD_FILL, AMBER_FILL, GOOD_FILL, GREY_FILL = "#e8a1a6", "#f1d197", "#dcefe3", "#e9edf0"
"""The worse the darker, so that they are told apart on a black and white print too."""
BAND_NAMES = ("below 70%", "70 to 84%", "85 to 94%", "95% and over", "nobody asked, or too few")
BAND_FILLS = (BAD_FILL, AMBER_FILL, "#cfe6d8", "#e4f3ea", GREY_FILL)
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


def band_colour(shown: "pd.Series[str]") -> alt.Color:
    """The four bands always; the fifth where a cell has no share."""
    used = len(BAND_NAMES) if BAND_NAMES[4] in set(shown) else 4
    return alt.Color("band:N", scale=alt.Scale(domain=list(BAND_NAMES[:used]), range=list(BAND_FILLS[:used])))


def months_in_lines(months: list[date]) -> str:
    """Twelve of them stand side by side on a phone: the year is only under January, and under the first unless January
    is next."""
    lines = {
        words.short_month(month): [words.MONTHS[month.month - 1][:3]]
        + ([str(month.year)] if month.month == 1 or (month == months[0] and month.month != 12) else [])
        for month in months
    }
    return f"({json.dumps(lines)})[datum.value]"


BREAK_LINES = "split(datum.label, '\\n')"


def marks_by(
    field: str, marks: dict[str, tuple[str, str, str]], used: list[str], columns: int | alt.ExprRef = 3
) -> dict[str, Any]:
    """Shape, line and filling of the marks in use. The same field in all three makes one legend of them."""
    return {
        name: channel(
            f"{field}:N",
            scale=alt.Scale(domain=used, range=[marks[mark][place] for mark in used]),
            legend=alt.Legend(columns=columns),
        )
        for place, (name, channel) in enumerate({"shape": alt.Shape, "stroke": alt.Stroke, "fill": alt.Fill}.items())
    }


def more_lines(labels: "pd.Series[str]", pixels: int) -> int:
    """Lines run downward from a label's place: how far up it goes for the lines beyond the first."""
    return pixels * max(label.count("\n") for label in labels)


def in_lines(text: str, width: int) -> str:
    """Broken at words, for labels of several lines."""
    return "\n".join(textwrap.wrap(str(text), width, break_long_words=False)) or str(text)


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
