"""Course runs and the places on them, as a viewer may see them: the runs themselves are everybody's to read; who has a
place or waits for one only of people whose training records one may enter, and of oneself. Others are a count."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Action, Actor, Object, people_within, rules_for
from tcsuper.clock import today
from tcsuper.models import (
    HAS_A_PLACE,
    Booking,
    BookingState,
    Course,
    CourseRun,
    CourseTrainer,
    Post,
    Role,
    Staff,
    TrainerRole,
    TrainingRecord,
)
from tcsuper.queries.evidence import current
from tcsuper.rules.places import OPEN, TAKING, days_words, free_places, has_room, place_sentence, taken_words

IN_ORDER = [BookingState.CONFIRMED, BookingState.OFFERED, BookingState.NOMINATED]
IN_ORDER += [state for state in BookingState if state not in IN_ORDER]


@dataclass(frozen=True)
class PlaceSeen:
    """Somebody's booking of a run, as it stands now."""

    booking_id: int
    staff_id: int
    person: str
    state: BookingState
    reason: str
    is_mine: bool
    in_line: int
    """Of those who wait, from 1; 0 for everybody else."""
    since: datetime

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def has_place(self) -> bool:
        return self.state in HAS_A_PLACE


@dataclass(frozen=True)
class RunSeen:
    run_id: int
    version: int
    course_code: str
    course: str
    runs_on: date
    last_on: date | None
    place: str
    provider: str
    capacity: int | None
    cancelled_at: datetime | None
    cancel_reason: str
    states: list[BookingState]
    """Of everybody's bookings, whoever sees them."""
    people: list[PlaceSeen]
    """Of those whom the viewer may see: who has a place first, then who waits, in the order of asking."""

    @property
    def title(self) -> str:
        """ "TCAT 1 · 3 May 2027 · Gartree": unlike any other run's."""
        return " · ".join(part for part in (self.course, days_words(self.runs_on, self.last_on), self.place) if part)

    @property
    def ends_on(self) -> date:
        return self.last_on or self.runs_on

    @property
    def is_full(self) -> bool:
        return not has_room(free_places(self.capacity, self.states))

    @property
    def taken(self) -> int:
        return sum(state in TAKING for state in self.states)

    @property
    def waiting(self) -> int:
        return self.states.count(BookingState.NOMINATED)

    @property
    def taken_words(self) -> str:
        return taken_words(self.capacity, self.taken, self.waiting)

    @property
    def others(self) -> tuple[int, int]:
        """How many the viewer cannot see by name: of those with a place, and of those who wait."""
        seen = [one.state for one in self.people]
        return self.taken - sum(one in TAKING for one in seen), self.waiting - seen.count(BookingState.NOMINATED)

    @property
    def is_prepared(self) -> bool:
        """Somebody entered it as a run; else it stands only for the day that somebody was booked on."""
        return bool(self.place or self.provider or self.capacity) or not self.states

    def sentence(self, one: PlaceSeen) -> str:
        return place_sentence(
            one.state,
            self.runs_on,
            is_mine=one.is_mine,
            place_in_line=one.in_line,
            is_full=self.is_full,
            reason=one.reason,
        )


def runs_seen(db: Session, *, viewer: Actor, since: date, until: date | None = None) -> list[RunSeen]:
    """Runs between two days, by day, cancelled ones too; but not a day that nobody prepared and nobody is booked on
    any more."""
    if not rules_for(viewer, Object.COURSE_RUN, Action.READ):
        return []
    within = [col(CourseRun.runs_on) >= since] + ([col(CourseRun.runs_on) <= until] if until else [])
    rows = db.execute(
        sa.select(CourseRun, col(Course.code), col(Course.title))
        .join(Course, col(Course.id) == col(CourseRun.course_id))
        .where(*within)
        .order_by(col(CourseRun.runs_on), col(Course.position), col(CourseRun.place), col(CourseRun.id))
    ).all()
    states, people = _bookings(db, viewer, [run.id for run, _, _ in rows])
    runs = [
        RunSeen(
            run.id,
            run.row_version,
            code,
            title,
            run.runs_on,
            run.last_on,
            run.place,
            run.provider,
            run.capacity,
            run.cancelled_at,
            run.cancel_reason,
            states[run.id],
            people[run.id],
        )
        for run, code, title in rows
    ]
    return [run for run in runs if run.is_prepared or run.cancelled_at or run.taken or run.waiting]


def _bookings(
    db: Session, viewer: Actor, run_ids: Sequence[int]
) -> tuple[dict[int, list[BookingState]], dict[int, list[PlaceSeen]]]:
    """By run: everybody's states, and the bookings of those whom the viewer may see. No other name is read."""
    seen = col(Booking.staff_id).in_(people_within(viewer, Object.TRAINING_RECORD, Action.CREATE))
    rows = db.execute(
        sa.select(Booking, col(Staff.full_name))
        .outerjoin(Staff, sa.and_(col(Staff.id) == col(Booking.staff_id), seen))
        .where(col(Booking.run_id).in_(run_ids), current(Booking))
        .order_by(col(Booking.asked_at), col(Booking.id))
    )
    states: dict[int, list[BookingState]] = defaultdict(list)
    people: dict[int, list[PlaceSeen]] = defaultdict(list)
    for booking, name in rows:
        states[booking.run_id].append(booking.state)
        is_waiting = booking.state is BookingState.NOMINATED
        in_line = states[booking.run_id].count(BookingState.NOMINATED) if is_waiting else 0
        if name is not None:
            is_mine = booking.staff_id == viewer.staff_id
            facts = booking.id, booking.staff_id, name, booking.state, booking.reason, is_mine, in_line
            people[booking.run_id].append(PlaceSeen(*facts, booking.recorded_at))
    for listed in people.values():
        listed.sort(key=lambda one: IN_ORDER.index(one.state))
    return states, people


@dataclass(frozen=True)
class BookAgain:
    """Somebody whose run the provider cancelled, and who has no other since."""

    run: RunSeen
    place: PlaceSeen


def to_book_again(db: Session, *, viewer: Actor, runs: Iterable[RunSeen]) -> list[BookAgain]:
    """Of the runs that the viewer sees: who lost a place to a cancellation, and has neither asked for another run of
    the course since, nor completed it, nor left."""
    listed = list(runs)
    placed = {(run.course_code, one.staff_id) for run in listed for one in run.people if one.is_open}
    lost = [
        BookAgain(run, one)
        for run in listed
        for one in run.people
        if one.state is BookingState.CANCELLED and (run.course_code, one.staff_id) not in placed
    ]
    people = {one.place.staff_id for one in lost}
    gone, completed = posts_ended_before(db, people, viewer.on), _completed_last(db, people)
    return [
        one
        for one in lost
        if one.place.staff_id not in gone
        and completed.get((one.run.course_code, one.place.staff_id), date.min) < today(one.place.since)
    ]


def _completed_last(db: Session, people: Iterable[int]) -> dict[tuple[str, int], date]:
    record = TrainingRecord
    last = (
        sa.select(col(Course.code), col(record.staff_id), sa.func.max(record.completed_on))
        .join(Course, col(Course.id) == col(record.course_id))
        .where(col(record.staff_id).in_(people), current(record))
        .group_by(col(Course.code), col(record.staff_id))
    )
    return {(code, staff_id): on for code, staff_id, on in db.execute(last)}


def posts_ended_before(db: Session, people: Iterable[int], on: date) -> set[int]:
    """Of these people, those who had posts and will have none on that day any more."""
    had = sa.select(col(Post.staff_id)).where(col(Post.staff_id).in_(people))
    still = had.where(sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= on))
    return set(db.scalars(had)) - set(db.scalars(still))


# ---------------------------------------------------------------------------------------------------------------------
# Trainers and assessors


@dataclass(frozen=True)
class TrainerSeen:
    trainer_id: int
    course_code: str
    course: str
    role: TrainerRole
    name: str
    is_staff: bool
    start_on: date
    end_on: date | None


def trainers_seen(db: Session, *, viewer: Actor, on: date) -> list[TrainerSeen]:
    """Who teaches each course or assesses on it on a day, or will; by course, trainers before assessors. They are named
    to everybody who may read of runs, and to an auditor under their codes, as everybody is."""
    if not rules_for(viewer, Object.COURSE_RUN, Action.READ):
        return []
    trainer, named = CourseTrainer, Staff.code if Role.AUDITOR in viewer.roles else Staff.full_name
    rows = db.execute(
        sa.select(trainer, col(Course.code), col(Course.title), col(named))
        .join(Course, col(Course.id) == col(trainer.course_id))
        .outerjoin(Staff, col(Staff.id) == col(trainer.staff_id))
        .where(sa.or_(col(trainer.end_on).is_(None), col(trainer.end_on) >= on))
        .order_by(col(Course.position), col(trainer.role).desc(), col(trainer.start_on), col(trainer.id))
    )
    return [
        TrainerSeen(one.id, code, title, one.role, name or one.name, name is not None, one.start_on, one.end_on)
        for one, code, title, name in rows
    ]
