"""The week register of a community: every session of its groups in one week, done or still to enter."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor
from tcsuper.models import (
    PRESENT,
    Attendance,
    Community,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.supervision import ToRecord, agreements_to_record, planned_sessions_of, sessions_visible_to


@dataclass(frozen=True)
class WeekSession:
    """A session of a group in the week; `state` None: nothing is planned or recorded, and the viewer may add it."""

    agreement_id: int
    group: str
    purpose: str
    supervisor: str
    state: SessionState | None
    held_on: date | None
    starts_at: str
    minutes: int
    record_id: UUID | None = None
    present: int = 0
    contracted: int = 0
    guests: int = 0
    may_enter: bool = False
    """Planned, its day has come, and it is the viewer's to enter."""

    @property
    def key(self) -> str:
        return str(self.record_id or f"new-{self.agreement_id}")


def communities_with_groups(db: Session, *, viewer: Actor) -> dict[int, str]:
    """Communities with a group whose sessions the viewer may enter: id to name."""
    ids = {one.community_id for one in agreements_to_record(db, viewer=viewer)} - {None}
    found = db.execute(
        sa.select(col(Community.id), col(Community.name)).where(col(Community.id).in_(ids)).order_by(Community.name)
    )
    return {community_id: name for community_id, name in found}


def week_of_community(db: Session, *, viewer: Actor, community_id: int, monday: date) -> list[WeekSession]:
    """Sessions that the viewer may see or enter, by day; then the groups they may enter that have none that week. Of a
    community where they enter no group's sessions, nothing."""
    offered = {one.agreement_id: one for one in agreements_to_record(db, viewer=viewer)}
    groups = {number: one for number, one in offered.items() if one.community_id == community_id}
    if not groups:
        return []
    sunday = monday + timedelta(days=6)
    there = _sessions(db, viewer, community_id, monday, sunday, groups)
    with_one = {one.agreement_id for one in there}
    rest = [number for number in groups if number not in with_one]
    return there + _without_session(db, rest, groups, monday, sunday)


def _sessions(
    db: Session, viewer: Actor, community_id: int, monday: date, sunday: date, groups: Collection[int]
) -> list[WeekSession]:
    session = SupervisionSession
    mine = {one.record_id for number in groups for one in planned_sessions_of(db, viewer=viewer, agreement_id=number)}
    present = (
        sa.select(sa.func.count())
        .where(col(Attendance.session_id) == col(session.id), col(Attendance.status).in_(PRESENT))
        .scalar_subquery()
    )
    rows = db.execute(
        sa.select(session, col(SupervisionGroup.name), col(SupervisionPurpose.name), col(Staff.full_name), present)
        .join(SupervisionGroup, col(SupervisionGroup.id) == col(session.group_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(session.purpose))
        .join(Staff, col(Staff.id) == col(session.supervisor_id))
        .where(
            col(SupervisionGroup.community_id) == community_id,
            col(session.held_on).between(monday, sunday),
            current(session),
            sa.or_(sessions_visible_to(viewer), col(session.record_id).in_(mine)),
        )
        .order_by(col(session.held_on), col(session.starts_at), SupervisionGroup.name, col(session.id))
    )
    return [
        WeekSession(
            one.agreement_id,
            group,
            purpose,
            supervisor,
            one.state,
            one.held_on,
            one.starts_at,
            one.minutes,
            one.record_id,
            attended,
            one.contracted,
            one.guests,
            one.record_id in mine,
        )
        for one, group, purpose, supervisor, attended in rows
    ]


def _without_session(
    db: Session, agreements: Collection[int], groups: dict[int, ToRecord], monday: date, sunday: date
) -> list[WeekSession]:
    agreement = SupervisionAgreement
    rows = db.execute(
        sa.select(agreement, col(SupervisionGroup.name), col(SupervisionPurpose.name), col(Staff.full_name))
        .join(SupervisionGroup, col(SupervisionGroup.id) == col(agreement.group_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(agreement.purpose))
        .join(Staff, col(Staff.id) == col(agreement.supervisor_id))
        .where(
            col(agreement.id).in_(agreements),
            col(agreement.start_on) <= sunday,
            sa.or_(col(agreement.end_on).is_(None), col(agreement.end_on) >= monday),
        )
        .order_by(SupervisionGroup.name, col(agreement.id))
    )
    return [
        WeekSession(one.id, group, purpose, supervisor, None, None, "", groups[one.id].usual_minutes, may_enter=True)
        for one, group, purpose, supervisor in rows
    ]
