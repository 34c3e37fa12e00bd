"""Places on course runs: what a manager has to answer, and what the person has to know."""

from datetime import timedelta

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.models import BookingState
from tcsuper.queries.places import BookAgain, PlaceSeen, RunSeen, runs_seen, to_book_again
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone

REMEMBERED = timedelta(days=28)
"""How long after the day of a cancelled run those who had a place on it are asked to find another."""
TAB = {"show": "places"}


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """Places held for people until I confirm them, what they asked for, and runs that the provider cancelled; of my own
    the offer and the cancellation."""
    runs = runs_seen(db, viewer=viewer, since=viewer.on - REMEMBERED)
    ahead = [(run, one) for run in runs if run.runs_on >= viewer.on for one in run.people]
    answers = [task for run, one in ahead if (task := _to_answer(run, one)) is not None]
    return [_cancelled(one) for one in to_book_again(db, viewer=viewer, runs=runs)] + answers


def _to_answer(run: RunSeen, one: PlaceSeen) -> Task | None:
    """Whoever waits on a full run has nothing to answer yet, and one's own nomination is for somebody else to."""
    title = run.course if one.is_mine else f"{one.person} · {run.course}"
    if one.state is BookingState.OFFERED:
        word = "Offered" if one.is_mine else "To confirm"
        return Task(word, Tone.AMBER, title, run.sentence(one), button="Open", page="training", query=TAB)
    if one.state is BookingState.NOMINATED and not one.is_mine and not run.is_full:
        return Task("To answer", Tone.NEUTRAL, title, run.sentence(one), button="Open", page="training", query=TAB)
    return None


def _cancelled(lost: BookAgain) -> Task:
    run, one = lost.run, lost.place
    next_step = "Ask for a place on another run." if one.is_mine else "Book another run."
    title = run.course if one.is_mine else f"{one.person} · {run.course}"
    reason = f"The provider cancelled the run of {words.day(run.runs_on)}: {run.cancel_reason}"
    return Task("Cancelled", Tone.BAD, title, reason, next_step, "Open", "training", TAB)
