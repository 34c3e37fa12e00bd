"""The table beside a chart: the same figures in words, and as a workbook for those who may take them away.

A line is a column's heading to its value, as it is: words as they were typed, dates and numbers as such. Here they are
made fit for the screen, and for a spreadsheet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

import streamlit as st
from sqlmodel import Session

from tcsuper import words
from tcsuper.database import writing
from tcsuper.errors import Conflict, Refused
from tcsuper.reports.csv_file import CSV, csv_file
from tcsuper.reports.workbook import MOST_ROWS, XLSX, Cell, Month, Sheet, workbook
from tcsuper.ui.plain import plain

Line = Mapping[str, Cell]
MOST_IN_FULL = 30
"""Lines of a table that stands on the page, and is printed, as a whole; a longer one is scrolled."""
LONG_WORDS = 40
"""Characters from which a column is made wide."""
DAY_WIDTH = 140
"""Pixels."""
BUSY = "The file could not be made just now, because others are saving. Nothing was taken away. Try again."


@dataclass(frozen=True)
class Export:
    """What may be taken away of a table. `make` reads it anew, through a service that looks up who clicks; it gives
    the table as a sheet and what the file says of itself. The name has no personal data in it, and no ending."""

    file_name: str
    make: Callable[[Session], tuple[Sequence[Sheet], Sequence[tuple[str, str]]]]
    label: str = "Download as a spreadsheet"
    holds: str = ""
    """What is in it, where that is not the table as it stands."""


def table_twin(
    lines: Sequence[Line],
    key: str,
    export: Export | None = None,
    *,
    title: str = "As a table",
    expanded: bool = False,
    note: str = "",
) -> None:
    """What a chart shows, folded away beside it. The service checks again at the click, whatever is offered here."""
    with st.expander(title, expanded=expanded, key=f"twin-{key}"):
        show_table(lines)
        if note:
            st.caption(note)
        export_button(export, key, len(lines))


def show_table(lines: Sequence[Line]) -> None:
    """Lines with the same headings; one that lacks a heading has nothing there."""
    if not lines:
        st.caption("There is nothing to show in a table.")
    elif len(lines) <= MOST_IN_FULL:
        st.table(
            [{plain(heading): plain(_said(line.get(heading))) for heading in _headings(lines)} for line in lines],
            hide_index=True,
        )
    else:
        st.dataframe(
            [{heading: _said(line.get(heading)) for heading in _headings(lines)} for line in lines],
            hide_index=True,
            width="stretch",
            column_config={
                heading: st.column_config.TextColumn(width=_width(lines, heading)) for heading in _headings(lines)
            },
        )


def _width(lines: Sequence[Line], heading: str) -> Literal["large"] | int | None:
    """Long words get room; a day is a little wider than the first ones would tell. None: as the browser finds."""
    if any(len(_said(line.get(heading))) > LONG_WORDS for line in lines):
        return "large"
    return DAY_WIDTH if any(isinstance(line.get(heading), date) for line in lines) else None


def sheet_of(title: str, lines: Sequence[Line]) -> Sheet:
    """The same lines for a workbook: dates stay dates, numbers stay numbers."""
    headings = _headings(lines)
    return Sheet(title, headings, [[line.get(heading) for heading in headings] for line in lines])


def _headings(lines: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(heading for line in lines for heading in line))


def _said(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, Month):
        return words.month(value)
    return words.day(value) if isinstance(value, date) else str(value)


def export_button(export: Export | None, key: str, rows: int = 0) -> None:
    """As a workbook or as csv. Nothing for whoever may not take it away. The file is made at the
    click, for the one who clicks, and not kept. `rows`: as many as are shown; of too many no file would come."""
    if export is None:
        return
    if rows > MOST_ROWS:
        st.caption(
            f"A file holds up to {MOST_ROWS:,} rows, and this table has {rows:,}. Choose a shorter time or fewer "
            "people, then it can be downloaded."
        )
        return
    with st.container(horizontal=True, key=f"take-as-{key}"):
        st.download_button(
            export.label,
            made_by(export),
            f"{export.file_name}.xlsx",
            XLSX,
            key=f"take-{key}",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "csv",
            csv_made_by(export),
            f"{export.file_name}.csv",
            CSV,
            key=f"take-csv-{key}",
            on_click="ignore",
            help="The same table as comma-separated values.",
        )
    if export.holds:
        st.caption(export.holds)


def made_by(export: Export) -> Callable[[], bytes]:
    """Makes the file: read and told of in a transaction of its own, then written without holding anybody up. It runs
    outside the page, so a refusal is the file's only sentence."""
    return partial(_made, export, workbook, lambda sentence: workbook([], [("Not made", sentence)]))


def csv_made_by(export: Export) -> Callable[[], bytes]:
    """The same as csv, which holds the table alone: what the file says of itself is in the register of exports."""
    return partial(
        _made,
        export,
        lambda sheets, _: csv_file(sheets[0]),
        lambda sentence: csv_file(Sheet("", ["Not made"], [[sentence]])),
    )


def _made(export: Export, written: Callable[..., bytes], refused: Callable[[str], bytes]) -> bytes:
    try:
        with writing() as db:
            sheets, about = export.make(db)
        return written(sheets, about)
    except Conflict:
        return refused(BUSY)
    except Refused as why:
        return refused(str(why))
