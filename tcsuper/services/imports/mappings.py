"""How a kind of sheet was understood, kept for next month's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper.access import Actor, acting
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import ImportMapping
from tcsuper.queries.import_there import There
from tcsuper.queries.imports import keeps_for_all, kinds_to_import, mappings_of
from tcsuper.rules.import_plan import told_as_data
from tcsuper.rules.importing import Told

LONGEST_NAME = 120


def keep_mapping(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    name: str,
    community_id: int | None,
    headings: Sequence[str],
    told: Told,
    people: Mapping[str, int | None],
) -> ImportMapping:
    """For a community of one's own, or (administrators: None) for the whole service. One of the same name there is
    replaced. Single cells that were mended are not kept: they belong to that file."""
    by = acting(db, by, submission)
    if not kinds_to_import(viewer=by):
        raise NotAllowed
    there = There(db, by)
    if community_id not in there.places if community_id is not None else not keeps_for_all(by):
        raise NotAllowed
    name = " ".join(name.split())
    if not 2 <= len(name) <= LONGEST_NAME:
        raise InvalidRecord(name=f"Give it a name, in 2 to {LONGEST_NAME} characters.")
    same = select(ImportMapping).where(ImportMapping.name == name, ImportMapping.community_id == community_id)
    mapping = db.exec(same).first() or ImportMapping(
        name=name, community_id=community_id, kept_by_id=by.staff_id, kept_at=now()
    )
    mapping.headings = sorted({heading.casefold().strip() for heading in headings} - {""})
    mapping.told = told_as_data(replace(told, cells={}))
    mapping.people = {written: one for written, one in people.items() if one and one in there.names}
    mapping.kept_by_id, mapping.kept_at = by.staff_id, now()
    db.add(mapping)
    db.flush()
    _record(db, by, "keep_import_mapping", mapping)
    return mapping


def forget_mapping(db: Session, *, by: Actor, submission: UUID | None = None, mapping_id: int) -> None:
    """It is no longer offered."""
    by = acting(db, by, submission)
    if not kinds_to_import(viewer=by):
        raise NotAllowed
    which = select(ImportMapping).where(col(ImportMapping.id) == mapping_id, mappings_of(by, There(db, by).places))
    mapping = db.exec(which).first()
    if mapping is None:
        raise NotAllowed
    db.delete(mapping)
    db.flush()
    _record(db, by, "forget_import_mapping", mapping)


def _record(db: Session, by: Actor, action: str, mapping: ImportMapping) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="import_mapping",
        object_key=mapping.id,
        community_id=mapping.community_id,
    )
