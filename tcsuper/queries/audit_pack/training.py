"""Of an audit pack: courses and qualifications, person by person, with what was completed and until when it holds."""

from collections.abc import Sequence

import pandas as pd

from tcsuper import words
from tcsuper.queries.audit_pack.asked import Area, Asked, Picture, met_of, share, standing_cells
from tcsuper.queries.completions import course_titles
from tcsuper.queries.standing import Row
from tcsuper.queries.training import TRAINING
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.standing import LATE, LEFT_OUT, Status, status_word
from tcsuper.rules.training import CourseStanding

MOST_ACROSS, MOST_DOWN = 12, 45
"""Courses and people in a picture that can still be read."""


def training_area(asked: Asked) -> Area:
    rows = sorted(
        (row for row in asked.rows if row.kind in TRAINING),
        key=lambda row: (asked.where(row.staff_id), row.person, row.staff_id),
    )
    titles = _titles(asked, rows)
    met, of = met_of(rows)
    counts = _by_course(rows, titles)
    matrix = PackTable(
        "Training by course",
        ("Course or qualification", "Met", "Of", "Per cent", "Overdue or expired", "Left out"),
        counts,
        total=("All of them", met, of, share(met, of), sum(int(line[4]) for line in counts), ""),
        note="People who have it in date, of those of whom it is asked. Exempt and not judged are left out.",
        nothing="No course or qualification is asked of anybody here.",
    )
    details = PackTable(
        "Training person by person",
        ("Person", "Community", "Course or qualification", "Completed", "Status", "Due or valid until", "Why"),
        [
            (
                asked.whom(row.staff_id, row.person),
                asked.where(row.staff_id),
                row.requirement,
                row.standing.done_on if isinstance(row.standing, CourseStanding) else None,
                *_without_since(standing_cells(asked, row)),
            )
            for row in rows
        ],
        total=("All of them", "", "", "", f"{met} of {of}", "", "") if of else (),
        nothing="No course or qualification is asked of anybody here.",
    )
    pictures = {"Training by course": _picture(asked, rows, titles)} if _can_be_drawn(rows, titles) else {}
    said = f"{met} of {of} courses and qualifications that are asked of people here are held in date" if of else ""
    return Area("Training", (f"{said} ({share(met, of)}%).",) if said else (), (matrix, details), pictures)


def _without_since(cells: tuple[Value, ...]) -> tuple[Value, ...]:
    """Since when it has been so is the day of completion, or of its sentence: without the column the sentence is read
    on paper in one line."""
    status, _, due, because = cells
    return (status, due, because)


def _titles(asked: Asked, rows: Sequence[Row]) -> list[str]:
    """In the order of the catalogue."""
    order = {code: number for number, code in enumerate(course_titles(asked.db))}
    places: dict[str, int] = {}
    for row in rows:
        codes = row.bound.terms.get("any_of", ())
        places[row.requirement] = min((order.get(code, len(order)) for code in codes), default=len(order))
    return sorted(places, key=lambda title: (places[title], title))


def _by_course(rows: Sequence[Row], titles: Sequence[str]) -> list[tuple[str, int, int, int | None, int, int]]:
    lines = []
    for title in titles:
        asked_for = [row for row in rows if row.requirement == title]
        met, of = met_of(asked_for)
        late = sum(row.standing.status in LATE for row in asked_for)
        out = sum(row.standing.status in LEFT_OUT for row in asked_for)
        lines.append((title, met, of, share(met, of), late, out))
    return lines


def _can_be_drawn(rows: Sequence[Row], titles: Sequence[str]) -> bool:
    return bool(rows) and len({row.staff_id for row in rows}) <= MOST_DOWN


def _picture(asked: Asked, rows: Sequence[Row], titles: Sequence[str]) -> Picture:
    """The courses that most people are asked for, where there are more than can be read across."""
    asked_of = {title: sum(row.requirement == title for row in rows) for title in titles}
    across = sorted(titles, key=lambda title: -asked_of[title])[:MOST_ACROSS]
    shown = [title for title in titles if title in across]
    frame = pd.DataFrame(
        [
            (
                asked.whom(row.staff_id, row.person),
                row.requirement,
                row.standing.status,
                words.day(row.standing.due_on) if row.standing.due_on else "",
            )
            for row in rows
            if row.requirement in shown
        ],
        columns=["person", "requirement", "status", "due"],
        dtype=object,
    )
    late = sum(row.standing.status in LATE for row in rows)
    left = f" The {len(shown)} asked of most people." if len(shown) < len(titles) else ""
    good = status_word(Status.UP_TO_DATE).lower()
    says = f"People by course: {late} are overdue or expired, and the rest {good}, due, or not asked.{left}"
    return Picture("training", frame, says, columns=tuple(shown))
