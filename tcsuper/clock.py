"""The one clock. Times are kept in UTC; "today" and months are London's.

`TCSUPER_TODAY` (an ISO date) moves it by whole days, in demo and test databases only.
"""

import os
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from tcsuper.settings import Mode, mode
from tcsuper.words import LONDON


@lru_cache
def _moved_by(wished: str) -> timedelta:
    """Fixed at first use, so that a moved clock still ticks through midnight."""
    return date.fromisoformat(wished) - datetime.now(LONDON).date()


def now() -> datetime:
    """This moment, aware, in UTC."""
    wished = os.environ.get("TCSUPER_TODAY")
    if not wished or mode() is Mode.LIVE:
        return datetime.now(UTC)
    return (datetime.now(LONDON) + _moved_by(wished)).astimezone(UTC)


def today(at: datetime | None = None) -> date:
    """The London date at a moment; without one, today's."""
    return (at or now()).astimezone(LONDON).date()
