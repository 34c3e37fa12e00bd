"""Who is due: the forecast, the session that would fix it, the causes of lost sessions.

Fixed on 22 November 2026, so that months and warning windows stand still.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from tcsuper.access import Actor
from tcsuper.database import reading, writing
from tcsuper.models import (
    AttendanceStatus,
    CancelledBy,
    LostBecause,
    Requirement,
    RequirementKind,
    SupervisionSession,
)
from tcsuper.queries.compliance import compliance_months, verdict_shown
from tcsuper.queries.due import LostBy, counts_lost_only, lost_sessions
from tcsuper.queries.home import my_standings, my_team
from tcsuper.queries.remedies import WillMiss, outlook
from tcsuper.queries.supervision import agreements_to_record
from tcsuper.queries.tasks import my_tasks
from tcsuper.queries.team import kinds_by_community, supervision_rate_by_month
from tcsuper.rules.standing import Status
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import plan_session, record_lost_session, record_session
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor

TODAY = date(2026, 11, 22)
FIVE_DAYS = timedelta(days=5)


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


def short_of(viewer: Actor, on: date = TODAY, community_id: int | None = None) -> dict[str, WillMiss]:
    with reading() as db:
        return {one.person: one for one in outlook(db, viewer=viewer, on=on, community_id=community_id).short}


def test_a_planned_session_saves_the_month_and_another_does_not_reach(cast: Cast) -> None:
    group(cast, date(2026, 10, 5), absent="Bela")
    group(cast, date(2026, 11, 2), minutes=30)
    planned(cast, cast.ben_agreement, date(2026, 11, 26), 45)
    short = short_of(actor(cast, "Asha"))
    assert (short["Ben"].planned, short["Ben"].is_saved) == ("Planned for Thursday 26 November, which meets it.", True)
    assert (short["Bela"].so_far, short["Bela"].planned) == (("30 of 60 min",), "Nothing that counts is planned.")
    assert [fix.title for fix in short["Bela"].fixes] == ["One 90-minute session of Monday group"]
    assert list(short)[-1] == "Ben", "whoever is saved already comes last"


def test_one_group_session_fixes_all_of_its_people_and_is_planned_with_one_click(cast: Cast) -> None:
    planned(cast, cast.ben_agreement, date(2026, 11, 26), 60)
    with reading() as db:
        ahead = outlook(db, viewer=actor(cast, "Asha"), on=TODAY)
        [offered] = [
            one for one in agreements_to_record(db, viewer=actor(cast, "Asha")) if one.label.startswith("Monday")
        ]
    [together] = ahead.together
    assert together.title == "One 90-minute session of Monday group"
    assert together.people == tuple(sorted(name for name in GROUP_OF_TEN if name != "Ben")), "Ben is saved already"
    query = together.query
    assert offered.serves(int(query["person"]), query["purposes"].split(), query["form"])
    assert (ahead.until, ahead.is_over, ahead.saved) == (date(2026, 11, 30), False, 1)


def test_whoever_has_no_agreement_is_told_so(cast: Cast) -> None:
    [fix] = short_of(actor(cast, "Asha"))["Farah"].fixes
    assert (fix.title, fix.has_agreement, fix.query) == ("One session of 60 minutes", False, {})


def test_two_minima_are_met_by_one_session_or_named_apart(cast: Cast) -> None:
    with writing() as db:
        for title, terms in (
            ("Individual supervision", {"amount": 90, "forms": ["individual"]}),
            ("Sensitivity group", {"amount": 1, "measure": "meetings", "purposes": ["sensitivity_group"]}),
        ):
            db.add(
                Requirement(
                    kind=RequirementKind.SUPERVISION,
                    staff_id=cast.id("Ben"),
                    title=title,
                    terms=terms,
                    mark="service",
                    start_on=LONG_AGO,
                )
            )
    planned(cast, cast.group_agreement, date(2026, 11, 30), 60)
    ben = short_of(actor(cast, "Asha"))["Ben"]
    assert ben.minima == ("Clinical supervision", "Individual supervision", "Sensitivity group")
    assert (ben.is_saved, ben.planned) == (False, "Planned for Monday 30 November, which meets Clinical supervision.")
    assert [(fix.title, fix.minima, fix.has_agreement) for fix in ben.fixes] == [
        ("One 90-minute session with Asha", ("Individual supervision",), True),
        ("One session", ("Sensitivity group",), False),
    ]


def test_a_day_to_come_is_a_forecast_with_what_is_planned_for_its_month(cast: Cast) -> None:
    group(cast, date(2026, 11, 2))
    planned(cast, cast.ben_agreement, date(2026, 12, 10), 60)
    planned(cast, cast.ben_agreement, date(2027, 1, 4), 45)
    asha = actor(cast, "Asha")
    assert short_of(asha).keys() == {"Farah"}, "November is met by the group"
    december = short_of(asha, date(2026, 12, 31))
    assert december["Ben"].is_saved and not december["Bela"].is_saved
    january = short_of(asha, date(2027, 1, 31))["Ben"]
    assert january.planned == "Planned for Monday 4 January: this adds 45 minutes."
    assert january.fixes[0].title == "One 15-minute session with Asha"
    with reading() as db:
        rows = compliance_months(db, viewer=asha, on=date(2027, 1, 31), how_many=3)
    ben = [row for row in rows if row.person == "Ben"]
    assert [verdict_shown(row, TODAY) for row in ben] == ["met", "forecast", "short_so_far"]


def test_of_a_month_that_is_over_nothing_can_be_planned(cast: Cast) -> None:
    with reading() as db:
        ahead = outlook(db, viewer=actor(cast, "Asha"), on=date(2026, 10, 31))
    assert ahead.is_over and ahead.short and not ahead.together
    assert not any(fix.query for one in ahead.short for fix in one.fixes)


def test_a_line_manager_sees_that_a_month_is_short_and_no_amounts(cast: Cast) -> None:
    ben = short_of(actor(cast, "Farah"))["Ben"]
    assert (ben.minima, ben.so_far, ben.planned, ben.fixes) == (("Clinical supervision",), (), "", ())
    assert not ben.is_whole


def test_a_community_is_chosen_for_the_forecast_as_well(cast: Cast) -> None:
    dev_and_asha = actor(cast, "Asha")
    assert short_of(dev_and_asha, community_id=cast.community_b)
    assert not short_of(dev_and_asha, community_id=cast.community_c)


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
    assert [task.title for task in tasks if task.confirm_record] == ["Monday group, Monday 9 November"]


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


def test_a_month_to_come_is_not_over_on_a_day_to_come(cast: Cast) -> None:
    with reading() as db:
        rates = supervision_rate_by_month(db, viewer=actor(cast, "Asha"), on=date(2027, 1, 15), how_many=4)
    so_far = dict(zip(rates["month"], rates["so_far"], strict=True))
    assert [bool(so_far[month]) for month in sorted(so_far)] == [False, True, True, True]


def test_of_a_month_that_is_over_no_session_is_offered(cast: Cast) -> None:
    then = short_of(actor(cast, "Asha"), date(2026, 10, 15))["Ben"]
    assert then.fixes == () and not then.is_saved
    assert short_of(actor(cast, "Asha"))["Ben"].fixes


def test_home_asks_nothing_of_a_person_that_a_planned_session_meets(cast: Cast) -> None:
    def asked() -> list[tuple[str, str]]:
        with reading() as db:
            ben = actor(cast, "Ben")
            tasks = my_tasks(db, viewer=ben, rows=my_standings(db, viewer=ben))
        return [(task.next_step, task.page) for task in tasks if task.title == "Clinical supervision"]

    group(cast, date(2026, 10, 5))
    nothing = "Nothing that counts is planned for the rest of the month. Ask your supervisor for a session."
    assert asked() == [(nothing, "my_record")], "nobody plans for themselves"
    planned(cast, cast.group_agreement, date(2026, 11, 26), 60)
    assert asked() == []


def test_a_session_is_planned_from_home_only_where_an_agreement_serves(cast: Cast) -> None:
    group(cast, date(2026, 10, 5))
    with reading() as db:
        team = my_team(db, viewer=actor(cast, "Asha"))
    assert team is not None
    pages = {task.title: task.page for task in team.tasks}
    assert pages["Ben · Clinical supervision"] == "record_supervision"
    assert pages["Farah · Clinical supervision"] == "", "she has no agreement: Asha can plan nothing for her"


def test_the_directors_months_count_and_forecast_nothing(cast: Cast) -> None:
    group(cast, date(2026, 10, 5), absent="Bela")
    with reading() as db:
        rates = supervision_rate_by_month(db, viewer=actor(cast, "Dev"), on=TODAY, how_many=2)
    b = rates[rates["community"] == "Ashdown B"]
    assert list(zip(b["met"], b["duty"], b["so_far"], strict=True)) == [(9, 11, False), (0, 11, True)]
    c = rates[rates["community"] == "Ashdown C"]
    assert list(c["share"]) == [None, None], "one person with a duty is not shown"


def lose(cast: Cast, agreement: int, on: date, why: LostBecause, by: CancelledBy = CancelledBy.ESTABLISHMENT) -> UUID:
    with writing() as db:
        lost = record_lost_session(
            db, by=actor(cast, "Asha"), agreement_id=agreement, held_on=on, cancelled_by=by, lost_because=why
        )
        return lost.record_id


def held_instead(cast: Cast, lost: UUID, on: date) -> None:
    group(cast, on)
    with writing() as db:
        db.exec(select(SupervisionSession).where(SupervisionSession.held_on == on)).one().rebooks_id = lost


def test_what_was_held_since_had_made_nothing_good_as_known_on_a_day_before(cast: Cast) -> None:
    lost = lose(cast, cast.group_agreement, date(2026, 11, 2), LostBecause.DETAILED_ELSEWHERE)
    with writing() as db:
        db.exec(select(SupervisionSession).where(SupervisionSession.record_id == lost)).one().recorded_at -= FIVE_DAYS
    held_instead(cast, lost, date(2026, 11, 9))
    with reading() as db:
        asha, on = actor(cast, "Asha"), {"known_on": TODAY - timedelta(days=2)}
        now, then = lost_sessions(db, viewer=asha, on=TODAY), lost_sessions(db, viewer=asha, on=TODAY, **on)
    assert now is not None and then is not None
    assert (list(now["rebooked"]), list(then["rebooked"])) == ([1], [0])


def test_only_whoever_sees_counts_alone_is_offered_no_choice_of_lost_sessions(cast: Cast) -> None:
    assert [name for name in ("Asha", "Dev", "Ivor") if counts_lost_only(actor(cast, name))] == ["Dev", "Ivor"]


def test_causes_are_ranked_and_kept_from_few_people(cast: Cast) -> None:
    lose(cast, cast.ben_agreement, date(2026, 11, 3), LostBecause.SICKNESS)
    with reading() as db:
        assert lost_sessions(db, viewer=actor(cast, "Asha"), on=TODAY) is None, "Ben alone would be singled out"
        assert db.exec(select(SupervisionSession)).first() is not None
    lose(cast, cast.group_agreement, date(2026, 11, 2), LostBecause.DETAILED_ELSEWHERE)
    lose(cast, cast.group_agreement, date(2026, 11, 9), LostBecause.DETAILED_ELSEWHERE)
    with reading() as db:
        lost = lost_sessions(db, viewer=actor(cast, "Asha"), on=TODAY)
        theirs = lost_sessions(db, viewer=actor(cast, "Carol"), on=TODAY)
    assert lost is not None and theirs is None
    assert list(zip(lost["cause"], lost["count"], strict=True)) == [
        (LostBecause.DETAILED_ELSEWHERE, 2),
        (LostBecause.SICKNESS, 1),
    ]


def test_what_was_held_on_another_day_is_counted_with_the_days_between(cast: Cast) -> None:
    first = lose(cast, cast.group_agreement, date(2026, 10, 5), LostBecause.LOCKDOWN)
    second = lose(cast, cast.group_agreement, date(2026, 10, 12), LostBecause.LOCKDOWN, CancelledBy.SUPERVISOR)
    lose(cast, cast.group_agreement, date(2026, 11, 2), LostBecause.LEAVE, CancelledBy.SUPERVISOR)
    held_instead(cast, first, date(2026, 10, 19))
    held_instead(cast, second, date(2026, 10, 27))
    with reading() as db:
        asha = actor(cast, "Asha")
        lost = lost_sessions(db, viewer=asha, on=TODAY)
        by_whom = lost_sessions(db, viewer=asha, on=TODAY, by=LostBy.CANCELLED_BY)
        by_place = lost_sessions(db, viewer=asha, on=TODAY, by=LostBy.COMMUNITY, community_id=cast.community_b)
        elsewhere = lost_sessions(db, viewer=asha, on=TODAY, community_id=cast.community_c)
    assert lost is not None and by_whom is not None and by_place is not None and elsewhere is None
    columns = ["count", "rebooked", "in_time", "days"]
    assert lost[["cause", *columns]].to_numpy().tolist() == [
        [LostBecause.LOCKDOWN, 2, 2, 1, 14],
        [LostBecause.LEAVE, 1, 0, 0, None],
    ], "fourteen days are in time, fifteen are not"
    assert by_whom[["cancelled_by", *columns]].to_numpy().tolist() == [
        [CancelledBy.SUPERVISOR, 2, 1, 0, 15],
        [CancelledBy.ESTABLISHMENT, 1, 1, 1, 14],
    ]
    assert by_place[["community", *columns]].to_numpy().tolist() == [["Ashdown B", 3, 2, 1, 14]]


def test_three_months_and_twelve_are_counted_from_the_day_asked_about(cast: Cast) -> None:
    lose(cast, cast.group_agreement, date(2026, 8, 22), LostBecause.LOCKDOWN)
    lose(cast, cast.group_agreement, date(2026, 8, 23), LostBecause.LEAVE)
    lose(cast, cast.group_agreement, date(2025, 11, 24), LostBecause.TRAINING)
    asha = actor(cast, "Asha")
    with reading() as db:
        short, long = (lost_sessions(db, viewer=asha, on=TODAY, months=months) for months in (3, 12))
    assert short is not None and list(short["cause"]) == [LostBecause.LEAVE]
    assert long is not None and set(long["cause"]) == {LostBecause.LOCKDOWN, LostBecause.LEAVE, LostBecause.TRAINING}


def test_whoever_sees_counts_gets_one_answer_whatever_is_asked(cast: Cast) -> None:
    """Two that differ by a day, a month or a community would tell of one person by the difference."""
    lose(cast, cast.group_agreement, date(2026, 11, 2), LostBecause.LOCKDOWN)
    lose(cast, cast.ben_agreement, date(2026, 11, 12), LostBecause.SICKNESS)
    lose(cast, cast.ben_agreement, date(2026, 6, 12), LostBecause.SICKNESS)
    dev = actor(cast, "Dev")
    asked: list[dict[str, Any]] = [
        {},
        {"months": 12},
        {"on": date(2026, 11, 11)},
        {"community_id": cast.community_b},
        {"community_id": cast.community_c},
        {"by": LostBy.CANCELLED_BY},
    ]
    with reading() as db:
        answers = [lost_sessions(db, viewer=dev, **{"on": TODAY, **one}) for one in asked]
    assert all(one is not None for one in answers)
    assert [list(one["cause"]) for one in answers if one is not None][0] == [LostBecause.LOCKDOWN], "not Ben's sickness"
    assert len({one.to_csv() for one in answers if one is not None}) == 1
