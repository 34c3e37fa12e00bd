"""Registers and the week sheet as self-contained pages of A4, to open in any browser and print.

What people typed is escaped in every place; the file loads nothing and runs nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tcsuper import words
from tcsuper.queries.planned import ProtectedTime, Register
from tcsuper.rules.series import span_in_words

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
ROOM_FOR_NAMES, HIGHEST_ROW, LOWEST_ROW = 158.0, 11.0, 6.0
"""Millimetres of a page that are left for the lines of a register, and of a line that somebody signs on."""


class Sheet(Protocol):
    """Which sheet it is, and when it was printed."""

    @property
    def number(self) -> str: ...
    @property
    def printed_at(self) -> datetime: ...


def registers_page(sheet: Sheet, registers: Sequence[Register]) -> str:
    """One page for each register; about twenty-five names fill it, and more go on to the next one."""
    return TEMPLATES.get_template("registers.html").render(
        sheet=sheet, registers=registers, rows=_row_height, span=_span, **WRITTEN
    )


def week_page(sheet: Sheet, monday: date, times: Sequence[ProtectedTime]) -> str:
    """Who must be free when, day by day."""
    days = [(on, list(those)) for on, those in groupby(times, lambda one: one.on)]
    return TEMPLATES.get_template("week_sheet.html").render(sheet=sheet, monday=monday, days=days, **WRITTEN)


def refused_page(sentence: str) -> str:
    """What is downloaded when the sheet could not be made: why, in words."""
    return TEMPLATES.get_template("refused.html").render(sentence=sentence)


WRITTEN = {"day": words.day, "full_day": words.full_day, "length": words.length, "moment": words.moment}


def _row_height(register: Register) -> float:
    return round(max(LOWEST_ROW, min(HIGHEST_ROW, ROOM_FOR_NAMES / len(register.people))), 1)


def _span(register: Register) -> str:
    return span_in_words(register.held_on, register.starts_at, register.minutes)
