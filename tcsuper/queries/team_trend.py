"""How one kind of requirement went over twelve months, and how it will go if nothing more happens: counts by community
and of all together, at the ends of months.

Whose figures are given, of which groups, and of which people on another day than today is decided where it is for the
rest of the page (`team_counts.py`).
"""

from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd
from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.models import RequirementKind
from tcsuper.queries.over_time import LINES, Line, OverTime
from tcsuper.queries.team_counts import (
    ALL,
    EVERYBODY,
    Column,
    Group,
    Places,
    Stand,
    in_order,
    of_large,
    places_on,
    safe_groups,
    safe_groups_then,
    safe_in_month,
    sight_on,
    stands,
)
from tcsuper.rules import supervision
from tcsuper.rules.compliance import JUDGED
from tcsuper.rules.minimum import Per
from tcsuper.rules.standing import Status, add_months, first_of_month, last_of_month
from tcsuper.rules.supervision import Verdict
from tcsuper.settings import service_number

ALL_TOGETHER = "All communities"
MONTHS_BACK = 12
FORECAST_MONTHS = (3, 6, 12)
TREND_COLUMNS = ["community", "on", "met", "duty", "share", "is_forecast"]


def lines_to_follow(db: Session, *, viewer: Actor, on: date) -> list[Line]:
    """The kinds that are asked of anybody in the viewer's communities on a date, in the order of the overview."""
    everybody = sorted(places_on(db, viewer=viewer, on=on).of(EVERYBODY))
    bound = OverTime(db, everybody, frozenset(line.kind for line in LINES)).on(on).bound
    asked = {(one.kind, one.is_observation) for one in bound}
    return [line for line in in_order() if (line.kind, line.is_observation) in asked]


def trend_days(on: date, today: date, line: Line) -> list[tuple[date, bool]]:
    """The days that are asked about, oldest first, each with whether it is a forecast: the ends of the last twelve
    months up to `on`, the day itself, and the ends of the months 3, 6 and 12 ahead. A day of the past has no forecast.
    Supervision is judged by whole months: a month that is not over stands for nothing yet."""
    anchor = min(on, today)
    by_month = is_by_month(line)
    ends = [last_of_month(add_months(first_of_month(anchor), -back)) for back in range(MONTHS_BACK, -1, -1)]
    days = [end for end in ends if end <= anchor and not (by_month and end == today)][-MONTHS_BACK:]
    if not by_month and anchor not in days:
        days.append(anchor)
    ahead = [last_of_month(add_months(first_of_month(today), months)) for months in FORECAST_MONTHS]
    return [(day, False) for day in days] + [(day, True) for day in ahead if on >= today]


def is_by_month(line: Line) -> bool:
    return line.kind is RequirementKind.SUPERVISION


def trend_of(db: Session, *, viewer: Actor, on: date, line: Line, smallest: int = 0) -> pd.DataFrame:
    """One line, of all communities together (first, where there are several) and of each. `smallest`: for a file that
    goes to others, nothing that would tell of fewer people than so many, of whatever kind.

    Columns: community, on (the day), met, duty, share (per cent; all three None where nobody is asked or the figure may
    not be given), is_forecast.
    """
    places = places_on(db, viewer=viewer, on=viewer.on)
    _, given_from = sight_on(db, viewer, line.kind, places)
    # who sees counts alone: one day more or less would tell of whoever came or went in between
    days = trend_days(viewer.on if given_from else on, viewer.on, line)
    columns = columns_on(db, viewer=viewer, days=[day for day, _ in days], line=line)
    out = []
    for (day, is_forecast), column in zip(days, columns, strict=True):
        given = of_large(column, smallest) if smallest else column
        for name, group in _rows(places):
            cell = given.cell(group)
            figures = (cell.met, cell.duty, cell.share) if cell.share is not None else (None, None, None)
            out.append((name, day, *figures, is_forecast))
    return pd.DataFrame(out, columns=TREND_COLUMNS, dtype=object)


def columns_on(db: Session, *, viewer: Actor, days: Sequence[date], line: Line) -> list[Column]:
    """One line on several days, with what is given of it: today, ends of months before, or ends of months to come."""
    places, smallest = places_on(db, viewer=viewer, on=viewer.on), service_number(db, "smallest_group")
    known, given_from = sight_on(db, viewer, line.kind, places)
    if is_by_month(line):
        on = viewer.on if given_from else min(viewer.on, max(days))
        return list(_by_month(db, viewer, days, on, known, given_from))
    if given_from:
        return list(_of_today(db, viewer, days, line, known, smallest))
    return list(_on_each_day(db, viewer, days, line, smallest))


def _rows(places: Places) -> list[tuple[str, Group]]:
    rows = [(name, (key, ALL)) for key, name in places.communities.items()]
    return [(ALL_TOGETHER, EVERYBODY), *rows] if len(rows) > 1 else rows


def _every_group(places: Places) -> frozenset[Group]:
    return frozenset((*places.people, *((key, ALL) for key in places.communities)))


def _on_each_day(db: Session, viewer: Actor, days: Sequence[date], line: Line, smallest: int) -> Iterator[Column]:
    """Of the people in post on each day; every group's figure is given."""
    places = {day: places_on(db, viewer=viewer, on=day) for day in days}
    everybody = frozenset().union(*(one.of(EVERYBODY) for one in places.values()))
    over_time = OverTime(db, sorted(everybody), frozenset({line.kind}))
    for day in days:
        stand = stands(over_time.rows(day, line)).get(line, Stand())
        yield Column(stand, places[day], _every_group(places[day]), smallest)


def _of_today(
    db: Session, viewer: Actor, days: Sequence[date], line: Line, known: frozenset[int], smallest: int
) -> Iterator[Column]:
    """Of the people who are asked today, as the overview has them on another day."""
    places = places_on(db, viewer=viewer, on=viewer.on)
    over_time = OverTime(db, sorted(places.of(EVERYBODY)), frozenset({line.kind}))
    now = stands(over_time.rows(viewer.on, line)).get(line, Stand())
    shown = safe_groups(places, now, known, smallest)
    for day in days:
        then = stands(over_time.rows(day, line)).get(line, Stand())
        shown_then = safe_groups_then(places, shown, (then.duty & now.duty) - known, smallest)
        yield Column(then.as_of(now), places, shown_then, smallest, of_today=True)


# ---------------------------------------------------------------------------------------------------------------------
# Supervision, by whole months


def _by_month(
    db: Session, viewer: Actor, days: Sequence[date], on: date, known: frozenset[int], smallest: int
) -> Iterator[Column]:
    """By the service's own minima, of whoever works here on the date, exactly as in the rates by month. Of a month that
    is over: who met them. Of one to come: who will have, with the sessions that are planned. `smallest`: 0 where every
    figure may be given."""
    places = places_on(db, viewer=viewer, on=on)
    then = OverTime(db, sorted(places.of(EVERYBODY)), frozenset({RequirementKind.SUPERVISION})).on(on)
    minima = [(one, then.minimum(one)) for one in then.bound if not one.body and one.terms.get("amount")]
    for day in days:
        status: dict[int, Status] = {}
        for bound, minimum in minima:
            if minimum.per in (Per.ROLLING, Per.IN_ALL):
                continue
            sittings, duty = then.sittings.get(bound.staff_id, []), then.duty(bound)
            if day < viewer.on:
                month = supervision.month_of(minimum, duty, sittings, on, first_of_month(day))
                is_met = month.verdict is Verdict.MET
            else:
                ahead = supervision.forecast(minimum, duty, sittings, day, viewer.on)
                month, is_met = ahead.month, ahead.month.verdict is Verdict.MET or ahead.saved_by is not None
            if month.verdict in JUDGED and (not is_met or bound.staff_id not in status):
                status[bound.staff_id] = Status.UP_TO_DATE if is_met else Status.OVERDUE
        met = frozenset(person for person, one in status.items() if one is Status.UP_TO_DATE)
        stand = Stand(status, met)
        yield Column(stand, places, safe_in_month(places, stand.duty, known, smallest), smallest)
