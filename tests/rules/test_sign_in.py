"""The waits between guesses, which codes count, and when a sign-in is over."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from tcsuper.rules.sign_in import (
    address_key,
    address_must_wait,
    is_fresh,
    is_over,
    matching_step,
    must_wait,
    name_key,
    still_counted,
)

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


# ---------------------------------------------------------------------------------------------------------------------
# Addresses, codes, and how fresh an answer is


def test_thirty_failures_in_an_hour_from_one_address_make_nobody_wait() -> None:
    """Spread evenly, one is forgotten for each that comes."""
    failures, last = 0, None
    for minute in range(0, 600, 2):
        at = NOON + timedelta(minutes=minute)
        failures, last = still_counted(failures, last, at) + 1, at
        assert not address_must_wait(failures, last, at)


@pytest.mark.parametrize(("failures", "seconds"), [(29, 0), (30, 1), (59, 1), (60, 2), (90, 4), (120, 8), (9_999, 8)])
def test_more_from_one_address_wait_a_little_and_never_long(failures: int, seconds: int) -> None:
    """A whole prison may share one address: it is never locked."""
    assert address_must_wait(failures, NOON, NOON + timedelta(seconds=seconds - 0.01)) is (seconds > 0)
    assert not address_must_wait(failures, NOON, NOON + timedelta(seconds=seconds))


def test_failures_from_an_address_are_forgotten() -> None:
    assert still_counted(40, NOON, NOON + timedelta(minutes=20)) == 30
    assert still_counted(40, NOON, NOON + timedelta(days=9)) == 0
    assert still_counted(40, None, NOON) == 0


def test_an_address_is_never_a_typed_name() -> None:
    assert address_key("10.1.2.3") == address_key("::ffff:10.1.2.3") != name_key("10.1.2.3")
    assert address_key("10.1.2.3") != name_key("address 10.1.2.3") and address_key("10.1.2.3") != address_key(
        "10.1.2.4"
    )
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:0:2") != address_key("2001:db8:0:1::1")
    assert address_key("") == address_key("unknown") == ""


def test_codes_are_those_of_rfc_6238() -> None:
    """Its test vectors (appendix B, SHA-1), of which authenticators show the last six digits."""
    seed = base64.b32encode(b"12345678901234567890").decode()
    for second, code in ((1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        at = datetime.fromtimestamp(second, UTC)
        assert matching_step(seed, code, at, last_step=0) == second // 30
        assert matching_step(seed, f" {code[:3]} {code[3:]} ", at, last_step=0) == second // 30
        assert matching_step(seed, code, at, last_step=second // 30) is None, "used already"
        assert matching_step(seed, code, at + timedelta(seconds=30), last_step=0) == second // 30
        assert matching_step(seed, code, at - timedelta(seconds=30), last_step=0) == second // 30
        assert matching_step(seed, code, at + timedelta(seconds=60), last_step=0) is None


@pytest.mark.parametrize("said", [None, True, "1700000000", [], {}, float("nan"), float("inf"), -1])
def test_odd_times_are_not_fresh(said: object) -> None:
    assert not is_fresh(said, NOON)
