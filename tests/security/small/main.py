"""A callback, a fragment, a dialog, forms, downloads and an upload. What runs leaves a line in the file named by RAN:
some of it is careless on purpose and asks nobody, so that a test sees what stands around a page even then."""

import os
import time
from uuid import uuid4

import streamlit as st

from tcsuper.access import spend
from tcsuper.models import Staff
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.signed_in import SIGN_IN_FIRST, this_browser


def ran(what: str) -> None:
    with open(os.environ["RAN"], "a") as lines:
        print(what, file=lines)


def made_on_request() -> str:
    ran("file")
    return f"Made on request for {me.actor.name}, {time.time_ns()}"


@st.fragment
def fragment() -> None:
    if st.button("In a fragment"):
        ran("fragment")
    st.text("A fragment's words")


def form_of(name: str, label: str) -> None:
    with record_form(name, submit=f"Save {label}") as form:
        typed = st.text_input(f"Name {label}", key=form.widget_key("name"))
    if form.submitted:
        with saving(form, done="Saved.") as db:
            spend(db, form.key)
            db.add(Staff(full_name=typed, code=uuid4().hex[:12]))


@st.dialog("A dialog")
def dialog() -> None:
    ran("dialog")
    form_of("in_dialog", "in the dialog")


me = this_browser()
if me is None:
    st.text_input("Username")
    st.error(SIGN_IN_FIRST)
    st.stop()
st.title("Small")
st.button("Callback", on_click=ran, args=("callback",))
fragment()
if st.button("Open the dialog"):
    dialog()
st.download_button("At hand", f"At hand for {me.actor.name}", "words.txt", on_click="ignore")
st.download_button("On request", made_on_request, "made.txt", on_click="ignore")
files = st.file_uploader("Files", accept_multiple_files=True)
st.text(f"Files: {[(file.name, file.size) for file in files]}")
typed = st.text_input("Typed")
st.text(typed)
st.text(f"Signed in: {me.actor.name}")
form_of("on_page", "below")
