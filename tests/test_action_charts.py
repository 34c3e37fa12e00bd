"""Agreed actions by month: a line each, and none across a month that is not shown."""

from datetime import date

import pandas as pd

from tcsuper.charts import MOVES, moves_by_month_chart

FRAME = pd.DataFrame(
    [
        (date(2026, 3, 1), 4, 1, 0),
        (date(2026, 4, 1), None, None, None),
        (date(2026, 5, 1), 2, 3, 1),
    ],
    columns=["month", "opened", "closed", "overdue"],
    dtype=object,
)


def test_each_is_told_by_a_word_a_shape_and_a_colour() -> None:
    chart = moves_by_month_chart(FRAME).to_dict()
    line, points = chart["layer"]
    assert line["mark"]["type"] == "line" and points["mark"]["type"] == "point"
    assert points["encoding"]["color"]["scale"]["domain"] == points["encoding"]["shape"]["scale"]["domain"]
    assert len({shape for _, shape, _ in MOVES.values()}) == len({colour for _, _, colour in MOVES.values()}) == 3
    assert points["encoding"]["y"] | {"type": "quantitative", "field": "count"} == points["encoding"]["y"]


def test_a_month_of_too_few_people_has_no_point_and_no_line_runs_across_it() -> None:
    chart = moves_by_month_chart(FRAME).to_dict()
    [rows] = chart["datasets"].values()
    assert {row["month_word"] for row in rows} == {"Mar 26", "May 26"} and len(rows) == 6
    runs = {row["month_word"]: row["run"] for row in rows}
    assert runs["Mar 26"] != runs["May 26"] and chart["layer"][0]["encoding"]["detail"]["field"] == "run"
    assert chart["layer"][1]["encoding"]["x"]["scale"]["domain"] == ["Mar 26", "Apr 26", "May 26"]
