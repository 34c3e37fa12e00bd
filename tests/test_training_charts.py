from datetime import date

import pandas as pd

from tcsuper.charts import expiry_timeline, status_heatmap
from tcsuper.rules.standing import Status

ON = date(2026, 5, 20)


def cells(*requirements: str) -> pd.DataFrame:
    statuses = [Status.OVERDUE, Status.BOOKED, Status.UP_TO_DATE, Status.EXEMPT]
    return pd.DataFrame(
        [
            (person, requirement, statuses[place % 4], "3 January 2027")
            for person in ("Ada", "Bo")
            for place, requirement in enumerate(requirements)
        ],
        columns=["person", "requirement", "status", "due"],
        dtype=object,
    )


def test_heatmap_says_each_status_by_shape_word_and_fill_and_can_be_clicked() -> None:
    titles = ["TCAT 1", "TCAT 2", "Control and restraint"]
    chart = status_heatmap(cells(*titles), titles).to_dict()
    rect, text = chart["layer"]
    assert (rect["mark"]["type"], text["mark"]["type"]) == ("rect", "text")
    assert rect["encoding"]["color"]["scale"]["domain"] == [
        "■ Overdue, expired or below", "○ Not done yet, or booked", "● In order"
    ]  # fmt: skip
    rows = next(iter(chart["datasets"].values()))
    assert [row["cell"] for row in rows[:3]] == ["■ Overdue", "○ Booked", "● Up to date"]
    assert rect["encoding"]["x"]["sort"] == titles
    assert "cell" in {param["name"] for param in chart["params"]}


def test_many_courses_leave_room_for_the_shape_only() -> None:
    titles = [f"Course {number}" for number in range(8)]
    rows = next(iter(status_heatmap(cells(*titles), titles).to_dict()["datasets"].values()))
    assert {row["cell"] for row in rows} == {"■", "○", "●", "–"}


def test_timeline_has_the_day_under_each_name_and_a_line_for_today() -> None:
    frame = pd.DataFrame(
        [
            ("Ada · NMC", date(2026, 4, 30), Status.EXPIRED, "It expired."),
            ("Bo · BACP", date(2027, 1, 31), Status.UP_TO_DATE, "It is valid."),
        ],
        columns=["row", "until", "status", "because"],
        dtype=object,
    )
    chart = expiry_timeline(frame, ON).to_dict()
    today, lines, points = chart["layer"]
    assert today["mark"]["strokeDash"] and lines["encoding"]["x2"]["field"] == "today"
    assert points["encoding"]["shape"]["scale"] == {"domain": ["Expired", "Up to date"], "range": ["square", "circle"]}
    assert points["encoding"]["y"]["sort"] == ["Ada · NMC\n30 April 2026", "Bo · BACP\n31 January 2027"]


def test_a_timeline_of_thirty_has_one_line_for_each() -> None:
    rows = [(f"Person {number:02} · NMC", date(2027, 1, 31), Status.UP_TO_DATE, "It is valid.") for number in range(30)]
    frame = pd.DataFrame(rows, columns=["row", "until", "status", "because"], dtype=object)
    chart = expiry_timeline(frame, ON).to_dict()
    assert chart["layer"][2]["encoding"]["y"]["sort"] == [row[0] for row in rows]
    assert chart["height"] == 30 * 24
