"""Emergency access: what I am told of, and what waits for my decision, my review or my opening."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.emergency_access import accesses_seen, told_of
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.emergency import Stage
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """First what I am told, then what I am asked."""
    return _told(db, viewer) + _asked(db, viewer)


def _told(db: Session, viewer: Actor) -> list[Task]:
    """That a text about me, or of mine, was opened by emergency access: until I have said that I saw it."""
    return [
        Task(
            "To know",
            Tone.AMBER,
            f"Emergency access · {one.text.title if one.text else 'a session'}",
            f"{one.asked_by} opened a text of a session of yours on {words.moment(one.opened_at)}.",
            button="Read more",
            page="emergency_access",
        )
        for one in told_of(db, viewer=viewer)
        if one.acknowledged_at is None
    ]


def _asked(db: Session, viewer: Actor) -> list[Task]:
    """Requests that wait for my decision or my review, or that I may open by now."""
    waiting = []
    for one in accesses_seen(db, viewer=viewer):
        if one.directs and one.stage is Stage.WAITING:
            word, tone, reason = "To decide", Tone.AMBER, f"{one.asked_by} asks to open a private note."
        elif one.waits_for_review and one.review_due_on is not None:
            late = one.is_overdue
            word, tone = ("Overdue", Tone.BAD) if late else ("To review", Tone.AMBER)
            reason = (
                f"Opened by {one.asked_by}. Its review {'was' if late else 'is'} due {words.day(one.review_due_on)}."
            )
        elif one.is_mine and one.stage is Stage.READY:
            word, tone, reason = "To open", Tone.NEUTRAL, "You asked for it, and it may be opened."
        else:
            continue
        title = f"Emergency access · {one.text.title if one.text else 'a session'}"
        waiting.append(Task(word, tone, title, reason, button="Open", page="emergency_access"))
    return waiting
