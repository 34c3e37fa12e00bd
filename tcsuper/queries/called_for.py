"""What responsibilities call for: a requirement of a role, or a level of a standard, from a day to a day.

Each link is stored once, with the responsibility it was given to, and counts for every later one that continues it
(`versions.py`). How somebody stands on it is `able.py`; what may be called for, by its words, `rules/suggestions.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, Permission, check_can_set_rules, check_holds
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    JobDescription,
    Requirement,
    RequirementKind,
    Responsibility,
    ResponsibilityRequirement,
    Standard,
    StandardSet,
)
from tcsuper.queries.carried_over import GoesOn, Stage
from tcsuper.queries.ratings import StandardRequired, required_levels
from tcsuper.queries.standard_sets import sets_in_force
from tcsuper.queries.versions import Continued
from tcsuper.rules.practice import LevelRequired
from tcsuper.rules.standing import Span
from tcsuper.rules.suggestions import Option, suggestions


@dataclass(frozen=True, slots=True)
class Link:
    """One stored link, with what it leads to: a requirement, or a standard whose one level is the level called for. Of
    a standard that was carried over to a next version there is one for each of the two, in turn."""

    link_id: int
    responsibility_id: int
    start_on: date | None
    end_on: date | None
    requirement: Requirement | None = None
    standard: StandardRequired | None = None

    @property
    def kind(self) -> RequirementKind:
        return self.requirement.kind if self.requirement else RequirementKind.PRACTICE

    @property
    def title(self) -> str:
        if self.requirement is not None:
            return self.requirement.title
        assert self.standard is not None
        return self.standard.title

    @property
    def level(self) -> int | None:
        return self.standard.levels[0].level if self.standard else None

    @property
    def level_name(self) -> str:
        if self.standard is None or self.level is None:
            return ""
        place, names = self.level - self.standard.lowest_level, self.standard.level_names
        return names[place] if 0 <= place < len(names) else f"Level {self.level}"

    @property
    def says(self) -> str:
        """In a list: "TCAT 1", "Risk: Alone"."""
        return f"{self.title}: {self.level_name}" if self.standard else self.title

    @property
    def same(self) -> tuple[str, str | int]:
        """What two links both have that call for one thing: a requirement begun anew is still the same, and a
        standard at another level too."""
        return (self.kind.value, self.standard.standard_id if self.standard else self.title)

    @property
    def begun(self) -> tuple[object, ...]:
        """What two links both have that one decision made: a requirement begun anew in other terms has its own."""
        return self.responsibility_id, self.same, self.level, self.start_on, self.end_on

    def holds(self, on: date) -> bool:
        """Called for on a date: the link is in force, and the requirement it leads to."""
        asked = self.requirement
        in_force = (self.start_on is None or self.start_on <= on) and (self.end_on is None or on <= self.end_on)
        return in_force and (asked is None or Span(asked.start_on, asked.end_on).holds(on))

    @property
    def last_day(self) -> date | None:
        """Of the link, or of the requirement where that ends first."""
        ends = [end for end in (self.end_on, self.requirement.end_on if self.requirement else None) if end]
        return min(ends, default=None)


def links_of(db: Session, responsibilities: Iterable[int]) -> dict[int, list[Link]]:
    """Every link of each of these responsibilities and of what they continue, ended ones too, in the order in which
    they began. Checks nothing: what is called for says nothing about anybody."""
    goes_on_as = Continued(db).named_as(_duties_among(db, responsibilities))
    link = ResponsibilityRequirement
    rows = db.execute(
        sa.select(link, Requirement)
        .outerjoin(Requirement, col(Requirement.id) == col(link.requirement_id))
        .where(col(link.responsibility_id).in_(list(goes_on_as)))
        .order_by(col(link.start_on).is_not(None), col(link.start_on), col(link.id))
    )
    linked = [(stored, asked) for stored, asked in rows]
    at_levels = _at_levels(db, [stored for stored, _ in linked if stored.standard_id is not None])
    found: dict[int, list[Link]] = defaultdict(list)
    for stored, asked in linked:
        alone = Link(stored.id, stored.responsibility_id, stored.start_on, stored.end_on, asked)
        each_stage = at_levels.get(stored.id, [alone])
        for responsibility in goes_on_as[stored.responsibility_id]:
            found[responsibility] += each_stage
    return found


def _duties_among(db: Session, responsibilities: Iterable[int]) -> list[int]:
    """A cross-reference to another job description calls for nothing, whatever might be stored with it."""
    duties = sa.select(col(Responsibility.id)).where(
        col(Responsibility.id).in_(set(responsibilities)), col(Responsibility.is_cross_reference).is_(False)
    )
    return list(db.scalars(duties))


def _at_levels(db: Session, links: Sequence[ResponsibilityRequirement]) -> dict[int, list[Link]]:
    """By link to a standard: that standard for as long as its version counts, and from the day on which the next one is
    in force what it was carried over to."""
    if not links:
        return {}
    goes_on, stages = GoesOn(db), {}
    for link in links:
        span = Span(link.start_on or date.min, link.end_on)
        stages[link.id or 0] = goes_on.stages(link.standard_id or 0, link.level or 0, span)
    named = {stage.standard_id for of_link in stages.values() for stage in of_link}
    rows = db.execute(
        sa.select(Standard, StandardSet)
        .join(StandardSet, col(StandardSet.id) == col(Standard.standard_set_id))
        .where(col(Standard.id).in_(named))
    )
    standards = {standard.id: (standard, of_set) for standard, of_set in rows}
    return {
        link.id or 0: [
            Link(
                link.id or 0,
                link.responsibility_id,
                None if stage.span.start == date.min else stage.span.start,
                stage.span.end,
                None,
                _at_level(stage, *standards[stage.standard_id]),
            )
            for stage in stages[link.id or 0]
        ]
        for link in links
    }


def _at_level(stage: Stage, standard: Standard, of_set: StandardSet) -> StandardRequired:
    return StandardRequired(
        standard.id or 0,
        standard.number,
        standard.short_title,
        of_set.id or 0,
        of_set.name,
        tuple(of_set.level_names),
        of_set.lowest_level,
        of_set.mark,
        of_set.source,
        (LevelRequired(stage.level, stage.span),),
        standard.floor,
        of_set.version,
    )


def called_for_on(db: Session, responsibilities: Iterable[int], on: date) -> dict[int, list[Link]]:
    """What each calls for on a date. What it calls for twice over, since it continues several, it calls for once: of
    two levels of a standard the higher. Checks nothing, as `links_of`."""
    found: dict[int, list[Link]] = {}
    for responsibility, links in links_of(db, responsibilities).items():
        once: dict[tuple[str, str | int], Link] = {}
        for one in links:
            if one.holds(on) and (one.same not in once or (one.level or 0) > (once[one.same].level or 0)):
                once[one.same] = one
        found[responsibility] = sorted(once.values(), key=lambda one: (one.kind.value, one.title))
    return found


# ---------------------------------------------------------------------------------------------------------------------
# For the catalogue


@dataclass(frozen=True, slots=True)
class CalledForLine:
    """What a responsibility calls for, called for before or will call for. `from_role`: whose requirement it is, where
    that is another role. `from_version`: the former version it was given to, where it has gone on since."""

    link_id: int
    kind: RequirementKind
    says: str
    start_on: date | None
    end_on: date | None
    is_now: bool
    is_over: bool
    from_role: str = ""
    from_version: str = ""

    @property
    def may_end(self) -> bool:
        return not self.is_over


def called_for(db: Session, *, viewer: Actor, job_description_id: int, on: date) -> dict[int, list[CalledForLine]]:
    """By responsibility of a version of a document: what is called for on a date first, what will be next, what was
    called for last. A requirement begun anew is one line, since the day on which it was first called for."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    of_document = col(Responsibility.job_description_id) == job_description_id
    links = links_of(db, list(db.scalars(sa.select(col(Responsibility.id)).where(of_document))))
    documents = {one.id: one for one in db.exec(select(JobDescription))}
    given_to = _documents_of(db, {one.responsibility_id for of in links.values() for one in of})
    role = documents[job_description_id].version_of_id or job_description_id if job_description_id in documents else 0
    found = {}
    for responsibility, of_one in links.items():
        lines = []
        for together in _each_begun(of_one):
            one, document = together[-1], documents[given_to[together[0].responsibility_id]]
            asked_of = one.requirement.job_description_id if one.requirement else None
            lines.append(
                CalledForLine(
                    one.link_id,
                    one.kind,
                    one.says,
                    together[0].start_on,
                    one.last_day,
                    any(link.holds(on) for link in together),
                    one.last_day is not None and one.last_day < on,
                    documents[asked_of].role_name if asked_of not in (None, role) else "",
                    document.version if document.id != job_description_id else "",
                )
            )
        found[responsibility] = sorted(lines, key=lambda line: (line.is_over, not line.is_now, line.says))
    return found


def _documents_of(db: Session, responsibilities: Iterable[int]) -> dict[int, int]:
    rows = db.execute(
        sa.select(col(Responsibility.id), col(Responsibility.job_description_id)).where(
            col(Responsibility.id).in_(list(responsibilities))
        )
    )
    return {one: document for one, document in rows}


def _each_begun(links: Iterable[Link]) -> list[list[Link]]:
    """In the order in which their requirements began."""
    together: dict[tuple[object, ...], list[Link]] = defaultdict(list)
    for one in links:
        together[one.begun].append(one)
    return [sorted(of_one, key=_asked_from) for of_one in together.values()]


def _asked_from(link: Link) -> date:
    return link.requirement.start_on if link.requirement else date.min


# ---------------------------------------------------------------------------------------------------------------------
# What could be called for


@dataclass(frozen=True, slots=True)
class RequirementOffered:
    """`role`: of whom it is asked. `is_own`: of the role whose responsibility it is."""

    requirement_id: int
    kind: RequirementKind
    title: str
    role: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class StandardOffered:
    """`levels`: by number, lowest first. `level_of_role`: what the role itself requires on the date."""

    standard_id: int
    title: str
    set_name: str
    levels: dict[int, str]
    level_of_role: int | None


@dataclass(frozen=True, slots=True)
class Offered:
    """What could be called for, and what may be by the responsibility's words: each with the sentence that says why."""

    requirements: tuple[RequirementOffered, ...]
    standards: tuple[StandardOffered, ...]
    suggested: tuple[tuple[RequirementOffered | StandardOffered, str], ...]


HAD_OR_NOT = frozenset({RequirementKind.COURSE, RequirementKind.QUALIFICATION, RequirementKind.REGISTRATION})
"""Of another role's requirements these are suggested: its supervision minima and agreements are its own."""
BY_WORDS = HAD_OR_NOT | {RequirementKind.CHECK, RequirementKind.SUPERVISION}
"""Of the role's own these."""
SUGGESTED_AT_MOST = 8


def offered(db: Session, *, viewer: Actor, responsibility_id: int, on: date) -> Offered:
    """For who may set rules: what a responsibility could call for on a date and does not yet. The requirements of its
    own role come first; one that is asked of a single person is nobody else's to read, and is never among them."""
    check_can_set_rules(viewer)
    responsibility = db.get(Responsibility, responsibility_id)
    if responsibility is None or responsibility.is_cross_reference:
        raise NotAllowed
    return _offered(db, responsibility.job_description_id, [responsibility], on)[responsibility_id]


def suggested_counts(db: Session, *, viewer: Actor, job_description_id: int, on: date) -> dict[int, int]:
    """For who may set rules: how many things each responsibility of a version of a document may call for by its words,
    where there are any."""
    check_can_set_rules(viewer)
    duties = db.exec(
        select(Responsibility)
        .where(
            Responsibility.job_description_id == job_description_id, col(Responsibility.is_cross_reference).is_(False)
        )
        .order_by(col(Responsibility.number))
    ).all()
    if not duties:
        return {}
    found = _offered(db, job_description_id, duties, on)
    return {one: len(of_one.suggested) for one, of_one in found.items() if of_one.suggested}


def _offered(
    db: Session, job_description_id: int, responsibilities: Sequence[Responsibility], on: date
) -> dict[int, Offered]:
    """By responsibility; all of one document."""
    role = db.get_one(JobDescription, job_description_id).version_of_id or job_description_id
    requirements, standards = _requirements(db, role, on), _standards(db, role, on)
    links = links_of(db, [one.id or 0 for one in responsibilities])
    found = {}
    for one in responsibilities:
        known = {link.same for link in links.get(one.id or 0, ()) if not _is_over(link, on)}
        asked = [what for what in requirements if (what.kind.value, what.title) not in known]
        seen = [what for what in standards if (RequirementKind.PRACTICE.value, what.standard_id) not in known]
        found[one.id or 0] = Offered(tuple(asked), tuple(seen), _suggested(one, asked, seen))
    return found


def _suggested(
    responsibility: Responsibility, requirements: Sequence[RequirementOffered], standards: Sequence[StandardOffered]
) -> tuple[tuple[RequirementOffered | StandardOffered, str], ...]:
    alike = [one for one in requirements if one.kind in (BY_WORDS if one.is_own else HAD_OR_NOT)]
    could_be: list[RequirementOffered | StandardOffered] = [*alike, *standards]
    options = [Option(one, one.title) for one in could_be]
    found = suggestions(responsibility.text, responsibility.short_title, responsibility.area, options)
    return tuple((one.option.key, one.because) for one in found[:SUGGESTED_AT_MOST])


def _is_over(link: Link, on: date) -> bool:
    return link.last_day is not None and link.last_day < on


def _requirements(db: Session, role: int, on: date) -> list[RequirementOffered]:
    """Of each kind and title one: the role's own where it has one, else the first role's that asks it on the date."""
    rows = db.execute(
        sa.select(Requirement, col(JobDescription.role_name))
        .join(JobDescription, col(JobDescription.id) == col(Requirement.job_description_id))
        .order_by(
            sa.case((col(Requirement.job_description_id) == role, 0), else_=1),
            col(JobDescription.role_name),
            col(Requirement.title),
            col(Requirement.id),
        )
    )
    found: dict[tuple[RequirementKind, str], RequirementOffered] = {}
    for one, of_role in rows:
        if Span(one.start_on, one.end_on).holds(on):
            is_own = one.job_description_id == role
            found.setdefault((one.kind, one.title), RequirementOffered(one.id, one.kind, one.title, of_role, is_own))
    return list(found.values())


def _standards(db: Session, role: int, on: date) -> list[StandardOffered]:
    """Of each set the version in force."""
    in_force = [one.id for one in sets_in_force(db, on)]
    required = {one.standard_id: one.level_on(on) for one in required_levels(db, [role]).get(role, [])}
    rows = db.execute(
        sa.select(Standard, StandardSet)
        .join(StandardSet, col(StandardSet.id) == col(Standard.standard_set_id))
        .where(col(StandardSet.id).in_(in_force))
        .order_by(col(StandardSet.name), col(StandardSet.id), col(Standard.number))
    )
    return [
        StandardOffered(
            standard.id,
            standard.short_title,
            of_set.name,
            dict(enumerate(of_set.level_names, start=of_set.lowest_level)),
            required.get(standard.id),
        )
        for standard, of_set in rows
    ]
