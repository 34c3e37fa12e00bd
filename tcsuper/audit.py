"""The record of who did what: one event per action, written in the action's own transaction."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.clock import now
from tcsuper.models import AuditEvent, AuditSubject


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
