"""How observers differ who rated the same session blind to each other: per standard, and over all of a set.

Only double-rated sessions tell (domain, section 9): an item is one standard in one session. What several wrote
together, and what somebody settled afterwards, says nothing about how far they agreed, and is not handed in here. The
figures are those of rules/agreement, worked out with numbers in the place of names. Kappa is the pooled one with
quadratic weights: whichever two observers made a pair, neither is first or second, and two levels apart count four
times as much as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tcsuper.rules.agreement.bands import ICC_BANDS, KAPPA_BANDS, BandSet
from tcsuper.rules.agreement.figures import Figure
from tcsuper.rules.agreement.ratings import Rating
from tcsuper.rules.agreement.summary import Agreement, how_far_they_agree
from tcsuper.rules.small_groups import safe_to_show

WEIGHTS = "quadratic"
WHOLE_SET = 0
"""In the place of a standard: all standards of a set together."""
WORDS_OF = (None, *KAPPA_BANDS.values())
"""By the number that the service chose; 0: no words."""
WORDS_OF_ICC = ICC_BANDS["koo-li"]


@dataclass(frozen=True, slots=True)
class BlindRating:
    """What one observer gave on one standard in one session (`session`: the plan it was observed by)."""

    session: int
    observed: int
    observer: int
    standard: int
    level: int


@dataclass(frozen=True, slots=True)
class Differing:
    """How far the observers of a set, or on one standard of it, agree."""

    sessions: int
    agreed: Agreement

    @property
    def raw(self) -> Figure:
        return self.agreed.raw_agreement

    @property
    def kappa(self) -> Figure:
        return self.agreed.pooled_kappa[WEIGHTS]


def rated_twice(ratings: Iterable[BlindRating]) -> list[BlindRating]:
    """Of the standards in sessions that two observers or more rated."""
    by_item: dict[tuple[int, int], list[BlindRating]] = defaultdict(list)
    for one in ratings:
        by_item[one.session, one.standard].append(one)
    return [one for levels in by_item.values() if len({one.observer for one in levels}) > 1 for one in levels]


def how_they_differ(ratings: Iterable[BlindRating], scale: tuple[int, int], bands: BandSet | None) -> Differing:
    """Of any ratings: over all of them together."""
    counted = rated_twice(ratings)
    rows = [Rating(f"{one.session} {one.standard}", str(one.observer), one.level) for one in counted]
    agreed = how_far_they_agree(rows, scale, bands, WORDS_OF_ICC if bands else None)
    return Differing(len({one.session for one in counted}), agreed)


def may_be_shown(ratings_of_sets: Mapping[int, Sequence[BlindRating]], smallest: int) -> frozenset[tuple[int, int]]:
    """Which of them may be shown to those who see counts alone: (set, standard), or (set, WHOLE_SET). All are offered
    side by side, so they are chosen together: no two of them, nor more, tell about fewer people than that."""
    observed: dict[tuple[int, int], set[int]] = defaultdict(set)
    for set_id, ratings in ratings_of_sets.items():
        for one in rated_twice(ratings):
            observed[set_id, one.standard].add(one.observed)
            observed[set_id, WHOLE_SET].add(one.observed)
    safe = safe_to_show({key: frozenset(people) for key, people in observed.items()}, smallest)
    return frozenset(key for key in observed if key in safe)
