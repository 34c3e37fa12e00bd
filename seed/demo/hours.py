"""Client hours of those whose body asks for supervision by them, entered at the start of the next month."""

from datetime import date, timedelta

from sqlmodel import Session

from seed.demo.stage import Stage
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.services.activity_figures import enter_hours

CLIENT_HOURS = {"rhiannon.mon": (6, 9.5, 8, 12, 7.5, 10)}
"""In training with BACP, the latest whole month first; this month's are still to come."""


def plan_hours(stage: Stage) -> None:
    this_month = first_of_month(stage.today)
    for key, months in CLIENT_HOURS.items():
        for back, hours in enumerate(months, 1):
            month = add_months(this_month, -back)
            stage.at(add_months(month, 1) + timedelta(days=1), enter, key, month, hours)


def enter(db: Session, stage: Stage, key: str, month: date, hours: float) -> None:
    enter_hours(db, by=stage.someone(key), month=month, client_hours=hours)
