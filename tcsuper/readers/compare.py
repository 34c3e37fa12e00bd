"""Two versions of one job description, responsibility by responsibility: what became of each, and what is new.

In: the texts of both by number, in their order. Out: changes that name every former and every new responsibility
exactly once. How alike two texts are is counted in words (rapidfuzz), after capitals and punctuation are set aside.
What is not alike enough is told as gone and as new, so that nothing is mapped to something else by a guess.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, permutations, product

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, LCSseq

Texts = Mapping[int, str]
Items = tuple[tuple[int, str], ...]

ALIKE = 0.6
"""From here on two texts are one responsibility, reworded."""
CONTAINED = 0.7
"""So much of a text has to be in another for it to be a piece of it."""
_WHOLE = 0.6
_OF_ITS_OWN = 0.5
_MOST_PIECES, _MOST_CANDIDATES = 4, 8


class Became(StrEnum):
    UNCHANGED = "unchanged"
    REWORDED = "reworded"
    MOVED = "moved"
    MERGED = "merged"
    SPLIT = "split"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Words:
    """A run of words that both versions have, or only one."""

    kind: str
    """`same`, `gone` or `new`"""
    text: str


@dataclass(frozen=True)
class Change:
    """`former` and `new` are the numbers concerned: one each, several on one side of a merge or split, none of what is
    new or gone. `alike` is 1.0 for the same words. What moved may be reworded too: then `words` says so."""

    became: Became
    former: tuple[int, ...]
    new: tuple[int, ...]
    alike: float
    words: tuple[Words, ...]

    @property
    def is_reworded(self) -> bool:
        return any(run.kind != "same" for run in self.words)


def compare(former: Texts, new: Texts) -> list[Change]:
    """In the order of the new version; what is gone stands where it stood before."""
    return list(_compared(tuple(former.items()), tuple(new.items())))


@lru_cache(maxsize=16)
def _compared(former_items: Items, new_items: Items) -> tuple[Change, ...]:
    """Kept, since pages that show it are drawn at every click; the texts are a catalogue's and nobody's secret."""
    former, new = dict(former_items), dict(new_items)
    pairs = _same(former, new)
    groups = _in_pieces(_left(former, pairs, 0), _left(new, pairs, 1))
    grouped = {number for group in groups for number in group[0]}, {number for group in groups for number in group[1]}
    rest_former = {number: text for number, text in _left(former, pairs, 0).items() if number not in grouped[0]}
    rest_new = {number: text for number, text in _left(new, pairs, 1).items() if number not in grouped[1]}
    pairs += _alike(rest_former, rest_new)
    in_place = _in_order(sorted(pairs))
    changes = [_of_pair(pair, former, new, pair in in_place) for pair in pairs]
    changes += [_of_group(group, former, new) for group in groups]
    known_former = {number for change in changes for number in change.former}
    known_new = {number for change in changes for number in change.new}
    changes += [
        Change(Became.GONE, (number,), (), 0.0, _words(former[number], ""))
        for number in former
        if number not in known_former
    ]
    changes += [
        Change(Became.NEW, (), (number,), 0.0, _words("", new[number])) for number in new if number not in known_new
    ]
    still_there = _in_order(sorted([*pairs, *((befores[0], afters[-1]) for befores, afters in groups)]))
    return tuple(sorted(changes, key=lambda change: _place(change, former, dict(still_there))))


def _same(former: Texts, new: Texts) -> list[tuple[int, int]]:
    """The same words, capitals and punctuation aside; of several the ones in order."""
    waiting: dict[tuple[str, ...], list[int]] = {}
    for number, text in new.items():
        waiting.setdefault(_bare(text), []).append(number)
    found = []
    for number, text in former.items():
        if like := waiting.get(_bare(text)):
            found.append((number, like.pop(0)))
    return found


def _left(texts: Texts, pairs: Iterable[tuple[int, int]], side: int) -> dict[int, str]:
    taken = {pair[side] for pair in pairs}
    return {number: text for number, text in texts.items() if number not in taken}


def _in_pieces(former: Texts, new: Texts) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Merges and splits: several texts of one side that together make up one of the other."""
    groups: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    gone, come = dict(former), dict(new)
    for number in new:
        if pieces := _pieces_of(new[number], gone):
            groups.append((pieces, (number,)))
            come.pop(number)
            for piece in pieces:
                gone.pop(piece)
    for number in list(gone):
        if pieces := _pieces_of(gone[number], come):
            groups.append(((number,), pieces))
            for piece in pieces:
                come.pop(piece)
    return groups


def _pieces_of(whole: str, texts: Texts) -> tuple[int, ...]:
    """Two to four texts, each mostly contained in the whole, in different words of it, that make up most of it: of as
    many the ones that leave least of it over, as sentences of one house share their set phrases."""
    words = _bare(whole)
    inside = [number for number, text in texts.items() if _contained(_bare(text), words) >= CONTAINED]
    inside = [number for number in inside if _alike_as(whole, texts[number]) < 0.9]
    inside = sorted(inside, key=lambda number: -len(texts[number]))[:_MOST_CANDIDATES]
    for size in range(min(_MOST_PIECES, len(inside)), 1, -1):
        left_over = {
            pieces: min(_left_over(words, order) for order in permutations([_bare(texts[one]) for one in pieces]))
            for pieces in combinations(inside, size)
        }
        best = min(left_over, key=left_over.__getitem__, default=())
        if best and left_over[best] <= (1 - _WHOLE) * len(words):
            return tuple(number for number in texts if number in best)
    return ()


def _left_over(whole: Sequence[str], pieces: Sequence[Sequence[str]]) -> int:
    """How many words of the whole are in none of the pieces; all of them where one is no piece of it. Each finds half
    of its words among those that the ones before have left: pieces often repeat their verb."""
    left = list(whole)
    for piece in pieces:
        if _contained(piece, left) < _OF_ITS_OWN:
            return len(whole)
        for step in reversed(list(LCSseq.opcodes(left, list(piece)))):
            if step.tag == "equal":
                del left[step.src_start : step.src_end]
    return len(left)


def _contained(piece: Sequence[str], whole: Sequence[str]) -> float:
    return LCSseq.similarity(list(piece), list(whole)) / len(piece) if piece else 0.0


def _alike(former: Texts, new: Texts) -> list[tuple[int, int]]:
    """The most alike first; each number once."""
    scored = [(_alike_as(before, after), one, other) for one, before in former.items() for other, after in new.items()]
    found: list[tuple[int, int]] = []
    for likeness, one, other in sorted(scored, key=lambda score: (-score[0], abs(score[1] - score[2]))):
        if likeness >= ALIKE and not any(one == pair[0] or other == pair[1] for pair in found):
            found.append((one, other))
    return found


def _alike_as(one: str, other: str) -> float:
    """In words, in their order or in any: a clause that changed places within a sentence is no new duty."""
    words, others = _bare(one), _bare(other)
    in_order = Indel.normalized_similarity(list(words), list(others))
    in_letters = fuzz.token_sort_ratio(" ".join(words), " ".join(others)) / 100
    return round((in_order + in_letters) / 2, 3)


def _bare(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def _in_order(pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The longest row of pairs that stand in the same order in both versions: the others have moved."""
    rows: list[list[tuple[int, int]]] = [[]]
    for pair in pairs:
        rows.append([*_longest(row for row in rows if not row or row[-1][1] < pair[1]), pair])
    return set(_longest(rows))


def _longest(rows: Iterable[list[tuple[int, int]]]) -> list[tuple[int, int]]:
    return sorted(rows, key=lambda row: -len(row))[0]


def _of_pair(pair: tuple[int, int], former: Texts, new: Texts, is_in_place: bool) -> Change:
    before, after = former[pair[0]], new[pair[1]]
    words = _words(before, after)
    became = Became.UNCHANGED if all(run.kind == "same" for run in words) else Became.REWORDED
    return Change(became if is_in_place else Became.MOVED, (pair[0],), (pair[1],), _alike_as(before, after), words)


def _of_group(group: tuple[tuple[int, ...], tuple[int, ...]], former: Texts, new: Texts) -> Change:
    became = Became.MERGED if len(group[0]) > 1 else Became.SPLIT
    before, after = max(
        (
            (" ".join(former[one] for one in befores), " ".join(new[one] for one in afters))
            for befores, afters in product(permutations(group[0]), permutations(group[1]))
        ),
        key=lambda pair: LCSseq.similarity(pair[0].split(), pair[1].split()),
    )
    return Change(became, *group, _alike_as(before, after), _words(before, after))


def _words(before: str, after: str) -> tuple[Words, ...]:
    """Word by word as written, so that a changed comma is seen too; what is gone stands before what is new."""
    one, other = before.split(), after.split()
    return tuple(_runs(one, other))


def _runs(one: Sequence[str], other: Sequence[str]) -> Iterator[Words]:
    gone: list[str] = []
    new: list[str] = []
    for step in Indel.opcodes(one, other):
        if step.tag == "equal":
            yield from _changed(gone, new)
            gone, new = [], []
            yield Words("same", " ".join(one[step.src_start : step.src_end]))
        gone += one[step.src_start : step.src_end] if step.tag == "delete" else []
        new += other[step.dest_start : step.dest_end] if step.tag == "insert" else []
    yield from _changed(gone, new)


def _changed(gone: Sequence[str], new: Sequence[str]) -> list[Words]:
    return [Words(kind, " ".join(run)) for kind, run in (("gone", gone), ("new", new)) if run]


def _place(change: Change, former: Texts, still_there: Mapping[int, int]) -> tuple[float, int]:
    """Where it stands in the new version; what is gone comes after the last one before it that kept its place."""
    if change.new:
        return min(change.new), 0
    before = [still_there[number] for number in former if number < change.former[0] and number in still_there]
    return (max(before) if before else 0) + 0.5, change.former[0]
