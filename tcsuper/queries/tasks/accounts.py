"""Roles that wait for a second administrator."""

from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.queries.accounts import roles_to_approve
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """Each is approved or refused with one click."""
    return [
        Task("To approve", Tone.AMBER, one.title, one.words, grant_to_approve=one.grant_id)
        for one in roles_to_approve(db, viewer=viewer)
    ]
