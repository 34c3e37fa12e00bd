"""Communities as a whole: kinds of requirement."""

import altair as alt
import pandas as pd

from tcsuper.charts.look import FIT_WIDTH, ROW, band, band_colour


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
        color=band_colour(shown["band"]),
        tooltip=[
            alt.Tooltip("row:N", title="Community"),
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("label:N", title="Met"),
        ],
    )
    return (cells + base.mark_text().encode(text="label:N")).properties(
        height=(ROW + 8) * shown["row"].nunique(), autosize=FIT_WIDTH
    )
