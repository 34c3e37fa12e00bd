from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    JobDescription,
    ObservationState,
    Post,
    RecordsKeptFrom,
    RequiredLevel,
    RequirementKind,
    StandardCarriedOver,
)
from tcsuper.queries.home import my_team
from tcsuper.queries.observations import observation_detail, observations_seen
from tcsuper.queries.practice import (
    observed_against_required,
    practice_trend,
    required_over_time,
    standard_sets,
    standards_to_rate,
)
from tcsuper.queries.standing import standings_seen
from tcsuper.rules.standing import Status
from tcsuper.services.observations import comment_on_observation, share_observation, sign_observation
from tcsuper.services.practice import rate_self
from tcsuper.services.required_levels import set_required_level
from tests.observing import STANDARDS, Observing, observing

DRAFT = ObservationState.DRAFT
PRACTICE = (RequirementKind.PRACTICE,)


@pytest.fixture
def stage(db: Session) -> Observing:
    return observing(db)


def statuses(stage: Observing, viewer: str, of: str = "Ben", **when: object) -> dict[str, Status]:
    frame = observed_against_required(
        stage.db, viewer=stage.actor(viewer), staff_id=stage.id(of), **{"on": today()} | when
    )
    return dict(zip(frame["standard"], frame["status"], strict=True))


# ---------------------------------------------------------------------------------------------------------------------
# Standing


def test_the_managers_figure_tells_whoever_is_late_from_whoever_is_not_there_yet(stage: Observing) -> None:
    for days_ago in (30, 10):
        stage.observe("Asha", "Ben", {0: 3, 1: 3, 2: 3}, days_ago=days_ago)
        stage.observe("Asha", "Officer D", {0: 2, 1: 3, 2: 3}, days_ago=days_ago)
    team = my_team(stage.db, viewer=stage.actor("Asha"))
    assert team is not None
    [figure] = [one for one in team.figures if one.label == "At standard"]
    assert (figure.met, figure.duty, figure.behind) == (1, 11, "1 late and 9 not there yet")


def test_two_observations_on_different_dates_make_a_verdict(stage: Observing) -> None:
    stage.observe("Bela", "Ben", {0: 3, 1: 2, 2: 4}, days_ago=30)
    assert set(statuses(stage, "Ben").values()) == {Status.NOT_YET_OBSERVED}
    stage.observe("Asha", "Ben", {0: 3, 1: 2, 2: 4}, days_ago=10)
    assert statuses(stage, "Ben") == dict(zip(STANDARDS, (Status.AT, Status.BELOW, Status.ABOVE), strict=True))


def test_drafts_never_count(stage: Observing) -> None:
    stage.observe("Bela", "Ben", {0: 3}, days_ago=30)
    draft = stage.observe("Asha", "Ben", {0: 3}, days_ago=10, state=DRAFT)
    assert statuses(stage, "Ben")[STANDARDS[0]] is Status.NOT_YET_OBSERVED
    share_observation(stage.db, by=stage.actor("Asha"), observation_id=draft.id or 0)
    assert statuses(stage, "Ben")[STANDARDS[0]] is Status.AT


def test_as_at_an_earlier_date_only_what_was_seen_by_then_counts(stage: Observing) -> None:
    stage.observe("Bela", "Ben", {0: 3}, days_ago=30)
    stage.observe("Asha", "Ben", {0: 2}, days_ago=10)
    then = today() - timedelta(days=20)
    assert statuses(stage, "Ben")[STANDARDS[0]] is Status.BELOW
    assert statuses(stage, "Ben", on=then)[STANDARDS[0]] is Status.NOT_YET_OBSERVED
    assert statuses(stage, "Ben", known_on=then)[STANDARDS[0]] is Status.NOT_YET_OBSERVED  # recorded only today


def test_a_standard_nobody_saw_is_not_yet_observed_and_never_below(stage: Observing) -> None:
    assert set(statuses(stage, "Ben").values()) == {Status.NOT_YET_OBSERVED}


def test_before_records_were_kept_here_practice_is_not_judged(stage: Observing) -> None:
    stage.db.add(
        RecordsKeptFrom(
            community_id=stage.cast.community_b, kind=RequirementKind.PRACTICE, from_on=today() + timedelta(days=5)
        )
    )
    stage.db.flush()
    assert set(statuses(stage, "Ben").values()) == {Status.NOT_JUDGED}


def test_of_two_posts_the_higher_level_binds(stage: Observing) -> None:
    job = JobDescription(code="senior", role_name="Senior", reference="JD 9", title="Senior")
    stage.db.add(job)
    stage.db.flush()
    since = today() - timedelta(days=100)
    stage.db.add(RequiredLevel(job_description_id=job.id, standard_id=stage.standards[0], level=4, start_on=since))
    stage.db.add(
        Post(staff_id=stage.id("Ben"), job_description_id=job.id, community_id=stage.cast.community_b, start_on=since)
    )
    stage.db.flush()
    frame = observed_against_required(stage.db, viewer=stage.actor("Ben"), staff_id=stage.id("Ben"), on=today())
    assert dict(zip(frame["standard"], frame["required"], strict=True)) == dict(zip(STANDARDS, (4, 3, 3), strict=True))


# ---------------------------------------------------------------------------------------------------------------------
# Who reads a status


@pytest.mark.parametrize(
    ("viewer", "reads"),
    [
        ("Ben", "whole"),
        ("Asha", "whole"),  # therapy manager of the community
        ("Farah", "status"),  # line manager
        ("Bela", "nothing"),  # supervisor: what they observed, and no verdict
        ("Dev", "nothing"),  # director: counts only
        ("Carol", "nothing"),
        ("Ivor", "nothing"),
        ("Eve", "nothing"),
    ],
)
def test_who_reads_how_practice_stands(stage: Observing, viewer: str, reads: str) -> None:
    stage.observe("Bela", "Ben", {0: 2}, days_ago=30)
    stage.observe("Asha", "Ben", {0: 2}, days_ago=10)
    rows = standings_seen(stage.db, viewer=stage.actor(viewer), on=today(), kinds=PRACTICE, about=stage.id("Ben"))
    below = [row.standing.because for row in rows if row.standing.status is Status.BELOW]
    assert len(below) == (0 if reads == "nothing" else 1)
    if reads == "whole":
        assert "With prompting" in below[0]
    if reads == "status":
        assert "With prompting" not in below[0] and "below standard" in below[0]


def test_a_supervisor_sees_their_own_ratings_beside_the_required_level_and_no_verdict(stage: Observing) -> None:
    stage.observe("Bela", "Ben", {0: 2}, days_ago=30)
    stage.observe("Asha", "Ben", {0: 4, 1: 4}, days_ago=10)
    frame = observed_against_required(stage.db, viewer=stage.actor("Bela"), staff_id=stage.id("Ben"), on=today())
    assert list(frame["observed"]) == [2, None, None]
    assert set(frame["status"]) == {None} and set(frame["because"]) == {""}
    assert list(frame["required"]) == [3, 3, 3]
    assert frame["by_observer"][0] == "Bela: With prompting"


@pytest.mark.parametrize("viewer", ["Carol", "Farah", "Dev", "Eve", "Ivor", "Officer D", "Kit", "Jo"])
def test_others_have_no_such_record(stage: Observing, viewer: str) -> None:
    seen = stage.observe("Bela", "Ben", {0: 2})
    me = stage.actor(viewer)
    assert observations_seen(stage.db, viewer=me, on=today()).empty
    for ask in (observed_against_required, practice_trend, required_over_time):
        with pytest.raises(NotAllowed):
            ask(stage.db, viewer=me, staff_id=stage.id("Ben"), on=today())
    with pytest.raises(NotAllowed):
        observation_detail(stage.db, viewer=me, record_id=seen.record_id)


# ---------------------------------------------------------------------------------------------------------------------
# The frame


def test_the_frame_holds_latest_by_each_observer_and_own_view(stage: Observing) -> None:
    stage.observe("Bela", "Ben", {0: 2}, days_ago=30)
    stage.observe("Asha", "Ben", {0: 3}, days_ago=10)
    rate_self(stage.db, by=stage.actor("Ben"), standard_id=stage.standards[0], level=4, rated_on=today())
    row = observed_against_required(stage.db, viewer=stage.actor("Ben"), staff_id=stage.id("Ben"), on=today()).iloc[0]
    assert row["n"] == 2 and row["by_observer"] == "Bela: With prompting, Asha: Alone"
    assert row["observed"] == 2, "the level that decides, not the latest one"
    assert row["self_level"] == 4 and row["because"].startswith("Running a small group is below")


@pytest.mark.parametrize(("is_shared", "seen"), [(True, 4), (False, None)])
def test_a_manager_reads_an_own_view_only_when_it_was_shared(
    stage: Observing, is_shared: bool, seen: int | None
) -> None:
    """Asha manages Farah and does not supervise her; Gwen supervises Cai."""
    for name in ("Farah", "Cai"):
        rate_self(
            stage.db,
            by=stage.actor(name),
            standard_id=stage.standards[0],
            level=4,
            rated_on=today(),
            is_shared=is_shared,
        )
    ask = observed_against_required
    assert ask(stage.db, viewer=stage.actor("Asha"), staff_id=stage.id("Farah"), on=today())["self_level"][0] == seen
    assert ask(stage.db, viewer=stage.actor("Gwen"), staff_id=stage.id("Cai"), on=today())["self_level"][0] == 4


def test_the_trend_holds_observed_levels_and_the_own_view_apart(stage: Observing) -> None:
    stage.observe("Bela", "Ben", {0: 2}, days_ago=30)
    stage.observe("Asha", "Ben", {0: 3}, days_ago=10)
    stage.observe("Asha", "Ben", {0: 1}, days_ago=5, state=DRAFT)
    rate_self(stage.db, by=stage.actor("Ben"), standard_id=stage.standards[0], level=4, rated_on=today())
    frame = practice_trend(stage.db, viewer=stage.actor("Ben"), staff_id=stage.id("Ben"), on=today())
    assert list(zip(frame["series"], frame["level"], frame["who"], strict=True)) == [
        ("Observed", 2, "Bela"),
        ("Observed", 3, "Asha"),
        ("Own view", 4, "Ben"),
    ]


def test_the_required_line_changes_when_the_level_does(stage: Observing) -> None:
    changed_on = today() - timedelta(days=60)
    set_required_level(
        stage.db,
        by=stage.actor("Asha"),
        job_description_id=stage.cast.officer,
        standard_id=stage.standards[0],
        level=4,
        start_on=changed_on,
    )
    frame = required_over_time(stage.db, viewer=stage.actor("Ben"), staff_id=stage.id("Ben"), on=today())
    line = frame[frame["standard_id"] == stage.standards[0]]
    assert list(line["level"]) == [3, 4]
    assert list(line["end_on"]) == [changed_on - timedelta(days=1), today()]


def test_the_required_line_goes_back_to_the_version_before_where_that_was_carried_over(stage: Observing) -> None:
    """Two standards became one, at the highest level of both; what was asked of either before is its line before."""
    merged = stage.other_standard
    for former, levels in zip(stage.standards, ({3: 2}, {3: 1}, {4: 4}), strict=True):
        carried = StandardCarriedOver(
            recorded_at=now(), former_id=former, new_id=merged, levels={str(was): at for was, at in levels.items()}
        )
        stage.db.add(carried)
        level = stage.db.exec(select(RequiredLevel).where(RequiredLevel.standard_id == former)).one()
        level.end_on = today() - timedelta(days=1)
    stage.db.add(RequiredLevel(job_description_id=stage.cast.officer, standard_id=merged, level=4, start_on=today()))
    stage.db.flush()
    frame = required_over_time(stage.db, viewer=stage.actor("Ben"), staff_id=stage.id("Ben"), on=today())
    line = frame[frame["standard_id"] == merged]
    assert list(zip(line["level"], line["end_on"], strict=True)) == [(2, today() - timedelta(days=1)), (4, today())]


# ---------------------------------------------------------------------------------------------------------------------
# Observations


def test_a_draft_is_listed_for_its_observer_alone(stage: Observing) -> None:
    stage.observe("Bela", "Ben", {0: 2}, state=DRAFT)
    listed = {
        name: len(observations_seen(stage.db, viewer=stage.actor(name), on=today())) for name in ("Bela", "Ben", "Asha")
    }
    assert listed == {"Bela": 1, "Ben": 0, "Asha": 0}


def test_the_observed_person_reads_it_once_shared_and_may_comment(stage: Observing) -> None:
    draft = stage.observe("Bela", "Ben", {0: 2}, state=DRAFT, strengths="Calm")
    with pytest.raises(NotAllowed):
        observation_detail(stage.db, viewer=stage.actor("Ben"), record_id=draft.record_id)
    share_observation(stage.db, by=stage.actor("Bela"), observation_id=draft.id or 0)
    detail = observation_detail(stage.db, viewer=stage.actor("Ben"), record_id=draft.record_id)
    assert detail.version.strengths == "Calm" and detail.may_comment and not detail.may_sign
    assert [rated.level for rated in detail.ratings] == [2, None, None]


def test_the_history_begins_when_it_was_shared(stage: Observing) -> None:
    draft = stage.observe("Bela", "Ben", {0: 2}, state=DRAFT)
    shared = share_observation(stage.db, by=stage.actor("Bela"), observation_id=draft.id or 0)
    told = comment_on_observation(stage.db, by=stage.actor("Ben"), observation_id=shared.id or 0, comment="Yes")
    detail = observation_detail(stage.db, viewer=stage.actor("Asha"), record_id=draft.record_id)
    assert detail.may_sign
    sign_observation(stage.db, by=stage.actor("Asha"), observation_id=told.id or 0)
    detail = observation_detail(stage.db, viewer=stage.actor("Asha"), record_id=draft.record_id)
    assert [(word, who) for word, who, _ in detail.history] == [
        ("Shared", "Bela"),
        ("Commented on", "Ben"),
        ("Signed", "Asha"),
    ]
    assert not detail.may_sign


def test_what_does_not_exist_and_what_is_not_allowed_read_alike(stage: Observing) -> None:
    hidden = stage.observe("Bela", "Ben", {0: 2})
    messages = set()
    for record_id in (hidden.record_id, uuid4()):
        with pytest.raises(NotAllowed) as refused:
            observation_detail(stage.db, viewer=stage.actor("Carol"), record_id=record_id)
        messages.add(str(refused.value))
    assert len(messages) == 1


def test_the_required_set_is_offered_first_with_its_anchors(stage: Observing) -> None:
    sets = standard_sets(stage.db, viewer=stage.actor("Bela"), observed_id=stage.id("Ben"))
    assert [one.label for one in sets] == ["DTC staff, version 1", "Another, version 1"]
    standards = standards_to_rate(stage.db, viewer=stage.actor("Bela"), set_id=sets[0].set_id)
    assert [one.title for one in standards] == list(STANDARDS)
    assert standards[0].anchors[1] == "Running a small group With help"
    with pytest.raises(NotAllowed):
        standard_sets(stage.db, viewer=stage.actor("Bela"), observed_id=stage.id("Cai"))
