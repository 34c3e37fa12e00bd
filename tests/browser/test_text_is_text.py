"""T14, T15: words that people typed are text on every page that shows them, in a real browser: no picture, link,
script, icon, formula or colour comes of them, and no request leaves for another host."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import AutoString, Session, col, select

from tcsuper.access import actor_for_account, holds
from tcsuper.clock import now
from tcsuper.database import reading, writing
from tcsuper.models import (
    Account,
    Attendance,
    Base,
    CourseTrainer,
    EvidenceFile,
    ExportEntry,
    ImportBatch,
    ImportMapping,
    Observation,
    Review,
    RoleGrant,
    Staff,
    SupervisionSession,
)
from tcsuper.rules.importing import SheetKind
from tcsuper.sealing import seal, unseal
from tcsuper.ui.menu import PAGES
from tests.browser.conftest import serving
from tests.browser.person import press
from tests.databases import SqliteFiles, copy_of, in_use
from tests.signing_in import ticket_for

HOSTILE = (
    "![p](http://beacon.example/p.png) [l](http://beacon.example/l) "
    "<img src=http://beacon.example/i.png onerror=owned()><script>document.title='owned'</script> "
    ":material/skull: :skull: $\\sqrt{owned}$ :red[zed] http://beacon.example/a www.beacon.example mail@beacon.example "
    "`code` # **bold** ](javascript:owned()) :material_skull: :streamlit:"
)
UNTOUCHED = ":material/skull: :skull: $\\sqrt{owned}$ :red[zed]"
NOT_TYPED = {
    *("code", "username", "password_hash", "single_sign_on", "handover_hash", "ticket_hash", "code_hash", "name_hash"),
    *(
        "key",
        "purpose",
        "action",
        "object_kind",
        "object_key",
        "area",
        "staff_number",
        "mark",
        "terms",
        "kind",
        "digest",
    ),
}
"""Columns that the product writes or matches by itself. Every other column of words is poisoned, also one to come."""
BROKEN_OUT = """() => {
    const all = pattern => [...document.querySelectorAll(pattern)];
    const leading = all('*').filter(one => ['href', 'src', 'srcset', 'style', 'xlink:href', 'data', 'action'].some(
        name => /beacon|javascript:/.test(one.getAttribute(name) || '')));
    const icons = all('[data-testid="stIconMaterial"], [role="img"]').filter(one => /skull/.test(one.textContent));
    const made = all('strong, em, code, .katex, .katex-error, h1, h2, h3, h4, h5, h6')
        .filter(one => /^(bold|code|zed|.*√.*)$/.test(one.textContent.trim()));
    const coloured = all('span').filter(one => one.textContent.trim() === 'zed');
    const logos = all('img[alt="Streamlit logo"]');
    const active = all('iframe, object, embed, base, [onerror], [onclick]');
    const found = new Set([...leading, ...icons, ...made, ...coloured, ...logos, ...active]);
    return [...found].map(one => one.outerHTML.slice(0, 300));
}"""
"""What came of the words that is no text: an address that leads somewhere, an icon, a letter in bold, a formula."""


@pytest.fixture(scope="module")
def poisoned(demo_on_sqlite: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, with hostile words added to whatever was typed."""
    with copy_of("demo", demo_on_sqlite) as url, in_use(url):
        keepers = [person(**WHO[role]) for role in ("manager", "administrator")]
        with writing() as db:
            for account_id in keepers:
                add_what_was_taken_in_and_away(db, db.get_one(Account, account_id).staff_id)
            poison(db)
            db.execute(sa.update(Account).values(must_change_password=False))  # or every page would ask for a new one
        with serving(url, tmp_path_factory.mktemp("poisoned") / "server.log") as address:
            yield address


def add_what_was_taken_in_and_away(db: Session, by: int) -> None:
    """An import, how it was understood, and a file in the register."""
    place = db.exec(select(RoleGrant.community_id).where(RoleGrant.staff_id == by)).first()
    kept = {"headings": [HOSTILE], "people": {HOSTILE: by}, "kept_by_id": by, "kept_at": now()}
    made = {"made_at": now(), "made_by_id": by}
    db.add(ImportMapping(name="Monthly list", community_id=place, **kept))
    db.add(ImportBatch(file_name="list.xlsx", digest="0" * 64, kinds=[SheetKind.STAFF], **made))
    db.add(ExportEntry(number=f"LIST-{by}", kind="Session log", title="Session log", **made))
    db.flush()


def poison(db: Session) -> None:
    for table in Base.metadata.sorted_tables:
        typed = [
            column
            for column in table.columns
            if isinstance(column.type, AutoString) and column.name not in NOT_TYPED and not column.foreign_keys
        ]
        if typed and table.name != "audit_event":  # whose rows nobody can change
            change = sa.update(table).values({column: column + " " + HOSTILE for column in typed})
            if table is CourseTrainer.__table__:  # one of the staff has no name typed
                change = change.where(table.c.name != "")
            for reason in (column for column in typed if column.name.endswith("_because")):
                # cancelled, withdrawn or undone: a reason is typed only where something was
                change = change.values({reason: sa.case((reason != "", reason + " " + HOSTILE), else_="")})
            db.execute(change)
    for mapper in Base.__subclasses__():
        sealed = [
            name
            for name in getattr(mapper, "model_fields", ())
            if name.startswith("sealed_") and "seed" not in name and mapper is not EvidenceFile  # a file is no words
        ]
        for row in db.exec(select(mapper)).all() if sealed else []:
            for name in sealed:
                seal(row, name, f"{unseal(row, name)} {HOSTILE}")


def person(**wanted: object) -> int:
    """The account of somebody with a role, or of an officer who came to a session."""
    with reading() as db:
        found = select(Account.id).join(Staff).order_by(col(Account.id))
        if "role" in wanted:
            found = found.join(RoleGrant, col(RoleGrant.staff_id) == Staff.id).where(RoleGrant.role == wanted["role"])
        else:
            found = found.where(Account.username == wanted["username"])
        return db.exec(found).first() or 0


def looks(account_id: int) -> Iterator[str]:
    """Every page this person may enter; those that open a record, with one of theirs."""
    with reading() as db:
        me = actor_for_account(db, account_id)
        assert me is not None
        somebody = db.exec(select(Staff.id).where(Staff.id != me.staff_id)).all()
        observation = db.exec(select(Observation.record_id).limit(1)).first()
        session = db.exec(
            select(SupervisionSession.record_id).join(Attendance).where(Attendance.staff_id == me.staff_id).limit(1)
        ).first()
        review = db.exec(select(Review.id).limit(1)).first()
    for page in PAGES:
        if holds(me, page.needs):
            asked = {"person": somebody[8], "session": session, "observation": observation, "review": review}
            yield f"{page.path}?{urlencode(asked)}"


WHO = {
    "manager": {"username": "asha.rao"},
    "officer": {"username": "ben.ellis"},
    "director": {"role": "director"},
    "administrator": {"role": "administrator"},
}
IN_PARTS = ("reviews", "import_records", "audit_trail")
"""Pages that show what was typed in parts that no address leads to: each part is opened."""
OUR_WORDS_ALONE = {
    "manager": {"audit_trail", "my_sign_ins"},
    "officer": {"emergency_access", "my_sign_ins"},
    "director": {"audit_trail", "my_sign_ins"},
    "administrator": {"home", "emergency_access", "training", "responsibilities", "practice", "reviews", "my_sign_ins"},
}
"""Pages that may show this person no typed word; on every other one the hostile words must have been read."""


@pytest.mark.proof
@pytest.mark.parametrize("role", WHO)
def test_typed_words_are_text_on_every_page(poisoned: str, browser: Browser, role: str) -> None:
    """T14, T15. Seen to fail without `plain` around the title in the table of my sessions: pictures and links of a
    stranger's server stood in the page; and with a page that shows no typed word in place of every other."""
    account_id = person(**WHO[role])
    context = browser.new_context(base_url=poisoned)
    context.add_cookies([{"name": "tcsuper", "value": ticket_for(account_id), "url": poisoned}])
    page, asked, silent = context.new_page(), [], set()
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(f"A dialog opened: {dialog.message}"))
    for look in looks(account_id):
        page.goto(f"/{look}")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        words, name = read(page, look), look.split("?")[0] or "home"
        chooser = page.get_by_test_id("stMain").get_by_role("combobox").first
        if UNTOUCHED not in words and name not in OUR_WORDS_ALONE[role]:  # a busy machine may still be drawing the list
            comes_true(lambda chooser=chooser: can_be_chosen(chooser), page)
        for _ in range(3):  # a run of the page that begins meanwhile closes the list: then it is opened again
            if can_be_chosen(chooser):
                choose_the_first(page, chooser, within=3 if UNTOUCHED in words else 8)
                words += read(page, f"{look} after a choice")
            if UNTOUCHED in words or name in OUR_WORDS_ALONE[role]:
                break
        held = page.get_by_role(
            "radio", name="It was held"
        )  # in the morning today's session is to be planned, which names nobody
        if name == "record_supervision" and held.count():
            press(held)
            words += read(page, f"{look} as held")
        for part in parts_of(page) if name in IN_PARTS else []:
            press(part)
            words += read(page, f"{look} in another part")
        if UNTOUCHED not in words:
            silent.add(name)
    assert silent <= OUR_WORDS_ALONE[role], "the hostile words were not there to be tried"
    assert [url for url in asked if not url.startswith((poisoned, "data:", "blob:"))] == []
    context.close()


def parts_of(page: Page) -> list[Locator]:
    return page.get_by_test_id("stMain").get_by_role("radiogroup").first.get_by_role("radio").all()


def can_be_chosen(chooser: Locator) -> bool:
    return chooser.count() > 0 and chooser.is_visible() and chooser.is_enabled()


def choose_the_first(page: Page, chooser: Locator, within: int) -> None:
    """And wait for what comes of it: on a busy machine the list opens, and the page answers, a moment later."""
    shown = page.get_by_test_id("stMain").text_content()
    for _ in range(3):
        chooser.press("ArrowDown")
        if comes_true(lambda: page.get_by_role("option").count() > 0, page, within=3):
            break
    chooser.press("Enter")
    if chooser.locator(
        "xpath=ancestor::*[@data-testid='stMultiSelect']"
    ).count():  # its list stays open, before all else
        chooser.press("Escape")  # which would clear the choice of any other list
    comes_true(lambda: page.get_by_test_id("stMain").text_content() != shown, page, within)


def comes_true(asked: Callable[[], bool], page: Page, within: int = 8) -> bool:
    """Within so many seconds."""
    for _ in range(within * 10):
        if asked():
            return True
        page.wait_for_timeout(100)
    return False


def read(page: Page, look: str) -> str:
    """The words on the page, which are words and nothing else."""
    words = settled(page)
    assert page.evaluate(BROKEN_OUT) == [], look
    lost = re.search(r"(?<!:red\[)(?<! and )zed", words)  # "and": a suggested link names each word by itself
    assert page.title() != "owned" and "💀" not in words and not lost, look
    assert "Something went wrong" not in words, look
    return words


def settled(page: Page) -> str:
    """What the page says besides its menu, tabs and tables included, when nothing more comes."""
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    words, before = "", None
    while words != before:
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
        page.wait_for_timeout(300)
        words, before = page.get_by_test_id("stMain").text_content() or "", words
    return words


def test_page_lets_nothing_in_that_is_not_its_own(poisoned: str, page: Page) -> None:
    """T14: should hostile words ever get through, the policy stops them, and says so on the console.
    Seen to fail without `img-src` in `_policy`: the browser asked for the picture at beacon.example."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(poisoned)
    expect(page.get_by_role("heading", name="Pick a person")).to_be_visible()
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = "document.title = 'owned'";
            document.body.append(script);
            const picture = document.createElement('div');
            picture.innerHTML = '<img src="http://beacon.example/p.png" onerror="document.title = `owned`">';
            document.body.append(picture);
            setTimeout("document.title = 'owned'", 0);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.title() != "owned"
    for what, directive in (("inline script", "script-src"), ("beacon.example/p.png", "img-src")):
        assert any("Content Security Policy" in line and what in line and directive in line for line in said), said
    assert any("Evaluating a string" in line or "unsafe-eval" in line for line in said), said
