"""R9, T3, T6, T13: whoever may no longer is out at the next interaction, whichever it is; the next person at the same
browser finds nothing. On a small app in the product's own frame, over the wire, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlmodel import col, select
from websockets.exceptions import ConnectionClosed

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import Account, SignIn, Staff
from tcsuper.services.accounts import end_account, end_sign_ins, reset_password
from tcsuper.services.sign_in import sign_out, who_holds
from tests.people import as_person
from tests.security.conftest import Live, on_both_databases
from tests.websocket import Screen, Tab

pytestmark = on_both_databases
WAYS_OUT = (
    "disabled",
    "signed out elsewhere",
    "all sign-ins ended",
    "password reset",
    "last day was yesterday",
    "idle for too long",
)
WAYS_IN = ("the page", "callback", "fragment", "open dialog", "dialog's save", "the page's save")


@contextmanager
def shut_out(small: Live, name: str, ticket: str, how: str) -> Iterator[None]:
    """From here on the person may not, for one of several reasons; afterwards they may again."""
    account_id = small.cast.accounts[name]
    with as_person(small.cast, "Eve") as (db, eve):
        if how == "disabled":
            end_account(db, by=eve, account_id=account_id)
        elif how == "password reset":
            reset_password(db, by=eve, account_id=account_id)
        elif how == "all sign-ins ended":
            end_sign_ins(db, by=eve, account_id=account_id)
        elif how == "last day was yesterday":
            db.get_one(Account, account_id).ends_on = today() - timedelta(days=1)
        elif how == "idle for too long":
            for sign_in in db.exec(select(SignIn).where(SignIn.account_id == account_id)):
                sign_in.seen_at = now() - timedelta(hours=1)
    if how == "signed out elsewhere":
        signed_in = who_holds(ticket)
        assert signed_in is not None
        sign_out(signed_in)
    try:
        yield
    finally:
        with writing() as db:
            account = db.get_one(Account, account_id)
            account.disabled_at = account.ends_on = None
            account.must_change_password = False


def interact(tab: Tab, screen: Screen, how: str, name: str) -> Screen:
    if how == "callback":
        return tab.act(screen.button("Callback"))
    if how == "fragment":
        button = screen.button("In a fragment")
        return tab.act(button, fragment=screen.fragments[button.id])
    if how == "open dialog":
        return tab.act(screen.button("Open the dialog"))
    if how == "dialog's save":
        field, save = screen.find("text_input", "Name in the dialog"), screen.button("Save in the dialog")
        return tab.act(save, (field, name), fragment=screen.fragments[save.id])
    if how == "the page's save":
        return tab.act(screen.button("Save below"), (screen.find("text_input", "Name below"), name))
    return tab.act()


def is_stored(name: str) -> bool:
    with reading() as db:
        return db.exec(select(Staff.id).where(col(Staff.full_name) == name)).first() is not None


@pytest.mark.parametrize("way_out", WAYS_OUT)
@pytest.mark.parametrize("way_in", WAYS_IN)
def test_whoever_may_no_longer_is_out_at_the_next_interaction(small: Live, way_out: str, way_in: str) -> None:
    """R9. Seen to fail without the end of the tab in `_Tab.hear`: callback and fragment of somebody disabled ran; with
    a binding to a ticket that is over: the callback ran after coming back; and without the run that `_Tab.hear` starts
    for whoever comes back and is out: their screen stayed as it was. The guard in `saving` stands behind all this, and
    has its test in tests/pages/test_guard.py."""
    name, ticket, new_name = "Bela", small.ticket("Bela"), f"{way_out}, {way_in}"
    with Tab(small.address, ticket) as tab:
        screen = tab.open()
        assert screen.shows("Signed in: Bela")
        if way_in == "dialog's save":
            screen = tab.act(screen.button("Open the dialog"))
        before = small.ran()
        with shut_out(small, name, ticket, way_out):
            with pytest.raises(ConnectionClosed):
                interact(tab, screen, way_in, new_name)
            assert tab.come_back().is_front_door and not tab.screen.shows("Bela")
            tab.patience = 0.5  # nothing answers to a fragment that is not there
            with suppress(TimeoutError):
                interact(tab, screen, way_in, new_name)  # what the page had, said again
            assert not tab.screen.shows("Bela") and not tab.screen.shows("words")
        assert small.ran() == before and not is_stored(new_name)


@pytest.mark.parametrize("way_in", WAYS_IN)
def test_each_interaction_does_something_for_whoever_may(small: Live, way_in: str) -> None:
    """Else the test above could pass by accident."""
    with small.tab("Cai") as tab:
        screen = tab.open()
        if way_in == "dialog's save":
            screen = tab.act(screen.button("Open the dialog"))
        before = small.ran()
        interact(tab, screen, way_in, f"Saved by Cai, {way_in}")
        assert len(small.ran()) - len(before) == (way_in in ("callback", "fragment", "open dialog", "dialog's save"))
        assert is_stored(f"Saved by Cai, {way_in}") == way_in.endswith("save")


def test_person_who_was_shut_out_can_sign_in_again_in_the_same_tab(small: Live) -> None:
    """What is typed at the front door gets through."""
    ticket = small.ticket("Ben")
    with Tab(small.address, ticket) as tab:
        screen = tab.open()
        with shut_out(small, "Ben", ticket, "signed out elsewhere"):
            with pytest.raises(ConnectionClosed):
                tab.act(screen.button("Callback"))
            screen = tab.come_back()
            field = screen.find("text_input", "Username")
            screen = tab.act(None, (field, "ben"))
            assert screen.is_front_door


# ---------------------------------------------------------------------------------------------------------------------
# The next person


def test_next_person_with_the_same_tab_finds_nothing(small: Live) -> None:
    """T13, T3. Seen to fail with one binding for everybody: the next browser was given the former one's tab."""
    former, next_one = small.ticket("Dev"), small.ticket("Ivor")
    with Tab(small.address, former) as tab:
        screen = tab.open(person="1")
        screen = tab.act(None, (screen.find("text_input", "Typed"), "Dev's own words"))
        assert screen.shows("Dev's own words")
        address, session_id = screen.find("download_button", "At hand").url, tab.session_id
        signed_in = who_holds(former)
        assert signed_in is not None
        sign_out(signed_in)
    for ticket in (next_one, "", former):
        with Tab(small.address, ticket, session_id=session_id) as tab:
            screen = tab.act()
            assert not screen.shows("Dev") and screen.is_front_door == (ticket != next_one)
            assert tab.session_id != session_id or ticket == former
            assert small.ask(address, ticket).status == 404


def test_lost_connection_comes_back_to_the_same_tab_with_the_words(small: Live) -> None:
    """The other half of it: for the person themselves nothing is lost."""
    ticket = small.ticket("Carol")
    with Tab(small.address, ticket) as tab:
        screen = tab.open()
        typed = screen.find("text_input", "Typed")
        tab.act(None, (typed, "Carol's own words"))
    with Tab(small.address, ticket, session_id=tab.session_id) as again:
        assert again.act().shows("Carol's own words") and again.session_id == tab.session_id


def test_session_id_that_was_planted_is_not_taken(small: Live) -> None:
    """T3. Seen to fail with one binding for everybody: victim and attacker shared one tab."""
    with small.tab("Kit") as attacker:
        attacker.open()
        with Tab(small.address, small.ticket("Jo"), session_id=attacker.session_id) as victim:
            screen = victim.open()
            assert screen.shows("Signed in: Jo") and victim.session_id != attacker.session_id
            screen = attacker.act()
            assert screen.shows("Signed in: Kit") and not screen.shows("Jo")
            with Tab(small.address, small.ticket("Kit"), session_id=victim.session_id) as thief:
                assert not thief.open().shows("Jo") and thief.session_id != victim.session_id
