"""Sessions to come: which of them somebody may see and change, the register to print for one, and the week's protected
time for the detail office."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    as_no_supervisor,
    check_about,
    communities_within,
    in_force,
    is_stand_in,
    not_long_over,
    people_within,
    rules_for,
    sessions_supervised_by,
    sessions_to_stand_in_at,
    stands_in_for,
)
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    GroupMember,
    Role,
    SessionState,
    Staff,
    StandIn,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.supervision import agreements_to_record, sessions_visible_to
from tcsuper.rules.series import span_in_words

# ---------------------------------------------------------------------------------------------------------------------
# The list


@dataclass(frozen=True)
class PlannedSession:
    """`title`: the group, or the supervisee. `expected`: the names of those contracted that day whom the viewer may
    see; `contracted` counts all of them."""

    session_id: int
    record_id: UUID
    series_id: UUID | None
    agreement_id: int
    held_on: date
    starts_at: str
    minutes: int
    title: str
    supervisor: str
    expected: tuple[str, ...]
    contracted: int
    may_change: bool
    """Record, skip or move it."""
    may_print: bool
    is_rebooked: bool
    """In the place of one that did not happen."""


def planned_sessions(db: Session, *, viewer: Actor, since: date, until: date) -> list[PlannedSession]:
    """Sessions planned for these days that the viewer may see: theirs to hold, those of the people they supervise or
    manage, and their own. The soonest first."""
    session, supervisor, supervisee = SupervisionSession, aliased(Staff), aliased(Staff)
    theirs = sa.or_(sessions_supervised_by(viewer), sessions_to_stand_in_at(viewer))
    rows = db.execute(
        sa.select(session, col(supervisor.full_name), supervisee, SupervisionGroup, theirs)
        .join(SupervisionAgreement, col(SupervisionAgreement.id) == col(session.agreement_id))
        .join(supervisor, col(supervisor.id) == col(session.supervisor_id))
        .outerjoin(supervisee, col(supervisee.id) == col(SupervisionAgreement.supervisee_id))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(session.group_id))
        .where(_planned_between(since, until), sa.or_(sessions_visible_to(viewer), sessions_to_stand_in_at(viewer)))
        .order_by(col(session.held_on), col(session.starts_at), col(session.id))
    ).all()
    expected = _contracted(db, [found for found, *_ in rows])
    seen = set(db.scalars(people_within(viewer, Object.SESSION_LOG)))
    may_change = _changeable(db, viewer, [found for found, *_ in rows])
    places = communities_within(viewer, Object.SESSION_LOG, Action.EXPORT)
    exported = set(db.scalars(people_within(as_no_supervisor(viewer), Object.SESSION_LOG, Action.EXPORT)))
    names = _names(db, chain.from_iterable(expected.values()))
    return [
        PlannedSession(
            found.id,
            found.record_id,
            found.series_id,
            found.agreement_id,
            found.held_on,
            found.starts_at,
            found.minutes,
            group.name if group else alone.full_name,
            by_whom,
            tuple(names[one.id] for one in expected[found.id] if is_theirs or one.id in seen),
            len(expected[found.id]),
            found.id in may_change,
            is_theirs or (group.community_id in places if group else alone.id in exported),
            found.rebooks_id is not None,
        )
        for found, by_whom, alone, group, is_theirs in rows
    ]


def _planned_between(since: date, until: date) -> sa.ColumnElement[bool]:
    session = SupervisionSession
    return sa.and_(
        col(session.state) == SessionState.PLANNED, col(session.held_on).between(since, until), current(session)
    )


def _changeable(db: Session, viewer: Actor, sessions: Sequence[SupervisionSession]) -> set[int | None]:
    """Those that the viewer may record, skip or move: of the agreements they record for; a stand-in's, on the days
    they were named for."""
    offered = {one.agreement_id for one in agreements_to_record(db, viewer=viewer)}
    stood_in = set(db.scalars(stands_in_for(viewer)))
    return {
        one.id
        for one in sessions
        if one.agreement_id in offered
        and (one.agreement_id not in stood_in or is_stand_in(db, viewer, one.agreement_id or 0, one.held_on))
    }


def _contracted(db: Session, sessions: Sequence[SupervisionSession]) -> dict[int | None, list[Staff]]:
    """Whom each session is for on its day, as known now: whoever joined the group since it was planned is expected,
    whoever left is not. By name."""
    session, member, agreement = SupervisionSession, GroupMember, SupervisionAgreement
    ids = [one.id for one in sessions]
    of_groups = (
        sa.select(col(session.id), Staff)
        .join(member, col(member.group_id) == col(session.group_id))
        .join(Staff, col(Staff.id) == col(member.staff_id))
        .where(col(session.id).in_(ids), _member_on(col(session.held_on)))
    )
    alone = (
        sa.select(col(session.id), Staff)
        .join(agreement, col(agreement.id) == col(session.agreement_id))
        .join(Staff, col(Staff.id) == col(agreement.supervisee_id))
        .where(col(session.id).in_(ids))
    )
    people: dict[int | None, list[Staff]] = defaultdict(list)
    for query in (of_groups, alone):
        for session_id, staff in db.execute(query.order_by(col(Staff.full_name), col(Staff.id))):
            people[session_id].append(staff)
    return people


def _member_on(on: Any) -> sa.ColumnElement[bool]:
    """`on`: a day, or a column of days."""
    return in_force(GroupMember.start_on, GroupMember.end_on, on)


def _names(db: Session, people: Iterable[Staff]) -> dict[int | None, str]:
    """What to call each on paper: a namesake of somebody, here or elsewhere, with their staff number, or their code."""
    listed = list(people)
    name = col(Staff.full_name)
    alike = set(
        db.scalars(
            sa.select(name)
            .where(name.in_({one.full_name for one in listed}))
            .group_by(name)
            .having(sa.func.count() > 1)
        )
    )
    return {
        one.id: f"{one.full_name} ({one.staff_number or one.code})" if one.full_name in alike else one.full_name
        for one in listed
    }


# ---------------------------------------------------------------------------------------------------------------------
# Registers to print


@dataclass(frozen=True)
class Register:
    """What stands on a register before anybody writes on it."""

    title: str
    held_on: date
    starts_at: str
    minutes: int
    place: str
    supervisor: str
    people: tuple[str, ...]


def register_to_print(
    db: Session, *, viewer: Actor, agreement_id: int, held_on: date, starts_at: str = "", minutes: int | None = None
) -> Register:
    """The register of an agreement for a day: for its supervisor, a stand-in on that day, and whoever may take the
    session log out of the product."""
    agreement = _check_can_print(db, viewer, agreement_id, held_on)
    holder = db.get_one(Staff, _held_by(db, agreement, held_on))
    if agreement.supervisee_id is not None:
        people = [db.get_one(Staff, agreement.supervisee_id)]
        title = people[0].full_name
    else:
        title = db.get_one(SupervisionGroup, agreement.group_id).name
        people = list(
            db.exec(
                select(Staff)
                .join(GroupMember, col(GroupMember.staff_id) == col(Staff.id))
                .where(GroupMember.group_id == agreement.group_id, _member_on(held_on))
                .order_by(Staff.full_name, col(Staff.id))
            )
        )
    if not people:
        raise InvalidRecord(held_on=f"Nobody is contracted to this group on {words.day(held_on)}.")
    return Register(
        title,
        held_on,
        starts_at,
        minutes or agreement.usual_minutes,
        agreement.place,
        holder.full_name,
        tuple(_names(db, people).values()),
    )


def planned_register(db: Session, *, viewer: Actor, record_id: UUID) -> Register:
    """The register of a planned session."""
    session = db.exec(
        select(SupervisionSession).where(
            SupervisionSession.record_id == record_id,
            SupervisionSession.state == SessionState.PLANNED,
            current(SupervisionSession),
        )
    ).first()
    if session is None or session.agreement_id is None:
        raise NotAllowed
    return register_to_print(
        db,
        viewer=viewer,
        agreement_id=session.agreement_id,
        held_on=session.held_on,
        starts_at=session.starts_at,
        minutes=session.minutes,
    )


def _check_can_print(db: Session, by: Actor, agreement_id: int, on: date) -> SupervisionAgreement:
    """Gives the agreement, so that finding it and being allowed are one step."""
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None:
        raise NotAllowed
    over = select(SupervisionAgreement.id).where(SupervisionAgreement.id == agreement_id, not_long_over(by))
    mine = agreement.supervisor_id == by.staff_id and db.exec(over).first() is not None
    if not mine and not is_stand_in(db, by, agreement_id, on):
        _check_can_export(db, by, agreement)
    whom = "this group" if agreement.supervisee_id is None else db.get_one(Staff, agreement.supervisee_id).full_name
    if on < agreement.start_on:
        raise InvalidRecord(held_on=f"The agreement with {whom} began on {words.day(agreement.start_on)}.")
    if agreement.end_on is not None and on > agreement.end_on:
        raise InvalidRecord(held_on=f"The agreement with {whom} ended on {words.day(agreement.end_on)}.")
    return agreement


def _check_can_export(db: Session, by: Actor, agreement: SupervisionAgreement) -> None:
    if agreement.group_id is None:
        check_about(db, as_no_supervisor(by), Object.SESSION_LOG, Action.EXPORT, agreement.supervisee_id or 0)
    elif db.get_one(SupervisionGroup, agreement.group_id).community_id not in communities_within(
        by, Object.SESSION_LOG, Action.EXPORT
    ):
        raise NotAllowed


def _held_by(db: Session, agreement: SupervisionAgreement, on: date) -> int:
    """Who is to hold a session that day: a stand-in before the supervisor."""
    named = select(StandIn.staff_id).where(
        StandIn.agreement_id == agreement.id, in_force(StandIn.start_on, StandIn.end_on, on)
    )
    return db.exec(named.order_by(col(StandIn.id).desc())).first() or agreement.supervisor_id


# ---------------------------------------------------------------------------------------------------------------------
# The week sheet


@dataclass(frozen=True)
class ProtectedTime:
    """When, and who must be free. Nothing says for what, with whom, or who leads: several sessions at one time are one
    entry."""

    on: date
    span: str
    people: tuple[str, ...]


WEEK = timedelta(days=6)


def may_print_week(by: Actor) -> bool:
    """Whoever may take a session log out of the product, and supervisors for the sessions they hold themselves."""
    supervises = {Role.SUPERVISOR, Role.EXTERNAL_SUPERVISOR} & by.roles
    return bool(supervises or rules_for(by, Object.SESSION_LOG, Action.EXPORT))


def protected_time(db: Session, *, viewer: Actor, monday: date) -> list[ProtectedTime]:
    """Who must be free when in the week of a Monday, by day and time: of the people the viewer manages everybody, and
    whoever comes to a session that the viewer holds."""
    if not may_print_week(viewer):
        raise NotAllowed
    managed = set(db.scalars(people_within(viewer, Object.SESSION_LOG, Action.EXPORT)))
    session = SupervisionSession
    mine = sa.or_(sessions_supervised_by(viewer), sessions_to_stand_in_at(viewer))
    rows = db.execute(
        sa.select(session, SupervisionAgreement, mine)
        .join(SupervisionAgreement, col(SupervisionAgreement.id) == col(session.agreement_id))
        .where(_planned_between(monday, monday + WEEK))
    ).all()
    expected = _contracted(db, [found for found, *_ in rows])
    busy: dict[tuple[date, str], dict[int | None, Staff]] = defaultdict(dict)  # nobody twice at one time
    for found, agreement, is_mine in rows:
        holder = db.get_one(Staff, _held_by(db, agreement, found.held_on))
        for one in (holder, *expected[found.id]):
            if is_mine or one.id in managed:
                busy[found.held_on, _span(found)][one.id] = one
    names = _names(db, chain.from_iterable(people.values() for people in busy.values()))
    return [ProtectedTime(on, span, tuple(sorted(names[one] for one in busy[on, span]))) for on, span in sorted(busy)]


def _span(session: SupervisionSession) -> str:
    if session.starts_at:
        return span_in_words(session.held_on, session.starts_at, session.minutes)
    return f"Time not set, {words.length(session.minutes)}"
