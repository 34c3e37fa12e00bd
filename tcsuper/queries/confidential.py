"""What exists of confidential texts, for those whose they are: states, signatures, readings. Never a word of them.

The words come from services alone (`open_shared_record`, `open_private_note`), since every opening is an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, is_stand_in, may
from tcsuper.clock import today
from tcsuper.confidential import (
    Circle,
    check_can_void,
    check_can_write_about,
    check_party,
    circles_of,
    kept_of,
    locks_of,
    newest,
    private_note_at,
    shared_record_at,
    shared_records_read_by,
    shared_with,
    signatures_of,
)
from tcsuper.models import (
    AuditEvent,
    AuditSubject,
    PrivateNote,
    SharedRecord,
    SharedRecordAddendum,
    SharedRecordSignature,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
    WhatIsRecorded,
)
from tcsuper.queries.evidence import end_of_day
from tcsuper.queries.themes import Offered, tags_on_offer
from tcsuper.rules.locking import OPEN_FOR, Lock, open_until
from tcsuper.settings import service_number


class RecordState(StrEnum):
    DRAFT = "draft"
    SHARED = "shared"
    LOCKED = "locked"
    VOID = "void"


@dataclass(frozen=True)
class SharedRecordSeen:
    """That there is a shared record, and how it stands, for one who may open it."""

    session_record_id: UUID
    version_id: int
    record_id: UUID
    held_on: date
    title: str
    supervisor: str
    supervisor_id: int
    state: RecordState
    changed_at: datetime
    shared_on: date | None
    open_until: date | None
    """The last day on which it can be changed and signed."""
    lock: Lock | None
    signed: list[tuple[str, date]]
    waits_for: list[str]
    """Who has not signed the last version, by name."""
    addenda: int
    void_reason: str
    session_is_void: bool
    may_change: bool
    may_sign: bool
    may_add: bool
    may_void: bool
    read_as_draft_by: list[str]
    """Who opens it while it is a draft."""


def shared_record_of(db: Session, *, viewer: Actor, session_record_id: UUID) -> SharedRecordSeen | None:
    """The shared record of a session as its state stands; None when there is none that the viewer may open."""
    record = shared_record_at(db, viewer, session_record_id)
    return None if record is None else _seen(db, viewer, [record])[0]


def my_shared_records(db: Session, *, viewer: Actor) -> list[SharedRecordSeen]:
    """Of the sessions I was at, once shared: newest session first. A voided one only when none took its place."""
    records: dict[UUID, SharedRecord] = {}
    for record in db.exec(
        select(SharedRecord)
        .where(newest(SharedRecord), shared_with(viewer))
        .order_by(col(SharedRecord.is_void).desc(), col(SharedRecord.id))
    ):
        records[record.session_record_id] = record
    return sorted(
        _seen(db, viewer, list(records.values())), key=lambda one: (one.held_on, one.version_id), reverse=True
    )


def records_to_sign(db: Session, *, viewer: Actor) -> list[SharedRecordSeen]:
    """Shared records that wait for the viewer's signature, as one of those present or as their supervisor: those that
    lock first, first. Older ones are locked, signed or not."""
    still_open = end_of_day(viewer.on - OPEN_FOR - timedelta(days=1))
    records = db.exec(
        select(SharedRecord).where(
            newest(SharedRecord),
            col(SharedRecord.is_void).is_(False),
            col(SharedRecord.shared_at) >= still_open,
            shared_records_read_by(viewer),
        )
    ).all()
    waiting = [one for one in _seen(db, viewer, records) if one.may_sign]
    return sorted(waiting, key=lambda one: (one.open_until or viewer.on, one.held_on, one.version_id))


def _seen(db: Session, viewer: Actor, records: Sequence[SharedRecord]) -> list[SharedRecordSeen]:
    circles = circles_of(db, {record.session_record_id for record in records})
    signatures = signatures_of(db, records)
    locks = locks_of(viewer, records, circles, signatures)
    names, titles = _names(db, circles), _titles(db, circles)
    addenda = _addenda(db, records)
    seen = []
    for record in records:
        circle, signed = circles[record.session_record_id], signatures.get(record.id or 0, [])
        lock = None if record.is_void else locks.get(record.id or 0)
        missing = circle.people - {one.staff_id for one in signed}
        seen.append(
            SharedRecordSeen(
                session_record_id=record.session_record_id,
                version_id=record.id or 0,
                record_id=record.record_id,
                held_on=circle.session.held_on,
                title=titles[record.session_record_id],
                supervisor=names[circle.session.supervisor_id],
                supervisor_id=circle.session.supervisor_id,
                state=_state(record, lock),
                changed_at=record.recorded_at,
                shared_on=today(record.shared_at) if record.shared_at else None,
                open_until=open_until(record.shared_at) if record.shared_at else None,
                lock=lock,
                signed=[(names.get(one.staff_id, "Somebody"), today(one.signed_at)) for one in signed],
                waits_for=sorted(names[staff_id] for staff_id in missing),
                addenda=addenda.get(record.record_id, 0),
                void_reason=record.correction_reason if record.is_void else "",
                session_is_void=circle.is_void,
                read_as_draft_by=sorted(_writers(db, circle.session).values()) if record.shared_at is None else [],
                **_may(db, viewer, record, circle, lock, signed),
            )
        )
    return seen


def _state(record: SharedRecord, lock: Lock | None) -> RecordState:
    if record.is_void:
        return RecordState.VOID
    if lock is not None:
        return RecordState.LOCKED
    return RecordState.DRAFT if record.shared_at is None else RecordState.SHARED


def _may(
    db: Session,
    viewer: Actor,
    record: SharedRecord,
    circle: Circle,
    lock: Lock | None,
    signed: Sequence[SharedRecordSignature],
) -> dict[str, bool]:
    """Which buttons to offer; the services decide again."""
    stands = not record.is_void
    about = (db, viewer, record.session_record_id, Object.SHARED_RECORD, Action.UPDATE)
    has_signed = any(one.staff_id == viewer.staff_id for one in signed)
    is_shared = record.shared_at is not None
    return {
        "may_change": stands and lock is None and may(check_can_write_about, *about),
        "may_sign": stands
        and lock is None
        and is_shared
        and not has_signed
        and may(check_party, db, viewer, record, Action.SIGN),
        "may_add": stands
        and lock is not None
        and kept_of(db, circle.session.purpose) is WhatIsRecorded.FULL
        and may(check_party, db, viewer, record, Action.ADD),
        "may_void": stands and may(check_can_void, db, viewer, record),
    }


def _names(db: Session, circles: dict[UUID, Circle]) -> dict[int, str]:
    people = {staff_id for circle in circles.values() for one in circle.registers for staff_id in one.present}
    people |= {circle.session.supervisor_id for circle in circles.values()}
    rows = db.exec(select(Staff.id, Staff.full_name).where(col(Staff.id).in_(people)))
    return {staff_id or 0: name for staff_id, name in rows}


def _titles(db: Session, circles: dict[UUID, Circle]) -> dict[UUID, str]:
    groups = {
        group.id: group.name
        for group in db.exec(
            select(SupervisionGroup).where(
                col(SupervisionGroup.id).in_({one.session.group_id for one in circles.values()} - {None})
            )
        )
    }
    purposes = {purpose.code: purpose.name for purpose in db.exec(select(SupervisionPurpose))}
    return {
        record_id: groups.get(one.session.group_id) or purposes[one.session.purpose]
        for record_id, one in circles.items()
    }


def _addenda(db: Session, records: Sequence[SharedRecord]) -> dict[UUID, int]:
    rows = db.execute(
        sa.select(col(SharedRecordAddendum.shared_record_id), sa.func.count())
        .where(col(SharedRecordAddendum.shared_record_id).in_([record.record_id for record in records]))
        .group_by(col(SharedRecordAddendum.shared_record_id))
    )
    return {record_id: number for record_id, number in rows}


# ---------------------------------------------------------------------------------------------------------------------
# Who has read it


@dataclass(frozen=True)
class Reading:
    reader: str
    at: datetime
    is_mine: bool


def who_read(db: Session, *, viewer: Actor, session_record_id: UUID) -> list[Reading]:
    """Every opening of a session's shared record that was about the viewer, newest first: what those present see. An
    emergency access is told in a way of its own."""
    record = shared_record_at(db, viewer, session_record_id)
    if record is None:
        return []
    events = db.exec(
        select(AuditEvent)
        .join(AuditSubject, col(AuditSubject.event_id) == col(AuditEvent.id))
        .where(
            AuditEvent.action == "read_shared_record",
            AuditEvent.object_key == str(record.record_id),
            AuditSubject.staff_id == viewer.staff_id,
        )
        .order_by(col(AuditEvent.id).desc())
    )
    return [Reading(event.by_name, event.at, event.by_staff_id == viewer.staff_id) for event in events]


# ---------------------------------------------------------------------------------------------------------------------
# What may be written


@dataclass(frozen=True)
class MayWrite:
    """What the viewer may write about a session. Neither: no field is drawn at all."""

    shared: bool = False
    private: bool = False
    words: bool = False
    """Whether a shared record has words; else its headings alone."""
    offered: Offered = Offered()
    beside: str = ""
    """Who else opens and changes a draft: the stand-in who held the session, or the supervisor they stood in for."""


def texts_for_session(db: Session, *, viewer: Actor, session_record_id: UUID) -> MayWrite:
    """For a session that is recorded: whether the viewer is its supervisor, in time, and words are kept of it."""
    about = (db, viewer, session_record_id)
    circle = circles_of(db, [session_record_id]).get(session_record_id)
    if circle is None or not may(check_can_write_about, *about, Object.SHARED_RECORD):
        return MayWrite()
    beside = [name for staff_id, name in _writers(db, circle.session).items() if staff_id != viewer.staff_id]
    private = may(check_can_write_about, *about, Object.PRIVATE_NOTE) and are_private_notes_on(db)
    return _may_write(db, circle.session.purpose, private, " and ".join(beside))


def texts_for_agreement(db: Session, *, viewer: Actor, agreement_id: int, held_on: date) -> MayWrite:
    """The same for a session about to be recorded: by its supervisor or a stand-in, not on somebody's behalf."""
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None or kept_of(db, agreement.purpose) is WhatIsRecorded.ATTENDANCE:
        return MayWrite()
    mine = agreement.supervisor_id == viewer.staff_id
    if not mine and not is_stand_in(db, viewer, agreement_id, held_on):
        return MayWrite()
    private = are_private_notes_on(db) and kept_of(db, agreement.purpose) is WhatIsRecorded.FULL
    beside = "" if mine else db.get_one(Staff, agreement.supervisor_id).full_name
    return _may_write(db, agreement.purpose, private, beside)


def _may_write(db: Session, purpose: str, private: bool, beside: str) -> MayWrite:
    return MayWrite(True, private, kept_of(db, purpose) is WhatIsRecorded.FULL, tags_on_offer(db), beside)


def _writers(db: Session, session: SupervisionSession) -> dict[int, str]:
    """Who writes about a session: whoever held it, and the supervisor they stood in for."""
    agreement = db.get(SupervisionAgreement, session.agreement_id or 0)
    people = [session.supervisor_id, *([agreement.supervisor_id] if agreement else [])]
    found = db.exec(select(Staff.id, Staff.full_name).where(col(Staff.id).in_(people)))
    return {staff_id or 0: name for staff_id, name in found}


def are_private_notes_on(db: Session) -> bool:
    return bool(service_number(db, "private_notes"))


@dataclass(frozen=True)
class PrivateNoteSeen:
    """That the viewer has a note on a session: nobody else is told."""

    session_record_id: UUID
    version_id: int
    changed_at: datetime
    may_change: bool
    void_reason: str = ""
    is_void: bool = False


def private_note_of(db: Session, *, viewer: Actor, session_record_id: UUID) -> PrivateNoteSeen | None:
    note: PrivateNote | None = private_note_at(db, viewer, session_record_id)
    if note is None:
        return None
    may_write = texts_for_session(db, viewer=viewer, session_record_id=session_record_id).private
    reason = note.correction_reason if note.is_void else ""
    may_change = may_write and not note.is_void
    return PrivateNoteSeen(session_record_id, note.id or 0, note.recorded_at, may_change, reason, note.is_void)
