"""Private notes: off until the service allows them, read by their author alone, and nobody else learns of one."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, AlreadySaved, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import PrivateNote, Setting, SupervisionAgreement
from tcsuper.queries.confidential import private_note_of, texts_for_session
from tcsuper.services.private_notes import change_private_note, open_private_note, write_private_note
from tcsuper.services.settings import set_service_number
from tcsuper.services.supervision import void_session
from tests.people import Cast, actor, add_plain_supervisor
from tests.texts import (
    TEXT,
    about,
    all_rows,
    allow_private_notes,
    attendance_only,
    events,
    names,
    with_ben,
    with_group,
)


@pytest.fixture
def allowed(cast: Cast) -> Cast:
    allow_private_notes()
    return cast


def noted(cast: Cast, session: object, words: str = TEXT) -> PrivateNote:
    with writing() as db:
        return write_private_note(db, by=actor(cast, "Asha"), session_record_id=session, words=words)  # type: ignore[arg-type]


def read(cast: Cast, name: str, session: object) -> str:
    with writing() as db:
        return open_private_note(db, by=actor(cast, name), session_record_id=session).words  # type: ignore[arg-type]


def test_they_are_off_until_a_manager_turns_them_on(cast: Cast) -> None:
    """Turned off again, nobody writes; what was written stays its author's to read."""
    session = with_ben(cast)
    with pytest.raises(NotAllowed, match="switched off"):
        noted(cast, session)
    with writing() as db:
        set_service_number(db, by=actor(cast, "Asha"), key="private_notes", value=1)
    note = noted(cast, session)
    with writing() as db:
        set_service_number(db, by=actor(cast, "Asha"), key="private_notes", value=None)
    assert read(cast, "Asha", session) == TEXT
    with pytest.raises(NotAllowed, match="switched off"), writing() as db:
        change_private_note(db, by=actor(cast, "Asha"), private_note_id=note.id or 0, words="x")


@pytest.mark.parametrize("name", ["Ben", "Eve", "Gwen"])
def test_only_a_therapy_manager_turns_them_on(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed), writing() as db:
        set_service_number(db, by=actor(cast, name), key="private_notes", value=1)
    assert all_rows(Setting) == []


@pytest.mark.parametrize("value", [2, -1])
def test_they_are_on_or_off(cast: Cast, value: int) -> None:
    with pytest.raises(InvalidRecord), writing() as db:
        set_service_number(db, by=actor(cast, "Asha"), key="private_notes", value=value)


@pytest.mark.parametrize("name", ["Ben", "Carol", "Dev", "Eve", "Farah", "Ivor", "Kit", "Jo", "Lena"])
def test_nobody_but_its_author_reads_it_or_learns_that_it_is_there(allowed: Cast, name: str) -> None:
    """The supervisee, another supervisor of his, his line manager, the director: one answer."""
    with writing() as db:
        add_plain_supervisor(db, allowed)
    session = with_ben(allowed)
    note = noted(allowed, session)
    assert read(allowed, "Asha", session) == TEXT
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        read(allowed, name, session)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
        change_private_note(db, by=actor(allowed, name), private_note_id=note.id or 0, words="x")
    with reading() as db:
        assert private_note_of(db, viewer=actor(allowed, name), session_record_id=session) is None


def test_its_events_are_about_its_author_and_do_not_say_which_session(allowed: Cast) -> None:
    session = with_ben(allowed)
    note = noted(allowed, session)
    for _ in range(3):
        read(allowed, "Asha", session)
    with writing() as db:
        change_private_note(db, by=actor(allowed, "Asha"), private_note_id=note.id or 0, words="Other words")
    read(allowed, "Asha", session)
    assert len(events("read_private_note")) == 2  # the same words within a quarter of an hour are one reading
    for action in ("write_private_note", "change_private_note", "read_private_note"):
        for event in events(action):
            assert about(event) == names(allowed, "Asha")
            assert str(session) not in f"{event.object_key} {event.detail}" and set(event.detail) == {"version"}


def test_there_is_one_for_each_session_and_a_second_window_is_told(allowed: Cast) -> None:
    session = with_ben(allowed)
    note = noted(allowed, session)
    with pytest.raises(Conflict, match="You began a note on this session at"):
        noted(allowed, session, "From another window")
    with writing() as db:
        change_private_note(db, by=actor(allowed, "Asha"), private_note_id=note.id or 0, words="First")
    with pytest.raises(Conflict, match="Compare"), writing() as db:
        change_private_note(db, by=actor(allowed, "Asha"), private_note_id=note.id or 0, words="Second")
    assert read(allowed, "Asha", session) == "First"


def test_clicked_twice_it_is_stored_once(allowed: Cast) -> None:
    session, key = with_ben(allowed), uuid4()
    facts = {"by": actor(allowed, "Asha"), "submission": key, "session_record_id": session, "words": TEXT}
    with writing() as db:
        write_private_note(db, **facts)  # type: ignore[arg-type]
    with pytest.raises(AlreadySaved), writing() as db:
        write_private_note(db, **facts)  # type: ignore[arg-type]
    assert len(all_rows(PrivateNote)) == 1


def test_of_a_sensitivity_group_no_note_is_kept_either(allowed: Cast) -> None:
    with pytest.raises(NotAllowed, match="only the attendance"):
        noted(allowed, attendance_only(allowed))


def test_after_the_agreement_it_is_read_and_written_for_28_days(allowed: Cast) -> None:
    session = with_ben(allowed, held_on=today() - timedelta(days=40))
    noted(allowed, session)
    for days_ago, may in ((28, True), (29, False)):
        with writing() as db:
            db.get_one(SupervisionAgreement, allowed.ben_agreement).end_on = today() - timedelta(days=days_ago)
        with reading() as db:
            asha = actor(allowed, "Asha")
            assert (private_note_of(db, viewer=asha, session_record_id=session) is not None) is may
            assert texts_for_session(db, viewer=asha, session_record_id=session).private is may
        if may:
            assert read(allowed, "Asha", session) == TEXT
        else:
            with pytest.raises(NotAllowed):
                read(allowed, "Asha", session)


def test_of_a_voided_session_it_is_only_read(allowed: Cast) -> None:
    session = with_group(allowed)
    note = noted(allowed, session.record_id)
    with writing() as db:
        void_session(db, by=actor(allowed, "Asha"), session_id=session.id or 0, reason="Recorded twice")
    assert read(allowed, "Asha", session.record_id) == TEXT
    with pytest.raises(NotAllowed, match="session was voided"), writing() as db:
        change_private_note(db, by=actor(allowed, "Asha"), private_note_id=note.id or 0, words="x")
