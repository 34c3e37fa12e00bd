"""How observers differ, from the sessions that several rated blind to each other, for those who may see it: by name
nobody is in it, neither who was observed nor who observed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, Shape, communities_within, observations_visible_to, staff_of
from tcsuper.models import Observation, ObservationState, PlannedObservation, Rating, Standard, StandardSet
from tcsuper.queries.evidence import current
from tcsuper.queries.team import months_as_at
from tcsuper.rules.agreement.bands import BandSet
from tcsuper.rules.agreement.summary import Scale
from tcsuper.rules.observers import (
    WHOLE_SET,
    WORDS_OF,
    BlindRating,
    Differing,
    how_they_differ,
    may_be_shown,
    rated_twice,
)
from tcsuper.settings import service_number


@dataclass(frozen=True)
class OfStandard:
    number: int
    title: str
    differing: Differing | None
    """None: it would be about too few people."""


@dataclass(frozen=True)
class OfSet:
    """One version of a set that sessions were rated by twice. `first_on` and `last_on`: when they were. `smallest`:
    from how many observed people up a figure is shown; 0 for those who read the ratings by name."""

    set_id: int
    name: str
    version: str
    level_names: tuple[str, ...]
    lowest_level: int
    first_on: date
    last_on: date
    on: date
    """As at this day."""
    smallest: int
    bands: BandSet | None
    whole: Differing
    standards: tuple[OfStandard, ...]

    @property
    def label(self) -> str:
        return f"{self.name}, version {self.version}"


def sees_how_observers_differ(viewer: Actor) -> bool:
    """A therapy manager, who reads the ratings of their communities; and who sees counts of them."""
    return bool(_by_name(viewer) or _by_count(viewer))


def _by_name(viewer: Actor) -> list[int]:
    return communities_within(viewer, Object.OBSERVATION_RATING)


def _by_count(viewer: Actor) -> list[int]:
    return communities_within(viewer, Object.OBSERVATION_RATING, Action.READ, (Shape.COUNTS,))


def observers_differ(db: Session, *, viewer: Actor, on: date) -> list[OfSet]:
    """By version of a set, the one with most double-rated sessions first; empty while there are none, or for somebody
    who may not see them. To those who see counts, no set that was rated twice of too few people is named."""
    smallest = 0 if _by_name(viewer) else int(service_number(db, "smallest_group"))
    on = months_as_at(viewer, on)
    ratings, days = _blind_ratings(db, viewer, on)
    shown = may_be_shown(ratings, smallest)
    bands = WORDS_OF[int(service_number(db, "agreement_words"))]
    found = []
    for pinned in db.exec(select(StandardSet).where(col(StandardSet.id).in_(ratings)).order_by(col(StandardSet.id))):
        set_id = pinned.id or 0
        if (set_id, WHOLE_SET) not in shown:
            continue
        scale = (pinned.lowest_level, pinned.lowest_level + len(pinned.level_names) - 1)
        of_set = OfSet(
            set_id=set_id,
            name=pinned.name,
            version=pinned.version,
            level_names=tuple(pinned.level_names),
            lowest_level=pinned.lowest_level,
            first_on=min(days[set_id]),
            last_on=max(days[set_id]),
            on=on,
            smallest=smallest,
            bands=bands,
            whole=how_they_differ(ratings[set_id], scale, bands),
            standards=tuple(_by_standard(db, set_id, ratings[set_id], shown, scale, bands)),
        )
        found.append(of_set)
    return sorted(found, key=lambda one: -one.whole.sessions)


def _by_standard(
    db: Session,
    set_id: int,
    ratings: Sequence[BlindRating],
    shown: Collection[tuple[int, int]],
    scale: Scale,
    bands: BandSet | None,
) -> Iterator[OfStandard]:
    """Every standard of the set that was rated twice, in its order."""
    rated = {one.standard for one in ratings}
    in_order = select(Standard).where(col(Standard.standard_set_id) == set_id).order_by(col(Standard.number))
    for standard in db.exec(in_order):
        if standard.id not in rated:
            continue
        may_see = (set_id, standard.id) in shown
        of_it = [one for one in ratings if one.standard == standard.id]
        differing = how_they_differ(of_it, scale, bands) if may_see else None
        yield OfStandard(standard.number, standard.short_title, differing)


def _blind_ratings(db: Session, viewer: Actor, on: date) -> tuple[dict[int, list[BlindRating]], dict[int, list[date]]]:
    """By set, what was rated twice, and when. Of a plan that several observed apart from each other, as soon as what
    they wrote is shared: never what they wrote together, nor what somebody settled later."""
    plan, seen = PlannedObservation, Observation
    rows = db.execute(
        sa.select(
            col(seen.standard_set_id),
            col(seen.observed_on),
            col(plan.id),
            col(seen.observed_id),
            col(seen.observer_id),
            col(Rating.standard_id),
            col(Rating.level),
        )
        .join(plan, col(plan.id) == col(seen.planned_id))
        .join(Rating, col(Rating.observation_id) == col(seen.id))
        .where(
            col(plan.together).is_(False),
            col(seen.state) != ObservationState.DRAFT,
            col(seen.observed_on) <= on,
            current(seen),
            _whose(viewer),
        )
        .order_by(col(seen.id), col(Rating.id))
    )
    ratings: dict[int, list[BlindRating]] = defaultdict(list)
    day_of: dict[int, date] = {}
    for set_id, observed_on, session, observed, observer, standard, level in rows:
        ratings[set_id].append(BlindRating(session, observed, observer, standard, level))
        day_of[session] = observed_on
    twice = {set_id: rated_twice(of_set) for set_id, of_set in ratings.items()}
    twice = {set_id: of_set for set_id, of_set in twice.items() if of_set}
    return twice, {set_id: [day_of[one.session] for one in of_set] for set_id, of_set in twice.items()}


def _whose(viewer: Actor) -> sa.ColumnElement[bool]:
    """By name: ratings that the viewer may read, of the people of their communities, never of themselves. Else: all of
    the communities of which they see counts."""
    if by_name := _by_name(viewer):
        theirs = staff_of(by_name, viewer.on)
        return sa.and_(
            col(Observation.observed_id).in_(theirs),
            col(Observation.observed_id) != viewer.staff_id,
            observations_visible_to(viewer),
        )
    return col(Observation.observed_id).in_(staff_of(_by_count(viewer), viewer.on))
