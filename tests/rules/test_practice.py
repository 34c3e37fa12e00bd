"""Observed practice against the required standard: whose ratings decide, and what is said about it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.practice import LevelRequired, PracticeStanding, PracticeTerms, Rated, observation_standing, standing
from tcsuper.rules.standing import Status
from tests.rules.days import day, fewer, first_day_of_it, maybe, span, unhurried

ASHA, BEN, CAROL = 1, 2, 3
STEPS = ("with help", "with prompting", "alone", "helps others")
ALONE = LevelRequired(3, span("1 January 2024"))
TERMS = PracticeTerms("Group facilitation", (ALONE,), STEPS)
NOT_YET, BELOW, AT, ABOVE = Status.NOT_YET_OBSERVED, Status.BELOW, Status.AT, Status.ABOVE


def seen(on: str, level: int, by: int = ASHA, **more: Any) -> Rated:
    return Rated(day(on), by, level, **more)


@pytest.mark.parametrize(
    ("ratings", "on", "status", "since", "level", "story"),
    [
        ([], "1 June 2026", NOT_YET, "1 January 2024", None, "never seen is not below"),
        ([seen("3 May 2026", 1)], "1 June 2026", NOT_YET, "1 January 2024", None, "seen once, and low: not judged yet"),
        (
            [seen("3 May 2026", 3), seen("3 May 2026", 3, BEN)],
            "1 June 2026",
            NOT_YET,
            "1 January 2024",
            None,
            "two observers of one day are one day",
        ),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN)],
            "1 June 2026",
            AT,
            "3 May 2026",
            3,
            "two days, two observers",
        ),
        ([seen("12 March 2026", 3), seen("3 May 2026", 3)], "1 June 2026", AT, "3 May 2026", 3, "one observer will do"),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN)],
            "3 May 2026",
            AT,
            "3 May 2026",
            3,
            "on the day of the second itself",
        ),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN)],
            "2 May 2026",
            NOT_YET,
            "1 January 2024",
            None,
            "as at the day before the second",
        ),
        (
            [seen("12 March 2026", 4), seen("3 May 2026", 2, BEN)],
            "1 June 2026",
            BELOW,
            "3 May 2026",
            2,
            "the lower of two decides: 4 and 2 are not 3",
        ),
        (
            [seen("12 March 2026", 2), seen("3 May 2026", 4, BEN)],
            "1 June 2026",
            BELOW,
            "3 May 2026",
            2,
            "and the other way round",
        ),
        ([seen("12 March 2026", 4), seen("3 May 2026", 4, BEN)], "1 June 2026", ABOVE, "3 May 2026", 4, "above"),
        ([seen("12 March 2026", 4), seen("3 May 2026", 3, BEN)], "1 June 2026", AT, "3 May 2026", 3, "4 and 3 are at"),
        (
            [seen("1 February 2026", 2), seen("12 March 2026", 3, BEN), seen("3 May 2026", 3)],
            "1 June 2026",
            AT,
            "3 May 2026",
            3,
            "an older low rating is behind them",
        ),
        (
            [seen("1 February 2026", 3), seen("12 March 2026", 3, BEN), seen("3 May 2026", 2)],
            "1 June 2026",
            BELOW,
            "3 May 2026",
            2,
            "a fresh low rating shows at once",
        ),
        (
            [seen("1 February 2026", 2, BEN), seen("12 March 2026", 3), seen("3 May 2026", 3)],
            "1 June 2026",
            BELOW,
            "12 March 2026",
            2,
            "Asha saw the latest two: the earlier gives way to Ben's",
        ),
        (
            [seen("2 May 2025", 2, BEN), seen("12 March 2026", 3), seen("3 May 2026", 3)],
            "1 June 2026",
            AT,
            "3 May 2026",
            3,
            "Ben's is more than a year older than the latest: it no longer decides",
        ),
        (
            [seen("3 May 2025", 2, BEN), seen("12 March 2026", 3), seen("3 May 2026", 3)],
            "1 June 2026",
            BELOW,
            "12 March 2026",
            2,
            "Ben's is a year older to the day: it still does",
        ),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN), seen("3 May 2026", 2, CAROL)],
            "1 June 2026",
            BELOW,
            "3 May 2026",
            2,
            "two observers of one session: the lower stands for the day",
        ),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN, is_signed=False)],
            "1 June 2026",
            NOT_YET,
            "1 January 2024",
            None,
            "not signed yet: not counted",
        ),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN, how="written_work")],
            "1 June 2026",
            NOT_YET,
            "1 January 2024",
            None,
            "written work shows how, not that it is done",
        ),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN, how="recorded")],
            "1 June 2026",
            AT,
            "3 May 2026",
            3,
            "a recording shows it being done",
        ),
        (
            [seen("3 May 2026", 3, BEN), seen("12 March 2026", 3)],
            "1 June 2026",
            AT,
            "3 May 2026",
            3,
            "whatever the order of entry",
        ),
        (
            [seen("12 March 2016", 3), seen("3 May 2016", 3, BEN)],
            "1 June 2026",
            AT,
            "1 January 2024",
            3,
            "long ago still counts here; that it is due again is another question",
        ),
    ],
)
def test_standing_on_a_standard(
    ratings: list[Rated], on: str, status: Status, since: str, level: int | None, story: str
) -> None:
    found = standing(TERMS, ratings, day(on))
    assert isinstance(found, PracticeStanding)
    assert (found.status, found.since, found.level) == (status, day(since), level), story
    assert found.is_met is (status in (AT, ABOVE))


@pytest.mark.parametrize(
    ("terms", "ratings", "status", "story"),
    [
        (replace(TERMS, observations_needed=1), [seen("3 May 2026", 3)], AT, "one is enough where the service says so"),
        (
            replace(TERMS, observations_needed=3),
            [seen("1 February 2026", 3), seen("12 March 2026", 3, BEN)],
            NOT_YET,
            "three are needed",
        ),
        (
            replace(TERMS, observations_needed=3),
            [seen("1 February 2026", 2), seen("12 March 2026", 3, BEN), seen("3 May 2026", 4)],
            BELOW,
            "the lowest of three",
        ),
        (
            replace(TERMS, prefer_two_observers=False),
            [seen("1 February 2026", 2, BEN), seen("12 March 2026", 3), seen("3 May 2026", 3)],
            AT,
            "the latest two, whoever saw them",
        ),
        (
            replace(TERMS, written_work_counts=True),
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN, how="written_work")],
            AT,
            "report writing: written work is the practice",
        ),
        (
            replace(TERMS, required=(LevelRequired(2, span("1 January 2024")), LevelRequired(3, span("1 May 2026")))),
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN)],
            AT,
            "of two required levels at once, the one that began later",
        ),
        (
            replace(TERMS, level_names=("incompetent", "novice", "advanced beginner", "competent"), lowest_level=0),
            [seen("12 March 2026", 0), seen("3 May 2026", 3, BEN)],
            BELOW,
            "on a scale from nought, nought is a level",
        ),
    ],
)
def test_settings(terms: PracticeTerms, ratings: list[Rated], status: Status, story: str) -> None:
    assert standing(terms, ratings, day("1 June 2026")).status is status, story


# ---------------------------------------------------------------------------------------------------------------------
# The required level over time

RAISED = replace(
    TERMS,
    required=(
        LevelRequired(2, span("1 January 2024", "31 March 2026")),
        LevelRequired(3, span("1 April 2026", "30 June 2026")),
    ),
)
TWICE_ALONE = [seen("12 January 2026", 3), seen("3 February 2026", 3, BEN)]
TWICE_PROMPTED = [seen("12 January 2026", 2), seen("3 February 2026", 2, BEN)]


@pytest.mark.parametrize(
    ("ratings", "on", "status", "since", "story"),
    [
        (TWICE_ALONE, "31 March 2026", ABOVE, "3 February 2026", "above what was required then"),
        (TWICE_ALONE, "1 April 2026", AT, "1 April 2026", "at what is required from April"),
        (TWICE_PROMPTED, "31 March 2026", AT, "3 February 2026", "at what was required then"),
        (TWICE_PROMPTED, "30 June 2026", BELOW, "1 April 2026", "below since the level was raised"),
        ([], "30 June 2026", NOT_YET, "1 January 2024", "not seen, whatever was required"),
        (TWICE_ALONE, "31 December 2023", Status.NOT_REQUIRED, None, "before any level was required"),
        (TWICE_ALONE, "1 July 2026", Status.NOT_REQUIRED, None, "after it was"),
    ],
)
def test_the_required_level_of_the_day_is_what_counts(
    ratings: list[Rated], on: str, status: Status, since: str | None, story: str
) -> None:
    found = standing(RAISED, ratings, day(on))
    assert (found.status, found.since) == (status, maybe(since)), story


def test_a_gap_in_what_is_required_begins_the_standing_anew() -> None:
    gap = replace(
        TERMS,
        required=(LevelRequired(3, span("1 January 2024", "31 March 2026")), LevelRequired(3, span("1 May 2026"))),
    )
    assert standing(gap, TWICE_ALONE, day("5 May 2026")).since == day("1 May 2026")


# ---------------------------------------------------------------------------------------------------------------------
# Sentences


@pytest.mark.parametrize(
    ("ratings", "because", "next_step"),
    [
        (
            [],
            'Group facilitation has not been observed yet; the required level is "alone".',
            "Plan an observation.",
        ),
        (
            [seen("3 May 2026", 2)],
            'Group facilitation is not judged yet: seen once at "with prompting" on 3 May 2026; '
            "a second on another date is needed.",
            "Plan a second observation, by another observer if there is one.",
        ),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN)],
            'Group facilitation is at the required level "alone": "alone" on 3 May 2026 and "alone" on 12 March 2026, '
            "seen by 2 observers.",
            "",
        ),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 2)],
            'Group facilitation is below the required level "alone": "with prompting" on 3 May 2026 and '
            '"alone" on 12 March 2026, seen by 1 observer; the lower decides.',
            "Agree what will help, and plan another observation.",
        ),
        (
            [seen("12 March 2026", 4), seen("3 May 2026", 4, BEN)],
            'Group facilitation is above the required level "alone": "helps others" on 3 May 2026 and '
            '"helps others" on 12 March 2026, seen by 2 observers.',
            "",
        ),
        (
            [seen("12 March 2026", 3), seen("3 May 2026", 3, BEN, is_signed=False)],
            'Group facilitation is not judged yet: seen once at "alone" on 12 March 2026; '
            "a second on another date is needed; one of 3 May 2026 waits to be signed.",
            "Sign the observation of 3 May 2026.",
        ),
        (
            [seen("3 May 2026", 3, how="written_work")],
            'Group facilitation has not been observed yet; the required level is "alone"; '
            "written work of 3 May 2026 does not show practice.",
            "Plan an observation.",
        ),
    ],
)
def test_what_is_said(ratings: list[Rated], because: str, next_step: str) -> None:
    found = standing(TERMS, ratings, day("1 June 2026"))
    assert (found.because, found.next_step) == (because, next_step)


def test_what_is_said_of_three() -> None:
    three = replace(TERMS, observations_needed=3)
    twice = standing(three, [seen("12 March 2026", 3), seen("3 May 2026", 3)], day("1 June 2026"))
    assert twice.because == (
        'Group facilitation is not judged yet: seen twice at "alone" on 3 May 2026 and "alone" on 12 March 2026; '
        "one more on another date is needed."
    )
    once = standing(three, [seen("3 May 2026", 3)], day("1 June 2026"))
    assert once.because == (
        'Group facilitation is not judged yet: seen once at "alone" on 3 May 2026; 2 more on other dates are needed.'
    )


def test_every_level_of_the_scale_has_its_name_and_no_other() -> None:
    assert [TERMS.name(level) for level in range(6)] == [
        "level 0",
        '"with help"',
        '"with prompting"',
        '"alone"',
        '"helps others"',
        "level 5",
    ]


def test_the_latest_of_what_does_not_count_is_named() -> None:
    ratings = [
        seen("3 May 2026", 3, is_signed=False),
        seen("1 June 2026", 3, is_signed=False),
        seen("20 May 2026", 3, is_signed=False),
        seen("2 May 2026", 3, how="written_work"),
        seen("4 May 2026", 3, how="written_work", is_signed=False),
    ]
    assert standing(TERMS, ratings, day("1 June 2026")).because == (
        'Group facilitation has not been observed yet; the required level is "alone"; '
        "one of 1 June 2026 waits to be signed; written work of 4 May 2026 does not show practice."
    )


def test_without_a_required_level_nothing_is_judged() -> None:
    found = standing(RAISED, [], day("1 July 2026"))
    assert found.because == "Group facilitation: no level is required on 1 July 2026."


# ---------------------------------------------------------------------------------------------------------------------
# Due to be observed

STARTED = day("1 September 2025")


@pytest.mark.parametrize(
    ("ratings", "on", "status", "since", "due", "story"),
    [
        ([], "1 September 2025", NOT_YET, "1 September 2025", "1 September 2026", "a year from the start"),
        ([], "2 August 2026", Status.DUE_SOON, "2 August 2026", "1 September 2026", "30 days left: the edge counts"),
        ([], "1 September 2026", Status.DUE_SOON, "2 August 2026", "1 September 2026", "the due day"),
        ([], "2 September 2026", Status.OVERDUE, "2 September 2026", "1 September 2026", "never observed"),
        ([seen("3 May 2026", 1)], "2 September 2026", Status.UP_TO_DATE, "3 May 2026", "3 May 2027", "a low one too"),
        ([seen("3 May 2026", 3)], "3 April 2027", Status.DUE_SOON, "3 April 2027", "3 May 2027", "due again"),
        ([seen("3 May 2026", 3)], "4 May 2027", Status.OVERDUE, "4 May 2027", "3 May 2027", "late again"),
        (
            [seen("29 February 2024", 3)],
            "1 March 2025",
            Status.OVERDUE,
            "1 March 2025",
            "28 February 2025",
            "from 29 February",
        ),
        (
            [seen("3 May 2026", 3, is_signed=False)],
            "2 September 2026",
            Status.OVERDUE,
            "2 September 2026",
            "1 September 2026",
            "what is not signed does not count",
        ),
    ],
)
def test_due_to_be_observed(ratings: list[Rated], on: str, status: Status, since: str, due: str, story: str) -> None:
    found = observation_standing(TERMS, ratings, day(on), STARTED)
    assert (found.status, found.since, found.due_on) == (status, day(since), day(due)), story
    assert found.is_met is (bool(ratings) and status in (Status.UP_TO_DATE, Status.DUE_SOON)), story


@pytest.mark.parametrize(
    ("ratings", "on", "because", "next_step"),
    [
        (
            [],
            "2 September 2026",
            "Group facilitation is overdue for observation: it was due 1 September 2026, 12 months after starting in "
            "post; it has not been seen yet.",
            "Plan an observation.",
        ),
        (
            [seen("3 May 2026", 3)],
            "20 April 2027",
            "Group facilitation is to be observed by 3 May 2027, 12 months after the last one; "
            "it was last seen on 3 May 2026.",
            "Observe by 3 May 2027.",
        ),
    ],
)
def test_what_is_said_of_being_due(ratings: list[Rated], on: str, because: str, next_step: str) -> None:
    found = observation_standing(TERMS, ratings, day(on), STARTED)
    assert (found.because, found.next_step) == (because, next_step)


def test_without_an_interval_nobody_is_due() -> None:
    found = observation_standing(replace(TERMS, observe_every_months=None), [], day("1 June 2036"), STARTED)
    assert found.status is Status.NOT_REQUIRED


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is entered

some_ratings = st.lists(
    st.builds(
        Rated,
        observed_on=st.dates(day("1 January 2025"), day("30 June 2026")),
        observer_id=st.sampled_from([ASHA, BEN, CAROL]),
        level=st.integers(1, 4),
        how=st.sampled_from(["live", "recorded", "written_work"]),
        is_signed=st.booleans(),
    ),
    max_size=8,
)


@unhurried
@given(some_ratings, st.randoms())
def test_nothing_depends_on_the_order_of_entry(ratings: list[Rated], random: Any) -> None:
    shuffled = random.sample(ratings, len(ratings))
    assert standing(TERMS, ratings, day("1 June 2026")) == standing(TERMS, shuffled, day("1 June 2026"))


@unhurried
@given(some_ratings)
def test_nobody_is_below_without_having_been_seen_below(ratings: list[Rated]) -> None:
    on = day("1 June 2026")
    counted = [one for one in ratings if one.is_signed and one.how != "written_work" and one.observed_on <= on]
    found = standing(TERMS, ratings, on)
    if found.status is BELOW:
        assert any(one.level < 3 for one in counted)
    if len({one.observed_on for one in counted}) < 2:
        assert found.status is NOT_YET


@fewer
@given(some_ratings, st.dates(day("1 January 2024"), day("30 June 2026")))
def test_since_is_the_first_day_of_the_status(ratings: list[Rated], on: date) -> None:
    found = standing(RAISED, ratings, on)
    assert found.since == first_day_of_it(lambda at: standing(RAISED, ratings, at), on, day("1 January 2024"))
