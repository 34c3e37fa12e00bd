"""Sets of standards: a version is written, put in force from a day, and from then on stays as it is.

What changes is a next version, written as a copy of the last one. Observations stay with the version they were rated
by; what of it counts on the next is confirmed in `carried_over.py`. A set is taken out of use by a last version without
standards.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event
from tcsuper.errors import CHANGED, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Anchor, SetOf, Standard, StandardSet
from tcsuper.queries.carried_over import LevelGoesOn, levels_that_go_on
from tcsuper.queries.standard_sets import standards_worded
from tcsuper.rules.standard_sets import (
    LONGEST_NAME,
    Scale,
    problem_with_scale,
)
from tcsuper.services.catalogue import SET_BY_SERVICE
from tcsuper.services.required_levels import go_on_as
from tcsuper.services.standards import (
    KIND,
    being_written,
    found_version,
    remove_with_all,
    store_standard,
    tidy,
)

OWN = "Written by your service"


# ---------------------------------------------------------------------------------------------------------------------
# Versions


def start_set(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    name: str,
    set_of: SetOf,
    scale: Scale,
    source: str = OWN,
) -> StandardSet:
    """A set of the service's own, its first version being written: without standards yet."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    _check_particulars(name, source, scale)
    version = StandardSet(
        code=f"own_{uuid4().hex[:12]}",
        version="1",
        name=tidy(name),
        set_of=set_of,
        level_names=[tidy(one) for one in scale.names],
        lowest_level=scale.lowest,
        source=tidy(source),
        mark=SET_BY_SERVICE,
    )
    db.add(version)
    db.flush()
    record_event(db, by=by, action="start_standard_set", object_kind=KIND, object_key=version.id)
    return version


def write_next_version(db: Session, *, by: Actor, submission: UUID | None = None, standard_set_id: int) -> StandardSet:
    """A copy of a version, to be changed, that follows the last one of its set. Nobody is rated by it until it is put
    in force."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    former = found_version(db, standard_set_id)
    versions = _versions(db, former.code)
    if any(one.in_force_from is None for one in versions):
        raise NotAllowed("A next version of this set is being written already. Put it in force or throw it away first.")
    version = StandardSet(
        code=former.code,
        version=_next_number(versions),
        name=former.name,
        set_of=former.set_of,
        follows_id=versions[-1].id,
        level_names=list(former.level_names),
        lowest_level=former.lowest_level,
        source=former.source,
        mark=SET_BY_SERVICE,
    )
    db.add(version)
    db.flush()
    for standard, worded in standards_worded(db, standard_set_id):
        store_standard(db, version, standard.number, worded).evidence = list(standard.evidence)
    record_event(
        db, by=by, action="write_next_version", object_kind=KIND, object_key=version.id, follows_id=version.follows_id
    )
    return version


def change_version(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    standard_set_id: int,
    row_version: int,
    name: str,
    set_of: SetOf,
    scale: Scale,
    source: str,
    let_go: bool = False,
) -> StandardSet:
    """The name of a version that is being written, whom it is about, and its levels. `let_go`: what was written for
    levels that the new scale does not have goes; without it that is refused."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    version = being_written(db, standard_set_id)
    if version.row_version != row_version:
        raise Conflict(CHANGED)
    _check_particulars(name, source, scale)
    off_scale = _off_scale(db, version, scale)
    if off_scale and not let_go:
        many = words.count(len(off_scale), "thing is", "things are")
        raise InvalidRecord(
            let_go=f"{many} written for levels that the new scale does not have. Tick below to let them go."
        )
    for one in off_scale:
        if isinstance(one, Anchor):
            db.delete(one)
        else:
            one.floor = None
    version.name, version.set_of, version.source = tidy(name), set_of, tidy(source)
    version.level_names, version.lowest_level = [tidy(one) for one in scale.names], scale.lowest
    db.flush()
    record_event(
        db, by=by, action="change_standard_set", object_kind=KIND, object_key=version.id, let_go=len(off_scale)
    )
    return version


def throw_away(db: Session, *, by: Actor, submission: UUID | None = None, standard_set_id: int) -> None:
    """A version that is being written, with all that is in it and what was to be carried over to it."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    version = being_written(db, standard_set_id)
    standards = [one for one, _ in standards_worded(db, standard_set_id)]
    for one in standards:
        remove_with_all(db, one)
    record_event(
        db, by=by, action="throw_away_standard_set", object_kind=KIND, object_key=version.id, standards=len(standards)
    )
    db.delete(version)
    db.flush()


# ---------------------------------------------------------------------------------------------------------------------
# In force


def put_in_force(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    standard_set_id: int,
    in_force_from: date,
    shown: Sequence[LevelGoesOn] = (),
) -> StandardSet:
    """From that day on observers rate by this version; it never changes again. What roles ask by the former one goes on
    as `levels_that_go_on` says. `shown`: what it said to the person who confirms it. Raises Conflict when it says
    something else by now."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    version = being_written(db, standard_set_id)
    problem = _problem_of_day(db, version, in_force_from, by.on)
    if not standards_worded(db, standard_set_id):
        raise InvalidRecord(standards="There is no standard in it yet. Add at least one first.")
    if problem:
        raise InvalidRecord(in_force_from=problem)
    goes_on = levels_that_go_on(db, viewer=by, standard_set_id=standard_set_id, on=in_force_from)
    if set(goes_on) != set(shown):
        raise Conflict("What roles require was changed after you opened this. Look at it again, then put it in force.")
    version.in_force_from = in_force_from
    db.flush()
    go_on_as(db, goes_on, in_force_from)
    record_event(
        db,
        by=by,
        action="put_in_force",
        object_kind=KIND,
        object_key=version.id,
        in_force_from=in_force_from.isoformat(),
        goes_on=sorted({one.required_id for one in goes_on if one.new_id is not None}),
        ended=sorted({one.required_id for one in goes_on if one.new_id is None}),
    )
    return version


def take_out_of_use(
    db: Session, *, by: Actor, submission: UUID | None = None, standard_set_id: int, from_on: date
) -> StandardSet:
    """From that day on nobody is rated by the set, and no role requires a level of it. What was seen stays as it is."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    last = found_version(db, standard_set_id)
    versions = _versions(db, last.code)
    if any(one.in_force_from is None for one in versions):
        raise NotAllowed("A next version of this set is being written. Throw it away first.")
    if versions[-1] is not last or not standards_worded(db, standard_set_id):
        raise NotAllowed("This is not the version that is in use.")
    empty = StandardSet(
        code=last.code,
        version=_next_number(versions),
        name=last.name,
        set_of=last.set_of,
        follows_id=last.id,
        level_names=list(last.level_names),
        lowest_level=last.lowest_level,
        source=last.source,
        mark=SET_BY_SERVICE,
    )
    db.add(empty)
    db.flush()
    if problem := _problem_of_day(db, empty, from_on, by.on):
        raise InvalidRecord(from_on=problem)
    ended = levels_that_go_on(db, viewer=by, standard_set_id=empty.id or 0, on=from_on)
    empty.in_force_from = from_on
    go_on_as(db, ended, from_on)
    ids = [one.required_id for one in ended]
    record_event(
        db,
        by=by,
        action="take_out_of_use",
        object_kind=KIND,
        object_key=empty.id,
        from_on=from_on.isoformat(),
        ended=ids,
    )
    return empty


def _problem_of_day(db: Session, version: StandardSet, on: date, today: date) -> str:
    follows = db.get(StandardSet, version.follows_id or 0)
    if follows is None:
        return ""
    if on < today:
        return "That day is past, and was observed by the former version. Choose today or a later day."
    if follows.in_force_from is not None and on <= follows.in_force_from:
        begins = words.day(follows.in_force_from)
        return f"Version {follows.version} is in force from {begins}. Choose a day after that."
    return ""


# ---------------------------------------------------------------------------------------------------------------------
# What can be stored


def _versions(db: Session, code: str) -> list[StandardSet]:
    """Of one set, in the order in which they come into force; one being written is the last."""
    found = db.exec(select(StandardSet).where(StandardSet.code == code).order_by(col(StandardSet.id)))
    return sorted(found, key=lambda one: one.in_force_from or date.max)


def _next_number(versions: Sequence[StandardSet]) -> str:
    numbers = [int(one.version) for one in versions if one.version.isdecimal()]
    return str(max([len(versions), *numbers]) + 1)


def _check_particulars(name: str, source: str, scale: Scale) -> None:
    problems = {}
    if not 1 <= len(tidy(name)) <= LONGEST_NAME:
        problems["name"] = f"Give the set a name of up to {LONGEST_NAME} characters."
    if len(tidy(source)) > LONGEST_NAME:
        problems["source"] = f"Say where it comes from in up to {LONGEST_NAME} characters."
    if problem := problem_with_scale(scale):
        problems["levels"] = problem
    if problems:
        raise InvalidRecord(**problems)


def _off_scale(db: Session, version: StandardSet, scale: Scale) -> list[Anchor | Standard]:
    """What is written for levels that a scale does not have: anchors, and standards for their floor."""
    of_version = Standard.standard_set_id == version.id
    anchors = db.exec(select(Anchor).join(Standard).where(of_version)).all()
    standards = db.exec(select(Standard).where(of_version)).all()
    return [
        *(one for one in anchors if not scale.holds(one.level)),
        *(one for one in standards if one.floor is not None and not scale.holds(one.floor)),
    ]
