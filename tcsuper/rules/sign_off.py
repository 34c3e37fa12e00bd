"""Sign-off of a competency: somebody stands by a person's level on a standard, and whether that still holds on a date.

Sources: domain, section 9 (a level per role and competency, seen more than once); that a sign-off lapses, and when, is
the service's own. It lapses after so many months; at once when practice is seen below what was required that day, or
under the standard's floor; when more is required than was signed off; and when a next version of the standard does not
carry it over. Once lapsed it stays so: what helps is a new one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from tcsuper import words
from tcsuper.rules import practice
from tcsuper.rules.practice import LevelRequired, PracticeTerms, Rated, Seen, seen_by
from tcsuper.rules.standing import LeftOut, Span, Standing, Status, add_months, had, unbroken

MAY_BE_SIGNED = frozenset({Status.AT, Status.ABOVE})
"""How somebody stands on a standard by what was observed, for it to be signed off."""


@dataclass(frozen=True, slots=True)
class SignedOff:
    """`level`: as it counts on the version asked about; None where it was given on a former `version` and is not
    carried over. `by`: the name of who stands by it. `version`: empty where it was given on the one asked about."""

    signed_on: date
    level: int | None
    by: str
    version: str = ""
    record_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SignOffTerms:
    """The standard as practice is judged on it, `required` over all posts of the person and over the former versions
    of it. `version` is asked of them from `version_from`. `months`: how long a sign-off holds; 0: for ever."""

    practice: PracticeTerms
    version: str
    version_from: date
    months: int = 24
    warning_days: int = 90


def highest_of(levels: Iterable[LevelRequired]) -> tuple[LevelRequired, ...]:
    """What several posts ask of one person at once, as one: the highest on each day."""
    known = list(levels)
    next_day = timedelta(days=1)
    edges = {one.span.start for one in known} | {one.span.end + next_day for one in known if one.span.end}
    stretches = []
    for first, following in pairwise([*sorted(edges), None]):
        assert first is not None, "only the last has none"
        highest = max((one.level for one in known if one.span.holds(first)), default=None)
        if highest is not None:
            stretches.append(LevelRequired(highest, Span(first, following - next_day if following else None)))
    return tuple(stretches)


# ---------------------------------------------------------------------------------------------------------------------
# When it lapses


@dataclass(frozen=True, slots=True)
class Lapse:
    """The first day on which it no longer holds, and why."""

    on: date
    why: str


def lapse_of(terms: SignOffTerms, signed: SignedOff, ratings: Sequence[Rated], on: date) -> Lapse | None:
    """What ended it first, up to a date; None while it holds."""
    lapses = (
        _not_carried_over(terms, signed),
        _more_required(terms, signed),
        _seen_below(terms, signed, ratings, on),
        _after_months(terms, signed),
    )
    return min((one for one in lapses if one is not None and one.on <= on), key=lambda one: one.on, default=None)


def _not_carried_over(terms: SignOffTerms, signed: SignedOff) -> Lapse | None:
    if signed.level is not None:
        return None
    why = f"given on version {signed.version}, it is not carried over to version {terms.version}"
    return Lapse(max(signed.signed_on, terms.version_from), why)


def _more_required(terms: SignOffTerms, signed: SignedOff) -> Lapse | None:
    """Whether the role asks for more, or the person changed to one that does."""
    if signed.level is None:
        return None
    days = {signed.signed_on} | {one.span.start for one in terms.practice.required}
    for day in sorted(day for day in days if day >= signed.signed_on):
        required = terms.practice.required_on(day)
        if required is not None and required > signed.level:
            return Lapse(day, f"{terms.practice.name(required)} is required from that day")
    return None


def _seen_below(terms: SignOffTerms, signed: SignedOff, ratings: Sequence[Rated], on: date) -> Lapse | None:
    since = [day for day in seen_by(terms.practice, ratings, on) if day.on >= signed.signed_on]
    return next((lapse for day in reversed(since) if (lapse := _lapse_by(terms.practice, day))), None)


def _lapse_by(terms: PracticeTerms, day: Seen) -> Lapse | None:
    required, seen = terms.required_on(day.on), f"{terms.name(day.level)} was seen that day"
    if terms.is_under_floor(day.level):
        return Lapse(day.on, f"{seen}, under the floor {terms.name(terms.floor or 0)}")
    if required is not None and day.level < required:
        return Lapse(day.on, f"{seen}, below the required level {terms.name(required)}")
    return None


def _after_months(terms: SignOffTerms, signed: SignedOff) -> Lapse | None:
    ends_on = _ends_on(terms, signed)
    if ends_on is None:
        return None
    return Lapse(ends_on + timedelta(days=1), f"it held for {words.count(terms.months, 'month')}")


def _ends_on(terms: SignOffTerms, signed: SignedOff) -> date | None:
    return add_months(signed.signed_on, terms.months) if terms.months else None


# ---------------------------------------------------------------------------------------------------------------------
# How it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffStanding(Standing):
    """`signed`: the sign-off that is asked about, None: there is none. `lapse`: why it no longer holds. `practice`: how
    the person stands by what was observed, which says whether it can be signed off."""

    terms: SignOffTerms
    practice: Standing
    signed: SignedOff | None = None
    lapse: Lapse | None = None

    @property
    def can_be_signed(self) -> bool:
        return self.practice.status in MAY_BE_SIGNED

    @property
    def because(self) -> str:
        title, signed = self.terms.practice.title, self.signed
        if signed is None:
            return f"{title} has not been signed off yet."
        level = f" at {self.terms.practice.name(signed.level)}" if signed.level is not None else ""
        carried = f" on version {signed.version}, carried over" if signed.version and signed.level is not None else ""
        given = f"signed off{level} by {signed.by} on {words.day(signed.signed_on)}{carried}"
        if self.lapse is not None:
            return f"{title} was {given}. That lapsed on {words.day(self.lapse.on)}: {self.lapse.why}."
        until = f" until {words.day(self.due_on)}" if self.due_on else ""
        return f"{title} is {given}. It holds{until}, as long as practice is not seen below."

    @property
    def next_step(self) -> str:
        if self.status is Status.UP_TO_DATE:
            return ""
        if self.status is Status.DUE_SOON and self.due_on is not None:
            return f"Sign it off again by {words.day(self.due_on)}." if self.can_be_signed else self.practice.next_step
        if self.can_be_signed:
            verb = "above" if self.practice.status is Status.ABOVE else "at"
            return f"Sign it off{' again' if self.signed else ''}: what was observed is {verb} the required level."
        return "It can be signed off once what is observed is at the required level."


def standing(terms: SignOffTerms, signed_off: Sequence[SignedOff], ratings: Sequence[Rated], on: date) -> Standing:
    """How somebody's sign-off on a standard stands on a date: holding, soon to be renewed, lapsed, or never given. The
    latest one counts; of those of one day the last in `signed_off`."""
    stands = practice.standing(terms.practice, ratings, on)
    if terms.practice.required_on(on) is None:
        why = f"{terms.practice.title}: no level is required on {words.day(on)}, so nothing is to be signed off."
        return LeftOut(status=Status.NOT_REQUIRED, why=why)
    given = sorted((one for one in signed_off if one.signed_on <= on), key=_carried_then_latest)
    if not given:
        return SignOffStanding(status=Status.NOT_STARTED, since=_asked_since(terms, on), terms=terms, practice=stands)
    signed = given[-1]
    lapse, ends_on = lapse_of(terms, signed, ratings, on), _ends_on(terms, signed)
    if lapse is not None:
        return SignOffStanding(
            status=Status.EXPIRED, since=lapse.on, terms=terms, practice=stands, signed=signed, lapse=lapse
        )
    status, since = had(ends_on, on, signed.signed_on, terms.warning_days)
    return SignOffStanding(status=status, since=since, due_on=ends_on, terms=terms, practice=stands, signed=signed)


def _carried_then_latest(signed: SignedOff) -> tuple[bool, date]:
    """What counts on this version goes before what does not, however late that was given."""
    return signed.level is not None, signed.signed_on


def _asked_since(terms: SignOffTerms, on: date) -> date:
    """The first day of the unbroken time in which some level has been required."""
    asked = unbroken((one.span for one in terms.practice.required), on)
    return asked.start if asked is not None else on
