"""What waits of observed practice: to observe as planned, to sign, to settle where observers differ."""

from datetime import timedelta

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Action, Actor, Object, Permission, holds, sees_others
from tcsuper.queries.observations import observations_seen, rated_by_several
from tcsuper.queries.planned_observations import Planned, planned_seen
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.observing import monday_of
from tcsuper.rules.standing import Tone

PLANNED, SHARED = "Planned", "Shared and signed"
"""The parts of the page Observe, as its address names them."""
MODERATED_WITHIN = timedelta(days=180)
"""What differed longer ago is not pressed for; it can still be settled."""


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    if not holds(viewer, Permission.OBSERVE):
        return []
    planned = [_to_observe(one, viewer) for one in planned_seen(db, viewer=viewer) if _is_due(one, viewer)]
    return [*planned, *_to_moderate(db, viewer), *_to_sign(db, viewer)]


def _is_due(planned: Planned, viewer: Actor) -> bool:
    return planned.is_mine_to_rate and (planned.week_of <= monday_of(viewer.on) or planned.draft is not None)


def _to_observe(planned: Planned, viewer: Actor) -> Task:
    week = f"the week of {words.day(planned.week_of)}"
    group = f"{planned.group_name or planned.group_type}, " if planned.group_name or planned.group_type else ""
    others = [one.name for one in planned.observers if one.observer_id != viewer.staff_id and not one.stood_back]
    how = "Together with" if planned.together else "You rate blind to"
    beside = f" {how} {words.listed(others)}." if others else ""
    if planned.draft is not None:
        word, tone, button = "To sign", Tone.AMBER, "Sign"
        reason = f"{group}{week}. Written down and not signed: it does not count yet.{beside}"
    elif planned.is_overdue(viewer.on):
        word, tone, button = "Missed", Tone.BAD, "Record"
        reason = f"{group}planned for {week} and not recorded.{beside}"
    else:
        word, tone, button = "To observe", Tone.AMBER, "Record"
        reason = f"{group}planned for {week}.{beside}"
    query = {"show": PLANNED, "plan": str(planned.planned_id)}
    return Task(word, tone, planned.person, reason[:1].upper() + reason[1:], "", button, "observe", query)


def _to_moderate(db: Session, viewer: Actor) -> list[Task]:
    if not sees_others(viewer, Object.OBSERVATION_RATING, Action.SIGN):
        return []
    waiting = [
        one
        for one in rated_by_several(db, viewer=viewer, on=viewer.on)
        if one.may_moderate and one.differing and one.settled is None and one.on >= viewer.on - MODERATED_WITHIN
    ]
    return [
        Task(
            "To moderate",
            Tone.AMBER,
            one.person,
            f"{words.listed(list(one.observers.values()))} differ on {words.count(len(one.differing), 'standard')} "
            f"of {words.day(one.on)}.",
            button="Settle",
            page="observe",
            query={"show": SHARED, "session": str(one.planned_id)},
        )
        for one in waiting
    ]


def _to_sign(db: Session, viewer: Actor) -> list[Task]:
    if not sees_others(viewer, Object.OBSERVATION_RATING, Action.SIGN):
        return []
    seen = observations_seen(db, viewer=viewer, on=viewer.on)
    waiting = seen[seen["may_sign"].astype(bool)]
    if waiting.empty:
        return []
    return [
        Task(
            "To sign",
            Tone.AMBER,
            words.count(len(waiting), "observation"),
            f"Shared and not signed by a manager yet; the oldest is of {words.day(min(waiting['observed_on']))}.",
            button="Sign",
            page="observe",
            query={"show": SHARED},
        )
    ]
