"""Words for figures, by whoever proposed them. None of the sets is right by nature: a service chooses, and says which.

They were made for unweighted kappa (Koo and Li's and Cicchetti's for intraclass correlations) and read otherwise with
weights: the same ratings have a higher kappa with quadratic ones. So the name of the figure is always said with them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BandSet:
    """`bands`: the highest figure of each but the last, printed with two digits as the source does, and its word."""

    key: str
    name: str
    source: str
    bands: tuple[tuple[float, str], ...]

    def word(self, figure: float) -> str:
        return next(word for highest, word in self.bands if round(figure, 2) <= highest)


def _of(*sets: BandSet) -> dict[str, BandSet]:
    return {one.key: one for one in sets}


KAPPA_BANDS = _of(
    BandSet(
        "landis-koch",
        "Landis and Koch",
        "Landis JR, Koch GG (1977). The measurement of observer agreement for categorical data. Biometrics 33, 159-174",
        ((-0.01, "poor"), (0.20, "slight"), (0.40, "fair"), (0.60, "moderate"), (0.80, "substantial"),
         (1, "almost perfect")),
    ),
    BandSet(
        "altman",
        "Altman",
        "Altman DG (1991). Practical statistics for medical research. Chapman and Hall, London, p. 404",
        ((0.20, "poor"), (0.40, "fair"), (0.60, "moderate"), (0.80, "good"), (1, "very good")),
    ),
    BandSet(
        "mchugh",
        "McHugh",
        "McHugh ML (2012). Interrater reliability: the kappa statistic. Biochemia Medica 22, 276-282",
        ((0.20, "none"), (0.39, "minimal"), (0.59, "weak"), (0.79, "moderate"), (0.90, "strong"),
         (1, "almost perfect")),
    ),
)  # fmt: skip

ICC_BANDS = _of(
    BandSet(
        "koo-li",
        "Koo and Li",
        "Koo TK, Li MY (2016). A guideline of selecting and reporting intraclass correlation coefficients for "
        "reliability research. Journal of Chiropractic Medicine 15, 155-163",
        ((0.49, "poor"), (0.75, "moderate"), (0.90, "good"), (1, "excellent")),
    ),
    BandSet(
        "cicchetti",
        "Cicchetti",
        "Cicchetti DV (1994). Guidelines, criteria, and rules of thumb for evaluating normed and standardized "
        "assessment instruments in psychology. Psychological Assessment 6, 284-290",
        ((0.39, "poor"), (0.59, "fair"), (0.74, "good"), (1, "excellent")),
    ),
)
