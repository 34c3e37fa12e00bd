from datetime import timedelta

import pytest
from sqlmodel import Session

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import StaffEvent, StaffEventKind
from tcsuper.services.events import record_staff_event
from tests.people import Cast, make_cast


@pytest.fixture
def cast(db: Session) -> Cast:
    return make_cast(db)


def held(db: Session, cast: Cast, by: str, about: str = "Ben", days_ago: int = 3) -> StaffEvent:
    return record_staff_event(
        db,
        by=actor_for_staff(db, cast.id(by)),
        staff_id=cast.id(about),
        kind=StaffEventKind.APPRAISAL,
        held_on=today() - timedelta(days=days_ago),
    )


@pytest.mark.parametrize("by", ["Asha", "Farah"])
def test_managers_record_that_it_was_held_once(db: Session, cast: Cast, by: str) -> None:
    assert held(db, cast, by).id
    with pytest.raises(InvalidRecord, match="already recorded"):
        held(db, cast, "Asha")


@pytest.mark.parametrize("by", ["Ben", "Bela", "Carol", "Dev", "Eve"])
def test_neither_the_person_nor_an_outsider_does(db: Session, cast: Cast, by: str) -> None:
    with pytest.raises(NotAllowed):
        held(db, cast, by)


def test_a_manager_does_not_record_their_own(db: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="about yourself"):
        held(db, cast, "Asha", "Asha")


def test_what_has_not_happened_is_refused(db: Session, cast: Cast) -> None:
    with pytest.raises(InvalidRecord):
        held(db, cast, "Asha", days_ago=-1)
