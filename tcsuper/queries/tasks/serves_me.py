"""The yearly questions on how supervision serves me."""

from datetime import date

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.serves_me import is_reminded
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """One, while I am reminded to answer; else none."""
    if not is_reminded(db, viewer=viewer):
        return []
    reason = f"Five questions, once a year, until {words.day(date(viewer.on.year, 12, 31))}. Kept without your name."
    query = {"show": "serves_me"}
    return [Task("To answer", Tone.NEUTRAL, "How supervision serves me", reason, "", "Answer", "my_record", query)]
