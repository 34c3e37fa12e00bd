"""Runs of courses and who teaches them: what a therapy manager enters, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, BookingState, CourseRun, CourseTrainer, TrainerRole
from tcsuper.services.course_runs import add_run, add_trainer, cancel_run, change_run, end_trainer
from tests.competence import add_courses
from tests.people import LONG_AGO, Cast, make_cast
from tests.runs import stored_place

NEXT_WEEK, TOMORROW = today() + timedelta(days=7), today() + timedelta(days=1)


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_courses(db, made)
    return made


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def added(db: Session, cast: Cast, **other: Any) -> CourseRun:
    given: dict[str, Any] = dict(by=known(db, cast, "Asha"), course_code="tcat_1", runs_on=NEXT_WEEK, place="Room 4")
    return add_run(db, **given | other)


def changed(db: Session, cast: Cast, run: CourseRun, **other: Any) -> Any:
    given: dict[str, Any] = dict(by=known(db, cast, "Asha"), run_id=run.id, version=run.row_version, capacity=None)
    return change_run(db, **given | other)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"course_code": "nonsense"}, "course_code", "Choose a course"),
        ({"course_code": "nvq"}, "course_code", "is a qualification"),
        ({"runs_on": today() - timedelta(days=1)}, "runs_on", "is over"),
        ({"last_on": TOMORROW}, "last_on", "before the first"),
        ({"capacity": 0}, "capacity", "Between 1 and 500"),
        ({"capacity": 501}, "capacity", "Between 1 and 500"),
        ({"place": "x" * 121}, "place", "At most 120"),
        ({"provider": "x" * 121}, "provider", "At most 120"),
    ],
)
def test_what_cannot_be_a_run_is_said_at_its_field(
    db: Session, cast: Cast, typed: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(InvalidRecord) as refused:
        added(db, cast, **typed)
    assert list(refused.value.problems) == [field] and sentence in refused.value.problems[field]
    assert db.exec(select(CourseRun)).all() == []


def test_the_same_course_day_and_place_is_one_run(db: Session, cast: Cast) -> None:
    added(db, cast)
    with pytest.raises(InvalidRecord, match="already in the list"):
        added(db, cast, place="  Room   4 ")
    elsewhere = added(db, cast, place="Room 5")
    with pytest.raises(InvalidRecord, match="another run"):
        changed(db, cast, elsewhere, place="Room 4")
    assert len(db.exec(select(CourseRun)).all()) == 2


def test_a_run_is_changed_and_the_change_is_in_the_history_without_typed_words(db: Session, cast: Cast) -> None:
    run = added(db, cast)
    changed(db, cast, run, capacity=12, place="Hall", provider="Prison Service", last_on=NEXT_WEEK + timedelta(days=1))
    assert (run.capacity, run.place, run.provider) == (12, "Hall", "Prison Service")
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "change_run")).one()
    assert event.detail["capacity"] == 12 and "Hall" not in str(event.detail)


def test_a_run_that_somebody_attended_was_held_and_is_not_cancelled(db: Session, cast: Cast) -> None:
    run = added(db, cast)
    stored_place(db, run, cast.id("Ben"), BookingState.ATTENDED)
    with pytest.raises(Conflict, match="was held"):
        cancel_run(db, by=known(db, cast, "Asha"), run_id=run.id or 0, reason="The trainer is ill")


@pytest.mark.parametrize("reason", ["", " ", "x" * 401])
def test_a_cancellation_says_why(db: Session, cast: Cast, reason: str) -> None:
    run = added(db, cast)
    with pytest.raises(InvalidRecord):
        cancel_run(db, by=known(db, cast, "Asha"), run_id=run.id or 0, reason=reason)
    assert run.cancelled_at is None


def test_a_run_that_is_not_there_is_refused_in_the_words_for_that(db: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="no such record"):
        cancel_run(db, by=known(db, cast, "Asha"), run_id=999, reason="The trainer is ill")
    with pytest.raises(NotAllowed, match="no such record"):
        change_run(db, by=known(db, cast, "Asha"), run_id=999, version=1, capacity=2)


# ---------------------------------------------------------------------------------------------------------------------
# Trainers and assessors


def teach(db: Session, cast: Cast, **other: Any) -> CourseTrainer:
    given: dict[str, Any] = dict(by=known(db, cast, "Asha"), course_code="tcat_1", start_on=LONG_AGO)
    return add_trainer(db, **given | {"role": TrainerRole.TRAINER} | other)


def test_a_trainer_is_one_of_the_staff_or_a_name_from_elsewhere(db: Session, cast: Cast) -> None:
    for both_or_none in ({}, {"staff_id": cast.id("Ben"), "name": "Delyth Carrow"}, {"name": "  "}):
        with pytest.raises(InvalidRecord, match="one of the two"):
            teach(db, cast, **both_or_none)
    assert teach(db, cast, staff_id=cast.id("Ben")).name == ""
    assert teach(db, cast, name=" Delyth  Carrow ").name == "Delyth Carrow"


def test_staff_of_another_community_are_not_named_by_its_neighbour(db: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        teach(db, cast, staff_id=cast.id("Cai"))


def test_nobody_is_the_same_twice_at_a_time_but_may_begin_again(db: Session, cast: Cast) -> None:
    first = teach(db, cast, staff_id=cast.id("Ben"))
    with pytest.raises(InvalidRecord, match="already"):
        teach(db, cast, staff_id=cast.id("Ben"), start_on=today())
    teach(db, cast, staff_id=cast.id("Ben"), role=TrainerRole.ASSESSOR)
    end_trainer(db, by=known(db, cast, "Carol"), trainer_id=first.id or 0, end_on=today())
    with pytest.raises(InvalidRecord, match="already"):
        teach(db, cast, staff_id=cast.id("Ben"), start_on=today())
    teach(db, cast, staff_id=cast.id("Ben"), start_on=TOMORROW)


def test_a_part_ends_once_and_not_before_it_began(db: Session, cast: Cast) -> None:
    asha, trainer = known(db, cast, "Asha"), teach(db, cast, name="Delyth Carrow")
    with pytest.raises(InvalidRecord, match="They began on 15 January 2024"):
        end_trainer(db, by=asha, trainer_id=trainer.id or 0, end_on=LONG_AGO - timedelta(days=1))
    end_trainer(db, by=asha, trainer_id=trainer.id or 0, end_on=LONG_AGO)
    with pytest.raises(Conflict, match="ended on 15 January 2024"):
        end_trainer(db, by=asha, trainer_id=trainer.id or 0, end_on=today())
