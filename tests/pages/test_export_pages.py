"""Files taken away on screen: offered to whom the table lets, with what they chose, and made anew at the click."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import AttendanceStatus, AuditEvent, RoleGrant, Staff
from tcsuper.services.exports import export_team_kinds, export_team_months
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_session
from tcsuper.settings import ROOT
from tcsuper.ui.exports import counts_export, months_export, session_log_export, training_export
from tcsuper.ui.session_log import _line
from tcsuper.ui.tables import Export, csv_made_by, made_by
from tcsuper.ui.team import months_lines
from tcsuper.ui.team_overview import kinds_lines
from tests.people import Cast, actor, as_person
from tests.signing_in import sign_in

YESTERDAY = today() - timedelta(days=1)
DAYS = (today() - timedelta(days=28), today())


@pytest.fixture
def cast(page_cast: Cast) -> Cast:
    """Ben, who has another name here, was seen yesterday."""
    with writing() as db:
        db.get_one(Staff, page_cast.id("Ben")).full_name = "=HYPERLINK(1)"
    with as_person(page_cast, "Asha") as (db, asha):
        entries = [Entry(page_cast.id("Ben"), AttendanceStatus.ATTENDED)]
        record_session(
            db, by=asha, agreement_id=page_cast.ben_agreement, held_on=YESTERDAY, minutes=50, entries=entries
        )
    return page_cast


def log_export(cast: Cast, name: str) -> Export | None:
    return session_log_export(
        actor(cast, name), today(), DAYS, (), lambda row: _line(row, False), [("Period", "Last 4 weeks")]
    )


def kinds_export(cast: Cast, who: str, on: date) -> Export | None:
    me = actor(cast, who)
    return counts_export(
        me, f"team-competency-{on}", "Kinds", lambda db: export_team_kinds(db, by=me, on=on), kinds_lines
    )


def opened(export: Export) -> Any:
    return load_workbook(BytesIO(made_by(export)()))


def labels_on(cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, page: str) -> list[str]:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60).run()
    assert not at.exception
    return [one.proto.label for one in at.get("download_button")]


@pytest.mark.parametrize(("who", "offered"), [("Asha", True), ("Gwen", False)])
def test_it_is_offered_to_whoever_may_take_it_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, offered: bool
) -> None:
    assert ("Download as a spreadsheet" in labels_on(cast, monkeypatch, who, "supervision")) is offered


def test_nobody_is_offered_what_they_may_not_take_away(cast: Cast) -> None:
    on = today()
    for who in ("Ben", "Farah", "Gwen", "Eve", "Ivor", "Dev"):
        me = actor(cast, who)
        assert log_export(cast, who) is None
        assert (
            months_export(me, on, [], lambda rows: []) is None and training_export(me, on, [], lambda rows: []) is None
        )
    assert [who for who in ("Asha", "Ben", "Dev", "Ivor") if kinds_export(cast, who, on)] == ["Dev"]


def test_the_file_says_what_it_is_and_holds_what_the_screen_shows(cast: Cast) -> None:
    export = log_export(cast, "Asha")
    assert export is not None and not any(name in export.file_name for name in cast.staff)
    book = opened(export)
    told = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert told["What it is"] == "The log of supervision sessions" and told["Period"] == "Last 4 weeks"
    assert told["Made for"] == "Therapy manager, Ashdown B" and "Asha" not in str(told)
    assert told["Made"].endswith("London time") and told["Sheet “Sessions”"] == "1 row"
    headings, line = book["Sessions"].iter_rows()
    found = dict(zip([cell.value for cell in headings], line, strict=True))
    assert found["Date"].value.date() == YESTERDAY and found["Minutes"].value == 50
    assert (found["Session"].value, found["Session"].data_type) == ("'=HYPERLINK(1)", "s")
    with reading() as db:
        event = db.exec(select(AuditEvent).where(AuditEvent.action == "export_session_log")).one()
    assert event.object_key == told["File number"] and event.detail["sessions"] == 1


def test_a_button_drawn_before_the_role_ended_makes_a_file_that_says_no(cast: Cast) -> None:
    export = log_export(cast, "Asha")
    assert export is not None
    with writing() as db:
        db.exec(select(RoleGrant).where(RoleGrant.staff_id == cast.id("Asha"))).one().end_on = YESTERDAY
    book = opened(export)
    assert book.sheetnames == ["About"]
    assert [cell.value for cell in next(book["About"].iter_rows())] == ["Not made", NO_SUCH_RECORD]
    with reading() as db:
        assert db.exec(select(AuditEvent).where(AuditEvent.action == "export_session_log")).first() is None


def test_the_day_is_the_one_that_is_looked_at(cast: Cast) -> None:
    export = kinds_export(cast, "Dev", date(2026, 3, 31))
    assert export is not None and export.file_name == "team-competency-2026-03-31"
    book = opened(export)
    assert ("As at", "31 March 2026") in [tuple(row) for row in book["About"].values]
    headings, *lines = book["Counts"].values
    few = next(place for place, heading in enumerate(headings) if str(heading).startswith("Ashdown C"))
    assert lines and all(line[few] in ("under 5", "–") for line in lines)
    dev = actor(cast, "Dev")
    months = counts_export(dev, "months", "Months", lambda db: export_team_months(db, by=dev, on=dev.on), months_lines)
    assert months is not None and opened(months).sheetnames == ["About", "Counts"]


def test_a_refused_csv_says_so_alone(cast: Cast) -> None:
    export = log_export(cast, "Asha")
    assert export is not None
    with writing() as db:
        db.exec(select(RoleGrant).where(RoleGrant.staff_id == cast.id("Asha"))).one().end_on = YESTERDAY
    assert csv_made_by(export)().decode("utf-8-sig") == f'Not made\r\n"{NO_SUCH_RECORD}"\r\n'


@pytest.mark.parametrize(("rows", "offered"), [(20_000, 2), (20_001, 0)])
def test_a_table_too_long_for_a_file_says_so_instead_of_a_button(rows: int, offered: int) -> None:
    at = AppTest.from_function(_too_long, kwargs={"rows": rows}).run()
    assert not at.exception and len(at.get("download_button")) == offered
    assert [("20,001" in one.value) for one in at.caption] == [True] * (offered == 0)


def _too_long(rows: int) -> None:
    from tcsuper.ui.tables import Export, export_button

    export_button(Export("any", lambda db: ([], [])), "any", rows)
