"""Registrations and what the live registers said, in bulk, for `standing.py`. Checks nothing: the caller chooses the
people by the access table."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import StaffIds
from tcsuper.clock import today
from tcsuper.models import Body, BodyRule, BodyRuleKind, RegisterCheck, Registration
from tcsuper.queries.evidence import current
from tcsuper.rules import registration as rules
from tcsuper.rules.standing import Span


@dataclass(frozen=True, slots=True)
class RenewalRule:
    """A body's renewal rule for one grade, or (empty) for all of them."""

    grade: str
    terms: rules.RenewalTerms


def renewal_rules(db: Session, on: date) -> dict[int, list[RenewalRule]]:
    """By body id, as the rules stand on a date: the latest last."""
    found = db.exec(
        select(BodyRule).where(BodyRule.kind == BodyRuleKind.RENEWAL).order_by(col(BodyRule.start_on), col(BodyRule.id))
    )
    by_body: dict[int, list[RenewalRule]] = defaultdict(list)
    for rule in found:
        if Span(rule.start_on, rule.end_on).holds(on):
            by_body[rule.body_id].append(RenewalRule(rule.grade, rules.RenewalTerms.read(rule.terms)))
    return by_body


def registrations_of(
    db: Session, people: StaffIds | Sequence[int], on: date, known_on: date | None = None
) -> dict[int, list[rules.RegistrationHeld]]:
    """Every registration of these people, by staff id: ended and lapsed ones too, for the rules to judge."""
    registration, first = Registration, aliased(Registration)
    entered_at = (
        sa.select(sa.func.min(col(first.recorded_at)))
        .where(col(first.record_id) == col(registration.record_id))
        .scalar_subquery()
    )
    renewals = renewal_rules(db, on)
    rows = db.execute(
        sa.select(registration, Body, entered_at.label("entered_at"))
        .join(Body, col(Body.id) == col(registration.body_id))
        .where(col(registration.staff_id).in_(people), current(registration, known_on))
        .order_by(col(registration.registered_on), col(registration.id))
    )
    out: dict[int, list[rules.RegistrationHeld]] = defaultdict(list)
    for one, body, entered in rows:
        fitting = [rule for rule in renewals.get(body.id, []) if rule.grade in ("", one.grade)]
        own = [rule for rule in fitting if rule.grade] or fitting
        out[one.staff_id].append(
            rules.RegistrationHeld(
                key=one.record_id,
                body=body.code,
                body_name=body.short_name,
                body_kind=body.kind.value,
                registered_on=one.registered_on,
                number=one.number,
                grade=one.grade,
                expires_on=one.expires_on,
                ended_on=one.ended_on,
                entered_on=today(entered),
                renewal=own[-1].terms if own else rules.RenewalTerms(),
            )
        )
    return out


def register_checks_of(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None = None
) -> dict[int, list[rules.RegisterCheck]]:
    """Every look at a live register for these people, by staff id, in the order in which they were recorded."""
    check = RegisterCheck
    found = db.exec(
        select(check).where(col(check.staff_id).in_(people), current(check, known_on)).order_by(col(check.id))
    )
    out: dict[int, list[rules.RegisterCheck]] = defaultdict(list)
    for one in found:
        out[one.staff_id].append(
            rules.RegisterCheck(
                registration=one.registration_record_id,
                checked_on=one.checked_on,
                result=one.result.value,
                note=one.note,
                expiry_seen_on=one.expiry_seen_on,
                next_due_on=one.next_due_on,
            )
        )
    return out
