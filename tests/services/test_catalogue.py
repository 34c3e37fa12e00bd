import csv
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from seed.__main__ import main as seed
from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import AlreadySaved, InvalidRecord, NotAllowed, WrongSetup
from tcsuper.models import (
    AuditEvent,
    AuditSubject,
    Base,
    Body,
    Community,
    Course,
    Establishment,
    JobDescription,
    OverrideKind,
    Post,
    RequiredLevel,
    Requirement,
    RequirementKind,
    RequirementOverride,
    Responsibility,
    ResponsibilityRequirement,
    Role,
    RoleGrant,
    Staff,
    Standard,
    StandardSet,
)
from tcsuper.queries.standing import standings
from tcsuper.rules.minimum import Measure, Minimum, Per, RuleSet
from tcsuper.rules.standing import Status
from tcsuper.services.catalogue import ALWAYS, CATALOGUE, load_catalogue, set_course_target, set_supervision_minimum

FILES = sorted(path for path in CATALOGUE.iterdir() if path.suffix in (".csv", ".json"))
MARKS = {"sure", "likely", "unsure", "product default", "service"}
KEYS = {
    "bodies.csv": ["code"],
    "body_rules.json": ["body", "kind", "grade", "start_on"],
    "course_rules.json": ["course", "start_on"],
    "courses.csv": ["code"],
    "job_descriptions.csv": ["reference", "version"],
    "purposes.csv": ["code"],
    "themes.csv": ["code"],
    "required_levels.csv": ["job_description", "standard_set", "standard_set_version", "standard", "start_on"],
    "requirements.json": ["job_description", "kind", "title", "start_on"],
    "responsibilities.csv": ["job_description", "number", "is_cross_reference"],
    "standard_sets.json": ["code", "version"],
}


def rows_of(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else list(csv.DictReader(text.splitlines()))


def with_nested(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield row
        yield from row.get("standards", [])


@pytest.fixture
def loaded(db: Session) -> Session:
    load_catalogue(db)
    return db


def job(db: Session, code: str) -> int:
    return db.exec(select(JobDescription.id).where(JobDescription.code == code)).one() or 0


def person(db: Session, name: str, role: Role | None = None, post: str | None = None) -> Actor:
    """Somebody in Ashdown B, with a role over it or a post in it."""
    community = db.exec(select(Community)).first()
    if community is None:
        prison = Establishment(name="HMP Ashdown")
        db.add(prison)
        db.flush()
        community = Community(establishment_id=prison.id or 0, name="Ashdown B")
        db.add(community)
    staff = Staff(full_name=name, code=uuid4().hex[:12])
    db.add(staff)
    db.flush()
    staff_id, community_id = staff.id or 0, community.id or 0
    if role is not None:
        everywhere = role is Role.ADMINISTRATOR
        place = None if everywhere else community_id
        db.add(
            RoleGrant(staff_id=staff_id, role=role, community_id=place, start_on=date(2020, 1, 1), approved_at=now())
        )
    if post is not None:
        start_on = date(2026, 1, 5)
        db.add(Post(staff_id=staff_id, job_description_id=job(db, post), community_id=community_id, start_on=start_on))
    db.flush()
    return actor_for_staff(db, staff_id)


def requirements(db: Session, code: str, title: str) -> list[Requirement]:
    found = select(Requirement).where(Requirement.job_description_id == job(db, code), Requirement.title == title)
    return list(db.exec(found.order_by(col(Requirement.start_on))))


def events(db: Session, action: str) -> list[AuditEvent]:
    return list(db.exec(select(AuditEvent).where(AuditEvent.action == action)))


def everything(db: Session) -> dict[str, list[Any]]:
    return {table.name: list(map(tuple, db.execute(sa.select(table)))) for table in Base.metadata.sorted_tables}


# ---------------------------------------------------------------------------------------------------------------------
# The files


@pytest.mark.parametrize(
    ("code", "duties", "cross_references"),
    [("therapy_manager", 39, 0), ("director", 25, 0), ("tc_officer", 22, 7), ("compass_psychotherapist", 21, 0)],
)
def test_each_document_has_all_its_responsibilities(
    loaded: Session, code: str, duties: int, cross_references: int
) -> None:
    found = loaded.exec(select(Responsibility).where(Responsibility.job_description_id == job(loaded, code))).all()
    for is_cross_reference, wanted in ((False, duties), (True, cross_references)):
        numbers = sorted(one.number for one in found if one.is_cross_reference is is_cross_reference)
        assert numbers == list(range(1, wanted + 1))
    assert all(one.short_title and one.area and not one.text for one in found)
    assert len({one.short_title for one in found}) == len(found)


def test_other_roles_have_no_responsibilities_of_their_own(loaded: Session) -> None:
    held = {one.job_description_id for one in loaded.exec(select(Responsibility))}
    others = {one.role_name for one in loaded.exec(select(JobDescription)) if one.id not in held}
    assert others == {
        "DTC Lead Core Creative Psychotherapist",
        "DTC Group Psychotherapist",
        "DTC Creative Psychotherapist",
        "Trainee Psychologist",
        "Therapeutic Group Facilitator",
        "Administrator of the service",
        "External supervisor",
    }


def test_particulars_are_as_printed_contradictions_too(loaded: Session) -> None:
    director = loaded.get_one(JobDescription, job(loaded, "director"))
    assert "JD-B6" in director.reference and director.band == "10"
    assert director.issued_on == date(2026, 2, 16)
    manager = loaded.get_one(JobDescription, job(loaded, "therapy_manager"))
    assert (manager.version, manager.classification, manager.issued_on) == ("7.0", "Sensitive", date(2019, 8, 2))
    compass = loaded.get_one(JobDescription, job(loaded, "compass_psychotherapist"))
    assert (compass.version, compass.band, compass.status, compass.issued_on) == ("", "", "", None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_row_says_where_it_is_from_and_how_sure_that_is(path: Path) -> None:
    for row in with_nested(rows_of(path)):
        assert row["source"] and len(row["source"]) <= 200, row
        assert row["mark"] in MARKS, row


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_row_comes_twice(path: Path) -> None:
    keys = Counter(tuple(row.get(part, "") for part in KEYS[path.name]) for row in rows_of(path))
    assert [key for key, times in keys.items() if times > 1] == []


def test_job_descriptions_have_one_code_each() -> None:
    codes = [row["code"] for row in rows_of(CATALOGUE / "job_descriptions.csv")]
    assert len(set(codes)) == len(codes)


def test_words_fit_their_columns(loaded: Session) -> None:
    """SQLite would keep what is too long; PostgreSQL refuses it."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            length = getattr(column.type, "length", None)
            if length is not None:
                longest = loaded.scalar(sa.select(sa.func.max(sa.func.length(column))))
                assert (longest or 0) <= length, f"{table.name}.{column.name}"


@pytest.mark.parametrize(
    ("code", "fits", "does_not"),
    [
        ("hcpc_psychologist", "PYL123456", "PYL1234567"),
        ("hcpc_arts_therapist", "AS12345", "PYL12345"),
        ("nmc", "98A1234C", "98A123C"),
        ("gmc", "1234567", "123456"),
        ("swe", "SW12345", "12345"),
    ],
)
def test_a_number_shape_fits_its_own_numbers(code: str, fits: str, does_not: str) -> None:
    (shape,) = (row["number_shape"] for row in rows_of(CATALOGUE / "bodies.csv") if row["code"] == code)
    assert re.fullmatch(shape, fits)
    assert not re.fullmatch(shape, does_not)


def test_every_number_shape_compiles() -> None:
    bodies = rows_of(CATALOGUE / "bodies.csv")
    assert len(bodies) == 16
    for body in bodies:
        re.compile(body["number_shape"])


def test_a_requirement_and_its_courses_are_of_one_kind() -> None:
    kinds = {row["code"]: row["kind"] for row in rows_of(CATALOGUE / "courses.csv")}
    for row in rows_of(CATALOGUE / "requirements.json"):
        if row["kind"] in ("course", "qualification"):
            assert {kinds[code] for code in row["terms"]["any_of"]} == {row["kind"]}


def test_required_levels_are_levels_of_their_set() -> None:
    sets = {row["code"]: row for row in rows_of(CATALOGUE / "standard_sets.json")}
    for row in rows_of(CATALOGUE / "required_levels.csv"):
        of = sets[row["standard_set"]]
        assert of["lowest_level"] <= int(row["level"]) < of["lowest_level"] + len(of["level_names"])


def test_each_standard_has_an_anchor_for_each_level() -> None:
    staff, supervisors, audit = rows_of(CATALOGUE / "standard_sets.json")
    assert len(staff["standards"]) == 9
    assert {one["section"][:2] for one in audit["standards"]} == {"A ", "B ", "C ", "D "}
    for of in (staff, supervisors):
        assert all(len(standard["anchors"]) == len(of["level_names"]) == 4 for standard in of["standards"])


def test_only_case_supervision_counts_for_bodies() -> None:
    counting = [row["code"] for row in rows_of(CATALOGUE / "purposes.csv") if row["credited_by"]]
    assert counting == ["clinical"]


def test_no_role_has_a_supervision_amount_until_the_service_sets_one() -> None:
    minima = [row for row in rows_of(CATALOGUE / "requirements.json") if row["kind"] == "supervision"]
    assert minima
    assert {(row["terms"]["amount"], row["mark"]) for row in minima} == {(0, "service")}


# ---------------------------------------------------------------------------------------------------------------------
# Loading


def test_loading_twice_changes_nothing(db: Session) -> None:
    first = load_catalogue(db)
    assert all(first.values())
    before = everything(db)
    assert not any(load_catalogue(db).values())
    assert everything(db) == before


def test_loading_is_one_audit_event(db: Session) -> None:
    counts = load_catalogue(db)
    (event,) = events(db, "load_catalogue")
    assert event.detail == counts
    assert event.by_name == "command line"


def test_loading_leaves_what_the_service_changed_and_brings_back_what_is_missing(loaded: Session) -> None:
    bacp = loaded.exec(select(Body).where(Body.code == "bacp")).one()
    bacp.number_shape = r"^\d{6}$"
    (tcat,) = requirements(loaded, "tc_officer", "TCAT 1")
    tcat.end_on = date(2026, 3, 31)
    loaded.delete(loaded.exec(select(RequiredLevel)).first())
    loaded.flush()
    added = {name: number for name, number in load_catalogue(loaded).items() if number}
    assert added == {"required_levels": 1}
    assert bacp.number_shape == r"^\d{6}$"
    assert [one.end_on for one in requirements(loaded, "tc_officer", "TCAT 1")] == [date(2026, 3, 31)]


def test_a_version_that_the_service_wrote_is_not_mixed_with_one_of_a_later_release(
    loaded: Session, tmp_path: Path
) -> None:
    """Both may be called version 2. Seen to fail without the look at the mark in `_our_sets`."""
    own = StandardSet(code="dtc_staff", version="2", name="Ours", level_names=["With help", "Alone"], mark="service")
    loaded.add(own)
    loaded.flush()
    shutil.copytree(CATALOGUE, tmp_path, dirs_exist_ok=True)
    sets = rows_of(CATALOGUE / "standard_sets.json")
    sets.append({**sets[0], "version": "2"})
    (tmp_path / "standard_sets.json").write_text(json.dumps(sets), encoding="utf-8")
    assert not any(load_catalogue(loaded, folder=tmp_path).values())
    assert loaded.exec(select(Standard).where(Standard.standard_set_id == own.id)).all() == []


def test_a_number_set_by_the_service_outlives_the_next_loading(loaded: Session) -> None:
    manager = person(loaded, "Asha", Role.THERAPY_MANAGER)
    set_course_target(
        loaded,
        by=manager,
        job_description_id=job(loaded, "tc_officer"),
        course="tcat_1",
        target_days=90,
        start_on=date(2026, 4, 1),
    )
    assert not any(load_catalogue(loaded).values())
    assert [one.terms["target_days"] for one in requirements(loaded, "tc_officer", "TCAT 1")] == [None, 90]


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.THERAPY_MANAGER, True), (Role.ADMINISTRATOR, True), (Role.DIRECTOR, False), (Role.AUDITOR, False)],
)
def test_who_may_load(db: Session, role: Role, may: bool) -> None:
    by = person(db, "Asha", role)
    if may:
        load_catalogue(db, by=by)
        assert [event.by_name for event in events(db, "load_catalogue")] == ["Asha"]
    else:
        with pytest.raises(NotAllowed):
            load_catalogue(db, by=by)
        assert db.exec(select(Course)).first() is None


@pytest.mark.parametrize(
    ("file", "find", "replace", "problem"),
    [
        ("requirements.json", '"target_days": 0', '"target_day": 0', "there is no term target_day"),
        ("requirements.json", '["tcat_1"], "target', '["tcat_9"], "target', "there is no course tcat_9"),
        ("requirements.json", '"kinds": ["statutory"', '"kinds": ["royal"', "there is no kind of body royal"),
        ("requirements.json", '"any_of": ["hcpc_psychologist"]', '"any_of": ["hcpc"]', "there is no body hcpc"),
        ("requirements.json", '"purpose": "clinical"', '"purpose": "cynical"', "there is no purpose cynical"),
        ("requirements.json", '"event": "appraisal"', '"event": "praise"', "praise"),
        ("requirements.json", '"per": "rolling"', '"per": "rowing"', "rowing"),
        ("body_rules.json", '"rule_set": "bacp"', '"rule_sett": "bacp"', "rule_sett"),
        ("body_rules.json", '"expiry": "personal"', '"expiry": "public"', "public"),
        ("course_rules.json", '"life": "rolling"', '"life": "roaming"', "roaming"),
        ("courses.csv", "TCAT 1,course", "TCAT 1,,course", "a column too many or too few"),
        ("purposes.csv", ",either,", ",jeder,", "jeder"),
    ],
)
def test_a_mistake_in_a_file_is_named_and_nothing_is_loaded(
    page_database: str, tmp_path: Path, file: str, find: str, replace: str, problem: str
) -> None:
    shutil.copytree(CATALOGUE, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert find in text
    (tmp_path / file).write_text(text.replace(find, replace), encoding="utf-8")
    with pytest.raises(WrongSetup, match=problem) as refused, writing() as db:
        load_catalogue(db, folder=tmp_path)
    assert Path(file).stem in str(refused.value)
    with reading() as db:
        assert db.exec(select(Course)).first() is None


def test_an_officers_standings_follow_from_the_catalogue(loaded: Session) -> None:
    ben = person(loaded, "Ben", post="tc_officer")
    rows = standings(loaded, [ben.staff_id], date(2026, 1, 5))
    status = {row.requirement: row.standing.status for row in rows}
    assert all(status[f"TCAT {part}"] is Status.NOT_STARTED for part in (1, 2, 3))
    assert status["Individual clinical supervision"] is Status.NOT_REQUIRED
    assert status["POELT"] is not Status.UP_TO_DATE
    assert all(row.standing.because for row in rows)


def test_every_requirement_of_every_role_can_be_judged(loaded: Session) -> None:
    people = [
        person(loaded, row["code"], post=row["code"]).staff_id
        for row in rows_of(CATALOGUE / "job_descriptions.csv")
    ]  # fmt: skip
    rows = standings(loaded, people, date(2026, 6, 1))
    assert len(people) == 11
    assert all(row.standing.because for row in rows)


# ---------------------------------------------------------------------------------------------------------------------
# The service's own numbers

EVERY_28_DAYS = Minimum("Individual clinical supervision", 60, per=Per.ROLLING, days=28, forms=("individual",))


@pytest.fixture
def asha(loaded: Session) -> Actor:
    return person(loaded, "Asha", Role.THERAPY_MANAGER)


def test_a_minimum_ends_the_former_one_the_day_before(loaded: Session, asha: Actor) -> None:
    set_supervision_minimum(
        loaded,
        by=asha,
        job_description_id=job(loaded, "tc_officer"),
        minimum=EVERY_28_DAYS,
        start_on=date(2026, 4, 1),
    )
    former, new = requirements(loaded, "tc_officer", EVERY_28_DAYS.title)
    assert (former.terms["amount"], former.start_on, former.end_on) == (0, ALWAYS, date(2026, 3, 31))
    assert (new.start_on, new.end_on, new.mark) == (date(2026, 4, 1), None, "service")
    assert Minimum.read(new.title, new.terms) == EVERY_28_DAYS
    assert "warning_days" not in new.terms  # so that the service's own setting applies
    (event,) = events(loaded, "set_supervision_minimum")
    assert event.by_name == "Asha"
    assert event.detail["amount"] == 60


def test_the_former_minimum_still_answers_for_the_days_it_was_in_force(loaded: Session, asha: Actor) -> None:
    ben = person(loaded, "Ben", post="tc_officer")
    set_supervision_minimum(
        loaded,
        by=asha,
        job_description_id=job(loaded, "tc_officer"),
        minimum=EVERY_28_DAYS,
        start_on=date(2026, 4, 1),
    )

    def status(on: date) -> list[Status]:
        rows = standings(loaded, [ben.staff_id], on, kinds=[RequirementKind.SUPERVISION])
        return [row.standing.status for row in rows if row.requirement == EVERY_28_DAYS.title]

    assert status(date(2026, 3, 31)) == [Status.NOT_REQUIRED]
    assert status(date(2026, 6, 1)) == [Status.OVERDUE]


def test_a_minimum_of_a_new_title_stands_beside_the_others(loaded: Session, asha: Actor) -> None:
    weekly = Minimum("After-groups", 80, measure=Measure.SHARE, purposes=("after_group",))
    set_supervision_minimum(
        loaded, by=asha, job_description_id=job(loaded, "tc_officer"), minimum=weekly, start_on=date(2026, 4, 1)
    )
    assert [one.end_on for one in requirements(loaded, "tc_officer", EVERY_28_DAYS.title)] == [None]
    assert [Minimum.read("After-groups", one.terms) for one in requirements(loaded, "tc_officer", "After-groups")] == [
        weekly
    ]


@pytest.mark.parametrize(
    ("minimum", "field"),
    [
        (Minimum(" ", 60), "title"),
        (Minimum("x" * 201, 60), "title"),
        (Minimum("Supervision", -1), "amount"),
        (Minimum("Supervision", 101, measure=Measure.SHARE), "amount"),
        (Minimum("Supervision", 90, RuleSet.BACP), "rule_set"),
        (Minimum("Supervision", 60, days=0), "days"),
        (Minimum("Supervision", 60, months=0), "months"),
        (Minimum("Supervision", 60, meeting_minutes=0), "meeting_minutes"),
        (Minimum("Supervision", 60, floor=61), "floor"),
        (Minimum("Supervision", 60, purposes=()), "purposes"),
        (Minimum("Supervision", 60, purposes=("gossip",)), "purposes"),
        (Minimum("Supervision", 60, forms=("crowd",)), "forms"),
    ],
)
def test_a_minimum_that_makes_no_sense_is_refused_in_words(
    loaded: Session, asha: Actor, minimum: Minimum, field: str
) -> None:
    before = everything(loaded)
    with pytest.raises(InvalidRecord) as refused:
        set_supervision_minimum(
            loaded, by=asha, job_description_id=job(loaded, "tc_officer"), minimum=minimum, start_on=today()
        )
    assert list(refused.value.problems) == [field]
    assert everything(loaded) == before


def test_a_number_cannot_begin_before_the_one_it_replaces(loaded: Session, asha: Actor) -> None:
    officer, first = job(loaded, "tc_officer"), date(2026, 4, 1)
    set_supervision_minimum(loaded, by=asha, job_description_id=officer, minimum=EVERY_28_DAYS, start_on=first)
    for start_on in (first, first - timedelta(days=1)):
        with pytest.raises(InvalidRecord) as refused:
            set_supervision_minimum(
                loaded, by=asha, job_description_id=officer, minimum=EVERY_28_DAYS, start_on=start_on
            )
        assert refused.value.problems == {
            "start_on": "The present number applies from 1 April 2026. Choose a later day."
        }
    assert len(requirements(loaded, "tc_officer", EVERY_28_DAYS.title)) == 2


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR, Role.DIRECTOR, Role.AUDITOR])
def test_only_a_therapy_manager_sets_numbers(loaded: Session, role: Role | None) -> None:
    by, officer = person(loaded, "Carol", role, post="tc_officer"), job(loaded, "tc_officer")
    before = everything(loaded)
    with pytest.raises(NotAllowed):
        set_supervision_minimum(
            loaded, by=by, job_description_id=officer, minimum=EVERY_28_DAYS, start_on=date(2026, 4, 1)
        )
    with pytest.raises(NotAllowed):
        set_course_target(
            loaded, by=by, job_description_id=officer, course="tcat_1", target_days=90, start_on=date(2026, 4, 1)
        )
    assert everything(loaded) == before


def test_a_number_needs_a_role_that_exists(loaded: Session, asha: Actor) -> None:
    with pytest.raises(NotAllowed):
        set_supervision_minimum(loaded, by=asha, job_description_id=0, minimum=EVERY_28_DAYS, start_on=today())


def test_a_form_saves_once(database: str) -> None:
    with writing() as db:
        load_catalogue(db)
        asha, officer = person(db, "Asha", Role.THERAPY_MANAGER), job(db, "tc_officer")
    submission = uuid4()

    def save() -> None:
        with writing() as db:
            set_supervision_minimum(
                db,
                by=asha,
                submission=submission,
                job_description_id=officer,
                minimum=EVERY_28_DAYS,
                start_on=date(2026, 4, 1),
            )

    save()
    with pytest.raises(AlreadySaved):
        save()
    with reading() as db:
        assert len(requirements(db, "tc_officer", EVERY_28_DAYS.title)) == 2


def test_a_course_target_keeps_the_order_of_courses(loaded: Session, asha: Actor) -> None:
    for course, days in (("tcat_1", 90), ("tcat_2", 180), ("tcat_3", 365)):
        set_course_target(
            loaded,
            by=asha,
            job_description_id=job(loaded, "tc_officer"),
            course=course,
            target_days=days,
            start_on=date(2026, 4, 1),
        )
    former, new = requirements(loaded, "tc_officer", "TCAT 2")
    assert former.end_on == date(2026, 3, 31)
    assert former.terms["target_days"] is None
    assert new.terms == {"any_of": ["tcat_2"], "after": ["tcat_1"], "target_days": 180}
    assert [event.detail["target_days"] for event in events(loaded, "set_course_target")] == [90, 180, 365]


def test_a_course_target_can_be_taken_away_again(loaded: Session, asha: Actor) -> None:
    officer = job(loaded, "tc_officer")
    for days, start_on in ((90, date(2026, 4, 1)), (None, date(2026, 5, 1))):
        set_course_target(
            loaded, by=asha, job_description_id=officer, course="tcat_1", target_days=days, start_on=start_on
        )
    assert [(one.terms["target_days"], one.end_on) for one in requirements(loaded, "tc_officer", "TCAT 1")] == [
        (None, date(2026, 3, 31)),
        (90, date(2026, 4, 30)),
        (None, None),
    ]


@pytest.mark.parametrize("days", [-1, 3651])
def test_a_course_target_has_sensible_bounds(loaded: Session, asha: Actor, days: int) -> None:
    with pytest.raises(InvalidRecord) as refused:
        set_course_target(
            loaded,
            by=asha,
            job_description_id=job(loaded, "tc_officer"),
            course="tcat_1",
            target_days=days,
            start_on=today(),
        )
    assert list(refused.value.problems) == ["target_days"]


def test_a_course_that_a_role_does_not_ask_for_has_no_target(loaded: Session, asha: Actor) -> None:
    with pytest.raises(NotAllowed):
        set_course_target(
            loaded,
            by=asha,
            job_description_id=job(loaded, "director"),
            course="tcat_1",
            target_days=90,
            start_on=today(),
        )


def test_what_was_waived_for_a_person_stays_waived(loaded: Session, asha: Actor) -> None:
    ben = person(loaded, "Ben", post="tc_officer")
    (tcat,) = requirements(loaded, "tc_officer", "TCAT 3")

    def waive(start_on: date, end_on: date | None) -> None:
        loaded.add(
            RequirementOverride(
                recorded_at=now(),
                staff_id=ben.staff_id,
                requirement_id=tcat.id or 0,
                kind=OverrideKind.WAIVED,
                start_on=start_on,
                end_on=end_on,
                reason="Trained elsewhere",
            )
        )

    waive(date(2026, 1, 5), None)
    waive(date(2025, 1, 5), date(2025, 12, 31))  # over before the change: stays where it is
    duty = loaded.exec(select(Responsibility.id)).first() or 0
    loaded.add(ResponsibilityRequirement(responsibility_id=duty, requirement_id=tcat.id or 0))
    loaded.flush()
    new = set_course_target(
        loaded,
        by=asha,
        job_description_id=job(loaded, "tc_officer"),
        course="tcat_3",
        target_days=30,
        start_on=date(2026, 4, 1),
    )
    carried = loaded.exec(select(RequirementOverride).where(RequirementOverride.requirement_id == new.id)).one()
    assert (carried.start_on, carried.end_on, carried.reason) == (date(2026, 4, 1), None, "Trained elsewhere")
    links = loaded.exec(select(ResponsibilityRequirement.requirement_id)).all()
    assert set(links) == {tcat.id, new.id}
    rows = standings(loaded, [ben.staff_id], date(2026, 9, 1), kinds=[RequirementKind.COURSE])
    assert {row.requirement: row.standing.status for row in rows}["TCAT 3"] is Status.EXEMPT
    (event,) = events(loaded, "set_course_target")
    assert loaded.exec(select(AuditSubject.staff_id).where(AuditSubject.event_id == event.id)).all() == [ben.staff_id]


# ---------------------------------------------------------------------------------------------------------------------
# python -m seed


def test_seeding_twice_adds_the_catalogue_once(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert seed([]) == 0
    assert re.match(r"Catalogue: \d+ rows added \(10 purposes, 14 themes, 16 bodies, ", capsys.readouterr().out)
    assert seed([]) == 0
    assert capsys.readouterr().out == "Catalogue: 0 rows added.\n"


def test_the_demo_refuses_a_database_that_holds_staff(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    with writing() as db:
        db.add(Staff(full_name="Real Person", code="P1"))
    assert seed(["--demo"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "This database already holds staff, so no invented people were added. Use an empty one.\n"
    with reading() as db:
        assert db.exec(select(Course)).first() is None
