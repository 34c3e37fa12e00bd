"""What the form for somebody new offers: what their role asks of them in the first months, and what may be settled at
once. What the viewer may not do is not offered."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, Permission, check_holds, communities_within, in_force, may_in
from tcsuper.models import Requirement, RequirementKind, StaffEventKind, SupervisionGroup, SupervisionPurpose
from tcsuper.queries.people import Person, supervisors_to_choose
from tcsuper.queries.places import runs_seen
from tcsuper.queries.standing import DONE_WORDS
from tcsuper.rules.dated import PeriodTerms, period_standing

FIRST_COURSE = "tcat_1"


@dataclass(frozen=True)
class GoesWith:
    """Beside person and post. Empty: not to be done by this viewer in this community, or there is none."""

    periods: tuple[str, ...] = ()
    """When probation is over, and what else is due by a day, in sentences."""
    supervisors: tuple[Person, ...] = ()
    groups: dict[int, str] = field(default_factory=dict)
    runs: dict[int, str] = field(default_factory=dict)
    """Of TCAT 1, from the first day in post on."""
    may_ask_account: bool = False


NOTHING_YET = GoesWith()
"""Before a role and a community are chosen."""


def goes_with(
    db: Session, *, viewer: Actor, job_description_id: int | None, community_id: int | None, start_on: date
) -> GoesWith:
    """For a first post in this role and community from a day on."""
    check_holds(viewer, Permission.KEEP_STAFF)
    if job_description_id is None or community_id is None:
        return NOTHING_YET
    keeps = community_id in communities_within(viewer, Object.AGREEMENT, Action.CREATE)
    books = community_id in communities_within(viewer, Object.TRAINING_RECORD, Action.CREATE)
    return GoesWith(
        periods_asked(db, viewer=viewer, job_description_id=job_description_id, start_on=start_on),
        tuple(supervisors_to_choose(db, viewer=viewer)) if keeps else (),
        _groups(db, community_id, start_on) if keeps else {},
        _runs(db, viewer, start_on) if books else {},
        may_in(viewer, Object.ACCOUNT, Action.REQUEST, community_id),
    )


def periods_asked(db: Session, *, viewer: Actor, job_description_id: int, start_on: date) -> tuple[str, ...]:
    """What a role asks to be passed within a time of the first day, each as its rule says it. Empty: it asks none."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    asked = select(Requirement).where(
        Requirement.job_description_id == job_description_id,
        Requirement.kind == RequirementKind.PERIOD,
        in_force(Requirement.start_on, Requirement.end_on, start_on),
    )
    said = []
    for one in db.exec(asked.order_by(col(Requirement.id))):
        done_word = DONE_WORDS[StaffEventKind(one.terms["event"])]
        terms = PeriodTerms(one.title, int(one.terms.get("months", 0)), done_word=done_word)
        said.append(period_standing(terms, start_on, [], start_on).because)
    return tuple(said)


def _groups(db: Session, community_id: int, on: date) -> dict[int, str]:
    """That meet there on a day: id to name and purpose."""
    group, purpose = SupervisionGroup, SupervisionPurpose
    rows = db.execute(
        sa.select(col(group.id), col(group.name), col(purpose.name))
        .join(purpose, col(purpose.code) == col(group.purpose))
        .where(col(group.community_id) == community_id, in_force(group.start_on, group.end_on, on))
        .order_by(col(group.name), col(group.id))
    )
    return {group_id: f"{name} ({what.lower()})" for group_id, name, what in rows}


def _runs(db: Session, viewer: Actor, start_on: date) -> dict[int, str]:
    runs = runs_seen(db, viewer=viewer, since=max(start_on, viewer.on))
    open_runs = [one for one in runs if one.course_code == FIRST_COURSE and one.cancelled_at is None]
    return {one.run_id: f"{one.title}{' (full: they wait)' if one.is_full else ''}" for one in open_runs}
