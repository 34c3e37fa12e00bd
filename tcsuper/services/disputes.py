"""A disputed attendance in the hands of a third person, who sees that line of the log, and settles it with words."""

from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about, disputes_settled_by
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    IN_PART,
    PRESENT,
    Attendance,
    AttendanceDispute,
    AttendanceStatus,
    DisputeOutcome,
)
from tcsuper.queries.disputes import Disputed, open_dispute, third_persons
from tcsuper.services.evidence import next_version

OVER = "This dispute is over: the record was corrected meanwhile, or it is settled. Nothing was saved."
LONGEST_WORDS = 2000


def name_third_person(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    session_record_id: UUID,
    staff_id: int,
    third_person_id: int,
) -> AttendanceDispute:
    """A therapy manager puts the dispute of one of their people into the hands of somebody who has no part in it; or
    into other hands, while it is not settled."""
    by = acting(db, by, submission)
    check_about(db, by, Object.DISPUTE, Action.CREATE, staff_id)
    if open_dispute(db, session_record_id, staff_id) is None:
        raise Conflict(OVER)
    offered = third_persons(db, viewer=by, session_record_id=session_record_id, staff_id=staff_id)
    if third_person_id not in {person.staff_id for person in offered}:
        raise InvalidRecord(third_person_id="Choose somebody with an account here who has no part in it.")
    dispute = db.exec(
        select(AttendanceDispute).where(
            AttendanceDispute.session_record_id == session_record_id,
            AttendanceDispute.staff_id == staff_id,
            col(AttendanceDispute.settled_at).is_(None),
        )
    ).first()
    if dispute is None:
        dispute = AttendanceDispute(
            session_record_id=session_record_id,
            staff_id=staff_id,
            third_person_id=third_person_id,
            named_by_id=by.staff_id,
            named_at=now(),
        )
    dispute.third_person_id, dispute.named_by_id, dispute.named_at = third_person_id, by.staff_id, now()
    db.add(dispute)
    db.flush()
    record_event(
        db,
        by=by,
        action="name_third_person",
        object_kind="supervision_session",
        object_key=session_record_id,
        about=[staff_id],
        third_person=third_person_id,
    )
    return dispute


def settle_dispute(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    dispute_id: int,
    outcome: DisputeOutcome,
    said: str,
    minutes: int | None = None,
) -> AttendanceDispute:
    """The third person's decision, with their words: the record stands, or the person was there for other minutes, and
    then the session has a new version with these."""
    by = acting(db, by, submission)
    dispute = db.exec(
        select(AttendanceDispute).where(AttendanceDispute.id == dispute_id, disputes_settled_by(by))
    ).first()
    if dispute is None:
        raise NotAllowed
    found = open_dispute(db, dispute.session_record_id, dispute.staff_id)
    if found is None:
        raise Conflict(OVER)
    changed = minutes if outcome is DisputeOutcome.CHANGED else None
    if problems := _problems(db, found, outcome, said, changed):
        raise InvalidRecord(**problems)
    if changed is not None:
        _change_minutes(db, by, found, changed)
    dispute.outcome, dispute.minutes, dispute.words, dispute.settled_at = outcome, changed, said.strip(), now()
    record_event(
        db,
        by=by,
        action="settle_dispute",
        object_kind="supervision_session",
        object_key=dispute.session_record_id,
        about=[dispute.staff_id],
        outcome=outcome.value,
    )
    return dispute


def _problems(db: Session, found: Disputed, outcome: DisputeOutcome, said: str, minutes: int | None) -> dict[str, str]:
    problems = {}
    if not said.strip():
        problems["said"] = "Say in a sentence or two why. Both sides read it."
    elif len(said.strip()) > LONGEST_WORDS:
        problems["said"] = f"This is {len(said.strip())} signs long; the most is {LONGEST_WORDS}."
    if outcome is DisputeOutcome.STANDS:
        return problems
    if minutes is None or not 0 <= minutes <= found.session.minutes:
        problems["minutes"] = f"Give the minutes they were there, between 0 and {found.session.minutes}."
    elif minutes == found.line.minutes:
        recorded = words.minutes(minutes)
        problems["minutes"] = f"{recorded} is what is recorded. Then the record stands: choose that."
    elif minutes == 0 and not _others_present(db, found):
        problems["minutes"] = "Then nobody was there. Ask the supervisor to void the record: the dispute ends with it."
    return problems


def _others_present(db: Session, found: Disputed) -> bool:
    others = db.exec(
        select(Attendance.status).where(
            Attendance.session_id == found.session.id, Attendance.staff_id != found.line.staff_id
        )
    )
    return any(status in PRESENT for status in others)


def _change_minutes(db: Session, by: Actor, found: Disputed, minutes: int) -> None:
    """The next version of the session: everybody's line as it was, but for this one."""
    session = next_version(db, by, found.session, f"Settled by {by.name}, named as the third person")
    assert session.id is not None
    lines = db.exec(select(Attendance).where(Attendance.session_id == found.session.id)).all()
    for line in lines:
        is_theirs = line.staff_id == found.line.staff_id
        db.add(
            Attendance(
                session_id=session.id,
                staff_id=line.staff_id,
                status=_status(line, minutes, session.minutes) if is_theirs else line.status,
                minutes=minutes if is_theirs else line.minutes,
                presented_own_work=line.presented_own_work and (minutes > 0 or not is_theirs),
            )
        )


def _status(line: Attendance, minutes: int, length: int) -> AttendanceStatus | None:
    """What the minutes say; whether somebody came late or left early the third person is not asked."""
    if minutes == length:
        return AttendanceStatus.ATTENDED
    if minutes == 0:
        return AttendanceStatus.DID_NOT_ATTEND
    return line.status if line.status in IN_PART else AttendanceStatus.LATE
