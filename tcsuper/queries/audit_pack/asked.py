"""What is asked of an audit pack: by whom, about which communities and days, in which form; what its areas share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import (
    Action,
    Actor,
    Object,
    Shape,
    communities_within,
    in_force,
    people_within,
    rules_for,
    table,
)
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Community, JobDescription, Post, RequirementKind, Role, Staff
from tcsuper.queries.compliance import MONTHS_SHOWN
from tcsuper.queries.names_in_words import without_names
from tcsuper.queries.standing import STATUS_OBJECTS, Row, standings_seen
from tcsuper.queries.team_kinds import figures_as_at
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.standing import LEFT_OUT, Standing, Status, add_months, first_of_month, status_word
from tcsuper.settings import service_number

if TYPE_CHECKING:
    import pandas as pd

LONGEST = MONTHS_SHOWN
"""Months that one pack is about at most."""
NOT_GIVEN = "not given"


class Form(StrEnum):
    """How people stand in the pack: by name; under the code that auditors see them by; or in counts alone."""

    NAMED = "named"
    CODED = "coded"
    COUNTS = "counts"


FORM_WORDS = {
    Form.NAMED: "Named: people by their names",
    Form.CODED: "Coded: people under their staff code, no names",
    Form.COUNTS: "Counts: nobody person by person, and nothing that would tell of a few",
}
MARKINGS = {Form.NAMED: "OFFICIAL-SENSITIVE", Form.CODED: "OFFICIAL", Form.COUNTS: "OFFICIAL"}
"""By name it tells who is short of what: marked like what is confidential. The others as this product marks exports."""


def kinds_by_code() -> frozenset[RequirementKind]:
    """The kinds of which auditors see person by person, under a code, how somebody stands: a coded pack is no fuller
    than what the table gives them. Of the others it has counts."""
    coded = {rule.object for rule in table() if rule.role is Role.AUDITOR and rule.shape is Shape.CODE}
    return frozenset(kind for kind, what in STATUS_OBJECTS.items() if what in coded)


@dataclass(frozen=True)
class Picture:
    """A chart to be drawn of a table: which one (`reports/audit_pack_charts.py`), of which frame, and what it says."""

    kind: str
    frame: "pd.DataFrame"
    says: str
    target: int = 0
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Area:
    """A part of the pack, and the pictures of its tables by their title."""

    title: str
    words: tuple[str, ...] = ()
    tables: tuple[PackTable, ...] = ()
    pictures: Mapping[str, Picture] | None = None
    is_written: bool = True


def forms_offered(by: Actor) -> list[Form]:
    """The forms in which somebody may take a pack away, the fullest first; none: they may take none."""
    if communities_within(by, Object.AUDIT_PACK, Action.EXPORT):
        return list(Form)
    return [Form.COUNTS] if communities_within(by, Object.AUDIT_PACK, Action.EXPORT, (Shape.COUNTS,)) else []


def communities_offered(db: Session, *, viewer: Actor, form: Form) -> dict[int, str]:
    """The communities that a pack of this form may be about, by id and name."""
    return _names(db, _within(viewer, form))


def _within(by: Actor, form: Form) -> list[int]:
    shapes = (Shape.FULL, Shape.COUNTS) if form is Form.COUNTS else (Shape.FULL,)
    return communities_within(by, Object.AUDIT_PACK, Action.EXPORT, shapes)


def _names(db: Session, communities: Sequence[int]) -> dict[int, str]:
    rows = db.execute(
        sa.select(col(Community.id), col(Community.name))
        .where(col(Community.id).in_(communities))
        .order_by(col(Community.name), col(Community.id))
    )
    return {community: name for community, name in rows}


def as_exporter(by: Actor, form: Form) -> Actor:
    """The same person in the roles that let them take such a pack away: what they see as something else is no part of
    it. In counts a therapy manager's pack tells others no more than a director's would, since it is for others."""
    within = _within(by, form)
    if form is Form.COUNTS:
        return replace(
            by, roles=frozenset({Role.DIRECTOR}), granted_communities=tuple((Role.DIRECTOR, one) for one in within)
        )
    roles = {rule.role for rule in rules_for(by, Object.AUDIT_PACK, Action.EXPORT) if rule.shape is Shape.FULL}
    return replace(by, roles=frozenset(roles))


@dataclass(frozen=True)
class Asked:
    """`viewer`: whoever takes it away, in the roles that let them. `known_on`: None is now."""

    db: Session
    viewer: Actor
    communities: dict[int, str]
    since: date
    until: date
    on: date
    known_on: date | None
    form: Form
    taken_by: Actor
    """With all their roles."""
    review_id: int | None = None

    @property
    def is_counts(self) -> bool:
        return self.form is Form.COUNTS

    def is_by_person(self, kind: RequirementKind) -> bool:
        """Whether this form says of one person after another how they stand on this kind."""
        return self.form is Form.NAMED or (self.form is Form.CODED and kind in kinds_by_code())

    @cached_property
    def counting(self) -> Actor:
        """Whoever takes it away, as somebody who sees these communities in counts alone."""
        return as_exporter(self.taken_by, Form.COUNTS)

    @property
    def about(self) -> str:
        return f"{words.listed(list(self.communities.values()))}, {words.day(self.since)} to {words.day(self.until)}"

    @cached_property
    def smallest(self) -> int:
        return int(service_number(self.db, "smallest_group"))

    @cached_property
    def months(self) -> list[date]:
        """The first days of the calendar months of the period."""
        found, month = [], first_of_month(self.since)
        while month <= self.until:
            found.append(month)
            month = add_months(month, 1)
        return found

    # -----------------------------------------------------------------------------------------------------------------
    # People

    @cached_property
    def posts(self) -> list[tuple[int, int, str, date, date | None]]:
        """Staff id, community, role, first and last day: of every post in these communities that touched the period or
        the date, of those whose records may be taken away."""
        rows = self.db.execute(
            sa.select(
                col(Post.staff_id),
                col(Post.community_id),
                col(JobDescription.role_name),
                col(Post.start_on),
                col(Post.end_on),
            )
            .join(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
            .where(
                col(Post.community_id).in_(list(self.communities)),
                col(Post.staff_id).in_(people_within(self.viewer, Object.AUDIT_PACK, Action.EXPORT)),
                col(Post.start_on) <= max(self.until, self.on),
                sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= min(self.since, self.on)),
            )
            .order_by(col(Post.start_on), col(Post.id))
        )
        return [(staff_id, place, role, start, end) for staff_id, place, role, start, end in rows]

    @cached_property
    def people(self) -> frozenset[int]:
        """With a post in these communities on the date. In counts nobody is looked at one by one."""
        there = (
            staff for staff, _, _, start, end in self.posts if start <= self.on and (end is None or end >= self.on)
        )
        return frozenset(there)

    @cached_property
    def everyone_counted(self) -> frozenset[int]:
        """All with a post there on the date, for counts of records alone."""
        posts = sa.select(col(Post.staff_id)).where(
            col(Post.community_id).in_(list(self.communities)), in_force(Post.start_on, Post.end_on, self.on)
        )
        return frozenset(self.db.scalars(posts))

    @cached_property
    def _staff(self) -> list[tuple[int, str, str]]:
        rows = self.db.execute(sa.select(col(Staff.id), col(Staff.full_name), col(Staff.code)))
        return [(staff_id, name, code) for staff_id, name, code in rows]

    @cached_property
    def _codes(self) -> dict[int, str]:
        return {staff_id: code for staff_id, _, code in self._staff}

    def whom(self, staff_id: int, name: str) -> str:
        """A person as this form says them."""
        return name if self.form is Form.NAMED else self._codes[staff_id]

    @cached_property
    def _without_names(self) -> Callable[[str], str]:
        return without_names(self.db)

    def said(self, sentence: str) -> str:
        """A sentence as this form says it: every full name in it as a code, and no number of a registration, by which
        anybody could look the person up."""
        return sentence if self.form is Form.NAMED else self._without_names(sentence)

    def where(self, staff_id: int) -> str:
        """The communities of the pack in which somebody has a post on the date."""
        places = {
            place
            for staff, place, _, start, end in self.posts
            if staff == staff_id and start <= self.on and (end is None or end >= self.on)
        }
        return words.listed([name for place, name in self.communities.items() if place in places])

    # -----------------------------------------------------------------------------------------------------------------
    # How they stand

    @cached_property
    def rows(self) -> list[Row]:
        """Of everybody on everything: read once for all areas. Empty in counts."""
        if self.is_counts:
            return []
        found = standings_seen(self.db, viewer=self.viewer, on=self.on, known_on=self.known_on)
        return [row for row in found if row.staff_id in self.people]

    def because(self, row: Row) -> str:
        """Its sentence. Why somebody was exempted was typed by somebody, and may be about their health: left out."""
        standing: Standing = row.standing
        if row.bound.override is not None and standing.status is Status.EXEMPT:
            until = f" until {words.day(standing.due_on)}" if standing.due_on else ""
            since = f" from {words.day(standing.since)}" if standing.since else ""
            return f"{row.requirement} is not asked of this person{since}{until}; the reason is in the product."
        return self.said(standing.because)


def met_of(rows: Sequence[Row]) -> tuple[int, int]:
    """How many standings meet what is asked, of those that are judged."""
    judged = [row for row in rows if row.standing.status not in LEFT_OUT]
    return sum(row.standing.is_met for row in judged), len(judged)


def share(met: int, of: int) -> int | None:
    """Per cent, cut and never rounded up."""
    return 100 * met // of if of else None


def standing_cells(asked: Asked, row: Row) -> tuple[Value, ...]:
    """Status, since, due, and the sentence."""
    standing = row.standing
    return (status_word(standing.status), standing.since, standing.due_on, asked.because(row))


# ---------------------------------------------------------------------------------------------------------------------
# What may be asked


def asked_for(
    db: Session,
    by: Actor,
    community_ids: Sequence[int],
    since: date,
    until: date,
    on: date,
    known_on: date | None,
    form: Form,
    review_id: int | None,
) -> Asked:
    """Raises NotAllowed for a community that is not theirs, InvalidRecord for days that cannot be."""
    if form not in forms_offered(by):
        raise NotAllowed
    offered = communities_offered(db, viewer=by, form=form)
    if not set(community_ids) <= set(offered):
        raise NotAllowed
    if problems := _problems(by, community_ids, since, until, on, known_on, form):
        raise InvalidRecord(**problems)
    exporter = as_exporter(by, form)
    if form is Form.COUNTS:
        on, known_on = figures_as_at(exporter, on), None
    chosen = {key: name for key, name in offered.items() if key in set(community_ids)}
    return Asked(db, exporter, chosen, since, until, on, known_on, form, by, review_id)


def _problems(
    by: Actor, communities: Sequence[int], since: date, until: date, on: date, known_on: date | None, form: Form
) -> dict[str, str]:
    problems = {}
    if not communities:
        problems["communities"] = "Choose at least one community."
    if since > until:
        problems["since"] = "The period ends before it begins."
    elif add_months(first_of_month(since), LONGEST) <= until:
        problems["since"] = f"One pack is about at most {LONGEST} months. Choose a shorter period."
    if until > by.on:
        problems["until"] = "The period ends in the future. Choose today or a day before."
    if on > by.on:
        problems["on"] = "A pack is as at today or a day before, never a forecast."
    elif on < until:
        problems["on"] = "The pack is as at a day before its period ends. Choose that day or a later one."
    if known_on is not None and known_on > by.on:
        problems["known_on"] = "What will be known on a later day nobody knows yet."
    if known_on is not None and known_on < by.on and form is Form.COUNTS:
        problems["known_on"] = "Counts are given as known today: two such days would tell of one person."
    return problems
