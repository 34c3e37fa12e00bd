"""What if, as it stands on screen: asked by a button, named after what was asked, and nothing stored."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper import words
from tcsuper.clock import today
from tcsuper.database import writing
from tcsuper.settings import ROOT
from tests.leaving import Leaver
from tests.signing_in import sign_in
from tests.supposing import digest, stage

PAGE = Path(ROOT / "pages" / "responsibilities.py")
BUTTON = "Show what would change"


@pytest.fixture
def ben(page_database: str) -> Leaver:
    with writing() as db:
        return stage(db)


def opened(ben: Leaver, who: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    sign_in(monkeypatch, ben.cast.accounts[who])
    at = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    kinds = (at.markdown, at.caption, at.success, at.error, at.warning)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def choose(at: AppTest, *staff_ids: int) -> AppTest:
    next(one for one in at.multiselect if one.key == "what_if_people").set_value(list(staff_ids)).run()
    assert not at.exception
    return at


def press(at: AppTest) -> AppTest:
    next(one for one in at.button if one.label == BUTTON).click().run()
    assert not at.exception
    return at


def test_the_answer_names_what_was_asked_and_goes_when_the_choice_changes(
    ben: Leaver, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(ben, "Asha", monkeypatch)
    assert BUTTON not in [one.label for one in at.button], "nothing is worked out before anybody is chosen"
    choose(at, ben.ben)
    before = digest()
    assert "If Ben leaves on" not in said(at)
    press(at)
    assert f"If Ben leaves on {words.day(today())}: 1 led responsibility uncovered" in said(at)
    assert "Nobody would supervise Farah on" in said(at) and "Keep the evacuation plan" in said(at)
    assert len(at.table) >= 1 and digest() == before
    choose(at, ben.ben, ben.cast.id("Bela"))
    assert "If Ben leaves" not in said(at) and "Your choice changed" in said(at)
    press(at)
    assert f"If Ben and Bela leave on {words.day(today())}:" in said(at)
    choose(at)
    assert "If Ben" not in said(at) and digest() == before


def test_each_person_has_a_kind_of_their_own_and_a_refusal_says_why(
    ben: Leaver, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = choose(opened(ben, "Asha", monkeypatch), ben.ben, ben.cast.id("Bela"))
    next(one for one in at.selectbox if one.key == f"what_if_kind-{ben.ben}").set_value("Is on leave").run()
    assert "is away from" in said(press(at))
    first = next(one for one in at.date_input if one.key == f"what_if_day-Is on leave-{ben.ben}")
    first.set_value(today().replace(year=today().year - 1, day=1)).run()
    assert "asked from today on" in said(press(at)) and "is away from" not in said(at)


def test_the_director_is_told_what_is_not_set_side_by_side(ben: Leaver, monkeypatch: pytest.MonkeyPatch) -> None:
    at = press(choose(opened(ben, "Dev", monkeypatch), ben.ben))
    assert "If Ben leaves on" in said(at) and "Keep the evacuation plan" in said(at)
    assert "Farah" not in said(at) and "The therapy managers of these communities can ask the same." in said(at)
    assert "counts alone are not set side by side" in said(at)
