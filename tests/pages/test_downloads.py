"""What is downloaded is what is on the screen: each table beside its files, cell by cell."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper import words
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    AttendanceStatus,
    CancelledBy,
    Course,
    CourseKind,
    LostBecause,
    Requirement,
    RequirementKind,
    SessionState,
    SupervisionSession,
    TrainingRecord,
)
from tcsuper.reports.workbook import MONTH
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_lost_session, record_session
from tcsuper.settings import ROOT
from tcsuper.ui import tables
from tcsuper.ui.tables import Export, csv_made_by, made_by
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, as_person
from tests.signing_in import sign_in

Table = list[list[str]]
TOO_FEW = ("under 5", "not shown", "")
LAST_WEEK = today() - timedelta(days=7)


@pytest.fixture
def cast(page_cast: Cast) -> Cast:
    """The group was held and lost; Ben has a course, of which two records are kept."""
    with as_person(page_cast, "Asha") as (db, asha):
        agreement = page_cast.group_agreement
        entries = [Entry(page_cast.id(name), AttendanceStatus.ATTENDED) for name in GROUP_OF_TEN]
        record_session(db, by=asha, agreement_id=agreement, held_on=LAST_WEEK, minutes=90, entries=entries)
        lost = {"cancelled_by": CancelledBy.ESTABLISHMENT, "lost_because": LostBecause.LOCKDOWN}
        record_lost_session(db, by=asha, agreement_id=agreement, held_on=today() - timedelta(days=14), **lost)
    with writing() as db:
        course = Course(code="tcat_1", title="TCAT 1", kind=CourseKind.COURSE)
        db.add(course)
        db.flush()
        terms = {"any_of": ["tcat_1"], "target_days": 30}
        db.add(
            Requirement(
                kind=RequirementKind.COURSE,
                job_description_id=page_cast.officer,
                title="TCAT 1",
                terms=terms,
                start_on=LONG_AGO,
            )
        )
        for on in (date(2024, 6, 14), date(2025, 6, 14)):
            db.add(
                TrainingRecord(
                    staff_id=page_cast.id("Ben"),
                    course_id=course.id,
                    completed_on=on,
                    certificate="=HYPERLINK(1)",
                    recorded_at=now(),
                )
            )
    return page_cast


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[Export]:
    """Every export that a page draws a button for, in order."""
    found: list[Export] = []
    real = tables.made_by

    def seen(export: Export) -> Any:
        found.append(export)
        return real(export)

    monkeypatch.setattr(tables, "made_by", seen)
    return found


@pytest.mark.parametrize(
    ("who", "page", "asked", "files"),
    [
        ("Asha", "supervision", {"session": "group"}, {"session-log", "attendance"}),
        ("Asha", "supervision_due", {}, {"supervision-months"}),
        (
            "Asha",
            "supervision_due",
            {"Show": "Compliance"},
            {"supervision-rates", "supervision-by-month", "lost-sessions"},
        ),
        ("Asha", "training", {"person": "Ben", "what": "TCAT 1"}, {"training", "training-records"}),
        (
            "Dev",
            "team_competency",
            {},
            {"team-competency", "team-trend", "supervision-by-month", "lost-sessions"},
        ),
    ],
)  # fmt: skip
def test_a_file_holds_what_the_table_on_the_screen_shows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, offered: list[Export], who: str, page: str, asked: dict[str, str],
    files: set[str],
) -> None:  # fmt: skip
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    for key, value in asked.items():
        if key != "Show":
            at.query_params[key] = {"Ben": str(cast.id("Ben")), "group": _held()}.get(value, value)
    at.run()
    if "Show" in asked:
        offered.clear()
        next(one for one in at.segmented_control if one.label == "Show").set_value(asked["Show"])
        at.run()
    assert not at.exception
    assert {_named(one) for one in offered} == files
    shown = [_in_words(one) for one in on_screen(at)]
    for export in offered:
        for file in (workbook_of(export), csv_of(export)):
            table = _in_words(file)
            assert len(table) > 1 and any(_is_same(table, one, who) for one in shown), (export.file_name, table, shown)


def _is_same(file: Table, shown: Table, who: str) -> bool:
    """Cell by cell. A director's file may hold less: what is of too few people is given on the screen alone."""
    less = TOO_FEW if who == "Dev" else ()
    if [len(row) for row in file] != [len(row) for row in shown]:
        return False
    cells = [pair for row, there in zip(file, shown, strict=True) for pair in zip(row, there, strict=True)]
    return all(one == there or one in less for one, there in cells) and any(
        one == there != "" for one, there in cells[3:]
    )


def _held() -> str:
    with reading() as db:
        held = select(SupervisionSession.record_id).where(SupervisionSession.state == SessionState.HELD)
        return str(db.exec(held).one())


def _named(export: Export) -> str:
    """Its name without the days."""
    return "-".join(part for part in export.file_name.split("-") if not part.isdigit() and part != "to")


def on_screen(at: AppTest) -> Iterator[list[list[Any]]]:
    for one in (*at.table, *at.dataframe):
        frame = one.value
        yield [[str(name) for name in frame.columns], *frame.to_numpy(dtype=object).tolist()]


def workbook_of(export: Export) -> list[list[Any]]:
    book = load_workbook(BytesIO(made_by(export)()))
    assert len(book.sheetnames) == 2
    sheet = book[book.sheetnames[1]]
    return [[_of_month(cell) for cell in row] for row in sheet.iter_rows()]


def _of_month(cell: Any) -> Any:
    return words.month(cell.value) if cell.number_format == MONTH and isinstance(cell.value, date) else cell.value


def csv_of(export: Export) -> list[list[Any]]:
    text = csv_made_by(export)().decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), strict=True))


def _in_words(table: list[list[Any]]) -> Table:
    return [[_said(cell) for cell in row] for row in table]


def _said(cell: Any) -> str:
    """As the screen says it: days and months in words, typed words without what makes them plain."""
    if isinstance(cell, str):
        for shape, said in (("%Y-%m-%d", words.day), ("%Y-%m", words.month)):
            try:
                return said(datetime.strptime(cell, shape).date())
            except ValueError:
                continue
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return words.day(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if cell is None or cell != cell:
        return ""
    return str(cell).replace("\\", "").removeprefix("'").replace("–", "").strip()
