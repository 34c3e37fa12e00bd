"""Who is due for supervision: months against each minimum with the forecast of the last of them, and why sessions were
lost."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper.access import COUNTED, Actor, Object, communities_within, in_force
from tcsuper.models import (
    Attendance,
    CancelledBy,
    Community,
    LostBecause,
    Post,
    RequirementKind,
    SessionState,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.standing import SupervisionMonths, supervision_months, whose_status
from tcsuper.rules.minimum import Per
from tcsuper.rules.standing import add_months
from tcsuper.settings import service_number


def supervision_due(
    db: Session,
    *,
    viewer: Actor,
    on: date,
    known_on: date | None = None,
    community_id: int | None = None,
    how_many: int = 12,
) -> list[SupervisionMonths]:
    """The months of everyone whose standing the viewer may see, by name; of one community when one is chosen. The
    forecast of a later date counts what is planned from today on."""
    people = whose_status(viewer, RequirementKind.SUPERVISION)
    if community_id is not None:
        there = sa.select(col(Post.staff_id)).where(
            col(Post.community_id) == community_id, in_force(Post.start_on, Post.end_on, on)
        )
        people = people.where(people.selected_columns[0].in_(there))
    return supervision_months(db, people, on, known_on, how_many, viewer.on, frozenset({Per.IN_ALL}))


class LostBy(StrEnum):
    """What the lost sessions are counted by: a column of that name."""

    CAUSE = "cause"
    CANCELLED_BY = "cancelled_by"
    COMMUNITY = "community"


def lost_sessions(
    db: Session,
    *,
    viewer: Actor,
    on: date,
    known_on: date | None = None,
    months: int = 3,
    community_id: int | None = None,
    by: LostBy = LostBy.CAUSE,
) -> pd.DataFrame | None:
    """The sessions of my communities, or of one, that were lost in the last months: counted by what was the cause, by
    who cancelled, or by community; the most first.

    Columns: cause (LostBecause), cancelled_by (CancelledBy) or community (name), as asked; count; rebooked (how many
    were held on another day in its place); in_time (of those, within the days the service set); days (between the two,
    the median; None when none was).
    None when fewer people than the smallest group were expected at them: sickness among the causes is health data. Who
    sees counts only is told of the last twelve months, all communities together and by cause: of two answers that
    differ by a community, a month or a day the difference would tell of one person. A cause, or a community, with few
    people is not shown to them either."""
    communities = communities_within(viewer, Object.SESSION_LOG)
    if counts_only := counts_lost_only(viewer):
        communities = communities_within(viewer, Object.SESSION_LOG, shapes=COUNTED)
        on, months, community_id, by = viewer.on, 12, None, LostBy.CAUSE
    if community_id is not None:
        communities = [one for one in communities if one == community_id]
    rows = _lost(db, communities, add_months(on, -months), on, known_on)
    smallest = service_number(db, "smallest_group")
    if len(_people(rows)) < smallest:
        return None
    grouped: dict[object, list[_Lost]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, by)].append(row)
    if by is LostBy.COMMUNITY or counts_only:
        grouped = {key: those for key, those in grouped.items() if len(_people(those)) >= smallest}
    within = service_number(db, "rebook_within_days")
    found = [(key, len(those), *_rebooked(those, within)) for key, those in grouped.items()]
    found.sort(key=lambda one: (-one[1], str(one[0])))
    return pd.DataFrame(found, columns=[by.value, "count", "rebooked", "in_time", "days"], dtype=object)


def counts_lost_only(viewer: Actor) -> bool:
    """Whether the viewer is told of lost sessions in counts alone: one answer then, and nothing to choose."""
    return not communities_within(viewer, Object.SESSION_LOG)


@dataclass
class _Lost:
    """A lost session: who was expected, and when it was made good."""

    held_on: date
    cause: LostBecause
    cancelled_by: CancelledBy
    community: str
    people: set[int]
    made_good_on: date | None


def _people(lost: list[_Lost]) -> set[int]:
    return {staff_id for one in lost for staff_id in one.people}


def _rebooked(lost: list[_Lost], within: int) -> tuple[int, int, int | None]:
    days = sorted(abs((one.made_good_on - one.held_on).days) for one in lost if one.made_good_on is not None)
    return len(days), sum(one <= within for one in days), days[(len(days) - 1) // 2] if days else None


def _lost(db: Session, communities: list[int], after: date, until: date, known_on: date | None) -> list[_Lost]:
    """Not of the day `after` itself."""
    session, again, there = SupervisionSession, _AGAIN, Attendance
    held_again = (
        sa.select(sa.func.min(col(again.held_on)))
        .where(
            col(again.rebooks_id) == col(session.record_id),
            col(again.state) == SessionState.HELD,
            current(again, known_on),
        )
        .scalar_subquery()
    )
    rows = db.execute(
        sa.select(
            col(session.id),
            col(session.held_on),
            col(session.lost_because),
            col(session.cancelled_by),
            col(Community.name),
            held_again,
            col(there.staff_id),
        )
        .join(Community, col(Community.id) == col(session.community_id))
        .outerjoin(there, col(there.session_id) == col(session.id))
        .where(
            col(session.state) == SessionState.DID_NOT_HAPPEN,
            col(session.held_on) > after,
            col(session.held_on) <= until,
            col(session.community_id).in_(communities),
            current(session, known_on),
        )
    )
    found: dict[int, _Lost] = {}
    for session_id, held_on, cause, cancelled_by, community, made_good_on, staff_id in rows:
        one = found.setdefault(session_id, _Lost(held_on, cause, cancelled_by, community, set(), made_good_on))
        one.people |= {staff_id} - {None}
    return list(found.values())


_AGAIN: Any = aliased(SupervisionSession)
