"""Who missed one meeting after another, from the session log to the list."""

from datetime import timedelta

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import Absence, AttendanceStatus, CancelledBy, LostBecause, Setting
from tcsuper.queries.misses import missed_meetings
from tcsuper.services.groups import change_members
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_lost_session, record_session
from tests.people import GROUP_OF_TEN, Cast, actor, as_person

ATTENDED, SICK, EXEMPT = AttendanceStatus.ATTENDED, AttendanceStatus.APOLOGIES_SICKNESS, AttendanceStatus.EXEMPT


def days_ago(days: int):  # type: ignore[no-untyped-def]
    return today() - timedelta(days=days)


def meet(cast: Cast, ago: int, **others: AttendanceStatus) -> None:
    """The Monday group: everybody came but the named."""
    with as_person(cast, "Asha") as (db, asha):
        entries = [Entry(cast.id(name), others.get(name, ATTENDED)) for name in GROUP_OF_TEN]
        record_session(
            db, by=asha, agreement_id=cast.group_agreement, held_on=days_ago(ago), minutes=90, entries=entries
        )


def lose(cast: Cast, ago: int) -> None:
    with as_person(cast, "Asha") as (db, asha):
        record_lost_session(
            db,
            by=asha,
            agreement_id=cast.ben_agreement,
            held_on=days_ago(ago),
            cancelled_by=CancelledBy.ESTABLISHMENT,
            lost_because=LostBecause.LOCKDOWN,
        )


def missed(cast: Cast, viewer: str = "Asha", ago: int = 0, **more: object) -> dict[tuple[str, str], int]:
    with reading() as db:
        found = missed_meetings(db, viewer=actor(cast, viewer), on=days_ago(ago), **more)  # type: ignore[arg-type]
    return {(one.person, one.title): len(one.misses.days) for one in found}


def test_two_in_a_row_are_an_alert_and_one_is_a_note(cast: Cast) -> None:
    meet(cast, 21)
    meet(cast, 14, Ben=SICK)
    meet(cast, 7, Ben=SICK, Bela=SICK)
    assert missed(cast) == {("Ben", "Monday group"): 2}
    assert missed(cast, only_alerts=False) == {("Ben", "Monday group"): 2, ("Bela", "Monday group"): 1}


def test_as_at_a_day_before_it_was_none(cast: Cast) -> None:
    meet(cast, 14, Ben=SICK)
    meet(cast, 7, Ben=SICK)
    assert missed(cast, ago=8) == {}
    assert missed(cast, known_on=days_ago(1)) == {}  # all of it was entered today


def test_a_session_that_did_not_happen_is_missed_too_and_each_agreement_is_by_itself(cast: Cast) -> None:
    lose(cast, 14)
    lose(cast, 7)
    meet(cast, 3)
    assert missed(cast) == {("Ben", "Clinical"): 2}


def test_exempt_from_a_meeting_is_neither_there_nor_missed(cast: Cast) -> None:
    meet(cast, 21, Ben=SICK)
    meet(cast, 14, Ben=EXEMPT)
    meet(cast, 7, Ben=SICK)
    assert missed(cast) == {("Ben", "Monday group"): 2}


def test_whoever_is_away_or_has_left_the_group_needs_no_cover(cast: Cast) -> None:
    meet(cast, 14, Ben=SICK, Bela=SICK)
    meet(cast, 7, Ben=SICK, Bela=SICK)
    with as_person(cast, "Asha") as (db, asha):
        change_members(db, by=asha, group_id=cast.group, on=days_ago(1), leaving=[cast.id("Ben")])
        db.add(Absence(staff_id=cast.id("Bela"), start_on=days_ago(2)))
    assert missed(cast, ago=3) == {("Ben", "Monday group"): 2, ("Bela", "Monday group"): 2}
    assert missed(cast) == {}


def test_from_how_many_on_is_a_setting(cast: Cast) -> None:
    meet(cast, 14, Ben=SICK)
    meet(cast, 7, Ben=SICK)
    with writing() as db:
        db.add(Setting(key="misses_in_a_row", value=3))
    assert missed(cast) == {}


def test_nobody_else_s_manager_sees_them(cast: Cast) -> None:
    meet(cast, 14, Ben=SICK)
    meet(cast, 7, Ben=SICK)
    assert missed(cast, "Ben") == {("Ben", "Monday group"): 2}
    assert missed(cast, "Carol") == missed(cast, "Dev") == missed(cast, "Farah") == {}
