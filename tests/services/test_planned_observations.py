"""Planned observation: who may plan what, blind rating until everyone has signed, rating together, moderation.

Bela supervises Ben and manages nobody; Asha is his therapy manager; Farah manages Ben's community too here.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from tcsuper.access import actor_for_staff
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    AuditEvent,
    AuditSubject,
    HowObserved,
    ModeratedLevel,
    Moderation,
    Observation,
    ObservationState,
    PlannedObservation,
    PlannedObserver,
    Rating,
    Role,
    RoleGrant,
)
from tcsuper.queries.actions import observations_offered
from tcsuper.queries.evidence import current
from tcsuper.queries.history import history_about
from tcsuper.queries.observations import observation_detail, observations_seen, rated_by_several
from tcsuper.queries.planned_observations import observers_to_choose, planned_about_me, planned_seen
from tcsuper.queries.practice import observed_against_required, practice_trend
from tcsuper.queries.readers import readers_of_observation
from tcsuper.queries.standing import standings_seen
from tcsuper.queries.tasks import practice as tasks
from tcsuper.rules.observing import monday_of
from tcsuper.services.moderation import correct_moderation, moderate_observation
from tcsuper.services.observations import (
    change_observation,
    comment_on_observation,
    record_feedback,
    share_observation,
    sign_observation,
)
from tcsuper.services.planned_observations import (
    cancel_planned_observation,
    change_planned_observation,
    plan_observation,
    record_planned_observation,
    sign_as_observer,
    stand_back,
)
from tests.observing import Observing, observing
from tests.people import LONG_AGO

DRAFT, SHARED = ObservationState.DRAFT, ObservationState.SHARED
YESTERDAY = today() - timedelta(days=1)


@dataclass
class Planning(Observing):
    def plan(self, by: str = "Asha", observed: str = "Ben", observers: str = "Asha Bela", **other: Any) -> int:
        given: dict[str, Any] = dict(
            observed_id=self.id(observed),
            standard_set_id=self.set_id,
            week_of=today(),
            observer_ids=[self.id(one) for one in observers.split()],
        )
        return plan_observation(self.db, by=self.actor(by), **given | other).id or 0

    def rate(self, by: str, planned_id: int, levels: dict[int, int], **other: Any) -> Observation:
        given: dict[str, Any] = self.seen(levels)
        return record_planned_observation(self.db, by=self.actor(by), planned_id=planned_id, **given | other)

    def seen(self, levels: dict[int, int]) -> dict[str, Any]:
        return dict(
            observed_on=YESTERDAY,
            group_type="Small group",
            group_name="Willow",
            how=HowObserved.LIVE,
            minutes_seen=45,
            consent=True,
            ratings=[(self.standards[position], level, "As seen") for position, level in levels.items()],
        )

    def sign(self, by: str, observation: Observation) -> Observation:
        return sign_as_observer(self.db, by=self.actor(by), observation_id=observation.id or 0)

    def states(self) -> dict[str, ObservationState]:
        names = {staff_id: name for name, staff_id in self.cast.staff.items()}
        found = self.db.exec(select(Observation).where(current(Observation)))
        return {names[one.observer_id]: one.state for one in found}


@pytest.fixture
def stage(db: Session) -> Planning:
    return planning(db)


def planning(db: Session) -> Planning:
    stage = Planning(**vars(observing(db)))
    db.add(
        RoleGrant(
            staff_id=stage.id("Farah"),
            role=Role.THERAPY_MANAGER,
            community_id=stage.cast.community_b,
            start_on=LONG_AGO,
            approved_at=now(),
        )
    )
    db.flush()
    return stage


# ---------------------------------------------------------------------------------------------------------------------
# The plan


def test_a_week_is_kept_as_its_monday_and_everybody_named_is_told(stage: Planning) -> None:
    planned = stage.plan(week_of=today() + timedelta(days=9), group_name="  Willow ")
    row = stage.db.get_one(PlannedObservation, planned)
    assert row.week_of == monday_of(today() + timedelta(days=9)) and row.group_name == "Willow"
    about = set(stage.db.exec(select(AuditSubject.staff_id)))
    assert about == {stage.id("Ben"), stage.id("Asha"), stage.id("Bela")}


@pytest.mark.parametrize(
    ("by", "observed", "observers"),
    [
        ("Bela", "Ben", "Asha"),  # a supervisor plans where they observe themselves
        ("Ben", "Ben", "Asha"),
        ("Asha", "Asha", "Farah"),  # a manager of herself
        ("Carol", "Ben", "Carol"),
        ("Ben", "Bela", "Asha"),
        ("Eve", "Ben", "Asha"),
    ],
)
def test_who_may_not_plan(stage: Planning, by: str, observed: str, observers: str) -> None:
    with pytest.raises(NotAllowed):
        stage.plan(by, observed, observers)
    assert stage.db.exec(select(PlannedObservation)).all() == []


@pytest.mark.parametrize("observers", ["Asha Ben", "Asha Carol", "Asha Kit", "Asha Eve", ""])
def test_each_observer_is_somebody_who_may_observe_the_person(stage: Planning, observers: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        stage.plan(observers=observers)
    assert set(refused.value.problems) == {"observer_ids"}


def test_all_problems_of_a_plan_are_said_at_once(stage: Planning) -> None:
    with pytest.raises(InvalidRecord) as refused:
        stage.plan(
            observers="Asha",
            together=True,
            week_of=today() - timedelta(days=8),
            group_name="x" * 81,
            standard_set_id=9999,
        )
    assert set(refused.value.problems) == {"week_of", "group_name", "standard_set_id", "together"}


def test_those_who_may_be_chosen_are_those_the_service_accepts(stage: Planning) -> None:
    offered = observers_to_choose(stage.db, viewer=stage.actor("Asha"), observed_id=stage.id("Ben"))
    assert [one.full_name for one in offered] == ["Asha", "Bela", "Farah"]
    with pytest.raises(NotAllowed):
        observers_to_choose(stage.db, viewer=stage.actor("Carol"), observed_id=stage.id("Ben"))


def test_a_plan_is_changed_until_somebody_signed(stage: Planning) -> None:
    planned = stage.plan()
    asked: dict[str, Any] = dict(planned_id=planned, week_of=today() + timedelta(days=7), group_name="Oak")
    observers = [stage.id("Farah"), stage.id("Bela")]
    change_planned_observation(stage.db, by=stage.actor("Bela"), observer_ids=observers, **asked)
    named = stage.db.exec(select(PlannedObserver.observer_id).where(PlannedObserver.planned_id == planned))
    assert set(named) == set(observers)
    with pytest.raises(NotAllowed):  # a supervisor does not plan for others alone
        change_planned_observation(stage.db, by=stage.actor("Bela"), observer_ids=observers[:1], **asked)
    with pytest.raises(NotAllowed):
        change_planned_observation(stage.db, by=stage.actor("Ben"), observer_ids=observers, **asked)
    stage.rate("Bela", planned, {0: 3}, is_signed=True)
    with pytest.raises(NotAllowed, match="Bela signed"):
        change_planned_observation(stage.db, by=stage.actor("Asha"), observer_ids=observers, **asked)
    with pytest.raises(NotAllowed, match="Bela signed"):
        cancel_planned_observation(stage.db, by=stage.actor("Asha"), planned_id=planned, reason="No time")


def test_a_plan_is_cancelled_for_a_reason_and_its_draft_becomes_an_unplanned_one(stage: Planning) -> None:
    planned = stage.plan()
    draft = stage.rate("Bela", planned, {0: 3})
    with pytest.raises(InvalidRecord):
        cancel_planned_observation(stage.db, by=stage.actor("Asha"), planned_id=planned, reason=" ")
    cancel_planned_observation(stage.db, by=stage.actor("Asha"), planned_id=planned, reason="Lock-down")
    assert planned_seen(stage.db, viewer=stage.actor("Asha")) == []
    with pytest.raises(NotAllowed, match="cancelled"):
        stage.sign("Bela", draft)
    with pytest.raises(NotAllowed, match="cancelled"):
        stage.rate("Asha", planned, {0: 3})
    shared = share_observation(stage.db, by=stage.actor("Bela"), observation_id=draft.id or 0)
    assert shared.state is SHARED and shared.planned_id is None


def test_a_single_observer_shares_what_was_planned_as_ever(stage: Planning) -> None:
    planned = stage.plan("Bela", observers="Bela")
    draft = stage.rate("Bela", planned, {0: 3})
    assert (draft.observed_id, draft.standard_set_id) == (stage.id("Ben"), stage.set_id)
    shared = share_observation(stage.db, by=stage.actor("Bela"), observation_id=draft.id or 0)
    assert shared.state is SHARED and shared.planned_id == planned
    assert planned_seen(stage.db, viewer=stage.actor("Bela")) == []


# ---------------------------------------------------------------------------------------------------------------------
# Blind


def ways_to_see_what_bela_rated(stage: Planning, record: Any) -> dict[str, Callable[[str], bool]]:
    """Every query by which somebody might come to know of Bela's observation of Ben, or of a level in it."""
    ben = stage.id("Ben")

    def ask(viewer: str) -> dict[str, Any]:
        return dict(db=stage.db, viewer=stage.actor(viewer))

    def opened(viewer: str) -> bool:
        try:
            observation_detail(**ask(viewer), record_id=record)
        except NotAllowed:
            return False
        return True

    def reads(viewer: str) -> bool:
        try:
            return stage.id(viewer) in {one.staff_id for one in readers_of_observation(**ask(viewer), record_id=record)}
        except NotAllowed:
            return False

    def against(viewer: str) -> Any:
        return observed_against_required(**ask(viewer), staff_id=ben, on=today())

    return {
        "list": lambda v: record in set(observations_seen(**ask(v), on=today())["record_id"]),
        "count": lambda v: len(observations_seen(**ask(v), on=today(), about=ben)) > 0,
        "opened": opened,
        "readers": reads,
        "practice page": lambda v: bool((against(v)["n"] > 0).any()),
        "verdict": lambda v: set(against(v)["status"].dropna()) - {"not_yet_observed"} != set(),
        "trend": lambda v: len(practice_trend(**ask(v), staff_id=ben, on=today())) > 0,
        "to close an action": lambda v: bool(observations_offered(**ask(v), observed_id=ben)),
        "side by side": lambda v: bool(rated_by_several(**ask(v), on=today())),
        "history": lambda v: any("observ" in one.what for one in history_about(**ask(v), staff_id=ben)),
        "said": lambda v: "Bela" in str([one.because for one in _standing(stage, v)]),
    }


def _standing(stage: Planning, viewer: str) -> list[Any]:
    rows = standings_seen(stage.db, viewer=stage.actor(viewer), on=today(), about=stage.id("Ben"))
    return [row.standing for row in rows]


BEFORE, AFTER = False, True


@pytest.mark.parametrize("viewer", ["Asha", "Ben", "Farah", "Carol", "Dev", "Eve", "Ivor"])
def test_nothing_of_a_signed_rating_is_seen_by_anybody_else_before_the_other_signed(
    stage: Planning, viewer: str
) -> None:
    planned = stage.plan()
    with_levels = {0: 1, 1: 1, 2: 1}
    before = str([(one.status, one.because) for one in _standing(stage, viewer)])
    hers = stage.rate("Bela", planned, with_levels)
    hers = stage.sign("Bela", hers)
    assert stage.states() == {"Bela": DRAFT}
    assert observation_detail(stage.db, viewer=stage.actor("Bela"), record_id=hers.record_id).is_signed  # it is there
    ways = ways_to_see_what_bela_rated(stage, hers.record_id)
    events = select(AuditEvent.action).join(AuditSubject).where(AuditSubject.staff_id == stage.id("Ben"))
    assert set(stage.db.exec(events)) == {"plan_observation"}
    seen = {}
    for way, look in ways.items():
        try:
            seen[way] = look(viewer)
        except NotAllowed:
            seen[way] = False
    told_of_the_plan = {"history": seen["history"]}  # whose line is of the plan alone: above
    assert seen == dict.fromkeys(ways, False) | told_of_the_plan
    assert str([(one.status, one.because) for one in _standing(stage, viewer)]) == before


def test_when_both_have_signed_all_is_shared_at_once_and_each_reads_the_others_levels_not_words(
    stage: Planning,
) -> None:
    planned = stage.plan(observers="Asha Bela Farah")
    hers = stage.rate("Bela", planned, {0: 2, 1: 3}, strengths="Warm", is_signed=True)
    stage.rate("Asha", planned, {0: 3, 1: 3}, is_signed=True)
    assert stage.states() == {"Asha": DRAFT, "Bela": DRAFT}
    for signed in ("Asha", "Bela"):  # having signed oneself is not enough
        seen = observations_seen(stage.db, viewer=stage.actor(signed), on=today())
        assert list(seen["observer"]) == [signed]
    stand_back(stage.db, by=stage.actor("Farah"), planned_id=planned)
    assert stage.states() == {"Asha": SHARED, "Bela": SHARED}
    shared = stage.db.exec(select(Observation).where(Observation.state == SHARED)).all()
    assert {one.observer_id for one in shared} == {one.recorded_by_id for one in shared}
    assert observation_detail(stage.db, viewer=stage.actor("Asha"), record_id=hers.record_id)  # a manager
    (session,) = rated_by_several(stage.db, viewer=stage.actor("Bela"), on=today())
    assert session.levels[stage.standards[0]] == {stage.id("Asha"): 3, stage.id("Bela"): 2}
    assert session.differing == [stage.standards[0]] and not session.may_moderate
    ashas = next(one for one in shared if one.observer_id == stage.id("Asha"))
    assert len(observations_seen(stage.db, viewer=stage.actor("Bela"), on=today())) == 2
    with pytest.raises(NotAllowed):
        observation_detail(stage.db, viewer=stage.actor("Bela"), record_id=ashas.record_id)
    assert len(observations_seen(stage.db, viewer=stage.actor("Ben"), on=today())) == 2
    ways = ways_to_see_what_bela_rated(stage, hers.record_id)  # each way does find it once it may be seen
    found = {way for way, look in ways.items() if look("Asha")}
    assert found == set(ways) - {"verdict", "said"}  # two dates make a verdict


@pytest.mark.parametrize("act", ["share", "record", "change"])
def test_nothing_of_a_plan_with_others_is_shared_directly(stage: Planning, act: str) -> None:
    planned = stage.plan()
    draft = stage.rate("Bela", planned, {0: 3})
    bela = stage.actor("Bela")
    with pytest.raises(NotAllowed, match="Asha"):
        if act == "share":
            share_observation(stage.db, by=bela, observation_id=draft.id or 0)
        elif act == "change":
            change_observation(stage.db, by=bela, observation_id=draft.id or 0, **stage.seen({0: 3}), state=SHARED)
        else:  # past the plan, as if nothing had been planned
            stage.observe("Bela", "Ben", {0: 3}, days_ago=1)
    assert set(stage.states().values()) == {DRAFT}


def test_an_unplanned_draft_of_the_same_session_is_not_shared_before_all_have_signed(stage: Planning) -> None:
    day = (today() - monday_of(today())).days
    planned = stage.plan()
    other = stage.observe("Bela", "Ben", {0: 3}, days_ago=day, state=DRAFT)
    with pytest.raises(NotAllowed, match="not signed by everyone yet"):
        share_observation(stage.db, by=stage.actor("Bela"), observation_id=other.id or 0)
    for name in ("Asha", "Bela"):
        stage.rate(name, planned, {0: 3}, is_signed=True)
    share_observation(stage.db, by=stage.actor("Bela"), observation_id=other.id or 0)


def test_a_second_plan_of_ones_own_is_no_way_past_the_first(stage: Planning) -> None:
    blind = stage.plan()
    alone = stage.plan("Bela", observers="Bela")
    on = monday_of(today())
    draft = stage.rate("Bela", alone, {0: 3}, observed_on=on)
    for attempt in (
        lambda: stage.sign("Bela", draft),
        lambda: share_observation(stage.db, by=stage.actor("Bela"), observation_id=draft.id or 0),
    ):
        with pytest.raises(NotAllowed, match="not signed by everyone yet"):
            attempt()
    for name in ("Asha", "Bela"):
        stage.rate(name, blind, {0: 3}, is_signed=True)
    assert stage.sign("Bela", draft).state is SHARED


def test_a_draft_of_ones_own_holds_back_its_day_whatever_days_the_others_drafts_have(stage: Planning) -> None:
    planned = stage.plan()
    for name in ("Bela", "Asha"):
        stage.rate(name, planned, {0: 3}, observed_on=today() - timedelta(days=14))
    with pytest.raises(NotAllowed, match="not signed by everyone yet"):
        stage.observe("Bela", "Ben", {0: 3}, days_ago=14)


def test_whoever_stood_back_and_could_read_the_others_shares_nothing_of_that_day(stage: Planning) -> None:
    planned = stage.plan()
    mine = stage.rate("Asha", planned, {0: 3})
    stage.rate("Bela", planned, {0: 1}, is_signed=True)
    stand_back(stage.db, by=stage.actor("Asha"), planned_id=planned)
    assert stage.states()["Bela"] is SHARED
    for attempt in (
        lambda: share_observation(stage.db, by=stage.actor("Asha"), observation_id=mine.id or 0),
        lambda: stage.sign("Asha", mine),
        lambda: stage.rate("Asha", planned, {0: 1}),
    ):
        with pytest.raises(NotAllowed, match="no longer one of its observers"):
            attempt()
    with pytest.raises(NotAllowed, match="You stood back"):
        stage.observe("Asha", "Ben", {0: 1}, days_ago=1)


def test_what_is_signed_is_not_changed_nor_signed_twice(stage: Planning) -> None:
    planned = stage.plan()
    draft = stage.rate("Bela", planned, {0: 3}, is_signed=True)
    bela = stage.actor("Bela")
    with pytest.raises(NotAllowed, match="You have signed"):
        change_observation(stage.db, by=bela, observation_id=draft.id or 0, **stage.seen({0: 4}))
    with pytest.raises(NotAllowed, match="You have signed"):
        stage.sign("Bela", draft)
    with pytest.raises(NotAllowed, match="has signed already"):
        stand_back(stage.db, by=stage.actor("Asha"), planned_id=planned, observer_id=stage.id("Bela"))
    assert [one.level for one in stage.db.exec(select(Rating))] == [3]


def test_a_version_that_was_changed_meanwhile_is_not_signed(stage: Planning) -> None:
    draft = stage.rate("Bela", stage.plan(), {0: 3})
    change_observation(stage.db, by=stage.actor("Bela"), observation_id=draft.id or 0, **stage.seen({0: 1}))
    with pytest.raises(Conflict):
        stage.sign("Bela", draft)


def test_nothing_is_signed_without_a_level_and_all_of_one_plan_is_of_one_day(stage: Planning) -> None:
    planned = stage.plan()
    with pytest.raises(InvalidRecord, match="before you sign it"):
        stage.rate("Bela", planned, {}, is_signed=True)
    with stage.db.begin_nested() as kept:
        stage.rate("Bela", planned, {0: 3}, is_signed=True)
        with pytest.raises(InvalidRecord, match="Bela signed this session as of"):
            stage.rate("Asha", planned, {0: 3}, observed_on=YESTERDAY - timedelta(days=1), is_signed=True)
        kept.rollback()


@pytest.mark.parametrize("by", ["Ben", "Farah", "Carol", "Kit"])
def test_only_those_named_rate_by_a_plan(stage: Planning, by: str) -> None:
    planned = stage.plan()
    with pytest.raises(NotAllowed):
        stage.rate(by, planned, {0: 3})
    draft = stage.rate("Bela", planned, {0: 3})
    with pytest.raises(NotAllowed):
        stage.sign(by, draft)


def test_each_observer_writes_one(stage: Planning) -> None:
    planned = stage.plan()
    stage.rate("Bela", planned, {0: 3})
    with pytest.raises(NotAllowed, match="among your drafts"):
        stage.rate("Bela", planned, {0: 1})


def test_a_manager_ends_the_waiting_for_whoever_does_not_come(stage: Planning) -> None:
    planned = stage.plan()
    stage.rate("Asha", planned, {0: 3}, is_signed=True)
    for other in ("Ben", "Carol"):
        with pytest.raises(NotAllowed):
            stand_back(stage.db, by=stage.actor(other), planned_id=planned, observer_id=stage.id("Bela"))
    stand_back(stage.db, by=stage.actor("Farah"), planned_id=planned, observer_id=stage.id("Bela"))
    assert stage.states() == {"Asha": SHARED}


def test_a_supervisor_does_not_end_the_waiting_for_another(stage: Planning) -> None:
    planned = stage.plan()
    with pytest.raises(NotAllowed):
        stand_back(stage.db, by=stage.actor("Bela"), planned_id=planned, observer_id=stage.id("Asha"))


@pytest.mark.usefixtures("database")
def test_two_observers_who_sign_at_the_same_moment_share_both() -> None:
    with writing() as db:
        stage = planning(db)
        planned = stage.plan()
        drafts = {name: stage.rate(name, planned, {0: level}).id or 0 for name, level in (("Asha", 2), ("Bela", 3))}
        ids = {name: stage.id(name) for name in drafts}

    def sign(name: str) -> None:
        with writing() as own:
            sign_as_observer(own, by=actor_for_staff(own, ids[name]), observation_id=drafts[name])

    with ThreadPoolExecutor(2) as pool:
        for signing in [pool.submit(sign, name) for name in drafts]:
            signing.result(timeout=60)
    with reading() as db:
        now_held = db.exec(select(Observation.state).where(current(Observation))).all()
    assert now_held == [SHARED, SHARED]


def test_the_plan_says_whom_it_waits_for_and_the_observed_person_only_who_comes(stage: Planning) -> None:
    planned = stage.plan()
    stage.rate("Bela", planned, {0: 3}, is_signed=True)
    stage.rate("Asha", planned, {0: 3})
    (line,) = planned_seen(stage.db, viewer=stage.actor("Bela"))
    assert [one.name for one in line.awaited] == ["Asha"] and not line.is_mine_to_rate
    assert line.draft_is_mine and line.seen_on == YESTERDAY
    (line,) = planned_about_me(stage.db, viewer=stage.actor("Ben"))
    assert [(one.name, one.has_signed) for one in line.observers] == [("Asha", False), ("Bela", False)]
    assert line.draft is None and line.seen_on is None and not line.may_change
    (line,) = planned_seen(stage.db, viewer=stage.actor("Farah"))
    assert line.draft is None and line.seen_on is None and line.may_stand_others_back
    for other in ("Carol", "Dev", "Eve", "Ivor", "Cai"):
        assert planned_seen(stage.db, viewer=stage.actor(other)) == []


# ---------------------------------------------------------------------------------------------------------------------
# Together


def test_rated_together_is_one_observation_that_each_of_them_signs(stage: Planning) -> None:
    planned = stage.plan(together=True)
    draft = stage.rate("Bela", planned, {0: 2}, strengths="Warm")
    with pytest.raises(NotAllowed, match="Bela is writing it"):
        stage.rate("Asha", planned, {0: 3})
    with pytest.raises(NotAllowed):  # not before its writer
        stage.sign("Asha", draft)
    draft = stage.sign("Bela", draft)
    assert stage.states() == {"Bela": DRAFT}
    read = observation_detail(stage.db, viewer=stage.actor("Asha"), record_id=draft.record_id)
    assert read.version.strengths == "Warm" and not read.may_change
    for other in ("Ben", "Farah"):
        with pytest.raises(NotAllowed):
            observation_detail(stage.db, viewer=stage.actor(other), record_id=draft.record_id)
    stage.sign("Asha", draft)
    assert stage.states() == {"Bela": SHARED}
    assert rated_by_several(stage.db, viewer=stage.actor("Asha"), on=today()) == []


def test_whoever_stands_back_from_rating_together_reads_it_no_more_before_it_is_shared(stage: Planning) -> None:
    planned = stage.plan(together=True, observers="Asha Bela Farah")
    draft = stage.rate("Bela", planned, {0: 2}, is_signed=True)
    stand_back(stage.db, by=stage.actor("Farah"), planned_id=planned)
    with pytest.raises(NotAllowed):
        observation_detail(stage.db, viewer=stage.actor("Farah"), record_id=draft.record_id)
    stage.sign("Asha", draft)
    assert stage.states() == {"Bela": SHARED}


# ---------------------------------------------------------------------------------------------------------------------
# Moderation and feedback


def rated_blind(stage: Planning) -> int:
    planned = stage.plan()
    stage.rate("Asha", planned, {0: 3, 1: 3, 2: 4}, is_signed=True)
    stage.rate("Bela", planned, {0: 2, 1: 3}, is_signed=True)
    return planned


def test_somebody_else_settles_where_they_differ_and_may_correct_it(stage: Planning) -> None:
    planned, farah = rated_blind(stage), stage.actor("Farah")
    asked: dict[str, Any] = dict(levels={stage.standards[0]: 2}, reason="Both agree it was prompted.")
    first = moderate_observation(stage.db, by=farah, planned_id=planned, **asked)
    with pytest.raises(NotAllowed, match="moderated already"):
        moderate_observation(stage.db, by=farah, planned_id=planned, **asked)
    again = correct_moderation(
        stage.db, by=farah, moderation_id=first.id or 0, levels={stage.standards[0]: 3}, reason="On second thoughts"
    )
    assert stage.db.exec(select(Moderation).where(current(Moderation))).all() == [again]
    levels = stage.db.exec(select(ModeratedLevel.level).order_by(col(ModeratedLevel.id)))
    assert list(levels) == [2, 3]
    with pytest.raises(Conflict):
        correct_moderation(stage.db, by=farah, moderation_id=first.id or 0, **asked)
    assert sorted(one.level for one in stage.db.exec(select(Rating))) == sorted(2 * [3, 3, 4, 2, 3])  # as given
    said = {name: rated_by_several(stage.db, viewer=stage.actor(name), on=today())[0].settled for name in
            ("Ben", "Farah", "Bela")}  # fmt: skip
    assert {name: one.reason if one else None for name, one in said.items()} == {
        "Ben": "On second thoughts",
        "Farah": "On second thoughts",
        "Bela": "",
    }


@pytest.mark.parametrize("by", ["Asha", "Bela", "Ben", "Carol", "Dev"])
def test_observers_the_observed_and_others_do_not_moderate(stage: Planning, by: str) -> None:
    planned = rated_blind(stage)
    with pytest.raises(NotAllowed):
        moderate_observation(
            stage.db, by=stage.actor(by), planned_id=planned, levels={stage.standards[0]: 2}, reason="So"
        )


@pytest.mark.parametrize(
    ("levels", "reason", "wrong"),
    [
        ({}, "So", "level_0"),
        ({0: 9}, "So", "level_0"),
        ({0: 2, 1: 2}, "So", "levels"),
        ({0: 2}, " ", "reason"),
        ({0: 2}, "x" * 2001, "reason"),
    ],
)
def test_what_a_moderation_cannot_be(stage: Planning, levels: dict[int, int], reason: str, wrong: str) -> None:
    planned = rated_blind(stage)
    with pytest.raises(InvalidRecord) as refused:
        moderate_observation(
            stage.db,
            by=stage.actor("Farah"),
            planned_id=planned,
            levels={stage.standards[position]: level for position, level in levels.items()},
            reason=reason,
        )
    assert set(refused.value.problems) == {wrong.replace("level_0", f"level_{stage.standards[0]}")}


@pytest.mark.parametrize("together", [True, False])
def test_nothing_is_moderated_before_all_have_signed_or_where_nobody_differs(stage: Planning, together: bool) -> None:
    planned = stage.plan(together=together)
    stage.rate("Asha", planned, {0: 3}, is_signed=True)
    with pytest.raises(NotAllowed, match="do not differ"):
        moderate_observation(stage.db, by=stage.actor("Farah"), planned_id=planned, levels={}, reason="So")


def test_feedback_is_noted_by_its_observer_once_shared(stage: Planning) -> None:
    draft = stage.observe("Bela", "Ben", {0: 3}, days_ago=10, state=DRAFT)
    bela = stage.actor("Bela")
    with pytest.raises(NotAllowed, match="Share it first"):
        record_feedback(stage.db, by=bela, observation_id=draft.id or 0, feedback_on=today())
    shared = share_observation(stage.db, by=bela, observation_id=draft.id or 0)
    for other in ("Asha", "Ben"):
        with pytest.raises(NotAllowed):
            record_feedback(stage.db, by=stage.actor(other), observation_id=shared.id or 0, feedback_on=today())
    for day in (today() + timedelta(days=1), shared.observed_on - timedelta(days=1)):
        with pytest.raises(InvalidRecord):
            record_feedback(stage.db, by=bela, observation_id=shared.id or 0, feedback_on=day)
    noted = record_feedback(stage.db, by=bela, observation_id=shared.id or 0, feedback_on=today())
    told = comment_on_observation(stage.db, by=stage.actor("Ben"), observation_id=noted.id or 0, comment="Thanks")
    signed = sign_observation(stage.db, by=stage.actor("Asha"), observation_id=told.id or 0)
    assert signed.feedback_on == today()


# ---------------------------------------------------------------------------------------------------------------------
# What waits


def titles(stage: Planning, viewer: str) -> list[str]:
    return [f"{one.word}: {one.title}" for one in tasks.tasks(stage.db, viewer=stage.actor(viewer))]


def test_what_waits_for_whom(stage: Planning) -> None:
    planned = stage.plan()
    assert titles(stage, "Bela") == ["To observe: Ben"] and titles(stage, "Carol") == []
    stage.rate("Bela", planned, {0: 3})
    assert titles(stage, "Bela") == ["To sign: Ben"]
    stage.sign("Bela", stage.db.exec(select(Observation)).one())
    assert titles(stage, "Bela") == [] and titles(stage, "Asha") == ["To observe: Ben"]
    assert titles(stage, "Farah") == []
    stage.rate("Asha", planned, {0: 2}, is_signed=True)
    assert titles(stage, "Asha") == ["To sign: 2 observations"]
    assert titles(stage, "Farah") == ["To moderate: Ben", "To sign: 2 observations"]


def test_a_week_that_went_by_is_said_to_be_missed(stage: Planning) -> None:
    planned = stage.plan()
    stage.db.get_one(PlannedObservation, planned).week_of = monday_of(today() - timedelta(days=7))
    stage.db.flush()
    assert titles(stage, "Bela") == ["Missed: Ben"]


def test_what_is_still_to_come_waits_for_nobody(stage: Planning) -> None:
    stage.plan(week_of=today() + timedelta(days=14))
    assert titles(stage, "Bela") == []
