from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from tcsuper.access import actor_for_account
from tcsuper.clock import today
from tcsuper.errors import AlreadySaved, InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, Employment, Post, RecordsKeptFrom, RequirementKind, Staff
from tcsuper.queries.staff import my_email
from tcsuper.services.leavers import end_post
from tcsuper.services.second_factor import Proof
from tcsuper.services.staff import (
    EASY_TO_READ,
    add_community,
    add_establishment,
    add_staff,
    change_contact,
    change_line_manager,
    end_absence,
    record_absence,
    set_records_kept_from,
    start_post,
)
from tests.staffing import Staffing, staffing

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


def test_several_posts_go_to_another_line_manager_at_once(db: Session, cast: Staffing) -> None:
    posts = [cast.posts["Ben"], cast.posts["Mair"]]
    change_line_manager(db, by=cast.actor("Ada"), post_ids=posts, line_manager_id=cast.ids["Carol"])
    assert [db.get_one(Post, one).line_manager_id for one in posts] == [cast.ids["Carol"]] * 2
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "change_line_manager")).one()
    assert event.detail == {
        "posts": posts,
        "former": [cast.ids["Tara"]] * 2,
        "line_manager_id": cast.ids["Carol"],
    }


def test_one_post_that_cannot_have_them_leaves_all_as_they_were(db: Session, cast: Staffing) -> None:
    """A line manager sees what is about their reports: so nobody gives one to people elsewhere, or to themselves."""
    both = [cast.posts["Ben"], cast.posts["Mair"]]
    for by, posts, manager in (
        ("Tara", [cast.posts["Ben"], cast.posts["Carol"]], "Mair"),
        ("Tara", [cast.posts["Ben"], cast.posts["Tara"]], "Mair"),
        ("Tara", both, "Carol"),
        ("Ben", [cast.posts["Mair"]], "Ben"),
    ):
        with pytest.raises(NotAllowed):
            change_line_manager(db, by=cast.actor(by), post_ids=posts, line_manager_id=cast.ids[manager])
    with pytest.raises(InvalidRecord, match="own line manager"):
        change_line_manager(db, by=cast.actor("Tara"), post_ids=both, line_manager_id=cast.ids["Ben"])
    with pytest.raises(InvalidRecord, match="at least one"):
        change_line_manager(db, by=cast.actor("Tara"), post_ids=[], line_manager_id=cast.ids["Ben"])
    assert {db.get_one(Post, one).line_manager_id for one in both} == {cast.ids["Tara"]}


def test_a_post_that_is_over_has_no_line_manager_any_more(db: Session, cast: Staffing) -> None:
    db.get_one(Post, cast.posts["Ben"]).end_on = today() - timedelta(days=1)
    with pytest.raises(InvalidRecord, match="ended on"):
        change_line_manager(db, by=cast.actor("Tara"), post_ids=[cast.posts["Ben"]], line_manager_id=cast.ids["Mair"])


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
