"""What the recording forms are filled with: last time, the days left to enter, who presents, the week."""

from datetime import date, timedelta

import pytest

from tcsuper.access import Actor
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    AttendanceStatus,
    Body,
    BodyKind,
    BodyRule,
    BodyRuleKind,
    CancelledBy,
    LostBecause,
    Registration,
    SessionState,
    StandIn,
    SupervisionAgreement,
    SupervisionPurpose,
)
from tcsuper.queries.recording import days_between, days_to_enter, last_time
from tcsuper.queries.supervision import register_for
from tcsuper.queries.week_register import communities_with_groups, week_of_community
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import plan_session, record_lost_session, record_session, void_session
from tests.access_stage import stored
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor

YESTERDAY = today() - timedelta(days=1)
MONDAY = YESTERDAY - timedelta(days=YESTERDAY.weekday())


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def held(cast: Cast, on: date, agreement: int = 0, starts_at: str = "14:00", minutes: int = 75) -> int:
    of_group = agreement == cast.group_agreement
    entries = [Entry(cast.id(name), AttendanceStatus.ATTENDED) for name in (GROUP_OF_TEN if of_group else ["Ben"])]
    with writing() as db:
        session = record_session(
            db,
            by=actor(cast, "Asha"),
            agreement_id=agreement or cast.ben_agreement,
            held_on=on,
            minutes=minutes,
            entries=entries,
            starts_at=starts_at,
        )
        return session.id or 0


def every(cast: Cast, days: int) -> None:
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.ben_agreement).every_days = days


# ---------------------------------------------------------------------------------------------------------------------
# Last time


def test_last_time_is_the_last_that_was_held_and_the_next_day_is_never_to_come(cast: Cast) -> None:
    asha, every_week = actor(cast, "Asha"), 7
    every(cast, every_week)
    held(cast, ago(30), starts_at="09:00", minutes=50)
    extra = held(cast, ago(10))
    with reading() as db:
        was = last_time(db, viewer=asha, agreement_id=cast.ben_agreement)
    assert was is not None
    assert (was.held_on, was.starts_at, was.minutes, was.next_on) == (ago(10), "14:00", 75, ago(3))
    every(cast, 28)
    with reading() as db:
        was = last_time(db, viewer=asha, agreement_id=cast.ben_agreement)
    assert was is not None and was.next_on == today()
    with writing() as db:
        void_session(db, by=asha, session_id=extra, reason="Never held")
    with reading() as db:
        was = last_time(db, viewer=asha, agreement_id=cast.ben_agreement)
    assert was is not None and was.held_on == ago(30)


def test_a_stand_in_is_not_told_how_it_was_last_time(cast: Cast) -> None:
    held(cast, ago(10))
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
    with reading() as db:
        assert register_for(db, viewer=actor(cast, "Jo"), agreement_id=cast.ben_agreement, held_on=today())
        assert last_time(db, viewer=actor(cast, "Jo"), agreement_id=cast.ben_agreement) is None
        assert last_time(db, viewer=actor(cast, "Asha"), agreement_id=cast.ben_agreement) is not None


# ---------------------------------------------------------------------------------------------------------------------
# Days to enter


def days_left(cast: Cast, viewer: Actor | None = None) -> list[tuple[date, str, int, bool]]:
    with reading() as db:
        left = days_to_enter(db, viewer=viewer or actor(cast, "Asha"), agreement_id=cast.ben_agreement)
    return [(one.held_on, one.starts_at, one.minutes, one.planned_record_id is not None) for one in left]


def test_the_days_left_follow_the_usual_rhythm_since_the_last_that_is_recorded(cast: Cast) -> None:
    every(cast, 14)
    held(cast, ago(60))
    assert days_left(cast) == [(ago(days), "14:00", 75, False) for days in (46, 32, 18, 4)]
    with writing() as db:
        record_lost_session(
            db,
            by=actor(cast, "Asha"),
            agreement_id=cast.ben_agreement,
            held_on=ago(30),
            cancelled_by=CancelledBy.SUPERVISOR,
            lost_because=LostBecause.LEAVE,
        )
    assert [on for on, *_ in days_left(cast)] == [ago(16), ago(2)]


def test_a_planned_day_stands_in_place_of_the_usual_one_near_it(cast: Cast) -> None:
    every(cast, 14)
    held(cast, ago(60))
    with writing() as db:
        for on, at in ((ago(30), "10:00"), (ago(18), "11:00")):
            plan_session(
                db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=on, starts_at=at, minutes=45
            )
    assert days_left(cast) == [
        (ago(46), "14:00", 75, False),
        (ago(30), "10:00", 45, True),
        (ago(18), "11:00", 45, True),
        (ago(4), "14:00", 75, False),
    ]


def test_no_more_than_twelve_days_and_none_after_the_agreement(cast: Cast) -> None:
    every(cast, 7)
    assert len(days_left(cast)) == 12 and days_left(cast)[0][0] == LONG_AGO
    held(cast, ago(30))
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.ben_agreement).end_on = ago(10)
    assert [on for on, *_ in days_left(cast)] == [ago(23), ago(16)]


@pytest.mark.parametrize(("until", "how_many"), [(0, 1), (6, 1), (7, 2), (-1, 0), (-30, 0)])
def test_days_between(until: int, how_many: int) -> None:
    first = date(2026, 3, 30)
    assert len(days_between(first, first + timedelta(days=until), 7)) == how_many


# ---------------------------------------------------------------------------------------------------------------------
# Who is asked whether they presented their own work


def registered(cast: Cast, rule_set: str = "babcp", grade: str = "accredited", **facts: object) -> None:
    """Bela, with a body whose rule for the accredited is this."""
    with writing() as db:
        body = stored(db, Body(code="body", name="Body", short_name="Body", kind=BodyKind.ACCREDITED))
        db.add(
            BodyRule(
                body_id=body,
                kind=BodyRuleKind.SUPERVISION,
                grade="accredited",
                start_on=LONG_AGO,
                terms={"amount": 90, "rule_set": rule_set},
            )
        )
        db.add(
            Registration(
                recorded_at=now(),
                recorded_by_id=cast.id("Asha"),
                staff_id=cast.id("Bela"),
                body_id=body,
                grade=grade,
                registered_on=LONG_AGO,
                **facts,
            )
        )


def asked(cast: Cast, agreement: int = 0, on: date = YESTERDAY) -> list[str]:
    with reading() as db:
        people = register_for(
            db, viewer=actor(cast, "Asha"), agreement_id=agreement or cast.group_agreement, held_on=on
        )
    return [one.full_name for one in people if one.asks_own_work]


def test_own_work_is_asked_of_those_whose_body_counts_a_group_by_it(cast: Cast) -> None:
    assert asked(cast) == []
    registered(cast)
    assert asked(cast) == ["Bela"]
    with writing() as db:
        db.get_one(SupervisionPurpose, "clinical").credited_by = ["bacp"]
    assert asked(cast) == []


@pytest.mark.parametrize(
    "facts", [{"rule_set": "bacp"}, {"grade": "trainee"}, {"ended_on": YESTERDAY - timedelta(days=1)}]
)
def test_own_work_is_not_asked_where_no_body_of_theirs_asks(cast: Cast, facts: dict[str, object]) -> None:
    registered(cast, **facts)  # type: ignore[arg-type]
    assert asked(cast) == []


def test_own_work_is_not_asked_alone_with_the_supervisor(cast: Cast) -> None:
    registered(cast)
    with writing() as db:
        alone = stored(
            db,
            SupervisionAgreement(
                supervisor_id=cast.id("Asha"), supervisee_id=cast.id("Bela"), purpose="clinical", start_on=LONG_AGO
            ),
        )
    assert asked(cast, alone) == []


# ---------------------------------------------------------------------------------------------------------------------
# The week


def the_week(cast: Cast, viewer: str = "Asha") -> list[tuple[str, SessionState | None, date | None, bool]]:
    with reading() as db:
        week = week_of_community(db, viewer=actor(cast, viewer), community_id=cast.community_b, monday=MONDAY)
    return [(one.group, one.state, one.held_on, one.may_enter) for one in week]


def test_a_week_shows_what_is_done_what_waits_and_what_could_be_added(cast: Cast) -> None:
    group = "Monday group"
    assert the_week(cast) == [(group, None, None, True)]
    with writing() as db:
        plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.group_agreement, held_on=YESTERDAY)
        plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.group_agreement, held_on=MONDAY + timedelta(days=7))
    assert the_week(cast) == [(group, SessionState.PLANNED, YESTERDAY, True)]
    held(cast, YESTERDAY, cast.group_agreement, starts_at="08:00")
    assert (group, SessionState.HELD, YESTERDAY, False) in the_week(cast)


def test_a_week_is_shown_to_those_who_enter_a_group_there(cast: Cast) -> None:
    held(cast, YESTERDAY, cast.group_agreement)
    assert the_week(cast)
    for who in ("Ben", "Carol", "Dev", "Eve", "Farah", "Ivor", "Gwen"):
        assert the_week(cast, who) == [], who
        with reading() as db:
            assert cast.community_b not in communities_with_groups(db, viewer=actor(cast, who)), who
