"""Hours that people worked in each month, as they entered them themselves: numbers only, which some rules go by."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, StaffIds, whose_figures
from tcsuper.models import ActivityFigure, Staff
from tcsuper.queries.evidence import current
from tcsuper.queries.frames import frame_of
from tcsuper.rules.minimum import HoursOf

Worked = dict[HoursOf, dict[date, float]]
"""By kind and the month's first day. What nobody entered is not in it."""


def hours_worked(db: Session, people: StaffIds | Sequence[int], known_on: date | None = None) -> dict[int, Worked]:
    """In bulk, by staff id, for `standing.py`. Checks nothing: the caller chooses the people by the access table."""
    worked: dict[int, Worked] = defaultdict(lambda: {kind: {} for kind in HoursOf})
    figure = ActivityFigure
    for one in db.exec(select(figure).where(col(figure.staff_id).in_(people), current(figure, known_on))):
        for kind, hours in ((HoursOf.CLIENT, one.client_hours), (HoursOf.SUPERVISING, one.supervising_hours)):
            if hours is not None:
                worked[one.staff_id][kind][one.month] = hours
    return worked


@dataclass(frozen=True)
class HoursEntered:
    month: date
    client_hours: float | None
    supervising_hours: float | None


def my_hours(db: Session, *, viewer: Actor) -> list[HoursEntered]:
    """What the viewer entered, the latest month first."""
    figure = ActivityFigure
    found = db.exec(
        select(figure).where(figure.staff_id == viewer.staff_id, current(figure)).order_by(col(figure.month).desc())
    )
    return [HoursEntered(one.month, one.client_hours, one.supervising_hours) for one in found]


def hours_seen(db: Session, *, viewer: Actor, since: date) -> pd.DataFrame:
    """The hours of the months from `since` on, of the people whose figures the viewer may see by name; not their own.

    Columns: staff_id, person, month (its first day), client_hours, supervising_hours (None: not entered). By person,
    the latest month first."""
    figure = ActivityFigure
    return frame_of(
        db,
        sa.select(
            col(figure.staff_id),
            col(Staff.full_name).label("person"),
            col(figure.month),
            col(figure.client_hours),
            col(figure.supervising_hours),
        )
        .join(Staff, col(Staff.id) == col(figure.staff_id))
        .where(
            col(figure.staff_id).in_(whose_figures(viewer)),
            col(figure.staff_id) != viewer.staff_id,
            col(figure.month) >= since,
            current(figure),
        )
        .order_by(Staff.full_name, col(figure.staff_id), col(figure.month).desc()),
    )
