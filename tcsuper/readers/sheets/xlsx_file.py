"""A workbook (xlsx) as tables: its visible sheets, with hard limits on what may be unpacked and how far it may reach.

Read with the XML parser of Python itself and not with openpyxl, for two reasons. It must say what openpyxl passes over
in its sparing way of reading: merged cells, formulas without a result, what a number format shows (007). And it must
refuse what openpyxl takes: a list of entities, a cell a million rows below the others, macros.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import IO, Any
from xml.parsers import expat

from tcsuper.readers.sheets.csv_file import LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from tcsuper.readers.sheets.refusing import ANOTHER_COPY, AS_XLSX, NotASheet
from tcsuper.readers.sheets.xlsx_numbers import PLAIN, Format, format_of, number_said
from tcsuper.rules.importing import Cell, Table
from tcsuper.words import count, listed

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_SHEETS = 60
MOST_MERGED = 5_000
MOST_LETTERS = 60_000_000
BIG, MOST_TIMES = 1024 * 1024, 200
"""A part of more than a megabyte that was packed to a two-hundredth is a bomb and no list of people."""
MOST_NAMED = 5
_DAMAGED = "The workbook is damaged."
_NOT_THERE = "This is no Excel workbook, though it is packed like one."
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, NotImplementedError, EOFError, IndexError)

Attributes = Mapping[str, str]


def workbook_tables(content: bytes) -> tuple[Table, ...]:
    """Raises NotASheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check(package)
            return _tables(package)
    except (*_UNREADABLE, expat.ExpatError):
        raise NotASheet(_DAMAGED, ANOTHER_COPY) from None


# ---------------------------------------------------------------------------------------------------------------------
# The package


def _check(package: zipfile.ZipFile) -> None:
    """Looks into the list of contents before anything is unpacked."""
    entries = package.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise NotASheet("The file is locked with a password.", "Save it without one, and choose it again.")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise NotASheet("The file unpacks to far more than a workbook holds.", ANOTHER_COPY)
    for entry in entries:
        if entry.file_size > BIG and entry.file_size > MOST_TIMES * max(entry.compress_size, 1):
            raise NotASheet("The file unpacks to far more than a workbook holds.", ANOTHER_COPY)
    _refuse_other_packages({entry.filename for entry in entries}, package)


def _refuse_other_packages(names: set[str], package: zipfile.ZipFile) -> None:
    if "mimetype" in names and b"opendocument" in package.read("mimetype")[:200]:
        raise NotASheet("This is a file of LibreOffice or OpenOffice (ods).", "Save it there as xlsx.")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise NotASheet("The workbook holds macros (xlsm).", "Save it as a workbook without macros (xlsx).")
    if "xl/workbook.bin" in names:
        raise NotASheet("This is a binary workbook (xlsb).", AS_XLSX)
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise NotASheet("This is a file of Numbers.", "Export it there as an Excel workbook (xlsx).")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise NotASheet("This is a document and no workbook.", "Copy its table into a new workbook.")
    if not any(name.endswith("workbook.xml") for name in names):
        raise NotASheet(_NOT_THERE)


def _parse(
    file: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    words: Callable[[str], None] | None = None,
) -> None:
    """Reads XML piece by piece. Whatever it declares (entities: their bombs, other files) is refused, since no
    spreadsheet declares anything."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    local: dict[str, str] = {}

    def plain(name: str) -> str:
        return local.setdefault(name, name.rpartition(":")[2])

    def declared(*_: Any) -> None:
        raise NotASheet("The workbook declares things that no spreadsheet writes (entities).", ANOTHER_COPY)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = declared
    parser.StartElementHandler = lambda name, attributes: start(plain(name), attributes)
    if end:
        parser.EndElementHandler = lambda name: end(plain(name))
    if words:
        parser.CharacterDataHandler = words
    while piece := file.read(256 * 1024):
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _local(attributes: Attributes, name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _related(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """By its id, (kind, name) of each part that this one refers to."""
    folder, _, name = part.rpartition("/")
    relations = join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole = target[1:] if target.startswith("/") else normpath(join(folder, target))
            found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], whole

    if relations in package.namelist():
        with package.open(relations) as file:
            _parse(file, start)
    return found


@dataclass
class _Book:
    part: str
    from_1904: bool = False
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    """(title, relation, is it hidden)"""


def _book(package: zipfile.ZipFile) -> _Book:
    part = next((name for kind, name in _related(package, "").values() if kind == "officeDocument"), "xl/workbook.xml")
    book = _Book(part)

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            book.from_1904 = attributes.get("date1904", "") in ("1", "true", "on")
        elif tag == "sheet":
            is_hidden = attributes.get("state", "visible") != "visible"
            book.sheets.append((attributes.get("name", ""), _local(attributes, "id"), is_hidden))

    with package.open(part) as file:
        _parse(file, start)
    return book


def _tables(package: zipfile.ZipFile) -> tuple[Table, ...]:
    book = _book(package)
    parts = _related(package, book.part)
    by_kind = dict(parts.values())
    strings = _strings(package, by_kind.get("sharedStrings", ""))
    formats = _formats(package, by_kind.get("styles", ""))
    if len(book.sheets) > MOST_SHEETS:
        raise NotASheet(f"The workbook has {len(book.sheets)} sheets; the most is {MOST_SHEETS}.", "Split it.")
    found: list[Table] = []
    for title, relation, is_hidden in book.sheets:
        kind, part = parts.get(relation, ("", ""))
        if is_hidden or kind != "worksheet":
            continue
        reader = _Sheet(title, strings, formats, book.from_1904)
        with package.open(part) as file:
            _parse(file, reader.start, reader.end, reader.words)
        if reader.rows:
            found.append(reader.table())
    if not found:
        raise NotASheet("The workbook holds no words in a sheet that can be seen.", "Choose the file again.")
    hidden = [f"“{title}”" for title, _, is_hidden in book.sheets if is_hidden]
    if hidden:
        said = f"Hidden and not read: {listed(hidden)}. Show them in Excel if they are wanted."
        first = found[0]
        found[0] = Table(**{**vars(first), "warnings": (said, *first.warnings)})
    return tuple(found)


# ---------------------------------------------------------------------------------------------------------------------
# Words and number formats


def unescaped(text: str) -> str:
    """A spreadsheet writes signs that XML has not as their number: `_x000D_`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _strings(package: zipfile.ZipFile, part: str) -> list[str]:
    if part not in package.namelist():
        return []
    found: list[str] = []
    state = {"in_text": False, "in_reading_aid": False, "letters": 0}
    pieces: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        state["in_text"] = tag == "t"
        if tag == "rPh":
            state["in_reading_aid"] = True

    def end(tag: str) -> None:
        state["in_text"] = False
        if tag == "rPh":
            state["in_reading_aid"] = False
        elif tag == "si":
            found.append(unescaped("".join(pieces)))
            pieces.clear()

    def words(text: str) -> None:
        if state["in_text"] and not state["in_reading_aid"]:
            state["letters"] += len(text)
            if state["letters"] > MOST_LETTERS:
                raise NotASheet("The workbook holds more words than a list of people can.", ANOTHER_COPY)
            pieces.append(text)

    with package.open(part) as file:
        _parse(file, start, end, words)
    return found


def _formats(package: zipfile.ZipFile, part: str) -> list[Format]:
    """What each style of the workbook makes of a number."""
    if part not in package.namelist():
        return []
    codes: dict[str, str] = {}
    used: list[str] = []
    inside = {"styles of cells": False}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside["styles of cells"] = True
        elif tag == "xf" and inside["styles of cells"]:
            used.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside["styles of cells"] = False

    with package.open(part) as file:
        _parse(file, start, end)
    return [format_of(int(number), codes.get(number)) for number in used]


# ---------------------------------------------------------------------------------------------------------------------
# A sheet


def column_letters(at: int) -> str:
    """The column counted from 0, as a spreadsheet names it."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    number = 0
    for one in letters.upper():
        number = number * 26 + ord(one) - 64
    return number - 1


class _Sheet:
    """Collects the cells of a sheet that hold something, from the events of the parser."""

    def __init__(self, title: str, strings: list[str], formats: list[Format], from_1904: bool) -> None:
        self.title, self.strings, self.formats, self.from_1904 = title, strings, formats, from_1904
        self.rows: list[list[Cell]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.unworked: list[str] = []
        self.formulas = self.hidden_rows = self.hidden_columns = self.cells = 0
        self.row = self.column = -1
        self.columns: dict[str, int] = {}
        self._begin_cell({})

    def _begin_cell(self, attributes: Attributes) -> None:
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.value: list[str] = []
        self.formula: list[str] | None = None
        self.collects: list[str] | None = None
        self.reading_aid = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._begin_cell(attributes)
            where = attributes.get("r")
            self.column = self._column(where) if where else self.column + 1
        elif tag in ("v", "t"):
            self.collects = None if self.reading_aid else self.value
        elif tag == "f":
            self.formula = self.collects = []
        elif tag == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            self.hidden_rows += attributes.get("hidden") in ("1", "true")
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "rPh":
            self.reading_aid = True
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self.hidden_columns += 1

    def words(self, text: str) -> None:
        if self.collects is not None:
            self.collects.append(text)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._keep(self._said())
        elif tag == "rPh":
            self.reading_aid = False
        self.collects = None

    def _column(self, where: str) -> int:
        letters = where.rstrip("0123456789")
        if letters not in self.columns:
            found = _CELL.fullmatch(where)
            if not found:
                raise ValueError(where)
            self.columns[letters] = column_number(found[1])
        return self.columns[letters]

    def _said(self) -> Cell:
        text = "".join(self.value)
        if self.formula is not None:
            self.formulas += 1
            if not text and self.kind != "str":
                self.unworked.append(f"{column_letters(self.column)}{self.row + 1}")
                return "=" + "".join(self.formula)[:60]
        if not text:
            return None
        if self.kind == "s":
            return self.strings[int(text)] or None
        if self.kind in ("str", "inlineStr"):
            return unescaped(text)
        if self.kind == "b":
            return text.strip() in ("1", "true")
        if self.kind in ("e", "d"):
            return text
        style = int(self.style or 0)
        return number_said(text.strip(), self.formats[style] if style < len(self.formats) else PLAIN, self.from_1904)

    def _keep(self, cell: Cell) -> None:
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return
        self.cells += 1
        if self.row >= MOST_ROWS or self.column >= MOST_COLUMNS or self.row < 0 or self.cells > MOST_CELLS:
            where = f"{column_letters(self.column)}{self.row + 1}"
            raise NotASheet(
                f"The sheet “{self.title}” has something in the cell {where}, far outside of any list that people "
                f"keep ({MOST_ROWS:,} rows and {MOST_COLUMNS} columns).",
                "Delete what stands there, or copy the list into a new workbook.",
            )
        if isinstance(cell, str) and len(cell) > LONGEST_CELL:
            raise ValueError("longer than a cell")
        while len(self.rows) <= self.row:
            self.rows.append([])
        row = self.rows[self.row]
        row.extend([None] * (self.column + 1 - len(row)))
        row[self.column] = cell

    def _merge(self, cells: str) -> None:
        corners = [_CELL.fullmatch(one) for one in cells.split(":")]
        if len(corners) == 2 and corners[0] and corners[1] and len(self.merged) < MOST_MERGED:
            first, last = corners[0], corners[1]
            self.merged.append((int(first[2]) - 1, column_number(first[1]), int(last[2]) - 1, column_number(last[1])))

    def table(self) -> Table:
        rows = tuple(tuple(row) for row in self.rows)
        merged = tuple(one for one in self.merged if one[0] < len(rows) and one[1] < MOST_COLUMNS)
        return Table(self.title, rows, 1, self.from_1904, tuple(self._warnings()), merged)

    def _warnings(self) -> list[str]:
        found: list[str] = []
        if self.unworked:
            more = len(self.unworked) - MOST_NAMED
            named = listed([*self.unworked[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])])
            found.append(f"Formulas without a result: {named}. Open the workbook in Excel and save it again.")
        worked = self.formulas - len(self.unworked)
        if worked:
            found.append(f"{count(worked, 'formula')} worked out by the spreadsheet: the last result was read.")
        if self.hidden_rows:
            found.append(f"{count(self.hidden_rows, 'hidden row')} read like the others.")
        if self.hidden_columns:
            found.append(f"{count(self.hidden_columns, 'hidden column')} or more read like the others.")
        return found
