"""Krippendorff's alpha: 1 less the share of observed in expected disagreement, whoever rated and with gaps.

Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), sections C to E; the names are the paper's.
"""

from collections import defaultdict
from collections.abc import Callable
from itertools import permutations
from math import fsum

from tcsuper.rules.agreement.ratings import Table, Undefined

Difference = Callable[[float, float], float]


def _nominal(_: dict[float, float]) -> Difference:
    return lambda c, k: float(c != k)


def _interval(_: dict[float, float]) -> Difference:
    return lambda c, k: (c - k) ** 2


def _ordinal(n: dict[float, float]) -> Difference:
    """By how many ratings lie between, those of the two levels half: only the order of the levels counts."""
    reached, below = 0.0, {}
    for level in sorted(n):
        below[level] = reached + n[level] / 2
        reached += n[level]
    return lambda c, k: (below[c] - below[k]) ** 2


DIFFERENCES: dict[str, Callable[[dict[float, float]], Difference]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
}


def alpha(table: Table, scale: str) -> float:
    """`scale`: nominal, ordinal or interval. Items rated once are left out, as the method has it."""
    o: dict[tuple[float, float], float] = defaultdict(float)
    for levels in table.values():
        for pair in permutations(levels.values(), 2):
            o[pair] += 1 / (len(levels) - 1)
    if not o:
        raise Undefined("No item was rated twice.")
    n_of: dict[float, float] = defaultdict(float)
    for (c, _), coincidences in o.items():
        n_of[c] += coincidences
    if len(n_of) == 1:
        raise Undefined("All ratings are the same level, so there is no disagreement to expect.")
    difference = DIFFERENCES[scale](n_of)
    observed = fsum(coincidences * difference(c, k) for (c, k), coincidences in o.items())
    expected = fsum(n_of[c] * n_of[k] * difference(c, k) for c in n_of for k in n_of)
    return 1 - (fsum(n_of.values()) - 1) * observed / expected
