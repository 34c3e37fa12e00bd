"""Observations as people may read them: the list, one whole, and how several observers of one session differ."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, may_about, observations_visible_to, people_within
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    ModeratedLevel,
    Moderation,
    Observation,
    ObservationState,
    PlannedObservation,
    PlannedObserver,
    Rating,
    Staff,
    StandardSet,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.frames import frame_of
from tcsuper.queries.practice import SetOfStandards, StandardToRate, levels_by_number, standards_to_rate
from tcsuper.rules.observing import where_they_differ


def observations_seen(
    db: Session,
    *,
    viewer: Actor,
    on: date,
    known_on: date | None = None,
    about: int | None = None,
) -> pd.DataFrame:
    """Observations up to a date that the viewer may read, newest first: drafts only their own.

    Columns: observation_id, record_id, observed_id, person, observer, observed_on, set_name, set_version, group_type,
    group_name, how, minutes_seen, state, rated (how many standards), commented (bool), mine (bool: I am the observer),
    may_sign, planned_id, is_signed (a draft that its observer signed, while it waits for others), with_others (bool: a
    draft that others rate too, and which is therefore signed and not shared directly).
    """
    observed, observer = aliased(Staff), aliased(Staff)
    rated = sa.select(sa.func.count()).where(col(Rating.observation_id) == col(Observation.id)).scalar_subquery()
    to_sign = sa.and_(
        col(Observation.state) == ObservationState.SHARED,
        col(Observation.observed_id).in_(people_within(viewer, Object.OBSERVATION_RATING, Action.SIGN)),
    )
    return frame_of(
        db,
        sa.select(
            col(Observation.id).label("observation_id"),
            col(Observation.record_id),
            col(Observation.observed_id),
            col(observed.full_name).label("person"),
            col(observer.full_name).label("observer"),
            col(Observation.observed_on),
            col(StandardSet.name).label("set_name"),
            col(StandardSet.version).label("set_version"),
            col(Observation.group_type),
            col(Observation.group_name),
            col(Observation.how),
            col(Observation.minutes_seen),
            col(Observation.state),
            rated.label("rated"),
            (col(Observation.comment) != "").label("commented"),
            (col(Observation.observer_id) == viewer.staff_id).label("mine"),
            to_sign.label("may_sign"),
            col(Observation.planned_id),
            _signed_by_observer().label("is_signed"),
            _with_others().label("with_others"),
        )
        .join(observed, col(observed.id) == col(Observation.observed_id))
        .join(observer, col(observer.id) == col(Observation.observer_id))
        .join(StandardSet, col(StandardSet.id) == col(Observation.standard_set_id))
        .where(
            observations_visible_to(viewer),
            current(Observation, known_on),
            col(Observation.observed_on) <= on,
            *([] if about is None else [col(Observation.observed_id) == about]),
        )
        .order_by(col(Observation.observed_on).desc(), col(Observation.id).desc()),
    )


def _signed_by_observer() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(PlannedObserver.planned_id) == col(Observation.planned_id),
        col(PlannedObserver.observer_id) == col(Observation.observer_id),
        col(PlannedObserver.signed_at).is_not(None),
    )


def _with_others() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(PlannedObserver.planned_id) == col(Observation.planned_id),
        col(PlannedObserver.observer_id) != col(Observation.observer_id),
        col(PlannedObserver.stood_back_at).is_(None),
        col(PlannedObservation.id) == col(PlannedObserver.planned_id),
        col(PlannedObservation.cancelled_at).is_(None),
    )


@dataclass(frozen=True)
class RatedStandard:
    """`level` None: not seen."""

    standard: StandardToRate
    level: int | None
    evidence: str


@dataclass(frozen=True)
class ObservationDetail:
    """One observation whole, as it stands now. `history`: what became of it since it was shared (word, who, when)."""

    version: Observation
    person: str
    observer: str
    standards: SetOfStandards
    ratings: list[RatedStandard]
    history: list[tuple[str, str, datetime]]
    may_change: bool
    may_comment: bool
    may_sign: bool
    may_say_feedback: bool = False
    is_signed: bool = False
    """Its observer signed it, and it waits for others."""
    with_others: bool = False
    """Others rate the same session: it is signed, not shared directly."""


def observation_detail(db: Session, *, viewer: Actor, record_id: UUID) -> ObservationDetail:
    """Finding it and being allowed are one step."""
    version = db.exec(
        select(Observation).where(
            Observation.record_id == record_id,
            current(Observation),
            observations_visible_to(viewer),
            observations_visible_to(viewer, Object.OBSERVATION_TEXT),
        )
    ).first()
    if version is None:
        raise NotAllowed
    given = {one.standard_id: one for one in db.exec(select(Rating).where(Rating.observation_id == version.id))}
    ratings = []
    for standard in standards_to_rate(db, viewer=viewer, set_id=version.standard_set_id):
        found = given.get(standard.standard_id)
        ratings.append(RatedStandard(standard, found.level if found else None, found.evidence if found else ""))
    pinned = db.get_one(StandardSet, version.standard_set_id)
    state, about, mine = version.state, (version.observed_id,), version.observer_id == viewer.staff_id
    of_this = sa.select(_signed_by_observer(), _with_others()).where(col(Observation.id) == version.id)
    is_signed, with_others = db.execute(of_this).one()
    return ObservationDetail(
        version,
        db.get_one(Staff, version.observed_id).full_name,
        db.get_one(Staff, version.observer_id).full_name,
        SetOfStandards(
            pinned.id or 0,
            f"{pinned.name}, version {pinned.version}",
            levels_by_number(pinned.level_names, pinned.lowest_level),
        ),
        ratings,
        _history(db, record_id),
        may_change=state is ObservationState.DRAFT and mine and not is_signed,
        may_comment=may_about(db, viewer, Object.OBSERVATION_TEXT, Action.COMMENT, *about),
        may_sign=state is ObservationState.SHARED
        and may_about(db, viewer, Object.OBSERVATION_RATING, Action.SIGN, *about),
        may_say_feedback=state is not ObservationState.DRAFT
        and mine
        and may_about(db, viewer, Object.OBSERVATION_RATING, Action.UPDATE, *about),
        is_signed=is_signed,
        with_others=with_others,
    )


def _history(db: Session, record_id: UUID) -> list[tuple[str, str, datetime]]:
    versions = db.execute(
        sa.select(
            col(Observation.state),
            col(Observation.comment),
            col(Observation.feedback_on),
            col(Staff.full_name),
            col(Observation.recorded_at),
        )
        .join(Staff, col(Staff.id) == col(Observation.recorded_by_id))
        .where(col(Observation.record_id) == record_id, col(Observation.state) != ObservationState.DRAFT)
        .order_by(col(Observation.id))
    ).all()
    history = []
    former = (ObservationState.DRAFT, "", None)
    for state, comment, feedback_on, who, at in versions:
        if state is not former[0]:
            word = state.value
        elif feedback_on != former[2]:
            word = "feedback noted"
        else:
            word = "commented on" if comment != former[1] else "changed"
        history.append((word.capitalize(), who, at))
        former = (state, comment, feedback_on)
    return history


# ---------------------------------------------------------------------------------------------------------------------
# Several observers of one session, side by side


@dataclass(frozen=True)
class Settled:
    """What somebody moderated. `reason` is empty for those who may not read words about the observed person."""

    moderation_id: int
    on: date
    by: str
    reason: str
    levels: dict[int, int]


@dataclass(frozen=True)
class SideBySide:
    """A session that several rated blind. `levels`: by standard id, each observer's level; not seen is left out."""

    planned_id: int
    observed_id: int
    person: str
    on: date
    group: str
    set_id: int
    scale: dict[int, str]
    observers: dict[int, str]
    levels: dict[int, dict[int, int]] = field(default_factory=dict)
    settled: Settled | None = None
    may_moderate: bool = False

    @property
    def differing(self) -> list[int]:
        return where_they_differ(self.levels)

    @property
    def seen_by_all(self) -> int:
        return sum(len(given) == len(self.observers) for given in self.levels.values())


def rated_by_several(db: Session, *, viewer: Actor, on: date, about: int | None = None) -> list[SideBySide]:
    """Sessions up to a date that several observers rated blind, of whose levels the viewer may read those of two at
    least, the latest first."""
    rows = db.execute(
        sa.select(Observation, col(Staff.full_name))
        .join(Staff, col(Staff.id) == col(Observation.observer_id))
        .join(PlannedObservation, col(PlannedObservation.id) == col(Observation.planned_id))
        .where(
            observations_visible_to(viewer),
            current(Observation),
            col(Observation.state) != ObservationState.DRAFT,
            col(Observation.observed_on) <= on,
            ~col(PlannedObservation.together),
            *([] if about is None else [col(Observation.observed_id) == about]),
        )
        .order_by(col(Observation.observed_on).desc(), col(Observation.id))
    ).all()
    by_plan: dict[int, list[tuple[Observation, str]]] = defaultdict(list)
    for one, observer in rows:
        by_plan[one.planned_id or 0].append((one, observer))
    of_several = {planned: seen for planned, seen in by_plan.items() if len(seen) > 1}
    return _side_by_side(db, viewer, of_several)


def side_by_side(db: Session, *, viewer: Actor, planned_id: int) -> SideBySide:
    """One of them."""
    found = [one for one in rated_by_several(db, viewer=viewer, on=date.max) if one.planned_id == planned_id]
    if not found:
        raise NotAllowed
    return found[0]


def _side_by_side(db: Session, viewer: Actor, by_plan: dict[int, list[tuple[Observation, str]]]) -> list[SideBySide]:
    seen = [one for of_plan in by_plan.values() for one, _ in of_plan]
    planned_of = {one.id: (one.planned_id or 0, one.observer_id) for one in seen}
    levels: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for rating in db.exec(select(Rating).where(col(Rating.observation_id).in_(planned_of)).order_by(col(Rating.id))):
        planned_id, observer_id = planned_of[rating.observation_id]
        levels[planned_id][rating.standard_id][observer_id] = rating.level
    people = _names(db, {one.observed_id for one in seen})
    pinned = db.exec(select(StandardSet).where(col(StandardSet.id).in_({one.standard_set_id for one in seen})))
    scales = {one.id: levels_by_number(one.level_names, one.lowest_level) for one in pinned}
    settled = _settled(db, viewer, list(by_plan))
    may_sign = set(db.scalars(people_within(viewer, Object.OBSERVATION_RATING, Action.SIGN)))
    found = []
    for planned_id, of_plan in by_plan.items():
        one = of_plan[0][0]
        observers = {seen.observer_id: name for seen, name in of_plan}
        found.append(
            SideBySide(
                planned_id,
                one.observed_id,
                people[one.observed_id],
                one.observed_on,
                one.group_name or one.group_type,
                one.standard_set_id,
                scales[one.standard_set_id],
                observers,
                {standard: dict(given) for standard, given in levels[planned_id].items()},
                settled.get(planned_id),
                one.observed_id in may_sign and viewer.staff_id not in observers,
            )
        )
    return found


def _names(db: Session, staff_ids: set[int]) -> dict[int, str]:
    rows = db.execute(sa.select(col(Staff.id), col(Staff.full_name)).where(col(Staff.id).in_(staff_ids)))
    return {staff_id: name for staff_id, name in rows}


def _settled(db: Session, viewer: Actor, plans: Sequence[int]) -> dict[int, Settled]:
    """The words of it are for the observed person and their manager, as the words of observers are."""
    reads = set(db.scalars(people_within(viewer, Object.OBSERVATION_TEXT, Action.COMMENT)))
    reads |= set(db.scalars(people_within(viewer, Object.OBSERVATION_RATING, Action.SIGN)))
    rows = db.execute(
        sa.select(Moderation, col(Staff.full_name), col(PlannedObservation.observed_id))
        .join(PlannedObservation, col(PlannedObservation.id) == col(Moderation.planned_id))
        .outerjoin(Staff, col(Staff.id) == col(Moderation.recorded_by_id))
        .where(col(Moderation.planned_id).in_(plans), current(Moderation))
    ).all()
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    ids = [one.id for one, _, _ in rows]
    for level in db.exec(select(ModeratedLevel).where(col(ModeratedLevel.moderation_id).in_(ids))):
        levels[level.moderation_id][level.standard_id] = level.level
    return {
        one.planned_id: Settled(
            one.id or 0, one.moderated_on, by or "", one.reason if observed in reads else "", levels[one.id or 0]
        )
        for one, by, observed in rows
    }
