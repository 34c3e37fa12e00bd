"""The next version of a piece of evidence: who, when, why, and what it supersedes. The former version stays."""

from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor
from tcsuper.clock import now
from tcsuper.errors import CHANGED, Conflict
from tcsuper.models import Recorded

Evidence = TypeVar("Evidence", bound=Recorded)
WRITTEN_ANEW = {"id", "supersedes_id", "recorded_at", "recorded_by_id", "correction_reason"}


def next_version(db: Session, by: Actor, former: Evidence, reason: str = "", **changes: Any) -> Evidence:
    """A copy with these changes, stored. Raises Conflict when somebody else changed it after it was opened."""
    check_current(db, former)
    newer = version_after(by, former, reason, **changes)
    db.add(newer)
    db.flush()
    return newer


def check_current(db: Session, former: Recorded) -> None:
    """Raises Conflict unless this is the last version of its record, and not a void."""
    table: Any = type(former)
    version: Any = former
    if former.is_void or db.scalar(sa.select(col(table.id)).where(col(table.supersedes_id) == version.id)) is not None:
        raise Conflict(CHANGED)


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
