"""The activity log as pages show it: never a word of it. The words come from `services/activities.py` alone, since
every opening is an event."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    Shape,
    activities_read_by,
    communities_within,
    in_force,
    rules_for,
    whose_figures,
)
from tcsuper.errors import NotAllowed
from tcsuper.models import Activity, Body, BodyRule, BodyRuleKind, Community, Post, Staff
from tcsuper.queries.evidence import current
from tcsuper.queries.frames import frame_of
from tcsuper.queries.registers import registrations_of
from tcsuper.queries.registration import Registered, registrations_seen
from tcsuper.rules.activity import ActivityTerms, BodyCount, Logged, count_for_body
from tcsuper.rules.standing import Span, add_months, first_of_month
from tcsuper.settings import service_number

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class ActivitySeen:
    """That there is an entry, for one who may open its words."""

    record_id: UUID
    version_id: int
    staff_id: int
    person: str
    kind: str
    held_on: date
    hours: float
    is_shared: bool


def my_activities(db: Session, *, viewer: Actor) -> list[ActivitySeen]:
    """The viewer's own log, the latest day first."""
    return _seen(db, viewer, col(Activity.staff_id) == viewer.staff_id)


def shared_activities(db: Session, *, viewer: Actor, since: date) -> list[ActivitySeen]:
    """What others shared with the viewer and held from a day on, the latest first."""
    return _seen(db, viewer, col(Activity.staff_id) != viewer.staff_id, col(Activity.held_on) >= since)


def _seen(db: Session, viewer: Actor, *which: sa.ColumnElement[bool]) -> list[ActivitySeen]:
    rows = db.execute(
        sa.select(
            col(Activity.record_id),
            col(Activity.id),
            col(Activity.staff_id),
            col(Staff.full_name),
            col(Activity.kind),
            col(Activity.held_on),
            col(Activity.hours),
            col(Activity.is_shared),
        )
        .join(Staff, col(Staff.id) == col(Activity.staff_id))
        .where(*which, activities_read_by(viewer), current(Activity))
        .order_by(col(Activity.held_on).desc(), col(Activity.id).desc())
    )
    return [
        ActivitySeen(record_id, number, staff_id, person, kind.value, held_on, hours, is_shared)
        for record_id, number, staff_id, person, kind, held_on, hours, is_shared in rows
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Figures


def sees_activity_of_others(viewer: Actor) -> bool:
    """Whether there is anything to show them of other people's logs: shared entries, figures, or counts."""
    lines = [*rules_for(viewer, Object.ACTIVITY, Action.READ), *rules_for(viewer, Object.ACTIVITY_WORDS, Action.READ)]
    return any(line.condition for line in lines)


def twelve_months(on: date) -> date:
    """The first day of the twelve months that figures are shown for: whole ones, this month among them."""
    return add_months(first_of_month(on), 1 - MONTHS_SHOWN)


def logged_by_person(db: Session, *, viewer: Actor, on: date) -> pd.DataFrame:
    """Figures of twelve months, of others whose figures the viewer sees by name.

    Columns: staff_id, person, kind, entries, hours. By person; people who logged nothing are not in it."""
    return frame_of(
        db,
        sa.select(
            col(Staff.id).label("staff_id"),
            col(Staff.full_name).label("person"),
            col(Activity.kind),
            sa.func.count().label("entries"),
            sa.func.sum(col(Activity.hours)).label("hours"),
        )
        .join(Staff, col(Staff.id) == col(Activity.staff_id))
        .where(
            col(Activity.staff_id).in_(whose_figures(viewer)),
            col(Activity.staff_id) != viewer.staff_id,
            col(Activity.held_on).between(twelve_months(on), on),
            current(Activity),
        )
        .group_by(col(Staff.id), col(Staff.full_name), col(Activity.kind))
        .order_by(Staff.full_name, col(Staff.id), col(Activity.kind)),
    )


def logged_by_month(db: Session, *, viewer: Actor, staff_id: int, on: date) -> pd.DataFrame:
    """Figures of twelve months, of the viewer or of somebody whose figures they see by name.

    Columns: month (its first day), kind, entries, hours. The latest month first."""
    _check_figures(db, viewer, staff_id)
    log = [one for one in _log(db, staff_id) if twelve_months(on) <= one.held_on <= on]
    columns = ["month", "kind", "entries", "hours"]
    frame = pd.DataFrame([(first_of_month(one.held_on), one.kind, 1, one.hours) for one in log], columns=columns)
    counted = frame.groupby(["month", "kind"], as_index=False).sum()
    return counted.sort_values(["month", "kind"], ascending=[False, True]).reset_index(drop=True)


def logged_by_community(db: Session, *, viewer: Actor) -> pd.DataFrame:
    """How much was logged in the last twelve months by the people of each community, for those who see a community as a
    whole: only where so many people logged something that nobody is singled out. Never by kind and never of another
    day, since the difference between two figures would tell of one person.

    Columns: community, people (who logged something; None: too few to be shown), entries, hours."""
    smallest = service_number(db, "smallest_group")
    here = communities_within(viewer, Object.ACTIVITY, Action.READ, (Shape.COUNTS,))
    works = sa.select(col(Post.staff_id)).where(
        col(Post.community_id) == col(Community.id), in_force(Post.start_on, Post.end_on, viewer.on)
    )
    logs = sa.and_(
        col(Activity.staff_id).in_(works.correlate(Community)),
        col(Activity.held_on).between(twelve_months(viewer.on), viewer.on),
        current(Activity),
    )
    rows = db.execute(
        sa.select(
            col(Community.name),
            sa.func.count(sa.distinct(col(Activity.staff_id))),
            sa.func.count(col(Activity.id)),
            sa.func.sum(col(Activity.hours)),
        )
        .outerjoin(Activity, logs)
        .where(col(Community.id).in_(here))
        .group_by(col(Community.id), col(Community.name))
        .order_by(col(Community.name))
    )
    shown = [
        (name, people, entries, hours) if people >= smallest else (name, None, None, None)
        for name, people, entries, hours in rows
    ]
    return pd.DataFrame(shown, columns=["community", "people", "entries", "hours"], dtype=object)


def _check_figures(db: Session, viewer: Actor, staff_id: int) -> None:
    within = whose_figures(viewer).subquery()
    if db.scalar(sa.select(within.c[0]).where(within.c[0] == staff_id)) is None:
        raise NotAllowed


def _log(db: Session, staff_id: int) -> list[Logged]:
    found = db.exec(select(Activity).where(Activity.staff_id == staff_id, current(Activity)))
    return [Logged(one.kind.value, one.held_on, one.hours) for one in found]


# ---------------------------------------------------------------------------------------------------------------------
# By body


def counts_by_body(db: Session, *, viewer: Actor, staff_id: int, on: date) -> list[BodyCount]:
    """What each body asks for with which somebody is registered on a day, beside what they logged in its period: of
    the viewer, or of somebody whose figures and registration status they see."""
    _check_figures(db, viewer, staff_id)
    seen: dict[Hashable, Registered] = {
        one.record_id: one for one in registrations_seen(db, viewer=viewer, on=on, about=staff_id)
    }
    log = _log(db, staff_id) if seen else []
    rules = _rules(db, on)
    counts: dict[tuple[str, str], BodyCount] = {}
    for held in registrations_of(db, [staff_id], on).get(staff_id, []):
        registration = seen.get(held.records[0].key)  # named by its first record, however often it was renewed
        if registration is not None:
            rule = rules.get((held.body, held.grade)) or rules.get((held.body, ""))
            counts[held.body, held.grade] = count_for_body(
                held.body_name,
                ActivityTerms(rule.terms) if rule else None,
                log,
                on,
                cycle_months=held.renewal.cycle_months,
                valid_until=registration.valid_until,
                source=rule.source if rule else "",
                mark=rule.mark if rule else "",
            )
    return list(counts.values())


def _rules(db: Session, on: date) -> dict[tuple[str, str], BodyRule]:
    """Rules on activity in force on a day, by the body's code and the grade (empty: all of them)."""
    rows = db.exec(
        select(Body.code, BodyRule)
        .join(Body, col(Body.id) == col(BodyRule.body_id))
        .where(BodyRule.kind == BodyRuleKind.ACTIVITY)
        .order_by(col(BodyRule.start_on), col(BodyRule.id))
    )
    return {(code, rule.grade): rule for code, rule in rows if Span(rule.start_on, rule.end_on).holds(on)}
