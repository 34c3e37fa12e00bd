import pytest

from tcsuper.rules.own_view import beside_observed, own_views_beside


@pytest.mark.parametrize(
    ("own", "observed", "said"),
    [
        (None, 3, ""),
        (None, None, ""),
        (2, None, "not observed yet"),
        (3, 3, "as observed"),
        (4, 3, "one level higher than observed"),
        (1, 3, "2 levels lower than observed"),
        (0, 0, "as observed"),
        (0, 1, "one level lower than observed"),
        (6, 0, "6 levels higher than observed"),
    ],
)
def test_an_own_view_is_said_beside_what_was_observed(own: int | None, observed: int | None, said: str) -> None:
    assert beside_observed(own, observed) == said


@pytest.mark.parametrize(
    ("views", "said"),
    [
        ([], ""),
        ([("A", None, 3), ("B", 2, None)], ""),
        ([("A", 3, 3)], "You see yourself as observed on 1 standard."),
        (
            [("A", 4, 3), ("B", 2, 3), ("C", 3, 3), ("D", 3, 3), ("E", None, 1)],
            "You see yourself higher than observed on “A”; lower than observed on “B”; as observed on 2 standards.",
        ),
        ([("A", 0, 1)], "You see yourself lower than observed on “A”."),
    ],
)
def test_own_views_are_summed_up_without_an_average(views: list, said: str) -> None:
    assert own_views_beside(views, "You see yourself") == said
