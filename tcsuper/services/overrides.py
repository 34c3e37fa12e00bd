"""A requirement waived, lifted for a time, or given more time, for one person: always with a reason and an author."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import OverrideKind, Post, Requirement, RequirementOverride
from tcsuper.services.evidence import next_version

SHORTEST_REASON, LONGEST_REASON = 10, 2000
NOT_YOUR_OWN = "You cannot change what is required of yourself. Ask another manager."


def override_requirement(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    requirement_id: int,
    kind: OverrideKind,
    reason: str,
    start_on: date,
    end_on: date | None = None,
) -> RequirementOverride:
    """Waived (for good or until a day), exempt (for a time), or extended (`end_on` is the new date it is due). Of
    several in force the last one entered counts. Never one's own."""
    by = acting(db, by, submission)
    if staff_id == by.staff_id:
        raise NotAllowed(NOT_YOUR_OWN)
    check_about(db, by, Object.OVERRIDE, Action.CREATE, staff_id)
    if not _is_asked(db, staff_id, requirement_id):
        raise NotAllowed
    problems = _reason_problem(reason)
    if end_on is not None and end_on < start_on:
        problems["end_on"] = f"It would end before it begins, on {words.day(start_on)}."
    elif end_on is None and kind is not OverrideKind.WAIVED:
        problems["end_on"] = "Say until when: only a waiver may go on without an end."
    if problems:
        raise InvalidRecord(**problems)
    override = RequirementOverride(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        staff_id=staff_id,
        requirement_id=requirement_id,
        kind=kind,
        start_on=start_on,
        end_on=end_on,
        reason=reason.strip(),
    )
    db.add(override)
    db.flush()
    _record(db, by, "override_requirement", override)
    return override


def end_override(
    db: Session, *, by: Actor, submission: UUID | None = None, override_id: int, end_on: date, reason: str
) -> RequirementOverride:
    """Its last day, as a new version with the reason. `override_id` is the version that was looked at."""
    by = acting(db, by, submission)
    former = db.get(RequirementOverride, override_id)
    if former is None:
        raise NotAllowed
    if former.staff_id == by.staff_id:
        raise NotAllowed(NOT_YOUR_OWN)
    check_about(db, by, Object.OVERRIDE, Action.CREATE, former.staff_id)
    problems = _reason_problem(reason)
    if end_on < former.start_on:
        problems["end_on"] = f"It began on {words.day(former.start_on)}, after that day."
    if problems:
        raise InvalidRecord(**problems)
    override = next_version(db, by, former, reason, end_on=end_on)
    _record(db, by, "end_override", override)
    return override


def _is_asked(db: Session, staff_id: int, requirement_id: int) -> bool:
    """The person's own requirement, or one of a job description they hold, held or will hold."""
    described = sa.select(col(Post.job_description_id)).where(col(Post.staff_id) == staff_id)
    return (
        db.scalar(
            sa.select(col(Requirement.id)).where(
                col(Requirement.id) == requirement_id,
                sa.or_(col(Requirement.staff_id) == staff_id, col(Requirement.job_description_id).in_(described)),
            )
        )
        is not None
    )


def _reason_problem(reason: str) -> dict[str, str]:
    if len(reason.strip()) < SHORTEST_REASON:
        return {"reason": f"Give the reason, in at least {SHORTEST_REASON} characters."}
    return {"reason": f"At most {LONGEST_REASON} characters."} if len(reason.strip()) > LONGEST_REASON else {}


def _record(db: Session, by: Actor, action: str, override: RequirementOverride) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="requirement_override",
        object_key=override.record_id,
        about=[override.staff_id],
        requirement_id=override.requirement_id,
        kind=override.kind.value,
        start_on=override.start_on.isoformat(),
        end_on=override.end_on.isoformat() if override.end_on else None,
    )
