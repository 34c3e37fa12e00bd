"""What reviews found, in which community, and what comes again: across reviews and communities."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, communities_named, communities_within
from tcsuper.clock import today
from tcsuper.models import (
    Community,
    Finding,
    FindingKind,
    Review,
    ReviewKind,
    Staff,
    Standard,
    StandardCarriedOver,
    StandardSet,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.names_in_words import as_read_in
from tcsuper.queries.plan_actions import PlanActionSeen, plan_actions
from tcsuper.rules.reviews import repeated


@dataclass(frozen=True)
class FindingSeen:
    """One finding as it stands. `entered_by`: a code for an auditor."""

    finding_id: int
    """The version: hand it to a service."""
    record_id: UUID
    review_id: int
    review: str
    review_kind: ReviewKind
    community_id: int
    community: str
    standard_id: int | None
    standard: str
    """Number and short title; empty: a finding about no one standard."""
    section: str
    kind: FindingKind
    words: str
    found_on: date
    repeats_record_id: UUID | None
    entered_by: str
    entered_on: date
    may_change: bool
    actions: tuple[PlanActionSeen, ...] = ()
    """What is to be done about it, the most pressing first."""

    @property
    def where(self) -> str:
        return f"{self.review}, {self.community}"


def findings(
    db: Session,
    *,
    viewer: Actor,
    on: date,
    known_on: date | None = None,
    community_ids: Collection[int] | None = None,
    review_id: int | None = None,
) -> tuple[FindingSeen, ...]:
    """What had been found by a day in the communities whose reviews the viewer reads, the latest first, each with its
    actions as they stand on that day. Those of a withdrawn review are asked for by its id alone."""
    within = set(communities_within(viewer, Object.REVIEW))
    if community_ids is not None:
        within &= set(community_ids)
    rows = db.exec(
        select(Finding, Review, Community, Standard)
        .join(Review, col(Review.id) == col(Finding.review_id))
        .join(Community, col(Community.id) == col(Finding.community_id))
        .outerjoin(Standard, col(Standard.id) == col(Finding.standard_id))
        .where(
            col(Finding.community_id).in_(within),
            current(Finding, known_on),
            col(Finding.found_on) <= on,
            col(Review.withdrawn_at).is_(None) if review_id is None else col(Finding.review_id) == review_id,
        )
        .order_by(col(Finding.found_on).desc(), col(Finding.id).desc())
    ).all()
    actions: dict[UUID, list[PlanActionSeen]] = defaultdict(list)
    for one in plan_actions(db, viewer=viewer, on=on, known_on=known_on, community_ids=within):
        actions[one.finding_record_id].append(one)
    names = _names(db, viewer, (row for row, _, _, _ in rows))
    works_in = set(communities_within(viewer, Object.REVIEW, Action.UPDATE))
    read = as_read_in(db, within, communities_named(viewer, Object.REVIEW))
    return tuple(
        FindingSeen(
            row.id or 0,
            row.record_id,
            row.review_id,
            read(row.community_id, review.title),
            review.kind,
            row.community_id,
            community.name,
            row.standard_id,
            f"{standard.number}. {standard.short_title}" if standard else "",
            standard.section if standard else "",
            row.kind,
            read(row.community_id, row.words),
            row.found_on,
            row.repeats_record_id,
            names[row.recorded_by_id, row.community_id],
            today(row.recorded_at),
            row.community_id in works_in and review.withdrawn_at is None,
            tuple(actions[row.record_id]),
        )
        for row, review, community, standard in rows
    )


def _names(db: Session, viewer: Actor, rows: Iterable[Finding]) -> dict[tuple[int | None, int], str]:
    """Who entered each, by person and community: by name where people are seen by name."""
    named, wanted = (
        communities_named(viewer, Object.REVIEW),
        {(one.recorded_by_id, one.community_id) for one in rows},
    )
    people = {one.id: one for one in db.exec(select(Staff).where(col(Staff.id).in_({who for who, _ in wanted if who})))}
    return {
        (who, community): (people[who].full_name if community in named else people[who].code) if who else "nobody"
        for who, community in wanted
    }


# ---------------------------------------------------------------------------------------------------------------------
# What comes again


@dataclass(frozen=True)
class Repeated:
    """A finding that was made more than once: each time, the latest first."""

    times: tuple[FindingSeen, ...]

    @property
    def latest(self) -> FindingSeen:
        return self.times[0]

    @property
    def communities(self) -> tuple[str, ...]:
        return tuple(sorted({one.community for one in self.times}))


def repeated_findings(db: Session, *, viewer: Actor, on: date, known_on: date | None = None) -> tuple[Repeated, ...]:
    """Those that the viewer reads at least two of, across reviews and communities: what came most often first."""
    seen = {one.record_id: one for one in findings(db, viewer=viewer, on=on, known_on=known_on)}
    chains = repeated({record: one.repeats_record_id for record, one in seen.items()})
    found = [Repeated(tuple(seen[record] for record in records)) for records in chains.values()]
    return tuple(sorted(found, key=lambda one: (-len(one.times), -one.latest.found_on.toordinal())))


def earlier_findings(
    db: Session, *, viewer: Actor, standard_id: int | None, before: date, besides: UUID | None = None
) -> tuple[FindingSeen, ...]:
    """Which earlier findings a new one might repeat: on the same standard, in whichever version of its set, across
    reviews and communities; for one about no standard, others about none. Achievements are not found again."""
    alike = _alike(db, standard_id) if standard_id is not None else {None}
    return tuple(
        one
        for one in findings(db, viewer=viewer, on=before)
        if one.standard_id in alike and one.kind is not FindingKind.ACHIEVEMENT and one.record_id != besides
    )


def _alike(db: Session, standard_id: int) -> set[int | None]:
    """The same standard in other versions of its set: of the same title, or carried over by somebody."""
    standard = db.get(Standard, standard_id)
    if standard is None:
        return set()
    code = select(StandardSet.code).where(StandardSet.id == standard.standard_set_id).scalar_subquery()
    versions = db.exec(select(Standard).join(StandardSet).where(StandardSet.code == code))
    title = standard.short_title.casefold()
    alike: set[int | None] = {one.id for one in versions if one.short_title.casefold() == title}
    pairs = [
        {one.former_id, one.new_id} for one in db.exec(select(StandardCarriedOver).where(current(StandardCarriedOver)))
    ]
    for _ in pairs:  # each round reaches one version further
        alike |= {one for pair in pairs if pair & alike for one in pair}
    return alike
