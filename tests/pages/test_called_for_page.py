"""What responsibilities call for, in the catalogue: suggested, accepted, seen by everybody and set by a manager."""

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.database import reading, writing
from tcsuper.models import (
    Requirement,
    RequirementKind,
    Responsibility,
    ResponsibilityRequirement,
    Standard,
    StandardSet,
)
from tcsuper.settings import ROOT
from tests.people import LONG_AGO, Cast
from tests.signing_in import sign_in

PATH = str(ROOT / "pages" / "catalogue.py")


@pytest.fixture
def described(page_cast: Cast) -> Cast:
    with writing() as db:
        of_set = StandardSet(
            code="set", version="1", name="A set", level_names=["With help", "Alone"], in_force_from=LONG_AGO
        )
        db.add(of_set)
        db.flush()
        db.add(Standard(standard_set_id=of_set.id or 0, number=1, short_title="Risk"))
        for title in ("First aid", "Numeracy"):
            asked = Requirement(kind=RequirementKind.COURSE, title=title, terms={"any_of": []}, start_on=LONG_AGO)
            asked.job_description_id = page_cast.officer
            db.add(asked)
        duty = {"job_description_id": page_cast.officer, "number": 1}
        db.add(Responsibility(**duty, short_title="Give first aid and keep an eye on risk", is_led=True))
        db.add(
            Responsibility(**duty, short_title="Take nights", is_cross_reference=True, condition="as *Night* orderly")
        )
    return page_cast


def tables(at: AppTest) -> str:
    return " ".join(" ".join(map(str, table.value.to_numpy().ravel())) for table in at.table)


def test_suggestions_are_accepted_together_and_seen_by_everybody(
    described: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, described.accounts["Asha"])
    at = AppTest.from_file(PATH, default_timeout=60).run()
    offered = {box.label: box for box in at.checkbox}
    assert list(offered) == ["First aid", r"Risk \(A set\)"]
    next(button for button in at.button if button.label == "Call for those ticked").click().run()
    assert any("Choose what it calls for" in one.value for one in at.error)
    for box in at.checkbox:
        box.check()
    next(box for box in at.selectbox if box.label == "At level").set_value(2)
    next(button for button in at.button if button.label == "Call for those ticked").click().run()
    assert not at.exception and not at.error
    with reading() as db:
        links = db.exec(select(ResponsibilityRequirement)).all()
    assert [(one.requirement_id is not None, one.level) for one in links] == [(True, None), (False, 2)]

    sign_in(monkeypatch, described.accounts["Ben"])
    at = AppTest.from_file(PATH, default_timeout=60).run()
    said = tables(at)
    assert "Risk\\: Alone" in said and "First aid" in said and r"as \*Night\* orderly" in said
    assert not at.button and not at.checkbox, "who may not set rules only reads"
