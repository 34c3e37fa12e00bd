"""The shared record of a session: written, shared, changed, signed, added to, voided, opened.

Its supervisor writes it; those recorded present read it once it is shared, and sign it. It can be changed until it is
locked (`rules/locking.py`), and a change asks for new signatures. Nothing is overwritten: each save is a new version,
sealed like the one before. No event ever holds a word of it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, acting
from tcsuper.audit import record_event, record_reading
from tcsuper.clock import now
from tcsuper.confidential import (
    ONLY_THEMES,
    Circle,
    check_can_void,
    check_can_write_about,
    check_party,
    check_supervises,
    circle_of,
    find_shared_record,
    hold_session,
    is_locked,
    kept_of,
    newest,
    opened,
    opened_tags,
    sealed,
    shared_record_at,
    signatures_of,
)
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    SharedRecord,
    SharedRecordAddendum,
    SharedRecordSignature,
    Staff,
    WhatIsRecorded,
)
from tcsuper.rules.themes import Tags
from tcsuper.services.evidence import changed_meanwhile, check_current, next_version
from tcsuper.services.themes import checked_tags

LONGEST_WORDS = 50_000
IS_LOCKED = "This shared record is locked. It can be added to, and no longer changed."
IS_VOID = "This shared record was voided. It can be read, and no longer changed."
BEGAN = "began the shared record of this session"
NO_TAGS = Tags()


class VoidReason(StrEnum):
    """Chosen, not typed: the reason is read without opening the record, so it must hold no word of it."""

    WRONG_SESSION = "wrong_session"
    WRITTEN_TWICE = "written_twice"
    IDENTIFIES_SOMEBODY = "identifies_somebody"
    AGREED_BY_ALL = "agreed_by_all"


# ---------------------------------------------------------------------------------------------------------------------
# Writing


def write_shared_record(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    session_record_id: UUID,
    words: str = "",
    tags: Tags = NO_TAGS,
    share: bool = False,
) -> SharedRecord:
    """The first words and headings about a session that `by` supervised, or that a stand-in held for them: as a draft,
    or shared at once with those present.

    Raises NotAllowed for somebody else's session, for one of which nothing is kept, and later than 28 days after the
    agreement ended; Conflict when somebody began it meanwhile; InvalidRecord(words=…, themes=…)."""
    by = acting(db, by, submission)
    hold_session(db, session_record_id)
    circle = check_can_write_about(db, by, session_record_id, Object.SHARED_RECORD)
    begun = db.exec(
        select(SharedRecord).where(
            SharedRecord.session_record_id == session_record_id,
            newest(SharedRecord),
            col(SharedRecord.is_void).is_(False),
        )
    ).first()
    if begun is not None:
        raise Conflict(changed_meanwhile(db, begun, by, BEGAN))
    record_id = uuid4()
    record = SharedRecord(
        record_id=record_id,
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        session_record_id=session_record_id,
        author_id=by.staff_id,
        shared_at=now() if share else None,
        **_content(db, circle, record_id, words, tags),
    )
    db.add(record)
    db.flush()
    _event(db, by, "write_shared_record", record, circle, shared=share)
    return record


def change_shared_record(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    shared_record_id: int,
    words: str = "",
    tags: Tags = NO_TAGS,
    share: bool = False,
) -> SharedRecord:
    """Other words and headings, as a new version that nobody has signed yet. `shared_record_id` is the version that was
    opened: raises Conflict when it was changed meanwhile. `share`: a draft is shared from now on; what is shared stays
    so."""
    by = acting(db, by, submission)
    former, circle = _to_change(db, by, shared_record_id)
    record = next_version(
        db,
        by,
        former,
        shared_at=former.shared_at or (now() if share else None),
        **_content(db, circle, former.record_id, words, tags, opened_tags(former)),
    )
    _event(db, by, "change_shared_record", record, circle, shared=record.shared_at is not None)
    return record


def share_shared_record(
    db: Session, *, by: Actor, submission: UUID | None = None, shared_record_id: int
) -> SharedRecord:
    """The draft as it is, from now on read by those recorded present, who sign it within 14 days."""
    by = acting(db, by, submission)
    former, circle = _to_change(db, by, shared_record_id)
    if former.shared_at is not None:
        raise NotAllowed("This shared record is already shared.")
    record = next_version(db, by, former, shared_at=now())
    _event(db, by, "share_shared_record", record, circle)
    return record


def _to_change(db: Session, by: Actor, version_id: int) -> tuple[SharedRecord, Circle]:
    """The version looked at, if it is mine to change: role and relationship, then whether it is still the last, and
    only then its state."""
    former = find_shared_record(db, by, version_id)
    hold_session(db, former.session_record_id)
    circle = check_can_write_about(db, by, former.session_record_id, Object.SHARED_RECORD, Action.UPDATE)
    _check_still_newest(db, by, former)
    if is_locked(db, by, former, circle):
        raise NotAllowed(IS_LOCKED)
    return former, circle


def _check_still_newest(db: Session, by: Actor, former: SharedRecord) -> None:
    if former.is_void:
        raise NotAllowed(IS_VOID)
    check_current(db, former, by)


def _content(
    db: Session, circle: Circle, record_id: UUID, words: str, tags: Tags, former: Tags = NO_TAGS
) -> dict[str, Any]:
    """What a version says, sealed: the words exactly as typed, and the headings. Where the purpose keeps themes alone
    there are no words. Raises InvalidRecord."""
    tags = checked_tags(db, tags, former)
    if kept_of(db, circle.session.purpose) is WhatIsRecorded.THEMES:
        if words.strip():
            raise InvalidRecord(words=ONLY_THEMES)
        if tags.is_empty:
            raise InvalidRecord(themes="Nothing is chosen yet.")
    elif tags.is_empty or words.strip():
        check_words(words)
    return {
        "sealed_text": sealed(SharedRecord, record_id, words),
        "sealed_tags": sealed(SharedRecord, record_id, tags.stored(), "sealed_tags"),
    }


def check_words(words: str) -> None:
    """Raises InvalidRecord. What is stored is exactly what was typed."""
    if not words.strip():
        raise InvalidRecord(words="There are no words yet.")
    if len(words) > LONGEST_WORDS:
        raise InvalidRecord(words=f"This is {len(words):,} characters long; the most is {LONGEST_WORDS:,}.")


# ---------------------------------------------------------------------------------------------------------------------
# Signing, adding, voiding


def sign_shared_record(
    db: Session, *, by: Actor, submission: UUID | None = None, shared_record_id: int
) -> SharedRecordSignature:
    """A party stands by the version that was opened. When supervisor and all who were present have signed the last
    version, it is locked. Raises Conflict when the words were changed meanwhile."""
    by = acting(db, by, submission)
    record = find_shared_record(db, by, shared_record_id)
    hold_session(db, record.session_record_id)
    circle = check_party(db, by, record, Action.SIGN)
    if record.shared_at is None:
        raise NotAllowed("Share it first. Then you and those present sign it.")
    if db.exec(select(SharedRecord.id).where(SharedRecord.supersedes_id == record.id)).first() is not None:
        raise Conflict("The words were changed after you opened them. Read them again before you sign.")
    if record.is_void:
        raise NotAllowed(IS_VOID)
    if any(one.staff_id == by.staff_id for one in signatures_of(db, [record]).get(record.id or 0, [])):
        raise NotAllowed("You have signed this already.")
    if is_locked(db, by, record, circle):
        raise NotAllowed("This shared record is locked. It can be added to, and no longer signed.")
    signature = SharedRecordSignature(shared_record_id=record.id or 0, staff_id=by.staff_id, signed_at=now())
    db.add(signature)
    db.flush()
    _event(db, by, "sign_shared_record", record, circle, locked=is_locked(db, by, record, circle))
    return signature


def add_to_shared_record(
    db: Session, *, by: Actor, submission: UUID | None = None, session_record_id: UUID, words: str
) -> SharedRecordAddendum:
    """A party's own words under a locked record. Never changed afterwards."""
    by = acting(db, by, submission)
    record = shared_record_at(db, by, session_record_id)
    if record is None:
        raise NotAllowed
    hold_session(db, session_record_id)
    circle = check_party(db, by, record, Action.ADD)
    if kept_of(db, circle.session.purpose) is not WhatIsRecorded.FULL:
        raise NotAllowed(ONLY_THEMES)
    if record.is_void:
        raise NotAllowed(IS_VOID)
    if not is_locked(db, by, record, circle):
        raise NotAllowed("This shared record is not locked yet: its supervisor can still change it.")
    check_words(words)
    addendum_id = uuid4()
    addendum = SharedRecordAddendum(
        id=addendum_id,
        shared_record_id=record.record_id,
        author_id=by.staff_id,
        added_at=now(),
        sealed_text=sealed(SharedRecordAddendum, addendum_id, words),
    )
    db.add(addendum)
    db.flush()
    _event(db, by, "add_to_shared_record", record, circle)
    return addendum


def void_shared_record(
    db: Session, *, by: Actor, submission: UUID | None = None, shared_record_id: int, reason: VoidReason
) -> SharedRecord:
    """It does not stand any more. It stays, sealed, with the reason; the parties still read it, and another can be
    written for the session. Locked or not, by its supervisor, in time."""
    by = acting(db, by, submission)
    former = find_shared_record(db, by, shared_record_id)
    hold_session(db, former.session_record_id)
    circle = check_can_void(db, by, former)
    if reason not in list(VoidReason):
        raise InvalidRecord(reason="Choose why it is voided.")
    _check_still_newest(db, by, former)
    record = next_version(db, by, former, VoidReason(reason).value, is_void=True)
    _event(db, by, "void_shared_record", record, circle, reason=VoidReason(reason).value)
    return record


def _event(
    db: Session,
    by: Actor,
    action: str,
    record: SharedRecord,
    circle: Circle,
    **detail: Any,
) -> None:
    """About those present, once it is shared; a draft is about whoever writes it. The version, never a word."""
    write = record_reading if action.startswith("read_") else record_event
    write(
        db,
        by=by,
        action=action,
        object_kind="shared_record",
        object_key=record.record_id,
        about=circle.present if record.shared_at is not None else {by.staff_id, record.author_id},
        version=record.id,
        **detail,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Opening


@dataclass(frozen=True)
class Addendum:
    author: str
    added_at: datetime
    words: str


@dataclass(frozen=True)
class OpenedRecord:
    """The words, for one person, now. Nothing keeps them."""

    version_id: int
    words: str
    addenda: tuple[Addendum, ...] = ()
    tags: Tags = NO_TAGS
    changed_by: str = ""
    changed_at: datetime | None = None


def open_shared_record(db: Session, *, by: Actor, session_record_id: UUID) -> OpenedRecord:
    """The words of a session's shared record, for a party to it; the reading is an event about those present, which
    they see. Opened again by the same person within 15 minutes, with nothing new to read, it is the same reading and no
    second event: a page draws itself anew at every click.

    Raises NotAllowed for everybody else; Refused when no key opens the words (then there is no event: nothing was
    read)."""
    by = acting(db, by)
    record = shared_record_at(db, by, session_record_id)
    circle = circle_of(db, session_record_id)
    if record is None or circle is None:
        check_supervises(db, by, session_record_id)  # its supervisor is told that their time is over
        raise NotAllowed
    added = db.exec(
        select(SharedRecordAddendum, Staff.full_name)
        .join(Staff, col(Staff.id) == col(SharedRecordAddendum.author_id))
        .where(SharedRecordAddendum.shared_record_id == record.record_id)
        .order_by(col(SharedRecordAddendum.added_at))
    ).all()
    addenda = tuple(Addendum(author, one.added_at, opened(one)) for one, author in added)
    words, tags = opened(record), opened_tags(record)
    _event(db, by, "read_shared_record", record, circle, addenda=len(addenda))
    author = db.get_one(Staff, record.recorded_by_id or record.author_id)
    return OpenedRecord(record.id or 0, words, addenda, tags, author.full_name, record.recorded_at)
