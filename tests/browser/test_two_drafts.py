"""Two people, each at a browser of their own, write one draft: the second to save is told, sees both, loses nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, expect

from tcsuper.clock import today
from tcsuper.database import writing
from tcsuper.models import Theme
from tcsuper.rules.themes import Heading, Tags
from tcsuper.services.shared_records import change_shared_record, open_shared_record, write_shared_record
from tests.browser.conftest import Live
from tests.browser.person import Person, at_a_browser, press, settled, sign_in
from tests.people import as_person
from tests.services.test_stand_ins import record, stands_in
from tests.texts import YESTERDAY, allow_private_notes, opened, with_ben

TOLD = re.compile(
    r"changed this at \d\d:\d\d, after you opened it\. Your text is still here\. Compare, then save again\."
)


@contextmanager
def at_the_log(browser: Browser, live: Live, name: str, session: UUID) -> Iterator[Person]:
    """Signed in, with one session open in the log."""
    with at_a_browser(browser, live.address) as person:
        person.open()
        sign_in(person.page, name.lower())
        expect(person.page.get_by_role("button", name="Sign out")).to_be_visible()
        person.open(f"supervision?session={session}")
        expect(person.page.get_by_role("heading", name=re.compile("^Ben, "))).to_be_visible()
        yield person


def type_in(person: Person, field: str, typed: str) -> Locator:
    """As somebody types and then looks elsewhere."""
    box = person.page.get_by_role("textbox", name=field, exact=True)
    box.fill(typed)
    box.blur()
    settled(person.page)
    return box


def change(person: Person, typed: str) -> Locator:
    person.click("Open the shared record")
    person.unfold("Change the words")
    return type_in(person, "Shared record", typed)


@pytest.fixture(scope="module")
def drafted(service: Live) -> UUID:
    """Jo, who stands in for Asha, held a session of Ben's and began its shared record."""
    with writing() as db:
        db.add_all([Theme(code="endings", name="Endings", position=1), Theme(code="team", name="Team", position=2)])
    stands_in(service.cast, end_on=today() + timedelta(days=1))  # these tests may begin before midnight
    session = record(service.cast, "Jo", YESTERDAY).record_id
    with as_person(service.cast, "Jo") as (db, jo):
        tags = Tags((Heading("endings", ""),))
        write_shared_record(db, by=jo, session_record_id=session, words="Begun by Jo.", tags=tags)
    return session


def test_the_supervisor_and_the_stand_in_lose_no_word(browser: Browser, service: Live, drafted: UUID) -> None:
    with (
        at_the_log(browser, service, "Asha", drafted) as asha,
        at_the_log(browser, service, "Jo", drafted) as jo,
    ):
        asha.sees("A draft: nobody but Asha and Jo reads it until one of them shares it.")
        box = change(jo, "Jo thought of the end of the group.")
        change(asha, "Asha heard it from Ben.")
        asha.choose("Themes", "Team")
        asha.page.keyboard.press("Escape")  # the list stays open for another one
        asha.click("Save the shared record")
        asha.sees("Your draft is saved. Only you and Jo read it.")
        jo.click("Save the shared record")
        jo.sees(re.compile(f"Asha {TOLD.pattern} Nothing was saved\\."), "Two versions.")
        jo.sees(re.compile(r"^Asha, saved at \d\d:\d\d$"), "Yours, not saved yet", "Themes: Endings; Team.")
        expect(jo.page.get_by_test_id("stText").filter(has_text="Asha heard it from Ben.").last).to_be_visible()
        expect(box).to_have_value("Jo thought of the end of the group.")
        jo.click("Add the other version to mine")
        expect(box).to_have_value("Jo thought of the end of the group.\n\nAsha heard it from Ben.")
        settled(jo.page)
        jo.click("Save the shared record")
        jo.sees("Your draft is saved.")
    found = opened(service.cast, "Asha", drafted)
    assert found.words == "Jo thought of the end of the group.\n\nAsha heard it from Ben."
    assert [one.name for one in found.tags.themes] == ["Endings", "Team"]


def test_one_who_has_typed_nothing_simply_sees_what_is_new(browser: Browser, service: Live, drafted: UUID) -> None:
    with at_the_log(browser, service, "Jo", drafted) as jo:
        jo.click("Open the shared record")
        jo.unfold("Change the words")
        with as_person(service.cast, "Asha") as (db, asha):
            version = open_shared_record(db, by=asha, session_record_id=drafted).version_id
            change_shared_record(db, by=asha, shared_record_id=version, words="Asha's last word.")
        box = jo.page.get_by_role("textbox", name="Shared record", exact=True)
        settled(jo.page)
        press(jo.page.get_by_text("Those who were present: share it now"))
        expect(box).to_have_value("Asha's last word.")
        jo.sees_nothing_of("Two versions.")


def test_a_correction_and_a_private_note_in_two_browsers(browser: Browser, service: Live) -> None:
    allow_private_notes()
    session = with_ben(service.cast, held_on=today())
    with (
        at_the_log(browser, service, "Asha", session) as one,
        at_the_log(browser, service, "Asha", session) as other,
    ):
        for asha, typed in ((one, "From the one browser."), (other, "From the other browser.")):
            asha.unfold("Write a private note")
            type_in(asha, "My private note", typed)
            asha.unfold("Correct this record")
            asha.page.get_by_role("spinbutton", name="Length in minutes").fill("50" if asha is one else "45")
            type_in(asha, "Why is it corrected?", "We began late." if asha is one else "We ended early.")
        one.click("Save my private note")
        one.sees("Your private note is saved.")
        other.click("Save my private note")
        other.sees(re.compile(r"You began a note on this session at \d\d:\d\d, in another window"), "Two versions.")
        other.sees("From the one browser.")
        note = other.page.get_by_role("textbox", name="My private note", exact=True)
        expect(note).to_have_value("From the other browser.")
        one.click("Save the correction")
        one.sees("Corrected. Everyone's minutes follow the new version.")
        other.click("Save the correction")
        other.sees(re.compile(r"You changed this at \d\d:\d\d, in another window, after you opened it here\."))
        line = other.page.get_by_role("row").filter(has_text="Length").filter(has_text="45 min")
        expect(line).to_contain_text("50 min")
        reason = other.page.get_by_role("textbox", name="Why is it corrected?", exact=True)
        expect(reason).to_have_value("We ended early.")
        other.click("Save the correction")
        other.sees("Corrected. Everyone's minutes follow the new version.")
        expect(note).to_have_value("From the other browser.")
        other.click("Save my private note")
        other.sees("Your private note is saved.")
