"""Disputed attendance: of sessions I lead, for me to settle, and of my people in nobody's hands."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.queries.disputes import DisputeSeen, disputed_sessions, disputes_seen, disputes_to_settle
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """First those to answer for, then those to settle or to see settled. One that is both mine to answer for and to
    give to a third person stands there once."""
    return _disputed(db, viewer) + _to_settle(db, viewer) + _without_third_person(db, viewer)


def _disputed(db: Session, viewer: Actor) -> list[Task]:
    """What those who were at sessions I lead say is different."""
    to_name = {(one.session_record_id, one.person) for one in _waiting_for_a_name(db, viewer)}
    return [
        Task(
            "Disputed",
            Tone.AMBER,
            f"{dispute.person} · {dispute.title}, {words.weekday(dispute.held_on)}",
            f"“{dispute.comment}” Both texts are kept.",
            button="Open",
            page="supervision",
            query={"session": str(dispute.record_id)},
        )
        for dispute in disputed_sessions(db, viewer=viewer)
        if (dispute.record_id, dispute.person) not in to_name
    ]


def _to_settle(db: Session, viewer: Actor) -> list[Task]:
    """Disputes that I settle as the third person."""
    return [
        Task(
            "To settle",
            Tone.AMBER,
            f"{one.person} · an attendance of {words.day(one.held_on)}",
            "You were named as the third person. You see this line of the log, and both sides.",
            button="Open",
            page="my_record",
            query={"show": "settle"},
        )
        for one in disputes_to_settle(db, viewer=viewer)
    ]


def _without_third_person(db: Session, viewer: Actor) -> list[Task]:
    """Disputes of my people that have waited long, with nobody named to settle them."""
    return [
        Task(
            "Disputed",
            Tone.AMBER,
            f"Name a third person: {one.person} · {one.title}, {words.weekday(one.held_on)}",
            f"“{one.comment}” Disputed since {words.day(today(one.disputed_at))}, and not corrected. A third person "
            "settles it.",
            button="Open",
            page="supervision",
            query={"show": "disputes"},
        )
        for one in _waiting_for_a_name(db, viewer)
    ]


def _waiting_for_a_name(db: Session, viewer: Actor) -> list[DisputeSeen]:
    return [one for one in disputes_seen(db, viewer=viewer) if one.may_name and one.is_due]
