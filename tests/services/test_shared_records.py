"""Shared records: who writes, reads and signs them, when they are locked, and that every reading is on record."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tcsuper import audit
from tcsuper.access import Action
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, AlreadySaved, Conflict, InvalidRecord, NotAllowed, Refused
from tcsuper.models import (
    Account,
    AttendanceStatus,
    GroupMember,
    Post,
    SharedRecord,
    SharedRecordAddendum,
    SharedRecordSignature,
    StandIn,
    SupervisionAgreement,
)
from tcsuper.queries.confidential import RecordState, my_shared_records, shared_record_of
from tcsuper.sealing import CANNOT_BE_OPENED, unseal
from tcsuper.services import shared_records
from tcsuper.services.agreements import make_agreement
from tcsuper.services.shared_records import (
    LONGEST_WORDS,
    VoidReason,
    add_to_shared_record,
    change_shared_record,
    open_shared_record,
    share_shared_record,
    sign_shared_record,
    void_shared_record,
    write_shared_record,
)
from tcsuper.services.supervision import correct_session, plan_session, void_session
from tcsuper.words import day
from tests.people import Cast, actor, add_plain_supervisor
from tests.texts import (
    TEXT,
    YESTERDAY,
    about,
    all_rows,
    attendance_only,
    days_later,
    events,
    names,
    opened,
    register,
    signed,
    signed_by_both,
    with_ben,
    with_group,
    written,
)


def refused(*attempt: object, **facts: object) -> str:
    """The sentence with which a service refuses."""
    service, cast, name = attempt
    assert callable(service) and isinstance(cast, Cast) and isinstance(name, str)
    with pytest.raises(NotAllowed) as refusal, writing() as db:
        service(db, by=actor(cast, name), **facts)
    return str(refusal.value)


def state(cast: Cast, name: str, session: object) -> RecordState | None:
    with reading() as db:
        seen = shared_record_of(db, viewer=actor(cast, name), session_record_id=session)  # type: ignore[arg-type]
    return seen.state if seen else None


# ---------------------------------------------------------------------------------------------------------------------
# Writing and reading


def test_a_draft_is_its_writers_alone_and_is_read_once_it_is_shared(cast: Cast) -> None:
    session = with_ben(cast)
    draft = written(cast, session, share=False)
    assert opened(cast, "Asha", session).words == TEXT
    assert refused(open_shared_record, cast, "Ben", session_record_id=session) == NO_SUCH_RECORD
    with writing() as db:
        share_shared_record(db, by=actor(cast, "Asha"), shared_record_id=draft.id or 0)
    assert opened(cast, "Ben", session).words == TEXT


@pytest.mark.parametrize("name", ["Bela", "Carol", "Cai", "Dev", "Eve", "Farah", "Gwen", "Ivor", "Kit", "Jo"])
def test_nobody_else_reads_it_whatever_they_are_to_him(cast: Cast, name: str) -> None:
    """His line manager, his director, the administrator, a former supervisor: one answer, and no event."""
    session = with_ben(cast)
    record = written(cast, session)
    assert opened(cast, "Ben", session).words == TEXT
    before = len(all_rows(SharedRecordSignature)), len(events("read_shared_record"))
    assert refused(open_shared_record, cast, name, session_record_id=session) == NO_SUCH_RECORD
    assert refused(sign_shared_record, cast, name, shared_record_id=record.id) == NO_SUCH_RECORD
    assert refused(change_shared_record, cast, name, shared_record_id=record.id, words="x") == NO_SUCH_RECORD
    assert refused(write_shared_record, cast, name, session_record_id=session, words="x") == NO_SUCH_RECORD
    assert state(cast, name, session) is None
    assert before == (len(all_rows(SharedRecordSignature)), len(events("read_shared_record")))


def test_relationships_do_not_travel(cast: Cast) -> None:
    """Asha manages Ben's community and supervises him; what he and Lena wrote is not hers."""
    with writing() as db:
        add_plain_supervisor(db, cast)
    session = with_ben(cast, "Lena", cast.lena_agreement)
    written(cast, session, by="Lena")
    assert opened(cast, "Lena", session).words == TEXT
    assert refused(open_shared_record, cast, "Asha", session_record_id=session) == NO_SUCH_RECORD


def test_a_new_supervisor_inherits_nothing(cast: Cast) -> None:
    session = with_ben(cast)
    written(cast, session)
    with writing() as db:
        make_agreement(
            db,
            by=actor(cast, "Asha"),
            supervisor_id=cast.id("Gwen"),
            supervisee_id=cast.id("Ben"),
            start_on=YESTERDAY,
        )
    assert refused(open_shared_record, cast, "Gwen", session_record_id=session) == NO_SUCH_RECORD


def test_a_stand_in_reads_nothing_earlier(cast: Cast) -> None:
    session = with_ben(cast)
    written(cast, session)
    with writing() as db:
        db.add(
            StandIn(
                agreement_id=cast.ben_agreement,
                staff_id=cast.id("Jo"),
                named_by_id=cast.id("Asha"),
                start_on=YESTERDAY,
                end_on=today(),
            )
        )
    assert refused(open_shared_record, cast, "Jo", session_record_id=session) == NO_SUCH_RECORD
    assert refused(write_shared_record, cast, "Jo", session_record_id=session, words="x") == NO_SUCH_RECORD


def test_words_come_back_as_they_were_typed_and_only_sealed_ones_are_stored(cast: Cast) -> None:
    session = with_ben(cast)
    typed = "  **not bold** ![x](https://elsewhere.example/x.png)\r\n\tŴyn’s “no” مريم\u202e\n" * 300
    record = written(cast, session, words=typed)
    assert opened(cast, "Ben", session).words == typed
    assert typed.encode()[:20] not in record.sealed_text


@pytest.mark.parametrize(
    ("words", "says"), [("", "no words"), (" \n\t", "no words"), ("x" * (LONGEST_WORDS + 1), "the most is 50,000")]
)
def test_nothing_and_too_much_are_refused_at_the_field(cast: Cast, words: str, says: str) -> None:
    session = with_ben(cast)
    with pytest.raises(InvalidRecord, match=says) as problem:
        written(cast, session, words=words)
    assert set(problem.value.problems) == {"words"} and all_rows(SharedRecord) == []
    assert written(cast, session, words="x" * LONGEST_WORDS).id


def test_of_a_sensitivity_group_nothing_is_written(cast: Cast) -> None:
    session = attendance_only(cast)
    said = refused(write_shared_record, cast, "Asha", session_record_id=session, words=TEXT)
    assert said == "Of a session of this kind only the attendance is recorded."
    assert all_rows(SharedRecord) == []


def test_a_session_that_is_only_planned_has_no_record(cast: Cast) -> None:
    with writing() as db:
        planned = plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=YESTERDAY)
    said = refused(write_shared_record, cast, "Asha", session_record_id=planned.record_id, words=TEXT)
    assert "Record it first" in said


def test_wrong_ids_are_answered_as_if_nothing_were_there(cast: Cast) -> None:
    assert refused(open_shared_record, cast, "Asha", session_record_id=uuid4()) == NO_SUCH_RECORD
    assert refused(write_shared_record, cast, "Asha", session_record_id=uuid4(), words="x") == NO_SUCH_RECORD
    assert refused(add_to_shared_record, cast, "Asha", session_record_id=uuid4(), words="x") == NO_SUCH_RECORD
    for service in (sign_shared_record, share_shared_record):
        assert refused(service, cast, "Asha", shared_record_id=404_404) == NO_SUCH_RECORD


# ---------------------------------------------------------------------------------------------------------------------
# Those recorded present


def test_a_group_reads_it_if_they_were_there(cast: Cast) -> None:
    """Late and gone early is there; apologies and absence are not, and whoever joined later was not."""
    session = with_group(
        cast,
        Bela=AttendanceStatus.APOLOGIES_LEAVE,
        Officer_D=AttendanceStatus.LATE,
        Officer_E=AttendanceStatus.LEFT_EARLY,
        Officer_F=AttendanceStatus.DID_NOT_ATTEND,
        Officer_G=AttendanceStatus.EXEMPT,
    )
    written(cast, session.record_id)
    with writing() as db:
        db.add(GroupMember(group_id=cast.group, staff_id=cast.id("Jo"), start_on=YESTERDAY))
    for name in ("Asha", "Ben", "Officer D", "Officer E", "Officer H"):
        assert opened(cast, name, session.record_id).words == TEXT, name
    for name in ("Bela", "Officer F", "Officer G", "Jo"):
        assert refused(open_shared_record, cast, name, session_record_id=session.record_id) == NO_SUCH_RECORD, name


def test_whoever_left_the_group_goes_on_reading_what_they_were_at(cast: Cast) -> None:
    session = with_group(cast)
    written(cast, session.record_id)
    with writing() as db:
        member = next(one for one in db.exec(shared_records.select(GroupMember)) if one.staff_id == cast.id("Bela"))
        member.end_on = YESTERDAY
    assert opened(cast, "Bela", session.record_id).words == TEXT


def test_a_corrected_register_changes_who_reads_from_then_on(cast: Cast) -> None:
    session = with_group(cast, Bela=AttendanceStatus.APOLOGIES_LEAVE)
    written(cast, session.record_id)
    assert opened(cast, "Ben", session.record_id).words == TEXT
    with writing() as db:
        correct_session(
            db,
            by=actor(cast, "Asha"),
            session_id=session.id or 0,
            reason="Bela was there and Ben was not",
            minutes=90,
            entries=register(cast, Ben=AttendanceStatus.DID_NOT_ATTEND),
        )
    assert opened(cast, "Bela", session.record_id).words == TEXT
    assert refused(open_shared_record, cast, "Ben", session_record_id=session.record_id) == NO_SUCH_RECORD
    assert about(events("read_shared_record")[-1]) >= names(cast, "Bela")
    assert cast.id("Ben") not in about(events("read_shared_record")[-1])


def test_somebody_who_left_reads_theirs_while_their_account_is_open(cast: Cast) -> None:
    session = with_ben(cast)
    written(cast, session)
    with writing() as db:
        for post in db.exec(shared_records.select(Post)):
            if post.staff_id == cast.id("Ben"):
                post.end_on = YESTERDAY
    ben = actor(cast, "Ben")
    assert opened(cast, "Ben", session).words == TEXT
    with writing() as db:
        db.get_one(Account, cast.accounts["Ben"]).ends_on = YESTERDAY
    with pytest.raises(NotAllowed, match="closed"), writing() as db:
        open_shared_record(db, by=ben, session_record_id=session)
    with days_later(15):  # nobody waits for the signature of somebody who is gone
        assert state(cast, "Asha", session) is RecordState.LOCKED


# ---------------------------------------------------------------------------------------------------------------------
# The agreement has ended


def ended(cast: Cast, days_ago: int) -> None:
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.ben_agreement).end_on = today() - timedelta(days=days_ago)


def test_for_28_days_after_the_agreement_its_supervisor_reads_and_writes(cast: Cast) -> None:
    session = with_ben(cast, held_on=today() - timedelta(days=40))
    other = with_ben(cast, held_on=today() - timedelta(days=39))
    record = written(cast, session)
    ended(cast, 28)
    assert opened(cast, "Asha", session).words == TEXT
    with writing() as db:
        change_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0, words="Other words")
    assert written(cast, other).id


def test_on_the_29th_day_everything_of_it_is_refused_with_the_date(cast: Cast) -> None:
    """Its supervisor hears why; the supervisee goes on reading."""
    session = with_ben(cast, held_on=today() - timedelta(days=40))
    record = written(cast, session)
    ended(cast, 29)
    over = f"Your agreement ended on {day(today() - timedelta(days=29))}. You can no longer read or add to its records."
    version = {"shared_record_id": record.id}
    assert refused(open_shared_record, cast, "Asha", session_record_id=session) == over
    assert refused(change_shared_record, cast, "Asha", **version, words="x") == over
    assert refused(sign_shared_record, cast, "Asha", **version) == over
    assert refused(void_shared_record, cast, "Asha", **version, reason=VoidReason.WRONG_SESSION) == over
    assert refused(write_shared_record, cast, "Asha", session_record_id=session, words="x") == over
    assert state(cast, "Asha", session) is None
    assert opened(cast, "Ben", session).words == TEXT


# ---------------------------------------------------------------------------------------------------------------------
# Signing and locking


def test_signed_by_both_it_is_locked_and_only_added_to(cast: Cast) -> None:
    session = with_ben(cast)
    record = signed_by_both(cast, session)
    assert state(cast, "Ben", session) is RecordState.LOCKED
    said = refused(change_shared_record, cast, "Asha", shared_record_id=record.id, words="Other words")
    assert said == "This shared record is locked. It can be added to, and no longer changed."
    for name, words in (("Ben", "I saw it otherwise."), ("Asha", "So noted.")):
        with writing() as db:
            add_to_shared_record(db, by=actor(cast, name), session_record_id=session, words=words)
    added = opened(cast, "Ben", session).addenda
    assert [(one.author, one.words) for one in added] == [("Ben", "I saw it otherwise."), ("Asha", "So noted.")]
    assert opened(cast, "Ben", session).words == TEXT


def test_before_it_is_locked_nothing_is_added(cast: Cast) -> None:
    session = with_ben(cast)
    written(cast, session)
    assert "not locked yet" in refused(add_to_shared_record, cast, "Ben", session_record_id=session, words="x")


def test_fourteen_days_after_it_was_shared_it_is_locked(cast: Cast) -> None:
    """Counted from the first sharing, whatever was changed since."""
    session = with_ben(cast)
    draft = written(cast, session, share=False)
    with days_later(30), writing() as db:
        first = share_shared_record(db, by=actor(cast, "Asha"), shared_record_id=draft.id or 0)
    with days_later(44), writing() as db:
        last = change_shared_record(db, by=actor(cast, "Asha"), shared_record_id=first.id or 0, words="The last word")
    with days_later(45):
        assert "is locked" in refused(change_shared_record, cast, "Asha", shared_record_id=last.id, words="x")
        assert "no longer signed" in refused(sign_shared_record, cast, "Ben", shared_record_id=last.id)
        with writing() as db:
            add_to_shared_record(db, by=actor(cast, "Ben"), session_record_id=session, words="And this")


def test_a_change_asks_for_new_signatures(cast: Cast) -> None:
    session = with_ben(cast)
    record = written(cast, session)
    signed(cast, "Ben", record)
    with writing() as db:
        changed = change_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0, words="Other words")
    signed(cast, "Asha", changed)
    assert state(cast, "Asha", session) is RecordState.SHARED
    signed(cast, "Ben", changed)
    assert state(cast, "Asha", session) is RecordState.LOCKED


def test_nobody_signs_words_that_were_changed_after_they_read_them(cast: Cast) -> None:
    session = with_ben(cast)
    record = written(cast, session)
    with writing() as db:
        change_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0, words="Other words")
    with pytest.raises(Conflict, match="Read them again before you sign"):
        signed(cast, "Ben", record)
    assert all_rows(SharedRecordSignature) == []


def test_nobody_signs_twice_nor_a_draft(cast: Cast) -> None:
    session = with_ben(cast)
    record = written(cast, session, share=False)
    assert "Share it first" in refused(sign_shared_record, cast, "Asha", shared_record_id=record.id)
    with writing() as db:
        record = share_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0)
    signed(cast, "Ben", record)
    assert "signed this already" in refused(sign_shared_record, cast, "Ben", shared_record_id=record.id)


def test_a_correction_of_the_register_does_not_open_what_was_locked(cast: Cast) -> None:
    """Else a supervisor could add a name to the register, change what everybody had signed, and take it out again."""
    absent = {name: AttendanceStatus.DID_NOT_ATTEND for name in ("Bela", *(f"Officer_{x}" for x in "DEFGHIJK"))}
    session = with_group(cast, **absent)
    record = signed_by_both(cast, session.record_id)
    with writing() as db:
        correct_session(
            db,
            by=actor(cast, "Asha"),
            session_id=session.id or 0,
            reason="Bela was there",
            minutes=90,
            entries=register(cast, **{name: status for name, status in absent.items() if name != "Bela"}),
        )
    assert state(cast, "Bela", session.record_id) is RecordState.LOCKED
    assert "is locked" in refused(change_shared_record, cast, "Asha", shared_record_id=record.id, words="x")


# ---------------------------------------------------------------------------------------------------------------------
# Voiding


def void(cast: Cast, record: SharedRecord, reason: VoidReason = VoidReason.WRONG_SESSION) -> SharedRecord:
    with writing() as db:
        return void_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0, reason=reason)


def test_a_voided_record_stays_and_is_read_and_another_may_take_its_place(cast: Cast) -> None:
    session = with_ben(cast)
    record = void(cast, signed_by_both(cast, session))
    assert record.is_void and record.correction_reason == "wrong_session"
    assert len(all_rows(SharedRecord)) == 2
    assert opened(cast, "Ben", session).words == TEXT and state(cast, "Ben", session) is RecordState.VOID
    assert "voided" in refused(change_shared_record, cast, "Asha", shared_record_id=record.id, words="x")
    assert "voided" in refused(sign_shared_record, cast, "Asha", shared_record_id=record.id)
    assert "voided" in refused(add_to_shared_record, cast, "Ben", session_record_id=session, words="x")
    written(cast, session, words="The right words")
    assert opened(cast, "Ben", session).words == "The right words"


def test_the_reason_is_chosen_so_that_it_can_hold_no_word_of_the_record(cast: Cast) -> None:
    record = written(cast, with_ben(cast))
    with pytest.raises(InvalidRecord, match="Choose why"):
        void(cast, record, "She told me about her leave")  # type: ignore[arg-type]


def test_only_its_supervisor_voids_it(cast: Cast) -> None:
    record = written(cast, with_ben(cast))
    facts = {"shared_record_id": record.id, "reason": VoidReason.WRONG_SESSION}
    assert refused(void_shared_record, cast, "Ben", **facts) == NO_SUCH_RECORD


def test_when_the_session_is_voided_the_words_stay_and_are_only_read(cast: Cast) -> None:
    session = with_group(cast, Bela=AttendanceStatus.APOLOGIES_LEAVE)
    record = written(cast, session.record_id)
    with writing() as db:
        void_session(db, by=actor(cast, "Asha"), session_id=session.id or 0, reason="Recorded twice")
    for name in ("Asha", "Ben"):
        assert opened(cast, name, session.record_id).words == TEXT
    assert refused(open_shared_record, cast, "Bela", session_record_id=session.record_id) == NO_SUCH_RECORD
    over = "This session was voided: what was written about it can be read, and no longer changed."
    assert refused(change_shared_record, cast, "Asha", shared_record_id=record.id, words="x") == over
    assert refused(sign_shared_record, cast, "Ben", shared_record_id=record.id) == over
    assert void(cast, record).is_void


# ---------------------------------------------------------------------------------------------------------------------
# Every reading is on record


def test_a_reading_is_an_event_about_those_who_were_there(cast: Cast) -> None:
    session = with_group(cast, Bela=AttendanceStatus.APOLOGIES_LEAVE)
    record = written(cast, session.record_id)
    opened(cast, "Asha", session.record_id)
    [event] = events("read_shared_record")
    assert event.by_staff_id == cast.id("Asha") and event.object_key == str(record.record_id)
    assert about(event) == names(cast, "Ben", *(f"Officer {x}" for x in "DEFGHIJK"))
    assert event.detail == {"version": record.id, "addenda": 0}


def test_a_draft_tells_nobody_of_itself(cast: Cast) -> None:
    session = with_ben(cast)
    written(cast, session, share=False)
    opened(cast, "Asha", session)
    for action in ("write_shared_record", "read_shared_record"):
        assert [about(event) for event in events(action)] == [names(cast, "Asha")]


def test_drawn_again_within_a_quarter_of_an_hour_it_is_the_same_reading(cast: Cast) -> None:
    session = with_ben(cast)
    record = written(cast, session)
    for _ in range(5):
        opened(cast, "Ben", session)
    assert len(events("read_shared_record")) == 1
    opened(cast, "Asha", session)
    assert [event.by_name for event in events("read_shared_record")] == ["Ben", "Asha"]
    with writing() as db:
        change_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0, words="Other words")
    opened(cast, "Ben", session)
    assert len(events("read_shared_record")) == 3  # other words


@pytest.mark.parametrize(("minutes", "readings"), [(14, 1), (16, 2)])
def test_later_it_is_another_reading(cast: Cast, minutes: int, readings: int) -> None:
    session = with_ben(cast)
    written(cast, session)
    opened(cast, "Ben", session)
    with writing() as db:
        [event] = [db.merge(one) for one in events("read_shared_record")]
        event.at -= timedelta(minutes=minutes)
    opened(cast, "Ben", session)
    assert len(events("read_shared_record")) == readings


def test_an_addition_is_something_new_to_read(cast: Cast) -> None:
    session = with_ben(cast)
    signed_by_both(cast, session)
    opened(cast, "Asha", session)
    with writing() as db:
        add_to_shared_record(db, by=actor(cast, "Ben"), session_record_id=session, words="And yet")
    opened(cast, "Asha", session)
    assert [event.detail["addenda"] for event in events("read_shared_record")] == [0, 1]


def test_words_and_event_stand_and_fall_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(cast)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the event cannot be written")

    with monkeypatch.context() as broken:
        broken.setattr(shared_records, "record_event", fails)
        with pytest.raises(RuntimeError):
            written(cast, session)
    assert all_rows(SharedRecord) == []
    written(cast, session)
    with monkeypatch.context() as broken:
        broken.setattr(shared_records, "record_reading", fails)
        with pytest.raises(RuntimeError):
            opened(cast, "Ben", session)
    assert shared_records.record_event is audit.record_event


def test_without_the_key_one_sentence_and_no_reading(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file's name stays on the server; what exists is told all the same."""
    session, other = with_ben(cast), with_ben(cast, held_on=YESTERDAY - timedelta(days=9))
    record = written(cast, session)
    monkeypatch.setenv("TCSUPER_KEY_FILE", str(tmp_path / "gone.keys"))
    with pytest.raises(Refused) as refusal:
        opened(cast, "Ben", session)
    assert str(refusal.value) == CANNOT_BE_OPENED and events("read_shared_record") == []
    with pytest.raises(Refused, match="cannot be kept just now") as refusal:
        written(cast, other)
    assert "gone.keys" not in str(refusal.value)
    assert state(cast, "Ben", session) is RecordState.SHARED
    with reading() as db:
        assert [one.version_id for one in my_shared_records(db, viewer=actor(cast, "Ben"))] == [record.id]


# ---------------------------------------------------------------------------------------------------------------------
# Two at once


def test_two_windows_change_one_record_and_the_second_is_told(cast: Cast) -> None:
    session = with_ben(cast)
    record = written(cast, session)
    with writing() as db:
        change_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0, words="From the first")
    with pytest.raises(Conflict, match="Compare, then save again"), writing() as db:
        change_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0, words="From the second")
    assert opened(cast, "Ben", session).words == "From the first"


def test_two_windows_begin_one_record_and_the_second_is_told(cast: Cast) -> None:
    session = with_ben(cast)
    written(cast, session, share=False)
    with pytest.raises(Conflict, match="You began the shared record of this session at"):
        written(cast, session)
    assert len(all_rows(SharedRecord)) == 1


def at_once(*saves: Callable[[], object]) -> list[str]:
    """Run them side by side; gives what became of each."""
    barrier, outcomes = threading.Barrier(len(saves)), []

    def run(save: Callable[[], object]) -> None:
        barrier.wait()
        try:
            save()
            outcomes.append("saved")
        except Refused as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=run, args=(save,)) for save in saves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_begun_in_five_windows_at_the_same_moment_there_is_one(cast: Cast) -> None:
    """Without `hold_session` PostgreSQL stored two or more."""
    session = with_ben(cast)
    assert at_once(*[lambda: written(cast, session)] * 5) == [*["Conflict"] * 4, "saved"]
    assert len(all_rows(SharedRecord)) == 1


def test_the_last_signature_and_a_change_do_not_overtake_one_another(cast: Cast) -> None:
    """Either it is locked and the change is refused, or it is changed and the signature is."""
    session = with_ben(cast)
    record = written(cast, session)
    signed(cast, "Asha", record)

    def change() -> None:
        with writing() as db:
            change_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0, words="Other words")

    outcomes = at_once(change, lambda: signed(cast, "Ben", record))
    assert outcomes in (["NotAllowed", "saved"], ["Conflict", "saved"])
    is_locked = state(cast, "Asha", session) is RecordState.LOCKED
    assert is_locked is (len(all_rows(SharedRecord)) == 1) is (len(all_rows(SharedRecordSignature)) == 2)


def test_clicked_five_times_it_is_stored_once(cast: Cast) -> None:
    session, key = with_ben(cast), uuid4()

    def save() -> None:
        with writing() as db:
            write_shared_record(db, by=actor(cast, "Asha"), submission=key, session_record_id=session, words=TEXT)

    assert at_once(*[save] * 5) == [*["AlreadySaved"] * 4, "saved"]
    assert len(all_rows(SharedRecord)) == len(events("write_shared_record")) == 1
    with pytest.raises(AlreadySaved):
        save()


def test_an_addition_clicked_twice_is_stored_once(cast: Cast) -> None:
    session, key = with_ben(cast), uuid4()
    signed_by_both(cast, session)
    for _ in range(2):
        try:
            with writing() as db:
                add_to_shared_record(db, by=actor(cast, "Ben"), submission=key, session_record_id=session, words="Once")
        except AlreadySaved:
            continue
    [addendum] = all_rows(SharedRecordAddendum)
    assert unseal(addendum, "sealed_text") == "Once"


def test_a_line_taken_from_the_table_takes_the_right_with_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The conditions narrow the lines of access.csv; they do not replace them."""
    from tcsuper import confidential

    session = with_ben(cast)
    record = written(cast, session)
    kept = [rule for rule in confidential.table() if rule.action is not Action.SIGN]
    monkeypatch.setattr(confidential, "table", lambda: tuple(kept))
    for name in ("Asha", "Ben"):
        assert refused(sign_shared_record, cast, name, shared_record_id=record.id) == NO_SUCH_RECORD
