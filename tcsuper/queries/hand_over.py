"""What handing agreements over to another supervisor will do: shown first, and then done just so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    as_no_supervisor,
    check_can_keep_agreement,
    check_can_keep_group,
    check_can_name_supervisor,
    communities_within,
    in_force,
    people_within,
)
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    GroupMember,
    SessionForm,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.words import count, day

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ToHandOver:
    """An agreement that the viewer may give to somebody else."""

    agreement_id: int
    supervisor_id: int
    supervisor: str
    label: str


@dataclass(frozen=True)
class HandOver:
    """One agreement, as it will end and be followed. `problem`: why it cannot; empty when it can."""

    agreement_id: int
    label: str
    last_day: date
    former: str
    new: str
    planned: int
    problem: str = ""

    @property
    def words(self) -> str:
        if self.problem:
            return f"{self.label}: {self.problem}"
        moved = f"; {count(self.planned, 'planned session')} moved" if self.planned else ""
        until, since = day(self.last_day), day(self.last_day + ONE_DAY)
        return f"{self.label}: with {self.former} until {until}, with {self.new} from {since}{moved}."


def agreements_to_hand_over(db: Session, *, viewer: Actor, on: date) -> list[ToHandOver]:
    """Those of the people and the groups of the communities managed that go on after a day, by supervisor."""
    agreement, supervisor, supervisee = SupervisionAgreement, aliased(Staff), aliased(Staff)
    rows = db.execute(
        sa.select(
            col(agreement.id),
            col(agreement.supervisor_id),
            col(supervisor.full_name),
            sa.func.coalesce(SupervisionGroup.name, supervisee.full_name).label("whom"),
            col(SupervisionPurpose.name),
        )
        .join(supervisor, col(supervisor.id) == col(agreement.supervisor_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(agreement.purpose))
        .outerjoin(supervisee, col(supervisee.id) == col(agreement.supervisee_id))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(agreement.group_id))
        .where(
            col(agreement.start_on) <= on,
            sa.or_(col(agreement.end_on).is_(None), col(agreement.end_on) > on),
            sa.or_(
                col(agreement.supervisee_id).in_(
                    people_within(as_no_supervisor(viewer), Object.AGREEMENT, Action.CREATE)
                ),
                col(SupervisionGroup.community_id).in_(communities_within(viewer, Object.AGREEMENT, Action.CREATE)),
            ),
        )
        .order_by(col(supervisor.full_name), col(supervisor.id), "whom", col(agreement.id))
    )
    return [
        ToHandOver(number, supervisor_id, name, f"{whom}, {purpose.lower()}")
        for number, supervisor_id, name, whom, purpose in rows
    ]


def hand_over_plan(
    db: Session, *, viewer: Actor, agreement_ids: Sequence[int], supervisor_id: int, last_day: date
) -> list[HandOver]:
    """What will become of each of these agreements when `supervisor_id` takes them on the day after `last_day`. Raises
    NotAllowed unless the viewer may both end them and make the new ones, and may name that supervisor."""
    check_can_name_supervisor(db, viewer, supervisor_id)
    new = db.get_one(Staff, supervisor_id)
    plan = []
    for agreement_id in sorted(set(agreement_ids)):
        agreement = db.get(SupervisionAgreement, agreement_id)
        if agreement is None:
            raise NotAllowed
        for supervisor in (agreement.supervisor_id, supervisor_id):
            _check_keeps(db, viewer, agreement, supervisor)
        plan.append(
            HandOver(
                agreement_id,
                _label(db, agreement),
                last_day,
                db.get_one(Staff, agreement.supervisor_id).full_name,
                new.full_name,
                _planned(db, agreement_id, last_day),
                _problem(db, agreement, new, last_day),
            )
        )
    return plan


def _check_keeps(db: Session, viewer: Actor, agreement: SupervisionAgreement, supervisor_id: int) -> None:
    if agreement.group_id is not None:
        check_can_keep_group(viewer, db.get_one(SupervisionGroup, agreement.group_id).community_id)
    else:
        check_can_keep_agreement(db, viewer, supervisor_id, agreement.supervisee_id or 0)


def _label(db: Session, agreement: SupervisionAgreement) -> str:
    if agreement.group_id is not None:
        whom = db.get_one(SupervisionGroup, agreement.group_id).name
    else:
        whom = db.get_one(Staff, agreement.supervisee_id).full_name
    return f"{whom}, {db.get_one(SupervisionPurpose, agreement.purpose).name.lower()}"


def _problem(db: Session, agreement: SupervisionAgreement, new: Staff, last_day: date) -> str:
    if agreement.supervisor_id == new.id:
        return f"{new.full_name} is the supervisor already."
    if agreement.supervisee_id == new.id:
        return "nobody supervises themselves."
    if last_day < agreement.start_on:
        return f"it began only on {day(agreement.start_on)}."
    if agreement.end_on is not None and agreement.end_on <= last_day:
        return f"it ends on {day(agreement.end_on)} already."
    held_on = _recorded_after(db, agreement, last_day)
    if held_on is not None:
        return f"a session of {day(held_on)} is recorded. Choose that day or a later one."
    if _is_member(db, agreement, new, last_day + ONE_DAY):
        return f"{new.full_name} is a member of this group. Let them leave it first."
    return ""


def _planned(db: Session, agreement_id: int, last_day: date) -> int:
    session = SupervisionSession
    found = db.scalar(
        sa.select(sa.func.count()).where(
            col(session.agreement_id) == agreement_id,
            col(session.state) == SessionState.PLANNED,
            col(session.held_on) > last_day,
            current(session),
        )
    )
    return found or 0


def _recorded_after(db: Session, agreement: SupervisionAgreement, last_day: date) -> date | None:
    session = SupervisionSession
    return db.scalar(
        sa.select(sa.func.max(session.held_on)).where(
            col(session.agreement_id) == agreement.id,
            col(session.state) != SessionState.PLANNED,
            col(session.held_on) > last_day,
            current(session),
        )
    )


def _is_member(db: Session, agreement: SupervisionAgreement, new: Staff, on: date) -> bool:
    """Who leads a group is not counted in it; in a peer group everybody is."""
    if agreement.group_id is None or db.get_one(SupervisionGroup, agreement.group_id).form is SessionForm.PEER:
        return False
    member = select(GroupMember.id).where(
        GroupMember.group_id == agreement.group_id,
        GroupMember.staff_id == new.id,
        in_force(GroupMember.start_on, GroupMember.end_on, on),
    )
    return db.exec(member).first() is not None
