"""One cell after the other: what its words mean in the column that it stands in, with what somebody told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rapidfuzz import fuzz, process

from tcsuper.readers.sheets import durations, meanings
from tcsuper.readers.sheets.cells import is_error, is_unworked, key, word
from tcsuper.readers.sheets.columns import Columns
from tcsuper.readers.sheets.dates import USE, Proof, Shape, Written, day_of, full_year, only_order, written
from tcsuper.readers.sheets.durations import Unit
from tcsuper.readers.sheets.findings import KEEP_OUT, Findings, Gone, quoted
from tcsuper.readers.sheets.meanings import ASIDE, Meaning
from tcsuper.rules.importing import DateOrder, Told
from tcsuper.words import day

MOST_LIKELY = 5
ALIKE = 70
_LAST = {1: 31, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
_NO_DATE = {key(one) for one in ("none", "ongoing", "never", "no expiry", "lifetime", "for life", "does not expire",
                                 "current", "present", "to date", "permanent", "no end date", "open")}  # fmt: skip


@dataclass
class Reader:
    findings: Findings
    columns: Columns
    told: Told
    today: date
    from_1904: bool = False
    proofs: Mapping[int, Proof] = field(default_factory=dict)
    orders: Mapping[int, DateOrder] = field(default_factory=dict)
    units: Mapping[int, tuple[Unit | None, bool]] = field(default_factory=dict)
    """By column: hours or minutes, and whether a heading says so."""
    serials: int = 0
    bare_numbers: int = 0
    _days: dict[tuple[int, str, bool], date] = field(default_factory=dict)

    # -----------------------------------------------------------------------------------------------------------------
    # What was told

    def mended(self, row: int, at: int, text: str) -> str:
        """The words of a cell, or those that somebody put in their place."""
        return self.told.cells.get(f"{row}:{self.columns.texts[at]}", text) if self.told.cells else text

    def is_kept_out(self, row: int, at: int, text: str) -> bool:
        if text == KEEP_OUT[0] and f"{row}:{self.columns.texts[at]}" in self.told.cells:
            self.findings.left_aside(row, self.columns.texts[at], "", "left out, as was said")
            return True
        return False

    def _told_word(self, text: str) -> str:
        return self.told.words.get(word(text), "") if self.told.words else ""

    # -----------------------------------------------------------------------------------------------------------------
    # Dates

    def day(self, row: int, at: int, text: str, is_past: bool = False, is_completion: bool = False) -> date | Gone:
        """`is_past`: it has happened. `is_completion`: words like “booked” say that there is nothing to take in."""
        if not text:
            return Gone.BLANK
        known = self._days.get((at, text, is_past))
        if known:
            return known
        found = self._day(row, at, text, is_past, is_completion)
        if isinstance(found, date):
            if is_past and found > self.today:
                what = f"{day(found)} is after today, and this has been completed. Correct the day, or leave it out."
                return self.findings.problem(row, self.columns.texts[at], text, what)
            if written(text).shape is not Shape.SERIAL:
                self._days[at, text, is_past] = found
        return found

    def _day(self, row: int, at: int, text: str, is_past: bool, is_completion: bool) -> date | Gone:
        told = self._told_word(text)
        if told:
            return self._day_told(row, at, text, told, is_completion)
        one = written(text)
        if one.shape in (Shape.MONTH, Shape.YEAR):
            return self._asked_day(row, at, text, one)
        if one.shape is not Shape.NONE:
            return self._whole_day(row, at, text, one)
        if is_error(text) or is_unworked(text):
            return self._no_value(row, at, text)
        if is_completion:
            return self._in_words(row, at, text, is_past)
        if key(text) in _NO_DATE or meanings.meaning(text) in (Meaning.NOT_REQUIRED, Meaning.NOT_KNOWN):
            return Gone.BLANK
        return self._no_date(row, at, text)

    def _no_value(self, row: int, at: int, text: str) -> Gone:
        what = "is an error" if is_error(text) else "is a formula without a result"
        do = "Mend it in the spreadsheet" if is_error(text) else "Open the workbook in Excel and save it again"
        return self.findings.problem(
            row, self.columns.texts[at], text, f"{quoted(text)} {what}. {do}, or write the value."
        )

    def _no_date(self, row: int, at: int, text: str) -> Gone:
        return self.findings.problem(row, self.columns.texts[at], text, f"{quoted(text)} is not a date. {USE}")

    def _day_told(self, row: int, at: int, text: str, told: str, is_completion: bool) -> date | Gone:
        try:
            return date.fromisoformat(told)
        except ValueError:
            pass
        if told == Meaning.COMPLETED:
            return self._asked_tick(row, at, text)
        if told in (Meaning.BOOKED, Meaning.NOT_REQUIRED, Meaning.LEFT_OUT):
            why = ASIDE[Meaning(told)]
            return self.findings.left_aside(row, self.columns.texts[at], text, f"{quoted(text)} {why}")
        return self._no_date(row, at, text)

    def _whole_day(self, row: int, at: int, text: str, one: Written) -> date | Gone:
        order = self.orders.get(at, DateOrder.DAY_FIRST)
        only = only_order(one)
        if only and only is not order and day_of(one, only, self.today):
            own, others = ("month", "day") if only is DateOrder.MONTH_FIRST else ("day", "month")
            what = f"{quoted(text)} has the {own} first, where the dates of its column have the {others} first. {USE}"
            return self.findings.problem(row, self.columns.texts[at], text, what)
        found = day_of(one, order, self.today, self.from_1904)
        if not found:
            return self._no_date(row, at, text)
        self.serials += one.shape is Shape.SERIAL
        return found

    def _asked_day(self, row: int, at: int, text: str, one: Written) -> Gone:
        year = full_year(one, self.today)
        first, last = (one.month, one.month) if one.shape is Shape.MONTH else (1, 12)
        days = (date(year, first, 1), date(year, last, _LAST.get(last) or (29 if year % 4 == 0 else 28)))
        missing = "names no day" if one.shape is Shape.MONTH else "names no day and no month"
        choices = (*((on.isoformat(), day(on)) for on in days), KEEP_OUT)
        heading = self.columns.texts[at]
        return self.findings.ask(row, heading, text, f"words:{word(text)}", f"{missing}. Which day is meant?", choices)

    def _asked_tick(self, row: int, at: int, text: str) -> Gone:
        why = "says that it was completed, and not when. Give the day for all of them, or leave them out."
        return self.findings.ask(row, self.columns.texts[at], text, f"words:{word(text)}", why, (KEEP_OUT,))

    def _in_words(self, row: int, at: int, text: str, is_past: bool) -> date | Gone:
        """A cell of completions that holds no date alone."""
        heading = self.columns.texts[at]
        if dated := meanings.date_and_word(text):
            return self._dated_word(row, at, text, *dated, is_past=is_past)
        said = meanings.meaning(text)
        if said is Meaning.COMPLETED:
            return self._asked_tick(row, at, text)
        if said:
            return self.findings.left_aside(row, heading, text, f"{quoted(text)} {ASIDE[said]}")
        what = f"{quoted(text)} is no date and no word that is known here. {USE} Or leave the cell out."
        return self.findings.problem(row, heading, text, what)

    def _dated_word(self, row: int, at: int, text: str, dated: str, said: Meaning, is_past: bool) -> date | Gone:
        heading = self.columns.texts[at]
        if said is Meaning.COMPLETED:
            return self._day(row, at, dated, is_past, True)
        if said is Meaning.LAPSED and written(dated).shape is not Shape.MONTH:
            what = (
                f"{quoted(text)} says when it ends, not when it was completed. Write that day, or leave the cell out."
            )
            return self.findings.problem(row, heading, text, what)
        return self.findings.left_aside(row, heading, text, f"{quoted(text)} {ASIDE[said]}")

    # -----------------------------------------------------------------------------------------------------------------
    # Lengths of time

    def minutes(self, row: int, at: int, text: str, most: int = durations.LONGEST) -> int | Gone:
        if not text:
            return Gone.BLANK
        heading = self.columns.texts[at]
        told = self._told_word(text)
        if told == KEEP_OUT[0]:
            return self.findings.left_aside(row, heading, text, f"{quoted(text)} {ASIDE[Meaning.LEFT_OUT]}")
        found = durations.length(told or text)
        minutes = found.minutes
        if found.bare is not None:
            self.bare_numbers += 1
            minutes = durations.settled(found.bare, *self.units.get(at, (None, False)))
            if minutes is None:
                return self._asked_unit(row, at, text, found.bare)
        if minutes is None:
            if is_error(text) or is_unworked(text):
                return self._no_value(row, at, text)
            what = f"{quoted(text)} is no length of time. {durations.USE}"
            return self.findings.problem(row, heading, text, what)
        if minutes > most:
            what = f"{quoted(text)} is longer than {most // 60} hours. {durations.USE}"
            return self.findings.problem(row, heading, text, what)
        return minutes

    def _asked_unit(self, row: int, at: int, text: str, bare: Decimal) -> Gone:
        why = "has no unit." if bare % 1 == 0 else "may be hours and minutes, or a part of an hour."
        choices = (*durations.choices(bare), KEEP_OUT)
        return self.findings.ask(
            row, self.columns.texts[at], text, f"words:{word(text)}", f"{why} What is meant?", choices
        )

    # -----------------------------------------------------------------------------------------------------------------
    # Names of what is known, and words of a list

    def code(self, row: int, at: int, text: str, known: Mapping[str, str], what: str, choices: "Choices") -> str | Gone:
        """`known` by the key of its name. `what`: “no course”."""
        if not text:
            return Gone.BLANK
        told = self._told_word(text)
        if told == KEEP_OUT[0]:
            return self.findings.left_aside(
                row, self.columns.texts[at], text, f"{quoted(text)} {ASIDE[Meaning.LEFT_OUT]}"
            )
        found = told or known.get(key(text))
        if found:
            return found
        if is_error(text) or is_unworked(text):
            return self._no_value(row, at, text)
        about = f"words:{word(text)}"
        offered = () if about in self.findings.asked else choices.for_(text)
        return self.findings.ask(row, self.columns.texts[at], text, about, f"is {what} that is known here.", offered)

    def one_of(self, row: int, at: int, text: str, words: Mapping[str, str], what: str) -> str | Gone:
        """A word of a short list; `what` follows “is no”. One that is not on it is asked about once for all cells."""
        if not text:
            return Gone.BLANK
        told = self._told_word(text)
        if told == KEEP_OUT[0]:
            return self.findings.left_aside(
                row, self.columns.texts[at], text, f"{quoted(text)} {ASIDE[Meaning.LEFT_OUT]}"
            )
        found = words.get(key(told or text)) or words.get(text)
        if found:
            return found
        if meanings.meaning(text) is Meaning.NOT_KNOWN:
            return Gone.BLANK
        if is_error(text) or is_unworked(text):
            return self._no_value(row, at, text)
        codes = dict.fromkeys(words.values())
        choices = (*((code, code.replace("_", " ").capitalize()) for code in codes), KEEP_OUT)
        why = f"is no {what} that is known here."
        return self.findings.ask(row, self.columns.texts[at], text, f"words:{word(text)}", why, choices)


class Choices:
    """The names of what is known, the likely ones first."""

    def __init__(self, known: Mapping[str, str], shown: Mapping[str, str]) -> None:
        names: dict[str, str] = {}
        for name, code in known.items():
            names.setdefault(code, shown.get(code) or (code if code != code.lower() else name[:1].upper() + name[1:]))
        self.names = names

    def for_(self, text: str) -> tuple[tuple[str, str], ...]:
        near = process.extract(text.lower(), {code: name.lower() for code, name in self.names.items()},
                               scorer=fuzz.WRatio, score_cutoff=ALIKE, limit=MOST_LIKELY)  # fmt: skip
        first = [code for _, _, code in near]
        others = sorted((code for code in self.names if code not in first), key=lambda code: self.names[code].lower())
        offered = ((code, self.names[code]) for code in [*first, *others])
        return (*offered, ("left_out", "Leave these rows out"))


def by_key(known: Mapping[str, str]) -> dict[str, str]:
    """Names as they are compared; what two things share names neither."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for name, code in [*known.items(), *((code, code) for code in known.values())]:
        one = key(name)
        if one and found.setdefault(one, code) != code:
            shared.add(one)
    return {one: code for one, code in found.items() if one not in shared}


def order_because(proofs: Mapping[int, Proof], texts: list[str], told: Told, said: Mapping[int, DateOrder]) -> str:
    """One sentence: what proved the order of dates, or that nothing did; empty where no date leaves it open."""
    names = {DateOrder.DAY_FIRST: "day", DateOrder.MONTH_FIRST: "month"}
    if told.date_order:
        return f"The {names[told.date_order]} comes first, as was said."
    proved = {at: proof for at, proof in proofs.items() if proof.order and proof.first}
    if proved:
        parts = []
        for order in DateOrder:
            found = next(((at, proof) for at, proof in proved.items() if proof.order is order), None)
            if found and found[1].first:
                row, text = found[1].first
                heading = f", {texts[found[0]]}" if len(set(proofs.values())) == len(proofs) else ""
                parts.append(f"Row {row}{heading}: {quoted(text)} can only have the {names[order]} first")
        return f"{'; but '.join(parts)}."
    if said:
        at, order = next(iter(said.items()))
        return f"The heading {quoted(texts[at])} says that the {names[order]} comes first."
    if any(proof.in_doubt for proof in proofs.values()):
        return "No date shows whether day or month comes first: the day was read first, as is usual in Britain."
    return ""


def orders_of(
    proofs: Mapping[int, Proof], told: Told, said: Mapping[int, DateOrder]
) -> tuple[dict[int, DateOrder], DateOrder]:
    """Of each column of dates and of the sheet: what was told, what its heading says, what it proves itself, what the
    other columns prove, the day first."""
    proved = [proof.order for proof in proofs.values() if proof.order]
    months, days = proved.count(DateOrder.MONTH_FIRST), proved.count(DateOrder.DAY_FIRST)
    usual = DateOrder.MONTH_FIRST if months and not days else DateOrder.DAY_FIRST
    if not proved and said and set(said.values()) == {DateOrder.MONTH_FIRST}:
        usual = DateOrder.MONTH_FIRST
    orders = {at: told.date_order or proof.order or said.get(at) or usual for at, proof in proofs.items()}
    of_sheet = DateOrder.MONTH_FIRST if months > days else usual
    return orders, told.date_order or of_sheet


def unit_shown(cells: Iterable[str]) -> Unit | None:
    return durations.unit_shown(bare for text in cells if (bare := durations.length(text).bare) is not None)
