from datetime import date, timedelta

import pytest
from sqlmodel import Session

from tcsuper.clock import today
from tcsuper.errors import NotAllowed
from tcsuper.models import HoldingKind, Post
from tcsuper.queries.responsibilities import (
    SOMEBODY,
    Where,
    coverage_seen,
    held_by_every_postholder,
    holders_matrix,
    holders_of,
    if_a_post_ends,
    if_they_go,
    people_to_name,
    responsibilities_held_by,
    roles_in,
)
from tcsuper.rules.responsibilities import Cover
from tcsuper.services.leavers import end_post
from tests.staffing import LONG_AGO, Staffing, staffing, stored

REVIEW, PLAN, TEACH = "Prepare the peer review", "Keep the evacuation plan", "Teach new officers"
DEPUTY, LEARNING = HoldingKind.DEPUTY, HoldingKind.IN_DEVELOPMENT


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


def verdicts(db: Session, cast: Staffing, who: str = "Tara", on: date | None = None) -> dict[str, Cover]:
    seen = coverage_seen(db, viewer=cast.actor(who), on=on or today())
    return {f"{one.cover.led.title}, {one.cover.led.community_name}": one.cover.verdict for one in seen}


def test_coverage_comes_worst_first_with_its_sentence(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", REVIEW)
    cast.hold("Mair", REVIEW, DEPUTY)
    cast.hold("Ben", PLAN)
    cast.train("Ben")
    cast.train("Mair")
    seen = [line.cover for line in coverage_seen(db, viewer=cast.actor("Tara"), on=today())]
    assert [(one.led.title, one.verdict) for one in seen] == [
        (TEACH, Cover.UNCOVERED),
        (PLAN, Cover.SINGLE_HELD),
        (REVIEW, Cover.COVERED),
    ]
    assert seen[0].because == "Teach new officers in Ash is uncovered: nobody leads it and nobody deputises."
    assert seen[1].because == "Keep the evacuation plan in Ash rests on Ben Ellis alone."


def test_a_holder_who_lacks_what_it_calls_for_is_not_able(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", REVIEW)
    worst, *_ = [line for line in coverage_seen(db, viewer=cast.actor("Tara"), on=today()) if line.lacks]
    assert worst.cover.verdict is Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE
    assert [(name, standing.because) for name, standing in worst.lacks] == [
        ("Ben Ellis", "Audit course is not completed.")
    ]
    cast.train("Ben")
    assert verdicts(db, cast)[f"{REVIEW}, Ash"] is Cover.SINGLE_HELD


def test_what_is_called_for_binds_a_holder_of_another_role_too(db: Session, cast: Staffing) -> None:
    cast.hold("Tara", REVIEW)
    assert verdicts(db, cast, "Olwen")[f"{REVIEW}, Ash"] is Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE
    cast.train("Tara")
    assert verdicts(db, cast, "Olwen")[f"{REVIEW}, Ash"] is Cover.SINGLE_HELD


def test_manager_sees_their_community_and_the_director_each(db: Session, cast: Staffing) -> None:
    assert {name.split(", ")[1] for name in verdicts(db, cast)} == {"Ash"}
    assert {name.split(", ")[1] for name in verdicts(db, cast, "Olwen")} == {"Ash", "Birch"}
    assert verdicts(db, cast, "Ben") == verdicts(db, cast, "Ada") == {}
    with pytest.raises(NotAllowed):
        coverage_seen(db, viewer=cast.actor("Tara"), on=today(), where=Where(cast.communities["Birch"]))


def test_a_holding_counts_from_its_first_day_to_its_last(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN, start_on=today() - timedelta(days=10), end_on=today())
    days = {shift: verdicts(db, cast, on=today() + timedelta(days=shift))[f"{PLAN}, Ash"] for shift in (-11, -10, 0, 1)}
    assert days == {-11: Cover.UNCOVERED, -10: Cover.SINGLE_HELD, 0: Cover.SINGLE_HELD, 1: Cover.UNCOVERED}


def test_what_if_says_what_ending_the_post_brings_about(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN)
    cast.hold("Ben", TEACH)
    cast.hold("Mair", TEACH, DEPUTY)
    last_day = today() + timedelta(days=30)
    changes = if_they_go(db, viewer=cast.actor("Tara"), gone={cast.ids["Ben"]: last_day})
    assert [(one.before.led.title, one.before.verdict, one.after.verdict) for one in changes] == [
        (PLAN, Cover.SINGLE_HELD, Cover.UNCOVERED),
        (TEACH, Cover.COVERED, Cover.SINGLE_HELD),
    ]
    assert changes == if_a_post_ends(db, viewer=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=last_day)
    end_post(db, by=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=last_day)
    after = verdicts(db, cast, on=last_day + timedelta(days=1))
    assert (after[f"{PLAN}, Ash"], after[f"{TEACH}, Ash"]) == (Cover.UNCOVERED, Cover.SINGLE_HELD)


def test_another_post_in_the_community_keeps_it_covered(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN)
    stored(
        db,
        Post(
            staff_id=cast.ids["Ben"],
            job_description_id=cast.roles["Therapy manager"],
            community_id=cast.communities["Ash"],
            start_on=LONG_AGO,
        ),
    )
    assert if_a_post_ends(db, viewer=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=today()) == []


def test_what_somebody_led_elsewhere_is_not_told(db: Session, cast: Staffing) -> None:
    assert if_a_post_ends(db, viewer=cast.actor("Tara"), post_id=cast.posts["Dewi"], end_on=today()) == []
    assert if_a_post_ends(db, viewer=cast.actor("Ada"), post_id=cast.posts["Ben"], end_on=today()) == []


def test_a_vacant_role_is_missed_for_a_year(db: Session, cast: Staffing) -> None:
    gone_on = today() - timedelta(days=365)
    for who in ("Ben", "Mair"):
        db.get_one(Post, cast.posts[who]).end_on = gone_on
    db.flush()
    assert verdicts(db, cast)[f"{PLAN}, Ash"] is Cover.UNCOVERED
    assert verdicts(db, cast, on=today() + timedelta(days=1)) == {}


def test_matrix_has_a_cell_for_each_pair(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", REVIEW)
    cast.hold("Mair", PLAN, LEARNING)
    frame = holders_matrix(db, viewer=cast.actor("Tara"), on=today(), where=Where(cast.communities["Ash"]))
    assert len(frame) == 3 * 2
    words = {(row.title, row.person): row.word for row in frame.itertuples() if row.word}
    assert words == {(REVIEW, "Ben Ellis"): "Lead, not able", (PLAN, "Mair Wyn"): "In development"}
    assert "Audit course" in "".join(frame["lacks"])


def test_somebody_who_moved_away_is_counted_without_their_name(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN)
    db.get_one(Post, cast.posts["Ben"]).end_on = today() - timedelta(days=5)
    stored(
        db,
        Post(
            staff_id=cast.ids["Ben"],
            job_description_id=cast.roles["TC officer"],
            community_id=cast.communities["Birch"],
            start_on=today() - timedelta(days=4),
        ),
    )
    then = today() - timedelta(days=30)
    covers = [line.cover for line in coverage_seen(db, viewer=cast.actor("Tara"), on=then)]
    [plan] = [one for one in covers if one.led.title == PLAN]
    assert plan.verdict is Cover.SINGLE_HELD and plan.leads[0].name == SOMEBODY


def test_own_responsibilities_led_ones_first(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", REVIEW)
    mine = responsibilities_held_by(db, viewer=cast.actor("Ben"), staff_id=cast.ids["Ben"], on=today())
    assert [(one.title, one.kind) for one in mine] == [(REVIEW, HoldingKind.LEAD), ("Run small groups", None)]
    assert [standing.because for standing in mine[0].lacks] != []
    for who in ("Mair", "Carol"):
        with pytest.raises(NotAllowed):
            responsibilities_held_by(db, viewer=cast.actor(who), staff_id=cast.ids["Ben"], on=today())


def test_every_postholder_holds_the_rest(db: Session, cast: Staffing) -> None:
    people, lines = held_by_every_postholder(
        db,
        viewer=cast.actor("Tara"),
        on=today(),
        community_id=cast.communities["Ash"],
        job_description_id=cast.roles["TC officer"],
    )
    assert (people, [line.short_title for line in lines]) == (2, ["Run small groups"])


def test_whom_to_name_and_whom_to_end(db: Session, cast: Staffing) -> None:
    to_come = cast.hold("Ben", PLAN, start_on=today() + timedelta(days=5))
    ash = cast.communities["Ash"]
    lines = holders_of(db, viewer=cast.actor("Tara"), on=today())
    assert [line.holding_id for line in lines[cast.responsibilities[PLAN], ash]] == [to_come.id]
    names = [one.full_name for one in people_to_name(db, viewer=cast.actor("Tara"), community_id=ash, on=today())]
    assert names == ["Ben Ellis", "Mair Wyn", "Tara Quinn"]
    assert people_to_name(db, viewer=cast.actor("Olwen"), community_id=ash, on=today()) == []
    assert list(roles_in(db, viewer=cast.actor("Tara"), community_id=ash, on=today()).values()) == [
        "TC officer",
        "Therapy manager",
    ]
