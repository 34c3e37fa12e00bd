"""The version that a form began with, kept until it is saved: else a save would go over what somebody else changed
meanwhile, unseen."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import streamlit as st
from sqlmodel import Session

from tcsuper.errors import Conflict
from tcsuper.ui.memory import memory
from tcsuper.ui.saving import RecordForm, saving


class Begun:
    """`now`: the version that stands in the database. `fields`: what it says, by the field of the form; they are put in
    before anything is drawn. While nobody has typed anything else, the form follows the database."""

    def __init__(self, form: RecordForm, name: str, now: int | None, fields: Mapping[str, Any]) -> None:
        self.now = now
        self._key = form.widget_key(f"begun-{name}")
        kept: dict[str, tuple[int | None, dict[str, Any]]] = memory().setdefault("begun", {})
        self._kept, state = kept, st.session_state
        before = kept[self._key][1] if self._key in kept else dict(fields)
        keys = {field: form.widget_key(field) for field in fields}
        untouched = all(state.get(keys[field], value) == value for field, value in before.items())
        if untouched:
            kept[self._key] = (now, dict(fields))
            for field, value in fields.items():
                state[keys[field]] = value
        else:
            for field, value in before.items():
                state.setdefault(keys[field], value)

    @property
    def version(self) -> int | None:
        """Hand it to the service."""
        return self._kept[self._key][0]

    def compared(self) -> None:
        """After a refusal that showed what stands now: the next save is meant to follow it."""
        self._kept[self._key] = (self.now, self._kept[self._key][1])


@contextmanager
def saving_begun(form: RecordForm, *begun: Begun, done: str) -> Iterator[Session]:
    """As `saving`: once told that somebody else changed it, a person goes on from what stands now."""
    with saving(form, done=done) as db:
        try:
            yield db
        except Conflict:
            for one in begun:
                one.compared()
            raise
