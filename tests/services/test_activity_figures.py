"""Hours worked in a month: one's own, once for each month, corrected by a new version."""

import threading
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import Conflict, InvalidRecord
from tcsuper.models import ActivityFigure, AuditEvent, AuditSubject
from tcsuper.queries.activity_figures import HoursEntered, hours_seen, hours_worked, my_hours
from tcsuper.rules.minimum import HoursOf
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.services.activity_figures import enter_hours
from tests.people import Cast, actor, add_plain_supervisor, as_person

THIS_MONTH = first_of_month(today())
LAST_MONTH = add_months(THIS_MONTH, -1)
CLIENT, SUPERVISING = HoursOf.CLIENT, HoursOf.SUPERVISING


def enter(cast: Cast, who: str = "Ben", month: date = LAST_MONTH, **hours: float) -> ActivityFigure:
    with as_person(cast, who) as (db, by):
        return enter_hours(db, by=by, month=month, **hours)


def mine(cast: Cast, who: str = "Ben") -> list[HoursEntered]:
    with reading() as db:
        return my_hours(db, viewer=actor(cast, who))


def test_hours_are_kept_for_the_whole_month_whichever_day_is_given(cast: Cast) -> None:
    enter(cast, month=LAST_MONTH.replace(day=17), client_hours=16.5)
    assert mine(cast) == [HoursEntered(LAST_MONTH, 16.5, None)]


def test_a_later_entry_is_a_new_version_and_the_former_one_stays(cast: Cast) -> None:
    first = enter(cast, client_hours=16)
    second = enter(cast, client_hours=20)
    assert (second.record_id, second.supersedes_id) == (first.record_id, first.id)
    assert mine(cast) == [HoursEntered(LAST_MONTH, 20, None)]
    with reading() as db:
        assert [one.client_hours for one in db.exec(select(ActivityFigure).order_by("id"))] == [16, 20]


def test_what_is_left_empty_stays_as_it_was(cast: Cast) -> None:
    enter(cast, client_hours=16, supervising_hours=3)
    enter(cast, client_hours=0)
    assert mine(cast) == [HoursEntered(LAST_MONTH, 0, 3)]


def test_none_is_not_the_same_as_not_entered(cast: Cast) -> None:
    enter(cast, client_hours=0)
    with reading() as db:
        worked = hours_worked(db, [cast.id("Ben"), cast.id("Bela")])
    assert worked == {cast.id("Ben"): {CLIENT: {LAST_MONTH: 0}, SUPERVISING: {}}}


@pytest.mark.parametrize(
    ("month", "hours", "problems"),
    [
        (add_months(THIS_MONTH, 1), {"client_hours": 5}, {"month": "Choose a month of the last 24, up to this one."}),
        (add_months(THIS_MONTH, -25), {"client_hours": 5}, {"month": "Choose a month of the last 24, up to this one."}),
        (LAST_MONTH, {"client_hours": -1}, {"client_hours": "Hours in a month are between 0 and 744."}),
        (LAST_MONTH, {"supervising_hours": 745}, {"supervising_hours": "Hours in a month are between 0 and 744."}),
        (LAST_MONTH, {}, {"month": "Enter the hours: 0 if there were none."}),
        (
            add_months(THIS_MONTH, 1),
            {"client_hours": 999, "supervising_hours": -3},
            {
                "month": "Choose a month of the last 24, up to this one.",
                "client_hours": "Hours in a month are between 0 and 744.",
                "supervising_hours": "Hours in a month are between 0 and 744.",
            },
        ),
    ],
)
def test_hours_that_cannot_be_are_refused_all_at_once(
    cast: Cast, month: date, hours: dict[str, float], problems: dict[str, str]
) -> None:
    with pytest.raises(InvalidRecord) as refused:
        enter(cast, month=month, **hours)
    assert refused.value.problems == problems
    assert mine(cast) == []


def test_the_edges_of_what_can_be_entered(cast: Cast) -> None:
    enter(cast, month=add_months(THIS_MONTH, -24), client_hours=744)
    enter(cast, month=THIS_MONTH, client_hours=0)
    assert [one.month for one in mine(cast)] == [THIS_MONTH, add_months(THIS_MONTH, -24)]


def test_the_same_hours_again_are_refused(cast: Cast) -> None:
    enter(cast, client_hours=16)
    with pytest.raises(InvalidRecord, match="already entered"):
        enter(cast, client_hours=16)


def test_the_event_says_which_month_and_no_hours(cast: Cast) -> None:
    figure = enter(cast, client_hours=16.5)
    with reading() as db:
        event = db.exec(select(AuditEvent)).one()
        assert db.exec(select(AuditSubject.staff_id)).all() == [cast.id("Ben")]
    assert (event.action, event.object_key) == ("enter_hours", str(figure.record_id))
    assert event.detail == {"month": LAST_MONTH.isoformat()}


def test_two_tabs_at_the_same_moment_leave_one_number(cast: Cast) -> None:
    """Where the second does not wait for the first, the database refuses it: in words."""
    first_has_written, refused = threading.Event(), []

    def second_tab() -> None:
        first_has_written.wait(30)
        try:
            enter(cast, client_hours=20)
        except Conflict as conflict:
            refused.append(conflict)

    other = threading.Thread(target=second_tab)
    other.start()
    with as_person(cast, "Ben") as (db, ben):
        enter_hours(db, by=ben, month=LAST_MONTH, client_hours=16)
        first_has_written.set()
        other.join(0.5)
    other.join()
    assert [one.client_hours for one in mine(cast)] == ([16] if refused else [20])


def test_a_month_has_one_first_version(cast: Cast) -> None:
    enter(cast, client_hours=16)
    again = ActivityFigure(recorded_at=now(), staff_id=cast.id("Ben"), month=LAST_MONTH, client_hours=20)
    with pytest.raises(IntegrityError), writing() as db:
        db.add(again)


@pytest.mark.parametrize(
    ("viewer", "people"),
    [("Asha", {"Ben", "Bela"}), ("Lena", {"Ben"}), ("Carol", {"Cai"}), ("Ben", set()), ("Farah", set())]
    + [(name, set()) for name in ("Dev", "Eve", "Ivor", "Kit", "Jo")],
)
def test_supervisors_and_therapy_managers_read_them_and_nobody_else(cast: Cast, viewer: str, people: set[str]) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)
    for name in ("Ben", "Bela", "Cai"):
        enter(cast, name, client_hours=16)
    with reading() as db:
        seen = hours_seen(db, viewer=actor(cast, viewer), since=LAST_MONTH)
    assert set(seen["person"]) == people
