"""Dates as people write them, so that the tables of cases read aloud."""

from datetime import date, datetime

from hypothesis import HealthCheck, settings

from tcsuper.rules.standing import Span

unhurried = settings(max_examples=4000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy computer is no failure."""


def day(text: str) -> date:
    return datetime.strptime(text, "%d %B %Y").date()


def maybe(text: str | None) -> date | None:
    return day(text) if text else None


def span(start: str, end: str | None = None) -> Span:
    return Span(day(start), maybe(end))
