"""What was agreed in supervision, and what became of it: done in time, done late, overdue, dropped, shared and closed
by evidence. Nothing in them is about a resident."""

import random
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from seed.demo.agreements import Supervision
from seed.demo.stage import Stage
from tcsuper.clock import today
from tcsuper.confidential import kept_of
from tcsuper.models import PRESENT, AgreedAction, Standard, StandardSet, SupervisionSession, WhatIsRecorded
from tcsuper.queries.evidence import current
from tcsuper.services.actions import DropReason, agree_action, close_action, drop_action, share_action
from tcsuper.services.keeping_sessions import Entry


class Told(NamedTuple):
    """About the first session of an agreement held within these days ago."""

    within: tuple[int, int]
    text: str
    owner: str = ""
    """Nobody: of all who were there."""
    due_after: int | None = 28
    standard: str = ""
    is_shared: bool = False
    done_after: int | None = None
    evidence: str = ""


TOLD = {
    "asha.rao · ben.ellis · clinical": (
        Told(
            (40, 75),
            "Ask a co-facilitator to take the closing minutes, twice",
            "ben.ellis",
            28,
            "Boundaries and safety",
            is_shared=True,
            done_after=24,
            evidence="Co-facilitator's note of the second closing: the time was named, and the group kept it.",
        ),
        Told(
            (12, 39),
            "Lead the Tuesday group alone and name the time before the end",
            "ben.ellis",
            45,
            "Boundaries and safety",
            is_shared=True,
        ),
        Told((12, 39), "Arrange a quarter of an hour with the team before the first group after leave", "ben.ellis", 6),
    ),
    "asha.rao · niamh.oneill-kaur · clinical": (
        Told((0, 27), "Bring two pictures of the room, before and after the art group", "niamh.oneill-kaur", 30),
    ),
    "asha.rao · mererid.pugh · clinical": (
        Told(
            (0, 27),
            "Write the next report with the community's own words in it",
            "mererid.pugh",
            33,
            "Report writing",
            is_shared=True,
        ),
    ),
    "Monday group": (Told((15, 40), "Each of us says goodbye in the meeting, not in the corridor", due_after=45),),
}
"""Told one by one, for the people whom a demonstration is shown with."""
USUAL = (
    "Read the chapter on silence and bring one thought about it",
    "Talk with the line manager about time for the after-group",
    "Keep a note of every group that began late, for four weeks",
    "Ask two colleagues how they end a small group",
    "Prepare a case for presentation",
    "Write the week's group record on the day itself",
    "Agree with the co-facilitator who opens and who closes",
    "Give feedback in the group, not after it",
)
IN_GROUPS = ("Begin on time: doors closed at the hour", "Each brings one example of feedback given in a group")
ONE_IN, MONTHS_BACK = 7, 330
"""Of the other sessions one in so many agrees something, in the last so many days."""


def agree(
    stage: Stage, one: Supervision, session: SupervisionSession, entries: list[Entry], who: dict[int, str]
) -> None:
    """Noted down for the days after a session, if something was agreed in it."""
    present = [who[entry.staff_id] for entry in entries if entry.status in PRESENT]
    ago = (stage.today - session.held_on).days
    for number, told in enumerate(TOLD.get(one.key, ())):
        agreed_already = (one.key, "action", number) in stage.made
        if told.within[0] <= ago <= told.within[1] and not agreed_already and (told.owner or present[0]) in present:
            stage.made[one.key, "action", number] = True
            stage.at(session.held_on, note, one, session.record_id, told, present)
    chance = random.Random(f"{one.key} {session.held_on.toordinal() - stage.today.toordinal()}")
    if one.key not in TOLD and present and 0 <= ago <= MONTHS_BACK and chance.randrange(ONE_IN) == 0:
        stage.at(session.held_on, note, one, session.record_id, _usual(chance, ago, present), present)


def _usual(chance: random.Random, ago: int, present: list[str]) -> Told:
    """Most are done within their four weeks, some late; a few of the last months are still open."""
    done_after = chance.choice((9, 16, 20, 24, 27, 27, 35, 48, None))
    if done_after is None and ago > 150:
        done_after = 60
    if len(present) > 1:
        return Told((0, 0), chance.choice(IN_GROUPS), "", 28, done_after=done_after)
    return Told((0, 0), chance.choice(USUAL), present[0], 28, done_after=done_after)


def note(db: Session, stage: Stage, one: Supervision, record: UUID, told: Told, present: list[str]) -> None:
    held_on = today()
    session = db.exec(select(SupervisionSession).where(SupervisionSession.record_id == record)).first()
    if session is None or kept_of(db, session.purpose) is WhatIsRecorded.ATTENDANCE:
        return
    by = next(key for key, staff_id in stage.people.items() if staff_id == session.supervisor_id)
    action = agree_action(
        db,
        by=stage.someone(by),
        session_record_id=record,
        text=told.text,
        owner_id=stage.people[told.owner] if told.owner else None,
        due_on=held_on + timedelta(days=told.due_after) if told.due_after else None,
        standard_id=_standard(db, told.standard),
    )
    if told.is_shared:
        _later(stage, held_on, 2, share, told.owner, action.record_id)
    if told.done_after is not None:
        _later(stage, held_on, told.done_after, close, told.owner or present[0], action.record_id, told.evidence)
    elif not told.is_shared and one.key not in TOLD and random.Random(told.text + by).randrange(3) == 0:
        _later(stage, held_on, 40, drop, by, action.record_id)


def _later(stage: Stage, held_on: date, days: int, event: object, *about: object) -> None:
    """What has not happened by today is not played."""
    if held_on + timedelta(days=days) <= stage.today:
        stage.at(held_on + timedelta(days=days), event, *about)  # type: ignore[arg-type]


def _standard(db: Session, title: str) -> int | None:
    found = select(Standard.id).join(StandardSet).where(StandardSet.code == "dtc_staff", Standard.short_title == title)
    return db.exec(found.order_by(col(Standard.id).desc())).first()


def _version(db: Session, record: UUID) -> int:
    found = select(AgreedAction.id).where(AgreedAction.record_id == record, current(AgreedAction))
    return db.exec(found).one() or 0


def share(db: Session, stage: Stage, key: str, record: UUID) -> None:
    share_action(db, by=stage.someone(key), action_id=_version(db, record))


def close(db: Session, stage: Stage, key: str, record: UUID, evidence: str) -> None:
    how = {"evidence_on": today(), "evidence": evidence} if evidence else {"done_on": today()}
    close_action(db, by=stage.someone(key), action_id=_version(db, record), **how)  # type: ignore[arg-type]


def drop(db: Session, stage: Stage, key: str, record: UUID) -> None:
    drop_action(db, by=stage.someone(key), action_id=_version(db, record), reason=DropReason.NO_LONGER_NEEDED)
