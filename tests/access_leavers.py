"""Starters and leavers: how the access test tries each function."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.models import Post, SupervisionAgreement
from tcsuper.queries import leavers as leaving
from tcsuper.queries import starters as starting
from tcsuper.queries.hanging import Part
from tcsuper.services import leavers, starters
from tests.access_case import ANYBODY, PLACES, YESTERDAY, Case, place_id
from tests.access_oracle import B
from tests.access_stage import Stage, stored
from tests.people import LONG_AGO

AND_THE_MANAGER = ("Ben", "Cai", "Asha")


def _add_starter(db: Session, by: Actor, cast: Stage, place: str, **parts: Any) -> Any:
    return starters.add_starter(
        db,
        by=by,
        full_name="Somebody New",
        job_description_id=cast.officer,
        community_id=place_id(cast, place),
        start_on=YESTERDAY,
        **parts,
    )


def _with_agreement(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    """Gwen supervises from outside: whoever keeps a community's agreements may name her."""
    return _add_starter(db, by, cast, place, supervised=[starters.Supervised(cast.id("Gwen"))])


def _offers(db: Session, by: Actor, cast: Stage, place: str) -> starting.GoesWith:
    return starting.goes_with(
        db, viewer=by, job_description_id=cast.officer, community_id=place_id(cast, place), start_on=today()
    )


def _end(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return leavers.end_post(db, by=by, post_id=cast.posts[subject], end_on=today())


def _take_back(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    db.get_one(Post, cast.posts[subject]).end_on = today()
    return leavers.take_back_end(db, by=by, post_id=cast.posts[subject])


def _move(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    db.get_one(Post, cast.posts[subject]).end_on = today()
    return leavers.move_last_day(
        db, by=by, post_id=cast.posts[subject], end_on=today() + timedelta(days=1), shown=today()
    )


def _plan(db: Session, by: Actor, cast: Stage, subject: str) -> leaving.Leaving:
    return leaving.leaving(db, viewer=by, post_id=cast.posts[subject], end_on=today())


def _names_supervisor(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    """That an agreement ends is counted for whoever may end the post; with whom it is, stays with the agreement."""
    said = [one.said for one in _plan(db, by, cast, subject).ends if one.part is Part.SUPERVISED]
    assert said, "the subject is supervised"
    return any("With " in one for one in said)


def _supervises(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    """Who goes on with it is chosen by whoever keeps the agreements of those supervised."""
    other = {"Ben": "Bela", "Cai": "Lena"}[subject]
    stored(
        db,
        SupervisionAgreement(
            supervisor_id=cast.id(subject), supervisee_id=cast.id(other), purpose="clinical", start_on=LONG_AGO
        ),
    )
    return bool(leaving.supervises(db, viewer=by, plan=_plan(db, by, cast, subject)))


MANAGES = {"Ben": ("Asha",), "Cai": ("Carol",), "Asha": ()}
CASES: dict[str, Case] = {
    "services.starters.add_starter": Case(Object.PERSON, Action.UPDATE, _add_starter, subjects=PLACES),
    "services.starters.add_starter/with an agreement": Case(
        Object.AGREEMENT,
        Action.CREATE,
        _with_agreement,
        subjects=PLACES,
        leave_out=("by_import", "as_supervisor"),
    ),
    "services.starters.add_starter/asking for an account": Case(
        Object.ACCOUNT,
        Action.REQUEST,
        lambda db, by, cast, place: _add_starter(db, by, cast, place, asks_account=True),
        subjects=PLACES,
    ),
    "queries.starters.goes_with": Case(
        Object.PERSON,
        Action.CREATE,
        lambda db, by, cast, _: _offers(db, by, cast, B),
        subjects=ANYBODY,
    ),
    "queries.starters.goes_with/supervisors": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, place: bool(_offers(db, by, cast, place).supervisors),
        subjects=PLACES,
        leave_out=("by_import", "as_supervisor"),
    ),
    "queries.starters.goes_with/an account": Case(
        Object.ACCOUNT,
        Action.REQUEST,
        lambda db, by, cast, place: _offers(db, by, cast, place).may_ask_account,
        subjects=PLACES,
    ),
    "queries.starters.periods_asked": Case(
        Object.CATALOGUE,
        Action.READ,
        lambda db, by, cast, _: (
            starting.periods_asked(db, viewer=by, job_description_id=cast.officer, start_on=today()),
            True,
        )[1],
        subjects=ANYBODY,
    ),
    "services.leavers.end_post": Case(Object.PERSON, Action.UPDATE, _end, subjects=AND_THE_MANAGER),
    "services.leavers.take_back_end": Case(Object.PERSON, Action.UPDATE, _take_back, subjects=AND_THE_MANAGER),
    "services.leavers.move_last_day": Case(Object.PERSON, Action.UPDATE, _move, subjects=AND_THE_MANAGER),
    "queries.leavers.post_to_end": Case(
        Object.PERSON,
        Action.UPDATE,
        lambda db, by, cast, subject: leaving.post_to_end(db, viewer=by, post_id=cast.posts[subject]),
        subjects=AND_THE_MANAGER,
    ),
    "queries.leavers.leaving": Case(Object.PERSON, Action.UPDATE, _plan, subjects=AND_THE_MANAGER),
    "queries.leavers.leaving/with whom": Case(
        Object.PERSON, Action.UPDATE, _names_supervisor, only=lambda actor, subject: actor in MANAGES[subject]
    ),
    "queries.leavers.supervises": Case(
        Object.PERSON, Action.UPDATE, _supervises, only=lambda actor, subject: actor in MANAGES[subject]
    ),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "services.staff.problems_with_person": "called by services that have checked",
    "services.staff.problems_with_post": "the same",
    "queries.staff.last_days_of": "about people whom the caller may see",
}
