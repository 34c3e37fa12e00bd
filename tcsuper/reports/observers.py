"""How observers differ as a file for research: figures, how many ratings are behind each, method, weights, version of
the set and dates. Nobody's name, and no two observers side by side, is in it."""

import json
from datetime import datetime
from typing import Any

from tcsuper import words
from tcsuper.queries.observers import OfSet
from tcsuper.reports.workbook import Cell, Sheet, workbook
from tcsuper.rules.agreement.figures import Figure
from tcsuper.rules.agreement.summary import Agreement

COLUMNS = (
    "Standard", "Figure", "Form and weights", "Value", "95% from", "95% to", "Words", "Pairs of ratings", "Items",
    "Observers", "Sessions", "Note",
)  # fmt: skip
WHOLE = "All standards together"
TOO_FEW = "Too few people were observed to show it."
HOW_COUNTED = (
    "Sessions that two observers or more rated blind to each other, each rating as it was given: nothing that they "
    "wrote together, and no level settled later. An item is one standard in one session; a standard not seen is no "
    "rating."
)


def observers_workbook(of_set: OfSet, number: str, made_at: datetime) -> bytes:
    """An .xlsx: what it is, and one row for each figure."""
    rows: list[tuple[Cell, ...]] = _rows(WHOLE, of_set.whole.agreed, of_set.whole.sessions)
    for one in of_set.standards:
        title = f"{one.number} {one.title}"
        if one.differing is None:
            rows.append((title, *[None] * (len(COLUMNS) - 2), TOO_FEW))
        else:
            rows += _rows(title, one.differing.agreed, one.differing.sessions)
    return workbook([Sheet("How observers differ", COLUMNS, rows)], list(_about(of_set, number, made_at).items()))


def _rows(title: str, agreed: Agreement, sessions: int) -> list[tuple[Cell, ...]]:
    return [_row(title, figure, sessions) for figure in agreed.figures()]


def _row(title: str, one: Figure, sessions: int) -> tuple[Cell, ...]:
    figures = (one.value, one.low, one.high)
    shown = (None if value is None else round(value, 6) for value in figures)
    counted = (one.n_pairs, one.n_items, one.n_observers, sessions)
    return (title, one.name, one.form, *shown, one.words or "", *counted, one.note)


def observers_json(of_set: OfSet, number: str, made_at: datetime) -> str:
    """The same figures for a statistics program. Each has its name, form, value, interval, words, counts and note."""
    told = {
        "about": _about(of_set, number, made_at),
        "standard_set": {
            "name": of_set.name,
            "version": of_set.version,
            "levels": {str(at): name for at, name in enumerate(of_set.level_names, of_set.lowest_level)},
        },
        "first_on": of_set.first_on.isoformat(),
        "last_on": of_set.last_on.isoformat(),
        "as_at": of_set.on.isoformat(),
        "made_at": made_at.isoformat(),
        "all_standards": _data(of_set.whole.agreed, of_set.whole.sessions),
        "standards": [
            {"number": one.number, "title": one.title}
            | (_data(one.differing.agreed, one.differing.sessions) if one.differing else {"left_out": TOO_FEW})
            for one in of_set.standards
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _data(agreed: Agreement, sessions: int) -> dict[str, Any]:
    """Without the figures of two observers beside each other: where few observe, they are somebody's."""
    figures = {key: value for key, value in agreed.as_data().items() if key != "pairs_of_observers"}
    return {"n_sessions": sessions} | figures


def _about(of_set: OfSet, number: str, made_at: datetime) -> dict[str, str]:
    said = {
        "What it is": "How observers differ",
        "Set of standards": of_set.label,
        "Levels": ", ".join(f"{at} {name}" for at, name in enumerate(of_set.level_names, of_set.lowest_level)),
        "Sessions from": words.day(of_set.first_on),
        "Sessions to": words.day(of_set.last_on),
        "As at": words.day(of_set.on),
        "File made at": words.moment(made_at),
        "Number": number,
        "How it was counted": HOW_COUNTED,
        "Words": "; ".join(one.source for one in of_set.whole.agreed.bands) or "none chosen",
    }
    notes = " ".join(of_set.whole.agreed.notes)
    alone = f"What would tell about fewer than {of_set.smallest} observed people, alone or beside another figure."
    few = {"Left out": alone} if of_set.smallest else {}
    return said | few | ({"Notes": notes} if notes else {})


def file_name(of_set: OfSet, ending: str) -> str:
    return f"how-observers-differ-{of_set.on.isoformat()}.{ending}"
