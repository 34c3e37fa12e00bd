"""Agreements, periods, events and checks seen: only dates, and what they say."""

from dataclasses import replace
from typing import Any

import pytest

from tcsuper.rules.dated import (
    AgreementHeld,
    AgreementTerms,
    EventTerms,
    PeriodTerms,
    agreement_standing,
    event_standing,
    is_review_due,
    period_standing,
)
from tcsuper.rules.standing import Status
from tests.rules.days import day, maybe

UP_TO_DATE, DUE_SOON, OVERDUE, EXPIRED = Status.UP_TO_DATE, Status.DUE_SOON, Status.OVERDUE, Status.EXPIRED
NOT_STARTED, IN_PROGRESS = Status.NOT_STARTED, Status.IN_PROGRESS
STARTED = day("1 March 2026")


# ---------------------------------------------------------------------------------------------------------------------
# Agreements


def agreed(start: str, end: str | None = None, review: str | None = None, **more: Any) -> AgreementHeld:
    return AgreementHeld(
        with_whom=more.pop("with_whom", "Asha Rao"),
        start_on=day(start),
        end_on=maybe(end),
        review_on=maybe(review),
        **more,
    )


@pytest.mark.parametrize(
    ("held", "on", "status", "since", "due", "met", "story"),
    [
        ([], "1 March 2026", DUE_SOON, "1 March 2026", "1 March 2026", False, "the first day in post"),
        ([], "2 March 2026", OVERDUE, "2 March 2026", "1 March 2026", False, "missing from the second day on"),
        ([agreed("1 March 2026")], "2 March 2026", UP_TO_DATE, "1 March 2026", "1 March 2027", True, "in force"),
        ([agreed("5 March 2026")], "4 March 2026", OVERDUE, "2 March 2026", "1 March 2026", False, "begins tomorrow"),
        (
            [agreed("1 March 2026")],
            "30 January 2027",
            DUE_SOON,
            "30 January 2027",
            "1 March 2027",
            True,
            "30 days before the review: the edge counts",
        ),
        ([agreed("1 March 2026")], "1 March 2027", DUE_SOON, "30 January 2027", "1 March 2027", True, "the review day"),
        ([agreed("1 March 2026")], "2 March 2027", OVERDUE, "2 March 2027", "1 March 2027", False, "review overdue"),
        (
            [agreed("1 March 2026", review="1 September 2026")],
            "2 September 2026",
            OVERDUE,
            "2 September 2026",
            "1 September 2026",
            False,
            "its own review day",
        ),
        (
            [agreed("1 March 2026", unsigned_by=("Ben Lee",))],
            "1 March 2026",
            DUE_SOON,
            "1 March 2026",
            "1 March 2026",
            False,
            "to be signed today",
        ),
        (
            [agreed("1 March 2026", unsigned_by=("Ben Lee",))],
            "2 March 2026",
            OVERDUE,
            "2 March 2026",
            "1 March 2026",
            False,
            "not signed",
        ),
        (
            [agreed("10 April 2026", unsigned_by=("Ben Lee",))],
            "11 April 2026",
            OVERDUE,
            "11 April 2026",
            "10 April 2026",
            False,
            "begun after the post, not signed",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026")],
            "31 May 2026",
            DUE_SOON,
            "1 May 2026",
            "31 May 2026",
            True,
            "its last day, and none follows",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026")],
            "30 April 2026",
            UP_TO_DATE,
            "1 March 2026",
            "1 March 2027",
            True,
            "31 days before its end",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026"), agreed("1 June 2026", with_whom="Carol Hughes")],
            "31 May 2026",
            UP_TO_DATE,
            "1 March 2026",
            "1 March 2027",
            True,
            "its last day, and another follows the day after",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026"), agreed("2 June 2026", with_whom="Carol Hughes")],
            "31 May 2026",
            DUE_SOON,
            "1 May 2026",
            "31 May 2026",
            True,
            "another follows with a day between",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026"), agreed("1 April 2026", with_whom="Carol Hughes")],
            "20 May 2026",
            UP_TO_DATE,
            "1 April 2026",
            "1 April 2027",
            True,
            "another is in force beside it",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026", review="10 May 2026")],
            "5 May 2026",
            DUE_SOON,
            "10 April 2026",
            "10 May 2026",
            True,
            "its review comes before its end",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026", review="10 May 2026")],
            "11 May 2026",
            OVERDUE,
            "11 May 2026",
            "10 May 2026",
            False,
            "its review is overdue, and it ends",
        ),
        (
            [agreed("1 March 2026", unsigned_by=("Ben Lee",), sign_by=day("29 March 2026"))],
            "29 March 2026",
            DUE_SOON,
            "1 March 2026",
            "29 March 2026",
            True,
            "nobody has signed, and there is time until today",
        ),
        (
            [agreed("1 March 2026", unsigned_by=("Ben Lee",), sign_by=day("29 March 2026"))],
            "30 March 2026",
            OVERDUE,
            "30 March 2026",
            "29 March 2026",
            False,
            "the time to sign is over",
        ),
        (
            [agreed("1 March 2025", sign_by=day("29 March 2025"), review="1 June 2026")],
            "30 March 2026",
            UP_TO_DATE,
            "1 March 2025",
            "1 June 2026",
            True,
            "signed in time",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026")],
            "1 June 2026",
            EXPIRED,
            "1 June 2026",
            "31 May 2026",
            False,
            "ended, and none has followed",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026"), agreed("1 June 2026", with_whom="Carol Hughes")],
            "1 June 2026",
            UP_TO_DATE,
            "1 June 2026",
            "1 June 2027",
            True,
            "handed over to another supervisor",
        ),
        (
            [agreed("1 March 2025"), agreed("1 June 2025", with_whom="Carol Hughes")],
            "15 March 2026",
            UP_TO_DATE,
            "1 June 2025",
            "1 June 2026",
            True,
            "of two in force the one in order speaks",
        ),
        (
            [agreed("1 March 2026", unsigned_by=("Ben Lee",)), agreed("1 April 2025", with_whom="Carol Hughes")],
            "15 March 2026",
            DUE_SOON,
            "2 March 2026",
            "1 April 2026",
            True,
            "a signed one, due for review, speaks before an unsigned one",
        ),
    ],
)
def test_agreement(
    held: list[AgreementHeld], on: str, status: Status, since: str, due: str, met: bool, story: str
) -> None:
    found = agreement_standing(AgreementTerms(), held, day(on), STARTED)
    assert (found.status, found.since, found.due_on, found.is_met) == (status, day(since), day(due), met), story


def test_an_agreement_may_be_given_some_days() -> None:
    terms = AgreementTerms(target_days=28)
    assert agreement_standing(terms, [], day("29 March 2026"), STARTED).status is DUE_SOON
    found = agreement_standing(terms, [], day("30 March 2026"), STARTED)
    assert (found.status, found.due_on) == (OVERDUE, day("29 March 2026"))


def test_an_agreement_without_reviews_stays_in_force() -> None:
    found = agreement_standing(AgreementTerms(review_months=0), [agreed("1 March 2026")], day("1 March 2036"), STARTED)
    assert (found.status, found.due_on) == (UP_TO_DATE, None)
    assert found.because == "Supervision agreement with Asha Rao has been in force since 1 March 2026."


@pytest.mark.parametrize(
    ("in_post_until", "status"), [("31 May 2026", UP_TO_DATE), ("1 June 2026", DUE_SOON), (None, DUE_SOON)]
)
def test_an_agreement_that_ends_with_the_post_needs_none_to_follow(in_post_until: str | None, status: Status) -> None:
    held = [agreed("1 March 2026", end="31 May 2026")]
    found = agreement_standing(AgreementTerms(), held, day("20 May 2026"), STARTED, maybe(in_post_until))
    assert found.status is status


@pytest.mark.parametrize(
    ("held", "on", "because", "next_step"),
    [
        (
            [],
            "2 March 2026",
            "Supervision agreement is missing: none is recorded; it was due 1 March 2026, the day of starting in post.",
            "Make an agreement and have every party sign it.",
        ),
        (
            [agreed("1 March 2026", unsigned_by=("Ben Lee", "Asha Rao"))],
            "2 March 2026",
            "Supervision agreement with Asha Rao from 1 March 2026 is not signed by Ben Lee and Asha Rao; "
            "it was due 1 March 2026.",
            "Have it signed by Ben Lee and Asha Rao.",
        ),
        (
            [agreed("1 March 2026")],
            "2 April 2026",
            "Supervision agreement with Asha Rao has been in force since 1 March 2026; its review is due 1 March 2027.",
            "",
        ),
        (
            [agreed("1 March 2026")],
            "2 March 2027",
            "Supervision agreement with Asha Rao has been in force since 1 March 2026, but its review is overdue: "
            "it was due 1 March 2027.",
            "Review the agreement together, and set the next review day.",
        ),
        (
            [agreed("1 March 2026", end="31 May 2026")],
            "1 June 2026",
            "Supervision agreement with Asha Rao ended on 31 May 2026 and no other is in force.",
            "Make an agreement and have every party sign it.",
        ),
    ],
)
def test_what_is_said_of_an_agreement(held: list[AgreementHeld], on: str, because: str, next_step: str) -> None:
    found = agreement_standing(AgreementTerms(), held, day(on), STARTED)
    assert (found.because, found.next_step) == (because, next_step)


@pytest.mark.parametrize(
    ("held", "on", "because", "next_step"),
    [
        (
            agreed("1 March 2026", end="31 May 2026"),
            "20 May 2026",
            "Supervision agreement with Asha Rao has been in force since 1 March 2026; it ends on 31 May 2026 and no "
            "other follows.",
            "Agree what comes after: hand it over, or make another agreement.",
        ),
        (
            agreed("1 March 2026", unsigned_by=("Asha Rao", "Ben Lee"), sign_by=day("29 March 2026")),
            "10 March 2026",
            "Supervision agreement with Asha Rao from 1 March 2026 is not signed by Asha Rao and Ben Lee yet; it is "
            "due 29 March 2026.",
            "Have it signed by Asha Rao and Ben Lee.",
        ),
        (
            agreed("1 March 2026", unsigned_by=("Ben Lee",), sign_by=day("29 March 2026")),
            "10 April 2026",
            "Supervision agreement with Asha Rao from 1 March 2026 is not signed by Ben Lee; it was due 29 March 2026.",
            "Have it signed by Ben Lee.",
        ),
    ],
)
def test_what_an_agreement_lacks_is_said(held: AgreementHeld, on: str, because: str, next_step: str) -> None:
    found = agreement_standing(AgreementTerms(), [held], day(on), STARTED)
    assert (found.because, found.next_step) == (because, next_step)


# ---------------------------------------------------------------------------------------------------------------------
# Periods

PROBATION = PeriodTerms()
YOUNG_PEOPLE = PeriodTerms("Suitability for work with young people", months=0, done_word="confirmed")


@pytest.mark.parametrize(
    ("terms", "started", "done", "extended", "on", "status", "since", "due", "story"),
    [
        (
            PROBATION,
            "1 March 2026",
            [],
            None,
            "1 March 2026",
            IN_PROGRESS,
            "1 March 2026",
            "1 September 2026",
            "starts",
        ),
        (
            PROBATION,
            "1 March 2026",
            [],
            None,
            "1 September 2026",
            IN_PROGRESS,
            "1 March 2026",
            "1 September 2026",
            "ends",
        ),
        (
            PROBATION,
            "1 March 2026",
            [],
            None,
            "2 September 2026",
            OVERDUE,
            "2 September 2026",
            "1 September 2026",
            "over, and nobody has decided",
        ),
        (
            PROBATION,
            "1 March 2026",
            ["20 August 2026"],
            None,
            "2 September 2026",
            UP_TO_DATE,
            "20 August 2026",
            None,
            "passed",
        ),
        (
            PROBATION,
            "1 March 2026",
            ["20 August 2026"],
            None,
            "19 August 2026",
            IN_PROGRESS,
            "1 March 2026",
            "1 September 2026",
            "as at the day before",
        ),
        (
            PROBATION,
            "1 March 2026",
            ["20 August 2026", "25 August 2026"],
            None,
            "20 August 2026",
            UP_TO_DATE,
            "20 August 2026",
            None,
            "on the day itself; a second entry changes nothing",
        ),
        (
            PROBATION,
            "1 March 2026",
            ["25 August 2026", "20 August 2026"],
            None,
            "2 September 2026",
            UP_TO_DATE,
            "20 August 2026",
            None,
            "passed is passed from the first time on",
        ),
        (
            PROBATION,
            "1 March 2026",
            ["3 May 2019"],
            None,
            "1 March 2026",
            UP_TO_DATE,
            "3 May 2019",
            None,
            "an internal candidate has served it already",
        ),
        (
            PROBATION,
            "1 March 2026",
            [],
            "1 December 2026",
            "2 September 2026",
            IN_PROGRESS,
            "1 March 2026",
            "1 December 2026",
            "extended",
        ),
        (
            PROBATION,
            "1 March 2026",
            [],
            "1 December 2026",
            "2 December 2026",
            OVERDUE,
            "2 December 2026",
            "1 December 2026",
            "extended, and over",
        ),
        (
            PROBATION,
            "31 August 2026",
            [],
            None,
            "1 March 2027",
            OVERDUE,
            "1 March 2027",
            "28 February 2027",
            "from 31 August: to the end of February",
        ),
        (
            replace(PROBATION, months=12),
            "29 February 2024",
            [],
            None,
            "28 February 2025",
            IN_PROGRESS,
            "29 February 2024",
            "28 February 2025",
            "twelve months from 29 February",
        ),
        (
            replace(PROBATION, warning_days=30),
            "1 March 2026",
            [],
            None,
            "2 August 2026",
            DUE_SOON,
            "2 August 2026",
            "1 September 2026",
            "with a warning: the edge counts",
        ),
        (
            YOUNG_PEOPLE,
            "1 March 2026",
            [],
            None,
            "1 March 2026",
            DUE_SOON,
            "1 March 2026",
            "1 March 2026",
            "needed by the transfer",
        ),
        (
            YOUNG_PEOPLE,
            "1 March 2026",
            [],
            None,
            "2 March 2026",
            OVERDUE,
            "2 March 2026",
            "1 March 2026",
            "transferred without it",
        ),
        (
            YOUNG_PEOPLE,
            "1 March 2026",
            ["20 February 2026"],
            None,
            "2 March 2026",
            UP_TO_DATE,
            "20 February 2026",
            None,
            "assessed before",
        ),
    ],
)
def test_period(
    terms: PeriodTerms,
    started: str,
    done: list[str],
    extended: str | None,
    on: str,
    status: Status,
    since: str,
    due: str | None,
    story: str,
) -> None:
    found = period_standing(terms, day(started), [day(text) for text in done], day(on), maybe(extended))
    assert (found.status, found.since, found.due_on) == (status, day(since), maybe(due)), story
    assert found.is_met is (status is UP_TO_DATE)


@pytest.mark.parametrize(
    ("terms", "done", "extended", "on", "because", "next_step"),
    [
        (
            PROBATION,
            [],
            None,
            "1 May 2026",
            "Probation runs until 1 September 2026, 6 months after starting in post.",
            "",
        ),
        (
            PROBATION,
            [],
            None,
            "2 September 2026",
            "Probation is overdue: it ended 1 September 2026, 6 months after starting in post; "
            "it is not recorded as passed.",
            "Decide, and record the day on which it is passed, or extend it.",
        ),
        (
            PROBATION,
            [],
            "1 December 2026",
            "2 September 2026",
            "Probation runs until 1 December 2026, as extended for this person.",
            "",
        ),
        (PROBATION, ["20 August 2026"], None, "2 September 2026", "Probation was passed on 20 August 2026.", ""),
        (
            YOUNG_PEOPLE,
            [],
            None,
            "2 March 2026",
            "Suitability for work with young people is overdue: it was due 1 March 2026, the day of starting in post; "
            "it is not recorded as confirmed.",
            "Decide, and record the day on which it is confirmed, or extend it.",
        ),
    ],
)
def test_what_is_said_of_a_period(
    terms: PeriodTerms, done: list[str], extended: str | None, on: str, because: str, next_step: str
) -> None:
    found = period_standing(terms, STARTED, [day(text) for text in done], day(on), maybe(extended))
    assert (found.because, found.next_step) == (because, next_step)


# ---------------------------------------------------------------------------------------------------------------------
# Events held, checks seen

APPRAISAL = EventTerms("Appraisal")
SECURITY = EventTerms("Security check", every_months=None, first_days=0, done_word="seen")


@pytest.mark.parametrize(
    ("terms", "held", "on", "status", "since", "due", "story"),
    [
        (APPRAISAL, [], "1 March 2026", NOT_STARTED, "1 March 2026", "1 March 2027", "a year to go"),
        (APPRAISAL, [], "30 January 2027", DUE_SOON, "30 January 2027", "1 March 2027", "30 days: the edge counts"),
        (APPRAISAL, [], "2 March 2027", OVERDUE, "2 March 2027", "1 March 2027", "none in the first year"),
        (APPRAISAL, ["10 May 2026"], "11 May 2026", UP_TO_DATE, "10 May 2026", "10 May 2027", "held"),
        (APPRAISAL, ["10 May 2026"], "10 May 2026", UP_TO_DATE, "10 May 2026", "10 May 2027", "held today"),
        (APPRAISAL, ["10 May 2026"], "10 April 2027", DUE_SOON, "10 April 2027", "10 May 2027", "due again"),
        (APPRAISAL, ["10 May 2026"], "11 May 2027", OVERDUE, "11 May 2027", "10 May 2027", "late"),
        (
            APPRAISAL,
            ["10 May 2026", "20 June 2027"],
            "21 June 2027",
            UP_TO_DATE,
            "20 June 2027",
            "20 June 2028",
            "counted from the last one held",
        ),
        (
            APPRAISAL,
            ["10 May 2026", "20 June 2027"],
            "1 June 2027",
            OVERDUE,
            "11 May 2027",
            "10 May 2027",
            "as at the gap between",
        ),
        (APPRAISAL, ["10 January 2026"], "2 March 2026", UP_TO_DATE, "10 January 2026", "10 January 2027", "before"),
        (
            replace(APPRAISAL, first_days=90),
            [],
            "31 May 2026",
            OVERDUE,
            "31 May 2026",
            "30 May 2026",
            "a first within 90",
        ),
        (SECURITY, [], "1 March 2026", DUE_SOON, "1 March 2026", "1 March 2026", "by the first day"),
        (SECURITY, [], "2 March 2026", OVERDUE, "2 March 2026", "1 March 2026", "not seen"),
        (SECURITY, ["10 February 2026"], "2 March 2036", UP_TO_DATE, "10 February 2026", None, "once and for all"),
        (
            replace(SECURITY, every_months=36),
            ["29 February 2024"],
            "1 March 2027",
            OVERDUE,
            "1 March 2027",
            "28 February 2027",
            "every three years, from 29 February",
        ),
        (
            EventTerms("Security check", every_months=None, done_word="seen"),
            [],
            "1 March 2036",
            NOT_STARTED,
            "1 March 2026",
            None,
            "no date set",
        ),
    ],
)
def test_event(
    terms: EventTerms, held: list[str], on: str, status: Status, since: str, due: str | None, story: str
) -> None:
    found = event_standing(terms, [day(text) for text in held], day(on), STARTED)
    assert (found.status, found.since, found.due_on) == (status, day(since), maybe(due)), story
    assert found.is_met is (bool(held) and status in (UP_TO_DATE, DUE_SOON)), story


@pytest.mark.parametrize(
    ("held", "on", "status", "due"),
    [
        ([], "2 March 2027", DUE_SOON, "31 March 2027"),
        ([], "1 April 2027", OVERDUE, "31 March 2027"),
        (["20 March 2027"], "1 April 2027", UP_TO_DATE, "20 March 2028"),
    ],
)
def test_an_extension_puts_off_the_event_until_it_is_held(held: list[str], on: str, status: Status, due: str) -> None:
    found = event_standing(APPRAISAL, [day(text) for text in held], day(on), STARTED, due_on=day("31 March 2027"))
    assert (found.status, found.due_on) == (status, day(due))


@pytest.mark.parametrize(
    ("terms", "held", "on", "because", "next_step"),
    [
        (
            APPRAISAL,
            [],
            "2 March 2027",
            "Appraisal is overdue: it was due 1 March 2027, 12 months after starting in post; "
            "it has not been held yet.",
            "Record the day on which it is held.",
        ),
        (
            APPRAISAL,
            ["10 May 2026"],
            "11 May 2027",
            "Appraisal is overdue: it was due 10 May 2027, 12 months after the last one; "
            "it was last held on 10 May 2026.",
            "Record the day on which it is held.",
        ),
        (
            APPRAISAL,
            ["10 May 2026"],
            "11 May 2026",
            "Appraisal is next due 10 May 2027, 12 months after the last one; it was last held on 10 May 2026.",
            "",
        ),
        (
            SECURITY,
            [],
            "2 March 2026",
            "Security check is overdue: it was due 1 March 2026, the day of starting in post; "
            "it has not been seen yet.",
            "Record the day on which it is seen.",
        ),
        (SECURITY, ["10 February 2026"], "2 March 2026", "Security check was seen on 10 February 2026.", ""),
    ],
)
def test_what_is_said_of_an_event(terms: EventTerms, held: list[str], on: str, because: str, next_step: str) -> None:
    found = event_standing(terms, [day(text) for text in held], day(on), STARTED)
    assert (found.because, found.next_step) == (because, next_step)


@pytest.mark.parametrize(
    ("review_on", "on", "due", "story"),
    [
        (None, "2 January 2026", False, "a year from its start, which is far off"),
        (None, "2 December 2026", False, "31 days before"),
        (None, "3 December 2026", True, "30 days before: the edge of the window"),
        (None, "2 January 2027", True, "the day itself"),
        (None, "3 March 2027", True, "over"),
        ("1 June 2026", "1 May 2026", False, "31 days before a day of its own"),
        ("1 June 2026", "2 May 2026", True, "30 days before it"),
        ("1 June 2026", "1 January 2026", False, "the agreement has not begun"),
        ("1 January 2026", "1 January 2026", False, "nor on the day before it begins, whatever the review's day"),
    ],
)
def test_a_review_is_due_when_it_is_near_or_over_whatever_else_is_to_do(
    review_on: str | None, on: str, due: bool, story: str
) -> None:
    held = AgreementHeld(
        with_whom="Asha", start_on=day("2 January 2026"), review_on=maybe(review_on), unsigned_by=("Ben",)
    )
    assert is_review_due(AgreementTerms(), held, day(on)) is due, story
