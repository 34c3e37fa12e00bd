"""Agreed actions as lists and counts: each sees what is theirs, and counts hide small groups."""

from datetime import date, timedelta

import pandas as pd
import pytest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, NotAllowed
from tcsuper.models import AttendanceStatus, Standard, StandardSet
from tcsuper.queries.actions import (
    actions_by_community,
    actions_shared,
    do_actions_move,
    observations_that_close,
    standards_to_serve,
)
from tcsuper.queries.readers import readers_of_action
from tcsuper.queries.tasks import my_tasks
from tcsuper.rules.actions import ActionStatus
from tcsuper.rules.standing import first_of_month
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_session
from tests.agreed import BOUNDARIES, RISK, agreed, closed, observed, seen, standards
from tests.people import Cast, actor, add_plain_supervisor
from tests.texts import MARKER, YESTERDAY, register, with_ben, with_group

ABSENT = AttendanceStatus.DID_NOT_ATTEND
LAST_WEEK, TOMORROW, NEXT_MONTH = today() - timedelta(days=7), today() + timedelta(days=1), today() + timedelta(days=30)

# ---------------------------------------------------------------------------------------------------------------------
# Lists


def test_the_most_pressing_comes_first_and_the_last_closed_after_the_open(cast: Cast) -> None:
    session = with_ben(cast, held_on=LAST_WEEK)
    for text, due_on in (("no date", None), ("later", NEXT_MONTH), ("soon", TOMORROW), ("late", YESTERDAY)):
        agreed(cast, session, text=text, due_on=due_on)
    agreed(cast, session, text="latest", due_on=LAST_WEEK)
    for text, on in (("done first", LAST_WEEK), ("done last", YESTERDAY)):
        closed(cast, agreed(cast, session, text=text), done_on=on)
    order = ["latest", "late", "soon", "later", "no date", "done last", "done first"]
    assert [one.text for one in seen(cast, "Ben")] == [one.text for one in seen(cast, "Asha")] == order
    assert [one.text for one in seen(cast, "Ben", only_open=True)] == order[:5]


def test_one_session_is_listed_alone(cast: Cast) -> None:
    first, second = with_ben(cast, held_on=LAST_WEEK), with_ben(cast)
    agreed(cast, first, text="first")
    agreed(cast, second, text="second")
    assert [one.text for one in seen(cast, "Asha", session_record_id=second)] == ["second"]


def test_on_a_day_it_stands_as_it_stood_then(cast: Cast) -> None:
    closed(cast, agreed(cast, with_ben(cast, held_on=LAST_WEEK), due_on=LAST_WEEK), done_on=YESTERDAY)
    statuses = {}
    for days in (8, 7, 6, 1):
        found = seen(cast, "Ben", on=today() - timedelta(days=days))
        statuses[days] = found[0].standing.status if found else None
    assert statuses == {8: None, 7: ActionStatus.DUE_SOON, 6: ActionStatus.OVERDUE, 1: ActionStatus.DONE}
    [one] = seen(cast, "Ben", on=today() - timedelta(days=6))
    assert not one.is_open  # what can be done about it is of today


def test_each_is_told_what_is_theirs_of_it(cast: Cast) -> None:
    group = with_group(cast).record_id
    agreed(cast, group, owner="Ben", text="Ben's own")
    agreed(cast, group, owner=None, text="Everybody's")
    of = {name: {one.text: one for one in seen(cast, name)} for name in ("Ben", "Bela", "Asha")}
    assert of["Ben"]["Ben's own"].is_own and not of["Ben"]["Everybody's"].is_own
    assert of["Bela"]["Everybody's"].is_mine and not of["Asha"]["Everybody's"].is_mine
    assert of["Asha"]["Ben's own"].is_supervised and not of["Ben"]["Ben's own"].is_supervised


def test_the_list_of_what_is_shared_holds_no_word(cast: Cast) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)
    session = with_ben(cast, "Lena", cast.lena_agreement)
    agreed(cast, session, by="Lena")
    agreed(cast, session, by="Lena", standard_id=standards()[RISK], share=True)
    with reading() as db:
        for_asha = actions_shared(db, viewer=actor(cast, "Asha"), on=today())
        assert [(one.owner, one.standard, one.text) for one in for_asha] == [("Ben", RISK, "")]
        assert MARKER not in repr(for_asha) and not any(one.is_mine or one.is_supervised for one in for_asha)
        for name in ("Lena", "Ben", "Carol", "Dev", "Eve", "Farah", "Ivor"):
            assert actions_shared(db, viewer=actor(cast, name), on=today()) == [], name


def test_the_observations_offered_are_those_that_close_it(cast: Cast) -> None:
    known = standards()
    action = agreed(cast, with_ben(cast, held_on=LAST_WEEK), standard_id=known[BOUNDARIES])
    later = observed(cast, known[BOUNDARIES], YESTERDAY)
    twin = observed(cast, known[BOUNDARIES], YESTERDAY)
    observed(cast, known[BOUNDARIES], LAST_WEEK)
    observed(cast, known[RISK], today())
    observed(cast, known[BOUNDARIES], today(), whom="Bela")
    with reading() as db:
        found = observations_that_close(db, viewer=actor(cast, "Ben"), action_id=action.id or 0)
        assert {one.record_id for one in found} == {later, twin} and len({one.label for one in found}) == 2
        with pytest.raises(NotAllowed):
            observations_that_close(db, viewer=actor(cast, "Bela"), action_id=action.id or 0)


def test_standards_are_of_the_newest_version_of_each_set(cast: Cast) -> None:
    old = standards()
    with writing() as db:
        newer = StandardSet(code="dtc_staff", version="2", name="DTC staff", level_names=["With help", "Alone"])
        newer.in_force_from = today()
        db.add(newer)
        db.flush()
        db.add(Standard(standard_set_id=newer.id or 0, number=1, short_title="Boundaries anew"))
    with reading() as db:
        offered = standards_to_serve(db)
    assert [one.label for one in offered] == ["DTC staff: Boundaries anew"]
    assert not {one.standard_id for one in offered} & set(old.values())


# ---------------------------------------------------------------------------------------------------------------------
# Who can see this, and what waits


def readers(cast: Cast, name: str, record: object) -> dict[str, str]:
    with reading() as db:
        found = readers_of_action(db, viewer=actor(cast, name), record_id=record)  # type: ignore[arg-type]
    return {one.name: one.why for one in found}


def test_who_can_see_it_is_told_to_those_who_do(cast: Cast) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)
    action = agreed(cast, with_ben(cast, "Lena", cast.lena_agreement), by="Lena")
    told = readers(cast, "Ben", action.record_id)
    assert told["You"] == "agreed to do it" and told["Lena"] == "supervised the session"
    assert "counts only" in told["Dev"] and not {"Asha", "Farah", "Bela", "Eve"} & set(told)
    for name in ("Asha", "Bela", "Dev", "Farah"):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            readers(cast, name, action.record_id)
    agreed(cast, action.session_record_id, by="Lena", text="Shared", share=True)
    shared = next(one for one in seen(cast, "Ben") if one.is_shareable)
    assert readers(cast, "Asha", shared.record_id)["You"] == "therapy manager, since its owner shared it"


def tasks(cast: Cast, name: str) -> list[tuple[str, str]]:
    with reading() as db:
        found = my_tasks(db, viewer=actor(cast, name), rows=[])
    return [(one.word, one.title) for one in found if one.title in ("late", "soon", "later", "everybody's")]


def test_what_is_late_waits_for_its_owner_and_the_supervisor_and_what_is_soon_for_the_owner(cast: Cast) -> None:
    session = with_ben(cast, held_on=LAST_WEEK)
    for text, due_on in (("late", YESTERDAY), ("soon", TOMORROW), ("later", NEXT_MONTH)):
        agreed(cast, session, text=text, due_on=due_on)
    closed(cast, agreed(cast, session, text="late", due_on=YESTERDAY))
    agreed(cast, with_group(cast, Bela=ABSENT).record_id, owner=None, text="everybody's", due_on=TOMORROW)
    assert tasks(cast, "Ben") == [("Overdue", "late"), ("Due soon", "soon"), ("Due soon", "everybody's")]
    assert tasks(cast, "Asha") == [("Overdue", "late")]
    assert tasks(cast, "Officer D") == [("Due soon", "everybody's")]
    assert tasks(cast, "Bela") == tasks(cast, "Carol") == tasks(cast, "Dev") == []


# ---------------------------------------------------------------------------------------------------------------------
# Counts


def moves(cast: Cast, name: str, on: date | None = None) -> pd.DataFrame:
    with reading() as db:
        return do_actions_move(db, viewer=actor(cast, name), on=on or today())


def communities(cast: Cast, name: str) -> pd.DataFrame:
    with reading() as db:
        return actions_by_community(db, viewer=actor(cast, name), on=today())


def group_on(cast: Cast, held_on: date) -> object:
    with writing() as db:
        facts = {"agreement_id": cast.group_agreement, "held_on": held_on, "minutes": 90, "entries": register(cast)}
        return record_session(db, by=actor(cast, "Asha"), **facts).record_id  # type: ignore[arg-type]


def test_who_sees_counts_and_who_does_not(cast: Cast) -> None:
    """A director and an auditor; a therapy manager counts what was shared with them, and nobody else counts."""
    group = with_group(cast).record_id
    agreed(cast, group, owner=None, due_on=YESTERDAY)
    closed(cast, agreed(cast, group, owner=None, text="Done"), by="Asha")
    for name in ("Dev", "Ivor"):
        [row] = communities(cast, name).to_dict("records")
        assert (row["community"], row["people"], row["overdue"], row["done"]) == ("Ashdown B", 10, 1, 1), name
        last = moves(cast, name).iloc[-1]
        opened = 2 if first_of_month(YESTERDAY) == first_of_month(today()) else 0
        assert (last["opened"], last["closed"], last["overdue"]) == (opened, 1, 1), name
    for name in ("Asha", "Carol", "Ben", "Eve", "Farah", "Gwen", "Jo", "Kit"):
        assert communities(cast, name).empty and moves(cast, name).empty, name


def test_a_therapy_manager_counts_only_what_was_shared_with_them(cast: Cast) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)
    session = with_ben(cast, "Lena", cast.lena_agreement, held_on=today())
    agreed(cast, session, by="Lena")
    assert moves(cast, "Asha").empty
    agreed(cast, session, by="Lena", share=True)
    assert moves(cast, "Asha")["opened"].sum() == 1 and moves(cast, "Carol").empty


def test_counts_begin_at_the_fifth_person(cast: Cast) -> None:
    """Four people of a community with an action of their own: nothing is shown; with a fifth, all of them.

    Seen to fail: with `smallest` as 1, the four were counted."""
    group = with_group(cast).record_id
    for name in ("Ben", "Bela", "Officer D", "Officer E"):
        agreed(cast, group, owner=name)
    assert moves(cast, "Dev").empty and communities(cast, "Dev").empty
    agreed(cast, group, owner="Officer F")
    assert communities(cast, "Dev")["people"].tolist() == [5] and moves(cast, "Dev")["opened"].sum() == 5


def test_a_month_with_few_people_says_nothing(cast: Cast) -> None:
    """Ben's alone three months ago; in two months since the whole group's. The table by community tells of all of
    them: were both others given, the rest would be Ben's month. Taken out: the month that is left out with his."""
    before = first_of_month(first_of_month(today()) - timedelta(days=50))
    closed(cast, agreed(cast, group_on(cast, before), owner="Ben"), done_on=before)  # type: ignore[arg-type]
    agreed(cast, group_on(cast, today()), owner=None)  # type: ignore[arg-type]
    between = first_of_month(first_of_month(today()) - timedelta(days=1))
    agreed(cast, group_on(cast, between), owner=None)  # type: ignore[arg-type]
    months = moves(cast, "Dev").set_index("month")
    assert months.loc[before].tolist() == months.loc[between].tolist() == [None, None, None]
    assert months.loc[first_of_month(today())].tolist() == [1, 0, 0]
    others = months.drop([before, between, first_of_month(today())])
    assert (others == 0).all(axis=None)


def test_another_day_gives_no_other_counts(cast: Cast) -> None:
    """Who sees counts only sets no day beside the next and reads off one person's action."""
    agreed(cast, group_on(cast, LAST_WEEK), owner=None, due_on=YESTERDAY)  # type: ignore[arg-type]
    for days in range(1, 9):
        pd.testing.assert_frame_equal(moves(cast, "Dev", today() - timedelta(days=days)), moves(cast, "Dev"))


def test_somebody_elsewhere_counts_nothing_of_it(cast: Cast) -> None:
    """Cai's action in Ashdown C, a community of few, is in nobody's counts."""
    with writing() as db:
        entries = [Entry(cast.id("Cai"), AttendanceStatus.ATTENDED)]
        facts = {"agreement_id": cast.cai_agreement, "held_on": YESTERDAY, "minutes": 60, "entries": entries}
        session = record_session(db, by=actor(cast, "Carol"), **facts).record_id  # type: ignore[arg-type]
    agreed(cast, session, owner="Cai", by="Carol")
    agreed(cast, with_group(cast).record_id, owner=None)
    assert communities(cast, "Dev")["community"].tolist() == ["Ashdown B"]
    assert moves(cast, "Dev")["opened"].sum() == 1
