"""What ends with a post, and what it leaves uncovered: reckoned here alone. The page shows it before anything is
stored, and `services/leavers.py` does just that.

Leaving a community is not leaving the service. With the last post in a community ends what hangs on that community:
what is led there, places in its groups and the groups supervised there, standing in there, the role of its manager.
With the last post of all ends the rest: every agreement, places on courses, the account. A post beside another one in
the same community ends alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    check_can_keep_person,
    check_in,
    communities_within,
    grant_holds,
    people_within,
)
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Community,
    Post,
    Role,
    RoleGrant,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionSession,
)
from tcsuper.queries.coverage import if_a_post_ends
from tcsuper.queries.evidence import current
from tcsuper.queries.hand_over import HandOver, hand_over_plan
from tcsuper.queries.hanging import AGREEMENTS, Ends, Hanging, Part
from tcsuper.rules.responsibilities import Change

ONE_DAY = timedelta(days=1)
NOBODY_YET: Mapping[int, int] = {}


@dataclass(frozen=True)
class Leaving:
    """One post that ends. `handed_over`: agreements that somebody chosen goes on with. `uncovered`: led
    responsibilities whose cover changes; `left`: what else is for others to see to. `problems`: field to sentence;
    none: it can be done."""

    staff_id: int
    name: str
    post_id: int
    title: str
    community: str
    last_day: date
    leaves_community: bool
    leaves_service: bool
    may_stay: bool
    """Whether the person has no other post, so that it has to be said that another one follows."""
    ends: tuple[Ends, ...]
    handed_over: tuple[HandOver, ...]
    uncovered: tuple[Change, ...]
    left: tuple[str, ...]
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> dict[Part, int]:
        return dict(sorted(Counter(one.part for one in self.ends).items(), key=lambda pair: list(Part).index(pair[0])))

    @property
    def taken_off(self) -> int:
        return sum(one.planned for one in self.ends if one.part in AGREEMENTS)

    @property
    def mark(self) -> str:
        """The same for the same plan: whether what was shown is still what will be done."""
        what = [(one.part.value, one.row_id, one.last_day, one.planned) for one in self.ends]
        handed = [(one.agreement_id, one.new, one.planned) for one in self.handed_over]
        return sha256(repr((self.post_id, self.last_day, self.leaves_service, what, handed)).encode()).hexdigest()


def post_to_end(db: Session, *, viewer: Actor, post_id: int) -> Post:
    """A post of one's own staff, in a community whose people one keeps; never one's own."""
    post = db.get(Post, post_id)
    if post is None:
        raise NotAllowed
    check_can_keep_person(db, viewer, post.staff_id)
    check_in(viewer, Object.PERSON, Action.UPDATE, post.community_id)
    return post


def leaving(
    db: Session,
    *,
    viewer: Actor,
    post_id: int,
    end_on: date,
    stays: bool = False,
    next_supervisors: Mapping[int, int] = NOBODY_YET,
) -> Leaving:
    """What becomes of everything when this post ends on a day. `stays`: another post will follow, though none is
    entered yet. `next_supervisors`: by agreement that the person supervises, who goes on with it; they themselves,
    where they only leave the community. Every part is counted whole, and named as far as the viewer may see it."""
    post = post_to_end(db, viewer=viewer, post_id=post_id)
    hanging = Hanging(db, viewer, post, end_on, stays, next_supervisors)
    ends = tuple(sorted(hanging.ends(), key=lambda one: (list(Part).index(one.part), one.said, one.row_id)))
    handed_over = tuple(_handed_over(hanging))
    return Leaving(
        post.staff_id,
        hanging.name,
        post_id,
        hanging.title,
        hanging.community,
        end_on,
        hanging.community_day is not None,
        hanging.service_day is not None,
        hanging.is_last,
        ends,
        handed_over,
        tuple(if_a_post_ends(db, viewer=viewer, post_id=post_id, end_on=end_on)),
        tuple(_left(hanging, ends)),
        _problems(hanging, ends, handed_over),
    )


# -----------------------------------------------------------------------------------------------------------------
# Who goes on with what, and what is left


def _handed_over(of: Hanging) -> Iterator[HandOver]:
    """By whoever may give it to whom they chose: else NotAllowed, as for any hand-over."""
    for agreement_id, supervisor_id in sorted(of.next.items()):
        agreement = of.db.get(SupervisionAgreement, agreement_id)
        if agreement is None or agreement.supervisor_id != of.post.staff_id:
            raise NotAllowed
        if supervisor_id != of.post.staff_id:
            day = of.service_day or of.community_day or of.end_on
            yield from hand_over_plan(
                of.db,
                viewer=of.viewer,
                agreement_ids=[agreement_id],
                supervisor_id=supervisor_id,
                last_day=day,
            )


def _left(of: Hanging, ends: Sequence[Ends]) -> Iterator[str]:
    yield from _without_supervisor(of, ends)
    yield from _without_manager(of, ends)
    if of.community_day is None:
        kept = [of.role(one) for one in of.rows(RoleGrant, of.end_on)]
        if kept:
            yield f"Another post here goes on, and with it the role: {words.listed(kept)}. See whether it still fits."
    elif of.service_day is None and of.is_last:
        yield "Give the post that follows under “Somebody starts”."


def _without_supervisor(of: Hanging, ends: Sequence[Ends]) -> Iterator[str]:
    people = sorted(
        {
            of.named(agreement.supervisee_id)
            for agreement in _agreements_that_end(of, ends, Part.SUPERVISING)
            if agreement.supervisee_id in of.agreements_seen
        }
    )
    if people:
        yield f"Without this supervisor: {words.listed(people)}. Agree with somebody else."
    hidden = sum(
        one.supervisee_id not in of.agreements_seen for one in _agreements_that_end(of, ends, Part.SUPERVISING)
    )
    for agreement in _agreements_that_end(of, ends, Part.LEADING):
        group = of.db.get_one(SupervisionGroup, agreement.group_id)
        if group.community_id not in of.groups_seen:
            hidden += 1
        elif not _has_another(of, agreement):
            yield f"{group.name} is without a supervisor. Choose who goes on with it, or end the group."
    if hidden:
        them = "Their managers find them under Supervisors."
        yield f"Without this supervisor too: {hidden} whom or which you do not see. {them}"


def _agreements_that_end(of: Hanging, ends: Sequence[Ends], part: Part) -> list[SupervisionAgreement]:
    return [of.db.get_one(SupervisionAgreement, one.row_id) for one in ends if one.part is part]


def _has_another(of: Hanging, ended: SupervisionAgreement) -> bool:
    agreement = SupervisionAgreement
    after = of.end_on + ONE_DAY
    other = sa.select(col(agreement.id)).where(
        col(agreement.group_id) == ended.group_id,
        col(agreement.supervisor_id) != of.post.staff_id,
        col(agreement.start_on) <= after,
        sa.or_(col(agreement.end_on).is_(None), col(agreement.end_on) >= after),
    )
    return of.db.scalar(other.limit(1)) is not None


def _without_manager(of: Hanging, ends: Sequence[Ends]) -> Iterator[str]:
    """People they manage by line, where they leave; and a community whose only therapy manager they were."""
    if of.community_day is None:
        return
    there = sa.true() if of.service_day else col(Post.community_id) == of.post.community_id
    managed = of.db.scalars(
        sa.select(col(Staff.full_name))
        .distinct()
        .join(Post, col(Post.staff_id) == col(Staff.id))
        .where(
            col(Post.line_manager_id) == of.post.staff_id,
            sa.or_(col(Post.end_on).is_(None), col(Post.end_on) > of.end_on),
            there,
            col(Staff.id).in_(people_within(of.viewer, Object.PERSON)),
        )
        .order_by(col(Staff.full_name))
    ).all()
    if managed:
        yield f"Without their line manager: {words.listed(managed)}. Open the leaver under “Everybody” to hand them on."
    for one in ends:
        grant = of.db.get_one(RoleGrant, one.row_id) if one.part is Part.ROLE else None
        if grant is None or grant.role is not Role.THERAPY_MANAGER or grant.community_id is None:
            continue
        if not _has_manager(of, grant.community_id, one.last_day + ONE_DAY):
            name = of.db.get_one(Community, grant.community_id).name
            yield f"{name} is without a therapy manager. Ask for the role for somebody else."


def _has_manager(of: Hanging, community_id: int, on: date) -> bool:
    house = of.db.get_one(Community, community_id).establishment_id
    other = sa.select(col(RoleGrant.id)).where(
        col(RoleGrant.role) == Role.THERAPY_MANAGER,
        col(RoleGrant.staff_id) != of.post.staff_id,
        sa.or_(col(RoleGrant.community_id) == community_id, col(RoleGrant.establishment_id) == house),
        grant_holds(on),
    )
    return of.db.scalar(other.limit(1)) is not None


# -----------------------------------------------------------------------------------------------------------------
# What stands against it


def _problems(of: Hanging, ends: Sequence[Ends], handed_over: Sequence[HandOver]) -> dict[str, str]:
    found = {}
    if late := _recorded_after(of, ends):
        found["end_on"] = (
            f"A session of {words.day(late)} is recorded that ends with it. "
            "Choose that day or a later one, or void it first."
        )
    if wrong := [one.words for one in handed_over if one.problem]:
        found["next_supervisors"] = " ".join(wrong)
    if any(of.next.get(one) == of.post.staff_id for one in of.next) and of.service_day is not None:
        found["next_supervisors"] = "Who leaves the service goes on with nothing. Choose somebody else."
    if _is_last_administrator(of, ends):
        found["post_id"] = (
            "They are the only administrator: nobody could make accounts any more. Give somebody else the role first."
        )
    return found


def _recorded_after(of: Hanging, ends: Sequence[Ends]) -> date | None:
    session = SupervisionSession
    last_days = {one.row_id: one.last_day for one in ends if one.part in AGREEMENTS}
    held = of.db.execute(
        sa.select(col(session.agreement_id), sa.func.max(session.held_on))
        .where(col(session.agreement_id).in_(last_days), col(session.state) != SessionState.PLANNED, current(session))
        .group_by(col(session.agreement_id))
    ).all()
    return max((held_on for agreement, held_on in held if held_on > last_days[agreement]), default=None)


def _is_last_administrator(of: Hanging, ends: Sequence[Ends]) -> bool:
    roles = [(of.db.get_one(RoleGrant, one.row_id), one.last_day) for one in ends if one.part is Part.ROLE]
    mine = [day for grant, day in roles if grant.role is Role.ADMINISTRATOR and grant.approved_at is not None]
    if not mine:
        return False
    other = sa.select(col(RoleGrant.id)).where(
        col(RoleGrant.role) == Role.ADMINISTRATOR,
        col(RoleGrant.staff_id) != of.post.staff_id,
        grant_holds(max(mine) + ONE_DAY),
    )
    return of.db.scalar(other.limit(1)) is None


# ---------------------------------------------------------------------------------------------------------------------
# For the page


@dataclass(frozen=True)
class Supervises:
    """An agreement that the person supervises and that would end. `whom`: the group, or the person."""

    agreement_id: int
    whom: str
    is_group: bool


def supervises(db: Session, *, viewer: Actor, plan: Leaving) -> list[Supervises]:
    """Of a plan made without anybody chosen: the agreements that the viewer may give to somebody else."""
    keeps = communities_within(viewer, Object.AGREEMENT, Action.CREATE)
    people = set(db.scalars(people_within(viewer, Object.AGREEMENT, Action.CREATE)))
    found = []
    for one in plan.ends:
        if one.part in (Part.LEADING, Part.SUPERVISING):
            agreement = db.get_one(SupervisionAgreement, one.row_id)
            if agreement.start_on > one.last_day:
                continue
            if agreement.group_id is not None:
                group = db.get_one(SupervisionGroup, agreement.group_id)
                if group.community_id in keeps:
                    found.append(Supervises(one.row_id, group.name, True))
            elif agreement.supervisee_id in people - {viewer.staff_id}:
                found.append(Supervises(one.row_id, db.get_one(Staff, agreement.supervisee_id).full_name, False))
    return found
