"""The network of supervision as a picture, and as counts for whoever does not see the people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor, Object, Shape, communities_within, in_force
from tcsuper.models import Community, Post
from tcsuper.queries.standing import standings
from tcsuper.queries.supervisors import (
    KINDS,
    LAPSED_SUPERVISOR,
    NOBODY,
    RING,
    SupervisionSeen,
    Tie,
    lapses,
    ties_on,
)
from tcsuper.queries.team import figures_as_at
from tcsuper.rules.network import CHART_FROM, OF_PRACTICE, places, rings, unsupervised
from tcsuper.settings import service_number

SUPERVISOR, SUPERVISEE = "Supervises others", "Supervises nobody"
ONE_TO_ONE, IN_A_GROUP, ON_A_RING = "One to one", "In a group", "On a ring"


@dataclass(frozen=True)
class Network:
    """`nodes`: person, what (words), column (of how many), row (0 to 1). `lines`: how (words), whom ("A supervises B"),
    and where each begins and ends: column, row, to_column, to_row."""

    nodes: pd.DataFrame
    lines: pd.DataFrame


def network_of(seen: SupervisionSeen) -> Network | None:
    """The picture of clinical and professional supervision; None below so many people that a table is better."""
    pairs = [one.pair for one in seen.ties]
    parties = {one for pair in pairs if pair.purpose in OF_PRACTICE for one in (pair.supervisor, pair.supervisee)}
    where = places(pairs, parties | set(seen.in_post), seen.on, OF_PRACTICE)
    if len(where) < CHART_FROM:
        return None
    supervise = {pair.supervisor for pair in pairs if pair.purpose in OF_PRACTICE}
    marked = {person: word for word in (NOBODY, RING, LAPSED_SUPERVISOR) for person in seen.on_a(word)}
    nodes = [
        (
            seen.names[person],
            marked.get(person, SUPERVISOR if person in supervise else SUPERVISEE),
            place.column,
            place.row,
        )
        for person, place in sorted(where.items())
    ]
    on_rings = ring_steps(seen)
    lines = {}
    for one in sorted(seen.ties, key=lambda tie: bool(tie.group), reverse=True):  # one to one is drawn over a group
        ends = (one.pair.supervisor, one.pair.supervisee)
        if one.pair.purpose in OF_PRACTICE:
            how = ON_A_RING if ends in on_rings else IN_A_GROUP if one.group else ONE_TO_ONE
            start, end = where[ends[0]], where[ends[1]]
            whom = f"{seen.names[ends[0]]} supervises {seen.names[ends[1]]}"
            lines[ends] = (how, whom, start.column, start.row, end.column, end.row)
    return Network(
        pd.DataFrame(nodes, columns=["person", "what", "column", "row"]),
        pd.DataFrame(list(lines.values()), columns=["how", "whom", "column", "row", "to_column", "to_row"]),
    )


def ring_steps(seen: SupervisionSeen) -> set[tuple[int, int]]:
    """Of each ring that was found, who supervises whom."""
    return {step for one in seen.findings if one.flag.word == RING for step in one.steps}


# ---------------------------------------------------------------------------------------------------------------------
# Counts


@dataclass(frozen=True, slots=True)
class CommunityCount:
    """One community without names. Texts: "2 of 24", or "under 5" where too few people are counted."""

    community: str
    people: int
    without: str
    on_a_ring: str
    lapsed: str
    """Of the supervisors of these people."""


def supervision_counts(db: Session, *, viewer: Actor, on: date, known_on: date | None = None) -> list[CommunityCount]:
    """How supervision is spread over the communities of which the viewer sees counts only; none for the others. From
    five people (or supervisors) up, and only for today or the end of a month, like every figure without names."""
    counted = communities_within(viewer, Object.AGREEMENT, shapes=(Shape.COUNTS,))
    if not counted:
        return []
    on = figures_as_at(viewer, on)
    ties, smallest = ties_on(db, on), service_number(db, "smallest_group")
    lapsed = _lapsed_supervisors(db, ties, on, known_on)
    on_rings = {person for ring in rings([one.pair for one in ties], on) for person in ring}
    names = db.execute(
        sa.select(col(Community.id), col(Community.name)).where(col(Community.id).in_(counted)).order_by(Community.name)
    ).all()
    staff = _staff(db, counted, on)
    out = []
    for community_id, name in names:
        people = staff.get(community_id, set())
        alone = unsupervised([one.pair for one in ties], sorted(people), on)
        supervisors = {
            one.pair.supervisor for one in ties if one.pair.supervisee in people and one.pair.purpose in OF_PRACTICE
        }
        out.append(
            CommunityCount(
                name,
                len(people),
                _of(len(alone), len(people), smallest),
                _of(len(people & on_rings), len(people), smallest),
                _of(len(supervisors & lapsed), len(supervisors), smallest),
            )
        )
    return out


def _of(some: int, all_of_them: int, smallest: int) -> str:
    return f"{some} of {all_of_them}" if all_of_them >= smallest else f"under {smallest}" if all_of_them else "–"


def _staff(db: Session, communities: list[int], on: date) -> Mapping[int, set[int]]:
    rows = db.execute(
        sa.select(col(Post.community_id), col(Post.staff_id)).where(
            col(Post.community_id).in_(communities), in_force(Post.start_on, Post.end_on, on)
        )
    )
    staff: dict[int, set[int]] = {}
    for community_id, staff_id in rows:
        staff.setdefault(community_id, set()).add(staff_id)
    return staff


def _lapsed_supervisors(db: Session, ties: list[Tie], on: date, known_on: date | None) -> set[int]:
    supervisors = sorted({one.pair.supervisor for one in ties})
    return {row.staff_id for row in standings(db, supervisors, on, known_on, KINDS) if lapses(row)}
