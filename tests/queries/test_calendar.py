"""Whose time is in a calendar, and what becomes of an entry when it is moved, skipped, lost or handed to somebody."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    AuditEvent,
    Booking,
    BookingState,
    CancelledBy,
    Course,
    CourseKind,
    CourseRun,
    GroupMember,
    LostBecause,
    StandIn,
    SupervisionAgreement,
)
from tcsuper.queries.calendar import CalendarEntry, HowSure, own_calendar, series_calendar
from tcsuper.rules.series import Every, Series, week_of
from tcsuper.services.calendar import export_own_calendar, export_series_calendar
from tcsuper.services.evidence import next_version
from tcsuper.services.series import end_series, move_planned, plan_series, skip_planned
from tcsuper.services.supervision import plan_session, record_lost_session
from tests.people import Cast, actor

MONDAY = week_of(today()) + timedelta(days=7)
OUTSIDERS = ("Farah", "Carol", "Cai", "Dev", "Eve", "Gwen", "Ivor", "Jo", "Kit")


def plan(cast: Cast, agreement: int, on: date = MONDAY, at: str = "10:00") -> int:
    with writing() as db:
        session = plan_session(db, by=actor(cast, "Asha"), agreement_id=agreement, held_on=on, starts_at=at)
        return session.id or 0


def of(cast: Cast, name: str) -> list[CalendarEntry]:
    with reading() as db:
        return own_calendar(db, viewer=actor(cast, name))


def sure(cast: Cast, name: str) -> list[tuple[date, str, int]]:
    return [(one.on, one.how_sure.value, one.sequence) for one in of(cast, name)]


def test_a_session_is_in_the_calendar_of_its_parties_alone(cast: Cast) -> None:
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.group_agreement).place = "Group room"
    plan(cast, cast.group_agreement)
    plan(cast, cast.ben_agreement, at="")
    [asha, other] = sorted(of(cast, "Asha"), key=lambda one: one.starts_at, reverse=True)
    assert (asha.what, asha.on, asha.starts_at, asha.minutes, asha.place) == (
        "Protected time", MONDAY, "10:00", 90, "Group room",
    )  # fmt: skip
    assert other.time_is_open and other.place == "" and not asha.time_is_open
    assert {one.uid for one in of(cast, "Ben")} == {asha.uid, other.uid}, "the same entry in whoever's calendar"
    assert [one.uid for one in of(cast, "Bela")] == [asha.uid]
    for name in OUTSIDERS:
        assert of(cast, name) == [], name


def test_moving_keeps_the_entry_and_counts_up(cast: Cast) -> None:
    session = plan(cast, cast.ben_agreement)
    [before] = of(cast, "Ben")
    with writing() as db:
        move_planned(
            db, by=actor(cast, "Asha"), session_id=session, held_on=MONDAY + timedelta(days=1), starts_at="15:00"
        )
    [after] = of(cast, "Ben")
    assert after.uid == before.uid and (before.sequence, after.sequence) == (0, 1)
    assert (after.on, after.starts_at, after.how_sure) == (MONDAY + timedelta(days=1), "15:00", HowSure.CONFIRMED)


def test_what_was_skipped_or_lost_is_cancelled_for_everybody(cast: Cast) -> None:
    skipped, lost = plan(cast, cast.ben_agreement), plan(cast, cast.group_agreement, today())
    with writing() as db:
        skip_planned(db, by=actor(cast, "Asha"), session_id=skipped, reason="Holiday")
    with writing() as db:
        planned = next(one for one in own_calendar(db, viewer=actor(cast, "Asha")) if one.on == today())
        record_lost_session(
            db,
            by=actor(cast, "Asha"),
            agreement_id=cast.group_agreement,
            held_on=today(),
            planned_record_id=UUID(planned.uid.removeprefix("session-").removesuffix("@tcsuper")),
            cancelled_by=CancelledBy.SUPERVISOR,
            lost_because=LostBecause.SICKNESS,
        )
    assert lost and sure(cast, "Asha") == sure(cast, "Ben") == [(today(), "CANCELLED", 1), (MONDAY, "CANCELLED", 1)]
    assert sure(cast, "Bela") == [(today(), "CANCELLED", 1)]


def test_whoever_left_the_group_or_handed_the_session_over_is_free(cast: Cast) -> None:
    plan(cast, cast.group_agreement)
    with writing() as db:
        member = db.exec(select(GroupMember).where(GroupMember.staff_id == cast.id("Ben"))).one()
        member.end_on = today()
        db.add(
            StandIn(
                agreement_id=cast.group_agreement,
                staff_id=cast.id("Farah"),
                named_by_id=cast.id("Asha"),
                start_on=today(),
                end_on=MONDAY,
            )
        )
    assert sure(cast, "Ben") == sure(cast, "Asha") == [(MONDAY, "CANCELLED", 0)]
    assert sure(cast, "Farah") == sure(cast, "Bela") == [(MONDAY, "CONFIRMED", 0)]
    with writing() as db:
        db.exec(select(StandIn)).one().end_on = today()
    assert sure(cast, "Asha") == [(MONDAY, "CONFIRMED", 0)], "a lower number than before would leave it cancelled"
    assert sure(cast, "Farah") in ([], [(MONDAY, "CANCELLED", 0)])


def test_a_course_is_there_with_its_days_once_there_is_a_place(cast: Cast) -> None:
    with writing() as db:
        course = Course(code="tcat_2", title="TCAT 2", kind=CourseKind.COURSE)
        db.add(course)
        db.flush()
        run = CourseRun(course_id=course.id, runs_on=MONDAY, last_on=MONDAY + timedelta(days=1), place="Education")
        db.add(run)
        db.flush()
        facts = {"run_id": run.id, "asked_at": now(), "recorded_at": now()}
        asked = Booking(staff_id=cast.id("Ben"), state=BookingState.NOMINATED, **facts)
        db.add_all([asked, Booking(staff_id=cast.id("Bela"), state=BookingState.CONFIRMED, **facts)])
    assert of(cast, "Ben") == [] and sure(cast, "Bela") == [(MONDAY, "CONFIRMED", 0)]
    for state, expected in (
        (BookingState.OFFERED, "TENTATIVE"),
        (BookingState.CONFIRMED, "CONFIRMED"),
        (BookingState.WITHDRAWN, "CANCELLED"),
    ):
        with writing() as db:
            asked = next_version(db, actor(cast, "Asha"), db.merge(asked), state=state)
        [entry] = of(cast, "Ben")
        assert entry.how_sure.value == expected
    assert (entry.what, entry.last_on, entry.place, entry.sequence) == (
        "Training: TCAT 2", MONDAY + timedelta(days=1), "Education", 3,
    )  # fmt: skip
    assert sure(cast, "Asha") == []


def a_series(cast: Cast) -> UUID:
    with writing() as db:
        series = Series(Every.WEEK, MONDAY, how_many=3)
        return plan_series(
            db, by=actor(cast, "Asha"), agreement_id=cast.group_agreement, series=series, starts_at="10:00"
        ).series_id


def in_series(cast: Cast, name: str, series_id: UUID) -> list[tuple[date, str]]:
    with reading() as db:
        return [
            (one.on, one.how_sure.value) for one in series_calendar(db, viewer=actor(cast, name), series_id=series_id)
        ]


def test_a_series_is_for_whoever_may_print_its_registers(cast: Cast) -> None:
    series = a_series(cast)
    with writing() as db:
        end_series(db, by=actor(cast, "Asha"), series_id=series, after=MONDAY + timedelta(days=7), reason="Enough")
    weeks = [MONDAY + timedelta(days=7 * week) for week in range(3)]
    assert in_series(cast, "Asha", series) == list(zip(weeks, ("CONFIRMED", "CONFIRMED", "CANCELLED"), strict=True))
    for name in ("Ben", "Bela", *OUTSIDERS):
        with pytest.raises(NotAllowed):
            in_series(cast, name, series)


def test_a_stand_in_takes_their_own_days_of_a_series_alone(cast: Cast) -> None:
    series = a_series(cast)
    with writing() as db:
        db.add(
            StandIn(
                agreement_id=cast.group_agreement,
                staff_id=cast.id("Farah"),
                named_by_id=cast.id("Asha"),
                start_on=today(),
                end_on=MONDAY,
            )
        )
    assert in_series(cast, "Farah", series) == [(MONDAY, "CONFIRMED")]


def test_each_file_leaves_an_event_without_a_word_of_what_is_in_it(cast: Cast) -> None:
    series = a_series(cast)
    with writing() as db:
        own = export_own_calendar(db, by=actor(cast, "Ben"))
        of_series = export_series_calendar(db, by=actor(cast, "Asha"), series_id=series)
    assert len(own.entries) == len(of_series.entries) == 3
    with reading() as db:
        events = {
            one.action: (one.object_key, one.by_name, one.detail["entries"])
            for one in db.exec(select(AuditEvent).where(AuditEvent.object_kind == "export"))
        }
    assert events == {
        "export_own_calendar": (own.number, "Ben", 3),
        "export_series_calendar": (of_series.number, "Asha", 3),
    }
