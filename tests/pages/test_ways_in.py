"""Every page × person × way in, beside the page file itself (test_every_page.py): by the menu, by its address under the
main script, and by what was drawn for somebody else: its buttons, callbacks, fragments and dialogs, pressed after
access was withdrawn or by the next person at the same browser. Forged traffic is tried over the wire (tests/security).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tcsuper.clock import now
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import Account, AuditEvent, Submission
from tcsuper.settings import ROOT
from tcsuper.ui.menu import PAGES, MenuPage
from tcsuper.ui.signed_in import SIGN_IN_FIRST
from tests.access_oracle import PEOPLE, TRIED, may_enter
from tests.pages.test_every_page import FILES, NEEDS, Bens, everything_on, names_ben, opened, shows_only, stage
from tests.signing_in import bring_cookie, ticket_for

__all__ = ["stage"]  # a fixture: one database and a sign-in for each person
HOLDERS = ("Asha", "Eve", "Dev", "Ben")
each_page = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def lets_in(name: str, page: MenuPage) -> bool:
    what, action, of_others = page.needs.value
    return may_enter(name, what.value, action.value, of_others)


# ---------------------------------------------------------------------------------------------------------------------
# Menu and address


def _menu() -> None:
    import streamlit as st

    from tcsuper.ui import menu
    from tcsuper.ui.signed_in import this_browser

    me = this_browser()
    for page in menu.PAGES:
        entered = menu._page_for(me, page, menu._has_post(me))
        st.text(f"{page.file} {entered.visibility} {menu._stand_in(me, page) is None}")


@pytest.mark.parametrize("name", [*PEOPLE, None])
def test_menu_offers_only_what_opens(stage: Bens, monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    bring_cookie(monkeypatch, stage.tickets[name] if name else None)
    at = AppTest.from_function(_menu, default_timeout=60).run()
    for page, line in zip(PAGES, (text.value for text in at.text), strict=True):
        TRIED["pages by the menu"] += 1
        file, visibility, is_real = line.split()
        may = name is not None and lets_in(name, page)
        assert file == page.file and (is_real == "True") is may, f"{name}: {line}"
        assert may or visibility == "hidden", f"{name}: {line}"


@pytest.mark.proof
@pytest.mark.parametrize("name", [*PEOPLE, None])
def test_address_under_the_main_script_opens_what_the_table_names(
    stage: Bens, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    """Typed, or kept as a bookmark: each page's address, with forged parameters."""
    bring_cookie(monkeypatch, stage.tickets[name] if name else None)
    for page in PAGES:
        TRIED["pages by address"] += 1
        at = AppTest.from_file(str(ROOT / "tcsuper" / "main.py"), default_timeout=60)
        at._page_hash = calc_hash(page.path)
        for key, value in stage.forged.items():
            at.query_params[key] = value
        at.run()
        assert not at.exception, page.file
        if name is None:
            assert [one.label for one in at.text_input] == ["Username", "Password"], page.file
        elif lets_in(name, page):
            assert at.title and NO_SUCH_RECORD not in [error.value for error in at.error], page.file
            assert name not in ("Carol", "Cai", "Gwen", "Kit", "Jo") or not names_ben(at), page.file
        else:
            assert [error.value for error in at.error] == [NO_SUCH_RECORD] and not at.title, page.file


# ---------------------------------------------------------------------------------------------------------------------
# What was drawn for somebody else


def _written() -> tuple[int, int]:
    """Everything that saves leaves an event, and most spend a submission."""
    with reading() as db:
        return tuple(db.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in (AuditEvent, Submission))  # type: ignore[return-value]


def _press_everything(at: AppTest) -> int:
    """Every button at once, in one message to the server, as a forged one could: callbacks, forms, dialogs. Text is
    typed into every field before."""
    for field in (*at.text_input, *at.text_area):
        field.set_value("Typed by somebody who is out")
    for button in at.button:
        button.click()
    at.run()
    return len(at.button)


@pytest.fixture
def shut(stage: Bens) -> Iterator[dict[str, str]]:
    """Tickets of their own for people whose account will be ended; opened again afterwards."""
    yield {name: ticket_for(stage.accounts[name]) for name in HOLDERS}
    with writing() as db:
        for account in db.exec(select(Account).where(col(Account.disabled_at).is_not(None))):
            account.disabled_at = None


@each_page
@pytest.mark.parametrize("name", HOLDERS)
def test_every_button_of_somebody_whose_account_was_ended_does_nothing(
    stage: Bens, shut: dict[str, str], monkeypatch: pytest.MonkeyPatch, file: Path, name: str
) -> None:
    page = next(page for page in PAGES if page.file == file.name)
    if not lets_in(name, page):
        return
    bring_cookie(monkeypatch, shut[name])
    at = opened(file, **(stage.forged if name == "Asha" else {}))
    assert at.title, "they were in"
    with writing() as db:
        db.get_one(Account, stage.accounts[name]).disabled_at = now()
    before, pressed = _written(), len(at.button)
    _press_everything(at)
    TRIED["buttons after access was withdrawn"] += pressed
    assert _written() == before, file.name
    assert shows_only(at, SIGN_IN_FIRST) and not at.exception


@each_page
@pytest.mark.parametrize(
    ("name", "next_one"),
    [("Asha", "Jo"), *(pytest.param(*two, marks=pytest.mark.proof) for two in (("Eve", "Carol"), ("Asha", "Carol")))],
)
def test_every_button_pressed_by_the_next_person_does_nothing_of_the_first(
    stage: Bens, monkeypatch: pytest.MonkeyPatch, file: Path, name: str, next_one: str
) -> None:
    """The tab of one person, the cookie of the next: what the first one saw is gone, and nothing is saved as either."""
    page = next(page for page in PAGES if page.file == file.name)
    if not lets_in(name, page):
        return
    bring_cookie(monkeypatch, stage.tickets[name])
    at = opened(file, **(stage.forged if name == "Asha" else {}))
    bring_cookie(monkeypatch, stage.tickets[next_one])
    before, pressed = _written(), len(at.button)
    at.query_params.clear()
    _press_everything(at)
    TRIED["buttons after access was withdrawn"] += pressed
    assert _written() == before, file.name
    assert not at.exception and not names_ben(at)
    assert "Typed by somebody who is out" not in everything_on(at.main)
    if not lets_in(next_one, page):
        assert shows_only(at, NO_SUCH_RECORD)


def test_every_callback_fragment_and_dialog_has_its_proof() -> None:
    """They run without the top of the page: each new one is thought about, and named here with the test that shows
    what it does for somebody who may not."""
    found = set()
    for file in [*FILES, *sorted((ROOT / "tcsuper" / "ui").glob("*.py"))]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("on_click", "on_change", "on_select"):
                if not (isinstance(node.value, ast.Constant) and node.value.value in ("rerun", "ignore")):
                    found.add((file.name, ast.unparse(node.value)))
            if isinstance(node, ast.Attribute) and node.attr in ("fragment", "dialog"):
                found.add((file.name, f"st.{node.attr}"))
    assert found == set(PROVED)
    for proof in PROVED.values():
        path, _, test = proof.partition("::")
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), proof


EVERY_BUTTON = "tests/pages/test_ways_in.py::test_every_button_of_somebody_whose_account_was_ended_does_nothing"
ONLY_THE_DRAFT = "tests/pages/test_job_description_pages.py::test_every_step_of_somebody_who_is_out_does_nothing"
ONLY_THE_IMPORT = "tests/pages/test_import_page.py::test_every_answer_of_somebody_who_is_out_does_nothing"
PROVED = {
    ("second_factor.py", "memory().pop"): EVERY_BUTTON,
    ("opened_texts.py", "open_it"): EVERY_BUTTON,
    ("opened_texts.py", "close_it"): EVERY_BUTTON,
    ("two_drafts.py", "_take"): EVERY_BUTTON,
    ("record_session.py", "st.session_state.update"): EVERY_BUTTON,
    ("register_checks.py", "_skip"): EVERY_BUTTON,
    ("job_description_reading.py", "do"): ONLY_THE_DRAFT,
    ("job_description_reading.py", "typed"): ONLY_THE_DRAFT,
    ("job_description_reading.py", "put_away"): ONLY_THE_DRAFT,
    ("job_description_reading.py", "st.session_state.update"): ONLY_THE_DRAFT,
    ("job_description_items.py", "do"): ONLY_THE_DRAFT,
    ("job_description_items.py", "typed"): ONLY_THE_DRAFT,
    ("job_description_items.py", "open_or_close"): ONLY_THE_DRAFT,
    ("job_description_items.py", "worded"): ONLY_THE_DRAFT,
    ("job_description_items.py", "add_typed"): ONLY_THE_DRAFT,
    ("job_description_items.py", "open_or_close_reference"): ONLY_THE_DRAFT,
    ("import_reading.py", "go_to_step"): ONLY_THE_IMPORT,
    ("import_reading.py", "put_away"): ONLY_THE_IMPORT,
    ("import_understood.py", "take_sheet"): ONLY_THE_IMPORT,
    ("import_understood.py", "use_mapping"): ONLY_THE_IMPORT,
    ("import_understood.py", "answered"): ONLY_THE_IMPORT,
    ("import_mending.py", "leave_out_all"): ONLY_THE_IMPORT,
    ("import_mending.py", "mended"): ONLY_THE_IMPORT,
    ("import_mending.py", "left_out"): ONLY_THE_IMPORT,
    ("import_mending.py", "take_up_again"): ONLY_THE_IMPORT,
    ("import_people.py", "go_to_step"): ONLY_THE_IMPORT,
    ("import_people.py", "say_of_all"): ONLY_THE_IMPORT,
    ("import_people.py", "say_who"): ONLY_THE_IMPORT,
    ("import_made.py", "put_away"): ONLY_THE_IMPORT,
    ("time_out.py", "st.fragment"): EVERY_BUTTON,
    ("team_overview.py", "st.fragment"): "tests/pages/test_team_page.py::test_a_part_drawn_anew_asks_who_looks",
    ("time_out.py", "_stay"): EVERY_BUTTON,
}


def test_every_page_of_the_menu_was_tried() -> None:
    assert {page.file for page in PAGES} == {file.name for file in FILES} == set(NEEDS)
