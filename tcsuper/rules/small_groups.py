"""Which figures about overlapping groups of people may be published together without telling about a few of them.

Whoever sees counts alone is offered the same figure for many groups: a community, a role, a role within a community,
everyone. Each may be large enough and two of them still differ by one person: the difference of the two figures is then
that person's. Not only pairs do this: of a table with its totals any cell is a sum and difference of the others.

The published figures are sums over their groups, so all that adding and subtracting them can tell is a combination of
the groups' rows in a table of people. The rule (security, rules under the access table): no combination may concern
fewer than `smallest` people, whatever their weights in it; a combination that concerns nobody tells nothing.

Groups are taken larger first, and one that would break the rule beside those already taken is left out. People who are
in exactly the same groups can never be told apart and are one "atom" with its size. The taken rows are kept solved
(each with an atom of its own, its pivot, large ones preferred), so that of a next row one question is left: is there a
set of atoms of fewer than `smallest` people outside of which it is a combination of the taken ones? Wherever what is
left of it after subtracting them is not nought, one of the few atoms of that column must be in the set: a short search.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Number = int | Fraction
Line = dict[int, Number]
"""A row of the table: atom to its weight, noughts left out."""


def safe_to_show(
    groups: Mapping[Key, frozenset[int]], smallest: int, first: Callable[[Key], int] = lambda _: 0
) -> frozenset[Key]:
    """The keys of those groups whose figures may be published together.

    `first`: what is more use to the reader than the rest, by its key: a lower number goes before a higher, and among
    equals the larger group before the smaller. Same people, same answer: it depends neither on the keys themselves nor
    on their order. A group of nobody is always safe.
    """
    places: dict[frozenset[int], int] = {}
    for key, people in groups.items():
        if len(people) >= smallest and people:
            places[people] = min(first(key), places.get(people, first(key)))
    in_turn = sorted(places, key=lambda people: (places[people], -len(people), sorted(people)))
    lines, sizes = _in_atoms(in_turn)
    taken = _Taken(sizes, smallest)
    shown = {people for people, line in zip(in_turn, lines, strict=True) if taken.takes(line)}
    return frozenset(key for key, people in groups.items() if not people or people in shown)


def left_out_of(parts: Sequence[frozenset[int]], smallest: int) -> frozenset[int]:
    """Of the parts of a whole whose sum is told elsewhere, those whose figure is not given, by their place: each that
    concerns few people; and where all of these together still do, the next larger one as well, since the sum less the
    given parts would tell of them. A part that concerns nobody is given."""
    smaller_first = sorted((len(people), place) for place, people in enumerate(parts) if people)
    left_out: list[int] = []
    for size, place in smaller_first:
        together = frozenset[int]().union(*(parts[one] for one in left_out))
        if size >= smallest and (not left_out or len(together) >= smallest):
            break
        left_out.append(place)
    return frozenset(left_out)


def _in_atoms(groups: list[frozenset[int]]) -> tuple[list[Line], list[int]]:
    """Each group as a line of atoms, and how many people each atom has."""
    member_of: dict[int, list[int]] = {}
    for number, people in enumerate(groups):
        for person in people:
            member_of.setdefault(person, []).append(number)
    atoms = Counter(tuple(numbers) for numbers in member_of.values())
    lines: list[Line] = [{} for _ in groups]
    for atom, numbers in enumerate(sorted(atoms)):
        for number in numbers:
            lines[number][atom] = 1
    return lines, [atoms[numbers] for numbers in sorted(atoms)]


class _Taken:
    """The lines taken so far, solved: each has a pivot that no other line has."""

    def __init__(self, sizes: list[int], smallest: int) -> None:
        self.sizes = sizes
        self.smallest = smallest
        self.solved: dict[int, Line] = {}

    def takes(self, line: Line) -> bool:
        """Take one more line, unless together with those taken it tells about a few people."""
        rest = _reduced(line, self.solved)
        if not rest:
            return True  # a combination of what is shown already: tells nothing new
        if _told_about_few(rest, self.solved, self.sizes, self.smallest - 1):
            return False
        _add(rest, self.solved, self.sizes)
        return True


def _reduced(line: Line, solved: dict[int, Line]) -> Line:
    """What is left of a line when the solved ones are subtracted so that none of their pivots is in it."""
    rest = dict(line)
    for pivot in [atom for atom in line if atom in solved]:
        _subtract(rest, solved[pivot], rest[pivot])
    return rest


def _subtract(line: Line, other: Line, times: Number) -> None:
    for atom, weight in other.items():
        value = line.get(atom, 0) - times * weight
        if value:
            line[atom] = value
        else:
            line.pop(atom, None)


def _add(rest: Line, solved: dict[int, Line], sizes: list[int]) -> None:
    """Solve for one more line: the largest atom is its pivot, so that the columns of small ones stay short."""
    pivot = max(rest, key=lambda atom: (sizes[atom], -atom))
    by = rest[pivot]
    line: Line = rest if by == 1 else {atom: Fraction(weight) / by for atom, weight in rest.items()}
    for other in solved.values():
        if pivot in other:
            _subtract(other, line, other[pivot])
    solved[pivot] = line


def _told_about_few(rest: Line, solved: dict[int, Line], sizes: list[int], spare: int) -> bool:
    """Whether leaving out some atoms of at most `spare` people makes the rest a combination of the solved lines.

    `rest` has no pivot in it. For an atom in it, the atom itself or the pivot of a line that has the atom must be among
    those left out: otherwise the line stands out by it, whatever is added.
    """
    if not rest:
        return True
    small = {atom for atom in solved if sizes[atom] <= spare}
    least: list[int] | None = None
    for atom in rest:
        column = [pivot for pivot in small if atom in solved[pivot]]
        if sizes[atom] <= spare:
            column.append(atom)
        if not column:
            return False
        if least is None or len(column) < len(least):
            least = column
    for atom in sorted(least or []):
        less, remaining = _without(atom, rest, solved, sizes)
        if _told_about_few(less, remaining, sizes, spare - sizes[atom]):
            return True
    return False


def _without(atom: int, rest: Line, solved: dict[int, Line], sizes: list[int]) -> tuple[Line, dict[int, Line]]:
    """The same with an atom struck out of the table, and solved again where it was a pivot."""
    others = {
        pivot: {other: weight for other, weight in line.items() if other != atom} if atom in line else dict(line)
        for pivot, line in solved.items()
        if pivot != atom
    }
    less = {other: weight for other, weight in rest.items() if other != atom}
    freed = {other: weight for other, weight in solved.get(atom, {}).items() if other != atom}
    if freed:
        _add(freed, others, sizes)
        less = _reduced(less, others)
    return less, others
