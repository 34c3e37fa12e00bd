"""What recording leaves behind: lost sessions that were rebooked, and a group of this week still to be entered."""

from datetime import timedelta

from sqlmodel import Session, col, select

from seed.demo.agreements import Supervision
from seed.demo.cast import B
from seed.demo.stage import Stage
from tcsuper.models import SessionState, SupervisionAgreement, SupervisionSession
from tcsuper.queries.evidence import current
from tcsuper.services.supervision import plan_session, rebook_session

REBOOKED = 3
PEER_GROUP = "imran.chaudhry"


def plan_recording(stage: Stage, agreements: list[Supervision]) -> None:
    stage.at(stage.today, rebook_some)
    for one in agreements:
        if one.supervisor == PEER_GROUP and one.group is not None and one.community == B:
            stage.at(stage.ago(3), leave_to_record, one)


def rebook_some(db: Session, stage: Stage) -> None:
    """The latest that were lost but one, which still waits for another day."""
    session = SupervisionSession
    lost = db.exec(
        select(session)
        .join(SupervisionAgreement)
        .where(
            session.state == SessionState.DID_NOT_HAPPEN,
            current(session),
            col(session.group_id).is_(None),
            col(SupervisionAgreement.end_on).is_(None),
            col(session.held_on) >= stage.ago(28),
        )
        .order_by(col(session.held_on).desc(), col(session.id))
    ).all()
    names = {staff_id: key for key, staff_id in stage.people.items()}
    for number, one in enumerate(lost[1 : 1 + REBOOKED], 3):
        on = stage.today + timedelta(days=number)
        on += timedelta(days=max(0, 7 - on.weekday()) if on.weekday() > 4 else 0)
        rebook_session(
            db,
            by=stage.someone(names[one.supervisor_id]),
            lost_record_id=one.record_id,
            held_on=on,
            starts_at="15:00",
        )


def leave_to_record(db: Session, stage: Stage, one: Supervision) -> None:
    """Planned for the last working day of this week so far, and not entered yet."""
    day = stage.today - timedelta(days=max(0, stage.today.weekday() - 4))
    plan_session(db, by=stage.someone(one.supervisor), agreement_id=stage.made[one.key], held_on=day, starts_at="16:00")
