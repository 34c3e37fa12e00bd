"""What observers rated and what roles require, in bulk, for `standing.py`. Checks nothing: the caller chooses the
people by the access table."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import StaffIds
from tcsuper.models import Observation, ObservationState, Rating, RequiredLevel, Standard, StandardSet
from tcsuper.queries.evidence import current
from tcsuper.rules.practice import LevelRequired, Rated
from tcsuper.rules.standing import Span


def ratings_of(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None = None
) -> dict[int, dict[int, list[Rated]]]:
    """Every rating of these people that counts, by staff id and standard id: of shared and signed observations alike,
    never of drafts."""
    rows = db.execute(
        sa.select(
            col(Observation.observed_id),
            col(Rating.standard_id),
            col(Observation.observed_on),
            col(Observation.observer_id),
            col(Rating.level),
            col(Observation.how),
        )
        .join(Rating, col(Rating.observation_id) == col(Observation.id))
        .where(
            col(Observation.observed_id).in_(people),
            col(Observation.state) != ObservationState.DRAFT,
            current(Observation, known_on),
        )
    )
    ratings: dict[int, dict[int, list[Rated]]] = defaultdict(lambda: defaultdict(list))
    for staff_id, standard_id, observed_on, observer_id, level, how in rows:
        ratings[staff_id][standard_id].append(Rated(observed_on, observer_id, level, how.value))
    return ratings


@dataclass(frozen=True, slots=True)
class StandardRequired:
    """A standard of one version of a set, and the levels that a role asked for over time."""

    standard_id: int
    number: int
    title: str
    set_id: int
    set_name: str
    level_names: tuple[str, ...]
    lowest_level: int
    mark: str
    source: str
    levels: tuple[LevelRequired, ...]

    def level_on(self, on: date) -> int | None:
        in_force = [one for one in self.levels if one.span.holds(on)]
        return max(in_force, key=lambda one: one.span.start).level if in_force else None

    def within(self, post: Span) -> "StandardRequired":
        """The same, asked of somebody for as long as they hold a post."""
        levels = []
        for one in self.levels:
            start = max(one.span.start, post.start)
            end = min((end for end in (one.span.end, post.end) if end is not None), default=None)
            if end is None or start <= end:
                levels.append(LevelRequired(one.level, Span(start, end)))
        return replace(self, levels=tuple(levels))


def required_levels(db: Session, job_descriptions: Iterable[int]) -> dict[int, list[StandardRequired]]:
    """What each of these job descriptions requires, and ever required, by standard."""
    required, pinned = RequiredLevel, StandardSet
    rows = db.execute(
        sa.select(
            col(required.job_description_id), col(required.level), col(required.start_on), col(required.end_on),
            col(Standard.id), col(Standard.number), col(Standard.short_title),
            col(pinned.id), col(pinned.name), col(pinned.level_names), col(pinned.lowest_level),
            col(pinned.mark), col(pinned.source),
        )
        .join(Standard, col(Standard.id) == col(required.standard_id))
        .join(pinned, col(pinned.id) == col(Standard.standard_set_id))
        .where(col(required.job_description_id).in_(set(job_descriptions)))
        .order_by(col(pinned.name), col(pinned.id), col(Standard.number), col(required.start_on))
    )  # fmt: skip
    found: dict[int, dict[int, StandardRequired]] = defaultdict(dict)
    for job, level, start_on, end_on, standard_id, number, title, set_id, name, names, lowest, mark, source in rows:
        one = found[job].get(standard_id) or StandardRequired(
            standard_id, number, title, set_id, name, tuple(names), lowest, mark, source, levels=()
        )
        found[job][standard_id] = replace(one, levels=(*one.levels, LevelRequired(level, Span(start_on, end_on))))
    return {job: list(standards.values()) for job, standards in found.items()}
