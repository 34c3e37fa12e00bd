"""Disputed attendance: whose word stands against which record, in whose hands it is, and what came of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    Shape,
    disputes_settled_by,
    disputes_visible_to,
    in_force,
    people_within,
    sessions_supervised_by,
)
from tcsuper.clock import today
from tcsuper.models import (
    Account,
    Answer,
    Attendance,
    AttendanceAnswer,
    AttendanceDispute,
    AttendanceStatus,
    DisputeOutcome,
    Employment,
    Post,
    Role,
    RoleGrant,
    SessionState,
    Staff,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.people import Person
from tcsuper.queries.titles import TITLE, titled
from tcsuper.settings import service_number


def _not_settled() -> sa.ColumnElement[bool]:
    """The WHERE clause for answers about which no third person has decided since."""
    return ~(
        sa.select(_SETTLED.id).where(_same(_SETTLED), _SETTLED.settled_at >= col(AttendanceAnswer.answered_at)).exists()
    )


_SETTLED: Any = aliased(AttendanceDispute)


def _same(of: Any) -> sa.ColumnElement[bool]:
    """Of the same person at the same session as the answer."""
    answer = AttendanceAnswer
    return sa.and_(col(of.session_record_id) == col(answer.session_record_id), col(of.staff_id) == col(answer.staff_id))


def _last(*among: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    newer = _NEWER
    return ~sa.select(newer.id).where(_same(newer), newer.id > col(AttendanceAnswer.id), *among).exists()


_NEWER: Any = aliased(AttendanceAnswer)


def _with_its_record(statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """The answers with the session as it now stands, and the person's line at it."""
    session, there, answer = SupervisionSession, Attendance, AttendanceAnswer
    return (
        statement.join(session, col(session.record_id) == col(answer.session_record_id))
        .join(
            there,
            sa.and_(col(there.session_id) == col(session.id), col(there.staff_id) == col(answer.staff_id)),
        )
        .where(
            col(answer.answer) == Answer.DISPUTED,
            col(session.state) == SessionState.HELD,
            current(session),
        )
    )


def _is_open() -> sa.ColumnElement[bool]:
    """It is their last word, about the minutes that stand there now, and nobody has settled it."""
    return sa.and_(_last(), col(AttendanceAnswer.minutes) == col(Attendance.minutes), _not_settled())


def how_many_dispute(db: Session, records: Collection[UUID]) -> dict[UUID, int]:
    """By session: how many dispute what is recorded of them now. Checks nothing: the caller has chosen the sessions."""
    answer = AttendanceAnswer
    rows = db.execute(
        _with_its_record(sa.select(col(answer.session_record_id), sa.func.count()).select_from(answer))
        .where(col(answer.session_record_id).in_(records), _is_open())
        .group_by(col(answer.session_record_id))
    )
    return {record: count for record, count in rows}


# ---------------------------------------------------------------------------------------------------------------------
# For the person, the supervisor and the therapy manager


@dataclass(frozen=True)
class Dispute:
    """What a supervisor is told: whose word stands against which session of theirs, and what it says."""

    record_id: UUID
    held_on: date
    title: str
    person: str
    comment: str


def disputed_sessions(db: Session, *, viewer: Actor) -> list[Dispute]:
    """Attendance that somebody disputes as it now stands, of sessions the viewer supervised: oldest first."""
    session, answer = SupervisionSession, AttendanceAnswer
    statement = sa.select(
        col(session.record_id), col(session.held_on), TITLE, col(Staff.full_name), col(answer.comment)
    ).select_from(answer)
    rows = db.execute(
        titled(_with_its_record(statement))
        .join(Staff, col(Staff.id) == col(answer.staff_id))
        .where(sessions_supervised_by(viewer), _is_open())
        .order_by(col(session.held_on), col(Staff.full_name))
    )
    return [Dispute(*row) for row in rows]


@dataclass(frozen=True)
class DisputeSeen:
    """Both texts: what is recorded, and what the person said of it. `third_person`: in whose hands it is, or was."""

    session_record_id: UUID
    staff_id: int
    person: str
    title: str
    held_on: date
    length: int
    supervisor: str
    status: AttendanceStatus | None
    disputed_minutes: int
    """What was recorded when they disputed it."""
    attended: int
    """What is recorded now."""
    comment: str
    disputed_at: datetime
    third_person: str
    outcome: DisputeOutcome | None
    settled_minutes: int | None
    """What the third person changed it to."""
    said: str
    settled_at: datetime | None
    is_mine: bool
    may_name: bool
    """Whether the viewer names the third person."""
    is_due: bool
    """Open for longer than the service lets it wait, and in nobody's hands."""

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


def disputes_seen(db: Session, *, viewer: Actor) -> list[DisputeSeen]:
    """Open disputes and settled ones, the open and oldest first. One that ended because the record was corrected, or
    because the person confirmed after all, is no longer among them."""
    session, there, answer, supervisor = SupervisionSession, Attendance, AttendanceAnswer, aliased(Staff)
    statement = sa.select(
        answer, session, there, TITLE, col(Staff.full_name), col(supervisor.full_name), _is_open()
    ).select_from(answer)
    rows = db.execute(
        titled(_with_its_record(statement))
        .join(Staff, col(Staff.id) == col(answer.staff_id))
        .join(supervisor, col(supervisor.id) == col(session.supervisor_id))
        .where(disputes_visible_to(viewer), _last(_NEWER.answer == Answer.DISPUTED))
        .order_by(col(answer.answered_at), col(answer.id))
    ).all()
    hands = _hands(db, {row[0].session_record_id for row in rows})
    may_name = set(db.scalars(people_within(viewer, Object.DISPUTE, Action.CREATE)))
    days = service_number(db, "dispute_days")
    found = []
    for given, held, line, title, person, by, is_open in rows:
        in_hands = hands[given.session_record_id, given.staff_id]
        settled = [one for one in in_hands if one[0].settled_at and one[0].settled_at >= given.answered_at]
        waiting = [one for one in in_hands if one[0].settled_at is None]
        if not (is_open or settled):
            continue
        dispute, third = settled[-1] if settled else waiting[-1] if waiting else (None, "")
        found.append(
            DisputeSeen(
                given.session_record_id,
                given.staff_id,
                person,
                title,
                held.held_on,
                held.minutes,
                by,
                line.status,
                given.minutes,
                line.minutes,
                given.comment,
                given.answered_at,
                third,
                dispute.outcome if dispute else None,
                dispute.minutes if dispute else None,
                dispute.words if dispute else "",
                dispute.settled_at if dispute else None,
                given.staff_id == viewer.staff_id,
                is_open and given.staff_id in may_name,
                is_open and dispute is None and (viewer.on - today(given.answered_at)).days >= days,
            )
        )
    return sorted(found, key=lambda one: not one.is_open)


def _hands(db: Session, records: set[UUID]) -> dict[tuple[UUID, int], list[tuple[AttendanceDispute, str]]]:
    """In whose hands the disputes about these sessions are or were, first to last."""
    rows = db.execute(
        sa.select(AttendanceDispute, col(Staff.full_name))
        .join(Staff, col(Staff.id) == col(AttendanceDispute.third_person_id))
        .where(col(AttendanceDispute.session_record_id).in_(records))
        .order_by(col(AttendanceDispute.id))
    )
    hands: dict[tuple[UUID, int], list[tuple[AttendanceDispute, str]]] = defaultdict(list)
    for dispute, name in rows:
        hands[dispute.session_record_id, dispute.staff_id].append((dispute, name))
    return hands


def third_persons(db: Session, *, viewer: Actor, session_record_id: UUID, staff_id: int) -> list[Person]:
    """Whom the viewer may name for a dispute: somebody of the service with an account, whom they know by name and who
    has no part in it: not the one who disputes, not the supervisor of the session, nor whoever entered it."""
    may_name = people_within(viewer, Object.DISPUTE, Action.CREATE)
    found = open_dispute(db, session_record_id, staff_id)
    if found is None or staff_id not in set(db.scalars(may_name)):
        return []
    taking_part = {staff_id, found.session.supervisor_id, *_who_entered(db, session_record_id)}
    rows = db.execute(
        sa.select(col(Staff.id), col(Staff.full_name))
        .join(Account, col(Account.staff_id) == col(Staff.id))
        .where(
            col(Staff.id).in_(people_within(viewer, Object.PERSON, Action.READ, (Shape.FULL, Shape.STATUS))),
            col(Staff.id).not_in(taking_part),
            col(Staff.employment) != Employment.INDEPENDENT,
            sa.or_(*(col(Staff.id).in_(people) for people in _of_the_service(viewer.on))),
            col(Account.disabled_at).is_(None),
            sa.or_(col(Account.starts_on).is_(None), col(Account.starts_on) <= viewer.on),
            sa.or_(col(Account.ends_on).is_(None), col(Account.ends_on) >= viewer.on),
        )
        .order_by(Staff.full_name, col(Staff.id))
    )
    return [Person(number, name) for number, name in rows]


def _who_entered(db: Session, session_record_id: UUID) -> Sequence[int]:
    """Whoever wrote a version of its record."""
    session = SupervisionSession
    found = db.exec(select(session.recorded_by_id).where(session.record_id == session_record_id))
    return [one for one in found if one is not None]


def _of_the_service(on: date) -> list[sa.Select[*tuple[Any, ...]]]:
    """People in post, those who manage them, and the service's therapy managers and directors."""
    in_post = in_force(Post.start_on, Post.end_on, on)
    leads = (Role.THERAPY_MANAGER, Role.DIRECTOR)
    return [
        sa.select(col(Post.staff_id)).where(in_post),
        sa.select(col(Post.line_manager_id)).where(in_post, col(Post.line_manager_id).is_not(None)),
        sa.select(col(RoleGrant.staff_id)).where(
            col(RoleGrant.role).in_(leads),
            in_force(RoleGrant.start_on, RoleGrant.end_on, on),
            col(RoleGrant.approved_at).is_not(None),
        ),
    ]


# ---------------------------------------------------------------------------------------------------------------------
# For the third person


@dataclass(frozen=True)
class ToSettle:
    """What a third person sees: that person's line in the log and both sides, and nothing else of the session. Why
    somebody was away is not said."""

    dispute_id: int
    person: str
    supervisor: str
    held_on: date
    length: int
    attended: int
    comment: str
    disputed_at: datetime


def disputes_to_settle(db: Session, *, viewer: Actor) -> list[ToSettle]:
    """Those in my hands, the oldest first."""
    session, there, answer = SupervisionSession, Attendance, AttendanceAnswer
    dispute, supervisor = AttendanceDispute, aliased(Staff)
    statement = sa.select(
        col(dispute.id),
        col(Staff.full_name),
        col(supervisor.full_name),
        col(session.held_on),
        col(session.minutes),
        col(there.minutes),
        col(answer.comment),
        col(answer.answered_at),
    ).select_from(answer)
    rows = db.execute(
        _with_its_record(statement)
        .join(dispute, _same(dispute))
        .join(Staff, col(Staff.id) == col(answer.staff_id))
        .join(supervisor, col(supervisor.id) == col(session.supervisor_id))
        .where(disputes_settled_by(viewer), _is_open())
        .order_by(col(answer.answered_at))
    )
    return [ToSettle(*row) for row in rows]


# ---------------------------------------------------------------------------------------------------------------------
# For the service


@dataclass(frozen=True)
class Disputed:
    """An open dispute: the session as it stands, and the person's line at it."""

    session: SupervisionSession
    line: Attendance


def open_dispute(db: Session, session_record_id: UUID, staff_id: int) -> Disputed | None:
    """None when nothing is disputed, or no longer."""
    answer = AttendanceAnswer
    row = db.execute(
        _with_its_record(sa.select(SupervisionSession, Attendance).select_from(answer)).where(
            col(answer.session_record_id) == session_record_id, col(answer.staff_id) == staff_id, _is_open()
        )
    ).first()
    return Disputed(*row) if row else None
