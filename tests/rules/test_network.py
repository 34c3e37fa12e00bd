"""Who supervises whom as a whole: nobody is missing, and every ring is one."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.network import (
    Pair,
    on_day,
    places,
    ring_next_step,
    ring_sentence,
    rings,
    supervised_by,
    unsupervised,
)
from tcsuper.rules.standing import Span
from tests.rules.days import unhurried

TODAY = date(2026, 5, 12)
ALWAYS = Span(date(2024, 1, 15))
NAMES = {number: chr(ord("A") + number) for number in range(26)}
IDS = {name: number for number, name in NAMES.items()}


def pairs(text: str, purpose: str = "clinical", span: Span = ALWAYS) -> list[Pair]:
    """ "AB BC": A supervises B, B supervises C."""
    return [Pair(IDS[one], IDS[other], purpose, span) for one, other in text.split()]


def named(ring: tuple[int, ...]) -> str:
    return "".join(NAMES[one] for one in ring)


GRAPHS = [
    # who supervises whom | the rings | of those in it, whom nobody supervises
    ("", "", ""),
    ("AB", "", "A"),
    ("AB AC AD", "", "A"),
    ("AB BC CD", "", "A"),
    ("AB CB", "", "AC"),
    ("AB AB", "", "A"),
    ("AA", "", "A"),
    ("AA AB", "", "A"),
    ("AB BA", "AB", ""),
    ("BA AB", "AB", ""),
    ("AB BA BC", "AB", ""),
    ("CA AB BA", "AB", "C"),
    ("AB BC CA", "ABC", ""),
    ("CA BC AB", "ABC", ""),
    ("AB BC CD DA", "ABCD", ""),
    ("AB BC CD DE EA", "ABCDE", ""),
    ("AB BA CD DC", "AB CD", ""),
    ("AB BA CD DE EC", "AB CDE", ""),
    ("AB BA BC CB", "AB BC", ""),
    ("AB BC CA AC", "AC ABC", ""),
    ("AB BC CA BA", "AB ABC", ""),
    ("AB BC CD DB", "BCD", "A"),
    ("AB BC CA AD DE", "ABC", ""),
    ("AB AC BD CD", "", "A"),
    ("AB AC BD CD DA", "ABD ACD", ""),
    ("AB BA AC CA AD DA", "AB AC AD", ""),
    ("AB BC AC", "", "A"),
    ("AA BB AB BA", "AB", ""),
    ("AB BC CD DE EF FA CA", "ABC ABCDEF", ""),
    ("AB BA CD DC BC DA", "AB CD ABCD", ""),  # whoever is on the long ring is on a short one too
]


@pytest.mark.parametrize(("text", "expected", "alone"), GRAPHS)
def test_rings_and_who_has_nobody(text: str, expected: str, alone: str) -> None:
    graph = pairs(text)
    people = sorted({IDS[one] for one in text.replace(" ", "")})
    assert [named(ring) for ring in rings(graph, TODAY)] == expected.split()
    assert named(tuple(unsupervised(graph, people, TODAY))) == alone


def test_people_without_any_agreement_are_not_missing() -> None:
    assert unsupervised([], [3, 1, 2], TODAY) == [3, 1, 2]
    assert unsupervised(pairs("AB"), [IDS["B"], IDS["Q"]], TODAY) == [IDS["Q"]]


def test_a_leader_contracted_to_their_own_group_is_no_ring_and_is_not_supervised_by_it() -> None:
    group = pairs("AA AB AC")
    assert rings(group, TODAY) == []
    assert unsupervised(group, [IDS["A"], IDS["B"]], TODAY) == [IDS["A"]]


@pytest.mark.parametrize(
    ("purpose", "is_ring"), [("clinical", True), ("professional", True), ("managerial", False), ("after_group", False)]
)
def test_only_where_one_answers_for_their_practice_is_there_a_ring(purpose: str, is_ring: bool) -> None:
    assert bool(rings([*pairs("AB"), *pairs("BA", purpose)], TODAY)) is is_ring


def test_another_purpose_is_no_clinical_supervision() -> None:
    assert unsupervised(pairs("AB", "managerial"), [IDS["B"]], TODAY) == [IDS["B"]]


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (10, True), (11, False)])
def test_both_days_of_an_agreement_count(days: int, holds: bool) -> None:
    span = Span(TODAY, TODAY + timedelta(days=10))
    graph, on = [*pairs("AB"), *pairs("BA", span=span)], TODAY + timedelta(days=days)
    assert bool(rings(graph, on)) is holds
    assert unsupervised(graph, [IDS["A"]], on) == ([] if holds else [IDS["A"]])


def test_a_lapsed_supervisor_is_named_with_those_still_supervised() -> None:
    over = Span(date(2024, 1, 15), TODAY - timedelta(days=1))
    graph = [*pairs("AC AB AB BD"), *pairs("AE", span=over)]
    assert supervised_by(graph, {IDS["A"], IDS["C"]}, TODAY) == {IDS["A"]: [IDS["B"], IDS["C"]]}


def test_a_ring_is_said_in_its_order() -> None:
    assert ring_sentence((0, 1), NAMES) == "A supervises B, and B supervises A."
    assert ring_sentence((0, 2, 1), NAMES) == "A supervises C, C supervises B, and B supervises A."
    assert ring_next_step((0, 2, 1), NAMES) == "Agree another supervisor for one of them: A, C or B."


# ---------------------------------------------------------------------------------------------------------------------
# Any graph

a_person = st.integers(0, 5)
graphs = st.lists(
    st.builds(
        Pair,
        a_person,
        a_person,
        st.sampled_from(["clinical", "professional", "managerial"]),
        st.sampled_from([ALWAYS, Span(date(2025, 1, 1), date(2025, 12, 31))]),
    ),
    max_size=20,
)


def lies_on_a_ring(graph: list[Pair], person: int) -> bool:
    """By walking on from whom they supervise until they come back, or not: written without the library."""
    seen, waiting = set(), [person]
    while waiting:
        one = waiting.pop()
        for pair in graph:
            if pair.supervisor == one and pair.supervisee not in seen:
                seen.add(pair.supervisee)
                waiting.append(pair.supervisee)
    return person in seen


@unhurried
@given(graphs)
def test_every_ring_is_one_and_nobody_on_one_is_missing(graph: list[Pair]) -> None:
    """Seen to fail when the shortest ring through each person, not each pair, was kept."""
    counted = on_day(graph, TODAY, ("clinical", "professional"))
    edges = {(pair.supervisor, pair.supervisee) for pair in counted}
    found = rings(graph, TODAY)
    for ring in found:
        assert len(set(ring)) == len(ring) >= 2
        assert set(zip(ring, [*ring[1:], ring[0]], strict=True)) <= edges
    on_one = {person for ring in found for person in ring}
    assert on_one == {person for person in range(10) if lies_on_a_ring(counted, person)}
    covered = {edge for ring in found for edge in zip(ring, [*ring[1:], ring[0]], strict=True)}
    for one, other in edges:
        comes_back = any(pair.supervisee == one for pair in counted) and _leads(counted, other, one)
        assert ((one, other) in covered) is comes_back


def _leads(graph: list[Pair], start: int, end: int) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        one = waiting.pop()
        reached = {pair.supervisee for pair in graph if pair.supervisor == one} - seen
        seen |= reached
        waiting += reached
    return end in seen


@unhurried
@given(graphs, st.randoms())
def test_the_order_of_entry_changes_nothing(graph: list[Pair], chance) -> None:  # type: ignore[no-untyped-def]
    mixed = list(graph)
    chance.shuffle(mixed)
    assert rings(mixed, TODAY) == rings(graph, TODAY)
    assert places(mixed, range(12), TODAY) == places(graph, range(12), TODAY)


@unhurried
@given(graphs)
def test_nobody_is_missing_from_the_picture_and_no_two_stand_on_one_place(graph: list[Pair]) -> None:
    found = places(graph, range(12), TODAY)
    assert set(found) == set(range(12))
    assert len(set(found.values())) == len(found)
    assert all(0 < place.row < 1 for place in found.values())


@unhurried
@given(graphs)
def test_supervisors_stand_left_of_whom_they_supervise(graph: list[Pair]) -> None:
    found, on_a_ring = places(graph, range(10), TODAY), set()
    for ring in rings(graph, TODAY, ()):
        on_a_ring |= set(ring)
    for pair in on_day(graph, TODAY):
        if not {pair.supervisor, pair.supervisee} <= on_a_ring:
            assert found[pair.supervisor].column < found[pair.supervisee].column


def test_who_is_known_only_by_one_pair_is_in_the_picture_too() -> None:
    """An external supervisor is none of the people in post."""
    assert set(places(pairs("XA"), [IDS["A"]], TODAY)) == {IDS["X"], IDS["A"]}
    assert places([], [], TODAY) == {}


def test_the_library_is_loaded_by_whoever_asks_and_nobody_else() -> None:
    """A tenth of a second that the start of the product does not pay."""
    asks = "import sys; import tcsuper.rules.network, tcsuper.web; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asks], check=False).returncode == 0
