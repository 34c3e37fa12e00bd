"""Ratings of items by observers, and what can be compared among them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

LEAST_PAIRS = 10
"""Product default (domain, section 9): below that, raw agreement only."""

Table = dict[str, dict[str, float]]
"""Item → observer → level, both in order of their names: the order of the rows changes nothing."""


@dataclass(frozen=True, slots=True)
class Rating:
    """The level that an observer gave to an item. None: not seen, which is no rating and never a zero."""

    item: str
    observer: str
    level: float | None


class RatedTwice(ValueError):
    """One observer gave one item two levels: which of them counts, only a person can say."""


class Undefined(Exception):
    """The figure cannot be had from these ratings, and the sentence that says why."""


def by_item(rows: Iterable[Rating]) -> Table:
    """The levels given, items without any left out. Raises RatedTwice."""
    found: Table = {}
    for row in rows:
        if row.level is None:
            continue
        levels = found.setdefault(row.item, {})
        if row.observer in levels:
            raise RatedTwice(f"{row.observer} rated {row.item} twice.")
        levels[row.observer] = row.level
    return {item: dict(sorted(found[item].items())) for item in sorted(found)}


def observers_in(table: Table) -> list[str]:
    return sorted({observer for levels in table.values() for observer in levels})


def levels_in(table: Table) -> list[float]:
    return sorted({level for levels in table.values() for level in levels.values()})


def pairs_of(table: Table) -> list[list[tuple[float, float]]]:
    """Per item rated at least twice, each two levels that two observers gave it."""
    return [list(combinations(levels.values(), 2)) for levels in table.values() if len(levels) > 1]


def rated_by(table: Table, observers: Iterable[str]) -> Table:
    """The items that all of these observers rated, with their levels alone."""
    named = sorted(observers)
    return {
        item: {one: levels[one] for one in named}
        for item, levels in table.items()
        if all(one in levels for one in named)
    }


def equally_often_rated(table: Table) -> Table:
    """The items that have the number of ratings (two or more) that most items have; of two such numbers the larger."""
    how_often = Counter(len(levels) for levels in table.values() if len(levels) > 1)
    if not how_often:
        return {}
    usual = max(how_often, key=lambda ratings: (how_often[ratings], ratings))
    return {item: levels for item, levels in table.items() if len(levels) == usual}


def count_pairs(table: Table) -> int:
    return sum(len(levels) * (len(levels) - 1) // 2 for levels in table.values())
