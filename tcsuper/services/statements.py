"""What an external supervisor without an account signed on paper: entered by the supervisee, checked by a manager.

A statement holds dates and minutes, who signed it and as whom, and nothing else: there is no room for what was said.
Until somebody has compared it with the signed paper nothing of it counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from tcsuper import words
from tcsuper.access import WRITE_AFTER_END, Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Answer,
    AttendanceAnswer,
    Employment,
    Staff,
    StatementLine,
    StatementState,
    SupervisionAgreement,
    SupervisionSession,
    SupervisionStatement,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.statements import has_open_account, lines_of, recorded_days, stated_days
from tcsuper.rules.identifying import identifying_shapes
from tcsuper.services.agreements import LONGEST_SESSION
from tcsuper.services.evidence import check_current, next_version
from tcsuper.services.supervision import hold_as_stated

REGISTER_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]*")
"""Letters, digits and what stands between them: a number, and no sentence."""
MOST_LINES = 60
"""More than a year of weekly sessions."""


@dataclass(frozen=True)
class Line:
    """One session on the paper."""

    held_on: date
    minutes: int


@dataclass(frozen=True)
class Paper:
    """What stands on the paper besides its lines."""

    signer: str
    body: str
    registration_number: str
    signed_on: date


# ---------------------------------------------------------------------------------------------------------------------
# The supervisee


def send_in_statement(
    db: Session, *, by: Actor, submission: UUID | None = None, agreement_id: int, paper: Paper, lines: Sequence[Line]
) -> SupervisionStatement:
    """The acting person's own, for a manager to check. Raises InvalidRecord with everything that cannot be."""
    by = acting(db, by, submission)
    check_about(db, by, Object.STATEMENT, Action.CREATE, by.staff_id)
    agreement = _own_agreement(db, by, agreement_id)
    _check_paper(db, agreement, paper, lines)
    statement = SupervisionStatement(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        agreement_id=agreement_id,
        staff_id=by.staff_id,
        state=StatementState.SENT_IN,
        signer=paper.signer.strip(),
        body=paper.body.strip(),
        registration_number=paper.registration_number.strip(),
        signed_on=paper.signed_on,
    )
    db.add(statement)
    db.flush()
    _store_lines(db, statement, lines)
    _note(db, by, "send_in_statement", statement, lines=len(lines))
    return statement


def correct_statement(
    db: Session, *, by: Actor, submission: UUID | None = None, statement_id: int, paper: Paper, lines: Sequence[Line]
) -> SupervisionStatement:
    """The supervisee sends it in again, before it was checked or after it was returned. `statement_id` is the version
    they looked at."""
    by = acting(db, by, submission)
    former = _own_unchecked(db, by, statement_id)
    _check_paper(db, db.get_one(SupervisionAgreement, former.agreement_id), paper, lines, former.record_id)
    statement = next_version(
        db,
        by,
        former,
        state=StatementState.SENT_IN,
        signer=paper.signer.strip(),
        body=paper.body.strip(),
        registration_number=paper.registration_number.strip(),
        signed_on=paper.signed_on,
    )
    _store_lines(db, statement, lines)
    _note(db, by, "correct_statement", statement, lines=len(lines))
    return statement


def withdraw_statement(
    db: Session, *, by: Actor, submission: UUID | None = None, statement_id: int
) -> SupervisionStatement:
    """The supervisee takes back what nobody has checked yet. It stays in the history."""
    by = acting(db, by, submission)
    statement = _copied(db, by, _own_unchecked(db, by, statement_id), is_void=True)
    _note(db, by, "withdraw_statement", statement)
    return statement


def _own_agreement(db: Session, by: Actor, agreement_id: int) -> SupervisionAgreement:
    """With an external supervisor who has no account, in force or over for 28 days at most."""
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None or agreement.supervisee_id != by.staff_id:
        raise NotAllowed
    supervisor = db.get_one(Staff, agreement.supervisor_id)
    if supervisor.employment is not Employment.INDEPENDENT or agreement.start_on > by.on:
        raise NotAllowed
    if agreement.end_on is not None and by.on > agreement.end_on + WRITE_AFTER_END:
        ended = words.day(agreement.end_on)
        raise NotAllowed(f"Your agreement with {supervisor.full_name} ended on {ended}. Nothing can be added to it.")
    if has_open_account(db, supervisor.id or 0, by.on):
        raise InvalidRecord(
            agreement_id=f"{supervisor.full_name} has an account here and enters the sessions themselves."
        )
    return agreement


def _own_unchecked(db: Session, by: Actor, statement_id: int) -> SupervisionStatement:
    former = db.get(SupervisionStatement, statement_id)
    if former is None or former.staff_id != by.staff_id:
        raise NotAllowed
    check_current(db, former)
    if former.state is StatementState.CHECKED:
        raise Conflict("This statement is checked by now: its sessions count. Ask who checked it to void it.")
    return former


# ---------------------------------------------------------------------------------------------------------------------
# The manager


def check_statement(
    db: Session, *, by: Actor, submission: UUID | None = None, statement_id: int
) -> SupervisionStatement:
    """It says what the signed paper says: from now on its sessions count, entered on the supervisor's behalf. What the
    supervisee sent in is their own word on each."""
    by = acting(db, by, submission)
    former = _to_check(db, by, statement_id)
    agreement = db.get_one(SupervisionAgreement, former.agreement_id)
    lines = lines_of(db, [former.id or 0])[former.id or 0]
    if meanwhile := sorted({line.held_on for line in lines} & recorded_days(db, former.agreement_id)):
        days = words.listed([words.day(day) for day in meanwhile])
        raise InvalidRecord(lines=f"Recorded meanwhile: {days}. Return the statement and say so.")
    statement = _copied(db, by, former, state=StatementState.CHECKED)
    for line in lines:
        session = hold_as_stated(db, by, agreement, line.held_on, line.minutes, former.record_id)
        db.add(
            AttendanceAnswer(
                session_record_id=session.record_id,
                staff_id=former.staff_id,
                answer=Answer.CONFIRMED,
                minutes=line.minutes,
                answered_at=former.recorded_at,
            )
        )
    _note(db, by, "check_statement", statement, lines=len(lines))
    return statement


def return_statement(
    db: Session, *, by: Actor, submission: UUID | None = None, statement_id: int, reason: str
) -> SupervisionStatement:
    """It differs from the paper: the supervisee corrects it, or takes it back."""
    by = acting(db, by, submission)
    former = _to_check(db, by, statement_id)
    _check_reason(reason, "Say what differs from the signed paper.")
    statement = _copied(db, by, former, reason, state=StatementState.RETURNED)
    _note(db, by, "return_statement", statement)
    return statement


def void_statement(
    db: Session, *, by: Actor, submission: UUID | None = None, statement_id: int, reason: str
) -> SupervisionStatement:
    """A checked statement was wrong after all: its sessions are voided with it, and their credit."""
    by = acting(db, by, submission)
    former = _may_check(db, by, statement_id)
    check_current(db, former)
    if former.state is not StatementState.CHECKED:
        raise Conflict("This statement is not checked, so nothing of it counts. Return it instead.")
    _check_reason(reason, "Say why the statement is voided.")
    statement = _copied(db, by, former, reason, is_void=True)
    sessions = db.exec(
        select(SupervisionSession).where(
            SupervisionSession.statement_id == former.record_id, current(SupervisionSession)
        )
    ).all()
    for session in sessions:
        next_version(db, by, session, reason, is_void=True)
    _note(db, by, "void_statement", statement, sessions=len(sessions))
    return statement


def _may_check(db: Session, by: Actor, statement_id: int) -> SupervisionStatement:
    """Role and relationship: never one's own, nor what one supervised oneself."""
    found = db.get(SupervisionStatement, statement_id)
    if found is None:
        raise NotAllowed
    check_about(db, by, Object.STATEMENT, Action.CONFIRM, found.staff_id)
    if db.get_one(SupervisionAgreement, found.agreement_id).supervisor_id == by.staff_id:
        raise NotAllowed
    return found


def _to_check(db: Session, by: Actor, statement_id: int) -> SupervisionStatement:
    found = _may_check(db, by, statement_id)
    check_current(db, found)
    if found.state is not StatementState.SENT_IN:
        raise Conflict("This statement was checked or returned meanwhile. Nothing was saved again.")
    return found


# ---------------------------------------------------------------------------------------------------------------------
# What may stand on it


def _check_paper(
    db: Session, agreement: SupervisionAgreement, paper: Paper, lines: Sequence[Line], record_id: UUID | None = None
) -> None:
    """`record_id`: the statement itself, when it is corrected."""
    problems = {
        **_named("signer", paper.signer, 200, "Enter the name of who signed it."),
        **_named("body", paper.body, 120, "Enter the body they are registered with."),
    }
    number = paper.registration_number.strip()
    if not number:
        problems["registration_number"] = "Enter the signer's registration number."
    elif len(number) > 60 or not REGISTER_NUMBER.fullmatch(number) or not any(sign.isdigit() for sign in number):
        problems["registration_number"] = "A registration number is made of letters and digits, 60 at most."
    if paper.signed_on > today():
        problems["signed_on"] = f"{words.day(paper.signed_on)} is still to come."
    elif lines and paper.signed_on < max(line.held_on for line in lines):
        last = words.day(max(line.held_on for line in lines))
        problems["signed_on"] = f"It was signed before the session of {last}, which it lists."
    if wrong := _wrong_lines(db, agreement, lines, record_id):
        problems["lines"] = wrong
    if problems:
        raise InvalidRecord(**problems)


def _named(field: str, text: str, longest: int, missing: str) -> dict[str, str]:
    if not text.strip():
        return {field: missing}
    if len(text.strip()) > longest:
        return {field: f"This is {len(text.strip())} signs long; the most is {longest}."}
    if found := identifying_shapes(text, today()):
        return {field: f"This holds something that looks like {words.listed(found)}. Nothing about cases belongs here."}
    return {}


def _wrong_lines(db: Session, agreement: SupervisionAgreement, lines: Sequence[Line], record_id: UUID | None) -> str:
    """Each problem in a sentence of its own; empty when there is none."""
    if not lines:
        return "Enter at least one session: its date and its minutes."
    if len(lines) > MOST_LINES:
        return f"A statement lists at most {MOST_LINES} sessions. Enter the rest as another one."
    days = [line.held_on for line in lines]
    stated = stated_days(db, agreement.id or 0, record_id)
    taken = {
        **{day: f"{words.day(day)} is on another statement that you sent in." for day in stated},
        **{day: f"A session of {words.day(day)} is already recorded." for day in recorded_days(db, agreement.id or 0)},
        **{day: f"{words.day(day)} is listed twice." for day in days if days.count(day) > 1},
    }
    wrong = [_outside(agreement, day) or taken.get(day, "") for day in sorted(set(days))]
    wrong += [
        f"{words.day(line.held_on)}: a session lasts between 1 minute and {words.length(LONGEST_SESSION)}."
        for line in lines
        if not 1 <= line.minutes <= LONGEST_SESSION
    ]
    return " ".join(one for one in wrong if one)


def _outside(agreement: SupervisionAgreement, day: date) -> str:
    if day > today():
        return f"{words.day(day)} is still to come."
    if day < agreement.start_on:
        return f"{words.day(day)} is before the agreement began, on {words.day(agreement.start_on)}."
    if agreement.end_on is not None and day > agreement.end_on:
        return f"{words.day(day)} is after the agreement ended, on {words.day(agreement.end_on)}."
    return ""


def _check_reason(reason: str, missing: str) -> None:
    if not reason.strip():
        raise InvalidRecord(reason=missing)
    if len(reason) > 2000:
        raise InvalidRecord(reason=f"This is {len(reason)} signs long; the most is 2000.")


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _copied(
    db: Session, by: Actor, former: SupervisionStatement, reason: str = "", **changes: Any
) -> SupervisionStatement:
    """The next version with the same lines."""
    statement = next_version(db, by, former, reason, **changes)
    lines = lines_of(db, [former.id or 0])[former.id or 0]
    _store_lines(db, statement, [Line(line.held_on, line.minutes) for line in lines])
    return statement


def _store_lines(db: Session, statement: SupervisionStatement, lines: Sequence[Line]) -> None:
    assert statement.id is not None
    db.add_all(StatementLine(statement_id=statement.id, held_on=line.held_on, minutes=line.minutes) for line in lines)
    db.flush()


def _note(db: Session, by: Actor, action: str, statement: SupervisionStatement, **detail: Any) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="supervision_statement",
        object_key=statement.record_id,
        about=[statement.staff_id],
        **detail,
    )
