"""Statements of external supervisors: nothing counts until a manager has compared it with the signed paper."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Account,
    Answer,
    Attendance,
    AuditEvent,
    AuditSubject,
    CancelledBy,
    Employment,
    LostBecause,
    Post,
    SessionForm,
    SessionState,
    Staff,
    StatementLine,
    StatementState,
    SupervisionAgreement,
    SupervisionSession,
    SupervisionStatement,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.standing import supervision_months
from tcsuper.queries.statements import StatementSeen, agreements_to_state, statements_seen
from tcsuper.queries.supervision import my_attendance, sittings_of
from tcsuper.queries.tasks import my_tasks
from tcsuper.services import statements as state
from tcsuper.services.statements import Line, Paper
from tcsuper.services.supervision import plan_session, record_lost_session
from tests.people import LONG_AGO, Cast, actor, as_person

TODAY = today()
YESTERDAY = TODAY - timedelta(days=1)
PAPER = Paper("Olwen Parry", "BACP", "00455001", TODAY)
LINES = (Line(TODAY - timedelta(days=15), 60), Line(YESTERDAY, 50))


@pytest.fixture
def olwen(cast: Cast) -> int:
    """Ben's agreement with Olwen Parry, an external supervisor without an account."""
    return external(cast, "Ben")


def external(cast: Cast, supervisee: str) -> int:
    with writing() as db:
        person = Staff(full_name="Olwen Parry", code=f"X-{supervisee}", employment=Employment.INDEPENDENT)
        db.add(person)
        db.flush()
        agreement = SupervisionAgreement(
            supervisor_id=person.id, supervisee_id=cast.id(supervisee), purpose="clinical", start_on=LONG_AGO
        )
        db.add(agreement)
        db.flush()
        return agreement.id or 0


def send(
    cast: Cast, agreement: int, who: str = "Ben", paper: Paper = PAPER, lines: tuple[Line, ...] = LINES
) -> SupervisionStatement:
    with as_person(cast, who) as (db, by):
        return state.send_in_statement(db, by=by, agreement_id=agreement, paper=paper, lines=lines)


def check(cast: Cast, statement: SupervisionStatement, who: str = "Asha") -> SupervisionStatement:
    with as_person(cast, who) as (db, by):
        return state.check_statement(db, by=by, statement_id=statement.id or 0)


def give_back(cast: Cast, statement: SupervisionStatement, reason: str = "50 minutes, not 60") -> SupervisionStatement:
    with as_person(cast, "Asha") as (db, asha):
        return state.return_statement(db, by=asha, statement_id=statement.id or 0, reason=reason)


def minutes_of(cast: Cast, who: str = "Ben", known_on: date | None = None) -> int:
    with reading() as db:
        return sum(int(one.minutes) for one in sittings_of(db, [cast.id(who)], known_on)[cast.id(who)])


def seen_by(cast: Cast, who: str) -> list[StatementSeen]:
    with reading() as db:
        return statements_seen(db, viewer=actor(cast, who))


def stated(db: Session, record_id: UUID) -> list[SupervisionSession]:
    session = SupervisionSession
    found = select(session).where(session.statement_id == record_id, current(session)).order_by(col(session.held_on))
    return list(db.exec(found))


# ---------------------------------------------------------------------------------------------------------------------


def test_nothing_counts_until_it_is_checked_and_then_every_line_does(cast: Cast, olwen: int) -> None:
    statement = send(cast, olwen)
    assert minutes_of(cast) == 0
    check(cast, statement)
    assert minutes_of(cast) == 110
    with reading() as db:
        sessions = stated(db, statement.record_id)
        assert [(one.held_on, one.minutes) for one in sessions] == [(line.held_on, line.minutes) for line in LINES]
        agreement = db.get_one(SupervisionAgreement, olwen)
        for one in sessions:
            assert one.state is SessionState.HELD and one.form is SessionForm.INDIVIDUAL and one.is_on_behalf
            assert one.supervisor_id == agreement.supervisor_id
            assert one.recorded_by_id == cast.id("Asha")
            assert one.community_id == cast.community_b
            there = db.exec(select(Attendance).where(Attendance.session_id == one.id)).one()
            assert (there.staff_id, there.minutes) == (cast.id("Ben"), one.minutes)


def test_the_month_at_which_the_manager_looks_moves_with_it(cast: Cast, olwen: int) -> None:
    def attended() -> int:
        with reading() as db:
            months = supervision_months(db, [cast.id("Ben")], TODAY)
            return sum(int(month.attended) for one in months for month in one.months)

    before = attended()
    statement = send(cast, olwen)
    assert attended() == before
    check(cast, statement)
    assert attended() == before + 110


def test_what_they_sent_in_is_their_own_word_so_they_are_not_asked_to_confirm(cast: Cast, olwen: int) -> None:
    check(cast, send(cast, olwen))
    with reading() as db:
        mine = my_attendance(db, viewer=actor(cast, "Ben"))
        tasks = my_tasks(db, viewer=actor(cast, "Ben"), rows=[])
    assert [one.answer for one in mine] == [Answer.CONFIRMED, Answer.CONFIRMED]
    assert not [task for task in tasks if task.confirm_record]


def test_as_known_before_the_check_it_did_not_count(cast: Cast, olwen: int, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = send(cast, olwen)
    later = TODAY + timedelta(days=3)
    with monkeypatch.context() as patch:
        patch.setenv("TCSUPER_TODAY", later.isoformat())
        check(cast, statement)
    assert minutes_of(cast, known_on=TODAY) == 0
    assert minutes_of(cast, known_on=later) == 110


def test_a_session_planned_for_the_day_becomes_the_one_that_was_held(cast: Cast, olwen: int) -> None:
    with as_person(cast, "Asha") as (db, asha):
        planned = plan_session(db, by=asha, agreement_id=olwen, held_on=YESTERDAY, starts_at="14:00")
    statement = check(cast, send(cast, olwen))
    with reading() as db:
        records = {one.record_id: one for one in stated(db, statement.record_id)}
        assert records[planned.record_id].starts_at == "14:00"
        still_planned = select(SupervisionSession).where(
            SupervisionSession.state == SessionState.PLANNED, current(SupervisionSession)
        )
        assert db.exec(still_planned).all() == []


def test_a_returned_one_is_corrected_sent_again_and_checked(cast: Cast, olwen: int) -> None:
    first = send(cast, olwen)
    returned = give_back(cast, first)
    assert minutes_of(cast) == 0
    with as_person(cast, "Ben") as (db, ben):
        again = state.correct_statement(
            db, by=ben, statement_id=returned.id or 0, paper=PAPER, lines=[LINES[0], Line(YESTERDAY, 45)]
        )
    check(cast, again)
    assert minutes_of(cast) == 105
    for who in ("Ben", "Asha"):
        [one] = seen_by(cast, who)
        assert [(step.who, step.state, step.reason) for step in one.steps] == [
            ("Ben", StatementState.SENT_IN, ""),
            ("Asha", StatementState.RETURNED, "50 minutes, not 60"),
            ("Ben", StatementState.SENT_IN, ""),
            ("Asha", StatementState.CHECKED, ""),
        ]
    with reading() as db:
        lines = db.exec(select(StatementLine.minutes).where(StatementLine.statement_id == first.id)).all()
    assert sorted(lines) == [50, 60]  # the former version keeps its own


def test_voiding_takes_its_sessions_along_and_frees_the_days(cast: Cast, olwen: int) -> None:
    statement = check(cast, send(cast, olwen))
    with as_person(cast, "Asha") as (db, asha):
        state.void_statement(db, by=asha, statement_id=statement.id or 0, reason="Another person's paper")
    assert minutes_of(cast) == 0
    with reading() as db:
        assert stated(db, statement.record_id) == []
    assert [(one.is_void, len(one.lines)) for one in seen_by(cast, "Ben")] == [(True, 2)]
    check(cast, send(cast, olwen))
    assert minutes_of(cast) == 110


def test_one_that_nobody_checked_yet_is_taken_back(cast: Cast, olwen: int) -> None:
    statement = send(cast, olwen)
    with as_person(cast, "Ben") as (db, ben):
        state.withdraw_statement(db, by=ben, statement_id=statement.id or 0)
    assert not [one for one in seen_by(cast, "Asha") if one.waits_for_me]
    with pytest.raises(Conflict):
        check(cast, statement)
    send(cast, olwen)


# ---------------------------------------------------------------------------------------------------------------------
# Who may not


def test_nobody_checks_their_own_not_even_a_manager(cast: Cast) -> None:
    """Asha's own is checked by her line manager. Taken out: `not_oneself` on the line of access.csv, and she could."""
    own = external(cast, "Asha")
    statement = send(cast, own, "Asha")
    for who in ("Asha", "Carol", "Farah"):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            check(cast, statement, who)
    with writing() as db:
        db.exec(select(Post).where(Post.staff_id == cast.id("Asha"))).one().line_manager_id = cast.id("Dev")
    check(cast, statement, "Dev")
    assert minutes_of(cast, "Asha") == 110


@pytest.mark.parametrize("who", ["Ben", "Bela", "Carol", "Dev", "Eve", "Ivor", "Kit", "Jo"])
def test_only_the_manager_and_the_line_manager_check(cast: Cast, olwen: int, who: str) -> None:
    statement = send(cast, olwen)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        check(cast, statement, who)
    assert minutes_of(cast) == 0
    check(cast, statement, "Farah")


def test_nobody_sends_in_for_somebody_else_or_by_another_kind_of_agreement(cast: Cast, olwen: int) -> None:
    for who, agreement in (("Bela", olwen), ("Asha", olwen), ("Ben", cast.ben_agreement), ("Cai", cast.ben_agreement)):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            send(cast, agreement, who)


def test_who_has_an_account_enters_the_sessions_themselves(cast: Cast) -> None:
    with pytest.raises(InvalidRecord, match="Gwen has an account here and enters the sessions themselves"):
        send(cast, cast.gwen_agreement, "Cai")
    with reading() as db:
        assert [one.has_account for one in agreements_to_state(db, viewer=actor(cast, "Cai"))] == [True]
    with writing() as db:
        db.get_one(Account, cast.accounts["Gwen"]).ends_on = YESTERDAY
    send(cast, cast.gwen_agreement, "Cai")


def test_an_agreement_can_be_stated_for_28_days_after_it_ended(cast: Cast, olwen: int) -> None:
    ended = TODAY - timedelta(days=28)
    line = (Line(ended, 60),)
    with writing() as db:
        db.get_one(SupervisionAgreement, olwen).end_on = ended - timedelta(days=1)
    with pytest.raises(NotAllowed, match="ended on"):
        send(cast, olwen, lines=(Line(ended - timedelta(days=1), 60),))
    with writing() as db:
        db.get_one(SupervisionAgreement, olwen).end_on = ended
    send(cast, olwen, lines=line)


# ---------------------------------------------------------------------------------------------------------------------
# What may not stand on it


@pytest.mark.parametrize(
    ("paper", "field"),
    [
        (Paper(" ", "BACP", "00455001", TODAY), "signer"),
        (Paper("Olwen Parry, about A1234BC", "BACP", "00455001", TODAY), "signer"),
        (Paper("Olwen Parry", "", "00455001", TODAY), "body"),
        (Paper("Olwen Parry", "BACP, born on 3 May 1970", "00455001", TODAY), "body"),
        (Paper("O" * 201, "BACP", "00455001", TODAY), "signer"),
        (Paper("Olwen Parry", "BACP", "", TODAY), "registration_number"),
        (Paper("Olwen Parry", "BACP", "He said: nothing", TODAY), "registration_number"),
        (Paper("Olwen Parry", "BACP", "member", TODAY), "registration_number"),
        (Paper("Olwen Parry", "BACP", "00455001", TODAY + timedelta(days=1)), "signed_on"),
        (Paper("Olwen Parry", "BACP", "00455001", YESTERDAY - timedelta(days=1)), "signed_on"),
    ],
)
def test_the_paper_holds_who_signed_it_and_nothing_else(cast: Cast, olwen: int, paper: Paper, field: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        send(cast, olwen, paper=paper)
    assert set(refused.value.problems) == {field}
    assert seen_by(cast, "Ben") == []


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((), "at least one session"),
        ((Line(TODAY + timedelta(days=1), 60),), "is still to come."),
        ((Line(LONG_AGO - timedelta(days=1), 60),), "before the agreement began"),
        ((Line(YESTERDAY, 60), Line(YESTERDAY, 50)), "is listed twice."),
        ((Line(YESTERDAY, 0),), "lasts between 1 minute and 8 h."),
        ((Line(YESTERDAY, 481),), "lasts between 1 minute and 8 h."),
    ],
)
def test_a_line_lies_inside_the_agreement_and_once(cast: Cast, olwen: int, lines: tuple[Line, ...], says: str) -> None:
    paper = Paper("Olwen Parry", "BACP", "00455001", TODAY)
    with pytest.raises(InvalidRecord) as refused:
        send(cast, olwen, paper=paper, lines=lines)
    assert says in refused.value.problems["lines"]


def test_all_problems_are_told_at_once(cast: Cast, olwen: int) -> None:
    with pytest.raises(InvalidRecord) as refused:
        send(cast, olwen, paper=Paper("", "", "", TODAY), lines=())
    assert set(refused.value.problems) == {"signer", "body", "registration_number", "lines"}


def test_a_day_that_is_recorded_or_on_another_statement_is_refused(cast: Cast, olwen: int) -> None:
    statement = send(cast, olwen, lines=(LINES[1],))
    with pytest.raises(InvalidRecord, match="on another statement that you sent in"):
        send(cast, olwen)
    with as_person(cast, "Ben") as (db, ben):  # its own days are no other statement's
        statement = state.correct_statement(db, by=ben, statement_id=statement.id or 0, paper=PAPER, lines=LINES)
    check(cast, statement)
    with pytest.raises(InvalidRecord, match="is already recorded"):
        send(cast, olwen, lines=(LINES[1],))


def test_what_was_recorded_meanwhile_is_not_counted_twice(cast: Cast, olwen: int) -> None:
    statement = send(cast, olwen)
    with as_person(cast, "Asha") as (db, asha):
        record_lost_session(
            db,
            by=asha,
            agreement_id=olwen,
            held_on=YESTERDAY,
            cancelled_by=CancelledBy.SUPERVISOR,
            lost_because=LostBecause.LEAVE,
        )
    with pytest.raises(InvalidRecord, match="Recorded meanwhile"):
        check(cast, statement)
    assert minutes_of(cast) == 0


# ---------------------------------------------------------------------------------------------------------------------
# Two at once, the history, the home page


def test_a_second_manager_is_told_that_it_was_checked(cast: Cast, olwen: int) -> None:
    statement = send(cast, olwen)
    check(cast, statement)
    with pytest.raises(Conflict):
        check(cast, statement, "Farah")
    assert minutes_of(cast) == 110


def test_the_supervisee_cannot_change_it_once_it_is_checked(cast: Cast, olwen: int) -> None:
    statement = check(cast, send(cast, olwen))
    with pytest.raises(Conflict), as_person(cast, "Ben") as (db, ben):
        state.withdraw_statement(db, by=ben, statement_id=statement.id or 0)
    with pytest.raises(Conflict), as_person(cast, "Ben") as (db, ben):
        state.correct_statement(db, by=ben, statement_id=statement.id or 0, paper=PAPER, lines=LINES)
    assert minutes_of(cast) == 110


def test_returning_and_voiding_want_a_reason(cast: Cast, olwen: int) -> None:
    statement = send(cast, olwen)
    with pytest.raises(InvalidRecord):
        give_back(cast, statement, " ")
    checked = check(cast, statement)
    with pytest.raises(InvalidRecord), as_person(cast, "Asha") as (db, asha):
        state.void_statement(db, by=asha, statement_id=checked.id or 0, reason="")
    assert minutes_of(cast) == 110


def test_each_step_is_one_event_about_the_supervisee_without_typed_words(cast: Cast, olwen: int) -> None:
    give_back(cast, send(cast, olwen))
    with reading() as db:
        events = db.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
        subjects = set(db.exec(select(AuditSubject.staff_id)))
    assert [(one.action, one.detail) for one in events] == [
        ("send_in_statement", {"lines": 2}),
        ("return_statement", {}),
    ]
    assert subjects == {cast.id("Ben")}


def test_the_home_pages_say_whose_turn_it_is(cast: Cast, olwen: int) -> None:
    def words_for(who: str) -> list[str]:
        with reading() as db:
            return [task.word for task in my_tasks(db, viewer=actor(cast, who), rows=[]) if "tatement" in task.title]

    statement = send(cast, olwen)
    assert (words_for("Asha"), words_for("Ben"), words_for("Carol")) == (["To check"], [], [])
    give_back(cast, statement)
    assert (words_for("Asha"), words_for("Ben")) == ([], ["Returned"])
