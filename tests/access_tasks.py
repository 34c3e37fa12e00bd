"""The tasks of the home page: how the access test tries them."""

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.queries.tasks import my_tasks
from tests.access_case import Case, own
from tests.access_supervision import recorded
from tests.people import Cast


def _asks_me(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = str(recorded(db, cast, subject).record_id)
    return record in {task.confirm_record for task in my_tasks(db, viewer=by, rows=[])}


CASES: dict[str, Case] = {
    "queries.tasks.my_tasks": Case(Object.SESSION_LOG, Action.READ, _asks_me, only=own),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {
    "queries.own_steps.is_planned": "reshapes what was read",
    "queries.own_steps.own_step": "reshapes what was read",
    "queries.own_steps.planned_words": "reshapes what was read",
}
BELOW: dict[str, str] = {
    "queries.tasks.accounts.tasks": "asks its area's queries as the viewer",
    "queries.tasks.actions.tasks": "asks its area's queries as the viewer",
    "queries.tasks.agreements.tasks": "asks its area's queries as the viewer",
    "queries.tasks.concerns.tasks": "asks its area's queries as the viewer",
    "queries.tasks.disputes.tasks": "asks its area's queries as the viewer",
    "queries.tasks.emergency_access.tasks": "asks its area's queries as the viewer",
    "queries.tasks.registration.tasks": "asks its area's queries as the viewer",
    "queries.tasks.requirements.task_about": "reshapes what was read",
    "queries.tasks.requirements.tasks": "asks its area's queries as the viewer",
    "queries.tasks.serves_me.tasks": "asks its area's queries as the viewer",
    "queries.tasks.sessions.to_confirm": "asks its area's queries as the viewer",
    "queries.tasks.sessions.to_record": "asks its area's queries as the viewer",
    "queries.tasks.shared_records.tasks": "asks its area's queries as the viewer",
    "queries.tasks.statements.tasks": "asks its area's queries as the viewer",
    "queries.tasks.traineeships.tasks": "asks its area's queries as the viewer",
    "queries.tasks.training.tasks": "asks its area's queries as the viewer",
}
