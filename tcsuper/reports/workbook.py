"""Tables as a workbook (.xlsx) that a spreadsheet opens: what it is on the first sheet, then each table on its own.

Nothing in it runs, links or is fetched. The same tables give the same bytes. `openpyxl` writes it, row by row; it also
reads workbooks, and one library for both is enough.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from tcsuper import words
from tcsuper.errors import InvalidRecord
from tcsuper.reports.safe import formula_safe

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 20_000
"""Of a workbook. A spreadsheet takes 1,048,576 in a sheet; one person's click may not keep everybody else waiting."""
LONGEST_TEXT = 32_767
"""Characters that a spreadsheet takes in a cell."""
LONGEST_NAME = 31
ABOUT = "About"
UNDATED = datetime(1980, 1, 1)
"""In the properties of the file, as in its parts: when it was made is said on its first sheet."""
DAY, MONTH = "d mmm yyyy", "mmmm yyyy"
A4_PAPER = 9
NARROWEST, WIDEST = 8, 60
FIRST_DAY = date(1900, 3, 1)
"""Before it, spreadsheets disagree about which day a number means: those dates are written as words."""

Cell = str | int | float | date | None


class Month(date):
    """A month by its first day: shown as "November 2026", and still a date to a spreadsheet."""


@dataclass(frozen=True)
class Sheet:
    """A table: its title becomes the name of its sheet, as far as a spreadsheet takes it. `total`: a last row that sums
    up, in bold; it is no row of the table, and stays where it is when the rows are filtered or sorted."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()


def workbook(sheets: Sequence[Sheet], about: Sequence[tuple[str, str]], most: int = MOST_ROWS) -> bytes:
    """The file. `about` says in pairs what it is, as at which day, when and for whom it was made; how many rows each
    sheet has is added. Raises InvalidRecord when there are too many rows: more than `most`."""
    check_length(sum(len(sheet.rows) for sheet in sheets), most)
    book = Workbook(write_only=True)
    book.properties.creator = ""
    book.properties.created = book.properties.modified = UNDATED
    book.properties.title = about[0][1] if about else ""
    names = _names([ABOUT, *(sheet.title for sheet in sheets)])
    _write(book, names[0], _about(sheets, names[1:], about), heads=False)
    for name, sheet in zip(names[1:], sheets, strict=True):
        _write(book, name, [sheet.columns, *sheet.rows], heads=True, total=sheet.total)
    file = BytesIO()
    ExcelWriter(book, _Undated(file, "w", ZIP_DEFLATED)).save()
    return file.getvalue()


def check_length(rows: int, most: int = MOST_ROWS) -> None:
    """Raises InvalidRecord when there are too many rows for one file."""
    if rows > most:
        raise InvalidRecord(
            rows=f"This would be {rows:,} rows; the most in one file is {most:,}. No file was made. "
            "Choose a shorter time or fewer people."
        )


class _Undated(ZipFile):
    """The same content gives the same file: no part of it says when it was packed."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(ZipInfo(str(zinfo_or_arcname)), data, ZIP_DEFLATED)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        self.writestr(arcname, Path(filename).read_bytes())


def _about(sheets: Sequence[Sheet], names: Sequence[str], about: Sequence[tuple[str, str]]) -> list[tuple[Cell, Cell]]:
    counts = [(f"Sheet “{name}”", words.count(len(one.rows), "row")) for name, one in zip(names, sheets, strict=True)]
    marked = any(
        _apostrophe(cell) for sheet in sheets for row in [sheet.columns, *sheet.rows, sheet.total] for cell in row
    )
    told = "Words that a spreadsheet would take for a formula have an apostrophe (') in front."
    return [*about, *counts, *([("Note", told)] if marked else [])]


def _apostrophe(value: Cell) -> bool:
    return isinstance(value, str) and formula_safe(_written(value)) != _written(value)


# ---------------------------------------------------------------------------------------------------------------------
# Names


def _names(titles: Sequence[str]) -> list[str]:
    """Each once, whatever its case, without the signs that a spreadsheet refuses in the name of a sheet."""
    names: list[str] = []
    for title in titles:
        plain = _fit(re.sub(r"[\[\]:*?/\\]", " ", _written(title)), LONGEST_NAME)
        name, number = plain, 2
        while name.lower() in {"", "history", *(one.lower() for one in names)}:
            name, number = f"{_fit(plain or 'Sheet', LONGEST_NAME - 4)} {number}", number + 1
        names.append(name)
    return names


def _fit(title: str, most: int) -> str:
    return " ".join(title.split())[:most].strip(" '")


# ---------------------------------------------------------------------------------------------------------------------
# Cells


def _write(book: Any, name: str, rows: Sequence[Sequence[Cell]], heads: bool, total: Sequence[Cell] = ()) -> None:
    """One sheet, top to bottom. `heads`: the first row is the headings, which stay in sight and on every page."""
    sheet = book.create_sheet(name)
    widths = _widths([*rows, total] if total else rows)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width + 2
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4_PAPER
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    if heads:
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths) or 1)}{len(rows)}"
    cells = _Cells(sheet)
    for at, row in enumerate(rows):
        sheet.append([cells.of(value, at == 0 if heads else column == 0) for column, value in enumerate(row)])
    if total:
        sheet.append([cells.of(value, is_bold=True) for value in total])
    sheet.close()


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    columns = max((len(row) for row in rows), default=0)
    return [min(WIDEST, max([NARROWEST, *_lengths(rows, column)])) for column in range(columns)]


def _lengths(rows: Iterable[Sequence[Cell]], column: int) -> Iterator[int]:
    for row in rows:
        value = row[column] if column < len(row) else None
        yield len(DAY) if isinstance(value, date) else 0 if value is None else len(str(value))


class _Cells:
    """The cells of one sheet. Text is text, whatever it looks like: never a formula, an error or a link."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.styles: dict[tuple[str, bool, bool], Any] = {}
        """Each look is worked out once: a cell of its own for every look takes most of the time there is."""

    def of(self, value: Cell, is_bold: bool = False) -> Any:
        if isinstance(value, bool):
            value = "Yes" if value else "No"
        is_day = isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_DAY
        if isinstance(value, date) and not is_day:
            value = words.day(value)
        if isinstance(value, str):
            value = str(formula_safe(_written(value)))
        elif isinstance(value, int | float) and not math.isfinite(value):
            value = None
        cell = WriteOnlyCell(self.sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"
        shown_as = MONTH if isinstance(value, Month) else DAY if is_day else "General"
        cell._style = self._look(shown_as, isinstance(value, str) and len(value) > WIDEST, is_bold)
        return cell

    def _look(self, number_format: str, is_wrapped: bool, is_bold: bool) -> Any:
        look = (number_format, is_wrapped, is_bold)
        if look not in self.styles:
            model = WriteOnlyCell(self.sheet)
            model.number_format, model.font = number_format, Font(bold=is_bold)
            model.alignment = Alignment(vertical="top", wrap_text=is_wrapped)
            self.styles[look] = model._style
        return self.styles[look]


NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
TAKEN_FOR_A_SIGN = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""A spreadsheet reads `_x003D_` as the sign with this number, `=`: its underscore is written as its own number."""


def _written(text: str) -> str:
    """The words as a spreadsheet keeps them: signs that its files cannot hold are shown as such, not lost unseen."""
    text = text.replace("\r\n", "\n")
    text = NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text))
    text = TAKEN_FOR_A_SIGN.sub("_x005F_", text)
    return text if len(text) < LONGEST_TEXT else f"{text[: LONGEST_TEXT - 2]}…"
