"""How a supervision session is checked and stored, for the services that plan, record and move sessions.

Nothing here asks who may do it: whoever calls has.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, in_force, is_stand_in
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord
from tcsuper.models import (
    Attendance,
    AttendanceStatus,
    Post,
    SessionForm,
    SessionState,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionSession,
)
from tcsuper.rules import entries as rules
from tcsuper.services.agreements import contracted_on

MOST_GUESTS = rules.MOST_GUESTS


@dataclass(frozen=True)
class Entry:
    """One line of the attendance register. `minutes` is asked only of those who came late or left early."""

    staff_id: int
    status: AttendanceStatus
    minutes: int | None = None
    presented_own_work: bool = False


def expected(people: Sequence[int]) -> list[Entry]:
    """The register of a session that was not held: those contracted, who are held to nothing."""
    return [Entry(staff_id, AttendanceStatus.EXEMPT) for staff_id in people]


def check_session(
    db: Session,
    agreement: SupervisionAgreement,
    held_on: date,
    starts_at: str,
    minutes: int,
    is_planned: bool = False,
    guests: int = 0,
) -> None:
    """Raises InvalidRecord with everything that is wrong with a session of this agreement on this day, each beside its
    field. One that is planned may be to come."""
    problems = rules.session_problems(held_on, starts_at, minutes, today(), is_planned, guests)
    if not contracted_on(db, agreement, held_on):
        problems["held_on"] = f"Nobody was contracted to this group on {words.day(held_on)}."
    if problems:
        raise InvalidRecord(**problems)


def new_session(
    db: Session,
    by: Actor,
    agreement: SupervisionAgreement,
    held_on: date,
    starts_at: str,
    minutes: int,
    state: SessionState,
) -> SupervisionSession:
    """A session of this agreement, not yet stored. It is held by the supervisor of the agreement, or by whoever stands
    in for them that day and records it; recorded by anyone else, it is on behalf."""
    group = db.get(SupervisionGroup, agreement.group_id) if agreement.group_id else None
    stood_in = by.staff_id != agreement.supervisor_id and is_stand_in(db, by, agreement.id or 0, held_on)
    held_by = by.staff_id if stood_in else agreement.supervisor_id
    return SupervisionSession(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        record_id=uuid4(),
        agreement_id=agreement.id,
        group_id=agreement.group_id,
        supervisor_id=held_by,
        community_id=group.community_id if group else _community_of(db, agreement.supervisee_id, held_on),
        purpose=agreement.purpose,
        form=group.form if group else SessionForm.INDIVIDUAL,
        state=state,
        held_on=held_on,
        starts_at=starts_at,
        minutes=minutes,
        contracted=max(1, len(contracted_on(db, agreement, held_on))),
        is_on_behalf=by.staff_id != held_by,
    )


def _community_of(db: Session, staff_id: int | None, on: date) -> int | None:
    """Where a person works that day; of several posts, the oldest."""
    return db.exec(
        select(Post.community_id)
        .where(Post.staff_id == staff_id, in_force(Post.start_on, Post.end_on, on))
        .order_by(col(Post.start_on))
    ).first()


def store_session(db: Session, session: SupervisionSession, entries: Sequence[Entry]) -> None:
    """The session with a line of attendance for each entry. Only a held one has a status and minutes."""
    db.add(session)
    db.flush()
    assert session.id is not None
    is_held = session.state is SessionState.HELD
    db.add_all(
        Attendance(
            session_id=session.id,
            staff_id=entry.staff_id,
            status=entry.status if is_held else None,
            minutes=(entry.minutes or 0) if is_held else 0,
            presented_own_work=entry.presented_own_work,
        )
        for entry in entries
    )


def one_at_a_time(db: Session, agreement_ids: Collection[int | None]) -> None:
    """On PostgreSQL a second save of the same agreement waits here for the first to finish, so that neither overlooks
    the other's session. SQLite has one writer anyway."""
    column = col(SupervisionAgreement.id)
    db.exec(select(column).where(column.in_(agreement_ids)).order_by(column).with_for_update()).all()
