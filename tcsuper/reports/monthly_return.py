"""The monthly return as a self-contained page of A4, to open in any browser and print. What people typed is escaped in
every place; the file loads nothing and runs nothing."""

from collections.abc import Mapping

from tcsuper import words
from tcsuper.models import LostBecause
from tcsuper.queries.monthly_return import MonthlyReturn
from tcsuper.reports.sheets import TEMPLATES, WRITTEN, Sheet

COMFORTABLE = 8
"""Communities that stand side by side; more are a line each, set smaller, and go on to a second page."""
MOST_NAMED = 6
"""Responsibilities that are named; the rest are counted."""


def monthly_return_page(sheet: Sheet, found: MonthlyReturn, lost_words: Mapping[LostBecause, str]) -> str:
    """`lost_words`: what each cause is called on screen."""
    return TEMPLATES.get_template("monthly_return.html").render(
        sheet=sheet,
        found=found,
        lost_words=lost_words,
        month=words.month,
        listed=_listed,
        dense=len(found.places) > COMFORTABLE,
        hyphened=_hyphened,
        short_month=words.short_month,
        **WRITTEN,
    )


def _listed(names: tuple[str, ...]) -> str:
    named, others = names[:MOST_NAMED], len(names) - MOST_NAMED
    return "; ".join(named) + (f"; and {words.count(others, 'other')}" if others > 0 else "")


def _hyphened(kind: str) -> str:
    """Where a long heading may break, in a narrow column: a soft hyphen, seen only where it does."""
    for long, broken in (
        ("visio", "\u00advisio"),
        ("cation", "\u00adcation"),
        ("bilit", "\u00adbilit"),
        ("tration", "\u00adtration"),
    ):
        kind = kind.replace(long, broken)
    return kind
