"""The service's own numbers, set in place of the product's defaults."""

from uuid import UUID

from sqlmodel import Session

from tcsuper.access import Actor, acting, check_can_set_number
from tcsuper.audit import record_event
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Setting
from tcsuper.settings import SERVICE_NUMBERS


def set_service_number(
    db: Session, *, by: Actor, submission: UUID | None = None, key: str, value: int | None
) -> int | None:
    """From now on this number; None goes back to the product's default."""
    by = acting(db, by, submission)
    number = SERVICE_NUMBERS.get(key)
    if number is None:
        raise NotAllowed
    check_can_set_number(by, number.is_technical)
    if value is not None and (type(value) is not int or not number.lowest <= value <= number.highest):
        raise InvalidRecord(value=f"{number.meaning}: a whole number from {number.lowest} to {number.highest}.")
    stored = db.get(Setting, key)
    former = stored.value if stored else None
    if value is None and stored is not None:
        db.delete(stored)
    elif value is not None:
        stored = stored or Setting(key=key, value=value)
        stored.value = value
        db.add(stored)
    db.flush()
    record_event(
        db, by=by, action="set_service_number", object_kind="setting", object_key=key, value=value, former=former
    )
    return value
