"""Courses and qualifications: dates worked out by hand with a calendar."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.standing import Status
from tcsuper.rules.training import (
    Completion,
    CourseRules,
    CourseRuleTerms,
    CourseStanding,
    CourseTerms,
    Life,
    RuleFrom,
    expiry,
    standing,
)
from tests.rules.days import day, fewer, first_day_of_it, maybe, unhurried

NEVER = CourseRuleTerms()


def rolling(months: int, early_months: int = 0) -> CourseRuleTerms:
    return CourseRuleTerms(Life.ROLLING, months, early_months)


def fixed(month: int, on: int, parity: str = "", early_months: int = 0) -> CourseRuleTerms:
    return CourseRuleTerms(Life.FIXED_DAY, early_months=early_months, day=(month, on), parity=parity)


# ---------------------------------------------------------------------------------------------------------------------
# How long a certificate lives


@pytest.mark.parametrize(
    ("months", "completed", "until", "story"),
    [
        (12, "15 January 2025", "15 January 2026", "a year"),
        (12, "29 February 2024", "28 February 2025", "29 February and no such day next year"),
        (12, "28 February 2023", "28 February 2024", "28 February stays 28 February in a leap year"),
        (12, "1 March 2023", "1 March 2024", "the day after, across 29 February"),
        (48, "29 February 2024", "29 February 2028", "29 February to 29 February"),
        (24, "29 February 2024", "28 February 2026", "two years from 29 February"),
        (36, "29 February 2024", "28 February 2027", "three years from 29 February"),
        (36, "1 March 2023", "1 March 2026", "three years"),
        (24, "31 May 2025", "31 May 2027", "two years"),
        (1, "31 January 2025", "28 February 2025", "a short month"),
        (1, "31 January 2024", "29 February 2024", "a short month in a leap year"),
        (1, "31 May 2026", "30 June 2026", "31 to 30"),
        (6, "31 August 2026", "28 February 2027", "half a year to the end of February"),
        (6, "31 August 2027", "29 February 2028", "half a year to 29 February"),
        (6, "31 March 2025", "30 September 2025", "half a year to a month of thirty days"),
        (3, "30 November 2026", "28 February 2027", "over the new year"),
        (12, "31 December 2026", "31 December 2027", "New Year's Eve"),
        (12, "29 March 2026", "29 March 2027", "the day the clocks go forward"),
        (12, "25 October 2026", "25 October 2027", "the day the clocks go back"),
    ],
)
def test_rolling_life(months: int, completed: str, until: str, story: str) -> None:
    assert expiry(rolling(months), day(completed)) == day(until), story


@pytest.mark.parametrize(
    ("former", "early_months", "completed", "until", "story"),
    [
        ("30 June 2026", 3, "30 March 2026", "30 June 2027", "the first day of the early window"),
        ("30 June 2026", 3, "29 March 2026", "29 March 2027", "a day before it"),
        ("30 June 2026", 3, "30 June 2026", "30 June 2027", "on the due day itself"),
        ("30 June 2026", 3, "1 July 2026", "1 July 2027", "a day late: from the day it was done"),
        ("30 June 2026", 3, "1 January 2027", "1 January 2028", "long lapsed: from the day it was done"),
        ("31 May 2026", 3, "28 February 2026", "31 May 2027", "the window of 31 May opens at the end of February"),
        ("31 May 2026", 3, "27 February 2026", "27 February 2027", "a day before that"),
        ("29 February 2028", 1, "29 January 2028", "28 February 2029", "the anniversary of 29 February"),
        ("30 June 2026", 0, "20 June 2026", "20 June 2027", "without a window every renewal counts from its day"),
    ],
)
def test_early_renewal_keeps_the_anniversary(
    former: str, early_months: int, completed: str, until: str, story: str
) -> None:
    assert expiry(rolling(12, early_months), day(completed), day(former)) == day(until), story


@pytest.mark.parametrize(
    ("rule", "former", "completed", "until", "story"),
    [
        (fixed(9, 30), None, "1 January 2026", "30 September 2026", "30 September each year"),
        (fixed(9, 30), None, "29 September 2026", "30 September 2026", "the day before: one day"),
        (fixed(9, 30), None, "30 September 2026", "30 September 2027", "on the day: a year"),
        (fixed(9, 30), None, "1 October 2026", "30 September 2027", "the day after"),
        (fixed(5, 31, "odd"), None, "1 June 2025", "31 May 2027", "odd years: two whole ones"),
        (fixed(5, 31, "odd"), None, "1 January 2026", "31 May 2027", "odd years, from an even one"),
        (fixed(5, 31, "odd"), None, "30 May 2025", "31 May 2025", "odd years: one day"),
        (fixed(5, 31, "odd"), None, "31 May 2025", "31 May 2027", "odd years: on the day"),
        (fixed(5, 31, "even"), None, "1 January 2025", "31 May 2026", "even years, from an odd one"),
        (fixed(5, 31, "even"), None, "31 May 2026", "31 May 2028", "even years: on the day"),
        (fixed(2, 29), None, "1 March 2026", "28 February 2027", "29 February in a year that lacks it"),
        (fixed(2, 29), None, "1 March 2027", "29 February 2028", "29 February in a year that has it"),
        (
            fixed(5, 31, "odd", early_months=3),
            "31 May 2027",
            "28 February 2027",
            "31 May 2029",
            "renewed on the first day of the early window",
        ),
        (fixed(5, 31, "odd", early_months=3), "31 May 2027", "27 February 2027", "31 May 2027", "a day before it"),
        (fixed(5, 31, "odd", early_months=3), "31 May 2027", "1 June 2027", "31 May 2029", "a day late"),
        (fixed(5, 31, "odd", early_months=3), None, "1 April 2027", "31 May 2027", "the first one keeps its own end"),
        (NEVER, None, "1 January 1999", None, "for life"),
        (NEVER, "1 January 2000", "1 January 1999", None, "for life, whatever went before"),
    ],
)
def test_fixed_days_and_life(
    rule: CourseRuleTerms, former: str | None, completed: str, until: str | None, story: str
) -> None:
    assert expiry(rule, day(completed), maybe(former)) == maybe(until), story


def test_terms_are_read_as_stored() -> None:
    read = CourseRuleTerms.read({"life": "fixed_day", "month": 5, "day": 31, "parity": "odd", "early_months": 3})
    assert read == fixed(5, 31, "odd", early_months=3)
    assert CourseRuleTerms.read({"life": "rolling", "months": 12}) == rolling(12)
    assert CourseRuleTerms.read({"life": "printed", "grace_days": 30}) == CourseRuleTerms(Life.PRINTED, grace_days=30)
    assert CourseRuleTerms.read({}) == NEVER


@unhurried
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 72), st.integers(0, 11), st.integers(-800, 800))
def test_rolling_life_agrees_with_an_independent_reckoning(
    former: date, months: int, early: int, days_after_former: int
) -> None:
    completed = former + timedelta(days=days_after_former)
    opens = pd.Timestamp(former) - pd.DateOffset(months=early)
    keeps = early > 0 and opens <= pd.Timestamp(completed) <= pd.Timestamp(former)
    wanted = pd.Timestamp(former if keeps else completed) + pd.DateOffset(months=months)
    assert expiry(rolling(months, early), completed, former) == wanted.date()


# ---------------------------------------------------------------------------------------------------------------------
# TCAT: targets and order

STARTED = day("13 November 2025")
TCAT_1 = CourseTerms("TCAT 1", ("tcat_1",), target_days=90)
TCAT_2 = CourseTerms("TCAT 2", ("tcat_2",), ("tcat_1",), ("TCAT 1",), target_days=180)
TCAT_3 = CourseTerms("TCAT 3", ("tcat_3",), ("tcat_1", "tcat_2"), ("TCAT 1", "TCAT 2"))
NOT_STARTED, IN_PROGRESS, BOOKED = Status.NOT_STARTED, Status.IN_PROGRESS, Status.BOOKED
UP_TO_DATE, DUE_SOON, OVERDUE, EXPIRED = Status.UP_TO_DATE, Status.DUE_SOON, Status.OVERDUE, Status.EXPIRED


def judged(
    terms: CourseTerms, rule: CourseRuleTerms, completions: list[Completion], on: date, *bookings: Any, **more: Any
) -> CourseStanding:
    """Under one rule for every course, at all times."""
    rules = CourseRules.always(rule, *terms.courses, *terms.after)
    return standing(terms, rules, STARTED, completions, on, *bookings, **more)


def done(on: str, course: str = "tcat_1", **more: Any) -> Completion:
    return Completion(day(on), course, **more)


def tcat(terms: CourseTerms, completions: list[Completion], on: str, *bookings: str, **more: Any) -> CourseStanding:
    booked = [day(text) for text in bookings]
    return judged(terms, NEVER, completions, day(on), booked, **more)


@pytest.mark.parametrize(
    ("terms", "completions", "on", "status", "since", "due", "story"),
    [
        (TCAT_1, [], "13 November 2025", DUE_SOON, "13 November 2025", "11 February 2026", "90 days from the start"),
        (TCAT_1, [], "11 February 2026", DUE_SOON, "13 November 2025", "11 February 2026", "the due day counts"),
        (TCAT_1, [], "12 February 2026", OVERDUE, "12 February 2026", "11 February 2026", "the day after"),
        (TCAT_2, [], "10 February 2026", NOT_STARTED, "13 November 2025", "12 May 2026", "91 days left"),
        (TCAT_2, [], "11 February 2026", DUE_SOON, "11 February 2026", "12 May 2026", "90 days left: the edge counts"),
        (TCAT_2, [], "13 May 2026", OVERDUE, "13 May 2026", "12 May 2026", "neither part done"),
        (
            TCAT_2,
            [done("3 January 2026")],
            "13 May 2026",
            OVERDUE,
            "13 May 2026",
            "12 May 2026",
            "design: part 1 done, part 2 late",
        ),
        (TCAT_3, [], "13 May 2030", NOT_STARTED, "13 November 2025", None, "no target set: never overdue"),
        (TCAT_1, [done("3 January 2026")], "3 January 2026", UP_TO_DATE, "3 January 2026", None, "done on the day"),
        (
            TCAT_1,
            [done("3 January 2026")],
            "2 January 2026",
            DUE_SOON,
            "13 November 2025",
            "11 February 2026",
            "not yet",
        ),
        (TCAT_1, [done("1 March 2026")], "2 March 2026", UP_TO_DATE, "1 March 2026", None, "late, but done"),
        (TCAT_1, [done("1 March 2026")], "20 February 2026", OVERDUE, "12 February 2026", "11 February 2026", "as at"),
        (TCAT_1, [done("1 June 2019")], "13 November 2025", UP_TO_DATE, "1 June 2019", None, "done before the post"),
        (
            TCAT_2,
            [done("3 January 2026"), done("3 January 2026", "tcat_2")],
            "4 January 2026",
            UP_TO_DATE,
            "3 January 2026",
            None,
            "both on one day are in order",
        ),
        (
            TCAT_2,
            [done("3 January 2026"), done("3 January 2026", "tcat_2")],
            "3 January 2026",
            UP_TO_DATE,
            "3 January 2026",
            None,
            "and count on that day already",
        ),
        (
            TCAT_2,
            [done("3 January 2026"), done("9 January 2026", "tcat_2"), done("12 January 2026")],
            "13 January 2026",
            UP_TO_DATE,
            "9 January 2026",
            None,
            "part 1 sat again afterwards: the first time set the order",
        ),
        (
            TCAT_3,
            [done("5 January 2026", "tcat_3"), done("2 January 2026", "tcat_3", is_passed=False)],
            "9 January 2026",
            IN_PROGRESS,
            "2 January 2026",
            None,
            "in progress since the first attempt",
        ),
        (
            TCAT_2,
            [done("3 January 2026"), done("2 January 2026", "tcat_2")],
            "4 January 2026",
            IN_PROGRESS,
            "2 January 2026",
            "12 May 2026",
            "part 2 came a day before part 1",
        ),
        (
            TCAT_2,
            [done("2 January 2026", "tcat_2")],
            "4 January 2026",
            IN_PROGRESS,
            "2 January 2026",
            "12 May 2026",
            "part 2 without part 1",
        ),
        (
            TCAT_2,
            [done("1 January 2026", "tcat_2"), done("3 January 2026"), done("9 January 2026", "tcat_2")],
            "10 January 2026",
            UP_TO_DATE,
            "9 January 2026",
            None,
            "part 2 again, in order this time",
        ),
        (
            TCAT_3,
            [done("3 January 2026"), done("5 February 2026", "tcat_2"), done("7 March 2026", "tcat_3")],
            "8 March 2026",
            UP_TO_DATE,
            "7 March 2026",
            None,
            "one after the other",
        ),
        (
            TCAT_3,
            [done("3 January 2026"), done("7 March 2026", "tcat_3")],
            "8 March 2026",
            IN_PROGRESS,
            "7 March 2026",
            None,
            "part 2 left out",
        ),
        (
            TCAT_2,
            [done("3 January 2026", is_passed=False), done("9 January 2026", "tcat_2")],
            "10 January 2026",
            IN_PROGRESS,
            "9 January 2026",
            "12 May 2026",
            "part 1 was to be repeated, so part 2 came before it",
        ),
        (
            TCAT_1,
            [done("3 January 2026", is_passed=False)],
            "4 January 2026",
            DUE_SOON,
            "13 November 2025",
            "11 February 2026",
            "asked to repeat it",
        ),
        (
            TCAT_1,
            [done("3 January 2026", is_passed=False), done("3 February 2026")],
            "4 February 2026",
            UP_TO_DATE,
            "3 February 2026",
            None,
            "repeated and passed",
        ),
        (
            TCAT_1,
            [done("3 January 2026", is_confirmed=False)],
            "12 February 2026",
            OVERDUE,
            "12 February 2026",
            "11 February 2026",
            "a certificate that waits to be confirmed does not count",
        ),
        (
            TCAT_3,
            [done("3 January 2026", "tcat_3", is_confirmed=False)],
            "4 January 2026",
            IN_PROGRESS,
            "3 January 2026",
            None,
            "waits to be confirmed, and nothing is due",
        ),
    ],
)
def test_tcat(
    terms: CourseTerms,
    completions: list[Completion],
    on: str,
    status: Status,
    since: str,
    due: str | None,
    story: str,
) -> None:
    found = tcat(terms, completions, on)
    assert (found.status, found.since, found.due_on) == (status, day(since), maybe(due)), story
    assert found.is_met is (status is UP_TO_DATE), story


@pytest.mark.parametrize(
    ("terms", "bookings", "on", "status", "booked", "story"),
    [
        (TCAT_1, ["20 January 2026"], "5 January 2026", BOOKED, "20 January 2026", "booked in time"),
        (TCAT_1, ["11 February 2026"], "5 January 2026", BOOKED, "11 February 2026", "booked for the due day"),
        (TCAT_1, ["12 February 2026"], "5 January 2026", DUE_SOON, "12 February 2026", "booked a day too late"),
        (TCAT_1, ["20 January 2026"], "20 January 2026", BOOKED, "20 January 2026", "today"),
        (TCAT_1, ["20 January 2026"], "21 January 2026", DUE_SOON, None, "the day has passed and nothing is recorded"),
        (TCAT_1, ["20 March 2026"], "12 February 2026", OVERDUE, "20 March 2026", "overdue stays overdue when booked"),
        (TCAT_1, ["9 February 2026", "20 January 2026"], "5 January 2026", BOOKED, "20 January 2026", "the first"),
        (TCAT_3, ["1 June 2030"], "5 January 2026", BOOKED, "1 June 2030", "no target: any day is in time"),
    ],
)
def test_bookings(
    terms: CourseTerms, bookings: list[str], on: str, status: Status, booked: str | None, story: str
) -> None:
    found = tcat(terms, [], on, *bookings)
    assert (found.status, found.booked_on) == (status, maybe(booked)), story


@pytest.mark.parametrize(
    ("on", "status", "due"),
    [
        ("12 February 2026", DUE_SOON, "11 March 2026"),
        ("11 March 2026", DUE_SOON, "11 March 2026"),
        ("12 March 2026", OVERDUE, "11 March 2026"),
    ],
)
def test_an_extension_puts_off_the_target(on: str, status: Status, due: str) -> None:
    found = tcat(TCAT_1, [], on, due_on=day("11 March 2026"))
    assert (found.status, found.due_on) == (status, day(due))


# ---------------------------------------------------------------------------------------------------------------------
# Refreshers and qualifications

RESTRAINT = CourseTerms("Control and restraint", ("restraint",), target_days=0)
NVQ = CourseTerms("Custodial Care NVQ 3", ("nvq_3", "apprenticeship"), is_qualification=True)


def restraint(on: str, **more: Any) -> Completion:
    return Completion(day(on), "restraint", **more)


@pytest.mark.parametrize(
    ("rule", "completions", "on", "status", "since", "due", "story"),
    [
        (rolling(12), [restraint("1 June 2025")], "2 March 2026", UP_TO_DATE, "1 June 2025", "1 June 2026", "91 left"),
        (rolling(12), [restraint("1 June 2025")], "3 March 2026", DUE_SOON, "3 March 2026", "1 June 2026", "the edge"),
        (
            rolling(12),
            [restraint("1 June 2025")],
            "1 June 2026",
            DUE_SOON,
            "3 March 2026",
            "1 June 2026",
            "the due day",
        ),
        (rolling(12), [restraint("1 June 2025")], "2 June 2026", EXPIRED, "2 June 2026", "1 June 2026", "lapsed"),
        (
            rolling(12),
            [restraint("29 February 2024")],
            "28 February 2025",
            DUE_SOON,
            "30 November 2024",
            "28 February 2025",
            "from 29 February: the 28th still counts",
        ),
        (
            rolling(12),
            [restraint("29 February 2024")],
            "1 March 2025",
            EXPIRED,
            "1 March 2025",
            "28 February 2025",
            "from 29 February: 1 March does not",
        ),
        (
            rolling(12),
            [restraint("1 June 2025"), restraint("10 July 2026")],
            "11 July 2026",
            UP_TO_DATE,
            "10 July 2026",
            "10 July 2027",
            "lapsed and renewed",
        ),
        (
            rolling(12),
            [restraint("1 June 2025"), restraint("10 July 2026")],
            "1 July 2026",
            EXPIRED,
            "2 June 2026",
            "1 June 2026",
            "as at the gap between",
        ),
        (
            rolling(12, 3),
            [restraint("1 June 2025"), restraint("10 May 2026")],
            "11 May 2026",
            UP_TO_DATE,
            "10 May 2026",
            "1 June 2027",
            "renewed early: the anniversary stays",
        ),
        (
            rolling(12, 3),
            [restraint("10 May 2026"), restraint("1 June 2025")],
            "11 May 2026",
            UP_TO_DATE,
            "10 May 2026",
            "1 June 2027",
            "whatever the order of entry",
        ),
        (
            rolling(12),
            [restraint("1 June 2025", printed_expiry_on=day("1 September 2026"))],
            "3 June 2026",
            DUE_SOON,
            "3 June 2026",
            "1 September 2026",
            "a printed day after the rule's wins",
        ),
        (
            rolling(12),
            [restraint("1 June 2025", printed_expiry_on=day("1 January 2026"))],
            "2 January 2026",
            EXPIRED,
            "2 January 2026",
            "1 January 2026",
            "a printed day before the rule's wins too",
        ),
        (
            NEVER,
            [restraint("1 June 2025", printed_expiry_on=day("1 January 2026"))],
            "2 January 2026",
            EXPIRED,
            "2 January 2026",
            "1 January 2026",
            "a printed day on what never lapses",
        ),
        (
            rolling(12, 3),
            [restraint("1 June 2025", printed_expiry_on=day("31 July 2026")), restraint("10 May 2026")],
            "11 May 2026",
            UP_TO_DATE,
            "10 May 2026",
            "31 July 2027",
            "renewed early before a printed day: that day is the anniversary",
        ),
        (
            rolling(12, 3),
            [restraint("1 June 2025", printed_expiry_on=day("1 July 2025")), restraint("1 June 2025")],
            "2 June 2025",
            UP_TO_DATE,
            "1 June 2025",
            "1 June 2026",
            "of two on one day neither renews the other",
        ),
        (
            rolling(12),
            [restraint("1 June 2025"), restraint("10 July 2026")],
            "9 July 2026",
            EXPIRED,
            "2 June 2026",
            "1 June 2026",
            "a completion in the future does not count",
        ),
        (
            rolling(24),
            [restraint("1 March 2024")],
            "1 March 2026",
            DUE_SOON,
            "1 December 2025",
            "1 March 2026",
            "a two-year cycle",
        ),
        (
            rolling(36),
            [restraint("31 August 2023")],
            "1 September 2026",
            EXPIRED,
            "1 September 2026",
            "31 August 2026",
            "a three-year cycle",
        ),
        (
            fixed(3, 31),
            [restraint("1 June 2025")],
            "31 March 2026",
            DUE_SOON,
            "31 December 2025",
            "31 March 2026",
            "a fixed day",
        ),
        (NEVER, [restraint("1 June 1999")], "2 June 2026", UP_TO_DATE, "1 June 1999", None, "never lapses"),
        (rolling(12), [], "13 November 2025", DUE_SOON, "13 November 2025", "13 November 2025", "due by the first day"),
        (rolling(12), [], "14 November 2025", OVERDUE, "14 November 2025", "13 November 2025", "and a day after it"),
    ],
)
def test_restraint_refresher(
    rule: CourseRuleTerms,
    completions: list[Completion],
    on: str,
    status: Status,
    since: str,
    due: str | None,
    story: str,
) -> None:
    found = judged(RESTRAINT, rule, completions, day(on))
    assert (found.status, found.since, found.due_on) == (status, day(since), maybe(due)), story


def test_what_is_renewed_is_the_latest_last_day_before() -> None:
    """The second certificate, printed short, does not take the anniversary of the first away."""
    short = restraint("10 June 2025", printed_expiry_on=day("1 July 2025"))
    completions = [restraint("1 June 2025"), short, restraint("10 May 2026")]
    found = judged(RESTRAINT, rolling(12, 3), completions, day("11 May 2026"))
    assert found.due_on == day("1 June 2027")


@pytest.mark.parametrize(
    ("completions", "on", "status", "since", "due", "story"),
    [
        ([Completion(day("3 May 2020"), "nvq_3")], "1 June 2026", UP_TO_DATE, "3 May 2020", None, "the NVQ"),
        (
            [Completion(day("3 May 2020"), "apprenticeship")],
            "1 June 2026",
            UP_TO_DATE,
            "3 May 2020",
            None,
            "or the other",
        ),
        (
            [Completion(day("3 May 2020"), "safeguarding")],
            "1 June 2026",
            OVERDUE,
            "14 November 2025",
            "13 November 2025",
            "no",
        ),
        ([], "13 November 2025", DUE_SOON, "13 November 2025", "13 November 2025", "needed before the post"),
        ([], "14 November 2025", OVERDUE, "14 November 2025", "13 November 2025", "a day after the start"),
    ],
)
def test_any_one_of_two_qualifications(
    completions: list[Completion], on: str, status: Status, since: str, due: str | None, story: str
) -> None:
    found = judged(NVQ, NEVER, completions, day(on))
    assert (found.status, found.since, found.due_on) == (status, day(since), maybe(due)), story


def test_due_soon_is_met_by_whoever_has_it_and_by_nobody_else() -> None:
    has_it = judged(RESTRAINT, rolling(12), [restraint("1 June 2025")], day("1 May 2026"))
    never_had_it = tcat(TCAT_2, [], "1 May 2026")
    assert has_it.status is never_had_it.status is DUE_SOON
    assert (has_it.is_met, never_had_it.is_met) == (True, False)


def test_an_extension_puts_off_the_end_of_a_certificate_until_it_is_renewed() -> None:
    to = day("1 August 2026")
    on_3_june = judged(RESTRAINT, rolling(12), [restraint("1 June 2025")], day("3 June 2026"), due_on=to)
    assert (on_3_june.status, on_3_june.due_on) == (DUE_SOON, to)
    after = judged(RESTRAINT, rolling(12), [restraint("1 June 2025")], day("2 August 2026"), due_on=to)
    assert (after.status, after.due_on) == (EXPIRED, to)
    both = [restraint("1 June 2025"), restraint("20 July 2026")]
    renewed = judged(RESTRAINT, rolling(12), both, day("2 August 2026"), due_on=to)
    assert (renewed.status, renewed.due_on) == (UP_TO_DATE, day("20 July 2027"))


# ---------------------------------------------------------------------------------------------------------------------
# Rules that change

YEARLY, HALF_YEARLY, TWO_YEARS = rolling(12), rolling(6), rolling(24)


def rules(*changes: tuple[str, CourseRuleTerms, str]) -> CourseRules:
    return CourseRules({"restraint": [RuleFrom(day(on), terms, whom == "all") for on, terms, whom in changes]})


AT_FIRST = ("1 January 2020", YEARLY, "new")


@pytest.mark.parametrize(
    ("changes", "completed", "on", "until", "story"),
    [
        ([AT_FIRST], "1 June 2025", "1 July 2025", "1 June 2026", "one rule"),
        ([AT_FIRST], "1 June 2019", "31 December 2019", None, "before there was a rule"),
        ([AT_FIRST], "1 June 2019", "1 January 2020", "1 June 2020", "older than every rule: the first there was"),
        ([], "1 June 2025", "1 July 2025", None, "no rule: it never lapses"),
        (
            [AT_FIRST, ("1 January 2026", HALF_YEARLY, "new")],
            "1 June 2025",
            "1 March 2026",
            "1 June 2026",
            "it keeps the life it was given",
        ),
        (
            [AT_FIRST, ("1 January 2026", HALF_YEARLY, "new")],
            "31 December 2025",
            "1 March 2026",
            "31 December 2026",
            "the last day of the old rule",
        ),
        (
            [AT_FIRST, ("1 January 2026", HALF_YEARLY, "new")],
            "1 January 2026",
            "1 March 2026",
            "1 July 2026",
            "the first day of the new rule",
        ),
        (
            [AT_FIRST, ("1 January 2026", HALF_YEARLY, "all")],
            "1 June 2025",
            "1 March 2026",
            "1 December 2025",
            "the new one is for existing ones too",
        ),
        (
            [AT_FIRST, ("1 January 2026", HALF_YEARLY, "all")],
            "1 June 2025",
            "31 December 2025",
            "1 June 2026",
            "but not a day before it began",
        ),
        (
            [AT_FIRST, ("1 January 2026", HALF_YEARLY, "all")],
            "1 June 2025",
            "1 January 2026",
            "1 December 2025",
            "from its first day on",
        ),
        (
            [AT_FIRST, ("1 January 2026", TWO_YEARS, "all")],
            "1 June 2024",
            "2 January 2026",
            "1 June 2026",
            "what had lapsed is good again",
        ),
        (
            [AT_FIRST, ("1 January 2025", TWO_YEARS, "all"), ("1 January 2026", HALF_YEARLY, "new")],
            "1 June 2024",
            "1 March 2026",
            "1 June 2026",
            "the last that is for existing ones",
        ),
        (
            [AT_FIRST, ("1 January 2025", TWO_YEARS, "all"), ("1 January 2026", HALF_YEARLY, "all")],
            "1 June 2024",
            "1 March 2026",
            "1 December 2024",
            "of two that are, the later",
        ),
        (
            [AT_FIRST, ("1 January 2025", TWO_YEARS, "new"), ("1 January 2026", HALF_YEARLY, "all")],
            "1 June 2025",
            "1 March 2026",
            "1 December 2025",
            "given two years, then cut for all",
        ),
        (
            [AT_FIRST, ("1 January 2026", NEVER, "all")],
            "1 June 2019",
            "1 March 2026",
            None,
            "from now on for life",
        ),
        (
            [("1 January 2026", HALF_YEARLY, "all"), AT_FIRST],
            "1 June 2025",
            "1 March 2026",
            "1 December 2025",
            "in whatever order they are kept",
        ),
        (
            [("1 January 2027", HALF_YEARLY, "new")],
            "1 June 2025",
            "1 March 2026",
            None,
            "a rule that is still to come",
        ),
    ],
)
def test_a_certificate_keeps_the_life_it_was_given_unless_the_new_rule_is_for_it(
    changes: list[tuple[str, CourseRuleTerms, str]], completed: str, on: str, until: str | None, story: str
) -> None:
    found = standing(RESTRAINT, rules(*changes), STARTED, [restraint(completed)], day(on))
    assert found.due_on == maybe(until), story


def test_a_shorter_rule_for_existing_ones_expires_them_on_its_first_day_and_not_before() -> None:
    changed = rules(AT_FIRST, ("1 January 2026", HALF_YEARLY, "all"))
    before, after = (
        standing(RESTRAINT, changed, STARTED, [restraint("1 May 2025")], day(on))
        for on in ("31 December 2025", "1 January 2026")
    )
    assert (before.status, after.status) == (UP_TO_DATE, EXPIRED)


@pytest.mark.parametrize(
    ("on", "status", "grace", "story"),
    [
        ("1 June 2026", DUE_SOON, None, "its last day"),
        ("2 June 2026", EXPIRED, "1 July 2026", "the first day of grace: it has lapsed all the same"),
        ("1 July 2026", EXPIRED, "1 July 2026", "the last"),
        ("2 July 2026", EXPIRED, None, "grace is over"),
    ],
)
def test_grace_changes_the_wording_and_never_the_due_date(
    on: str, status: Status, grace: str | None, story: str
) -> None:
    rule = CourseRuleTerms(Life.ROLLING, 12, grace_days=30)
    found = judged(RESTRAINT, rule, [restraint("1 June 2025")], day(on))
    assert (found.status, found.due_on, found.grace_until) == (status, day("1 June 2026"), maybe(grace)), story
    assert ("in grace until 1 July 2026" in found.because) is (grace is not None)


@pytest.mark.parametrize(
    ("printed", "until", "because"),
    [
        (
            "1 September 2026",
            "1 September 2026",
            "is valid until 1 September 2026, the date printed on the certificate.",
        ),
        (None, None, "was completed 1 June 2025; until when its certificate is valid was not entered."),
    ],
)
def test_where_the_certificate_says_how_long_it_lasts(printed: str | None, until: str | None, because: str) -> None:
    done_on = [restraint("1 June 2025", printed_expiry_on=maybe(printed))]
    found = judged(RESTRAINT, CourseRuleTerms(Life.PRINTED), done_on, day("1 May 2026"))
    assert found.due_on == maybe(until) and found.because.endswith(because)
    assert found.next_step == ("" if printed else "Enter the date printed on the certificate.")


REFRESHED = CourseTerms("Breakaway trainer", ("trainer",), ("restraint",), ("Control and restraint",))


@pytest.mark.parametrize(
    ("restrained", "trained", "once", "in_date", "story"),
    [
        (["1 June 2025"], "1 June 2025", True, True, "the same day is in order"),
        (["2 June 2025"], "1 June 2025", False, False, "a day early"),
        (["1 June 2025"], "1 June 2026", True, True, "on the last day of what comes before"),
        (["1 June 2025"], "2 June 2026", True, False, "a day after it had lapsed"),
        (["1 June 2025", "1 August 2026"], "2 June 2026", True, False, "renewed too late"),
        (["1 June 2025", "2 June 2026"], "2 June 2026", True, True, "renewed that day"),
        (["29 February 2024"], "28 February 2025", True, True, "a leap day's year ends on the 28th"),
        (["29 February 2024"], "1 March 2025", True, False, "and not a day later"),
        ([], "1 June 2025", False, False, "never"),
    ],
)
def test_what_comes_first_was_passed_once_or_is_in_date(
    restrained: list[str], trained: str, once: bool, in_date: bool, story: str
) -> None:
    completions = [*(restraint(on) for on in restrained), done(trained, "trainer")]
    lives = CourseRules({"restraint": [RuleFrom(date.min, YEARLY)]})
    for terms, counts in ((REFRESHED, once), (replace(REFRESHED, after_in_date=True), in_date)):
        found = standing(terms, lives, STARTED, completions, day("1 September 2026"))
        assert (found.done_on is not None) is counts, story


def test_a_prerequisite_that_lapsed_is_named() -> None:
    lives = CourseRules({"restraint": [RuleFrom(date.min, YEARLY)]})
    completions = [restraint("1 June 2025"), done("2 June 2026", "trainer")]
    found = standing(replace(REFRESHED, after_in_date=True), lives, STARTED, completions, day("1 September 2026"))
    assert found.because == (
        "Breakaway trainer is not completed; Control and restraint has to be in date first; "
        "the completion of 2 June 2026 came while its prerequisite was not in date."
    )
    assert found.next_step == "Complete Control and restraint first."


@pytest.mark.parametrize(
    ("versions", "from_version", "counts"),
    [((1,), 1, True), ((1,), 2, False), ((2,), 2, True), ((3,), 2, True), ((1, 2), 2, True), ((2, 1), 2, True)],
)
def test_training_on_a_version_that_is_too_old_does_not_count(
    versions: tuple[int, ...], from_version: int, counts: bool
) -> None:
    terms = replace(RESTRAINT, from_version=from_version)
    days = ("1 June 2025", "1 July 2025")
    done_on = [restraint(on, version=version) for on, version in zip(days, versions, strict=False)]
    found = judged(terms, NEVER, done_on, day("1 September 2025"))
    assert (found.done_on is not None) is counts
    if not counts:
        assert "it was completed on version 1 of the course, and version 2 or later is asked for" in found.because


@st.composite
def some_changes(draw: st.DrawFn) -> list[RuleFrom]:
    months = st.sampled_from([0, 1, 6, 12, 24, 36])
    lives = st.builds(lambda m: rolling(m) if m else NEVER, months)
    return draw(
        st.lists(
            st.builds(RuleFrom, st.dates(date(2019, 1, 1), date(2027, 12, 31)), lives, st.booleans()),
            max_size=4,
            unique_by=lambda rule: rule.start_on,
        )
    )


@unhurried
@given(some_changes(), st.dates(date(2018, 1, 1), date(2027, 6, 30)), st.dates(date(2018, 1, 1), date(2028, 12, 31)))
def test_which_rule_a_certificate_lives_by_agrees_with_an_independent_reckoning(
    changes: list[RuleFrom], completed: date, on: date
) -> None:
    """Day by day, as somebody would who keeps a list on paper: the life is given, then rewritten by each rule that is
    for everybody on the day it begins."""
    given_life = None
    for rule in sorted(changes, key=lambda rule: rule.start_on):
        is_first = given_life is None and rule.start_on <= max(on, completed)
        if is_first or rule.start_on <= completed or (rule.start_on <= on and rule.for_existing):
            given_life = rule.terms
    assert CourseRules({"restraint": changes}).rule_for("restraint", completed, on) == (given_life or NEVER)


# ---------------------------------------------------------------------------------------------------------------------
# Sentences


@pytest.mark.parametrize(
    ("found", "because", "next_step"),
    [
        (
            tcat(TCAT_2, [done("3 January 2026")], "13 May 2026"),
            "TCAT 2 is overdue: it was due 12 May 2026, 180 days after starting in post; "
            "TCAT 1 was completed 3 January 2026.",
            "Nominate for a place.",
        ),
        (
            tcat(TCAT_2, [], "1 May 2026"),
            "TCAT 2 is not completed; it is due 12 May 2026, 180 days after starting in post; "
            "TCAT 1 has to come first.",
            "Complete TCAT 1 first.",
        ),
        (
            tcat(TCAT_3, [], "1 May 2026"),
            "TCAT 3 is not completed; TCAT 1 and TCAT 2 have to come first.",
            "Complete TCAT 1 first.",
        ),
        (
            tcat(TCAT_1, [], "5 January 2026", "20 January 2026"),
            "TCAT 1 is booked for 20 January 2026; it is due 11 February 2026, 90 days after starting in post.",
            "",
        ),
        (
            tcat(TCAT_1, [], "12 February 2026", "20 March 2026"),
            "TCAT 1 is overdue: it was due 11 February 2026, 90 days after starting in post; "
            "a place is booked for 20 March 2026.",
            "Attend on 20 March 2026.",
        ),
        (
            tcat(TCAT_2, [done("3 January 2026"), done("2 January 2026", "tcat_2")], "4 January 2026"),
            "TCAT 2 is not completed; it is due 12 May 2026, 180 days after starting in post; "
            "TCAT 1 was completed 3 January 2026; the completion of 2 January 2026 came before its prerequisite.",
            "Nominate for a place.",
        ),
        (
            tcat(TCAT_1, [done("3 January 2026", is_passed=False)], "4 January 2026"),
            "TCAT 1 is not completed; it is due 11 February 2026, 90 days after starting in post; "
            "asked to repeat it on 3 January 2026.",
            "Nominate for a place.",
        ),
        (
            tcat(TCAT_1, [done("3 January 2026", is_confirmed=False)], "4 January 2026"),
            "TCAT 1 is not completed; it is due 11 February 2026, 90 days after starting in post; "
            "a certificate of 3 January 2026 waits to be confirmed.",
            "Have the certificate of 3 January 2026 confirmed.",
        ),
        (
            tcat(
                TCAT_3,
                [
                    done("2 January 2026", "tcat_3"),
                    done("3 January 2026", "tcat_3"),
                    done("4 January 2026", "tcat_3", is_passed=False),
                    done("5 January 2026", "tcat_3", is_passed=False),
                    done("6 January 2026", "tcat_3", is_confirmed=False),
                    done("7 January 2026", "tcat_3", is_confirmed=False),
                ],
                "8 January 2026",
            ),
            "TCAT 3 is not completed; TCAT 1 and TCAT 2 have to come first; "
            "the completion of 3 January 2026 came before its prerequisite; asked to repeat it on 5 January 2026; "
            "a certificate of 7 January 2026 waits to be confirmed.",
            "Have the certificate of 7 January 2026 confirmed.",
        ),
        (
            judged(NVQ, NEVER, [], STARTED),
            "Custodial Care NVQ 3 is not held yet; it is due 13 November 2025, before taking up post.",
            "Send in proof of Custodial Care NVQ 3.",
        ),
        (
            tcat(TCAT_1, [], "12 March 2026", due_on=day("11 March 2026")),
            "TCAT 1 is overdue: it was due 11 March 2026, as extended for this person.",
            "Nominate for a place.",
        ),
        (
            tcat(TCAT_1, [done("3 January 2026")], "4 January 2026"),
            "TCAT 1 was completed 3 January 2026 and does not lapse.",
            "",
        ),
        (
            judged(RESTRAINT, rolling(12), [restraint("1 June 2025")], day("1 May 2026")),
            "Control and restraint was completed 1 June 2025 and is valid until 1 June 2026.",
            "Nominate for a place.",
        ),
        (
            judged(RESTRAINT, rolling(12), [restraint("1 June 2025")], day("2 June 2026")),
            "Control and restraint has expired: it was last completed 1 June 2025 and was valid until 1 June 2026.",
            "Nominate for a place.",
        ),
        (
            judged(
                RESTRAINT,
                rolling(12),
                [restraint("1 June 2025")],
                day("2 June 2026"),
                [day("9 June 2026")],
            ),
            "Control and restraint has expired: it was last completed 1 June 2025 and was valid until 1 June 2026; "
            "a renewal is booked for 9 June 2026.",
            "Attend on 9 June 2026.",
        ),
        (
            judged(
                RESTRAINT,
                rolling(12),
                [restraint("1 June 2025"), restraint("3 June 2026", is_confirmed=False)],
                day("4 June 2026"),
            ),
            "Control and restraint has expired: it was last completed 1 June 2025 and was valid until 1 June 2026; "
            "a certificate of 3 June 2026 waits to be confirmed.",
            "Have the certificate of 3 June 2026 confirmed.",
        ),
        (
            judged(
                RESTRAINT,
                rolling(12),
                [restraint("1 June 2025", printed_expiry_on=day("1 September 2026"))],
                day("1 May 2026"),
            ),
            "Control and restraint was completed 1 June 2025 and is valid until 1 September 2026, "
            "the date printed on the certificate.",
            "",
        ),
        (
            judged(
                RESTRAINT,
                rolling(12),
                [restraint("1 June 2025")],
                day("3 June 2026"),
                due_on=day("1 August 2026"),
            ),
            "Control and restraint was completed 1 June 2025 and is valid until 1 August 2026, "
            "as extended for this person.",
            "Nominate for a place.",
        ),
        (
            judged(RESTRAINT, rolling(12), [], day("14 November 2025")),
            "Control and restraint is overdue: it was due 13 November 2025, the day of starting in post.",
            "Nominate for a place.",
        ),
        (
            judged(NVQ, NEVER, [], day("14 November 2025")),
            "Custodial Care NVQ 3 is overdue: it was due 13 November 2025, before taking up post.",
            "Send in proof of Custodial Care NVQ 3.",
        ),
        (
            judged(NVQ, NEVER, [Completion(day("3 May 2020"), "nvq_3")], day("14 November 2025")),
            "Custodial Care NVQ 3 has been held since 3 May 2020 and does not lapse.",
            "",
        ),
    ],
)
def test_what_is_said(found: CourseStanding, because: str, next_step: str) -> None:
    assert (found.because, found.next_step) == (because, next_step)


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is entered

some_completions = st.lists(
    st.builds(
        lambda on, course, passed, printed, confirmed: Completion(
            on, course, passed, on + timedelta(days=printed) if printed else None, confirmed
        ),
        st.dates(date(2024, 1, 1), date(2026, 6, 30)),
        st.sampled_from(["tcat_1", "tcat_2"]),
        st.booleans(),
        st.none() | st.integers(1, 900),
        st.booleans(),
    ),
    max_size=5,
)
some_rules = st.sampled_from([NEVER, rolling(12), rolling(6, 2), fixed(3, 31)])


@unhurried
@given(st.sampled_from([TCAT_1, TCAT_2]), some_rules, some_completions, st.randoms())
def test_nothing_depends_on_the_order_of_entry(
    terms: CourseTerms, rule: CourseRuleTerms, completions: list[Completion], random: Any
) -> None:
    shuffled, on = random.sample(completions, len(completions)), day("1 June 2026")
    first = judged(terms, rule, completions, on)
    again = judged(terms, rule, shuffled, on)
    assert (first.status, first.since, first.due_on) == (again.status, again.since, again.due_on)


@fewer
@given(st.sampled_from([TCAT_1, TCAT_2]), some_rules, some_completions, st.dates(STARTED, date(2027, 1, 1)))
def test_since_is_the_first_day_of_what_is_wrong(
    terms: CourseTerms, rule: CourseRuleTerms, completions: list[Completion], on: date
) -> None:
    def standing_on(at: date) -> CourseStanding:
        return judged(terms, rule, completions, at)

    found = standing_on(on)
    assert found.since is not None
    if found.status in (OVERDUE, DUE_SOON, EXPIRED) and found.since >= STARTED:
        assert found.since == first_day_of_it(standing_on, on, STARTED)
