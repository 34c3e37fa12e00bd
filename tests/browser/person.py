"""Somebody at a browser of their own: what they do in the product, in the words on the screen."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong
from sqlmodel import select

from tcsuper.database import reading
from tcsuper.models import Account
from tests.browser.conftest import GIVE_A_CODE, PASSWORD
from tests.second_factors import code_of, forget_last_code, key_of

LISTEN = """one => {
    const whole = one.closest('button, a, summary, label, [role=tab]') || one;
    one.wasClicked = false;
    whole.addEventListener('click', () => { one.wasClicked = true }, {capture: true, once: true});
}"""
PRESSED: Counter[str] = Counter()
MISSED: Counter[str] = Counter()
"""How often each thing was pressed in this run of the tests, and how often the first click did not reach it."""


def settled(page: Page) -> None:
    """The page has answered everything that was asked of it."""
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)


def press(wanted: Locator) -> None:
    """Click, once the page has settled. Where the page moves between the press and the release, as it may when a list
    closes on a busy machine, the browser clicks on neither: then press again, as a person would, and never when the
    click has arrived. Once more and no more: what takes two clicks every time, or three at any time, is a fault."""
    what = str(wanted).partition("selector=")[2]
    PRESSED[what] += 1
    for _ in range(5):
        settled(wanted.page)
        try:
            element = wanted.element_handle()
            element.evaluate(LISTEN)
        except Error:  # it was drawn anew just now
            continue
        wanted.click()
        try:
            if element.evaluate("one => one.wasClicked || !one.isConnected"):
                return
        except Error:  # the click has led to another page
            return
        MISSED[what] += 1
        assert MISSED[what] < max(2, PRESSED[what]), f"The first click does not reach this: {what}"
    wanted.click()


class Person:
    """Counts what they do: a click, a choice or a typed value is one."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.interactions = page, address, 0
        self.warnings: list[str] = []
        page.on("console", self._note_warning)

    def _note_warning(self, message: ConsoleMessage) -> None:
        if message.type == "warning":
            self.warnings.append(message.text)

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.address}/{path}")

    def sign_in(self, name: str) -> None:
        """Where people are picked."""
        self.open()
        self.choose("Person", name)
        self.click("Continue as this person")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()
        self.interactions = 0

    def sign_out(self) -> None:
        press(self.page.get_by_role("button", name="Sign out"))
        expect(self.page.get_by_role("heading", name="Pick a person")).to_be_visible()

    def click(self, button: str) -> None:
        self.interactions += 1
        press(self.page.get_by_role("button", name=button, exact=True))

    def menu(self, label: str, heading: str = "") -> None:
        self.interactions += 1
        press(self.page.get_by_role("link", name=label, exact=True))
        expect(self.page.get_by_role("heading", level=1, name=heading or label)).to_be_visible()

    def tab(self, label: str) -> None:
        self.interactions += 1
        press(self.page.get_by_role("tab", name=label))

    def unfold(self, label: str) -> None:
        self.interactions += 1
        press(self.page.get_by_text(label, exact=True))

    def choose(self, field: str, option: str) -> None:
        """Open a list and take an option: counted as two. It is typed into, since a long list draws only a part. A run
        of the page that begins meanwhile closes the list: then it is opened again, as a person would."""
        self.interactions += 2
        box = self.page.get_by_role("combobox", name=re.compile(re.escape(field)))
        wanted = self.page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first
        several = self.page.get_by_test_id("stMultiSelect").filter(has=box)
        for last_try in (False, False, False, True):
            settled(self.page)
            box.click()  # typing alone does not always open it
            box.fill(option)
            try:
                wanted.click(timeout=30_000 if last_try else 5_000)
                if several.count():  # what was chosen stands in the field itself: a run meanwhile may take the click
                    expect(several).to_contain_text(option, timeout=30_000 if last_try else 5_000)
                return
            except (TookTooLong, AssertionError):
                if last_try:
                    raise
                box.press("Escape")

    def fill(self, field: str, words: str) -> None:
        self.interactions += 1
        self.page.get_by_role("textbox", name=field, exact=True).fill(words)

    def set_day(self, field: str, on: date) -> None:
        """Type a date, the year first, since 29 February is not in every year; Escape closes the calendar."""
        self.interactions += 1
        for part, digits in (("year", f"{on.year}"), ("month", f"{on.month:02}"), ("day", f"{on.day:02}")):
            self.page.get_by_role("spinbutton", name=f"{part}, {field}").click()
            self.page.keyboard.type(digits)
        self.page.keyboard.press("Escape")

    def row(self, words: str | re.Pattern[str]) -> Locator:
        """The innermost box on the page that says this: a row of a list, with its chip and its button."""
        return self.page.get_by_test_id("stHorizontalBlock").filter(has_text=words).last

    def sees(self, *sentences: str | re.Pattern[str]) -> None:
        for words in sentences:
            expect(self.page.get_by_text(words).first).to_be_visible()

    def sees_nothing_of(self, *sentences: str) -> None:
        for words in sentences:
            expect(self.page.get_by_text(words)).to_have_count(0)


@contextmanager
def at_a_browser(browser: Browser, address: str) -> Iterator[Person]:
    """Somebody at a browser that nobody has used before. What they do there draws no warning in its console: Vega says
    so of a chart that it cannot draw as it was told to."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London")
    person = Person(context.new_page(), address)
    yield person
    context.close()
    assert not person.warnings


@contextmanager
def somebody(browser: Browser, address: str, name: str) -> Iterator[Person]:
    """The same, picked from the list."""
    with at_a_browser(browser, address) as person:
        person.sign_in(name)
        yield person


# ---------------------------------------------------------------------------------------------------------------------
# Where passwords are asked for


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    press(page.get_by_role("button", name="Sign in", exact=True))
    if password == PASSWORD and username.title() in GIVE_A_CODE:
        give_code(page, username.title())


def give_code(page: Page, name: str) -> None:
    account_id = account_of(name)
    forget_last_code(account_id)
    expect(page.get_by_role("heading", name="Give your code")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(code_of(key_of(account_id)))
    press(page.get_by_role("button", name="Continue"))


def account_of(name: str) -> int:
    with reading() as db:
        return db.exec(select(Account.id).where(Account.username == name.lower())).one() or 0


def choose_password(page: Page, single_use: str, new: str) -> None:
    page.get_by_label("The password you have just used").fill(single_use)
    for label in ("New password", "New password again"):
        page.get_by_label(label, exact=True).fill(new)
    press(page.get_by_role("button", name="Change password"))


def sign_out(page: Page) -> None:
    press(page.get_by_role("button", name="Sign out"))
    expect(page.get_by_label("Username")).to_be_visible()


def greeting(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=re.compile(rf"^Good \w+, {name}"))).to_be_visible()
