"""The second factor, the time-out, and the organisation's own sign-in, in a real browser."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from tcsuper.database import writing
from tcsuper.models import Account, SecondFactor, SignIn
from tcsuper.services.sign_in import REFUSED
from tests.browser.conftest import PASSWORD, free_port, serving
from tests.browser.person import account_of, greeting, press, sign_in, sign_out
from tests.databases import SqliteFiles, copy_of, in_use
from tests.people import make_cast
from tests.second_factors import code_of, key_of

Shot = Callable[[Page, str], None]


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name=words)).to_be_visible()


def wind_back_activity(username: str, seconds: float) -> None:
    """As if their last click were longer ago."""
    with writing() as db:
        for sign_in in db.exec(select(SignIn).where(SignIn.account_id == account_of(username))):
            sign_in.seen_at -= timedelta(seconds=seconds)


# ---------------------------------------------------------------------------------------------------------------------
# The second factor


def test_role_that_requires_codes_opens_nothing_before_they_are_set_up(live: str, page: Page, shot: Shot) -> None:
    """From the address of a page to that page, by a key that is typed: no phone and no picture is needed."""
    with writing() as db:
        db.delete(db.get_one(SecondFactor, account_of("ivor")))
    page.goto(f"{live}/my_record")
    page.get_by_label("Username").fill("ivor")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    heading(page, "Set up your second factor")
    shot(page, "second-factor")
    page.goto(f"{live}/team_competency")
    heading(page, "Set up your second factor")
    expect(page.get_by_text("Ashdown")).to_have_count(0)
    key = page.locator("code").first.inner_text().replace(" ", "")
    assert key == key_of(account_of("ivor"))
    page.get_by_label("2. Give the code").fill("000000")
    press(page.get_by_role("button", name="Confirm"))
    expect(page.get_by_text("This code does not belong to the key above.")).to_be_visible()
    page.get_by_label("2. Give the code").fill(code_of(key))
    press(page.get_by_role("button", name="Confirm"))
    heading(page, "Keep your recovery codes")
    shot(page, "recovery-codes")
    codes = page.locator("code").first.inner_text().split()
    assert len(codes) == 10
    press(page.get_by_role("button", name="I have kept them"))
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_text(codes[0])).to_have_count(0)
    sign_out(page)
    page.get_by_label("Username").fill("ivor")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    heading(page, "Give your code")
    page.get_by_label("Code", exact=True).fill(codes[0])
    press(page.get_by_role("button", name="Continue"))
    greeting(page, "Ivor")


def test_own_page_says_where_one_is_signed_in_and_what_failed(live: str, page: Page, shot: Shot) -> None:
    page.goto(live)
    sign_in(page, "carol")
    greeting(page, "Carol")
    sign_out(page)
    sign_in(page, "carol", "wrong")
    expect(page.get_by_text(REFUSED)).to_be_visible()
    sign_in(page, "carol")
    expect(page.get_by_text("Since then signing in as you failed 1 time.")).to_be_visible()
    press(page.get_by_role("link", name="Signing in"))
    heading(page, "Where you are signed in")
    expect(page.get_by_text("This browser.")).to_be_visible()
    shot(page, "signing-in")
    press(page.get_by_text("New recovery codes"))
    again = page.get_by_test_id("stForm").filter(has=page.get_by_role("button", name="Make ten new ones"))
    again.get_by_label("Your password").fill("wrong")
    again.get_by_label("A code, or a recovery code").fill("000000")
    press(again.get_by_role("button").filter(has_text="Make ten"))
    expect(page.get_by_text("The password or the code is not right, or the account is locked.")).to_be_visible()


# ---------------------------------------------------------------------------------------------------------------------
# Time


@pytest.mark.proof
def test_warning_before_the_time_runs_out_keeps_typed_words(live: str, page: Page, shot: Shot) -> None:
    """T30, R25. The screen looks by itself, which is no activity. With `is_activity=False` taken out of the look, an
    unattended screen kept itself signed in and the front door never came: seen."""
    page.goto(f"{live}/accounts")
    sign_in(page, "eve")
    press(page.get_by_text("Add somebody"))
    page.get_by_label("Full name").fill("Typed and not saved")
    wind_back_activity("eve", 13 * 60 + 20)
    stay = page.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_visible(timeout=40_000)
    expect(page.get_by_text("because nothing was clicked or saved")).to_be_visible()
    shot(page, "time-out")
    press(stay)
    expect(stay).to_have_count(0)
    expect(page.get_by_label("Full name")).to_have_value("Typed and not saved")
    wind_back_activity("eve", 13 * 60 + 20)
    expect(stay).to_be_visible(timeout=40_000)
    wind_back_activity("eve", 120)
    expect(page.get_by_label("Username")).to_be_visible(timeout=40_000)
    expect(page.get_by_text("Typed and not saved")).to_have_count(0)
    assert "Eve" not in page.locator("body").inner_text()
    expect(page.get_by_text("You were signed out")).to_be_visible()


# ---------------------------------------------------------------------------------------------------------------------
# Single sign-on


@dataclass(frozen=True)
class WithProvider:
    address: str
    issuer: str


@contextmanager
def _provider(log: Path) -> Iterator[str]:
    """In a process of its own: it still calls what Authlib is about to drop, and in the tests warnings are errors."""
    people = ({"sub": "ben-1"}, {"sub": "dev-1", "amr": ["pwd", "mfa"]}, {"sub": "carol-1"}, {"sub": "stranger"})
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", port]
    with log.open("w") as output:
        known = [part for person in people for part in ("--user-claims", json.dumps(person))]
        process = subprocess.Popen([*command, *known], stdout=output, stderr=subprocess.STDOUT)
    try:
        give_up = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < give_up:
            with suppress(OSError), urllib.request.urlopen(f"http://localhost:{port}/.well-known/openid-configuration"):
                break
            time.sleep(0.1)
        yield f"http://localhost:{port}"
    finally:
        process.kill()
        process.wait()
        print(log.read_text())


@pytest.fixture(scope="module")
def organisation(sqlite: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WithProvider]:
    """The product in live mode with a provider beside it: it knows Ben, Dev (with two factors), Carol, a stranger."""
    folder = tmp_path_factory.mktemp("organisation")
    with _provider(folder / "provider.log") as issuer, copy_of("migrated", sqlite) as url, in_use(url):
        port = free_port()
        with writing() as db:
            cast = make_cast(db)
            for name in ("Ben", "Dev", "Carol"):
                db.get_one(Account, cast.accounts[name]).single_sign_on = f"{issuer} {name.lower()}-1"
        settings = {
            "TCSUPER_OIDC_ISSUER": issuer,
            "TCSUPER_OIDC_CLIENT_ID": "tcsuper",
            "TCSUPER_OIDC_CLIENT_SECRET": "a secret",
            "TCSUPER_OIDC_OUR_ADDRESS": f"http://localhost:{port}",
        }
        with serving(url, folder / "server.log", "live", port, **settings) as address:
            yield WithProvider(address, issuer)


def through_the_organisation(page: Page, subject: str) -> None:
    press(page.get_by_role("button", name="Sign in through your organisation"))
    page.get_by_role("button", name=subject).click()


def cookies(page: Page) -> set[str]:
    return {cookie["name"] for cookie in page.context.cookies() if cookie["name"] != "_streamlit_xsrf"}


def test_organisations_sign_in_opens_one_of_ours_and_leaves_nothing_else(
    organisation: WithProvider, page: Page, shot: Shot
) -> None:
    """T1. Streamlit's own identity cookie lives for thirty days and cannot be revoked. Without the line in `keep` and
    `end` that deletes it, it stayed in the browser beside our ticket: seen."""
    page.goto(organisation.address)
    expect(page.get_by_role("button", name="Sign in through your organisation")).to_be_visible()
    shot(page, "two-doors")
    through_the_organisation(page, "ben-1")
    greeting(page, "Ben")
    assert cookies(page) == {"tcsuper"}
    page.reload()
    greeting(page, "Ben")
    sign_out(page)
    assert cookies(page) == set()


def test_stranger_hears_the_one_sentence(organisation: WithProvider, page: Page) -> None:
    page.goto(organisation.address)
    through_the_organisation(page, "stranger")
    expect(page.get_by_text(REFUSED)).to_be_visible()
    assert cookies(page) == set()


def test_code_is_asked_unless_the_organisation_asked_for_two_factors(organisation: WithProvider, page: Page) -> None:
    page.goto(organisation.address)
    through_the_organisation(page, "carol-1")
    heading(page, "Set up your second factor")
    press(page.get_by_role("button", name="Sign in as somebody else"))
    through_the_organisation(page, "dev-1")
    greeting(page, "Dev")


def test_password_door_stays_open_beside_it(organisation: WithProvider, page: Page) -> None:
    page.goto(organisation.address)
    sign_in(page, "nobody", "wrong")
    expect(page.get_by_text(REFUSED)).to_be_visible()


# ---------------------------------------------------------------------------------------------------------------------
# Addresses that are no page


def test_address_that_is_no_page_leads_to_the_front_door(live: str, page: Page) -> None:
    """Streamlit's own dialog about it opened over the sign-in form, which then did not answer: seen."""
    page.goto(f"{live}/no_such_page")
    expect(page).to_have_url(f"{live}/")
    sign_in(page, "bela")
    greeting(page, "Bela")
