"""A date as people print it: 02/08/19, 16 February 2026, 28th Juni 2022. Day before month, as in Britain."""

import re
from datetime import date

from rapidfuzz import fuzz, process

from tcsuper.words import MONTHS, day

_NUMBERS = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})$")
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{2}:\d{2}.*)?$")
_NO_DAY = re.compile(r"([^\W\d_]{3,12})\.?,?\s+\d{4}$")
_NAMED = re.compile(
    r"(\d{1,2})\s*(?:st|nd|rd|th)?\s*(?:of\s+)?[ ./-]?\s*([^\W\d_]{3,12})\.?,?[ ./-]?\s*(\d{4}|\d{2})$", re.IGNORECASE
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$", re.IGNORECASE)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.IGNORECASE)
_ALIKE = 75
_FORMER_CENTURY_FROM = 70


def date_printed(text: str) -> tuple[date | None, str]:
    """The date, or None when there is no whole one; and a sentence when it could be read otherwise."""
    words = _WEEKDAY.sub("", " ".join(text.split())).strip(" .;")
    if found := _ISO.match(words):
        return _dated(text, int(found[1]), int(found[3]), int(found[4]))
    if found := _NUMBERS.match(words):
        on, doubt = _dated(text, _year(found[3]), int(found[2]), int(found[1]))
        if on and on.day <= 12 and on.day != on.month:
            doubt = f"“{text}” was read with the day before the month: {day(on)}."
        return on, doubt
    if found := _NAMED.match(words):
        return _with_month(text, found[3], found[2], found[1])
    if found := _MONTH_FIRST.match(words):
        return _with_month(text, found[3], found[1], found[2])
    if (found := _NO_DAY.match(words)) and _month(found[1])[0]:
        return None, f"“{text}” names no day. Enter the whole date."
    return None, f"“{text}” is not a date that can be read. Use 2 May 2026 or 2026-05-02."


def _with_month(text: str, year: str, month: str, day_number: str) -> tuple[date | None, str]:
    number, is_misspelt = _month(month)
    if not number:
        return None, f"“{text}” is not a date that can be read. Use 2 May 2026 or 2026-05-02."
    on, doubt = _dated(text, _year(year), number, int(day_number))
    if on and is_misspelt:
        doubt = f"“{month}” in “{text}” was read as {MONTHS[number - 1]}."
    return on, doubt


def _month(word: str) -> tuple[int, bool]:
    """(number, is it misspelt); 0 when it is like no month, or like two."""
    name = word.capitalize()
    for number, month in enumerate(MONTHS, 1):
        if name == month or name == month[:3] or (name == "Sept" and number == 9):
            return number, False
    near = process.extract(name, MONTHS, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2)
    if not near or (len(near) > 1 and near[0][1] == near[1][1]):
        return 0, False
    return near[0][2] + 1, True


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (1900 if year >= _FORMER_CENTURY_FROM else 2000)


def _dated(text: str, year: int, month: int, day_number: int) -> tuple[date | None, str]:
    try:
        return date(year, month, day_number), ""
    except ValueError:
        return None, f"“{text}” is not in the calendar."
