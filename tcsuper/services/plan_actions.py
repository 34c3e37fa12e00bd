"""Action plans: an action agreed about a finding, changed, done, sent back or closed, withdrawn.

Each is a version of one record. Its owner says that it is done, with the evidence; who looks at it and closes it is
somebody else, and never whoever entered that it is done (`rules/reviews.py`).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    acting,
    check_in,
    may_in,
    may_mark_done,
    plan_actions_visible_to,
)
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Finding, FindingKind, PlanAction, PlanState, Review
from tcsuper.queries.evidence import current
from tcsuper.queries.plan_actions import marked_done_by, owned_by, owners_to_choose
from tcsuper.rules.reviews import LONGEST_ACTION, why_not_close
from tcsuper.services.evidence import check_current, next_version

IS_OVER = {
    PlanState.OPEN: "This action is open: it is not marked done yet.",
    PlanState.DONE: "This action is marked done and waits to be closed. Send it back first.",
    PlanState.CLOSED: "This action is closed.",
    PlanState.WITHDRAWN: "This action was withdrawn.",
}


def agree_plan_action(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    finding_record_id: UUID,
    owner_id: int | None,
    text: str,
    due_on: date | None,
) -> PlanAction:
    """What somebody is to do about a finding, until when. The owner is somebody whom `by` may choose
    (`queries.plan_actions.owners_to_choose`). Raises InvalidRecord(text=…, owner=…, due_on=…)."""
    by = acting(db, by, submission)
    finding = _finding(db, by, finding_record_id)
    if owner_id is None or due_on is None:
        problems = {} if text.strip() else {"text": "Say what is to be done."}
        problems |= {} if owner_id is not None else {"owner": "Choose who is to do it."}
        raise InvalidRecord(**problems, **({} if due_on is not None else {"due_on": "Choose the day it is due."}))
    _check(db, by, finding, text, owner_id, due_on)
    action = PlanAction(
        record_id=uuid4(),
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        finding_record_id=finding_record_id,
        community_id=finding.community_id,
        owner_id=owner_id,
        words=text.strip(),
        due_on=due_on,
    )
    db.add(action)
    db.flush()
    _event(db, by, "agree_plan_action", action, due_on=due_on.isoformat())
    return action


def change_plan_action(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    action_id: int,
    owner_id: int,
    text: str,
    due_on: date,
    reason: str,
) -> PlanAction:
    """Another date, owner or wording, while it is open, by who keeps the plan: not by whoever merely owns it.
    `action_id`: the version that was opened. Raises InvalidRecord(reason=…, …), Conflict."""
    by = acting(db, by, submission)
    former = _found(db, by, action_id)
    check_in(by, Object.PLAN_ACTION, Action.UPDATE, former.community_id)
    check_current(db, former, by)
    _check_state(former, PlanState.OPEN)
    finding = db.exec(select(Finding).where(Finding.record_id == former.finding_record_id, current(Finding))).one()
    changed_owner = owner_id if owner_id != former.owner_id else None
    keeps_day = due_on == former.due_on
    _check(db, by, finding, text, changed_owner, None if keeps_day else due_on, reason)
    if keeps_day and changed_owner is None and text.strip() == former.words:
        raise InvalidRecord(text="Nothing is changed.")
    action = next_version(db, by, former, reason, owner_id=owner_id, words=text.strip(), due_on=due_on)
    _event(db, by, "change_plan_action", action, {former.owner_id}, due_on=due_on.isoformat())
    return action


def mark_plan_action_done(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    action_id: int,
    done_on: date,
    evidence: str,
) -> PlanAction:
    """By its owner, or for an owner without an account by who keeps the plan; somebody else is to close it then.
    Raises InvalidRecord(done_on=…, evidence=…), Conflict."""
    by = acting(db, by, submission)
    former = _found(db, by, action_id)
    if not may_mark_done(by, former):
        raise NotAllowed
    check_current(db, former, by)
    _check_state(former, PlanState.OPEN)
    problems = _long_or_empty("evidence", evidence, "Say what shows that it is done, and where that is kept.")
    if done_on > today():
        problems["done_on"] = f"{words.day(done_on)} is still to come."
    if problems:
        raise InvalidRecord(**problems)
    action = next_version(db, by, former, state=PlanState.DONE, done_on=done_on, evidence=evidence.strip())
    _event(db, by, "mark_plan_action_done", action, done_on=done_on.isoformat())
    return action


def close_plan_action(
    db: Session, *, by: Actor, submission: UUID | None = None, action_id: int, closing_words: str = ""
) -> PlanAction:
    """Somebody else has looked at the evidence, today. Raises NotAllowed in words for its owner and for whoever marked
    it done, Conflict when it was changed meanwhile."""
    by = acting(db, by, submission)
    former = _to_close(db, by, action_id)
    if len(closing_words.strip()) > LONGEST_ACTION:
        raise InvalidRecord(closing_words=_too_long(closing_words))
    action = next_version(
        db, by, former, state=PlanState.CLOSED, closed_on=today(), closing_words=closing_words.strip()
    )
    _event(db, by, "close_plan_action", action)
    return action


def send_back_plan_action(
    db: Session, *, by: Actor, submission: UUID | None = None, action_id: int, reason: str
) -> PlanAction:
    """The evidence does not show that it is done: it is open again, and its owner is told why. What they had written
    stays with the version before. Raises InvalidRecord(reason=…)."""
    by = acting(db, by, submission)
    former = _to_close(db, by, action_id)
    _check_reason(reason)
    action = next_version(db, by, former, reason, state=PlanState.OPEN, done_on=None, evidence="")
    _event(db, by, "send_back_plan_action", action)
    return action


def withdraw_plan_action(
    db: Session, *, by: Actor, submission: UUID | None = None, action_id: int, reason: str
) -> PlanAction:
    """Not to be done any more, by who keeps the plan and never owned it: an action that is late is not made to vanish
    by whoever is late with it, nor by handing it to somebody else first. Raises InvalidRecord(reason=…)."""
    by = acting(db, by, submission)
    former = _found(db, by, action_id)
    check_in(by, Object.PLAN_ACTION, Action.UPDATE, former.community_id)
    if by.staff_id in owned_by(_versions(db, former)):
        raise NotAllowed("It is yours, or was: somebody else who keeps the action plan can withdraw it.")
    check_current(db, former, by)
    _check_state(former, PlanState.OPEN)
    _check_reason(reason)
    action = next_version(db, by, former, reason, state=PlanState.WITHDRAWN)
    _event(db, by, "withdraw_plan_action", action)
    return action


# ---------------------------------------------------------------------------------------------------------------------
# Found and checked


def _finding(db: Session, by: Actor, record_id: UUID) -> Finding:
    """One that `by` may agree actions about: of a review in use, and no achievement. The review is held: of two, one
    who agrees an action and one who takes its finding back, one waits."""
    holding = sa.select(col(Finding.review_id)).where(col(Finding.record_id) == record_id).limit(1)
    review = db.get(Review, db.scalar(holding) or 0, with_for_update=True)
    finding = db.exec(select(Finding).where(Finding.record_id == record_id, current(Finding))).first()
    if review is None or finding is None:
        raise NotAllowed
    check_in(by, Object.PLAN_ACTION, Action.CREATE, finding.community_id)
    if review.withdrawn_at is not None:
        raise NotAllowed(f"This review was withdrawn on {words.day(today(review.withdrawn_at))}.")
    if finding.kind is FindingKind.ACHIEVEMENT:
        raise NotAllowed("This finding is an achievement: there is nothing to be done about it.")
    return finding


def _found(db: Session, by: Actor, action_id: int) -> PlanAction:
    """A version of an action that they may read as it stands now: who owned it once, does so no more."""
    row = db.get(PlanAction, action_id)
    if row is None:
        raise NotAllowed
    last = select(PlanAction.id).where(PlanAction.record_id == row.record_id, current(PlanAction))
    if db.exec(last.where(plan_actions_visible_to(by))).first() is None:
        raise NotAllowed
    return row


def _to_close(db: Session, by: Actor, action_id: int) -> PlanAction:
    former = _found(db, by, action_id)
    if not may_in(by, Object.PLAN_ACTION, Action.CLOSE, former.community_id):
        raise NotAllowed
    if why := why_not_close(by.staff_id, former.owner_id, marked_done_by(_versions(db, former))):
        raise NotAllowed(why)
    check_current(db, former, by)
    _check_state(former, PlanState.DONE)
    return former


def _versions(db: Session, of: PlanAction) -> Sequence[PlanAction]:
    return db.exec(select(PlanAction).where(PlanAction.record_id == of.record_id).order_by(col(PlanAction.id))).all()


def _check_state(action: PlanAction, wanted: PlanState) -> None:
    if action.state is not wanted:
        raise NotAllowed(IS_OVER[action.state])


def _check(
    db: Session,
    by: Actor,
    finding: Finding,
    text: str,
    owner_id: int | None,
    due_on: date | None,
    reason: str | None = None,
) -> None:
    """`owner_id`, `due_on`: None where they stay as they are. `reason`: None where none is asked for."""
    problems = _long_or_empty("text", text, "Say what is to be done.")
    if owner_id is not None:
        offered = owners_to_choose(db, viewer=by, community_id=finding.community_id)
        if owner_id not in {one.staff_id for one in offered}:
            problems["owner"] = "Choose who is to do it."
    if due_on is not None and due_on < today():
        problems["due_on"] = f"{words.day(due_on)} is over. Choose today or a later day."
    if reason is not None:
        problems |= _long_or_empty("reason", reason, "Say why it is changed.")
    if problems:
        raise InvalidRecord(**problems)


def _check_reason(reason: str) -> None:
    if problems := _long_or_empty("reason", reason, "Say why."):
        raise InvalidRecord(**problems)


def _long_or_empty(name: str, text: str, ask: str) -> dict[str, str]:
    if not text.strip():
        return {name: ask}
    return {name: _too_long(text)} if len(text.strip()) > LONGEST_ACTION else {}


def _too_long(text: str) -> str:
    return f"This is {len(text.strip()):,} characters long; the most is {LONGEST_ACTION:,}."


def _event(db: Session, by: Actor, action: str, row: PlanAction, about: set[int] | None = None, **detail: Any) -> None:
    """About its owner, and whoever owned it before. The version, never a word."""
    record_event(
        db,
        by=by,
        action=action,
        object_kind="plan_action",
        object_key=row.record_id,
        about={row.owner_id, *(about or ())},
        community_id=row.community_id,
        version=row.id,
        **detail,
    )
