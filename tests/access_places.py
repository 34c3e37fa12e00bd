"""Course runs, places and trainers: how the access test tries each function."""

from typing import Any

from sqlmodel import Session, select

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.models import BookingState, CourseRun, CourseTrainer, TrainerRole
from tcsuper.queries import places as places_query
from tcsuper.queries.tasks import places as place_tasks
from tcsuper.services import course_runs, places
from tests.access_case import ANYBODY, Case
from tests.access_stage import Stage, stored
from tests.runs import stored_place, stored_run

COURSE = "first_aid"
SUBJECTS = ("Ben", "Cai", "Asha")


def _nominated(db: Session, cast: Stage, subject: str, state: BookingState = BookingState.NOMINATED) -> int:
    return stored_place(db, stored_run(db, cast.courses[COURSE]), cast.id(subject), state)


def _seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    """By name: others' places are a count."""
    _nominated(db, cast, subject)
    runs = places_query.runs_seen(db, viewer=by, since=today())
    assert [run.waiting for run in runs] == [1], "the run itself is everybody's to read"
    return any(one.person == subject for run in runs for one in run.people)


def _to_book_again(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    run = stored_run(db, cast.courses[COURSE], cancelled_at=now(), cancel_reason="The trainer is ill")
    stored_place(db, run, cast.id(subject), BookingState.CANCELLED)
    runs = places_query.runs_seen(db, viewer=by, since=today())
    return any(one.place.person == subject for one in places_query.to_book_again(db, viewer=by, runs=runs))


def _tasks(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _nominated(db, cast, subject, BookingState.OFFERED)
    return bool(place_tasks.tasks(db, viewer=by))


def _place(attempt: Any, **other: Any) -> Case:
    return Case(Object.TRAINING_RECORD, Action.CREATE, attempt, subjects=SUBJECTS, **other)


def _run(action: Action, attempt: Any) -> Case:
    return Case(Object.COURSE_RUN, action, attempt, subjects=ANYBODY)


def _change(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    run = stored_run(db, cast.courses[COURSE])
    return course_runs.change_run(db, by=by, run_id=run.id or 0, version=run.row_version or 0, capacity=12)


def _cancel(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    run = stored_run(db, cast.courses[COURSE])
    return course_runs.cancel_run(db, by=by, run_id=run.id or 0, reason="The trainer is away")


def _teach(db: Session, by: Actor, **who: Any) -> CourseTrainer:
    facts: dict[str, Any] = dict(course_code=COURSE, role=TrainerRole.TRAINER, start_on=today())
    return course_runs.add_trainer(db, by=by, **facts, **who)


def _end_trainer(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    facts: dict[str, Any] = dict(course_id=cast.courses[COURSE], role=TrainerRole.TRAINER, start_on=today())
    trainer = stored(db, CourseTrainer(name="Somebody from elsewhere", **facts))
    return course_runs.end_trainer(db, by=by, trainer_id=trainer, end_on=today())


def _run_read(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    stored_run(db, cast.courses[COURSE], place="Room 4")
    assert len(db.exec(select(CourseRun)).all()) == 1
    return len(places_query.runs_seen(db, viewer=by, since=today())) == 1


def _trainer_read(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    facts: dict[str, Any] = dict(course_id=cast.courses[COURSE], role=TrainerRole.TRAINER, start_on=today())
    stored(db, CourseTrainer(name="Somebody from elsewhere", **facts))
    return len(places_query.trainers_seen(db, viewer=by, on=today())) == 1


def _not_oneself(actor: str, subject: str) -> bool:
    return actor != subject


CASES: dict[str, Case] = {
    "services.places.book_place": _place(
        lambda db, by, cast, subject: places.book_place(
            db, by=by, staff_id=cast.id(subject), course_code=COURSE, runs_on=today()
        )
    ),
    "services.places.book_run": _place(
        lambda db, by, cast, subject: places.book_run(
            db, by=by, staff_ids=[cast.id(subject)], course_code=COURSE, runs_on=today()
        ),
        only=_not_oneself,
    ),
    "services.places.confirm_place": _place(
        lambda db, by, cast, subject: places.confirm_place(db, by=by, booking_id=_nominated(db, cast, subject)),
        only=_not_oneself,
    ),
    "services.places.withdraw_place": _place(
        lambda db, by, cast, subject: places.withdraw_place(
            db, by=by, booking_id=_nominated(db, cast, subject), reason="Cannot come"
        )
    ),
    "services.places.mark_did_not_attend": _place(
        lambda db, by, cast, subject: places.mark_did_not_attend(
            db, by=by, booking_id=_nominated(db, cast, subject, BookingState.CONFIRMED)
        ),
        only=_not_oneself,
    ),
    "services.course_runs.add_run": _run(
        Action.CREATE,
        lambda db, by, cast, subject: course_runs.add_run(db, by=by, course_code=COURSE, runs_on=today()),
    ),
    "services.course_runs.change_run": _run(Action.UPDATE, _change),
    "services.course_runs.cancel_run": _run(Action.UPDATE, _cancel),
    "services.course_runs.add_trainer": _run(
        Action.CREATE, lambda db, by, cast, subject: _teach(db, by, name="Somebody from elsewhere")
    ),
    "services.course_runs.end_trainer": _run(Action.UPDATE, _end_trainer),
    "queries.places.runs_seen": _place(_seen),
    "queries.places.runs_seen/the run": _run(Action.READ, _run_read),
    "queries.places.to_book_again": _place(_to_book_again),
    "queries.places.trainers_seen": _run(Action.READ, _trainer_read),
    "queries.tasks.places.tasks": _place(_tasks),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "services.places.close_place": "called by services that have checked",
    "services.places.withdraw_all": "called by services that have checked",
    "services.places.name_of": "called by services that have checked",
    "services.course_runs.course_named": "by the code it is given",
    "services.course_runs.run_of_day": "called by services that have checked",
    "services.course_runs.reason_problem": "about the text it is given",
    "services.freed_places.held_run": "called by services that have checked",
    "services.freed_places.bookings_on": "called by services that have checked",
    "services.freed_places.free_on": "called by services that have checked",
    "services.freed_places.offer_free_places": "called by services that have checked",
    "services.freed_places.next_state": "called by services that have checked",
    "services.freed_places.record_place": "called by services that have checked",
    "queries.places.posts_ended_before": "called by code that has chosen the people",
}
