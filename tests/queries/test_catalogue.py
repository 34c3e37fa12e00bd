from datetime import timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.access import Actor, Role, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.models import Establishment, JobDescription, RequirementKind, RoleGrant, Staff
from tcsuper.queries.catalogue import (
    NOT_SET,
    SERVICE,
    body_rules,
    course_list,
    job_descriptions,
    purposes_and_rule_sets,
    requirements_of,
    responsibilities_of,
    service_numbers,
)
from tcsuper.rules.minimum import Minimum
from tcsuper.services.catalogue import load_catalogue, set_course_target, set_supervision_minimum
from tcsuper.services.settings import set_service_number
from tcsuper.services.staff import add_community, add_establishment
from tests.staffing import stored


@pytest.fixture
def manager(db: Session) -> Actor:
    load_catalogue(db)
    admin = stored(db, Staff(full_name="Ada Lund", code="S1"))
    stored(db, RoleGrant(staff_id=admin, role=Role.ADMINISTRATOR, start_on=today(), approved_at=now()))
    by = actor_for_staff(db, admin)
    place = add_establishment(db, by=by, name="HMP Invented")
    ash = add_community(db, by=by, establishment_id=place.id or 0, name="Ash")
    tara = stored(db, Staff(full_name="Tara Quinn", code="S2"))
    stored(
        db,
        RoleGrant(staff_id=tara, role=Role.THERAPY_MANAGER, start_on=today(), community_id=ash.id, approved_at=now()),
    )
    assert db.exec(select(Establishment)).one()
    return actor_for_staff(db, tara)


def job(db: Session, code: str) -> int:
    return db.exec(select(JobDescription.id).where(JobDescription.code == code)).one() or 0


def test_the_four_documents_have_their_responsibilities(db: Session, manager: Actor) -> None:
    assert len(job_descriptions(db, viewer=manager)) >= 4
    counts = {}
    for code in ("therapy_manager", "director", "tc_officer", "compass_psychotherapist"):
        lines = responsibilities_of(db, viewer=manager, job_description_id=job(db, code), on=today())
        counts[code] = (len([one for one in lines if not one.is_cross_reference]), len(lines))
        assert [one.is_cross_reference for one in lines] == sorted(one.is_cross_reference for one in lines)
    assert counts == {
        "therapy_manager": (39, 39),
        "director": (25, 25),
        "tc_officer": (22, 29),
        "compass_psychotherapist": (21, 21),
    }


def test_requirements_come_with_their_words_source_and_mark(db: Session, manager: Actor) -> None:
    lines = requirements_of(db, viewer=manager, job_description_id=job(db, "tc_officer"), on=today())
    by_title = {line.title: line for line in lines}
    assert by_title["TCAT 2"].in_words == "Completed, after TCAT 1; no target date set."
    assert by_title["TCAT 2"].mark == "likely" and by_title["TCAT 2"].source
    assert by_title["TCAT 2"].courses == ("tcat_2",)
    assert by_title["Individual clinical supervision"].mark == NOT_SET


def test_what_the_service_sets_applies_from_its_day_and_says_so(db: Session, manager: Actor) -> None:
    officer = job(db, "tc_officer")
    minimum = Minimum("Individual clinical supervision", 60, forms=("individual",))
    set_supervision_minimum(db, by=manager, job_description_id=officer, minimum=minimum, start_on=today())
    set_course_target(db, by=manager, job_description_id=officer, course="tcat_1", target_days=90, start_on=today())
    now, before = (
        {line.title: line for line in requirements_of(db, viewer=manager, job_description_id=officer, on=on)}
        for on in (today(), today() - timedelta(days=1))
    )
    assert now["Individual clinical supervision"].mark == SERVICE
    assert now["Individual clinical supervision"].in_words.startswith("60 minutes each calendar month, individual")
    assert now["TCAT 1"].in_words == "Completed; within 90 days of starting in post."
    assert before["Individual clinical supervision"].mark == NOT_SET
    assert before["TCAT 1"].in_words == "Completed; no target date set."


def test_courses_say_who_is_asked_and_how_long_they_last(db: Session, manager: Actor) -> None:
    frame = course_list(db, viewer=manager, on=today()).set_index("title")
    restraint = frame.loc["Control and restraint"]
    assert restraint["rule"] == "Expires 12 months after completion." and restraint["mark"] == "likely"
    assert restraint["asked_of"] == "Prison Officer Specialist, TC Programmes"
    assert frame.loc["PAVA"]["asked_of"] == ""


def test_each_body_has_its_rules_in_words(db: Session, manager: Actor) -> None:
    frame = body_rules(db, viewer=manager, on=today())
    assert frame["body"].nunique() == 16
    hcpc = frame[(frame["body"] == "HCPC (psychologists)") & (frame["about"] == "renewal")].iloc[0]
    assert hcpc["rule"] == "Everybody renews by 31 May of each odd year; renewal opens on 1 March."
    assert set(frame["mark"]) <= {"sure", "likely", "unsure", "product default"}


def test_numbers_say_whether_the_service_set_them(db: Session, manager: Actor) -> None:
    set_service_number(db, by=manager, key="due_soon_days", value=60)
    numbers = {line.key: line for line in service_numbers(db, viewer=manager)}
    assert (numbers["due_soon_days"].value, numbers["due_soon_days"].mark) == (60, SERVICE)
    assert (numbers["smallest_group"].value, numbers["smallest_group"].mark) == (5, "product default")


def test_purposes_are_in_their_order(db: Session, manager: Actor) -> None:
    assert [one.position for one in purposes_and_rule_sets(db, viewer=manager)] == list(range(1, 11))


def test_kinds_of_requirement_are_grouped(db: Session, manager: Actor) -> None:
    lines = requirements_of(db, viewer=manager, job_description_id=job(db, "therapy_manager"), on=today())
    order = list(RequirementKind)
    positions = [order.index(line.kind) for line in lines]
    assert positions == sorted(positions)
