"""Statements of external supervisors, disputes, the yearly questions: how the access test tries each function."""

from typing import Any

from sqlmodel import Session, select

from tcsuper.access import COUNTED, Action, Actor, Object, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.models import (
    Answer,
    AttendanceDispute,
    DisputeOutcome,
    Employment,
    ServesMeAnswer,
    ServesMeGiven,
    Staff,
    SupervisionAgreement,
    SupervisionStatement,
)
from tcsuper.queries import disputes, serves_me, statements
from tcsuper.services import disputes as settle
from tcsuper.services import serves_me as yearly
from tcsuper.services import statements as state
from tcsuper.services.supervision import answer_attendance
from tests.access_case import PLACES, YESTERDAY, Case, own, place_id
from tests.access_stage import stored
from tests.access_supervision import SUPERVISOR, recorded
from tests.people import LONG_AGO, Cast

# ---------------------------------------------------------------------------------------------------------------------
# Statements: of an external supervisor of the subject who has no account

PAPER = state.Paper("Olwen Parry", "BACP", "00455001", today())
LINES = [state.Line(YESTERDAY, 50)]


def external_agreement(db: Session, cast: Cast, subject: str) -> int:
    olwen = stored(db, Staff(full_name="Olwen Parry", code="X-1", employment=Employment.INDEPENDENT))
    agreement = SupervisionAgreement(
        supervisor_id=olwen, supervisee_id=cast.id(subject), purpose="clinical", start_on=LONG_AGO
    )
    return stored(db, agreement)


def _sent(db: Session, cast: Cast, subject: str) -> SupervisionStatement:
    themselves = actor_for_staff(db, cast.id(subject))
    agreement = external_agreement(db, cast, subject)
    return state.send_in_statement(db, by=themselves, agreement_id=agreement, paper=PAPER, lines=LINES)


def _checked(db: Session, cast: Cast, subject: str) -> SupervisionStatement:
    manager = actor_for_staff(db, cast.id(SUPERVISOR[subject]))
    return state.check_statement(db, by=manager, statement_id=_sent(db, cast, subject).id or 0)


def _send_in(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    agreement = external_agreement(db, cast, subject)
    return state.send_in_statement(db, by=by, agreement_id=agreement, paper=PAPER, lines=LINES)


def _correct(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    number = _sent(db, cast, subject).id or 0
    return state.correct_statement(db, by=by, statement_id=number, paper=PAPER, lines=LINES)


def _withdraw(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return state.withdraw_statement(db, by=by, statement_id=_sent(db, cast, subject).id or 0)


def _check(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return state.check_statement(db, by=by, statement_id=_sent(db, cast, subject).id or 0)


def _return(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return state.return_statement(db, by=by, statement_id=_sent(db, cast, subject).id or 0, reason="50, not 60")


def _void(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return state.void_statement(db, by=by, statement_id=_checked(db, cast, subject).id or 0, reason="Another person's")


def _is_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = _sent(db, cast, subject).record_id
    return record in {one.record_id for one in statements.statements_seen(db, viewer=by)}


def _waits(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = _sent(db, cast, subject).record_id
    return record in {one.record_id for one in statements.statements_seen(db, viewer=by) if one.waits_for_me}


def _can_state(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    agreement = external_agreement(db, cast, subject)
    return agreement in {one.agreement_id for one in statements.agreements_to_state(db, viewer=by)}


# ---------------------------------------------------------------------------------------------------------------------
# Disputes: the subject disputes their attendance with their own manager, who supervised them

THIRD = {"Ben": "Farah", "Cai": "Lena"}
"""By subject: a colleague who has no part in it."""


def _disputed(db: Session, cast: Cast, subject: str) -> Any:
    record = recorded(db, cast, subject).record_id
    themselves = actor_for_staff(db, cast.id(subject))
    answer_attendance(
        db, by=themselves, session_record_id=record, answer=Answer.DISPUTED, comment="I was there for less"
    )
    return record


def _in_hands(db: Session, cast: Cast, subject: str) -> int:
    return stored(
        db,
        AttendanceDispute(
            session_record_id=_disputed(db, cast, subject),
            staff_id=cast.id(subject),
            third_person_id=cast.id(THIRD[subject]),
            named_by_id=cast.id(SUPERVISOR[subject]),
            named_at=now(),
        ),
    )


def _name(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return settle.name_third_person(
        db,
        by=by,
        session_record_id=_disputed(db, cast, subject),
        staff_id=cast.id(subject),
        third_person_id=cast.id(THIRD[subject]),
    )


def _settle(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    number = _in_hands(db, cast, subject)
    return settle.settle_dispute(
        db, by=by, dispute_id=number, outcome=DisputeOutcome.CHANGED, said="By the gate log", minutes=30
    )


def _dispute_is_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = _disputed(db, cast, subject)
    return record in {one.session_record_id for one in disputes.disputes_seen(db, viewer=by)}


def _has_to_settle(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    number = _in_hands(db, cast, subject)
    return number in {one.dispute_id for one in disputes.disputes_to_settle(db, viewer=by)}


def _may_choose(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = _disputed(db, cast, subject)
    offered = disputes.third_persons(db, viewer=by, session_record_id=record, staff_id=cast.id(subject))
    return cast.id(THIRD[subject]) in {one.staff_id for one in offered}


def _is_third(actor: str, subject: str) -> bool:
    return THIRD[subject] == actor


NOT_AS_THIRD = ("by_import", "as_third_person")

# ---------------------------------------------------------------------------------------------------------------------
# The yearly questions


def _answer(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """Answers are always the acting person's own."""
    yearly.answer_serves_me(db, by=by, answers=[1, 2, 3, 4, 5])
    return db.exec(select(ServesMeGiven.staff_id)).all() == [cast.id(subject)]


def _spread(db: Session, by: Actor, cast: Cast, place: str) -> bool:
    for _ in range(5):
        db.add(ServesMeAnswer(year=today().year - 1, community_id=place_id(cast, place), answers=[1, 2, 3, 4, 5]))
    db.flush()
    return place in set(serves_me.how_supervision_serves(db, viewer=by)["community"])


CASES: dict[str, Case] = {
    "services.statements.send_in_statement": Case(Object.STATEMENT, Action.CREATE, _send_in),
    "services.statements.correct_statement": Case(Object.STATEMENT, Action.CREATE, _correct),
    "services.statements.withdraw_statement": Case(Object.STATEMENT, Action.CREATE, _withdraw),
    "services.statements.check_statement": Case(Object.STATEMENT, Action.CONFIRM, _check),
    "services.statements.return_statement": Case(Object.STATEMENT, Action.CONFIRM, _return),
    "services.statements.void_statement": Case(Object.STATEMENT, Action.CONFIRM, _void),
    "queries.statements.statements_seen": Case(Object.STATEMENT, Action.READ, _is_seen),
    "queries.statements.statements_seen/to check": Case(Object.STATEMENT, Action.CONFIRM, _waits),
    "queries.statements.agreements_to_state": Case(Object.STATEMENT, Action.CREATE, _can_state, only=own),
    "services.disputes.name_third_person": Case(Object.DISPUTE, Action.CREATE, _name),
    "services.disputes.settle_dispute": Case(Object.DISPUTE, Action.SETTLE, _settle, only=_is_third),
    "queries.disputes.disputes_seen": Case(
        Object.DISPUTE, Action.READ, _dispute_is_seen, leave_out=NOT_AS_THIRD, party=SUPERVISOR
    ),
    "queries.disputes.disputes_to_settle": Case(Object.DISPUTE, Action.READ, _has_to_settle, only=_is_third),
    "queries.disputes.third_persons": Case(Object.DISPUTE, Action.CREATE, _may_choose),
    "services.serves_me.answer_serves_me": Case(Object.SURVEY, Action.CREATE, _answer),
    "queries.serves_me.how_supervision_serves": Case(Object.SURVEY, Action.READ, _spread, COUNTED, subjects=PLACES),
}
BY_RELATIONSHIP: dict[str, str] = {
    "queries.serves_me.still_to_answer": "own, with an agreement and a post: "
    "tests/services/test_serves_me.py::test_everyone_with_an_agreement_and_a_post_is_asked",
    "queries.serves_me.is_reminded": "the same in some months: "
    "tests/services/test_serves_me.py::test_people_are_reminded_from_october_until_they_have_answered",
}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "services.supervision.hold_as_stated": "called by the service of statements, which has checked",
    "queries.statements.has_open_account": "for the service of statements",
    "queries.statements.lines_of": "of versions that the caller has chosen",
    "queries.statements.recorded_days": "for the service of statements, which has found the agreement",
    "queries.statements.stated_days": "for the service of statements, which has found the agreement",
    "queries.disputes.how_many_dispute": "of sessions that the caller may see",
    "queries.disputes.open_dispute": "for the service of disputes, which has checked",
    "queries.serves_me.has_answered": "about whoever acts",
    "queries.serves_me.community_of_answers": "about whoever acts",
}
