"""What responsibilities call for: how the access test tries each function."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.models import Post, RequirementKind, ResponsibilityRequirement
from tcsuper.queries import able
from tcsuper.queries import called_for as calling
from tcsuper.services import called_for as setting
from tests.access_case import ANYBODY, SEEN, Case
from tests.access_stage import Stage

NOT_TECHNICAL = ("by_import", "technical_only")
COURSE = RequirementKind.COURSE


def _set(do: Callable[[Session, Actor, Stage], Any]) -> Case:
    return Case(
        Object.CATALOGUE,
        Action.UPDATE,
        lambda db, by, cast, _: do(db, by, cast),
        leave_out=NOT_TECHNICAL,
        subjects=ANYBODY,
    )


def _end(db: Session, by: Actor, cast: Stage) -> Any:
    link = select(ResponsibilityRequirement.id).where(
        ResponsibilityRequirement.responsibility_id == cast.held[COURSE],
        col(ResponsibilityRequirement.end_on).is_(None),
    )
    return setting.no_longer_call_for(db, by=by, link_id=db.exec(link).one() or 0, end_on=today() + timedelta(days=1))


def _is_told(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    """Whether what somebody lacks of the training that is called for is said, and not only that it is not shown."""
    key = (cast.id(subject), cast.held[COURSE])
    told = able.needed(db, by, today(), {key: db.get_one(Post, cast.posts[subject])})[key]
    return bool(told.lacks) and not told.not_shown


CASES: dict[str, Case] = {
    "services.called_for.call_for": _set(
        lambda db, by, cast: setting.call_for(
            db, by=by, responsibility_id=cast.held[COURSE], standard_id=cast.standard, level=1, start_on=today()
        )
    ),
    "services.called_for.call_for_several": _set(
        lambda db, by, cast: setting.call_for_several(
            db,
            by=by,
            responsibility_id=cast.held[COURSE],
            wanted=[setting.CallFor(standard_id=cast.standard, level=2)],
            start_on=today(),
        )
    ),
    "services.called_for.no_longer_call_for": _set(_end),
    "queries.called_for.called_for": Case(
        Object.CATALOGUE,
        Action.READ,
        lambda db, by, cast, _: calling.called_for(db, viewer=by, job_description_id=cast.officer, on=today()),
        subjects=ANYBODY,
    ),
    "queries.called_for.offered": _set(
        lambda db, by, cast: calling.offered(db, viewer=by, responsibility_id=cast.held[COURSE], on=today())
    ),
    "queries.called_for.suggested_counts": _set(
        lambda db, by, cast: calling.suggested_counts(db, viewer=by, job_description_id=cast.officer, on=today())
    ),
    "queries.able.needed": Case(Object.TRAINING_STATUS, Action.READ, _is_told, shapes=SEEN),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "queries.called_for.links_of": "What is called for names nobody; called_for and offered check, able judges.",
    "queries.called_for.called_for_on": "As links_of: read by the catalogue, which checks, and by able.",
}
"""What an entry of the access test is: see tests/access_cases.py."""
