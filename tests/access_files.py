"""The entries of files that prove a completion: see tests/access_cases.py."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from tcsuper.access import Action, Actor, Object, actor_for_staff
from tcsuper.clock import now
from tcsuper.models import EvidenceFile, TrainingRecord
from tcsuper.queries import evidence_files as filed
from tcsuper.services import evidence_files as files
from tests.access_case import YESTERDAY, Case
from tests.access_stage import Stage, stored
from tests.files import PDF
from tests.people import Cast

COURSE = "first_aid"
SUBJECTS = ("Ben", "Cai", "Asha")
CERTIFICATE = files.SentFile("certificate.pdf", PDF)


def _completed(db: Session, cast: Stage, subject: str) -> UUID:
    record = TrainingRecord(
        staff_id=cast.id(subject),
        course_id=cast.courses[COURSE],
        completed_on=YESTERDAY,
        is_confirmed=False,
        recorded_at=now(),
    )
    stored(db, record)
    return record.record_id


def _filed(db: Session, cast: Stage, subject: str) -> EvidenceFile:
    """Sent in by the person themselves."""
    record_id = _completed(db, cast, subject)
    person = actor_for_staff(db, cast.id(subject))
    [file] = files.add_evidence_files(db, by=person, record_id=record_id, files=[CERTIFICATE])
    assert db.exec(select(EvidenceFile.id)).one() == file.id
    return file


def _send_in(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """It is about nobody but whoever sends it in."""
    record = files.send_in_certificate(db, by=by, course_code=COURSE, completed_on=YESTERDAY, files=[CERTIFICATE])
    return record.staff_id == cast.id(subject)


def _add(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return files.add_evidence_files(db, by=by, record_id=_completed(db, cast, subject), files=[CERTIFICATE])


def _open(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return files.open_evidence_file(db, by=by, file_id=_filed(db, cast, subject).id)


def _listed(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    record_id = _filed(db, cast, subject).training_record_id
    return bool(filed.files_of(db, viewer=by, record_ids=[record_id]))


def _found(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    there = EvidenceFile.id == _filed(db, cast, subject).id
    return db.exec(select(EvidenceFile.id).where(there, filed.evidence_files_read_by(by))).first() is not None


def _file(action: Action, attempt: Any) -> Case:
    return Case(Object.EVIDENCE_FILE, action, attempt, subjects=SUBJECTS)


CASES = {
    "services.evidence_files.send_in_certificate": _file(Action.CREATE, _send_in),
    "services.evidence_files.add_evidence_files": _file(Action.CREATE, _add),
    "services.evidence_files.open_evidence_file": _file(Action.READ, _open),
    "queries.evidence_files.files_of": _file(Action.READ, _listed),
    "queries.evidence_files.evidence_files_read_by": _file(Action.READ, _found),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {}
