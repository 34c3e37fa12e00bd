"""When somebody is reminded of a date, and in which words. Nothing confidential is ever in them: they go by e-mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tcsuper import words

LATE = 0
"""The step of what is over: said once."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One line of a digest. `key`: the same for the same thing, date and step, so that it is never sent twice."""

    key: str
    said: str


def step(due_on: date, on: date, steps: Iterable[int]) -> int | None:
    """The nearest of the steps (days before the date) that has been reached; LATE once the date is over; None: too
    early. The due day itself still counts."""
    left = (due_on - on).days
    if left < 0:
        return LATE
    return min((days for days in steps if left <= days), default=None)


def reminder(what: str, due_on: date, on: date, steps: Iterable[int]) -> Reminder | None:
    """Of one thing of the reader's own."""
    near = step(due_on, on, steps)
    if near is None:
        return None
    return Reminder(f"{what[:200]}|{due_on.isoformat()}|{near}", f"{what}: {_until(due_on, near)}.")


def _until(due_on: date, near: int) -> str:
    return f"was due {words.day(due_on)}" if near == LATE else f"due {words.day(due_on)}"


@dataclass(frozen=True, slots=True)
class OfOthers:
    """Something of somebody the reader manages."""

    what: str
    due_on: date
    staff_id: int


def team_reminders(theirs: Sequence[OfOthers], on: date, steps: Sequence[int]) -> list[Reminder]:
    """Of a whole team: one line for each thing and month ("HCPC: 14 people due May 2027"), not one for each person,
    and no name. It comes again when another step is reached, or when one person more is concerned."""
    together: dict[tuple[str, date, int], set[int]] = {}
    for one in theirs:
        near = step(one.due_on, on, steps)
        if near is not None:
            month = one.due_on.replace(day=1)
            together.setdefault((one.what, month, near), set()).add(one.staff_id)
    lines = []
    for (what, month, near), people in sorted(together.items(), key=lambda pair: (pair[0][1], pair[0][0])):
        due = "late since" if near == LATE else "due"
        who = words.count(len(people), "person", "people")
        key = f"team|{what[:200]}|{month.isoformat()}|{near}|{len(people)}"
        lines.append(Reminder(key, f"{what}: {who} {due} {words.month(month)}."))
    return lines
