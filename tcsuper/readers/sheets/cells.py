"""A cell as the words that stand in it, and the words as they are compared."""

import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tcsuper.rules.importing import Cell
from tcsuper.words import day

_APOSTROPHE_BEFORE = ("=", "+", "-", "@")
"""Workbooks of this product put an apostrophe before what a spreadsheet would take for a formula."""


def said(cell: Cell) -> str:
    """The words of a cell, letter for letter, without blanks around them."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = cell.replace("\xa0", " ").strip(" \t\r\n\ufeff\u200b")
        return text[1:] if text[:1] == "'" and text[1:2] in _APOSTROPHE_BEFORE and len(text) > 1 else text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, date):
        return day(cell)
    if isinstance(cell, int):
        return str(cell)
    return format(Decimal(repr(cell)), "f")


@lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """Letters and figures alone, without capitals: “Start-Date:” is “start date”. Only to compare with."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("&", "and")
    return "".join(one for one in plain if one.isalnum())


def word(text: str) -> str:
    """As a key of `Told.words`: small letters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def is_unworked(text: str) -> bool:
    """A formula that stands in place of its result."""
    return text.startswith("=") and len(text) > 1


def is_error(text: str) -> bool:
    return text in ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!")
