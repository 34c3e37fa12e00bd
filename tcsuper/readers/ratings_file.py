"""A csv of ratings, as people keep it: a header with item, observer (or rater) and level (or rating) in any order and
capitals, other columns beside them; comma, semicolon or tab; UTF-8 with or without its mark at the beginning.

A row per rating. An empty level is "not seen": missing, never zero. Names are the same whatever their capitals and
spaces. All that is wrong is told at once, by row, column and value; a file with anything wrong is not counted at all.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence

from tcsuper.errors import Refused
from tcsuper.rules.agreement.ratings import Rating
from tcsuper.words import count, listed

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
MOST_OBSERVERS = 30
MOST_PROBLEMS = 50
MOST_LETTERS = 200
SEPARATORS = (",", ";", "\t")
CALLED = {"item": "item", "observer": "observer", "rater": "observer", "level": "level", "rating": "level"}
COLUMNS = {"item": "“item”", "observer": "“observer” (or “rater”)", "level": "“level” (or “rating”)"}
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}(\.[0-9]{1,6})?")
_AROUND_A_NAME = ' "\r\n\ufeff'
_NOTHING = "Nothing was worked out."
_EMPTY = f"The file is empty. {_NOTHING} Choose the file again, or ask for another copy."
_SAVE_AS = "In Excel, save it as “CSV UTF-8”."

Row = tuple[int, list[str]]
"""Its number as a spreadsheet shows it, and its cells."""


class Problems:
    """What is wrong with the rows, in their order; the first ones are told, the rest counted."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.more = 0

    def add(self, problem: str) -> None:
        if len(self.told) < MOST_PROBLEMS:
            self.told.append(problem)
        else:
            self.more += 1

    def refuse_if_any(self) -> None:
        if self.told:
            rest = [f"And {count(self.more, 'more problem')}."] if self.more else []
            raise Refused("\n".join([*self.told, *rest, _NOTHING]))


def read_ratings(data: bytes, scale: tuple[int, int] | None = None) -> list[Rating]:
    """`scale`: its lowest and highest level; another level is a problem. Raises Refused with all problems."""
    rows = _rows(_text(data))
    places, header_width, rows_below = _below_header(rows)
    problems, names = Problems(), Names()
    ratings: list[Rating] = []
    given_in: dict[tuple[str, str], int] = {}
    for at, cells in rows_below:
        read = _rating(at, cells, places, header_width, scale, problems)
        if read is None:
            continue
        rating = Rating(names.same(read.item), names.same(read.observer), read.level)
        if rating.level is not None:
            before = given_in.setdefault((rating.item, rating.observer), at)
            if before != at:
                twice = f"{rating.observer} rated {rating.item} in both. Keep one of them, or leave one level empty."
                problems.add(f"Rows {before} and {at}: {twice}")
        ratings.append(rating)
    problems.refuse_if_any()
    if not ratings:
        raise Refused(f"The file has a header and no ratings below it. {_NOTHING}")
    observers = len({one.observer for one in ratings})
    if observers > MOST_OBSERVERS:
        raise Refused(f"The file has {observers:,} observers; the most is {MOST_OBSERVERS}. {_NOTHING}")
    return ratings


class Names:
    """One spelling for each name: the first that was met. “asha  lee” is Asha Lee."""

    def __init__(self) -> None:
        self._met: dict[str, str] = {}

    def same(self, name: str) -> str:
        return self._met.setdefault(unicodedata.normalize("NFC", name).casefold(), name)


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Refused(f"The file is bigger than {MOST_BYTES // 1024 // 1024} MB, the most. {_NOTHING}")
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Refused(f"This is a workbook or a document, and no csv file. {_NOTHING} {_SAVE_AS}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"The file is not written in UTF-8. {_NOTHING} {_SAVE_AS}") from None
    if not text.strip():
        raise Refused(_EMPTY)
    if "\0" in text:
        raise Refused(f"This is no csv file: it holds more than text. {_NOTHING} {_SAVE_AS}")
    return text


def _rows(text: str) -> list[Row]:
    """By the separator with which the first row has most of the columns; rows without anything in them left out."""
    first = next(line for line in text.splitlines() if line.strip())
    if re.fullmatch(r"sep=[,;\t]", first.strip(" \r\n"), re.IGNORECASE):  # Excel's own way to say it
        text = text.replace(first, "", 1)
        return list(_split(text, first.strip(" \r\n")[-1]))
    return list(_split(text, max(SEPARATORS, key=lambda one: len(_places(first.split(one))))))


def _split(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    at = 0
    try:
        for at, cells in enumerate(reader, start=1):
            if at > MOST_ROWS + 1:
                raise Refused(f"The file has more than {MOST_ROWS:,} rows, the most. {_NOTHING}")
            if any(cell.strip() for cell in cells):
                yield at, [" ".join(cell.split()) for cell in cells]
    except csv.Error:
        where = f"Row {at + 1}: a quotation mark is not closed or stands inside a cell, or a cell is far too long."
        raise Refused(f"{where} {_NOTHING}") from None


def _places(header: Sequence[str]) -> dict[str, list[int]]:
    """Column → where it stands."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(header):
        column = CALLED.get(cell.strip(_AROUND_A_NAME).casefold())
        if column:
            found.setdefault(column, []).append(place)
    return found


def _below_header(rows: Sequence[Row]) -> tuple[dict[str, int], int, Sequence[Row]]:
    """Where each column stands, how wide the header is, and the rows below it."""
    if not rows:
        raise Refused(_EMPTY)
    at, header = rows[0]
    places = _places(header)
    missing = [called for column, called in COLUMNS.items() if column not in places]
    if missing:
        there = f"It has {listed([f'“{_shown(cell)}”' for cell in header[:10]])}."
        columns = f"Row {at}, the header, has no column {listed(missing, 'or')}. {there}"
        raise Refused(f"{columns} {_NOTHING} Name the columns item, observer and level.")
    twice = [COLUMNS[column] for column, where in places.items() if len(where) > 1]
    if twice:
        raise Refused(f"Row {at}, the header, has the column {listed(twice)} twice. {_NOTHING} Keep one of each.")
    return {column: where[0] for column, where in places.items()}, len(header), rows[1:]


def _rating(
    at: int,
    cells: Sequence[str],
    places: dict[str, int],
    header_width: int,
    scale: tuple[int, int] | None,
    problems: Problems,
) -> Rating | None:
    if any(cells[header_width:]):
        problems.add(f"Row {at}: it has more cells than the header. Put a name with a separator in quotation marks.")
        return None
    item, observer, level = (
        cells[places[column]] if places[column] < len(cells) else "" for column in ("item", "observer", "level")
    )
    wrong = [_wrong_name(item), _wrong_name(observer), _wrong_level(level, scale)]
    for column, problem in zip(COLUMNS, wrong, strict=True):
        if problem:
            problems.add(f"Row {at}, {column}: {problem}")
    return None if any(wrong) else Rating(item, observer, float(level) if level else None)


def _wrong_name(name: str) -> str:
    if not name:
        return "it is empty."
    if len(name) > MOST_LETTERS:
        return f"“{_shown(name)}” is longer than {MOST_LETTERS} characters."
    return "" if name.isprintable() else f"“{_shown(name)}” holds a character that cannot be shown."


def _wrong_level(level: str, scale: tuple[int, int] | None) -> str:
    if not level:
        return ""
    if not _NUMBER.fullmatch(level):
        return f"“{_shown(level)}” is not a number. Use the level's number, such as 3; leave it empty for “not seen”."
    if scale and float(level) not in range(scale[0], scale[1] + 1):
        return f"“{_shown(level)}” is not on the scale {scale[0]} to {scale[1]}."
    return ""


def _shown(cell: str) -> str:
    """So much of a cell as finds it again, and nothing that a terminal obeys."""
    plain = "".join(one if one.isprintable() else "?" for one in cell)
    return plain if len(plain) <= 40 else f"{plain[:40]}…"
