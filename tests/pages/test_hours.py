"""The hours of a month on My record: only for whoever has a rule that goes by them."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import Body, BodyKind, BodyRule, BodyRuleKind, Registration
from tcsuper.queries.activity_figures import HoursEntered, my_hours
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.services.activity_figures import enter_hours
from tcsuper.settings import ROOT
from tcsuper.words import month
from tests.people import LONG_AGO, Cast, actor, as_person
from tests.signing_in import sign_in

LAST_MONTH = add_months(first_of_month(today()), -1)
TERMS = {"amount": 90, "rule_set": "bacp", "hours_of": "client", "minutes_for_each_hour": 7.5}


@pytest.fixture
def cast(page_cast: Cast) -> Cast:
    """Ben is in training with BACP; Bela is with no body."""
    with writing() as db:
        bacp = Body(code="bacp", name="British Association", short_name="BACP", kind=BodyKind.ACCREDITED)
        db.add(bacp)
        db.flush()
        db.add(BodyRule(body_id=bacp.id, kind=BodyRuleKind.SUPERVISION, start_on=LONG_AGO, terms=TERMS))
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
    return page_cast


def opened(cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, page: str = "my_record") -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60).run()
    assert not at.exception
    return at


def entered(cast: Cast, who: str = "Ben") -> list[HoursEntered]:
    with reading() as db:
        return my_hours(db, viewer=actor(cast, who))


def test_last_month_is_asked_for_first_and_what_is_typed_is_saved(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(cast, monkeypatch, "Ben")
    asked = next(one for one in at.selectbox if one.label == "Month")
    assert asked.value == LAST_MONTH
    [hours] = [one for one in at.number_input if one.label == "Client hours"]
    hours.set_value(16.5)
    next(one for one in at.button if one.label == "Save the hours").click().run()
    assert not at.exception
    assert entered(cast) == [HoursEntered(LAST_MONTH, 16.5, None)]
    assert next(one for one in at.selectbox if one.label == "Month").value == first_of_month(today())


def test_saving_nothing_is_refused_in_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(cast, monkeypatch, "Ben")
    next(one for one in at.button if one.label == "Save the hours").click().run()
    assert "Enter the hours: 0 if there were none." in [one.value.replace("\\", "") for one in at.error]
    assert entered(cast) == []


def test_whoever_has_no_such_rule_is_not_asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(cast, monkeypatch, "Bela")
    assert "Hours this month" not in [one.value for one in at.subheader]
    assert not [one for one in at.number_input if one.label == "Client hours"]


def test_the_therapy_manager_reads_them_beside_who_is_due(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with as_person(cast, "Ben") as (db, ben):
        enter_hours(db, by=ben, month=LAST_MONTH, client_hours=16.5)
    at = opened(cast, monkeypatch, "Asha", "supervision_due")
    [table] = [one.value for one in at.dataframe if "Client hours" in one.value.columns]
    assert table.to_dict("records") == [
        {
            "Person": "Ben",
            "Month": month(LAST_MONTH),
            "Client hours": "16.5",
            "Hours of supervising others": "not entered",
        }
    ]
