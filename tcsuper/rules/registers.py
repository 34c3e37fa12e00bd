"""Registrations and the registers that keep them: how long each body registers for, what is known of a person's
registration and its renewals, what the live register said, and when it is looked at again.

Sources: domain, section 4 (bodies, renewal days, results of a check, when to check). A certificate or a number proves
nothing: the live register does, so a check that found somebody gone wins over any expiry date from its own day on,
until a later check finds them registered again.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tcsuper import words
from tcsuper.rules.standing import MET, LeftOut, Standing, Status, add_months, had, never_had, next_fixed_day

ONE_DAY = timedelta(days=1)
GONE = {
    "suspended": "the register showed {} as suspended",
    "removed": "the register showed {} as removed or lapsed",
    "not_found": "the register did not show {}",
}
"""Results of a check that end a registration (models.CheckResult), and how they read."""
CONDITIONS = "conditions"
NOT_CHECKED = "not_checked"
MEMBERSHIP = "membership"
STATUTORY = "statutory"


# ---------------------------------------------------------------------------------------------------------------------
# A body's renewal rule


class Expiry(StrEnum):
    PERSONAL = "personal"
    """Each registrant's own date: it is entered, never computed."""
    FIXED_DAY = "fixed_day"
    """One day for everybody: 30 September each year, 31 May in odd years."""


@dataclass(frozen=True, slots=True)
class RenewalTerms:
    """How long a body registers for. `day` is (month, day); the renewal window opens `opens_months` before the expiry,
    or on the `opens_day` before it. `cycle_months`: how long a registration lasts at most."""

    expiry: Expiry = Expiry.PERSONAL
    day: tuple[int, int] = (1, 1)
    parity: str = ""
    cycle_months: int = 0
    opens_months: int = 0
    opens_day: tuple[int, int] | None = None

    @classmethod
    def read(cls, terms: Mapping[str, Any]) -> "RenewalTerms":
        """From stored terms: expiry, month, day, parity (odd, even), cycle_months, and opens_months or opens_month with
        opens_day. What is missing has its default."""
        opens_on = (int(terms["opens_month"]), int(terms["opens_day"])) if "opens_month" in terms else None
        return cls(
            Expiry(terms.get("expiry", Expiry.PERSONAL)),
            (int(terms.get("month", 1)), int(terms.get("day", 1))),
            str(terms.get("parity", "")),
            int(terms.get("cycle_months", 0)),
            int(terms.get("opens_months", 0)),
            opens_on,
        )

    def lasts_until(self, known_on: date, is_new: bool = False) -> date | None:
        """The last day of a registration known to be good on a day. A new one made on the fixed day runs to the next.
        For a personal date this is the latest day it can be; None: nothing is known."""
        if self.expiry is Expiry.FIXED_DAY:
            month, day = self.day
            return next_fixed_day(known_on if is_new else known_on - ONE_DAY, month, day, self.parity)
        return add_months(known_on, self.cycle_months) if self.cycle_months else None

    def opens_on(self, expires_on: date) -> date | None:
        """The first day on which a registration that ends on `expires_on` can be renewed."""
        if self.opens_day is not None:
            return next_fixed_day(add_months(expires_on, -12), *self.opens_day)
        return add_months(expires_on, -self.opens_months) if self.opens_months else None


# ---------------------------------------------------------------------------------------------------------------------
# What is known about a person


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationHeld:
    """One registration of one person, by its last record. `key` is that record's. `renews`: the record that it goes on
    from, `renewed_on` the day from which it does; a chain of renewals is one registration. `expires_on`: as entered (it
    wins over the body's rule). `entered_on`: the day it was first entered as being in force; a fixed day is computed
    from then, not from a registration of twenty years ago. `ended_on`: given up, last day included."""

    key: Hashable
    body: str
    body_name: str
    body_kind: str
    registered_on: date
    number: str = ""
    grade: str = ""
    expires_on: date | None = None
    ended_on: date | None = None
    entered_on: date | None = None
    renewal: RenewalTerms = field(default=RenewalTerms())
    renews: "RegistrationHeld | None" = None
    renewed_on: date | None = None

    @property
    def records(self) -> tuple["RegistrationHeld", ...]:
        """It and what it renews, the first first."""
        return (*self.renews.records, self) if self.renews is not None else (self,)

    def as_at(self, on: date) -> "RegistrationHeld":
        """As it was on a day, without the renewals of later days."""
        return next((one for one in reversed(self.records) if one.goes_on_from <= on), self.records[0])

    @property
    def goes_on_from(self) -> date:
        return self.renewed_on or self.registered_on

    def is_held(self, on: date) -> bool:
        """Begun and not given up; it may have lapsed."""
        ended_on = self.as_at(on).ended_on
        return self.registered_on <= on and (ended_on is None or on <= ended_on)

    @property
    def name(self) -> str:
        grade = f" ({self.grade})" if self.grade else ""
        return f"{self.body_name}{grade} {self.number or '(no number entered)'}"

    @property
    def is_register(self) -> bool:
        return self.body_kind != MEMBERSHIP


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCheck:
    """Somebody opened the live register for the registration one of whose records has this key. `result` as in
    models.CheckResult."""

    registration: Hashable
    checked_on: date
    result: str
    note: str = ""
    expiry_seen_on: date | None = None
    next_due_on: date | None = None


def checks_of(held: RegistrationHeld, checks: Iterable[RegisterCheck], on: date) -> list[RegisterCheck]:
    """What the register said about a registration up to a date, oldest first. "Not checked" says nothing, and what was
    looked up before the registration began does not count. Of several on one day the last in the sequence speaks."""
    keys = {record.key for record in held.records}
    of_it = [
        check
        for check in checks
        if check.registration in keys and held.registered_on <= check.checked_on <= on and check.result != NOT_CHECKED
    ]
    by_day = {check.checked_on: check for check in of_it}
    return [by_day[day] for day in sorted(by_day)]


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken time on a register, last day included. `is_at_most`: the last day is only the latest possible."""

    start: date
    end: date | None
    is_at_most: bool = False

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on <= self.end)


def runs_of(held: RegistrationHeld, checks: Iterable[RegisterCheck], on: date) -> list[Run]:
    """The times on the register that a registration, its renewals and the checks of it up to a day show, oldest first.
    A renewal after the last day leaves a gap: lapsed and restored. It restores nobody whom the register showed as gone:
    a later check does."""
    now = held.as_at(on)
    runs = [_first_run(now.records[0])]
    is_gone = False
    steps: list[RegistrationHeld | RegisterCheck] = [*now.records[1:], *checks_of(held, checks, on)]
    for step in sorted(steps, key=_in_order):
        last = runs[-1]
        if isinstance(step, RegisterCheck) and step.result in GONE:
            if not is_gone:
                runs[-1] = Run(last.start, min(last.end or date.max, step.checked_on - ONE_DAY))
            is_gone = True
        elif isinstance(step, RegisterCheck):
            _go_on(runs, step.checked_on, *_end_after(held.as_at(step.checked_on), last, step), is_gone)
            is_gone = False
        elif not is_gone:
            _go_on(runs, step.goes_on_from, *_end_of_renewal(step, last), is_gone)
    ended = [_ended(run, now.ended_on) for run in runs]
    return [run for run in ended if run.end is None or run.start <= run.end] or ended[:1]


def _in_order(step: RegistrationHeld | RegisterCheck) -> tuple[date, bool]:
    """By day; on the day of a renewal the register is looked at after it."""
    if isinstance(step, RegisterCheck):
        return step.checked_on, True
    return step.goes_on_from, False


def _go_on(runs: list[Run], since: date, end: date | None, is_at_most: bool, is_gone: bool) -> None:
    """The last run to a further end; a new one, when there was none the day before."""
    last = runs[-1]
    if is_gone or (last.end is not None and last.end < since - ONE_DAY):
        runs.append(Run(since, end, is_at_most))
    else:
        runs[-1] = Run(last.start, end, is_at_most)


def _ended(run: Run, ended_on: date | None) -> Run:
    """Not beyond the day on which the registration was given up."""
    goes_on = ended_on is not None and (run.end is None or ended_on < run.end)
    return Run(run.start, ended_on) if goes_on else run


def _first_run(held: RegistrationHeld) -> Run:
    if held.expires_on is not None:
        return Run(held.registered_on, held.expires_on)
    is_new = held.entered_on is None or held.entered_on <= held.registered_on
    known_on = held.registered_on if is_new else held.entered_on or held.registered_on
    end = held.renewal.lasts_until(known_on, is_new)
    return Run(held.registered_on, end, end is not None and held.renewal.expiry is Expiry.PERSONAL)


def _end_of_renewal(renewed: RegistrationHeld, last: Run) -> tuple[date | None, bool]:
    """The last day after a renewal, and whether it is only the latest possible: as entered, unless the register showed
    a later one before; failing both, by the body's rule from the day after the former last day."""
    seen = None if last.is_at_most else last.end
    if renewed.expires_on is not None:
        return max(renewed.expires_on, seen or renewed.expires_on), False
    goes_on_from = max(renewed.goes_on_from, seen + ONE_DAY if seen else renewed.goes_on_from)
    end = renewed.renewal.lasts_until(goes_on_from)
    return end, end is not None and renewed.renewal.expiry is Expiry.PERSONAL


def _end_after(held: RegistrationHeld, last: Run, check: RegisterCheck) -> tuple[date | None, bool]:
    """The last day after a check that found the person registered, and whether it is only the latest possible: the
    latest of the dates entered or seen; failing these, by the body's rule from the day of the check."""
    already = None if last.is_at_most else last.end
    known = [end for end in (held.expires_on, check.expiry_seen_on, already) if end and end >= check.checked_on]
    if known:
        return max(known), False
    end_on = held.renewal.lasts_until(check.checked_on)
    return end_on, end_on is not None and held.renewal.expiry is Expiry.PERSONAL


# ---------------------------------------------------------------------------------------------------------------------
# The check of the register itself


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """The live register is looked at when the post or the registration starts, the day after each renewal day, and
    every so many months (domain, section 4; the number is the service's)."""

    title: str = "Register check"
    every_months: int = 12
    warning_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStanding(Standing):
    """`checked_on`: the last time somebody looked. `renewal_on`: the renewal day that makes it due, if one does."""

    terms: CheckTerms
    held: RegistrationHeld
    checked_on: date | None = None
    renewal_on: date | None = None

    @property
    def is_met(self) -> bool:
        return self.status in MET and self.checked_on is not None

    @property
    def because(self) -> str:
        assert self.due_on is not None
        subject = f"{self.terms.title} of {self.held.name}"
        why = ", the day after its renewal day" if self.renewal_on else ""
        last = f"it was last checked on {words.day(self.checked_on)}" if self.checked_on else "it was never checked"
        if self.status is Status.OVERDUE:
            return f"{subject} is overdue: it was due {words.day(self.due_on)}{why}; {last}."
        return f"{subject} is next due {words.day(self.due_on)}{why}; {last}."

    @property
    def next_step(self) -> str:
        if self.status is Status.UP_TO_DATE or self.due_on is None:
            return ""
        look = f"Open the register of {self.held.body_name} and write down what it shows"
        wait = self.renewal_on is not None and self.status is not Status.OVERDUE
        return f"{look}, on {words.day(self.due_on)}." if wait else f"{look}."


def check_standing(
    terms: CheckTerms, held: RegistrationHeld, checks: Sequence[RegisterCheck], on: date, started_on: date
) -> Standing:
    """How the checking of one registration stands on a date: never checked, next due, due soon or overdue."""
    now = held.as_at(on)
    if not held.is_held(on):
        why = f"{terms.title} of {now.name} is not required: the registration is not in force on {words.day(on)}."
        return LeftOut(status=Status.NOT_REQUIRED, why=why)
    looked = checks_of(held, checks, on)
    if not looked:
        due_on = max(started_on, held.registered_on)
        status, since = never_had(due_on, on, due_on, terms.warning_days)
        return CheckStanding(status=status, since=since, due_on=due_on, terms=terms, held=now)
    last = looked[-1]
    due_on = last.next_due_on or add_months(last.checked_on, terms.every_months)
    renewal_on = _renewal_day_after(held, checks, last, on)
    by_renewal = renewal_on is not None and renewal_on < due_on
    if by_renewal and renewal_on is not None:
        due_on = renewal_on + ONE_DAY
    status, since = had(due_on, on, last.checked_on, terms.warning_days, lapsed=Status.OVERDUE)
    return CheckStanding(
        status=status,
        since=since,
        due_on=due_on,
        terms=terms,
        held=now,
        checked_on=last.checked_on,
        renewal_on=renewal_on if by_renewal else None,
    )


def _renewal_day_after(
    held: RegistrationHeld, checks: Iterable[RegisterCheck], last: RegisterCheck, on: date
) -> date | None:
    """The first renewal day from the last check on: of the former record too, where it was renewed early, unless the
    register showed a later expiry already, or nobody there."""
    if last.result in GONE:
        return None
    entered = {record.expires_on for record in held.as_at(on).records}
    ends = {end for end in entered | {runs_of(held, checks, on)[-1].end} if end is not None}
    seen = last.expiry_seen_on or date.min
    return min((end for end in ends if last.checked_on <= end and seen <= end), default=None)


def next_check_due(checked_on: date, result: str, expiry_seen_on: date | None, every_months: int) -> date:
    """When the register is looked at again: the day after, if it could not be seen; a month after, while it does not
    show them in force; else after the usual months, but not later than the day after the expiry that the register
    showed, since that is when it says something new."""
    if result == NOT_CHECKED:
        return checked_on + timedelta(days=1)
    if result in GONE:
        return add_months(checked_on, 1)
    usual = add_months(checked_on, every_months)
    if expiry_seen_on is None or expiry_seen_on < checked_on:
        return usual
    return min(usual, expiry_seen_on + timedelta(days=1))
