"""Which overlapping groups may have their figures published together."""

import random
import time
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.small_groups import left_out_of, safe_to_show


def people(*ranges: int | range) -> frozenset[int]:
    return frozenset(one for part in ranges for one in (part if isinstance(part, range) else (part,)))


TEN, SIX, FOUR = people(range(10)), people(range(6)), people(range(6, 10))

CASES: list[tuple[str, dict[str, frozenset[int]], int, set[str]]] = [
    ("nothing", {}, 5, set()),
    ("a group of nobody", {"a": people()}, 5, {"a"}),
    ("a group of four", {"a": people(range(4))}, 5, set()),
    ("a group of five", {"a": people(range(5))}, 5, {"a"}),
    ("five are few where the service says seven", {"a": people(range(5))}, 7, set()),
    ("the same group twice", {"a": SIX, "b": SIX}, 5, {"a", "b"}),
    ("two apart", {"a": people(range(5)), "b": people(range(5, 10))}, 5, {"a", "b"}),
    ("all, and all but four", {"all": TEN, "six": SIX}, 5, {"all"}),
    ("all, and all but five", {"all": people(range(11)), "six": SIX}, 5, {"all", "six"}),
    ("all, six and four of them", {"all": TEN, "six": SIX, "four": FOUR}, 5, {"all"}),
    ("two that differ by one person each way", {"a": people(range(6)), "b": people(range(1, 7))}, 5, {"a"}),
    ("two that share one person", {"a": people(range(6)), "b": people(range(5, 11))}, 5, {"a", "b"}),
    (
        "two parts that share one person, with the whole: a + b - all is that person",
        {"all": people(range(11)), "a": people(range(6)), "b": people(range(5, 11))},
        5,
        {"all", "a"},
    ),
    (
        "three parts that leave out four: only all three together tell",
        {"all": people(range(22)), "a": people(range(6)), "b": people(range(6, 12)), "c": people(range(12, 18))},
        5,
        {"all", "a", "b"},
    ),
    (
        "three parts that leave out five",
        {"all": people(range(23)), "a": people(range(6)), "b": people(range(6, 12)), "c": people(range(12, 18))},
        5,
        {"all", "a", "b", "c"},
    ),
    (
        "two by two with its totals: a cell of four is the rest of its row and of its column",
        {
            "north": people(range(10)),
            "south": people(range(10, 22)),
            "nurses": people(range(6), range(10, 16)),
            "officers": people(range(6, 10), range(16, 22)),
            "north nurses": people(range(6)),
            "north officers": people(range(6, 10)),
            "south nurses": people(range(10, 16)),
            "south officers": people(range(16, 22)),
        },
        5,
        {"north", "south", "nurses", "officers"},
    ),
    (
        "with weights: all twice, less three pairs of groups, is three people twice",
        {
            "all": people(range(18)),
            "ab": people(range(10)),
            "bc": people(range(5, 15)),
            "ca": people(range(5), range(10, 15)),
        },
        5,
        {"all", "ab", "ca"},
    ),
    (
        "five people, two of them twice as heavy, are still five",
        {"a": people(range(5), range(10, 20)), "b": people(range(10, 20))},
        5,
        {"a", "b"},
    ),
]


@pytest.mark.parametrize(("groups", "smallest", "shown"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_cases(groups: dict[str, frozenset[int]], smallest: int, shown: set[str]) -> None:
    assert safe_to_show(groups, smallest) == shown


def test_what_is_of_more_use_goes_first() -> None:
    groups = {"all": TEN, "six": SIX, "four": FOUR}
    assert safe_to_show(groups, 5) == {"all"}
    assert safe_to_show(groups, 5, first=lambda key: key == "all") == {"six"}
    assert safe_to_show({**groups, "everybody": TEN}, 5, first=lambda key: key != "everybody") == {"all", "everybody"}


def rank(rows: Iterable[list[int]]) -> int:
    left = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((number for number in range(found, len(left)) if left[number][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for number in range(found + 1, len(left)):
            times = left[number][column] / left[found][column]
            left[number] = [a - times * b for a, b in zip(left[number], left[found], strict=True)]
        found += 1
    return found


def tells_about_few(shown: Iterable[frozenset[int]], smallest: int) -> bool:
    """By force: is there a set of fewer people than that, outside of which the rows are dependent on each other in a
    new way? Then some combination of them is nought outside it, and not within."""
    rows = [group for group in shown if group]
    everyone = sorted(frozenset().union(*rows))
    whole = rank([[int(person in group) for person in everyone] for group in rows])
    for few in combinations(everyone, min(smallest - 1, len(everyone))):
        others = [person for person in everyone if person not in few]
        if rank([[int(person in group) for person in others] for group in rows]) < whole:
            return True
    return False


GROUPS = st.dictionaries(st.integers(0, 9), st.frozensets(st.integers(0, 8), max_size=9), min_size=1, max_size=6)


@given(GROUPS, st.integers(1, 4))
def test_what_is_shown_tells_about_no_few_and_what_is_hidden_would(
    groups: dict[int, frozenset[int]], smallest: int
) -> None:
    shown = safe_to_show(groups, smallest)
    assert not tells_about_few([groups[key] for key in shown], smallest)
    for key in groups.keys() - shown:
        larger = [groups[other] for other in shown if len(groups[other]) >= len(groups[key])]
        assert tells_about_few([*larger, groups[key]], smallest), "hidden without need"


@given(GROUPS, st.integers(1, 5))
def test_no_sum_or_difference_of_what_is_shown_is_about_a_few(groups: dict[int, frozenset[int]], smallest: int) -> None:
    shown = [groups[key] for key in safe_to_show(groups, smallest)]
    for signs in product((-1, 0, 1), repeat=len(shown)):
        weights = [
            sum(sign for sign, group in zip(signs, shown, strict=True) if person in group) for person in range(9)
        ]
        assert not 0 < sum(bool(weight) for weight in weights) < smallest


@given(GROUPS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_neither_keys_nor_their_order_change_the_answer(
    groups: dict[int, frozenset[int]], smallest: int, shuffler: random.Random
) -> None:
    keys = list(groups)
    shuffler.shuffle(keys)
    renamed: Mapping[str, frozenset[int]] = {f"group {key}": groups[key] for key in keys}
    assert safe_to_show(renamed, smallest) == {f"group {key}" for key in safe_to_show(groups, smallest)}


def test_sixty_communities_of_eight_roles_with_totals_take_little_time() -> None:
    """Roles of 1 to 9 people, every twelfth person in two communities."""
    groups: dict[tuple[object, object], set[int]] = {}
    person = 0
    for community, role in product(range(60), range(8)):
        for _ in range(1 + (community * 5 + role * 7) % 9):
            person += 1
            places = [(community, role)] + ([((community + 1) % 60, role)] if person % 12 == 0 else [])
            for place, post in places:
                for key in ((place, post), (place, "all"), ("all", post), ("all", "all")):
                    groups.setdefault(key, set()).add(person)
    started = time.perf_counter()
    shown = safe_to_show({key: frozenset(who) for key, who in groups.items()}, 5)
    assert time.perf_counter() - started < 5
    assert {("all", "all"), *((place, "all") for place in range(59))} <= shown
    assert 150 < len(shown) < len(groups)


@pytest.mark.parametrize(
    ("parts", "left_out", "story"),
    [
        ([range(6), range(7)], set(), "all large enough"),
        ([range(6), range(0), range(7)], set(), "nothing happened in one: nobody is concerned"),
        ([range(9), range(2), range(6)], {1, 2}, "the sum less the others would be the two: the next larger goes too"),
        ([range(9), range(3), range(3, 6)], {1, 2}, "three and three others are six: the rest stays"),
        ([range(9), range(3), range(3)], {0, 1, 2}, "the same three twice are still three"),
        ([range(4)], {0}, "nothing stands beside it"),
    ],
)
def test_a_part_too_small_to_give_is_not_the_rest_of_a_sum(parts: list[range], left_out: set[int], story: str) -> None:
    assert left_out_of([people(part) for part in parts], 5) == left_out, story
    assert left_out_of([people(part) for part in parts], 0) == frozenset(), "who sees each of them by name"
