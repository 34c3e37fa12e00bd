"""Supervision agreements and groups: made, changed, ended."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    acting,
    check_about,
    check_can_keep_agreement,
    check_can_keep_group,
    in_force,
)
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import GroupMember, SessionForm, Staff, SupervisionAgreement, SupervisionGroup, SupervisionPurpose

LONGEST_SESSION = 480

# ---------------------------------------------------------------------------------------------------------------------
# Groups


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


# ---------------------------------------------------------------------------------------------------------------------
# Agreements


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
    if not 5 <= usual_minutes <= LONGEST_SESSION:
        problems["usual_minutes"] = f"The usual length is between 5 minutes and {words.length(LONGEST_SESSION)}."
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


def contracted_on(db: Session, agreement: SupervisionAgreement, on: date) -> list[int]:
    """Whom a session of this agreement is for on a day. The supervisor of a group is not counted; in a peer group,
    where everybody is counted, they are a member like the others."""
    if agreement.supervisee_id is not None:
        return [agreement.supervisee_id]
    return sorted(member.staff_id for member in _members(db, agreement.group_id, on))
