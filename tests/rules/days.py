"""Dates as people write them, so that the tables of cases read aloud."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, settings

from tcsuper.rules.standing import Span, Standing

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy computer is no failure."""
fewer = settings(unhurried, max_examples=40)
"""For what walks through the calendar day by day."""


def day(text: str) -> date:
    return datetime.strptime(text, "%d %B %Y").date()


def maybe(text: str | None) -> date | None:
    return day(text) if text else None


def span(start: str, end: str | None = None) -> Span:
    return Span(day(start), maybe(end))


def first_day_of_it(standing_on: Callable[[date], Standing], on: date, not_before: date) -> date:
    """Back from `on`, asking anew each day, to the first day with the same status."""
    status, first = standing_on(on).status, on
    while first > not_before and standing_on(first - timedelta(days=1)).status is status:
        first -= timedelta(days=1)
    return first
