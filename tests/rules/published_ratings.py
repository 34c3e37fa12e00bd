"""Ratings that others have published with their figures, and how the tests write ratings.

Sources of the examples:
- Cohen J (1968), Weighted kappa, Psychological Bulletin 70, 213-220, table 1: 200 cases, three diagnoses.
- Landis JR, Koch GG (1977), Biometrics 33, 159-174: diagnoses of multiple sclerosis by two neurologists (Westlund and
  Kurland 1953). Figures with standard errors as printed for `MSPatients` in the manual of R's vcd and vcdExtra.
- Hout, Duncan and Sobel (1987), in Agresti (1990), Categorical data analysis: answers of 91 couples. Figures,
  standard errors and intervals as printed for `SexualFun` in the manual of vcdExtra.
- SAS/STAT, PROC FREQ, the output of a 3 by 3 table that statsmodels is tested against.
- Bonett DG, manual of R's statpsych, ci.kappa: Cohen's and the intraclass kappa of a 2 by 2 table, with intervals.
- Gwet K, `cont3x3abstractors` in R's irrCAC, whose README prints the table and kappa2.table of it: 100 patients, two
  abstractors.
- `anxiety` in R's irr, 20 people: kappa2 of the first two raters with squared weights, 0.297.
- Fleiss JL (1971), Psychological Bulletin 76, 378-382: 30 patients, 6 psychiatrists, 5 diagnoses; patient by patient
  `diagnoses` in R's irr, whose manual and Datanovia's print Light's kappa too.
- Wikipedia, Fleiss' kappa: 10 items, 14 observers, 5 categories.
- Krippendorff K (2011), Computing Krippendorff's alpha-reliability, sections A, B, and C to E (4 observers, 12 units,
  gaps); Wikipedia, Krippendorff's alpha (3 observers, 15 units, gaps), in the digits of the krippendorff
  library.
- Shrout PE, Fleiss JL (1979), Psychological Bulletin 86, 420-428, tables 2 and 4: 6 targets, 4 judges. Intervals as R's
  psych prints them.
"""

from collections.abc import Iterable, Sequence

from tcsuper.rules.agreement.figures import Figure
from tcsuper.rules.agreement.ratings import Rating
from tcsuper.rules.agreement.summary import Agreement

Rows = Sequence[Sequence[float | None]]


def rated(rows: Iterable[Sequence[float | None]]) -> list[Rating]:
    """One row per item, one column per observer."""
    return [Rating(f"item {i:03}", f"observer {j}", level) for i, row in enumerate(rows) for j, level in enumerate(row)]


def crossed(table: Sequence[Sequence[int]], lowest: int = 1) -> list[list[float]]:
    """A table of two observers as one row per item."""
    return [
        [lowest + i, lowest + j] for i, row in enumerate(table) for j, many in enumerate(row) for _ in range(many)
    ]  # fmt: skip


def columns(*observers: str) -> list[list[float | None]]:
    """Digits of each observer as one row per item; a dot is a gap."""
    return [[None if one == "." else float(one) for one in item] for item in zip(*observers, strict=True)]


def found(agreed: Agreement, path: str) -> Figure:
    """“cohen_kappa linear”, “fleiss_kappa”."""
    group, _, one = path.partition(" ")
    figure = getattr(agreed, group)
    return figure[one] if one else figure


WINNIPEG = [[38, 5, 0, 1], [33, 11, 3, 0], [10, 14, 5, 6], [3, 7, 3, 10]]
NEW_ORLEANS = [[5, 3, 0, 0], [3, 11, 4, 0], [2, 13, 3, 4], [1, 2, 4, 14]]
COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
BONETT = [[31, 12], [4, 58]]
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
COHEN_1968 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
DIAGNOSES = [
    [int(one) for one in patient]
    for patient in (
        "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 "
        "333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"
    ).split()
]
FLEISS_ON_WIKIPEDIA = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
KRIPPENDORFF = columns("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
KRIPPENDORFF_A = columns("0100000010", "1110010000")
KRIPPENDORFF_B = columns("112243335441", "212223335444")
KRIPPENDORFF_ON_WIKIPEDIA = columns(".....34121133.3", "1.213343.......", "..21344.21133.4")
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
ANXIETY = columns("33345523522615221243", "36462424332333221334", "21443216111233113322")
"""Three raters of 20 people, `anxiety` in R's irr."""
