"""A certificate, all the way through in a real browser: sent in as a file, opened and confirmed by the manager, and
never by whoever sent it in."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from tcsuper.access import actor_for_staff
from tcsuper.database import reading, writing
from tcsuper.errors import NotAllowed
from tcsuper.models import AuditEvent, DatabaseMark, EvidenceFile, TrainingRecord
from tcsuper.queries.evidence import current
from tcsuper.services.training import confirm_completion
from tests.browser.conftest import serving
from tests.browser.person import Person, press, settled, somebody
from tests.competence import add_courses
from tests.databases import copy_of, in_use
from tests.files import PDF
from tests.people import make_cast
from tests.websocket import Tab

pytestmark = pytest.mark.browser
CERTIFICATE = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.proof])])
def address(request: pytest.FixtureRequest, tmp_path) -> Iterator[str]:  # type: ignore[no-untyped-def]
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        with writing() as db:
            db.add(DatabaseMark(kind="demo"))
            add_courses(db, make_cast(db))
        with serving(url, tmp_path / "server.log") as served:
            yield served


def the_record() -> TrainingRecord:
    with reading() as db:
        return db.exec(select(TrainingRecord).where(current(TrainingRecord))).one()


def choose_file(person: Person, **file: object) -> None:
    """Put a file into the form that sends in, and wait until the server has it."""
    with person.page.expect_response(re.compile("/_stcore/upload_file/")) as arrived:
        person.page.locator("input[type=file]").first.set_input_files([CERTIFICATE | file])  # type: ignore[list-item]
    assert arrived.value.ok
    expect(person.page.get_by_role("button", name="Remove certificate.pdf")).to_be_visible()
    settled(person.page)


def ticket_of(person: Person) -> str:
    return next(one["value"] for one in person.page.context.cookies() if one["name"] == "tcsuper")  # type: ignore[typeddict-item]


def test_staff_send_in_a_certificate_and_the_manager_confirms_it(
    browser: Browser, address: str, shot: Callable[[Page, str], None]
) -> None:
    with somebody(browser, address, "Ben") as ben:
        ben.sees("TCAT 1 is overdue")
        ben.menu("Training")
        ben.unfold("Send in a certificate")
        ben.choose("Course or qualification", "TCAT 1")
        choose_file(ben)
        shot(ben.page, "certificate-send-in")
        ben.click("Send it in")
        ben.sees("TCAT 1 was sent in. Your manager confirms it.", "Sent in with it: certificate.pdf (1 kB).")
        assert not the_record().is_confirmed
        cannot_confirm_it(ben)

        with somebody(browser, address, "Asha") as asha:
            asha.sees("Ben · TCAT 1")
            press(asha.row(re.compile(r"To confirm\s*Ben · TCAT 1")).get_by_role("button", name="Open"))
            asha.sees("Sent in with it: certificate.pdf (1 kB).")
            settled(asha.page)
            shot(asha.page, "certificate-confirm")
            the_file_is_for_her_alone(asha, ben)
            confirm_of_another(ticket_of(ben), ticket_of(asha), address)
            asha.click("Confirm")
            asha.sees("TCAT 1 of Ben is confirmed.", "Nothing waits to be confirmed.")
            asha.tab("Who stands where")
            asha.choose("Person", "Ben")
            asha.sees("TCAT 1 was completed", "by Ben: certificate.pdf.")
            shot(asha.page, "certificate-cell")
    assert the_record().is_confirmed

    with somebody(browser, address, "Ben") as ben:
        settled(ben.page)
        ben.sees_nothing_of("TCAT 1 is overdue")
        ben.menu("My record")
        ben.sees("TCAT 1 was completed")
    with reading() as db:
        actions = list(db.exec(select(AuditEvent.action).order_by(AuditEvent.id)))  # type: ignore[arg-type]
    assert [one for one in actions if "completion" in one or "file" in one] == [
        "send_in_completion",
        "add_evidence_files",
        "read_evidence_file",
        "confirm_completion",
    ]


def cannot_confirm_it(ben: Person) -> None:
    """Not offered, by whichever way he comes, and refused where it is asked for all the same."""
    expect(ben.page.get_by_role("button", name="Confirm", exact=True)).to_have_count(0)
    ben.open("training?show=to_confirm")
    ben.sees("Sent in with it: certificate.pdf (1 kB).")
    expect(ben.page.get_by_role("button", name="Confirm", exact=True)).to_have_count(0)
    record = the_record()
    with pytest.raises(NotAllowed, match="your own"), writing() as db:
        confirm_completion(db, by=actor_for_staff(db, record.staff_id), training_record_id=record.id or 0)


def confirm_of_another(ticket: str, managers: str, address: str) -> None:
    """The button that the manager's page draws, pressed over a websocket of the person's own."""
    with Tab(address, managers) as hers, Tab(address, ticket) as his:
        confirm = hers.open("training", show="to_confirm").button("Confirm")
        his.open("training", show="to_confirm")
        his.act(confirm)
    assert not the_record().is_confirmed


def the_file_is_for_her_alone(asha: Person, ben: Person) -> None:
    with asha.page.expect_download() as coming:
        press(asha.page.get_by_test_id("stDownloadButton").get_by_role("button", name="Open").first)
    assert coming.value.suggested_filename == "certificate.pdf" and coming.value.path().read_bytes() == PDF
    hers = asha.page.context.request.get(coming.value.url)
    assert hers.status == 200 and hers.body() == PDF
    said = hers.headers
    assert said["content-disposition"] == 'attachment; filename="certificate.pdf"'
    assert (said["x-content-type-options"], said["cache-control"]) == ("nosniff", "no-store")
    assert said["content-type"] == "application/pdf"
    assert ben.page.context.request.get(coming.value.url).status == 404


def test_a_hostile_file_is_refused_and_the_form_keeps_its_words(browser: Browser, address: str) -> None:
    with somebody(browser, address, "Ben") as ben:
        ben.menu("Training")
        ben.unfold("Send in a certificate")
        ben.choose("Course or qualification", "TCAT 1")
        ben.fill("Number or name on the certificate, if any", "A 14")
        choose_file(ben, buffer=b"MZ\x90\x00 This program cannot be run in DOS mode.")
        ben.click("Send it in")
        ben.sees("The file is called a pdf, but what is in it is no pdf. Nothing was uploaded.", "Nothing was saved.")
        expect(ben.page.get_by_role("textbox", name="Number or name on the certificate, if any")).to_have_value("A 14")
    with reading() as db:
        assert not db.exec(select(TrainingRecord)).all() and not db.exec(select(EvidenceFile)).all()


def test_a_damaged_file_says_so_where_it_is_opened(browser: Browser, address: str) -> None:
    with somebody(browser, address, "Ben") as ben:
        ben.menu("Training")
        ben.unfold("Send in a certificate")
        ben.choose("Course or qualification", "TCAT 1")
        choose_file(ben)
        ben.click("Send it in")
        ben.sees("Sent in with it: certificate.pdf (1 kB).")
        with writing() as db:
            file = db.exec(select(EvidenceFile)).one()
            file.sealed_content = file.sealed_content[:-1] + bytes([file.sealed_content[-1] ^ 1])
        press(ben.page.get_by_test_id("stDownloadButton").get_by_role("button", name="Open"))
        ben.sees("This file cannot be opened: it is damaged, or you no longer have access to it.")
