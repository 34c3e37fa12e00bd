"""Audit packs and the register of exports: how the access test tries each function."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, Shape
from tcsuper.clock import today
from tcsuper.queries import audit_pack as packs
from tcsuper.queries import export_register, portfolio
from tcsuper.queries.audit_pack import Form, PackAsked
from tcsuper.services import audit_pack as service
from tcsuper.services.exports import Entry, enter_export
from tcsuper.services.portfolio import make_portfolio
from tests.access_activity import _of as logged
from tests.access_case import PLACES, Case, place_id
from tests.people import Cast, actor

EITHER = (Shape.FULL, Shape.COUNTS)


def asked(cast: Cast, place: str, form: Form) -> PackAsked:
    on = today()
    return PackAsked((place_id(cast, place),), on - timedelta(days=60), on, on, form, handed_to="The inspectors")


def _offered(form: Form) -> Any:
    return lambda db, by, cast, place: place in packs.communities_offered(db, viewer=by, form=form).values()


def _read(form: Form) -> Any:
    return lambda db, by, cast, place: service.read_audit_pack(db, by=by, asked=asked(cast, place, form))


def _queried(db: Session, by: Actor, cast: Cast, place: str) -> Any:
    return packs.audit_pack(db, viewer=by, asked=asked(cast, place, Form.CODED))


def _entered(form: Form) -> Any:
    """Read by somebody who may; who takes it is tried."""

    def attempt(db: Session, by: Actor, cast: Cast, place: str) -> Any:
        reader = {"Ashdown B": "Asha", "Ashdown C": "Carol"}[place] if form is not Form.COUNTS else "Dev"
        read = service.read_audit_pack(db, by=actor(cast, reader), asked=asked(cast, place, form))
        theirs = service.PackRead(by, read.asked, read.found)
        account = db.get_one(service.Account, by.account_id) if by.account_id else None
        proof = service.Proof(account.id or 0, account.password_hash) if account else None
        return service.export_audit_pack(db, by=by, proof=proof, read=theirs)

    return attempt


def _codes(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    return subject in {line.person for line in packs.staff_codes(db, viewer=by, on=today())}


def _in_the_register(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    taken = actor(cast, subject)
    enter_export(db, by=taken, action="export_session_log", entry=Entry("Session log", "0123"))
    return bool(export_register.exports_entered(db, viewer=by, number="0123"))


def _of_a_year() -> portfolio.PortfolioAsked:
    return portfolio.PortfolioAsked(today() - timedelta(days=365), today())


def _in_portfolio(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """A portfolio is always the acting person's own."""
    return portfolio.portfolio(db, viewer=by, asked=_of_a_year()).person == subject


def _in_portfolio_made(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    return make_portfolio(db, by=by, asked=_of_a_year()).about.startswith(f"{subject}\n")


def _offered_for_portfolio(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    entry = logged(db, cast, subject)
    offered = portfolio.portfolio_offered(db, viewer=by, since=today() - timedelta(days=365), until=today())
    return entry.record_id in {one.record_id for one in offered.activities}


CASES: dict[str, Case] = {
    "queries.audit_pack.asked.communities_offered": Case(
        Object.AUDIT_PACK, Action.EXPORT, _offered(Form.NAMED), subjects=PLACES
    ),
    "queries.audit_pack.asked.communities_offered/in counts": Case(
        Object.AUDIT_PACK, Action.EXPORT, _offered(Form.COUNTS), EITHER, subjects=PLACES
    ),
    "queries.audit_pack.audit_pack": Case(Object.AUDIT_PACK, Action.EXPORT, _queried, subjects=PLACES),
    "queries.audit_pack.staff_codes": Case(Object.AUDIT_PACK, Action.EXPORT, _codes),
    "services.audit_pack.read_audit_pack": Case(Object.AUDIT_PACK, Action.EXPORT, _read(Form.NAMED), subjects=PLACES),
    "services.audit_pack.read_audit_pack/in counts": Case(
        Object.AUDIT_PACK, Action.EXPORT, _read(Form.COUNTS), EITHER, subjects=PLACES
    ),
    "services.audit_pack.export_audit_pack": Case(
        Object.AUDIT_PACK, Action.EXPORT, _entered(Form.NAMED), subjects=PLACES
    ),
    "services.audit_pack.export_audit_pack/in counts": Case(
        Object.AUDIT_PACK, Action.EXPORT, _entered(Form.COUNTS), EITHER, subjects=PLACES
    ),
    "queries.export_register.exports_entered": Case(Object.EXPORT_REGISTER, Action.READ, _in_the_register),
    "queries.portfolio.portfolio": Case(Object.OWN_DATA_PACK, Action.EXPORT, _in_portfolio),
    "queries.portfolio.portfolio_offered": Case(Object.OWN_DATA_PACK, Action.EXPORT, _offered_for_portfolio),
    "services.portfolio.make_portfolio": Case(Object.OWN_DATA_PACK, Action.EXPORT, _in_portfolio_made),
}
_PACKS = "tests/services/test_audit_pack.py"
BY_RELATIONSHIP: dict[str, str] = {
    "services.audit_pack.hand_out": "whoever entered this very pack in the register: "
    f"{_PACKS}::test_nothing_is_handed_out_that_the_register_does_not_hold",
    "services.audit_pack.read_in_steps": "as `read_audit_pack`, which it calls: "
    f"{_PACKS}::test_who_saves_is_not_held_up_while_a_pack_is_read",
    "services.audit_pack.prove_for_pack": "the one who is signed in, about themselves: "
    f"{_PACKS}::test_the_password_is_asked_again",
    "queries.audit_pack.reviews_to_choose": "reviews of the communities that a pack of theirs may be about: "
    "tests/queries/test_audit_pack.py::test_a_review_is_chosen_from_those_of_the_communities",
    "queries.audit_pack.asked.forms_offered": "what the table lets whoever asks: "
    "tests/queries/test_audit_pack.py::test_each_is_offered_the_forms_that_the_table_gives",
    "queries.audit_pack.asked.asked_for": "communities that the table lets them take a pack of: "
    f"{_PACKS}::test_nobody_takes_more_than_the_table_gives",
    "queries.audit_pack.asked.as_exporter": "the same person in fewer roles: "
    "tests/queries/test_audit_pack.py::test_in_counts_a_small_community_is_not_told_of",
    "services.exports.enter_export": "a line of the register, for services that have checked who takes what: "
    "tests/queries/test_export_register.py::test_every_export_goes_through_the_register",
    "queries.export_register.reads_others_exports": "what the table lets whoever asks: "
    "tests/queries/test_export_register.py::test_everybody_reads_what_they_took_away_themselves",
}
FOR_EVERYBODY: dict[str, str] = {"services.audit_pack.file_name": "the name of the file of a pack that was read"}
_AREA = "an area of `audit_pack`, which asks who takes it, and of which people and communities"
_AREAS = {
    "agreements": ("agreements_area",),
    "events": ("events_area",),
    "people": ("people_area",),
    "practice": ("bars_of", "practice_area"),
    "records": ("records_area", "records_read"),
    "registration": ("ended_registrations", "registration_area", "registrations_held"),
    "responsibilities": ("responsibilities_area",),
    "reviews": ("chosen_review", "plan_area", "review_areas", "reviews_offered"),
    "summary": ("always_as_at", "exceptions_area", "summary_area"),
    "supervision": ("supervision_area", "supervision_counts_area"),
    "training": ("training_area",),
}
BELOW: dict[str, str] = {
    **{f"queries.audit_pack.{area}.{name}": _AREA for area, names in _AREAS.items() for name in names},
    "queries.audit_pack.asked.kinds_by_code": "what the table gives auditors by code",
    "queries.audit_pack.asked.met_of": "a sum",
    "queries.audit_pack.asked.share": "a quotient",
    "queries.audit_pack.asked.standing_cells": "cells of a row that was read",
    "queries.audit_pack.digest_of": "of a pack that was read",
}
