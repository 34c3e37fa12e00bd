"""Observed practice as people read it: against the required level, over time, and the observations behind it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    check_about,
    may_about,
    observations_visible_to,
    self_ratings_visible_to,
)
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
from tcsuper.queries.ratings import StandardRequired, carried_over, required_levels
from tcsuper.queries.standard_sets import sets_in_force
from tcsuper.queries.standing import Row, standings, standings_seen
from tcsuper.rules.carried_over import CarriedOver
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


def standard_sets(
    db: Session, *, viewer: Actor, observed_id: int | None = None, on: date | None = None
) -> list[SetOfStandards]:
    """Of each set that people are rated by the version in force on the day observed (left out: today); of somebody the
    viewer may observe, first what their posts require."""
    required: set[int] = set()
    if observed_id is not None:
        check_about(db, viewer, Object.OBSERVATION_RATING, Action.CREATE, observed_id)
        rows = _on_standards(standings(db, [observed_id], viewer.on, None, PRACTICE))
        required = {_standard(row).set_id for row in rows}
    sets = [
        SetOfStandards(
            one.id or 0,
            f"{one.name}, version {one.version}",
            levels_by_number(one.level_names, one.lowest_level),
            one.id in required,
        )
        for one in sets_in_force(db, on or viewer.on)
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
# Against the required level

PRACTICE = (RequirementKind.PRACTICE,)


def observed_against_required(
    db: Session, *, viewer: Actor, staff_id: int, on: date, known_on: date | None = None
) -> pd.DataFrame:
    """One person's standards that their posts require on a date, in the order of the sets.

    The verdict is for the person and their therapy manager. Whoever observes as a supervisor sees what they observed
    themselves beside the required level, and no verdict: `status` is then None and `because` empty.

    Columns: set_id, set_name, set_version, levels (number to name), standard_id, former (ids of the standards of former
    versions of which something counts here), number, standard, required, observed (the level reached, else the latest
    one seen, else None), observed_on, status, because, next_step, records (the observations that the status rests on),
    n (ratings the viewer may see), by_observer (each one's latest level, in words), self_level, self_on.
    """
    check_about(db, viewer, Object.OBSERVATION_RATING, Action.READ, staff_id)
    whole = may_about(db, viewer, Object.PRACTICE_STATUS, Action.READ, staff_id)
    rows = (
        standings_seen(db, viewer=viewer, on=on, known_on=known_on, kinds=PRACTICE, about=staff_id)
        if whole
        else standings(db, [staff_id], on, known_on, PRACTICE)
    )
    carried = carried_over(db, known_on)
    seen = _counting(_ratings_seen(db, viewer, staff_id, on, known_on), carried)
    said = _counting(_self_ratings_seen(db, viewer, staff_id, on, known_on), carried)
    lines = []
    for row in _on_standards(rows):
        standard_id = _standard(row).standard_id
        former = frozenset(one.former for one in carried.get(standard_id, []))
        lines.append(_line(row, on, former, seen.get(standard_id, []), said.get(standard_id, []), whole))
    frame = pd.DataFrame(lines, columns=AGAINST_REQUIRED, dtype=object)
    return frame.sort_values(["set_name", "set_id", "number"], ignore_index=True)


AGAINST_REQUIRED = [
    "set_id",
    "set_name",
    "set_version",
    "levels",
    "standard_id",
    "former",
    "number",
    "standard",
    "required",
    "observed",
    "observed_on",
    "status",
    "because",
    "next_step",
    "records",
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
    """A level given on a standard on a day, by whom. `version`: the former version it was given in, its level read as
    one of the version that it counts on."""

    standard_id: int
    on: date
    level: int
    who_id: int
    who: str
    how: HowObserved | None = None
    record_id: UUID | None = None
    version: str = ""


def _line(
    row: Row, on: date, former: frozenset[int], seen: list[_Seen], said: list[_Seen], whole: bool
) -> tuple[Any, ...]:
    """`seen` and `said`: oldest first."""
    standard, standing = _standard(row), row.standing
    levels = levels_by_number(standard.level_names, standard.lowest_level)
    last, own = seen[-1] if seen else None, said[-1] if said else None
    observed, records = last.level if last else None, frozenset[UUID]()
    if whole and isinstance(standing, PracticeStanding) and standing.days:
        observed = standing.level if standing.level is not None else standing.days[0].level
        records = records.union(*(day.records for day in standing.days))
    latest_by = {one.who_id: f"{one.who}: {levels.get(one.level, one.level)}" for one in seen}
    return (
        standard.set_id,
        standard.set_name,
        standard.set_version,
        levels,
        standard.standard_id,
        former,
        standard.number,
        standard.title,
        standard.level_on(on),
        observed,
        last.on if last else None,
        standing.status if whole else None,
        standing.because if whole else "",
        standing.next_step if whole else "",
        records,
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
            col(Observation.record_id),
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


def _counting(given: Mapping[int, list[_Seen]], carried: Mapping[int, Sequence[CarriedOver]]) -> dict[int, list[_Seen]]:
    """The same with what was carried over of former versions, oldest first: on the standard it counts on as well as on
    its own."""
    counting = {standard_id: list(seen) for standard_id, seen in given.items()}
    for standard_id, formers in carried.items():
        for former in formers:
            counting.setdefault(standard_id, []).extend(
                replace(one, standard_id=standard_id, level=former.levels[one.level], version=former.version)
                for one in given.get(former.former, [])
                if one.level in former.levels
            )
    return {standard_id: sorted(seen, key=lambda one: one.on) for standard_id, seen in counting.items()}


# ---------------------------------------------------------------------------------------------------------------------
# What became of ratings on former versions


@dataclass(frozen=True)
class FormerStandard:
    """A standard of a former version on which somebody was rated. `ratings`: how many the viewer may see. `counted`:
    how many of them count on the version required now. `becomes`: the standards they count on. `left`: the levels given
    on it that were not carried over."""

    set_name: str
    version: str
    now: str
    """The version required now."""
    title: str
    ratings: int
    counted: int
    becomes: tuple[str, ...]
    left: tuple[str, ...]


def former_standards(db: Session, *, viewer: Actor, staff_id: int, on: date) -> list[FormerStandard]:
    """Of the versions before those that one person's posts require on a date: what was rated there, and whether it
    counts now. In the order of the versions, the latest first."""
    check_about(db, viewer, Object.OBSERVATION_RATING, Action.READ, staff_id)
    given = _ratings_seen(db, viewer, staff_id, on, None)
    versions = {one.id or 0: one for one in db.exec(select(StandardSet))}
    required = {_standard(row).set_id for row in _on_standards(standings(db, [staff_id], on, None, PRACTICE))}
    carried, found = carried_over(db), []
    for set_id in sorted(required):
        former_id = versions[set_id].follows_id
        titles = _titles(db, set_id)
        while former_id is not None and former_id not in required:
            former = versions[former_id]
            for standard in db.exec(
                select(Standard).where(col(Standard.standard_set_id) == former_id).order_by(col(Standard.number))
            ):
                if seen := given.get(standard.id or 0):
                    onto = {
                        new: one.levels for new in titles for one in carried.get(new, []) if one.former == standard.id
                    }
                    found.append(_former(former, versions[set_id], standard, seen, onto, titles))
            former_id = former.follows_id
    return found


def _former(
    former: StandardSet,
    now: StandardSet,
    standard: Standard,
    seen: Sequence[_Seen],
    onto: Mapping[int, Mapping[int, int]],
    titles: Mapping[int, str],
) -> FormerStandard:
    counted = [one for one in seen if any(one.level in levels for levels in onto.values())]
    names = levels_by_number(former.level_names, former.lowest_level)
    left = sorted({one.level for one in seen} - {one.level for one in counted})
    return FormerStandard(
        former.name,
        former.version,
        now.version,
        standard.short_title,
        len(seen),
        len(counted),
        tuple(titles[new] for new in onto),
        tuple(f"{level} {names.get(level, '')}".strip() for level in left),
    )


def _titles(db: Session, set_id: int) -> dict[int, str]:
    of_set = select(Standard).where(col(Standard.standard_set_id) == set_id).order_by(col(Standard.number))
    return {one.id or 0: one.short_title for one in db.exec(of_set)}


# ---------------------------------------------------------------------------------------------------------------------
# Over time

OBSERVED, OWN_VIEW = "Observed", "Own view"


def practice_trend(
    db: Session, *, viewer: Actor, staff_id: int, on: date, known_on: date | None = None
) -> pd.DataFrame:
    """Every level given to one person that the viewer may read, up to a date, oldest first; what counts on a next
    version stands there as well as on its own.

    Columns: standard_id, on, level, who_id, who (the observer, or the person themselves), series (Observed or Own
    view), how, record_id (of the observation), version (the former one it was given in, else empty).
    """
    check_about(db, viewer, Object.OBSERVATION_RATING, Action.READ, staff_id)
    carried = carried_over(db, known_on)
    seen = _counting(_ratings_seen(db, viewer, staff_id, on, known_on), carried)
    said = _counting(_self_ratings_seen(db, viewer, staff_id, on, known_on), carried)
    lines = [
        (one.standard_id, one.on, one.level, one.who_id, one.who, series, one.how, one.record_id, one.version)
        for series, found in ((OBSERVED, seen), (OWN_VIEW, said))
        for of_standard in found.values()
        for one in of_standard
    ]
    frame = pd.DataFrame(lines, columns=TREND, dtype=object)
    return frame.sort_values(["standard_id", "on"], ignore_index=True, kind="stable")


TREND = ["standard_id", "on", "level", "who_id", "who", "series", "how", "record_id", "version"]


def required_over_time(db: Session, *, viewer: Actor, staff_id: int, on: date) -> pd.DataFrame:
    """What one person's posts asked of them up to a date, the highest where two asked it at once: of a standard that
    something was carried over to, before that what they asked of the former ones, at the level it counts as.

    Columns: standard_id, start_on, end_on (last day, at most `on`), level."""
    check_about(db, viewer, Object.OBSERVATION_RATING, Action.READ, staff_id)
    posts = db.exec(select(Post).where(Post.staff_id == staff_id, col(Post.start_on) <= on)).all()
    asked = required_levels(db, (post.job_description_id for post in posts))
    levels: dict[int, list[LevelRequired]] = defaultdict(list)
    for post in posts:
        for standard in asked.get(post.job_description_id, []):
            levels[standard.standard_id] += standard.within(Span(post.start_on, post.end_on)).levels
    levels = _before_it_was_carried_over(levels, carried_over(db))
    lines = [(standard_id, *stretch) for standard_id, known in levels.items() for stretch in _stretches(known, on)]
    return pd.DataFrame(lines, columns=["standard_id", "start_on", "end_on", "level"], dtype=object)


def _before_it_was_carried_over(
    given: Mapping[int, list[LevelRequired]], carried: Mapping[int, Sequence[CarriedOver]]
) -> dict[int, list[LevelRequired]]:
    """The levels required of each standard, with those required of the former ones that count on it."""
    levels = {standard_id: list(of_standard) for standard_id, of_standard in given.items()}
    for standard_id in carried.keys() & given.keys():
        for former in carried[standard_id]:
            levels[standard_id] += [
                replace(one, level=former.levels[one.level])
                for one in given.get(former.former, [])
                if one.level in former.levels
            ]
    return levels


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
