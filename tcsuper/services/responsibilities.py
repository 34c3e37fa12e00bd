"""Who leads a responsibility, deputises for it or grows into it. "Held by every postholder" stores nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about, check_can_set_rules, check_in, in_force
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import HoldingKind, JobDescription, Post, Responsibility, ResponsibilityHolding, Staff
from tcsuper.queries.versions import Continued, versions_in_force

CHOOSE = {
    "responsibility_ids": "Choose what they are named for.",
    "staff_ids": "Choose people.",
    "holding_ids": "Choose what ends.",
}


@dataclass(frozen=True)
class Wish:
    """Who is to hold what, as what and from when: a person, or whoever has a post of a role."""

    responsibility_id: int
    community_id: int
    kind: HoldingKind
    start_on: date
    staff_id: int | None = None
    job_description_id: int | None = None
    end_on: date | None = None


def hold_responsibility(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    responsibility_id: int,
    community_id: int,
    kind: HoldingKind,
    start_on: date,
    end_on: date | None = None,
    staff_id: int | None = None,
    job_description_id: int | None = None,
) -> ResponsibilityHolding:
    """Name a lead, a deputy, or somebody in development, from a day on, or to a day: a person, or whoever has a post of
    a role in the community. A second lead is stored, and shown as such."""
    by = acting(db, by, submission)
    wish = Wish(responsibility_id, community_id, kind, start_on, staff_id, job_description_id, end_on)
    _check_may_name(db, by, wish)
    [responsibility] = _named_for(db, [responsibility_id])
    problems = _problems_of_responsibility(db, responsibility, start_on) | _problems_of_holder(db, wish)
    if problems:
        raise InvalidRecord(**problems)
    holding = _stored(db, wish)
    db.flush()
    until = {"end_on": end_on.isoformat()} if end_on else {}
    _record(db, by, "hold_responsibility", holding, kind=kind.value, start_on=start_on.isoformat(), **until)
    return holding


def hold_several(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    responsibility_ids: Sequence[int],
    staff_ids: Sequence[int],
    community_id: int,
    kind: HoldingKind,
    start_on: date,
    end_on: date | None = None,
) -> list[ResponsibilityHolding]:
    """Name each of these people for each of these responsibilities, all or none: every problem is said at once."""
    by = acting(db, by, submission)
    check_in(by, Object.RESPONSIBILITY, Action.CREATE, community_id)
    wishes = [
        Wish(responsibility, community_id, kind, start_on, staff, end_on=end_on)
        for responsibility in dict.fromkeys(responsibility_ids)
        for staff in dict.fromkeys(staff_ids)
    ]
    for wish in wishes:
        _check_may_name(db, by, wish)
    _check_chosen(responsibility_ids=responsibility_ids, staff_ids=staff_ids)
    _check_all(db, wishes, {one.id or 0: one for one in _named_for(db, responsibility_ids)})
    holdings = [_stored(db, wish) for wish in wishes]
    db.flush()
    record_event(
        db,
        by=by,
        action="hold_several_responsibilities",
        object_kind="responsibility_holding",
        about=staff_ids,
        holding_ids=[one.id for one in holdings],
        responsibility_ids=sorted(set(responsibility_ids)),
        community_id=community_id,
        kind=kind.value,
        start_on=start_on.isoformat(),
    )
    return holdings


def end_holding(
    db: Session, *, by: Actor, submission: UUID | None = None, holding_id: int, end_on: date
) -> ResponsibilityHolding:
    """The last day on which somebody leads, deputises or is in development, or on which a post brings it."""
    by = acting(db, by, submission)
    holding = db.get(ResponsibilityHolding, holding_id)
    if holding is None:
        raise NotAllowed
    check_in(by, Object.RESPONSIBILITY, Action.UPDATE, holding.community_id)
    if end_on < holding.start_on:
        raise InvalidRecord(end_on=f"They hold it from {words.day(holding.start_on)}, after that day.")
    holding.end_on = end_on
    db.flush()
    _record(db, by, "end_holding", holding, end_on=end_on.isoformat())
    return holding


def take_back_holding(db: Session, *, by: Actor, submission: UUID | None = None, holding_id: int) -> None:
    """A naming that begins today or later, entered by mistake, goes: nothing was said of a day that is over. One that
    began before is ended instead."""
    by = acting(db, by, submission)
    holding = db.get(ResponsibilityHolding, holding_id)
    if holding is None:
        raise NotAllowed
    check_in(by, Object.RESPONSIBILITY, Action.UPDATE, holding.community_id)
    if holding.start_on < today():
        raise InvalidRecord(holding_id=f"It began on {words.day(holding.start_on)}. Give it a last day instead.")
    _record(db, by, "take_back_holding", holding, start_on=holding.start_on.isoformat())
    db.delete(holding)


def end_several(
    db: Session, *, by: Actor, submission: UUID | None = None, holding_ids: Sequence[int], end_on: date
) -> list[ResponsibilityHolding]:
    """The same last day for several, all or none."""
    by = acting(db, by, submission)
    _check_chosen(holding_ids=holding_ids)
    holdings = [db.get(ResponsibilityHolding, holding_id) for holding_id in dict.fromkeys(holding_ids)]
    found = [one for one in holdings if one is not None]
    if len(found) < len(holdings):
        raise NotAllowed
    for one in found:
        check_in(by, Object.RESPONSIBILITY, Action.UPDATE, one.community_id)
    late = sorted({one.start_on for one in found if one.start_on > end_on})
    if late:
        begun = words.listed([words.day(day) for day in late])
        raise InvalidRecord(end_on=f"Some are held only from {begun}, after that day.")
    for one in found:
        one.end_on = end_on
    db.flush()
    record_event(
        db,
        by=by,
        action="end_several_holdings",
        object_kind="responsibility_holding",
        about=[one.staff_id for one in found if one.staff_id is not None],
        holding_ids=[one.id for one in found],
        end_on=end_on.isoformat(),
    )
    return found


def set_led(
    db: Session, *, by: Actor, submission: UUID | None = None, responsibility_id: int, is_led: bool
) -> Responsibility:
    """Whether a responsibility, and what continues it in later versions, is led by somebody named or held by every
    postholder alike. Who led it stays stored."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    responsibility = db.get(Responsibility, responsibility_id)
    if responsibility is None or responsibility.is_cross_reference:
        raise NotAllowed
    goes_on_as = Continued(db).after(responsibility_id)
    for one in db.exec(select(Responsibility).where(col(Responsibility.id).in_(goes_on_as))):
        one.is_led = is_led
    db.flush()
    record_event(db, by=by, action="set_led", object_kind="responsibility", object_key=responsibility_id, is_led=is_led)
    return responsibility


# ---------------------------------------------------------------------------------------------------------------------
# Who may be named, and for what


def _check_may_name(db: Session, by: Actor, wish: Wish) -> None:
    check_in(by, Object.RESPONSIBILITY, Action.CREATE, wish.community_id)
    if (wish.staff_id is None) == (wish.job_description_id is None):
        raise NotAllowed  # no form asks for both, nor for neither
    if wish.staff_id is not None:
        check_about(db, by, Object.RESPONSIBILITY, Action.CREATE, wish.staff_id)


def _named_for(db: Session, responsibility_ids: Sequence[int]) -> list[Responsibility]:
    found = [db.get(Responsibility, one) for one in dict.fromkeys(responsibility_ids)]
    there = [one for one in found if one is not None and not one.is_cross_reference]
    if len(there) < len(found):
        raise NotAllowed
    return there


def _check_chosen(**chosen: Sequence[int]) -> None:
    missing = {field: CHOOSE[field] for field, ids in chosen.items() if not ids}
    if missing:
        raise InvalidRecord(**missing)


def _problems_of_responsibility(db: Session, responsibility: Responsibility, start_on: date) -> dict[str, str]:
    problems = {}
    if not responsibility.is_led:
        problems["responsibility_id"] = "Every postholder holds this one: it has no lead. Make it a led one first."
    if not _is_in_force(db, responsibility, start_on):
        problems["start_on"] = f"It is not in the version of its job description in force on {words.day(start_on)}."
    return problems


def _is_in_force(db: Session, responsibility: Responsibility, on: date) -> bool:
    """It stands in the version in force on a day, or goes on there as something else."""
    document = db.get_one(JobDescription, responsibility.job_description_id)
    role = document.version_of_id or document.id or 0
    version = versions_in_force(db, on, [role])[role]
    if version == document.id:
        return True
    goes_on = sa.select(col(Responsibility.id)).where(
        col(Responsibility.id).in_(Continued(db).after(responsibility.id or 0)),
        col(Responsibility.job_description_id) == version,
    )
    return db.scalar(goes_on.limit(1)) is not None


def _problems_of_holder(db: Session, wish: Wish) -> dict[str, str]:
    problems = _problems_of_days(wish)
    if wish.staff_id is not None and not _in_post(db, wish.staff_id, wish.community_id, wish.start_on):
        problems["staff_id"] = f"They have no post in this community on {words.day(wish.start_on)}."
    if wish.job_description_id is not None:
        role = db.get(JobDescription, wish.job_description_id)
        if role is None or role.version_of_id is not None:
            raise NotAllowed
        if wish.kind is HoldingKind.IN_DEVELOPMENT:
            problems["kind"] = "People are in development, not posts. Name a person."
    held = _held_already(db, Continued(db), wish)
    if held is not None:
        who = "They already hold it" if wish.staff_id is not None else "It goes with that post already"
        problems["kind"] = f"{who}, {words.from_to(held.start_on, held.end_on)}. End that first."
    return problems


def _problems_of_days(wish: Wish) -> dict[str, str]:
    if wish.end_on is not None and wish.end_on < wish.start_on:
        return {"end_on": f"The last day is before the first, {words.day(wish.start_on)}."}
    return {}


def _check_all(db: Session, wishes: Sequence[Wish], responsibilities: Mapping[int, Responsibility]) -> None:
    """Every problem of all of them at once, with the names of those it is about."""
    problems: dict[str, list[str]] = defaultdict(list)
    for field, sentence in _problems_of_days(wishes[0]).items():
        problems[field].append(sentence)
    continued = Continued(db)
    for one_id, one in responsibilities.items():
        for field, sentence in _problems_of_responsibility(db, one, wishes[0].start_on).items():
            field = "responsibility_ids" if field == "responsibility_id" else field
            problems[field].append(f"{one.short_title}: {sentence}")
        for wish in wishes:
            held = _held_already(db, continued, wish) if wish.responsibility_id == one_id else None
            if held is not None:
                name = db.get_one(Staff, wish.staff_id).full_name
                problems["staff_ids"].append(
                    f"{name} already holds {one.short_title}, {words.from_to(held.start_on, held.end_on)}."
                )
    community, start_on = wishes[0].community_id, wishes[0].start_on
    for staff in dict.fromkeys(wish.staff_id for wish in wishes):
        if staff is not None and not _in_post(db, staff, community, start_on):
            name = db.get_one(Staff, staff).full_name
            problems["staff_ids"].append(f"{name} has no post in this community on {words.day(start_on)}.")
    if problems:
        raise InvalidRecord(**{field: " ".join(sentences) for field, sentences in problems.items()})


def _in_post(db: Session, staff_id: int, community_id: int, on: date) -> bool:
    there = sa.select(col(Post.id)).where(
        col(Post.staff_id) == staff_id, col(Post.community_id) == community_id, in_force(Post.start_on, Post.end_on, on)
    )
    return db.scalar(there.limit(1)) is not None


def _held_already(db: Session, continued: Continued, wish: Wish) -> ResponsibilityHolding | None:
    """That very responsibility, or what it continues or goes on as."""
    holding = ResponsibilityHolding
    same = continued.before(wish.responsibility_id) | continued.after(wish.responsibility_id)
    return db.exec(
        select(holding).where(
            col(holding.responsibility_id).in_(same),
            holding.staff_id == wish.staff_id,
            holding.job_description_id == wish.job_description_id,
            holding.community_id == wish.community_id,
            sa.or_(col(holding.end_on).is_(None), col(holding.end_on) >= wish.start_on),
            sa.true() if wish.end_on is None else col(holding.start_on) <= wish.end_on,
        )
    ).first()


def _stored(db: Session, wish: Wish) -> ResponsibilityHolding:
    holding = ResponsibilityHolding(
        responsibility_id=wish.responsibility_id,
        staff_id=wish.staff_id,
        job_description_id=wish.job_description_id,
        community_id=wish.community_id,
        kind=wish.kind,
        start_on=wish.start_on,
        end_on=wish.end_on,
    )
    db.add(holding)
    return holding


def _record(db: Session, by: Actor, action: str, holding: ResponsibilityHolding, **detail: str) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="responsibility_holding",
        object_key=holding.id,
        about=[holding.staff_id] if holding.staff_id is not None else [],
        responsibility_id=holding.responsibility_id,
        community_id=holding.community_id,
        **detail,
    )
