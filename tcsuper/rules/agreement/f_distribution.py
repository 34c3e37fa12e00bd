"""The F distribution, for the intervals of intraclass correlations. A statistics package for this one number would be
ten times the size of what it is for; the tests compare it with one."""

from math import exp, inf, lgamma, log, log1p

_SMALL = 1e-300
_CLOSE = 1e-15
_MOST_STEPS = 1_000


def f_quantile(p: float, df1: float, df2: float) -> float:
    """The value that a share `p` of F(df1, df2) lies below. 0 < p < 1."""
    low, high = 0.0, 1.0
    for _ in range(200):  # halving: slow, sure, and a few dozen times per file
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _share_below(middle, df1 / 2, df2 / 2) < p:
            low = middle
        else:
            high = middle
    return df2 * high / (df1 * (1 - high)) if high < 1 else inf


def _share_below(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function: the share of Beta(a, b) below x."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Its continued fraction (DLMF 8.17.22), by Lentz's way."""
    c, d = 1.0, _away_from_zero(1 - (a + b) * x / (a + 1))
    d = 1 / d
    found = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            found *= d * c
        if abs(d * c - 1) < _CLOSE:
            break
    return found


def _away_from_zero(number: float) -> float:
    return number if abs(number) > _SMALL else _SMALL
