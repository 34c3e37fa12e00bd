"""Confidential texts while they are open on screen: opened on a click, closed again, typed over.

What a tab remembers of open texts is only a wish: every drawing of their words is a service that checks who reads, and
notes it.
"""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from sqlmodel import Session

from tcsuper.clock import today
from tcsuper.database import writing
from tcsuper.errors import Refused
from tcsuper.rules.identifying import identifying_warning
from tcsuper.services.shared_records import LONGEST_WORDS
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm

NO_RESIDENT = "Nothing written here may identify a resident."

Text = TypeVar("Text")


def is_open(what: str) -> bool:
    return what in memory().get("opened", [])


def open_it(what: str) -> None:
    if not is_open(what):
        memory().setdefault("opened", []).append(what)


def close_it(what: str) -> None:
    """Closed, and whatever was typed over it let go."""
    memory()["opened"] = [one for one in memory().get("opened", []) if one != what]
    for kept in ("forms", "drafts"):
        memory().get(kept, {}).pop(what, None)


def close_others(*these: str) -> None:
    """Only these stay open: a page shows one session, or one person, at a time."""
    memory()["opened"] = [one for one in memory().get("opened", []) if one in these]


def open_button(what: str, label: str) -> None:
    st.button(label, key=f"open-{what}", icon=":material/lock_open:", on_click=open_it, args=(what,))


def close_button(what: str, has_changes: bool = False) -> None:
    label = "Close without saving the changes" if has_changes else "Close"
    st.button(label, key=f"close-{what}", icon=":material/lock:", on_click=close_it, args=(what,))


def opened_by(service: Callable[[Session], Text]) -> Text | None:
    """What a service opens, in a transaction of its own; None with its sentence on screen."""
    try:
        with writing() as db:
            return service(db)
    except Refused as refused:
        st.error(plain(str(refused)), icon=":material/error:")
        return None


def typed_words(text: str) -> None:
    """Words exactly as somebody typed them: never Markdown."""
    with st.container(border=True):
        st.text(text, width="stretch")


def words_area(form: RecordForm, label: str, field: str = "words", before: str = "") -> str:
    """A text area that says at once when its words may identify somebody; it warns, and blocks nothing. Its words stay
    while another choice on the page hides it."""
    key = form.widget_key(field)
    if key not in st.session_state:
        st.session_state[key] = before
    typed = st.text_area(label, max_chars=LONGEST_WORDS, height=220, key=key, persist_state="page")
    form.slot(field)
    warning = identifying_warning(typed, today())
    if warning:
        st.warning(plain(warning), icon=":material/warning:")
    return typed


def and_warn(done: str, typed: str) -> str:
    """The sentence of a save, with the warning that its words may identify somebody when they may."""
    return f"{done} {identifying_warning(typed, today())}".strip()
