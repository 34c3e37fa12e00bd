"""Stand-ins: named by a manager, for 28 days at most; they write the sessions of those days and read nothing older."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, InvalidRecord, NotAllowed
from tcsuper.models import AttendanceStatus, AuditEvent, AuditSubject, StandIn, SupervisionSession
from tcsuper.queries.agreements import stand_ins_seen
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.supervision import agreements_to_record, register_for, session_log, sessions_to_record
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.stand_ins import end_stand_in, name_stand_in
from tcsuper.services.supervision import correct_session, plan_session, record_session, void_session
from tests.people import Cast, actor, as_person

YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)


def stands_in(cast: Cast, name: str = "Jo", start_on: date = YESTERDAY, end_on: date | None = None, **of: int) -> int:
    """A row, so that days in the past can be tried."""
    with writing() as db:
        row = StandIn(
            agreement_id=of.get("agreement", cast.ben_agreement),
            staff_id=cast.id(name),
            named_by_id=cast.id("Asha"),
            start_on=start_on,
            end_on=end_on or today(),
        )
        db.add(row)
        db.flush()
        return row.id or 0


def record(cast: Cast, name: str, held_on: date, agreement: int = 0) -> SupervisionSession:
    with as_person(cast, name) as (db, by):
        return record_session(
            db,
            by=by,
            agreement_id=agreement or cast.ben_agreement,
            held_on=held_on,
            minutes=60,
            entries=[Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)],
        )


def log_of(cast: Cast, name: str) -> set[int]:
    with reading() as db:
        log = session_log(db, viewer=actor(cast, name), since=today() - timedelta(days=60), until=today())
    return set(log["session_id"])


# ---------------------------------------------------------------------------------------------------------------------
# Writing and reading


def test_stand_in_writes_the_sessions_of_their_days_only(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        record(cast, "Jo", today())
    stands_in(cast)
    session = record(cast, "Jo", YESTERDAY)
    assert (session.supervisor_id, session.is_on_behalf) == (cast.id("Jo"), False)
    assert session.agreement_id == cast.ben_agreement
    for day, agreement in ((today() - timedelta(days=2), 0), (today(), cast.group_agreement)):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            record(cast, "Jo", day, agreement)


def test_stand_in_reads_what_they_held_and_nothing_from_before(cast: Cast) -> None:
    before = record(cast, "Asha", today() - timedelta(days=8)).id
    stands_in(cast)
    held = record(cast, "Jo", YESTERDAY).id
    assert {before, held} <= log_of(cast, "Asha") & log_of(cast, "Ben"), "both are there"
    assert log_of(cast, "Jo") == {held}
    with reading() as db:
        assert [one.full_name for one in people_to_choose(db, viewer=actor(cast, "Jo"))] == ["Jo"]


def test_last_day_is_included_and_the_day_after_is_not(cast: Cast) -> None:
    stands_in(cast, end_on=today())
    held = record(cast, "Jo", today()).id
    assert log_of(cast, "Jo") == {held}
    with writing() as db:
        db.exec(select(StandIn)).one().end_on = YESTERDAY
    assert log_of(cast, "Jo") == set()
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        record(cast, "Jo", YESTERDAY)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, "Jo") as (db, jo):
        void_session(db, by=jo, session_id=held or 0, reason="Too late")


def test_revoked_stand_in_is_out_at_the_next_call(cast: Cast) -> None:
    """`jo` is from before: the services look again."""
    number = stands_in(cast)
    record(cast, "Jo", YESTERDAY)
    jo = actor(cast, "Jo")
    with as_person(cast, "Asha") as (db, asha):
        end_stand_in(db, by=asha, stand_in_id=number)
    assert log_of(cast, "Jo") == set()
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
        plan_session(db, by=jo, agreement_id=cast.ben_agreement, held_on=today())
    with pytest.raises(NotAllowed, match="no longer"), as_person(cast, "Asha") as (db, asha):
        end_stand_in(db, by=asha, stand_in_id=number)


def test_one_named_and_ended_on_the_same_day_leaves_its_events_only(cast: Cast) -> None:
    number = stands_in(cast, start_on=today())
    with as_person(cast, "Asha") as (db, asha):
        end_stand_in(db, by=asha, stand_in_id=number)
    with reading() as db:
        assert db.get(StandIn, number) is None
        [event] = db.exec(select(AuditEvent).where(AuditEvent.action == "end_stand_in"))
        about = set(db.exec(select(AuditSubject.staff_id).where(AuditSubject.event_id == event.id)))
    assert about == {cast.id("Jo"), cast.id("Asha"), cast.id("Ben")}


def test_stand_in_corrects_what_they_held_and_the_supervisor_reads_it(cast: Cast) -> None:
    stands_in(cast)
    held = record(cast, "Jo", YESTERDAY)
    with as_person(cast, "Jo") as (db, jo):
        correct_session(
            db,
            by=jo,
            session_id=held.id or 0,
            reason="Shorter",
            minutes=50,
            entries=[Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)],
        )
    assert held.id not in log_of(cast, "Asha") and len(log_of(cast, "Asha")) == 1


def test_stand_in_finds_the_planned_session_of_their_days_and_the_register(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        mine = plan_session(db, by=asha, agreement_id=cast.ben_agreement, held_on=YESTERDAY)
        plan_session(db, by=asha, agreement_id=cast.ben_agreement, held_on=today() - timedelta(days=5))
    stands_in(cast)
    with reading() as db:
        jo = actor(cast, "Jo")
        assert [one.record_id for one in sessions_to_record(db, viewer=jo)] == [mine.record_id]
        [offered] = agreements_to_record(db, viewer=jo)
        assert offered.label == "Ben · clinical · standing in for Asha" and not offered.is_on_behalf
        register = register_for(db, viewer=jo, agreement_id=cast.ben_agreement, held_on=YESTERDAY)
        assert [one.full_name for one in register] == ["Ben"]


def test_group_is_stood_in_for_like_a_person(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        name_stand_in(
            db,
            by=asha,
            agreement_id=cast.group_agreement,
            staff_id=cast.id("Farah"),
            start_on=today(),
            end_on=today(),
        )
    with as_person(cast, "Farah") as (db, farah):
        people = register_for(db, viewer=farah, agreement_id=cast.group_agreement, held_on=today())
        entries = [Entry(one.staff_id, AttendanceStatus.ATTENDED) for one in people]
        session = record_session(
            db, by=farah, agreement_id=cast.group_agreement, held_on=today(), minutes=90, entries=entries
        )
    assert session.supervisor_id == cast.id("Farah") and session.contracted == 10


# ---------------------------------------------------------------------------------------------------------------------
# Naming


@pytest.mark.parametrize(
    ("who", "first", "days", "problem"),
    [
        ("Bela", 0, 28, None),
        ("Bela", 0, 29, "end_on"),
        ("Bela", 0, 0, "end_on"),
        ("Bela", -9, 3, "end_on"),
        ("Ben", 0, 1, "staff_id"),
        ("Carol", 0, 1, None),
    ],
)
def test_named_for_28_days_at_most_and_never_for_oneself(
    cast: Cast, who: str, first: int, days: int, problem: str | None
) -> None:
    start_on = today() + timedelta(days=first)
    try:
        with as_person(cast, "Asha") as (db, asha):
            name_stand_in(
                db,
                by=asha,
                agreement_id=cast.lena_agreement or cast.ben_agreement,
                staff_id=cast.id(who),
                start_on=start_on,
                end_on=start_on + timedelta(days=days - 1),
            )
    except InvalidRecord as refused:
        assert list(refused.problems) == [problem]
    else:
        assert problem is None


def test_named_inside_the_agreement_once_and_by_nobody_for_themselves(cast: Cast) -> None:
    def name(by: str, who: str, agreement: int) -> None:
        with as_person(cast, by) as (db, actor_now):
            name_stand_in(
                db, by=actor_now, agreement_id=agreement, staff_id=cast.id(who), start_on=today(), end_on=TOMORROW
            )

    with pytest.raises(NotAllowed, match="You cannot name yourself"):
        name("Asha", "Asha", cast.ben_agreement)
    with pytest.raises(InvalidRecord, match="supervise here themselves"):
        name("Carol", "Gwen", cast.gwen_agreement)
    with pytest.raises(InvalidRecord, match="The agreement ends on"):
        name("Asha", "Carol", cast.ended_agreement)
    name("Asha", "Carol", cast.ben_agreement)
    with pytest.raises(InvalidRecord, match="already stand in"):
        name("Asha", "Carol", cast.ben_agreement)
    for unknown in ("Jo", "Cai"):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):  # else a number would tell a name
            name("Asha", unknown, cast.ben_agreement)
    for by in ("Carol", "Ben", "Kit", "Dev", "Eve"):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            name(by, "Bela", cast.ben_agreement)


def test_stand_in_is_shown_with_the_agreement_and_ended_by_its_manager(cast: Cast) -> None:
    number = stands_in(cast)
    with reading() as db:
        seen = {
            name: stand_ins_seen(db, viewer=actor(cast, name), on=today())
            for name in ("Asha", "Ben", "Jo", "Carol", "Dev")
        }
    assert [(one.stand_in_id, one.may_end) for one in seen["Asha"]] == [(number, True)]
    assert [one.may_end for one in seen["Ben"] + seen["Jo"]] == [False, False]
    assert seen["Carol"] == seen["Dev"] == []
    assert seen["Ben"][0].words.startswith("Jo stands in for Asha with Ben, ")
