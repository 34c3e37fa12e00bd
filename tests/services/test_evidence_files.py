"""Files that prove a completion: who adds them, who opens them, and that they stay what they were."""

import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, AlreadySaved, InvalidRecord, NotAllowed, Refused
from tcsuper.models import AuditEvent, AuditSubject, EvidenceFile, FileKind, TrainingRecord
from tcsuper.queries.evidence_files import files_of
from tcsuper.queries.history import my_history
from tcsuper.readers.evidence_file import MOST_BYTES
from tcsuper.sealing import make_key_file
from tcsuper.services.evidence_files import (
    DAMAGED,
    SentFile,
    add_evidence_files,
    open_evidence_file,
    send_in_certificate,
)
from tcsuper.services.keys import change_key
from tcsuper.services.training import confirm_completion, record_completion, void_completion
from tcsuper.settings import key_file
from tests.competence import add_courses
from tests.files import PDF, docx, jpg, png
from tests.people import Cast, make_cast

LAST_WEEK = today() - timedelta(days=7)
CERTIFICATE, SCAN = SentFile("certificate.pdf", PDF), SentFile("scan.png", png())


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_courses(db, made)
    return made


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def send_in(db: Session, cast: Cast, *files: SentFile, who: str = "Ben", **other: object) -> TrainingRecord:
    given: dict = dict(course_code="tcat_1", completed_on=LAST_WEEK, files=files)
    return send_in_certificate(db, by=known(db, cast, who), **given | other)


def stored(db: Session) -> list[EvidenceFile]:
    return list(db.exec(select(EvidenceFile).order_by(EvidenceFile.file_name)))


def opened(db: Session, cast: Cast, who: str, file_id: UUID) -> bytes:
    return open_evidence_file(db, by=known(db, cast, who), file_id=file_id).content


# ---------------------------------------------------------------------------------------------------------------------
# Sending in


def test_a_certificate_is_sent_in_with_its_files_and_waits(db: Session, cast: Cast) -> None:
    record = send_in(db, cast, CERTIFICATE, SCAN, SentFile("../photo.jpeg", jpg()), SentFile("letter.docx", docx()))
    assert not record.is_confirmed and record.staff_id == cast.id("Ben")
    files = stored(db)
    assert [(one.file_name, one.kind) for one in files] == [
        ("certificate.pdf", FileKind.PDF),
        ("letter.docx", FileKind.DOCX),
        ("photo.jpg", FileKind.JPG),
        ("scan.png", FileKind.PNG),
    ]
    assert {one.training_record_id for one in files} == {record.record_id}
    assert {(one.staff_id, one.added_by_id) for one in files} == {(cast.id("Ben"), cast.id("Ben"))}
    assert files[0].size == len(PDF) and b"First aid" not in files[0].sealed_content


def test_a_refused_file_leaves_no_completion_behind(database: str) -> None:
    """Everything in one transaction."""
    with writing() as db:
        cast = make_cast(db)
        add_courses(db, cast)
    with pytest.raises(InvalidRecord) as refused, writing() as db:
        send_in(db, cast, CERTIFICATE, SentFile("setup.pdf", b"MZ" + b"\0" * 99))
    assert refused.value.problems == {
        "files": "“setup.pdf”: The file is called a pdf, but what is in it is no pdf. Nothing was uploaded."
    }
    with reading() as db:
        assert db.exec(select(func.count()).select_from(TrainingRecord)).one() == 0 and stored(db) == []


def test_problems_of_the_form_and_of_its_file_are_said_together(db: Session, cast: Cast) -> None:
    too_big = SentFile("certificate.pdf", b"x" * (14 * 1024 * 1024))
    with pytest.raises(InvalidRecord) as refused:
        send_in(db, cast, too_big, completed_on=today() + timedelta(days=1))
    assert refused.value.problems["files"] == "The file is 14 MB; the most is 10 MB. Nothing was uploaded."
    assert set(refused.value.problems) == {"completed_on", "files"}
    assert MOST_BYTES == 10 * 1024 * 1024


def test_the_same_form_is_sent_in_once(database: str) -> None:
    with writing() as db:
        cast = make_cast(db)
        add_courses(db, cast)
    key = uuid4()
    with writing() as db:
        send_in(db, cast, CERTIFICATE, submission=key)
    with pytest.raises(AlreadySaved), writing() as db:
        send_in(db, cast, CERTIFICATE, submission=key)
    with reading() as db:
        assert len(stored(db)) == 1


def test_at_most_five_files_and_none_twice(db: Session, cast: Cast) -> None:
    record = send_in(db, cast, CERTIFICATE)
    ben = known(db, cast, "Ben")

    def add(*files: SentFile) -> None:
        add_evidence_files(db, by=ben, record_id=record.record_id, files=files)

    with pytest.raises(InvalidRecord, match="The same file is there already. Nothing was uploaded."):
        add(SentFile("another name.pdf", PDF))
    with pytest.raises(InvalidRecord, match="The same file is there already"):
        add(SCAN, SentFile("again.png", png()))
    with pytest.raises(InvalidRecord, match="Choose a file"):
        add()
    with pytest.raises(InvalidRecord, match="The most is 5 files for one certificate. 1 is there already"):
        add(*[SentFile(f"{one}.png", png(one)) for one in range(1, 6)])
    add(*[SentFile(f"{one}.png", png(one)) for one in range(1, 5)])
    assert len(stored(db)) == 5


def test_two_windows_at_once_do_not_make_six(database: str) -> None:
    """Seen to fail on PostgreSQL without `_lock`: 8 files."""
    with writing() as db:
        cast = make_cast(db)
        add_courses(db, cast)
        record_id = send_in(db, cast).record_id
    start, refused = threading.Barrier(2), []

    def add(first: int) -> None:
        start.wait()
        try:
            with writing() as db:
                ben = known(db, cast, "Ben")
                files = [SentFile(f"{one}.png", png(one)) for one in range(first, first + 4)]
                add_evidence_files(db, by=ben, record_id=record_id, files=files)
        except InvalidRecord as too_many:
            refused.append(too_many)

    windows = [threading.Thread(target=add, args=(first,)) for first in (1, 11)]
    for one in windows:
        one.start()
    for one in windows:
        one.join()
    with reading() as db:
        assert len(stored(db)) == 4 and len(refused) == 1


def test_a_file_is_added_later_to_what_counts_and_not_to_what_was_sent_back(db: Session, cast: Cast) -> None:
    waits = send_in(db, cast)
    counts = confirm_completion(db, by=known(db, cast, "Asha"), training_record_id=waits.id or 0)
    ben = known(db, cast, "Ben")
    add_evidence_files(db, by=ben, record_id=counts.record_id, files=[CERTIFICATE])
    void_completion(db, by=known(db, cast, "Asha"), training_record_id=counts.id or 0, reason="Another person's")
    with pytest.raises(NotAllowed):
        add_evidence_files(db, by=ben, record_id=counts.record_id, files=[SCAN])
    assert len(stored(db)) == 1 and opened(db, cast, "Ben", stored(db)[0].id) == PDF  # what proved it stays


@pytest.mark.parametrize("who", ["Asha", "Farah", "Carol", "Dev", "Eve", "Bela", "Jo"])
def test_nobody_adds_a_file_to_the_record_of_somebody_else(db: Session, cast: Cast, who: str) -> None:
    record = record_completion(
        db, by=known(db, cast, "Asha"), staff_id=cast.id("Ben"), course_code="tcat_1", completed_on=LAST_WEEK
    )
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        add_evidence_files(db, by=known(db, cast, who), record_id=record.record_id, files=[CERTIFICATE])
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        add_evidence_files(db, by=known(db, cast, who), record_id=uuid4(), files=[CERTIFICATE])
    assert stored(db) == []


def test_a_file_confirms_nothing_and_its_owner_confirms_nothing_either(db: Session, cast: Cast) -> None:
    record = send_in(db, cast, CERTIFICATE)
    assert not record.is_confirmed
    with pytest.raises(NotAllowed, match="your own"):
        confirm_completion(db, by=known(db, cast, "Ben"), training_record_id=record.id or 0)


# ---------------------------------------------------------------------------------------------------------------------
# Opening


@pytest.mark.parametrize("who", ["Ben", "Asha", "Farah"])
def test_the_person_and_their_managers_open_it_and_the_person_sees_who_did(db: Session, cast: Cast, who: str) -> None:
    record = send_in(db, cast, CERTIFICATE)
    [line] = files_of(db, viewer=known(db, cast, who), record_ids=[record.record_id])[record.record_id]
    assert (line.name, line.size, line.added_by) == ("certificate.pdf", len(PDF), "Ben")
    file = open_evidence_file(db, by=known(db, cast, who), file_id=line.file_id)
    assert (file.name, file.kind, file.content) == ("certificate.pdf", FileKind.PDF, PDF)
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "read_evidence_file")).one()
    subject = db.exec(select(AuditSubject).where(AuditSubject.event_id == event.id)).one()
    assert (event.by_staff_id, subject.staff_id) == (cast.id(who), cast.id("Ben"))
    assert "certificate" not in str(event.detail)
    seen = my_history(db, viewer=known(db, cast, "Ben"))[0]
    assert (seen.who, seen.what) == (who, "opened a file of a training record")


@pytest.mark.parametrize("who", ["Carol", "Dev", "Eve", "Gwen", "Ivor", "Bela", "Jo", "Cai", "Kit"])
def test_nobody_else_opens_or_lists_it(db: Session, cast: Cast, who: str) -> None:
    record = send_in(db, cast, CERTIFICATE)
    file_id = stored(db)[0].id
    assert files_of(db, viewer=known(db, cast, who), record_ids=[record.record_id]) == {}
    for asked in (file_id, uuid4()):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            opened(db, cast, who, asked)
    assert not db.exec(select(AuditEvent).where(AuditEvent.action == "read_evidence_file")).all()


@pytest.mark.parametrize("part", ["sealed_content", "digest", "size", "id of another"])
def test_a_changed_or_exchanged_file_says_that_it_is_damaged(db: Session, cast: Cast, part: str) -> None:
    """Somebody with the database file. Seen to fail without the digest: the size and the digest were believed."""
    send_in(db, cast, CERTIFICATE, SCAN)
    pdf, scan = stored(db)
    changed = bytearray(pdf.sealed_content)
    changed[-1] ^= 1
    forged = {
        "sealed_content": {"sealed_content": bytes(changed)},
        "digest": {"digest": "0" * 64},
        "size": {"size": pdf.size + 1},
        "id of another": {"sealed_content": scan.sealed_content},
    }[part]
    db.execute(sa.update(EvidenceFile).where(col(EvidenceFile.id) == pdf.id).values(**forged))
    db.expire_all()
    with pytest.raises(Refused) as refused:
        opened(db, cast, "Asha", pdf.id)
    assert str(refused.value) == DAMAGED and opened(db, cast, "Asha", scan.id) == png()


def test_a_new_key_seals_the_files_anew_too(
    db: Session, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that are no text in any alphabet come back as they were, with the newest key alone."""
    monkeypatch.setenv("TCSUPER_KEY_FILE", str(tmp_path / "own.keys"))
    make_key_file()
    send_in(db, cast, CERTIFICATE, SentFile("photo.jpg", jpg() + bytes(range(256))))
    before = {one.id: one.sealed_content for one in stored(db)}
    assert change_key(db) == 2
    db.expire_all()
    assert all(one.sealed_content != before[one.id] for one in stored(db))
    key_file().write_text(key_file().read_text().split()[0])
    pdf, photo = stored(db)
    assert opened(db, cast, "Asha", pdf.id) == PDF
    assert opened(db, cast, "Asha", photo.id) == jpg() + bytes(range(256))
