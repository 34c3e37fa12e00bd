"""The rows under the headings that hold somebody: blank rows, totals, headings once more and notes are left aside."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tcsuper.readers.sheets.cells import said
from tcsuper.readers.sheets.findings import Findings, quoted
from tcsuper.readers.sheets.header import Header, is_repeated
from tcsuper.rules.importing import Cell, Table
from tcsuper.words import count

LONG_NOTE = 60
_TOTALS = re.compile(
    r"(?:grand |sub-?\s?|overall |running )?totals?\b|%|percent|averages?\b|mean\b|sum\b|compliance\b|"
    r"(?:number|no\.?|count) (?:of (?:staff|people)|trained|completed|in date|compliant|out of date|due)|count$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"[\d.,:]+\s*(?:%|h|hrs?|hours?|m|mins?|minutes?)?|\d+\s*(?:/|of)\s*\d+|#[A-Z/0]+[!?]?")


def _is_total(filled: Sequence[str]) -> bool:
    """“Total” and numbers; somebody called Sum Lee has a role, a community and days in the row."""
    return bool(_TOTALS.match(filled[0])) and all(_COUNT.fullmatch(one) for one in filled[1:])


@dataclass(frozen=True)
class Row:
    """`number`: as the spreadsheet counts it."""

    number: int
    texts: Sequence[str]


def texts_of(row: Sequence[Cell], width: int) -> list[str]:
    texts = [said(cell) for cell in row[:width]]
    return texts + [""] * (width - len(texts))


def some_texts(table: Table, header: Header, most: int = 300) -> list[list[str]]:
    """The first rows under the headings, to see what their columns hold."""
    rows = table.rows[header.last + 1 : header.last + 1 + most]
    return [texts_of(row, len(header.lower)) for row in rows]


def body(table: Table, header: Header, filled_down: dict[tuple[int, int], str]) -> Iterator[Row]:
    """Every row under the headings that is not blank. `filled_down`: what merged cells say for the rows below."""
    width = len(header.lower)
    for at in range(header.last + 1, len(table.rows)):
        row = table.rows[at]
        if not row:
            continue
        texts = texts_of(row, max(width, len(row)))
        if filled_down and any(texts):
            for column in range(width):
                texts[column] = texts[column] or filled_down.get((at, column), "")
        if any(texts):
            yield Row(at + table.first_row, texts)


def merged_down(table: Table, header: Header) -> dict[tuple[int, int], str]:
    """Of cells merged over several rows of one column: what the first says, for each of the others."""
    found: dict[tuple[int, int], str] = {}
    for top, left, bottom, right in table.merged:
        if left == right and top > header.last and left < len(table.rows[top]):
            text = said(table.rows[top][left])
            found |= {(at, left): text for at in range(top + 1, min(bottom, len(table.rows) - 1) + 1)}
    return found


class Sieve:
    """Lets the rows of people through, and says why the others are not."""

    def __init__(self, table: Table, header: Header, rows: Sequence[Row], person: Sequence[int], is_grid: bool) -> None:
        self.header, self.person, self.is_grid = header, person, is_grid
        self.exact = len(table.rows[header.last]) if table.has_exact_width else None
        self.widths = {at + table.first_row: len(row) for at, row in enumerate(table.rows)} if self.exact else {}
        self.last_full = max((row.number for row in rows if sum(map(bool, row.texts)) > 1), default=0)
        self.before = 0

    def lets_through(self, row: Row, findings: Findings) -> bool:
        texts, number = row.texts, row.number
        follows_blank, self.before = number > self.before + 1, number
        filled = [text for text in texts if text]
        if is_repeated(texts, self.header):
            findings.left_aside(number, "", "", "the headings stand here once more")
            return False
        if _is_total(filled):
            findings.left_aside(number, "", filled[0], f"{quoted(filled[0])} is a row of totals")
            return False
        if len(filled) == 1 and self._is_note(row, filled[0], follows_blank):
            findings.left_aside(
                number, "", filled[0], f"{quoted(filled[0])} stands alone in its row: a note or a title"
            )
            return False
        return self._is_whole(row, len(filled), findings) and self._is_of_somebody(row, findings)

    def _is_note(self, row: Row, text: str, follows_blank: bool) -> bool:
        is_beside = not any(row.texts[at] for at in self.person)
        if self.is_grid:
            return len(text) > LONG_NOTE or (is_beside and not _COUNT.fullmatch(text) and not any(row.texts[1:]))
        return is_beside or follows_blank or row.number > self.last_full or len(text) > LONG_NOTE

    def _is_whole(self, row: Row, filled: int, findings: Findings) -> bool:
        """A row of a csv with a comma too many or too few is shifted: which cell is which, nobody can say."""
        width = self.widths.get(row.number, 0)
        if self.exact is None or width == self.exact or filled <= 1:
            return True
        what = "has one too many, or text with a comma stands without quotation marks" if width > self.exact else \
            "lacks one"  # fmt: skip
        findings.problem(
            row.number, self._first_heading(), "",
            f"the row has {count(width, 'value')} where the headings have {self.exact}: it {what}. "
            "Mend the row in the file.",
        )  # fmt: skip
        return False

    def _first_heading(self) -> str:
        return next((text for text in self.header.texts if text), "")

    def _is_of_somebody(self, row: Row, findings: Findings) -> bool:
        if not self.person or any(row.texts[at] for at in self.person):
            return True
        if self.is_grid and all(_COUNT.fullmatch(text) for text in row.texts if text):
            findings.left_aside(row.number, "", "", "numbers without a name: counts or totals")
            return False
        heading = self.header.texts[self.person[0]] or "Name"
        findings.problem(row.number, heading, "", "nobody is named. Write a name, or leave the row out.")
        return False
