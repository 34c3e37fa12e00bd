"""Sign-off of competencies: how the access test tries each function."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.models import (
    CompetencyAssessor,
    HowObserved,
    Observation,
    ObservationState,
    Rating,
    SignOff,
    SupervisionAgreement,
)
from tcsuper.queries import sign_offs as signed
from tcsuper.services import sign_offs as signing
from tests.access_case import PLACES, YESTERDAY, Attempt, Case, place_id
from tests.access_oracle import PEOPLE
from tests.access_stage import Stage, stored
from tests.people import LONG_AGO

SUBJECTS = ("Ben", "Cai", "Asha")
"""Asha: nobody signs off their own, whoever else they manage."""
TOP = 2


def _seen_twice(db: Session, cast: Stage, subject: str) -> None:
    """By Jo, on two days, at a level that is enough."""
    for days in (10, 20):
        observation = stored(
            db,
            Observation(
                recorded_at=now(),
                recorded_by_id=cast.id("Jo"),
                observed_id=cast.id(subject),
                observer_id=cast.id("Jo"),
                standard_set_id=cast.standard_set,
                state=ObservationState.SHARED,
                observed_on=today() - timedelta(days=days),
                how=HowObserved.LIVE,
                minutes_seen=45,
            ),
        )
        stored(db, Rating(observation_id=observation, standard_id=cast.standard, level=TOP))


def _named(db: Session, cast: Stage, staff_id: int, subject: str) -> int:
    """As an assessor of the community where the subject works."""
    return stored(
        db,
        CompetencyAssessor(
            staff_id=staff_id, community_id=place_id(cast, PEOPLE[subject].works_in), start_on=YESTERDAY
        ),
    )


def _as_assessor(attempt: Attempt) -> Attempt:
    def named_first(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
        _named(db, cast, by.staff_id, subject)
        return attempt(db, by, cast, subject)

    return named_first  # type: ignore[return-value]


def _sign_off(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    _seen_twice(db, cast, subject)
    return signing.sign_off_competency(
        db, by=by, staff_id=cast.id(subject), standard_id=cast.standard, level=TOP, signed_on=today()
    )


def _given(db: Session, cast: Stage, subject: str) -> int:
    """By Jo, who had the right once."""
    return stored(
        db,
        SignOff(
            recorded_at=now(),
            recorded_by_id=cast.id("Jo"),
            staff_id=cast.id(subject),
            standard_id=cast.standard,
            level=TOP,
            signed_on=YESTERDAY,
        ),
    )


def _void(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return signing.void_sign_off(db, by=by, sign_off_id=_given(db, cast, subject), reason="It was another person")


def _read(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    given = _given(db, cast, subject)
    seen = signed.sign_offs_of(db, viewer=by, staff_id=cast.id(subject), on=today())
    return given in {one.sign_off_id for one in seen.given}


def _supervised_by_lena(db: Session, cast: Stage, place: str) -> int:
    supervisee = {place_id(cast, PEOPLE[name].works_in): cast.id(name) for name in ("Ben", "Cai")}
    agreement = SupervisionAgreement(
        supervisor_id=cast.id("Lena"),
        supervisee_id=supervisee[place_id(cast, place)],
        purpose="clinical",
        start_on=LONG_AGO,
    )
    stored(db, agreement)
    return cast.id("Lena")


def _name(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    lena = _supervised_by_lena(db, cast, place)
    return signing.name_assessor(db, by=by, staff_id=lena, community_id=place_id(cast, place), start_on=today())


def _end(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    assessor = stored(
        db, CompetencyAssessor(staff_id=cast.id("Lena"), community_id=place_id(cast, place), start_on=YESTERDAY)
    )
    return signing.end_assessor(db, by=by, assessor_id=assessor, end_on=today())


def _in_list_of_named(db: Session, by: Actor, cast: Stage, place: str) -> bool:
    stored(db, CompetencyAssessor(staff_id=cast.id("Lena"), community_id=place_id(cast, place), start_on=YESTERDAY))
    return any(one.community == place for one in signed.assessors_named(db, viewer=by, on=today()))


def _offered(db: Session, by: Actor, cast: Stage, place: str) -> bool:
    lena = _supervised_by_lena(db, cast, place)
    offered = signed.assessors_to_name(db, viewer=by, community_id=place_id(cast, place))
    return lena in {person.staff_id for person in offered}


NOT_NAMED = ("by_import", "if_assessor")


def _case(action: Action, attempt: Callable[..., Any], named: bool = False) -> Case:
    tried = _as_assessor(attempt) if named else attempt
    leave_out = () if named else NOT_NAMED
    return Case(Object.COMPETENCY_SIGN_OFF, action, tried, leave_out=leave_out, subjects=SUBJECTS)


def _of_place(attempt: Callable[..., Any]) -> Case:
    return Case(Object.COMPETENCY_SIGN_OFF, Action.SIGN, attempt, subjects=PLACES)


CASES: dict[str, Case] = {
    "services.sign_offs.sign_off_competency": _case(Action.CREATE, _sign_off),
    "services.sign_offs.sign_off_competency/as an assessor": _case(Action.CREATE, _sign_off, named=True),
    "services.sign_offs.void_sign_off": _case(Action.VOID, _void),
    "services.sign_offs.void_sign_off/as an assessor": _case(Action.VOID, _void, named=True),
    "queries.sign_offs.sign_offs_of": _case(Action.READ, _read),
    "queries.sign_offs.sign_offs_of/as an assessor": _case(Action.READ, _read, named=True),
    "services.sign_offs.name_assessor": _of_place(_name),
    "services.sign_offs.end_assessor": _of_place(_end),
    "queries.sign_offs.assessors_named": _of_place(_in_list_of_named),
    "queries.sign_offs.assessors_to_name": _of_place(_offered),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "queries.sign_offs.sign_offs_by_standing": "bulk: the caller chooses the people by the table",
    "queries.ratings.carried_over": "catalogue, for code that judges",
    "queries.standing.practice_terms": "about the evidence it is given",
}
