"""Stand-ins: somebody named to hold the sessions of an agreement while its supervisor cannot."""

from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    acting,
    as_no_supervisor,
    check_about,
    check_can_name_supervisor,
    check_in,
    in_force,
)
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import GroupMember, StandIn, SupervisionAgreement, SupervisionGroup

LONGEST_DAYS = 28


def name_stand_in(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    agreement_id: int,
    staff_id: int,
    start_on: date,
    end_on: date,
) -> StandIn:
    """A therapy manager names who holds the sessions of an agreement from a day to a day, both included: one session,
    or up to 28 days. They write those sessions as their own, and read nothing from before."""
    by = acting(db, by, submission)
    agreement = _agreement_to_change(db, by, agreement_id, Action.CREATE)
    if staff_id == by.staff_id:
        raise NotAllowed(
            "You cannot name yourself. Record on the supervisor's behalf, or make an agreement of your own."
        )
    check_can_name_supervisor(db, by, staff_id)
    if problems := _problems(db, agreement, staff_id, start_on, end_on):
        raise InvalidRecord(**problems)
    stand_in = StandIn(
        agreement_id=agreement_id, staff_id=staff_id, named_by_id=by.staff_id, start_on=start_on, end_on=end_on
    )
    db.add(stand_in)
    db.flush()
    _record(db, by, "name_stand_in", stand_in, agreement)
    return stand_in


def end_stand_in(db: Session, *, by: Actor, submission: UUID | None = None, stand_in_id: int) -> None:
    """From now on they neither write nor read. One that never lasted a whole day leaves no row; its event stays."""
    by = acting(db, by, submission)
    stand_in = db.get(StandIn, stand_in_id)
    if stand_in is None:
        raise NotAllowed
    agreement = _agreement_to_change(db, by, stand_in.agreement_id, Action.END)
    yesterday = today() - timedelta(days=1)
    if stand_in.end_on <= yesterday:
        raise NotAllowed(f"They no longer stand in: it is over since {words.day(stand_in.end_on)}.")
    _record(db, by, "end_stand_in", stand_in, agreement)
    if stand_in.start_on > yesterday:
        db.delete(stand_in)
    else:
        stand_in.end_on = yesterday
    db.flush()


def _agreement_to_change(db: Session, by: Actor, agreement_id: int, action: Action) -> SupervisionAgreement:
    """One of a supervisee, or of a group, of the communities managed."""
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None:
        raise NotAllowed
    if agreement.group_id is not None:
        check_in(by, Object.STAND_IN, action, db.get_one(SupervisionGroup, agreement.group_id).community_id)
    else:
        check_about(db, as_no_supervisor(by), Object.STAND_IN, action, agreement.supervisee_id or 0)
    return agreement


def _problems(
    db: Session, agreement: SupervisionAgreement, staff_id: int, start_on: date, end_on: date
) -> dict[str, str]:
    problems = {}
    if staff_id == agreement.supervisor_id:
        problems["staff_id"] = "They supervise here themselves. Choose somebody else."
    elif staff_id in _supervisees(db, agreement, start_on):
        problems["staff_id"] = "They are supervised here. Nobody supervises themselves."
    if end_on < start_on:
        problems["end_on"] = f"The last day is before the first, {words.day(start_on)}."
    elif (end_on - start_on).days + 1 > LONGEST_DAYS:
        problems["end_on"] = f"A stand-in is named for {LONGEST_DAYS} days at most."
    elif end_on < today():
        problems["end_on"] = "This day is over. Who stood in then is entered by recording on the supervisor's behalf."
    if agreement.end_on is not None and end_on > agreement.end_on:
        problems.setdefault("end_on", f"The agreement ends on {words.day(agreement.end_on)}.")
    if start_on < agreement.start_on:
        problems["start_on"] = f"The agreement began on {words.day(agreement.start_on)}."
    same = select(StandIn.id).where(
        StandIn.agreement_id == agreement.id,
        StandIn.staff_id == staff_id,
        col(StandIn.start_on) <= end_on,
        col(StandIn.end_on) >= start_on,
    )
    if db.exec(same).first() is not None:
        problems["staff_id"] = "They already stand in here on some of these days."
    return problems


def _supervisees(db: Session, agreement: SupervisionAgreement, on: date) -> list[int]:
    if agreement.supervisee_id is not None:
        return [agreement.supervisee_id]
    return list(
        db.exec(
            select(GroupMember.staff_id).where(
                GroupMember.group_id == agreement.group_id, in_force(GroupMember.start_on, GroupMember.end_on, on)
            )
        )
    )


def _record(db: Session, by: Actor, action: str, stand_in: StandIn, agreement: SupervisionAgreement) -> None:
    supervisees = _supervisees(db, agreement, stand_in.start_on)
    record_event(
        db,
        by=by,
        action=action,
        object_kind="stand_in",
        object_key=stand_in.id,
        about=[stand_in.staff_id, agreement.supervisor_id, *supervisees],
        agreement_id=agreement.id,
        start_on=stand_in.start_on.isoformat(),
        end_on=stand_in.end_on.isoformat(),
    )
