"""Who is bound by what on a date, and what is stored about them: loaded in bulk here, judged in `standing.py`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import StaffIds
from tcsuper.models import (
    Absence,
    Body,
    BodyRule,
    BodyRuleKind,
    Community,
    Course,
    CourseKind,
    Establishment,
    JobDescription,
    Post,
    RecordsKeptFrom,
    Requirement,
    RequirementKind,
    RequirementOverride,
    ServiceKind,
    Staff,
    StaffEventKind,
)
from tcsuper.queries.activity_figures import Worked, hours_worked
from tcsuper.queries.agreements import AgreementOf, agreements_of
from tcsuper.queries.completions import Booked, bookings_of, completions_of, course_rules, course_titles
from tcsuper.queries.events import events_of
from tcsuper.queries.evidence import current
from tcsuper.queries.ratings import StandardRequired, ratings_of, required_levels
from tcsuper.queries.registers import register_checks_of, registrations_of
from tcsuper.queries.supervision import sittings_of
from tcsuper.rules import practice, registers, requirements, training
from tcsuper.rules.credit import Sitting
from tcsuper.rules.minimum import Duty, Minimum, each_of
from tcsuper.rules.standing import Span, unbroken
from tcsuper.settings import service_number

ASKED_BY = "asked_by"
"""Among the terms of what is asked of one person alone: by whom. What is asked is the same without it."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A requirement that binds a person: since when, from which post, with which terms. `span`: the unbroken time over
    one post or several in which it is asked; `started_on`: the day from which targets count, the start in those posts
    or (`asked_from`) the later day on which it began to be asked. `version_from`: since when no earlier version of its
    course counts. `body`: the professional body whose rule it is; empty where a post, the service or the person asks
    it. `asked_by`: who asks it of this person alone."""

    staff_id: int
    requirement_id: int | None
    kind: RequirementKind
    title: str
    terms: dict[str, Any]
    mark: str
    source: str
    span: Span
    started_on: date
    community_id: int | None = None
    hours: float | None = None
    override: requirements.Override | None = None
    body: str = ""
    asked_from: date | None = None
    version_from: date | None = None
    asked_by: str = ""

    @property
    def is_observation(self) -> bool:
        """Of the practice kind: that practice is seen again in time, whatever level was seen."""
        return "to_observe" in self.terms

    @property
    def asked_alone(self) -> str:
        """Who asks it of this person alone, since when and why; nothing where a post or a body asks it."""
        if not self.asked_by:
            return ""
        since, until = words.day(self.span.start), f" until {words.day(self.span.end)}" if self.span.end else ""
        reason = self.source.rstrip(".")
        return f"Asked of this person alone from {since}{until}, decided by {self.asked_by}: {reason}."

    @property
    def extended_to(self) -> date | None:
        extended = self.override is not None and self.override.kind == requirements.EXTENDED
        return self.override.span.end if self.override is not None and extended else None


class Evidence:
    """What is stored about some people, each kind loaded in one statement when first asked for."""

    def __init__(self, db: Session, people: StaffIds | Sequence[int], on: date, known_on: date | None) -> None:
        self.db, self.people, self.on, self.known_on = db, people, on, known_on

    @cached_property
    def names(self) -> dict[int, str]:
        """By staff id. Namesakes are told apart by where they work, or by their code: in a chart two people of one
        name would otherwise become one."""
        rows = self.db.execute(
            sa.select(col(Staff.id), col(Staff.full_name), col(Staff.code)).where(col(Staff.id).in_(self.people))
        ).all()
        alike = Counter(name for _, name, _ in rows)
        told = {one: name if alike[name] == 1 else f"{name} ({self._works_in(one)})" for one, name, _ in rows}
        still_alike = Counter(told.values())
        return {one: told[one] if still_alike[told[one]] == 1 else f"{name} ({code})" for one, name, code in rows}

    def _works_in(self, staff_id: int) -> str:
        """The community of the first post in force."""
        posts = self.posts_on(staff_id)
        return self.db.get_one(Community, posts[0].community_id).name if posts else "no post"

    # -----------------------------------------------------------------------------------------------------------------
    # What binds them

    @cached_property
    def bound(self) -> list[Bound]:
        """What posts, the service, persons and bodies ask of each of these people on the date."""
        return [
            *self._told_apart(list(self._from_requirements())),
            *self._from_required_levels(),
            *self._from_observation(),
            *self._from_bodies(),
        ]

    def _told_apart(self, bound: list[Bound]) -> list[Bound]:
        """What two posts ask of one person under one title, but not in the same terms, is named after the role too. A
        minimum without an amount says nothing beside one that has it."""
        set_by_one = {(one.staff_id, one.title) for one in bound if one.terms.get("amount")}
        bound = [one for one in bound if not (_has_no_amount(one) and (one.staff_id, one.title) in set_by_one)]
        alike = Counter((one.staff_id, one.kind, one.title) for one in bound)
        return [
            replace(one, title=f"{one.title} ({self._asked_of(one)})")
            if alike[one.staff_id, one.kind, one.title] > 1
            else one
            for one in bound
        ]

    def _asked_of(self, bound: Bound) -> str:
        job_description_id = self._requirements[bound.requirement_id or 0].job_description_id
        return self.db.get_one(JobDescription, job_description_id).role_name if job_description_id else "theirs alone"

    @cached_property
    def posts(self) -> dict[int, list[Post]]:
        """By staff id, first started first: ended ones and ones to come too."""
        posts: dict[int, list[Post]] = defaultdict(list)
        found = select(Post).where(col(Post.staff_id).in_(self.people)).order_by(col(Post.start_on), col(Post.id))
        for post in self.db.exec(found):
            posts[post.staff_id].append(post)
        return posts

    def posts_on(self, staff_id: int) -> list[Post]:
        """Their posts in force on the date, first started first."""
        return [post for post in self.posts.get(staff_id, []) if Span(post.start_on, post.end_on).holds(self.on)]

    def _from_requirements(self) -> Iterable[Bound]:
        """What job descriptions and persons ask, once each: see `rules/requirements.py`."""
        asked = self._asked
        for staff_id in self.names:
            posts = self.posts.get(staff_id, [])
            held = [requirements.PostHeld(post.job_description_id, Span(post.start_on, post.end_on)) for post in posts]
            owners = {(None, staff_id)} | {(post.job_description_id, None) for post in posts}
            mine = [one for owner in owners for one in asked.get(owner, [])]
            for binding in requirements.binding(held, mine, self.overrides.get(staff_id, []), self.on):
                yield self._bind(staff_id, self._requirements[binding.requirement], binding)

    @cached_property
    def _requirements(self) -> dict[int, Requirement]:
        described = {post.job_description_id for posts in self.posts.values() for post in posts}
        found = self.db.exec(
            select(Requirement)
            .where(
                sa.or_(col(Requirement.job_description_id).in_(described), col(Requirement.staff_id).in_(self.people))
            )
            .order_by(col(Requirement.id))
        )
        return {requirement.id or 0: requirement for requirement in found}

    @property
    def _asked(self) -> dict[tuple[int | None, int | None], list[requirements.Asked]]:
        """By job description or person. What two documents ask in the same words is the same thing."""
        asked: dict[tuple[int | None, int | None], list[requirements.Asked]] = defaultdict(list)
        for key, one in self._requirements.items():
            line = (one.kind, one.title)
            same = (*line, repr(sorted((name, term) for name, term in one.terms.items() if name != ASKED_BY)))
            span = Span(one.start_on, one.end_on)
            owner = (one.job_description_id, one.staff_id)
            version = int(one.terms.get("from_version", 1))
            asked[owner].append(requirements.Asked(key, one.job_description_id, span, same, line, version))
        return asked

    def _bind(self, staff_id: int, requirement: Requirement, binding: requirements.Binding) -> Bound:
        described = requirement.job_description_id
        asking = [post for post in self.posts_on(staff_id) if described in (None, post.job_description_id)]
        post = asking[0] if asking else None
        return Bound(
            staff_id,
            requirement.id,
            requirement.kind,
            requirement.title,
            requirement.terms,
            requirement.mark,
            requirement.source,
            binding.span,
            binding.started_on,
            post.community_id if post else None,
            post.hours_a_week if post else None,
            binding.override,
            asked_from=binding.asked_from,
            version_from=binding.version_from,
            asked_by=self._asked_by.get(requirement.terms.get(ASKED_BY), ""),
        )

    @cached_property
    def _asked_by(self) -> dict[int | None, str]:
        """Who asked something of one person alone, by staff id."""
        authors = {one.terms[ASKED_BY] for one in self._requirements.values() if ASKED_BY in one.terms}
        if not authors:
            return {}
        found = self.db.execute(sa.select(col(Staff.id), col(Staff.full_name)).where(col(Staff.id).in_(authors)))
        return {staff_id: name for staff_id, name in found}

    @cached_property
    def overrides(self) -> dict[int, list[requirements.Override]]:
        """What was decided for each person, the last decision first."""
        override = RequirementOverride
        found = self.db.execute(
            sa.select(override, sa.func.coalesce(Staff.full_name, "the service"))
            .outerjoin(Staff, col(Staff.id) == col(override.recorded_by_id))
            .where(col(override.staff_id).in_(self.people), current(override, self.known_on))
            .order_by(col(override.id).desc())
        )
        decided: dict[int, list[requirements.Override]] = defaultdict(list)
        for one, author in found:
            span = Span(one.start_on, one.end_on)
            decided[one.staff_id].append(
                requirements.Override(one.requirement_id, one.kind.value, span, one.reason, author)
            )
        return decided

    def _from_required_levels(self) -> Iterable[Bound]:
        """The level a post asks for on each standard; of two posts that ask it of one person, the higher."""
        in_force = [post for staff_id in self.posts for post in self.posts_on(staff_id)]
        highest: dict[tuple[int, int], tuple[int, Bound]] = {}
        for post in in_force:
            span = Span(post.start_on, post.end_on)
            asked = self._levels.get(post.job_description_id, [])
            for standard, of_post in zip(asked, self._levels_of_posts[post.id or 0], strict=True):
                level, same = standard.level_on(self.on), (post.staff_id, standard.standard_id)
                if level is not None and (same not in highest or level > highest[same][0]):
                    highest[same] = (
                        level,
                        Bound(
                            post.staff_id,
                            None,
                            RequirementKind.PRACTICE,
                            standard.title,
                            {"standard": of_post},
                            standard.mark,
                            standard.source,
                            span,
                            span.start,
                            post.community_id,
                            post.hours_a_week,
                        ),
                    )
        return [bound for _, bound in highest.values()]

    @cached_property
    def _levels(self) -> dict[int, list[StandardRequired]]:
        return required_levels(self.db, (post.job_description_id for posts in self.posts.values() for post in posts))

    @cached_property
    def _levels_of_posts(self) -> dict[int, list[StandardRequired]]:
        """By post, in the order of `_levels`: as asked of whoever holds it, for as long as they do."""
        held = [(post, Span(post.start_on, post.end_on)) for posts in self.posts.values() for post in posts]
        return {
            post.id or 0: [one.within(span) for one in self._levels.get(post.job_description_id, [])]
            for post, span in held
        }

    def levels_asked(self, staff_id: int) -> dict[int, list[practice.LevelRequired]]:
        """By standard: the levels that all posts of a person, former ones too, have asked of them."""
        levels: dict[int, list[practice.LevelRequired]] = defaultdict(list)
        for post in self.posts.get(staff_id, []):
            for standard in self._levels_of_posts[post.id or 0]:
                levels[standard.standard_id] += standard.levels
        return levels

    def _from_observation(self) -> Iterable[Bound]:
        """Whoever has a required level is to be observed at work every so often: once for each person, and apart from
        the level reached, since overdue for observation is not below standard."""
        for staff_id, posts in self.posts.items():
            held = [post for post in posts if post.job_description_id in self._levels]
            in_post = unbroken([Span(post.start_on, post.end_on) for post in held], self.on)
            levels = [one for post in self.posts_on(staff_id) for one in self._levels.get(post.job_description_id, [])]
            asked = [one for one in levels if one.level_on(self.on) is not None]
            if in_post is not None and asked:
                now = next(post for post in self.posts_on(staff_id) if post in held)
                yield Bound(
                    staff_id,
                    None,
                    RequirementKind.PRACTICE,
                    "Observation of practice",
                    {"to_observe": frozenset(one.standard_id for one in levels)},
                    "product default",
                    "How often is set by your service",
                    in_post,
                    in_post.start,
                    now.community_id,
                    now.hours_a_week,
                )

    def _from_bodies(self) -> Iterable[Bound]:
        """A body's supervision rule binds the people registered with it on the date, and nobody else: a registration
        that lapsed binds nobody. What two grades of one body both ask binds once."""
        for staff_id, registrations in self.registrations.items():
            spans = [Span(post.start_on, post.end_on) for post in self.posts.get(staff_id, [])]
            in_post = unbroken(spans, self.on)
            told: set[tuple[str, str]] = set()
            for held in registrations:
                run = registers.runs_of(held, self.checks_on(staff_id), self.on)[-1]
                if in_post is None or not run.holds(self.on):
                    continue
                span = Span(max(run.start, in_post.start), in_post.end)
                for bound in self._of_body(staff_id, held.as_at(self.on), span):
                    same = (bound.title, repr(bound.terms))
                    if same not in told:
                        told.add(same)
                        yield bound

    def _of_body(self, staff_id: int, held: registers.RegistrationHeld, span: Span) -> Iterable[Bound]:
        """What a registration brings with it. Several posts are one working week to a body."""
        posts = self.posts_on(staff_id)
        for rule in self._body_rules.get(held.body, []):
            asked = requirements.common(span, Span(rule.start_on, rule.end_on))
            if asked is None or rule.grade not in ("", held.grade):
                continue
            for title, terms in each_of(f"Supervision by {held.body_name}", rule.terms):
                yield Bound(
                    staff_id,
                    None,
                    RequirementKind.SUPERVISION,
                    title,
                    terms,
                    rule.mark,
                    rule.source,
                    asked,
                    held.registered_on,
                    posts[0].community_id,
                    sum(post.hours_a_week for post in posts),
                    body=held.body_name,
                )

    @cached_property
    def _body_rules(self) -> dict[str, list[BodyRule]]:
        """The bodies' supervision rules in force on the date, by the body's code: of each grade the latest. Those that
        name no amount ask nothing."""
        found = self.db.execute(
            sa.select(BodyRule, col(Body.code))
            .join(Body, col(Body.id) == col(BodyRule.body_id))
            .where(col(BodyRule.kind) == BodyRuleKind.SUPERVISION, col(BodyRule.start_on) <= self.on)
            .order_by(col(BodyRule.start_on), col(BodyRule.id))
        )
        latest = {(code, rule.grade): rule for rule, code in found}
        rules: dict[str, list[BodyRule]] = defaultdict(list)
        for (code, _), rule in latest.items():
            if Span(rule.start_on, rule.end_on).holds(self.on) and rule.terms.get("amount"):
                rules[code].append(rule)
        return rules

    # -----------------------------------------------------------------------------------------------------------------
    # What is known of them

    @cached_property
    def absences(self) -> dict[int, list[Span]]:
        spans: dict[int, list[Span]] = defaultdict(list)
        for absence in self.db.exec(select(Absence).where(col(Absence.staff_id).in_(self.people))):
            spans[absence.staff_id].append(Span(absence.start_on, absence.end_on))
        return spans

    @cached_property
    def kept_from(self) -> dict[tuple[int | None, RequirementKind], date]:
        return {(kept.community_id, kept.kind): kept.from_on for kept in self.db.exec(select(RecordsKeptFrom))}

    @cached_property
    def sittings(self) -> dict[int, list[Sitting]]:
        return sittings_of(self.db, self.people, self.known_on)

    @cached_property
    def hours_worked(self) -> dict[int, Worked]:
        return hours_worked(self.db, self.people, self.known_on)

    @cached_property
    def completions(self) -> dict[int, list[training.Completion]]:
        return completions_of(self.db, self.people, self.known_on)

    @cached_property
    def bookings(self) -> dict[int, list[Booked]]:
        return bookings_of(self.db, self.people, self.on, self.known_on)

    @cached_property
    def ratings(self) -> dict[int, dict[int, list[practice.Rated]]]:
        return ratings_of(self.db, self.people, self.known_on)

    @cached_property
    def registrations(self) -> dict[int, list[registers.RegistrationHeld]]:
        return registrations_of(self.db, self.people, self.on, self.known_on)

    @cached_property
    def register_checks(self) -> dict[int, list[registers.RegisterCheck]]:
        return register_checks_of(self.db, self.people, self.known_on)

    def checks_on(self, staff_id: int) -> list[registers.RegisterCheck]:
        return self.register_checks.get(staff_id, [])

    @cached_property
    def agreements(self) -> dict[int, list[AgreementOf]]:
        return agreements_of(self.db, self.people, self.on, self.known_on)

    @cached_property
    def events(self) -> dict[tuple[int, StaffEventKind], list[date]]:
        return events_of(self.db, self.people, self.known_on)

    def moves_to_young_people_on(self, staff_id: int) -> date | None:
        """The first day of their first post that has not ended in a service for young people; None: they do not."""
        starts = [
            post.start_on
            for post in self.posts.get(staff_id, [])
            if post.community_id in self._for_young_people and (post.end_on is None or post.end_on >= self.on)
        ]
        return min(starts, default=None)

    @cached_property
    def _for_young_people(self) -> set[int]:
        return set(
            self.db.scalars(
                sa.select(col(Community.id))
                .join(Establishment, col(Establishment.id) == col(Community.establishment_id))
                .where(col(Establishment.service_kind) == ServiceKind.CHILDREN)
            )
        )

    @cached_property
    def course_rules(self) -> training.CourseRules:
        return course_rules(self.db)

    @cached_property
    def course_titles(self) -> dict[str, str]:
        return course_titles(self.db)

    @cached_property
    def qualifications(self) -> set[str]:
        """The codes of what a person has or has not, and does not attend."""
        return set(self.db.scalars(sa.select(col(Course.code)).where(col(Course.kind) == CourseKind.QUALIFICATION)))

    @cached_property
    def body_names(self) -> dict[str, str]:
        return {code: name for code, name in self.db.execute(sa.select(col(Body.code), col(Body.short_name)))}

    def number(self, key: str) -> int:
        if key not in self._numbers:
            self._numbers[key] = service_number(self.db, key)
        return self._numbers[key]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {}

    # -----------------------------------------------------------------------------------------------------------------
    # What the judges need, put together from the above

    def minimum(self, bound: Bound) -> Minimum:
        read = Minimum.read(bound.title, bound.terms)
        if "warning_days" in bound.terms:
            return read
        return replace(read, warning_days=self.number("supervision_warning_days"))

    def duty(self, bound: Bound) -> Duty:
        return Duty(
            span=bound.span,
            kept_from=self.kept_from.get((bound.community_id, bound.kind)),
            absences=tuple(self.absences[bound.staff_id]),
            exempt=self._exempt(bound),
            hours=bound.hours,
            long_absence_days=self.number("long_absence_days"),
            worked=self.hours_worked.get(bound.staff_id, {}),
        )

    def _exempt(self, bound: Bound) -> tuple[Span, ...]:
        """When it was waived for this person or they were exempt from it, whatever the number was called for then."""
        asked = self._requirements.get(bound.requirement_id or 0)
        if asked is None:
            return ()
        same = {key for key, one in self._requirements.items() if (one.kind, one.title) == (asked.kind, asked.title)}
        return tuple(
            one.span
            for one in self.overrides.get(bound.staff_id, [])
            if one.kind in (requirements.EXEMPT, requirements.WAIVED) and one.requirement in same
        )


def _has_no_amount(bound: Bound) -> bool:
    return bound.kind is RequirementKind.SUPERVISION and not bound.terms.get("amount")
