"""A text about Ben that his manager may ask for and is no party to: Lena, an officer of Ashdown C, supervises him."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, col, select

from tcsuper import clock
from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.confidential import sealed
from tcsuper.models import (
    AttendanceStatus,
    AuditEvent,
    AuditSubject,
    ConfidentialKind,
    EmergencyAccess,
    EmergencyReason,
    PrivateNote,
    SharedRecord,
)
from tcsuper.services.emergency_access import ask_for_text
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_session
from tests.people import Cast

WORDS = "Ben said that he had dreamt of the sea."
WHY = "The safeguarding lead asks what was said on that day."
YESTERDAY = today() - timedelta(days=1)
SHARED, PRIVATE = ConfidentialKind.SHARED_RECORD, ConfidentialKind.PRIVATE_NOTE


@dataclass(frozen=True)
class Texts:
    session: UUID
    shared: UUID
    private: UUID

    def of(self, kind: ConfidentialKind) -> UUID:
        return self.shared if kind is SHARED else self.private


def write_texts(
    db: Session, cast: Cast, supervisor: str, agreement: int, people: tuple[str, ...], is_shared: bool = True
) -> Texts:
    """A session held yesterday, with a shared record and a private note. Rows, but for the session."""
    by = actor_for_staff(db, cast.id(supervisor))
    entries = [Entry(cast.id(name), AttendanceStatus.ATTENDED) for name in people]
    session = record_session(db, by=by, agreement_id=agreement, held_on=YESTERDAY, minutes=60, entries=entries)
    shared, private = uuid4(), uuid4()
    facts: dict[str, Any] = {
        "recorded_at": now(),
        "session_record_id": session.record_id,
        "author_id": cast.id(supervisor),
    }
    db.add(
        SharedRecord(
            record_id=shared,
            sealed_text=sealed(SharedRecord, shared, WORDS),
            shared_at=now() if is_shared else None,
            **facts,
        )
    )
    db.add(PrivateNote(record_id=private, sealed_text=sealed(PrivateNote, private, WORDS), **facts))
    db.flush()
    return Texts(session.record_id, shared, private)


def asked(
    db: Session,
    by: Actor,
    texts: Texts,
    kind: ConfidentialKind = SHARED,
    reason: EmergencyReason = EmergencyReason.SAFEGUARDING,
    **more: Any,
) -> EmergencyAccess:
    whole = {"proof": None, "words": WHY, **more}
    return ask_for_text(db, by=by, kind=kind, text_record_id=texts.of(kind), reason=reason, **whole)


def events(db: Session, *actions: str) -> list[tuple[str, set[int]]]:
    """What the audit trail says of these, in order: the action, and whom it is about."""
    found = db.exec(select(AuditEvent).where(col(AuditEvent.action).in_(actions)).order_by(col(AuditEvent.id))).all()
    about = db.exec(select(AuditSubject)).all()
    return [(event.action, {one.staff_id for one in about if one.event_id == event.id}) for event in found]


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Meanwhile it is that moment, for what asks the one clock by name."""
    moved = moment - datetime.now(moment.tzinfo)
    with pytest.MonkeyPatch.context() as patch:
        real = clock.datetime

        class Moved(real):  # type: ignore[misc, valid-type]
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return real.now(tz) + moved

        patch.setattr(clock, "datetime", Moved)
        yield
