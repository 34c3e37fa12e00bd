"""Several observers of one session: whom it waits for, and where they differ. Pure: no database, no clock.

They rate blind to each other: nothing of what one saw is read by anybody else until everyone who was to observe has
signed or stood back. Rating together is one observation that each of them signs. (Product default; security.md, rule on
observed practice.)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Expected:
    """One who is to observe."""

    observer_id: int
    has_signed: bool = False
    stood_back: bool = False

    @property
    def is_awaited(self) -> bool:
        return not self.has_signed and not self.stood_back


def is_complete(observers: Iterable[Expected]) -> bool:
    """Whether everyone has signed or stood back: from then on what was signed is shared."""
    return not any(one.is_awaited for one in observers)


def others_observing(observers: Iterable[Expected], observer_id: int) -> list[int]:
    """Who else rates the session, signed or not: as long as there is anybody, nothing is shared directly."""
    return [one.observer_id for one in observers if one.observer_id != observer_id and not one.stood_back]


def where_they_differ(levels: Mapping[int, Mapping[int, int]]) -> list[int]:
    """The standards, of `levels` by standard and observer, on which two observers gave different levels. Somebody who
    did not see it differs from nobody."""
    return [standard for standard, given in levels.items() if len(set(given.values())) > 1]


def monday_of(day: date) -> date:
    """A week is named by its Monday."""
    return day - timedelta(days=day.weekday())


def is_in_week(day: date, week_of: date) -> bool:
    return monday_of(day) == week_of
