"""A review of Ashdown B, and of B and C together, for the tests of reviews and action plans."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.clock import now, today
from tcsuper.models import Finding, FindingKind, PlanAction, Review, ReviewKind, Role, RoleGrant, SetOf, Standard
from tcsuper.models import StandardSet as Set
from tcsuper.services.findings import enter_finding
from tcsuper.services.plan_actions import agree_plan_action, mark_plan_action_done
from tcsuper.services.reviews import ReviewFacts, enter_review
from tests.people import LONG_AGO, Cast

SECTIONS = ("A Support", "A Support", "D Delivery")


def audit_set(db: Session, version: str = "1", code: str = "audit", **facts: object) -> tuple[int, list[int]]:
    """A set of a community in force, with three standards in two sections."""
    of = Set(code=code, version=version, name="Audit", set_of=SetOf.COMMUNITY, in_force_from=LONG_AGO, **facts)
    db.add(of)
    db.flush()
    standards = [
        Standard(standard_set_id=of.id, number=number, short_title=f"Standard {number}", section=section)
        for number, section in enumerate(SECTIONS, 1)
    ]
    db.add_all(standards)
    db.flush()
    return of.id or 0, [one.id or 0 for one in standards]


def facts_of(cast: Cast, *communities: int, **other: object) -> ReviewFacts:
    given = {"standard_set_id": None, "title": "Peer review"} | other
    return ReviewFacts(
        kind=ReviewKind.PEER_REVIEW,
        community_ids=communities or (cast.community_b,),
        period_from=today() - timedelta(days=365),
        period_to=today(),
        **given,  # type: ignore[arg-type]
    )


def review(db: Session, by: Actor, cast: Cast, *communities: int, **other: object) -> Review:
    return enter_review(db, by=by, facts=facts_of(cast, *communities, **other))


def found(db: Session, by: Actor, of: Review, community: int, **other: object) -> Finding:
    given = {"kind": FindingKind.ACTION_POINT, "text": "Sessions are lost", "found_on": today()} | other
    return enter_finding(db, by=by, review_id=of.id or 0, community_id=community, **given)  # type: ignore[arg-type]


def agreed(db: Session, by: Actor, about: UUID, owner: int, days: int = 40) -> PlanAction:
    return agree_plan_action(
        db, by=by, finding_record_id=about, owner_id=owner, text="Count them", due_on=today() + timedelta(days=days)
    )


def done(db: Session, by: Actor, action: PlanAction) -> PlanAction:
    return mark_plan_action_done(db, by=by, action_id=action.id or 0, done_on=today(), evidence="The list")


def second_director(db: Session, cast: Cast, name: str = "Jo") -> int:
    db.add(
        RoleGrant(
            staff_id=cast.id(name),
            role=Role.DIRECTOR,
            start_on=LONG_AGO,
            approved_at=now(),
            establishment_id=cast.establishment,
        )
    )
    db.flush()
    return cast.id(name)
