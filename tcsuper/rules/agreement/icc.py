"""Intraclass correlations: how much of the differences between ratings are differences between the items.

The six forms of Shrout and Fleiss (1979), by their names, with their 95% intervals (those of ICC(2,k) from its single
form by Spearman and Brown, as they say). They need a full table, each item with the same number of ratings; they take
the levels for numbers at equal distances.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite

from tcsuper.rules.agreement.f_distribution import f_quantile
from tcsuper.rules.agreement.kappa import CONFIDENCE, Estimate
from tcsuper.rules.agreement.ratings import Undefined

P = (1 + CONFIDENCE) / 2
FORMS = {
    "ICC(1,1)": "one-way random, a single rating: each item has its own observers",
    "ICC(2,1)": "two-way random, absolute agreement, a single rating: the same observers, standing for others",
    "ICC(3,1)": "two-way mixed, consistency, a single rating: these observers and no others",
    "ICC(1,k)": "one-way random, the average of the k ratings: each item has its own observers",
    "ICC(2,k)": "two-way random, absolute agreement, the average of the k ratings: observers standing for others",
    "ICC(3,k)": "two-way mixed, consistency, the average of the k ratings: these observers and no others",
}
ONE_WAY = ("ICC(1,1)", "ICC(1,k)")
_NO_INTERVAL = "There is too little left over between the observers to work an interval out from."


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Of n items with k ratings each: between items, within items, between observers, what is left over."""

    n: int
    k: int
    between: float
    within: float
    observers: float
    left: float


def mean_squares(rows: Sequence[Sequence[float]]) -> MeanSquares:
    """One row per item. Raises Undefined."""
    n, k = len(rows), len(rows[0]) if rows else 0
    if n < 2 or k < 2:
        raise Undefined("It needs at least two items with the same number, two or more, of ratings.")
    mean = fsum(level for row in rows for level in row) / (n * k)
    total = fsum((level - mean) ** 2 for row in rows for level in row)
    if total == 0:
        raise Undefined("All ratings are the same level, so no differences are there to explain.")
    between = k * fsum((fsum(row) / k - mean) ** 2 for row in rows)
    observers = n * fsum((fsum(column) / n - mean) ** 2 for column in zip(*rows, strict=True))

    def over(squares: float, freedom: int) -> float:
        """What is left of rounding is nothing."""
        return squares / freedom if squares > total * 1e-12 else 0.0

    return MeanSquares(
        n,
        k,
        between=over(between, n - 1),
        within=over(total - between, n * (k - 1)),
        observers=over(observers, k - 1),
        left=over(total - between - observers, (n - 1) * (k - 1)),
    )


def icc(rows: Sequence[Sequence[float]], form: str) -> Estimate:
    """`form`: one of FORMS. One row per item, for the two-way forms one column per observer. Raises Undefined."""
    single, interval = _SINGLE[form[4]]
    squares = mean_squares(rows)
    if form.endswith("k)"):
        value = _AVERAGE[form[4]](squares)
        low, high = (_spearman_brown(one, squares.k) for one in interval(squares))
    else:
        value = single(squares)
        low, high = interval(squares)
    note = "" if value >= 0 else "Below 0: ratings of one item differ more than ratings of different items do."
    if not (isfinite(low) and isfinite(high) and low <= value <= high):
        return Estimate(value, note=f"{note} {_NO_INTERVAL}".strip())
    return Estimate(value, low, high, note)


def _share(part: float, whole: float) -> float:
    if whole <= 0:
        raise Undefined("The items do not differ from each other, so nothing is there to tell apart.")
    return part / whole


def _one(of: MeanSquares) -> float:
    return _share(of.between - of.within, of.between + (of.k - 1) * of.within)


def _two(of: MeanSquares) -> float:
    whole = of.between + (of.k - 1) * of.left + of.k * (of.observers - of.left) / of.n
    return _share(of.between - of.left, whole)


def _three(of: MeanSquares) -> float:
    return _share(of.between - of.left, of.between + (of.k - 1) * of.left)


_AVERAGE = {
    "1": lambda of: _share(of.between - of.within, of.between),
    "2": lambda of: _share(of.between - of.left, of.between + (of.observers - of.left) / of.n),
    "3": lambda of: _share(of.between - of.left, of.between),
}


def _interval_of_ratio(of: MeanSquares, error: float, freedom: int) -> tuple[float, float]:
    """From F, items over error, with `freedom` for the error: ICC(1,1) and ICC(3,1)."""
    if error == 0:
        return float("nan"), float("nan")
    f = of.between / error
    low, high = f / f_quantile(P, of.n - 1, freedom), f * f_quantile(P, freedom, of.n - 1)
    return (low - 1) / (low + of.k - 1), (high - 1) / (high + of.k - 1)


def _interval_one(of: MeanSquares) -> tuple[float, float]:
    return _interval_of_ratio(of, of.within, of.n * (of.k - 1))


def _interval_three(of: MeanSquares) -> tuple[float, float]:
    return _interval_of_ratio(of, of.left, (of.n - 1) * (of.k - 1))


def _interval_two(of: MeanSquares) -> tuple[float, float]:
    """Shrout and Fleiss's approximation after Satterthwaite, with `v` degrees of freedom."""
    n, k, found = of.n, of.k, _two(of)
    if of.left == 0:
        return float("nan"), float("nan")
    f = of.observers / of.left
    a, b = k * found * f, n * (1 + (k - 1) * found) - k * found
    freedom = (n - 1) * (k - 1)
    v = freedom * (a + b) ** 2 / ((n - 1) * (k * found * f) ** 2 + b**2)
    if v < 0.5:  # no distribution worth the name
        return float("nan"), float("nan")
    above, below = f_quantile(P, n - 1, v), f_quantile(P, v, n - 1)
    others = k * of.observers + (k * n - k - n) * of.left
    low = n * (of.between - above * of.left) / (above * others + n * of.between)
    high = n * (below * of.between - of.left) / (others + n * below * of.between)
    return low, high


_SINGLE = {"1": (_one, _interval_one), "2": (_two, _interval_two), "3": (_three, _interval_three)}


def _spearman_brown(single: float, k: int) -> float:
    """The reliability of an average of k ratings from that of one."""
    return k * single / (1 + (k - 1) * single) if 1 + (k - 1) * single > 0 else float("nan")
