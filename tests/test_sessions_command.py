"""python -m tcsuper sessions: a script reads the log that an account may see, and adds sessions with its rights."""

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from tcsuper.__main__ import main
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Account,
    Attendance,
    AttendanceStatus,
    AuditEvent,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.session_file import SESSION_COLUMNS
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import plan_session, record_session
from tcsuper.settings import ROOT
from tests.people import Cast, actor

Said = pytest.CaptureFixture[str]
YESTERDAY = today() - timedelta(days=1)
ON = YESTERDAY.isoformat()
BEN = {"state": "held", "with": "Ben", "held_on": ON, "minutes": 50, "starts_at": "10:00"}
GROUP = {"state": "held", "with": "Monday group", "held_on": ON}
LOST = {
    "state": "did_not_happen",
    "with": "Ben",
    "held_on": ON,
    "cancelled_by": "establishment",
    "lost_because": "lockdown",
}
PLANNED = {
    "state": "planned",
    "with": "Ben",
    "held_on": (today() + timedelta(days=5)).isoformat(),
    "starts_at": "09:00",
}


@pytest.fixture
def held(cast: Cast) -> Cast:
    """Ben's session with Asha, and Cai's with Carol, yesterday."""
    for supervisor, name, agreement in (("Asha", "Ben", cast.ben_agreement), ("Carol", "Cai", cast.cai_agreement)):
        with writing() as db:
            record_session(
                db,
                by=actor(cast, supervisor),
                agreement_id=agreement,
                held_on=YESTERDAY,
                minutes=60,
                starts_at="14:00",
                entries=[Entry(cast.id(name), AttendanceStatus.ATTENDED)],
            )
    return cast


def log(capsys: Said, by: str, *asked: str) -> list[dict[str, Any]]:
    assert main(["sessions", "--by", by, "--json", *asked]) == 0
    return json.loads(capsys.readouterr().out)


def add(monkeypatch: pytest.MonkeyPatch, given: object, by: str = "asha", *flags: str) -> int:
    text = given if isinstance(given, str) else json.dumps(given)
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return main(["sessions", "add", "--by", by, *flags])


def stored() -> list[SupervisionSession]:
    with reading() as db:
        return list(db.exec(select(SupervisionSession).where(current(SupervisionSession))))


# ---------------------------------------------------------------------------------------------------------------------
# Reading


def test_the_log_is_what_the_account_may_see(held: Cast, capsys: Said) -> None:
    assert len(stored()) == 2
    for by, sees in (
        ("asha", {"Ben"}),
        ("carol", {"Cai"}),
        ("ben", {"Ben"}),
        ("gwen", {"Cai"}),
        ("dev", set()),
        ("eve", set()),
    ):
        assert {line["session"] for line in log(capsys, by)} == sees, by


def test_a_line_has_plain_values_and_a_table_the_same(held: Cast, capsys: Said) -> None:
    [line] = log(capsys, "asha")
    assert tuple(line) == SESSION_COLUMNS
    assert (line["held_on"], line["starts_at"], line["state"], line["minutes"]) == (ON, "14:00", "held", 60)
    assert (line["agreement"], line["contracted"], line["present"]) == (held.ben_agreement, 1, 1)
    assert (line["cancelled_by"], line["on_behalf"]) == ("", False)
    assert main(["sessions", "--by", "asha"]) == 0
    said = capsys.readouterr()
    [row] = csv.DictReader(io.StringIO(said.out))
    assert row == {name: str(value) for name, value in line.items()}
    assert said.err.startswith("1 session from ")


def test_days_and_a_community_narrow_it(held: Cast, capsys: Said) -> None:
    assert log(capsys, "asha", "--since", today().isoformat()) == []
    assert log(capsys, "asha", "--until", (YESTERDAY - timedelta(days=1)).isoformat()) == []
    assert len(log(capsys, "asha", "--since", ON, "--until", ON, "--community", "Ashdown B")) == 1
    assert log(capsys, "asha", "--community", "Ashdown C") == []
    assert main(["sessions", "--by", "asha", "--community", "Elsewhere"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err == "There is no community “Elsewhere”.\n"


def test_the_rights_are_those_the_account_has_now(held: Cast, capsys: Said) -> None:
    with writing() as db:
        db.get_one(Account, held.accounts["Asha"]).disabled_at = now()
    for by in ("asha", "nobody", ""):
        assert main(["sessions", "--by", by, "--json"]) == 1
        said = capsys.readouterr()
        assert said.out == "" and said.err == f"There is no open account “{by}”.\n"


def test_an_export_is_on_the_record(held: Cast, capsys: Said) -> None:
    log(capsys, "Asha")
    with reading() as db:
        event = db.exec(select(AuditEvent).where(AuditEvent.action == "export_sessions")).one()
    assert event.by_name == "Asha" and event.detail["rows"] == 1


@pytest.mark.parametrize(
    "asked",
    [
        [],
        ["--json"],
        ["remove", "--by", "asha"],
        ["--by", "asha", "--since", "31/02/2026"],
        ["add", "--by", "asha", "--since", ON],
    ],
)
def test_wrong_use_ends_with_two(page_cast: Cast, asked: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sessions", *asked])
    assert ended.value.code == 2


# ---------------------------------------------------------------------------------------------------------------------
# Adding


def test_held_lost_and_planned_are_added_together(cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    group = GROUP | {
        "guests": 2,
        "attendance": [
            {"person": "Bela", "status": "late", "minutes": 40},
            {"person": "Officer D", "status": "apologies_sickness"},
            {"person": "Ben", "status": "attended", "presented_own_work": True},
        ],
    }
    lost = LOST | {"held_on": (YESTERDAY - timedelta(days=7)).isoformat()}
    assert add(monkeypatch, [BEN, group, lost, PLANNED], "asha", "--json") == 0
    said = capsys.readouterr()
    assert said.err == "4 sessions added.\n"
    added = json.loads(said.out)
    assert [one["state"] for one in added] == ["held", "held", "did_not_happen", "planned"]
    assert {one["record_id"] for one in added} == {str(one.record_id) for one in stored()}
    [of_group] = [one for one in stored() if one.group_id and one.state is SessionState.HELD]
    assert (of_group.minutes, of_group.contracted, of_group.guests) == (90, 10, 2)
    with reading() as db:
        there = {
            name: (one.minutes, one.status, one.presented_own_work)
            for one, name in db.exec(
                select(Attendance, Staff.full_name).join(Staff).where(Attendance.session_id == of_group.id)
            )
        }
        events = [one.action for one in db.exec(select(AuditEvent))]
    assert there["Bela"][:2] == (40, AttendanceStatus.LATE) and there["Officer D"][0] == 0
    assert there["Ben"] == (90, AttendanceStatus.ATTENDED, True), "and whoever is not named attended"
    assert [minutes for minutes, *_ in there.values()].count(90) == 8
    assert events.count("record_session") == 2 and events[-1] == "add_sessions"


def test_what_was_planned_is_taken_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        planned = plan_session(
            db,
            by=actor(cast, "Asha"),
            agreement_id=cast.ben_agreement,
            held_on=YESTERDAY,
            starts_at="11:00",
            minutes=45,
        )
    assert add(monkeypatch, [{"state": "held", "with": "Ben", "held_on": ON}]) == 0
    [session] = stored()
    assert (session.record_id, session.starts_at, session.minutes) == (planned.record_id, "11:00", 45)


def test_of_several_planned_the_start_says_which(cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    with writing() as db:
        for at in ("09:00", "15:00"):
            plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=YESTERDAY, starts_at=at)
    assert add(monkeypatch, [BEN]) == 1
    assert "Session 1, starts_at: Several sessions are planned for that day: 09:00, 15:00." in capsys.readouterr().err
    assert add(monkeypatch, [BEN | {"starts_at": "15:00"}]) == 0
    assert {(one.starts_at, one.state.value) for one in stored()} == {("09:00", "planned"), ("15:00", "held")}


def test_an_agreement_is_named_by_number_group_name_person_or_code(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with reading() as db:
        code = db.get_one(Staff, cast.id("Ben")).code
    for number, which in enumerate(
        ({"agreement": cast.ben_agreement}, {"with": code}, {"with": "Ben", "purpose": "clinical"})
    ):
        row = {"state": "held", "held_on": (YESTERDAY - timedelta(days=number)).isoformat(), **which}
        assert add(monkeypatch, [row]) == 0
    assert {one.agreement_id for one in stored()} == {cast.ben_agreement} and len(stored()) == 3


def test_two_agreements_that_fit_are_named_by_number(cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    with writing() as db:
        twin = SupervisionAgreement(
            supervisor_id=cast.id("Asha"), supervisee_id=cast.id("Ben"), purpose="clinical", start_on=YESTERDAY
        )
        db.add(twin)
        db.flush()
        number = twin.id
    assert add(monkeypatch, [BEN]) == 1
    assert f"Several agreements fit: {cast.ben_agreement}, {number}." in capsys.readouterr().err
    assert add(monkeypatch, [BEN | {"agreement": number}]) == 0


def test_every_problem_is_named_and_nothing_is_stored(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    rows = [
        BEN,
        BEN | {"held_on": "20/11/2026", "minutes": "50", "ad_hoc": "no"},
        {"state": "hold", "held_on": ON},
        LOST | {"lost_because": "weather", "minutes": 60},
        GROUP | {"attendance": [{"person": "Cai", "status": "attended"}]},
        GROUP | {"attendance": [{"person": "Bela", "status": "asleep"}]},
        BEN | {"held_on": (today() + timedelta(days=1)).isoformat()},
        BEN | {"with": "Cai"},
        BEN,
        "Ben",
        BEN | {"self": 1, "held_on": (YESTERDAY - timedelta(days=3)).isoformat()},
        BEN | {"agreement": 999_999},
    ]
    assert add(monkeypatch, rows, "asha", "--json") == 1
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert said.out == "" and lines[-1] == "Nothing was saved."
    for expected in (
        "Session 2, held_on: “20/11/2026” is not a date. Use 2026-11-20.",
        "Session 2, minutes: This must be a whole number.",
        "Session 2, ad_hoc: This must be true or false.",
        "Session 3, state: “hold” must be planned, held or did_not_happen.",
        "Session 3, agreement: Give the number of the agreement, or the group or person as “with”.",
        "Session 4, lost_because: “weather” must be detailed_elsewhere, lockdown, leave, sickness, training or other.",
        "Session 4, “minutes”: There is no such field here.",
        "Session 5, attendance: “Cai” is not contracted to it that day.",
        "Session 8, with: You record sessions with nobody called “Cai” that day.",
        "Session 10, the whole of it: This must be an object with fields.",
        "Session 11, “self”: There is no such field here.",
        "Session 12: There is no such record, or you do not have access to it.",
    ):
        assert expected in lines
    assert any(line.startswith("Session 6, attendance: Bela, status: “asleep” must be") for line in lines)
    assert any(line.startswith("Session 7, held_on:") and "still to come" in line for line in lines)
    assert any(line.startswith("Session 9, held_on:") and "already recorded" in line for line in lines)
    assert stored() == []


def test_fifty_problems_are_named_and_the_rest_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    assert add(monkeypatch, [{}] * 30) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 52 and lines[50] == "And 40 more problems."


def test_the_same_file_adds_nothing_the_second_time(cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    rows = [BEN, GROUP, PLANNED]
    assert add(monkeypatch, rows) == 0
    assert add(monkeypatch, rows) == 1
    said = capsys.readouterr().err
    assert "Session 3, starts_at: A session of that day and time is planned or held already." in said
    assert len(stored()) == 3


@pytest.mark.parametrize("by", ["carol", "ben", "farah", "dev", "eve", "jo"])
@pytest.mark.parametrize("row", [BEN, LOST, PLANNED])
def test_nobody_adds_what_they_may_not_record(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, by: str, row: dict[str, Any]
) -> None:
    assert add(monkeypatch, [row], by) == 1
    assert add(monkeypatch, [row | {"agreement": page_cast.ben_agreement}], by) == 1
    assert stored() == []


def test_a_manager_adds_on_behalf_of_a_supervisor(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert add(monkeypatch, [BEN | {"with": "Cai", "agreement": cast.gwen_agreement}], "carol") == 0
    [session] = stored()
    assert session.is_on_behalf and session.supervisor_id == cast.id("Gwen")


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "This is no JSON: line 1, column 1."),
        ("[{]", "This is no JSON: line 1, column 3."),
        ("{}", "The file must be a list of 1 to 500 sessions."),
        ("[]", "The file must be a list of 1 to 500 sessions."),
        (json.dumps([BEN] * 501), "The file must be a list of 1 to 500 sessions."),
        ('[{"state": "held", "state": "planned"}]', "“state” stands twice in one session."),
        ("[" * 100_000, "This is no JSON that can be read."),
        ("9" * 5_000, "This is no JSON that can be read."),
        (" " * 2_000_001, "The file is too big: at most 2,000,000 characters."),
        ('[{"held_on": NaN}]', "Session 1, held_on: “nan” is not a date."),
        ('[{"held_on": "2026-W47-5"}]', "Session 1, held_on: “2026-W47-5” is not a date."),
        ('[{"held_on": {"a": []}, "with": [], "state": {}}]', "Session 1, with: This must be a short text"),
        ('[{"agreement": true}]', "Session 1, agreement: This must be a whole number."),
        ('[{"agreement": 99999999999999999999}]', "Session 1, agreement: This must be a whole number."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: Said, text: str, because: str
) -> None:
    assert add(monkeypatch, text) == 1
    said = capsys.readouterr()
    assert because in said.err and "Nothing was saved." in said.err and said.out == ""
    assert stored() == []


def test_it_works_as_a_program_of_its_own(page_cast: Cast) -> None:
    """With a real standard input: a file that is no text at all, too."""
    command = [sys.executable, "-m", "tcsuper", "sessions", "add", "--by", "asha", "--json"]
    done = subprocess.run(command, input=json.dumps([BEN]).encode(), capture_output=True, cwd=ROOT, timeout=120)
    assert (done.returncode, done.stderr.decode()) == (0, "1 session added.\n")
    assert json.loads(done.stdout)[0]["state"] == "held"
    done = subprocess.run(command, input=b"\xff\xfe[", capture_output=True, cwd=ROOT, timeout=120)
    assert done.returncode == 1 and done.stdout == b"" and b"Traceback" not in done.stderr
    assert len(stored()) == 1
