"""Files on their way in. Streamlit keeps whatever is uploaded in its memory until the tab is closed, so they are let go
as soon as they are saved, and when their page is left."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from tcsuper.readers.evidence_file import BY_ENDING, MEGABYTE, MOST_BYTES
from tcsuper.services.evidence_files import MOST_FILES, SentFile
from tcsuper.ui.memory import memory
from tcsuper.ui.saving import RecordForm


def pick_files(form: RecordForm, label: str) -> list[SentFile]:
    """What was chosen so far. Once the form is saved, Streamlit forgets them."""
    uploaded = st.file_uploader(
        label,
        type=list(BY_ENDING),
        accept_multiple_files=True,
        key=form.widget_key("files"),
        max_upload_size=MOST_BYTES // MEGABYTE,
        help=f"A pdf, a png or jpg picture, or a Word document (docx) without macros: at most {MOST_FILES} files of "
        f"{MOST_BYTES // MEGABYTE} MB each.",
    )
    form.slot("files")
    form.once_saved = lambda: let_go(uploaded)
    return [SentFile(one.name, one.getvalue()) for one in uploaded]


def forget_those_left_behind(page: str) -> None:
    """For the script, at each run: whoever goes on to another page leaves there what they had chosen and not saved."""
    before = memory().get("uploads_page", page)
    memory()["uploads_page"] = page
    context = get_script_run_ctx()
    if before != page and context is not None:
        context.uploaded_file_mgr.remove_session_files(context.session_id)


def let_go(uploaded: Sequence[UploadedFile]) -> None:
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for one in uploaded:
            context.uploaded_file_mgr.remove_file(context.session_id, one.file_id)
