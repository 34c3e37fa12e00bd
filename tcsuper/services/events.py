"""What happened to a person at work, as a date only: an appraisal held, probation passed, a check seen."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import StaffEvent, StaffEventKind
from tcsuper.queries.evidence import current

EARLIEST = date(1950, 1, 1)


def record_staff_event(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    kind: StaffEventKind,
    held_on: date,
) -> StaffEvent:
    """That it happened, and when. Never about oneself."""
    by = acting(db, by, submission)
    if staff_id == by.staff_id:
        raise NotAllowed("You cannot record this about yourself. Ask your manager.")
    check_about(db, by, Object.STAFF_EVENT, Action.CREATE, staff_id)
    problems = {}
    if not EARLIEST <= held_on <= today():
        problems["held_on"] = f"{words.day(held_on)} has not come yet, or is too long ago. Choose the day it happened."
    elif _recorded_already(db, staff_id, kind, held_on):
        problems["held_on"] = f"This is already recorded for {words.day(held_on)}."
    if problems:
        raise InvalidRecord(**problems)
    event = StaffEvent(recorded_at=now(), recorded_by_id=by.staff_id, staff_id=staff_id, kind=kind, held_on=held_on)
    db.add(event)
    db.flush()
    record_event(
        db,
        by=by,
        action="record_staff_event",
        object_kind="staff_event",
        object_key=event.record_id,
        about=[staff_id],
        kind=kind.value,
        held_on=held_on.isoformat(),
    )
    return event


def _recorded_already(db: Session, staff_id: int, kind: StaffEventKind, held_on: date) -> bool:
    event = StaffEvent
    return (
        db.scalar(
            sa.select(col(event.id)).where(
                col(event.staff_id) == staff_id,
                col(event.kind) == kind,
                col(event.held_on) == held_on,
                current(event),
            )
        )
        is not None
    )
