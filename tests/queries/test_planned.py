"""Sessions to come: who sees which names, the register of a day, and protected time that says nothing else."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, InvalidRecord, NotAllowed
from tcsuper.models import (
    AuditEvent,
    GroupMember,
    Staff,
    StandIn,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
    WhatIsRecorded,
)
from tcsuper.queries.planned import PlannedSession, Register, planned_sessions, protected_time, register_to_print
from tcsuper.rules.series import week_of
from tcsuper.services.series import skip_planned
from tcsuper.services.sheets import MOST_REGISTERS, print_register, print_registers, print_week_sheet
from tcsuper.services.supervision import plan_session
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor

MONDAY = week_of(today()) + timedelta(days=7)


def plan(cast: Cast, agreement: int, name: str = "Asha", on: date = MONDAY, at: str = "10:00") -> SupervisionSession:
    with writing() as db:
        return plan_session(db, by=actor(cast, name), agreement_id=agreement, held_on=on, starts_at=at)


def seen(cast: Cast, name: str) -> list[PlannedSession]:
    with reading() as db:
        return planned_sessions(db, viewer=actor(cast, name), since=MONDAY, until=MONDAY + timedelta(days=6))


def stand_in(cast: Cast, name: str, on: date = MONDAY) -> None:
    with writing() as db:
        db.add(
            StandIn(
                agreement_id=cast.group_agreement,
                staff_id=cast.id(name),
                named_by_id=cast.id("Asha"),
                start_on=today(),
                end_on=on,
            )
        )


def register(cast: Cast, name: str, on: date = MONDAY, agreement: int = 0) -> Register:
    with reading() as db:
        return register_to_print(
            db, viewer=actor(cast, name), agreement_id=agreement or cast.group_agreement, held_on=on
        )


# ---------------------------------------------------------------------------------------------------------------------
# The list


def test_whoever_holds_or_manages_sees_everybody_and_a_member_themselves(cast: Cast) -> None:
    plan(cast, cast.group_agreement)
    [to_asha] = seen(cast, "Asha")
    assert set(to_asha.expected) == set(GROUP_OF_TEN) and to_asha.may_change and to_asha.may_print
    assert (to_asha.title, to_asha.supervisor, to_asha.starts_at) == ("Monday group", "Asha", "10:00")
    [to_ben] = seen(cast, "Ben")
    assert to_ben.expected == ("Ben",) and to_ben.contracted == 10
    assert not to_ben.may_change and not to_ben.may_print
    for name in ("Farah", "Carol", "Dev", "Eve", "Gwen", "Ivor", "Jo", "Kit"):
        assert seen(cast, name) == [], name


def test_who_is_expected_follows_the_members_of_that_day(cast: Cast) -> None:
    """Whoever joins after it was planned is expected, whoever leaves is not."""
    plan(cast, cast.group_agreement)
    with writing() as db:
        bela = db.exec(select(GroupMember).where(GroupMember.staff_id == cast.id("Bela"))).one()
        bela.end_on = today()
        db.add(GroupMember(group_id=cast.group, staff_id=cast.id("Farah"), start_on=MONDAY))
    [session] = seen(cast, "Asha")
    assert "Bela" not in session.expected and "Farah" in session.expected and session.contracted == 10
    assert register(cast, "Asha").people == session.expected


def test_a_stand_in_sees_and_changes_the_sessions_of_their_days(cast: Cast) -> None:
    plan(cast, cast.group_agreement)
    plan(cast, cast.group_agreement, on=MONDAY + timedelta(days=3))
    stand_in(cast, "Jo")
    [session] = seen(cast, "Jo")
    assert session.held_on == MONDAY and session.may_change and session.may_print
    assert set(session.expected) == set(GROUP_OF_TEN)


def test_a_skipped_session_is_listed_no_more(cast: Cast) -> None:
    session = plan(cast, cast.group_agreement)
    with writing() as db:
        skip_planned(db, by=actor(cast, "Asha"), session_id=session.id or 0, reason="Holiday")
    assert seen(cast, "Asha") == []


# ---------------------------------------------------------------------------------------------------------------------
# Registers


def test_a_register_has_the_contracted_names_and_no_others(cast: Cast) -> None:
    found = register(cast, "Asha")
    assert found.people == tuple(sorted(GROUP_OF_TEN)) and found.supervisor == "Asha" and found.minutes == 90
    assert register(cast, "Asha", agreement=cast.ben_agreement).people == ("Ben",)


def test_the_stand_in_of_the_day_is_on_the_register(cast: Cast) -> None:
    stand_in(cast, "Jo")
    assert register(cast, "Jo").supervisor == "Jo" == register(cast, "Asha").supervisor
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        register(cast, "Jo", on=MONDAY + timedelta(days=1))


@pytest.mark.parametrize("name", ["Ben", "Bela", "Farah", "Carol", "Dev", "Eve", "Gwen", "Ivor", "Jo"])
def test_nobody_else_prints_a_register(cast: Cast, name: str) -> None:
    session = plan(cast, cast.group_agreement)
    for agreement in (cast.group_agreement, 999_999):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            register(cast, name, agreement=agreement)
    for record in (session.record_id, uuid4()):
        with writing() as db, pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            print_registers(db, by=actor(cast, name), record_ids=[record])


def test_a_former_supervisor_prints_no_register(cast: Cast) -> None:
    """Kit's agreement with Ben ended forty days ago, and what it was is Asha's to print as his manager."""
    on = today() - timedelta(days=41)
    with pytest.raises(NotAllowed):
        register(cast, "Kit", on=on, agreement=cast.ended_agreement)
    assert register(cast, "Asha", on=on, agreement=cast.ended_agreement).supervisor == "Kit"


def test_one_that_may_not_be_printed_keeps_all_from_being_printed(cast: Cast) -> None:
    mine, theirs = plan(cast, cast.group_agreement), plan(cast, cast.cai_agreement, "Carol")
    with pytest.raises(NotAllowed), writing() as db:
        print_registers(db, by=actor(cast, "Asha"), record_ids=[mine.record_id, theirs.record_id])
    with reading() as db:
        assert db.exec(select(AuditEvent).where(AuditEvent.action == "print_register")).first() is None


def test_a_register_outside_the_agreement_is_refused_in_words(cast: Cast) -> None:
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.group_agreement).end_on = MONDAY
    for on, because in ((MONDAY + timedelta(days=1), "ended on"), (date(2024, 1, 1), "began on")):
        with pytest.raises(InvalidRecord, match=because):
            register(cast, "Asha", on=on)


@pytest.mark.parametrize("how_many", [0, MOST_REGISTERS + 1])
def test_registers_are_printed_up_to_sixty_at_once(cast: Cast, how_many: int) -> None:
    session = plan(cast, cast.group_agreement)
    with writing() as db, pytest.raises(InvalidRecord):
        print_registers(db, by=actor(cast, "Asha"), record_ids=[session.record_id] * how_many)


def test_printing_leaves_who_and_how_many_and_no_name(cast: Cast) -> None:
    sessions = [plan(cast, cast.group_agreement), plan(cast, cast.ben_agreement, at="09:00")]
    with writing() as db:
        asha = actor(cast, "Asha")
        sheet, registers = print_registers(db, by=asha, record_ids=[one.record_id for one in sessions])
        print_register(db, by=asha, agreement_id=cast.ben_agreement, held_on=today())
        print_week_sheet(db, by=asha, monday=MONDAY)
    assert [one.title for one in registers] == ["Ben", "Monday group"], "by time"
    with reading() as db:
        events = list(db.exec(select(AuditEvent).where(AuditEvent.object_kind == "sheet")))
    assert [event.action for event in events] == ["print_register", "print_register", "print_week_sheet"]
    assert {event.by_name for event in events} == {"Asha"} and events[0].object_key == sheet.number
    assert events[0].detail == {
        "registers": 2,
        "names": 11,
        "first_on": MONDAY.isoformat(),
        "last_on": MONDAY.isoformat(),
    }
    assert events[2].detail == {"monday": MONDAY.isoformat(), "times": 2, "names": 11}
    assert len({event.object_key for event in events}) == 3


# ---------------------------------------------------------------------------------------------------------------------
# Protected time


def week(cast: Cast, name: str) -> dict[tuple[str, str], set[str]]:
    with reading() as db:
        times = protected_time(db, viewer=actor(cast, name), monday=MONDAY)
    return {(one.on.isoformat(), one.span): set(one.people) for one in times}


def test_a_manager_has_everybody_of_her_communities_and_nobody_else(cast: Cast) -> None:
    plan(cast, cast.group_agreement)
    plan(cast, cast.cai_agreement, "Carol")
    with writing() as db:
        db.add(GroupMember(group_id=cast.group, staff_id=cast.id("Cai"), start_on=LONG_AGO))
    at = (MONDAY.isoformat(), "10:00 to 11:30")
    assert week(cast, "Asha") == {at: {*GROUP_OF_TEN, "Asha", "Cai"}}, "hers to hold: whoever comes"
    assert week(cast, "Carol") == {at: {"Cai"}, (MONDAY.isoformat(), "10:00 to 11:00"): {"Cai", "Carol"}}


def test_a_supervisor_has_the_people_of_their_own_sessions(cast: Cast) -> None:
    plan(cast, cast.gwen_agreement, "Gwen", at="")
    plan(cast, cast.cai_agreement, "Carol")
    assert week(cast, "Gwen") == {(MONDAY.isoformat(), "Time not set, 1 h"): {"Gwen", "Cai"}}


def test_whoever_stands_in_is_free_in_the_supervisors_place(cast: Cast) -> None:
    plan(cast, cast.group_agreement)
    stand_in(cast, "Farah")
    assert week(cast, "Asha") == {(MONDAY.isoformat(), "10:00 to 11:30"): {*GROUP_OF_TEN, "Farah"}}
    assert week(cast, "Farah") == week(cast, "Asha")


def test_sessions_at_one_time_are_one_entry_with_nobody_twice(cast: Cast) -> None:
    """So that the sheet does not say who meets whom."""
    with writing() as db:
        other = SupervisionGroup(community_id=cast.community_b, name="Other", purpose="clinical", start_on=LONG_AGO)
        db.add(other)
        db.flush()
        db.add_all(
            GroupMember(group_id=other.id, staff_id=cast.id(name), start_on=LONG_AGO) for name in ("Ben", "Farah")
        )
        agreement = SupervisionAgreement(
            supervisor_id=cast.id("Asha"), group_id=other.id, purpose="clinical", start_on=LONG_AGO, usual_minutes=90
        )
        db.add(agreement)
        db.flush()
        number = agreement.id or 0
    plan(cast, cast.group_agreement)
    plan(cast, number)
    with reading() as db:
        [entry] = protected_time(db, viewer=actor(cast, "Asha"), monday=MONDAY)
    assert sorted(entry.people) == sorted([*GROUP_OF_TEN, "Asha", "Farah"])


def test_namesakes_have_their_number(cast: Cast) -> None:
    with writing() as db:
        db.get_one(Staff, cast.id("Cai")).full_name = "Ben"
        db.get_one(Staff, cast.id("Ben")).staff_number = "B-17"
    plan(cast, cast.ben_agreement)
    assert week(cast, "Asha") == {(MONDAY.isoformat(), "10:00 to 11:00"): {"Ben (B-17)", "Asha"}}
    assert register(cast, "Asha", agreement=cast.ben_agreement).people == ("Ben (B-17)",)


def test_the_days_of_the_week_and_no_others(cast: Cast) -> None:
    for days in (-1, 0, 6, 7):
        plan(cast, cast.ben_agreement, on=MONDAY + timedelta(days=days))
    assert {on for on, _ in week(cast, "Asha")} == {MONDAY.isoformat(), (MONDAY + timedelta(days=6)).isoformat()}
    with writing() as db, pytest.raises(InvalidRecord, match="on a Monday"):
        print_week_sheet(db, by=actor(cast, "Asha"), monday=MONDAY + timedelta(days=1))


@pytest.mark.parametrize("name", ["Ben", "Farah", "Dev", "Eve", "Ivor", "Jo", "Kit"])
def test_nobody_else_has_a_week_sheet(cast: Cast, name: str) -> None:
    plan(cast, cast.group_agreement)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        week(cast, name)


def test_an_entry_says_when_and_who_and_nothing_else(cast: Cast) -> None:
    """Neither the title of a group, nor a purpose, nor who leads, nor where: there is no room for them."""
    secret = "Sensitive title"
    with writing() as db:
        db.add(SupervisionPurpose(code="quiet", name="Quiet purpose", position=9, records=WhatIsRecorded.ATTENDANCE))
        db.flush()
        db.get_one(SupervisionGroup, cast.group).name = secret
        db.get_one(SupervisionGroup, cast.group).purpose = "quiet"
        agreement = db.get_one(SupervisionAgreement, cast.group_agreement)
        agreement.purpose, agreement.place = "quiet", "Hidden room"
    plan(cast, cast.group_agreement)
    assert register(cast, "Asha").title == secret, "the register has it"
    with reading() as db:
        [entry] = protected_time(db, viewer=actor(cast, "Asha"), monday=MONDAY)
    assert set(vars(entry)) == {"on", "span", "people"}
    for word in ("sensitive", "quiet", "hidden", "supervis", "ashdown"):
        assert word not in repr(entry).lower()
    assert list(entry.people) == sorted(entry.people), "whoever leads stands among the others"
