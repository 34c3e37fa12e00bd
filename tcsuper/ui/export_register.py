"""The register of exports on screen: what was taken away, when, by whom, and to whom it was handed."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.export_register import MOST_LINES, ExportLine, exports_entered
from tcsuper.rules.standing import add_months
from tcsuper.ui.tables import Line, show_table

HISTORY, EXPORTS = "Who did what", "Register of exports"


def wants_exports() -> bool:
    """Which part of the page was chosen."""
    part = st.segmented_control("Part", [HISTORY, EXPORTS], default=HISTORY, key="history-part", required=True)
    return part == EXPORTS


def export_register_part(me: Actor) -> None:
    left, right = st.columns([1, 1])
    with left:
        since = st.date_input("Since", add_months(me.on, -3), max_value=me.on, format="DD/MM/YYYY", key="exports-since")
    with right:
        number = st.text_input("Number on a file", key="exports-number", help="As it stands on the file itself.")
    with reading() as db:
        lines = exports_entered(
            db, viewer=me, since=since if isinstance(since, date) and not number else None, number=number
        )
    if not lines:
        st.info("No file with this number." if number else "Nothing was taken away in this time.")
        return
    show_table([_line(one) for one in lines])
    if len(lines) == MOST_LINES:
        st.caption(f"The latest {MOST_LINES}. Choose a later day, or a number, to see others.")
    st.caption(
        "Every file that was made of records: with its number anybody who holds it can be told what it is. A pack's "
        "digest is the same on its workbook and its document."
    )


def my_exports_part(me: Actor) -> None:
    """On my record: the files that I took away myself."""
    folded = st.expander("Files I took away", icon=":material/download:", key="my-exports", on_change="rerun")
    if not folded.open:
        return
    with folded:
        with reading() as db:
            lines = exports_entered(db, viewer=me, only_own=True)
        if not lines:
            st.info("You have taken nothing away. Each file that you download from here is then listed, but not kept.")
            return
        show_table([_own_line(one) for one in lines])
        if len(lines) == MOST_LINES:
            st.caption(f"The latest {MOST_LINES}.")


def _own_line(one: ExportLine) -> Line:
    return {heading: value for heading, value in _line(one).items() if heading not in ("By", "Digest")}


def _line(one: ExportLine) -> Line:
    return {
        "Taken on": words.moment(one.made_at),
        "By": "You" if one.is_mine else one.made_by,
        "What": one.title,
        "About": _about(one),
        "Form": one.form.capitalize(),
        "Handed to": one.handed_to or "–",
        "Rows": one.rows,
        "Number": one.number,
        "Digest": f"{one.digest[:16]}…" if one.digest else "–",
    }


def _about(one: ExportLine) -> str:
    said: Sequence[str] = (
        words.listed(list(one.communities)),
        f"{words.day(one.since)} to {words.day(one.until)}" if one.since and one.until else "",
        f"as at {words.day(one.as_at)}" if one.as_at else "",
    )
    return ", ".join(part for part in said if part) or "–"
