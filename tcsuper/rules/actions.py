"""Agreed actions: how one stands on a date, who may close it, and with what.

Source: what is agreed in supervision is the pair's, and they close it. An action that names a standard of practice and
was made shareable by the supervisee says something to others about that person's work: it closes only by a later
observation of them on that standard, or by dated evidence, and says by which.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tcsuper import words
from tcsuper.models import ActionState, ObservationState
from tcsuper.rules.standing import Tone


class ActionStatus(StrEnum):
    """Most pressing first."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


NOT_CLOSED = frozenset({ActionStatus.OVERDUE, ActionStatus.DUE_SOON, ActionStatus.OPEN})
ACTION_WORDS = {
    ActionStatus.OVERDUE: "Overdue",
    ActionStatus.DUE_SOON: "Due soon",
    ActionStatus.OPEN: "Open",
    ActionStatus.DONE: "Done",
    ActionStatus.DROPPED: "Dropped",
}
ACTION_TONES = {
    ActionStatus.OVERDUE: Tone.BAD,
    ActionStatus.DUE_SOON: Tone.AMBER,
    ActionStatus.OPEN: Tone.NEUTRAL,
    ActionStatus.DONE: Tone.GOOD,
    ActionStatus.DROPPED: Tone.GREY,
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the rules need to know of an action. `agreed_on`: the day of its session."""

    agreed_on: date
    owner_id: int | None = None
    """Nobody: it is of all who were there."""
    due_on: date | None = None
    standard_id: int | None = None
    is_shareable: bool = False
    state: ActionState = ActionState.OPEN
    closed_on: date | None = None
    is_by_observation: bool = False
    observed_on: date | None = None
    """The day of the observation that closed it, as it stands; empty once that was voided."""
    evidence_on: date | None = None


# ---------------------------------------------------------------------------------------------------------------------
# How it stands


@dataclass(frozen=True, slots=True)
class ActionStanding:
    """How one action stands on a day."""

    status: ActionStatus
    action: Agreed
    on: date

    @property
    def because(self) -> str:
        """One sentence."""
        due_on = self.action.due_on
        match self.status:
            case ActionStatus.OVERDUE if due_on is not None:
                return f"It was due on {words.day(due_on)}, {_ago((self.on - due_on).days)}."
            case ActionStatus.DUE_SOON | ActionStatus.OPEN if due_on is not None:
                return f"It is due on {words.day(due_on)}, {_ahead((due_on - self.on).days)}."
            case ActionStatus.DONE:
                return _done(self.action)
            case ActionStatus.DROPPED if self.action.closed_on is not None:
                return f"It was dropped on {words.day(self.action.closed_on)}."
        return "No date was set for it."

    @property
    def next_step(self) -> str:
        if self.status in NOT_CLOSED:
            return closes_by(self.action)
        if self.status is ActionStatus.DONE and self.action.is_by_observation and self.action.observed_on is None:
            return "Reopen it, or leave it as it is: what closed it does not stand any more."
        return ""


def standing_of(action: Agreed, on: date, warn_days: int) -> ActionStanding:
    """On a day. What was closed later was still open then; its last day counts as in time."""
    if action.state is not ActionState.OPEN and action.closed_on is not None and action.closed_on <= on:
        status = ActionStatus.DONE if action.state is ActionState.DONE else ActionStatus.DROPPED
    elif action.due_on is None or action.due_on > on + timedelta(days=warn_days):
        status = ActionStatus.OPEN
    else:
        status = ActionStatus.OVERDUE if action.due_on < on else ActionStatus.DUE_SOON
    return ActionStanding(status, action, on)


def _done(action: Agreed) -> str:
    assert action.closed_on is not None
    when = f"It was done on {words.day(action.closed_on)}"
    if action.is_by_observation:
        if action.observed_on is None:
            return f"{when}, as seen in an observation that was voided since."
        return f"{when}: seen in the observation of that day."
    return f"{when}, by evidence of that day." if action.evidence_on else f"{when}, as the pair says."


def _ago(days: int) -> str:
    return "yesterday" if days == 1 else f"{days} days ago"


def _ahead(days: int) -> str:
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


# ---------------------------------------------------------------------------------------------------------------------
# Who closes it, and with what

BY_EVIDENCE = (
    "It names a standard and is shared, so it closes by an observation on that standard after the session, or by "
    "evidence with its date."
)
BY_THE_PAIR = "Either of you closes it with the day it was done."
BY_ALL = "The supervisor, or anybody who was there, closes it with the day it was done."


def needs_evidence(action: Agreed) -> bool:
    """Whether it closes by evidence: it names a standard, and is one that its owner can share."""
    return action.standard_id is not None and action.is_shareable


def closes_by(action: Agreed) -> str:
    """What closes it, in a sentence."""
    if needs_evidence(action):
        return BY_EVIDENCE
    return BY_ALL if action.owner_id is None else BY_THE_PAIR


def closers(action: Agreed, present: Collection[int]) -> frozenset[int]:
    """Who closes it beside the supervisor of its session: its owner; without an owner, all who were there."""
    return frozenset(present) if action.owner_id is None else frozenset({action.owner_id})


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation offered as what closes an action: of whom, when, in which state, on which standards."""

    observed_id: int
    observed_on: date
    state: ObservationState
    standards: frozenset[int]


def does_observation_close(action: Agreed, seen: Seen) -> bool:
    """Of its owner, on its standard, shared with them or signed, and dated after the session."""
    return (
        action.standard_id is not None
        and action.standard_id in seen.standards
        and seen.observed_id == action.owner_id
        and seen.state in (ObservationState.SHARED, ObservationState.SIGNED)
        and seen.observed_on > action.agreed_on
    )


@dataclass(frozen=True, slots=True)
class Closing:
    """What is offered to close an action: the pair's own word with the day, an observation, or dated evidence."""

    done_on: date | None = None
    seen: Seen | None = None
    evidence_on: date | None = None
    evidence: str = ""

    @property
    def day(self) -> date | None:
        """The day it was done on: of the observation, of the evidence, or as the pair says."""
        return self.seen.observed_on if self.seen else self.evidence_on or self.done_on


def problems_in_closing(action: Agreed, offered: Closing, on: date) -> dict[str, str]:
    """Why it does not close, by field; empty when it does. `on`: today."""
    if offered.seen is not None:
        if does_observation_close(action, offered.seen):
            return {}
        return {"observation": f"This observation does not show it. {BY_EVIDENCE}"}
    if offered.evidence_on is not None or offered.evidence.strip():
        return _problems_in_evidence(action, offered, on)
    if needs_evidence(action):
        return {"evidence": f"It does not close yet. {BY_EVIDENCE}"}
    if offered.done_on is None:
        return {"done_on": "Give the day on which it was done."}
    return _problem_with_day("done_on", offered.done_on, action, on)


def _problems_in_evidence(action: Agreed, offered: Closing, on: date) -> dict[str, str]:
    problems = {}
    if not offered.evidence.strip():
        problems["evidence"] = "Say in words what shows that it was done."
    if offered.evidence_on is None:
        problems["evidence_on"] = "Give the date of the evidence."
    else:
        problems |= _problem_with_day("evidence_on", offered.evidence_on, action, on)
    return problems


def _problem_with_day(field: str, day: date, action: Agreed, on: date) -> dict[str, str]:
    if day > on:
        return {field: f"{words.day(day)} is still to come."}
    if day < action.agreed_on:
        return {field: f"It was agreed on {words.day(action.agreed_on)}: {words.day(day)} is before that."}
    return {}


# ---------------------------------------------------------------------------------------------------------------------
# Whether they move


@dataclass(frozen=True, slots=True)
class Moves:
    """Of some actions in one month: agreed in it, done or dropped in it, overdue at its end (or today)."""

    first: date
    opened: int
    closed: int
    overdue: int


def moves_in(actions: Collection[Agreed], first: date, last: date, on: date) -> Moves:
    """What Moves says of the month from `first` to `last`, as far as `on`."""
    until = min(last, on)
    opened = sum(first <= one.agreed_on <= until for one in actions)
    closed = sum(one.closed_on is not None and first <= one.closed_on <= until for one in actions)
    overdue = sum(
        one.agreed_on <= until and standing_of(one, until, 0).status is ActionStatus.OVERDUE for one in actions
    )
    return Moves(first, opened, closed, overdue)
