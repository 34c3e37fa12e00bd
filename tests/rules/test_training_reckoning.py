"""Courses against a second reckoning that knows no arithmetic with months: it turns the leaves of a calendar, one day
after another, as somebody would with a paper diary. And the tables of dates that must not grow thinner."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest

from tcsuper.rules.standing import Status
from tcsuper.rules.training import (
    Completion,
    CourseRules,
    CourseRuleTerms,
    CourseTerms,
    Life,
    RuleFrom,
    standing,
)
from tests.rules import test_training
from tests.rules.days import day, maybe

ONE = timedelta(days=1)

# ---------------------------------------------------------------------------------------------------------------------
# The diary


@cache
def turned(start: date, months: int, leaf: timedelta) -> date:
    """So many months on or back: the day on which that day of the month came round again, or the month ran out."""
    at, left = start, months
    while left:
        at += leaf
        ran_out = at.day < start.day and (at + ONE).day == 1
        left -= at.day == start.day or ran_out
    return at


@cache
def next_named_day(after: date, month: int, number: int, parity: str) -> date:
    """The next leaf with that day on it, in a year that fits."""
    at = after + ONE
    while True:
        is_it = at.month == month and (at.day == number or (at.day < number and (at + ONE).day == 1))
        if is_it and parity in ("", "odd" if at.year % 2 else "even"):
            return at
        at += ONE


def written_on_it(rules: Sequence[RuleFrom], completed_on: date, on: date) -> CourseRuleTerms:
    """The life written on a certificate when it is given, crossed out by each rule for existing ones on its day."""
    life = None
    for rule in sorted(rules, key=lambda rule: rule.start_on):
        is_given = rule.start_on <= completed_on or (life is None and rule.start_on <= on)
        if is_given or (rule.for_existing and rule.start_on <= on):
            life = rule.terms
    return life or CourseRuleTerms()


def last_leaves(rules: Sequence[RuleFrom], passed: Sequence[Completion], on: date) -> list[date | None]:
    """The last good day of each, in the order of their days; None: it has none."""
    in_order = sorted(passed, key=lambda one: one.completed_on)
    found: list[date | None] = []
    for one in in_order:
        life = written_on_it(rules, one.completed_on, on)
        ends = [
            end for other, end in zip(in_order, found, strict=False) if other.completed_on < one.completed_on and end
        ]
        if one.printed_expiry_on is not None:
            found.append(one.printed_expiry_on)
        elif life.life in (Life.NEVER, Life.PRINTED):
            found.append(None)
        else:
            start = one.completed_on
            if ends and life.early_months:
                former = at = max(ends)
                opens = turned(former, life.early_months, -ONE)
                while at > opens and at != one.completed_on:  # leaf by leaf back through the window
                    at -= ONE
                start = former if at == one.completed_on else start
            if life.life is Life.ROLLING:
                found.append(turned(start, life.months, ONE))
            else:
                found.append(next_named_day(start, *life.day, life.parity))
    return found


Book = dict[str, list[RuleFrom]]


def came_in_order(terms: CourseTerms, rules: Book, sure: Sequence[Completion], one: Completion, on: date) -> bool:
    """Each prerequisite is looked up in the diary under every day up to that of the completion."""
    for code in terms.after:
        of_it = [other for other in sure if other.course == code]
        good = False
        for other, end in zip(of_it, last_leaves(rules.get(code, []), of_it, on), strict=True):
            begun = other.completed_on <= one.completed_on
            good |= begun and (not terms.after_in_date or end is None or one.completed_on <= end)
        if not good:
            return False
    return True


def reckoned(
    terms: CourseTerms,
    rules: Book,
    started_on: date,
    completions: Sequence[Completion],
    on: date,
    bookings: Sequence[date],
    extended_to: date | None,
) -> tuple[Status, date | None, bool]:
    """Status, due day, and whether it is in grace."""
    known = sorted((one for one in completions if one.completed_on <= on), key=lambda one: one.completed_on)
    sure = [one for one in known if one.is_passed and one.is_confirmed]
    mine = [one for one in sure if one.course in terms.courses]
    in_order = [one for one in mine if came_in_order(terms, rules, sure, one, on)]
    counting = [one for one in in_order if one.version >= terms.from_version]
    if counting:
        [code] = terms.courses
        return of_a_holder(terms, rules.get(code, []), counting, on, extended_to)
    clock = terms.asked_from or started_on
    if in_order and terms.version_from is not None and terms.version_from > started_on:
        clock = terms.version_from
    due = extended_to or by_when(terms, clock)
    has_begun = any(one.course in terms.courses for one in known)
    return of_a_starter(terms, on, due, bookings, has_begun), due, False


def of_a_holder(
    terms: CourseTerms, rules: Sequence[RuleFrom], counting: Sequence[Completion], on: date, extended_to: date | None
) -> tuple[Status, date | None, bool]:
    ends = last_leaves(rules, counting, on)
    if None in ends:
        return Status.UP_TO_DATE, None, False
    lasts = [(end, one.completed_on) for end, one in zip(ends, counting, strict=True) if end is not None]
    last = max([end for end, _ in lasts] + ([extended_to] if extended_to else []))
    if on > last:
        grace = written_on_it(rules, max(lasts)[1], on).grace_days
        return Status.EXPIRED, last, (on - last).days <= grace
    at = on
    for _ in range(terms.warning_days):
        if at == last:
            break
        at += ONE
    return (Status.DUE_SOON if at == last else Status.UP_TO_DATE), last, False


def by_when(terms: CourseTerms, clock: date) -> date | None:
    if terms.target_days is None:
        return clock if terms.is_qualification else None
    for _ in range(terms.target_days):
        clock += ONE
    return clock


def of_a_starter(terms: CourseTerms, on: date, due: date | None, bookings: Sequence[date], has_begun: bool) -> Status:
    if due is not None and on > due:
        return Status.OVERDUE
    if any(on <= booked and (due is None or booked <= due) for booked in bookings):
        return Status.BOOKED
    if due is not None and (due - on).days <= terms.warning_days:
        return Status.DUE_SOON
    return Status.IN_PROGRESS if has_begun else Status.NOT_STARTED


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is asked and entered

AWKWARD = [
    *(date(2024, 2, 29), date(2024, 2, 28), date(2025, 2, 28), date(2024, 3, 1), date(2028, 2, 29)),
    *(date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 5, 31), date(2026, 8, 31)),
    *(date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 24), date(2026, 10, 25)),
    *(date(2026, 10, 26), date(2025, 3, 30), date(2025, 10, 26), date(2027, 3, 31), date(2027, 9, 30)),
]
FIXED = [(5, 31), (2, 29), (9, 30), (1, 1), (12, 31), (3, 29), (10, 25)]
FAR = date(2040, 1, 1)


@dataclass
class Case:
    terms: CourseTerms
    rules: Book
    started_on: date
    completions: list[Completion]
    on: date
    bookings: list[date]
    extended_to: date | None


def some_case(chance: Random) -> Case:
    """A person, a course, its rules and what comes before it; and in most cases they renew, follow up and are looked at
    on the very days that decide, or the day before or after."""
    started_on, asked_later = some_day(chance), chance.choice([None, None, None, 1, 200, 900])
    case = Case(
        CourseTerms(
            "A course",
            ("mine",),
            chance.choice([(), (), (), ("before",), ("before", "also")]),
            target_days=chance.choice([None, 0, 1, 90, 365]),
            is_qualification=chance.random() < 0.3,
            warning_days=chance.choice([0, 30, 90]),
            after_in_date=chance.random() < 0.5,
            from_version=chance.choice([1, 1, 1, 2]),
            version_from=chance.choice([None, some_day(chance)]),
        ),
        {code: some_rules(chance) for code in ("mine", "before", "also")},
        started_on,
        [some_completion(chance) for _ in range(chance.randint(0, 4))],
        some_day(chance),
        [some_day(chance) for _ in range(chance.choice([0, 0, 1, 2]))],
        chance.choice([None, None, None, *AWKWARD[10:13]]),
    )
    if asked_later is not None:
        case.started_on += asked_later * ONE
        case.terms = replace(case.terms, asked_from=case.started_on)
    for code in chance.choices(["mine", "mine", "before"], k=chance.randint(0, 3)):
        if edges := renewal_days(case, code):
            on, course = beside(chance, chance.choice(edges)), chance.choice([code, "mine"])
            case.completions.append(Completion(on, course, version=chance.choice([1, 2])))
    case.completions = list({(one.completed_on, one.course): one for one in case.completions}.values())
    chance.shuffle(case.completions)
    if chance.random() < 0.8:
        case.on = beside(chance, chance.choice(deciding_days(case)))
    return case


def some_day(chance: Random) -> date:
    return chance.choice(AWKWARD) if chance.random() < 0.5 else date(2022, 1, 1) + chance.randrange(2300) * ONE


def beside(chance: Random, on: date) -> date:
    return on + chance.choice([-ONE, 0 * ONE, 0 * ONE, ONE])


def some_rules(chance: Random) -> list[RuleFrom]:
    later = [
        RuleFrom(some_day(chance), some_life(chance), chance.random() < 0.5) for _ in range(chance.choice([0, 0, 1, 2]))
    ]
    first = [RuleFrom(date(2015, 1, 1), some_life(chance))] if chance.random() < 0.8 else []
    return list({rule.start_on: rule for rule in [*first, *later]}.values())


def some_life(chance: Random) -> CourseRuleTerms:
    early, grace = chance.choice([0, 1, 2, 4]), chance.choice([0, 14, 30])
    match chance.choice([Life.ROLLING, Life.ROLLING, Life.FIXED_DAY, Life.PRINTED, Life.NEVER]):
        case Life.ROLLING:
            months = chance.choice([1, 3, 6, 12, 24, 36])
            return CourseRuleTerms(Life.ROLLING, months, min(early, months - 1), grace_days=grace)
        case Life.FIXED_DAY:
            return CourseRuleTerms(
                Life.FIXED_DAY, 0, early, chance.choice(FIXED), chance.choice(["", "odd", "even"]), grace
            )
        case Life.PRINTED:
            return CourseRuleTerms(Life.PRINTED, grace_days=grace)
    return CourseRuleTerms()


def some_completion(chance: Random) -> Completion:
    on, printed = some_day(chance), chance.choice([0, 0, 0, 0, 1, 30, 365, 900])
    return Completion(
        on,
        chance.choice(["mine", "mine", "mine", "before", "also"]),
        chance.random() < 0.85,
        on + printed * ONE if printed else None,
        chance.random() < 0.85,
        chance.choice([1, 1, 2]),
    )


def renewal_days(case: Case, code: str) -> list[date]:
    """When a certificate ends and when its window opens."""
    rules = case.rules[code]
    of_it = sorted((one for one in case.completions if one.course == code), key=lambda one: one.completed_on)
    days = []
    for one, end in zip(of_it, last_leaves(rules, of_it, FAR), strict=True):
        if end is not None:
            days += [end, turned(end, written_on_it(rules, one.completed_on, FAR).early_months, -ONE)]
    return days


def deciding_days(case: Case) -> list[date]:
    """When it is due or ends, when the warning begins and grace is over, when a rule begins."""
    terms, graces = case.terms, {rule.terms.grace_days for rule in case.rules["mine"]}
    ends = [case.started_on + (terms.target_days or 0) * ONE, *renewal_days(case, "mine")]
    days = [end + distance * ONE for end in ends for distance in (0, -terms.warning_days, *graces)]
    return [*days, *(rule.start_on for rule in case.rules["mine"])]


def disagree(seeds: Iterable[int]) -> list[int]:
    """The seeds of the cases on which the product and the diary disagree."""
    return [seed for seed in seeds if not _agrees(some_case(Random(seed)))]


def _agrees(case: Case) -> bool:
    facts = (case.started_on, case.completions, case.on, case.bookings, case.extended_to)
    found = standing(case.terms, CourseRules(case.rules), *facts)
    got = (found.status, found.due_on, found.grace_until is not None)
    return got == reckoned(case.terms, case.rules, *facts) and found.because.endswith(".")


def test_statuses_agree_with_a_diary_kept_by_hand() -> None:
    assert disagree(range(2_000)) == []


@pytest.mark.proof
def test_ten_thousand_statuses_agree_with_a_diary_kept_by_hand() -> None:
    assert disagree(range(10_000)) == []


def test_the_cases_are_of_every_sort() -> None:
    """A proof over cases that never lapse would prove little."""
    found = Counter()
    for seed in range(600):
        case = some_case(Random(seed))
        facts = (case.started_on, case.completions, case.on, case.bookings, case.extended_to)
        found[standing(case.terms, CourseRules(case.rules), *facts).status] += 1
    of_courses = {"up_to_date", "due_soon", "overdue", "expired", "booked", "in_progress", "not_started"}
    assert set(found) == of_courses and min(found.values()) >= 10, found


def test_the_diary_itself_turns_its_leaves_as_a_calendar_does() -> None:
    """The reckoning is worth something only if it is right about the days that matter."""
    assert turned(day("29 February 2024"), 12, ONE) == day("28 February 2025")
    assert turned(day("31 March 2026"), 1, -ONE) == day("28 February 2026")
    assert turned(day("31 August 2026"), 6, ONE) == day("28 February 2027")
    assert next_named_day(day("31 May 2025"), 5, 31, "odd") == day("31 May 2027")
    assert next_named_day(day("28 February 2027"), 2, 29, "") == day("29 February 2028")


# ---------------------------------------------------------------------------------------------------------------------
# The days on which the clocks change, in London: 29 March and 25 October 2026, 30 March and 26 October 2025

YEARLY = CourseRuleTerms(Life.ROLLING, 12, early_months=1)
REFRESHER = CourseTerms("Control and restraint", ("restraint",), target_days=30, warning_days=30)


@pytest.mark.parametrize(
    ("started", "completed", "on", "status", "due", "story"),
    [
        (
            "27 February 2026",
            None,
            "29 March 2026",
            "due_soon",
            "29 March 2026",
            "due on the short day: it still counts",
        ),
        ("27 February 2026", None, "30 March 2026", "overdue", "29 March 2026", "the day after the short day"),
        (
            "28 February 2026",
            None,
            "30 March 2026",
            "due_soon",
            "30 March 2026",
            "thirty days, one of them of 23 hours",
        ),
        ("28 February 2026", None, "31 March 2026", "overdue", "30 March 2026", "and not a day more"),
        ("25 September 2026", None, "25 October 2026", "due_soon", "25 October 2026", "due on the long day"),
        ("25 September 2026", None, "26 October 2026", "overdue", "25 October 2026", "the day after the long day"),
        ("26 September 2026", None, "26 October 2026", "due_soon", "26 October 2026", "thirty days, one of 25 hours"),
        ("1 January 2024", "29 March 2025", "29 March 2026", "due_soon", "29 March 2026", "a year to the short day"),
        ("1 January 2024", "29 March 2025", "30 March 2026", "expired", "29 March 2026", "lapsed overnight"),
        (
            "1 January 2024",
            "30 March 2025",
            "30 March 2026",
            "due_soon",
            "30 March 2026",
            "from short day to day after",
        ),
        ("1 January 2024", "25 October 2025", "25 October 2026", "due_soon", "25 October 2026", "to the long day"),
        ("1 January 2024", "25 October 2025", "26 October 2026", "expired", "25 October 2026", "lapsed that night"),
        ("1 January 2024", "26 October 2025", "27 October 2026", "expired", "26 October 2026", "from the long day on"),
        ("1 January 2024", "29 March 2026", "28 March 2027", "due_soon", "29 March 2027", "completed on the short day"),
        ("1 January 2024", "25 October 2025", "25 September 2026", "due_soon", "25 October 2026", "the window's edge"),
        ("1 January 2024", "25 October 2025", "24 September 2026", "up_to_date", "25 October 2026", "a day before it"),
        ("1 January 2024", "28 April 2025", "29 March 2026", "due_soon", "28 April 2026", "its edge on the short day"),
        ("1 January 2024", "28 April 2025", "28 March 2026", "up_to_date", "28 April 2026", "and the day before"),
    ],
)
def test_the_days_on_which_the_clocks_change_are_days_like_any_other(
    started: str, completed: str | None, on: str, status: str, due: str, story: str
) -> None:
    completions = [Completion(day(completed), "restraint")] if completed else []
    found = standing(REFRESHER, CourseRules.always(YEARLY, "restraint"), day(started), completions, day(on))
    assert (found.status.value, found.due_on) == (status, maybe(due)), story


@pytest.mark.parametrize(
    ("renewed", "until", "story"),
    [
        ("28 February 2026", "29 March 2027", "the first day of the window"),
        ("27 February 2026", "27 February 2027", "a day too early: from completion"),
        ("28 March 2026", "29 March 2027", "the day before the clocks change"),
        ("29 March 2026", "29 March 2027", "on the short day itself"),
        ("30 March 2026", "30 March 2027", "a day late: from completion"),
    ],
)
def test_an_early_window_that_closes_as_the_clocks_change(renewed: str, until: str, story: str) -> None:
    completions = [Completion(day("29 March 2025"), "restraint"), Completion(day(renewed), "restraint")]
    found = standing(
        REFRESHER, CourseRules.always(YEARLY, "restraint"), day("1 January 2024"), completions, day("1 April 2026")
    )
    assert found.due_on == day(until), story


# ---------------------------------------------------------------------------------------------------------------------
# How many there are

SUBJECTS = {
    "29 February": ("29 February",),
    "month ends": ("31 January", "31 May", "30 June", "31 August"),
    "two and three years": ("two years", "three years"),
    "odd and even years": ("odd", "even"),
    "windows": ("window",),
    "grace": ("grace",),
    "order": ("prerequisite", "order"),
    "a rule that changes": ("new rule",),
    "still to come": ("to come",),
}


def tables_of_dates() -> list[tuple[Any, ...]]:
    """Every row of every table in the tests of courses whose answer is a day or what follows from one."""
    functions = [one for name, one in vars(test_training).items() if name.startswith("test_")]
    functions += [
        test_the_days_on_which_the_clocks_change_are_days_like_any_other,
        test_an_early_window_that_closes_as_the_clocks_change,
    ]
    marks = [mark for one in functions for mark in getattr(one, "pytestmark", ()) if mark.name == "parametrize"]
    return [row for mark in marks for row in mark.args[1] if "20" in repr(row)]


def test_the_tables_hold_at_least_120_cases_of_dates() -> None:
    rows = tables_of_dates()
    assert len(rows) >= 120
    told = " ".join(map(repr, rows))
    assert [subject for subject, signs in SUBJECTS.items() if not any(sign in told for sign in signs)] == []
