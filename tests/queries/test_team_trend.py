"""Kinds over time, standards most often below, and variances: never another figure than the overview gives (T29).

A figure that differs from the overview's of the same day by one person would tell how that person stands. Taken out:
`as_of` in the trend made the figures of somebody who came since the difference of the two.
"""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import Post, Requirement, RequirementKind
from tcsuper.queries.over_time import LINES, OBSERVED, Line
from tcsuper.queries.standards_below import standards_below
from tcsuper.queries.team_counts import ALL, EVERYBODY, team_on
from tcsuper.queries.team_overview import overview
from tcsuper.queries.team_trend import ALL_TOGETHER, columns_on, lines_to_follow, trend_days, trend_of
from tcsuper.queries.team_variances import team_variances
from tests.observing import observing
from tests.people import LONG_AGO, Cast, actor

AGREEMENTS = next(line for line in LINES if line.kind is RequirementKind.AGREEMENT)
SUPERVISION = next(line for line in LINES if line.kind is RequirementKind.SUPERVISION)
TODAY = date(2026, 11, 22)
AHEAD = [date(2027, 2, 28), date(2027, 5, 31), date(2027, 11, 30)]


@pytest.mark.parametrize(
    ("on", "line", "first", "last", "forecast"),
    [
        (TODAY, AGREEMENTS, date(2025, 11, 30), TODAY, AHEAD),
        (TODAY, SUPERVISION, date(2025, 11, 30), date(2026, 10, 31), AHEAD),
        (date(2026, 6, 10), AGREEMENTS, date(2025, 6, 30), date(2026, 6, 10), []),
        (date(2028, 2, 29), AGREEMENTS, date(2025, 11, 30), TODAY, AHEAD),
    ],
)
def test_twelve_ends_of_months_the_day_itself_and_three_to_come(
    on: date, line: Line, first: date, last: date, forecast: list[date]
) -> None:
    days = trend_days(on, TODAY, line)
    recorded = [day for day, is_forecast in days if not is_forecast]
    assert (recorded[0], recorded[-1]) == (first, last)
    assert [day for day, is_forecast in days if is_forecast] == forecast
    assert len(recorded) == (12 if line is SUPERVISION else 13)


@pytest.fixture
def asked(cast: Cast) -> Cast:
    """An agreement is asked of officers; one of them came sixty days ago, and one left."""
    with writing() as db:
        terms = {"target_days": 30}
        facts = {"job_description_id": cast.officer, "mark": "service", "start_on": LONG_AGO}
        db.add(Requirement(kind=RequirementKind.AGREEMENT, title="Agreement", terms=terms, **facts))
        for name, start, end in (("Officer D", 60, None), ("Officer E", 900, 20)):
            for post in db.exec(select(Post).where(Post.staff_id == cast.id(name))):
                post.start_on = today() - timedelta(days=start)
                post.end_on = None if end is None else today() - timedelta(days=end)
    return cast


def test_the_trend_gives_the_figures_of_the_overview_on_each_day(asked: Cast) -> None:
    with reading() as db:
        director = actor(asked, "Dev")
        frame = trend_of(db, viewer=director, on=today(), line=AGREEMENTS)
        given = frame.dropna(subset=["share"])
        assert len(given) > 12, "no figure is compared with anything"
        for day in sorted(set(frame["on"])):
            team = team_on(db, viewer=director, on=day, lines=[AGREEMENTS])
            places = {name: (key, ALL) for key, name in team.places.communities.items()} | {ALL_TOGETHER: EVERYBODY}
            for row in frame[frame["on"] == day].itertuples():
                cell = team.columns[AGREEMENTS].cell(places[row.community])
                same = (cell.met, cell.duty) if cell.share is not None else (None, None)
                assert (row.met, row.duty) == same, (day, row.community)


def test_whoever_sees_counts_has_no_other_past_day_than_ends_of_months(asked: Cast) -> None:
    with reading() as db:
        director = actor(asked, "Dev")
        then = trend_of(db, viewer=director, on=today() - timedelta(days=40), line=AGREEMENTS)
        assert then.equals(trend_of(db, viewer=director, on=today(), line=AGREEMENTS))


def test_a_manager_has_the_people_in_post_on_each_day(asked: Cast) -> None:
    with reading() as db:
        asha = actor(asked, "Asha")
        before, now = (
            columns_on(db, viewer=asha, days=[day], line=AGREEMENTS)[0].cell(EVERYBODY)
            for day in (today() - timedelta(days=90), today())
        )
    assert now.duty == before.duty, "one came and one left"
    assert AGREEMENTS in lines_to_follow(db, viewer=asha, on=today())


def test_standards_are_counted_from_five_judged_up_and_never_from_fewer(database: str) -> None:
    with writing() as db:
        stage = observing(db)
        names = ["Ben", "Officer D", "Officer E", "Officer F", "Officer G"]
        for name in names:
            stage.observe("Asha", name, {0: 2 if name == "Ben" else 3, 1: 3}, days_ago=40)
            if name != "Officer G":
                stage.observe("Asha", name, {0: 2 if name == "Ben" else 3}, days_ago=10)
    with reading() as db:
        director = stage.cast
        assert standards_below(db, viewer=actor(director, "Dev"), on=today()) == [], "four are judged"
    with writing() as db:
        stage.db = db
        stage.observe("Asha", "Officer G", {0: 3}, days_ago=9)
    with reading() as db:
        found = standards_below(db, viewer=actor(stage.cast, "Dev"), on=today())
        of_b = [one for one in found if one.community != ALL_TOGETHER]
        assert [(one.standard, one.below, one.judged) for one in of_b] == [("Running a small group", 1, 5)]
        assert of_b[0].sentence.startswith("1 below of 5 judged, ")
        shown = overview(db, viewer=actor(stage.cast, "Dev"), on=today())
        said = [one.because for one in team_variances(db, viewer=actor(stage.cast, "Dev"), shown=shown, most=99)]
    assert any("most often below on Running a small group (1 of 5 judged)" in one for one in said)
    assert not any(name in one for one in said for name in ("Ben", "Officer", "Asha"))
    assert OBSERVED in shown.team.columns
