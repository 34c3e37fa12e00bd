from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from tcsuper.access import actor_for_account
from tcsuper.clock import today
from tcsuper.errors import AlreadySaved, InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, Employment, Post, RecordsKeptFrom, RequirementKind, ResponsibilityHolding, Staff
from tcsuper.queries.staff import my_email
from tcsuper.services.second_factor import Proof
from tcsuper.services.staff import (
    EASY_TO_READ,
    add_community,
    add_establishment,
    add_staff,
    add_starter,
    change_contact,
    end_absence,
    end_post,
    record_absence,
    set_records_kept_from,
    start_post,
)
from tests.staffing import LONG_AGO, Staffing, staffing

MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


def post_of(cast: Staffing, who: int, by: str = "Tara", community: str = "Ash", **other: object) -> Post:
    given: dict = dict(
        staff_id=who,
        job_description_id=cast.roles["TC officer"],
        community_id=cast.communities[community],
        start_on=MAY,
    )
    return start_post(cast.db, by=cast.actor(by), **given | other)


# New people


def test_therapy_manager_enters_somebody_new_and_gives_the_first_post(db: Session, cast: Staffing) -> None:
    new = add_staff(db, by=cast.actor("Tara"), full_name="  Siân   Ŵyn ", employment=Employment.SESSIONAL)
    post = post_of(cast, new.id or 0, hours_a_week=18.5, line_manager_id=cast.ids["Tara"])
    assert (new.full_name, new.employment) == ("Siân Ŵyn", Employment.SESSIONAL)
    assert (post.community_id, post.hours_a_week, post.line_manager_id) == (
        cast.communities["Ash"],
        18.5,
        cast.ids["Tara"],
    )


def test_the_code_for_auditors_tells_nothing_of_the_name(db: Session, cast: Staffing) -> None:
    codes = {add_staff(db, by=cast.actor("Ada"), full_name="Sam Lee").code for _ in range(20)}
    assert len(codes) == 20
    assert all(code.startswith("P-") and set(code[2:]) <= set(EASY_TO_READ) for code in codes)


def test_two_people_may_have_one_name_but_not_one_staff_number(db: Session, cast: Staffing) -> None:
    add_staff(db, by=cast.actor("Ada"), full_name="Sam Lee", staff_number="7001")
    add_staff(db, by=cast.actor("Ada"), full_name="Sam Lee", staff_number="7002")
    with pytest.raises(InvalidRecord) as refused:
        add_staff(db, by=cast.actor("Ada"), full_name="Sam Lee", staff_number=" 7002 ")
    assert refused.value.problems == {"staff_number": "Somebody else has this staff number."}


def test_all_problems_are_said_at_once(db: Session, cast: Staffing) -> None:
    with pytest.raises(InvalidRecord) as refused:
        add_staff(db, by=cast.actor("Ada"), full_name=" ", staff_number="7" * 41, email="nowhere")
    assert set(refused.value.problems) == {"full_name", "staff_number", "email"}


def test_only_an_administrator_enters_an_e_mail_address(db: Session, cast: Staffing) -> None:
    assert add_staff(db, by=cast.actor("Ada"), full_name="Sam Lee", email="sam@example.org").email == "sam@example.org"
    with pytest.raises(NotAllowed):
        add_staff(db, by=cast.actor("Tara"), full_name="Sam Lee", email="sam@example.org")


@pytest.mark.parametrize("who", ["Ben", "Olwen"])
def test_officer_and_director_enter_nobody(db: Session, cast: Staffing, who: str) -> None:
    with pytest.raises(NotAllowed):
        add_staff(db, by=cast.actor(who), full_name="Sam Lee")
    assert db.exec(select(Staff).where(Staff.full_name == "Sam Lee")).first() is None


def test_one_form_enters_one_person(db: Session, cast: Staffing) -> None:
    key = uuid4()
    add_staff(db, by=cast.actor("Ada"), submission=key, full_name="Sam Lee")
    with pytest.raises(AlreadySaved), db.begin_nested():
        add_staff(db, by=cast.actor("Ada"), submission=key, full_name="Sam Lee")


def test_the_event_holds_no_name(db: Session, cast: Staffing) -> None:
    add_staff(db, by=cast.actor("Ada"), full_name="Sam Lee", email="sam@example.org")
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "add_staff")).one()
    assert "Sam" not in repr(event.detail) and "sam@" not in repr(event.detail)


def test_a_starter_is_stored_whole_or_not_at_all(db: Session, cast: Staffing) -> None:
    tara, ash, officer = cast.actor("Tara"), cast.communities["Ash"], cast.roles["TC officer"]
    post = add_starter(db, by=tara, full_name="Sam Lee", job_description_id=officer, community_id=ash, start_on=MAY)
    assert db.get_one(Staff, post.staff_id).full_name == "Sam Lee"
    with pytest.raises(InvalidRecord) as refused:
        add_starter(
            db,
            by=tara,
            full_name="",
            job_description_id=None,
            community_id=None,
            start_on=date(1900, 1, 1),
            hours_a_week=0,
        )
    assert set(refused.value.problems) == {
        "full_name",
        "job_description_id",
        "community_id",
        "start_on",
        "hours_a_week",
    }
    with pytest.raises(NotAllowed):
        add_starter(
            db,
            by=tara,
            full_name="Di Lee",
            job_description_id=officer,
            community_id=cast.communities["Birch"],
            start_on=MAY,
        )
    assert db.exec(select(Staff).where(Staff.full_name == "Di Lee")).first() is None


# Posts


def test_somebody_elses_staff_cannot_be_drawn_into_ones_own_community(db: Session, cast: Staffing) -> None:
    assert db.get(Staff, cast.ids["Dewi"]) is not None
    with pytest.raises(NotAllowed):
        post_of(cast, cast.ids["Dewi"], by="Tara")
    with pytest.raises(NotAllowed):
        post_of(cast, cast.ids["Ada"], by="Tara")  # no post, but entered by somebody else
    assert post_of(cast, cast.ids["Dewi"], by="Ada").community_id == cast.communities["Ash"]


def test_a_manager_gives_posts_in_their_own_community_only(db: Session, cast: Staffing) -> None:
    with pytest.raises(NotAllowed):
        post_of(cast, cast.ids["Ben"], by="Tara", community="Birch")


def test_a_second_post_beside_the_first(db: Session, cast: Staffing) -> None:
    acting = post_of(
        cast, cast.ids["Ben"], job_description_id=cast.roles["Therapy manager"], is_acting=True, start_on=JUNE
    )
    assert acting.is_acting
    with pytest.raises(InvalidRecord) as refused:
        post_of(cast, cast.ids["Ben"])
    assert list(refused.value.problems) == ["job_description_id"]


def test_nobody_changes_their_own_posts_or_absences(db: Session, cast: Staffing) -> None:
    tara = cast.actor("Tara")
    with pytest.raises(NotAllowed, match="your own posts"):
        post_of(cast, cast.ids["Tara"], job_description_id=cast.roles["Director"])
    with pytest.raises(NotAllowed, match="your own posts"):
        end_post(db, by=tara, post_id=cast.posts["Tara"], end_on=today())
    with pytest.raises(NotAllowed, match="your own posts"):
        record_absence(db, by=tara, staff_id=tara.staff_id, start_on=MAY)


def test_problems_of_a_post_are_said_at_once(db: Session, cast: Staffing) -> None:
    with pytest.raises(InvalidRecord) as refused:
        post_of(cast, cast.ids["Ben"], start_on=date(1900, 1, 1), hours_a_week=168.0)
    assert set(refused.value.problems) == {"start_on", "hours_a_week", "job_description_id"}


def test_nobody_is_their_own_line_manager(db: Session, cast: Staffing) -> None:
    new = add_staff(db, by=cast.actor("Tara"), full_name="Sam Lee")
    with pytest.raises(InvalidRecord) as refused:
        post_of(cast, new.id or 0, line_manager_id=new.id)
    assert list(refused.value.problems) == ["line_manager_id"]
    with pytest.raises(NotAllowed):
        post_of(cast, new.id or 0, line_manager_id=cast.ids["Dewi"])  # not somebody Tara may see


def test_ending_a_post_ends_what_is_led_there(db: Session, cast: Staffing) -> None:
    led = cast.hold("Ben", "Keep the evacuation plan")
    to_come = cast.hold("Ben", "Teach new officers", start_on=today() + timedelta(days=90))
    end_post(db, by=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=today())
    assert db.get_one(Post, cast.posts["Ben"]).end_on == today()
    assert led.end_on == today()
    assert to_come.end_on == to_come.start_on


def test_another_post_in_the_community_keeps_what_is_led(db: Session, cast: Staffing) -> None:
    led = cast.hold("Ben", "Keep the evacuation plan")
    post_of(cast, cast.ids["Ben"], job_description_id=cast.roles["Therapy manager"], start_on=MAY)
    end_post(db, by=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=today())
    assert led.end_on is None


def test_a_post_cannot_end_before_it_began(db: Session, cast: Staffing) -> None:
    with pytest.raises(InvalidRecord) as refused:
        end_post(db, by=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=LONG_AGO - timedelta(days=1))
    assert list(refused.value.problems) == ["end_on"]


@pytest.mark.parametrize("post", ["Dewi", None])
def test_a_post_elsewhere_and_no_post_are_refused_alike(db: Session, cast: Staffing, post: str | None) -> None:
    with pytest.raises(NotAllowed) as refused:
        end_post(db, by=cast.actor("Tara"), post_id=cast.posts[post] if post else 999_999, end_on=today())
    assert str(refused.value) == str(NotAllowed())


# Absences


def test_an_absence_begins_open_and_is_ended_later(db: Session, cast: Staffing) -> None:
    away = record_absence(db, by=cast.actor("Tara"), staff_id=cast.ids["Ben"], start_on=MAY)
    end_absence(db, by=cast.actor("Tara"), absence_id=away.id or 0, end_on=JUNE)
    assert (away.start_on, away.end_on) == (MAY, JUNE)


@pytest.mark.parametrize(
    ("start_on", "end_on"),
    [(MAY, None), (MAY - timedelta(days=9), MAY), (JUNE, None), (MAY + timedelta(days=3), MAY + timedelta(days=4))],
)
def test_two_absences_cannot_overlap(db: Session, cast: Staffing, start_on: date, end_on: date | None) -> None:
    record_absence(db, by=cast.actor("Tara"), staff_id=cast.ids["Ben"], start_on=MAY, end_on=JUNE)
    with pytest.raises(InvalidRecord, match="4 May 2026 until 1 June 2026"):
        record_absence(db, by=cast.actor("Tara"), staff_id=cast.ids["Ben"], start_on=start_on, end_on=end_on)


def test_absence_of_somebody_elsewhere_is_refused(db: Session, cast: Staffing) -> None:
    with pytest.raises(NotAllowed):
        record_absence(db, by=cast.actor("Tara"), staff_id=cast.ids["Dewi"], start_on=MAY)
    there = record_absence(db, by=cast.actor("Carol"), staff_id=cast.ids["Dewi"], start_on=MAY)
    with pytest.raises(NotAllowed):
        end_absence(db, by=cast.actor("Tara"), absence_id=there.id or 0, end_on=JUNE)


# Communities


def test_administrator_adds_an_establishment_and_a_community(db: Session, cast: Staffing) -> None:
    place = add_establishment(db, by=cast.actor("Ada"), name="HMP Elsewhere")
    assert add_community(db, by=cast.actor("Ada"), establishment_id=place.id or 0, name="Ash").id
    with pytest.raises(InvalidRecord):
        add_community(db, by=cast.actor("Ada"), establishment_id=place.id or 0, name=" Ash ")
    with pytest.raises(NotAllowed):
        add_community(db, by=cast.actor("Tara"), establishment_id=place.id or 0, name="Birch")


def test_records_kept_from_is_set_once_per_kind_and_moved(db: Session, cast: Staffing) -> None:
    for day in (MAY, JUNE):
        set_records_kept_from(
            db,
            by=cast.actor("Tara"),
            community_id=cast.communities["Ash"],
            kind=RequirementKind.SUPERVISION,
            from_on=day,
        )
    kept = db.exec(select(RecordsKeptFrom)).all()
    assert [(one.kind, one.from_on) for one in kept] == [(RequirementKind.SUPERVISION, JUNE)]
    moved = db.exec(select(AuditEvent).order_by(col(AuditEvent.id).desc())).first()
    assert moved is not None and moved.detail["former"] == MAY.isoformat()
    with pytest.raises(NotAllowed):
        set_records_kept_from(
            db,
            by=cast.actor("Carol"),
            community_id=cast.communities["Ash"],
            kind=RequirementKind.COURSE,
            from_on=MAY,
        )


def test_no_holding_is_left_open_after_the_last_post_there(db: Session, cast: Staffing) -> None:
    cast.hold("Ben", "Keep the evacuation plan")
    end_post(db, by=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=today() + timedelta(days=5))
    assert db.exec(select(ResponsibilityHolding).where(col(ResponsibilityHolding.end_on).is_(None))).all() == []


# ---------------------------------------------------------------------------------------------------------------------
# Contact details


def test_everybody_changes_their_own_address_and_nobody_elses(db: Session) -> None:
    """There is no way to name another person: neither the service nor its form takes one."""
    cast = staffing(db, accounts=True)
    ben = actor_for_account(db, cast.accounts["Ben"])
    assert ben is not None
    change_contact(db, by=ben, email=" ben@service.example ", proof=Proof(cast.accounts["Ben"], ""))
    assert my_email(db, viewer=ben) == "ben@service.example"
    assert db.get_one(Staff, cast.ids["Mair"]).email == ""
    with pytest.raises(InvalidRecord) as refused:
        change_contact(db, by=ben, email="no address", proof=Proof(cast.accounts["Ben"], ""))
    assert list(refused.value.problems) == ["email"]
    with pytest.raises(NotAllowed):
        change_contact(db, by=ben, email="other@service.example", proof=Proof(cast.accounts["Mair"], ""))
    change_contact(db, by=ben, email="", proof=Proof(cast.accounts["Ben"], ""))
    assert my_email(db, viewer=ben) == ""
    actions = [event.action for event in db.exec(select(AuditEvent).where(AuditEvent.action == "change_contact"))]
    assert len(actions) == 2
