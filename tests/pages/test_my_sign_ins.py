"""The page about one's own signing in: one's own browsers, password and codes, and a way to end each."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper.database import writing
from tcsuper.models import Account
from tcsuper.services.sign_in import who_holds
from tcsuper.settings import ROOT
from tests.people import Cast
from tests.second_factors import code_of, key_of
from tests.signing_in import HASHED, PASSWORD, sign_in, ticket_for

PAGE: Path = ROOT / "pages" / "my_sign_ins.py"


@pytest.fixture
def ben(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    """Signed in here and on another browser."""
    ben = page_cast.accounts["Ben"]
    with writing() as db:
        db.get_one(Account, ben).password_hash = HASHED
    sign_in(monkeypatch, ben)
    return ben


def opened() -> AppTest:
    return AppTest.from_file(str(PAGE), default_timeout=60).run()


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click()
    return at.run()


def field(at: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(one for one in at.text_input if one.label == label)


def everything(at: AppTest) -> str:
    return " ".join(one.value for one in [*at.markdown, *at.success, *at.error, *at.info])


def test_other_browsers_are_listed_and_ended(ben: int) -> None:
    first, second = ticket_for(ben), ticket_for(ben)
    at = opened()
    assert everything(at).count("with the password") == 3
    press(at, "End")
    assert (who_holds(first) is None) is not (who_holds(second) is None), "one of them, and this one stays"
    press(at, "End all the others")
    assert who_holds(first) is None and who_holds(second) is None
    assert everything(opened()).count("with the password") == 1


def test_codes_are_set_up_after_the_password_was_given_again(ben: int) -> None:
    at = opened()
    field(at, "Your password").input("wrong")
    press(at, "Set up one-time codes")
    assert "The password or the code is not right" in everything(at)
    field(at, "Your password").input(PASSWORD)
    press(at, "Set up one-time codes")
    assert at.code[0].value.replace(" ", "") == key_of(ben)
    field(at, "2. Give the code that it shows").input(code_of(key_of(ben)))
    press(at, "Confirm")
    assert len(at.session_state["tcsuper"]["recovery_codes"]) == 10
    assert "You have 10 recovery codes left." in everything(at) and not at.code, "the key is shown to nobody again"


def test_codes_that_are_set_up_can_be_changed_and_given_up(ben: int) -> None:
    test_codes_are_set_up_after_the_password_was_given_again(ben)
    at = opened()
    labels = [button.label for button in at.button]
    assert "Stop asking me for codes" in labels and "Make ten new ones" in labels and "Make a new key" in labels


def test_password_is_changed_with_the_present_one_only(ben: int) -> None:
    elsewhere = ticket_for(ben)
    at = opened()
    for label, words in (("Your present password", "wrong"), ("New password", "quiet heron 88")):
        field(at, label).input(words)
    field(at, "New password again").input("quiet heron 88")
    press(at, "Change password")
    assert "Nothing was saved" in everything(at) and who_holds(elsewhere) is not None
    field(at, "Your present password").input(PASSWORD)
    press(at, "Change password")
    assert "Your password is changed" in everything(at) and who_holds(elsewhere) is None


def test_somebody_without_a_password_is_told_why(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, page_cast.accounts["Cai"])
    assert "You have none here" in everything(opened())
