"""The chart of how supervision serves people: a bar for each question and year, parts that add up to it, in words."""

from collections import Counter

import pandas as pd

from tcsuper.charts import serves_me_chart
from tcsuper.rules.serves_me import ANSWERS, QUESTIONS

COLUMNS = ["community", "year", "people", "question", "answer", "count"]


def frame(*years: int) -> pd.DataFrame:
    """Five people each year: two at the lowest, three at the highest."""
    rows = [
        ("Ashdown B", year, 5, question.short, word, {1: 2, 5: 3}.get(value, 0))
        for year in years
        for question in QUESTIONS
        for value, word in ANSWERS.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def drawn(chart: object) -> list[dict[str, object]]:
    spec = chart.to_dict()  # type: ignore[attr-defined]
    [rows] = spec["datasets"].values()
    return list(rows)


def test_each_question_has_a_bar_for_each_year_the_later_first() -> None:
    spec = serves_me_chart(frame(2026, 2025)).to_dict()
    rows = spec["layer"][0]["encoding"]["y"]["sort"]
    assert rows == [f"{question.short}, {year}" for question in QUESTIONS for year in (2026, 2025)]


def test_the_parts_of_a_bar_lie_side_by_side_and_fill_it() -> None:
    rows = drawn(serves_me_chart(frame(2026)))
    bar = [row for row in rows if row["row"] == f"{QUESTIONS[0].short}, 2026"]
    assert [(row["answer"], round(row["start"], 3), round(row["end"], 3)) for row in bar] == [  # type: ignore[call-overload]
        ("1 not at all", 0, 0.4),
        ("2 a little", 0.4, 0.4),
        ("3 partly", 0.4, 0.4),
        ("4 mostly", 0.4, 0.4),
        ("5 fully", 0.4, 1),
    ]


def test_every_part_says_its_number_and_an_empty_one_says_nothing() -> None:
    labels = Counter(row["label"] for row in drawn(serves_me_chart(frame(2026))))
    assert labels == {"2": 5, "3": 5, "": 15}


def test_the_legend_names_the_answers_in_words() -> None:
    colour = serves_me_chart(frame(2026)).to_dict()["layer"][0]["encoding"]["color"]
    assert colour["scale"]["domain"] == list(ANSWERS.values())
