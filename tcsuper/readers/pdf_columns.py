"""Two columns of running text on a page are read one after the other. A label beside its text is no such column."""

from collections.abc import Iterator
from itertools import groupby

_NARROWEST, _GAP = 25, 3
_LINES, _BESIDE, _ACROSS = 8, 0.5, 0.15
"""At least so many lines stand beside each other, this share of those that keep the gap; and so few run across it."""


def one_after_the_other(page: str) -> str:
    """`page` is drawn in a grid of characters."""
    lines = page.split("\n")
    at = _between_columns(lines)
    return "\n".join(_in_turn(lines, at)) if at else page


def _between_columns(lines: list[str]) -> int:
    """Where the gap between two columns ends, or nought."""
    widest = max(map(len, lines), default=0)
    places = range(_NARROWEST, widest - _NARROWEST)
    best = max(places, key=lambda at: (len(_beside(lines, at)) - 3 * len(_across(lines, at)), at), default=0)
    beside, across = _beside(lines, best), _across(lines, best)
    written = sum(bool(line.strip()) for line in lines)
    if not best or len(beside) < max(_LINES, _BESIDE * (written - len(across))) or len(across) > _ACROSS * written:
        return 0
    lefts, rights = ([len(half.strip()) for half in halves] for halves in zip(*beside, strict=True))
    return best if min(sum(lefts), sum(rights)) >= _NARROWEST * len(beside) else 0


def _halves(line: str, at: int) -> tuple[str, str]:
    return line[:at], line[at:]


def _keeps_the_gap(line: str, at: int) -> bool:
    return not line[at - _GAP : at].strip()


def _beside(lines: list[str], at: int) -> list[tuple[str, str]]:
    """The lines that have words on both sides of the gap."""
    halves = (_halves(line, at) for line in lines if _keeps_the_gap(line, at))
    return [(left, right) for left, right in halves if left.strip() and right.strip()]


def _across(lines: list[str], at: int) -> list[str]:
    return [line for line in lines if not _keeps_the_gap(line, at)]


def _in_turn(lines: list[str], at: int) -> Iterator[str]:
    """Of each stretch between lines that run across the gap, the left half and then the right one."""
    for keeps, stretch in groupby(lines, key=lambda line: _keeps_the_gap(line, at)):
        if not keeps:
            yield from stretch
            continue
        halves = [_halves(line, at) for line in stretch]
        yield from (left.rstrip() for left, _ in halves)
        yield from ("", *(right.rstrip() for _, right in halves), "")
