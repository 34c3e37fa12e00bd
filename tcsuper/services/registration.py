"""Registrations with professional bodies, and checks of the live registers.

A registration is what somebody says about a person; a check is what the live register said. Anybody may enter their
own registration; nobody checks their own.
"""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Body, CheckResult, RegisterCheck, Registration
from tcsuper.queries.evidence import current
from tcsuper.queries.registers import RENEWED, registration_chains
from tcsuper.rules.entries import EARLIEST, registration_problems
from tcsuper.rules.entries import FURTHEST_REGISTERED as FURTHEST
from tcsuper.rules.registers import next_check_due
from tcsuper.services.evidence import changed_meanwhile, check_current, next_version
from tcsuper.settings import service_number

LONGEST_WORDS = 2000
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
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    registration_id: int,
    expires_on: date,
    renewed_on: date | None = None,
) -> Entered:
    """A new record that goes on from the former one, which stays as it is: from `renewed_on` (None: today) until the
    new last day. A day after the former last day leaves the gap in the record: lapsed and restored. `registration_id`
    is the version that was looked at: raises Conflict when it was changed or renewed meanwhile."""
    by = acting(db, by, submission)
    former = _found(db, by, registration_id, Action.CREATE)
    _check_not_renewed(db, by, former)
    renewed_on = renewed_on or today()
    problems = _renewal_problems(former, renewed_on, expires_on)
    if former.ended_on is not None:
        problems["expires_on"] = f"It was given up on {words.day(former.ended_on)}. Add a new registration instead."
    elif former.expires_on is not None and expires_on == former.expires_on:
        problems["expires_on"] = f"It already runs until {words.day(former.expires_on)}."
    if problems:
        raise InvalidRecord(**problems)
    registration = Registration(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        staff_id=former.staff_id,
        body_id=former.body_id,
        grade=former.grade,
        number=former.number,
        membership_number=former.membership_number,
        registered_on=former.registered_on,
        expires_on=expires_on,
        renews_record_id=former.record_id,
        renewed_on=renewed_on,
    )
    db.add(registration)
    db.flush()
    return _entered(db, by, "renew_registration", registration, db.get_one(Body, registration.body_id))


def correct_registration(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    registration_id: int,
    reason: str,
    registered_on: date | None = None,
    renewed_on: date | None = None,
    grade: str = "",
    number: str = "",
    membership_number: str = "",
    expires_on: date | None = None,
    ended_on: date | None = None,
) -> Entered:
    """A new version of one record, the first or a renewal, with other facts, and the reason. The day it began is
    `registered_on` of a first record, `renewed_on` of a renewal; None: as it was. `ended_on`: given up, last day
    included. Never one's own."""
    by = acting(db, by, submission)
    former = _found(db, by, registration_id, Action.UPDATE)
    registered_on, renewed_on = registered_on or former.registered_on, renewed_on or former.renewed_on
    problems = _problems(grade, number, membership_number, registered_on, expires_on, ended_on)
    problems |= _problems_in_chain(db, former, registered_on, renewed_on, expires_on, ended_on)
    problems |= _reason_problem(reason, "Say why the record is corrected.")
    if reason.strip().casefold() == RENEWED.casefold():
        problems["reason"] = "A renewal is entered as a renewal, so that the former dates stay. Say what was wrong."
    if problems:
        raise InvalidRecord(**problems)
    registration = next_version(
        db,
        by,
        former,
        reason,
        registered_on=registered_on,
        renewed_on=renewed_on,
        grade=grade.strip(),
        number=number.strip(),
        membership_number=membership_number.strip(),
        expires_on=expires_on,
        ended_on=ended_on,
    )
    return _entered(db, by, "correct_registration", registration, db.get_one(Body, registration.body_id))


def void_renewal(
    db: Session, *, by: Actor, submission: UUID | None = None, registration_id: int, reason: str
) -> Registration:
    """A renewal that was entered by mistake never counted: the registration goes back to what it renewed, and can be
    renewed again. The entry stays, with the reason. Only the last one, so that none goes on from nothing; never one's
    own. Raises Conflict when it was changed meanwhile."""
    by = acting(db, by, submission)
    former = _found(db, by, registration_id, Action.UPDATE)
    problems = _reason_problem(reason, "Say why the renewal is voided.")
    later = _renewal_of(db, former)
    if former.renews_record_id is None:
        problems["registration_id"] = "It is no renewal. Correct it instead."
    elif later is not None and later.renewed_on is not None:
        problems["registration_id"] = f"It was renewed on {words.day(later.renewed_on)}: void that renewal first."
    if problems:
        raise InvalidRecord(**problems)
    voided = next_version(db, by, former, reason, is_void=True)
    return _entered(db, by, "void_renewal", voided, db.get_one(Body, voided.body_id)).registration


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
    """What the live register showed on a day, kept with the first record of the registration: it stays true when a
    renewal is voided. Never one's own. The next check is due when the service says, or the day after the expiry that
    was seen, whichever is first, unless another day is named."""
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
        registration_record_id=_first_record(db, registration),
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
        registration=str(check.registration_record_id),
        checked_on=checked_on.isoformat(),
        result=result.value,
    )
    return check


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _found(db: Session, by: Actor, registration_id: int, action: Action) -> Registration:
    """The version that was looked at, with its record locked: of two who change or renew it the second waits here, and
    then sees what the first one did."""
    registration = db.get(Registration, registration_id)
    if registration is None:
        raise NotAllowed
    check_about(db, by, Object.REGISTRATION, action, registration.staff_id)
    versions = select(Registration.id).where(Registration.record_id == registration.record_id)
    db.exec(versions.order_by(col(Registration.id)).with_for_update()).all()
    return registration


def _check_not_renewed(db: Session, by: Actor, former: Registration) -> None:
    check_current(db, former, by)
    renewal = _renewal_of(db, former)
    if renewal is not None:
        raise Conflict(changed_meanwhile(db, renewal, by, "renewed this"))


def _renewal_of(db: Session, former: Registration) -> Registration | None:
    return db.exec(
        select(Registration).where(Registration.renews_record_id == former.record_id, current(Registration))
    ).first()


def _first_record(db: Session, registration: Registration) -> UUID:
    """The record that its renewals go back to."""
    record_id, renews = registration.record_id, registration.renews_record_id
    while renews is not None:
        record_id = renews
        renews = db.exec(select(Registration.renews_record_id).where(Registration.record_id == record_id)).first()
    return record_id


def _renewal_problems(former: Registration, renewed_on: date, expires_on: date | None) -> dict[str, str]:
    """What cannot be of a renewal beside the record that it goes on from."""
    problems = {}
    began_on = former.renewed_on or former.registered_on
    if not began_on <= renewed_on <= today():
        problems["renewed_on"] = f"Choose a day from {words.day(began_on)}, when the former one began, to today."
    if expires_on is None:
        return problems
    if former.expires_on is not None and expires_on < former.expires_on:
        problems["expires_on"] = f"It already runs until {words.day(former.expires_on)}."
    elif expires_on < renewed_on:
        problems["expires_on"] = f"It would be over before it was renewed, on {words.day(renewed_on)}."
    elif expires_on > today() + FURTHEST:
        problems["expires_on"] = f"No register runs beyond {words.day(today() + FURTHEST)}."
    return problems


def _problems_in_chain(
    db: Session,
    former: Registration,
    registered_on: date,
    renewed_on: date | None,
    expires_on: date | None,
    ended_on: date | None,
) -> dict[str, str]:
    """What cannot be of a record that is a renewal, or that was renewed."""
    problems = {}
    if renewed_on is not None and former.renews_record_id is None:
        problems["renewed_on"] = "It is no renewal. Correct the day it began."
    elif former.renews_record_id is not None and registered_on != former.registered_on:
        problems["registered_on"] = "The day it began is corrected in its first record."
    if former.renews_record_id is not None and renewed_on is not None:
        renews = select(Registration).where(Registration.record_id == former.renews_record_id, current(Registration))
        for one in db.exec(renews):
            problems |= _renewal_problems(one, renewed_on, expires_on)
        if ended_on is not None and ended_on < renewed_on:
            problems["ended_on"] = f"It would end before it was renewed, on {words.day(renewed_on)}."
    renewal = _renewal_of(db, former)
    if renewal is not None:
        problems |= _problems_beside_renewal(renewal, registered_on, renewed_on, expires_on, ended_on)
    return problems


def _problems_beside_renewal(
    renewal: Registration,
    registered_on: date,
    renewed_on: date | None,
    expires_on: date | None,
    ended_on: date | None,
) -> dict[str, str]:
    """What cannot be of a record that this renewal goes on from."""
    if renewal.renewed_on is None:
        return {}
    problems = {}
    when = words.day(renewal.renewed_on)
    if (renewed_on or registered_on) > renewal.renewed_on:
        began = "registered_on" if renewed_on is None else "renewed_on"
        problems[began] = f"It was renewed on {when}: it began on that day or before."
    if expires_on is not None and renewal.expires_on is not None and expires_on > renewal.expires_on:
        until = words.day(renewal.expires_on)
        problems["expires_on"] = f"Its renewal of {when} runs until {until} only. Correct the renewal first."
    if ended_on is not None:
        problems["ended_on"] = f"It was renewed on {when}: enter the day it was given up in its last record."
    return problems


def _reason_problem(reason: str, missing: str) -> dict[str, str]:
    if not reason.strip():
        return {"reason": missing}
    return {"reason": f"At most {LONGEST_WORDS} characters."} if len(reason.strip()) > LONGEST_WORDS else {}


def _problems(
    grade: str,
    number: str,
    membership_number: str,
    registered_on: date,
    expires_on: date | None,
    ended_on: date | None,
) -> dict[str, str]:
    return registration_problems(grade, number, membership_number, registered_on, expires_on, ended_on, today())


def _held_already(db: Session, staff_id: int, body: Body, grade: str, number: str) -> bool:
    """The same body, grade and number, in force as far as anybody entered: by its last record."""
    last_records = [chain[-1].row for chain in registration_chains(db, [staff_id])]
    same = (body.id, grade, number)
    return any(one.ended_on is None and (one.body_id, one.grade, one.number) == same for one in last_records)


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
