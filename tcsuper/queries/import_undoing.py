"""What stands in the way of undoing an import: rows that were changed or used since. Checks nobody's rights: the caller
has."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper.models import (
    Absence,
    Account,
    Booking,
    CompetencyAssessor,
    CourseTrainer,
    EvidenceFile,
    GroupMember,
    ImportedRow,
    Post,
    RecordsKeptFrom,
    RegisterCheck,
    Registration,
    ResponsibilityHolding,
    RoleGrant,
    Staff,
    StandIn,
    SupervisionAgreement,
    SupervisionSession,
    Traineeship,
    TrainingRecord,
)

EVIDENCE: dict[str, Any] = {
    "training_record": TrainingRecord,
    "registration": Registration,
    "supervision_session": SupervisionSession,
    "booking": Booking,
}
THINGS: dict[str, Any] = {"staff": Staff, "post": Post, "records_kept_from": RecordsKeptFrom}
CALLED = {
    "training_record": "the completion",
    "registration": "the registration",
    "supervision_session": "the session",
    "booking": "the place on a course",
    "staff": "the person",
    "post": "the post",
    "records_kept_from": "since when records are kept here",
}
USES: tuple[tuple[Any, str], ...] = (
    (SupervisionAgreement.supervisee_id, "an agreement"),
    (SupervisionAgreement.supervisor_id, "an agreement"),
    (GroupMember.staff_id, "a place in a group"),
    (StandIn.staff_id, "a place as a stand-in"),
    (Traineeship.staff_id, "a traineeship"),
    (ResponsibilityHolding.staff_id, "a responsibility"),
    (CourseTrainer.staff_id, "a place as a trainer"),
    (CompetencyAssessor.staff_id, "the right to sign off"),
    (RoleGrant.staff_id, "a role"),
    (Account.staff_id, "an account"),
    (Absence.staff_id, "an absence"),
    (Booking.staff_id, "a place on a course"),
    (Post.line_manager_id, "people who report to them"),
)
"""What of a newcomer goes with having a post. None of it may have come since."""


def stands_in_the_way(db: Session, batch_id: int) -> list[str]:
    """A sentence for each row, in their order; empty: nothing does."""
    found = [
        *_superseded(db, batch_id),
        *_built_on(db, batch_id),
        *_changed_in_place(db, batch_id),
        *_used_newcomers(db, batch_id),
    ]
    return [sentence for _, sentence in sorted(set(found))]


def _superseded(db: Session, batch_id: int) -> Iterator[tuple[int, str]]:
    for kind, table in EVIDENCE.items():
        newer: Any = aliased(table)
        yield from _named(db, batch_id, kind, newer.supersedes_id, "was changed since")


def _built_on(db: Session, batch_id: int) -> Iterator[tuple[int, str]]:
    """What hangs on a record, and would hang on nothing."""
    later = aliased(Registration)
    builds: tuple[tuple[str, Any, Any, str], ...] = (
        ("registration", Registration, later.renews_record_id, "was renewed since"),
        ("registration", Registration, RegisterCheck.registration_record_id, "was checked on the register since"),
        ("training_record", TrainingRecord, EvidenceFile.training_record_id, "has a certificate as a file since"),
    )
    for kind, table, refers, what in builds:
        here: Any = aliased(table)
        rows = db.execute(
            sa.select(col(ImportedRow.line))
            .join(here, here.id == col(ImportedRow.row_id))
            .where(
                col(ImportedRow.batch_id) == batch_id,
                col(ImportedRow.kind) == kind,
                col(ImportedRow.was_new).is_(True),
                sa.exists().where(col(refers) == here.record_id),
            )
        )
        yield from ((line, _sentence(line, kind, what)) for (line,) in rows)


def _named(db: Session, batch_id: int, kind: str, refers: Any, what: str) -> Iterator[tuple[int, str]]:
    rows = db.execute(
        sa.select(col(ImportedRow.line)).where(
            col(ImportedRow.batch_id) == batch_id,
            col(ImportedRow.kind) == kind,
            sa.exists().where(refers == col(ImportedRow.row_id)),
        )
    )
    yield from ((line, _sentence(line, kind, what)) for (line,) in rows)


def _changed_in_place(db: Session, batch_id: int) -> Iterator[tuple[int, str]]:
    """A thing counts its changes: it must be as the import left it."""
    for kind, table in THINGS.items():
        rows = db.execute(
            sa.select(ImportedRow, col(table.row_version))
            .outerjoin(table, col(table.id) == col(ImportedRow.row_id))
            .where(col(ImportedRow.batch_id) == batch_id, col(ImportedRow.kind) == kind)
        )
        for row, row_version in rows:
            if row.was_new and kind == "staff":
                continue  # they stay: what others changed of them since stays too
            left_as = 1 if row.was_new else row.former["row_version"] + 1
            if row_version != left_as:
                yield row.line, _sentence(row.line, kind, "was changed since")


def _used_newcomers(db: Session, batch_id: int) -> Iterator[tuple[int, str]]:
    newcomers = sa.and_(
        col(ImportedRow.batch_id) == batch_id, col(ImportedRow.kind) == "staff", col(ImportedRow.was_new).is_(True)
    )
    for column, what in USES:
        of_batch = sa.select(col(ImportedRow.row_id)).where(
            col(ImportedRow.batch_id) == batch_id, col(ImportedRow.kind) == column.class_.__tablename__
        )
        rows = db.execute(
            sa.select(col(ImportedRow.line), col(Staff.full_name))
            .join(Staff, col(Staff.id) == col(ImportedRow.row_id))
            .where(
                newcomers,
                sa.exists().where(col(column) == col(ImportedRow.row_id), col(column.class_.id).not_in(of_batch)),
            )
        )
        yield from ((line, f"Row {line}: {name} has {what} since.") for line, name in rows)


def _sentence(line: int, kind: str, what: str) -> str:
    where = f"Row {line}: {CALLED[kind]}" if line else CALLED[kind]
    return f"{where[:1].upper()}{where[1:]} {what}."
