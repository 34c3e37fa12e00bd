"""Who is there: the people and communities a viewer may choose from."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import (
    COUNTED,
    Action,
    Actor,
    Object,
    Shape,
    StaffIds,
    communities_within,
    people_to_supervise,
    people_within,
)
from tcsuper.errors import Refused
from tcsuper.models import Community, JobDescription, Post, Staff


@dataclass(frozen=True)
class Person:
    """Somebody in a list. `where`: role and community of their first current post, empty when they have none."""

    staff_id: int
    full_name: str
    where: str = ""


def people_to_choose(
    db: Session, *, viewer: Actor, what: Object = Object.PERSON, action: Action = Action.READ
) -> list[Person]:
    """Everyone the viewer may do this to, by name."""
    return _people(db, viewer, people_within(viewer, what, action, (Shape.FULL, Shape.STATUS)))


def supervisors_to_choose(db: Session, *, viewer: Actor) -> list[Person]:
    """Everyone whom the viewer may name as a supervisor, by name: those from outside the service too."""
    return _people(db, viewer, people_to_supervise(viewer))


def _people(db: Session, viewer: Actor, within: StaffIds) -> list[Person]:
    rows = db.execute(
        sa.select(
            col(Staff.id), col(Staff.full_name), col(JobDescription.role_name), col(Community.name), col(Post.end_on)
        )
        .outerjoin(Post, sa.and_(col(Post.staff_id) == col(Staff.id), col(Post.start_on) <= viewer.on))
        .outerjoin(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
        .outerjoin(Community, col(Community.id) == col(Post.community_id))
        .where(col(Staff.id).in_(within))
        .order_by(col(Staff.full_name), col(Staff.id), col(Post.start_on))
    )
    people: dict[int, Person] = {}
    for staff_id, name, role, community, end_on in rows:
        in_post = role is not None and (end_on is None or end_on >= viewer.on)
        if staff_id not in people or (in_post and not people[staff_id].where):
            people[staff_id] = Person(staff_id, name, f"{role}, {community}" if in_post else "")
    return list(people.values())


def communities_to_choose(
    db: Session, *, viewer: Actor, what: Object = Object.TEAM_CHART, action: Action = Action.READ
) -> dict[int, str]:
    """Communities the viewer may see or work on as a whole: id to name, by name."""
    rows = db.execute(
        sa.select(col(Community.id), col(Community.name))
        .where(col(Community.id).in_(communities_within(viewer, what, action, COUNTED)))
        .order_by(Community.name)
    )
    return {community_id: name for community_id, name in rows}


def posts_of(db: Session, *, viewer: Actor) -> list[tuple[str, str]]:
    """My own current posts: role name and community."""
    rows = db.execute(
        sa.select(col(JobDescription.role_name), col(Community.name))
        .join(Post, col(Post.job_description_id) == col(JobDescription.id))
        .join(Community, col(Community.id) == col(Post.community_id))
        .where(
            col(Post.staff_id) == viewer.staff_id,
            col(Post.start_on) <= viewer.on,
            sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= viewer.on),
        )
        .order_by(col(Post.start_on))
    )
    return [(role, community) for role, community in rows]


def people_named(db: Session, *, person: str | None = None, community: str | None = None) -> list[int]:
    """Staff ids for the command line: everyone, one person (full name or code), or the people with a post in a
    community. Raises Refused in words when a name fits nobody, or several. Checks nothing: whoever runs commands on the
    server has the database itself."""
    everyone = sa.select(col(Staff.id)).order_by(col(Staff.id))
    if person is not None:
        everyone = everyone.where(sa.or_(col(Staff.full_name) == person, col(Staff.code) == person))
    if community is not None:
        there = (
            sa.select(col(Post.staff_id))
            .join(Community, col(Community.id) == col(Post.community_id))
            .where(col(Community.name) == community)
        )
        everyone = everyone.where(col(Staff.id).in_(there))
    found = [staff_id for staff_id in db.scalars(everyone) if staff_id is not None]
    if not found and (person or community):
        raise Refused(f"There is nobody called “{person}”." if person else f"Nobody has a post in “{community}”.")
    if person is not None and len(found) > 1:
        codes = db.scalars(sa.select(col(Staff.code)).where(col(Staff.id).in_(found)).order_by(col(Staff.code)))
        raise Refused(f"{len(found)} people are called “{person}”. Name one by code: {', '.join(codes)}.")
    return found
