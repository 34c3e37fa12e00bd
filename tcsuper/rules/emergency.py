"""Emergency access: how long, when it is told, by when it is reviewed. Numbers of the security contract, section 2.

Working days are Monday to Friday. Bank holidays are not known here and count as working days, so a review can only be
asked for too early.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

OPEN_FOR = timedelta(minutes=60)
LONGEST_DELAY_DAYS = 14
REVIEW_WITHIN = 5
"""Working days from the day it was opened."""
SHORTEST_WORDS = 20
"""Characters of why: blanks at the ends and repeated blanks do not count."""
ASKED_FOR = timedelta(days=7)
"""Not opened within this time, a request is over: what was urgent a week ago is asked for anew (product default)."""
SATURDAY = 5


class Stage(StrEnum):
    WAITING = "waiting"
    """For the director's approval."""
    READY = "ready"
    REFUSED = "refused"
    LAPSED = "lapsed"
    OPEN = "open"
    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"


@dataclass(frozen=True)
class Steps:
    """What has happened to a request, and when."""

    needs_approval: bool
    asked_at: datetime
    approved_at: datetime | None = None
    refused_at: datetime | None = None
    opened_at: datetime | None = None
    open_until: datetime | None = None
    reviewed_at: datetime | None = None


def stage(steps: Steps, at: datetime) -> Stage:
    """Where a request stands at a moment. While it is open it is open, even when somebody reviewed it already."""
    if steps.refused_at is not None:
        return Stage.REFUSED
    if steps.opened_at is not None:
        if is_open(steps.open_until, at):
            return Stage.OPEN
        return Stage.TO_REVIEW if steps.reviewed_at is None else Stage.REVIEWED
    if at >= steps.asked_at + ASKED_FOR:
        return Stage.LAPSED
    return Stage.WAITING if steps.needs_approval and steps.approved_at is None else Stage.READY


def is_open(open_until: datetime | None, at: datetime) -> bool:
    """The last moment itself is over."""
    return open_until is not None and at < open_until


def enough_words(typed: str) -> bool:
    return len(" ".join(typed.split())) >= SHORTEST_WORDS


def told_from(opened_at: datetime, put_off_until: datetime | None) -> datetime:
    """At once, or when the delay ends: at most 14 days after it was opened, whatever was written down."""
    if put_off_until is None:
        return opened_at
    return max(opened_at, min(put_off_until, opened_at + timedelta(days=LONGEST_DELAY_DAYS)))


def is_told(opened_at: datetime | None, told: datetime | None, at: datetime) -> bool:
    return opened_at is not None and told is not None and at >= told


def is_working_day(on: date) -> bool:
    return on.weekday() < SATURDAY


def review_due_on(opened_on: date) -> date:
    """The fifth working day after the day it was opened; the due day itself still counts."""
    due, left = opened_on, REVIEW_WITHIN
    while left:
        due += timedelta(days=1)
        left -= is_working_day(due)
    return due


def is_review_overdue(due_on: date | None, reviewed_at: datetime | None, on: date) -> bool:
    return due_on is not None and reviewed_at is None and on > due_on
