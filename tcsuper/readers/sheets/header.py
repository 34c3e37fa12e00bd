"""The row of headings of a table: found by how many headings it holds that are known, in one line or in two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tcsuper.readers.sheets import headings
from tcsuper.readers.sheets.cells import key, said
from tcsuper.rules.importing import Table

MOST_ROWS_ABOVE = 40
UNKNOWN_COSTS = 0.3
"""A row of data holds words that are no headings."""
A_PERSON_IS_WORTH = 2.0
LEAST = 1.5
SAME = 0.05
"""Of two rows that say as much the first is it: headings are often written once more further down."""


@dataclass(frozen=True)
class Header:
    """Rows counted from 0 within the table. `upper`: what stands over the headings in a line of its own, spread over
    the columns that it belongs to."""

    first: int
    last: int
    upper: tuple[str, ...]
    lower: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(f"{over} {under}".strip() if over != under else over
                     for over, under in zip(self.upper, self.lower, strict=True))  # fmt: skip


def header_of(table: Table, courses: Mapping[str, str], today: date, told_row: int | None) -> Header | None:
    """`told_row`: as the spreadsheet numbers it. None: no row holds two headings that are known among others."""
    width = max((len(row) for row in table.rows), default=0)
    if told_row is not None:
        at = told_row - table.first_row
        return _two_lines(table, at, width, courses, today)[1] if 0 <= at < len(table.rows) else None
    best: tuple[float, Header | None] = (0.0, None)
    seen = 0
    for at, row in enumerate(table.rows):
        if not any(said(cell) for cell in row):
            continue
        found = _two_lines(table, at, width, courses, today)
        if found[0] > best[0] + SAME:
            best = found
        seen += 1
        if seen > MOST_ROWS_ABOVE:
            break
    return best[1] if best[0] >= LEAST else None


def _two_lines(table: Table, at: int, width: int, courses: Mapping[str, str], today: date) -> tuple[float, Header]:
    """This row alone, or with the one below it where both together say more."""
    alone = Header(at, at, ("",) * width, _texts(table, at, width))
    value = _value(alone, courses, today)
    if at + 1 >= len(table.rows) or not any(said(cell) for cell in table.rows[at + 1]):
        return value, alone
    both = _with_next(table, at, width)
    value_of_both = _value(both, courses, today)
    return (value_of_both, both) if value_of_both >= value + 1 else (value, alone)


def _texts(table: Table, at: int, width: int) -> tuple[str, ...]:
    texts = [" ".join(said(cell).split()) for cell in table.rows[at]]
    return tuple(texts + [""] * (width - len(texts)))


def _with_next(table: Table, at: int, width: int) -> Header:
    upper, lower = list(_texts(table, at, width)), _texts(table, at + 1, width)
    for top, left, bottom, right in table.merged:
        if top <= at <= bottom and left < width:
            upper[left : right + 1] = [upper[left]] * (min(right, width - 1) + 1 - left)
    for column in range(1, width):
        if not upper[column] and lower[column] and headings.under_a_course(lower[column]):
            upper[column] = upper[column - 1]
    return Header(at, at + 1, tuple(upper), lower)


def _value(header: Header, courses: Mapping[str, str], today: date) -> float:
    known = unknown = 0.0
    has_person = False
    for over, under in zip(header.upper, header.lower, strict=True):
        text = f"{over} {under}".strip()
        if not text:
            continue
        if over and under and headings.under_a_course(under) and headings.course(over, courses):
            known += 1
        elif (not over or not under) and _says(text, courses, today):
            known += 1
        elif over and under and (_says(text, courses, today) or headings.is_known(under) or
                                 headings.course(under, courses)):  # fmt: skip
            known += 0.9 if headings.is_known(text) else 0.7
        else:
            unknown += 1
        has_person = has_person or any(one in headings.OF_A_PERSON for one in headings.keys(text))
    return known - UNKNOWN_COSTS * unknown + (A_PERSON_IS_WORTH if has_person and known >= 2 else 0)


def _says(text: str, courses: Mapping[str, str], today: date) -> bool:
    return bool(
        headings.is_known(text)
        or headings.course(text, courses)
        or headings.under_a_course(text)
        or headings.bare_month(text)
        or headings.month(text, today)
    )


def is_repeated(row: Sequence[str], header: Header) -> bool:
    """The headings once more, further down: most of its cells say what the heading says."""
    first = next((one for one in row if one), "")
    if len(first) > 60 or key(first) not in {key(lower) for lower in header.lower}:
        return False
    filled = [(one, lower) for one, lower in zip(row, header.lower, strict=False) if one]
    alike = sum(key(one) == key(lower) for one, lower in filled)
    return alike >= 2 and alike * 2 > len(filled)
