"""How well each led responsibility is covered on a date, who could take it on, and what is covered otherwise once
somebody is gone.

`rules/responsibilities.py` decides; whether a holder is able to hold one is how they stand on what it calls for
(`able.py`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor, Object, communities_within, in_force
from tcsuper.errors import NotAllowed
from tcsuper.models import Community, HoldingKind, Post
from tcsuper.queries.able import needed
from tcsuper.queries.carried import EVERYWHERE, HOLDING_WORDS, Carried, Where
from tcsuper.rules.responsibilities import (
    COVER_ORDER,
    Candidate,
    Change,
    Circle,
    Cover,
    Coverage,
    Load,
    carried_by,
    changes,
    coverage,
    over_loaded,
    ranked,
    tally,
    what_if,
)
from tcsuper.rules.standing import Standing


@dataclass(frozen=True)
class CoverageLine:
    """One led responsibility, and what those named for it lack of what it calls for."""

    cover: Coverage
    lacks: tuple[tuple[str, Standing], ...]
    """(name, standing)"""
    role_id: int = 0
    """Whose it is: the role, whatever version is in force."""


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
            carried.role_of(carried.responsibilities[one.led.responsibility]),
        )
        for one in carried.covered()
    ]
    return sorted(lines, key=lambda line: COVER_ORDER[line.cover.verdict])


def counts_by_community(lines: Sequence[CoverageLine], together: str) -> pd.DataFrame:
    """How many led responsibilities are covered how, in each community; the one with the largest share uncovered or not
    able first. Of several communities a first row has all of them, called `together`.

    Columns: community, verdict (as in rules), count, of (all led ones there)."""
    by_community: dict[str, list[Coverage]] = defaultdict(list)
    for line in lines:
        by_community[line.cover.led.community_name].append(line.cover)
    in_order = sorted(by_community.items(), key=lambda pair: (-_badly_covered(pair[1]) / len(pair[1]), pair[0]))
    if len(in_order) > 1:
        in_order.insert(0, (together, [line.cover for line in lines]))
    rows = [
        (community, verdict.value, count, len(covered))
        for community, covered in in_order
        for verdict, count in tally(covered).items()
    ]
    return pd.DataFrame(rows, columns=["community", "verdict", "count", "of"])


def _badly_covered(covered: Sequence[Coverage]) -> int:
    counts = tally(covered)
    return counts[Cover.UNCOVERED] + counts[Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE]


def over_loaded_people(lines: Sequence[CoverageLine], most: int) -> list[tuple[Load, tuple[str, ...]]]:
    """Who leads or deputises for more than `most` of these, who carries most first, with what: "Lead: …, Ash"."""
    covers = [line.cover for line in lines]
    titles = {(one.led.responsibility, one.led.community): one.led for one in covers}
    found = []
    for load in over_loaded(covers, most):
        held = [(one, titles[one.responsibility, one.community]) for one in load.holdings]
        said = [f"{HOLDING_WORDS[HoldingKind(one.kind)]}: {led.title}, {led.community_name}" for one, led in held]
        found.append((load, tuple(said)))
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Who could take one on


def who_could(db: Session, *, viewer: Actor, on: date, responsibility_id: int, community_id: int) -> list[Candidate]:
    """Who could take on a led responsibility in a community, and what each would still need: people with a post of its
    role there first, then others there, then others of the same establishment whom the viewer sees. Nobody who leads
    or deputises for it already."""
    carried = Carried(db, viewer, on, EVERYWHERE)
    responsibility = carried.responsibilities.get(responsibility_id)
    if community_id not in carried.communities or responsibility is None:
        raise NotAllowed
    covered = coverage(carried.led, carried.holdings, on)
    here = [one for one in covered if (one.led.responsibility, one.led.community) == (responsibility_id, community_id)]
    named = {holding.staff for one in here for holding in (*one.leads, *one.deputies)}
    learning = {holding.staff for one in here for holding in one.in_development}
    posts = {
        staff: found
        for staff, found in _nearest_posts(carried, carried.role_of(responsibility), community_id).items()
        if staff not in named and staff in carried.names
    }
    needs = needed(db, viewer, on, {(staff, responsibility_id): post for staff, (_, post) in posts.items()})
    loads = carried_by(covered)
    return ranked(
        Candidate(
            staff,
            carried.names[staff],
            f"{carried.role_names[post.job_description_id]}, {carried.community_names[post.community_id]}",
            circle,
            tuple(standing.because for standing in needs[staff, responsibility_id].lacks),
            needs[staff, responsibility_id].not_shown,
            len(loads.get(staff, ())),
            staff in learning,
            staff in carried.away,
            carried.away.get(staff),
        )
        for staff, (circle, post) in posts.items()
    )


def _nearest_posts(carried: Carried, role: int, community: int) -> dict[int, tuple[Circle, Post]]:
    """By person: their post nearest to a responsibility of a role in a community, within its establishment."""
    establishment = sa.select(col(Community.establishment_id)).where(col(Community.id) == community).scalar_subquery()
    near = set(
        carried.db.scalars(
            sa.select(col(Community.id)).where(
                col(Community.id).in_(carried.communities), col(Community.establishment_id) == establishment
            )
        )
    )
    order = list(Circle)
    found: dict[int, tuple[Circle, Post]] = {}
    for post in carried.posts_held:
        if post.community_id in near:
            circle = _circle(post, role, community)
            former = found.get(post.staff_id)
            if former is None or order.index(circle) <= order.index(former[0]):
                found[post.staff_id] = circle, post
    return found


def _circle(post: Post, role: int, community: int) -> Circle:
    if post.community_id != community:
        return Circle.ELSEWHERE
    return Circle.SAME_ROLE if post.job_description_id == role else Circle.SAME_COMMUNITY


# ---------------------------------------------------------------------------------------------------------------------
# What if


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
    return what_if(carried.led, carried.holdings, carried.on, first_days, carried.lacking, carried.away, carried.vacant)


def if_a_post_ends(db: Session, *, viewer: Actor, post_id: int, end_on: date) -> list[Change]:
    """What is covered otherwise the day after a post's last day. Where another post keeps the person in the community,
    only what goes with this one by post. Nothing, where responsibilities are not the viewer's to see."""
    post = db.get(Post, post_id)
    if post is None or post.community_id not in communities_within(viewer, Object.RESPONSIBILITY):
        return []
    after = end_on + timedelta(days=1)
    stays = db.scalars(
        sa.select(col(Post.job_description_id)).where(
            col(Post.staff_id) == post.staff_id,
            col(Post.community_id) == post.community_id,
            col(Post.id) != post_id,
            in_force(Post.start_on, Post.end_on, after),
        )
    ).all()
    where = Where(post.community_id)
    if not stays:
        return if_they_go(db, viewer=viewer, gone={post.staff_id: end_on}, where=where)
    if post.job_description_id in stays:
        return []
    return _without_a_post(Carried(db, viewer, after, where), post)


def _without_a_post(carried: Carried, post: Post) -> list[Change]:
    role = carried.role_names[post.job_description_id]
    left = [one for one in carried.holdings if one.staff != post.staff_id or one.by_post != role]
    then = coverage(carried.led, left, carried.on, carried.lacking, away=carried.away, vacant=carried.vacant)
    return changes(carried.covered(), then)
