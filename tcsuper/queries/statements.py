"""Statements of external supervisors: one's own, and those of the people one checks them for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import WRITE_AFTER_END, Action, Actor, Object, account_is_open, people_within
from tcsuper.models import (
    Account,
    Employment,
    SessionState,
    Staff,
    StatementLine,
    StatementState,
    SupervisionAgreement,
    SupervisionPurpose,
    SupervisionSession,
    SupervisionStatement,
)
from tcsuper.queries.evidence import current


@dataclass(frozen=True)
class AgreementToState:
    """An agreement of mine with an external supervisor. `has_account`: they enter the sessions themselves."""

    agreement_id: int
    label: str
    supervisor: str
    start_on: date
    end_on: date | None
    usual_minutes: int
    has_account: bool


def agreements_to_state(db: Session, *, viewer: Actor) -> list[AgreementToState]:
    """My own with external supervisors, in force or ended within the last 28 days, by supervisor."""
    agreement = SupervisionAgreement
    rows = db.execute(
        sa.select(agreement, Staff, col(SupervisionPurpose.name))
        .join(Staff, col(Staff.id) == col(agreement.supervisor_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(agreement.purpose))
        .where(
            col(agreement.supervisee_id) == viewer.staff_id,
            col(Staff.employment) == Employment.INDEPENDENT,
            col(agreement.start_on) <= viewer.on,
            sa.or_(col(agreement.end_on).is_(None), col(agreement.end_on) >= viewer.on - WRITE_AFTER_END),
        )
        .order_by(Staff.full_name, col(agreement.start_on).desc())
    ).all()
    named = [f"{supervisor.full_name}, {purpose.lower()}" for _, supervisor, purpose in rows]
    return [
        AgreementToState(
            one.id,
            label if named.count(label) == 1 else f"{label}, no. {one.id}",
            supervisor.full_name,
            one.start_on,
            one.end_on,
            one.usual_minutes,
            has_open_account(db, supervisor.id, viewer.on),
        )
        for (one, supervisor, _), label in zip(rows, named, strict=True)
    ]


@dataclass(frozen=True)
class Step:
    """One version of a statement: who did what with it."""

    at: datetime
    who: str
    state: StatementState
    is_void: bool
    reason: str


@dataclass(frozen=True)
class StatementSeen:
    """A statement as it stands, with its history, oldest first."""

    statement_id: int
    record_id: UUID
    agreement_id: int
    staff_id: int
    person: str
    supervisor: str
    state: StatementState
    is_void: bool
    signer: str
    body: str
    registration_number: str
    signed_on: date
    lines: tuple[StatementLine, ...]
    steps: tuple[Step, ...]
    is_mine: bool
    may_check: bool
    """Whether the viewer compares it with the signed paper; never one's own."""

    @property
    def waits_for_me(self) -> bool:
        return self.may_check and self.state is StatementState.SENT_IN and not self.is_void

    @property
    def is_returned(self) -> bool:
        return self.state is StatementState.RETURNED and not self.is_void

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)


def statements_seen(db: Session, *, viewer: Actor) -> list[StatementSeen]:
    """My own, and those of the people whose statements I may read, voided ones too: the latest signed first."""
    statement, person, supervisor, author = SupervisionStatement, aliased(Staff), aliased(Staff), aliased(Staff)
    rows = db.execute(
        sa.select(statement, col(person.full_name), supervisor, col(author.full_name))
        .join(person, col(person.id) == col(statement.staff_id))
        .join(SupervisionAgreement, col(SupervisionAgreement.id) == col(statement.agreement_id))
        .join(supervisor, col(supervisor.id) == col(SupervisionAgreement.supervisor_id))
        .outerjoin(author, col(author.id) == col(statement.recorded_by_id))
        .where(col(statement.staff_id).in_(people_within(viewer, Object.STATEMENT)))
        .order_by(col(statement.id))
    ).all()
    versions: dict[UUID, list[tuple[SupervisionStatement, str, Staff, str | None]]] = defaultdict(list)
    for row in rows:
        versions[row[0].record_id].append(tuple(row))
    lines = lines_of(db, [all_of_them[-1][0].id or 0 for all_of_them in versions.values()])
    checks = set(db.scalars(people_within(viewer, Object.STATEMENT, Action.CONFIRM)))
    found = []
    for all_of_them in versions.values():
        last, person_name, by, _ = all_of_them[-1]
        found.append(
            StatementSeen(
                last.id or 0,
                last.record_id,
                last.agreement_id,
                last.staff_id,
                person_name,
                by.full_name,
                last.state,
                last.is_void,
                last.signer,
                last.body,
                last.registration_number,
                last.signed_on,
                tuple(lines[last.id or 0]),
                tuple(
                    Step(one.recorded_at, who or "the service", one.state, one.is_void, one.correction_reason)
                    for one, _, _, who in all_of_them
                ),
                last.staff_id == viewer.staff_id,
                last.staff_id in checks and by.id != viewer.staff_id,
            )
        )
    return sorted(found, key=lambda one: (one.signed_on, one.statement_id), reverse=True)


# ---------------------------------------------------------------------------------------------------------------------
# For the service


def has_open_account(db: Session, staff_id: int | None, on: date) -> bool:
    """Whether this person could sign in on that day, and so sign or enter for themselves."""
    account = db.exec(select(Account).where(Account.staff_id == staff_id)).first()
    return account is not None and account_is_open(account, on)


def lines_of(db: Session, statements: Sequence[int]) -> dict[int, list[StatementLine]]:
    """The lines of these versions, by version, oldest first."""
    line = StatementLine
    found = db.exec(
        select(line).where(col(line.statement_id).in_(statements)).order_by(col(line.statement_id), col(line.held_on))
    )
    lines: dict[int, list[StatementLine]] = defaultdict(list)
    for one in found:
        lines[one.statement_id].append(one)
    return lines


def recorded_days(db: Session, agreement_id: int) -> set[date]:
    """Days on which a session of this agreement was held, or is on the record as one that did not happen."""
    session = SupervisionSession
    found = db.exec(
        select(col(session.held_on)).where(
            session.agreement_id == agreement_id, session.state != SessionState.PLANNED, current(session)
        )
    )
    return set(found)


def stated_days(db: Session, agreement_id: int, besides: UUID | None) -> set[date]:
    """Days on the statements of this agreement that nobody has checked yet; `besides`: another one than this."""
    statement = SupervisionStatement
    found = db.exec(
        select(col(StatementLine.held_on))
        .join(statement, col(statement.id) == col(StatementLine.statement_id))
        .where(
            statement.agreement_id == agreement_id,
            statement.state != StatementState.CHECKED,
            col(statement.record_id) != besides if besides else sa.true(),
            current(statement),
        )
    )
    return set(found)
