"""Completions of courses and qualifications.

What a person enters about themselves waits to be confirmed by somebody else. What a manager enters about somebody else
counts at once.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlmodel import Session, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about, may_about
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import BookingState, Course, TrainingRecord, TrainingResult
from tcsuper.queries.evidence import current
from tcsuper.rules.entries import completion_problems
from tcsuper.rules.training import version_taught
from tcsuper.services.course_runs import course_named
from tcsuper.services.evidence import next_version
from tcsuper.services.places import close_place, name_of

LONGEST_REASON = 2000
NOT_YOUR_OWN = "You cannot confirm, correct or void your own training record. Ask another manager."


# ---------------------------------------------------------------------------------------------------------------------
# Completions


def record_completion(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    course_code: str,
    completed_on: date,
    result: TrainingResult = TrainingResult.PASSED,
    printed_expiry_on: date | None = None,
    certificate: str = "",
    course_version: int | None = None,
) -> TrainingRecord:
    """One person's completion. A manager's entry counts at once; one's own waits to be confirmed. `course_version`:
    None is the version that was taught that day."""
    by = acting(db, by, submission)
    check_about(db, by, Object.TRAINING_RECORD, Action.CREATE, staff_id)
    course = course_named(db, course_code)
    problems = _problems(completed_on, printed_expiry_on, certificate) | _version_problem(course, course_version)
    if twin := _twin(db, staff_id, course, completed_on):
        problems["completed_on"] = _said_twice(course, twin)
    if problems:
        raise InvalidRecord(**problems)
    record = _store(db, by, staff_id, course, completed_on, result, printed_expiry_on, certificate, course_version)
    record_event(
        db,
        by=by,
        action="record_completion" if record.is_confirmed else "send_in_completion",
        object_kind="training_record",
        object_key=record.record_id,
        about=[staff_id],
        course=course.code,
        completed_on=completed_on.isoformat(),
        result=result.value,
    )
    return record


def record_course_run(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    course_code: str,
    completed_on: date,
    results: Mapping[int, TrainingResult | None],
    printed_expiry_on: date | None = None,
    course_version: int | None = None,
) -> list[TrainingRecord]:
    """One day's run with one result for each person (by staff id): all are stored or none. None: did not attend,
    which stores nothing about them but gives up the place they had. My own result among them waits to be confirmed."""
    by = acting(db, by, submission)
    for staff_id in results:
        check_about(db, by, Object.TRAINING_RECORD, Action.CREATE, staff_id)
    course = course_named(db, course_code)
    problems = _problems(completed_on, printed_expiry_on, "") | _version_problem(course, course_version)
    present = {staff_id: result for staff_id, result in results.items() if result is not None}
    if not present:
        problems["results"] = "Nobody attended: there is nothing to store."
    for staff_id in present:
        if twin := _twin(db, staff_id, course, completed_on):
            problems[f"results_{staff_id}"] = f"{name_of(db, staff_id)}: {_said_twice(course, twin)}"
    if problems:
        raise InvalidRecord(**problems)
    records = [
        _store(db, by, staff_id, course, completed_on, result, printed_expiry_on, "", course_version)
        for staff_id, result in present.items()
    ]
    for staff_id in results.keys() - present.keys():
        close_place(db, by, staff_id, course, completed_on, BookingState.DID_NOT_ATTEND)
    record_event(
        db,
        by=by,
        action="record_course_run",
        object_kind="course",
        object_key=course.code,
        about=results,
        completed_on=completed_on.isoformat(),
        present=len(present),
        absent=len(results) - len(present),
    )
    return records


def confirm_completion(
    db: Session, *, by: Actor, submission: UUID | None = None, training_record_id: int
) -> TrainingRecord:
    """A completion that the person sent in now counts. `training_record_id` is the version that was looked at: raises
    Conflict when it was changed meanwhile. Never one's own."""
    by = acting(db, by, submission)
    former = _found(db, by, training_record_id, Action.CONFIRM)
    if former.is_confirmed:
        raise Conflict("This is already confirmed.")
    record = next_version(db, by, former, is_confirmed=True)
    close_place(
        db, by, record.staff_id, db.get_one(Course, record.course_id), record.completed_on, BookingState.ATTENDED
    )
    record_event(
        db,
        by=by,
        action="confirm_completion",
        object_kind="training_record",
        object_key=record.record_id,
        about=[record.staff_id],
    )
    return record


def correct_completion(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    training_record_id: int,
    reason: str,
    completed_on: date,
    result: TrainingResult,
    printed_expiry_on: date | None = None,
    certificate: str = "",
    course_version: int | None = None,
) -> TrainingRecord:
    """A new version with other facts, and the reason. `training_record_id` is the version that was looked at.
    `course_version`: None leaves it as it is, or moves it with the day."""
    by = acting(db, by, submission)
    former = _found(db, by, training_record_id, Action.UPDATE)
    course = db.get_one(Course, former.course_id)
    problems = _problems(completed_on, printed_expiry_on, certificate) | _reason_problem(reason)
    problems |= _version_problem(course, course_version)
    twin = _twin(db, former.staff_id, course, completed_on)
    if twin is not None and twin.record_id != former.record_id:
        problems["completed_on"] = _said_twice(course, twin)
    if problems:
        raise InvalidRecord(**problems)
    record = next_version(
        db,
        by,
        former,
        reason,
        completed_on=completed_on,
        result=result,
        printed_expiry_on=printed_expiry_on,
        certificate=certificate.strip(),
        course_version=course_version or _same_version(course, former, completed_on),
    )
    record_event(
        db,
        by=by,
        action="correct_completion",
        object_kind="training_record",
        object_key=record.record_id,
        about=[record.staff_id],
        completed_on=completed_on.isoformat(),
    )
    return record


def void_completion(
    db: Session, *, by: Actor, submission: UUID | None = None, training_record_id: int, reason: str
) -> TrainingRecord:
    """The record never counted: it stays, with the reason and its author. Whoever may confirm what a person sent in
    may also send it back this way."""
    by = acting(db, by, submission)
    former = _found_to_void(db, by, training_record_id)
    if problems := _reason_problem(reason):
        raise InvalidRecord(**problems)
    record = next_version(db, by, former, reason, is_void=True)
    record_event(
        db,
        by=by,
        action="void_completion",
        object_kind="training_record",
        object_key=record.record_id,
        about=[record.staff_id],
    )
    return record


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _found(db: Session, by: Actor, training_record_id: int, action: Action) -> TrainingRecord:
    record = db.get(TrainingRecord, training_record_id)
    if record is None:
        raise NotAllowed
    if record.staff_id == by.staff_id:
        raise NotAllowed(NOT_YOUR_OWN)
    check_about(db, by, Object.TRAINING_RECORD, action, record.staff_id)
    return record


def _found_to_void(db: Session, by: Actor, training_record_id: int) -> TrainingRecord:
    record = db.get(TrainingRecord, training_record_id)
    waits = record is not None and not record.is_confirmed
    if record is not None and waits and may_about(db, by, Object.TRAINING_RECORD, Action.CONFIRM, record.staff_id):
        return _found(db, by, training_record_id, Action.CONFIRM)
    return _found(db, by, training_record_id, Action.VOID)


def _problems(completed_on: date, printed_expiry_on: date | None, certificate: str) -> dict[str, str]:
    return completion_problems(completed_on, printed_expiry_on, certificate, today())


def _version_problem(course: Course, version: int | None) -> dict[str, str]:
    if version is None or 1 <= version <= course.version:
        return {}
    return {"course_version": f"{course.title} has {words.count(course.version, 'version')}."}


def _taught(course: Course, on: date) -> int:
    return version_taught(course.version, course.version_from, on)


def _same_version(course: Course, former: TrainingRecord, completed_on: date) -> int:
    """A version that somebody chose stays; one that followed from the day follows the corrected day."""
    followed = former.course_version == _taught(course, former.completed_on)
    return _taught(course, completed_on) if followed else former.course_version


def _reason_problem(reason: str) -> dict[str, str]:
    if not reason.strip():
        return {"reason": "Say why."}
    return {"reason": f"At most {LONGEST_REASON} characters."} if len(reason.strip()) > LONGEST_REASON else {}


def _twin(db: Session, staff_id: int, course: Course, completed_on: date) -> TrainingRecord | None:
    """The same person, course and day: once, whether it is confirmed or waits."""
    return db.exec(
        select(TrainingRecord).where(
            TrainingRecord.staff_id == staff_id,
            TrainingRecord.course_id == course.id,
            TrainingRecord.completed_on == completed_on,
            current(TrainingRecord),
        )
    ).first()


def _said_twice(course: Course, twin: TrainingRecord) -> str:
    state = "is already recorded" if twin.is_confirmed else "was sent in and waits to be confirmed"
    return f"{course.title} of {words.day(twin.completed_on)} {state}."


def _store(
    db: Session,
    by: Actor,
    staff_id: int,
    course: Course,
    completed_on: date,
    result: TrainingResult,
    printed_expiry_on: date | None,
    certificate: str,
    course_version: int | None,
) -> TrainingRecord:
    is_confirmed = staff_id != by.staff_id
    record = TrainingRecord(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        staff_id=staff_id,
        course_id=course.id or 0,
        completed_on=completed_on,
        result=result,
        printed_expiry_on=printed_expiry_on if result is not TrainingResult.ASKED_TO_REPEAT else None,
        certificate=certificate.strip(),
        course_version=course_version or _taught(course, completed_on),
        is_confirmed=is_confirmed,
    )
    db.add(record)
    db.flush()
    if is_confirmed:
        close_place(db, by, staff_id, course, completed_on, BookingState.ATTENDED)
    return record
