"""What a browser tab remembers between two runs: the product's one session-state key, a plain dict.

It holds the keys of forms not yet saved and the message of the last save. Who somebody is, is never here.
"""

from typing import Any

import streamlit as st

from tcsuper.ui.plain import plain

KEY = "tcsuper"


def memory() -> dict[str, Any]:
    """The dict itself. Changing it, unlike touching st.session_state, is no place where a second click can cut in."""
    remembered: dict[str, Any] = st.session_state.setdefault(KEY, {})
    return remembered


def is_asked_anew(what: str, wished: str) -> bool:
    """Whether the address asks for something that it did not ask for before: only then it overrules a choice."""
    asked: dict[str, str] = memory().setdefault("asked", {})
    before, asked[what] = asked.get(what, ""), wished
    return bool(wished) and before != wished


def forget_another_person(account_id: int | None) -> None:
    """Empty the tab, widgets too, when it was somebody else's a moment ago."""
    if memory().get("account_id", account_id) != account_id:
        st.session_state.clear()
    memory()["account_id"] = account_id


def show_saved_message() -> None:
    """Once, after the rerun that follows a save: at the top, and where somebody far down the page sees it. Its place
    is kept when there is nothing to say, or everything below would be drawn anew and open tabs would close."""
    place = st.empty()
    done = memory().pop("saved", None)
    if done:
        place.success(plain(done), icon=":material/check:")
        st.toast(plain(done), icon=":material/check:")
