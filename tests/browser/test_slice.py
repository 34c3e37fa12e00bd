"""The main job, all the way through in a real browser: log a group, confirm it, see it counted, see nothing else."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import col, func, select

from tcsuper import words
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import Account, Attendance, AuditEvent, DatabaseMark, SupervisionSession
from tests.browser.conftest import serving
from tests.browser.person import Person, press, somebody
from tests.databases import copy_of, in_use
from tests.people import make_cast

pytestmark = pytest.mark.browser


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.proof])])
def address(request: pytest.FixtureRequest, tmp_path) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """The product on the cast of tests/people.py, where people sign in by being picked."""
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        with writing() as db:
            db.add(DatabaseMark(kind="demo"))
            make_cast(db)
        with serving(url, tmp_path / "server.log") as served:
            yield served


def record_the_group(person: Person) -> None:
    """A 90-minute group of ten, two of whom were not there."""
    person.menu("Record a session")
    person.choose("Group or person", "Monday group")
    expect(person.page.get_by_text("10 people contracted")).to_be_visible()
    person.choose("Attendance of Bela", "Did not attend")
    person.choose("Attendance of Officer D", "Apologies: leave")


def test_a_group_is_logged_confirmed_and_seen(
    browser: Browser, address: str, shot: Callable[[Page, str], None]
) -> None:
    with somebody(browser, address, "Asha") as asha:
        record_the_group(asha)
        shot(asha.page, "record-supervision")
        asha.click("Save the session")
        expect(asha.page.get_by_text("8 of 10 present, 1 h 30 min").first).to_be_visible()
        assert asha.interactions < 15, asha.interactions
        asha.menu("Log and agreements")
        expect(asha.page.get_by_text("1 session held")).to_be_visible()
        shot(asha.page, "supervision-log")
        asha.sign_out()

    with somebody(browser, address, "Ben") as ben:
        expect(ben.page.get_by_text(f"90 of 60 minutes in {words.month(today())}")).to_be_visible()
        expect(ben.page.get_by_text("Recorded for you: the whole 1 h 30 min, with Asha")).to_be_visible()
        shot(ben.page, "home-officer")
        ben.click("Confirm")
        expect(ben.page.get_by_text("confirmed").first).to_be_visible()
        expect(ben.page.get_by_role("button", name="Confirm", exact=True)).to_have_count(0)

    with somebody(browser, address, "Dev") as dev:
        dev.menu("Team competency")
        expect(dev.page.get_by_text(f"So far in {words.month(today())}: 8 of 11.")).to_be_visible()
        press(dev.page.get_by_text("As a table").first)
        row = dev.page.get_by_role("row").filter(has_text="Supervision")
        expect(row.get_by_text("8 of 11").first).to_be_visible()
        expect(dev.page.get_by_text("Ben")).to_have_count(0)
        shot(dev.page, "team-competency")


def test_five_quick_clicks_store_one_session(browser: Browser, address: str) -> None:
    with somebody(browser, address, "Asha") as asha:
        record_the_group(asha)
        asha.page.get_by_role("button", name="Save the session").evaluate(
            "button => { for (let i = 0; i < 5; i++) button.click() }"
        )
        expect(asha.page.get_by_text("8 of 10 present").first).to_be_visible()
        asha.menu("Log and agreements")  # the server takes clicks in their order, so the five have been dealt with
        expect(asha.page.get_by_text("1 session held")).to_be_visible()
    with reading() as db:
        assert db.exec(select(func.count()).select_from(SupervisionSession)).one() == 1
        assert db.exec(select(func.count()).select_from(Attendance)).one() == 10
        saves = select(func.count()).where(col(AuditEvent.action) == "record_session")
        assert db.exec(saves).one() == 1


def test_a_person_outside_gets_the_one_refusal_by_every_way_in(browser: Browser, address: str) -> None:
    with somebody(browser, address, "Jo") as jo:
        for hidden in ("Record a session", "Log and agreements", "Team competency", "Accounts"):
            expect(jo.page.get_by_role("link", name=hidden)).to_have_count(0)
        for path in (
            "record_supervision",
            "supervision",
            "team_competency",
            "accounts",
            "supervision?session=00000000-0000-0000-0000-000000000000",
            "record_supervision?planned=1%20OR%201=1",
        ):
            jo.open(path)
            expect(jo.page.get_by_text(NO_SUCH_RECORD)).to_be_visible()
            expect(jo.page.get_by_text("Monday group")).to_have_count(0)
            expect(jo.page.get_by_text("Traceback")).to_have_count(0)


def test_wrong_input_keeps_the_words_and_says_it_beside_the_field(
    browser: Browser, address: str, shot: Callable[[Page, str], None]
) -> None:
    with somebody(browser, address, "Asha") as asha:
        record_the_group(asha)
        started = asha.page.get_by_role("textbox", name="Started at")
        started.fill("25:99")
        asha.click("Save the session")
        expect(asha.page.get_by_text("“25:99” is not a time of day. Use 14:00.")).to_be_visible()
        expect(asha.page.get_by_text("Nothing was saved.").first).to_be_visible()
        expect(started).to_have_value("25:99")
        shot(asha.page, "record-refused")
        started.fill("14:00")
        asha.click("Save the session")
        expect(asha.page.get_by_text("8 of 10 present").first).to_be_visible()


def test_somebody_disabled_is_out_at_the_next_click(browser: Browser, address: str) -> None:
    with somebody(browser, address, "Asha") as asha:
        asha.menu("Record a session")
        asha.choose("Group or person", "Monday group")
        asha.choose("Attendance of Bela", "Came late")
        # The page has answered the choice, so it is the next click that finds the account shut.
        expect(asha.page.get_by_role("spinbutton", name="Minutes Bela was there")).to_be_visible()
        with writing() as db:
            db.exec(select(Account).where(Account.username == "asha")).one().disabled_at = now() - timedelta(seconds=1)
        asha.click("Save the session")
        expect(asha.page.get_by_role("heading", name="Pick a person")).to_be_visible()
        asha.warnings.clear()  # the browser says that its connection was closed
    with reading() as db:
        assert db.exec(select(func.count()).select_from(SupervisionSession)).one() == 0
