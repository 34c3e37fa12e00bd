"""Who is due: the forecast, the session that would fix it, the rate with who is left out, the causes of lost sessions.

Fixed on 22 November 2026, so that months and warning windows stand still.
"""

from datetime import date

import pytest
from sqlmodel import select

from tcsuper.database import reading, writing
from tcsuper.models import AttendanceStatus, CancelledBy, LostBecause, Post, SupervisionSession
from tcsuper.queries.due import lost_sessions, rate_sentence, supervision_due, what_would_fix
from tcsuper.queries.home import my_standings, my_tasks, my_team
from tcsuper.queries.team import kinds_by_community, supervision_rate_by_month
from tcsuper.rules.standing import Status
from tcsuper.services.supervision import Entry, plan_session, record_lost_session, record_session
from tests.people import GROUP_OF_TEN, Cast, actor

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def on_the_22_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", TODAY.isoformat())


def group(cast: Cast, on: date, minutes: int = 60, absent: str = "") -> None:
    entries = [
        Entry(cast.id(name), AttendanceStatus.APOLOGIES_LEAVE if name == absent else AttendanceStatus.ATTENDED)
        for name in GROUP_OF_TEN
    ]
    with writing() as db:
        record_session(
            db, by=actor(cast, "Asha"), agreement_id=cast.group_agreement, held_on=on, minutes=minutes, entries=entries
        )


def planned(cast: Cast, agreement: int, on: date, minutes: int) -> None:
    with writing() as db:
        plan_session(db, by=actor(cast, "Asha"), agreement_id=agreement, held_on=on, minutes=minutes)


def test_a_planned_session_saves_the_month_and_another_does_not_reach(cast: Cast) -> None:
    group(cast, date(2026, 10, 5), absent="Bela")
    group(cast, date(2026, 11, 2), minutes=30)
    planned(cast, cast.ben_agreement, date(2026, 11, 26), 45)
    with reading() as db:
        months = supervision_due(db, viewer=actor(cast, "Asha"), on=TODAY)
    fixes = {fix.person: fix for fix in what_would_fix(months)}
    assert (fixes["Ben"].planned, fixes["Ben"].is_saved) == ("Thursday 26 November: meets it", True)
    assert (fixes["Bela"].credited, fixes["Bela"].short_by) == ("30 of 60 min", "30 min")
    assert fixes["Bela"].fix == "One individual session of 30 minutes."
    assert what_would_fix(months)[-1].person == "Ben", "whoever is saved already comes last"


def test_the_rate_says_who_met_of_whom_and_who_is_left_out(cast: Cast) -> None:
    group(cast, date(2026, 10, 5), absent="Bela")
    with writing() as db:
        post = db.exec(select(Post).where(Post.staff_id == cast.id("Officer D"))).one()
        post.start_on = date(2026, 10, 19)
    with reading() as db:
        months = supervision_due(db, viewer=actor(cast, "Asha"), on=TODAY)
    said = rate_sentence(months)
    assert said.startswith("8 of 10 people met every minimum in October 2026 (80%). 1 left out: ")


def test_a_missed_month_is_overdue_until_this_one_makes_it_good(cast: Cast) -> None:
    def status_of_ben() -> Status:
        with reading() as db:
            return my_standings(db, viewer=actor(cast, "Ben"))[0].standing.status

    group(cast, date(2026, 9, 7))
    assert status_of_ben() is Status.OVERDUE
    group(cast, date(2026, 11, 16))
    assert status_of_ben() is Status.UP_TO_DATE


def test_home_asks_to_confirm_the_last_weeks_only(cast: Cast) -> None:
    group(cast, date(2026, 10, 5))
    group(cast, date(2026, 11, 9))
    with reading() as db:
        ben = actor(cast, "Ben")
        tasks = my_tasks(db, viewer=ben, rows=[])
    assert [task.title for task in tasks] == ["Monday group, Monday 9 November"]


def test_the_manager_sees_who_is_late_first_and_the_figures_agree(cast: Cast) -> None:
    group(cast, date(2026, 10, 5), absent="Bela")
    group(cast, date(2026, 11, 9), absent="Bela")
    with reading() as db:
        asha = actor(cast, "Asha")
        team = my_team(db, viewer=asha)
        kinds = kinds_by_community(db, viewer=asha, on=TODAY)
    assert team is not None
    assert {task.title for task in team.tasks} == {"Bela · Clinical supervision", "Farah · Clinical supervision"}
    figure = team.figures[0]
    row = kinds[kinds["kind"] == "Supervision"].iloc[0]
    assert (figure.met, figure.duty) == (row["met"], row["duty"]) == (9, 11)


def test_the_directors_months_count_and_forecast_nothing(cast: Cast) -> None:
    group(cast, date(2026, 10, 5), absent="Bela")
    with reading() as db:
        rates = supervision_rate_by_month(db, viewer=actor(cast, "Dev"), on=TODAY, how_many=2)
    b = rates[rates["community"] == "Ashdown B"]
    assert list(zip(b["met"], b["duty"], b["so_far"], strict=True)) == [(9, 11, False), (0, 11, True)]
    c = rates[rates["community"] == "Ashdown C"]
    assert list(c["share"]) == [None, None], "one person with a duty is not shown"


def test_causes_are_ranked_and_kept_from_few_people(cast: Cast) -> None:
    def lose(agreement: int, on: date, why: LostBecause) -> None:
        with writing() as db:
            record_lost_session(
                db,
                by=actor(cast, "Asha"),
                agreement_id=agreement,
                held_on=on,
                cancelled_by=CancelledBy.ESTABLISHMENT,
                lost_because=why,
            )

    lose(cast.ben_agreement, date(2026, 11, 3), LostBecause.SICKNESS)
    with reading() as db:
        assert lost_sessions(db, viewer=actor(cast, "Asha"), on=TODAY) is None, "Ben alone would be singled out"
        assert db.exec(select(SupervisionSession)).first() is not None
    lose(cast.group_agreement, date(2026, 11, 2), LostBecause.DETAILED_ELSEWHERE)
    lose(cast.group_agreement, date(2026, 11, 9), LostBecause.DETAILED_ELSEWHERE)
    with reading() as db:
        lost = lost_sessions(db, viewer=actor(cast, "Asha"), on=TODAY)
        theirs = lost_sessions(db, viewer=actor(cast, "Carol"), on=TODAY)
    assert lost is not None and theirs is None
    assert list(zip(lost["cause"], lost["count"], strict=True)) == [
        (LostBecause.DETAILED_ELSEWHERE, 2),
        (LostBecause.SICKNESS, 1),
    ]
