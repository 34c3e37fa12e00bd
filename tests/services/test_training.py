from datetime import timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, AuditSubject, Booking, BookingState, TrainingRecord, TrainingResult
from tcsuper.queries.evidence import current
from tcsuper.services.places import book_place
from tcsuper.services.training import (
    confirm_completion,
    correct_completion,
    record_completion,
    record_course_run,
    void_completion,
)
from tests.competence import add_courses
from tests.people import Cast, make_cast

LAST_WEEK, NEXT_WEEK = today() - timedelta(days=7), today() + timedelta(days=7)


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_courses(db, made)
    return made


def known(db: Session, cast: Cast, name: str) -> Actor:
    return actor_for_staff(db, cast.id(name))


def complete(db: Session, cast: Cast, by: str, about: str = "Ben", **other: object) -> TrainingRecord:
    given: dict = dict(staff_id=cast.id(about), course_code="tcat_1", completed_on=LAST_WEEK)
    return record_completion(db, by=known(db, cast, by), **given | other)


def records(db: Session) -> list[TrainingRecord]:
    return list(db.exec(select(TrainingRecord).where(current(TrainingRecord))))


@pytest.mark.parametrize("by", ["Asha", "Farah"])
def test_manager_and_line_manager_enter_what_counts_at_once(db: Session, cast: Cast, by: str) -> None:
    assert complete(db, cast, by).is_confirmed
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "record_completion")).one()
    subject = db.exec(select(AuditSubject).where(AuditSubject.event_id == event.id)).one()
    assert (event.by_staff_id, subject.staff_id, event.detail["course"]) == (cast.id(by), cast.id("Ben"), "tcat_1")


@pytest.mark.parametrize("who", ["Ben", "Asha"])
def test_what_people_enter_about_themselves_waits_even_if_they_are_the_manager(
    db: Session, cast: Cast, who: str
) -> None:
    assert not complete(db, cast, who, who).is_confirmed


@pytest.mark.parametrize("by", ["Carol", "Dev", "Eve", "Ivor", "Bela", "Jo"])
def test_nobody_else_enters_a_completion(db: Session, cast: Cast, by: str) -> None:
    with pytest.raises(NotAllowed):
        complete(db, cast, by)
    assert records(db) == []


def test_all_problems_are_said_at_once(db: Session, cast: Cast) -> None:
    with pytest.raises(InvalidRecord) as refused:
        complete(db, cast, "Asha", completed_on=NEXT_WEEK, printed_expiry_on=NEXT_WEEK, certificate="x" * 121)
    assert set(refused.value.problems) == {"completed_on", "printed_expiry_on", "certificate"}


def test_the_same_day_is_not_recorded_twice(db: Session, cast: Cast) -> None:
    complete(db, cast, "Ben")
    with pytest.raises(InvalidRecord, match="waits to be confirmed"):
        complete(db, cast, "Asha")


def test_line_manager_confirms_what_was_sent_in_and_both_versions_stay(db: Session, cast: Cast) -> None:
    sent = complete(db, cast, "Ben")
    confirmed = confirm_completion(db, by=known(db, cast, "Farah"), training_record_id=sent.id or 0)
    assert (confirmed.record_id, confirmed.supersedes_id, confirmed.is_confirmed) == (sent.record_id, sent.id, True)
    assert records(db) == [confirmed] and not sent.is_confirmed
    with pytest.raises(Conflict):
        confirm_completion(db, by=known(db, cast, "Asha"), training_record_id=sent.id or 0)


@pytest.mark.parametrize("by", ["Ben", "Bela", "Carol", "Dev", "Eve"])
def test_only_a_manager_confirms_and_never_the_person(db: Session, cast: Cast, by: str) -> None:
    sent = complete(db, cast, "Ben")
    with pytest.raises(NotAllowed):
        confirm_completion(db, by=known(db, cast, by), training_record_id=sent.id or 0)
    assert records(db) == [sent]


def test_manager_does_not_confirm_their_own(db: Session, cast: Cast) -> None:
    sent = complete(db, cast, "Asha", "Asha")
    with pytest.raises(NotAllowed, match="your own"):
        confirm_completion(db, by=known(db, cast, "Asha"), training_record_id=sent.id or 0)


def test_correction_is_a_new_version_with_its_reason(db: Session, cast: Cast) -> None:
    former = complete(db, cast, "Asha")
    given: dict = dict(
        training_record_id=former.id, completed_on=LAST_WEEK - timedelta(days=1), result=TrainingResult.PASSED
    )
    with pytest.raises(InvalidRecord, match="Say why"):
        correct_completion(db, by=known(db, cast, "Asha"), reason=" ", **given)
    newer = correct_completion(db, by=known(db, cast, "Asha"), reason="Wrong day typed", **given)
    assert records(db) == [newer] and newer.correction_reason == "Wrong day typed"
    with pytest.raises(NotAllowed):
        correct_completion(
            db, by=known(db, cast, "Farah"), reason="May not", **given | {"training_record_id": newer.id}
        )


def test_a_line_manager_sends_back_what_waits_but_voids_nothing_else(db: Session, cast: Cast) -> None:
    waits = complete(db, cast, "Ben")
    void_completion(db, by=known(db, cast, "Farah"), training_record_id=waits.id or 0, reason="Not legible")
    assert records(db) == []
    counts = complete(db, cast, "Asha")
    with pytest.raises(NotAllowed):
        void_completion(db, by=known(db, cast, "Farah"), training_record_id=counts.id or 0, reason="Not legible")
    void_completion(db, by=known(db, cast, "Asha"), training_record_id=counts.id or 0, reason="Another person's")
    assert records(db) == []


def test_a_course_run_is_stored_whole_and_settles_the_places(db: Session, cast: Cast) -> None:
    for name in ("Ben", "Bela"):
        book_place(db, by=known(db, cast, "Asha"), staff_id=cast.id(name), course_code="tcat_1", runs_on=today())
    results = {
        cast.id("Ben"): TrainingResult.PASSED,
        cast.id("Bela"): None,
        cast.id("Farah"): TrainingResult.ASKED_TO_REPEAT,
        cast.id("Asha"): TrainingResult.PASSED,
    }
    record_course_run(db, by=known(db, cast, "Asha"), course_code="tcat_1", completed_on=today(), results=results)
    stored = {record.staff_id: record for record in records(db)}
    assert set(stored) == {cast.id("Ben"), cast.id("Farah"), cast.id("Asha")}
    assert not stored[cast.id("Asha")].is_confirmed
    places = {one.staff_id: one.state for one in db.exec(select(Booking).where(current(Booking)))}
    assert places[cast.id("Ben")] is BookingState.ATTENDED
    assert places[cast.id("Bela")] is BookingState.DID_NOT_ATTEND


def test_a_course_run_with_somebody_elses_person_stores_nobody(db: Session, cast: Cast) -> None:
    results = {cast.id("Ben"): TrainingResult.PASSED, cast.id("Cai"): TrainingResult.PASSED}
    with pytest.raises(NotAllowed):
        record_course_run(db, by=known(db, cast, "Asha"), course_code="tcat_1", completed_on=today(), results=results)
    complete(db, cast, "Asha", completed_on=today())
    with pytest.raises(InvalidRecord, match="Ben: TCAT 1"):
        record_course_run(
            db,
            by=known(db, cast, "Asha"),
            course_code="tcat_1",
            completed_on=today(),
            results={cast.id("Ben"): TrainingResult.PASSED, cast.id("Bela"): TrainingResult.PASSED},
        )
    assert len(records(db)) == 1
