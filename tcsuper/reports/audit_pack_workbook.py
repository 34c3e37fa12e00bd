"""An audit pack as a workbook: what it is, its contents with how each figure was counted, a sheet for each table."""

from collections.abc import Sequence

from tcsuper import words
from tcsuper.reports.pack import Pack, PackTable, Part
from tcsuper.reports.workbook import Cell, Sheet, workbook

MOST_ROWS = 60_000
"""Of a pack: more than of a table on a screen, since it is asked for with a password and seldom."""
CONTENTS = "Contents"
NOT_WRITTEN = "Not written yet"


def pack_workbook(pack: Pack) -> bytes:
    """The same pack gives the same bytes. Raises InvalidRecord when there are too many rows."""
    sheets = [_contents(pack)]
    for place, part in enumerate(pack.parts, 1):
        sheets += [_sheet(f"{place}.{number}", table) for number, table in enumerate(part.tables, 1)]
    return workbook(sheets, _about(pack), MOST_ROWS)


def _about(pack: Pack) -> list[tuple[str, str]]:
    """What it is stands first: a workbook is called after it."""
    known = [] if any(what == "As known at" for what, _ in pack.provenance) else [_known(pack)]
    return [*pack.provenance, *known, ("Digest of what it says", f"SHA-256 {pack.digest}")]


def _known(pack: Pack) -> tuple[str, str]:
    return ("As known at", f"{words.moment(pack.known_at)}, London time")


def _contents(pack: Pack) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for place, part in enumerate(pack.parts, 1):
        missing = "" if part.is_written else f"{NOT_WRITTEN}. "
        rows.append((f"{place}", part.title, "", None, f"{missing}{' '.join(part.words)}"))
        rows += [_listed(f"{place}.{number}", part, table) for number, table in enumerate(part.tables, 1)]
    return Sheet(CONTENTS, ("Number", "Area", "Table", "Rows", "In words, and how it was counted"), rows)


def _listed(number: str, part: Part, table: PackTable) -> Sequence[Cell]:
    said = [table.chart.says] if table.chart is not None else []
    nothing = [] if table.rows else [table.nothing]
    return (number, part.title, table.title, len(table.rows), " ".join([*nothing, *said, table.note]).strip())


def _sheet(number: str, table: PackTable) -> Sheet:
    """Nothing to show is said in place of the rows."""
    return Sheet(f"{number} {table.title}", table.columns, table.rows, table.total if table.rows else (table.nothing,))
