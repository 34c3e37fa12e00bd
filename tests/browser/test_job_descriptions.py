"""A Word file read in, gone over and saved in a real browser, by mouse and by keyboard, and found in the library."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tcsuper.database import writing
from tcsuper.models import DatabaseMark
from tests.browser.conftest import serving
from tests.browser.person import Person, press, somebody
from tests.databases import SqliteFiles, copy_of, in_use
from tests.people import make_cast
from tests.readers.documents import DUTIES, word_file

pytestmark = [pytest.mark.browser, pytest.mark.proof]
NAME = "OKp: Orchard Keeper"


@pytest.fixture
def address(sqlite: SqliteFiles, tmp_path: Path) -> Iterator[str]:
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db:
            db.add(DatabaseMark(kind="demo"))
            make_cast(db)
        with serving(url, tmp_path / "server.log") as served:
            yield served


def step(person: Person, label: str) -> None:
    press(person.page.get_by_role("radio", name=label, exact=True))


def test_a_word_file_is_read_gone_over_and_saved(
    browser: Browser, address: str, tmp_path: Path, shot: Callable[[Page, str], None]
) -> None:
    file = tmp_path / "keeper.docx"
    file.write_bytes(word_file())
    with somebody(browser, address, "Asha") as asha:
        asha.menu("Job descriptions")
        step(asha, "Read a document")
        asha.page.locator("input[type=file]").set_input_files(file)
        asha.sees("keeper.docx")
        asha.click("Read it")
        asha.sees("7 responsibilities, ", "To look at: 1 particular and 1 responsibility.")
        asha.sees("“Febuary” in “3 Febuary 2026” was read as February.")
        asha.click("Issue date is right")
        asha.sees("To look at: 1 responsibility.")
        step(asha, "Responsibilities")
        asha.sees("It has a list of its own")
        asha.sees_nothing_of(DUTIES[0])
        asha.click("Accept 3")
        asha.sees("Nothing is left to look at.")
        step(asha, "All")

        asha.click("Change 1")
        text = asha.page.get_by_role("textbox", name="Text of 1")
        expect(text).to_be_visible()
        asha.page.keyboard.press("Tab")
        expect(text).to_be_focused()
        asha.fill("Short title", "Pruning")
        asha.page.keyboard.press("Tab")
        asha.sees("1. Pruning")
        asha.click("Join")
        asha.sees("6 responsibilities")
        asha.click("Undo: 1 and 2 joined")
        asha.sees("7 responsibilities")

        asha.click("Change 5")
        expect(asha.page.get_by_role("textbox", name="Text of 5")).to_have_value(DUTIES[4])
        asha.click("Split")
        asha.sees("8 responsibilities")
        asha.click("Change 7")
        asha.click("Drop 7")
        asha.sees("Undo: 7 dropped")
        shot(asha.page, "job-description-read")

        asha.menu("Home", heading="Good")
        asha.menu("Job descriptions")
        step(asha, "Read a document")
        step(asha, "Save")
        asha.sees("No document in the catalogue has its reference")
        asha.page.get_by_role("button", name="Save the document").dblclick()
        asha.sees(f"{NAME} is saved: 7 responsibilities.")
        asha.sees("Pruning")
        shot(asha.page, "job-description-saved")
