"""Signing in: who may, on which browser, and for how long.

A sign-in is a row in the database. A browser shows that it is the one by its *ticket*: 256 random bits in a cookie
that scripts cannot read, of which only the hash is stored. The ticket is handed over once: a door proves who somebody
is (`attempt` by password, single_sign_on.py by the organisation's own sign-in), `open_sign_in` opens it and returns a
*handover* that lives for a minute, and the route `/session/keep` spends it for the ticket.

Where a second factor is asked for, the sign-in stands at the door until its code was given (second_factor.py):
`who_holds` gives nobody, so there is no actor for any service or query, and `who_is_at_the_door` says what is missing.
"""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from tcsuper.access import Actor, account_is_open, acting, actor_for_account
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Account, DatabaseMark, Door, SecondFactor, SignIn, SignInFailures, Staff
from tcsuper.rules.sign_in import (
    GIVES_A_CODE,
    LOCKED_FROM,
    address_key,
    address_must_wait,
    ends_at,
    idle_setting,
    must_wait,
    name_key,
    still_counted,
)
from tcsuper.services.passwords import hash_password, password_matches, problem_with
from tcsuper.settings import Mode, mode, service_number

REFUSED = "The username or password is not right, or the account is locked. Try again, or ask your administrator."
NOT_SIGNED_IN = "not signed in"
HANDOVER_LIVES = timedelta(seconds=60)
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """The person behind a browser's ticket, as the database knows them now."""

    actor: Actor
    sign_in_id: UUID
    must_change_password: bool
    over_at: datetime
    """When it ends unless there is another click before."""
    over_at_most: datetime
    """When it ends whatever is clicked."""


class Missing(Enum):
    """What somebody at the door has still to do about their second factor."""

    CODE = auto()
    SET_UP = auto()


@dataclass(frozen=True)
class AtTheDoor:
    """Somebody whose password was right and whose code was not given yet. Not an actor: they may do nothing."""

    account_id: int
    username: str
    sign_in_id: UUID
    missing: Missing


def cookie_name(https: bool) -> str:
    """Under https the browser itself holds the cookie to this host, to https and to the whole site."""
    return "__Host-tcsuper" if https else "tcsuper"


# ---------------------------------------------------------------------------------------------------------------------
# In


def attempt(name: str, password: str, address: str = "") -> str:
    """Sign in by name and password: returns a handover, or raises NotAllowed with the one sentence for every refusal.
    `address` is where the browser is, if that is known.

    It opens its own transactions, since a failure must be counted although the caller is refused. The slow comparison
    runs for every name, outside any transaction; whether it counts is decided under the counter's lock, so parallel
    guesses are counted one by one.
    """
    username = name.strip().lower()
    with reading() as db:
        stored = db.exec(select(Account.password_hash).where(Account.username == username)).first() or ""
    proven = stored if password_matches(password, stored) else ""
    with writing() as db:
        handover = _let_in(db, username, proven, address)
    if handover is None:
        raise NotAllowed(REFUSED)
    return handover


def pick(account_id: int) -> str:
    """Sign in as an invented person, without a password: in the demonstration, on its own database, nowhere else."""
    with writing() as db:
        mark = db.get(DatabaseMark, 1)
        if mode() is not Mode.DEMO or mark is None or mark.kind != Mode.DEMO:
            raise NotAllowed(REFUSED)
        account = db.get(Account, account_id)
        if account is None or not account_is_open(account, today()):
            raise NotAllowed(REFUSED)
        return open_sign_in(db, account, door=Door.PICKED)


def open_sign_in(
    db: Session, account: Account, *, door: Door = Door.PASSWORD, code_given: bool = False, **detail: Any
) -> str:
    """A new sign-in for somebody who has proved who they are; gives its handover. It stands at the door when a code is
    asked for, unless the proof was one of two factors itself."""
    assert account.id is not None
    by = actor_for_account(db, account.id)
    assert by is not None, "nobody proves who they are to an account that is shut"
    moment = now()
    sign_in = SignIn(
        account_id=account.id,
        door=door,
        code_given_at=moment if code_given else None,
        started_at=moment,
        seen_at=moment,
    )
    handover = hand_over(sign_in)
    db.add(sign_in)
    db.flush()
    if _waits_for_code(db, sign_in, by):
        record_event(
            db,
            by=by,
            action="code_awaited",
            object_kind="sign_in",
            object_key=sign_in.id,
            about=[by.staff_id],
            door=door.value,
        )
    else:
        complete(db, sign_in, by, **detail)
    return handover


def hand_over(sign_in: SignIn) -> str:
    """A handover for this sign-in. It is spent for a new ticket."""
    handover = secrets.token_urlsafe(32)
    sign_in.handover_hash, sign_in.handover_until = _digest(handover), now() + HANDOVER_LIVES
    return handover


def complete(db: Session, sign_in: SignIn, by: Actor, **detail: Any) -> None:
    """Everything was proved: they are in. The oldest sign-in ends when there are too many; those that stand at the door
    do not count, or half a proof would put somebody out."""
    in_force = select(SignIn).where(SignIn.account_id == sign_in.account_id, col(SignIn.ended_at).is_(None))
    if is_code_asked(db, sign_in.account_id, by):
        in_force = in_force.where(col(SignIn.code_given_at).is_not(None))
    newest_first = db.exec(in_force.order_by(col(SignIn.started_at).desc())).all()
    for too_many in newest_first[service_number(db, "sign_ins_at_once") :]:
        too_many.ended_at = now()
    db.execute(update(Account).where(col(Account.id) == sign_in.account_id).values(last_sign_in_at=now()))
    record_event(
        db,
        by=by,
        action="sign_in",
        object_kind="sign_in",
        object_key=sign_in.id,
        about=[by.staff_id],
        door=sign_in.door.value,
        **detail,
    )


def spend_handover(handover: str, former_ticket: str | None = None) -> str | None:
    """One handover in, one ticket out; None when it was spent or is too old. The browser's former sign-in ends."""
    with writing() as db:
        found = db.exec(select(SignIn).where(SignIn.handover_hash == _digest(handover)).with_for_update()).first()
        if found is None or found.ended_at is not None or found.handover_until is None or now() > found.handover_until:
            return None
        former = db.exec(select(SignIn).where(SignIn.ticket_hash == _digest(former_ticket or ""))).first()
        if former is not None and former.id != found.id:  # the same one gets a new ticket once its code was given
            former.ended_at = former.ended_at or now()
        ticket = secrets.token_urlsafe(32)
        found.handover_hash = found.handover_until = None
        found.ticket_hash = _digest(ticket)
    return ticket


def _let_in(db: Session, username: str, proven: str, address: str) -> str | None:
    """Decide under the lock of this name's counter, and count. `proven` is the hash that the password matched."""
    failures = counted(db, username, address)
    account = db.exec(select(Account).where(Account.username == username)).first()
    if not failures.must_wait and account and proven and account.password_hash == proven and _is_usable(account):
        by = actor_for_account(db, account.id or 0)
        if by is not None and has_second_factor(db, account.id or 0):
            return open_sign_in(db, account)  # failures stay: the password again would let codes be guessed for ever
        return open_sign_in(db, account, after_failures=failures.forget())
    failures.add(db, account, step="password")
    return None


def _is_usable(account: Account) -> bool:
    expired = account.password_expires_at is not None and account.password_expires_at < now()
    return account_is_open(account, today()) and not expired


# ---------------------------------------------------------------------------------------------------------------------
# Failures


@dataclass(frozen=True)
class Failures:
    """What is counted for a typed name and for the address it came from; both rows are locked until the transaction
    ends, the name's always first, so that no two attempts wait for each other."""

    name: SignInFailures
    address: SignInFailures | None

    @property
    def must_wait(self) -> bool:
        by_name = must_wait(self.name.failures, self.name.last_failed_at, now())
        address = self.address
        by_address = address is not None and address_must_wait(address.failures, address.last_failed_at, now())
        return by_name or by_address

    def add(self, db: Session, account: Account | None, step: str) -> None:
        """Count one more, and record it. Guesses made too soon are not looked at, so they are not counted: they cannot
        be used to lock somebody out."""
        waited, moment = not self.must_wait, now()
        if waited:
            self.name.failures, self.name.last_failed_at = self.name.failures + 1, moment
            if self.address is not None:
                still = still_counted(self.address.failures, self.address.last_failed_at, moment)
                self.address.failures, self.address.last_failed_at = still + 1, moment
        failures = self.name.failures
        is_locked = failures >= LOCKED_FROM
        record_failure(db, account=account, step=step, failures=failures, was_looked_at=waited, is_locked=is_locked)

    def forget(self) -> int:
        """The name's, once somebody is in; gives how many there were. The address's fade by themselves: a guesser with
        one good name would else begin anew at will."""
        forgotten = self.name.failures
        self.name.failures, self.name.last_failed_at = 0, None
        return forgotten


def record_failure(db: Session, *, account: Account | None, step: str, **detail: Any) -> None:
    """Somebody was not let in: at which step, and whose account it was, if anybody's. No service of its own."""
    record_event(
        db,
        by=None,
        nobody=NOT_SIGNED_IN,
        action="sign_in_failed",
        object_kind="account",
        object_key=account.id if account else "",
        about=[account.staff_id] if account else [],
        step=step,
        **detail,
    )


def counted(db: Session, username: str, address: str = "") -> Failures:
    """The counters for a typed name, somebody's or nobody's, and for an address. No service of its own."""
    key = address_key(address)
    return Failures(_locked(db, name_key(username)), _locked(db, key) if key else None)


def reset_failures(db: Session, username: str) -> None:
    """Let the name in again. No service of its own either."""
    counted(db, username).forget()


def _locked(db: Session, key: str) -> SignInFailures:
    if db.get(SignInFailures, key) is None:
        with suppress(IntegrityError), db.begin_nested():  # a parallel attempt may have made it meanwhile
            db.add(SignInFailures(name_hash=key))
    held = select(SignInFailures).where(SignInFailures.name_hash == key).with_for_update()
    return db.exec(held.execution_options(populate_existing=True)).one()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ---------------------------------------------------------------------------------------------------------------------
# Signed in


def who_holds(ticket: str, *, is_activity: bool = True) -> SignedIn | None:
    """The person whose browser this is, looked up on every run; None when signed out, shut, idle or over time, and
    while the code was not given. What a screen asks by itself says `is_activity=False`, and keeps nobody signed in."""
    with reading() as db:
        found = _open_with(db, ticket)
        if found is None or _waits_for_code(db, found.sign_in, found.actor):
            return None
    sign_in, account = found.sign_in, found.account
    if is_activity and now() - sign_in.seen_at > SEEN_EVERY:
        _note_seen(sign_in.id)
    must_change = account.must_change_password and sign_in.door is Door.PASSWORD
    return SignedIn(found.actor, sign_in.id, must_change, found.over_at, found.over_at_most)


def who_is_at_the_door(ticket: str) -> AtTheDoor | None:
    """Somebody whose code is still missing; None for everybody else, signed in or not."""
    with reading() as db:
        found = _open_with(db, ticket)
        if found is None or not _waits_for_code(db, found.sign_in, found.actor):
            return None
        account_id = found.sign_in.account_id
        missing = Missing.CODE if has_second_factor(db, account_id) else Missing.SET_UP
    return AtTheDoor(account_id, found.account.username, found.sign_in.id, missing)


@dataclass(frozen=True)
class _Open:
    sign_in: SignIn
    account: Account
    actor: Actor
    over_at: datetime
    over_at_most: datetime


def _open_with(db: Session, ticket: str) -> _Open | None:
    """The sign-in of this ticket, if it is open now and its account is too."""
    found = db.exec(select(SignIn, Account).join(Account).where(SignIn.ticket_hash == _digest(ticket))).first()
    if found is None:
        return None
    sign_in, account = found
    actor = actor_for_account(db, sign_in.account_id)
    if actor is None or sign_in.ended_at is not None:
        return None
    idle, hours = service_number(db, idle_setting(actor.roles)), service_number(db, "sign_in_hours")
    over_at = ends_at(sign_in.started_at, sign_in.seen_at, idle, hours)
    if now() > over_at:
        return None
    return _Open(sign_in, account, actor, over_at, sign_in.started_at + timedelta(hours=hours))


def _waits_for_code(db: Session, sign_in: SignIn, actor: Actor) -> bool:
    return sign_in.code_given_at is None and is_code_asked(db, sign_in.account_id, actor)


def is_code_asked(db: Session, account_id: int, actor: Actor) -> bool:
    """Of those whose roles require it, and of everybody who has set it up. In the demonstration of nobody."""
    if mode() is Mode.DEMO:
        return False
    return bool(actor.roles & GIVES_A_CODE) or has_second_factor(db, account_id)


def has_second_factor(db: Session, account_id: int) -> bool:
    """Whether one is set up and counts."""
    found = db.get(SecondFactor, account_id)
    return found is not None and found.confirmed_at is not None


def _note_seen(sign_in_id: UUID) -> None:
    with suppress(Conflict), writing() as db:  # a busy database: the next click will do
        db.execute(update(SignIn).where(col(SignIn.id) == sign_in_id).values(seen_at=now()))


def sign_out(me: SignedIn) -> None:
    with writing() as db:
        close_sign_ins(db, me.actor.account_id, now(), only=me.sign_in_id)
        record_event(
            db,
            by=me.actor,
            action="sign_out",
            object_kind="sign_in",
            object_key=me.sign_in_id,
            about=[me.actor.staff_id],
        )


def turn_back(door: AtTheDoor) -> None:
    """Leave without giving the code."""
    with writing() as db:
        close_sign_ins(db, door.account_id, now(), only=door.sign_in_id)


def close_sign_ins(
    db: Session, account_id: int | None, at: datetime, *, only: UUID | None = None, but: UUID | None = None
) -> None:
    """All of an account, only one, or all but one. No service of its own: those that call it have checked who may."""
    ended = update(SignIn).where(col(SignIn.account_id) == account_id, col(SignIn.ended_at).is_(None))
    if only is not None:
        ended = ended.where(col(SignIn.id) == only)
    if but is not None:
        ended = ended.where(col(SignIn.id) != but)
    db.execute(ended.values(ended_at=at))


# ---------------------------------------------------------------------------------------------------------------------
# One's own password


def check_own_password(me: SignedIn, password: str) -> None:
    """Ask the person at the screen for their password again. Wrong ones count like those at the door."""
    with reading() as db:
        account = db.get_one(Account, me.actor.account_id)
    matches = password_matches(password, account.password_hash)
    with writing() as db:
        failures = counted(db, account.username)
        is_right = matches and not failures.must_wait
        if is_right:
            failures.forget()
        else:
            failures.add(db, account, step="password_again")
    if not is_right:
        raise NotAllowed("The password is not right, or the account is locked. Nothing was saved.")


def change_password(
    db: Session, *, by: Actor, submission: UUID | None = None, old: str, new: str, this_sign_in: UUID | None = None
) -> None:
    """One's own, never another's. Every other sign-in of the person ends."""
    by = acting(db, by, submission)
    account = db.get_one(Account, by.account_id)
    if not password_matches(old, account.password_hash):
        raise InvalidRecord(old="This is not your present password.")
    problem = problem_with(new, account.username, *db.get_one(Staff, by.staff_id).full_name.split())
    if new == old:
        problem = "This is your present password. Choose another."
    if problem:
        raise InvalidRecord(new=problem)
    account.password_hash = hash_password(new)
    account.must_change_password = False
    account.password_expires_at = None
    close_sign_ins(db, account.id, now(), but=this_sign_in)
    record_event(
        db,
        by=by,
        action="change_password",
        object_kind="account",
        object_key=account.id,
        about=[by.staff_id],
    )
