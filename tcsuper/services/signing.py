"""Supervision agreements signed by their parties, reviewed with them, and, after a hand-over, what a supervisee lets
the new supervisor read."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about, check_can_keep_up
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import AgreementReview, AgreementSignature, FormerRecordsConsent, SupervisionAgreement
from tcsuper.queries.evidence import current
from tcsuper.queries.signing import parties_of
from tcsuper.rules.standing import add_months
from tcsuper.services.evidence import next_version

LONGEST_UNTIL_REVIEW = 36
"""Months."""
SIGNED_MEANWHILE = "This agreement was signed for this person meanwhile."
SIGN_YOUR_OWN = "You cannot note a signature of your own. Sign the agreement yourself instead."

# ---------------------------------------------------------------------------------------------------------------------
# Signatures


def sign_agreement(db: Session, *, by: Actor, submission: UUID | None = None, agreement_id: int) -> AgreementSignature:
    """A party's own signature, today: the supervisor, the supervisee, or one contracted to the group."""
    by = acting(db, by, submission)
    check_about(db, by, Object.AGREEMENT, Action.SIGN, by.staff_id)
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None or by.staff_id not in _parties(db, agreement):
        raise NotAllowed
    if agreement.end_on is not None and agreement.end_on < today():
        raise NotAllowed(f"The agreement ended on {words.day(agreement.end_on)}. It can no longer be signed.")
    if signed := _signature(db, agreement_id, by.staff_id):
        raise Conflict(
            f"This agreement was signed for you on {words.day(signed.signed_on)} already. Nothing was saved."
        )
    return _sign(db, by, "sign_agreement", agreement, by.staff_id, today())


def record_paper_signature(
    db: Session, *, by: Actor, submission: UUID | None = None, agreement_id: int, staff_id: int, signed_on: date
) -> AgreementSignature:
    """Who keeps the agreement has seen a party's signature on paper. Nobody notes their own in this way."""
    by = acting(db, by, submission)
    agreement = check_can_keep_up(db, by, agreement_id)
    if staff_id == by.staff_id:
        raise NotAllowed(SIGN_YOUR_OWN)
    parties, problems = _parties(db, agreement), {}
    if staff_id not in parties:
        problems["staff_id"] = "Choose one of those whose agreement it is."
    elif signed := _signature(db, agreement_id, staff_id):
        problems["staff_id"] = f"{parties[staff_id]} signed on {words.day(signed.signed_on)} already."
    if signed_on > today():
        problems["signed_on"] = f"{words.day(signed_on)} is still to come."
    if agreement.end_on is not None and signed_on > agreement.end_on:
        problems["signed_on"] = f"The agreement ended on {words.day(agreement.end_on)}, before that day."
    if problems:
        raise InvalidRecord(**problems)
    return _sign(db, by, "note_paper_signature", agreement, staff_id, signed_on)


def _sign(
    db: Session, by: Actor, action: str, agreement: SupervisionAgreement, staff_id: int, signed_on: date
) -> AgreementSignature:
    signature = AgreementSignature(
        agreement_id=agreement.id or 0,
        staff_id=staff_id,
        signed_at=now(),
        signed_on=signed_on,
        recorded_by_id=None if staff_id == by.staff_id else by.staff_id,
    )
    db.add(signature)
    try:
        db.flush()
    except IntegrityError as elsewhere:  # signed in another window a moment ago
        raise Conflict(f"{SIGNED_MEANWHILE} Nothing was saved again.") from elsewhere
    _record(db, by, action, agreement, {staff_id, agreement.supervisor_id}, signed_on=signed_on.isoformat())
    return signature


def _signature(db: Session, agreement_id: int, staff_id: int) -> AgreementSignature | None:
    return db.exec(
        select(AgreementSignature).where(
            AgreementSignature.agreement_id == agreement_id, AgreementSignature.staff_id == staff_id
        )
    ).first()


# ---------------------------------------------------------------------------------------------------------------------
# Reviews


def review_agreement(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    agreement_id: int,
    reviewed_on: date,
    next_review_on: date,
) -> AgreementReview:
    """The parties looked at their agreement together, and again by `next_review_on`."""
    by = acting(db, by, submission)
    agreement = check_can_keep_up(db, by, agreement_id)
    _check_review(db, agreement, reviewed_on, next_review_on)
    review = AgreementReview(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        agreement_id=agreement_id,
        reviewed_on=reviewed_on,
        next_review_on=next_review_on,
    )
    db.add(review)
    db.flush()
    _record_review(db, by, "review_agreement", agreement, review)
    return review


def correct_review(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    review_id: int,
    reason: str,
    reviewed_on: date,
    next_review_on: date,
) -> AgreementReview:
    """Another day, as a new version. `review_id` is the version that was looked at: raises Conflict when somebody
    corrected it meanwhile."""
    by = acting(db, by, submission)
    former, agreement = _review_to_change(db, by, review_id)
    _check_reason(reason)
    _check_review(db, agreement, reviewed_on, next_review_on, former)
    review = next_version(db, by, former, reason, reviewed_on=reviewed_on, next_review_on=next_review_on)
    _record_review(db, by, "correct_review", agreement, review)
    return review


def void_review(
    db: Session, *, by: Actor, submission: UUID | None = None, review_id: int, reason: str
) -> AgreementReview:
    """It never took place: it stays on the record and counts for nothing."""
    by = acting(db, by, submission)
    former, agreement = _review_to_change(db, by, review_id)
    _check_reason(reason)
    review = next_version(db, by, former, reason, is_void=True)
    _record_review(db, by, "void_review", agreement, review)
    return review


def _review_to_change(db: Session, by: Actor, review_id: int) -> tuple[AgreementReview, SupervisionAgreement]:
    former = db.get(AgreementReview, review_id)
    if former is None:
        raise NotAllowed
    return former, check_can_keep_up(db, by, former.agreement_id)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidRecord(reason="Say why the review is changed.")


def _check_review(
    db: Session,
    agreement: SupervisionAgreement,
    reviewed_on: date,
    next_review_on: date,
    former: AgreementReview | None = None,
) -> None:
    problems = {}
    if reviewed_on > today():
        problems["reviewed_on"] = f"{words.day(reviewed_on)} is still to come."
    elif reviewed_on < agreement.start_on:
        problems["reviewed_on"] = f"The agreement began on {words.day(agreement.start_on)}, after that day."
    elif agreement.end_on is not None and reviewed_on > agreement.end_on:
        problems["reviewed_on"] = f"The agreement ended on {words.day(agreement.end_on)}, before that day."
    elif _is_reviewed_on(db, agreement, reviewed_on, former):
        problems["reviewed_on"] = f"A review of {words.day(reviewed_on)} is recorded already."
    if next_review_on <= reviewed_on:
        problems["next_review_on"] = "The next review is after this one."
    elif next_review_on > add_months(reviewed_on, LONGEST_UNTIL_REVIEW):
        problems["next_review_on"] = "The next review is within three years."
    if problems:
        raise InvalidRecord(**problems)


def _is_reviewed_on(
    db: Session, agreement: SupervisionAgreement, reviewed_on: date, former: AgreementReview | None
) -> bool:
    others = select(AgreementReview.record_id).where(
        AgreementReview.agreement_id == agreement.id,
        AgreementReview.reviewed_on == reviewed_on,
        current(AgreementReview),
    )
    return any(former is None or record_id != former.record_id for record_id in db.exec(others))


def _record_review(
    db: Session, by: Actor, action: str, agreement: SupervisionAgreement, review: AgreementReview
) -> None:
    days = {"reviewed_on": review.reviewed_on.isoformat(), "next_review_on": review.next_review_on.isoformat()}
    _record(db, by, action, agreement, _parties(db, agreement), review=str(review.record_id), **days)


# ---------------------------------------------------------------------------------------------------------------------
# After a hand-over: what the new supervisor may read


def let_read_former_records(
    db: Session, *, by: Actor, submission: UUID | None = None, agreement_id: int
) -> FormerRecordsConsent:
    """A supervisee lets the supervisor of this agreement read the shared records of those that went before it. What
    was shared in a group is opened once all who were present have agreed (`confidential.py`)."""
    by = acting(db, by, submission)
    check_about(db, by, Object.SHARED_RECORD, Action.SHARE, by.staff_id)
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None or by.staff_id == agreement.supervisor_id or by.staff_id not in _parties(db, agreement):
        raise NotAllowed
    if agreement.follows_id is None:
        raise NotAllowed("No other agreement went before this one: there is nothing to read.")
    if agreement.end_on is not None and agreement.end_on < today():
        raise NotAllowed(f"The agreement ended on {words.day(agreement.end_on)}: its supervisor reads nothing more.")
    consent = _consent(db, agreement_id, by.staff_id)
    if consent is None:
        consent = FormerRecordsConsent(agreement_id=agreement_id, staff_id=by.staff_id, agreed_at=now())
    elif consent.withdrawn_at is None:
        raise Conflict("You have agreed to this already. Nothing was saved again.")
    consent.agreed_at, consent.withdrawn_at = now(), None
    db.add(consent)
    db.flush()
    _record(db, by, "let_read_former_records", agreement, {by.staff_id, agreement.supervisor_id})
    return consent


def withdraw_former_records(db: Session, *, by: Actor, submission: UUID | None = None, agreement_id: int) -> None:
    """From this moment on its supervisor reads them no more."""
    by = acting(db, by, submission)
    check_about(db, by, Object.SHARED_RECORD, Action.SHARE, by.staff_id)
    agreement, consent = db.get(SupervisionAgreement, agreement_id), _consent(db, agreement_id, by.staff_id)
    if agreement is None or consent is None or consent.withdrawn_at is not None:
        raise NotAllowed
    consent.withdrawn_at = now()
    db.flush()
    _record(db, by, "withdraw_former_records", agreement, {by.staff_id, agreement.supervisor_id})


def _consent(db: Session, agreement_id: int, staff_id: int) -> FormerRecordsConsent | None:
    return db.exec(
        select(FormerRecordsConsent).where(
            FormerRecordsConsent.agreement_id == agreement_id, FormerRecordsConsent.staff_id == staff_id
        )
    ).first()


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _parties(db: Session, agreement: SupervisionAgreement) -> dict[int, str]:
    return parties_of(db, [agreement], today())[agreement.id or 0]


def _record(
    db: Session, by: Actor, action: str, agreement: SupervisionAgreement, about: Iterable[int], **detail: Any
) -> None:
    record_event(
        db, by=by, action=action, object_kind="supervision_agreement", object_key=agreement.id, about=about, **detail
    )
