"""Registrations and what the live registers said, in bulk, for `standing.py`. Checks nothing: the caller chooses the
people by the access table.

A renewal is a record of its own that goes on from the former one; a chain of them is one registration. Databases made
before that have renewals as versions of one record, written with the reason "Renewed": they are read as renewals too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper.access import StaffIds
from tcsuper.clock import today
from tcsuper.models import Body, BodyRule, BodyRuleKind, RegisterCheck, Registration
from tcsuper.queries.evidence import current, end_of_day
from tcsuper.rules import registers as rules
from tcsuper.rules.standing import Span

RENEWED = "Renewed"
"""The reason with which older databases wrote a renewal as a version."""


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


def renewal_terms(of_body: Iterable[RenewalRule], grade: str) -> rules.RenewalTerms:
    """Of a body's rules the one for a grade; failing it, the one for all."""
    fitting = [rule for rule in of_body if rule.grade in ("", grade)]
    own = [rule for rule in fitting if rule.grade] or fitting
    return own[-1].terms if own else rules.RenewalTerms()


# ---------------------------------------------------------------------------------------------------------------------
# Chains of renewals


@dataclass(frozen=True, slots=True)
class Record:
    """The first entry of a registration, or a renewal of it, in its last version."""

    row: Registration
    entered_on: date
    renewed_on: date | None = None


def registration_chains(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None = None
) -> list[list[Record]]:
    """Every registration of these people with its renewals, the first record first; by the day it began."""
    row = Registration
    found = select(row).where(col(row.staff_id).in_(people)).order_by(col(row.id))
    if known_on is not None:
        found = found.where(col(row.recorded_at) < end_of_day(known_on))
    versions: dict[UUID, list[Registration]] = defaultdict(list)
    for one in db.exec(found):
        versions[one.record_id].append(one)
    kept = {key: of_one for key, of_one in versions.items() if not of_one[-1].is_void}
    renews = {key: of_one[-1].renews_record_id for key, of_one in kept.items()}
    chains: dict[UUID, list[Record]] = defaultdict(list)
    for key in sorted(kept, key=lambda one: len(_back_from(one, renews))):  # a correction changes no place in the chain
        chains[_back_from(key, renews)[-1]] += _records(kept[key])
    return sorted(chains.values(), key=lambda chain: (chain[0].row.registered_on, chain[0].row.id or 0))


def records_of(db: Session, record_id: UUID) -> list[UUID]:
    """The records of the registration that this is the first record of: voided renewals too."""
    whose = select(Registration.staff_id).where(Registration.record_id == record_id)
    found = db.exec(
        select(Registration.record_id, Registration.renews_record_id).where(col(Registration.staff_id).in_(whose))
    )
    renews = dict(found.all())
    return [key for key in renews if _back_from(key, renews)[-1] == record_id]


def registered_on(chain: Sequence[Record]) -> date:
    """The day it began, as the last version of the first record says."""
    first = chain[0].row.record_id
    return [record.row.registered_on for record in chain if record.row.record_id == first][-1]


def _back_from(key: UUID, renews: Mapping[UUID, UUID | None]) -> list[UUID]:
    """A record and those that it goes on from, the first record of the chain last. `renews`: what each goes on from."""
    former = renews[key]
    return [key, *_back_from(former, renews)] if former is not None and former in renews else [key]


def _records(versions: list[Registration]) -> list[Record]:
    """One record, corrected or not; more where an older database wrote its renewals as versions."""
    first = versions[0]
    records = [Record(first, today(first.recorded_at), first.renewed_on)]
    for before, one in pairwise(versions):
        if _was_renewed(before, one):
            records.append(Record(one, today(one.recorded_at), _renewed_on(before, one)))
        elif len(records) == 1:
            records = [replace(records[0], row=one, renewed_on=one.renewed_on)]
        else:
            records[-1] = replace(records[-1], row=one)
    return records


def _was_renewed(before: Registration, one: Registration) -> bool:
    later = one.expires_on is not None and (before.expires_on is None or before.expires_on < one.expires_on)
    return one.correction_reason == RENEWED and later


def _renewed_on(before: Registration, one: Registration) -> date:
    """The day was not asked for then: that of the entry, but no gap is made of an entry that came late."""
    entered_on = today(one.recorded_at)
    return min(entered_on, before.expires_on + timedelta(days=1)) if before.expires_on else entered_on


def registrations_of(
    db: Session, people: StaffIds | Sequence[int], on: date, known_on: date | None = None
) -> dict[int, list[rules.RegistrationHeld]]:
    """Every registration of these people, by staff id: ended and lapsed ones too, for the rules to judge."""
    renewals = renewal_rules(db, on)
    bodies = {body.id: body for body in db.exec(select(Body))}
    out: dict[int, list[rules.RegistrationHeld]] = defaultdict(list)
    for chain in registration_chains(db, people, known_on):
        held: rules.RegistrationHeld | None = None
        for record in chain:
            held = _held(record, bodies[record.row.body_id], renewals, registered_on(chain), held)
        assert held is not None
        out[chain[0].row.staff_id].append(held)
    return out


def _held(
    record: Record,
    body: Body,
    renewals: dict[int, list[RenewalRule]],
    began_on: date,
    former: rules.RegistrationHeld | None,
) -> rules.RegistrationHeld:
    row = record.row
    return rules.RegistrationHeld(
        key=row.record_id,
        body=body.code,
        body_name=body.short_name,
        body_kind=body.kind.value,
        registered_on=began_on,
        number=row.number,
        grade=row.grade,
        expires_on=row.expires_on,
        ended_on=row.ended_on,
        entered_on=record.entered_on,
        renewal=renewal_terms(renewals.get(row.body_id, ()), row.grade),
        renews=former,
        renewed_on=record.renewed_on if former is not None else None,
    )


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
