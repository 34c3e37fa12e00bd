"""Agreed actions: agreed in a session, changed while open, shared by their owner, closed, dropped, reopened.

Each state is a new version of one record, its words sealed. No event holds a word of them. What closes an action is a
rule (`rules/actions.py`); whose they are is in `confidential.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about, may, rules_for
from tcsuper.audit import record_event, record_reading
from tcsuper.clock import now, today
from tcsuper.confidential import (
    SESSION_VOIDED,
    Circle,
    actions_shared_with,
    actions_worked_on_by,
    check_can_close_action,
    check_can_write_about,
    check_supervises,
    circle_of,
    find_action,
    hold_session,
    opened,
)
from tcsuper.errors import InvalidRecord, NotAllowed, Refused, WrongSetup
from tcsuper.models import ActionState, AgreedAction, Standard, SupervisionSession
from tcsuper.queries.actions import facts_of, observations_offered
from tcsuper.queries.evidence import current
from tcsuper.rules.actions import Agreed, Closing, closers, problems_in_closing
from tcsuper.sealing import seal
from tcsuper.services.evidence import check_current, version_after

LONGEST_ACTION, LONGEST_EVIDENCE = 500, 2000
IS_CLOSED = "This action is closed. Reopen it first."
IS_OPEN = "This action is open already."


class DropReason(StrEnum):
    """Chosen, not typed: it is stored beside the sealed words, so it must hold no word of them."""

    NO_LONGER_NEEDED = "no_longer_needed"
    REPLACED = "replaced"
    NOT_POSSIBLE = "not_possible"
    AGREED_BY_MISTAKE = "agreed_by_mistake"


class ReopenReason(StrEnum):
    CLOSED_BY_MISTAKE = "closed_by_mistake"
    NOT_DONE_AFTER_ALL = "not_done_after_all"
    WRONG_DATE = "wrong_date"


# ---------------------------------------------------------------------------------------------------------------------
# Agreeing and changing


def agree_action(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    session_record_id: UUID,
    text: str,
    owner_id: int | None = None,
    due_on: date | None = None,
    standard_id: int | None = None,
) -> AgreedAction:
    """What was agreed in a session that `by` supervised: by one of those present, or, without an owner, by all of
    them. Raises NotAllowed as for the shared record; InvalidRecord(text=…, owner=…, due_on=…, standard=…)."""
    by = acting(db, by, submission)
    hold_session(db, session_record_id)
    circle = check_can_write_about(db, by, session_record_id, Object.AGREED_ACTION)
    _check(db, circle, text, owner_id, due_on, standard_id)
    action = AgreedAction(
        record_id=uuid4(),
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        session_record_id=session_record_id,
        sealed_text=b"",
        owner_id=owner_id,
        due_on=due_on,
        standard_id=standard_id,
    )
    _seal(action, "sealed_text", text.strip())
    db.add(action)
    db.flush()
    _event(db, by, "agree_action", action, circle)
    return action


def change_action(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    action_id: int,
    text: str,
    owner_id: int | None = None,
    due_on: date | None = None,
    standard_id: int | None = None,
) -> AgreedAction:
    """Other words, owner, date or standard, by the supervisor while it is open. `action_id` is the version that was
    opened: raises Conflict when it was changed meanwhile. Its owner shared what it said: with other words, another
    owner or another standard it is theirs to share anew."""
    by = acting(db, by, submission)
    former = find_action(db, by, action_id)
    hold_session(db, former.session_record_id)
    circle = check_can_write_about(db, by, former.session_record_id, Object.AGREED_ACTION, Action.UPDATE)
    check_current(db, former)
    _check_open(former)
    keeps_owner = owner_id is not None and owner_id == former.owner_id
    _check(db, circle, text, None if keeps_owner else owner_id, due_on, standard_id)
    is_the_same = (text.strip(), owner_id, standard_id) == (opened(former), former.owner_id, former.standard_id)
    action = version_after(
        by,
        former,
        owner_id=owner_id,
        due_on=due_on,
        standard_id=standard_id,
        is_shareable=former.is_shareable and is_the_same,
    )
    _seal(action, "sealed_text", text.strip())
    _store(db, action)
    about = {former.owner_id} - {None}
    _event(db, by, "change_action", action, circle, about)
    return action


def _check(
    db: Session, circle: Circle, text: str, owner_id: int | None, due_on: date | None, standard_id: int | None
) -> None:
    problems, held_on = {}, circle.session.held_on
    if not text.strip():
        problems["text"] = "Say what was agreed."
    elif len(text.strip()) > LONGEST_ACTION:
        problems["text"] = f"This is {len(text.strip()):,} characters long; the most is {LONGEST_ACTION}."
    if owner_id is not None and owner_id not in circle.present:
        problems["owner"] = "Choose somebody who was there, or all who were there."
    if due_on is not None and due_on < held_on:
        problems["due_on"] = f"The session was on {words.day(held_on)}: {words.day(due_on)} is before that."
    if standard_id is not None and db.get(Standard, standard_id) is None:
        problems["standard"] = "Choose a standard from the list."
    if problems:
        raise InvalidRecord(**problems)


def _check_open(action: AgreedAction) -> None:
    if action.state is not ActionState.OPEN:
        raise NotAllowed(IS_CLOSED)


def _seal(action: AgreedAction, column: str, typed: str) -> None:
    try:
        seal(action, column, typed)
    except WrongSetup as missing:  # its own words name a file on the server
        raise Refused("Agreed actions cannot be kept just now. Tell your administrator.") from missing


def _store(db: Session, action: AgreedAction) -> None:
    db.add(action)
    db.flush()


# ---------------------------------------------------------------------------------------------------------------------
# Sharing: its owner's alone


def share_action(db: Session, *, by: Actor, submission: UUID | None = None, action_id: int) -> AgreedAction:
    """From now on the therapy managers of its owner read it too; one that names a standard then closes by evidence
    only."""
    return _mark(db, by, submission, action_id, is_shareable=True)


def unshare_action(db: Session, *, by: Actor, submission: UUID | None = None, action_id: int) -> AgreedAction:
    """Back between the pair, open or closed."""
    return _mark(db, by, submission, action_id, is_shareable=False)


def _mark(db: Session, by: Actor, submission: UUID | None, action_id: int, is_shareable: bool) -> AgreedAction:
    by = acting(db, by, submission)
    former = find_action(db, by, action_id)
    hold_session(db, former.session_record_id)
    if former.owner_id is None:
        _check_not_everybodys(db, by, former)
    check_about(db, by, Object.AGREED_ACTION, Action.SHARE, former.owner_id or 0)
    circle = _standing_circle(db, former)
    check_current(db, former)
    if is_shareable:
        _check_open(former)
    if former.is_shareable is is_shareable:
        raise NotAllowed("It is shared already." if is_shareable else "It is not shared.")
    action = version_after(by, former, is_shareable=is_shareable)
    _store(db, action)
    _event(db, by, "share_action" if is_shareable else "unshare_action", action, circle)
    return action


def _check_not_everybodys(db: Session, by: Actor, action: AgreedAction) -> None:
    """Raises NotAllowed, saying why: an action of all who were there is nobody's alone to share."""
    circle = circle_of(db, action.session_record_id)
    if circle is not None and by.staff_id in circle.people:
        raise NotAllowed("It was agreed by all who were there: nobody shares it for the others.")


def _standing_circle(db: Session, action: AgreedAction) -> Circle:
    circle = circle_of(db, action.session_record_id)
    if circle is None:
        raise NotAllowed
    if circle.is_void:
        raise NotAllowed(SESSION_VOIDED)
    return circle


# ---------------------------------------------------------------------------------------------------------------------
# Closing, dropping, reopening


def close_action(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    action_id: int,
    done_on: date | None = None,
    observation_id: UUID | None = None,
    evidence_on: date | None = None,
    evidence: str = "",
) -> AgreedAction:
    """Done: on the pair's word with the day, by an observation that `by` may read (its record), or by dated evidence in
    words. Which of them it takes is a rule. Raises InvalidRecord(done_on=…, observation=…, evidence=…,
    evidence_on=…), Conflict when it was changed meanwhile."""
    by = acting(db, by, submission)
    former, circle, facts = _to_close(db, by, action_id)
    _check_open(former)
    offered = Closing(done_on, None, evidence_on, evidence)
    if observation_id is not None:
        found = observations_offered(db, viewer=by, observed_id=former.owner_id or 0)
        seen = next((one.seen for one in found if one.record_id == observation_id), None)
        if seen is None:
            raise NotAllowed
        offered = Closing(seen=seen)
    problems = problems_in_closing(facts, offered, today())
    if len(evidence) > LONGEST_EVIDENCE:
        problems["evidence"] = f"This is {len(evidence):,} characters long; the most is {LONGEST_EVIDENCE:,}."
    if problems:
        raise InvalidRecord(**problems)
    action = version_after(
        by,
        former,
        state=ActionState.DONE,
        closed_on=offered.day,
        observation_id=observation_id,
        evidence_on=offered.evidence_on,
    )
    if offered.evidence_on is not None:
        _seal(action, "sealed_evidence", evidence.strip())
    _store(db, action)
    how = "observation" if observation_id else "evidence" if offered.evidence_on else "the pair"
    _event(db, by, "close_action", action, circle, closed_by=how)
    return action


def drop_action(
    db: Session, *, by: Actor, submission: UUID | None = None, action_id: int, reason: DropReason
) -> AgreedAction:
    """Not to be done any more, by the supervisor, with the reason. It stays on the record."""
    by = acting(db, by, submission)
    former = find_action(db, by, action_id)
    hold_session(db, former.session_record_id)
    circle = check_can_write_about(db, by, former.session_record_id, Object.AGREED_ACTION, Action.UPDATE)
    check_current(db, former)
    _check_open(former)
    if reason not in list(DropReason):
        raise InvalidRecord(reason="Choose why it is dropped.")
    reason = DropReason(reason)
    action = version_after(by, former, reason.value, state=ActionState.DROPPED, closed_on=today())
    _store(db, action)
    _event(db, by, "drop_action", action, circle, reason=reason.value)
    return action


def reopen_action(
    db: Session, *, by: Actor, submission: UUID | None = None, action_id: int, reason: ReopenReason
) -> AgreedAction:
    """A correction: it is open again. The closing and what it said stay on the record as the version before. What the
    supervisor dropped, the supervisor reopens."""
    by = acting(db, by, submission)
    former, circle, _ = _to_close(db, by, action_id)
    if former.state is ActionState.OPEN:
        raise NotAllowed(IS_OPEN)
    if former.state is ActionState.DROPPED and not may(check_supervises, db, by, former.session_record_id):
        raise NotAllowed("Your supervisor dropped it. They can reopen it.")
    if reason not in list(ReopenReason):
        raise InvalidRecord(reason="Choose why it is reopened.")
    reason = ReopenReason(reason)
    action = version_after(
        by,
        former,
        reason.value,
        state=ActionState.OPEN,
        closed_on=None,
        observation_id=None,
        evidence_on=None,
        sealed_evidence=None,
    )
    _store(db, action)
    _event(db, by, "reopen_action", action, circle, reason=reason.value)
    return action


def _to_close(db: Session, by: Actor, action_id: int) -> tuple[AgreedAction, Circle, Agreed]:
    """The version looked at, if `by` is one of those who close it, and nothing came after it."""
    former = find_action(db, by, action_id)
    hold_session(db, former.session_record_id)
    circle = circle_of(db, former.session_record_id)
    if circle is None:
        raise NotAllowed
    facts = facts_of(db, [former], {former.session_record_id: circle.session.held_on})[action_id]
    check_can_close_action(db, by, former, closers(facts, circle.present))
    check_current(db, former)
    return former, circle, facts


def _event(
    db: Session,
    by: Actor,
    action: str,
    row: AgreedAction,
    circle: Circle,
    about: Iterable[int | None] = (),
    **detail: Any,
) -> None:
    """About its owner, or all who were there. The version, never a word."""
    concerned = circle.present if row.owner_id is None else {row.owner_id}
    record_event(
        db,
        by=by,
        action=action,
        object_kind="agreed_action",
        object_key=row.record_id,
        about={*concerned, *(one for one in about if one is not None)},
        version=row.id,
        **detail,
    )


# ---------------------------------------------------------------------------------------------------------------------
# What was shared with a therapy manager


@dataclass(frozen=True)
class OpenedAction:
    text: str
    evidence: str


def open_shared_actions(db: Session, *, by: Actor) -> dict[UUID, OpenedAction]:
    """By record: the words of the actions that others made shareable to `by`, their therapy manager. One event about
    all their owners; drawn again within 15 minutes, with nothing new among them, it is the same reading.

    It is not called a `read_`: nobody who reads what was handed to them is listed for it as an unusual reader."""
    by = acting(db, by)
    if not any(rule.condition == "if_shareable" for rule in rules_for(by, Object.AGREED_ACTION, Action.READ)):
        raise NotAllowed
    rows = db.exec(
        select(AgreedAction)
        .join(SupervisionSession, col(SupervisionSession.record_id) == col(AgreedAction.session_record_id))
        .where(current(AgreedAction), current(SupervisionSession), actions_shared_with(by), ~actions_worked_on_by(by))
        .order_by(col(AgreedAction.id))
    ).all()
    words_of = {
        one.record_id: OpenedAction(opened(one), opened(one, "sealed_evidence") if one.sealed_evidence else "")
        for one in rows
    }
    if rows:
        record_reading(
            db,
            by=by,
            action="see_shared_actions",
            object_kind="agreed_action",
            object_key="",
            about=[one.owner_id for one in rows if one.owner_id is not None],
            versions=[one.id for one in rows],
        )
    return words_of
