"""Course runs: when and where a course is held, for how many, and by whom; and who teaches it or assesses on it.

A therapy manager keeps them, for everybody: a run belongs to no community.
"""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, Permission, acting, check_about, check_holds, in_force
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import CHANGED, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Booking, BookingState, Course, CourseKind, CourseRun, CourseTrainer, TrainerRole
from tcsuper.rules.places import OPEN, TAKING
from tcsuper.services.freed_places import bookings_on, held_run, next_state, offer_free_places

LONGEST_NAME, LONGEST_REASON, MOST_PLACES = 120, 400, 500
NO_COURSE = "Choose a course from the list."


def add_run(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    course_code: str,
    runs_on: date,
    last_on: date | None = None,
    place: str = "",
    provider: str = "",
    capacity: int | None = None,
) -> CourseRun:
    """A run to come. `capacity`: places for this service; None: as many as are asked for."""
    by = acting(db, by, submission)
    check_holds(by, Permission.KEEP_COURSE_RUNS)
    course, place, provider = course_named(db, course_code), " ".join(place.split()), " ".join(provider.split())
    problems = _problems(runs_on, last_on, place, provider, capacity)
    if course.kind is CourseKind.QUALIFICATION:
        problems["course_code"] = f"{course.title} is a qualification: it is not held on a day."
    _hold_course(db, course.id)
    if runs_on < today():
        problems["runs_on"] = f"{words.day(runs_on)} is over. Enter who attended instead."
    elif _is_there(db, course, runs_on, place):
        problems["runs_on"] = f"{course.title} on {words.day(runs_on)} at this place is already in the list."
    if problems:
        raise InvalidRecord(**problems)
    run = CourseRun(
        course_id=course.id or 0, runs_on=runs_on, last_on=last_on, place=place, provider=provider, capacity=capacity
    )
    db.add(run)
    db.flush()
    _record_run(db, by, "add_run", run, capacity=capacity)
    return run


def change_run(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    run_id: int,
    version: int,
    capacity: int | None,
    place: str = "",
    provider: str = "",
    last_on: date | None = None,
) -> list[Booking]:
    """Another place, provider or number of places. More places are offered at once to those who wait: gives the
    offers. `version`: the row that was looked at. Another day is another run: cancel this one."""
    by = acting(db, by, submission)
    check_holds(by, Permission.KEEP_COURSE_RUNS)
    _hold_course(db, db.scalar(sa.select(col(CourseRun.course_id)).where(col(CourseRun.id) == run_id)))
    run = held_run(db, run_id)
    if run.row_version != version:
        raise Conflict(CHANGED)
    _check_not_cancelled(run)
    place, provider = " ".join(place.split()), " ".join(provider.split())
    problems = _problems(run.runs_on, last_on, place, provider, capacity)
    taken = sum(one.state in TAKING for one in bookings_on(db, run))
    if capacity is not None and capacity < taken:
        problems["capacity"] = f"{words.count(taken, 'place is', 'places are')} taken already. Withdraw some first."
    if place != run.place and _is_there(db, db.get_one(Course, run.course_id), run.runs_on, place):
        problems["place"] = "There is another run of this course on this day at this place."
    if problems:
        raise InvalidRecord(**problems)
    run.capacity, run.place, run.provider, run.last_on = capacity, place, provider, last_on
    db.flush()
    _record_run(db, by, "change_run", run, capacity=capacity)
    return offer_free_places(db, by, run)


def cancel_run(db: Session, *, by: Actor, submission: UUID | None = None, run_id: int, reason: str) -> list[Booking]:
    """The provider does not hold it: everybody's place, offer or nomination ends with it. Gives their last versions."""
    by = acting(db, by, submission)
    check_holds(by, Permission.KEEP_COURSE_RUNS)
    run = held_run(db, run_id)
    _check_not_cancelled(run)
    bookings, problems = bookings_on(db, run), reason_problem(reason)
    if any(one.state is BookingState.ATTENDED for one in bookings):
        raise Conflict("Somebody attended this run: it was held.")
    if problems:
        raise InvalidRecord(**problems)
    run.cancelled_at, run.cancel_reason = now(), reason.strip()
    db.flush()
    cancelled = [
        next_state(db, by, one, BookingState.CANCELLED, run.cancel_reason) for one in bookings if one.state in OPEN
    ]
    _record_run(db, by, "cancel_run", run, about=[one.staff_id for one in cancelled], places=len(cancelled))
    return cancelled


# ---------------------------------------------------------------------------------------------------------------------
# Trainers and assessors


def add_trainer(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    course_code: str,
    role: TrainerRole,
    start_on: date,
    staff_id: int | None = None,
    name: str = "",
) -> CourseTrainer:
    """Somebody teaches a course or assesses on it, from a day on: one of the staff, or by name from elsewhere."""
    by = acting(db, by, submission)
    check_holds(by, Permission.KEEP_COURSE_RUNS)
    if staff_id is not None:
        check_about(db, by, Object.PERSON, Action.READ, staff_id)
    course, name = course_named(db, course_code), " ".join(name.split())
    problems = {}
    if (staff_id is None) == (not name):
        problems["name"] = "Choose one of the staff, or type the name of somebody from elsewhere: one of the two."
    elif len(name) > LONGEST_NAME:
        problems["name"] = f"At most {LONGEST_NAME} characters."
    elif _teaches(db, course, role, staff_id, name, start_on):
        problems["name"] = f"They are {role.value} of {course.title} already on {words.day(start_on)}."
    if problems:
        raise InvalidRecord(**problems)
    trainer = CourseTrainer(course_id=course.id or 0, role=role, staff_id=staff_id, name=name, start_on=start_on)
    db.add(trainer)
    db.flush()
    _record_trainer(db, by, "add_trainer", trainer)
    return trainer


def end_trainer(
    db: Session, *, by: Actor, submission: UUID | None = None, trainer_id: int, end_on: date
) -> CourseTrainer:
    """No longer after that day. Who taught until then is not forgotten."""
    by = acting(db, by, submission)
    check_holds(by, Permission.KEEP_COURSE_RUNS)
    trainer = db.exec(select(CourseTrainer).where(CourseTrainer.id == trainer_id).with_for_update()).first()
    if trainer is None:
        raise NotAllowed
    if trainer.end_on is not None:
        raise Conflict(f"This ended on {words.day(trainer.end_on)} already.")
    if end_on < trainer.start_on:
        raise InvalidRecord(end_on=f"They began on {words.day(trainer.start_on)}: choose that day or a later one.")
    trainer.end_on = end_on
    db.flush()
    _record_trainer(db, by, "end_trainer", trainer)
    return trainer


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def course_named(db: Session, code: str) -> Course:
    """The course with this code. Raises InvalidRecord where it was not chosen from the list. No service of its own."""
    course = db.exec(select(Course).where(Course.code == code)).first()
    if course is None:
        raise InvalidRecord(course_code=NO_COURSE)
    return course


def run_of_day(db: Session, course: Course, runs_on: date) -> CourseRun:
    """The run of that day, held; made where nobody has prepared one. Called by services that have checked."""
    _hold_course(db, course.id)
    of_day = select(CourseRun.id).where(CourseRun.course_id == course.id, CourseRun.runs_on == runs_on)
    going_on = of_day.where(col(CourseRun.cancelled_at).is_(None)).order_by(col(CourseRun.id))
    run_ids = db.exec(going_on).all()
    if len(run_ids) > 1:
        raise InvalidRecord(runs_on=f"There are several runs on {words.day(runs_on)}: choose one from the list.")
    if run_ids:
        return held_run(db, run_ids[0] or 0)
    if db.exec(of_day).first() is not None:
        raise InvalidRecord(runs_on=f"The provider cancelled the run of {words.day(runs_on)}.")
    run = CourseRun(course_id=course.id or 0, runs_on=runs_on)
    db.add(run)
    db.flush()
    return run


def _hold_course(db: Session, course_id: int | None) -> None:
    """Two who make a run of one day at the same time follow one another. Always before a run is held, never after: so
    nobody waits in a circle."""
    db.exec(select(Course.id).where(Course.id == course_id).with_for_update(key_share=True)).all()


def reason_problem(reason: str) -> dict[str, str]:
    """For a sentence that is kept with a place or a run. No service of its own."""
    if not reason.strip():
        return {"reason": "Say why."}
    return {"reason": f"At most {LONGEST_REASON} characters."} if len(reason.strip()) > LONGEST_REASON else {}


def _problems(runs_on: date, last_on: date | None, place: str, provider: str, capacity: int | None) -> dict[str, str]:
    problems = {}
    if last_on is not None and last_on < runs_on:
        problems["last_on"] = f"The last day is before the first, {words.day(runs_on)}."
    if capacity is not None and not 1 <= capacity <= MOST_PLACES:
        problems["capacity"] = f"Between 1 and {MOST_PLACES} places; leave it empty for as many as are asked for."
    for field, typed in (("place", place), ("provider", provider)):
        if len(typed) > LONGEST_NAME:
            problems[field] = f"At most {LONGEST_NAME} characters."
    return problems


def _is_there(db: Session, course: Course, runs_on: date, place: str) -> bool:
    same = select(CourseRun.id).where(
        CourseRun.course_id == course.id, CourseRun.runs_on == runs_on, CourseRun.place == place
    )
    return db.exec(same).first() is not None


def _check_not_cancelled(run: CourseRun) -> None:
    if run.cancelled_at is not None:
        raise Conflict("This run was cancelled already.")


def _teaches(db: Session, course: Course, role: TrainerRole, staff_id: int | None, name: str, on: date) -> bool:
    same = select(CourseTrainer.id).where(
        CourseTrainer.course_id == course.id,
        CourseTrainer.role == role,
        CourseTrainer.name == name,
        col(CourseTrainer.staff_id).is_not_distinct_from(staff_id),
        in_force(CourseTrainer.start_on, CourseTrainer.end_on, on),
    )
    return db.exec(same).first() is not None


def _record_run(
    db: Session, by: Actor, action: str, run: CourseRun, about: list[int] | None = None, **counts: Any
) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="course_run",
        object_key=run.id,
        about=about or [],
        course_id=run.course_id,
        runs_on=run.runs_on.isoformat(),
        **counts,
    )


def _record_trainer(db: Session, by: Actor, action: str, trainer: CourseTrainer) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="course_trainer",
        object_key=trainer.id,
        about=[trainer.staff_id] if trainer.staff_id else [],
        course_id=trainer.course_id,
        role=trainer.role.value,
    )
