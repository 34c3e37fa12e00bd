"""The charts of compliance as Vega-Lite: what is in them, in which order, and what a click tells."""

from datetime import date

import pandas as pd

from tcsuper.charts import month_heatmap, rate_bars

RATES = pd.DataFrame(
    [("Ashdown B", 12, 12, 100), ("Ashdown C", 8, 10, 80), ("Therapists", 1, 3, 33)],
    columns=["label", "met", "duty", "share"],
    dtype=object,
)
MONTHS = pd.DataFrame(
    [("Ben", date(2026, 11, 1), "0", "forecast"), ("Ben", date(2026, 10, 1), "–", "not_required")],
    columns=["row", "month", "label", "verdict"],
)


def test_each_bar_has_its_numbers_its_band_and_the_target_line() -> None:
    spec = rate_bars(RATES, 85).to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["bar", "text", "rule"]
    drawn = [row for rows in spec["datasets"].values() for row in rows]
    assert {"target": 85} in drawn
    bars = [row for row in drawn if "said" in row]
    assert [row["said"] for row in bars] == ["12 of 12 (100%)", "8 of 10 (80%)", "1 of 3 (33%)"]
    assert [row["band"] for row in bars] == ["95% and over", "70 to 84%", "below 70%"]
    assert all(set(row) == {"row", "share", "said", "band"} for row in bars), "nothing hidden goes to the browser"
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["Ashdown B", "Ashdown C", "Therapists"]


def test_a_click_on_a_month_tells_the_row_and_the_month() -> None:
    spec = month_heatmap(MONTHS, is_clickable=True).to_dict()
    [picked] = spec["params"]
    assert (picked["name"], picked["select"]["fields"]) == ("cell", ["row", "month_word"])
    assert spec["layer"][0]["encoding"]["x"]["sort"] == ["Oct 26", "Nov 26"]
    drawn = next(iter(spec["datasets"].values()))
    assert {row["word"] for row in drawn} == {"Short if nothing more happens", "Not required"}


def test_a_picture_that_is_not_clicked_has_nothing_to_select() -> None:
    assert "params" not in month_heatmap(MONTHS).to_dict()
