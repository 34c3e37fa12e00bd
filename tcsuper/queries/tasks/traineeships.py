"""Traineeships: what of my own is late or due soon, and what is late of those whose plan I keep."""

from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.queries.tasks.requirements import LATE_OR_SOON
from tcsuper.queries.tasks.task import Task
from tcsuper.queries.traineeships import TraineeLine, trainees_seen
from tcsuper.rules.standing import TONES, Standing, Status, status_word

OWN_STEP = "Your coordinating supervisor records the day, or sets another one with a reason."


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    found = []
    for one in trainees_seen(db, viewer=viewer, on=viewer.on):
        due = [(line.standing.step.title, line.standing) for line in one.steps]
        for what, standing in [("Review of the plan", one.review), *due]:
            if one.staff_id == viewer.staff_id and standing.status in LATE_OR_SOON:
                found.append(_task(f"My training · {what}", standing, OWN_STEP, "my_record"))
            elif one.may_keep and standing.status is Status.OVERDUE:
                found.append(_of_a_trainee(one, what, standing))
    return found


def _of_a_trainee(one: TraineeLine, what: str, standing: Standing) -> Task:
    return _task(f"{one.person} · {what}", standing, standing.next_step, "supervision_due")


def _task(title: str, standing: Standing, next_step: str, page: str) -> Task:
    query = {"show": "trainees"} if page == "supervision_due" else {}
    word, tone = status_word(standing.status), TONES[standing.status]
    return Task(word, tone, title, standing.because, next_step, button="Open", page=page, query=query)
