"""What a responsibility calls for is set from a day on, and no longer called for after a day: earlier days keep their
answers. Whoever holds it is able to when they meet all of it (`queries/able.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    Requirement,
    RequirementKind,
    Responsibility,
    ResponsibilityRequirement,
    Standard,
    StandardSet,
)
from tcsuper.queries.called_for import Link, links_of
from tcsuper.queries.standard_sets import sets_in_force
from tcsuper.queries.versions import Continued

OF_ANOTHER_DOCUMENT = "It belongs to another job description and starts no clock."


@dataclass(frozen=True, slots=True)
class CallFor:
    """A requirement of a role, or a level of a standard."""

    requirement_id: int | None = None
    standard_id: int | None = None
    level: int | None = None


def call_for(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    responsibility_id: int,
    requirement_id: int | None = None,
    standard_id: int | None = None,
    level: int | None = None,
    start_on: date,
) -> list[ResponsibilityRequirement]:
    """To hold this responsibility, from a day on, meet a requirement or be seen at a level of a standard."""
    wanted = [CallFor(requirement_id, standard_id, level)]
    return call_for_several(
        db, by=by, submission=submission, responsibility_id=responsibility_id, wanted=wanted, start_on=start_on
    )


def call_for_several(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    responsibility_id: int,
    wanted: Sequence[CallFor],
    start_on: date,
) -> list[ResponsibilityRequirement]:
    """Several at once: all of them or none. A requirement that is already set to begin anew in other terms on a later
    day is called for in those terms too."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    responsibility = db.get(Responsibility, responsibility_id, with_for_update=True)  # of two at once, one waits
    if responsibility is None:
        raise NotAllowed
    if responsibility.is_cross_reference:
        raise InvalidRecord(responsibility_id=OF_ANOTHER_DOCUMENT)
    if not wanted:
        raise InvalidRecord(wanted="Choose what it calls for.")
    targets = [_target(db, one, start_on) for one in dict.fromkeys(wanted)]
    called_for = _called_for(db, responsibility_id)
    problems = [target.problem or _problem_of_twice(target, called_for, start_on) for target in targets]
    if len({target.same for target in targets}) < len(targets):
        problems.append("The same thing is chosen twice.")
    if any(problems):
        raise InvalidRecord(wanted=" ".join(one for one in problems if one))
    links = [
        ResponsibilityRequirement(responsibility_id=responsibility_id, start_on=start_on, **columns)
        for target in targets
        for columns in target.columns
    ]
    db.add_all(links)
    db.flush()
    _record(db, by, "call_for", responsibility_id, [one.id for one in links], start_on=start_on)
    return links


def no_longer_call_for(
    db: Session, *, by: Actor, submission: UUID | None = None, link_id: int, end_on: date
) -> list[ResponsibilityRequirement]:
    """The last day on which a responsibility calls for something. What was over before today stays as it was."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    link = db.get(ResponsibilityRequirement, link_id)
    if link is None:
        raise NotAllowed
    if link.start_on is not None and end_on < link.start_on:
        raise InvalidRecord(end_on=f"It is called for from {words.day(link.start_on)}, after that day.")
    if link.end_on is not None and link.end_on < by.on:
        over = f"It was called for until {words.day(link.end_on)}, and earlier days keep their answers."
        raise InvalidRecord(end_on=f"{over} Call for it anew instead.")
    ended = [db.get_one(ResponsibilityRequirement, one) for one in _begun_together(db, link)]
    for one in ended:
        one.end_on = end_on
    db.flush()
    _record(db, by, "no_longer_call_for", link.responsibility_id, [one.id for one in ended], end_on=end_on)
    return ended


# ---------------------------------------------------------------------------------------------------------------------
# What a link leads to


@dataclass(frozen=True, slots=True)
class _Target:
    """`same`: as `Link.same`. `columns`: of each link to be stored. `problem`: why it cannot be called for."""

    title: str
    same: tuple[str, str | int]
    columns: tuple[dict[str, Any], ...] = ()
    problem: str = ""


def _target(db: Session, wanted: CallFor, start_on: date) -> _Target:
    if (wanted.requirement_id is None) == (wanted.standard_id is None):
        raise InvalidRecord(wanted="Choose a requirement, or a standard and its level.")
    if wanted.requirement_id is not None:
        return _requirement(db, wanted.requirement_id, start_on)
    return _level(db, wanted.standard_id or 0, wanted.level, start_on)


def _requirement(db: Session, requirement_id: int, start_on: date) -> _Target:
    """Whatever a role asks, begun anew in other terms as it may be; never what is asked of one person."""
    asked = db.get(Requirement, requirement_id)
    if asked is None or asked.job_description_id is None:
        raise NotAllowed
    row = Requirement
    begun_anew = db.exec(
        select(row.id)
        .where(
            row.job_description_id == asked.job_description_id,
            row.kind == asked.kind,
            row.title == asked.title,
            sa.or_(col(row.end_on).is_(None), col(row.end_on) >= start_on),
        )
        .order_by(col(row.start_on), col(row.id))
    ).all()
    gone = "" if begun_anew else f"{asked.title} is not asked any more on {words.day(start_on)}."
    columns = tuple({"requirement_id": one} for one in begun_anew)
    return _Target(asked.title, (asked.kind.value, asked.title), columns, gone)


def _level(db: Session, standard_id: int, level: int | None, start_on: date) -> _Target:
    standard = db.get(Standard, standard_id)
    if standard is None:
        raise NotAllowed
    of_set, problem = db.get_one(StandardSet, standard.standard_set_id), ""
    if of_set not in sets_in_force(db, start_on):
        problem = f"{of_set.name}, version {of_set.version}, is not in force on {words.day(start_on)}."
    elif level is None or not 0 <= level - of_set.lowest_level < len(of_set.level_names):
        names = words.listed([f"“{name}”" for name in of_set.level_names], "or")
        problem = f"{standard.short_title}: choose one of its levels, {names}."
    return _Target(
        standard.short_title,
        (RequirementKind.PRACTICE.value, standard_id),
        ({"standard_id": standard_id, "level": level},),
        problem,
    )


def _called_for(db: Session, responsibility_id: int) -> list[Link]:
    """What counts for this responsibility, and what was given to those that continue it."""
    continued = Continued(db)
    later = continued.after(responsibility_id)
    reached = continued.before(responsibility_id) | later
    links = {(one.link_id, one.same): one for of_one in links_of(db, later).values() for one in of_one}
    return [one for one in links.values() if one.responsibility_id in reached]


def _problem_of_twice(target: _Target, called_for: Sequence[Link], start_on: date) -> str:
    """One thing is called for once at a time, at one level."""
    for one in called_for:
        if one.same == target.same and (one.last_day is None or one.last_day >= start_on):
            since = f" from {words.day(one.start_on)}" if one.start_on else ""
            until = f" until {words.day(one.last_day)}" if one.last_day else ""
            return f"{one.says} is called for already{since}{until}. End that first."
    return ""


def _begun_together(db: Session, link: ResponsibilityRequirement) -> list[int]:
    """The link, and those of the same requirement in earlier or later terms: they go on, and end, as one."""
    links = links_of(db, [link.responsibility_id]).get(link.responsibility_id, [])
    ended = next((one for one in links if one.link_id == link.id), None)
    if ended is None:
        raise NotAllowed
    return [one.link_id for one in links if one.begun == ended.begun]


def _record(
    db: Session, by: Actor, action: str, responsibility_id: int, links: Sequence[int | None], **days: date
) -> None:
    detail: dict[str, Any] = {name: day.isoformat() for name, day in days.items()}
    record_event(
        db,
        by=by,
        action=action,
        object_kind="responsibility",
        object_key=responsibility_id,
        links=list(links),
        **detail,
    )
