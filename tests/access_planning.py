"""Planned sessions: series, sheets: how the access test tries each function."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import NO_SUCH_RECORD, InvalidRecord
from tcsuper.models import SupervisionSession
from tcsuper.queries import planned as ask
from tcsuper.queries import session_file as lines
from tcsuper.rules.series import Every, Series, week_of
from tcsuper.services import series as do
from tcsuper.services import sheets
from tcsuper.services.session_file import add_sessions
from tcsuper.services.supervision import plan_session
from tests.access_case import ANYBODY, YESTERDAY, Case
from tests.access_supervision import SUPERVISOR, recorded, theirs
from tests.people import Cast

MONDAY = week_of(today()) + timedelta(days=7)


def _mine(by: Actor, cast: Cast, subject: str) -> int:
    """The actor's own agreement with the subject, else the one that their manager has."""
    own = {("Gwen", "Cai"): cast.gwen_agreement, ("Lena", "Ben"): cast.lena_agreement}
    return own.get((by.name, subject), theirs(cast, subject))


def _holder(cast: Cast, agreement: int) -> str:
    holders = {cast.gwen_agreement: "Gwen", cast.lena_agreement: "Lena", cast.ben_agreement: "Asha"}
    return holders.get(agreement, "Carol")


def _planned(db: Session, cast: Cast, agreement: int) -> SupervisionSession:
    """For next Monday, by the agreement's own supervisor."""
    by = actor_for_staff(db, cast.id(_holder(cast, agreement)))
    return plan_session(db, by=by, agreement_id=agreement, held_on=MONDAY, starts_at="10:00")


def _series(db: Session, by: Actor, agreement: int) -> do.PlannedSeries:
    return do.plan_series(db, by=by, agreement_id=agreement, series=Series(Every.WEEK, MONDAY, how_many=2))


def _plan_series(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return _series(db, by, _mine(by, cast, subject))


def _end_series(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    agreement = _mine(by, cast, subject)
    made = _series(db, actor_for_staff(db, cast.id(_holder(cast, agreement))), agreement)
    return do.end_series(db, by=by, series_id=made.series_id, after=today(), reason="It ends")


def _skip(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    session = _planned(db, cast, _mine(by, cast, subject))
    return do.skip_planned(db, by=by, session_id=session.id or 0, reason="Holiday")


def _move(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    session = _planned(db, cast, theirs(cast, subject))
    return do.move_planned(db, by=by, session_id=session.id or 0, held_on=MONDAY + timedelta(days=1))


def _is_listed(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = _planned(db, cast, theirs(cast, subject)).record_id
    listed = ask.planned_sessions(db, viewer=by, since=today(), until=MONDAY)
    return record in {one.record_id for one in listed}


def _may_change(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = _planned(db, cast, theirs(cast, subject)).record_id
    listed = ask.planned_sessions(db, viewer=by, since=today(), until=MONDAY)
    return any(one.may_change for one in listed if one.record_id == record)


def _may_print(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = _planned(db, cast, theirs(cast, subject)).record_id
    listed = ask.planned_sessions(db, viewer=by, since=today(), until=MONDAY)
    return any(one.may_print for one in listed if one.record_id == record)


def _named_on(times: list[ask.ProtectedTime], subject: str) -> bool:
    return any(subject in one.people for one in times)


def _in_week(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _planned(db, cast, _mine(by, cast, subject))
    return _named_on(ask.protected_time(db, viewer=by, monday=MONDAY), subject)


def _on_week_sheet(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _planned(db, cast, _mine(by, cast, subject))
    return _named_on(sheets.print_week_sheet(db, by=by, monday=MONDAY)[1], subject)


def _with_anothers(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """Planned by their own manager: what another supervisor holds is on no supervisor's sheet."""
    _planned(db, cast, theirs(cast, subject))
    return _named_on(sheets.print_week_sheet(db, by=by, monday=MONDAY)[1], subject)


def _register(db: Session, by: Actor, agreement: int, on: date = YESTERDAY) -> Any:
    return ask.register_to_print(db, viewer=by, agreement_id=agreement, held_on=on)


def _add(db: Session, by: Actor, agreement: int) -> bool:
    """Each problem is named, so being refused is one among them."""
    row = {"state": "held", "agreement": agreement, "held_on": YESTERDAY.isoformat()}
    try:
        add_sessions(db, by=by, rows=[row])
    except InvalidRecord as refused:
        assert list(refused.problems.values()) == [f"Session 1: {NO_SUCH_RECORD}"]
        return False
    return True


def _in_lines(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = str(recorded(db, cast, subject).record_id)
    return record in {one["record_id"] for one in lines.session_lines(db, viewer=by, since=YESTERDAY, until=today())}


def _is_found(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    try:
        lines.agreement_with(db, viewer=by, whom=subject, on=YESTERDAY)
    except InvalidRecord as refused:
        return "Several agreements fit" in str(refused)
    return True


def _printing(attempt: Any, **narrower: Any) -> Case:
    """Whoever may take a session log out of the product, and whoever holds the session."""
    return Case(Object.SESSION_LOG, Action.EXPORT, attempt, or_as=Action.CREATE, **narrower)


CASES: dict[str, Case] = {
    "services.series.plan_series": Case(Object.SESSION_LOG, Action.CREATE, _plan_series),
    "services.series.plan_series/of another supervisor": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: _series(db, by, theirs(cast, subject)),
        party=SUPERVISOR,
    ),
    "services.series.end_series": Case(Object.SESSION_LOG, Action.CREATE, _end_series),
    "services.series.skip_planned": Case(Object.SESSION_LOG, Action.CREATE, _skip),
    "services.series.move_planned": Case(Object.SESSION_LOG, Action.CREATE, _move, party=SUPERVISOR),
    "queries.planned.planned_sessions": Case(Object.SESSION_LOG, Action.READ, _is_listed),
    "queries.planned.planned_sessions/may change": Case(
        Object.SESSION_LOG, Action.CREATE, _may_change, party=SUPERVISOR
    ),
    "queries.planned.planned_sessions/may print": _printing(_may_print, party=SUPERVISOR),
    "queries.planned.register_to_print": _printing(
        lambda db, by, cast, subject: _register(db, by, _mine(by, cast, subject))
    ),
    "queries.planned.register_to_print/of another supervisor": _printing(
        lambda db, by, cast, subject: _register(db, by, theirs(cast, subject)), party=SUPERVISOR
    ),
    "queries.planned.planned_register": _printing(
        lambda db, by, cast, subject: ask.planned_register(
            db, viewer=by, record_id=_planned(db, cast, _mine(by, cast, subject)).record_id
        )
    ),
    "queries.planned.may_print_week": _printing(lambda db, by, cast, _: ask.may_print_week(by), subjects=ANYBODY),
    "queries.planned.protected_time": _printing(_in_week),
    "services.sheets.print_register": _printing(
        lambda db, by, cast, subject: sheets.print_register(
            db, by=by, agreement_id=_mine(by, cast, subject), held_on=YESTERDAY
        )
    ),
    "services.sheets.print_registers": _printing(
        lambda db, by, cast, subject: sheets.print_registers(
            db, by=by, record_ids=[_planned(db, cast, theirs(cast, subject)).record_id]
        ),
        party=SUPERVISOR,
    ),
    "services.sheets.print_week_sheet": _printing(_on_week_sheet),
    "services.sheets.print_week_sheet/of another supervisor": _printing(_with_anothers, party=SUPERVISOR),
    "services.session_file.add_sessions": Case(
        Object.SESSION_LOG, Action.CREATE, lambda db, by, cast, subject: _add(db, by, _mine(by, cast, subject))
    ),
    "services.session_file.add_sessions/of another supervisor": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: _add(db, by, theirs(cast, subject)),
        party=SUPERVISOR,
    ),
    "queries.session_file.session_lines": Case(Object.SESSION_LOG, Action.READ, _in_lines),
    "queries.session_file.agreement_with": Case(Object.SESSION_LOG, Action.CREATE, _is_found),
    "queries.session_file.people_by_name": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: lines.people_by_name(
            db, viewer=by, agreement_id=_mine(by, cast, subject), on=YESTERDAY
        ),
    ),
    "queries.session_file.sessions_on": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: lines.sessions_on(
            db, viewer=by, agreement_id=_mine(by, cast, subject), on=YESTERDAY
        ),
    ),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "queries.session_file.account_called": "Whose rights a command on the server has: `__main__.py` alone asks it.",
    "queries.session_file.planned_then": "Says of the sessions it is handed which one is meant.",
}
