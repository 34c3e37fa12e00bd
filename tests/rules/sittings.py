"""Sessions in the fewest words, for the tables of cases."""

from typing import Any

from tcsuper.rules.credit import Sitting
from tests.rules.days import day


def one(on: str, minutes: int, **more: Any) -> Sitting:
    """One to one."""
    return Sitting(day(on), minutes, "individual", 1, **more)


def group(on: str, minutes: int, contracted: int, **more: Any) -> Sitting:
    return Sitting(day(on), minutes, "group", contracted, **more)


def read_table(text: str) -> list[list[str]]:
    """The cells of each line below the heading."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]
