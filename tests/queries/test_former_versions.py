"""Ratings on a former version, as the person's page has them: what counts on the next one, and what stays behind."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.models import RequiredLevel, Standard, StandardCarriedOver, StandardSet
from tcsuper.queries.actions import observations_offered
from tcsuper.queries.practice import former_standards, observed_against_required, practice_trend
from tcsuper.rules.standing import Status
from tests.observing import LEVELS, STANDARDS, Observing, observing

SINCE = today() - timedelta(days=5)


@pytest.fixture
def stage(db: Session) -> Observing:
    """Ben was seen twice on version 1. Version 2 has five levels and is required since; of its standards the first is
    carried over, but not from level 1."""
    stage = observing(db)
    stage.observe("Bela", "Ben", {0: 3, 1: 2}, days_ago=30)
    stage.observe("Asha", "Ben", {0: 3, 2: 4}, days_ago=20)
    stage.observe("Asha", "Ben", {0: 1}, days_ago=10)
    version_2 = StandardSet(
        code="dtc_staff", version="2", name="DTC staff", level_names=["Not yet", *LEVELS], follows_id=stage.set_id,
        in_force_from=SINCE,
    )  # fmt: skip
    db.add(version_2)
    db.flush()
    new = [Standard(standard_set_id=version_2.id or 0, number=n, short_title=f"New {n}") for n in (1, 2, 3)]
    db.add_all(new)
    db.flush()
    for former, following in zip(stage.standards, new, strict=True):
        level = db.exec(select(RequiredLevel).where(RequiredLevel.standard_id == former)).one()
        level.end_on = SINCE - timedelta(days=1)
        required = dict(job_description_id=stage.cast.officer, standard_id=following.id, level=4, start_on=SINCE)
        db.add(RequiredLevel(**required))
    carried = StandardCarriedOver(
        recorded_at=now(), recorded_by_id=stage.id("Asha"), former_id=stage.standards[0], new_id=new[0].id or 0,
        levels={"2": 3, "3": 4, "4": 5},
    )  # fmt: skip
    db.add(carried)
    db.flush()
    stage.following = [one.id for one in new]  # type: ignore[attr-defined]
    return stage


def test_what_was_carried_over_is_said_and_what_was_not(stage: Observing) -> None:
    found = former_standards(stage.db, viewer=stage.actor("Ben"), staff_id=stage.id("Ben"), on=today())
    assert [(one.title, one.ratings, one.counted, one.becomes, one.left) for one in found] == [
        (STANDARDS[0], 3, 2, ("New 1",), ("1 With help",)),
        (STANDARDS[1], 1, 0, (), ("2 With prompting",)),
        (STANDARDS[2], 1, 0, (), ("4 Helps others",)),
    ]
    assert {(one.version, one.now) for one in found} == {("1", "2")}
    before = SINCE - timedelta(days=1)
    assert former_standards(stage.db, viewer=stage.actor("Ben"), staff_id=stage.id("Ben"), on=before) == []


def test_whoever_observed_as_a_supervisor_is_told_of_their_own_ratings_alone(stage: Observing) -> None:
    found = former_standards(stage.db, viewer=stage.actor("Bela"), staff_id=stage.id("Ben"), on=today())
    assert [(one.title, one.ratings, one.counted) for one in found] == [(STANDARDS[0], 1, 1), (STANDARDS[1], 1, 0)]


def test_carried_ratings_count_at_their_new_level_and_name_their_version(stage: Observing) -> None:
    me, first = stage.actor("Ben"), stage.following[0]  # type: ignore[attr-defined]
    row = observed_against_required(stage.db, viewer=me, staff_id=stage.id("Ben"), on=today()).iloc[0]
    assert (row["set_version"], row["status"], row["observed"], row["n"]) == ("2", Status.AT, 4, 2)
    assert row["former"] == {stage.standards[0]} and len(row["records"]) == 2
    trend = practice_trend(stage.db, viewer=me, staff_id=stage.id("Ben"), on=today())
    there = trend[trend["standard_id"] == first]
    assert list(zip(there["level"], there["version"], strict=True)) == [(4, "1"), (4, "1")]
    assert list(trend[trend["standard_id"] == stage.standards[0]]["level"]) == [3, 3, 1], "no rating is changed by it"
    assert set(there["record_id"]) == row["records"]


def test_an_action_on_a_former_standard_closes_by_an_observation_on_the_next(stage: Observing) -> None:
    set_id = stage.db.exec(select(StandardSet.id).where(StandardSet.version == "2")).one()
    following = stage.following[0]  # type: ignore[attr-defined]
    seen = stage.observe("Asha", "Ben", {}, 1, standard_set_id=set_id, ratings=[(following, 4, "")])
    offered = observations_offered(stage.db, viewer=stage.actor("Ben"), observed_id=stage.id("Ben"))
    (latest,) = [one for one in offered if one.record_id == seen.record_id]
    assert latest.seen.standards == {following, stage.standards[0]}
