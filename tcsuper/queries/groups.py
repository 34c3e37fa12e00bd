"""One supervision group whole: who belongs to it, by date, and who supervises it."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor, check_can_keep_group, in_force, may
from tcsuper.models import GroupMember, SessionForm, Staff, SupervisionAgreement, SupervisionGroup, SupervisionPurpose
from tcsuper.queries.agreements import groups_seen


@dataclass(frozen=True)
class Place:
    """Somebody's place in a group, from a day to a day."""

    staff_id: int
    name: str
    start_on: date
    end_on: date | None


@dataclass(frozen=True)
class GroupSeen:
    group_id: int
    community_id: int
    name: str
    purpose: str
    form: SessionForm
    start_on: date
    end_on: date | None
    supervisors: tuple[str, ...]
    here: tuple[Place, ...]
    """Who is contracted on the day that was asked about."""
    others: tuple[Place, ...]
    """Who was before or is to be after: for those who keep the group."""
    may_keep: bool


def group_seen(db: Session, *, viewer: Actor, group_id: int, on: date) -> GroupSeen | None:
    """A group as on a day; None when there is none then that the viewer may see."""
    if group_id not in {int(one) for one in groups_seen(db, viewer=viewer, on=on)["group_id"]}:
        return None
    group = db.get_one(SupervisionGroup, group_id)
    may_keep = may(check_can_keep_group, viewer, group.community_id)
    places = _places(db, group_id)
    here = tuple(one for one in places if one.start_on <= on and (one.end_on is None or one.end_on >= on))
    return GroupSeen(
        group_id=group_id,
        community_id=group.community_id,
        name=group.name,
        purpose=db.get_one(SupervisionPurpose, group.purpose).name,
        form=group.form,
        start_on=group.start_on,
        end_on=group.end_on,
        supervisors=_supervisors(db, group_id, on),
        here=here,
        others=tuple(one for one in places if one not in here) if may_keep else (),
        may_keep=may_keep,
    )


def _places(db: Session, group_id: int) -> list[Place]:
    rows = db.execute(
        sa.select(GroupMember, col(Staff.full_name))
        .join(Staff, col(Staff.id) == col(GroupMember.staff_id))
        .where(col(GroupMember.group_id) == group_id)
        .order_by(col(Staff.full_name), col(GroupMember.start_on))
    )
    return [Place(place.staff_id, name, place.start_on, place.end_on) for place, name in rows]


def _supervisors(db: Session, group_id: int, on: date) -> tuple[str, ...]:
    agreement = SupervisionAgreement
    rows = db.scalars(
        sa.select(col(Staff.full_name))
        .join(agreement, col(agreement.supervisor_id) == col(Staff.id))
        .where(col(agreement.group_id) == group_id, in_force(agreement.start_on, agreement.end_on, on))
        .order_by(col(Staff.full_name))
    )
    return tuple(rows)
