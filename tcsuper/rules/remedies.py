"""Which session would put right what a month will miss: found by asking the rules about a month with that session in
it, so that it can never be another answer than the forecast's."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tcsuper.rules.credit import Sitting
from tcsuper.rules.minimum import Duty, Minimum
from tcsuper.rules.standing import add_months, last_of_month
from tcsuper.rules.supervision import Verdict, month_of

LENGTHS = range(15, 181, 5)
"""Minutes that a session can be planned for: nobody plans seven minutes, or four hours."""
MOST_SESSIONS = 8
REACHES_BACK = 13
"""Months before it that a minimum can look at."""


@dataclass(frozen=True, slots=True)
class Short:
    """A minimum that a month misses, with all that is planned for it: `sittings` holds that as if it had been held."""

    minimum: Minimum
    duty: Duty
    sittings: tuple[Sitting, ...]
    first: date

    @classmethod
    def of(
        cls, minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date, planned_from: date | None = None
    ) -> "Short":
        """As at a date, with the sittings as the forecast of that date counts them."""
        first, last = on.replace(day=1), last_of_month(on)
        earliest = min(add_months(first, -REACHES_BACK), first - timedelta(days=minimum.days))
        coming_from = max(first, min(on, planned_from or on))
        counted = tuple(
            replace(one, is_planned=False)
            for one in sittings
            if earliest <= one.held_on <= last and (one.held_on >= coming_from if one.is_planned else one.held_on <= on)
        )
        return cls(minimum, duty, counted, first)

    def is_met_with(self, more: Sequence[Sitting] = ()) -> bool:
        """Where hours are not entered that it goes by, and may ask for more: as far as is known."""
        month = month_of(self.minimum, self.duty, [*self.sittings, *more], last_of_month(self.first), self.first)
        return month.verdict is Verdict.MET or bool(month.lacks and month.verdict is Verdict.NOT_JUDGED)


@dataclass(frozen=True, slots=True)
class Sessions:
    """So many, each of so many minutes at least."""

    how_many: int
    minutes: int


def sessions_needed(shorts: Sequence[Short], like: Sitting) -> Sessions | None:
    """The fewest sessions of a kind, and the shortest, with which all of these are met; None: no such number does.
    `like` says where, when and how one would count; its minutes are not looked at."""

    def meets(how_many: int, minutes: int) -> bool:
        more = [replace(like, minutes=minutes, is_planned=False)] * how_many
        return all(short.is_met_with(more) for short in shorts)

    for how_many in range(1, MOST_SESSIONS + 1):
        if meets(how_many, LENGTHS[-1]):
            place = bisect_left(LENGTHS, True, key=lambda minutes: meets(how_many, minutes))  # noqa: B023 (used at once)
            return Sessions(how_many, LENGTHS[place])
    return None


def met_by(shorts: Sequence[Short], like: Sitting) -> list[Short]:
    """Those that some number of such sessions would meet, by themselves."""
    return [short for short in shorts if sessions_needed([short], like) is not None]


def length_for_most(least: Sequence[int], usual: int) -> int:
    """How long a session for several people is to be, of the least minutes that each of them needs: the usual length
    if that serves anybody; else long enough for all of them."""
    return usual if any(minutes <= usual for minutes in least) else max(least)
