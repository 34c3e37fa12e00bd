"""The first step of an import: the file chosen, read once in a process of its own, and the templates to fill in."""

import hashlib
from collections.abc import Sequence
from functools import partial

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import InvalidRecord, Refused
from tcsuper.queries.imports import kinds_to_import
from tcsuper.queries.training import courses_to_choose
from tcsuper.readers.sheets import tables_of
from tcsuper.readers.sheets.refusing import MOST_BYTES
from tcsuper.reports.import_templates import CSV, NAMES, template_csv, templates_workbook
from tcsuper.reports.workbook import XLSX
from tcsuper.rules.importing import SheetKind, Table
from tcsuper.ui.import_draft import UNDERSTOOD, Draft, go_to_step, keep, put_away
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form
from tcsuper.ui.uploads import let_go

MEGABYTE = 1024 * 1024
ENDINGS = ("csv", "xlsx", "json")
SHEETS = {
    SheetKind.STAFF: "staff lists",
    SheetKind.TRAINING_MATRIX: "training matrices",
    SheetKind.TRAINING_LOG: "training logs",
    SheetKind.REGISTRATIONS: "registrations",
    SheetKind.SUPERVISION_LOG: "supervision logs",
    SheetKind.SUPERVISION_MONTHS: "month grids",
}
NOT_CHOSEN = "No file is chosen yet. Choose one, then read it."


def choose_step(me: Actor, draft: Draft | None) -> Draft | None:
    """Gives what was read at this click. A file that cannot be read changes nothing."""
    if draft is not None:
        _chosen(draft)
    title = "Import another file" if draft is not None else "Choose a file"
    folded = st.expander(title, key=draft.key("another")) if draft is not None else st.container()
    with folded:
        newly_read = _read_form(me, draft)
    if draft is None:
        _templates()
    return newly_read


def _chosen(draft: Draft) -> None:
    with st.container(border=True, key="import-chosen"):
        rows = sum(len(table.rows) for table in draft.tables)
        counted = f"{words.count(len(draft.tables), 'sheet')}, {rows:,} {'row' if rows == 1 else 'rows'}"
        st.markdown(f"**{plain(draft.file_name)}**  \n:small[{plain(counted)}. Nothing is taken in yet.]")
        left, right = st.columns([1, 1])
        with left:
            onward(draft, UNDERSTOOD)
        with right, st.popover("Put it away", width="stretch"):
            st.markdown("What was read, and every answer about it, is let go. Nothing that is saved is touched.")
            st.button("Yes, put it away", key=draft.key("away"), on_click=put_away)


def onward(draft: Draft, step: str) -> None:
    st.button(
        f"Go on to: {step}",
        key=draft.key(f"onward-{step}"),
        on_click=go_to_step,
        args=(step,),
        icon=":material/arrow_forward:",
        type="primary",
        width="stretch",
    )


def _read_form(me: Actor, draft: Draft | None) -> Draft | None:
    with record_form("read_import_file", submit="Read the file") as form:
        if draft is not None:
            st.caption("It takes the place of the one above, and of every answer about it.")
        sent = st.file_uploader(
            "File",
            type=list(ENDINGS),
            key=form.widget_key("file"),
            max_upload_size=MOST_BYTES // MEGABYTE,
            help=f"An Excel workbook (xlsx, any number of sheets), a csv file or a json file of at most "
            f"{MOST_BYTES // MEGABYTE} MB. The file itself is not kept, only the records that you take in.",
        )
        problem = form.slot("file")
        st.caption(
            f"{_sheets(kinds_to_import(viewer=me))}, as you keep them. Nothing is taken in before you have seen what "
            "it would change."
        )
    if not form.submitted:
        return None
    if sent is None:
        problem.error(NOT_CHOSEN, icon=":material/error:")
        return None
    content = sent.getvalue()
    tables = _read(content, sent.name)
    if isinstance(tables, Refused):
        problem.error(plain(_sentence(tables)), icon=":material/error:")
        return None
    let_go([sent])
    form.finish()
    return keep(sent.name, hashlib.sha256(content).hexdigest(), tables)


def _sheets(kinds: Sequence[SheetKind]) -> str:
    """ "Staff lists, training matrices and training logs": those that this person may take in."""
    named = words.listed([SHEETS[kind] for kind in kinds])
    return named[:1].upper() + named[1:]


def _read(content: bytes, name: str) -> tuple[Table, ...] | Refused:
    with st.spinner("Reading the file. A long one takes up to a minute…", show_time=True):
        try:
            return tables_of(content, name)
        except Refused as refused:
            return refused


def _sentence(refused: Refused) -> str:
    return " ".join(refused.problems.values()) if isinstance(refused, InvalidRecord) else str(refused)


# ---------------------------------------------------------------------------------------------------------------------
# Templates


def _templates() -> None:
    """Headings and no records: the same for everybody who may import, so that nothing is taken away by them."""
    with reading() as db:
        courses = list(courses_to_choose(db).values())
    with st.expander("Nothing to import yet? Begin with a template"):
        st.markdown("A sheet for each kind of record, with headings that are understood as they stand.")
        st.download_button(
            "Download all templates as a workbook",
            partial(templates_workbook, courses, today()),
            "import-templates.xlsx",
            XLSX,
            key="import-templates",
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption("Or one of them as a csv file:")
        with st.container(horizontal=True, key="import-templates-csv"):
            for kind, name in NAMES.items():
                st.download_button(
                    name,
                    partial(template_csv, kind, courses, today()),
                    f"{name.lower().replace(' ', '-')}.csv",
                    CSV,
                    key=f"import-template-{kind}",
                    on_click="ignore",
                )
