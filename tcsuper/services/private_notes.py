"""A supervisor's private notes on a session: off until the service turns them on, read by their author alone.

The supervisee does not learn that a note exists: its events are about the author, and say nothing of the session.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, select

from tcsuper.access import Action, Actor, Object, acting
from tcsuper.audit import record_event, record_reading
from tcsuper.clock import now
from tcsuper.confidential import (
    check_can_write_about,
    hold_session,
    opened,
    private_note_at,
    private_notes_read_by,
    sealed,
)
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import PrivateNote
from tcsuper.services.evidence import changed_meanwhile, next_version
from tcsuper.services.shared_records import VoidReason, check_words
from tcsuper.settings import service_number

SWITCHED_OFF = "Private notes are switched off in your service."
BEGAN = "began a note on this session"


def write_private_note(
    db: Session, *, by: Actor, submission: UUID | None = None, session_record_id: UUID, words: str
) -> PrivateNote:
    """My own note on a session I supervised; one for each session. Raises NotAllowed while the service has notes
    switched off, Conflict when another window of mine began it meanwhile, InvalidRecord(words=…)."""
    by = acting(db, by, submission)
    hold_session(db, session_record_id)
    check_can_write_about(db, by, session_record_id, Object.PRIVATE_NOTE)
    _check_switched_on(db)
    begun = private_note_at(db, by, session_record_id)
    if begun is not None and not begun.is_void:
        raise Conflict(changed_meanwhile(db, begun, by, BEGAN))
    check_words(words)
    record_id = uuid4()
    note = PrivateNote(
        record_id=record_id,
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        session_record_id=session_record_id,
        author_id=by.staff_id,
        sealed_text=sealed(PrivateNote, record_id, words),
    )
    db.add(note)
    db.flush()
    _event(db, by, "write_private_note", note)
    return note


def change_private_note(
    db: Session, *, by: Actor, submission: UUID | None = None, private_note_id: int, words: str
) -> PrivateNote:
    """Other words, as a new version; the former stay, sealed. Raises Conflict when another window changed it after it
    was opened."""
    by = acting(db, by, submission)
    former = _mine(db, by, private_note_id)
    check_can_write_about(db, by, former.session_record_id, Object.PRIVATE_NOTE, Action.UPDATE)
    _check_switched_on(db)
    check_words(words)
    note = next_version(db, by, former, sealed_text=sealed(PrivateNote, former.record_id, words))
    _event(db, by, "change_private_note", note)
    return note


def void_private_note(
    db: Session, *, by: Actor, submission: UUID | None = None, private_note_id: int, reason: VoidReason
) -> PrivateNote:
    """It does not stand any more: by its author, also when notes are switched off or the session was voided. It stays,
    sealed, with the reason; they still read it, and may write another in its place."""
    by = acting(db, by, submission)
    former = _mine(db, by, private_note_id)
    if reason not in list(VoidReason):
        raise InvalidRecord(reason="Choose why it is voided.")
    note = next_version(db, by, former, VoidReason(reason).value, is_void=True)
    _event(db, by, "void_private_note", note, reason=VoidReason(reason).value)
    return note


def _mine(db: Session, by: Actor, version_id: int) -> PrivateNote:
    """The version that was looked at, if it is this author's: finding it and being allowed are one step."""
    former = db.exec(select(PrivateNote).where(PrivateNote.id == version_id, private_notes_read_by(by))).first()
    if former is None:
        raise NotAllowed
    hold_session(db, former.session_record_id)
    return former


@dataclass(frozen=True)
class OpenedNote:
    version_id: int
    words: str
    changed_at: datetime | None = None


def open_private_note(db: Session, *, by: Actor, session_record_id: UUID) -> OpenedNote:
    """The words, for their author; an event about the author alone. Opened again within 15 minutes it is the same
    reading and no second event. It can be read on when the service has switched notes off again."""
    by = acting(db, by)
    note = private_note_at(db, by, session_record_id)
    if note is None:
        raise NotAllowed
    words = opened(note)
    _event(db, by, "read_private_note", note)
    return OpenedNote(note.id or 0, words, note.recorded_at)


def _check_switched_on(db: Session) -> None:
    if not service_number(db, "private_notes"):
        raise NotAllowed(SWITCHED_OFF)


def _event(db: Session, by: Actor, action: str, note: PrivateNote, **detail: str) -> None:
    write = record_reading if action.startswith("read_") else record_event
    write(
        db,
        by=by,
        action=action,
        object_kind="private_note",
        object_key=note.record_id,
        about=[by.staff_id],
        version=note.id,
        **detail,
    )
