"""What is planned to be observed: by week, by whom, and whom it waits for. Never what anybody rated."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    actor_for_account,
    check_about,
    check_can_plan,
    in_force,
    may,
    may_about,
    observations_visible_to,
    people_within,
)
from tcsuper.models import (
    Account,
    Observation,
    ObservationState,
    PlannedObservation,
    PlannedObserver,
    Role,
    RoleGrant,
    Staff,
    StandardSet,
    SupervisionAgreement,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.people import Person, people_to_choose
from tcsuper.queries.practice import levels_by_number
from tcsuper.rules.observing import monday_of


@dataclass(frozen=True)
class Named:
    """One who is to observe."""

    observer_id: int
    name: str
    has_signed: bool
    stood_back: bool


@dataclass(frozen=True)
class Planned:
    """`draft`: the version of the draft I may sign or go on with, mine or, rating together, its writer's; None until
    there is one. Whether others have begun theirs is not told."""

    planned_id: int
    observed_id: int
    person: str
    week_of: date
    group_type: str
    group_name: str
    set_id: int
    set_label: str
    levels: dict[int, str]
    together: bool
    observers: tuple[Named, ...]
    viewer_id: int
    draft: int | None
    draft_is_mine: bool
    draft_record: UUID | None
    seen_on: date | None
    """The day that those who signed told: an observer may know it, since all of one plan is of the same session."""
    may_change: bool
    may_stand_others_back: bool

    @property
    def me(self) -> Named | None:
        return next((one for one in self.observers if one.observer_id == self.viewer_id), None)

    @property
    def is_mine_to_rate(self) -> bool:
        return self.me is not None and not self.me.has_signed and not self.me.stood_back

    @property
    def awaited(self) -> tuple[Named, ...]:
        return tuple(one for one in self.observers if not one.has_signed and not one.stood_back)

    @property
    def is_begun(self) -> bool:
        """Somebody signed: from then on it is not changed or cancelled any more."""
        return any(one.has_signed for one in self.observers)

    @property
    def several(self) -> bool:
        return sum(not one.stood_back for one in self.observers) > 1

    def is_overdue(self, on: date) -> bool:
        return self.week_of + timedelta(days=6) < on


def planned_seen(db: Session, *, viewer: Actor, about: int | None = None) -> list[Planned]:
    """What is planned and still waits for somebody, of the people whose plans the viewer may read, by week."""
    rows = db.execute(
        sa.select(PlannedObservation, col(Staff.full_name), StandardSet)
        .join(Staff, col(Staff.id) == col(PlannedObservation.observed_id))
        .join(StandardSet, col(StandardSet.id) == col(PlannedObservation.standard_set_id))
        .where(
            col(PlannedObservation.observed_id).in_(people_within(viewer, Object.PLANNED_OBSERVATION)),
            col(PlannedObservation.cancelled_at).is_(None),
            _is_open(),
            *([] if about is None else [col(PlannedObservation.observed_id) == about]),
        )
        .order_by(col(PlannedObservation.week_of), col(Staff.full_name), col(PlannedObservation.id))
    ).all()
    observers = _observers(db, [plan.id or 0 for plan, _, _ in rows])
    drafts, days = _drafts(db, viewer), _days(db, [plan.id or 0 for plan, _, _ in rows])
    return [
        _planned(db, viewer, plan, person, pinned, observers[plan.id or 0], drafts, days)
        for plan, person, pinned in rows
    ]


def planned_about_me(db: Session, *, viewer: Actor) -> list[Planned]:
    """Who is to observe me, and in which week: from this week on."""
    mine = planned_seen(db, viewer=viewer, about=viewer.staff_id)
    return [one for one in mine if one.week_of >= monday_of(viewer.on)]


def observers_to_choose(db: Session, *, viewer: Actor, observed_id: int) -> list[Person]:
    """Whoever may observe this person and has an open account, by name, for somebody who may plan it."""
    check_about(db, viewer, Object.OBSERVATION_RATING, Action.CREATE, observed_id)
    actors = [actor_for_account(db, account, viewer.on) for account in _accounts_that_might(db, viewer)]
    may_observe = {
        actor.staff_id
        for actor in actors
        if actor is not None and may_about(db, actor, Object.OBSERVATION_RATING, Action.CREATE, observed_id)
    }
    return [one for one in _people_named(db, viewer, may_observe) if one.staff_id != observed_id]


def _people_named(db: Session, viewer: Actor, staff_ids: set[int]) -> list[Person]:
    known = {one.staff_id: one for one in people_to_choose(db, viewer=viewer, what=Object.PERSON)}
    rows = db.execute(
        sa.select(col(Staff.id), col(Staff.full_name)).where(col(Staff.id).in_(staff_ids)).order_by(Staff.full_name)
    )
    return [known.get(staff_id) or Person(staff_id, name, "") for staff_id, name in rows]


def _accounts_that_might(db: Session, viewer: Actor) -> Sequence[int]:
    """Accounts of those who supervise somebody or hold a manager's role: whether they may observe this one person is
    asked of each."""
    agreement, grant = SupervisionAgreement, RoleGrant
    supervisors = sa.select(col(agreement.supervisor_id)).where(
        in_force(agreement.start_on, agreement.end_on, viewer.on)
    )
    managers = sa.select(col(grant.staff_id)).where(
        col(grant.role) == Role.THERAPY_MANAGER, in_force(grant.start_on, grant.end_on, viewer.on)
    )
    either = sa.or_(col(Account.staff_id).in_(supervisors), col(Account.staff_id).in_(managers))
    return list(db.scalars(sa.select(col(Account.id)).where(either)))


def _is_open() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(PlannedObserver.planned_id) == col(PlannedObservation.id),
        col(PlannedObserver.signed_at).is_(None),
        col(PlannedObserver.stood_back_at).is_(None),
    )


def _observers(db: Session, plans: list[int]) -> dict[int, list[Named]]:
    rows = db.execute(
        sa.select(PlannedObserver, col(Staff.full_name))
        .join(Staff, col(Staff.id) == col(PlannedObserver.observer_id))
        .where(col(PlannedObserver.planned_id).in_(plans))
        .order_by(col(Staff.full_name), col(Staff.id))
    )
    observers: dict[int, list[Named]] = defaultdict(list)
    for one, name in rows:
        named = Named(one.observer_id, name, one.signed_at is not None, one.stood_back_at is not None)
        observers[one.planned_id].append(named)
    return observers


def _drafts(db: Session, viewer: Actor) -> dict[int, Observation]:
    """By plan, the draft that the viewer may read: their own, or the one that they rate together with its writer."""
    found = select(Observation).where(
        observations_visible_to(viewer),
        current(Observation),
        Observation.state == ObservationState.DRAFT,
        col(Observation.planned_id).is_not(None),
    )
    drafts = db.exec(found.order_by(col(Observation.observer_id) == viewer.staff_id, col(Observation.id))).all()
    return {one.planned_id or 0: one for one in drafts}


def _days(db: Session, plans: list[int]) -> dict[int, date]:
    signed = sa.and_(
        col(PlannedObserver.planned_id) == col(Observation.planned_id),
        col(PlannedObserver.observer_id) == col(Observation.observer_id),
        col(PlannedObserver.signed_at).is_not(None),
    )
    rows = db.execute(
        sa.select(col(Observation.planned_id), col(Observation.observed_on))
        .join(PlannedObserver, signed)
        .where(col(Observation.planned_id).in_(plans), current(Observation))
    )
    return {planned_id: day for planned_id, day in rows}


def _planned(
    db: Session,
    viewer: Actor,
    plan: PlannedObservation,
    person: str,
    pinned: StandardSet,
    observers: list[Named],
    drafts: dict[int, Observation],
    days: dict[int, date],
) -> Planned:
    ids = [one.observer_id for one in observers]
    draft, is_observer = drafts.get(plan.id or 0), viewer.staff_id in ids
    manages = may(check_can_plan, db, viewer, Action.UPDATE, plan.observed_id, ())
    shown = observers if plan.observed_id != viewer.staff_id else [_unsaid(one) for one in observers]
    return Planned(
        plan.id or 0,
        plan.observed_id,
        person,
        plan.week_of,
        plan.group_type,
        plan.group_name,
        pinned.id or 0,
        f"{pinned.name}, version {pinned.version}",
        levels_by_number(pinned.level_names, pinned.lowest_level),
        plan.together,
        tuple(shown),
        viewer.staff_id,
        draft.id if draft else None,
        draft is not None and draft.observer_id == viewer.staff_id,
        draft.record_id if draft else None,
        days.get(plan.id or 0) if is_observer else None,
        manages or may(check_can_plan, db, viewer, Action.UPDATE, plan.observed_id, ids),
        manages,
    )


def _unsaid(observer: Named) -> Named:
    """Whoever is observed is told who comes, not how far each of them is."""
    return Named(observer.observer_id, observer.name, False, False)
