"""What the access test plays on: the cast, a plain supervisor, and something of each kind asked of everybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from tcsuper.database import engine
from tcsuper.models import (
    Body,
    BodyKind,
    Course,
    CourseKind,
    HoldingKind,
    JobDescription,
    Post,
    RequiredLevel,
    Requirement,
    RequirementKind,
    Responsibility,
    ResponsibilityHolding,
    ResponsibilityRequirement,
    Standard,
    StandardSet,
)
from tests.people import LONG_AGO, Cast, add_plain_supervisor, make_cast

ASKED: dict[RequirementKind, dict[str, Any]] = {
    RequirementKind.SUPERVISION: {"amount": 60},
    RequirementKind.AGREEMENT: {"purpose": "clinical"},
    RequirementKind.COURSE: {"any_of": ["first_aid"], "target_days": 30},
    RequirementKind.QUALIFICATION: {"any_of": ["diploma"]},
    RequirementKind.REGISTRATION: {"any_of": ["register"], "target_days": 30},
    RequirementKind.CHECK: {"of": "register"},
    RequirementKind.PERIOD: {"event": "probation_passed", "months": 6},
    RequirementKind.EVENT: {"event": "appraisal", "every_months": 12},
}


@dataclass
class Stage(Cast):
    posts: dict[str, int] = field(default_factory=dict)
    manager_job: int = 0
    asked: dict[RequirementKind, int] = field(default_factory=dict)
    """What officers are asked, by kind."""
    held: dict[RequirementKind, int] = field(default_factory=dict)
    """A led responsibility of officers that calls for what is asked of this kind."""
    courses: dict[str, int] = field(default_factory=dict)
    body: int = 0
    standard_set: int = 0
    standard: int = 0


def make_stage(db: Session) -> Stage:
    stage = Stage(**vars(make_cast(db)))
    add_plain_supervisor(db, stage)
    manager = db.exec(select(col(JobDescription.id)).where(JobDescription.code == "manager")).one()
    stage.manager_job = manager or 0
    names = {staff_id: name for name, staff_id in stage.staff.items()}
    stage.posts = {names[post.staff_id]: post.id or 0 for post in db.exec(select(Post))}
    for code, kind in (("first_aid", CourseKind.COURSE), ("diploma", CourseKind.QUALIFICATION)):
        stage.courses[code] = stored(db, Course(code=code, title=code, kind=kind))
    stage.body = stored(db, Body(code="register", name="Register", short_name="Register", kind=BodyKind.STATUTORY))
    for kind, terms in ASKED.items():
        for job in (stage.officer, stage.manager_job):
            asked = stored(
                db, Requirement(kind=kind, job_description_id=job, title=f"A {kind}", terms=terms, start_on=LONG_AGO)
            )
            stage.asked.setdefault(kind, asked)
    _led_responsibilities(db, stage)
    _standards(db, stage)
    return stage


def _led_responsibilities(db: Session, stage: Stage) -> None:
    for number, kind in enumerate(ASKED, 1):
        led = stored(
            db,
            Responsibility(job_description_id=stage.officer, number=number, short_title=f"Lead {number}", is_led=True),
        )
        stage.held[kind] = led
        db.add(ResponsibilityRequirement(responsibility_id=led, requirement_id=stage.asked[kind]))
        for name, community in (("Ben", stage.community_b), ("Cai", stage.community_c)):
            db.add(
                ResponsibilityHolding(
                    responsibility_id=led,
                    staff_id=stage.id(name),
                    community_id=community,
                    kind=HoldingKind.LEAD,
                    start_on=LONG_AGO,
                )
            )


def _standards(db: Session, stage: Stage) -> None:
    levels = ["With help", "Alone"]
    stage.standard_set = stored(
        db, StandardSet(code="set", version="1", name="A set", level_names=levels, in_force_from=LONG_AGO)
    )
    stage.standard = stored(db, Standard(standard_set_id=stage.standard_set, number=1, short_title="Small groups"))
    for job in (stage.officer, stage.manager_job):
        stored(db, RequiredLevel(job_description_id=job, standard_id=stage.standard, level=2, start_on=LONG_AGO))


def stored(db: Session, row: Any) -> int:
    db.add(row)
    db.flush()
    return int(row.id)


@contextmanager
def rolled_back() -> Iterator[Session]:
    """A writer's transaction of which nothing stays."""
    with Session(engine().execution_options(write=True), expire_on_commit=False) as db:
        yield db
        db.rollback()
