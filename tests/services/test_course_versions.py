"""A course in a new version: who was trained on which, and what an older one is still worth."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord
from tcsuper.models import AuditEvent, Course, OverrideKind, Requirement, TrainingRecord, TrainingResult
from tcsuper.queries.completions import course_versions
from tcsuper.queries.standing import Row, standings
from tcsuper.queries.training import completions_seen
from tcsuper.rules.standing import Status
from tcsuper.rules.training import CourseStanding
from tcsuper.services.course_versions import set_course_version
from tcsuper.services.overrides import override_requirement
from tcsuper.services.training import correct_completion, record_completion, record_course_run
from tests.competence import add_courses
from tests.people import Cast, make_cast

LAST_WEEK, NEXT_WEEK = today() - timedelta(days=7), today() + timedelta(days=7)


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_courses(db, made)
    return made


def new_version(db: Session, cast: Cast, start_on: date | None = None, older_counts: bool = True) -> Course:
    asha = actor_for_staff(db, cast.id("Asha"))
    return set_course_version(
        db, by=asha, course_code="tcat_1", start_on=start_on or today(), older_counts=older_counts
    )


def complete(db: Session, cast: Cast, on: date = LAST_WEEK, **more: Any) -> TrainingRecord:
    asha = actor_for_staff(db, cast.id("Asha"))
    return record_completion(db, by=asha, staff_id=cast.id("Ben"), course_code="tcat_1", completed_on=on, **more)


def row(db: Session, cast: Cast, on: date, who: str = "Ben") -> Row:
    [found] = [one for one in standings(db, [cast.id(who)], on) if one.requirement == "TCAT 1"]
    return found


def test_a_completion_is_of_the_version_that_was_taught_that_day_unless_said_otherwise(db: Session, cast: Cast) -> None:
    assert complete(db, cast, LAST_WEEK - timedelta(days=1)).course_version == 1
    new_version(db, cast)
    assert complete(db, cast, LAST_WEEK).course_version == 1
    assert complete(db, cast, today()).course_version == 2
    assert complete(db, cast, LAST_WEEK - timedelta(days=3), course_version=2).course_version == 2
    [run] = record_course_run(
        db,
        by=actor_for_staff(db, cast.id("Asha")),
        course_code="tcat_1",
        completed_on=today(),
        results={cast.id("Bela"): TrainingResult.PASSED},
    )
    assert run.course_version == 2


@pytest.mark.parametrize("version", [0, 3, -1])
def test_there_is_no_version_beyond_the_present_one(db: Session, cast: Cast, version: int) -> None:
    new_version(db, cast)
    with pytest.raises(InvalidRecord) as refused:
        complete(db, cast, course_version=version)
    assert refused.value.problems == {"course_version": "TCAT 1 has 2 versions."}


def test_a_correction_keeps_a_chosen_version_and_moves_a_followed_one_with_the_day(db: Session, cast: Cast) -> None:
    new_version(db, cast)
    followed, chosen = (
        complete(db, cast, LAST_WEEK),
        complete(db, cast, LAST_WEEK - timedelta(days=9), course_version=2),
    )
    again: dict[str, Any] = dict(
        by=actor_for_staff(db, cast.id("Asha")), reason="Wrong day", result=TrainingResult.PASSED
    )
    moved = correct_completion(db, training_record_id=followed.id or 0, completed_on=today(), **again)
    kept = correct_completion(db, training_record_id=chosen.id or 0, completed_on=LAST_WEEK, **again)
    said = correct_completion(db, training_record_id=moved.id or 0, completed_on=today(), course_version=1, **again)
    assert (moved.course_version, kept.course_version, said.course_version) == (2, 2, 1)


def test_an_older_version_that_still_counts_changes_nothing(db: Session, cast: Cast) -> None:
    complete(db, cast)
    before = row(db, cast, NEXT_WEEK).standing
    new_version(db, cast, older_counts=True)
    assert row(db, cast, NEXT_WEEK).standing == before


def test_an_older_version_that_counts_no_more_gives_its_holders_as_long_as_a_starter(db: Session, cast: Cast) -> None:
    complete(db, cast)
    new_version(db, cast, NEXT_WEEK, older_counts=False)
    assert row(db, cast, NEXT_WEEK - timedelta(days=1)).standing.status is Status.UP_TO_DATE
    found = row(db, cast, NEXT_WEEK).standing
    assert isinstance(found, CourseStanding)
    assert (found.due_on, found.former_version) == (NEXT_WEEK + timedelta(days=90), 1)
    assert found.status is Status.DUE_SOON and "when it began to be asked" in found.because
    never = row(db, cast, NEXT_WEEK, "Bela").standing
    assert never.status is Status.OVERDUE, "whoever never had it is as late as before"
    complete(db, cast, today(), course_version=2)
    assert row(db, cast, NEXT_WEEK).standing.status is Status.UP_TO_DATE


def test_what_was_decided_for_a_person_stays_decided(db: Session, cast: Cast) -> None:
    asked = db.exec(select(Requirement).where(Requirement.title == "TCAT 1")).one()
    override_requirement(
        db,
        by=actor_for_staff(db, cast.id("Asha")),
        staff_id=cast.id("Ben"),
        requirement_id=asked.id or 0,
        kind=OverrideKind.WAIVED,
        reason="Trained in another service",
        start_on=today(),
    )
    new_version(db, cast, NEXT_WEEK, older_counts=False)
    assert row(db, cast, NEXT_WEEK).standing.status is Status.EXEMPT


def test_what_any_one_of_several_meets_goes_on_to_be_met_by_any_version(db: Session, cast: Cast) -> None:
    either = Requirement(
        kind="course",
        job_description_id=cast.officer,
        title="Either",
        terms={"any_of": ["tcat_1", "restraint"]},
        start_on=date(2020, 1, 1),
    )
    db.add(either)
    complete(db, cast)
    new_version(db, cast, older_counts=False)
    [found] = [one for one in standings(db, [cast.id("Ben")], today()) if one.requirement == "Either"]
    assert found.standing.status is Status.UP_TO_DATE and either.end_on is None


def test_one_version_after_another_and_none_in_the_past(db: Session, cast: Cast) -> None:
    with pytest.raises(InvalidRecord, match="begins today or later"):
        new_version(db, cast, LAST_WEEK)
    new_version(db, cast, NEXT_WEEK)
    with pytest.raises(InvalidRecord, match="Version 2 begins on"):
        new_version(db, cast, NEXT_WEEK + timedelta(days=1))


def test_who_set_it_and_what_the_record_shows(db: Session, cast: Cast) -> None:
    complete(db, cast)
    assert course_versions(db) == {}
    new_version(db, cast)
    assert {code: (one.version, one.version_from) for code, one in course_versions(db).items()} == {
        "tcat_1": (2, today())
    }
    seen = completions_seen(db, viewer=actor_for_staff(db, cast.id("Asha")), about=cast.id("Ben")).iloc[0]
    assert (seen["course_code"], seen["versions"], seen["course_version"]) == ("tcat_1", 2, 1)
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "set_course_version")).one()
    assert (event.object_key, event.detail["version"], event.detail["older_counts"]) == ("tcat_1", 2, True)
