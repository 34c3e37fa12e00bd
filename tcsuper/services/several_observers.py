"""Several observers of one planned session: who may still sign, and when what they signed is shared.

Everything here begins by locking the plan: two observers who sign at the same moment are served one after the other,
and the second of them is the one after whom nobody is awaited.
"""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Observation, ObservationState, PlannedObservation, PlannedObserver, Staff
from tcsuper.queries.evidence import current
from tcsuper.rules.observing import Expected, is_complete, is_in_week, others_observing
from tcsuper.services.evidence import version_after
from tcsuper.services.keeping_observations import Seen, checked, keep, ratings_given, tell

NO_LONGER = "You are no longer one of its observers. What you wrote stays with you alone."
SIGNED = "You have signed what you saw. It can no longer be changed."


def locked_plan(db: Session, planned_id: int) -> PlannedObservation:
    """The plan as it is now, and nobody else's to change until this transaction ends. SQLite lets one write at a time
    anyway."""
    plan = db.exec(
        select(PlannedObservation)
        .where(PlannedObservation.id == planned_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if plan is None:
        raise NotAllowed
    return plan


def observers_of(db: Session, planned_id: int) -> list[PlannedObserver]:
    found = select(PlannedObserver).where(PlannedObserver.planned_id == planned_id).order_by(col(PlannedObserver.id))
    return list(db.exec(found.execution_options(populate_existing=True)))


def expected(observers: Iterable[PlannedObserver]) -> list[Expected]:
    return [Expected(one.observer_id, one.signed_at is not None, one.stood_back_at is not None) for one in observers]


def check_can_rate(db: Session, by: Actor, plan: PlannedObservation) -> PlannedObserver:
    """Whoever is named as its observer, has not signed and did not stand back."""
    mine = next((one for one in observers_of(db, plan.id or 0) if one.observer_id == by.staff_id), None)
    if mine is None and all(one.observer_id != by.staff_id for one in observations_of(db, plan.id or 0)):
        raise NotAllowed
    if mine is None or mine.stood_back_at is not None:
        raise NotAllowed(NO_LONGER)
    if mine.signed_at is not None:
        raise NotAllowed(SIGNED)
    return mine


def check_can_share(db: Session, by: Actor, draft: Observation) -> None:
    """Sharing directly is for those who observe alone. Else one would read the others' ratings before giving their own,
    or show their own before the others gave theirs: by the plan, or past it as if nothing had been planned."""
    plan = plan_in_force(db, draft)
    if plan is not None:
        check_can_rate(db, by, plan)
        others = others_observing(expected(observers_of(db, plan.id or 0)), by.staff_id)
        if others:
            raise NotAllowed(
                f"{_names(db, others)} observed this session too, or is to. Sign what you saw: it is shared once each "
                "of you has signed or stood back."
            )
        return
    _check_not_past_another_plan(db, by.staff_id, draft)


def _check_not_past_another_plan(db: Session, observer_id: int, draft: Observation) -> None:
    for planned in _planned_with_others(db, observer_id, draft):
        if planned.id != draft.planned_id:
            _check_not_past(db, observer_id, planned, draft)


def _planned_with_others(db: Session, observer_id: int, draft: Observation) -> list[PlannedObservation]:
    """What this observer was named to observe of the same person, together with others or blind to them."""
    theirs = select(PlannedObserver.planned_id).where(PlannedObserver.observer_id == observer_id)
    found = select(PlannedObservation).where(
        PlannedObservation.observed_id == draft.observed_id,
        col(PlannedObservation.cancelled_at).is_(None),
        col(PlannedObservation.id).in_(theirs),
    )
    return [plan for plan in db.exec(found) if len(observers_of(db, plan.id or 0)) > 1]


def _check_not_past(db: Session, observer_id: int, plan: PlannedObservation, draft: Observation) -> None:
    observers = expected(observers_of(db, plan.id or 0))
    written = {(one.observer_id, one.observed_on) for one in observations_of(db, plan.id or 0)}
    mine = next(one for one in observers if one.observer_id == observer_id)
    if is_complete(observers):
        if mine.stood_back and draft.observed_on in {on for _, on in written}:
            raise NotAllowed(
                f"You stood back from the observation of {words.day(draft.observed_on)}, and have been able to read "
                "what the others saw. What you wrote stays with you alone."
            )
    elif is_in_week(draft.observed_on, plan.week_of) or (observer_id, draft.observed_on) in written:
        raise NotAllowed(
            f"You are named with {_names(db, others_observing(observers, observer_id))} for an observation of this "
            f"person in the week of {words.day(plan.week_of)}, which is not signed by everyone yet. Record that one "
            "from its plan; another one can be shared once it is done."
        )


def observations_of(db: Session, planned_id: int) -> list[Observation]:
    """The current versions of what was observed by a plan, drafts included."""
    found = select(Observation).where(Observation.planned_id == planned_id, current(Observation))
    return list(db.exec(found.order_by(col(Observation.id))))


def plan_in_force(db: Session, draft: Observation) -> PlannedObservation | None:
    """What it was planned as, locked; None when it was not, or that was cancelled."""
    plan = locked_plan(db, draft.planned_id) if draft.planned_id is not None else None
    return plan if plan is not None and plan.cancelled_at is None else None


def write_planned(
    db: Session,
    by: Actor,
    plan: PlannedObservation,
    draft: Observation,
    ratings: Sequence[Seen],
    is_signed: bool,
    action: str,
) -> Observation:
    """A draft of what was planned, kept or signed. Gives the version that stands."""
    mine = check_can_rate(db, by, plan)
    seen = checked(db, draft, ratings, is_signed)
    if is_signed:
        check_can_sign(db, plan, mine, draft)
    keep(db, draft, seen)
    if is_signed and sign(db, plan, mine):
        draft = next(one for one in observations_of(db, plan.id or 0) if one.observer_id == by.staff_id)
    tell(db, by, draft, action)
    return draft


def check_can_sign(db: Session, plan: PlannedObservation, mine: PlannedObserver, draft: Observation) -> None:
    """All of one plan is of one session; and what is shared by this signature alone goes past no other plan."""
    _check_same_session(db, plan, mine, draft)
    if not others_observing(expected(observers_of(db, plan.id or 0)), mine.observer_id):
        _check_not_past_another_plan(db, mine.observer_id, draft)


def sign(db: Session, plan: PlannedObservation, mine: PlannedObserver) -> bool:
    """Stand by what was seen. Gives whether it is shared now."""
    mine.signed_at = now()
    db.add(mine)
    db.flush()
    return share_if_complete(db, plan)


def _check_same_session(db: Session, plan: PlannedObservation, mine: PlannedObserver, draft: Observation) -> None:
    """Observations of one plan are of the same session: their day is the one thing an observer is told of another's."""
    signed = {one.observer_id for one in observers_of(db, plan.id or 0) if one.signed_at and one.id != mine.id}
    for other in observations_of(db, plan.id or 0):
        if other.observer_id in signed and other.observed_on != draft.observed_on:
            who = _names(db, [other.observer_id])
            raise InvalidRecord(
                observed_on=f"{who} signed this session as of {words.day(other.observed_on)}. Choose the same day; for "
                "another session, plan another observation."
            )


def share_if_complete(db: Session, plan: PlannedObservation) -> bool:
    """When nobody is awaited any more, all that was signed is shared at once. Gives whether something is."""
    observers = observers_of(db, plan.id or 0)
    signed = {one.observer_id for one in observers if one.signed_at is not None}
    if not signed or not is_complete(expected(observers)):
        return False
    drafts = [one for one in observations_of(db, plan.id or 0) if one.observer_id in signed]
    for draft in [one for one in drafts if one.state is ObservationState.DRAFT]:
        shared = version_after(_observer(draft), draft)
        shared.state = ObservationState.SHARED
        keep(db, shared, ratings_given(db, draft))
    db.flush()
    return True


def _observer(draft: Observation) -> Actor:
    """It was each observer's own signature by which it is shared, whoever came last."""
    return Actor(draft.observer_id, None, "", now().date(), frozenset())


def _names(db: Session, staff_ids: Iterable[int]) -> str:
    names = db.exec(select(Staff.full_name).where(col(Staff.id).in_(list(staff_ids))).order_by(Staff.full_name))
    return words.listed(list(names)) or "others"
