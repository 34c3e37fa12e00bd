"""Lengths of time as people write them in sheets: 1.5, 1:30, 90m, 90, “1 hr 30”, 14:00-15:30.

A number without a unit is hours or minutes as its heading says. Where no heading says so: with a fraction and under 9
it is hours (nobody writes 1.5 minutes), from 9 it is minutes, and a whole number from 1 to 8 is hours only when all
others of its column are; else it is asked, since an hour and a minute look alike.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

LONGEST = 480
"""Minutes of a session, as they are kept."""
FROM_HERE_MINUTES = 9
USE = "Use 90 min, 1 h 30 or 1:30."
_PARTS = {"½": ".5", "¼": ".25", "¾": ".75"}
_SAID = {"half an hour": 30, "half hour": 30, "an hour": 60, "one hour": 60, "hour and a half": 90,
         "an hour and a half": 90, "one and a half hours": 90, "two hours": 120}  # fmt: skip
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::\d{2})?\s*(?:h|hrs?|hours?)?")
_WITH_UNITS = re.compile(
    r"(?:(?P<hours>\d+(?:[.,]\d+)?)\s*(?:h|hr|hrs|hour|hours)\.?)?\s*(?:,|and)?\s*"
    r"(?:(?P<minutes>\d+(?:[.,]\d+)?)\s*(?P<unit>m|min|mins|minute|minutes|')?\.?)?"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?|[.,]\d+")
_FROM_TO = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})")
_LIKE_A_CLOCK = (Decimal("0.15"), Decimal("0.30"), Decimal("0.45"))
_HOURS, _MINUTES = re.compile(r"\b(?:hours?|hrs?)\b", re.IGNORECASE), re.compile(r"\bmin(?:ute)?s?\b", re.IGNORECASE)


class Unit(StrEnum):
    HOURS = "hours"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Length:
    """`minutes`, or a number that stands without a unit; neither: no length."""

    minutes: int | None = None
    bare: Decimal | None = None


NONE = Length()


@lru_cache(maxsize=20_000)
def length(text: str) -> Length:
    words = " ".join(text.lower().split())
    if words in _SAID:
        return Length(_SAID[words])
    for sign, fraction in _PARTS.items():
        words = re.sub(rf"(?<=\d)\s*{sign}", fraction, words).replace(sign, f"0{fraction}")
    if _NUMBER.fullmatch(words):
        return Length(bare=Decimal(words.replace(",", ".")))
    if found := _CLOCK.fullmatch(words):
        return Length(int(found[1]) * 60 + int(found[2]))
    if found := _FROM_TO.fullmatch(words):
        first, last = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        return Length(last - first) if first < last else NONE
    found = _WITH_UNITS.fullmatch(words)
    if not found or not (found["hours"] or found["unit"]):
        return NONE
    hours = Decimal((found["hours"] or "0").replace(",", "."))
    return Length(int(hours * 60 + Decimal((found["minutes"] or "0").replace(",", "."))))


def unit_said(*words: str) -> Unit | None:
    """What a heading or a title says of the numbers under it, where it says one of both."""
    text = " ".join(words)
    is_hours, is_minutes = bool(_HOURS.search(text)), bool(_MINUTES.search(text))
    return None if is_hours == is_minutes else Unit.HOURS if is_hours else Unit.MINUTES


def unit_shown(bare: Iterable[Decimal]) -> Unit | None:
    """What the numbers of a column show themselves: fractions under 9 and nothing from 9 are hours."""
    values = [one for one in bare if one]
    has_fraction = any(one < FROM_HERE_MINUTES and one % 1 for one in values)
    return Unit.HOURS if has_fraction and all(one < FROM_HERE_MINUTES for one in values) else None


def settled(bare: Decimal, unit: Unit | None, is_said: bool = False) -> int | None:
    """The minutes of a number without a unit; None: it is in doubt. `is_said`: a heading says the unit."""
    if is_said and unit:
        return int(bare * 60) if unit is Unit.HOURS else int(bare)
    if not bare:
        return 0
    if bare >= FROM_HERE_MINUTES:
        return int(bare)
    if bare % 1:
        return None if bare % 1 in _LIKE_A_CLOCK else int(bare * 60)
    return int(bare * 60) if unit is Unit.HOURS else None


def choices(bare: Decimal) -> tuple[tuple[str, str], ...]:
    """What a number in doubt may mean, for `Told.words`."""
    if bare % 1:
        hours, minutes = int(bare), int(bare % 1 * 100)
        as_clock = hours * 60 + minutes
        return ((f"{as_clock} min", f"{hours} h {minutes} min"), (f"{int(bare * 60)} min", f"{int(bare * 60)} minutes"))
    number = int(bare)
    return ((f"{number} h", "1 hour" if number == 1 else f"{number} hours"),
            (f"{number} min", "1 minute" if number == 1 else f"{number} minutes"))  # fmt: skip
