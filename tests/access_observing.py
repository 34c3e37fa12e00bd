"""Planned, blind and joint observation, and moderation: how the access test tries each function."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.models import (
    HowObserved,
    ModeratedLevel,
    Moderation,
    Observation,
    ObservationState,
    PlannedObservation,
    PlannedObserver,
    Rating,
)
from tcsuper.queries import observations as seen
from tcsuper.queries import planned_observations as planned
from tcsuper.rules.observing import monday_of
from tcsuper.services import moderation, observations
from tcsuper.services import planned_observations as planning
from tests.access_case import YESTERDAY, Case, own
from tests.access_practice import OBSERVER, observed
from tests.access_stage import Stage, stored

SUBJECTS = ("Ben", "Cai")
BY_ITS_OBSERVER: dict[str, Any] = {"party": OBSERVER, "subjects": SUBJECTS}
SECOND = "Kit"
"""Whoever else observed: somebody who is nothing to anybody here any more."""


def _is_observer(actor: str, subject: str) -> bool:
    return OBSERVER[subject] == actor


def _planned(db: Session, cast: Stage, subject: str, *others: str, signed: bool = False) -> int:
    """A row, since not everybody who is tried could make one."""
    plan = PlannedObservation(
        observed_id=cast.id(subject),
        standard_set_id=cast.standard_set,
        week_of=monday_of(today()),
        planned_by_id=cast.id(OBSERVER[subject]),
        planned_at=now(),
    )
    planned_id = stored(db, plan)
    for name in (OBSERVER[subject], *others):
        signed_at = now() if signed else None
        stored(db, PlannedObserver(planned_id=planned_id, observer_id=cast.id(name), signed_at=signed_at))
    return planned_id


def _seen_by(db: Session, cast: Stage, subject: str, planned_id: int, name: str, level: int, state: str) -> int:
    observation = Observation(
        recorded_at=now(),
        recorded_by_id=cast.id(name),
        observed_id=cast.id(subject),
        observer_id=cast.id(name),
        standard_set_id=cast.standard_set,
        state=ObservationState(state),
        planned_id=planned_id,
        observed_on=YESTERDAY,
        how=HowObserved.LIVE,
        minutes_seen=45,
    )
    stored(db, observation)
    stored(db, Rating(observation_id=observation.id or 0, standard_id=cast.standard, level=level))
    return observation.id or 0


def _rated_blind(db: Session, cast: Stage, subject: str) -> int:
    planned_id = _planned(db, cast, subject, SECOND, signed=True)
    for name, level in ((OBSERVER[subject], 1), (SECOND, 2)):
        _seen_by(db, cast, subject, planned_id, name, level, "shared")
    return planned_id


def _plan_with(observer: Callable[[Stage, Actor, str], int]) -> Callable[[Session, Actor, Stage, str], Any]:
    def attempt(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
        return planning.plan_observation(
            db,
            by=by,
            observed_id=cast.id(subject),
            standard_set_id=cast.standard_set,
            week_of=today(),
            observer_ids=[observer(cast, by, subject)],
        )

    return attempt


def _change(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    planned_id = _planned(db, cast, subject)
    observers = [cast.id(OBSERVER[subject])]
    return planning.change_planned_observation(
        db, by=by, planned_id=planned_id, week_of=today(), observer_ids=observers
    )


def _cancel(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    planned_id = _planned(db, cast, subject)
    return planning.cancel_planned_observation(db, by=by, planned_id=planned_id, reason="No group that week")


def _end_waiting(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    planned_id = _planned(db, cast, subject, SECOND)
    return planning.stand_back(db, by=by, planned_id=planned_id, observer_id=cast.id(OBSERVER[subject]))


def _record(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return planning.record_planned_observation(
        db,
        by=by,
        planned_id=_planned(db, cast, subject, SECOND),
        observed_on=YESTERDAY,
        group_type="Small group",
        how=HowObserved.LIVE,
        minutes_seen=45,
        consent=True,
        ratings=[(cast.standard, 2, "As seen")],
    )


def _sign(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    planned_id = _planned(db, cast, subject, SECOND)
    draft = _seen_by(db, cast, subject, planned_id, OBSERVER[subject], 1, "draft")
    return planning.sign_as_observer(db, by=by, observation_id=draft)


def _moderate(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    planned_id = _rated_blind(db, cast, subject)
    return moderation.moderate_observation(
        db, by=by, planned_id=planned_id, levels={cast.standard: 1}, reason="Talked through"
    )


def _correct(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    former = Moderation(
        recorded_at=now(), planned_id=_rated_blind(db, cast, subject), moderated_on=YESTERDAY, reason="At first"
    )
    stored(db, former)
    stored(db, ModeratedLevel(moderation_id=former.id or 0, standard_id=cast.standard, level=2))
    return moderation.correct_moderation(
        db, by=by, moderation_id=former.id or 0, levels={cast.standard: 1}, reason="Talked through"
    )


def _feedback(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    shared = observed(db, cast, subject).id or 0
    return observations.record_feedback(db, by=by, observation_id=shared, feedback_on=today())


def _in_plans(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _planned(db, cast, subject)
    return bool(planned.planned_seen(db, viewer=by, about=cast.id(subject)))


def _among_several(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _rated_blind(db, cast, subject)
    return bool(seen.rated_by_several(db, viewer=by, on=today()))


PLANNED, RATED = Object.PLANNED_OBSERVATION, Object.OBSERVATION_RATING

CASES: dict[str, Case] = {
    "services.planned_observations.plan_observation": Case(
        PLANNED, Action.CREATE, _plan_with(lambda cast, by, subject: by.staff_id)
    ),
    "services.planned_observations.plan_observation/for another observer": Case(
        PLANNED, Action.CREATE, _plan_with(lambda cast, by, subject: cast.id(OBSERVER[subject])), **BY_ITS_OBSERVER
    ),
    "services.planned_observations.change_planned_observation": Case(
        PLANNED, Action.UPDATE, _change, **BY_ITS_OBSERVER
    ),
    "services.planned_observations.cancel_planned_observation": Case(
        PLANNED, Action.UPDATE, _cancel, **BY_ITS_OBSERVER
    ),
    "services.planned_observations.stand_back": Case(PLANNED, Action.UPDATE, _end_waiting, **BY_ITS_OBSERVER),
    "services.planned_observations.record_planned_observation": Case(
        RATED, Action.CREATE, _record, only=_is_observer, **BY_ITS_OBSERVER
    ),
    "services.planned_observations.sign_as_observer": Case(
        RATED, Action.UPDATE, _sign, only=_is_observer, **BY_ITS_OBSERVER
    ),
    "services.observations.record_feedback": Case(
        RATED, Action.UPDATE, _feedback, only=_is_observer, **BY_ITS_OBSERVER
    ),
    "services.moderation.moderate_observation": Case(RATED, Action.SIGN, _moderate),
    "services.moderation.correct_moderation": Case(RATED, Action.SIGN, _correct),
    "queries.planned_observations.planned_seen": Case(PLANNED, Action.READ, _in_plans),
    "queries.planned_observations.planned_about_me": Case(
        PLANNED,
        Action.READ,
        lambda db, by, cast, subject: _planned(db, cast, subject) and bool(planned.planned_about_me(db, viewer=by)),
        only=own,
    ),
    "queries.planned_observations.observers_to_choose": Case(
        RATED,
        Action.CREATE,
        lambda db, by, cast, subject: planned.observers_to_choose(db, viewer=by, observed_id=cast.id(subject)),
    ),
    "queries.observations.rated_by_several": Case(RATED, Action.READ, _among_several, **BY_ITS_OBSERVER),
    "queries.observations.side_by_side": Case(
        RATED,
        Action.READ,
        lambda db, by, cast, subject: seen.side_by_side(db, viewer=by, planned_id=_rated_blind(db, cast, subject)),
        **BY_ITS_OBSERVER,
    ),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
IN_COMMON = "for services that have checked who may, or that check by it"
BELOW: dict[str, str] = {
    "queries.tasks.practice.tasks": "asks, as the viewer, queries that are tried",
    **{
        f"services.keeping_observations.{name}": IN_COMMON
        for name in (
            *("checked", "found_observation", "is_rated_by", "keep", "own_draft", "problem_with_level"),
            *("ratings_given", "store", "tell", "too_long"),
        )
    },
    **{
        f"services.several_observers.{name}": IN_COMMON
        for name in (
            *(
                "check_can_rate",
                "check_can_share",
                "check_can_sign",
                "expected",
                "locked_plan",
                "observations_of",
                "observers_of",
            ),
            *("plan_in_force", "share_if_complete", "sign", "write_planned"),
        )
    },
}
