"""The fourth step of an import: what it would change, row by row, and the one button that takes it in."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.imports import Change, ImportPlan, Match, PlannedRow, plan_import
from tcsuper.rules.importing import Column, Known, Problem, SheetKind, Understood, Where
from tcsuper.services.imports.take_in import take_in
from tcsuper.ui.import_draft import PEOPLE, UNDERSTOOD, Draft, taken_in
from tcsuper.ui.import_mending import mending_part
from tcsuper.ui.import_people import all_understood, answers, back, is_understood, matches_of, unanswered
from tcsuper.ui.import_words import CHANGES, in_words
from tcsuper.ui.pickers import pick_day_if_any
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_button, saving
from tcsuper.ui.tables import show_table

MOST_ROWS = 300
SHOWN_FIRST = (Change.NEW, Change.CHANGED, Change.REFUSED)


def preview_step(me: Actor, draft: Draft, known: Known) -> None:
    read = all_understood(draft, known)
    if not is_understood(draft, read):
        return
    matches = matches_of(me, draft, read)
    left = unanswered(draft, matches)
    if left:
        st.info(plain(f"First say who is meant by {_named(left)}."), icon=":material/help:")
        back(draft, PEOPLE)
        return
    _kept_from(draft, read)
    plan = _planned(me, draft, read, matches)
    _counts(plan)
    for sentence in plan.means:
        st.info(plain(sentence), icon=":material/info:")
    wrong = [one for one in read if one.problems]
    refused = [row for row in plan.rows if row.change is Change.REFUSED]
    if wrong or refused:
        _to_mend(draft, read, refused)
    else:
        _take_in(me, draft, read, matches, plan)
    _rows(draft, plan)


def _named(matches: Sequence[Match]) -> str:
    more = [words.count(len(matches) - 3, "other")] if len(matches) > 3 else []
    return words.listed([*(f"“{match.written}”" for match in matches[:3]), *more])


def _kept_from(draft: Draft, read: Sequence[Understood]) -> None:
    """Asked where history comes in: months before it are not judged."""
    if all(one.kind is SheetKind.STAFF for one in read):
        return
    left, right = st.columns([1.2, 3], vertical_alignment="bottom")
    with left:
        draft.kept_from = pick_day_if_any("Records kept here from", draft.kept_from, draft.key("kept-from"))
    with right:
        st.caption(
            "For history from before the product. From this day on every record is taken to be here; before it nobody "
            "is judged, and no rate counts them. Left empty, the day that your community has set stays."
        )


def _planned(me: Actor, draft: Draft, read: Sequence[Understood], matches: Sequence[Match]) -> ImportPlan:
    """Worked out once for the same answers; again after a refusal."""
    people = answers(draft, matches)
    asked = (
        draft.times_read,
        tuple(one.sheet for one in read),
        tuple(sorted(people.items(), key=str)),
        draft.kept_from,
    )
    if draft.planned is None or draft.planned[0] != asked:
        with st.spinner("Working out what would change…", show_time=True), reading() as db:
            plan = plan_import(
                db,
                viewer=me,
                understood=read,
                people=people,
                kept_from=draft.kept_from,
                file_digest=draft.digest,
                file_name=draft.file_name,
            )
        draft.planned = asked, plan
    return draft.planned[1]


def _counts(plan: ImportPlan) -> None:
    st.markdown(" · ".join(f"**{plan.counts[change]:,}** {word.lower()}" for change, word in CHANGES.items()))


# ---------------------------------------------------------------------------------------------------------------------
# What is left to mend


def _to_mend(draft: Draft, read: Sequence[Understood], refused: Sequence[PlannedRow]) -> None:
    """Cells that could not be understood, and rows that cannot be stored as they stand: nothing is taken in before."""
    st.warning(
        "Nothing can be taken in yet: a file is taken in as a whole or not at all. Mend what is listed here, or leave "
        "it out.",
        icon=":material/build:",
    )
    for one in read:
        of_sheet = [row for row in refused if row.where.sheet == one.sheet]
        problems = [*one.problems, *(_as_problem(row, one) for row in of_sheet)]
        if problems:
            if len(read) > 1:
                st.markdown(f"**{plain(one.sheet)}**")
            mending_part(draft, one.sheet, problems, one.more_problems)
    back(draft, UNDERSTOOD)


def _as_problem(row: PlannedRow, read: Understood) -> Problem:
    """A refused row, by the cell that mends it or leaves it out: its own, or the one with the name."""
    name_at = next((at for at, column in read.columns.items() if column == Column.PERSON), None)
    column = row.where.column or (read.headings[name_at] if name_at is not None else "")
    where = Where(row.where.sheet, row.where.row, column, row.where.value)
    return Problem(where, row.named)


# ---------------------------------------------------------------------------------------------------------------------
# Taking it in


def _take_in(me: Actor, draft: Draft, read: Sequence[Understood], matches: Sequence[Match], plan: ImportPlan) -> None:
    several = plan.counts[Change.NEW] + plan.counts[Change.CHANGED]
    if not several:
        st.info(
            "There is nothing to take in: everything here is the same already, or left out.", icon=":material/info:"
        )
        return
    # Named by its plan: a click on the button of a former one takes in nothing that was not seen.
    form = record_button(
        f"take_in-{draft.made}-{plan.digest[:12]}",
        f"Take in {several:,} {'record' if several == 1 else 'records'}",
        True,
    )
    st.caption("All of them or none. It can be undone afterwards, as one action.")
    if not form.submitted:
        return
    batch: list[int | None] = []
    headings = {one.sheet: tuple(one.headings) for one in read}
    form.once_saved = lambda: taken_in(draft, batch[0] if batch else None, headings)
    draft.planned = None  # when it is refused, what would change now is worked out anew
    with (
        st.spinner("Taking them in. A long file takes up to a minute…", show_time=True),
        saving(form, done=f"Taken in: {in_words(plan.counts)}.") as db,
    ):
        made = take_in(
            db,
            by=me,
            submission=form.key,
            file_name=draft.file_name,
            file_digest=draft.digest,
            understood=read,
            people=answers(draft, matches),
            kept_from=draft.kept_from,
            plan_digest=plan.digest,
        )
        batch.append(made.id)


# ---------------------------------------------------------------------------------------------------------------------
# Row by row


def _rows(draft: Draft, plan: ImportPlan) -> None:
    """What is new, changed or refused unless something else is chosen; of a long file the first few hundred."""
    there = [change for change in CHANGES if plan.counts[change]]
    if not there:
        return
    st.subheader("Row by row", anchor=False)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        shown = st.pills(
            "Show",
            there,
            selection_mode="multi",
            default=[change for change in there if change in SHOWN_FIRST] or there,
            format_func=lambda one: f"{CHANGES[one]} ({plan.counts[one]:,})",
            key=draft.key(f"show-{'-'.join(there)}"),
        )
    with right:
        name = st.text_input("Name", key=draft.key("name"), placeholder="Everybody")
    fitting = [row for row in plan.rows if row.change in shown and _is_of(row, name)]
    if not fitting:
        st.caption("No row fits what you chose.")
        return
    several = len({row.where.sheet for row in plan.rows}) > 1
    cells = any(row.where.column for row in plan.rows)
    differ = any(row.meant for row in plan.rows)
    show_table([_line(row, several, cells, differ) for row in fitting[:MOST_ROWS]])
    if len(fitting) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} of {len(fitting):,} rows. Choose a name to see others.")


def _is_of(row: PlannedRow, name: str) -> bool:
    """By either name: as the sheet writes it, and as it is here."""
    return name.strip().lower() in f"{row.person}\n{row.meant}".lower()


def _line(row: PlannedRow, several_sheets: bool, cells: bool, names_differ: bool) -> dict[str, Any]:
    """Columns that say nothing in this file are left away. `cells`: some lines are one cell of a row. `names_differ`:
    somewhere in the file; then every row says whom it was taken for."""
    sheet = {"Sheet": row.where.sheet} if several_sheets else {}
    who = {"In the file": row.person, "Who it is": row.meant or row.person} if names_differ else {"Person": row.person}
    column = {"Column": row.where.column or None} if cells else {}
    return {
        **sheet,
        "Row": row.where.row,
        **column,
        **who,
        "What": CHANGES[row.change],
        "Why": row.sentence,
    }
