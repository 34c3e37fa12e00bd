"""How a pack lies on paper: which way a page is turned, how wide a column is, where a table is cut.

Pure: a Pack goes in; what comes out is plain data (words, numbers, lists), from which templates/document.typ sets the
pages. Nothing in it is markup: what people typed stays text from one end to the other.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from tcsuper import words
from tcsuper.charts.look import SHAPES, TONE_FILLS, status_label
from tcsuper.reports.pack import Chart, Pack, PackTable, Part, Value
from tcsuper.rules.standing import Status, status_word

MOST_ROWS = 400
"""Of one table on paper; the rest are counted and stand in the workbook."""
UPRIGHT, TURNED = 482.0, 728.0
"""Points of width inside the margins of A4."""
SIZES = ((False, 9.0), (False, 8.0), (True, 8.5), (True, 7.5), (True, 6.5))
"""What is tried in turn for a table: turned or not, and points of its letters. Smaller is not read."""
LETTER = 0.5
"""Width of a letter of the usual width, of its height."""
WIDE, NARROW = "mwMW%@—&", "iljtfrI.,:;'’()- "
"""Letters that are half as wide again, and those that are hardly more than half as wide."""
PADDING = 6.5
"""Points left and right of a cell together."""
LONGEST_WORD = 20
"""Letters that are never broken; a longer word may be broken after as many."""
BROKEN_IN_A_HEADING = 14
"""Letters from which a heading's word may be hyphenated."""
COMFORTABLE = 46
"""Letters of a line in a column, beyond which wider reads no better."""
SHORT = 26
"""Letters up to which a column is given its whole width before longer ones share the rest."""
READABLE = 22
"""Letters of a line that a long text is given before anything else."""
LONG = 220
"""Letters beyond which a longer text asks for no more width."""
CROWDED = 1.2
"""How many times its room a table may need before the next way is tried: smaller letters, a turned page."""
FEW_WORDS = 1500
"""Letters of a part's own words that go on a turned page with its first table."""
MOST_ENTRIES = 44
"""Lines of contents on one page; more are set closer."""
PICTURE_HEIGHT = {False: 430.0, True: 270.0}
"""Points that a chart is high at most, on an upright and on a turned page."""
MATRIX = 3
"""Columns of statuses from which a table is filled with their colours, cell by cell."""
LONG_CELL = 700
"""Letters from which a row may run on to the next page."""
KEPT_WHOLE = 230.0
"""Points of height up to which a table is not cut: it goes on the next page whole, with its total."""
TURNED_WITH = 420.0
"""Points of height up to which the upright tables of a part are turned with its wide ones."""
CHART_HIGH = 60
"""Points of a chart besides its rows."""
BREAK_HERE = "\u200b"
MARKS = {shape: TONE_FILLS[tone] for tone, shape in SHAPES.items()}
LABELS = {status_word(status): status_label(status) for status in Status}
"""A status in the words of a table, and with its shape."""
HANDLING = "Keep this document as its marking says. It says how things stood on the day and at the moment named above."
NOTHING = ("", "–")
WHO = ("made", "handed", "for ")


def laid_out(pack: Pack) -> dict[str, Any]:
    """Everything the template reads."""
    made = pack.known_at.astimezone(UTC)
    return {
        "title": _say(pack.title),
        "about": _say(pack.about),
        "marking": _say(pack.marking),
        "number": _say(f"Number {pack.number}" if pack.number else ""),
        "handling": HANDLING,
        "made": [made.year, made.month, made.day, made.hour, made.minute, made.second],
        "facts": _facts(pack),
        "provenance": _provenance(pack),
        "runs": (runs := _runs(pack.parts)),
        "dense": sum(bool(block["title"]) for run in runs for block in run["blocks"]) > MOST_ENTRIES,
    }


def _facts(pack: Pack) -> list[list[str]]:
    """What the cover says. Who made it, and to whom it went, are of the pack's own provenance."""
    who = [(what, said) for what, said in pack.provenance if what.casefold().startswith(WHO)]
    facts = [
        ("As at", words.day(pack.as_at)),
        ("As known at", f"{words.moment(pack.known_at)}, London time"),
        ("Form", pack.form),
        *(pair for pair in who if pair[1]),
        ("Number", pack.number),
        ("Digest (SHA-256)", pack.digest),
    ]
    return [[_say(what), _say(said)] for what, said in facts if said]


def _provenance(pack: Pack) -> list[list[str]]:
    said = {what.casefold() for what, _ in pack.provenance}
    own = [("Number", pack.number), ("Digest (SHA-256)", pack.digest)]
    told = {text for _, text in pack.provenance}
    own = [(what, text) for what, text in own if text and text not in told]
    facts = [*pack.provenance, *(pair for pair in own if pair[0].split(" ")[0].casefold() not in said)]
    return [[_say(what), _say(text)] for what, text in facts]


def _runs(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Parts and tables in order, together as long as the page is turned the same way."""
    runs: list[dict[str, Any]] = []
    for part in parts:
        tables = _turned_alike(part.tables)
        head = {"kind": "part", "title": _say(part.title), "written": part.is_written, "words": _all_said(part.words)}
        # A part that opens with a wide table begins on that table's page.
        few = sum(map(len, part.words)) <= FEW_WORDS
        _add(runs, bool(tables and tables[0]["flipped"] and few), head)
        for table in tables:
            _add(runs, table["flipped"], table)
    return runs


def _turned_alike(tables: Sequence[PackTable]) -> list[dict[str, Any]]:
    """Short upright tables of a part are turned with its wide ones: else each has a page that is all but empty."""
    laid = [_table(table) for table in tables]
    upright = [one for one in laid if not one["flipped"]]
    if len(upright) == len(laid) or sum(one["high"] for one in upright) > TURNED_WITH:
        return laid
    return [one if one["flipped"] else _table(table, turned=True) for table, one in zip(tables, laid, strict=True)]


def _add(runs: list[dict[str, Any]], flipped: bool, block: dict[str, Any]) -> None:
    if not runs or runs[-1]["flipped"] != flipped:
        runs.append({"flipped": flipped, "blocks": []})
    runs[-1]["blocks"].append(block)


def _table(table: PackTable, turned: bool = False) -> dict[str, Any]:
    instead, notes = "", [table.note] if table.note else []
    rows: Sequence[Sequence[Value]] = table.rows
    if not rows:
        instead = table.nothing
    elif not table.in_print:
        instead = f"{words.count(len(rows), 'row')}, too long for paper: this table is in the workbook of this pack."
        rows = ()
    elif len(rows) > MOST_ROWS:
        notes.append(f"The first {MOST_ROWS} of {len(rows)} rows are printed. The workbook of this pack has them all.")
        rows = rows[:MOST_ROWS]
    total = table.total if table.in_print else ()
    flipped, pieces = _pieces(table.columns, rows, total, turned) if rows or total else (turned, [])
    high = sum(piece["high"] for piece in pieces) + (CHART_HIGH + 25 * len(table.rows) if table.chart else 0)
    return {
        "kind": "table",
        "title": _say(table.title),
        "flipped": flipped,
        "instead": _say(instead),
        "notes": _all_said(notes),
        "pieces": pieces,
        "high": high,
        "chart": None if table.chart is None else _picture(table.chart, flipped),
    }


def _picture(chart: Chart, flipped: bool) -> dict[str, Any]:
    return {"says": _say(chart.says), "room": TURNED if flipped else UPRIGHT, "height": PICTURE_HEIGHT[flipped]}


@dataclass(frozen=True)
class _Column:
    """`least`, `ideal` and `most` in letters."""

    place: int
    title: str
    is_number: bool
    is_status: bool
    least: int
    ideal: int
    most: int


def _pieces(
    titles: Sequence[str], rows: Sequence[Sequence[Value]], total: Sequence[Value], turned: bool = False
) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the page is turned for it, and the table: in several side by side, each beginning with the first column,
    where it is wider than a page."""
    columns = [_column(place, title, rows, total) for place, title in enumerate(titles)]
    if sum(column.is_status for column in columns) < MATRIX:  # a status by itself stands on one line
        columns = [_whole(one) if one.is_status else one for one in columns]
    flipped, size = (True, 9.0) if turned else _size(columns)
    room = TURNED if flipped else UPRIGHT
    blocks = _side_by_side(columns, size, room)
    pieces = []
    for block in blocks:
        shown = f"Columns {block[1].place + 1} to {block[-1].place + 1} of {len(columns)}" if len(blocks) > 1 else ""
        pieces.append(_piece(block, size, room, rows, total) | {"says": shown})
    return flipped, pieces


def _column(place: int, title: str, rows: Sequence[Sequence[Value]], total: Sequence[Value]) -> _Column:
    values = [_at(row, place) for row in (*rows, total)]
    given = [value for value in values[: len(rows)] if value is not None]
    is_number = any(map(_is_number, values)) and all(map(_is_number, given))
    is_status = bool(given) and all(value in LABELS or value in NOTHING for value in given)
    is_status = is_status and any(value in LABELS for value in given)
    cells = [_labelled(value) if is_status else written(value) for value in values]
    least = max([min(_least(title) * 6 // 5 + 1, BROKEN_IN_A_HEADING), *(_least(cell) for cell in cells)])
    most = max(_letters(line) for cell in (title, *cells) for line in cell.split("\n"))
    if place == 0:  # what a row is about stays on one line where it can
        least = max(least, min(most, LONGEST_WORD))
    return _Column(place, title, is_number, is_status, least, max(least, min(most, COMFORTABLE)), max(least, most))


def _whole(column: _Column) -> _Column:
    """As wide as its words, and the patch behind them."""
    most = column.most + 2
    return replace(column, least=most, ideal=most, most=most)


def _letters(text: str) -> int:
    """How many letters of the usual width are as long as this."""
    wide = sum(letter in WIDE for letter in text)
    narrow = sum(letter in NARROW for letter in text)
    capital = sum(letter.isupper() and letter not in WIDE for letter in text)
    return math.ceil(len(text) + 0.6 * wide + 0.25 * capital - 0.35 * narrow + 0.5)


def _least(cell: str) -> int:
    """Letters that stand on one line: the longest word, a date whole, a status's shape with its first word."""
    if re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}", cell):
        return _letters(cell)
    pieces = re.split(r"(?<=\w)[\s\-/]+", cell)
    return min(max(2, *map(_letters, pieces)), LONGEST_WORD)


def _size(columns: Sequence[_Column]) -> tuple[bool, float]:
    for flipped, size in SIZES:
        room = TURNED if flipped else UPRIGHT
        needs = sum(column.ideal * size * LETTER + PADDING for column in columns)
        if _least_width(columns, size) <= room and needs <= room * CROWDED:
            return flipped, size
    return True, 6.5 if _least_width(columns, 6.5) <= TURNED < _least_width(columns, 7.5) else 7.5


def _least_width(columns: Iterable[_Column], size: float) -> float:
    return sum(column.least * size * LETTER + PADDING for column in columns)


def _side_by_side(columns: Sequence[_Column], size: float, room: float) -> list[list[_Column]]:
    """In blocks that fit, as many columns in each as in the next where that fits too."""
    if _least_width(columns, size) <= room or len(columns) < 3:
        return [list(columns)]
    first, blocks = columns[0], [[columns[0]]]
    for column in columns[1:]:
        if len(blocks[-1]) > 1 and _least_width([*blocks[-1], column], size) > room:
            blocks.append([first])
        blocks[-1].append(column)
    each = -(-(len(columns) - 1) // len(blocks))
    even = [[first, *columns[start : start + each]] for start in range(1, len(columns), each)]
    return even if all(_least_width(block, size) <= room for block in even) else blocks


def _piece(
    columns: Sequence[_Column], size: float, room: float, rows: Sequence[Sequence[Value]], total: Sequence[Value]
) -> dict[str, Any]:
    widths = _widths(columns, size, room)
    high = sum(_high(row, columns, widths, size) for row in (*rows, [column.title for column in columns], total))
    return {
        "size": size,
        "high": high,
        "whole": high <= KEPT_WHOLE,
        "matrix": sum(column.is_status for column in columns) >= MATRIX,
        "widths": widths,
        "columns": [_cell(column.title, column) for column in columns],
        "rows": [
            {
                "cells": [_cell(_at(row, column.place), column) for column in columns],
                "long": any(len(written(_at(row, column.place))) > LONG_CELL for column in columns),
            }
            for row in rows
        ],
        "total": [_cell(_at(total, column.place), column, "") for column in columns] if total else [],
    }


def _high(row: Sequence[Value], columns: Sequence[_Column], widths: Sequence[float], size: float) -> float:
    """Points that a row takes, as far as can be said before it is set."""
    lines = 1
    for column, width in zip(columns, widths, strict=True):
        across = max(1.0, (width - PADDING) / (size * LETTER))
        said = _labelled(_at(row, column.place)).split("\n")
        lines = max(lines, sum(max(1, math.ceil(_letters(line) / across)) for line in said))
    return 1.2 * size * lines + PADDING


def _widths(columns: Sequence[_Column], size: float, room: float) -> list[float]:
    """In points: what each needs at least; of what is left, first a readable line for the long ones, then all that the
    short ones want, then the long ones in proportion to how long they are."""
    widths = [column.least * size * LETTER + PADDING for column in columns]
    for wanted in (
        [READABLE if column.most > SHORT else 0 for column in columns],
        [column.most if column.most <= SHORT else 0 for column in columns],
        [min(column.most, LONG) for column in columns],
    ):
        wants = [
            max(0.0, letters * size * LETTER + PADDING - width) for letters, width in zip(wanted, widths, strict=True)
        ]
        left = max(room - sum(widths), 0.0)
        share = min(1.0, left / sum(wants)) if sum(wants) else 0.0
        widths = [width + want * share for width, want in zip(widths, wants, strict=True)]
    return [round(width, 1) for width in widths]


def _labelled(value: Value) -> str:
    return LABELS.get(str(value), written(value))


def _cell(value: Value, column: _Column, nothing: str = "–") -> dict[str, Any]:
    text = nothing if value is None else _labelled(value) if column.is_status else written(value)
    cell: dict[str, Any] = {"text": _say(text)}
    if column.is_number:
        cell["right"] = True
    if text[:1] in MARKS and text[1:2] == " ":
        cell["fill"] = MARKS[text[0]]
    return cell


def _at(row: Sequence[Value], place: int) -> Value:
    return row[place] if place < len(row) else None


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float)


def written(value: Value) -> str:
    """A value in the words that every screen uses for it."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return words.day(value)
    return words.number(Fraction(str(value))) if isinstance(value, float) else str(value)


def _all_said(texts: Iterable[str]) -> list[str]:
    return [_say(text) for text in texts]


def _say(text: str) -> str:
    """Line breaks of one kind, and places to break a word that is longer than any word."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return re.sub(rf"\S{{{LONGEST_WORD}}}(?=\S)", lambda found: found.group() + BREAK_HERE, text)
