"""Tables taken away as workbooks: how the access test tries each function."""

from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, Shape
from tcsuper.clock import today
from tcsuper.queries.compliance import compliance_months
from tcsuper.queries.standing import standings
from tcsuper.services import exports
from tests.access_case import PLACES, YESTERDAY, Case
from tests.access_stage import Stage
from tests.access_supervision import recorded
from tests.people import Cast, actor


def _session_taken(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    recorded(db, cast, subject)
    return len(exports.export_session_log(db, by=by, since=YESTERDAY, until=today()).what) > 0


def _months_taken(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    theirs = compliance_months(db, viewer=actor(cast, subject), on=today(), how_many=1)
    shown = [(one.staff_id, one.minimum.title) for one in theirs]
    assert shown, "nobody could take away what there is not"
    return bool(exports.export_supervision_months(db, by=by, on=today(), shown=shown).what)


def _counted_in_rates(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    taken = exports.export_compliance(db, by=by, on=today()).what
    return cast.id(subject) in {row.staff_id for row in taken.months}


def _training_taken(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    theirs = standings(db, [cast.id(subject)], today())
    shown = [(row.staff_id, row.requirement) for row in theirs]
    return bool(exports.export_training(db, by=by, on=today(), shown=shown).what)


def _counts_taken(db: Session, by: Actor, cast: Cast, place: str) -> Any:
    return place in set(exports.export_team_counts(db, by=by, on=today()).what.kinds["community"])


CASES: dict[str, Case] = {
    "services.exports.export_session_log": Case(Object.SESSION_LOG, Action.EXPORT, _session_taken),
    "services.exports.export_supervision_months": Case(Object.SESSION_LOG, Action.EXPORT, _months_taken),
    "services.exports.export_compliance": Case(Object.SESSION_LOG, Action.EXPORT, _counted_in_rates),
    "services.exports.export_training": Case(Object.TRAINING_RECORD, Action.EXPORT, _training_taken),
    "services.exports.export_team_counts": Case(
        Object.BULK_EXPORT, Action.EXPORT, _counts_taken, (Shape.COUNTS,), subjects=PLACES
    ),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {}
