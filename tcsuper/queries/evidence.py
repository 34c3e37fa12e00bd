"""Which version of a record counts: the current one, or the one that was known on a day.

*As at* and *as known on* are two different dates (design, section 2). Evidence is never changed, so both are a matter
of choosing rows: those recorded by then, not yet superseded then, and not voided.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tcsuper.models import Recorded
from tcsuper.words import LONDON


def end_of_day(on: date) -> datetime:
    """The first moment after a London day: rows recorded before it were known that day."""
    return datetime.combine(on + timedelta(days=1), time(), LONDON)


def current(table: type[Recorded], known_on: date | None = None) -> sa.ColumnElement[bool]:
    """The WHERE clause that keeps the version in force now, or as known at the end of a London day."""
    rows: Any = table
    newer = _newer(table)
    superseding = sa.select(newer.id).where(newer.supersedes_id == rows.id)
    if known_on is None:
        return sa.and_(~superseding.exists(), rows.is_void.is_(False))
    by_then = end_of_day(known_on)
    return sa.and_(
        rows.recorded_at < by_then,
        rows.is_void.is_(False),
        ~superseding.where(newer.recorded_at < by_then).exists(),
    )


@lru_cache
def _newer(table: type[Recorded]) -> Any:
    """The same rows by another name, for "superseded by". Made once: it is most of what building such a query costs."""
    return aliased(table)
