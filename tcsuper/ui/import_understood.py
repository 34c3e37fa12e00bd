"""The second step of an import: how each sheet was understood, and what has to be said or mended before it can be taken
in. Every answer is taken at once, and can be changed until the end."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import SHAPES
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.imports import kept_mappings, kinds_to_import
from tcsuper.rules.importing import Column, Known, Question, SheetKind, Table, Understood
from tcsuper.rules.standing import Tone
from tcsuper.ui.import_draft import (
    A_DAY,
    LEFT_OUT,
    PEOPLE,
    Draft,
    answered,
    asked_of_words,
    doubtful_columns,
    leave_out_covers,
    take_sheet,
    understood_of,
    use_mapping,
)
from tcsuper.ui.import_mappings import keep_part
from tcsuper.ui.import_mending import mending_part
from tcsuper.ui.import_reading import onward
from tcsuper.ui.import_words import KINDS, ORDERS, column_in_words, columns_offered
from tcsuper.ui.pickers import FIRST_DAY, YEARS_AHEAD
from tcsuper.ui.plain import plain
from tcsuper.ui.tables import show_table

MOST_ASIDE = 100
MOST_COLUMNS = 12
STANDS_FOR = ("completed", "booked", "not_required")
"""What a word may stand for in a cell where a day is expected (`Told.words`)."""


def understood_step(me: Actor, draft: Draft, known: Known, courses: Mapping[str, str]) -> None:
    """`courses`: code to title."""
    with st.spinner("Going through the sheets…", show_time=True):
        leave_out_covers(draft, known)
        read = {sheet: understood_of(draft, sheet, known) for sheet in draft.included()}
    sheet = _sheet_asked(draft, read)
    with st.container(border=True, key="import-sheet"):
        _sheet(me, draft, sheet, read.get(sheet), known, courses)
    if sheet in read and read[sheet].headings and not is_for_others(me, read[sheet]):
        keep_part(me, draft, sheet, read[sheet].headings)
    waiting = sum(len(one.questions) for one in read.values())
    if of_others := [sheet for sheet, one in read.items() if is_for_others(me, one)]:
        st.caption(plain(f"First leave out {words.listed(of_others)}: not for you to take in."))
    elif waiting:
        st.caption(plain(f"{words.count(waiting, 'question')} still to be answered before the next step."))
    elif not read:
        st.caption("Every sheet is left out: take at least one in to go on.")
    else:
        onward(draft, PEOPLE)


def is_for_others(me: Actor, read: Understood) -> bool:
    """A kind of sheet that this person may not take in: nothing is asked about it."""
    return read.kind is not None and read.kind not in kinds_to_import(viewer=me)


# ---------------------------------------------------------------------------------------------------------------------
# Which sheet


def _sheet_asked(draft: Draft, read: Mapping[str, Understood]) -> str:
    sheets = [table.title for table in draft.tables]
    if len(sheets) == 1:
        return sheets[0]
    show_table([_line(table, read.get(table.title)) for table in draft.tables])
    first = next((one for one in sheets if one in read and _to_do(read[one])), next(iter(read), sheets[0]))
    chosen = st.selectbox(
        "Sheet to look at",
        sheets,
        index=sheets.index(first),
        key=draft.key("sheet"),
        persist_state="session",
    )
    return chosen or sheets[0]


def _line(table: Table, read: Understood | None) -> dict[str, Any]:
    return {
        "Sheet": table.title,
        "Rows": len(table.rows),
        "What it is": KINDS[read.kind].partition(":")[0] if read and read.kind else None,
        "State": "Left out" if read is None else _state(read),
    }


def _to_do(read: Understood) -> list[str]:
    questions, wrong = len(read.questions), len(read.problems) + read.more_problems
    return [
        words.count(many, one)
        for many, one in ((questions, "question"), (wrong, "problem"))
        if many
    ]  # fmt: skip


def _state(read: Understood) -> str:
    return words.listed(_to_do(read)) or "Ready"


# ---------------------------------------------------------------------------------------------------------------------
# One sheet


def _sheet(
    me: Actor, draft: Draft, sheet: str, read: Understood | None, known: Known, courses: Mapping[str, str]
) -> None:
    left, right = st.columns([4, 1.4], vertical_alignment="center")
    with left:
        st.subheader(plain(sheet), anchor=False)
    with right:
        key = draft.field_key(f"take-{sheet}")
        st.toggle("Take this sheet in", read is not None, key=key, on_change=take_sheet, args=(sheet, key))
    if read is None:
        st.caption("This sheet is left out as a whole: nothing in it is taken in.")
        return
    _verdict(read)
    _kept_before(me, draft, sheet, read)
    _what_it_is(me, draft, sheet, read)
    if is_for_others(me, read):
        return
    _questions(draft, sheet, read)
    offered = {
        column: column_in_words(column, courses)
        for column in (*columns_offered(read.kind, known, courses, today()), *read.columns.values())
    }
    _columns_in_doubt(draft, sheet, read, offered)
    mending_part(draft, sheet, read.problems, read.more_problems)
    _all_columns(draft, sheet, read, offered)
    _left_aside(read)
    for warning in read.warnings:
        st.caption(plain(warning))


def _verdict(read: Understood) -> None:
    to_do, found = _to_do(read), words.count(len(read.lines), "record")
    if to_do:
        told = f"{words.listed(to_do)}. {found} understood so far."
        st.markdown(f":orange-badge[{SHAPES[Tone.AMBER]} To look at] {plain(told)}")
    else:
        st.markdown(f":green-badge[{SHAPES[Tone.GOOD]} Ready] {plain(f'{found} understood.')}")


def _kept_before(me: Actor, draft: Draft, sheet: str, read: Understood) -> None:
    """Offered while nothing was said of this sheet: what one has answered oneself is not put aside."""
    if not read.headings or draft.told.get(sheet):
        return
    with reading() as db:
        fitting = kept_mappings(db, viewer=me, headings=read.headings)
    if not fitting:
        return
    best = fitting[0]
    left, right = st.columns([4, 1.4], vertical_alignment="center")
    when = f", {words.moment(best.kept_at)}" if best.kept_at else ""
    like = "Its headings are those of" if best.is_whole else "Most of its headings are those of"
    with left:
        st.info(plain(f"{like} “{best.name}”, kept by {best.kept_by}{when}."), icon=":material/bookmark:")
    with right:
        st.button(
            "Understand it the same way",
            key=draft.field_key(f"use-{sheet}-{best.mapping_id}"),
            on_click=use_mapping,
            args=(sheet, best),
            width="stretch",
        )


def _what_it_is(me: Actor, draft: Draft, sheet: str, read: Understood) -> None:
    """Kind, row of headings and order of dates: a question, or how it was understood and where to say otherwise."""
    allowed = kinds_to_import(viewer=me)
    asked = {question.about: question.sentence for question in read.questions}
    columns = st.columns([2.2, 1, 2])
    with columns[0]:
        kinds = [kind for kind in SheetKind if kind in allowed or kind is read.kind]
        _select(draft, sheet, "kind", "What it is", {kind: KINDS[kind] for kind in kinds}, read.kind)
        if "kind" in asked:
            st.caption(f":orange[{plain(asked['kind'])}]")
    with columns[1]:
        table, key = draft.table(sheet), draft.field_key(f"header_row-{sheet}")
        st.number_input(
            "Headings in row",
            table.first_row,
            table.first_row + len(table.rows) - 1,
            read.header_row or table.first_row,
            key=key,
            on_change=answered,
            args=(sheet, "header_row", key),
        )
    with columns[2]:
        _select(draft, sheet, "date_order", "Order of dates", ORDERS, read.date_order)
        told = asked.get("date_order") or read.order_because
        if told:
            st.caption(f":orange[{plain(told)}]" if "date_order" in asked else plain(told))
    if is_for_others(me, read):
        st.error(
            "Sheets of this kind are for the therapy manager of the community to take in. Leave it out, or say what "
            "else it is.",
            icon=":material/error:",
        )


def _select(
    draft: Draft,
    sheet: str,
    about: str,
    label: str,
    choices: Mapping[Any, str],
    chosen: Any,
    key: str = "",
    label_shown: Literal["visible", "collapsed"] = "visible",
) -> None:
    options = list(choices)
    key = draft.field_key(key or f"{about}-{sheet}")
    st.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen in options else None,
        format_func=lambda one: choices[one],
        placeholder="Choose",
        key=key,
        label_visibility=label_shown,
        on_change=answered,
        args=(sheet, about, key),
    )


def _questions(draft: Draft, sheet: str, read: Understood) -> None:
    """In place, with their answers. What was answered stays, to be changed."""
    open_now = {question.about for question in read.questions}
    for at, (about, question) in enumerate(asked_of_words(draft, sheet, read).items()):
        left, right = st.columns([3, 2], vertical_alignment="center")
        with left:
            badge = _to_answer() if about in open_now else f":green-badge[{SHAPES[Tone.GOOD]} Answered]"
            st.markdown(f"{badge} {plain(question.sentence)}")
        with right:
            _answer(draft, sheet, question, at)


def _to_answer() -> str:
    return f":orange-badge[{SHAPES[Tone.AMBER]} Question]"


def _answer(draft: Draft, sheet: str, question: Question, at: int) -> None:
    """One of the choices; where a word in a cell may stand for a day, that day."""
    word = question.about.partition(":")[2]
    said = draft.told_of(sheet).words.get(word, "")
    choices = dict(question.choices)
    if _may_be_a_day(question):
        choices[A_DAY] = "A day: choose it"
    chosen = said if said in choices else A_DAY if said else None
    key = f"words-{sheet}-{at}"
    if choices:
        _select(draft, sheet, question.about, f"Meaning of {plain(word)}", choices, chosen, key, "collapsed")
        if st.session_state.get(draft.field_key(key)) != A_DAY:
            return
    key = draft.field_key(f"day-{key}")
    on = date.fromisoformat(said) if chosen == A_DAY else None
    st.date_input(
        f"Day of {plain(word)}",
        on,
        FIRST_DAY,
        today() + YEARS_AHEAD,
        format="DD/MM/YYYY",
        key=key,
        label_visibility="collapsed",
        on_change=answered,
        args=(sheet, question.about, key),
    )


def _may_be_a_day(question: Question) -> bool:
    """Not the name of a course or a role: a word that stands where a day is expected."""
    return all(value == LEFT_OUT or value in STANDS_FOR or _is_day(value) for value, _ in question.choices)


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------------------------------------------------------------
# Columns


def _columns_in_doubt(draft: Draft, sheet: str, read: Understood, offered: Mapping[str, str]) -> None:
    """Those asked about and those left out, each with its choice as long as they are few. `offered`: what a column of
    this kind of sheet may hold, in words."""
    asked = {int(one.about.partition(":")[2]): one for one in read.questions if one.about.startswith("columns:")}
    doubtful = doubtful_columns(draft, sheet, read, asked)
    if doubtful:
        st.markdown("**Columns to look at**")
    for position in doubtful[:MOST_COLUMNS]:
        left, right = st.columns([3, 2], vertical_alignment="center")
        with left:
            question = asked.get(position)
            st.markdown(
                f"{_to_answer()} {plain(question.sentence)}" if question else f"**{plain(_heading(read, position))}**"
            )
        with right:
            key = f"columns-{sheet}-{position}"
            chosen = None if question else read.columns.get(position)
            choices = {**offered, **dict(question.choices)} if question else offered
            _select(draft, sheet, f"columns:{position}", _heading(read, position), choices, chosen, key, "collapsed")
    if len(doubtful) > MOST_COLUMNS:
        st.caption(f"{len(doubtful) - MOST_COLUMNS} more are in the list of all columns below.")


def _all_columns(draft: Draft, sheet: str, read: Understood, offered: Mapping[str, str]) -> None:
    understood = [one for one in read.columns.values() if one != Column.LEFT_OUT]
    """Folded away, with one pair of fields to change any of them."""
    title = f"How all columns were understood ({len(understood)} of {len(read.columns)} are read)"
    with st.expander(title, key=draft.key(f"columns-{sheet}")):
        show_table(
            [{"Column": _heading(read, at), "Holds": offered[column]} for at, column in sorted(read.columns.items())]
        )
        if not read.columns:
            return
        left, right = st.columns(2)
        with left:
            position = st.selectbox(
                "Change a column",
                sorted(read.columns),
                index=None,
                format_func=lambda at: f"{at + 1}. {_heading(read, at)}",
                placeholder="Choose a column",
                key=draft.key(f"change-{sheet}"),
            )
        with right:
            if position is not None:
                key = f"column-{sheet}-{position}"
                _select(draft, sheet, f"columns:{position}", "It holds", offered, read.columns.get(position), key)


def _heading(read: Understood, position: int) -> str:
    heading = read.headings[position] if position < len(read.headings) else ""
    return heading or f"Column {position + 1}, without a heading"


def _left_aside(read: Understood) -> None:
    """Cells and rows that say nothing to take in."""
    if not read.left_aside:
        return
    with st.expander(f"Left aside: {words.count(len(read.left_aside), 'cell or row', 'cells or rows')}"):
        show_table(
            [
                {"Row": one.where.row, "Column": one.where.column, "It says": one.where.value, "Why": one.sentence}
                for one in read.left_aside[:MOST_ASIDE]
            ]
        )
        if len(read.left_aside) > MOST_ASIDE:
            st.caption(f"And {len(read.left_aside) - MOST_ASIDE:,} more.")
