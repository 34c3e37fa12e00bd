"""Sheets taken in and taken back: how the access test tries each function."""

from datetime import date
from typing import Any

from sqlmodel import Session, select

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now
from tcsuper.errors import Refused
from tcsuper.models import Course, ImportBatch, ImportMapping
from tcsuper.queries import import_answers, import_kept, imports
from tcsuper.queries.import_there import There
from tcsuper.queries.people import Person
from tcsuper.rules.import_plan import Planned, Write
from tcsuper.rules.importing import SheetKind, Told, TrainingLine, Understood, Where
from tcsuper.services.imports.mappings import forget_mapping, keep_mapping
from tcsuper.services.imports.take_in import take_in
from tcsuper.services.imports.undo import undo_import
from tests.access_case import ANYBODY, PLACES, SEEN, YESTERDAY, Case, place_id
from tests.access_oracle import B, expected
from tests.access_stage import stored
from tests.people import Cast, actor

HERE = Where("Sheet1", 2)


def _imports(who: str, _subject: str) -> bool:
    """Of those who may record it at all, whoever may import."""
    return expected(who, "", "import", "create")


def _sheet(subject: str) -> tuple[Understood, ...]:
    lines = (TrainingLine(HERE, subject, "", "first_aid", YESTERDAY),)
    return (Understood("Sheet1", SheetKind.TRAINING_LOG, 1, lines=lines),)


def _planned(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    people: dict[str, int | None] = {subject: cast.id(subject)}
    return not imports.plan_import(db, viewer=by, understood=_sheet(subject), people=people).refused


def _to_write(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    people: dict[str, int | None] = {subject: cast.id(subject)}
    return bool(imports.planned_import(db, viewer=by, understood=_sheet(subject), people=people).writes)


def _taken_in(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    sheet = _sheet(subject)
    people: dict[str, int | None] = {subject: cast.id(subject)}
    plan = imports.plan_import(db, viewer=by, understood=sheet, people=people)
    if plan.refused:
        return False
    return take_in(
        db, by=by, file_name="a.csv", file_digest="", understood=sheet, people=people, plan_digest=plan.digest
    )


def _batch(db: Session, cast: Cast, subject: str) -> int:
    """One that somebody else made, about the subject."""
    made = _taken_in(db, actor(cast, "Eve"), cast, subject)
    assert isinstance(made, ImportBatch)
    return made.id or 0


def _undone(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return undo_import(db, by=by, batch_id=_batch(db, cast, subject), because="The wrong file")


def _listed(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    made = _batch(db, cast, subject)
    return made in {one.batch_id for one in imports.imports_made(db, viewer=by)}


def _seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    which = select(ImportBatch.id).where(ImportBatch.id == _batch(db, cast, subject), imports.imports_seen(by))
    return db.exec(which).first() is not None


def _matched(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    found = imports.match_people(db, viewer=by, understood=_sheet(subject))
    return found[0].exact is not None


def _answered(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    try:
        return bool(import_answers.answered(db, viewer=by, matches=[imports.Match("X", "")], said={"X": subject}))
    except Refused:
        return False


def _told_apart(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    match = imports.Match("X", "", likely=(Person(cast.id(subject), subject),))
    return bool(import_answers.people_as_data(db, viewer=by, matches=[match])[0]["likely"])


def _kept(db: Session, cast: Cast, place: str) -> ImportMapping:
    facts: dict[str, Any] = {"kept_by_id": cast.id("Eve"), "kept_at": now(), "headings": ["name"]}
    mapping = ImportMapping(name="Monthly", community_id=place_id(cast, place), **facts)
    stored(db, mapping)
    return mapping


def _mapping_kept(db: Session, by: Actor, cast: Cast, place: str) -> Any:
    there = place_id(cast, place)
    return keep_mapping(db, by=by, name="Monthly", community_id=there, headings=["Name"], told=Told(), people={})


def _mapping_forgotten(db: Session, by: Actor, cast: Cast, place: str) -> Any:
    forget_mapping(db, by=by, mapping_id=_kept(db, cast, place).id or 0)
    return True


def _mapping_offered(db: Session, by: Actor, cast: Cast, place: str) -> bool:
    mapping = _kept(db, cast, place)
    return mapping.id in {one.mapping_id for one in imports.kept_mappings(db, viewer=by, headings=["Name"])}


def _mapping_found(db: Session, by: Actor, cast: Cast, place: str) -> bool:
    mapping = _kept(db, cast, place)
    places = There(db, by).places
    which = select(ImportMapping).where(ImportMapping.id == mapping.id, imports.mappings_of(by, places))
    return db.exec(which).first() is not None


def _kept_from_set(db: Session, by: Actor, cast: Cast, place: str) -> bool:
    who = cast.id("Ben" if place == B else "Cai")
    course = {"staff_id": who, "course_id": db.exec(select(Course.id)).first()}
    planned = Planned(writes=[Write(HERE, "training_record", course)])
    import_kept.plan_kept_from(db, by, planned, [], date(2026, 1, 1))
    return any(write.table == "records_kept_from" for write in planned.writes)


def _kinds(_db: Session, by: Actor, _cast: Cast, _subject: str) -> bool:
    return bool(imports.kinds_to_import(viewer=by))


def _names(db: Session, by: Actor, _cast: Cast, _subject: str) -> Any:
    return imports.known_names(db, viewer=by)


def _for_all(_db: Session, by: Actor, _cast: Cast, _subject: str) -> bool:
    return imports.keeps_for_all(by)


def _training(attempt: Any) -> Case:
    return Case(Object.TRAINING_RECORD, Action.CREATE, attempt, leave_out=(), only=_imports)


def _import(attempt: Any, action: Action = Action.CREATE, **more: Any) -> Case:
    return Case(Object.IMPORT, action, attempt, **more)


CASES: dict[str, Case] = {
    "queries.imports.plan_import": _training(_planned),
    "queries.imports.planned_import": _training(_to_write),
    "services.imports.take_in.take_in": _training(_taken_in),
    "services.imports.undo.undo_import": _import(_undone, Action.VOID),
    "queries.imports.imports_made": _import(_listed),
    "queries.imports.imports_seen": _import(_seen),
    "queries.imports.match_people": Case(Object.PERSON, Action.READ, _matched, SEEN, only=_imports),
    "queries.import_answers.answered": Case(Object.PERSON, Action.READ, _answered, SEEN),
    "queries.import_answers.people_as_data": Case(Object.PERSON, Action.READ, _told_apart, SEEN),
    "queries.imports.kinds_to_import": _import(_kinds, subjects=ANYBODY),
    "queries.imports.known_names": _import(_names, subjects=ANYBODY),
    "queries.imports.keeps_for_all": _import(_for_all, subjects=ANYBODY, only=lambda who, _: who == "Eve"),
    "queries.imports.kept_mappings": _import(_mapping_offered, subjects=PLACES),
    "queries.imports.mappings_of": _import(_mapping_found, subjects=PLACES),
    "services.imports.mappings.keep_mapping": _import(_mapping_kept, subjects=PLACES),
    "services.imports.mappings.forget_mapping": _import(_mapping_forgotten, subjects=PLACES),
    "queries.import_kept.plan_kept_from": Case(
        Object.CATALOGUE,
        Action.UPDATE,
        _kept_from_set,
        leave_out=("by_import", "technical_only"),
        subjects=PLACES,
    ),
}
BY_RELATIONSHIP: dict[str, str] = {
    "queries.import_undoing.reaches_beyond": "the people and communities one may import for today: "
    "tests/services/test_imports.py::test_an_import_is_undone_only_by_who_might_write_all_of_it_today",
}
FOR_EVERYBODY: dict[str, str] = {
    "queries.import_there.bursts": "cuts a list into pieces",
    "queries.imports.in_order": "says a plan in the order of its lines",
}
BELOW: dict[str, str] = {
    "queries.import_undoing.stands_in_the_way": "imports_made and undo_import have checked",
    "services.imports.storing.store_all": "take_in has checked, row by row",
}
