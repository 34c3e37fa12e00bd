"""An import taken back, as one action: evidence by a last version that says so, things by what they were before.

Nothing of it may have been changed or used since. Evidence is never deleted. Posts that came with it go, and people who
came with it stay, without one: the next import, or an administrator, finds them again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, rules_for
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Attendance, ImportBatch, ImportedRow, Post, RecordsKeptFrom, Staff
from tcsuper.queries.import_there import bursts
from tcsuper.queries.import_undoing import EVIDENCE, THINGS, reaches_beyond, stands_in_the_way
from tcsuper.queries.imports import imports_seen, kinds_to_import
from tcsuper.rules.importing import MOST_NAMED
from tcsuper.services.evidence import WRITTEN_ANEW, version_after
from tcsuper.services.imports.storing import MAY_CHANGE

LONGEST_REASON, MOST_BY_NAME = 500, 5


@dataclass(frozen=True)
class Undone:
    """`people_left`: names of those who came with the import and stay, without a post."""

    batch: ImportBatch
    rows: int
    people_left: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For whoever took it back."""
        said = f"{words.count(self.rows, 'record')} taken back."
        if self.people_left:
            more = len(self.people_left) - MOST_BY_NAME
            named = [*self.people_left[:MOST_BY_NAME], *([f"{more} more"] if more > 0 else [])]
            stay = "stays" if len(self.people_left) == 1 else "stay"
            said += f" {words.listed(named)} {stay}, without a post: taking the list in again finds them."
        return said


def undo_import(db: Session, *, by: Actor, submission: UUID | None = None, batch_id: int, because: str) -> Undone:
    """Take back what an import added and changed. Raises Conflict, with up to fifty reasons, when anything of it was
    changed or used since."""
    by = acting(db, by, submission)
    batch = _found(db, by, batch_id)
    if not because.strip() or len(because.strip()) > LONGEST_REASON:
        raise InvalidRecord(because=f"Say why, in at most {LONGEST_REASON} characters.")
    if batch.undone_at is not None:
        raise Conflict("This import was undone already. Nothing was changed again.")
    if found := stands_in_the_way(db, batch_id):
        raise Conflict(_said(found))
    batch.undone_at, batch.undone_by_id, batch.undone_because = now(), by.staff_id, because.strip()
    db.flush()
    about: set[int] = set()
    reason = f"The import of {batch.file_name} was undone"
    rows = 0
    for kind in reversed(EVIDENCE):
        rows += _take_back_evidence(db, by, batch_id, kind, reason, about)
    for kind in THINGS:
        rows += _take_back_things(db, batch_id, kind, about)
    left = _people_left(db, batch_id)
    record_event(
        db,
        by=by,
        action="undo_import",
        object_kind="import",
        object_key=batch_id,
        about=about | set(left),
        rows=rows,
        people_left=len(left),
    )
    return Undone(batch, rows, tuple(left.values()))


def _found(db: Session, by: Actor, batch_id: int) -> ImportBatch:
    """Locked: of two who undo it the second waits here, and then sees that it is undone. One's own, or one about nobody
    but people whom one might have imported the same for; and nothing in it that one might not write today."""
    if not rules_for(by, Object.IMPORT, Action.VOID):
        raise NotAllowed
    which = select(ImportBatch).where(ImportBatch.id == batch_id, imports_seen(by))
    batch = db.exec(which.with_for_update()).first()
    if batch is None or not set(batch.kinds) <= {kind.value for kind in kinds_to_import(viewer=by)}:
        raise NotAllowed
    if batch.undone_at is None and reaches_beyond(db, viewer=by, batch_id=batch_id):
        raise NotAllowed
    return batch


def _said(found: Sequence[str]) -> str:
    left = len(found) - MOST_NAMED
    more = f" And {words.count(left, 'more row')}." if left > 0 else ""
    return f"It can no longer be undone as a whole, and nothing was changed. {' '.join(found[:MOST_NAMED])}{more}"


# ---------------------------------------------------------------------------------------------------------------------
# Evidence


def _take_back_evidence(db: Session, by: Actor, batch_id: int, kind: str, reason: str, about: set[int]) -> int:
    table, taken_back = EVIDENCE[kind], 0
    ids = db.exec(
        select(ImportedRow.row_id)
        .where(ImportedRow.batch_id == batch_id, ImportedRow.kind == kind)
        .order_by(col(ImportedRow.row_id))
    ).all()
    for few in bursts(ids):
        of_others = db.exec(select(table).where(col(table.id).in_(few), col(table.supersedes_id).is_not(None))).all()
        _void(db, by, table, few, reason)
        again = {row.supersedes_id: _as_before(db, by, row, reason) for row in of_others}
        if kind == "supervision_session":
            about |= _attendance_again(db, few, again)
        else:
            about |= set(db.exec(select(table.staff_id).where(col(table.id).in_(few)).distinct()))
        taken_back += len(few)
    return taken_back


def _void(db: Session, by: Actor, table: Any, few: Sequence[int], reason: str) -> None:
    """New records, in one burst: the same last version that `version_after` would make of each."""
    new = sa.select(table.__table__).where(table.id.in_(few), table.supersedes_id.is_(None))
    anew = {"recorded_at": now(), "recorded_by_id": by.staff_id, "correction_reason": reason, "is_void": True}
    rows = [
        {name: value for name, value in row.items() if name != "id"} | {"supersedes_id": row["id"]} | anew
        for row in db.execute(new).mappings()
    ]
    if rows:
        db.execute(sa.insert(table.__table__), rows)


def _as_before(db: Session, by: Actor, row: Any, reason: str) -> int:
    """Of what took the place of a former version: that one's content again. Gives the new version's id."""
    former, newer = db.get_one(type(row), row.supersedes_id), version_after(by, row, reason)
    for name, value in former.model_dump(exclude=WRITTEN_ANEW | {"record_id"}).items():
        setattr(newer, name, value)
    db.add(newer)
    db.flush()
    return int(newer.id)


def _attendance_again(db: Session, few: Sequence[int], again: dict[int, int]) -> set[int]:
    """Of sessions that were planned before, who is expected. Gives whom all of these sessions are about."""
    for former_id, row_id in again.items():
        for one in db.exec(select(Attendance).where(Attendance.session_id == former_id)).all():
            db.add(Attendance(**one.model_dump(exclude={"id", "session_id"}), session_id=row_id))
    db.flush()
    return set(db.exec(select(Attendance.staff_id).where(col(Attendance.session_id).in_(few))))


# ---------------------------------------------------------------------------------------------------------------------
# Things


def _take_back_things(db: Session, batch_id: int, kind: str, about: set[int]) -> int:
    table, taken_back = THINGS[kind], 0
    noted = db.exec(select(ImportedRow).where(ImportedRow.batch_id == batch_id, ImportedRow.kind == kind)).all()
    rows = {
        row.id: row
        for few in bursts(one.row_id for one in noted)
        for row in db.exec(select(table).where(col(table.id).in_(few)))
    }
    for one in noted:
        row = rows[one.row_id]
        if isinstance(row, Staff | Post):
            about.add((row.id if isinstance(row, Staff) else row.staff_id) or 0)
        if one.was_new and isinstance(row, Staff):
            continue
        if one.was_new:
            db.delete(row)
        else:
            for name, value in one.former.items():
                if name in MAY_CHANGE[kind]:
                    setattr(row, name, _as_kept(row, name, value))
        taken_back += 1
    db.flush()
    return taken_back


def _as_kept(row: Post | Staff | RecordsKeptFrom, name: str, value: Any) -> Any:
    is_day = name in ("end_on", "from_on") and value is not None
    return date.fromisoformat(value) if is_day else value


def _people_left(db: Session, batch_id: int) -> dict[int, str]:
    rows = db.execute(
        sa.select(col(Staff.id), col(Staff.full_name))
        .join(ImportedRow, col(ImportedRow.row_id) == col(Staff.id))
        .where(
            col(ImportedRow.batch_id) == batch_id, col(ImportedRow.kind) == "staff", col(ImportedRow.was_new).is_(True)
        )
        .order_by(Staff.full_name)
    )
    return {staff_id: name for staff_id, name in rows}
