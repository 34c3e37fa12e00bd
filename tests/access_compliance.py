"""Rates and forecast of supervision: how the access test tries each function."""

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.queries import compliance, remedies
from tcsuper.rules.standing import first_of_month
from tests.access_case import SEEN, YESTERDAY, Case
from tests.access_supervision import recorded
from tests.people import Cast


def _in_rows(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    rows = compliance.compliance_months(db, viewer=by, on=today(), how_many=1)
    return cast.id(subject) in {one.staff_id for one in rows}


def _is_short(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    return cast.id(subject) in {one.staff_id for one in remedies.outlook(db, viewer=by, on=today()).short}


def _behind(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    recorded(db, cast, subject)
    first = first_of_month(YESTERDAY)
    return len(compliance.sessions_behind(db, viewer=by, about=cast.id(subject), first=first)) > 0


CASES: dict[str, Case] = {
    "queries.compliance.compliance_months": Case(Object.SUPERVISION_STATUS, Action.READ, _in_rows, SEEN),
    "queries.remedies.outlook": Case(Object.SUPERVISION_STATUS, Action.READ, _is_short, SEEN),
    "queries.compliance.sessions_behind": Case(Object.SESSION_LOG, Action.READ, _behind),
}
BY_RELATIONSHIP: dict[str, str] = {
    "queries.compliance.rates_by_role": "the communities whose figures one sees, as far as nobody can be told from "
    "them: tests/queries/test_compliance.py::test_roles_are_counted_only_for_whoever_sees_the_communities",
}
FOR_EVERYBODY: dict[str, str] = {
    "queries.compliance.kind_of": "reshapes what was read",
    "queries.compliance.months_in": "reshapes what was read",
    "queries.compliance.rate_of": "reshapes what was read",
    "queries.compliance.rates_by": "reshapes what was read",
    "queries.compliance.trend_by": "reshapes what was read",
    "queries.compliance.heatmap_frame": "reshapes what was read",
    "queries.compliance.verdict_shown": "reshapes what was read",
}
BELOW: dict[str, str] = {}
