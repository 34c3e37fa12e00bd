"""What observers rated, what counts of it on a later version, and what roles require: in bulk, for `standing.py`.
Checks nothing: the caller chooses the people by the access table."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import StaffIds
from tcsuper.models import (
    ModeratedLevel,
    Moderation,
    Observation,
    ObservationState,
    PlannedObservation,
    PlannedObserver,
    Rating,
    RequiredLevel,
    Standard,
    StandardCarriedOver,
    StandardSet,
)
from tcsuper.queries.evidence import current, end_of_day
from tcsuper.rules.carried_over import CarriedOver, Confirmed, carried_onto, ratings_on
from tcsuper.rules.practice import LevelRequired, Rated, level_in_force
from tcsuper.rules.standing import Span


def ratings_of(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None = None
) -> dict[int, dict[int, list[Rated]]]:
    """Every rating of these people that counts, by staff id and standard id: of shared and signed observations alike,
    never of drafts. What was given on a former version stands on the later one too, as far as somebody confirmed that
    it is carried over."""
    given = _ratings_given(db, people, known_on)
    counting = {staff_id: dict(of_person) for staff_id, of_person in given.items()}
    for standard_id, carried in carried_over(db, known_on).items():
        for staff_id, of_person in given.items():
            if found := ratings_on(standard_id, of_person, carried):
                counting[staff_id][standard_id] = found
    return counting


def _ratings_given(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None
) -> dict[int, dict[int, list[Rated]]]:
    """On the versions they were given on."""
    rows = db.execute(
        sa.select(
            col(Observation.observed_id),
            col(Rating.standard_id),
            col(Observation.observed_on),
            col(Observation.observer_id),
            col(Rating.level),
            col(Observation.how),
            col(Observation.planned_id),
            col(Observation.record_id),
        )
        .join(Rating, col(Rating.observation_id) == col(Observation.id))
        .where(
            col(Observation.observed_id).in_(people),
            col(Observation.state) != ObservationState.DRAFT,
            current(Observation, known_on),
        )
    ).all()
    planned = any(planned_id is not None for *_, planned_id, _ in rows)
    together = _seen_together(db, people, known_on) if planned else {}
    moderated = _moderated(db, people, known_on) if planned else {}
    ratings: dict[int, dict[int, list[Rated]]] = defaultdict(dict)
    for staff_id, standard_id, observed_on, observer_id, level, how, planned_id, record_id in rows:
        ratings[staff_id].setdefault(standard_id, []).append(
            Rated(
                observed_on,
                observer_id,
                level,
                how.value,
                together_with=together.get(planned_id, frozenset()) - {observer_id},
                moderated_to=moderated.get((planned_id, standard_id)),
                record_id=record_id,
            )
        )
    return ratings


def _seen_together(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None
) -> dict[int | None, frozenset[int]]:
    """Of each session that observers rated together, those who signed the one observation of it."""
    rows = db.execute(
        sa.select(col(PlannedObservation.id), col(PlannedObserver.observer_id))
        .join(PlannedObserver, col(PlannedObserver.planned_id) == col(PlannedObservation.id))
        .where(
            col(PlannedObservation.observed_id).in_(people),
            col(PlannedObservation.together),
            col(PlannedObserver.signed_at).is_not(None),
            *([] if known_on is None else [col(PlannedObserver.signed_at) < end_of_day(known_on)]),
        )
    )
    signed: dict[int | None, frozenset[int]] = defaultdict(frozenset)
    for planned_id, observer_id in rows:
        signed[planned_id] |= {observer_id}
    return signed


def _moderated(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None
) -> dict[tuple[int | None, int], int]:
    """The level that stands for a planned session on a standard, where its observers differed and it was settled."""
    rows = db.execute(
        sa.select(col(Moderation.planned_id), col(ModeratedLevel.standard_id), col(ModeratedLevel.level))
        .join(ModeratedLevel, col(ModeratedLevel.moderation_id) == col(Moderation.id))
        .join(PlannedObservation, col(PlannedObservation.id) == col(Moderation.planned_id))
        .where(col(PlannedObservation.observed_id).in_(people), current(Moderation, known_on))
        .order_by(col(Moderation.id))
    )
    return {(planned_id, standard_id): level for planned_id, standard_id, level in rows}


def carried_over(db: Session, known_on: date | None = None) -> dict[int, list[CarriedOver]]:
    """By standard: what counts on it of former versions, as far as it was confirmed."""
    rows = db.execute(
        sa.select(StandardCarriedOver, col(StandardSet.version))
        .join(Standard, col(Standard.id) == col(StandardCarriedOver.former_id))
        .join(StandardSet, col(StandardSet.id) == col(Standard.standard_set_id))
        .where(current(StandardCarriedOver, known_on))
        .order_by(col(StandardCarriedOver.id))
    )
    confirmed = {(one.former_id, one.new_id): (one.levels, version) for one, version in rows}
    known = [
        Confirmed(former, new, {int(level): counts_as for level, counts_as in levels.items()}, version)
        for (former, new), (levels, version) in confirmed.items()
    ]
    return {new: carried_onto(new, known) for new in sorted({one.new for one in known})}


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
    floor: int | None = None
    set_version: str = ""

    def level_on(self, on: date) -> int | None:
        return level_in_force(self.levels, on)

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
            col(pinned.mark), col(pinned.source), col(Standard.floor), col(pinned.version),
        )
        .join(Standard, col(Standard.id) == col(required.standard_id))
        .join(pinned, col(pinned.id) == col(Standard.standard_set_id))
        .where(col(required.job_description_id).in_(set(job_descriptions)))
        .order_by(col(pinned.name), col(pinned.id), col(Standard.number), col(required.start_on))
    )  # fmt: skip
    found: dict[int, dict[int, StandardRequired]] = defaultdict(dict)
    for job, level, start_on, end_on, standard_id, number, title, set_id, name, names, lowest, *rest in rows:
        mark, source, floor, version = rest
        one = found[job].get(standard_id) or StandardRequired(
            standard_id, number, title, set_id, name, tuple(names), lowest, mark, source, (), floor, version
        )
        found[job][standard_id] = replace(one, levels=(*one.levels, LevelRequired(level, Span(start_on, end_on))))
    return {job: list(standards.values()) for job, standards in found.items()}
