"""Who holds what on a date: led responsibilities by the people named, all others by every postholder.

`rules/responsibilities.py` decides how well each is covered; whether a holder is able to hold one is how they stand on
the requirements it calls for (`queries/standing.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, communities_within, in_force, may_in, people_within
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Community,
    HoldingKind,
    JobDescription,
    Post,
    Requirement,
    Responsibility,
    ResponsibilityHolding,
    ResponsibilityRequirement,
    Staff,
)
from tcsuper.queries.bound import Bound, Evidence
from tcsuper.queries.people import Person
from tcsuper.queries.standing import JUDGES, Row, as_seen, judged, sight_of
from tcsuper.rules.responsibilities import COVER_ORDER, Change, Coverage, Holding, Led, coverage, what_if
from tcsuper.rules.standing import LEFT_OUT, Span, Standing

HOLDING_WORDS = {HoldingKind.LEAD: "Lead", HoldingKind.DEPUTY: "Deputy", HoldingKind.IN_DEVELOPMENT: "In development"}
MISSED_FOR = timedelta(days=365)
"""A led responsibility of a role that nobody has had in a community for this long is not missed there any more."""
SOMEBODY = "a former colleague"
"""Whose name the viewer may no longer see."""


@dataclass(frozen=True)
class Where:
    """Which part of the service is asked about. None: all of it that the viewer may see."""

    community_id: int | None = None
    job_description_id: int | None = None


EVERYWHERE = Where()


class Carried:
    """What is led in some communities, and by whom, on a date. Everything from five statements, each when asked for."""

    def __init__(self, db: Session, viewer: Actor, on: date, where: Where) -> None:
        self.db, self.viewer, self.on, self.where = db, viewer, on, where
        seen = communities_within(viewer, Object.RESPONSIBILITY)
        if where.community_id is not None and where.community_id not in seen:
            raise NotAllowed
        self.communities = [where.community_id] if where.community_id is not None else seen

    @cached_property
    def community_names(self) -> dict[int, str]:
        rows = self.db.execute(
            sa.select(col(Community.id), col(Community.name)).where(col(Community.id).in_(self.communities))
        )
        return {community_id: name for community_id, name in rows}

    @cached_property
    def posts(self) -> list[Post]:
        """Posts in these communities that began by the date and were not over a year before it."""
        return list(
            self.db.exec(
                select(Post).where(
                    col(Post.community_id).in_(self.communities),
                    col(Post.start_on) <= self.on,
                    sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= self.on - MISSED_FOR),
                )
            )
        )

    @cached_property
    def in_post(self) -> dict[tuple[int, int], Post]:
        """By person and community: the post they have there on the date, the longest-standing one."""
        held = [post for post in self.posts if Span(post.start_on, post.end_on).holds(self.on)]
        return {
            (post.staff_id, post.community_id): post for post in sorted(held, key=lambda p: p.start_on, reverse=True)
        }

    @cached_property
    def names(self) -> dict[int, str]:
        """Of the people whose names the viewer may see, by id."""
        seen = people_within(self.viewer, Object.RESPONSIBILITY)
        rows = self.db.execute(sa.select(col(Staff.id), col(Staff.full_name)).where(col(Staff.id).in_(seen)))
        return {staff_id: name for staff_id, name in rows}

    @cached_property
    def responsibilities(self) -> dict[int, Responsibility]:
        """The led ones of the roles in these communities, in their documents' order."""
        jobs = {post.job_description_id for post in self.posts}
        if self.where.job_description_id is not None:
            jobs &= {self.where.job_description_id}
        found = self.db.exec(
            select(Responsibility)
            .where(
                col(Responsibility.job_description_id).in_(jobs),
                col(Responsibility.is_led).is_(True),
                col(Responsibility.is_cross_reference).is_(False),
            )
            .order_by(col(Responsibility.job_description_id), col(Responsibility.number))
        )
        return {one.id or 0: one for one in found}

    @cached_property
    def led(self) -> list[Led]:
        roles = {(post.community_id, post.job_description_id) for post in self.posts}
        by_name = sorted(self.community_names, key=self.community_names.__getitem__)
        return [
            Led(one_id, community, one.short_title, self.community_names[community])
            for community in by_name
            for one_id, one in self.responsibilities.items()
            if (community, one.job_description_id) in roles
        ]

    @cached_property
    def stored(self) -> list[ResponsibilityHolding]:
        """The holdings in force on the date of people with a post there that day."""
        found = self.db.exec(
            select(ResponsibilityHolding)
            .where(
                col(ResponsibilityHolding.community_id).in_(self.communities),
                col(ResponsibilityHolding.responsibility_id).in_(list(self.responsibilities)),
                in_force(ResponsibilityHolding.start_on, ResponsibilityHolding.end_on, self.on),
            )
            .order_by(col(ResponsibilityHolding.id))
        )
        return [one for one in found if (one.staff_id, one.community_id) in self.in_post]

    @cached_property
    def holdings(self) -> list[Holding]:
        return [
            Holding(
                one.responsibility_id,
                one.community_id,
                one.staff_id,
                self.names.get(one.staff_id, SOMEBODY),
                one.kind.value,
                Span(one.start_on, one.end_on),
            )
            for one in self.stored
        ]

    @cached_property
    def lacking(self) -> dict[tuple[int, int], list[Standing]]:
        """By person and responsibility: what a holder does not meet of what it calls for."""
        held = {(one.staff_id, one.responsibility_id): (one.staff_id, one.community_id) for one in self.stored}
        return lacking(self.db, self.viewer, self.on, {key: self.in_post[there] for key, there in held.items()})

    def covered(self) -> list[Coverage]:
        return coverage(self.led, self.holdings, self.on, self.lacking)


def lacking(
    db: Session, viewer: Actor, on: date, held: Mapping[tuple[int, int], Post]
) -> dict[tuple[int, int], list[Standing]]:
    """What is not met of what responsibilities call for, by (person, responsibility), for the posts they are held in.
    Of a kind of requirement whose status the viewer may not see by name, nothing is said."""
    called_for = _called_for(db, {responsibility for _, responsibility in held}, on)
    sight = sight_of(db, viewer, {one.kind for asked in called_for.values() for one in asked})
    named: set[int] = set().union(*sight.named.values())
    people = {staff for staff, responsibility in held if called_for[responsibility]} & named
    evidence = Evidence(db, sorted(people), on, None)
    out: dict[tuple[int, int], list[Standing]] = {}
    for (staff, responsibility), post in held.items():
        if staff in people:
            rows = as_seen((_row(evidence, post, one, on) for one in called_for[responsibility]), sight)
            short = [row.standing for row in rows if not row.standing.is_met and row.standing.status not in LEFT_OUT]
            if short:
                out[staff, responsibility] = short
    return out


def _called_for(db: Session, responsibilities: Iterable[int], on: date) -> dict[int, list[Requirement]]:
    called_for: dict[int, list[Requirement]] = defaultdict(list)
    rows = db.execute(
        sa.select(col(ResponsibilityRequirement.responsibility_id), Requirement)
        .join(Requirement, col(Requirement.id) == col(ResponsibilityRequirement.requirement_id))
        .where(col(ResponsibilityRequirement.responsibility_id).in_(list(responsibilities)))
        .order_by(col(Requirement.id))
    )
    for responsibility, requirement in rows:
        if Span(requirement.start_on, requirement.end_on).holds(on) and requirement.kind in JUDGES:
            called_for[responsibility].append(requirement)
    return called_for


def _row(evidence: Evidence, post: Post, asked: Requirement, on: date) -> Row:
    """How a holder stands on what a responsibility calls for, whether their own post asks the same of them or not."""
    same = (post.staff_id, asked.kind, asked.title)
    bound = next((one for one in evidence.bound if (one.staff_id, one.kind, one.title) == same), None) or Bound(
        staff_id=post.staff_id,
        requirement_id=asked.id,
        kind=asked.kind,
        title=asked.title,
        terms=asked.terms,
        mark=asked.mark,
        source=asked.source,
        span=Span(post.start_on, post.end_on),
        started_on=post.start_on,
        community_id=post.community_id,
        hours=post.hours_a_week,
    )
    return Row(post.staff_id, evidence.names[post.staff_id], bound, judged(evidence, bound, on))


# ---------------------------------------------------------------------------------------------------------------------
# Coverage and what if


@dataclass(frozen=True)
class CoverageLine:
    """One led responsibility, and what those named for it lack of what it calls for."""

    cover: Coverage
    lacks: tuple[tuple[str, Standing], ...]
    """(name, standing)"""


def coverage_seen(db: Session, *, viewer: Actor, on: date, where: Where = EVERYWHERE) -> list[CoverageLine]:
    """How each led responsibility is covered on a date, worst first."""
    carried = Carried(db, viewer, on, where)
    lines = [
        CoverageLine(
            one,
            tuple(
                (holder.name, standing)
                for holder in one.not_able
                for standing in carried.lacking[holder.staff, one.led.responsibility]
            ),
        )
        for one in carried.covered()
    ]
    return sorted(lines, key=lambda line: COVER_ORDER[line.cover.verdict])


def if_they_go(
    db: Session,
    *,
    viewer: Actor,
    gone: Mapping[int, date],
    where: Where = EVERYWHERE,
) -> list[Change]:
    """What is covered otherwise once these people are gone (by id, with their last day): the worst first. Nothing is
    stored."""
    if not gone:
        return []
    first_days = {staff_id: last_day + timedelta(days=1) for staff_id, last_day in gone.items()}
    carried = Carried(db, viewer, max(first_days.values()), where)
    return what_if(carried.led, carried.holdings, carried.on, first_days, carried.lacking)


def if_a_post_ends(db: Session, *, viewer: Actor, post_id: int, end_on: date) -> list[Change]:
    """What is covered otherwise the day after a post's last day. Nothing, where another post keeps the person in the
    community, or where responsibilities are not the viewer's to see."""
    post = db.get(Post, post_id)
    if post is None or post.community_id not in communities_within(viewer, Object.RESPONSIBILITY):
        return []
    after = end_on + timedelta(days=1)
    stays = sa.select(col(Post.id)).where(
        col(Post.staff_id) == post.staff_id,
        col(Post.community_id) == post.community_id,
        col(Post.id) != post_id,
        in_force(Post.start_on, Post.end_on, after),
    )
    if db.scalar(stays) is not None:
        return []
    return if_they_go(db, viewer=viewer, gone={post.staff_id: end_on}, where=Where(post.community_id))


# ---------------------------------------------------------------------------------------------------------------------
# Pictures and lists


def holders_matrix(db: Session, *, viewer: Actor, on: date, where: Where) -> pd.DataFrame:
    """Led responsibilities × people of the role in one community; one row a pair, held or not.

    Columns: title (responsibility), person (unique), cell (Lead, Deputy, In development, or empty), word (the same,
    with ", not able" where so; "Nobody" in none), lacks (sentences, joined)."""
    carried = Carried(db, viewer, on, where)
    jobs = {one.job_description_id for one in carried.responsibilities.values()}
    people = {staff for (staff, _), post in carried.in_post.items() if post.job_description_id in jobs}
    people |= {one.staff for one in carried.holdings}
    labels = _labels({one: carried.names.get(one, SOMEBODY) for one in people})
    held = {(one.responsibility, one.staff): one for one in carried.holdings}
    rows = []
    for led in carried.led:
        for staff, label in labels.items():
            one = held.get((led.responsibility, staff))
            cell = HOLDING_WORDS[HoldingKind(one.kind)] if one else ""
            short = carried.lacking.get((staff, led.responsibility), []) if one else []
            word = f"{cell}, not able" if short else cell
            rows.append((led.title, label, cell, word, " ".join(standing.because for standing in short)))
    return pd.DataFrame(rows, columns=["title", "person", "cell", "word", "lacks"], dtype=object)


def _labels(names: Mapping[int, str]) -> dict[int, str]:
    """Unique, by name: namesakes carry their number."""
    alike = list(names.values())
    return {
        staff: name if alike.count(name) == 1 else f"{name} no. {staff}"
        for staff, name in sorted(names.items(), key=lambda pair: (pair[1], pair[0]))
    }


@dataclass(frozen=True)
class HolderLine:
    """Somebody named for a responsibility, to be ended."""

    holding_id: int
    name: str
    kind: HoldingKind
    start_on: date
    end_on: date | None


def holders_of(
    db: Session, *, viewer: Actor, on: date, where: Where = EVERYWHERE
) -> dict[tuple[int, int], list[HolderLine]]:
    """Who is named, in force on a date or to come, by responsibility and community."""
    carried = Carried(db, viewer, on, where)
    holding = ResponsibilityHolding
    found = db.exec(
        select(holding)
        .where(
            col(holding.community_id).in_(carried.communities),
            sa.or_(col(holding.end_on).is_(None), col(holding.end_on) >= on),
        )
        .order_by(col(holding.start_on), col(holding.id))
    )
    lines: dict[tuple[int, int], list[HolderLine]] = defaultdict(list)
    for one in found:
        name = carried.names.get(one.staff_id, SOMEBODY)
        line = HolderLine(one.id or 0, name, one.kind, one.start_on, one.end_on)
        lines[one.responsibility_id, one.community_id].append(line)
    return lines


def people_to_name(db: Session, *, viewer: Actor, community_id: int | None, on: date) -> list[Person]:
    """People with a post in a community on a date, who can be named for a responsibility there; empty when the viewer
    may not name anybody, or asks about no single community."""
    if community_id is None or not may_in(viewer, Object.RESPONSIBILITY, Action.CREATE, community_id):
        return []
    carried = Carried(db, viewer, on, Where(community_id))
    roles = {job.id: job.role_name for job in db.exec(select(JobDescription))}
    people = [
        Person(staff, carried.names[staff], roles.get(post.job_description_id, ""))
        for (staff, _), post in carried.in_post.items()
        if staff in carried.names
    ]
    return sorted(people, key=lambda one: (one.full_name, one.staff_id))


def roles_in(db: Session, *, viewer: Actor, community_id: int | None, on: date) -> dict[int, str]:
    """Job descriptions held in a community now or not long ago (None: in any): id to role, those with something led
    first."""
    carried = Carried(db, viewer, on, Where(community_id))
    led = {one.job_description_id for one in carried.responsibilities.values()}
    rows = db.execute(
        sa.select(col(JobDescription.id), col(JobDescription.role_name), col(JobDescription.version)).where(
            col(JobDescription.id).in_({post.job_description_id for post in carried.posts})
        )
    ).all()
    names = [name for _, name, _ in rows]
    return {
        job: name if names.count(name) == 1 else f"{name} (version {version})"
        for job, name, version in sorted(rows, key=lambda row: (row[0] not in led, row[1]))
    }


@dataclass(frozen=True)
class SharedLine:
    """A responsibility that every postholder holds: nothing is stored about who does."""

    number: int
    short_title: str
    area: str


def held_by_every_postholder(
    db: Session, *, viewer: Actor, on: date, community_id: int | None, job_description_id: int
) -> tuple[int, list[SharedLine]]:
    """How many people have the post on the date, and what each of them holds."""
    carried = Carried(db, viewer, on, Where(community_id, job_description_id))
    holders = {
        post.staff_id
        for post in carried.posts
        if post.job_description_id == job_description_id and Span(post.start_on, post.end_on).holds(on)
    }
    return len(holders), [
        SharedLine(one.number, one.short_title, one.area) for one in _shared(db, [job_description_id])
    ]


def _shared(db: Session, jobs: Sequence[int]) -> list[Responsibility]:
    return list(
        db.exec(
            select(Responsibility)
            .where(
                col(Responsibility.job_description_id).in_(jobs),
                col(Responsibility.is_led).is_(False),
                col(Responsibility.is_cross_reference).is_(False),
            )
            .order_by(col(Responsibility.job_description_id), col(Responsibility.number))
        )
    )


# ---------------------------------------------------------------------------------------------------------------------
# One person


@dataclass(frozen=True)
class HeldLine:
    """One responsibility that somebody holds. `kind` None: as every postholder does. `lacks`: what they do not meet of
    what it calls for, so that they are not able to hold it on the date."""

    title: str
    area: str
    role: str
    community: str
    kind: HoldingKind | None
    start_on: date | None = None
    lacks: tuple[Standing, ...] = ()


def responsibilities_held_by(db: Session, *, viewer: Actor, staff_id: int, on: date) -> list[HeldLine]:
    """What somebody holds on a date: what they lead first, then what each of their posts brings with it."""
    seen = people_within(viewer, Object.RESPONSIBILITY).subquery()
    if db.scalar(sa.select(seen.c[0]).where(seen.c[0] == staff_id)) is None:
        raise NotAllowed
    rows = db.execute(
        sa.select(Post, col(JobDescription.role_name), col(Community.name))
        .join(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
        .join(Community, col(Community.id) == col(Post.community_id))
        .where(col(Post.staff_id) == staff_id, in_force(Post.start_on, Post.end_on, on))
        .order_by(col(Post.start_on), col(Post.id))
    ).all()
    posts = [(post, role, community) for post, role, community in rows]
    lines = _led_by(db, viewer, staff_id, on, {post.community_id: (post, place) for post, _, place in reversed(posts)})
    for post, role, community in posts:
        lines += [
            HeldLine(one.short_title, one.area, role, community, None) for one in _shared(db, [post.job_description_id])
        ]
    return lines


def _led_by(
    db: Session, viewer: Actor, staff_id: int, on: date, places: Mapping[int, tuple[Post, str]]
) -> list[HeldLine]:
    holding = ResponsibilityHolding
    rows = db.execute(
        sa.select(holding, Responsibility, col(JobDescription.role_name))
        .join(Responsibility, col(Responsibility.id) == col(holding.responsibility_id))
        .join(JobDescription, col(JobDescription.id) == col(Responsibility.job_description_id))
        .where(
            col(holding.staff_id) == staff_id,
            col(holding.community_id).in_(list(places)),
            col(Responsibility.is_led).is_(True),
            in_force(holding.start_on, holding.end_on, on),
        )
        .order_by(col(Responsibility.job_description_id), col(Responsibility.number), col(holding.id))
    ).all()
    held = {(staff_id, one.responsibility_id): places[one.community_id][0] for one, _, _ in rows}
    short = lacking(db, viewer, on, held)
    return [
        HeldLine(
            what.short_title,
            what.area,
            role,
            places[one.community_id][1],
            one.kind,
            one.start_on,
            tuple(short.get((staff_id, one.responsibility_id), ())),
        )
        for one, what, role in rows
    ]
