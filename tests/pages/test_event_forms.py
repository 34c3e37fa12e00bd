"""The forms for dates of appraisals and checks, and for waivers, on the Staff page."""

from pathlib import Path

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Course,
    CourseKind,
    OverrideKind,
    Requirement,
    RequirementOverride,
    StaffEvent,
    StaffEventKind,
)
from tests.people import Cast
from tests.signing_in import sign_in

PAGE = Path(__file__).resolve().parents[2] / "pages" / "staff.py"


@pytest.fixture
def staff_page(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    return AppTest.from_file(PAGE, default_timeout=30).run()


def test_an_appraisal_is_a_date_and_nothing_else(staff_page: AppTest, page_cast: Cast) -> None:
    staff_page.selectbox(key="event-person").set_value(page_cast.id("Ben")).run()
    save = next(button for button in staff_page.button if button.label == "Save the date")
    save.click().run()
    with reading() as db:
        event = db.exec(select(StaffEvent)).one()
    assert (event.staff_id, event.kind) == (page_cast.id("Ben"), StaffEventKind.APPRAISAL)
    assert any("Only the date is kept" in message.value for message in staff_page.success)


def test_a_waiver_needs_its_reason_and_keeps_what_was_typed(staff_page: AppTest, page_cast: Cast) -> None:
    staff_page.selectbox(key="override-person").set_value(page_cast.id("Ben")).run()
    reason = next(area for area in staff_page.text_area if area.label.startswith("Why?"))
    reason.set_value("short")
    next(button for button in staff_page.button if button.label == "Save with its reason").click().run()
    assert any("Nothing was saved" in message.value for message in staff_page.error)
    reason = next(area for area in staff_page.text_area if area.label.startswith("Why?"))
    assert reason.value == "short"
    reason.set_value("On secondment to another service until further notice.")
    next(button for button in staff_page.button if button.label == "Save with its reason").click().run()
    with reading() as db:
        waived = db.exec(select(RequirementOverride)).one()
    assert (waived.kind, waived.start_on) == (OverrideKind.WAIVED, today())


def test_a_waiver_without_an_end_is_listed_with_its_reason_and_ended(staff_page: AppTest, page_cast: Cast) -> None:
    staff_page.selectbox(key="override-person").set_value(page_cast.id("Ben")).run()
    words = "On secondment to another service until further notice."
    next(area for area in staff_page.text_area if area.label.startswith("Why?")).set_value(words)
    next(button for button in staff_page.button if button.label == "Save with its reason").click().run()
    assert any("Waived from" in one.value and "decided by Asha" in one.value for one in staff_page.markdown)
    next(area for area in staff_page.text_area if area.label == "Why it ends then").set_value(
        "Back from the secondment."
    )
    next(button for button in staff_page.button if button.label == "Save the last day").click().run()
    assert not staff_page.exception and not staff_page.error
    with reading() as db:
        last = db.exec(select(RequirementOverride).order_by(RequirementOverride.id.desc())).first()
    assert last is not None and (last.end_on, last.correction_reason) == (today(), "Back from the secondment.")


def test_something_more_is_asked_of_one_person_and_ended(staff_page: AppTest, page_cast: Cast) -> None:
    staff_page.selectbox(key="override-person").set_value(page_cast.id("Ben")).run()
    with writing() as db:
        db.add(Course(code="extra", title="Extra course", kind=CourseKind.COURSE))
    what = next(one for one in staff_page.button_group if one.label == "What do you decide?")
    what.set_value("Ask for something more").run()
    course = next(box for box in staff_page.selectbox if box.label == "Course or qualification")
    course.set_value("extra")
    next(one for one in staff_page.text_input if one.label.startswith("Why?")).set_value("After the incident in May")
    next(button for button in staff_page.button if button.label == "Ask it of them").click().run()
    with reading() as db:
        asked = db.exec(select(Requirement).where(Requirement.staff_id == page_cast.id("Ben"))).one()
    assert (asked.title, asked.source, asked.end_on) == ("Extra course", "After the incident in May", None)
    next(button for button in staff_page.button if button.label == "Ask it no more").click().run()
    with reading() as db:
        assert db.get_one(Requirement, asked.id).end_on == today()
