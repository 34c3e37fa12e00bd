"""The session log as a script reads it, and what a script may name: an account, an agreement, the people of a day."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import Actor, actor_for_account, check_can_record_session, in_force
from tcsuper.errors import InvalidRecord, Refused
from tcsuper.models import (
    Account,
    Community,
    GroupMember,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.supervision import agreements_to_record, session_log

SESSION_COLUMNS = (
    "record_id", "agreement", "held_on", "starts_at", "session", "supervisor", "community", "purpose", "form", "state",
    "minutes", "contracted", "present", "disputed", "cancelled_by", "lost_because", "on_behalf",
)  # fmt: skip


def account_called(db: Session, *, username: str) -> Actor:
    """Whose rights a command has. Raises Refused when there is no such account, or it is shut."""
    account_id = db.scalar(sa.select(col(Account.id)).where(col(Account.username) == username.strip().lower()))
    actor = actor_for_account(db, account_id) if account_id is not None else None
    if actor is None:
        raise Refused(f"There is no open account “{username}”.")
    return actor


def session_lines(
    db: Session, *, viewer: Actor, since: date, until: date, community: str | None = None
) -> list[dict[str, Any]]:
    """The sessions of these days that the viewer may see whole, oldest first, with plain values: SESSION_COLUMNS."""
    if community is not None and community not in set(db.scalars(sa.select(col(Community.name)))):
        raise Refused(f"There is no community “{community}”.")
    log = session_log(db, viewer=viewer, since=since, until=until)
    agreements = _agreements_of(db, list(log["session_id"]))
    return [
        {
            "record_id": str(row.record_id),
            "agreement": agreements.get(row.session_id),
            "held_on": row.held_on.isoformat(),
            "starts_at": row.starts_at,
            "session": row.title,
            "supervisor": row.supervisor,
            "community": row.community or "",
            "purpose": row.purpose,
            "form": row.form.value,
            "state": row.state.value,
            "minutes": row.minutes,
            "contracted": row.contracted,
            "present": row.present,
            "disputed": row.disputed,
            "cancelled_by": row.cancelled_by.value if row.cancelled_by else "",
            "lost_because": row.lost_because.value if row.lost_because else "",
            "on_behalf": bool(row.on_behalf),
        }
        for row in reversed(list(log.itertuples()))
        if community is None or row.community == community
    ]


def _agreements_of(db: Session, session_ids: list[int]) -> dict[int, int]:
    session = SupervisionSession
    rows = db.execute(sa.select(col(session.id), col(session.agreement_id)).where(col(session.id).in_(session_ids)))
    return {session_id: agreement_id for session_id, agreement_id in rows}


def agreement_with(db: Session, *, viewer: Actor, whom: str, on: date, purpose: str = "") -> int:
    """The one agreement in force that day, of those the viewer records sessions for, with the group or person of this
    name (or this person's code). Raises InvalidRecord when there is none, or more than one."""
    agreement, supervisee = SupervisionAgreement, aliased(Staff)
    offered = [one.agreement_id for one in agreements_to_record(db, viewer=viewer)]
    found = db.scalars(
        sa.select(col(agreement.id))
        .outerjoin(supervisee, col(supervisee.id) == col(agreement.supervisee_id))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(agreement.group_id))
        .where(
            col(agreement.id).in_(offered),
            in_force(agreement.start_on, agreement.end_on, on),
            sa.or_(col(supervisee.full_name) == whom, col(supervisee.code) == whom, col(SupervisionGroup.name) == whom),
            *([col(agreement.purpose) == purpose] if purpose else []),
        )
        .order_by(col(agreement.id))
    ).all()
    if not found:
        raise InvalidRecord(**{"with": f"You record sessions with nobody called “{whom}” that day."})
    if len(found) > 1:
        numbers = ", ".join(str(one) for one in found)
        raise InvalidRecord(**{"with": f"Several agreements fit: {numbers}. Give the number of one as “agreement”."})
    return int(found[0] or 0)


def people_by_name(db: Session, *, viewer: Actor, agreement_id: int, on: date) -> dict[int, tuple[str, str]]:
    """Whoever is contracted that day: staff id to full name and code. Raises as recording would."""
    agreement = check_can_record_session(db, viewer, agreement_id, on)
    members = sa.select(col(GroupMember.staff_id)).where(
        col(GroupMember.group_id) == agreement.group_id, in_force(GroupMember.start_on, GroupMember.end_on, on)
    )
    there = col(Staff.id).in_(members) if agreement.supervisee_id is None else Staff.id == agreement.supervisee_id
    return {one.id or 0: (one.full_name, one.code) for one in db.exec(select(Staff).where(there))}


def sessions_on(db: Session, *, viewer: Actor, agreement_id: int, on: date) -> list[SupervisionSession]:
    """What is planned, held or lost of an agreement on a day. Raises as recording would."""
    check_can_record_session(db, viewer, agreement_id, on)
    session = SupervisionSession
    return list(
        db.exec(
            select(session)
            .where(session.agreement_id == agreement_id, session.held_on == on, current(session))
            .order_by(col(session.starts_at), col(session.id))
        )
    )


def planned_then(sessions: list[SupervisionSession], starts_at: str) -> SupervisionSession | None:
    """Of a day's sessions, the planned one that a session with this start takes the place of: the one at that time,
    else the only one. Raises InvalidRecord when it could be any of several."""
    planned = [one for one in sessions if one.state is SessionState.PLANNED]
    same = [one for one in planned if one.starts_at == starts_at]
    if len(planned) <= 1 or same:
        return next(iter(same or planned), None)
    times = ", ".join(one.starts_at or "no time" for one in planned)
    raise InvalidRecord(starts_at=f"Several sessions are planned for that day: {times}. Give the time of one.")
