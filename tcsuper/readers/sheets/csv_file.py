"""A csv file as a table: every cell is the text that stands there, each row as long as it is."""

import csv
import io
import re

from tcsuper.readers.sheets.refusing import NotASheet
from tcsuper.rules.importing import Table

MOST_ROWS = 200_000
MOST_COLUMNS = 400
MOST_CELLS = 2_500_000
LONGEST_CELL = 32_767
"""Characters that a spreadsheet takes in a cell: a longer one is a quotation mark that was never closed."""
_SEPARATORS = (",", ";", "\t", "|")
_SAID = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_FORCED = re.compile(r'="([^"]*)"')
"""How some programs keep Excel from taking 007 for a number."""


def csv_table(text: str, title: str, warnings: tuple[str, ...] = ()) -> Table:
    """Raises NotASheet."""
    first_row, separator = 1, ""
    if said := _SAID.match(text):
        first_row, separator, text = 2, said[1], text[said.end() :]
    rows = _rows(text, separator or _separator(text), first_row)
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise NotASheet("The file holds no words.", "Choose the file again, or ask for another copy.")
    return Table(title, tuple(rows), first_row, warnings=warnings, has_exact_width=True)


def _separator(text: str) -> str:
    """The sign that parts the first lines into the same number of cells, the more the better."""
    sample = text[:20_000]
    best, found = (0, 0), ","
    for sign in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign)][:60]
        except csv.Error:
            continue
        several = [width for width in widths if width > 1]
        usual = max(several, key=several.count, default=0)
        if (value := (several.count(usual), usual)) > best:
            best, found = value, sign
    return found


def _rows(text: str, separator: str, first_row: int) -> list[tuple[str | None, ...]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[str | None, ...]] = []
    cells = 0
    try:
        for row in reader:
            cells += len(row)
            if len(rows) >= MOST_ROWS or len(row) > MOST_COLUMNS or cells > MOST_CELLS:
                raise too_long(len(rows) + first_row)
            rows.append(tuple(_cell(one) for one in row))
    except csv.Error as error:
        raise _broken(str(error), len(rows) + first_row) from None
    return rows


def too_long(row: int) -> NotASheet:
    most = f"{MOST_ROWS:,} rows and {MOST_COLUMNS} columns"
    return NotASheet(f"Row {row:,} is past the most that a sheet may hold: {most}.", "Split the file.")


def _cell(text: str) -> str | None:
    forced = _FORCED.fullmatch(text) if text.startswith('="') else None
    return (forced[1] if forced else text) or None


def _broken(error: str, row: int) -> NotASheet:
    if "larger than field limit" in error or "unexpected end" in error:
        why = f"A quotation mark that is opened in row {row:,} is never closed."
    else:
        why = f"Row {row:,} has a quotation mark in the middle of a value."
    return NotASheet(why, "Delete it or write it twice, or save the sheet again from Excel.")
