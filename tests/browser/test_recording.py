"""Recording in a real browser: a group of twelve, six past sessions, a week; quick clicks and two tabs."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import col, func, select

from tcsuper import words
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Attendance,
    AttendanceStatus,
    AuditEvent,
    DatabaseMark,
    GroupMember,
    SessionState,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import plan_session, record_session
from tests.browser.conftest import serving
from tests.browser.person import Person, press, settled, somebody
from tests.databases import SqliteFiles, copy_of, in_use
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, as_person, make_cast

pytestmark = pytest.mark.browser
TWELVE = ("Farah", "Jo", *GROUP_OF_TEN)


@pytest.fixture
def cast(sqlite: SqliteFiles) -> Iterator[Cast]:
    """The Monday group has twelve people here."""
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db:
            db.add(DatabaseMark(kind="demo"))
            cast = make_cast(db)
            for name in TWELVE[:2]:
                db.add(GroupMember(group_id=cast.group, staff_id=cast.id(name), start_on=LONG_AGO))
        cast.url = url  # type: ignore[attr-defined]
        yield cast


@pytest.fixture
def address(cast: Cast, tmp_path: Path) -> Iterator[str]:
    with serving(cast.url, tmp_path / "server.log") as served:  # type: ignore[attr-defined]
        yield served


def click_quickly(person: Person, button: str, times: int) -> None:
    person.page.get_by_role("button", name=button, exact=True).evaluate(
        f"button => {{ for (let i = 0; i < {times}; i++) button.click() }}"
    )


def held_sessions() -> list[date]:
    held = select(SupervisionSession.held_on).where(SupervisionSession.state == SessionState.HELD)
    with reading() as db:
        return sorted(db.exec(held))


def saves() -> int:
    with reading() as db:
        return db.exec(select(func.count()).where(col(AuditEvent.action) == "record_session")).one()


# ---------------------------------------------------------------------------------------------------------------------


def test_a_group_of_twelve_is_logged_in_under_fifteen_interactions(browser: Browser, address: str, cast: Cast) -> None:
    with somebody(browser, address, "Asha") as asha:
        asha.menu("Record a session")
        asha.choose("Group or person", "Monday group")
        asha.sees("12 people contracted")
        asha.choose("Attendance of Bela", "Did not attend")
        asha.choose("Attendance of Officer D", "Apologies: leave")
        asha.choose("Attendance of Officer E", "Apologies: sickness")
        asha.page.get_by_role("spinbutton", name="Guests, counted only").fill("1")
        asha.interactions += 1
        asha.click("Save the session")
        asha.sees(re.compile("saved: 9 of 12 present and 1 guest, 1 h 30 min"))
        assert asha.interactions < 15, asha.interactions
    with reading() as db:
        minutes = list(db.exec(select(Attendance.minutes)))
    assert sorted(minutes) == [0] * 3 + [90] * 9


def six_are_left(cast: Cast) -> list[date]:
    """Ben's sessions are weekly, and the last that is recorded was 45 days ago."""
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.ben_agreement).every_days = 7
    with as_person(cast, "Asha") as (db, asha):
        record_session(
            db,
            by=asha,
            agreement_id=cast.ben_agreement,
            held_on=today() - timedelta(days=45),
            minutes=50,
            starts_at="10:00",
            entries=[Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)],
        )
    return [today() - timedelta(days=days) for days in (38, 31, 24, 17, 10, 3)]


@pytest.mark.parametrize("clicks", [5, pytest.param(2, marks=pytest.mark.proof)])
def test_six_past_sessions_are_saved_once_from_one_screen(
    browser: Browser, address: str, cast: Cast, clicks: int, shot: Callable[[Page, str], None]
) -> None:
    left = six_are_left(cast)
    with somebody(browser, address, "Asha") as asha:
        asha.menu("Record a session")
        asha.unfold("Several past sessions")
        asha.choose("Group or person", "Ben")
        asha.sees("Row 6")
        settled(asha.page)
        expect(asha.page.get_by_text("Row 7")).to_have_count(0)
        shot(asha.page, "record-several")
        asha.interactions += 1
        click_quickly(asha, "Save these sessions", clicks)
        asha.sees(f"6 sessions of Ben · clinical saved, {words.day(left[0])} to {words.day(left[-1])}.")
        assert asha.interactions < 15, asha.interactions
        asha.menu("Log and agreements")  # the server takes clicks in their order: all have been dealt with
        asha.sees("4 sessions held")
    assert held_sessions() == [today() - timedelta(days=45), *left]
    assert saves() == 7


def test_a_row_that_is_wrong_is_named_and_the_others_wait_for_it(browser: Browser, address: str, cast: Cast) -> None:
    left = six_are_left(cast)
    with somebody(browser, address, "Asha") as asha:
        asha.menu("Record a session")
        asha.unfold("Several past sessions")
        asha.choose("Group or person", "Ben")
        asha.sees("Row 6")
        settled(asha.page)
        asha.page.get_by_role("spinbutton", name="year, Held on").nth(2).click()
        asha.page.keyboard.type("2023")
        asha.page.keyboard.press("Escape")
        asha.sees(f"The agreement with Ben began on {words.day(LONG_AGO)}.")
        settled(asha.page)
        asha.click("Save these sessions")
        asha.sees(f"Row 3, {words.day(left[2].replace(year=2023))}: The agreement with Ben began", "Nothing was saved.")
        assert held_sessions() == [today() - timedelta(days=45)]
        press(asha.page.get_by_text("Row 3", exact=True))
        asha.sees("Left out: nothing is saved of this row.")
        asha.click("Save these sessions")
        asha.sees(re.compile("5 sessions of Ben · clinical saved"))
    assert len(held_sessions()) == 6


@pytest.mark.proof
def test_a_week_is_saved_once_however_often_it_is_clicked(
    browser: Browser, address: str, cast: Cast, shot: Callable[[Page, str], None]
) -> None:
    with as_person(cast, "Asha") as (db, by):
        plan_session(db, by=by, agreement_id=cast.group_agreement, held_on=today(), starts_at="14:00")
    with somebody(browser, address, "Asha") as asha:
        asha.menu("Record a session")
        asha.unfold("Week of a community")
        asha.sees(f"Monday group, {words.weekday(today())}, 14:00")
        settled(asha.page)
        asha.page.get_by_role("button", name="Bela", exact=True).or_(
            asha.page.get_by_role("radio", name="Bela", exact=True)
        ).or_(asha.page.get_by_role("checkbox", name="Bela", exact=True)).click()
        asha.choose("Why was Bela not there?", "Apologies: operational need")
        settled(asha.page)
        shot(asha.page, "record-week")
        click_quickly(asha, "Save the week", 5)
        asha.sees("The week is saved: 1 session held, 0 did not happen.", "11 of 12 present, 1 h 30 min.")
    assert held_sessions() == [today()] and saves() == 1


@pytest.mark.proof
def test_the_same_session_in_two_tabs_is_stored_once_and_the_second_is_told(
    browser: Browser, address: str, cast: Cast
) -> None:
    with somebody(browser, address, "Asha") as asha:
        other = Person(asha.page.context.new_page(), address)
        other.open("record_supervision")
        asha.menu("Record a session")
        for tab in (asha, other):
            tab.choose("Group or person", "Monday group")
            tab.sees("12 people contracted")
            settled(tab.page)
        asha.click("Save the session")
        asha.sees("Their minutes count at once.")
        other.click("Save the session")
        other.sees(f"A session of {words.day(today())} is already recorded. Was it another one?", "Nothing was saved.")
    assert held_sessions() == [today()] and saves() == 1
