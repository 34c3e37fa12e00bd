"""Being signed in without a browser: a real sign-in, a real ticket, and Streamlit told that it came as a cookie."""

import base64
import hashlib
from datetime import timedelta

import bcrypt
import pytest
from sqlmodel import select
from streamlit.runtime.context import ContextProxy

from tcsuper.database import writing
from tcsuper.errors import NotAllowed
from tcsuper.models import Account, SignInFailures
from tcsuper.services.sign_in import attempt, cookie_name, open_sign_in, spend_handover

PASSWORD = "violet otter 7 lamps"
HASHED = bcrypt.hashpw(base64.b64encode(hashlib.sha256(PASSWORD.encode()).digest()), bcrypt.gensalt(4)).decode()
"""Made with less work than the product's, or every guess would take a quarter of a second."""


def sign_in(monkeypatch: pytest.MonkeyPatch, account_id: int) -> str:
    """Pages run from here on as this person; gives the ticket. For AppTest, whose websocket has no cookies."""
    ticket = ticket_for(account_id)
    bring_cookie(monkeypatch, ticket)
    return ticket


def ticket_for(account_id: int) -> str:
    """A browser signed in, as the door leaves it."""
    with writing() as db:
        handover = open_sign_in(db, db.get_one(Account, account_id), code_given=True)
    ticket = spend_handover(handover)
    assert ticket is not None
    return ticket


def bring_cookie(monkeypatch: pytest.MonkeyPatch, ticket: str | None) -> None:
    """What the browser sends: this ticket, or (None) no cookie at all."""
    cookies = {} if ticket is None else {cookie_name(https=False): ticket}
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))


def wind_back(seconds: float) -> None:
    """As if the last failures were longer ago."""
    with writing() as db:
        for counter in db.exec(select(SignInFailures)):
            if counter.last_failed_at:
                counter.last_failed_at -= timedelta(seconds=seconds)


def fail(times: int, username: str = "asha") -> None:
    """Wrong guesses, each after its wait."""
    for _ in range(times):
        wind_back(60)
        with pytest.raises(NotAllowed):
            attempt(username, "wrong")
