"""The second factor: a one-time code by the clock, from any authenticator into which a key was typed, and ten recovery
codes on paper for the day when there is none.

The key is stored sealed (sealing.py), the recovery codes as hashes. A code works once; wrong ones count like wrong
passwords, under the same lock. What somebody does to their own asks for a `Proof`, that it is them, given just before.
"""

import hashlib
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, acting, actor_for_account, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.database import reading, writing
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Account, Door, RecoveryCode, SecondFactor, SignIn
from tcsuper.rules.sign_in import matching_step
from tcsuper.sealing import seal, unseal
from tcsuper.services.passwords import LETTERS, password_matches
from tcsuper.services.sign_in import (
    AtTheDoor,
    Missing,
    SignedIn,
    close_sign_ins,
    complete,
    counted,
    hand_over,
    has_second_factor,
    is_code_asked,
    who_is_at_the_door,
)

CODE_REFUSED = "The code is not right, or the account is locked. Wait for the next code, or ask your administrator."
NOT_PROVED = "The password or the code is not right, or the account is locked. Nothing was saved."
FIRST_CODE_WRONG = "This code does not belong to the key above. Check that the clock is right, and take the next code."
SIGN_IN_ANEW = "Sign out, sign in again through your organisation, and do this within five minutes. Nothing was saved."
ISSUER = "tcsuper"
RECOVERY_CODES, GROUPS = 10, 6
"""Six groups of four are 119 bits: enough for a plain hash (security, section 5; ASVS 6.5.2)."""
JUST_NOW = timedelta(minutes=5)


@dataclass(frozen=True)
class Key:
    """What is typed, or pasted, into an authenticator."""

    in_groups: str
    link: str


@dataclass(frozen=True)
class Proof:
    """That the person at the screen gave their password, and their code if they have one, just now."""

    account_id: int
    password_hash: str


# ---------------------------------------------------------------------------------------------------------------------
# At the door


def give_code(ticket: str, code: str, address: str = "") -> str:
    """The code of somebody at the door, or one of their recovery codes: gives a handover for a new ticket, or raises
    NotAllowed. It opens its own transaction, since a wrong one is counted although the caller is refused."""
    door = who_is_at_the_door(ticket)
    if door is None or door.missing is not Missing.CODE:
        raise NotAllowed(CODE_REFUSED)
    with writing() as db:
        handover = _let_in(db, door, code, address)
    if handover is None:
        raise NotAllowed(CODE_REFUSED)
    return handover


def _let_in(db: Session, door: AtTheDoor, code: str, address: str) -> str | None:
    failures = counted(db, door.username, address)
    account, sign_in = db.get_one(Account, door.account_id), _still_open(db, door.sign_in_id)
    by = actor_for_account(db, door.account_id)
    if sign_in is None or by is None:
        return None
    if failures.must_wait or not _is_right(db, door.account_id, code):
        failures.add(db, account, step="code")
        return None
    sign_in.code_given_at = sign_in.seen_at = now()
    db.flush()
    complete(db, sign_in, by, after_failures=failures.forget(), codes_left=codes_left(db, door.account_id))
    return hand_over(sign_in)


def _still_open(db: Session, sign_in_id: UUID) -> SignIn | None:
    sign_in = db.exec(select(SignIn).where(SignIn.id == sign_in_id).with_for_update()).first()
    return sign_in if sign_in is not None and sign_in.ended_at is None else None


def key_at_the_door(door: AtTheDoor) -> Key:
    """The key for somebody whose role requires a second factor and who has none: the same until it is confirmed."""
    with writing() as db:
        if has_second_factor(db, door.account_id) or _still_open(db, door.sign_in_id) is None:
            raise NotAllowed
        if db.get(SecondFactor, door.account_id) is None:
            with suppress(IntegrityError), db.begin_nested():  # the same page in another tab
                db.add(_with_new_key(SecondFactor(account_id=door.account_id, sealed_seed=b"")))
        return _key(db, db.get_one(Account, door.account_id))


def confirm_at_the_door(db: Session, *, door: AtTheDoor, code: str) -> list[str]:
    """The first code of the new key: it counts from now on, and they are in. Gives the recovery codes."""
    sign_in, by = _still_open(db, door.sign_in_id), actor_for_account(db, door.account_id)
    if sign_in is None or by is None or sign_in.account_id != door.account_id:
        raise NotAllowed
    codes = _confirm(db, by, door.account_id, code, sign_in.id)
    complete(db, sign_in, by)
    return codes


# ---------------------------------------------------------------------------------------------------------------------
# That it is you


def prove_again(me: SignedIn, password: str, code: str = "") -> Proof:
    """Ask the person at the screen for their password again, and for a code if they have a second factor. Wrong ones
    count like those at the door. Whoever came through the organisation's sign-in proves it by having just done so."""
    with reading() as db:
        account = db.get_one(Account, me.actor.account_id)
        sign_in = db.get_one(SignIn, me.sign_in_id)
    assert account.id is not None
    by_organisation = sign_in.door is Door.SINGLE_SIGN_ON
    if by_organisation and now() - sign_in.started_at > JUST_NOW:
        raise NotAllowed(SIGN_IN_ANEW)
    matches = by_organisation or password_matches(password, account.password_hash)
    with writing() as db:
        failures = counted(db, account.username)
        needs_code = has_second_factor(db, account.id)
        is_right = matches and not failures.must_wait and (not needs_code or _is_right(db, account.id, code))
        if is_right:
            failures.forget()
        else:
            failures.add(db, account, step="proof")
    if not is_right:
        raise NotAllowed(NOT_PROVED)
    return Proof(account.id, account.password_hash)


def _own_account(db: Session, by: Actor, proof: Proof) -> Account:
    account = db.get_one(Account, by.account_id)
    if proof.account_id != account.id or proof.password_hash != account.password_hash:
        raise NotAllowed(NOT_PROVED)
    return account


# ---------------------------------------------------------------------------------------------------------------------
# One's own


def start_second_factor(
    db: Session, *, by: Actor, submission: UUID | None = None, proof: Proof, this_sign_in: UUID | None = None
) -> None:
    """A new key for oneself. One that was there stops at once, with its recovery codes; the new one counts from its
    first code on. Every other sign-in of the person ends."""
    by = acting(db, by, submission)
    account = _own_account(db, by, proof)
    factor = db.get(SecondFactor, account.id)
    was_there = factor is not None and factor.confirmed_at is not None
    _forget_codes(db, account.id or 0)
    db.add(_with_new_key(factor or SecondFactor(account_id=account.id or 0, sealed_seed=b"")))
    close_sign_ins(db, account.id, now(), but=this_sign_in)
    _record(db, by, "start_second_factor", account, in_place_of_another=was_there)


def key_to_type(db: Session, *, by: Actor) -> Key | None:
    """One's own key while it waits for its first code; afterwards nobody sees it again."""
    factor = db.get(SecondFactor, by.account_id)
    if factor is None or factor.confirmed_at is not None:
        return None
    return _key(db, db.get_one(Account, by.account_id))


def confirm_second_factor(
    db: Session, *, by: Actor, submission: UUID | None = None, code: str, this_sign_in: UUID
) -> list[str]:
    """Its first code: it counts from now on. Gives the recovery codes; every other sign-in of the person ends."""
    by = acting(db, by, submission)
    assert by.account_id is not None
    return _confirm(db, by, by.account_id, code, this_sign_in)


def end_second_factor(
    db: Session, *, by: Actor, submission: UUID | None = None, proof: Proof, this_sign_in: UUID | None = None
) -> None:
    """Sign in without codes again, where no role requires them."""
    by = acting(db, by, submission)
    account = _own_account(db, by, proof)
    _remove(db, account.id or 0)
    if is_code_asked(db, account.id or 0, by):
        raise NotAllowed("Your role requires a second factor. You can set up another in its place.")
    close_sign_ins(db, account.id, now(), but=this_sign_in)
    _record(db, by, "end_second_factor", account)


def new_recovery_codes(db: Session, *, by: Actor, submission: UUID | None = None, proof: Proof) -> list[str]:
    """Ten new ones; the former ten work no longer."""
    by = acting(db, by, submission)
    account = _own_account(db, by, proof)
    if not has_second_factor(db, account.id or 0):
        raise NotAllowed
    codes = _new_codes(db, account.id or 0)
    _record(db, by, "make_recovery_codes", account)
    return codes


def reset_second_factor(db: Session, *, by: Actor, submission: UUID | None = None, account_id: int) -> None:
    """For somebody who has lost theirs, by an administrator who knows it is them; never one's own. They are signed out
    and set up a new one when they next sign in, if their role requires it."""
    by = acting(db, by, submission)
    account = db.get(Account, account_id)
    if account is None:
        raise NotAllowed
    check_about(db, by, Object.ACCOUNT, Action.UPDATE, account.staff_id)
    _remove(db, account_id)
    close_sign_ins(db, account_id, now())
    _record(db, by, "reset_second_factor", account)


# ---------------------------------------------------------------------------------------------------------------------
# Keys and codes


def _with_new_key(factor: SecondFactor) -> SecondFactor:
    seal(factor, "sealed_seed", pyotp.random_base32())
    factor.confirmed_at, factor.last_step = None, 0
    return factor


def _key(db: Session, account: Account) -> Key:
    seed = unseal(db.get_one(SecondFactor, account.id), "sealed_seed")
    link = pyotp.TOTP(seed).provisioning_uri(name=account.username, issuer_name=ISSUER)
    return Key(" ".join(re.findall(".{1,4}", seed)), link)


def _confirm(db: Session, by: Actor, account_id: int, code: str, sign_in_id: UUID) -> list[str]:
    factor = _locked(db, account_id)
    if factor is None or factor.confirmed_at is not None:
        raise NotAllowed
    step = matching_step(unseal(factor, "sealed_seed"), code, now(), factor.last_step)
    if step is None:
        raise InvalidRecord(code=FIRST_CODE_WRONG)
    factor.confirmed_at, factor.last_step = now(), step
    here = update(SignIn).where(col(SignIn.id) == sign_in_id, col(SignIn.account_id) == account_id)
    db.execute(here.values(code_given_at=now(), seen_at=now()))
    close_sign_ins(db, account_id, now(), but=sign_in_id)
    codes = _new_codes(db, account_id)
    _record(db, by, "set_up_second_factor", db.get_one(Account, account_id))
    return codes


def _is_right(db: Session, account_id: int, typed: str) -> bool:
    """Whether this code counts now; then it never does again."""
    factor = _locked(db, account_id)
    if factor is None or factor.confirmed_at is None:
        return False
    step = matching_step(unseal(factor, "sealed_seed"), typed, now(), factor.last_step)
    if step is None:
        return _use_recovery_code(db, account_id, typed)
    factor.last_step = step
    return True


def _locked(db: Session, account_id: int) -> SecondFactor | None:
    """The row, nobody else's until the transaction ends: two browsers that give one code at once are let in once."""
    held = select(SecondFactor).where(SecondFactor.account_id == account_id).with_for_update()
    return db.exec(held.execution_options(populate_existing=True)).first()


def _use_recovery_code(db: Session, account_id: int, typed: str) -> bool:
    unused = update(RecoveryCode).where(
        col(RecoveryCode.account_id) == account_id,
        col(RecoveryCode.code_hash) == _digest(typed),
        col(RecoveryCode.used_at).is_(None),
    )
    return db.connection().execute(unused.values(used_at=now())).rowcount == 1


def codes_left(db: Session, account_id: int) -> int:
    """Recovery codes not used yet. No service of its own."""
    unused = select(RecoveryCode.id).where(RecoveryCode.account_id == account_id, col(RecoveryCode.used_at).is_(None))
    return len(db.exec(unused).all())


def _new_codes(db: Session, account_id: int) -> list[str]:
    _forget_codes(db, account_id)
    codes = [
        "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(GROUPS))
        for _ in range(RECOVERY_CODES)
    ]
    db.add_all(RecoveryCode(account_id=account_id, code_hash=_digest(code)) for code in codes)
    return codes


def _digest(code: str) -> str:
    """Of the letters and digits alone: spaces, hyphens and capitals do not matter to somebody who types from paper."""
    return hashlib.sha256(re.sub(r"[^a-z0-9]", "", code.lower()).encode()).hexdigest()


def _forget_codes(db: Session, account_id: int) -> None:
    db.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))


def _remove(db: Session, account_id: int) -> None:
    _forget_codes(db, account_id)
    factor = _locked(db, account_id)
    if factor is not None:
        db.delete(factor)
    db.flush()


def _record(db: Session, by: Actor, action: str, account: Account, **detail: Any) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="account",
        object_key=account.id,
        about=[account.staff_id],
        **detail,
    )
