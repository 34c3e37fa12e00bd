"""Whose dates are near or over, and what of it they were not told yet: one digest for each person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, actor_for_account, in_force, managed_by
from tcsuper.models import Account, Post, ReminderSent, RequirementKind, Staff
from tcsuper.queries.renewals import Ending, asked_for, endings_of, endings_seen, in_post_among, is_lapse
from tcsuper.queries.standing import Row, standings, standings_seen
from tcsuper.rules.reminders import (
    OfOthers,
    Reminder,
    lapsed_reminder,
    lapsed_together,
    reminder,
    renewals_together,
    team_reminders,
)
from tcsuper.rules.standing import LATE, Status
from tcsuper.settings import service_number

NEAR_OR_OVER = LATE | {Status.DUE_SOON}
OF_A_TEAM = (
    RequirementKind.COURSE,
    RequirementKind.QUALIFICATION,
    RequirementKind.REGISTRATION,
    RequirementKind.CHECK,
)
"""What a manager books or looks up for others. Their supervision is on the page "Who is due"."""


@dataclass(frozen=True)
class Digest:
    """What one person is to be told, and where. `own` comes before `team`; neither names anybody else."""

    staff_id: int
    name: str
    email: str
    own: tuple[Reminder, ...]
    team: tuple[Reminder, ...]

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        return (*self.own, *self.team)


def digests_waiting(db: Session, *, on: date) -> list[Digest]:
    """For everybody with an e-mail address and a post in force on the day, what they were not told before; by name.
    Whoever left a role is asked nothing for it, and so told nothing. Checks nothing: the command line."""
    in_post = sa.select(col(Post.staff_id)).where(in_force(Post.start_on, Post.end_on, on), _goes_on_after(on))
    people = db.exec(
        select(Staff).where(col(Staff.email) != "", col(Staff.id).in_(in_post)).order_by(Staff.full_name, col(Staff.id))
    ).all()
    steps = [service_number(db, f"remind_{which}_days") for which in ("first", "second", "last")]
    ids = [one.id or 0 for one in people]
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in standings(db, ids, on):
        rows[row.staff_id].append(row)
    endings: dict[int, list[Ending]] = defaultdict(list)
    for ending in endings_of(db, ids, on):
        endings[ending.staff_id].append(ending)
    told = _told(db)
    digests = []
    for person in people:
        assert person.id is not None
        own = _own(rows[person.id], endings[person.id], on, steps)
        team = _team(db, _signed_in(db, person.id, on), on, steps)
        known = told[person.id]
        digest = Digest(person.id, person.full_name, person.email, _new(own, known), _new(team, known))
        if digest.reminders:
            digests.append(digest)
    return digests


def _goes_on_after(on: date) -> sa.ColumnElement[bool]:
    """Whoever leaves today is reminded of nothing today."""
    return sa.or_(col(Post.end_on).is_(None), col(Post.end_on) > on)


def _is_left_by(row: Row, due_on: date, on: date) -> bool:
    """What asks it is left today, or will be before it is due: it never comes to that."""
    end = row.bound.span.end
    return end is not None and (end <= on or end < due_on)


def _told(db: Session) -> dict[int, set[str]]:
    told: dict[int, set[str]] = defaultdict(set)
    for sent in db.exec(select(ReminderSent)):
        told[sent.staff_id].add(sent.line)
    return told


def _new(reminders: Sequence[Reminder], known: set[str]) -> tuple[Reminder, ...]:
    return tuple(one for one in {one.key: one for one in reminders}.values() if one.key not in known)


def _own(rows: Sequence[Row], endings: Sequence[Ending], on: date, steps: Sequence[int]) -> list[Reminder]:
    """A statutory registration that lapsed first; then what is required of them; then registrations of theirs that
    nothing requires."""
    asked = asked_for(rows)
    return [
        *(lapsed_reminder(one.title, one.standing.since) for one in endings if one.is_lapsed and one.standing.since),
        *(one for row in rows if not is_lapse(row) and (one := _of_row(row, on, steps)) is not None),
        *(
            said
            for one in endings
            if not one.is_lapsed and (one.staff_id, one.key) not in asked and one.standing.due_on is not None
            if (said := reminder(one.title, one.standing.due_on, on, steps)) is not None
        ),
    ]


def _of_row(row: Row, on: date, steps: Sequence[int]) -> Reminder | None:
    due_on = row.standing.due_on
    if row.standing.status not in NEAR_OR_OVER or due_on is None or _is_left_by(row, due_on, on):
        return None
    if row.kind is RequirementKind.CHECK:
        return None  # nobody looks up their own
    return reminder(row.requirement, due_on, on, steps)


def _signed_in(db: Session, staff_id: int, on: date) -> Actor | None:
    """Who they would be on the home page; None when their account is shut, or they have none."""
    account_id = db.scalar(sa.select(col(Account.id)).where(col(Account.staff_id) == staff_id))
    return actor_for_account(db, account_id, on) if account_id is not None else None


def _team(db: Session, viewer: Actor | None, on: date, steps: Sequence[int]) -> list[Reminder]:
    """Of those whose therapy manager or line manager they are; nobody who does something else for them. Nothing for
    whoever could not sign in to see it: a shut account is told of nobody but its owner."""
    theirs = set(db.scalars(managed_by(viewer))) if viewer is not None else set()
    if viewer is None or not theirs:
        return []
    in_post = in_post_among(db, theirs, on)
    endings = [one for one in endings_seen(db, viewer=viewer, on=on) if one.staff_id in in_post]
    renewals = [
        OfOthers(one.body_name, one.standing.due_on, one.staff_id)
        for one in endings
        if not one.is_lapsed and one.standing.due_on is not None
    ]
    lapsed = [(one.body_name, one.standing.since) for one in endings if one.is_lapsed and one.standing.since]
    return [
        *lapsed_together(lapsed),
        *renewals_together(renewals, on, steps),
        *team_reminders(_of_others(db, viewer, theirs), on, steps),
    ]


def _of_others(db: Session, viewer: Actor, theirs: set[int]) -> list[OfOthers]:
    """Courses, qualifications, registers to look up, and registrations that were never had; of those held, see
    `renewals_together`."""
    return [
        OfOthers(row.requirement, row.standing.due_on, row.staff_id)
        for row in standings_seen(db, viewer=viewer, on=viewer.on, kinds=OF_A_TEAM)
        if row.staff_id in theirs and row.standing.status in NEAR_OR_OVER and row.standing.due_on is not None
        if not _is_left_by(row, row.standing.due_on, viewer.on)
        if not asked_for([row]) or row.standing.status is Status.OVERDUE
    ]
