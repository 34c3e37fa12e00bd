"""Purposes of supervision as data: who sets them, and that what was attendance only stays so."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, InvalidRecord, NotAllowed
from tcsuper.models import AuditEvent, SupervisionPurpose, WhatIsRecorded, WhoEnters
from tcsuper.services.catalogue import set_purpose
from tcsuper.services.supervision import plan_session
from tests.people import Cast, actor


def change(cast: Cast, by: str = "Asha", **facts: object) -> None:
    given: dict[str, object] = {
        "code": "clinical",
        "records": WhatIsRecorded.THEMES,
        "credited_by": ["bacp"],
        "entered_by": WhoEnters.LEADER,
    } | facts
    with writing() as db:
        set_purpose(db, by=actor(cast, by), **given)  # type: ignore[arg-type]


def clinical() -> tuple[WhatIsRecorded, list[str], WhoEnters]:
    with reading() as db:
        found = db.get_one(SupervisionPurpose, "clinical")
        return found.records, found.credited_by, found.entered_by


def test_a_therapy_manager_changes_what_a_purpose_says(cast: Cast) -> None:
    change(cast, credited_by=["bacp", "babcp", "bacp"])
    assert clinical() == (WhatIsRecorded.THEMES, ["babcp", "bacp"], WhoEnters.LEADER)
    with reading() as db:
        event = db.exec(select(AuditEvent)).one()
    assert (event.action, event.object_key, event.detail["entered_by"]) == ("set_purpose", "clinical", "leader")


@pytest.mark.parametrize("who", ["Ben", "Dev", "Eve", "Farah", "Gwen", "Ivor", "Jo"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    before = clinical()
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        change(cast, by=who)
    assert clinical() == before


def test_where_people_met_with_nothing_written_down_nothing_ever_is(cast: Cast) -> None:
    change(cast, records=WhatIsRecorded.ATTENDANCE)
    change(cast, records=WhatIsRecorded.FULL)
    change(cast, records=WhatIsRecorded.ATTENDANCE)
    with writing() as db:
        plan_session(db, by=actor(cast, "Asha"), agreement_id=cast.ben_agreement, held_on=today() + timedelta(days=3))
    for records in (WhatIsRecorded.THEMES, WhatIsRecorded.FULL):
        with pytest.raises(InvalidRecord) as refused:
            change(cast, records=records)
        assert "attendance only was recorded, and it stays so" in refused.value.problems["records"]
    change(cast, records=WhatIsRecorded.ATTENDANCE, entered_by=WhoEnters.EITHER)
    assert clinical() == (WhatIsRecorded.ATTENDANCE, ["bacp"], WhoEnters.EITHER)


@pytest.mark.parametrize("credited_by", [["service"], ["bacp", "nobody"], [""]])
def test_only_a_bodys_rule_set_credits_besides_the_service(cast: Cast, credited_by: list[str]) -> None:
    with pytest.raises(InvalidRecord, match="Choose among the bodies' rule sets"):
        change(cast, credited_by=credited_by)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        change(cast, code="none of these")
