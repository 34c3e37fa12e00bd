"""Words that may identify a resident: shaped like a prison number, an NHS number or a date of birth.

It warns and never blocks: a number may be something else, and only the writer knows. Shapes, not check digits: a
number with one digit mistyped identifies somebody all the same.
"""

import re
from datetime import date

from tcsuper.words import MONTHS, listed

PRISON_NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]\s?\d{4}\s?[A-Za-z]{2}(?![A-Za-z0-9])")
NHS_NUMBER = re.compile(r"(?<!\d)(?<!\d[ -])\d{3}([ -]?)\d{3}\1\d{4}(?![ -]?\d)")
MONTH = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
NUMERIC_DAY = re.compile(r"(?<!\d)(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})(?!\d)")
ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
SPELT_DAY = re.compile(
    rf"(?i)(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(MONTH)})[a-z]*\.?,?\s+(\d{{4}})"
)
SAID_TO_BE_BIRTH = re.compile(r"(?i)\b(?:d\.?o\.?b\b|born\b|date of birth)\W{0,3}(?:on\s+)?\d")
AT_LEAST_YEARS_AGO = 5
"""Nobody in a service is younger, and what is said of supervision is mostly of the last years."""


def identifying_shapes(text: str, on: date) -> list[str]:
    """What in these words is shaped like something that identifies a person; `on`: today."""
    found = []
    if PRISON_NUMBER.search(text):
        found.append("a prison number")
    if NHS_NUMBER.search(text):
        found.append("an NHS number")
    if SAID_TO_BE_BIRTH.search(text) or any(_is_long_ago(year, month, day, on) for year, month, day in _days_in(text)):
        found.append("a date of birth")
    return found


def identifying_warning(text: str, on: date) -> str:
    """One sentence for whoever writes it; empty when there is nothing to say."""
    found = identifying_shapes(text, on)
    if not found:
        return ""
    return f"This holds something that looks like {listed(found)}. If it identifies a resident, take it out."


def _days_in(text: str) -> list[tuple[int, int, int]]:
    days = [(int(year), int(month), int(day)) for day, month, year in NUMERIC_DAY.findall(text)]
    days += [(int(year), int(month), int(day)) for year, month, day in ISO_DAY.findall(text)]
    return days + [(int(year), MONTH[month.lower()], int(day)) for day, month, year in SPELT_DAY.findall(text)]


def _is_long_ago(year: int, month: int, day: int, on: date) -> bool:
    if year < 100:
        year += 2000 if year <= on.year % 100 else 1900
    return 1900 <= year <= on.year - AT_LEAST_YEARS_AGO and 1 <= month <= 12 and 1 <= day <= 31
