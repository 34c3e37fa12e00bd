from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    AuditEvent,
    AuditSubject,
    HowObserved,
    Observation,
    ObservationState,
    Rating,
    SelfRating,
)
from tcsuper.queries.evidence import current
from tcsuper.services.observations import (
    change_observation,
    comment_on_observation,
    share_observation,
    sign_observation,
)
from tcsuper.services.practice import rate_self, rate_self_on_several
from tests.observing import Observing, observing

DRAFT = ObservationState.DRAFT


@pytest.fixture
def stage(db: Session) -> Observing:
    return observing(db)


def ratings(db: Session, observation: Observation) -> dict[int, int]:
    return {
        one.standard_id: one.level for one in db.exec(select(Rating).where(Rating.observation_id == observation.id))
    }


def test_supervisor_records_a_draft_about_their_supervisee(db: Session, stage: Observing) -> None:
    draft = stage.observe("Bela", "Ben", {0: 2, 1: 3}, state=DRAFT)
    assert draft.state is DRAFT and draft.observer_id == stage.id("Bela")
    assert ratings(db, draft) == {stage.standards[0]: 2, stage.standards[1]: 3}


def test_not_seen_leaves_no_rating(db: Session, stage: Observing) -> None:
    seen = stage.observe("Bela", "Ben", {}, ratings=[(stage.standards[0], 2, ""), (stage.standards[1], None, " ")])
    assert ratings(db, seen) == {stage.standards[0]: 2}


@pytest.mark.parametrize(
    ("by", "observed"),
    [
        ("Carol", "Ben"),  # supervises and manages elsewhere
        ("Ben", "Bela"),  # supervises nobody
        ("Asha", "Asha"),  # a manager about herself
        ("Bela", "Bela"),
        ("Bela", "Asha"),
    ],
)
def test_nobody_observes_themselves_or_people_they_neither_supervise_nor_manage(
    db: Session, stage: Observing, by: str, observed: str
) -> None:
    with pytest.raises(NotAllowed):
        stage.observe(by, observed, {0: 2})
    assert db.exec(select(Observation)).all() == []


def test_all_problems_are_said_at_once(stage: Observing) -> None:
    with pytest.raises(InvalidRecord) as refused:
        stage.observe(
            "Bela",
            "Ben",
            {},
            days_ago=-1,
            minutes_seen=0,
            group_type="x" * 81,
            strengths="x" * 10_001,
            ratings=[(stage.standards[0], 5, ""), (stage.standards[1], None, "Calm"), (stage.other_standard, 1, "")],
        )
    assert set(refused.value.problems) == {
        "observed_on",
        "minutes_seen",
        "group_type",
        "strengths",
        f"rating_{stage.standards[0]}",
        f"rating_{stage.standards[1]}",
        "ratings",
    }
    assert (
        refused.value.problems[f"rating_{stage.standards[0]}"]
        == "Running a small group: level 5 is not on the scale, which goes from 1 to 4."
    )


def test_a_level_of_zero_is_refused_where_the_scale_starts_at_one(stage: Observing) -> None:
    with pytest.raises(InvalidRecord, match="from 1 to 4"):
        stage.observe("Bela", "Ben", {0: 0})


def test_written_work_needs_no_minutes(stage: Observing) -> None:
    assert stage.observe("Bela", "Ben", {0: 2}, how=HowObserved.WRITTEN_WORK, minutes_seen=0).id


def test_nothing_is_shared_without_a_level(stage: Observing) -> None:
    draft = stage.observe("Bela", "Ben", {}, state=DRAFT)
    with pytest.raises(InvalidRecord, match="at least one level"):
        share_observation(stage.db, by=stage.actor("Bela"), observation_id=draft.id or 0)


def test_an_observation_cannot_begin_signed(stage: Observing) -> None:
    with pytest.raises(InvalidRecord, match="shared first"):
        stage.observe("Asha", "Ben", {0: 2}, state=ObservationState.SIGNED)


def test_draft_shared_commented_and_signed_are_versions_of_one_record(db: Session, stage: Observing) -> None:
    draft = stage.observe("Bela", "Ben", {0: 2, 1: 3}, state=DRAFT)
    shared = share_observation(db, by=stage.actor("Bela"), observation_id=draft.id or 0)
    told = comment_on_observation(
        db, by=stage.actor("Ben"), observation_id=shared.id or 0, comment="It was a hard day."
    )
    signed = sign_observation(db, by=stage.actor("Asha"), observation_id=told.id or 0)
    assert {draft.record_id} == {shared.record_id, told.record_id, signed.record_id}
    assert db.exec(select(Observation).where(current(Observation))).all() == [signed]
    assert signed.state is ObservationState.SIGNED and signed.comment == "It was a hard day."
    assert ratings(db, signed) == ratings(db, draft) != {}
    assert signed.observer_id == stage.id("Bela") and signed.recorded_by_id == stage.id("Asha")


def test_a_draft_is_changed_by_its_observer_only(db: Session, stage: Observing) -> None:
    draft = stage.observe("Bela", "Ben", {0: 2}, state=DRAFT)
    anew: dict = dict(
        observation_id=draft.id,
        observed_on=draft.observed_on,
        group_type="Community meeting",
        how=HowObserved.LIVE,
        minutes_seen=60,
        consent=True,
        ratings=[(stage.standards[2], 4, "Named it kindly")],
    )
    for other in ("Asha", "Ben", "Carol"):
        with pytest.raises(NotAllowed):
            change_observation(db, by=stage.actor(other), **anew)
    changed = change_observation(db, by=stage.actor("Bela"), **anew)
    assert changed.supersedes_id == draft.id and ratings(db, changed) == {stage.standards[2]: 4}


@pytest.mark.parametrize("other", ["Asha", "Ben", "Carol"])
def test_a_draft_is_shared_by_its_observer_only(db: Session, stage: Observing, other: str) -> None:
    draft = stage.observe("Bela", "Ben", {0: 2}, state=DRAFT)
    with pytest.raises(NotAllowed):
        share_observation(db, by=stage.actor(other), observation_id=draft.id or 0)


def test_sharing_a_version_that_was_changed_meanwhile_is_a_conflict(db: Session, stage: Observing) -> None:
    draft = stage.observe("Bela", "Ben", {0: 2}, state=DRAFT)
    share_observation(db, by=stage.actor("Bela"), observation_id=draft.id or 0)
    with pytest.raises(Conflict):
        share_observation(db, by=stage.actor("Bela"), observation_id=draft.id or 0)


def test_signing_a_version_that_was_commented_on_meanwhile_is_a_conflict(db: Session, stage: Observing) -> None:
    shared = stage.observe("Bela", "Ben", {0: 2})
    comment_on_observation(db, by=stage.actor("Ben"), observation_id=shared.id or 0, comment="Thank you.")
    with pytest.raises(Conflict):
        sign_observation(db, by=stage.actor("Asha"), observation_id=shared.id or 0)


def test_the_observed_person_cannot_comment_on_a_draft(db: Session, stage: Observing) -> None:
    draft = stage.observe("Bela", "Ben", {0: 2}, state=DRAFT)
    with pytest.raises(NotAllowed):
        comment_on_observation(db, by=stage.actor("Ben"), observation_id=draft.id or 0, comment="I saw it.")


@pytest.mark.parametrize("other", ["Bela", "Asha", "Carol"])
def test_only_the_observed_person_comments(db: Session, stage: Observing, other: str) -> None:
    shared = stage.observe("Bela", "Ben", {0: 2})
    with pytest.raises(NotAllowed):
        comment_on_observation(db, by=stage.actor(other), observation_id=shared.id or 0, comment="Mine.")


@pytest.mark.parametrize("other", ["Bela", "Ben", "Carol"])
def test_only_a_manager_of_the_community_signs(db: Session, stage: Observing, other: str) -> None:
    shared = stage.observe("Bela", "Ben", {0: 2})
    with pytest.raises(NotAllowed):
        sign_observation(db, by=stage.actor(other), observation_id=shared.id or 0)


def test_a_manager_does_not_sign_a_draft_of_her_own_nor_sign_twice(db: Session, stage: Observing) -> None:
    draft = stage.observe("Asha", "Ben", {0: 2}, state=DRAFT)
    with pytest.raises(NotAllowed, match="Share it first"):
        sign_observation(db, by=stage.actor("Asha"), observation_id=draft.id or 0)
    shared = share_observation(db, by=stage.actor("Asha"), observation_id=draft.id or 0)
    signed = sign_observation(db, by=stage.actor("Asha"), observation_id=shared.id or 0)
    with pytest.raises(NotAllowed, match="already signed"):
        sign_observation(db, by=stage.actor("Asha"), observation_id=signed.id or 0)


def test_the_history_of_the_observed_person_is_silent_about_drafts(db: Session, stage: Observing) -> None:
    draft = stage.observe("Bela", "Ben", {0: 2}, state=DRAFT, strengths="Warm and clear")
    share_observation(db, by=stage.actor("Bela"), observation_id=draft.id or 0)
    events = db.exec(
        select(AuditEvent).where(AuditEvent.object_kind == "observation").order_by(col(AuditEvent.id))
    ).all()
    assert [event.action for event in events] == ["record_observation", "share_observation"]
    assert "Warm" not in str([event.detail for event in events])
    about_ben = db.exec(select(AuditSubject.event_id).where(AuditSubject.staff_id == stage.id("Ben"))).all()
    assert about_ben == [events[1].id]


def test_a_self_rating_on_the_same_day_corrects_and_on_another_day_adds(db: Session, stage: Observing) -> None:
    ben, standard = stage.actor("Ben"), stage.standards[0]
    first = rate_self(db, by=ben, standard_id=standard, level=2, rated_on=today())
    again = rate_self(db, by=ben, standard_id=standard, level=3, rated_on=today())
    earlier = rate_self(db, by=ben, standard_id=standard, level=1, rated_on=today() - timedelta(days=90))
    assert again.record_id == first.record_id != earlier.record_id
    now_held = db.exec(select(SelfRating.level).where(current(SelfRating)).order_by(col(SelfRating.level))).all()
    assert now_held == [1, 3]


def test_a_self_rating_is_on_the_scale_and_not_in_the_future(db: Session, stage: Observing) -> None:
    with pytest.raises(InvalidRecord) as refused:
        rate_self_on_several(
            db, by=stage.actor("Ben"), ratings=[(stage.standards[0], 9)], rated_on=today() + timedelta(days=1)
        )
    assert set(refused.value.problems) == {"rated_on", f"rating_{stage.standards[0]}"}
    with pytest.raises(InvalidRecord, match="at least one"):
        rate_self_on_several(db, by=stage.actor("Ben"), ratings=[], rated_on=today())
