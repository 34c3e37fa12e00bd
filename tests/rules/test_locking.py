"""When a shared record is locked: by the last signature, or when its fourteen days have gone by."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tcsuper.rules.locking import Lock, Register, lock_of, open_until

SHARED = datetime(2026, 5, 1, 15, tzinfo=UTC)
TODAY = date(2026, 5, 4)
SUPERVISOR, BEN, BELA = 1, 2, 3
THERE = [Register(datetime(2026, 5, 1, 12, tzinfo=UTC), frozenset({BEN, BELA}))]


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=UTC)


def lock(signed: dict[int, datetime], on: date = TODAY, registers: list[Register] = THERE) -> Lock | None:
    return lock_of(SHARED, SUPERVISOR, registers, signed, on)


def test_a_draft_is_never_locked() -> None:
    assert lock_of(None, SUPERVISOR, THERE, {}, date(2030, 1, 1)) is None


@pytest.mark.parametrize(("on", "locked"), [(date(2026, 5, 15), False), (date(2026, 5, 16), True)])
def test_the_fourteenth_day_still_counts_as_open(on: date, locked: bool) -> None:
    assert open_until(SHARED) == date(2026, 5, 15)
    assert lock({}, on) == (Lock(date(2026, 5, 16), all_signed=False) if locked else None)


def test_it_is_locked_on_the_day_of_the_last_signature() -> None:
    assert lock({SUPERVISOR: at(1), BEN: at(2)}) is None
    assert lock({SUPERVISOR: at(1), BEN: at(2), BELA: at(3)}) == Lock(date(2026, 5, 3), all_signed=True)


def test_the_supervisor_has_to_sign_as_well() -> None:
    assert lock({BEN: at(2), BELA: at(3)}) is None


def test_whoever_is_added_to_the_register_later_does_not_open_it_again() -> None:
    corrected = [*THERE, Register(at(4), frozenset({BEN, BELA, 4}))]
    signed = {SUPERVISOR: at(1), BEN: at(2), BELA: at(3)}
    assert lock(signed, registers=corrected) == Lock(date(2026, 5, 3), all_signed=True)
    assert lock({SUPERVISOR: at(1), BEN: at(2), BELA: at(4, 13)}, registers=corrected) is None


def test_whoever_was_not_there_after_all_is_not_waited_for() -> None:
    corrected = [*THERE, Register(at(4), frozenset({BEN}))]
    assert lock({SUPERVISOR: at(1), BEN: at(2)}, registers=corrected) == Lock(date(2026, 5, 4), all_signed=True)


def test_signatures_after_the_time_ran_out_change_nothing() -> None:
    late = {person: SHARED + timedelta(days=40) for person in (SUPERVISOR, BEN, BELA)}
    assert lock(late, date(2026, 8, 1)) == Lock(date(2026, 5, 16), all_signed=False)


def test_the_days_are_londons() -> None:
    """Half past eleven at night in UTC is already the next day in a British summer."""
    assert open_until(datetime(2026, 5, 1, 23, 30, tzinfo=UTC)) == date(2026, 5, 16)
