"""The activity log as it is shown: one's own, what is shared, figures, and what each body asks beside them."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import NotAllowed
from tcsuper.models import Activity, ActivityKind, Body, BodyKind, BodyRule, BodyRuleKind, Registration, Staff
from tcsuper.queries.activities import (
    counts_by_body,
    logged_by_community,
    logged_by_month,
    logged_by_person,
    my_activities,
    sees_activity_of_others,
    shared_activities,
    twelve_months,
)
from tcsuper.queries.history import history_about, my_history
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.services.activities import VoidReason, add_activity, open_activity, void_activity
from tcsuper.services.registration import renew_registration
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor, add_plain_supervisor, as_person

YESTERDAY = today() - timedelta(days=1)
CPD, TAUGHT = ActivityKind.CPD, ActivityKind.TAUGHT


def log(cast: Cast, who: str, hours: float = 2, held_on: date = YESTERDAY, **facts: Any) -> Activity:
    with as_person(cast, who) as (db, by):
        return add_activity(
            db, by=by, **{"kind": CPD, "held_on": held_on, "hours": hours, "words": "A seminar"} | facts
        )


def register(db: Session, staff_id: int, body: Body, expires_on: date | None = None, grade: str = "") -> None:
    db.add(
        Registration(
            recorded_at=now(),
            staff_id=staff_id,
            body_id=body.id,
            number="1",
            grade=grade,
            registered_on=LONG_AGO,
            expires_on=expires_on,
        )
    )
    db.flush()


def body(db: Session, code: str, **terms: Any) -> Body:
    """A body that registers for a year, with this rule on activities."""
    made = Body(code=code, name=code, short_name=code.upper(), kind=BodyKind.ACCREDITED)
    db.add(made)
    db.flush()
    year = {"expiry": "personal", "cycle_months": 12}
    db.add(BodyRule(body_id=made.id, kind=BodyRuleKind.RENEWAL, terms=year, start_on=LONG_AGO))
    if terms:
        db.add(
            BodyRule(
                body_id=made.id,
                kind=BodyRuleKind.ACTIVITY,
                terms=terms,
                start_on=LONG_AGO,
                source=f"{code} site",
                mark="sure",
            )
        )
    db.flush()
    return made


# ---------------------------------------------------------------------------------------------------------------------
# Entries


def test_my_log_is_mine_alone_the_latest_day_first_and_without_what_was_voided(cast: Cast) -> None:
    log(cast, "Ben", 1, YESTERDAY - timedelta(days=30))
    log(cast, "Ben", 2, share=True)
    voided = log(cast, "Ben", 3)
    log(cast, "Bela", 4, share=True)
    with as_person(cast, "Ben") as (db, ben):
        void_activity(db, by=ben, activity_id=voided.id or 0, reason=VoidReason.ENTERED_TWICE)
    with reading() as db:
        mine = my_activities(db, viewer=actor(cast, "Ben"))
    assert [(one.hours, one.is_shared, one.person) for one in mine] == [(2, True, "Ben"), (1, False, "Ben")]


def test_what_is_shared_is_listed_for_those_who_may_read_it(cast: Cast) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)
    for name in ("Ben", "Bela", "Cai", "Asha"):
        log(cast, name, share=True)
        log(cast, name)
    log(cast, "Bela", held_on=YESTERDAY - timedelta(days=1), share=True)
    expected = {"Asha": {"Ben", "Bela"}, "Lena": {"Ben"}, "Carol": {"Cai"}, "Gwen": {"Cai"}}
    for name in ("Asha", "Lena", "Carol", "Gwen", "Ben", "Farah", "Dev", "Eve", "Ivor", "Kit", "Jo"):
        with reading() as db:
            found = shared_activities(db, viewer=actor(cast, name), since=YESTERDAY)
        assert sorted(one.person for one in found) == sorted(expected.get(name, set())), name


# ---------------------------------------------------------------------------------------------------------------------
# Figures


def test_figures_count_what_is_not_shared_too_by_person_and_kind(cast: Cast) -> None:
    log(cast, "Ben", 2)
    log(cast, "Ben", 1.5, held_on=twelve_months(today()))
    log(cast, "Ben", 4, kind=TAUGHT)
    log(cast, "Ben", 9, held_on=twelve_months(today()) - timedelta(days=1))
    log(cast, "Asha", 8)
    with reading() as db:
        frame = logged_by_person(db, viewer=actor(cast, "Asha"), on=today())
        assert logged_by_person(db, viewer=actor(cast, "Gwen"), on=today()).empty, "shared entries only, no figures"
        before = logged_by_person(db, viewer=actor(cast, "Asha"), on=YESTERDAY - timedelta(days=1))
    assert frame.to_dict("records") == [
        {"staff_id": cast.id("Ben"), "person": "Ben", "kind": CPD, "entries": 2, "hours": 3.5},
        {"staff_id": cast.id("Ben"), "person": "Ben", "kind": TAUGHT, "entries": 1, "hours": 4},
    ]
    assert list(before["entries"]) in ([1], [2])  # two where the twelve months begin a month earlier


def test_figures_by_month_are_ones_own_or_of_people_one_supervises_or_manages(cast: Cast) -> None:
    this_month = first_of_month(today())
    last_month = add_months(this_month, -1)
    for held_on, hours, kind in ((last_month, 2, CPD), (last_month, 3, CPD), (this_month, 1, TAUGHT)):
        log(cast, "Ben", hours, held_on, kind=kind)
    expected = [
        {"month": this_month, "kind": "taught", "entries": 1, "hours": 1},
        {"month": last_month, "kind": "cpd", "entries": 2, "hours": 5},
    ]
    with reading() as db:
        for name in ("Ben", "Asha"):
            viewer = actor(cast, name)
            found = logged_by_month(db, viewer=viewer, staff_id=cast.id("Ben"), on=today())
            assert found.to_dict("records") == expected
        assert logged_by_month(db, viewer=viewer, staff_id=cast.id("Bela"), on=today()).empty
        for name in ("Carol", "Dev", "Farah", "Eve", "Ivor", "Bela", "Jo"):
            with pytest.raises(NotAllowed):
                logged_by_month(db, viewer=actor(cast, name), staff_id=cast.id("Ben"), on=today())


def test_a_director_sees_a_community_once_five_people_logged_something(cast: Cast) -> None:
    """Four people with many entries are too few, a fifth is enough; others see no community at all.

    Seen to fail: with the people of the rows counted, not the different ones, four were enough."""
    for name in GROUP_OF_TEN[:4]:
        log(cast, name)
        log(cast, name)
    log(cast, GROUP_OF_TEN[4], held_on=twelve_months(today()) - timedelta(days=1))
    few = {"people": None, "entries": None, "hours": None}
    with reading() as db:
        found = logged_by_community(db, viewer=actor(cast, "Dev"))
    assert found.to_dict("records") == [{"community": "Ashdown B"} | few, {"community": "Ashdown C"} | few]
    log(cast, GROUP_OF_TEN[4], 3.5)
    with reading() as db:
        found = logged_by_community(db, viewer=actor(cast, "Dev")).to_dict("records")
        assert found == [
            {"community": "Ashdown B", "people": 5, "entries": 9, "hours": 19.5},
            {"community": "Ashdown C"} | few,
        ]
        assert list(logged_by_community(db, viewer=actor(cast, "Carol"))["community"]) == ["Ashdown C"]
        for name in ("Ben", "Farah", "Gwen", "Eve", "Ivor", "Kit", "Jo"):
            assert logged_by_community(db, viewer=actor(cast, name)).empty, name


def test_whoever_sees_nothing_of_others_has_no_such_page(cast: Cast) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)
    those = {"Asha", "Carol", "Lena", "Gwen", "Dev"}
    for name in cast.staff:
        assert sees_activity_of_others(actor(cast, name)) is (name in those), name


def test_the_history_of_a_log_is_told_to_its_owner_alone(cast: Cast) -> None:
    """Else a director, who sees counts, would read there who logs what when."""
    entry = log(cast, "Ben", share=True)
    with as_person(cast, "Asha") as (db, asha):
        open_activity(db, by=asha, record_id=entry.record_id)
    with reading() as db:
        assert len(my_history(db, viewer=actor(cast, "Ben"))) == 2
        assert history_about(db, viewer=actor(cast, "Dev"), staff_id=cast.id("Ben")) == []


# ---------------------------------------------------------------------------------------------------------------------
# By body


def test_each_body_is_counted_over_its_own_period(cast: Cast) -> None:
    """Ben is with two bodies: one by his own date, one without a date. A third person's body is not his."""
    ends = today() + timedelta(days=30)
    with writing() as db:
        register(db, cast.id("Ben"), body(db, "babcp", months=12, items=5, skills_hours=6), ends)
        register(db, cast.id("Ben"), body(db, "ncps", months=24, hours=30))
        register(db, cast.id("Bela"), body(db, "acc", months=12, hours=25))
    starts = add_months(ends, -12) + timedelta(days=1)
    for held_on in (starts, starts - timedelta(days=1), YESTERDAY):
        log(cast, "Ben", 2, held_on)
    with reading() as db:
        by_own, without = counts_by_body(db, viewer=actor(cast, "Ben"), staff_id=cast.id("Ben"), on=today())
    assert (by_own.body, by_own.period.start, by_own.period.end, by_own.hours) == ("BABCP", starts, ends, 4)
    assert (without.body, without.period.known, without.hours) == ("NCPS", False, 6)
    assert by_own.sentences[-1] == "Source: babcp site. How sure: sure."


def test_a_renewed_registration_is_counted_once_over_its_new_period(cast: Cast) -> None:
    """Seen to fail when it was looked for by its last record, and not by its first."""
    former = today() - timedelta(days=10)
    new = add_months(former, 12)
    starts = add_months(new, -12) + timedelta(days=1)
    with writing() as db:
        register(db, cast.id("Ben"), body(db, "babcp", months=12, items=5), former)
    log(cast, "Ben", held_on=former)
    log(cast, "Ben", held_on=former + timedelta(days=1))
    with as_person(cast, "Ben") as (db, ben):
        number = db.exec(select(Registration.id)).one() or 0
        renew_registration(db, by=ben, registration_id=number, expires_on=new, renewed_on=former + timedelta(days=1))
    with reading() as db:
        [count] = counts_by_body(db, viewer=actor(cast, "Ben"), staff_id=cast.id("Ben"), on=today())
    assert (count.period.start, count.period.end) == (starts, new)
    assert former + timedelta(days=1) in {one.held_on for one in count.entries}
    assert former not in {one.held_on for one in count.entries} or former == starts  # 29 February


def test_the_rule_of_the_grade_comes_before_that_of_everybody(cast: Cast) -> None:
    with writing() as db:
        graded = body(db, "babcp", months=12, items=5)
        for grade in ("trainee", "senior"):
            db.add(
                BodyRule(
                    body_id=graded.id,
                    kind=BodyRuleKind.ACTIVITY,
                    grade=grade,
                    terms={"months": 12, "items": len(grade)},
                    start_on=LONG_AGO,
                    end_on=YESTERDAY if grade == "senior" else None,
                )
            )
        register(db, cast.id("Ben"), graded, grade="trainee")
        register(db, cast.id("Bela"), graded, grade="senior")
        register(db, cast.id("Cai"), body(db, "none"))
    asked = {}
    for name in ("Ben", "Bela", "Cai"):
        with reading() as db:
            [count] = counts_by_body(db, viewer=actor(cast, name), staff_id=cast.id(name), on=today())
        asked[name] = count.title
    assert asked == {
        "Ben": "BABCP asks for 7 activities every 12 months",
        "Bela": "BABCP asks for 5 activities every 12 months",
        "Cai": "NONE: what it asks for is not in the catalogue",
    }


def test_the_count_of_others_is_for_those_who_see_their_figures(cast: Cast) -> None:
    with writing() as db:
        add_plain_supervisor(db, cast)
        register(db, cast.id("Ben"), body(db, "babcp", months=12, items=5))
    log(cast, "Ben")
    for name in cast.staff:
        with reading() as db:
            viewer = actor(cast, name)
            if name in {"Ben", "Asha", "Lena"}:
                [count] = counts_by_body(db, viewer=viewer, staff_id=cast.id("Ben"), on=today())
                assert len(count.entries) == 1, name
            else:
                with pytest.raises(NotAllowed):
                    counts_by_body(db, viewer=viewer, staff_id=cast.id("Ben"), on=today())


def test_a_former_day_is_answered_by_what_was_logged_up_to_it(cast: Cast) -> None:
    with writing() as db:
        register(db, cast.id("Ben"), body(db, "babcp", months=12, items=5))
        assert db.get(Staff, cast.id("Ben")) is not None
    log(cast, "Ben", held_on=today())
    with reading() as db:
        [count] = counts_by_body(db, viewer=actor(cast, "Ben"), staff_id=cast.id("Ben"), on=YESTERDAY)
    assert count.entries == ()
