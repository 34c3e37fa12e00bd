"""Kappa: agreement of pairs of ratings beyond what the observers' habits alone would bring about.

Two observers: Cohen 1960; weighted, Cohen 1968, with linear (Cicchetti and Allison 1971) or quadratic weights (Fleiss
and Cohen 1973). Pairs of whichever observers, none of them first or second: both have the same habits, those of all
pairs together (Scott 1955; with the same number of ratings per item and no weights this is Fleiss 1971).

The interval is the large-sample one of Fleiss, Cohen and Everitt (1969), 95%. An item with several pairs counts as
one: its pairs' parts are added up before they are squared, so that they are not taken for independent.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist

from tcsuper.rules.agreement.ratings import Undefined

CONFIDENCE = 0.95
DEVIATIONS = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
FEW_ITEMS = 30

Pair = tuple[float, float]
Credit = Callable[[float, float], float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Without an interval, the note says why."""

    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""


def _unweighted(_: float) -> Credit:
    return lambda one, other: float(one == other)


def _linear(width: float) -> Credit:
    return lambda one, other: 1 - abs(one - other) / width


def _quadratic(width: float) -> Credit:
    return lambda one, other: 1 - ((one - other) / width) ** 2


WEIGHTS: dict[str, Callable[[float], Credit]] = {
    "unweighted": _unweighted,
    "linear": _linear,
    "quadratic": _quadratic,
}
"""Per name, the width of the scale → the credit of a pair: 1 for the same level. How wide the scale is makes no
difference to kappa, only how far two levels lie apart on it does."""


def cohen(pairs: Sequence[Pair], weights: str) -> Estimate:
    """Of two observers: per item the level of the one and of the other."""
    return kappa([[pair] for pair in pairs], credit_of(weights, pairs))


def pooled(items: Sequence[Sequence[Pair]], weights: str) -> Estimate:
    """Of pairs of any observers, per item; each pair counts both ways round, half each."""
    credit = credit_of(weights, [pair for pairs in items for pair in pairs])
    return kappa(items, credit, both_ways=True)


def credit_of(weights: str, pairs: Sequence[Pair]) -> Credit:
    levels = [level for pair in pairs for level in pair]
    return WEIGHTS[weights](max(levels) - min(levels) or 1) if levels else _unweighted(1)


def kappa(items: Sequence[Sequence[Pair]], credit: Credit, both_ways: bool = False) -> Estimate:
    """Raises Undefined where chance alone would bring full agreement."""
    pairs = [pair for one in items for pair in one]
    if not pairs:
        raise Undefined("No item was rated twice.")
    n = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    if both_ways:
        first = second = first + second
    credit_for = {(one, other): credit(one, other) for one in {*first, *second} for other in {*first, *second}}
    expected_of_first = _expected(credit_for, first, second)
    expected_of_second = expected_of_first if both_ways else _expected(credit_for, second, first)
    by_chance = fsum(expected_of_first[one] * many for one, many in first.items()) / first.total()
    if by_chance > 1 - 1e-12:
        raise Undefined("All ratings are the same level, so agreement cannot be told from chance.")
    observed = fsum(credit_for[pair] for pair in pairs) / n
    value = (observed - by_chance) / (1 - by_chance)

    def part(pair: Pair) -> float:
        """How far this pair pulls kappa from where it is (its influence). All parts add up to 0."""
        one, other = pair
        habits = expected_of_first[one] + expected_of_second[other]
        if both_ways:
            habits = (habits + expected_of_first[other] + expected_of_second[one]) / 2
        return (credit_for[pair] - habits * (1 - value) - value + by_chance * (1 - value)) / (1 - by_chance)

    parts = {pair: part(pair) for pair in set(pairs)}
    error = sqrt(fsum(fsum(parts[pair] for pair in one) ** 2 for one in items)) / n
    return _with_interval(value, error, len(items), one_sided=min(len(first), len(second)) == 1)


def _expected(credit_for: dict[Pair, float], of: Counter[float], against: Counter[float]) -> dict[float, float]:
    """Per level, the credit that it has on average with the other observer's habits."""
    everything = {*of, *against}
    total = against.total()
    return {one: fsum(credit_for[one, other] * many for other, many in against.items()) / total for one in everything}


def _with_interval(value: float, error: float, n_items: int, one_sided: bool) -> Estimate:
    if value > 1 - 1e-12:
        return Estimate(1.0, note="All pairs agree, so there is nothing to work an interval out from.")
    if one_sided:
        note = "One observer gave every item the same level, so kappa can only be 0: that says nothing about agreement."
        return Estimate(0.0, note=note)
    if error < 1e-9:
        return Estimate(value, note="The ratings leave nothing to work an interval out from.")
    low, high = value - DEVIATIONS * error, value + DEVIATIONS * error
    notes = []
    if n_items < FEW_ITEMS:
        notes.append(f"With fewer than {FEW_ITEMS} items the interval is rough.")
    if low < -1 or high > 1:
        notes.append("The interval is cut off where kappa ends.")
    return Estimate(value, max(low, -1.0), min(high, 1.0), " ".join(notes))
