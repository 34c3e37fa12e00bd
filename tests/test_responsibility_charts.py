import pandas as pd

from tcsuper.charts import holders_heatmap


def frame(people: int, named: int) -> pd.DataFrame:
    """Two led responsibilities; the first `named` people lead the first of them."""
    rows = [
        (title, f"Person {number:02}", "Lead", "Lead" if first and number < named else "", "")
        for title, first in (("Prepare the external audit and the peer review", True), ("Manage referrals", False))
        for number in range(people)
    ]
    return pd.DataFrame(rows, columns=["title", "person", "cell", "word", "lacks"])


def axes(chart: dict) -> tuple[list[str], list[str]]:
    encoding = chart["layer"][0]["encoding"]
    return encoding["x"]["sort"], encoding["y"]["sort"]


def test_few_people_stand_in_columns_and_long_titles_in_two_lines() -> None:
    across, down = axes(holders_heatmap(frame(3, 1)).to_dict())
    assert across == ["Person 00", "Person 01", "Person 02"]
    assert down == ["Prepare the external audit\nand the peer review", "Manage referrals"]


def test_of_many_people_only_those_named_are_shown() -> None:
    across, _ = axes(holders_heatmap(frame(30, 2)).to_dict())
    assert across == ["Person 00", "Person 01"]


def test_many_people_who_are_named_go_down_the_page() -> None:
    across, down = axes(holders_heatmap(frame(30, 12)).to_dict())
    assert len(across) == 2 and len(down) == 12


def test_a_cell_has_its_word_and_the_legend_only_what_is_used() -> None:
    chart = holders_heatmap(frame(3, 1)).to_dict()
    assert chart["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["Lead", "Not named"]
    assert all(layer["encoding"]["text"]["field"] == "words" for layer in chart["layer"][1:])
