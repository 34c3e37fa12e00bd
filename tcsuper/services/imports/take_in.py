"""A file taken in: planned again inside the transaction, and stored as a whole or not at all.

The plan says every row and what is to be written for it; `storing.py` writes that in prepared bursts.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import Conflict, InvalidRecord
from tcsuper.models import ImportBatch, SupervisionAgreement
from tcsuper.queries.import_there import bursts
from tcsuper.queries.imports import in_order, planned_import
from tcsuper.rules.import_plan import ImportPlan
from tcsuper.rules.importing import MOST_NAMED, Understood
from tcsuper.services.imports.storing import Stored, store_all

ONE_IMPORT_AT_A_TIME = 727_202  # any number of ours: the lock under which PostgreSQL plans and stores an import
LONGEST_NAME = 120
CHANGED_SINCE = "Something changed since the preview. Nothing was saved. Look at it again, then take it in."


def take_in(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    file_name: str,
    file_digest: str,
    understood: Sequence[Understood],
    people: Mapping[str, int | None],
    kept_from: date | None = None,
    plan_digest: str,
) -> ImportBatch:
    """Store what `queries.imports.plan_import` said for the same answers. `plan_digest`: of the plan that was looked
    at; when something changed since, Conflict. Raises InvalidRecord where a question is open, a problem is left or a
    row is refused: nothing is written then."""
    by = acting(db, by, submission)
    _one_at_a_time(db, people)
    planned = planned_import(db, viewer=by, understood=understood, people=people, kept_from=kept_from)
    plan = in_order(planned, understood)
    if problems := _problems(understood, plan):
        raise InvalidRecord(**problems)
    if plan.digest != plan_digest:
        raise Conflict(CHANGED_SINCE)
    if not planned.writes:
        raise InvalidRecord(file="There is nothing to take in: all of it is recorded already, or left out.")
    batch = ImportBatch(
        made_at=now(),
        made_by_id=by.staff_id,
        file_name=_short_name(file_name),
        digest=file_digest[:64],
        kinds=sorted({one.kind.value for one in understood if one.kind is not None and one.lines}),
        counts=dict(plan.counts),
        kept_from=kept_from,
    )
    db.add(batch)
    db.flush()
    stored = store_all(db, by, batch, planned.writes, f"Imported from {batch.file_name}")
    _record(db, by, batch, stored)
    return batch


def _short_name(file_name: str) -> str:
    """Without a folder, on one line."""
    name = " ".join(file_name.replace("\\", "/").rsplit("/", 1)[-1].split())
    return name[:LONGEST_NAME] or "no name"


def _one_at_a_time(db: Session, people: Mapping[str, int | None]) -> None:
    """On PostgreSQL another import, and a session recorded by hand with the same agreements, wait for this one to
    finish, so that neither overlooks what the other stored. SQLite has one writer anyway."""
    if db.get_bind().dialect.name != "postgresql":
        return
    db.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_IMPORT_AT_A_TIME})
    agreement = SupervisionAgreement
    for few in bursts(one for one in people.values() if one):
        theirs = sa.or_(col(agreement.supervisor_id).in_(few), col(agreement.supervisee_id).in_(few))
        db.exec(select(agreement.id).where(theirs).order_by(col(agreement.id)).with_for_update()).all()


def _problems(understood: Sequence[Understood], plan: ImportPlan) -> dict[str, str]:
    """What is still open, at most fifty sentences, and how much more there is."""
    sentences: list[str] = []
    for one in understood:
        sentences += [f"{one.sheet}: {question.sentence}" for question in one.questions]
        sentences += [problem.sentence for problem in one.problems]
    sentences += [row.named for row in plan.refused]
    left = len(sentences) - MOST_NAMED + sum(one.more_problems for one in understood)
    named = {f"row_{number}": sentence for number, sentence in enumerate(sentences[:MOST_NAMED], 1)}
    if left > 0:
        named["more"] = f"And {words.count(left, 'more problem')}."
    return named


def _record(db: Session, by: Actor, batch: ImportBatch, stored: Stored) -> None:
    record_event(
        db,
        by=by,
        action="import_records",
        object_kind="import",
        object_key=batch.id,
        about=stored.about,
        digest=batch.digest,
        kinds=batch.kinds,
        counts=batch.counts,
        kept_from=batch.kept_from.isoformat() if batch.kept_from else None,
        kept_from_set=stored.kept_from_set,
    )
