"""Who has missed their supervision one meeting after another, and with whom: by those who read the session log."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper.access import Actor, Object, in_force, people_within
from tcsuper.models import (
    PRESENT,
    Absence,
    Attendance,
    AttendanceStatus,
    GroupMember,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.titles import TITLE, titled
from tcsuper.rules.misses import Meeting, Misses, missed_in_a_row
from tcsuper.rules.standing import add_months
from tcsuper.settings import service_number

MONTHS_BACK = 12


@dataclass(frozen=True)
class MissedBy:
    """One person under one agreement. `title`: the group, or what the supervision is for."""

    staff_id: int
    person: str
    agreement_id: int
    title: str
    supervisor: str
    misses: Misses


def missed_meetings(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, only_alerts: bool = True
) -> list[MissedBy]:
    """Of the agreements in force on a date, whose latest meetings were missed: the most in a row first, then by name.
    Nobody who is away that day, or no longer contracted to the group."""
    found: dict[tuple[int, int], list[Meeting]] = defaultdict(list)
    named: dict[tuple[int, int], tuple[str, str, str]] = {}
    for staff_id, person, agreement_id, title, supervisor, held_on, state, status in db.execute(
        _meetings(viewer, on, known_on)
    ):
        if status is not AttendanceStatus.EXEMPT:
            was_there = state is SessionState.HELD and status in PRESENT
            found[staff_id, agreement_id].append(Meeting(held_on, was_there))
            named[staff_id, agreement_id] = person, title, supervisor
    alert_from = service_number(db, "misses_in_a_row")
    out = []
    for (staff_id, agreement_id), meetings in found.items():
        misses = missed_in_a_row(meetings, alert_from)
        if misses is not None and (misses.is_alert or not only_alerts):
            person, title, supervisor = named[staff_id, agreement_id]
            out.append(MissedBy(staff_id, person, agreement_id, title, supervisor, misses))
    return sorted(out, key=lambda one: (-len(one.misses.days), one.person, one.agreement_id))


def _meetings(viewer: Actor, on: date, known_on: date | None) -> sa.Executable:
    session, there, agreement, supervisor = SupervisionSession, Attendance, SupervisionAgreement, aliased(Staff)
    member, absence = GroupMember, Absence
    belongs = sa.select(col(member.id)).where(
        col(member.group_id) == col(agreement.group_id),
        col(member.staff_id) == col(there.staff_id),
        in_force(member.start_on, member.end_on, on),
    )
    away = sa.select(col(absence.staff_id)).where(in_force(absence.start_on, absence.end_on, on))
    return titled(
        sa.select(
            col(there.staff_id),
            col(Staff.full_name),
            col(agreement.id),
            TITLE,
            col(supervisor.full_name),
            col(session.held_on),
            col(session.state),
            col(there.status),
        )
        .join(session, col(session.id) == col(there.session_id))
        .join(agreement, col(agreement.id) == col(session.agreement_id))
        .join(Staff, col(Staff.id) == col(there.staff_id))
        .join(supervisor, col(supervisor.id) == col(agreement.supervisor_id)),
        of=agreement,
    ).where(
        col(there.staff_id).in_(people_within(viewer, Object.SESSION_LOG)),
        in_force(agreement.start_on, agreement.end_on, on),
        sa.or_(col(agreement.supervisee_id) == col(there.staff_id), belongs.exists()),
        col(there.staff_id).not_in(away),
        col(session.state).in_((SessionState.HELD, SessionState.DID_NOT_HAPPEN)),
        col(session.held_on).between(add_months(on, -MONTHS_BACK), on),
        current(session, known_on),
    )
