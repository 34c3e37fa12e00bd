"""The responsibilities page: coverage with who could take something on, the matrix, and several at once."""

from datetime import timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import HoldingKind, ResponsibilityHolding
from tcsuper.settings import ROOT
from tests.signing_in import sign_in
from tests.staffing import Staffing, staffing

PLAN, REVIEW, TEACH = "Keep the evacuation plan", "Prepare the peer review", "Teach new officers"


@pytest.fixture
def cast(page_database: str) -> Staffing:
    with writing() as db:
        cast = staffing(db, accounts=True)
        cast.hold("Ben", REVIEW)
        cast.hold("Ben", TEACH, staff_id=None, job_description_id=cast.roles["TC officer"])
    return cast


def opened(monkeypatch: pytest.MonkeyPatch, cast: Staffing, who: str, *open_parts: str) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / "responsibilities.py"), default_timeout=60)
    for part in open_parts:
        at.session_state[part] = True
    return steady(at.run())


def steady(at: AppTest) -> AppTest:
    assert not at.exception, [one.value for one in at.exception]
    return at


def words_on(at: AppTest) -> str:
    kinds = (at.markdown, at.caption, at.info, at.error, at.success, at.subheader)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def button(at: AppTest, label: str) -> AppTest:
    return steady(next(one for one in at.button if one.label == label).click().run())


def place(cast: Staffing, title: str) -> str:
    return f"{cast.responsibilities[title]}-{cast.communities['Ash']}"


def held(cast: Staffing, title: str) -> list[ResponsibilityHolding]:
    with reading() as db:
        of_title = ResponsibilityHolding.responsibility_id == cast.responsibilities[title]
        return list(db.exec(select(ResponsibilityHolding).where(of_title)))


def test_from_an_uncovered_line_one_click_names_somebody(monkeypatch: pytest.MonkeyPatch, cast: Staffing) -> None:
    at = opened(monkeypatch, cast, "Tara", f"who-could-{place(cast, PLAN)}")
    told = words_on(at)
    assert "3 led responsibilities: 1 uncovered, 1 held only by somebody not able and 1 led twice." in told
    assert "Mair Wyn: able" in told and "Teach new officers in Ash has two leads: Ben Ellis (by post)" in told
    button(at, "Name as lead")
    [holding] = held(cast, PLAN)
    assert (holding.staff_id, holding.kind, holding.start_on) == (cast.ids["Mair"], HoldingKind.LEAD, today())


def test_a_manager_names_whoever_has_a_post(monkeypatch: pytest.MonkeyPatch, cast: Staffing) -> None:
    at = opened(monkeypatch, cast, "Tara", f"change-{place(cast, PLAN)}")
    at = button(at, "Name")
    assert "Choose who." in words_on(at) and held(cast, PLAN) == []
    who = next(one for one in at.selectbox if one.label == "A person, or whoever has a post")
    who.select_index(who.options.index("Whoever is Therapy manager (by post)"))
    button(at, "Name")
    [holding] = held(cast, PLAN)
    assert (holding.staff_id, holding.job_description_id) == (None, cast.roles["Therapy manager"])


def test_a_manager_names_somebody_for_a_time_and_takes_it_back(monkeypatch: pytest.MonkeyPatch, cast: Staffing) -> None:
    at = opened(monkeypatch, cast, "Tara", f"change-{place(cast, PLAN)}")
    who = next(one for one in at.selectbox if one.label == "A person, or whoever has a post")
    who.select_index(who.options.index("Mair Wyn"))
    next(one for one in at.date_input if one.label.startswith("Last day, if")).set_value(today() + timedelta(days=7))
    at = button(at, "Name")
    [holding] = held(cast, PLAN)
    assert (holding.staff_id, holding.end_on) == (cast.ids["Mair"], today() + timedelta(days=7))
    assert "1 resting on one person" in words_on(at)
    at = opened(monkeypatch, cast, "Tara", f"change-{place(cast, PLAN)}")
    at = button(at, "Take it back")
    assert held(cast, PLAN) == [] and "1 uncovered" in words_on(at)


def test_several_are_named_and_a_refusal_says_every_name(monkeypatch: pytest.MonkeyPatch, cast: Staffing) -> None:
    at = opened(monkeypatch, cast, "Tara", "name-several")
    chosen = next(one for one in at.multiselect if one.label == "Led responsibilities")
    chosen.set_value([cast.responsibilities[PLAN], cast.responsibilities[REVIEW]])
    at = button(at, "Name them all")
    assert "Ben Ellis already holds Prepare the peer review" in words_on(at) and held(cast, PLAN) == []
    chosen = next(one for one in at.multiselect if one.label == "Led responsibilities")
    chosen.set_value([cast.responsibilities[PLAN]])
    button(at, "Name them all")
    assert {one.staff_id for one in held(cast, PLAN)} == {cast.ids["Ben"], cast.ids["Mair"]}


def test_a_cell_of_the_matrix_opens_what_is_behind_it(monkeypatch: pytest.MonkeyPatch, cast: Staffing) -> None:
    key = f"holders-{cast.roles['TC officer']}"
    sign_in(monkeypatch, cast.accounts["Tara"])
    at = AppTest.from_file(str(ROOT / "pages" / "responsibilities.py"), default_timeout=60)
    at.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": [(0, "Ben Ellis")]}}
    told = words_on(steady(at.run()))
    assert "Ben Ellis · Prepare the peer review" in told and "Audit course is not completed." in told


def test_a_director_sees_each_community_and_names_nobody(monkeypatch: pytest.MonkeyPatch, cast: Staffing) -> None:
    at = opened(monkeypatch, cast, "Olwen", f"who-could-{place(cast, PLAN)}")
    told = words_on(at)
    assert "6 led responsibilities" in told and "Mair Wyn: able" in told
    assert not [one for one in at.button if one.label.startswith("Name")]
