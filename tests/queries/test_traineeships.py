"""Trainees as they are shown: from the agreement and its sessions to the hours, the minimum and the sentences."""

from datetime import date, timedelta

import pytest

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    AttendanceStatus,
    Requirement,
    RequirementKind,
    SupervisionAgreement,
    SupervisionPurpose,
    Traineeship,
    TraineeStep,
    TraineeStepKind,
    TraineeSupervisor,
    WhatIsRecorded,
)
from tcsuper.queries.standing import Row, standings
from tcsuper.queries.tasks import my_tasks
from tcsuper.queries.traineeships import TraineeLine, my_traineeships, trainees_seen
from tcsuper.rules.standing import first_of_month
from tcsuper.services.agreements import end_agreement, make_agreement
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.settings import set_service_number
from tcsuper.services.supervision import record_session, void_session
from tests.people import LONG_AGO, Cast, actor, add_plain_supervisor, as_person

NOVEMBER = date(2026, 11, 20)
BEGAN = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", NOVEMBER.isoformat())


@pytest.fixture
def service(cast: Cast) -> Cast:
    """Ben trains; his service has set the older rule: 240 minutes a month, 120 of them with who coordinates."""
    with writing() as db:
        add_plain_supervisor(db, cast)
        db.add(
            SupervisionPurpose(
                code="professional", name="Professional supervision", position=2, records=WhatIsRecorded.FULL
            )
        )
        db.add(Traineeship(staff_id=cast.id("Ben"), qualification="Stage 2", start_on=BEGAN))
        asked = {"purposes": ["clinical", "professional"]}
        for title, terms in (
            ("Supervision in all", {"amount": 240}),
            ("With the coordinating supervisor", {"amount": 120, "with_coordinating": True}),
        ):
            db.add(
                Requirement(
                    kind=RequirementKind.SUPERVISION,
                    staff_id=cast.id("Ben"),
                    title=title,
                    terms=terms | asked,
                    start_on=LONG_AGO,
                )
            )
    return cast


def agree(cast: Cast, supervisor: str, role: TraineeSupervisor | None, piece: str = "", start_on: date = BEGAN) -> int:
    with as_person(cast, "Asha") as (db, asha):
        made = make_agreement(
            db,
            by=asha,
            supervisor_id=cast.id(supervisor),
            supervisee_id=cast.id("Ben"),
            purpose="professional",
            start_on=start_on,
            trainee_role=role,
            piece_of_work=piece,
        )
        return made.id or 0


def hold(cast: Cast, who: str, agreement: int, on: date, minutes: int) -> int:
    with as_person(cast, who) as (db, by):
        entries = [Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)]
        made = record_session(db, by=by, agreement_id=agreement, held_on=on, minutes=minutes, entries=entries)
        return made.id or 0


def trainee(cast: Cast, who: str = "Asha", on: date = NOVEMBER) -> TraineeLine:
    viewer = actor(cast, who)
    with reading() as db:
        [found] = trainees_seen(db, viewer=viewer, on=on)
    return found


def asked(cast: Cast, title: str, on: date = NOVEMBER) -> Row:
    with reading() as db:
        rows = standings(db, [cast.id("Ben")], on, kinds=[RequirementKind.SUPERVISION])
    return next(row for row in rows if row.requirement == title)


def test_the_monthly_minimum_counts_the_agreement_s_sessions_as_those_of_who_coordinates(service: Cast) -> None:
    """From the agreement made through the service, over sessions recorded by each, to the two sentences."""
    lena = agree(service, "Lena", TraineeSupervisor.COORDINATING)
    farah = agree(service, "Farah", TraineeSupervisor.DESIGNATED, "The assessment group")
    other = agree(service, "Carol", None)
    for who, agreement, minutes in (("Lena", lena, 90), ("Farah", farah, 60), ("Carol", other, 30)):
        hold(service, who, agreement, date(2026, 11, 10), minutes)
    in_all, with_lena = asked(service, "Supervision in all"), asked(service, "With the coordinating supervisor")
    assert "180 of 240 minutes" in in_all.standing.because
    assert "90 of 120 minutes" in with_lena.standing.because
    hold(service, "Lena", lena, date(2026, 11, 17), 60)
    assert asked(service, "Supervision in all").standing.is_met
    assert asked(service, "With the coordinating supervisor").standing.is_met
    assert "240 of 240" in asked(service, "Supervision in all").standing.because


def test_240_minutes_with_others_are_not_enough(service: Cast) -> None:
    agree(service, "Lena", TraineeSupervisor.COORDINATING)
    farah = agree(service, "Farah", TraineeSupervisor.DESIGNATED, "Research")
    hold(service, "Farah", farah, date(2026, 11, 10), 240)
    assert asked(service, "Supervision in all").standing.is_met
    alone = asked(service, "With the coordinating supervisor").standing
    assert not alone.is_met and "0 of 120 minutes" in alone.because
    short = [row.requirement for row in trainee(service).asked if not row.standing.is_met]
    assert "With the coordinating supervisor" in short and "Supervision in all" not in short


def test_hours_with_each_supervisor_this_month_and_in_all(service: Cast) -> None:
    lena = agree(service, "Lena", TraineeSupervisor.COORDINATING)
    farah = agree(service, "Farah", TraineeSupervisor.DESIGNATED, "Research")
    agree(service, "Carol", None)
    hold(service, "Lena", lena, date(2026, 10, 20), 60)
    hold(service, "Lena", lena, date(2026, 11, 3), 45)
    gone = hold(service, "Lena", lena, date(2026, 11, 4), 60)
    hold(service, "Farah", farah, date(2026, 9, 3), 90)
    with as_person(service, "Lena") as (db, by):
        void_session(db, by=by, session_id=gone, reason="Entered twice")
    told = [(one.name, one.role.value, one.piece_of_work, one.hours.this_month, one.hours.in_all)
            for one in trainee(service).supervisors]  # fmt: skip
    assert told == [("Lena", "coordinating", "", 45, 105), ("Farah", "designated", "Research", 0, 90)]
    in_october = trainee(service, on=date(2026, 10, 31)).supervisors
    assert [one.hours.this_month for one in in_october] == [60, 0]


def test_nobody_coordinates_after_the_last_day_and_the_page_says_since_when(service: Cast) -> None:
    lena = agree(service, "Lena", TraineeSupervisor.COORDINATING)
    assert trainee(service).problem is None
    with as_person(service, "Asha") as (db, asha):
        end_agreement(db, by=asha, agreement_id=lena, end_on=date(2026, 11, 2))
    problem = trainee(service).problem
    assert problem is not None and problem.because == "No coordinating supervisor since 3 November 2026."
    assert trainee(service, on=date(2026, 11, 2)).problem is None
    assert trainee(service).needs_something == 2  # and the plan was never reviewed
    [former] = trainee(service).supervisors
    assert former.span.end == date(2026, 11, 2)


def test_two_who_coordinate_at_once_are_a_problem(service: Cast) -> None:
    """Services refuse it; rows that came in another way are still told."""
    agree(service, "Lena", TraineeSupervisor.COORDINATING)
    with writing() as db:
        db.add(
            SupervisionAgreement(
                supervisor_id=service.id("Farah"),
                supervisee_id=service.id("Ben"),
                purpose="professional",
                start_on=date(2026, 5, 3),
                trainee_role=TraineeSupervisor.COORDINATING,
            )
        )
    problem = trainee(service).problem
    assert problem is not None
    assert problem.because == "Two coordinating supervisors at a time since 3 May 2026: Lena and Farah."


def test_steps_are_shown_worst_first_as_they_stood_and_by_whose_word_they_are_done(service: Cast) -> None:
    with writing() as db:
        for title, due_on, done_on in (
            ("Plan", date(2026, 4, 1), date(2026, 4, 2)),
            ("Exemplar 2", date(2027, 6, 1), None),
            ("Exemplar 1", date(2026, 11, 1), None),
            ("Diary", date(2026, 12, 1), None),
        ):
            db.add(
                TraineeStep(
                    recorded_at=now(),
                    recorded_by_id=service.id("Lena"),
                    traineeship_id=1,
                    kind=TraineeStepKind.SUBMISSION,
                    title=title,
                    due_on=due_on,
                    done_on=done_on,
                )
            )
    lines = trainee(service).steps
    assert [(one.standing.step.title, one.standing.status.value, one.recorded_by) for one in lines] == [
        ("Exemplar 1", "overdue", ""),
        ("Diary", "due_soon", ""),
        ("Exemplar 2", "not_started", ""),
        ("Plan", "up_to_date", "Lena"),
    ]
    in_april = {one.standing.step.title: one.standing.status.value for one in trainee(service, on=BEGAN).steps}
    assert in_april["Plan"] == "due_soon"


def test_the_plan_is_reviewed_as_often_as_the_service_says(service: Cast) -> None:
    assert trainee(service).review.due_on == date(2026, 6, 1)
    with as_person(service, "Asha") as (db, asha):
        set_service_number(db, by=asha, key="trainee_review_months", value=12)
    assert trainee(service).review.due_on == date(2027, 3, 1)


def test_who_may_read_a_plan_and_who_keeps_it(service: Cast) -> None:
    agree(service, "Lena", TraineeSupervisor.COORDINATING)
    agree(service, "Carol", TraineeSupervisor.DESIGNATED, "Research")
    keeps = {name: trainee(service, name).may_keep for name in ("Asha", "Lena", "Carol", "Ben")}
    assert keeps == {"Asha": True, "Lena": True, "Carol": False, "Ben": False}
    with reading() as db:
        for name in ("Bela", "Cai", "Dev", "Eve", "Farah", "Gwen", "Ivor", "Kit", "Jo"):
            assert trainees_seen(db, viewer=actor(service, name), on=NOVEMBER) == [], name
        assert [one.person for one in my_traineeships(db, viewer=actor(service, "Ben"), on=NOVEMBER)] == ["Ben"]
        assert my_traineeships(db, viewer=actor(service, "Asha"), on=NOVEMBER) == []


def test_what_is_overdue_waits_on_the_home_pages_of_the_trainee_and_of_who_keeps_the_plan(service: Cast) -> None:
    def waiting(who: str) -> list[tuple[str, str, str]]:
        with reading() as db:
            tasks = my_tasks(db, viewer=actor(service, who), rows=[])
        return [(task.title, task.word, task.page) for task in tasks if "Review of the plan" in task.title]

    assert waiting("Ben") == [("My training · Review of the plan", "Overdue", "my_record")]
    assert waiting("Asha") == [("Ben · Review of the plan", "Overdue", "supervision_due")]
    assert waiting("Carol") == [] == waiting("Dev")


def test_one_that_is_over_is_listed_to_its_last_day(service: Cast) -> None:
    with writing() as db:
        db.get_one(Traineeship, 1).end_on = NOVEMBER
    assert trainee(service).span.end == NOVEMBER
    with reading() as db:
        assert trainees_seen(db, viewer=actor(service, "Asha"), on=NOVEMBER + timedelta(days=1)) == []


def test_the_clock_stands_still() -> None:
    assert today() == NOVEMBER and first_of_month(today()) == date(2026, 11, 1)
