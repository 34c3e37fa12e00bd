"""One's own contact details."""

import streamlit as st

from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.errors import NotAllowed
from tcsuper.queries.staff import my_email
from tcsuper.services.second_factor import prove_again
from tcsuper.services.staff import change_contact
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.signed_in import signed_in_browser


def contact_part(me: Actor) -> None:
    with reading() as db:
        email = my_email(db, viewer=me)
    with st.expander("My e-mail address", icon=":material/mail:"), record_form("contact", submit="Change it") as form:
        typed = st.text_input("E-mail address, for reminders", email, max_chars=254, key=form.widget_key("email"))
        form.slot("email")
        password = st.text_input("Your password, again", type="password", key=form.widget_key("password"))
        code = st.text_input("Your code, if you have a second factor", max_chars=40, key=form.widget_key("code"))
        st.caption("Your other browsers are signed out.")
    if form.submitted:
        _change(form, typed, password, code)


def _change(form: RecordForm, email: str, password: str, code: str) -> None:
    me = signed_in_browser()
    try:
        proof = prove_again(me, password, code)  # its own transaction, since a wrong one is counted
    except NotAllowed as refused:
        form.refuse(str(refused))
        return
    with saving(form, done="Your e-mail address is changed.") as db:
        change_contact(db, by=me.actor, submission=form.key, email=email, proof=proof, this_sign_in=me.sign_in_id)
