"""Supervisors and who supervises whom: loads, flags, problems first, and nobody who may not be seen."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Body,
    BodyKind,
    Course,
    CourseKind,
    GroupMember,
    Post,
    Registration,
    Requirement,
    RequirementKind,
    SessionForm,
    Setting,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    WhatIsRecorded,
)
from tcsuper.queries.network import network_of, ring_steps, supervision_counts
from tcsuper.queries.supervisors import (
    LAPSED_SUPERVISOR,
    NOBODY,
    RING,
    SupervisionSeen,
    SupervisorLine,
    supervisors_seen,
)
from tcsuper.rules.standing import Status
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor, add_plain_supervisor

YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)


def agree(cast: Cast, supervisor: str, supervisee: str, **facts: object) -> None:
    with writing() as db:
        kept(db, cast, supervisor, supervisee, **facts)


def kept(db: Session, cast: Cast, supervisor: str, supervisee: str, **facts: object) -> None:
    row = {"purpose": "clinical", "start_on": LONG_AGO} | facts
    db.add(SupervisionAgreement(supervisor_id=cast.id(supervisor), supervisee_id=cast.id(supervisee), **row))


def seen(cast: Cast, name: str, on: date | None = None) -> SupervisionSeen:
    viewer = actor(cast, name)
    with reading() as db:
        return supervisors_seen(db, viewer=viewer, on=on or today())


def line(cast: Cast, viewer: str, supervisor: str, on: date | None = None) -> SupervisorLine:
    return next(one for one in seen(cast, viewer, on).supervisors if one.staff_id == cast.id(supervisor))


def flags(cast: Cast, viewer: str, supervisor: str) -> dict[str, str]:
    return {flag.word: flag.because for flag in line(cast, viewer, supervisor).flags}


def found(view: SupervisionSeen, word: str) -> list[str]:
    return [one.title for one in view.findings if one.flag.word == word]


def pairs(view: SupervisionSeen) -> set[tuple[str, str]]:
    return {(view.names[one.pair.supervisor], view.names[one.pair.supervisee]) for one in view.ties}


# ---------------------------------------------------------------------------------------------------------------------
# Load


def test_load_counts_people_once_and_a_group_s_time_once(cast: Cast) -> None:
    """Ben is supervised one to one and in the group: ten people, 60 minutes every 28 days and 90 every 7."""
    asha = line(cast, "Asha", "Asha")
    assert (asha.people, asha.elsewhere, asha.groups) == (10, 0, ("Monday group",))
    month = 365.25 / 12
    assert asha.minutes_a_month == round(60 * month / 28 + 90 * month / 7)


def test_who_left_the_group_is_no_longer_counted_after_their_last_day(cast: Cast) -> None:
    with writing() as db:
        member = db.exec(select(GroupMember).where(GroupMember.staff_id == cast.id("Bela"))).one()
        member.end_on = today()
    assert line(cast, "Asha", "Asha").people == 10
    assert line(cast, "Asha", "Asha", TOMORROW).people == 9


def test_meetings_are_no_supervision_of_a_person(cast: Cast) -> None:
    with writing() as db:
        db.add(
            SupervisionPurpose(code="after_group", name="After-group", position=2, records=WhatIsRecorded.ATTENDANCE)
        )
        db.flush()
        kept(db, cast, "Asha", "Farah", purpose="after_group")
    assert ("Asha", "Farah") not in pairs(seen(cast, "Asha"))
    assert line(cast, "Asha", "Asha").people == 10


@pytest.mark.parametrize(("most", "is_flagged"), [(0, False), (9, True), (10, False)])
def test_above_the_service_s_own_number_the_load_is_flagged(cast: Cast, most: int, is_flagged: bool) -> None:
    with writing() as db:
        db.add(Setting(key="most_supervisees", value=most))
    assert ("Many supervisees" in flags(cast, "Asha", "Asha")) is is_flagged


def test_an_own_supervisor_s_load_elsewhere_is_told_as_a_number_without_names(cast: Cast) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)  # Lena works in C and supervises Ben in B
    carol = seen(cast, "Carol")
    lena = next(one for one in carol.supervisors if one.staff_id == cast.id("Lena"))
    assert (lena.people, lena.elsewhere) == (1, 1)
    assert "Ben" not in carol.names.values()
    assert not [one for one in carol.ties if one.pair.supervisee == cast.id("Ben")]
    assert line(cast, "Asha", "Lena").elsewhere == 0


# ---------------------------------------------------------------------------------------------------------------------
# Flags


def a_register(db: Session, cast: Cast, name: str, ended_on: date | None) -> None:
    body = Body(code="register", name="Register", short_name="Register", kind=BodyKind.STATUTORY)
    db.add(body)
    db.flush()
    db.add(
        Registration(
            recorded_at=now(),
            staff_id=cast.id(name),
            body_id=body.id,
            number="1",
            registered_on=LONG_AGO,
            expires_on=today() + timedelta(days=300),
            ended_on=ended_on,
        )
    )
    db.add(
        Requirement(
            kind=RequirementKind.REGISTRATION,
            staff_id=cast.id(name),
            title="Registration",
            terms={"any_of": ["register"]},
            start_on=LONG_AGO,
        )
    )


@pytest.mark.parametrize(("ended_on", "is_lapsed"), [(None, False), (YESTERDAY, True), (today(), False)])
def test_a_registration_that_lapsed_makes_a_lapsed_supervisor(
    cast: Cast, ended_on: date | None, is_lapsed: bool
) -> None:
    with writing() as db:
        a_register(db, cast, "Asha", ended_on)
    view = seen(cast, "Asha")
    assert found(view, LAPSED_SUPERVISOR) == (["Asha"] if is_lapsed else [])
    if is_lapsed:
        [finding] = [one for one in view.findings if one.flag.word == LAPSED_SUPERVISOR]
        assert finding.flag.because.endswith("They still supervise Bela, Ben, Officer D and 7 others.")
        assert finding.flag.next_step


def test_a_qualification_to_supervise_that_is_asked_and_not_held_makes_one_too(cast: Cast) -> None:
    with writing() as db:
        code = "supervision_qualification_group"
        db.add(Course(code=code, title="Supervision qualification", kind=CourseKind.QUALIFICATION))
        terms = {"any_of": [code], "target_days": 0}
        for asked, what in (
            (RequirementKind.QUALIFICATION, terms),
            (RequirementKind.COURSE, {"any_of": ["first_aid"]}),
        ):
            db.add(Requirement(kind=asked, staff_id=cast.id("Asha"), title="Asked", terms=what, start_on=LONG_AGO))
        db.add(Course(code="first_aid", title="First aid", kind=CourseKind.COURSE))
    asha = line(cast, "Asha", "Asha")
    assert asha.qualification is not None and asha.qualification.status is Status.OVERDUE
    assert LAPSED_SUPERVISOR in flags(cast, "Asha", "Asha")


def test_what_is_not_for_supervising_says_nothing_of_a_supervisor(cast: Cast) -> None:
    with writing() as db:
        db.add(Course(code="first_aid", title="First aid", kind=CourseKind.COURSE))
        terms = {"any_of": ["first_aid"], "target_days": 1}
        db.add(
            Requirement(
                kind=RequirementKind.COURSE, staff_id=cast.id("Asha"), title="Aid", terms=terms, start_on=LONG_AGO
            )
        )
    asha = line(cast, "Asha", "Asha")
    assert asha.qualification is None and not asha.flags


def test_own_supervision_is_their_own_standing_and_supervision_of_supervision_with_it(cast: Cast) -> None:
    terms = {"amount": 60, "per": "rolling", "days": 28, "of_supervision": True}
    with writing() as db:
        db.add(
            Requirement(
                kind=RequirementKind.SUPERVISION,
                staff_id=cast.id("Asha"),
                title="Supervision of supervision",
                terms=terms,
                start_on=LONG_AGO,
            )
        )
    asha = line(cast, "Asha", "Asha")
    assert asha.own is not None and asha.own.status is Status.OVERDUE
    assert flags(cast, "Asha", "Asha")["Own supervision"] == asha.own.because
    assert "Supervision of supervision" in asha.own.because


def test_whose_standing_is_another_manager_s_is_not_told(cast: Cast) -> None:
    """Lena works in C: that her registration lapsed is Carol's to see, not Asha's, whose Ben she supervises."""
    with writing() as db:
        add_plain_supervisor(db, cast)
        a_register(db, cast, "Lena", YESTERDAY)
    assert found(seen(cast, "Carol"), LAPSED_SUPERVISOR) == ["Lena"]
    assert found(seen(cast, "Asha"), LAPSED_SUPERVISOR) == []
    assert line(cast, "Asha", "Lena").own is None


def test_a_supervisor_who_also_line_manages_is_flagged_with_whom(cast: Cast) -> None:
    agree(cast, "Farah", "Ben")
    assert flags(cast, "Asha", "Farah")["Also line manager"].startswith("Also line-manages Ben.")
    assert "Also line manager" not in flags(cast, "Asha", "Asha")


def test_managerial_supervision_by_the_line_manager_is_how_it_should_be(cast: Cast) -> None:
    with writing() as db:
        db.add(SupervisionPurpose(code="managerial", name="Managerial", position=2, records=WhatIsRecorded.FULL))
        db.flush()
        kept(db, cast, "Farah", "Ben", purpose="managerial")
    assert line(cast, "Asha", "Farah").people == 1
    assert "Also line manager" not in flags(cast, "Asha", "Farah")


@pytest.mark.parametrize(("days", "is_flagged"), [(-1, False), (0, True), (90, True), (91, False)])
def test_an_agreement_that_ends_within_the_window_is_flagged(cast: Cast, days: int, is_flagged: bool) -> None:
    ends_on = today() + timedelta(days=days)
    agree(cast, "Farah", "Bela", end_on=ends_on)
    lines = [one for one in seen(cast, "Asha").supervisors if one.staff_id == cast.id("Farah")]
    assert bool(lines) is (days >= 0)
    assert any(flag.word == "Agreement ends" for one in lines for flag in one.flags) is is_flagged


# ---------------------------------------------------------------------------------------------------------------------
# The whole


def test_people_in_post_without_a_supervisor_are_found_with_the_day_since(cast: Cast) -> None:
    """Asha and Farah are in post in Ashdown B and nobody supervises them; Bela leaves the group."""
    with writing() as db:
        member = db.exec(select(GroupMember).where(GroupMember.staff_id == cast.id("Bela"))).one()
        member.end_on = date(2026, 5, 2)
    view = seen(cast, "Asha")
    assert found(view, NOBODY) == ["Asha", "Bela", "Farah"]
    told = {one.title: one.flag.because for one in view.findings}
    assert told["Bela"] == "In post in Ashdown B. Nobody has supervised them since 3 May 2026."
    assert told["Farah"] == "In post in Ashdown B. No agreement for clinical supervision was made yet."


def test_the_answer_is_for_the_day_that_is_asked(cast: Cast) -> None:
    agree(cast, "Asha", "Farah", start_on=today() - timedelta(days=10), end_on=YESTERDAY)
    assert "Farah" in found(seen(cast, "Asha"), NOBODY)
    assert "Farah" not in found(seen(cast, "Asha", YESTERDAY), NOBODY)
    assert "Farah" in found(seen(cast, "Asha", today() - timedelta(days=11)), NOBODY)


def test_who_is_no_longer_in_post_needs_no_supervisor(cast: Cast) -> None:
    with writing() as db:
        db.exec(select(Post).where(Post.staff_id == cast.id("Farah"))).one().end_on = YESTERDAY
    assert "Farah" not in found(seen(cast, "Asha"), NOBODY)
    assert "Farah" in found(seen(cast, "Asha", YESTERDAY), NOBODY)


def test_a_ring_is_named_in_its_order(cast: Cast) -> None:
    agree(cast, "Ben", "Bela")
    agree(cast, "Bela", "Asha")
    view = seen(cast, "Asha")
    told = [one.flag.because for one in view.findings if one.flag.word == RING]
    assert told == [
        "Asha supervises Bela, and Bela supervises Asha.",
        "Asha supervises Ben, Ben supervises Bela, and Bela supervises Asha.",
    ]


def test_a_peer_group_s_keeper_is_tied_to_each_other_member_and_never_to_themselves(cast: Cast) -> None:
    with writing() as db:
        group = SupervisionGroup(
            community_id=cast.community_b, name="Peers", purpose="clinical", form=SessionForm.PEER, start_on=LONG_AGO
        )
        db.add(group)
        db.flush()
        for name in ("Asha", "Farah"):
            db.add(GroupMember(group_id=group.id, staff_id=cast.id(name), start_on=LONG_AGO))
        db.add(
            SupervisionAgreement(
                supervisor_id=cast.id("Asha"), group_id=group.id, purpose="clinical", start_on=LONG_AGO
            )
        )
    view = seen(cast, "Asha")
    assert ("Asha", "Farah") in pairs(view) and ("Asha", "Asha") not in pairs(view)
    assert found(view, NOBODY) == ["Asha"]
    assert found(view, RING) == []
    agree(cast, "Farah", "Asha")
    [ring] = [one.flag.because for one in seen(cast, "Asha").findings if one.flag.word == RING]
    assert ring.endswith("One of these steps is a peer group.")


def rings_told(cast: Cast, name: str) -> list[tuple[str, str]]:
    view = seen(cast, name)
    return [(one.title, one.flag.because) for one in view.findings if one.flag.word == RING]


IN_PART = "on a ring of supervision that closes through people whom you do not see here."


def test_a_ring_through_another_community_is_told_of_one_s_own_people_alone(cast: Cast) -> None:
    """Asha → Ben → Cai → Carol → Asha. That Carol supervises Asha may be seen in B; who supervises Carol may not, nor
    whom Ben supervises in C: the ring names neither, nor how long it is."""
    agree(cast, "Ben", "Cai")
    agree(cast, "Cai", "Carol")
    agree(cast, "Carol", "Asha")
    assert rings_told(cast, "Asha") == [("Asha and Ben", f"Asha and Ben are {IN_PART}")]
    among_them = "Carol supervises Cai, and Cai supervises Carol."
    assert rings_told(cast, "Carol") == [
        ("Carol and Cai", among_them),
        ("Cai and Carol", f"Cai and Carol are {IN_PART}"),
    ]
    assert rings_told(cast, "Ben") == [("Ben", f"Ben is {IN_PART}")]
    in_b = seen(cast, "Asha")
    assert in_b.on_a(RING) == {cast.id("Asha"), cast.id("Ben")}
    assert ring_steps(in_b) == {(cast.id("Asha"), cast.id("Ben"))}


def test_two_people_who_each_supervise_somebody_here_are_not_told_as_supervisor_and_supervisee(cast: Cast) -> None:
    """Carol and Lena both supervise people of B, so both are named there. That Carol supervises Lena is C's business,
    though a ring passes through it."""
    with writing() as db:
        add_plain_supervisor(db, cast)  # Lena → Ben
    agree(cast, "Carol", "Asha")
    agree(cast, "Carol", "Lena")
    agree(cast, "Ben", "Carol")
    told = rings_told(cast, "Asha")
    assert {"Carol", "Lena"} <= set(seen(cast, "Asha").names.values())
    assert {title for title, _ in told} == {"Ben", "Asha and Ben"}
    assert not [said for _, said in told if "Carol" in said or "Lena" in said]


# ---------------------------------------------------------------------------------------------------------------------
# Who sees what


def test_each_sees_their_own_supervisees_and_no_others(cast: Cast) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)
    everything = {("Asha", name) for name in GROUP_OF_TEN} | {("Lena", "Ben")}
    others = {("Carol", "Cai"), ("Gwen", "Cai")}
    assert pairs(seen(cast, "Asha")) == everything
    assert pairs(seen(cast, "Carol")) == others
    assert pairs(seen(cast, "Lena")) == {("Lena", "Ben")}
    assert pairs(seen(cast, "Gwen")) == {("Gwen", "Cai")}
    for name in ("Ben", "Cai", "Dev", "Eve", "Farah", "Ivor", "Kit", "Jo"):
        view = seen(cast, name)
        assert not view.ties and not view.findings and not view.supervisors and not view.in_post, name


def test_a_plain_supervisor_sees_themselves_and_no_problem_of_others(cast: Cast) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)
    view = seen(cast, "Lena")
    assert [one.person for one in view.supervisors] == ["Lena"]
    assert not view.manages and not view.findings


def test_a_director_sees_counts_from_five_people_up(cast: Cast) -> None:
    """Ashdown B has twelve people in post, two without a supervisor; Ashdown C has two, and one supervisor each."""
    with reading() as db:
        counts = {one.community: one for one in supervision_counts(db, viewer=actor(cast, "Dev"), on=today())}
        for name in ("Asha", "Ben", "Eve", "Ivor", "Farah", "Jo"):
            assert supervision_counts(db, viewer=actor(cast, name), on=today()) == [], name
    b, c = counts["Ashdown B"], counts["Ashdown C"]
    assert (b.people, b.without, b.on_a_ring, b.lapsed) == (12, "2 of 12", "0 of 12", "under 5")
    assert (c.without, c.on_a_ring, c.lapsed) == ("under 5", "under 5", "under 5")


def test_a_director_cannot_set_one_day_beside_the_next(cast: Cast) -> None:
    """T29: around the day somebody lost their supervisor, every day of the month but today says the same."""
    agree(cast, "Asha", "Farah", start_on=LONG_AGO, end_on=date(2026, 3, 10))
    with reading() as db:
        dev = actor(cast, "Dev")
        told = {
            on: [one.without for one in supervision_counts(db, viewer=dev, on=on)]
            for on in (date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 31))
        }
    assert len({tuple(one) for one in told.values()}) == 1


# ---------------------------------------------------------------------------------------------------------------------
# The picture


def test_from_thirty_people_up_there_is_a_picture_with_everybody_in_it(cast: Cast) -> None:
    assert network_of(seen(cast, "Asha")) is None
    with writing() as db:
        for number in range(20):
            staff = Staff(full_name=f"New {number:02}", code=f"N-{number}")
            db.add(staff)
            db.flush()
            post = {"job_description_id": cast.officer, "community_id": cast.community_b, "start_on": LONG_AGO}
            db.add(Post(staff_id=staff.id, **post))
            db.add(
                SupervisionAgreement(
                    supervisor_id=cast.id("Farah"), supervisee_id=staff.id, purpose="clinical", start_on=LONG_AGO
                )
            )
    agree(cast, "Bela", "Asha")
    view = seen(cast, "Asha")
    network = network_of(view)
    assert network is not None
    what = dict(zip(network.nodes["person"], network.nodes["what"], strict=True))
    assert set(what) == {view.names[person] for person in view.in_post}
    assert (what["Asha"], what["Bela"], what["Ben"], what["Farah"], what["New 00"]) == (
        "Ring", "Ring", "Supervises nobody", "No supervisor", "Supervises nobody",
    )  # fmt: skip
    how = dict(zip(network.lines["whom"], network.lines["how"], strict=True))
    assert how["Asha supervises Ben"] == "One to one", "though he is in the group as well"
    assert how["Asha supervises Officer D"] == "In a group"
    assert how["Asha supervises Bela"] == how["Bela supervises Asha"] == "On a ring"
    assert len(how) == len(pairs(view))
