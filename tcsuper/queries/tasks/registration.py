"""Registrations: a statutory one that is in force no more, before all else; and what ends that no post asks for."""

from collections.abc import Iterable

from sqlmodel import Session

from tcsuper.access import Actor, managed_by
from tcsuper.queries.renewals import Ending, asked_for, endings_seen, in_post_among
from tcsuper.queries.standing import Row
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.protected_titles import may_not_use
from tcsuper.rules.standing import TONES, Status, Tone, status_word

OWN_STEP = "Stop work in that title now. Tell your manager, and settle it with {}."
OF_OTHERS_STEP = "Work in that title stops now: agree who covers it. Check the live register until it shows them again."


def tasks(db: Session, *, viewer: Actor, rows: Iterable[Row]) -> tuple[list[Task], list[Task]]:
    """First: statutory registrations that are in force no more, mine and those of the people I answer for. Second: what
    else of mine ends soon or has ended, unless a requirement of mine (`rows`) speaks of it."""
    theirs, asked = in_post_among(db, db.scalars(managed_by(viewer)), viewer.on), asked_for(rows)
    endings = endings_seen(db, viewer=viewer, on=viewer.on, about=None if theirs else viewer.staff_id)
    mine = [one for one in endings if one.staff_id == viewer.staff_id]
    lapsed = [_lapsed(one, one.title, OWN_STEP.format(one.body_name)) for one in mine if one.is_lapsed]
    lapsed += [
        _lapsed(one, f"{one.person} · {one.title}", OF_OTHERS_STEP)
        for one in endings
        if one.is_lapsed and one.staff_id in theirs
    ]
    others = [one for one in mine if not one.is_lapsed and (one.staff_id, one.key) not in asked]
    return lapsed, [_ending(one) for one in others if one.standing.status is not Status.CONDITIONS]


def _lapsed(one: Ending, title: str, step: str) -> Task:
    reason = f"{one.standing.because} {may_not_use(one.body, one.body_name)}"
    query = {"person": str(one.staff_id), "show": "registration"}
    return Task("Not in force", Tone.BAD, title, reason, step, "Open", "registration", query)


def _ending(one: Ending) -> Task:
    status = one.standing.status
    word, tone = status_word(status), TONES[status]
    return Task(word, tone, one.title, one.standing.because, one.standing.next_step, "Open", "registration")
