"""A registration and its renewals as one: what is in force on any day, from records, checks and the body's rule."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.clock import today
from tcsuper.rules.registers import (
    CheckTerms,
    Expiry,
    RegisterCheck,
    RegistrationHeld,
    RenewalTerms,
    check_standing,
    runs_of,
)
from tcsuper.rules.registration import AnyOf, RegistrationTerms, standing
from tcsuper.rules.standing import Status
from tests.rules.days import day, maybe, unhurried

UP_TO_DATE, CONDITIONS, DUE_SOON, EXPIRED = Status.UP_TO_DATE, Status.CONDITIONS, Status.DUE_SOON, Status.EXPIRED
PSYCHOLOGISTS = RenewalTerms(Expiry.FIXED_DAY, (5, 31), "odd", 24, opens_day=(3, 1))
ARTS = RenewalTerms(Expiry.FIXED_DAY, (5, 31), "even", 24, opens_day=(3, 1))
SOCIAL_WORK = RenewalTerms(Expiry.FIXED_DAY, (11, 30), cycle_months=12, opens_day=(9, 1))
BPC_YEAR = RenewalTerms(Expiry.FIXED_DAY, (3, 31), cycle_months=12)
LEAP_DAY = RenewalTerms(Expiry.FIXED_DAY, (2, 29), cycle_months=12)
YEAR, THREE_YEARS = RenewalTerms(cycle_months=12), RenewalTerms(cycle_months=36)
TERMS = RegistrationTerms("NMC registration", (AnyOf(("nmc",), names=("NMC",)),))


def first(expires: str | None, since: str = "1 June 2023", **more: Any) -> RegistrationHeld:
    given: dict[str, Any] = dict(body="nmc", body_name="NMC", body_kind="statutory", number="12A3456B")
    given |= {"renewal": THREE_YEARS} | more
    return RegistrationHeld(key="first", registered_on=day(since), expires_on=maybe(expires), **given)


def renewed(former: RegistrationHeld, on: str, until: str | None, **more: Any) -> RegistrationHeld:
    return replace(former, key=on, renews=former, renewed_on=day(on), expires_on=maybe(until), **more)


def seen(
    on: str, result: str = "registered", of: str = "first", until: str | None = None, **more: Any
) -> RegisterCheck:
    return RegisterCheck(registration=of, checked_on=day(on), result=result, expiry_seen_on=maybe(until), **more)


# ---------------------------------------------------------------------------------------------------------------------
# The day by a body's own rule: cycles of one, two and three years, by parity, month ends, 29 February


@pytest.mark.parametrize(
    ("rule", "known", "until"),
    [
        (PSYCHOLOGISTS, "31 May 2025", "31 May 2025"),
        (PSYCHOLOGISTS, "1 June 2025", "31 May 2027"),
        (PSYCHOLOGISTS, "31 May 2026", "31 May 2027"),
        (PSYCHOLOGISTS, "31 December 2026", "31 May 2027"),
        (PSYCHOLOGISTS, "1 January 2027", "31 May 2027"),
        (PSYCHOLOGISTS, "29 February 2028", "31 May 2029"),
        (ARTS, "31 May 2026", "31 May 2026"),
        (ARTS, "1 June 2026", "31 May 2028"),
        (ARTS, "1 January 2027", "31 May 2028"),
        (ARTS, "29 February 2028", "31 May 2028"),
        (SOCIAL_WORK, "30 November 2026", "30 November 2026"),
        (SOCIAL_WORK, "1 December 2026", "30 November 2027"),
        (BPC_YEAR, "28 March 2027", "31 March 2027"),  # the day on which the clocks go forward
        (BPC_YEAR, "31 October 2027", "31 March 2028"),  # and on which they go back
        (LEAP_DAY, "1 March 2027", "29 February 2028"),
        (LEAP_DAY, "1 March 2028", "28 February 2029"),  # no such day that year: the month's last
        (LEAP_DAY, "28 February 2029", "28 February 2029"),
        (YEAR, "29 February 2028", "28 February 2029"),
        (YEAR, "28 February 2027", "28 February 2028"),  # to a leap year: the same day number
        (THREE_YEARS, "29 February 2024", "28 February 2027"),
        (THREE_YEARS, "28 February 2025", "28 February 2028"),
        (THREE_YEARS, "31 August 2026", "31 August 2029"),
        (RenewalTerms(cycle_months=24), "29 February 2028", "28 February 2030"),
        (RenewalTerms(cycle_months=24), "30 June 2026", "30 June 2028"),
        (RenewalTerms(cycle_months=60), "31 October 2026", "31 October 2031"),
        (RenewalTerms(cycle_months=6), "31 August 2026", "28 February 2027"),
        (RenewalTerms(cycle_months=6), "31 August 2027", "29 February 2028"),
        (RenewalTerms(cycle_months=1), "31 March 2027", "30 April 2027"),
    ],
)
def test_how_long_it_lasts_from_a_day_on_which_it_is_known_to_be_good(
    rule: RenewalTerms, known: str, until: str
) -> None:
    assert rule.lasts_until(day(known)) == day(until)


@pytest.mark.parametrize("year", range(2024, 2041))
def test_psychologists_and_arts_therapists_never_renew_in_one_year(year: int) -> None:
    ends = {rule.lasts_until(date(year, 1, 1)) for rule in (PSYCHOLOGISTS, ARTS)}
    assert ends == {date(year, 5, 31), date(year + 1, 5, 31)}


@pytest.mark.parametrize(
    ("rule", "expires", "opens"),
    [
        (PSYCHOLOGISTS, "31 May 2029", "1 March 2029"),
        (ARTS, "31 May 2028", "1 March 2028"),
        (SOCIAL_WORK, "30 November 2026", "1 September 2026"),
        (RenewalTerms(opens_months=3), "29 May 2027", "28 February 2027"),
        (RenewalTerms(opens_months=3), "31 May 2028", "29 February 2028"),
    ],
)
def test_when_the_window_opens(rule: RenewalTerms, expires: str, opens: str) -> None:
    assert rule.opens_on(day(expires)) == day(opens)


# ---------------------------------------------------------------------------------------------------------------------
# A chain of renewals, on any day

EARLY = renewed(first("31 May 2026"), "20 May 2026", "31 May 2029")
ON_TIME = renewed(first("31 May 2026"), "1 June 2026", "31 May 2029")
LATE = renewed(first("31 May 2026"), "22 June 2026", "31 May 2029")
LEAP = renewed(first("29 February 2024", "28 February 2021"), "1 March 2024", "28 February 2027")
INTO_LEAP = renewed(first("28 February 2027", "28 February 2024"), "1 March 2027", "29 February 2028")
TWICE = renewed(LATE, "3 June 2029", "31 May 2032")
BY_RULE = renewed(first("31 May 2026"), "20 May 2026", None)
BY_PARITY = renewed(first("31 May 2025", renewal=PSYCHOLOGISTS), "20 May 2025", None)
GIVEN_UP = replace(EARLY, ended_on=day("30 September 2027"))


@pytest.mark.parametrize(
    ("held", "checks", "on", "status", "since", "due", "story"),
    [
        (EARLY, [], "1 January 2026", UP_TO_DATE, "1 June 2023", "31 May 2026", "before the renewal: the former day"),
        (EARLY, [], "19 May 2026", DUE_SOON, "2 March 2026", "31 May 2026", "the day before it"),
        (EARLY, [], "20 May 2026", UP_TO_DATE, "1 June 2023", "31 May 2029", "renewed early: never a gap"),
        (EARLY, [], "1 June 2026", UP_TO_DATE, "1 June 2023", "31 May 2029", "past the former day"),
        (EARLY, [], "1 June 2029", EXPIRED, "1 June 2029", "31 May 2029", "and lapsed in its turn"),
        (ON_TIME, [], "31 May 2026", DUE_SOON, "2 March 2026", "31 May 2026", "the last day still counts"),
        (ON_TIME, [], "1 June 2026", UP_TO_DATE, "1 June 2023", "31 May 2029", "from the day after: never a gap"),
        (LATE, [], "1 June 2026", EXPIRED, "1 June 2026", "31 May 2026", "late: lapsed from the day after"),
        (LATE, [], "21 June 2026", EXPIRED, "1 June 2026", "31 May 2026", "to the day before it was renewed"),
        (LATE, [], "22 June 2026", UP_TO_DATE, "22 June 2026", "31 May 2029", "restored on that day"),
        (LATE, [], "1 January 2028", UP_TO_DATE, "22 June 2026", "31 May 2029", "and since then"),
        (TWICE, [], "10 June 2026", EXPIRED, "1 June 2026", "31 May 2026", "the first gap is still one"),
        (TWICE, [], "1 June 2029", EXPIRED, "1 June 2029", "31 May 2029", "and so is the second"),
        (TWICE, [], "3 June 2029", UP_TO_DATE, "3 June 2029", "31 May 2032", "restored again"),
        (LEAP, [], "29 February 2024", DUE_SOON, "1 December 2023", "29 February 2024", "the leap day counts"),
        (LEAP, [], "1 March 2024", UP_TO_DATE, "28 February 2021", "28 February 2027", "from the day after it"),
        (INTO_LEAP, [], "28 February 2027", DUE_SOON, "30 November 2026", "28 February 2027", "into a leap year"),
        (INTO_LEAP, [], "29 February 2028", DUE_SOON, "1 December 2027", "29 February 2028", "its last day"),
        (INTO_LEAP, [], "1 March 2028", EXPIRED, "1 March 2028", "29 February 2028", "and over"),
        (BY_RULE, [], "1 June 2028", UP_TO_DATE, "1 June 2023", "1 June 2029", "no day entered: a cycle at most"),
        (BY_PARITY, [], "1 June 2025", UP_TO_DATE, "1 June 2023", "31 May 2027", "no day entered: the next of all"),
        (
            LATE,
            [seen("6 June 2026", "removed")],
            "1 July 2026",
            EXPIRED,
            "1 June 2026",
            "31 May 2026",
            "an entry restores nobody whom the register showed as gone",
        ),
        (
            LATE,
            [seen("6 June 2026", "removed"), seen("24 June 2026")],
            "1 July 2026",
            UP_TO_DATE,
            "24 June 2026",
            "31 May 2029",
            "the register does, and the day entered counts then",
        ),
        (
            EARLY,
            [seen("21 May 2026", until="31 May 2028")],
            "1 July 2026",
            UP_TO_DATE,
            "1 June 2023",
            "31 May 2029",
            "the later of what was entered and seen",
        ),
        (
            ON_TIME,
            [seen("20 May 2026", until="31 May 2030")],
            "1 July 2026",
            UP_TO_DATE,
            "1 June 2023",
            "31 May 2030",
            "seen before it was entered: the register knows",
        ),
        (
            EARLY,
            [seen("3 March 2027", "suspended", of="20 May 2026")],
            "4 March 2027",
            EXPIRED,
            "3 March 2027",
            "2 March 2027",
            "a check of the renewal is a check of the whole",
        ),
        (
            EARLY,
            [seen("20 May 2026", "not_found")],
            "21 May 2026",
            EXPIRED,
            "20 May 2026",
            "19 May 2026",
            "on the day of the renewal the register has the last word",
        ),
        (
            EARLY,
            [seen("3 March 2025", "conditions")],
            "1 July 2026",
            CONDITIONS,
            "3 March 2025",
            "31 May 2029",
            "conditions outlive a renewal",
        ),
        (GIVEN_UP, [], "30 September 2027", DUE_SOON, "2 July 2027", "30 September 2027", "given up after a renewal"),
        (GIVEN_UP, [], "1 October 2027", EXPIRED, "1 October 2027", "30 September 2027", "and over"),
        (GIVEN_UP, [], "1 May 2026", DUE_SOON, "2 March 2026", "31 May 2026", "which nobody knew before it"),
    ],
)
def test_a_renewed_registration_on_any_day(
    held: RegistrationHeld,
    checks: Sequence[RegisterCheck],
    on: str,
    status: Status,
    since: str,
    due: str,
    story: str,
) -> None:
    found = standing(TERMS, [held], checks, day(on), day("1 September 2023"))
    assert (found.status, found.since, found.due_on) == (status, day(since), day(due)), story


def test_the_number_and_grade_are_those_of_the_day() -> None:
    moved = replace(EARLY, number="99Z9999Z", grade="specialist")
    before, after = (standing(TERMS, [moved], [], day(on), day("1 June 2023")) for on in ("1 May 2026", "1 July 2026"))
    assert "12A3456B" in before.because and "NMC (specialist) 99Z9999Z" in after.because


def test_a_long_chain_is_in_force_throughout() -> None:
    held, ends = first("31 May 2024", "1 June 2023"), day("31 May 2024")
    for year in range(2024, 2064):
        held = renewed(held, f"20 May {year}", f"31 May {year + 1}")
    assert [(run.start, run.end) for run in runs_of(held, [], day("1 June 2063"))] == [
        (day("1 June 2023"), day("31 May 2064"))
    ]
    assert runs_of(held, [], day("19 May 2024"))[-1].end == ends


# ---------------------------------------------------------------------------------------------------------------------
# When the register is looked at again


@pytest.mark.parametrize(
    ("held", "checks", "on", "due", "story"),
    [
        (EARLY, [seen("10 January 2026")], "1 May 2026", "1 June 2026", "the day after the renewal day"),
        (EARLY, [seen("10 January 2026")], "25 May 2026", "1 June 2026", "also when it was renewed before"),
        (EARLY, [seen("21 May 2026")], "25 May 2026", "1 June 2026", "and looked at before"),
        (EARLY, [seen("21 May 2026", until="31 May 2029")], "25 May 2026", "21 May 2027", "but for a later day seen"),
        (EARLY, [seen("1 June 2026")], "2 June 2026", "1 June 2027", "yearly from then on"),
        (EARLY, [seen("30 May 2026", "removed")], "2 June 2026", "30 May 2027", "gone: no renewal day to wait for"),
        (LATE, [seen("1 June 2026")], "25 June 2026", "1 June 2027", "renewed late: looked at the day after"),
    ],
)
def test_when_a_renewed_registration_is_looked_at_again(
    held: RegistrationHeld, checks: Sequence[RegisterCheck], on: str, due: str, story: str
) -> None:
    found = check_standing(CheckTerms(), held, checks, day(on), day("1 September 2023"))
    assert found.due_on == day(due), story


def test_a_check_is_not_asked_for_once_the_renewed_registration_is_given_up() -> None:
    asked = [
        check_standing(CheckTerms(), GIVEN_UP, [], day(on), day("1 June 2023")).status
        for on in ("30 September 2027", "1 October 2027")
    ]
    assert asked == [Status.OVERDUE, Status.NOT_REQUIRED]


# ---------------------------------------------------------------------------------------------------------------------
# The day is London's


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-03-29T00:30:00+00:00", DUE_SOON),  # the last day, half an hour before the clocks go forward
        ("2026-03-29T22:59:00+00:00", DUE_SOON),  # 23:59 in London
        ("2026-03-29T23:00:00+00:00", EXPIRED),  # midnight in London
        ("2026-10-25T22:59:00+00:00", EXPIRED),
    ],
)
def test_the_last_day_ends_at_midnight_in_london_on_the_day_of_the_clock_change(at: str, status: Status) -> None:
    on = today(datetime.fromisoformat(at).astimezone(ZoneInfo("UTC")))
    found = standing(TERMS, [first("29 March 2026")], [], on, day("1 June 2023"))
    assert found.status is status


@pytest.mark.parametrize(
    ("at", "status"), [("2026-10-25T23:59:00+00:00", DUE_SOON), ("2026-10-26T00:00:00+00:00", EXPIRED)]
)
def test_and_on_that_on_which_they_go_back(at: str, status: Status) -> None:
    found = standing(TERMS, [first("25 October 2026")], [], today(datetime.fromisoformat(at)), day("1 June 2023"))
    assert found.status is status


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is entered, against a day-by-day reckoning

BEGAN = date(2023, 6, 1)
some_chain = st.lists(st.tuples(st.integers(1, 500), st.integers(1, 900)), min_size=1, max_size=5)
some_checks = st.lists(
    st.builds(
        lambda after, result, longer: RegisterCheck(
            registration="first",
            checked_on=BEGAN + timedelta(days=after),
            result=result,
            expiry_seen_on=BEGAN + timedelta(days=after + longer),
        ),
        st.integers(0, 2500),
        st.sampled_from(["registered", "conditions", "suspended", "removed", "not_checked"]),
        st.integers(0, 900),
    ),
    max_size=4,
)


def _chain(steps: list[tuple[int, int]]) -> RegistrationHeld:
    """Each renewed so many days after the one before, to so many days after the former last day."""
    until = BEGAN + timedelta(days=steps[0][1])
    held, on = replace(first(None), expires_on=until), BEGAN
    for number, (after, longer) in enumerate(steps[1:]):
        on += timedelta(days=after)
        until = max(until + timedelta(days=longer), on)
        held = replace(held, key=number, renews=held, renewed_on=on, expires_on=until)
    return held


def _in_force(held: RegistrationHeld, checks: Sequence[RegisterCheck], on: date) -> bool:
    """Walked day by day: an entry counts from its day, unless the register showed them as gone; a look at the register
    decides from its day, the last one of several."""
    entered = {record.goes_on_from: record.expires_on or date.min for record in held.records}
    looked = {check.checked_on: check for check in checks if check.result != "not_checked"}
    is_gone, until, last_entered = False, date.min, date.min
    for passed in range((on - BEGAN).days + 1):
        at = BEGAN + timedelta(days=passed)
        last_entered = entered.get(at, last_entered)
        if not is_gone:
            until = max(until, entered.get(at, until))
        check = looked.get(at)
        if check is not None and check.result in ("suspended", "removed"):
            is_gone, until = True, min(until, at - timedelta(days=1))
        elif check is not None:
            is_gone, until = False, max(until, last_entered, check.expiry_seen_on or date.min)
    return not is_gone and on <= until


@unhurried
@given(some_chain, some_checks, st.integers(0, 2600))
def test_in_force_exactly_when_a_walk_through_the_days_says_so(
    steps: list[tuple[int, int]], checks: list[RegisterCheck], passed: int
) -> None:
    held, on = _chain(steps), BEGAN + timedelta(days=passed)
    assert runs_of(held, checks, on)[-1].holds(on) is _in_force(held, checks, on)


@unhurried
@given(some_chain, some_checks, st.integers(0, 2600))
def test_times_on_the_register_are_in_order_and_apart(
    steps: list[tuple[int, int]], checks: list[RegisterCheck], passed: int
) -> None:
    runs = runs_of(_chain(steps), checks, BEGAN + timedelta(days=passed))
    assert all(before.end is not None and before.end < after.start for before, after in pairwise(runs))
