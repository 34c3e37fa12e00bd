"""Ben of tests/people.py with everything that can hang on somebody: what he leads, whom and which group he supervises,
sessions planned, a stand-in, a traineeship, a course to come and one he teaches, a role, an account."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.models import (
    Base,
    BookingState,
    CourseTrainer,
    GroupMember,
    HoldingKind,
    Post,
    Responsibility,
    ResponsibilityHolding,
    Role,
    RoleGrant,
    StandIn,
    SupervisionAgreement,
    SupervisionGroup,
    Traineeship,
    TrainerRole,
)
from tcsuper.queries.leavers import Leaving
from tcsuper.services.leavers import TakenBack, end_post, take_back_end
from tcsuper.services.supervision import plan_session
from tests.competence import add_courses
from tests.people import LONG_AGO, Cast
from tests.runs import stored_place, stored_run

LAST_DAY = today() + timedelta(days=20)
BEFORE, AFTER = LAST_DAY - timedelta(days=6), LAST_DAY + timedelta(days=8)
"""Of what is planned: some on each side of the last day."""


@dataclass
class Leaver:
    """Ids by what they are of."""

    cast: Cast
    post: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    courses: dict[str, int] = field(default_factory=dict)

    @property
    def ben(self) -> int:
        return self.cast.id("Ben")


def leaver(db: Session, cast: Cast) -> Leaver:
    one = Leaver(cast, db.exec(select(Post.id).where(Post.staff_id == cast.id("Ben"))).one() or 0)
    one.courses = add_courses(db, cast)
    _supervises(db, one)
    _leads(db, one)
    run = stored_run(db, one.courses["tcat_1"], AFTER)
    one.rows["place"] = stored_place(db, run, one.ben, BookingState.CONFIRMED)
    sooner = stored_run(db, one.courses["tcat_2"], BEFORE)
    one.rows["place before"] = stored_place(db, sooner, one.ben, BookingState.CONFIRMED)
    _add(db, one, "trainer", CourseTrainer(
        course_id=one.courses["restraint"], role=TrainerRole.TRAINER, staff_id=one.ben, start_on=LONG_AGO
    ))  # fmt: skip
    _add(db, one, "traineeship", Traineeship(staff_id=one.ben, qualification="Group analyst", start_on=LONG_AGO))
    _add(db, one, "role", RoleGrant(
        staff_id=one.ben, role=Role.THERAPY_MANAGER, community_id=cast.community_b, start_on=LONG_AGO, approved_at=now()
    ))  # fmt: skip
    return one


def _supervises(db: Session, one: Leaver) -> None:
    """Bela alone, and the Tuesday group; he is supervised by Asha, alone and in the Monday group. Each has a session
    planned before his last day and one after it."""
    cast = one.cast
    terms: dict[str, Any] = dict(supervisor_id=one.ben, purpose="clinical", start_on=LONG_AGO)
    _add(db, one, "bela", SupervisionAgreement(supervisee_id=cast.id("Bela"), **terms))
    group = SupervisionGroup(community_id=cast.community_b, name="Tuesday group", purpose="clinical", start_on=LONG_AGO)
    _add(db, one, "tuesday group", group)
    for name in ("Officer D", "Officer E"):
        db.add(GroupMember(group_id=group.id or 0, staff_id=cast.id(name), start_on=LONG_AGO))
    _add(db, one, "tuesday", SupervisionAgreement(group_id=group.id, **terms))
    ben, asha = actor_for_staff(db, one.ben), actor_for_staff(db, cast.id("Asha"))
    for day in (BEFORE, AFTER):
        for by, agreement in (
            (ben, one.rows["bela"]),
            (ben, one.rows["tuesday"]),
            (asha, cast.ben_agreement),
            (asha, cast.group_agreement),
        ):
            plan_session(db, by=by, agreement_id=agreement, held_on=day)
    _add(db, one, "stand-in", StandIn(
        agreement_id=cast.cai_agreement, staff_id=one.ben, named_by_id=cast.id("Carol"), start_on=today(), end_on=AFTER
    ))  # fmt: skip


def _leads(db: Session, one: Leaver) -> None:
    duty = Responsibility(
        job_description_id=one.cast.officer, number=20, short_title="Keep the evacuation plan", is_led=True
    )
    _add(db, one, "duty", duty)
    _add(db, one, "holding", ResponsibilityHolding(
        responsibility_id=duty.id or 0,
        staff_id=one.ben,
        community_id=one.cast.community_b,
        kind=HoldingKind.LEAD,
        start_on=LONG_AGO,
    ))  # fmt: skip


def post_elsewhere(db: Session, one: Leaver, start_on: date = LONG_AGO, community: int = 0) -> int:
    """Another post of Ben's, in Ashdown C unless another community is given."""
    post = Post(
        staff_id=one.ben,
        job_description_id=one.cast.officer,
        community_id=community or one.cast.community_c,
        start_on=start_on,
    )
    db.add(post)
    db.flush()
    return post.id or 0


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def _add(db: Session, one: Leaver, name: str, row: Any) -> None:
    db.add(row)
    db.flush()
    one.rows[name] = row.id


# ---------------------------------------------------------------------------------------------------------------------
# Their post ends, and what became of what


def ends(db: Session, ben: Leaver, by: str = "Asha", **how: Any) -> Leaving:
    return end_post(db, by=known(db, ben.cast, by), **{"post_id": ben.post, "end_on": LAST_DAY} | how)


def back(db: Session, ben: Leaver, post_id: int = 0, by: str = "Asha") -> TakenBack:
    return take_back_end(db, by=known(db, ben.cast, by), post_id=post_id or ben.post)


def agreement(db: Session, number: int) -> date | None:
    return db.get_one(SupervisionAgreement, number).end_on


def places(db: Session, ben: Leaver) -> list[date | None]:
    return list(db.exec(select(GroupMember.end_on).where(GroupMember.staff_id == ben.ben)))


def whatever_ends(db: Session) -> dict[tuple[str, int], date | None]:
    """Every row of every table that lasts from a day to a day, with its end."""
    found: dict[tuple[str, int], date | None] = {}
    for table in Base.metadata.sorted_tables:
        end = table.c.get("ends_on") if table.name == "account" else table.c.get("end_on")
        if end is not None and "id" in table.c:
            found |= {(table.name, number): day for number, day in db.execute(sa.select(table.c.id, end))}
    return found
