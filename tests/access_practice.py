"""The entries of observed practice and of responsibilities: see tests/access_cases.py."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session, select

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.models import (
    HoldingKind,
    HowObserved,
    Observation,
    ObservationState,
    Post,
    Rating,
    RequirementKind,
    ResponsibilityHolding,
    SelfRating,
)
from tcsuper.queries import able, coverage, my_responsibilities, practice, responsibilities
from tcsuper.queries import observations as observations_read
from tcsuper.queries.carried import Where
from tcsuper.queries.standing import STATUS_OBJECTS
from tcsuper.services import observations
from tcsuper.services import practice as observing
from tcsuper.services import responsibilities as holding
from tests.access_case import ANYBODY, PLACES, SEEN, YESTERDAY, Case, place_id
from tests.access_oracle import PEOPLE, B, C
from tests.access_stage import Stage, stored

OBSERVER = {"Ben": "Lena", "Cai": "Gwen", "Asha": "Jo"}
"""By subject: whose observation it is. Jo has nobody to supervise any more, and may therefore nothing."""
SUBJECTS = tuple(OBSERVER)
SEEN_BY_OBSERVER = {"party": OBSERVER, "subjects": SUBJECTS}


# ---------------------------------------------------------------------------------------------------------------------
# Observations


def observed(db: Session, cast: Stage, subject: str, state: ObservationState = ObservationState.SHARED) -> Observation:
    """A row, since Jo could not make one."""
    observation = Observation(
        recorded_at=now(),
        observed_id=cast.id(subject),
        observer_id=cast.id(OBSERVER[subject]),
        recorded_by_id=cast.id(OBSERVER[subject]),
        standard_set_id=cast.standard_set,
        state=state,
        observed_on=YESTERDAY,
        how=HowObserved.LIVE,
        minutes_seen=45,
    )
    stored(db, observation)
    stored(db, Rating(observation_id=observation.id or 0, standard_id=cast.standard, level=1, evidence="As seen"))
    return observation


def _draft(db: Session, cast: Stage, subject: str) -> Observation:
    return observed(db, cast, subject, ObservationState.DRAFT)


def _seen_here(cast: Stage) -> dict[str, Any]:
    return dict(
        observed_on=YESTERDAY,
        group_type="Small group",
        how=HowObserved.LIVE,
        minutes_seen=45,
        consent=True,
        ratings=[(cast.standard, 2, "As seen")],
    )


def _record(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return observations.record_observation(
        db, by=by, observed_id=cast.id(subject), standard_set_id=cast.standard_set, **_seen_here(cast)
    )


def _change(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    observation = _draft(db, cast, subject).id or 0
    return observations.change_observation(db, by=by, observation_id=observation, **_seen_here(cast))


def _share(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return observations.share_observation(db, by=by, observation_id=_draft(db, cast, subject).id or 0)


def _comment(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    observation = observed(db, cast, subject).id or 0
    return observations.comment_on_observation(db, by=by, observation_id=observation, comment="I see it otherwise")


def _comment_on_draft(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    observation = _draft(db, cast, subject).id or 0
    return observations.comment_on_observation(db, by=by, observation_id=observation, comment="I see it otherwise")


def _sign(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return observations.sign_observation(db, by=by, observation_id=observed(db, cast, subject).id or 0)


def _is_observer(actor: str, subject: str) -> bool:
    return OBSERVER[subject] == actor


def _in_list(state: ObservationState) -> Callable[[Session, Actor, Stage, str], bool]:
    def attempt(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
        record = observed(db, cast, subject, state).record_id
        return record in set(observations_read.observations_seen(db, viewer=by, on=today())["record_id"])

    return attempt


def _opened(state: ObservationState) -> Callable[[Session, Actor, Stage, str], Any]:
    def attempt(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
        record = observed(db, cast, subject, state).record_id
        return observations_read.observation_detail(db, viewer=by, record_id=record)

    return attempt


def _may_sign(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    record = observed(db, cast, subject).record_id
    seen = observations_read.observations_seen(db, viewer=by, on=today())
    return bool(seen.loc[seen["record_id"] == record, "may_sign"].any())


# ---------------------------------------------------------------------------------------------------------------------
# Against the standard


def _against(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return practice.observed_against_required(db, viewer=by, staff_id=cast.id(subject), on=today())


def _rating_counted(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    observed(db, cast, subject)
    return bool((_against(db, by, cast, subject)["n"] > 0).any())


def _verdict_seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    return bool(_against(db, by, cast, subject)["status"].notna().any())


def _in_trend(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    observed(db, cast, subject)
    return len(practice.practice_trend(db, viewer=by, staff_id=cast.id(subject), on=today())) > 0


def _own_view(is_shared: bool) -> Callable[[Session, Actor, Stage, str], bool]:
    def attempt(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
        own = SelfRating(
            recorded_at=now(),
            recorded_by_id=cast.id(subject),
            staff_id=cast.id(subject),
            standard_id=cast.standard,
            rated_on=YESTERDAY,
            level=2,
            is_shared=is_shared,
        )
        stored(db, own)
        return len(practice.practice_trend(db, viewer=by, staff_id=cast.id(subject), on=today())) > 0

    return attempt


PRACTICE = {
    "services.observations.record_observation": Case(
        Object.OBSERVATION_RATING, Action.CREATE, _record, subjects=SUBJECTS
    ),
    "services.observations.change_observation": Case(
        Object.OBSERVATION_RATING, Action.UPDATE, _change, only=_is_observer, **SEEN_BY_OBSERVER
    ),
    "services.observations.share_observation": Case(
        Object.OBSERVATION_RATING, Action.UPDATE, _share, only=_is_observer, **SEEN_BY_OBSERVER
    ),
    "services.observations.comment_on_observation": Case(
        Object.OBSERVATION_TEXT, Action.COMMENT, _comment, subjects=SUBJECTS
    ),
    "services.observations.comment_on_observation/before it is shared": Case(
        Object.OBSERVATION_TEXT, Action.COMMENT, _comment_on_draft, leave_out=("once_shared",), subjects=SUBJECTS
    ),
    "services.observations.sign_observation": Case(Object.OBSERVATION_RATING, Action.SIGN, _sign, subjects=SUBJECTS),
    "services.practice.rate_self": Case(
        Object.SELF_RATING,
        Action.CREATE,
        lambda db, by, cast, _: (
            observing.rate_self(db, by=by, standard_id=cast.standard, level=2, rated_on=YESTERDAY).staff_id
            == by.staff_id
        ),
        subjects=ANYBODY,
    ),
    "services.practice.rate_self_on_several": Case(
        Object.SELF_RATING,
        Action.CREATE,
        lambda db, by, cast, _: (
            [
                one.staff_id
                for one in observing.rate_self_on_several(db, by=by, ratings=[(cast.standard, 2)], rated_on=YESTERDAY)
            ]
            == [by.staff_id]
        ),
        subjects=ANYBODY,
    ),
    "queries.observations.observations_seen": Case(
        Object.OBSERVATION_RATING, Action.READ, _in_list(ObservationState.SHARED), **SEEN_BY_OBSERVER
    ),
    "queries.observations.observations_seen/a draft": Case(
        Object.OBSERVATION_RATING,
        Action.READ,
        _in_list(ObservationState.DRAFT),
        leave_out=("once_shared",),
        only=_is_observer,
        **SEEN_BY_OBSERVER,
    ),
    "queries.observations.observations_seen/to sign": Case(
        Object.OBSERVATION_RATING, Action.SIGN, _may_sign, subjects=SUBJECTS
    ),
    "queries.observations.observation_detail": Case(
        Object.OBSERVATION_TEXT, Action.READ, _opened(ObservationState.SHARED), **SEEN_BY_OBSERVER
    ),
    "queries.observations.observation_detail/a draft": Case(
        Object.OBSERVATION_TEXT,
        Action.READ,
        _opened(ObservationState.DRAFT),
        leave_out=("once_shared", "not_draft_of_others"),
        **SEEN_BY_OBSERVER,
    ),
    "queries.practice.standard_sets/to observe somebody": Case(
        Object.OBSERVATION_RATING,
        Action.CREATE,
        lambda db, by, cast, subject: practice.standard_sets(db, viewer=by, observed_id=cast.id(subject)),
        subjects=SUBJECTS,
    ),
    "queries.practice.observed_against_required": Case(
        Object.OBSERVATION_RATING, Action.READ, _rating_counted, **SEEN_BY_OBSERVER
    ),
    "queries.practice.observed_against_required/verdict": Case(
        Object.PRACTICE_STATUS, Action.READ, _verdict_seen, subjects=SUBJECTS
    ),
    "queries.practice.practice_trend": Case(Object.OBSERVATION_RATING, Action.READ, _in_trend, **SEEN_BY_OBSERVER),
    "queries.practice.practice_trend/own view shared": Case(
        Object.SELF_RATING, Action.READ, _own_view(is_shared=True), subjects=SUBJECTS
    ),
    "queries.practice.practice_trend/own view not shared": Case(
        Object.SELF_RATING,
        Action.READ,
        _own_view(is_shared=False),
        leave_out=("if_shared",),
        subjects=SUBJECTS,
    ),
    "queries.practice.required_over_time": Case(
        Object.OBSERVATION_RATING,
        Action.READ,
        lambda db, by, cast, subject: practice.required_over_time(db, viewer=by, staff_id=cast.id(subject), on=today()),
        subjects=SUBJECTS,
    ),
}

# ---------------------------------------------------------------------------------------------------------------------
# Responsibilities

LED = RequirementKind.COURSE
"""What the responsibility calls for that the attempts are about."""


def _hold(db: Session, by: Actor, cast: Stage, subject: str, place: str) -> Any:
    return holding.hold_responsibility(
        db,
        by=by,
        responsibility_id=cast.held[LED],
        staff_id=cast.id(subject),
        community_id=place_id(cast, place),
        kind=HoldingKind.DEPUTY,
        start_on=YESTERDAY,
    )


def _hold_anew(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    for one in _held_by(db, cast, subject):
        db.delete(one)
    return _hold(db, by, cast, subject, PEOPLE[subject].works_in)


def _hold_several(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    for one in _held_by(db, cast, subject):
        db.delete(one)
    return holding.hold_several(
        db,
        by=by,
        responsibility_ids=[cast.held[LED]],
        staff_ids=[cast.id(subject)],
        community_id=place_id(cast, PEOPLE[subject].works_in),
        kind=HoldingKind.DEPUTY,
        start_on=YESTERDAY,
    )


def _hold_by_post(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    return holding.hold_responsibility(
        db,
        by=by,
        responsibility_id=cast.held[LED],
        job_description_id=cast.manager_job,
        community_id=place_id(cast, place),
        kind=HoldingKind.DEPUTY,
        start_on=YESTERDAY,
    )


def _end_several(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    held = [one.id or 0 for one in _held_by(db, cast, _holder(place))]
    return holding.end_several(db, by=by, holding_ids=held, end_on=today())


def _held_by(db: Session, cast: Stage, subject: str) -> list[ResponsibilityHolding]:
    row = ResponsibilityHolding
    return list(db.exec(select(row).where(row.staff_id == cast.id(subject), row.responsibility_id == cast.held[LED])))


def _end(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    (held,) = _held_by(db, cast, _holder(place))
    return holding.end_holding(db, by=by, holding_id=held.id or 0, end_on=today())


def _take_back(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    (held,) = _held_by(db, cast, _holder(place))
    held.start_on = today()
    db.flush()
    return holding.take_back_holding(db, by=by, holding_id=held.id or 0)


def _holder(place: str) -> str:
    return {B: "Ben", C: "Cai"}[place]


def _if_post_ends(db: Session, by: Actor, cast: Stage, place: str) -> bool:
    post = cast.posts[_holder(place)]
    return bool(coverage.if_a_post_ends(db, viewer=by, post_id=post, end_on=today()))


def _if_they_go(db: Session, by: Actor, cast: Stage, place: str) -> bool:
    gone = {cast.id(_holder(place)): today()}
    changes = coverage.if_they_go(db, viewer=by, gone=gone)
    return any(change.before.led.community == place_id(cast, place) for change in changes)


def _about_place(ask: Callable[[Session, Actor, Stage, int], Any]) -> Case:
    def attempt(db: Session, by: Actor, cast: Stage, place: str) -> bool:
        return len(ask(db, by, cast, place_id(cast, place))) > 0

    return Case(Object.RESPONSIBILITY, Action.READ, attempt, subjects=PLACES)


def _lacking(kind: RequirementKind, only_whole: bool = False) -> Case:
    """What a holder lacks follows the kind of what is called for: at all, and with the sentence of the record."""

    def attempt(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
        post = db.get_one(Post, cast.posts[subject])
        lacks = able.lacking(db, by, today(), {(post.staff_id, cast.held[kind]): post})
        said = [standing.because for short in lacks.values() for standing in short]
        return any(not only_whole or "You see the status alone." not in because for because in said)

    return Case(STATUS_OBJECTS[kind], Action.READ, attempt, *([] if only_whole else [SEEN]))


CALLED_FOR = (
    RequirementKind.SUPERVISION,
    RequirementKind.COURSE,
    RequirementKind.REGISTRATION,
    RequirementKind.EVENT,
)

RESPONSIBILITIES = {
    "services.responsibilities.hold_responsibility": Case(Object.RESPONSIBILITY, Action.CREATE, _hold_anew),
    "services.responsibilities.hold_responsibility/elsewhere": Case(
        Object.RESPONSIBILITY,
        Action.CREATE,
        lambda db, by, cast, subject: _hold(db, by, cast, subject, C if subject == "Ben" else B),
        only=lambda actor, subject: False,
    ),
    "services.responsibilities.hold_responsibility/by post": Case(
        Object.RESPONSIBILITY, Action.CREATE, _hold_by_post, subjects=PLACES
    ),
    "services.responsibilities.hold_several": Case(Object.RESPONSIBILITY, Action.CREATE, _hold_several),
    "services.responsibilities.end_several": Case(Object.RESPONSIBILITY, Action.UPDATE, _end_several, subjects=PLACES),
    "services.responsibilities.end_holding": Case(Object.RESPONSIBILITY, Action.UPDATE, _end, subjects=PLACES),
    "services.responsibilities.take_back_holding": Case(
        Object.RESPONSIBILITY, Action.UPDATE, _take_back, subjects=PLACES
    ),
    "queries.coverage.coverage_seen": _about_place(
        lambda db, by, cast, place: coverage.coverage_seen(db, viewer=by, on=today(), where=Where(place))
    ),
    "queries.coverage.who_could": _about_place(
        lambda db, by, cast, place: coverage.who_could(
            db, viewer=by, on=today(), responsibility_id=cast.held[LED], community_id=place
        )
    ),
    "queries.responsibilities.led_by_role": _about_place(
        lambda db, by, cast, place: responsibilities.led_by_role(
            db, viewer=by, on=today(), community_id=place, job_description_id=cast.officer
        )
    ),
    "queries.responsibilities.holders_by_role": _about_place(
        lambda db, by, cast, place: responsibilities.holders_by_role(db, viewer=by, on=today(), community_id=place)
    ),
    "queries.responsibilities.holders_of": _about_place(
        lambda db, by, cast, place: responsibilities.holders_of(db, viewer=by, on=today(), where=Where(place))
    ),
    "queries.responsibilities.roles_in": _about_place(
        lambda db, by, cast, place: responsibilities.roles_in(db, viewer=by, on=today(), community_id=place)
    ),
    "queries.responsibilities.held_by_every_postholder": _about_place(
        lambda db, by, cast, place: responsibilities.held_by_every_postholder(
            db, viewer=by, on=today(), community_id=place
        )
    ),
    "queries.responsibilities.people_to_name": Case(
        Object.RESPONSIBILITY,
        Action.CREATE,
        lambda db, by, cast, place: bool(
            responsibilities.people_to_name(db, viewer=by, community_id=place_id(cast, place), on=today())
        ),
        subjects=PLACES,
    ),
    "queries.coverage.if_a_post_ends": Case(Object.RESPONSIBILITY, Action.READ, _if_post_ends, subjects=PLACES),
    "queries.coverage.if_they_go": Case(Object.RESPONSIBILITY, Action.READ, _if_they_go, subjects=PLACES),
    "queries.my_responsibilities.responsibilities_held_by": Case(
        Object.RESPONSIBILITY,
        Action.READ,
        lambda db, by, cast, subject: my_responsibilities.responsibilities_held_by(
            db, viewer=by, staff_id=cast.id(subject), on=today()
        ),
        subjects=SUBJECTS,
    ),
    **{f"queries.able.lacking/{kind}": _lacking(kind) for kind in CALLED_FOR},
    **{f"queries.able.lacking/{kind}, whole": _lacking(kind, only_whole=True) for kind in CALLED_FOR},
}

CASES = PRACTICE | RESPONSIBILITIES
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY = {
    "queries.practice.levels_by_number": "about the names it is given",
    "queries.coverage.counts_by_community": "about the lines it is given",
    "queries.coverage.over_loaded_people": "about the lines it is given",
}
BELOW = {
    "queries.ratings.ratings_of": "bulk evidence: the caller chooses the people by the table",
    "queries.ratings.required_levels": "catalogue, for code that judges",
}
