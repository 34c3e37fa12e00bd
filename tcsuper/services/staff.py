"""People, their posts and absences; communities and the day from which each keeps its records here. Somebody new whole
is in starters.py, and the end of a post in leavers.py."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    Permission,
    acting,
    check_about,
    check_can_give_post,
    check_can_keep_person,
    check_everywhere,
    check_holds,
    check_in,
    communities_within,
    people_within,
)
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    Absence,
    Community,
    Employment,
    Establishment,
    Post,
    RecordsKeptFrom,
    RequirementKind,
    ServiceKind,
    Staff,
)
from tcsuper.queries.versions import is_role
from tcsuper.rules import entries
from tcsuper.services.second_factor import Proof
from tcsuper.services.sign_in import close_sign_ins

EASY_TO_READ = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No I, O, 0 or 1: a code is read aloud to an auditor."""
FULL_TIME, MOST_HOURS = 37.0, entries.MOST_HOURS
EARLIEST, FURTHEST = entries.EARLIEST, entries.FURTHEST


# ---------------------------------------------------------------------------------------------------------------------
# People


def add_staff(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    full_name: str,
    employment: Employment = Employment.EMPLOYED,
    staff_number: str | None = None,
    email: str = "",
) -> Staff:
    """Somebody new, without a post or an account yet. The code that stands for them before auditors is drawn by lot."""
    by = acting(db, by, submission)
    check_holds(by, Permission.KEEP_STAFF)
    full_name, staff_number, email = " ".join(full_name.split()), (staff_number or "").strip() or None, email.strip()
    if email:
        check_everywhere(by, Object.EMPLOYMENT, Action.CREATE)
    if problems := problems_with_person(db, full_name, staff_number, email):
        raise InvalidRecord(**problems)
    staff = Staff(
        full_name=full_name, employment=employment, staff_number=staff_number, email=email, code=_unused_code(db)
    )
    db.add(staff)
    db.flush()
    assert staff.id is not None
    record_event(db, by=by, action="add_staff", object_kind="staff", object_key=staff.id, about=[staff.id])
    return staff


def change_contact(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    email: str,
    proof: Proof,
    this_sign_in: UUID | None = None,
) -> Staff:
    """One's own e-mail address, empty to remove it, once they proved who they are. Every other sign-in of the person
    ends. What else is known of a person, others keep."""
    by = acting(db, by, submission)
    check_about(db, by, Object.EMPLOYMENT, Action.UPDATE, by.staff_id)
    if by.account_id is None or proof.account_id != by.account_id:
        raise NotAllowed
    email = email.strip()
    if problems := problems_with_person(db, by.name, None, email):
        raise InvalidRecord(**problems)
    staff = db.get_one(Staff, by.staff_id)
    staff.email = email
    close_sign_ins(db, by.account_id, now(), but=this_sign_in)
    db.flush()
    record_event(db, by=by, action="change_contact", object_kind="staff", object_key=staff.id, about=[by.staff_id])
    return staff


def problems_with_person(db: Session, full_name: str, staff_number: str | None, email: str) -> dict[str, str]:
    """What is wrong with them, field by field. Called by services that have checked."""
    problems = entries.person_problems(full_name, staff_number, email)
    taken = sa.select(col(Staff.id)).where(col(Staff.staff_number) == staff_number)
    if staff_number and "staff_number" not in problems and db.scalar(taken):
        problems["staff_number"] = "Somebody else has this staff number."
    return problems


def _unused_code(db: Session) -> str:
    while True:
        code = "P-" + "".join(secrets.choice(EASY_TO_READ) for _ in range(6))
        if db.scalar(sa.select(col(Staff.id)).where(col(Staff.code) == code)) is None:
            return code


# ---------------------------------------------------------------------------------------------------------------------
# Posts


def start_post(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    job_description_id: int,
    community_id: int,
    start_on: date,
    hours_a_week: float = FULL_TIME,
    line_manager_id: int | None = None,
    is_acting: bool = False,
) -> Post:
    """A job description taken up in a community. Its requirements bind the person from that day."""
    by = acting(db, by, submission)
    check_can_give_post(db, by, staff_id, community_id)
    if not is_role(db, job_description_id):
        raise NotAllowed
    _check_line_manager(db, by, staff_id, line_manager_id)
    problems = problems_with_post(start_on, hours_a_week)
    if _has_post(db, staff_id, job_description_id, community_id, start_on):
        problems["job_description_id"] = "They already have this post in this community on that day."
    if problems:
        raise InvalidRecord(**problems)
    post = Post(
        staff_id=staff_id,
        job_description_id=job_description_id,
        community_id=community_id,
        line_manager_id=line_manager_id,
        start_on=start_on,
        hours_a_week=hours_a_week,
        is_acting=is_acting,
    )
    db.add(post)
    db.flush()
    _record(db, by, "start_post", post, start_on=start_on)
    return post


def change_line_manager(
    db: Session, *, by: Actor, submission: UUID | None = None, post_ids: Sequence[int], line_manager_id: int | None
) -> list[Post]:
    """From now on, in one post or in several: those of somebody who leaves, say. None: it is not known yet. Who it was
    before is in the events."""
    by = acting(db, by, submission)
    posts = [db.get(Post, post_id) for post_id in sorted(set(post_ids))]
    changed = []
    for post in posts:
        if post is None:
            raise NotAllowed
        check_can_keep_person(db, by, post.staff_id)
        check_in(by, Object.PERSON, Action.UPDATE, post.community_id)
        _check_line_manager(db, by, post.staff_id, line_manager_id)
        if post.end_on is not None and post.end_on < today():
            raise InvalidRecord(post_ids=f"A post that ended on {words.day(post.end_on)} has no line manager any more.")
        changed.append(post)
    if not changed:
        raise InvalidRecord(post_ids="Choose at least one post.")
    former = [post.line_manager_id for post in changed]
    for post in changed:
        post.line_manager_id = line_manager_id
    db.flush()
    record_event(
        db,
        by=by,
        action="change_line_manager",
        object_kind="post",
        object_key=changed[0].id if len(changed) == 1 else "",
        about={post.staff_id for post in changed},
        posts=[post.id for post in changed],
        former=former,
        line_manager_id=line_manager_id,
    )
    return changed


def problems_with_post(start_on: date, hours_a_week: float) -> dict[str, str]:
    """The same of a post."""
    return entries.post_problems(start_on, hours_a_week, today())


def _check_line_manager(db: Session, by: Actor, staff_id: int, line_manager_id: int | None) -> None:
    """Somebody the person acting may see, and not the person themselves."""
    if line_manager_id is None:
        return
    if line_manager_id == staff_id:
        raise InvalidRecord(line_manager_id="Nobody is their own line manager.")
    if line_manager_id != by.staff_id:
        seen = people_within(by, Object.PERSON).subquery()
        if db.scalar(sa.select(seen.c[0]).where(seen.c[0] == line_manager_id)) is None:
            raise NotAllowed


def _has_post(db: Session, staff_id: int, job_description_id: int, community_id: int, start_on: date) -> bool:
    """The same post, still running on that day or beginning later: two of them would overlap."""
    same = sa.select(col(Post.id)).where(
        col(Post.staff_id) == staff_id,
        col(Post.job_description_id) == job_description_id,
        col(Post.community_id) == community_id,
        sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= start_on),
    )
    return db.scalar(same.limit(1)) is not None


# ---------------------------------------------------------------------------------------------------------------------
# Absences: dates only


def record_absence(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    staff_id: int,
    start_on: date,
    end_on: date | None = None,
) -> Absence:
    """Away from a day on; the last day may be given later. The reason belongs elsewhere."""
    by = acting(db, by, submission)
    check_can_keep_person(db, by, staff_id)
    _check_absence(start_on, end_on)
    _check_not_away_already(db, staff_id, start_on, end_on)
    absence = Absence(staff_id=staff_id, start_on=start_on, end_on=end_on)
    db.add(absence)
    db.flush()
    _record_absence(db, by, "record_absence", absence)
    return absence


def end_absence(db: Session, *, by: Actor, submission: UUID | None = None, absence_id: int, end_on: date) -> Absence:
    """The last day away."""
    by = acting(db, by, submission)
    absence = db.get(Absence, absence_id)
    if absence is None:
        raise NotAllowed
    check_can_keep_person(db, by, absence.staff_id)
    _check_absence(absence.start_on, end_on)
    _check_not_away_already(db, absence.staff_id, absence.start_on, end_on, absence.id)
    absence.end_on = end_on
    db.flush()
    _record_absence(db, by, "end_absence", absence)
    return absence


def _check_absence(start_on: date, end_on: date | None) -> None:
    problems = {}
    if not EARLIEST <= start_on <= today() + FURTHEST:
        problems["start_on"] = f"The first day away is between {words.day(EARLIEST)} and five years from now."
    if end_on is not None and end_on < start_on:
        problems["end_on"] = f"The absence begins on {words.day(start_on)}, after that day."
    if end_on is not None and end_on > today() + FURTHEST:
        problems["end_on"] = "The last day away is within five years from now."
    if problems:
        raise InvalidRecord(**problems)


def _check_not_away_already(
    db: Session, staff_id: int, start_on: date, end_on: date | None, this_one: int | None = None
) -> None:
    for other in db.exec(select(Absence).where(Absence.staff_id == staff_id)):
        begins_before_it_ends = other.end_on is None or start_on <= other.end_on
        ends_after_it_begins = end_on is None or end_on >= other.start_on
        if other.id != this_one and begins_before_it_ends and ends_after_it_begins:
            until = f"until {words.day(other.end_on)}" if other.end_on else "with no last day yet"
            raise InvalidRecord(
                start_on=f"An absence from {words.day(other.start_on)} {until} is already recorded for these days."
            )


# ---------------------------------------------------------------------------------------------------------------------
# Establishments and communities


def add_establishment(
    db: Session, *, by: Actor, submission: UUID | None = None, name: str, service_kind: ServiceKind = ServiceKind.PRISON
) -> Establishment:
    by = acting(db, by, submission)
    check_everywhere(by, Object.EMPLOYMENT, Action.CREATE)
    name = _named(name)
    if db.scalar(sa.select(col(Establishment.id)).where(col(Establishment.name) == name)):
        raise InvalidRecord(name="There is already an establishment of this name.")
    establishment = Establishment(name=name, service_kind=service_kind)
    db.add(establishment)
    db.flush()
    record_event(db, by=by, action="add_establishment", object_kind="establishment", object_key=establishment.id)
    return establishment


def add_community(
    db: Session, *, by: Actor, submission: UUID | None = None, establishment_id: int, name: str
) -> Community:
    by = acting(db, by, submission)
    check_everywhere(by, Object.EMPLOYMENT, Action.CREATE)
    if db.get(Establishment, establishment_id) is None:
        raise NotAllowed
    name = _named(name)
    here = sa.select(col(Community.id)).where(col(Community.establishment_id) == establishment_id)
    if db.scalar(here.where(col(Community.name) == name)):
        raise InvalidRecord(name="There is already a community of this name in the establishment.")
    community = Community(establishment_id=establishment_id, name=name)
    db.add(community)
    db.flush()
    record_event(db, by=by, action="add_community", object_kind="community", object_key=community.id)
    return community


def set_records_kept_from(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    community_id: int,
    kind: RequirementKind,
    from_on: date,
) -> RecordsKeptFrom:
    """From this day the community keeps its records of this kind here. Before it nothing of the kind is judged."""
    by = acting(db, by, submission)
    if db.get(Community, community_id) is None:
        raise NotAllowed
    if community_id not in communities_within(by, Object.CATALOGUE, Action.UPDATE):
        raise NotAllowed
    if not EARLIEST <= from_on <= today() + FURTHEST:
        raise InvalidRecord(from_on=f"The day is between {words.day(EARLIEST)} and five years from now.")
    kept = db.exec(
        select(RecordsKeptFrom).where(RecordsKeptFrom.community_id == community_id, RecordsKeptFrom.kind == kind)
    ).first()
    former = kept.from_on if kept else None
    kept = kept or RecordsKeptFrom(community_id=community_id, kind=kind, from_on=from_on)
    kept.from_on = from_on
    db.add(kept)
    db.flush()
    record_event(
        db,
        by=by,
        action="set_records_kept_from",
        object_kind="community",
        object_key=community_id,
        kind=kind.value,
        from_on=from_on.isoformat(),
        former=former.isoformat() if former else None,
    )
    return kept


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 2 <= len(name) <= 200:
        raise InvalidRecord(name="Give a name, in 2 to 200 characters.")
    return name


# ---------------------------------------------------------------------------------------------------------------------
# Events


def _record(db: Session, by: Actor, action: str, post: Post, **detail: date | int) -> None:
    dates: dict[str, Any] = {
        key: value.isoformat() if isinstance(value, date) else value for key, value in detail.items()
    }
    record_event(
        db,
        by=by,
        action=action,
        object_kind="post",
        object_key=post.id,
        about=[post.staff_id],
        community_id=post.community_id,
        job_description_id=post.job_description_id,
        **dates,
    )


def _record_absence(db: Session, by: Actor, action: str, absence: Absence) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="absence",
        object_key=absence.id,
        about=[absence.staff_id],
        start_on=absence.start_on.isoformat(),
        end_on=absence.end_on.isoformat() if absence.end_on else None,
    )
