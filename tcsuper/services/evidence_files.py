"""Files that prove a completion: sent in by the person themselves, opened one at a time by whom the table lets.

A file belongs to a record, not to one of its versions, and is never changed. It does not make anything count: that is
for a manager who has looked at it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord, NotAllowed, Refused
from tcsuper.models import EvidenceFile, FileKind, TrainingRecord, TrainingResult
from tcsuper.queries.evidence import current
from tcsuper.queries.evidence_files import evidence_files_read_by
from tcsuper.readers.evidence_file import Unfit, harmless, kind_of
from tcsuper.sealing import seal_bytes, unseal_bytes
from tcsuper.services.training import record_completion

MOST_FILES = 5
DAMAGED = (
    "This file is damaged, or cannot be opened with the keys of this service. Tell your administrator; whoever sent it "
    "in can add it again."
)


@dataclass(frozen=True)
class SentFile:
    """A file as it came in: its name is whatever the browser said."""

    name: str
    content: bytes


@dataclass(frozen=True)
class OpenedFile:
    name: str
    kind: FileKind
    content: bytes


def send_in_certificate(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    course_code: str,
    completed_on: date,
    result: TrainingResult = TrainingResult.PASSED,
    printed_expiry_on: date | None = None,
    certificate: str = "",
    files: Sequence[SentFile] = (),
) -> TrainingRecord:
    """My own completion and the files that prove it: all of it is stored, or nothing. It waits to be confirmed."""
    try:
        record = record_completion(
            db,
            by=by,
            submission=submission,
            staff_id=by.staff_id,
            course_code=course_code,
            completed_on=completed_on,
            result=result,
            printed_expiry_on=printed_expiry_on,
            certificate=certificate,
        )
    except InvalidRecord as refused:
        raise InvalidRecord(**refused.problems, **_problems(files, [])[1]) from refused
    if files:
        add_evidence_files(db, by=by, record_id=record.record_id, files=files)
    return record


def add_evidence_files(
    db: Session, *, by: Actor, submission: UUID | None = None, record_id: UUID, files: Sequence[SentFile]
) -> list[EvidenceFile]:
    """Files for one of my own records, while it waits or later: all of them or none. Only the person themselves, and
    never to what was sent back or voided."""
    by = acting(db, by, submission)
    record = db.exec(
        select(TrainingRecord).where(TrainingRecord.record_id == record_id, current(TrainingRecord))
    ).first()
    if record is None:
        raise NotAllowed
    check_about(db, by, Object.EVIDENCE_FILE, Action.CREATE, record.staff_id)
    _lock(db, record)
    there = db.exec(select(EvidenceFile.digest).where(EvidenceFile.training_record_id == record_id)).all()
    kinds, problems = _problems(files, there)
    if not files:
        problems["files"] = "Choose a file."
    if problems:
        raise InvalidRecord(**problems)
    added = [_stored(db, by, record, file, kind) for file, kind in zip(files, kinds, strict=True)]
    record_event(
        db,
        by=by,
        action="add_evidence_files",
        object_kind="evidence_file",
        object_key=record_id,
        about=[record.staff_id],
        files=[str(file.id) for file in added],
    )
    return added


def open_evidence_file(db: Session, *, by: Actor, file_id: UUID) -> OpenedFile:
    """One file, for whoever asked to open it just now; each opening is an event that the person concerned sees. Raises
    Refused when it is no longer what was sent in."""
    by = acting(db, by)
    found = db.exec(select(EvidenceFile).where(EvidenceFile.id == file_id, evidence_files_read_by(by))).first()
    if found is None:
        raise NotAllowed
    content = _unsealed(found)
    record_event(
        db,
        by=by,
        action="read_evidence_file",
        object_kind="evidence_file",
        object_key=found.training_record_id,
        about=[found.staff_id],
        file=str(file_id),
    )
    return OpenedFile(found.file_name, found.kind, content)


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _lock(db: Session, record: TrainingRecord) -> None:
    """Two windows that add at once wait for one another, so that five stay five (on SQLite every writer waits)."""
    db.execute(sa.select(col(TrainingRecord.id)).where(col(TrainingRecord.id) == record.id).with_for_update())


def _problems(files: Sequence[SentFile], there: Sequence[str]) -> tuple[list[FileKind], dict[str, str]]:
    """What each file is, and what is wrong with them, said of each by its name. `there`: digests of those before."""
    kinds, wrong, known = [], [], list(there)
    if len(there) + len(files) > MOST_FILES:
        before = f" {words.count(len(there), 'is', 'are')} there already." if there else ""
        return [], {"files": f"The most is {MOST_FILES} files for one certificate.{before} Nothing was uploaded."}
    for file in files:
        try:
            kinds.append(kind_of(file.name, file.content))
            digest = _digest(file.content)
            if digest in known:
                raise Unfit("The same file is there already.")
            known.append(digest)
        except Unfit as unfit:
            wrong.append(f"{_shown(file.name)}: {unfit}" if len(files) > 1 else str(unfit))
    return kinds, {"files": f"{' '.join(wrong)} Nothing was uploaded."} if wrong else {}


def _shown(file_name: str) -> str:
    """The name of a file that is not taken, for its sentence."""
    return f"“{harmless(f'{file_name}.pdf', FileKind.PDF).removesuffix('.pdf')}”"


def _stored(db: Session, by: Actor, record: TrainingRecord, file: SentFile, kind: FileKind) -> EvidenceFile:
    added = EvidenceFile(
        training_record_id=record.record_id,
        staff_id=record.staff_id,
        added_by_id=by.staff_id,
        added_at=now(),
        file_name=harmless(file.name, kind),
        kind=kind,
        size=len(file.content),
        digest=_digest(file.content),
        sealed_content=b"",
    )
    seal_bytes(added, "sealed_content", file.content)
    db.add(added)
    db.flush()
    return added


def _unsealed(file: EvidenceFile) -> bytes:
    try:
        content = unseal_bytes(file, "sealed_content")
    except Refused as refused:
        raise Refused(DAMAGED) from refused
    if (len(content), _digest(content)) != (file.size, file.digest):
        raise Refused(DAMAGED)
    return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
