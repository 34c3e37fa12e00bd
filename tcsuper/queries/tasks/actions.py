"""Actions agreed in supervision that are late, or soon due."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.actions import actions_seen
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.actions import ACTION_TONES, ACTION_WORDS, ActionStatus


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """What I agreed to and is overdue or due soon; of those I supervise, what is overdue."""
    waiting = []
    for one in actions_seen(db, viewer=viewer, on=viewer.on, only_open=True):
        status = one.standing.status
        if not (status is ActionStatus.OVERDUE or (one.is_mine and status is ActionStatus.DUE_SOON)):
            continue
        with_whom = f"with {one.supervisor}" if one.is_mine else f"by {one.owner or 'all who were there'}"
        waiting.append(
            Task(
                ACTION_WORDS[status],
                ACTION_TONES[status],
                one.text,
                f"Agreed {with_whom} on {words.day(one.held_on)}. {one.standing.because}",
                button="Open",
                page="my_record" if one.is_mine else "supervision",
                query={} if one.is_mine else {"show": "actions"},
            )
        )
    return waiting
