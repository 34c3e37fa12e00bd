"""A figure as it is shown: never without its name, its form, what it was counted from, and a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tcsuper.rules.agreement.bands import BandSet
from tcsuper.rules.agreement.kappa import Estimate
from tcsuper.rules.agreement.ratings import LEAST_PAIRS, Table, Undefined, count_pairs, observers_in
from tcsuper.words import count


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None where the figure is not defined or there is too little to say; `note` then says why. `low` and
    `high` are the ends of the 95% interval. `words` is the word of the band set that was asked for, if one was."""

    name: str
    form: str
    n_items: int
    n_observers: int
    n_pairs: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    words: str | None = None
    note: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.name} ({self.form}): {self.statement}"

    @property
    def statement(self) -> str:
        if self.value is None:
            return f"none. {self.note}"
        interval = f", 95% interval {shown(self.low)} to {shown(self.high)}" if self.low is not None else ""
        word = f", {self.words}" if self.words else ""
        counted = f"{count(self.n_pairs, 'pair')} of ratings, {count(self.n_items, 'item')}"
        by = count(self.n_observers, "observer")
        return f"{shown(self.value)}{interval}{word}; {counted}, {by}. {self.note}".strip()

    def as_data(self) -> dict[str, Any]:
        """Six digits: what is behind them is rounding."""
        return {
            "name": self.name,
            "form": self.form,
            "value": _six(self.value),
            "low": _six(self.low),
            "high": _six(self.high),
            "words": self.words,
            "note": self.note,
            "sentence": self.sentence,
            "n_items": self.n_items,
            "n_observers": self.n_observers,
            "n_pairs": self.n_pairs,
        }


def figure(
    name: str,
    form: str,
    counted: Table,
    worked_out: Callable[[], Estimate],
    bands: BandSet | None = None,
    about: str = "",
) -> Figure:
    """`counted`: the items, observers and ratings behind it. `about` is said in any case, whatever comes out."""
    rated_twice = {item: levels for item, levels in counted.items() if len(levels) > 1}
    numbers = (len(rated_twice), len(observers_in(rated_twice)), count_pairs(rated_twice))
    try:
        if 0 < numbers[2] < LEAST_PAIRS:
            least = f"at least {LEAST_PAIRS} are needed"
            raise Undefined(f"{count(numbers[2], 'pair')} of ratings: too few to say, {least}.")
        found = worked_out()
    except Undefined as why:
        return Figure(name, form, *numbers, note=f"{why} {about}".strip())
    word = bands.word(found.value) if bands else None
    return Figure(name, form, *numbers, found.value, found.low, found.high, word, f"{found.note} {about}".strip())


def shown(value: float | None) -> str:
    """Two digits, and no minus before a zero."""
    return "" if value is None else f"{round(value, 2) + 0:.2f}"


def _six(value: float | None) -> float | None:
    return None if value is None else round(value, 6) + 0
