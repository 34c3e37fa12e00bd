"""What of a former version of a set counts on the next, standard by standard and level by level: confirmed by a person,
and taken back by one. No rating is changed by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Standard, StandardCarriedOver, StandardSet
from tcsuper.queries.carried_over import levels_of
from tcsuper.queries.evidence import current
from tcsuper.queries.standard_sets import former_version, scale_of
from tcsuper.rules.standard_sets import problem_with_levels
from tcsuper.services.evidence import check_current, next_version


@dataclass(frozen=True)
class CarryOver:
    """A former standard, the one it counts on, and the former level to the new one."""

    former_id: int
    new_id: int
    levels: Mapping[int, int]


def carry_over(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    standard_set_id: int,
    confirmed: Sequence[CarryOver],
) -> list[StandardCarriedOver]:
    """Ratings on these standards of the version before count on those of this one. One may be carried over to several,
    and several to one. Said again for the same two, with other levels, it takes the place of what was said before."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    version = db.get(StandardSet, standard_set_id, with_for_update=True)
    if version is None:
        raise NotAllowed
    former = former_version(db, standard_set_id)
    if former is None:
        raise NotAllowed("This is the first version of its set: there is nothing to carry over.")
    if not confirmed:
        raise InvalidRecord(confirmed="Nothing is ticked yet. Tick what counts on the new version.")
    pairs = [(one.former_id, one.new_id) for one in confirmed]
    if len(set(pairs)) < len(pairs):
        raise InvalidRecord(confirmed="The same two standards are chosen twice.")
    problems = {}
    for one in confirmed:
        standard = _of(db, former, one.former_id)
        _of(db, version, one.new_id)
        if problem := problem_with_levels(one.levels, scale_of(former), scale_of(version)):
            problems[f"levels_{one.former_id}_{one.new_id}"] = f"{standard.short_title}: {problem}"
    if problems:
        raise InvalidRecord(**problems)
    carried = [_carried(db, by, one) for one in confirmed]
    record_event(
        db,
        by=by,
        action="carry_over_standards",
        object_kind="standard_set",
        object_key=standard_set_id,
        carried_ids=[one.id for one in carried],
        standards=[[one.former_id, one.new_id] for one in carried],
    )
    return carried


def take_back_carried_over(
    db: Session, *, by: Actor, submission: UUID | None = None, carried_id: int
) -> StandardCarriedOver:
    """From now on nothing of the former standard counts on the new one. What roles require stays as it is."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    carried = db.get(StandardCarriedOver, carried_id)
    if carried is None:
        raise NotAllowed
    check_current(db, carried, by)
    void = next_version(db, by, carried, is_void=True)
    record_event(
        db,
        by=by,
        action="take_back_carried_over",
        object_kind="standard_carried_over",
        object_key=carried.record_id,
        former_id=carried.former_id,
        new_id=carried.new_id,
    )
    return void


def _of(db: Session, version: StandardSet, standard_id: int) -> Standard:
    standard = db.get(Standard, standard_id)
    if standard is None or standard.standard_set_id != version.id:
        raise NotAllowed
    return standard


def _carried(db: Session, by: Actor, one: CarryOver) -> StandardCarriedOver:
    levels = {str(was): now_at for was, now_at in sorted(one.levels.items())}
    row = StandardCarriedOver
    stored = db.exec(select(row).where(row.former_id == one.former_id, row.new_id == one.new_id, current(row))).first()
    if stored is None:
        stored = row(
            recorded_at=now(), recorded_by_id=by.staff_id, former_id=one.former_id, new_id=one.new_id, levels=levels
        )
        db.add(stored)
        db.flush()
        return stored
    return stored if levels_of(stored) == dict(one.levels) else next_version(db, by, stored, levels=levels)
