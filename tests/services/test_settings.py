import pytest
from sqlmodel import Session, select

from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, Setting
from tcsuper.services.settings import set_service_number
from tcsuper.settings import SERVICE_NUMBERS, service_number
from tests.staffing import Staffing, staffing


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


def test_service_sets_a_number_and_goes_back_to_the_default(db: Session, cast: Staffing) -> None:
    set_service_number(db, by=cast.actor("Tara"), key="due_soon_days", value=60)
    assert service_number(db, "due_soon_days") == 60
    set_service_number(db, by=cast.actor("Tara"), key="due_soon_days", value=None)
    assert service_number(db, "due_soon_days") == 90 and db.get(Setting, "due_soon_days") is None
    changes = db.exec(select(AuditEvent).where(AuditEvent.object_key == "due_soon_days")).all()
    assert [(one.detail["former"], one.detail["value"]) for one in changes] == [(None, 60), (60, None)]


@pytest.mark.parametrize("value", [-1, 367, "60", 60.0, True])
def test_a_number_of_the_wrong_kind_or_range_is_refused(db: Session, cast: Staffing, value: object) -> None:
    with pytest.raises(InvalidRecord, match="a whole number from 0 to 366"):
        set_service_number(db, by=cast.actor("Tara"), key="due_soon_days", value=value)  # type: ignore[arg-type]


def test_small_groups_cannot_be_made_visible(db: Session, cast: Staffing) -> None:
    with pytest.raises(InvalidRecord):
        set_service_number(db, by=cast.actor("Tara"), key="smallest_group", value=4)


@pytest.mark.parametrize(
    ("by", "key"),
    [("Tara", "idle_minutes"), ("Ada", "due_soon_days"), ("Ben", "due_soon_days"), ("Olwen", "due_soon_days")],
)
def test_signing_in_is_the_administrators_and_the_rest_the_therapy_managers(
    db: Session, cast: Staffing, by: str, key: str
) -> None:
    with pytest.raises(NotAllowed):
        set_service_number(db, by=cast.actor(by), key=key, value=SERVICE_NUMBERS[key].lowest)


def test_no_other_key_is_stored(db: Session, cast: Staffing) -> None:
    with pytest.raises(NotAllowed):
        set_service_number(db, by=cast.actor("Ada"), key="anything", value=1)


def test_every_default_lies_in_its_range() -> None:
    for number in SERVICE_NUMBERS.values():
        assert number.lowest <= number.default <= number.highest
