"""Several past sessions at once: all or none, each problem named by its row, once however often it is sent."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, func, select

from tcsuper import words
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, AlreadySaved, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    AttendanceStatus,
    AuditEvent,
    CancelledBy,
    LostBecause,
    SessionState,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.supervision import sittings_of
from tcsuper.rules.credit import Sitting
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.several_sessions import PastSession, record_several, record_week
from tcsuper.services.supervision import plan_session, record_session, void_session
from tests.access_stage import rolled_back, stored
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor

YESTERDAY = today() - timedelta(days=1)
MONDAY = YESTERDAY - timedelta(days=YESTERDAY.weekday())
THERE = AttendanceStatus.ATTENDED


def bens(cast: Cast, held_on: date, minutes: int = 60, **facts: object) -> PastSession:
    entries = [Entry(cast.id("Ben"), THERE)]
    return PastSession(cast.ben_agreement, held_on, minutes, entries, **facts)  # type: ignore[arg-type]


def groups(cast: Cast, held_on: date = YESTERDAY, absent: str = "", **facts: object) -> PastSession:
    away = AttendanceStatus.APOLOGIES_SICKNESS
    entries = [Entry(cast.id(name), away if name == absent else THERE) for name in GROUP_OF_TEN]
    return PastSession(cast.group_agreement, held_on, 90, entries, **facts)  # type: ignore[arg-type]


def weekly(how_many: int) -> list[date]:
    """The oldest first, the last a week ago."""
    return [today() - timedelta(days=7 * back) for back in range(how_many, 0, -1)]


def save(cast: Cast, *sessions: PastSession, by: str = "Asha", submission: UUID | None = None) -> None:
    with writing() as db:
        record_several(db, by=actor(cast, by), submission=submission, sessions=sessions)


def save_week(cast: Cast, *sessions: PastSession, by: str = "Asha", **facts: object) -> None:
    given = {"community_id": cast.community_b, "monday": MONDAY} | facts
    with writing() as db:
        record_week(db, by=actor(cast, by), sessions=sessions, **given)  # type: ignore[arg-type]


def how_many(what: type = SupervisionSession) -> int:
    with reading() as db:
        return db.exec(select(func.count()).select_from(what)).one()


def sittings(db: Session, cast: Cast) -> list[Sitting]:
    return sorted(sittings_of(db, [cast.id("Ben")])[cast.id("Ben")], key=lambda one: one.held_on)


# ---------------------------------------------------------------------------------------------------------------------
# A series


def test_six_past_sessions_are_saved_together_each_with_its_event(cast: Cast) -> None:
    save(cast, *(bens(cast, day) for day in weekly(6)))
    with reading() as db:
        assert [one.held_on for one in sittings(db, cast)] == weekly(6)
        actions = list(db.exec(select(AuditEvent.action)))
    assert actions == ["record_session"] * 6


def test_every_row_that_is_wrong_is_named_and_none_is_stored(cast: Cast) -> None:
    first, second, third, fourth = weekly(4)
    tomorrow = today() + timedelta(days=1)
    with pytest.raises(InvalidRecord) as refused:
        save(
            cast,
            bens(cast, first),
            bens(cast, second, minutes=0),
            bens(cast, tomorrow),
            PastSession(cast.ben_agreement, third, 60, [Entry(cast.id("Ben"), AttendanceStatus.DID_NOT_ATTEND)]),
            bens(cast, fourth, starts_at="25:00"),
        )
    assert refused.value.problems == {
        "row_2": f"Row 2, {words.day(second)}: A session lasts between 1 minute and 8 h.",
        "row_3": f"Row 3, {words.day(tomorrow)}: {words.day(tomorrow)} is still to come. "
        "Plan it instead, or choose an earlier day.",
        "row_4": f"Row 4, {words.day(third)}: Nobody was there. Record it as “did not happen”, with who cancelled "
        "and why.",
        "row_5": f"Row 5, {words.day(fourth)}: “25:00” is not a time of day. Use 14:00.",
    }
    assert how_many() == how_many(AuditEvent) == 0


def test_a_row_left_out_on_the_screen_keeps_the_numbers_of_the_others(cast: Cast) -> None:
    first, third = weekly(2)
    with pytest.raises(InvalidRecord) as refused:
        save(cast, bens(cast, first, row=1), bens(cast, third, minutes=0, row=3))
    assert list(refused.value.problems) == ["row_3"]
    assert refused.value.problems["row_3"].startswith(f"Row 3, {words.day(third)}: ")


def test_one_day_in_two_rows_is_refused_with_the_way_out(cast: Cast) -> None:
    with pytest.raises(InvalidRecord) as refused:
        save(cast, bens(cast, YESTERDAY), bens(cast, YESTERDAY))
    assert "Was it another one? Then give its start time." in refused.value.problems["row_2"]
    save(cast, bens(cast, YESTERDAY), bens(cast, YESTERDAY, starts_at="16:00"))
    assert how_many() == 2


def test_five_saves_of_one_form_store_the_series_once(cast: Cast) -> None:
    submission = uuid4()
    rows = [bens(cast, day) for day in weekly(6)]
    save(cast, *rows, submission=submission)
    for _ in range(4):
        with pytest.raises(AlreadySaved):
            save(cast, *rows, submission=submission)
    assert how_many() == how_many(AuditEvent) == 6


def test_up_to_twelve_and_at_least_one(cast: Cast) -> None:
    with pytest.raises(InvalidRecord, match="Choose at least one day"):
        save(cast)
    with pytest.raises(InvalidRecord, match="up to 12 sessions at once"):
        save(cast, *(bens(cast, day) for day in weekly(13)))
    save(cast, *(bens(cast, day) for day in weekly(12)))
    assert how_many() == 12


def test_one_row_that_is_not_mine_refuses_all(cast: Cast) -> None:
    cais = PastSession(cast.cai_agreement, YESTERDAY, 60, [Entry(cast.id("Cai"), THERE)])
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        save(cast, bens(cast, YESTERDAY), cais)
    assert how_many() == 0


def test_a_row_of_a_planned_day_takes_its_place_and_says_when_it_is_recorded_already(cast: Cast) -> None:
    with writing() as db:
        planned = plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=YESTERDAY)
    row = bens(cast, YESTERDAY, planned_record_id=planned.record_id)
    save(cast, row)
    with reading() as db:
        assert [one.is_planned for one in sittings(db, cast)] == [False]
    with pytest.raises(Conflict, match=f"^Row 2, {words.day(YESTERDAY)}: This session was recorded meanwhile"):
        save(cast, bens(cast, today() - timedelta(days=9)), row)
    assert how_many() == 2


some_rows = st.lists(
    st.tuples(st.integers(1, 200), st.integers(1, 480)), min_size=1, max_size=12, unique_by=lambda row: row[0]
)
"""How many days ago, and the minutes."""


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some_rows, st.data())
def test_saved_together_counts_as_saved_one_by_one_and_voiding_one_undoes_it_alone(
    cast: Cast, rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    asha = actor(cast, "Asha")
    past = [bens(cast, today() - timedelta(days=ago), minutes) for ago, minutes in rows]
    with rolled_back() as db:
        for one in past:
            record_session(
                db,
                by=asha,
                agreement_id=one.agreement_id,
                held_on=one.held_on,
                minutes=one.minutes,
                entries=one.entries,
            )
        one_by_one = sittings(db, cast)
    with rolled_back() as db:
        recorded = record_several(db, by=asha, sessions=past)
        assert sittings(db, cast) == one_by_one
        undone = data.draw(st.sampled_from(recorded))
        void_session(db, by=asha, session_id=undone.id or 0, reason="Never held")
        assert sittings(db, cast) == [one for one in one_by_one if one.held_on != undone.held_on]


# ---------------------------------------------------------------------------------------------------------------------
# A week


def test_a_week_holds_what_was_held_and_what_was_lost(cast: Cast) -> None:
    lost = (CancelledBy.ESTABLISHMENT, LostBecause.LOCKDOWN)
    save_week(
        cast,
        groups(cast, absent="Bela", guests=2, starts_at="09:00"),
        PastSession(cast.group_agreement, MONDAY, 90, lost=lost) if MONDAY != YESTERDAY else groups(cast, MONDAY),
    )
    with reading() as db:
        found = {one.held_on: one for one in db.exec(select(SupervisionSession))}
    assert (found[YESTERDAY].state, found[YESTERDAY].guests) == (SessionState.HELD, 2)
    if MONDAY != YESTERDAY:
        assert (found[MONDAY].state, found[MONDAY].lost_because) == (SessionState.DID_NOT_HAPPEN, lost[1])


def test_a_week_names_its_problems_by_group_and_day_and_stores_nothing(cast: Cast) -> None:
    early = MONDAY - timedelta(days=1)
    with pytest.raises(InvalidRecord) as refused:
        save_week(cast, groups(cast, guests=-1))
    assert refused.value.problems == {
        "row_1": f"Monday group, {words.day(YESTERDAY)}: Guests are counted from 0 to 99."
    }
    with pytest.raises(InvalidRecord) as refused:
        save_week(cast, groups(cast), groups(cast, early))
    assert refused.value.problems == {"row_2": f"Monday group, {words.day(early)}: that day is in another week."}
    with pytest.raises(InvalidRecord, match="at least one session"):
        save_week(cast)
    assert how_many() == 0


def test_a_week_is_of_one_community_and_of_its_groups_alone(cast: Cast) -> None:
    for sessions in ([bens(cast, YESTERDAY)], [PastSession(999_999, YESTERDAY, 60)]):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            save_week(cast, *sessions)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        save_week(cast, groups(cast), community_id=cast.community_c)
    for who in ("Carol", "Ben", "Dev", "Eve", "Ivor", "Farah"):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            save_week(cast, groups(cast), by=who)
    assert how_many() == 0


def test_a_manager_enters_the_week_of_a_group_that_somebody_else_leads(cast: Cast) -> None:
    with writing() as db:
        farahs = stored(
            db,
            SupervisionAgreement(
                supervisor_id=cast.id("Farah"), group_id=cast.group, purpose="clinical", start_on=LONG_AGO
            ),
        )
    one = groups(cast)
    save_week(cast, PastSession(farahs, one.held_on, 60, one.entries))
    with reading() as db:
        [session] = db.exec(select(SupervisionSession))
    assert session.supervisor_id == cast.id("Farah") and session.is_on_behalf
