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


# ---------------------------------------------------------------------------------------------------------------------
# Registrations: one list of what ends together, and at once what has lapsed


def renewals_together(theirs: Sequence[OfOthers], on: date, steps: Sequence[int]) -> list[Reminder]:
    """Of a whole team's registrations, each by its own body: one line for each body and month ("HCPC: 7 renewals by
    31 May 2027"), and no name. It comes again when another step is reached, or when one more is concerned."""
    together: dict[tuple[str, date, int], list[date]] = {}
    for one in theirs:
        near = step(one.due_on, on, steps)
        if near is not None:
            together.setdefault((one.what, one.due_on.replace(day=1), near), []).append(one.due_on)
    lines = []
    for (body, month, near), days in sorted(together.items(), key=lambda pair: (pair[0][1], pair[0][0])):
        how_many = words.count(len(days), "renewal")
        key = f"team|renewal|{body[:180]}|{month.isoformat()}|{near}|{len(days)}"
        lines.append(Reminder(key, f"{body}: {how_many} {_by(min(days), max(days), near, len(days))}."))
    return lines


def _by(first: date, last: date, near: int, how_many: int) -> str:
    when = words.day(last) if first == last else f"from {words.day(first)} to {words.day(last)}"
    if near == LATE:
        return f"{'was' if how_many == 1 else 'were'} due {when}"
    return f"by {when}" if first == last else f"due {when}"


def lapsed_reminder(title: str, since: date) -> Reminder:
    """To the person, on the day: a statutory registration is in force no more."""
    return Reminder(
        f"lapsed|{title[:200]}|{since.isoformat()}",
        f"{title}: not in force since {words.day(since)}. Your home page says what to do at once.",
    )


def lapsed_together(theirs: Sequence[tuple[str, date]]) -> list[Reminder]:
    """The same to whoever answers for them: one line for each body (`theirs`: body, since) and day, and no name."""
    lines = []
    for body, since in sorted(set(theirs), key=lambda one: (one[1], one[0])):
        how_many = theirs.count((body, since))
        said = f"{body}: {words.count(how_many, 'registration')} not in force since {words.day(since)}."
        key = f"team|lapsed|{body[:180]}|{since.isoformat()}|{how_many}"
        lines.append(Reminder(key, f"{said} Your home page says what to do at once."))
    return lines
