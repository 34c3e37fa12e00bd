from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlmodel import Session

from tcsuper.clock import today
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Absence,
    HoldingKind,
    JobDescription,
    Post,
    Responsibility,
    ResponsibilityContinuation,
    ResponsibilityHolding,
)
from tcsuper.queries.carried import SOMEBODY, Carried, Where
from tcsuper.queries.coverage import (
    counts_by_community,
    coverage_seen,
    if_a_post_ends,
    if_they_go,
    over_loaded_people,
    who_could,
)
from tcsuper.queries.my_responsibilities import responsibilities_held_by
from tcsuper.queries.responsibilities import (
    EVERY_POSTHOLDER,
    held_by_every_postholder,
    holders_by_role,
    holders_of,
    led_by_role,
    people_to_name,
    roles_in,
)
from tcsuper.rules.responsibilities import Candidate, Circle, Cover, Coverage
from tcsuper.services.leavers import end_post
from tcsuper.words import day as day_in_words
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


def matrix(db: Session, cast: Staffing, with_shared: bool = False) -> pd.DataFrame:
    frames = holders_by_role(
        db,
        viewer=cast.actor("Tara"),
        on=today(),
        community_id=cast.communities["Ash"],
        with_shared=with_shared,
    )
    return frames[cast.roles["TC officer"]]


def test_matrix_has_a_cell_for_each_pair(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", REVIEW)
    cast.hold("Mair", PLAN, LEARNING)
    frame = matrix(db, cast)
    assert len(frame) == 3 * 2
    words = {(row.title, row.person): row.word for row in frame.itertuples() if row.word}
    assert words == {(REVIEW, "Ben Ellis"): "Lead, not able", (PLAN, "Mair Wyn"): "In development"}
    assert "Audit course" in "".join(frame["able"])


def test_matrix_shows_what_every_postholder_holds_when_asked(db: Session, cast: Staffing) -> None:
    cast.hold("Tara", PLAN)  # of another role: she does not hold what every officer does
    held = {(row.title, row.person): row.word for row in matrix(db, cast, with_shared=True).itertuples() if row.word}
    assert held == {
        ("Run small groups", "Ben Ellis"): EVERY_POSTHOLDER,
        ("Run small groups", "Mair Wyn"): EVERY_POSTHOLDER,
        (PLAN, "Tara Quinn"): "Lead",
    }


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
    shared = held_by_every_postholder(db, viewer=cast.actor("Tara"), on=today(), community_id=cast.communities["Ash"])[
        cast.roles["TC officer"]
    ]
    assert (shared.people, [title for _, title, _ in shared.lines]) == (2, ["Run small groups"])


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
    postholders = people_to_name(
        db, viewer=cast.actor("Tara"), community_id=ash, on=today(), role_id=cast.roles["TC officer"]
    )
    assert [one.full_name for one in postholders] == ["Ben Ellis", "Mair Wyn"]
    led = led_by_role(
        db, viewer=cast.actor("Tara"), on=today(), community_id=ash, job_description_id=cast.roles["TC officer"]
    )
    assert list(led.values()) == [REVIEW, PLAN, TEACH]


# ---------------------------------------------------------------------------------------------------------------------
# By post


def by_post(cast: Staffing, role: str, title: str, **other: Any) -> ResponsibilityHolding:
    return cast.hold("Ben", title, staff_id=None, job_description_id=cast.roles[role], **other)


def line_of(db: Session, cast: Staffing, title: str, on: date | None = None, who: str = "Tara") -> Coverage:
    lines = coverage_seen(db, viewer=cast.actor(who), on=on or today())
    return next(line.cover for line in lines if line.cover.led.title == title)


def test_whoever_has_the_post_holds_it_from_day_to_day(db: Session, cast: Staffing) -> None:
    by_post(cast, "Therapy manager", PLAN)
    assert line_of(db, cast, PLAN).because == "Keep the evacuation plan in Ash rests on Tara Quinn (by post) alone."
    db.get_one(Post, cast.posts["Tara"]).end_on = today()
    tomorrow = today() + timedelta(days=1)
    vacant = line_of(db, cast, PLAN, tomorrow)
    assert (vacant.verdict, vacant.because) == (
        Cover.UNCOVERED,
        "Keep the evacuation plan in Ash is uncovered: it goes with the post of Therapy manager, which nobody has.",
    )
    stored(
        db,
        Post(
            staff_id=cast.ids["Mair"],
            job_description_id=cast.roles["Therapy manager"],
            community_id=cast.communities["Ash"],
            start_on=tomorrow,
        ),
    )
    assert line_of(db, cast, PLAN, tomorrow).leads[0].name == "Mair Wyn"


def test_each_of_several_postholders_holds_it(db: Session, cast: Staffing) -> None:
    by_post(cast, "TC officer", PLAN, kind=DEPUTY)
    assert [one.name for one in line_of(db, cast, PLAN).deputies] == ["Ben Ellis", "Mair Wyn"]


def test_own_record_and_the_lists_say_that_it_is_by_post(db: Session, cast: Staffing) -> None:
    by_post(cast, "TC officer", PLAN)
    mine = responsibilities_held_by(db, viewer=cast.actor("Ben"), staff_id=cast.ids["Ben"], on=today())
    assert [(one.title, one.kind, one.by_post) for one in mine][0] == (PLAN, HoldingKind.LEAD, "TC officer")
    lines = holders_of(db, viewer=cast.actor("Tara"), on=today())
    [line] = lines[cast.responsibilities[PLAN], cast.communities["Ash"]]
    assert (line.name, line.by_post) == ("Whoever is TC officer", "TC officer")


def test_what_goes_with_a_post_does_not_end_with_its_holder(db: Session, cast: Staffing) -> None:
    holding, named = by_post(cast, "TC officer", PLAN), cast.hold("Ben", TEACH)
    end_post(db, by=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=today())
    assert (holding.end_on, named.end_on) == (None, today())


def test_ending_one_of_two_posts_takes_what_goes_with_it(db: Session, cast: Staffing) -> None:
    by_post(cast, "Therapy manager", PLAN)
    cast.hold("Tara", TEACH)
    stored(
        db,
        Post(
            staff_id=cast.ids["Tara"],
            job_description_id=cast.roles["TC officer"],
            community_id=cast.communities["Ash"],
            start_on=LONG_AGO,
        ),
    )
    changes = if_a_post_ends(db, viewer=cast.actor("Olwen"), post_id=cast.posts["Tara"], end_on=today())
    assert [(one.before.led.title, one.after.verdict) for one in changes] == [(PLAN, Cover.UNCOVERED)]


# ---------------------------------------------------------------------------------------------------------------------
# Away


def away(db: Session, who: int, end_on: date | None, start_on: date = LONG_AGO) -> None:
    stored(db, Absence(staff_id=who, start_on=start_on, end_on=end_on))


def test_who_is_away_covers_nothing_until_they_are_back(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN)
    cast.hold("Mair", PLAN, DEPUTY)
    away(db, cast.ids["Ben"], today())
    line = line_of(db, cast, PLAN)
    assert line.because == (
        f"Keep the evacuation plan in Ash rests on Mair Wyn alone; Ben Ellis is away until {day_in_words(today())}."
    )
    assert line_of(db, cast, PLAN, today() + timedelta(days=1)).verdict is Cover.COVERED
    [cell] = [row for row in matrix(db, cast).itertuples() if row.word == "Lead, away"]
    assert (cell.person, cell.away) == ("Ben Ellis", f"Away until {day_in_words(today())}.")
    mine = responsibilities_held_by(db, viewer=cast.actor("Ben"), staff_id=cast.ids["Ben"], on=today())
    assert mine[0].away.startswith("Away until")


def test_until_when_is_told_only_to_who_sees_how_somebody_is_employed(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN)
    away(db, cast.ids["Ben"], today())
    assert "until" in line_of(db, cast, PLAN).because
    assert line_of(db, cast, PLAN, who="Olwen").because.endswith("is uncovered: Ben Ellis is away.")


def test_of_two_absences_the_longer_counts(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN)
    away(db, cast.ids["Ben"], today())
    away(db, cast.ids["Ben"], today() + timedelta(days=9))
    assert day_in_words(today() + timedelta(days=9)) in line_of(db, cast, PLAN).because
    away(db, cast.ids["Ben"], None)
    assert line_of(db, cast, PLAN).because.endswith("Ben Ellis is away.")


# ---------------------------------------------------------------------------------------------------------------------
# Versions


def next_version(db: Session, cast: Staffing, from_on: date, **texts: str) -> dict[str, int]:
    """A second version of the officers' document: by the first word of the former title, what it goes on as."""
    version = stored(
        db,
        JobDescription(
            code="job_1",
            role_name="TC officer",
            reference="R1",
            version="1.1",
            title="TC officer",
            version_of_id=cast.roles["TC officer"],
            in_force_from=from_on,
        ),
    )
    found = {}
    for number, (former, title) in enumerate(texts.items(), 1):
        row = Responsibility(job_description_id=version, number=number, short_title=title, is_led=True)
        found[former] = stored(db, row)
        before = next(one_id for name, one_id in cast.responsibilities.items() if name.startswith(former))
        stored(db, ResponsibilityContinuation(former_id=before, new_id=found[former], became="reworded"))
    return found


def test_who_was_named_holds_what_it_goes_on_as_and_the_former_version_answers_for_its_days(
    db: Session, cast: Staffing
) -> None:
    cast.hold("Ben", PLAN)
    cast.hold("Mair", REVIEW)
    cast.train("Mair", LONG_AGO)
    next_version(db, cast, today(), Keep="Keep the fire plan", Prepare="Prepare the review")
    held = verdicts(db, cast)
    assert held == {"Keep the fire plan, Ash": Cover.SINGLE_HELD, "Prepare the review, Ash": Cover.SINGLE_HELD}
    before = verdicts(db, cast, on=today() - timedelta(days=1))
    assert before[f"{PLAN}, Ash"] is Cover.SINGLE_HELD and len(before) == 3
    mine = responsibilities_held_by(db, viewer=cast.actor("Ben"), staff_id=cast.ids["Ben"], on=today())
    assert [(one.title, one.version) for one in mine] == [
        ("Keep the fire plan", f"version 1.1, in force from {day_in_words(today())}")
    ]
    former = responsibilities_held_by(
        db, viewer=cast.actor("Ben"), staff_id=cast.ids["Ben"], on=today() - timedelta(days=1)
    )
    assert [one.title for one in former] == [PLAN, "Run small groups"]


def test_what_two_go_on_as_is_held_by_who_held_either(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN)
    cast.hold("Ben", TEACH)
    cast.hold("Mair", TEACH, DEPUTY)
    merged = next_version(db, cast, today(), Keep="Plan and teach")["Keep"]
    stored(db, ResponsibilityContinuation(former_id=cast.responsibilities[TEACH], new_id=merged, became="merged"))
    line = line_of(db, cast, "Plan and teach")
    assert ([one.name for one in line.leads], [one.name for one in line.deputies]) == (["Ben Ellis"], ["Mair Wyn"])
    assert len(holders_of(db, viewer=cast.actor("Tara"), on=today())[merged, cast.communities["Ash"]]) == 3
    assert len(responsibilities_held_by(db, viewer=cast.actor("Ben"), staff_id=cast.ids["Ben"], on=today())) == 1


def test_the_overview_takes_few_statements_whatever_is_held(db: Session, cast: Staffing) -> None:
    for who in ("Ben", "Mair"):
        for title in (PLAN, REVIEW, TEACH):
            cast.hold(who, title)
    by_post(cast, "TC officer", PLAN)
    tara = cast.actor("Tara")
    asked: list[str] = []
    listen = lambda *told: asked.append(told[2])  # noqa: E731
    sa.event.listen(db.get_bind(), "before_cursor_execute", listen)
    carried = Carried(db, tara, today(), Where(cast.communities["Ash"]))
    assert len(carried.holdings) == 8 and carried.led and not carried.away
    sa.event.remove(db.get_bind(), "before_cursor_execute", listen)
    assert len(asked) <= 9, asked


# ---------------------------------------------------------------------------------------------------------------------
# Who could take it on, who carries much, counts


def could(db: Session, cast: Staffing, title: str, who: str = "Tara") -> list[Candidate]:
    return who_could(
        db,
        viewer=cast.actor(who),
        on=today(),
        responsibility_id=cast.responsibilities[title],
        community_id=cast.communities["Ash"],
    )


def test_who_could_take_it_on_and_what_they_still_need(db: Session, cast: Staffing) -> None:
    cast.train("Mair")
    cast.hold("Mair", PLAN)
    assert [(one.name, one.circle, one.lacks, one.carries) for one in could(db, cast, REVIEW)] == [
        ("Mair Wyn", Circle.SAME_ROLE, (), 1),
        ("Ben Ellis", Circle.SAME_ROLE, ("Audit course is not completed.",), 0),
        ("Tara Quinn", Circle.SAME_COMMUNITY, ("Audit course is not completed.",), 0),
    ]


def test_who_holds_it_is_no_candidate_and_who_is_in_development_is_named_as_such(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN)
    cast.hold("Mair", PLAN, LEARNING)
    assert [(one.name, one.is_learning) for one in could(db, cast, PLAN)] == [("Mair Wyn", True), ("Tara Quinn", False)]


def test_the_director_also_sees_others_of_the_establishment(db: Session, cast: Staffing) -> None:
    elsewhere = [one.name for one in could(db, cast, PLAN, "Olwen") if one.circle is Circle.ELSEWHERE]
    assert "Dewi Rees" in elsewhere
    assert {one.circle for one in could(db, cast, PLAN)} == {Circle.SAME_ROLE, Circle.SAME_COMMUNITY}
    for who in ("Carol", "Ben", "Ada"):
        with pytest.raises(NotAllowed):
            could(db, cast, PLAN, who)


def test_who_carries_much_and_the_counts_of_each_community(db: Session, cast: Staffing) -> None:
    for title in (PLAN, REVIEW, TEACH):
        cast.hold("Ben", title)
    lines = coverage_seen(db, viewer=cast.actor("Olwen"), on=today())
    assert over_loaded_people(lines, 3) == []
    [(load, held)] = over_loaded_people(lines, 2)
    assert (load.name, load.how_many) == ("Ben Ellis", 3) and f"Lead: {PLAN}, Ash" in held
    frame = counts_by_community(lines, "Together")
    totals = {row.community: row.of for row in frame.itertuples()}
    assert list(totals.items()) == [("Together", 6), ("Birch", 3), ("Ash", 3)]
    assert frame.groupby("community")["count"].sum().to_dict() == totals
