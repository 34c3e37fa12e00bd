"""The record of who did what: one event per action, written in the action's own transaction."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor
from tcsuper.clock import now
from tcsuper.database import writing
from tcsuper.models import AuditEvent, AuditSubject

SAME_READING = timedelta(minutes=15)
"""A page draws itself at every click: the same text again within this time is still one reading."""


def record_event(
    db: Session,
    *,
    by: Actor | None,
    action: str,
    object_kind: str,
    object_key: object = "",
    about: Iterable[int] = (),
    nobody: str = "command line",
    **detail: Any,
) -> AuditEvent:
    """Write the event and whom it is about (staff ids). Where `by` is None, `nobody` says who it was instead: the
    command line on the server, or somebody not signed in. `detail` holds ids, dates and counts; never words that a
    person typed."""
    event = AuditEvent(
        at=now(),
        by_staff_id=by.staff_id if by else None,
        by_name=by.name if by else nobody,
        action=action,
        object_kind=object_kind,
        object_key=str(object_key),
        detail=detail,
    )
    db.add(event)
    db.flush()
    assert event.id is not None
    db.add_all(AuditSubject(event_id=event.id, staff_id=staff_id) for staff_id in sorted(set(about)))
    return event


def record_reading(
    db: Session, *, by: Actor, action: str, object_kind: str, object_key: object, about: Iterable[int], **detail: Any
) -> None:
    """Somebody opened confidential words. `action` begins with `read_`; `detail` says which: another version, or
    another addition under it, is another reading however soon."""
    last = db.exec(
        select(AuditEvent)
        .where(
            AuditEvent.by_staff_id == by.staff_id,
            AuditEvent.action == action,
            AuditEvent.object_key == str(object_key),
            AuditEvent.at > now() - SAME_READING,
        )
        .order_by(col(AuditEvent.id).desc())
    ).first()
    if last is None or last.detail != detail:
        record_event(db, by=by, action=action, object_kind=object_kind, object_key=object_key, about=about, **detail)


def record_refusal(db: Session, *, by: Actor, action: str, object_kind: str, object_key: object, **detail: Any) -> None:
    """Somebody tried and is about to be refused. What `db` holds will be undone, so the event is written right after
    that, in a transaction of its own."""

    def write(_undone: object) -> None:
        with writing() as own:
            record_event(own, by=by, action=action, object_kind=object_kind, object_key=object_key, **detail)

    sa.event.listen(db, "after_rollback", write, once=True)
