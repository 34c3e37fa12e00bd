from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.models import (
    HowObserved,
    JobDescription,
    Observation,
    ObservationState,
    OverrideKind,
    Post,
    Rating,
    RequiredLevel,
    Requirement,
    RequirementKind,
    RequirementOverride,
    Responsibility,
    ResponsibilityContinuation,
    ResponsibilityRequirement,
    Standard,
    StandardSet,
)
from tcsuper.queries import able as able_module
from tcsuper.queries.able import Needed, lacking, needed
from tcsuper.queries.called_for import called_for, offered, suggested_counts
from tcsuper.queries.coverage import coverage_seen
from tcsuper.queries.responsibilities import holders_by_role
from tcsuper.queries.standing import standings
from tests.staffing import LONG_AGO, Staffing, staffing, stored

REVIEW, PLAN, TEACH = "Prepare the peer review", "Keep the evacuation plan", "Teach new officers"
COURSE = "Audit course is not completed."


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


def risk(cast: Staffing, level: int = 2, title: str = PLAN, **link: Any) -> int:
    """Have a responsibility call for a level of the standard on risk."""
    found = cast.db.exec(select(Standard.id).where(Standard.short_title == "Risk")).first()
    if found is None:
        levels = ["With help", "Alone", "Helps others"]
        of_set = stored(
            cast.db, StandardSet(code="set", version="1", name="A set", level_names=levels, in_force_from=LONG_AGO)
        )
        found = stored(cast.db, Standard(standard_set_id=of_set, number=1, short_title="Risk"))
    one = cast.responsibilities[title]
    return stored(cast.db, ResponsibilityRequirement(responsibility_id=one, standard_id=found, level=level, **link))


def see(cast: Staffing, who: str, *levels: int) -> None:
    """One observation a level, a month apart, the last of them a month ago."""
    standard = cast.db.exec(select(Standard).where(Standard.short_title == "Risk")).one()
    for back, level in enumerate(reversed(levels), 1):
        observation = stored(
            cast.db,
            Observation(
                observer_id=cast.ids["Tara"],
                observed_id=cast.ids[who],
                standard_set_id=standard.standard_set_id,
                observed_on=today() - timedelta(days=30 * back),
                group_type="Small group",
                how=HowObserved.LIVE,
                minutes_seen=45,
                state=ObservationState.SHARED,
                recorded_at=now(),
                recorded_by_id=cast.ids["Tara"],
            ),
        )
        stored(cast.db, Rating(observation_id=observation, standard_id=standard.id, level=level))


def about(cast: Staffing, who: str, title: str, viewer: str = "Tara", on: date | None = None) -> Needed:
    key = (cast.ids[who], cast.responsibilities[title])
    post = cast.db.get_one(Post, cast.posts[who])
    return needed(cast.db, cast.actor(viewer), on or today(), {key: post})[key]


def sentences(one: Needed) -> list[str]:
    return [standing.because for standing in one.lacks]


# ---------------------------------------------------------------------------------------------------------------------
# A level of a standard


@pytest.mark.parametrize(
    ("seen", "beginning"),
    [
        ((), 'Risk has not been observed yet; the required level is "Alone"'),
        ((2,), "Risk is not judged yet: seen once"),
        ((2, 1), 'Risk is below the required level "Alone"'),
        ((2, 2), None),
        ((3, 3), None),
    ],
)
def test_a_level_is_judged_as_all_practice_is(cast: Staffing, seen: tuple[int, ...], beginning: str | None) -> None:
    risk(cast)
    see(cast, "Ben", *seen)
    told = sentences(about(cast, "Ben", PLAN))
    assert (told == []) if beginning is None else (len(told) == 1 and told[0].startswith(beginning)), told


def test_the_level_called_for_counts_whatever_the_post_asks(cast: Staffing) -> None:
    risk(cast, level=3)
    standard = cast.db.exec(select(Standard.id)).one()
    for_officers = RequiredLevel(
        job_description_id=cast.roles["TC officer"], standard_id=standard or 0, level=1, start_on=LONG_AGO
    )
    stored(cast.db, for_officers)
    see(cast, "Ben", 2, 2)
    assert sentences(about(cast, "Ben", PLAN))[0].startswith('Risk is below the required level "Helps others"')
    own = [row.standing.is_met for row in standings(cast.db, [cast.ids["Ben"]], today()) if row.requirement == "Risk"]
    assert own == [True]


def test_a_link_counts_on_its_days_alone(cast: Staffing) -> None:
    first, last = today() - timedelta(days=20), today() - timedelta(days=10)
    risk(cast, start_on=first, end_on=last)
    told = {shift: bool(about(cast, "Ben", PLAN, on=last + timedelta(days=shift)).lacks) for shift in (-11, -10, 0, 1)}
    assert told == {-11: False, -10: True, 0: True, 1: False}


def test_what_a_former_version_calls_for_goes_on(cast: Staffing) -> None:
    db, role = cast.db, cast.roles["TC officer"]
    version = stored(
        db,
        JobDescription(
            code="job_1",
            role_name="TC officer",
            reference="R1",
            version="9",
            title="TC officer",
            version_of_id=role,
            in_force_from=today(),
        ),
    )
    cast.responsibilities["Anew"] = stored(
        db, Responsibility(job_description_id=version, number=1, short_title="Anew", is_led=True)
    )
    assert about(cast, "Ben", "Anew").is_able
    stored(
        db,
        ResponsibilityContinuation(
            former_id=cast.responsibilities[REVIEW], new_id=cast.responsibilities["Anew"], became="moved"
        ),
    )
    assert sentences(about(cast, "Ben", "Anew")) == [COURSE]
    lines = called_for(db, viewer=cast.actor("Ben"), job_description_id=version, on=today())
    assert [(one.says, one.from_version) for one in lines[cast.responsibilities["Anew"]]] == [("Audit course", "1.0")]


# ---------------------------------------------------------------------------------------------------------------------
# Whoever does not hold it yet


def test_whoever_does_not_hold_it_is_told_what_they_would_need(cast: Staffing) -> None:
    risk(cast, title=REVIEW)
    told = about(cast, "Tara", REVIEW)
    assert [standing.because.split(" ")[0] for standing in told.lacks] == ["Audit", "Risk"]
    assert all(standing.next_step for standing in told.lacks) and told.not_shown == () and not told.is_able
    cast.train("Ben")
    see(cast, "Ben", 2, 2)
    assert about(cast, "Ben", REVIEW).is_able
    assert about(cast, "Mair", TEACH) == Needed((), ()), "it calls for nothing"


def test_what_was_waived_for_somebody_is_not_missing(cast: Staffing) -> None:
    requirement = cast.db.exec(select(Requirement.id)).one()
    stored(
        cast.db,
        RequirementOverride(
            recorded_at=now(),
            staff_id=cast.ids["Ben"],
            requirement_id=requirement or 0,
            kind=OverrideKind.WAIVED,
            start_on=LONG_AGO,
            reason="Trained elsewhere",
        ),
    )
    assert about(cast, "Ben", REVIEW).is_able and not about(cast, "Mair", REVIEW).is_able


def test_no_more_is_told_than_the_viewer_may_see(cast: Staffing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The director has the status of training alone, and of practice only counts; the manager next door nothing."""
    risk(cast, title=REVIEW)
    as_director = about(cast, "Ben", REVIEW, "Olwen")
    assert sentences(as_director) == ["Audit course: not started. You see the status alone."]
    assert as_director.not_shown == ("Risk: Alone",)
    next_door = about(cast, "Ben", REVIEW, "Carol")
    assert next_door == Needed((), ("Audit course", "Risk: Alone")) and not next_door.is_able
    cast.train("Ben")
    see(cast, "Ben", 2, 2)
    assert about(cast, "Ben", REVIEW, "Carol") == next_door, "nor is it told what is met"
    everybody = {cast.ids[name] for name in cast.ids}
    monkeypatch.setattr(able_module, "sight_of", lambda *_: _Everything(everybody))
    assert about(cast, "Mair", REVIEW, "Carol").lacks, "it is the sight that keeps it back"


class _Everything:
    """Sight without a limit."""

    def __init__(self, people: set[int]) -> None:
        self.named = self.whole = {kind: people for kind in RequirementKind}


def test_whoever_sees_the_status_alone_comes_to_the_same_answer(cast: Staffing) -> None:
    """Due soon and never had: not met, though a status of "due soon" alone could be a certificate to be renewed."""
    requirement = cast.db.exec(select(Requirement)).one()
    requirement.terms = {**requirement.terms, "target_days": (today() - LONG_AGO).days + 10}
    cast.db.flush()
    for viewer in ("Tara", "Olwen"):
        assert [one.status.value for one in about(cast, "Ben", REVIEW, viewer).lacks] == ["due_soon"], viewer


def test_what_holders_lack_is_the_same_answer(cast: Staffing) -> None:
    key, other = (cast.ids["Ben"], cast.responsibilities[REVIEW]), (cast.ids["Ben"], cast.responsibilities[TEACH])
    post = cast.db.get_one(Post, cast.posts["Ben"])
    short = lacking(cast.db, cast.actor("Tara"), today(), {key: post, other: post})
    assert {one: [standing.because for standing in of] for one, of in short.items()} == {key: [COURSE]}


# ---------------------------------------------------------------------------------------------------------------------
# Cross-references


def test_a_cross_reference_binds_nobody_whatever_is_stored_with_it(cast: Staffing) -> None:
    db, role = cast.db, cast.roles["TC officer"]
    nights = stored(
        db,
        Responsibility(
            job_description_id=role,
            number=1,
            short_title="Supervising Officer: nights",
            area="Risk",
            is_led=True,
            is_cross_reference=True,
            condition="when in charge at night",
        ),
    )
    cast.responsibilities["Nights"] = nights
    requirement = db.exec(select(Requirement.id)).one()
    stored(db, ResponsibilityRequirement(responsibility_id=nights, requirement_id=requirement))
    cast.hold("Ben", "Nights")
    assert about(cast, "Ben", "Nights") == Needed((), ())
    assert nights not in called_for(db, viewer=cast.actor("Tara"), job_description_id=role, on=today())
    manager, ash = cast.actor("Tara"), cast.communities["Ash"]
    covered = [line.cover.led.responsibility for line in coverage_seen(db, viewer=manager, on=today())]
    frame = holders_by_role(db, viewer=manager, on=today(), community_id=ash, with_shared=True)[role]
    assert nights not in covered and "Supervising Officer: nights" not in set(frame["title"])
    assert REVIEW in set(frame["title"])
    assert cast.responsibilities[REVIEW] in covered
    before = [(row.requirement, row.standing.status) for row in standings(db, [cast.ids["Ben"]], today())]
    for one in db.exec(select(ResponsibilityRequirement)).all():
        db.delete(one)
    db.flush()
    assert [(row.requirement, row.standing.status) for row in standings(db, [cast.ids["Ben"]], today())] == before


# ---------------------------------------------------------------------------------------------------------------------
# What could be called for


def test_what_is_called_for_already_is_not_offered_nor_what_is_asked_of_one_person(cast: Staffing) -> None:
    db = cast.db
    for owner in ({"staff_id": cast.ids["Ben"]}, {"job_description_id": cast.roles["Director"]}):
        title = "Alone" if "staff_id" in owner else "Evacuation course"
        stored(db, Requirement(kind=RequirementKind.COURSE, title=title, terms={}, start_on=LONG_AGO, **owner))
    risk(cast, title=TEACH)

    def offers(title: str) -> tuple[list[str], list[str], list[str]]:
        found = offered(db, viewer=cast.actor("Tara"), responsibility_id=cast.responsibilities[title], on=today())
        titles = [[one.title for one in of] for of in (found.requirements, found.standards)]
        return titles[0], titles[1], [f"{one.title}. {because}" for one, because in found.suggested]

    assert offers(REVIEW) == (["Evacuation course"], ["Risk"], [])
    assert offers(TEACH)[:2] == (["Audit course", "Evacuation course"], [])
    assert offers(PLAN)[2] == ["Evacuation course. Suggested because both speak of fire safety."]
    counts = suggested_counts(db, viewer=cast.actor("Tara"), job_description_id=cast.roles["TC officer"], on=today())
    assert counts == {cast.responsibilities[PLAN]: 1}
    levels = ["With help", "Alone"]
    anew = stored(db, StandardSet(code="set", version="2", name="A set", level_names=levels, in_force_from=LONG_AGO))
    stored(db, Standard(standard_set_id=anew, number=1, short_title="Risk and concerns"))
    assert offers(REVIEW)[1] == ["Risk and concerns"], "of each set the latest version"
