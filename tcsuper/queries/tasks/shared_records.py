"""Shared records that wait for a signature."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.confidential import records_to_sign
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """Shared records that I have not signed and that will lock. As one who was there I sign on my record, as their
    supervisor in the log."""
    waiting = []
    for one in records_to_sign(db, viewer=viewer):
        leads = one.supervisor_id == viewer.staff_id
        shared = f"Shared on {words.day(one.shared_on)} by {one.supervisor}. " if one.shared_on else ""
        until = f"You can sign it until {words.day(one.open_until)}; then it locks as it is. " if one.open_until else ""
        waiting.append(
            Task(
                "To sign",
                Tone.NEUTRAL,
                f"Shared record · {one.title}, {words.weekday(one.held_on)}",
                f"{shared}{until}Silence is “not disputed”, never “agreed”.",
                button="Read and sign",
                page="supervision" if leads else "my_record",
                query={"session": str(one.session_record_id)} if leads else {},
            )
        )
    return waiting
