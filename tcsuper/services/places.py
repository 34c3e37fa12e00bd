"""Places on course runs to come: asked for, booked, confirmed, given up.

What a person asks for themselves is a nomination, until somebody else confirms it. What a manager books for somebody
else is a place at once.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Booking, BookingState, Course, Staff

TAKEN = (BookingState.NOMINATED, BookingState.CONFIRMED)


def book_place(
    db: Session, *, by: Actor, submission: UUID | None = None, staff_id: int, course_code: str, runs_on: date
) -> Booking:
    """A place on a run: confirmed when a manager books it for somebody else, a nomination when it is one's own."""
    by = acting(db, by, submission)
    check_about(db, by, Object.TRAINING_RECORD, Action.CREATE, staff_id)
    course = course_named(db, course_code)
    problems = {}
    if runs_on < today():
        problems["runs_on"] = f"{words.day(runs_on)} is over. Enter who attended instead."
    if _places(db, staff_id, course, runs_on):
        problems["staff_id"] = f"{name_of(db, staff_id)} already has a place on {words.day(runs_on)}."
    if problems:
        raise InvalidRecord(**problems)
    state = BookingState.NOMINATED if staff_id == by.staff_id else BookingState.CONFIRMED
    booking = Booking(staff_id=staff_id, course_id=course.id or 0, runs_on=runs_on, state=state, booked_at=now())
    db.add(booking)
    db.flush()
    _record_place(db, by, "book_place", booking)
    return booking


def book_run(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_ids: Sequence[int],
    course_code: str,
    runs_on: date,
) -> list[Booking]:
    """Places on one run for several people, all or none. Never one's own: that is asked for, and confirmed by
    somebody else."""
    by = acting(db, by, submission)
    for staff_id in staff_ids:
        check_about(db, by, Object.TRAINING_RECORD, Action.CREATE, staff_id)
    if by.staff_id in staff_ids:
        raise NotAllowed("You cannot book your own place. Ask for it, and somebody else confirms it.")
    course = course_named(db, course_code)
    problems = {}
    if not staff_ids:
        problems["staff_ids"] = "Choose at least one person."
    if runs_on < today():
        problems["runs_on"] = f"{words.day(runs_on)} is over. Enter who attended instead."
    placed = [name_of(db, staff_id) for staff_id in staff_ids if _places(db, staff_id, course, runs_on)]
    if placed:
        have = "already has a place" if len(placed) == 1 else "already have places"
        problems["staff_ids"] = f"{words.listed(placed)} {have} on {words.day(runs_on)}."
    if problems:
        raise InvalidRecord(**problems)
    confirmed = BookingState.CONFIRMED
    bookings = [
        Booking(staff_id=one, course_id=course.id or 0, runs_on=runs_on, state=confirmed, booked_at=now())
        for one in sorted(set(staff_ids))
    ]
    db.add_all(bookings)
    db.flush()
    record_event(
        db,
        by=by,
        action="book_run",
        object_kind="booking",
        object_key=f"{course_code} {runs_on.isoformat()}",
        about=[one.staff_id for one in bookings],
        course=course_code,
        runs_on=runs_on.isoformat(),
    )
    return bookings


def confirm_place(db: Session, *, by: Actor, submission: UUID | None = None, booking_id: int) -> Booking:
    """A nomination becomes a place. Never one's own."""
    by = acting(db, by, submission)
    booking = _found_place(db, by, booking_id)
    if booking.staff_id == by.staff_id:
        raise NotAllowed("You cannot confirm your own place. Ask another manager.")
    if booking.state is not BookingState.NOMINATED:
        raise Conflict("This nomination was answered meanwhile.")
    booking.state, booking.booked_at = BookingState.CONFIRMED, now()
    _record_place(db, by, "confirm_place", booking)
    return booking


def withdraw_place(db: Session, *, by: Actor, submission: UUID | None = None, booking_id: int) -> Booking:
    """The place is given up. A confirmed place of one's own is for a manager to withdraw."""
    by = acting(db, by, submission)
    booking = _found_place(db, by, booking_id)
    if booking.state not in TAKEN:
        raise Conflict("This place was given up or used meanwhile.")
    if booking.staff_id == by.staff_id and booking.state is BookingState.CONFIRMED:
        raise NotAllowed("Your place is confirmed: ask your manager to withdraw it.")
    booking.state = BookingState.WITHDRAWN
    _record_place(db, by, "withdraw_place", booking)
    return booking


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _places(db: Session, staff_id: int, course: Course, runs_on: date) -> list[Booking]:
    return list(
        db.exec(
            select(Booking).where(
                Booking.staff_id == staff_id,
                Booking.course_id == course.id,
                Booking.runs_on == runs_on,
                col(Booking.state).in_(TAKEN),
            )
        )
    )


def close_place(db: Session, staff_id: int, course: Course, runs_on: date, state: BookingState) -> None:
    """The place is used, or given up. Called by services that have checked."""
    for booking in _places(db, staff_id, course, runs_on):
        booking.state = state


def _found_place(db: Session, by: Actor, booking_id: int) -> Booking:
    booking = db.get(Booking, booking_id)
    if booking is None:
        raise NotAllowed
    check_about(db, by, Object.TRAINING_RECORD, Action.CREATE, booking.staff_id)
    return booking


def _record_place(db: Session, by: Actor, action: str, booking: Booking) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="booking",
        object_key=booking.id,
        about=[booking.staff_id],
        course_id=booking.course_id,
        runs_on=booking.runs_on.isoformat(),
        state=booking.state.value,
    )


def course_named(db: Session, code: str) -> Course:
    """The course with this code. Raises InvalidRecord where it was not chosen from the list. No service of its own."""
    course = db.exec(select(Course).where(Course.code == code)).first()
    if course is None:
        raise InvalidRecord(course_code="Choose a course from the list.")
    return course


def name_of(db: Session, staff_id: int) -> str:
    """For a sentence about somebody that the caller has checked. No service of its own."""
    return db.scalar(sa.select(col(Staff.full_name)).where(col(Staff.id) == staff_id)) or ""
