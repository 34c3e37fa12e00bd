"""Charts of supervision: rates, months, causes, actions, how it serves people."""

from typing import Any

import altair as alt
import pandas as pd

from tcsuper import words
from tcsuper.charts.look import (
    ACCENT,
    AMBER,
    AMBER_FILL,
    AS_DRAWN,
    BAD,
    BAD_FILL,
    BREAK_LINES,
    FIT_WIDTH,
    GOOD,
    GOOD_FILL,
    GREY_FILL,
    LINES,
    MONTH_COLUMN,
    ROW,
    SMALLER_ON_A_PHONE,
    TEXT,
    band,
    band_colour,
    in_lines,
    months_in_lines,
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
    names = sorted(set(shown["community"]))  # the same for both scales: they then share one legend
    colours, three = alt.Scale(domain=names, scheme="tableau10"), alt.Legend(columns=3)
    community = alt.Color("community:N", scale=colours, legend=three)
    lines = base.transform_filter("datum.is_over").mark_line(strokeWidth=2).encode(color=community)
    so_far = base.transform_filter("datum.is_late").mark_line(strokeWidth=1.5, strokeDash=[2, 3])
    points = base.mark_point(filled=True, size=55).encode(
        color=community,
        opacity=alt.condition("datum.is_over", alt.value(1), alt.value(0.45)),
        shape=alt.Shape("community:N", scale=alt.Scale(domain=names), legend=three),
        tooltip=[
            alt.Tooltip("community:N", title="Community"),
            alt.Tooltip("month_word:O", title="Month"),
            alt.Tooltip("label:N", title="Met"),
        ],
    )
    rule = alt.Chart(pd.DataFrame({"target": [target]})).mark_rule(strokeDash=[4, 4], color=AMBER)
    layers = lines + so_far.encode(color=community) + points + rule.encode(y=alt.Y("target:Q", **share))
    return layers.properties(height=200, autosize=FIT_WIDTH)


def rate_by_month_cells(frame: pd.DataFrame) -> alt.LayerChart:
    """The same for more communities than lines can be told apart: a row for each, the share in each cell. Takes the
    same frame; a month with too few people, or that is not over, says so."""
    in_order = sorted(set(frame["month"]))
    months = [words.short_month(month) for month in in_order]
    shown = frame.assign(
        month_word=[words.short_month(month) for month in frame["month"]],
        cell=["–" if pd.isna(row.share) else f"{row.share}%{'…' if row.so_far else ''}" for row in frame.itertuples()],
        said=["too few" if pd.isna(row.share) else f"{row.met} of {row.duty}" for row in frame.itertuples()],
        band=[band(share) for share in frame["share"]],
    )
    base = alt.Chart(shown[["community", "month_word", "cell", "said", "band"]]).encode(
        x=alt.X(
            "month_word:O",
            title=None,
            sort=months,
            axis=alt.Axis(
                orient="top", labelOverlap=False, labelExpr=months_in_lines(in_order), labelBaseline="bottom"
            ),
        ),
        y=alt.Y("community:N", title=None, sort=list(dict.fromkeys(shown["community"])), axis=alt.Axis(labelPadding=8)),
    )
    cells = base.mark_rect(cornerRadius=2, stroke="white", strokeWidth=2).encode(
        color=band_colour(shown["band"]),
        tooltip=[
            alt.Tooltip("community:N", title="Community"),
            alt.Tooltip("month_word:O", title="Month"),
            alt.Tooltip("said:N", title="Met"),
        ],
    )
    return (cells + base.mark_text().encode(text="cell:N")).properties(
        height=ROW * shown["community"].nunique(), autosize=FIT_WIDTH
    )


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
    "Short if nothing more happens": "#f8e9c6",
    "Short": BAD_FILL,
    "Not judged": GREY_FILL,
    "Not required": "#f7f9fa",
}


ON_A_PHONE = "windowSize()[0] < 640"
"""There the newest month stands first, beside the names: what does not fit is moved sideways into sight."""


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
    across = alt.Scale(paddingInner=0.07, reverse=alt.ExprRef(ON_A_PHONE)) if is_clickable else gaps
    base = alt.Chart(shown[["row", "month_word", "label", "word"]]).encode(
        x=alt.X(
            "month_word:O",
            title=None,
            sort=months,
            scale=across,
            axis=alt.Axis(
                orient="top",
                labelOverlap=False,
                labelExpr=months_in_lines(in_order),
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


def ranked_bars(frame: pd.DataFrame) -> alt.LayerChart:
    """Longest first, the number at the end. Frame: label (str), count (int)."""
    longest_first = frame.sort_values("count", ascending=False, kind="stable")["label"].tolist()
    most = int(frame["count"].max())  # and room for its number
    base = alt.Chart(frame[["label", "count"]]).encode(
        y=alt.Y("label:N", sort=longest_first, title=None),
        x=alt.X("count:Q", axis=None, title=None, scale=alt.Scale(domain=[0, 1.15 * most], nice=False)),
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
        row=[in_lines(label, 26) for label in frame["label"]],
        band=[band(share) for share in frame["share"]],
    )
    room = alt.ExprRef(expr="width < 300 ? 200 : 155")  # for the words behind a whole bar
    scale = alt.Scale(domainMin=0, domainMax=room, nice=False)
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
    bars = base.mark_bar(height=18, stroke=LINES).encode(color=band_colour(shown["band"]).legend(columns=2))
    wanted = alt.Chart(pd.DataFrame({"target": [target]})).mark_rule(strokeDash=[4, 4], color=AMBER)
    said = base.mark_text(align="left", dx=6).encode(text="said:N", x=alt.datum(100))
    return (bars + said + wanted.encode(x=alt.X("target:Q", scale=scale))).properties(
        height=(ROW + 4) * shown["row"].nunique(), autosize=FIT_WIDTH
    )


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
            legend=alt.Legend(columns=alt.ExprRef("width < 300 ? 2 : 5")),
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
