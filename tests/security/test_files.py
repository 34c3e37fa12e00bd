"""T11, T12, R9: whose downloads and uploads, on a small app in the product's own frame, over the wire."""

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed

from tcsuper.clock import now
from tcsuper.database import writing
from tcsuper.models import Account
from tests.security.conftest import Answer, Live
from tests.websocket import Tab

PART = '--limit\r\nContent-Disposition: form-data; name="a"; filename="a.txt"\r\n\r\n{}\r\n--limit--\r\n'
MULTIPART = "multipart/form-data; boundary=limit"


@contextmanager
def disabled(small: Live, name: str) -> Iterator[None]:
    def set_to(moment: object) -> None:
        with writing() as db:
            db.get_one(Account, small.cast.accounts[name]).disabled_at = moment  # type: ignore[assignment]

    set_to(now())
    yield
    set_to(None)


def upload(
    small: Live, ticket: str, session_id: str, file_id: str = "a", words: str = "words", method: str = "PUT"
) -> Answer:
    """As the browser does it, with the token that shows the request comes from our page."""
    token = small.ask("/_stcore/health").headers["set-cookie"].split(";")[0]
    return small.ask(
        f"/_stcore/upload_file/{session_id}/{file_id}",
        ticket,
        method,
        PART.format(words) if method == "PUT" else None,
        token,
        X_Xsrftoken=token.partition("=")[2],
        Content_Type=MULTIPART,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Downloads


def test_download_is_for_the_ticket_it_was_offered_to_alone(small: Live) -> None:
    """T11. Seen to fail without `offered.to` in serve_file: Carol's ticket got Asha's file, 200 in place of 404."""
    asha, carol = small.ticket("Asha"), small.ticket("Carol")
    with Tab(small.address, asha) as tab, Tab(small.address, carol) as other:
        other.open()
        address = tab.open().find("download_button", "At hand").url
        assert small.ask(address, asha).body == b"At hand for Asha"
        assert small.ask(address, asha).headers["cache-control"] == "no-store"
        no_such = small.ask("/media/0123456789abcdef0123456789abcdef.txt", asha)
        assert no_such.status == 404 and no_such.headers["cache-control"] == "no-store"
        for ticket in (carol, "", "x" * 43, small.ticket("Asha")):
            refused = small.ask(address, ticket)
            assert (refused.status, refused.body) == (no_such.status, no_such.body)
            assert refused.headers | {"date": ""} == no_such.headers | {"date": ""}


def test_file_is_made_on_request_for_whom_its_button_was_drawn(small: Live) -> None:
    """T11. Seen to fail without `offered.to` in _may_ask: Carol's tab had Asha's file made for
    it, and got its address."""
    asha, carol = small.ticket("Asha"), small.ticket("Carol")
    with Tab(small.address, asha) as tab, Tab(small.address, carol) as other:
        number = tab.open().find("download_button", "On request").deferred_file_id
        other.open()
        before = small.ran()
        assert not other.make_file(number) and small.ran() == before
        address = tab.make_file(number)
        assert b"for Asha" in small.ask(address, asha).body
        assert small.ask(address, carol).status == 404


def test_address_in_typed_words_offers_nothing(small: Live) -> None:
    """T11. Seen to fail when addresses in st.text counted as offered: whoever typed one got the file, 200."""
    carol = small.ticket("Carol")
    with small.tab("Asha") as tab, Tab(small.address, carol) as other:
        address = tab.open().find("download_button", "At hand").url
        screen = other.open()
        screen = other.act(None, (screen.find("text_input", "Typed"), address))
        assert screen.shows(address)
        assert small.ask(address, carol).status == 404


def test_somebody_disabled_downloads_and_uploads_nothing_more(small: Live) -> None:
    """R9, T6. Seen to fail without `is_signed_in` in serve_file (the disabled person's download: 200) and without it in
    _refusal (their upload: 204)."""
    ticket = small.ticket("Farah")
    with Tab(small.address, ticket) as tab:
        screen = tab.open()
        address = screen.find("download_button", "At hand").url
        number = screen.find("download_button", "On request").deferred_file_id
        assert small.ask(address, ticket).status == 200
        assert upload(small, ticket, tab.session_id).status == 204
        before = small.ran()
        with disabled(small, "Farah"):
            assert small.ask(address, ticket).status == 404
            assert upload(small, ticket, tab.session_id, "b").status == 404
            with pytest.raises(ConnectionClosed):
                tab.make_file(number)
            assert small.ran() == before


# ---------------------------------------------------------------------------------------------------------------------
# Uploads


def test_upload_needs_the_ticket_of_the_tab_it_is_for(small: Live) -> None:
    """T12. Seen to fail without `_is_tab_of` in _refusal: a stranger's file was put into Asha's tab, 204."""
    asha, carol = small.ticket("Asha"), small.ticket("Carol")
    with Tab(small.address, asha) as tab:
        tab.open()
        for ticket in ("", "x" * 43, carol, small.ticket("Asha")):
            assert upload(small, ticket, tab.session_id).status == 404
            assert upload(small, ticket, tab.session_id, method="DELETE").status == 404
        assert upload(small, asha, "no-such-session").status == 404
        assert upload(small, asha, "../" + tab.session_id).status in (400, 404)
        accepted = upload(small, asha, tab.session_id)
        assert accepted.status == 204 and accepted.headers["cache-control"] == "no-store"


def test_upload_from_another_site_is_refused(small: Live) -> None:
    """T25: without the page's token, and with a foreign Origin. Seen to fail without the check of the Origin in
    `_answering`: the upload was taken, 204."""
    ticket = small.ticket("Asha")
    with Tab(small.address, ticket) as tab:
        tab.open()
        path = f"/_stcore/upload_file/{tab.session_id}/a"
        assert small.ask(path, ticket, "PUT", PART.format("x"), Content_Type=MULTIPART).status == 403
        token = small.ask("/_stcore/health").headers["set-cookie"].split(";")[0]
        for origin, status in (("https://evil.example", 403), ("http://localhost:1", 403), (small.address, 204)):
            answer = small.ask(
                path,
                ticket,
                "PUT",
                PART.format("x"),
                token,
                X_Xsrftoken=token.partition("=")[2],
                Content_Type=MULTIPART,
                Origin=origin,
            )
            assert answer.status == status


@pytest.mark.parametrize(("said", "status"), [({"Content-Length": "10502145"}, 413), ({}, 411)])
def test_too_big_an_upload_is_refused_before_it_is_sent(small: Live, said: dict[str, str], status: int) -> None:
    """T12. Only the head is sent: the answer comes all the same. Seen to fail without the check of the length: 500 for
    none (it is no number), and Streamlit's own 403 about its token in place of 413."""
    ticket = small.ticket("Asha")
    with Tab(small.address, ticket) as tab:
        tab.open()
        with closing(http.client.HTTPConnection(urlsplit(small.address).netloc, timeout=5)) as connection:
            connection.putrequest("PUT", f"/_stcore/upload_file/{tab.session_id}/a")
            for name, value in {"Cookie": f"tcsuper={ticket}", "Content-Type": MULTIPART, **said}.items():
                connection.putheader(name, value)
            if not said:
                connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders()
            assert connection.getresponse().status == status


def test_file_of_exactly_ten_megabytes_is_taken_with_the_form_around_it(small: Live) -> None:
    """T12. Seen to fail without `FORM_AROUND` in `_refusal`, and with Streamlit's own limit at 10 MB: 413."""
    ticket = small.ticket("Asha")
    with Tab(small.address, ticket) as tab:
        tab.open()
        assert upload(small, ticket, tab.session_id, "a", "x" * 10 * 1024 * 1024).status == 204


def test_one_tab_holds_five_files(small: Live) -> None:
    """T12. Seen to fail without `MOST_UPLOADS` in `_refusal`: the sixth and the seventh were taken, 204."""
    ticket = small.ticket("Asha")
    with Tab(small.address, ticket) as tab:
        tab.open()
        assert [upload(small, ticket, tab.session_id, str(one)).status for one in range(7)] == [204] * 5 + [413] * 2
        assert upload(small, ticket, tab.session_id, "3", "the same again").status == 204
        assert upload(small, ticket, tab.session_id, "4", method="DELETE").status == 204
        assert upload(small, ticket, tab.session_id, "6").status == 204
