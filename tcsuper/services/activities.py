"""The activity log: what somebody did beside their work with residents, in their own words.

Everybody keeps their own, and nobody keeps anybody else's. The words are sealed and their owner's alone until shared;
then supervisors and therapy managers read them, and each reading is an event. No event holds a word of them.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tcsuper import words as written
from tcsuper.access import Action, Actor, Object, acting, activities_read_by, check_about
from tcsuper.audit import record_event, record_reading
from tcsuper.clock import now, today
from tcsuper.confidential import opened, sealed
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Activity, ActivityKind, Staff
from tcsuper.queries.evidence import current
from tcsuper.rules.activity import hours_in_words
from tcsuper.rules.standing import add_months
from tcsuper.services.evidence import next_version

LONGEST_WORDS = 4000
HOURS_OF_A_DAY = 24
YEARS_BACK = 10
"""Twice the longest period that a body counts over."""


class VoidReason(StrEnum):
    """Chosen, not typed: reasons are not sealed, so they must hold no word of the entry."""

    ENTERED_TWICE = "entered_twice"
    NOT_HELD = "not_held"
    WRONG_ENTRY = "wrong_entry"
    IDENTIFIES_SOMEBODY = "identifies_somebody"


def add_activity(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    kind: ActivityKind | None,
    held_on: date | None,
    hours: float | None,
    words: str,
    share: bool = False,
) -> Activity:
    """An entry in the acting person's own log. Raises InvalidRecord with everything that cannot be."""
    by = acting(db, by, submission)
    check_about(db, by, Object.ACTIVITY, Action.CREATE, by.staff_id)
    record_id = uuid4()
    typed = _checked(db, by, record_id, kind, held_on, hours, words)
    activity = Activity(
        record_id=record_id,
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        staff_id=by.staff_id,
        kind=typed.kind,
        held_on=typed.held_on,
        hours=typed.hours,
        sealed_words=sealed(Activity, record_id, words, "sealed_words"),
        is_shared=bool(share),
    )
    db.add(activity)
    db.flush()
    _event(db, by, "add_activity", activity)
    return activity


def change_activity(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    activity_id: int,
    kind: ActivityKind | None,
    held_on: date | None,
    hours: float | None,
    words: str,
    share: bool,
) -> Activity:
    """A new version of one's own entry; the former one stays, sealed. Raises Conflict when another window changed it
    after it was opened, InvalidRecord as above."""
    by = acting(db, by, submission)
    former = _mine(db, by, activity_id, Action.UPDATE)
    typed = _checked(db, by, former.record_id, kind, held_on, hours, words)
    activity = next_version(
        db,
        by,
        former,
        kind=typed.kind,
        held_on=typed.held_on,
        hours=typed.hours,
        sealed_words=sealed(Activity, former.record_id, words, "sealed_words"),
        is_shared=bool(share),
    )
    _event(db, by, "change_activity", activity)
    return activity


def share_activity(db: Session, *, by: Actor, submission: UUID | None = None, activity_id: int) -> Activity:
    """From now on supervisors and therapy managers may read the words of one's own entry."""
    return _share(db, by, submission, activity_id, True)


def stop_sharing_activity(db: Session, *, by: Actor, submission: UUID | None = None, activity_id: int) -> Activity:
    """From now on nobody else may. Who has read the words meanwhile stays in the history."""
    return _share(db, by, submission, activity_id, False)


def void_activity(
    db: Session, *, by: Actor, submission: UUID | None = None, activity_id: int, reason: VoidReason | None
) -> Activity:
    """One's own entry counts no more, and nobody opens it any more. It stays, sealed, with the reason."""
    by = acting(db, by, submission)
    former = _mine(db, by, activity_id, Action.VOID)
    if reason not in list(VoidReason):
        raise InvalidRecord(reason="Choose why it is voided.")
    activity = next_version(db, by, former, VoidReason(reason).value, is_void=True, is_shared=False)
    _event(db, by, "void_activity", activity, reason=VoidReason(reason).value)
    return activity


@dataclass(frozen=True)
class OpenedActivity:
    version_id: int
    kind: ActivityKind
    held_on: date
    hours: float
    words: str
    is_shared: bool


def open_activity(db: Session, *, by: Actor, record_id: UUID) -> OpenedActivity:
    """An entry with its words, for its owner, and once shared for those who may read it; an event about the owner.
    Opened again within 15 minutes it is the same reading and no second event."""
    by = acting(db, by)
    activity = db.exec(
        select(Activity).where(Activity.record_id == record_id, current(Activity), activities_read_by(by))
    ).first()
    if activity is None:
        raise NotAllowed
    words = opened(activity, "sealed_words")
    _event(db, by, "read_activity", activity)
    return OpenedActivity(activity.id or 0, activity.kind, activity.held_on, activity.hours, words, activity.is_shared)


# ---------------------------------------------------------------------------------------------------------------------
# One's own, and what can be


def _mine(db: Session, by: Actor, version_id: int, action: Action) -> Activity:
    """The version that was looked at, if its log is this person's: finding it and being allowed are one step."""
    former = db.get(Activity, version_id)
    if former is None:
        raise NotAllowed
    check_about(db, by, Object.ACTIVITY, action, former.staff_id)
    return former


def _share(db: Session, by: Actor, submission: UUID | None, activity_id: int, share: bool) -> Activity:
    by = acting(db, by, submission)
    former = _mine(db, by, activity_id, Action.SHARE)
    activity = next_version(db, by, former, is_shared=share)
    _event(db, by, "share_activity" if share else "stop_sharing_activity", activity)
    return activity


@dataclass(frozen=True)
class _Typed:
    kind: ActivityKind
    held_on: date
    hours: float


def _checked(
    db: Session,
    by: Actor,
    record_id: UUID,
    kind: ActivityKind | None,
    held_on: date | None,
    hours: float | None,
    words: str,
) -> _Typed:
    """What was typed, once it can be stored. Raises InvalidRecord with all problems at once."""
    problems = {
        "kind": "" if kind in list(ActivityKind) else "Choose what it was.",
        "held_on": _problem_of_day(held_on),
        "hours": _problem_of_hours(hours),
        "words": _problem_of_words(words),
    }
    if held_on is not None and hours is not None and not (problems["held_on"] or problems["hours"]):
        problems["hours"] = _too_much_for_a_day(db, by, record_id, held_on, hours)
    found = {field: sentence for field, sentence in problems.items() if sentence}
    if found or kind is None or held_on is None or hours is None:
        raise InvalidRecord(**found)
    return _Typed(ActivityKind(kind), held_on, float(hours))


def _problem_of_day(held_on: date | None) -> str:
    if held_on is None:
        return "Enter the day."
    if held_on > today():
        return "This day is still to come. Enter it once it is over."
    return "" if held_on >= add_months(today(), -12 * YEARS_BACK) else f"Choose a day of the last {YEARS_BACK} years."


def _problem_of_hours(hours: float | None) -> str:
    if hours is None:
        return "Enter the hours: 1.5 for one hour and a half."
    if not 0 < hours <= HOURS_OF_A_DAY:
        return (
            f"Hours on one day are more than 0 and at most {HOURS_OF_A_DAY}. Enter each day of a longer one by itself."
        )
    return "" if (hours * 4) % 1 == 0 else "Enter the hours in quarters: 0.25, 0.5, 0.75, 1."


def _problem_of_words(words: str) -> str:
    if not words.strip():
        return "Say in a few words what it was."
    too_long = len(words) > LONGEST_WORDS
    return f"This is {len(words):,} characters long; the most is {LONGEST_WORDS:,}." if too_long else ""


def _too_much_for_a_day(db: Session, by: Actor, record_id: UUID, held_on: date, hours: float) -> str:
    """Beside the other entries of that day. One writer at a time on somebody's log, so that two windows do not both
    find room in it."""
    db.exec(select(Staff.id).where(Staff.id == by.staff_id).with_for_update()).all()
    others = db.exec(
        select(Activity.hours).where(
            Activity.staff_id == by.staff_id,
            Activity.held_on == held_on,
            col(Activity.record_id) != record_id,
            current(Activity),
        )
    ).all()
    if sum(others) + hours <= HOURS_OF_A_DAY:
        return ""
    return (
        f"With {hours_in_words(sum(others))} entered before, {written.day(held_on)} would have more than "
        f"{HOURS_OF_A_DAY} hours."
    )


def _event(db: Session, by: Actor, action: str, activity: Activity, **detail: str) -> None:
    write = record_reading if action.startswith("read_") else record_event
    write(
        db,
        by=by,
        action=action,
        object_kind="activity",
        object_key=activity.record_id,
        about=[activity.staff_id],
        version=activity.id,
        shared=activity.is_shared,
        **detail,
    )
