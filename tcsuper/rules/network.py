"""Who supervises whom, as a whole: who has nobody, rings, supervisors who lapsed, and where each stands in a picture.

A pair is one supervisor and one supervisee under one agreement. A group is a pair of its leader with each contracted
member; a peer group, of whoever keeps it with each other member. Nobody is a pair with themselves.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tcsuper import words
from tcsuper.rules.standing import Span

if TYPE_CHECKING:
    import networkx as nx

CLINICAL = "clinical"
OF_PRACTICE = ("clinical", "professional")
"""Purposes in which one person answers to another for their practice: only there is a ring one. In a sensitivity group
or a line of management two people may well lead one another."""
CHART_FROM = 30
"""From so many people up a picture says more than its table."""


@dataclass(frozen=True, slots=True)
class Pair:
    supervisor: int
    supervisee: int
    purpose: str
    span: Span


def on_day(pairs: Iterable[Pair], on: date, purposes: Collection[str] = ()) -> list[Pair]:
    """Those in force on a date, for one of these purposes (empty: for any), and never of one person alone."""
    return [
        pair
        for pair in pairs
        if pair.span.holds(on) and pair.supervisor != pair.supervisee and (not purposes or pair.purpose in purposes)
    ]


def unsupervised(pairs: Iterable[Pair], people: Iterable[int], on: date, purpose: str = CLINICAL) -> list[int]:
    """Those of these people whom nobody supervises on a date, in the order given."""
    supervised = {pair.supervisee for pair in on_day(pairs, on, (purpose,))}
    return [person for person in people if person not in supervised]


def supervised_by(pairs: Iterable[Pair], supervisors: Collection[int], on: date) -> dict[int, list[int]]:
    """Of these supervisors, each with whom they supervise on a date, both by id; who supervises nobody is not there."""
    found: dict[int, set[int]] = defaultdict(set)
    for pair in on_day(pairs, on):
        if pair.supervisor in supervisors:
            found[pair.supervisor].add(pair.supervisee)
    return {supervisor: sorted(found[supervisor]) for supervisor in sorted(found)}


# ---------------------------------------------------------------------------------------------------------------------
# Rings


def rings(pairs: Iterable[Pair], on: date, purposes: Collection[str] = OF_PRACTICE) -> list[tuple[int, ...]]:
    """Rings in force on a date: each supervises the next, and the last supervises the first. The shortest first, each
    begun with its lowest id.

    Of each pair that lies on any ring the shortest ring through it is given, so nobody on a ring is missing. Not every
    ring there is: among people who all supervise one another there are more than anybody could read."""
    import networkx as nx  # here, not above: it takes a tenth of a second that no other page should pay

    graph = _graph(on_day(pairs, on, purposes))
    found: set[tuple[int, ...]] = set()
    for together in nx.strongly_connected_components(graph):
        within = graph.subgraph(together)
        for supervisor, supervisee in within.edges:
            found.add(_from_lowest(nx.shortest_path(within, supervisee, supervisor)))
    return sorted(found, key=lambda ring: (len(ring), ring))


def _graph(pairs: Iterable[Pair]) -> "nx.DiGraph[int]":
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from(sorted({(pair.supervisor, pair.supervisee) for pair in pairs}))
    return graph


def _from_lowest(ring: Sequence[int]) -> tuple[int, ...]:
    start = ring.index(min(ring))
    return (*ring[start:], *ring[:start])


def ring_sentence(ring: Sequence[int], names: Mapping[int, str]) -> str:
    """ "Asha supervises Ben, Ben supervises Carol, and Carol supervises Asha." """
    steps = [f"{names[one]} supervises {names[after]}" for one, after in zip(ring, [*ring[1:], ring[0]], strict=True)]
    if len(steps) == 2:
        return f"{steps[0]}, and {steps[1]}."
    return f"{', '.join(steps[:-1])}, and {steps[-1]}."


def ring_next_step(ring: Sequence[int], names: Mapping[int, str]) -> str:
    """What breaks a ring: another supervisor for one of those on it."""
    if len(ring) == 1:
        return f"Agree another supervisor for {names[ring[0]]}."
    return f"Agree another supervisor for one of them: {words.listed([names[one] for one in ring], 'or')}."


# ---------------------------------------------------------------------------------------------------------------------
# A picture


@dataclass(frozen=True, slots=True)
class Place:
    """`column` 0: whom nobody supervises; then each right of all who supervise them. `row`: from the top, 0 to 1."""

    column: int
    row: float


def places(pairs: Iterable[Pair], people: Iterable[int], on: date, purposes: Collection[str] = ()) -> dict[int, Place]:
    """Where each of these people, and everybody in a pair, stands: supervisors left of whom they supervise, those of
    one supervisor one under another. Who supervises nobody stands in the last column, supervised or not."""
    import networkx as nx

    graph = _graph(on_day(pairs, on, purposes))
    # the people of a ring stand in one column: between them there is no left and right
    together: Any = nx.condensation(graph)
    columns = [
        sorted(person for group in generation for person in together.nodes[group]["members"])
        for generation in nx.topological_generations(together)
    ]
    columns = _leaves_last(graph, columns)
    alone = sorted(set(people) - set(graph))
    if alone:
        columns = [*columns[:-1], [*(columns[-1] if columns else []), *alone]]
    return _rows(graph, columns)


def _leaves_last(graph: "nx.DiGraph[int]", columns: list[list[int]]) -> list[list[int]]:
    """Who supervises nobody moves to the last column, so that those without supervisees can be read as one list."""
    leaves = {person for person in graph if not graph.out_degree(person)}
    moved = [[person for person in column if person not in leaves] for column in columns]
    return [*[column for column in moved if column], sorted(leaves)] if leaves else columns


def _rows(graph: "nx.DiGraph[int]", columns: list[list[int]]) -> dict[int, Place]:
    """Each column in the order of its supervisors' mean row, spread evenly over the height."""
    found: dict[int, Place] = {}
    for number, column in enumerate(columns):
        ranked = sorted(column, key=lambda person: (_mean_row(graph, found, person), person))
        for position, person in enumerate(ranked):
            found[person] = Place(number, (position + 0.5) / len(ranked))
    return found


def _mean_row(graph: "nx.DiGraph[int]", found: Mapping[int, Place], person: int) -> float:
    above = [found[one].row for one in graph.predecessors(person) if one in found] if person in graph else []
    return sum(above) / len(above) if above else 1.0
