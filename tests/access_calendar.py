"""Calendars: how the access test tries each function."""

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, actor_for_staff
from tcsuper.clock import now
from tcsuper.models import Booking, BookingState, CourseRun
from tcsuper.queries import calendar as ask
from tcsuper.services import calendar as do
from tests.access_case import Case
from tests.access_planning import MONDAY, _holder, _series
from tests.access_stage import Stage, stored
from tests.access_supervision import SUPERVISOR, theirs
from tests.people import Cast


def _place(db: Session, cast: Stage, subject: str) -> str:
    run = stored(db, CourseRun(course_id=cast.courses["first_aid"], runs_on=MONDAY))
    booking = Booking(
        staff_id=cast.id(subject), run_id=run, state=BookingState.CONFIRMED, asked_at=now(), recorded_at=now()
    )
    stored(db, booking)
    return f"course-{booking.record_id}@tcsuper"


def _in_own(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    uid = _place(db, cast, subject)
    return uid in {one.uid for one in ask.own_calendar(db, viewer=by)}


def _in_own_file(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    uid = _place(db, cast, subject)
    return uid in {one.uid for one in do.export_own_calendar(db, by=by).entries}


def _in_series(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    agreement = theirs(cast, subject)
    series_id = _series(db, actor_for_staff(db, cast.id(_holder(cast, agreement))), agreement).series_id
    return len(ask.series_calendar(db, viewer=by, series_id=series_id)) == 2


def _in_series_file(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    agreement = theirs(cast, subject)
    series_id = _series(db, actor_for_staff(db, cast.id(_holder(cast, agreement))), agreement).series_id
    return len(do.export_series_calendar(db, by=by, series_id=series_id).entries) == 2


CASES: dict[str, Case] = {
    "queries.calendar.own_calendar": Case(Object.OWN_DATA_PACK, Action.EXPORT, _in_own),
    "services.calendar.export_own_calendar": Case(Object.OWN_DATA_PACK, Action.EXPORT, _in_own_file),
    "queries.calendar.series_calendar": Case(
        Object.SESSION_LOG, Action.EXPORT, _in_series, or_as=Action.CREATE, party=SUPERVISOR
    ),
    "services.calendar.export_series_calendar": Case(
        Object.SESSION_LOG, Action.EXPORT, _in_series_file, or_as=Action.CREATE, party=SUPERVISOR
    ),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {}
