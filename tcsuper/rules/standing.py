"""How a person stands on one requirement on one date: the words, their order, and the dates they share.

Every kind has its own subclass of `Standing` in the file of its name, holding the facts that its sentence needs.
`because` and `next_step` are made on demand, so that hundreds of thousands of standings can be computed without words.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tcsuper import words


class Status(StrEnum):
    """Worst first: the order of severity."""

    EXPIRED = "expired"
    OVERDUE = "overdue"
    BELOW = "below"
    CONDITIONS = "conditions"
    DUE_SOON = "due_soon"
    NOT_STARTED = "not_started"
    NOT_YET_OBSERVED = "not_yet_observed"
    IN_PROGRESS = "in_progress"
    BOOKED = "booked"
    AT = "at"
    ABOVE = "above"
    UP_TO_DATE = "up_to_date"
    EXEMPT = "exempt"
    NOT_JUDGED = "not_judged"
    NOT_REQUIRED = "not_required"


SEVERITY = {status: position for position, status in enumerate(Status)}


class Tone(StrEnum):
    """How a status is shown: always a word and a shape, and a colour besides."""

    BAD = "bad"
    AMBER = "amber"
    GOOD = "good"
    NEUTRAL = "neutral"
    GREY = "grey"


TONES = {
    Status.EXPIRED: Tone.BAD,
    Status.OVERDUE: Tone.BAD,
    Status.BELOW: Tone.BAD,
    Status.CONDITIONS: Tone.AMBER,
    Status.DUE_SOON: Tone.AMBER,
    Status.NOT_STARTED: Tone.NEUTRAL,
    Status.NOT_YET_OBSERVED: Tone.NEUTRAL,
    Status.IN_PROGRESS: Tone.NEUTRAL,
    Status.BOOKED: Tone.NEUTRAL,
    Status.AT: Tone.GOOD,
    Status.ABOVE: Tone.GOOD,
    Status.UP_TO_DATE: Tone.GOOD,
    Status.EXEMPT: Tone.GREY,
    Status.NOT_JUDGED: Tone.GREY,
    Status.NOT_REQUIRED: Tone.GREY,
}

LEFT_OUT = frozenset({Status.EXEMPT, Status.NOT_JUDGED, Status.NOT_REQUIRED})
"""Neither in the numerator of a rate nor in its denominator."""

MET = frozenset({Status.UP_TO_DATE, Status.DUE_SOON, Status.CONDITIONS, Status.AT, Status.ABOVE})
"""In the numerator. A course that is not due yet and not done yet is not met."""


LATE = frozenset({Status.EXPIRED, Status.OVERDUE})
"""Past its date: had and lapsed, or never had."""


def status_word(status: Status) -> str:
    """Due soon, Not yet observed, At standard…"""
    standard = {Status.BELOW: "Below standard", Status.AT: "At standard", Status.ABOVE: "Above standard"}
    return standard.get(status) or status.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`since`: the first day of this status, when known. `due_on`: the day it must be put right or renewed by."""

    status: Status
    since: date | None = None
    due_on: date | None = None

    @property
    def because(self) -> str:
        """One sentence a manager can read aloud."""
        raise NotImplementedError

    @property
    def next_step(self) -> str:
        """What to do about it, or nothing."""
        return ""

    @property
    def is_met(self) -> bool:
        """In the numerator of a rate. A kind whose "due soon" can also mean "never had" says so in its own class."""
        return self.status in MET


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut(Standing):
    """Exempt, waived or not judged, of any kind: `why` is the whole sentence."""

    why: str

    @property
    def because(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, last day included; no last day: it goes on."""

    start: date
    end: date | None = None

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on <= self.end)


def unbroken(spans: Iterable[Span], on: date) -> Span | None:
    """The time without a gap, made of spans that overlap or follow one another by a day, that holds a date."""
    whole: Span | None = None
    for span in sorted(spans, key=lambda span: span.start):
        if whole is None or (whole.end is not None and span.start > whole.end + timedelta(days=1)):
            if whole is not None and whole.holds(on):
                return whole
            whole = span
        else:
            end = None if whole.end is None or span.end is None else max(whole.end, span.end)
            whole = Span(whole.start, end)
    return whole if whole is not None and whole.holds(on) else None


def severity(standing: Standing) -> tuple[int, date]:
    """Sort key: worst first, and among equals the one due first."""
    return SEVERITY[standing.status], standing.due_on or date.max


def worst(standings: Iterable[Standing]) -> Standing | None:
    return min(standings, key=severity, default=None)


def add_months(on: date, months: int) -> date:
    """The same day number, or the month's last day where there is none (29 Feb 2024 + 12 = 28 Feb 2025)."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def first_of_month(on: date) -> date:
    return on.replace(day=1)


def last_of_month(on: date) -> date:
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def next_fixed_day(after: date, month: int, day: int, parity: str = "") -> date:
    """The first such day later than `after`, of every year or of each odd or even year. 29 February is 28 February in
    the years that lack it."""
    for year in range(after.year, after.year + 4):
        fixed = add_months(date(year, 1, 1), month - 1)
        fixed = fixed.replace(day=min(day, last_of_month(fixed).day))
        if fixed > after and (not parity or (year % 2 == 1) == (parity == "odd")):
            return fixed
    raise AssertionError("some year of four fits every parity")


def after_start(target_days: int, asked_from: date | None = None) -> str:
    """How a target reads aloud: "90 days after starting in post"; for somebody who was in post when it began to be
    asked: "90 days after 1 September 2026, when it began to be asked"."""
    if asked_from is not None:
        return after_asked(words.count(target_days, "day") if target_days else "", asked_from)
    return f"{words.count(target_days, 'day')} after starting in post" if target_days else "the day of starting in post"


def after_asked(how_long: str, asked_from: date) -> str:
    """ "6 months after 1 September 2026, when it began to be asked"."""
    return (
        f"{how_long} after {words.day(asked_from)}, when it began to be asked"
        if how_long
        else "when it began to be asked"
    )


def is_soon(due_on: date, on: date, warning_days: int) -> bool:
    """Inside the warning window, its edge included. Past due dates are not soon: they are late."""
    return 0 <= (due_on - on).days <= warning_days


def never_had(due_on: date | None, on: date, started_on: date, warning_days: int) -> tuple[Status, date]:
    """Status, and its first day, of something a person has never had. The due day itself still counts."""
    if due_on is None:
        return Status.NOT_STARTED, started_on
    if due_on < on:
        return Status.OVERDUE, due_on + timedelta(days=1)
    if is_soon(due_on, on, warning_days):
        return Status.DUE_SOON, max(started_on, due_on - timedelta(days=warning_days))
    return Status.NOT_STARTED, started_on


def had(
    ends_on: date | None, on: date, had_on: date, warning_days: int, lapsed: Status = Status.EXPIRED
) -> tuple[Status, date]:
    """Status, and its first day, of something a person has had from `had_on`, good until `ends_on` (None: for ever)."""
    if ends_on is None:
        return Status.UP_TO_DATE, had_on
    if ends_on < on:
        return lapsed, ends_on + timedelta(days=1)
    if is_soon(ends_on, on, warning_days):
        return Status.DUE_SOON, max(had_on, ends_on - timedelta(days=warning_days))
    return Status.UP_TO_DATE, had_on


def not_kept_here(kept_from: date, on: date) -> LeftOut | None:
    """Before a community kept these records, nothing is judged."""
    if on >= kept_from:
        return None
    return LeftOut(status=Status.NOT_JUDGED, why=f"No records kept here: they begin on {words.day(kept_from)}.")
