"""Agreements, groups and sessions: made, recorded, answered, corrected, voided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    acting,
    check_about,
    check_can_correct_session,
    check_can_keep_agreement,
    check_can_keep_group,
    check_can_record_session,
    check_own_planned_session,
    in_force,
    is_stand_in,
)
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    PRESENT,
    Answer,
    Attendance,
    AttendanceAnswer,
    AttendanceStatus,
    CancelledBy,
    GroupMember,
    LostBecause,
    Post,
    SessionForm,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.services.evidence import check_current, next_version, version_after

LONGEST = 480


@dataclass(frozen=True)
class Entry:
    """One line of the attendance register. `minutes` is asked only of those who came late or left early."""

    staff_id: int
    status: AttendanceStatus
    minutes: int | None = None
    presented_own_work: bool = False


# ---------------------------------------------------------------------------------------------------------------------
# Groups and agreements


def make_group(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    community_id: int,
    name: str,
    purpose: str,
    start_on: date,
    member_ids: Sequence[int],
    form: SessionForm = SessionForm.GROUP,
) -> SupervisionGroup:
    """A group with its contracted members from `start_on`. Its supervisor comes with an agreement."""
    by = acting(db, by, submission)
    check_can_keep_group(by, community_id)
    problems = {}
    if not name.strip():
        problems["name"] = "Give the group a name."
    if len(set(member_ids)) < 2:
        problems["member_ids"] = "Choose at least two people."
    _check_purpose(db, purpose)
    for staff_id in member_ids:
        check_about(db, by, Object.AGREEMENT, Action.CREATE, staff_id)
    if problems:
        raise InvalidRecord(**problems)
    group = SupervisionGroup(
        community_id=community_id, name=name.strip(), purpose=purpose, form=form, start_on=start_on
    )
    db.add(group)
    db.flush()
    assert group.id is not None
    db.add_all(GroupMember(group_id=group.id, staff_id=member, start_on=start_on) for member in sorted(set(member_ids)))
    record_event(db, by=by, action="make_group", object_kind="supervision_group", object_key=group.id, about=member_ids)
    return group


def change_members(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    group_id: int,
    on: date,
    joining: Sequence[int] = (),
    leaving: Sequence[int] = (),
) -> None:
    """Joining members are contracted from `on`; for those leaving, `on` is the last day."""
    by = acting(db, by, submission)
    group = db.get(SupervisionGroup, group_id)
    if group is None:
        raise NotAllowed
    check_can_keep_group(by, group.community_id)
    here = {member.staff_id: member for member in _members(db, group_id, on)}
    for staff_id in leaving:
        if staff_id not in here:
            raise InvalidRecord(leaving="Not a member of this group on that day.")
        here[staff_id].end_on = on
    for staff_id in joining:
        check_about(db, by, Object.AGREEMENT, Action.CREATE, staff_id)
        if staff_id not in here:
            db.add(GroupMember(group_id=group_id, staff_id=staff_id, start_on=on))
    record_event(
        db,
        by=by,
        action="change_members",
        object_kind="supervision_group",
        object_key=group_id,
        about=[*joining, *leaving],
        on=on.isoformat(),
    )


def make_agreement(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    supervisor_id: int,
    supervisee_id: int | None = None,
    group_id: int | None = None,
    purpose: str = "clinical",
    start_on: date,
    end_on: date | None = None,
    usual_minutes: int = 60,
    every_days: int = 28,
    place: str = "",
    review_on: date | None = None,
    of_supervision: bool = False,
) -> SupervisionAgreement:
    """A supervisor takes on one person or one group. From `start_on` they may write and read for them."""
    by = acting(db, by, submission)
    about = _check_agreement_parties(db, by, supervisor_id, supervisee_id, group_id)
    _check_purpose(db, purpose)
    problems = {}
    if end_on is not None and end_on < start_on:
        problems["end_on"] = f"The agreement would end before it starts, on {words.day(start_on)}."
    if not 5 <= usual_minutes <= LONGEST:
        problems["usual_minutes"] = f"The usual length is between 5 minutes and {words.length(LONGEST)}."
    if not 1 <= every_days <= 366:
        problems["every_days"] = "Sessions are at least once a year: 1 to 366 days."
    if problems:
        raise InvalidRecord(**problems)
    agreement = SupervisionAgreement(
        supervisor_id=supervisor_id,
        supervisee_id=supervisee_id,
        group_id=group_id,
        purpose=purpose,
        of_supervision=of_supervision,
        start_on=start_on,
        end_on=end_on,
        usual_minutes=usual_minutes,
        every_days=every_days,
        place=place.strip(),
        review_on=review_on,
    )
    db.add(agreement)
    db.flush()
    record_event(
        db,
        by=by,
        action="make_agreement",
        object_kind="supervision_agreement",
        object_key=agreement.id,
        about=[supervisor_id, *about],
    )
    return agreement


def end_agreement(
    db: Session, *, by: Actor, submission: UUID | None = None, agreement_id: int, end_on: date
) -> SupervisionAgreement:
    """The last day of an agreement. Sessions held up to it can still be recorded for 28 days."""
    by = acting(db, by, submission)
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None:
        raise NotAllowed
    _check_agreement_parties(db, by, agreement.supervisor_id, agreement.supervisee_id, agreement.group_id)
    if end_on < agreement.start_on:
        raise InvalidRecord(end_on=f"The agreement began on {words.day(agreement.start_on)}, after that day.")
    agreement.end_on = end_on
    record_event(
        db,
        by=by,
        action="end_agreement",
        object_kind="supervision_agreement",
        object_key=agreement_id,
        about=[agreement.supervisor_id, *([agreement.supervisee_id] if agreement.supervisee_id else [])],
        end_on=end_on.isoformat(),
    )
    return agreement


def _check_agreement_parties(
    db: Session, by: Actor, supervisor_id: int, supervisee_id: int | None, group_id: int | None
) -> list[int]:
    """Raises unless `by` may keep agreements for these people; gives the supervisees' ids."""
    if (supervisee_id is None) == (group_id is None):
        raise InvalidRecord(supervisee_id="Choose one person or one group.")
    if supervisee_id is not None:
        check_can_keep_agreement(db, by, supervisor_id, supervisee_id)
        if supervisee_id == supervisor_id:
            raise InvalidRecord(supervisor_id="Nobody supervises themselves.")
        people = [supervisee_id]
    else:
        group = db.get(SupervisionGroup, group_id)
        if group is None:
            raise NotAllowed
        check_can_keep_group(by, group.community_id)
        people = [member.staff_id for member in _members(db, group_id, today())]
    if db.get(Staff, supervisor_id) is None:
        raise NotAllowed
    return people


def _check_purpose(db: Session, purpose: str) -> SupervisionPurpose:
    found = db.get(SupervisionPurpose, purpose)
    if found is None:
        raise InvalidRecord(purpose="Choose a purpose from the list.")
    return found


def _members(db: Session, group_id: int | None, on: date) -> Sequence[GroupMember]:
    return db.exec(
        select(GroupMember).where(
            GroupMember.group_id == group_id, in_force(GroupMember.start_on, GroupMember.end_on, on)
        )
    ).all()


# ---------------------------------------------------------------------------------------------------------------------
# Sessions


def contracted_on(db: Session, agreement: SupervisionAgreement, on: date) -> list[int]:
    """Whom a session of this agreement is for on a day. The supervisor of a group is not counted; in a peer group,
    where everybody is counted, they are a member like the others."""
    if agreement.supervisee_id is not None:
        return [agreement.supervisee_id]
    return sorted(member.staff_id for member in _members(db, agreement.group_id, on))


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
    _check_session(db, agreement, held_on, starts_at, length, is_planned=True)
    session = _session(db, by, agreement, held_on, starts_at, length, SessionState.PLANNED)
    _store(
        db, session, [Entry(staff_id, AttendanceStatus.EXEMPT) for staff_id in contracted_on(db, agreement, held_on)]
    )
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
) -> SupervisionSession:
    """A session that was held, with everybody's attendance; it takes the place of the planned one when named."""
    by = acting(db, by, submission)
    agreement = check_can_record_session(db, by, agreement_id, held_on)
    _check_session(db, agreement, held_on, starts_at, minutes)
    entries = _checked_entries(db, agreement, held_on, minutes, entries)
    session = _session(db, by, agreement, held_on, starts_at, minutes, SessionState.HELD)
    session.is_live, session.is_ad_hoc = is_live, is_ad_hoc
    _take_the_place(db, session, planned_record_id, agreement)
    _check_not_recorded_twice(db, session)
    _store(db, session, entries)
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
    cancelled_by: CancelledBy,
    lost_because: LostBecause,
    planned_record_id: UUID | None = None,
) -> SupervisionSession:
    """A session that did not happen: who cancelled it and why stays on the record. A staff member may say so of a
    planned session of their own."""
    by = acting(db, by, submission)
    if planned_record_id is not None and check_own_planned_session(db, by, planned_record_id):
        agreement = db.get(SupervisionAgreement, agreement_id)
        if agreement is None:
            raise NotAllowed
    else:
        agreement = check_can_record_session(db, by, agreement_id, held_on)
    _check_session(db, agreement, held_on, "", agreement.usual_minutes, is_planned=True)
    session = _session(db, by, agreement, held_on, "", agreement.usual_minutes, SessionState.DID_NOT_HAPPEN)
    session.cancelled_by, session.lost_because = cancelled_by, lost_because
    _take_the_place(db, session, planned_record_id, agreement)
    _check_not_recorded_twice(db, session)
    people = contracted_on(db, agreement, held_on)
    _store(db, session, [Entry(staff_id, AttendanceStatus.EXEMPT) for staff_id in people])
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
) -> SupervisionSession:
    """A new version of a held session with other minutes or attendance. `session_id` is the version that was looked
    at: raises Conflict when somebody corrected it meanwhile."""
    by = acting(db, by, submission)
    former = check_can_correct_session(db, by, session_id, Action.UPDATE)
    agreement = db.get_one(SupervisionAgreement, former.agreement_id)
    if not reason.strip():
        raise InvalidRecord(reason="Say why the record is corrected.")
    check_current(db, former)
    _check_session(db, agreement, former.held_on, former.starts_at, minutes)
    entries = _checked_entries(db, agreement, former.held_on, minutes, entries)
    session = version_after(by, former, reason, minutes=minutes)
    _store(db, session, entries)
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


def _check_session(
    db: Session,
    agreement: SupervisionAgreement,
    held_on: date,
    starts_at: str,
    minutes: int,
    is_planned: bool = False,
) -> None:
    problems = {}
    if held_on > today() and not is_planned:
        problems["held_on"] = f"{words.day(held_on)} is still to come. Plan it instead, or choose an earlier day."
    if not 1 <= minutes <= LONGEST:
        problems["minutes"] = f"A session lasts between 1 minute and {words.length(LONGEST)}."
    if starts_at and not _is_clock_time(starts_at):
        problems["starts_at"] = f"“{starts_at}” is not a time of day. Use 14:00."
    if not contracted_on(db, agreement, held_on):
        problems["held_on"] = f"Nobody was contracted to this group on {words.day(held_on)}."
    if problems:
        raise InvalidRecord(**problems)


def _is_clock_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    return colon == ":" and hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60


def _checked_entries(
    db: Session, agreement: SupervisionAgreement, held_on: date, minutes: int, entries: Sequence[Entry]
) -> list[Entry]:
    """The register, complete: one line for each person contracted, minutes filled in from the status."""
    people = contracted_on(db, agreement, held_on)
    if sorted(entry.staff_id for entry in entries) != people:
        raise InvalidRecord(entries="The register does not list the people contracted that day. Open it again.")
    checked = []
    for entry in entries:
        if entry.status in (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY):
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


def _session(
    db: Session,
    by: Actor,
    agreement: SupervisionAgreement,
    held_on: date,
    starts_at: str,
    minutes: int,
    state: SessionState,
) -> SupervisionSession:
    group = db.get(SupervisionGroup, agreement.group_id) if agreement.group_id else None
    stood_in = by.staff_id != agreement.supervisor_id and is_stand_in(db, by, agreement.id or 0, held_on)
    held_by = by.staff_id if stood_in else agreement.supervisor_id
    return SupervisionSession(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        record_id=uuid4(),
        agreement_id=agreement.id,
        group_id=agreement.group_id,
        supervisor_id=held_by,
        community_id=group.community_id if group else _community_of(db, agreement.supervisee_id, held_on),
        purpose=agreement.purpose,
        form=group.form if group else SessionForm.INDIVIDUAL,
        state=state,
        held_on=held_on,
        starts_at=starts_at,
        minutes=minutes,
        contracted=max(1, len(contracted_on(db, agreement, held_on))),
        is_on_behalf=by.staff_id != held_by,
    )


def _community_of(db: Session, staff_id: int | None, on: date) -> int | None:
    return db.exec(
        select(Post.community_id)
        .where(Post.staff_id == staff_id, in_force(Post.start_on, Post.end_on, on))
        .order_by(col(Post.start_on))
    ).first()


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


def _check_not_recorded_twice(db: Session, session: SupervisionSession) -> None:
    """The same agreement, day and start: once."""
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


def _store(db: Session, session: SupervisionSession, entries: Sequence[Entry]) -> None:
    db.add(session)
    db.flush()
    assert session.id is not None
    is_held = session.state is SessionState.HELD
    db.add_all(
        Attendance(
            session_id=session.id,
            staff_id=entry.staff_id,
            status=entry.status if is_held else None,
            minutes=(entry.minutes or 0) if is_held else 0,
            presented_own_work=entry.presented_own_work,
        )
        for entry in entries
    )
