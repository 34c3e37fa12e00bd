"""Cells that cannot be taken in as they stand: each with its sentence, a field for what is right, and the choice to
leave it out. What was mended stays in its place, so that nobody loses the line they are at."""

from collections.abc import Mapping, Sequence

import streamlit as st

from tcsuper import words
from tcsuper.charts import SHAPES
from tcsuper.rules.importing import MOST_NAMED, Problem
from tcsuper.rules.standing import Tone
from tcsuper.ui.import_draft import LEFT_OUT, Draft, cell_of, leave_out_all, left_out, mended, take_up_again
from tcsuper.ui.plain import plain


def mending_part(draft: Draft, sheet: str, problems: Sequence[Problem], more: int = 0) -> None:
    """`more`: found beyond those, and only counted."""
    wrong = {cell_of(problem): problem for problem in problems}
    listed = _listed(draft, sheet, wrong)
    if not listed and not _out(draft, sheet):
        return
    left = len(wrong) + more
    st.markdown(f"**To mend**  \n:small[{plain(_sentence(left))}]")
    for cell, problem in listed.items():
        _row(draft, sheet, cell, problem, wrong.get(cell))
    not_named = left - sum(cell in wrong for cell in listed)
    if not_named:
        st.caption(f"And {not_named:,} more, which follow as these are mended.")
    if any(problem.where.column for problem in wrong.values()):
        st.button(
            leave_out_words(len(wrong), left),
            key=draft.key(f"leave-all-{sheet}"),
            on_click=leave_out_all,
            args=(sheet, wrong),
            icon=":material/block:",
        )
    _what_stays_out(draft, sheet)


def leave_out_words(named: int, left: int) -> str:
    """Those beyond what was named are only counted: they follow, and cannot be left out unseen."""
    if named < left:
        return f"Leave out the first {named:,}"
    return f"Leave out all {left:,}" if left > 1 else "Leave it out"


def _sentence(left: int) -> str:
    if not left:
        return "All mended."
    stands = "cannot be taken in as it stands" if left == 1 else "cannot be taken in as they stand"
    return f"{words.count(left, 'cell or row', 'cells or rows')} {stands}. Write what is right, or leave it out."


def _listed(draft: Draft, sheet: str, wrong: Mapping[str, Problem]) -> dict[str, Problem]:
    """The first fifty that are wrong, and those that somebody wrote anew, in the order of the sheet."""
    told = draft.told_of(sheet).cells
    written = {
        cell: problem
        for cell, problem in draft.mended.get(sheet, {}).items()
        if cell in draft.by_hand.get(sheet, ()) and (cell in told or cell in wrong)
    }
    rest = [cell for cell in wrong if cell not in written][:MOST_NAMED]
    both = written | {cell: wrong[cell] for cell in rest}
    return dict(sorted(both.items(), key=lambda one: (one[1].where.row, one[1].where.column)))


def _row(draft: Draft, sheet: str, cell: str, first: Problem, now: Problem | None) -> None:
    """`first`: what was wrong at first; `now`: what is wrong with what stands there now."""
    if not first.where.column:  # about the sheet: neither a cell nor a row of it can mend that
        st.markdown(_told(now, first, ""))
        return
    told = draft.told_of(sheet).cells.get(cell, "")
    with st.container(border=True, key=draft.key(f"mend-{sheet}-{cell}"), gap="small"):
        left, middle, right = st.columns([3.4, 1.8, 1.1], vertical_alignment="center")
        with left:
            st.markdown(_told(now, first, told))
        written, out = draft.field_key(f"cell-{sheet}-{cell}"), draft.field_key(f"out-{sheet}-{cell}")
        with middle:
            st.text_input(
                f"Write instead, row {first.where.row}, {plain(first.where.column)}",
                "" if told == LEFT_OUT else told,
                max_chars=200,
                key=written,
                label_visibility="collapsed",
                placeholder="Write instead",
                disabled=told == LEFT_OUT,
                on_change=mended,
                args=(sheet, cell, first, written),
            )
        with right:
            st.checkbox(
                "Leave out",
                told == LEFT_OUT,
                key=out,
                on_change=left_out,
                args=(sheet, cell, first, out, written),
            )


def _told(now: Problem | None, first: Problem, told: str) -> str:
    if now is not None:
        return f":orange-badge[{SHAPES[Tone.AMBER]} To mend] {plain(now.sentence)}"
    where = f"Row {first.where.row}" + (f", {first.where.column}" if first.where.column else "")
    stood = f": “{first.where.value}”" if first.where.value else ""
    if told == LEFT_OUT:
        return f":gray-badge[{SHAPES[Tone.GREY]} Left out] {plain(f'{where}{stood} stays out.')}"
    return f":green-badge[{SHAPES[Tone.GOOD]} Mended] {plain(f'{where}{stood} now “{told}”.')}"


def _out(draft: Draft, sheet: str) -> list[str]:
    """Those that were left out together."""
    cells = draft.told_of(sheet).cells
    by_hand = draft.by_hand.get(sheet, ())
    return [cell for cell in draft.mended.get(sheet, {}) if cells.get(cell) == LEFT_OUT and cell not in by_hand]


def _what_stays_out(draft: Draft, sheet: str) -> None:
    out = _out(draft, sheet)
    if not out:
        return
    named = words.listed([_where(draft.mended[sheet][cell]) for cell in out[:5]])
    rest = f" and {len(out) - 5:,} more" if len(out) > 5 else ""
    left, right = st.columns([4, 1.4], vertical_alignment="center")
    with left:
        st.caption(plain(f"Left out together: {named}{rest}."))
    with right:
        st.button(
            "List them again",
            key=draft.key(f"again-{sheet}"),
            on_click=take_up_again,
            args=(sheet, out),
            width="stretch",
        )


def _where(problem: Problem) -> str:
    return f"row {problem.where.row}" + (f" ({problem.where.column})" if problem.where.column else "")
