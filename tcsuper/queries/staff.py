"""Who works where: people with their posts, and one person's posts and absences.

Name, role and community are for everyone who may see the person; dates, hours and absences for those who may see how
they are employed (`access.csv`, `employment`).
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    Permission,
    check_about,
    check_holds,
    in_force,
    may_about,
    may_in,
    people_within,
)
from tcsuper.models import (
    Absence,
    Community,
    Employment,
    Establishment,
    JobDescription,
    Post,
    Staff,
)
from tcsuper.queries.frames import frame_of
from tcsuper.queries.versions import IS_ROLE

HERE, TO_START, LEFT, NO_POST = "In post", "Yet to start", "Left", "No post"


def staff_list(db: Session, *, viewer: Actor, on: date, community_id: int | None = None) -> pd.DataFrame:
    """Everybody the viewer may see, one row a post (their last one for those who left), by name.

    Columns: staff_id, post_id, name, role, community, community_id, line_manager, state (in post, yet to start, left,
    no post), is_away; start_on, end_on and hours, empty where the viewer may not see dates."""
    manager = aliased(Staff)
    dates = col(Staff.id).in_(people_within(viewer, Object.EMPLOYMENT))
    frame = frame_of(
        db,
        sa.select(
            col(Staff.id).label("staff_id"),
            col(Post.id).label("post_id"),
            col(Staff.full_name).label("name"),
            col(JobDescription.role_name).label("role"),
            col(Community.name).label("community"),
            col(Community.id).label("community_id"),
            col(manager.full_name).label("line_manager"),
            _state(on).label("state"),
            sa.and_(dates, in_force(Post.start_on, Post.end_on, on), _away(on)).label("is_away"),
            sa.case((dates, col(Post.start_on))).label("start_on"),
            sa.case((dates, col(Post.end_on))).label("end_on"),
            sa.case((dates, col(Post.hours_a_week))).label("hours"),
        )
        .select_from(Staff)
        .outerjoin(Post, sa.and_(col(Post.staff_id) == col(Staff.id), _worth_showing(on)))
        .outerjoin(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
        .outerjoin(Community, col(Community.id) == col(Post.community_id))
        .outerjoin(manager, col(manager.id) == col(Post.line_manager_id))
        .where(
            col(Staff.id).in_(people_within(viewer, Object.PERSON)),
            *([col(Post.community_id) == community_id] if community_id is not None else []),
        )
        .order_by(col(Staff.full_name), col(Staff.id), col(Post.start_on), col(Post.id)),
    )
    return frame


def _state(on: date) -> sa.ColumnElement[str]:
    return sa.case(
        (col(Post.id).is_(None), NO_POST),
        (col(Post.start_on) > on, TO_START),
        (in_force(Post.start_on, Post.end_on, on), HERE),
        else_=LEFT,
    )


def _away(on: date) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(col(Absence.staff_id) == col(Staff.id), in_force(Absence.start_on, Absence.end_on, on))
        .correlate(Staff)
    )


def _worth_showing(on: date) -> sa.ColumnElement[bool]:
    """Posts that are not over; of somebody who has none, the last."""
    other = aliased(Post)
    not_over = sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= on)
    later = sa.exists().where(
        col(other.staff_id) == col(Post.staff_id),
        sa.or_(col(other.end_on).is_(None), col(other.end_on) > col(Post.end_on)),
    )
    return sa.or_(not_over, ~later.correlate(Post))


def my_email(db: Session, *, viewer: Actor) -> str:
    """One's own address, empty when none is known."""
    return db.get_one(Staff, viewer.staff_id).email


# ---------------------------------------------------------------------------------------------------------------------
# One person


@dataclass(frozen=True)
class PostLine:
    post_id: int
    role: str
    community: str
    community_id: int
    line_manager: str
    start_on: date | None
    end_on: date | None
    hours: float | None
    is_acting: bool
    state: str

    @property
    def title(self) -> str:
        return f"{self.role}{' (acting)' if self.is_acting else ''}, {self.community}"


@dataclass(frozen=True)
class AbsenceLine:
    absence_id: int
    start_on: date
    end_on: date | None


@dataclass(frozen=True)
class OnePerson:
    staff_id: int
    full_name: str
    employment: Employment
    posts: tuple[PostLine, ...]
    absences: tuple[AbsenceLine, ...] | None
    """None where the viewer may not see them; empty when there are none."""
    staff_number: str | None = None
    email: str = ""
    may_keep: bool = False
    """Whether the viewer may end posts and record absences (never one's own)."""

    @property
    def titles(self) -> dict[int, str]:
        """Their posts by id, told apart by their first day where two are called the same."""
        return _told_apart((post.post_id, post.title, post.start_on) for post in self.posts)


def _told_apart(posts: Iterable[tuple[int, str, date | None]]) -> dict[int, str]:
    """Id to title; a list on screen tells its entries apart by their words alone."""
    listed = list(posts)
    alike = Counter(title for _, title, _ in listed)
    return {
        post_id: f"{title} (from {words.day(start_on)})" if alike[title] > 1 and start_on else title
        for post_id, title, start_on in listed
    }


def one_person(db: Session, *, viewer: Actor, staff_id: int, on: date) -> OnePerson:
    """Somebody opened: posts with the present ones first, and absences, the last first."""
    check_about(db, viewer, Object.PERSON, Action.READ, staff_id)
    staff = db.get_one(Staff, staff_id)
    sees_dates = may_about(db, viewer, Object.EMPLOYMENT, Action.READ, staff_id)
    return OnePerson(
        staff_id,
        staff.full_name,
        staff.employment,
        _posts(db, staff_id, on, sees_dates),
        _absences(db, staff_id) if sees_dates else None,
        staff.staff_number if sees_dates else None,
        staff.email if sees_dates else "",
        may_about(db, viewer, Object.PERSON, Action.UPDATE, staff_id),
    )


@dataclass(frozen=True)
class LinePosts:
    """Posts that are not over and whose line manager the viewer may change: id to what it is called. `own`: of
    somebody; `reports`: of those whom they manage by line."""

    own: dict[int, str]
    reports: dict[int, str]


def line_posts(db: Session, *, viewer: Actor, staff_id: int) -> LinePosts:
    """Of somebody opened, in communities whose people the viewer keeps; never the viewer's own."""
    rows = db.execute(
        sa.select(Post, col(Staff.full_name), col(JobDescription.role_name), col(Community.name))
        .join(Staff, col(Staff.id) == col(Post.staff_id))
        .join(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
        .join(Community, col(Community.id) == col(Post.community_id))
        .where(
            sa.or_(col(Post.staff_id) == staff_id, col(Post.line_manager_id) == staff_id),
            sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= viewer.on),
            col(Post.staff_id).in_(people_within(viewer, Object.PERSON, Action.UPDATE)),
            col(Post.staff_id) != viewer.staff_id,
        )
        .order_by(col(Staff.full_name), col(Post.start_on), col(Post.id))
    ).all()
    kept = [row for row in rows if may_in(viewer, Object.PERSON, Action.UPDATE, row[0].community_id)]
    called = _told_apart(
        (post.id, f"{name}: {role}, {community}", post.start_on) for post, name, role, community in kept
    )
    mine = {post.id for post, *_ in kept if post.staff_id == staff_id}
    return LinePosts(
        {post_id: title for post_id, title in called.items() if post_id in mine},
        {post_id: title for post_id, title in called.items() if post_id not in mine},
    )


def _posts(db: Session, staff_id: int, on: date, sees_dates: bool) -> tuple[PostLine, ...]:
    manager = aliased(Staff)
    rows = db.execute(
        sa.select(Post, col(JobDescription.role_name), col(Community.name), col(manager.full_name), _state(on))
        .join(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
        .join(Community, col(Community.id) == col(Post.community_id))
        .outerjoin(manager, col(manager.id) == col(Post.line_manager_id))
        .where(col(Post.staff_id) == staff_id)
        .order_by(col(Post.start_on).desc(), col(Post.id))
    ).all()
    lines = [
        PostLine(
            post.id or 0,
            role,
            community,
            post.community_id,
            line_manager or "",
            post.start_on if sees_dates else None,
            post.end_on if sees_dates else None,
            post.hours_a_week if sees_dates else None,
            post.is_acting,
            state,
        )
        for post, role, community, line_manager, state in rows
        if sees_dates or state == HERE
    ]
    return tuple(sorted(lines, key=lambda line: (HERE, TO_START, LEFT).index(line.state)))


def _absences(db: Session, staff_id: int) -> tuple[AbsenceLine, ...]:
    rows = db.execute(
        sa.select(col(Absence.id), col(Absence.start_on), col(Absence.end_on))
        .where(col(Absence.staff_id) == staff_id)
        .order_by(col(Absence.start_on).desc())
    )
    return tuple(AbsenceLine(*row) for row in rows)


def last_days_of(db: Session, people: Collection[int]) -> dict[int, date]:
    """Of these people those who leave the service, and when: every post of theirs has a last day. Checks nothing: the
    caller chooses the people by the access table."""
    last = sa.func.max(Post.end_on)
    goes_on = sa.func.count(sa.case((col(Post.end_on).is_(None), 1)))
    rows = db.execute(
        sa.select(col(Post.staff_id), last)
        .where(col(Post.staff_id).in_(people))
        .group_by(col(Post.staff_id))
        .having(goes_on == 0)
    )
    return {staff_id: last_day for staff_id, last_day in rows}


# ---------------------------------------------------------------------------------------------------------------------
# What to choose from


def communities_kept(
    db: Session, *, viewer: Actor, what: Object = Object.PERSON, action: Action = Action.UPDATE
) -> dict[int, str]:
    """Communities whose staff the viewer keeps: id to name, with the establishment where two have the same name."""
    rows = db.execute(
        sa.select(col(Community.id), col(Community.name), col(Establishment.name))
        .join(Establishment, col(Establishment.id) == col(Community.establishment_id))
        .order_by(col(Establishment.name), col(Community.name))
    ).all()
    kept = [row for row in rows if may_in(viewer, what, action, row[0])]
    names = [name for _, name, _ in kept]
    return {
        community: name if names.count(name) == 1 else f"{name}, {establishment}"
        for community, name, establishment in kept
    }


def roles_to_choose(db: Session, *, viewer: Actor) -> dict[int, str]:
    """Job descriptions to put somebody in: id to role, with the version where several roles have one name."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    rows = db.execute(
        sa.select(col(JobDescription.id), col(JobDescription.role_name), col(JobDescription.version))
        .where(IS_ROLE)
        .order_by(col(JobDescription.role_name), col(JobDescription.id).desc())
    ).all()
    names = [name for _, name, _ in rows]
    return {
        job: name if names.count(name) == 1 else f"{name} (version {version or job})" for job, name, version in rows
    }
