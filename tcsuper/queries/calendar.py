"""What somebody puts into a calendar: their own protected time, and the sessions of a series. Times and places alone:
nobody's name, no purpose, nothing of what was said."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper.access import Action, Actor, Object, check_about, in_force
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    HAS_A_PLACE,
    Attendance,
    Booking,
    BookingState,
    Course,
    CourseRun,
    GroupMember,
    Recorded,
    SessionState,
    StandIn,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.planned import planned_sessions

LOOK_BACK, LOOK_AHEAD = timedelta(days=28), timedelta(days=366 * 6)
"""A calendar begins four weeks ago, so that what was cancelled since the last download is taken off."""
PROTECTED_TIME, TRAINING = "Protected time", "Training"


class HowSure(StrEnum):
    """As calendars know it."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class CalendarEntry:
    """`uid` stays the same as long as the session or booking does, and `sequence` goes up with each change of it, so
    that a calendar puts the newer one in the place of the older; of two alike, the one of the later file. Without
    `starts_at` it is of the whole day, or of several: until `last_on`."""

    uid: str
    sequence: int
    changed_at: datetime
    how_sure: HowSure
    what: str
    on: date
    starts_at: str = ""
    minutes: int = 0
    last_on: date | None = None
    place: str = ""

    @property
    def time_is_open(self) -> bool:
        """A session whose time is still to be agreed; a course is of the whole day."""
        return self.what == PROTECTED_TIME and not self.starts_at


def own_calendar(db: Session, *, viewer: Actor) -> list[CalendarEntry]:
    """The viewer's own: sessions they hold or come to, and courses they have a place on, from four weeks ago on, by
    day. What was cancelled, skipped, or is no longer theirs, is there as cancelled."""
    check_about(db, viewer, Object.OWN_DATA_PACK, Action.EXPORT, viewer.staff_id)
    since = viewer.on - LOOK_BACK
    return sorted([*_own_sessions(db, viewer, since), *_own_courses(db, viewer, since)], key=_in_order)


def series_calendar(db: Session, *, viewer: Actor, series_id: UUID) -> list[CalendarEntry]:
    """The sessions of a series, for whoever may print its registers: those that they may print, and what was skipped
    or lost of it where that is all of the planned ones."""
    seen = planned_sessions(db, viewer=viewer, since=viewer.on - LOOK_BACK, until=viewer.on + LOOK_AHEAD)
    theirs = {one.record_id for one in seen if one.series_id == series_id and one.may_print}
    if not theirs:
        raise NotAllowed
    of_series = [row for row in _sessions(db, col(SupervisionSession.series_id) == series_id, viewer.on - LOOK_BACK)]
    planned = {one.record_id for one, *_ in of_series if _is_planned(one)}
    shown = [row for row in of_series if row[0].record_id in theirs or (planned <= theirs and not _is_planned(row[0]))]
    return sorted((_entry(*row) for row in shown), key=_in_order)


def _in_order(entry: CalendarEntry) -> tuple[Any, ...]:
    return entry.on, entry.starts_at, entry.uid


# ---------------------------------------------------------------------------------------------------------------------
# Sessions


def _own_sessions(db: Session, viewer: Actor, since: date) -> Iterator[CalendarEntry]:
    session, version, me = SupervisionSession, aliased(SupervisionSession), viewer.staff_id
    agreement = aliased(SupervisionAgreement)  # the one that the rows are joined with is another question
    was_expected = (
        sa.select(col(version.id))
        .outerjoin(Attendance, col(Attendance.session_id) == col(version.id))
        .where(
            col(version.record_id) == col(session.record_id),
            sa.or_(col(version.supervisor_id) == me, col(Attendance.staff_id) == me),
        )
    )
    comes = sa.or_(
        sa.select(col(agreement.id)).where(_of_session(agreement), col(agreement.supervisee_id) == me).exists(),
        sa.select(col(GroupMember.id))
        .where(
            col(GroupMember.group_id) == col(session.group_id),
            col(GroupMember.staff_id) == me,
            in_force(GroupMember.start_on, GroupMember.end_on, col(session.held_on)),  # type: ignore[arg-type]
        )
        .exists(),
    )
    rows = _sessions(db, sa.or_(was_expected.exists(), comes, _stands_in(me)), since)
    ids = [one.id for one, *_ in rows]
    expected = set(db.scalars(sa.select(col(session.id)).where(col(session.id).in_(ids), comes)))
    attended = set(
        db.scalars(
            sa.select(col(Attendance.session_id)).where(
                col(Attendance.session_id).in_(ids), col(Attendance.staff_id) == me
            )
        )
    )
    stood_in = set(db.scalars(sa.select(col(session.id)).where(col(session.id).in_(ids), _stands_in(me))))
    left_to = set(db.scalars(sa.select(col(session.id)).where(col(session.id).in_(ids), _stands_in(None))))
    for one, versions, place in rows:
        if _is_planned(one):
            holds = one.id in stood_in or (one.supervisor_id == me and one.id not in left_to)
            is_theirs = holds or one.id in expected
        else:
            is_theirs = one.is_void or one.supervisor_id == me or one.id in attended
        yield _entry(one, versions, place, is_theirs)


def _of_session(agreement: Any) -> sa.ColumnElement[bool]:
    return col(agreement.id) == col(SupervisionSession.agreement_id)


def _stands_in(staff_id: int | None) -> sa.ColumnElement[bool]:
    """Somebody (None: anybody) was named to hold the session in its supervisor's place."""
    session = SupervisionSession
    named = sa.select(col(StandIn.id)).where(
        col(StandIn.agreement_id) == col(session.agreement_id),
        in_force(StandIn.start_on, StandIn.end_on, col(session.held_on)),  # type: ignore[arg-type]
    )
    return (named if staff_id is None else named.where(col(StandIn.staff_id) == staff_id)).exists()


def _sessions(db: Session, which: sa.ColumnElement[bool], since: date) -> list[tuple[SupervisionSession, int, str]]:
    """The last version of each session of these days, void ones too; how many versions it has; where it is held."""
    session, agreement = SupervisionSession, SupervisionAgreement
    rows = db.execute(
        sa.select(session, _versions_of(session), col(agreement.place))
        .outerjoin(agreement, _of_session(agreement))
        .where(which, col(session.held_on) >= since, _is_last(session))
    )
    return [(one, versions, place or "") for one, versions, place in rows]


def _is_planned(session: SupervisionSession) -> bool:
    return session.state is SessionState.PLANNED and not session.is_void


def _entry(session: SupervisionSession, versions: int, place: str, is_theirs: bool = True) -> CalendarEntry:
    is_lost = session.is_void or session.state is SessionState.DID_NOT_HAPPEN
    return CalendarEntry(
        uid=f"session-{session.record_id}@tcsuper",
        sequence=versions - 1,  # as high for whoever was freed: it never falls when the session is theirs again
        changed_at=session.recorded_at,
        how_sure=HowSure.CANCELLED if is_lost or not is_theirs else HowSure.CONFIRMED,
        what=PROTECTED_TIME,
        on=session.held_on,
        starts_at=session.starts_at,
        minutes=session.minutes,
        place=place,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Courses


def _own_courses(db: Session, viewer: Actor, since: date) -> Iterator[CalendarEntry]:
    """Runs on which the viewer has a place, or had one."""
    version, states = aliased(Booking), (*HAS_A_PLACE, BookingState.ATTENDED, BookingState.DID_NOT_ATTEND)
    had_a_place = sa.select(col(version.id)).where(
        col(version.record_id) == col(Booking.record_id), col(version.state).in_(states)
    )
    rows = db.execute(
        sa.select(Booking, CourseRun, col(Course.title), _versions_of(Booking))
        .join(CourseRun, col(CourseRun.id) == col(Booking.run_id))
        .join(Course, col(Course.id) == col(CourseRun.course_id))
        .where(
            col(Booking.staff_id) == viewer.staff_id,
            col(CourseRun.runs_on) >= since,
            _is_last(Booking),
            had_a_place.exists(),
        )
    )
    for booking, run, title, versions in rows:
        yield CalendarEntry(
            uid=f"course-{booking.record_id}@tcsuper",
            sequence=versions - 1 + (run.row_version or 1) - 1,
            changed_at=booking.recorded_at,
            how_sure=_how_sure(booking, run, states),
            what=f"{TRAINING}: {title}",
            on=run.runs_on,
            last_on=run.last_on,
            place=run.place,
        )


def _how_sure(booking: Booking, run: CourseRun, has_a_place: Collection[BookingState]) -> HowSure:
    if run.cancelled_at is not None or booking.is_void or booking.state not in has_a_place:
        return HowSure.CANCELLED
    return HowSure.TENTATIVE if booking.state is BookingState.OFFERED else HowSure.CONFIRMED


# ---------------------------------------------------------------------------------------------------------------------
# Versions


def _is_last(table: type[Recorded]) -> sa.ColumnElement[bool]:
    """No version comes after it. Other than in `current`, a void one is kept: it is what cancels the entry."""
    rows, newer = _any(table), _any(aliased(table))
    return ~sa.select(newer.id).where(newer.supersedes_id == rows.id).exists()


def _versions_of(table: type[Recorded]) -> Any:
    rows, version = _any(table), _any(aliased(table))
    counted = sa.select(sa.func.count()).select_from(version).where(version.record_id == rows.record_id)
    return counted.scalar_subquery()


def _any(table: Any) -> Any:
    return table
