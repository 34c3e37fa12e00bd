"""The waits between guesses, and when a sign-in is over."""

from datetime import UTC, datetime, timedelta

import pytest

from tcsuper.rules.sign_in import is_over, must_wait

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(("failures", "seconds"), [(4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16)])
def test_wait_doubles_from_the_fifth_failure(failures: int, seconds: int) -> None:
    over = NOON + timedelta(seconds=seconds)
    assert not must_wait(failures, NOON, over)
    assert must_wait(failures, NOON, over - timedelta(milliseconds=1)) is (seconds > 0)


def test_tenth_failure_waits_for_an_administrator() -> None:
    assert must_wait(10, NOON, NOON + timedelta(days=1000))


def test_nobody_waits_before_a_first_failure() -> None:
    assert not must_wait(0, None, NOON)


@pytest.mark.parametrize(
    ("idle", "since", "over"), [(30, 30, False), (30.1, 30.1, True), (0, 12 * 60, False), (0, 12 * 60 + 1, True)]
)
def test_idle_and_absolute_limits(idle: float, since: float, over: bool) -> None:
    started, seen = NOON - timedelta(minutes=since), NOON - timedelta(minutes=idle)
    assert is_over(started, seen, NOON, idle_minutes=30, hours=12) is over
