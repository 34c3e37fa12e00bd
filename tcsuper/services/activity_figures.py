"""Hours worked in a month, entered by the person themselves: what some bodies' rules on supervision go by."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import CHANGED, Conflict, InvalidRecord
from tcsuper.models import ActivityFigure
from tcsuper.queries.evidence import current
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.services.evidence import version_after

MONTHS_BACK = 24
MOST_HOURS = 744
"""In the longest month."""


def enter_hours(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    month: date,
    client_hours: float | None = None,
    supervising_hours: float | None = None,
) -> ActivityFigure:
    """The acting person's own hours of the month that this day lies in; None leaves what was entered before. A later
    entry is a new version. Raises InvalidRecord on a month or hours that cannot be."""
    by = acting(db, by, submission)
    month = first_of_month(month)
    former = db.exec(
        select(ActivityFigure).where(
            ActivityFigure.staff_id == by.staff_id, ActivityFigure.month == month, current(ActivityFigure)
        )
    ).first()
    check_about(db, by, Object.ACTIVITY, Action.UPDATE if former else Action.CREATE, by.staff_id)
    if problems := _problems(month, client_hours, supervising_hours):
        raise InvalidRecord(**problems)
    given = {"client_hours": client_hours, "supervising_hours": supervising_hours}
    hours: dict[str, Any] = {kind: float(value) for kind, value in given.items() if value is not None}
    if former is not None and all(getattr(former, kind) == value for kind, value in hours.items()):
        raise InvalidRecord(month=f"These hours are already entered for {words.month(month)}.")
    figure = (
        version_after(by, former, **hours)
        if former
        else ActivityFigure(recorded_at=now(), recorded_by_id=by.staff_id, staff_id=by.staff_id, month=month, **hours)
    )
    try:
        db.add(figure)
        db.flush()
    except IntegrityError as elsewhere:  # the same person at the same moment in another tab
        raise Conflict(CHANGED) from elsewhere
    record_event(
        db,
        by=by,
        action="enter_hours",
        object_kind="activity_figure",
        object_key=figure.record_id,
        about=[by.staff_id],
        month=month.isoformat(),
    )
    return figure


def _problems(month: date, client_hours: float | None, supervising_hours: float | None) -> dict[str, str]:
    problems = {}
    this_month = first_of_month(today())
    if not add_months(this_month, -MONTHS_BACK) <= month <= this_month:
        problems["month"] = f"Choose a month of the last {MONTHS_BACK}, up to this one."
    for field, hours in (("client_hours", client_hours), ("supervising_hours", supervising_hours)):
        if hours is not None and not 0 <= hours <= MOST_HOURS:
            problems[field] = f"Hours in a month are between 0 and {MOST_HOURS}."
    if client_hours is None and supervising_hours is None:
        problems.setdefault("month", "Enter the hours: 0 if there were none.")
    return problems
