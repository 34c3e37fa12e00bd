"""Observed practice: an observation drafted, changed, shared, commented on, signed; self-ratings; required levels.

Draft, shared and signed are versions of one record, each with its own copy of the ratings. A draft is its observer's
alone; once shared the observed person reads it and may comment; a therapy manager signs it. Blank is not zero: a
standard that was not seen has no rating.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    acting,
    check_about,
    check_can_set_rules,
    check_not_in_training,
    observations_visible_to,
)
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    HowObserved,
    Observation,
    ObservationState,
    Rating,
    RequiredLevel,
    SelfRating,
    Standard,
    StandardSet,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.versions import is_role
from tcsuper.services.evidence import check_current, version_after

LONGEST_SEEN = 480
LONGEST_WORDS = 10_000
LONGEST_EVIDENCE = 5_000
LONGEST_GROUP_TYPE = 80

Seen = tuple[int, int | None, str]
"""A standard's id, the level seen (None: not seen) and the evidence for it."""


# ---------------------------------------------------------------------------------------------------------------------
# Observations


def record_observation(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    observed_id: int,
    standard_set_id: int,
    observed_on: date,
    group_type: str,
    how: HowObserved,
    minutes_seen: int,
    consent: bool,
    ratings: Sequence[Seen],
    strengths: str = "",
    next_step: str = "",
    state: ObservationState = ObservationState.DRAFT,
) -> Observation:
    """What `by` saw of somebody's work, against one version of a set of standards: as a draft, or shared at once."""
    by = acting(db, by, submission)
    check_about(db, by, Object.OBSERVATION_RATING, Action.CREATE, observed_id)
    observation = Observation(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        observed_id=observed_id,
        observer_id=by.staff_id,
        standard_set_id=standard_set_id,
        state=state,
        observed_on=observed_on,
        group_type=group_type.strip(),
        how=how,
        minutes_seen=minutes_seen,
        consent=consent,
        strengths=strengths.strip(),
        next_step=next_step.strip(),
    )
    return _store(db, by, observation, _checked(db, observation, ratings), "record_observation")


def change_observation(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    observation_id: int,
    observed_on: date,
    group_type: str,
    how: HowObserved,
    minutes_seen: int,
    consent: bool,
    ratings: Sequence[Seen],
    strengths: str = "",
    next_step: str = "",
    state: ObservationState = ObservationState.DRAFT,
) -> Observation:
    """A draft of mine, written anew, or written anew and shared. Person and standards stay as they were."""
    by = acting(db, by, submission)
    observation = version_after(by, _own_draft(db, by, observation_id))
    observation.state = state
    observation.observed_on, observation.group_type = observed_on, group_type.strip()
    observation.how, observation.minutes_seen, observation.consent = how, minutes_seen, consent
    observation.strengths, observation.next_step = strengths.strip(), next_step.strip()
    return _store(db, by, observation, _checked(db, observation, ratings), "change_observation")


def share_observation(db: Session, *, by: Actor, submission: UUID | None = None, observation_id: int) -> Observation:
    """From now on the observed person and their therapy manager read it, and its ratings count. `observation_id` is
    the version that was looked at: raises Conflict when it was changed meanwhile."""
    by = acting(db, by, submission)
    former = _own_draft(db, by, observation_id)
    observation = version_after(by, former)
    observation.state = ObservationState.SHARED
    return _store(db, by, observation, _checked(db, observation, _ratings(db, former)), "share_observation")


def comment_on_observation(
    db: Session, *, by: Actor, submission: UUID | None = None, observation_id: int, comment: str
) -> Observation:
    """The observed person's own words beside it, once it is shared. Later words take the place of earlier ones, which
    stay in the record."""
    by = acting(db, by, submission)
    former = _found(db, by, observation_id, Object.OBSERVATION_TEXT)
    check_about(db, by, Object.OBSERVATION_TEXT, Action.COMMENT, former.observed_id)
    if former.state is ObservationState.DRAFT:
        raise NotAllowed
    check_current(db, former)
    if not comment.strip():
        raise InvalidRecord(comment="Write your comment first.")
    if len(comment) > LONGEST_WORDS:
        raise InvalidRecord(comment=_too_long(comment, LONGEST_WORDS))
    observation = version_after(by, former)
    observation.comment = comment.strip()
    return _store(db, by, observation, _ratings(db, former), "comment_on_observation")


def sign_observation(db: Session, *, by: Actor, submission: UUID | None = None, observation_id: int) -> Observation:
    """A therapy manager of the observed person's community stands by a shared observation. Never one of themselves,
    and nobody who is in training."""
    by = acting(db, by, submission)
    former = _found(db, by, observation_id)
    check_about(db, by, Object.OBSERVATION_RATING, Action.SIGN, former.observed_id)
    check_not_in_training(db, by)
    check_current(db, former)
    if former.state is not ObservationState.SHARED:
        is_draft = former.state is ObservationState.DRAFT
        raise NotAllowed("Share it first, then sign it." if is_draft else "This observation is already signed.")
    observation = version_after(by, former)
    observation.state = ObservationState.SIGNED
    return _store(db, by, observation, _ratings(db, former), "sign_observation")


def _found(db: Session, by: Actor, observation_id: int, what: Object = Object.OBSERVATION_RATING) -> Observation:
    found = db.exec(
        select(Observation).where(Observation.id == observation_id, observations_visible_to(by, what))
    ).first()
    if found is None:
        raise NotAllowed
    return found


def _own_draft(db: Session, by: Actor, observation_id: int) -> Observation:
    """The version looked at, if it is mine to change: role and relationship, then whether it is still the current
    version, and only then its state."""
    found = _found(db, by, observation_id)
    check_about(db, by, Object.OBSERVATION_RATING, Action.UPDATE, found.observed_id)
    if found.observer_id != by.staff_id:
        raise NotAllowed
    check_current(db, found)
    if found.state is not ObservationState.DRAFT:
        raise NotAllowed("This observation is already shared and can no longer be changed.")
    return found


def _ratings(db: Session, former: Observation) -> list[Seen]:
    rows = db.exec(select(Rating).where(Rating.observation_id == former.id).order_by(col(Rating.id)))
    return [(rating.standard_id, rating.level, rating.evidence) for rating in rows]


def _store(db: Session, by: Actor, observation: Observation, ratings: Sequence[Seen], action: str) -> Observation:
    db.add(observation)
    db.flush()
    assert observation.id is not None
    db.add_all(
        Rating(observation_id=observation.id, standard_id=standard_id, level=level, evidence=evidence)
        for standard_id, level, evidence in ratings
        if level is not None
    )
    is_draft = observation.state is ObservationState.DRAFT
    record_event(
        db,
        by=by,
        action=action,
        object_kind="observation",
        object_key=observation.record_id,
        about=[] if is_draft else [observation.observed_id],  # a draft is its observer's alone
        observed_id=observation.observed_id,
        observed_on=observation.observed_on.isoformat(),
        state=observation.state.value,
        ratings=len(ratings),
    )
    return observation


# ---------------------------------------------------------------------------------------------------------------------
# What can be stored


def _checked(db: Session, observation: Observation, ratings: Sequence[Seen]) -> list[Seen]:
    """The ratings to store, blanks left out; or every problem at once."""
    problems = _problems_of(observation)
    pinned = db.get(StandardSet, observation.standard_set_id)
    if pinned is None:
        raise InvalidRecord(standard_set_id="Choose a set of standards from the list.", **problems)
    seen = [one for one in ratings if one[1] is not None or one[2].strip()]
    problems |= _problems_with(db, pinned, seen)
    if observation.state is not ObservationState.DRAFT and not seen:
        problems["ratings"] = "No standard has a level yet. Choose at least one level before you share it."
    if problems:
        raise InvalidRecord(**problems)
    return [(standard_id, level, evidence.strip()) for standard_id, level, evidence in seen]


def _problems_of(observation: Observation) -> dict[str, str]:
    problems = {}
    if observation.observed_on > today():
        problems["observed_on"] = f"{words.day(observation.observed_on)} is still to come. Choose the day you observed."
    at_least = 0 if observation.how is HowObserved.WRITTEN_WORK else 1
    if not at_least <= observation.minutes_seen <= LONGEST_SEEN:
        problems["minutes_seen"] = f"Say how long you watched: between {at_least} and {LONGEST_SEEN} minutes."
    if len(observation.group_type) > LONGEST_GROUP_TYPE:
        problems["group_type"] = _too_long(observation.group_type, LONGEST_GROUP_TYPE)
    for field in ("strengths", "next_step"):
        if len(getattr(observation, field)) > LONGEST_WORDS:
            problems[field] = _too_long(getattr(observation, field), LONGEST_WORDS)
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
        elif problem := _problem_with_level(pinned, level) or _problem_with_evidence(evidence):
            problems[f"rating_{standard_id}"] = f"{standard.short_title}: {problem}"
        rated.add(standard_id)
    return problems


def _problem_with_level(pinned: StandardSet, level: int | None) -> str:
    if level is None:
        return "there is evidence but no level. Choose a level, or take the evidence out."
    highest = pinned.lowest_level + len(pinned.level_names) - 1
    if not pinned.lowest_level <= level <= highest:
        return f"level {level} is not on the scale, which goes from {pinned.lowest_level} to {highest}."
    return ""


def _problem_with_evidence(evidence: str) -> str:
    return _too_long(evidence, LONGEST_EVIDENCE) if len(evidence) > LONGEST_EVIDENCE else ""


def _too_long(text: str, most: int) -> str:
    return f"This is {len(text):,} characters long; the most is {most:,}."


# ---------------------------------------------------------------------------------------------------------------------
# Self-ratings and required levels


def rate_self(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    standard_id: int,
    level: int,
    rated_on: date,
    is_shared: bool = False,
) -> SelfRating:
    """How I see myself on a standard, on a day. Said again for the same day it corrects; it never mixes with what
    others observed. `is_shared`: my therapy manager may read it too."""
    ratings = [(standard_id, level)]
    return rate_self_on_several(
        db, by=by, submission=submission, ratings=ratings, rated_on=rated_on, is_shared=is_shared
    )[0]


def rate_self_on_several(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    ratings: Sequence[tuple[int, int]],
    rated_on: date,
    is_shared: bool = False,
) -> list[SelfRating]:
    """The same for several standards at once: (standard id, level) each."""
    by = acting(db, by, submission)
    check_about(db, by, Object.SELF_RATING, Action.CREATE, by.staff_id)
    problems = {}
    if rated_on > today():
        problems["rated_on"] = f"{words.day(rated_on)} is still to come. Choose today or an earlier day."
    if not ratings:
        problems["ratings"] = "Choose a level for at least one standard."
    for standard_id, level in ratings:
        standard, pinned = _standard_of(db, standard_id)
        if problem := _problem_with_level(pinned, level):
            problems[f"rating_{standard_id}"] = f"{standard.short_title}: {problem}"
    if problems:
        raise InvalidRecord(**problems)
    rated = [_self_rating(db, by, standard_id, level, rated_on, is_shared) for standard_id, level in ratings]
    record_event(
        db,
        by=by,
        action="rate_self",
        object_kind="self_rating",
        object_key=rated[0].record_id,
        about=[by.staff_id],
        rated_on=rated_on.isoformat(),
        standard_ids=[standard_id for standard_id, _ in ratings],
    )
    return rated


def _self_rating(db: Session, by: Actor, standard_id: int, level: int, rated_on: date, is_shared: bool) -> SelfRating:
    rating = SelfRating(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        staff_id=by.staff_id,
        standard_id=standard_id,
        rated_on=rated_on,
        level=level,
        is_shared=is_shared,
    )
    former = db.exec(
        select(SelfRating).where(
            SelfRating.staff_id == by.staff_id,
            SelfRating.standard_id == standard_id,
            SelfRating.rated_on == rated_on,
            current(SelfRating),
        )
    ).first()
    if former is not None:
        rating.record_id, rating.supersedes_id = former.record_id, former.id
    db.add(rating)
    db.flush()
    return rating


def _standard_of(db: Session, standard_id: int) -> tuple[Standard, StandardSet]:
    found = db.exec(select(Standard, StandardSet).join(StandardSet).where(Standard.id == standard_id)).first()
    if found is None:
        raise NotAllowed
    return found


def set_required_level(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    job_description_id: int,
    standard_id: int,
    level: int,
    start_on: date,
) -> RequiredLevel:
    """What a role needs on a standard from a day on. What was required before stays on record up to the day before."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    if not is_role(db, job_description_id):
        raise NotAllowed
    standard, pinned = _standard_of(db, standard_id)
    if problem := _problem_with_level(pinned, level):
        raise InvalidRecord(level=f"{standard.short_title}: {problem}")
    required = _required_level(db, job_description_id, standard_id, level, start_on)
    record_event(
        db,
        by=by,
        action="set_required_level",
        object_kind="required_level",
        object_key=required.id,
        job_description_id=job_description_id,
        standard_id=standard_id,
        level=level,
        start_on=start_on.isoformat(),
    )
    return required


def _required_level(
    db: Session, job_description_id: int, standard_id: int, level: int, start_on: date
) -> RequiredLevel:
    """The row for that day, its neighbours in time cut so that one level holds on each day."""
    known = db.exec(
        select(RequiredLevel)
        .where(RequiredLevel.job_description_id == job_description_id, RequiredLevel.standard_id == standard_id)
        .order_by(col(RequiredLevel.start_on))
    ).all()
    required = next((one for one in known if one.start_on == start_on), None)
    if required is None:
        required = RequiredLevel(
            job_description_id=job_description_id, standard_id=standard_id, level=level, start_on=start_on
        )
        earlier = next((one for one in reversed(known) if one.start_on < start_on), None)
        if earlier is not None:
            required.end_on = earlier.end_on if earlier.end_on and earlier.end_on >= start_on else None
            earlier.end_on = min(filter(None, (earlier.end_on, start_on - timedelta(days=1))))
        later = next((one for one in known if one.start_on > start_on), None)
        if later is not None:
            required.end_on = later.start_on - timedelta(days=1)
    required.level = level
    db.add(required)
    db.flush()
    return required
