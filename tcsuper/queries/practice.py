"""Observed practice as people read it: against the required level, over time, and the observations behind it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    check_about,
    may_about,
    observations_visible_to,
    people_within,
    self_ratings_visible_to,
)
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Anchor,
    HowObserved,
    Observation,
    ObservationState,
    Post,
    Rating,
    RequirementKind,
    SelfRating,
    Staff,
    Standard,
    StandardSet,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.frames import frame_of
from tcsuper.queries.ratings import StandardRequired, required_levels
from tcsuper.queries.standing import Row, standings, standings_seen
from tcsuper.rules.practice import LevelRequired, PracticeStanding
from tcsuper.rules.standing import Span

# ---------------------------------------------------------------------------------------------------------------------
# Sets of standards: what an observer rates against


@dataclass(frozen=True)
class SetOfStandards:
    """One version of a set. `levels`: number to name, lowest first."""

    set_id: int
    label: str
    levels: dict[int, str]
    is_required: bool = False


@dataclass(frozen=True)
class StandardToRate:
    """`anchors`: what each level looks like."""

    standard_id: int
    number: int
    title: str
    text: str
    anchors: dict[int, str]


def levels_by_number(names: Iterable[str], lowest: int) -> dict[int, str]:
    return dict(enumerate(names, lowest))


def standard_sets(db: Session, *, viewer: Actor, observed_id: int | None = None) -> list[SetOfStandards]:
    """The newest version of each set; of somebody the viewer may observe, first what their posts require."""
    required: set[int] = set()
    if observed_id is not None:
        check_about(db, viewer, Object.OBSERVATION_RATING, Action.CREATE, observed_id)
        rows = _on_standards(standings(db, [observed_id], viewer.on, None, PRACTICE))
        required = {_standard(row).set_id for row in rows}
    newest = {one.code: one for one in db.exec(select(StandardSet).order_by(col(StandardSet.id)))}
    sets = [
        SetOfStandards(
            one.id or 0,
            f"{one.name}, version {one.version}",
            levels_by_number(one.level_names, one.lowest_level),
            one.id in required,
        )
        for one in newest.values()
    ]
    return sorted(sets, key=lambda one: (not one.is_required, one.label))


def standards_to_rate(db: Session, *, viewer: Actor, set_id: int) -> list[StandardToRate]:
    """The standards of one version, in their order, with their anchors. The catalogue is read by everyone."""
    del viewer
    anchors: dict[int, dict[int, str]] = defaultdict(dict)
    of_set = select(Anchor).join(Standard).where(Standard.standard_set_id == set_id).order_by(col(Anchor.level))
    for anchor in db.exec(of_set):
        anchors[anchor.standard_id][anchor.level] = anchor.text
    found = db.exec(select(Standard).where(Standard.standard_set_id == set_id).order_by(col(Standard.number)))
    return [StandardToRate(one.id or 0, one.number, one.short_title, one.text, anchors[one.id or 0]) for one in found]


# ---------------------------------------------------------------------------------------------------------------------
# Observations


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
    how, minutes_seen, state, rated (how many standards), commented (bool), mine (bool: I am the observer), may_sign.
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
            col(Observation.how),
            col(Observation.minutes_seen),
            col(Observation.state),
            rated.label("rated"),
            (col(Observation.comment) != "").label("commented"),
            (col(Observation.observer_id) == viewer.staff_id).label("mine"),
            to_sign.label("may_sign"),
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
    state, about = version.state, (version.observed_id,)
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
        may_change=state is ObservationState.DRAFT and version.observer_id == viewer.staff_id,
        may_comment=may_about(db, viewer, Object.OBSERVATION_TEXT, Action.COMMENT, *about),
        may_sign=state is ObservationState.SHARED
        and may_about(db, viewer, Object.OBSERVATION_RATING, Action.SIGN, *about),
    )


def _history(db: Session, record_id: UUID) -> list[tuple[str, str, datetime]]:
    versions = db.execute(
        sa.select(col(Observation.state), col(Observation.comment), col(Staff.full_name), col(Observation.recorded_at))
        .join(Staff, col(Staff.id) == col(Observation.recorded_by_id))
        .where(col(Observation.record_id) == record_id, col(Observation.state) != ObservationState.DRAFT)
        .order_by(col(Observation.id))
    ).all()
    history = []
    former_state, former_comment = ObservationState.DRAFT, ""
    for state, comment, who, at in versions:
        word = state.value if state is not former_state else "commented on" if comment != former_comment else "changed"
        history.append((word.capitalize(), who, at))
        former_state, former_comment = state, comment
    return history


# ---------------------------------------------------------------------------------------------------------------------
# Against the required level

PRACTICE = (RequirementKind.PRACTICE,)


def observed_against_required(
    db: Session, *, viewer: Actor, staff_id: int, on: date, known_on: date | None = None
) -> pd.DataFrame:
    """One person's standards that their posts require on a date, in the order of the sets.

    The verdict is for the person and their therapy manager. Whoever observes as a supervisor sees what they observed
    themselves beside the required level, and no verdict: `status` is then None and `because` empty.

    Columns: set_id, set_name, levels (number to name), standard_id, number, standard, required, observed (the level
    reached, else the latest one seen, else None), observed_on, status, because, next_step, n (ratings the viewer may
    see), by_observer (each one's latest level, in words), self_level, self_on.
    """
    check_about(db, viewer, Object.OBSERVATION_RATING, Action.READ, staff_id)
    whole = may_about(db, viewer, Object.PRACTICE_STATUS, Action.READ, staff_id)
    rows = (
        standings_seen(db, viewer=viewer, on=on, known_on=known_on, kinds=PRACTICE, about=staff_id)
        if whole
        else standings(db, [staff_id], on, known_on, PRACTICE)
    )
    seen = _ratings_seen(db, viewer, staff_id, on, known_on)
    said = _self_ratings_seen(db, viewer, staff_id, on, known_on)
    lines = [
        _line(row, on, seen[_standard(row).standard_id], said[_standard(row).standard_id], whole)
        for row in _on_standards(rows)
    ]
    frame = pd.DataFrame(lines, columns=AGAINST_REQUIRED, dtype=object)
    return frame.sort_values(["set_name", "set_id", "number"], ignore_index=True)


AGAINST_REQUIRED = [
    "set_id",
    "set_name",
    "levels",
    "standard_id",
    "number",
    "standard",
    "required",
    "observed",
    "observed_on",
    "status",
    "because",
    "next_step",
    "n",
    "by_observer",
    "self_level",
    "self_on",
]


def _on_standards(rows: Iterable[Row]) -> list[Row]:
    """Without the row that says when practice is to be seen again."""
    return [row for row in rows if not row.bound.is_observation]


def _standard(row: Row) -> StandardRequired:
    standard: StandardRequired = row.bound.terms["standard"]
    return standard


@dataclass(frozen=True)
class _Seen:
    """A level given on a standard on a day, by whom."""

    standard_id: int
    on: date
    level: int
    who_id: int
    who: str
    how: HowObserved | None = None


def _line(row: Row, on: date, seen: list[_Seen], said: list[_Seen], whole: bool) -> tuple[Any, ...]:
    """`seen` and `said`: oldest first."""
    standard, standing = _standard(row), row.standing
    levels = levels_by_number(standard.level_names, standard.lowest_level)
    last, own = seen[-1] if seen else None, said[-1] if said else None
    observed = last.level if last else None
    if whole and isinstance(standing, PracticeStanding) and standing.days:
        observed = standing.level if standing.level is not None else standing.days[0].level
    latest_by = {one.who_id: f"{one.who}: {levels.get(one.level, one.level)}" for one in seen}
    return (
        standard.set_id,
        standard.set_name,
        levels,
        standard.standard_id,
        standard.number,
        standard.title,
        standard.level_on(on),
        observed,
        last.on if last else None,
        standing.status if whole else None,
        standing.because if whole else "",
        standing.next_step if whole else "",
        len(seen),
        ", ".join(latest_by.values()),
        own.level if own else None,
        own.on if own else None,
    )


def _ratings_seen(db: Session, viewer: Actor, staff_id: int, on: date, known_on: date | None) -> dict[int, list[_Seen]]:
    """Ratings of shared and signed observations that the viewer may read, by standard, oldest first."""
    rows = db.execute(
        sa.select(
            col(Rating.standard_id),
            col(Observation.observed_on),
            col(Rating.level),
            col(Staff.id),
            col(Staff.full_name),
            col(Observation.how),
        )
        .join(Observation, col(Observation.id) == col(Rating.observation_id))
        .join(Staff, col(Staff.id) == col(Observation.observer_id))
        .where(
            observations_visible_to(viewer),
            current(Observation, known_on),
            col(Observation.state) != ObservationState.DRAFT,
            col(Observation.observed_id) == staff_id,
            col(Observation.observed_on) <= on,
        )
        .order_by(col(Observation.observed_on), col(Observation.id))
    )
    return _by_standard(_Seen(*row) for row in rows)


def _self_ratings_seen(
    db: Session, viewer: Actor, staff_id: int, on: date, known_on: date | None
) -> dict[int, list[_Seen]]:
    rows = db.execute(
        sa.select(
            col(SelfRating.standard_id),
            col(SelfRating.rated_on),
            col(SelfRating.level),
            col(Staff.id),
            col(Staff.full_name),
        )
        .join(Staff, col(Staff.id) == col(SelfRating.staff_id))
        .where(
            self_ratings_visible_to(viewer),
            current(SelfRating, known_on),
            col(SelfRating.staff_id) == staff_id,
            col(SelfRating.rated_on) <= on,
        )
        .order_by(col(SelfRating.rated_on), col(SelfRating.id))
    )
    return _by_standard(_Seen(*row) for row in rows)


def _by_standard(seen: Iterable[_Seen]) -> dict[int, list[_Seen]]:
    by_standard: dict[int, list[_Seen]] = defaultdict(list)
    for one in seen:
        by_standard[one.standard_id].append(one)
    return by_standard


# ---------------------------------------------------------------------------------------------------------------------
# Over time

OBSERVED, OWN_VIEW = "Observed", "Own view"


def practice_trend(
    db: Session, *, viewer: Actor, staff_id: int, on: date, known_on: date | None = None
) -> pd.DataFrame:
    """Every level given to one person that the viewer may read, up to a date, oldest first.

    Columns: standard_id, on, level, who (the observer, or the person themselves), series (Observed or Own view), how.
    """
    check_about(db, viewer, Object.OBSERVATION_RATING, Action.READ, staff_id)
    seen = _ratings_seen(db, viewer, staff_id, on, known_on)
    said = _self_ratings_seen(db, viewer, staff_id, on, known_on)
    lines = [
        (one.standard_id, one.on, one.level, one.who, series, one.how)
        for series, found in ((OBSERVED, seen), (OWN_VIEW, said))
        for of_standard in found.values()
        for one in of_standard
    ]
    frame = pd.DataFrame(lines, columns=["standard_id", "on", "level", "who", "series", "how"], dtype=object)
    return frame.sort_values(["standard_id", "on"], ignore_index=True, kind="stable")


def required_over_time(db: Session, *, viewer: Actor, staff_id: int, on: date) -> pd.DataFrame:
    """What one person's posts asked of them up to a date, the highest where two asked it at once.

    Columns: standard_id, start_on, end_on (last day, at most `on`), level."""
    check_about(db, viewer, Object.OBSERVATION_RATING, Action.READ, staff_id)
    posts = db.exec(select(Post).where(Post.staff_id == staff_id, col(Post.start_on) <= on)).all()
    asked = required_levels(db, (post.job_description_id for post in posts))
    levels: dict[int, list[LevelRequired]] = defaultdict(list)
    for post in posts:
        for standard in asked.get(post.job_description_id, []):
            levels[standard.standard_id] += standard.within(Span(post.start_on, post.end_on)).levels
    lines = [(standard_id, *stretch) for standard_id, known in levels.items() for stretch in _stretches(known, on)]
    return pd.DataFrame(lines, columns=["standard_id", "start_on", "end_on", "level"], dtype=object)


def _stretches(levels: list[LevelRequired], on: date) -> list[tuple[date, date, int]]:
    """(first day, last day, level), oldest first, one level at a time."""
    next_day = timedelta(days=1)
    edges = {one.span.start for one in levels} | {one.span.end + next_day for one in levels if one.span.end}
    days = sorted({day for day in edges if day <= on} | {on + next_day})
    stretches: list[tuple[date, date, int]] = []
    for first, following in pairwise(days):
        level = max((one.level for one in levels if one.span.holds(first)), default=None)
        if level is None:
            continue
        last = following - next_day
        if stretches and stretches[-1][2] == level and stretches[-1][1] + next_day == first:
            first = stretches.pop()[0]
        stretches.append((first, last, level))
    return stretches
