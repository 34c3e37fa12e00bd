"""Sheets taken in and taken back: what is stored, what is refused, and that it is all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, acting
from tcsuper.clock import now, today
from tcsuper.errors import AlreadySaved, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Attendance,
    AuditEvent,
    Base,
    Body,
    BodyKind,
    Booking,
    BookingState,
    Course,
    CourseKind,
    CourseRun,
    GroupMember,
    ImportBatch,
    Post,
    RecordsKeptFrom,
    Registration,
    Requirement,
    RequirementKind,
    RoleGrant,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionSession,
    TrainingRecord,
    TrainingResult,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.imports import (
    NEW,
    ImportPlan,
    imports_made,
    kept_mappings,
    known_names,
    match_people,
    plan_import,
)
from tcsuper.rules.importing import (
    Line,
    MonthLine,
    Problem,
    RegistrationLine,
    SheetKind,
    StaffLine,
    SupervisionLine,
    Told,
    TrainingLine,
    Understood,
    Where,
)
from tcsuper.services.imports.mappings import forget_mapping, keep_mapping
from tcsuper.services.imports.take_in import take_in
from tcsuper.services.imports.undo import undo_import
from tcsuper.services.supervision import plan_session
from tcsuper.services.training import correct_completion, record_completion
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast, actor

YESTERDAY = today() - timedelta(days=1)
KINDS: dict[type[Line], SheetKind] = {
    StaffLine: SheetKind.STAFF,
    TrainingLine: SheetKind.TRAINING_LOG,
    RegistrationLine: SheetKind.REGISTRATIONS,
    SupervisionLine: SheetKind.SUPERVISION_LOG,
    MonthLine: SheetKind.SUPERVISION_MONTHS,
}


def sheets(*lines: Line) -> tuple[Understood, ...]:
    """One sheet a kind, as a reader would give them."""
    by_kind: dict[SheetKind, list[Line]] = {}
    for line in lines:
        by_kind.setdefault(KINDS[type(line)], []).append(line)
    return tuple(Understood(kind.value, kind, 1, lines=tuple(of_kind)) for kind, of_kind in by_kind.items())


def at(row: int) -> Where:
    return Where("Sheet1", row)


def trained(row: int, who: str, on: date, course: str = "tcat_1", **more: Any) -> TrainingLine:
    return TrainingLine(at(row), who, "", course, on, **more)


def employed(row: int, who: str, **more: Any) -> StaffLine:
    facts: dict[str, Any] = {"staff_number": "", "role": "tc_officer", "community": "Ashdown B", "started_on": LONG_AGO}
    return StaffLine(at(row), who, **(facts | more))


def came(row: int, who: str, on: date = YESTERDAY, **more: Any) -> SupervisionLine:
    facts: dict[str, Any] = {"staff_number": "", "minutes": 60, "supervisor": "Asha"}
    return SupervisionLine(at(row), who, held_on=on, **(facts | more))


@pytest.fixture
def trained_cast(cast: Cast, db: Session) -> Cast:
    db.add(Course(code="tcat_1", title="TCAT 1", kind=CourseKind.COURSE))
    db.add(Body(code="hcpc", name="Health and Care Professions Council", short_name="HCPC", kind=BodyKind.STATUTORY))
    db.flush()
    return cast


def exact(db: Session, by: Actor, understood: Sequence[Understood]) -> dict[str, int | None]:
    """Everybody who is known without a doubt; who is not is new."""
    matches = match_people(db, viewer=by, understood=understood)
    return {one.key: one.exact.staff_id if one.exact else NEW for one in matches}


def planned(db: Session, by: Actor, *lines: Line, kept_from: date | None = None) -> ImportPlan:
    understood = sheets(*lines)
    return plan_import(db, viewer=by, understood=understood, people=exact(db, by, understood), kept_from=kept_from)


def taken(db: Session, by: Actor, *lines: Line, kept_from: date | None = None, **more: Any) -> ImportBatch:
    understood = sheets(*lines)
    people: Mapping[str, int | None] = exact(db, by, understood)
    plan = plan_import(db, viewer=by, understood=understood, people=people, kept_from=kept_from)
    given: dict[str, Any] = {"file_name": "sheet.xlsx", "file_digest": "d" * 64, "plan_digest": plan.digest}
    return take_in(db, by=by, understood=understood, people=people, kept_from=kept_from, **(given | more))


def everything(db: Session) -> dict[str, int]:
    """How many rows every table has."""
    tables = Base.metadata.sorted_tables
    return {one.name: db.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in tables}


def test_a_month_of_everything_is_taken_in_as_one_event_and_undone_as_one(trained_cast: Cast, db: Session) -> None:
    asha, cast = actor(trained_cast, "Asha"), trained_cast
    held_on = today() - timedelta(days=8)
    plan_session(db, by=asha, agreement_id=cast.ben_agreement, held_on=held_on, starts_at="10:00", minutes=50)
    expiring = record_completion(
        db, by=asha, staff_id=cast.id("Bela"), course_code="tcat_1", completed_on=date(2025, 1, 10)
    )
    run = CourseRun(course_id=expiring.course_id, runs_on=YESTERDAY)
    db.add(run)
    db.flush()
    db.add(
        Booking(
            staff_id=cast.id("Ben"), run_id=run.id or 0, state=BookingState.CONFIRMED, asked_at=now(), recorded_at=now()
        )
    )
    db.flush()
    before = everything(db)
    lines: list[Line] = [
        employed(2, "Nia Rhys", staff_number="007", started_on=date(2026, 1, 5), hours_a_week=30.0, line_manager="Ben"),
        employed(3, "Ben", hours_a_week=30.0, line_manager="Farah"),
        trained(4, "Ben", YESTERDAY, certificate="0042"),
        trained(5, "Bela", date(2025, 1, 10), expires_on=date(2028, 1, 10)),
        trained(6, "Nia Rhys", date(2026, 2, 2)),
        RegistrationLine(at(7), "Ben", "", "hcpc", date(2020, 1, 1), date(2027, 1, 1), number="PYL1"),
        came(8, "Ben", held_on),
        *(came(9 + number, who, group="Monday group", minutes=90) for number, who in enumerate(GROUP_OF_TEN)),
    ]
    batch = taken(db, asha, *lines, kept_from=date(2026, 4, 1))
    assert batch.counts == {"new": 15, "changed": 2, "same": 0, "left_out": 0, "refused": 0}
    nia = db.exec(select(Staff).where(Staff.full_name == "Nia Rhys")).one()
    post = db.exec(select(Post).where(Post.staff_id == nia.id)).one()
    assert (nia.staff_number, post.hours_a_week, post.line_manager_id) == ("007", 30.0, cast.id("Ben"))
    assert db.exec(select(Post.hours_a_week).where(Post.staff_id == cast.id("Ben"))).one() == 30.0
    assert _completions(db, cast, "Ben") == [(YESTERDAY, None, "0042", True)]
    assert _completions(db, cast, "Bela") == [(date(2025, 1, 10), date(2028, 1, 10), "", True)]
    assert db.exec(select(Booking.state).where(current(Booking))).one() is BookingState.ATTENDED
    sessions = db.exec(select(SupervisionSession).where(current(SupervisionSession))).all()
    alone = next(one for one in sessions if one.agreement_id == cast.ben_agreement)
    assert (alone.state, alone.starts_at, alone.minutes, alone.is_on_behalf) == (SessionState.HELD, "10:00", 60, False)
    group = next(one for one in sessions if one.group_id == cast.group)
    attended = db.exec(select(Attendance.minutes).where(Attendance.session_id == group.id)).all()
    assert (group.contracted, group.minutes, attended) == (10, 90, [90] * 10)
    kept = {one.kind: one.from_on for one in db.exec(select(RecordsKeptFrom))}
    of_kinds = (RequirementKind.COURSE, RequirementKind.REGISTRATION, RequirementKind.SUPERVISION)
    assert kept == dict.fromkeys(of_kinds, date(2026, 4, 1))
    events = db.exec(select(AuditEvent).where(AuditEvent.object_kind == "import")).all()
    assert [(one.action, one.object_key) for one in events] == [("import_records", str(batch.id))]

    again = planned(db, asha, *lines)
    assert again.counts["same"] == len(lines), [row.sentence for row in again.rows if row.change != "same"]
    assert not imports_made(db, viewer=asha)[0].why_not

    undone = undo_import(db, by=asha, batch_id=batch.id or 0, because="The wrong month")
    assert undone.people_left == ("Nia Rhys",)
    assert db.exec(select(Post).where(Post.staff_id == nia.id)).first() is None
    assert db.exec(select(Post.hours_a_week).where(Post.staff_id == cast.id("Ben"))).one() == 37.0
    assert _completions(db, cast, "Ben") == []
    assert _completions(db, cast, "Bela") == [(date(2025, 1, 10), None, "", True)]
    assert db.exec(select(Registration).where(current(Registration))).first() is None
    assert db.exec(select(Booking.state).where(current(Booking))).one() is BookingState.CONFIRMED
    assert db.exec(select(RecordsKeptFrom)).first() is None
    left = db.exec(select(SupervisionSession).where(current(SupervisionSession))).one()
    assert (left.state, left.starts_at, left.minutes) == (SessionState.PLANNED, "10:00", 50)
    assert db.exec(select(Attendance.staff_id).where(Attendance.session_id == left.id)).all() == [cast.id("Ben")]
    after = everything(db)
    assert after["staff"] == before["staff"] + 1, "the person stays"
    assert after["post"] == before["post"]
    assert after["training_record"] == before["training_record"] + 6, "evidence is never deleted"
    assert imports_made(db, viewer=asha)[0].why_not.startswith("It was undone")

    found = match_people(db, viewer=asha, understood=sheets(lines[0]))[0]
    assert found.exact is not None, "whoever is left is given a post by the next list, and not entered twice"
    assert found.exact.staff_id == nia.id
    assert taken(db, asha, lines[0]).counts["new"] == 1
    assert everything(db)["staff"] == after["staff"]


def _completions(db: Session, cast: Cast, who: str) -> list[tuple[date, date | None, str, bool]]:
    found = db.exec(
        select(TrainingRecord).where(TrainingRecord.staff_id == cast.id(who), current(TrainingRecord))
    ).all()
    return [(one.completed_on, one.printed_expiry_on, one.certificate, one.is_confirmed) for one in found]


def test_nothing_is_written_while_anything_is_open(trained_cast: Cast, db: Session) -> None:
    asha, cast = actor(trained_cast, "Asha"), trained_cast
    before = everything(db)
    good, bad = trained(2, "Ben", YESTERDAY), trained(3, "Bela", today() + timedelta(days=3))
    with pytest.raises(InvalidRecord, match=r"Row 3, Bela: .* is still to come"):
        taken(db, asha, good, bad)
    sheet = sheets(good)[0]
    people: dict[str, int | None] = {"Ben": cast.id("Ben")}
    given: dict[str, Any] = {"file_name": "a.csv", "file_digest": "", "people": people}
    open_ones = (Problem(at(9), "Row 9, Completed on: “31/02/2026” is not a date."),) * 60
    digest = plan_import(db, viewer=asha, understood=[sheet], people=people).digest
    with pytest.raises(InvalidRecord, match="And 10 more problems") as refused:
        take_in(db, by=asha, understood=[replace(sheet, problems=open_ones)], plan_digest=digest, **given)
    assert len(refused.value.problems) == 51
    with pytest.raises(Conflict, match="Something changed since the preview"):
        take_in(db, by=asha, understood=[sheet], plan_digest="another", **given)
    record_completion(db, by=asha, staff_id=cast.id("Ben"), course_code="tcat_1", completed_on=YESTERDAY)
    with pytest.raises(Conflict, match="Something changed since the preview"):
        take_in(db, by=asha, understood=[sheet], plan_digest=digest, **given)
    after = everything(db)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        **{"training_record": 1, "audit_event": 1, "audit_subject": 1}
    }, "what Asha recorded by hand, and nothing else"


def test_one_form_takes_a_file_in_once_and_the_same_file_is_recognised(trained_cast: Cast, db: Session) -> None:
    asha, key = actor(trained_cast, "Asha"), uuid4()
    line = trained(2, "Ben", YESTERDAY)
    taken(db, asha, line, submission=key)
    with pytest.raises(AlreadySaved), db.begin_nested():
        taken(db, asha, trained(2, "Bela", YESTERDAY), submission=key)
    people = exact(db, asha, sheets(line))
    again = plan_import(db, viewer=asha, understood=sheets(line), people=people, file_digest="d" * 64)
    assert any(sentence.startswith("This file was taken in on") for sentence in again.means)


def test_an_import_that_was_built_on_since_is_not_undone(trained_cast: Cast, db: Session) -> None:
    asha, cast = actor(trained_cast, "Asha"), trained_cast
    batch = taken(db, asha, trained(2, "Ben", YESTERDAY), trained(3, "Bela", YESTERDAY), employed(4, "Nia Rhys"))
    record = db.exec(select(TrainingRecord).where(TrainingRecord.staff_id == cast.id("Ben"))).one()
    nia = db.exec(select(Staff.id).where(Staff.full_name == "Nia Rhys")).one()
    before = everything(db)
    with db.begin_nested() as point:
        facts: dict[str, Any] = {"completed_on": YESTERDAY, "result": TrainingResult.PASSED, "certificate": "1"}
        correct_completion(db, by=asha, training_record_id=record.id or 0, reason="A number", **facts)
        with pytest.raises(Conflict, match="Row 2: the completion was changed since"):
            undo_import(db, by=asha, batch_id=batch.id or 0, because="Wrong")
        assert "changed since" in imports_made(db, viewer=asha)[0].why_not
        point.rollback()
    with db.begin_nested() as point:
        db.add(GroupMember(group_id=cast.group, staff_id=nia or 0, start_on=today()))
        db.flush()
        with pytest.raises(Conflict, match="Row 4: Nia Rhys has a place in a group since"):
            undo_import(db, by=asha, batch_id=batch.id or 0, because="Wrong")
        point.rollback()
    assert everything(db) == before
    for somebody in ("Carol", "Ben", "Dev"):
        with pytest.raises(NotAllowed):
            undo_import(db, by=actor(cast, somebody), batch_id=batch.id or 0, because="Mine now")
    undo_import(db, by=asha, batch_id=batch.id or 0, because="Wrong")
    with pytest.raises(Conflict, match="undone already"):
        undo_import(db, by=asha, batch_id=batch.id or 0, because="Wrong")


def test_an_import_is_undone_only_by_who_might_write_all_of_it_today(trained_cast: Cast, db: Session) -> None:
    """Asha manages another community now. Nia works in Carol's too: that makes the post in Asha's none of Carol's.
    Seen to fail without `reaches_beyond`: both undid it."""
    cast, asha = trained_cast, actor(trained_cast, "Asha")
    batch = taken(db, asha, trained(2, "Ben", YESTERDAY))
    here = taken(db, asha, employed(2, "Nia Rhys"))
    nia = db.exec(select(Staff.id).where(Staff.full_name == "Nia Rhys")).one()
    post = db.exec(select(Post).where(Post.staff_id == nia)).one()
    values = post.model_dump(exclude={"id", "row_version", "community_id"})
    db.add(Post(**values, community_id=cast.community_c))
    grant = db.exec(select(RoleGrant).where(RoleGrant.staff_id == cast.id("Asha"))).one()
    grant.community_id = cast.community_c
    db.flush()
    carol, asha = acting(db, actor(cast, "Carol")), acting(db, asha)
    before = everything(db)
    for by, which in ((asha, batch), (carol, here)):
        with pytest.raises(NotAllowed):
            undo_import(db, by=by, batch_id=which.id or 0, because="Mine no more")
    assert everything(db) == before
    assert [one.why_not[:10] for one in imports_made(db, viewer=asha)] == ["Some of it", "Some of it"]


def test_odd_rows_of_training_are_refused_as_the_single_service_refuses_them(trained_cast: Cast, db: Session) -> None:
    """The same checks by two ways: what the import plans as new, and nothing else, is what the service takes."""
    asha, cast = actor(trained_cast, "Asha"), trained_cast
    record_completion(db, by=asha, staff_id=cast.id("Ben"), course_code="tcat_1", completed_on=date(2025, 5, 5))
    odd: list[tuple[str, dict[str, Any]]] = [
        ("Ben", {"on": YESTERDAY}),
        ("Ben", {"on": today()}),
        ("Ben", {"on": today() + timedelta(days=1)}),
        ("Ben", {"on": date(1949, 12, 31)}),
        ("Ben", {"on": date(1950, 1, 1)}),
        ("Ben", {"on": date(2025, 5, 5)}),
        ("Ben", {"on": YESTERDAY, "expires_on": YESTERDAY}),
        ("Ben", {"on": YESTERDAY, "expires_on": today()}),
        ("Ben", {"on": YESTERDAY, "certificate": "x" * 120}),
        ("Ben", {"on": YESTERDAY, "certificate": "x" * 121}),
        ("Ben", {"on": YESTERDAY, "course": "unknown"}),
        ("Ben", {"on": YESTERDAY, "result": "asked_to_repeat"}),
        ("Cai", {"on": YESTERDAY}),
        ("Asha", {"on": YESTERDAY}),
    ]
    for who, facts in odd:
        people: dict[str, int | None] = {who: cast.id(who)}
        understood = sheets(trained(2, who, **facts))
        plan = plan_import(db, viewer=asha, understood=understood, people=people)
        assert plan.counts["new"] == _service_takes(db, asha, cast.id(who), **facts), (who, facts, plan.rows)


def _service_takes(db: Session, by: Actor, staff_id: int, *, on: date, course: str = "tcat_1", **more: Any) -> bool:
    given: dict[str, Any] = {"result": TrainingResult(more.get("result", "passed"))}
    given |= {"printed_expiry_on": more.get("expires_on"), "certificate": more.get("certificate", "")}
    with db.begin_nested() as point:
        try:
            record_completion(db, by=by, staff_id=staff_id, course_code=course, completed_on=on, **given)
        except (InvalidRecord, NotAllowed):
            return False
        finally:
            point.rollback()
    return True


def test_what_an_importer_could_not_confirm_waits(trained_cast: Cast, db: Session) -> None:
    cast, waits = trained_cast, "waits to be confirmed"
    for who, subject, is_confirmed in (("Asha", "Ben", True), ("Asha", "Asha", False), ("Eve", "Cai", False)):
        by = actor(cast, who)
        plan = planned(db, by, trained(2, subject, YESTERDAY))
        assert (waits in plan.rows[0].sentence) is not is_confirmed
        taken(db, by, trained(2, subject, YESTERDAY))
        assert _completions(db, cast, subject) == [(YESTERDAY, None, "", is_confirmed)]


def test_administrators_take_in_staff_and_training_and_managers_their_own_communities(
    trained_cast: Cast, db: Session
) -> None:
    cast = trained_cast
    asha, eve = actor(cast, "Asha"), actor(cast, "Eve")
    registered = RegistrationLine(at(2), "Ben", "", "hcpc", date(2020, 1, 1))
    refused = {
        "a registration by an administrator": (eve, registered),
        "a session by an administrator": (eve, came(2, "Ben")),
        "a post in another community": (asha, employed(2, "Ben", community="Ashdown C", started_on=today())),
        "one's own post": (asha, employed(2, "Asha")),
    }
    for what, (by, line) in refused.items():
        understood = sheets(line)
        people: dict[str, int | None] = {line.person: cast.id(line.person), "Asha": cast.id("Asha")}
        plan = plan_import(db, viewer=by, understood=understood, people=people)
        assert plan.counts["refused"] == 1, what
    elsewhere = sheets(trained(2, "Cai", YESTERDAY))
    of_others = plan_import(db, viewer=asha, understood=elsewhere, people={"Cai": cast.id("Cai")})
    nobody = plan_import(db, viewer=asha, understood=elsewhere, people={"Cai": 987654})
    assert of_others.rows == nobody.rows, "somebody elsewhere and nobody at all are told in the same words"
    assert match_people(db, viewer=asha, understood=elsewhere)[0].exact is None
    assert "ashdown c" not in known_names(db, viewer=asha).communities
    assert "ashdown c" in known_names(db, viewer=eve).communities
    with pytest.raises(NotAllowed):
        known_names(db, viewer=actor(cast, "Dev"))


def test_a_session_needs_its_agreement_and_its_whole_register(trained_cast: Cast, db: Session) -> None:
    asha = actor(trained_cast, "Asha")
    every = [came(2 + number, who, group="Monday group") for number, who in enumerate(GROUP_OF_TEN)]
    long_ago = today() - timedelta(days=100)
    expected: list[tuple[str, list[SupervisionLine], str]] = [
        ("everybody", every, "“Monday group”"),
        ("one is missing", every[:-1], "Add a row for Officer K, contracted that day"),
        ("six are missing", every[:4], "and 3 more"),
        ("two lengths", [replace(every[0], minutes=45), *every[1:]], "One session has one length"),
        ("somebody came late", [replace(every[0], status="late", minutes=45), *every[1:]], "“Monday group”"),
        ("nobody came", [replace(one, status="apologies_leave") for one in every], "Nobody was there"),
        ("no agreement with them", [came(2, "Farah")], "There is no agreement of Asha with Farah"),
        ("before it began", [came(2, "Ben", LONG_AGO - timedelta(days=1))], "which 14 January 2024 is not in"),
        ("it ended long ago", [came(2, "Ben", long_ago, supervisor="Kit")], "Only sessions from before records"),
        ("to come", [came(2, "Ben", today() + timedelta(days=1))], "is still to come"),
        ("no time of day", [came(2, "Ben", starts_at="25:00")], "is not a time of day"),
        ("too long", [came(2, "Ben", minutes=481)], "A session lasts between"),
        ("twice on one day", [came(2, "Ben"), came(3, "Ben")], "stands there twice"),
    ]
    for what, lines, sentence in expected:
        plan = planned(db, asha, *lines)
        assert sentence in plan.rows[0].sentence, (what, plan.rows[0])
    history = planned(db, asha, came(2, "Ben", long_ago, supervisor="Kit"), kept_from=today())
    assert history.counts["new"] == 1, "from before records were kept here"


def test_a_months_sum_is_stored_where_minutes_alone_are_asked(trained_cast: Cast, db: Session) -> None:
    asha, cast = actor(trained_cast, "Asha"), trained_cast
    line = MonthLine(at(2), "Ben", "", date(2026, 9, 1), 500)
    ended = db.get_one(SupervisionAgreement, cast.ended_agreement)
    ended.end_on = date(2026, 9, 30)
    db.flush()
    assert "2 agreements" in planned(db, asha, line).rows[0].sentence, "nobody guesses whose sessions they were"
    ended.end_on = date(2026, 8, 1)
    db.flush()
    taken(db, asha, line, kept_from=date(2026, 10, 1))
    found = db.exec(
        select(SupervisionSession.held_on, SupervisionSession.minutes).order_by(col(SupervisionSession.held_on))
    )
    assert [tuple(one) for one in found] == [(date(2026, 9, 29), 20), (date(2026, 9, 30), 480)]
    assert planned(db, asha, line).counts["same"] == 1
    assert "would count them twice" in planned(db, asha, replace(line, minutes=60)).rows[0].sentence
    asked = db.exec(select(Requirement)).one()
    asked.terms = {"amount": 2, "measure": "meetings"}
    db.flush()
    other = planned(db, asha, MonthLine(at(2), "Ben", "", date(2026, 8, 1), 60))
    assert "counts meetings" in other.rows[0].sentence


def test_a_mapping_is_kept_for_the_next_sheet_of_these_headings(trained_cast: Cast, db: Session) -> None:
    asha, cast = actor(trained_cast, "Asha"), trained_cast
    told = Told(SheetKind.TRAINING_LOG, columns={0: "person"}, words={"done": "completed"}, cells={"4:Name": "Ben"})
    people: dict[str, int | None] = {"Benny": cast.id("Ben"), "Cai": cast.id("Cai"), "Nobody": None}
    given: dict[str, Any] = {"name": "Monthly", "community_id": cast.community_b, "headings": ["Name ", "Course", ""]}
    for _ in range(2):
        keep_mapping(db, by=asha, told=told, people=people, **given)
    kept = kept_mappings(db, viewer=asha, headings=["course", "NAME"])
    assert [(one.name, one.told, one.people, one.is_whole) for one in kept] == [
        ("Monthly", replace(told, cells={}), {"Benny": cast.id("Ben")}, True)
    ]
    assert not kept_mappings(db, viewer=asha, headings=["Quite", "Another", "Sheet"])
    forget_mapping(db, by=asha, mapping_id=kept[0].mapping_id)
    assert not kept_mappings(db, viewer=asha, headings=[])
    with pytest.raises(NotAllowed):
        keep_mapping(db, by=asha, told=told, people={}, **(given | {"community_id": None}))
