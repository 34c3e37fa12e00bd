"""Registration: which registration meets a requirement on a date, until when, and what to do about it.

Sources: domain, section 4, and section 2 (ALL OF, ANY OF; membership is not a register). What is known of a
registration is in `registers.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tcsuper import words
from tcsuper.rules.registers import (
    CONDITIONS,
    GONE,
    MEMBERSHIP,
    STATUTORY,
    RegisterCheck,
    RegistrationHeld,
    Run,
    checks_of,
    runs_of,
)
from tcsuper.rules.standing import MET, SEVERITY, Span, Standing, Status, after_start, had, never_had, unbroken

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
    asked_from: date | None = None
    """From when the target counts, where it began to be asked of somebody already in post."""

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
        how = (
            "as extended for this person"
            if self.is_extended
            else after_start(self.terms.target_days or 0, self.terms.asked_from)
        )
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
        return Answer(
            wanted=group, status=status, since=since, due_on=target, in_vain=tuple(one.as_at(on) for one in known)
        )
    best = max(of_it, key=_speaks_first)
    if best.run is None or best.status is not Status.UP_TO_DATE or best.since > best.run.start:
        return best
    runs = [run for held in known if group.takes(held) for run in runs_of(held, checks, on)]
    whole = unbroken([Span(run.start, run.end) for run in runs if run.end is None or run.start <= run.end], on)
    return best if whole is None else replace(best, since=whole.start)


def _speaks_first(answer: Answer) -> tuple[bool, bool, int, date]:
    """One in force before a lapsed one, a register before a membership, then the better status, then the later end."""
    is_register = answer.held is not None and answer.held.is_register
    return answer.status in MET, is_register, SEVERITY[answer.status], answer.due_on or date.max


def _one(group: AnyOf, held: RegistrationHeld, checks: Sequence[RegisterCheck], on: date, warning_days: int) -> Answer:
    looked = checks_of(held, checks, on)
    run = runs_of(held, checks, on)[-1]
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
        held=held.as_at(on),
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
