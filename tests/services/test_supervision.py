"""Recording supervision: who may, what is refused and in which words, and that change and audit stand together."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import func, select

from tcsuper import audit, words
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, AlreadySaved, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Answer,
    Attendance,
    AttendanceStatus,
    AuditEvent,
    AuditSubject,
    CancelledBy,
    GroupMember,
    LostBecause,
    SessionState,
    StandIn,
    SupervisionAgreement,
    SupervisionPurpose,
    SupervisionSession,
    WhoEnters,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.recording import lost_session
from tcsuper.queries.supervision import (
    agreements_to_record,
    my_attendance,
    register_for,
    session_log,
    sessions_to_record,
    sittings_of,
)
from tcsuper.rules.series import Every, Series
from tcsuper.services import supervision
from tcsuper.services.agreements import end_agreement, make_agreement
from tcsuper.services.groups import change_members, make_group
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.series import move_planned, plan_series
from tcsuper.services.settings import set_service_number
from tcsuper.services.supervision import (
    answer_attendance,
    correct_session,
    plan_session,
    rebook_session,
    record_lost_session,
    record_session,
    void_session,
)
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor

YESTERDAY = today() - timedelta(days=1)


def whole_group(cast: Cast, **others: AttendanceStatus) -> list[Entry]:
    """Everyone attended, but for the named."""
    return [Entry(cast.id(name), others.get(name, AttendanceStatus.ATTENDED)) for name in GROUP_OF_TEN]


def record_group(cast: Cast, by: str = "Asha", **facts):  # type: ignore[no-untyped-def]
    given = {
        "agreement_id": cast.group_agreement,
        "held_on": YESTERDAY,
        "minutes": 90,
        "entries": whole_group(cast),
    } | facts
    with writing() as db:
        return record_session(db, by=actor(cast, by), **given)


def record_ben(cast: Cast, by: str = "Asha", **facts):  # type: ignore[no-untyped-def]
    given = {
        "agreement_id": cast.ben_agreement,
        "held_on": YESTERDAY,
        "minutes": 60,
        "entries": [Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)],
    } | facts
    with writing() as db:
        return record_session(db, by=actor(cast, by), **given)


def stored(what) -> int:  # type: ignore[no-untyped-def]
    with reading() as db:
        return db.exec(select(func.count()).select_from(what)).one()


def test_a_group_session_gives_everyone_present_their_minutes(cast: Cast) -> None:
    record_group(cast, entries=whole_group(cast, Bela=AttendanceStatus.APOLOGIES_LEAVE))
    with reading() as db:
        sittings = sittings_of(db, [cast.id("Ben"), cast.id("Bela")])
    assert [(s.minutes, s.contracted) for s in sittings[cast.id("Ben")]] == [(90, 10)]
    assert [s.minutes for s in sittings[cast.id("Bela")]] == [0]


def test_late_and_left_early_count_the_minutes_they_were_there(cast: Cast) -> None:
    entries = [e for e in whole_group(cast) if e.staff_id != cast.id("Ben")]
    record_group(cast, entries=[*entries, Entry(cast.id("Ben"), AttendanceStatus.LEFT_EARLY, 35)])
    with reading() as db:
        assert [s.minutes for s in sittings_of(db, [cast.id("Ben")])[cast.id("Ben")]] == [35]


@pytest.mark.parametrize("minutes", [None, 0, 91])
def test_late_without_sensible_minutes_is_refused_by_name(cast: Cast, minutes: int | None) -> None:
    entries = [e for e in whole_group(cast) if e.staff_id != cast.id("Ben")]
    with pytest.raises(InvalidRecord) as refused:
        record_group(cast, entries=[*entries, Entry(cast.id("Ben"), AttendanceStatus.LATE, minutes)])
    assert refused.value.problems == {
        "entries": "Ben: give the minutes they were there, between 1 and 90, or choose attended."
    }
    assert stored(SupervisionSession) == 0


def test_a_therapy_manager_records_for_her_community_on_behalf_and_it_is_marked(cast: Cast) -> None:
    with writing() as db:
        theirs = make_agreement(
            db,
            by=actor(cast, "Asha"),
            supervisor_id=cast.id("Farah"),
            supervisee_id=cast.id("Bela"),
            start_on=YESTERDAY,
        )
    session = record_ben(cast, agreement_id=theirs.id, entries=[Entry(cast.id("Bela"), AttendanceStatus.ATTENDED)])
    assert session.is_on_behalf and session.supervisor_id == cast.id("Farah")


@pytest.mark.parametrize("who", ["Carol", "Dev", "Eve", "Farah", "Gwen", "Ivor", "Jo", "Ben"])
def test_nobody_else_records_for_the_group(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        record_group(cast, by=who)
    assert stored(SupervisionSession) == 0 and stored(AuditEvent) == 0


def test_an_agreement_that_is_not_there_is_refused_in_the_same_words(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        record_group(cast, agreement_id=999_999)


def test_an_ended_agreement_is_refused_with_its_date(cast: Cast) -> None:
    with pytest.raises(InvalidRecord) as refused:
        record_ben(cast, by="Kit", agreement_id=cast.ended_agreement)
    assert "The agreement with Ben ended on" in refused.value.problems["held_on"]
    with pytest.raises(NotAllowed, match="Sessions can no longer be added to it"):
        record_ben(cast, by="Kit", agreement_id=cast.ended_agreement, held_on=today() - timedelta(days=60))


def test_a_day_still_to_come_is_planned_not_held(cast: Cast) -> None:
    with pytest.raises(InvalidRecord) as refused:
        record_ben(cast, held_on=today() + timedelta(days=1))
    assert "is still to come. Plan it instead" in refused.value.problems["held_on"]


def test_every_problem_is_named_at_once(cast: Cast) -> None:
    with pytest.raises(InvalidRecord) as refused:
        record_ben(cast, minutes=0, starts_at="half two")
    assert set(refused.value.problems) == {"minutes", "starts_at"}
    assert refused.value.problems["starts_at"] == "“half two” is not a time of day. Use 14:00."


def test_a_register_with_somebody_else_in_it_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidRecord, match="does not list the people contracted that day"):
        record_ben(cast, entries=[Entry(cast.id("Cai"), AttendanceStatus.ATTENDED)])


def test_a_session_without_anybody_did_not_happen(cast: Cast) -> None:
    with pytest.raises(InvalidRecord, match="Record it as “did not happen”"):
        record_ben(cast, entries=[Entry(cast.id("Ben"), AttendanceStatus.DID_NOT_ATTEND)])


def test_five_saves_of_one_form_store_one_session(cast: Cast) -> None:
    submission = uuid4()
    record_group(cast, submission=submission)
    for _ in range(4):
        with pytest.raises(AlreadySaved):
            record_group(cast, submission=submission)
    assert stored(SupervisionSession) == 1 and stored(Attendance) == 10 and stored(AuditEvent) == 1


def test_the_same_session_typed_twice_is_refused_with_the_way_out(cast: Cast) -> None:
    record_group(cast)
    with pytest.raises(InvalidRecord, match="is already recorded. Was it another one"):
        record_group(cast)
    record_group(cast, starts_at="16:00")
    assert stored(SupervisionSession) == 2


def test_recording_a_planned_session_takes_its_place(cast: Cast) -> None:
    with writing() as db:
        planned = plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.group_agreement, held_on=YESTERDAY)
    held = record_group(cast, planned_record_id=planned.record_id)
    assert held.record_id == planned.record_id
    with reading() as db:
        log = session_log(db, viewer=actor(cast, "Asha"), since=YESTERDAY, until=today())
    assert list(log["state"]) == [SessionState.HELD]
    with pytest.raises(Conflict, match="recorded meanwhile"):
        record_group(cast, planned_record_id=planned.record_id, starts_at="09:00")


def test_a_lost_session_keeps_who_and_why_and_gives_no_minutes(cast: Cast) -> None:
    with writing() as db:
        record_lost_session(
            db,
            by=actor(cast, "Asha"),
            agreement_id=cast.group_agreement,
            held_on=YESTERDAY,
            cancelled_by=CancelledBy.ESTABLISHMENT,
            lost_because=LostBecause.LOCKDOWN,
        )
    with reading() as db:
        log = session_log(db, viewer=actor(cast, "Asha"), since=YESTERDAY, until=today())
        assert sittings_of(db, [cast.id("Ben")]) == {}
    assert list(log["lost_because"]) == [LostBecause.LOCKDOWN]


def test_a_lost_session_without_who_or_why_is_refused_with_all_that_is_missing(cast: Cast) -> None:
    with writing() as db, pytest.raises(InvalidRecord) as refused:
        record_lost_session(
            db,
            by=actor(cast, "Asha"),
            agreement_id=cast.group_agreement,
            held_on=YESTERDAY,
            cancelled_by=None,
            lost_because=None,
        )
    assert set(refused.value.problems) == {"cancelled_by", "lost_because"}


def test_a_staff_member_may_say_that_their_own_planned_session_was_lost(cast: Cast) -> None:
    with writing() as db:
        planned = plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=YESTERDAY)
    facts = {
        "agreement_id": cast.ben_agreement,
        "held_on": YESTERDAY,
        "cancelled_by": CancelledBy.ESTABLISHMENT,
        "lost_because": LostBecause.DETAILED_ELSEWHERE,
        "planned_record_id": planned.record_id,
    }
    with pytest.raises(NotAllowed), writing() as db:
        record_lost_session(db, by=actor(cast, "Bela"), **facts)
    with writing() as db:
        lost = record_lost_session(db, by=actor(cast, "Ben"), **facts)
    assert lost.record_id == planned.record_id and lost.is_on_behalf


def test_who_left_the_group_reports_nothing_of_a_session_they_were_once_expected_at(cast: Cast) -> None:
    """The version that expected them stays on the record; their say in the session does not."""
    asha, next_week = actor(cast, "Asha"), today() + timedelta(days=7)
    facts = {
        "agreement_id": cast.group_agreement,
        "held_on": next_week,
        "cancelled_by": CancelledBy.SUPERVISEE,
        "lost_because": LostBecause.LEAVE,
    }
    with writing() as db:
        planned = plan_session(db, by=asha, agreement_id=cast.group_agreement, held_on=next_week)
        change_members(db, by=asha, group_id=cast.group, on=today(), leaving=[cast.id("Bela")])
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
        record_lost_session(db, by=actor(cast, "Bela"), planned_record_id=planned.record_id, **facts)
    with writing() as db:
        record_lost_session(db, by=actor(cast, "Ben"), planned_record_id=planned.record_id, **facts)


def test_nobody_reports_a_session_lost_on_a_day_it_was_moved_from(cast: Cast) -> None:
    asha, next_week = actor(cast, "Asha"), today() + timedelta(days=7)
    with writing() as db:
        planned = plan_session(db, by=asha, agreement_id=cast.ben_agreement, held_on=next_week)
        move_planned(db, by=asha, session_id=planned.id or 0, held_on=next_week + timedelta(days=1))
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        lose_bens(cast, by="Ben", planned_record_id=planned.record_id, held_on=next_week)


def test_nobody_enters_on_behalf_what_they_are_supervised_in_themselves(cast: Cast) -> None:
    """A therapy manager records for her community: not the sessions that would be her own supervision. Her supervisor
    does, or she sends in a statement and somebody else checks it."""
    add_supervisor_of_asha(cast)
    asha, mine = actor(cast, "Asha"), [Entry(cast.id("Asha"), AttendanceStatus.ATTENDED)]
    with reading() as db:
        own = db.exec(select(SupervisionAgreement).where(SupervisionAgreement.supervisee_id == cast.id("Asha"))).one()
        assert own.id not in {one.agreement_id for one in agreements_to_record(db, viewer=asha)}
    on = {"by": asha, "agreement_id": own.id, "held_on": YESTERDAY}
    for attempt in (
        lambda db: record_session(db, minutes=60, entries=mine, **on),
        lambda db: plan_session(db, **on),
        lambda db: plan_series(db, by=asha, agreement_id=own.id, series=Series(Every.WEEK, today(), how_many=2)),
        lambda db: record_lost_session(db, cancelled_by=CancelledBy.SUPERVISOR, lost_because=LostBecause.LEAVE, **on),
    ):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
            attempt(db)
    with writing() as db:
        session = record_session(db, minutes=60, entries=mine, **on | {"by": actor(cast, "Farah")})
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
        correct_session(db, by=asha, session_id=session.id or 0, reason="Longer.", minutes=90, entries=mine)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
        void_session(db, by=asha, session_id=session.id or 0, reason="Not so.")


def add_supervisor_of_asha(cast: Cast) -> None:
    with writing() as db:
        db.add(
            SupervisionAgreement(
                supervisor_id=cast.id("Farah"), supervisee_id=cast.id("Asha"), purpose="clinical", start_on=LONG_AGO
            )
        )


def test_each_confirms_their_own_and_a_dispute_needs_words(cast: Cast) -> None:
    session = record_group(cast)
    with writing() as db:
        answer_attendance(db, by=actor(cast, "Ben"), session_record_id=session.record_id, answer=Answer.CONFIRMED)
    with pytest.raises(InvalidRecord, match="Say what is different"), writing() as db:
        answer_attendance(db, by=actor(cast, "Bela"), session_record_id=session.record_id, answer=Answer.DISPUTED)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
        answer_attendance(db, by=actor(cast, "Cai"), session_record_id=session.record_id, answer=Answer.CONFIRMED)
    with reading() as db:
        waits = {name: my_attendance(db, viewer=actor(cast, name))[0].waits_for_answer for name in ("Ben", "Bela")}
    assert waits == {"Ben": False, "Bela": True}


def test_a_correction_is_a_new_version_with_its_reason_and_asks_again(cast: Cast) -> None:
    session = record_ben(cast)
    with writing() as db:
        answer_attendance(db, by=actor(cast, "Ben"), session_record_id=session.record_id, answer=Answer.CONFIRMED)
    with writing() as db:
        correct_session(
            db,
            by=actor(cast, "Asha"),
            session_id=session.id or 0,
            reason="We stopped at twenty to.",
            minutes=40,
            entries=[Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)],
        )
    with reading() as db:
        mine = my_attendance(db, viewer=actor(cast, "Ben"))
        versions = db.exec(select(SupervisionSession)).all()
    assert [(one.attended, one.waits_for_answer) for one in mine] == [(40, True)]
    assert [(v.minutes, v.correction_reason) for v in versions] == [(60, ""), (40, "We stopped at twenty to.")]


def test_the_second_to_correct_one_version_is_told(cast: Cast) -> None:
    session = record_ben(cast)
    again = {
        "session_id": session.id,
        "minutes": 50,
        "entries": [Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)],
        "reason": "Shorter.",
    }
    with writing() as db:
        correct_session(db, by=actor(cast, "Asha"), **again)
    with pytest.raises(Conflict, match="Your text is still here"), writing() as db:
        correct_session(db, by=actor(cast, "Asha"), **again)


def test_a_voided_session_counts_for_nobody_and_stays_on_the_record(cast: Cast) -> None:
    session = record_group(cast)
    with pytest.raises(InvalidRecord), writing() as db:
        void_session(db, by=actor(cast, "Asha"), session_id=session.id or 0, reason=" ")
    with pytest.raises(NotAllowed), writing() as db:
        void_session(db, by=actor(cast, "Carol"), session_id=session.id or 0, reason="Not mine to void.")
    with writing() as db:
        void_session(db, by=actor(cast, "Asha"), session_id=session.id or 0, reason="Entered for the wrong week.")
    with reading() as db:
        assert sittings_of(db, [cast.id("Ben")]) == {}
        assert db.exec(select(SupervisionSession).where(current(SupervisionSession))).all() == []
    assert stored(SupervisionSession) == 2


def test_as_known_on_a_day_leaves_out_what_was_recorded_later(cast: Cast) -> None:
    record_ben(cast, held_on=today() - timedelta(days=10))
    with reading() as db:
        assert sittings_of(db, [cast.id("Ben")], known_on=YESTERDAY) == {}
        assert len(sittings_of(db, [cast.id("Ben")], known_on=today())[cast.id("Ben")]) == 1


def test_the_register_lists_who_was_contracted_on_that_day(cast: Cast) -> None:
    with writing() as db:
        member = db.exec(select(GroupMember).where(GroupMember.staff_id == cast.id("Bela"))).one()
        member.end_on = YESTERDAY - timedelta(days=1)
    with reading() as db:
        asha = actor(cast, "Asha")
        before = register_for(db, viewer=asha, agreement_id=cast.group_agreement, held_on=YESTERDAY - timedelta(days=1))
        after = register_for(db, viewer=asha, agreement_id=cast.group_agreement, held_on=YESTERDAY)
    assert len(before) == 10 and len(after) == 9
    assert "Bela" not in [person.full_name for person in after]


def test_the_audit_event_says_who_and_about_whom_and_not_what(cast: Cast) -> None:
    session = record_group(cast)
    with reading() as db:
        event = db.exec(select(AuditEvent)).one()
        about = set(db.exec(select(AuditSubject.staff_id)))
    assert (event.action, event.by_name, event.object_key) == ("record_session", "Asha", str(session.record_id))
    assert about == {cast.id(name) for name in GROUP_OF_TEN}


def test_without_its_audit_event_nothing_is_stored(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event fails in the database itself, for want of a name: the session must go with it."""

    def nameless(db, *, by, **facts):  # type: ignore[no-untyped-def]
        return audit.record_event(db, by=by.__class__(**{**vars(by), "name": None}), **facts)

    monkeypatch.setattr(supervision, "record_event", nameless)
    with pytest.raises(Exception, match="NOT NULL|not-null"):
        record_group(cast)
    assert stored(SupervisionSession) == stored(Attendance) == stored(AuditEvent) == 0


def test_nobody_supervises_themselves_and_a_group_needs_two(cast: Cast) -> None:
    with pytest.raises(InvalidRecord, match="Nobody supervises themselves"), writing() as db:
        make_agreement(
            db, by=actor(cast, "Asha"), supervisor_id=cast.id("Ben"), supervisee_id=cast.id("Ben"), start_on=YESTERDAY
        )
    with pytest.raises(InvalidRecord) as refused, writing() as db:
        make_group(
            db,
            by=actor(cast, "Asha"),
            community_id=cast.community_b,
            name=" ",
            purpose="clinical",
            start_on=YESTERDAY,
            member_ids=[cast.id("Ben")],
        )
    assert set(refused.value.problems) == {"name", "member_ids"}


def test_a_manager_of_another_community_makes_no_agreement_here(cast: Cast) -> None:
    for who in ("Carol", "Dev", "Ben", "Eve"):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
            make_agreement(
                db,
                by=actor(cast, who),
                supervisor_id=cast.id("Carol"),
                supervisee_id=cast.id("Bela"),
                start_on=YESTERDAY,
            )


def test_ending_an_agreement_keeps_its_last_day(cast: Cast) -> None:
    with writing() as db:
        end_agreement(db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, end_on=YESTERDAY)
    record_ben(cast, held_on=YESTERDAY)
    with pytest.raises(InvalidRecord, match="ended on"):
        record_ben(cast, held_on=today())


def test_the_last_day_of_february_can_be_recorded(cast: Cast) -> None:
    session = record_ben(cast, held_on=date(2024, 2, 29))
    assert session.held_on == date(2024, 2, 29)


# ---------------------------------------------------------------------------------------------------------------------
# Guests


def test_guests_are_counted_and_a_correction_keeps_them_unless_it_says_otherwise(cast: Cast) -> None:
    session = record_group(cast, guests=3)
    again = {"reason": "Shorter.", "minutes": 80, "entries": whole_group(cast)}
    with writing() as db:
        second = correct_session(db, by=actor(cast, "Asha"), session_id=session.id or 0, **again)
    with writing() as db:
        third = correct_session(db, by=actor(cast, "Asha"), session_id=second.id or 0, guests=0, **again)
    assert [session.guests, second.guests, third.guests] == [3, 3, 0]
    with reading() as db:
        log = session_log(db, viewer=actor(cast, "Asha"), since=YESTERDAY, until=today())
        sittings = sittings_of(db, [cast.id("Ben")])[cast.id("Ben")]
    assert list(log["guests"]) == [0]
    assert [one.contracted for one in sittings] == [10], "the bodies divide by the people contracted"


@pytest.mark.parametrize("guests", [-1, 100])
def test_guests_are_counted_in_sense(cast: Cast, guests: int) -> None:
    with pytest.raises(InvalidRecord) as refused:
        record_group(cast, guests=guests)
    assert refused.value.problems == {"guests": "Guests are counted from 0 to 99."}


# ---------------------------------------------------------------------------------------------------------------------
# Who enters sessions of a purpose


@pytest.fixture
def farahs(cast: Cast) -> int:
    """Farah's agreement with Bela, in the community that Asha manages. Jo stands in for her this week."""
    with writing() as db:
        agreement = make_agreement(
            db,
            by=actor(cast, "Asha"),
            supervisor_id=cast.id("Farah"),
            supervisee_id=cast.id("Bela"),
            start_on=YESTERDAY,
        )
        db.add(
            StandIn(
                agreement_id=agreement.id,
                staff_id=cast.id("Jo"),
                named_by_id=cast.id("Farah"),
                start_on=YESTERDAY,
                end_on=today(),
            )
        )
    return agreement.id or 0


def enter_by(who: WhoEnters) -> None:
    with writing() as db:
        db.get_one(SupervisionPurpose, "clinical").entered_by = who


ENTERS = [
    (WhoEnters.LEADER, {"Farah", "Jo"}),
    (WhoEnters.MANAGER, {"Asha"}),
    (WhoEnters.EITHER, {"Farah", "Jo", "Asha"}),
]


@pytest.mark.parametrize(("entered_by", "those"), ENTERS)
def test_sessions_of_a_purpose_are_entered_by_those_it_says(
    cast: Cast, farahs: int, entered_by: WhoEnters, those: set[str]
) -> None:
    enter_by(entered_by)
    there = [Entry(cast.id("Bela"), AttendanceStatus.ATTENDED)]
    may, offered = set(), set()
    for number, who in enumerate(("Farah", "Jo", "Asha", "Carol", "Ben"), 9):
        try:
            record_ben(cast, by=who, agreement_id=farahs, starts_at=f"{number:02}:00", entries=there)
            may.add(who)
        except NotAllowed as refused:
            assert str(refused) == NO_SUCH_RECORD
        with reading() as db:
            if farahs in {one.agreement_id for one in agreements_to_record(db, viewer=actor(cast, who))}:
                offered.add(who)
    assert may == offered == those


@pytest.mark.parametrize(
    ("entered_by", "waits_for"),
    [(WhoEnters.LEADER, {"Farah", "Jo"}), (WhoEnters.MANAGER, {"Asha"}), (WhoEnters.EITHER, {"Farah", "Jo"})],
)
def test_a_planned_session_waits_for_those_who_enter_it(
    cast: Cast, farahs: int, entered_by: WhoEnters, waits_for: set[str]
) -> None:
    with writing() as db:
        planned = plan_session(db, by=actor(cast, "Farah"), agreement_id=farahs, held_on=YESTERDAY)
    enter_by(entered_by)
    with reading() as db:
        waiting = {
            who
            for who in ("Farah", "Jo", "Asha", "Carol", "Ben")
            if planned.record_id in {one.record_id for one in sessions_to_record(db, viewer=actor(cast, who))}
        }
    assert waiting == waits_for


def test_a_manager_who_leads_the_group_herself_enters_it_whatever_its_purpose_says(cast: Cast) -> None:
    for number, entered_by in enumerate(WhoEnters, 9):
        enter_by(entered_by)
        record_group(cast, starts_at=f"{number:02}:00")
    assert stored(SupervisionSession) == 3


# ---------------------------------------------------------------------------------------------------------------------
# Rebooked


def lose_bens(cast: Cast, by: str = "Asha", **facts):  # type: ignore[no-untyped-def]
    given = {
        "agreement_id": cast.ben_agreement,
        "held_on": YESTERDAY,
        "cancelled_by": CancelledBy.ESTABLISHMENT,
        "lost_because": LostBecause.LOCKDOWN,
    } | facts
    with writing() as db:
        return record_lost_session(db, by=actor(cast, by), **given)


def what_became(cast: Cast, record_id: UUID, viewer: str = "Asha", on: date | None = None) -> str:
    with reading() as db:
        return lost_session(db, viewer=actor(cast, viewer), record_id=record_id).sentence(on or today())


NEXT_WEEK = today() + timedelta(days=7)


def test_a_lost_session_is_rebooked_with_it(cast: Cast) -> None:
    lost = lose_bens(cast, rebooked_for=NEXT_WEEK, rebooked_at="15:30")
    with reading() as db:
        planned = db.exec(select(SupervisionSession).where(SupervisionSession.rebooks_id == lost.record_id)).one()
        actions = sorted(db.exec(select(AuditEvent.action)))
    assert (planned.state, planned.held_on, planned.starts_at) == (SessionState.PLANNED, NEXT_WEEK, "15:30")
    assert planned.minutes == lost.minutes
    assert actions == ["plan_session", "record_lost_session"]
    assert what_became(cast, lost.record_id) == f"Rebooked for {words.day(NEXT_WEEK)}."


def test_a_rebooking_that_is_refused_takes_the_lost_session_with_it(cast: Cast) -> None:
    with pytest.raises(InvalidRecord) as refused:
        lose_bens(cast, rebooked_for=YESTERDAY)
    assert refused.value.problems == {
        "rebooked_held_on": f"Rebook it for {words.day(today())} or later. What was held already is recorded."
    }
    with pytest.raises(InvalidRecord) as refused:
        lose_bens(cast, rebooked_for=NEXT_WEEK, rebooked_at="25:99")
    assert set(refused.value.problems) == {"rebooked_starts_at"}
    assert stored(SupervisionSession) == stored(AuditEvent) == 0


def test_a_lost_session_says_until_when_it_is_to_be_rebooked(cast: Cast) -> None:
    lost = lose_bens(cast)
    by = words.day(YESTERDAY + timedelta(days=14))
    assert what_became(cast, lost.record_id) == f"Not rebooked yet: it is to be by {by}."
    late = YESTERDAY + timedelta(days=15)
    assert what_became(cast, lost.record_id, on=late) == f"Not rebooked yet: it was to be by {by}."
    with writing() as db:
        set_service_number(db, by=actor(cast, "Asha"), key="rebook_within_days", value=3)
    assert words.day(YESTERDAY + timedelta(days=3)) in what_became(cast, lost.record_id)


def test_rebooking_later_holds_once_and_follows_what_becomes_of_it(cast: Cast) -> None:
    lost = lose_bens(cast)

    def rebook(by: str = "Asha", on: date = NEXT_WEEK) -> SupervisionSession:
        with writing() as db:
            return rebook_session(db, by=actor(cast, by), lost_record_id=lost.record_id, held_on=on)

    for who in ("Ben", "Carol", "Farah", "Dev"):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            rebook(by=who)
    planned = rebook(on=today())
    with pytest.raises(Conflict, match=f"It is rebooked for {words.day(today())} already"):
        rebook()
    held = record_ben(cast, held_on=today(), planned_record_id=planned.record_id)
    assert held.rebooks_id == lost.record_id
    assert what_became(cast, lost.record_id) == f"Rebooked, and held on {words.day(today())}."
    with writing() as db:
        void_session(db, by=actor(cast, "Asha"), session_id=held.id or 0, reason="Was another day.")
    assert what_became(cast, lost.record_id).startswith("Not rebooked yet")
    again = rebook()
    assert again.record_id != planned.record_id


def test_only_a_session_that_did_not_happen_is_rebooked(cast: Cast) -> None:
    held = record_ben(cast)
    with pytest.raises(Conflict, match="did happen"), writing() as db:
        rebook_session(db, by=actor(cast, "Asha"), lost_record_id=held.record_id, held_on=NEXT_WEEK)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
        rebook_session(db, by=actor(cast, "Asha"), lost_record_id=uuid4(), held_on=NEXT_WEEK)


def test_who_reports_a_session_of_their_own_lost_neither_moves_nor_rebooks_it(cast: Cast) -> None:
    with writing() as db:
        planned = plan_session(
            db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=YESTERDAY, starts_at="10:00"
        )
    facts = {"by": "Ben", "planned_record_id": planned.record_id}
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        lose_bens(cast, held_on=YESTERDAY - timedelta(days=1), **facts)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        lose_bens(cast, rebooked_for=NEXT_WEEK, **facts)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        lose_bens(cast, agreement_id=cast.group_agreement, **facts)
    lost = lose_bens(cast, **facts)
    with pytest.raises(Conflict, match="recorded meanwhile"):
        lose_bens(cast, **facts)
    assert (lost.starts_at, lost.is_on_behalf) == ("10:00", True)
    assert what_became(cast, lost.record_id, viewer="Ben").startswith("Not rebooked yet")
    with reading() as db:
        assert not lost_session(db, viewer=actor(cast, "Ben"), record_id=lost.record_id).may_rebook
        with pytest.raises(NotAllowed):
            lost_session(db, viewer=actor(cast, "Carol"), record_id=lost.record_id)
