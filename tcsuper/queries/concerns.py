"""Concerns: which ones a person may know of, whom they may raise one about, and to whom it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
    Shape,
    StaffIds,
    a_staff_id,
    communities_within,
    concerns_settled_by,
    concerns_visible_to,
    grant_holds,
    in_force,
    not_long_over,
    people_within,
    supervised_by,
)
from tcsuper.clock import today
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Absence,
    Account,
    Attendance,
    Community,
    Concern,
    ConcernCategory,
    Establishment,
    GroupMember,
    Post,
    Role,
    RoleGrant,
    ServiceKind,
    SessionState,
    Setting,
    Staff,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.evidence import current, end_of_day
from tcsuper.queries.people import Person, people_to_choose
from tcsuper.queries.titles import TITLE, titled
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.settings import service_number

OUTSIDE_PERSON = "concerns_outside_person"
"""The setting with the name of somebody outside who is told when nobody here can be."""
NOBODY_NAMED = "the person outside whom your service names"
SESSIONS_SINCE = timedelta(days=92)

# ---------------------------------------------------------------------------------------------------------------------
# Which concerns there are


@dataclass(frozen=True)
class ConcernLine:
    """One concern without a word of it. `concern_id` is the version that was looked at."""

    concern_id: int
    record_id: UUID
    raised_on: date
    about_id: int
    about: str
    raised_by: str
    category: ConcernCategory
    routed_to: str
    is_withheld: bool
    closed_on: date | None
    is_mine: bool
    """Raised by the viewer."""
    is_about_me: bool
    may_settle: bool


def concerns_seen(db: Session, *, viewer: Actor) -> list[ConcernLine]:
    """Those the viewer may read: open ones first, the newest first."""
    concern, about, raiser, routed = Concern, aliased(Staff), aliased(Staff), aliased(Staff)
    rows = db.execute(
        sa.select(
            concern,
            _raised_at().label("raised_at"),
            col(about.full_name),
            col(raiser.full_name),
            col(routed.full_name),
            concerns_settled_by(viewer),
        )
        .join(about, col(about.id) == col(concern.about_id))
        .join(raiser, col(raiser.id) == col(concern.raised_by_id))
        .outerjoin(routed, col(routed.id) == col(concern.routed_to_id))
        .where(current(concern), concerns_visible_to(viewer))
        .order_by(col(concern.closed_on).is_not(None), sa.desc("raised_at"), col(concern.id).desc())
    )
    outside = outside_person(db)
    return [
        ConcernLine(
            found.id or 0,
            found.record_id,
            today(raised_at),
            found.about_id,
            about_name,
            raiser_name,
            found.category,
            routed_name or outside,
            found.is_withheld,
            found.closed_on,
            found.raised_by_id == viewer.staff_id,
            found.about_id == viewer.staff_id,
            bool(settles) and found.closed_on is None,
        )
        for found, raised_at, about_name, raiser_name, routed_name, settles in rows
    ]


def _raised_at() -> "sa.ScalarSelect[datetime]":
    """When the first version was written: a later one carries the time of its own change."""
    first = aliased(Concern)
    return (
        sa.select(col(first.recorded_at))
        .where(col(first.record_id) == col(Concern.record_id), col(first.supersedes_id).is_(None))
        .correlate(Concern)
        .scalar_subquery()
    )


def concern_named(db: Session, *, viewer: Actor, record_id: UUID) -> Concern | None:
    """The current version, for those who may read it; None when there is none, or it is not theirs. Its words stay
    sealed."""
    return db.exec(
        select(Concern).where(Concern.record_id == record_id, current(Concern), concerns_visible_to(viewer))
    ).first()


@dataclass(frozen=True)
class CommunityCount:
    """How many concerns were raised about the people of a community; None when they are about fewer people than a
    group that may be counted."""

    community: str
    concerns: int | None
    since: date
    until: date


def concern_counts(db: Session, *, viewer: Actor) -> list[CommunityCount]:
    """For an auditor: the whole twelve months before this one, so that no choice of dates singles anybody out. Those
    withheld from the viewer are not counted for them."""
    until = first_of_month(viewer.on) - timedelta(days=1)
    since = add_months(first_of_month(viewer.on), -12)
    concern, first = Concern, aliased(Concern)
    places = communities_within(viewer, Object.CONCERN, Action.READ, (Shape.COUNTS,))
    raised_then = sa.select(first.record_id).where(  # type: ignore[call-overload]
        col(first.supersedes_id).is_(None),
        col(first.recorded_at) >= end_of_day(since - timedelta(days=1)),
        col(first.recorded_at) < end_of_day(until),
    )
    hidden = sa.and_(col(concern.about_id) == viewer.staff_id, col(concern.is_withheld))
    counted = sa.and_(
        col(concern.community_id) == col(Community.id),
        col(concern.record_id).in_(raised_then),
        current(concern),
        ~hidden,
    )
    rows = db.execute(
        sa.select(
            col(Community.name),
            sa.func.count(col(concern.id)),
            sa.func.count(sa.distinct(col(concern.about_id))),
        )
        .outerjoin(concern, counted)
        .where(col(Community.id).in_(places))
        .group_by(col(Community.id), col(Community.name))
        .order_by(col(Community.name))
    )
    smallest = service_number(db, "smallest_group")
    return [CommunityCount(name, number if people >= smallest else None, since, until) for name, number, people in rows]


# ---------------------------------------------------------------------------------------------------------------------
# What the form offers


def people_to_raise_about(db: Session, *, viewer: Actor) -> list[Person]:
    """Whom the viewer knows by name: people they may see, and those who supervise them, an external supervisor too."""
    people = {person.staff_id: person for person in people_to_choose(db, viewer=viewer)}
    supervisors = db.execute(sa.select(a_staff_id, col(Staff.full_name)).where(a_staff_id.in_(_supervisors_of(viewer))))
    for staff_id, name in supervisors:
        people.setdefault(staff_id, Person(staff_id, name, "supervises you"))
    people.pop(viewer.staff_id, None)
    return sorted(people.values(), key=lambda person: (person.full_name, person.staff_id))


def _supervisors_of(viewer: Actor) -> StaffIds:
    agreement, member = SupervisionAgreement, GroupMember
    groups = sa.select(col(member.group_id)).where(
        col(member.staff_id) == viewer.staff_id, col(member.start_on) <= viewer.on
    )
    return sa.select(col(agreement.supervisor_id)).where(
        sa.or_(col(agreement.supervisee_id) == viewer.staff_id, col(agreement.group_id).in_(groups)),
        col(agreement.start_on) <= viewer.on,
        not_long_over(viewer),
    )


@dataclass(frozen=True)
class SessionToName:
    record_id: UUID
    words: str


def sessions_to_name(db: Session, *, viewer: Actor) -> list[SessionToName]:
    """Sessions of the last three months at which the viewer was, or which they held: newest first."""
    session = SupervisionSession
    there = sa.select(col(Attendance.session_id)).where(col(Attendance.staff_id) == viewer.staff_id)
    rows = db.execute(
        _sessions_named()
        .where(
            sa.or_(col(session.id).in_(there), col(session.supervisor_id) == viewer.staff_id),
            col(session.held_on).between(viewer.on - SESSIONS_SINCE, viewer.on),
            col(session.state) == SessionState.HELD,
            current(session),
        )
        .order_by(col(session.held_on).desc(), col(session.id).desc())
    )
    return [SessionToName(record, _in_words(on, title, name)) for record, on, title, name in rows]


def session_in_words(db: Session, record_id: UUID | None) -> str:
    """The session a concern came from, as last recorded, voided or not: a concern outlives it. Checks nothing."""
    session = SupervisionSession
    last = _sessions_named().where(col(session.record_id) == record_id).order_by(col(session.id).desc()).limit(1)
    found = db.execute(last).first()
    return _in_words(*found[1:]) if found else ""


def _sessions_named() -> sa.Select[*tuple[Any, ...]]:
    session = SupervisionSession
    named = sa.select(col(session.record_id), col(session.held_on), TITLE, col(Staff.full_name))
    return titled(named.join(Staff, col(Staff.id) == col(session.supervisor_id)))


def _in_words(held_on: date, title: str, supervisor: str) -> str:
    return f"{words.day(held_on)} · {title}, with {supervisor}"


# ---------------------------------------------------------------------------------------------------------------------
# To whom it goes


@dataclass(frozen=True)
class Route:
    """Who reads a concern and settles it. Without `staff_id`: the person outside."""

    staff_id: int | None
    name: str
    community_id: int | None
    is_childrens_service: bool = False


def where_it_goes(db: Session, *, viewer: Actor, about_id: int) -> Route:
    """The route of a concern that the viewer would raise now about somebody they may choose. Raises NotAllowed for
    anybody else: it would tell where they work."""
    if about_id == viewer.staff_id or not may_choose(db, viewer, about_id):
        raise NotAllowed
    return route_of(db, about_id, viewer.staff_id, viewer.on)


def route_of(db: Session, about_id: int, raised_by_id: int, on: date) -> Route:
    """The therapy manager of the person's community, else the director of the establishment, else the person outside.
    It skips whoever it is about and whoever raised it, and never goes to somebody whom that person directs."""
    communities = _communities_of(db, about_id, raised_by_id, on)
    first = communities[0] if communities else None
    childrens = _is_childrens(db, first)
    for role, below in ((Role.THERAPY_MANAGER, Role.DIRECTOR), (Role.DIRECTOR, None)):
        for community in communities:
            holders = _holders(db, role, community, on)
            above = set(_holders(db, below, community, on)) if below else set()
            if about_id in holders or about_id in above:
                continue  # neither a fellow manager nor somebody they direct judges them
            found = next((staff_id for staff_id in holders if staff_id != raised_by_id), None)
            if found is not None:
                return Route(found, db.get_one(Staff, found).full_name, community, _is_childrens(db, community))
    return Route(None, outside_person(db), first, childrens)


def outside_person(db: Session) -> str:
    """Their name, as the service set it."""
    stored = db.get(Setting, OUTSIDE_PERSON)
    return str(stored.value) if stored is not None and stored.value else NOBODY_NAMED


def people_to_route_to(db: Session, *, viewer: Actor, concern_id: int) -> list[Person]:
    """Managers and directors of the community a concern belongs to, for whoever may settle it; never the person it is
    about, who raised it, or the viewer."""
    concern = db.exec(
        select(Concern).where(col(Concern.id) == concern_id, current(Concern), concerns_settled_by(viewer))
    ).first()
    if concern is None or concern.community_id is None:
        return []
    left_out = {concern.about_id, concern.raised_by_id, viewer.staff_id}
    offered: dict[int, Person] = {}
    for role, where in ((Role.THERAPY_MANAGER, "Therapy manager"), (Role.DIRECTOR, "Director")):
        for staff_id in _holders(db, role, concern.community_id, viewer.on):
            if staff_id not in left_out:
                offered.setdefault(staff_id, Person(staff_id, db.get_one(Staff, staff_id).full_name, where))
    return list(offered.values())


def _communities_of(db: Session, about_id: int, raised_by_id: int, on: date) -> Sequence[int]:
    """Where the person works; for somebody without a post, where the people work whom they supervise; else where the
    person who raised it does. Those shared with the latter first."""
    raisers = _works_in(db, sa.select(a_staff_id).where(a_staff_id == raised_by_id), on)
    found = (
        _works_in(db, sa.select(a_staff_id).where(a_staff_id == about_id), on)
        or _works_in(db, supervised_by(about_id, on), on)
        or raisers
    )
    return sorted(found, key=lambda community: community not in raisers)


def _works_in(db: Session, people: StaffIds, on: date) -> list[int]:
    rows = db.scalars(
        sa.select(col(Post.community_id))
        .where(col(Post.staff_id).in_(people), in_force(Post.start_on, Post.end_on, on))
        .order_by(col(Post.start_on), col(Post.id))
    )
    return list(dict.fromkeys(rows))


def _holders(db: Session, role: Role, community_id: int, on: date) -> list[int]:
    """Who holds a role over a community and can sign in: whoever is away last, else by seniority in the role."""
    here = sa.select(col(Community.establishment_id)).where(col(Community.id) == community_id).scalar_subquery()
    away = sa.exists().where(
        col(Absence.staff_id) == col(RoleGrant.staff_id), in_force(Absence.start_on, Absence.end_on, on)
    )
    open_account = sa.exists().where(
        col(Account.staff_id) == col(RoleGrant.staff_id),
        col(Account.disabled_at).is_(None),
        sa.or_(col(Account.starts_on).is_(None), col(Account.starts_on) <= on),
        sa.or_(col(Account.ends_on).is_(None), col(Account.ends_on) >= on),
    )
    rows = db.scalars(
        sa.select(col(RoleGrant.staff_id))
        .where(
            col(RoleGrant.role) == role,
            sa.or_(col(RoleGrant.community_id) == community_id, col(RoleGrant.establishment_id) == here),
            grant_holds(on),
            open_account,
        )
        .order_by(away, col(RoleGrant.start_on), col(RoleGrant.id))
    )
    return list(dict.fromkeys(rows))


def _is_childrens(db: Session, community_id: int | None) -> bool:
    kind = db.scalar(
        sa.select(col(Establishment.service_kind))
        .join(Community, col(Community.establishment_id) == col(Establishment.id))
        .where(col(Community.id) == community_id)
    )
    return kind is ServiceKind.CHILDREN


def may_choose(db: Session, viewer: Actor, staff_id: int) -> bool:
    """Whether the viewer knows this person by name."""
    known = sa.union(people_within(viewer, Object.PERSON), _supervisors_of(viewer)).subquery()
    return db.scalar(sa.select(known.c[0]).where(known.c[0] == staff_id)) is not None
