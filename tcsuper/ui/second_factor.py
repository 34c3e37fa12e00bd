"""The second factor on screen: giving a code at the door, typing a key into an authenticator, the recovery codes."""

import streamlit as st

from tcsuper.errors import NotAllowed
from tcsuper.services.second_factor import Key, confirm_at_the_door, give_code, key_at_the_door
from tcsuper.services.sign_in import AtTheDoor, Missing, turn_back
from tcsuper.ui.memory import memory
from tcsuper.ui.redirect import go_to
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.signed_in import browser_at_the_door, this_address, this_ticket

RECOVERY_CODES = "recovery_codes"


def code_page(door: AtTheDoor, path: str) -> None:
    """All that somebody sees whose password was right and whose code is missing. `path` is where they wanted to go."""
    if door.missing is Missing.CODE:
        _give(path)
    else:
        _set_up(door)
    if st.button("Sign in as somebody else", icon=":material/logout:"):
        turn_back(door)
        go_to("/session/end")


def _give(path: str) -> None:
    st.title("Give your code", anchor=False)
    st.write("The six digits that your authenticator shows now, or one of your recovery codes.")
    with st.form("code"):
        place = st.empty()
        code = st.text_input("Code", max_chars=60, autocomplete="one-time-code")
        submitted = st.form_submit_button("Continue", type="primary")
    if submitted:
        try:
            handover = give_code(this_ticket() or "", code, this_address())
        except NotAllowed as refused:
            place.error(str(refused), icon=":material/error:")
        else:
            go_to(f"/session/keep?h={handover}&to={path}")


def _set_up(door: AtTheDoor) -> None:
    st.title("Set up your second factor", anchor=False)
    st.write(
        "Your role asks for a code besides the password, so that a password alone opens nothing. You do this once. "
        "It needs an authenticator: a program on this computer, a hardware token, or a phone where one is allowed."
    )
    with record_form("first_code", submit="Confirm") as form:
        code = ask_first_code(form, key_at_the_door(door))
    if form.submitted:
        remembered = memory()
        with saving(form, done="", guard=browser_at_the_door) as db:
            remembered[RECOVERY_CODES] = confirm_at_the_door(db, door=door, code=code)


def ask_first_code(form: RecordForm, key: Key) -> str:
    """The key to type, and the field for its first code."""
    st.markdown("**1. Type this key** into your authenticator, as a new account that goes by time:")
    st.code(key.in_groups, language=None, wrap_lines=True)
    with st.expander("If it takes a link instead"):
        st.code(key.link, language=None, wrap_lines=True)
    code = st.text_input(
        "2. Give the code that it shows", max_chars=12, autocomplete="one-time-code", key=form.widget_key("code")
    )
    form.slot("code")
    return code


def has_codes_to_show() -> bool:
    return RECOVERY_CODES in memory()


def recovery_codes_page() -> None:
    """Stands in for every page once, right after the codes were made: they are shown to nobody again."""
    st.title("Keep your recovery codes", anchor=False)
    st.write(
        "For the day when your authenticator is lost or broken: each of these works once in place of a code. Write "
        "them down or print this page, and lock it away, apart from the computer. They are not shown again."
    )
    st.code("\n".join(memory().get(RECOVERY_CODES, [])), language=None)
    st.button("I have kept them", type="primary", on_click=memory().pop, args=(RECOVERY_CODES, None))
