"""How dates, lengths of time, counts and lists are written, everywhere alike: 2 May 2026, 1 h 30 min, 7.5 minutes."""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MONTHS = ("January February March April May June July August September October November December").split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def day(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def from_to(start: date, end: date | None) -> str:
    """`from 2 May 2026`, and the last day where there is one: `from 2 May 2026 to 9 May 2026`."""
    return f"from {day(start)} to {day(end)}" if end else f"from {day(start)}"


def weekday(on: date) -> str:
    return f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"


def month(on: date) -> str:
    return f"{MONTHS[on.month - 1]} {on.year}"


def short_month(on: date) -> str:
    return f"{MONTHS[on.month - 1][:3]} {on.year % 100:02d}"


def moment(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{day(local.date())} at {local:%H:%M}"


def time_of_day(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%H:%M}"


def number(amount: Fraction | int | float) -> str:
    """At most one decimal, none when whole. Cut, never rounded up: 89.96 credited minutes must not read as 90."""
    tenths = Fraction(amount) * 10 // 1
    return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def minutes(amount: Fraction | int | float) -> str:
    return "1 minute" if amount == 1 else f"{number(amount)} minutes"


def length(amount: int) -> str:
    """A length of time as people say it: 45 min, 1 h, 1 h 30 min."""
    hours, rest = divmod(amount, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def count(how_many: int, one: str, several: str = "") -> str:
    return f"{how_many} {one if how_many == 1 else several or one + 's'}"


def listed(things: Sequence[str], last: str = "and") -> str:
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} {last} {things[-1]}" if things else ""


def full_day(on: date) -> str:
    return f"{DAYS[on.weekday()]} {day(on)}"
