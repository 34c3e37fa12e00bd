"""Who leads a responsibility, deputises for it or grows into it. "Held by every postholder" stores nothing."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about, check_can_set_rules, check_in, in_force
from tcsuper.audit import record_event
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import HoldingKind, Post, Responsibility, ResponsibilityHolding


def hold_responsibility(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    responsibility_id: int,
    staff_id: int,
    community_id: int,
    kind: HoldingKind,
    start_on: date,
) -> ResponsibilityHolding:
    """Name a lead, a deputy, or somebody in development, from a day on. A second lead is stored, and shown as such."""
    by = acting(db, by, submission)
    check_in(by, Object.RESPONSIBILITY, Action.CREATE, community_id)
    check_about(db, by, Object.RESPONSIBILITY, Action.CREATE, staff_id)
    responsibility = db.get(Responsibility, responsibility_id)
    if responsibility is None or responsibility.is_cross_reference:
        raise NotAllowed
    problems = {}
    if not responsibility.is_led:
        problems["responsibility_id"] = "Every postholder holds this one: it has no lead. Make it a led one first."
    if not _in_post(db, staff_id, community_id, start_on):
        problems["staff_id"] = f"They have no post in this community on {words.day(start_on)}."
    held = _held_already(db, responsibility_id, staff_id, community_id, start_on)
    if held is not None:
        problems["kind"] = (
            f"They already hold it, from {words.day(held.start_on)}"
            + (f" to {words.day(held.end_on)}." if held.end_on else ".")
            + " End that first."
        )
    if problems:
        raise InvalidRecord(**problems)
    holding = ResponsibilityHolding(
        responsibility_id=responsibility_id,
        staff_id=staff_id,
        community_id=community_id,
        kind=kind,
        start_on=start_on,
    )
    db.add(holding)
    db.flush()
    _record(db, by, "hold_responsibility", holding, kind=kind.value, start_on=start_on.isoformat())
    return holding


def end_holding(
    db: Session, *, by: Actor, submission: UUID | None = None, holding_id: int, end_on: date
) -> ResponsibilityHolding:
    """The last day on which somebody leads, deputises or is in development."""
    by = acting(db, by, submission)
    holding = db.get(ResponsibilityHolding, holding_id)
    if holding is None:
        raise NotAllowed
    check_in(by, Object.RESPONSIBILITY, Action.UPDATE, holding.community_id)
    if end_on < holding.start_on:
        raise InvalidRecord(end_on=f"They hold it from {words.day(holding.start_on)}, after that day.")
    holding.end_on = end_on
    db.flush()
    _record(db, by, "end_holding", holding, end_on=end_on.isoformat())
    return holding


def set_led(
    db: Session, *, by: Actor, submission: UUID | None = None, responsibility_id: int, is_led: bool
) -> Responsibility:
    """Whether a responsibility is led by somebody named, or held by every postholder alike. Who led it stays stored."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    responsibility = db.get(Responsibility, responsibility_id)
    if responsibility is None or responsibility.is_cross_reference:
        raise NotAllowed
    responsibility.is_led = is_led
    db.flush()
    record_event(db, by=by, action="set_led", object_kind="responsibility", object_key=responsibility_id, is_led=is_led)
    return responsibility


def _in_post(db: Session, staff_id: int, community_id: int, on: date) -> bool:
    there = sa.select(col(Post.id)).where(
        col(Post.staff_id) == staff_id, col(Post.community_id) == community_id, in_force(Post.start_on, Post.end_on, on)
    )
    return db.scalar(there.limit(1)) is not None


def _held_already(
    db: Session, responsibility_id: int, staff_id: int, community_id: int, start_on: date
) -> ResponsibilityHolding | None:
    holding = ResponsibilityHolding
    return db.exec(
        select(holding).where(
            holding.responsibility_id == responsibility_id,
            holding.staff_id == staff_id,
            holding.community_id == community_id,
            sa.or_(col(holding.end_on).is_(None), col(holding.end_on) >= start_on),
        )
    ).first()


def _record(db: Session, by: Actor, action: str, holding: ResponsibilityHolding, **detail: str) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="responsibility_holding",
        object_key=holding.id,
        about=[holding.staff_id],
        responsibility_id=holding.responsibility_id,
        community_id=holding.community_id,
        **detail,
    )
