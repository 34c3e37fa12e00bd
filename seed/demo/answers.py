"""The supervisees' own word on their attendance: confirmed, disputed, put right, or nothing at all."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from seed.demo.agreements import Supervision
from seed.demo.stage import Stage
from tcsuper.models import Answer, AttendanceStatus, SupervisionSession
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import answer_attendance, correct_session

NEVER_ANSWERS = {"wayne.oakley", "eoghan.o.ceallaigh", "ieuan.prys", "joanne.whitfield"}
DISPUTES = {
    "marcus.adeyemi": "I was there from the start. I came in by the visits corridor.",
    "sam.lee2": "That was the other Sam Lee: I was on shift in C and stayed to the end.",
    "manjit.gill": "I left for five minutes to answer the radio and came back.",
}
"""Of a session of the last weeks, not settled yet."""
SETTLED_DISPUTE = "I was there for all of it."


def is_disputed(key: str, days_ago: int) -> bool:
    return key in DISPUTES and 9 <= days_ago <= 38


def answer_later(stage: Stage, one: Supervision, session: SupervisionSession, entry: Entry, key: str) -> None:
    """Many confirm within a week or so, of late nearly all; of the last two weeks most is unanswered still."""
    ago = (stage.today - session.held_on).days
    unanswered = 0.85 if ago <= 14 else 0.03 if ago <= 60 else 0.55
    if key in NEVER_ANSWERS or (stage.chance.random() < unanswered and not is_disputed(key, ago)):
        return
    on = session.held_on + timedelta(days=stage.chance.randint(4, 9))
    is_late = entry.status is AttendanceStatus.LATE
    if is_disputed(key, ago) and one.purpose == "clinical":
        stage.at(on, answer, key, session.record_id, Answer.DISPUTED, DISPUTES[key])
    elif is_late and ago > 40 and stage.chance.random() < 0.4:
        stage.at(on, answer, key, session.record_id, Answer.DISPUTED, SETTLED_DISPUTE)
        stage.at(on + timedelta(days=3), put_right, one, session.record_id, entry.staff_id)
        stage.at(on + timedelta(days=5), answer, key, session.record_id, Answer.CONFIRMED)
    else:
        stage.at(on, answer, key, session.record_id, Answer.CONFIRMED)


def answer(db: Session, stage: Stage, key: str, record_id: UUID, word: Answer, comment: str = "") -> None:
    answer_attendance(db, by=stage.someone(key), session_record_id=record_id, answer=word, comment=comment)


def put_right(db: Session, stage: Stage, one: Supervision, record_id: UUID, staff_id: int) -> None:
    session_id, entries = stage.made[record_id]
    there = [
        replace(entry, status=AttendanceStatus.ATTENDED, minutes=None) if entry.staff_id == staff_id else entry
        for entry in entries
    ]
    session = correct_session(
        db,
        by=stage.someone(one.supervisor),
        session_id=session_id,
        reason="Ticked as late by mistake: they were there from the start.",
        minutes=one.minutes,
        entries=there,
    )
    stage.made[record_id] = session.id, there
