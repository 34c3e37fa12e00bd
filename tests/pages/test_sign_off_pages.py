"""Signing off a competency, and letting a supervisor do so, as they stand on screen."""

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.database import reading, writing
from tcsuper.models import CompetencyAssessor, SignOff
from tcsuper.settings import ROOT
from tests.observing import STANDARDS, Observing, observing
from tests.signing_in import sign_in

PRACTICE, STAFF = ROOT / "pages" / "practice.py", ROOT / "pages" / "staff.py"


@pytest.fixture
def stage(page_database: str) -> Observing:
    with writing() as db:
        stage = observing(db)
        stage.observe("Bela", "Ben", {0: 3}, days_ago=40)
        stage.observe("Asha", "Ben", {0: 3}, days_ago=20)
        return stage


def opened(page: object, **query: str) -> AppTest:
    at = AppTest.from_file(str(page), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def words_on(at: AppTest) -> str:
    shown = [element.value for kind in (at.markdown, at.caption, at.success, at.subheader) for element in kind]
    return " ".join(shown).replace("\\", "")


def buttons(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    return at


def test_a_manager_signs_off_and_the_person_reads_it(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, stage.cast.accounts["Asha"])
    at = opened(PRACTICE, person=str(stage.id("Ben")))
    assert f"0 of 3 standards signed off. At the required level by what was observed, and not signed off yet: “{STANDARDS[0]}”" in words_on(at)  # fmt: skip  # noqa: E501
    press(at, "Sign off")
    assert f"{STANDARDS[0]} is signed off for Ben." in words_on(at)
    with reading() as db:
        assert [(one.staff_id, one.level) for one in db.exec(select(SignOff))] == [(stage.id("Ben"), 3)]
    sign_in(monkeypatch, stage.cast.accounts["Ben"])
    own = opened(PRACTICE)
    assert f'{STANDARDS[0]} is signed off at "Alone" by Asha on' in words_on(own)
    assert not {"Sign off", "Take it back"} & set(buttons(own))


@pytest.mark.proof
def test_a_manager_lets_a_supervisor_sign_off(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, stage.cast.accounts["Bela"])
    assert "Sign off" not in buttons(opened(PRACTICE, person=str(stage.id("Ben"))))
    sign_in(monkeypatch, stage.cast.accounts["Asha"])
    at = opened(STAFF)
    next(one for one in at.selectbox if (one.key or "").startswith("name-assessor")).select(stage.id("Bela"))
    press(at, "Let them sign off")
    with reading() as db:
        assert [one.staff_id for one in db.exec(select(CompetencyAssessor))] == [stage.id("Bela")]
    sign_in(monkeypatch, stage.cast.accounts["Bela"])
    assert "Sign off" in buttons(opened(PRACTICE, person=str(stage.id("Ben"))))
