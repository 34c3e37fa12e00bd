"""What a rating or a sign-off of a former version of a standard counts as on a later one.

A next version of a set re-scores nothing. Somebody confirms, standard by standard, which level of the former one counts
as which of the new one; a level that is not named there is not carried over. Nothing is copied: this reads through the
chain of versions each time it is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tcsuper.rules.practice import Rated

Levels = Mapping[int, int]
"""A former level to the level it counts as."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """That ratings on the standard `former`, of the version named, count on the standard `new` at these levels."""

    former: int
    new: int
    levels: Levels
    former_version: str


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """A former standard, however many versions back, as it counts on a later one."""

    former: int
    version: str
    levels: Levels


def carried_onto(new: int, confirmed: Iterable[Confirmed]) -> list[CarriedOver]:
    """Every former standard whose levels count on `new`: directly, or through the versions between. Where it comes by
    two ways, the shorter is what was said of it; of two that are as short, the lower level stands."""
    known = list(confirmed)
    found: dict[int, CarriedOver] = {}
    nearer: dict[int, Levels | None] = {new: None}
    while nearer:
        further: dict[int, CarriedOver] = {}
        for one in known:
            if one.new in nearer and one.former not in found and one.former != new:
                levels = _through(one.levels, nearer[one.new])
                if one.former in further:
                    levels = _lower(levels, further[one.former].levels)
                further[one.former] = CarriedOver(one.former, one.former_version, levels)
        found |= further
        nearer = {former: one.levels for former, one in further.items()}
    return list(found.values())


def _through(levels: Levels, onto: Levels | None) -> Levels:
    return levels if onto is None else {level: onto[via] for level, via in levels.items() if via in onto}


def _lower(one: Levels, other: Levels) -> Levels:
    both = {**one, **other}
    return {level: min(one.get(level, counts_as), other.get(level, counts_as)) for level, counts_as in both.items()}


def ratings_on(
    standard: int, ratings: Mapping[int, Sequence[Rated]], carried_over: Iterable[CarriedOver]
) -> list[Rated]:
    """One person's ratings that count on a standard, of `ratings` by standard: those given on it, and those carried
    over onto it, at the level they count as. A moderated level is what is carried, since it is what stands."""
    found = list(ratings.get(standard, ()))
    for carried in carried_over:
        found += [
            replace(
                one,
                level=carried.levels.get(one.level, carried.levels[one.counts_as]),
                moderated_to=None if one.moderated_to is None else carried.levels[one.moderated_to],
                carried_from=carried.version,
            )
            for one in ratings.get(carried.former, ())
            if one.counts_as in carried.levels
        ]
    return found
