"""The document that a tab has read and not yet saved: kept while somebody goes to other pages, until it is saved, put
away or replaced. Every step on it is a callback that changes this alone, so that the page is drawn once and right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec
from uuid import uuid4

import streamlit as st

from tcsuper.readers.edited import Edited, added, begin
from tcsuper.readers.job_description import JobDescription
from tcsuper.readers.lines import cleaned
from tcsuper.ui.memory import is_asked_anew, memory

NAME = "read_document"
LIBRARY, READ, COMPARE, SETTLE = "Library", "Read a document", "Compare versions", "To settle"
"""The parts of the page."""
P = ParamSpec("P")


@dataclass
class Draft:
    """`drawn` names the fields: it is new after every step that is not typed, so that they show what it changed.
    `worded` names the short title's, which follows the text as long as nobody types another."""

    file_name: str
    edited: Edited
    made: str
    drawn: int = 0
    worded: int = 0
    opened: int | None = None
    """The responsibility whose fields are shown."""
    opened_reference: int | None = None
    """The place of the duty of another job description whose fields are shown."""

    def field_key(self, field: str) -> str:
        return f"jd-{self.made}-{self.drawn}-{field}"

    def key(self, what: str) -> str:
        """For a button or choice that stays the same through every step on this document."""
        return f"jd-{self.made}-{what}"


def kept_draft() -> Draft | None:
    draft: Draft | None = memory().get(NAME)
    return draft


def keep(file_name: str, read: JobDescription) -> Draft:
    """In place of the former one."""
    draft = Draft(cleaned(file_name), begin(read), uuid4().hex[:8])
    memory()[NAME] = draft
    return draft


def put_away() -> None:
    memory().pop(NAME, None)


def part_asked(parts: Sequence[str]) -> str:
    """Where somebody is on the page: where a save has just led them, or what they chose."""
    wished = st.query_params.get("show", "")
    led_to, choices = memory().pop("jd_led_to", ("", {}))
    if wished == "to_settle" and is_asked_anew("jd_part", wished):
        led_to = SETTLE
    if led_to in parts:
        st.session_state.update({"jd_part": led_to, **choices})
    chosen = st.segmented_control(
        "Part",
        parts,
        default=None if led_to in parts else parts[0],
        required=True,
        key="jd_part",
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen or parts[0]


def once_saved(part: str, choices: Mapping[str, int]) -> Callable[[], None]:
    """What is left to do after a save: to let go of the draft, and to lead to a part of the page, with its choices by
    their keys. It touches only what the tab remembers, so that a second click finds all of it done."""
    remembered = memory()

    def on() -> None:
        remembered.pop(NAME, None)
        remembered["jd_led_to"] = part, choices

    return on


def do(change: Callable[Concatenate[Edited, P], Edited], *args: P.args, **kwargs: P.kwargs) -> None:
    """A step by a button."""
    draft = kept_draft()
    if draft is None:
        return
    draft.edited = change(draft.edited, *args, **kwargs)
    draft.drawn += 1
    draft.opened_reference = None
    opened = draft.edited.item(draft.opened) if draft.opened is not None else None
    if opened is None or opened.is_dropped:
        draft.opened = None


def typed(widget_key: str, change: Callable[..., Edited], *args: Any) -> None:
    """A step by typing into a field, taken as soon as the field is left. Where nothing changes, as when a text is
    emptied, the fields show again what is kept."""
    draft = kept_draft()
    if draft is None or widget_key not in st.session_state:
        return
    before = draft.edited
    draft.edited = change(before, *args, st.session_state[widget_key])
    draft.drawn += draft.edited is before


def worded(widget_key: str, change: Callable[..., Edited], *args: Any) -> None:
    """Typed into a text or its short title."""
    typed(widget_key, change, *args)
    draft = kept_draft()
    if draft is not None:
        draft.worded += 1


def add_typed(widget_key: str) -> None:
    """A responsibility that was typed into a field of its own, which is empty afterwards."""
    do(added, st.session_state.get(widget_key, ""))


def open_or_close(key: int) -> None:
    """The fields of one responsibility, which close those of another."""
    draft = kept_draft()
    if draft is not None:
        draft.opened = None if draft.opened == key else key


def open_or_close_reference(place: int) -> None:
    draft = kept_draft()
    if draft is not None:
        draft.opened_reference = None if draft.opened_reference == place else place
