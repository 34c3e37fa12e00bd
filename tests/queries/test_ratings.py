"""Which ratings count, as they are stored: carried over, moderated, rated together, and as known on a day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.models import (
    HowObserved,
    ModeratedLevel,
    Moderation,
    Observation,
    PlannedObservation,
    PlannedObserver,
    Rating,
    RequiredLevel,
    Setting,
    SignOff,
    Standard,
    StandardCarriedOver,
    StandardSet,
)
from tcsuper.queries.ratings import ratings_of
from tcsuper.queries.sign_offs import sign_offs_by_standing
from tcsuper.queries.standing import standings
from tcsuper.rules.practice import PracticeStanding
from tcsuper.rules.standing import Status
from tcsuper.services.evidence import next_version
from tests.observing import LEVELS, Observing, observing

TITLE = "Running a small group"
LAST_WEEK = today() - timedelta(days=7)


@pytest.fixture
def stage(db: Session) -> Observing:
    return observing(db)


def kept(db: Session, row: object) -> int:
    db.add(row)
    db.flush()
    return row.id  # type: ignore[attr-defined,no-any-return]


def days_before(days: int) -> date:
    return today() - timedelta(days=days)


def earlier(days: int) -> datetime:
    """At noon: summer time makes it an hour more or less, but never another day."""
    return datetime.combine(days_before(days), time(12), UTC)


def next_set(stage: Observing, version: str, title: str = TITLE) -> int:
    """A standard of a later version of the set, required of officers from last week at level 3."""
    db = stage.db
    of_set = kept(db, StandardSet(code="dtc_staff", version=version, name="DTC staff", level_names=LEVELS))
    standard = kept(db, Standard(standard_set_id=of_set, number=1, short_title=title))
    job = stage.cast.officer
    kept(db, RequiredLevel(job_description_id=job, standard_id=standard, level=3, start_on=LAST_WEEK))
    return standard


def carry(
    stage: Observing, former: int, new: int, levels: dict[str, int], at: datetime | None = None
) -> StandardCarriedOver:
    row = StandardCarriedOver(
        recorded_at=at or now(), recorded_by_id=stage.id("Asha"), former_id=former, new_id=new, levels=levels
    )
    kept(stage.db, row)
    return row


def levels_on(stage: Observing, standard: int, known_on: date | None = None) -> list[tuple[int, str]]:
    found = ratings_of(stage.db, [stage.id("Ben")], known_on).get(stage.id("Ben"), {}).get(standard, [])
    return sorted((one.counts_as, one.carried_from) for one in found)


def of_ben(stage: Observing, standard: int, known_on: date | None = None) -> PracticeStanding:
    rows = standings(stage.db, [stage.id("Ben")], today(), known_on)
    found = next(
        row for row in rows if "standard" in row.bound.terms and row.bound.terms["standard"].standard_id == standard
    )
    assert isinstance(found.standing, PracticeStanding)
    return found.standing


def plan(stage: Observing, together: bool, **signed_days_ago: int) -> int:
    planned = kept(
        stage.db,
        PlannedObservation(
            observed_id=stage.id("Ben"),
            standard_set_id=stage.set_id,
            week_of=days_before(21),
            together=together,
            planned_by_id=stage.id("Asha"),
            planned_at=earlier(30),
        ),
    )
    for name, days in signed_days_ago.items():
        kept(stage.db, PlannedObserver(planned_id=planned, observer_id=stage.id(name), signed_at=earlier(days)))
    return planned


# ---------------------------------------------------------------------------------------------------------------------
# Versions of a set


def test_a_rating_of_a_former_version_counts_once_it_is_carried_over(stage: Observing) -> None:
    """Whole: the days carry the observations behind them."""
    first = stage.observe("Bela", "Ben", {0: 3}, days_ago=40)
    stage.observe("Asha", "Ben", {0: 2}, days_ago=20)
    new = next_set(stage, "2")
    assert of_ben(stage, new).status is Status.NOT_YET_OBSERVED and levels_on(stage, new) == []
    carry(stage, stage.standards[0], new, {"3": 3, "2": 2})
    found = of_ben(stage, new)
    assert found.status is Status.BELOW and found.because.count("(carried over from version 1)") == 2
    assert found.days[1].records == {first.record_id}
    assert levels_on(stage, stage.standards[0]) == [(2, ""), (3, "")]  # what was given stays as it was


def test_a_chain_of_versions_counts_each_rating_once(stage: Observing) -> None:
    """Seen to fail when a version reads what was carried onto the one before it: the first rating counted twice."""
    stage.observe("Bela", "Ben", {0: 3}, days_ago=40)
    second, third = next_set(stage, "2"), next_set(stage, "3")
    carry(stage, stage.standards[0], second, {"3": 3})
    carry(stage, second, third, {"3": 4})
    assert levels_on(stage, second) == [(3, "1")]
    assert levels_on(stage, third) == [(4, "1")]


def test_what_was_confirmed_later_was_not_known_before(stage: Observing) -> None:
    stage.observe("Bela", "Ben", {0: 3}, days_ago=40)
    stage.db.exec(select(Observation)).one().recorded_at = earlier(40)
    new = next_set(stage, "2")
    confirmed = carry(stage, stage.standards[0], new, {"3": 3}, at=earlier(5))
    assert levels_on(stage, new, days_before(6)) == []
    assert levels_on(stage, new, days_before(5)) == [(3, "1")]
    next_version(stage.db, stage.actor("Asha"), confirmed, "Not the same", is_void=True)
    assert levels_on(stage, new) == [] and levels_on(stage, new, days_before(1)) == [(3, "1")]


def test_being_seen_against_a_former_version_is_being_seen(stage: Observing) -> None:
    """Seen to fail when only what is required now counts: overdue is about whether, not against what."""
    stage.observe("Bela", "Ben", {0: 3}, days_ago=40)
    for row in stage.db.exec(select(RequiredLevel)):
        row.end_on = LAST_WEEK - timedelta(days=1)
    next_set(stage, "2")
    rows = standings(stage.db, [stage.id("Ben")], today())
    again = next(row for row in rows if row.bound.is_observation)
    assert again.standing.status is Status.UP_TO_DATE


# ---------------------------------------------------------------------------------------------------------------------
# Several observers of one session


def test_a_moderated_level_stands_for_the_session_and_the_ratings_stay(stage: Observing) -> None:
    stage.observe("Asha", "Ben", {0: 3}, days_ago=40)
    planned = plan(stage, together=False, Asha=19, Bela=19)
    for by, level in (("Asha", 3), ("Bela", 2)):
        stage.observe(by, "Ben", {0: level}, days_ago=20).planned_id = planned
    stage.db.flush()
    assert of_ben(stage, stage.standards[0]).status is Status.BELOW
    moderation = Moderation(
        recorded_at=earlier(3), recorded_by_id=stage.id("Carol"), planned_id=planned, moderated_on=days_before(3),
        reason="As agreed with both",
    )  # fmt: skip
    kept(stage.db, moderation)
    kept(stage.db, ModeratedLevel(moderation_id=moderation.id or 0, standard_id=stage.standards[0], level=3))
    found = of_ben(stage, stage.standards[0])
    assert found.status is Status.AT and "(moderated)" in found.because and len(found.days[0].records) == 2
    for one in stage.db.exec(select(Observation)):
        one.recorded_at = earlier(9)
    stage.db.flush()
    assert of_ben(stage, stage.standards[0], days_before(4)).status is Status.BELOW  # before it was settled
    assert sorted(stage.db.exec(select(Rating.level))) == [2, 3, 3]
    next_version(stage.db, stage.actor("Asha"), moderation, "By mistake", is_void=True)
    assert of_ben(stage, stage.standards[0]).status is Status.BELOW


def test_rated_together_is_one_day_seen_by_those_who_signed_it(stage: Observing) -> None:
    planned = plan(stage, together=True, Asha=19, Bela=5)
    kept(stage.db, PlannedObserver(planned_id=planned, observer_id=stage.id("Farah"), stood_back_at=now()))
    stage.observe("Asha", "Ben", {0: 3}, days_ago=20).planned_id = planned
    stage.db.exec(select(Observation)).one().recorded_at = earlier(19)
    stage.db.flush()
    (day,) = of_ben(stage, stage.standards[0]).days
    assert day.observers == {stage.id("Asha"), stage.id("Bela")}
    (known_then,) = of_ben(stage, stage.standards[0], days_before(6)).days
    assert known_then.observers == {stage.id("Asha")}


# ---------------------------------------------------------------------------------------------------------------------
# As known on a day


def test_a_corrected_observation_counts_as_it_was_known(stage: Observing) -> None:
    stage.observe("Bela", "Ben", {0: 3}, days_ago=40)
    wrong = stage.observe("Asha", "Ben", {0: 2}, days_ago=20)
    for one in stage.db.exec(select(Observation)):
        one.recorded_at = earlier(15)
    corrected = next_version(stage.db, stage.actor("Asha"), wrong, "The level was another")
    kept(stage.db, Rating(observation_id=corrected.id or 0, standard_id=stage.standards[0], level=3))
    assert of_ben(stage, stage.standards[0], days_before(1)).status is Status.BELOW
    assert of_ben(stage, stage.standards[0]).status is Status.AT


def test_the_floor_of_a_standard_reaches_the_rule(db: Session, stage: Observing) -> None:
    db.get_one(Standard, stage.standards[0]).floor = 2
    stage.observe("Bela", "Ben", {0: 1}, days_ago=20)
    assert of_ben(stage, stage.standards[0]).because.startswith(f"{TITLE} is below the standard, under its floor")


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("prefer_two_observers", 0, Status.AT),
        ("prefer_two_observers", 1, Status.BELOW),
        ("written_work_counts", 1, Status.AT),
        ("observations_needed", 4, Status.NOT_YET_OBSERVED),
    ],
)
def test_the_service_numbers_reach_the_rule(
    db: Session, stage: Observing, key: str, value: int, status: Status
) -> None:
    """Bela saw it below; Asha saw it twice since, and read written work today."""
    stage.observe("Bela", "Ben", {0: 2}, days_ago=60)
    for days in (40, 20):
        stage.observe("Asha", "Ben", {0: 3}, days_ago=days)
    stage.observe("Bela", "Ben", {0: 3}, days_ago=0, how=HowObserved.WRITTEN_WORK, minutes_seen=0)
    db.add(Setting(key=key, value=value))
    db.flush()
    assert of_ben(stage, stage.standards[0]).status is status


# ---------------------------------------------------------------------------------------------------------------------
# Sign-offs of a former version


def signed(stage: Observing, level: int = 3, days_ago: int = 30) -> SignOff:
    row = SignOff(
        recorded_at=earlier(days_ago),
        recorded_by_id=stage.id("Asha"),
        staff_id=stage.id("Ben"),
        standard_id=stage.standards[0],
        level=level,
        signed_on=days_before(days_ago),
    )
    kept(stage.db, row)
    return row


def sign_off_of_ben(stage: Observing, standard: int, known_on: date | None = None) -> tuple[Status, str]:
    rows = sign_offs_by_standing(stage.db, [stage.id("Ben")], today(), known_on)
    found = next(row for row in rows if row.standard.standard_id == standard).standing
    return found.status, found.because


def test_a_sign_off_lapses_with_a_next_version_until_it_is_carried_over(stage: Observing) -> None:
    signed(stage)
    assert sign_off_of_ben(stage, stage.standards[0])[0] is Status.UP_TO_DATE
    new = next_set(stage, "2", TITLE.upper())
    status, because = sign_off_of_ben(stage, new)
    assert status is Status.EXPIRED and "given on version 1, it is not carried over to version 2" in because
    confirmed = carry(stage, stage.standards[0], new, {"4": 4})
    assert sign_off_of_ben(stage, new)[0] is Status.EXPIRED  # its level is not named
    confirmed.levels = {"3": 3}
    status, because = sign_off_of_ben(stage, new)
    assert status is Status.UP_TO_DATE and "on version 1, carried over" in because


def test_a_sign_off_that_lapsed_on_a_former_version_does_not_come_back_with_the_next(stage: Observing) -> None:
    """Seen to fail when only what the new version requires is looked at."""
    signed(stage)
    stage.observe("Bela", "Ben", {0: 2}, days_ago=20)
    new = next_set(stage, "2")
    carry(stage, stage.standards[0], new, {"2": 2, "3": 3})
    status, because = sign_off_of_ben(stage, new)
    assert status is Status.EXPIRED and '"With prompting" was seen that day' in because


def test_a_standard_of_another_title_was_never_signed_off(stage: Observing) -> None:
    signed(stage)
    assert sign_off_of_ben(stage, next_set(stage, "2", "Something new"))[0] is Status.NOT_STARTED


def test_a_sign_off_as_known_before_it_was_given(stage: Observing) -> None:
    signed(stage)
    assert sign_off_of_ben(stage, stage.standards[0], days_before(31))[0] is Status.NOT_STARTED
    assert sign_off_of_ben(stage, stage.standards[0], days_before(30))[0] is Status.UP_TO_DATE
