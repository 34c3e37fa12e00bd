"""What is said before a post ends; and that whoever left is asked nothing from that day on, and starts elsewhere."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import now, today
from tcsuper.models import (
    CourseRule,
    JobDescription,
    Post,
    Registration,
    Requirement,
    RequirementKind,
    Staff,
    SupervisionAgreement,
)
from tcsuper.queries.hanging import Part
from tcsuper.queries.lapses import lapses_ahead, registrations_ahead
from tcsuper.queries.leavers import Leaving, leaving, supervises
from tcsuper.queries.registration import registrations_seen
from tcsuper.queries.reminders import digests_waiting
from tcsuper.queries.staff import last_days_of
from tcsuper.queries.standing import standings_seen
from tcsuper.queries.starters import goes_with
from tcsuper.queries.team import kinds_by_community
from tcsuper.services.leavers import end_post
from tcsuper.services.training import record_completion
from tests.competence import add_bodies, add_courses
from tests.leaving import AFTER, LAST_DAY, Leaver, known, leaver, post_elsewhere
from tests.people import LONG_AGO, Cast, make_cast
from tests.runs import stored_run

ONE_DAY = timedelta(days=1)


@pytest.fixture
def ben(db: Session) -> Leaver:
    return leaver(db, make_cast(db))


def plan(db: Session, ben: Leaver, viewer: str = "Asha", **how: Any) -> Leaving:
    return leaving(db, viewer=known(db, ben.cast, viewer), **{"post_id": ben.post, "end_on": LAST_DAY} | how)


def said(one: Leaving) -> list[str]:
    return [each.words for each in one.ends]


# ---------------------------------------------------------------------------------------------------------------------
# What is said


def test_everything_that_ends_is_said_in_words(db: Session, ben: Leaver) -> None:
    assert said(plan(db, ben)) == [
        "With Asha, clinical; 1 planned session taken off.",
        "Bela, clinical; 1 planned session taken off.",
        "Tuesday group, clinical; 1 planned session taken off.",
        "Monday group; 1 planned session held without them.",
        f"Named until {words.day(AFTER)}.",
        "Group analyst.",
        "Lead: Keep the evacuation plan.",
        f"TCAT 1, {words.day(AFTER)}.",
        "Trainer: Control and restraint.",
        "Therapy manager, Ashdown B.",
        f"The last day to sign in is {words.day(LAST_DAY)}.",
    ]


def test_what_it_leaves_is_said_too(db: Session, ben: Leaver) -> None:
    one = plan(db, ben)
    assert [change.after.because for change in one.uncovered] == [
        "Keep the evacuation plan in Ashdown B is uncovered: nobody leads it and nobody deputises."
    ]
    assert one.left == (
        "Without this supervisor: Bela. Agree with somebody else.",
        "Tuesday group is without a supervisor. Choose who goes on with it, or end the group.",
    )


def test_line_manager_and_the_only_therapy_manager_are_missed(db: Session, ben: Leaver) -> None:
    for post in db.exec(select(Post).where(Post.staff_id == ben.cast.id("Bela"))):
        post.line_manager_id = ben.ben
    db.flush()
    said = "Without their line manager: Bela. Open the leaver under “Everybody” to hand them on."
    assert said in plan(db, ben).left
    carol = db.exec(select(Post.id).where(Post.staff_id == ben.cast.id("Carol"))).one() or 0
    left = plan(db, ben, viewer="Eve", post_id=carol).left
    assert "Ashdown C is without a therapy manager. Ask for the role for somebody else." in left


def test_an_administrator_reads_how_many_agreements_end_and_not_with_whom(db: Session, ben: Leaver) -> None:
    assert any("Asha" in line for line in said(plan(db, ben))), "it is there to be hidden"
    one = plan(db, ben, viewer="Eve")
    assert one.counts == plan(db, ben).counts
    assert not [line for line in said(one) if "Asha" in line or "Bela" in line or "evacuation" in line]
    assert one.left == (
        "Without this supervisor too: 2 whom or which you do not see. Their managers find them under Supervisors.",
    )


def test_a_supervisee_elsewhere_is_counted_and_not_named(db: Session, ben: Leaver) -> None:
    db.add(
        SupervisionAgreement(
            supervisor_id=ben.ben, supervisee_id=ben.cast.id("Cai"), purpose="clinical", start_on=LONG_AGO
        )
    )
    db.flush()
    one = plan(db, ben)
    assert one.counts[Part.SUPERVISING] == 2 and not any("Cai" in line for line in (*said(one), *one.left))


def test_who_goes_on_is_asked_of_whoever_keeps_their_agreements(db: Session, ben: Leaver) -> None:
    asha = known(db, ben.cast, "Asha")
    assert [one.whom for one in supervises(db, viewer=asha, plan=plan(db, ben))] == ["Bela", "Tuesday group"]
    assert supervises(db, viewer=known(db, ben.cast, "Eve"), plan=plan(db, ben, viewer="Eve")) == []


# ---------------------------------------------------------------------------------------------------------------------
# The day after


@pytest.fixture
def rotates(db: Session) -> Cast:
    """Ben is restraint-trained until soon, and on the HCPC register until next May: both are asked of officers."""
    cast = make_cast(db)
    ids, bodies = add_courses(db, cast), add_bodies(db, cast)
    assert db.exec(select(CourseRule).where(CourseRule.course_id == ids["restraint"])).one()
    trained_on = today() - timedelta(days=345)
    asha = known(db, cast, "Asha")
    record_completion(db, by=asha, staff_id=cast.id("Ben"), course_code="restraint", completed_on=trained_on)
    db.add(
        Registration(
            staff_id=cast.id("Ben"), body_id=bodies["hcpc"], number="PYL123", registered_on=LONG_AGO, recorded_at=now()
        )
    )
    for name in ("Ben", "Asha"):
        db.get_one(Staff, cast.id(name)).email = f"{name.lower()}@example.org"
    db.flush()
    return cast


def restraint(db: Session, viewer: Actor, cast: Cast, on: date) -> dict[str, bool]:
    """Where Ben is among those who have something to do, on a day."""
    ben = cast.id("Ben")
    matrix = standings_seen(db, viewer=viewer, on=on, kinds=[RequirementKind.COURSE])
    digests = {one.name: [each.said for each in one.own] for one in digests_waiting(db, on=on)}
    return {
        "matrix": any(row.staff_id == ben for row in matrix),
        "forecast": any(line.lapse.staff_id == ben for line in lapses_ahead(db, viewer=viewer, on=on)),
        "renewals": any(line.lapse.staff_id == ben for line in registrations_ahead(db, viewer=viewer, on=on)),
        "register": any(one.staff_id == ben for one in registrations_seen(db, viewer=viewer, on=on)),
        "reminders": any("Control and restraint" in line for line in digests.get("Ben", [])),
    }


def test_whoever_left_the_service_is_in_no_list_from_the_day_after(db: Session, rotates: Cast) -> None:
    asha = known(db, rotates, "Asha")
    assert set(restraint(db, asha, rotates, today()).values()) == {True}
    size = int(kinds_by_community(db, viewer=asha, on=today())["people"].max())
    post = db.exec(select(Post).where(Post.staff_id == rotates.id("Ben"))).one()
    end_post(db, by=asha, post_id=post.id or 0, end_on=today() - ONE_DAY)
    assert set(restraint(db, asha, rotates, today()).values()) == {False}
    assert int(kinds_by_community(db, viewer=asha, on=today())["people"].max()) == size - 1
    assert registrations_seen(db, viewer=asha, on=today(), about=rotates.id("Ben")), "asked about alone they are found"
    assert restraint(db, asha, rotates, today() - timedelta(days=2))["matrix"], "as it stood then"


def test_on_the_last_day_itself_nobody_is_reminded_any_more(db: Session, rotates: Cast) -> None:
    asha = known(db, rotates, "Asha")
    post = db.exec(select(Post).where(Post.staff_id == rotates.id("Ben"))).one()
    end_post(db, by=asha, post_id=post.id or 0, end_on=today())
    assert restraint(db, asha, rotates, today()) == {
        "matrix": True,
        "forecast": True,  # what is late already
        "renewals": False,
        "register": True,
        "reminders": False,
    }


def test_who_rotates_is_asked_by_the_new_role_alone_and_reminded_of_nothing_else(db: Session, rotates: Cast) -> None:
    """From an officer's post to one that asks only for a course of its own, overnight."""
    asha, ben = known(db, rotates, "Asha"), rotates.id("Ben")
    manager = db.exec(select(JobDescription.id).where(JobDescription.code == "manager")).one() or 0
    asked = {"any_of": ["tcat_1"], "target_days": 30}
    db.add(
        Requirement(
            kind=RequirementKind.COURSE,
            job_description_id=manager,
            title="For managers",
            terms=asked,
            start_on=LONG_AGO,
        )
    )
    post = db.exec(select(Post).where(Post.staff_id == ben)).one()
    db.add(
        Post(
            staff_id=ben, job_description_id=manager, community_id=rotates.community_b, start_on=today(), is_acting=True
        )
    )
    db.flush()
    end_post(db, by=asha, post_id=post.id or 0, end_on=today() - ONE_DAY)
    rows = [row for row in standings_seen(db, viewer=asha, on=today(), about=ben) if row.kind is RequirementKind.COURSE]
    assert [row.requirement for row in rows] == ["For managers"]
    assert rows[0].standing.due_on == today() + timedelta(days=30), "acting up starts its clock that day"
    (digest,) = [one for one in digests_waiting(db, on=today()) if one.name == "Ben"]
    assert not any("Control and restraint" in line.said for line in digest.own)
    assert any("For managers" in line.said for line in digest.own)


def test_a_date_after_a_known_last_day_is_forecast_for_nobody(db: Session, rotates: Cast) -> None:
    asha = known(db, rotates, "Asha")
    lapses_on = {line.lapse.due_on for line in lapses_ahead(db, viewer=asha, on=today()) if line.lapse.person == "Ben"}
    later = max(lapses_on)
    assert later > today()
    post = db.exec(select(Post).where(Post.staff_id == rotates.id("Ben"))).one()
    post.end_on = later
    db.flush()
    assert restraint(db, asha, rotates, today())["forecast"], "the last day itself still counts"
    post.end_on = later - ONE_DAY
    db.flush()
    assert later not in {
        line.lapse.due_on for line in lapses_ahead(db, viewer=asha, on=today()) if line.lapse.person == "Ben"
    }


def test_what_is_asked_of_one_person_alone_ends_with_their_last_post(db: Session, rotates: Cast) -> None:
    ben, asha = rotates.id("Ben"), known(db, rotates, "Asha")
    terms = {"any_of": ["nvq"]}
    db.add(Requirement(kind=RequirementKind.COURSE, staff_id=ben, title="Theirs alone", terms=terms, start_on=LONG_AGO))
    db.flush()
    asked = [row.requirement for row in standings_seen(db, viewer=asha, on=today(), about=ben)]
    assert "Theirs alone" in asked
    post = db.exec(select(Post).where(Post.staff_id == ben)).one()
    end_post(db, by=asha, post_id=post.id or 0, end_on=today() - ONE_DAY)
    assert standings_seen(db, viewer=asha, on=today(), about=ben) == []


def test_the_last_day_in_the_service_is_that_of_the_last_post(db: Session, ben: Leaver) -> None:
    other = post_elsewhere(db, ben)
    db.get_one(Post, ben.post).end_on = LAST_DAY
    db.flush()
    assert last_days_of(db, [ben.ben, ben.cast.id("Jo")]) == {}
    db.get_one(Post, other).end_on = AFTER
    db.flush()
    assert last_days_of(db, [ben.ben, ben.cast.id("Jo")]) == {ben.ben: AFTER}


# ---------------------------------------------------------------------------------------------------------------------
# What a starter may be given


def test_the_form_offers_what_the_manager_may_settle_there(db: Session, ben: Leaver) -> None:
    cast, course = ben.cast, ben.courses["tcat_1"]
    run = stored_run(db, course, today() + timedelta(days=50), place="Gartree")
    asked = {
        "job_description_id": cast.officer, "community_id": cast.community_b, "start_on": today()
    }  # fmt: skip
    period = {"event": "probation_passed", "months": 6}
    db.add(
        Requirement(
            kind=RequirementKind.PERIOD,
            job_description_id=cast.officer,
            title="Probation",
            terms=period,
            start_on=LONG_AGO,
        )
    )
    db.flush()
    offered = goes_with(db, viewer=known(db, cast, "Asha"), **asked)
    assert [one.split(",")[0].rsplit(" ", 3)[0] for one in offered.periods] == ["Probation runs until"]
    assert set(offered.groups.values()) == {"Monday group (clinical)", "Tuesday group (clinical)"}
    assert run.id in offered.runs and offered.may_ask_account
    assert {"Asha", "Gwen"} <= {one.full_name for one in offered.supervisors}
    for_eve = goes_with(db, viewer=known(db, cast, "Eve"), **asked)
    assert for_eve.periods == offered.periods
    assert (for_eve.supervisors, for_eve.groups, for_eve.runs, for_eve.may_ask_account) == ((), {}, {}, False)
