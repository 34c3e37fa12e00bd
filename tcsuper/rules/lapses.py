"""What lapses in the months to come, and which people one course run would put right."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Lapse:
    """Something of a person that lapses, or falls due for the first time, on a day: its last good day. `is_late`: that
    day is over."""

    staff_id: int
    person: str
    what: str
    due_on: date
    is_late: bool = False
    is_booked: bool = False


@dataclass(frozen=True, slots=True)
class SuggestedRun:
    """One run for several people. `by`: the last day on which it would still come in time for everybody who is not late
    already; None when all of them are."""

    what: str
    people: tuple[Lapse, ...]
    by: date | None

    @property
    def late(self) -> int:
        return sum(one.is_late for one in self.people)


def suggested_runs(lapses: Sequence[Lapse], on: date, within_days: int = 90) -> list[SuggestedRun]:
    """For each course that two people or more need by then, or are late with, and have no place for: one run. Those for
    most people come first. How soon is too soon is the course's own business: a renewal inside its early window keeps
    the anniversary, so nobody loses time by joining."""
    needed: dict[str, list[Lapse]] = defaultdict(list)
    for one in lapses:
        if not one.is_booked and one.due_on <= on + timedelta(days=within_days):
            needed[one.what].append(one)
    runs = []
    for what, people in needed.items():
        if len({one.staff_id for one in people}) >= 2:
            in_time = [one.due_on for one in people if not one.is_late]
            by_name = sorted(people, key=lambda one: (one.due_on, one.person, one.staff_id))
            runs.append(SuggestedRun(what, tuple(by_name), min(in_time, default=None)))
    return sorted(runs, key=lambda run: (-len(run.people), run.by or on, run.what))
