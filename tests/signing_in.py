"""Being signed in without a browser: a real sign-in, a real ticket, and Streamlit told that it came as a cookie."""

import pytest
from streamlit.runtime.context import ContextProxy

from tcsuper.database import writing
from tcsuper.models import Account
from tcsuper.services.sign_in import cookie_name, open_sign_in, spend_handover


def sign_in(monkeypatch: pytest.MonkeyPatch, account_id: int) -> str:
    """Pages run from here on as this person; gives the ticket. For AppTest, whose websocket has no cookies."""
    ticket = ticket_for(account_id)
    bring_cookie(monkeypatch, ticket)
    return ticket


def ticket_for(account_id: int) -> str:
    """A browser signed in, as the door leaves it."""
    with writing() as db:
        handover = open_sign_in(db, db.get_one(Account, account_id))
    ticket = spend_handover(handover)
    assert ticket is not None
    return ticket


def bring_cookie(monkeypatch: pytest.MonkeyPatch, ticket: str | None) -> None:
    """What the browser sends: this ticket, or (None) no cookie at all."""
    cookies = {} if ticket is None else {cookie_name(https=False): ticket}
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))
