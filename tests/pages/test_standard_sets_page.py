"""Sets of standards on the Catalogue page: written, pasted, carried over and put in force by a manager; read by all."""

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import RequiredLevel, Standard, StandardCarriedOver, StandardSet
from tcsuper.settings import ROOT
from tests.observing import STANDARDS, Observing, observing
from tests.signing_in import sign_in

PATH = str(ROOT / "pages" / "catalogue.py")


@pytest.fixture
def stage(page_database: str) -> Observing:
    with writing() as db:
        return observing(db)


def opened(stage: Observing, name: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    sign_in(monkeypatch, stage.cast.accounts[name])
    at = AppTest.from_file(PATH, default_timeout=60).run()
    return show(at, "Part", "Standards")


def show(at: AppTest, label: str, part: str) -> AppTest:
    next(one for one in at.segmented_control if one.label == label).set_value(part).run()
    assert not at.exception
    return at


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception and not at.error, [one.value for one in at.error]
    return at


def test_a_manager_writes_the_next_version_carries_over_and_puts_it_in_force(
    stage: Observing, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = show(opened(stage, "Asha", monkeypatch), "Show", "Next version")
    next(box for box in at.selectbox if box.label == "Set of standards").set_value("dtc_staff").run()
    press(show(at, "Show", "Next version"), "Write a next version")
    assert any("nobody is rated by it until" in one.value for one in at.markdown)

    show(at, "Show", "Paste lines")
    next(area for area in at.text_area if area.label == "Lines").set_value("Work:\nReports: On *time* <b>").run()
    assert list(at.table[0].value["Text"]) == [r"On \*time\* \<b\>"], "shown as text before it is stored"
    press(at, "Add these standards")

    show(at, "Show", "What counts on it")
    for box in at.checkbox[:2]:
        box.check()
    press(at, "Confirm those ticked")

    show(at, "Show", "Put in force")
    assert any(STANDARDS[2] in one.value for one in at.warning), "what is left out is named"
    press(at, "Put it in force")
    with reading() as db:
        version = db.exec(select(StandardSet).where(StandardSet.version == "2")).one()
        titles = db.exec(select(Standard.short_title).where(Standard.standard_set_id == version.id)).all()
        asked = db.exec(select(RequiredLevel).where(col(RequiredLevel.start_on) == today())).all()
        assert version.in_force_from == today() and titles == [*STANDARDS, "Reports"]
        assert len(db.exec(select(StandardCarriedOver)).all()) == len(asked) == 2


def test_who_may_not_set_rules_only_reads(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(stage, "Ben", monkeypatch)
    assert not at.button
    assert [one.options for one in at.segmented_control if one.label == "Show"] == [["Standards", "Required levels"]]
    assert not [one for one in at.expander if "set of your own" in one.label]
