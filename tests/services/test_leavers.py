"""A post ends, and what hangs on it: in a community, in the service, before its day taken back."""

import re
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from tcsuper.access import account_is_open, actor_for_account
from tcsuper.clock import now, today
from tcsuper.errors import AlreadySaved, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Account,
    AccountRequest,
    Attendance,
    AttendanceStatus,
    AuditEvent,
    Booking,
    BookingState,
    CourseTrainer,
    GroupMember,
    Post,
    RequirementKind,
    ResponsibilityHolding,
    Role,
    RoleGrant,
    SessionState,
    StandIn,
    SupervisionAgreement,
    SupervisionSession,
    Traineeship,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.hanging import Part
from tcsuper.queries.leavers import leaving
from tcsuper.queries.standing import standings
from tcsuper.services.agreements import end_agreement
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.leavers import LEFT, end_post, take_back_end
from tcsuper.services.staff import start_post
from tcsuper.services.supervision import record_session
from tests.leaving import (
    AFTER,
    BEFORE,
    LAST_DAY,
    Leaver,
    agreement,
    back,
    ends,
    known,
    leaver,
    places,
    post_elsewhere,
    whatever_ends,
)
from tests.people import LONG_AGO, make_cast
from tests.staffing import staffing

ONE_DAY = timedelta(days=1)


@pytest.fixture
def ben(db: Session) -> Leaver:
    return leaver(db, make_cast(db))


def planned(db: Session, agreement_id: int) -> list[date]:
    session = SupervisionSession
    found = select(session.held_on).where(
        session.agreement_id == agreement_id, session.state == SessionState.PLANNED, current(session)
    )
    return sorted(db.exec(found))


# ---------------------------------------------------------------------------------------------------------------------
# Leaving the service


def test_the_last_post_of_all_ends_everything_on_its_last_day(db: Session, ben: Leaver) -> None:
    plan = ends(db, ben)
    assert plan.leaves_service and plan.leaves_community
    assert db.get_one(Post, ben.post).end_on == LAST_DAY
    for number in (ben.cast.ben_agreement, ben.rows["bela"], ben.rows["tuesday"]):
        assert agreement(db, number) == LAST_DAY
    assert places(db, ben) == [LAST_DAY]
    rows = {
        "holding": ResponsibilityHolding,
        "stand-in": StandIn,
        "trainer": CourseTrainer,
        "traineeship": Traineeship,
        "role": RoleGrant,
    }
    for name, table in rows.items():
        assert db.get_one(table, ben.rows[name]).end_on == LAST_DAY, name
    assert db.get_one(Account, ben.cast.accounts["Ben"]).ends_on == LAST_DAY


def test_sessions_up_to_the_last_day_stay_and_later_ones_are_off_without_anybody_having_missed_them(
    db: Session, ben: Leaver
) -> None:
    ends(db, ben)
    for number in (ben.cast.ben_agreement, ben.rows["bela"], ben.rows["tuesday"]):
        assert planned(db, number) == [BEFORE]
    void = db.exec(select(SupervisionSession).where(SupervisionSession.is_void)).all()  # type: ignore[arg-type]
    assert {(one.held_on, one.correction_reason) for one in void} == {(AFTER, LEFT)} and len(void) == 3
    lost = select(SupervisionSession).where(SupervisionSession.state == SessionState.DID_NOT_HAPPEN)
    assert db.exec(lost).all() == []


def test_their_group_meets_without_them(db: Session, ben: Leaver) -> None:
    ends(db, ben)
    session = SupervisionSession
    meets = select(session).where(session.agreement_id == ben.cast.group_agreement, current(session))
    for one in db.exec(meets):
        expected = set(db.exec(select(Attendance.staff_id).where(Attendance.session_id == one.id)))
        assert (ben.ben in expected, one.contracted) == ((True, 10) if one.held_on == BEFORE else (False, 9))


def test_a_place_on_a_later_course_is_withdrawn_and_an_earlier_one_kept(db: Session, ben: Leaver) -> None:
    ends(db, ben)
    states = dict(db.exec(select(Booking.record_id, Booking.state).where(current(Booking))).all())
    kept, gone = (db.get_one(Booking, ben.rows[name]).record_id for name in ("place before", "place"))
    assert (states[kept], states[gone]) == (BookingState.CONFIRMED, BookingState.WITHDRAWN)


def test_the_account_opens_on_the_last_day_and_not_on_the_next(db: Session, ben: Leaver) -> None:
    ends(db, ben)
    account = db.get_one(Account, ben.cast.accounts["Ben"])
    assert account_is_open(account, LAST_DAY) and not account_is_open(account, LAST_DAY + ONE_DAY)


def test_a_last_day_that_is_past_shuts_the_account_at_once(db: Session, ben: Leaver) -> None:
    assert actor_for_account(db, ben.cast.accounts["Ben"]) is not None
    ends(db, ben, end_on=today() - ONE_DAY)
    assert actor_for_account(db, ben.cast.accounts["Ben"]) is None


def test_a_request_for_an_account_is_closed(db: Session, ben: Leaver) -> None:
    request = AccountRequest(staff_id=ben.ben, asked_by_id=ben.cast.id("Asha"), asked_at=now())
    db.add(request)
    db.flush()
    ends(db, ben)
    assert request.done_at is not None


def test_a_role_that_waits_for_approval_never_comes(db: Session, ben: Leaver) -> None:
    waits = RoleGrant(staff_id=ben.ben, role=Role.DIRECTOR, establishment_id=ben.cast.establishment, start_on=today())
    db.add(waits)
    db.flush()
    ends(db, ben)
    assert [one.role for one in db.exec(select(RoleGrant).where(RoleGrant.staff_id == ben.ben))] == [
        Role.THERAPY_MANAGER
    ]


def test_what_was_to_begin_later_does_not(db: Session, ben: Leaver) -> None:
    later = AFTER + timedelta(days=30)
    db.add(GroupMember(group_id=ben.rows["tuesday group"], staff_id=ben.ben, start_on=later))
    to_come = SupervisionAgreement(
        supervisor_id=ben.cast.id("Carol"), supervisee_id=ben.ben, purpose="clinical", start_on=later
    )
    db.add(to_come)
    db.flush()
    ends(db, ben)
    assert places(db, ben) == [LAST_DAY]
    assert to_come.end_on == to_come.start_on


def test_statuses_before_the_last_day_are_what_they_were(db: Session, ben: Leaver) -> None:
    """Of supervision in the months before: that the last part of a month is not judged follows from the day itself."""

    def said() -> list[tuple[object, ...]]:
        days = (today() - timedelta(days=60), today() - timedelta(days=35), today(), BEFORE, LAST_DAY)
        rows = [(day, row) for day in days for row in standings(db, [ben.ben, ben.cast.id("Bela")], day)]
        booked = re.compile("; a place is booked for [^.]*")  # the one that is withdrawn
        return [
            (day, row.staff_id, row.requirement, row.standing.status, booked.sub("", row.standing.because))
            for day, row in rows
            if row.kind is not RequirementKind.SUPERVISION or day < today() - timedelta(days=31)
        ]

    before = said()
    ends(db, ben)
    assert said() == before and len(before) > 20
    assert standings(db, [ben.ben], LAST_DAY + ONE_DAY) == []


def test_the_event_counts_what_was_done_and_holds_no_words(db: Session, ben: Leaver) -> None:
    plan = ends(db, ben)
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "end_post")).one()
    assert event.detail["ended"] == {part.value: number for part, number in plan.counts.items()}
    assert event.detail["sessions_taken_off"] == plan.taken_off == 3
    assert "evacuation" not in repr(event.detail) and "Group analyst" not in repr(event.detail)


def test_what_was_shown_is_what_was_done(db: Session, ben: Leaver) -> None:
    """The plan of the page, and what changed in the database: each thing of it and nothing else."""
    shown = leaving(db, viewer=known(db, ben.cast, "Asha"), post_id=ben.post, end_on=LAST_DAY)
    before = whatever_ends(db)
    done = ends(db, ben, shown=shown.mark)
    changed = {key for key, end in whatever_ends(db).items() if end != before[key]}
    tables = {
        Part.SUPERVISED: "supervision_agreement",
        Part.SUPERVISING: "supervision_agreement",
        Part.LEADING: "supervision_agreement",
        Part.MEMBER: "group_member",
        Part.STAND_IN: "stand_in",
        Part.TRAINEESHIP: "traineeship",
        Part.HOLDING: "responsibility_holding",
        Part.TRAINER: "course_trainer",
        Part.ROLE: "role_grant",
        Part.ACCOUNT: "account",
    }
    told = {(tables[one.part], one.row_id) for one in shown.ends if one.part in tables}
    assert changed == told | {("post", ben.post)}
    assert done == shown
    withdrawn = db.exec(select(Booking).where(Booking.state == BookingState.WITHDRAWN)).all()
    assert [one.supersedes_id for one in withdrawn] == [one.row_id for one in shown.ends if one.part is Part.PLACE]
    assert Counter(one.part for one in shown.ends) == dict.fromkeys((set(tables) | {Part.PLACE}), 1), (
        "one of everything: the cast has it all"
    )


def test_a_plan_that_is_no_longer_true_is_not_carried_out(db: Session, ben: Leaver) -> None:
    asha = known(db, ben.cast, "Asha")
    shown = leaving(db, viewer=asha, post_id=ben.post, end_on=LAST_DAY)
    end_agreement(db, by=asha, agreement_id=ben.cast.ben_agreement, end_on=today())
    with pytest.raises(Conflict, match="changed after you looked"):
        ends(db, ben, shown=shown.mark)
    assert db.get_one(Post, ben.post).end_on is None


# ---------------------------------------------------------------------------------------------------------------------
# Who goes on with what


def test_somebody_chosen_goes_on_with_a_group(db: Session, ben: Leaver) -> None:
    plan = ends(db, ben, next_supervisors={ben.rows["tuesday"]: ben.cast.id("Asha")})
    assert [one.new for one in plan.handed_over] == ["Asha"] and Part.LEADING not in plan.counts
    following = db.exec(
        select(SupervisionAgreement).where(SupervisionAgreement.follows_id == ben.rows["tuesday"])
    ).one()
    assert (following.supervisor_id, following.start_on) == (ben.cast.id("Asha"), LAST_DAY + ONE_DAY)
    assert (planned(db, ben.rows["tuesday"]), planned(db, following.id or 0)) == ([BEFORE], [AFTER])


def test_a_member_of_the_group_cannot_go_on_with_it_and_nothing_is_done(db: Session, ben: Leaver) -> None:
    with pytest.raises(InvalidRecord) as refused:
        ends(db, ben, next_supervisors={ben.rows["tuesday"]: ben.cast.id("Officer D")})
    assert list(refused.value.problems) == ["next_supervisors"]
    assert agreement(db, ben.cast.ben_agreement) is None and db.get_one(Post, ben.post).end_on is None


def test_who_leaves_the_service_goes_on_with_nothing(db: Session, ben: Leaver) -> None:
    with pytest.raises(InvalidRecord, match="goes on with nothing"):
        ends(db, ben, next_supervisors={ben.rows["tuesday"]: ben.ben})


def test_somebody_elses_agreement_is_not_handed_over_by_the_way(db: Session, ben: Leaver) -> None:
    with pytest.raises(NotAllowed):
        ends(db, ben, next_supervisors={ben.cast.cai_agreement: ben.cast.id("Asha")})


# ---------------------------------------------------------------------------------------------------------------------
# Leaving a community


def test_rotating_ends_what_hangs_on_the_community_and_nothing_else(db: Session, ben: Leaver) -> None:
    post_elsewhere(db, ben)
    plan = ends(db, ben)
    assert plan.leaves_community and not plan.leaves_service
    assert set(plan.counts) == {Part.LEADING, Part.MEMBER, Part.HOLDING, Part.ROLE}
    assert agreement(db, ben.cast.ben_agreement) is None and agreement(db, ben.rows["bela"]) is None
    assert planned(db, ben.cast.ben_agreement) == [BEFORE, AFTER]
    assert db.get_one(Account, ben.cast.accounts["Ben"]).ends_on is None
    assert db.get_one(Booking, ben.rows["place"]).state is BookingState.CONFIRMED
    assert db.get_one(CourseTrainer, ben.rows["trainer"]).end_on is None


def test_a_post_still_to_begin_elsewhere_is_staying_too(db: Session, ben: Leaver) -> None:
    post_elsewhere(db, ben, LAST_DAY + timedelta(days=14))
    assert not ends(db, ben).leaves_service


def test_and_so_is_one_that_is_only_announced(db: Session, ben: Leaver) -> None:
    plan = ends(db, ben, stays=True)
    assert plan.may_stay and not plan.leaves_service and plan.leaves_community
    assert db.get_one(Account, ben.cast.accounts["Ben"]).ends_on is None


def test_who_rotates_may_go_on_with_a_group(db: Session, ben: Leaver) -> None:
    post_elsewhere(db, ben)
    plan = ends(db, ben, next_supervisors={ben.rows["tuesday"]: ben.ben})
    assert Part.LEADING not in plan.counts and plan.handed_over == ()
    assert agreement(db, ben.rows["tuesday"]) is None


def test_another_post_in_the_community_keeps_everything(db: Session, ben: Leaver) -> None:
    post_elsewhere(db, ben, community=ben.cast.community_b)
    plan = ends(db, ben)
    assert plan.ends == () and not plan.leaves_community
    assert db.get_one(ResponsibilityHolding, ben.rows["holding"]).end_on is None
    assert any("with it the role" in said for said in plan.left)


def test_the_second_of_two_posts_to_be_given_its_last_day_ends_the_service_on_the_later_one(
    db: Session, ben: Leaver
) -> None:
    """He leaves C in three months; that he leaves B before that is entered afterwards."""
    other, much_later = post_elsewhere(db, ben), LAST_DAY + timedelta(days=60)
    ends(db, ben, by="Eve", post_id=other, end_on=much_later)
    assert db.get_one(Account, ben.cast.accounts["Ben"]).ends_on is None
    plan = ends(db, ben)
    assert plan.leaves_service
    assert db.get_one(Account, ben.cast.accounts["Ben"]).ends_on == much_later
    assert agreement(db, ben.cast.ben_agreement) == much_later
    assert places(db, ben) == [LAST_DAY], "the groups of B end with B"


# ---------------------------------------------------------------------------------------------------------------------
# Refused


def test_a_session_recorded_after_the_last_day_stands_against_it(db: Session, ben: Leaver) -> None:
    record_session(
        db,
        by=known(db, ben.cast, "Asha"),
        agreement_id=ben.cast.ben_agreement,
        held_on=today() - ONE_DAY,
        minutes=60,
        entries=[Entry(ben.ben, AttendanceStatus.ATTENDED)],
    )
    with pytest.raises(InvalidRecord) as refused:
        ends(db, ben, end_on=today() - timedelta(days=5))
    assert list(refused.value.problems) == ["end_on"]
    assert db.get_one(Post, ben.post).end_on is None


def test_the_only_administrator_cannot_be_ended_away(db: Session) -> None:
    cast = make_cast(db)
    eve = cast.id("Eve")
    post = Post(staff_id=eve, job_description_id=cast.officer, community_id=cast.community_b, start_on=LONG_AGO)
    db.add(post)
    db.flush()
    with pytest.raises(InvalidRecord, match="only administrator"):
        end_post(db, by=known(db, cast, "Asha"), post_id=post.id or 0, end_on=LAST_DAY)
    db.add(RoleGrant(staff_id=cast.id("Jo"), role=Role.ADMINISTRATOR, start_on=LONG_AGO, approved_at=now()))
    db.flush()
    end_post(db, by=known(db, cast, "Asha"), post_id=post.id or 0, end_on=LAST_DAY)
    assert db.get_one(Account, cast.accounts["Eve"]).ends_on == LAST_DAY


def test_a_post_cannot_end_before_it_began_nor_twice(db: Session, ben: Leaver) -> None:
    with pytest.raises(InvalidRecord, match="began on"):
        ends(db, ben, end_on=LONG_AGO - ONE_DAY)
    with pytest.raises(InvalidRecord, match="five years"):
        ends(db, ben, end_on=today() + timedelta(days=4000))
    ends(db, ben)
    with pytest.raises(InvalidRecord, match="Take that back first"):
        ends(db, ben, end_on=AFTER)


def test_each_manager_ends_the_post_that_is_theirs(db: Session, ben: Leaver) -> None:
    """He works in both communities, so both may see him: whose post it is decides."""
    other = post_elsewhere(db, ben)
    for by, post in (("Asha", other), ("Carol", ben.post)):
        with pytest.raises(NotAllowed):
            ends(db, ben, by=by, post_id=post)
    assert ends(db, ben, by="Carol", post_id=other).post_id == other
    with pytest.raises(NotAllowed):
        back(db, ben, other)


@pytest.mark.parametrize("post", ["Dewi", None])
def test_a_post_elsewhere_and_no_post_are_refused_alike(db: Session, post: str | None) -> None:
    cast = staffing(db)
    for service in (lambda **which: end_post(db, end_on=today(), **which), lambda **which: take_back_end(db, **which)):
        with pytest.raises(NotAllowed) as refused:
            service(by=cast.actor("Tara"), post_id=cast.posts[post] if post else 999_999)
        assert str(refused.value) == str(NotAllowed())


def test_one_form_ends_one_post(db: Session, ben: Leaver) -> None:
    key = uuid4()
    ends(db, ben, submission=key)
    with pytest.raises(AlreadySaved), db.begin_nested():
        ends(db, ben, submission=key)


# ---------------------------------------------------------------------------------------------------------------------
# What is led, among the people of tests/staffing.py


def test_ending_a_post_ends_what_is_led_there(db: Session) -> None:
    cast = staffing(db)
    led = cast.hold("Ben", "Keep the evacuation plan")
    to_come = cast.hold("Ben", "Teach new officers", start_on=today() + timedelta(days=90))
    end_post(db, by=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=today())
    assert db.get_one(Post, cast.posts["Ben"]).end_on == led.end_on == today()
    assert to_come.end_on == to_come.start_on
    assert db.exec(select(ResponsibilityHolding).where(col(ResponsibilityHolding.end_on).is_(None))).all() == []


def test_an_acting_post_beside_it_keeps_what_is_led(db: Session) -> None:
    cast = staffing(db)
    led = cast.hold("Ben", "Keep the evacuation plan")
    start_post(
        db,
        by=cast.actor("Tara"),
        staff_id=cast.ids["Ben"],
        job_description_id=cast.roles["Therapy manager"],
        community_id=cast.communities["Ash"],
        start_on=today(),
        is_acting=True,
    )
    end_post(db, by=cast.actor("Tara"), post_id=cast.posts["Ben"], end_on=today())
    assert led.end_on is None
