"""What stands in the way of undoing an import: rows that were changed or used since, and rows that are not the viewer's
to write. Who may undo an import at all the caller has checked."""

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper.access import Action, Actor, Object, communities_within, people_to_import_for
from tcsuper.models import (
    Absence,
    Account,
    Attendance,
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
from tcsuper.queries.import_there import There

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


def reaches_beyond(db: Session, *, viewer: Actor, batch_id: int) -> bool:
    """Whether an import wrote what the viewer might not have written today: about people, or for communities, that are
    another's. Taking it back writes to each of these rows, so it asks for as much as taking it in."""
    people = people_to_import_for(viewer, Object.PERSON)
    places = list(There(db, viewer).places)
    rules_of, session = communities_within(viewer, Object.CATALOGUE, Action.UPDATE), SupervisionSession
    came = sa.select(col(Attendance.staff_id)).where(col(Attendance.session_id) == col(session.id))
    others_came = came.where(col(Attendance.staff_id).not_in(people)).exists()
    logged = communities_within(viewer, Object.SESSION_LOG, Action.CREATE)
    beyond: tuple[tuple[str, Any, sa.ColumnElement[bool]], ...] = (
        ("staff", Staff, sa.and_(col(ImportedRow.was_new).is_(False), col(Staff.id).not_in(people))),
        ("post", Post, col(Post.community_id).not_in(places)),
        ("training_record", TrainingRecord, col(TrainingRecord.staff_id).not_in(people)),
        ("registration", Registration, col(Registration.staff_id).not_in(people)),
        ("booking", Booking, col(Booking.staff_id).not_in(people)),
        ("supervision_session", session, sa.and_(col(session.group_id).is_(None), others_came)),
        ("supervision_session", session, sa.and_(col(session.group_id).is_not(None), _elsewhere(session, logged))),
        ("records_kept_from", RecordsKeptFrom, _elsewhere(RecordsKeptFrom, rules_of)),
    )
    return any(
        db.scalar(
            sa.select(col(ImportedRow.id))
            .join(table, col(table.id) == col(ImportedRow.row_id))
            .where(col(ImportedRow.batch_id) == batch_id, col(ImportedRow.kind) == kind, is_beyond)
            .limit(1)
        )
        for kind, table, is_beyond in beyond
    )


def _elsewhere(table: Any, places: Collection[int]) -> sa.ColumnElement[bool]:
    return col(table.community_id).not_in(list(places))


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
