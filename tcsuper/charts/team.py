"""Communities as a whole: kinds of requirement."""

import altair as alt
import pandas as pd

from tcsuper.charts.look import (
    ACCENT,
    BAD_FILL,
    BREAK_LINES,
    FIT_WIDTH,
    GOOD_FILL,
    GREY_FILL,
    ROW,
    SHAPES,
    band,
    band_colour,
    in_lines,
)
from tcsuper.rules.standing import Tone

LETTERS = 11  # of a column's heading on one line
PARTED = {
    "Supervision": "Super-\nvision",
    "Agreements": "Agree-\nments",
    "Registration": "Regis-\ntration",
    "Qualifications": "Qualifi-\ncations",
    "Responsibilities": "Respon-\nsibilities",
}
FEW_COLUMNS = 8
MORE, FEWER, SAME, UNSAID = (
    f"{SHAPES[Tone.GOOD]} more meet it",
    f"{SHAPES[Tone.BAD]} fewer meet it",
    "as many",
    "cannot be said",
)
CHANGES = {MORE: GOOD_FILL, FEWER: BAD_FILL, SAME: GREY_FILL, UNSAID: "#ffffff"}


def kinds_heatmap(frame: pd.DataFrame, is_clickable: bool = False) -> alt.LayerChart:
    """Communities × kinds of requirement, "23 of 24" in each cell. Takes the frame of `kinds_by_community`, or of
    `overview_frame`; a click on a cell selects its row and kind."""
    shown = _rows(frame).assign(band=[band(share) for share in frame["share"]])
    said = {
        "tooltip": [
            alt.Tooltip("row:N", title="Who"),
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("label:N", title="Met"),
        ]
    }
    return _heatmap(shown, band_colour(shown["band"]), said, is_clickable)


def changes_heatmap(frame: pd.DataFrame) -> alt.LayerChart:
    """The same on two days: "+2" in each cell, and a mark where it is more or fewer. Takes `changes_frame`."""
    words = [_change(change) for change in frame["change"]]
    marks = {MORE: SHAPES[Tone.GOOD], FEWER: SHAPES[Tone.BAD]}
    labels = [
        f"{label} {marks[word]}" if word in marks else label for label, word in zip(frame["label"], words, strict=True)
    ]
    shown = _rows(frame).assign(change_word=words, label=labels)
    used = [word for word in CHANGES if word in words]
    colour = alt.Color("change_word:N", scale=alt.Scale(domain=used, range=[CHANGES[word] for word in used]))
    said = {
        "tooltip": [
            alt.Tooltip("row:N", title="Who"),
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("label:N", title="Change"),
            alt.Tooltip("then:N", title="Then"),
            alt.Tooltip("now:N", title="Now"),
        ]
    }
    return _heatmap(shown, colour, said, is_clickable=False)


def _change(change: int | None) -> str:
    if change is None or pd.isna(change):
        return UNSAID
    return SAME if not change else MORE if change > 0 else FEWER


def _rows(frame: pd.DataFrame) -> pd.DataFrame:
    parted = PARTED if frame["kind"].nunique() > FEW_COLUMNS else {}  # long words of narrow columns would touch
    return frame.drop(columns=["group"], errors="ignore").assign(
        row=[f"{name} ({people})" for name, people in zip(frame["community"], frame["people"], strict=True)],
        across=[parted.get(kind, in_lines(kind, LETTERS)) for kind in frame["kind"]],
    )


def _heatmap(
    shown: pd.DataFrame, colour: alt.Color, said: dict[str, list[alt.Tooltip]], is_clickable: bool
) -> alt.LayerChart:
    across = list(dict.fromkeys(shown["across"]))
    lines = max(one.count("\n") for one in across)  # a label grows downward
    told = [tooltip.shorthand.removesuffix(":N") for tooltip in said["tooltip"]]
    fields = dict.fromkeys([*told, "across", colour.shorthand.removesuffix(":N")])
    base = alt.Chart(shown[list(fields)]).encode(
        x=alt.X(
            "across:N",
            title=None,
            sort=across,
            axis=alt.Axis(
                orient="top", labelLimit=110, labelOverlap=False, labelExpr=BREAK_LINES, labelPadding=3 + 14 * lines
            ),
        ),
        y=alt.Y("row:N", title=None, sort=list(dict.fromkeys(shown["row"])), axis=alt.Axis(labelPadding=8)),
    )
    picked = alt.selection_point(name="cell", fields=["row", "kind"], empty=False)
    cells = base.mark_rect(cornerRadius=2, strokeWidth=3, stroke="white").encode(color=colour, **said)
    if is_clickable:
        # a layer of its own: on the cells themselves the white edge of the next one would be drawn over the frame
        frame = base.mark_rect(cornerRadius=2, strokeWidth=3, stroke=ACCENT, fill=None, strokeOpacity=0).encode(
            strokeOpacity=alt.condition(picked, alt.value(1), alt.value(0))
        )
        cells = cells.add_params(picked) + frame
    return (cells + base.mark_text().encode(text="label:N")).properties(
        height=(ROW + 8) * shown["row"].nunique(), autosize=FIT_WIDTH
    )
