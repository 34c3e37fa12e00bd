"""One kind of requirement over time, and as it will be if nothing more happens."""

import altair as alt
import pandas as pd

from tcsuper import words
from tcsuper.charts.look import ACCENT, AMBER, BREAK_LINES, FIT_WIDTH, ROW, in_lines

RECORDED, FORECAST = "recorded", "forecast"
FORECAST_LINE = "#5f8fa6"


def kind_trend_chart(frame: pd.DataFrame, target: int) -> alt.LayerChart:
    """Recorded as a whole line with round marks, the forecast dashed with open squares, and the target line.

    Takes the rows of one community, or of all together, out of `trend_of`; days without a figure have no mark."""
    shown = frame.dropna(subset=["share"])
    recorded, ahead = shown[~shown["is_forecast"].astype(bool)], shown[shown["is_forecast"].astype(bool)]
    points = pd.concat([_points(recorded, RECORDED), _points(ahead, FORECAST)])
    # the dashed line sets out from the last day that is recorded
    lines = pd.concat([_points(recorded, RECORDED), _points(pd.concat([recorded.tail(1), ahead]), FORECAST)])
    used = [word for word in (RECORDED, FORECAST) if word in set(points["what"])]
    time = alt.X("on:T", title=None, axis=alt.Axis(format="%b %y", tickCount=8, labelOverlap=True, grid=False))
    share = alt.Y(
        "share:Q",
        title=None,
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(tickCount=5, labelExpr="datum.value + '%'"),
    )
    colours = {RECORDED: ACCENT, FORECAST: FORECAST_LINE}
    colour = alt.Color("what:N", scale=alt.Scale(domain=used, range=[colours[word] for word in used]))
    drawn = (
        alt.Chart(lines)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=time,
            y=share,
            color=colour,
            strokeDash=alt.StrokeDash(
                "what:N",
                scale=alt.Scale(domain=used, range=[{RECORDED: [1, 0], FORECAST: [5, 4]}[word] for word in used]),
                legend=None,  # or the marks in the legend have dashed outlines
            ),
        )
    )
    marks = (
        alt.Chart(points)
        .mark_point(filled=True, size=55, opacity=1)
        .encode(
            x=time,
            y=share,
            color=colour,
            shape=alt.Shape(
                "what:N",
                scale=alt.Scale(domain=used, range=[{RECORDED: "circle", FORECAST: "square"}[word] for word in used]),
            ),
            tooltip=[
                alt.Tooltip("day:N", title="On"),
                alt.Tooltip("said:N", title="Met"),
                alt.Tooltip("what:N", title="What"),
            ],
        )
    )
    wanted = alt.Chart(pd.DataFrame({"share": [target]})).mark_rule(strokeDash=[2, 3], color=AMBER, strokeWidth=1.5)
    return (wanted.encode(y=share) + drawn + marks).properties(height=220, autosize=FIT_WIDTH)


def _points(rows: pd.DataFrame, what: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "on": pd.to_datetime(rows["on"]),
            "share": rows["share"].astype(float),
            "what": what,
            "day": [words.day(on) for on in rows["on"]],
            "said": [f"{row.met} of {row.duty} ({row.share}%)" for row in rows.itertuples()],
        }
    )


def standards_below_bars(frame: pd.DataFrame) -> alt.LayerChart:
    """The share below the required level, a bar for each standard, in the order given. Takes `below_frame`."""
    shown = frame.assign(row=[in_lines(label, 26) for label in frame["label"]], share=frame["share"].astype(float))
    base = alt.Chart(shown[["row", "share", "said"]]).encode(
        y=alt.Y(
            "row:N",
            sort=list(dict.fromkeys(shown["row"])),
            title=None,
            axis=alt.Axis(labelExpr=BREAK_LINES, labelPadding=8, labelLineHeight=13),
        ),
        x=alt.X("share:Q", axis=None, scale=alt.Scale(domain=[0, 150], nice=False)),  # room for the words
        tooltip=[alt.Tooltip("row:N", title="Standard"), alt.Tooltip("said:N", title="Below")],
    )
    bars = base.mark_bar(height=18, color="#c98b8e")
    return (bars + base.mark_text(align="left", dx=6).encode(text="said:N")).properties(
        height=(ROW + 4) * shown["row"].nunique(), autosize=FIT_WIDTH
    )
