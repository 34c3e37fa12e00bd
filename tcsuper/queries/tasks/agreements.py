"""Supervision agreements: to sign and to review."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.signing import agreements_to_review, agreements_to_sign
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """Agreements that wait for my signature, and those of mine as a supervisor that are to be reviewed."""
    to_sign = [
        Task(
            "To sign",
            Tone.NEUTRAL,
            f"Agreement: {one.title}",
            f"From {words.day(one.start_on)}, {words.length(one.usual_minutes)} every "
            f"{words.count(one.every_days, 'day')}.",
            button="Read it",
            page="supervision" if one.i_supervise else "my_record",
            query={"show": "agreement", "agreement": str(one.agreement_id)},
            agreement_to_sign=one.agreement_id,
        )
        for one in agreements_to_sign(db, viewer=viewer)
    ]
    to_review = [
        Task(
            "To review",
            Tone.AMBER,
            f"Agreement: {one.title}",
            f"Its review {'was' if one.review_on < viewer.on else 'is'} due {words.day(one.review_on)}.",
            button="Review",
            page="supervision",
            query={"show": "agreement", "agreement": str(one.agreement_id)},
        )
        for one in agreements_to_review(db, viewer=viewer)
    ]
    return to_sign + to_review
