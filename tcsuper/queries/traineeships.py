"""Trainees: their supervisors and the hours with each, what is asked of them, what is due and done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, coordinated_by, people_within
from tcsuper.models import (
    Attendance,
    RequirementKind,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionSession,
    Traineeship,
    TraineeStep,
    TraineeStepKind,
    TraineeSupervisor,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.standing import Row, as_seen, sight_of, standings
from tcsuper.rules.standing import LEFT_OUT, Span, severity
from tcsuper.rules.trainees import (
    Coordinating,
    Hours,
    NotExactlyOne,
    ReviewStanding,
    Step,
    StepStanding,
    coordination,
    hours_with,
    review_standing,
    step_standing,
)
from tcsuper.settings import service_list, service_number


@dataclass(frozen=True, slots=True)
class SupervisorOf:
    """One agreement that says what its supervisor is to the trainee; `span` as far as it lies in the traineeship."""

    agreement_id: int
    name: str
    role: TraineeSupervisor
    piece_of_work: str
    span: Span
    hours: Hours


@dataclass(frozen=True, slots=True)
class StepLine:
    """`step_id`: the version looked at. `recorded_by`: by whose word it is done; empty while it is not."""

    step_id: int
    kind: TraineeStepKind
    standing: StepStanding
    recorded_by: str


@dataclass(frozen=True, slots=True)
class TraineeLine:
    traineeship_id: int
    staff_id: int
    person: str
    qualification: str
    span: Span
    problem: NotExactlyOne | None
    """Of the coordinating supervisor: nobody, or several."""
    supervisors: list[SupervisorOf]
    asked: list[Row]
    """What is asked of them as supervision, where the viewer may see it."""
    review: ReviewStanding
    steps: list[StepLine]
    may_keep: bool
    """Whether the viewer plans and records its steps."""

    @property
    def needs_something(self) -> int:
        """How many things are late or wrong."""
        late = [one.standing for one in self.steps if one.standing.status.value == "overdue"]
        return (self.problem is not None) + len(late) + (self.review.status.value == "overdue")


def trainees_seen(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, about: int | None = None
) -> list[TraineeLine]:
    """Traineeships in force on a date, or still to begin, of those whose plan the viewer may read (of one person when
    `about` is given), by name."""
    found = db.execute(
        sa.select(Traineeship, col(Staff.full_name))
        .join(Staff, col(Staff.id) == col(Traineeship.staff_id))
        .where(
            col(Traineeship.staff_id).in_(people_within(viewer, Object.TRAINEESHIP)),
            sa.or_(col(Traineeship.end_on).is_(None), col(Traineeship.end_on) >= on),
            *([col(Traineeship.staff_id) == about] if about is not None else []),
        )
        .order_by(col(Staff.full_name), col(Staff.id), col(Traineeship.start_on))
    ).all()
    people = sorted({one.staff_id for one, _ in found})
    supervisors, steps = _supervisors(db, people, known_on), _steps(db, [one.id for one, _ in found], known_on)
    asked, kept = _asked(db, viewer, people, on, known_on), _kept_by(db, viewer)
    numbers = service_number(db, "trainee_review_months"), service_number(db, "due_soon_days")
    return [
        _line(one, name, supervisors[one.staff_id], asked[one.staff_id], steps[one.id or 0], on, numbers, kept)
        for one, name in found
    ]


def my_traineeships(db: Session, *, viewer: Actor, on: date, known_on: date | None = None) -> list[TraineeLine]:
    """The viewer's own, mostly none."""
    return trainees_seen(db, viewer=viewer, on=on, known_on=known_on, about=viewer.staff_id)


def core_roles(db: Session) -> list[str]:
    """The core roles of a trainee's work, as the service lists them. For everyone."""
    return service_list(db, "trainee_core_roles")


def _line(
    one: Traineeship,
    person: str,
    supervised: "Sequence[_Supervised]",
    asked: list[Row],
    steps: "Sequence[_Stored]",
    on: date,
    numbers: tuple[int, int],
    kept: set[int],
) -> TraineeLine:
    training, (review_months, warning_days) = Span(one.start_on, one.end_on), numbers
    lines = [
        StepLine(found.id or 0, found.kind, step_standing(_step(found), one.start_on, on, warning_days), by)
        for found, by in steps
    ]
    lines.sort(key=lambda line: (severity(line.standing), line.standing.step.title))
    coordinating = [
        Coordinating(each.name, each.span) for each in supervised if each.role is TraineeSupervisor.COORDINATING
    ]
    reviewed_on = [found.done_on for found, _ in steps if found.kind is TraineeStepKind.REVIEW and found.done_on]
    return TraineeLine(
        one.id or 0,
        one.staff_id,
        person,
        one.qualification,
        training,
        coordination(training, coordinating, on),
        _during(training, supervised, on),
        asked,
        review_standing(one.start_on, reviewed_on, review_months, on),
        lines,
        one.staff_id in kept,
    )


def _step(found: TraineeStep) -> Step:
    return Step(found.kind.value, found.title, found.due_on, found.done_on, found.core_role)


def _kept_by(db: Session, viewer: Actor) -> set[int]:
    """Whose plan the viewer keeps: as their coordinating supervisor today, or as a therapy manager."""
    managed = people_within(viewer, Object.TRAINEESHIP, Action.UPDATE)
    return set(db.scalars(managed)) | set(db.scalars(coordinated_by(viewer)))


def _asked(db: Session, viewer: Actor, people: list[int], on: date, known_on: date | None) -> dict[int, list[Row]]:
    """Their minima and how they stand on each, as far as the viewer may see that."""
    kinds = (RequirementKind.SUPERVISION,)
    rows = as_seen(standings(db, people, on, known_on, kinds), sight_of(db, viewer, kinds)) if people else []
    asked: dict[int, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: severity(row.standing)):
        if row.standing.status not in LEFT_OUT:
            asked[row.staff_id].append(row)
    return asked


# ---------------------------------------------------------------------------------------------------------------------
# Supervisors and hours


@dataclass(frozen=True, slots=True)
class _Supervised:
    agreement_id: int
    name: str
    role: TraineeSupervisor
    piece_of_work: str
    span: Span
    sessions: tuple[tuple[date, int], ...]


def _supervisors(db: Session, people: Sequence[int], known_on: date | None) -> dict[int, list[_Supervised]]:
    """By trainee: the agreements that say what a supervisor is to them, with what was attended under each."""
    agreement, supervisor = SupervisionAgreement, aliased(Staff)
    rows = db.execute(
        sa.select(agreement, col(supervisor.full_name))
        .join(supervisor, col(supervisor.id) == col(agreement.supervisor_id))
        .where(col(agreement.supervisee_id).in_(people), col(agreement.trainee_role).is_not(None))
        .order_by(col(agreement.trainee_role), col(agreement.start_on), col(agreement.id))
    ).all()
    held = _held_under(db, [one.id for one, _ in rows], known_on)
    found: dict[int, list[_Supervised]] = defaultdict(list)
    for one, name in rows:
        found[one.supervisee_id].append(
            _Supervised(
                one.id, name, one.trainee_role, one.piece_of_work, Span(one.start_on, one.end_on), tuple(held[one.id])
            )
        )
    return found


def _held_under(db: Session, agreements: Sequence[int], known_on: date | None) -> dict[int, list[tuple[date, int]]]:
    """By agreement: the day of each session held and the minutes attended."""
    session, there = SupervisionSession, Attendance
    rows = db.execute(
        sa.select(col(session.agreement_id), col(session.held_on), col(there.minutes))
        .join(there, col(there.session_id) == col(session.id))
        .where(
            col(session.agreement_id).in_(agreements),
            col(session.state) == SessionState.HELD,
            current(session, known_on),
        )
    )
    held: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for agreement_id, held_on, minutes in rows:
        held[agreement_id].append((held_on, minutes))
    return held


def _during(training: Span, supervised: Sequence[_Supervised], on: date) -> list[SupervisorOf]:
    """Those whose agreement touches the traineeship: who supervises on the date first, then former and coming ones."""
    touching = [
        one
        for one in supervised
        if (one.span.end is None or one.span.end >= training.start)
        and (training.end is None or one.span.start <= training.end)
    ]
    touching.sort(key=lambda one: not one.span.holds(on))
    return [
        SupervisorOf(
            one.agreement_id,
            one.name,
            one.role,
            one.piece_of_work,
            one.span,
            hours_with([held for held in one.sessions if training.holds(held[0])], on),
        )
        for one in touching
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Steps

_Stored = tuple[TraineeStep, str]
"""With the name of whoever recorded that it is done."""


def _steps(db: Session, traineeships: Sequence[int | None], known_on: date | None) -> dict[int, list[_Stored]]:
    rows = db.execute(
        select(TraineeStep, Staff.full_name)
        .outerjoin(Staff, col(Staff.id) == col(TraineeStep.recorded_by_id))
        .where(col(TraineeStep.traineeship_id).in_(traineeships), current(TraineeStep, known_on))
    )
    steps: dict[int, list[_Stored]] = defaultdict(list)
    for step, name in rows:
        steps[step.traineeship_id].append((step, name or "" if step.done_on else ""))
    return steps
