"""Supervisors, who supervises whom, trainees: how the access test tries each function."""

from datetime import date
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.models import SupervisionAgreement, Traineeship, TraineeStep, TraineeStepKind, TraineeSupervisor
from tcsuper.queries import traineeships
from tcsuper.services import settings
from tcsuper.services import traineeships as training
from tests.access_case import Case, own
from tests.access_stage import stored
from tests.access_supervision import theirs
from tests.people import LONG_AGO, Cast


def in_training(db: Session, cast: Cast, subject: str) -> int:
    return stored(db, Traineeship(staff_id=cast.id(subject), qualification="Stage 2", start_on=LONG_AGO))


def coordinated(db: Session, cast: Cast, subject: str, agreement_id: int = 0) -> int:
    """In training, with a coordinating supervisor: their manager, or whoever supervises by this agreement."""
    agreement = db.get_one(SupervisionAgreement, agreement_id or theirs(cast, subject))
    agreement.trainee_role = TraineeSupervisor.COORDINATING
    return in_training(db, cast, subject)


def a_step(db: Session, cast: Cast, subject: str, traineeship_id: int = 0) -> int:
    step = TraineeStep(
        recorded_at=now(),
        traineeship_id=traineeship_id or in_training(db, cast, subject),
        kind=TraineeStepKind.SUBMISSION,
        title="Exemplar 1",
        due_on=today(),
    )
    return stored(db, step)


def _plan(db: Session, by: Actor, traineeship_id: int) -> Any:
    return training.plan_step(
        db, by=by, traineeship_id=traineeship_id, kind=TraineeStepKind.PLAN, title="Plan", due_on=today()
    )


def _seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    in_training(db, cast, subject)
    return any(one.staff_id == cast.id(subject) for one in traineeships.trainees_seen(db, viewer=by, on=today()))


def _mine(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    in_training(db, cast, subject)
    return any(one.staff_id == cast.id(subject) for one in traineeships.my_traineeships(db, viewer=by, on=today()))


def _by_plain_supervisor(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    """Lena and Gwen supervise, and manage nobody: they may as coordinating supervisors."""
    agreement = {"Ben": cast.lena_agreement, "Cai": cast.gwen_agreement}[subject]
    return _plan(db, by, coordinated(db, cast, subject, agreement))


NOT_COORDINATING = ("as_coordinating",)
THE_MANAGER_TOO = ("Ben", "Cai", "Asha")


def _coordinates_or_manages(actor: str, subject: str) -> bool:
    return (actor, subject) in {("Lena", "Ben"), ("Gwen", "Cai"), ("Asha", "Ben"), ("Carol", "Cai")}


CASES: dict[str, Case] = {
    "services.traineeships.start_traineeship": Case(
        Object.TRAINEESHIP,
        Action.CREATE,
        lambda db, by, cast, subject: training.start_traineeship(
            db, by=by, staff_id=cast.id(subject), qualification="Stage 2", start_on=date(2026, 1, 1)
        ),
        subjects=THE_MANAGER_TOO,
    ),
    "services.traineeships.end_traineeship": Case(
        Object.TRAINEESHIP,
        Action.UPDATE,
        lambda db, by, cast, subject: training.end_traineeship(
            db, by=by, traineeship_id=in_training(db, cast, subject), end_on=today()
        ),
        leave_out=NOT_COORDINATING,
        subjects=THE_MANAGER_TOO,
    ),
    "services.traineeships.plan_step": Case(
        Object.TRAINEESHIP,
        Action.UPDATE,
        lambda db, by, cast, subject: _plan(db, by, in_training(db, cast, subject)),
        leave_out=NOT_COORDINATING,
        subjects=THE_MANAGER_TOO,
    ),
    "services.traineeships.plan_step/of a coordinating supervisor": Case(
        Object.TRAINEESHIP, Action.UPDATE, _by_plain_supervisor, only=_coordinates_or_manages
    ),
    "services.traineeships.complete_step": Case(
        Object.TRAINEESHIP,
        Action.UPDATE,
        lambda db, by, cast, subject: training.complete_step(
            db, by=by, step_id=a_step(db, cast, subject), done_on=today()
        ),
        leave_out=NOT_COORDINATING,
    ),
    "services.traineeships.put_off_step": Case(
        Object.TRAINEESHIP,
        Action.UPDATE,
        lambda db, by, cast, subject: training.put_off_step(
            db, by=by, step_id=a_step(db, cast, subject), due_on=date(2030, 1, 1), reason="Ill for a month"
        ),
        leave_out=NOT_COORDINATING,
    ),
    "services.traineeships.take_off_step": Case(
        Object.TRAINEESHIP,
        Action.UPDATE,
        lambda db, by, cast, subject: training.take_off_step(
            db, by=by, step_id=a_step(db, cast, subject), reason="Entered twice"
        ),
        leave_out=NOT_COORDINATING,
    ),
    "services.settings.set_service_list": Case(
        Object.CATALOGUE,
        Action.UPDATE,
        lambda db, by, cast, subject: settings.set_service_list(
            db, by=by, key="trainee_core_roles", entries=["Research"]
        ),
        subjects=("",),
        leave_out=("technical_only",),
    ),
    "queries.traineeships.trainees_seen": Case(Object.TRAINEESHIP, Action.READ, _seen),
    "queries.traineeships.my_traineeships": Case(Object.TRAINEESHIP, Action.READ, _mine, only=own),
}
BY_RELATIONSHIP: dict[str, str] = {
    "queries.supervisors.supervisors_seen": "agreements of one's communities, and those by which one supervises: "
    "tests/queries/test_supervisors.py::test_each_sees_their_own_supervisees_and_no_others, "
    "tests/queries/test_supervisors.py::test_a_ring_through_another_community_is_told_of_one_s_own_people_alone",
    "queries.network.supervision_counts": "counts of one's establishments, from five people up: "
    "tests/queries/test_supervisors.py::test_a_director_sees_counts_from_five_people_up",
}
FOR_EVERYBODY: dict[str, str] = {
    "queries.network.network_of": "draws what it is given",
    "queries.network.ring_steps": "says of what it is given",
    "queries.traineeships.core_roles": "the service's own list of words",
}
BELOW: dict[str, str] = {
    "queries.supervisors.ties_on": "in bulk, for supervisors_seen and supervision_counts",
    "queries.supervisors.is_to_supervise": "judges what it is given",
    "queries.supervisors.lapses": "judges what it is given",
}
