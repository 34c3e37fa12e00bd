"""What a plan wants written, written: rows in prepared bursts, and beside each what undoing it needs."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor
from tcsuper.clock import now
from tcsuper.errors import Conflict
from tcsuper.models import (
    Attendance,
    AttendanceStatus,
    Booking,
    BookingState,
    Course,
    ImportBatch,
    ImportedRow,
    RequirementKind,
    SessionForm,
    SessionState,
    Staff,
    TrainingResult,
)
from tcsuper.queries.import_there import BURST, bursts
from tcsuper.queries.import_undoing import EVIDENCE, THINGS
from tcsuper.rules.import_plan import Write
from tcsuper.services.evidence import version_after
from tcsuper.services.places import close_place
from tcsuper.services.staff import EASY_TO_READ

CHANGED = "Somebody else changed one of these records meanwhile. Nothing was saved. Look at the file again."
WORDS: dict[tuple[str, str], Any] = {
    ("training_record", "result"): TrainingResult,
    ("supervision_session", "form"): SessionForm,
    ("supervision_session", "state"): SessionState,
    ("records_kept_from", "kind"): RequirementKind,
}
"""Columns of a word from a list: plans say the word."""
PEOPLE = ("staff_id", "line_manager_id")
MAY_CHANGE = {
    "staff": {"staff_number", "email"},
    "post": {"hours_a_week", "line_manager_id", "end_on"},
    "records_kept_from": {"from_on"},
}
"""Of things that are there already, the columns that an import changes: nothing that a plan says reaches another."""


@dataclass
class Stored:
    """Whom it was about, and the days that were set: community, kind, day, the former day."""

    about: set[int] = field(default_factory=set)
    kept_from_set: list[list[Any]] = field(default_factory=list)
    newcomers: dict[int, int] = field(default_factory=dict)
    """By the number in the plan, their staff id."""


def store_all(db: Session, by: Actor, batch: ImportBatch, writes: Sequence[Write], reason: str) -> Stored:
    """In order: who is new, things changed in place, new things, evidence, and places that completions used up."""
    stored = Stored()
    _enter_people(db, batch, [write for write in writes if _enters(write)], stored)
    writes = [_with_people(write, stored) for write in writes if not _enters(write)]
    _change_things(db, batch, [write for write in writes if write.row_id is not None], stored)
    for table in ("post", "records_kept_from"):
        _add(db, batch, [write for write in writes if write.table == table and write.row_id is None], stored, {})
    for table in EVIDENCE:
        of_table = [write for write in writes if write.table == table]
        for first in range(0, len(of_table), BURST):
            _add_evidence(db, by, batch, of_table[first : first + BURST], stored, reason)
    _close_places(db, by, batch, [write for write in writes if write.closes_place])
    return stored


def _enters(write: Write) -> bool:
    return write.table == "staff" and write.row_id is None


def _with_people(write: Write, stored: Stored) -> Write:
    """With the staff ids that newcomers have by now."""
    if not any((write.values.get(one) or 0) < 0 for one in PEOPLE):
        return write
    values = dict(write.values)
    for one in PEOPLE:
        if (values.get(one) or 0) < 0:
            values[one] = stored.newcomers[values[one]]
    return replace(write, values=values)


def _enter_people(db: Session, batch: ImportBatch, writes: Sequence[Write], stored: Stored) -> None:
    if not writes:
        return
    codes = _unused_codes(db, len(writes))
    rows = [
        Staff(
            full_name=write.values["full_name"],
            staff_number=write.values["staff_number"],
            email=write.values["email"],
            code=code,
        )
        for write, code in zip(writes, codes, strict=True)
    ]
    db.add_all(rows)
    db.flush()
    for write, row in zip(writes, rows, strict=True):
        stored.newcomers[write.values["newcomer"]] = row.id or 0
        stored.about.add(row.id or 0)
    _note(db, batch, [(write, row.id or 0) for write, row in zip(writes, rows, strict=True)])


def _unused_codes(db: Session, how_many: int) -> list[str]:
    """Drawn by lot, as for anybody who is entered."""
    taken, drawn = set(db.exec(select(Staff.code))), set[str]()
    while len(drawn) < how_many:
        drawn |= {"P-" + "".join(secrets.choice(EASY_TO_READ) for _ in range(6))} - taken
    return list(drawn)


# ---------------------------------------------------------------------------------------------------------------------
# Things


def _change_things(db: Session, batch: ImportBatch, writes: Sequence[Write], stored: Stored) -> None:
    """Each of them once: a second write to the same thing goes with the first."""
    for table, model in THINGS.items():
        of_table = [write for write in writes if write.table == table]
        rows = _by_id(db, model, [write.row_id for write in of_table])
        together: dict[int, Write] = {}
        for write in of_table:
            row, first = rows.get(write.row_id), together.get(write.row_id or 0)
            if row is None or (first is None and row.row_version != write.former["row_version"]):
                raise Conflict(CHANGED)
            assert write.values.keys() <= MAY_CHANGE[table], (table, *write.values)
            for name, value in write.values.items():
                setattr(row, name, value)
            together[write.row_id or 0] = (
                replace(write, former={**write.former, **first.former}) if first is not None else write
            )
            stored.about |= _about(table, row)
            if table == "records_kept_from":
                stored.kept_from_set.append(
                    [row.community_id, row.kind.value, row.from_on.isoformat(), write.former["from_on"].isoformat()]
                )
        db.flush()
        _note(db, batch, [(write, row_id) for row_id, write in together.items()])


def _add(db: Session, batch: ImportBatch, writes: Sequence[Write], stored: Stored, more: Mapping[str, Any]) -> None:
    if not writes:
        return
    table = writes[0].table
    model = THINGS.get(table) or EVIDENCE[table]
    rows = [model(**_values(write), **more) for write in writes]
    db.add_all(rows)
    db.flush()
    for row in rows:
        stored.about |= _about(table, row)
        if table == "records_kept_from":
            stored.kept_from_set.append([row.community_id, row.kind.value, row.from_on.isoformat(), None])
    _note(db, batch, [(write, row.id or 0) for write, row in zip(writes, rows, strict=True)])


# ---------------------------------------------------------------------------------------------------------------------
# Evidence


def _add_evidence(
    db: Session, by: Actor, batch: ImportBatch, writes: Sequence[Write], stored: Stored, reason: str
) -> None:
    later = [write for write in writes if write.supersedes is not None]
    new = [write for write in writes if write.supersedes is None]
    written = [*_new_records(db, by, new), *_next_versions(db, by, later, reason, stored)]
    attendance = [
        {"session_id": row_id, "staff_id": staff_id, "status": AttendanceStatus(status), "minutes": minutes,
         "presented_own_work": False}
        for write, row_id in written
        for staff_id, status, minutes in write.attendance
    ]  # fmt: skip
    if attendance:
        db.execute(sa.insert(Attendance), attendance)
    _note(db, batch, written)
    for write in writes:
        stored.about |= {staff_id for staff_id, _, _ in write.attendance}
        if "staff_id" in write.values:
            stored.about.add(write.values["staff_id"])


def _new_records(db: Session, by: Actor, writes: Sequence[Write]) -> list[tuple[Write, int]]:
    """In one burst: a hundred thousand of them one by one would hold up everybody else for minutes. Gives their ids."""
    if not writes:
        return []
    table = EVIDENCE[writes[0].table]
    whole = table().model_dump(exclude={"id"}) | {"recorded_at": now(), "recorded_by_id": by.staff_id}
    rows = [whole | _values(write) | {"record_id": uuid4()} for write in writes]
    db.execute(sa.insert(table), rows)
    found = sa.select(table.record_id, table.id).where(table.record_id.in_([row["record_id"] for row in rows]))
    ids = {record_id: row_id for record_id, row_id in db.execute(found)}
    return [(write, ids[row["record_id"]]) for write, row in zip(writes, rows, strict=True)]


def _next_versions(
    db: Session, by: Actor, writes: Sequence[Write], reason: str, stored: Stored
) -> list[tuple[Write, int]]:
    if not writes:
        return []
    formers = _by_id(db, EVIDENCE[writes[0].table], [write.supersedes for write in writes])
    rows = [version_after(by, formers[write.supersedes], reason, **_values(write)) for write in writes]
    db.add_all(rows)
    db.flush()
    for row in rows:
        stored.about |= _about(writes[0].table, row)
    return [(write, row.id) for write, row in zip(writes, rows, strict=True)]


def _close_places(db: Session, by: Actor, batch: ImportBatch, writes: Sequence[Write]) -> None:
    """As for a single completion; each place's new state is a row of the import as well."""
    for write in writes:
        last = db.scalar(sa.select(sa.func.max(col(Booking.id)))) or 0
        course = db.get_one(Course, write.values["course_id"])
        close_place(db, by, write.values["staff_id"], course, write.values["completed_on"], BookingState.ATTENDED)
        db.flush()
        newer = db.exec(select(Booking).where(col(Booking.id) > last).order_by(col(Booking.id))).all()
        _note(
            db, batch, [(replace(write, table="booking", supersedes=one.supersedes_id), one.id or 0) for one in newer]
        )


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _values(write: Write) -> dict[str, Any]:
    return {
        name: WORDS[write.table, name](value) if (write.table, name) in WORDS else value
        for name, value in write.values.items()
    }


def _by_id(db: Session, model: Any, ids: Sequence[int | None]) -> dict[Any, Any]:
    return {row.id: row for few in bursts(ids) for row in db.exec(select(model).where(col(model.id).in_(few)))}


def _about(table: str, row: Any) -> set[int]:
    if table == "staff":
        return {row.id}
    return {row.staff_id} if table in ("post", "training_record", "registration", "booking") else set()


def _note(db: Session, batch: ImportBatch, written: Sequence[tuple[Write, int]]) -> None:
    """What undoing needs of each: the row it became."""
    noted = list(_noted(batch, written))
    for first in range(0, len(noted), BURST):
        db.execute(sa.insert(ImportedRow), noted[first : first + BURST])


def _noted(batch: ImportBatch, written: Sequence[tuple[Write, int]]) -> Iterator[dict[str, Any]]:
    for write, row_id in written:
        yield {
            "batch_id": batch.id,
            "sheet": write.where.sheet[:60],
            "line": write.where.row,
            "kind": write.table,
            "row_id": row_id,
            "was_new": write.row_id is None and write.supersedes is None,
            "former": {name: _as_json(value) for name, value in write.former.items()},
        }


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
