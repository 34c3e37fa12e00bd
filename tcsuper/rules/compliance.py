"""The rate: people who met every minimum in a month, of those who had one to meet.

Whoever has nothing to be judged by that month (a leaver, a part-month, long away, exempt, hours not entered, no records
kept here) is in neither number, and is counted with the reason (domain, section 6).
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from tcsuper import words
from tcsuper.rules.standing import last_of_month
from tcsuper.rules.supervision import Month, Verdict

JUDGED = frozenset({Verdict.MET, Verdict.SHORT, Verdict.SHORT_SO_FAR})
LEFT_OUT = frozenset({Verdict.NOT_JUDGED, Verdict.EXEMPT})


@dataclass(frozen=True, slots=True)
class Rate:
    """Numerator, denominator, and who is in neither: the reasons, each with how many people, the most frequent
    first."""

    met: int
    duty: int
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def left_out(self) -> int:
        return sum(count for _, count in self.reasons)

    @property
    def share(self) -> int | None:
        """Per cent, cut and never rounded up: a target is reached when it is, not when nearly."""
        return 100 * self.met // self.duty if self.duty else None

    @property
    def left_out_words(self) -> str:
        """ "2 left out: 1 away for 28 days or more, 1 exempt"; nothing when nobody is."""
        if not self.reasons:
            return ""
        return f"{self.left_out} left out: {', '.join(f'{count} {reason}' for reason, count in self.reasons)}"

    def sentence(self, first: date, today: date) -> str:
        """For the month beginning on `first`. Of a month to come it is a forecast."""
        name, last = words.month(first), last_of_month(first)
        if not self.duty:
            said = f"Nobody {'has' if today <= last else 'had'} a minimum to meet in {name}."
        else:
            people = words.count(self.duty, "person", "people")
            if today < first:
                said = f"{self.met} of {people} will have met every minimum in {name} if nothing more happens"
            else:
                said = f"{self.met} of {people} met every minimum in {name}{' so far' if today <= last else ''}"
            said = f"{said} ({self.share}%)."
        return f"{said} {self.left_out_words}." if self.reasons else said


def rate(judged: Iterable[tuple[Hashable, Month]]) -> Rate:
    """Of one month: each person with each of their minima. Who has several must have met all that are judged; who has
    none to be judged is left out, for the first reason given."""
    verdicts: dict[Hashable, list[Verdict]] = {}
    reasons: dict[Hashable, str] = {}
    for person, month in judged:
        if month.verdict in JUDGED:
            verdicts.setdefault(person, []).append(month.verdict)
        elif month.verdict in LEFT_OUT:
            reasons.setdefault(person, month.reason)
    met = sum(all(verdict is Verdict.MET for verdict in theirs) for theirs in verdicts.values())
    left_out = Counter(reason for person, reason in reasons.items() if person not in verdicts)
    return Rate(met, len(verdicts), tuple(sorted(left_out.items(), key=lambda one: (-one[1], one[0]))))
