"""The service's own numbers and lists, set in place of the product's defaults."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from tcsuper.access import Actor, acting, check_can_set_number
from tcsuper.audit import record_event
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Setting
from tcsuper.settings import SERVICE_LISTS, SERVICE_NUMBERS

LONGEST_ENTRY, MOST_ENTRIES = 120, 40


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


def set_service_list(
    db: Session, *, by: Actor, submission: UUID | None = None, key: str, entries: Sequence[str]
) -> list[str]:
    """From now on these words in this order; none go back to the product's own. What was chosen before stays as it is
    on the records that it was chosen for."""
    by = acting(db, by, submission)
    if key not in SERVICE_LISTS:
        raise NotAllowed
    check_can_set_number(by, is_technical=False)
    kept = list(dict.fromkeys(entry for entry in (" ".join(one.split()) for one in entries) if entry))
    if len(kept) > MOST_ENTRIES:
        raise InvalidRecord(entries=f"At most {MOST_ENTRIES} entries.")
    if long := next((one for one in kept if len(one) > LONGEST_ENTRY), None):
        raise InvalidRecord(entries=f"At most {LONGEST_ENTRY} characters an entry: “{long[:30]}…” is longer.")
    stored = db.get(Setting, key)
    if not kept and stored is not None:
        db.delete(stored)
    elif kept:
        stored = stored or Setting(key=key, value=kept)
        stored.value = kept
        db.add(stored)
    db.flush()
    record_event(db, by=by, action="set_service_list", object_kind="setting", object_key=key, entries=len(kept))
    return kept
