"""Runs of courses and places on them, stored without a service: for tests that need one in a certain state."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.models import Booking, BookingState, CourseRun


def stored_run(db: Session, course_id: int, runs_on: date | None = None, **facts: Any) -> CourseRun:
    """The run of that day (today), made where there is none."""
    runs_on = runs_on or today()
    run = db.exec(select(CourseRun).where(CourseRun.course_id == course_id, CourseRun.runs_on == runs_on)).first()
    if run is None:
        run = CourseRun(course_id=course_id, runs_on=runs_on, **facts)
        db.add(run)
        db.flush()
    return run


def stored_place(
    db: Session, run: CourseRun, staff_id: int, state: BookingState = BookingState.NOMINATED, at: datetime | None = None
) -> int:
    """The first version of a person's booking of a run."""
    at = at or now()
    booking = Booking(staff_id=staff_id, run_id=run.id or 0, state=state, asked_at=at, recorded_at=at)
    db.add(booking)
    db.flush()
    return booking.id or 0
