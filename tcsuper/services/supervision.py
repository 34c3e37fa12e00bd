"""Supervision sessions: planned, recorded, answered, corrected, voided."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    acting,
    check_can_correct_session,
    check_can_record_session,
    check_own_planned_session,
)
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    IN_PART,
    PRESENT,
    Answer,
    Attendance,
    AttendanceAnswer,
    AttendanceStatus,
    CancelledBy,
    LostBecause,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.recording import rebookings_of
from tcsuper.services.agreements import contracted_on
from tcsuper.services.evidence import check_current, next_version, version_after
from tcsuper.services.keeping_sessions import (
    Entry,
    check_session,
    expected,
    new_session,
    one_at_a_time,
    store_session,
)

# ---------------------------------------------------------------------------------------------------------------------
# Sessions


def plan_session(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    agreement_id: int,
    held_on: date,
    starts_at: str = "",
    minutes: int | None = None,
) -> SupervisionSession:
    """A session to come, with the people contracted that day: the forecast counts it."""
    by = acting(db, by, submission)
    agreement = check_can_record_session(db, by, agreement_id, held_on)
    length = minutes or agreement.usual_minutes
    check_session(db, agreement, held_on, starts_at, length, is_planned=True)
    session = new_session(db, by, agreement, held_on, starts_at, length, SessionState.PLANNED)
    store_session(db, session, expected(contracted_on(db, agreement, held_on)))
    record_event(db, by=by, action="plan_session", object_kind="supervision_session", object_key=session.record_id)
    return session


def record_session(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    agreement_id: int,
    held_on: date,
    minutes: int,
    entries: Sequence[Entry],
    starts_at: str = "",
    planned_record_id: UUID | None = None,
    is_live: bool = False,
    is_ad_hoc: bool = False,
    guests: int = 0,
) -> SupervisionSession:
    """A session that was held, with everybody's attendance; it takes the place of the planned one when named. Guests
    are counted, not named."""
    by = acting(db, by, submission)
    agreement = check_can_record_session(db, by, agreement_id, held_on)
    check_session(db, agreement, held_on, starts_at, minutes, guests=guests)
    entries = _checked_entries(db, agreement, held_on, minutes, entries)
    session = new_session(db, by, agreement, held_on, starts_at, minutes, SessionState.HELD)
    session.is_live, session.is_ad_hoc, session.guests = is_live, is_ad_hoc, guests
    _take_the_place(db, session, planned_record_id, agreement)
    _check_not_recorded_twice(db, session)
    store_session(db, session, entries)
    record_event(
        db,
        by=by,
        action="record_session",
        object_kind="supervision_session",
        object_key=session.record_id,
        about=[entry.staff_id for entry in entries],
        held_on=held_on.isoformat(),
        minutes=minutes,
        present=sum(entry.status in PRESENT for entry in entries),
        on_behalf=session.is_on_behalf,
    )
    return session


def record_lost_session(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    agreement_id: int,
    held_on: date,
    cancelled_by: CancelledBy | None,
    lost_because: LostBecause | None,
    planned_record_id: UUID | None = None,
    rebooked_for: date | None = None,
    rebooked_at: str = "",
) -> SupervisionSession:
    """A session that did not happen: who cancelled it and why stays on the record, and the day it is rebooked for when
    there is one already. Both are asked for, and neither is guessed: services act on the causes. A staff member may say
    so of a planned session of their own, and no more than that."""
    by = acting(db, by, submission)
    if planned_record_id and check_own_planned_session(db, by, agreement_id, planned_record_id, held_on):
        agreement = db.get_one(SupervisionAgreement, agreement_id)
    else:
        agreement = check_can_record_session(db, by, agreement_id, held_on)
    problems = {} if cancelled_by else {"cancelled_by": "Say who cancelled it."}
    problems |= {} if lost_because else {"lost_because": "Say why it did not happen."}
    try:
        check_session(db, agreement, held_on, "", agreement.usual_minutes, is_planned=True)
    except InvalidRecord as refused:
        problems |= refused.problems
    if cancelled_by is None or lost_because is None or problems:
        raise InvalidRecord(**problems)
    session = new_session(db, by, agreement, held_on, "", agreement.usual_minutes, SessionState.DID_NOT_HAPPEN)
    session.cancelled_by, session.lost_because = cancelled_by, lost_because
    _take_the_place(db, session, planned_record_id, agreement)
    _check_not_recorded_twice(db, session)
    people = contracted_on(db, agreement, held_on)
    store_session(db, session, expected(people))
    record_event(
        db,
        by=by,
        action="record_lost_session",
        object_kind="supervision_session",
        object_key=session.record_id,
        about=people,
        held_on=held_on.isoformat(),
        cancelled_by=cancelled_by.value,
        lost_because=lost_because.value,
    )
    if rebooked_for is not None:
        try:
            _rebook(db, by, session, rebooked_for, rebooked_at)
        except InvalidRecord as refused:
            raise InvalidRecord(**{f"rebooked_{field}": said for field, said in refused.problems.items()}) from None
    return session


def rebook_session(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    lost_record_id: UUID,
    held_on: date,
    starts_at: str = "",
) -> SupervisionSession:
    """A planned session in the place of one that did not happen."""
    by = acting(db, by, submission)
    lost = db.exec(
        select(SupervisionSession).where(SupervisionSession.record_id == lost_record_id, current(SupervisionSession))
    ).first()
    if lost is None or lost.agreement_id is None:
        raise NotAllowed
    check_can_record_session(db, by, lost.agreement_id, held_on)
    if lost.state is not SessionState.DID_NOT_HAPPEN:
        raise Conflict("This session did happen, by what is recorded now. Nothing was saved.")
    return _rebook(db, by, lost, held_on, starts_at)


def _rebook(db: Session, by: Actor, lost: SupervisionSession, held_on: date, starts_at: str) -> SupervisionSession:
    """Planned as any other, as long as the lost one was, and told of which lost session it takes the place."""
    assert lost.agreement_id is not None
    one_at_a_time(db, [lost.agreement_id])
    if found := rebookings_of(db, [lost.record_id]):
        on = words.day(found[lost.record_id].held_on)
        raise Conflict(f"It is rebooked for {on} already. Nothing was saved again.")
    soonest = max(lost.held_on, today())
    if held_on < soonest:
        raise InvalidRecord(held_on=f"Rebook it for {words.day(soonest)} or later. What was held already is recorded.")
    session = plan_session(
        db, by=by, agreement_id=lost.agreement_id, held_on=held_on, starts_at=starts_at, minutes=lost.minutes
    )
    session.rebooks_id = lost.record_id
    db.flush()
    return session


def correct_session(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    session_id: int,
    reason: str,
    minutes: int,
    entries: Sequence[Entry],
    guests: int | None = None,
) -> SupervisionSession:
    """A new version of a held session with other minutes or attendance; guests None: as many as before. `session_id`
    is the version that was looked at: raises Conflict when somebody corrected it meanwhile."""
    by = acting(db, by, submission)
    former = check_can_correct_session(db, by, session_id, Action.UPDATE)
    agreement = db.get_one(SupervisionAgreement, former.agreement_id)
    if not reason.strip():
        raise InvalidRecord(reason="Say why the record is corrected.")
    check_current(db, former, by)
    guests = former.guests if guests is None else guests
    check_session(db, agreement, former.held_on, former.starts_at, minutes, guests=guests)
    entries = _checked_entries(db, agreement, former.held_on, minutes, entries)
    session = version_after(by, former, reason, minutes=minutes, guests=guests)
    store_session(db, session, entries)
    record_event(
        db,
        by=by,
        action="correct_session",
        object_kind="supervision_session",
        object_key=session.record_id,
        about=[entry.staff_id for entry in entries],
    )
    return session


def void_session(
    db: Session, *, by: Actor, submission: UUID | None = None, session_id: int, reason: str
) -> SupervisionSession:
    """The record never counted: it stays, with the reason and its author, and takes its credit with it."""
    by = acting(db, by, submission)
    former = check_can_correct_session(db, by, session_id, Action.VOID)
    if not reason.strip():
        raise InvalidRecord(reason="Say why the record is voided.")
    session = next_version(db, by, former, reason, is_void=True)
    people = list(db.exec(select(Attendance.staff_id).where(Attendance.session_id == former.id)))
    record_event(
        db,
        by=by,
        action="void_session",
        object_kind="supervision_session",
        object_key=session.record_id,
        about=people,
    )
    return session


def answer_attendance(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    session_record_id: UUID,
    answer: Answer,
    comment: str = "",
) -> AttendanceAnswer:
    """The person confirms or disputes their own attendance. Minutes count at once either way; silence is not a yes."""
    by = acting(db, by, submission)
    mine = db.exec(
        select(Attendance)
        .join(SupervisionSession)
        .where(
            SupervisionSession.record_id == session_record_id,
            SupervisionSession.state == SessionState.HELD,
            current(SupervisionSession),
            Attendance.staff_id == by.staff_id,
        )
    ).first()
    if mine is None:
        raise NotAllowed
    if answer is Answer.DISPUTED and not comment.strip():
        raise InvalidRecord(comment="Say what is different from what is recorded.")
    given = AttendanceAnswer(
        session_record_id=session_record_id,
        staff_id=by.staff_id,
        answer=answer,
        minutes=mine.minutes,
        comment=comment.strip(),
        answered_at=now(),
    )
    db.add(given)
    record_event(
        db,
        by=by,
        action=f"attendance_{answer.value}",
        object_kind="supervision_session",
        object_key=session_record_id,
        about=[by.staff_id],
    )
    return given


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _checked_entries(
    db: Session, agreement: SupervisionAgreement, held_on: date, minutes: int, entries: Sequence[Entry]
) -> list[Entry]:
    """The register, complete: one line for each person contracted, minutes filled in from the status."""
    people = contracted_on(db, agreement, held_on)
    if sorted(entry.staff_id for entry in entries) != people:
        raise InvalidRecord(entries="The register does not list the people contracted that day. Open it again.")
    checked = []
    for entry in entries:
        if entry.status in IN_PART:
            if entry.minutes is None or not 1 <= entry.minutes <= minutes:
                name = db.get_one(Staff, entry.staff_id).full_name
                raise InvalidRecord(
                    entries=f"{name}: give the minutes they were there, between 1 and {minutes}, or choose attended."
                )
            stayed = entry.minutes
        else:
            stayed = minutes if entry.status is AttendanceStatus.ATTENDED else 0
        checked.append(Entry(entry.staff_id, entry.status, stayed, entry.presented_own_work))
    if not any(entry.status in PRESENT for entry in checked):
        raise InvalidRecord(entries="Nobody was there. Record it as “did not happen”, with who cancelled and why.")
    return checked


def _take_the_place(
    db: Session, session: SupervisionSession, planned_record_id: UUID | None, agreement: SupervisionAgreement
) -> None:
    """Become the next version of the planned session, so that one session stays one record."""
    if planned_record_id is None:
        return
    planned = db.exec(
        select(SupervisionSession).where(
            SupervisionSession.record_id == planned_record_id,
            SupervisionSession.agreement_id == agreement.id,
            current(SupervisionSession),
        )
    ).first()
    if planned is None:
        raise NotAllowed
    if planned.state is not SessionState.PLANNED:
        raise Conflict("This session was recorded meanwhile. Nothing was saved again.")
    session.record_id, session.supersedes_id = planned.record_id, planned.id
    session.series_id, session.rebooks_id = planned.series_id, planned.rebooks_id
    if session.state is SessionState.DID_NOT_HAPPEN:
        session.starts_at, session.minutes = planned.starts_at, planned.minutes


def _check_not_recorded_twice(db: Session, session: SupervisionSession) -> None:
    """The same agreement, day and start: once."""
    one_at_a_time(db, [session.agreement_id])
    twin = db.exec(
        select(SupervisionSession).where(
            SupervisionSession.agreement_id == session.agreement_id,
            SupervisionSession.held_on == session.held_on,
            SupervisionSession.starts_at == session.starts_at,
            SupervisionSession.record_id != session.record_id,
            col(SupervisionSession.state).in_((SessionState.HELD, SessionState.DID_NOT_HAPPEN)),
            current(SupervisionSession),
        )
    ).first()
    if twin is not None:
        at = f" at {session.starts_at}" if session.starts_at else ""
        raise InvalidRecord(
            held_on=f"A session of {words.day(session.held_on)}{at} is already recorded. "
            "Was it another one? Then give its start time."
        )


def hold_as_stated(
    db: Session, by: Actor, agreement: SupervisionAgreement, held_on: date, minutes: int, statement_id: UUID
) -> SupervisionSession:
    """A session that was held as a checked statement says, by its external supervisor; it takes the place of one that
    was planned for the day. Checks nothing: services/statements.py has."""
    session = new_session(db, by, agreement, held_on, "", minutes, SessionState.HELD)
    session.supervisor_id, session.is_on_behalf, session.statement_id = agreement.supervisor_id, True, statement_id
    planned = db.exec(
        select(SupervisionSession).where(
            SupervisionSession.agreement_id == agreement.id,
            SupervisionSession.held_on == held_on,
            SupervisionSession.state == SessionState.PLANNED,
            current(SupervisionSession),
        )
    ).first()
    if planned is not None:
        session.starts_at = planned.starts_at
        _take_the_place(db, session, planned.record_id, agreement)
    _check_not_recorded_twice(db, session)
    store_session(db, session, [Entry(agreement.supervisee_id or 0, AttendanceStatus.ATTENDED, minutes)])
    return session
