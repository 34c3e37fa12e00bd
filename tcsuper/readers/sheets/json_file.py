"""JSON that another system made: lists by the name of a template's sheet, each row an object by its headings.

    {"Training": [{"Name": "Ben Ellis", "Course": "TCAT 1", "Completed on": "2024-06-14"}]}

A heading is what the template prints, or the name of its column ("completed_on"). Rows are numbered from 2, as in the
template, where the headings are row 1.
"""

import json
from typing import Any

from tcsuper.readers.sheets.csv_file import LONGEST_CELL, MOST_ROWS
from tcsuper.readers.sheets.refusing import NotASheet
from tcsuper.rules.importing import TEMPLATES, Cell, Heading, Table
from tcsuper.words import listed

_SHAPE = 'Write an object of lists: {"Training": [{"Name": "Ben Ellis", "Course": "TCAT 1", …}]}.'


def json_tables(text: str) -> tuple[Table, ...]:
    """Raises NotASheet."""
    try:
        said = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotASheet(f"The JSON cannot be read: {error}.", _SHAPE) from None
    if not isinstance(said, dict) or not said:
        raise NotASheet("The JSON holds no sheets by name.", _SHAPE)
    templates = {title.lower(): (title, headings) for title, headings in TEMPLATES.values()}
    templates |= {str(kind): template for kind, template in TEMPLATES.items()}
    return tuple(_table(name, rows, templates) for name, rows in said.items())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"“{next(name for name in names if names.count(name) > 1)}” stands in one object twice")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _table(name: str, rows: Any, templates: dict[str, tuple[str, tuple[Heading, ...]]]) -> Table:
    if name.lower() not in templates:
        names = listed([f"“{title}”" for title, _ in TEMPLATES.values()], "or")
        raise NotASheet(f"“{name}” is no sheet of the templates.", f"Use {names}.")
    title, headings = templates[name.lower()]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NotASheet(f"“{name}” is no list of objects.", _SHAPE)
    if len(rows) > MOST_ROWS:
        raise NotASheet(f"“{name}” has {len(rows):,} rows; the most is {MOST_ROWS:,}.", "Split the file.")
    places = {one.text.lower(): at for at, one in enumerate(headings)}
    places |= {str(one.column): at for at, one in enumerate(headings)}
    filled = [_row(row, number, name, places, len(headings)) for number, row in enumerate(rows, 2)]
    return Table(title, (tuple(one.text for one in headings), *filled))


def _row(row: dict[str, Any], number: int, name: str, places: dict[str, int], width: int) -> tuple[Cell, ...]:
    cells: list[Cell] = [None] * width
    for heading, value in row.items():
        at = places.get(heading.strip().lower())
        if at is None:
            raise NotASheet(f"“{name}”, row {number}: “{heading}” is no heading of the template.", "Take it out.")
        if not isinstance(value, str | int | float | None) or len(str(value)) > LONGEST_CELL:
            raise NotASheet(f"“{name}”, row {number}, {heading}: the value is no text and no number.", _SHAPE)
        cells[at] = value if value != "" else None
    return tuple(cells)
