"""The overview charts as Vega-Lite: marks, fields, titles and order. What they look like is looked at as pictures."""

from datetime import date

import pandas as pd
import pytest

from tcsuper.charts import BAND_NAMES, band, kinds_heatmap, month_heatmap, ranked_bars, rate_by_month_chart

KINDS = pd.DataFrame(
    [
        ("Ashdown B", 12, "Supervision", 11, 12, 0, 92, "11 of 12"),
        ("Ashdown B", 12, "Training", 6, 12, 0, 50, "6 of 12"),
        ("Ashdown C", 2, "Supervision", None, None, 0, None, "under 5"),
    ],
    columns=["community", "people", "kind", "met", "duty", "left_out", "share", "label"],
    dtype=object,
)
MONTHS = pd.DataFrame(
    [
        ("Ashdown B", date(2026, month, 1), 9, 12, 0, 75, month == 11)
        for month in (9, 10, 11)
    ]
    + [("Ashdown C", date(2026, 11, 1), None, None, 0, None, True)],
    columns=["community", "month", "met", "duty", "left_out", "share", "so_far"],
    dtype=object,
)  # fmt: skip


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, 0), (69.9, 0), (70, 1), (84.9, 1), (85, 2), (94.9, 2), (95, 3), (100, 3), (None, 4), (float("nan"), 4)],
)
def test_a_share_has_a_word_for_its_colour(share: float | None, words: int) -> None:
    assert band(share) == BAND_NAMES[words]


def test_the_overview_says_its_numbers_in_the_cells() -> None:
    spec = kinds_heatmap(KINDS).to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rect", "text"]
    assert spec["layer"][1]["encoding"]["text"]["field"] == "label"
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["Ashdown B (12)", "Ashdown C (2)"]
    shown = next(iter(spec["datasets"].values()))
    assert {row["label"] for row in shown} == {"11 of 12", "6 of 12", "under 5"}
    fields = {"row", "kind", "across", "label", "band"}
    assert all(set(row) == fields for row in shown), "nothing hidden goes to the browser"


def test_months_stand_in_the_order_of_the_calendar_not_of_the_alphabet() -> None:
    spec = rate_by_month_chart(MONTHS, 85).to_dict()
    x = spec["layer"][0]["encoding"]["x"]
    assert x["sort"] == x["scale"]["domain"] == ["Sep 26", "Oct 26", "Nov 26"]
    assert x["axis"]["labelOverlap"] is True
    communities = {row["community"] for data in spec["datasets"].values() for row in data if "community" in row}
    assert communities == {"Ashdown B"}, "a group too small to show is not sent at all"


def test_lines_and_points_of_communities_have_one_legend() -> None:
    """Over scales that differ, the colours stood in one and the shapes once more in another."""
    both = pd.concat([MONTHS, MONTHS.assign(community="Ashdown C")])
    layers = rate_by_month_chart(both, 85).to_dict()["layer"]
    scales = [
        layer["encoding"][of]["scale"]["domain"]
        for layer in layers
        for of in ("color", "shape")
        if "scale" in layer["encoding"].get(of, {})
    ]
    assert len(scales) == 4 and all(one == ["Ashdown B", "Ashdown C"] for one in scales)


def test_the_trend_shows_its_target_and_starts_where_something_is_to_be_seen() -> None:
    spec = rate_by_month_chart(MONTHS, 85).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["scale"]["domain"] == [60, 100]
    assert {"target": 85} in [row for data in spec["datasets"].values() for row in data]
    low = MONTHS.assign(share=[33, 75, 75, None])
    assert rate_by_month_chart(low, 85).to_dict()["layer"][0]["encoding"]["y"]["scale"]["domain"] == [30, 100]


def test_a_month_cell_has_a_word_besides_its_colour() -> None:
    frame = pd.DataFrame(
        [("Ben", date(2026, 10, 1), "30", "short"), ("Ben", date(2026, 11, 1), "90", "met")],
        columns=["row", "month", "label", "verdict"],
    )
    spec = month_heatmap(frame).to_dict()
    assert {row["word"] for row in next(iter(spec["datasets"].values()))} == {"Short", "Met"}
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["Met", "Short"]
    assert spec["layer"][1]["mark"]["type"] == "text"


def test_causes_are_bars_longest_first_with_their_number() -> None:
    spec = ranked_bars(pd.DataFrame({"label": ["Leave", "Lockdown"], "count": [1, 10]})).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["Lockdown", "Leave"]
    assert spec["layer"][1]["encoding"]["text"]["field"] == "count"
