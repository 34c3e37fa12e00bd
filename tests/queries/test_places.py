"""Runs and places as each viewer sees them, what was known on a day, and what waits on the home page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from tcsuper import clock
from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.database import writing
from tcsuper.models import Booking, BookingState, CourseRun, Post, Staff, TrainerRole
from tcsuper.queries.completions import bookings_of
from tcsuper.queries.evidence import current
from tcsuper.queries.places import posts_ended_before, runs_seen, to_book_again, trainers_seen
from tcsuper.queries.standing import standings
from tcsuper.queries.tasks import places as place_tasks
from tcsuper.rules.standing import Status
from tcsuper.services.course_runs import add_run, add_trainer, cancel_run, end_trainer
from tcsuper.services.places import book_place, book_run, confirm_place, withdraw_place
from tcsuper.services.training import record_completion
from tests.competence import add_courses
from tests.people import LONG_AGO, Cast, add_plain_supervisor, make_cast
from tests.runs import stored_place, stored_run

NEXT_WEEK = today() + timedelta(days=7)


@pytest.fixture
def cast(database: str) -> Cast:
    with writing() as db:
        made = make_cast(db)
        add_courses(db, made)
        return made


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def place_of(db: Session, cast: Cast, name: str) -> int:
    mine = select(col(Booking.id)).where(Booking.staff_id == cast.id(name), current(Booking))
    return db.exec(mine).one() or 0


def full_run(db: Session, cast: Cast) -> int:
    """Ben has the one place; Cai (of another community) and Bela wait, in this order."""
    asha, carol = known(db, cast, "Asha"), known(db, cast, "Carol")
    run = add_run(db, by=asha, course_code="tcat_1", runs_on=NEXT_WEEK, place="Room 4", capacity=1).id or 0
    for by, name in ((asha, "Ben"), (carol, "Cai"), (asha, "Bela")):
        book_run(db, by=by, staff_ids=[cast.id(name)], run_id=run)
    return run


# ---------------------------------------------------------------------------------------------------------------------
# Who sees whom


@pytest.mark.parametrize(
    ("viewer", "names", "others"),
    [
        ("Asha", ["Ben", "Bela"], (0, 1)),
        ("Carol", ["Cai"], (1, 1)),
        ("Farah", ["Ben"], (0, 2)),
        ("Ben", ["Ben"], (0, 2)),
        ("Cai", ["Cai"], (1, 1)),
        ("Lena", [], (1, 2)),
        ("Dev", [], (1, 2)),
        ("Eve", [], (1, 2)),
        ("Jo", [], (1, 2)),
    ],
)
def test_places_are_seen_by_the_person_and_their_managers_and_others_are_a_count(
    cast: Cast, viewer: str, names: list[str], others: tuple[int, int]
) -> None:
    with writing() as db:
        if viewer == "Lena":
            add_plain_supervisor(db, cast)
        full_run(db, cast)
        run = runs_seen(db, viewer=known(db, cast, viewer), since=today())[0]
    assert [one.person for one in run.people] == names
    assert run.others == others
    assert run.taken_words == "1 of 1 place taken, 2 people waiting."


def test_the_line_is_numbered_over_everybody_in_it(cast: Cast) -> None:
    with writing() as db:
        full_run(db, cast)
        run = runs_seen(db, viewer=known(db, cast, "Asha"), since=today())[0]
    said = {one.person: run.sentence(one) for one in run.people}
    assert said["Bela"].endswith("number 2 in the order of asking.")


def test_a_day_that_nobody_prepared_goes_with_its_last_place(cast: Cast) -> None:
    with writing() as db:
        ben = known(db, cast, "Ben")
        book_place(db, by=ben, staff_id=ben.staff_id, course_code="tcat_1", runs_on=NEXT_WEEK)
        assert len(runs_seen(db, viewer=known(db, cast, "Carol"), since=today())) == 1
        withdraw_place(db, by=ben, booking_id=place_of(db, cast, "Ben"), reason="Asked by mistake")
        for name in ("Carol", "Ben"):
            assert runs_seen(db, viewer=known(db, cast, name), since=today()) == []
        assert db.exec(select(CourseRun)).one().runs_on == NEXT_WEEK
        add_run(db, by=known(db, cast, "Asha"), course_code="tcat_2", runs_on=NEXT_WEEK)
        seen = runs_seen(db, viewer=known(db, cast, "Carol"), since=today())
        assert [one.course_code for one in seen] == ["tcat_2"], "one that was entered stays, empty as it is"


@pytest.mark.parametrize(
    ("ended", "on", "gone"),
    [(None, 0, False), (0, 0, False), (0, 1, True), (-1, 0, True), (5, 5, False), (5, 6, True)],
)
def test_who_has_left_by_a_day(cast: Cast, ended: int | None, on: int, gone: bool) -> None:
    with writing() as db:
        post = db.exec(select(Post).where(Post.staff_id == cast.id("Ben"))).one()
        post.end_on = None if ended is None else today() + timedelta(days=ended)
        db.flush()
        people = [cast.id("Ben"), cast.id("Jo")]  # Jo never had a post, and so has not left one
        assert posts_ended_before(db, people, today() + timedelta(days=on)) == ({cast.id("Ben")} if gone else set())


# ---------------------------------------------------------------------------------------------------------------------
# What was so on a day, and what was known


@contextmanager
def on_day(on: date) -> Iterator[Session]:
    with pytest.MonkeyPatch.context() as patch:
        clock._moved_by.cache_clear()
        patch.setenv("TCSUPER_TODAY", on.isoformat())
        with writing() as db:
            yield db
    clock._moved_by.cache_clear()


def test_a_place_withdrawn_later_was_booked_until_then(cast: Cast) -> None:
    """Asked on 4 May, confirmed on 6 May, withdrawn on 10 May, booked anew on 12 May, cancelled on 14 May."""
    may, runs_on = [date(2026, 5, number + 1) for number in range(31)], date(2026, 6, 1)
    with on_day(may[3]) as db:
        ben = known(db, cast, "Ben")
        book_place(db, by=ben, staff_id=ben.staff_id, course_code="tcat_1", runs_on=runs_on)
    with on_day(may[5]) as db:
        run = confirm_place(db, by=known(db, cast, "Asha"), booking_id=place_of(db, cast, "Ben")).run_id
    with on_day(may[9]) as db:
        asha = known(db, cast, "Asha")
        withdraw_place(db, by=asha, booking_id=place_of(db, cast, "Ben"), reason="On nights")
    with on_day(may[11]) as db:
        book_place(db, by=known(db, cast, "Asha"), staff_id=cast.id("Ben"), run_id=run)
    with on_day(may[13]) as db:
        cancel_run(db, by=known(db, cast, "Carol"), run_id=run, reason="The trainer is ill")
    with writing() as db:
        ben_alone = [cast.id("Ben")]
        booked = {on.day for on in may if bookings_of(db, ben_alone, on)}
        assert booked == {6, 7, 8, 9, 12, 13}
        at_the_end = date(2026, 5, 31)
        assert {on.day for on in may if bookings_of(db, ben_alone, at_the_end, known_on=on)} == booked
        assert {on.day for on in may if bookings_of(db, ben_alone, on, known_on=at_the_end)} == booked
        tcat = {
            on.day: next(row for row in standings(db, ben_alone, on) if row.requirement == "TCAT 1").standing
            for on in (may[3], may[7], may[10], may[12], may[14])
        }
        at_once = [day for day, standing in tcat.items() if "1 June 2026" in standing.because + standing.next_step]
        assert at_once == [8, 13], {day: (one.status, one.because) for day, one in tcat.items()}


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (BookingState.NOMINATED, False),
        (BookingState.OFFERED, False),
        (BookingState.CONFIRMED, True),
        (BookingState.ATTENDED, True),
        (BookingState.DID_NOT_ATTEND, False),
        (BookingState.WITHDRAWN, False),
        (BookingState.CANCELLED, False),
    ],
)
def test_only_a_confirmed_place_counts_as_booked(cast: Cast, state: BookingState, counts: bool) -> None:
    with writing() as db:
        course = add_run(db, by=known(db, cast, "Asha"), course_code="tcat_3", runs_on=NEXT_WEEK).course_id
        stored_place(db, stored_run(db, course, NEXT_WEEK), cast.id("Ben"), state)
        assert (bookings_of(db, [cast.id("Ben")], today()) == {cast.id("Ben"): [("tcat_3", NEXT_WEEK)]}) is counts
        standing = next(row for row in standings(db, [cast.id("Ben")], today()) if row.requirement == "TCAT 3")
        assert (standing.standing.status is Status.BOOKED) is counts


# ---------------------------------------------------------------------------------------------------------------------
# Home


def titles(db: Session, cast: Cast, name: str) -> list[tuple[str, str]]:
    return [(task.word, task.title) for task in place_tasks.tasks(db, viewer=known(db, cast, name))]


def test_an_offer_waits_for_the_manager_and_is_told_to_the_person(cast: Cast) -> None:
    with writing() as db:
        full_run(db, cast)
        assert titles(db, cast, "Asha") == titles(db, cast, "Bela") == titles(db, cast, "Carol") == []
        withdraw_place(db, by=known(db, cast, "Farah"), booking_id=place_of(db, cast, "Ben"), reason="On nights")
        assert titles(db, cast, "Carol") == [("To confirm", "Cai · TCAT 1")]
        assert titles(db, cast, "Cai") == [("Offered", "TCAT 1")]
        for other in ("Asha", "Farah", "Ben", "Bela", "Dev"):
            assert titles(db, cast, other) == []
        confirm_place(db, by=known(db, cast, "Carol"), booking_id=place_of(db, cast, "Cai"))
        assert titles(db, cast, "Carol") == titles(db, cast, "Cai") == []


def test_what_somebody_asked_for_waits_for_their_manager_alone(cast: Cast) -> None:
    with writing() as db:
        ben = known(db, cast, "Ben")
        book_place(db, by=ben, staff_id=ben.staff_id, course_code="tcat_1", runs_on=NEXT_WEEK)
        for name in ("Asha", "Farah"):
            assert titles(db, cast, name) == [("To answer", "Ben · TCAT 1")]
        for name in ("Ben", "Carol", "Bela"):
            assert titles(db, cast, name) == []


def test_a_cancelled_run_is_told_until_there_is_another(cast: Cast) -> None:
    with writing() as db:
        run, asha = full_run(db, cast), known(db, cast, "Asha")
        cancel_run(db, by=asha, run_id=run, reason="The trainer is ill")
        assert titles(db, cast, "Ben") == [("Cancelled", "TCAT 1")]
        assert titles(db, cast, "Asha") == [("Cancelled", "Ben · TCAT 1"), ("Cancelled", "Bela · TCAT 1")]
        assert titles(db, cast, "Carol") == [("Cancelled", "Cai · TCAT 1")]
        task = place_tasks.tasks(db, viewer=known(db, cast, "Ben"))[0]
        assert task.reason.endswith(": The trainer is ill") and task.next_step == "Ask for a place on another run."
        given: dict[str, Any] = dict(course_code="tcat_1", runs_on=NEXT_WEEK + timedelta(days=3))
        book_place(db, by=asha, staff_id=cast.id("Bela"), **given)
        record_completion(db, by=asha, staff_id=cast.id("Ben"), course_code="tcat_1", completed_on=today())
        assert titles(db, cast, "Asha") == titles(db, cast, "Ben") == []
        db.exec(select(Post).where(Post.staff_id == cast.id("Cai"))).one().end_on = today() - timedelta(days=1)
        db.flush()
        runs = runs_seen(db, viewer=known(db, cast, "Carol"), since=today())
        assert to_book_again(db, viewer=known(db, cast, "Carol"), runs=runs) == []


# ---------------------------------------------------------------------------------------------------------------------
# Trainers


def test_trainers_and_assessors_are_named_to_everybody_while_they_are(cast: Cast) -> None:
    with writing() as db:
        given: dict[str, Any] = dict(by=known(db, cast, "Asha"), course_code="tcat_1", start_on=LONG_AGO)
        add_trainer(db, role=TrainerRole.ASSESSOR, name="Delyth Carrow", **given)
        ben = add_trainer(db, role=TrainerRole.TRAINER, staff_id=cast.id("Ben"), **given)
        seen = trainers_seen(db, viewer=known(db, cast, "Jo"), on=today())
        assert [(one.role, one.name, one.is_staff) for one in seen] == [
            (TrainerRole.TRAINER, "Ben", True),
            (TrainerRole.ASSESSOR, "Delyth Carrow", False),
        ]
        code = db.get_one(Staff, cast.id("Ben")).code
        coded = trainers_seen(db, viewer=known(db, cast, "Ivor"), on=today())
        assert [one.name for one in coded] == [code, "Delyth Carrow"], "an auditor finds nobody's name"
        end_trainer(db, by=known(db, cast, "Carol"), trainer_id=ben.id or 0, end_on=today())
        assert len(trainers_seen(db, viewer=known(db, cast, "Jo"), on=today())) == 2
        tomorrow = today() + timedelta(days=1)
        assert [one.name for one in trainers_seen(db, viewer=known(db, cast, "Jo"), on=tomorrow)] == ["Delyth Carrow"]
