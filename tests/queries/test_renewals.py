"""A chain of renewals as one registration on any day; who has lost a protected title; databases older than chains."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.models import CheckResult, Registration, RequirementKind
from tcsuper.queries.home import my_standings, my_team
from tcsuper.queries.registers import registrations_of
from tcsuper.queries.registration import Registered, register_checks_seen, registration_history, registrations_seen
from tcsuper.queries.renewals import endings_of, endings_seen, titles_not_to_use
from tcsuper.queries.standing import standings
from tcsuper.queries.tasks import my_tasks
from tcsuper.rules.standing import Status
from tcsuper.services.registration import (
    add_registration,
    correct_registration,
    record_register_check,
    renew_registration,
    void_renewal,
)
from tests.competence import add_bodies
from tests.people import LONG_AGO, Cast, make_cast

EXPIRED, UP_TO_DATE, DUE_SOON = Status.EXPIRED, Status.UP_TO_DATE, Status.DUE_SOON


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


IN_A_YEAR = days_ago(-365)


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_bodies(db, made)
    return made


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def register(db: Session, cast: Cast, who: str = "Ben", body: str = "nmc", until: date | None = None) -> Registration:
    return add_registration(
        db,
        by=known(db, cast, who),
        staff_id=cast.id(who),
        body_code=body,
        number="12A3456B",
        registered_on=LONG_AGO,
        expires_on=until or days_ago(60),
    ).registration


def renew(db: Session, cast: Cast, former: Registration, on: date, until: date = IN_A_YEAR) -> Registration:
    by = known(db, cast, "Ben")
    return renew_registration(db, by=by, registration_id=former.id or 0, renewed_on=on, expires_on=until).registration


def check(db: Session, cast: Cast, record_id: UUID, result: CheckResult, **other: object) -> None:
    given: dict = dict(checked_on=today(), result=result)
    record_register_check(db, by=known(db, cast, "Asha"), registration_record_id=record_id, **given | other)


def seen(db: Session, cast: Cast, on: date, reader: str = "Asha", known_on: date | None = None) -> list[Registered]:
    return registrations_seen(db, viewer=known(db, cast, reader), on=on, known_on=known_on, about=cast.id("Ben"))


def noon(days: int) -> datetime:
    """So many days ago: summer time makes it an hour more or less, but never another day."""
    return datetime.combine(days_ago(days), time(12), UTC)


def back_in_time(db: Session, row: Registration, recorded_at: datetime) -> None:
    """As if it had been entered then; a test's own doing, no service does."""
    row.recorded_at = recorded_at
    db.flush()


# ---------------------------------------------------------------------------------------------------------------------
# One registration, whatever its renewals


def test_each_past_day_has_the_answer_of_that_day(db: Session, cast: Cast) -> None:
    renew(db, cast, register(db, cast), days_ago(38))
    days = {200: UP_TO_DATE, 60: DUE_SOON, 59: EXPIRED, 39: EXPIRED, 38: UP_TO_DATE, 0: UP_TO_DATE}
    for ago, status in days.items():
        one = seen(db, cast, days_ago(ago))
        assert [each.standing.status for each in one] == [status], ago
    (before,), (after,) = seen(db, cast, days_ago(100)), seen(db, cast, today())
    assert (before.valid_until, after.valid_until) == (days_ago(60), IN_A_YEAR)
    assert before.record_id == after.record_id and after.standing.since == days_ago(38)


def test_the_requirement_says_the_same_on_each_day(db: Session, cast: Cast) -> None:
    renew(db, cast, register(db, cast), days_ago(38))
    asked = [RequirementKind.REGISTRATION]
    status = {
        ago: standings(db, [cast.id("Ben")], days_ago(ago), kinds=asked)[0].standing.status for ago in (100, 50, 0)
    }
    assert status == {100: DUE_SOON, 50: EXPIRED, 0: UP_TO_DATE}


def test_what_was_known_before_the_renewal_was_entered(db: Session, cast: Cast) -> None:
    former = register(db, cast)
    back_in_time(db, former, noon(300))
    renew(db, cast, former, days_ago(61))
    assert [one.standing.status for one in seen(db, cast, days_ago(30))] == [UP_TO_DATE]
    assert [one.standing.status for one in seen(db, cast, days_ago(30), known_on=days_ago(30))] == [EXPIRED]
    assert seen(db, cast, days_ago(30), known_on=days_ago(301)) == []


def test_checks_of_any_of_its_records_are_checks_of_it(db: Session, cast: Cast) -> None:
    former = register(db, cast)
    check(db, cast, former.record_id, CheckResult.REGISTERED, checked_on=days_ago(90))
    newer = renew(db, cast, former, days_ago(61))
    check(db, cast, newer.record_id, CheckResult.CONDITIONS, note="Not to work alone")
    (one,) = seen(db, cast, today())
    assert one.standing.status is Status.CONDITIONS and one.last_checked_on == today()
    made = register_checks_seen(db, viewer=known(db, cast, "Asha"), record_id=one.record_id)
    assert list(made["result"]) == [CheckResult.CONDITIONS, CheckResult.REGISTERED]


VOIDED = [
    # on, known on → status, last day, as it is or was known
    (100, None, DUE_SOON, 60),
    (60, None, DUE_SOON, 60),
    (59, None, EXPIRED, 60),
    (38, None, EXPIRED, 60),
    (0, None, EXPIRED, 60),
    (38, 38, UP_TO_DATE, -365),
    (5, 5, UP_TO_DATE, -365),
    (59, 5, EXPIRED, 60),
    (0, 0, EXPIRED, 60),
]


@pytest.mark.parametrize(("on", "known_on", "status", "until"), VOIDED)
def test_a_voided_renewal_never_counted_but_was_known(
    db: Session, cast: Cast, on: int, known_on: int | None, status: Status, until: int
) -> None:
    former = register(db, cast)
    back_in_time(db, former, noon(300))
    renewal = renew(db, cast, former, days_ago(38))
    back_in_time(db, renewal, noon(38))
    void_renewal(db, by=known(db, cast, "Asha"), registration_id=renewal.id or 0, reason="Another person’s")
    (one,) = seen(db, cast, days_ago(on), known_on=None if known_on is None else days_ago(known_on))
    assert (one.standing.status, one.valid_until, one.record_id) == (status, days_ago(until), former.record_id)


def test_history_shows_a_voided_renewal_and_a_check_of_its_time_still_counts(db: Session, cast: Cast) -> None:
    former = register(db, cast, until=IN_A_YEAR)
    mistaken = renew(db, cast, former, days_ago(3), days_ago(-700))
    check(db, cast, mistaken.record_id, CheckResult.SUSPENDED)
    void_renewal(db, by=known(db, cast, "Asha"), registration_id=mistaken.id or 0, reason="Another person’s")
    renew(db, cast, former, days_ago(2), days_ago(-400))
    history = registration_history(db, viewer=known(db, cast, "Ben"), record_id=former.record_id)
    told = [(one.recorded_by, one.reason, one.is_renewal, one.is_current, one.is_void) for one in history]
    assert told == [
        ("Ben", "", True, True, False),
        ("Asha", "Another person’s", True, False, True),
        ("Ben", "", True, False, False),
        ("Ben", "", False, True, False),
    ]
    assert [one.standing.status for one in seen(db, cast, today())] == [EXPIRED], "the register showed them suspended"


def test_a_correction_does_not_move_a_record_in_its_chain(db: Session, cast: Cast) -> None:
    """Renewed twice on one day: the last renewal speaks, though the one before it was corrected after it."""
    first = register(db, cast)
    second = renew(db, cast, first, days_ago(38), days_ago(-100))
    renew(db, cast, second, days_ago(38), IN_A_YEAR)
    given: dict = dict(registration_id=second.id, number="98Z7654Y", expires_on=days_ago(-90))
    correct_registration(db, by=known(db, cast, "Asha"), reason="Misread", **given)
    (one,) = seen(db, cast, today())
    assert (one.valid_until, one.number) == (IN_A_YEAR, "12A3456B")


def test_history_shows_each_record_with_its_author_and_corrections(db: Session, cast: Cast) -> None:
    former = register(db, cast)
    newer = renew(db, cast, former, days_ago(61))
    given: dict = dict(registration_id=former.id, number="98Z7654Y", expires_on=days_ago(60))
    correct_registration(db, by=known(db, cast, "Asha"), reason="Misread", **given)
    for reader in ("Ben", "Farah", "Asha"):
        history = registration_history(db, viewer=known(db, cast, reader), record_id=former.record_id)
        told = [(one.recorded_by, one.reason, one.number, one.is_renewal, one.is_current) for one in history]
        assert told == [
            ("Asha", "Misread", "98Z7654Y", False, True),
            ("Ben", "", "12A3456B", True, True),
            ("Ben", "", "12A3456B", False, False),
        ]
    for outsider in ("Dev", "Carol", "Bela"):
        by = known(db, cast, outsider)
        assert registration_history(db, viewer=by, record_id=former.record_id) == []
    assert seen(db, cast, today())[0].registration_id == newer.id


# ---------------------------------------------------------------------------------------------------------------------
# Older databases wrote a renewal as a version


def older(db: Session, cast: Cast, entered: int, until: date, renewed: int, to: date, reason: str = "Renewed") -> None:
    former = register(db, cast, until=until)
    back_in_time(db, former, noon(entered))
    db.add(
        Registration(
            **former.model_dump(exclude={"id", "expires_on", "recorded_at", "correction_reason", "supersedes_id"}),
            expires_on=to,
            supersedes_id=former.id,
            correction_reason=reason,
            recorded_at=noon(renewed),
        )
    )
    db.flush()


def test_a_renewal_of_an_older_database_counts_from_the_day_it_was_entered(db: Session, cast: Cast) -> None:
    older(db, cast, entered=400, until=days_ago(60), renewed=70, to=IN_A_YEAR)
    assert [one.valid_until for ago in (80, 70, 0) for one in seen(db, cast, days_ago(ago))] == [
        days_ago(60),
        IN_A_YEAR,
        IN_A_YEAR,
    ]


def test_no_gap_is_made_of_one_that_was_entered_late(db: Session, cast: Cast) -> None:
    """The day of the renewal was not asked for then: nobody is called lapsed on a guess."""
    older(db, cast, entered=400, until=days_ago(60), renewed=30, to=IN_A_YEAR)
    statuses = {ago: seen(db, cast, days_ago(ago))[0].standing.status for ago in (61, 60, 59, 45, 30)}
    assert statuses == {61: DUE_SOON, 60: DUE_SOON, 59: UP_TO_DATE, 45: UP_TO_DATE, 30: UP_TO_DATE}


def test_it_is_corrected_and_renewed_as_any_other(db: Session, cast: Cast) -> None:
    older(db, cast, entered=400, until=days_ago(400), renewed=390, to=days_ago(60))
    last = db.exec(select(Registration).order_by(col(Registration.id).desc())).first()
    assert last is not None
    given: dict = dict(registration_id=last.id, number="98Z7654Y", expires_on=days_ago(59))
    corrected = correct_registration(db, by=known(db, cast, "Asha"), reason="Misread", **given).registration
    renew(db, cast, corrected, days_ago(50))
    (held,) = registrations_of(db, [cast.id("Ben")], today())[cast.id("Ben")]
    assert [record.expires_on for record in held.records] == [days_ago(400), days_ago(59), IN_A_YEAR]
    assert [record.number for record in held.records] == ["12A3456B", "98Z7654Y", "98Z7654Y"]
    assert seen(db, cast, days_ago(55))[0].standing.status is EXPIRED
    history = registration_history(db, viewer=known(db, cast, "Asha"), record_id=corrected.record_id)
    assert [one.reason for one in history] == ["", "Misread", "Renewed", ""]


def test_a_correction_to_a_later_day_is_none(db: Session, cast: Cast) -> None:
    older(db, cast, entered=400, until=days_ago(60), renewed=30, to=IN_A_YEAR, reason="The wrong year")
    assert seen(db, cast, days_ago(100))[0].valid_until == IN_A_YEAR


# ---------------------------------------------------------------------------------------------------------------------
# Protected titles


def test_a_lapsed_statutory_registration_is_told_to_the_person_and_the_manager_before_all_else(
    db: Session, cast: Cast
) -> None:
    record = register(db, cast, until=IN_A_YEAR).record_id
    for name in ("Ben", "Asha", "Farah"):
        assert not any("May not use" in task.reason for task in tasks_of(db, cast, name))
    check(db, cast, record, CheckResult.SUSPENDED, note="Interim order.")
    (mine, *_), (theirs, *_), (reports, *_) = (tasks_of(db, cast, name) for name in ("Ben", "Asha", "Farah"))
    assert mine.title == "Registration with NMC" and mine.word == "Not in force"
    assert "May not use the title that registration with NMC gives until restored." in mine.reason
    assert theirs.title == reports.title == "Ben · Registration with NMC" and "Interim order" in theirs.reason
    for outsider in ("Carol", "Bela", "Eve", "Jo"):
        assert not any("NMC" in task.title for task in tasks_of(db, cast, outsider) if "Ben" in task.title)


def tasks_of(db: Session, cast: Cast, name: str) -> list:
    viewer = known(db, cast, name)
    return my_tasks(db, viewer=viewer, rows=my_standings(db, viewer=viewer))


def test_and_once_alone(db: Session, cast: Cast) -> None:
    """The requirement of the post says the same: it gives way, for the person and for the team."""
    check(db, cast, register(db, cast, until=IN_A_YEAR).record_id, CheckResult.REMOVED)
    mine = [task for task in tasks_of(db, cast, "Ben") if "egistration with" in task.title]
    assert [task.title for task in mine] == ["Registration with NMC"]
    team = my_team(db, viewer=known(db, cast, "Asha"))
    assert team is not None and not any(task.title.startswith("Ben · Registration") for task in team.tasks)
    assert any(task.title.startswith("Bela · Registration") for task in team.tasks), "who never had one is in the list"


@pytest.mark.parametrize(
    ("result", "marked"),
    [
        (CheckResult.REGISTERED, False),
        (CheckResult.CONDITIONS, False),
        (CheckResult.SUSPENDED, True),
        (CheckResult.REMOVED, True),
        (CheckResult.NOT_FOUND, True),
        (CheckResult.NOT_CHECKED, False),
    ],
)
def test_which_results_take_the_title(db: Session, cast: Cast, result: CheckResult, marked: bool) -> None:
    record = register(db, cast, until=IN_A_YEAR).record_id
    check(db, cast, record, result, note="As the register says")
    marks = titles_not_to_use(db, viewer=known(db, cast, "Asha"), on=today())
    assert (cast.id("Ben") in marks) is marked


def test_the_title_is_back_once_the_register_shows_them_again(db: Session, cast: Cast) -> None:
    record = register(db, cast, until=IN_A_YEAR).record_id
    check(db, cast, record, CheckResult.REMOVED, checked_on=days_ago(3))
    check(db, cast, record, CheckResult.REGISTERED)
    asha = known(db, cast, "Asha")
    assert titles_not_to_use(db, viewer=asha, on=today()) == {}
    assert cast.id("Ben") in titles_not_to_use(db, viewer=asha, on=days_ago(1))


def test_a_lapsed_accredited_registration_or_membership_takes_no_title(db: Session, cast: Cast) -> None:
    for body in ("bacp", "bps"):
        register(db, cast, body=body)
    assert len(endings_seen(db, viewer=known(db, cast, "Asha"), on=today(), about=cast.id("Ben"))) == 2
    assert titles_not_to_use(db, viewer=known(db, cast, "Asha"), on=today()) == {}


def test_who_is_on_the_register_by_another_entry_keeps_the_title(db: Session, cast: Cast) -> None:
    register(db, cast)
    assert cast.id("Ben") in titles_not_to_use(db, viewer=known(db, cast, "Asha"), on=today())
    given: dict = dict(staff_id=cast.id("Ben"), body_code="nmc", number="98Z7654Y", registered_on=days_ago(10))
    add_registration(db, by=known(db, cast, "Ben"), expires_on=IN_A_YEAR, **given)
    assert titles_not_to_use(db, viewer=known(db, cast, "Asha"), on=today()) == {}


def test_the_mark_is_for_those_who_may_see_the_status_and_says_no_more(db: Session, cast: Cast) -> None:
    check(db, cast, register(db, cast, until=IN_A_YEAR).record_id, CheckResult.SUSPENDED, note="Interim order.")
    ben = cast.id("Ben")
    for reader in ("Ben", "Asha", "Farah", "Dev"):
        marks = titles_not_to_use(db, viewer=known(db, cast, reader), on=today())
        assert marks[ben] == ["May not use the title that registration with NMC gives until restored."]
    for outsider in ("Carol", "Bela", "Eve", "Jo"):
        assert ben not in titles_not_to_use(db, viewer=known(db, cast, outsider), on=today())
    alone = endings_seen(db, viewer=known(db, cast, "Dev"), on=today(), about=ben)
    assert "Interim" not in alone[0].standing.because


def test_the_command_line_finds_what_the_pages_find(db: Session, cast: Cast) -> None:
    register(db, cast)
    register(db, cast, body="bacp", until=days_ago(-20))
    ben = cast.id("Ben")
    found = endings_of(db, [ben], today())
    assert found == endings_seen(db, viewer=known(db, cast, "Ben"), on=today(), about=ben)
    assert [(one.title, one.is_lapsed) for one in sorted(found, key=lambda one: one.title)] == [
        ("Registration with BACP", False),
        ("Registration with NMC", True),
    ]


def test_a_second_registration_that_nothing_asks_for_has_a_task_of_its_own(db: Session, cast: Cast) -> None:
    register(db, cast, until=IN_A_YEAR)
    register(db, cast, body="bps", until=days_ago(-20))
    assert "Registration with BPS chartered" in [task.title for task in tasks_of(db, cast, "Ben")]
