"""Traineeships: begun and ended; their steps planned, done, put off, taken off."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    acting,
    check_about,
    check_can_keep_traineeship,
    check_not_in_training,
)
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Traineeship, TraineeStep, TraineeStepKind
from tcsuper.rules.trainees import DONE_WORDS
from tcsuper.services.evidence import next_version
from tcsuper.settings import service_list

LONGEST_TITLE = 200

# ---------------------------------------------------------------------------------------------------------------------
# Traineeships


def start_traineeship(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int | None,
    qualification: str,
    start_on: date | None,
    end_on: date | None = None,
) -> Traineeship:
    """Somebody trains for a qualification from a day on. Their supervisors come with agreements that say so."""
    by = acting(db, by, submission)
    if staff_id is None or start_on is None:
        missing = {"staff_id": (staff_id, "Choose who trains."), "start_on": (start_on, "Choose the first day.")}
        raise InvalidRecord(**{field: say for field, (value, say) in missing.items() if value is None})
    check_about(db, by, Object.TRAINEESHIP, Action.CREATE, staff_id)
    traineeship = Traineeship(
        staff_id=staff_id, qualification=" ".join(qualification.split()), start_on=start_on, end_on=end_on
    )
    problems = {}
    if not traineeship.qualification:
        problems["qualification"] = "Say which qualification they train for."
    elif len(traineeship.qualification) > LONGEST_TITLE:
        problems["qualification"] = f"At most {LONGEST_TITLE} characters fit here."
    if end_on is not None and end_on < start_on:
        problems["end_on"] = f"The traineeship would end before it starts, on {words.day(start_on)}."
    if other := _on_the_same_days(db, traineeship):
        until = f" to {words.day(other.end_on)}" if other.end_on else ""
        problems["start_on"] = (
            f"They already train for “{other.qualification}”, from {words.day(other.start_on)}{until}. "
            "Nobody is in two traineeships at once."
        )
    if problems:
        raise InvalidRecord(**problems)
    db.add(traineeship)
    db.flush()
    record_event(
        db,
        by=by,
        action="start_traineeship",
        object_kind="traineeship",
        object_key=traineeship.id,
        about=[staff_id],
        start_on=start_on.isoformat(),
    )
    return traineeship


def _on_the_same_days(db: Session, new: Traineeship) -> Traineeship | None:
    last_day = new.end_on and max(new.start_on, new.end_on)
    others = db.exec(select(Traineeship).where(Traineeship.staff_id == new.staff_id).order_by(col(Traineeship.id)))
    for other in others:
        ends_before = other.end_on is not None and other.end_on < new.start_on
        if not ends_before and (last_day is None or other.start_on <= last_day):
            return other
    return None


def end_traineeship(
    db: Session, *, by: Actor, submission: UUID | None = None, traineeship_id: int, end_on: date | None
) -> Traineeship:
    """Its last day: qualified, or given up. What was planned and done stays as it is."""
    by = acting(db, by, submission)
    traineeship = check_can_keep_traineeship(db, by, traineeship_id)
    if end_on is None:
        raise InvalidRecord(end_on="Choose the last day.")
    if end_on < traineeship.start_on:
        raise InvalidRecord(end_on=f"The traineeship began on {words.day(traineeship.start_on)}, after that day.")
    if (over_since := traineeship.end_on) is not None and over_since < today():
        raise NotAllowed(f"This traineeship is over since {words.day(over_since)}.")
    traineeship.end_on = end_on
    record_event(
        db,
        by=by,
        action="end_traineeship",
        object_kind="traineeship",
        object_key=traineeship_id,
        about=[traineeship.staff_id],
        end_on=end_on.isoformat(),
    )
    return traineeship


# ---------------------------------------------------------------------------------------------------------------------
# Steps


def plan_step(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    traineeship_id: int,
    kind: TraineeStepKind,
    title: str,
    core_role: str = "",
    due_on: date | None = None,
    done_on: date | None = None,
) -> TraineeStep:
    """A plan, a submission, a review or a sign-off: due, or entered as done already."""
    by = acting(db, by, submission)
    traineeship = check_can_keep_traineeship(db, by, traineeship_id)
    title, problems = " ".join(title.split()), {}
    if not title:
        problems["title"] = "Give it a name, for instance “Exemplar 1”."
    elif len(title) > LONGEST_TITLE:
        problems["title"] = f"At most {LONGEST_TITLE} characters fit here."
    if core_role and core_role not in service_list(db, "trainee_core_roles"):
        problems["core_role"] = "Choose a core role from the list."
    if due_on is None and done_on is None:
        problems["due_on"] = "Set the day it is due, or the day it was done."
    problems |= _problem_with_due(traineeship, due_on) | _problem_with_done(traineeship, done_on)
    if problems:
        raise InvalidRecord(**problems)
    if done_on is not None:
        _check_can_do(db, by, kind)
    step = TraineeStep(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        traineeship_id=traineeship_id,
        kind=kind,
        title=title,
        core_role=core_role,
        due_on=due_on,
        done_on=done_on,
    )
    db.add(step)
    db.flush()
    _record(db, by, "plan_trainee_step", traineeship, step)
    return step


def complete_step(
    db: Session, *, by: Actor, submission: UUID | None = None, step_id: int | None, done_on: date | None
) -> TraineeStep:
    """Done on a day, by the word of whoever records it. A sign-off is theirs. `step_id` is the version looked at:
    raises Conflict when it was changed meanwhile."""
    by = acting(db, by, submission)
    former, traineeship = _found(db, by, step_id)
    _check_open(former)
    _check_can_do(db, by, former.kind)
    if done_on is None:
        raise InvalidRecord(done_on="Choose the day on which it was done.")
    if problem := _problem_with_done(traineeship, done_on):
        raise InvalidRecord(**problem)
    step = next_version(db, by, former, done_on=done_on)
    _record(db, by, "complete_trainee_step", traineeship, step)
    return step


def put_off_step(
    db: Session, *, by: Actor, submission: UUID | None = None, step_id: int | None, due_on: date | None, reason: str
) -> TraineeStep:
    """Another day on which it is due, and why. The former day stays on the record."""
    by = acting(db, by, submission)
    former, traineeship = _found(db, by, step_id)
    _check_open(former)
    problems = _problem_with_due(traineeship, due_on) | _problem_with_reason(reason)
    if due_on is None or due_on == former.due_on:
        problems["due_on"] = "Choose another day than the one it is due on."
    if problems:
        raise InvalidRecord(**problems)
    step = next_version(db, by, former, reason, due_on=due_on)
    _record(db, by, "put_off_trainee_step", traineeship, step)
    return step


def take_off_step(
    db: Session, *, by: Actor, submission: UUID | None = None, step_id: int | None, reason: str
) -> TraineeStep:
    """Entered by mistake, or no longer asked for: it stays on the record, and counts no more."""
    by = acting(db, by, submission)
    former, traineeship = _found(db, by, step_id)
    if problem := _problem_with_reason(reason):
        raise InvalidRecord(**problem)
    step = next_version(db, by, former, reason, is_void=True)
    _record(db, by, "take_off_trainee_step", traineeship, step)
    return step


def _found(db: Session, by: Actor, step_id: int | None) -> tuple[TraineeStep, Traineeship]:
    if step_id is None:
        raise InvalidRecord(step_id="Choose a step.")
    step = db.get(TraineeStep, step_id)
    if step is None:
        raise NotAllowed
    return step, check_can_keep_traineeship(db, by, step.traineeship_id)


def _check_open(step: TraineeStep) -> None:
    if step.done_on is not None:
        done = DONE_WORDS[step.kind.value]
        raise NotAllowed(f"This is already recorded as {done} on {words.day(step.done_on)}. Take it off to correct it.")


def _check_can_do(db: Session, by: Actor, kind: TraineeStepKind) -> None:
    if kind is TraineeStepKind.SIGN_OFF:
        check_not_in_training(db, by)


def _problem_with_due(traineeship: Traineeship, due_on: date | None) -> dict[str, str]:
    if due_on is not None and due_on < traineeship.start_on:
        return {"due_on": f"The traineeship began on {words.day(traineeship.start_on)}, after that day."}
    return {}


def _problem_with_done(traineeship: Traineeship, done_on: date | None) -> dict[str, str]:
    if done_on is None:
        return {}
    if done_on > today():
        return {"done_on": "This day is still to come."}
    if done_on < traineeship.start_on:
        return {"done_on": f"The traineeship began on {words.day(traineeship.start_on)}, after that day."}
    return {}


def _problem_with_reason(reason: str) -> dict[str, str]:
    if not reason.strip():
        return {"reason": "Say why."}
    return {"reason": "At most 2,000 characters fit here."} if len(reason.strip()) > 2000 else {}


def _record(db: Session, by: Actor, action: str, traineeship: Traineeship, step: TraineeStep) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="trainee_step",
        object_key=step.record_id,
        about=[traineeship.staff_id],
        traineeship_id=traineeship.id,
        kind=step.kind.value,
        due_on=step.due_on.isoformat() if step.due_on else None,
        done_on=step.done_on.isoformat() if step.done_on else None,
    )
