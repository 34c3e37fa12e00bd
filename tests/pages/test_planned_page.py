"""The part "Planned" of Log and agreements: what is listed, changed and offered, and to whom."""

from datetime import timedelta

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import SessionState, SupervisionSession
from tcsuper.queries.evidence import current
from tcsuper.rules.series import Every, Series, week_of
from tcsuper.services.series import plan_series
from tcsuper.services.supervision import plan_session
from tcsuper.settings import ROOT
from tests.people import Cast, actor
from tests.signing_in import sign_in

MONDAY = week_of(today()) + timedelta(days=7)


def opened(cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str = "Asha") -> AppTest:
    sign_in(monkeypatch, cast.accounts[name])
    at = AppTest.from_file(str(ROOT / "pages" / "supervision.py"), default_timeout=60)
    at.query_params["show"] = "planned"
    at.run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    """As it is read, without the signs that keep typed words from being Markdown."""
    shown = (*at.markdown, *at.caption, *at.info, *at.subheader, *at.success, *at.error)
    return "\n".join(one.value for one in shown).replace("\\", "")


def click(at: AppTest, label: str) -> None:
    [button] = [one for one in at.button if one.label == label]
    button.click().run()
    assert not at.exception


def unfold(at: AppTest, session: SupervisionSession) -> None:
    """For the next run: a browser keeps a popover open by itself, AppTest does not."""
    at.session_state[f"planned-more-{session.id}"] = True


def planned() -> list[SupervisionSession]:
    with reading() as db:
        session = SupervisionSession
        return list(
            db.exec(
                select(session)
                .where(session.state == SessionState.PLANNED, current(session))
                .order_by(col(session.held_on))
            )
        )


@pytest.fixture
def series(page_cast: Cast) -> Cast:
    with writing() as db:
        weekly = Series(Every.WEEK, MONDAY, how_many=4)
        plan_series(
            db, by=actor(page_cast, "Asha"), agreement_id=page_cast.group_agreement, series=weekly, starts_at="13:30"
        )
    return page_cast


def test_an_empty_list_says_what_to_do(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch)
    assert "No session is planned for these weeks. Plan a series below" in said(at)
    assert "No session is planned for this week." in said(at)


def test_a_series_is_planned_from_the_page(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch)
    boxes = {one.label: one for one in at.selectbox}
    boxes["Group or person"].select("Monday group · clinical")
    boxes["Repeats"].select(Every.FOUR_WEEKS).run()
    [radio] = [one for one in at.radio if one.label == "It ends"]
    radio.set_value("After so many sessions").run()
    [number] = [one for one in at.number_input if one.label == "Sessions"]
    number.set_value(3).run()
    assert "3 times: 3 sessions" in said(at)
    click(at, "Plan the series")
    assert "3 sessions planned, from" in said(at)
    assert [one.minutes for one in planned()] == [90, 90, 90]


def test_what_is_wrong_keeps_what_was_typed(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch)
    next(one for one in at.selectbox if one.label == "Group or person").select("Monday group · clinical").run()
    next(one for one in at.text_input if one.label == "Starts at").input("25:99").run()
    click(at, "Plan the series")
    assert "is not a time of day" in said(at)
    assert next(one for one in at.text_input if one.label == "Starts at").value == "25:99" and planned() == []


def test_a_series_is_planned_for_somebody(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch)
    click(at, "Plan the series")
    assert [one.value for one in at.error] and planned() == []


def test_one_is_skipped_and_one_is_moved(series: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(series, monkeypatch)
    unfold(at, planned()[0])
    at.run()
    unfold(at, planned()[0])
    click(at, "Skip it")
    assert any("Say why it is skipped" in one.value for one in at.error) and len(planned()) == 4
    unfold(at, planned()[0])
    next(one for one in at.text_input if one.label == "Why is it skipped?").input("Bank holiday")
    click(at, "Skip it")
    assert "Skipped: Monday group" in said(at) and len(planned()) == 3
    at.selectbox(key="planned-period").select("The next 6 weeks")
    second = planned()[0]
    unfold(at, second)
    at.run()
    unfold(at, second)
    next(one for one in at.date_input if one.label == "Move it to").set_value(second.held_on + timedelta(days=1))
    click(at, "Move it")
    assert "Monday group is now planned for" in said(at)
    assert planned()[0].held_on == second.held_on + timedelta(days=1)


def test_a_series_is_ended_from_the_page(series: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(series, monkeypatch)
    click(at, "End the series")
    assert any("Choose a series" in one.value for one in at.error) and len(planned()) == 4
    [box] = [one for one in at.selectbox if one.label == "Series"]
    [label] = box.options
    assert label.startswith("Monday group with Asha: 4 sessions left, next Monday ")
    box.select(label)
    next(one for one in at.date_input if one.label == "Its last day").set_value(MONDAY + timedelta(days=7))
    next(one for one in at.text_input if one.label == "Why does it end?").input("The group has ended")
    click(at, "End the series")
    assert "2 sessions taken off" in said(at) and len(planned()) == 2


def test_sheets_and_changes_are_offered_to_whoever_may(series: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        plan_session(db, by=actor(series, "Gwen"), agreement_id=series.gwen_agreement, held_on=MONDAY)
    for name, sees, downloads in (
        ("Asha", "Monday group", {"Registers of this week", "Week sheet"}),
        ("Carol", "Cai", {"Registers of this week", "Week sheet"}),
        ("Gwen", "Cai", {"Registers of this week", "Week sheet"}),
        ("Farah", "", set()),
    ):
        at = opened(series, monkeypatch, name)
        next_week = [one for one in at.selectbox if one.key == "planned-week"]
        if next_week:
            next_week[0].select(MONDAY).run()
        labels = {one.proto.label for one in at.get("download_button")}
        assert labels == downloads, name
        assert sees in said(at) and ("Monday group" in said(at)) is (name == "Asha"), name
