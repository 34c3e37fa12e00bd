"""Moderation: the levels that stand for a session where its observers differ. The ratings stay as they were given.

Settled by somebody who signs observations of that person and was neither observed nor an observer.
"""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, acting, check_about, check_not_in_training
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    ModeratedLevel,
    Moderation,
    ObservationState,
    PlannedObservation,
    Rating,
    Standard,
    StandardSet,
)
from tcsuper.queries.evidence import current
from tcsuper.rules.observing import where_they_differ
from tcsuper.services.evidence import check_current, version_after
from tcsuper.services.keeping_observations import problem_with_level, too_long
from tcsuper.services.several_observers import locked_plan, observations_of, observers_of

LONGEST_REASON = 2_000


def moderate_observation(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    planned_id: int,
    levels: Mapping[int, int],
    reason: str,
) -> Moderation:
    """`levels`: by standard id, for every standard on which the observers differ, the level that stands, and why."""
    by = acting(db, by, submission)
    plan = _to_moderate(db, by, planned_id)
    if _moderation(db, planned_id) is not None:
        raise NotAllowed("This session is moderated already. Correct what was settled instead.")
    moderation = Moderation(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        planned_id=planned_id,
        moderated_on=today(),
        reason=reason.strip(),
    )
    return _store(db, by, plan, moderation, levels, "moderate_observation")


def correct_moderation(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    moderation_id: int,
    levels: Mapping[int, int],
    reason: str,
) -> Moderation:
    """Other levels, or another reason, in the place of what was settled, which stays on record. `moderation_id` is the
    version that was looked at."""
    by = acting(db, by, submission)
    former = db.get(Moderation, moderation_id)
    if former is None:
        raise NotAllowed
    plan = _to_moderate(db, by, former.planned_id)
    check_current(db, former, by)
    moderation = version_after(by, former)
    moderation.moderated_on, moderation.reason = today(), reason.strip()
    return _store(db, by, plan, moderation, levels, "correct_moderation")


def _to_moderate(db: Session, by: Actor, planned_id: int) -> PlannedObservation:
    """Role, relationship (neither observed nor an observer), state."""
    plan = db.get(PlannedObservation, planned_id)
    if plan is None:
        raise NotAllowed
    check_about(db, by, Object.OBSERVATION_RATING, Action.SIGN, plan.observed_id)
    check_not_in_training(db, by)
    plan = locked_plan(db, planned_id)
    if any(one.observer_id == by.staff_id and one.signed_at for one in observers_of(db, planned_id)):
        raise NotAllowed("You observed this session yourself: somebody else settles where observers differ.")
    return plan


def _moderation(db: Session, planned_id: int) -> Moderation | None:
    return db.exec(select(Moderation).where(Moderation.planned_id == planned_id, current(Moderation))).first()


def _store(
    db: Session, by: Actor, plan: PlannedObservation, moderation: Moderation, levels: Mapping[int, int], action: str
) -> Moderation:
    problems = _problems(db, plan, levels)
    if not moderation.reason:
        problems["reason"] = "Say why these levels stand."
    elif len(moderation.reason) > LONGEST_REASON:
        problems["reason"] = too_long(moderation.reason, LONGEST_REASON)
    if problems:
        raise InvalidRecord(**problems)
    db.add(moderation)
    db.flush()
    for standard_id, level in levels.items():
        db.add(ModeratedLevel(moderation_id=moderation.id or 0, standard_id=standard_id, level=level))
    record_event(
        db,
        by=by,
        action=action,
        object_kind="moderation",
        object_key=moderation.record_id,
        about=[plan.observed_id],
        planned_id=plan.id,
        observed_id=plan.observed_id,
        standard_ids=sorted(levels),
    )
    return moderation


def _problems(db: Session, plan: PlannedObservation, levels: Mapping[int, int]) -> dict[str, str]:
    differing = where_they_differ(_levels_given(db, plan))
    if not differing:
        raise NotAllowed("Its observers do not differ on any standard, or have not all signed yet.")
    problems = {}
    pinned = db.get_one(StandardSet, plan.standard_set_id)
    for standard in db.exec(select(Standard).where(col(Standard.id).in_(differing))):
        level = levels.get(standard.id or 0)
        if level is None:
            problems[f"level_{standard.id}"] = f"{standard.short_title}: choose the level that stands."
        elif problem := problem_with_level(pinned, level):
            problems[f"level_{standard.id}"] = f"{standard.short_title}: {problem}"
    if set(levels) - set(differing):
        problems["levels"] = "Only standards on which the observers differ are moderated."
    return problems


def _levels_given(db: Session, plan: PlannedObservation) -> dict[int, dict[int, int]]:
    """By standard and observer, once all is shared; of one observation rated together nobody differs."""
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    for seen in observations_of(db, plan.id or 0):
        if seen.state is not ObservationState.DRAFT:
            for rating in db.exec(select(Rating).where(Rating.observation_id == seen.id)):
                levels[rating.standard_id][seen.observer_id] = rating.level
    return levels
