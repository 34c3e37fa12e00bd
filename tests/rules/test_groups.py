"""Several things in place of one: which way is met, what is said of it, and what is left to do."""

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.groups import AllOf, AnyOf, Node, Part, parts_of, read, standing
from tcsuper.rules.standing import Standing, Status
from tests.rules.days import day, maybe, unhurried

GOOD, SOON, LATE, GONE, NEW = (
    Status.UP_TO_DATE,
    Status.DUE_SOON,
    Status.OVERDUE,
    Status.EXPIRED,
    Status.NOT_STARTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Standing):
    """A standing of any kind, with its sentence given."""

    says: str = ""
    step: str = ""
    had: bool = True

    @property
    def because(self) -> str:
        return self.says

    @property
    def next_step(self) -> str:
        return self.step

    @property
    def is_met(self) -> bool:
        return self.had and self.status in (GOOD, SOON, Status.CONDITIONS)


def part(name: str, status: Status, due: str | None = None, since: str | None = None, had: bool = True) -> Part:
    word = {GOOD: "is in order", SOON: "ends soon", LATE: "is overdue", GONE: "has expired", NEW: "is not done"}[status]
    step = "" if status is GOOD else f"See to {name}."
    said = Said(
        status=status,
        due_on=maybe(due),
        since=maybe(since),
        says=f"{name} {word}.",
        step=step,
        had=had and status != NEW,
    )
    return Part(name, said)


A, B, C = (part(name, GOOD) for name in "ABC")
A_LATE, B_LATE, C_LATE = (part(name, LATE, "1 May 2026") for name in "ABC")
A_GONE, B_GONE = (part(name, GONE, "1 March 2026") for name in "AB")


def any_of(*parts: Node) -> AnyOf:
    return AnyOf(parts)


def all_of(*parts: Node) -> AllOf:
    return AllOf(parts)


@pytest.mark.parametrize(
    ("group", "is_met", "status", "because", "next_step"),
    [
        (any_of(A, B_LATE), True, GOOD, "It is met by A, one of 2 ways. A is in order.", ""),
        (any_of(A_LATE, B), True, GOOD, "It is met by B, one of 2 ways. B is in order.", ""),
        (
            any_of(A_LATE, B_LATE),
            False,
            LATE,
            "It is not met: it asks for A or B. Nearest is A: A is overdue.",
            "See to A.",
        ),
        (
            any_of(A_LATE, B_GONE),
            False,
            GONE,
            "It is not met: it asks for A or B. Nearest is B: B has expired.",
            "See to B.",
        ),
        (all_of(A, B), True, GOOD, "It is met: it asks for A and B. A is in order. B is in order.", ""),
        (
            all_of(A, B_LATE),
            False,
            LATE,
            "It is not met: it asks for A and B. A is in order. B is overdue.",
            "See to B.",
        ),
        (
            all_of(A_LATE, B_GONE, C),
            False,
            GONE,
            "It is not met: it asks for A, B and C. A is overdue. B has expired. C is in order.",
            "See to B.",
        ),
        (
            any_of(all_of(A, B_LATE), C),
            True,
            GOOD,
            "It is met by C, one of 2 ways. C is in order.",
            "",
        ),
        (
            any_of(all_of(A, B), C_LATE),
            True,
            GOOD,
            "It is met by A and B, one of 2 ways. A is in order. B is in order.",
            "",
        ),
        (
            any_of(all_of(A, B_LATE), all_of(A_LATE, C_LATE)),
            False,
            LATE,
            "It is not met: it asks for (A and B) or (A and C). Nearest is A and B: A is in order. B is overdue.",
            "See to B.",
        ),
        (
            any_of(all_of(A_LATE, B_LATE), C_LATE),
            False,
            LATE,
            "It is not met: it asks for (A and B) or C. Nearest is C: C is overdue.",
            "See to C.",
        ),
        (
            any_of(all_of(A_GONE, B), C_LATE),
            False,
            GONE,
            "It is not met: it asks for (A and B) or C. Nearest is A and B: A has expired. B is in order.",
            "See to A.",
        ),
        (
            all_of(any_of(A_LATE, B), C),
            True,
            GOOD,
            "It is met: it asks for (A or B) and C. B is in order. C is in order.",
            "",
        ),
        (
            all_of(any_of(A_LATE, B_GONE), C),
            False,
            GONE,
            "It is not met: it asks for (A or B) and C. B has expired. C is in order.",
            "See to B.",
        ),
        (
            any_of(all_of(any_of(A_LATE, B), C), A_LATE),
            True,
            GOOD,
            "It is met by (A or B) and C, one of 2 ways. B is in order. C is in order.",
            "",
        ),
        (
            any_of(part("A", SOON, "1 July 2026"), part("B", GOOD, "1 March 2027")),
            True,
            GOOD,
            "It is met by B, one of 2 ways. B is in order.",
            "",
        ),
        (
            any_of(part("A", SOON, "1 July 2026"), part("B", SOON, "1 June 2026")),
            True,
            SOON,
            "It is met by A, one of 2 ways. A ends soon.",
            "See to A.",
        ),
        (
            any_of(part("A", SOON, "1 July 2026", had=False), part("B", SOON, "1 June 2026")),
            True,
            SOON,
            "It is met by B, one of 2 ways. B ends soon.",
            "See to B.",
        ),
        (
            all_of(part("A", SOON, "1 July 2026"), part("B", SOON, "1 June 2026")),
            True,
            SOON,
            "It is met: it asks for A and B. A ends soon. B ends soon.",
            "See to B.",
        ),
        (
            all_of(part("A", NEW), B),
            False,
            NEW,
            "It is not met: it asks for A and B. A is not done. B is in order.",
            "See to A.",
        ),
    ],
)
def test_which_way_is_met(group: AnyOf | AllOf, is_met: bool, status: Status, because: str, next_step: str) -> None:
    found = standing("It", group)
    assert (found.is_met, found.status, found.because, found.next_step) == (is_met, status, because, next_step)


@pytest.mark.parametrize(
    ("group", "due", "since"),
    [
        (any_of(part("A", GOOD, "1 May 2027"), part("B", GOOD, "1 June 2027")), "1 June 2027", None),
        (any_of(part("A", GOOD, "1 May 2027"), part("B", GOOD)), None, None),
        (all_of(part("A", GOOD, "1 May 2027"), part("B", GOOD, "1 June 2027")), "1 May 2027", None),
        (all_of(part("A", GOOD), part("B", GOOD, "1 June 2027")), "1 June 2027", None),
        (
            any_of(part("A", GOOD, None, "1 May 2020"), part("B", GOOD, None, "1 May 2022")),
            None,
            "1 May 2020",
        ),
        (
            all_of(part("A", GOOD, None, "1 May 2020"), part("B", GOOD, None, "1 May 2022")),
            None,
            "1 May 2022",
        ),
        (
            any_of(all_of(part("A", GOOD, None, "1 May 2020"), part("B", GOOD, None, "1 May 2022")), C_LATE),
            None,
            "1 May 2022",
        ),
        (all_of(part("A", LATE, "1 May 2026", "2 May 2026"), B), "1 May 2026", "2 May 2026"),
    ],
)
def test_until_when_and_since_when(group: AnyOf | AllOf, due: str | None, since: str | None) -> None:
    found = standing("It", group)
    assert (found.due_on, found.since) == (maybe(due), maybe(since))


STORED: dict[str, Any] = {
    "any_of": ["training", {"all_of": ["a_course", {"any_of": ["an_exam", {"registration": {"any_of": ["bacp"]}}]}]}]
}


def test_a_stored_group_is_read_and_names_its_parts() -> None:
    def named(stored: Any) -> Part:
        return part(stored if isinstance(stored, str) else "BACP", GOOD)

    assert read(STORED, named).name == "training or (a_course and (an_exam or BACP))"
    assert parts_of(STORED) == ["training", "a_course", "an_exam", {"registration": {"any_of": ["bacp"]}}]


@pytest.mark.parametrize(
    "stored",
    [
        "a",
        {"registration": {}},
        {"any_of": []},
        {"any_of": "a"},
        {"some_of": ["a"]},
        {"any_of": ["a"], "all_of": ["b"]},
    ],
)
def test_what_is_no_group_is_not_read(stored: Any) -> None:
    with pytest.raises(ValueError, match="a group|lists"):
        read(stored, lambda one: part("A", GOOD))


# ---------------------------------------------------------------------------------------------------------------------
# Against a list of every way that would do

LETTERS = "ABCDE"


def trees(depth: int) -> st.SearchStrategy[Any]:
    leaf = st.sampled_from(LETTERS)
    if not depth:
        return leaf
    inner = st.lists(trees(depth - 1), min_size=1, max_size=3)
    return st.one_of(leaf, inner.map(lambda parts: {"any_of": parts}), inner.map(lambda parts: {"all_of": parts}))


def ways(stored: Any) -> list[frozenset[str]]:
    """Every set of letters that would do, written out."""
    if isinstance(stored, str):
        return [frozenset(stored)]
    [(how, parts)] = stored.items()
    if how == "any_of":
        return [way for one in parts for way in ways(one)]
    return [frozenset().union(*each) for each in product(*(ways(one) for one in parts))]


groups_of = st.lists(trees(2), min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([{"any_of": parts}, {"all_of": parts}])
)


@unhurried
@given(groups_of, st.sets(st.sampled_from(LETTERS)))
def test_a_group_is_met_when_one_of_the_ways_written_out_is(stored: Any, held: set[str]) -> None:
    dues = {letter: date(2027, 1, 1 + place) for place, letter in enumerate(LETTERS)}

    def judged(letter: Any) -> Part:
        has_it = letter in held
        return Part(letter, Said(status=GOOD if has_it else LATE, due_on=dues[letter] if has_it else day("1 May 2026")))

    found = standing("It", read(stored, judged))
    met_by = [way for way in ways(stored) if way <= held]
    assert found.is_met is bool(met_by)
    if met_by:  # it lasts as long as the way that lasts longest
        assert found.due_on == max(min(dues[letter] for letter in way) for way in met_by)
