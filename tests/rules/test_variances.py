"""Where communities are furthest off, and the sentence that says why and what would help."""

from datetime import date

import pytest

from tcsuper.rules.variances import (
    NextRun,
    Variance,
    common_needs,
    lapsing_because,
    largest_first,
    observed_because,
    responsibilities_because,
    standard_because,
    supervision_because,
    training_because,
)

DAY = date(2026, 12, 8)


def test_the_largest_share_missing_goes_first_and_nothing_missing_is_no_variance() -> None:
    small, large, none = (Variance("B", "Training", *of) for of in ((2, 20), (2, 4), (0, 9)))
    same_share = Variance("A", "Training", 5, 10)
    assert largest_first([none, small, large, same_share]) == [same_share, large, small]
    assert Variance("B", "Training", 8, 31).share == 74


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            training_because(8, 31, "TCAT 2", 6, NextRun(DAY, 6)),
            "8 of 31 not complete, 6 of them on TCAT 2; its next run on 8 December 2026 has 6 places.",
        ),
        (
            training_because(8, 31, "TCAT 2", 8, NextRun(DAY, 1)),
            "8 of 31 not complete on TCAT 2; its next run on 8 December 2026 has 1 place.",
        ),
        (
            training_because(2, 3, "TCAT 2", 2, NextRun(DAY, 0)),
            "2 of 3 not complete on TCAT 2; its next run on 8 December 2026 is full: plan another.",
        ),
        (
            training_because(2, 3, "TCAT 2", 2, NextRun(DAY, None)),
            "2 of 3 not complete on TCAT 2; its next run is on 8 December 2026.",
        ),
        (
            training_because(2, 3, "TCAT 2", 2, None),
            "2 of 3 not complete on TCAT 2; no run of it is planned: plan one.",
        ),
        (lapsing_because(3, 9, "not registered", 1, DAY), "3 of 9 not registered; 1 more runs out by 8 December 2026."),
        (lapsing_because(3, 9, "not registered", 2, DAY), "3 of 9 not registered; 2 more run out by 8 December 2026."),
        (
            lapsing_because(3, 9, "not registered", 0, DAY),
            "3 of 9 not registered; none of the others runs out by 8 December 2026.",
        ),
        (
            observed_because(11, 28, 12, 4, 5, 2),
            "11 of 28 not seen within 12 months; 4 observations are planned this month; 2 of 5 observers are away.",
        ),
        (
            observed_because(11, 28, 12, 0, 1, 1),
            "11 of 28 not seen within 12 months; no observation is planned this month: plan some; "
            "1 of 1 observer is away.",
        ),
        (observed_because(1, 2, 1, 1, 3, 0), "1 of 2 not seen within 1 month; 1 observation is planned this month."),
        (
            standard_because(12, 28, "Risk", 7, 20),
            "12 of 28 not at the required level on everything; most often below on Risk (7 of 20 judged).",
        ),
        (
            standard_because(12, 28, "", 0, 0),
            "12 of 28 not at the required level on everything; what is not observed yet counts as not reached: "
            "plan observations.",
        ),
        (
            supervision_because(5, 24, 9, DAY),
            "5 of 24 behind on a minimum; 9 sessions are planned there by 8 December 2026.",
        ),
        (
            supervision_because(5, 24, 0, DAY),
            "5 of 24 behind on a minimum; no session is planned there by 8 December 2026: plan some.",
        ),
        (
            supervision_because(5, 24, None, DAY),
            "5 of 24 behind on a minimum; see why sessions were lost, on this page.",
        ),
        (
            responsibilities_because("Referrals lead", DAY, 0, 2, 0, "TCAT 3"),
            "Referrals lead is uncovered from 8 December 2026; 2 people there could take it on, each needs TCAT 3.",
        ),
        (
            responsibilities_because("Referrals lead", None, 1, 1, 0, ""),
            "Referrals lead is uncovered, and 1 other is or will be; "
            "1 person there could take it on, who needs something first.",
        ),
        (
            responsibilities_because("Referrals lead", None, 2, 3, 2, ""),
            "Referrals lead is uncovered, and 2 others are or will be; "
            "3 people there could take it on, 2 of them with nothing more to do.",
        ),
        (
            responsibilities_because("Referrals lead", None, 0, 0, 0, ""),
            "Referrals lead is uncovered; nobody there could take it on yet.",
        ),
    ],
)
def test_each_variance_says_why_and_what_would_help(said: str, sentence: str) -> None:
    assert said == sentence


def test_what_all_who_could_lack_is_named_and_what_one_has_is_not() -> None:
    lacks = [["TCAT 3 is overdue: …", "TCAT 2 is overdue: …"], ["TCAT 3 was never done: …"]]
    assert common_needs(["TCAT 2", "TCAT 3"], lacks) == "TCAT 3"
    assert common_needs(["TCAT 3"], []) == ""
