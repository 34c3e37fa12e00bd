"""What a number in a workbook says once its number format is looked at: a day, a time, 007, or just a number."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from tcsuper.rules.importing import Cell
from tcsuper.words import MONTHS


class Shown(StrEnum):
    """What a number format makes of a number."""

    NUMBER = "number"
    DAY = "day"
    MONTH = "month"
    """Month and year, and no day: “Nov-26” is no whole date."""
    YEAR = "year"
    TIME = "time"
    LENGTH = "length"
    """Hours and minutes that go on after 24."""
    NOUGHTS = "noughts"


Format = tuple[Shown, int]
"""And with NOUGHTS, how many figures."""
PLAIN: Format = (Shown.NUMBER, 0)
_DATES = {*range(14, 17), 22, *range(27, 32), *range(50, 59), 36}
_BUILT_IN: dict[int, Format] = (
    {number: (Shown.DAY, 0) for number in _DATES}
    | {17: (Shown.MONTH, 0), 46: (Shown.LENGTH, 0), 45: (Shown.LENGTH, 0), 47: (Shown.LENGTH, 0)}
    | {number: (Shown.TIME, 0) for number in (18, 19, 20, 21, 32, 33, 34, 35)}
)
_NO_SIGN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
_NOUGHTS = re.compile(r"0{2,}")
_WINDOWS_DAY_0, _MAC_DAY_0 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_SERIAL = 2_958_465
_LAST_WITH_WRONG_LEAP_DAY = 60
"""Excel counts a 29 February 1900, which there was not: days before it are one off."""


def format_of(number: int, code: str | None) -> Format:
    """`code`: the format as the workbook writes it, where it is none of the built-in ones."""
    if code is None:
        return _BUILT_IN.get(number, PLAIN)
    first = _NO_SIGN.sub("", code.split(";")[0]).strip().lower()
    if _NOUGHTS.fullmatch(first):
        return Shown.NOUGHTS, len(first)
    if "general" in first:
        return PLAIN
    if "[h" in first or "[m" in first or "[s" in first:
        return Shown.LENGTH, 0
    has_day, has_month_and_year = "d" in first, "m" in first and "y" in first
    if has_day or ("mmm" in first and "y" not in first):
        return Shown.DAY, 0
    if "h" in first or "s" in first:
        return (Shown.DAY, 0) if has_month_and_year else (Shown.TIME, 0)
    if has_month_and_year:
        return Shown.MONTH, 0
    return (Shown.YEAR, 0) if first and set(first) <= {"y", "e"} else PLAIN


def number_said(text: str, shown: Format, from_1904: bool) -> Cell:
    """The value of a cell that holds a number, as its format shows it."""
    try:
        value: int | float = int(text) if text.lstrip("+-").isdigit() and len(text) < 20 else float(text)
    except ValueError:
        return text
    if isinstance(value, float):
        if value != value or abs(value) > 1e15:
            return text
        if value.is_integer():
            value = int(value)
    how, figures = shown
    if how is Shown.NUMBER:
        return value
    if how is Shown.NOUGHTS:
        return f"{value:0{figures}d}" if isinstance(value, int) and value >= 0 else value
    if how is Shown.LENGTH or (how is Shown.TIME and 0 <= value < 1):
        return _length(value)
    return _day(value, how, from_1904)


def _length(value: int | float) -> Cell:
    if value < 0:
        return value
    minutes = round(value * 24 * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _day(value: int | float, how: Shown, from_1904: bool) -> Cell:
    at = moment_of(value, from_1904)
    if at is None:
        return value
    if how is Shown.TIME:
        return f"{at:%H:%M}"
    if how is Shown.MONTH:
        return f"{MONTHS[at.month - 1][:3]} {at.year}"
    if how is Shown.YEAR:
        return str(at.year)
    return at.date() if (at.hour, at.minute) == (0, 0) else f"{at:%Y-%m-%d %H:%M}"


def moment_of(value: int | float, from_1904: bool) -> datetime | None:
    """The moment of a serial number, None outside of the calendar of spreadsheets."""
    if not (0 if from_1904 else 1) <= value <= _LAST_SERIAL:
        return None
    if not from_1904 and value < _LAST_WITH_WRONG_LEAP_DAY:
        value += 1
    return (_MAC_DAY_0 if from_1904 else _WINDOWS_DAY_0) + timedelta(minutes=round(value * 24 * 60))


def day_of(value: int | float, from_1904: bool) -> date | None:
    at = moment_of(value, from_1904)
    return at.date() if at else None
