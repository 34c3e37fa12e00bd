"""My sessions, as they stand on screen: what each counts for, side by side."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper.access import actor_for_staff
from tcsuper.clock import now, today
from tcsuper.database import writing
from tcsuper.models import AttendanceStatus, Body, BodyKind, BodyRule, BodyRuleKind, Registration
from tcsuper.services.supervision import Entry, record_session
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
