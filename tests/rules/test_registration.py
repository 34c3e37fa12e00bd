"""Registration: which one meets a requirement, until when, and what the live register said. Bodies as in the domain."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.registers import (
    CheckTerms,
    Expiry,
    RegisterCheck,
    RegistrationHeld,
    RenewalTerms,
    check_standing,
    next_check_due,
)
from tcsuper.rules.registration import AnyOf, RegistrationTerms, standing
from tcsuper.rules.standing import Status
from tests.rules.days import day, fewer, first_day_of_it, maybe

UP_TO_DATE, CONDITIONS, DUE_SOON = Status.UP_TO_DATE, Status.CONDITIONS, Status.DUE_SOON
EXPIRED, OVERDUE, NOT_STARTED = Status.EXPIRED, Status.OVERDUE, Status.NOT_STARTED

PSYCHOLOGISTS = RenewalTerms(Expiry.FIXED_DAY, (5, 31), "odd", 24, opens_day=(3, 1))
ARTS = RenewalTerms(Expiry.FIXED_DAY, (5, 31), "even", 24, opens_day=(3, 1))
SOCIAL_WORK = RenewalTerms(Expiry.FIXED_DAY, (11, 30), cycle_months=12, opens_day=(9, 1))
UKCP_YEAR = RenewalTerms(Expiry.FIXED_DAY, (9, 30), cycle_months=12)
PERSONAL = RenewalTerms(cycle_months=12)

HCPC = RegistrationHeld(
    key="hcpc",
    body="hcpc_psychologist",
    body_name="HCPC",
    body_kind="statutory",
    number="PYL123456",
    registered_on=day("4 June 2025"),
    renewal=PSYCHOLOGISTS,
)
BACP = RegistrationHeld(
    key="bacp",
    body="bacp",
    body_name="BACP",
    body_kind="accredited",
    number="00123456",
    grade="accredited",
    registered_on=day("1 March 2024"),
    expires_on=day("1 March 2027"),
    renewal=PERSONAL,
)
BPS = RegistrationHeld(
    key="bps",
    body="bps",
    body_name="BPS",
    body_kind="membership",
    number="987654",
    registered_on=day("1 January 2020"),
    expires_on=day("31 December 2026"),
)

NAMED = RegistrationTerms("HCPC registration", (AnyOf(("hcpc_psychologist",), names=("HCPC",)),))
ANY_REGISTER = RegistrationTerms("Professional registration", (AnyOf(kinds=("statutory", "accredited")),))
THE_FOUR = RegistrationTerms(
    "Professional registration",
    (AnyOf(("bps",), ("statutory", "accredited"), ("BPS",)),),
)
BOTH = RegistrationTerms("Clinical lead", (NAMED.groups[0], AnyOf(("bacp", "ukcp"), names=("BACP", "UKCP"))))


def check(on: str, result: str = "registered", of: str = "hcpc", **more: Any) -> RegisterCheck:
    return RegisterCheck(registration=of, checked_on=day(on), result=result, **more)


# ---------------------------------------------------------------------------------------------------------------------
# The bodies' renewal rules


@pytest.mark.parametrize(
    ("rule", "known", "until", "story"),
    [
        (PSYCHOLOGISTS, "4 June 2025", "31 May 2027", "psychologists: 31 May of odd years"),
        (PSYCHOLOGISTS, "1 January 2026", "31 May 2027", "in an even year"),
        (PSYCHOLOGISTS, "31 May 2027", "31 May 2027", "seen on the register on the last day: good until tonight"),
        (PSYCHOLOGISTS, "1 June 2027", "31 May 2029", "seen the day after: renewed"),
        (ARTS, "1 January 2026", "31 May 2026", "arts therapists: 31 May of even years"),
        (ARTS, "1 June 2026", "31 May 2028", "renewed"),
        (SOCIAL_WORK, "1 January 2026", "30 November 2026", "30 November each year"),
        (UKCP_YEAR, "1 October 2026", "30 September 2027", "30 September each year"),
        (PERSONAL, "29 February 2024", "28 February 2025", "a personal date: a year at most"),
        (RenewalTerms(), "1 January 2026", None, "nothing known"),
    ],
)
def test_how_long_a_registration_lasts(rule: RenewalTerms, known: str, until: str | None, story: str) -> None:
    assert rule.lasts_until(day(known)) == maybe(until), story


def test_a_new_registration_made_on_the_renewal_day_runs_to_the_next() -> None:
    assert PSYCHOLOGISTS.lasts_until(day("31 May 2025"), is_new=True) == day("31 May 2027")


@pytest.mark.parametrize(
    ("rule", "expires", "opens"),
    [
        (PSYCHOLOGISTS, "31 May 2027", "1 March 2027"),
        (SOCIAL_WORK, "30 November 2026", "1 September 2026"),
        (RenewalTerms(opens_months=2), "30 April 2026", "28 February 2026"),
        (RenewalTerms(opens_day=(10, 1)), "31 March 2027", "1 October 2026"),
        (PERSONAL, "1 March 2027", None),
    ],
)
def test_when_renewal_opens(rule: RenewalTerms, expires: str, opens: str | None) -> None:
    assert rule.opens_on(day(expires)) == maybe(opens)


def test_terms_are_read_as_stored() -> None:
    stored = {"expiry": "fixed_day", "month": 5, "day": 31, "parity": "odd", "cycle_months": 24}
    assert RenewalTerms.read({**stored, "opens_month": 3, "opens_day": 1}) == PSYCHOLOGISTS
    assert RenewalTerms.read({"cycle_months": 12}) == PERSONAL
    assert (
        RegistrationTerms.read("HCPC registration", {"any_of": ["hcpc_psychologist"]}, {"hcpc_psychologist": "HCPC"})
        == NAMED
    )
    assert RegistrationTerms.read("Professional registration", {"kinds": ["statutory", "accredited"]}) == ANY_REGISTER
    names = {"hcpc_psychologist": "HCPC", "bacp": "BACP", "ukcp": "UKCP"}
    both = {"all_of": [{"any_of": ["hcpc_psychologist"]}, {"any_of": ["bacp", "ukcp"]}]}
    assert RegistrationTerms.read("Clinical lead", both, names) == BOTH


# ---------------------------------------------------------------------------------------------------------------------
# One registration, by date and by check

STARTED = day("1 September 2025")


@pytest.mark.parametrize(
    ("held", "checks", "on", "status", "since", "due", "story"),
    [
        (HCPC, [], "1 October 2025", UP_TO_DATE, "4 June 2025", "31 May 2027", "by its fixed day"),
        (HCPC, [], "1 March 2027", UP_TO_DATE, "4 June 2025", "31 May 2027", "91 days left"),
        (HCPC, [], "2 March 2027", DUE_SOON, "2 March 2027", "31 May 2027", "90 days left: the edge counts"),
        (HCPC, [], "31 May 2027", DUE_SOON, "2 March 2027", "31 May 2027", "the last day still counts"),
        (HCPC, [], "1 June 2027", EXPIRED, "1 June 2027", "31 May 2027", "lapsed"),
        (
            replace(HCPC, expires_on=day("31 May 2029")),
            [],
            "1 June 2027",
            UP_TO_DATE,
            "4 June 2025",
            "31 May 2029",
            "an entered date wins over the rule",
        ),
        (
            replace(HCPC, registered_on=day("4 June 2005"), entered_on=day("1 October 2025")),
            [],
            "1 October 2026",
            UP_TO_DATE,
            "4 June 2005",
            "31 May 2027",
            "registered for twenty years, and entered as such",
        ),
        (
            HCPC,
            [check("1 June 2027")],
            "2 June 2027",
            UP_TO_DATE,
            "4 June 2025",
            "31 May 2029",
            "seen the day after the deadline: never a gap",
        ),
        (
            HCPC,
            [check("20 May 2027", expiry_seen_on=day("31 May 2029"))],
            "1 June 2027",
            UP_TO_DATE,
            "4 June 2025",
            "31 May 2029",
            "renewed early: the register showed the new date",
        ),
        (
            HCPC,
            [check("10 June 2027")],
            "9 June 2027",
            EXPIRED,
            "1 June 2027",
            "31 May 2027",
            "until somebody looks it has lapsed",
        ),
        (
            HCPC,
            [check("10 June 2027")],
            "10 June 2027",
            UP_TO_DATE,
            "10 June 2027",
            "31 May 2029",
            "lapsed and restored: since the day that it was seen",
        ),
        (
            HCPC,
            [check("5 May 2026", "suspended")],
            "4 May 2026",
            UP_TO_DATE,
            "4 June 2025",
            "31 May 2027",
            "the day before",
        ),
        (
            HCPC,
            [check("5 May 2026", "suspended")],
            "5 May 2026",
            EXPIRED,
            "5 May 2026",
            "4 May 2026",
            "from its day on",
        ),
        (HCPC, [check("5 May 2026", "removed")], "1 October 2026", EXPIRED, "5 May 2026", "4 May 2026", "months later"),
        (HCPC, [check("5 May 2026", "not_found")], "6 May 2026", EXPIRED, "5 May 2026", "4 May 2026", "not found"),
        (
            HCPC,
            [check("5 May 2026", "suspended"), check("1 July 2026")],
            "2 July 2026",
            UP_TO_DATE,
            "1 July 2026",
            "31 May 2027",
            "restored",
        ),
        (
            HCPC,
            [check("5 May 2026", "suspended"), check("1 July 2026")],
            "30 June 2026",
            EXPIRED,
            "5 May 2026",
            "4 May 2026",
            "as at the day before it was restored",
        ),
        (
            HCPC,
            [check("5 May 2026", "suspended"), check("5 June 2026", "removed")],
            "6 June 2026",
            EXPIRED,
            "5 May 2026",
            "4 May 2026",
            "suspended, then removed: since the first of them",
        ),
        (
            HCPC,
            [check("1 July 2026"), check("5 May 2026", "suspended")],
            "2 July 2026",
            UP_TO_DATE,
            "1 July 2026",
            "31 May 2027",
            "whatever the order of entry",
        ),
        (
            HCPC,
            [check("5 May 2026", "suspended"), check("1 July 2026", "not_checked")],
            "2 July 2026",
            EXPIRED,
            "5 May 2026",
            "4 May 2026",
            "not having looked restores nothing",
        ),
        (
            HCPC,
            [check("5 May 2026", "suspended", of="another")],
            "6 May 2026",
            UP_TO_DATE,
            "4 June 2025",
            "31 May 2027",
            "a check of another registration",
        ),
        (
            HCPC,
            [check("1 June 2025", "not_found")],
            "6 May 2026",
            UP_TO_DATE,
            "4 June 2025",
            "31 May 2027",
            "looked up before the registration began",
        ),
        (
            HCPC,
            [check("5 May 2026", "conditions")],
            "6 May 2026",
            CONDITIONS,
            "5 May 2026",
            "31 May 2027",
            "with conditions",
        ),
        (
            HCPC,
            [check("5 May 2026", "conditions"), check("5 August 2026", "conditions")],
            "6 August 2026",
            CONDITIONS,
            "5 May 2026",
            "31 May 2027",
            "conditions seen again: since they were first seen",
        ),
        (
            HCPC,
            [check("5 May 2026", "conditions"), check("5 August 2026")],
            "6 August 2026",
            UP_TO_DATE,
            "5 August 2026",
            "31 May 2027",
            "conditions lifted",
        ),
        (
            HCPC,
            [check("5 May 2026", "conditions")],
            "1 April 2027",
            CONDITIONS,
            "5 May 2026",
            "31 May 2027",
            "conditions are worse than due soon",
        ),
        (
            HCPC,
            [check("5 May 2026", "conditions")],
            "1 June 2027",
            EXPIRED,
            "1 June 2027",
            "31 May 2027",
            "conditions, and then lapsed",
        ),
        (
            HCPC,
            [check("5 May 2026", "suspended"), check("5 May 2026")],
            "6 May 2026",
            UP_TO_DATE,
            "4 June 2025",
            "31 May 2027",
            "looked again on the same day: the later look speaks",
        ),
        (
            replace(HCPC, registered_on=day("31 May 2025"), entered_on=day("31 May 2025")),
            [],
            "1 June 2025",
            UP_TO_DATE,
            "31 May 2025",
            "31 May 2027",
            "new on the renewal day itself",
        ),
        (
            replace(HCPC, ended_on=day("30 June 2026")),
            [check("5 May 2026", "removed"), check("1 July 2026")],
            "2 July 2026",
            EXPIRED,
            "5 May 2026",
            "4 May 2026",
            "seen again after it was given up: that restores nothing",
        ),
        (
            replace(HCPC, ended_on=day("30 June 2026")),
            [],
            "30 June 2026",
            DUE_SOON,
            "1 April 2026",
            "30 June 2026",
            "given up: the last day still counts",
        ),
        (
            replace(HCPC, ended_on=day("30 June 2026")),
            [],
            "1 July 2026",
            EXPIRED,
            "1 July 2026",
            "30 June 2026",
            "given up",
        ),
        (
            replace(HCPC, renewal=PERSONAL),
            [],
            "1 January 2026",
            UP_TO_DATE,
            "4 June 2025",
            "4 June 2026",
            "a personal date that nobody entered: a cycle at most",
        ),
        (
            replace(HCPC, renewal=PERSONAL),
            [check("1 January 2026", expiry_seen_on=day("1 April 2026"))],
            "2 April 2026",
            EXPIRED,
            "2 April 2026",
            "1 April 2026",
            "the date seen on the register ends the guessing",
        ),
        (
            replace(HCPC, renewal=RenewalTerms()),
            [],
            "1 January 2036",
            UP_TO_DATE,
            "4 June 2025",
            None,
            "no rule and no date",
        ),
    ],
)
def test_standing_of_one_registration(
    held: RegistrationHeld,
    checks: list[RegisterCheck],
    on: str,
    status: Status,
    since: str,
    due: str | None,
    story: str,
) -> None:
    found = standing(NAMED, [held], checks, day(on), STARTED)
    assert (found.status, found.since, found.due_on) == (status, day(since), maybe(due)), story
    assert found.is_met is (status in (UP_TO_DATE, DUE_SOON, CONDITIONS)), story


# ---------------------------------------------------------------------------------------------------------------------
# What a requirement takes

UKCP = replace(
    BACP,
    key="ukcp",
    body="ukcp",
    body_name="UKCP",
    number="2011",
    grade="",
    registered_on=day("10 February 2027"),
    expires_on=None,
    renewal=UKCP_YEAR,
)


@pytest.mark.parametrize(
    ("terms", "held", "on", "status", "since", "by", "story"),
    [
        (NAMED, [BACP], "1 October 2026", OVERDUE, "2 September 2025", None, "another register is not the one named"),
        (NAMED, [BACP, HCPC], "1 October 2026", UP_TO_DATE, "4 June 2025", "hcpc", "the one named"),
        (ANY_REGISTER, [BACP], "1 October 2026", UP_TO_DATE, "1 March 2024", "bacp", "any register"),
        (ANY_REGISTER, [BPS], "1 October 2026", OVERDUE, "2 September 2025", None, "a membership is not a register"),
        (THE_FOUR, [BPS], "1 October 2026", UP_TO_DATE, "1 January 2020", "bps", "the words allow it"),
        (THE_FOUR, [BPS, BACP], "1 October 2026", UP_TO_DATE, "1 January 2020", "bacp", "a register speaks first"),
        (THE_FOUR, [BPS, BACP], "20 December 2026", DUE_SOON, "1 December 2026", "bacp", "even one due soon"),
        (THE_FOUR, [BPS, BACP], "2 March 2027", EXPIRED, "2 March 2027", "bacp", "both lapsed: the later one"),
        (ANY_REGISTER, [BACP, HCPC], "1 May 2027", DUE_SOON, "2 March 2027", "hcpc", "one lapsed, one in force"),
        (
            ANY_REGISTER,
            [BACP, UKCP],
            "10 March 2027",
            UP_TO_DATE,
            "1 March 2024",
            "ukcp",
            "changed bodies without a gap: since the first",
        ),
        (
            ANY_REGISTER,
            [BACP, replace(UKCP, registered_on=day("3 March 2027"))],
            "10 March 2027",
            UP_TO_DATE,
            "3 March 2027",
            "ukcp",
            "changed bodies with a day between",
        ),
        (ANY_REGISTER, [UKCP], "9 February 2027", OVERDUE, "2 September 2025", None, "not registered yet"),
        (BOTH, [HCPC, BACP], "1 October 2026", UP_TO_DATE, "4 June 2025", "bacp", "both are met: the first due speaks"),
        (BOTH, [HCPC], "1 October 2026", OVERDUE, "2 September 2025", None, "all of two: one is missing"),
        (BOTH, [HCPC, BACP], "1 June 2027", EXPIRED, "2 March 2027", "bacp", "all of two: the one lapsed first"),
    ],
)
def test_any_of_and_all_of(
    terms: RegistrationTerms,
    held: list[RegistrationHeld],
    on: str,
    status: Status,
    since: str,
    by: str | None,
    story: str,
) -> None:
    found = standing(terms, held, [], day(on), STARTED)
    assert (found.status, found.since) == (status, day(since)), story
    assert (found.worst.held.key if found.worst.held else None) == by, story


@pytest.mark.parametrize(
    ("target_days", "on", "status", "since"),
    [
        (0, "1 September 2025", DUE_SOON, "1 September 2025"),
        (0, "2 September 2025", OVERDUE, "2 September 2025"),
        (180, "29 November 2025", NOT_STARTED, "1 September 2025"),
        (180, "30 November 2025", DUE_SOON, "30 November 2025"),
        (180, "1 March 2026", OVERDUE, "1 March 2026"),
        (None, "1 March 2036", NOT_STARTED, "1 September 2025"),
    ],
)
def test_who_never_had_one(target_days: int | None, on: str, status: Status, since: str) -> None:
    found = standing(replace(NAMED, target_days=target_days), [], [], day(on), STARTED)
    assert (found.status, found.since, found.is_met) == (status, day(since), False)


# ---------------------------------------------------------------------------------------------------------------------
# Sentences


@pytest.mark.parametrize(
    ("terms", "held", "checks", "on", "because", "next_step"),
    [
        (
            NAMED,
            [HCPC],
            [check("3 June 2026")],
            "1 October 2026",
            "HCPC registration is met by HCPC PYL123456, valid until 31 May 2027; "
            "the live register was last checked on 3 June 2026.",
            "",
        ),
        (
            NAMED,
            [HCPC],
            [check("1 June 2027")],
            "1 October 2027",
            "HCPC registration is met by HCPC PYL123456, valid until 31 May 2029; "
            "the live register was last checked on 1 June 2027.",
            "",
        ),
        (
            NAMED,
            [HCPC],
            [],
            "1 October 2026",
            "HCPC registration is met by HCPC PYL123456, valid until 31 May 2027; "
            "the live register has not been checked.",
            "Check the live register.",
        ),
        (
            NAMED,
            [HCPC],
            [check("3 June 2026")],
            "1 April 2027",
            "HCPC registration is met by HCPC PYL123456, valid until 31 May 2027; "
            "the live register was last checked on 3 June 2026.",
            "Renew with HCPC by 31 May 2027; renewal is open from 1 March 2027.",
        ),
        (
            NAMED,
            [HCPC],
            [check("3 June 2026", "conditions", note="Supervised practice only.")],
            "1 October 2026",
            "HCPC registration is met with conditions by HCPC PYL123456, valid until 31 May 2027: "
            "Supervised practice only; the live register was last checked on 3 June 2026.",
            "Agree how work is kept within the conditions. "
            "Renew with HCPC by 31 May 2027; renewal is open from 1 March 2027.",
        ),
        (
            NAMED,
            [HCPC],
            [check("3 June 2026", "suspended", note="Interim order.")],
            "1 October 2026",
            "HCPC registration is not in force: the register showed HCPC PYL123456 as suspended on 3 June 2026 "
            "(Interim order).",
            "Stop work in the protected title at once, tell the line manager, settle it with HCPC.",
        ),
        (
            ANY_REGISTER,
            [BACP],
            [check("3 June 2026", "not_found", of="bacp")],
            "1 October 2026",
            "Professional registration is not in force: "
            "the register did not show BACP (accredited) 00123456 on 3 June 2026.",
            "Tell the line manager and settle it with BACP, then check the live register.",
        ),
        (
            NAMED,
            [HCPC],
            [check("3 June 2026")],
            "1 June 2027",
            "HCPC registration has expired: HCPC PYL123456 was valid until 31 May 2027; "
            "the live register was last checked on 3 June 2026.",
            "Check the live register today: unless it shows the person as registered, work in the protected title "
            "stops at once and the line manager is told.",
        ),
        (
            ANY_REGISTER,
            [BACP],
            [],
            "2 March 2027",
            "Professional registration has expired: BACP (accredited) 00123456 was valid until 1 March 2027; "
            "the live register has not been checked.",
            "Renew with BACP, then check the live register.",
        ),
        (
            NAMED,
            [replace(HCPC, ended_on=day("30 June 2026"))],
            [check("3 June 2026")],
            "1 July 2026",
            "HCPC registration is not in force: HCPC PYL123456 was given up on 30 June 2026; "
            "the live register was last checked on 3 June 2026.",
            "Check the live register today: unless it shows the person as registered, work in the protected title "
            "stops at once and the line manager is told.",
        ),
        (
            THE_FOUR,
            [BPS],
            [],
            "1 July 2026",
            "Professional registration is met by BPS 987654, valid until 31 December 2026; "
            "this is a membership, not a register.",
            "",
        ),
        (
            ANY_REGISTER,
            [BPS],
            [],
            "1 July 2026",
            "Professional registration is overdue: "
            "no registration with a statutory or accredited register is recorded; "
            "it was due 1 September 2025, the day of starting in post; BPS 987654 is a membership, not a register.",
            "Enter the registration with a statutory or accredited register, and check the live register.",
        ),
        (
            replace(NAMED, target_days=None),
            [],
            [],
            "1 July 2026",
            "HCPC registration is not met yet: no registration with HCPC is recorded.",
            "Enter the registration with HCPC, and check the live register.",
        ),
        (
            NAMED,
            [replace(HCPC, number="", renewal=PERSONAL)],
            [check("3 July 2025")],
            "1 October 2025",
            "HCPC registration is met by HCPC (no number entered), valid until 3 July 2026 at the latest "
            "(no expiry date is entered); the live register was last checked on 3 July 2025.",
            "Enter the expiry date.",
        ),
        (
            BOTH,
            [HCPC],
            [check("3 June 2026")],
            "1 July 2026",
            "Clinical lead asks for 2 registrations. HCPC: it is met by HCPC PYL123456, valid until 31 May 2027; "
            "the live register was last checked on 3 June 2026. BACP or UKCP: it is overdue: no registration with "
            "BACP or UKCP is recorded; it was due 1 September 2025, the day of starting in post; "
            "HCPC PYL123456 is another registration.",
            "Enter the registration with BACP or UKCP, and check the live register.",
        ),
    ],
)
def test_what_is_said(
    terms: RegistrationTerms,
    held: list[RegistrationHeld],
    checks: list[RegisterCheck],
    on: str,
    because: str,
    next_step: str,
) -> None:
    found = standing(terms, held, checks, day(on), STARTED)
    assert (found.because, found.next_step) == (because, next_step)


def test_an_extension_puts_off_the_day_it_is_due() -> None:
    found = standing(NAMED, [], [], day("1 October 2025"), STARTED, due_on=day("1 December 2025"))
    assert (found.status, found.due_on) == (DUE_SOON, day("1 December 2025"))
    assert found.because == (
        "HCPC registration is not met yet: no registration with HCPC is recorded; "
        "it is due 1 December 2025, as extended for this person."
    )


# ---------------------------------------------------------------------------------------------------------------------
# The check itself


@pytest.mark.parametrize(
    ("held", "checks", "on", "status", "since", "due", "story"),
    [
        (HCPC, [], "1 September 2025", DUE_SOON, "1 September 2025", "1 September 2025", "due when the post starts"),
        (HCPC, [], "2 September 2025", OVERDUE, "2 September 2025", "1 September 2025", "never checked"),
        (HCPC, [check("1 October 2025")], "1 August 2026", UP_TO_DATE, "1 October 2025", "1 October 2026", "yearly"),
        (
            HCPC,
            [check("1 October 2025")],
            "1 September 2026",
            DUE_SOON,
            "1 September 2026",
            "1 October 2026",
            "30 days",
        ),
        (HCPC, [check("1 October 2025")], "2 October 2026", OVERDUE, "2 October 2026", "1 October 2026", "late"),
        (
            HCPC,
            [check("1 October 2025", next_due_on=day("1 February 2026"))],
            "2 February 2026",
            OVERDUE,
            "2 February 2026",
            "1 February 2026",
            "the checker set an earlier day",
        ),
        (
            HCPC,
            [check("1 October 2026")],
            "1 May 2027",
            UP_TO_DATE,
            "1 October 2026",
            "1 June 2027",
            "the day after the renewal day comes before the year is over",
        ),
        (HCPC, [check("1 October 2026")], "2 June 2027", OVERDUE, "2 June 2027", "1 June 2027", "nobody looked"),
        (HCPC, [check("31 May 2027")], "1 June 2027", DUE_SOON, "31 May 2027", "1 June 2027", "looked a day too soon"),
        (HCPC, [check("1 June 2027")], "2 June 2027", UP_TO_DATE, "1 June 2027", "1 June 2028", "looked on the day"),
        (
            HCPC,
            [check("1 October 2025"), check("1 October 2026", "not_checked")],
            "2 October 2026",
            OVERDUE,
            "2 October 2026",
            "1 October 2026",
            "not having looked is not a check",
        ),
        (
            HCPC,
            [check("5 May 2026", "suspended")],
            "6 May 2026",
            UP_TO_DATE,
            "5 May 2026",
            "5 May 2027",
            "gone, and looked at: the check is up to date, the registration is not",
        ),
    ],
)
def test_standing_of_the_check(
    held: RegistrationHeld, checks: list[RegisterCheck], on: str, status: Status, since: str, due: str, story: str
) -> None:
    found = check_standing(CheckTerms(), held, checks, day(on), STARTED)
    assert (found.status, found.since, found.due_on) == (status, day(since), day(due)), story
    assert found.is_met is (bool(checks) and status in (UP_TO_DATE, DUE_SOON)), story


@pytest.mark.parametrize(
    ("checks", "on", "because", "next_step"),
    [
        (
            [],
            "2 September 2025",
            "Register check of HCPC PYL123456 is overdue: it was due 1 September 2025; it was never checked.",
            "Open the register of HCPC and write down what it shows.",
        ),
        (
            [check("1 October 2026")],
            "2 June 2027",
            "Register check of HCPC PYL123456 is overdue: it was due 1 June 2027, the day after its renewal day; "
            "it was last checked on 1 October 2026.",
            "Open the register of HCPC and write down what it shows.",
        ),
        (
            [check("1 October 2026")],
            "20 May 2027",
            "Register check of HCPC PYL123456 is next due 1 June 2027, the day after its renewal day; "
            "it was last checked on 1 October 2026.",
            "Open the register of HCPC and write down what it shows, on 1 June 2027.",
        ),
        (
            [check("1 October 2025")],
            "1 November 2025",
            "Register check of HCPC PYL123456 is next due 1 October 2026; it was last checked on 1 October 2025.",
            "",
        ),
    ],
)
def test_what_is_said_of_the_check(checks: list[RegisterCheck], on: str, because: str, next_step: str) -> None:
    found = check_standing(CheckTerms(), HCPC, checks, day(on), STARTED)
    assert (found.because, found.next_step) == (because, next_step)


def test_a_check_is_due_on_the_day_of_registration_and_not_before() -> None:
    on_the_day = check_standing(CheckTerms(), HCPC, [], day("4 June 2025"), day("1 May 2025"))
    before = check_standing(CheckTerms(), HCPC, [], day("3 June 2025"), day("1 May 2025"))
    assert (on_the_day.status, before.status) == (DUE_SOON, Status.NOT_REQUIRED)


def test_a_registration_that_has_ended_needs_no_check() -> None:
    ended = replace(HCPC, ended_on=day("30 June 2026"))
    found = check_standing(CheckTerms(), ended, [], day("1 July 2026"), STARTED)
    assert found.status is Status.NOT_REQUIRED
    assert found.because == (
        "Register check of HCPC PYL123456 is not required: the registration is not in force on 1 July 2026."
    )


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is entered

some_checks = st.lists(
    st.builds(
        lambda on, result, seen: RegisterCheck(registration="hcpc", checked_on=on, result=result, expiry_seen_on=seen),
        st.dates(date(2025, 6, 1), date(2029, 1, 1)),
        st.sampled_from(["registered", "conditions", "suspended", "removed", "not_found", "not_checked"]),
        st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    ),
    max_size=5,
)
some_registrations = st.sampled_from(
    [HCPC, replace(HCPC, renewal=PERSONAL), replace(HCPC, ended_on=day("1 March 2027"))]
)


@fewer
@given(some_registrations, some_checks, st.dates(HCPC.registered_on, date(2029, 6, 1)))
def test_since_is_the_first_day_of_what_is_wrong(held: RegistrationHeld, checks: list[RegisterCheck], on: date) -> None:
    found = standing(NAMED, [held], checks, on, held.registered_on)
    if found.status is not UP_TO_DATE:
        first = first_day_of_it(
            lambda at: standing(NAMED, [held], checks, at, held.registered_on), on, held.registered_on
        )
        assert found.since == first


@pytest.mark.parametrize(
    ("result", "expiry_seen_on", "due"),
    [
        ("registered", None, date(2026, 8, 28)),
        ("registered", date(2027, 5, 31), date(2026, 8, 28)),  # the usual months come first
        ("registered", date(2026, 5, 31), date(2026, 6, 1)),  # the register says something new that day
        ("registered", date(2026, 8, 30), date(2026, 8, 28)),
        ("registered", date(2026, 2, 28), date(2026, 3, 1)),  # expires today
        ("registered", date(2026, 2, 27), date(2026, 8, 28)),  # already over: the register said so
        ("not_found", None, date(2026, 3, 28)),  # looked for again while it shows nobody
        ("suspended", date(2027, 5, 31), date(2026, 3, 28)),
        ("not_checked", None, date(2026, 3, 1)),
        ("not_checked", date(2026, 5, 31), date(2026, 3, 1)),
    ],
)
def test_the_next_check_is_after_the_usual_months_the_expiry_seen_or_the_next_day(
    result: str, expiry_seen_on: date | None, due: date
) -> None:
    assert next_check_due(date(2026, 2, 28), result, expiry_seen_on, 6) == due
