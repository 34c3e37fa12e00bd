"""Records as the templates of the import have them: one line for a post, a completion, a registration, a person at a
session. What is taken away of them, a person's account decides line by line of the permission table."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper.access import Action, Actor, Object, people_within, rules_for, staff_of
from tcsuper.errors import Refused
from tcsuper.models import (
    IN_PART,
    Attendance,
    Body,
    Community,
    Course,
    JobDescription,
    Post,
    Registration,
    SessionState,
    Staff,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
    TrainingRecord,
)
from tcsuper.queries.evidence import current
from tcsuper.rules.importing import TEMPLATES, Cell, SheetKind

Record = tuple[Cell, ...]
"""The cells of a line, in the order of the template's columns."""
KINDS = tuple(TEMPLATES)
TAKEN_AS = {SheetKind.TRAINING_LOG: Object.TRAINING_RECORD, SheetKind.SUPERVISION_LOG: Object.SESSION_LOG}
"""By kind, the object whose export line lets somebody take it away. For staff lists and registrations there is none."""


def kinds_to_take(*, viewer: Actor) -> tuple[SheetKind, ...]:
    """Those that this person may take away of anybody."""
    return tuple(kind for kind in KINDS if kind in TAKEN_AS and rules_for(viewer, TAKEN_AS[kind], Action.EXPORT))


def people_to_take(db: Session, *, viewer: Actor, kind: SheetKind) -> set[int]:
    """Staff ids of those whose records of this kind the viewer may take away; nobody where the table has no line."""
    return set(db.scalars(people_within(viewer, TAKEN_AS[kind], Action.EXPORT))) if kind in TAKEN_AS else set()


def everybody(db: Session) -> set[int]:
    """For the server's own command line."""
    return set(db.scalars(sa.select(col(Staff.id))))


def community_called(db: Session, name: str) -> int:
    """Raises Refused when there is none of this name, or several."""
    found = db.scalars(sa.select(col(Community.id)).where(col(Community.name) == name)).all()
    if len(found) != 1:
        raise Refused(f"There {'is no community' if not found else f'are {len(found)} communities'} “{name}”.")
    return int(found[0] or 0)


def people_of(db: Session, community_id: int, on: date) -> set[int]:
    """With a post there now or to come, or whose last post was there."""
    return set(db.scalars(staff_of([community_id], on)))


def records_of(db: Session, kind: SheetKind, people: Collection[int], community_id: int | None = None) -> list[Record]:
    """The lines about these people, by name and day. `community_id`: of a staff list, the posts of that community."""
    found = list(_LINES[kind](db, people))
    if kind is SheetKind.STAFF and community_id is not None:
        name = db.get_one(Community, community_id).name
        place = [heading.text for heading in TEMPLATES[kind][1]].index("Community")
        found = [line for line in found if line[place] == name]
    return sorted(found, key=_in_order)


def _in_order(line: Record) -> tuple[tuple[int, str], ...]:
    """By what is written, whatever numbers the database gave: another database gives the same order."""
    return tuple(
        (0, "") if cell is None else (1, f"{cell:08.2f}" if isinstance(cell, float) else str(cell)) for cell in line
    )


# ---------------------------------------------------------------------------------------------------------------------
# By kind


def _staff(db: Session, people: Collection[int]) -> Iterable[Record]:
    manager = aliased(Staff)
    roles = _unique(db, JobDescription.role_name, JobDescription.code, col(JobDescription.version_of_id).is_(None))
    rows = db.execute(
        sa.select(Staff, Post, col(JobDescription.code), col(Community.name), col(manager.full_name))
        .join(Post, col(Post.staff_id) == col(Staff.id))
        .join(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
        .join(Community, col(Community.id) == col(Post.community_id))
        .outerjoin(manager, col(manager.id) == col(Post.line_manager_id))
    )
    for staff, post, role, community, line_manager in rows:
        if staff.id in people:
            yield (
                *_who(staff),
                roles[role],
                community,
                post.start_on,
                post.end_on,
                _number(post.hours_a_week),
                staff.email,
                line_manager or "",
            )


def _training(db: Session, people: Collection[int]) -> Iterable[Record]:
    """What waits to be confirmed is left out: taken in elsewhere it would count."""
    courses = _unique(db, Course.title, Course.code)
    rows = db.execute(
        sa.select(Staff, TrainingRecord, col(Course.code))
        .join(TrainingRecord, col(TrainingRecord.staff_id) == col(Staff.id))
        .join(Course, col(Course.id) == col(TrainingRecord.course_id))
        .where(current(TrainingRecord), col(TrainingRecord.is_confirmed).is_(True))
    )
    for staff, record, course in rows:
        if staff.id in people:
            yield (
                *_who(staff),
                courses[course],
                record.completed_on,
                record.printed_expiry_on,
                _plain(record.result),
                record.certificate,
            )


def _registrations(db: Session, people: Collection[int]) -> Iterable[Record]:
    """One that was renewed stands there once, with the day until which it now runs: as a sheet has it, and as the
    import takes it."""
    bodies, renewal = _unique(db, Body.short_name, Body.code), aliased(Registration)
    was_renewed = sa.select(col(renewal.id)).where(
        current(renewal), col(renewal.renews_record_id) == col(Registration.record_id)
    )
    rows = db.execute(
        sa.select(Staff, Registration, col(Body.code))
        .join(Registration, col(Registration.staff_id) == col(Staff.id))
        .join(Body, col(Body.id) == col(Registration.body_id))
        .where(current(Registration), ~was_renewed.exists())
    )
    for staff, one, body in rows:
        if staff.id in people:
            yield (
                *_who(staff),
                bodies[body],
                one.grade,
                one.number,
                one.membership_number,
                one.registered_on,
                one.expires_on,
                one.ended_on,
            )


def _supervision(db: Session, people: Collection[int]) -> Iterable[Record]:
    """Held sessions. Whoever came for a part carries their own minutes, everybody else those of the session."""
    session, there, supervisor = SupervisionSession, Attendance, aliased(Staff)
    purposes = _unique(db, SupervisionPurpose.name, SupervisionPurpose.code)
    rows = db.execute(
        sa.select(Staff, session, there, col(supervisor.full_name), col(SupervisionGroup.name))
        .join(there, col(there.staff_id) == col(Staff.id))
        .join(session, col(session.id) == col(there.session_id))
        .join(supervisor, col(supervisor.id) == col(session.supervisor_id))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(session.group_id))
        .where(current(session), col(session.state) == SessionState.HELD, col(there.status).is_not(None))
    )
    for staff, held, register, by_whom, group in rows:
        if staff.id in people:
            yield (
                *_who(staff),
                held.held_on,
                held.starts_at,
                register.minutes if register.status in IN_PART else held.minutes,
                by_whom,
                group or "",
                purposes[held.purpose],
                held.form.value,
                _plain(register.status),
            )


_LINES: Mapping[SheetKind, Any] = {
    SheetKind.STAFF: _staff,
    SheetKind.TRAINING_LOG: _training,
    SheetKind.REGISTRATIONS: _registrations,
    SheetKind.SUPERVISION_LOG: _supervision,
}


def _who(staff: Staff) -> tuple[str, str]:
    return staff.full_name, staff.staff_number or ""


def _plain(word: Any) -> str:
    """ "asked to repeat"."""
    return str(word.value).replace("_", " ")


def _number(amount: float) -> int | float:
    return int(amount) if float(amount).is_integer() else amount


def _unique(db: Session, name: Any, code: Any, *where: sa.ColumnElement[bool]) -> dict[str, str]:
    """By code the name, as the import knows it; the code itself where two have one name."""
    rows: Sequence[Any] = db.execute(sa.select(col(code), col(name)).where(*where)).all()
    how_many = Counter(one.casefold() for _, one in rows)
    return {own: one if how_many[one.casefold()] == 1 else own for own, one in rows}
