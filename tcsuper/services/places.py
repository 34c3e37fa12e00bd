"""Places on course runs to come: asked for, booked, offered, confirmed, given up.

What a person asks for themselves is a nomination, until somebody else confirms it. What a manager books for somebody
else is a place at once, while there is one; beyond the run's capacity it is a nomination that waits in the order of
asking. `freed_places.py` says who is offered a place that becomes free.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about, people_within
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import HAS_A_PLACE, Booking, BookingState, Course, CourseRun, Staff
from tcsuper.queries.evidence import current
from tcsuper.queries.places import posts_ended_before
from tcsuper.rules.places import OPEN, has_room
from tcsuper.services.course_runs import course_named, reason_problem, run_of_day
from tcsuper.services.evidence import check_current
from tcsuper.services.freed_places import (
    bookings_on,
    free_on,
    held_run,
    next_state,
    offer_free_places,
    record_place,
)

ANSWERED = "This place was answered, given up or used meanwhile."


@dataclass(frozen=True)
class GivenUp:
    """A place given up, and to how many people what it freed was offered: by name only those whom whoever gave it up
    may see."""

    booking: Booking
    offered: int
    offered_to: list[str]


def book_place(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    run_id: int | None = None,
    course_code: str = "",
    runs_on: date | None = None,
) -> Booking:
    """A place on a prepared run, or on the run of a course and day. Confirmed when a manager books it for somebody else
    and there is room; else a nomination, as is everybody's own."""
    by = acting(db, by, submission)
    check_about(db, by, Object.TRAINING_RECORD, Action.CREATE, staff_id)
    run = _run_to_come(db, run_id, course_code, runs_on)
    if sentence := _why_not(db, run, [staff_id]):
        raise InvalidRecord(staff_id=sentence)
    is_place = staff_id != by.staff_id and has_room(free_on(db, run))
    booking = _placed(db, by, staff_id, run, BookingState.CONFIRMED if is_place else BookingState.NOMINATED)
    record_place(db, by, "book_place", booking, run)
    return booking


def book_run(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_ids: Sequence[int],
    run_id: int | None = None,
    course_code: str = "",
    runs_on: date | None = None,
) -> list[Booking]:
    """Places on one run for several people, all or none: in the order given, and beyond its capacity they wait. Never
    one's own: that is asked for, and confirmed by somebody else."""
    by = acting(db, by, submission)
    for staff_id in staff_ids:
        check_about(db, by, Object.TRAINING_RECORD, Action.CREATE, staff_id)
    if by.staff_id in staff_ids:
        raise NotAllowed("You cannot book your own place. Ask for it, and somebody else confirms it.")
    if not staff_ids:
        raise InvalidRecord(staff_ids="Choose at least one person.")
    run = _run_to_come(db, run_id, course_code, runs_on)
    if sentence := _why_not(db, run, staff_ids):
        raise InvalidRecord(staff_ids=sentence)
    free, people = free_on(db, run), list(dict.fromkeys(staff_ids))
    bookings = [
        _placed(db, by, one, run, BookingState.CONFIRMED if free is None or n < free else BookingState.NOMINATED)
        for n, one in enumerate(people)
    ]
    record_event(
        db,
        by=by,
        action="book_run",
        object_kind="course_run",
        object_key=run.id,
        about=people,
        course_id=run.course_id,
        runs_on=run.runs_on.isoformat(),
        confirmed=sum(one.state is BookingState.CONFIRMED for one in bookings),
        waiting=sum(one.state is BookingState.NOMINATED for one in bookings),
    )
    return bookings


def confirm_place(db: Session, *, by: Actor, submission: UUID | None = None, booking_id: int) -> Booking:
    """An offer, or a nomination while there is room, becomes a place. Never one's own. `booking_id`: the version that
    was looked at."""
    by = acting(db, by, submission)
    booking, run = _found_place(db, by, booking_id)
    if booking.staff_id == by.staff_id:
        raise NotAllowed("You cannot confirm your own place. Ask another manager.")
    check_current(db, booking, by)
    if booking.state not in (BookingState.NOMINATED, BookingState.OFFERED):
        raise Conflict(ANSWERED)
    if run.runs_on < today():
        raise Conflict(_is_over(run.runs_on))
    if sentence := _has_left(db, run, [booking.staff_id]):
        raise InvalidRecord(staff_id=sentence)
    if booking.state is BookingState.NOMINATED and not has_room(free_on(db, run)):
        raise Conflict("Every place is taken. The next one that becomes free is offered to whoever asked first.")
    booking = next_state(db, by, booking, BookingState.CONFIRMED)
    record_place(db, by, "confirm_place", booking, run)
    return booking


def withdraw_place(db: Session, *, by: Actor, submission: UUID | None = None, booking_id: int, reason: str) -> GivenUp:
    """A place given up, an offer declined, a nomination taken back, with the reason; what becomes free is offered to
    the next who waits. A confirmed place of one's own is for a manager to withdraw."""
    by = acting(db, by, submission)
    booking, run = _found_place(db, by, booking_id)
    check_current(db, booking, by)
    if booking.state not in OPEN:
        raise Conflict(ANSWERED)
    if booking.staff_id == by.staff_id and booking.state is BookingState.CONFIRMED:
        raise NotAllowed("Your place is confirmed: ask your manager to withdraw it.")
    if problems := reason_problem(reason):
        raise InvalidRecord(**problems)
    booking = next_state(db, by, booking, BookingState.WITHDRAWN, reason)
    record_place(db, by, "withdraw_place", booking, run)
    offers = offer_free_places(db, by, run)
    return GivenUp(booking, len(offers), _names_seen(db, by, [one.staff_id for one in offers]))


def mark_did_not_attend(db: Session, *, by: Actor, submission: UUID | None = None, booking_id: int) -> Booking:
    """Somebody with a place on a run that has been held was not there. Never one's own."""
    by = acting(db, by, submission)
    booking, run = _found_place(db, by, booking_id)
    if booking.staff_id == by.staff_id:
        raise NotAllowed("Your manager enters who attended.")
    check_current(db, booking, by)
    if booking.state not in HAS_A_PLACE:
        raise Conflict(ANSWERED)
    if run.runs_on > today():
        raise InvalidRecord(booking=f"The run is on {words.day(run.runs_on)}. Withdraw the place instead.")
    booking = next_state(db, by, booking, BookingState.DID_NOT_ATTEND)
    record_place(db, by, "mark_did_not_attend", booking, run)
    return booking


def withdraw_all(db: Session, by: Actor, staff_id: int, after: date) -> int:
    """Gives up every place, offer and nomination of somebody who is gone after a day, and offers on what becomes free.
    Gives how many. Called by services that have checked."""
    open_after = sa.select(col(CourseRun.id)).where(
        col(CourseRun.id).in_(_runs_with_open_place(staff_id)), col(CourseRun.runs_on) > after
    )
    runs = [held_run(db, run_id or 0) for run_id in db.scalars(open_after.order_by(col(CourseRun.id)))]
    withdrawn = 0
    for run in runs:
        for booking in bookings_on(db, run):
            if booking.staff_id == staff_id and booking.state in OPEN:
                reason = f"In post until {words.day(after)}."
                given_up = next_state(db, by, booking, BookingState.WITHDRAWN, reason)
                record_place(db, by, "withdraw_place", given_up, run)
                withdrawn += 1
        offer_free_places(db, by, run)
    return withdrawn


def close_place(db: Session, by: Actor, staff_id: int, course: Course, on: date, state: BookingState) -> None:
    """The place on the run of that day is used, or was not. Called by services that have checked. Whoever only waited
    is left waiting when they were not there, and where every place of a run is taken: its capacity holds."""
    of_day = select(CourseRun.id).where(
        CourseRun.course_id == course.id,
        CourseRun.runs_on <= on,
        sa.func.coalesce(CourseRun.last_on, CourseRun.runs_on) >= on,
    )
    for run in [held_run(db, run_id or 0) for run_id in db.exec(of_day.order_by(col(CourseRun.id)))]:
        for booking in bookings_on(db, run):
            waited = booking.state is BookingState.NOMINATED
            came_anyway = waited and state is BookingState.ATTENDED and has_room(free_on(db, run))
            if booking.staff_id == staff_id and (booking.state in HAS_A_PLACE or came_anyway):
                next_state(db, by, booking, state)


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _run_to_come(db: Session, run_id: int | None, course_code: str, runs_on: date | None) -> CourseRun:
    """Held, not cancelled and not over. Raises InvalidRecord."""
    if run_id is None:
        course = course_named(db, course_code)
        if runs_on is None:
            raise InvalidRecord(runs_on="Choose the day of the run.")
        if runs_on < today():
            raise InvalidRecord(runs_on=_is_over(runs_on))
        return run_of_day(db, course, runs_on)
    run = held_run(db, run_id)
    if run.cancelled_at is not None:
        raise InvalidRecord(run_id=f"The provider cancelled the run of {words.day(run.runs_on)}.")
    if run.runs_on < today():
        raise InvalidRecord(run_id=_is_over(run.runs_on))
    return run


def _is_over(runs_on: date) -> str:
    return f"{words.day(runs_on)} is over. Enter who attended instead."


def _why_not(db: Session, run: CourseRun, staff_ids: Sequence[int]) -> str:
    """Why these people cannot be booked on the run, if they cannot."""
    taken = {one.staff_id for one in bookings_on(db, run) if one.state in (*OPEN, BookingState.ATTENDED)}
    if placed := [name_of(db, staff_id) for staff_id in dict.fromkeys(staff_ids) if staff_id in taken]:
        have = "already has a place" if len(placed) == 1 else "already have places"
        return f"{words.listed(placed)} {have}, or waits for one, on {words.day(run.runs_on)}."
    return _has_left(db, run, staff_ids)


def _has_left(db: Session, run: CourseRun, staff_ids: Sequence[int]) -> str:
    gone = posts_ended_before(db, staff_ids, run.runs_on)
    named = [name_of(db, staff_id) for staff_id in dict.fromkeys(staff_ids) if staff_id in gone]
    return f"{words.listed(named)} will have left by {words.day(run.runs_on)}." if named else ""


def _placed(db: Session, by: Actor, staff_id: int, run: CourseRun, state: BookingState) -> Booking:
    """A first booking of the run, or the next version of the one given up before."""
    former = db.exec(
        select(Booking).where(Booking.staff_id == staff_id, Booking.run_id == run.id, current(Booking))
    ).first()
    if former is not None:
        return next_state(db, by, former, state, asked_at=now())
    booking = Booking(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        staff_id=staff_id,
        run_id=run.id or 0,
        state=state,
        asked_at=now(),
    )
    db.add(booking)
    db.flush()
    return booking


def _found_place(db: Session, by: Actor, booking_id: int) -> tuple[Booking, CourseRun]:
    """The version that was looked at, and its run, held."""
    booking = db.get(Booking, booking_id)
    if booking is None:
        raise NotAllowed
    check_about(db, by, Object.TRAINING_RECORD, Action.CREATE, booking.staff_id)
    return booking, held_run(db, booking.run_id)


def _runs_with_open_place(staff_id: int) -> sa.Select[int]:
    return sa.select(col(Booking.run_id)).where(
        col(Booking.staff_id) == staff_id, col(Booking.state).in_(OPEN), current(Booking)
    )


def _names_seen(db: Session, by: Actor, staff_ids: Sequence[int]) -> list[str]:
    within = people_within(by, Object.TRAINING_RECORD, Action.CREATE)
    seen = sa.select(col(Staff.full_name)).where(col(Staff.id).in_(staff_ids), col(Staff.id).in_(within))
    return list(db.scalars(seen.order_by(col(Staff.full_name))))


def name_of(db: Session, staff_id: int) -> str:
    """For a sentence about somebody that the caller has checked. No service of its own."""
    return db.scalar(sa.select(col(Staff.full_name)).where(col(Staff.id) == staff_id)) or ""
