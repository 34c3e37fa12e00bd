"""What lapses or falls due in the months to come, person by person: courses, qualifications, registrations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.models import RequirementKind
from tcsuper.queries.registration import communities_of_registered, registrations_seen
from tcsuper.queries.staff import last_days_of
from tcsuper.queries.standing import Row, community_names, standings_seen
from tcsuper.queries.training import TRAINING
from tcsuper.rules.lapses import Lapse
from tcsuper.rules.standing import LATE, LEFT_OUT, add_months, first_of_month
from tcsuper.rules.training import CourseStanding


@dataclass(frozen=True)
class LapseLine:
    """One of them as a page shows it. `community_id`: where the post is that asks it."""

    lapse: Lapse
    kind: RequirementKind
    courses: tuple[str, ...]
    community_id: int | None
    community: str
    because: str


def lapses_ahead(db: Session, *, viewer: Actor, on: date, months: int = 12) -> list[LapseLine]:
    """Of everyone whose training status the viewer may see by name: what is late, and what lapses or falls due within
    so many months after `on`, if nothing more happens. The next first."""
    until = add_months(on, months)
    rows = [row for row in standings_seen(db, viewer=viewer, on=on, kinds=TRAINING) if _is_ahead(row, until)]
    names = community_names(db, sorted({row.bound.community_id for row in rows if row.bound.community_id}))
    lines = [_line(row, names) for row in rows]
    return sorted(lines, key=lambda line: (line.lapse.due_on, line.lapse.person, line.lapse.what))


def _is_ahead(row: Row, until: date) -> bool:
    standing = row.standing
    if standing.status in LEFT_OUT or standing.due_on is None:
        return False
    return standing.due_on <= min(until, row.bound.span.end or until)  # what is left before then never falls due


def _line(row: Row, names: dict[int, str]) -> LapseLine:
    standing = row.standing
    assert standing.due_on is not None
    booked = isinstance(standing, CourseStanding) and standing.booked_on is not None
    late = standing.status in LATE
    return LapseLine(
        Lapse(row.staff_id, row.person, row.requirement, standing.due_on, late, booked),
        row.kind,
        tuple(row.bound.terms["any_of"]),
        row.bound.community_id,
        names.get(row.bound.community_id or 0, ""),
        standing.because,
    )


def registrations_ahead(db: Session, *, viewer: Actor, on: date, months: int = 12) -> list[LapseLine]:
    """The same of registrations, each by its own body, whether a requirement asks for it or not: one list of what ends
    on 31 May."""
    until = add_months(on, months)
    seen = registrations_seen(db, viewer=viewer, on=on)
    names, last_days = communities_of_registered(db, seen), last_days_of(db, [one.staff_id for one in seen])
    return [
        LapseLine(
            Lapse(one.staff_id, one.person, one.body, one.standing.due_on, one.standing.status in LATE),
            RequirementKind.REGISTRATION,
            (),
            one.community_id,
            names.get(one.community_id or 0, ""),
            one.standing.because,
        )
        for one in sorted(seen, key=lambda one: (one.standing.due_on or date.max, one.person, one.body))
        if one.standing.due_on is not None and one.standing.due_on <= min(until, last_days.get(one.staff_id, until))
    ]


def lapses_by_month(lines: Iterable[LapseLine], on: date, months: int = 12) -> pd.DataFrame:
    """How many of each lapse month by month; what is late stands in the month of `on`.

    Columns: month (date, its first day), what (title), count. A month without any is there once, with count 0."""
    counts: dict[tuple[date, str], int] = {}
    for line in lines:
        month = max(first_of_month(line.lapse.due_on), first_of_month(on))
        counts[month, line.lapse.what] = counts.get((month, line.lapse.what), 0) + 1
    every = [add_months(first_of_month(on), ahead) for ahead in range(months + 1)]
    filled = {month for month, _ in counts}
    rows = [(month, what, count) for (month, what), count in counts.items()]
    rows += [(month, "", 0) for month in every if month not in filled]
    return pd.DataFrame(sorted(rows), columns=["month", "what", "count"])
