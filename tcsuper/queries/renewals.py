"""Renewals: whose registration ends soon, whose has ended, and which protected titles may not be used meanwhile."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor, in_force
from tcsuper.models import Post
from tcsuper.queries.bound import Evidence
from tcsuper.queries.registration import Registered, registrations_seen
from tcsuper.queries.standing import Row, registration_standing
from tcsuper.rules.protected_titles import may_not_use
from tcsuper.rules.registers import STATUTORY
from tcsuper.rules.registration import RegistrationStanding
from tcsuper.rules.standing import MET, Standing, Status

NEAR_OR_OVER = (Status.EXPIRED, Status.CONDITIONS, Status.DUE_SOON)


@dataclass(frozen=True)
class Ending:
    """A registration whose last day is near or over. `is_lapsed`: a statutory one that is in force no more, so that a
    protected title may not be used."""

    staff_id: int
    person: str
    key: object
    body: str
    body_name: str
    standing: Standing
    is_lapsed: bool

    @property
    def title(self) -> str:
        return f"Registration with {self.body_name}"


def endings_of(db: Session, people: Sequence[int], on: date) -> list[Ending]:
    """Of these people, as far as nobody gave them up. Checks nothing: for the command line."""
    evidence = Evidence(db, people, on, None)
    return _endings(
        [
            Held(
                staff_id,
                evidence.names[staff_id],
                one.records[0].key,
                one.body,
                one.body_name,
                one.body_kind,
                registration_standing(evidence, staff_id, one),
            )
            for staff_id, registrations in evidence.registrations.items()
            for one in registrations
            if one.is_held(on)
        ]
    )


def endings_seen(db: Session, *, viewer: Actor, on: date, about: int | None = None) -> list[Ending]:
    """Of everyone whose registration status the viewer may see. Who may see the status alone is told no more."""
    return endings_among(registrations_seen(db, viewer=viewer, on=on, about=about))


def in_post_among(db: Session, people: Iterable[int], on: date) -> set[int]:
    """Of these people, those in post on the day: of who left nobody is told."""
    in_post = sa.select(col(Post.staff_id)).where(in_force(Post.start_on, Post.end_on, on))
    return set(people) & set(db.scalars(in_post))


def endings_among(registered: Iterable[Registered]) -> list[Ending]:
    return _endings(
        [
            Held(one.staff_id, one.person, one.record_id, one.body_code, one.body, one.body_kind, one.standing)
            for one in registered
        ]
    )


class Held(NamedTuple):
    staff_id: int
    person: str
    key: object
    body: str
    body_name: str
    kind: str
    standing: Standing


def _endings(held: list[Held]) -> list[Ending]:
    """Who is on a body's register by another registration has lost no title."""
    on_it = {(one.staff_id, one.body) for one in held if one.standing.status in MET}
    over = [one for one in held if one.standing.status is Status.EXPIRED and one.kind == STATUTORY]
    lapsed = [one for one in over if (one.staff_id, one.body) not in on_it]
    return [
        Ending(one.staff_id, one.person, one.key, one.body, one.body_name, one.standing, one in lapsed)
        for one in held
        if one.standing.status in NEAR_OR_OVER
    ]


def titles_not_to_use(db: Session, *, viewer: Actor, on: date, about: int | None = None) -> dict[int, list[str]]:
    """By staff id: the sentence for each statutory registration that is in force no more."""
    marks: dict[int, list[str]] = defaultdict(list)
    for one in endings_seen(db, viewer=viewer, on=on, about=about):
        if one.is_lapsed:
            marks[one.staff_id].append(may_not_use(one.body, one.body_name))
    return dict(marks)


def is_lapse(row: Row) -> bool:
    """A requirement that is not met because a statutory registration lapsed: of that more is said elsewhere."""
    standing = row.standing
    if not isinstance(standing, RegistrationStanding) or standing.status is not Status.EXPIRED:
        return False
    held = standing.worst.held
    return held is not None and held.body_kind == STATUTORY and held.ended_on is None


def asked_for(rows: Iterable[Row]) -> set[tuple[int, object]]:
    """Whose registrations (by their first record) a requirement speaks of."""
    return {
        (row.staff_id, answer.held.records[0].key)
        for row in rows
        if isinstance(row.standing, RegistrationStanding)
        for answer in row.standing.answers
        if answer.held is not None
    }
