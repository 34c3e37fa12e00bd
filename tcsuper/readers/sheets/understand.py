"""What a table of a sheet holds, line by line, and what is in doubt or wrong with it: the headings are found, the kind
of sheet and its columns told, the order of dates proved, and then each row read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from tcsuper.readers.sheets import durations, headings
from tcsuper.readers.sheets.body import Row, Sieve, body, merged_down, some_texts
from tcsuper.readers.sheets.cells import said
from tcsuper.readers.sheets.columns import GRIDS, Columns, columns_of
from tcsuper.readers.sheets.dates import proof, together
from tcsuper.readers.sheets.findings import Findings
from tcsuper.readers.sheets.grids import GridReader
from tcsuper.readers.sheets.header import Header, header_of
from tcsuper.readers.sheets.kinds import asked, kind_of
from tcsuper.readers.sheets.reader import Reader, order_because, orders_of, unit_shown
from tcsuper.readers.sheets.rows import KnownBy, RowReader, known_by, line_of
from tcsuper.rules.importing import (
    TEMPLATES,
    Column,
    DateOrder,
    Known,
    Line,
    Problem,
    Question,
    SheetKind,
    Table,
    Told,
    Understood,
    Where,
)
from tcsuper.words import count, listed

NOTHING_TOLD = Told()
_ACROSS = re.compile(r"course:[^:]+(?::(?:completed_on|expires_on|result))?|month:\d{4}-(?:0[1-9]|1[0-2])")
DATES = (
    Column.STARTED_ON,
    Column.ENDED_ON,
    Column.COMPLETED_ON,
    Column.EXPIRES_ON,
    Column.REGISTERED_ON,
    Column.HELD_ON,
)
_NO_HEADINGS = "No row of headings that are known was found."
_RULE_OF_NUMBERS = (
    "Lengths without a unit: fractions under 9 were read as hours (1.5 is 1 h 30 min), numbers from 9 as minutes."
)


def understand(table: Table, known: Known, told: Told = NOTHING_TOLD, *, today: date) -> Understood:
    """The lines of a table, and all that is in doubt or wrong with them."""
    return _understood(table, known_by(known), told, today)


def understand_all(
    tables: Sequence[Table], known: Known, told: Mapping[str, Told] | None = None, *, today: date
) -> tuple[Understood, ...]:
    """Each table of a file; `told` by the title of the sheet. A sheet without any headings beside others that have
    some (a cover, notes) is left out and said."""
    by_key, told = known_by(known), told or {}
    found = [_understood(table, by_key, told.get(table.title, NOTHING_TOLD), today) for table in tables]
    if any(one.kind for one in found):
        found = [
            _as_left_out(one) if one.kind is None and one.header_row is None and one.questions else one for one in found
        ]
    return tuple(found)


def _as_left_out(one: Understood) -> Understood:
    return Understood(
        one.sheet, None, None, warnings=("No list was found in this sheet: it was left out.", *one.warnings)
    )


def _understood(table: Table, known: KnownBy, told: Told, today: date) -> Understood:
    if told.is_left_out:
        return Understood(table.title, None, None, warnings=("Left out, as was said.",))
    told = _in_our_words(told)
    header = header_of(table, known.courses, today, told.header_row)
    if header is None and told.kind:
        return _without_headings(table, told.kind)
    if header is None:
        return Understood(table.title, None, None, questions=(asked(_NO_HEADINGS),), warnings=table.warnings)
    titles = _titles(table, header)
    kind, question = told.kind, None
    if kind is None:
        weighed = kind_of(header, titles, known.courses, today)
        kind, question = weighed.kind, weighed.question
    if kind is None:
        return Understood(
            table.title, None, header.last + table.first_row, header.texts,
            questions=(question,) if question else (), warnings=table.warnings,
        )  # fmt: skip
    return _Reading(table, known, told, today, header, kind, titles).understood()


def _in_our_words(told: Told) -> Told:
    """What was kept as JSON comes back as plain words."""
    kind, order = told.kind, told.date_order
    columns = {int(at): says for at, says in told.columns.items() if says in set(Column) or _ACROSS.fullmatch(says)}
    return replace(told, kind=kind and SheetKind(kind), date_order=order and DateOrder(order), columns=columns)


def _without_headings(table: Table, kind: SheetKind) -> Understood:
    needed = listed([f"“{one.text}”" for one in TEMPLATES[kind][1] if one.is_needed]) if kind in TEMPLATES else "“Name”"
    sentence = f"{_NO_HEADINGS} Write {needed} above the columns, or say in which row they stand."
    problem = Problem(Where(table.title, table.first_row), f"Row {table.first_row}: {sentence}")
    return Understood(table.title, kind, None, problems=(problem,), warnings=table.warnings)


def _titles(table: Table, header: Header) -> str:
    """What stands above the headings, and the name of the sheet."""
    above = [said(cell) for row in table.rows[: header.first] for cell in row]
    return " ".join([table.title, *(text for text in above if text)])[:2000]


class _Reading:
    def __init__(
        self, table: Table, known: KnownBy, told: Told, today: date, header: Header, kind: SheetKind, titles: str
    ) -> None:
        width = len(header.lower)
        told = replace(told, columns={at: says for at, says in told.columns.items() if 0 <= at < width})
        self.table, self.known, self.told, self.today = table, known, told, today
        self.header, self.kind, self.titles = header, kind, titles
        self.some = some_texts(table, header)
        self.columns: Columns = columns_of(kind, header, self.some, known.courses, told, titles, today)
        self.findings = Findings(table.title)
        self.rows: list[Row] = []
        self.order: DateOrder | None = None
        self.because = ""

    def understood(self) -> Understood:
        lines: list[Line] = []
        if self.columns.missing:
            self._say_what_is_missing()
        else:
            self.rows = list(body(self.table, self.header, merged_down(self.table, self.header)))
            reader = self._reader()
            lines = self._lines(reader)
            self._say_of_numbers(reader)
        return Understood(
            sheet=self.table.title,
            kind=self.kind,
            header_row=self.header.last + self.table.first_row,
            headings=tuple(self.columns.texts),
            columns=dict(sorted(self.columns.says.items())),
            date_order=self.order,
            order_because=self.because,
            lines=tuple(lines),
            left_aside=tuple(self.findings.aside),
            problems=tuple(self.findings.problems),
            questions=(*self._open_questions(), *self.findings.questions()),
            warnings=(*self.table.warnings, *self.columns.warnings, *self.findings.counted()),
            more_problems=self.findings.more_problems,
        )

    def _open_questions(self) -> list[Question]:
        return [one for one in self.columns.questions if int(one.about.partition(":")[2]) not in self.told.columns]

    def _say_what_is_missing(self) -> None:
        row = self.header.last + self.table.first_row
        for sentence in self.columns.missing:
            self.findings.problems.append(Problem(self.findings.where(row), f"Row {row}: {sentence}"))

    def _reader(self) -> Reader:
        says = self.columns.says
        dated = [at for at, one in says.items()
                 if one in DATES or (one.startswith("course:") and not one.endswith(":result"))]  # fmt: skip
        proofs = {at: proof((row.number, row.texts[at]) for row in self.rows if row.texts[at]) for at in dated}
        if self.kind in GRIDS and proofs:
            proofs = dict.fromkeys(proofs, together(proofs.values()))
        in_heading = {at: order for at in dated if (order := headings.order_said(self.header.texts[at]))}
        orders, self.order = orders_of(proofs, self.told, in_heading)
        self.because = order_because(proofs, self.columns.texts, self.told, in_heading)
        return Reader(
            self.findings, self.columns, self.told, self.today, self.table.counts_from_1904, proofs, orders,
            self._units(),
        )  # fmt: skip

    def _units(self) -> dict[int, tuple[durations.Unit | None, bool]]:
        """Hours or minutes, of each column of lengths. A grid of months is one column in this."""
        places = [at for at, one in self.columns.says.items() if one == Column.MINUTES or one.startswith("month:")]
        in_heading = {at: durations.unit_said(self.header.texts[at]) for at in places}
        in_title = durations.unit_said(self.titles) if self.kind is SheetKind.SUPERVISION_MONTHS else None
        shown = unit_shown(text for row in self.rows for at in places if (text := row.texts[at]))
        return {at: (said_so, True) if (said_so := in_heading[at] or in_title) else (shown, False) for at in places}

    def _lines(self, reader: Reader) -> list[Line]:
        sieve = Sieve(self.table, self.header, self.rows, self.columns.person, self.kind in GRIDS)
        rows = [row for row in self.rows if self._is_wanted(row) and sieve.lets_through(row, self.findings)]
        if self.kind in GRIDS:
            grid = GridReader(reader, self._merged_cells())
            read = grid.trainings if self.kind is SheetKind.TRAINING_MATRIX else grid.by_month
            return [line for row in rows for line in read(row)]
        lines: list[Line] = []
        row_reader = RowReader(reader, self.known)
        for row in rows:
            row_reader.begin(row)
            line = line_of(self.kind, row_reader)
            if line:
                lines.append(line)
        return lines

    def _is_wanted(self, row: Row) -> bool:
        """Not when somebody left the whole row out, under its name or its first heading."""
        if not self.told.cells:
            return True
        places = [*self.columns.person, next((at for at, text in enumerate(self.header.texts) if text), 0)]
        for at in places:
            if self.told.cells.get(f"{row.number}:{self.columns.texts[at]}") == "left_out":
                self.findings.left_aside(row.number, self.columns.texts[at], "", "left out, as was said")
                return False
        return True

    def _merged_cells(self) -> set[tuple[int, int]]:
        """Under the headings, outside of the names: (row as the spreadsheet counts, column)."""
        return {
            (at + self.table.first_row, column)
            for top, left, bottom, right in self.table.merged
            if top > self.header.last
            for at in range(top, min(bottom, len(self.table.rows) - 1) + 1)
            for column in range(left, min(right, len(self.columns.texts) - 1) + 1)
            if self.columns.says.get(column, "").startswith(("course:", "month:"))
        }

    def _say_of_numbers(self, reader: Reader) -> None:
        if reader.serials:
            since = 1904 if self.table.counts_from_1904 else 1900
            what = count(reader.serials, "date stands as a bare number", "dates stand as bare numbers")
            self.columns.warnings.append(f"{what}: read as days counted from {since}.")
        if reader.bare_numbers and not all(is_said for _, is_said in reader.units.values()):
            self.columns.warnings.append(_RULE_OF_NUMBERS)
