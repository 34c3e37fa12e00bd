"""What is required of people: where each of their standings is put right."""

from collections.abc import Iterable

from sqlmodel import Session

from tcsuper.access import Actor, Permission, holds
from tcsuper.models import RequirementKind
from tcsuper.queries.own_steps import is_planned, own_step
from tcsuper.queries.standing import Row, my_supervision_months
from tcsuper.queries.supervision import ToRecord
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.minimum import Minimum
from tcsuper.rules.standing import LATE, TONES, Status, severity, status_word

LATE_OR_SOON = LATE | {Status.BELOW, Status.CONDITIONS, Status.DUE_SOON}
"""The statuses that ask somebody to act."""

PLACES = {
    RequirementKind.SUPERVISION: ("record_supervision", "Plan a session", Permission.RECORD_SUPERVISION),
    RequirementKind.AGREEMENT: ("supervision", "Open", Permission.KEEP_AGREEMENTS),
    RequirementKind.COURSE: ("training", "Open", Permission.SIGNED_IN),
    RequirementKind.QUALIFICATION: ("training", "Open", Permission.SIGNED_IN),
    RequirementKind.REGISTRATION: ("registration", "Open", Permission.SIGNED_IN),
    RequirementKind.CHECK: ("registration", "Check", Permission.CHECK_REGISTERS),
    RequirementKind.PRACTICE: ("observe", "Observe", Permission.OBSERVE),
    RequirementKind.PERIOD: ("staff", "Open", Permission.KEEP_STAFF),
    RequirementKind.EVENT: ("staff", "Open", Permission.KEEP_STAFF),
}
"""Where each kind of requirement is put right, the word on the button, and who gets one."""
MY_PLACES = {
    RequirementKind.COURSE: "training",
    RequirementKind.QUALIFICATION: "training",
    RequirementKind.REGISTRATION: "registration",
    RequirementKind.PRACTICE: "practice",
    RequirementKind.AGREEMENT: "my_record",
    RequirementKind.SUPERVISION: "my_record",
}
"""Where a person sends in their own, or reads what was seen."""


def tasks(db: Session, *, viewer: Actor, rows: list[Row]) -> list[Task]:
    """Of my own standings, whatever is late or due soon, the worst first; but what a planned session will meet in time
    asks nothing of anybody."""
    pressing = [row for row in rows if row.standing.status in LATE_OR_SOON]
    of_supervision = any(row.kind is RequirementKind.SUPERVISION for row in pressing)
    months = my_supervision_months(db, viewer=viewer, on=viewer.on, how_many=1) if of_supervision else []
    planned = {one.bound.title for one in months if is_planned(one)}
    return [
        Task(
            status_word(row.standing.status),
            TONES[row.standing.status],
            row.requirement,
            row.standing.because,
            own_step(row, months),
            button="Open" if row.kind in MY_PLACES else "",
            page=MY_PLACES.get(row.kind, ""),
        )
        for row in sorted(pressing, key=lambda row: severity(row.standing))
        if not (row.standing.status is Status.DUE_SOON and row.requirement in planned)
    ]


def task_about(row: Row, viewer: Actor, to_record: Iterable[ToRecord]) -> Task:
    """A standing of somebody else, named; with a button where the viewer may enter the page that puts it right, and
    for supervision only where one of the agreements they record for (`to_record`) serves it."""
    page, button, needs = PLACES[row.kind]
    may_enter = holds(viewer, needs) and (row.kind is not RequirementKind.SUPERVISION or _is_served(row, to_record))
    return Task(
        status_word(row.standing.status),
        TONES[row.standing.status],
        f"{row.person} · {row.requirement}",
        row.standing.because,
        button=button if may_enter else "",
        page=page if may_enter else "",
        query={"person": str(row.staff_id)} | _what_for(row),
    )


def _is_served(row: Row, to_record: Iterable[ToRecord]) -> bool:
    minimum = Minimum.read(row.requirement, row.bound.terms)
    return any(one.serves(row.staff_id, minimum.purposes, minimum.form_that_counts) for one in to_record)


def _what_for(row: Row) -> dict[str, str]:
    """What the page needs besides the person. A session counts for a minimum only with the purpose and in the form
    that it asks for."""
    if row.kind is not RequirementKind.SUPERVISION:
        return {"show": row.kind.value, "what": row.requirement}
    minimum = Minimum.read(row.requirement, row.bound.terms)
    return {"purposes": " ".join(minimum.purposes), "form": minimum.form_that_counts}
