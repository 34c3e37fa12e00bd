"""What some led responsibilities call for: training, a registration, qualifications, and practice seen at a level."""

from sqlmodel import Session, col, select

from seed.demo.stage import Stage
from tcsuper.clock import today
from tcsuper.models import JobDescription, Requirement, Standard, StandardSet
from tcsuper.services.called_for import CallFor, call_for, call_for_several, no_longer_call_for

BY = "asha.rao"
REQUIREMENTS = [  # job, number of the duty, titles asked of that role, called for so many days ago
    ("tc_officer", 6, ["TCAT 1"], 690),
    ("tc_officer", 20, ["Control and restraint"], 600),
    ("therapy_manager", 2, ["Registered with a professional body", "Professional background"], 690),
    ("therapy_manager", 21, ["Live register checked"], 360),
    ("therapy_manager", 22, ["Supervision qualification", "Psychotherapy training"], 300),
    ("compass_psychotherapist", 11, ["Live register checked"], 430),
]
LEVELS = [("tc_officer", 6, "dtc_staff", 4, 3, 360)]
"""Job, number of the duty, set, number of the standard and the level, called for so many days ago."""
ENDED = ("tc_officer", 17, "TCAT 2", 650, 200)
"""Local systems called for the second course, until the service found that it had nothing to do with them."""


def plan_called_for(stage: Stage) -> None:
    """After the led responsibilities, which it finds by the numbers of their duties."""
    for job, number, titles, days in REQUIREMENTS:
        stage.at(stage.ago(days), ask, job, number, titles)
    for level in LEVELS:
        stage.at(stage.ago(level[-1]), ask_level, *level[:-1])
    job, number, title, begun, over = ENDED
    stage.at(stage.ago(begun), ask, job, number, [title])
    stage.at(stage.ago(over), no_longer, job, number, title)


def ask(db: Session, stage: Stage, job: str, number: int, titles: list[str]) -> None:
    found = select(Requirement).join(JobDescription).where(JobDescription.code == job)
    asked = {one.title: one.id for one in db.exec(found.order_by(col(Requirement.start_on)))}
    links = call_for_several(
        db,
        by=stage.someone(BY),
        responsibility_id=stage.made["duty", job, number],
        wanted=[CallFor(requirement_id=asked[title]) for title in titles],
        start_on=today(),
    )
    stage.made["called for", job, number, titles[0]] = links[0].id


def ask_level(db: Session, stage: Stage, job: str, number: int, of_set: str, standard: int, level: int) -> None:
    found = select(Standard.id).join(StandardSet).where(StandardSet.code == of_set, Standard.number == standard)
    call_for(
        db,
        by=stage.someone(BY),
        responsibility_id=stage.made["duty", job, number],
        standard_id=db.exec(found.order_by(col(Standard.id).desc())).first(),
        level=level,
        start_on=today(),
    )


def no_longer(db: Session, stage: Stage, job: str, number: int, title: str) -> None:
    no_longer_call_for(
        db,
        by=stage.someone(BY),
        link_id=stage.made["called for", job, number, title],
        end_on=today(),
    )
