"""What waits for a person, each thing one click from done.

`task.py` says what a Task is. Every other file holds the tasks of one area, asked of that area's own queries as the
viewer; `my_tasks` below collects them. A new area is a file here and a line there.
"""

from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.queries.renewals import is_lapse
from tcsuper.queries.standing import Row
from tcsuper.queries.tasks import (
    accounts,
    actions,
    agreements,
    concerns,
    disputes,
    emergency_access,
    job_descriptions,
    places,
    practice,
    registration,
    requirements,
    reviews,
    serves_me,
    sessions,
    shared_records,
    statements,
    traineeships,
    training,
)
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import Tone


def my_tasks(db: Session, *, viewer: Actor, rows: list[Row]) -> list[Task]:
    """Everything that waits for me as the person I am, the most pressing first. `rows` are my own standings."""
    lapsed, ending = registration.tasks(db, viewer=viewer, rows=rows)
    return [
        *lapsed,
        *emergency_access.tasks(db, viewer=viewer),
        *concerns.tasks(db, viewer=viewer),
        *sorted(
            [
                *requirements.tasks(db, viewer=viewer, rows=[row for row in rows if not is_lapse(row)]),
                *ending,
                *traineeships.tasks(db, viewer=viewer),
                *actions.tasks(db, viewer=viewer),
                *reviews.tasks(db, viewer=viewer),
            ],
            key=lambda task: task.tone is not Tone.BAD,
        ),
        *sessions.to_record(db, viewer=viewer),
        *disputes.tasks(db, viewer=viewer),
        *statements.tasks(db, viewer=viewer),
        *accounts.tasks(db, viewer=viewer),
        *job_descriptions.tasks(db, viewer=viewer),
        *practice.tasks(db, viewer=viewer),
        *places.tasks(db, viewer=viewer),
        *training.tasks(db, viewer=viewer),
        *shared_records.tasks(db, viewer=viewer),
        *agreements.tasks(db, viewer=viewer),
        *sessions.to_confirm(db, viewer=viewer),
        *serves_me.tasks(db, viewer=viewer),
    ]
