from datetime import timedelta

import pytest
from sqlmodel import Session

from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import HoldingKind, Responsibility, ResponsibilityHolding
from tcsuper.services.responsibilities import end_holding, hold_responsibility, set_led
from tests.staffing import LONG_AGO, Staffing, staffing

PLAN = "Keep the evacuation plan"


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


def name(cast: Staffing, who: str, by: str = "Tara", **other: object) -> ResponsibilityHolding:
    given: dict = dict(
        responsibility_id=cast.responsibilities[PLAN],
        staff_id=cast.ids[who],
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
