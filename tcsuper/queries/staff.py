"""Who works where: people with their posts, and one person's posts and absences.

Name, role and community are for everyone who may see the person; dates, hours and absences for those who may see how
they are employed (`access.csv`, `employment`).
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

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
    GroupMember,
    JobDescription,
    Post,
    Staff,
    SupervisionAgreement,
)
from tcsuper.queries.frames import frame_of
from tcsuper.words import count, listed

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
            sa.and_(dates, _away(on)).label("is_away"),
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


# ---------------------------------------------------------------------------------------------------------------------
# What a leaver leaves


def left_behind(db: Session, *, viewer: Actor, staff_id: int, on: date) -> list[str]:
    """What still hangs on somebody the day after `on`, in sentences: whom they supervise, whom they manage, which
    groups they belong to. Only what the viewer may see; responsibilities are for `queries/responsibilities.py`."""
    check_about(db, viewer, Object.PERSON, Action.READ, staff_id)
    agreement, seen = SupervisionAgreement, people_within(viewer, Object.AGREEMENT)
    goes_on = sa.or_(col(agreement.end_on).is_(None), col(agreement.end_on) > on)
    supervisees = db.scalars(
        sa.select(col(Staff.full_name))
        .distinct()
        .join(agreement, col(agreement.supervisee_id) == col(Staff.id))
        .where(col(agreement.supervisor_id) == staff_id, goes_on, col(Staff.id).in_(seen))
        .order_by(col(Staff.full_name))
    ).all()
    sees_this_one = db.scalar(sa.select(sa.exists().where(col(Staff.id) == staff_id, col(Staff.id).in_(seen))))
    led = places = supervised = 0
    if sees_this_one:
        led = _how_many(db, col(agreement.supervisor_id) == staff_id, goes_on, col(agreement.group_id).is_not(None))
        supervised = _how_many(db, col(agreement.supervisee_id) == staff_id, goes_on)
        still_in = sa.or_(col(GroupMember.end_on).is_(None), col(GroupMember.end_on) > on)
        places = _how_many(db, col(GroupMember.staff_id) == staff_id, still_in)
    managed = _how_many(
        db,
        col(Post.line_manager_id) == staff_id,
        sa.or_(col(Post.end_on).is_(None), col(Post.end_on) > on),
        col(Post.staff_id).in_(people_within(viewer, Object.PERSON)),
    )
    said = [f"Without this supervisor: {listed(supervisees)}."] if supervisees else []
    said += [f"{count(led, 'supervision group')} without this supervisor."] if led else []
    said += [f"{count(managed, 'post')} without a line manager."] if managed else []
    said += [f"{count(places, 'place')} in supervision groups to end."] if places else []
    said += [f"{count(supervised, 'agreement')} as a supervisee to end."] if supervised else []
    return said


def _how_many(db: Session, *conditions: sa.ColumnElement[bool]) -> int:
    return db.scalar(sa.select(sa.func.count()).where(*conditions)) or 0


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
    """Job descriptions to put somebody in: id to role, with the version where there are several."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    rows = db.execute(
        sa.select(col(JobDescription.id), col(JobDescription.role_name), col(JobDescription.version)).order_by(
            col(JobDescription.role_name), col(JobDescription.id).desc()
        )
    ).all()
    names = [name for _, name, _ in rows]
    return {
        job: name if names.count(name) == 1 else f"{name} (version {version or job})" for job, name, version in rows
    }
