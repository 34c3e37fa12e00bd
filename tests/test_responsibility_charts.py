import pandas as pd

from tcsuper.charts import coverage_bars, holders_grid
from tcsuper.charts.responsibilities import TITLE
from tcsuper.rules.responsibilities import Cover

CELLS = [
    (3, "Prepare the audit", "Asha Rao", "Lead"),
    (3, "Prepare the audit", "Ben Lee", "Deputy, not able"),
    (7, "Manage referrals", "Asha Rao", "Lead, away"),
    (7, "Manage referrals", "Ben Lee", ""),
    (12, "Run groups", "Asha Rao", "Postholder"),
    (12, "Run groups", "Ben Lee", "In development"),
]


def test_each_cell_of_the_grid_has_a_mark_and_its_word() -> None:
    grid = holders_grid(pd.DataFrame(CELLS, columns=["number", "title", "person", "word"]))
    assert grid.data.to_dict("list") == {
        TITLE: ["3. Prepare the audit", "7. Manage referrals", "12. Run groups"],
        "Asha Rao": ["● Lead", "– Lead, away", "· Postholder"],
        "Ben Lee": ["■ Deputy, not able", "", "○ In development"],
    }
    assert grid.to_html().count("background-color") == 5  # a rule for each fill, none for an empty cell


def test_somebody_may_bear_the_name_of_the_first_column() -> None:
    frame = pd.DataFrame([(1, "Run groups", "Responsibility", "Lead")], columns=["number", "title", "person", "word"])
    assert list(holders_grid(frame).data.columns) == [TITLE, "Responsibility"]


def test_each_community_has_a_bar_with_its_counts_worst_first() -> None:
    rows = [("Oak", Cover.COVERED, 1, 3), ("Oak", Cover.UNCOVERED, 2, 3), ("Oak", Cover.DOUBLY_LED, 0, 3)]
    chart = coverage_bars(pd.DataFrame(rows, columns=["community", "verdict", "count", "of"])).to_dict()
    bars, numbers = (layer["encoding"] for layer in chart["layer"])
    assert bars["color"]["scale"]["domain"] == ["Uncovered", "Covered"]
    assert (bars["y"]["sort"], bars["order"]["field"]) == (["Oak (3)"], "place")
    assert numbers["text"]["field"] == "count"
