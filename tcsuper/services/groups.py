"""Supervision groups: formed, joined and left, renamed, ended. Their supervisor comes with an agreement."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about, check_can_keep_group
from tcsuper.audit import record_event
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import GroupMember, SessionForm, Staff, SupervisionAgreement, SupervisionGroup
from tcsuper.services.agreements import (
    check_nothing_recorded_after,
    check_purpose,
    members_on,
    plan_anew,
    planned_after,
    take_off_planned,
)

LONGEST_NAME = 120


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
    problems = _problems_of_name(db, community_id, name)
    if len(set(member_ids)) < 2:
        problems["member_ids"] = "Choose at least two people."
    check_purpose(db, purpose)
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
    _record(db, by, "make_group", group, member_ids)
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
    """Joining members are contracted from `on`; for those leaving, `on` is the last day. Sessions planned after that
    expect whoever is contracted then."""
    by = acting(db, by, submission)
    group = _group_to_keep(db, by, group_id)
    for staff_id in joining:
        check_about(db, by, Object.AGREEMENT, Action.CREATE, staff_id)
    here = {member.staff_id: member for member in members_on(db, group_id, on)}
    if problems := _problems_of_change(db, group, on, joining, leaving, set(here)):
        raise InvalidRecord(**problems)
    for staff_id in leaving:
        here[staff_id].end_on = on
    for staff_id in joining:
        if staff_id not in here:
            db.add(GroupMember(group_id=group_id, staff_id=staff_id, start_on=on, end_on=group.end_on))
    db.flush()
    for planned in planned_after(db, _agreements_of(db, group_id), on - timedelta(days=1)):
        plan_anew(db, by, planned)
    _record(db, by, "change_members", group, [*joining, *leaving], on=on.isoformat())


def rename_group(
    db: Session, *, by: Actor, submission: UUID | None = None, group_id: int, name: str
) -> SupervisionGroup:
    """The group under another name, everywhere and for all its sessions."""
    by = acting(db, by, submission)
    group = _group_to_keep(db, by, group_id)
    if problems := _problems_of_name(db, group.community_id, name, group_id):
        raise InvalidRecord(**problems)
    group.name = name.strip()
    _record(db, by, "rename_group", group, [])
    return group


def end_group(
    db: Session, *, by: Actor, submission: UUID | None = None, group_id: int, end_on: date
) -> SupervisionGroup:
    """The last day of a group: its members' places and its agreements end with it, and what is planned after it is
    taken off. Sessions held up to then can still be recorded for 28 days."""
    by = acting(db, by, submission)
    group = _group_to_keep(db, by, group_id)
    if end_on < group.start_on:
        raise InvalidRecord(end_on=f"The group began on {words.day(group.start_on)}, after that day.")
    if group.end_on is not None and group.end_on <= end_on:
        raise InvalidRecord(end_on=f"The group ends on {words.day(group.end_on)} already.")
    agreements = _agreements_of(db, group_id)
    check_nothing_recorded_after(db, agreements, end_on)
    _check_none_begins_after(db, group_id, end_on)
    group.end_on = end_on
    for place in db.exec(select(GroupMember).where(GroupMember.group_id == group_id)).all():
        _end_with_it(db, place, end_on)
    for agreement in db.exec(select(SupervisionAgreement).where(SupervisionAgreement.group_id == group_id)).all():
        _end_with_it(db, agreement, end_on)
    taken_off = take_off_planned(db, by, agreements, end_on, "The group ended.")
    people = db.exec(
        select(GroupMember.staff_id).where(GroupMember.group_id == group_id, GroupMember.end_on == end_on)
    ).all()
    _record(db, by, "end_group", group, people, end_on=end_on.isoformat(), taken_off=taken_off)
    return group


def _check_none_begins_after(db: Session, group_id: int, end_on: date) -> None:
    begins_on = db.scalar(
        sa.select(sa.func.max(SupervisionAgreement.start_on)).where(
            col(SupervisionAgreement.group_id) == group_id, col(SupervisionAgreement.start_on) > end_on
        )
    )
    if begins_on is not None:
        raise InvalidRecord(
            end_on=f"An agreement with this group begins on {words.day(begins_on)}. Choose that day or a later one."
        )


def _end_with_it(db: Session, row: GroupMember | SupervisionAgreement, end_on: date) -> None:
    """Not later than the group. A place that was still to begin never does."""
    if row.start_on > end_on:
        db.delete(row)
    elif row.end_on is None or row.end_on > end_on:
        row.end_on = end_on


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _group_to_keep(db: Session, by: Actor, group_id: int) -> SupervisionGroup:
    group = db.get(SupervisionGroup, group_id)
    if group is None:
        raise NotAllowed
    check_can_keep_group(by, group.community_id)
    return group


def _problems_of_name(db: Session, community_id: int, name: str, group_id: int = 0) -> dict[str, str]:
    """A list tells groups apart by name and community."""
    if not name.strip():
        return {"name": "Give the group a name."}
    if len(name.strip()) > LONGEST_NAME:
        return {"name": f"A name has at most {LONGEST_NAME} characters."}
    alike = db.exec(
        select(SupervisionGroup.id).where(
            SupervisionGroup.community_id == community_id,
            sa.func.lower(SupervisionGroup.name) == name.strip().lower(),
            col(SupervisionGroup.end_on).is_(None),
            SupervisionGroup.id != group_id,
        )
    ).first()
    return {} if alike is None else {"name": "Another group there has this name."}


def _problems_of_change(
    db: Session, group: SupervisionGroup, on: date, joining: Sequence[int], leaving: Sequence[int], here: set[int]
) -> dict[str, str]:
    problems = {}
    if not joining and not leaving:
        problems["joining"] = "Choose who joins, or who leaves."
    if on < group.start_on or (group.end_on is not None and on > group.end_on):
        problems["on"] = f"The group does not meet on {words.day(on)}: it {_lasts(group)}."
    if not set(leaving) <= here:
        problems["leaving"] = "Not a member of this group on that day."
    for staff_id in joining:
        if later := _comes_later(db, group.id, staff_id, on):
            problems["joining"] = f"{_name(db, staff_id)} is to join on {words.day(later)} already."
    return problems


def _comes_later(db: Session, group_id: int | None, staff_id: int, on: date) -> date | None:
    return db.scalar(
        sa.select(sa.func.min(GroupMember.start_on)).where(
            col(GroupMember.group_id) == group_id, col(GroupMember.staff_id) == staff_id, col(GroupMember.start_on) > on
        )
    )


def _agreements_of(db: Session, group_id: int) -> list[int]:
    found = db.exec(select(SupervisionAgreement.id).where(SupervisionAgreement.group_id == group_id))
    return [agreement_id for agreement_id in found if agreement_id is not None]


def _lasts(group: SupervisionGroup) -> str:
    until = f" and ended on {words.day(group.end_on)}" if group.end_on else ""
    return f"began on {words.day(group.start_on)}{until}"


def _name(db: Session, staff_id: int) -> str:
    return db.get_one(Staff, staff_id).full_name


def _record(db: Session, by: Actor, action: str, group: SupervisionGroup, about: Sequence[int], **detail: Any) -> None:
    record_event(db, by=by, action=action, object_kind="supervision_group", object_key=group.id, about=about, **detail)
