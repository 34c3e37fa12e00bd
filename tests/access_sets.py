"""Standard sets and their versions: how the access test tries each function."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.models import JobDescription, SetOf, Standard, StandardCarriedOver, StandardSet
from tcsuper.queries import carried_over as carried
from tcsuper.queries import standard_sets as sets
from tcsuper.rules.standard_sets import FOUR_STEPS, Worded
from tcsuper.services import carried_over as carrying
from tcsuper.services import required_levels, standards
from tcsuper.services import standard_sets as setting
from tests.access_case import ANYBODY, Case
from tests.access_stage import Stage, stored

NOT_TECHNICAL = ("technical_only",)


def _read(ask: Callable[[Session, Actor, Stage], Any]) -> Case:
    return Case(Object.CATALOGUE, Action.READ, lambda db, by, cast, _: (ask(db, by, cast), True)[1], subjects=ANYBODY)


def _set(do: Callable[[Session, Actor, Stage], Any]) -> Case:
    return Case(
        Object.CATALOGUE,
        Action.UPDATE,
        lambda db, by, cast, _: do(db, by, cast),
        leave_out=NOT_TECHNICAL,
        subjects=ANYBODY,
    )


def _next(db: Session, cast: Stage) -> tuple[int, Standard]:
    """A next version of the cast's set that is being written, with one standard."""
    version = StandardSet(code="set", version="2", name="A set", level_names=["With help", "Alone"])
    version.follows_id = cast.standard_set
    of_version = stored(db, version)
    standard = Standard(standard_set_id=of_version, number=1, short_title="Small groups")
    stored(db, standard)
    return of_version, standard


def _change_version(db: Session, by: Actor, cast: Stage) -> Any:
    of_version, _ = _next(db, cast)
    row_version = db.get_one(StandardSet, of_version).row_version or 0
    return setting.change_version(
        db,
        by=by,
        standard_set_id=of_version,
        row_version=row_version,
        name="A set",
        set_of=SetOf.STAFF,
        scale=FOUR_STEPS,
        source="",
    )


def _change_standard(db: Session, by: Actor, cast: Stage) -> Any:
    _, standard = _next(db, cast)
    return standards.change_standard(
        db,
        by=by,
        standard_id=standard.id or 0,
        row_version=standard.row_version or 0,
        worded=Worded("Groups"),
        number=1,
    )


def _carry_over(db: Session, by: Actor, cast: Stage) -> Any:
    of_version, standard = _next(db, cast)
    one = carrying.CarryOver(cast.standard, standard.id or 0, {1: 1, 2: 2})
    return carrying.carry_over(db, by=by, standard_set_id=of_version, confirmed=[one])


def _take_back(db: Session, by: Actor, cast: Stage) -> Any:
    _, standard = _next(db, cast)
    row = StandardCarriedOver(recorded_at=now(), former_id=cast.standard, new_id=standard.id or 0, levels={"1": 1})
    return carrying.take_back_carried_over(db, by=by, carried_id=stored(db, row))


def _put_in_force(db: Session, by: Actor, cast: Stage) -> Any:
    of_version, _ = _next(db, cast)
    tomorrow = today() + timedelta(days=1)
    shown = carried.levels_that_go_on(db, viewer=by, standard_set_id=of_version, on=tomorrow)
    return setting.put_in_force(db, by=by, standard_set_id=of_version, in_force_from=tomorrow, shown=shown)


CASES: dict[str, Case] = {
    "services.standard_sets.start_set": _set(
        lambda db, by, cast: setting.start_set(db, by=by, name="Own", set_of=SetOf.STAFF, scale=FOUR_STEPS)
    ),
    "services.standard_sets.write_next_version": _set(
        lambda db, by, cast: setting.write_next_version(db, by=by, standard_set_id=cast.standard_set)
    ),
    "services.standard_sets.change_version": _set(_change_version),
    "services.standard_sets.throw_away": _set(
        lambda db, by, cast: setting.throw_away(db, by=by, standard_set_id=_next(db, cast)[0])
    ),
    "services.standard_sets.put_in_force": _set(_put_in_force),
    "services.standard_sets.take_out_of_use": _set(
        lambda db, by, cast: setting.take_out_of_use(
            db, by=by, standard_set_id=cast.standard_set, from_on=today() + timedelta(days=1)
        )
    ),
    "services.standards.add_standard": _set(
        lambda db, by, cast: standards.add_standard(
            db, by=by, standard_set_id=_next(db, cast)[0], worded=Worded("Boundaries")
        )
    ),
    "services.standards.change_standard": _set(_change_standard),
    "services.standards.remove_standard": _set(
        lambda db, by, cast: standards.remove_standard(db, by=by, standard_id=_next(db, cast)[1].id or 0)
    ),
    "services.standards.paste_standards": _set(
        lambda db, by, cast: standards.paste_standards(db, by=by, standard_set_id=_next(db, cast)[0], text="Risk")
    ),
    "services.carried_over.carry_over": _set(_carry_over),
    "services.carried_over.take_back_carried_over": _set(_take_back),
    "services.required_levels.set_required_level": _set(
        lambda db, by, cast: required_levels.set_required_level(
            db, by=by, job_description_id=cast.officer, standard_id=cast.standard, level=1, start_on=today()
        )
    ),
    "services.required_levels.set_required_levels": _set(
        lambda db, by, cast: required_levels.set_required_levels(
            db, by=by, job_description_id=cast.officer, levels={cast.standard: None}, start_on=today()
        )
    ),
    "queries.standard_sets.set_versions": _read(lambda db, by, cast: sets.set_versions(db, viewer=by, on=today())),
    "queries.standard_sets.standards_of": _read(
        lambda db, by, cast: sets.standards_of(db, viewer=by, standard_set_id=cast.standard_set, on=today())
    ),
    "queries.standard_sets.what_differs": _read(
        lambda db, by, cast: sets.what_differs(db, viewer=by, standard_set_id=cast.standard_set)
    ),
    "queries.standard_sets.required_by_role": _read(
        lambda db, by, cast: sets.required_by_role(
            db,
            viewer=by,
            standard_set_id=cast.standard_set,
            on=today(),
            roles=db.exec(select(JobDescription)).all(),
        )
    ),
    "queries.carried_over.carrying_over": _read(
        lambda db, by, cast: carried.carrying_over(db, viewer=by, standard_set_id=cast.standard_set)
    ),
    "queries.carried_over.levels_that_go_on": _read(
        lambda db, by, cast: carried.levels_that_go_on(db, viewer=by, standard_set_id=cast.standard_set, on=today())
    ),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "queries.standard_sets.scale_of": "the levels of a version it is given",
    "queries.standard_sets.versions_with_a_day": "The catalogue names nobody; set_versions checks.",
    "queries.standard_sets.spans_of_versions": "The catalogue names nobody; set_versions checks.",
    "queries.standard_sets.sets_in_force": "The catalogue names nobody; for queries that offer standards.",
    "queries.standard_sets.former_version": "The catalogue names nobody; what_differs and carrying_over check.",
    "queries.standard_sets.standards_worded": "The catalogue names nobody; standards_of checks.",
    "queries.carried_over.levels_of": "the levels of a row it is given",
    "services.required_levels.go_on_as": "for put_in_force and take_out_of_use, which check",
    "services.standards.found_version": "for the services of sets, which check first",
    "services.standards.being_written": "for the services of sets, which check first",
    "services.standards.tidy": "tidies a text it is given",
    "services.standards.store_standard": "for the services of sets, which check first",
    "services.standards.remove_with_all": "for the services of sets, which check first",
}
