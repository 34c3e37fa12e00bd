"""The second door on screen: Streamlit's own sign-in through an OpenID Connect provider, and what comes back."""

import secrets
from typing import Any

import streamlit as st

from tcsuper.errors import NotAllowed, WrongSetup
from tcsuper.services.single_sign_on import attempt_with_answer, is_answer_fresh
from tcsuper.settings import single_sign_on
from tcsuper.ui.redirect import go_to

PROVIDER = "organisation"
REFUSED_THERE = "refused"


def streamlit_secrets() -> dict[str, Any]:
    """What Streamlit needs to know of the provider; nothing when there is none."""
    try:
        provider = single_sign_on()
    except (WrongSetup, ValueError):
        return {}  # the start-up check says what is wrong
    if provider is None:
        return {}
    return {
        "auth": {
            "redirect_uri": f"{provider.our_address}/oauth2callback",
            "cookie_secret": secrets.token_urlsafe(32),  # its cookie lives for seconds: no need to outlast a restart
            PROVIDER: {
                "client_id": provider.client_id,
                "client_secret": provider.client_secret,
                "server_metadata_url": f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
                # Asked anew every time: on a shared computer the provider may still know the person before.
                "client_kwargs": {"scope": "openid", "prompt": "login"},
            },
        }
    }


def by_organisation() -> None:
    if single_sign_on() is not None and st.button("Sign in through your organisation", icon=":material/domain:"):
        st.login(PROVIDER)


def handover_from_organisation() -> str:
    """For somebody who has just come back from the provider: the handover of their sign-in. Somebody whom it knows and
    we do not is sent to the door again, and Streamlit's cookie is deleted either way. Empty for everybody else."""
    claims = st.user.to_dict()
    if single_sign_on() is None or not claims.get("is_logged_in") or not is_answer_fresh(claims):
        return ""
    try:
        return attempt_with_answer(claims)
    except NotAllowed:
        go_to(f"/session/end?{REFUSED_THERE}=1")
        raise
