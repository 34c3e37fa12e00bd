"""Saving what a form asked: once, whole, and never losing a typed word.

A form is drawn under two keys kept until its save succeeds: `drawn` names its widgets, so that they keep what was
typed through every refusal and start anew afterwards; `key` is the submission that a service spends, so that five
quick clicks store one record.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import streamlit as st
from sqlmodel import Session
from streamlit.delta_generator import DeltaGenerator

from tcsuper.database import writing
from tcsuper.errors import AlreadySaved, InvalidRecord, Refused, WrongSetup
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.signed_in import signed_in_staff


class RecordForm:
    """One form on one page: its keys, whether it was submitted, and where its problems are shown."""

    def __init__(self, name: str, clear_on_save: bool) -> None:
        self.name, self.clear_on_save = name, clear_on_save
        self.submitted = False
        self.done = ""
        """For a message that only the service can give, set inside the block: a single-use password, shown once."""
        self.once_saved: Callable[[], object] = lambda: None
        """What is left to do once it is saved, that touches nothing on the screen: to let go of uploaded files."""
        self._top: DeltaGenerator
        self._slots: dict[str, DeltaGenerator] = {}
        self._keys: dict[str, UUID] = (
            memory().setdefault("forms", {}).setdefault(name, {"drawn": uuid4(), "key": uuid4()})
        )

    @property
    def key(self) -> UUID:
        """The submission: hand it to the service."""
        return self._keys["key"]

    def widget_key(self, field: str) -> str:
        """A key for a widget that needs one, new after each save as the form is."""
        return f"{self.name}-{self._keys['drawn']}-{field}"

    def slot(self, field: str) -> DeltaGenerator:
        """Call it right after a field: the sentence about that field will stand here."""
        self._slots[field] = st.empty()
        return self._slots[field]

    def finish(self) -> None:
        self._keys["key"] = uuid4()
        if self.clear_on_save:
            self._keys["drawn"] = uuid4()

    def point_out(self, problems: dict[str, str]) -> None:
        """Each sentence under its field; also on top when there are several, or when its field has no slot."""
        for field, sentence in problems.items():
            if field in self._slots:
                self._slots[field].error(plain(sentence), icon=":material/error:")
        beside = len(problems) == 1 and set(problems) <= set(self._slots)
        listed = [] if beside else [f"- {plain(sentence)}" for sentence in problems.values()]
        self._top.error("\n".join(["Nothing was saved.", "", *listed]), icon=":material/error:")

    def refuse(self, sentence: str) -> None:
        ending = "" if "saved" in sentence else " Nothing was saved."
        self._top.error(plain(sentence + ending), icon=":material/error:")


@contextmanager
def record_form(
    name: str, clear_on_save: bool = True, submit: str = "Save", live: bool = False
) -> Iterator[RecordForm]:
    """Draw a form; its widgets go inside the block, its button comes at the end. `live`: the page runs at every choice,
    for a form whose fields depend on one another."""
    form = RecordForm(name, clear_on_save)
    key = form.widget_key("form")
    with st.container(border=True, key=key) if live else st.form(key, enter_to_submit=False):
        form._top = st.empty()
        yield form
        if live:
            form.submitted = st.button(submit, type="primary", key=form.widget_key("submit"))
        else:
            form.submitted = st.form_submit_button(submit, type="primary")


@contextmanager
def saving(form: RecordForm, done: str, guard: Callable[[], object] = signed_in_staff) -> Iterator[Session]:
    """The one transaction of a submitted form, behind the guard. Inside the block: services only, no Streamlit.

    After the transaction and up to the last line nothing touches Streamlit, because a second click ends the run at
    the next thing that does: what was stored and what the tab remembers must change together.
    """
    guard()
    remembered = memory()
    try:
        with writing() as db:
            yield db
    except AlreadySaved:
        pass  # an earlier click of the same form saved it: for the person that is a success
    except InvalidRecord as refused:
        form.point_out(refused.problems)
        return
    except WrongSetup:
        raise  # its words name files of the server: for the log, not for the screen
    except Refused as refused:
        form.refuse(str(refused))
        return
    remembered["saved"] = form.done or done
    form.finish()
    form.once_saved()
    st.rerun()


def record_button(name: str, label: str, primary: bool = False) -> RecordForm:
    """A form of one button, for what is done with one click. `name` says what it acts on: `confirm-<record id>`."""
    form = RecordForm(name, clear_on_save=True)
    form._top = st.empty()
    form.submitted = st.button(
        label, key=form.widget_key("button"), type="primary" if primary else "secondary", width="stretch"
    )
    return form
