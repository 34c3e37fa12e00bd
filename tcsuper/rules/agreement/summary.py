"""All figures of agreement from one set of ratings. `how_far_they_agree` is the way in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby
from math import fsum
from typing import Any

from tcsuper.rules.agreement.alpha import DIFFERENCES, alpha
from tcsuper.rules.agreement.bands import BandSet
from tcsuper.rules.agreement.figures import Figure, figure
from tcsuper.rules.agreement.icc import FORMS, ONE_WAY, icc
from tcsuper.rules.agreement.kappa import WEIGHTS, Estimate, cohen, pooled
from tcsuper.rules.agreement.ratings import (
    LEAST_PAIRS,
    Rating,
    Table,
    Undefined,
    by_item,
    count_pairs,
    equally_often_rated,
    levels_in,
    observers_in,
    pairs_of,
    rated_by,
)
from tcsuper.words import count

MOST_LEVELS = 50
"""Kappa and alpha are for scales; more levels than that are measurements or totals, and for the ICC."""
Scale = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BetweenTwo:
    """Two of more than two observers, on the items that both rated."""

    observers: tuple[str, str]
    raw_agreement: Figure
    cohen_kappa: dict[str, Figure]

    def as_data(self) -> dict[str, Any]:
        return {
            "observers": list(self.observers),
            "n_pairs": self.raw_agreement.n_pairs,
            "raw_agreement": self.raw_agreement.as_data(),
            "cohen_kappa": _data(self.cohen_kappa),
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """`n_items` and `n_observers` have a rating; `n_compared` items have two or more. `n_missing`: levels left blank.
    `pooled_kappa` takes the pairs of all observers together; with two observers it stands beside Cohen's."""

    n_items: int
    n_compared: int
    n_observers: int
    n_ratings: int
    n_missing: int
    n_pairs: int
    levels: list[float]
    raw_agreement: Figure
    cohen_kappa: dict[str, Figure]
    pooled_kappa: dict[str, Figure]
    fleiss_kappa: Figure
    krippendorff_alpha: dict[str, Figure]
    icc: dict[str, Figure]
    between_two: list[BetweenTwo] = field(default_factory=list)
    bands: list[BandSet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def figures(self) -> list[Figure]:
        several = (self.cohen_kappa, self.pooled_kappa, self.krippendorff_alpha, self.icc)
        cohen_, pooled_, alpha_, icc_ = (list(one.values()) for one in several)
        return [self.raw_agreement, *cohen_, *pooled_, self.fleiss_kappa, *alpha_, *icc_]

    def as_text(self) -> list[str]:
        """Lines for people: each name with its forms below it."""
        lines: list[str] = []
        for name, figures in groupby(self.figures(), lambda one: one.name):
            lines += [name, *(f"  {one.form}: {one.statement}" for one in figures)]
        return [*lines, *self.notes, *(f"Words: {one.source}." for one in self.bands)]

    def as_data(self) -> dict[str, Any]:
        """For JSON. The keys are documented in the help of `python -m tcsuper agreement`; they stay."""
        return {
            "n_items": self.n_items,
            "n_compared": self.n_compared,
            "n_observers": self.n_observers,
            "n_ratings": self.n_ratings,
            "n_missing": self.n_missing,
            "n_pairs": self.n_pairs,
            "levels": [int(one) if one == int(one) else one for one in self.levels],
            "raw_agreement": self.raw_agreement.as_data(),
            "cohen_kappa": _data(self.cohen_kappa),
            "pairs_of_observers": [one.as_data() for one in self.between_two],
            "pooled_kappa": _data(self.pooled_kappa),
            "fleiss_kappa": self.fleiss_kappa.as_data(),
            "krippendorff_alpha": _data(self.krippendorff_alpha),
            "icc": _data(self.icc),
            "bands": [{"key": one.key, "name": one.name, "source": one.source} for one in self.bands],
            "notes": self.notes,
        }


def how_far_they_agree(
    rows: Iterable[Rating],
    scale: Scale | None = None,
    bands: BandSet | None = None,
    icc_bands: BandSet | None = None,
) -> Agreement:
    """`scale`: its lowest and highest level, to be named (no figure depends on levels that nobody gave). `bands` and
    `icc_bands`: whose words to use, of bands.KAPPA_BANDS and ICC_BANDS; no words without. Raises RatedTwice."""
    ratings = list(rows)
    table = by_item(ratings)
    observers = observers_in(table)
    compared = [levels for levels in table.values() if len(levels) > 1]
    two = [BetweenTwo(one, *_of_two(rated_by(table, one), bands)) for one in _who_share_items(table, observers)]
    return Agreement(
        n_items=len(table),
        n_compared=len(compared),
        n_observers=len(observers),
        n_ratings=sum(len(levels) for levels in table.values()),
        n_missing=sum(one.level is None for one in ratings),
        n_pairs=count_pairs(table),
        levels=levels_in(table),
        raw_agreement=_raw_agreement(table),
        cohen_kappa=_of_two(table, bands)[1] if len(observers) < 3 else _means(table, two, bands),
        between_two=two if len(observers) > 2 else [],
        pooled_kappa=_pooled(table, bands),
        fleiss_kappa=_fleiss(table, bands),
        krippendorff_alpha=_alphas(table),
        icc=_iccs(table, observers, icc_bands),
        bands=[one for one in (bands, icc_bands) if one],
        notes=_notes(table, scale),
    )


def _raw_agreement(table: Table) -> Figure:
    """Said however few the pairs are."""
    pairs = [pair for one in pairs_of(table) for pair in one]
    alike = sum(one == other for one, other in pairs)
    compared = {item: levels for item, levels in table.items() if len(levels) > 1}
    numbers = (len(compared), len(observers_in(compared)), len(pairs))
    form = "share of pairs of ratings with the same level"
    if not pairs:
        return Figure("Raw agreement", form, *numbers, note=_nothing_to_compare(table))
    few = f" Fewer than {LEAST_PAIRS} pairs: too few to say more." if len(pairs) < LEAST_PAIRS else ""
    note = f"{alike} of {count(len(pairs), 'pair')} agree.{few}"
    return Figure("Raw agreement", form, *numbers, value=alike / len(pairs), note=note)


def _nothing_to_compare(table: Table) -> str:
    if not table:
        return "No item was rated."
    one_observer = "There is one observer only. " if len(observers_in(table)) == 1 else ""
    return f"{one_observer}No item was rated by two observers."


def _comparable(table: Table) -> None:
    if not count_pairs(table):
        raise Undefined(_nothing_to_compare(table))


def _on_a_scale(table: Table) -> None:
    _comparable(table)
    if len(levels_in(table)) > MOST_LEVELS:
        raise Undefined(f"More than {MOST_LEVELS} different levels: these are no levels of a scale. See the ICC.")


def _estimate(table: Table, worked_out: Callable[[], Estimate]) -> Callable[[], Estimate]:
    def checked() -> Estimate:
        _on_a_scale(table)
        return worked_out()

    return checked


def _weighted(weights: str) -> str:
    return weights if weights == "unweighted" else f"{weights} weights"


def _who_share_items(table: Table, observers: Sequence[str]) -> list[tuple[str, str]]:
    together = {pair for levels in table.values() for pair in combinations(levels, 2)}
    return [pair for pair in combinations(observers, 2) if pair in together]


def _of_two(table: Table, bands: BandSet | None) -> tuple[Figure, dict[str, Figure]]:
    """Raw agreement, and Cohen's kappa by its weights. The levels of each item are in order of the observers' names."""
    pairs = [pair for one in pairs_of(table) for pair in one]
    kappas = {}
    for weights in WEIGHTS:
        worked_out = _estimate(table, lambda weights=weights: cohen(pairs, weights))  # type: ignore[misc]
        kappas[weights] = figure("Cohen's kappa", f"{_weighted(weights)}, two observers", table, worked_out, bands)
    return _raw_agreement(table), kappas


def _means(table: Table, two: Sequence[BetweenTwo], bands: BandSet | None) -> dict[str, Figure]:
    """Of more than two observers: the mean of Cohen's kappa over the pairs of observers (Light 1971), those that share
    enough items."""
    found = {}
    for weights in WEIGHTS:
        kappas = [one.cohen_kappa[weights].value for one in two]
        values = [value for value in kappas if value is not None]
        of_whom = f"{count(len(values), 'pair')} of" if values else "pairs of"
        form = f"{_weighted(weights)}, mean over {of_whom} observers (Light 1971)"
        found[weights] = figure("Cohen's kappa", form, table, _estimate(table, _mean_of(values, len(two))), bands)
    return found


def _mean_of(values: Sequence[float], pairs_of_observers: int) -> Callable[[], Estimate]:
    of_them = f"{len(values)} of {count(pairs_of_observers, 'pair')} of observers who share items"

    def mean() -> Estimate:
        if not values:
            least = f"No two observers share {LEAST_PAIRS} items on which their kappa is defined."
            raise Undefined(f"{least} The pooled kappa and alpha take all pairs together.")
        note = f"The mean of {of_them}; the others share fewer than {LEAST_PAIRS} items or have no kappa. "
        said = "" if len(values) == pairs_of_observers else note
        return Estimate(fsum(values) / len(values), note=f"{said}A mean of kappas has no interval of this kind.")

    return mean


def _pooled(table: Table, bands: BandSet | None) -> dict[str, Figure]:
    found = {}
    for weights in WEIGHTS:
        worked_out = _estimate(table, lambda weights=weights: pooled(pairs_of(table), weights))  # type: ignore[misc]
        form = f"{_weighted(weights)}, all pairs of ratings, no observer first or second"
        found[weights] = figure("Pooled kappa", form, table, worked_out, bands)
    return found


def _fleiss(table: Table, bands: BandSet | None) -> Figure:
    usual = equally_often_rated(table)
    ratings = len(next(iter(usual.values()), {}))
    left_out = sum(len(levels) > 1 for levels in table.values()) - len(usual)
    about = f"{count(left_out, 'item')} with another number of ratings left out." if left_out else ""
    form = f"unweighted, {ratings} ratings per item by any observers (Fleiss 1971)" if usual else "unweighted"
    worked_out = _estimate(usual or table, lambda: pooled(pairs_of(usual), "unweighted"))
    return figure("Fleiss' kappa", form, usual or table, worked_out, bands, about)


def _alphas(table: Table) -> dict[str, Figure]:
    once = sum(len(levels) == 1 for levels in table.values())
    about = f"{count(once, 'item')} rated once left out, as the method has it." if once and count_pairs(table) else ""
    found = {}
    for scale in DIFFERENCES:
        worked_out = _estimate(table, lambda scale=scale: Estimate(alpha(table, scale)))  # type: ignore[misc]
        found[scale] = figure("Krippendorff's alpha", scale, table, worked_out, None, about)
    return found


def _iccs(table: Table, observers: Sequence[str], bands: BandSet | None) -> dict[str, Figure]:
    """One-way forms: items with the usual number of ratings, whoever gave them. Two-way forms: items that every
    observer rated."""
    complete, usual = rated_by(table, observers), equally_often_rated(table)
    found = {}
    for form, meaning in FORMS.items():
        counted, which = (
            (usual, "with another number of ratings") if form in ONE_WAY else (complete, "not rated by every observer")
        )
        k = len(next(iter(counted.values()), {}))
        left_out = len(table) - len(counted)
        about = f"{count(left_out, 'item')} {which} left out." if left_out and len(counted) > 1 else ""
        worked_out = _full_table(table, counted, form)
        named = meaning.replace("the k ratings", f"{k} ratings") if k else meaning
        found[form] = figure("Intraclass correlation", f"{form}, {named}", counted, worked_out, bands, about)
    return found


def _full_table(table: Table, counted: Table, form: str) -> Callable[[], Estimate]:
    def worked_out() -> Estimate:
        _comparable(table)
        if len(counted) < 2 and form not in ONE_WAY:
            whole = f"Only {count(len(counted), 'item')} was" if counted else "No item was"
            raise Undefined(f"{whole} rated by every observer; it takes two.")
        return icc([list(levels.values()) for levels in counted.values()], form)

    return worked_out


def _notes(table: Table, scale: Scale | None) -> list[str]:
    used = levels_in(table)
    if not used:
        return []
    said = f"The scale is {scale[0]} to {scale[1]}, as given." if scale else (
        f"No scale was given: it is taken to go from {used[0]:g} to {used[-1]:g}, the levels in use."
    )  # fmt: skip
    apart = "Levels lie as far apart as their numbers; levels that nobody gave change no figure."
    alone = "Krippendorff's alpha stands without an interval: no formula gives one, only drawing the ratings anew."
    return [said, apart, alone]


def _data(figures: dict[str, Figure]) -> dict[str, Any]:
    return {name: one.as_data() for name, one in figures.items()}
