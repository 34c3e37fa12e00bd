from datetime import timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import CheckResult, RegisterCheck, Registration
from tcsuper.queries.evidence import current
from tcsuper.services.registration import (
    Entered,
    add_registration,
    correct_registration,
    record_register_check,
    renew_registration,
)
from tests.competence import add_bodies
from tests.people import LONG_AGO, Cast, make_cast

YESTERDAY, IN_A_MONTH, IN_A_YEAR = (today() + timedelta(days=days) for days in (-1, 30, 365))


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_bodies(db, made)
    return made


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def register(db: Session, cast: Cast, by: str = "Asha", about: str = "Ben", **other: object) -> Entered:
    given: dict = dict(
        staff_id=cast.id(about), body_code="nmc", registered_on=LONG_AGO, number="12A3456B", expires_on=IN_A_MONTH
    )
    return add_registration(db, by=known(db, cast, by), **given | other)


def check(db: Session, cast: Cast, entered: Entered, by: str = "Asha", **other: object) -> RegisterCheck:
    given: dict = dict(checked_on=today(), result=CheckResult.REGISTERED)
    record_id = entered.registration.record_id
    return record_register_check(db, by=known(db, cast, by), registration_record_id=record_id, **given | other)


@pytest.mark.parametrize("by", ["Ben", "Farah", "Asha"])
def test_the_person_and_their_managers_add_a_registration(db: Session, cast: Cast, by: str) -> None:
    assert register(db, cast, by).warnings == ()


@pytest.mark.parametrize("by", ["Bela", "Carol", "Dev", "Eve", "Ivor"])
def test_nobody_else_does(db: Session, cast: Cast, by: str) -> None:
    with pytest.raises(NotAllowed):
        register(db, cast, by)


@pytest.mark.parametrize(("number", "said"), [("12345", "does not look like"), ("", "No number was given")])
def test_an_odd_number_warns_and_is_saved(db: Session, cast: Cast, number: str, said: str) -> None:
    entered = register(db, cast, number=number)
    assert said in entered.warnings[0] and entered.registration.id


def test_the_same_registration_is_not_added_twice(db: Session, cast: Cast) -> None:
    register(db, cast)
    with pytest.raises(InvalidRecord, match="already recorded"):
        register(db, cast, "Ben")


def test_dates_that_cannot_be_are_all_named(db: Session, cast: Cast) -> None:
    with pytest.raises(InvalidRecord) as refused:
        register(db, cast, registered_on=IN_A_MONTH, expires_on=LONG_AGO, body_code="none")
    assert set(refused.value.problems) == {"registered_on", "expires_on", "body_code"}


def test_renewal_is_a_new_version_and_a_stale_one_is_refused(db: Session, cast: Cast) -> None:
    first = register(db, cast).registration
    given: dict = dict(registration_id=first.id, expires_on=IN_A_YEAR)
    newer = renew_registration(db, by=known(db, cast, "Ben"), **given).registration
    assert (newer.record_id, newer.expires_on, first.expires_on) == (first.record_id, IN_A_YEAR, IN_A_MONTH)
    assert db.exec(select(Registration).where(current(Registration))).all() == [newer]
    with pytest.raises(Conflict):
        renew_registration(db, by=known(db, cast, "Asha"), **given)


def test_renewal_goes_forward_only(db: Session, cast: Cast) -> None:
    first = register(db, cast).registration
    with pytest.raises(InvalidRecord, match="already runs until"):
        renew_registration(db, by=known(db, cast, "Asha"), registration_id=first.id or 0, expires_on=IN_A_MONTH)


def test_only_the_therapy_manager_corrects_and_says_why(db: Session, cast: Cast) -> None:
    first = register(db, cast).registration
    given: dict = dict(registration_id=first.id, registered_on=LONG_AGO, number="98Z7654Y", ended_on=YESTERDAY)
    for by in ("Ben", "Farah", "Carol"):
        with pytest.raises(NotAllowed):
            correct_registration(db, by=known(db, cast, by), reason="May not", **given)
    with pytest.raises(InvalidRecord, match="Say why"):
        correct_registration(db, by=known(db, cast, "Asha"), reason=" ", **given)
    newer = correct_registration(db, by=known(db, cast, "Asha"), reason="Left the register", **given).registration
    assert (newer.number, newer.ended_on, newer.correction_reason) == ("98Z7654Y", YESTERDAY, "Left the register")


def test_managers_check_the_register_and_the_next_check_follows_the_expiry(db: Session, cast: Cast) -> None:
    entered = register(db, cast)
    assert check(db, cast, entered, "Farah", expiry_seen_on=IN_A_MONTH).next_due_on == IN_A_MONTH + timedelta(days=1)
    assert check(db, cast, entered).next_due_on > today() + timedelta(days=364)
    assert check(db, cast, entered, result=CheckResult.NOT_CHECKED).next_due_on == today() + timedelta(days=1)


def test_nobody_checks_their_own(db: Session, cast: Cast) -> None:
    for who in ("Ben", "Asha"):
        with pytest.raises(NotAllowed, match="your own"):
            check(db, cast, register(db, cast, who, who), who)


@pytest.mark.parametrize("by", ["Bela", "Carol", "Dev", "Eve"])
def test_nobody_outside_checks(db: Session, cast: Cast, by: str) -> None:
    entered = register(db, cast)
    with pytest.raises(NotAllowed):
        check(db, cast, entered, by)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"result": CheckResult.CONDITIONS}, "note"),
        ({"checked_on": IN_A_MONTH}, "checked_on"),
        ({"expiry_seen_on": YESTERDAY}, "expiry_seen_on"),
        ({"next_due_on": today()}, "next_due_on"),
    ],
)
def test_a_check_that_cannot_be(db: Session, cast: Cast, facts: dict, field: str) -> None:
    entered = register(db, cast)
    with pytest.raises(InvalidRecord) as refused:
        check(db, cast, entered, **facts)
    assert set(refused.value.problems) == {field}
