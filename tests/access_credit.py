"""The entries of hours worked and of meetings missed: see tests/access_cases.py."""

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, Shape, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.models import ActivityFigure, CancelledBy, LostBecause
from tcsuper.queries import activity_figures, misses
from tcsuper.rules.standing import first_of_month
from tcsuper.services import activity_figures as hours
from tcsuper.services import supervision as do
from tests.access_case import Case
from tests.access_stage import stored
from tests.access_supervision import SUPERVISOR, theirs
from tests.people import Cast

THIS_MONTH = first_of_month(today())
FIGURES = (Shape.FULL, Shape.COUNTS)


def _enter(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """Hours are always the acting person's own."""
    return hours.enter_hours(db, by=by, month=THIS_MONTH, client_hours=12).staff_id == cast.id(subject)


def _worked(db: Session, cast: Cast, subject: str) -> None:
    stored(
        db, ActivityFigure(recorded_at=now(), staff_id=cast.id(subject), month=THIS_MONTH, client_hours=len(subject))
    )


def _correct(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _worked(db, cast, subject)
    return _enter(db, by, cast, subject)


def _mine(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _worked(db, cast, subject)
    return bool(activity_figures.my_hours(db, viewer=by))


def _seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _worked(db, cast, subject)
    return subject in set(activity_figures.hours_seen(db, viewer=by, since=THIS_MONTH)["person"])


def _missed(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    do.record_lost_session(
        db,
        by=actor_for_staff(db, cast.id(SUPERVISOR[subject])),
        agreement_id=theirs(cast, subject),
        held_on=today(),
        cancelled_by=CancelledBy.ESTABLISHMENT,
        lost_because=LostBecause.LOCKDOWN,
    )
    return subject in {one.person for one in misses.missed_meetings(db, viewer=by, on=today(), only_alerts=False)}


CASES = {
    "services.activity_figures.enter_hours": Case(Object.ACTIVITY, Action.CREATE, _enter),
    "services.activity_figures.enter_hours/again": Case(Object.ACTIVITY, Action.UPDATE, _correct),
    "queries.activity_figures.my_hours": Case(
        Object.ACTIVITY, Action.READ, _mine, only=lambda actor, subject: actor == subject
    ),
    "queries.activity_figures.hours_seen": Case(
        Object.ACTIVITY,
        Action.READ,
        _seen,
        FIGURES,
        leave_out=("by_import", "five_or_more"),
        only=lambda actor, subject: actor != subject,
    ),
    "queries.misses.missed_meetings": Case(Object.SESSION_LOG, Action.READ, _missed),
}

BY_RELATIONSHIP: dict[str, str] = {}

FOR_EVERYBODY = {"queries.standing.hours_asked": "reshapes what was read"}

BELOW = {"queries.activity_figures.hours_worked": "bulk evidence: the caller chooses the people by the table"}
