"""What exists of confidential texts: states, signatures, readings; never a word."""

from datetime import timedelta

import pytest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import AttendanceStatus
from tcsuper.queries.confidential import (
    MayWrite,
    RecordState,
    SharedRecordSeen,
    my_shared_records,
    shared_record_of,
    texts_for_agreement,
    texts_for_session,
    who_read,
)
from tcsuper.services.shared_records import VoidReason, add_to_shared_record, void_shared_record
from tests.people import Cast, actor
from tests.texts import (
    MARKER,
    YESTERDAY,
    allow_private_notes,
    attendance_only,
    days_later,
    opened,
    signed,
    signed_by_both,
    with_ben,
    with_group,
    written,
)


def seen(cast: Cast, name: str, session: object) -> SharedRecordSeen:
    with reading() as db:
        found = shared_record_of(db, viewer=actor(cast, name), session_record_id=session)  # type: ignore[arg-type]
    assert found is not None and MARKER not in repr(found)
    return found


def offers(record: SharedRecordSeen) -> set[str]:
    return {name for name in ("change", "sign", "add", "void") if getattr(record, f"may_{name}")}


def test_a_draft_says_so_to_its_writer(cast: Cast) -> None:
    session = with_ben(cast)
    written(cast, session, share=False)
    record = seen(cast, "Asha", session)
    assert record.state is RecordState.DRAFT and record.shared_on is None and record.lock is None
    assert offers(record) == {"change", "void"}


def test_a_shared_one_says_who_signed_and_who_is_waited_for(cast: Cast) -> None:
    session = with_ben(cast)
    record = written(cast, session)
    assert offers(seen(cast, "Ben", session)) == {"sign"}
    signed(cast, "Ben", record)
    found = seen(cast, "Ben", session)
    assert found.state is RecordState.SHARED and offers(found) == set()
    assert found.signed == [("Ben", today())] and found.waits_for == ["Asha"]
    assert found.open_until == today() + timedelta(days=14) and found.supervisor == "Asha"
    assert offers(seen(cast, "Asha", session)) == {"change", "sign", "void"}


def test_a_locked_one_says_since_when_and_why(cast: Cast) -> None:
    session, other = with_ben(cast), with_ben(cast, held_on=YESTERDAY - timedelta(days=7))
    signed_by_both(cast, session)
    written(cast, other)
    record = seen(cast, "Ben", session)
    assert record.lock is not None and record.lock.since == today() and record.lock.all_signed
    assert record.waits_for == [] and offers(record) == {"add"}
    with writing() as db:
        add_to_shared_record(db, by=actor(cast, "Ben"), session_record_id=session, words="And yet")
    assert seen(cast, "Asha", session).addenda == 1
    with days_later(15):
        late = seen(cast, "Ben", other)
        assert late.lock is not None and not late.lock.all_signed and late.waits_for == ["Asha", "Ben"]


def test_a_voided_one_says_why_and_offers_nothing(cast: Cast) -> None:
    session = with_ben(cast)
    record = written(cast, session)
    with writing() as db:
        void_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0, reason=VoidReason.WRITTEN_TWICE)
    for name in ("Asha", "Ben"):
        found = seen(cast, name, session)
        assert found.state is RecordState.VOID and found.void_reason == "written_twice" and offers(found) == set()
    with reading() as db:
        assert texts_for_session(db, viewer=actor(cast, "Asha"), session_record_id=session).shared


def test_mine_are_those_shared_of_sessions_i_was_at_newest_first(cast: Cast) -> None:
    first, second = with_ben(cast), with_ben(cast, held_on=YESTERDAY - timedelta(days=7))
    group = with_group(cast, Bela=AttendanceStatus.DID_NOT_ATTEND).record_id
    draft = with_ben(cast, held_on=YESTERDAY - timedelta(days=8))
    for session in (second, first, group):
        written(cast, session)
    written(cast, draft, share=False)
    with reading() as db:
        mine = [one.session_record_id for one in my_shared_records(db, viewer=actor(cast, "Ben"))]
        assert set(mine[:2]) == {first, group} and mine[2:] == [second]
        for name in ("Asha", "Bela", "Dev", "Jo"):
            assert my_shared_records(db, viewer=actor(cast, name)) == [], name


def test_the_title_is_the_groups_or_what_it_was_for(cast: Cast) -> None:
    session, group = with_ben(cast), with_group(cast).record_id
    written(cast, session)
    written(cast, group)
    assert seen(cast, "Ben", session).title == "Clinical"
    assert seen(cast, "Ben", group).title == "Monday group"


def test_those_present_see_who_has_read_it_and_when(cast: Cast) -> None:
    session = with_group(cast, Bela=AttendanceStatus.DID_NOT_ATTEND).record_id
    written(cast, session)
    opened(cast, "Asha", session)
    opened(cast, "Ben", session)
    with reading() as db:
        for name in ("Ben", "Officer D"):
            readings = who_read(db, viewer=actor(cast, name), session_record_id=session)
            assert [(one.reader, one.is_mine) for one in readings] == [("Ben", name == "Ben"), ("Asha", False)], name
            assert today(readings[0].at) == today()
        for name in ("Bela", "Carol", "Dev", "Jo"):
            assert who_read(db, viewer=actor(cast, name), session_record_id=session) == [], name


def test_a_reading_of_the_draft_is_not_told_afterwards(cast: Cast) -> None:
    session = with_ben(cast)
    written(cast, session, share=False)
    opened(cast, "Asha", session)
    with reading() as db:
        assert who_read(db, viewer=actor(cast, "Ben"), session_record_id=session) == []


@pytest.mark.parametrize("notes", [False, True])
def test_what_may_be_written_follows_the_purpose_and_the_service(cast: Cast, notes: bool) -> None:
    if notes:
        allow_private_notes()
    session, silent = with_ben(cast), attendance_only(cast)
    with reading() as db:
        asha, ben = actor(cast, "Asha"), actor(cast, "Ben")
        assert texts_for_session(db, viewer=asha, session_record_id=session) == MayWrite(True, notes, words=True)
        assert texts_for_session(db, viewer=asha, session_record_id=silent) == MayWrite()
        assert texts_for_session(db, viewer=ben, session_record_id=session) == MayWrite()
        beside = {"viewer": asha, "held_on": today()}
        assert texts_for_agreement(db, agreement_id=cast.ben_agreement, **beside) == MayWrite(True, notes, words=True)
        assert texts_for_agreement(db, agreement_id=cast.cai_agreement, **beside) == MayWrite()
        assert texts_for_agreement(db, agreement_id=404_404, **beside) == MayWrite()
