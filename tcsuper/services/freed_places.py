"""A freed place goes to exactly one person: whoever asked first of those who wait.

Whoever gives, frees or counts places of a run holds its row first (`held_run`), so that two who do it at the same time
follow one another: on PostgreSQL by the lock, on SQLite since writers begin as writers. Called by services that have
checked.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from tcsuper.access import Actor
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import NotAllowed
from tcsuper.models import Booking, BookingState, CourseRun
from tcsuper.queries.evidence import current
from tcsuper.queries.places import posts_ended_before
from tcsuper.rules.places import free_places, offered_next
from tcsuper.services.evidence import check_current, version_after


def held_run(db: Session, run_id: int) -> CourseRun:
    """The run, held until this transaction ends and read anew: what was read of it before may be out of date."""
    held = select(CourseRun).where(CourseRun.id == run_id).with_for_update()
    run = db.exec(held.execution_options(populate_existing=True)).first()
    if run is None:
        raise NotAllowed
    return run


def bookings_on(db: Session, run: CourseRun) -> list[Booking]:
    """Everybody's, in the order of asking."""
    of_run = select(Booking).where(Booking.run_id == run.id, current(Booking))
    return list(db.exec(of_run.order_by(col(Booking.asked_at), col(Booking.id))))


def free_on(db: Session, run: CourseRun) -> int | None:
    return free_places(run.capacity, [one.state for one in bookings_on(db, run)])


def offer_free_places(db: Session, by: Actor, run: CourseRun) -> list[Booking]:
    """Each free place of a run to come is offered to the next who waits; whoever has left by then is passed over. Each
    offer is an event of its own: the one who gave a place up is not named together with the one who is offered it."""
    if run.cancelled_at is not None or run.runs_on < today():
        return []
    bookings = bookings_on(db, run)
    nominated = [one for one in bookings if one.state is BookingState.NOMINATED]
    gone = posts_ended_before(db, [one.staff_id for one in nominated], run.runs_on)
    waiting = [one for one in nominated if one.staff_id not in gone]
    free = free_places(run.capacity, [one.state for one in bookings])
    offers = [next_state(db, by, one, BookingState.OFFERED) for one in offered_next(waiting, free)]
    for offer in offers:
        record_place(db, by, "offer_place", offer, run)
    return offers


def next_state(
    db: Session, by: Actor, former: Booking, state: BookingState, reason: str = "", asked_at: datetime | None = None
) -> Booking:
    """The next version of a booking, stored. The reason is that of this state alone: a former one is not carried on.
    Raises Conflict when there is a newer version already."""
    check_current(db, former, by)
    newer = version_after(by, former, state=state, asked_at=asked_at or former.asked_at)
    newer.reason = reason.strip()
    db.add(newer)
    db.flush()
    return newer


def record_place(db: Session, by: Actor, action: str, booking: Booking, run: CourseRun) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="booking",
        object_key=booking.record_id,
        about=[booking.staff_id],
        run_id=run.id,
        course_id=run.course_id,
        runs_on=run.runs_on.isoformat(),
        state=booking.state.value,
    )
