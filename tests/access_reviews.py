"""Reviews, findings and action plans: how the access test tries each function.

What an attempt is about: a review of the subject's community, entered just now by nobody in particular, with a standard
of its own set, a finding, and an action of it.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session, select

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.models import (
    Finding,
    FindingKind,
    HowMet,
    PlanAction,
    PlanState,
    RatedBy,
    Review,
    ReviewedCommunity,
    ReviewKind,
    SetOf,
    Standard,
    StandardSet,
)
from tcsuper.queries import findings as found
from tcsuper.queries import plan_actions as plans
from tcsuper.queries import reviews as queries
from tcsuper.queries import standard_evidence as counting
from tcsuper.rules.reviews import EvidenceOf
from tcsuper.services import findings, plan_actions, reviews
from tcsuper.services.reviews import Rated, ReviewFacts
from tests.access_case import PLACES, Case, place_id
from tests.access_oracle import B, C
from tests.access_stage import Stage, stored
from tests.people import Cast

LIVES_IN = {"Ben": B, "Cai": C}
OWNER = {B: "Bela", C: "Cai"}
"""By community: somebody there who is nothing else to the attempt."""


def a_review(db: Session, cast: Any, place: str) -> Review:
    standard_set = stored(db, StandardSet(code="audit", version="1", name="Audit", set_of=SetOf.COMMUNITY))
    stored(db, Standard(standard_set_id=standard_set, number=1, short_title="Time", evidence=["training"]))
    review = Review(
        kind=ReviewKind.PEER_REVIEW,
        title="Peer review",
        standard_set_id=standard_set,
        period_from=today() - timedelta(days=365),
        period_to=today(),
        entered_by_id=cast.id("Jo"),
        entered_at=now(),
    )
    stored(db, review)
    stored(db, ReviewedCommunity(review_id=review.id or 0, community_id=place_id(cast, place)))
    return review


def a_finding(db: Session, cast: Any, place: str) -> Finding:
    finding = Finding(
        record_id=uuid4(),
        recorded_at=now(),
        recorded_by_id=cast.id("Jo"),
        review_id=a_review(db, cast, place).id or 0,
        community_id=place_id(cast, place),
        kind=FindingKind.ACTION_POINT,
        words="Found",
        found_on=today(),
    )
    stored(db, finding)
    return finding


def an_action(db: Session, cast: Any, place: str, owner: str, is_done: bool = False) -> PlanAction:
    action = PlanAction(
        record_id=uuid4(),
        recorded_at=now(),
        recorded_by_id=cast.id(owner),
        finding_record_id=a_finding(db, cast, place).record_id,
        community_id=place_id(cast, place),
        owner_id=cast.id(owner),
        words="To do",
        due_on=today(),
        state=PlanState.DONE if is_done else PlanState.OPEN,
        done_on=today() if is_done else None,
        evidence="Seen" if is_done else "",
    )
    stored(db, action)
    return action


def _standard(db: Session, review: Review) -> int:
    return db.exec(select(Standard.id).where(Standard.standard_set_id == review.standard_set_id)).one() or 0


def _facts(cast: Cast, place: str) -> ReviewFacts:
    return ReviewFacts(ReviewKind.LOCAL_AUDIT, "Audit", [place_id(cast, place)], today(), today())


# ---------------------------------------------------------------------------------------------------------------------
# Reviews


def _enter(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    return reviews.enter_review(db, by=by, facts=_facts(cast, place))


def _change(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    review = a_review(db, cast, place)
    facts = _facts(cast, place)
    return reviews.change_review(db, by=by, review_id=review.id or 0, row_version=review.row_version or 0, facts=facts)


def _withdraw(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    review = a_review(db, cast, place)
    return reviews.withdraw_review(
        db, by=by, review_id=review.id or 0, row_version=review.row_version or 0, reason="Mistake"
    )


def _rate(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    review = a_review(db, cast, place)
    return reviews.rate_standards(
        db,
        by=by,
        review_id=review.id or 0,
        community_id=place_id(cast, place),
        rated_by=RatedBy.REVIEWERS,
        ratings=[Rated(_standard(db, review), HowMet.MET)],
    )


def _state(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    review = a_review(db, cast, place)
    return reviews.write_statement(
        db,
        by=by,
        review_id=review.id or 0,
        community_id=place_id(cast, place),
        standard_id=_standard(db, review),
        statement="Ours",
    )


def _find(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    return findings.enter_finding(
        db,
        by=by,
        review_id=a_review(db, cast, place).id or 0,
        community_id=place_id(cast, place),
        kind=FindingKind.ACHIEVEMENT,
        text="Good",
        found_on=today(),
    )


def _correct(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    finding = a_finding(db, cast, place)
    return findings.correct_finding(
        db,
        by=by,
        finding_id=finding.id or 0,
        kind=finding.kind,
        text="Other words",
        found_on=today(),
        reason="A slip",
    )


def _take_back(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    return findings.take_back_finding(db, by=by, finding_id=a_finding(db, cast, place).id or 0, reason="Mistake")


def _is_listed(db: Session, by: Actor, cast: Stage, place: str) -> bool:
    review = a_review(db, cast, place)
    return review.id in {one.review_id for one in queries.reviews_seen(db, viewer=by)}


def _opens(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    return queries.review_seen(db, viewer=by, review_id=a_review(db, cast, place).id or 0, on=by.on, count_in=())


def _sets(db: Session, by: Actor, cast: Stage, _: str) -> Any:
    return queries.standard_sets_to_choose(db, viewer=by, on=by.on)


def _sees_finding(db: Session, by: Actor, cast: Stage, place: str) -> bool:
    record = a_finding(db, cast, place).record_id
    return record in {one.record_id for one in found.findings(db, viewer=by, on=by.on)}


def _sees_earlier(db: Session, by: Actor, cast: Stage, place: str) -> bool:
    record = a_finding(db, cast, place).record_id
    seen = found.earlier_findings(db, viewer=by, standard_id=None, before=by.on)
    return record in {one.record_id for one in seen}


def _sees_repeated(db: Session, by: Actor, cast: Stage, place: str) -> bool:
    first = a_finding(db, cast, place)
    again = Finding(**first.model_dump(exclude={"id", "record_id", "repeats_record_id"}))
    again.record_id, again.repeats_record_id = uuid4(), first.record_id
    stored(db, again)
    return bool(found.repeated_findings(db, viewer=by, on=by.on))


def _counts(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    return counting.evidence_for(
        db,
        viewer=by,
        community_id=place_id(cast, place),
        kinds=[EvidenceOf.PLAN_ACTIONS],
        since=today(),
        until=today(),
        on=today(),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Action plans


def _agree(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    return plan_actions.agree_plan_action(
        db,
        by=by,
        finding_record_id=a_finding(db, cast, place).record_id,
        owner_id=cast.id(OWNER[place]),
        text="To do",
        due_on=today(),
    )


def _change_action(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    action = an_action(db, cast, place, OWNER[place])
    return plan_actions.change_plan_action(
        db,
        by=by,
        action_id=action.id or 0,
        owner_id=action.owner_id,
        text=action.words,
        due_on=today() + timedelta(days=9),
        reason="Later",
    )


def _withdraw_action(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    action = an_action(db, cast, place, OWNER[place])
    return plan_actions.withdraw_plan_action(db, by=by, action_id=action.id or 0, reason="Replaced")


def _mark_done(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    action = an_action(db, cast, LIVES_IN[subject], subject)
    return plan_actions.mark_plan_action_done(
        db, by=by, action_id=action.id or 0, done_on=today(), evidence="The new sheet"
    )


def _close(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    action = an_action(db, cast, LIVES_IN[subject], subject, is_done=True)
    return plan_actions.close_plan_action(db, by=by, action_id=action.id or 0)


def _send_back(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    action = an_action(db, cast, LIVES_IN[subject], subject, is_done=True)
    return plan_actions.send_back_plan_action(db, by=by, action_id=action.id or 0, reason="Not yet")


def _is_seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    record = an_action(db, cast, LIVES_IN[subject], subject).record_id
    return record in {one.record_id for one in plans.plan_actions(db, viewer=by, on=by.on)}


def _opens_action(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    record = an_action(db, cast, LIVES_IN[subject], subject).record_id
    return plans.plan_action_seen(db, viewer=by, record_id=record, on=by.on)


def _steps(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return plans.steps_of(db, viewer=by, record_id=an_action(db, cast, LIVES_IN[subject], subject).record_id)


def _owners(db: Session, by: Actor, cast: Stage, place: str) -> Any:
    return plans.owners_to_choose(db, viewer=by, community_id=place_id(cast, place))


def _review(action: Action, attempt: Any, **more: Any) -> Case:
    return Case(Object.REVIEW, action, attempt, subjects=PLACES, **more)


def _plan(action: Action, attempt: Any, **more: Any) -> Case:
    return Case(Object.PLAN_ACTION, action, attempt, **more)


CASES: dict[str, Case] = {
    "services.reviews.enter_review": _review(Action.CREATE, _enter),
    "services.reviews.change_review": _review(Action.UPDATE, _change),
    "services.reviews.withdraw_review": _review(Action.UPDATE, _withdraw),
    "services.reviews.rate_standards": _review(Action.UPDATE, _rate),
    "services.reviews.write_statement": _review(Action.UPDATE, _state),
    "services.findings.enter_finding": _review(Action.UPDATE, _find),
    "services.findings.correct_finding": _review(Action.UPDATE, _correct),
    "services.findings.take_back_finding": _review(Action.UPDATE, _take_back),
    "queries.reviews.reviews_seen": _review(Action.READ, _is_listed),
    "queries.reviews.review_seen": _review(Action.READ, _opens),
    "queries.reviews.standard_sets_to_choose": Case(Object.REVIEW, Action.CREATE, _sets, subjects=("",)),
    "queries.findings.findings": _review(Action.READ, _sees_finding),
    "queries.findings.earlier_findings": _review(Action.READ, _sees_earlier),
    "queries.findings.repeated_findings": _review(Action.READ, _sees_repeated),
    "queries.standard_evidence.evidence_for": _review(Action.READ, _counts),
    "services.plan_actions.agree_plan_action": _plan(Action.CREATE, _agree, subjects=PLACES),
    "services.plan_actions.change_plan_action": _plan(Action.UPDATE, _change_action, subjects=PLACES),
    "services.plan_actions.withdraw_plan_action": _plan(Action.UPDATE, _withdraw_action, subjects=PLACES),
    "services.plan_actions.mark_plan_action_done": _plan(Action.UPDATE, _mark_done),
    "services.plan_actions.close_plan_action": _plan(Action.CLOSE, _close),
    "services.plan_actions.send_back_plan_action": _plan(Action.CLOSE, _send_back),
    "queries.plan_actions.plan_actions": _plan(Action.READ, _is_seen),
    "queries.plan_actions.plan_action_seen": _plan(Action.READ, _opens_action),
    "queries.plan_actions.steps_of": _plan(Action.READ, _steps),
    "queries.plan_actions.owners_to_choose": _plan(Action.CREATE, _owners, subjects=PLACES),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {
    "queries.plan_actions.counts_of": "counts what it is given",
    "queries.plan_actions.marked_done_by": "reads it off the versions it is given",
    "queries.plan_actions.owned_by": "reads it off the versions it is given",
    "queries.names_in_words.as_read_in": "takes names out of words that its caller may read",
    "queries.names_in_words.without_names": "takes names out of words that its caller may read",
    "queries.reviews.points_set": "the service's own numbers",
}
BELOW: dict[str, str] = {
    "queries.tasks.reviews.tasks": "asks its area's queries as the viewer",
    "services.keeping_reviews.found_review": "for the services of reviews, which check",
    "services.keeping_reviews.to_write_in": "for the services of reviews and findings: it checks itself",
    "services.keeping_reviews.check_in_use": "looks at a review it is given",
    "services.keeping_reviews.check_standard": "looks at a review it is given",
    "services.keeping_reviews.last_version": "for the services of reviews, which check first",
    "services.keeping_reviews.check_seen": "looks at a version it is given",
    "services.keeping_reviews.is_written_in": "for the services of reviews, which check first",
    "services.keeping_reviews.actions_not_over": "for the services of reviews, which check first",
    "services.keeping_reviews.end_first": "words for a number",
    "services.keeping_reviews.store": "stores a row it is given",
    "services.keeping_reviews.reason_given": "tidies a text it is given",
    "services.keeping_reviews.too_long": "words for a text it is given",
    "services.keeping_reviews.tell": "writes the event of a service that has checked",
}
