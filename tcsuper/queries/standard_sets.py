"""Sets of standards in their versions: which is in force on a day, what a version says, and what differs in the next.

A version is in force from its day until the day before the next one of its set is. One without a day is being written.
One without any standards takes its set out of use from its day on. Which version an observation was rated by never
changes; what of a former version counts on the next is `carried_over.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, Permission, check_can_set_rules, check_holds, may
from tcsuper.errors import NotAllowed
from tcsuper.models import Anchor, JobDescription, RequiredLevel, SetOf, Standard, StandardSet
from tcsuper.rules.reviews import EvidenceOf, kinds_known
from tcsuper.rules.standard_sets import Scale, Worded, differences
from tcsuper.rules.standing import Span

RATED = (SetOf.STAFF, SetOf.SUPERVISORS)
"""Sets that a person is rated by."""
ONE_DAY = timedelta(days=1)


def scale_of(version: StandardSet) -> Scale:
    return Scale(tuple(version.level_names), version.lowest_level)


# ---------------------------------------------------------------------------------------------------------------------
# Which version is in force


def versions_with_a_day(db: Session) -> dict[str, list[StandardSet]]:
    """By code: those that are, were or will be in force, the earliest first. Checks nothing: the catalogue is read by
    everyone."""
    found: dict[str, list[StandardSet]] = defaultdict(list)
    in_order = (col(StandardSet.in_force_from), col(StandardSet.id))
    for one in db.exec(select(StandardSet).where(col(StandardSet.in_force_from).is_not(None)).order_by(*in_order)):
        found[one.code].append(one)
    return found


def spans_of_versions(db: Session) -> dict[int, Span]:
    """By version: the days on which it is in force. Those being written have none."""
    spans = {}
    for versions in versions_with_a_day(db).values():
        for one, following in zip(versions, [*versions[1:], None], strict=True):
            assert one.in_force_from is not None
            ends = following.in_force_from - ONE_DAY if following and following.in_force_from else None
            spans[one.id or 0] = Span(one.in_force_from, ends)
    return spans


def sets_in_force(db: Session, on: date, set_of: Iterable[SetOf] = RATED) -> list[StandardSet]:
    """On a day the version of each set that observers rate by, by name: begun, not replaced, and with standards. For
    an observation `on` is the day that was observed. Checks nothing: the catalogue is read by everyone."""
    wanted = set(set_of)
    has_standards = set(db.scalars(sa.select(col(Standard.standard_set_id)).distinct()))
    found = []
    for versions in versions_with_a_day(db).values():
        begun = [one for one in versions if one.in_force_from and one.in_force_from <= on]
        if begun and begun[-1].id in has_standards and begun[-1].set_of in wanted:
            found.append(begun[-1])
    return sorted(found, key=lambda one: (one.name, one.id or 0))


# ---------------------------------------------------------------------------------------------------------------------
# On the catalogue page


class State(StrEnum):
    WRITTEN = "being written"
    COMING = "in force later"
    IN_FORCE = "in force"
    REPLACED = "replaced"
    OUT_OF_USE = "out of use"


@dataclass(frozen=True)
class VersionLine:
    """`until`: the last day it is in force. `former_id`: the version with standards before it."""

    standard_set_id: int
    code: str
    version: str
    name: str
    set_of: SetOf
    state: State
    start_on: date | None
    until: date | None
    scale: Scale
    source: str
    mark: str
    standards: int
    former_id: int | None
    row_version: int

    @property
    def is_last(self) -> bool:
        return self.until is None and self.state is not State.WRITTEN


def set_versions(db: Session, *, viewer: Actor, on: date) -> dict[str, list[VersionLine]]:
    """Every set by code, in the order of their names, with its versions, the newest first; those that are being written
    for who may set rules."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    counts = _counts(db)
    spans = spans_of_versions(db)
    shown = True if may(check_can_set_rules, viewer) else col(StandardSet.in_force_from).is_not(None)
    versions = db.exec(select(StandardSet).where(shown).order_by(col(StandardSet.id).desc())).all()
    by_id = {one.id or 0: one for one in versions}
    found: dict[str, list[VersionLine]] = defaultdict(list)
    for one in sorted(
        versions, key=lambda one: (one.in_force_from is None, one.in_force_from or date.max), reverse=True
    ):
        span = spans.get(one.id or 0)
        found[one.code].append(
            VersionLine(
                one.id or 0,
                one.code,
                one.version,
                one.name,
                one.set_of,
                _state(span, counts.get(one.id or 0, 0), on),
                one.in_force_from,
                span.end if span else None,
                scale_of(one),
                one.source,
                one.mark,
                counts.get(one.id or 0, 0),
                _former(by_id, counts, one),
                one.row_version or 0,
            )
        )
    return dict(sorted(found.items(), key=lambda item: (list(SetOf).index(item[1][0].set_of), item[1][0].name)))


def _counts(db: Session) -> dict[int, int]:
    rows = db.execute(sa.select(col(Standard.standard_set_id), sa.func.count()).group_by(col(Standard.standard_set_id)))
    return {version: how_many for version, how_many in rows}


def _state(span: Span | None, standards: int, on: date) -> State:
    if span is None:
        return State.WRITTEN
    if span.start > on:
        return State.COMING
    if span.end is not None and span.end < on:
        return State.REPLACED
    return State.IN_FORCE if standards else State.OUT_OF_USE


def _former(by_id: dict[int, StandardSet], counts: dict[int, int], version: StandardSet) -> int | None:
    """Past versions that only took the set out of use."""
    former = by_id.get(version.follows_id or 0)
    while former is not None and not counts.get(former.id or 0):
        former = by_id.get(former.follows_id or 0)
    return former.id if former else None


def former_version(db: Session, standard_set_id: int) -> StandardSet | None:
    """The version with standards that a version follows. Checks nothing."""
    version = db.get(StandardSet, standard_set_id)
    if version is None:
        return None
    by_id = {one.id or 0: one for one in db.exec(select(StandardSet).where(StandardSet.code == version.code))}
    former = _former(by_id, _counts(db), version)
    return by_id[former] if former is not None else None


@dataclass(frozen=True)
class StandardLine:
    """`required`: role and level on the date. `evidence`: what is counted towards it, of a community's standard."""

    standard_id: int
    number: int
    worded: Worded
    required: tuple[tuple[str, str], ...]
    row_version: int
    evidence: tuple[EvidenceOf, ...] = ()

    @property
    def short_title(self) -> str:
        return self.worded.short_title


def standards_of(db: Session, *, viewer: Actor, standard_set_id: int, on: date) -> list[StandardLine]:
    """The standards of a version in their order, and the level each role is to reach on a date."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    version = db.get(StandardSet, standard_set_id)
    if version is None:
        return []
    required = _required(db, version, on)
    return [
        StandardLine(
            one.id or 0,
            one.number,
            worded,
            tuple(required[one.id or 0]),
            one.row_version or 0,
            kinds_known(one.evidence) if version.set_of is SetOf.COMMUNITY else (),
        )
        for one, worded in standards_worded(db, standard_set_id)
    ]


def standards_worded(db: Session, standard_set_id: int) -> list[tuple[Standard, Worded]]:
    """Checks nothing: the catalogue is read by everyone."""
    anchors: dict[int, dict[int, str]] = defaultdict(dict)
    of_version = Standard.standard_set_id == standard_set_id
    for anchor in db.exec(select(Anchor).join(Standard).where(of_version).order_by(col(Anchor.level))):
        anchors[anchor.standard_id][anchor.level] = anchor.text
    found = db.exec(select(Standard).where(of_version).order_by(col(Standard.number)))
    return [(one, Worded(one.short_title, one.text, one.section, one.floor, anchors[one.id or 0])) for one in found]


def _required(db: Session, version: StandardSet, on: date) -> dict[int, list[tuple[str, str]]]:
    required: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = db.execute(
        sa.select(RequiredLevel, col(JobDescription.role_name))
        .join(JobDescription, col(JobDescription.id) == col(RequiredLevel.job_description_id))
        .join(Standard, col(Standard.id) == col(RequiredLevel.standard_id))
        .where(col(Standard.standard_set_id) == version.id)
        .order_by(col(JobDescription.role_name), col(RequiredLevel.start_on))
    )
    scale = scale_of(version)
    for level, role in rows:
        if Span(level.start_on, level.end_on).holds(on):
            required[level.standard_id].append((role, scale.name_of(level.level)))
    return required


# ---------------------------------------------------------------------------------------------------------------------
# What differs


@dataclass(frozen=True)
class Difference:
    """A standard that is new, gone, or worded otherwise than the one of the same title. `was` and `now`: both wordings,
    where there are two."""

    what: str
    title: str
    sentence: str = ""
    was: Worded | None = None
    now: Worded | None = None


NEW, GONE, CHANGED = "new", "not in it any more", "changed"


def what_differs(db: Session, *, viewer: Actor, standard_set_id: int) -> list[Difference]:
    """What a version says otherwise than the one before it, in its order: standards of one title are
    compared. Nothing for a first version."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    version, former = db.get(StandardSet, standard_set_id), former_version(db, standard_set_id)
    if version is None:
        raise NotAllowed
    if former is None:
        return []
    was, now = standards_worded(db, former.id or 0), standards_worded(db, standard_set_id)
    scales = scale_of(former), scale_of(version)
    found = []
    if scales[0] != scales[1]:
        names = ", ".join(scales[1].names)
        found.append(Difference(CHANGED, "Levels", f"Lowest first, from {scales[1].lowest}: {names}."))
    titles = {worded.short_title.casefold(): worded for _, worded in was}
    for _, worded in now:
        before = titles.pop(worded.short_title.casefold(), None)
        if before is None:
            found.append(Difference(NEW, worded.short_title))
        elif said := differences(before, worded, *scales):
            sentence = "; ".join(said)
            sentence = f"{sentence[:1].upper()}{sentence[1:]}."
            found.append(Difference(CHANGED, worded.short_title, sentence, before, worded))
    return [*found, *(Difference(GONE, worded.short_title) for worded in titles.values())]


# ---------------------------------------------------------------------------------------------------------------------
# Required levels of a role


@dataclass(frozen=True)
class RoleLevels:
    """What a role asks on a date, by standard id."""

    job_description_id: int
    role: str
    levels: dict[int, int]


def required_by_role(
    db: Session, *, viewer: Actor, standard_set_id: int, on: date, roles: Sequence[JobDescription]
) -> list[RoleLevels]:
    """For each of these roles what it asks on a date of the standards of a version."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    rows = db.exec(
        select(RequiredLevel)
        .join(Standard)
        .where(Standard.standard_set_id == standard_set_id)
        .order_by(col(RequiredLevel.start_on))
    )
    for one in rows:
        if Span(one.start_on, one.end_on).holds(on):
            levels[one.job_description_id][one.standard_id] = one.level
    return [RoleLevels(one.id or 0, one.role_name, levels[one.id or 0]) for one in roles]
