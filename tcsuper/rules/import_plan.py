"""What taking in a sheet would do, row by row, before anything is stored: the words that planning, storing and the page
share. Knows no database: people are numbers, and what is already there is handed in.

A planner (`import_staff`, `import_training`, `import_registrations`, `import_supervision`) settles each line as new,
changed, same, left out or refused, with a sentence, and adds what is to be written for it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from tcsuper import words
from tcsuper.rules.importing import MOST_NAMED, DateOrder, Line, SheetKind, Told, Where
from tcsuper.rules.matching import folded

NEW = 0
"""In place of a staff id: somebody whom this import enters. Only a staff list can."""


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT_OUT = "left_out"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A line of a sheet, and what becomes of it. `person`: as the sheet names them; `meant`: who that is here, where
    their name is written differently."""

    where: Where
    person: str
    change: Change
    sentence: str
    meant: str = ""

    @property
    def named(self) -> str:
        """ "Row 14, Ben Ellis: …": for messages."""
        return f"Row {self.where.row}, {self.person}: {self.sentence}"


@dataclass(frozen=True)
class ImportPlan:
    """Every line in the order of the sheets; `counts` by change, all five of them; `digest`: of all that would be
    written, so that it can be seen whether it is still the same; `means`: what it does beyond the rows, in sentences.
    """

    rows: tuple[PlannedRow, ...]
    counts: Mapping[str, int]
    digest: str
    means: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[PlannedRow, ...]:
        return tuple(row for row in self.rows if row.change is Change.REFUSED)


# ---------------------------------------------------------------------------------------------------------------------
# What is to be written


@dataclass(frozen=True, slots=True)
class Write:
    """One row of the database. Of evidence: a new record, or the version after `supersedes`. Of a thing: a new one, or
    `row_id` changed in place from `former` (its values before, with its `row_version`). People who are new themselves
    have negative numbers, -1 for the first."""

    where: Where
    table: str
    values: Mapping[str, Any]
    supersedes: int | None = None
    row_id: int | None = None
    former: Mapping[str, Any] = field(default_factory=dict)
    attendance: tuple[tuple[int, str, int], ...] = ()
    """Of a session: person, status, minutes."""
    closes_place: bool = False
    """Of a completion: a place on the course of that day was used by it."""


@dataclass
class Planned:
    """What planners fill: rows and writes, and how many lines lie before a day, by kind of sheet."""

    rows: list[PlannedRow] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    means: list[str] = field(default_factory=list)
    meant: dict[tuple[str, int, str], str] = field(default_factory=dict)
    """By the place of a line, as `PlannedRow.meant`."""

    def settle(self, where: Where, person: str, change: Change, sentence: str, *writes: Write) -> None:
        self.rows.append(PlannedRow(where, person, change, sentence))
        self.writes.extend(writes)

    def plan(self, order: Mapping[tuple[str, int, str], int]) -> ImportPlan:
        """`order`: the place of each line in the file, so that rows come as they stand there."""
        last = len(order)
        rows = sorted(self.rows, key=lambda row: order.get(place_of(row.where), last))
        found = Counter(row.change.value for row in rows)
        return ImportPlan(
            tuple(self._named(row) for row in rows),
            {change.value: found[change.value] for change in Change},
            self.digest(),
            tuple(self.means),
        )

    def _named(self, row: PlannedRow) -> PlannedRow:
        meant = self.meant.get(place_of(row.where))
        return replace(row, meant=meant) if meant else row

    def digest(self) -> str:
        """SHA-256 over every row's outcome and every write."""
        sha = hashlib.sha256()
        for row in self.rows:
            sha.update(
                f"{row.where.sheet}\t{row.where.row}\t{row.where.column}\t{row.change}\t{row.sentence}\n".encode()
            )
        for write in self.writes:
            facts = (write.table, write.supersedes, write.row_id, sorted(write.values.items()), write.attendance)
            sha.update(repr((*facts, sorted(write.former.items()))).encode())
        return sha.hexdigest()


def place_of(where: Where) -> tuple[str, int, str]:
    return where.sheet, where.row, where.column


class Settled(Exception):
    """A line that is settled before its planner comes to its end: left out, the same, or refused."""

    def __init__(self, sentence: str, change: Change = Change.REFUSED) -> None:
        self.sentence, self.change = sentence, change
        super().__init__(sentence)


def problems_of_rows(rows: Sequence[PlannedRow], word: str = "row") -> dict[str, str]:
    """At most fifty sentences by row, then how many more."""
    named = {f"row_{number}": row.named for number, row in enumerate(rows[:MOST_NAMED], 1)}
    left = len(rows) - MOST_NAMED
    return named | ({"more": f"And {words.count(left, f'more {word}')}."} if left > 0 else {})


def said(field_words: str, before: Any, after: Any) -> str:
    """ "hours 37 → 30"."""
    return f"{field_words} {_as_words(before)} → {_as_words(after)}"


def _as_words(value: Any) -> str:
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, float):
        return words.number(value)
    return "none" if value in (None, "") else str(value)


# ---------------------------------------------------------------------------------------------------------------------
# Who somebody is, as it was answered


def key_of(written: str, staff_number: str = "") -> str:
    """What an answer is kept under: the name as it is written, and the staff number where one is beside it, since two
    people of one name have two numbers."""
    return f"{written} [{staff_number}]" if staff_number else written


def aliases_of(lines: Iterable[Line]) -> dict[tuple[str, ...], str]:
    """By the words of a name, the key of the one person of that name whom rows are about."""
    keys: dict[tuple[str, ...], set[str]] = {}
    for line in lines:
        keys.setdefault(folded(line.person), set()).add(key_of(line.person, line.staff_number))
    return {name: next(iter(found)) for name, found in keys.items() if len(found) == 1}


@dataclass
class People:
    """The answers: by `key_of`, a staff id, NEW, or None to leave their rows out. `names` are the full names of those
    who may be named at all; `newcomers` the numbers given to people whom this import enters, by key, and by the words
    of a name that is one newcomer's alone; `aliases` what somebody named in passing goes under, where rows are about
    them as well."""

    answers: Mapping[str, int | None]
    names: Mapping[int, str]
    newcomers: Mapping[str, int] = field(default_factory=dict)
    newcomers_by_words: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    aliases: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def who(self, written: str, staff_number: str = "") -> int:
        """A staff id, or the negative number of a newcomer. Raises Settled for all else."""
        key = key_of(written, staff_number)
        if key not in self.answers:
            key = written if written in self.answers else self.aliases.get(folded(written), key)
        if key not in self.answers:
            raise Settled(f"Nobody said who “{written}” is. Choose them in the list of people, or leave the row out.")
        answer = self.answers[key]
        if answer is None:
            raise Settled("Left out, as you said of this person.", Change.LEFT_OUT)
        if answer == NEW:
            if found := self.newcomers.get(key) or self.newcomers_by_words.get(folded(written)):
                return found
            raise Settled(f"“{written}” is not known here. Take in a staff list that names them first.")
        if answer not in self.names:
            raise Settled("There is no such person, or you do not have access to them.")
        return answer

    def name_here(self, written: str, staff_number: str = "") -> str:
        """Whom a row is taken for, where that name is another than the one it gives. Empty: the same, or nobody yet."""
        try:
            name = self.names.get(self.who(written, staff_number), "")
        except Settled:
            return ""
        return "" if name == written else name


# ---------------------------------------------------------------------------------------------------------------------
# What was told, as JSON


def told_as_data(told: Told) -> dict[str, Any]:
    """For a kept mapping, or a file beside the sheet."""
    data = asdict(told)
    data["columns"] = {str(position): column for position, column in told.columns.items()}
    return {key: value for key, value in data.items() if value not in (None, {}, False)}


def told_from(data: object) -> Told:
    """The same back. Raises ValueError with a sentence when it is anything else."""
    if not isinstance(data, dict) or set(data) - set(Told.__dataclass_fields__):
        raise ValueError(f"What is told is an object with {words.listed(list(Told.__dataclass_fields__), 'or')}.")
    texts = {key: _texts(key, data.get(key, {})) for key in ("columns", "words", "cells")}
    try:
        columns = {int(position): column for position, column in texts["columns"].items()}
    except ValueError:
        raise ValueError("“columns” goes by position, from 0.") from None
    if not isinstance(data.get("is_left_out", False), bool):
        raise ValueError("“is_left_out” is true or false.")
    header_row = data.get("header_row")
    if header_row is not None and (not isinstance(header_row, int) or isinstance(header_row, bool) or header_row < 1):
        raise ValueError("“header_row” is a whole number, as the spreadsheet numbers its rows.")
    return Told(
        kind=_one_of("kind", SheetKind, data.get("kind")),
        is_left_out=data.get("is_left_out", False),
        header_row=header_row,
        columns=columns,
        date_order=_one_of("date_order", DateOrder, data.get("date_order")),
        words=texts["words"],
        cells=texts["cells"],
    )


def _texts(name: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in (*value, *value.values())):
        raise ValueError(f"“{name}” is an object of texts.")
    return dict(value)


def _one_of(name: str, kind: Any, value: object) -> Any:
    if value is None:
        return None
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"“{name}” is {words.listed([one.value for one in kind], 'or')}.") from None


def as_json(plan: ImportPlan, most: int = MOST_NAMED) -> dict[str, Any]:
    """For a script: the counts, what it means, and the rows that are not simply new or the same, at most so many of
    them."""
    told = [row for row in plan.rows if row.change not in (Change.NEW, Change.SAME)]
    return {
        "counts": dict(plan.counts),
        "digest": plan.digest,
        "means": list(plan.means),
        "rows": [
            {
                "sheet": row.where.sheet,
                "row": row.where.row,
                "person": row.person,
                "change": row.change.value,
                "sentence": row.sentence,
            }
            for row in told[:most]
        ],
        "rows_not_named": max(0, len(told) - most),
    }
