"""One agreement whole: its terms, who has signed it, when it is reviewed, and what waits for somebody.

What an agreement is for, and who may see it, is in agreements.py; how it stands is decided in rules/dated.py.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import Actor, check_can_keep_agreement, check_can_keep_group, check_can_keep_up, in_force, may
from tcsuper.models import (
    AgreementReview,
    AgreementSignature,
    FormerRecordsConsent,
    GroupMember,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    TraineeSupervisor,
)
from tcsuper.queries.agreements import agreements_visible_to, kept_up_of
from tcsuper.queries.evidence import current
from tcsuper.rules.dated import AgreementStanding, AgreementTerms, agreement_standing, is_review_due, review_due_on
from tcsuper.rules.in_words import RULE_SETS
from tcsuper.rules.minimum import RuleSet
from tcsuper.settings import service_number
from tcsuper.words import day


@dataclass(frozen=True)
class Party:
    """Who signs an agreement. `on_paper`: who saw their signature on paper; empty for one given here."""

    staff_id: int
    name: str
    signed_on: date | None = None
    on_paper: str = ""


@dataclass(frozen=True)
class Reviewed:
    review_id: int
    reviewed_on: date
    next_review_on: date
    recorded_by: str


@dataclass(frozen=True)
class AgreementSeen:
    """An agreement as its viewer may see it. `standing`: how it stands by itself, whether anything requires it or
    not. `former`: whose supervision it goes on from, the last one first."""

    agreement_id: int
    supervisor_id: int
    supervisor: str
    whom: str
    is_group: bool
    purpose: str
    of_supervision: bool
    start_on: date
    end_on: date | None
    usual_minutes: int
    every_days: int
    place: str
    trainee_role: TraineeSupervisor | None
    piece_of_work: str
    rule_sets: tuple[str, ...]
    """In words, the bodies' rules it is meant for; empty: all that its purpose counts for."""
    confidentiality: str
    review_on: date
    standing: AgreementStanding
    parties: tuple[Party, ...]
    reviews: tuple[Reviewed, ...]
    former: tuple[str, ...]
    i_supervise: bool
    may_sign: bool
    is_my_signature_awaited: bool
    is_review_due: bool
    may_keep_up: bool
    """Note a signature on paper, or a review."""
    may_end: bool
    i_let_read: bool | None
    """Whether I let its supervisor read what was written with the former one; None: that is not mine to say."""
    lets_read: tuple[str, ...]
    """Who does, for its supervisor."""

    @property
    def title(self) -> str:
        return f"{self.whom} with {self.supervisor}, {self.purpose.lower()}"


def agreement_seen(db: Session, *, viewer: Actor, agreement_id: int, on: date) -> AgreementSeen | None:
    """One agreement; None when there is none that the viewer may see."""
    found = db.exec(
        select(SupervisionAgreement).where(SupervisionAgreement.id == agreement_id, agreements_visible_to(viewer, on))
    ).first()
    return None if found is None else _seen(db, viewer, [found], on)[0]


def my_agreements(db: Session, *, viewer: Actor, on: date) -> list[AgreementSeen]:
    """By which I am supervised on a day or am to be, the oldest first."""
    return _seen(db, viewer, _going_on(db, on, _of_mine(viewer, on)), on)


def agreements_i_supervise(db: Session, *, viewer: Actor, on: date) -> list[AgreementSeen]:
    """By which I supervise on a day or am to, the oldest first."""
    return _seen(db, viewer, _going_on(db, on, col(SupervisionAgreement.supervisor_id) == viewer.staff_id), on)


def agreements_to_sign(db: Session, *, viewer: Actor) -> list[AgreementSeen]:
    """That wait for my signature today: somebody has signed, or the service has its agreements signed here."""
    mine = sa.or_(col(SupervisionAgreement.supervisor_id) == viewer.staff_id, _of_mine(viewer, viewer.on))
    return [one for one in _seen(db, viewer, _going_on(db, viewer.on, mine), viewer.on) if one.is_my_signature_awaited]


def agreements_to_review(db: Session, *, viewer: Actor) -> list[AgreementSeen]:
    """Mine as their supervisor whose review is due soon or overdue, the longest due first."""
    due = [one for one in agreements_i_supervise(db, viewer=viewer, on=viewer.on) if one.is_review_due]
    return sorted(due, key=lambda one: one.review_on)


def _of_mine(viewer: Actor, on: date) -> sa.ColumnElement[bool]:
    """The WHERE clause for agreements with me, or with a group I am contracted to or am to be."""
    groups = sa.select(col(GroupMember.group_id)).where(
        col(GroupMember.staff_id) == viewer.staff_id,
        sa.or_(col(GroupMember.end_on).is_(None), col(GroupMember.end_on) >= on),
    )
    agreement = SupervisionAgreement
    of_group = sa.and_(col(agreement.group_id).in_(groups), col(agreement.supervisor_id) != viewer.staff_id)
    return sa.or_(col(agreement.supervisee_id) == viewer.staff_id, of_group)


def _going_on(db: Session, on: date, which: sa.ColumnElement[bool]) -> Sequence[SupervisionAgreement]:
    agreement = SupervisionAgreement
    return db.exec(
        select(agreement)
        .where(which, sa.or_(col(agreement.end_on).is_(None), col(agreement.end_on) >= on))
        .order_by(col(agreement.start_on), col(agreement.id))
    ).all()


# ---------------------------------------------------------------------------------------------------------------------
# The parties


def parties_of(db: Session, agreements: Sequence[SupervisionAgreement], on: date) -> dict[int, dict[int, str]]:
    """Who signs each of these on a day, by id: its supervisor first, then the supervisee or those contracted to the
    group that day (for one still to begin, on its first day); names by staff id. Checks nothing."""
    groups = {one.group_id for one in agreements} - {None}
    members = db.execute(
        sa.select(col(GroupMember.group_id), GroupMember, col(Staff.full_name))
        .join(Staff, col(Staff.id) == col(GroupMember.staff_id))
        .where(col(GroupMember.group_id).in_(groups))
        .order_by(col(Staff.full_name))
    ).all()
    single = {one.supervisor_id for one in agreements} | {one.supervisee_id for one in agreements}
    names = _names(db, single)
    parties: dict[int, dict[int, str]] = {}
    for one in agreements:
        signs = {one.supervisor_id: names[one.supervisor_id]}
        if one.supervisee_id is not None:
            signs[one.supervisee_id] = names[one.supervisee_id]
        first = max(on, one.start_on)
        for group_id, place, name in members:
            if group_id == one.group_id and place.start_on <= first and (place.end_on is None or place.end_on >= first):
                signs.setdefault(place.staff_id, name)
        parties[one.id or 0] = signs
    return parties


def _names(db: Session, people: set[int | None] | set[int]) -> dict[int, str]:
    rows = db.execute(sa.select(col(Staff.id), col(Staff.full_name)).where(col(Staff.id).in_(people - {None})))
    return {staff_id: name for staff_id, name in rows if staff_id is not None}


def _signatures(db: Session, agreements: Sequence[int], on: date) -> dict[int, dict[int, Party]]:
    signer, witness = aliased(Staff), aliased(Staff)
    rows = db.execute(
        sa.select(AgreementSignature, col(signer.full_name), col(witness.full_name))
        .join(signer, col(signer.id) == col(AgreementSignature.staff_id))
        .outerjoin(witness, col(witness.id) == col(AgreementSignature.recorded_by_id))
        .where(col(AgreementSignature.agreement_id).in_(agreements), col(AgreementSignature.signed_on) <= on)
    )
    found: dict[int, dict[int, Party]] = defaultdict(dict)
    for one, name, seen_by in rows:
        found[one.agreement_id][one.staff_id] = Party(one.staff_id, name, one.signed_on, seen_by or "")
    return found


# ---------------------------------------------------------------------------------------------------------------------
# The whole of it


def standings_of_agreements(
    db: Session, agreements: Sequence[SupervisionAgreement], on: date
) -> dict[int, AgreementStanding]:
    """How each of these stands by itself, by id; one still to begin as on its first day. Checks nothing: the caller
    chooses them."""
    kept_up = kept_up_of(db, [one.id or 0 for one in agreements], on)
    parties, purposes = parties_of(db, agreements, on), _purposes(db)
    months = service_number(db, "review_every_months")
    standings = {}
    for one in agreements:
        signs = parties[one.id or 0]
        held = kept_up.held(one, signs[one.supervisor_id], signs, one.start_on)
        terms = AgreementTerms(purposes[one.purpose], review_months=months)
        standings[one.id or 0] = agreement_standing(terms, [held], max(on, one.start_on), one.start_on)
    return standings


def _purposes(db: Session) -> dict[str, str]:
    return {one.code: one.name for one in db.exec(select(SupervisionPurpose))}


def _seen(db: Session, viewer: Actor, found: Sequence[SupervisionAgreement], on: date) -> list[AgreementSeen]:
    numbers = [one.id or 0 for one in found]
    standings, parties = standings_of_agreements(db, found, on), parties_of(db, found, on)
    signatures, reviews = _signatures(db, numbers, on), _reviews(db, numbers, on)
    groups = {
        group.id: group
        for group in db.exec(
            select(SupervisionGroup).where(col(SupervisionGroup.id).in_({one.group_id for one in found} - {None}))
        )
    }
    purposes, consents = _purposes(db), _consents(db, numbers)
    are_signed_here = bool(service_number(db, "agreements_signed_here"))
    seen = []
    for one in found:
        number, group = one.id or 0, groups.get(one.group_id)
        standing, signs, signed = standings[number], parties[number], signatures.get(number, {})
        held = standing.held
        assert held is not None, "judged on a day when it had begun"
        review_on = review_due_on(standing.terms, held)
        assert review_on is not None, "the service sets one month at least"
        goes_on = one.end_on is None or one.end_on >= viewer.on
        may_sign = goes_on and viewer.staff_id in signs and viewer.staff_id not in signed
        is_mine = one.supervisor_id == viewer.staff_id
        seen.append(
            AgreementSeen(
                agreement_id=number,
                supervisor_id=one.supervisor_id,
                supervisor=signs[one.supervisor_id],
                whom=group.name if group else signs[one.supervisee_id or 0],
                is_group=group is not None,
                purpose=purposes[one.purpose],
                of_supervision=one.of_supervision,
                start_on=one.start_on,
                end_on=one.end_on,
                usual_minutes=one.usual_minutes,
                every_days=one.every_days,
                place=one.place,
                trainee_role=one.trainee_role,
                piece_of_work=one.piece_of_work,
                rule_sets=tuple(RULE_SETS[RuleSet(code)] for code in one.rule_sets),
                confidentiality=one.confidentiality,
                review_on=review_on,
                standing=standing,
                parties=tuple(signed.get(staff_id, Party(staff_id, name)) for staff_id, name in signs.items()),
                reviews=reviews.get(number, ()),
                former=_former(db, one),
                i_supervise=is_mine,
                may_sign=may_sign,
                is_my_signature_awaited=may_sign and (bool(signed) or are_signed_here),
                is_review_due=is_review_due(standing.terms, held, on),
                may_keep_up=goes_on and may(check_can_keep_up, db, viewer, number),
                may_end=goes_on and _may_end(db, viewer, one, group),
                i_let_read=_i_let_read(viewer, one, signs, consents),
                lets_read=tuple(consents.get(number, {}).values()) if is_mine else (),
            )
        )
    return seen


def _reviews(db: Session, agreements: Sequence[int], on: date) -> dict[int, tuple[Reviewed, ...]]:
    """Their reviews up to a day, the last one first."""
    review = AgreementReview
    rows = db.execute(
        sa.select(review, col(Staff.full_name))
        .outerjoin(Staff, col(Staff.id) == col(review.recorded_by_id))
        .where(col(review.agreement_id).in_(agreements), col(review.reviewed_on) <= on, current(review))
        .order_by(col(review.reviewed_on).desc(), col(review.id).desc())
    )
    found: dict[int, list[Reviewed]] = defaultdict(list)
    for one, name in rows:
        found[one.agreement_id].append(Reviewed(one.id, one.reviewed_on, one.next_review_on, name or ""))
    return {number: tuple(lines) for number, lines in found.items()}


def _former(db: Session, one: SupervisionAgreement) -> tuple[str, ...]:
    """Whose supervision this agreement goes on from."""
    said = []
    while one.follows_id is not None:
        one = db.get_one(SupervisionAgreement, one.follows_id)
        said.append(f"{db.get_one(Staff, one.supervisor_id).full_name}, until {day(one.end_on or one.start_on)}")
    return tuple(said)


def _may_end(db: Session, viewer: Actor, one: SupervisionAgreement, group: SupervisionGroup | None) -> bool:
    if group is not None:
        return may(check_can_keep_group, viewer, group.community_id)
    return may(check_can_keep_agreement, db, viewer, one.supervisor_id, one.supervisee_id)


# ---------------------------------------------------------------------------------------------------------------------
# Who lets the new supervisor read what was written with the former one


def _consents(db: Session, agreements: Sequence[int]) -> dict[int, dict[int, str]]:
    """By agreement: who agreed and has not taken it back, by staff id."""
    consent = FormerRecordsConsent
    rows = db.execute(
        sa.select(col(consent.agreement_id), col(consent.staff_id), col(Staff.full_name))
        .join(Staff, col(Staff.id) == col(consent.staff_id))
        .where(col(consent.agreement_id).in_(agreements), col(consent.withdrawn_at).is_(None))
        .order_by(col(Staff.full_name))
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for agreement_id, staff_id, name in rows:
        found[agreement_id][staff_id] = name
    return found


def _i_let_read(
    viewer: Actor, one: SupervisionAgreement, signs: dict[int, str], consents: dict[int, dict[int, str]]
) -> bool | None:
    if one.follows_id is None or viewer.staff_id == one.supervisor_id or viewer.staff_id not in signs:
        return None
    return viewer.staff_id in consents.get(one.id or 0, {})


def agreement_standings_seen(db: Session, *, viewer: Actor, on: date) -> dict[int, AgreementStanding]:
    """How every agreement in force on a day stands that the viewer may see, by id."""
    agreement = SupervisionAgreement
    found = db.exec(
        select(agreement).where(in_force(agreement.start_on, agreement.end_on, on), agreements_visible_to(viewer, on))
    ).all()
    return standings_of_agreements(db, found, on)
