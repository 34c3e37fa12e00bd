"""Accounts and roles: who may sign in, until when, and what they may do. Never one's own."""

import re
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    AUDITOR_DAYS,
    EXTERNAL_DAYS,
    Action,
    Actor,
    Object,
    acting,
    actor_for_staff,
    check_about,
    check_can_approve,
    check_in,
    grant_holds,
    is_short_enough,
    longest_account,
)
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed, WrongSetup
from tcsuper.models import (
    GRANTED_ROLES,
    Account,
    AccountRequest,
    Community,
    DatabaseMark,
    Establishment,
    Role,
    RoleGrant,
    SignIn,
    Staff,
)
from tcsuper.services.passwords import hash_password, single_use_password
from tcsuper.services.sign_in import close_sign_ins, reset_failures
from tcsuper.services.single_sign_on import name_at
from tcsuper.services.staff import add_community, add_establishment
from tcsuper.settings import Mode, service_number, single_sign_on

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
MAY_BE_REQUESTED = (Role.THERAPY_MANAGER, Role.AUDITOR)
"""What a therapy manager can ask for, over a community of theirs."""


# ---------------------------------------------------------------------------------------------------------------------
# The first day


def start_service(
    db: Session, *, establishment_name: str, community_names: Sequence[str], admin_name: str, username: str
) -> str:
    """Fill an empty database with its place and its first administrator; gives the single-use password. There is
    nobody yet who could be asked whether they may: so only the command line on the server calls it, and only once."""
    if db.exec(select(Staff.id).limit(1)).first() is not None:
        raise WrongSetup("This database already holds people. The first administrator is made in an empty one only.")
    admin = Staff(full_name=" ".join(admin_name.split()), code=f"P-{secrets.token_hex(3).upper()}")
    if not 2 <= len(admin.full_name) <= 200:
        raise InvalidRecord(admin_name="Give the administrator's full name, in 2 to 200 characters.")
    db.add(admin)
    db.flush()
    assert admin.id is not None
    db.add(RoleGrant(staff_id=admin.id, role=Role.ADMINISTRATOR, start_on=today(), approved_at=now()))
    db.flush()
    by = actor_for_staff(db, admin.id)
    establishment = add_establishment(db, by=by, name=establishment_name)
    for name in community_names:
        add_community(db, by=by, establishment_id=establishment.id or 0, name=name)
    account, password = _new_account(db, admin.id, username, None, None)
    if db.get(DatabaseMark, 1) is None:
        db.add(DatabaseMark(kind=Mode.LIVE))
    _record(db, None, "start_service", account)
    return password


# ---------------------------------------------------------------------------------------------------------------------
# Accounts


def make_account(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    username: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> str:
    """A way in for somebody; gives the single-use password, which nobody can look up again."""
    by = acting(db, by, submission)
    check_about(db, by, Object.ACCOUNT, Action.CREATE, staff_id)
    _check_dates(db, staff_id, starts_on, ends_on)
    account, password = _new_account(db, staff_id, username, starts_on, ends_on)
    for request in _open_requests(db, staff_id):
        request.done_at = now()
    _record(db, by, "make_account", account)
    return password


def request_account(db: Session, *, by: Actor, submission: UUID | None = None, staff_id: int) -> AccountRequest:
    """A therapy manager asks for an account for one of their staff; administrators see it on the accounts page."""
    by = acting(db, by, submission)
    check_about(db, by, Object.ACCOUNT, Action.REQUEST, staff_id)
    if db.exec(select(Account.id).where(Account.staff_id == staff_id)).first() is not None:
        raise InvalidRecord(staff_id="This person already has an account.")
    if _open_requests(db, staff_id):
        raise InvalidRecord(staff_id="An account for this person was asked for already. An administrator makes it.")
    request = AccountRequest(staff_id=staff_id, asked_by_id=by.staff_id, asked_at=now())
    db.add(request)
    db.flush()
    record_event(
        db, by=by, action="request_account", object_kind="account_request", object_key=request.id, about=[staff_id]
    )
    return request


def _open_requests(db: Session, staff_id: int) -> Sequence[AccountRequest]:
    waiting = select(AccountRequest).where(AccountRequest.staff_id == staff_id, col(AccountRequest.done_at).is_(None))
    return db.exec(waiting).all()


def reset_password(db: Session, *, by: Actor, submission: UUID | None = None, account_id: int) -> str:
    """A new single-use password: made here, chosen by nobody. It also unlocks, and ends every sign-in."""
    by = acting(db, by, submission)
    account = _account_to_change(db, by, account_id)
    password = _give_single_use_password(db, account)
    reset_failures(db, account.username)
    close_sign_ins(db, account.id, now())
    _record(db, by, "reset_password", account)
    return password


def unlock(db: Session, *, by: Actor, submission: UUID | None = None, account_id: int) -> None:
    """After ten failures: the password stays."""
    by = acting(db, by, submission)
    account = _account_to_change(db, by, account_id)
    reset_failures(db, account.username)
    _record(db, by, "unlock", account)


def end_account(db: Session, *, by: Actor, submission: UUID | None = None, account_id: int) -> None:
    """Shut at once, on every browser. Records and history stay."""
    by = acting(db, by, submission)
    account = _account_to_change(db, by, account_id)
    account.disabled_at = account.disabled_at or now()
    close_sign_ins(db, account.id, now())
    _record(db, by, "end_account", account)


def reopen_account(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    account_id: int,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> None:
    """Open again, or with other dates."""
    by = acting(db, by, submission)
    account = _account_to_change(db, by, account_id)
    _check_dates(db, account.staff_id, starts_on, ends_on)
    account.disabled_at = None
    account.starts_on, account.ends_on = starts_on, ends_on
    _record(db, by, "reopen_account", account)


def link_single_sign_on(
    db: Session, *, by: Actor, submission: UUID | None = None, account_id: int, subject: str
) -> None:
    """Enter whom the organisation's own sign-in knows this person as (its lasting name for them, the "subject", not an
    e-mail address, which may be given to somebody else one day); nothing removes it. They are signed out."""
    by = acting(db, by, submission)
    account = _account_to_change(db, by, account_id)
    provider = single_sign_on()
    if provider is None:
        raise NotAllowed("Single sign-on is not set up on this server.")
    subject = subject.strip()
    if not re.fullmatch(r"[!-~]{0,255}", subject):
        raise InvalidRecord(subject="Use the name as the organisation's sign-in gives it: no spaces or accents.")
    known_as = name_at(provider, subject) or None
    taken = select(Account.id).where(Account.single_sign_on == known_as, Account.id != account_id)
    if known_as and db.exec(taken).first() is not None:
        raise InvalidRecord(subject="Somebody else's account has this name.")
    account.single_sign_on = known_as
    close_sign_ins(db, account.id, now())
    _record(db, by, "link_single_sign_on", account, is_linked=known_as is not None)


def _account_to_change(db: Session, by: Actor, account_id: int) -> Account:
    account = db.get(Account, account_id)
    if account is None:
        raise NotAllowed
    check_about(db, by, Object.ACCOUNT, Action.UPDATE, account.staff_id)
    return account


def _new_account(
    db: Session, staff_id: int, username: str, starts_on: date | None, ends_on: date | None
) -> tuple[Account, str]:
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise InvalidRecord(username="Use 2 to 60 letters, digits, dots, hyphens or underscores.")
    if db.exec(select(Account.id).where(Account.username == username)).first() is not None:
        raise InvalidRecord(username="Somebody else has this username.")
    if db.exec(select(Account.id).where(Account.staff_id == staff_id)).first() is not None:
        raise InvalidRecord(staff_id="This person already has an account.")
    account = Account(staff_id=staff_id, username=username, starts_on=starts_on, ends_on=ends_on)
    password = _give_single_use_password(db, account)
    db.add(account)
    db.flush()
    return account, password


def _give_single_use_password(db: Session, account: Account) -> str:
    password = single_use_password()
    account.password_hash = hash_password(password)
    account.must_change_password = True
    account.password_expires_at = now() + timedelta(days=service_number(db, "first_password_days"))
    return password


def _check_dates(db: Session, staff_id: int, starts_on: date | None, ends_on: date | None) -> None:
    """External supervisors and visiting auditors come for a time, and the account knows until when."""
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise InvalidRecord(ends_on=f"The last day is before the first, {words.day(starts_on)}.")
    most = _most_days(db, staff_id)
    if most is None or is_short_enough(starts_on, ends_on, most):
        return
    whose = "A visiting auditor's account" if most == AUDITOR_DAYS else "The account of somebody independent"
    if starts_on is None or ends_on is None:
        needed = {} if starts_on else {"starts_on": f"{whose} needs a first day."}
        raise InvalidRecord(**needed, **({} if ends_on else {"ends_on": f"{whose} needs a last day."}))
    longest = "12 months" if most == EXTERNAL_DAYS else f"{most} days"
    raise InvalidRecord(ends_on=f"{whose} is open for {longest} at most.")


def _most_days(db: Session, staff_id: int) -> int | None:
    """As `access.py` asks on every call, but with roles to come and those that wait for approval."""
    not_over = sa.or_(col(RoleGrant.end_on).is_(None), col(RoleGrant.end_on) >= today())
    audits = select(RoleGrant.id).where(RoleGrant.staff_id == staff_id, RoleGrant.role == Role.AUDITOR, not_over)
    return longest_account(db, db.get_one(Staff, staff_id), today(), db.exec(audits).first() is not None)


# ---------------------------------------------------------------------------------------------------------------------
# Roles


def grant_role(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    role: Role,
    community_id: int | None = None,
    establishment_id: int | None = None,
    start_on: date,
    end_on: date | None = None,
) -> RoleGrant:
    """Enter a role over a community or an establishment, from a date. It holds once a director has approved it; only
    the first director of an establishment, whom nobody could approve, holds at once."""
    by = acting(db, by, submission)
    check_about(db, by, Object.GRANT, Action.CREATE, staff_id)
    grant = _new_grant(db, by, staff_id, role, community_id, establishment_id, start_on, end_on)
    if _is_first_director(db, grant):
        grant.approved_at = now()
        _close_sign_ins_of(db, staff_id)
    _record_grant(db, by, "grant_role_at_once" if grant.approved_at else "grant_role", grant)
    return grant


def request_role(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    role: Role,
    community_id: int,
    start_on: date,
    end_on: date | None = None,
) -> RoleGrant:
    """A therapy manager asks that somebody of theirs manages, or audits, a community of theirs. It waits for the
    director like any other; administrators see it."""
    by = acting(db, by, submission)
    check_about(db, by, Object.GRANT, Action.REQUEST, staff_id)
    check_in(by, Object.GRANT, Action.REQUEST, community_id)
    if role not in MAY_BE_REQUESTED:
        raise InvalidRecord(role="This role is entered by an administrator.")
    grant = _new_grant(db, by, staff_id, role, community_id, None, start_on, end_on)
    _record_grant(db, by, "request_role", grant)
    return grant


def approve_grant(db: Session, *, by: Actor, submission: UUID | None = None, grant_id: int) -> RoleGrant:
    """A director says yes: the role holds from now on. The person signs in again to use it."""
    by = acting(db, by, submission)
    grant = check_can_approve(db, by, grant_id)
    grant.approved_by_id, grant.approved_at = by.staff_id, now()
    _close_sign_ins_of(db, grant.staff_id)
    _record_grant(db, by, "approve_grant", grant)
    return grant


def approve_waiting_director(db: Session, *, name: str) -> RoleGrant:
    """When the last director has gone nobody can approve the next. So the command line on the server may, and only
    then. Raises InvalidRecord when a director is in office, or when no such role waits."""
    in_office = select(RoleGrant.id).where(RoleGrant.role == Role.DIRECTOR, grant_holds(today()))
    if db.exec(in_office.limit(1)).first() is not None:
        raise InvalidRecord(name="A director is in office: they approve this role in the product.")
    waiting = select(RoleGrant).join(Staff, col(Staff.id) == col(RoleGrant.staff_id))
    waiting = waiting.where(RoleGrant.role == Role.DIRECTOR, col(RoleGrant.approved_at).is_(None))
    found = db.exec(waiting.where(Staff.full_name == " ".join(name.split()))).all()
    if len(found) != 1:
        raise InvalidRecord(name=f"No director's role waits for “{name}”. An administrator enters it first.")
    grant = found[0]
    grant.approved_at = now()
    _close_sign_ins_of(db, grant.staff_id)
    _record_grant(db, None, "approve_grant", grant)
    return grant


def refuse_grant(db: Session, *, by: Actor, submission: UUID | None = None, grant_id: int) -> None:
    """A director says no: nothing is left of it but its events."""
    by = acting(db, by, submission)
    grant = check_can_approve(db, by, grant_id)
    _record_grant(db, by, "refuse_grant", grant)
    db.delete(grant)
    db.flush()


def _new_grant(
    db: Session,
    by: Actor,
    staff_id: int,
    role: Role,
    community_id: int | None,
    establishment_id: int | None,
    start_on: date,
    end_on: date | None,
) -> RoleGrant:
    problems = _scope_problems(db, role, community_id, establishment_id) | _date_problems(role, start_on, end_on)
    if _has_grant(db, staff_id, role, community_id, establishment_id, start_on):
        problems["role"] = "They already hold this role there, or it waits to be approved."
    if problems:
        raise InvalidRecord(**problems)
    grant = RoleGrant(
        staff_id=staff_id,
        role=role,
        community_id=community_id,
        establishment_id=establishment_id,
        start_on=start_on,
        end_on=end_on,
        asked_by_id=by.staff_id,
    )
    db.add(grant)
    db.flush()
    account = db.exec(select(Account).where(Account.staff_id == staff_id)).first()
    if account is not None:
        _check_dates(db, staff_id, account.starts_on, account.ends_on)
    return grant


def _is_first_director(db: Session, grant: RoleGrant) -> bool:
    others = select(RoleGrant.id).where(
        RoleGrant.role == Role.DIRECTOR,
        RoleGrant.establishment_id == grant.establishment_id,
        col(RoleGrant.approved_at).is_not(None),
    )
    return grant.role is Role.DIRECTOR and db.exec(others.limit(1)).first() is None


def _close_sign_ins_of(db: Session, staff_id: int) -> None:
    account = db.exec(select(Account).where(Account.staff_id == staff_id)).first()
    if account is not None:
        close_sign_ins(db, account.id, now())


def end_grant(db: Session, *, by: Actor, submission: UUID | None = None, grant_id: int) -> None:
    """Take the role back at once. One that never lasted a whole day leaves no row; its event stays."""
    by = acting(db, by, submission)
    grant = db.get(RoleGrant, grant_id)
    if grant is None:
        raise NotAllowed
    check_about(db, by, Object.GRANT, Action.END, grant.staff_id)
    yesterday = today() - timedelta(days=1)
    if grant.end_on is not None and grant.end_on <= yesterday:
        raise NotAllowed("This role has already ended.")
    _record_grant(db, by, "end_grant", grant)
    if grant.start_on > yesterday or grant.approved_at is None:
        db.delete(grant)
    else:
        grant.end_on = yesterday
    db.flush()
    _close_sign_ins_of(db, grant.staff_id)


def _scope_problems(db: Session, role: Role, community_id: int | None, establishment_id: int | None) -> dict[str, str]:
    if role not in GRANTED_ROLES:
        return {"role": "This role is not granted: it follows from an agreement or a post."}
    if community_id is not None and db.get(Community, community_id) is None:
        raise NotAllowed
    if establishment_id is not None and db.get(Establishment, establishment_id) is None:
        raise NotAllowed
    places = sum(place is not None for place in (community_id, establishment_id))
    if role is Role.ADMINISTRATOR and places:
        return {"where": "An administrator keeps the whole service: choose no place."}
    if role is Role.DIRECTOR and establishment_id is None:
        return {"where": "A director is given for an establishment."}
    if role is not Role.ADMINISTRATOR and places != 1:
        return {"where": "Choose one community or one establishment."}
    return {}


def _date_problems(role: Role, start_on: date, end_on: date | None) -> dict[str, str]:
    if end_on is not None and end_on < start_on:
        return {"end_on": f"The last day is before the first, {words.day(start_on)}."}
    if role is Role.AUDITOR and end_on is None:
        return {"end_on": "An auditor's role needs a last day."}
    if role is Role.AUDITOR and end_on is not None and (end_on - start_on).days + 1 > AUDITOR_DAYS:
        return {"end_on": f"An auditor's role lasts {AUDITOR_DAYS} days at most."}
    return {}


def _has_grant(
    db: Session, staff_id: int, role: Role, community_id: int | None, establishment_id: int | None, from_on: date
) -> bool:
    same = select(RoleGrant.id).where(
        RoleGrant.staff_id == staff_id,
        RoleGrant.role == role,
        col(RoleGrant.community_id).is_not_distinct_from(community_id),
        col(RoleGrant.establishment_id).is_not_distinct_from(establishment_id),
        sa.or_(col(RoleGrant.end_on).is_(None), col(RoleGrant.end_on) >= from_on),
    )
    return db.exec(same).first() is not None


# ---------------------------------------------------------------------------------------------------------------------
# Browsers


def end_sign_in(db: Session, *, by: Actor, submission: UUID | None = None, sign_in_id: UUID) -> None:
    """Sign one browser out: one's own, or somebody's as administrator."""
    by = acting(db, by, submission)
    sign_in = db.get(SignIn, sign_in_id)
    if sign_in is None:
        raise NotAllowed
    account = db.get_one(Account, sign_in.account_id)
    _check_may_end(db, by, account)
    close_sign_ins(db, account.id, now(), only=sign_in_id)
    _record(db, by, "end_sign_in", account, sign_in=str(sign_in_id))


def end_sign_ins(
    db: Session, *, by: Actor, submission: UUID | None = None, account_id: int, but: UUID | None = None
) -> None:
    """Sign somebody out everywhere, or everywhere but here."""
    by = acting(db, by, submission)
    account = db.get(Account, account_id)
    if account is None:
        raise NotAllowed
    _check_may_end(db, by, account)
    close_sign_ins(db, account.id, now(), but=but)
    _record(db, by, "end_sign_ins", account)


def _check_may_end(db: Session, by: Actor, account: Account) -> None:
    own = account.staff_id == by.staff_id
    check_about(db, by, Object.ACCOUNT, Action.END if own else Action.UPDATE, account.staff_id)


# ---------------------------------------------------------------------------------------------------------------------
# Events


def _record(db: Session, by: Actor | None, action: str, account: Account, **detail: Any) -> None:
    db.flush()
    record_event(
        db,
        by=by,
        action=action,
        object_kind="account",
        object_key=account.id,
        about=[account.staff_id],
        starts_on=account.starts_on.isoformat() if account.starts_on else None,
        ends_on=account.ends_on.isoformat() if account.ends_on else None,
        **detail,
    )


def _record_grant(db: Session, by: Actor | None, action: str, grant: RoleGrant) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="grant",
        object_key=grant.id,
        about=[grant.staff_id],
        role=grant.role.value,
        community_id=grant.community_id,
        establishment_id=grant.establishment_id,
        start_on=grant.start_on.isoformat(),
        end_on=grant.end_on.isoformat() if grant.end_on else None,
    )
