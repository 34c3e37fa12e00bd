"""The entries of what rights come from and who may know of them: roles asked for and approved, stand-ins, contact
details, history, "who can see this?". See tests/access_cases.py."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.models import Account, Role, RoleGrant, StandIn, SupervisionAgreement, SupervisionSession
from tcsuper.queries import accounts, agreements, history, readers, staff, supervision
from tcsuper.services import accounts as accounting
from tcsuper.services import staff as staffing
from tcsuper.services import stand_ins
from tcsuper.services.second_factor import Proof
from tests.access_case import ANYBODY, SEEN, Case, own, place_id
from tests.access_oracle import PEOPLE
from tests.access_practice import SEEN_BY_OBSERVER, observed
from tests.access_stage import stored
from tests.access_supervision import recorded, theirs
from tests.people import Cast

AND_THE_MANAGER = ("Ben", "Cai", "Asha")

# ---------------------------------------------------------------------------------------------------------------------
# Roles and accounts


def _request_role(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return accounting.request_role(
        db,
        by=by,
        staff_id=cast.id(subject),
        role=Role.THERAPY_MANAGER,
        community_id=place_id(cast, PEOPLE[subject].works_in),
        start_on=today(),
    )


def _waiting(db: Session, cast: Cast, subject: str) -> int:
    """A role that Eve entered for them and nobody has approved."""
    return stored(
        db,
        RoleGrant(
            staff_id=cast.id(subject),
            role=Role.AUDITOR,
            community_id=place_id(cast, PEOPLE[subject].works_in),
            start_on=today(),
            end_on=today(),
            asked_by_id=cast.id("Eve"),
        ),
    )


def _without_account(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    db.delete(db.exec(select(Account).where(Account.staff_id == cast.id(subject))).one())
    db.flush()
    return cast.id(subject) in accounts.without_account(db, viewer=by)


RIGHTS = {
    "services.accounts.request_account": Case(
        Object.ACCOUNT,
        Action.REQUEST,
        lambda db, by, cast, subject: accounting.request_account(db, by=by, staff_id=cast.id(subject)),
        subjects=AND_THE_MANAGER,
        complains=True,  # everybody has one
    ),
    "services.accounts.request_role": Case(
        Object.GRANT, Action.REQUEST, _request_role, subjects=AND_THE_MANAGER, complains=True
    ),
    "services.accounts.approve_grant": Case(
        Object.GRANT,
        Action.APPROVE,
        lambda db, by, cast, subject: accounting.approve_grant(db, by=by, grant_id=_waiting(db, cast, subject)),
        subjects=AND_THE_MANAGER,
    ),
    "services.accounts.refuse_grant": Case(
        Object.GRANT,
        Action.APPROVE,
        lambda db, by, cast, subject: accounting.refuse_grant(db, by=by, grant_id=_waiting(db, cast, subject)),
        subjects=AND_THE_MANAGER,
    ),
    "queries.accounts.roles_to_approve": Case(
        Object.GRANT,
        Action.APPROVE,
        lambda db, by, cast, subject: (
            _waiting(db, cast, subject) in {one.grant_id for one in accounts.roles_to_approve(db, viewer=by)}
        ),
        subjects=AND_THE_MANAGER,
    ),
    "queries.accounts.requests_waiting": Case(
        Object.ACCOUNT,
        Action.READ,
        lambda db, by, cast, _: accounts.requests_waiting(db, viewer=by),
        leave_out=("own_sign_ins",),
        subjects=ANYBODY,
    ),
    "queries.accounts.without_account": Case(
        Object.ACCOUNT, Action.REQUEST, _without_account, subjects=AND_THE_MANAGER
    ),
    "services.staff.change_contact": Case(
        Object.EMPLOYMENT,
        Action.UPDATE,
        lambda db, by, cast, _: staffing.change_contact(
            db, by=by, email="new@example.invalid", proof=Proof(by.account_id or 0, "")
        ),
        subjects=ANYBODY,
    ),
    "queries.staff.my_email": Case(
        Object.EMPLOYMENT, Action.READ, lambda db, by, cast, _: staff.my_email(db, viewer=by), subjects=ANYBODY
    ),
}

# ---------------------------------------------------------------------------------------------------------------------
# Stand-ins


def _stand_in(db: Session, cast: Cast, subject: str) -> int:
    return stored(
        db,
        StandIn(
            agreement_id=theirs(cast, subject),
            staff_id=cast.id("Officer D"),
            named_by_id=cast.id("Asha"),
            start_on=today(),
            end_on=today(),
        ),
    )


def _name(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return stand_ins.name_stand_in(
        db,
        by=by,
        agreement_id=theirs(cast, subject),
        staff_id=cast.id("Lena"),
        start_on=today(),
        end_on=today() + timedelta(days=27),
    )


def _finds(clause: Callable[[Actor], sa.ColumnElement[bool]], key: Any) -> Callable[[Session, Actor, int], bool]:
    return lambda db, by, number: db.scalar(sa.select(key).where(key == number, clause(by))) is not None


_finds_session = _finds(supervision.sessions_visible_to, col(SupervisionSession.id))
_finds_agreement = _finds(lambda by: agreements.agreements_visible_to(by, today()), col(SupervisionAgreement.id))

STAND_INS = {
    "services.stand_ins.name_stand_in": Case(Object.STAND_IN, Action.CREATE, _name),
    "services.stand_ins.end_stand_in": Case(
        Object.STAND_IN,
        Action.END,
        lambda db, by, cast, subject: stand_ins.end_stand_in(db, by=by, stand_in_id=_stand_in(db, cast, subject)),
    ),
    "queries.agreements.stand_ins_seen": Case(
        Object.AGREEMENT,
        Action.READ,
        lambda db, by, cast, subject: (
            _stand_in(db, cast, subject)
            in {one.stand_in_id for one in agreements.stand_ins_seen(db, viewer=by, on=today())}
        ),
    ),
    "queries.agreements.agreements_visible_to": Case(
        Object.AGREEMENT,
        Action.READ,
        lambda db, by, cast, subject: _finds_agreement(db, by, theirs(cast, subject)),
    ),
    "queries.supervision.sessions_visible_to": Case(
        Object.SESSION_LOG,
        Action.READ,
        lambda db, by, cast, subject: _finds_session(db, by, recorded(db, cast, subject).id or 0),
    ),
}

# ---------------------------------------------------------------------------------------------------------------------
# History, and who can see what


def _happened(db: Session, cast: Cast, subject: str) -> None:
    record_event(db, by=None, action="noted_in_test", object_kind="staff", about=[cast.id(subject)])


def _in_mine(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _happened(db, cast, subject)
    return "noted in test" in {event.what for event in history.my_history(db, viewer=by)}


def _about(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _happened(db, cast, subject)
    events = history.history_about(db, viewer=by, staff_id=cast.id(subject))
    return "noted in test" in {event.what for event in events}


def _security(db: Session, by: Actor, cast: Cast, _: str) -> bool:
    return history.security_events(db, viewer=by) is not None


KNOWING = {
    "queries.history.my_history": Case(Object.HISTORY, Action.READ, _in_mine, only=own, subjects=AND_THE_MANAGER),
    "queries.history.history_about": Case(
        Object.HISTORY, Action.READ, _about, leave_out=("security_events",), subjects=AND_THE_MANAGER
    ),
    "queries.history.security_events": Case(
        Object.HISTORY, Action.READ, _security, subjects=ANYBODY, only=lambda actor, _: actor == "Eve"
    ),
    "queries.readers.readers_about": Case(
        Object.TRAINING_RECORD,
        Action.READ,
        lambda db, by, cast, subject: readers.readers_about(
            db, viewer=by, what=Object.TRAINING_RECORD, staff_id=cast.id(subject)
        ),
        SEEN,
    ),
    "queries.readers.readers_of_session": Case(
        Object.SESSION_LOG,
        Action.READ,
        lambda db, by, cast, subject: readers.readers_of_session(
            db, viewer=by, session_id=recorded(db, cast, subject).id or 0
        ),
    ),
    "queries.readers.readers_of_observation": Case(
        Object.OBSERVATION_RATING,
        Action.READ,
        lambda db, by, cast, subject: readers.readers_of_observation(
            db, viewer=by, record_id=observed(db, cast, subject).record_id
        ),
        **SEEN_BY_OBSERVER,
    ),
    "queries.readers.readers_of_agreement": Case(
        Object.AGREEMENT,
        Action.READ,
        lambda db, by, cast, subject: readers.readers_of_agreement(db, viewer=by, agreement_id=theirs(cast, subject)),
    ),
}

CASES: dict[str, Case] = RIGHTS | STAND_INS | KNOWING
BY_RELATIONSHIP = {
    "queries.team_kinds.figures_as_at": "those who see counts only: "
    "tests/queries/test_small_groups.py::test_a_manager_who_sees_the_people_chooses_any_day",
    "queries.team_kinds.months_as_at": "the same: "
    "tests/queries/test_small_groups.py::test_a_manager_who_sees_the_people_chooses_any_day",
}
FOR_EVERYBODY = {"queries.history.action_in_words": "about the word it is given"}
BELOW: dict[str, str] = {}
