"""How long certificates last, as rules in words; and what another rule would change, for real people."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, Permission, Shape, check_can_set_rules, check_holds
from tcsuper.models import Course, CourseRule, RequirementKind
from tcsuper.queries.completions import course_rules
from tcsuper.queries.standing import Row, standings, whose_status
from tcsuper.rules.in_words import course_rule_in_words
from tcsuper.rules.standing import Standing, Status
from tcsuper.rules.training import CourseRules, CourseRuleTerms, RuleFrom


@dataclass(frozen=True)
class CourseRuleLine:
    """A rule of a course in words. `is_coming`: it has not begun on the date asked about, and can be taken back."""

    rule_id: int
    course_code: str
    course: str
    terms: CourseRuleTerms
    said: str
    start_on: date
    for_existing: bool
    is_coming: bool


def course_rules_seen(db: Session, *, viewer: Actor) -> list[CourseRuleLine]:
    """Every rule of every course, course by course in the catalogue's order, the latest first."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    rows = db.exec(
        select(CourseRule, Course)
        .join(Course, col(Course.id) == col(CourseRule.course_id))
        .order_by(col(Course.position), Course.title, col(CourseRule.start_on).desc())
    )
    return [_line(rule, course, viewer.on) for rule, course in rows]


BEGINNING = date(1970, 1, 1)
"""The start of a rule of the catalogue that names none."""


def _line(rule: CourseRule, course: Course, on: date) -> CourseRuleLine:
    terms, for_existing = CourseRuleTerms.read(rule.terms), bool(rule.terms.get("for_existing"))
    whom = "Existing certificates too." if for_existing else "Earlier certificates keep their life."
    said = f"From {words.day(rule.start_on)}: {course_rule_in_words(terms)} {whom}"
    if rule.start_on <= BEGINNING:  # no certificate is older
        said = course_rule_in_words(terms)
    is_coming = rule.start_on > on
    return CourseRuleLine(rule.id or 0, course.code, course.title, terms, said, rule.start_on, for_existing, is_coming)


def course_names(db: Session, *, viewer: Actor) -> dict[str, str]:
    """Courses and qualifications by code, in the catalogue's order."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    return {one.code: one.title for one in db.exec(select(Course).order_by(col(Course.position), Course.title))}


@dataclass(frozen=True)
class Effect:
    """One person on one requirement, on the first day of a rule: without it and with it."""

    staff_id: int
    person: str
    requirement: str
    before: Standing
    after: Standing

    @property
    def is_other(self) -> bool:
        return (self.before.status, self.before.due_on) != (self.after.status, self.after.due_on)

    @property
    def becomes(self) -> tuple[Status, Status]:
        return self.before.status, self.after.status


def effects_of_rule(db: Session, *, viewer: Actor, course_code: str, rule: RuleFrom) -> list[Effect]:
    """What a rule would change on its first day, if nothing more happens: everybody whom the course is asked of, or
    comes before something asked, and whose training status the viewer may see with its record. By name."""
    check_can_set_rules(viewer)
    people = sorted(db.scalars(whose_status(viewer, RequirementKind.COURSE, (Shape.FULL,))))
    kinds = (RequirementKind.COURSE, RequirementKind.QUALIFICATION)
    now = course_rules(db)
    then = CourseRules({**now.by_course, course_code: (*now.by_course.get(course_code, ()), rule)})
    before = standings(db, people, rule.start_on, kinds=kinds)
    after = standings(db, people, rule.start_on, kinds=kinds, rules_of_courses=then)
    return [
        Effect(one.staff_id, one.person, one.requirement, one.standing, other.standing)
        for one, other in zip(before, after, strict=True)
        if _is_about(one, course_code)
    ]


def _is_about(row: Row, course_code: str) -> bool:
    return course_code in (*row.bound.terms["any_of"], *row.bound.terms.get("after", ()))
