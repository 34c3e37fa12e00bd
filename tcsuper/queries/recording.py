"""What is known before a session is recorded: how it was last time, which days are still to enter, and what became of
one that did not happen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, check_can_record_session
from tcsuper.errors import NotAllowed, Refused
from tcsuper.models import SessionState, SupervisionAgreement, SupervisionSession
from tcsuper.queries.evidence import current
from tcsuper.queries.supervision import planned_sessions_of, sessions_visible_to
from tcsuper.settings import service_number

RECORDED = (SessionState.HELD, SessionState.DID_NOT_HAPPEN)
MOST_ROWS = 12
"""So many past sessions are entered on one screen."""

# ---------------------------------------------------------------------------------------------------------------------
# How it was last time


@dataclass(frozen=True)
class LastTime:
    """The last session of an agreement that was held; `next_on`: its usual distance later, and not after today."""

    held_on: date
    starts_at: str
    minutes: int
    next_on: date


def last_time(db: Session, *, viewer: Actor, agreement_id: int) -> LastTime | None:
    """None where none was held that the viewer may see: a stand-in reads nothing from before."""
    session = _last(db, viewer, agreement_id, (SessionState.HELD,))
    if session is None:
        return None
    agreement = db.get_one(SupervisionAgreement, agreement_id)
    next_on = min(session.held_on + timedelta(days=agreement.every_days), viewer.on)
    return LastTime(session.held_on, session.starts_at, session.minutes, next_on)


def _last(db: Session, viewer: Actor, agreement_id: int, states: Collection[SessionState]) -> SupervisionSession | None:
    session = SupervisionSession
    return db.exec(
        select(session)
        .where(
            session.agreement_id == agreement_id,
            col(session.state).in_(states),
            current(session),
            sessions_visible_to(viewer),
        )
        .order_by(col(session.held_on).desc(), col(session.starts_at).desc(), col(session.id).desc())
    ).first()


# ---------------------------------------------------------------------------------------------------------------------
# Which days are still to enter


@dataclass(frozen=True)
class DayToEnter:
    held_on: date
    starts_at: str
    minutes: int
    planned_record_id: UUID | None = None


def days_to_enter(db: Session, *, viewer: Actor, agreement_id: int) -> list[DayToEnter]:
    """The days on which sessions of an agreement were due by its usual rhythm since the last that is recorded, oldest
    first: planned ones as they were planned. The form offers them; nothing says that they were held."""
    agreement = check_can_record_session(db, viewer, agreement_id, _last_day(db, viewer, agreement_id))
    last, was = _last(db, viewer, agreement_id, RECORDED), last_time(db, viewer=viewer, agreement_id=agreement_id)
    planned = planned_sessions_of(db, viewer=viewer, agreement_id=agreement_id)
    until = min(viewer.on, agreement.end_on or viewer.on)
    first = last.held_on + timedelta(days=agreement.every_days) if last else agreement.start_on
    usual = [
        DayToEnter(on, was.starts_at if was else "", was.minutes if was else agreement.usual_minutes)
        for on in days_between(first, until, agreement.every_days)
        if not any(abs((one.held_on - on).days) * 2 <= agreement.every_days for one in planned)
    ]
    as_planned = [DayToEnter(one.held_on, one.starts_at, one.minutes, one.record_id) for one in planned]
    return sorted(usual + as_planned, key=lambda one: (one.held_on, one.starts_at))[:MOST_ROWS]


def days_between(first: date, until: date, every_days: int) -> list[date]:
    """From a day every so often, as far as another day."""
    how_many = (until - first).days // max(every_days, 1) + 1
    return [first + timedelta(days=every_days * number) for number in range(max(0, how_many))]


def _last_day(db: Session, viewer: Actor, agreement_id: int) -> date:
    """Today, or the last day of an agreement that is over."""
    agreement = db.get(SupervisionAgreement, agreement_id)
    return min(viewer.on, agreement.end_on) if agreement is not None and agreement.end_on else viewer.on


# ---------------------------------------------------------------------------------------------------------------------
# What became of a lost session


@dataclass(frozen=True)
class Rebooking:
    """The session that takes the place of a lost one, as it stands now."""

    held_on: date
    state: SessionState

    @property
    def sentence(self) -> str:
        on = words.day(self.held_on)
        return {
            SessionState.PLANNED: f"Rebooked for {on}.",
            SessionState.HELD: f"Rebooked, and held on {on}.",
            SessionState.DID_NOT_HAPPEN: f"Rebooked for {on}, which did not happen either.",
        }[self.state]


@dataclass(frozen=True)
class LostSession:
    """A session that did not happen. `rebook_by`: the last day on which the service wants another in its place."""

    record_id: UUID
    held_on: date
    starts_at: str
    rebooking: Rebooking | None
    rebook_by: date
    may_rebook: bool

    def sentence(self, on: date) -> str:
        """What became of it, as at a day."""
        if self.rebooking is not None:
            return self.rebooking.sentence
        by = words.day(self.rebook_by)
        return f"Not rebooked yet: {'it was to be' if on > self.rebook_by else 'it is to be'} by {by}."


def lost_session(db: Session, *, viewer: Actor, record_id: UUID) -> LostSession:
    """A lost session that the viewer may see, with what became of it."""
    session = SupervisionSession
    lost = db.exec(
        select(session).where(
            session.record_id == record_id,
            session.state == SessionState.DID_NOT_HAPPEN,
            current(session),
            sessions_visible_to(viewer),
        )
    ).first()
    if lost is None:
        raise NotAllowed
    rebooking = rebookings_of(db, [record_id]).get(record_id)
    within = timedelta(days=service_number(db, "rebook_within_days"))
    return LostSession(
        record_id,
        lost.held_on,
        lost.starts_at,
        rebooking,
        lost.held_on + within,
        rebooking is None and _may_record_today(db, viewer, lost.agreement_id),
    )


def _may_record_today(db: Session, viewer: Actor, agreement_id: int | None) -> bool:
    try:
        check_can_record_session(db, viewer, agreement_id or 0, viewer.on)
    except Refused:
        return False
    return True


def rebookings_of(db: Session, records: Collection[UUID]) -> dict[UUID, Rebooking]:
    """By lost session, the one that takes its place, unless that was voided. Checks nothing: for code that has."""
    session = SupervisionSession
    rows = db.execute(
        sa.select(col(session.rebooks_id), col(session.held_on), col(session.state))
        .where(col(session.rebooks_id).in_(records), current(session))
        .order_by(col(session.id))
    )
    return {rebooks_id: Rebooking(held_on, state) for rebooks_id, held_on, state in rows}
