"""What a supervision minimum asks: its terms as data, and how much of them falls to one person.

Terms come from a post, from the service or from a body's rule, with dates (`Requirement`, `BodyRule`); their names are
the fields of `Minimum`. What a session counts for is in `credit.py`, whether the minimum is met in `supervision.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tcsuper.rules.standing import Span


class RuleSet(StrEnum):
    """How group time becomes a person's own. `SERVICE`: minutes as attended."""

    SERVICE = "service"
    BACP = "bacp"
    BABCP = "babcp"
    BABCP_TRAINING = "babcp_training"


class Measure(StrEnum):
    MINUTES = "minutes"
    MEETINGS = "meetings"
    SHARE = "share"
    """Per cent of the meetings held that the person was expected at."""


class Per(StrEnum):
    MONTH = "month"
    """A calendar month, by itself."""
    ROLLING = "rolling"
    """Any `days` days, ending today."""
    AVERAGE = "average"
    """A calendar month, averaged over those of the `months` months ending with it that are judged at all."""
    IN_ALL = "in_all"
    """From the day the duty began, without a date by which."""


class HoursOf(StrEnum):
    """Hours of work that a person enters for each month: numbers only."""

    CLIENT = "client"
    SUPERVISING = "supervising"


class Whichever(StrEnum):
    """Of a fixed amount and one by the hours worked: both are asked (the more), or either will do (the less)."""

    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class Minimum:
    """A supervision minimum. `amount` is minutes, meetings or per cent, by `measure`. With `full_time_hours` it is pro
    rata to the hours of whoever works less than this share of them (1.0: of all part-timers), never under `floor`.
    With `hours_of` it is `minutes_for_each_hour` of that work in the month, or the amount, `whichever` is asked."""

    title: str
    amount: int
    rule_set: RuleSet = RuleSet.SERVICE
    measure: Measure = Measure.MINUTES
    per: Per = Per.MONTH
    days: int = 28
    months: int = 1
    meeting_minutes: int = 1
    purposes: tuple[str, ...] = ("clinical",)
    forms: tuple[str, ...] = ()
    of_supervision: bool = False
    """Counts what is held under an agreement for the supervising itself, and that alone; else never."""
    with_coordinating: bool = False
    """Counts a trainee's sessions with their coordinating supervisor alone."""
    needs_individual: bool = False
    full_time_hours: float | None = None
    pro_rata_below_share: float = 1.0
    floor: int = 0
    hours_of: HoursOf | None = None
    minutes_for_each_hour: float = 0
    whichever: Whichever = Whichever.MORE
    exempt_without_clients: bool = False
    """A month for which 0 client hours were entered is exempt."""
    not_kept: str = ""
    """What the same rule asks besides and nothing here can answer: said wherever the minimum is."""
    warning_days: int = 14

    @classmethod
    def read(cls, title: str, terms: Mapping[str, Any]) -> "Minimum":
        """From stored terms: the field names of this class; what is missing has its default. Raises on a wrong one."""
        given: dict[str, Any] = {key: KINDS[key](value) if key in KINDS else value for key, value in terms.items()}
        minimum = cls(title, **given)
        if minimum.hours_of is not None and (
            minimum.per in (Per.ROLLING, Per.IN_ALL) or minimum.measure is not Measure.MINUTES
        ):
            raise ValueError("hours worked in a month go with minutes a month")
        if minimum.per is Per.IN_ALL and minimum.measure is Measure.SHARE:
            raise ValueError("a share of the meetings is not counted in all")
        return minimum

    @property
    def hours_needed(self) -> frozenset[HoursOf]:
        """Which hours of each month a person under this minimum is asked to enter."""
        no_clients = {HoursOf.CLIENT} if self.exempt_without_clients else set()
        return frozenset(no_clients | ({self.hours_of} if self.hours_of else set()))

    @property
    def pro_rata_below(self) -> Fraction | None:
        """Hours a week under which it is pro rata; None: never."""
        return exact(self.full_time_hours) * exact(self.pro_rata_below_share) if self.full_time_hours else None

    @property
    def form_that_counts(self) -> str:
        """What to plan: "individual", "group", or (empty) either. Under a body's rule, individual time is what
        surely counts in full."""
        if self.forms and "individual" not in self.forms:
            return "group"
        by_body = self.rule_set is not RuleSet.SERVICE and self.measure is Measure.MINUTES
        return "individual" if by_body or self.needs_individual or self.forms == ("individual",) else ""

    @property
    def per_words(self) -> str:
        return {Per.ROLLING: f"every {self.days} days", Per.IN_ALL: "in all"}.get(self.per, "a month")


KINDS: dict[str, Any] = {
    "rule_set": RuleSet,
    "measure": Measure,
    "per": Per,
    "purposes": tuple,
    "forms": tuple,
    "hours_of": HoursOf,
    "whichever": Whichever,
}


def each_of(title: str, terms: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """A body's rule can ask several minima at once ("and at least fortnightly"): its terms, and each of those listed in
    its `also` under a title of its own. All of them are to be met."""
    main = {key: value for key, value in terms.items() if key != "also"}
    also = [
        (f"{title}, {one['title']}", {key: value for key, value in one.items() if key != "title"})
        for one in terms.get("also", ())
    ]
    return [(title, main), *also]


@dataclass(frozen=True, slots=True)
class Duty:
    """When and how far the minimum binds this person. `kept_from`: the community's records of this kind begin.
    `worked`: hours entered, by kind and the month's first day; what is not in it was not entered."""

    span: Span
    kept_from: date | None = None
    absences: tuple[Span, ...] = ()
    exempt: tuple[Span, ...] = ()
    hours: float | None = None
    long_absence_days: int = 28
    worked: Mapping[HoursOf, Mapping[date, float]] = field(default_factory=dict)

    def worked_in(self, kind: HoursOf | None, month: date) -> Fraction | None:
        """Hours of the month that begins on this day; None where none were entered: nobody guesses them."""
        found = self.worked.get(kind, {}).get(month) if kind is not None else None
        return None if found is None else exact(found)

    def wanted(self, minimum: Minimum, month: date | None = None) -> Fraction:
        """Pro rata to contracted hours where the rule says so, never under its floor (BABCP: under half-time, and not
        under 45 minutes), and by the hours worked in the month. Where those are not entered it is the amount alone: the
        least, or the most, that can be asked."""
        amount, below = Fraction(minimum.amount), minimum.pro_rata_below
        if below is not None and minimum.full_time_hours and self.hours is not None and exact(self.hours) < below:
            amount = max(Fraction(minimum.floor), amount * exact(self.hours) / exact(minimum.full_time_hours))
        worked = self.worked_in(minimum.hours_of, month) if month is not None else None
        if worked is None:
            return amount
        by_hours = worked * exact(minimum.minutes_for_each_hour)
        return max(amount, by_hours) if minimum.whichever is Whichever.MORE else min(amount, by_hours)


def exact(hours: float) -> Fraction:
    """By way of text: 29.6 hours are meant as written, not as the binary number a little above it."""
    return Fraction(str(hours))
