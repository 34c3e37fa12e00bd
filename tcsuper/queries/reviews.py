"""Reviews: which there are, and one of them section by section: ratings, statements, evidence, findings.

A review of several communities is read by whoever reads the reviews of any of them, and of it the parts about theirs.
Auditors see people as codes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, communities_named, communities_within
from tcsuper.clock import today
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Community,
    Finding,
    HowMet,
    RatedBy,
    Recorded,
    Review,
    ReviewedCommunity,
    ReviewKind,
    ReviewRating,
    ReviewStatement,
    SetOf,
    Staff,
    Standard,
    StandardSet,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.findings import FindingSeen, findings
from tcsuper.queries.names_in_words import as_read_in
from tcsuper.queries.plan_actions import plan_actions
from tcsuper.queries.standard_evidence import Evidence, evidence_for
from tcsuper.queries.standard_sets import sets_in_force
from tcsuper.rules.reviews import (
    NOT_OVER,
    EvidenceOf,
    PlanStatus,
    Points,
    Score,
    difference_words,
    kinds_known,
    score,
)
from tcsuper.settings import service_number

DATES = ("self_review_on", "visit_on", "report_on", "reply_on")
DATE_WORDS = {"self_review_on": "Self-review", "visit_on": "Visit", "report_on": "Report", "reply_on": "Reply"}


def points_set(db: Session) -> Points:
    """What a rating is worth, as the service set it."""
    names = ("points_met", "points_partly_met", "points_not_met")
    return Points(*(int(service_number(db, name)) for name in names))


# ---------------------------------------------------------------------------------------------------------------------
# Which there are


@dataclass(frozen=True)
class ReviewLine:
    """A review as a line of a list. `communities`: those of it that the viewer reads, by id; `elsewhere`: how many more
    it has."""

    review_id: int
    row_version: int
    kind: ReviewKind
    title: str
    edition: str
    reviewers: str
    period_from: date
    period_to: date
    self_review_on: date | None
    visit_on: date | None
    report_on: date | None
    reply_on: date | None
    communities: Mapping[int, str]
    elsewhere: int
    standard_set_id: int | None
    standard_set: str
    """Name and version; empty where it goes by none."""
    standards: int
    own_rated: int
    reviewers_rated: int
    """How many standards are rated, in these communities together."""
    findings: int
    actions: int
    """Not over yet: open or done, in these communities."""
    overdue: int
    entered_by: str
    withdrawn_on: date | None
    withdrawn_because: str
    works_in: frozenset[int]
    """The communities in which the viewer rates, states and finds."""
    may_change: bool
    """Its title, period, dates and communities: who keeps the reviews of all of its communities."""
    may_close: bool
    """Withdraw it with all that is written in it."""

    @property
    def to_rate(self) -> int:
        return self.standards * len(self.communities)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_on is not None

    def dates(self) -> tuple[tuple[str, date], ...]:
        """("Visit", the day), of those that are set, in their order."""
        return tuple((DATE_WORDS[name], day) for name in DATES if (day := getattr(self, name)) is not None)

    def coming(self, on: date, within: int) -> tuple[tuple[str, date], ...]:
        """Of them those from a day on, up to so many days ahead."""
        return tuple(pair for pair in self.dates() if on <= pair[1] <= on + timedelta(days=within))


def reviews_seen(db: Session, *, viewer: Actor, on: date | None = None) -> tuple[ReviewLine, ...]:
    """Every review of a community whose reviews the viewer reads, withdrawn ones too, the latest period first. Actions
    are counted as they stand `on` a day: today."""
    within = set(communities_within(viewer, Object.REVIEW))
    names = {key: name for key, name in db.execute(sa.select(col(Community.id), col(Community.name)))}
    places: dict[int, dict[int, str]] = defaultdict(dict)
    for one in db.exec(select(ReviewedCommunity).order_by(col(ReviewedCommunity.id))):
        places[one.review_id][one.community_id] = names[one.community_id]
    seen = [review for review, those in places.items() if within & set(those)]
    rows = db.exec(
        select(Review)
        .where(col(Review.id).in_(seen))
        .order_by(col(Review.period_to).desc(), col(Review.period_from).desc(), col(Review.id).desc())
    ).all()
    counted = _Counted(db, viewer, on or viewer.on, within, seen)
    return tuple(_line(one, places[one.id or 0], within, viewer, counted) for one in rows)


class _Counted:
    """What is told of every review in one line, each kind of it read once."""

    def __init__(self, db: Session, viewer: Actor, on: date, within: set[int], reviews: Collection[int]) -> None:
        self.named = communities_named(viewer, Object.REVIEW)
        self.read = as_read_in(db, within, self.named)
        self.people = {one.id: one for one in db.exec(select(Staff).where(col(Staff.id).in_(_entered_by(reviews))))}
        self.sets = {one.id: f"{one.name}, version {one.version}" for one in db.exec(select(StandardSet))}
        standards = sa.select(col(Standard.standard_set_id), sa.func.count()).group_by(col(Standard.standard_set_id))
        self.standards = {key: count for key, count in db.execute(standards)}
        self.rated: dict[tuple[int, RatedBy], int] = defaultdict(int)
        rating = ReviewRating
        rows = db.execute(
            sa.select(col(rating.review_id), col(rating.rated_by), sa.func.count())
            .where(col(rating.community_id).in_(within), current(rating))
            .group_by(col(rating.review_id), col(rating.rated_by))
        )
        for review_id, rated_by, count in rows:
            self.rated[review_id, rated_by] = count
        self.findings: dict[int, int] = defaultdict(int)
        self.actions: dict[int, int] = defaultdict(int)
        self.overdue: dict[int, int] = defaultdict(int)
        for action in plan_actions(db, viewer=viewer, on=on, community_ids=within):
            self.actions[action.review_id] += action.status in NOT_OVER
            self.overdue[action.review_id] += action.status is PlanStatus.OVERDUE
        found = sa.select(col(Finding.review_id), sa.func.count()).where(
            col(Finding.community_id).in_(within), current(Finding), col(Finding.found_on) <= on
        )
        for review_id, count in db.execute(found.group_by(col(Finding.review_id))):
            self.findings[review_id] = count


def _entered_by(reviews: Collection[int]) -> sa.Select[int]:
    return sa.select(col(Review.entered_by_id)).where(col(Review.id).in_(reviews))


def _line(one: Review, places: Mapping[int, str], within: set[int], viewer: Actor, counted: _Counted) -> ReviewLine:
    review_id = one.id or 0
    mine = {key: name for key, name in places.items() if key in within}
    works_in = set(communities_within(viewer, Object.REVIEW, Action.UPDATE))
    closes_in = set(communities_within(viewer, Object.REVIEW, Action.CLOSE))
    person = counted.people[one.entered_by_id]
    is_in_use = one.withdrawn_at is None
    by_name = counted.named & set(mine)
    place = next(iter(sorted(by_name) or mine))

    def read(typed: str) -> str:
        return counted.read(place, typed)

    return ReviewLine(
        review_id=review_id,
        row_version=one.row_version or 0,
        kind=one.kind,
        title=read(one.title),
        edition=one.edition,
        reviewers=read(one.reviewers),
        period_from=one.period_from,
        period_to=one.period_to,
        self_review_on=one.self_review_on,
        visit_on=one.visit_on,
        report_on=one.report_on,
        reply_on=one.reply_on,
        communities=mine,
        elsewhere=len(places) - len(mine),
        standard_set_id=one.standard_set_id,
        standard_set=counted.sets.get(one.standard_set_id, ""),
        standards=counted.standards.get(one.standard_set_id or 0, 0),
        own_rated=counted.rated[review_id, RatedBy.COMMUNITY],
        reviewers_rated=counted.rated[review_id, RatedBy.REVIEWERS],
        findings=counted.findings[review_id],
        actions=counted.actions[review_id],
        overdue=counted.overdue[review_id],
        entered_by=person.full_name if by_name else person.code,
        withdrawn_on=today(one.withdrawn_at) if one.withdrawn_at else None,
        withdrawn_because=read(one.withdrawn_because),
        works_in=frozenset(set(mine) & works_in) if is_in_use else frozenset(),
        may_change=is_in_use and set(places) <= works_in,
        may_close=is_in_use and set(places) <= closes_in,
    )


def standard_sets_to_choose(db: Session, *, viewer: Actor, on: date) -> dict[int, str]:
    """The versions of sets of a community in force on a day, for who enters reviews: id to name and version."""
    if not communities_within(viewer, Object.REVIEW, Action.CREATE):
        raise NotAllowed
    return {one.id or 0: f"{one.name}, version {one.version}" for one in sets_in_force(db, on, [SetOf.COMMUNITY])}


# ---------------------------------------------------------------------------------------------------------------------
# One of them


@dataclass(frozen=True)
class RatingSeen:
    """`rating_id`: the version. `by`: who entered it, a code for an auditor."""

    rating_id: int
    result: HowMet
    reason: str
    by: str
    on: date


@dataclass(frozen=True)
class StatementSeen:
    statement_id: int
    words: str
    by: str
    on: date


@dataclass(frozen=True)
class StandardSeen:
    """A standard in a review of one community."""

    standard_id: int
    number: int
    short_title: str
    text: str
    section: str
    own: RatingSeen | None
    reviewers: RatingSeen | None
    statement: StatementSeen | None
    kinds: tuple[EvidenceOf, ...]
    """What is counted towards it."""
    evidence: tuple[Evidence, ...]
    findings: tuple[FindingSeen, ...]

    @property
    def difference(self) -> str:
        """How the reviewers' rating differs from the own one; nothing where it does not."""
        results = [one.result if one else None for one in (self.own, self.reviewers)]
        return difference_words(*results)

    def rating(self, rated_by: RatedBy) -> RatingSeen | None:
        return self.own if rated_by is RatedBy.COMMUNITY else self.reviewers


@dataclass(frozen=True)
class SectionSeen:
    """`title`: empty where the set has no sections."""

    title: str
    standards: tuple[StandardSeen, ...]
    own: Score
    reviewers: Score


@dataclass(frozen=True)
class CommunityReviewed:
    """What a review says of one community."""

    community_id: int
    community: str
    sections: tuple[SectionSeen, ...]
    own: Score
    reviewers: Score
    findings: tuple[FindingSeen, ...]
    """All of them, those about a standard too; the latest first."""
    may_work: bool


@dataclass(frozen=True)
class ReviewSeen:
    line: ReviewLine
    communities: tuple[CommunityReviewed, ...]
    points: Points


def review_seen(
    db: Session,
    *,
    viewer: Actor,
    review_id: int,
    on: date,
    known_on: date | None = None,
    community_id: int | None = None,
    count_in: Collection[str] | None = None,
) -> ReviewSeen:
    """A review with what it says of the communities that the viewer reads, or of one of them. Ratings and statements
    are those known on a day; evidence is counted over its period as far as it has come by `on`; findings and actions
    are as at `on`. `count_in`: the sections whose evidence is counted, all of them when not said: it is what takes
    time. Raises NotAllowed where nothing of it is theirs to read."""
    line = next((one for one in reviews_seen(db, viewer=viewer, on=on) if one.review_id == review_id), None)
    if line is None or community_id not in (None, *line.communities):
        raise NotAllowed
    points = points_set(db)
    standards = db.exec(
        select(Standard).where(Standard.standard_set_id == line.standard_set_id).order_by(col(Standard.number))
    ).all()
    written = _Written(db, viewer, line, known_on)
    wanted = line.communities if community_id is None else {community_id: line.communities[community_id]}
    seen = []
    for place, name in wanted.items():
        found = findings(db, viewer=viewer, on=on, known_on=known_on, community_ids=[place], review_id=review_id)
        counted = _evidence(db, viewer, line, place, (on, known_on), standards, count_in)
        in_order = [_standard(one, place, written, found, counted) for one in standards]
        sections = tuple(_sections(in_order, points))
        own, reviewers = (
            score([_result(one.rating(whose)) for one in in_order], points)
            for whose in (RatedBy.COMMUNITY, RatedBy.REVIEWERS)
        )
        seen.append(CommunityReviewed(place, name, sections, own, reviewers, found, place in line.works_in))
    return ReviewSeen(line, tuple(seen), points)


class _Written:
    """Ratings and statements of a review in their versions of a day, by community and standard."""

    def __init__(self, db: Session, viewer: Actor, line: ReviewLine, known_on: date | None) -> None:
        named = communities_named(viewer, Object.REVIEW)
        ratings = _of(db, ReviewRating, line, known_on)
        statements = _of(db, ReviewStatement, line, known_on)
        wrote = {one.recorded_by_id for one in (*ratings, *statements)}
        people = {one.id: one for one in db.exec(select(Staff).where(col(Staff.id).in_(wrote)))}
        read = as_read_in(db, line.communities, named)

        def name(one: Any) -> str:
            person = people.get(one.recorded_by_id)
            if person is None:
                return "nobody"
            return person.full_name if one.community_id in named else person.code

        self.ratings = {
            (one.community_id, one.standard_id, one.rated_by): RatingSeen(
                one.id, one.result, read(one.community_id, one.reason), name(one), today(one.recorded_at)
            )
            for one in ratings
        }
        self.statements = {
            (one.community_id, one.standard_id): StatementSeen(
                one.id, read(one.community_id, one.words), name(one), today(one.recorded_at)
            )
            for one in statements
        }


def _of(db: Session, table: type[Recorded], line: ReviewLine, known_on: date | None) -> Sequence[Any]:
    rows: Any = table
    return db.exec(
        select(rows).where(
            col(rows.review_id) == line.review_id,
            col(rows.community_id).in_(line.communities),
            current(table, known_on),
        )
    ).all()


def _evidence(
    db: Session,
    viewer: Actor,
    line: ReviewLine,
    community_id: int,
    days: tuple[date, date | None],
    standards: Iterable[Standard],
    count_in: Collection[str] | None,
) -> dict[EvidenceOf, Evidence]:
    on, known_on = days
    counted = [one for one in standards if count_in is None or one.section in count_in]
    kinds = {kind for one in counted for kind in kinds_known(one.evidence)}
    if not kinds:
        return {}
    found = evidence_for(
        db,
        viewer=viewer,
        community_id=community_id,
        kinds=kinds,
        since=line.period_from,
        until=line.period_to,
        on=on,
        known_on=known_on,
    )
    return {one.kind: one for one in found}


def _standard(
    one: Standard,
    place: int,
    written: _Written,
    found: Iterable[FindingSeen],
    counted: Mapping[EvidenceOf, Evidence],
) -> StandardSeen:
    standard_id, kinds = one.id or 0, kinds_known(one.evidence)
    return StandardSeen(
        standard_id,
        one.number,
        one.short_title,
        one.text,
        one.section,
        written.ratings.get((place, standard_id, RatedBy.COMMUNITY)),
        written.ratings.get((place, standard_id, RatedBy.REVIEWERS)),
        written.statements.get((place, standard_id)),
        kinds,
        tuple(counted[kind] for kind in kinds if kind in counted),
        tuple(finding for finding in found if finding.standard_id == standard_id),
    )


def _sections(standards: Sequence[StandardSeen], points: Points) -> Iterable[SectionSeen]:
    by_title: dict[str, list[StandardSeen]] = {}
    for one in standards:
        by_title.setdefault(one.section, []).append(one)
    for title, those in by_title.items():
        own, reviewers = (
            score([_result(one.rating(whose)) for one in those], points)
            for whose in (RatedBy.COMMUNITY, RatedBy.REVIEWERS)
        )
        yield SectionSeen(title, tuple(those), own, reviewers)


def _result(rating: RatingSeen | None) -> HowMet | None:
    return rating.result if rating else None
