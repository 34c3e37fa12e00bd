"""Sending the browser to another address of this site."""

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx


def go_to(address: str) -> None:
    """Make the browser load an address of ours, and end this run.

    Streamlit has no public call for it. This is the message that `st.login` and `st.logout` send, and it is needed for
    the same reason: a cookie that scripts cannot read is set by an HTTP answer only, and comes to us with the *next*
    websocket. A full load also leaves nothing of this tab's session state behind.
    """
    if not address.startswith("/") or address.startswith("//"):
        raise ValueError("Only an address of this site.")
    context = get_script_run_ctx()
    if context is not None:
        message = ForwardMsg()
        message.auth_redirect.url = address
        context.enqueue(message)
    st.stop()
