"""Sessions and what is written about them, as the cast would do it: each in a transaction of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from tcsuper import clock
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import (
    AttendanceStatus,
    AuditEvent,
    AuditSubject,
    Setting,
    SharedRecord,
    SupervisionPurpose,
    SupervisionSession,
    WhatIsRecorded,
)
from tcsuper.services.agreements import make_agreement
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.shared_records import OpenedRecord, open_shared_record, sign_shared_record, write_shared_record
from tcsuper.services.supervision import record_session
from tests.people import GROUP_OF_TEN, Cast, actor

YESTERDAY = today() - timedelta(days=1)
TEXT = "Heliotrope: what was said between us."
"""A word that stands nowhere else."""
MARKER = "eliotrop"
ATTENDED = AttendanceStatus.ATTENDED


def with_ben(cast: Cast, by: str = "Asha", agreement: int | None = None, held_on: date = YESTERDAY) -> UUID:
    """A session of Ben's, yesterday with Asha. Gives its record."""
    with writing() as db:
        return record_session(
            db,
            by=actor(cast, by),
            agreement_id=agreement or cast.ben_agreement,
            held_on=held_on,
            minutes=60,
            entries=[Entry(cast.id("Ben"), ATTENDED)],
        ).record_id


def register(cast: Cast, **others: AttendanceStatus) -> list[Entry]:
    """Everybody of the Monday group attended, but for the named."""
    minutes = {AttendanceStatus.LATE: 50, AttendanceStatus.LEFT_EARLY: 40}
    status = {name: others.get(name.replace(" ", "_"), ATTENDED) for name in GROUP_OF_TEN}
    return [Entry(cast.id(name), status[name], minutes.get(status[name])) for name in GROUP_OF_TEN]


def with_group(cast: Cast, **others: AttendanceStatus) -> SupervisionSession:
    with writing() as db:
        return record_session(
            db,
            by=actor(cast, "Asha"),
            agreement_id=cast.group_agreement,
            held_on=YESTERDAY,
            minutes=90,
            entries=register(cast, **others),
        )


def attendance_only(cast: Cast) -> UUID:
    """A sensitivity session of Ben's: words are not kept of it."""
    with writing() as db:
        db.add(
            SupervisionPurpose(
                code="sensitivity_group",
                name="Sensitivity group",
                position=2,
                records=WhatIsRecorded.ATTENDANCE,
            )
        )
        db.flush()
        agreement = make_agreement(
            db,
            by=actor(cast, "Asha"),
            supervisor_id=cast.id("Asha"),
            supervisee_id=cast.id("Ben"),
            purpose="sensitivity_group",
            start_on=date(2024, 1, 15),
        )
    return with_ben(cast, agreement=agreement.id)


def written(cast: Cast, session: UUID, by: str = "Asha", words: str = TEXT, share: bool = True) -> SharedRecord:
    with writing() as db:
        return write_shared_record(db, by=actor(cast, by), session_record_id=session, words=words, share=share)


def opened(cast: Cast, name: str, session: UUID) -> OpenedRecord:
    with writing() as db:
        return open_shared_record(db, by=actor(cast, name), session_record_id=session)


def signed(cast: Cast, name: str, record: SharedRecord) -> None:
    with writing() as db:
        sign_shared_record(db, by=actor(cast, name), shared_record_id=record.id or 0)


def signed_by_both(cast: Cast, session: UUID) -> SharedRecord:
    record = written(cast, session)
    for name in ("Asha", "Ben"):
        signed(cast, name, record)
    return record


def allow_private_notes() -> None:
    with writing() as db:
        db.add(Setting(key="private_notes", value=1))


@contextmanager
def days_later(days: int) -> Iterator[None]:
    """The clock, so many days on."""
    with pytest.MonkeyPatch.context() as patch:
        clock._moved_by.cache_clear()
        patch.setenv("TCSUPER_TODAY", (today() + timedelta(days=days)).isoformat())
        yield


def events(action: str) -> list[AuditEvent]:
    with reading() as db:
        return list(db.exec(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)))  # type: ignore[arg-type]


def about(event: AuditEvent) -> set[int]:
    with reading() as db:
        return set(db.exec(select(AuditSubject.staff_id).where(AuditSubject.event_id == event.id)))


def names(cast: Cast, *people: str) -> set[int]:
    return {cast.id(name) for name in people}


def all_rows(table: Any) -> list[Any]:
    with reading() as db:
        return list(db.exec(select(table)))
