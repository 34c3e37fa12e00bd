import time
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import Session, select

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import CheckResult, RegisterCheck, Registration
from tcsuper.queries.evidence import current
from tcsuper.services.registration import (
    Entered,
    add_registration,
    correct_registration,
    record_register_check,
    renew_registration,
    void_renewal,
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


def renew(db: Session, cast: Cast, former: Registration, by: str = "Ben", **other: object) -> Registration:
    given: dict = dict(registration_id=former.id, expires_on=IN_A_YEAR)
    return renew_registration(db, by=known(db, cast, by), **given | other).registration


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


def test_renewal_is_a_new_record_that_goes_on_from_the_former_one(db: Session, cast: Cast) -> None:
    former = register(db, cast).registration
    newer = renew(db, cast, former)
    assert newer.record_id != former.record_id and newer.renews_record_id == former.record_id
    assert (newer.expires_on, newer.renewed_on, former.expires_on) == (IN_A_YEAR, today(), IN_A_MONTH)
    assert (newer.number, newer.registered_on, newer.supersedes_id) == (former.number, LONG_AGO, None)
    assert set(db.exec(select(Registration.id).where(current(Registration)))) == {former.id, newer.id}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"expires_on": IN_A_MONTH}, "expires_on"),
        ({"expires_on": YESTERDAY}, "expires_on"),
        ({"expires_on": today() + timedelta(days=5000)}, "expires_on"),
        ({"renewed_on": today() + timedelta(days=1)}, "renewed_on"),
        ({"renewed_on": LONG_AGO - timedelta(days=1)}, "renewed_on"),
    ],
)
def test_a_renewal_that_cannot_be(db: Session, cast: Cast, facts: dict, field: str) -> None:
    former = register(db, cast).registration
    with pytest.raises(InvalidRecord) as refused:
        renew(db, cast, former, **facts)
    assert set(refused.value.problems) == {field}


def test_what_was_given_up_is_not_renewed(db: Session, cast: Cast) -> None:
    former = register(db, cast).registration
    given: dict = dict(registration_id=former.id, number=former.number, expires_on=IN_A_MONTH, ended_on=YESTERDAY)
    ended = correct_registration(db, by=known(db, cast, "Asha"), reason="Left the register", **given).registration
    with pytest.raises(InvalidRecord, match="given up"):
        renew(db, cast, ended)
    assert register(db, cast).registration.id, "and is added anew"


def test_who_renews_what_somebody_else_renewed_or_changed_is_told_who_and_when(db: Session, cast: Cast) -> None:
    former = register(db, cast).registration
    renew(db, cast, former)
    with pytest.raises(Conflict, match=r"Ben renewed this at \d+:\d+, after you opened it. Your text is still here"):
        renew(db, cast, former, "Asha")
    other = register(db, cast, number="98Z7654Y").registration
    given: dict = dict(registration_id=other.id, number="98Z7654X", expires_on=IN_A_MONTH)
    correct_registration(db, by=known(db, cast, "Asha"), reason="Misread", **given)
    with pytest.raises(Conflict, match="Asha changed this"):
        renew(db, cast, other)


def test_a_renewal_is_renewed_in_its_turn_and_counts_as_held(db: Session, cast: Cast) -> None:
    newer = renew(db, cast, register(db, cast).registration)
    last = renew(db, cast, newer, expires_on=IN_A_YEAR + timedelta(days=365))
    assert last.renews_record_id == newer.record_id
    with pytest.raises(InvalidRecord, match="already recorded"):
        register(db, cast, "Ben")


def test_one_record_of_a_chain_is_corrected_and_the_others_stay(db: Session, cast: Cast) -> None:
    former = register(db, cast).registration
    newer = renew(db, cast, former)
    asha = known(db, cast, "Asha")
    last_week = today() - timedelta(days=7)
    given: dict = dict(registration_id=newer.id, number="98Z7654Y", renewed_on=last_week, expires_on=IN_A_YEAR)
    corrected = correct_registration(db, by=asha, reason="It was renewed last week", **given).registration
    assert (corrected.record_id, corrected.renews_record_id) == (newer.record_id, former.record_id)
    assert (corrected.renewed_on, corrected.number, former.number) == (last_week, "98Z7654Y", "12A3456B")
    given = dict(registration_id=former.id, number="12A3456B", registered_on=LONG_AGO + timedelta(days=1))
    first = correct_registration(db, by=asha, reason="A day later", expires_on=IN_A_MONTH, **given).registration
    assert (first.record_id, first.renews_record_id) == (former.record_id, None)


@pytest.mark.parametrize(
    ("which", "facts", "field"),
    [
        ("newer", {"registered_on": LONG_AGO + timedelta(days=1)}, "registered_on"),
        ("newer", {"expires_on": YESTERDAY}, "expires_on"),
        ("newer", {"renewed_on": IN_A_MONTH}, "renewed_on"),
        ("former", {"renewed_on": YESTERDAY}, "renewed_on"),
        ("former", {"ended_on": YESTERDAY}, "ended_on"),
        ("newer", {"ended_on": YESTERDAY}, "ended_on"),
        ("former", {"expires_on": IN_A_YEAR + timedelta(days=1)}, "expires_on"),
        ("former", {"reason": " renewed "}, "reason"),
    ],
)
def test_corrections_that_would_break_a_chain(db: Session, cast: Cast, which: str, facts: dict, field: str) -> None:
    former = register(db, cast).registration
    chosen = {"former": former, "newer": renew(db, cast, former)}[which]
    given: dict = dict(registration_id=chosen.id, reason="Misread", number="12A3456B", expires_on=chosen.expires_on)
    with pytest.raises(InvalidRecord) as refused:
        correct_registration(db, by=known(db, cast, "Asha"), **given | facts)
    assert set(refused.value.problems) == {field}


def test_no_record_is_corrected_to_begin_after_it_was_renewed(db: Session, cast: Cast) -> None:
    first = register(db, cast).registration
    second = renew(db, cast, first, renewed_on=today() - timedelta(days=20))
    renew(db, cast, second, renewed_on=YESTERDAY, expires_on=IN_A_YEAR + timedelta(days=1))
    for one, began, day in ((first, "registered_on", YESTERDAY), (second, "renewed_on", today())):
        given: dict = dict(registration_id=one.id, number=one.number, expires_on=one.expires_on, reason="Misread")
        with pytest.raises(InvalidRecord) as refused:
            correct_registration(db, by=known(db, cast, "Asha"), **given | {began: day})
        assert set(refused.value.problems) == {began}


def test_a_renewal_entered_by_mistake_is_voided_with_a_reason_and_stays(db: Session, cast: Cast) -> None:
    former = register(db, cast).registration
    renewal = renew(db, cast, former)
    given: dict = dict(registration_id=renewal.id, reason="Another person’s")
    for by in ("Ben", "Farah", "Carol", "Dev", "Eve"):
        with pytest.raises(NotAllowed):
            void_renewal(db, by=known(db, cast, by), **given)
    with pytest.raises(InvalidRecord, match="Say why"):
        void_renewal(db, by=known(db, cast, "Asha"), **given | {"reason": " "})
    voided = void_renewal(db, by=known(db, cast, "Asha"), **given)
    assert (voided.is_void, voided.correction_reason, voided.expires_on) == (True, "Another person’s", IN_A_YEAR)
    assert (voided.supersedes_id, voided.record_id) == (renewal.id, renewal.record_id)
    with pytest.raises(Conflict):
        void_renewal(db, by=known(db, cast, "Asha"), **given)
    with pytest.raises(Conflict):
        renew(db, cast, renewal, expires_on=IN_A_YEAR + timedelta(days=1))
    assert renew(db, cast, former).renews_record_id == former.record_id


def test_only_the_last_renewal_is_voided_and_no_first_record(db: Session, cast: Cast) -> None:
    former = register(db, cast).registration
    renewal = renew(db, cast, former)
    renew(db, cast, renewal, expires_on=IN_A_YEAR + timedelta(days=1))
    for one, said in ((renewal, "void that renewal first"), (former, "It is no renewal")):
        with pytest.raises(InvalidRecord, match=said):
            void_renewal(db, by=known(db, cast, "Asha"), registration_id=one.id or 0, reason="Mistaken")


def test_nobody_voids_a_renewal_of_their_own(db: Session, cast: Cast) -> None:
    own = renew(db, cast, register(db, cast, "Asha", "Asha").registration, "Asha")
    with pytest.raises(NotAllowed):
        void_renewal(db, by=known(db, cast, "Asha"), registration_id=own.id or 0, reason="Mistaken")


def test_of_two_who_renew_the_same_record_at_once_one_wins_and_the_other_is_told(database: str) -> None:
    with writing() as db:
        cast = make_cast(db)
        add_bodies(db, cast)
        former = register(db, cast).registration.id
        people = [known(db, cast, name) for name in ("Ben", "Asha")]
    ready = Barrier(2)
    outcome: list[object] = []

    def play(by: Actor) -> None:
        ready.wait()
        try:
            with writing() as db:
                renew_registration(db, by=by, registration_id=former or 0, expires_on=IN_A_YEAR)
                time.sleep(0.3)  # the other one meets it half done, where nothing holds them up
            outcome.append("renewed")
        except Conflict as refused:
            outcome.append(str(refused))

    threads = [Thread(target=play, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    told = [one for one in outcome if one != "renewed"]
    assert len(outcome) == 2 and len(told) == 1
    assert "renewed this at" in str(told[0]) and "Your text is still here. Compare, then save again." in str(told[0])
    with reading() as db:
        assert len(db.exec(select(Registration).where(current(Registration))).all()) == 2


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
