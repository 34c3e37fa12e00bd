"""Certificates that wait for the manager who may confirm them."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.tasks.task import Task
from tcsuper.queries.training import to_confirm
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """What people sent in about their training, for the manager who may confirm it."""
    return [
        Task(
            "To confirm",
            Tone.NEUTRAL,
            f"{one.person} · {one.course}",
            f"Sent in: completed {words.day(one.completed_on)}.",
            button="Open",
            page="training",
            query={"show": "to_confirm"},
        )
        for one in to_confirm(db, viewer=viewer)
    ]
