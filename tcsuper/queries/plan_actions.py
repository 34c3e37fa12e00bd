"""Action plans: what is to be done about the findings of reviews, by whom, until when, and how it stands on a date.

Whoever owns an action reads that one; whoever reads the plans of a community reads all of them, an auditor with people
as codes. Each step is a version (`services/plan_actions.py`), so what was due when, and was sent back why, is told.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    communities_named,
    communities_within,
    grant_holds,
    in_force,
    may_in,
    may_mark_done,
    plan_actions_visible_to,
    who_closes_plan_actions,
)
from tcsuper.clock import today
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Community,
    Finding,
    FindingKind,
    PlanAction,
    PlanState,
    Post,
    Review,
    Role,
    RoleGrant,
    Staff,
    Standard,
)
from tcsuper.queries.evidence import current, end_of_day
from tcsuper.queries.names_in_words import as_read_in
from tcsuper.queries.people import Person, people_to_choose
from tcsuper.rules.reviews import (
    PLAN_ORDER,
    NewDue,
    Planned,
    PlanStanding,
    PlanStatus,
    closers,
    how_it_stands,
    who_closes,
)
from tcsuper.settings import service_number

GONE = "nobody"


@dataclass(frozen=True)
class SentBack:
    """Whoever was to close it sent it back, and why."""

    on: date
    by: str
    because: str


@dataclass(frozen=True)
class PlanActionSeen:
    """An action as it stands on the day that was asked about: that it was done, or closed, later is not told.
    `finding`: its words, for who reads the community's findings; empty for somebody who merely owns the action. Names
    are codes for an auditor, those in typed words too."""

    action_id: int
    """The version: hand it to a service."""
    record_id: UUID
    finding_record_id: UUID
    finding: str
    finding_kind: FindingKind
    review_id: int
    review: str
    community_id: int
    community: str
    standard_id: int | None
    standard: str
    words: str
    owner_id: int
    owner: str
    standing: PlanStanding
    planned: Planned
    state: PlanState
    """Today's, whatever day was asked about."""
    evidence: str
    marked_done_by: str
    """Who entered that it is done, where that is not its owner."""
    closed_by: str
    closing_words: str
    sent_back: SentBack | None
    who_closes: str
    """Of one that is done: who can close it. Of any that is not over: that nobody can."""
    is_mine: bool
    may_mark_done: bool
    may_change: bool
    may_withdraw: bool
    may_close: bool
    owner_is_gone: bool
    """Its owner has neither a post nor a role here any more: it needs another."""

    @property
    def status(self) -> PlanStatus:
        return self.standing.status

    @property
    def due_on(self) -> date:
        return self.standing.due_on


def plan_actions(
    db: Session,
    *,
    viewer: Actor,
    on: date,
    known_on: date | None = None,
    community_ids: Collection[int] | None = None,
    review_id: int | None = None,
) -> tuple[PlanActionSeen, ...]:
    """The actions that the viewer may read, as they stand on a day: the most pressing first, among equals the one that
    is due first. Of some communities, or one review, alone when said. One that was agreed after that day is not in
    it."""
    return _Plans(db, viewer, on, known_on).seen(community_ids, review_id)


def plan_action_seen(db: Session, *, viewer: Actor, record_id: UUID, on: date) -> PlanActionSeen:
    """One of them. Raises NotAllowed where it is not theirs to read."""
    found = next((one for one in plan_actions(db, viewer=viewer, on=on) if one.record_id == record_id), None)
    if found is None:
        raise NotAllowed
    return found


def counts_of(actions: Iterable[PlanActionSeen]) -> dict[PlanStatus, int]:
    """How many of them stand how; every status is there."""
    counted = Counter(one.status for one in actions)
    return {status: counted[status] for status in PlanStatus}


# ---------------------------------------------------------------------------------------------------------------------
# How one came to be as it is


@dataclass(frozen=True)
class Step:
    """One version of an action in words, for its history: what happened, when, and by whom."""

    on: date
    by: str
    what: str
    because: str


def steps_of(db: Session, *, viewer: Actor, record_id: UUID) -> tuple[Step, ...]:
    """Everything that happened to an action, the oldest first."""
    plans = _Plans(db, viewer, viewer.on, None)
    rows = plans.rows(PlanAction.record_id == record_id)
    if not rows:
        raise NotAllowed
    versions = plans.versions([record_id])[record_id]
    steps = []
    for former, one in zip([None, *versions], versions, strict=False):
        by = plans.name(one.recorded_by_id, one.community_id)
        because = plans.typed(one.correction_reason, one.community_id)
        steps.append(Step(today(one.recorded_at), by, _what_happened(plans, former, one), because))
    return tuple(steps)


def _what_happened(plans: "_Plans", former: PlanAction | None, one: PlanAction) -> str:
    if former is None:
        return f"Agreed: {plans.name(one.owner_id, one.community_id)}, until {words.day(one.due_on)}"
    if one.state is not former.state:
        return {
            PlanState.DONE: "Marked done",
            PlanState.CLOSED: "Closed",
            PlanState.WITHDRAWN: "Withdrawn",
            PlanState.OPEN: "Sent back",
        }[one.state]
    changed = []
    if one.due_on != former.due_on:
        changed.append(f"due {words.day(one.due_on)} instead of {words.day(former.due_on)}")
    if one.owner_id != former.owner_id:
        names = [plans.name(who, one.community_id) for who in (one.owner_id, former.owner_id)]
        changed.append(f"{names[0]} instead of {names[1]}")
    if one.words != former.words:
        changed.append("worded anew")
    return f"Changed: {', '.join(changed)}"


# ---------------------------------------------------------------------------------------------------------------------
# Whom an action can be given to


def owners_to_choose(db: Session, *, viewer: Actor, community_id: int) -> list[Person]:
    """Who may be made the owner of an action of a community: whom the viewer sees by name and who is in post, and
    whoever manages or directs the community."""
    if not may_in(viewer, Object.PLAN_ACTION, Action.CREATE, community_id):
        raise NotAllowed
    people = {one.staff_id: one for one in people_to_choose(db, viewer=viewer) if one.where}
    for staff_id, name, role in _who_answers_for(db, community_id, viewer.on):
        people.setdefault(staff_id, Person(staff_id, name, ANSWERS_AS[role]))
    return sorted(people.values(), key=lambda one: (one.full_name, one.staff_id))


ANSWERS_AS = {Role.THERAPY_MANAGER: "Therapy manager", Role.DIRECTOR: "Director"}


def _who_answers_for(db: Session, community_id: int, on: date) -> list[tuple[int, str, Role]]:
    establishment = sa.select(col(Community.establishment_id)).where(col(Community.id) == community_id)
    rows = db.execute(
        sa.select(col(Staff.id), col(Staff.full_name), col(RoleGrant.role))
        .join(RoleGrant, col(RoleGrant.staff_id) == col(Staff.id))
        .where(
            col(RoleGrant.role).in_(ANSWERS_AS),
            grant_holds(on),
            sa.or_(
                col(RoleGrant.community_id) == community_id,
                col(RoleGrant.establishment_id) == establishment.scalar_subquery(),
            ),
        )
        .order_by(col(Staff.id), col(RoleGrant.role))
    )
    return [(staff_id, name, role) for staff_id, name, role in rows]


# ---------------------------------------------------------------------------------------------------------------------
# Read in bulk


class _Plans:
    """What is stored about the actions that somebody may read, on a day and as known on a day."""

    def __init__(self, db: Session, viewer: Actor, on: date, known_on: date | None) -> None:
        self.db, self.viewer, self.on, self.known_on = db, viewer, on, known_on
        self.named = communities_named(viewer, Object.PLAN_ACTION)
        self.read = set(communities_within(viewer, Object.PLAN_ACTION))
        self.warning_days = int(service_number(db, "plan_action_warning_days"))
        self._typed = as_read_in(db, self.read, self.named)
        self._people: dict[int, Staff] = {}
        self._closers: dict[int, frozenset[int]] = {}

    def rows(self, *which: sa.ColumnElement[bool] | bool) -> Sequence[PlanAction]:
        return self.db.exec(
            select(PlanAction)
            .where(current(PlanAction, self.known_on), plan_actions_visible_to(self.viewer), *which)
            .order_by(col(PlanAction.id))
        ).all()

    def versions(self, records: Collection[UUID]) -> dict[UUID, list[PlanAction]]:
        """Every version of these records, the oldest first."""
        rows = select(PlanAction).where(col(PlanAction.record_id).in_(records)).order_by(col(PlanAction.id))
        if self.known_on is not None:
            rows = rows.where(col(PlanAction.recorded_at) < end_of_day(self.known_on))
        found: dict[UUID, list[PlanAction]] = defaultdict(list)
        for one in self.db.exec(rows):
            found[one.record_id].append(one)
        return found

    def seen(self, community_ids: Collection[int] | None, review_id: int | None) -> tuple[PlanActionSeen, ...]:
        rows = self.rows(True if community_ids is None else col(PlanAction.community_id).in_(community_ids))
        versions = self.versions({one.record_id for one in rows})
        about = self._about({one.finding_record_id for one in rows})
        communities = {key: name for key, name in self.db.execute(sa.select(col(Community.id), col(Community.name)))}
        at_work = self._at_work({one.owner_id for one in rows})
        out = []
        for row in rows:
            if row.finding_record_id not in about:  # the finding was taken back, its actions withdrawn before
                continue
            finding, review, standard = about[row.finding_record_id]
            planned = self._planned(versions[row.record_id])
            if planned.agreed_on > self.on or review_id not in (None, review.id):
                continue
            out.append(
                self._seen(
                    row,
                    versions[row.record_id],
                    planned,
                    (finding, review, standard),
                    communities[row.community_id],
                    row.owner_id not in at_work,
                )
            )
        return tuple(sorted(out, key=lambda one: (PLAN_ORDER[one.status], one.due_on, one.community, one.action_id)))

    def _seen(
        self,
        row: PlanAction,
        versions: Sequence[PlanAction],
        planned: Planned,
        about: tuple[Finding, Review, str],
        community: str,
        owner_is_gone: bool,
    ) -> PlanActionSeen:
        finding, review, standard = about
        standing = how_it_stands(planned, self.on, self.warning_days)
        is_said_done = standing.status in (PlanStatus.DONE, PlanStatus.CLOSED)
        is_closed = standing.status is PlanStatus.CLOSED
        place = row.community_id
        marked = marked_done_by(versions)
        may_close = self._who_may_close(row.community_id)
        can_close = closers(may_close, row.owner_id, marked)
        is_mine = row.owner_id == self.viewer.staff_id
        owner = self.name(row.owner_id, row.community_id)
        is_open, is_done = row.state is PlanState.OPEN, row.state is PlanState.DONE
        return PlanActionSeen(
            action_id=row.id or 0,
            record_id=row.record_id,
            finding_record_id=row.finding_record_id,
            finding=self.typed(finding.words, place) if place in self.read else "",
            finding_kind=finding.kind,
            review_id=review.id or 0,
            review=self.typed(review.title, place),
            community_id=row.community_id,
            community=community,
            standard_id=finding.standard_id,
            standard=standard,
            words=self.typed(row.words, place),
            owner_id=row.owner_id,
            owner=owner,
            standing=standing,
            planned=planned,
            state=row.state,
            evidence=self.typed(row.evidence, place) if is_said_done else "",
            marked_done_by=self.name(marked, place) if is_said_done and marked not in (None, row.owner_id) else "",
            closed_by=self.name(row.recorded_by_id, place) if is_closed else "",
            closing_words=self.typed(row.closing_words, place) if is_closed else "",
            sent_back=self._sent_back(versions),
            who_closes=who_closes([self.name(one, row.community_id) for one in can_close], owner)
            if is_done or (is_open and not can_close)
            else "",
            is_mine=is_mine,
            may_mark_done=is_open and may_mark_done(self.viewer, row),
            may_change=is_open and may_in(self.viewer, Object.PLAN_ACTION, Action.UPDATE, row.community_id),
            may_withdraw=is_open
            and self.viewer.staff_id not in owned_by(versions)
            and may_in(self.viewer, Object.PLAN_ACTION, Action.UPDATE, row.community_id),
            may_close=is_done
            and self.viewer.staff_id in can_close
            and may_in(self.viewer, Object.PLAN_ACTION, Action.CLOSE, row.community_id),
            owner_is_gone=owner_is_gone and is_open,
        )

    def _planned(self, versions: Sequence[PlanAction]) -> Planned:
        """What the rules need to know, from all versions of one action, the oldest first."""
        last = versions[-1]
        place = last.community_id
        moved = tuple(
            NewDue(today(one.recorded_at), former.due_on, one.due_on, self.typed(one.correction_reason, place))
            for former, one in zip(versions, versions[1:], strict=False)
            if former.due_on != one.due_on
        )
        withdrawn = last.state is PlanState.WITHDRAWN
        return Planned(
            agreed_on=today(versions[0].recorded_at),
            due_on=last.due_on,
            state=last.state,
            done_on=last.done_on,
            closed_on=last.closed_on,
            withdrawn_on=today(last.recorded_at) if withdrawn else None,
            withdrawn_because=self.typed(last.correction_reason, place) if withdrawn else "",
            moved=moved,
        )

    def _sent_back(self, versions: Sequence[PlanAction]) -> SentBack | None:
        """By the last version that did so, as long as it is open."""
        if versions[-1].state is not PlanState.OPEN:
            return None
        for former, one in reversed(list(zip(versions, versions[1:], strict=False))):
            if (former.state, one.state) == (PlanState.DONE, PlanState.OPEN):
                by = self.name(one.recorded_by_id, one.community_id)
                return SentBack(today(one.recorded_at), by, self.typed(one.correction_reason, one.community_id))
        return None

    def _who_may_close(self, community_id: int) -> frozenset[int]:
        if community_id not in self._closers:
            self._closers[community_id] = who_closes_plan_actions(self.db, community_id, self.viewer.on)
        return self._closers[community_id]

    def typed(self, text: str, community_id: int) -> str:
        """What somebody typed: without the names in it where people are seen by code. An owner reads it as it is."""
        return self._typed(community_id, text) if community_id in self.read else text

    def name(self, staff_id: int | None, community_id: int) -> str:
        """One's own name, and everybody's where people are seen by name; else a code."""
        if staff_id is None:
            return GONE
        if staff_id not in self._people:
            self._people[staff_id] = self.db.get_one(Staff, staff_id)
        person = self._people[staff_id]
        reads_it_as_owner = community_id not in self.read
        by_name = staff_id == self.viewer.staff_id or community_id in self.named or reads_it_as_owner
        return person.full_name if by_name else person.code

    def _about(self, findings: Collection[UUID]) -> dict[UUID, tuple[Finding, Review, str]]:
        """By the record of the finding: its last version, the review, and the short title of the standard."""
        rows = self.db.exec(
            select(Finding, Review, Standard)
            .join(Review, col(Review.id) == col(Finding.review_id))
            .outerjoin(Standard, col(Standard.id) == col(Finding.standard_id))
            .where(col(Finding.record_id).in_(findings), current(Finding, self.known_on))
        )
        return {
            one.record_id: (one, review, standard.short_title if standard else "") for one, review, standard in rows
        }

    def _at_work(self, people: Collection[int]) -> set[int]:
        """Of these people those with a post or a role in force today."""
        posts = sa.select(col(Post.staff_id)).where(
            col(Post.staff_id).in_(people), in_force(Post.start_on, Post.end_on, self.viewer.on)
        )
        roles = sa.select(col(RoleGrant.staff_id)).where(
            col(RoleGrant.staff_id).in_(people), grant_holds(self.viewer.on)
        )
        return set(self.db.scalars(sa.select(sa.union(posts, roles).subquery().c[0])))


def marked_done_by(versions: Sequence[PlanAction]) -> int | None:
    """Who entered that it is done: the version that said so first since it was last open."""
    found = None
    for one in versions:
        if one.state is PlanState.OPEN:
            found = None
        elif one.state is PlanState.DONE and found is None:
            found = one.recorded_by_id
    return found


def owned_by(versions: Sequence[PlanAction]) -> frozenset[int]:
    """Everybody who owns it or ever did."""
    return frozenset(one.owner_id for one in versions)
