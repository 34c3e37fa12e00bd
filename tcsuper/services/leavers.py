"""Somebody leaves a post, and what hangs on it ends with it: what `queries/leavers.py` reckons and the page showed, in
one transaction and one event. Until the last day is over it can be taken back.

Whoever may end a post ends by it also what they could not end by itself: the account and roles, which are otherwise the
administrator's, and agreements with people elsewhere. Nobody decides about these: they follow from the post.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Account,
    AccountRequest,
    AuditEvent,
    CourseTrainer,
    GroupMember,
    Post,
    ResponsibilityHolding,
    RoleGrant,
    Staff,
    StandIn,
    SupervisionAgreement,
    Traineeship,
)
from tcsuper.queries.hand_over import HandOver
from tcsuper.queries.hanging import AGREEMENTS, ONE_AND_SEVERAL, Ends, Part
from tcsuper.queries.leavers import NOBODY_YET, Leaving, leaving, post_to_end
from tcsuper.services.agreements import check_one_coordinating, plan_anew, planned_after, take_off_planned
from tcsuper.services.hand_over import hand_over
from tcsuper.services.places import withdraw_all
from tcsuper.services.sign_in import close_sign_ins

FURTHEST = timedelta(days=5 * 366)
LEFT = "Left the post."
"""Why a planned session was taken off: it is void, so nobody counts as having missed it."""
ROWS: dict[Part, Any] = {
    Part.SUPERVISED: SupervisionAgreement,
    Part.SUPERVISING: SupervisionAgreement,
    Part.LEADING: SupervisionAgreement,
    Part.MEMBER: GroupMember,
    Part.STAND_IN: StandIn,
    Part.TRAINEESHIP: Traineeship,
    Part.HOLDING: ResponsibilityHolding,
    Part.TRAINER: CourseTrainer,
    Part.ROLE: RoleGrant,
}
"""What lasts from a day to a day. Courses, accounts and requests for one have services of their own."""
NEVER_BEGAN = (GroupMember, StandIn, CourseTrainer, RoleGrant)
"""Of these a row that was still to begin goes; nothing else hangs on it. Others end on the day they would begin."""


def end_post(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    post_id: int,
    end_on: date,
    stays: bool = False,
    next_supervisors: Mapping[int, int] = NOBODY_YET,
    shown: str = "",
) -> Leaving:
    """The last day in a post, and the end of what hangs on it: as `queries.leavers.leaving` says for the same answers.
    `shown`: the mark of the plan that was looked at; when something changed since, Conflict. Gives what was done."""
    by = acting(db, by, submission)
    post = post_to_end(db, viewer=by, post_id=post_id)
    db.exec(select(Staff.id).where(Staff.id == post.staff_id).with_for_update()).all()
    if problems := _problems(post, end_on):
        raise InvalidRecord(**problems)
    plan = leaving(db, viewer=by, post_id=post_id, end_on=end_on, stays=stays, next_supervisors=next_supervisors)
    if plan.problems:
        raise InvalidRecord(**plan.problems)
    if shown and shown != plan.mark:
        raise Conflict("What hangs on this post changed after you looked. Look at it again, then end the post.")
    about = _concerned(db, plan)
    former, gone, taken_off = end_with_all(db, by, post, end_on, plan.ends, plan.handed_over, next_supervisors)
    record_event(
        db,
        by=by,
        action="end_post",
        object_kind="post",
        object_key=post.id,
        about=about,
        community_id=post.community_id,
        job_description_id=post.job_description_id,
        end_on=end_on.isoformat(),
        leaves_service=plan.leaves_service,
        stays=stays,
        ended={part.value: how_many for part, how_many in plan.counts.items()},
        handed_over=len(plan.handed_over),
        sessions_taken_off=taken_off,
        gone=gone,
        former=former,
    )
    return plan


def end_with_all(
    db: Session,
    by: Actor,
    post: Post,
    end_on: date,
    ends: Sequence[Ends],
    handed_over: Sequence[HandOver] = (),
    next_supervisors: Mapping[int, int] = NOBODY_YET,
) -> tuple[list[list[Any]], int, int]:
    """The post's end and that of all which hangs on it. Gives what is needed to take it back, how many rows there are
    no more, and how many sessions were taken off. Called by services that have checked: also where it is only supposed
    (`supposed.py`), so that both come to the same."""
    former, gone = _end_rows(db, ends)
    _hand_over(db, by, handed_over, next_supervisors)
    taken_off = _settle_sessions(db, by, ends)
    former += _end_access(db, by, post.staff_id, ends)
    post.end_on = end_on
    db.flush()
    return former, gone, taken_off


def _problems(post: Post, end_on: date) -> dict[str, str]:
    if post.end_on is not None and post.end_on < today():
        return {"end_on": f"The post ended on {words.day(post.end_on)} already."}
    if post.end_on is not None:
        return {"end_on": f"The post ends on {words.day(post.end_on)} already. Take that back first."}
    if end_on < post.start_on:
        return {"end_on": f"The post began on {words.day(post.start_on)}, after that day."}
    if end_on > today() + FURTHEST:
        return {"end_on": "The last day is within five years from now."}
    return {}


def _end_rows(db: Session, ends: Iterable[Ends]) -> tuple[list[list[Any]], int]:
    """Every row that lasts from a day to a day. Gives what is needed to take it back (part, id, the former end, the new
    one, and whether it ended with the service), and how many rows there are no more."""
    former: list[list[Any]] = []
    gone = 0
    for one in ends:
        if one.part not in ROWS:
            continue
        row = db.get_one(ROWS[one.part], one.row_id)
        waits = isinstance(row, RoleGrant) and row.approved_at is None
        if waits or (row.start_on > one.last_day and isinstance(row, NEVER_BEGAN)):
            db.delete(row)
            gone += 1
            continue
        ended_on = max(one.last_day, row.start_on)
        former.append([one.part.value, one.row_id, _iso(row.end_on), _iso(ended_on), one.with_service])
        row.end_on = ended_on
    db.flush()
    return former, gone


def _hand_over(db: Session, by: Actor, handed_over: Iterable[HandOver], next_supervisors: Mapping[int, int]) -> None:
    for one in handed_over:
        hand_over(
            db,
            by=by,
            agreement_ids=[one.agreement_id],
            supervisor_id=next_supervisors[one.agreement_id],
            last_day=one.last_day,
        )


def _settle_sessions(db: Session, by: Actor, ends: Iterable[Ends]) -> int:
    """What was planned by agreements that ended is taken off; in groups that go on it is planned without the person.
    Gives how many were taken off."""
    taken_off = 0
    for one in ends:
        if one.part in AGREEMENTS:
            taken_off += take_off_planned(db, by, [one.row_id], one.last_day, LEFT)
    for one in ends:
        if one.part is Part.MEMBER and one.group_id:
            _plan_group_anew(db, by, one.group_id, one.last_day)
    return taken_off


def _plan_group_anew(db: Session, by: Actor, group_id: int, after: date) -> None:
    agreements = db.exec(select(SupervisionAgreement.id).where(SupervisionAgreement.group_id == group_id)).all()
    for planned in planned_after(db, [one for one in agreements if one is not None], after):
        plan_anew(db, by, planned)


def _end_access(db: Session, by: Actor, staff_id: int, ends: Sequence[Ends]) -> list[list[Any]]:
    """Places on courses, what waits for an account, and the account; every browser too, where it or a role is over by
    now. Gives what is needed to take the account's end back."""
    former: list[list[Any]] = []
    for one in ends:
        if one.part is Part.ACCOUNT:
            account = db.get_one(Account, one.row_id)
            former.append([one.part.value, one.row_id, _iso(account.ends_on), _iso(one.last_day), one.with_service])
            account.ends_on = one.last_day
        elif one.part is Part.REQUEST:
            db.get_one(AccountRequest, one.row_id).done_at = now()
    if any(one.last_day < today() for one in ends if one.part in (Part.ACCOUNT, Part.ROLE)):
        for account in db.exec(select(Account).where(Account.staff_id == staff_id)):
            close_sign_ins(db, account.id, now())
    if places := [one.last_day for one in ends if one.part is Part.PLACE]:
        withdraw_all(db, by, staff_id, places[0])
    return former


def _concerned(db: Session, plan: Leaving) -> set[int]:
    """Who was supervised by them, or supervised them."""
    people = {plan.staff_id}
    for one in plan.ends:
        if one.part in AGREEMENTS:
            agreement = db.get_one(SupervisionAgreement, one.row_id)
            people |= {agreement.supervisor_id} | ({agreement.supervisee_id} if agreement.supervisee_id else set())
    return people


# ---------------------------------------------------------------------------------------------------------------------
# Taken back


@dataclass(frozen=True)
class TakenBack:
    """How many of the things that ended go on again, and what has to be entered again."""

    post: Post
    goes_on: int
    again: tuple[str, ...]
    handed_over: int

    @property
    def words(self) -> str:
        """For whoever took it back."""
        verb = "goes on" if self.goes_on == 1 else "go on"
        said = f"Of what ended with it, {words.count(self.goes_on, 'thing')} {verb}." if self.goes_on else ""
        said += f" To be entered again: {words.listed(self.again)}." if self.again else ""
        if self.handed_over:
            said += f" {words.count(self.handed_over, 'agreement')} handed over stay with the new supervisor."
        return said.strip()


def take_back_end(db: Session, *, by: Actor, submission: UUID | None = None, post_id: int) -> TakenBack:
    """The post goes on after all, as long as its last day is not over. What ended with it goes on too, where nothing
    else ended it since: agreements, places in groups, what is led, roles, the account. Sessions taken off, places on
    courses and what was still to begin are entered again; what was handed over stays where it is."""
    by = acting(db, by, submission)
    post = post_to_end(db, viewer=by, post_id=post_id)
    if post.end_on is None:
        raise NotAllowed("This post has no last day.")
    if post.end_on < today():
        raise NotAllowed(
            f"The post ended on {words.day(post.end_on)}. Give a new one under Somebody starts; "
            "the administrator opens the account again."
        )
    db.exec(select(Staff.id).where(Staff.id == post.staff_id).with_for_update()).all()
    last_day, post.end_on = post.end_on, None
    mine, others = _endings(db, post)
    rows = [*mine.get("former", ()), *(row for event in others for row in event["former"] if row[4])]
    reopened = [row for row in rows if _reopen(db, row)]
    goes_on = len(reopened) + _open_account_made_since(db, post, last_day)
    for group_id in sorted({db.get_one(GroupMember, row[1]).group_id for row in reopened if row[0] == Part.MEMBER}):
        _plan_group_anew(db, by, group_id, last_day)
    db.flush()
    record_event(
        db,
        by=by,
        action="take_back_end",
        object_kind="post",
        object_key=post.id,
        about=[post.staff_id],
        community_id=post.community_id,
        end_on=last_day.isoformat(),
        goes_on=goes_on,
    )
    return TakenBack(post, goes_on, _again(mine), mine.get("handed_over", 0))


def move_last_day(
    db: Session, *, by: Actor, submission: UUID | None = None, post_id: int, end_on: date, shown: date
) -> Leaving:
    """Another last day: the end taken back, and the post ended anew as it was before, whether or not another one
    follows; both or neither. `shown`: the last day that was looked at; when it is another by now, Conflict."""
    by = acting(db, by, submission)
    post = post_to_end(db, viewer=by, post_id=post_id)
    if post.end_on != shown:
        raise Conflict("The last day of this post changed after you looked. Look at it again.")
    if end_on == shown:
        raise InvalidRecord(end_on=f"{words.day(shown)} is the last day already. Choose another one.")
    mine, _ = _endings(db, post)
    with db.begin_nested():
        take_back_end(db, by=by, post_id=post_id)
        return end_post(db, by=by, post_id=post_id, end_on=end_on, stays=mine.get("stays", False))


def _endings(db: Session, post: Post) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What ended with this post, and with the person's other posts that have a last day: with this one going on, they
    do not leave the service by those either. As the events of it say, each the latest."""
    posts = db.exec(select(Post).where(Post.staff_id == post.staff_id)).all()
    ended = [str(one.id) for one in posts if one.id == post.id or one.end_on is not None]
    events = db.exec(
        select(AuditEvent)
        .where(AuditEvent.action == "end_post", col(AuditEvent.object_key).in_(ended))
        .order_by(col(AuditEvent.id))
    ).all()
    latest = {event.object_key: event.detail for event in events if "former" in event.detail}
    mine = latest.pop(str(post.id), {})
    return mine, list(latest.values())


def _reopen(db: Session, row: Sequence[Any]) -> bool:
    """Back to its former end, unless something else changed or ended it since."""
    part, row_id, former, ended_on, _ = row
    table = Account if part == Part.ACCOUNT else ROWS[Part(part)]
    found = db.get(table, row_id)
    ends = None if found is None else found.ends_on if isinstance(found, Account) else found.end_on
    if found is None or ends != date.fromisoformat(ended_on):
        return False
    end_on = date.fromisoformat(former) if former else None
    if isinstance(found, Account):
        found.ends_on = end_on
    else:
        found.end_on = end_on
    if isinstance(found, SupervisionAgreement):
        check_one_coordinating(db, found)
    db.flush()
    return True


def _open_account_made_since(db: Session, post: Post, last_day: date) -> bool:
    """One made after the end was entered took its last day over: it goes on with the post."""
    account = db.exec(select(Account).where(Account.staff_id == post.staff_id)).first()
    if account is None or account.ends_on != last_day:
        return False
    made, ended = _last_event(db, "make_account", account.id), _last_event(db, "end_post", post.id)
    if not 0 < ended < made:
        return False
    account.ends_on = None
    return True


def _last_event(db: Session, action: str, key: int | None) -> int:
    """Its number, 0 where there is none."""
    event = AuditEvent
    which = (col(event.action) == action, col(event.object_key) == str(key))
    return db.scalar(sa.select(sa.func.max(event.id)).where(*which)) or 0


def _again(ended: dict[str, Any]) -> tuple[str, ...]:
    """What does not come back by itself."""
    counts = ended.get("ended", {})
    lost = (
        (ended.get("sessions_taken_off", 0), "planned session", "planned sessions"),
        (counts.get(Part.PLACE, 0), *ONE_AND_SEVERAL[Part.PLACE]),
        (counts.get(Part.REQUEST, 0), *ONE_AND_SEVERAL[Part.REQUEST]),
        (ended.get("gone", 0), "thing that was still to begin", "things that were still to begin"),
    )
    return tuple(words.count(how_many, one, several) for how_many, one, several in lost if how_many)


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
