"""The front door in a real browser: passwords, cookies, another person at the same computer, stolen session ids."""

import http.client
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tcsuper.clock import now
from tcsuper.database import writing
from tcsuper.models import Account
from tcsuper.services.accounts import reset_password
from tcsuper.services.sign_in import REFUSED, attempt, spend_handover
from tests.browser.conftest import PASSWORD, Live
from tests.browser.person import choose_password, greeting, press, sign_in, sign_out
from tests.people import as_person


def answer(address: str, path: str, **headers: str) -> http.client.HTTPResponse:
    """One request as somebody without a browser makes it; redirects are not followed."""
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
    return response


# ---------------------------------------------------------------------------------------------------------------------


def test_single_use_password_opens_nothing_but_the_choice_of_ones_own(
    service: Live, live: str, page: Page, shot: Callable[[Page, str], None]
) -> None:
    with as_person(service.cast, "Eve") as (db, eve):
        single_use = reset_password(db, by=eve, account_id=service.cast.accounts["Jo"])
    page.goto(f"{live}/my_record")
    expect(page.get_by_label("Username")).to_be_visible()
    shot(page, "sign-in")
    sign_in(page, "jo", "wrong")
    expect(page.get_by_text(REFUSED)).to_be_visible()
    expect(page.get_by_label("Username")).to_have_value("jo")
    sign_in(page, "jo", single_use)
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    shot(page, "new-password")
    page.goto(live)
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    choose_password(page, single_use, "quiet heron 88")
    greeting(page, "Jo")
    assert attempt("jo", "quiet heron 88")


def test_deep_link_survives_signing_in_and_a_refresh(live: str, page: Page) -> None:
    page.goto(f"{live}/accounts")
    sign_in(page, "eve")
    expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    assert page.url == f"{live}/accounts"
    page.reload()
    expect(page.get_by_role("heading", name="Accounts")).to_be_visible()


def test_ticket_is_in_a_cookie_that_scripts_cannot_read(live: str, page: Page) -> None:
    page.goto(live)
    sign_in(page, "ben")
    greeting(page, "Ben")
    [cookie] = [one for one in page.context.cookies() if one["name"] == "tcsuper"]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax" and cookie["path"] == "/"
    assert cookie["value"] not in page.evaluate("document.cookie + JSON.stringify(localStorage) + location.href")


def test_next_person_at_the_same_browser_finds_nothing(live: str, page: Page) -> None:
    page.goto(f"{live}/accounts")
    sign_in(page, "eve")
    press(page.get_by_text("Add somebody"))
    page.get_by_label("Full name").fill("Eve's unsaved words")
    page.get_by_label("Full name").press("Tab")
    sign_out(page)
    assert not [one for one in page.context.cookies() if one["name"] == "tcsuper"]
    page.go_back()
    expect(page.get_by_label("Username")).to_be_visible()
    sign_in(page, "ben")
    expect(page.get_by_text("There is no such record, or you do not have access to it.")).to_be_visible()
    page.goto(live)
    greeting(page, "Ben")
    assert "Eve" not in page.locator("body").inner_text()


def test_disabled_person_is_out_at_the_next_click(service: Live, live: str, page: Page) -> None:
    page.goto(live)
    sign_in(page, "dev")
    greeting(page, "Dev")
    with writing() as db:
        db.get_one(Account, service.cast.accounts["Dev"]).disabled_at = now()
    press(page.get_by_role("link", name="My record"))
    expect(page.get_by_label("Username")).to_be_visible()
    assert "Dev" not in page.locator("body").inner_text()


def test_copied_session_id_shows_nothing_and_disturbs_nobody(live: str, page: Page) -> None:
    session_ids: list[str] = []
    page.on("websocket", lambda socket: _note_session_id(socket, session_ids))
    page.goto(live)
    sign_in(page, "ben")
    greeting(page, "Ben")
    stolen = session_ids[-1]
    of_a_colleague = _ticket_of("cai")
    for cookie in ("", "tcsuper=" + "x" * 43, f"tcsuper={of_a_colleague}"):
        session_id, shown = _reconnect(live, stolen, cookie)
        assert session_id != stolen
        assert b"Ben" not in shown
    press(page.get_by_role("link", name="My record"))
    expect(page).to_have_url(f"{live}/my_record")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert session_ids[-1] == stolen


def _note_session_id(socket: WebSocket, session_ids: list[str]) -> None:
    def read(frame: str | bytes) -> None:
        message = ForwardMsg.FromString(frame) if isinstance(frame, bytes) else ForwardMsg()
        if message.HasField("new_session"):
            session_ids.append(message.new_session.initialize.session_id)

    socket.on("framereceived", read)


def _ticket_of(username: str) -> str:
    return spend_handover(attempt(username, PASSWORD)) or ""


def _reconnect(address: str, session_id: str, cookie: str) -> tuple[str, bytes]:
    """What a thief gets who opens a websocket with somebody's session id: the session, and all that it shows."""
    host = urlsplit(address).netloc
    rerun = BackMsg()
    rerun.rerun_script.query_string = ""
    shown, got = b"", ""
    with connect(
        f"ws://{host}/_stcore/stream",
        origin=address,
        subprotocols=["streamlit", "x", session_id],  # type: ignore[list-item]
        additional_headers={"Cookie": cookie},
    ) as socket:
        socket.send(rerun.SerializeToString())
        while True:
            frame = socket.recv(timeout=20)
            assert isinstance(frame, bytes)
            shown += frame
            message = ForwardMsg.FromString(frame)
            if message.HasField("new_session"):
                got = message.new_session.initialize.session_id
            if message.HasField("script_finished"):
                return got, shown


def test_no_script_runs_but_ours_and_nothing_is_asked_outside(live: str, page: Page) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live)
    sign_in(page, "eve")
    greeting(page, "Eve")
    press(page.get_by_role("link", name="Accounts"))
    expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    assert not [line for line in said if "Content Security Policy" in line or "Refused" in line]
    assert not [url for url in asked if not url.startswith((live, "data:", "blob:"))]


def test_every_answer_carries_the_headers(live: str) -> None:
    for path in ("/", "/accounts", "/_stcore/health", "/readyz", "/session/end", "/_stcore/metrics"):
        headers = answer(live, path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe-eval" not in policy
        assert "base-uri 'none'" in policy and "frame-ancestors 'none'" in policy and "connect-src 'self';" in policy
        assert headers["referrer-policy"] == "no-referrer" and headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store" and "strict-transport-security" not in headers


BEHIND_TLS = {"X-Forwarded-Proto": "https"}


def test_behind_tls_the_cookie_is_held_to_this_host_and_to_https(live: str) -> None:
    """T1. As the server stands in real use: behind a proxy on this computer that says how it was asked."""
    handover = attempt("cai", PASSWORD)
    response = answer(live, f"/session/keep?h={handover}&to=my_record", **BEHIND_TLS)
    cookie = response.headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-tcsuper" and "Domain" not in cookie
    assert {"httponly", "secure", "path=/", "samesite=lax"} <= {part.strip().lower() for part in rest.split(";")}
    assert response.headers["strict-transport-security"] == "max-age=31536000"
    assert b"Cai" in _shown_behind_tls(live, f"{name}={rest.partition(';')[0]}")
    assert b"Cai" not in _shown_behind_tls(live, f"tcsuper={rest.partition(';')[0]}"), "a cookie under the plain name"
    ended = answer(live, "/session/end", **BEHIND_TLS).headers["set-cookie"]
    assert ended.startswith('__Host-tcsuper=""') and "Secure" in ended and "Max-Age=0" in ended


def _shown_behind_tls(address: str, cookie: str) -> bytes:
    """All that a browser with this cookie is sent."""
    host, shown = urlsplit(address).netloc, b""
    rerun = BackMsg()
    rerun.rerun_script.query_string = ""
    with connect(
        f"ws://{host}/_stcore/stream",
        origin=f"https://{host}",  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers={"Cookie": cookie, **BEHIND_TLS},
    ) as socket:
        socket.send(rerun.SerializeToString())
        while True:
            frame = socket.recv(timeout=20)
            assert isinstance(frame, bytes)
            shown += frame
            if ForwardMsg.FromString(frame).HasField("script_finished"):
                return shown


def test_streamlits_extras_do_not_exist(live: str) -> None:
    for path in ("metrics", "script-health-check", "agent/openapi.json", "agent/mcp", "bidi-components/x", "anything"):
        assert answer(live, f"/_stcore/{path}").status == 404
    assert answer(live, "/_stcore/health").status == 200


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "%2F%2Fevil.example", "\\evil", "nowhere"])
def test_signing_in_leads_to_our_pages_only(live: str, to: str) -> None:
    handover = attempt("ben", PASSWORD)
    response = answer(live, f"/session/keep?h={handover}&to={to}")
    assert response.status == 303 and response.headers["location"] == "/"


def test_no_other_site_signs_anybody_in_or_out(live: str) -> None:
    """A handover of the attacker's own would put his account under somebody else's hands."""
    handover = attempt("bela", PASSWORD)
    for site in ("cross-site", "same-site", "none"):
        for path in (f"/session/keep?h={handover}&to=", "/session/end"):
            response = answer(live, path, **{"Sec-Fetch-Site": site})
            assert response.status == 403 and "set-cookie" not in response.headers
    assert spend_handover(handover), "the handover was not spent"
