"""Each role's day on the demonstration, in the words that people see."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from seed.demo.cast import OFFICERS, THERAPISTS
from tcsuper import words
from tcsuper.clock import today
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.rules.standing import add_months, last_of_month
from tcsuper.services.sign_in import REFUSED
from tests.browser.person import Person, at_a_browser, choose_password, greeting, press, sign_in, somebody

Shot = Callable[[Page, str], None]
BOTH = ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.proof])]
OFFICERS_NAMES = [re.sub(r" \d+$", "", one) for names in OFFICERS.values() for one in names.split(", ")]
"""In the cast a number after an officer's name is the days in post."""
CONTRACTED = re.compile(r"\d+ people contracted on (.+)")
NO_AGREEMENT = "Owain Glyn"
"""Left the Thursday group weeks ago, and nobody else supervises him."""


def record_the_monday_group(asha: Person) -> str:
    """Paul Hartley was not there. Gives the day: the next one planned, or today."""
    asha.menu("Record a session")
    asha.choose("Group or person", "Monday group")
    contracted = asha.page.get_by_text(CONTRACTED)
    expect(contracted).to_be_visible()
    [held_on] = CONTRACTED.findall(contracted.inner_text())
    asha.choose("Attendance of Paul Hartley", "Did not attend")
    asha.click("Save the session")
    asha.sees(
        re.compile(rf"Session of {held_on} saved: \d+ of \d+ present, 1 h 30 min\. Their minutes count at once\.")
    )
    return str(held_on)


def no_way_in(person: Person, *paths: str) -> None:
    for path in paths:
        person.open(path)
        person.sees(NO_SUCH_RECORD)


# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BOTH)
def test_a_manager_records_observes_and_sees_who_is_due(
    browser: Browser, server_on: Callable[[str], str], kind: str, shot: Shot
) -> None:
    with somebody(browser, server_on(kind), "Asha Rao") as asha:
        asha.sees("What needs you", "Your team today", re.compile(r"^\d+ of \d+$"))
        asha.sees(re.compile(r"\d+ (late|not there yet|due soon)$"))
        shot(asha.page, "home-manager")
        plan_for_somebody_short(asha)
        nobody_to_plan_with(asha)
        record_the_monday_group(asha)
        observe_ben(asha)
        see_who_is_due(asha)
        shot(asha.page, "who-is-due")
        name_a_lead(asha)


def unfold_the_teams_tasks(asha: Person) -> None:
    asha.sees("How you stand")  # below them
    press(asha.page.get_by_text(re.compile(r"^\d+ more$")).last)


def plan_for_somebody_short(asha: Person) -> None:
    """One click from home: the group or person is chosen already."""
    unfold_the_teams_tasks(asha)
    plan = asha.page.get_by_role("button", name="Plan a session")
    short = asha.page.get_by_test_id("stHorizontalBlock").filter(has=plan).filter(has_not_text=NO_AGREEMENT)
    press(short.first.get_by_role("button"))
    asha.sees("Record a session", "Planned for")
    asha.fill("Starts at", "16:15")
    asha.click("Plan the session")
    asha.sees(f"Planned for {words.day(today())}. The forecast counts it from now on.")


def nobody_to_plan_with(asha: Person) -> None:
    asha.menu("Home", heading="Good")
    unfold_the_teams_tasks(asha)
    row = asha.row(f"{NO_AGREEMENT} · Clinical supervision")
    expect(row).to_be_visible()
    expect(row.get_by_role("button", name="Plan a session")).to_have_count(0)


def observe_ben(asha: Person) -> None:
    asha.menu("Observe")
    asha.choose("Whom did you observe?", "Ben Ellis")
    level = asha.page.get_by_role("radiogroup", name="Level on Group facilitation")
    press(level.get_by_text("3 Alone"))
    press(asha.page.get_by_text("Evidence, and what the levels look like").first)
    asha.fill("Evidence on Group facilitation", "Held the silence, then asked the group what it meant.")
    press(asha.page.get_by_text("Share it now"))
    asha.click("Save the observation")
    asha.sees("Shared with Ben Ellis: 1 standard rated. Its levels count from now on.")


def see_who_is_due(asha: Person) -> None:
    asha.menu("Who is due", heading="Clinical supervision: who is due")
    asha.sees(re.compile(rf"\d+ of \d+ people met every minimum in {words.month(add_months(today(), -1))}"))
    short = re.compile(r"\d+ (person is|people are) short if nothing more happens|Nobody is short of a minimum")
    asha.sees(f"What would fix {words.month(today())}", short)
    asha.sees(re.compile("Will be met|Short so far|Nobody is short of a minimum"))


def name_a_lead(asha: Person) -> None:
    asha.menu("Responsibilities")
    asha.choose("Community", "Ashdown C")
    plan = "Keep the evacuation plan up to date"
    asha.sees(f"{plan} in Ashdown C is uncovered: nobody leads it and nobody deputises.")
    press(asha.row(plan).get_by_role("button", name="Name a lead"))
    asha.choose("A person, or whoever has a post", "Fatima Siddiqui")
    asha.click("Name")
    asha.sees(
        f"Fatima Siddiqui is named for {plan}: lead from {words.day(today())}.",
        f"{plan} in Ashdown C rests on Fatima Siddiqui alone.",
    )


@pytest.mark.proof
def test_an_officer_sees_whether_they_are_up_to_date_and_what_is_next(
    browser: Browser, server: str, shot: Shot
) -> None:
    with somebody(browser, server, "Asha Rao") as asha:
        held_on = record_the_monday_group(asha)
    with somebody(browser, server, "Ben Ellis") as ben:
        ben.sees("What needs you", "How you stand", re.compile(rf"of 60 minutes in {words.month(today())}"))
        shot(ben.page, "home-officer-demo")
        group = re.compile(rf"Monday group, \w+day {held_on[:-5]}")  # a task says the day of the week, not the year
        press(ben.row(group).get_by_role("button", name="Confirm"))
        ben.sees(re.compile(rf"{group.pattern}: confirmed\."))
        expect(ben.row(group)).to_have_count(0)

        ben.menu("My record")
        ben.sees("TCAT 1", "TCAT 2", "TCAT 3", "All steps are completed.", "Help with risk assessment")
        ben.unfold("Send in a certificate")
        ben.choose("Course or qualification", "Control and restraint")
        ben.fill("Number or name on the certificate, if any", "C&R 4471")
        ben.click("Send it in")
        ben.sees("Control and restraint was sent in. Your manager confirms it.", "On the certificate: C&R 4471")
        shot(ben.page, "my-record-officer")

        ben.menu("Observed practice")
        ben.unfold("Rate yourself")
        press(ben.page.get_by_role("radiogroup", name="My level on Recording").get_by_text("2 With prompting"))
        ben.click("Save my own view")
        ben.sees("Your own view of 1 standard is saved.")

        for not_theirs in ("Who is due", "Record a session", "Observe", "Team competency", "Staff", "Accounts"):
            expect(ben.page.get_by_role("link", name=not_theirs, exact=True)).to_have_count(0)
        ben.menu("Training")
        ben.sees_nothing_of("Paul Hartley")
        no_way_in(ben, "supervision_due", "record_supervision", "observe", "team_competency", "staff", "accounts")

    with somebody(browser, server, "Asha Rao") as asha:
        press(asha.page.get_by_text(re.compile(r"^\d+ more$")).first)
        press(asha.row("Ben Ellis · Control and restraint").get_by_role("button", name="Open"))
        press(asha.row("Ben Ellis · Control and restraint").get_by_role("button", name="Confirm"))
        asha.sees("Control and restraint of Ben Ellis is confirmed.")


@pytest.mark.proof
def test_a_director_sees_which_community_is_short_of_which_kind_and_why(
    browser: Browser, server: str, shot: Shot
) -> None:
    with somebody(browser, server, "Eluned") as eluned:
        eluned.sees("Communities today", re.compile(r"^\d+ of \d+ people do not meet all of it yet\."))
        shot(eluned.page, "home-director")
        eluned.click("Open team competency")
        eluned.sees("Largest variances", re.compile(r"^Ashdown [A-D] · (At standard|Training)$"))
        eluned.sees(re.compile(rf"met the service's own minimum in {words.month(add_months(today(), -1))} \("))
        for table in eluned.page.get_by_text("As a table").all():
            table.click()
        for community in ("Ashdown A", "Ashdown B", "Ashdown C", "Ashdown D", "Assessment unit"):
            expect(eluned.page.get_by_role("row").filter(has_text=community).first).to_be_visible()
        everything = eluned.page.get_by_test_id("stMain").inner_text()
        assert not [name for name in (*OFFICERS_NAMES, *(one.name for one in THERAPISTS)) if name in everything]
        shot(eluned.page, "team-competency-director")

        last_year, next_year = add_months(today(), -12), today() + timedelta(days=200)
        eluned.set_day("As at", last_year)
        eluned.sees(f"As it stood on {words.day(last_year)}, by everything known today.")
        eluned.sees(f"these are of {words.day(last_of_month(last_year))}.")
        eluned.sees("Figures by month are of the people who work here today, and end today.")
        eluned.set_day("As at", next_year)
        eluned.sees(f"Forecast for {words.day(next_year)}, if nothing more happens.")

        eluned.menu("Training")  # which day stays chosen from page to page, and the reason is not the record
        eluned.sees(f"Forecast for {words.day(next_year)}", re.compile(r"You see the status alone\."))
        eluned.sees_nothing_of("days after starting in post")
        no_way_in(eluned, "staff", "accounts")


def test_a_psychotherapist_sees_external_supervision_and_registration(
    browser: Browser, server: str, shot: Shot
) -> None:
    with somebody(browser, server, "Angharad") as angharad:
        angharad.sees(
            "What needs you",
            "Agreement for external clinical supervision with Bronagh Ní Mhuirí has been in force since",
            "Ask your supervisor, or your therapy manager: they keep the agreement.",
        )
        angharad.menu("My record")
        angharad.sees(
            re.compile(r"^Operational supervision (is met|was|for|stands)"),
            "Agreement for operational supervision with Sunita Bhattachārya has been in force since",
            re.compile(
                r"Membership of a professional body is met by BACP \(accredited\) \d+, valid until .* checked on"
            ),
            re.compile(r"Register check of BACP .* is next due .*; it was last checked on"),
        )
        shot(angharad.page, "my-record-psychotherapist")
        angharad.menu("Registration")
        angharad.sees("1 registration: all in order.", "Membership lapsed; not renewed yet.")
        angharad.sees_nothing_of("Cillian", "Meera")
        no_way_in(angharad, "supervision_due", "team_competency", "staff", "accounts")


def test_an_administrator_brings_a_starter_to_their_first_sign_in(
    browser: Browser, live: str, page: Page, shot: Shot
) -> None:
    page.goto(live)
    sign_in(page, "eve")
    greeting(page, "Eve")
    eve = Person(page, live)
    eve.menu("Staff")
    eve.tab("Somebody starts")
    eve.fill("Full name", "Nia Blythe")
    eve.choose("Role", "Officer")
    eve.choose("Community", "Ashdown C")
    eve.click("Save the starter")
    eve.sees(f"Nia Blythe starts as Officer in Ashdown C on {words.day(today())}.")

    eve.menu("Accounts")
    eve.choose("Person", "Nia Blythe")
    eve.fill("Username", "nia.blythe")
    eve.click("Make the account")
    told = page.get_by_text("is the single-use password of Nia Blythe").first.inner_text()
    single_use = told.split(" is the single-use")[0].strip()
    shot(page, "account-made")
    page.reload()
    eve.sees("Accounts")
    eve.sees_nothing_of(single_use)
    no_way_in(eve, "supervision", "supervision_due", "team_competency")

    new = "green kettle on the moor"
    with at_a_browser(browser, live) as nia:
        nia.open("my_record")
        sign_in(nia.page, "nia.blythe", single_use)
        nia.sees("Choose a new password")
        choose_password(nia.page, single_use, new)
        nia.sees("My record", "Nia Blythe · Officer, Ashdown C")
        nia.open()
        greeting(nia.page, "Nia")
        nia.sees("How you stand", "Clinical supervision")
    with at_a_browser(browser, live) as nia:
        nia.open()
        sign_in(nia.page, "nia.blythe", single_use)
        nia.sees(REFUSED)
        sign_in(nia.page, "nia.blythe", new)
        greeting(nia.page, "Nia")
