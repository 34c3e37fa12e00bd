"""Tables about one session or one person that somebody takes away, where the access table lets them: as the screen has
them when a row or a cell is opened."""

import secrets
from collections.abc import Iterable, Sequence, Sized
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, acting, check_about, people_within
from tcsuper.clock import now
from tcsuper.errors import NotAllowed
from tcsuper.queries.compliance import sessions_behind
from tcsuper.queries.misses import MissedBy, missed_meetings
from tcsuper.queries.supervision import attendance_at
from tcsuper.queries.training import completions_seen
from tcsuper.services.exports import Entry, TakenAway, enter_export, for_whom

if TYPE_CHECKING:
    import pandas as pd


def export_attendance(db: Session, *, by: Actor, session_id: int) -> "TakenAway[pd.DataFrame]":
    """Who was at one session, of those whose log may be taken away: as `attendance_at` gives them, without anybody's
    words about it."""
    by = acting(db, by)
    made_for = for_whom(db, by, Object.SESSION_LOG)
    theirs = set(db.scalars(people_within(by, Object.SESSION_LOG, Action.EXPORT)))
    there = attendance_at(db, viewer=by, session_id=session_id)
    there = there[there["staff_id"].isin(list(theirs))].assign(comment="")
    if there.empty:
        raise NotAllowed
    return _entered(db, by, "attendance", "Attendance at a session", there, made_for, set(there["staff_id"]))


def export_sessions_behind(db: Session, *, by: Actor, about: int, first: date) -> "TakenAway[pd.DataFrame]":
    """The sessions of a person in a month: `sessions_behind`."""
    by = acting(db, by)
    check_about(db, by, Object.SESSION_LOG, Action.EXPORT, about)
    sessions = sessions_behind(db, viewer=by, about=about, first=first)
    made_for = for_whom(db, by, Object.SESSION_LOG)
    return _entered(db, by, "sessions_of_a_month", "Supervision of one person in a month", sessions, made_for, [about])


def export_completions(
    db: Session, *, by: Actor, about: int, courses: Sequence[str] | None = None
) -> "TakenAway[pd.DataFrame]":
    """One person's records of some courses (None: of all), every version: `completions_seen`."""
    by = acting(db, by)
    check_about(db, by, Object.TRAINING_RECORD, Action.EXPORT, about)
    records = completions_seen(db, viewer=by, about=about, courses=courses)
    made_for = for_whom(db, by, Object.TRAINING_RECORD)
    return _entered(db, by, "completions", "Training records of one person", records, made_for, [about])


def export_missed_meetings(db: Session, *, by: Actor, on: date, only_alerts: bool = True) -> TakenAway[list[MissedBy]]:
    """Who missed meetings one after another: `missed_meetings`."""
    by = acting(db, by)
    made_for = for_whom(db, by, Object.SESSION_LOG)
    theirs = set(db.scalars(people_within(by, Object.SESSION_LOG, Action.EXPORT)))
    missed = missed_meetings(db, viewer=by, on=on, only_alerts=only_alerts)
    found = [one for one in missed if one.staff_id in theirs and one.staff_id != by.staff_id]
    about = {one.staff_id for one in found}
    return _entered(db, by, "missed_meetings", "Meetings missed one after another", found, made_for, about)


Rows = TypeVar("Rows", bound=Sized)


def _entered(
    db: Session, by: Actor, name: str, title: str, frame: Rows, made_for: str, about: Iterable[int]
) -> TakenAway[Rows]:
    taken = TakenAway(frame, secrets.token_hex(8).upper(), now(), made_for)
    entry = Entry(title, taken.number, rows=len(frame), made_for=made_for, known_at=taken.made_at)
    enter_export(db, by=by, action=f"export_{name}", entry=entry, made_at=taken.made_at, about=about, rows=len(frame))
    return taken
