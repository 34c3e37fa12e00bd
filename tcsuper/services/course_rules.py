"""How long certificates of a course last: the service's own rule, from a day on."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Course, CourseRule
from tcsuper.rules.training import CourseRuleTerms, Life, RuleFrom
from tcsuper.services.catalogue import SET_BY_SERVICE

LONGEST_MONTHS, LONGEST_GRACE = 120, 366


def set_course_rule(
    db: Session, *, by: Actor, submission: UUID | None = None, course_code: str, rule: RuleFrom
) -> CourseRule:
    """From `rule.start_on`, today or later, certificates last so long. Those that were given before keep the life they
    had, unless the rule is for existing ones. Past answers stay what they were: a rule never begins in the past."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    course = db.exec(select(Course).where(Course.code == course_code)).first()
    if course is None:
        raise NotAllowed
    problems = _problems_with(rule.terms) | _too_early(rule.start_on, _last_rule(db, course))
    if problems:
        raise InvalidRecord(**problems)
    assert course.id is not None
    stored = CourseRule(
        course_id=course.id,
        start_on=rule.start_on,
        terms=rule.terms.stored() | ({"for_existing": True} if rule.for_existing else {}),
        source="Set by your service",
        mark=SET_BY_SERVICE,
    )
    db.add(stored)
    db.flush()
    record_event(
        db,
        by=by,
        action="set_course_rule",
        object_kind="course_rule",
        object_key=stored.id,
        course_id=course.id,
        start_on=rule.start_on.isoformat(),
        for_existing=rule.for_existing,
    )
    return stored


def take_back_course_rule(db: Session, *, by: Actor, submission: UUID | None = None, rule_id: int) -> None:
    """A rule that has not begun is as if it had never been set; that it was stays in the history."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    rule = db.get(CourseRule, rule_id)
    if rule is None:
        raise NotAllowed
    if rule.start_on <= today():
        began = words.day(rule.start_on)
        raise InvalidRecord(rule_id=f"This rule has applied since {began}. Set another one from a later day.")
    record_event(
        db,
        by=by,
        action="take_back_course_rule",
        object_kind="course_rule",
        object_key=rule_id,
        course_id=rule.course_id,
        start_on=rule.start_on.isoformat(),
    )
    db.delete(rule)


def _last_rule(db: Session, course: Course) -> CourseRule | None:
    of_course = select(CourseRule).where(CourseRule.course_id == course.id)
    return db.exec(of_course.order_by(col(CourseRule.start_on).desc())).first()


def _too_early(start_on: date, last: CourseRule | None) -> dict[str, str]:
    if start_on < today():
        return {"start_on": "A rule begins today or later, so that what was said of past days stays true."}
    if last is not None and start_on <= last.start_on:
        return {"start_on": f"There is a rule from {words.day(last.start_on)}. Choose a later day, or take it back."}
    return {}


def _problems_with(terms: CourseRuleTerms) -> dict[str, str]:
    problems = {}
    if terms.life is Life.ROLLING and not 1 <= terms.months <= LONGEST_MONTHS:
        problems["months"] = f"A certificate lasts between 1 and {LONGEST_MONTHS} months."
    if terms.life is Life.FIXED_DAY and not terms.is_on_a_day:
        problems["day"] = "There is no such day. 29 February stands for 28 February in the years that lack it."
    longest_early = {Life.ROLLING: max(0, terms.months - 1), Life.FIXED_DAY: 11}.get(terms.life, 0)
    if not 0 <= terms.early_months <= longest_early:
        problems["early_months"] = f"A renewal can be at most {words.count(longest_early, 'month')} early here."
    if terms.life is not Life.FIXED_DAY and terms.parity:
        problems["parity"] = "Odd or even years belong to a fixed day."
    longest_grace = 0 if terms.life is Life.NEVER else LONGEST_GRACE
    if not 0 <= terms.grace_days <= longest_grace:
        problems["grace_days"] = f"Grace lasts at most {words.count(longest_grace, 'day')} here."
    return problems
