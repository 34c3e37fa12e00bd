"""The file that a tab is importing: what was read of it and every answer so far, kept while somebody goes back and
forth or to other pages, until it is taken in, put away or replaced. Every answer is a callback that changes this alone,
so that the page is drawn once and right."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import uuid4

import streamlit as st

from tcsuper.clock import today
from tcsuper.queries.imports import ImportPlan, KeptMapping, Match
from tcsuper.readers.lines import cleaned
from tcsuper.readers.sheets import understand
from tcsuper.reports.import_templates import NOT_FOR_IMPORT
from tcsuper.rules.importing import Column, DateOrder, Known, Problem, Question, SheetKind, Table, Told, Understood
from tcsuper.ui.memory import memory

NAME = "import"
CHOOSE, UNDERSTOOD, PEOPLE, PREVIEW, DONE = STEPS = (
    "1 Choose the file",
    "2 What we understood",
    "3 People",
    "4 Preview",
    "5 Done",
)
LEFT_OUT = "left_out"
A_DAY = "a_day"
"""An answer that still needs its day."""


@dataclass
class Draft:
    """`told`, `mended` and `read` are by the title of a sheet. `drawn` names the fields: it is new after every answer
    that was not given in its own field, so that they show what it changed."""

    file_name: str
    digest: str
    tables: tuple[Table, ...]
    made: str = field(default_factory=lambda: uuid4().hex[:8])
    drawn: int = 0
    told: dict[str, Told] = field(default_factory=dict)
    asked: dict[str, dict[str, Question]] = field(default_factory=dict)
    """Questions about words, by what they are about: once answered they stay where they were asked."""
    doubted: dict[str, list[int]] = field(default_factory=dict)
    """Positions of columns that were in doubt or left out, likewise."""
    mended: dict[str, dict[str, Problem]] = field(default_factory=dict)
    """By cell (as in `Told.cells`), what was wrong with it: what somebody has mended stays where it was listed."""
    by_hand: dict[str, set[str]] = field(default_factory=dict)
    """Those of them that were written anew or left out one by one."""
    read: dict[str, tuple[Told, Known, Understood]] = field(default_factory=dict)
    """What each sheet was understood as, and from what: a long sheet is gone through once for each answer."""
    times_read: int = 0
    people: dict[str, int | None] = field(default_factory=dict)
    """By `Match.key`, whom somebody said it is: a staff id, `NEW`, or None to leave their rows out."""
    kept_from: date | None = None
    matched: tuple[object, tuple[Match, ...]] | None = None
    """Who the sheets name, and from which reading of them that was looked for."""
    planned: tuple[object, ImportPlan] | None = None
    """What taking it in would do, and from which answers that was worked out."""
    is_gone_through: bool = False
    is_taken: bool = False
    batch_id: int | None = None
    headings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By sheet, once it is taken in and the rows are let go."""

    def key(self, what: str) -> str:
        """For what stays the same through every answer about this file."""
        return f"import-{self.made}-{what}"

    def field_key(self, what: str) -> str:
        return f"import-{self.made}-{self.drawn}-{what}"

    def table(self, sheet: str) -> Table:
        return next(table for table in self.tables if table.title == sheet)

    def included(self) -> list[str]:
        return [table.title for table in self.tables if not self.told_of(table.title).is_left_out]

    def told_of(self, sheet: str) -> Told:
        return self.told.get(sheet, Told())


def kept_draft() -> Draft | None:
    draft: Draft | None = memory().get(NAME)
    return draft


def keep(file_name: str, digest: str, tables: tuple[Table, ...]) -> Draft:
    """In place of the former one. What our own templates say of themselves holds no records."""
    draft = Draft(cleaned(file_name), digest, tables)
    draft.told = {
        table.title: Told(is_left_out=True) for table in tables if not table.rows or table.title in NOT_FOR_IMPORT
    }
    memory()[NAME] = draft
    return draft


def put_away() -> None:
    memory().pop(NAME, None)


def taken_in(draft: Draft, batch_id: int | None, headings: Mapping[str, tuple[str, ...]]) -> None:
    """Its rows are let go. What it was understood by stays, to be kept for the next one. Touches nothing on screen."""
    draft.is_taken, draft.batch_id, draft.headings = True, batch_id, dict(headings)
    draft.tables, draft.read, draft.mended, draft.matched, draft.planned = (), {}, {}, None, None


def understood_of(draft: Draft, sheet: str, known: Known) -> Understood:
    """Read once for each answer. Answers are given by callbacks, so this is the only place that takes time."""
    told = draft.told_of(sheet)
    before = draft.read.get(sheet)
    if before is None or before[:2] != (told, known):
        before = told, known, understand(draft.table(sheet), known, told, today=today())
        draft.read[sheet] = before
        draft.times_read += 1
    return before[2]


def leave_out_covers(draft: Draft, known: Known) -> None:
    """Before anything is answered: sheets without headings (a cover, notes) beside others that have some stay out. It
    is shown, and each can be taken in all the same."""
    if draft.is_gone_through:
        return
    draft.is_gone_through = True
    read = [understood_of(draft, sheet, known) for sheet in draft.included()]
    if any(one.kind for one in read):
        for one in read:
            if one.kind is None and one.header_row is None:
                draft.told[one.sheet] = replace(draft.told_of(one.sheet), is_left_out=True)


def asked_of_words(draft: Draft, sheet: str, read: Understood) -> dict[str, Question]:
    """Every question about a word that was asked of this sheet, by what it is about, answered or not."""
    asked = draft.asked.setdefault(sheet, {})
    asked.update({one.about: one for one in read.questions if one.about.startswith("words:")})
    told = draft.told_of(sheet).words
    return {about: one for about, one in asked.items() if one in read.questions or about.partition(":")[2] in told}


def doubtful_columns(draft: Draft, sheet: str, read: Understood, asked: Container[int]) -> list[int]:
    """Positions: those asked about first, then those with a heading that are left out, and those settled meanwhile."""
    headed = {at for at, heading in enumerate(read.headings) if heading}
    out = sorted(at for at, column in read.columns.items() if column == Column.LEFT_OUT and at in headed)
    kept = draft.doubted.setdefault(sheet, [])
    kept += [at for at in [*sorted(at for at in read.columns if at in asked), *out] if at not in kept]
    return kept


# ---------------------------------------------------------------------------------------------------------------------
# Answers, as callbacks


def answered(sheet: str, about: str, widget_key: str) -> None:
    """An answer to `about` (as a `Question` names it) by the widget of this key."""
    draft = kept_draft()
    if draft is not None and widget_key in st.session_state:
        say(draft, sheet, about, st.session_state[widget_key])


def say(draft: Draft, sheet: str, about: str, value: Any) -> None:
    if value == A_DAY:
        return
    if about in ("kind", "header_row"):
        draft.doubted.pop(sheet, None)
    draft.told[sheet] = with_answer(draft.told_of(sheet), about, value)


def take_sheet(sheet: str, widget_key: str) -> None:
    draft = kept_draft()
    if draft is not None:
        draft.told[sheet] = replace(draft.told_of(sheet), is_left_out=not st.session_state.get(widget_key))


def say_who(match: Match, widget_key: str) -> None:
    """Emptied: nobody is chosen yet."""
    draft = kept_draft()
    if draft is None:
        return
    answer = st.session_state.get(widget_key)
    draft.people.pop(match.key, None)
    if answer is not None:
        draft.people[match.key] = None if answer == LEFT_OUT else answer


def say_of_all(matches: Sequence[Match], answer: int | None) -> None:
    """The same answer for all of these: `NEW`, or None to leave their rows out."""
    draft = kept_draft()
    if draft is not None:
        draft.people.update(dict.fromkeys((match.key for match in matches), answer))
        draft.drawn += 1


def go_to_step(step: str) -> None:
    draft = kept_draft()
    if draft is not None:
        st.session_state[draft.key("step")] = step


def use_mapping(sheet: str, mapping: KeptMapping) -> None:
    """As it was understood before. Whom names mean is taken over for those who were not answered yet."""
    draft = kept_draft()
    if draft is not None:
        draft.told[sheet] = replace(mapping.told, cells=draft.told_of(sheet).cells, is_left_out=False)
        draft.people = {**mapping.people, **draft.people}
        draft.drawn += 1


def mended(sheet: str, cell: str, problem: Problem, widget_key: str) -> None:
    """Typed instead of what stands there; emptied, it stands again as in the sheet."""
    _mend(sheet, {cell: problem}, str(st.session_state.get(widget_key) or "").strip(), by_hand=True)


def left_out(sheet: str, cell: str, problem: Problem, widget_key: str, written_key: str) -> None:
    """Taken up again, it is what somebody wrote instead, if they did."""
    written = str(st.session_state.get(written_key) or "").strip()
    _mend(sheet, {cell: problem}, LEFT_OUT if st.session_state.get(widget_key) else written, by_hand=True)


def leave_out_all(sheet: str, problems: Mapping[str, Problem]) -> None:
    _mend(sheet, problems, LEFT_OUT)
    _draw_anew()


def take_up_again(sheet: str, cells: Sequence[str]) -> None:
    """Cells that stay out are listed again."""
    draft = kept_draft()
    if draft is not None:
        kept = draft.mended.get(sheet, {})
        _mend(sheet, {cell: kept[cell] for cell in cells if cell in kept}, "")
        _draw_anew()


def _draw_anew() -> None:
    draft = kept_draft()
    if draft is not None:
        draft.drawn += 1


def _mend(sheet: str, problems: Mapping[str, Problem], text: str, by_hand: bool = False) -> None:
    draft = kept_draft()
    if draft is None:
        return
    told = draft.told_of(sheet)
    others = {cell: value for cell, value in told.cells.items() if cell not in problems}
    draft.told[sheet] = replace(told, cells=others | dict.fromkeys(problems, text) if text else others)
    draft.mended.setdefault(sheet, {}).update(problems)
    hand = draft.by_hand.setdefault(sheet, set())
    (hand.update if by_hand else hand.difference_update)(problems)


def cell_of(problem: Problem) -> str:
    """As `Told.cells` names it."""
    return f"{problem.where.row}:{problem.where.column}"


def with_answer(told: Told, about: str, value: Any) -> Told:
    """The same with one more answer, or without one that was taken back (None, or empty). Columns are told by their
    position and by the kind of sheet: what was said of them falls with another kind or another row of headings."""
    what, _, which = about.partition(":")
    if what == "kind":
        return replace(told, kind=SheetKind(value) if value else None, columns={})
    if what == "header_row":
        return replace(told, header_row=int(value) if value else None, columns={})
    if what == "date_order":
        return replace(told, date_order=DateOrder(value) if value else None)
    if what == "columns":
        at = int(which)
        rest = {position: column for position, column in told.columns.items() if position != at}
        return replace(told, columns=rest | {at: str(value)} if value else rest)
    if what == "words":
        written = value.isoformat() if isinstance(value, date) else value
        rest_of_words = {word: meaning for word, meaning in told.words.items() if word != which}
        return replace(told, words=rest_of_words | {which: str(written)} if written else rest_of_words)
    raise ValueError(f"Nothing is asked about {what}.")
