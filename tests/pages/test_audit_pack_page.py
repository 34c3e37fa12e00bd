"""The audit pack on screen: made with the password, in the register before it can be had, with the figures that the
other pages show."""

from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import Account, AttendanceStatus, AuditEvent, CancelledBy, ExportEntry, LostBecause
from tcsuper.queries.audit_pack import Form, PackAsked
from tcsuper.reports.audit_pack_charts import with_charts
from tcsuper.reports.audit_pack_workbook import pack_workbook
from tcsuper.services.audit_pack import SAY_TO_WHOM, read_audit_pack
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.passwords import hash_password
from tcsuper.services.supervision import record_lost_session, record_session
from tcsuper.settings import ROOT
from tcsuper.ui.audit_pack import MADE, Made, _handed_out
from tcsuper.ui.memory import KEY
from tests.people import GROUP_OF_TEN, Cast, actor, as_person
from tests.signing_in import sign_in

PASSWORD = "four quiet green doors"


@pytest.fixture(autouse=True)
def on_the_22_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", "2026-11-22")


@pytest.fixture
def cast(page_cast: Cast) -> Iterator[Cast]:
    """The group met in October, without Bela, and was lost twice in November."""
    with writing() as db:
        db.get_one(Account, page_cast.accounts["Asha"]).password_hash = hash_password(PASSWORD)
    with as_person(page_cast, "Asha") as (db, asha):
        entries = [
            Entry(page_cast.id(name), AttendanceStatus.DID_NOT_ATTEND if name == "Bela" else AttendanceStatus.ATTENDED)
            for name in GROUP_OF_TEN
        ]
        agreement = page_cast.group_agreement
        record_session(db, by=asha, agreement_id=agreement, held_on=date(2026, 10, 5), minutes=90, entries=entries)
        for on in (date(2026, 11, 2), date(2026, 11, 9)):
            lost = dict(cancelled_by=CancelledBy.ESTABLISHMENT, lost_because=LostBecause.LOCKDOWN)
            record_lost_session(db, by=asha, agreement_id=agreement, held_on=on, **lost)
    yield page_cast


def opened(cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, page: str = "audit_pack") -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=90).run()
    assert not at.exception
    return at


def fill(at: AppTest, label: str, value: str) -> None:
    next(one for one in at.text_input if one.label.startswith(label)).set_value(value)


def press(at: AppTest, label: str) -> AppTest:
    next(one for one in at.button if one.label == label).click()
    at.run()
    assert not at.exception
    return at


def unescaped(drawn: Iterable[Any]) -> list[str]:
    return [str(one.value).replace("\\", "") for one in drawn]


def entries() -> list[ExportEntry]:
    with reading() as db:
        return list(db.exec(select(ExportEntry)))


def test_one_click_from_home_everything_is_filled_in_and_one_button_makes_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Inspection now" in [one.label for one in opened(cast, monkeypatch, "Asha", "home").button]
    at = opened(cast, monkeypatch, "Asha")
    at.query_params["inspection"] = "now"
    at.run()
    assert at.multiselect[0].value == [cast.community_b] and at.date_input[1].value == today()
    fill(at, "Your password", PASSWORD)
    press(at, "Make the pack")
    [entry] = entries()
    assert entry.handed_to == "Inspection on 22 November 2026" and entry.form == "coded"
    assert [one.proto.label for one in at.get("download_button")] == [
        "Download the workbook",
        "Download the document (PDF)",
    ]
    made: Made = at.session_state[KEY][MADE]
    book = load_workbook(BytesIO(_handed_out(actor(cast, "Asha"), made.pack, made.workbook, "xlsx")))
    told = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert told["File number"] == entry.number and entry.digest in told["Digest of what it says"]
    assert made.document is not None and made.document.startswith(b"%PDF")
    refused = load_workbook(BytesIO(_handed_out(actor(cast, "Carol"), made.pack, made.workbook, "xlsx")))
    assert refused.sheetnames == ["About"] and refused["About"]["A1"].value == "Not made"


def test_a_wrong_password_or_nobody_to_hand_it_to_makes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(cast, monkeypatch, "Asha")
    fill(at, "Your password", "a guess")
    press(at, "Make the pack")
    assert at.error and not at.get("download_button") and not entries()
    fill(at, "Your password", PASSWORD)
    press(at, "Make the pack")
    assert SAY_TO_WHOM in unescaped(at.error) and not entries()
    with reading() as db:
        assert db.exec(select(AuditEvent).where(AuditEvent.action == "export_audit_pack")).first() is None
    assert "Cancel" not in [one.label for one in at.button], "nothing is being made any more"


def test_a_director_is_offered_counts_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(cast, monkeypatch, "Dev")
    assert at.segmented_control[0].options == ["Counts"]
    assert at.multiselect[0].value == [cast.community_b, cast.community_c]
    assert "Whose code is whose" not in [one.label for one in at.expander]


def test_its_figures_are_those_of_the_other_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many met their minimum in the last month, how the community stands, and how many sessions were lost."""
    asked = PackAsked((cast.community_b,), date(2025, 11, 23), today(), today(), Form.NAMED, handed_to="Inspectors")
    with reading() as db:
        read = read_audit_pack(db, by=actor(cast, "Asha"), asked=asked)
    pack = with_charts(read.found)
    areas = {part.title: part for part in pack.parts}
    tables = {table.title: table for part in pack.parts for table in part.tables}

    due = opened(cast, monkeypatch, "Asha", "supervision_due")
    sentence = areas["Clinical supervision"].words[0]
    assert sentence.startswith("9 of 11 people met every minimum in October 2026")
    assert f"**{sentence}**" in unescaped(due.markdown)

    team = opened(cast, monkeypatch, "Asha", "team_competency")
    overview = next(one.value for one in team.table if "Kind" in one.value.columns)
    on_screen = dict(zip(overview["Kind"], overview.iloc[:, 1], strict=True))
    in_pack = {row[2]: f"{row[3]} of {row[4]}" for row in tables["How each area stands"].rows}
    assert on_screen["Supervision"] == in_pack["Supervision"] == "9 of 11"

    lost = next(one.value for one in team.table if "Cause" in one.value.columns)
    shown = list(zip(lost["Cause"], lost["Lost"], strict=True))
    assert (
        [(row[1], str(row[2])) for row in tables["Why sessions were lost"].rows]
        == [(cause, str(count)) for cause, count in shown]
        == [("Lockdown or incident", "2")]
    )

    book = load_workbook(BytesIO(pack_workbook(pack)))
    sheet = next(book[name] for name in book.sheetnames if "Supervision by month" in name)
    assert [cell.value or "" for cell in sheet[sheet.max_row]][:4] == list(tables["Supervision by month"].total[:4])
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == f"A1:F{sheet.max_row - 1}"
