"""Files that prove a completion: each with a button that opens it, and the form that adds one to a record of mine."""

from collections.abc import Iterable, Sequence
from functools import partial
from math import ceil
from typing import TYPE_CHECKING
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Object
from tcsuper.database import reading, writing
from tcsuper.models import FileKind
from tcsuper.queries.evidence_files import FileLine, files_of
from tcsuper.queries.readers import readers_about
from tcsuper.queries.training import completions_seen
from tcsuper.readers.evidence_file import MEGABYTE, megabytes
from tcsuper.services.evidence_files import add_evidence_files, open_evidence_file
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import row_list, said
from tcsuper.ui.uploads import pick_files

if TYPE_CHECKING:
    import pandas as pd

SAVED_AS = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPG: "image/jpeg",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
LONGEST_ON_A_BUTTON = 22


def files_by_record(me: Actor, record_ids: Iterable[UUID]) -> dict[UUID, list[FileLine]]:
    with reading() as db:
        return files_of(db, viewer=me, record_ids=record_ids)


def files_in_words(files: Sequence[FileLine]) -> str:
    return words.listed([f"{one.name} ({size_in_words(one.size)})" for one in files])


def size_in_words(size: int) -> str:
    return f"{ceil(size / 1024)} kB" if size < MEGABYTE else f"{megabytes(size)} MB"


def open_buttons(me: Actor, files: Sequence[FileLine], where: str) -> None:
    """One for each, named when there are several. The file is unsealed at the click, in a transaction of its own that
    also writes the event, after the service has looked up anew who clicks: it runs outside the page. The browser saves
    it, and shows nothing."""
    for one in files:
        st.download_button(
            "Open" if len(files) == 1 else f"Open {plain(_shortened(one.name))}",
            partial(_opened, me, one.file_id),
            one.name,
            SAVED_AS[one.kind],
            key=f"open-{where}-{one.file_id}",
            on_click="ignore",
            icon=":material/description:",
            width="stretch",
            wrap=True,
        )


def _opened(me: Actor, file_id: UUID) -> bytes:
    with writing() as db:
        return open_evidence_file(db, by=me, file_id=file_id).content


def _shortened(name: str) -> str:
    """The middle is left out: people tell files apart by how their names begin and end."""
    left_out = len(name) > LONGEST_ON_A_BUTTON
    return f"{name[: LONGEST_ON_A_BUTTON - 9]}…{name[-8:]}" if left_out else name


def files_part(me: Actor, records: "pd.DataFrame", about: int) -> None:
    """Under the records of somebody, the files that prove them; nothing when there are none."""
    of_record = {row.record_id: f"{row.course}, {words.day(row.completed_on)}" for row in records.itertuples()}
    files = files_by_record(me, of_record)
    if not files:
        return
    st.markdown("**Files**")
    with row_list(f"files-{about}"):
        for record_id, its_files in files.items():
            left, right = st.columns([4.2, 1.8], vertical_alignment="center")
            with left:
                added = [f"Added {words.moment(one.added_at)} by {one.added_by}: {one.name}." for one in its_files]
                said(of_record[record_id], *added)
            with right:
                open_buttons(me, its_files, "cell")
    who_can_see(
        f"files-{about}",
        lambda db: readers_about(db, viewer=me, what=Object.EVIDENCE_FILE, staff_id=about),
        "Who can open these files?",
    )


def add_files_part(me: Actor) -> None:
    """A further proof of what I sent in or hold; nothing for somebody without a record."""
    with reading() as db:
        mine = completions_seen(db, viewer=me, about=me.staff_id)
    named = {
        row.record_id: f"{row.course}, {words.day(row.completed_on)}" for row in mine[mine["is_current"]].itertuples()
    }
    if not named:
        return
    with st.expander("Add a file to a record"), record_form("add_evidence_files", submit="Add the file") as form:
        chosen = st.selectbox("Record", list(named), format_func=named.__getitem__, key=form.widget_key("record"))
        form.slot("record_id")
        files = pick_files(form, "File")
    if form.submitted:
        with saving(form, done=f"{words.count(len(files), 'file')} added to {named[chosen]}.") as db:
            add_evidence_files(db, by=me, submission=form.key, record_id=chosen, files=files)
