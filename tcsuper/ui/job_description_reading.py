"""A document read in: chosen, read in a process of its own, gone over field by field, and saved as a version."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import SHAPES
from tcsuper.errors import Refused
from tcsuper.readers.edited import RESPONSIBILITIES, Edited, settle, take_up, undo, with_list, with_value
from tcsuper.readers.job_description import JobDescription
from tcsuper.readers.labels import LISTS, PARTICULARS
from tcsuper.readers.limits import read_job_description
from tcsuper.readers.text_of import MOST_BYTES
from tcsuper.rules.standing import Tone
from tcsuper.ui.job_description_draft import Draft, do, keep, kept_draft, put_away, typed
from tcsuper.ui.job_description_items import responsibilities_step
from tcsuper.ui.job_description_saving import saving_step
from tcsuper.ui.job_description_versions import LISTS as LIST_TITLES
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form
from tcsuper.ui.uploads import let_go

PARTICULARS_STEP, RESPONSIBILITIES_STEP, OTHER_STEP, SAVE_STEP = STEPS = (
    "Particulars",
    "Responsibilities",
    "Other parts",
    "Save",
)
LIST_WORDS = {key: LIST_TITLES[key] for key in LISTS}
MEGABYTE = 1024 * 1024
_SHOWN_OF_A_LINE = 80


def reading_part(me: Actor) -> None:
    """For those who set the rules."""
    draft = kept_draft()
    place = st.empty()
    with place.container():
        newly_read = _read_form(draft)
    if newly_read is not None:
        draft = newly_read
        place.empty()
        with place.container():
            _read_form(draft)
    if draft is None:
        return
    _head(draft)
    step = st.segmented_control(
        "Step",
        STEPS,
        default=STEPS[0],
        required=True,
        key=draft.key("step"),
        label_visibility="collapsed",
        persist_state="session",
    )
    if step == PARTICULARS_STEP:
        _particulars(draft)
    elif step == RESPONSIBILITIES_STEP:
        responsibilities_step(me, draft)
    elif step == OTHER_STEP:
        _lists(draft)
        _unplaced(draft)
        _marks(draft)
    else:
        saving_step(me, draft)
    if step != SAVE_STEP:
        _onward(draft, STEPS[STEPS.index(step or STEPS[0]) + 1])


# ---------------------------------------------------------------------------------------------------------------------
# Choosing and reading


def _read_form(draft: Draft | None) -> Draft | None:
    """Gives what was read at this click. A file that cannot be read changes nothing."""
    folded = st.expander("Read another document", key=draft.key("another")) if draft is not None else st.container()
    with folded, record_form("read_job_description", submit="Read it") as form:
        if draft is not None:
            st.caption("It takes the place of what is read below. Save that first, or it is let go.")
        sent = st.file_uploader(
            "Job description",
            key=form.widget_key("file"),
            max_upload_size=MOST_BYTES // MEGABYTE,
            help=f"A Word file (docx), a pdf or a text file (txt) of at most {MOST_BYTES // MEGABYTE} MB. The file "
            "itself is not kept: only the words that you save.",
        )
        problem = form.slot("file")
    if not form.submitted:
        return None
    if sent is None:
        problem.error("No file is chosen yet. Choose one, then read it.", icon=":material/error:")
        return None
    read = _read(sent.getvalue())
    if isinstance(read, Refused):
        problem.error(plain(str(read)), icon=":material/error:")
        return None
    let_go([sent])
    form.finish()
    return keep(sent.name, read)


def _read(content: bytes) -> JobDescription | Refused:
    with st.spinner("Reading…"):
        try:
            return read_job_description(content)
        except Refused as refused:
            return refused


def _head(draft: Draft) -> None:
    """What was read, how much is still to look at, and the way back by one step."""
    with st.container(border=True, key="jd-head"):
        left, right = st.columns([4, 1.6], vertical_alignment="center")
        with left:
            st.markdown(f"**{plain(draft.file_name)}**  \n:small[{plain(_state_of(draft.edited))}]")
            st.caption("Not saved yet. It stays here until you save it, put it away, reload the page or sign out.")
        with right:
            if draft.edited.before is not None:
                st.button(
                    f"Undo: {plain(draft.edited.step)}",
                    key=draft.key("undo"),
                    on_click=do,
                    args=(undo,),
                    icon=":material/undo:",
                    width="stretch",
                    wrap=True,
                )
            with st.popover("Put it away", width="stretch"):
                st.markdown("What was read, and what you changed, is let go. Nothing saved is touched.")
                st.button("Yes, put it away", key=draft.key("away"), on_click=put_away)


def _state_of(edited: Edited) -> str:
    several = words.count(len(edited.kept), "responsibility", "responsibilities")
    doubtful = [
        words.count(many, one, more)
        for many, one, more in (
            (len(edited.particulars_to_look_at), "particular", ""),
            (len(edited.items_to_look_at), "responsibility", "responsibilities"),
        )
        if many
    ]
    look = f"To look at: {words.listed(doubtful)}." if doubtful else "Nothing is left to look at."
    remarks = len(edited.read.warnings)
    whole = f" {words.count(remarks, 'remark')} on the whole: see Responsibilities." if remarks else ""
    return f"{several}, {words.count(len(edited.unplaced), 'line')} in no field. {look}{whole}"


def _onward(draft: Draft, step: str) -> None:
    st.button(
        f"Go on to: {step}",
        key=draft.key("onward"),
        on_click=st.session_state.update,
        args=({draft.key("step"): step},),
        icon=":material/arrow_forward:",
    )


# ---------------------------------------------------------------------------------------------------------------------
# Particulars


def _particulars(draft: Draft) -> None:
    st.caption("As the document prints them. What it does not print is empty, and may stay so.")
    for row in _in_twos(list(PARTICULARS)):
        for place, key in zip(st.columns(2), row, strict=False):
            with place, st.container(gap="xsmall"):
                _particular(draft, key)


def _in_twos(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[at : at + 2] for at in range(0, len(keys), 2)]


def _particular(draft: Draft, key: str) -> None:
    value, printed = draft.edited.values[key], draft.edited.read.particulars[key]
    name, field = _name(key), draft.field_key(key)
    if key == "issue_date":
        _issue_date(name, value, field)
    else:
        most = max(200, len(value))
        st.text_input(name, value, max_chars=most, key=field, on_change=typed, args=(field, with_value, key))
    if printed.printed:
        st.caption(plain(f"Printed: {'; '.join(dict.fromkeys(printed.printed))}"))
    else:
        st.caption("Not printed.")
    is_to_look_at = key in draft.edited.particulars_to_look_at
    for doubt in printed.warnings:
        mark = f":orange-badge[{SHAPES[Tone.AMBER]} To look at]" if is_to_look_at else "Looked at:"
        st.markdown(f"{mark} :small[{plain(doubt)}]")
    if is_to_look_at:
        label = "Leave it empty" if not value else f"{name} is right"
        st.button(label, key=draft.key(f"settle-{key}"), on_click=do, args=(settle, key))


def _issue_date(name: str, value: str, field: str) -> None:
    on = date.fromisoformat(value) if value else None
    st.date_input(
        name,
        on,
        min_value=min(filter(None, (on, date(1950, 1, 1)))),
        max_value=max(filter(None, (on, date(2099, 12, 31)))),
        format="DD/MM/YYYY",
        key=field,
        on_change=typed,
        args=(field, _issued),
    )


def _issued(edited: Edited, on: Any) -> Edited:
    return with_value(edited, "issue_date", on.isoformat() if isinstance(on, date) else "")


def _name(key: str) -> str:
    return key.replace("_", " ").capitalize()


# ---------------------------------------------------------------------------------------------------------------------
# Lists, and what went nowhere


def _lists(draft: Draft) -> None:
    st.caption("One entry a line. A line that begins with – belongs to the entry before it.")
    for key in LISTS:
        field = draft.field_key(key)
        st.text_area(
            LIST_WORDS[key],
            "\n".join(draft.edited.lists[key]),
            height="content",
            key=field,
            on_change=typed,
            args=(field, with_list, key),
            placeholder="Nothing of it was found in the document.",
        )


def _unplaced(draft: Draft) -> None:
    lines = draft.edited.unplaced
    st.markdown("**Lines in no field**")
    if not lines:
        st.caption("None: every line of the document has its place.")
        return
    st.caption("Nothing of the document is let go: these are kept with it. What belongs elsewhere can be taken up.")
    which, where, button = st.columns([3, 1.6, 1], vertical_alignment="bottom")
    with which:
        place = st.selectbox(
            "Line",
            range(len(lines)),
            format_func=lambda at: f"{at + 1}. {_shortened(lines[at].text)}",
            key=draft.field_key("line"),
        )
    into = {RESPONSIBILITIES: "A responsibility", **LIST_WORDS}
    with where:
        taken_as = st.selectbox("Belongs to", list(into), format_func=into.__getitem__, key=draft.key("into"))
    with button:
        st.button("Take it up", key=draft.key("take"), on_click=do, args=(take_up, place, taken_as), width="stretch")
    st.table(
        [
            {"No.": str(at), "Line": plain(one.text), "Under": plain(one.section) or "–"}
            for at, one in enumerate(lines, 1)
        ],
        hide_index=True,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_OF_A_LINE else f"{text[:_SHOWN_OF_A_LINE]}…"


def _marks(draft: Draft) -> None:
    """The document's own labels, headers and footers: nothing to do with them, and nothing hidden."""
    read = draft.edited.read
    if not (read.headings or read.page_marks):
        return
    with st.expander("Headings, page headers and footers"):
        st.table(
            [{"Kind": "Heading", "Words": plain(one)} for one in read.headings]
            + [{"Kind": "Page header or footer", "Words": plain(one)} for one in dict.fromkeys(read.page_marks)],
            hide_index=True,
        )
