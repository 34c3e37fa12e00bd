"""What of a former version of a set counts on the next: confirmed by a person, suggested, or still open.

Nothing is copied: ratings, and levels that responsibilities call for, are read through what is confirmed here.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, Permission, check_holds
from tcsuper.clock import today
from tcsuper.models import JobDescription, RequiredLevel, Standard, StandardCarriedOver, StandardSet
from tcsuper.queries.evidence import current
from tcsuper.queries.standard_sets import former_version, scale_of, spans_of_versions, standards_worded
from tcsuper.rules.standard_sets import Pair, Scale, alike, differences, same_levels
from tcsuper.rules.standing import Span

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CarriedLine:
    """One that somebody confirmed; the audit trail says who. `levels`: the former level to the new one."""

    carried_id: int
    former_id: int
    new_id: int
    levels: dict[int, int]
    confirmed_on: date


@dataclass(frozen=True)
class CarryingOver:
    """A version beside the one before it. `suggested`: pairs that are not confirmed, of standards neither of which is
    in one that is."""

    former_version: str
    former: dict[int, str]
    new: dict[int, str]
    former_scale: Scale
    new_scale: Scale
    levels: dict[int, int]
    """Which level says the same, to begin with."""
    changed: dict[int, str]
    """Of each suggested new standard, in a sentence, what it says otherwise."""
    confirmed: tuple[CarriedLine, ...]
    suggested: tuple[Pair, ...]

    @property
    def left_out(self) -> list[str]:
        """Former standards that nobody carried over."""
        carried = {one.former_id for one in self.confirmed}
        return [title for former_id, title in self.former.items() if former_id not in carried]


def carrying_over(db: Session, *, viewer: Actor, standard_set_id: int) -> CarryingOver | None:
    """None for a first version."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    version, before = db.get(StandardSet, standard_set_id), former_version(db, standard_set_id)
    if version is None or before is None:
        return None
    was, now = (
        {one.id or 0: worded for one, worded in standards_worded(db, of_version)}
        for of_version in (before.id or 0, standard_set_id)
    )
    former, new = ({one: worded.short_title for one, worded in of.items()} for of in (was, now))
    confirmed = tuple(_lines(db, former, new))
    open_former = {one: title for one, title in former.items() if one not in {line.former_id for line in confirmed}}
    open_new = {one: title for one, title in new.items() if one not in {line.new_id for line in confirmed}}
    scales = scale_of(before), scale_of(version)
    suggested = tuple(alike(open_former, open_new))
    changed = {one.new_id: differences(was[one.former_id], now[one.new_id], *scales) for one in suggested}
    return CarryingOver(
        before.version,
        former,
        new,
        *scales,
        same_levels(*scales),
        {one: f"Now: {'; '.join(said)}." if said else "Worded as before." for one, said in changed.items()},
        confirmed,
        suggested,
    )


def _titles(db: Session, standard_set_id: int) -> dict[int, str]:
    found = select(Standard).where(Standard.standard_set_id == standard_set_id).order_by(col(Standard.number))
    return {one.id or 0: one.short_title for one in db.exec(found)}


def _lines(db: Session, former: dict[int, str], new: dict[int, str]) -> list[CarriedLine]:
    rows = db.exec(
        select(StandardCarriedOver)
        .where(current(StandardCarriedOver), col(StandardCarriedOver.former_id).in_(list(former)))
        .order_by(col(StandardCarriedOver.id))
    )
    places = list(former)
    found = [
        CarriedLine(one.id or 0, one.former_id, one.new_id, levels_of(one), today(one.recorded_at))
        for one in rows
        if one.new_id in new
    ]
    return sorted(found, key=lambda one: places.index(one.former_id))


def levels_of(carried: StandardCarriedOver) -> dict[int, int]:
    return {int(was): now for was, now in carried.levels.items()}


# ---------------------------------------------------------------------------------------------------------------------
# Read through it


@dataclass(frozen=True, slots=True)
class Stage:
    """A standard at a level for as long as its version is what counts."""

    standard_id: int
    level: int
    span: Span


class GoesOn:
    """What a level of a standard is on each day: on the standard itself, and from the day on which the next version is
    in force on what it was carried over to; where nothing was, on the standard still."""

    def __init__(self, db: Session) -> None:
        self._spans = spans_of_versions(db)
        self._version_of: dict[int, int] = {}
        self._next: dict[int, list[tuple[int, dict[int, int]]]] = defaultdict(list)
        for carried in db.exec(select(StandardCarriedOver).where(current(StandardCarriedOver))):
            self._next[carried.former_id].append((carried.new_id, levels_of(carried)))
        known = {one for former, nexts in self._next.items() for one in (former, *(new for new, _ in nexts))}
        for standard in db.exec(select(Standard).where(col(Standard.id).in_(known))) if known else ():
            self._version_of[standard.id or 0] = standard.standard_set_id

    def stages(self, standard_id: int, level: int, span: Span) -> list[Stage]:
        """In the order in which they begin; several at once where one standard became several."""
        following = [
            (self._spans[self._version_of[new]].start, new, levels[level])
            for new, levels in self._next.get(standard_id, ())
            if level in levels and self._version_of[new] in self._spans
        ]
        if not following:
            return [Stage(standard_id, level, span)]
        first_day = min(start for start, _, _ in following)
        found = []
        if span.start < first_day:
            last = first_day - ONE_DAY if span.end is None else min(span.end, first_day - ONE_DAY)
            found.append(Stage(standard_id, level, Span(span.start, last)))
        for start, new, new_level in following:
            if span.end is None or span.end >= start:
                found += self.stages(new, new_level, Span(max(span.start, start), span.end))
        return found


# ---------------------------------------------------------------------------------------------------------------------
# Required levels, when the next version comes into force


@dataclass(frozen=True)
class LevelGoesOn:
    """What a role asks of a former standard, and what becomes of it: the level of the new standard from that day, or
    nothing, and then why."""

    required_id: int
    job_description_id: int
    role: str
    former: str
    former_level: str
    start_on: date
    end_on: date | None
    new_id: int | None = None
    new: str = ""
    new_level: int | None = None
    why_not: str = ""


def levels_that_go_on(db: Session, *, viewer: Actor, standard_set_id: int, on: date) -> list[LevelGoesOn]:
    """What each role asks by the former version on a day or later, and as what it goes on from that day."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    version, before = db.get(StandardSet, standard_set_id), former_version(db, standard_set_id)
    if version is None or before is None:
        return []
    former, new = _titles(db, before.id or 0), _titles(db, standard_set_id)
    carried: dict[int, list[CarriedLine]] = defaultdict(list)
    for line in _lines(db, former, new):
        carried[line.former_id].append(line)
    rows = db.execute(
        sa.select(RequiredLevel, col(JobDescription.role_name))
        .join(JobDescription, col(JobDescription.id) == col(RequiredLevel.job_description_id))
        .join(Standard, col(Standard.id) == col(RequiredLevel.standard_id))
        .where(
            col(RequiredLevel.standard_id).in_(list(former)),
            sa.or_(col(RequiredLevel.end_on).is_(None), col(RequiredLevel.end_on) >= on),
        )
        .order_by(col(JobDescription.role_name), col(Standard.number), col(RequiredLevel.start_on))
    )
    scale = scale_of(before)
    found: list[LevelGoesOn] = []
    for required, role in rows:
        asked = partial(
            LevelGoesOn,
            required_id=required.id,
            job_description_id=required.job_description_id,
            role=role,
            former=former[required.standard_id],
            former_level=scale.name_of(required.level),
            start_on=max(required.start_on, on),
            end_on=required.end_on,
        )
        lines = carried[required.standard_id]
        goes_on = [one for one in lines if required.level in one.levels]
        found += [
            asked(new_id=one.new_id, new=new[one.new_id], new_level=one.levels[required.level]) for one in goes_on
        ]
        if not goes_on:
            found.append(asked(why_not="this level is not carried over" if lines else "it is not carried over"))
    return found
