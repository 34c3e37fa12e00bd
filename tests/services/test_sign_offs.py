"""Signing off what was observed, taking it back, and letting supervisors sign off."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    AuditEvent,
    AuditSubject,
    CompetencyAssessor,
    Post,
    Role,
    RoleGrant,
    SignOff,
    Traineeship,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.sign_offs import assessors_to_name, sign_offs_of
from tcsuper.rules.standing import Status
from tcsuper.services.sign_offs import end_assessor, name_assessor, sign_off_competency, void_sign_off
from tests.observing import Observing, observing
from tests.people import LONG_AGO

TOMORROW, YESTERDAY = today() + timedelta(days=1), today() - timedelta(days=1)


@pytest.fixture
def stage(db: Session) -> Observing:
    """Ben was seen twice at "Alone" on the first standard, and once on the second."""
    stage = observing(db)
    stage.observe("Bela", "Ben", {0: 3, 1: 3}, days_ago=40)
    stage.observe("Asha", "Ben", {0: 4}, days_ago=20)
    return stage


def sign(
    stage: Observing, by: str = "Asha", of: str = "Ben", standard: int = 0, level: int = 3, **more: object
) -> SignOff:
    given: dict = dict(staff_id=stage.id(of), standard_id=stage.standards[standard], level=level, signed_on=today())
    return sign_off_competency(stage.db, by=stage.actor(by), **given | more)


def name(stage: Observing, who: str, by: str = "Asha", **more: object) -> CompetencyAssessor:
    given: dict = dict(staff_id=stage.id(who), community_id=stage.cast.community_b, start_on=today())
    return name_assessor(stage.db, by=stage.actor(by), **given | more)


def stands(stage: Observing, viewer: str = "Asha") -> dict[str, Status]:
    seen = sign_offs_of(stage.db, viewer=stage.actor(viewer), staff_id=stage.id("Ben"), on=today())
    return {row.standard.title: row.standing.status for row in seen.rows}


def test_manager_signs_off_what_stands_at_the_required_level(db: Session, stage: Observing) -> None:
    signed = sign(stage, note=" Seen in two groups. ")
    assert (signed.recorded_by_id, signed.level, signed.note) == (stage.id("Asha"), 3, "Seen in two groups.")
    assert stands(stage)["Running a small group"] is Status.UP_TO_DATE
    event = db.exec(select(AuditEvent).where(AuditEvent.action == "sign_off_competency")).one()
    assert event.detail == {
        "standard_id": stage.standards[0],
        "level": 3,
        "signed_on": today().isoformat(),
    }
    about = db.exec(select(AuditSubject.staff_id).where(AuditSubject.event_id == event.id)).all()
    assert about == [stage.id("Ben")]


def test_what_is_not_judged_yet_is_refused_with_the_sentence_of_the_rule(stage: Observing) -> None:
    with pytest.raises(InvalidRecord, match="Boundaries and safety is not judged yet: seen once at") as refused:
        sign(stage, standard=1)
    assert set(refused.value.problems) == {"standard_id"}


def test_what_is_below_is_refused_with_the_sentence_of_the_rule(stage: Observing) -> None:
    stage.observe("Asha", "Ben", {0: 2}, days_ago=5)
    with pytest.raises(InvalidRecord, match='is below the required level "Alone"'):
        sign(stage)


def test_the_rule_of_the_day_it_is_signed_from_decides(stage: Observing) -> None:
    """Seen to fail when the standing of today is asked instead: 30 days ago there was one observation."""
    with pytest.raises(InvalidRecord, match="is not judged yet"):
        sign(stage, signed_on=today() - timedelta(days=30))
    assert sign(stage, signed_on=today() - timedelta(days=20)).signed_on == today() - timedelta(days=20)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"level": 4}, "level", "can be signed off at “Alone”"),
        ({"level": 2}, "level", "can be signed off at “Alone”"),
        ({"signed_on": TOMORROW}, "signed_on", "is still to come"),
        ({"note": "x" * 2001}, "note", "2,001 characters"),
        ({"standard_id": 0}, "standard_id", "No level was required of them on this standard"),
    ],
)
def test_what_cannot_be_stored_is_said(stage: Observing, wrong: dict, field: str, sentence: str) -> None:
    with pytest.raises(InvalidRecord, match=sentence) as refused:
        sign(stage, **wrong)
    assert set(refused.value.problems) == {field}


def test_once_a_day_is_enough(stage: Observing) -> None:
    sign(stage)
    with pytest.raises(InvalidRecord, match="is already signed off on"):
        sign(stage)


@pytest.mark.parametrize(
    ("by", "of"), [("Carol", "Ben"), ("Bela", "Ben"), ("Ben", "Ben"), ("Dev", "Ben"), ("Eve", "Ben")]
)
def test_nobody_else_signs_off(db: Session, stage: Observing, by: str, of: str) -> None:
    with pytest.raises(NotAllowed):
        sign(stage, by=by, of=of)
    assert db.exec(select(SignOff)).all() == []


def test_a_manager_in_a_rated_post_does_not_sign_off_their_own(db: Session, stage: Observing) -> None:
    """Ben manages the community he works in: his own stays out of his hands."""
    grant = RoleGrant(
        staff_id=stage.id("Ben"),
        role=Role.THERAPY_MANAGER,
        community_id=stage.cast.community_b,
        start_on=LONG_AGO,
        approved_at=now(),
    )
    db.add(grant)
    db.flush()
    with pytest.raises(NotAllowed):
        sign(stage, by="Ben")
    assert sign(stage).staff_id == stage.id("Ben")


def test_who_is_in_training_signs_off_nobody(db: Session, stage: Observing) -> None:
    db.add(Traineeship(staff_id=stage.id("Asha"), qualification="Forensic", start_on=LONG_AGO))
    db.flush()
    with pytest.raises(NotAllowed, match="You are in training yourself"):
        sign(stage)


# ---------------------------------------------------------------------------------------------------------------------
# Taken back


def test_a_sign_off_taken_back_counts_for_nothing_and_stays_in_the_record(db: Session, stage: Observing) -> None:
    signed = sign(stage)
    voided = void_sign_off(db, by=stage.actor("Asha"), sign_off_id=signed.id or 0, reason="Meant for Bela")
    assert (voided.record_id, voided.correction_reason) == (signed.record_id, "Meant for Bela")
    assert stands(stage)["Running a small group"] is Status.NOT_STARTED
    assert len(db.exec(select(SignOff)).all()) == 2 and not db.exec(select(SignOff).where(current(SignOff))).all()
    with pytest.raises(Conflict):
        void_sign_off(db, by=stage.actor("Asha"), sign_off_id=signed.id or 0, reason="Again")
    assert sign(stage).is_void is False


def test_taking_back_needs_a_reason(db: Session, stage: Observing) -> None:
    signed = sign(stage)
    with pytest.raises(InvalidRecord, match="Say why"):
        void_sign_off(db, by=stage.actor("Asha"), sign_off_id=signed.id or 0, reason="  ")


# ---------------------------------------------------------------------------------------------------------------------
# Assessors


def test_a_supervisor_who_was_named_signs_off_those_they_supervise_there(db: Session, stage: Observing) -> None:
    """Bela supervises Ben. Seen to fail without the community, the dates or the agreement in `assessed_by`."""
    stage.observe("Asha", "Officer D", {0: 3}, days_ago=40)
    stage.observe("Asha", "Officer D", {0: 3}, days_ago=20)
    named = name(stage, "Bela")
    assert sign(stage, by="Bela").recorded_by_id == stage.id("Bela")
    with pytest.raises(NotAllowed):  # whom she does not supervise
        sign(stage, by="Bela", of="Officer D")
    end_assessor(db, by=stage.actor("Asha"), assessor_id=named.id or 0, end_on=today())
    assert stands(stage, "Bela")["Running a small group"] is Status.UP_TO_DATE  # her last day
    named.start_on, named.end_on = LONG_AGO, YESTERDAY
    db.flush()
    with pytest.raises(NotAllowed):
        stands(stage, "Bela")


def test_an_assessor_signs_off_in_their_own_community_alone(db: Session, stage: Observing) -> None:
    name(stage, "Bela")
    post = db.exec(select(Post).where(Post.staff_id == stage.id("Ben"))).one()
    post.community_id = stage.cast.community_c
    db.flush()
    with pytest.raises(NotAllowed):
        sign(stage, by="Bela")


def test_only_supervisors_of_its_people_are_offered_and_named(db: Session, stage: Observing) -> None:
    offered = assessors_to_name(db, viewer=stage.actor("Asha"), community_id=stage.cast.community_b)
    assert [person.full_name for person in offered] == ["Bela"]
    for nobody in ("Ben", "Asha", "Carol", "Gwen"):
        with pytest.raises(NotAllowed):
            name(stage, nobody)
    name(stage, "Bela")
    with pytest.raises(NotAllowed):  # named already
        name(stage, "Bela")


def test_an_assessor_is_ended_on_a_day_of_theirs_at_the_earliest(db: Session, stage: Observing) -> None:
    with pytest.raises(InvalidRecord, match="The last day is today or later"):
        name(stage, "Bela", end_on=YESTERDAY)
    named = name(stage, "Bela", start_on=TOMORROW)
    with pytest.raises(InvalidRecord, match="Bela signs off from"):
        end_assessor(db, by=stage.actor("Asha"), assessor_id=named.id or 0, end_on=today())
    with pytest.raises(NotAllowed):
        end_assessor(db, by=stage.actor("Carol"), assessor_id=named.id or 0, end_on=TOMORROW)
