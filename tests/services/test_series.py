"""Planned sessions: a series in one step, one of them skipped or moved, the rest taken off; and who may."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, AlreadySaved, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Attendance,
    AttendanceStatus,
    AuditEvent,
    AuditSubject,
    GroupMember,
    SessionState,
    StandIn,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.supervision import session_log, sittings_of
from tcsuper.rules.series import Every, Series
from tcsuper.services import series as services
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.series import PlannedSeries, end_series, move_planned, plan_series, skip_planned
from tcsuper.services.supervision import plan_session, record_session
from tests.people import GROUP_OF_TEN, Cast, actor

MONDAY = today() + timedelta(days=7 - today().weekday())
"""The next one: everything is planned from here on."""


def monday(weeks: int) -> date:
    return MONDAY + timedelta(days=7 * weeks)


def weekly(how_many: int = 4, first_on: date = MONDAY) -> Series:
    return Series(Every.WEEK, first_on, how_many=how_many)


def plan(cast: Cast, name: str = "Asha", series: Series | None = None, **facts: object) -> PlannedSeries:
    given = {"agreement_id": cast.group_agreement, "series": series or weekly(), "starts_at": "13:30"} | facts
    with writing() as db:
        return plan_series(db, by=actor(cast, name), **given)  # type: ignore[arg-type]


def planned_now() -> list[SupervisionSession]:
    with reading() as db:
        session = SupervisionSession
        return list(
            db.exec(
                select(session)
                .where(session.state == SessionState.PLANNED, current(session))
                .order_by(col(session.held_on))
            )
        )


def days_now() -> list[date]:
    return [session.held_on for session in planned_now()]


def events(action: str) -> list[AuditEvent]:
    with reading() as db:
        return list(db.exec(select(AuditEvent).where(AuditEvent.action == action)))


def people_at(session: SupervisionSession) -> list[int]:
    with reading() as db:
        return sorted(db.exec(select(Attendance.staff_id).where(Attendance.session_id == session.id)))


# ---------------------------------------------------------------------------------------------------------------------
# A series


def test_a_series_is_planned_in_one_step_and_one_event(cast: Cast) -> None:
    made = plan(cast)
    sessions = planned_now()
    assert [session.held_on for session in sessions] == [monday(week) for week in range(4)] == made.planned
    assert {session.series_id for session in sessions} == {made.series_id}
    for session in sessions:
        assert (session.starts_at, session.minutes, session.contracted) == ("13:30", 90, 10)
        assert people_at(session) == sorted(cast.id(name) for name in GROUP_OF_TEN)
    [event] = events("plan_series")
    assert event.object_key == str(made.series_id) and event.by_name == "Asha"
    assert event.detail["sessions"] == 4 and event.detail["last_on"] == monday(3).isoformat()
    with reading() as db:
        about = set(db.exec(select(AuditSubject.staff_id).where(AuditSubject.event_id == event.id)))
        assert about == {cast.id(name) for name in GROUP_OF_TEN}
        assert len(sittings_of(db, [cast.id("Bela")])[cast.id("Bela")]) == 4, "the forecast counts them"


def test_days_that_have_a_session_already_are_left_out_and_said(cast: Cast) -> None:
    with writing() as db:
        plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.group_agreement, held_on=monday(1))
    made = plan(cast)
    assert made.planned == [monday(0), monday(2), monday(3)]
    assert "a session is there already" in made.sentence and len(planned_now()) == 4
    with pytest.raises(InvalidRecord, match="No day is left to plan"):
        plan(cast)
    assert len(planned_now()) == 4 and len(events("plan_series")) == 1


def test_a_session_of_another_agreement_on_that_day_is_in_nobodys_way(cast: Cast) -> None:
    with writing() as db:
        plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=monday(1))
    assert len(plan(cast).planned) == 4


def test_a_skipped_day_can_be_planned_anew(cast: Cast) -> None:
    plan(cast)
    with writing() as db:
        skip_planned(db, by=actor(cast, "Asha"), session_id=planned_now()[1].id or 0, reason="Bank holiday")
    assert plan(cast).planned == [monday(1)]


def test_nothing_is_planned_beyond_the_end_of_the_agreement(cast: Cast) -> None:
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.group_agreement).end_on = monday(1)
    made = plan(cast)
    assert made.planned == [monday(0), monday(1)] and "because the agreement ends on" in made.sentence
    with pytest.raises(InvalidRecord, match="ended on"):
        plan(cast, series=weekly(first_on=monday(2)))


def test_each_day_has_the_people_contracted_on_it(cast: Cast) -> None:
    with writing() as db:
        members = db.exec(select(GroupMember).where(GroupMember.group_id == cast.group)).all()
        for member in members:
            member.end_on = monday(0) if member.staff_id == cast.id("Bela") else monday(2)
    made = plan(cast)
    sessions = planned_now()
    assert [session.contracted for session in sessions] == [10, 9, 9]
    assert cast.id("Bela") in people_at(sessions[0]) and cast.id("Bela") not in people_at(sessions[1])
    assert f"nobody is contracted then: {monday(3).day}" in made.sentence


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"series": Series(Every.WEEK, MONDAY)}, "until"),
        ({"series": Series(Every.WEEK, MONDAY, how_many=61)}, "how_many"),
        ({"series": Series(Every.WEEK, today() - timedelta(days=1), how_many=3)}, "first_on"),
        ({"series": Series(Every.WEEK, MONDAY, until=MONDAY - timedelta(days=1))}, "until"),
        ({"starts_at": "25:00"}, "starts_at"),
        ({"starts_at": "half past"}, "starts_at"),
        ({"minutes": 481}, "minutes"),
        ({"minutes": -1}, "minutes"),
    ],
)
def test_what_cannot_be_planned_is_said_beside_its_field(cast: Cast, given: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        plan(cast, **given)
    assert list(refused.value.problems) == [field]
    assert planned_now() == []


def test_all_problems_are_said_at_once(cast: Cast) -> None:
    with pytest.raises(InvalidRecord) as refused:
        plan(cast, series=Series(Every.WEEK, today() - timedelta(days=9), how_many=99), starts_at="x", minutes=999)
    assert set(refused.value.problems) == {"first_on", "how_many", "starts_at", "minutes"}


def test_the_same_form_plans_one_series(cast: Cast) -> None:
    key = uuid4()
    plan(cast, submission=key)
    with pytest.raises(AlreadySaved):
        plan(cast, submission=key, series=weekly(first_on=monday(10)))
    assert len(planned_now()) == 4


def test_a_series_and_its_event_stand_or_fall_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no event")

    monkeypatch.setattr(services, "record_event", fails)
    with pytest.raises(RuntimeError):
        plan(cast)
    assert planned_now() == []


def test_a_stand_in_plans_inside_their_days_alone(cast: Cast) -> None:
    with writing() as db:
        db.add(
            StandIn(
                agreement_id=cast.group_agreement,
                staff_id=cast.id("Jo"),
                named_by_id=cast.id("Asha"),
                start_on=today(),
                end_on=monday(1),
            )
        )
    with pytest.raises(NotAllowed):
        plan(cast, "Jo")
    assert planned_now() == [], "none of the four"
    assert len(plan(cast, "Jo", weekly(2)).planned) == 2
    assert {session.supervisor_id for session in planned_now()} == {cast.id("Jo")}


@pytest.mark.parametrize("name", ["Carol", "Ben", "Farah", "Dev", "Eve", "Ivor", "Gwen", "Jo", "Kit"])
def test_nobody_else_plans_a_series(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        plan(cast, name)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        plan(cast, name, agreement_id=999_999)


# ---------------------------------------------------------------------------------------------------------------------
# One of them


def test_a_skipped_session_is_voided_and_is_no_lost_one(cast: Cast) -> None:
    plan(cast)
    second = planned_now()[1]
    with writing() as db:
        void = skip_planned(db, by=actor(cast, "Asha"), session_id=second.id or 0, reason=" Bank holiday ")
    assert void.is_void and void.correction_reason == "Bank holiday" and void.record_id == second.record_id
    assert days_now() == [monday(0), monday(2), monday(3)]
    with reading() as db:
        log = session_log(db, viewer=actor(cast, "Asha"), since=monday(0), until=monday(3))
        assert set(log["state"]) == {SessionState.PLANNED} and len(log) == 3
        assert db.get(SupervisionSession, second.id), "the former version stays"
    [event] = events("skip_planned_session")
    assert event.detail == {"held_on": monday(1).isoformat()}


def test_a_session_is_skipped_with_a_reason(cast: Cast) -> None:
    plan(cast)
    with writing() as db, pytest.raises(InvalidRecord, match="Say why"):
        skip_planned(db, by=actor(cast, "Asha"), session_id=planned_now()[0].id or 0, reason="  ")
    assert len(planned_now()) == 4


def test_a_moved_session_stays_one_record_with_the_people_of_its_new_day(cast: Cast) -> None:
    made = plan(cast)
    with writing() as db:
        bela = db.exec(select(GroupMember).where(GroupMember.staff_id == cast.id("Bela"))).one()
        bela.end_on = monday(0)
    first, thursday = planned_now()[0], monday(0) + timedelta(days=3)
    with writing() as db:
        moved = move_planned(
            db, by=actor(cast, "Asha"), session_id=first.id or 0, held_on=thursday, starts_at="10:00", minutes=60
        )
    assert (moved.record_id, moved.series_id, moved.supersedes_id) == (first.record_id, made.series_id, first.id)
    assert days_now() == [thursday, monday(1), monday(2), monday(3)]
    assert (moved.starts_at, moved.minutes, moved.contracted) == ("10:00", 60, 9)
    assert cast.id("Bela") in people_at(first) and cast.id("Bela") not in people_at(moved)
    [event] = events("move_planned_session")
    assert event.detail == {"from_on": monday(0).isoformat(), "held_on": thursday.isoformat()}


def test_a_session_is_moved_to_another_time_of_its_day(cast: Cast) -> None:
    plan(cast)
    with writing() as db:
        move_planned(
            db, by=actor(cast, "Asha"), session_id=planned_now()[0].id or 0, held_on=monday(0), starts_at="9:00"
        )
    assert planned_now()[0].starts_at == "9:00" and planned_now()[0].minutes == 90


def test_a_session_is_not_moved_onto_another_nor_into_the_past_nor_out_of_the_agreement(cast: Cast) -> None:
    plan(cast)
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.group_agreement).end_on = monday(4)
    for on, because in (
        (monday(1), "There is a session with them on"),
        (today() - timedelta(days=1), "Move it to today or later"),
        (monday(5), "ended on"),
    ):
        with writing() as db, pytest.raises(InvalidRecord, match=because):
            move_planned(db, by=actor(cast, "Asha"), session_id=planned_now()[0].id or 0, held_on=on)
    assert days_now() == [monday(week) for week in range(4)]


def test_whoever_looked_at_an_older_version_is_told(cast: Cast) -> None:
    plan(cast)
    seen = planned_now()[0].id or 0
    with writing() as db:
        move_planned(db, by=actor(cast, "Asha"), session_id=seen, held_on=monday(0) + timedelta(days=1))
    for change in (
        lambda db: move_planned(db, by=actor(cast, "Asha"), session_id=seen, held_on=monday(0) + timedelta(days=2)),
        lambda db: skip_planned(db, by=actor(cast, "Asha"), session_id=seen, reason="Holiday"),
    ):
        with pytest.raises(Conflict), writing() as db:
            change(db)
    assert days_now()[0] == monday(0) + timedelta(days=1)


def test_a_session_that_was_held_is_neither_skipped_nor_moved(cast: Cast) -> None:
    with writing() as db:
        asha = actor(cast, "Asha")
        planned = plan_session(db, by=asha, agreement_id=cast.ben_agreement, held_on=today())
        held = record_session(
            db,
            by=asha,
            agreement_id=cast.ben_agreement,
            held_on=today(),
            minutes=60,
            entries=[Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)],
            planned_record_id=planned.record_id,
        )
    with pytest.raises(Conflict, match="recorded meanwhile"), writing() as db:
        skip_planned(db, by=actor(cast, "Asha"), session_id=held.id or 0, reason="Holiday")
    with pytest.raises(Conflict, match="recorded meanwhile"), writing() as db:
        move_planned(db, by=actor(cast, "Asha"), session_id=held.id or 0, held_on=monday(1))


def test_what_stands_beyond_the_end_of_its_agreement_can_still_be_skipped(cast: Cast) -> None:
    plan(cast)
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.group_agreement).end_on = today()
    with writing() as db:
        skip_planned(db, by=actor(cast, "Asha"), session_id=planned_now()[3].id or 0, reason="The group has ended")
    assert len(planned_now()) == 3


# ---------------------------------------------------------------------------------------------------------------------
# The rest of it


def test_the_rest_of_a_series_is_taken_off_and_what_was_held_stays(cast: Cast) -> None:
    made = plan(cast)
    with writing() as db:
        plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.group_agreement, held_on=monday(9))
    with writing() as db:
        gone = end_series(
            db, by=actor(cast, "Asha"), series_id=made.series_id, after=monday(1), reason="The group has ended"
        )
    assert gone == 2 and days_now() == [monday(0), monday(1), monday(9)]
    [event] = events("end_series")
    assert event.detail == {"after": monday(1).isoformat(), "sessions": 2}


@pytest.mark.parametrize(("after", "reason", "field"), [(monday(3), "It ends", "after"), (monday(1), " ", "reason")])
def test_a_series_ends_after_a_day_with_a_reason(cast: Cast, after: date, reason: str, field: str) -> None:
    made = plan(cast)
    with writing() as db, pytest.raises(InvalidRecord) as refused:
        end_series(db, by=actor(cast, "Asha"), series_id=made.series_id, after=after, reason=reason)
    assert list(refused.value.problems) == [field] and len(planned_now()) == 4


@pytest.mark.parametrize("name", ["Carol", "Ben", "Farah", "Dev", "Eve", "Gwen", "Jo"])
def test_others_change_nothing_of_a_series_and_hear_the_same_as_if_it_were_not_there(cast: Cast, name: str) -> None:
    made = plan(cast)
    first = planned_now()[0].id or 0
    by = actor(cast, name)
    for change in (
        lambda db: end_series(db, by=by, series_id=made.series_id, after=today(), reason="x"),
        lambda db: end_series(db, by=by, series_id=uuid4(), after=today(), reason="x"),
        lambda db: skip_planned(db, by=by, session_id=first, reason="x"),
        lambda db: skip_planned(db, by=by, session_id=999_999, reason="x"),
        lambda db: move_planned(db, by=by, session_id=first, held_on=monday(7)),
        lambda db: move_planned(db, by=by, session_id=999_999, held_on=monday(7)),
    ):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), writing() as db:
            change(db)
    assert len(planned_now()) == 4
