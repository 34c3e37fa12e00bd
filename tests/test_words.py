"""How things are written, everywhere alike."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from tcsuper import words


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Fraction(15, 2), "7.5"),
        (Fraction(90), "90"),
        (Fraction(90, 7), "12.8"),  # 12.857: cut, not rounded
        (Fraction(8999, 100), "89.9"),  # never reads as the 90 it is not
        (0, "0"),
    ],
)
def test_a_number_has_at_most_one_decimal_and_is_never_rounded_up(amount: Fraction, written: str) -> None:
    assert words.number(amount) == written


@pytest.mark.parametrize(("minutes", "written"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30 min"), (0, "0 min")])
def test_a_length_is_written_as_people_say_it(minutes: int, written: str) -> None:
    assert words.length(minutes) == written


def test_dates_months_and_days() -> None:
    assert words.day(date(2026, 5, 2)) == "2 May 2026"
    assert words.full_day(date(2026, 11, 22)) == "Sunday 22 November 2026"
    assert words.short_month(date(2026, 11, 1)) == "Nov 26"


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026 at 00:30"),  # summer time: already tomorrow
        (datetime(2026, 12, 1, 23, 30, tzinfo=UTC), "1 December 2026 at 23:30"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 October 2026 at 01:30"),  # the hour that happens twice,
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 October 2026 at 01:30"),  # first and second time
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 March 2026 at 02:00"),  # the hour that is missing
    ],
)
def test_a_moment_is_shown_in_london(at: datetime, written: str) -> None:
    assert words.moment(at) == written


def test_counts_and_lists() -> None:
    assert words.count(1, "person", "people") == "1 person" and words.count(2, "person", "people") == "2 people"
    assert words.count(0, "session") == "0 sessions"
    assert words.listed(["a"]) == "a" and words.listed(["a", "b", "c"]) == "a, b and c" and words.listed([]) == ""
