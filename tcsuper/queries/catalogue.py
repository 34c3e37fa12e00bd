"""What the catalogue says: job descriptions with their responsibilities and requirements, courses, bodies,
purposes, and the service's own numbers. Each rule with its source and its mark, in words."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    Permission,
    check_can_set_number,
    check_can_set_rules,
    check_everywhere,
    check_holds,
    communities_within,
    may,
)
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Body,
    BodyRule,
    Community,
    Course,
    CourseRule,
    Establishment,
    JobDescription,
    RecordsKeptFrom,
    Requirement,
    RequirementKind,
    Responsibility,
    Setting,
    SupervisionPurpose,
)
from tcsuper.queries.called_for import called_for_on
from tcsuper.queries.versions import IS_ROLE, versions_in_force
from tcsuper.rules.in_words import body_rule_in_words, course_rule_in_words, requirement_in_words
from tcsuper.rules.minimum import Minimum
from tcsuper.rules.standing import Span
from tcsuper.rules.training import CourseRuleTerms
from tcsuper.settings import SERVICE_NUMBERS
from tcsuper.words import listed

SERVICE, NOT_SET = "service", "not set"


# ---------------------------------------------------------------------------------------------------------------------
# Job descriptions


def job_descriptions(db: Session, *, viewer: Actor) -> list[JobDescription]:
    """The first version of every document, which stands for its role: those with responsibilities first, by role."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    is_read = sa.exists().where(col(Responsibility.job_description_id) == col(JobDescription.id))
    return list(
        db.exec(
            select(JobDescription)
            .where(IS_ROLE)
            .order_by(sa.case((is_read, 0), else_=1), col(JobDescription.role_name), col(JobDescription.id).desc())
        )
    )


def version_in_force(db: Session, *, viewer: Actor, role_id: int, on: date) -> JobDescription:
    """The version of a role's document that answers on a date."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    version = versions_in_force(db, on, [role_id]).get(role_id)
    if version is None:
        raise NotAllowed
    return db.get_one(JobDescription, version)


@dataclass(frozen=True)
class ResponsibilityLine:
    responsibility_id: int
    number: int
    short_title: str
    text: str
    area: str
    is_led: bool
    is_cross_reference: bool
    requirements: tuple[str, ...]
    """What holding it calls for on the date, by title: of a standard with its level."""
    condition: str = ""
    """Of a cross-reference: when the duties of the other job description are done."""


def responsibilities_of(db: Session, *, viewer: Actor, job_description_id: int, on: date) -> list[ResponsibilityLine]:
    """In the document's order, its cross-references to other documents last."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    found = db.exec(
        select(Responsibility)
        .where(Responsibility.job_description_id == job_description_id)
        .order_by(col(Responsibility.is_cross_reference), col(Responsibility.number))
    ).all()
    called_for = called_for_on(db, [one.id or 0 for one in found], on)
    return [
        ResponsibilityLine(
            one.id or 0,
            one.number,
            one.short_title,
            one.text,
            one.area,
            one.is_led,
            one.is_cross_reference,
            tuple(link.says for link in called_for.get(one.id or 0, ())),
            one.condition,
        )
        for one in found
    ]


def areas(db: Session, *, viewer: Actor) -> list[str]:
    """By which responsibilities are sorted so far, in the order of the alphabet."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    area = col(Responsibility.area)
    return list(db.exec(select(area).where(area != "").distinct().order_by(area)))


@dataclass(frozen=True)
class RequirementLine:
    """What a role is asked for, in words, and where that comes from."""

    kind: RequirementKind
    title: str
    in_words: str
    source: str
    mark: str
    start_on: date
    end_on: date | None
    courses: tuple[str, ...] = ()
    target_days: int | None = None
    minimum: Minimum | None = None


def requirements_of(db: Session, *, viewer: Actor, job_description_id: int, on: date) -> list[RequirementLine]:
    """What this job description asks on a date, by kind."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    names = _names(db)
    found = db.exec(
        select(Requirement).where(Requirement.job_description_id == job_description_id).order_by(col(Requirement.id))
    ).all()
    order = list(RequirementKind)
    lines = [_line(one, names) for one in found if Span(one.start_on, one.end_on).holds(on)]
    return sorted(lines, key=lambda line: order.index(line.kind))


def _line(asked: Requirement, names: dict[str, str]) -> RequirementLine:
    unset = asked.kind is RequirementKind.SUPERVISION and not asked.terms.get("amount")
    return RequirementLine(
        asked.kind,
        asked.title,
        requirement_in_words(asked.kind, asked.title, asked.terms, names),
        asked.source,
        NOT_SET if unset and asked.mark == SERVICE else asked.mark,
        asked.start_on,
        asked.end_on,
        tuple(asked.terms.get("any_of", ())) if asked.kind is RequirementKind.COURSE else (),
        asked.terms.get("target_days"),
        Minimum.read(asked.title, asked.terms) if asked.kind is RequirementKind.SUPERVISION else None,
    )


def _names(db: Session) -> dict[str, str]:
    """What the codes in the terms are called."""
    tables = (
        (col(Course.code), col(Course.title)),
        (col(Body.code), col(Body.short_name)),
        (col(SupervisionPurpose.code), col(SupervisionPurpose.name)),
    )
    return {code: name for columns in tables for code, name in db.execute(sa.select(*columns))}


# ---------------------------------------------------------------------------------------------------------------------
# Courses, bodies, purposes


def course_list(db: Session, *, viewer: Actor, on: date) -> pd.DataFrame:
    """Courses and qualifications with the rule in force on a date.

    Columns: title, kind, rule (in words; empty when there is none), source, mark, asked_of (roles, joined)."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    rules = {
        rule.course_id: rule
        for rule in db.exec(
            select(CourseRule)
            .where(col(CourseRule.start_on) <= on)
            .order_by(col(CourseRule.start_on), col(CourseRule.id))
        )
    }
    asked = _roles_asking(db, on)
    rows = []
    for course in db.exec(select(Course).order_by(col(Course.position), col(Course.title))):
        rule = rules.get(course.id or 0)
        said = (
            course_rule_in_words(CourseRuleTerms.read(rule.terms)) if rule else "No rule is set, so it never expires."
        )
        rows.append(
            (
                course.title,
                course.kind.value,
                said,
                rule.source if rule else "",
                rule.mark if rule else "product default",
                listed(sorted(asked[course.code])),
            )
        )
    return pd.DataFrame(rows, columns=["title", "kind", "rule", "source", "mark", "asked_of"], dtype=object)


def _roles_asking(db: Session, on: date) -> dict[str, set[str]]:
    asked: dict[str, set[str]] = defaultdict(set)
    rows = db.execute(
        sa.select(Requirement, col(JobDescription.role_name))
        .join(JobDescription, col(JobDescription.id) == col(Requirement.job_description_id))
        .where(col(Requirement.kind).in_([RequirementKind.COURSE, RequirementKind.QUALIFICATION]))
    )
    for requirement, role in rows:
        if Span(requirement.start_on, requirement.end_on).holds(on):
            for code in requirement.terms.get("any_of", ()):
                asked[code].add(role)
    return asked


def body_rules(db: Session, *, viewer: Actor, on: date) -> pd.DataFrame:
    """Each body's rules in force on a date, one row a rule; a body without rules has one row with an empty rule.

    Columns: body, name, kind (statutory…), register, about (renewal, supervision, activity), grade, rule (in words),
    source, mark."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    names = _names(db)
    rules: dict[int, list[BodyRule]] = defaultdict(list)
    for rule in db.exec(select(BodyRule).order_by(col(BodyRule.id))):
        if Span(rule.start_on, rule.end_on).holds(on):
            rules[rule.body_id].append(rule)
    columns = ["body", "name", "kind", "register", "about", "grade", "rule", "source", "mark"]
    rows: list[tuple[str, ...]] = []
    for body in db.exec(select(Body).order_by(col(Body.id))):
        who = (body.short_name, body.name, body.kind.value, body.register_address)
        for rule in rules[body.id or 0]:
            said = body_rule_in_words(rule.kind, rule.terms, names)
            rows.append((*who, rule.kind.value, rule.grade, said, rule.source, rule.mark))
        if not rules[body.id or 0]:
            rows.append((*who, "", "", "", "", ""))
    return pd.DataFrame(rows, columns=columns, dtype=object)


def purposes_and_rule_sets(db: Session, *, viewer: Actor) -> list[SupervisionPurpose]:
    check_holds(viewer, Permission.SEE_CATALOGUE)
    return list(db.exec(select(SupervisionPurpose).order_by(col(SupervisionPurpose.position))))


# ---------------------------------------------------------------------------------------------------------------------
# The service's own numbers


@dataclass(frozen=True)
class NumberLine:
    key: str
    meaning: str
    value: int
    default: int
    lowest: int
    highest: int
    is_technical: bool
    mark: str
    """"service" where the service set it, else how sure the field is of the default."""
    may_set: bool


def service_numbers(db: Session, *, viewer: Actor) -> list[NumberLine]:
    check_holds(viewer, Permission.SEE_CATALOGUE)
    stored = {setting.key: setting.value for setting in db.exec(select(Setting))}
    return [
        NumberLine(
            key,
            number.meaning,
            stored.get(key, number.default),
            number.default,
            number.lowest,
            number.highest,
            number.is_technical,
            SERVICE if key in stored else number.mark,
            may(check_can_set_number, viewer, number.is_technical),
        )
        for key, number in SERVICE_NUMBERS.items()
    ]


def may_set_rules(viewer: Actor) -> bool:
    return may(check_can_set_rules, viewer)


# ---------------------------------------------------------------------------------------------------------------------
# Communities


@dataclass(frozen=True)
class CommunityLine:
    community_id: int
    name: str
    establishment_id: int
    establishment: str
    kept_from: dict[RequirementKind, date]
    """By kind: the day from which the community keeps its records here. Before it nothing of the kind is judged."""
    may_set: bool


def communities(db: Session, *, viewer: Actor) -> list[CommunityLine]:
    """Every community by establishment and name. For everyone: names of places, and what is judged from when."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    kept: dict[int, dict[RequirementKind, date]] = defaultdict(dict)
    for one in db.exec(select(RecordsKeptFrom)):
        kept[one.community_id][one.kind] = one.from_on
    rows = db.execute(
        sa.select(Community, Establishment)
        .join(Establishment, col(Establishment.id) == col(Community.establishment_id))
        .order_by(col(Establishment.name), col(Community.name))
    ).all()
    mine = communities_within(viewer, Object.CATALOGUE, Action.UPDATE)
    return [
        CommunityLine(
            community.id or 0,
            community.name,
            establishment.id or 0,
            establishment.name,
            kept[community.id or 0],
            community.id in mine,
        )
        for community, establishment in rows
    ]


def establishments_kept(db: Session, *, viewer: Actor) -> dict[int, str]:
    """Establishments to which the viewer may add communities: id to name."""
    if not may(check_everywhere, viewer, Object.EMPLOYMENT, Action.CREATE):
        return {}
    rows = db.execute(sa.select(col(Establishment.id), col(Establishment.name)).order_by(col(Establishment.name)))
    return {establishment_id: name for establishment_id, name in rows}
