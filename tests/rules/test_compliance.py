"""The rate: who is in it, who is left out and why; and when counts would tell how one person stands."""

from datetime import date
from fractions import Fraction

import pytest

from tcsuper.rules.compliance import Rate, rate
from tcsuper.rules.minimum import Duty, HoursOf, Measure, Minimum, Per
from tcsuper.rules.supervision import Month, Verdict, month_of
from tests.rules.days import day, span
from tests.rules.sittings import one, read_table

OCTOBER, TODAY = date(2026, 10, 1), date(2026, 11, 22)
VERDICTS = {
    "met": Verdict.MET,
    "short": Verdict.SHORT,
    "short so far": Verdict.SHORT_SO_FAR,
    "away": Verdict.NOT_JUDGED,
    "exempt": Verdict.EXEMPT,
    "not required": Verdict.NOT_REQUIRED,
}


def month(verdict: str) -> Month:
    reason = verdict if verdict in ("away", "exempt") else ""
    return Month(OCTOBER, VERDICTS[verdict], 0, Fraction(0), Fraction(60), reason=reason)


@pytest.mark.parametrize(
    ("people", "met", "duty", "left_out"),
    read_table(
        """people, each with their minima               | met | duty | left out
           met                                          | 1 | 1 |
           short                                        | 0 | 1 |
           short so far                                 | 0 | 1 |
           met + met                                    | 1 | 1 |
           met + short                                  | 0 | 1 |
           met + short so far                           | 0 | 1 |
           met + not required                           | 1 | 1 |
           met + away                                   | 1 | 1 |
           short + exempt                               | 0 | 1 |
           not required                                 | 0 | 0 |
           not required + not required                  | 0 | 0 |
           away                                         | 0 | 0 | 1 away
           exempt                                       | 0 | 0 | 1 exempt
           away + not required                          | 0 | 0 | 1 away
           away + exempt                                | 0 | 0 | 1 away
           exempt + away                                | 0 | 0 | 1 exempt
           met, met, short                              | 2 | 3 |
           met, short + met, away                       | 1 | 2 | 1 away
           away, away, exempt, met                      | 1 | 1 | 2 away, 1 exempt
           exempt, away, met                            | 1 | 1 | 1 away, 1 exempt
           not required, away, short                    | 0 | 1 | 1 away"""
    ),
)
def test_who_counts_in_which_number(people: str, met: str, duty: str, left_out: str) -> None:
    judged = [
        (person, month(verdict.strip()))
        for person, theirs in enumerate(people.split(","))
        for verdict in theirs.split("+")
    ]
    found = rate(judged)
    assert (found.met, found.duty) == (int(met), int(duty))
    assert ", ".join(f"{count} {why}" for why, count in found.reasons) == left_out
    assert rate(reversed(judged)).met == found.met, "the order of entry says nothing about who met it"


@pytest.mark.parametrize(
    ("met", "duty", "share"), [(29, 34, 85), (8, 10, 80), (17, 20, 85), (169, 199, 84), (0, 3, 0), (3, 3, 100)]
)
def test_a_share_is_cut_and_never_rounded_up_to_the_target(met: int, duty: int, share: int) -> None:
    assert Rate(met, duty).share == share


def test_nobody_with_a_duty_has_no_share() -> None:
    assert Rate(0, 0).share is None


@pytest.mark.parametrize(
    ("found", "first", "sentence"),
    [
        (
            Rate(29, 34, (("away for 28 days or more", 1), ("required only from 12 October 2026", 1))),
            OCTOBER,
            "29 of 34 people met every minimum in October 2026 (85%). 2 left out: 1 away for 28 days or more, "
            "1 required only from 12 October 2026.",
        ),
        (Rate(1, 1), OCTOBER, "1 of 1 person met every minimum in October 2026 (100%)."),
        (Rate(2, 5), date(2026, 11, 1), "2 of 5 people met every minimum in November 2026 so far (40%)."),
        (
            Rate(1, 5),
            date(2026, 12, 1),
            "1 of 5 people will have met every minimum in December 2026 if nothing more happens (20%).",
        ),
        (Rate(0, 0, (("exempt", 2),)), OCTOBER, "Nobody had a minimum to meet in October 2026. 2 left out: 2 exempt."),
        (Rate(0, 0), date(2026, 12, 1), "Nobody has a minimum to meet in December 2026."),
    ],
)
def test_the_sentence_has_both_numbers_and_everybody_left_out(found: Rate, first: date, sentence: str) -> None:
    assert found.sentence(first, TODAY) == sentence


SIXTY = Minimum("Clinical supervision", 60)


@pytest.mark.parametrize(
    ("duty", "minimum", "reason"),
    [
        (Duty(span("12 October 2026")), SIXTY, "required only from 12 October 2026"),
        (Duty(span("1 January 2024", "8 October 2026")), SIXTY, "required only until 8 October 2026"),
        (
            Duty(span("1 January 2024"), kept_from=day("1 November 2026")),
            SIXTY,
            "no records kept here before 1 November 2026",
        ),
        (
            Duty(span("1 January 2024"), absences=(span("1 October 2026", "28 October 2026"),)),
            SIXTY,
            "away for 28 days or more",
        ),
        (
            Duty(span("1 January 2024"), absences=(span("1 October 2026"),), long_absence_days=14),
            SIXTY,
            "away for 14 days or more",
        ),
        (Duty(span("1 January 2024"), exempt=(span("1 October 2026", "1 October 2026"),)), SIXTY, "exempt"),
        (
            Duty(span("1 January 2024"), worked={HoursOf.CLIENT: {OCTOBER: 0.0}}),
            Minimum("By BACP", 90, exempt_without_clients=True),
            "without client work",
        ),
        (
            Duty(span("1 January 2024")),
            Minimum("By BACP", 30, hours_of=HoursOf.CLIENT, minutes_for_each_hour=7.5),
            "hours not entered",
        ),
        (
            Duty(span("1 January 2024")),
            Minimum("Meetings held", 80, measure=Measure.SHARE),
            "nothing to judge yet",
        ),
        (
            Duty(span("20 September 2026")),
            Minimum("Every 60 days", 60, per=Per.ROLLING, days=60),
            "nothing to judge yet",
        ),
    ],
)
def test_each_way_of_being_left_out_has_its_reason(duty: Duty, minimum: Minimum, reason: str) -> None:
    sittings = [one("5 October 2026", 60)] if minimum.hours_of else []
    judged = month_of(minimum, duty, sittings, TODAY, OCTOBER)
    assert judged.reason == reason
    assert rate([("somebody", judged)]) == Rate(0, 0, ((reason, 1),))


@pytest.mark.parametrize("minimum", [SIXTY, Minimum("None set", 0)])
def test_whoever_is_judged_or_not_asked_has_no_reason(minimum: Minimum) -> None:
    judged = month_of(minimum, Duty(span("1 January 2024")), [], TODAY, OCTOBER)
    assert judged.reason == ""
