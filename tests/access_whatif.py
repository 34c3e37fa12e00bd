"""What if: how the access test tries each function."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.database import never_store
from tcsuper.queries import what_if as asking
from tcsuper.rules.picture import Picture
from tcsuper.rules.what_if import Supposed, WhatIf
from tcsuper.services import supposed
from tests.access_case import PLACES, SEEN, Case, place_id
from tests.access_stage import Stage

TOMORROW = today() + timedelta(days=1)


def _suppose(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    never_store(db)
    leaves = {cast.id(subject): today()}
    return supposed.what_if(db, by=by, supposed=Supposed(leaves=leaves), on=TOMORROW)


def _export(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    """An answer that somebody else was given, or that was given before: nobody takes it away who may not ask."""
    people = {cast.id(subject): today()}
    nothing = Picture(TOMORROW, {}, {}, {}, {}, {}, {})
    answer = WhatIf(Supposed(leaves=people), {cast.id(subject): subject}, nothing, nothing, now())
    return supposed.export_what_if(db, by=by, answer=answer)


def _pictured(db: Session, by: Actor) -> Picture:
    return asking.picture(db, viewer=by, on=today())


def _covers(db: Session, by: Actor, cast: Stage, place: str) -> bool:
    return place_id(cast, place) in {community for _, community in _pictured(db, by).covers}


def _supervised(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    return cast.id(subject) in {key[0] for key in _pictured(db, by).supervised}


def _minimum(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    return cast.id(subject) in {staff_id for staff_id, _ in _pictured(db, by).months}


def _offered(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    return bool(asking.people_to_suppose(db, viewer=by, staff_ids=(cast.id(subject),)))


CASES: dict[str, Case] = {
    "services.supposed.what_if": Case(Object.RESPONSIBILITY, Action.READ, _suppose),
    "services.supposed.export_what_if": Case(Object.RESPONSIBILITY, Action.READ, _export),
    "queries.what_if.people_to_suppose": Case(Object.RESPONSIBILITY, Action.READ, _offered),
    "queries.what_if.picture": Case(Object.RESPONSIBILITY, Action.READ, _covers, subjects=PLACES),
    "queries.what_if.picture/who is supervised": Case(
        Object.AGREEMENT, Action.READ, _supervised, only=lambda actor, subject: actor != subject
    ),
    "queries.what_if.picture/minima": Case(Object.SUPERVISION_STATUS, Action.READ, _minimum, SEEN),
}
BY_RELATIONSHIP: dict[str, str] = {
    "queries.team.kinds_seen_by_name": "kinds whose status the viewer sees of everybody counted: "
    "tests/queries/test_what_if.py::test_who_sees_counts_alone_cannot_work_out_how_one_person_stands",
}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "services.leavers.end_with_all": "called by services that have checked: really, and where it is only supposed",
}
"""What an entry of the access test is: see tests/access_cases.py."""
