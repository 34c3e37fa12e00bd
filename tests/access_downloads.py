"""Tables and records taken away: how the access test tries each function."""

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now
from tcsuper.errors import NotAllowed, Refused
from tcsuper.models import TrainingRecord
from tcsuper.queries import records_out as ask
from tcsuper.rules.importing import SheetKind
from tcsuper.services.records_out import take_records
from tests.access_case import ANYBODY, YESTERDAY, Case
from tests.access_stage import Stage, stored
from tests.access_supervision import recorded
from tests.people import Cast


def _to_take(kind: SheetKind, by: Actor, db: Session, cast: Cast, subject: str) -> bool:
    return cast.id(subject) in ask.people_to_take(db, viewer=by, kind=kind)


def _training_out(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    done = {"course_id": cast.courses["first_aid"], "completed_on": YESTERDAY, "recorded_at": now()}
    stored(db, TrainingRecord(staff_id=cast.id(subject), **done))
    return _is_out(db, by, SheetKind.TRAINING_LOG, subject)


def _supervision_out(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    recorded(db, cast, subject)
    return _is_out(db, by, SheetKind.SUPERVISION_LOG, subject)


def _is_out(db: Session, by: Actor, kind: SheetKind, subject: str) -> bool:
    """Refused in words, which a script's owner reads: as good as not there."""
    try:
        taken = take_records(db, by=by, kinds=[kind])
    except NotAllowed:
        raise
    except Refused:
        return False
    return subject in {line[0] for line in taken.records[kind]}


CASES: dict[str, Case] = {
    "queries.records_out.kinds_to_take": Case(
        Object.TRAINING_RECORD,
        Action.EXPORT,
        lambda db, by, cast, _: SheetKind.TRAINING_LOG in ask.kinds_to_take(viewer=by),
        subjects=ANYBODY,
    ),
    "queries.records_out.people_to_take": Case(
        Object.TRAINING_RECORD,
        Action.EXPORT,
        lambda db, by, cast, subject: _to_take(SheetKind.TRAINING_LOG, by, db, cast, subject),
    ),
    "queries.records_out.people_to_take/supervision": Case(
        Object.SESSION_LOG,
        Action.EXPORT,
        lambda db, by, cast, subject: _to_take(SheetKind.SUPERVISION_LOG, by, db, cast, subject),
    ),
    "services.records_out.take_records": Case(Object.TRAINING_RECORD, Action.EXPORT, _training_out),
    "services.records_out.take_records/supervision": Case(Object.SESSION_LOG, Action.EXPORT, _supervision_out),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "services.exports.for_whom": "Says for whom a file is, and refuses whoever may take nothing of the kind.",
    "queries.records_out.everybody": "Everybody's id: for the server's own command line, through `take_records`.",
    "queries.records_out.community_called": "The id of a community by its name, for `take_records`.",
    "queries.records_out.people_of": "Who works in a community: `take_records` keeps those it may.",
    "queries.records_out.records_of": "The lines of the people it is handed, whom `take_records` has chosen.",
}
