"""The dates on which things happened to people, in bulk, for `standing.py`. Checks nothing: the caller chooses the
people by the access table."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import StaffIds
from tcsuper.models import StaffEvent, StaffEventKind
from tcsuper.queries.evidence import current


def events_of(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None = None
) -> dict[tuple[int, StaffEventKind], list[date]]:
    """Each event's days by person and kind, oldest first."""
    event = StaffEvent
    rows = db.execute(
        sa.select(col(event.staff_id), col(event.kind), col(event.held_on))
        .where(col(event.staff_id).in_(people), current(event, known_on))
        .order_by(col(event.held_on), col(event.id))
    )
    days: dict[tuple[int, StaffEventKind], list[date]] = defaultdict(list)
    for staff_id, kind, held_on in rows:
        days[staff_id, kind].append(held_on)
    return days
