"""The stage: who and what has been made so far, and a diary of what is still to happen, played day by day.

The past is entered as it happened, with the clock on the day itself. So the audit trail and "as known on" tell a
credible history, and each rule is asked on the day, when the person acting held their role. No row is dated back.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import heappop, heappush
from typing import Any

from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.settings import Mode

YEARS_OF_RECORDS = 2
Event = Callable[..., None]
"""What happens: takes the database, the stage, and whatever was noted down with it."""


@dataclass
class Stage:
    """Ids by name: people by username, communities and groups by name, job descriptions by code."""

    today: date = field(default_factory=today)
    chance: random.Random = field(default_factory=lambda: random.Random(1947))
    """One seed: the same day gives the same demonstration."""
    people: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    communities: dict[str, int] = field(default_factory=dict)
    posts: dict[tuple[str, str], int] = field(default_factory=dict)
    """By username and community."""
    made: dict[Any, Any] = field(default_factory=dict)
    """Other ids, by whatever the area calls them."""
    diary: list[tuple[date, int, Event, tuple[Any, ...]]] = field(default_factory=list)
    noted: int = 0

    @property
    def first_day(self) -> date:
        """From here on the service keeps its records in this product: the first of a month, two years ago."""
        return add_months(first_of_month(self.today), -12 * YEARS_OF_RECORDS)

    def ago(self, days: int) -> date:
        """That many days ago; negative: to come."""
        return self.today - timedelta(days=days)

    def someone(self, username: str) -> Actor:
        """The person acting. Roles are left out: every service looks them up itself."""
        return Actor(self.people[username], None, self.names[username], self.today, frozenset())

    def at(self, day: date, event: Event, *about: Any) -> None:
        """Note down what happens on a day: not before the product was there, nor in the future. On the same day, in
        the order noted."""
        self.noted += 1
        heappush(self.diary, (min(max(day, self.first_day), self.today), self.noted, event, about))

    def play(self, db: Session) -> None:
        """Let everything happen in its turn; what happens may note down more for the same day or later."""
        while self.diary:
            day = self.diary[0][0]
            with on_day(day):
                while self.diary and self.diary[0][0] <= day:
                    _, _, event, about = heappop(self.diary)
                    event(db, self, *about)


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """Meanwhile it is that day. The clock moves in a demonstration's database only, and `make_demo` has made it one."""
    moved = {"TCSUPER_TODAY": day.isoformat(), "TCSUPER_MODE": Mode.DEMO.value}
    former = {name: os.environ.get(name) for name in moved}
    os.environ.update(moved)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
