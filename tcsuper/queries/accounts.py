"""Who has an account, in what state, with which roles, and on which browsers they are signed in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    Permission,
    account_is_open,
    actor_for_staff,
    check_about,
    check_holds,
    grant_holds,
    grants_to_approve,
    in_force,
    people_within,
)
from tcsuper.clock import now, today
from tcsuper.models import (
    Account,
    AccountRequest,
    Community,
    Door,
    Establishment,
    JobDescription,
    Post,
    Role,
    RoleGrant,
    SecondFactor,
    SignIn,
    SignInFailures,
    Staff,
)
from tcsuper.queries.staff import last_days_of
from tcsuper.rules.sign_in import LOCKED_FROM, idle_setting, is_over, name_key
from tcsuper.settings import Mode, mode, service_number
from tcsuper.words import day, listed, moment

ROLE_WORDS = {
    Role.THERAPY_MANAGER: "Therapy manager",
    Role.DIRECTOR: "Director",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor",
}


class PersonToPick(NamedTuple):
    account_id: int
    label: str


def has_accounts(db: Session) -> bool:
    return db.exec(select(Account.id).limit(1)).first() is not None


def people_to_pick(db: Session) -> list[PersonToPick]:
    """Everybody with an open account, for the demonstration's front door: "Asha Rao · Therapy manager, Ashdown B".
    Those with a granted role come first. Nobody anywhere else."""
    if mode() is not Mode.DEMO:
        return []
    on = today()
    granted, posts = _granted(db), _posts(db)
    rows = db.exec(select(Account, Staff).join(Staff).order_by(col(Staff.full_name))).all()
    rows = sorted(rows, key=lambda row: row[1].id not in granted)
    people = [
        PersonToPick(account.id or 0, _label(staff, granted.get(staff.id or 0) or posts.get(staff.id or 0) or []))
        for account, staff in rows
        if account_is_open(account, on)
    ]
    names = [person.label for person in people]
    usernames = {account.id: account.username for account, _ in rows}
    return [
        person if names.count(person.label) == 1 else person._replace(label=f"{person.label} ({usernames[person[0]]})")
        for person in people
    ]


def _label(staff: Staff, duties: list[tuple[str, str]]) -> str:
    """The first duty in words, and every place where it is done."""
    if not duties:
        return staff.full_name
    duty = duties[0][0]
    places = [place for other, place in duties if other == duty and place]
    return f"{staff.full_name} · {duty}" + (f", {listed(places)}" if places else "")


def _granted(db: Session) -> dict[int, list[tuple[str, str]]]:
    """Staff id: (role, place) of every grant that holds today."""
    found: dict[int, list[tuple[str, str]]] = {}
    rows = db.exec(
        select(RoleGrant, Community.name, Establishment.name)
        .outerjoin(Community, col(Community.id) == col(RoleGrant.community_id))
        .outerjoin(Establishment, col(Establishment.id) == col(RoleGrant.establishment_id))
        .where(grant_holds(today()))
        .order_by(col(RoleGrant.id))
    )
    for grant, community, establishment in rows:
        found.setdefault(grant.staff_id, []).append((ROLE_WORDS[grant.role], community or establishment or ""))
    return found


def _posts(db: Session) -> dict[int, list[tuple[str, str]]]:
    """Staff id: (job, community) of every post in force."""
    found: dict[int, list[tuple[str, str]]] = {}
    rows = db.exec(
        select(Post.staff_id, JobDescription.role_name, Community.name)
        .join(JobDescription)
        .join(Community, col(Community.id) == col(Post.community_id))
        .where(in_force(Post.start_on, Post.end_on, today()))
        .order_by(col(Post.id))
    )
    for staff_id, job, community in rows:
        found.setdefault(staff_id, []).append((job, community))
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Upkeep


@dataclass(frozen=True)
class AccountLine:
    """Somebody, with or without an account. `state` is a sentence's end: "Open", "Ended 3 May 2026 at 10:00"."""

    staff_id: int
    full_name: str
    account_id: int | None = None
    username: str = ""
    state: str = "No account"
    is_open: bool = False
    is_locked: bool = False
    last_sign_in: str = ""
    roles: str = ""
    gives_codes: bool = False
    single_sign_on: str = ""
    """Whom the organisation's sign-in knows them as: its address and its name for them."""
    leaves_on: date | None = None
    """Of somebody without an account: their last day, where every post of theirs has one that is not over."""


class GrantLine(NamedTuple):
    grant_id: int
    words: str
    is_over: bool


class SignInLine(NamedTuple):
    sign_in_id: UUID
    started_at: datetime
    seen_at: datetime
    door: Door


class Place(NamedTuple):
    """A community, or a whole establishment, as the scope of a role."""

    label: str
    community_id: int | None
    establishment_id: int | None


def accounts_to_keep(db: Session, *, viewer: Actor) -> list[AccountLine]:
    """Everybody whose account the viewer may read, by name."""
    check_holds(viewer, Permission.KEEP_ACCOUNTS)
    within = people_within(viewer, Object.ACCOUNT, Action.READ)
    rows = db.execute(
        sa.select(Staff, Account)
        .outerjoin(Account, col(Account.staff_id) == col(Staff.id))
        .where(col(Staff.id).in_(within))
        .order_by(col(Staff.full_name), col(Staff.id))
    ).all()
    granted = _granted(db)
    counters = {counter.name_hash: counter.failures for counter in db.exec(select(SignInFailures))}
    last_days = last_days_of(db, [staff.id for staff, _ in rows])
    leaves = {staff_id: last_day for staff_id, last_day in last_days.items() if last_day >= today()}
    with_codes = set(db.exec(select(SecondFactor.account_id).where(col(SecondFactor.confirmed_at).is_not(None))))
    return [
        _account_line(
            staff,
            account,
            granted.get(staff.id, []),
            counters.get(name_key(account.username), 0),
            account.id in with_codes,
        )
        if account
        else AccountLine(
            staff.id, staff.full_name, roles=_roles(granted.get(staff.id, [])), leaves_on=leaves.get(staff.id)
        )
        for staff, account in rows
    ]


def _account_line(
    staff: Staff, account: Account, granted: list[tuple[str, str]], failures: int, gives_codes: bool
) -> AccountLine:
    is_locked = failures >= LOCKED_FROM
    return AccountLine(
        staff.id or 0,
        staff.full_name,
        account.id,
        account.username,
        "Locked after failed sign-ins" if is_locked else _state(account),
        account_is_open(account, today()),
        is_locked,
        moment(account.last_sign_in_at) if account.last_sign_in_at else "Never",
        _roles(granted),
        gives_codes,
        account.single_sign_on or "",
    )


def _state(account: Account) -> str:
    if account.disabled_at is not None:
        return f"Ended {moment(account.disabled_at)}"
    if account.starts_on is not None and today() < account.starts_on:
        return f"Opens {day(account.starts_on)}"
    if account.ends_on is not None and account.ends_on < today():
        return f"Over since {day(account.ends_on)}"
    if account.must_change_password and account.password_expires_at is not None:
        over = account.password_expires_at < now()
        return f"Single-use password {'ran out' if over else 'good until'} {moment(account.password_expires_at)}"
    return f"Open until {day(account.ends_on)}" if account.ends_on else "Open"


def _roles(granted: list[tuple[str, str]]) -> str:
    return "; ".join(f"{role}, {place}" if place else role for role, place in granted)


def grants_of(db: Session, *, viewer: Actor, staff_id: int) -> list[GrantLine]:
    """Every role somebody was given, the latest first."""
    check_holds(viewer, Permission.KEEP_ACCOUNTS)
    check_about(db, viewer, Object.ACCOUNT, Action.READ, staff_id)
    rows = db.exec(
        select(RoleGrant, Community.name, Establishment.name)
        .outerjoin(Community, col(Community.id) == col(RoleGrant.community_id))
        .outerjoin(Establishment, col(Establishment.id) == col(RoleGrant.establishment_id))
        .where(RoleGrant.staff_id == staff_id)
        .order_by(col(RoleGrant.start_on).desc(), col(RoleGrant.id).desc())
    )
    return [
        GrantLine(
            grant.id or 0,
            f"{ROLE_WORDS[grant.role]}, {community or establishment or 'the whole service'}: {_span(grant)}"
            + ("" if grant.approved_at else "; waits for a director to approve it"),
            grant.end_on is not None and grant.end_on < today(),
        )
        for grant, community, establishment in rows
    ]


def _span(grant: RoleGrant) -> str:
    return f"from {day(grant.start_on)}" + (f" to {day(grant.end_on)}" if grant.end_on else "")


class RoleToApprove(NamedTuple):
    grant_id: int
    title: str
    words: str


def roles_to_approve(db: Session, *, viewer: Actor) -> list[RoleToApprove]:
    """Roles that wait for the viewer's yes or no, in the order they were entered. Empty for all but directors."""
    asked_by, person = aliased(Staff), aliased(Staff)
    rows = db.execute(
        sa.select(
            RoleGrant, col(person.full_name), col(asked_by.full_name), col(Community.name), col(Establishment.name)
        )
        .join(person, col(person.id) == col(RoleGrant.staff_id))
        .outerjoin(asked_by, col(asked_by.id) == col(RoleGrant.asked_by_id))
        .outerjoin(Community, col(Community.id) == col(RoleGrant.community_id))
        .outerjoin(Establishment, col(Establishment.id) == col(RoleGrant.establishment_id))
        .where(grants_to_approve(viewer))
        .order_by(col(RoleGrant.id))
    )
    return [
        RoleToApprove(
            grant.id,
            f"{name} · {ROLE_WORDS[grant.role]}, {community or establishment or 'the whole service'}",
            f"Asked for by {asked or 'the command line'}, {_span(grant)}. It holds once you approve it.",
        )
        for grant, name, asked, community, establishment in rows
    ]


class Waiting(NamedTuple):
    """Something that was asked for: an account (`staff_id` given), or a role that a director has yet to approve."""

    words: str
    staff_id: int | None = None


def requests_waiting(db: Session, *, viewer: Actor) -> list[Waiting]:
    """What administrators should know is asked for: accounts to make, and roles without their director's word."""
    check_holds(viewer, Permission.KEEP_ACCOUNTS)
    asked_by, person = aliased(Staff), aliased(Staff)
    request = AccountRequest
    accounts = db.execute(
        sa.select(col(request.staff_id), col(person.full_name), col(asked_by.full_name), col(request.asked_at))
        .join(person, col(person.id) == col(request.staff_id))
        .join(asked_by, col(asked_by.id) == col(request.asked_by_id))
        .where(col(request.done_at).is_(None), col(request.staff_id).in_(people_within(viewer, Object.ACCOUNT)))
        .order_by(col(request.id))
    )
    waiting = [
        Waiting(f"An account for {name}: asked for by {asked}, {moment(at)}.", staff_id)
        for staff_id, name, asked, at in accounts
    ]
    roles = db.execute(
        sa.select(RoleGrant, col(person.full_name), col(Community.name), col(Establishment.name))
        .join(person, col(person.id) == col(RoleGrant.staff_id))
        .outerjoin(Community, col(Community.id) == col(RoleGrant.community_id))
        .outerjoin(Establishment, col(Establishment.id) == col(RoleGrant.establishment_id))
        .where(col(RoleGrant.approved_at).is_(None))
        .order_by(col(RoleGrant.id))
    )
    return waiting + [
        Waiting(
            f"{ROLE_WORDS[grant.role]} for {name}, {community or place or 'the whole service'}: a director approves."
        )
        for grant, name, community, place in roles
    ]


def without_account(db: Session, *, viewer: Actor) -> dict[int, str]:
    """People for whom the viewer may ask for an account: staff id to name."""
    has_one = sa.select(col(Account.staff_id)).union(
        sa.select(col(AccountRequest.staff_id)).where(col(AccountRequest.done_at).is_(None))
    )
    rows = db.execute(
        sa.select(col(Staff.id), col(Staff.full_name))
        .where(
            col(Staff.id).in_(people_within(viewer, Object.ACCOUNT, Action.REQUEST)),
            col(Staff.id).not_in(sa.select(has_one.subquery().c[0])),
        )
        .order_by(col(Staff.full_name), col(Staff.id))
    )
    return {staff_id: name for staff_id, name in rows}


def sign_ins_of(db: Session, *, viewer: Actor, staff_id: int) -> list[SignInLine]:
    """The browsers somebody is signed in on, the one used last first."""
    check_about(db, viewer, Object.ACCOUNT, Action.READ, staff_id)
    rows = db.exec(
        select(SignIn)
        .join(Account, col(Account.id) == col(SignIn.account_id))
        .where(Account.staff_id == staff_id, col(SignIn.ended_at).is_(None), col(SignIn.ticket_hash).is_not(None))
        .order_by(col(SignIn.seen_at).desc())
    )
    roles = actor_for_staff(db, staff_id).roles
    limits = service_number(db, idle_setting(roles)), service_number(db, "sign_in_hours")
    return [
        SignInLine(sign_in.id, sign_in.started_at, sign_in.seen_at, sign_in.door)
        for sign_in in rows
        if not is_over(sign_in.started_at, sign_in.seen_at, now(), *limits)
    ]


def places_to_grant(db: Session, *, viewer: Actor) -> list[Place]:
    """Where a role can be given: each establishment as a whole, then its communities."""
    check_holds(viewer, Permission.KEEP_ACCOUNTS)
    places = []
    for establishment in db.exec(select(Establishment).order_by(col(Establishment.name))).all():
        places.append(Place(f"{establishment.name}, the whole establishment", None, establishment.id))
        here = select(Community).where(Community.establishment_id == establishment.id).order_by(col(Community.name))
        places += [Place(f"{community.name}, {establishment.name}", community.id, None) for community in db.exec(here)]
    return places
