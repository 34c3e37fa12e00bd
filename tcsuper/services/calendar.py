"""Calendars that somebody takes away: made at their click, with an event. Times and places alone."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tcsuper.access import Actor, acting
from tcsuper.clock import now
from tcsuper.queries.calendar import CalendarEntry, own_calendar, series_calendar
from tcsuper.services.exports import Entry, enter_export


@dataclass(frozen=True)
class TakenCalendar:
    """The number keeps the file's address from being guessed, and is in the event."""

    entries: list[CalendarEntry]
    number: str
    made_at: datetime


def export_own_calendar(db: Session, *, by: Actor) -> TakenCalendar:
    """The sessions that somebody holds or comes to, and the courses they have a place on."""
    by = acting(db, by)
    return _taken(db, by, "own_calendar", "Own calendar", own_calendar(db, viewer=by), about=[by.staff_id])


def export_series_calendar(db: Session, *, by: Actor, series_id: UUID) -> TakenCalendar:
    """The sessions of a series, for whoever may print its registers."""
    by = acting(db, by)
    return _taken(
        db, by, "series_calendar", "Calendar of a series", series_calendar(db, viewer=by, series_id=series_id)
    )


def _taken(
    db: Session, by: Actor, kind: str, title: str, entries: Sequence[CalendarEntry], about: Collection[int] = ()
) -> TakenCalendar:
    taken = TakenCalendar(list(entries), secrets.token_hex(8).upper(), now())
    days = [one.on for one in entries]
    entry = Entry(
        title,
        taken.number,
        rows=len(entries),
        since=min(days, default=None),
        until=max(days, default=None),
        form="",
    )
    enter_export(
        db,
        by=by,
        action=f"export_{kind}",
        entry=entry,
        made_at=taken.made_at,
        about=about,
        entries=len(entries),
    )
    return taken
