"""Supervision sessions: to record as their supervisor, to confirm as one who was there."""

from datetime import timedelta

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.supervision import my_attendance, sessions_to_record
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone

ASK_FOR = timedelta(days=28)
"""How long after a session its people are asked to confirm it. Silence is "not disputed", so nothing piles up."""


def to_record(db: Session, *, viewer: Actor) -> list[Task]:
    """Planned sessions of mine whose day has come."""
    return [
        Task(
            "To record",
            Tone.NEUTRAL,
            f"{planned.label}, {words.weekday(planned.held_on)}",
            f"Planned{f' for {planned.starts_at}' if planned.starts_at else ''}, {words.length(planned.minutes)}, "
            f"{words.count(planned.contracted, 'person', 'people')} contracted.",
            button="Record",
            page="record_supervision",
            query={"planned": str(planned.record_id)},
        )
        for planned in sessions_to_record(db, viewer=viewer)
    ]


def to_confirm(db: Session, *, viewer: Actor) -> list[Task]:
    """Sessions of the last weeks that were recorded for me, each confirmed with one click."""
    waiting = []
    for session in my_attendance(db, viewer=viewer):
        if not session.waits_for_answer or session.held_on < viewer.on - ASK_FOR:
            continue
        waiting.append(
            Task(
                "To confirm",
                Tone.NEUTRAL,
                f"{session.title}, {words.weekday(session.held_on)}",
                f"Recorded for you: {_there(session.attended, session.minutes)}, with {session.supervisor}.",
                button="Confirm",
                confirm_record=str(session.record_id),
            )
        )
    return waiting


def _there(attended: int, minutes: int) -> str:
    if not attended:
        return "not there"
    whole = words.length(minutes)
    return f"the whole {whole}" if attended == minutes else f"{words.length(attended)} of {whole}"
