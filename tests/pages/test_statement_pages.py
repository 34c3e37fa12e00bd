"""Statements, disputes and the yearly questions on screen: entered, checked, settled, answered, and by whom not."""

from datetime import timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper import words
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Answer,
    AttendanceDispute,
    AttendanceStatus,
    Employment,
    ServesMeAnswer,
    Staff,
    StatementState,
    SupervisionAgreement,
    SupervisionStatement,
)
from tcsuper.queries.evidence import current
from tcsuper.services.disputes import name_third_person
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.statements import Line, Paper, return_statement, send_in_statement
from tcsuper.services.supervision import answer_attendance, record_session
from tcsuper.settings import ROOT
from tests.people import LONG_AGO, Cast, add_plain_supervisor, as_person
from tests.signing_in import sign_in

TODAY = today()
YESTERDAY = TODAY - timedelta(days=1)


def opened(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, page: str = "my_record", **parameters: str
) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    for name, value in parameters.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def all_words(at: AppTest) -> str:
    shown = [*at.markdown, *at.caption, *at.info, *at.error, *at.success, *at.subheader]
    tables = [str(table.value.to_dict("records")) for table in at.table]
    return " ".join([*(str(one.value) for one in shown), *tables]).replace("\\", "")


def press(at: AppTest, label: str) -> AppTest:
    [button] = [one for one in at.button if one.label == label]
    button.click().run()
    assert not at.exception
    return at


def field(at: AppTest, kind: str, label: str):  # type: ignore[no-untyped-def]
    [found] = [one for one in getattr(at, kind) if one.label == label]
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Statements


@pytest.fixture
def agreement(page_cast: Cast) -> int:
    """Ben's with Olwen Parry, who has no account."""
    with writing() as db:
        olwen = Staff(full_name="Olwen Parry", code="X-1", employment=Employment.INDEPENDENT)
        db.add(olwen)
        db.flush()
        made = SupervisionAgreement(
            supervisor_id=olwen.id, supervisee_id=page_cast.id("Ben"), purpose="clinical", start_on=LONG_AGO
        )
        db.add(made)
        db.flush()
        return made.id or 0


def sent_in(cast: Cast, agreement: int) -> SupervisionStatement:
    with as_person(cast, "Ben") as (db, ben):
        paper = Paper("Olwen Parry", "BACP", "00455001", TODAY)
        return send_in_statement(db, by=ben, agreement_id=agreement, paper=paper, lines=[Line(YESTERDAY, 50)])


def states() -> list[StatementState]:
    with reading() as db:
        return list(db.exec(select(SupervisionStatement.state).where(current(SupervisionStatement))))


def test_the_supervisee_enters_dates_and_minutes_and_there_is_no_room_for_more(
    page_cast: Cast, agreement: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(page_cast, monkeypatch, "Ben")
    assert "nothing about a case belongs here" in all_words(at)
    assert not [one for one in at.text_area if "statement" in (one.key or "")]
    form_fields = {one.label for one in at.text_input if "send_in_statement" in (one.key or "")}
    assert form_fields == {"Signed by", "Registered with", "Registration number"}
    field(at, "text_input", "Registered with").set_value("BACP")
    field(at, "text_input", "Registration number").set_value("00455001")
    field(at, "date_input", "Signed on").set_value(TODAY)
    field(at, "date_input", "Session 1").set_value(YESTERDAY)
    press(at, "Send the statement in")
    assert states() == [StatementState.SENT_IN]
    shown = all_words(at)
    assert "To be checked" in shown and f"1 session, 1 h in all: {words.day(YESTERDAY)} (1 h)." in shown


def test_a_form_without_the_day_of_signing_keeps_what_was_typed(
    page_cast: Cast, agreement: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(page_cast, monkeypatch, "Ben")
    field(at, "text_input", "Registered with").set_value("BACP")
    press(at, "Send the statement in")
    assert "Enter the day on which it was signed." in all_words(at)
    assert field(at, "text_input", "Registered with").value == "BACP"
    assert states() == []


def test_who_has_no_external_supervisor_sees_no_form_and_who_has_one_with_an_account_is_told(
    page_cast: Cast, agreement: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Statements of external supervision" not in all_words(opened(page_cast, monkeypatch, "Bela"))
    at = opened(page_cast, monkeypatch, "Cai")
    assert "Gwen has an account here and enters your sessions: there is nothing to send in." in all_words(at)
    assert "Send the statement in" not in [one.label for one in at.button]


def test_the_manager_compares_and_checks(page_cast: Cast, agreement: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sent_in(page_cast, agreement)
    at = opened(page_cast, monkeypatch, "Asha", "supervision", show="statements")
    shown = all_words(at)
    assert "Signed on" in shown and "BACP, number 00455001" in shown and words.full_day(YESTERDAY) in shown
    press(at, "It says what the signed paper says")
    assert states() == [StatementState.CHECKED]


def test_the_manager_returns_it_with_words_and_the_supervisee_corrects_it(
    page_cast: Cast, agreement: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = sent_in(page_cast, agreement)
    with as_person(page_cast, "Asha") as (db, asha):
        return_statement(db, by=asha, statement_id=statement.id or 0, reason="45 on the paper")
    at = opened(page_cast, monkeypatch, "Ben", show="statements")
    assert "Asha: “45 on the paper”" in all_words(at)
    [minutes] = [one for one in at.number_input if one.label == "Minutes of session 1" and one.value == 50]
    minutes.set_value(45)
    press(at, "Send the statement in again")
    assert states() == [StatementState.SENT_IN]


@pytest.mark.parametrize("who", ["Lena", "Kit"])
def test_whoever_checks_nobodys_has_no_such_part(
    page_cast: Cast, agreement: int, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    sent_in(page_cast, agreement)
    with writing() as db:
        add_plain_supervisor(db, page_cast)
    at = opened(page_cast, monkeypatch, who, "supervision", show="statements")
    assert "Olwen Parry" not in str(at.main)
    assert "It says what the signed paper says" not in [one.label for one in at.button]


# ---------------------------------------------------------------------------------------------------------------------
# Disputes


@pytest.fixture
def disputed(page_cast: Cast) -> AttendanceDispute:
    """Ben's, about a session with Asha; in Farah's hands."""
    with as_person(page_cast, "Asha") as (db, asha):
        entries = [Entry(page_cast.id("Ben"), AttendanceStatus.LATE, 30)]
        session = record_session(
            db, by=asha, agreement_id=page_cast.ben_agreement, held_on=YESTERDAY, minutes=60, entries=entries
        )
    with as_person(page_cast, "Ben") as (db, ben):
        answer_attendance(
            db, by=ben, session_record_id=session.record_id, answer=Answer.DISPUTED, comment="I came at ten past"
        )
    with as_person(page_cast, "Asha") as (db, asha):
        return name_third_person(
            db,
            by=asha,
            session_record_id=session.record_id,
            staff_id=page_cast.id("Ben"),
            third_person_id=page_cast.id("Farah"),
        )


def test_the_third_person_settles_it_on_their_own_record(
    page_cast: Cast, disputed: AttendanceDispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(page_cast, monkeypatch, "Farah", show="settle")
    assert "Ben says: “I came at ten past”" in all_words(at)
    field(at, "radio", "What do you decide?").set_value("changed").run()
    field(at, "number_input", "Minutes they were there").set_value(50)
    press(at, "Settle it")
    assert "Say in a sentence or two why. Both sides read it." in all_words(at)
    field(at, "text_area", "Why?").set_value("The gate log")
    press(at, "Settle it")
    assert "To settle, as the third person" not in all_words(at)
    ben = all_words(opened(page_cast, monkeypatch, "Ben"))
    assert "What I dispute" in ben and "changed to there for 50 min of 1 h. “The gate log”" in ben


def test_the_manager_sees_both_sides_and_may_name_somebody_else(
    page_cast: Cast, disputed: AttendanceDispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(page_cast, monkeypatch, "Asha", "supervision", show="disputes")
    shown = all_words(at)
    assert "In the hands of Farah, as the third person." in shown and "“I came at ten past”" in shown
    third = field(at, "selectbox", "Third person")
    assert "Ben" not in third.options and "Asha" not in third.options
    third.set_value(page_cast.id("Bela"))
    press(at, "Name them")
    assert "In the hands of Bela, as the third person." in all_words(at)


def test_nobody_else_sees_that_there_is_a_dispute(
    page_cast: Cast, disputed: AttendanceDispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, page in (("Bela", "my_record"), ("Carol", "supervision"), ("Gwen", "supervision")):
        assert "ten past" not in str(opened(page_cast, monkeypatch, who, page, show="disputes").main)


# ---------------------------------------------------------------------------------------------------------------------
# The yearly questions


def test_the_five_questions_are_answered_once(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch, "Ben", show="serves_me")
    questions = [one for one in at.radio if one.label[:2] in ("1.", "2.", "3.", "4.", "5.")]
    assert len(questions) == 5
    for question in questions[:4]:
        question.set_value(4)
    press(at, "Send my answers")
    assert "Answer each of the five questions, from 1 to 5." in all_words(at)
    [last] = [one for one in at.radio if one.label.startswith("5.")]
    last.set_value(2)
    press(at, "Send my answers")
    with reading() as db:
        assert db.exec(select(ServesMeAnswer.answers)).all() == [[4, 4, 4, 4, 2]]
    assert not [one for one in at.radio if one.label.startswith("1.")]


@pytest.mark.parametrize(("people", "is_shown"), [(4, False), (5, True)])
def test_the_spread_stands_on_team_competency_from_five_answers_up(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, people: int, is_shown: bool
) -> None:
    with writing() as db:
        for _ in range(people):
            db.add(ServesMeAnswer(year=TODAY.year - 1, community_id=page_cast.community_b, answers=[1, 2, 3, 4, 5]))
        for _ in range(9):
            db.add(ServesMeAnswer(year=TODAY.year, community_id=page_cast.community_b, answers=[5, 5, 5, 5, 5]))
    at = opened(page_cast, monkeypatch, "Asha", "team_competency")
    assert (f"{TODAY.year - 1}: {people} people answered." in all_words(at)) is is_shown
    assert f"{TODAY.year}: 9" not in all_words(at)
    tables = [table.value for table in at.table if "Question" in table.value.columns]
    assert bool(tables) is is_shown
    if is_shown:
        assert list(tables[0].iloc[0])[2:] == ["5", "0", "0", "0", "0"]
