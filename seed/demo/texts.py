"""What was written down about a few sessions: shared records in each state, and two private notes. Nothing in them is
about a resident."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from seed.demo.agreements import Supervision
from seed.demo.stage import Stage
from tcsuper.clock import today
from tcsuper.models import PRESENT, SupervisionSession
from tcsuper.rules.themes import Function, Heading, Tags
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.private_notes import write_private_note
from tcsuper.services.settings import set_service_number
from tcsuper.services.shared_records import (
    add_to_shared_record,
    open_shared_record,
    sign_shared_record,
    write_shared_record,
)


class Text(NamedTuple):
    """About the first session of an agreement held within these days ago."""

    within: tuple[int, int]
    words: str
    is_shared: bool = True
    signs: tuple[str, ...] = ()
    """Who has signed it since: "all", or usernames."""
    added: str = ""
    """What the supervisee added once it was locked."""
    themes: tuple[str, ...] = ()
    """Codes of the catalogue's themes."""
    functions: tuple[Function, ...] = ()


SHARED = {
    "asha.rao · ben.ellis · clinical": (
        Text(
            (40, 75),
            "Holding the boundary at the end of small group, and what it costs to hold it alone.\n"
            "What helped: naming the time five minutes before, and saying it to the whole group.\n\n"
            "Agreed\nBen asks a co-facilitator to take the closing minutes twice, and we look at it next time.",
            signs=("all",),
            added="We tried it twice. The second time the group kept the time by itself.",
            themes=("boundaries", "group_process"),
            functions=(Function.FORMATIVE, Function.RESTORATIVE),
        ),
        Text(
            (12, 39),
            "Coming back from leave to a group that had moved on. Wanting to be told, and not asking.\n\n"
            "Agreed\nA quarter of an hour with the team before the first group after leave.",
            signs=("asha.rao",),
            themes=("team", "endings"),
            functions=(Function.RESTORATIVE,),
        ),
    ),
    "asha.rao · niamh.oneill-kaur · clinical": (
        Text(
            (0, 27),
            "First months of running the art group: how much to say about what is made.\n\n"
            "Agreed\nNiamh brings two pictures of the room, before and after, and no pictures of the work.",
            signs=("asha.rao",),
            themes=("learning", "boundaries"),
            functions=(Function.FORMATIVE,),
        ),
    ),
    "asha.rao · mererid.pugh · clinical": (
        Text((0, 27), "Taking over two supervisees at once. To be finished.", is_shared=False),
    ),
    "Monday group": (
        Text(
            (15, 40),
            "Staff changes, and a group that asks who is leaving next. Silence after bad news: "
            "when to wait.\n\n"
            "Agreed\nEach of us says goodbye in the meeting, not in the corridor.",
            signs=("asha.rao", "ben.ellis"),
            themes=("endings", "group_process", "team"),
            functions=(Function.NORMATIVE, Function.RESTORATIVE),
        ),
    ),
    "bronagh.ni.mhuiri · sunita.bhattacharya · clinical": (
        Text(
            (5, 25),
            "Leading a team that was hers as a colleague a year ago.\n\n"
            "Agreed\nSunita keeps the first ten minutes of the team meeting free of tasks.",
            signs=("all",),
        ),
    ),
}
PRIVATE = {
    "asha.rao · ben.ellis · clinical": Text((12, 39), "I spoke too much again. Leave the silence to him next time."),
    "fionnuala.mac.giolla · asha.rao · clinical": Text((0, 70), "Ask next time how the leave was. She went past it."),
}


def allow_private_notes(db: Session, stage: Stage) -> None:
    """And the functions of supervision as tags."""
    for key in ("private_notes", "proctor_tags"):
        set_service_number(db, by=stage.someone("asha.rao"), key=key, value=1)


def write_down(
    stage: Stage, one: Supervision, session: SupervisionSession, entries: list[Entry], who: dict[int, str]
) -> None:
    """Noted down for the days after a session, if something is written about it."""
    present = [who[entry.staff_id] for entry in entries if entry.status in PRESENT]
    ago = (stage.today - session.held_on).days
    for number, text in enumerate(SHARED.get(one.key, ())):
        if text.within[0] <= ago <= text.within[1] and (one.key, number) not in stage.made:
            stage.made[one.key, number] = session.record_id
            stage.at(stage.today - timedelta(days=max(0, ago - 3)), share, one, session.record_id, text, present)
    note = PRIVATE.get(one.key)
    if note and note.within[0] <= ago <= note.within[1] and (one.key, "note") not in stage.made:
        stage.made[one.key, "note"] = session.record_id
        stage.at(stage.today - timedelta(days=max(0, ago - 3)), note_down, one, session.record_id, note.words)


def share(db: Session, stage: Stage, one: Supervision, record: UUID, text: Text, present: list[str]) -> None:
    by = stage.someone(one.supervisor)
    tags = Tags(tuple(Heading(code, "") for code in text.themes), text.functions)
    write_shared_record(db, by=by, session_record_id=record, words=text.words, tags=tags, share=text.is_shared)
    everybody = [one.supervisor, *present]
    for number, key in enumerate(everybody if "all" in text.signs else text.signs):
        if key in everybody:
            stage.at(_later(number), sign, key, record)
    if text.added:
        stage.at(_later(len(everybody) + 2), add, present[0], record, text.added)


def _later(days: int) -> date:
    return today() + timedelta(days=days)


def sign(db: Session, stage: Stage, key: str, record: UUID) -> None:
    by = stage.someone(key)
    opened = open_shared_record(db, by=by, session_record_id=record)
    sign_shared_record(db, by=by, shared_record_id=opened.version_id)


def add(db: Session, stage: Stage, key: str, record: UUID, words: str) -> None:
    add_to_shared_record(db, by=stage.someone(key), session_record_id=record, words=words)


def note_down(db: Session, stage: Stage, one: Supervision, record: UUID, words: str) -> None:
    write_private_note(db, by=stage.someone(one.supervisor), session_record_id=record, words=words)
