"""Sheets of paper: made at the click for whoever clicks, and one page each when they are printed."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from tcsuper.clock import now
from tcsuper.database import reading, writing
from tcsuper.models import AuditEvent, DatabaseMark
from tcsuper.queries.planned import Register
from tcsuper.reports.sheets import registers_page
from tcsuper.services.sheets import Sheet
from tests.browser.conftest import serving
from tests.browser.person import Person, press, somebody
from tests.databases import SqliteFiles, copy_of, in_use
from tests.people import GROUP_OF_TEN, make_cast

pytestmark = pytest.mark.browser
SHEET = Sheet("3F2A-9C01-77AB-0D4E", now())


@pytest.fixture
def address(sqlite: SqliteFiles, tmp_path: Path) -> Iterator[str]:
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db:
            db.add(DatabaseMark(kind="demo"))
            make_cast(db)
        with serving(url, tmp_path / "server.log") as served:
            yield served


def pages_printed(page: Page) -> int:
    """What the browser makes of it for the printer."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def downloaded(person: Person, label: str) -> str:
    with person.page.expect_download() as download:
        press(person.page.get_by_role("button", name=label))
    return download.value.path().read_text(encoding="utf-8")


@pytest.mark.parametrize("how_many", [1, 12, 26])
def test_a_register_prints_on_one_page(page: Page, how_many: int) -> None:
    people = tuple(f"Officer Number {number}" for number in range(how_many))
    one = Register("Monday group", date(2026, 9, 23), "13:30", 90, "Group room", "Asha", people)
    for copies in (1, 2):
        page.set_content(registers_page(SHEET, [one] * copies))
        assert pages_printed(page) == copies


def test_a_series_is_planned_and_its_sheets_are_printed(
    browser: Browser, address: str, shot: Callable[[Page, str], None]
) -> None:
    with somebody(browser, address, "Asha") as asha:
        asha.menu("Log and agreements")
        press(asha.page.get_by_role("radio", name="Planned"))
        asha.unfold("Plan a series")
        asha.choose("Group or person", "Monday group")
        asha.page.get_by_label("Starts at").fill("13:30")
        asha.page.get_by_label("Starts at").press("Tab")
        expect(asha.page.get_by_text("at 13:30, until")).to_be_visible()
        asha.click("Plan the series")
        expect(asha.page.get_by_text("27 sessions planned, from").first).to_be_visible()
        shot(asha.page, "supervision-planned")
        register = downloaded(asha, "Registers of this week")
        sheet = downloaded(asha, "Week sheet")
        paper = asha.page.context.new_page()
        paper.set_content(sheet)
        assert pages_printed(paper) == 1
    assert "Attendance register: Monday group" in register
    assert all(name in sheet and name in register for name in GROUP_OF_TEN)
    assert "Monday group" not in sheet and "13:30 to 15:00" in sheet
    with reading() as db:
        printed = db.exec(select(AuditEvent).where(AuditEvent.object_kind == "sheet")).all()
    assert {(one.action, one.by_name) for one in printed} == {("print_register", "Asha"), ("print_week_sheet", "Asha")}
