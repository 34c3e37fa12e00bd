"""Observed practice: an observation drafted, changed, shared, commented on, signed.

Draft, shared and signed are versions of one record, each with its own copy of the ratings. A draft is its observer's
alone; once shared the observed person reads it and may comment; a therapy manager signs it. Blank is not zero: a
standard that was not seen has no rating. What was planned, and several observers: `planned_observations.py`.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    acting,
    check_about,
    check_not_in_training,
)
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import HowObserved, Observation, ObservationState
from tcsuper.services.evidence import check_current, version_after
from tcsuper.services.keeping_observations import (
    LONGEST_WORDS,
    Seen,
    checked,
    found_observation,
    own_draft,
    ratings_given,
    store,
    too_long,
)
from tcsuper.services.several_observers import check_can_share, plan_in_force, write_planned


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
    group_name: str = "",
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
        group_name=group_name.strip(),
        how=how,
        minutes_seen=minutes_seen,
        consent=consent,
        strengths=strengths.strip(),
        next_step=next_step.strip(),
    )
    if state is not ObservationState.DRAFT:
        check_can_share(db, by, observation)
    return store(db, by, observation, checked(db, observation, ratings), "record_observation")


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
    group_name: str = "",
    strengths: str = "",
    next_step: str = "",
    state: ObservationState = ObservationState.DRAFT,
    is_signed: bool = False,
) -> Observation:
    """A draft of mine, written anew: kept, shared, or, where others observe the same session, signed. Person and
    standards stay as they were."""
    by = acting(db, by, submission)
    former = own_draft(db, by, observation_id)
    observation = version_after(by, former)
    observation.observed_on, observation.group_type = observed_on, group_type.strip()
    observation.group_name = group_name.strip()
    observation.how, observation.minutes_seen, observation.consent = how, minutes_seen, consent
    observation.strengths, observation.next_step = strengths.strip(), next_step.strip()
    return _written(db, by, observation, ratings, state, is_signed, "change_observation")


def share_observation(db: Session, *, by: Actor, submission: UUID | None = None, observation_id: int) -> Observation:
    """From now on the observed person and their therapy manager read it, and its ratings count. `observation_id` is
    the version that was looked at: raises Conflict when it was changed meanwhile."""
    by = acting(db, by, submission)
    former = own_draft(db, by, observation_id)
    observation, ratings = version_after(by, former), ratings_given(db, former)
    return _written(db, by, observation, ratings, ObservationState.SHARED, False, "share_observation")


def _written(
    db: Session,
    by: Actor,
    draft: Observation,
    ratings: Sequence[Seen],
    state: ObservationState,
    is_signed: bool,
    action: str,
) -> Observation:
    """The next version of a draft."""
    is_shared = state is not ObservationState.DRAFT
    if is_shared:
        check_can_share(db, by, draft)
    plan = plan_in_force(db, draft)
    if plan is not None:
        return write_planned(db, by, plan, draft, ratings, is_signed or is_shared, action)
    if is_signed:
        raise NotAllowed("It was not planned with other observers. Share it instead.")
    draft.state = state
    if is_shared:
        draft.planned_id = None  # what it was planned as was cancelled
    return store(db, by, draft, checked(db, draft, ratings), action)


def comment_on_observation(
    db: Session, *, by: Actor, submission: UUID | None = None, observation_id: int, comment: str
) -> Observation:
    """The observed person's own words beside it, once it is shared. Later words take the place of earlier ones, which
    stay in the record."""
    by = acting(db, by, submission)
    former = found_observation(db, by, observation_id, Object.OBSERVATION_TEXT)
    check_about(db, by, Object.OBSERVATION_TEXT, Action.COMMENT, former.observed_id)
    if former.state is ObservationState.DRAFT:
        raise NotAllowed
    check_current(db, former)
    if not comment.strip():
        raise InvalidRecord(comment="Write your comment first.")
    if len(comment) > LONGEST_WORDS:
        raise InvalidRecord(comment=too_long(comment, LONGEST_WORDS))
    observation = version_after(by, former)
    observation.comment = comment.strip()
    return store(db, by, observation, ratings_given(db, former), "comment_on_observation")


def sign_observation(db: Session, *, by: Actor, submission: UUID | None = None, observation_id: int) -> Observation:
    """A therapy manager of the observed person's community stands by a shared observation. Never one of themselves,
    and nobody who is in training."""
    by = acting(db, by, submission)
    former = found_observation(db, by, observation_id)
    check_about(db, by, Object.OBSERVATION_RATING, Action.SIGN, former.observed_id)
    check_not_in_training(db, by)
    check_current(db, former)
    if former.state is not ObservationState.SHARED:
        is_draft = former.state is ObservationState.DRAFT
        raise NotAllowed("Share it first, then sign it." if is_draft else "This observation is already signed.")
    observation = version_after(by, former)
    observation.state = ObservationState.SIGNED
    return store(db, by, observation, ratings_given(db, former), "sign_observation")


def record_feedback(
    db: Session, *, by: Actor, submission: UUID | None = None, observation_id: int, feedback_on: date
) -> Observation:
    """The day on which its observer talked a shared observation through with the observed person."""
    by = acting(db, by, submission)
    former = found_observation(db, by, observation_id)
    check_about(db, by, Object.OBSERVATION_RATING, Action.UPDATE, former.observed_id)
    if former.observer_id != by.staff_id:
        raise NotAllowed
    check_current(db, former)
    if former.state is ObservationState.DRAFT:
        raise NotAllowed("Share it first: feedback is given on what both have read.")
    if not former.observed_on <= feedback_on <= today():
        raise InvalidRecord(
            feedback_on=f"Choose a day from {words.day(former.observed_on)}, when you observed, up to today."
        )
    observation = version_after(by, former)
    observation.feedback_on = feedback_on
    return store(db, by, observation, ratings_given(db, former), "record_feedback")
