"""Observation planned: whose work is to be seen in which group and week, and by whom; and what comes of it.

Several observers rate blind to each other, or together in one observation. `several_observers.py` has the rules of
signing and sharing that they have in common with observations as such.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    acting,
    actor_for_staff,
    check_about,
    check_can_plan,
    may_about,
)
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    HowObserved,
    Observation,
    ObservationState,
    PlannedObservation,
    PlannedObserver,
    Staff,
    StandardSet,
)
from tcsuper.rules.observing import monday_of
from tcsuper.services.evidence import check_current
from tcsuper.services.keeping_observations import (
    LONGEST_GROUP,
    Seen,
    checked,
    found_observation,
    is_rated_by,
    ratings_given,
    tell,
    too_long,
)
from tcsuper.services.several_observers import (
    check_can_rate,
    check_can_sign,
    locked_plan,
    observations_of,
    observers_of,
    share_if_complete,
    sign,
    write_planned,
)

LONGEST_REASON = 500
MOST_OBSERVERS = 6


# ---------------------------------------------------------------------------------------------------------------------
# The plan


def plan_observation(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    observed_id: int,
    standard_set_id: int,
    week_of: date,
    observer_ids: Iterable[int],
    group_type: str = "",
    group_name: str = "",
    together: bool = False,
) -> PlannedObservation:
    """Who is to be seen, by which standards, in which week (any day of it) and by whom. Each observer must be somebody
    who may observe that person; whoever plans as a supervisor is one of them."""
    by = acting(db, by, submission)
    observers = sorted(set(observer_ids))
    check_can_plan(db, by, Action.CREATE, observed_id, observers)
    problems = _problems(db, by, observed_id, week_of, observers, group_type, group_name)
    pinned = db.get(StandardSet, standard_set_id)
    if pinned is None or not is_rated_by(pinned):
        problems["standard_set_id"] = "Choose a set of standards from the list."
    if together and len(observers) == 1:
        problems["together"] = "Rating together takes at least two observers."
    if problems:
        raise InvalidRecord(**problems)
    plan = PlannedObservation(
        observed_id=observed_id,
        standard_set_id=standard_set_id,
        week_of=monday_of(week_of),
        group_type=group_type.strip(),
        group_name=group_name.strip(),
        together=together,
        planned_by_id=by.staff_id,
        planned_at=now(),
    )
    db.add(plan)
    db.flush()
    db.add_all(PlannedObserver(planned_id=plan.id or 0, observer_id=one) for one in observers)
    _tell(db, by, plan, "plan_observation", [observed_id, *observers], observers=observers)
    return plan


def change_planned_observation(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    planned_id: int,
    week_of: date,
    observer_ids: Iterable[int],
    group_type: str = "",
    group_name: str = "",
) -> PlannedObservation:
    """Another week, group or other observers, as long as nobody has signed. Person, standards and whether they rate
    together stay: for another, cancel it and plan anew."""
    by = acting(db, by, submission)
    plan = _to_keep(db, by, planned_id)
    observers = sorted(set(observer_ids))
    check_can_plan(db, by, Action.UPDATE, plan.observed_id, observers)
    _check_nobody_signed(db, plan)
    known = {one.observer_id: one for one in observers_of(db, planned_id)}
    problems = _problems(db, by, plan.observed_id, max(week_of, today()), observers, group_type, group_name)
    if monday_of(week_of) < min(plan.week_of, monday_of(today())):
        problems["week_of"] = "That week is over. Choose this week or a later one."
    if plan.together and len(observers) == 1:
        problems["observer_ids"] = "Rating together takes at least two observers."
    if problems:
        raise InvalidRecord(**problems)
    plan.week_of, plan.group_type, plan.group_name = monday_of(week_of), group_type.strip(), group_name.strip()
    for gone in known.keys() - set(observers):
        db.delete(known[gone])
    db.add_all(PlannedObserver(planned_id=planned_id, observer_id=one) for one in observers if one not in known)
    concerned = [plan.observed_id, *observers, *known]
    _tell(db, by, plan, "change_planned_observation", concerned, observers=observers)
    return plan


def cancel_planned_observation(
    db: Session, *, by: Actor, submission: UUID | None = None, planned_id: int, reason: str
) -> PlannedObservation:
    """It will not take place, for a reason. A draft of it stays its observer's, as one that was not planned."""
    by = acting(db, by, submission)
    plan = _to_keep(db, by, planned_id)
    _check_nobody_signed(db, plan)
    if not reason.strip():
        raise InvalidRecord(reason="Say why it does not take place.")
    if len(reason) > LONGEST_REASON:
        raise InvalidRecord(reason=too_long(reason, LONGEST_REASON))
    plan.cancelled_at, plan.cancelled_because = now(), reason.strip()
    observers = [one.observer_id for one in observers_of(db, planned_id)]
    _tell(db, by, plan, "cancel_planned_observation", [plan.observed_id, *observers])
    return plan


def stand_back(
    db: Session, *, by: Actor, submission: UUID | None = None, planned_id: int, observer_id: int | None = None
) -> PlannedObservation:
    """I did not observe after all; or, as a manager of the observed person, somebody else did not come: nobody waits
    for them any more. It is for good, since what the others signed may be shared by it."""
    by = acting(db, by, submission)
    plan = _found(db, by, planned_id)
    who = observer_id if observer_id is not None else by.staff_id
    if who != by.staff_id:
        check_can_plan(db, by, Action.UPDATE, plan.observed_id, observers=())
    _check_open(plan)
    theirs = next((one for one in observers_of(db, planned_id) if one.observer_id == who), None)
    if theirs is None:
        raise NotAllowed
    if theirs.signed_at is not None or theirs.stood_back_at is not None:
        word = "signed" if theirs.signed_at is not None else "stood back"
        raise NotAllowed(f"{db.get_one(Staff, who).full_name} has {word} already.")
    theirs.stood_back_at = now()
    db.flush()
    is_shared = share_if_complete(db, plan)
    about = [who, plan.observed_id] if is_shared else [who]
    _tell(db, by, plan, "stand_back", about, observer_id=who, is_shared=is_shared)
    return plan


# ---------------------------------------------------------------------------------------------------------------------
# What comes of it


def record_planned_observation(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    planned_id: int,
    observed_on: date,
    group_type: str,
    how: HowObserved,
    minutes_seen: int,
    consent: bool,
    ratings: Sequence[Seen],
    group_name: str = "",
    strengths: str = "",
    next_step: str = "",
    is_signed: bool = False,
) -> Observation:
    """What one of its observers saw: kept as a draft, or signed at once. Whom and by which standards, the plan says."""
    by = acting(db, by, submission)
    plan = _found(db, by, planned_id)
    check_about(db, by, Object.OBSERVATION_RATING, Action.CREATE, plan.observed_id)
    _check_open(plan)
    check_can_rate(db, by, plan)
    _check_not_written(db, by, plan)
    observation = Observation(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        observed_id=plan.observed_id,
        observer_id=by.staff_id,
        standard_set_id=plan.standard_set_id,
        state=ObservationState.DRAFT,
        planned_id=planned_id,
        observed_on=observed_on,
        group_type=group_type.strip(),
        group_name=group_name.strip(),
        how=how,
        minutes_seen=minutes_seen,
        consent=consent,
        strengths=strengths.strip(),
        next_step=next_step.strip(),
    )
    return write_planned(db, by, plan, observation, ratings, is_signed, "record_planned_observation")


def sign_as_observer(db: Session, *, by: Actor, submission: UUID | None = None, observation_id: int) -> Observation:
    """I stand by what I saw: from now on I cannot change it. Once everyone named has signed or stood back it is shared.
    Of an observation rated together the others sign the same one, after its writer. `observation_id` is the version
    that was looked at."""
    by = acting(db, by, submission)
    draft = found_observation(db, by, observation_id)
    check_about(db, by, Object.OBSERVATION_RATING, Action.UPDATE, draft.observed_id)
    if draft.planned_id is None:
        raise NotAllowed
    plan = locked_plan(db, draft.planned_id)
    if draft.observer_id != by.staff_id and not plan.together:
        raise NotAllowed
    _check_open(plan)
    check_current(db, draft)
    mine = check_can_rate(db, by, plan)
    checked(db, draft, ratings_given(db, draft), is_signed=True)
    check_can_sign(db, plan, mine, draft)
    if sign(db, plan, mine):
        draft = next(one for one in observations_of(db, plan.id or 0) if one.observer_id == draft.observer_id)
    tell(db, by, draft, "sign_as_observer")
    return draft


# ---------------------------------------------------------------------------------------------------------------------
# Who, and when


def _found(db: Session, by: Actor, planned_id: int) -> PlannedObservation:
    plan = db.get(PlannedObservation, planned_id)
    if plan is None or not may_about(db, by, Object.PLANNED_OBSERVATION, Action.READ, plan.observed_id):
        raise NotAllowed
    return locked_plan(db, planned_id)


def _to_keep(db: Session, by: Actor, planned_id: int) -> PlannedObservation:
    plan = _found(db, by, planned_id)
    observers = [one.observer_id for one in observers_of(db, planned_id)]
    check_can_plan(db, by, Action.UPDATE, plan.observed_id, observers)
    _check_open(plan)
    return plan


def _check_open(plan: PlannedObservation) -> None:
    if plan.cancelled_at is not None:
        raise NotAllowed("This planned observation was cancelled.")


def _check_nobody_signed(db: Session, plan: PlannedObservation) -> None:
    signed = [one.observer_id for one in observers_of(db, plan.id or 0) if one.signed_at is not None]
    if signed:
        names = db.exec(select(Staff.full_name).where(col(Staff.id).in_(signed)).order_by(Staff.full_name))
        raise NotAllowed(
            f"{words.listed(list(names))} signed what was seen already, so it took place. Whoever did not come can "
            "stand back."
        )


def _check_not_written(db: Session, by: Actor, plan: PlannedObservation) -> None:
    """Each observer writes one observation of a plan; rating together, there is one in all."""
    named = {one.observer_id for one in observers_of(db, plan.id or 0) if one.stood_back_at is None}
    for draft in observations_of(db, plan.id or 0):
        if draft.observer_id == by.staff_id:
            raise NotAllowed("You have begun this one already: it is among your drafts.")
        if plan.together and draft.observer_id in named:
            writer = db.get_one(Staff, draft.observer_id).full_name
            raise NotAllowed(f"You rate together, and {writer} is writing it. You sign it once they have.")


def _problems(
    db: Session, by: Actor, observed_id: int, week_of: date, observers: list[int], group_type: str, group_name: str
) -> dict[str, str]:
    problems = {}
    if monday_of(week_of) < monday_of(today()):
        problems["week_of"] = "That week is over. Choose this week or a later one."
    if not observers:
        problems["observer_ids"] = "Choose at least one observer."
    elif len(observers) > MOST_OBSERVERS:
        problems["observer_ids"] = f"Choose at most {MOST_OBSERVERS} observers."
    elif not all(_may_observe(db, one, observed_id) for one in observers):
        problems["observer_ids"] = (
            "Somebody chosen may not observe this person: supervisors observe those they supervise, managers the "
            "people of their communities, and nobody themselves."
        )
    for field, text in (("group_type", group_type), ("group_name", group_name)):
        if len(text) > LONGEST_GROUP:
            problems[field] = too_long(text, LONGEST_GROUP)
    return problems


def _may_observe(db: Session, observer_id: int, observed_id: int) -> bool:
    if observer_id == observed_id or db.get(Staff, observer_id) is None:
        return False
    observer = actor_for_staff(db, observer_id)
    return may_about(db, observer, Object.OBSERVATION_RATING, Action.CREATE, observed_id)


def _tell(db: Session, by: Actor, plan: PlannedObservation, action: str, about: Iterable[int], **detail: Any) -> None:
    db.flush()
    record_event(
        db,
        by=by,
        action=action,
        object_kind="planned_observation",
        object_key=plan.id,
        about=about,
        observed_id=plan.observed_id,
        week_of=plan.week_of.isoformat(),
        **detail,
    )
