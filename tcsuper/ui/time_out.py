"""The warning before somebody is signed out: two minutes ahead, in a place of its own: no typed word is lost."""

from datetime import timedelta

import streamlit as st

from tcsuper.clock import now
from tcsuper.services.sign_in import SignedIn, who_holds
from tcsuper.ui.redirect import go_to
from tcsuper.ui.signed_in import this_ticket
from tcsuper.words import time_of_day

WARN_BEFORE = timedelta(minutes=2)
LOOKS_EVERY = timedelta(seconds=20)


@st.fragment(run_every=LOOKS_EVERY)
def time_out_warning(path: str) -> None:
    """Looks by itself, and that counts as no activity. When the time is over the browser loads the page anew, which
    leaves nothing of it on the screen; `path` is its address."""
    me = _look()
    if me is None:
        go_to(f"/{path}")
        return
    if me.over_at - now() > WARN_BEFORE:
        return
    with st.container(key="time-out"):
        if me.over_at < me.over_at_most:
            st.warning(f"You will be signed out at {time_of_day(me.over_at)}, because nothing was clicked or saved.")
            st.button("Stay signed in", type="primary", on_click=_stay)
        else:
            st.warning(f"You will be signed out at {time_of_day(me.over_at)}: a sign-in ends then. Save your work now.")


def _look() -> SignedIn | None:
    ticket = this_ticket()
    return who_holds(ticket, is_activity=False) if ticket else None


def _stay() -> None:
    ticket = this_ticket()
    if ticket:
        who_holds(ticket)
