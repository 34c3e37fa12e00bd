"""Runs of TCAT to come: one that is full, with an offer and somebody waiting; one that its provider cancelled; and who
teaches. The places on them are asked for, booked and given up on their own days."""

from sqlmodel import Session, select

from seed.demo.cast import Person, keeper
from seed.demo.stage import Stage
from tcsuper.models import Booking, TrainerRole
from tcsuper.queries.evidence import current
from tcsuper.services.course_runs import add_run, add_trainer, cancel_run
from tcsuper.services.places import book_place, withdraw_place

MANAGER = "asha.rao"
FULL, CANCELLED, OPEN = "full", "cancelled", "open"
RUNS = {  # course, days from today, place, provider, places
    FULL: ("tcat_1", 9, "Ashdown training centre", "TC training team", 2),
    CANCELLED: ("tcat_2", 30, "Fernhill", "TC training team", 4),
    OPEN: ("tcat_3", 70, "Ashdown training centre", "TC training team", 8),
}
TEACH = [
    ("tcat_1", TrainerRole.TRAINER, "mererid.pugh", ""),
    ("tcat_1", TrainerRole.ASSESSOR, "orla.ni.cheallaigh", ""),
    ("tcat_2", TrainerRole.TRAINER, "", "Delyth Carrow"),
    ("tcat_3", TrainerRole.TRAINER, "mererid.pugh", ""),
    ("tcat_3", TrainerRole.ASSESSOR, "", "Delyth Carrow"),
]


def plan_places(stage: Stage, everybody: dict[str, Person]) -> None:
    for name in RUNS:
        stage.at(stage.ago(20), add, name)
    for teaches in TEACH:
        stage.at(stage.ago(19), teach, teaches)
    for days, key in ((17, "stacey.mould"), (16, "kelly-ann.briggs")):
        stage.at(stage.ago(days), take, key, keeper(stage, key, everybody[key], stage.today), FULL)
    stage.at(stage.ago(15), take, "tom.renshaw", "tom.renshaw", FULL)
    stage.at(stage.ago(12), take, "fatima.siddiqui", MANAGER, CANCELLED)
    stacey = everybody["stacey.mould"]
    stage.at(stage.ago(3), give_up, "stacey.mould", keeper(stage, "stacey.mould", stacey, stage.today), FULL)
    stage.at(stage.ago(2), cancel, CANCELLED)


def add(db: Session, stage: Stage, name: str) -> None:
    course, days, place, provider, capacity = RUNS[name]
    run = add_run(
        db,
        by=stage.someone(MANAGER),
        course_code=course,
        runs_on=stage.ago(-days),
        place=place,
        provider=provider,
        capacity=capacity,
    )
    stage.made["run", name] = run.id


def teach(db: Session, stage: Stage, teaches: tuple[str, TrainerRole, str, str]) -> None:
    course, role, key, name = teaches
    add_trainer(
        db,
        by=stage.someone(MANAGER),
        course_code=course,
        role=role,
        start_on=stage.ago(400),
        staff_id=stage.people[key] if key else None,
        name=name,
    )


def take(db: Session, stage: Stage, key: str, by: str, run: str) -> None:
    book_place(db, by=stage.someone(by), staff_id=stage.people[key], run_id=stage.made["run", run])


def give_up(db: Session, stage: Stage, key: str, by: str, run: str) -> None:
    """The place goes to whoever asked first of those who wait."""
    of_run = select(Booking).where(Booking.run_id == stage.made["run", run], Booking.staff_id == stage.people[key])
    booking = db.exec(of_run.where(current(Booking))).one()
    withdraw_place(db, by=stage.someone(by), booking_id=booking.id or 0, reason="On leave that week")


def cancel(db: Session, stage: Stage, run: str) -> None:
    cancel_run(db, by=stage.someone(MANAGER), run_id=stage.made["run", run], reason="The trainer is ill")
