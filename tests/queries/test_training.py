from datetime import timedelta

import pytest
from sqlmodel import Session

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.models import RoleGrant, TrainingResult
from tcsuper.queries.standing import standings
from tcsuper.queries.training import (
    completions_seen,
    may_do,
    sent_in,
    steps,
    to_confirm,
    training_matrix,
    training_seen,
)
from tcsuper.rules.standing import Status
from tcsuper.services.training import confirm_completion, correct_completion, record_completion
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


def complete(db: Session, cast: Cast, by: str, about: str = "Ben", course: str = "tcat_1") -> int:
    record = record_completion(
        db, by=known(db, cast, by), staff_id=cast.id(about), course_code=course, completed_on=LAST_WEEK
    )
    return record.id or 0


def test_matrix_has_a_row_for_each_person_and_course_the_viewer_may_see(db: Session, cast: Cast) -> None:
    complete(db, cast, "Asha")
    managed = training_matrix(db, viewer=known(db, cast, "Asha"), on=today())
    assert {"Ben", "Bela", "Farah"} <= set(managed["person"]) and "Cai" not in set(managed["person"])
    cell = managed[(managed["person"] == "Ben") & (managed["requirement"] == "TCAT 1")].iloc[0]
    assert (cell["status"], cell["community"]) == (Status.UP_TO_DATE, "Ashdown B")
    assert cell["because"].startswith("TCAT 1 was completed ")
    assert set(training_matrix(db, viewer=known(db, cast, "Ben"), on=today())["person"]) == {"Ben"}
    assert set(training_matrix(db, viewer=known(db, cast, "Farah"), on=today())["person"]) == {"Ben", "Farah"}


def test_matrix_of_one_community(db: Session, cast: Cast) -> None:
    whole = training_matrix(db, viewer=known(db, cast, "Dev"), on=today())
    assert {"Ben", "Cai"} <= set(whole["person"])
    one = training_matrix(db, viewer=known(db, cast, "Dev"), on=today(), community_id=cast.community_c)
    assert set(one["community"]) == {"Ashdown C"} and "Ben" not in set(one["person"])


def test_courses_come_in_the_catalogues_order(db: Session, cast: Cast) -> None:
    seen = training_seen(db, viewer=known(db, cast, "Ben"), on=today())
    assert seen.titles == ["TCAT 1", "TCAT 2", "TCAT 3", "Control and restraint"]


def test_steps_are_the_courses_that_follow_one_another(db: Session, cast: Cast) -> None:
    rows = standings(db, [cast.id("Ben")], today())
    assert [row.requirement for row in steps(reversed(rows))] == ["TCAT 1", "TCAT 2", "TCAT 3"]
    assert steps([row for row in rows if row.requirement == "Control and restraint"]) == []


def test_the_records_behind_a_status_are_for_those_who_may_read_them(db: Session, cast: Cast) -> None:
    former = complete(db, cast, "Asha")
    correct_completion(
        db,
        by=known(db, cast, "Asha"),
        training_record_id=former,
        reason="Wrong day",
        completed_on=LAST_WEEK,
        result=TrainingResult.ATTENDED,
    )
    for reader in ("Ben", "Asha", "Farah"):
        records = completions_seen(db, viewer=known(db, cast, reader), about=cast.id("Ben"), courses=["tcat_1"])
        assert list(records["is_current"].astype(bool)) == [True, False]
        assert (records.iloc[0]["reason"], records.iloc[0]["recorded_by"]) == ("Wrong day", "Asha")
    assert completions_seen(db, viewer=known(db, cast, "Ben"), about=cast.id("Ben"), courses=["tcat_2"]).empty
    for outsider in ("Carol", "Bela", "Dev", "Eve"):
        assert completions_seen(db, viewer=known(db, cast, outsider), about=cast.id("Ben")).empty


def test_what_was_sent_in_waits_for_a_manager_and_not_for_oneself(db: Session, cast: Cast) -> None:
    sent, own = complete(db, cast, "Ben"), complete(db, cast, "Asha", "Asha")
    assert [one.training_record_id for one in to_confirm(db, viewer=known(db, cast, "Farah"))] == [sent]
    assert [one.training_record_id for one in to_confirm(db, viewer=known(db, cast, "Asha"))] == [sent]
    for outsider in ("Ben", "Carol", "Dev"):
        assert to_confirm(db, viewer=known(db, cast, outsider)) == []
    assert [one.training_record_id for one in sent_in(db, viewer=known(db, cast, "Asha"))] == [own]
    confirm_completion(db, by=known(db, cast, "Farah"), training_record_id=sent)
    assert to_confirm(db, viewer=known(db, cast, "Asha")) == [] == sent_in(db, viewer=known(db, cast, "Ben"))


def test_what_may_be_done_leaves_out_ones_own(db: Session, cast: Cast) -> None:
    assert may_do(db, viewer=known(db, cast, "Asha"), about=cast.id("Ben")).correct
    assert not may_do(db, viewer=known(db, cast, "Farah"), about=cast.id("Ben")).correct
    own = may_do(db, viewer=known(db, cast, "Asha"), about=cast.id("Asha"))
    assert (own.record, own.correct, own.void) == (True, False, False)


def test_a_new_role_of_the_viewer_counts_the_same_day(db: Session, cast: Cast) -> None:
    db.add(
        RoleGrant(
            staff_id=cast.id("Jo"),
            role="therapy_manager",
            community_id=cast.community_b,
            start_on=today(),
            approved_at=now(),
        )
    )
    db.flush()
    assert "Ben" in set(training_matrix(db, viewer=known(db, cast, "Jo"), on=today())["person"])
