"""The picture of who supervises whom: shapes and words, and every field where the eye expects it."""

import json
import warnings

import altair as alt
import pandas as pd
import pytest

from tcsuper.charts import NODE_ROW, PEOPLE_MARKS, TIE_MARKS, network_chart

NODES = pd.DataFrame(
    [
        ("Asha", "Ring", 0, 0.5),
        ("Ben", "Ring", 1, 0.5),
        ("Carol", "Supervises nobody", 2, 0.25),
        ("Dev", "No supervisor", 2, 0.75),
    ],
    columns=["person", "what", "column", "row"],
)
LINES = pd.DataFrame(
    [
        ("On a ring", "Asha supervises Ben", 0, 0.5, 1, 0.5),
        ("On a ring", "Ben supervises Asha", 1, 0.5, 0, 0.5),
        ("In a group", "Ben supervises Carol", 1, 0.5, 2, 0.25),
    ],
    columns=["how", "whom", "column", "row", "to_column", "to_row"],
)


@pytest.fixture
def drawn() -> dict:  # type: ignore[type-arg]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chart = network_chart(NODES, LINES)
        return json.loads(json.dumps(chart.to_dict()))


def test_it_has_lines_marks_and_names(drawn: dict) -> None:  # type: ignore[type-arg]
    marks = [layer["mark"]["type"] for layer in drawn["layer"]]
    assert marks == ["rule", "text", "point", "text"], "names over marks over lines, with a halo below the marks"
    names = drawn["layer"][3]["encoding"]["text"]["field"]
    assert names == "person"
    assert isinstance(network_chart(NODES, LINES), alt.LayerChart)


def test_colour_is_never_the_only_sign(drawn: dict) -> None:  # type: ignore[type-arg]
    lines, people = drawn["layer"][0]["encoding"], drawn["layer"][2]["encoding"]
    assert lines["color"]["field"] == lines["strokeDash"]["field"] == "how"
    assert people["color"]["field"] == people["shape"]["field"] == "what"
    shapes = [shape for shape, _ in PEOPLE_MARKS.values()]
    assert len(set(shapes)) == len(shapes)
    assert people["shape"]["scale"]["domain"] == ["Supervises nobody", "No supervisor", "Ring"]
    assert lines["strokeDash"]["scale"]["domain"] == ["In a group", "On a ring"]
    assert set(TIE_MARKS) == {"One to one", "In a group", "On a ring"}


def test_it_grows_with_its_fullest_column() -> None:
    many = pd.DataFrame(
        [(f"Person {number}", "Supervises nobody", 1, number / 60) for number in range(60)],
        columns=["person", "what", "column", "row"],
    )
    chart = network_chart(pd.concat([NODES, many]), LINES).to_dict()
    assert chart["height"] == NODE_ROW * 61
