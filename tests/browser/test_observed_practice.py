"""Observed practice in a real browser: rated blind by two and read by all once both have signed; what the director
sees move by it; that no filter of the team's page singles anybody out; and observing by keyboard, and on a phone."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong
from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Community,
    DatabaseMark,
    HowObserved,
    JobDescription,
    Observation,
    ObservationState,
    Post,
    Rating,
    RequiredLevel,
    Requirement,
    RequirementKind,
    Role,
    RoleGrant,
    Staff,
)
from tcsuper.rules.standing import first_of_month
from tests.browser.conftest import serving
from tests.browser.person import Person, press, somebody
from tests.databases import copy_of, in_use
from tests.observing import STANDARDS, Observing, observing
from tests.people import LONG_AGO, Cast

pytestmark = pytest.mark.browser

ALONE, PROMPTED, WITH_HELP, HELPS_OTHERS = "3 Alone", "2 With prompting", "1 With help", "4 Helps others"
NOBODYS = "00000000-0000-0000-0000-000000000000"
THAT_IT_WAITS = {"▲ Waits", "By Asha and Bela, blind to each other. Waits for Bela’s signature."}
ASHA_WROTE, BELA_WROTE = "Held the long silence at the start", "Lost the thread when two spoke at once"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.proof])])
def service(request: pytest.FixtureRequest, tmp_path) -> Iterator[tuple[str, Cast]]:  # type: ignore[no-untyped-def]
    """The cast with three standards, and Kit a second manager of Ashdown B: where people sign in by being picked."""
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        with writing() as db:
            db.add(DatabaseMark(kind="demo"))
            stage = observing(db)
            another_manager(stage, "Kit")
        with serving(url, tmp_path / "server.log") as address:
            yield address, stage.cast


def another_manager(stage: Observing, name: str) -> None:
    place = {"community_id": stage.cast.community_b, "start_on": LONG_AGO, "approved_at": now()}
    stage.db.add(RoleGrant(staff_id=stage.id(name), role=Role.THERAPY_MANAGER, **place))


# ---------------------------------------------------------------------------------------------------------------------
# What people do


def show(person: Person, part: str) -> None:
    person.interactions += 1
    press(person.page.get_by_role("radiogroup", name="Show").get_by_text(part, exact=True))


def plan_to_observe_ben(asha: Person) -> None:
    """She is one of the observers unless she takes herself out."""
    asha.menu("Observe")
    show(asha, "Planned")
    asha.choose("Whose work is to be seen?", "Ben")
    asha.choose("Observers", "Bela")
    asha.page.keyboard.press("Escape")
    asha.click("Plan it")
    asha.sees(re.compile(r"^Planned: Ben, the week of "), "By Asha and Bela, blind to each other.")


def record_what_was_planned(person: Person, levels: tuple[str, ...], evidence: str) -> None:
    person.open("observe?show=Planned")
    press(person.row("Ben").get_by_role("button", name="Record"))
    rate(person, levels, evidence)
    press(person.page.get_by_text("Sign it now", exact=True))
    person.click("Save the observation")
    person.sees("Signed: Ben, 3 standards rated. It is shared once every observer has signed or stood back.")


def rate(person: Person, levels: tuple[str, ...], evidence: str) -> None:
    for standard, level in zip(STANDARDS, levels, strict=True):
        press(person.page.get_by_role("radiogroup", name=f"Level on {standard}").get_by_text(level))
    press(person.page.get_by_text("Evidence, and what the levels look like").first)
    person.fill(f"Evidence on {STANDARDS[0]}", evidence)


def observe_ben_alone(asha: Person, days_ago: int) -> None:
    asha.open("observe?show=Record")
    asha.choose("Whom did you observe?", "Ben")
    asha.set_day("Observed on", today() - timedelta(days=days_ago))
    rate(asha, (ALONE, ALONE, ALONE), "Saw it again.")
    press(asha.page.get_by_text("Share it now", exact=True))
    asha.click("Save the observation")
    asha.sees("Shared with Ben: 3 standards rated. Its levels count from now on.")


# ---------------------------------------------------------------------------------------------------------------------
# What people can find


WORDS_ON_THE_PAGE = """() => {
    const main = document.querySelector('[data-testid="stMain"]');
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT,
        node => node.parentElement.closest('style, script') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode.textContent.trim());
    return found.filter(one => one);
}"""
"""Every piece of text, also of what is folded away and of the tables behind pictures."""


def settled(page: Page) -> set[str]:
    """When nothing more comes."""
    found: set[str] = set()
    before: set[str] | None = None
    while found != before:
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
        page.wait_for_timeout(300)
        found, before = set(page.evaluate(WORDS_ON_THE_PAGE)), found
    return found


def looks_everywhere(person: Person, ben: int, record: object = NOBODYS) -> set[str]:
    """All that somebody may read where a record of Ben's practice could show."""
    found: set[str] = set()
    for address in (
        "",
        *(f"observe?show={part}&observation={record}" for part in ("Planned", "My drafts", "Shared and signed")),
        f"practice?person={ben}&observation={record}",
        "my_record",
        "team_competency",
    ):
        person.open(address)
        expect(person.page.get_by_role("button", name="Sign out")).to_be_visible()
        found |= settled(person.page)
        for way in person.page.get_by_role("radiogroup", name="What counts").get_by_role("radio").all():
            way.click(force=True)
            found |= settled(person.page)
    return found


def all_that_is_sent_to(person: Person) -> list[bytes]:
    """Also what no page shows: it grows from now on."""
    frames: list[bytes] = []
    person.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(as_bytes(frame))))
    return frames


def as_bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def the_record_of(observer: str, cast: Cast) -> object:
    with reading() as db:
        return db.exec(select(Observation.record_id).where(Observation.observer_id == cast.id(observer))).first()


def reads(person: Person, ben: int, record: object, *words: str) -> None:
    person.open(f"practice?person={ben}&observation={record}")
    person.sees(*words)


# ---------------------------------------------------------------------------------------------------------------------
# Blind to each other


def test_two_rate_blind_and_all_read_it_once_both_have_signed(
    browser: Browser, service: tuple[str, Cast], shot: Callable[[Page, str], None]
) -> None:
    """Seen to fail with drafts readable as what is shared: Bela read Asha's levels, and so did Ben."""
    address, cast = service
    ben_id = cast.id("Ben")
    with ExitStack() as desks:
        asha, bela, ben, kit = (
            desks.enter_context(somebody(browser, address, name)) for name in ("Asha", "Bela", "Ben", "Kit")
        )
        sent = [all_that_is_sent_to(one) for one in (bela, ben)]
        plan_to_observe_ben(asha)
        before = [looks_everywhere(one, ben_id) for one in (bela, ben)]

        record_what_was_planned(asha, (HELPS_OTHERS, PROMPTED, ALONE), ASHA_WROTE)
        ashas = the_record_of("Asha", cast)
        for one, known in zip((bela, ben), before, strict=True):
            assert looks_everywhere(one, ben_id, ashas) - known <= THAT_IT_WAITS
        assert not [frame for frames in sent for frame in frames if ASHA_WROTE.encode() in frame]

        record_what_was_planned(bela, (WITH_HELP, PROMPTED, ALONE), BELA_WROTE)
        belas = the_record_of("Bela", cast)
        assert not [frame for frame in sent[0] if ASHA_WROTE.encode() in frame]
        compare_the_two(asha)
        compare_the_two(bela)
        shot(bela.page, "observers-side-by-side")

        reads(ben, ben_id, ashas, ASHA_WROTE)
        assert [frame for frame in sent[1] if ASHA_WROTE.encode() in frame]
        comment_on_it(ben, ben_id, belas)
        settle_and_sign(kit)
        reads(ben, ben_id, belas, BELA_WROTE, re.compile(r"Signed by Kit"))


def compare_the_two(observer: Person) -> None:
    """The levels of both; the words are each one's own."""
    observer.open("observe?show=Shared and signed")
    press(observer.row("Different levels on 1 of 3 standards").get_by_role("button", name="Compare"))
    differing = observer.page.get_by_role("row").filter(has_text=STANDARDS[0])
    expect(differing).to_contain_text(re.compile(f"{HELPS_OTHERS}.*{WITH_HELP}.*3 levels"))


def comment_on_it(ben: Person, ben_id: int, record: object) -> None:
    reads(ben, ben_id, record, BELA_WROTE)
    ben.fill("Your comment", "Two spoke at once because one was leaving")
    ben.click("Save my comment")
    ben.sees("Your comment is saved beside the observation.")


def settle_and_sign(kit: Person) -> None:
    """Neither observed nor an observer: so the level that stands is hers to say."""
    kit.open("observe?show=Shared and signed")
    press(kit.row("Different levels on 1 of 3 standards").get_by_role("button", name="Settle"))
    press(kit.page.get_by_role("radiogroup", name=f"Level that stands on {STANDARDS[0]}").get_by_text(ALONE))
    kit.fill("Why", "Both saw it; the thread was found again.")
    kit.click("Settle these levels")
    kit.sees(re.compile("^Settled: Ben"))
    for observer in ("Asha", "Bela"):
        press(kit.row(f"by {observer}").get_by_role("button", name="Sign"))
        kit.sees(re.compile("^Signed: Ben"))


# ---------------------------------------------------------------------------------------------------------------------
# What the director sees of it


def tables(page: Page) -> dict[str, list[dict[str, str]]]:
    """Every table beside a picture, by its name: a line is a heading to its words."""
    settled(page)
    for folded in page.get_by_test_id("stMain").locator("details:not([open]) > summary").all():
        if folded.inner_text().startswith("As a table"):
            folded.click()
            settled(page)
    found: dict[str, list[dict[str, str]]] = page.evaluate(TABLES)
    return found


TABLES = """() => Object.fromEntries([...document.querySelectorAll('table')].map(table => {
    const words = cell => cell.textContent.trim();
    const headings = [...table.querySelectorAll('thead th')].map(words);
    const name = (table.closest('[class*="st-key-twin-"]')?.className.match(/st-key-twin-([\\w-]+)/) || [])[1];
    return [name || headings[0], [...table.querySelectorAll('tbody tr')].map(row =>
        Object.fromEntries([...row.children].map((cell, at) => [headings[at], words(cell)])))];
}))"""


def of_ashdown_b(dev: Person) -> dict[str, str]:
    dev.open("team_competency")
    return {line["Kind"]: line["Ashdown B (12)"] for line in tables(dev.page)["kinds"]}


def test_the_directors_overview_moves_once_both_have_signed(browser: Browser, service: tuple[str, Cast]) -> None:
    address, _ = service
    with ExitStack() as desks:
        asha, bela, dev = (desks.enter_context(somebody(browser, address, name)) for name in ("Asha", "Bela", "Dev"))
        first = of_ashdown_b(dev)
        assert (first["Observed"], first["At standard"]) == ("0 of 11", "0 of 11")
        plan_to_observe_ben(asha)
        record_what_was_planned(asha, (ALONE, ALONE, ALONE), ASHA_WROTE)
        assert of_ashdown_b(dev) == first
        record_what_was_planned(bela, (ALONE, ALONE, ALONE), BELA_WROTE)
        assert of_ashdown_b(dev) == first | {"Observed": "1 of 11"}
        observe_ben_alone(asha, days_ago=9)
        assert of_ashdown_b(dev) == first | {"Observed": "1 of 11", "At standard": "1 of 11"}
        dev.sees_nothing_of("Ben")


# ---------------------------------------------------------------------------------------------------------------------
# A community of four among larger ones

WHERE = {"Ashdown B": 11, "Ashdown C": 8, "Ashdown D": 4}
"""How many of each community are asked for supervision and practice."""
NIGHTS = {"Ashdown C": 4, "Ashdown D": 2}
"""How many of them are night officers; the others are officers."""
Asked = frozenset[tuple[str, str, int]]
"""People, as community, role and a number."""
EVERYBODY: Asked = frozenset(
    (place, "Night officer" if number < NIGHTS.get(place, 0) else "Officer", number)
    for place, people in WHERE.items()
    for number in range(people)
)
FIVE_UP = ("Supervision", "Observed", "At standard")


@pytest.fixture
def with_four(service: tuple[str, Cast]) -> str:
    """Everybody was seen twice, but one of Ashdown B: so there are figures of every kind to tell."""
    address, cast = service
    with writing() as db:
        dell = Community(establishment_id=cast.establishment, name="Ashdown D")
        nights = JobDescription(code="nights", role_name="Night officer", reference="JD 5", title="Night officer")
        db.add_all([dell, nights])
        db.flush()
        asked_the_same(db, cast, nights.id or 0)
        for place, name, already in ((cast.community_c, "Ashdown C", 1), (dell.id or 0, "Ashdown D", 0)):
            for number in range(WHERE[name] - already):
                role = nights.id if number < NIGHTS[name] else cast.officer
                somebody_works(db, f"{name} {number}", place, role or 0)
        officers = db.exec(select(Post.staff_id).where(Post.job_description_id.in_((cast.officer, nights.id))))  # type: ignore[attr-defined]
        for person in sorted(set(officers) - {cast.id("Officer K")}):
            seen_twice(db, person, cast.id("Kit"), level=2 if person % 3 else 3)
    return address


def asked_the_same(db: Session, cast: Cast, role: int) -> None:
    """Of night officers as of officers."""
    for level in db.exec(select(RequiredLevel).where(RequiredLevel.job_description_id == cast.officer)).all():
        db.add(RequiredLevel(job_description_id=role, standard_id=level.standard_id, level=3, start_on=LONG_AGO))
    terms = {"title": "Clinical supervision", "terms": {"amount": 60}, "mark": "service", "start_on": LONG_AGO}
    db.add(Requirement(kind=RequirementKind.SUPERVISION, job_description_id=role, **terms))


def somebody_works(db: Session, name: str, place: int, role: int) -> None:
    staff = Staff(full_name=name, code=name.replace("Ashdown ", "P-"))
    db.add(staff)
    db.flush()
    db.add(Post(staff_id=staff.id, job_description_id=role, community_id=place, start_on=LONG_AGO))


def seen_twice(db: Session, person: int, observer: int, level: int) -> None:
    levels = db.exec(select(RequiredLevel)).all()
    for days_ago in (90, 100):
        seen = Observation(
            recorded_at=now(),
            recorded_by_id=observer,
            observed_id=person,
            observer_id=observer,
            standard_set_id=1,
            state=ObservationState.SHARED,
            observed_on=today() - timedelta(days=days_ago),
            how=HowObserved.LIVE,
        )
        db.add(seen)
        db.flush()
        db.add_all(
            Rating(observation_id=seen.id or 0, standard_id=one, level=level) for one in {x.standard_id for x in levels}
        )


def people(place: str = "", role: str = "") -> Asked:
    """Those asked, of a row's words."""
    everywhere = place.startswith("All")
    return frozenset(one for one in EVERYBODY if (everywhere or one[0] == place) and role in ("", "All roles", one[1]))


class Told:
    """The groups of whom a figure stood anywhere on the page, by what it is a figure of."""

    def __init__(self) -> None:
        self.groups: dict[str, set[Asked]] = defaultdict(set)

    def note(self, what: str, group: Asked, said: str) -> None:
        figure = re.match(r"(\d+)(?: of |/)(\d+)", said)
        if figure and int(figure[2]):
            assert int(figure[2]) == len(group), (what, said, "is of other people than it seems")
            self.groups[what].add(group)

    def of_fewer_than(self, smallest: int) -> list[tuple[str, int]]:
        """What one figure, one less another, or one less two others tell about too few people."""
        found = []
        for what, groups in self.groups.items():
            for one, other, third in product([*groups], [*groups, frozenset()], [*groups, frozenset()]):
                weights = [(who in one) - (who in other) - (who in third) for who in EVERYBODY]
                if 0 < sum(map(bool, weights)) < smallest:
                    found.append((what, sum(map(bool, weights))))
        return found


def test_no_two_figures_on_the_page_tell_about_one_of_four(browser: Browser, with_four: str, tmp_path: Path) -> None:
    told = Told()
    with somebody(browser, with_four, "Dev") as dev:
        dev.open("team_competency")
        the_rest_of_the_page(dev, told)
        overview_under_every_filter(dev, told)
        dev.set_day("As at", first_of_month(today()) - timedelta(days=1))
        overview_under_every_filter(dev, told)
        the_monthly_return(dev, told, tmp_path)
    assert set(told.groups) >= {*FIVE_UP, "Supervision by month", "below"}
    assert people("Ashdown B") in told.groups["At standard"]
    assert not told.of_fewer_than(5)
    told.groups["Observed"] |= {people("Ashdown C"), people("All communities")}
    assert told.of_fewer_than(5), "had these been given, the four would be the rest"


def overview_under_every_filter(dev: Person, told: Told) -> None:
    dev.set_day("Compare with", first_of_month(first_of_month(today()) - timedelta(days=1)) - timedelta(days=1))
    for place, role in product(("All communities", *WHERE), ("All roles", "Officer", "Night officer")):
        take(dev, "Community", place)
        take(dev, "Role", role)
        shown = tables(dev.page)
        for line in shown["kinds"]:
            for heading, said in line.items():
                if heading != "Kind" and line["Kind"] in FIVE_UP:
                    told.note(line["Kind"], row_of(heading, place, role), said)
        for line in shown["changes"]:
            if line["Kind"] in FIVE_UP:
                told.note(line["Kind"], row_of(line["Where"], place, role), line["Then"])
                told.note(line["Kind"], row_of(line["Where"], place, role), line["Later"])


def take(person: Person, field: str, option: str) -> None:
    """Out of the first list of this name. A run of the page that begins meanwhile closes the list: then it is opened
    again, as a person would."""
    box = person.page.get_by_role("combobox", name=field, exact=True).first
    wanted = person.page.get_by_role("option", name=option, exact=True)
    for last_try in (False, False, False, True):
        settled(person.page)
        box.click()
        box.fill(option)
        try:
            return wanted.click(timeout=30_000 if last_try else 5_000)
        except TookTooLong:
            if last_try:
                raise


def row_of(words: str, place: str, role: str) -> Asked:
    """A row is a community of all; or of one community a role, or all of it."""
    name = words.rsplit(" (", 1)[0]
    if name.startswith("All of "):
        return people(name.removeprefix("All of "), role)
    return people(name, role) if name.startswith(("All ", "Ashdown")) else people(place, name)


def the_rest_of_the_page(dev: Person, told: Told) -> None:
    for kind in FIVE_UP:
        take(dev, "Kind", kind)
        for line in tables(dev.page)["trend"]:
            for heading, said in line.items():
                told.note(kind, people(heading), said)
    shown = tables(dev.page)
    for line in shown["team-months"]:
        for heading, said in line.items():
            told.note("Supervision by month", people(heading), said)
    for line in shown.get("roles", []):
        told.note("Supervision by month", people("All communities", line["Role"]), line.get("Met", ""))
    for line in shown["below"]:
        everybody = int(line["Judged"]) + int(line["Not yet observed"])
        told.note("below", people("Ashdown B"), f"{line['Below']} of {everybody}")


def the_monthly_return(dev: Person, told: Told, folder: Path) -> None:
    with dev.page.expect_download() as taken:
        press(dev.page.get_by_role("button", name=re.compile("^Monthly return for")))
    taken.value.save_as(folder / "return.html")
    sheet = dev.page.context.new_page()
    sheet.set_content((folder / "return.html").read_text())
    for line in sheet.evaluate(TABLES)["Met, of those asked"]:
        for heading, said in line.items():
            if line["Met, of those asked"] in FIVE_UP:
                told.note(line["Met, of those asked"], row_of(heading, "", ""), said)
    sheet.close()


# ---------------------------------------------------------------------------------------------------------------------
# Quick entry


def test_an_observation_is_entered_by_keyboard_alone(browser: Browser, service: tuple[str, Cast]) -> None:
    """A key for each level and one to go on: whom, the levels of three standards, shared, saved."""
    address, cast = service
    with somebody(browser, address, "Asha") as asha:
        asha.open("observe?show=Record")
        go_to(asha, "combobox", "Whom did you observe?")
        type_and_choose(asha, "Ben")
        go_to(asha, "radio", "By name")
        asha.page.keyboard.press("ArrowRight")
        asha.page.keyboard.press("Space")
        settled(asha.page)
        for standard, level in zip(STANDARDS, "334", strict=True):
            go_to(asha, "spinbutton", standard)
            asha.page.keyboard.type(level)
        go_to(asha, "radio", "Keep it as a draft")
        asha.page.keyboard.press("ArrowDown")
        go_to(asha, "button", "Save the observation")
        asha.page.keyboard.press("Enter")
        asha.sees("Shared with Ben: 3 standards rated. Its levels count from now on.")
        asha.sees(re.compile("^Next person in the same session"))
    with reading() as db:
        assert sorted(db.exec(select(Rating.level))) == [3, 3, 4]


def go_to(person: Person, role: str, name: str) -> None:
    """With Tab alone, from wherever the keyboard is."""
    settled(person.page)
    there = person.page.get_by_role(role, name=re.compile(f"^{re.escape(name)}")).first  # type: ignore[arg-type]
    for _ in range(80):
        if there.evaluate("one => one === document.activeElement"):
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name}")


def type_and_choose(person: Person, words: str) -> None:
    person.page.keyboard.type(words)
    expect(person.page.get_by_role("option", name=words).first).to_be_visible()
    person.page.keyboard.press("Enter")
    settled(person.page)


def test_on_a_phone_nothing_scrolls_sideways(
    browser: Browser, service: tuple[str, Cast], shot: Callable[[Page, str], None]
) -> None:
    address, _ = service
    with ExitStack() as desks:
        asha, ben = (desks.enter_context(somebody(browser, address, name)) for name in ("Asha", "Ben"))
        for one in (asha, ben):
            one.page.set_viewport_size({"width": 390, "height": 844})
        asha.open("observe?show=Record")
        asha.choose("Whom did you observe?", "Ben")
        rate(asha, (ALONE, PROMPTED, HELPS_OTHERS), "Seen on the landing.")
        fits_a_phone(asha)
        press(asha.page.get_by_text("Share it now", exact=True))
        asha.click("Save the observation")
        asha.sees("Shared with Ben: 3 standards rated. Its levels count from now on.")
        for part in ("Planned", "My drafts", "Shared and signed"):
            asha.open(f"observe?show={part}")
            fits_a_phone(asha)
        asha.open("team_competency")
        fits_a_phone(asha)
        ben.open("practice")
        fits_a_phone(ben)
        shot(ben.page, "observed-practice")


def fits_a_phone(person: Person) -> None:
    settled(person.page)
    beyond = "main => main.scrollWidth - main.clientWidth"
    assert person.page.get_by_test_id("stMain").evaluate(beyond) == 0
