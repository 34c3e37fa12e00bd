"""Each kind of requirement from stored rows to a status and its sentence."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from tcsuper.access import actor_for_staff
from tcsuper.clock import now, today
from tcsuper.models import (
    AgreementSignature,
    BodyRule,
    BodyRuleKind,
    BookingState,
    CheckResult,
    Community,
    Establishment,
    OverrideKind,
    Post,
    RegisterCheck,
    Registration,
    Requirement,
    RequirementKind,
    RequirementOverride,
    ServiceKind,
    StaffEvent,
    StaffEventKind,
    TrainingRecord,
    TrainingResult,
)
from tcsuper.queries.standing import Row, standings, standings_seen
from tcsuper.rules.standing import Status
from tcsuper.words import LONDON
from tests.competence import add_bodies, add_courses
from tests.people import LONG_AGO, Cast, make_cast
from tests.runs import stored_place, stored_run

ON = date(2026, 5, 20)
CHECK, AGREEMENT, PERIOD, EVENT = (
    RequirementKind.CHECK,
    RequirementKind.AGREEMENT,
    RequirementKind.PERIOD,
    RequirementKind.EVENT,
)


@pytest.fixture
def cast(db: Session) -> Cast:
    return make_cast(db)


def ask(db: Session, cast: Cast, kind: RequirementKind, title: str, **terms: Any) -> int:
    asked = Requirement(
        kind=kind, job_description_id=cast.officer, title=title, terms=terms, start_on=LONG_AGO, mark="sure"
    )
    db.add(asked)
    db.flush()
    return asked.id or 0


def row(db: Session, cast: Cast, title: str, who: str = "Ben", on: date = ON, known_on: date | None = None) -> Row:
    return next(one for one in standings(db, [cast.id(who)], on, known_on) if one.requirement == title)


def stored(db: Session, table: Any, at: date = LONG_AGO, **facts: Any) -> Any:
    one = table(recorded_at=datetime(at.year, at.month, at.day, 12, tzinfo=LONDON), **facts)
    db.add(one)
    db.flush()
    return one


# ---------------------------------------------------------------------------------------------------------------------
# Courses


def test_attending_counts_unless_asked_to_repeat(db: Session, cast: Cast) -> None:
    courses = add_courses(db, cast)
    given: dict = dict(staff_id=cast.id("Ben"), course_id=courses["tcat_1"], completed_on=LONG_AGO)
    first = stored(db, TrainingRecord, result=TrainingResult.ASKED_TO_REPEAT, **given)
    overdue = row(db, cast, "TCAT 1").standing
    assert overdue.status is Status.OVERDUE and "asked to repeat it on 15 January 2024" in overdue.because
    facts = given | {"record_id": first.record_id, "supersedes_id": first.id}
    stored(db, TrainingRecord, result=TrainingResult.ATTENDED, **facts)
    assert row(db, cast, "TCAT 1").standing.status is Status.UP_TO_DATE


def test_a_place_shows_from_the_day_it_was_booked(db: Session, cast: Cast) -> None:
    courses = add_courses(db, cast)
    run = stored_run(db, courses["tcat_3"], ON + timedelta(days=10))
    stored_place(db, run, cast.id("Ben"), BookingState.ATTENDED, datetime(2026, 5, 18, 12, tzinfo=LONDON))
    statuses = [row(db, cast, "TCAT 3", on=date(2026, 5, day)).standing.status for day in (17, 18, 20)]
    assert statuses == [Status.NOT_STARTED, Status.BOOKED, Status.BOOKED]
    assert row(db, cast, "TCAT 3", known_on=date(2026, 5, 17)).standing.status is Status.NOT_STARTED


def test_two_posts_that_follow_one_another_ask_once_from_the_first(db: Session, cast: Cast) -> None:
    add_courses(db, cast)
    former = db.get_one(Post, _post_of(db, cast, "Ben"))
    former.end_on = date(2026, 3, 31)
    db.add(
        Post(
            staff_id=cast.id("Ben"),
            job_description_id=cast.officer,
            community_id=cast.community_c,
            start_on=date(2026, 4, 1),
        )
    )
    db.flush()
    tcat = row(db, cast, "TCAT 1")
    assert (tcat.bound.started_on, tcat.bound.community_id) == (LONG_AGO, cast.community_c)
    assert [one.requirement for one in standings(db, [cast.id("Ben")], ON)].count("TCAT 1") == 1


def _post_of(db: Session, cast: Cast, who: str) -> int:
    return db.exec(select(Post.id).where(Post.staff_id == cast.id(who))).one() or 0


# ---------------------------------------------------------------------------------------------------------------------
# Overrides


def test_a_waiver_names_its_author_and_only_those_who_may_read_it_see_why(db: Session, cast: Cast) -> None:
    add_courses(db, cast)
    requirement = row(db, cast, "TCAT 1").bound.requirement_id
    stored(
        db,
        RequirementOverride,
        recorded_by_id=cast.id("Asha"),
        staff_id=cast.id("Ben"),
        requirement_id=requirement,
        kind=OverrideKind.WAIVED,
        start_on=LONG_AGO,
        reason="Trained in another service.",
    )
    waived = row(db, cast, "TCAT 1").standing
    assert waived.status is Status.EXEMPT
    assert waived.because == (
        "TCAT 1 is waived for this person from 15 January 2024, decided by Asha: Trained in another service."
    )
    seen = standings_seen(db, viewer=actor_for_staff(db, cast.id("Dev")), on=ON, about=cast.id("Ben"))
    director_reads = next(one for one in seen if one.requirement == "TCAT 1").standing
    assert director_reads.status is Status.EXEMPT and "another service" not in director_reads.because


def test_an_extension_speaks_after_its_day_too(db: Session, cast: Cast) -> None:
    add_courses(db, cast)
    requirement = row(db, cast, "TCAT 1").bound.requirement_id
    given: dict = dict(staff_id=cast.id("Ben"), requirement_id=requirement, kind=OverrideKind.EXTENDED)
    stored(db, RequirementOverride, start_on=LONG_AGO, end_on=date(2026, 5, 1), reason="Long course list", **given)
    overdue = row(db, cast, "TCAT 1").standing
    assert (overdue.status, overdue.due_on) == (Status.OVERDUE, date(2026, 5, 1))


# ---------------------------------------------------------------------------------------------------------------------
# Registration and checks


def register(db: Session, cast: Cast, body_id: int, who: str = "Ben", **facts: Any) -> Registration:
    given: dict = dict(staff_id=cast.id(who), body_id=body_id, registered_on=date(2024, 2, 1), number="12A3456B")
    return stored(db, Registration, **given | facts)


def look(db: Session, registration: Registration, on: date, result: CheckResult, **facts: Any) -> None:
    stored(
        db,
        RegisterCheck,
        on,
        registration_record_id=registration.record_id,
        staff_id=registration.staff_id,
        checked_on=on,
        result=result,
        **facts,
    )


def test_registration_is_met_by_any_register_and_shows_its_end(db: Session, cast: Cast) -> None:
    bodies = add_bodies(db, cast)
    title = "Registration with a professional body"
    assert row(db, cast, title).standing.status is Status.OVERDUE
    register(db, cast, bodies["bps"])
    assert row(db, cast, title).standing.status is Status.OVERDUE
    register(db, cast, bodies["hcpc"], number="PYL123456")
    met = row(db, cast, title, on=date(2025, 1, 10)).standing
    assert (met.status, met.due_on) == (Status.UP_TO_DATE, date(2025, 5, 31))
    assert row(db, cast, title).standing.status is Status.EXPIRED


def test_conditions_and_removal_seen_on_the_register_win_over_the_date(db: Session, cast: Cast) -> None:
    bodies = add_bodies(db, cast)
    title = "Registration with a professional body"
    held = register(db, cast, bodies["nmc"], expires_on=date(2027, 1, 31))
    look(db, held, date(2026, 5, 1), CheckResult.CONDITIONS, note="Supervised practice only")
    limited = row(db, cast, title).standing
    assert limited.status is Status.CONDITIONS and "Supervised practice only" in limited.because
    look(db, held, date(2026, 5, 10), CheckResult.REMOVED)
    gone = row(db, cast, title).standing
    assert gone.status is Status.EXPIRED and gone.next_step.startswith("Stop work in the protected title at once")
    assert row(db, cast, title, on=date(2026, 5, 9)).standing.status is Status.CONDITIONS


def test_check_is_of_each_register_held_and_of_none_when_none_is_held(db: Session, cast: Cast) -> None:
    bodies = add_bodies(db, cast)
    ask(db, cast, CHECK, "Live register checked", of="register")
    assert row(db, cast, "Live register checked").standing.status is Status.NOT_REQUIRED
    first = register(db, cast, bodies["nmc"], expires_on=date(2027, 1, 31))
    register(db, cast, bodies["bps"])
    never = row(db, cast, "Live register checked").standing
    assert never.status is Status.OVERDUE and "it was never checked" in never.because
    look(db, first, date(2026, 5, 1), CheckResult.REGISTERED)
    assert row(db, cast, "Live register checked").standing.status is Status.UP_TO_DATE
    register(db, cast, bodies["bacp"], expires_on=date(2027, 1, 31))
    worst = row(db, cast, "Live register checked").standing
    assert worst.status is Status.OVERDUE and "BACP" in worst.because


def test_a_body_binds_while_the_registration_lasts(db: Session, cast: Cast) -> None:
    bodies = add_bodies(db, cast)
    terms = {"amount": 90, "rule_set": "bacp", "per": "month"}
    db.add(
        BodyRule(
            body_id=bodies["bacp"], kind=BodyRuleKind.SUPERVISION, grade="accredited", start_on=LONG_AGO, terms=terms
        )
    )
    register(db, cast, bodies["bacp"], grade="accredited", expires_on=date(2026, 5, 19))
    titles = [{one.requirement for one in standings(db, [cast.id("Ben")], date(2026, 5, day))} for day in (19, 20)]
    assert ["Supervision by BACP" in found for found in titles] == [True, False]


# ---------------------------------------------------------------------------------------------------------------------
# Agreements


def test_an_agreement_is_their_own_or_their_groups(db: Session, cast: Cast) -> None:
    ask(db, cast, AGREEMENT, "Agreement for clinical supervision", purpose="clinical")
    for who in ("Ben", "Bela", "Cai"):
        assert "in force since" in row(db, cast, "Agreement for clinical supervision", who).standing.because
    assert row(db, cast, "Agreement for clinical supervision", "Farah").standing.status is Status.OVERDUE


def test_an_external_agreement_needs_somebody_from_outside(db: Session, cast: Cast) -> None:
    ask(db, cast, AGREEMENT, "External supervision", purpose="clinical", is_external=True)
    assert "with Gwen" in row(db, cast, "External supervision", "Cai").standing.because
    assert row(db, cast, "External supervision", "Ben").standing.status is Status.OVERDUE


def test_once_somebody_signed_here_the_others_are_asked_for(db: Session, cast: Cast) -> None:
    ask(db, cast, AGREEMENT, "External supervision", purpose="clinical", is_external=True)
    agreement = cast.gwen_agreement
    signed: dict = dict(
        agreement_id=agreement, signed_at=datetime(2026, 5, 1, 12, tzinfo=LONDON), signed_on=date(2026, 5, 1)
    )
    db.add(AgreementSignature(staff_id=cast.id("Gwen"), **signed))
    db.flush()
    standing = row(db, cast, "External supervision", "Cai").standing
    assert standing.status is Status.OVERDUE and "is not signed by Cai" in standing.because
    assert "not signed" not in row(db, cast, "External supervision", "Cai", on=date(2026, 4, 30)).standing.because
    db.add(AgreementSignature(staff_id=cast.id("Cai"), **signed))
    db.flush()
    assert "not signed" not in row(db, cast, "External supervision", "Cai").standing.because


# ---------------------------------------------------------------------------------------------------------------------
# Periods and events


def test_probation_runs_until_it_is_passed(db: Session, cast: Cast) -> None:
    ask(db, cast, PERIOD, "Probation", event="probation_passed", months=6)
    assert row(db, cast, "Probation", on=date(2024, 3, 1)).standing.status is Status.IN_PROGRESS
    assert row(db, cast, "Probation").standing.status is Status.OVERDUE
    stored(
        db,
        StaffEvent,
        ON,
        staff_id=cast.id("Ben"),
        kind=StaffEventKind.PROBATION_PASSED,
        held_on=date(2024, 7, 1),
    )
    assert row(db, cast, "Probation").standing.because == "Probation was passed on 1 July 2024."
    assert row(db, cast, "Probation", known_on=ON - timedelta(days=1)).standing.status is Status.OVERDUE


def test_an_appraisal_is_due_each_year_and_a_check_seen_once(db: Session, cast: Cast) -> None:
    ask(db, cast, EVENT, "Appraisal", event="appraisal", every_months=12)
    ask(db, cast, EVENT, "Security checks", event="security_check_seen", target_days=0)
    for kind in (StaffEventKind.APPRAISAL, StaffEventKind.SECURITY_CHECK_SEEN):
        stored(db, StaffEvent, staff_id=cast.id("Ben"), kind=kind, held_on=date(2025, 5, 19))
    appraisal, checks = row(db, cast, "Appraisal").standing, row(db, cast, "Security checks").standing
    assert (appraisal.status, appraisal.due_on) == (Status.OVERDUE, date(2026, 5, 19))
    assert (checks.status, checks.because) == (Status.UP_TO_DATE, "Security checks was seen on 19 May 2025.")


def test_suitability_for_young_people_is_asked_on_a_move_only(db: Session, cast: Cast) -> None:
    ask(db, cast, EVENT, "Suitability", event="suitable_for_young_people", only_on_transfer=True)
    assert row(db, cast, "Suitability").standing.status is Status.NOT_REQUIRED
    home = Establishment(name="Rowan", service_kind=ServiceKind.CHILDREN)
    db.add(home)
    db.flush()
    place = Community(establishment_id=home.id or 0, name="Rowan House")
    db.add(place)
    db.flush()
    moves = Post(
        staff_id=cast.id("Ben"), job_description_id=cast.officer, community_id=place.id, start_on=date(2026, 6, 1)
    )
    db.add(moves)
    db.flush()
    coming = row(db, cast, "Suitability").standing
    assert (coming.status, coming.due_on) == (Status.DUE_SOON, date(2026, 6, 1))
    assert row(db, cast, "Suitability", on=date(2026, 6, 2)).standing.status is Status.OVERDUE


def test_every_status_of_today_has_its_sentence(db: Session, cast: Cast) -> None:
    bodies = add_bodies(db, cast)
    add_courses(db, cast)
    register(db, cast, bodies["hcpc"], registered_on=today() - timedelta(days=3))
    ask(db, cast, CHECK, "Live register checked", of="register")
    rows = standings(db, [cast.id("Ben"), cast.id("Cai")], now().date())
    assert rows and all(one.standing.because.endswith(".") for one in rows)
