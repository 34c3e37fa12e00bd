"""Every page is locked, whoever comes and however; and what is saved is saved once, with no typed word lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.access import holds, spend
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import Account, DatabaseMark, SignIn, Staff
from tcsuper.services.sign_in import open_sign_in, spend_handover, who_holds
from tcsuper.settings import ROOT
from tcsuper.ui.menu import PAGES
from tcsuper.ui.signed_in import CHANGE_PASSWORD_FIRST, CODE_FIRST, SIGN_IN_FIRST
from tests.people import Cast, actor
from tests.signing_in import bring_cookie, sign_in

FILES = sorted(ROOT.glob("pages/*.py"))
NEEDS = {page.file: page.needs for page in PAGES}
EVERY_KIND = ("Asha", "Ben", "Dev", "Eve", "Farah", "Gwen", "Ivor", "Jo")
each_page = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def opened(file: Path) -> AppTest:
    return AppTest.from_file(str(file), default_timeout=60).run()


def main_script() -> AppTest:
    return opened(ROOT / "tcsuper" / "main.py")


def said(at: AppTest) -> list[str]:
    return [error.value for error in at.error]


def shows_only(at: AppTest, sentence: str) -> bool:
    """This sentence and not one element more."""
    drawn = [element for element in at.main.children.values() if element.type != "empty"]
    return said(at) == [sentence] and len(drawn) == 1 and not at.exception


# ---------------------------------------------------------------------------------------------------------------------
# Pages


def test_every_page_is_in_the_menu() -> None:
    assert {file.name for file in FILES} <= set(NEEDS), "a page that is not in ui/menu.py"
    assert len({page.path for page in PAGES}) == len(PAGES)


@each_page
def test_page_shows_nothing_to_somebody_not_signed_in(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    bring_cookie(monkeypatch, None)
    assert shows_only(opened(file), SIGN_IN_FIRST)
    bring_cookie(monkeypatch, "x" * 43)
    assert shows_only(opened(file), SIGN_IN_FIRST)


@each_page
def test_page_shows_nothing_before_the_password_is_changed(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    with writing() as db:
        db.get_one(Account, page_cast.accounts["Eve"]).must_change_password = True
    sign_in(monkeypatch, page_cast.accounts["Eve"])
    assert shows_only(opened(file), CHANGE_PASSWORD_FIRST)


@each_page
def test_page_shows_nothing_before_the_code_is_given(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    with writing() as db:
        handover = open_sign_in(db, db.get_one(Account, page_cast.accounts["Eve"]))
    bring_cookie(monkeypatch, spend_handover(handover))
    assert shows_only(opened(file), CODE_FIRST)


@each_page
def test_page_closes_at_the_next_click_when_the_account_is_ended(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    who = next(name for name in EVERY_KIND if holds(actor(page_cast, name), NEEDS[file.name]))
    sign_in(monkeypatch, page_cast.accounts[who])
    at = opened(file)
    assert at.title
    end_account_of(page_cast, who)
    assert shows_only(at.run(), SIGN_IN_FIRST)


def end_account_of(cast: Cast, name: str) -> None:
    with writing() as db:
        db.get_one(Account, cast.accounts[name]).disabled_at = now()


# ---------------------------------------------------------------------------------------------------------------------
# The main script


def test_front_door_of_a_live_service_asks_for_a_password(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_cookie(monkeypatch, None)
    at = main_script()
    assert [one.label for one in at.text_input] == ["Username", "Password"]
    assert not at.sidebar.button and not at.selectbox


def test_front_door_of_an_empty_database_says_what_to_do(page_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_cookie(monkeypatch, None)
    at = main_script()
    assert "python -m tcsuper init" in at.markdown[0].value and not at.text_input


def test_front_door_of_the_demonstration_offers_its_people(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_MODE", "demo")
    with writing() as db:
        db.add(DatabaseMark(kind="demo"))
    bring_cookie(monkeypatch, None)
    at = main_script()
    assert at.info[0].value.startswith("Demonstration: invented people.")
    assert "Asha · Therapy manager, Ashdown B" in at.selectbox[0].options
    at.button[0].click().run()
    with reading() as db:
        assert db.exec(select(SignIn)).one().handover_hash


def test_wrong_password_is_refused_and_the_name_stays(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_cookie(monkeypatch, None)
    at = main_script()
    at.text_input[0].input("asha")
    at.text_input[1].input("wrong")
    at.button[0].click().run()
    assert said(at) == [
        "The username or password is not right, or the account is locked. Try again, or ask your administrator."
    ]
    assert at.text_input[0].value == "asha"


def test_somebody_with_a_single_use_password_sees_nothing_else(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        db.get_one(Account, page_cast.accounts["Ben"]).must_change_password = True
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = main_script()
    assert at.title[0].value == "Choose a new password"
    assert [one.label for one in at.text_input][1:] == ["New password", "New password again"]


def test_signing_out_ends_the_sign_in(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = main_script()
    at.sidebar.button[0].click().run()
    assert who_holds(ticket) is None
    assert [one.label for one in at.run().text_input] == ["Username", "Password"]


def test_next_person_in_the_same_tab_finds_nothing(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a tab's session ever outlive its person, the guard empties it: widgets and all."""
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = opened(ROOT / "pages" / "home.py")
    at.session_state["typed"] = "Asha's words"
    at.session_state["tcsuper"]["as_at"] = today() - timedelta(days=3)
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at.run()
    assert "typed" not in at.session_state and "as_at" not in at.session_state["tcsuper"]


# ---------------------------------------------------------------------------------------------------------------------
# Saving


def small_page() -> None:
    """A page as style.md draws it, with a callback, a fragment and a form."""
    import streamlit as st
    from sqlmodel import select

    from tcsuper.access import spend
    from tcsuper.errors import InvalidRecord, NotAllowed
    from tcsuper.models import Staff
    from tcsuper.ui.saving import record_button, record_form, saving
    from tcsuper.ui.signed_in import signed_in_staff

    def rename() -> None:
        form = record_button("callback", "unseen")
        with saving(form, done="Renamed.") as db:
            db.exec(select(Staff).where(Staff.full_name == "Jo")).one().full_name = "Jo, by callback"

    me = signed_in_staff()
    st.title(f"Hello {me.name}")
    st.button("By callback", on_click=rename)

    @st.fragment
    def part() -> None:
        if st.button("Inside"):
            st.write(f"Read by {signed_in_staff().name}")

    part()
    with record_form("small") as form:
        name = st.text_input("Name", key=form.widget_key("name"))
        form.slot("full_name")
        other = st.text_input("Other", key=form.widget_key("other"))
        form.slot("other")
    if form.submitted:
        with saving(form, done=f"Saved **{name}**.") as db:
            spend(db, form.key)
            db.add(Staff(full_name=name, code=name))
            db.flush()
            if name == "short":
                raise InvalidRecord(full_name="Too *short*.")
            if name == "both":
                raise InvalidRecord(full_name="One.", other="Two.")
            if name == "foreign":
                raise NotAllowed
    st.text(f"{other}|{form.key}")


@pytest.fixture
def small(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    return AppTest.from_function(small_page, default_timeout=60).run()


def save(at: AppTest, name: str) -> AppTest:
    at.text_input[0].input(name)
    next(button for button in at.button if button.label == "Save").click()
    return at.run()


def stored(name: str) -> bool:
    with reading() as db:
        return db.exec(select(Staff).where(Staff.full_name == name)).first() is not None


def test_saved_form_says_so_and_starts_anew(small: AppTest) -> None:
    before = small.text[0].value
    save(small, "Nia")
    assert stored("Nia")
    assert small.success[0].value == r"Saved \*\*Nia\*\*\."
    assert small.text_input[0].value == "" and small.text[0].value != before
    assert not small.run().success, "the message is shown once"


def test_refused_form_keeps_the_words_and_says_why_beside_the_field(small: AppTest) -> None:
    before = small.text[0].value
    save(small, "short")
    assert not stored("short")
    assert said(small) == ["Nothing was saved.", r"Too \*short\*\."]
    assert small.text_input[0].value == "short" and small.text[0].value == before
    save(small, "Nia")
    assert stored("Nia")


def test_several_problems_are_listed_on_top_too(small: AppTest) -> None:
    save(small, "both")
    assert said(small) == ["Nothing was saved.\n\n- One\\.\n- Two\\.", r"One\.", r"Two\."]


def test_not_allowed_is_said_with_what_became_of_it(small: AppTest) -> None:
    save(small, "foreign")
    assert said(small) == [rf"{NO_SUCH_RECORD} Nothing was saved.".replace(".", r"\.")]
    assert not stored("foreign")


def test_form_that_was_saved_already_is_a_success_and_stores_nothing_more(small: AppTest) -> None:
    """A click that arrives while the first is being saved brings the same key."""
    with writing() as db:
        spend(db, small.session_state["tcsuper"]["forms"]["small"]["key"])
    save(small, "Nia")
    assert small.success and not said(small) and not stored("Nia")


@pytest.mark.parametrize("button", ["By callback", "Inside", "Save"])
def test_callback_fragment_and_form_stop_when_the_account_is_ended(
    page_cast: Cast, small: AppTest, button: str
) -> None:
    """Rule 3: a callback runs before the page's first line, and a fragment without it. Seen to fail without `guard()`
    in `saving`: the callback wrote."""
    end_account_of(page_cast, "Ben")
    small.text_input[0].input("Nia")
    next(one for one in small.button if one.label == button).click().run()
    assert not stored("Jo, by callback") and not stored("Nia")
    assert "Read by Ben" not in [one.value for one in small.markdown]
    assert not small.exception


def test_callback_saves_for_somebody_who_may(small: AppTest) -> None:
    """The other half of the test above: without the end of the account it does write."""
    next(one for one in small.button if one.label == "By callback").click().run()
    assert stored("Jo, by callback")
