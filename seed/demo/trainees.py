"""Two in training: one whose plan runs and has slipped here and there, one without a coordinating supervisor."""

from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from seed.demo.cast import MANAGER_OF, U
from seed.demo.stage import Stage
from tcsuper.models import TraineeStepKind
from tcsuper.rules.minimum import Minimum
from tcsuper.services.agreements import make_agreement
from tcsuper.services.catalogue import set_supervision_minimum
from tcsuper.services.traineeships import complete_step, plan_step, start_traineeship

PSYCHOLOGIST = "Qualification in Forensic Psychology (Stage 2)"
GROUP_WORK = "Group Work Practitioner (Institute of Group Analysis)"
TRAINEES = {"priya.narayan": (PSYCHOLOGIST, 324), "ffion.gwynne": (GROUP_WORK, 130)}
"""What they train for, since so many days ago."""
OF_TRAINEES = ("clinical", "professional")
MINIMA = (
    Minimum("Supervision in all", 240, purposes=OF_TRAINEES),
    Minimum("Supervision with the coordinating supervisor", 120, purposes=OF_TRAINEES, with_coordinating=True),
)
"""The older rule, which this service has set."""


class Planned(NamedTuple):
    """`due`, `done`: days ago; negative: to come. No `done`: not yet."""

    trainee: str
    kind: TraineeStepKind
    title: str
    due: int
    done: int | None = None
    core_role: str = ""


PLAN, SUBMISSION = TraineeStepKind.PLAN, TraineeStepKind.SUBMISSION
REVIEW, SIGN_OFF = TraineeStepKind.REVIEW, TraineeStepKind.SIGN_OFF
STEPS = (
    Planned("priya.narayan", PLAN, "Supervision plan", 300, 304),
    Planned("priya.narayan", REVIEW, "First review of the plan", 230, 232),
    Planned("priya.narayan", REVIEW, "Second review of the plan", 140, 133),
    Planned("priya.narayan", REVIEW, "Third review of the plan", 48, 47),
    Planned("priya.narayan", SUBMISSION, "Exemplar 1", 120, 116, "Applications and interventions"),
    Planned("priya.narayan", SIGN_OFF, "Exemplar 1", 90, 88, "Applications and interventions"),
    Planned("priya.narayan", SUBMISSION, "Practice diary, first half-year", 19),
    Planned("priya.narayan", SUBMISSION, "Exemplar 2", -34, None, "Communicating and advising"),
    Planned("priya.narayan", SUBMISSION, "Exemplar 3", -210, None, "Research"),
    Planned("priya.narayan", REVIEW, "Annual review", -41),
    Planned("ffion.gwynne", PLAN, "Supervision plan", 100, 104),
)


def plan_trainees(stage: Stage) -> None:
    stage.at(stage.first_day, set_minima)
    for key, (qualification, days) in TRAINEES.items():
        stage.at(stage.ago(days), begin, key, qualification, stage.ago(days))
    for step in STEPS:
        asked_on = stage.ago(min(TRAINEES[step.trainee][1] - 2, 320))
        stage.at(asked_on, ask, step)
        if step.done is not None:
            stage.at(stage.ago(step.done), finish, step, stage.ago(step.done))
    stage.at(stage.ago(35), close_a_ring)


def set_minima(db: Session, stage: Stage) -> None:
    for minimum in MINIMA:
        set_supervision_minimum(
            db,
            by=stage.someone("asha.rao"),
            job_description_id=stage.jobs["trainee_psychologist"],
            minimum=minimum,
            start_on=stage.first_day,
        )


def begin(db: Session, stage: Stage, key: str, qualification: str, on: date) -> None:
    made = start_traineeship(
        db, by=stage.someone(MANAGER_OF[U]), staff_id=stage.people[key], qualification=qualification, start_on=on
    )
    stage.made["traineeship", key] = made.id


def ask(db: Session, stage: Stage, step: Planned) -> None:
    made = plan_step(
        db,
        by=stage.someone(MANAGER_OF[U]),
        traineeship_id=stage.made["traineeship", step.trainee],
        kind=step.kind,
        title=step.title,
        core_role=step.core_role,
        due_on=stage.ago(step.due),
    )
    stage.made[step] = made.id


def finish(db: Session, stage: Stage, step: Planned, on: date) -> None:
    complete_step(db, by=stage.someone(MANAGER_OF[U]), step_id=stage.made[step], done_on=on)


def close_a_ring(db: Session, stage: Stage) -> None:
    """Mererid supervises Tegwen; that Tegwen agreed to be Mererid's professional supervisor went unnoticed."""
    make_agreement(
        db,
        by=stage.someone("asha.rao"),
        supervisor_id=stage.people["tegwen.wyn-parry"],
        supervisee_id=stage.people["mererid.pugh"],
        purpose="professional",
        start_on=stage.ago(35),
        every_days=56,
        place="Supervision room",
    )
