"""Registration as pages show it: who is registered where until when, what is missing, and which registers to look up.
The evidence in bulk is in `registers.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, Shape, people_within
from tcsuper.models import Body, BodyRule, RegisterCheck, Registration, RequirementKind, Staff
from tcsuper.queries.bound import Evidence
from tcsuper.queries.evidence import current
from tcsuper.queries.frames import frame_of
from tcsuper.queries.registers import records_of, registration_chains, renewal_rules, renewal_terms
from tcsuper.queries.staff import last_days_of
from tcsuper.queries.standing import (
    Row,
    community_names,
    judged,
    register_checks,
    registration_standing,
    standings_seen,
    whose_status,
)
from tcsuper.rules import registers as rules
from tcsuper.rules.standing import LEFT_OUT, LeftOut, Standing, Status, status_word

REGISTRATION = (RequirementKind.REGISTRATION,)
Stored = tuple[UUID, Registration, Body]
"""The first record's id, the last record, its body."""


@dataclass(frozen=True)
class Registered:
    """One registration of one person on a date. `record_id` is that of its first record, `registration_id` the last
    version of its last. For somebody who may see the status only, the number and what the register said are empty and
    `standing` says no more than its status."""

    record_id: UUID
    registration_id: int
    staff_id: int
    person: str
    community_id: int | None
    body: str
    body_code: str
    body_kind: str
    register_address: str
    grade: str
    number: str
    membership_number: str
    registered_on: date
    expires_on: date | None
    ended_on: date | None
    renews_until: date | None
    """The last day that a renewal now would have by the body's rule; None: its days are personal, or not known."""
    standing: Standing
    last_checked_on: date | None
    is_status_only: bool
    is_mine: bool
    may_renew: bool
    may_check: bool
    may_correct: bool

    @property
    def valid_until(self) -> date | None:
        return self.standing.due_on

    def days_left(self, on: date) -> int | None:
        """Below 0: so many days past."""
        return (self.valid_until - on).days if self.valid_until else None


def registrations_seen(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, about: int | None = None
) -> list[Registered]:
    """Every registration not given up before the date, of everyone whose registration status the viewer may see: those
    that end first come first. Whoever has left the service by then is found by asking about them alone."""
    seen = sorted(_ids(db, whose_status(viewer, RequirementKind.REGISTRATION), about))
    if about is None:
        left = last_days_of(db, seen)
        seen = [one for one in seen if left.get(one, on) >= on]
    evidence = Evidence(db, seen, on, known_on)
    whole = _ids(db, people_within(viewer, Object.REGISTRATION), about)
    may = {
        action: _ids(db, people_within(viewer, *asked), about)
        for action, asked in {
            "renew": (Object.REGISTRATION, Action.CREATE),
            "check": (Object.REGISTER_CHECK, Action.CREATE),
            "correct": (Object.REGISTRATION, Action.UPDATE),
        }.items()
    }
    stored, renewals = _stored(db, seen, known_on), renewal_rules(db, on)
    out = []
    for staff_id, registrations in evidence.registrations.items():
        posts = evidence.posts_on(staff_id)
        for held in registrations:
            if not held.is_held(on):
                continue
            key, row, body = stored[held.records[0].key]
            full = staff_id in whole
            looked = rules.checks_of(held, evidence.checks_on(staff_id), on)
            standing = registration_standing(evidence, staff_id, held)
            out.append(
                Registered(
                    key,
                    row.id or 0,
                    staff_id,
                    evidence.names[staff_id],
                    posts[0].community_id if posts else None,
                    body.short_name,
                    body.code,
                    body.kind.value,
                    body.register_address,
                    row.grade,
                    row.number if full else "",
                    row.membership_number if full else "",
                    held.registered_on,
                    row.expires_on,
                    row.ended_on,
                    _renews_until(renewal_terms(renewals.get(row.body_id, ()), row.grade), standing.due_on),
                    standing if full else _status_alone(body, standing),
                    looked[-1].checked_on if looked and full else None,
                    is_status_only=not full,
                    is_mine=staff_id == viewer.staff_id,
                    may_renew=staff_id in may["renew"],
                    may_check=staff_id in may["check"] - {viewer.staff_id},
                    may_correct=staff_id in may["correct"] - {viewer.staff_id},
                )
            )
    return sorted(out, key=lambda one: (one.valid_until or date.max, one.person, one.body))


def _ids(db: Session, people: sa.Select[int], about: int | None) -> set[int]:
    found = set(db.scalars(people))
    return found if about is None else found & {about}


def _renews_until(terms: rules.RenewalTerms, ends_on: date | None) -> date | None:
    if terms.expiry is not rules.Expiry.FIXED_DAY or ends_on is None:
        return None
    return terms.lasts_until(ends_on + rules.ONE_DAY)


def _stored(db: Session, people: Sequence[int], known_on: date | None) -> dict[object, Stored]:
    """By the first record of each registration: the last one of it, and its body."""
    bodies = {body.id: body for body in db.exec(select(Body))}
    chains = registration_chains(db, people, known_on)
    ends = [(chain[0].row.record_id, chain[-1].row) for chain in chains]
    return {first: (first, last, bodies[last.body_id]) for first, last in ends}


def _status_alone(body: Body, standing: Standing) -> Standing:
    why = f"Registration with {body.short_name}: {status_word(standing.status).lower()}."
    return LeftOut(status=standing.status, since=standing.since, due_on=standing.due_on, why=why)


def registration_frame(registered: Iterable[Registered], on: date) -> pd.DataFrame:
    """For the timeline and its table.

    Columns: row (person and body, told apart), person, body, until (date, None: not known), days_left, status,
    because."""
    listed = list(registered)
    rows = [f"{one.person} · {one.body}" for one in listed]
    return pd.DataFrame(
        [
            (
                row if rows.count(row) == 1 else f"{row} ({one.grade or one.registration_id})",
                one.person,
                one.body,
                one.valid_until,
                one.days_left(on),
                one.standing.status,
                one.standing.because,
            )
            for row, one in zip(rows, listed, strict=True)
        ],
        columns=["row", "person", "body", "until", "days_left", "status", "because"],
        dtype=object,
    )


def registration_wanted(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, about: int | None = None
) -> list[Row]:
    """Registration requirements that are not met, of everyone whose status the viewer may see."""
    rows = standings_seen(db, viewer=viewer, on=on, known_on=known_on, kinds=REGISTRATION, about=about)
    good = LEFT_OUT | {Status.UP_TO_DATE, Status.CONDITIONS}
    return [row for row in rows if row.standing.status not in good and not _is_held(row.standing)]


def _is_held(standing: Standing) -> bool:
    """Somebody whose registration ends soon is in the list of registrations already."""
    return standing.status is Status.DUE_SOON and standing.is_met


def communities_of_registered(db: Session, registered: Iterable[Registered]) -> dict[int, str]:
    return community_names(db, sorted({one.community_id for one in registered if one.community_id}))


# ---------------------------------------------------------------------------------------------------------------------
# Checks of the live register


@dataclass(frozen=True)
class CheckDue:
    """A register to look up: whose, where, by when, and why."""

    record_id: UUID
    staff_id: int
    person: str
    body: str
    number: str
    register_address: str
    standing: Standing


def checks_due(db: Session, *, viewer: Actor, on: date, until: date | None = None) -> list[CheckDue]:
    """The checks that I may make and that are due by a day (None: due now or soon), the longest due first. Never my
    own registration."""
    others = _ids(db, people_within(viewer, Object.REGISTER_CHECK, Action.CREATE), None) - {viewer.staff_id}
    people = sorted(others)
    evidence = Evidence(db, people, on, None)
    stored = _stored(db, people, None)
    due: dict[UUID, CheckDue] = {}
    for bound in evidence.bound:
        if bound.kind is not RequirementKind.CHECK or judged(evidence, bound, on).status in LEFT_OUT:
            continue
        for held, standing in register_checks(evidence, bound, on):
            key, row, body = stored[held.records[0].key]
            if _is_due(standing, until):
                due[key] = CheckDue(
                    key,
                    bound.staff_id,
                    evidence.names[bound.staff_id],
                    body.short_name,
                    row.number,
                    body.register_address,
                    standing,
                )
    return sorted(due.values(), key=lambda one: (one.standing.due_on or on, one.person, one.body))


def _is_due(standing: Standing, until: date | None) -> bool:
    if until is None:
        return standing.status in (Status.OVERDUE, Status.DUE_SOON)
    return standing.due_on is not None and standing.due_on <= until


def register_checks_seen(db: Session, *, viewer: Actor, record_id: UUID) -> pd.DataFrame:
    """The looks at the register for one registration, the last first. Empty for somebody who may see the status only.

    Columns: checked_on, result, note, expiry_seen_on, next_due_on, checked_by, recorded_at, register_address (where it
    was seen)."""
    check, by = RegisterCheck, aliased(Staff)
    address = (
        sa.select(sa.func.max(col(Body.register_address)))
        .join(Registration, col(Registration.body_id) == col(Body.id))
        .where(col(Registration.record_id) == col(check.registration_record_id))
        .scalar_subquery()
    )
    return frame_of(
        db,
        sa.select(
            col(check.checked_on),
            col(check.result),
            col(check.note),
            col(check.expiry_seen_on),
            col(check.next_due_on),
            sa.func.coalesce(by.full_name, "").label("checked_by"),
            col(check.recorded_at),
            sa.func.coalesce(address, "").label("register_address"),
        )
        .outerjoin(by, col(by.id) == col(check.recorded_by_id))
        .where(
            col(check.registration_record_id).in_(records_of(db, record_id)),
            col(check.staff_id).in_(people_within(viewer, Object.REGISTER_CHECK)),
            current(check),
        )
        .order_by(col(check.checked_on).desc(), col(check.id).desc()),
    )


@dataclass(frozen=True)
class Version:
    """One version of one record of a registration. `is_current`: the last of its record, which can be corrected; a
    voided one cannot."""

    registration_id: int
    record_id: UUID
    number: str
    membership_number: str
    grade: str
    registered_on: date
    renewed_on: date | None
    expires_on: date | None
    ended_on: date | None
    reason: str
    recorded_at: datetime
    recorded_by: str
    is_renewal: bool
    is_first: bool
    is_current: bool
    is_void: bool


def registration_history(db: Session, *, viewer: Actor, record_id: UUID) -> list[Version]:
    """Every version of every record of one registration, the latest first: the first entry, renewals, corrections, and
    renewals that were voided. Empty for somebody who may see the status only."""
    row, by = Registration, aliased(Staff)
    rows = db.execute(
        sa.select(row, sa.func.coalesce(by.full_name, ""))
        .outerjoin(by, col(by.id) == col(row.recorded_by_id))
        .where(
            col(row.record_id).in_(records_of(db, record_id)),
            col(row.staff_id).in_(people_within(viewer, Object.REGISTRATION, shapes=(Shape.FULL,))),
        )
        .order_by(col(row.id).desc())
    ).all()
    superseded = {one.supersedes_id for one, _ in rows}
    return [
        Version(
            one.id,
            one.record_id,
            one.number,
            one.membership_number,
            one.grade,
            one.registered_on,
            one.renewed_on,
            one.expires_on,
            one.ended_on,
            one.correction_reason,
            one.recorded_at,
            name,
            is_renewal=one.renews_record_id is not None,
            is_first=one.supersedes_id is None,
            is_current=one.id not in superseded and not one.is_void,
            is_void=one.is_void,
        )
        for one, name in rows
    ]


def bodies_to_choose(db: Session) -> dict[str, str]:
    """Every body of the catalogue: code to its short name and what kind of register it keeps. For everyone."""
    return {
        body.code: f"{body.short_name} ({body.kind.value})" for body in db.exec(select(Body).order_by(col(Body.id)))
    }


def grades_to_choose(db: Session) -> list[str]:
    """The grades that rules name, as a registration must spell them. For everyone."""
    return sorted({grade for grade in db.exec(select(col(BodyRule.grade)).distinct()) if grade})
