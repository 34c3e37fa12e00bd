"""What a new version of a job description left to settle, for who sets the rules."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.settling import waits_to_settle
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """One for each version: until it is settled, who was named for these is named for nothing in it."""
    return [
        Task(
            "To settle",
            Tone.AMBER if one.in_force_from <= viewer.on else Tone.NEUTRAL,
            f"{one.role_name} · {one.new_label}",
            f"In force from {words.day(one.in_force_from)}. What goes on as what is not said of all of it yet.",
            button="Settle",
            page="job_descriptions",
            query={"show": "to_settle"},
        )
        for one in waits_to_settle(db, viewer=viewer)
    ]
