"""Training and Registration, as they stand on screen."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Booking,
    CheckResult,
    RegisterCheck,
    Registration,
    Requirement,
    TrainingRecord,
    TrainingResult,
)
from tcsuper.queries.evidence import current
from tcsuper.services.course_versions import set_course_version
from tcsuper.services.registration import add_registration
from tcsuper.services.training import record_completion
from tcsuper.settings import ROOT
from tests.competence import add_bodies, add_courses
from tests.people import LONG_AGO, Cast, make_cast
from tests.signing_in import sign_in

TRAINING, REGISTRATION = ROOT / "pages" / "training.py", ROOT / "pages" / "registration.py"
LAST_WEEK = today() - timedelta(days=7)


@pytest.fixture
def cast(page_database: str) -> Cast:
    with writing() as db:
        made = make_cast(db)
        add_courses(db, made)
        add_bodies(db, made)
        return made


def opened(page: Path, cast: Cast, who: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    return steady(AppTest.from_file(str(page), default_timeout=60).run())


def steady(at: AppTest) -> AppTest:
    assert not at.exception, [one.value for one in at.exception]
    return at


def words_on(at: AppTest) -> str:
    kinds = (at.markdown, at.caption, at.info, at.error, at.success, at.subheader)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def press(at: AppTest, label: str) -> AppTest:
    return steady(next(button for button in at.button if button.label == label).click().run())


def choose(at: AppTest, label: str, value: object, which: int = -1) -> AppTest:
    """The last box of this label: forms stand below filters."""
    boxes = [box for box in at.selectbox if box.label == label]
    boxes[which].set_value(value)
    return at


def current_records() -> list[TrainingRecord]:
    with reading() as db:
        return list(db.exec(select(TrainingRecord).where(current(TrainingRecord)).order_by(col(TrainingRecord.id))))


def send_in(cast: Cast, who: str = "Ben", course: str = "tcat_1") -> None:
    with writing() as db:
        by = actor_for_staff(db, cast.id(who))
        record_completion(db, by=by, staff_id=cast.id(who), course_code=course, completed_on=LAST_WEEK)


def register(cast: Cast, who: str = "Ben", number: str = "12A3456B") -> None:
    with writing() as db:
        add_registration(
            db,
            by=actor_for_staff(db, cast.id(who)),
            staff_id=cast.id(who),
            body_code="nmc",
            number=number,
            registered_on=LONG_AGO,
            expires_on=today() + timedelta(days=40),
        )


# ---------------------------------------------------------------------------------------------------------------------
# Training


def test_staff_send_in_a_certificate_the_manager_confirms_it_and_the_status_changes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = opened(TRAINING, cast, "Ben", monkeypatch)
    assert "TCAT 1 is overdue" in words_on(ben) and not ben.get("vega_lite_chart")
    choose(ben, "Course or qualification", "tcat_1", which=0)
    press(ben, "Send it in")
    assert "Your manager confirms it" in words_on(ben)
    assert [(record.is_confirmed, record.completed_on) for record in current_records()] == [(False, today())]
    assert not any(button.label == "Confirm" for button in ben.button)

    farah = opened(TRAINING, cast, "Farah", monkeypatch)
    press(farah, "Confirm")
    assert [record.is_confirmed for record in current_records()] == [True]
    assert "TCAT 1 was completed" in words_on(opened(TRAINING, cast, "Ben", monkeypatch))


def test_an_emptied_day_of_completion_is_asked_for_and_never_taken_for_today(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = opened(TRAINING, cast, "Ben", monkeypatch)
    choose(ben, "Course or qualification", "tcat_1")
    next(one for one in ben.date_input if one.label == "Completed on").set_value(None)
    press(ben, "Send it in")
    assert "Choose a day." in words_on(ben) and current_records() == []


def test_what_was_sent_in_can_go_back_with_a_reason(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    send_in(cast)
    asha = opened(TRAINING, cast, "Asha", monkeypatch)
    press(asha, "Send it back")
    assert "Say why" in words_on(asha) and len(current_records()) == 1
    next(box for box in asha.text_input if box.label == "Why").set_value("Cannot be read")
    press(asha, "Send it back")
    assert current_records() == []


def test_manager_enters_a_whole_course_run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asha = opened(TRAINING, cast, "Asha", monkeypatch)
    choose(asha, "Course or qualification", "restraint", which=0).run()
    next(box for box in asha.multiselect if box.label == "People").set_value([cast.id("Ben"), cast.id("Bela")]).run()
    bela = next(group for group in asha.segmented_control if group.label == "Result of Bela")
    bela.set_value("Asked to repeat").run()
    press(asha, "Record the course run")
    stored = {record.staff_id: record.result for record in current_records()}
    assert stored == {
        cast.id("Ben"): TrainingResult.PASSED,
        cast.id("Bela"): TrainingResult.ASKED_TO_REPEAT,
    }


def test_a_refused_entry_keeps_what_was_chosen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asha = opened(TRAINING, cast, "Asha", monkeypatch)
    press(asha, "Record it")
    assert "Choose a person." in words_on(asha) and "Choose a course from the list." in words_on(asha)
    assert current_records() == []


def test_a_cell_opens_with_its_sentence_and_its_record(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        by = actor_for_staff(db, cast.id("Asha"))
        record_completion(db, by=by, staff_id=cast.id("Ben"), course_code="tcat_1", completed_on=LAST_WEEK)
    asha = opened(TRAINING, cast, "Asha", monkeypatch)
    person = next(box for box in asha.selectbox if box.label == "Person" and box.placeholder == "Choose a person")
    steady(person.set_value(cast.id("Ben")).run())
    assert "TCAT 1 was completed" in words_on(asha) and asha.table
    next(box for box in asha.text_input if box.label == "Why it is corrected").set_value("Another day")
    next(box for box in asha.date_input if box.label == "Completed on").set_value(LONG_AGO)
    press(asha, "Save the correction")
    assert [record.completed_on for record in current_records()] == [LONG_AGO]


def test_director_sees_statuses_and_no_form(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    dev = opened(TRAINING, cast, "Dev", monkeypatch)
    assert dev.get("vega_lite_chart") and "people have something overdue" in words_on(dev)
    assert not any(button.label in ("Record it", "Confirm") for button in dev.button)


def test_my_own_place_is_asked_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = opened(TRAINING, cast, "Ben", monkeypatch)
    choose(ben, "Course or qualification", "tcat_2")
    next(box for box in ben.date_input if box.label == "Runs on").set_value(today() + timedelta(days=5))
    press(ben, "Ask for the place")
    assert "Your manager confirms it" in words_on(ben)
    with reading() as db:
        assert [place.state for place in db.exec(select(Booking))] == ["nominated"]


def test_without_any_course_it_says_what_to_do(page_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        bare = make_cast(db)
    assert "No course is required of you" in words_on(opened(TRAINING, bare, "Ben", monkeypatch))
    assert "No course is required of anybody" in words_on(opened(TRAINING, bare, "Asha", monkeypatch))


# ---------------------------------------------------------------------------------------------------------------------
# Registration


def test_manager_checks_the_register_one_at_a_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        db.add(
            Requirement(
                kind="check",
                job_description_id=cast.officer,
                title="Live register checked",
                terms={"of": "register"},
                start_on=LONG_AGO,
            )
        )
    register(cast)
    asha = opened(REGISTRATION, cast, "Asha", monkeypatch)
    assert "it was never checked" in words_on(asha)
    assert [code.value for code in asha.code][-1] == "12A3456B"
    press(asha, "Record the check")
    assert "Choose what the register shows." in words_on(asha)
    choose(asha, "The register shows", CheckResult.CONDITIONS, which=0)
    press(asha, "Record the check")
    assert "Write down the conditions" in words_on(asha)
    asha.text_area[0].set_value("Not to work alone")
    press(asha, "Record the check")
    with reading() as db:
        stored = db.exec(select(RegisterCheck)).one()
    assert (stored.result, stored.note) == (CheckResult.CONDITIONS, "Not to work alone")
    assert "No check of a register is due" in words_on(asha)


def test_an_odd_number_is_saved_with_a_warning(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = opened(REGISTRATION, cast, "Ben", monkeypatch)
    choose(ben, "Body", "nmc")
    next(box for box in ben.text_input if box.label == "Register number").set_value("12345")
    next(box for box in ben.date_input if box.label == "Registered since").set_value(today())
    press(ben, "Add the registration")
    assert "does not look like a usual NMC number" in words_on(ben)
    with reading() as db:
        assert db.exec(select(Registration.number)).one() == "12345"


def test_the_person_renews_their_own_and_checks_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    register(cast)
    ben = opened(REGISTRATION, cast, "Ben", monkeypatch)
    assert not any(button.label in ("Record the check", "Save the correction") for button in ben.button)
    next(box for box in ben.date_input if box.label == "Valid until").set_value(today() + timedelta(days=400))
    press(ben, "Save the renewal")
    with reading() as db:
        newest = db.exec(select(Registration).where(col(Registration.renews_record_id).is_not(None))).one()
    assert newest.expires_on == today() + timedelta(days=400)


def test_timeline_and_rules_for_the_director_without_numbers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    register(cast)
    dev = opened(REGISTRATION, cast, "Dev", monkeypatch)
    assert dev.get("vega_lite_chart") and "1 registration: 1 due soon" in words_on(dev)
    assert "12A3456B" not in str([table.value.to_dict() for table in dev.dataframe])
    assert "Everybody renews by 31 May of each odd year" in str([table.value.to_dict() for table in dev.table])


def test_nobody_registered_says_what_is_missing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no registration with a statutory or accredited register is recorded" in words_on(
        opened(REGISTRATION, cast, "Ben", monkeypatch)
    )
    assert "No registration that you may see is entered" in words_on(opened(REGISTRATION, cast, "Jo", monkeypatch))


def test_the_picture_is_of_a_role_when_one_is_chosen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(TRAINING, cast, "Asha", monkeypatch)
    role = at.selectbox(key="training-role")
    assert len(role.options) > 1 and role.options[0] == "Every role"
    person = next(box for box in at.selectbox if box.label == "Person")
    assert "Ben" in person.options
    others = next(one for one in role.options[1:] if "officer" not in one.lower()) if len(role.options) > 2 else None
    if others:
        at = steady(role.set_value(others).run())
        assert all("Ben" not in box.options for box in at.selectbox if box.label == "Person")


def test_a_manager_sets_the_version_somebody_was_trained_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(TRAINING, cast, "Asha", monkeypatch)
    assert not [one for one in at.button_group if one.label == "Version of the course"]
    with writing() as db:
        set_course_version(
            db, by=actor_for_staff(db, cast.id("Asha")), course_code="tcat_1", start_on=today(), older_counts=True
        )
    at = opened(TRAINING, cast, "Asha", monkeypatch)
    person, course = (
        next(box for box in at.selectbox if box.key and box.key.startswith("record_completion") and box.label == label)
        for label in ("Person", "Course or qualification")
    )
    person.set_value(cast.id("Ben"))
    at = steady(course.set_value("tcat_1").run())
    [version] = [one for one in at.button_group if one.label == "Version of the course"]
    assert version.value == 2
    at = steady(version.set_value(1).run())
    press(at, "Record it")
    with reading() as db:
        assert db.exec(select(TrainingRecord)).one().course_version == 1
