"""The registration page: renewals as records, the checks one at a time, and the mark of a protected title."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import CheckResult, RegisterCheck, Registration, Requirement
from tcsuper.queries.registration import registrations_seen
from tcsuper.services.registration import add_registration, record_register_check, renew_registration
from tcsuper.settings import ROOT
from tests.competence import add_bodies
from tests.pages.test_training_pages import choose, opened, press, words_on
from tests.people import LONG_AGO, Cast

REGISTRATION, STAFF, MY_RECORD = (ROOT / "pages" / f"{page}.py" for page in ("registration", "staff", "my_record"))
IN_A_MONTH, IN_A_YEAR = today() + timedelta(days=30), today() + timedelta(days=365)
MARK = "May not use the title that registration with NMC gives until restored."


@pytest.fixture
def cast(page_cast: Cast) -> Cast:
    with writing() as db:
        add_bodies(db, page_cast)
        asked = {"kind": "check", "title": "Live register checked", "terms": {"of": "register"}}
        db.add(Requirement(job_description_id=page_cast.officer, start_on=LONG_AGO, **asked))
    return page_cast


def register(cast: Cast, who: str = "Ben", number: str = "12A3456B", body: str = "nmc") -> Registration:
    with writing() as db:
        return add_registration(
            db,
            by=actor_for_staff(db, cast.id(who)),
            staff_id=cast.id(who),
            body_code=body,
            number=number,
            registered_on=LONG_AGO,
            expires_on=IN_A_MONTH,
        ).registration


def check(cast: Cast, registration: Registration, result: CheckResult, note: str = "") -> None:
    with writing() as db:
        record_register_check(
            db,
            by=actor_for_staff(db, cast.id("Asha")),
            registration_record_id=registration.record_id,
            checked_on=today(),
            result=result,
            note=note,
        )


def day_of(at: AppTest, label: str) -> Any:
    return next(box for box in at.date_input if box.label == label)


def tables(at: AppTest) -> str:
    return str([table.value.to_dict() for table in [*at.table, *at.dataframe]])


def test_a_renewal_is_a_new_record_and_the_page_shows_both(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    register(cast)
    ben = opened(REGISTRATION, cast, "Ben", monkeypatch)
    day_of(ben, "Valid until").set_value(IN_A_YEAR)
    press(ben, "Save the renewal")
    with reading() as db:
        former, newer = db.exec(select(Registration).order_by(col(Registration.id))).all()
    assert (former.expires_on, newer.expires_on, newer.renewed_on) == (IN_A_MONTH, IN_A_YEAR, today())
    assert newer.renews_record_id == former.record_id
    assert "First entry: registered since" in tables(ben) and "Renewed on" in tables(ben)


def test_a_body_with_one_day_for_everybody_offers_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        given: dict[str, Any] = dict(staff_id=cast.id("Ben"), body_code="hcpc", number="PYL1", registered_on=LONG_AGO)
        add_registration(db, by=actor_for_staff(db, cast.id("Ben")), **given)
    ben = opened(REGISTRATION, cast, "Ben", monkeypatch)
    offered = day_of(ben, "Valid until").value
    assert (offered.month, offered.day, offered.year % 2) == (5, 31, 1) and offered > today()


def test_the_manager_corrects_one_record_of_a_chain(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    former = register(cast)
    with writing() as db:
        by = actor_for_staff(db, cast.id("Ben"))
        renew_registration(db, by=by, registration_id=former.id or 0, expires_on=IN_A_YEAR)
    asha = opened(REGISTRATION, cast, "Asha", monkeypatch)
    choose(asha, "Which entry", former.id)
    asha.run()
    next(box for box in asha.text_input if box.label == "Why it is corrected").set_value("Misread")
    next(box for box in asha.text_input if box.label == "Register number").set_value("98Z7654Y")
    press(asha, "Save the correction")
    with reading() as db:
        last = db.exec(select(Registration).order_by(col(Registration.id).desc())).first()
    assert last is not None and (last.record_id, last.number) == (former.record_id, "98Z7654Y")
    assert "Misread" in tables(asha)


def test_the_manager_voids_the_last_renewal_and_the_entry_stays(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    former = register(cast)
    asha = opened(REGISTRATION, cast, "Asha", monkeypatch)
    assert not any(button.label == "Void the renewal" for button in asha.button), "there is none"
    with writing() as db:
        by = actor_for_staff(db, cast.id("Ben"))
        renew_registration(db, by=by, registration_id=former.id or 0, expires_on=IN_A_YEAR)
    ben = opened(REGISTRATION, cast, "Ben", monkeypatch)
    assert not any(button.label == "Void the renewal" for button in ben.button)
    asha = opened(REGISTRATION, cast, "Asha", monkeypatch)
    press(asha, "Void the renewal")
    assert "Say why the renewal is voided" in words_on(asha)
    next(box for box in asha.text_input if box.label == "Why it is voided").set_value("Another person’s")
    press(asha, "Void the renewal")
    assert "Voided, it never counted: Another person’s" in tables(asha).replace("\\", "")
    assert "Renewed on" in tables(asha) and not any(button.label == "Void the renewal" for button in asha.button)
    with reading() as db:
        (one,) = registrations_seen(db, viewer=actor_for_staff(db, cast.id("Asha")), on=today())
    assert one.valid_until == IN_A_MONTH


def test_a_registration_of_long_ago_is_entered_and_none_without_its_first_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = opened(REGISTRATION, cast, "Ben", monkeypatch)
    choose(ben, "Body", "nmc")
    press(ben, "Add the registration")
    assert "Enter the first day of this registration" in words_on(ben)
    since = day_of(ben, "Registered since")
    assert since.min == date(1950, 1, 1) and since.max > today()
    since.set_value(date(1988, 2, 29))
    press(ben, "Add the registration")
    with reading() as db:
        assert db.exec(select(Registration.registered_on)).one() == date(1988, 2, 29)


def test_checks_are_made_one_at_a_time_and_a_skipped_one_comes_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, number in (("Ben", "12A3456B"), ("Bela", "98Z7654Y")):
        register(cast, who, number)
    asha = opened(REGISTRATION, cast, "Asha", monkeypatch)
    assert "2 checks to make: 2 late." in words_on(asha)
    assert not any("all" in button.label.casefold().split() for button in asha.button)
    first, second = ("98Z7654Y", "12A3456B") if "98Z7654Y" in copied(asha) else ("12A3456B", "98Z7654Y")
    press(asha, "Skip for now")
    assert second in copied(asha) and first not in copied(asha)
    choose(asha, "The register shows", CheckResult.REGISTERED, which=0)
    day_of(asha, "Expiry date it shows, if any").set_value(IN_A_YEAR)
    press(asha, "Record the check")
    assert first in copied(asha) and "1 check to make" in words_on(asha)
    with reading() as db:
        made = db.exec(select(RegisterCheck)).one()
        whose = db.exec(select(Registration).where(Registration.record_id == made.registration_record_id)).one()
    assert (whose.number, made.expiry_seen_on, made.recorded_by_id) == (second, IN_A_YEAR, cast.id("Asha"))


def copied(at: AppTest) -> list[str]:
    return [code.value for code in at.code]


@pytest.mark.parametrize("result", [CheckResult.SUSPENDED, CheckResult.REMOVED, CheckResult.NOT_FOUND])
def test_the_title_is_marked_on_registration_staff_and_my_record(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, result: CheckResult
) -> None:
    registration = register(cast)
    assert MARK not in words_on(opened(REGISTRATION, cast, "Asha", monkeypatch))
    check(cast, registration, result)
    assert MARK in words_on(opened(REGISTRATION, cast, "Asha", monkeypatch))
    assert MARK in words_on(opened(MY_RECORD, cast, "Ben", monkeypatch))
    assert MARK not in words_on(opened(MY_RECORD, cast, "Bela", monkeypatch))
    staff = opened(STAFF, cast, "Asha", monkeypatch)
    marked = [row["Name"] for row in staff.dataframe[0].value.to_dict("records") if "protected title" in row["Role"]]
    assert marked == ["Ben"]
    (said,) = staff.error
    assert said.value.startswith("Ben") and MARK in words_on(staff)


def test_conditions_are_read_by_those_who_may_and_not_by_who_sees_the_status(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(cast, register(cast), CheckResult.CONDITIONS, "Supervised practice alone")
    asha, dev = (opened(REGISTRATION, cast, name, monkeypatch) for name in ("Asha", "Dev"))
    assert "Supervised practice alone" in words_on(asha) + tables(asha)
    assert "with conditions" in words_on(dev) and "Supervised practice" not in words_on(dev) + tables(dev)


def test_nobody_else_has_the_checks(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    register(cast)
    for name in ("Ben", "Dev", "Jo"):
        at = opened(REGISTRATION, cast, name, monkeypatch)
        assert not any(button.label in ("Record the check", "Skip for now") for button in at.button)
