"""Two years of sessions: held, late, lost, absent, planned, waiting to be recorded."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeVar

from sqlmodel import Session

from seed.demo.actions import agree
from seed.demo.agreements import Supervision
from seed.demo.answers import answer_later, is_disputed
from seed.demo.cast import ALDER, CARYS_AWAY, CRAIG_AWAY, MANAGER_OF, ROWAN, VISITORS, A, B, C, D, U
from seed.demo.stage import Stage
from seed.demo.texts import allow_private_notes, write_down
from tcsuper.models import (
    PRESENT,
    AttendanceStatus,
    CancelledBy,
    LostBecause,
    SupervisionAgreement,
)
from tcsuper.services.agreements import contracted_on
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import plan_session, record_lost_session, record_session

Drawn = TypeVar("Drawn")
PLANNED_AHEAD = timedelta(days=28)
LEFT_TO_RECORD = {"ben.ellis", "rhiannon.mon", "gareth.bowen"}
"""Their latest session is held, as far as anybody knows, and waits to be recorded."""
OFTEN_MISSING = {"wayne.oakley": 0.5, "paul.hartley": 0.55, "hayley.stubbs": 0.6, "claire.tomkins": 0.75}
WHY_ABSENT = {
    AttendanceStatus.APOLOGIES_OPERATIONAL: 55,
    AttendanceStatus.APOLOGIES_LEAVE: 22,
    AttendanceStatus.APOLOGIES_SICKNESS: 14,
    AttendanceStatus.DID_NOT_ATTEND: 9,
}
WHY_LOST = {
    LostBecause.DETAILED_ELSEWHERE: 45,
    LostBecause.LOCKDOWN: 15,
    LostBecause.LEAVE: 15,
    LostBecause.SICKNESS: 15,
    LostBecause.TRAINING: 7,
    LostBecause.OTHER: 3,
}
BY_THE_PRISON = {LostBecause.DETAILED_ELSEWHERE, LostBecause.LOCKDOWN, LostBecause.TRAINING}


def plan_sessions(stage: Stage, agreements: list[Supervision]) -> None:
    stage.at(stage.ago(120), allow_private_notes)
    for one in agreements:
        days = list(_days(stage, one))
        past = [day for day in days if day < stage.today]
        for day in days:
            if day >= stage.ago(60):
                stage.at(max(one.start_on, day - PLANNED_AHEAD), plan, one, day)
            if day >= stage.today or (day == past[-1] and one.supervisee in LEFT_TO_RECORD):
                continue
            recorded_on = day + timedelta(days=stage.chance.choice((0, 0, 1, 1, 1, 2, 3)))
            if stage.chance.random() < 0.02:
                recorded_on = day + timedelta(days=stage.chance.randint(16, 25))
            if recorded_on <= stage.today:
                happens = lose if _is_lost(stage, one, day) else hold
                stage.at(recorded_on, happens, one, day)


def _days(stage: Stage, one: Supervision) -> Iterator[date]:
    """The days of an agreement: from its start to a few weeks ahead, on working days, none over Christmas."""
    group = one.group
    offset = stage.chance.randint(0, one.every_days - 1) if group is None else 0
    if one.supervisee in LEFT_TO_RECORD:
        offset = (stage.ago(5) - one.start_on).days % one.every_days
    day = one.start_on + timedelta(days=offset)
    while group is not None and day.weekday() != group.weekday:
        day += timedelta(days=1)
    last = stage.ago(CARYS_AWAY) if one.supervisor == "carys.llwyd" else stage.ago(-35)
    while day <= last:
        on = day if group else _working_day(day + timedelta(days=stage.chance.randint(-2, 2)))
        is_away = one.supervisee == "carys.llwyd" and on >= stage.ago(CARYS_AWAY)
        is_christmas = (on.month, on.day) >= (12, 23) or (on.month, on.day) <= (1, 2)
        if one.start_on <= on <= last and not is_away and not is_christmas:
            yield on
        day += timedelta(days=one.every_days)


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _turnout(stage: Stage, community: str, day: date) -> tuple[float, float]:
    """The chance that somebody comes, and the chance that the session is lost: C has got better over the two years, D
    has had a hard time since its manager is away."""
    ago = (stage.today - day).days
    hard = ago < CARYS_AWAY
    return {
        A: (0.92, 0.04),
        B: (0.85, 0.07),
        C: (0.9 - 0.3 * ago / 750, 0.05 + 0.12 * ago / 750),
        D: (0.62, 0.3) if hard else (0.8, 0.1),
        U: (0.9, 0.05),
        ROWAN: (0.97, 0.04),
        ALDER: (0.97, 0.04),
    }[community]


def _is_lost(stage: Stage, one: Supervision, day: date) -> bool:
    comes, lost = _turnout(stage, one.community, day)
    if one.group is None:
        lost += (1 - comes) / 2
        lost = 1 - (1 - lost) * OFTEN_MISSING.get(one.supervisee, 1)
    if one.supervisor == "asha.rao" and day >= stage.ago(38):
        return False  # so that some of hers are always there to be disputed and recorded
    return stage.chance.random() < lost


def _drawn(stage: Stage, weights: dict[Drawn, int]) -> Drawn:
    return stage.chance.choices(list(weights), list(weights.values()))[0]


# ---------------------------------------------------------------------------------------------------------------------
# What happens


def _recorder(stage: Stage, one: Supervision, day: date) -> str:
    """The supervisor; before a visitor had an account, the manager on their behalf, but for her own."""
    opened_ago, manager = VISITORS.get(one.supervisor, (10_000, 0))[0], MANAGER_OF[one.community]
    return one.supervisor if day >= stage.ago(opened_ago) or one.supervisee == manager else manager


def plan(db: Session, stage: Stage, one: Supervision, day: date) -> None:
    if day >= stage.today and one.group is None and stage.chance.random() < 0.25:
        return  # not everybody has the next date
    session = plan_session(
        db,
        by=stage.someone(_recorder(stage, one, day)),
        agreement_id=stage.made[one.key],
        held_on=day,
        starts_at=_starts_at(one),
    )
    stage.made[one.key, day] = session.record_id


def _starts_at(one: Supervision) -> str:
    return one.group.starts_at if one.group else ("09:30", "11:00", "14:00", "15:30")[len(one.key) % 4]


def lose(db: Session, stage: Stage, one: Supervision, day: date) -> None:
    causes = WHY_LOST
    if one.community in (ROWAN, ALDER):
        causes = {cause: weight for cause, weight in WHY_LOST.items() if cause not in BY_THE_PRISON}
    because = _drawn(stage, causes)
    by_people = stage.chance.choice((CancelledBy.SUPERVISOR, CancelledBy.SUPERVISEE))
    record_lost_session(
        db,
        by=stage.someone(_recorder(stage, one, day)),
        agreement_id=stage.made[one.key],
        held_on=day,
        cancelled_by=CancelledBy.ESTABLISHMENT if because in BY_THE_PRISON else by_people,
        lost_because=because,
        planned_record_id=stage.made.get((one.key, day)),
    )


def hold(db: Session, stage: Stage, one: Supervision, day: date) -> None:
    agreement = db.get_one(SupervisionAgreement, stage.made[one.key])
    who = {staff_id: key for key, staff_id in stage.people.items()}
    entries = [_entry(stage, one, day, who[staff_id], staff_id) for staff_id in contracted_on(db, agreement, day)]
    if not any(entry.status in PRESENT for entry in entries):
        lose(db, stage, one, day)
        return
    session = record_session(
        db,
        by=stage.someone(_recorder(stage, one, day)),
        agreement_id=stage.made[one.key],
        held_on=day,
        minutes=one.minutes,
        entries=entries,
        starts_at=_starts_at(one),
        planned_record_id=stage.made.get((one.key, day)),
    )
    stage.made[session.record_id] = session.id, entries
    write_down(stage, one, session, entries, who)
    agree(stage, one, session, entries, who)
    for entry in entries:
        answer_later(stage, one, session, entry, who[entry.staff_id])


def _entry(stage: Stage, one: Supervision, day: date, key: str, staff_id: int) -> Entry:
    ago = (stage.today - day).days
    if (key == "craig.dunmore" and ago <= CRAIG_AWAY) or (key == "carys.llwyd" and ago <= CARYS_AWAY):
        return Entry(staff_id, AttendanceStatus.APOLOGIES_SICKNESS)
    comes = 1 if one.group is None else _turnout(stage, one.community, day)[0] * OFTEN_MISSING.get(key, 1)
    if is_disputed(key, ago) or stage.chance.random() < 0.04 * comes:
        late = stage.chance.choice((AttendanceStatus.LATE, AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY))
        return Entry(staff_id, late, one.minutes - 5 * stage.chance.randint(2, 7))
    if stage.chance.random() < comes:
        return Entry(staff_id, AttendanceStatus.ATTENDED, None, stage.chance.random() < (0.35 if one.group else 0.9))
    return Entry(staff_id, _drawn(stage, WHY_ABSENT))
