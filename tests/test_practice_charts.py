from datetime import date
from itertools import pairwise

import pandas as pd
import pytest

from tcsuper.charts import (
    OBSERVER_LOOKS,
    all_ratings_chart,
    by_observer_chart,
    dumbbell_chart,
    latest_chart,
    practice_trend_chart,
)
from tcsuper.rules.standing import Status

LEVELS = {1: "With help", 2: "With prompting", 3: "Alone", 4: "Helps others"}
NEVER = (None, None, Status.NOT_YET_OBSERVED, None)


def against(*rows: tuple) -> pd.DataFrame:
    """(standard, observed, status, self level), each with level 3 required."""
    lines = [(at, at, row[0], 3, *row[1:]) for at, row in enumerate(rows, 1)]
    columns = ["standard_id", "number", "standard", "required", "observed", "status", "self_level"]
    return pd.DataFrame(lines, columns=columns, dtype=object)


def drawn(frame: pd.DataFrame) -> dict:
    return dumbbell_chart(frame, LEVELS).to_dict()


def rows_of(chart: dict) -> list[dict]:
    """The marks, without those of the required levels."""
    return next((rows for rows in chart["datasets"].values() if rows and "mark" in rows[0]), [])


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
    assert rows_of(chart) == []
    assert [rows[0]["required"] for rows in chart["datasets"].values() if rows] == ["3\nAlone"]


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


# ---------------------------------------------------------------------------------------------------------------------
# Latest, all, by observer


def rated(*rows: tuple) -> pd.DataFrame:
    """(standard id, level, observer), a day apart, oldest first."""
    lines = [(standard, level, ord(who), who, date(2026, 3, at)) for at, (standard, level, who) in enumerate(rows, 1)]
    return pd.DataFrame(lines, columns=["standard_id", "level", "who_id", "who", "on"], dtype=object)


TWO = against(("A", 3, None, 4), ("B", None, None, None))
MANY = rated(*((1, 1 + n % 4, who) for n, who in enumerate("ABCDEFG")), (1, 4, "A"), (2, 2, "A"))


def test_the_latest_level_stands_alone_and_says_no_verdict() -> None:
    rows = rows_of(latest_chart(TWO, MANY, LEVELS).to_dict())
    marks = [(row["standard"], row["level"][0], row["mark"]) for row in rows]
    assert marks == [("A", "4", "Latest"), ("B", "2", "Latest"), ("A", "4", "Own view")]


def test_all_observations_say_how_often_each_level_was_seen() -> None:
    rows = rows_of(all_ratings_chart(TWO, MANY, LEVELS).to_dict())
    counted = {row["level"][0]: row["count"] for row in rows if row["standard"] == "A" and row["mark"] == "Times seen"}
    assert counted == {"1": "2", "2": "2", "3": "2", "4": "2"}


def test_each_observer_has_a_shape_and_a_line_of_their_own() -> None:
    names = {ord(who): who for who in "ABCDE"}
    assert len(names) == len(OBSERVER_LOOKS) == len({shape for shape, _, _ in OBSERVER_LOOKS})
    chart = by_observer_chart(TWO, MANY, LEVELS, names).to_dict()
    of_a = [(row["mark"], row["level"][0], row["lane"]) for row in rows_of(chart) if row["standard"] == "A"]
    assert of_a == [("B", "2", 1), ("C", "3", 2), ("D", "4", 3), ("E", "1", 4), ("A", "4", 0), ("Own view", "4", 5)]
    offsets = [layer["mark"]["yOffset"] for layer in chart["layer"] if layer["mark"]["type"] == "point"]
    assert len(set(offsets)) == 6 and min(b - a for a, b in pairwise(offsets)) >= 12


def test_more_levels_than_fit_side_by_side_have_their_numbers_alone() -> None:
    seven = {level: f"A name of level {level}" for level in range(7)}
    rows = rows_of(dumbbell_chart(against(("A", 0, Status.BELOW, 6)), seven).to_dict())
    assert [(row["level"], row["level_name"]) for row in rows] == [
        ("0", "0 A name of level 0"),
        ("6", "6 A name of level 6"),
    ]


def test_two_standards_called_alike_stay_two_rows() -> None:
    chart = drawn(against(("A", 3, Status.AT, None), ("A", 2, Status.BELOW, None)))
    assert [row["row"] for row in rows_of(chart)] == ["1 A", "2 A"]
