from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    AuditEvent,
    HoldingKind,
    JobDescription,
    Post,
    Responsibility,
    ResponsibilityContinuation,
    ResponsibilityHolding,
)
from tcsuper.services.responsibilities import (
    end_holding,
    end_several,
    hold_responsibility,
    hold_several,
    set_led,
    take_back_holding,
)
from tests.staffing import LONG_AGO, Staffing, staffing, stored

PLAN = "Keep the evacuation plan"


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


def name(cast: Staffing, who: str, by: str = "Tara", **other: object) -> ResponsibilityHolding:
    given: dict = dict(
        responsibility_id=cast.responsibilities[PLAN],
        staff_id=cast.ids.get(who),
        community_id=cast.communities["Ash"],
        kind=HoldingKind.LEAD,
        start_on=today(),
    )
    return hold_responsibility(cast.db, by=cast.actor(by), **given | other)


def test_therapy_manager_names_a_lead_and_ends_it(db: Session, cast: Staffing) -> None:
    holding = name(cast, "Ben")
    end_holding(db, by=cast.actor("Tara"), holding_id=holding.id or 0, end_on=today() + timedelta(days=30))
    assert (holding.kind, holding.end_on) == (HoldingKind.LEAD, today() + timedelta(days=30))


def test_a_second_lead_is_stored_but_the_same_person_not_twice(cast: Staffing) -> None:
    name(cast, "Ben")
    assert name(cast, "Mair").id
    with pytest.raises(InvalidRecord, match="already hold it"):
        name(cast, "Ben", kind=HoldingKind.DEPUTY)


def test_somebody_is_named_for_a_time_and_again_afterwards(cast: Staffing) -> None:
    a_week = today() + timedelta(days=7)
    holding = name(cast, "Ben", end_on=a_week)
    assert holding.end_on == a_week
    with pytest.raises(InvalidRecord, match="already hold it, from .* to "):
        name(cast, "Ben", start_on=a_week)
    assert name(cast, "Ben", start_on=a_week + timedelta(days=1)).id
    with pytest.raises(InvalidRecord, match="already hold it"):
        name(cast, "Ben", start_on=LONG_AGO, end_on=today())
    assert name(cast, "Ben", start_on=LONG_AGO, end_on=today() - timedelta(days=1)).id


def test_the_last_day_is_not_before_the_first(db: Session, cast: Staffing) -> None:
    wrong = dict(start_on=today(), end_on=today() - timedelta(days=1))
    with pytest.raises(InvalidRecord) as alone:
        name(cast, "Ben", **wrong)
    with pytest.raises(InvalidRecord) as several:
        hold_several(
            db,
            by=cast.actor("Tara"),
            responsibility_ids=[cast.responsibilities[PLAN]],
            staff_ids=[cast.ids["Ben"]],
            community_id=cast.communities["Ash"],
            kind=HoldingKind.LEAD,
            start_on=wrong["start_on"],
            end_on=wrong["end_on"],
        )
    assert set(alone.value.problems) == set(several.value.problems) == {"end_on"}


def test_a_naming_by_mistake_is_taken_back_until_its_first_day_is_over(db: Session, cast: Staffing) -> None:
    mistake = name(cast, "Ben")
    with pytest.raises(NotAllowed):
        take_back_holding(db, by=cast.actor("Carol"), holding_id=mistake.id or 0)
    take_back_holding(db, by=cast.actor("Tara"), holding_id=mistake.id or 0)
    assert db.exec(select(ResponsibilityHolding)).all() == []
    assert name(cast, "Ben").id, "and may be named anew"
    held = cast.hold("Mair", PLAN)
    with pytest.raises(InvalidRecord, match="Give it a last day instead"):
        take_back_holding(db, by=cast.actor("Tara"), holding_id=held.id or 0)
    events = db.exec(select(AuditEvent).where(AuditEvent.action == "take_back_holding")).all()
    assert len(events) == 1


def test_what_every_postholder_holds_has_no_lead(db: Session, cast: Staffing) -> None:
    groups = cast.responsibilities["Run small groups"]
    with pytest.raises(InvalidRecord, match="Every postholder"):
        name(cast, "Ben", responsibility_id=groups)
    set_led(db, by=cast.actor("Tara"), responsibility_id=groups, is_led=True)
    assert name(cast, "Ben", responsibility_id=groups).id


def test_holder_needs_a_post_in_the_community_that_day(cast: Staffing) -> None:
    with pytest.raises(InvalidRecord, match="no post in this community"):
        name(cast, "Ben", start_on=LONG_AGO - timedelta(days=1))


@pytest.mark.parametrize("by", ["Ben", "Carol", "Olwen", "Ada"])
def test_only_the_manager_of_the_community_names_holders(db: Session, cast: Staffing, by: str) -> None:
    holding = cast.hold("Ben", PLAN)
    with pytest.raises(NotAllowed):
        name(cast, "Mair", by=by)
    with pytest.raises(NotAllowed):
        end_holding(db, by=cast.actor(by), holding_id=holding.id or 0, end_on=today())


@pytest.mark.parametrize("by", ["Ben", "Olwen", "Ada"])
def test_only_a_therapy_manager_decides_what_is_led(db: Session, cast: Staffing, by: str) -> None:
    with pytest.raises(NotAllowed):
        set_led(db, by=cast.actor(by), responsibility_id=cast.responsibilities[PLAN], is_led=False)
    assert db.get_one(Responsibility, cast.responsibilities[PLAN]).is_led


def test_a_holding_cannot_end_before_it_began(db: Session, cast: Staffing) -> None:
    holding = cast.hold("Ben", PLAN)
    with pytest.raises(InvalidRecord):
        end_holding(db, by=cast.actor("Tara"), holding_id=holding.id or 0, end_on=LONG_AGO - timedelta(days=1))


# ---------------------------------------------------------------------------------------------------------------------
# By post


def name_post(cast: Staffing, role: str = "TC officer", **other: object) -> ResponsibilityHolding:
    return name(cast, "nobody by name", job_description_id=cast.roles[role], **other)


def test_a_post_is_named_once_and_beside_a_person(db: Session, cast: Staffing) -> None:
    holding = name_post(cast)
    assert (holding.staff_id, holding.job_description_id) == (None, cast.roles["TC officer"])
    assert name(cast, "Ben").id
    with pytest.raises(InvalidRecord, match="goes with that post already"):
        name_post(cast, kind=HoldingKind.DEPUTY)
    end_holding(db, by=cast.actor("Tara"), holding_id=holding.id or 0, end_on=today())
    assert name_post(cast, start_on=today() + timedelta(days=1)).id


def test_a_post_is_not_in_development_and_neither_is_a_version_a_role(db: Session, cast: Staffing) -> None:
    with pytest.raises(InvalidRecord, match="not posts"):
        name_post(cast, kind=HoldingKind.IN_DEVELOPMENT)
    version, _ = next_version(db, cast, today())
    with pytest.raises(NotAllowed):
        name(cast, "nobody by name", job_description_id=version)
    for both_or_neither in ({"job_description_id": cast.roles["TC officer"]}, {"staff_id": None}):
        with pytest.raises(NotAllowed):
            name(cast, "Ben", **both_or_neither)


# ---------------------------------------------------------------------------------------------------------------------
# Versions


def next_version(db: Session, cast: Staffing, from_on: date) -> tuple[int, int]:
    """A later version of the officers' document, in which the plan goes on: its id, and the plan's."""
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
    plan = stored(db, Responsibility(job_description_id=version, number=1, short_title="Fire plan", is_led=True))
    former = cast.responsibilities[PLAN]
    stored(db, ResponsibilityContinuation(former_id=former, new_id=plan, became="reworded"))
    return version, plan


def test_somebody_is_named_only_for_what_is_in_force_or_goes_on(db: Session, cast: Staffing) -> None:
    _, plan = next_version(db, cast, today())
    with pytest.raises(InvalidRecord, match="not in the version"):
        name(cast, "Ben", responsibility_id=plan, start_on=today() - timedelta(days=1))
    with pytest.raises(InvalidRecord, match="not in the version"):
        name(cast, "Ben", responsibility_id=cast.responsibilities["Teach new officers"])  # it ended with its version
    assert name(cast, "Ben").id  # by its former version: it goes on
    with pytest.raises(InvalidRecord, match="already hold it"):
        name(cast, "Ben", responsibility_id=plan)


# ---------------------------------------------------------------------------------------------------------------------
# Several at once


def several(cast: Staffing, people: list[str], titles: list[str], by: str = "Tara", **other: object) -> list:
    given: dict = dict(
        responsibility_ids=[cast.responsibilities[title] for title in titles],
        staff_ids=[cast.ids[who] for who in people],
        community_id=cast.communities["Ash"],
        kind=HoldingKind.IN_DEVELOPMENT,
        start_on=today(),
    )
    return hold_several(cast.db, by=cast.actor(by), **given | other)


def events(db: Session) -> list[str]:
    return [one.action for one in db.exec(select(AuditEvent))]


def test_several_people_are_named_for_several_things_in_one_step(db: Session, cast: Staffing) -> None:
    held = several(cast, ["Ben", "Mair"], [PLAN, "Teach new officers"])
    assert len(held) == 4 and events(db) == ["hold_several_responsibilities"]
    ended = end_several(db, by=cast.actor("Tara"), holding_ids=[one.id for one in held], end_on=today())
    assert {one.end_on for one in ended} == {today()} and events(db)[-1] == "end_several_holdings"


def test_every_problem_of_several_is_said_at_once_and_nothing_is_stored(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", PLAN)
    db.get_one(Post, cast.posts["Mair"]).end_on = today() - timedelta(days=1)
    db.flush()
    with pytest.raises(InvalidRecord) as refused:
        several(cast, ["Ben", "Mair"], [PLAN, "Run small groups"])
    assert refused.value.problems["responsibility_ids"].startswith("Run small groups: Every postholder")
    assert "Ben Ellis already holds Keep the evacuation plan" in refused.value.problems["staff_ids"]
    assert "Mair Wyn has no post in this community" in refused.value.problems["staff_ids"]
    assert len(db.exec(select(ResponsibilityHolding)).all()) == 1 and events(db) == []


def test_nobody_and_nothing_chosen_is_said(db: Session, cast: Staffing) -> None:
    with pytest.raises(InvalidRecord) as refused:
        several(cast, [], [])
    assert set(refused.value.problems) == {"responsibility_ids", "staff_ids"}
    with pytest.raises(InvalidRecord):
        end_several(db, by=cast.actor("Tara"), holding_ids=[], end_on=today())


def test_of_several_none_ends_when_one_may_not(db: Session, cast: Staffing) -> None:
    mine, later = cast.hold("Ben", PLAN), cast.hold("Mair", PLAN, start_on=today() + timedelta(days=9))
    elsewhere = cast.hold("Dewi", PLAN, community_id=cast.communities["Birch"])
    with pytest.raises(InvalidRecord, match="only from"):
        end_several(db, by=cast.actor("Tara"), holding_ids=[mine.id or 0, later.id or 0], end_on=today())
    with pytest.raises(NotAllowed):
        end_several(db, by=cast.actor("Tara"), holding_ids=[mine.id or 0, elsewhere.id or 0], end_on=today())
    assert (mine.end_on, elsewhere.end_on) == (None, None)


def test_one_person_out_of_sight_refuses_all(cast: Staffing) -> None:
    with pytest.raises(NotAllowed):
        several(cast, ["Ben", "Dewi"], [PLAN])
    with pytest.raises(NotAllowed):
        several(cast, ["Ben"], [PLAN], by="Olwen")
