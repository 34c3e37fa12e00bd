"""Registration: which registration meets a requirement on a date, until when, and what the live register said.

Sources: domain, section 4 (bodies, renewal days, results of a check, when to check) and section 2 (ALL OF, ANY OF;
membership is not a register). A certificate or a number proves nothing: the live register does, so a check that found
somebody gone wins over any expiry date from its own day on, until a later check finds them registered again.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from tcsuper import words
from tcsuper.rules.standing import (
    MET,
    SEVERITY,
    LeftOut,
    Span,
    Standing,
    Status,
    add_months,
    after_start,
    had,
    never_had,
    next_fixed_day,
    unbroken,
)

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
    """One registration of one person. `key` is its record's. `expires_on`: as entered (it wins over the body's rule).
    `entered_on`: the day it was first entered as being in force; a fixed day is computed from then, not from a
    registration of twenty years ago. `ended_on`: given up, last day included."""

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

    @property
    def name(self) -> str:
        grade = f" ({self.grade})" if self.grade else ""
        return f"{self.body_name}{grade} {self.number or '(no number entered)'}"

    @property
    def is_register(self) -> bool:
        return self.body_kind != MEMBERSHIP


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCheck:
    """Somebody opened the live register for the registration with this key. `result` as in models.CheckResult."""

    registration: Hashable
    checked_on: date
    result: str
    note: str = ""
    expiry_seen_on: date | None = None
    next_due_on: date | None = None


def checks_of(held: RegistrationHeld, checks: Iterable[RegisterCheck], on: date) -> list[RegisterCheck]:
    """What the register said about a registration up to a date, oldest first. "Not checked" says nothing, and what was
    looked up before the registration began does not count. Of several on one day the last in the sequence speaks."""
    of_it = [
        check
        for check in checks
        if check.registration == held.key
        and held.registered_on <= check.checked_on <= on
        and check.result != NOT_CHECKED
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


def runs_of(held: RegistrationHeld, checks: Sequence[RegisterCheck]) -> list[Run]:
    """The times on the register that the registration and the checks of it (see `checks_of`) show, oldest first."""
    runs = [_first_run(held)]
    is_gone = False
    for check in checks:
        last = runs[-1]
        if check.result in GONE:
            if not is_gone:
                end = min(last.end or date.max, check.checked_on - ONE_DAY)
                runs[-1] = Run(last.start, end)
            is_gone = True
            continue
        end_on, at_most = _end_after(held, last, check)
        if is_gone or (last.end is not None and last.end < check.checked_on - ONE_DAY):
            runs.append(Run(check.checked_on, end_on, at_most))
        else:
            runs[-1] = Run(last.start, end_on, at_most)
        is_gone = False
    ended = [_ended(run, held.ended_on) for run in runs]
    return [run for run in ended if run.end is None or run.start <= run.end] or ended[:1]


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
# What is required


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One registration, of any of these bodies (codes) or of any body of these kinds. A membership meets it only where
    its words allow it: its own code is listed, or the kind "membership"."""

    bodies: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """The bodies' names, in their order."""

    def takes(self, held: RegistrationHeld) -> bool:
        return held.body in self.bodies or held.body_kind in self.kinds

    @property
    def says(self) -> str:
        """HCPC or BACP; a statutory or accredited register."""
        parts = list(self.names or self.bodies)
        registers = [kind for kind in self.kinds if kind != MEMBERSHIP]
        if registers:
            parts.append(f"{'any other' if parts else 'a'} {words.listed(registers, 'or')} register")
        if MEMBERSHIP in self.kinds:
            parts.append("a membership body")
        return words.listed(parts, "or")


@dataclass(frozen=True, slots=True)
class RegistrationTerms:
    """ALL OF `groups`, each an ANY OF, within `target_days` of the start in post (0: that day; None: no date)."""

    title: str
    groups: tuple[AnyOf, ...]
    target_days: int | None = 0
    warning_days: int = 90

    @classmethod
    def read(cls, title: str, terms: Mapping[str, Any], names: Mapping[str, str] | None = None) -> "RegistrationTerms":
        """From stored terms: any_of (codes of bodies) and kinds; or all_of, a list of such pairs. Also target_days and
        warning_days. `names`: what the bodies are called, by code."""
        names = names or {}
        groups = []
        for group in terms.get("all_of") or [terms]:
            bodies = tuple(group.get("any_of", ()))
            called = tuple(names.get(code, code) for code in bodies)
            groups.append(AnyOf(bodies, tuple(group.get("kinds", ())), called))
        return cls(title, tuple(groups), terms.get("target_days", 0), int(terms.get("warning_days", 90)))


# ---------------------------------------------------------------------------------------------------------------------
# Standing on a date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one ANY OF is answered. `held` is the registration that speaks for it, `run` its last time on the register,
    `check` the last look at the register; `in_vain`: registrations held that cannot meet it."""

    wanted: AnyOf
    status: Status
    since: date
    due_on: date | None = None
    held: RegistrationHeld | None = None
    run: Run | None = None
    check: RegisterCheck | None = None
    in_vain: tuple[RegistrationHeld, ...] = ()

    def clause(self, due: str) -> str:
        """What follows the name of what is wanted: "is met by HCPC PYL123456, valid until 31 May 2027…"."""
        if self.held is None or self.run is None:
            return self._never(due)
        if self.status is Status.EXPIRED:
            return self._lost(self.held, self.run)
        how = " with conditions" if self.status is Status.CONDITIONS else ""
        return f"is met{how} by {self.held.name}{self._until(self.run)}{self._note}{self._warned(self.held)}"

    def _never(self, due: str) -> str:
        verb = "is overdue" if self.status is Status.OVERDUE else "is not met yet"
        vain = "".join(f"; {held.name} {_why_in_vain(held)}" for held in self.in_vain)
        return f"{verb}: no registration with {self.wanted.says} is recorded{due}{vain}"

    def _lost(self, held: RegistrationHeld, run: Run) -> str:
        check = self.check
        if check is not None and check.result in GONE:
            note = f" ({check.note.rstrip('.')})" if check.note else ""
            shown = GONE[check.result].format(held.name)
            return f"is not in force: {shown} on {words.day(check.checked_on)}{note}"
        assert run.end is not None
        if held.ended_on == run.end:
            return f"is not in force: {held.name} was given up on {words.day(run.end)}{self._checked(held)}"
        return f"has expired: {held.name} was valid until {words.day(run.end)}{_at_most(run)}{self._checked(held)}"

    def _until(self, run: Run) -> str:
        return f", valid until {words.day(run.end)}{_at_most(run)}" if run.end else ", with no expiry date entered"

    @property
    def _note(self) -> str:
        note = self.check.note.rstrip(".") if self.check is not None and self.status is Status.CONDITIONS else ""
        return f": {note}" if note else ""

    def _warned(self, held: RegistrationHeld) -> str:
        warning = "" if held.is_register else "; this is a membership, not a register"
        return f"{warning}{self._checked(held)}"

    def _checked(self, held: RegistrationHeld) -> str:
        if self.check is None:
            return "; the live register has not been checked" if held.is_register else ""
        what = "the live register" if held.is_register else "it"
        return f"; {what} was last checked on {words.day(self.check.checked_on)}"

    @property
    def next_step(self) -> str:
        if self.held is None:
            return f"Enter the registration with {self.wanted.says}, and check the live register."
        steps = {
            Status.EXPIRED: self._step_when_lost,
            Status.CONDITIONS: self._step_with_conditions,
            Status.DUE_SOON: self._step_to_renew,
        }
        return steps[self.status](self.held) if self.status in steps else self._step_when_good(self.held)

    def _step_when_lost(self, held: RegistrationHeld) -> str:
        """Domain, section 4: without a statutory registration the person leaves practice in that title at once."""
        found_gone = self.check is not None and self.check.result in GONE
        if held.body_kind != STATUTORY:
            first = "Tell the line manager and settle it" if found_gone else "Renew"
            return f"{first} with {held.body_name}, then check the live register."
        if found_gone:
            return f"Stop work in the protected title at once, tell the line manager, settle it with {held.body_name}."
        return (
            "Check the live register today: unless it shows the person as registered, work in the protected title "
            "stops at once and the line manager is told."
        )

    def _step_with_conditions(self, held: RegistrationHeld) -> str:
        return f"Agree how work is kept within the conditions. {self._step_to_renew(held)}".strip()

    def _step_to_renew(self, held: RegistrationHeld) -> str:
        if self.due_on is None:
            return ""
        opens_on = held.renewal.opens_on(self.due_on)
        window = f"; renewal is open from {words.day(opens_on)}" if opens_on else ""
        return f"Renew with {held.body_name} by {words.day(self.due_on)}{window}."

    def _step_when_good(self, held: RegistrationHeld) -> str:
        if held.is_register and self.check is None:
            return "Check the live register."
        unknown = self.run is not None and (self.run.end is None or self.run.is_at_most)
        return "Enter the expiry date." if unknown else ""


def _why_in_vain(held: RegistrationHeld) -> str:
    return "is another registration" if held.is_register else "is a membership, not a register"


def _at_most(run: Run) -> str:
    return " at the latest (no expiry date is entered)" if run.is_at_most else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationStanding(Standing):
    """Its status is that of the worst of `answers`, one for each ANY OF."""

    terms: RegistrationTerms
    answers: tuple[Answer, ...]
    is_extended: bool = False

    @property
    def worst(self) -> Answer:
        return min(self.answers, key=_severity)

    @property
    def is_met(self) -> bool:
        return all(answer.held is not None and answer.status in MET for answer in self.answers)

    @property
    def because(self) -> str:
        if len(self.answers) == 1:
            return f"{self.terms.title} {self.answers[0].clause(self._due())}."
        each = [f"{_capital(answer.wanted.says)}: it {answer.clause(self._due())}." for answer in self.answers]
        return f"{self.terms.title} asks for {len(each)} registrations. {' '.join(each)}"

    def _due(self) -> str:
        """Read only where a registration was never had."""
        never = next((answer for answer in self.answers if answer.held is None), None)
        if never is None or never.due_on is None:
            return ""
        verb = "it was due" if never.status is Status.OVERDUE else "it is due"
        how = "as extended for this person" if self.is_extended else after_start(self.terms.target_days or 0)
        return f"; {verb} {words.day(never.due_on)}, {how}"

    @property
    def next_step(self) -> str:
        steps = [answer.next_step for answer in sorted(self.answers, key=_severity)]
        return next((step for step in steps if step), "")


def _severity(answer: Answer) -> tuple[int, date]:
    return SEVERITY[answer.status], answer.due_on or date.max


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def standing(
    terms: RegistrationTerms,
    held: Sequence[RegistrationHeld],
    checks: Sequence[RegisterCheck],
    on: date,
    started_on: date,
    due_on: date | None = None,
) -> RegistrationStanding:
    """How a person stands on a registration requirement on a date. Registrations and checks of later days are not
    counted. `due_on` overrides the target (an extension)."""
    target = due_on
    if target is None and terms.target_days is not None:
        target = started_on + timedelta(days=terms.target_days)
    known = [one for one in held if one.registered_on <= on]
    answers = tuple(_answer(terms, group, known, checks, on, started_on, target) for group in terms.groups)
    speaks = min(answers, key=_severity)
    all_good = speaks.status is Status.UP_TO_DATE
    return RegistrationStanding(
        status=speaks.status,
        since=max(answer.since for answer in answers) if all_good else speaks.since,
        due_on=speaks.due_on,
        terms=terms,
        answers=answers,
        is_extended=due_on is not None,
    )


def _answer(
    terms: RegistrationTerms,
    group: AnyOf,
    known: Sequence[RegistrationHeld],
    checks: Sequence[RegisterCheck],
    on: date,
    started_on: date,
    target: date | None,
) -> Answer:
    of_it = [_one(group, held, checks, on, terms.warning_days) for held in known if group.takes(held)]
    if not of_it:
        status, since = never_had(target, on, started_on, terms.warning_days)
        return Answer(wanted=group, status=status, since=since, due_on=target, in_vain=tuple(known))
    best = max(of_it, key=_speaks_first)
    if best.run is None or best.status is not Status.UP_TO_DATE or best.since > best.run.start:
        return best
    runs = [run for held in known if group.takes(held) for run in runs_of(held, checks_of(held, checks, on))]
    whole = unbroken([Span(run.start, run.end) for run in runs if run.end is None or run.start <= run.end], on)
    return best if whole is None else replace(best, since=whole.start)


def _speaks_first(answer: Answer) -> tuple[bool, bool, int, date]:
    """One in force before a lapsed one, a register before a membership, then the better status, then the later end."""
    is_register = answer.held is not None and answer.held.is_register
    return answer.status in MET, is_register, SEVERITY[answer.status], answer.due_on or date.max


def _one(group: AnyOf, held: RegistrationHeld, checks: Sequence[RegisterCheck], on: date, warning_days: int) -> Answer:
    looked = checks_of(held, checks, on)
    run = runs_of(held, looked)[-1]
    status, since = had(run.end, on, run.start, warning_days)
    limited_on = _since_conditions(looked)
    if status is not Status.EXPIRED and limited_on is not None:
        status, since = Status.CONDITIONS, max(run.start, limited_on)
    elif status is Status.UP_TO_DATE:
        since = max(since, _lifted_on(looked) or since)
    return Answer(
        wanted=group,
        status=status,
        since=since,
        due_on=run.end,
        held=held,
        run=run,
        check=looked[-1] if looked else None,
    )


def _since_conditions(looked: Sequence[RegisterCheck]) -> date | None:
    """When the conditions that the last check saw were first seen."""
    since = None
    for check in reversed(looked):
        if check.result != CONDITIONS:
            break
        since = check.checked_on
    return since


def _lifted_on(looked: Sequence[RegisterCheck]) -> date | None:
    """The first check that no longer saw conditions."""
    after = [check for before, check in pairwise(looked) if before.result == CONDITIONS != check.result]
    return after[-1].checked_on if after else None


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
    if on < held.registered_on or (held.ended_on is not None and held.ended_on < on):
        why = f"{terms.title} of {held.name} is not required: the registration is not in force on {words.day(on)}."
        return LeftOut(status=Status.NOT_REQUIRED, why=why)
    looked = checks_of(held, checks, on)
    if not looked:
        due_on = max(started_on, held.registered_on)
        status, since = never_had(due_on, on, due_on, terms.warning_days)
        return CheckStanding(status=status, since=since, due_on=due_on, terms=terms, held=held)
    last = looked[-1]
    due_on = last.next_due_on or add_months(last.checked_on, terms.every_months)
    ends_on = runs_of(held, looked)[-1].end
    by_renewal = ends_on is not None and last.checked_on <= ends_on < due_on
    if by_renewal and ends_on is not None:
        due_on = ends_on + ONE_DAY
    status, since = had(due_on, on, last.checked_on, terms.warning_days, lapsed=Status.OVERDUE)
    return CheckStanding(
        status=status,
        since=since,
        due_on=due_on,
        terms=terms,
        held=held,
        checked_on=last.checked_on,
        renewal_on=ends_on if by_renewal else None,
    )


def next_check_due(checked_on: date, result: str, expiry_seen_on: date | None, every_months: int) -> date:
    """When the register is looked at again: the day after, if it could not be seen; else after the usual months, but
    not later than the day after the expiry that the register showed, since that is when it says something new."""
    if result == NOT_CHECKED:
        return checked_on + timedelta(days=1)
    usual = add_months(checked_on, every_months)
    if expiry_seen_on is None or expiry_seen_on < checked_on:
        return usual
    return min(usual, expiry_seen_on + timedelta(days=1))
