"""A statement's whole way in a real browser: entered by the supervisee, compared with the paper, and then it counts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from tcsuper import words
from tcsuper.clock import today
from tcsuper.database import writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import DatabaseMark, Employment, Staff, SupervisionAgreement
from tests.browser.conftest import serving
from tests.browser.person import Person, somebody
from tests.databases import copy_of, in_use
from tests.people import LONG_AGO, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.proof]
CHECK = "It says what the signed paper says"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The product on the cast; Ben and Asha each have an agreement with Olwen Parry, who has no account."""
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        with writing() as db:
            db.add(DatabaseMark(kind="demo"))
            cast = make_cast(db)
            _external(db, cast.id("Ben"), cast.id("Asha"))
        with serving(url, tmp_path / "server.log") as served:
            yield served


def _external(db: Session, *supervisees: int) -> None:
    olwen = Staff(full_name="Olwen Parry", code="X-1", employment=Employment.INDEPENDENT)
    db.add(olwen)
    db.flush()
    db.add_all(
        SupervisionAgreement(supervisor_id=olwen.id, supervisee_id=one, purpose="clinical", start_on=LONG_AGO)
        for one in supervisees
    )


def enter_the_paper(person: Person, minutes: int) -> None:
    """One session, today."""
    person.unfold("Enter a signed statement")
    person.sees("nothing about a case belongs here")
    person.fill("Registered with", "BACP")
    person.fill("Registration number", "00455001")
    person.set_day("Signed on", today())
    person.set_day("Session 1", today())
    field = person.page.get_by_role("spinbutton", name="Minutes of session 1", exact=True)
    field.fill(str(minutes))
    person.click("Send the statement in")
    person.sees("Sent in. It counts once a manager has compared it with the signed paper.")


def test_a_statement_is_entered_checked_and_counts(
    browser: Browser, address: str, shot: Callable[[Page, str], None]
) -> None:
    month = words.month(today())
    with somebody(browser, address, "Ben") as ben:
        ben.menu("My record")
        ben.sees(f"0 of 60 minutes in {month}")
        enter_the_paper(ben, 50)
        ben.sees("To be checked", f"1 session, 50 min in all: {words.day(today())} (50 min).")
        ben.sees(f"0 of 60 minutes in {month}")
        shot(ben.page, "statement-sent-in")
        ben.open("supervision?show=statements")
        ben.sees(NO_SUCH_RECORD)
        ben.sees_nothing_of(CHECK)

    with somebody(browser, address, "Asha") as asha:
        asha.sees("Ben · statement of Olwen Parry")
        asha.click("Check")
        asha.sees(f"Signed on {words.day(today())} by Olwen Parry, BACP, number 00455001.")
        shot(asha.page, "statement-to-check")
        asha.click(CHECK)
        asha.sees("Checked. From now on it counts for Ben: 1 session.")

    with somebody(browser, address, "Ben") as ben:
        ben.menu("My record")
        ben.sees(f"50 of 60 minutes in {month}", "Checked")
        expect(ben.page.get_by_role("button", name="Take it back")).to_have_count(0)


def test_a_statement_is_returned_and_comes_again_and_no_manager_checks_their_own(
    browser: Browser, address: str
) -> None:
    with somebody(browser, address, "Asha") as asha:
        asha.menu("My record")
        enter_the_paper(asha, 50)
        asha.open("supervision?show=statements")
        asha.sees("No statement waits.")
        asha.sees_nothing_of(CHECK)
    with somebody(browser, address, "Ben") as ben:
        ben.menu("My record")
        enter_the_paper(ben, 60)
    with somebody(browser, address, "Asha") as asha:
        asha.click("Check")
        asha.unfold("It differs from the paper")
        asha.fill("What differs?", "50 minutes on the paper")
        asha.click("Return it to Ben")
        asha.sees("Returned to Ben, with your words.")
    with somebody(browser, address, "Ben") as ben:
        ben.click("Correct")
        ben.sees("Asha: “50 minutes on the paper”")
        form = ben.page.get_by_test_id("stExpander").filter(
            has_text=f"Correct the statement signed on {words.day(today())}"
        )
        form.get_by_role("spinbutton", name="Minutes of session 1", exact=True).fill("50")
        ben.click("Send the statement in again")
        ben.sees("Sent in again.", "To be checked")
