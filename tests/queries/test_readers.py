""" "Who can see this?" tells the truth: whoever is listed can read it by the real queries, and nobody else can."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from tcsuper.access import Actor, Object, Shape, actor_for_staff, table
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, NotAllowed
from tcsuper.models import (
    Account,
    AttendanceStatus,
    CompetencyAssessor,
    HowObserved,
    Observation,
    ObservationState,
    StandIn,
    SupervisionSession,
)
from tcsuper.queries.agreements import agreements_seen
from tcsuper.queries.observations import observations_seen
from tcsuper.queries.readers import (
    Reader,
    readers_about,
    readers_of_agreement,
    readers_of_observation,
    readers_of_session,
)
from tcsuper.queries.supervision import session_log
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_session
from tests.access_case import YESTERDAY, place_id
from tests.access_oracle import PEOPLE, TRIED, expected, rows
from tests.access_stage import Stage, make_stage, rolled_back, stored
from tests.databases import copy_of, in_use
from tests.people import actor

ABOUT = sorted({rule.object for rule in table() if rule.action == "read"})
LEFT_OUT = ("by_import", "as_stand_in", "raised", "if_routed", "asked", "emergency", "emergency_two_people")
LEFT_OUT += ("if_assessor", "if_shareable", "security_events", "as_third_person", "as_coordinating", "sample")


ON_BOTH = ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.proof])]


@pytest.fixture(scope="module", params=ON_BOTH)
def cast(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        with writing() as db:
            stage = make_stage(db)
        yield stage


@pytest.fixture(scope="module")
def actors(cast: Stage) -> dict[str, Actor]:
    return {name: actor(cast, name) for name in PEOPLE}


def by_name(cast: Stage, readers: list[Reader]) -> dict[str, Shape]:
    """Of the people whom the oracle knows."""
    names = {staff_id: name for name, staff_id in cast.staff.items()}
    return {names[one.staff_id]: one.shape for one in readers if names[one.staff_id] in PEOPLE}


@pytest.mark.parametrize("subject", ["Ben", "Cai", "Asha"])
@pytest.mark.parametrize("what", ABOUT)
def test_listed_is_whoever_the_table_lets_read(
    cast: Stage, actors: dict[str, Actor], what: Object, subject: str
) -> None:
    """Every object of the table × every person of the cast, against the table reckoned a second time."""
    should = {}
    for name in PEOPLE:
        for shape in Shape:
            TRIED["who can see this"] += 1
            if name not in should and expected(name, subject, what.value, "read", [shape.value], LEFT_OUT):
                should[name] = shape
    shown = (Shape.FULL, Shape.STATUS)
    askers = [name for name in PEOPLE if should.get(name) in shown][:2]  # the list does not depend on who asks
    with reading() as db:
        for name in PEOPLE:
            if name in askers:
                readers = readers_about(db, viewer=actors[name], what=what, staff_id=cast.id(subject))
                assert by_name(cast, readers) == should, f"asked by {name}"
                assert [one.name for one in readers if one.staff_id == cast.id(name)] == ["You"]
            elif should.get(name) not in shown:
                with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
                    readers_about(db, viewer=actors[name], what=what, staff_id=cast.id(subject))
    assert should or not rows(what.value, "read") or what not in PERSONAL


PERSONAL = (Object.SESSION_LOG, Object.TRAINING_RECORD, Object.REGISTRATION, Object.AGREEMENT, Object.RESPONSIBILITY)


def in_full(readers: list[Reader]) -> set[int]:
    return {one.staff_id for one in readers if one.shape is Shape.FULL}


@pytest.mark.parametrize("held_by", ["Asha", "Jo"])
@pytest.mark.parametrize("of_group", [False, True])
def test_listed_for_a_session_is_whoever_finds_it_in_the_log(
    cast: Stage, actors: dict[str, Actor], held_by: str, of_group: bool
) -> None:
    with rolled_back() as db:
        agreement = cast.group_agreement if of_group else cast.ben_agreement
        if held_by == "Jo":
            stands_in = StandIn(agreement_id=agreement, staff_id=cast.id("Jo"), named_by_id=cast.id("Asha"), **DAYS)
            stored(db, stands_in)
        session = _session(db, cast, held_by, agreement, of_group)
        number = session.id or 0
        everybody = {name: actor_for_staff(db, staff_id) for name, staff_id in cast.staff.items()}
        find = {
            one.staff_id
            for one in everybody.values()
            if number in set(session_log(db, viewer=one, since=YESTERDAY, until=today())["session_id"])
        }
        assert {cast.id("Asha"), cast.id("Ben"), cast.id(held_by)} <= find and cast.id("Carol") not in find
        for one in everybody.values():
            if one.staff_id in find:
                readers = readers_of_session(db, viewer=one, session_id=number)
                assert in_full(readers) == find
            else:
                with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
                    readers_of_session(db, viewer=one, session_id=number)
        said = {one.words for one in readers_of_session(db, viewer=everybody["Ben"], session_id=number)}
        assert "You: your own record" in said and "Dev: director of Ashdown B; counts only, from five people up" in said


DAYS = {"start_on": YESTERDAY, "end_on": today()}


def _session(db: Session, cast: Stage, by: str, agreement: int, of_group: bool) -> SupervisionSession:
    members = [name for name in cast.staff if name in ("Ben", "Bela") or name.startswith("Officer")]
    entries = [Entry(cast.id(name), AttendanceStatus.ATTENDED) for name in (members if of_group else ["Ben"])]
    return record_session(
        db,
        by=actor_for_staff(db, cast.id(by)),
        agreement_id=agreement,
        held_on=YESTERDAY,
        minutes=60,
        entries=entries,
    )


@pytest.mark.parametrize("state", [ObservationState.DRAFT, ObservationState.SHARED])
def test_listed_for_an_observation_is_whoever_finds_it(
    cast: Stage, actors: dict[str, Actor], state: ObservationState
) -> None:
    with rolled_back() as db:
        observation = Observation(
            recorded_at=now(),
            observed_id=cast.id("Ben"),
            observer_id=cast.id("Lena"),
            standard_set_id=cast.standard_set,
            state=state,
            observed_on=YESTERDAY,
            how=HowObserved.LIVE,
        )
        stored(db, observation)
        find = {
            one.staff_id
            for one in actors.values()
            if observation.record_id in set(observations_seen(db, viewer=one, on=today())["record_id"])
        }
        expected_names = {"Lena"} if state is ObservationState.DRAFT else {"Lena", "Ben", "Asha"}
        assert find == {cast.id(name) for name in expected_names}
        for one in actors.values():
            if one.staff_id in find:
                readers = readers_of_observation(db, viewer=one, record_id=observation.record_id)
                assert in_full(readers) == find
            else:
                with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
                    readers_of_observation(db, viewer=one, record_id=observation.record_id)


@pytest.mark.parametrize("which", ["ben_agreement", "group_agreement", "cai_agreement", "gwen_agreement"])
def test_listed_for_an_agreement_is_whoever_finds_it(cast: Stage, which: str) -> None:
    number = getattr(cast, which)
    with reading() as db:
        everybody = [actor_for_staff(db, staff_id) for staff_id in cast.staff.values()]
        find = {
            one.staff_id
            for one in everybody
            if number in set(agreements_seen(db, viewer=one, on=today())["agreement_id"])
        }
        assert 2 <= len(find) < len(everybody)
        for one in everybody:
            if one.staff_id in find:
                assert in_full(readers_of_agreement(db, viewer=one, agreement_id=number)) == find
            else:
                with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
                    readers_of_agreement(db, viewer=one, agreement_id=number)


def test_reasons_are_sentences_with_names(cast: Stage, actors: dict[str, Actor]) -> None:
    with reading() as db:
        readers = readers_about(db, viewer=actors["Ben"], what=Object.TRAINING_RECORD, staff_id=cast.id("Ben"))
    assert [one.words for one in readers] == [
        "You: your own record",
        "Asha: therapy manager of Ashdown B",
        "Farah: line manager of Ben",
        "Dev: director of Ashdown B; the status only",
        "Lena: supervisor of Ben; the status only",
        "Ivor: auditor of Ashdown B; under a code, without the name",
    ]


def test_a_supervisor_whom_a_manager_lets_sign_off_is_listed_and_may_ask(cast: Stage, actors: dict[str, Actor]) -> None:
    what, ben = Object.COMPETENCY_SIGN_OFF, cast.id("Ben")
    with rolled_back() as db:
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            readers_about(db, viewer=actors["Lena"], what=what, staff_id=ben)
        here = place_id(cast, PEOPLE["Ben"].works_in)
        stored(db, CompetencyAssessor(staff_id=cast.id("Lena"), community_id=here, start_on=YESTERDAY))
        own = [one.words for one in readers_about(db, viewer=actors["Ben"], what=what, staff_id=ben)]
        assert "Lena: supervises and may sign off, since a therapy manager lets them" in own
        assert readers_about(db, viewer=actors["Lena"], what=what, staff_id=ben)[0].name == "You"
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            readers_about(db, viewer=actors["Lena"], what=what, staff_id=cast.id("Cai"))


def test_whose_account_is_shut_is_not_listed(cast: Stage, actors: dict[str, Actor]) -> None:
    with rolled_back() as db:
        db.exec(select(Account).where(Account.staff_id == cast.id("Farah"))).one().disabled_at = now()
        db.flush()
        readers = readers_about(db, viewer=actors["Ben"], what=Object.TRAINING_RECORD, staff_id=cast.id("Ben"))
        assert "Farah" not in by_name(cast, readers) and "Asha" in by_name(cast, readers)
