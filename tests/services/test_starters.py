"""Somebody new: the whole of it, or nothing."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    AccountRequest,
    AuditEvent,
    Booking,
    BookingState,
    GroupMember,
    Post,
    Staff,
    SupervisionAgreement,
)
from tcsuper.services.starters import Supervised, add_starter
from tests.competence import add_courses
from tests.leaving import known
from tests.people import Cast, make_cast
from tests.runs import stored_run

FIRST_DAY = today() + timedelta(days=3)


@pytest.fixture
def people(db: Session) -> Cast:
    return make_cast(db)


def starts(db: Session, people: Cast, by: str = "Asha", **facts: Any) -> Post:
    given = {
        "full_name": "  Siân   Ŵyn ",
        "job_description_id": people.officer,
        "community_id": people.community_b,
        "start_on": FIRST_DAY,
    }
    return add_starter(db, by=known(db, people, by), **given | facts)


def refused(db: Session, people: Cast, **facts: Any) -> dict[str, str]:
    with pytest.raises(InvalidRecord) as said:
        starts(db, people, **facts)
    return said.value.problems


def how_many(db: Session, *tables: type) -> list[int]:
    return [db.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]


def test_person_and_post_are_enough(db: Session, people: Cast) -> None:
    post = starts(db, people)
    assert db.get_one(Staff, post.staff_id).full_name == "Siân Ŵyn"
    assert (post.community_id, post.start_on) == (people.community_b, FIRST_DAY)
    assert db.exec(select(AccountRequest)).all() == []


def test_everything_that_goes_with_it_is_stored_at_once(db: Session, people: Cast) -> None:
    run = stored_run(db, add_courses(db, people)["tcat_1"], today() + timedelta(days=40))
    new = starts(
        db,
        people,
        supervised=[Supervised(people.id("Asha"), every_days=14, usual_minutes=50)],
        group_ids=[people.group],
        run_ids=[run.id],
        asks_account=True,
    ).staff_id
    agreement = db.exec(select(SupervisionAgreement).where(SupervisionAgreement.supervisee_id == new)).one()
    terms = (agreement.supervisor_id, agreement.start_on, agreement.every_days, agreement.usual_minutes)
    assert terms == (people.id("Asha"), FIRST_DAY, 14, 50)
    assert db.exec(select(GroupMember.start_on).where(GroupMember.staff_id == new)).all() == [FIRST_DAY]
    assert db.exec(select(Booking.state).where(Booking.staff_id == new)).all() == [BookingState.CONFIRMED]
    assert db.exec(select(AccountRequest.staff_id)).all() == [new]
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "add_starter")).one()
    told = ("agreements", "groups", "course_places", "asks_account")
    assert [event.detail[key] for key in told] == [1, 1, 1, True]
    assert "Siân" not in repr(event.detail)


def test_supervision_may_begin_after_the_first_day_and_not_before(db: Session, people: Cast) -> None:
    later = FIRST_DAY + timedelta(days=10)
    post = starts(db, people, supervised=[Supervised(people.id("Asha"), start_on=later)])
    made = db.exec(select(SupervisionAgreement).where(SupervisionAgreement.supervisee_id == post.staff_id)).one()
    assert made.start_on == later
    sooner = Supervised(people.id("Asha"), start_on=FIRST_DAY - timedelta(days=1))
    assert list(refused(db, people, supervised=[sooner])) == ["agreement_start_on"]


def test_all_problems_of_all_parts_are_said_at_once_and_nothing_is_stored(db: Session, people: Cast) -> None:
    run = stored_run(db, add_courses(db, people)["tcat_1"], today() - timedelta(days=1))
    tables = (Staff, Post, SupervisionAgreement, GroupMember, Booking, AccountRequest, AuditEvent)
    before = how_many(db, *tables)
    problems = refused(
        db,
        people,
        full_name="",
        hours_a_week=0.0,
        supervised=[Supervised(people.id("Asha"), usual_minutes=2, every_days=900)],
        run_ids=[run.id],
        asks_account=True,
    )
    assert set(problems) == {"full_name", "hours_a_week", "usual_minutes", "every_days", "run_ids"}
    assert how_many(db, *tables) == before


def test_a_part_that_is_refused_leaves_no_person_behind(db: Session, people: Cast) -> None:
    people_before = how_many(db, Staff, Post)
    assert set(refused(db, people, supervised=[Supervised(None)])) == {"supervisor_id"}
    assert how_many(db, Staff, Post) == people_before


def test_without_role_and_community_only_what_stands_before_them_is_said(db: Session, people: Cast) -> None:
    problems = refused(db, people, full_name="", job_description_id=None, community_id=None)
    assert set(problems) == {"full_name", "job_description_id", "community_id"}


@pytest.mark.parametrize(
    "part",
    [
        {"group_ids": True},
        {"supervised": True},
        {"run_ids": True},
        {"asks_account": True},
        {"email": "new@service.example"},
    ],
)
def test_each_part_is_for_those_who_may_do_it_by_itself(db: Session, people: Cast, part: dict[str, Any]) -> None:
    """The administrator keeps no agreements, groups or courses, and asks nobody for an account; a therapy manager keeps
    no e-mail addresses."""
    run = stored_run(db, add_courses(db, people)["tcat_1"], today() + timedelta(days=40))
    whole = {
        "group_ids": [people.group],
        "supervised": [Supervised(people.id("Asha"))],
        "run_ids": [run.id],
        "asks_account": True,
        "email": "new@service.example",
    }
    mine, not_mine = ("Eve", "Asha") if "email" in part else ("Asha", "Eve")
    facts = {key: whole[key] for key in part}
    with pytest.raises(NotAllowed):
        starts(db, people, by=not_mine, **facts)
    assert starts(db, people, by=mine, **facts).id


def test_a_supervisor_is_somebody_whom_one_may_name(db: Session, people: Cast) -> None:
    """Jo has no post and is no supervisor: naming him by number is refused."""
    with pytest.raises(NotAllowed):
        starts(db, people, supervised=[Supervised(people.id("Jo"))])


def test_nobody_is_entered_into_somebody_elses_community_or_group(db: Session, people: Cast) -> None:
    with pytest.raises(NotAllowed):
        starts(db, people, community_id=people.community_c)
    with pytest.raises(NotAllowed):
        starts(db, people, by="Carol", community_id=people.community_c, group_ids=[people.group])
    assert db.exec(select(Staff).where(Staff.full_name == "Siân Ŵyn")).first() is None


@pytest.mark.parametrize("who", ["Ben", "Dev", "Farah"])
def test_officer_director_and_line_manager_enter_nobody(db: Session, people: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        starts(db, people, by=who)
