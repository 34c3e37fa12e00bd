"""Who somebody is to a record is judged by date, last day included, and holds not one day longer.

Each relationship is tried on its last day and on the day after, by the lists that people really see.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    Shape,
    actor_for_account,
    managed_by,
    may_about,
    sees_counts_alone,
)
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import Account, AttendanceStatus, GroupMember, Post, Role, RoleGrant, SupervisionAgreement
from tcsuper.queries.home import my_team
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.standing import standings_seen
from tcsuper.queries.supervision import agreements_to_record, session_log
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_session
from tests.people import Cast, actor, as_person

ENDS = pytest.mark.parametrize(("ended_days_ago", "holds"), [(0, True), (1, False)], ids=["last day", "day after"])
"""A relationship that ends today is in force today."""


def ending(ended_days_ago: int) -> date:
    return today() - timedelta(days=ended_days_ago)


def change(table: Any, where: Any, **to: Any) -> None:
    with writing() as db:
        for row in db.exec(select(table).where(where)).all():
            for name, value in to.items():
                setattr(row, name, value)


def sees(cast: Cast, who: str, whom: str, what: Object = Object.PERSON) -> bool:
    """By the picker and by the record alike."""
    with reading() as db:
        viewer = actor(cast, who)
        listed = whom in {one.full_name for one in people_to_choose(db, viewer=viewer, what=what)}
        alone = may_about(db, viewer, what, Action.READ, cast.id(whom), (Shape.FULL, Shape.STATUS))
    assert listed is alone, "the list and the record are one rule"
    return listed


def log_size(db: Session, viewer: Actor) -> int:
    return len(session_log(db, viewer=viewer, since=today() - timedelta(days=90), until=today()))


@ENDS
def test_agreement_makes_a_supervisor_until_its_last_day(cast: Cast, ended_days_ago: int, holds: bool) -> None:
    """Gwen supervises Cai from outside, and nobody else."""
    change(SupervisionAgreement, col(SupervisionAgreement.id) == cast.gwen_agreement, end_on=ending(ended_days_ago))
    assert (Role.EXTERNAL_SUPERVISOR in actor(cast, "Gwen").roles) is holds
    assert sees(cast, "Gwen", "Cai") is holds
    assert not sees(cast, "Gwen", "Ben")


@ENDS
def test_group_member_is_supervised_until_their_last_day(cast: Cast, ended_days_ago: int, holds: bool) -> None:
    """Carol takes over the Monday group, and Bela leaves it."""
    change(
        SupervisionAgreement,
        col(SupervisionAgreement.id) == cast.group_agreement,
        supervisor_id=cast.id("Carol"),
    )
    assert sees(cast, "Carol", "Bela") and sees(cast, "Carol", "Officer D")
    change(GroupMember, col(GroupMember.staff_id) == cast.id("Bela"), end_on=ending(ended_days_ago))
    assert sees(cast, "Carol", "Bela") is holds
    assert sees(cast, "Carol", "Officer D")


@ENDS
def test_line_manager_is_one_until_the_posts_last_day(cast: Cast, ended_days_ago: int, holds: bool) -> None:
    change(Post, col(Post.staff_id) == cast.id("Ben"), end_on=ending(ended_days_ago))
    assert (Role.LINE_MANAGER in actor(cast, "Farah").roles) is holds
    assert sees(cast, "Farah", "Ben", Object.TRAINING_RECORD) is holds


def test_new_line_manager_ends_the_former_at_once(cast: Cast) -> None:
    assert sees(cast, "Farah", "Ben", Object.TRAINING_RECORD)
    change(Post, col(Post.staff_id) == cast.id("Ben"), line_manager_id=cast.id("Carol"))
    assert not sees(cast, "Farah", "Ben", Object.TRAINING_RECORD)
    assert sees(cast, "Carol", "Ben", Object.TRAINING_RECORD)


@ENDS
@pytest.mark.parametrize(("name", "role"), [("Asha", Role.THERAPY_MANAGER), ("Ivor", Role.AUDITOR)])
def test_granted_role_holds_until_its_last_day(
    cast: Cast, name: str, role: Role, ended_days_ago: int, holds: bool
) -> None:
    change(RoleGrant, col(RoleGrant.staff_id) == cast.id(name), end_on=ending(ended_days_ago))
    assert (role in actor(cast, name).roles) is holds


@ENDS
@pytest.mark.parametrize("name", ["Gwen", "Ivor"])
def test_visitor_is_in_until_the_accounts_last_day(cast: Cast, name: str, ended_days_ago: int, holds: bool) -> None:
    change(Account, col(Account.id) == cast.accounts[name], ends_on=ending(ended_days_ago))
    with reading() as db:
        assert (actor_for_account(db, cast.accounts[name]) is not None) is holds


@pytest.mark.parametrize(("starts_in", "holds"), [(0, True), (1, False)], ids=["first day", "day before"])
def test_agreement_role_and_account_begin_on_their_first_day(cast: Cast, starts_in: int, holds: bool) -> None:
    first = today() + timedelta(days=starts_in)
    change(SupervisionAgreement, col(SupervisionAgreement.id) == cast.gwen_agreement, start_on=first)
    change(RoleGrant, col(RoleGrant.staff_id) == cast.id("Carol"), start_on=first)
    change(Account, col(Account.id) == cast.accounts["Ivor"], starts_on=first)
    assert sees(cast, "Gwen", "Cai") is holds
    assert (Role.THERAPY_MANAGER in actor(cast, "Carol").roles) is holds
    with reading() as db:
        assert (actor_for_account(db, cast.accounts["Ivor"]) is not None) is holds


@pytest.mark.parametrize("days", [0, 28, 29])
def test_sessions_are_read_and_entered_for_28_days_after_the_agreement(cast: Cast, days: int) -> None:
    """Gwen's: she sees Cai no more, and for 28 days what she held with him."""
    with as_person(cast, "Gwen") as (db, gwen):
        entries = [Entry(cast.id("Cai"), AttendanceStatus.ATTENDED)]
        record_session(
            db,
            by=gwen,
            agreement_id=cast.gwen_agreement,
            held_on=ending(40),
            minutes=60,
            entries=entries,
        )
    change(SupervisionAgreement, col(SupervisionAgreement.id) == cast.gwen_agreement, end_on=ending(days))
    with reading() as db:
        gwen = actor(cast, "Gwen")
        assert log_size(db, gwen) == (0 if days == 29 else 1)
        assert len(agreements_to_record(db, viewer=gwen)) == (0 if days == 29 else 1)
        assert log_size(db, actor(cast, "Carol")) == 1, "it is there"


def test_leaving_a_community_ends_reading_it_at_once(cast: Cast) -> None:
    """Farah works with Ben today; tomorrow she works in C, and sees C's people instead."""
    assert sees(cast, "Farah", "Bela") and not sees(cast, "Farah", "Cai")
    change(Post, col(Post.staff_id) == cast.id("Ben"), line_manager_id=None)
    change(Post, col(Post.staff_id) == cast.id("Farah"), community_id=cast.community_c)
    assert not sees(cast, "Farah", "Bela") and sees(cast, "Farah", "Cai")


def test_manager_loses_a_mover_at_once_and_keeps_a_leaver(cast: Cast) -> None:
    change(Post, col(Post.staff_id) == cast.id("Bela"), community_id=cast.community_c)
    change(Post, col(Post.staff_id) == cast.id("Officer D"), end_on=ending(1))
    change(GroupMember, col(GroupMember.staff_id).in_([cast.id("Bela"), cast.id("Officer D")]), end_on=ending(1))
    with reading() as db:
        of_asha = {row.staff_id for row in standings_seen(db, viewer=actor(cast, "Asha"), on=today())}
    assert cast.id("Bela") not in of_asha and cast.id("Ben") in of_asha
    assert not sees(cast, "Asha", "Bela", Object.TRAINING_RECORD)
    assert sees(cast, "Carol", "Bela", Object.TRAINING_RECORD)
    assert sees(cast, "Asha", "Officer D", Object.TRAINING_RECORD)


def test_somebody_answers_for_whom_they_manage_and_not_for_whom_they_supervise_elsewhere(cast: Cast) -> None:
    """Asha supervises Cai of another community besides: he is on her lists, and not of her team nor in her letter.
    Seen to fail with whoever a manager's lists hold taken for her team."""
    with writing() as db:
        supervision = {"supervisor_id": cast.id("Asha"), "supervisee_id": cast.id("Cai"), "purpose": "clinical"}
        db.add(SupervisionAgreement(start_on=today() - timedelta(days=400), **supervision))
    assert sees(cast, "Asha", "Cai", Object.SUPERVISION_STATUS)
    with reading() as db:
        asha = actor(cast, "Asha")
        theirs = set(db.scalars(managed_by(asha)))
        team = my_team(db, viewer=asha)
    assert cast.id("Ben") in theirs and not theirs & {cast.id("Cai"), cast.id("Asha")}
    assert team is not None and not any("Cai" in task.title for task in team.tasks)
    with reading() as db:
        assert set(db.scalars(managed_by(actor(cast, "Farah")))) == {cast.id("Ben")}
        assert set(db.scalars(managed_by(actor(cast, "Gwen")))) == set()


@pytest.mark.parametrize(
    ("who", "counts"), [("Asha", False), ("Dev", True), ("Ivor", True), ("Ben", False), ("Eve", False)]
)
def test_who_sees_communities_as_counts_alone(cast: Cast, who: str, counts: bool) -> None:
    assert sees_counts_alone(actor(cast, who)) is counts
