"""Sessions to come: planned as a series, one of them skipped or moved, the rest of a series taken off.

A planned session that is skipped is not a lost one: nobody cancelled it, so it is voided with its reason and counts for
nothing. One that was cancelled is recorded as "did not happen", by `record_lost_session`.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting, check_can_record_session
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Attendance, SessionState, SupervisionAgreement, SupervisionSession
from tcsuper.queries.evidence import current
from tcsuper.rules.series import ORDINALS, Every, Series, days_of, months_passed_over, problems_of, result_in_words
from tcsuper.services.agreements import contracted_on
from tcsuper.services.evidence import check_current, next_version, version_after
from tcsuper.services.keeping_sessions import check_session, expected, new_session, one_at_a_time, store_session

RECORDED_MEANWHILE = "This session was recorded meanwhile. Nothing was saved."


@dataclass(frozen=True)
class PlannedSeries:
    """`sentence` says how many sessions were planned, and which days were left out and why."""

    series_id: UUID
    planned: list[date]
    sentence: str


def plan_series(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    agreement_id: int,
    series: Series,
    starts_at: str = "",
    minutes: int | None = None,
) -> PlannedSeries:
    """The sessions of a series, with the people contracted on each of its days. Days that have a session of this
    agreement already, days when nobody is contracted and days after the agreement's end are left out, and said."""
    by = acting(db, by, submission)
    agreement = check_can_record_session(db, by, agreement_id, series.first_on)
    length = minutes or agreement.usual_minutes
    _check_series(db, agreement, series, starts_at, length)
    days = days_of(series)
    beyond = [day for day in days if agreement.end_on is not None and day > agreement.end_on]
    within = [day for day in days if day not in beyond]
    taken = _taken(db, agreement, within)
    people = {day: contracted_on(db, agreement, day) for day in within if day not in taken}
    nobody_there = [day for day in people if not people[day]]
    planned = [day for day in people if people[day]]
    sentence = result_in_words(
        planned, sorted(taken), nobody_there, months_passed_over(series), beyond, agreement.end_on, _which(series)
    )
    if not planned:
        raise InvalidRecord(first_on=f"No day is left to plan. {sentence}")
    series_id = uuid4()
    for day in planned:
        check_can_record_session(db, by, agreement_id, day)  # a stand-in's days are soon over
        session = new_session(db, by, agreement, day, starts_at, length, SessionState.PLANNED)
        session.series_id = series_id
        store_session(db, session, expected(people[day]))
    record_event(
        db,
        by=by,
        action="plan_series",
        object_kind="supervision_series",
        object_key=series_id,
        about={staff_id for day in planned for staff_id in people[day]},
        agreement_id=agreement_id,
        sessions=len(planned),
        first_on=planned[0].isoformat(),
        last_on=planned[-1].isoformat(),
    )
    return PlannedSeries(series_id, planned, sentence)


def skip_planned(
    db: Session, *, by: Actor, submission: UUID | None = None, session_id: int, reason: str
) -> SupervisionSession:
    """One planned session will not be, and is no lost one. `session_id` is the version that was looked at."""
    by = acting(db, by, submission)
    former, _ = _planned(db, by, session_id)
    if not reason.strip():
        raise InvalidRecord(reason="Say why it is skipped.")
    people = _people_of(db, former)
    session = next_version(db, by, former, reason, is_void=True)
    record_event(
        db,
        by=by,
        action="skip_planned_session",
        object_kind="supervision_session",
        object_key=session.record_id,
        about=people,
        held_on=former.held_on.isoformat(),
    )
    return session


def end_series(
    db: Session, *, by: Actor, submission: UUID | None = None, series_id: UUID, after: date, reason: str
) -> int:
    """Every session of the series that is still planned for a later day than `after` is taken off. Gives how many."""
    by = acting(db, by, submission)
    left = db.exec(
        select(SupervisionSession)
        .where(
            SupervisionSession.series_id == series_id,
            SupervisionSession.state == SessionState.PLANNED,
            current(SupervisionSession),
        )
        .order_by(col(SupervisionSession.held_on))
    ).all()
    if not left:
        raise NotAllowed
    for session in left:
        _check_may_change(db, by, session)
    going = [session for session in left if session.held_on > after]
    problems = {}
    if not going:
        problems["after"] = f"No session of this series is planned after {words.day(after)}."
    if not reason.strip():
        problems["reason"] = "Say why the series ends."
    if problems:
        raise InvalidRecord(**problems)
    people = {staff_id for session in going for staff_id in _people_of(db, session)}
    for session in going:
        next_version(db, by, session, reason, is_void=True)
    record_event(
        db,
        by=by,
        action="end_series",
        object_kind="supervision_series",
        object_key=series_id,
        about=people,
        after=after.isoformat(),
        sessions=len(going),
    )
    return len(going)


def move_planned(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    session_id: int,
    held_on: date,
    starts_at: str = "",
    minutes: int | None = None,
) -> SupervisionSession:
    """One planned session on another day or at another time, with the people contracted then: a new version of it."""
    by = acting(db, by, submission)
    former, agreement = _planned(db, by, session_id)
    check_can_record_session(db, by, former.agreement_id or 0, held_on)
    length = minutes or former.minutes
    check_session(db, agreement, held_on, starts_at, length, is_planned=True)
    if held_on < today():
        raise InvalidRecord(held_on="Move it to today or later. Was it held already? Then record it.")
    one_at_a_time(db, [agreement.id])
    if held_on != former.held_on and _taken(db, agreement, [held_on]):
        raise InvalidRecord(held_on=f"There is a session with them on {words.day(held_on)} already.")
    people = contracted_on(db, agreement, held_on)
    session = version_after(
        by, former, held_on=held_on, starts_at=starts_at, minutes=length, contracted=max(1, len(people))
    )
    store_session(db, session, expected(people))
    record_event(
        db,
        by=by,
        action="move_planned_session",
        object_kind="supervision_session",
        object_key=session.record_id,
        about=people,
        from_on=former.held_on.isoformat(),
        held_on=held_on.isoformat(),
    )
    return session


# ---------------------------------------------------------------------------------------------------------------------
# The pieces


def _check_series(db: Session, agreement: SupervisionAgreement, series: Series, starts_at: str, minutes: int) -> None:
    """All problems at once, each beside its field."""
    problems = problems_of(series)
    try:
        check_session(db, agreement, series.first_on, starts_at, minutes, is_planned=True)
    except InvalidRecord as refused:
        one_session = dict(refused.problems)
        one_session.pop("held_on", None)  # nobody contracted on the first day: that day is left out, and said
        problems = one_session | problems
    if series.first_on < today():
        problems["first_on"] = "A series begins today or later. What was held already is recorded."
    if problems:
        raise InvalidRecord(**problems)


def _which(series: Series) -> str:
    in_month = ORDINALS[series.in_month] if series.every is Every.MONTH else ""
    return f"{in_month} {words.DAYS[series.first_on.weekday()]}".strip()


def _taken(db: Session, agreement: SupervisionAgreement, days: list[date]) -> set[date]:
    """Those of the days on which a session of this agreement is planned or held."""
    one_at_a_time(db, [agreement.id])
    found = db.exec(
        select(SupervisionSession).where(
            SupervisionSession.agreement_id == agreement.id,
            col(SupervisionSession.held_on).in_(days),
            col(SupervisionSession.state).in_((SessionState.PLANNED, SessionState.HELD)),
            current(SupervisionSession),
        )
    )
    return {session.held_on for session in found}


def _planned(db: Session, by: Actor, session_id: int) -> tuple[SupervisionSession, SupervisionAgreement]:
    """A planned session that this person may change, as it was when they looked at it; and its agreement."""
    session = db.get(SupervisionSession, session_id)
    if session is None:
        raise NotAllowed
    agreement = _check_may_change(db, by, session)
    check_current(db, session)
    if session.state is not SessionState.PLANNED:
        raise Conflict(RECORDED_MEANWHILE)
    return session, agreement


def _check_may_change(db: Session, by: Actor, session: SupervisionSession) -> SupervisionAgreement:
    """Whoever may plan it. One that was planned beyond the day on which its agreement now ends can be taken off too."""
    agreement = db.get(SupervisionAgreement, session.agreement_id) if session.agreement_id else None
    if agreement is None:
        raise NotAllowed
    on = session.held_on if agreement.end_on is None else min(session.held_on, agreement.end_on)
    return check_can_record_session(db, by, agreement.id or 0, on)


def _people_of(db: Session, session: SupervisionSession) -> list[int]:
    """Whoever was expected at it."""
    return list(db.exec(select(Attendance.staff_id).where(Attendance.session_id == session.id)))
