"""Confidential words: sealed in the database, opened with the key file, and only where they were put."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import Session, select

from tcsuper import settings
from tcsuper.errors import Refused, WrongSetup
from tcsuper.models import Concern, ConcernCategory, PrivateNote, SharedRecord
from tcsuper.sealing import add_key, check_keys, make_key_file, name_of, seal, sealed_columns, unseal
from tcsuper.services.keys import change_key, is_anything_sealed, prepare_keys
from tests.people import Cast

WORDS = "She spoke about the silence in the group. Ŵyn’s “no” — 👩🏽‍⚕️"


@pytest.fixture
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TCSUPER_KEY_FILE", str(tmp_path / "own.keys"))
    make_key_file()
    return settings.key_file()


def note(author: int = 1, words: str = WORDS) -> PrivateNote:
    made = PrivateNote(session_record_id=uuid4(), author_id=author, recorded_at=datetime.now(UTC), sealed_text=b"")
    seal(made, "sealed_text", words)
    return made


@pytest.mark.parametrize("words", ["", "a", WORDS, "مريم\u202e", "x" * 50_000, "a\x00b\r\n\tc"])
def test_what_was_sealed_comes_back_as_it_was_typed(words: str) -> None:
    assert unseal(note(words=words), "sealed_text") == words


def test_the_same_words_are_sealed_differently_each_time() -> None:
    assert note().sealed_text != note().sealed_text
    assert b"silence" not in note().sealed_text


def test_a_next_version_of_the_record_opens_and_another_record_does_not() -> None:
    first = note()
    again = note()
    again.sealed_text = first.sealed_text
    with pytest.raises(Refused, match="cannot be opened"):
        unseal(again, "sealed_text")
    again.record_id = first.record_id
    assert unseal(again, "sealed_text") == WORDS


def test_moved_to_another_table_it_cannot_be_opened() -> None:
    """A private note put into a shared record by somebody with the database would show it to the supervisee."""
    private = note()
    shared = SharedRecord(
        record_id=private.record_id,
        session_record_id=private.session_record_id,
        author_id=1,
        recorded_at=datetime.now(UTC),
        sealed_text=private.sealed_text,
    )
    with pytest.raises(Refused, match="cannot be opened"):
        unseal(shared, "sealed_text")


def test_any_changed_byte_is_noticed() -> None:
    made = note()
    for place in range(len(made.sealed_text)):
        changed = bytearray(made.sealed_text)
        changed[place] ^= 1
        if place == 0:
            continue  # the mark of the format, the same in all
        with pytest.raises(Refused, match="cannot be opened"):
            copy = PrivateNote(**made.model_dump(exclude={"sealed_text"}), sealed_text=bytes(changed))
            unseal(copy, "sealed_text")


def test_every_confidential_column_is_known() -> None:
    found = {(table.__name__, column) for table, column in sealed_columns()}
    assert {
        ("Activity", "sealed_words"),
        ("SharedRecord", "sealed_text"),
        ("SharedRecord", "sealed_tags"),
        ("SharedRecordAddendum", "sealed_text"),
        ("AgreedAction", "sealed_text"),
        ("AgreedAction", "sealed_evidence"),
        ("PrivateNote", "sealed_text"),
        ("Concern", "sealed_text"),
        ("Concern", "sealed_outcome"),
        ("Concern", "sealed_report"),
        ("EmergencyAccess", "sealed_words"),
        ("EmergencyAccess", "sealed_delay_words"),
        ("EmergencyAccess", "sealed_review_words"),
        ("SecondFactor", "sealed_seed"),
        ("EvidenceFile", "sealed_content"),
    } == found


# ---------------------------------------------------------------------------------------------------------------------
# The key file


def test_the_key_file_is_for_its_owner_alone_and_is_made_once(own_key: Path) -> None:
    before = own_key.read_text()
    make_key_file()
    assert own_key.read_text() == before
    assert list(own_key.parent.iterdir()) == [own_key], "no draft is left behind"
    if os.name == "posix":
        assert own_key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("", "is empty"),
        ("not base64!", "is damaged"),
        ("ключ", "is damaged"),
        ("c2hvcnQ=", "too short or too regular"),
        ("A" * 43 + "=", "too short or too regular"),
        ("MDEyMzQ1NjcwMTIzNDU2NzAxMjM0NTY3MDEyMzQ1Njc=", "too short or too regular"),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""),
    ],
)
def test_a_weak_or_damaged_key_stops_the_start(own_key: Path, lines: str, says: str) -> None:
    own_key.write_text(lines, encoding="utf-8")
    if not says:
        check_keys()
        return
    with pytest.raises(WrongSetup, match=says):
        check_keys()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_key_that_others_can_read_stops_the_start(own_key: Path) -> None:
    own_key.chmod(0o640)
    with pytest.raises(WrongSetup, match="chmod 600"):
        check_keys()


def test_a_new_key_opens_what_the_former_sealed(own_key: Path) -> None:
    former = note()
    add_key()
    newer = note()
    assert unseal(former, "sealed_text") == unseal(newer, "sealed_text") == WORDS
    first, second = own_key.read_text().split()
    own_key.write_text(second)
    assert unseal(former, "sealed_text") == WORDS
    with pytest.raises(Refused, match="cannot be opened"):
        unseal(newer, "sealed_text")
    assert first != second


# ---------------------------------------------------------------------------------------------------------------------
# In the database


def stored_texts(db: Session, cast: Cast) -> Concern:
    concern = Concern(
        raised_by_id=cast.id("Ben"),
        about_id=cast.id("Carol"),
        category=ConcernCategory.UNSAFE_PRACTICE,
        recorded_at=datetime.now(UTC),
        reported_on=date(2026, 5, 2),
        sealed_text=b"",
    )
    seal(concern, "sealed_text", WORDS)
    seal(concern, "sealed_report", "To the duty governor, reference 14")
    db.add(concern)
    db.add(note(author=cast.id("Asha")))
    db.flush()
    return concern


def test_changing_the_key_loses_nothing(cast: Cast, db: Session, own_key: Path) -> None:
    concern = stored_texts(db, cast)
    before = concern.sealed_text
    assert change_key(db) == 3
    db.expire_all()
    assert concern.sealed_text != before
    own_key.write_text(own_key.read_text().split()[0])  # only the newest key is needed now
    assert unseal(concern, "sealed_text") == WORDS
    assert unseal(concern, "sealed_report") == "To the duty governor, reference 14"
    assert unseal(concern, "sealed_outcome") == ""
    assert unseal(db.exec(select(PrivateNote)).one(), "sealed_text") == WORDS


def test_no_new_key_hides_that_the_key_of_stored_texts_is_missing(cast: Cast, db: Session, own_key: Path) -> None:
    assert not is_anything_sealed(db)
    stored_texts(db, cast)
    own_key.unlink()
    prepare_keys(db)
    assert not own_key.exists()
    with pytest.raises(WrongSetup, match="Put it back from its safe copy"):
        check_keys()


def test_a_key_is_named_by_a_digest_that_tells_nothing_of_it() -> None:
    key = bytes(range(32))
    assert len(name_of(key)) == 4
    assert name_of(key) not in key
