"""What one person holds on a date: what they are named for, by name or by post, and what their posts bring."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, in_force, may_about, people_within
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Absence,
    Community,
    HoldingKind,
    JobDescription,
    Post,
    Responsibility,
    ResponsibilityHolding,
)
from tcsuper.queries.able import needed
from tcsuper.queries.versions import Continued, versions_in_force
from tcsuper.rules.standing import Standing


@dataclass(frozen=True)
class HeldLine:
    """One responsibility that somebody holds. `kind` None: as every postholder does. `version`: of the job description
    it stands in, on the date. `by_post`: the role it goes with, when nobody is named. `lacks`: what they do not meet of
    what it calls for, so that they are not able to hold it on the date; `not_shown`: what of it the viewer may not be
    told. `away`: a sentence when they are absent that day."""

    title: str
    area: str
    role: str
    community: str
    kind: HoldingKind | None
    version: str = ""
    start_on: date | None = None
    by_post: str = ""
    lacks: tuple[Standing, ...] = ()
    not_shown: tuple[str, ...] = ()
    away: str = ""


@dataclass(frozen=True)
class _PostHeld:
    post: Post
    community: str


@dataclass(frozen=True)
class _Document:
    """The version of a job description in force for a role."""

    role: str
    version: str


def responsibilities_held_by(db: Session, *, viewer: Actor, staff_id: int, on: date) -> list[HeldLine]:
    """What somebody holds on a date: what they lead first, then what each of their posts brings with it."""
    seen = people_within(viewer, Object.RESPONSIBILITY).subquery()
    if db.scalar(sa.select(seen.c[0]).where(seen.c[0] == staff_id)) is None:
        raise NotAllowed
    posts = _posts_held(db, staff_id, on)
    if not posts:
        return []
    in_force_now = versions_in_force(db, on)
    documents = _documents(db, in_force_now.values())
    roles = {role: documents[version].role for role, version in in_force_now.items()}
    lines = _led_by(db, viewer, staff_id, on, posts, documents, roles)
    shared = _shared(db, {in_force_now[held.post.job_description_id] for held in posts})
    for held in posts:
        version = in_force_now[held.post.job_description_id]
        document = documents[version]
        lines += [
            HeldLine(one.short_title, one.area, document.role, held.community, None, document.version)
            for one in shared
            if one.job_description_id == version
        ]
    return lines


def _posts_held(db: Session, staff_id: int, on: date) -> list[_PostHeld]:
    rows = db.execute(
        sa.select(Post, col(Community.name))
        .join(Community, col(Community.id) == col(Post.community_id))
        .where(col(Post.staff_id) == staff_id, in_force(Post.start_on, Post.end_on, on))
        .order_by(col(Post.start_on), col(Post.id))
    )
    return [_PostHeld(post, community) for post, community in rows]


def _documents(db: Session, versions: Iterable[int]) -> dict[int, _Document]:
    job = JobDescription
    rows = db.execute(
        sa.select(col(job.id), col(job.role_name), col(job.version), col(job.in_force_from)).where(
            col(job.id).in_(list(versions))
        )
    )
    return {
        one_id: _Document(
            role,
            (f"version {version}" if version else "")
            + (f", in force from {words.day(from_on)}" if version and from_on else ""),
        )
        for one_id, role, version, from_on in rows
    }


def _shared(db: Session, versions: Iterable[int]) -> list[Responsibility]:
    return list(
        db.exec(
            select(Responsibility)
            .where(
                col(Responsibility.job_description_id).in_(list(versions)),
                col(Responsibility.is_led).is_(False),
                col(Responsibility.is_cross_reference).is_(False),
            )
            .order_by(col(Responsibility.job_description_id), col(Responsibility.number))
        )
    )


def _led_by(
    db: Session,
    viewer: Actor,
    staff_id: int,
    on: date,
    posts: list[_PostHeld],
    documents: Mapping[int, _Document],
    roles: Mapping[int, str],
) -> list[HeldLine]:
    places = {held.post.community_id: held for held in reversed(posts)}
    named = _named(db, staff_id, on, posts)
    goes_on_as = _goes_on_as(db, {one.responsibility_id for one in named}, documents)
    held = [(one, what) for one in named for what in goes_on_as[one.responsibility_id]]
    needs = needed(
        db,
        viewer,
        on,
        {(staff_id, what.id or 0): places[one.community_id].post for one, what in held},
    )
    away = _away(db, viewer, staff_id, on) if held else ""
    lines: dict[tuple[int, int], HeldLine] = {}
    for one, what in sorted(held, key=lambda pair: (pair[1].job_description_id, pair[1].number, _most(pair[0]))):
        needs_here, document = needs[staff_id, what.id or 0], documents[what.job_description_id]
        lines.setdefault(
            (what.id or 0, one.community_id),
            HeldLine(
                what.short_title,
                what.area,
                document.role,
                places[one.community_id].community,
                one.kind,
                document.version,
                one.start_on,
                roles[one.job_description_id] if one.job_description_id is not None else "",
                needs_here.lacks,
                needs_here.not_shown,
                away,
            ),
        )
    return list(lines.values())


def _named(db: Session, staff_id: int, on: date, posts: list[_PostHeld]) -> list[ResponsibilityHolding]:
    """What names them where they have a post that day, or names whoever has one of their posts."""
    holding = ResponsibilityHolding
    of_posts = [
        sa.and_(
            col(holding.job_description_id) == held.post.job_description_id,
            col(holding.community_id) == held.post.community_id,
        )
        for held in posts
    ]
    in_person = sa.and_(
        col(holding.staff_id) == staff_id, col(holding.community_id).in_([held.post.community_id for held in posts])
    )
    return list(
        db.exec(
            select(holding)
            .where(sa.or_(in_person, *of_posts), in_force(holding.start_on, holding.end_on, on))
            .order_by(col(holding.id))
        )
    )


def _goes_on_as(
    db: Session, responsibilities: set[int], documents: Mapping[int, _Document]
) -> dict[int, list[Responsibility]]:
    """By what somebody was named for: what it is, or goes on as, in the versions in force; only what is led there."""
    if not responsibilities:
        return {}
    continued = Continued(db)
    after = {one: continued.after(one) for one in responsibilities}
    found = db.exec(
        select(Responsibility).where(
            col(Responsibility.id).in_(set().union(*after.values())),
            col(Responsibility.job_description_id).in_(list(documents)),
            col(Responsibility.is_led).is_(True),
        )
    ).all()
    return {one: [what for what in found if what.id in reached] for one, reached in after.items()}


def _most(holding: ResponsibilityHolding) -> int:
    return list(HoldingKind).index(holding.kind)


def _away(db: Session, viewer: Actor, staff_id: int, on: date) -> str:
    """Only for those who may see how somebody is employed."""
    if not may_about(db, viewer, Object.EMPLOYMENT, Action.READ, staff_id):
        return ""
    found = db.exec(
        select(Absence).where(Absence.staff_id == staff_id, in_force(Absence.start_on, Absence.end_on, on))
    ).all()
    if not found:
        return ""
    days = [one.end_on for one in found]
    last = None if None in days else max(day for day in days if day is not None)
    return f"Away{f' until {words.day(last)}' if last else ''}: it is not covered by them on this day."
