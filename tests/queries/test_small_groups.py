"""T29: nobody's standing can be worked out from counts, whatever is set beside what.

Who sees counts only can choose a community, a kind, a day and a month. Every day that can be asked is asked. Taken out:
the snapping in `figures_as_at`, and a day before and after somebody left gave two figures that differed by that person.
"""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from tcsuper import clock
from tcsuper.database import reading, writing
from tcsuper.models import AttendanceStatus, Post
from tcsuper.queries.due import lost_sessions
from tcsuper.queries.team import figures_as_at, kinds_by_community, months_as_at, supervision_rate_by_month
from tcsuper.rules.standing import first_of_month
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_session
from tests.people import Cast, actor, as_person

TODAY = date(2026, 11, 12)


@pytest.fixture(autouse=True)
def a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", TODAY.isoformat())


def test_the_clock_stands_still(cast: Cast) -> None:
    assert clock.today() == TODAY == actor(cast, "Dev").on


def somebody_leaves(cast: Cast, name: str, on: date) -> None:
    with writing() as db:
        db.exec(select(Post).where(Post.staff_id == cast.id(name))).one().end_on = on


def somebody_attends(cast: Cast, held_on: date) -> None:
    with as_person(cast, "Asha") as (db, asha):
        entries = [Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)]
        record_session(db, by=asha, agreement_id=cast.ben_agreement, held_on=held_on, minutes=60, entries=entries)


def every_day() -> list[date]:
    return [TODAY + timedelta(days=offset) for offset in range(-75, 60)]


@pytest.mark.parametrize("name", ["Dev", "Ivor"])
def test_one_day_beside_the_next_tells_nothing_of_one_person(cast: Cast, name: str) -> None:
    somebody_attends(cast, date(2026, 10, 14))
    somebody_leaves(cast, "Bela", date(2026, 10, 14))
    somebody_leaves(cast, "Officer D", date(2026, 11, 10))
    viewer, shown = actor(cast, name), {}
    with reading() as db:
        for on in every_day():
            if on.day in (1, 10, 11, 12, 14, 15, 28) or on == TODAY:  # around what happened, and the ends of months
                kinds = kinds_by_community(db, viewer=viewer, on=on)
                shown[on] = kinds[["community", "kind", "met", "duty"]].to_csv()
    for day, after in pairwise(shown):
        if first_of_month(day) == first_of_month(after):
            assert shown[day] == shown[after], f"{day} and {after}"
    assert len(set(shown.values())) > 1, "months do differ"


def test_a_manager_who_sees_the_people_chooses_any_day(cast: Cast) -> None:
    asha, dev = actor(cast, "Asha"), actor(cast, "Dev")
    for on in every_day():
        assert figures_as_at(asha, on) == on
        assert (months_as_at(asha, on), months_as_at(dev, on)) == (on, TODAY)
        given = figures_as_at(dev, on)
        assert given == TODAY or (given + timedelta(days=1)).day == 1


def test_a_past_month_is_the_same_figure_whenever_it_is_asked(cast: Cast) -> None:
    somebody_attends(cast, date(2026, 9, 14))
    somebody_leaves(cast, "Bela", date(2026, 10, 14))
    dev = actor(cast, "Dev")
    with reading() as db:
        asked = [date(2026, 9, 30), date(2026, 10, 13), date(2026, 10, 31), TODAY]
        frames = {supervision_rate_by_month(db, viewer=dev, on=on, how_many=3).to_csv() for on in asked}
    assert len(frames) == 1


def test_no_sum_is_offered_from_which_a_small_community_could_be_taken(cast: Cast) -> None:
    """Ashdown C is too small to show, so B and C together must not be shown either."""
    dev = actor(cast, "Dev")
    with reading() as db:
        kinds = kinds_by_community(db, viewer=dev, on=TODAY)
        months = supervision_rate_by_month(db, viewer=dev, on=TODAY)
        assert lost_sessions(db, viewer=dev, on=TODAY) is None
    assert set(kinds["community"]) == set(months["community"]) == {"Ashdown B", "Ashdown C"}
    of_c = kinds[(kinds["community"] == "Ashdown C") & (kinds["kind"] == "Supervision")].iloc[0]
    assert (of_c["met"], of_c["duty"], of_c["share"], of_c["label"]) == (None, None, None, "under 5")
    assert months[months["community"] == "Ashdown C"][["met", "duty", "share"]].isna().all().all()
