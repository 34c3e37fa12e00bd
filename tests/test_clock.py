"""The one clock: London's today, moved in demonstrations and tests only."""

from datetime import UTC, date, datetime

import pytest

from tcsuper.clock import now, today


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 1, 23, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 2, 0, 0, tzinfo=UTC), date(2026, 12, 2)),
        (datetime(2028, 2, 28, 23, 59, tzinfo=UTC), date(2028, 2, 28)),
        (datetime(2028, 2, 29, 0, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_today_changes_at_midnight_in_london(at: datetime, on: date) -> None:
    assert today(at) == on


def test_the_clock_can_be_moved_in_a_test_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", "2028-02-29")
    assert today() == date(2028, 2, 29)
    assert today(now()) == date(2028, 2, 29)


def test_the_clock_cannot_be_moved_in_a_live_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", "2028-02-29")
    monkeypatch.setenv("TCSUPER_MODE", "live")
    assert today() == today(datetime.now(UTC))
