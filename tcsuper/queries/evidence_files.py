"""Files that prove a completion, as far as the viewer may open them: what they are called, never what is in them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor, Object, people_within
from tcsuper.models import EvidenceFile, FileKind, Staff


@dataclass(frozen=True)
class FileLine:
    """A file to be opened. `size` is in bytes."""

    file_id: UUID
    record_id: UUID
    name: str
    kind: FileKind
    size: int
    added_at: datetime
    added_by: str


def evidence_files_read_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for files that this person may open: lists and the opening itself ask the same."""
    return col(EvidenceFile.staff_id).in_(people_within(by, Object.EVIDENCE_FILE))


def files_of(db: Session, *, viewer: Actor, record_ids: Iterable[UUID]) -> dict[UUID, list[FileLine]]:
    """The files of some training records that the viewer may open, in the order they came. A record without any is
    left out."""
    file = EvidenceFile
    rows = db.execute(
        sa.select(
            col(file.id),
            col(file.training_record_id),
            col(file.file_name),
            col(file.kind),
            col(file.size),
            col(file.added_at),
            col(Staff.full_name),
        )
        .join(Staff, col(Staff.id) == col(file.added_by_id))
        .where(col(file.training_record_id).in_(set(record_ids)), evidence_files_read_by(viewer))
        .order_by(col(file.added_at), col(file.file_name))
    )
    files: dict[UUID, list[FileLine]] = defaultdict(list)
    for row in rows:
        files[row.training_record_id].append(FileLine(*row))
    return dict(files)
