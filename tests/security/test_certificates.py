"""T11, T12, T19: certificates over the wire, as a browser sends and fetches them, or somebody who is none."""

from collections.abc import Iterator

import pytest
from sqlmodel import col, select
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLs, UploadedFileInfo
from websockets.exceptions import ConnectionClosed

from tcsuper.database import writing
from tcsuper.models import AuditEvent, EvidenceFile
from tcsuper.traffic import MOST_UPLOADS
from tests.competence import COURSES, add_courses
from tests.files import PDF, png
from tests.security.conftest import Answer, Live
from tests.security.test_files import disabled
from tests.websocket import Screen, Tab

LIMIT = "limit"


@pytest.fixture(scope="module")
def product(live: Live) -> Iterator[Live]:
    """With as many courses as a tab may hold files."""
    with writing() as db:
        add_courses(db, live.cast)
    assert len(COURSES) == MOST_UPLOADS
    yield live


def put(product: Live, ticket: str, tab: Tab, file_id: str, name: str, content: bytes) -> Answer:
    token = product.ask("/_stcore/health").headers["set-cookie"].split(";")[0]
    head = f'--{LIMIT}\r\nContent-Disposition: form-data; name="a"; filename="{name}"\r\n\r\n'
    return product.ask(
        f"/_stcore/upload_file/{tab.session_id}/{file_id}",
        ticket,
        "PUT",
        head.encode() + content + f"\r\n--{LIMIT}--\r\n".encode(),
        token,
        X_Xsrftoken=token.partition("=")[2],
        Content_Type=f"multipart/form-data; boundary={LIMIT}",
    )


def send_in(product: Live, ticket: str, tab: Tab, course: str, name: str, content: bytes) -> tuple[Answer, Screen]:
    """Upload a file and send the form, as the browser does."""
    screen = tab.open("training")
    answer = put(product, ticket, tab, f"id-{course}", name, content)
    uploaded = FileUploaderState(
        uploaded_file_info=[
            UploadedFileInfo(file_id=f"id-{course}", name=name, size=len(content), file_urls=FileURLs())
        ]
    )
    return answer, tab.act(
        screen.button("Send it in"),
        (screen.find("selectbox", "Course or qualification"), COURSES[course][0]),
        (screen.find("file_uploader", "The certificate as a file"), uploaded),
    )


def files_of(product: Live, name: str) -> list[str]:
    with writing() as db:
        theirs = select(EvidenceFile.file_name).where(EvidenceFile.staff_id == product.cast.id(name))
        return list(db.exec(theirs.order_by(col(EvidenceFile.added_at))))


def test_a_name_that_no_browser_would_send_stores_nothing_and_shows_no_traceback(product: Live) -> None:
    """T19. A program, sent past what the browser would let through."""
    ticket = product.ticket("Bela")
    for name, content in (("setup.exe", b"MZ" + b"\0" * 99), ("certificate.pdf", b"MZ" + b"\0" * 99)):
        with Tab(product.address, ticket) as tab:
            answer, screen = send_in(product, ticket, tab, "tcat_1", name, content)
            assert answer.status == 204 and "was sent in" not in " ".join(screen.said)
            assert not screen.shows("Traceback")
    assert files_of(product, "Bela") == []


def test_one_tab_sends_in_more_files_than_it_may_hold_at_once(product: Live) -> None:
    """T12. Seen to fail without `form.once_saved()` in saving: the tab was full, and the sixth upload refused, 413."""
    ticket = product.ticket("Ben")
    with Tab(product.address, ticket) as tab:
        for number, course in enumerate(COURSES):
            answer, _ = send_in(product, ticket, tab, course, f"{number}.png", png(number + 1))
            assert answer.status == 204, course
        assert put(product, ticket, tab, "one-more", "6.png", png(9)).status == 204
    assert files_of(product, "Ben") == [f"{number}.png" for number in range(len(COURSES))]


def test_what_is_chosen_and_not_sent_is_let_go_of_when_the_page_is_left(product: Live) -> None:
    """T12. Seen to fail without `forget_those_left_behind` in main.py: the sixth upload was refused, 413."""
    ticket = product.ticket("Farah")
    with Tab(product.address, ticket) as tab:
        tab.open("training")
        assert [put(product, ticket, tab, str(one), f"{one}.png", png()).status for one in range(6)] == [204] * 5 + [
            413
        ]
        tab.open("my_record")
        assert put(product, ticket, tab, "after", "after.png", png()).status == 204


def test_a_file_is_opened_at_the_click_of_whom_the_table_lets_and_of_nobody_else(product: Live) -> None:
    """T11. Seen to fail without `evidence_files_read_by` in open_evidence_file on the service's own tests; here without
    `offered.to`: Carol's tab had the file made for it."""
    sent_by, manager, stranger = (product.ticket(name) for name in ("Bela", "Asha", "Carol"))
    with Tab(product.address, sent_by) as tab:
        send_in(product, sent_by, tab, "tcat_2", "certificate.pdf", PDF)
    with Tab(product.address, manager) as tab, Tab(product.address, stranger) as other:
        screen = tab.open("training", show="to_confirm")
        files = [one for one in screen.of("download_button") if one.label.startswith("Open")]
        number = files[-1].deferred_file_id  # the others are of the tests above
        assert not opened(), "drawing a button opens nothing"
        offered = [one.label for one in other.open("training").of("download_button")]
        assert not [label for label in offered if label.startswith("Open")] and not other.make_file(number)
        address = tab.make_file(number)
        answer = product.ask(address, manager)
        assert answer.body == PDF and opened() == ["Asha"]
        assert answer.headers["content-disposition"] == 'attachment; filename="certificate.pdf"'
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"
        assert {product.ask(address, ticket).status for ticket in (stranger, sent_by, "")} == {404}
        with disabled(product, "Asha"):
            assert product.ask(address, manager).status == 404
            with pytest.raises(ConnectionClosed):
                tab.make_file(number)
    assert opened() == ["Asha"]


def opened() -> list[str]:
    with writing() as db:
        return list(db.exec(select(AuditEvent.by_name).where(AuditEvent.action == "read_evidence_file")))
