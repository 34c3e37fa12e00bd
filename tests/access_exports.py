"""Tables taken away as workbooks: how the access test tries each function."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, Shape
from tcsuper.clock import today
from tcsuper.models import RequirementKind
from tcsuper.queries.compliance import compliance_months
from tcsuper.queries.over_time import LINES
from tcsuper.queries.standing import standings
from tcsuper.services import exports
from tcsuper.services import table_exports as tables
from tests.access_case import PLACES, YESTERDAY, Case
from tests.access_credit import _missed
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


def _counts_taken(take: Callable[..., Any], **asked: Any) -> Case:
    """Of the places that somebody answers for."""

    def attempt(db: Session, by: Actor, cast: Cast, place: str) -> Any:
        found = take(db, by=by, on=today(), **asked)
        return place in found.made_for

    return Case(Object.BULK_EXPORT, Action.EXPORT, attempt, (Shape.COUNTS,), subjects=PLACES)


def _behind_taken(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return tables.export_sessions_behind(db, by=by, about=cast.id(subject), first=today().replace(day=1))


def _missed_taken(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    assert _missed(db, actor(cast, subject), cast, subject), "there is one to take away"
    taken = tables.export_missed_meetings(db, by=by, on=today(), only_alerts=False)
    return subject in {one.person for one in taken.what}


def _attendance_taken(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return tables.export_attendance(db, by=by, session_id=recorded(db, cast, subject).id or 0)


SUPERVISION = next(line for line in LINES if line.kind is RequirementKind.SUPERVISION)


CASES: dict[str, Case] = {
    "services.exports.export_session_log": Case(Object.SESSION_LOG, Action.EXPORT, _session_taken),
    "services.exports.export_supervision_months": Case(Object.SESSION_LOG, Action.EXPORT, _months_taken),
    "services.exports.export_compliance": Case(Object.SESSION_LOG, Action.EXPORT, _counted_in_rates),
    "services.exports.export_training": Case(Object.TRAINING_RECORD, Action.EXPORT, _training_taken),
    "services.exports.export_team_kinds": _counts_taken(exports.export_team_kinds),
    "services.exports.export_team_changes": _counts_taken(exports.export_team_changes, other=YESTERDAY),
    "services.exports.export_team_trend": _counts_taken(exports.export_team_trend, line=SUPERVISION),
    "services.exports.export_team_months": _counts_taken(exports.export_team_months),
    "services.exports.export_team_roles": _counts_taken(exports.export_team_roles),
    "services.exports.export_team_lost": _counts_taken(exports.export_team_lost),
    "services.table_exports.export_sessions_behind": Case(Object.SESSION_LOG, Action.EXPORT, _behind_taken),
    "services.table_exports.export_attendance": Case(Object.SESSION_LOG, Action.EXPORT, _attendance_taken),
    "services.table_exports.export_missed_meetings": Case(
        Object.SESSION_LOG, Action.EXPORT, _missed_taken, only=lambda by, subject: by != subject
    ),
    "services.table_exports.export_completions": Case(
        Object.TRAINING_RECORD,
        Action.EXPORT,
        lambda db, by, cast, subject: tables.export_completions(db, by=by, about=cast.id(subject)),
    ),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {}
