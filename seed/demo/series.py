"""What is planned for the months ahead: two series, one session of which is skipped already."""

from datetime import timedelta

from sqlmodel import Session, col, func, select

from seed.demo.agreements import Supervision
from seed.demo.stage import Stage
from tcsuper.models import SupervisionSession
from tcsuper.queries.evidence import current
from tcsuper.rules.series import Every, Series
from tcsuper.services.series import plan_series, skip_planned

FURTHER_ON = timedelta(days=42)
"""Beyond the sessions that are planned one by one: the coming weeks stay as they are."""


def plan_all_series(stage: Stage, agreements: list[Supervision]) -> None:
    by_key = {one.key: one for one in agreements}
    stage.at(stage.today, plan_fortnights, by_key["Monday group"])
    stage.at(stage.today, plan_months, by_key["asha.rao · imran.chaudhry · clinical"])


def plan_fortnights(db: Session, stage: Stage, one: Supervision) -> None:
    """The group goes on at its own rhythm."""
    session = SupervisionSession
    last_on = db.exec(
        select(func.max(session.held_on)).where(session.agreement_id == stage.made[one.key], current(session))
    ).one()
    series = Series(Every.TWO_WEEKS, last_on + timedelta(days=14), how_many=6)
    plan_series(
        db, by=stage.someone("asha.rao"), agreement_id=stage.made[one.key], series=series, starts_at=one.group.starts_at
    )


def plan_months(db: Session, stage: Stage, one: Supervision) -> None:
    """The first Tuesday of each month, but for the third, when she is on leave."""
    asha, first_on = stage.someone("asha.rao"), stage.today + FURTHER_ON
    while first_on.weekday() != 1 or first_on.day > 7:
        first_on += timedelta(days=1)
    series = Series(Every.MONTH, first_on, how_many=6)
    made = plan_series(db, by=asha, agreement_id=stage.made[one.key], series=series, starts_at="11:00")
    third = db.exec(
        select(SupervisionSession)
        .where(SupervisionSession.series_id == made.series_id)
        .order_by(col(SupervisionSession.held_on))
        .offset(2)
    ).first()
    assert third is not None and third.id is not None
    skip_planned(db, by=asha, session_id=third.id, reason="On leave that week")
