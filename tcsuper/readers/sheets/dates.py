"""Dates as people write them in sheets, and which way round a column writes them.

What was written (`written`) is told apart from what it means (`day_of`): 04/05/2026 is two numbers and a year until the
column, the heading or a person says which of them is the day. In Britain it is the first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from tcsuper.readers.sheets.xlsx_numbers import day_of as day_of_serial
from tcsuper.rules.importing import DateOrder
from tcsuper.words import MONTHS

USE = "Use 2 May 2026 or 2026-05-02."
FIRST_YEAR = 1940
YEARS_AHEAD = 20
FIRST_SERIAL_YEAR = 1980
_WELSH = "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr".split()
_NUMBER_OF: dict[str, int] = {
    name: number
    for names in (MONTHS, _WELSH)
    for number, month in enumerate(names, 1)
    for name in (month.lower(), month[:3].lower())
} | {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_NUMBER_OF |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_TIME = r"(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_NUMBERS = re.compile(r"(\d{1,2})\s*([/.\-\s])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})" + _TIME, re.IGNORECASE)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME, re.IGNORECASE)
_BASIC = re.compile(r"(19\d\d|20\d\d)(\d\d)(\d\d)")
_LETTERS = r"([^\W\d_]{3,10})"
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]*(?:of\s+)?" + _LETTERS + r"\.?,?[\s./-]*['’]?(\d{4}|\d{2})" + _TIME,
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(_LETTERS + r"\.?\s*(\d{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+)(\d{4})" + _TIME, re.IGNORECASE)
_MONTH = re.compile(_LETTERS + r"\.?,?[\s./-]*['’]?(\d{4}|\d{2})", re.IGNORECASE)
_MONTH_IN_NUMBERS = re.compile(r"(\d{1,2})[/.\-](\d{4}|\d{2})")
_YEAR_AND_MONTH = re.compile(r"(\d{4})[/.\-](\d{1,2})")
_YEAR = re.compile(r"19\d\d|20\d\d")
_SERIAL = re.compile(r"\d{4,5}(?:\.\d+)?")
_WEEKDAY = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.IGNORECASE)


class Shape(StrEnum):
    DAY = "day"
    """In one order only: a month by name, or the year first."""
    NUMBERS = "numbers"
    """Two numbers and a year."""
    MONTH = "month"
    YEAR = "year"
    SERIAL = "serial"
    NONE = "none"


@dataclass(frozen=True)
class Written:
    shape: Shape
    year: int = 0
    month: int = 0
    """Or the second of two numbers."""
    day: int = 0
    """Or the first of two numbers."""
    serial: float = 0
    has_short_year: bool = False


NOTHING = Written(Shape.NONE)


@lru_cache(maxsize=50_000)
def written(text: str) -> Written:
    """What sort of date this is, whatever it means."""
    words = _WEEKDAY.sub("", " ".join(text.split()), count=1).strip(" .,;")
    if found := _ISO.fullmatch(words):
        return Written(Shape.DAY, int(found[1]), int(found[3]), int(found[4]))
    if found := _BASIC.fullmatch(words):
        return Written(Shape.DAY, int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(words):
        return Written(Shape.NUMBERS, int(found[4]), int(found[3]), int(found[1]), has_short_year=len(found[4]) == 2)
    return _with_letters(words) or _without_day(words)


def _with_letters(words: str) -> Written | None:
    if (found := _DAY_FIRST.fullmatch(words)) and (month := _NUMBER_OF.get(found[2].lower())):
        return Written(Shape.DAY, int(found[3]), month, int(found[1]), has_short_year=len(found[3]) == 2)
    if (found := _MONTH_FIRST.fullmatch(words)) and (month := _NUMBER_OF.get(found[1].lower())):
        return Written(Shape.DAY, int(found[3]), month, int(found[2]))
    if (found := _MONTH.fullmatch(words)) and (month := _NUMBER_OF.get(found[1].lower())):
        return Written(Shape.MONTH, int(found[2]), month, has_short_year=len(found[2]) == 2)
    return None


def _without_day(words: str) -> Written:
    if (found := _YEAR_AND_MONTH.fullmatch(words)) and 1 <= int(found[2]) <= 12:
        return Written(Shape.MONTH, int(found[1]), int(found[2]))
    if (found := _MONTH_IN_NUMBERS.fullmatch(words)) and 1 <= int(found[1]) <= 12:
        return Written(Shape.MONTH, int(found[2]), int(found[1]), has_short_year=len(found[2]) == 2)
    if _YEAR.fullmatch(words):
        return Written(Shape.YEAR, int(words))
    return Written(Shape.SERIAL, serial=float(words)) if _SERIAL.fullmatch(words) else NOTHING


def full_year(one: Written, today: date) -> int:
    """Of two figures: the century that puts it at most twenty years ahead."""
    if not one.has_short_year:
        return one.year
    return 2000 + one.year if 2000 + one.year <= today.year + YEARS_AHEAD else 1900 + one.year


def day_of(one: Written, order: DateOrder, today: date, from_1904: bool = False) -> date | None:
    """The day that was meant; None: it is not in the calendar, not of our time, or no whole date."""
    if one.shape is Shape.SERIAL:
        found = day_of_serial(one.serial, from_1904)
        return found if found and FIRST_SERIAL_YEAR <= found.year <= today.year + YEARS_AHEAD else None
    if one.shape not in (Shape.DAY, Shape.NUMBERS):
        return None
    number, month = one.day, one.month
    if one.shape is Shape.NUMBERS and order is DateOrder.MONTH_FIRST:
        number, month = month, number
    try:
        found = date(full_year(one, today), month, number)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= today.year + YEARS_AHEAD else None


def only_order(one: Written) -> DateOrder | None:
    """Which way round it must be, where it can only be one."""
    if one.shape is not Shape.NUMBERS or (one.day > 12) == (one.month > 12):
        return None
    return DateOrder.DAY_FIRST if one.day > 12 else DateOrder.MONTH_FIRST


@dataclass(frozen=True)
class Proof:
    """How a column writes its dates: of each order, how many can only be that, and the first of them (row, words)."""

    day_first: int = 0
    month_first: int = 0
    first_day: tuple[int, str] | None = None
    first_month: tuple[int, str] | None = None
    in_doubt: int = 0
    """Could be either."""

    @property
    def order(self) -> DateOrder | None:
        if not self.day_first and not self.month_first:
            return None
        return DateOrder.MONTH_FIRST if self.month_first > self.day_first else DateOrder.DAY_FIRST

    @property
    def first(self) -> tuple[int, str] | None:
        """The first that proves the order of the column."""
        return self.first_month if self.order is DateOrder.MONTH_FIRST else self.first_day


def proof(cells: Iterable[tuple[int, str]]) -> Proof:
    """`cells`: row and words of a column."""
    rows: dict[DateOrder, list[tuple[int, str]]] = {order: [] for order in DateOrder}
    in_doubt = 0
    for row, text in cells:
        one = written(text)
        if one.shape is Shape.NUMBERS:
            order = only_order(one)
            if order:
                rows[order].append((row, text))
            elif one.day != one.month and one.day <= 12:
                in_doubt += 1
    days, months = rows[DateOrder.DAY_FIRST], rows[DateOrder.MONTH_FIRST]
    return Proof(len(days), len(months), next(iter(days), None), next(iter(months), None), in_doubt)


def together(proofs: Iterable[Proof]) -> Proof:
    """Of columns that the same hand fills, as those of a matrix."""
    each = list(proofs)
    days = [one.first_day for one in each if one.first_day]
    months = [one.first_month for one in each if one.first_month]
    return Proof(
        sum(one.day_first for one in each),
        sum(one.month_first for one in each),
        min(days, default=None),
        min(months, default=None),
        sum(one.in_doubt for one in each),
    )
