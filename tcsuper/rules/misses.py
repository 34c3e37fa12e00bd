"""Meetings missed one after another. BACP tolerates missing one while the agreement stands; two in a row prompt cover
(domain, section 6): so one is a note, and as many as the service set (two, unless changed) are an alert.

For the person it is the same whether they were away, were kept away, or the session did not happen: they had none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tcsuper import words


@dataclass(frozen=True, slots=True)
class Meeting:
    """One that somebody was expected at under one agreement, held or lost. Exempt from it: no meeting of theirs."""

    held_on: date
    was_there: bool


@dataclass(frozen=True, slots=True)
class Misses:
    """The latest meetings of an agreement that were all missed, oldest first; at least one."""

    days: tuple[date, ...]
    alert_from: int = 2

    @property
    def is_alert(self) -> bool:
        return len(self.days) >= self.alert_from

    @property
    def because(self) -> str:
        """No reason is named: among the reasons is sickness."""
        last = words.day(self.days[-1])
        if len(self.days) == 1:
            return f"The last meeting, on {last}, was missed or did not happen."
        since = f"from {words.day(self.days[0])} to {last}"
        return f"The last {len(self.days)} meetings, {since}, were missed or did not happen."

    @property
    def next_step(self) -> str:
        return "Arrange cover or another day." if self.is_alert else ""


def missed_in_a_row(meetings: Iterable[Meeting], alert_from: int = 2) -> Misses | None:
    """What was missed since the last one attended, of one person's meetings under one agreement. Somebody who attended
    one of two meetings of a day was there that day."""
    days: list[date] = []
    for meeting in sorted(meetings, key=lambda one: (one.held_on, one.was_there)):
        if meeting.was_there:
            days.clear()
        else:
            days.append(meeting.held_on)
    return Misses(tuple(days), alert_from) if days else None
