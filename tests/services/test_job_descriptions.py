"""Documents read in: texts filled by number, new documents, next versions, and what was left to settle."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, HoldingKind, JobDescription, Responsibility, ResponsibilityContinuation
from tcsuper.queries.coverage import coverage_seen
from tcsuper.queries.staff import roles_to_choose
from tcsuper.queries.versions import Continued, is_role, versions_in_force
from tcsuper.readers.duties import CrossReference
from tcsuper.readers.job_description import JobDescription as Reading
from tcsuper.rules.minimum import Minimum
from tcsuper.services.catalogue import load_catalogue, set_supervision_minimum
from tcsuper.services.job_descriptions import add_job_description, add_version, fill_texts
from tcsuper.services.required_levels import set_required_level
from tcsuper.services.responsibilities import end_holding, hold_responsibility, set_led
from tcsuper.services.settling import carry_over, settle_former, settle_new, take_back
from tcsuper.services.staff import start_post
from tests.read_documents import ORCHARD, document, officers
from tests.staffing import LONG_AGO, Staffing, staffing

LEAP_DAY = date(2028, 2, 29)
GROUPS, REVIEW, PLAN, TEACH = ("Run small groups", "Prepare the peer review", "Keep the evacuation plan",
                               "Teach new officers")  # fmt: skip


@pytest.fixture
def cast(db: Session) -> Staffing:
    return staffing(db)


def duties(db: Session, version: int) -> dict[int, Responsibility]:
    found = select(Responsibility).where(Responsibility.job_description_id == version)
    return {one.number: one for one in db.exec(found) if not one.is_cross_reference}


def filled(cast: Staffing, read: Reading | None = None) -> Any:
    role = cast.roles["TC officer"]
    return fill_texts(cast.db, by=cast.actor("Tara"), job_description_id=role, reading=read or officers())


def next_version(
    cast: Staffing, texts: list[str], version: str = "2.0", on: date = LEAP_DAY, **other: Any
) -> JobDescription:
    role = cast.roles["TC officer"]
    read = officers(texts, version)
    return add_version(cast.db, by=cast.actor("Tara"), role_id=role, reading=read, in_force_from=on, **other)


def events(db: Session, action: str) -> list[AuditEvent]:
    return list(db.exec(select(AuditEvent).where(AuditEvent.action == action)))


def continuations(db: Session) -> list[ResponsibilityContinuation]:
    return list(db.exec(select(ResponsibilityContinuation).order_by(col(ResponsibilityContinuation.id))))


# ---------------------------------------------------------------------------------------------------------------------
# Texts of a version that is known


def test_texts_are_filled_by_number_and_nothing_else_changes(db: Session, cast: Staffing) -> None:
    role = db.get_one(JobDescription, cast.roles["TC officer"])
    away = CrossReference("Milk the cows", "When the dairy is short of people")
    done = filled(cast, officers(title="Another title", elsewhere=(away,), behaviours=("Kindness",)))
    assert (done.texts, done.left) == (4, ())
    assert [one.text for one in duties(db, role.id or 0).values()] == ORCHARD
    assert duties(db, role.id or 0)[2].short_title == REVIEW and duties(db, role.id or 0)[2].is_led
    assert (role.title, role.lists) == ("TC officer", {"behaviours": ["Kindness"]})
    apart = db.exec(select(Responsibility).where(col(Responsibility.is_cross_reference))).one()
    assert (apart.text, apart.condition) == (away.text, away.condition)
    assert [event.detail for event in events(db, "fill_job_description_texts")] == [{"texts": 4}]


def test_a_second_reading_changes_no_text_and_names_what_differs(db: Session, cast: Staffing) -> None:
    filled(cast)
    other = ["Run two small groups", *ORCHARD[1:]]
    with pytest.raises(InvalidRecord, match="already. Other words are stored for number 1"):
        filled(cast, officers(other))
    assert duties(db, cast.roles["TC officer"])[1].text == ORCHARD[0]


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (ORCHARD[:3], "number 4 of the catalogue would have no text"),
        ([*ORCHARD, "Whistle"], "number 5 of the document is not in the catalogue"),
        ([], "There is no responsibility"),
        ([*ORCHARD[:3], " "], "Number 4: it has no text"),
        ([*ORCHARD[:3], "x" * 5001], "Number 4: its text is longer than 5,000 characters"),
    ],
)
def test_numbers_that_do_not_match_are_refused_and_nothing_is_filled(
    db: Session, cast: Staffing, texts: list[str], sentence: str
) -> None:
    with pytest.raises(InvalidRecord, match=sentence):
        filled(cast, officers(texts))
    assert not any(one.text for one in duties(db, cast.roles["TC officer"]).values())


def test_references_elsewhere_that_do_not_match_are_left_and_named(db: Session, cast: Staffing) -> None:
    role = cast.roles["TC officer"]
    db.add(Responsibility(job_description_id=role, number=1, short_title="Keep bees", is_cross_reference=True))
    away = [CrossReference("Milk the cows", ""), CrossReference("Shear the sheep", "")]
    done = filled(cast, officers(elsewhere=away))
    assert done.texts == 4 and "has 1 duty and the document 2 duties" in done.left[0]


def test_a_role_without_responsibilities_gets_them_from_its_document(db: Session, cast: Staffing) -> None:
    director = cast.roles["Director"]
    fill_texts(db, by=cast.actor("Tara"), job_description_id=director, reading=document())
    assert [one.text for one in duties(db, director).values()] == ORCHARD
    assert duties(db, director)[3].short_title.startswith("Keep the plan")


# ---------------------------------------------------------------------------------------------------------------------
# A new document


def test_a_new_document_is_a_role_that_posts_can_be_given(db: Session, cast: Staffing) -> None:
    read = document(elsewhere=(CrossReference("Milk the cows", "In the dairy"),), issue_date="2026-02-16")
    new = add_job_description(
        db,
        by=cast.actor("Tara"),
        reading=read,
        role_name=" Orchard  keeper ",
        short_titles={1: "Pick"},
        areas={2: "Trees"},
    )
    assert roles_to_choose(db, viewer=cast.actor("Tara"))[new.id or 0] == "Orchard keeper"
    assert (new.version_of_id, new.issued_on, new.reference) == (None, date(2026, 2, 16), "Role: Orchard keeper")
    first, second = (duties(db, new.id or 0)[number] for number in (1, 2))
    assert (first.short_title, second.area, first.section) == ("Pick", "Trees", "Duties")
    assert not any(one.is_led for one in duties(db, new.id or 0).values())
    assert [event.detail for event in events(db, "add_job_description")] == [
        {"responsibilities": 4, "cross_references": 1}
    ]


@pytest.mark.parametrize(
    ("read", "role_name", "field"),
    [
        (document(), " ", "role_name"),
        (document(), "tc OFFICER", "role_name"),
        (document([]), "Keeper", "responsibilities"),
        (officers(), "Keeper", "version"),
        (document(reference="x" * 301), "Keeper", "reference"),
        (document(issue_date="yesterday"), "Keeper", "issue_date"),
    ],
)
def test_a_document_that_cannot_be_stored_is_refused_with_its_field(
    db: Session, cast: Staffing, read: Reading, role_name: str, field: str
) -> None:
    with pytest.raises(InvalidRecord) as refused:
        add_job_description(db, by=cast.actor("Tara"), reading=read, role_name=role_name)
    assert field in refused.value.problems
    assert len(db.exec(select(JobDescription)).all()) == 3


@pytest.mark.parametrize("by", ["Ben", "Olwen", "Ada"])
def test_only_who_sets_the_rules_reads_documents_in(db: Session, cast: Staffing, by: str) -> None:
    with pytest.raises(NotAllowed):
        add_job_description(db, by=cast.actor(by), reading=document(), role_name="Keeper")
    with pytest.raises(NotAllowed):
        fill_texts(db, by=cast.actor(by), job_description_id=cast.roles["TC officer"], reading=officers())


# ---------------------------------------------------------------------------------------------------------------------
# The next version

PLAN_AND_TEACH = f"{ORCHARD[2]}, and {ORCHARD[3][0].lower()}{ORCHARD[3][1:]}"
MERGED = [ORCHARD[1].replace("every tree", "each tree"), ORCHARD[0], PLAN_AND_TEACH, "Count the bees at noon"]
"""The first two have changed places, one of them reworded; the last two are one; one is new."""


def test_what_plainly_goes_on_is_carried_over_and_the_rest_waits(db: Session, cast: Staffing) -> None:
    filled(cast)
    new = next_version(cast, MERGED, short_titles={1: "Prepare the neighbours", 4: "Count bees"})
    first, second, third, fourth = duties(db, new.id or 0).values()
    assert (first.short_title, first.area, first.is_led) == ("Prepare the neighbours", "Audit and research", True)
    assert (second.short_title, second.is_led) == (GROUPS, False), "its title is carried over where none was typed"
    assert (third.is_led, fourth.short_title) == (False, "Count bees")
    said = {(row.former_id, row.new_id) for row in continuations(db)}
    assert said == {(cast.responsibilities[REVIEW], first.id), (cast.responsibilities[GROUPS], second.id)}
    detail = events(db, "add_job_description_version")[0].detail
    assert (detail["carried_over"], detail["in_force_from"]) == (2, "2028-02-29")


@pytest.mark.parametrize(
    ("version", "on", "field"),
    [
        ("v1", LEAP_DAY + timedelta(days=1), "version"),
        ("2", LEAP_DAY + timedelta(days=1), "version"),
        ("", LEAP_DAY + timedelta(days=1), ""),
        ("3.0", LEAP_DAY, "in_force_from"),
        ("3.0", LEAP_DAY - timedelta(days=366), "in_force_from"),
        ("3.0", LEAP_DAY + timedelta(days=1), ""),
    ],
)
def test_the_next_version_is_another_one_and_begins_on_a_later_day(
    db: Session, cast: Staffing, version: str, on: date, field: str
) -> None:
    next_version(cast, ORCHARD, "2.0")
    if not field:
        assert next_version(cast, ORCHARD, version, on).id
        return
    with pytest.raises(InvalidRecord) as refused:
        next_version(cast, ORCHARD, version, on)
    assert set(refused.value.problems) == {field}


def test_a_version_is_no_role(db: Session, cast: Staffing) -> None:
    version = next_version(cast, ORCHARD, on=LONG_AGO).id or 0
    by, ash = cast.actor("Tara"), cast.communities["Ash"]
    assert is_role(db, cast.roles["TC officer"]) and version not in roles_to_choose(db, viewer=by)
    with pytest.raises(NotAllowed):
        add_version(db, by=by, role_id=version, reading=officers(version="3.0"), in_force_from=LEAP_DAY)
    with pytest.raises(NotAllowed):
        start_post(db, by=cast.actor("Ada"), staff_id=cast.ids["Ben"], job_description_id=version, community_id=ash,
                 start_on=today())  # fmt: skip
    with pytest.raises(NotAllowed):
        minimum = Minimum("Clinical", 60, purposes=())
        set_supervision_minimum(db, by=by, job_description_id=version, minimum=minimum, start_on=today())
    with pytest.raises(NotAllowed):
        set_required_level(db, by=by, job_description_id=version, standard_id=1, level=1, start_on=today())


def test_short_titles_are_never_compared_with_sentences(db: Session, cast: Staffing) -> None:
    new = next_version(cast, [GROUPS, *ORCHARD[1:]])
    assert continuations(db) == []
    with pytest.raises(InvalidRecord, match="read it in first"):
        carry_over(db, by=cast.actor("Tara"), job_description_id=new.id or 0)
    filled(cast)
    assert len(carry_over(db, by=cast.actor("Tara"), job_description_id=new.id or 0)) == 3
    assert duties(db, new.id or 0)[2].is_led, "what continues a led one is led"
    with pytest.raises(InvalidRecord, match="Nothing more"):
        carry_over(db, by=cast.actor("Tara"), job_description_id=new.id or 0)


# ---------------------------------------------------------------------------------------------------------------------
# Both sides of the day


def leads(cast: Staffing, on: date) -> dict[str, tuple[str, ...]]:
    """By title: who leads it in Ash on a date, as the coverage says."""
    seen = coverage_seen(cast.db, viewer=cast.actor("Tara"), on=on)
    return {line.cover.led.title: tuple(one.name for one in line.cover.leads) for line in seen}


SIDES = [LEAP_DAY - timedelta(days=1), LEAP_DAY, LEAP_DAY + timedelta(days=1)]


def test_each_version_answers_for_its_days(db: Session, cast: Staffing) -> None:
    role = cast.roles["TC officer"]
    second = next_version(cast, ORCHARD).id
    third = next_version(cast, ORCHARD, "3.0", LEAP_DAY + timedelta(days=366)).id
    assert [versions_in_force(db, on)[role] for on in SIDES] == [role, second, second]
    later = [date(2029, 2, 28), date(2029, 3, 1)]
    assert [versions_in_force(db, on, [role])[role] for on in later] == [second, third]


def test_who_is_named_goes_on_in_the_next_version_and_ends_in_both(db: Session, cast: Staffing) -> None:
    filled(cast)
    cast.hold("Ben", PLAN)
    before = leads(cast, SIDES[0])
    new = next_version(cast, [ORCHARD[1], ORCHARD[0], ORCHARD[2].replace("storm", "flood"), "Count the bees"])
    assert leads(cast, SIDES[0]) == before, "nothing changes before the day"
    assert [leads(cast, on)[PLAN] for on in SIDES] == [("Ben Ellis",)] * 3
    assert [TEACH in leads(cast, on) for on in SIDES] == [True, False, False], "it is gone from the day on"
    after_saving = hold_responsibility(
        db, by=cast.actor("Tara"), responsibility_id=cast.responsibilities[REVIEW], staff_id=cast.ids["Mair"],
        community_id=cast.communities["Ash"], kind=HoldingKind.LEAD, start_on=today(),
    )  # fmt: skip
    assert [leads(cast, on)[REVIEW] for on in SIDES] == [("Mair Wyn",)] * 3
    end_holding(db, by=cast.actor("Tara"), holding_id=after_saving.id or 0, end_on=LEAP_DAY)
    assert [leads(cast, on)[REVIEW] for on in SIDES] == [("Mair Wyn",), ("Mair Wyn",), ()]
    assert new.version_of_id == cast.roles["TC officer"]


def test_led_or_not_is_decided_for_all_that_continues_it_and_nothing_before(db: Session, cast: Staffing) -> None:
    filled(cast)
    new = duties(db, next_version(cast, ORCHARD).id or 0)
    later = duties(db, next_version(cast, ORCHARD, "3.0", LEAP_DAY + timedelta(days=9)).id or 0)
    set_led(db, by=cast.actor("Tara"), responsibility_id=new[1].id or 0, is_led=True)
    assert [one[1].is_led for one in (duties(db, cast.roles["TC officer"]), new, later)] == [False, True, True]
    assert Continued(db).after(cast.responsibilities[GROUPS]) == {cast.responsibilities[GROUPS], new[1].id, later[1].id}


# ---------------------------------------------------------------------------------------------------------------------
# Settling


def test_a_merge_is_settled_and_taken_back(db: Session, cast: Staffing) -> None:
    filled(cast)
    cast.hold("Ben", PLAN)
    cast.hold("Mair", TEACH)
    new = duties(db, next_version(cast, MERGED).id or 0)
    title, by = new[3].short_title, cast.actor("Tara")
    assert title not in leads(cast, LEAP_DAY)
    pieces = [cast.responsibilities[PLAN], cast.responsibilities[TEACH]]
    rows = settle_new(db, by=by, new_id=new[3].id or 0, continues=pieces)
    assert set(leads(cast, LEAP_DAY)[title]) == {"Ben Ellis", "Mair Wyn"}
    assert title not in leads(cast, SIDES[0])
    with pytest.raises(InvalidRecord, match="settled already"):
        settle_former(db, by=by, former_id=pieces[0])
    take_back(db, by=by, continuation_ids=[row.id or 0 for row in rows])
    assert leads(cast, LEAP_DAY)[title] == ()
    with pytest.raises(Conflict, match="taken this back already"):
        take_back(db, by=by, continuation_ids=[row.id or 0 for row in rows])
    assert events(db, "settle_responsibility")[0].detail == {"former": sorted(pieces), "new": [new[3].id]}
    assert len(events(db, "take_back_settling")) == 1


def test_what_is_settled_after_a_third_version_was_read_in_is_led_in_that_one_too(db: Session, cast: Staffing) -> None:
    """Merged, and then split again: who was named for one of the two is named for both."""
    filled(cast)
    cast.hold("Ben", PLAN)
    merged = duties(db, next_version(cast, MERGED).id or 0)[3]
    later = LEAP_DAY + timedelta(days=9)
    split = duties(db, next_version(cast, [*MERGED[:2], ORCHARD[2], ORCHARD[3], MERGED[3]], "3.0", later).id or 0)
    by = cast.actor("Tara")
    settle_former(db, by=by, former_id=merged.id or 0, goes_on_as=[split[3].id or 0, split[4].id or 0])
    assert not split[3].is_led, "nobody has said yet that it continues one that is led"
    settle_new(db, by=by, new_id=merged.id or 0, continues=[cast.responsibilities[PLAN]])
    assert [leads(cast, on).get(merged.short_title) for on in (SIDES[0], LEAP_DAY, later)] == [
        None,
        ("Ben Ellis",),
        None,
    ]
    assert [leads(cast, later)[one.short_title] for one in (split[3], split[4])] == [("Ben Ellis",), ("Ben Ellis",)]
    assert leads(cast, SIDES[0])[PLAN] == ("Ben Ellis",)


def test_one_that_ends_and_one_that_is_new_are_looked_at_and_stay_apart(db: Session, cast: Staffing) -> None:
    filled(cast)
    new = duties(db, next_version(cast, MERGED).id or 0)
    by, plan = cast.actor("Tara"), cast.responsibilities[PLAN]
    settle_former(db, by=by, former_id=plan)
    settle_new(db, by=by, new_id=new[4].id or 0)
    with pytest.raises(InvalidRecord, match="Number 3 was said to end"):
        settle_new(db, by=by, new_id=new[3].id or 0, continues=[plan, cast.responsibilities[TEACH]])
    with pytest.raises(InvalidRecord, match="Number 4 was said to be new"):
        settle_former(db, by=by, former_id=cast.responsibilities[TEACH], goes_on_as=[new[4].id or 0])
    assert Continued(db).after(plan) == {plan}


def test_only_the_two_versions_that_follow_one_another_are_joined(db: Session, cast: Staffing) -> None:
    first, second = cast.responsibilities[PLAN], duties(db, next_version(cast, ORCHARD).id or 0)
    third = duties(db, next_version(cast, ORCHARD, "3.0", LEAP_DAY + timedelta(days=1)).id or 0)
    by = cast.actor("Tara")
    for wrong in ([third[3].id or 0], [first], [0]):
        with pytest.raises(NotAllowed):
            settle_former(db, by=by, former_id=first, goes_on_as=wrong)
    with pytest.raises(NotAllowed):
        settle_new(db, by=by, new_id=first)
    with pytest.raises(NotAllowed):
        settle_former(db, by=by, former_id=third[3].id or 0)
    settle_former(db, by=by, former_id=first, goes_on_as=[second[3].id or 0, second[4].id or 0])
    with pytest.raises(NotAllowed):
        settle_new(db, by=cast.actor("Ada"), new_id=second[1].id or 0)
    assert Continued(db).before(second[4].id or 0) == {first, second[4].id}


# ---------------------------------------------------------------------------------------------------------------------
# Beside the shipped catalogue


def test_the_shipped_catalogue_leaves_alone_what_a_service_read_in(db: Session, cast: Staffing) -> None:
    load_catalogue(db)
    role = db.exec(select(JobDescription).where(JobDescription.code == "lead_core_creative")).one()
    by = cast.actor("Tara")
    read = document(reference=role.reference, version="2.0")
    add_version(db, by=by, role_id=role.id or 0, reading=read, in_force_from=LEAP_DAY)
    role.version = "1.0"
    officer = db.exec(select(JobDescription).where(JobDescription.code == "tc_officer")).one()
    officer.code = "own_1"
    db.flush()
    before = len(db.exec(select(Responsibility)).all())
    assert not any(load_catalogue(db).values())
    assert len(db.exec(select(Responsibility)).all()) == before
