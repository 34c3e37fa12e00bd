from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.models import CheckResult, Requirement, RequirementKind
from tcsuper.queries.registration import (
    checks_due,
    register_checks_seen,
    registration_frame,
    registration_history,
    registration_wanted,
    registrations_seen,
)
from tcsuper.rules.standing import Status
from tcsuper.services.registration import add_registration, record_register_check, renew_registration
from tests.competence import add_bodies
from tests.people import LONG_AGO, Cast, make_cast

IN_A_MONTH, IN_A_YEAR = today() + timedelta(days=30), today() + timedelta(days=365)


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_bodies(db, made)
    asked = {"kind": RequirementKind.CHECK, "title": "Live register checked", "terms": {"of": "register"}}
    db.add(Requirement(job_description_id=made.officer, start_on=LONG_AGO, **asked))
    return made


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def register(db: Session, cast: Cast, who: str = "Ben", body: str = "nmc", number: str = "12A3456B") -> UUID:
    return add_registration(
        db,
        by=known(db, cast, who),
        staff_id=cast.id(who),
        body_code=body,
        number=number,
        registered_on=LONG_AGO,
        expires_on=IN_A_MONTH,
    ).registration.record_id


def check(db: Session, cast: Cast, record_id: UUID, result: CheckResult, note: str = "") -> None:
    record_register_check(
        db,
        by=known(db, cast, "Asha"),
        registration_record_id=record_id,
        checked_on=today(),
        result=result,
        note=note,
    )


def test_the_whole_record_for_those_who_may_read_it_the_status_for_others(db: Session, cast: Cast) -> None:
    check(db, cast, register(db, cast), CheckResult.CONDITIONS, "Not to work alone")
    for reader in ("Ben", "Asha", "Farah"):
        one = registrations_seen(db, viewer=known(db, cast, reader), on=today(), about=cast.id("Ben"))[0]
        assert (one.number, one.standing.status, one.is_status_only) == ("12A3456B", Status.CONDITIONS, False)
        assert "Not to work alone" in one.standing.because
    alone = registrations_seen(db, viewer=known(db, cast, "Dev"), on=today())[0]
    assert (alone.number, alone.standing.status, alone.is_status_only) == ("", Status.CONDITIONS, True)
    assert "12A3456B" not in alone.standing.because and "alone" not in alone.standing.because
    for outsider in ("Carol", "Bela", "Eve", "Jo"):
        assert registrations_seen(db, viewer=known(db, cast, outsider), on=today()) == []


def test_who_may_do_what_about_it(db: Session, cast: Cast) -> None:
    register(db, cast)
    may = {
        name: (one.may_check, one.may_renew, one.may_correct)
        for name in ("Ben", "Farah", "Asha", "Dev")
        for one in registrations_seen(db, viewer=known(db, cast, name), on=today())
    }
    assert may == {
        "Ben": (False, True, False),
        "Farah": (True, True, False),
        "Asha": (True, True, True),
        "Dev": (False, False, False),
    }


def test_the_first_to_end_comes_first_with_the_days_left(db: Session, cast: Cast) -> None:
    register(db, cast, "Bela", number="99Z1111A")
    late = registrations_seen(db, viewer=known(db, cast, "Asha"), on=today())[0]
    renew_registration(db, by=known(db, cast, "Bela"), registration_id=late.registration_id, expires_on=IN_A_YEAR)
    register(db, cast)
    frame = registration_frame(registrations_seen(db, viewer=known(db, cast, "Asha"), on=today()), today())
    assert list(frame["row"]) == ["Ben · NMC", "Bela · NMC"] and list(frame["days_left"]) == [30, 365]


def test_two_registrations_of_one_person_with_one_body_are_told_apart(db: Session, cast: Cast) -> None:
    register(db, cast)
    register(db, cast, number="98Z7654Y")
    frame = registration_frame(registrations_seen(db, viewer=known(db, cast, "Asha"), on=today()), today())
    assert frame["row"].nunique() == 2


def test_wanted_are_those_who_have_none_or_lost_it(db: Session, cast: Cast) -> None:
    record_id = register(db, cast)
    asha = known(db, cast, "Asha")
    missing = {row.person for row in registration_wanted(db, viewer=asha, on=today())}
    assert "Bela" in missing and "Ben" not in missing
    check(db, cast, record_id, CheckResult.REMOVED)
    assert "Ben" in {row.person for row in registration_wanted(db, viewer=asha, on=today())}


def test_a_check_is_due_until_it_is_made_and_never_my_own(db: Session, cast: Cast) -> None:
    record_id = register(db, cast)
    register(db, cast, "Farah", number="55F5555F")
    register(db, cast, body="bps", number="1")
    due = checks_due(db, viewer=known(db, cast, "Asha"), on=today())
    assert {(one.person, one.body) for one in due} == {("Ben", "NMC"), ("Farah", "NMC")}
    assert [one.person for one in checks_due(db, viewer=known(db, cast, "Farah"), on=today())] == ["Ben"]
    for outsider in ("Ben", "Carol", "Dev", "Eve"):
        assert checks_due(db, viewer=known(db, cast, outsider), on=today()) == []
    check(db, cast, record_id, CheckResult.NOT_CHECKED)
    assert len(checks_due(db, viewer=known(db, cast, "Farah"), on=today())) == 1
    check(db, cast, record_id, CheckResult.REGISTERED)
    assert checks_due(db, viewer=known(db, cast, "Farah"), on=today()) == []
    later = checks_due(db, viewer=known(db, cast, "Farah"), on=today(), until=IN_A_YEAR)
    assert [one.standing.due_on for one in later] == [IN_A_MONTH + timedelta(days=1)]


def test_checks_and_versions_stay_readable_to_those_who_may(db: Session, cast: Cast) -> None:
    record_id = register(db, cast)
    check(db, cast, record_id, CheckResult.REGISTERED)
    one = registrations_seen(db, viewer=known(db, cast, "Ben"), on=today())[0]
    renew_registration(db, by=known(db, cast, "Ben"), registration_id=one.registration_id, expires_on=IN_A_YEAR)
    for reader in ("Ben", "Farah", "Asha"):
        by = known(db, cast, reader)
        assert list(register_checks_seen(db, viewer=by, record_id=record_id)["checked_by"]) == ["Asha"]
        expiries = [version.expires_on for version in registration_history(db, viewer=by, record_id=record_id)]
        assert expiries == [IN_A_YEAR, IN_A_MONTH]
    for outsider in ("Dev", "Carol", "Bela"):
        by = known(db, cast, outsider)
        assert register_checks_seen(db, viewer=by, record_id=record_id).empty
        assert registration_history(db, viewer=by, record_id=record_id) == []
