"""Emergency access: one confidential text opened by a therapy manager who is no party to it.

Asked for with a reason, the password given again; a private note needs the director's approval besides. Then it is open
for an hour, read only; those concerned are told at once, or after a delay that the director has reasons for; somebody
else reviews it. Each step is an event, and so is each attempt that is refused: that one is written although the rest of
its transaction is undone. Until those concerned are told, no event names them as its subject.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words as said
from tcsuper.access import Action, Actor, Object, acting, communities_within, rules_for
from tcsuper.audit import record_event, record_reading, record_refusal
from tcsuper.clock import now, today
from tcsuper.confidential import hold_session, opened, opened_in_full
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Account,
    ConfidentialKind,
    DatabaseMark,
    EmergencyAccess,
    EmergencyReason,
    EmergencySubject,
    SharedRecord,
    SharedRecordAddendum,
    Staff,
)
from tcsuper.queries.emergency_access import (
    Text,
    TextLine,
    community_to_ask_in,
    steps_of,
    text_line,
    text_named,
    text_row,
)
from tcsuper.rules.emergency import (
    LONGEST_DELAY_DAYS,
    OPEN_FOR,
    SHORTEST_WORDS,
    Stage,
    enough_words,
    is_told,
    review_due_on,
    stage,
    told_from,
)
from tcsuper.sealing import seal
from tcsuper.services.second_factor import NOT_PROVED, Proof, prove_again
from tcsuper.services.sign_in import SignedIn
from tcsuper.settings import Mode, mode

LONGEST_WORDS = 2_000
PARTY = "You are a party to this session. Emergency access is not for what is yours to read, or about you."
NOT_YOURS = "You asked for this yourself. Another director decides and reviews."
CONCERNS_YOU = "This concerns you yourself. Another director decides and reviews."
TOO_FEW = f"Say why in at least {SHORTEST_WORDS} characters."
TOO_MANY = f"This is longer than {LONGEST_WORDS:,} characters. Shorten it."

# ---------------------------------------------------------------------------------------------------------------------
# That it is you


def prove_for_emergency(me: SignedIn, password: str, code: str = "") -> Proof:
    """The password again, and the code of those who have one; a wrong one is an event here as well as at the door. In
    the demonstration nobody has a password: whoever was picked is believed."""
    with reading() as db:
        account, mark = db.get_one(Account, me.actor.account_id), db.get(DatabaseMark, 1)
    if mode() is Mode.DEMO and mark is not None and mark.kind == Mode.DEMO:
        return Proof(account.id or 0, account.password_hash)
    try:
        return prove_again(me, password, code)
    except NotAllowed:
        with writing() as db:
            record_event(
                db, by=me.actor, action="refused_emergency_access", object_kind="emergency_access", step="proof"
            )
        raise


def _check_proved(db: Session, by: Actor, proof: Proof | None) -> None:
    """Somebody without an account (the seed, the command line) has no password to give."""
    if by.account_id is None:
        return
    account = db.get_one(Account, by.account_id)
    if proof is None or proof.account_id != account.id or proof.password_hash != account.password_hash:
        raise NotAllowed(NOT_PROVED)


# ---------------------------------------------------------------------------------------------------------------------
# Asked for


def ask_for_text(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    proof: Proof | None,
    kind: ConfidentialKind,
    text_record_id: UUID,
    reason: EmergencyReason,
    words: str,
    open_at_once: bool = True,
) -> EmergencyAccess:
    """A therapy manager asks for one text about somebody of their communities, to which they are no party. A shared
    record opens at once unless they wait for the director's word on when it is told; a private note waits for the
    director in any case."""
    by = acting(db, by, submission)
    text = text_named(db, kind, text_record_id)
    community = community_to_ask_in(db, by, text) if text is not None else None
    if text is None or community is None:
        asks = bool(rules_for(by, Object.EMERGENCY_ACCESS, Action.CREATE))
        is_party = asks and text is not None and _knows_of(by, text)
        _refuse(db, by, "ask", text_record_id, PARTY if is_party else NO_SUCH_RECORD)
    _checked(db, by, "ask", text_record_id, lambda: _check_proved(db, by, proof))
    hold_session(db, text.circle.session.record_id)
    if _has_one_on_the_way(db, by, text):
        raise Conflict("You have asked for this text already: it is in the list below. Nothing was saved again.")
    problems = {"words": _problem_of(words)} if _problem_of(words) else {}
    if reason not in list(EmergencyReason):
        problems["reason"] = "Choose a reason."
    if problems:
        raise InvalidRecord(**problems)
    access = EmergencyAccess(
        kind=kind,
        text_record_id=text_record_id,
        supervisor_id=text.circle.session.supervisor_id,
        community_id=community,
        asked_by_id=by.staff_id,
        asked_at=now(),
        reason=reason,
        sealed_words=b"",
    )
    seal(access, "sealed_words", words.strip())
    db.add(access)
    db.flush()
    db.add_all(EmergencySubject(emergency_access_id=access.id, staff_id=one) for one in sorted(text.concerned))
    db.flush()
    _note(db, by, "ask_for_emergency_access", access, text=str(text_record_id), reason=reason.value)
    if open_at_once and kind is ConfidentialKind.SHARED_RECORD:
        _open(db, by, access)
    return access


def _knows_of(by: Actor, text: Text) -> bool:
    """Whether this party knows that there is such a text: of a private note its author alone does."""
    of_all = text.kind is ConfidentialKind.SHARED_RECORD
    return by.staff_id in (text.concerned if of_all else {text.author_id})


def _problem_of(words: str) -> str:
    if not enough_words(words):
        return TOO_FEW
    return TOO_MANY if len(words.strip()) > LONGEST_WORDS else ""


def _has_one_on_the_way(db: Session, by: Actor, text: Text) -> bool:
    """Two tabs, or a second try: one request for a text at a time. The session is held, so nobody overtakes."""
    asked = db.exec(
        select(EmergencyAccess).where(
            EmergencyAccess.asked_by_id == by.staff_id,
            EmergencyAccess.text_record_id == text.record_id,
            EmergencyAccess.kind == text.kind,
        )
    )
    return any(stage(steps_of(one), now()) in (Stage.WAITING, Stage.READY, Stage.OPEN) for one in asked)


# ---------------------------------------------------------------------------------------------------------------------
# The director's word


def approve_emergency_access(
    db: Session, *, by: Actor, submission: UUID | None = None, access_id: UUID
) -> EmergencyAccess:
    """A private note may be opened: the second of the two people it takes."""
    by = acting(db, by, submission)
    access = _waiting(db, by, access_id, "approve")
    access.approved_by_id, access.approved_at = by.staff_id, now()
    db.flush()
    _note(db, by, "approve_emergency_access", access)
    return access


def turn_down_emergency_access(
    db: Session, *, by: Actor, submission: UUID | None = None, access_id: UUID
) -> EmergencyAccess:
    """It may not. Asking again is a new request."""
    by = acting(db, by, submission)
    access = _waiting(db, by, access_id, "turn_down")
    access.refused_at = now()
    db.flush()
    _note(db, by, "turn_down_emergency_access", access)
    return access


def _waiting(db: Session, by: Actor, access_id: UUID, step: str) -> EmergencyAccess:
    """A request of a private note that nobody has decided, for a director who may."""
    access = _to_direct(db, by, access_id, Action.APPROVE, step)
    at = stage(steps_of(access), now())
    if at is not Stage.WAITING:
        _refuse(db, by, step, access_id, ALREADY[at])
    return access


ALREADY = {
    Stage.READY: "This request needs no decision any more: it may be opened.",
    Stage.REFUSED: "This request was turned down already.",
    Stage.LAPSED: "This request is more than a week old and is over. It has to be asked for anew.",
    Stage.OPEN: "This text was opened already.",
    Stage.TO_REVIEW: "This text was opened already.",
    Stage.REVIEWED: "This text was opened already.",
}


def put_off_telling(
    db: Session, *, by: Actor, submission: UUID | None = None, access_id: UUID, days: int, words: str
) -> EmergencyAccess:
    """For safeguarding, and before the text is opened: those concerned are told later, in at most 14 days."""
    by = acting(db, by, submission)
    access = _to_direct(db, by, access_id, Action.APPROVE, "put_off")
    if access.reason is not EmergencyReason.SAFEGUARDING:
        _refuse(db, by, "put_off", access_id, "Telling those concerned can be put off for safeguarding only.")
    at = stage(steps_of(access), now())
    if at not in (Stage.WAITING, Stage.READY):
        _refuse(db, by, "put_off", access_id, f"{ALREADY[at]} Telling those concerned cannot be put off now.")
    if access.delayed_by_id is not None:
        raise Conflict("Telling those concerned was put off already. Nothing was saved again.")
    problems = {}
    if type(days) is not int or not 1 <= days <= LONGEST_DELAY_DAYS:
        problems["days"] = f"A whole number of days, from 1 to {LONGEST_DELAY_DAYS}."
    if _problem_of(words):
        problems["words"] = _problem_of(words)
    if problems:
        raise InvalidRecord(**problems)
    access.delayed_by_id, access.told_from = by.staff_id, now() + timedelta(days=days)
    seal(access, "sealed_delay_words", words.strip())
    db.flush()
    _note(db, by, "delay_telling", access, days=days)
    return access


def _to_direct(db: Session, by: Actor, access_id: UUID, action: Action, step: str) -> EmergencyAccess:
    """The request, for a director of its establishment; never one's own, never about oneself."""
    access = _held(db, access_id)
    if access is None or access.community_id not in communities_within(by, Object.EMERGENCY_ACCESS, action):
        _refuse(db, by, step, access_id)
    if access.asked_by_id == by.staff_id:
        _refuse(db, by, step, access_id, NOT_YOURS)
    if by.staff_id in _concerned(db, access):
        _refuse(db, by, step, access_id, CONCERNS_YOU)
    return access


# ---------------------------------------------------------------------------------------------------------------------
# Opened


def open_text(
    db: Session, *, by: Actor, submission: UUID | None = None, proof: Proof | None, access_id: UUID
) -> EmergencyAccess:
    """Its hour begins, for whoever asked and still may ask. In a second tab it is open already: nothing changes."""
    by = acting(db, by, submission)
    access = _mine(db, by, access_id, "open")
    _checked(db, by, "open", access_id, lambda: _check_proved(db, by, proof))
    at = stage(steps_of(access), now())
    if at is Stage.OPEN:
        return access
    if at is not Stage.READY:
        _refuse(db, by, "open", access_id, NOT_READY.get(at) or _ended(access))
    return _open(db, by, access)


NOT_READY = {
    Stage.WAITING: "The director has not approved this yet.",
    Stage.REFUSED: "The director has turned this request down.",
    Stage.LAPSED: ALREADY[Stage.LAPSED],
}


def _open(db: Session, by: Actor, access: EmergencyAccess) -> EmergencyAccess:
    access.opened_at = now()
    access.open_until = access.opened_at + OPEN_FOR
    access.told_from = told_from(access.opened_at, access.told_from if access.delayed_by_id is not None else None)
    access.review_due_on = review_due_on(today(access.opened_at))
    db.flush()
    _note(db, by, "open_emergency_access", access)
    return access


@dataclass(frozen=True)
class Added:
    author: str
    added_at: datetime
    words: str


@dataclass(frozen=True)
class OpenedText:
    """The words, for this screen and this hour. Nothing keeps them."""

    line: TextLine
    words: str
    added: list[Added]
    open_until: datetime


def read_opened_text(db: Session, *, by: Actor, access_id: UUID) -> OpenedText:
    """The text while its hour runs. Each reading is an event; drawing the page again within a quarter of an hour is the
    same one. Afterwards NotAllowed says when it ended."""
    by = acting(db, by)
    access = _mine(db, by, access_id, "read")
    if stage(steps_of(access), now()) is not Stage.OPEN:
        _refuse(db, by, "read", access_id, _ended(access) if access.opened_at else NO_SUCH_RECORD)
    text, row = text_named(db, access.kind, access.text_record_id), text_row(db, access.kind, access.text_record_id)
    if text is None or row is None or access.open_until is None:
        raise NotAllowed
    found = OpenedText(text_line(db, text), opened_in_full(row), _added(db, row), access.open_until)
    record_reading(
        db,
        by=by,
        action="read_by_emergency_access",
        object_kind="emergency_access",
        object_key=access.id,
        about=_told(db, access),
        kind=access.kind.value,
        text=str(access.text_record_id),
    )
    return found


def _added(db: Session, row: Any) -> list[Added]:
    if not isinstance(row, SharedRecord):
        return []
    addendum = SharedRecordAddendum
    rows = db.exec(
        select(addendum, Staff.full_name)
        .join(Staff, col(Staff.id) == col(addendum.author_id))
        .where(addendum.shared_record_id == row.record_id)
        .order_by(col(addendum.added_at))
    )
    return [Added(author, one.added_at, opened(one)) for one, author in rows]


def end_reading(db: Session, *, by: Actor, submission: UUID | None = None, access_id: UUID) -> EmergencyAccess:
    """Done before the hour is over: it closes now."""
    by = acting(db, by, submission)
    access = _mine(db, by, access_id, "end")
    if stage(steps_of(access), now()) is not Stage.OPEN:
        raise Conflict(f"{_ended(access)} Nothing was saved again.")
    access.open_until = now()
    db.flush()
    _note(db, by, "end_emergency_access", access)
    return access


def _mine(db: Session, by: Actor, access_id: UUID, step: str) -> EmergencyAccess:
    """A request of one's own, as long as one could still make it: the role there, and no party to the text."""
    access = _held(db, access_id)
    if access is None or access.asked_by_id != by.staff_id:
        _refuse(db, by, step, access_id)
    if access.community_id not in communities_within(by, Object.EMERGENCY_ACCESS, Action.CREATE):
        _refuse(db, by, step, access_id)
    text = text_named(db, access.kind, access.text_record_id)
    if text is None:
        _refuse(db, by, step, access_id)
    if by.staff_id in text.concerned:
        _refuse(db, by, step, access_id, PARTY if _knows_of(by, text) else NO_SUCH_RECORD)
    return access


def _ended(access: EmergencyAccess) -> str:
    at = f" on {said.moment(access.open_until)}" if access.open_until else ""
    return f"This emergency access ended{at}. Ask anew if you need the text again."


# ---------------------------------------------------------------------------------------------------------------------
# Told and reviewed


def acknowledge_telling(db: Session, *, by: Actor, submission: UUID | None = None, access_id: UUID) -> None:
    """Somebody concerned has seen that a text about them was opened."""
    by = acting(db, by, submission)
    access = _held(db, access_id)
    mine = db.exec(
        select(EmergencySubject).where(
            EmergencySubject.emergency_access_id == access_id, EmergencySubject.staff_id == by.staff_id
        )
    ).first()
    if access is None or mine is None or not is_told(access.opened_at, access.told_from, now()):
        raise NotAllowed
    if mine.acknowledged_at is None:
        mine.acknowledged_at = now()
        db.flush()
        _event(db, by, "acknowledge_emergency_access", access, [by.staff_id])


def review_emergency_access(
    db: Session, *, by: Actor, submission: UUID | None = None, access_id: UUID, was_justified: bool, words: str
) -> EmergencyAccess:
    """Somebody else than who asked says whether it was justified, within five working days; later is late, and still
    done. Once it is said it stands."""
    by = acting(db, by, submission)
    access = _to_direct(db, by, access_id, Action.REVIEW, "review")
    if access.opened_at is None:
        _refuse(db, by, "review", access_id, "Nothing was opened, so there is nothing to review.")
    if access.reviewed_at is not None:
        raise Conflict("This was reviewed already. Nothing was saved again.")
    if _problem_of(words):
        raise InvalidRecord(words=_problem_of(words))
    access.reviewed_by_id, access.reviewed_at, access.was_justified = by.staff_id, now(), was_justified
    seal(access, "sealed_review_words", words.strip())
    db.flush()
    _note(db, by, "review_emergency_access", access, was_justified=was_justified)
    return access


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _held(db: Session, access_id: UUID) -> EmergencyAccess | None:
    """The request, nobody else's until the transaction ends: two directors, or two tabs, come one after the other."""
    held = select(EmergencyAccess).where(col(EmergencyAccess.id) == access_id).with_for_update()
    return db.exec(held.execution_options(populate_existing=True)).first()


def _concerned(db: Session, access: EmergencyAccess) -> list[int]:
    subject = EmergencySubject
    return list(db.exec(select(subject.staff_id).where(subject.emergency_access_id == access.id)))


def _told(db: Session, access: EmergencyAccess) -> list[int]:
    """Those concerned, once they are told."""
    return _concerned(db, access) if is_told(access.opened_at, access.told_from, now()) else []


def _note(db: Session, by: Actor, action: str, access: EmergencyAccess, **detail: Any) -> None:
    _event(db, by, action, access, _told(db, access), **detail)


def _event(db: Session, by: Actor, action: str, access: EmergencyAccess, about: list[int], **detail: Any) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="emergency_access",
        object_key=access.id,
        about=about,
        kind=access.kind.value,
        **detail,
    )


def _refuse(db: Session, by: Actor, step: str, key: UUID, sentence: str = NO_SUCH_RECORD) -> NoReturn:
    record_refusal(
        db,
        by=by,
        action="refused_emergency_access",
        object_kind="emergency_access",
        object_key=key,
        step=step,
    )
    raise NotAllowed(sentence)


def _checked(db: Session, by: Actor, step: str, key: UUID, check: Callable[[], None]) -> None:
    try:
        check()
    except NotAllowed as refused:
        _refuse(db, by, step, key, str(refused))
