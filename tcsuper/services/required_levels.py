"""The level that a role is to reach on a standard, from a day on. One level holds on each day; earlier days keep the
level that was asked then."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import RequiredLevel, SetOf, Standard, StandardSet
from tcsuper.queries.carried_over import LevelGoesOn
from tcsuper.queries.standard_sets import scale_of, spans_of_versions
from tcsuper.queries.versions import is_role
from tcsuper.rules.standing import Span

ONE_DAY = timedelta(days=1)


def set_required_level(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    job_description_id: int,
    standard_id: int,
    level: int,
    start_on: date,
) -> RequiredLevel:
    """What a role needs on a standard from a day on. What was required before stays on record up to the day before."""
    set_required_levels(
        db,
        by=by,
        submission=submission,
        job_description_id=job_description_id,
        levels={standard_id: level},
        start_on=start_on,
    )
    return next(one for one in _known(db, job_description_id, standard_id) if one.start_on == start_on)


def set_required_levels(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    job_description_id: int,
    levels: Mapping[int, int | None],
    start_on: date,
) -> None:
    """The same for several standards of one version at once, by standard id. None: not asked from that day on. A
    standard that is not named stays as it is."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    if not is_role(db, job_description_id):
        raise NotAllowed
    if not levels:
        raise InvalidRecord(levels="Nothing is changed yet. Choose another level for at least one standard.")
    spans, problems = spans_of_versions(db), {}
    for standard_id, level in levels.items():
        standard, version = _standard_of(db, standard_id)
        if problem := _problem_of_version(version, spans.get(version.id or 0), start_on):
            problems["start_on"] = problem
        elif level is not None and not scale_of(version).holds(level):
            lowest, highest = version.lowest_level, version.lowest_level + len(version.level_names) - 1
            field = "level" if len(levels) == 1 else f"level_{standard_id}"
            problems[field] = (
                f"{standard.short_title}: level {level} is not on the scale, which goes from {lowest} to {highest}."
            )
    if problems:
        raise InvalidRecord(**problems)
    for standard_id, level in levels.items():
        if level is None:
            _no_longer(db, job_description_id, standard_id, start_on)
        else:
            _required_level(db, job_description_id, standard_id, level, start_on)
    record_event(
        db,
        by=by,
        action="set_required_level",
        object_kind="job_description",
        object_key=job_description_id,
        levels={str(standard_id): level for standard_id, level in levels.items()},
        start_on=start_on.isoformat(),
    )


def _standard_of(db: Session, standard_id: int) -> tuple[Standard, StandardSet]:
    found = db.exec(select(Standard, StandardSet).join(StandardSet).where(Standard.id == standard_id)).first()
    if found is None:
        raise NotAllowed
    return found


def _problem_of_version(version: StandardSet, span: Span | None, start_on: date) -> str:
    """A level is asked by a version that is in force on the day, of people."""
    name = f"{version.name}, version {version.version},"
    if version.set_of is SetOf.COMMUNITY:
        return f"{version.name} is about communities: nobody is rated by it."
    if span is None:
        return f"{name} is still being written. Put it in force first."
    if start_on < span.start:
        return f"{name} is in force from {words.day(span.start)}. Choose that day or a later one."
    if span.end is not None and start_on > span.end:
        return f"{name} is in force until {words.day(span.end)}. Set the level in the version after it."
    return ""


# ---------------------------------------------------------------------------------------------------------------------
# Rows


def _known(db: Session, job_description_id: int, standard_id: int) -> list[RequiredLevel]:
    """The earliest first."""
    return list(
        db.exec(
            select(RequiredLevel)
            .where(RequiredLevel.job_description_id == job_description_id, RequiredLevel.standard_id == standard_id)
            .order_by(col(RequiredLevel.start_on))
        )
    )


def _required_level(
    db: Session, job_description_id: int, standard_id: int, level: int, start_on: date
) -> RequiredLevel:
    """The row for that day, its neighbours in time cut so that one level holds on each day."""
    known = _known(db, job_description_id, standard_id)
    required = next((one for one in known if one.start_on == start_on), None)
    if required is None:
        required = RequiredLevel(
            job_description_id=job_description_id, standard_id=standard_id, level=level, start_on=start_on
        )
        earlier = next((one for one in reversed(known) if one.start_on < start_on), None)
        if earlier is not None:
            required.end_on = earlier.end_on if earlier.end_on and earlier.end_on >= start_on else None
            earlier.end_on = min(filter(None, (earlier.end_on, start_on - ONE_DAY)))
        later = next((one for one in known if one.start_on > start_on), None)
        if later is not None:
            required.end_on = later.start_on - ONE_DAY
    required.level = level
    db.add(required)
    db.flush()
    return required


def _no_longer(db: Session, job_description_id: int, standard_id: int, start_on: date) -> None:
    """Not asked from that day on, until a later day for which a level is already set."""
    for one in _known(db, job_description_id, standard_id):
        if one.start_on == start_on:
            db.delete(one)
        elif one.start_on < start_on and (one.end_on is None or one.end_on >= start_on):
            one.end_on = start_on - ONE_DAY
    db.flush()


def go_on_as(db: Session, goes_on: Iterable[LevelGoesOn], on: date) -> None:
    """Each former level ends the day before, and goes on as the level it is carried over to: of several former ones
    that become one standard's, as the highest. For the service that puts the next version in force."""
    goes_on = list(goes_on)
    for required_id in dict.fromkeys(one.required_id for one in goes_on):
        former = db.get_one(RequiredLevel, required_id)
        if former.start_on < on:
            former.end_on = on - ONE_DAY
        else:
            db.delete(former)
    db.flush()
    levels: dict[tuple[int, int], list[LevelGoesOn]] = {}
    for one in goes_on:
        if one.new_id is not None:
            levels.setdefault((one.job_description_id, one.new_id), []).append(one)
    for (job, standard_id), asked in levels.items():
        for start, end, level in _highest(asked):
            db.add(
                RequiredLevel(job_description_id=job, standard_id=standard_id, level=level, start_on=start, end_on=end)
            )
    db.flush()


def _highest(asked: list[LevelGoesOn]) -> list[tuple[date, date | None, int]]:
    """First day, last day and level, one level at a time."""
    edges = {one.start_on for one in asked} | {one.end_on + ONE_DAY for one in asked if one.end_on}
    days = sorted(edges)
    found: list[tuple[date, date | None, int]] = []
    for first, following in zip(days, [*days[1:], None], strict=True):
        levels = [one.new_level or 0 for one in asked if Span(one.start_on, one.end_on).holds(first)]
        if not levels:
            continue
        last = following - ONE_DAY if following else None
        if found and found[-1][2] == max(levels) and found[-1][1] == first - ONE_DAY:
            first = found.pop()[0]
        found.append((first, last, max(levels)))
    return found
