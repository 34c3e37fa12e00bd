"""The days of a series, table by table, counted on a calendar by hand."""

from datetime import date, timedelta

import pytest

from tcsuper.rules.series import (
    MOST,
    Every,
    Series,
    days_of,
    ends_at,
    months_passed_over,
    ordinals_of,
    problems_of,
    result_in_words,
    rule_in_words,
    span_in_words,
    week_of,
)
from tests.rules.days import day

W, TWO, FOUR, M = Every.WEEK, Every.TWO_WEEKS, Every.FOUR_WEEKS, Every.MONTH


def series(every: Every, first: str, end: str | int, which: int = 0) -> Series:
    """`end`: a day, or how many."""
    if isinstance(end, int):
        return Series(every, day(first), how_many=end, which=which)
    return Series(every, day(first), until=day(end), which=which)


DAYS_OF = [
    # weekly, two-weekly, four-weekly; the last day may be one
    (series(W, "7 December 2026", 3), "7 December 2026, 14 December 2026, 21 December 2026"),
    (series(W, "7 December 2026", "21 December 2026"), "7 December 2026, 14 December 2026, 21 December 2026"),
    (series(W, "7 December 2026", "20 December 2026"), "7 December 2026, 14 December 2026"),
    (series(W, "7 December 2026", "7 December 2026"), "7 December 2026"),
    (series(W, "7 December 2026", 1), "7 December 2026"),
    (series(TWO, "8 December 2026", 3), "8 December 2026, 22 December 2026, 5 January 2027"),
    (series(FOUR, "8 December 2026", 3), "8 December 2026, 5 January 2027, 2 February 2027"),
    (series(TWO, "18 December 2026", "28 January 2027"), "18 December 2026, 1 January 2027, 15 January 2027"),
    # both changes of the clock: 25 October 2026 and 28 March 2027, and a series on those very Sundays
    (series(W, "19 October 2026", 3), "19 October 2026, 26 October 2026, 2 November 2026"),
    (series(W, "18 October 2026", 3), "18 October 2026, 25 October 2026, 1 November 2026"),
    (series(W, "22 March 2027", 3), "22 March 2027, 29 March 2027, 5 April 2027"),
    (series(W, "21 March 2027", 3), "21 March 2027, 28 March 2027, 4 April 2027"),
    (series(FOUR, "5 October 2026", "1 December 2026"), "5 October 2026, 2 November 2026, 30 November 2026"),
    (series(M, "27 September 2026", 3, -1), "27 September 2026, 25 October 2026, 29 November 2026"),
    (series(M, "28 February 2027", 3, -1), "28 February 2027, 28 March 2027, 25 April 2027"),
    # 29 February
    (series(W, "22 February 2028", 3), "22 February 2028, 29 February 2028, 7 March 2028"),
    (series(W, "22 February 2027", 3), "22 February 2027, 1 March 2027, 8 March 2027"),
    (series(M, "29 February 2028", 2, 5), "29 February 2028, 30 May 2028"),
    (series(M, "29 February 2028", 3, -1), "29 February 2028, 28 March 2028, 25 April 2028"),
    (series(TWO, "15 February 2028", "29 February 2028"), "15 February 2028, 29 February 2028"),
    # monthly by weekday
    (series(M, "8 December 2026", "31 March 2027"), "8 December 2026, 12 January 2027, 9 February 2027, 9 March 2027"),
    (series(M, "1 January 2027", 4), "1 January 2027, 5 February 2027, 5 March 2027, 2 April 2027"),
    (series(M, "7 January 2027", 3), "7 January 2027, 4 February 2027, 4 March 2027"),
    (series(M, "15 December 2026", 3, 3), "15 December 2026, 19 January 2027, 16 February 2027"),
    # a fourth Friday that is also the last: two different series
    (series(M, "25 December 2026", 3, 4), "25 December 2026, 22 January 2027, 26 February 2027"),
    (series(M, "25 December 2026", 3, -1), "25 December 2026, 29 January 2027, 26 February 2027"),
    (series(M, "25 December 2026", 3), "25 December 2026, 22 January 2027, 26 February 2027"),
    # month ends: the last weekday is the 31st, the 30th, the 28th
    (series(M, "31 December 2026", 3, -1), "31 December 2026, 28 January 2027, 25 February 2027"),
    (series(M, "31 January 2027", 3, -1), "31 January 2027, 28 February 2027, 28 March 2027"),
    # a fifth weekday: months that lack it are passed over, and are none of the number
    (series(M, "29 January 2027", 3, 5), "29 January 2027, 30 April 2027, 30 July 2027"),
    (series(M, "29 January 2027", "30 July 2027", 5), "29 January 2027, 30 April 2027, 30 July 2027"),
    (series(M, "29 January 2027", "29 July 2027", 5), "29 January 2027, 30 April 2027"),
    # over the end of a year
    (series(M, "10 November 2026", "12 January 2027"), "10 November 2026, 8 December 2026, 12 January 2027"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "days"), DAYS_OF)
def test_a_series_falls_on_these_days(asked: Series, days: str) -> None:
    assert problems_of(asked) == {}
    assert days_of(asked) == [day(one) for one in days.split(", ")]


@pytest.mark.parametrize("every", [W, TWO, FOUR])
def test_a_series_by_weeks_keeps_its_weekday_for_three_years(every: Every) -> None:
    days = days_of(series(every, "1 March 2026", MOST))
    step = {W: 7, TWO: 14, FOUR: 28}[every]
    assert days == [date(2026, 3, 1) + timedelta(days=step * number) for number in range(MOST)]


@pytest.mark.parametrize("offset", range(0, 366, 5))
def test_a_monthly_series_keeps_its_place_in_the_month(offset: int) -> None:
    """Against a second reckoning: every day of the calendar is asked which of its month it is."""
    first = date(2027, 6, 1) + timedelta(days=offset)
    for which in ordinals_of(first):
        days = days_of(Series(M, first, until=first + timedelta(days=800), which=which))
        calendar = [first + timedelta(days=later) for later in range(801)]
        assert days == [one for one in calendar if one.weekday() == first.weekday() and which in ordinals_of(one)]


@pytest.mark.parametrize(
    ("on", "which"),
    [
        ("1 December 2026", [1]),
        ("7 December 2026", [1]),
        ("8 December 2026", [2]),
        ("24 December 2026", [4]),
        ("25 December 2026", [4, -1]),
        ("29 December 2026", [5, -1]),
        ("22 February 2027", [4, -1]),
        ("21 February 2027", [3]),
        ("29 February 2028", [5, -1]),
    ],
)
def test_a_day_knows_which_of_its_month_it_is(on: str, which: list[int]) -> None:
    assert ordinals_of(day(on)) == which


@pytest.mark.parametrize(
    ("asked", "months"),
    [
        (series(M, "29 January 2027", 3, 5), "2 3 5 6"),
        (series(M, "29 January 2027", "30 July 2027", 5), "2 3 5 6"),
        (series(M, "29 January 2027", "15 June 2027", 5), "2 3 5"),  # June may have had one: it ends within
        (series(M, "29 January 2027", "30 June 2027", 5), "2 3 5 6"),
        (series(M, "29 January 2027", 1, 5), ""),
        (series(M, "8 December 2026", 8), ""),
        (series(W, "29 January 2027", 8), ""),
    ],
)
def test_months_without_a_fifth_weekday_are_named(asked: Series, months: str) -> None:
    assert months_passed_over(asked) == [date(2027, int(number), 1) for number in months.split()]


@pytest.mark.parametrize(
    ("asked", "field", "sentence"),
    [
        (Series(W, day("7 December 2026")), "until", "one of the two"),
        (Series(W, day("7 December 2026"), day("7 January 2027"), 4), "until", "one of the two"),
        (series(W, "7 December 2026", "6 December 2026"), "until", "would end before it begins, on 7 December 2026"),
        (series(W, "7 December 2026", 0), "how_many", "1 to 60"),
        (series(W, "7 December 2026", -1), "how_many", "1 to 60"),
        (series(W, "7 December 2026", 61), "how_many", "1 to 60"),
        (series(W, "4 January 2027", "28 February 2028"), "until", "at most 60"),  # the 61st
        (series(M, "8 December 2026", 3, 3), "which", "8 December 2026 is not such a day"),
        (series(M, "8 December 2026", 3, -1), "which", "8 December 2026 is not such a day"),
        (series(W, "8 December 2026", 3, 2), "which", "8 December 2026 is not such a day"),
    ],
)
def test_what_cannot_be_a_series_is_said_beside_its_field(asked: Series, field: str, sentence: str) -> None:
    problems = problems_of(asked)
    assert list(problems) == [field] and sentence in problems[field]


def test_sixty_sessions_are_not_too_many() -> None:
    asked = series(W, "4 January 2027", "27 February 2028")
    assert problems_of(asked) == {} and len(days_of(asked)) == MOST


def test_without_an_end_there_is_an_end_all_the_same() -> None:
    """The most that a series may ask for is what it costs to find out."""
    assert "at most 60" in problems_of(Series(W, day("7 December 2026"), until=date.max))["until"]


@pytest.mark.parametrize(
    ("asked", "at", "sentence"),
    [
        (series(M, "8 December 2026", "31 March 2027"), "14:00",
         "Every second Tuesday of the month at 14:00, until 31 March 2027"),
        (series(M, "25 December 2026", 6, -1), "09:30", "Every last Friday of the month at 09:30, 6 times"),
        (series(M, "25 December 2026", 6, 4), "", "Every fourth Friday of the month, 6 times"),
        (series(M, "29 January 2027", 1, 5), "", "Every fifth Friday of the month, once"),
        (series(W, "7 December 2026", 12), "13:30", "Every Monday at 13:30, 12 times"),
        (series(TWO, "9 December 2026", "1 May 2027"), "", "Every two weeks on Wednesday, until 1 May 2027"),
        (series(FOUR, "10 December 2026", 13), "10:00", "Every four weeks on Thursday at 10:00, 13 times"),
    ],
)  # fmt: skip
def test_a_series_is_one_sentence(asked: Series, at: str, sentence: str) -> None:
    assert rule_in_words(asked, at) == sentence


def test_what_was_left_out_is_said_with_its_reason() -> None:
    days = days_of(series(W, "7 December 2026", 8))
    assert result_in_words(days) == "8 sessions planned, from 7 December 2026 to 25 January 2027."
    assert result_in_words(days[:1]) == "1 session planned, on 7 December 2026."
    assert result_in_words(
        days[:1],
        days[1:3],
        days[3:4],
        [date(2027, 2, 1), date(2027, 3, 1)],
        days[4:5],
        day("3 January 2027"),
        "fifth Friday",
    ) == (
        "1 session planned, on 7 December 2026. Left out, because a session is there already: 14 December 2026 and "
        "21 December 2026. Left out, because nobody is contracted then: 28 December 2026. Passed over, without a fifth "
        "Friday: February 2027 and March 2027. Left out, because the agreement ends on 3 January 2027: 4 January 2027."
    )
    assert result_in_words([], days).endswith("21 December 2026, 28 December 2026 and 4 more.")


@pytest.mark.parametrize(
    ("on", "at", "minutes", "span"),
    [
        ("23 November 2026", "13:30", 90, "13:30 to 15:00"),
        ("23 November 2026", "9:05", 60, "09:05 to 10:05"),
        ("23 November 2026", "23:30", 60, "23:30 to 00:30"),
        ("23 November 2026", "", 60, "time not set"),
        ("28 March 2027", "00:30", 60, "00:30 to 02:30"),  # 01:00 to 02:00 is missing
        ("25 October 2026", "00:30", 120, "00:30 to 01:30"),  # 01:00 to 02:00 comes twice
        ("25 October 2026", "13:30", 90, "13:30 to 15:00"),
    ],
)
def test_a_session_ends_when_the_clock_on_the_wall_says(on: str, at: str, minutes: int, span: str) -> None:
    assert span_in_words(day(on), at, minutes) == span
    assert ends_at(day(on), at, minutes) == ("" if not at else span[-5:])


@pytest.mark.parametrize("on", ["23 November 2026", "25 November 2026", "29 November 2026"])
def test_a_week_begins_on_monday(on: str) -> None:
    assert week_of(day(on)) == day("23 November 2026")
