"""My sessions, as they stand on screen: what each counts for, side by side."""

from datetime import timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.access import actor_for_staff
from tcsuper.clock import now, today
from tcsuper.database import writing
from tcsuper.models import (
    Answer,
    AttendanceStatus,
    Body,
    BodyKind,
    BodyRule,
    BodyRuleKind,
    DisputeOutcome,
    Registration,
    SupervisionSession,
)
from tcsuper.services.disputes import name_third_person, settle_dispute
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import answer_attendance, plan_session, record_session
from tcsuper.settings import ROOT
from tests.people import GROUP_OF_TEN, LONG_AGO, Cast
from tests.signing_in import sign_in

COUNTED = "You attended 90 minutes: counts in full for your post, 9 minutes for BACP (10 contracted)."


@pytest.fixture
def cast(page_cast: Cast) -> Cast:
    """The Monday group met yesterday; Ben is accredited with BACP, Bela is with no body."""
    with writing() as db:
        bacp = Body(code="bacp", name="British Association", short_name="BACP", kind=BodyKind.ACCREDITED)
        db.add(bacp)
        db.flush()
        terms = {"amount": 90, "rule_set": "bacp"}
        db.add(BodyRule(body_id=bacp.id, kind=BodyRuleKind.SUPERVISION, start_on=LONG_AGO, terms=terms))
        db.add(
            Registration(
                recorded_at=now(),
                staff_id=page_cast.id("Ben"),
                body_id=bacp.id,
                number="00455001",
                registered_on=LONG_AGO,
                expires_on=today() + timedelta(days=100),
            )
        )
        record_session(
            db,
            by=actor_for_staff(db, page_cast.id("Asha")),
            agreement_id=page_cast.group_agreement,
            held_on=today() - timedelta(days=1),
            minutes=90,
            entries=[Entry(page_cast.id(name), AttendanceStatus.ATTENDED) for name in GROUP_OF_TEN],
        )
    return page_cast


@pytest.mark.parametrize(("who", "is_said"), [("Ben", True), ("Bela", False)])
def test_what_a_session_counts_for_is_said_to_whoever_has_a_body(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, is_said: bool
) -> None:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / "my_record.py"), default_timeout=60).run()
    assert not at.exception
    shown = " ".join(element.value for element in at.markdown).replace("\\", "")
    assert "Monday group" in shown
    assert (COUNTED in shown) is is_said


def read(at: AppTest) -> str:
    assert not at.exception
    return " ".join(element.value for element in at.markdown).replace("\\", "")


def test_what_came_of_a_dispute_is_said_where_it_was_made(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = cast.id("Ben")
    with writing() as db:
        asha = actor_for_staff(db, cast.id("Asha"))
        record = db.exec(select(SupervisionSession.record_id)).one()
        answer_attendance(
            db, by=actor_for_staff(db, ben), session_record_id=record, answer=Answer.DISPUTED, comment="I left early"
        )
    sign_in(monkeypatch, cast.accounts["Ben"])
    at = AppTest.from_file(str(ROOT / "pages" / "my_record.py"), default_timeout=60).run()
    assert "Open: your supervisor corrects it, or a third person settles it." in read(at)
    with writing() as db:
        named = name_third_person(db, by=asha, session_record_id=record, staff_id=ben, third_person_id=cast.id("Farah"))
        farah = actor_for_staff(db, cast.id("Farah"))
        settle_dispute(db, by=farah, dispute_id=named.id or 0, outcome=DisputeOutcome.STANDS, said="Both were asked")
    shown = read(at.run())
    assert "Settled by Farah on" in shown and "the record stands." in shown
    assert "Disputed]" not in shown and "To confirm]" not in shown


def test_a_planned_session_whose_day_is_over_is_not_called_planned(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        asha = actor_for_staff(db, cast.id("Asha"))
        plan_session(db, by=asha, agreement_id=cast.group_agreement, held_on=today() + timedelta(days=1), minutes=60)
    monkeypatch.setenv("TCSUPER_TODAY", (today() + timedelta(days=2)).isoformat())
    sign_in(monkeypatch, cast.accounts["Ben"])
    at = AppTest.from_file(str(ROOT / "pages" / "my_record.py"), default_timeout=60).run()
    shown = read(at)
    assert "Not recorded]" in shown and "Nobody has recorded it yet." in shown
