"""What lapses in the year to come, and places on one run for several people."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, AuditSubject, Booking, BookingState, CourseRun
from tcsuper.queries.lapses import LapseLine, lapses_ahead, lapses_by_month
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.services.places import book_run
from tcsuper.services.training import record_completion
from tests.competence import add_courses
from tests.people import Cast, make_cast

NEXT_WEEK = today() + timedelta(days=7)


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_courses(db, made)
    return made


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def restrained(db: Session, cast: Cast, name: str, days_ago: int) -> None:
    on = today() - timedelta(days=days_ago)
    asha = known(db, cast, "Asha")
    record_completion(db, by=asha, staff_id=cast.id(name), course_code="restraint", completed_on=on)


def restraint(db: Session, cast: Cast, viewer: str = "Asha") -> dict[str, LapseLine]:
    lines = lapses_ahead(db, viewer=known(db, cast, viewer), on=today())
    return {line.lapse.person: line for line in lines if line.lapse.what == "Control and restraint"}


def test_a_certificate_lapses_in_its_month_and_what_lapsed_is_late(db: Session, cast: Cast) -> None:
    restrained(db, cast, "Ben", 300)
    restrained(db, cast, "Bela", 400)
    seen = restraint(db, cast)
    assert seen["Ben"].lapse.due_on == add_months(today() - timedelta(days=300), 12)
    assert (seen["Ben"].lapse.is_late, seen["Bela"].lapse.is_late) == (False, True)
    assert "is valid until" in seen["Ben"].because and seen["Ben"].community == "Ashdown B"


def test_what_holds_for_longer_than_a_year_is_not_among_them(db: Session, cast: Cast) -> None:
    restrained(db, cast, "Ben", 0)
    until = add_months(today(), 12)
    asha = known(db, cast, "Asha")
    assert restraint(db, cast)["Ben"].lapse.due_on == until, "its edge included"
    shorter = lapses_ahead(db, viewer=asha, on=today(), months=11)
    assert not any(line.lapse.due_on == until for line in shorter)


def test_every_month_is_counted_once_and_what_is_late_in_this_one(db: Session, cast: Cast) -> None:
    restrained(db, cast, "Ben", 300)
    restrained(db, cast, "Bela", 800)
    frame = lapses_by_month(restraint(db, cast).values(), today())
    assert len(set(frame["month"])) == 13 and frame["count"].sum() == 2
    late = frame[frame["month"] == first_of_month(today())]
    assert late["count"].sum() == 1


def test_a_manager_sees_their_own_communities_and_an_officer_themselves(db: Session, cast: Cast) -> None:
    restrained(db, cast, "Ben", 300)
    assert "Ben" not in restraint(db, cast, "Carol")
    assert set(restraint(db, cast, "Ben")) == {"Ben"}


def test_two_people_are_booked_on_one_run_and_one_event_says_so(db: Session, cast: Cast) -> None:
    both = [cast.id("Ben"), cast.id("Bela")]
    restrained(db, cast, "Ben", 300)
    book_run(db, by=known(db, cast, "Asha"), staff_ids=both, course_code="restraint", runs_on=NEXT_WEEK)
    states = db.exec(select(Booking.state).join(CourseRun).where(CourseRun.runs_on == NEXT_WEEK)).all()
    assert states == [BookingState.CONFIRMED] * 2
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "book_run")).one()
    about = db.exec(select(AuditSubject.staff_id).where(AuditSubject.event_id == event.id)).all()
    assert sorted(about) == sorted(both)
    assert restraint(db, cast)["Ben"].lapse.is_booked


def test_a_run_is_booked_for_all_of_them_or_for_nobody(db: Session, cast: Cast) -> None:
    asha, run = known(db, cast, "Asha"), dict(course_code="restraint", runs_on=NEXT_WEEK)
    with pytest.raises(NotAllowed):
        book_run(db, by=asha, staff_ids=[cast.id("Ben"), cast.id("Cai")], **run)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed, match="your own place"):
        book_run(db, by=asha, staff_ids=[cast.id("Ben"), cast.id("Asha")], **run)  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord, match="at least one person"):
        book_run(db, by=asha, staff_ids=[], **run)  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord, match="is over"):
        book_run(db, by=asha, staff_ids=[cast.id("Ben")], course_code="restraint", runs_on=today() - timedelta(days=1))
    book_run(db, by=asha, staff_ids=[cast.id("Ben")], **run)  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord, match="Ben already has a place"):
        book_run(db, by=asha, staff_ids=[cast.id("Ben"), cast.id("Bela")], **run)  # type: ignore[arg-type]
    assert len(db.exec(select(Booking)).all()) == 1
