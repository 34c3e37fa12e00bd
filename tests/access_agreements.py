"""Agreements: signed, reviewed, handed over, and groups: how the access test tries each function.

What an attempt is about: the subject's agreement with the one who acts, if there is one, else with their own therapy
manager. `OTHERS`: with somebody else, so that only who keeps agreements for the community may.
"""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.models import AgreementReview, AgreementSignature, GroupMember, SupervisionAgreement, SupervisionGroup
from tcsuper.queries import groups as group_queries
from tcsuper.queries import hand_over as hand_over_queries
from tcsuper.queries import signing as seen
from tcsuper.services import groups, signing
from tcsuper.services.hand_over import hand_over
from tests.access_case import PLACES, YESTERDAY, Case, own, place_id
from tests.access_stage import stored
from tests.people import LONG_AGO, Cast

MINE = {("Gwen", "Cai"): "gwen_agreement", ("Lena", "Ben"): "lena_agreement"}
NEXT_YEAR = today() + timedelta(days=365)


def _of_manager(cast: Cast, subject: str) -> int:
    return {"Ben": cast.ben_agreement, "Cai": cast.cai_agreement}[subject]


def _agreement(by: Actor, cast: Cast, subject: str) -> int:
    mine = MINE.get((by.name, subject))
    return getattr(cast, mine) if mine else _of_manager(cast, subject)


def _with_officer_d(db: Session, cast: Cast, subject: str) -> int:
    """An agreement of the subject's that nobody of the cast supervises by."""
    return stored(
        db,
        SupervisionAgreement(
            supervisor_id=cast.id("Officer D"), supervisee_id=cast.id(subject), purpose="clinical", start_on=LONG_AGO
        ),
    )


def _sign(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return signing.sign_agreement(db, by=by, agreement_id=_agreement(by, cast, subject))


def _paper(db: Session, by: Actor, cast: Cast, subject: str, agreement: int) -> Any:
    return signing.record_paper_signature(
        db, by=by, agreement_id=agreement, staff_id=cast.id(subject), signed_on=YESTERDAY
    )


def _review(db: Session, by: Actor, agreement: int) -> Any:
    return signing.review_agreement(db, by=by, agreement_id=agreement, reviewed_on=YESTERDAY, next_review_on=NEXT_YEAR)


def _reviewed(db: Session, agreement: int) -> int:
    return stored(
        db,
        AgreementReview(recorded_at=now(), agreement_id=agreement, reviewed_on=YESTERDAY, next_review_on=NEXT_YEAR),
    )


def _correct(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    review = _reviewed(db, _agreement(by, cast, subject))
    return signing.correct_review(
        db, by=by, review_id=review, reason="Another day", reviewed_on=today(), next_review_on=NEXT_YEAR
    )


def _void(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    review = _reviewed(db, _agreement(by, cast, subject))
    return signing.void_review(db, by=by, review_id=review, reason="It did not take place")


def _following(db: Session, cast: Cast, subject: str) -> int:
    """The agreement by which Officer D took the subject over from their manager."""
    agreement = _with_officer_d(db, cast, subject)
    db.get_one(SupervisionAgreement, agreement).follows_id = _of_manager(cast, subject)
    db.flush()
    return agreement


def _let_read(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return signing.let_read_former_records(db, by=by, agreement_id=_following(db, cast, subject))


def _withdraw(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    agreement = _following(db, cast, subject)
    signing.let_read_former_records(db, by=actor_for_staff(db, cast.id(subject)), agreement_id=agreement)
    return signing.withdraw_former_records(db, by=by, agreement_id=agreement)


def _successor(cast: Cast, subject: str) -> int:
    """Somebody of the subject's community: an agreement goes to those its manager knows by name."""
    return cast.id({"Ben": "Farah", "Cai": "Lena"}[subject])


def _hand_over(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    agreement = _with_officer_d(db, cast, subject)
    return hand_over(db, by=by, agreement_ids=[agreement], supervisor_id=_successor(cast, subject), last_day=today())


def _hand_over_to_me(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    """What another supervisor has agreed is not theirs to take."""
    agreement = _with_officer_d(db, cast, subject)
    return hand_over(db, by=by, agreement_ids=[agreement], supervisor_id=by.staff_id, last_day=today())


def _plan(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    agreement = _with_officer_d(db, cast, subject)
    return hand_over_queries.hand_over_plan(
        db, viewer=by, agreement_ids=[agreement], supervisor_id=_successor(cast, subject), last_day=today()
    )


def _offered(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    agreement = _with_officer_d(db, cast, subject)
    offered = hand_over_queries.agreements_to_hand_over(db, viewer=by, on=today())
    return agreement in {one.agreement_id for one in offered}


def _is_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    agreement = _agreement(by, cast, subject)
    return seen.agreement_seen(db, viewer=by, agreement_id=agreement, on=today()) is not None


def _may_keep_up(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    found = seen.agreement_seen(db, viewer=by, agreement_id=_agreement(by, cast, subject), on=today())
    return found is not None and found.may_keep_up


def _standing_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    return _of_manager(cast, subject) in seen.agreement_standings_seen(db, viewer=by, on=today())


def _waits(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """Once Officer D has signed, the subject's signature is what is waited for."""
    agreement = _with_officer_d(db, cast, subject)
    stored(
        db,
        AgreementSignature(agreement_id=agreement, staff_id=cast.id("Officer D"), signed_at=now(), signed_on=YESTERDAY),
    )
    return agreement in {one.agreement_id for one in seen.agreements_to_sign(db, viewer=by)}


def _is_mine(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    mine = seen.my_agreements(db, viewer=by, on=today())
    return _of_manager(cast, subject) in {one.agreement_id for one in mine}


def _i_supervise(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    theirs = seen.agreements_i_supervise(db, viewer=by, on=today())
    return _agreement(by, cast, subject) in {one.agreement_id for one in theirs}


def _to_review(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    agreement = _agreement(by, cast, subject)
    db.get_one(SupervisionAgreement, agreement).review_on = YESTERDAY
    db.flush()
    return agreement in {one.agreement_id for one in seen.agreements_to_review(db, viewer=by)}


def _group(db: Session, cast: Cast, place: str) -> int:
    """A group there, with a member of Ashdown B."""
    group = stored(
        db,
        SupervisionGroup(community_id=place_id(cast, place), name="Friday", purpose="clinical", start_on=LONG_AGO),
    )
    stored(db, GroupMember(group_id=group, staff_id=cast.id("Officer E"), start_on=LONG_AGO))
    return group


CASES: dict[str, Case] = {
    "services.signing.sign_agreement": Case(Object.AGREEMENT, Action.SIGN, _sign),
    "services.signing.record_paper_signature": Case(
        Object.AGREEMENT,
        Action.UPDATE,
        lambda db, by, cast, subject: _paper(db, by, cast, subject, _agreement(by, cast, subject)),
    ),
    "services.signing.record_paper_signature/of another supervisor": Case(
        Object.AGREEMENT,
        Action.UPDATE,
        lambda db, by, cast, subject: _paper(db, by, cast, subject, _with_officer_d(db, cast, subject)),
        leave_out=("as_supervisor",),
    ),
    "services.signing.review_agreement": Case(
        Object.AGREEMENT,
        Action.UPDATE,
        lambda db, by, cast, subject: _review(db, by, _agreement(by, cast, subject)),
    ),
    "services.signing.review_agreement/of another supervisor": Case(
        Object.AGREEMENT,
        Action.UPDATE,
        lambda db, by, cast, subject: _review(db, by, _with_officer_d(db, cast, subject)),
        leave_out=("as_supervisor",),
    ),
    "services.signing.correct_review": Case(Object.AGREEMENT, Action.UPDATE, _correct),
    "services.signing.void_review": Case(Object.AGREEMENT, Action.UPDATE, _void),
    "services.signing.let_read_former_records": Case(Object.SHARED_RECORD, Action.SHARE, _let_read),
    "services.signing.withdraw_former_records": Case(Object.SHARED_RECORD, Action.SHARE, _withdraw),
    "services.hand_over.hand_over": Case(Object.AGREEMENT, Action.CREATE, _hand_over, leave_out=("as_supervisor",)),
    "services.hand_over.hand_over/to oneself": Case(
        Object.AGREEMENT, Action.CREATE, _hand_over_to_me, leave_out=("as_supervisor",), complains=True
    ),
    "services.groups.rename_group": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, place: groups.rename_group(
            db, by=by, group_id=_group(db, cast, place), name="Another name"
        ),
        subjects=PLACES,
    ),
    "services.groups.end_group": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, place: groups.end_group(db, by=by, group_id=_group(db, cast, place), end_on=today()),
        subjects=PLACES,
    ),
    "queries.hand_over.hand_over_plan": Case(Object.AGREEMENT, Action.CREATE, _plan, leave_out=("as_supervisor",)),
    "queries.hand_over.agreements_to_hand_over": Case(
        Object.AGREEMENT, Action.CREATE, _offered, leave_out=("as_supervisor",)
    ),
    "queries.signing.agreement_seen": Case(Object.AGREEMENT, Action.READ, _is_seen),
    "queries.signing.agreement_seen/to keep up": Case(Object.AGREEMENT, Action.UPDATE, _may_keep_up),
    "queries.signing.agreement_standings_seen": Case(Object.AGREEMENT, Action.READ, _standing_seen),
    "queries.signing.agreements_to_sign": Case(Object.AGREEMENT, Action.SIGN, _waits, only=own),
    "queries.signing.my_agreements": Case(Object.AGREEMENT, Action.READ, _is_mine, only=own),
    "queries.signing.agreements_i_supervise": Case(
        Object.AGREEMENT, Action.UPDATE, _i_supervise, only=lambda actor, subject: actor in _SUPERVISORS[subject]
    ),
    "queries.signing.agreements_to_review": Case(
        Object.AGREEMENT, Action.UPDATE, _to_review, only=lambda actor, subject: actor in _SUPERVISORS[subject]
    ),
    "queries.groups.group_seen": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, place: (
            group_queries.group_seen(db, viewer=by, group_id=_group(db, cast, place), on=today()) is not None
        ),
        subjects=PLACES,
    ),
}
_SUPERVISORS = {"Ben": ("Asha", "Lena"), "Cai": ("Carol", "Gwen")}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {"queries.agreements.rule_sets_by_purpose": "catalogue"}
BELOW: dict[str, str] = {
    "services.agreements.members_on": "called by services that have checked",
    "services.agreements.check_purpose": "reads the catalogue",
    "services.agreements.check_one_coordinating": "called by services that have checked",
    "services.agreements.check_nothing_recorded_after": "called by services that have checked",
    "services.agreements.planned_after": "called by services that have checked",
    "services.agreements.plan_anew": "called by services that have checked",
    "services.agreements.take_off_planned": "called by services that have checked",
    "queries.agreements.kept_up_of": "bulk evidence: the caller chooses the agreements by the table",
    "queries.signing.parties_of": "the agreements are the caller's, chosen by the table",
    "queries.signing.standings_of_agreements": "the agreements are the caller's, chosen by the table",
}
