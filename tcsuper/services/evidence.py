"""The next version of a piece of evidence: who, when, why, and what it supersedes. The former version stays."""

from typing import Any, TypeVar

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import now, today
from tcsuper.errors import CHANGED, Conflict
from tcsuper.models import Recorded, Staff

Evidence = TypeVar("Evidence", bound=Recorded)
WRITTEN_ANEW = {"id", "supersedes_id", "recorded_at", "recorded_by_id", "correction_reason"}


def next_version(db: Session, by: Actor, former: Evidence, reason: str = "", **changes: Any) -> Evidence:
    """A copy with these changes, stored. Raises Conflict when somebody else changed it after it was opened."""
    check_current(db, former, by)
    newer = version_after(by, former, reason, **changes)
    db.add(newer)
    db.flush()
    return newer


def check_current(db: Session, former: Recorded, by: Actor | None = None) -> None:
    """Raises Conflict unless this is the last version of its record, and not a void: it says who changed it, and when.
    `by` is whoever saves now, who may have been the other one too."""
    table: Any = type(former)
    version: Any = former
    newer = db.exec(select(table).where(col(table.supersedes_id) == version.id)).first()
    if newer is not None:
        raise Conflict(changed_meanwhile(db, newer, by))
    if former.is_void:
        raise Conflict(CHANGED)


def changed_meanwhile(db: Session, newer: Recorded, by: Actor | None, did: str = "changed this") -> str:
    """The security contract's words for two people and one record."""
    if by is not None and newer.recorded_by_id == by.staff_id:
        who, after = "You", "in another window, after you opened it here"
    else:
        who = "Somebody" if newer.recorded_by_id is None else db.get_one(Staff, newer.recorded_by_id).full_name
        after = "after you opened it"
    is_today = today(newer.recorded_at) == today()
    when = f"at {words.time_of_day(newer.recorded_at)}" if is_today else f"on {words.moment(newer.recorded_at)}"
    return f"{who} {did} {when}, {after}. Your text is still here. Compare, then save again."


def version_after(by: Actor, former: Evidence, reason: str = "", **changes: Any) -> Evidence:
    """The same copy, not yet stored: for a service that looks at the whole of it first."""
    table: Any = type(former)
    version: Any = former
    newer: Evidence = table(
        **former.model_dump(exclude=WRITTEN_ANEW | set(changes)),
        **changes,
        supersedes_id=version.id,
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        correction_reason=reason.strip(),
    )
    return newer
