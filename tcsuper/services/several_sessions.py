"""Several past sessions saved together: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor, acting
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import CancelledBy, LostBecause, SupervisionAgreement, SupervisionGroup, SupervisionSession
from tcsuper.queries.recording import MOST_ROWS
from tcsuper.services.keeping_sessions import Entry, one_at_a_time
from tcsuper.services.supervision import record_lost_session, record_session


@dataclass(frozen=True)
class PastSession:
    """One of them, as it was held; with `lost` it did not happen: who cancelled it, and why."""

    agreement_id: int
    held_on: date
    minutes: int
    entries: Sequence[Entry] = ()
    starts_at: str = ""
    guests: int = 0
    planned_record_id: UUID | None = None
    lost: tuple[CancelledBy | None, LostBecause | None] | None = None
    row: int = 0
    """Its row on the screen; 0: as it is counted."""


def record_several(
    db: Session, *, by: Actor, submission: UUID | None = None, sessions: Sequence[PastSession]
) -> list[SupervisionSession]:
    """Up to twelve past sessions, entered row by row. Each problem is named by its row: "Row 3, 4 May 2026: …"."""
    by = acting(db, by, submission)
    if not sessions:
        raise InvalidRecord(sessions="Nothing is chosen to be saved. Choose at least one day.")
    if len(sessions) > MOST_ROWS:
        raise InvalidRecord(sessions=f"Save up to {MOST_ROWS} sessions at once, then the others.")
    names = [f"Row {one.row or number}, {words.day(one.held_on)}" for number, one in enumerate(sessions, 1)]
    return _record_all(db, by, sessions, names)


def record_week(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    community_id: int,
    monday: date,
    sessions: Sequence[PastSession],
) -> list[SupervisionSession]:
    """The sessions of a community's groups in one week. Each problem is named by its group and day."""
    by = acting(db, by, submission)
    if not sessions:
        raise InvalidRecord(sessions="Nothing is chosen to be saved. Say of at least one session how it went.")
    names = [f"{_group_in(db, one, community_id).name}, {words.day(one.held_on)}" for one in sessions]
    recorded = _record_all(db, by, sessions, names)
    problems = {
        _row(one, number): f"{name}: that day is in another week."
        for number, (one, name) in enumerate(zip(sessions, names, strict=True), 1)
        if not monday <= one.held_on <= monday + timedelta(days=6)
    }
    if problems:
        raise InvalidRecord(**problems)
    return recorded


def _group_in(db: Session, session: PastSession, community_id: int) -> SupervisionGroup:
    agreement = db.get(SupervisionAgreement, session.agreement_id)
    group = db.get(SupervisionGroup, agreement.group_id) if agreement is not None and agreement.group_id else None
    if group is None or group.community_id != community_id:
        raise NotAllowed
    return group


def _record_all(
    db: Session, by: Actor, sessions: Sequence[PastSession], names: Sequence[str]
) -> list[SupervisionSession]:
    """Every row is tried, so that every problem is named at once: nothing of a row that is refused is stored, and the
    caller's transaction undoes the others."""
    one_at_a_time(db, {one.agreement_id for one in sessions})
    recorded: list[SupervisionSession] = []
    problems: dict[str, str] = {}
    for number, (one, name) in enumerate(zip(sessions, names, strict=True), 1):
        try:
            recorded.append(_record_one(db, by, one))
        except InvalidRecord as refused:
            problems[_row(one, number)] = f"{name}: {' '.join(refused.problems.values())}"
        except Conflict as meanwhile:
            raise Conflict(f"{name}: {meanwhile}") from None
    if problems:
        raise InvalidRecord(**problems)
    return recorded


def _row(session: PastSession, number: int) -> str:
    """The field that a problem of this row is shown under."""
    return f"row_{session.row or number}"


def _record_one(db: Session, by: Actor, one: PastSession) -> SupervisionSession:
    if one.lost is not None:
        cancelled_by, lost_because = one.lost
        return record_lost_session(
            db,
            by=by,
            agreement_id=one.agreement_id,
            held_on=one.held_on,
            cancelled_by=cancelled_by,
            lost_because=lost_because,
            planned_record_id=one.planned_record_id,
        )
    return record_session(
        db,
        by=by,
        agreement_id=one.agreement_id,
        held_on=one.held_on,
        minutes=one.minutes,
        entries=one.entries,
        starts_at=one.starts_at,
        planned_record_id=one.planned_record_id,
        guests=one.guests,
    )
