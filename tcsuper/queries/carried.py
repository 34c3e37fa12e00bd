"""What is led in some communities on a date, and by whom: by the people named, or by whoever has the post it goes with.

The versions of job descriptions in force on the date say what there is. Somebody named for a responsibility of a former
version holds what it goes on as (`versions.py`); nothing is copied from version to version.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, Object, communities_within, in_force, people_within
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Absence,
    Community,
    HoldingKind,
    JobDescription,
    Post,
    Responsibility,
    ResponsibilityHolding,
    Staff,
)
from tcsuper.queries.able import Needed, needed
from tcsuper.queries.versions import Continued, versions_in_force
from tcsuper.rules.responsibilities import Coverage, Holding, Led, Vacancy, coverage
from tcsuper.rules.standing import Span, Standing

HOLDING_WORDS = {HoldingKind.LEAD: "Lead", HoldingKind.DEPUTY: "Deputy", HoldingKind.IN_DEVELOPMENT: "In development"}
MISSED_FOR = timedelta(days=365)
"""A led responsibility of a role that nobody has had in a community for this long is not missed there any more."""
SOMEBODY = "a former colleague"
"""Whose name the viewer may no longer see."""


@dataclass(frozen=True)
class Where:
    """Which part of the service is asked about. None: all of it that the viewer may see."""

    community_id: int | None = None
    job_description_id: int | None = None


EVERYWHERE = Where()


class Carried:
    """What is led in some communities, and by whom, on a date. Everything from ten statements, each when asked for."""

    def __init__(self, db: Session, viewer: Actor, on: date, where: Where) -> None:
        self.db, self.viewer, self.on, self.where = db, viewer, on, where
        seen = communities_within(viewer, Object.RESPONSIBILITY)
        if where.community_id is not None and where.community_id not in seen:
            raise NotAllowed
        self.communities = [where.community_id] if where.community_id is not None else seen

    # -----------------------------------------------------------------------------------------------------------------
    # Places, posts and people

    @cached_property
    def community_names(self) -> dict[int, str]:
        rows = self.db.execute(
            sa.select(col(Community.id), col(Community.name)).where(col(Community.id).in_(self.communities))
        )
        return {community_id: name for community_id, name in rows}

    @cached_property
    def posts(self) -> list[Post]:
        """Posts in these communities that began by the date and were not over a year before it."""
        return list(
            self.db.exec(
                select(Post).where(
                    col(Post.community_id).in_(self.communities),
                    col(Post.start_on) <= self.on,
                    sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= self.on - MISSED_FOR),
                )
            )
        )

    @cached_property
    def posts_held(self) -> list[Post]:
        """Those of them that somebody has on the date, the last begun first."""
        held = [post for post in self.posts if Span(post.start_on, post.end_on).holds(self.on)]
        return sorted(held, key=lambda post: post.start_on, reverse=True)

    @cached_property
    def in_post(self) -> dict[tuple[int, int], Post]:
        """By person and community: the post they have there on the date, the longest-standing one."""
        return {(post.staff_id, post.community_id): post for post in self.posts_held}

    @cached_property
    def postholders(self) -> dict[tuple[int, int], dict[int, Post]]:
        """By role and community: who has a post of that role there on the date."""
        found: dict[tuple[int, int], dict[int, Post]] = defaultdict(dict)
        for post in self.posts_held:
            found[post.job_description_id, post.community_id][post.staff_id] = post
        return found

    @cached_property
    def names(self) -> dict[int, str]:
        """Of the people whose names the viewer may see, by id."""
        seen = people_within(self.viewer, Object.RESPONSIBILITY)
        rows = self.db.execute(sa.select(col(Staff.id), col(Staff.full_name)).where(col(Staff.id).in_(seen)))
        return {staff_id: name for staff_id, name in rows}

    @cached_property
    def role_names(self) -> dict[int, str]:
        """Of every version, by its id."""
        rows = self.db.execute(sa.select(col(JobDescription.id), col(JobDescription.role_name)))
        return {job: name for job, name in rows}

    @cached_property
    def away(self) -> dict[int, date | None]:
        """Who is absent on the date, and until when: None where the viewer may not see it, or nobody has entered it."""
        with_post = {post.staff_id for post in self.posts_held}
        absences = self.db.exec(
            select(Absence).where(
                col(Absence.staff_id).in_(with_post), in_force(Absence.start_on, Absence.end_on, self.on)
            )
        ).all()
        if not absences:
            return {}
        seen = set(self.db.scalars(people_within(self.viewer, Object.EMPLOYMENT)))
        until: dict[int, date | None] = {}
        for one in absences:
            last_day = one.end_on if one.staff_id in seen else None
            if one.staff_id in until:  # two absences that overlap: the longer one, unless its end is not known
                former = until[one.staff_id]
                last_day = max(former, last_day) if former and last_day else None
            until[one.staff_id] = last_day
        return until

    # -----------------------------------------------------------------------------------------------------------------
    # What is led, and who holds it

    @cached_property
    def role_of_version(self) -> dict[int, int]:
        """By version in force on the date: the role it answers for."""
        return {version: role for role, version in versions_in_force(self.db, self.on).items()}

    @cached_property
    def roles(self) -> set[int]:
        """The roles of the posts asked about."""
        roles = {post.job_description_id for post in self.posts}
        return roles if self.where.job_description_id is None else roles & {self.where.job_description_id}

    @cached_property
    def all_responsibilities(self) -> dict[int, Responsibility]:
        """Of the roles in these communities, of the versions in force, in their documents' order: led or held by every
        postholder. Cross-references are none."""
        versions = [version for version, role in self.role_of_version.items() if role in self.roles]
        found = self.db.exec(
            select(Responsibility)
            .where(
                col(Responsibility.job_description_id).in_(versions),
                col(Responsibility.is_cross_reference).is_(False),
            )
            .order_by(col(Responsibility.job_description_id), col(Responsibility.number))
        )
        return {one.id or 0: one for one in found}

    @cached_property
    def responsibilities(self) -> dict[int, Responsibility]:
        """The led ones of them."""
        return {one_id: one for one_id, one in self.all_responsibilities.items() if one.is_led}

    def role_of(self, responsibility: Responsibility) -> int:
        """The role that a responsibility of a version in force belongs to."""
        return self.role_of_version[responsibility.job_description_id]

    @cached_property
    def led(self) -> list[Led]:
        roles = {(post.community_id, post.job_description_id) for post in self.posts}
        by_name = sorted(self.community_names, key=self.community_names.__getitem__)
        return [
            Led(one_id, community, one.short_title, self.community_names[community])
            for community in by_name
            for one_id, one in self.responsibilities.items()
            if (community, self.role_of(one)) in roles
        ]

    @cached_property
    def named_as(self) -> dict[int, set[int]]:
        """By each responsibility that somebody may have been named for: the led ones in force that it goes on as."""
        return Continued(self.db).named_as(self.responsibilities)

    @cached_property
    def stored(self) -> list[ResponsibilityHolding]:
        """What was stored of who holds them, in force on the date: by person and by post."""
        holding = ResponsibilityHolding
        return list(
            self.db.exec(
                select(holding)
                .where(
                    col(holding.community_id).in_(self.communities),
                    col(holding.responsibility_id).in_(list(self.named_as)),
                    in_force(holding.start_on, holding.end_on, self.on),
                )
                .order_by(col(holding.id))
            )
        )

    def _holders(self, one: ResponsibilityHolding) -> list[int]:
        """Who holds it by that on the date: the one named, as long as they have a post there, or who has the post."""
        if one.staff_id is not None:
            return [one.staff_id] if (one.staff_id, one.community_id) in self.in_post else []
        assert one.job_description_id is not None
        return sorted(self.postholders.get((one.job_description_id, one.community_id), {}))

    @cached_property
    def holdings(self) -> list[Holding]:
        return [
            Holding(
                responsibility,
                one.community_id,
                staff,
                self.names.get(staff, SOMEBODY),
                one.kind.value,
                Span(one.start_on, one.end_on),
                self.role_names[one.job_description_id] if one.job_description_id is not None else "",
            )
            for one in self.stored
            for responsibility in sorted(self.named_as[one.responsibility_id])
            for staff in self._holders(one)
        ]

    @cached_property
    def vacant(self) -> list[Vacancy]:
        """What goes with a post that nobody has."""
        return [
            Vacancy(responsibility, one.community_id, self.role_names[one.job_description_id])
            for one in self.stored
            if one.job_description_id is not None and not self._holders(one)
            for responsibility in sorted(self.named_as[one.responsibility_id])
        ]

    @cached_property
    def needed(self) -> dict[tuple[int, int], Needed]:
        """By person and responsibility: what each holder would still need to be able to hold it."""
        held = {(one.staff, one.responsibility): self.in_post[one.staff, one.community] for one in self.holdings}
        return needed(self.db, self.viewer, self.on, held)

    @cached_property
    def lacking(self) -> dict[tuple[int, int], list[Standing]]:
        """By person and responsibility: what a holder does not meet of what it calls for, as far as it may be seen."""
        return {key: list(one.lacks) for key, one in self.needed.items() if one.lacks}

    def covered(self) -> list[Coverage]:
        return coverage(self.led, self.holdings, self.on, self.lacking, away=self.away, vacant=self.vacant)
