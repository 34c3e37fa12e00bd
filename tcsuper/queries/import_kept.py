"""What an import means for the day since when a community keeps its records here: before it nothing of the kind is
judged, so history that is taken in counts in no rate."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, communities_within
from tcsuper.errors import InvalidRecord
from tcsuper.models import Community, Course, CourseKind, Post, RecordsKeptFrom, RequirementKind
from tcsuper.queries.import_there import bursts
from tcsuper.rules.entries import EARLIEST, FURTHEST
from tcsuper.rules.import_plan import Planned, Write
from tcsuper.rules.importing import Line, MonthLine, RegistrationLine, SupervisionLine, TrainingLine, Where

NAMED = {
    RequirementKind.COURSE: "training",
    RequirementKind.QUALIFICATION: "qualifications",
    RequirementKind.REGISTRATION: "registrations",
    RequirementKind.SUPERVISION: "supervision",
}
OF_TABLES = {
    "training_record": (RequirementKind.COURSE, RequirementKind.QUALIFICATION),
    "registration": (RequirementKind.REGISTRATION,),
    "supervision_session": (RequirementKind.SUPERVISION,),
}
BY_HAND = Where("", 0)
"""Of no row of the sheet: it was answered beside it."""


def plan_kept_from(db: Session, viewer: Actor, planned: Planned, lines: Sequence[Line], kept_from: date | None) -> None:
    """Adds to a plan the days that are set, and the sentences that say what this does. A day that is set already is
    only ever moved back: what was judged stays judged."""
    kinds = _kinds(db, planned)
    if not kinds:
        return
    places = _places(db, viewer, planned)
    set_already = _set_already(db, list(places))
    if kept_from is None:
        planned.means.extend(_not_said(kinds, places, set_already))
        return
    if not EARLIEST <= kept_from <= viewer.on + FURTHEST:
        raise InvalidRecord(kept_from=f"The day is between {words.day(EARLIEST)} and five years from now.")
    if not places:
        planned.means.append(
            "Since when records are kept here is not changed: the therapy manager of a community says so."
        )
        return
    for community_id, name in places.items():
        moved = [
            kind for kind in kinds if (before := set_already.get((community_id, kind))) is None or kept_from < before[0]
        ]
        for kind in moved:
            planned.writes.append(_write(community_id, kind, kept_from, set_already.get((community_id, kind))))
        stays = [kind for kind in kinds if kind not in moved]
        planned.means.extend(_said(name, moved, stays, kept_from, community_id, set_already))
    if earlier := sum(on < kept_from for on in map(_day_of, lines) if on is not None):
        verb = "lies" if earlier == 1 else "lie"
        planned.means.append(
            f"{words.count(earlier, 'row')} {verb} before {words.day(kept_from)}: stored and shown as history."
        )


SetAlready = dict[tuple[int, RequirementKind], tuple[date, int, int]]
"""By community and kind: the day, and the id and version of its row."""


def _said(
    name: str,
    moved: Sequence[RequirementKind],
    stays: Sequence[RequirementKind],
    kept_from: date,
    community_id: int,
    set_already: SetAlready,
) -> list[str]:
    said = []
    if moved:
        listed = words.listed([NAMED[kind] for kind in moved])
        said.append(
            f"{name} keeps its records of {listed} here from {words.day(kept_from)}: before that nobody is judged."
        )
    if RequirementKind.SUPERVISION in moved:
        first = kept_from if kept_from.day == 1 else _next_month(kept_from)
        said.append(f"{name}: months before {words.month(first)} stay out of the rate of supervision.")
    for kind in stays:
        on = words.day(set_already[community_id, kind][0])
        said.append(f"{name} keeps its records of {NAMED[kind]} here from {on} already, and that stays.")
    return said


def _not_said(kinds: Sequence[RequirementKind], places: dict[int, str], set_already: SetAlready) -> list[str]:
    return [
        f"{name}: since when {NAMED[kind]} is kept here is not set. Everything since somebody's duty began is judged, "
        "whether or not its records are here."
        for community_id, name in places.items()
        for kind in kinds
        if kind is RequirementKind.SUPERVISION and (community_id, kind) not in set_already
    ]


def _next_month(on: date) -> date:
    return date(on.year + on.month // 12, on.month % 12 + 1, 1)


def _day_of(line: Line) -> date | None:
    match line:
        case TrainingLine():
            return line.completed_on
        case SupervisionLine():
            return line.held_on
        case MonthLine():
            return line.month
        case RegistrationLine():
            return line.expires_on or line.ended_on
        case _:
            return None


def _kinds(db: Session, planned: Planned) -> list[RequirementKind]:
    kinds = {kind for write in planned.writes for kind in OF_TABLES.get(write.table, ())}
    if RequirementKind.QUALIFICATION in kinds:
        ids = {write.values.get("course_id") for write in planned.writes if write.table == "training_record"}
        found = set(db.exec(select(Course.kind).where(col(Course.id).in_(ids - {None}))))
        kinds -= {RequirementKind.QUALIFICATION} if CourseKind.QUALIFICATION not in found else set()
        kinds -= {RequirementKind.COURSE} if CourseKind.COURSE not in found else set()
    return [kind for kind in NAMED if kind in kinds]


def _places(db: Session, viewer: Actor, planned: Planned) -> dict[int, str]:
    """Where the people of new and changed records work or worked, as far as the viewer says for these communities since
    when records are kept."""
    people: set[int] = set()
    mine = communities_within(viewer, Object.CATALOGUE, Action.UPDATE)
    found: set[int] = set()
    for write in planned.writes:
        if write.table in OF_TABLES:
            people |= {write.values.get("staff_id") or 0, *(staff_id for staff_id, _, _ in write.attendance)}
        elif write.table == "post" and write.values.get("community_id") in mine:
            found.add(write.values["community_id"])
    for few in bursts(people):
        found |= set(
            db.exec(
                select(Post.community_id)
                .where(col(Post.staff_id).in_(few), col(Post.community_id).in_(mine))
                .distinct()
            )
        )
    rows = db.execute(
        sa.select(col(Community.id), col(Community.name)).where(col(Community.id).in_(found)).order_by(Community.name)
    )
    return {community_id: name for community_id, name in rows}


def _set_already(db: Session, places: Sequence[int]) -> SetAlready:
    found = db.exec(select(RecordsKeptFrom).where(col(RecordsKeptFrom.community_id).in_(places)))
    days: SetAlready = defaultdict(lambda: (date.max, 0, 0))
    for one in found:
        days[one.community_id, one.kind] = (one.from_on, one.id or 0, one.row_version or 0)
    return dict(days)


def _write(community_id: int, kind: RequirementKind, kept_from: date, before: tuple[date, int, int] | None) -> Write:
    if before is None:
        values = {"community_id": community_id, "kind": kind.value, "from_on": kept_from}
        return Write(BY_HAND, "records_kept_from", values)
    former_day, row_id, row_version = before
    former = {"from_on": former_day, "row_version": row_version}
    return Write(BY_HAND, "records_kept_from", {"from_on": kept_from}, row_id=row_id, former=former)
