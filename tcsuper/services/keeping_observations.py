"""What recording, changing and sharing an observation have in common: finding it, what can be stored, storing it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, check_about, observations_visible_to
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    HowObserved,
    Observation,
    ObservationState,
    Rating,
    SetOf,
    Standard,
    StandardSet,
)
from tcsuper.services.evidence import check_current

LONGEST_SEEN = 480
LONGEST_WORDS = 10_000
LONGEST_EVIDENCE = 5_000
LONGEST_GROUP = 80

Seen = tuple[int, int | None, str]
"""A standard's id, the level seen (None: not seen) and the evidence for it."""


def found_observation(
    db: Session, by: Actor, observation_id: int, what: Object = Object.OBSERVATION_RATING
) -> Observation:
    found = db.exec(
        select(Observation).where(Observation.id == observation_id, observations_visible_to(by, what))
    ).first()
    if found is None:
        raise NotAllowed
    return found


def own_draft(db: Session, by: Actor, observation_id: int) -> Observation:
    """The version looked at, if it is mine to change: role and relationship, then whether it is still the current
    version, and only then its state."""
    found = found_observation(db, by, observation_id)
    check_about(db, by, Object.OBSERVATION_RATING, Action.UPDATE, found.observed_id)
    if found.observer_id != by.staff_id:
        raise NotAllowed
    check_current(db, found)
    if found.state is not ObservationState.DRAFT:
        raise NotAllowed("This observation is already shared and can no longer be changed.")
    return found


def ratings_given(db: Session, former: Observation) -> list[Seen]:
    rows = db.exec(select(Rating).where(Rating.observation_id == former.id).order_by(col(Rating.id)))
    return [(rating.standard_id, rating.level, rating.evidence) for rating in rows]


def store(db: Session, by: Actor, observation: Observation, ratings: Sequence[Seen], action: str) -> Observation:
    keep(db, observation, ratings)
    tell(db, by, observation, action)
    return observation


def keep(db: Session, observation: Observation, ratings: Sequence[Seen]) -> None:
    """The version and its own copy of the ratings."""
    db.add(observation)
    db.flush()
    assert observation.id is not None
    db.add_all(
        Rating(observation_id=observation.id, standard_id=standard_id, level=level, evidence=evidence)
        for standard_id, level, evidence in ratings
        if level is not None
    )


def tell(db: Session, by: Actor, observation: Observation, action: str) -> None:
    """The event. A draft is its observer's alone: nobody else's history speaks of it."""
    is_draft = observation.state is ObservationState.DRAFT
    record_event(
        db,
        by=by,
        action=action,
        object_kind="observation",
        object_key=observation.record_id,
        about=[] if is_draft else [observation.observed_id],
        observed_id=observation.observed_id,
        observed_on=observation.observed_on.isoformat(),
        state=observation.state.value,
        planned_id=observation.planned_id,
    )


# ---------------------------------------------------------------------------------------------------------------------
# What can be stored


def checked(db: Session, observation: Observation, ratings: Sequence[Seen], is_signed: bool = False) -> list[Seen]:
    """The ratings to store, blanks left out; or every problem at once. `is_signed`: its observer stands by it already,
    while it still waits for others."""
    problems = _problems_of(observation)
    pinned = db.get(StandardSet, observation.standard_set_id)
    if pinned is None:
        raise InvalidRecord(standard_set_id="Choose a set of standards from the list.", **problems)
    if not is_rated_by(pinned):
        problems["standard_set_id"] = f"Nobody is rated by {pinned.name}, version {pinned.version}. Choose another set."
    seen = [one for one in ratings if one[1] is not None or one[2].strip()]
    problems |= _problems_with(db, pinned, seen)
    if not seen and (is_signed or observation.state is not ObservationState.DRAFT):
        word = "sign" if is_signed else "share"
        problems["ratings"] = f"No standard has a level yet. Choose at least one level before you {word} it."
    if problems:
        raise InvalidRecord(**problems)
    return [(standard_id, level, evidence.strip()) for standard_id, level, evidence in seen]


def is_rated_by(pinned: StandardSet) -> bool:
    """One that is being written, or is about a community as a whole, is not for observing people by."""
    return pinned.in_force_from is not None and pinned.set_of is not SetOf.COMMUNITY


def _problems_of(observation: Observation) -> dict[str, str]:
    problems = {}
    if observation.observed_on > today():
        problems["observed_on"] = f"{words.day(observation.observed_on)} is still to come. Choose the day you observed."
    at_least = 0 if observation.how is HowObserved.WRITTEN_WORK else 1
    if not at_least <= observation.minutes_seen <= LONGEST_SEEN:
        problems["minutes_seen"] = f"Say how long you watched: between {at_least} and {LONGEST_SEEN} minutes."
    for field in ("group_type", "group_name"):
        if len(getattr(observation, field)) > LONGEST_GROUP:
            problems[field] = too_long(getattr(observation, field), LONGEST_GROUP)
    for field in ("strengths", "next_step"):
        if len(getattr(observation, field)) > LONGEST_WORDS:
            problems[field] = too_long(getattr(observation, field), LONGEST_WORDS)
    if observation.state is ObservationState.SIGNED:
        problems["state"] = "An observation is shared first, and signed after that."
    return problems


def _problems_with(db: Session, pinned: StandardSet, seen: Sequence[Seen]) -> dict[str, str]:
    """Ratings that the pinned version cannot hold: `rating_<standard id>` for each, so that it can stand beside it."""
    standards = {one.id: one for one in db.exec(select(Standard).where(Standard.standard_set_id == pinned.id))}
    problems, rated = {}, set()
    for standard_id, level, evidence in seen:
        standard = standards.get(standard_id)
        if standard is None:
            problems["ratings"] = f"A standard does not belong to {pinned.name}, version {pinned.version}."
        elif standard_id in rated:
            problems[f"rating_{standard_id}"] = f"{standard.short_title} is rated twice."
        elif problem := problem_with_level(pinned, level) or _problem_with_evidence(evidence):
            problems[f"rating_{standard_id}"] = f"{standard.short_title}: {problem}"
        rated.add(standard_id)
    return problems


def problem_with_level(pinned: StandardSet, level: int | None) -> str:
    if level is None:
        return "there is evidence but no level. Choose a level, or take the evidence out."
    highest = pinned.lowest_level + len(pinned.level_names) - 1
    if not pinned.lowest_level <= level <= highest:
        return f"level {level} is not on the scale, which goes from {pinned.lowest_level} to {highest}."
    return ""


def _problem_with_evidence(evidence: str) -> str:
    return too_long(evidence, LONGEST_EVIDENCE) if len(evidence) > LONGEST_EVIDENCE else ""


def too_long(text: str, most: int) -> str:
    return f"This is {len(text):,} characters long; the most is {most:,}."
