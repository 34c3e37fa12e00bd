"""What is only a date: an agreement in force, a period passed, an event held, a check seen.

Sources: design, section 2 (kinds and statuses); domain, section 6 (agreement: parties, review date, sign-off by each
party; a missing or overdue one is its own alert), section 2 (probation, suitability for young people) and section 13
(appraisal at least yearly). Never what was in it: the date that it was held, passed or seen. The numbers are the
service's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tcsuper import words
from tcsuper.rules.standing import (
    MET,
    SEVERITY,
    Standing,
    Status,
    add_months,
    after_asked,
    after_start,
    had,
    is_soon,
    never_had,
)

ONE_DAY = timedelta(days=1)


# ---------------------------------------------------------------------------------------------------------------------
# Agreement


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """An agreement in force within `target_days` of the start in post, or of `asked_from` where it began to be asked
    later, reviewed every `review_months` unless it names its own day (0: no review). `warning_days`: before a review is
    due, and before the agreement ends."""

    title: str = "Supervision agreement"
    target_days: int = 0
    review_months: int = 12
    warning_days: int = 30
    asked_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementHeld:
    """One agreement, from a day to a day. `review_on`: its next review. `unsigned_by`: the parties whose signature is
    missing, by name; `sign_by`: until when it holds without them, where the service gives them time."""

    with_whom: str
    start_on: date
    end_on: date | None = None
    review_on: date | None = None
    unsigned_by: tuple[str, ...] = ()
    sign_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementStanding(Standing):
    """`held`: the agreement that speaks; None when there never was one. `is_ending`: what is due is what follows it."""

    terms: AgreementTerms
    held: AgreementHeld | None = None
    is_ending: bool = False

    @property
    def is_met(self) -> bool:
        if self.status not in MET or self.held is None:
            return False
        return not self.held.unsigned_by or self.held.sign_by is not None

    @property
    def because(self) -> str:
        title, held = self.terms.title, self.held
        if held is None:
            return self._missing(title)
        subject = f"{title} with {held.with_whom}"
        if self.status is Status.EXPIRED:
            assert held.end_on is not None
            return f"{subject} ended on {words.day(held.end_on)} and no other is in force."
        if held.unsigned_by:
            due = ""
            if self.due_on is not None and self.status is Status.OVERDUE:
                due = f"; it was due {words.day(self.due_on)}"
            elif held.sign_by is not None:
                due = f" yet; it is due {words.day(held.sign_by)}"
            return f"{subject} from {words.day(held.start_on)} is not signed by {words.listed(held.unsigned_by)}{due}."
        in_force = f"{subject} has been in force since {words.day(held.start_on)}"
        if self.due_on is None:
            return f"{in_force}."
        if self.is_ending:
            return f"{in_force}; it ends on {words.day(self.due_on)} and no other follows."
        if self.status is Status.OVERDUE:
            return f"{in_force}, but its review is overdue: it was due {words.day(self.due_on)}."
        return f"{in_force}; its review is due {words.day(self.due_on)}."

    def _missing(self, title: str) -> str:
        if self.due_on is None:
            return f"{title} is not recorded yet."
        verb = "is missing: none is recorded; it was" if self.status is Status.OVERDUE else "is not recorded yet; it is"
        how = after_start(self.terms.target_days, self.terms.asked_from)
        return f"{title} {verb} due {words.day(self.due_on)}, {how}."

    @property
    def next_step(self) -> str:
        if self.held is None or self.status is Status.EXPIRED:
            return "Make an agreement and have every party sign it."
        if self.held.unsigned_by:
            return f"Have it signed by {words.listed(self.held.unsigned_by)}."
        if self.is_ending:
            return "Agree what comes after: hand it over, or make another agreement."
        if self.status in (Status.OVERDUE, Status.DUE_SOON):
            return "Review the agreement together, and set the next review day."
        return ""


def first_review_on(start_on: date, months: int) -> date:
    """When an agreement that names no day of its own is first reviewed."""
    return add_months(start_on, months)


def review_due_on(terms: AgreementTerms, held: AgreementHeld) -> date | None:
    """Its next review; None where none is asked for."""
    if held.review_on is None and terms.review_months:
        return first_review_on(held.start_on, terms.review_months)
    return held.review_on


def is_review_due(terms: AgreementTerms, held: AgreementHeld, on: date) -> bool:
    """Whether it has begun, and its review is near or over, whatever else is to be done about it."""
    due_on = review_due_on(terms, held)
    return held.start_on <= on and due_on is not None and (due_on < on or is_soon(due_on, on, terms.warning_days))


def agreement_standing(
    terms: AgreementTerms,
    held: Sequence[AgreementHeld],
    on: date,
    started_on: date,
    asked_until: date | None = None,
) -> AgreementStanding:
    """How a person stands on having an agreement on a date. Of several in force the best one speaks; one that is not
    signed by every party is not in force yet, and is overdue once it, and the person, have started. `asked_until`: the
    last day in post, where it is known: what ends with it needs nothing to follow."""
    begun = [one for one in held if one.start_on <= on]
    due_on = started_on + timedelta(days=terms.target_days)
    if not begun:
        status, since = never_had(due_on, on, started_on, terms.warning_days)
        return AgreementStanding(status=status, since=since, due_on=due_on, terms=terms)
    each = [_one_agreement(terms, one, on, due_on, _is_followed(one, held, asked_until)) for one in begun]
    return max(each, key=lambda one: (one.is_met, SEVERITY[one.status], one.due_on or date.max))


def _one_agreement(
    terms: AgreementTerms, held: AgreementHeld, on: date, due_on: date, is_followed: bool
) -> AgreementStanding:
    is_ending = False
    if held.end_on is not None and held.end_on < on:
        status, since, by = Status.EXPIRED, held.end_on + ONE_DAY, held.end_on
    elif held.unsigned_by:
        by = held.sign_by or max(due_on, held.start_on)
        status, since = never_had(by, on, held.start_on, terms.warning_days)
    else:
        review_on = review_due_on(terms, held)
        is_ending = _ends_first(terms, held, on, review_on) and not is_followed
        next_on = held.end_on if is_ending else review_on
        status, since = had(next_on, on, held.start_on, terms.warning_days, lapsed=Status.OVERDUE)
        return AgreementStanding(
            status=status, since=since, due_on=next_on, terms=terms, held=held, is_ending=is_ending
        )
    return AgreementStanding(status=status, since=since, due_on=by, terms=terms, held=held)


def _ends_first(terms: AgreementTerms, held: AgreementHeld, on: date, review_on: date | None) -> bool:
    """Whether its end is near, and nearer than its review."""
    if held.end_on is None or not is_soon(held.end_on, on, terms.warning_days):
        return False
    return review_on is None or held.end_on <= review_on


def _is_followed(held: AgreementHeld, others: Sequence[AgreementHeld], asked_until: date | None) -> bool:
    """Whether another agreement of those that are asked for goes on where this one ends, or none is asked for then."""
    if held.end_on is None:
        return False
    if asked_until is not None and asked_until <= held.end_on:
        return True
    after = held.end_on + ONE_DAY
    return any(one.start_on <= after and (one.end_on is None or one.end_on >= after) for one in others)


# ---------------------------------------------------------------------------------------------------------------------
# Period


@dataclass(frozen=True, slots=True)
class PeriodTerms:
    """Something to be passed by the end of so many months from the start in post (probation), or by the start itself (0
    months: suitability for young people). `asked_from`: the later day from which it counts, where it began to be asked
    of somebody already in post. `warning_days`: 0 says nothing before the end."""

    title: str = "Probation"
    months: int = 6
    warning_days: int = 0
    done_word: str = "passed"
    asked_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodStanding(Standing):
    """`due_on`: the end of the period while it runs. `done_on`: the day that it was passed."""

    terms: PeriodTerms
    started_on: date
    done_on: date | None = None
    is_extended: bool = False

    @property
    def is_met(self) -> bool:
        return self.done_on is not None

    @property
    def because(self) -> str:
        title = self.terms.title
        if self.done_on is not None:
            return f"{title} was {self.terms.done_word} on {words.day(self.done_on)}."
        assert self.due_on is not None
        if self.status is Status.OVERDUE:
            not_done = f"it is not recorded as {self.terms.done_word}"
            return f"{title} is overdue: it {self._ended()} {words.day(self.due_on)}, {self._how()}; {not_done}."
        until = f"until {words.day(self.due_on)}, {self._how()}"
        return (
            f"{title} runs {until}."
            if self.terms.months
            else f"{title} is due {words.day(self.due_on)}, {self._how()}."
        )

    def _ended(self) -> str:
        return "ended" if self.terms.months else "was due"

    def _how(self) -> str:
        if self.is_extended:
            return "as extended for this person"
        if not self.terms.months:
            return after_start(0, self.terms.asked_from)
        months = words.count(self.terms.months, "month")
        return (
            after_asked(months, self.terms.asked_from) if self.terms.asked_from else f"{months} after starting in post"
        )

    @property
    def next_step(self) -> str:
        if self.status in (Status.OVERDUE, Status.DUE_SOON):
            return f"Decide, and record the day on which it is {self.terms.done_word}, or extend it."
        return ""


def period_standing(
    terms: PeriodTerms, started_on: date, done: Sequence[date], on: date, extended_to: date | None = None
) -> PeriodStanding:
    """How a person stands on a period on a date. `done`: the days on which it was passed, from any post before too: who
    has served it once does not serve it again. `extended_to`: its end in place of the computed one."""
    done_on = min((day for day in done if day <= on), default=None)
    due_on = extended_to or add_months(started_on, terms.months)
    if done_on is not None:
        status, since = Status.UP_TO_DATE, done_on
    elif due_on < on:
        status, since = Status.OVERDUE, due_on + ONE_DAY
    elif (terms.warning_days or not terms.months) and is_soon(due_on, on, terms.warning_days):
        status, since = Status.DUE_SOON, max(started_on, due_on - timedelta(days=terms.warning_days))
    else:
        status, since = Status.IN_PROGRESS, started_on
    return PeriodStanding(
        status=status,
        since=since,
        due_on=None if done_on else due_on,
        terms=terms,
        started_on=started_on,
        done_on=done_on,
        is_extended=extended_to is not None,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Event held, check seen


@dataclass(frozen=True, slots=True)
class EventTerms:
    """An event of which only the date is kept. `done_word`: held (an appraisal) or seen (a security check).
    `every_months`: again after so many; None: once. `first_days`: the first within so many days of the start in post;
    None: within `every_months` of it. `asked_from`: the later day from which both count for the first one, where it
    began to be asked of somebody already in post."""

    title: str
    every_months: int | None = 12
    first_days: int | None = None
    done_word: str = "held"
    warning_days: int = 30
    asked_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStanding(Standing):
    terms: EventTerms
    last_on: date | None = None
    is_extended: bool = False

    @property
    def is_met(self) -> bool:
        return self.status in MET and self.last_on is not None

    @property
    def because(self) -> str:
        title, verb = self.terms.title, self.terms.done_word
        last = f"was last {verb} on {words.day(self.last_on)}" if self.last_on else f"has not been {verb} yet"
        if self.due_on is None:
            return f"{title} was {verb} on {words.day(self.last_on)}." if self.last_on else f"{title} {last}."
        due = f"due {words.day(self.due_on)}, {self._how()}"
        if self.status is Status.OVERDUE:
            return f"{title} is overdue: it was {due}; it {last}."
        return f"{title} is {'next ' if self.last_on else ''}{due}; it {last}."

    def _how(self) -> str:
        if self.is_extended:
            return "as extended for this person"
        months = words.count(self.terms.every_months or 0, "month")
        if self.last_on is not None:
            return f"{months} after the last one"
        if self.terms.first_days is not None:
            return after_start(self.terms.first_days, self.terms.asked_from)
        return (
            after_asked(months, self.terms.asked_from) if self.terms.asked_from else f"{months} after starting in post"
        )

    @property
    def next_step(self) -> str:
        if self.status in (Status.OVERDUE, Status.DUE_SOON):
            return f"Record the day on which it is {self.terms.done_word}."
        return ""


def event_standing(
    terms: EventTerms, held_on: Sequence[date], on: date, started_on: date, due_on: date | None = None
) -> EventStanding:
    """How a person stands on an event on a date. Later ones are not counted; one held before the person started counts.
    `due_on` puts the computed day off (an extension)."""
    last_on = max((day for day in held_on if day <= on), default=None)
    by = _event_due(terms, last_on, started_on)
    is_extended = due_on is not None and (by is None or by < due_on)
    by = due_on if is_extended else by
    if last_on is None:
        status, since = never_had(by, on, started_on, terms.warning_days)
    else:
        status, since = had(by, on, last_on, terms.warning_days, lapsed=Status.OVERDUE)
    return EventStanding(status=status, since=since, due_on=by, terms=terms, last_on=last_on, is_extended=is_extended)


def _event_due(terms: EventTerms, last_on: date | None, started_on: date) -> date | None:
    if last_on is None and terms.first_days is not None:
        return started_on + timedelta(days=terms.first_days)
    return add_months(last_on or started_on, terms.every_months) if terms.every_months else None
