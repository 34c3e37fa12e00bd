"""What is decided for one person: a requirement waived, lifted for a time or given more time, or one asked of them
besides. Always with a reason and an author."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Course, OverrideKind, Post, Requirement, RequirementKind, RequirementOverride
from tcsuper.services.evidence import next_version

SHORTEST_REASON, LONGEST_REASON = 10, 2000
LONGEST_EXTRA_REASON, LONGEST_TARGET = 200, 3650
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


# ---------------------------------------------------------------------------------------------------------------------
# Asked of one person besides


def ask_of_person(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    course_code: str,
    reason: str,
    start_on: date,
    end_on: date | None = None,
    target_days: int | None = None,
) -> Requirement:
    """A course or qualification asked of this person alone, from a day on, due so many days after it (None: no date for
    a course, that day for a qualification). `end_on`: until when it is asked. Never of oneself."""
    by = acting(db, by, submission)
    if staff_id == by.staff_id:
        raise NotAllowed(NOT_YOUR_OWN)
    check_about(db, by, Object.OVERRIDE, Action.CREATE, staff_id)
    course = db.exec(select(Course).where(Course.code == course_code)).first()
    if course is None:
        raise NotAllowed
    problems = _extra_problems(reason, start_on, end_on, target_days)
    if _is_asked_already(db, staff_id, course, start_on):
        problems["course_code"] = f"{course.title} is asked of them already. Give them another date with “Extended”."
    if problems:
        raise InvalidRecord(**problems)
    asked = Requirement(
        kind=RequirementKind(course.kind.value),
        staff_id=staff_id,
        title=course.title,
        terms={"any_of": [course.code], "target_days": target_days, "asked_by": by.staff_id},
        source=reason.strip(),
        mark="service",
        start_on=start_on,
        end_on=end_on,
    )
    db.add(asked)
    db.flush()
    _record_extra(db, by, "ask_of_person", asked)
    return asked


def end_asking(
    db: Session, *, by: Actor, submission: UUID | None = None, requirement_id: int, end_on: date
) -> Requirement:
    """The last day on which something is asked of one person alone."""
    by = acting(db, by, submission)
    asked = db.get(Requirement, requirement_id)
    if asked is None or asked.staff_id is None:
        raise NotAllowed
    if asked.staff_id == by.staff_id:
        raise NotAllowed(NOT_YOUR_OWN)
    check_about(db, by, Object.OVERRIDE, Action.CREATE, asked.staff_id)
    if end_on < asked.start_on:
        raise InvalidRecord(end_on=f"It is asked from {words.day(asked.start_on)}, after that day.")
    asked.end_on = end_on
    db.add(asked)
    db.flush()
    _record_extra(db, by, "end_asking", asked)
    return asked


def _extra_problems(reason: str, start_on: date, end_on: date | None, target_days: int | None) -> dict[str, str]:
    problems = _reason_problem(reason, LONGEST_EXTRA_REASON)
    if end_on is not None and end_on < start_on:
        problems["end_on"] = f"It would end before it begins, on {words.day(start_on)}."
    if target_days is not None and not 0 <= target_days <= LONGEST_TARGET:
        problems["target_days"] = f"Between 0 and {LONGEST_TARGET:,} days."
    return problems


def _is_asked_already(db: Session, staff_id: int, course: Course, start_on: date) -> bool:
    """By itself, on that day: of this person alone, or of a post they hold then."""
    holds = sa.and_(
        col(Post.staff_id) == staff_id,
        col(Post.start_on) <= start_on,
        sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= start_on),
    )
    asked = db.exec(
        select(Requirement).where(
            col(Requirement.kind) == RequirementKind(course.kind.value),
            col(Requirement.start_on) <= start_on,
            sa.or_(col(Requirement.end_on).is_(None), col(Requirement.end_on) >= start_on),
            sa.or_(
                col(Requirement.staff_id) == staff_id,
                col(Requirement.job_description_id).in_(sa.select(col(Post.job_description_id)).where(holds)),
            ),
        )
    )
    return any(one.terms["any_of"] == [course.code] for one in asked)


def _record_extra(db: Session, by: Actor, action: str, asked: Requirement) -> None:
    assert asked.staff_id is not None
    record_event(
        db,
        by=by,
        action=action,
        object_kind="requirement",
        object_key=asked.id,
        about=[asked.staff_id],
        course=asked.terms["any_of"][0],
        start_on=asked.start_on.isoformat(),
        end_on=asked.end_on.isoformat() if asked.end_on else None,
    )


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


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


def _reason_problem(reason: str, longest: int = LONGEST_REASON) -> dict[str, str]:
    if len(reason.strip()) < SHORTEST_REASON:
        return {"reason": f"Give the reason, in at least {SHORTEST_REASON} characters."}
    return {"reason": f"At most {longest:,} characters."} if len(reason.strip()) > longest else {}


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
