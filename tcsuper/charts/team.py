"""Communities as a whole: kinds of requirement, and who carries what."""

import altair as alt
import pandas as pd

from tcsuper.charts.look import AS_DRAWN, BAD_FILL, BREAK_LINES, FIT_WIDTH, ROW, band, band_colour, in_lines, more_lines


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
        down=[in_lines(one, 28) for one in frame[down]],
        across=[in_lines(one, 14 if is_tall else 10) for one in frame[across]],
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
                labelPadding=6 + more_lines(shown["across"], 14),
            ),
        ),
        y=alt.Y(
            "down:N",
            title=None,
            sort=list(dict.fromkeys(shown["down"])),
            axis=alt.Axis(labelExpr=BREAK_LINES, labelPadding=8, labelOffset=-more_lines(shown["down"], 7)),
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
