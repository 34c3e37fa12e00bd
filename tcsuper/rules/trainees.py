"""Trainees: one coordinating supervisor at a time, the plan looked at again, work handed in and signed off in time.

The field (BPS Qualification in Forensic Psychology, Stage 2): a coordinating supervisor owns the training plan,
designated supervisors cover pieces of work. How often the plan is reviewed is the service's own number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tcsuper import words
from tcsuper.rules.standing import Span, Standing, Status, add_months, first_of_month, had, never_had

# ---------------------------------------------------------------------------------------------------------------------
# The coordinating supervisor


@dataclass(frozen=True, slots=True)
class Coordinating:
    """Somebody who is, was or will be a trainee's coordinating supervisor."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class NotExactlyOne:
    """Nobody coordinates on a date, or several do: since when, why it matters in a sentence, and what to do."""

    since: date
    because: str
    next_step: str


def coordination(training: Span, held: Iterable[Coordinating], on: date) -> NotExactlyOne | None:
    """None: exactly one that day, or no training that day. `held`: whoever ever coordinated it."""
    held = sorted(held, key=lambda one: (one.span.start, one.name))
    now = [one for one in held if one.span.holds(on)]
    if len(now) == 1 or not training.holds(on):
        return None
    return _several(training, now) if now else _nobody(training, held, on)


def _several(training: Span, now: Sequence[Coordinating]) -> NotExactlyOne:
    since = max(now[1].span.start, training.start)
    names = words.listed([one.name for one in now])
    return NotExactlyOne(
        since,
        f"{_number(len(now))} coordinating supervisors at a time since {words.day(since)}: {names}.",
        "A trainee has exactly one. End the agreement of the others, or make them designated supervisors.",
    )


def _number(how_many: int) -> str:
    return {2: "Two", 3: "Three", 4: "Four"}.get(how_many, str(how_many))


def _nobody(training: Span, held: Sequence[Coordinating], on: date) -> NotExactlyOne:
    ends = [one.span.end for one in held if one.span.end is not None and one.span.end < on]
    since = max([training.start, *(end + timedelta(days=1) for end in ends)])
    coming = next((one for one in held if one.span.start > on), None)
    if coming is None:
        step = "Make an agreement with a coordinating supervisor."
    else:
        step = f"{coming.name} begins on {words.day(coming.span.start)}. Agree who coordinates until then."
    return NotExactlyOne(since, f"No coordinating supervisor since {words.day(since)}.", step)


# ---------------------------------------------------------------------------------------------------------------------
# Steps: a plan, a submission, a review, a sign-off


KIND_WORDS = {"plan": "Plan", "submission": "Submission", "review": "Review", "sign_off": "Sign-off"}
DONE_WORDS = {"plan": "agreed", "submission": "handed in", "review": "held", "sign_off": "signed off"}
TO_DO = {
    "plan": "Agree it, and record the day",
    "submission": "Hand it in, and record the day",
    "review": "Hold it, and record the day",
    "sign_off": "The coordinating supervisor signs it off",
}


@dataclass(frozen=True, slots=True)
class Step:
    """`kind`: plan, submission, review or sign_off. `done_on`: the day it was done, whenever that was entered."""

    kind: str
    title: str
    due_on: date | None = None
    done_on: date | None = None
    core_role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStanding(Standing):
    step: Step

    @property
    def is_met(self) -> bool:
        return self.status is Status.UP_TO_DATE

    @property
    def because(self) -> str:
        step, done = self.step, DONE_WORDS[self.step.kind]
        if self.is_met and step.done_on is not None:
            late = (step.done_on - step.due_on).days if step.due_on else 0
            after = f", {words.count(late, 'day')} after it was due" if late > 0 else ""
            return f"{step.title} was {done} on {words.day(step.done_on)}{after}."
        if step.due_on is None:
            return f"{step.title} has not been {done} yet, and no date is set for it."
        if self.status is Status.OVERDUE:
            return f"{step.title} is overdue: it was due {words.day(step.due_on)} and has not been {done}."
        return f"{step.title} is due {words.day(step.due_on)}."

    @property
    def next_step(self) -> str:
        if self.is_met:
            return ""
        if self.step.due_on is None:
            return "Set a date for it."
        late_or_soon = self.status in (Status.OVERDUE, Status.DUE_SOON)
        return f"{TO_DO[self.step.kind]}, or set another date with a reason." if late_or_soon else ""


def step_standing(step: Step, started_on: date, on: date, warning_days: int) -> StepStanding:
    """How a step stands on a date; one done later was not done yet. `started_on`: the first day of the traineeship."""
    due_on = step.due_on
    if step.done_on is not None and step.done_on <= on:
        return StepStanding(status=Status.UP_TO_DATE, since=step.done_on, step=step)
    status, since = never_had(due_on, on, started_on, warning_days)
    return StepStanding(status=status, since=since, due_on=due_on, step=step)


# ---------------------------------------------------------------------------------------------------------------------
# The plan is reviewed every so often


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStanding(Standing):
    every_months: int
    last_on: date | None

    @property
    def because(self) -> str:
        assert self.due_on is not None
        after = "the last one" if self.last_on else "the traineeship began"
        due = f"due {words.day(self.due_on)}, {words.count(self.every_months, 'month')} after {after}"
        last = (
            f"It was last reviewed on {words.day(self.last_on)}." if self.last_on else "It has not been reviewed yet."
        )
        if self.status is Status.OVERDUE:
            return f"The review of the plan is overdue: it was {due}. {last}"
        return f"The next review of the plan is {due}. {last}"

    @property
    def next_step(self) -> str:
        late_or_soon = self.status in (Status.OVERDUE, Status.DUE_SOON)
        return "Look at the plan together, and record the day as a review." if late_or_soon else ""


REVIEW_WARNING_DAYS = 14
"""Of a quarter the last fortnight is soon; the service's own window is longer than the quarter."""


def review_standing(started_on: date, reviewed_on: Iterable[date], every_months: int, on: date) -> ReviewStanding:
    """How the review of the plan stands on a date: every so many months from the start, then from the last one held.
    Later ones are not counted."""
    last_on = max((day for day in reviewed_on if day <= on), default=None)
    due_on = add_months(last_on or started_on, every_months)
    if last_on is None:
        status, since = never_had(due_on, on, started_on, REVIEW_WARNING_DAYS)
    else:
        status, since = had(due_on, on, last_on, REVIEW_WARNING_DAYS, lapsed=Status.OVERDUE)
    return ReviewStanding(status=status, since=since, due_on=due_on, every_months=every_months, last_on=last_on)


# ---------------------------------------------------------------------------------------------------------------------
# Hours with each supervisor


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes attended, as they are: what a rule set makes of them is another question."""

    this_month: int
    in_all: int


def hours_with(sessions: Iterable[tuple[date, int]], on: date) -> Hours:
    """Of sessions held under one agreement (day, minutes attended): in the month of a date up to it, and until then."""
    until = [(held_on, minutes) for held_on, minutes in sessions if held_on <= on]
    return Hours(
        sum(minutes for held_on, minutes in until if held_on >= first_of_month(on)),
        sum(minutes for _, minutes in until),
    )
