"""Concerns that wait for whoever they were routed to."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.concerns import concerns_seen
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """Open concerns that were routed to me."""
    return [
        Task(
            "To read",
            Tone.AMBER,
            "A concern is with you",
            f"Raised on {words.day(line.raised_on)}. Nobody is named here.",
            button="Read",
            page="concerns",
            query={"concern": str(line.record_id)},
        )
        for line in concerns_seen(db, viewer=viewer)
        if line.may_settle
    ]
