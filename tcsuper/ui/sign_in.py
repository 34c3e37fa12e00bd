"""The front door: sign in by password or through the organisation, or pick an invented person in the demonstration;
then give a code, and choose a new password."""

from typing import Any

import streamlit as st
from streamlit_authenticator import Authenticate

from tcsuper.database import reading
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.queries.accounts import has_accounts, people_to_pick
from tcsuper.services.passwords import LONGEST, SHORTEST
from tcsuper.services.sign_in import REFUSED, SignedIn, attempt, change_password, check_own_password, pick, sign_out
from tcsuper.settings import Mode, mode
from tcsuper.ui.redirect import go_to
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.second_factor import code_page
from tcsuper.ui.signed_in import browser_at_the_door, signed_in_browser, this_address, this_ticket
from tcsuper.ui.single_sign_on import REFUSED_THERE, by_organisation, handover_from_organisation

NARROW = 460  # pixels: a form of two fields over a whole screen is hard to read
SIGNED_OUT = "You were signed out: your time ran out, or you were signed out elsewhere. Sign in again."


def sign_in_page(path: str) -> None:
    """Stands in for every page while nobody is signed in. `path` is the page that was asked for."""
    door = browser_at_the_door()
    with st.container(width=NARROW):
        with reading() as db:
            is_empty = not has_accounts(db)
        if door is not None:
            code_page(door, path)
        elif is_empty:
            st.title("Nobody has an account yet", anchor=False)
            st.write("Run `python -m tcsuper init` on the server. It makes the first administrator.")
        elif mode() is Mode.DEMO:
            _pick_a_person(path)
        else:
            _prove(path)


def _prove(path: str) -> None:
    st.title("Clinical supervision and competence", anchor=False)
    handover = handover_from_organisation()
    if handover:
        _into(handover, path)
    if REFUSED_THERE in st.query_params:
        st.error(REFUSED, icon=":material/error:")
    elif this_ticket():
        st.info(SIGNED_OUT)
    _by_password(path)
    by_organisation()


def _by_password(path: str) -> None:
    form = _Form()
    form.login(fields={"Form name": "Sign in", "Login": "Sign in"})
    if form.our_check.refusal:
        st.error(form.our_check.refusal, icon=":material/error:")
    if form.our_check.handover:
        _into(form.our_check.handover, path)


def _pick_a_person(path: str) -> None:
    st.title("Pick a person", anchor=False)
    st.write("Everybody here is invented. Choose whose work you want to see; no password is needed.")
    with reading() as db:
        people = people_to_pick(db)
    person = st.selectbox("Person", people, format_func=lambda person: person.label)
    if st.button("Continue as this person", type="primary") and person:
        _into(pick(person.account_id), path)


def _into(handover: str, path: str) -> None:
    go_to(f"/session/keep?h={handover}&to={path}")


class _OurCheck:
    """What the library's form asks on submit. Nothing of the answer goes into the session state."""

    handover = refusal = ""

    def login(self, username: str = "", password: str = "", *_: Any, token: object = None, **__: Any) -> bool:
        if token is None:
            try:
                self.handover = attempt(username, password, this_address())
            except NotAllowed as refused:
                self.refusal = str(refused)
        return bool(self.handover)


class _NoCookie:
    """The library's cookie can be read by scripts, lives 30 days and outlives signing out. Ours is set by web.py."""

    def get_cookie(self) -> None: ...

    def set_cookie(self) -> None: ...


class _Form(Authenticate):
    """streamlit-authenticator's form without its cookie, its sleep and its list of people."""

    def __init__(self) -> None:
        self.our_check = self.authentication_controller = _OurCheck()
        self.cookie_controller = _NoCookie()
        self.path = None
        self.attrs = {"login_sleep_time": 0}


def new_password_page(me: SignedIn) -> None:
    """All that somebody with a single-use password sees."""
    with st.container(width=NARROW):
        st.title("Choose a new password", anchor=False)
        new_password_form(me, "The password you have just used")
        if st.button("Sign out", icon=":material/logout:"):
            leave(me)


def new_password_form(me: SignedIn, old_one: str) -> None:
    st.write(f"{SHORTEST} to {LONGEST} characters, exactly as you type them. Three or four words make a good one.")
    with record_form("new_password", submit="Change password") as form:
        old = st.text_input(old_one, type="password", key=form.widget_key("old"))
        form.slot("old")
        new = st.text_input("New password", type="password", key=form.widget_key("new"))
        form.slot("new")
        again = st.text_input("New password again", type="password", key=form.widget_key("again"))
        form.slot("again")
    if form.submitted:
        _change_password(form, me, old, new, again)


def _change_password(form: RecordForm, me: SignedIn, old: str, new: str, again: str) -> None:
    try:
        check_own_password(me, old)  # its own transaction, since a wrong one is counted although nothing is saved
    except NotAllowed as refused:
        form.refuse(str(refused))
        return
    done = "Your password is changed. You are signed out on every other browser."
    with saving(form, done=done, guard=signed_in_browser) as db:
        if new != again:
            raise InvalidRecord(again="The two new passwords are not the same.")
        change_password(db, by=me.actor, submission=form.key, old=old, new=new, this_sign_in=me.sign_in_id)


def leave(me: SignedIn) -> None:
    """Sign out here. The address deletes the cookie and loads the product anew, so this tab forgets everything."""
    sign_out(me)
    go_to("/session/end")
