"""Supervision agreements: made and ended. Signing and reviewing them is in signing.py, handing them over in
hand_over.py, and the groups they are made with in groups.py."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Actor,
    acting,
    check_can_keep_agreement,
    check_can_keep_group,
    check_can_name_supervisor,
    in_force,
)
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    Attendance,
    GroupMember,
    SessionForm,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
    TraineeSupervisor,
)
from tcsuper.queries.evidence import current
from tcsuper.rules import entries
from tcsuper.rules.dated import first_review_on
from tcsuper.services.evidence import next_version, version_after
from tcsuper.settings import service_number

LONGEST_SESSION = entries.LONGEST_SESSION
LONGEST_PLACE, LONGEST_PIECE_OF_WORK, LONGEST_TERMS = 120, 200, 4000
NO_BODY_COUNTS_IT = "No body's rule counts supervision of this purpose."


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
    trainee_role: TraineeSupervisor | None = None,
    piece_of_work: str = "",
    rule_sets: Sequence[str] = (),
    confidentiality: str = "",
) -> SupervisionAgreement:
    """A supervisor takes on one person or one group. From `start_on` they may write and read for them.

    `review_on`: without one, a year from the start or whatever the service has set. `trainee_role`: what the supervisor
    is to a trainee, who has one coordinating supervisor at a time; a designated one has a `piece_of_work`. `rule_sets`:
    which bodies' rules it is meant for, of those its purpose counts for; none named: all of them."""
    by = acting(db, by, submission)
    about = _check_agreement_parties(db, by, supervisor_id, supervisee_id, group_id)
    if supervisor_id != by.staff_id:
        check_can_name_supervisor(db, by, supervisor_id)
    counts_for = check_purpose(db, purpose).credited_by
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
        review_on=review_on or first_review_on(start_on, service_number(db, "review_every_months")),
        trainee_role=trainee_role,
        piece_of_work=piece_of_work.strip(),
        rule_sets=[one for one in counts_for if one in rule_sets],
        confidentiality=confidentiality.strip(),
    )
    problems = _problems(agreement) | _problems_of_group(db, agreement)
    if not set(rule_sets) <= set(counts_for):
        known = f"Choose among {words.listed(sorted(counts_for))}." if counts_for else NO_BODY_COUNTS_IT
        problems["rule_sets"] = known
    if problems:
        raise InvalidRecord(**problems)
    check_one_coordinating(db, agreement)
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
    """The last day of an agreement. Sessions held up to it can still be recorded for 28 days; those planned after it
    are taken off."""
    by = acting(db, by, submission)
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None:
        raise NotAllowed
    _check_agreement_parties(db, by, agreement.supervisor_id, agreement.supervisee_id, agreement.group_id)
    if end_on < agreement.start_on:
        raise InvalidRecord(end_on=f"The agreement began on {words.day(agreement.start_on)}, after that day.")
    check_nothing_recorded_after(db, [agreement_id], end_on)
    agreement.end_on = end_on
    check_one_coordinating(db, agreement)
    taken_off = take_off_planned(db, by, [agreement_id], end_on, "The agreement ended.")
    record_event(
        db,
        by=by,
        action="end_agreement",
        object_kind="supervision_agreement",
        object_key=agreement_id,
        about=[agreement.supervisor_id, *([agreement.supervisee_id] if agreement.supervisee_id else [])],
        end_on=end_on.isoformat(),
        taken_off=taken_off,
    )
    return agreement


# ---------------------------------------------------------------------------------------------------------------------
# What is asked of one


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
        people = [member.staff_id for member in members_on(db, group_id, today())]
    if db.get(Staff, supervisor_id) is None:
        raise NotAllowed
    return people


def _problems(one: SupervisionAgreement) -> dict[str, str]:
    problems = {}
    if one.end_on is not None and one.end_on < one.start_on:
        problems["end_on"] = f"The agreement would end before it starts, on {words.day(one.start_on)}."
    if not 5 <= one.usual_minutes <= LONGEST_SESSION:
        problems["usual_minutes"] = f"The usual length is between 5 minutes and {words.length(LONGEST_SESSION)}."
    if not 1 <= one.every_days <= 366:
        problems["every_days"] = "Sessions are at least once a year: 1 to 366 days."
    if one.review_on is not None and one.review_on <= one.start_on:
        problems["review_on"] = f"The review is after the start, on {words.day(one.start_on)}."
    if one.trainee_role is not None and one.supervisee_id is None:
        problems["trainee_role"] = "A trainee's coordinating or designated supervisor has an agreement with one person."
    if one.trainee_role is TraineeSupervisor.DESIGNATED and not one.piece_of_work:
        problems["piece_of_work"] = "Say which piece of work the designated supervisor is there for."
    if one.trainee_role is not TraineeSupervisor.DESIGNATED and one.piece_of_work:
        problems["piece_of_work"] = "A piece of work belongs to a trainee's designated supervisor."
    for field, most in (
        ("place", LONGEST_PLACE),
        ("piece_of_work", LONGEST_PIECE_OF_WORK),
        ("confidentiality", LONGEST_TERMS),
    ):
        if len(getattr(one, field)) > most:
            problems[field] = f"At most {most:,} characters fit here."
    return problems


def _problems_of_group(db: Session, one: SupervisionAgreement) -> dict[str, str]:
    """A group is supervised for what it is there for, while it is there, and not by one of its members: who leads is
    not counted. In a peer group everybody is."""
    if one.group_id is None:
        return {}
    problems, group = {}, db.get_one(SupervisionGroup, one.group_id)
    if one.purpose != group.purpose:
        problems["purpose"] = f"The group is there for another purpose: {_purpose_name(db, group.purpose)}."
    if group.end_on is not None and (one.end_on is None or one.end_on > group.end_on):
        problems["end_on"] = f"The group ends on {words.day(group.end_on)}."
    members = {member.staff_id for member in members_on(db, group.id, one.start_on)}
    if group.form is SessionForm.GROUP and one.supervisor_id in members:
        problems["supervisor_id"] = "The supervisor is a member of this group. Let them leave it first."
    return problems


def check_one_coordinating(db: Session, one: SupervisionAgreement) -> None:
    """Raises when the trainee would have two coordinating supervisors on one day. Two such agreements made at once wait
    for each other on the trainee's row."""
    if one.trainee_role is not TraineeSupervisor.COORDINATING:
        return
    db.exec(select(Staff.id).where(Staff.id == one.supervisee_id).with_for_update()).all()
    others = select(SupervisionAgreement, Staff.full_name).join(
        Staff, col(Staff.id) == col(SupervisionAgreement.supervisor_id)
    )
    with db.no_autoflush:
        found = db.exec(
            others.where(
                SupervisionAgreement.supervisee_id == one.supervisee_id,
                SupervisionAgreement.trainee_role == TraineeSupervisor.COORDINATING,
                SupervisionAgreement.id != (one.id or 0),
            )
        ).all()
    for other, supervisor in found:
        begins_before_that_ends = other.end_on is None or one.start_on <= other.end_on
        if begins_before_that_ends and (one.end_on is None or other.start_on <= one.end_on):
            until = f" to {words.day(other.end_on)}" if other.end_on else ""
            raise InvalidRecord(
                trainee_role=f"A trainee has one coordinating supervisor at a time: {supervisor} is theirs from "
                f"{words.day(other.start_on)}{until}. End that agreement first, or hand it over."
            )


def check_purpose(db: Session, purpose: str) -> SupervisionPurpose:
    found = db.get(SupervisionPurpose, purpose)
    if found is None:
        raise InvalidRecord(purpose="Choose a purpose from the list.")
    return found


def _purpose_name(db: Session, purpose: str) -> str:
    return db.get_one(SupervisionPurpose, purpose).name.lower()


# ---------------------------------------------------------------------------------------------------------------------
# Whom a session is for


def members_on(db: Session, group_id: int | None, on: date) -> Sequence[GroupMember]:
    return db.exec(
        select(GroupMember).where(
            GroupMember.group_id == group_id, in_force(GroupMember.start_on, GroupMember.end_on, on)
        )
    ).all()


def contracted_on(db: Session, agreement: SupervisionAgreement, on: date) -> list[int]:
    """Whom a session of this agreement is for on a day. The supervisor of a group is not counted; in a peer group,
    where everybody is counted, they are a member like the others."""
    if agreement.supervisee_id is not None:
        return [agreement.supervisee_id]
    return sorted(member.staff_id for member in members_on(db, agreement.group_id, on))


# ---------------------------------------------------------------------------------------------------------------------
# Planned sessions follow their agreement and their group


def planned_after(db: Session, agreement_ids: Sequence[int], last_day: date) -> Sequence[SupervisionSession]:
    """What is still planned of these agreements after a day, by date."""
    return db.exec(
        select(SupervisionSession)
        .where(
            col(SupervisionSession.agreement_id).in_(agreement_ids),
            SupervisionSession.state == SessionState.PLANNED,
            SupervisionSession.held_on > last_day,
            current(SupervisionSession),
        )
        .order_by(col(SupervisionSession.held_on), col(SupervisionSession.id))
    ).all()


def plan_anew(
    db: Session, by: Actor, planned: SupervisionSession, agreement: SupervisionAgreement | None = None
) -> None:
    """The next version of a planned session: of the agreement that took the former one's place, and for whoever is
    contracted on its day by now. For nobody: taken off."""
    agreement = agreement or db.get_one(SupervisionAgreement, planned.agreement_id)
    people = contracted_on(db, agreement, planned.held_on)
    if not people:
        next_version(db, by, planned, "Nobody is contracted to the group that day.", is_void=True)
        return
    expected = sorted(db.exec(select(Attendance.staff_id).where(Attendance.session_id == planned.id)))
    if agreement.id == planned.agreement_id and people == expected:
        return
    session = version_after(
        by, planned, agreement_id=agreement.id, supervisor_id=agreement.supervisor_id, contracted=len(people)
    )
    db.add(session)
    db.flush()
    assert session.id is not None
    db.add_all(Attendance(session_id=session.id, staff_id=staff_id) for staff_id in people)


def take_off_planned(db: Session, by: Actor, agreement_ids: Sequence[int], last_day: date, reason: str) -> int:
    """What is planned after the last day can no longer be held: it is voided, and no forecast counts it. Gives how
    many there were."""
    found = planned_after(db, agreement_ids, last_day)
    for planned in found:
        next_version(db, by, planned, reason, is_void=True)
    return len(found)


def check_nothing_recorded_after(db: Session, agreement_ids: Sequence[int], last_day: date) -> None:
    """Raises when a session of these agreements was held, or did not happen, after their last day to be."""
    latest = db.scalar(
        sa.select(sa.func.max(SupervisionSession.held_on)).where(
            col(SupervisionSession.agreement_id).in_(agreement_ids),
            col(SupervisionSession.state) != SessionState.PLANNED,
            col(SupervisionSession.held_on) > last_day,
            current(SupervisionSession),
        )
    )
    if latest is not None:
        raise InvalidRecord(
            end_on=f"A session of {words.day(latest)} is recorded. Choose that day or a later one, or void it first."
        )
