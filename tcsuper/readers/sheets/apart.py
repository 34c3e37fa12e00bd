"""Tables from a file that anybody may have made: read in a process of its own (readers/limits.py)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from tcsuper.errors import InvalidRecord
from tcsuper.readers.limits import TABLES, TOO_MUCH_ASKED, read_apart
from tcsuper.readers.sheets.refusing import MOST_BYTES, too_big
from tcsuper.rules.importing import Cell, Table

LONGEST_NAME = 120
_TOO_MUCH = "The file asks for more time or memory than a sheet that somebody keeps."
_DAMAGED = "The file is damaged, or of a kind that cannot be read."
_ANOTHER = "Nothing was taken in. Copy the rows into a new workbook, and choose that one."


def tables_of(content: bytes, file_name: str) -> tuple[Table, ...]:
    """The tables of the file. Raises InvalidRecord(file=…): one sentence why not, and what to do."""
    if len(content) > MOST_BYTES:
        raise InvalidRecord(file=str(too_big(len(content))))
    name = "".join(one for one in file_name if one.isprintable())[-LONGEST_NAME:]
    try:
        code, answer = read_apart(content, TABLES, name)
    except TimeoutError:
        raise InvalidRecord(file=f"{_TOO_MUCH} {_ANOTHER}") from None
    try:
        said = json.loads(answer)
        if code == 0:
            return from_data(said)
        if code == 1:
            raise InvalidRecord(file=str(said["because"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise InvalidRecord(file=f"{_TOO_MUCH if code < 0 or code == TOO_MUCH_ASKED else _DAMAGED} {_ANOTHER}")


def as_data(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """What can be written as JSON: a date is a list of one, since no cell is a list."""
    return [
        asdict(replace(one, rows=())) | {"rows": [[_told(cell) for cell in row] for row in one.rows]} for one in tables
    ]


def from_data(said: list[dict[str, Any]]) -> tuple[Table, ...]:
    return tuple(
        Table(
            title=one["title"],
            rows=tuple(tuple(date.fromisoformat(cell[0]) if type(cell) is list else cell for cell in row)
                       for row in one["rows"]),
            first_row=one["first_row"],
            counts_from_1904=one["counts_from_1904"],
            warnings=tuple(one["warnings"]),
            merged=tuple((top, left, bottom, right) for top, left, bottom, right in one["merged"]),
            has_exact_width=one["has_exact_width"],
        )
        for one in said
    )  # fmt: skip


def _told(cell: Cell) -> Any:
    return [cell.isoformat()] if isinstance(cell, date) else cell
