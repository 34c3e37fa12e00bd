"""Bullets that a pdf draws as small shapes, as browsers do, made letters again: else no list would have any."""

from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PageObject
from pypdf.generic import ByteStringObject, DictionaryObject, FloatObject, NameObject

_FONT = NameObject("/DrawnBullet")
_BULLET = ByteStringObject(b"\x95")
_LEAST, _MOST, _SQUARE = 0.1, 0.6, 1.4
"""Of the height of letters; and how much wider than high, or higher than wide, a bullet is at most."""
_BASELINE = 0.3
_PAINTS = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s"}

Operation = tuple[Any, bytes]
Point = tuple[float, float]


def write_drawn_bullets(page: PageObject) -> None:
    """Changes the page as it is held in memory: after each small round or square shape stands a bullet."""
    contents = page.get_contents()
    if contents is None:
        return
    operations = list(contents.operations)
    written = list(_written(operations))
    if len(written) == len(operations):
        return
    resources: Any = page["/Resources"].get_object()
    fonts = resources.setdefault(NameObject("/Font"), DictionaryObject()).get_object()
    plain = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    fonts[_FONT] = DictionaryObject({NameObject(key): NameObject(value) for key, value in plain.items()})
    contents.operations = written
    page[NameObject("/Contents")] = contents


def _written(operations: Sequence[Operation]) -> Iterator[Operation]:
    shapes: list[list[Point]] = []
    last: Point | None = None
    for (operands, operator), (size, matrix) in zip(operations, _letters_after(operations), strict=True):
        yield operands, operator
        numbers = _numbers(operands)
        if operator == b"m" or operator == b"re":
            shapes.append([])
        if operator == b"re" and len(numbers) == 4:
            x, y, width, height = numbers
            shapes[-1] += [(x, y), (x + width, y + height)]
        elif operator in {b"m", b"l", b"c", b"v", b"y"} and shapes:
            shapes[-1] += list(zip(numbers[::2], numbers[1::2], strict=False))
        elif operator in _PAINTS or operator == b"n":
            for shape in shapes if operator != b"n" else []:
                place = _bullet_at(shape, abs(size * matrix[3]))
                if place and place != last:
                    yield from _bullet(place, size, matrix)
                    last = place
            shapes = []


def _letters_after(operations: Sequence[Operation]) -> list[tuple[float, list[float]]]:
    """At each place, how high and which way the next letters are written: a bullet stands before its words."""
    found = []
    size, matrix = 0.0, [1.0, 0.0, 0.0, 1.0]
    for operands, operator in reversed(operations):
        numbers = _numbers(operands) if operator in {b"Tf", b"Tm"} else []
        size = numbers[0] if operator == b"Tf" and numbers else size
        matrix = numbers[:4] if operator == b"Tm" and len(numbers) == 6 else matrix
        found.append((size, matrix))
    return found[::-1]


def _numbers(operands: Any) -> list[float]:
    return [float(one) for one in operands if isinstance(one, int | float)] if isinstance(operands, list) else []


def _bullet_at(shape: Sequence[Point], height: float) -> Point | None:
    """Its middle, when it is as small as a bullet beside letters of this height."""
    across, up = sorted(x for x, _ in shape), sorted(y for _, y in shape)
    if not shape or not height:
        return None
    width, rise = across[-1] - across[0], up[-1] - up[0]
    is_small = _LEAST * height <= min(width, rise) and max(width, rise) <= _MOST * height
    if not is_small or max(width, rise) > _SQUARE * min(width, rise):
        return None
    return round((across[0] + across[-1]) / 2, 1), round((up[0] + up[-1]) / 2, 1)


def _bullet(place: Point, size: float, matrix: Sequence[float]) -> Iterator[Operation]:
    x, y = place[0], place[1] - _BASELINE * size * matrix[3]
    yield [], b"q"
    yield [], b"BT"
    yield [_FONT, FloatObject(size)], b"Tf"
    yield [FloatObject(one) for one in (*matrix, x, y)], b"Tm"
    yield [_BULLET], b"Tj"
    yield [], b"ET"
    yield [], b"Q"
