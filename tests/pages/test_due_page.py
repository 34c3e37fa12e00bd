"""Who is due on screen: what each person sees of it, and what a chosen month opens."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper.models import AttendanceStatus, CancelledBy, LostBecause
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_lost_session, record_session
from tcsuper.settings import ROOT
from tests.people import GROUP_OF_TEN, Cast, as_person
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def on_the_22_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", "2026-11-22")


@pytest.fixture
def cast(page_cast: Cast) -> Cast:
    """The group met in October, without Bela, and was lost twice in November."""
    with as_person(page_cast, "Asha") as (db, asha):
        entries = [
            Entry(page_cast.id(name), AttendanceStatus.DID_NOT_ATTEND if name == "Bela" else AttendanceStatus.ATTENDED)
            for name in GROUP_OF_TEN
        ]
        agreement = page_cast.group_agreement
        record_session(db, by=asha, agreement_id=agreement, held_on=date(2026, 10, 5), minutes=90, entries=entries)
        for on in (date(2026, 11, 2), date(2026, 11, 9)):
            record_lost_session(
                db,
                by=asha,
                agreement_id=agreement,
                held_on=on,
                cancelled_by=CancelledBy.ESTABLISHMENT,
                lost_because=LostBecause.LOCKDOWN,
            )
    return page_cast


def opened(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, show: str = "", page: str = "supervision_due"
) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60).run()
    if show:
        next(one for one in at.segmented_control if one.label == "Show").set_value(show)
        at.run()
    assert not at.exception
    return at


def read(at: AppTest) -> str:
    """Everything in words, the escapes of typed text taken out."""
    drawn = (*at.markdown, *at.caption, *at.info, *at.success, *at.subheader)
    return "\n".join(str(one.value) for one in drawn).replace("\\", "")


def choose(at: AppTest, label: str, value: object) -> AppTest:
    next(one for one in at.selectbox if one.label == label).set_value(value)
    at.run()
    assert not at.exception
    return at


def test_the_manager_reads_the_rate_the_forecast_and_one_session_for_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = read(opened(cast, monkeypatch, "Asha"))
    assert "9 of 11 people met every minimum in October 2026 (81%)." in said
    assert "11 people are short if nothing more happens; nothing that is planned meets it for any of them." in said
    assert "One 90-minute session of Monday group on or before 30 November 2026" in said
    assert "This would put it right for 10 people: Bela, Ben, Officer D" in said
    assert "One session of 60 minutes would meet it; there is no agreement for it yet." in said, "Farah's"


def happened(at: AppTest) -> list[str]:
    return [one.replace("\\", "") for one in at.table[-1].value["What happened"]]


def test_a_person_and_a_month_open_the_sentence_and_the_sessions(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = choose(opened(cast, monkeypatch, "Asha"), "Person", cast.id("Bela"))
    assert "Bela, November 2026: short so far" in read(at)
    assert happened(at) == ["Did not happen: lockdown or incident"] * 2
    at = choose(at, "Month", date(2026, 10, 1))
    assert "Bela, October 2026: short" in read(at) and "0 of 60 minutes credited." in read(at)
    assert happened(at) == ["Held, 1 h 30 min: did not attend"]


def test_a_click_on_a_cell_chooses_its_person_and_month(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, cast.accounts["Asha"])
    at = AppTest.from_file(str(ROOT / "pages" / "supervision_due.py"), default_timeout=60)
    at.session_state["due-months"] = {"selection": {"cell": [{"row": "Ben", "month_word": "Oct 26"}]}}
    at.run()
    assert not at.exception
    assert "Ben, October 2026: met" in read(at)


def test_a_line_manager_reads_no_amount_and_opens_no_session(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(cast, monkeypatch, "Farah")
    said = read(at)
    assert "Ben · Clinical supervision" in said
    assert "Their supervisor and their therapy manager see what would fix it." in said
    assert "0 of 60" not in said and "Farah ·" not in said
    at = choose(at, "Person", cast.id("Ben"))
    at = choose(at, "Month", date(2026, 10, 1))
    assert "The record is for them, their supervisor and their therapy manager." in read(at)
    assert not [table for table in at.table if "What happened" in table.value.columns]


def test_a_supervisor_reads_of_their_supervisees_and_of_no_causes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    said = read(opened(cast, monkeypatch, "Gwen", "Compliance"))
    assert "0 of 1 person met every minimum in October 2026 (0%)." in said
    assert "Why sessions were lost" not in said and "Ben" not in said


def test_compliance_shows_rates_by_role_and_the_causes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(cast, monkeypatch, "Asha", "Compliance")
    said = read(at)
    assert "9 of 11 people met every minimum in October 2026 (81%)." in said
    assert "85%, set by your service" in said
    assert "2 sessions were lost; none of them was held on another day." in said
    by_supervisor = next(one for one in at.segmented_control if one.label == "By")
    by_supervisor.set_value("Supervisor")
    at.run()
    assert not at.exception
    rates = next(table.value for table in at.table if "Left out" in table.value.columns)
    assert rates.to_numpy().tolist() == [["Asha", "9", "10", "90", "nobody"]]


def test_the_director_reads_counts_and_no_name(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    said = read(opened(cast, monkeypatch, "Dev", page="team_competency"))
    assert "By role nothing is shown: it would tell how fewer than 5 people stand." in said
    assert "2 sessions were lost" in said
    assert not any(name in said for name in ("Bela", "Officer D", "Farah"))
