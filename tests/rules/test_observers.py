"""How observers differ: which ratings are compared, which figures come out, and which of them may be shown."""

import pytest

from tcsuper.rules.agreement.bands import KAPPA_BANDS
from tcsuper.rules.observers import (
    WHOLE_SET,
    WORDS_OF,
    BlindRating,
    how_they_differ,
    may_be_shown,
    rated_twice,
)
from tests.rules.published_ratings import COUPLES, crossed

SCALE = (1, 4)


def both(session: int, standard: int, one: int, other: int, observed: int | None = None) -> list[BlindRating]:
    """Two observers of a session, who are others each time."""
    person = session if observed is None else observed
    return [
        BlindRating(session, person, 100 + 2 * session + i, standard, level) for i, level in enumerate((one, other))
    ]


def of_pairs(pairs: list) -> list[BlindRating]:
    return [rating for at, (one, other) in enumerate(pairs) for rating in both(at, 7, one, other)]


def test_a_standard_that_one_observer_alone_saw_is_not_compared() -> None:
    ratings = [*both(1, 7, 3, 2), BlindRating(1, 1, 102, 8, 4), BlindRating(2, 2, 102, 7, 4)]
    assert rated_twice(ratings) == ratings[:2]
    assert how_they_differ(ratings, SCALE, None).sessions == 1


def test_whoever_is_first_of_a_pair_changes_nothing() -> None:
    """The same observers throughout or others each time, in whichever order: the pairs are the same."""
    rows = crossed(COUPLES)
    figure = how_they_differ(of_pairs(rows), SCALE, KAPPA_BANDS["landis-koch"]).kappa
    turned = how_they_differ(of_pairs([row[::-1] for row in rows]), SCALE, KAPPA_BANDS["landis-koch"]).kappa
    assert (figure.value, figure.low, figure.high) == (turned.value, turned.low, turned.high)
    assert figure.form.startswith("quadratic weights") and figure.n_pairs == 91 and figure.words == "fair"


@pytest.mark.parametrize(
    ("pairs", "share", "kappa", "said"),
    [
        ([(3, 3)] * 9, 1.0, None, "9 pairs of ratings: too few to say"),
        ([(3, 3)] * 12, 1.0, None, "All ratings are the same level"),
        ([(2, 2), (3, 3)] * 6, 1.0, 1.0, "All pairs agree"),
        ([(2, 3), (3, 2)] * 6, 0.0, -1.0, ""),
        ([], None, None, "No item was rated"),
    ],
    ids=["too few", "all equal", "full agreement", "never the same", "nothing"],
)
def test_what_cannot_be_said_says_why(pairs: list, share: float | None, kappa: float | None, said: str) -> None:
    differing = how_they_differ(of_pairs(pairs), SCALE, None)
    assert differing.raw.value == share
    assert differing.kappa.value == (None if kappa is None else pytest.approx(kappa)) and said in differing.kappa.note


def test_the_number_of_the_service_chooses_the_words() -> None:
    assert [one and one.name for one in WORDS_OF] == [None, "Landis and Koch", "Altman", "McHugh"]


def of_people(set_id: int, standards: dict[int, range]) -> dict[int, list[BlindRating]]:
    """By standard who was observed on it, each in a session of their own."""
    return {set_id: [one for s, people in standards.items() for who in people for one in both(who, s, 3, 2, who)]}


@pytest.mark.parametrize(
    ("standards", "shown"),
    [
        ({1: range(5)}, {WHOLE_SET, 1}),
        ({1: range(4)}, set()),
        ({1: range(6), 2: range(6)}, {WHOLE_SET, 1, 2}),
        ({1: range(6), 2: range(5)}, {WHOLE_SET, 1}),  # the second would tell about the one in whom they differ
        ({1: range(10), 2: range(5)}, {WHOLE_SET, 1, 2}),
        ({1: range(10), 2: range(3)}, {WHOLE_SET, 1}),
    ],
)
def test_of_few_people_nothing_is_shown_neither_alone_nor_by_difference(standards: dict, shown: set) -> None:
    ratings = of_people(3, standards)
    assert {standard for _, standard in may_be_shown(ratings, 5)} == shown
    assert {standard for _, standard in may_be_shown(ratings, 0)} == {WHOLE_SET, *standards}, (
        "to who reads them by name"
    )
