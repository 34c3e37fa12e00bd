"""The guard: the first line of every page, and again around every save. The menu is a convenience; this is the lock."""

import streamlit as st

from tcsuper.access import Actor, Permission, holds
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.services.sign_in import AtTheDoor, SignedIn, cookie_name, who_holds, who_is_at_the_door
from tcsuper.ui.memory import forget_another_person, show_saved_message

SIGN_IN_FIRST = "You are not signed in, or your time ran out. Nothing was saved. Reload this page to sign in."
CHANGE_PASSWORD_FIRST = "Choose a new password first. Reload this page to do so."
CODE_FIRST = "Your code is still missing. Nothing was saved. Reload this page to give it."


def this_browser() -> SignedIn | None:
    """Whose browser this is: from the cookie that came with this very websocket, and the database as it is now."""
    ticket = this_ticket()
    signed_in = who_holds(ticket) if ticket else None
    at_the_door = None if signed_in else browser_at_the_door()
    account_id = at_the_door.account_id if at_the_door else None
    forget_another_person(signed_in.actor.account_id if signed_in else account_id)
    return signed_in


def browser_at_the_door() -> AtTheDoor | None:
    """Somebody at this browser whose code is still missing."""
    ticket = this_ticket()
    return who_is_at_the_door(ticket) if ticket else None


def this_ticket() -> str | None:
    https = st.context.headers.get("Origin", "").startswith("https:")
    ticket = st.context.cookies.get(cookie_name(https))
    return ticket if isinstance(ticket, str) else None  # under AppTest Streamlit hands out a stand-in


def this_address() -> str:
    """Where the browser is, as far as the server knows; empty for this very computer. Behind a proxy the server takes
    the address from the proxy's header, if that proxy is one that it was told to trust (README.md)."""
    address = st.context.ip_address
    return address if isinstance(address, str) else ""


def signed_in_browser() -> SignedIn:
    """The same, or the run ends here with a sentence."""
    signed_in = this_browser()
    if signed_in is None:
        st.error(CODE_FIRST if browser_at_the_door() else SIGN_IN_FIRST)
        st.stop()
    return signed_in


def signed_in_staff(needs: Permission = Permission.SIGNED_IN) -> Actor:
    """Who acts, looked up anew. Says why and ends the run when nobody is signed in or they may not enter."""
    signed_in = signed_in_browser()
    if signed_in.must_change_password:
        st.error(CHANGE_PASSWORD_FIRST)
        st.stop()
    if not holds(signed_in.actor, needs):
        st.error(NO_SUCH_RECORD)
        st.stop()
    show_saved_message()
    return signed_in.actor
