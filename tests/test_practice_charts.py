from datetime import date

import pandas as pd
import pytest

from tcsuper.charts import dumbbell_chart, practice_trend_chart
from tcsuper.rules.standing import Status

LEVELS = {1: "With help", 2: "With prompting", 3: "Alone", 4: "Helps others"}
NEVER = (None, None, Status.NOT_YET_OBSERVED, None)


def against(*rows: tuple) -> pd.DataFrame:
    """(standard, observed, status, self level), each with level 3 required."""
    lines = [(standard, 3, observed, status, own) for standard, observed, status, own in rows]
    return pd.DataFrame(lines, columns=["standard", "required", "observed", "status", "self_level"], dtype=object)


def drawn(frame: pd.DataFrame) -> dict:
    return dumbbell_chart(frame, LEVELS).to_dict()


def rows_of(chart: dict) -> list[dict]:
    (rows,) = chart["datasets"].values()
    return rows


def test_each_standing_has_a_shape_of_its_own() -> None:
    chart = drawn(against(("A", 2, Status.BELOW, None), ("B", 3, Status.AT, 4), ("C", 4, Status.ABOVE, None)))
    points = [layer for layer in chart["layer"] if layer["mark"]["type"] == "point"]
    assert points[0]["encoding"]["shape"]["scale"] == {
        "domain": ["Below", "At", "Above", "Own view"],
        "range": ["square", "circle", "triangle-up", "diamond"],
    }


def test_levels_and_standards_keep_their_order() -> None:
    chart = drawn(against(*((f"Standard {n}", 3, Status.AT, None) for n in range(1, 13))))
    point = next(layer for layer in chart["layer"] if layer["mark"]["type"] == "point")
    assert [label.split("\n")[0] for label in point["encoding"]["x"]["sort"]] == ["1", "2", "3", "4"]
    assert point["encoding"]["y"]["sort"] == [f"Standard {n}" for n in range(1, 13)]


def test_a_long_name_goes_on_in_a_second_line() -> None:
    chart = drawn(against(("Integrating creative work into the week", 3, Status.AT, None)))
    assert rows_of(chart)[0]["row"] == "Integrating creative\nwork into the week"


def test_a_standard_nobody_saw_has_its_upright_mark_alone() -> None:
    chart = drawn(against(("A", *NEVER[1:])))
    assert {row["level"] for row in rows_of(chart)} == {None}
    assert rows_of(chart)[0]["required"] == "3\nAlone"


@pytest.mark.parametrize("status", [None, Status.NOT_JUDGED])
def test_without_a_verdict_no_shape_says_one(status: Status | None) -> None:
    chart = drawn(against(("A", 2, status, None)))
    assert rows_of(chart)[0]["mark"] == ("Seen by you" if status is None else "Not judged yet")


def test_the_trend_draws_the_required_level_as_it_changed() -> None:
    seen = [(date(2026, 3, 1), 2, "Asha", "Observed"), (date(2026, 5, 1), 3, "Ben", "Own view")]
    required = [(date(2026, 1, 1), date(2026, 3, 31), 2), (date(2026, 4, 1), date(2026, 6, 1), 3)]
    chart = practice_trend_chart(
        pd.DataFrame(seen, columns=["on", "level", "who", "series"], dtype=object),
        pd.DataFrame(required, columns=["start_on", "end_on", "level"], dtype=object),
        LEVELS,
    ).to_dict()
    rule = next(layer for layer in chart["layer"] if layer["mark"]["type"] == "rule")
    rows = next(rows for rows in chart["datasets"].values() if "start_on" in rows[0])
    assert [row["level"] for row in rows] == ["2 With prompting", "3 Alone"]
    assert rule["encoding"]["y"]["sort"][0] == "4 Helps others", "the highest level is on top"
