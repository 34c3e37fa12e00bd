"""Agreement of observers: published worked examples with their raw data, and two statistics libraries beside ours.

Where the examples come from: published_ratings.py.
"""

from math import sqrt
from statistics import variance

import krippendorff
import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import f as f_of_scipy
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

from tcsuper.rules.agreement.f_distribution import f_quantile
from tcsuper.rules.agreement.kappa import DEVIATIONS, WEIGHTS, kappa, pooled
from tcsuper.rules.agreement.ratings import by_item, pairs_of
from tcsuper.rules.agreement.summary import how_far_they_agree
from tests.rules.published_ratings import (
    ABSTRACTORS,
    ANXIETY,
    BONETT,
    COHEN_1968,
    COUPLES,
    DIAGNOSES,
    FLEISS_ON_WIKIPEDIA,
    KRIPPENDORFF,
    KRIPPENDORFF_A,
    KRIPPENDORFF_B,
    KRIPPENDORFF_ON_WIKIPEDIA,
    NEW_ORLEANS,
    SAS,
    SHROUT_FLEISS,
    WINNIPEG,
    Rows,
    crossed,
    found,
    rated,
)

few = settings(max_examples=30, deadline=None, derandomize=True)

PUBLISHED: list[tuple[str, Rows, dict[str, float], int]] = [
    ("Cohen 1968", crossed(COHEN_1968), {"raw_agreement": 0.70, "cohen_kappa unweighted": 0.492}, 3),
    ("Winnipeg", crossed(WINNIPEG), {"cohen_kappa unweighted": 0.2079, "cohen_kappa linear": 0.3797}, 4),
    ("New Orleans", crossed(NEW_ORLEANS), {"cohen_kappa unweighted": 0.2965, "cohen_kappa linear": 0.4773}, 4),
    ("Couples", crossed(COUPLES), {"cohen_kappa unweighted": 0.1293, "cohen_kappa linear": 0.2374}, 4),
    ("SAS", crossed(SAS), {"cohen_kappa unweighted": 0.4842, "cohen_kappa linear": 0.4701}, 4),
    ("Bonett", crossed(BONETT), {"cohen_kappa unweighted": 0.6756757, "pooled_kappa unweighted": 0.6736597}, 6),
    ("Gwet", crossed(ABSTRACTORS), {"cohen_kappa unweighted": 0.7964094}, 7),
    ("irr, anxiety", [row[1:] for row in ANXIETY], {"cohen_kappa unweighted": -0.006289308}, 6),
    ("irr, anxiety, squared weights", [row[:2] for row in ANXIETY], {"cohen_kappa quadratic": 0.297}, 3),
    ("Fleiss 1971", DIAGNOSES, {"fleiss_kappa": 0.4302445, "cohen_kappa unweighted": 0.459}, 3),
    ("irr, diagnoses", [row[:3] for row in DIAGNOSES], {"cohen_kappa unweighted": 0.555}, 3),
    (
        "Wikipedia, Fleiss",
        [[level for level, many in enumerate(row) for _ in range(many)] for row in FLEISS_ON_WIKIPEDIA],
        {"fleiss_kappa": 0.210},
        3,
    ),
    ("Krippendorff A", KRIPPENDORFF_A, {"krippendorff_alpha nominal": 0.095}, 3),
    ("Krippendorff B", KRIPPENDORFF_B, {"krippendorff_alpha nominal": 0.692}, 3),
    (
        "Krippendorff C-E",
        KRIPPENDORFF,
        {
            "krippendorff_alpha nominal": 0.743,
            "krippendorff_alpha ordinal": 0.815,
            "krippendorff_alpha interval": 0.849,
        },
        3,
    ),
    (
        "Wikipedia, Krippendorff",
        KRIPPENDORFF_ON_WIKIPEDIA,
        {"krippendorff_alpha nominal": 0.691358, "krippendorff_alpha interval": 0.810845},
        6,
    ),
    (
        "Shrout and Fleiss",
        SHROUT_FLEISS,
        {
            "icc ICC(1,1)": 0.17, "icc ICC(2,1)": 0.29, "icc ICC(3,1)": 0.71,
            "icc ICC(1,k)": 0.44, "icc ICC(2,k)": 0.62, "icc ICC(3,k)": 0.91,
        },
        2,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "printed", "digits"), [one[1:] for one in PUBLISHED], ids=[one[0] for one in PUBLISHED]
)
def test_published_examples_to_the_printed_digits(rows: Rows, printed: dict[str, float], digits: int) -> None:
    agreed = how_far_they_agree(rated(rows))
    for path, figure in printed.items():
        value = found(agreed, path).value
        assert value is not None and round(value, digits) == round(figure, digits), (path, value)


INTERVALS = [
    # the ratings | the figure | low and high as printed, or worked out of the standard error as printed | how close
    (crossed(SAS), "cohen_kappa unweighted", 0.2137, 0.7547, 1e-4),
    (crossed(SAS), "cohen_kappa linear", 0.1845, 0.7558, 1e-4),
    (crossed(COUPLES), "cohen_kappa unweighted", -0.00512, 0.2638, 5e-5),
    (crossed(COUPLES), "cohen_kappa linear", 0.08388, 0.3909, 5e-5),
    (crossed(WINNIPEG), "cohen_kappa unweighted", 0.2079 - 1.96 * 0.05046, 0.2079 + 1.96 * 0.05046, 1e-4),
    (crossed(WINNIPEG), "cohen_kappa linear", 0.3797 - 1.96 * 0.05167, 0.3797 + 1.96 * 0.05167, 1e-4),
    (crossed(NEW_ORLEANS), "cohen_kappa unweighted", 0.2965 - 1.96 * 0.07850, 0.2965 + 1.96 * 0.07850, 1e-4),
    (crossed(NEW_ORLEANS), "cohen_kappa linear", 0.4773 - 1.96 * 0.07303, 0.4773 + 1.96 * 0.07303, 1e-4),
    (crossed(BONETT), "cohen_kappa unweighted", 0.5317210, 0.8196303, 1e-7),
    (crossed(BONETT), "pooled_kappa unweighted", 0.5270551, 0.8202643, 1e-7),
    (SHROUT_FLEISS, "icc ICC(1,1)", -0.133, 0.72, 5e-3),
    (SHROUT_FLEISS, "icc ICC(2,1)", 0.019, 0.76, 5e-3),
    (SHROUT_FLEISS, "icc ICC(3,1)", 0.342, 0.95, 5e-3),
    (SHROUT_FLEISS, "icc ICC(1,k)", -0.884, 0.91, 5e-3),
    (SHROUT_FLEISS, "icc ICC(2,k)", 0.071, 0.93, 5e-3),
    (SHROUT_FLEISS, "icc ICC(3,k)", 0.676, 0.99, 5e-3),
]


@pytest.mark.parametrize(("rows", "path", "low", "high", "close"), INTERVALS)
def test_published_intervals(rows: Rows, path: str, low: float, high: float, close: float) -> None:
    figure = found(how_far_they_agree(rated(rows)), path)
    assert figure.low == pytest.approx(low, abs=close) and figure.high == pytest.approx(high, abs=close)


def test_weights_of_ones_own_as_in_cohen_1968() -> None:
    """His weights for three diagnoses are no distances: 0.348, table 1."""
    apart = {(1.0, 2.0): 1, (1.0, 3.0): 3, (2.0, 3.0): 6}
    pairs = [(float(one), float(other)) for one, other in crossed(COHEN_1968)]
    figure = kappa(
        [[pair] for pair in pairs], lambda one, other: 1 - apart.get((min(one, other), max(one, other)), 0) / 6
    )
    assert round(figure.value, 3) == 0.348


level = st.integers(1, 5)


def of_two(least: int = 10) -> st.SearchStrategy[list[tuple[int, int]]]:
    return st.lists(st.tuples(level, level), min_size=least, max_size=40)


@few
@given(of_two(), st.sampled_from(sorted(WEIGHTS)))
def test_cohens_kappa_is_that_of_statsmodels(rows: list[tuple[int, int]], weights: str) -> None:
    figure = how_far_they_agree(rated(rows)).cohen_kappa[weights]
    if figure.value is None:
        assert len({one for row in rows for one in row}) == 1
        return
    table = numpy.zeros((5, 5))
    for one, other in rows:
        table[one - 1, other - 1] += 1
    with numpy.errstate(all="ignore"):  # its test of kappa = 0, which is not asked for
        theirs = cohens_kappa(table, wt=None if weights == "unweighted" else weights)
    assert figure.value == pytest.approx(theirs.kappa, abs=1e-12)
    if figure.low is not None and figure.high is not None:
        assert figure.low == pytest.approx(max(theirs.kappa_low, -1), abs=1e-9)
        assert figure.high == pytest.approx(min(theirs.kappa_upp, 1), abs=1e-9)


@few
@given(st.lists(st.tuples(level, level, level, level), min_size=3, max_size=20))
def test_fleiss_kappa_is_that_of_statsmodels(rows: list[tuple[int, ...]]) -> None:
    ours = how_far_they_agree(rated(rows)).fleiss_kappa.value
    if ours is None:
        assert len({one for row in rows for one in row}) == 1
    else:
        assert ours == pytest.approx(fleiss_kappa(aggregate_raters(numpy.array(rows))[0]), abs=1e-12)


@few
@given(
    st.lists(st.tuples(*[st.one_of(st.none(), level)] * 4), min_size=3, max_size=15),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_krippendorffs_alpha_is_that_of_his_library(rows: list[tuple[int | None, ...]], scale: str) -> None:
    agreed = how_far_they_agree(rated(rows))
    ours = agreed.krippendorff_alpha[scale].value
    comparable = [one for row in rows if sum(one is not None for one in row) > 1 for one in row if one is not None]
    if ours is None:
        assert agreed.n_pairs < 10 or len(set(comparable)) == 1
        return
    units = numpy.array([[numpy.nan if one is None else one for one in row] for row in rows], dtype=float).T
    theirs = krippendorff.alpha(reliability_data=units, level_of_measurement=scale)
    assert ours == pytest.approx(theirs, abs=1e-12)


@few
@given(st.lists(st.tuples(level, level, level), min_size=4, max_size=12))
def test_intraclass_correlations_come_out_of_the_variance_components(rows: list[tuple[int, ...]]) -> None:
    """A second way: least squares instead of sums of squares, components of variance instead of ratios."""
    figures = how_far_they_agree(rated(rows)).icc
    n, k = len(rows), 3
    ratings = numpy.array(rows, dtype=float)
    item = numpy.kron(numpy.eye(n), numpy.ones((k, 1)))
    observer = numpy.kron(numpy.ones((n, 1)), numpy.eye(k))

    def left_over(design: numpy.ndarray) -> float:
        answer = ratings.ravel() - design @ numpy.linalg.pinv(design) @ ratings.ravel()
        return float(answer @ answer)

    both = left_over(numpy.hstack([item, observer]))
    of_error, within = both / ((n - 1) * (k - 1)), left_over(item) / (n * (k - 1))
    of_items = (left_over(observer) - both) / (n - 1)
    of_observers = (left_over(item) - both) / (k - 1)
    components = {
        "1": ((of_items - within) / k, within),
        "2": ((of_items - of_error) / k, of_error + (of_observers - of_error) / n),
        "3": ((of_items - of_error) / k, of_error),
    }
    for form, figure in figures.items():
        true, noise = components[form[4]]
        noise /= k if form.endswith("k)") else 1
        if figure.value is None:
            assert true + noise == pytest.approx(0, abs=1e-9), form
        else:
            assert figure.value * (true + noise) == pytest.approx(true, abs=1e-9), form


@pytest.mark.parametrize("freedom", [(1, 1), (1, 30), (5, 15), (5, 18), (40, 3), (7, 2.37), (1.2, 9), (400, 900)])
@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_quantiles_of_f_are_those_of_scipy(freedom: tuple[float, float], share: float) -> None:
    assert f_quantile(share, *freedom) == pytest.approx(f_of_scipy.ppf(share, *freedom), rel=1e-8)


@pytest.mark.parametrize("weights", sorted(WEIGHTS))
@pytest.mark.parametrize("rows", [ANXIETY, DIAGNOSES], ids=["anxiety", "diagnoses"])
def test_interval_of_several_pairs_per_item_is_about_that_of_leaving_one_item_out(rows: Rows, weights: str) -> None:
    """The jackknife, which knows nothing of the formula. Taking the pairs for independent would be far too sure."""
    items = pairs_of(by_item(rated(rows)))
    without = [pooled(items[:i] + items[i + 1 :], weights).value for i in range(len(items))]
    error = sqrt(variance(without) * (len(items) - 1) ** 2 / len(items))
    ours = pooled(items, weights)
    assert ours.low is not None
    assert (ours.value - ours.low) / DEVIATIONS == pytest.approx(error, rel=0.12)
