"""Groups: formed, joined and left, renamed, ended; and what is planned follows."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, InvalidRecord, NotAllowed
from tcsuper.models import (
    Attendance,
    GroupMember,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.groups import group_seen
from tcsuper.services.agreements import end_agreement
from tcsuper.services.groups import change_members, end_group, make_group, rename_group
from tcsuper.services.supervision import plan_session
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor, add_plain_supervisor, as_person
from tests.texts import about, events, names, with_group

YESTERDAY = today() - timedelta(days=1)


def change(cast: Cast, on_in: int = 0, joining: tuple[str, ...] = (), leaving: tuple[str, ...] = ()) -> None:
    with as_person(cast, "Asha") as (db, asha):
        change_members(
            db,
            by=asha,
            group_id=cast.group,
            on=today() + timedelta(days=on_in),
            joining=[cast.id(name) for name in joining],
            leaving=[cast.id(name) for name in leaving],
        )


def end(cast: Cast, in_days: int = 0, by: str = "Asha") -> None:
    with as_person(cast, by) as (db, who):
        end_group(db, by=who, group_id=cast.group, end_on=today() + timedelta(days=in_days))


def planned(cast: Cast, in_days: int, agreement: int = 0) -> UUID:
    with as_person(cast, "Asha") as (db, asha):
        held_on = today() + timedelta(days=in_days)
        return plan_session(db, by=asha, agreement_id=agreement or cast.group_agreement, held_on=held_on).record_id


def expected_at(record: UUID) -> tuple[set[int], int] | None:
    """Whom a planned session expects by now, and how many are contracted; None: it was taken off."""
    with reading() as db:
        session = db.exec(
            select(SupervisionSession).where(SupervisionSession.record_id == record, current(SupervisionSession))
        ).first()
        if session is None:
            return None
        people = set(db.exec(select(Attendance.staff_id).where(Attendance.session_id == session.id)))
        return people, session.contracted


def place(cast: Cast, who: str) -> GroupMember:
    with reading() as db:
        return db.exec(select(GroupMember).where(GroupMember.staff_id == cast.id(who))).one()


# ---------------------------------------------------------------------------------------------------------------------
# Joining and leaving


def test_what_is_planned_expects_whoever_is_contracted_that_day(cast: Cast) -> None:
    """The forecast counts planned sessions: one who left is not saved by them, one who joins is."""
    on_the_day, after = planned(cast, 3), planned(cast, 4)
    change(cast, 3, leaving=("Bela",))
    change(cast, 4, joining=("Farah",))
    assert expected_at(on_the_day) == (names(cast, *GROUP_OF_TEN), 10)
    others = [name for name in GROUP_OF_TEN if name != "Bela"]
    assert expected_at(after) == (names(cast, "Farah", *others), 10)
    (first, _) = events("change_members")
    assert about(first) == names(cast, "Bela")


def test_nobody_joins_twice_or_a_group_that_is_over(cast: Cast) -> None:
    change(cast, 9, joining=("Farah",))
    with pytest.raises(InvalidRecord, match="Farah is to join on .* already"):
        change(cast, 5, joining=("Farah",))
    with pytest.raises(InvalidRecord, match="Choose who joins"):
        change(cast)
    with pytest.raises(InvalidRecord, match="Not a member"):
        change(cast, leaving=("Farah",))
    end(cast, 20)
    with pytest.raises(InvalidRecord, match="The group does not meet"):
        change(cast, 21, joining=("Asha",))
    assert place(cast, "Farah").end_on == today() + timedelta(days=20)


# ---------------------------------------------------------------------------------------------------------------------
# Names


def test_a_group_is_renamed_and_no_two_of_a_community_are_called_alike(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        rename_group(db, by=asha, group_id=cast.group, name=" Tuesday group ")
    with pytest.raises(InvalidRecord, match="Another group there has this name"), as_person(cast, "Asha") as (db, asha):
        make_group(
            db,
            by=asha,
            community_id=cast.community_b,
            name="tuesday GROUP",
            purpose="clinical",
            start_on=today(),
            member_ids=[cast.id("Ben"), cast.id("Bela")],
        )
    with as_person(cast, "Asha") as (db, asha):
        assert rename_group(db, by=asha, group_id=cast.group, name="Tuesday group").name == "Tuesday group"
        with pytest.raises(InvalidRecord, match="Give the group a name"):
            rename_group(db, by=asha, group_id=cast.group, name=" ")


# ---------------------------------------------------------------------------------------------------------------------
# The end


def test_places_and_agreements_end_with_the_group_and_what_is_planned_is_taken_off(cast: Cast) -> None:
    on_the_day, after = planned(cast, 2), planned(cast, 3)
    change(cast, 5, joining=("Farah",))
    change(cast, 1, leaving=("Bela",))
    end(cast, 2)
    with reading() as db:
        assert db.get_one(SupervisionAgreement, cast.group_agreement).end_on == today() + timedelta(days=2)
        assert db.get_one(SupervisionGroup, cast.group).end_on == today() + timedelta(days=2)
        assert db.get_one(SupervisionAgreement, cast.ben_agreement).end_on is None
        assert db.exec(select(GroupMember).where(GroupMember.staff_id == cast.id("Farah"))).all() == []
    assert place(cast, "Ben").end_on == today() + timedelta(days=2)
    assert place(cast, "Bela").end_on == today() + timedelta(days=1), "she left before"
    assert expected_at(on_the_day) is not None and expected_at(after) is None
    assert events("end_group")[0].detail["taken_off"] == 1


def test_a_group_does_not_end_before_what_is_recorded_nor_twice(cast: Cast) -> None:
    with_group(cast)  # yesterday
    with pytest.raises(InvalidRecord, match="A session of .* is recorded"):
        end(cast, -2)
    end(cast, -1)
    with pytest.raises(InvalidRecord, match="The group ends on .* already"):
        end(cast, 5)


def test_a_place_in_it_is_shown_to_those_who_may_see_it(cast: Cast) -> None:
    """Who was there before is for those who keep the group."""
    with writing() as db:
        add_plain_supervisor(db, cast)
    change(cast, -1, leaving=("Officer K",))
    with reading() as db:
        for who, others in (("Asha", ["Officer K"]), ("Ben", [])):
            seen = group_seen(db, viewer=actor(cast, who), group_id=cast.group, on=today())
            assert seen is not None and seen.supervisors == ("Asha",) and seen.may_keep is (who == "Asha")
            assert {one.name for one in seen.here} == set(GROUP_OF_TEN) - {"Officer K"}
            assert [one.name for one in seen.others] == others
        for who in ("Carol", "Cai", "Lena", "Officer K", "Dev", "Eve", "Farah", "Jo"):
            assert group_seen(db, viewer=actor(cast, who), group_id=cast.group, on=today()) is None, who


@pytest.mark.parametrize("who", ["Ben", "Bela", "Carol", "Dev", "Eve", "Farah", "Ivor", "Jo"])
def test_only_the_manager_of_the_community_changes_a_group(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        end(cast, by=who)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, who) as (db, by):
        rename_group(db, by=by, group_id=cast.group, name="Ours")
    with reading() as db:
        group = db.get_one(SupervisionGroup, cast.group)
    assert (group.name, group.end_on, group.start_on) == ("Monday group", None, LONG_AGO)


# ---------------------------------------------------------------------------------------------------------------------
# An agreement ended


def test_what_is_planned_after_the_end_of_an_agreement_is_taken_off(cast: Cast) -> None:
    on_the_day, after = planned(cast, 2, cast.ben_agreement), planned(cast, 3, cast.ben_agreement)
    of_the_group = planned(cast, 3)
    with as_person(cast, "Asha") as (db, asha):
        end_agreement(db, by=asha, agreement_id=cast.ben_agreement, end_on=today() + timedelta(days=2))
    assert expected_at(after) is None
    assert expected_at(on_the_day) == (names(cast, "Ben"), 1) and expected_at(of_the_group) is not None
