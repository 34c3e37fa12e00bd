"""Registrations with professional bodies, and checks of the live registers.

A registration is what somebody says about a person; a check is what the live register said. Anybody may enter their
own registration; nobody checks their own.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Body, CheckResult, RegisterCheck, Registration
from tcsuper.queries.evidence import current
from tcsuper.rules.registration import next_check_due
from tcsuper.services.evidence import next_version
from tcsuper.settings import service_number

LONGEST, LONGEST_WORDS = 60, 2000
EARLIEST, FURTHEST = date(1950, 1, 1), timedelta(days=10 * 366)
ON_THE_REGISTER = (CheckResult.REGISTERED, CheckResult.CONDITIONS)


@dataclass(frozen=True)
class Entered:
    """What was stored, and what looks odd about it: warnings never stand in the way."""

    registration: Registration
    warnings: tuple[str, ...] = ()


def number_warning(body: Body, number: str) -> str:
    """A sentence when a register number does not look like that body's usually do; empty when it does."""
    if not number.strip():
        return f"No number was given: the register of {body.short_name} is hard to check without it."
    if body.number_shape and re.fullmatch(body.number_shape, number.strip()) is None:
        return f"“{number.strip()}” does not look like a usual {body.short_name} number. It was saved as typed."
    return ""


def add_registration(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    body_code: str,
    registered_on: date,
    grade: str = "",
    number: str = "",
    membership_number: str = "",
    expires_on: date | None = None,
) -> Entered:
    """A registration as the person or their manager enters it. It has yet to be checked against the live register."""
    by = acting(db, by, submission)
    check_about(db, by, Object.REGISTRATION, Action.CREATE, staff_id)
    body = db.exec(select(Body).where(Body.code == body_code)).first()
    problems = _problems(grade, number, membership_number, registered_on, expires_on, None)
    if body is None:
        problems["body_code"] = "Choose a body from the list."
    elif _held_already(db, staff_id, body, grade.strip(), number.strip()):
        problems["number"] = f"This registration with {body.short_name} is already recorded. Renew or correct it."
    if problems or body is None:
        raise InvalidRecord(**problems)
    registration = Registration(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        staff_id=staff_id,
        body_id=body.id or 0,
        grade=grade.strip(),
        number=number.strip(),
        membership_number=membership_number.strip(),
        registered_on=registered_on,
        expires_on=expires_on,
    )
    db.add(registration)
    db.flush()
    return _entered(db, by, "add_registration", registration, body)


def renew_registration(
    db: Session, *, by: Actor, submission: UUID | None = None, registration_id: int, expires_on: date
) -> Entered:
    """The same registration with its new last day; the former one stays in the record. `registration_id` is the
    version that was looked at: raises Conflict when it was changed meanwhile."""
    by = acting(db, by, submission)
    former = _found(db, by, registration_id, Action.CREATE)
    problems = _problems("", "", "", former.registered_on, expires_on, None)
    if former.ended_on is not None:
        problems["expires_on"] = f"It was given up on {words.day(former.ended_on)}. Add a new registration instead."
    elif former.expires_on is not None and expires_on <= former.expires_on:
        problems["expires_on"] = f"It already runs until {words.day(former.expires_on)}."
    if problems:
        raise InvalidRecord(**problems)
    registration = next_version(db, by, former, "Renewed", expires_on=expires_on)
    return _entered(db, by, "renew_registration", registration, db.get_one(Body, registration.body_id))


def correct_registration(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    registration_id: int,
    reason: str,
    registered_on: date,
    grade: str = "",
    number: str = "",
    membership_number: str = "",
    expires_on: date | None = None,
    ended_on: date | None = None,
) -> Entered:
    """A new version with other facts, and the reason. `ended_on`: given up, last day included. Never one's own."""
    by = acting(db, by, submission)
    former = _found(db, by, registration_id, Action.UPDATE)
    problems = _problems(grade, number, membership_number, registered_on, expires_on, ended_on)
    if not reason.strip():
        problems["reason"] = "Say why the record is corrected."
    elif len(reason.strip()) > LONGEST_WORDS:
        problems["reason"] = f"At most {LONGEST_WORDS} characters."
    if problems:
        raise InvalidRecord(**problems)
    registration = next_version(
        db,
        by,
        former,
        reason,
        registered_on=registered_on,
        grade=grade.strip(),
        number=number.strip(),
        membership_number=membership_number.strip(),
        expires_on=expires_on,
        ended_on=ended_on,
    )
    return _entered(db, by, "correct_registration", registration, db.get_one(Body, registration.body_id))


def record_register_check(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    registration_record_id: UUID,
    checked_on: date,
    result: CheckResult,
    note: str = "",
    expiry_seen_on: date | None = None,
    next_due_on: date | None = None,
) -> RegisterCheck:
    """What the live register showed on a day. Never one's own. The next check is due when the service says, or the day
    after the expiry that was seen, whichever is first, unless another day is named."""
    by = acting(db, by, submission)
    registration = db.exec(
        select(Registration).where(Registration.record_id == registration_record_id, current(Registration))
    ).first()
    if registration is None:
        raise NotAllowed
    if registration.staff_id == by.staff_id:
        raise NotAllowed("You cannot check your own registration. Ask your manager, or another checker.")
    check_about(db, by, Object.REGISTER_CHECK, Action.CREATE, registration.staff_id)
    problems = _check_problems(checked_on, result, note, expiry_seen_on, next_due_on)
    if problems:
        raise InvalidRecord(**problems)
    check = RegisterCheck(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        registration_record_id=registration_record_id,
        staff_id=registration.staff_id,
        checked_on=checked_on,
        result=result,
        note=note.strip(),
        expiry_seen_on=expiry_seen_on,
        next_due_on=next_due_on
        or next_check_due(checked_on, result, expiry_seen_on, service_number(db, "check_every_months")),
    )
    db.add(check)
    db.flush()
    record_event(
        db,
        by=by,
        action="record_register_check",
        object_kind="register_check",
        object_key=check.record_id,
        about=[check.staff_id],
        registration=str(registration_record_id),
        checked_on=checked_on.isoformat(),
        result=result.value,
    )
    return check


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _found(db: Session, by: Actor, registration_id: int, action: Action) -> Registration:
    registration = db.get(Registration, registration_id)
    if registration is None:
        raise NotAllowed
    check_about(db, by, Object.REGISTRATION, action, registration.staff_id)
    return registration


def _problems(
    grade: str,
    number: str,
    membership_number: str,
    registered_on: date,
    expires_on: date | None,
    ended_on: date | None,
) -> dict[str, str]:
    typed = {"grade": grade, "number": number, "membership_number": membership_number}
    problems = {field: f"At most {LONGEST} characters." for field, text in typed.items() if len(text.strip()) > LONGEST}
    if not EARLIEST <= registered_on <= today():
        problems["registered_on"] = f"Choose a day from {words.day(EARLIEST)} to today."
    if expires_on is not None and not registered_on <= expires_on <= today() + FURTHEST:
        problems["expires_on"] = (
            f"The expiry is between {words.day(registered_on)}, when it began, and {words.day(today() + FURTHEST)}."
        )
    if ended_on is not None and ended_on < registered_on:
        problems["ended_on"] = f"It would end before it began, on {words.day(registered_on)}."
    return problems


def _held_already(db: Session, staff_id: int, body: Body, grade: str, number: str) -> bool:
    """The same body, grade and number, in force as far as anybody entered."""
    return (
        db.exec(
            select(Registration.id).where(
                Registration.staff_id == staff_id,
                Registration.body_id == body.id,
                Registration.grade == grade,
                Registration.number == number,
                Registration.ended_on == None,  # noqa: E711 (SQL)
                current(Registration),
            )
        ).first()
        is not None
    )


def _entered(db: Session, by: Actor, action: str, registration: Registration, body: Body) -> Entered:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="registration",
        object_key=registration.record_id,
        about=[registration.staff_id],
        body=body.code,
        expires_on=registration.expires_on.isoformat() if registration.expires_on else None,
    )
    warning = number_warning(body, registration.number)
    return Entered(registration, (warning,) if warning else ())


def _check_problems(
    checked_on: date, result: CheckResult, note: str, expiry_seen_on: date | None, next_due_on: date | None
) -> dict[str, str]:
    problems = {}
    if not EARLIEST <= checked_on <= today():
        problems["checked_on"] = "A check is recorded on its day or afterwards: choose a day up to today."
    if result is CheckResult.CONDITIONS and not note.strip():
        problems["note"] = "Write down the conditions or caution as the register states them."
    elif len(note.strip()) > LONGEST_WORDS:
        problems["note"] = f"At most {LONGEST_WORDS} characters."
    if expiry_seen_on is not None and result in ON_THE_REGISTER and expiry_seen_on < checked_on:
        problems["expiry_seen_on"] = (
            f"Registered on {words.day(checked_on)}, yet expired on {words.day(expiry_seen_on)}: look again."
        )
    elif expiry_seen_on is not None and expiry_seen_on > today() + FURTHEST:
        problems["expiry_seen_on"] = f"No register runs beyond {words.day(today() + FURTHEST)}."
    if next_due_on is not None and next_due_on <= checked_on:
        problems["next_due_on"] = "The next check comes after this one."
    return problems
