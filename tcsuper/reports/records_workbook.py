"""Records in the import's own format, as a workbook or as JSON: the same headings, the same cells."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tcsuper.reports.workbook import Sheet, workbook
from tcsuper.rules.importing import TEMPLATES, Cell, SheetKind

Records = Mapping[SheetKind, Sequence[Sequence[Cell]]]


def records_workbook(records: Records, about: Sequence[tuple[str, str]]) -> bytes:
    """A sheet for each kind, empty ones too; `about` in front."""
    return workbook([Sheet(name(kind), headings(kind), rows) for kind, rows in records.items()], about)


def records_json(records: Records) -> str:
    """An object: the name of each sheet, and its lines as objects by heading. Days are 2026-05-02; what is not there is
    an empty text, or null where it would be a day."""
    found: dict[str, list[dict[str, Any]]] = {
        name(kind): [dict(zip(headings(kind), map(_plain, row), strict=True)) for row in rows]
        for kind, rows in records.items()
    }
    return json.dumps(found, ensure_ascii=False, indent=1)


def name(kind: SheetKind) -> str:
    return TEMPLATES[kind][0]


def headings(kind: SheetKind) -> list[str]:
    return [heading.text for heading in TEMPLATES[kind][1]]


def _plain(cell: Cell) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell
