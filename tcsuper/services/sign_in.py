"""Signing in: who may, on which browser, and for how long.

A sign-in is a row in the database. A browser shows that it is the one by its *ticket*: 256 random bits in a cookie
that scripts cannot read, of which only the hash is stored. The ticket is handed over once: `attempt` opens the sign-in
and returns a *handover* that lives for a minute, and the route `/session/keep` spends it for the ticket.
"""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from tcsuper.models import Account, DatabaseMark, Role, SignIn, SignInFailures, Staff
from tcsuper.rules.sign_in import LOCKED_FROM, is_over, must_wait, name_key
from tcsuper.services.passwords import hash_password, password_matches, problem_with
from tcsuper.settings import Mode, mode, service_number

REFUSED = "The username or password is not right, or the account is locked. Try again, or ask your administrator."
NOT_SIGNED_IN = "not signed in"
HANDOVER_LIVES = timedelta(seconds=60)
SEEN_EVERY = timedelta(minutes=1)
SHORTER_IDLE = {Role.THERAPY_MANAGER, Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR}


@dataclass(frozen=True)
class SignedIn:
    """The person behind a browser's ticket, as the database knows them now."""

    actor: Actor
    sign_in_id: UUID
    must_change_password: bool


def cookie_name(https: bool) -> str:
    """Under https the browser itself holds the cookie to this host, to https and to the whole site."""
    return "__Host-tcsuper" if https else "tcsuper"


# ---------------------------------------------------------------------------------------------------------------------
# In


def attempt(name: str, password: str) -> str:
    """Sign in by name and password: returns a handover, or raises NotAllowed with the one sentence for every refusal.

    It opens its own transactions, since a failure must be counted although the caller is refused. The slow comparison
    runs for every name, outside any transaction; whether it counts is decided under the counter's lock, so parallel
    guesses are counted one by one.
    """
    username = name.strip().lower()
    with reading() as db:
        stored = db.exec(select(Account.password_hash).where(Account.username == username)).first() or ""
    proven = stored if password_matches(password, stored) else ""
    with writing() as db:
        handover = _let_in(db, username, proven)
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
        return open_sign_in(db, account, picked=True)


def open_sign_in(db: Session, account: Account, **detail: Any) -> str:
    """A new sign-in for somebody who has proved who they are; the oldest ends when there are too many."""
    assert account.id is not None
    by = actor_for_account(db, account.id)
    assert by is not None, "nobody proves who they are to an account that is shut"
    handover, moment = secrets.token_urlsafe(32), now()
    sign_in = SignIn(
        account_id=account.id,
        handover_hash=_digest(handover),
        handover_until=moment + HANDOVER_LIVES,
        started_at=moment,
        seen_at=moment,
    )
    db.add(sign_in)
    db.flush()
    newest_first = select(SignIn).where(SignIn.account_id == account.id, col(SignIn.ended_at).is_(None))
    newest_first = newest_first.order_by(col(SignIn.started_at).desc())
    for too_many in db.exec(newest_first).all()[service_number(db, "sign_ins_at_once") :]:
        too_many.ended_at = moment
    db.execute(update(Account).where(col(Account.id) == account.id).values(last_sign_in_at=moment))
    record_event(
        db,
        by=by,
        action="sign_in",
        object_kind="sign_in",
        object_key=sign_in.id,
        about=[by.staff_id],
        **detail,
    )
    return handover


def spend_handover(handover: str, former_ticket: str | None = None) -> str | None:
    """One handover in, one ticket out; None when it was spent or is too old. The browser's former sign-in ends."""
    with writing() as db:
        found = db.exec(select(SignIn).where(SignIn.handover_hash == _digest(handover)).with_for_update()).first()
        if found is None or found.ended_at is not None or found.handover_until is None or now() > found.handover_until:
            return None
        former = db.exec(select(SignIn).where(SignIn.ticket_hash == _digest(former_ticket or ""))).first()
        if former is not None:
            former.ended_at = former.ended_at or now()
        ticket = secrets.token_urlsafe(32)
        found.handover_hash = found.handover_until = None
        found.ticket_hash = _digest(ticket)
    return ticket


def _let_in(db: Session, username: str, proven: str) -> str | None:
    """Decide under the lock of this name's counter, and count. `proven` is the hash that the password matched."""
    failures = _failures(db, username)
    account = db.exec(select(Account).where(Account.username == username)).first()
    waiting = _is_waiting(failures)
    if not waiting and account is not None and proven and account.password_hash == proven and _is_usable(account):
        after, failures.failures, failures.last_failed_at = failures.failures, 0, None
        return open_sign_in(db, account, after_failures=after)
    if not waiting:  # guesses made too soon are not looked at, so they cannot be used to lock somebody out
        failures.failures += 1
        failures.last_failed_at = now()
    record_event(
        db,
        by=None,
        nobody=NOT_SIGNED_IN,
        action="sign_in_failed",
        object_kind="account",
        object_key=account.id if account else "",
        about=[account.staff_id] if account else [],
        failures=failures.failures,
        was_looked_at=not waiting,
        is_locked=failures.failures >= LOCKED_FROM,
    )
    return None


def _is_usable(account: Account) -> bool:
    expired = account.password_expires_at is not None and account.password_expires_at < now()
    return account_is_open(account, today()) and not expired


def _is_waiting(failures: SignInFailures) -> bool:
    return must_wait(failures.failures, failures.last_failed_at, now())


def reset_failures(db: Session, username: str) -> None:
    """Let the name in again. No service of its own either."""
    failures = _failures(db, username)
    failures.failures, failures.last_failed_at = 0, None


def _failures(db: Session, username: str) -> SignInFailures:
    """The counter for a typed name, somebody's or nobody's, locked until the transaction ends."""
    key = name_key(username)
    if db.get(SignInFailures, key) is None:
        with suppress(IntegrityError), db.begin_nested():  # a parallel attempt may have made it meanwhile
            db.add(SignInFailures(name_hash=key))
    held = select(SignInFailures).where(SignInFailures.name_hash == key).with_for_update()
    return db.exec(held.execution_options(populate_existing=True)).one()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ---------------------------------------------------------------------------------------------------------------------
# Signed in


def who_holds(ticket: str) -> SignedIn | None:
    """The person whose browser this is, looked up on every run; None when signed out, shut, idle or over time."""
    with reading() as db:
        found = db.exec(select(SignIn, Account).join(Account).where(SignIn.ticket_hash == _digest(ticket))).first()
        if found is None:
            return None
        sign_in, account = found
        actor = actor_for_account(db, sign_in.account_id)
        if actor is None or sign_in.ended_at is not None or _is_over(db, sign_in, actor):
            return None
    if now() - sign_in.seen_at > SEEN_EVERY:
        _note_seen(sign_in.id)
    return SignedIn(actor, sign_in.id, account.must_change_password and mode() is not Mode.DEMO)


def _is_over(db: Session, sign_in: SignIn, actor: Actor) -> bool:
    idle = "idle_minutes_privileged" if actor.roles & SHORTER_IDLE else "idle_minutes"
    limits = service_number(db, idle), service_number(db, "sign_in_hours")
    return is_over(sign_in.started_at, sign_in.seen_at, now(), *limits)


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
        failures = _failures(db, account.username)
        waiting = _is_waiting(failures)
        if not waiting and not matches:
            failures.failures += 1
            failures.last_failed_at = now()
        elif not waiting:
            reset_failures(db, account.username)
    if waiting or not matches:
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
