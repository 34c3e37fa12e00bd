"""A training matrix as somebody keeps it, with five things wrong in it: imported, mended on the page, seen, undone."""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from tcsuper.database import reading, writing
from tcsuper.models import DatabaseMark, Staff, TrainingRecord
from tcsuper.queries.evidence import current
from tests.browser.conftest import serving
from tests.browser.person import Person, press, somebody
from tests.competence import add_courses
from tests.databases import SqliteFiles, copy_of, in_use
from tests.people import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.proof]
FULL_NAMES = {"Ben": "Ben Ellis", "Bela": "Bela Novák", "Officer D": "Dilys Wyn"}
MATRIX = (
    ("Training matrix, Ashdown B", "", "", "", "", ""),
    ("Name", "TCAT 1", "TCAT 2", "Control and restraint", "Custodial Care NVQ 3", "Steps, last part"),
    ("Ben Ellis", "14/06/2024", "31/02/2025", "13/10/2025", "n/a", ""),
    ("Bela Novak", "03/07/2024", "see folder", "booked", "", ""),
    ("Dilis Wyn", "21/02/2024", "28/05/2024", "Nov 2025", "", "05/05/2025"),
)
"""Wrong in it: a day that there is not, a word that nobody knows, a name that is not quite anybody's, a month without a
day, a heading that is no course."""


@pytest.fixture
def address(sqlite: SqliteFiles, tmp_path: Path) -> Iterator[str]:
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db:
            db.add(DatabaseMark(kind="demo"))
            cast = make_cast(db)
            add_courses(db, cast)
            for name, full_name in FULL_NAMES.items():
                db.get_one(Staff, cast.id(name)).full_name = full_name
        with serving(url, tmp_path / "server.log") as served:
            yield served


def matrix_file(folder: Path) -> Path:
    book = Workbook()
    for row in MATRIX:
        book.worksheets[0].append(row)
    file = folder / "matrix.xlsx"
    content = BytesIO()
    book.save(content)
    file.write_bytes(content.getvalue())
    return file


def completed() -> set[tuple[str, date]]:
    """Of everybody, as it stands now."""
    with reading() as db:
        rows = db.exec(
            select(Staff.full_name, TrainingRecord.completed_on)
            .where(TrainingRecord.staff_id == Staff.id)
            .where(current(TrainingRecord))
        )
        return set(rows)


def ben_ellis() -> int | None:
    with reading() as db:
        return db.exec(select(Staff.id).where(Staff.full_name == "Ben Ellis")).one()


def step(person: Person, label: str) -> None:
    press(person.page.get_by_role("radio", name=label, exact=True))


def write_instead(person: Person, cell: str, words: str) -> None:
    person.fill(f"Write instead, {cell}", words)
    person.page.keyboard.press("Tab")


def mend(asha: Person) -> None:
    """Four of the five, each in its place; the fifth is a name, at the next step."""
    asha.sees("Row 3, TCAT 2: “31/02/2025” is not a date.", "“see folder” is no date and no word that is known here.")
    asha.sees(
        "“Steps, last part” was left out",
        "“Nov 2025” (1 cell, the first in row 5, Control and restraint)",
    )
    asha.choose("Meaning of nov 2025", "30 November 2025")
    asha.sees("Answered")
    asha.choose("Steps, last part", "TCAT 3")
    asha.sees("To look at 2 problems.")
    write_instead(asha, "row 3, TCAT 2", "28/02/2025")
    asha.sees("Row 3, TCAT 2: “31/02/2025” now “28/02/2025”.")
    write_instead(asha, "row 4, TCAT 2", "4 October 2024")
    asha.sees("Ready 9 records understood.")


def test_a_matrix_with_five_problems_is_mended_taken_in_seen_and_undone(
    browser: Browser, address: str, tmp_path: Path, shot: Callable[[Page, str], None]
) -> None:
    with somebody(browser, address, "Asha") as asha:
        asha.menu("Import")
        asha.page.locator("input[type=file]").set_input_files(matrix_file(tmp_path))
        asha.sees("matrix.xlsx")
        asha.click("Read the file")
        asha.sees("5 records understood so far.")
        shot(asha.page, "import-understood")
        mend(asha)
        shot(asha.page, "import-mended")

        asha.click("Go on to: 3 People")
        asha.sees("It may be Dilys Wyn.")
        shot(asha.page, "import-people")
        asha.choose("Who is Dilis Wyn?", "Same person as Dilys Wyn")
        asha.click("Go on to: 4 Preview")
        asha.sees("9 new · 0 changed · 0 the same")
        shot(asha.page, "import-preview")
        step(asha, "2 What we understood")
        expect(asha.page.get_by_role("textbox", name="Write instead, row 3, TCAT 2")).to_have_value("28/02/2025")
        step(asha, "4 Preview")
        asha.page.get_by_role("button", name="Take in 9 records").dblclick()
        asha.sees("Taken in: 9 new.")
        shot(asha.page, "import-done")
        taken = {("Ben Ellis", date(2025, 2, 28)), ("Bela Novák", date(2024, 10, 4)), ("Dilys Wyn", date(2025, 11, 30))}
        assert taken <= completed() and len(completed()) == 9

        asha.click("Training")
        expect(asha.page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        shot(asha.page, "import-seen")
        asha.open(f"training?person={ben_ellis()}&what=TCAT 2")
        asha.sees("14 June 2024", "28 February 2025")

        asha.menu("Import")
        step(asha, "Imports made")
        asha.click("Undo…")
        asha.click("Undo this import")
        asha.sees("Nothing was saved.")
        asha.fill("Reason", "The wrong month's file")
        asha.click("Undo this import")
        asha.sees("by Asha: The wrong month's file")
        shot(asha.page, "import-undone")
        assert completed() == set()
