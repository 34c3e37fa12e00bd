"""Who may read and write confidential texts: relationship judged by date, then state.

Beside `access.py`, whose table says which role may do what at all. Here is what the table calls *as present*, *as
supervisor*, *inside agreement* and *author only*. A therapy manager's line in the table is for emergency access alone:
nothing here lets them read a text in any other way.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    in_force,
    not_long_over,
    rules_for,
    sessions_supervised_by,
    staff_of,
    table,
)
from tcsuper.errors import NotAllowed, Refused, WrongSetup
from tcsuper.models import (
    PRESENT,
    AgreedAction,
    Attendance,
    FormerRecordsConsent,
    PrivateNote,
    Recorded,
    SessionState,
    SharedRecord,
    SharedRecordSignature,
    SupervisionAgreement,
    SupervisionPurpose,
    SupervisionSession,
    WhatIsRecorded,
)
from tcsuper.rules.locking import Lock, Register, lock_of
from tcsuper.rules.themes import Tags
from tcsuper.sealing import CANNOT_BE_OPENED, seal, unseal

NOTHING_WRITTEN = "Of a session of this kind only the attendance is recorded."
ONLY_THEMES = "Of a session of this kind only the themes are recorded, and no words."
SESSION_VOIDED = "This session was voided: what was written about it can be read, and no longer changed."
NOT_HELD = "This session is not recorded as held yet. Record it first."

# ---------------------------------------------------------------------------------------------------------------------
# Words in and out


def sealed(kind: type[Any], record_id: UUID, typed: str, column: str = "sealed_text") -> bytes:
    """What to store in this column of a record of this kind. Raises Refused when the key file is not there."""
    carrier: Any = kind(**{"record_id" if issubclass(kind, Recorded) else "id": record_id})
    try:
        seal(carrier, column, typed)
    except WrongSetup as missing:  # its own words name a file on the server
        raise Refused("Confidential texts cannot be kept just now. Tell your administrator.") from missing
    text: bytes = getattr(carrier, column)
    return text


def opened(row: Any, column: str = "sealed_text") -> str:
    """The words of a row. Call it after every check, and with the event of the reading in the same transaction. Raises
    Refused when they cannot be opened."""
    try:
        return unseal(row, column)
    except WrongSetup as missing:
        raise Refused(CANNOT_BE_OPENED) from missing


def opened_in_full(row: Any) -> str:
    """All that a text says; of a shared record the headings come first, and where only themes are kept they are all."""
    headings = opened_tags(row).in_sentences() if isinstance(row, SharedRecord) else []
    return "\n".join([*headings, opened(row)]).strip("\n") if headings else opened(row)


def opened_tags(record: SharedRecord) -> Tags:
    """The headings of a shared record: content like its words, and read as they are."""
    return Tags.read(opened(record, "sealed_tags"))


# ---------------------------------------------------------------------------------------------------------------------
# The circle of a session: whose texts they are


@dataclass(frozen=True)
class Circle:
    """A session's supervisor and those recorded present in its register as it stands, or stood when it was voided."""

    session: SupervisionSession
    is_void: bool
    registers: list[Register] = field(default_factory=list)
    """Every version of the register of the held session, oldest first."""

    @property
    def present(self) -> frozenset[int]:
        return self.registers[-1].present if self.registers else frozenset()

    @property
    def people(self) -> frozenset[int]:
        return self.present | {self.session.supervisor_id}


def circles_of(db: Session, session_records: Collection[UUID]) -> dict[UUID, Circle]:
    """The circles of these sessions. Checks nothing."""
    versions = db.exec(
        select(SupervisionSession)
        .where(col(SupervisionSession.record_id).in_(session_records))
        .order_by(col(SupervisionSession.id))
    ).all()
    present: dict[int, set[int]] = defaultdict(set)
    there = db.exec(
        select(Attendance.session_id, Attendance.staff_id).where(
            col(Attendance.session_id).in_([version.id for version in versions]), col(Attendance.status).in_(PRESENT)
        )
    )
    for session_id, staff_id in there:
        present[session_id].add(staff_id)
    circles: dict[UUID, Circle] = {}
    for version in versions:
        former = circles.get(version.record_id)
        if version.is_void:
            if former is not None:
                circles[version.record_id] = Circle(former.session, True, former.registers)
            continue
        registers = list(former.registers) if former else []
        if version.state is SessionState.HELD:
            registers.append(Register(version.recorded_at, frozenset(present[version.id or 0])))
        circles[version.record_id] = Circle(version, False, registers)
    return circles


def circle_of(db: Session, session_record_id: UUID) -> Circle | None:
    return circles_of(db, [session_record_id]).get(session_record_id)


def hold_session(db: Session, session_record_id: UUID) -> None:
    """One writer at a time on the texts of a session (SQLite has one writer at a time anyway): what a service finds
    here stays so until it is done."""
    db.exec(
        select(SupervisionSession.id).where(SupervisionSession.record_id == session_record_id).with_for_update()
    ).all()


# ---------------------------------------------------------------------------------------------------------------------
# Shared records and private notes


def newest(kind: type[Any]) -> sa.ColumnElement[bool]:
    """The WHERE clause for the last version of a record, voided or not."""
    later = aliased(kind)
    return ~sa.select(later.id).where(later.supersedes_id == kind.id).exists()


def _lets(what: Object, action: Action, *conditions: str) -> bool:
    """Whether the table has a line on this condition. The role is not asked: a supervisor's right outlives the role by
    28 days, which `sessions_supervised_by` measures."""
    return any(rule.object is what and rule.action is action and rule.condition in conditions for rule in table())


def _register_in_force() -> sa.ColumnElement[bool]:
    """The version of a session that nothing but its voiding came after."""
    session, later = SupervisionSession, aliased(SupervisionSession)
    corrected = sa.select(later.id).where(  # type: ignore[call-overload]
        col(later.supersedes_id) == col(session.id), col(later.is_void).is_(False)
    )
    return sa.and_(col(session.is_void).is_(False), ~corrected.exists())


def sessions_present_at(by: Actor) -> sa.Select[Any]:
    """Ids of the sessions at which the person is recorded as present, as their registers stand."""
    return sa.select(col(SupervisionSession.record_id)).where(_present(by.staff_id))


def _present(staff_id: int) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of sessions in whose register, as it stands, somebody is recorded as present."""
    there = sa.select(col(Attendance.session_id)).where(
        col(Attendance.staff_id) == staff_id, col(Attendance.status).in_(PRESENT)
    )
    return sa.and_(_register_in_force(), col(SupervisionSession.id).in_(there))


def _sessions_led(by: Actor) -> sa.Select[Any]:
    """Ids of the sessions the person supervised, or somebody in their place, until 28 days after the agreement ended:
    supervisors write for sessions held inside their agreement (security contract), a stand-in's like their own."""
    inside = col(SupervisionSession.agreement_id).in_(
        sa.select(col(SupervisionAgreement.id)).where(
            col(SupervisionAgreement.supervisor_id) == by.staff_id, not_long_over(by)
        )
    )
    return sa.select(col(SupervisionSession.record_id)).where(
        _register_in_force(), sa.or_(sessions_supervised_by(by), inside)
    )


def sessions_led_by(by: Actor) -> sa.Select[Any]:
    """The same, to ask which of some sessions are theirs."""
    return _sessions_led(by)


def shared_with(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of shared records that are the person's as one of those present: never a draft."""
    if not _lets(Object.SHARED_RECORD, Action.READ, "as_present"):
        return sa.false()
    return sa.and_(
        col(SharedRecord.shared_at).is_not(None), col(SharedRecord.session_record_id).in_(sessions_present_at(by))
    )


def shared_records_read_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of shared records that this person may read: as one of those present once it is
    shared, as the supervisor who writes it, or as the one who came after, if those present agreed."""
    if not _lets(Object.SHARED_RECORD, Action.READ, "as_supervisor"):
        return shared_with(by)
    as_supervisor = col(SharedRecord.session_record_id).in_(_sessions_led(by))
    return sa.or_(shared_with(by), as_supervisor, former_records_read_by(by))


def former_records_read_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for shared records of agreements that were handed over, in one step or several, to one by which
    this person supervises today: of sessions at which somebody was present, and everybody who was has agreed. Never a
    draft; a word taken back shuts them at once; and nothing else comes with them, neither writing nor signing."""
    if not _lets(Object.SHARED_RECORD, Action.SHARE, ""):
        return sa.false()
    consent, there_at, session = aliased(FormerRecordsConsent), aliased(Attendance), SupervisionSession
    chain = _former_agreements(by)
    agreed = sa.select(col(consent.staff_id)).where(
        col(consent.agreement_id) == chain.c.in_force_id, col(consent.withdrawn_at).is_(None)
    )
    there = sa.select(col(there_at.id)).where(
        col(there_at.session_id) == col(session.id), col(there_at.status).in_(PRESENT)
    )
    sessions = (
        sa.select(col(session.record_id))
        .join(chain, chain.c.former_id == col(session.agreement_id))
        .where(
            _register_in_force(),
            there.exists(),
            ~there.where(col(there_at.staff_id).not_in(agreed)).exists(),
        )
    )
    return sa.and_(col(SharedRecord.shared_at).is_not(None), col(SharedRecord.session_record_id).in_(sessions))


def _former_agreements(by: Actor) -> sa.CTE:
    """Each agreement by which the person supervises today, beside every one that went before it."""
    agreement, before = aliased(SupervisionAgreement), aliased(SupervisionAgreement)
    chain = (
        sa.select(col(agreement.id).label("in_force_id"), col(agreement.follows_id).label("former_id"))
        .where(
            col(agreement.supervisor_id) == by.staff_id,
            in_force(agreement.start_on, agreement.end_on, by.on),
            col(agreement.follows_id).is_not(None),
        )
        .cte("former_agreements", recursive=True)
    )
    return chain.union(
        sa.select(chain.c.in_force_id, col(before.follows_id)).where(
            col(before.id) == chain.c.former_id, col(before.follows_id).is_not(None)
        )
    )


def shared_records_about(by: Actor, staff_id: int) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of shared records of sessions at which somebody was present, as far as they are
    this person's to open: their own, or those of sessions they supervised. Never a draft."""
    if staff_id == by.staff_id:
        return shared_with(by)
    there = sa.select(col(SupervisionSession.record_id)).where(_present(staff_id))
    return sa.and_(
        shared_records_read_by(by),
        col(SharedRecord.shared_at).is_not(None),
        col(SharedRecord.session_record_id).in_(_sessions_led(by)),
        col(SharedRecord.session_record_id).in_(there),
    )


def private_notes_read_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of private notes: the author's own, as long as a supervisor reads at all."""
    if not _lets(Object.PRIVATE_NOTE, Action.READ, "author_only"):
        return sa.false()
    return sa.and_(col(PrivateNote.author_id) == by.staff_id, col(PrivateNote.session_record_id).in_(_sessions_led(by)))


def check_supervises(db: Session, by: Actor, session_record_id: UUID) -> Circle:
    """Raises NotAllowed unless this person supervised the session, or it was held for them by a stand-in, and they may
    still add to its records."""
    circle = circle_of(db, session_record_id)
    agreement = db.get(SupervisionAgreement, (circle and circle.session.agreement_id) or 0)
    keeper = agreement.supervisor_id if agreement else None
    if circle is None or by.staff_id not in (circle.session.supervisor_id, keeper):
        raise NotAllowed
    if db.scalar(_sessions_led(by).where(col(SupervisionSession.record_id) == session_record_id)) is None:
        ended = f" on {words.day(agreement.end_on)}" if agreement and agreement.end_on else ""
        raise NotAllowed(f"Your agreement ended{ended}. You can no longer read or add to its records.")
    return circle


def check_can_write_about(
    db: Session, by: Actor, session_record_id: UUID, what: Object, action: Action = Action.CREATE
) -> Circle:
    """The supervisor of a session that was held and of which words are kept at all."""
    if not _lets(what, action, "inside_agreement", "author_only", "as_supervisor"):
        raise NotAllowed
    circle = check_supervises(db, by, session_record_id)
    if circle.is_void:
        raise NotAllowed(SESSION_VOIDED)
    if circle.session.state is not SessionState.HELD:
        raise NotAllowed(NOT_HELD)
    kept = kept_of(db, circle.session.purpose)
    if kept is WhatIsRecorded.ATTENDANCE:
        raise NotAllowed(NOTHING_WRITTEN)
    if kept is WhatIsRecorded.THEMES and what is Object.PRIVATE_NOTE:
        raise NotAllowed(ONLY_THEMES)
    return circle


def kept_of(db: Session, purpose: str) -> WhatIsRecorded:
    """What sessions of a purpose leave behind. Of a sensitivity group, and whatever else is attendance only, nothing is
    ever written down; where themes are kept there is no free text, a private note included."""
    found = db.get(SupervisionPurpose, purpose)
    return found.records if found is not None else WhatIsRecorded.ATTENDANCE


def check_party(db: Session, by: Actor, record: SharedRecord, action: Action) -> Circle:
    """One of those whose shared record it is, who may sign it or add to it: its supervisor in time, or one of those
    present. The record was found among those they read."""
    circle = circle_of(db, record.session_record_id)
    if circle is None:
        raise NotAllowed
    as_present = by.staff_id in circle.present and _lets(Object.SHARED_RECORD, action, "as_present")
    if not as_present:
        if not _lets(Object.SHARED_RECORD, action, "inside_agreement"):
            raise NotAllowed
        circle = check_supervises(db, by, record.session_record_id)
        if action is Action.SIGN and by.staff_id not in circle.people:
            raise NotAllowed("It is signed by those who were there. You can read it and change it.")
    if circle.is_void:
        raise NotAllowed(SESSION_VOIDED)
    return circle


def check_can_void(db: Session, by: Actor, record: SharedRecord) -> Circle:
    """Its supervisor, in time; also when the session was voided before."""
    if not _lets(Object.SHARED_RECORD, Action.VOID, "inside_agreement"):
        raise NotAllowed
    return check_supervises(db, by, record.session_record_id)


def find_shared_record(db: Session, by: Actor, version_id: int) -> SharedRecord:
    """The version, if it is this person's to read: finding it and being allowed are one step."""
    found = db.exec(select(SharedRecord).where(SharedRecord.id == version_id, shared_records_read_by(by))).first()
    if found is None:
        there = db.get(SharedRecord, version_id)
        if there is not None:
            check_supervises(db, by, there.session_record_id)  # its supervisor is told that their time is over
        raise NotAllowed
    return found


def shared_record_at(db: Session, by: Actor, session_record_id: UUID) -> SharedRecord | None:
    """The last version of a session's shared record, as far as this person may read it; a voided one only when no
    other has taken its place."""
    return db.exec(
        select(SharedRecord)
        .where(SharedRecord.session_record_id == session_record_id, newest(SharedRecord), shared_records_read_by(by))
        .order_by(col(SharedRecord.is_void), col(SharedRecord.id).desc())
    ).first()


def private_note_at(db: Session, by: Actor, session_record_id: UUID) -> PrivateNote | None:
    """The last version of one's own note on a session; a voided one only when no other has taken its place."""
    return db.exec(
        select(PrivateNote)
        .where(PrivateNote.session_record_id == session_record_id, newest(PrivateNote), private_notes_read_by(by))
        .order_by(col(PrivateNote.is_void), col(PrivateNote.id).desc())
    ).first()


def locks_of(
    by: Actor,
    records: Sequence[SharedRecord],
    circles: dict[UUID, Circle],
    signatures: dict[int, list[SharedRecordSignature]],
) -> dict[int, Lock]:
    """By id of the version: the lock that is on it today, if any."""
    locks = {}
    for record in records:
        circle = circles[record.session_record_id]
        signed = {one.staff_id: one.signed_at for one in signatures.get(record.id or 0, [])}
        lock = lock_of(record.shared_at, circle.session.supervisor_id, circle.registers, signed, by.on)
        if lock is not None:
            locks[record.id or 0] = lock
    return locks


def signatures_of(db: Session, records: Sequence[SharedRecord]) -> dict[int, list[SharedRecordSignature]]:
    """By id of the version: its signatures, in the order given."""
    found: dict[int, list[SharedRecordSignature]] = defaultdict(list)
    for one in db.exec(
        select(SharedRecordSignature)
        .where(col(SharedRecordSignature.shared_record_id).in_([record.id for record in records]))
        .order_by(col(SharedRecordSignature.id))
    ):
        found[one.shared_record_id].append(one)
    return found


def is_locked(db: Session, by: Actor, record: SharedRecord, circle: Circle) -> bool:
    return bool(locks_of(by, [record], {record.session_record_id: circle}, signatures_of(db, [record])))


# ---------------------------------------------------------------------------------------------------------------------
# Agreed actions


def actions_worked_on_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of agreed actions that are the person's to work on: their own, those of a session
    they were at that are everybody's, and those of sessions they supervised, until 28 days after the agreement ended.
    A named person's action is none of the other members' business."""
    action, seen = AgreedAction, []
    if _lets(Object.AGREED_ACTION, Action.READ, ""):
        everybodys = sa.and_(col(action.owner_id).is_(None), col(action.session_record_id).in_(sessions_present_at(by)))
        seen += [col(action.owner_id) == by.staff_id, everybodys]
    if _lets(Object.AGREED_ACTION, Action.READ, "as_supervisor"):
        seen.append(col(action.session_record_id).in_(_sessions_led(by)))
    return sa.or_(sa.false(), *seen)


def actions_shared_with(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of agreed actions that their owners let a therapy manager of theirs read."""
    managed = [
        col(AgreedAction.owner_id).in_(staff_of(by.communities(rule.role), by.on))
        for rule in rules_for(by, Object.AGREED_ACTION, Action.READ)
        if rule.condition == "if_shareable"
    ]
    return sa.and_(col(AgreedAction.is_shareable), sa.or_(sa.false(), *managed))


def actions_read_by(by: Actor) -> sa.ColumnElement[bool]:
    return sa.or_(actions_worked_on_by(by), actions_shared_with(by))


def find_action(db: Session, by: Actor, version_id: int) -> AgreedAction:
    """The version, if it is this person's to work on: finding it and being allowed are one step."""
    found = db.exec(select(AgreedAction).where(AgreedAction.id == version_id, actions_worked_on_by(by))).first()
    if found is None:
        there = db.get(AgreedAction, version_id)
        if there is not None:
            check_supervises(db, by, there.session_record_id)  # its supervisor is told that their time is over
        raise NotAllowed
    return found


def check_can_close_action(db: Session, by: Actor, action: AgreedAction, closers: Collection[int]) -> Circle:
    """One of `closers`, as the rule names them (rules/actions.py), or the supervisor of its session in time."""
    circle = circle_of(db, action.session_record_id)
    if circle is None:
        raise NotAllowed
    if by.staff_id not in closers or not _lets(Object.AGREED_ACTION, Action.CLOSE, ""):
        if not _lets(Object.AGREED_ACTION, Action.CLOSE, "as_supervisor"):
            raise NotAllowed
        circle = check_supervises(db, by, action.session_record_id)
    if circle.is_void:
        raise NotAllowed(SESSION_VOIDED)
    return circle
