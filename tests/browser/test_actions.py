"""The whole life of an agreed action: agreed with the session, shared by its owner, not closed on anybody's word,
closed by a later observation."""

import pytest
from playwright.sync_api import Browser

from tcsuper.clock import today
from tcsuper.rules.actions import BY_EVIDENCE
from tests.agreed import BOUNDARIES, observed, standards
from tests.browser.conftest import Live
from tests.browser.person import Person, at_a_browser, sign_in
from tests.texts import YESTERDAY

WHAT = "Name the time five minutes before the end"
MORE = "Close it, or see who reads it"


def agree_with_ben(asha: Person) -> None:
    asha.menu("Record a session")
    asha.choose("Group or person", "Ben")
    asha.set_day("Held on", YESTERDAY)
    asha.unfold("Agree actions now (you can also do it later, from the log)")
    asha.choose("Standard it serves", f"DTC staff: {BOUNDARIES}")
    asha.fill("What was agreed", WHAT)
    asha.page.keyboard.press("Tab")
    asha.sees("What was agreed")
    asha.click("Save the session")
    asha.sees("1 action agreed.")


@pytest.mark.proof
def test_an_action_from_the_session_to_the_observation_that_closes_it(browser: Browser, service: Live) -> None:
    known = standards()
    with at_a_browser(browser, service.address) as asha:
        asha.open()
        sign_in(asha.page, "asha")
        agree_with_ben(asha)
    with at_a_browser(browser, service.address) as ben:
        ben.open()
        sign_in(ben.page, "ben")
        ben.menu("My record")
        ben.sees(WHAT)
        ben.click("Share")
        ben.sees("Shared. Your therapy manager can read this action")
        ben.unfold(MORE)
        ben.click("Close the action")
        ben.sees("It does not close yet.", BY_EVIDENCE)
        observed(service.cast, known[BOUNDARIES], today())
        ben.open("my_record")
        ben.unfold(MORE)
        ben.click("Close the action")
        ben.sees("The action is done.", "seen in the observation of that day")
