"""The activity log: one's own, sealed, shared and taken back, never anybody else's."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, AlreadySaved, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Activity, ActivityKind, AuditEvent
from tcsuper.queries.activities import my_activities, shared_activities
from tcsuper.rules.standing import add_months
from tcsuper.sealing import unseal
from tcsuper.services.activities import (
    OpenedActivity,
    VoidReason,
    add_activity,
    change_activity,
    open_activity,
    share_activity,
    stop_sharing_activity,
    void_activity,
)
from tcsuper.services.keys import change_key
from tests.people import Cast, actor, add_plain_supervisor, as_person
from tests.texts import MARKER, TEXT, YESTERDAY, about, all_rows, events, names

TYPED: dict[str, Any] = {"kind": ActivityKind.TAUGHT, "held_on": YESTERDAY, "hours": 1.5, "words": TEXT}


def add(cast: Cast, who: str = "Ben", **facts: Any) -> Activity:
    with as_person(cast, who) as (db, by):
        return add_activity(db, by=by, **TYPED | facts)


def opened(cast: Cast, who: str, record: UUID) -> OpenedActivity:
    with as_person(cast, who) as (db, by):
        return open_activity(db, by=by, record_id=record)


def problems(cast: Cast, **facts: Any) -> dict[str, str]:
    with pytest.raises(InvalidRecord) as refused:
        add(cast, **facts)
    return refused.value.problems


def test_an_entry_is_kept_sealed_and_read_back_by_its_owner(cast: Cast) -> None:
    words = "  Ὁ λόγος · عمل · 🌱\n**not bold** =1+1  "
    entry = add(cast, words=words, share=True)
    assert words.encode() not in entry.sealed_words and unseal(entry, "sealed_words") == words
    assert opened(cast, "Ben", entry.record_id) == OpenedActivity(
        entry.id or 0, ActivityKind.TAUGHT, YESTERDAY, 1.5, words, True
    )


def test_it_is_not_shared_unless_its_owner_says_so(cast: Cast) -> None:
    """Both who may read later and who never may are refused in the same words."""
    entry = add(cast)
    assert not entry.is_shared
    for name in ("Asha", "Farah", "Dev", "Eve", "Ivor", "Carol", "Bela"):
        with pytest.raises(NotAllowed) as refused:
            opened(cast, name, entry.record_id)
        assert str(refused.value) == NO_SUCH_RECORD


def test_shared_it_is_read_by_supervisor_and_therapy_manager_until_it_is_taken_back(cast: Cast) -> None:
    """Asha manages Ben's community; Lena supervises him and manages nobody; Gwen, from outside, supervises Cai.

    Seen to fail: with `sa.true()` for what `activities_read_by` gives, Farah and the others read too."""
    with writing() as db:
        add_plain_supervisor(db, cast)
    bens, cais = add(cast), add(cast, "Cai", share=True)
    with as_person(cast, "Ben") as (db, ben):
        bens = share_activity(db, by=ben, activity_id=bens.id or 0)
    readers = {bens.record_id: {"Asha", "Lena", "Ben"}, cais.record_id: {"Carol", "Gwen", "Cai"}}
    for record, those in readers.items():
        for name in ("Asha", "Lena", "Ben", "Carol", "Gwen", "Cai", "Farah", "Dev", "Eve", "Ivor", "Kit", "Jo", "Bela"):
            if name in those:
                assert opened(cast, name, record).words == TEXT
            else:
                with pytest.raises(NotAllowed):
                    opened(cast, name, record)
    with as_person(cast, "Ben") as (db, ben):
        stop_sharing_activity(db, by=ben, activity_id=bens.id or 0)
    with pytest.raises(NotAllowed):
        opened(cast, "Lena", bens.record_id)
    assert opened(cast, "Ben", bens.record_id).words == TEXT


def test_a_change_is_a_new_version_and_says_anew_whether_it_is_shared(cast: Cast) -> None:
    former = add(cast, share=True)
    with as_person(cast, "Ben") as (db, ben):
        changed = change_activity(
            db,
            by=ben,
            activity_id=former.id or 0,
            **TYPED | {"hours": 2.25, "words": "Other words", "kind": ActivityKind.CPD},
            share=False,
        )
    assert (changed.record_id, changed.supersedes_id) == (former.record_id, former.id)
    assert opened(cast, "Ben", former.record_id).words == "Other words"
    assert unseal(all_rows(Activity)[0], "sealed_words") == TEXT
    with pytest.raises(NotAllowed):
        opened(cast, "Asha", former.record_id)
    with reading() as db:
        [one] = my_activities(db, viewer=actor(cast, "Ben"))
        assert (one.kind, one.hours, one.is_shared) == ("cpd", 2.25, False)
        assert shared_activities(db, viewer=actor(cast, "Asha"), since=YESTERDAY) == []


def test_nobody_changes_shares_or_voids_somebody_elses(cast: Cast) -> None:
    """Not even whoever reads it. Seen to fail without `check_about` in `_mine`."""
    entry = add(cast, share=True)
    for name in ("Asha", "Carol", "Eve", "Dev", "Farah"):
        for attempt in (
            lambda db, by: change_activity(db, by=by, activity_id=entry.id or 0, **TYPED, share=True),
            lambda db, by: share_activity(db, by=by, activity_id=entry.id or 0),
            lambda db, by: stop_sharing_activity(db, by=by, activity_id=entry.id or 0),
            lambda db, by: void_activity(db, by=by, activity_id=entry.id or 0, reason=VoidReason.WRONG_ENTRY),
        ):
            with pytest.raises(NotAllowed), as_person(cast, name) as (db, by):
                attempt(db, by)
    assert len(all_rows(Activity)) == 1


def test_a_voided_entry_counts_no_more_and_nobody_opens_it(cast: Cast) -> None:
    entry = add(cast, share=True)
    with pytest.raises(InvalidRecord, match="Choose why"), as_person(cast, "Ben") as (db, ben):
        void_activity(db, by=ben, activity_id=entry.id or 0, reason=None)
    with as_person(cast, "Ben") as (db, ben):
        void = void_activity(db, by=ben, activity_id=entry.id or 0, reason=VoidReason.ENTERED_TWICE)
    assert (void.correction_reason, void.is_shared) == ("entered_twice", False)
    with reading() as db:
        assert my_activities(db, viewer=actor(cast, "Ben")) == []
    for name in ("Ben", "Asha"):
        with pytest.raises(NotAllowed):
            opened(cast, name, entry.record_id)
    with pytest.raises(Conflict), as_person(cast, "Ben") as (db, ben):
        share_activity(db, by=ben, activity_id=void.id or 0)


def test_two_windows_on_one_entry_the_second_is_told(cast: Cast) -> None:
    entry = add(cast)
    with as_person(cast, "Ben") as (db, ben):
        share_activity(db, by=ben, activity_id=entry.id or 0)
    with pytest.raises(Conflict, match="You changed this"), as_person(cast, "Ben") as (db, ben):
        change_activity(db, by=ben, activity_id=entry.id or 0, **TYPED, share=False)


def test_five_quick_clicks_are_one_entry(cast: Cast) -> None:
    key = uuid4()
    add(cast, submission=key)
    with pytest.raises(AlreadySaved):
        add(cast, submission=key)
    assert len(all_rows(Activity)) == 1


# ---------------------------------------------------------------------------------------------------------------------
# What can be entered


MOST = "Hours on one day are more than 0 and at most 24. Enter each day of a longer one by itself."
QUARTERS = "Enter the hours in quarters: 0.25, 0.5, 0.75, 1."


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"held_on": None}, {"held_on": "Enter the day."}),
        ({"held_on": today() + timedelta(days=1)}, {"held_on": "This day is still to come. Enter it once it is over."}),
        (
            {"held_on": add_months(today(), -120) - timedelta(days=1)},
            {"held_on": "Choose a day of the last 10 years."},
        ),
        ({"hours": None}, {"hours": "Enter the hours: 1.5 for one hour and a half."}),
        ({"hours": 0}, {"hours": MOST}),
        ({"hours": -1}, {"hours": MOST}),
        ({"hours": 24.25}, {"hours": MOST}),
        ({"hours": float("nan")}, {"hours": MOST}),
        ({"hours": float("inf")}, {"hours": MOST}),
        ({"hours": 1.1}, {"hours": QUARTERS}),
        ({"words": " \n"}, {"words": "Say in a few words what it was."}),
        ({"words": "x" * 4001}, {"words": "This is 4,001 characters long; the most is 4,000."}),
        ({"kind": None}, {"kind": "Choose what it was."}),
        ({"kind": "holiday"}, {"kind": "Choose what it was."}),
        (
            {"kind": None, "held_on": None, "hours": None, "words": ""},
            {
                "kind": "Choose what it was.",
                "held_on": "Enter the day.",
                "hours": "Enter the hours: 1.5 for one hour and a half.",
                "words": "Say in a few words what it was.",
            },
        ),
    ],
)
def test_what_cannot_be_is_refused_all_at_once(cast: Cast, facts: dict[str, Any], expected: dict[str, str]) -> None:
    assert problems(cast, **facts) == expected
    assert all_rows(Activity) == [] and events("add_activity") == []


@pytest.mark.parametrize(
    "facts",
    [
        {"hours": 0.25},
        {"hours": 24},
        {"held_on": today()},
        {"held_on": add_months(today(), -120)},
        {"words": "x" * 4000},
    ],
)
def test_the_edges_of_what_can_be_entered(cast: Cast, facts: dict[str, Any]) -> None:
    assert add(cast, **facts).id


def test_a_day_has_24_hours(cast: Cast) -> None:
    """Other days, other people, voided entries and the entry's own former hours are not in the sum."""
    first, _ = add(cast, hours=20), add(cast, hours=4)
    other_day, _ = add(cast, hours=20, held_on=today()), add(cast, "Bela", hours=20)
    said = problems(cast, hours=0.25)["hours"]
    assert said.startswith("With 24 h entered before,") and said.endswith("would have more than 24 hours.")
    with as_person(cast, "Ben") as (db, ben):
        changed = change_activity(db, by=ben, activity_id=first.id or 0, **TYPED | {"hours": 19.75}, share=False)
        with pytest.raises(InvalidRecord, match="would have more than 24 hours"):
            change_activity(db, by=ben, activity_id=other_day.id or 0, **TYPED, share=False)
    add(cast, hours=0.25)
    with as_person(cast, "Ben") as (db, ben):
        void_activity(db, by=ben, activity_id=changed.id or 0, reason=VoidReason.NOT_HELD)
    add(cast, hours=19.75)


def test_two_tabs_at_the_same_moment_do_not_both_find_room_in_a_day(cast: Cast) -> None:
    first_has_written, refused = threading.Event(), []

    def second_tab() -> None:
        first_has_written.wait(30)
        try:
            add(cast, hours=13)
        except InvalidRecord as full:
            refused.append(full)

    other = threading.Thread(target=second_tab)
    other.start()
    with as_person(cast, "Ben") as (db, ben):
        add_activity(db, by=ben, **TYPED | {"hours": 13})
        first_has_written.set()
        other.join(0.5)
    other.join()
    assert len(refused) == 1 and [one.hours for one in all_rows(Activity)] == [13]


# ---------------------------------------------------------------------------------------------------------------------
# What is told of it


def test_every_reading_is_an_event_about_the_owner_and_once_in_a_while(cast: Cast) -> None:
    """Seen to fail without the `_event` line in `open_activity`."""
    entry = add(cast, share=True)
    for _ in range(2):
        opened(cast, "Asha", entry.record_id)
    [event] = events("read_activity")
    assert (event.by_staff_id, about(event)) == (cast.id("Asha"), names(cast, "Ben"))
    assert event.object_key == str(entry.record_id)


def test_no_event_holds_a_word(cast: Cast) -> None:
    entry = add(cast)
    with as_person(cast, "Ben") as (db, ben):
        changed = change_activity(db, by=ben, activity_id=entry.id or 0, **TYPED, share=True)
    opened(cast, "Asha", entry.record_id)
    with as_person(cast, "Ben") as (db, ben):
        taken_back = stop_sharing_activity(db, by=ben, activity_id=changed.id or 0)
        void_activity(db, by=ben, activity_id=taken_back.id or 0, reason=VoidReason.IDENTIFIES_SOMEBODY)
    with reading() as db:
        found = db.exec(select(AuditEvent).order_by("id")).all()
    assert [event.action for event in found] == [
        "add_activity",
        "change_activity",
        "read_activity",
        "stop_sharing_activity",
        "void_activity",
    ]
    assert {tuple(sorted(event.detail)) for event in found} == {("shared", "version"), ("reason", "shared", "version")}
    assert not any(MARKER in repr(event) for event in found)


def test_a_changed_key_seals_the_words_anew(cast: Cast) -> None:
    entry = add(cast)
    with writing() as db:
        assert change_key(db) == 1
    [stored] = all_rows(Activity)
    assert stored.sealed_words != entry.sealed_words
    assert opened(cast, "Ben", entry.record_id).words == TEXT
