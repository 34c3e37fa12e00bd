"""Statements of external supervisors."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.statements import statements_seen
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """What external supervisors signed: to compare with the paper, or returned to me."""
    waiting = []
    for one in statements_seen(db, viewer=viewer):
        lines = words.count(len(one.lines), "session")
        if one.waits_for_me:
            title = f"{one.person} · statement of {one.supervisor}"
            reason = f"{lines}, signed on {words.day(one.signed_on)}: to compare with the signed paper."
            waiting.append(
                Task("To check", Tone.AMBER, title, reason, "", "Check", "supervision", {"show": "statements"})
            )
        elif one.is_mine and one.is_returned:
            title = f"Statement of {one.supervisor}, signed on {words.day(one.signed_on)}"
            reason = f"{one.steps[-1].who}: “{one.steps[-1].reason}”"
            waiting.append(
                Task("Returned", Tone.AMBER, title, reason, "", "Correct", "my_record", {"show": "statements"})
            )
    return waiting
