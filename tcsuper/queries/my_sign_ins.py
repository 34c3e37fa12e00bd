"""One's own signing in: the second factor, the last time, and what failed since. Never anybody else's."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor
from tcsuper.clock import now
from tcsuper.models import Account, AuditEvent, RecoveryCode, SecondFactor
from tcsuper.rules.sign_in import GIVES_A_CODE

JUST_NOW = timedelta(minutes=5)


class OwnFactor(NamedTuple):
    """`confirmed_at` is None while there is none, or a key waits for its first code (`is_started`)."""

    is_required: bool
    is_started: bool
    confirmed_at: datetime | None
    codes_left: int


class LastTime(NamedTuple):
    """When somebody signed in before this time, and how often somebody tried and failed since."""

    at: datetime
    failures: int


def own_second_factor(db: Session, *, viewer: Actor) -> OwnFactor:
    factor = db.get(SecondFactor, viewer.account_id)
    unused = sa.select(sa.func.count()).where(
        col(RecoveryCode.account_id) == viewer.account_id, col(RecoveryCode.used_at).is_(None)
    )
    return OwnFactor(
        bool(viewer.roles & GIVES_A_CODE),
        factor is not None and factor.confirmed_at is None,
        factor.confirmed_at if factor else None,
        db.scalar(unused) or 0,
    )


def has_password(db: Session, *, viewer: Actor) -> bool:
    """Whether one has chosen one. Who comes through the organisation's sign-in may never have."""
    account = db.get_one(Account, viewer.account_id)
    return bool(account.password_hash) and not account.must_change_password


def last_time(db: Session, *, viewer: Actor, sign_in_id: UUID) -> LastTime | None:
    """What to say to somebody who has signed in just now; None later on, and at the very first time."""
    signed_in = select(AuditEvent.id, AuditEvent.at).where(
        AuditEvent.action == "sign_in", AuditEvent.by_staff_id == viewer.staff_id
    )
    this = db.exec(
        signed_in.where(AuditEvent.object_key == str(sign_in_id), col(AuditEvent.at) > now() - JUST_NOW)
    ).first()
    if this is None:
        return None
    before = db.exec(signed_in.where(col(AuditEvent.id) < this[0]).order_by(col(AuditEvent.id).desc()).limit(1)).first()
    if before is None:
        return None
    return LastTime(before[1], _failures(db, viewer, sign_in_id, before[0] or 0, this[0] or 0))


def _failures(db: Session, viewer: Actor, sign_in_id: UUID, after: int, until: int) -> int:
    """Wrong passwords and codes, and passwords that were right without a code ever following."""
    refused = sa.and_(
        col(AuditEvent.action) == "sign_in_failed",
        col(AuditEvent.object_kind) == "account",
        col(AuditEvent.object_key) == str(viewer.account_id),
    )
    unfinished = sa.and_(
        col(AuditEvent.action) == "code_awaited",
        col(AuditEvent.by_staff_id) == viewer.staff_id,
        col(AuditEvent.object_key) != str(sign_in_id),
    )
    between = col(AuditEvent.id).between(after, until)
    return db.scalar(sa.select(sa.func.count()).where(between, sa.or_(refused, unfinished))) or 0
