"""Competencies signed off, and who may do so beside a therapy manager.

Somebody stands by what was observed: only what is at or above the required level by the rule can be signed off. It
lapses by rule (rules/sign_off.py); nobody writes down that it did.
"""

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_in, check_not_in_training, check_sign_offs_of
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import CompetencyAssessor, SignOff, Staff
from tcsuper.queries.evidence import current
from tcsuper.queries.sign_offs import SignOffRow, assessors_to_name, sign_offs_by_standing
from tcsuper.services.evidence import check_current, next_version

LONGEST_NOTE = 2_000


# ---------------------------------------------------------------------------------------------------------------------
# Signing off


def sign_off_competency(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    standard_id: int,
    level: int,
    signed_on: date,
    note: str = "",
) -> SignOff:
    """`by` stands by somebody's level on a standard from a day on: a therapy manager for their people, or a supervisor
    named as an assessor for those they supervise. Never one's own, and nobody who is in training."""
    by = acting(db, by, submission)
    check_sign_offs_of(db, by, Action.CREATE, staff_id)
    check_not_in_training(db, by)
    if problems := _problems(db, staff_id, standard_id, level, signed_on, note):
        raise InvalidRecord(**problems)
    signed = SignOff(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        staff_id=staff_id,
        standard_id=standard_id,
        level=level,
        signed_on=signed_on,
        note=note.strip(),
    )
    db.add(signed)
    db.flush()
    _tell(db, by, signed, "sign_off_competency")
    return signed


def void_sign_off(db: Session, *, by: Actor, submission: UUID | None = None, sign_off_id: int, reason: str) -> SignOff:
    """It was given by mistake: it counts for nothing from now on, and stays in the record with the reason."""
    by = acting(db, by, submission)
    former = db.get(SignOff, sign_off_id)
    if former is None:
        raise NotAllowed
    check_sign_offs_of(db, by, Action.VOID, former.staff_id)
    check_current(db, former, by)
    if not reason.strip():
        raise InvalidRecord(reason="Say why it does not count.")
    if len(reason) > LONGEST_NOTE:
        raise InvalidRecord(reason=_too_long(reason))
    voided = next_version(db, by, former, reason, is_void=True)
    _tell(db, by, voided, "void_sign_off")
    return voided


def _problems(db: Session, staff_id: int, standard_id: int, level: int, signed_on: date, note: str) -> dict[str, str]:
    problems = {}
    if len(note) > LONGEST_NOTE:
        problems["note"] = _too_long(note)
    if signed_on > today():
        problems["signed_on"] = f"{words.day(signed_on)} is still to come. Choose today or an earlier day."
        return problems
    rows = sign_offs_by_standing(db, [staff_id], signed_on)
    row = next((one for one in rows if one.standard.standard_id == standard_id), None)
    if row is None:
        problems["standard_id"] = f"No level was required of them on this standard on {words.day(signed_on)}."
    elif sentence := _cannot_be_signed(db, row, signed_on):
        problems["standard_id"] = sentence
    elif level not in row.levels:
        names = words.listed([f"“{name}”" for name in row.levels.values()], "or")
        problems["level"] = f"{row.standard.title} can be signed off at {names}: what is required, and what was seen."
    return problems


def _cannot_be_signed(db: Session, row: SignOffRow, signed_on: date) -> str:
    """Why not; empty when it can be. What was observed decides, in its own words."""
    if not row.can_be_signed:
        return (row.practice or row.standing).because
    same_day = select(SignOff.id).where(
        SignOff.staff_id == row.staff_id,
        SignOff.standard_id == row.standard.standard_id,
        SignOff.signed_on == signed_on,
        current(SignOff),
    )
    if db.exec(same_day).first() is not None:
        return f"{row.standard.title} is already signed off on {words.day(signed_on)}."
    return ""


def _too_long(text: str) -> str:
    return f"This is {len(text):,} characters long; the most is {LONGEST_NOTE:,}."


def _tell(db: Session, by: Actor, signed: SignOff, action: str) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="sign_off",
        object_key=signed.record_id,
        about=[signed.staff_id],
        standard_id=signed.standard_id,
        level=signed.level,
        signed_on=signed.signed_on.isoformat(),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Assessors


def name_assessor(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    community_id: int,
    start_on: date,
    end_on: date | None = None,
) -> CompetencyAssessor:
    """A therapy manager lets a supervisor sign off the competency of those they supervise in a community."""
    by = acting(db, by, submission)
    check_in(by, Object.COMPETENCY_SIGN_OFF, Action.SIGN, community_id)
    if staff_id not in {person.staff_id for person in assessors_to_name(db, viewer=by, community_id=community_id)}:
        raise NotAllowed
    if end_on is not None and end_on < max(start_on, today()):
        raise InvalidRecord(end_on="The last day is today or later, and not before the first.")
    assessor = CompetencyAssessor(staff_id=staff_id, community_id=community_id, start_on=start_on, end_on=end_on)
    db.add(assessor)
    db.flush()
    _tell_of_assessor(db, by, assessor, "name_assessor")
    return assessor


def end_assessor(
    db: Session, *, by: Actor, submission: UUID | None = None, assessor_id: int, end_on: date
) -> CompetencyAssessor:
    """From the day after `end_on` they sign off nobody any more. What they signed off stays."""
    by = acting(db, by, submission)
    assessor = db.exec(select(CompetencyAssessor).where(col(CompetencyAssessor.id) == assessor_id)).first()
    if assessor is None:
        raise NotAllowed
    check_in(by, Object.COMPETENCY_SIGN_OFF, Action.SIGN, assessor.community_id)
    if end_on < assessor.start_on:
        name = db.get_one(Staff, assessor.staff_id).full_name
        raise InvalidRecord(end_on=f"{name} signs off from {words.day(assessor.start_on)}. Choose that day or a later.")
    assessor.end_on = end_on
    db.add(assessor)
    db.flush()
    _tell_of_assessor(db, by, assessor, "end_assessor")
    return assessor


def _tell_of_assessor(db: Session, by: Actor, assessor: CompetencyAssessor, action: str) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="assessor",
        object_key=assessor.id,
        about=[assessor.staff_id],
        community_id=assessor.community_id,
        start_on=assessor.start_on.isoformat(),
        end_on=assessor.end_on.isoformat() if assessor.end_on else None,
    )
