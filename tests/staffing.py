"""The people and posts that the tests of staff, responsibilities and the catalogue share: Tara manages Ash, where Ben
and Mair are officers; Carol manages Birch, where Dewi is; Olwen directs both, Ada keeps the accounts."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.models import (
    Account,
    Community,
    Course,
    CourseKind,
    Establishment,
    HoldingKind,
    JobDescription,
    Post,
    Requirement,
    RequirementKind,
    Responsibility,
    ResponsibilityHolding,
    ResponsibilityRequirement,
    Role,
    RoleGrant,
    Staff,
    TrainingRecord,
)


@dataclass
class Staffing:
    """Everybody by first name; communities, job descriptions and responsibilities by name."""

    db: Session
    ids: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    communities: dict[str, int] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=dict)
    responsibilities: dict[str, int] = field(default_factory=dict)
    establishment: int = 0
    course: int = 0

    def actor(self, first_name: str) -> Actor:
        return actor_for_staff(self.db, self.ids[first_name])

    def hold(self, who: str, title: str, kind: HoldingKind = HoldingKind.LEAD, **other: Any) -> ResponsibilityHolding:
        given: dict[str, Any] = dict(
            responsibility_id=self.responsibilities[title],
            staff_id=self.ids[who],
            community_id=self.communities["Ash"],
            kind=kind,
            start_on=LONG_AGO,
        )
        holding = ResponsibilityHolding(**given | other)
        stored(self.db, holding)
        return holding

    def train(self, who: str, completed_on: date | None = None) -> None:
        stored(
            self.db,
            TrainingRecord(
                staff_id=self.ids[who],
                course_id=self.course,
                completed_on=completed_on or LONG_AGO,
                recorded_at=now(),
                recorded_by_id=self.ids["Ada"],
            ),
        )


LONG_AGO = today() - timedelta(days=800)


def staffing(db: Session, *, accounts: bool = False) -> Staffing:
    cast = Staffing(db)
    cast.establishment = stored(db, Establishment(name="HMP Invented"))
    for name in ("Ash", "Birch"):
        cast.communities[name] = stored(db, Community(establishment_id=cast.establishment, name=name))
    _job_descriptions(cast)
    for first, last, community, job, role in (
        ("Ada", "Lund", None, None, Role.ADMINISTRATOR),
        ("Olwen", "Price", "Birch", "Director", Role.DIRECTOR),
        ("Tara", "Quinn", "Ash", "Therapy manager", Role.THERAPY_MANAGER),
        ("Carol", "Hughes", "Birch", "Therapy manager", Role.THERAPY_MANAGER),
        ("Ben", "Ellis", "Ash", "TC officer", None),
        ("Mair", "Wyn", "Ash", "TC officer", None),
        ("Dewi", "Rees", "Birch", "TC officer", None),
    ):
        _person(cast, first, last, community, job, role, accounts)
    return cast


def _person(
    cast: Staffing, first: str, last: str, community: str | None, job: str | None, role: Role | None, accounts: bool
) -> None:
    staff_id = cast.ids[first] = stored(cast.db, Staff(full_name=f"{first} {last}", code=f"S{len(cast.ids) + 1}"))
    manager = {"Ash": "Tara", "Birch": "Carol"}.get(community or "")
    if community and job:
        cast.posts[first] = stored(
            cast.db,
            Post(
                staff_id=staff_id,
                job_description_id=cast.roles[job],
                community_id=cast.communities[community],
                line_manager_id=cast.ids[manager] if manager and role is None else None,
                start_on=LONG_AGO,
            ),
        )
    if role is not None:
        place: dict[str, Any] = {}
        if role is Role.THERAPY_MANAGER and community:
            place = {"community_id": cast.communities[community]}
        elif role is Role.DIRECTOR:
            place = {"establishment_id": cast.establishment}
        stored(cast.db, RoleGrant(staff_id=staff_id, role=role, start_on=LONG_AGO, approved_at=now(), **place))
    if accounts:
        cast.accounts[first] = stored(
            cast.db, Account(staff_id=staff_id, username=first.lower(), must_change_password=False)
        )


def _job_descriptions(cast: Staffing) -> None:
    db = cast.db
    for number, name in enumerate(("TC officer", "Therapy manager", "Director"), 1):
        cast.roles[name] = stored(
            db,
            JobDescription(
                code=f"job_{number}", role_name=name, reference=f"R{number}", version=f"{number}.0", title=name
            ),
        )
    for number, (title, area, is_led) in enumerate(
        (
            ("Run small groups", "Therapy delivery", False),
            ("Prepare the peer review", "Audit and research", True),
            ("Keep the evacuation plan", "Safety and custody", True),
            ("Teach new officers", "Training and teaching", True),
        ),
        1,
    ):
        cast.responsibilities[title] = stored(
            db,
            Responsibility(
                job_description_id=cast.roles["TC officer"], number=number, short_title=title, area=area, is_led=is_led
            ),
        )
    cast.course = stored(db, Course(code="audit", title="Audit course", kind=CourseKind.COURSE, position=1))
    requirement = stored(
        db,
        Requirement(
            kind=RequirementKind.COURSE,
            job_description_id=cast.roles["TC officer"],
            title="Audit course",
            terms={"any_of": ["audit"]},
            source="Invented",
            mark="likely",
            start_on=LONG_AGO,
        ),
    )
    peer_review = cast.responsibilities["Prepare the peer review"]
    stored(db, ResponsibilityRequirement(responsibility_id=peer_review, requirement_id=requirement))


def stored(db: Session, row: Any) -> int:
    db.add(row)
    db.flush()
    number: int = row.id
    return number
