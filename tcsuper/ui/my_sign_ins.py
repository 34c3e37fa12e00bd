"""The pieces of the page about one's own signing in. Every button asks a service, which checks again."""

from collections.abc import Sequence

import streamlit as st

from tcsuper import words
from tcsuper.database import reading
from tcsuper.errors import NotAllowed
from tcsuper.models import Door
from tcsuper.queries.accounts import SignInLine
from tcsuper.queries.my_sign_ins import OwnFactor, last_time
from tcsuper.services.accounts import end_sign_in, end_sign_ins
from tcsuper.services.second_factor import (
    Key,
    Proof,
    confirm_second_factor,
    end_second_factor,
    new_recovery_codes,
    prove_again,
    start_second_factor,
)
from tcsuper.services.sign_in import SignedIn
from tcsuper.settings import Mode, mode
from tcsuper.ui.memory import memory
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.second_factor import RECOVERY_CODES, ask_first_code

DOOR_WORDS = {
    Door.PASSWORD: "with the password",
    Door.SINGLE_SIGN_ON: "through the organisation",
    Door.PICKED: "by picking the person",
}
OTHERS_OUT = "You are signed out on every other browser."


def say_last_time(me: SignedIn) -> None:
    """Once in each tab, right after signing in. Its place is kept, so that nothing below is drawn anew."""
    place = st.empty()
    remembered = memory()
    if remembered.get("greeted") or mode() is Mode.DEMO:
        return
    remembered["greeted"] = True
    with reading() as db:
        before = last_time(db, viewer=me.actor, sign_in_id=me.sign_in_id)
    if before is None:
        return
    said = f"You last signed in on {words.moment(before.at)}."
    if before.failures:
        times = "time" if before.failures == 1 else "times"
        said += f" Since then signing in as you failed {before.failures} {times}."
        place.warning(f"{said} If that was not you, change your password and tell your administrator.")
    else:
        st.toast(said)


# ---------------------------------------------------------------------------------------------------------------------
# Browsers


def browsers_part(me: SignedIn, sign_ins: Sequence[SignInLine]) -> None:
    st.subheader("Where you are signed in", anchor=False)
    for line in sign_ins:
        is_here = line.sign_in_id == me.sign_in_id
        said, button = st.columns([4, 1], vertical_alignment="center")
        began = f"Since {words.moment(line.started_at)}, {DOOR_WORDS[line.door]}"
        said.write(f"**This browser.** {began}" if is_here else f"{began}; last used {words.moment(line.seen_at)}")
        if not is_here:
            with button:
                _end(me, line)
    if len(sign_ins) > 1:
        form = record_button("end_others", "End all the others")
        if form.submitted:
            with saving(form, done=OTHERS_OUT) as db:
                account_id = me.actor.account_id or 0
                end_sign_ins(db, by=me.actor, submission=form.key, account_id=account_id, but=me.sign_in_id)


def _end(me: SignedIn, line: SignInLine) -> None:
    form = record_button(f"end-{line.sign_in_id}", "End")
    if form.submitted:
        with saving(form, done="You are signed out there.") as db:
            end_sign_in(db, by=me.actor, submission=form.key, sign_in_id=line.sign_in_id)


# ---------------------------------------------------------------------------------------------------------------------
# One-time codes


def codes_part(me: SignedIn, factor: OwnFactor, key: Key | None) -> None:
    st.subheader("One-time codes", anchor=False)
    if key is not None:
        _confirm(me, key)
    if factor.confirmed_at is not None:
        left = words.count(factor.codes_left, "recovery code")
        st.write(f"Set up on {words.moment(factor.confirmed_at)}. You have {left} left.")
        with st.expander("New recovery codes"):
            _new_codes(me)
        with st.expander("Another authenticator"):
            st.caption("The present key stops at once. You set up the new one right after.")
            _start(me, "Make a new key", needs_code=True)
        if not factor.is_required:
            with st.expander("Sign in without codes again"):
                _stop(me)
    elif mode() is Mode.DEMO:
        st.write("In the demonstration nobody is asked for a code.")
    elif key is None:
        st.write(
            "A code from an authenticator, besides the password, keeps out somebody who has found out your password. "
            "It needs a program on this computer, a hardware token, or a phone where one is allowed."
        )
        _start(me, "Set up one-time codes", needs_code=False)


def _start(me: SignedIn, label: str, needs_code: bool) -> None:
    form, proof = _asked_again("start_codes", label, me, needs_code)
    if proof is not None:
        with saving(form, done="Now type the new key into your authenticator.") as db:
            start_second_factor(db, by=me.actor, submission=form.key, proof=proof, this_sign_in=me.sign_in_id)


def _confirm(me: SignedIn, key: Key) -> None:
    with record_form("first_code", submit="Confirm") as form:
        code = ask_first_code(form, key)
    if form.submitted:
        remembered = memory()
        with saving(form, done=f"One-time codes are set up. {OTHERS_OUT}") as db:
            codes = confirm_second_factor(db, by=me.actor, submission=form.key, code=code, this_sign_in=me.sign_in_id)
            remembered[RECOVERY_CODES] = codes


def _new_codes(me: SignedIn) -> None:
    form, proof = _asked_again("new_codes", "Make ten new ones", me, needs_code=True)
    if proof is not None:
        remembered = memory()
        with saving(form, done="The former recovery codes work no longer.") as db:
            remembered[RECOVERY_CODES] = new_recovery_codes(db, by=me.actor, submission=form.key, proof=proof)


def _stop(me: SignedIn) -> None:
    form, proof = _asked_again("end_codes", "Stop asking me for codes", me, needs_code=True)
    if proof is not None:
        with saving(form, done=f"You sign in with your password alone. {OTHERS_OUT}") as db:
            end_second_factor(db, by=me.actor, submission=form.key, proof=proof, this_sign_in=me.sign_in_id)


def _asked_again(name: str, label: str, me: SignedIn, needs_code: bool) -> tuple[RecordForm, Proof | None]:
    """A form that asks whether it is still them. The proof opens its own transaction, since a wrong password is counted
    although nothing is saved."""
    code = ""
    with record_form(name, submit=label) as form:
        password = st.text_input("Your password", type="password", key=form.widget_key("password"))
        if needs_code:
            code = st.text_input("A code, or a recovery code", max_chars=60, key=form.widget_key("code"))
    if not form.submitted:
        return form, None
    try:
        return form, prove_again(me, password, code)
    except NotAllowed as refused:
        form.refuse(str(refused))
        return form, None
