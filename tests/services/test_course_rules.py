"""The service's own rule on how long a certificate lasts: set, taken back, and looked at before it is set."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, Course, CourseRule, RequirementKind
from tcsuper.queries.course_rules import course_rules_seen, effects_of_rule
from tcsuper.queries.standing import standings
from tcsuper.rules.standing import Standing, Status, add_months
from tcsuper.rules.training import CourseRuleTerms, Life, RuleFrom
from tcsuper.services.course_rules import set_course_rule, take_back_course_rule
from tcsuper.services.training import record_completion
from tests.competence import add_courses
from tests.people import Cast, make_cast

LAST_SPRING = today() - timedelta(days=200)
TOMORROW = today() + timedelta(days=1)
HALF_A_YEAR, TWO_YEARS = CourseRuleTerms(Life.ROLLING, 6), CourseRuleTerms(Life.ROLLING, 24, early_months=3)


@pytest.fixture
def cast(db: Session) -> Cast:
    """Officers renew restraint each year; Ben did 200 days ago."""
    made = make_cast(db)
    add_courses(db, made)
    record_completion(
        db,
        by=actor_for_staff(db, made.id("Asha")),
        staff_id=made.id("Ben"),
        course_code="restraint",
        completed_on=LAST_SPRING,
    )
    return made


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def sets(db: Session, cast: Cast, terms: CourseRuleTerms, by: str = "Asha", **more: object) -> CourseRule:
    rule = replace(RuleFrom(TOMORROW, terms), **more)  # type: ignore[arg-type]
    return set_course_rule(db, by=known(db, cast, by), course_code="restraint", rule=rule)


def restraint_of_ben(db: Session, cast: Cast, on: date) -> Standing:
    rows = standings(db, [cast.id("Ben")], on, kinds=[RequirementKind.COURSE])
    return next(row.standing for row in rows if row.requirement == "Control and restraint")


def test_a_certificate_keeps_its_year_when_the_rule_becomes_two_years(db: Session, cast: Cast) -> None:
    sets(db, cast, TWO_YEARS)
    assert restraint_of_ben(db, cast, TOMORROW).due_on == add_months(LAST_SPRING, 12)


def test_unless_the_rule_is_for_existing_certificates_too(db: Session, cast: Cast) -> None:
    sets(db, cast, TWO_YEARS, for_existing=True)
    assert restraint_of_ben(db, cast, today()).due_on == add_months(LAST_SPRING, 12)
    assert restraint_of_ben(db, cast, TOMORROW).due_on == add_months(LAST_SPRING, 24)


def test_what_is_stored_is_read_back_as_it_was_set(db: Session, cast: Cast) -> None:
    fixed = CourseRuleTerms(Life.FIXED_DAY, early_months=2, day=(5, 31), parity="odd", grace_days=14)
    for days, terms in enumerate((fixed, TWO_YEARS, CourseRuleTerms(Life.PRINTED), CourseRuleTerms()), start=1):
        stored = sets(db, cast, terms, start_on=today() + timedelta(days=days))
        assert CourseRuleTerms.read(stored.terms) == terms


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (CourseRuleTerms(Life.ROLLING, 0), "months"),
        (CourseRuleTerms(Life.ROLLING, 121), "months"),
        (CourseRuleTerms(Life.ROLLING, 12, early_months=12), "early_months"),
        (CourseRuleTerms(Life.FIXED_DAY, day=(4, 31)), "day"),
        (CourseRuleTerms(Life.FIXED_DAY, day=(13, 1)), "day"),
        (CourseRuleTerms(Life.FIXED_DAY, day=(2, 30)), "day"),
        (CourseRuleTerms(Life.FIXED_DAY, early_months=12), "early_months"),
        (CourseRuleTerms(Life.NEVER, early_months=1), "early_months"),
        (CourseRuleTerms(Life.NEVER, grace_days=1), "grace_days"),
        (CourseRuleTerms(Life.ROLLING, 12, grace_days=367), "grace_days"),
        (CourseRuleTerms(Life.ROLLING, 12, parity="odd"), "parity"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(
    db: Session, cast: Cast, terms: CourseRuleTerms, field: str
) -> None:
    with pytest.raises(InvalidRecord) as refused:
        sets(db, cast, terms)
    assert set(refused.value.problems) == {field}


def test_29_february_is_a_fixed_day(db: Session, cast: Cast) -> None:
    assert sets(db, cast, CourseRuleTerms(Life.FIXED_DAY, day=(2, 29))).id


def test_a_rule_never_begins_in_the_past(db: Session, cast: Cast) -> None:
    with pytest.raises(InvalidRecord, match="begins today or later"):
        sets(db, cast, TWO_YEARS, start_on=today() - timedelta(days=1))
    assert sets(db, cast, TWO_YEARS, start_on=today()).start_on == today()


def test_two_rules_do_not_begin_on_one_day(db: Session, cast: Cast) -> None:
    sets(db, cast, TWO_YEARS)
    with pytest.raises(InvalidRecord, match="Choose a later day, or take it back"):
        sets(db, cast, HALF_A_YEAR)


def test_a_rule_to_come_can_be_taken_back_and_one_that_applies_cannot(db: Session, cast: Cast) -> None:
    to_come, applies = sets(db, cast, HALF_A_YEAR, for_existing=True), today_rule(db)
    assert restraint_of_ben(db, cast, TOMORROW).status is Status.EXPIRED
    take_back_course_rule(db, by=known(db, cast, "Asha"), rule_id=to_come.id or 0)
    assert restraint_of_ben(db, cast, TOMORROW).status is not Status.EXPIRED
    with pytest.raises(InvalidRecord, match="has applied since"):
        take_back_course_rule(db, by=known(db, cast, "Asha"), rule_id=applies)
    done = db.exec(select(AuditEvent.action).where(AuditEvent.object_kind == "course_rule").order_by(AuditEvent.id))
    assert list(done) == ["set_course_rule", "take_back_course_rule"]


def today_rule(db: Session) -> int:
    return db.exec(select(col(CourseRule.id)).where(CourseRule.start_on <= today())).first() or 0


def test_what_it_would_change_is_what_it_then_changes(db: Session, cast: Cast) -> None:
    rule = RuleFrom(TOMORROW, HALF_A_YEAR, for_existing=True)
    seen = effects_of_rule(db, viewer=known(db, cast, "Asha"), course_code="restraint", rule=rule)
    ben = next(one for one in seen if one.staff_id == cast.id("Ben"))
    assert ben.before == restraint_of_ben(db, cast, TOMORROW)
    assert restraint_of_ben(db, cast, TOMORROW).status is not Status.EXPIRED, "looking changes nothing"
    sets(db, cast, HALF_A_YEAR, for_existing=True)
    assert ben.after == restraint_of_ben(db, cast, TOMORROW)
    assert ben.is_other and ben.after.status is Status.EXPIRED
    assert not any(one.is_other for one in seen if one.staff_id != cast.id("Ben"))


def test_it_is_seen_on_the_people_of_ones_own_communities_alone(db: Session, cast: Cast) -> None:
    rule = RuleFrom(TOMORROW, HALF_A_YEAR)
    carol = effects_of_rule(db, viewer=known(db, cast, "Carol"), course_code="restraint", rule=rule)
    assert cast.id("Cai") in {one.staff_id for one in carol}
    assert cast.id("Ben") not in {one.staff_id for one in carol}
    with pytest.raises(NotAllowed):
        effects_of_rule(db, viewer=known(db, cast, "Ben"), course_code="restraint", rule=rule)


def test_rules_read_aloud_with_their_days(db: Session, cast: Cast) -> None:
    sets(db, cast, TWO_YEARS, for_existing=True)
    lines = [one for one in course_rules_seen(db, viewer=known(db, cast, "Ben")) if one.course_code == "restraint"]
    assert [one.is_coming for one in lines] == [True, False]
    assert "Expires 24 months after completion. A renewal up to 3 months early keeps the date." in lines[0].said
    assert "Existing certificates too." in lines[0].said and "keep their life" in lines[1].said


def test_an_unknown_course_is_no_different_from_one_that_is_not_yours(db: Session, cast: Cast) -> None:
    assert db.exec(select(Course).where(Course.code == "nothing")).first() is None
    with pytest.raises(NotAllowed):
        set_course_rule(db, by=known(db, cast, "Asha"), course_code="nothing", rule=RuleFrom(TOMORROW, TWO_YEARS))
