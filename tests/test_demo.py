"""The demonstration: made once for all of these tests, on SQLite."""

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from seed.__main__ import seed
from seed.demo import make_demo
from seed.demo.cast import VISITORS
from seed.demo.statements import OLWEN
from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.database import migrate, reading, writing
from tcsuper.errors import WrongSetup
from tcsuper.models import (
    Account,
    Answer,
    Attendance,
    AttendanceAnswer,
    AuditEvent,
    Booking,
    DatabaseMark,
    Observation,
    Post,
    RegisterCheck,
    Registration,
    RequirementKind,
    Role,
    SelfRating,
    SessionState,
    Staff,
    StaffEvent,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionSession,
    TrainingRecord,
)
from tcsuper.queries.disputes import disputed_sessions
from tcsuper.queries.evidence import current
from tcsuper.queries.findings import repeated_findings
from tcsuper.queries.home import my_standings
from tcsuper.queries.imports import imports_made
from tcsuper.queries.plan_actions import plan_actions
from tcsuper.queries.reviews import reviews_seen
from tcsuper.queries.standing import JUDGES, standings
from tcsuper.queries.supervision import sessions_to_record
from tcsuper.queries.tasks import my_tasks
from tcsuper.rules.reviews import PlanStatus
from tcsuper.rules.standing import Status
from tests.databases import SqliteFiles, copy_of, in_use


@pytest.fixture(scope="module", autouse=True)
def demonstration(sqlite: SqliteFiles) -> Iterator[None]:
    with copy_of("migrated", sqlite) as url, in_use(url):
        seed(demo=True)
        yield


@pytest.fixture
def db() -> Iterator[Session]:
    with reading() as session:
        yield session


def somebody(db: Session, username: str) -> Actor:
    account = db.exec(select(Account).where(Account.username == username)).one()
    return actor_for_staff(db, account.staff_id)


def test_a_database_that_holds_people_is_refused() -> None:
    with pytest.raises(WrongSetup, match="already holds"):
        seed(demo=True)
    with pytest.raises(WrongSetup, match="already holds"):
        make_demo()


def test_it_is_marked_as_a_demonstration(db: Session) -> None:
    assert db.get_one(DatabaseMark, 1).kind == "demo"


def test_somebody_has_each_role_and_all_but_one_external_supervisor_have_an_account(db: Session) -> None:
    people = db.exec(select(Staff)).all()
    roles = {role for person in people for role in actor_for_staff(db, person.id or 0).roles}
    assert roles == set(Role)
    with_account = set(db.exec(select(Account.staff_id)))
    assert [person.full_name for person in people if person.id not in with_account] == [OLWEN]
    assert 60 <= len(people) <= 80


def test_two_people_have_one_name_and_somebody_is_outside_every_team(db: Session) -> None:
    names = Counter(db.exec(select(Staff.full_name)))
    assert [name for name, number in names.items() if number > 1] == ["Sam Lee"]
    outside = somebody(db, "gethin.ap.dafydd")
    assert outside.roles == {Role.STAFF}
    assert db.exec(select(Post).where(Post.staff_id == outside.staff_id)).all() == []


def test_visitors_come_for_a_time(db: Session) -> None:
    for username in VISITORS:
        account = db.exec(select(Account).where(Account.username == username)).one()
        assert account.starts_on is not None and account.ends_on is not None
        assert account.starts_on <= today() <= account.ends_on


def test_names_keep_their_accents(db: Session) -> None:
    names = set(db.exec(select(Staff.full_name)))
    assert {"Siân Ŵyn", "Niamh O’Neill-Kaur", "Gráinne Ní Bhriain", "Deepa Rāo"} <= names


def test_every_status_is_somewhere_and_every_kind_is_judged(db: Session) -> None:
    rows = standings(db, sa.select(col(Staff.id)), today())
    assert {row.standing.status for row in rows} == set(Status)
    assert {row.kind for row in rows} == set(JUDGES) == set(RequirementKind)


@pytest.mark.parametrize("kind", [RequirementKind.SUPERVISION, RequirementKind.COURSE, RequirementKind.PRACTICE])
def test_neither_everybody_nor_nobody_meets_what_is_asked(db: Session, kind: RequirementKind) -> None:
    rows = [row for row in standings(db, sa.select(col(Staff.id)), today(), kinds=[kind])]
    asked = {row.staff_id for row in rows if row.standing.status is not Status.NOT_REQUIRED}
    late = {row.staff_id for row in rows if row.standing.status in (Status.OVERDUE, Status.EXPIRED, Status.BELOW)}
    assert 0 < len(late) < len(asked) / 2


def test_a_sheet_was_taken_in_and_can_be_undone(db: Session) -> None:
    made = imports_made(db, viewer=somebody(db, "asha.rao"))
    assert [(one.counts["new"], one.why_not) for one in made] == [(5, "")]


def test_sessions_of_two_years_are_held_lost_planned_and_wait(db: Session) -> None:
    session = SupervisionSession
    states = Counter(db.exec(select(session.state).where(current(session))))
    assert states[SessionState.HELD] > 1000
    assert states[SessionState.DID_NOT_HAPPEN] > 50
    assert states[SessionState.PLANNED] > 50
    assert sessions_to_record(db, viewer=somebody(db, "asha.rao"))
    sizes = [
        one.contracted
        for one in db.exec(select(session).join(SupervisionGroup).where(SupervisionGroup.name == "Monday group"))
        if one.held_on > today()
    ]
    assert set(sizes) == {10}


def test_some_confirm_some_dispute_some_never_answer(db: Session) -> None:
    answers = Counter(db.exec(select(AttendanceAnswer.answer)))
    assert answers[Answer.CONFIRMED] > 500 and answers[Answer.DISPUTED] >= 3
    assert answers.total() < (db.scalar(sa.select(sa.func.count(col(Attendance.id)))) or 0)
    assert disputed_sessions(db, viewer=somebody(db, "asha.rao"))


@pytest.mark.parametrize("username", ["asha.rao", "ben.ellis", "eluned.prys-morgan", "wayne.oakley"])
def test_nobody_begins_with_a_hundred_things_to_do(db: Session, username: str) -> None:
    me = somebody(db, username)
    assert len(my_tasks(db, viewer=me, rows=my_standings(db, viewer=me))) < 25


@pytest.mark.parametrize(
    ("table", "happened"),
    [
        (SupervisionSession, "held_on"),
        (TrainingRecord, "completed_on"),
        (RegisterCheck, "checked_on"),
        (Registration, "registered_on"),
        (StaffEvent, "held_on"),
        (Observation, "observed_on"),
        (SelfRating, "rated_on"),
    ],
)
def test_evidence_was_entered_over_the_years_and_never_before_it_happened(
    db: Session, table: type, happened: str
) -> None:
    rows = db.exec(select(table)).all()
    entered = [today(row.recorded_at) for row in rows]
    for row, on in zip(rows, entered, strict=True):
        is_planned = getattr(row, "state", None) is SessionState.PLANNED
        assert is_planned or getattr(row, happened) <= on <= today()
    assert len(set(entered)) > 10


def test_the_history_is_told_in_order(db: Session) -> None:
    events = db.exec(select(AuditEvent).where(AuditEvent.by_staff_id != None).order_by(col(AuditEvent.id)))  # noqa: E711
    days = [today(event.at) for event in events]
    assert days == sorted(days)


def test_agreements_groups_and_places_are_there(db: Session) -> None:
    for table in (SupervisionAgreement, SupervisionGroup, Booking):
        assert len(db.exec(select(table)).all()) >= 5


def test_nothing_is_half_made(sqlite: SqliteFiles) -> None:
    """Refused at the last step, the whole demonstration is undone."""
    with copy_of("migrated", sqlite) as url, in_use(url):
        migrate()
        with pytest.raises(KeyError):  # no catalogue: there is no job description to give
            make_demo()
        with writing() as db:
            assert db.exec(select(Staff)).all() == [] and db.get(DatabaseMark, 1) is None


def test_reviews_have_ratings_repeated_findings_and_actions_in_every_state_but_open_and_withdrawn(db: Session) -> None:
    director = somebody(db, "eluned.prys-morgan")
    actions = plan_actions(db, viewer=director, on=today())
    assert {one.status for one in actions} == {
        PlanStatus.OVERDUE,
        PlanStatus.DUE_SOON,
        PlanStatus.DONE,
        PlanStatus.CLOSED,
    }
    assert any(one.who_closes.startswith("Nobody can close it") for one in actions)
    assert any(one.planned.moved for one in actions)
    assert repeated_findings(db, viewer=director, on=today())
    lines = reviews_seen(db, viewer=director)
    assert {one.kind.value for one in lines} == {"self_review", "peer_review", "inspection"}
    assert any(0 < one.own_rated < one.to_rate for one in lines), "one is under way"
