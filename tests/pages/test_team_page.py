"""Team competency on the screen: numbers for everybody who answers for communities, names for those who manage them."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper.settings import ROOT
from tests.people import Cast
from tests.signing_in import sign_in

TODAY = date(2026, 11, 12)


@pytest.fixture(autouse=True)
def a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", TODAY.isoformat())


def opened(cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / "team_competency.py"), default_timeout=60).run()
    assert not at.exception, at.exception
    return at


def choice(at: AppTest, label: str) -> Any:
    return next(one for one in at.selectbox if one.label == label)


def behind(at: AppTest, where: int, kind: str) -> str:
    choice(at, "Where").set_value(choice(at, "Where").options[where])
    choice(at, "Kind of requirement").set_value(kind)
    at.run()
    assert not at.exception, at.exception
    return everything(at)


def everything(at: AppTest) -> str:
    said = [str(one.value) for kind in ("markdown", "caption", "info") for one in at.get(kind)]
    return "\n".join([*said, *(one.value.to_csv() for one in at.table)])


def test_who_sees_counts_gets_numbers_by_status_and_no_name(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch, "Dev")
    said = behind(at, 0, "Supervision")
    assert "Ashdown B · Supervision: " in said and "You see numbers here, and no names." in said
    assert "Bela" not in said and "Officer D" not in said
    few = behind(at, 1, "Supervision")
    assert "Ashdown C · Supervision: under 5" in few and "no numbers are given" in few


def test_a_manager_gets_the_rows_with_their_sentences(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch, "Asha")
    next(one for one in at.date_input if one.label == "Compare with").set_value(date(2026, 10, 20))
    said = behind(at, 0, "Supervision")
    assert "Bela" in said and "Clinical supervision" in said
    assert "What changed from 20 October 2026 to 12 November 2026" in said


def part_of_somebody_else(staff_id: int) -> None:
    """What was judged for one person, drawn anew in the tab of whoever is there by now."""
    from tcsuper.access import actor_for_staff
    from tcsuper.clock import today
    from tcsuper.database import reading
    from tcsuper.queries.team_overview import overview
    from tcsuper.ui.team_overview import overview_part

    with reading() as db:
        theirs = actor_for_staff(db, staff_id)
        assert theirs is not None
        shown = overview(db, viewer=theirs, on=today())
    overview_part(theirs, shown, 5)


@pytest.mark.parametrize(("who", "is_shown"), [("Dev", True), ("Ben", False)])
def test_a_part_drawn_anew_asks_who_looks(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, is_shown: bool
) -> None:
    """Taken out: the guard in the part, and Ben is shown the communities."""
    sign_in(monkeypatch, page_cast.accounts[who])
    at = AppTest.from_function(part_of_somebody_else, args=(page_cast.id("Dev"),), default_timeout=60).run()
    assert ("Ashdown B" in "".join(option for one in at.selectbox for option in one.options)) is is_shown
