"""Record a session: what the address of a task on the first page has chosen already."""

from datetime import timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import today
from tcsuper.database import writing
from tcsuper.models import GroupMember, SupervisionAgreement
from tcsuper.settings import ROOT
from tcsuper.ui.record_session import NOBODY_SERVES, PLANNED
from tests.people import Cast
from tests.signing_in import sign_in

BEN, GROUP = "Ben · clinical", "Monday group · clinical"


@pytest.fixture
def cast(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Asha is signed in. Officer K left the Monday group yesterday."""
    with writing() as db:
        leaver = select(GroupMember).where(GroupMember.staff_id == page_cast.id("Officer K"))
        db.exec(leaver).one().end_on = today() - timedelta(days=1)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    return page_cast


def opened(**asked: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "pages" / "record_supervision.py"), default_timeout=60)
    for name, value in asked.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def chosen(at: AppTest) -> str | None:
    return at.selectbox(key="record-agreement").value


@pytest.mark.parametrize(
    ("whom", "wanted", "agreement"),
    [
        ("Ben", {}, BEN),
        ("Ben", {"purposes": "clinical", "form": "individual"}, BEN),
        ("Ben", {"purposes": "clinical", "form": "group"}, GROUP),
        ("Bela", {"purposes": "clinical", "form": ""}, GROUP),
    ],
)
def test_a_person_to_plan_for_has_the_agreement_chosen_that_helps_them(
    cast: Cast, whom: str, wanted: dict[str, str], agreement: str
) -> None:
    at = opened(person=str(cast.id(whom)), **wanted)
    assert chosen(at) == agreement
    assert at.session_state["record-what"] == PLANNED
    assert not at.info


@pytest.mark.parametrize(
    ("whom", "wanted"),
    [
        ("Bela", {"form": "individual"}),
        ("Bela", {"purposes": "managerial sensitivity_group"}),
        ("Officer K", {}),  # no longer of the group
        ("Cai", {}),  # not Asha's to see, and the sentence is the same as for nobody at all
    ],
)
def test_a_person_whom_no_agreement_helps_is_said_to_have_none(cast: Cast, whom: str, wanted: dict[str, str]) -> None:
    at = opened(person=str(cast.id(whom)), **wanted)
    assert chosen(at) is None
    assert [one.value for one in at.info] == [NOBODY_SERVES]


@pytest.mark.parametrize("forged", ["0", "-1", "Ben", "1 OR 1=1", "٣", "9" * 5000])
def test_an_address_that_names_nobody_chooses_nothing(cast: Cast, forged: str) -> None:
    at = opened(person=forged)
    assert chosen(at) is None
    assert [one.value for one in at.info] == [NOBODY_SERVES]


def test_an_agreement_that_is_over_is_planned_for_no_more(cast: Cast) -> None:
    with writing() as db:
        db.get_one(SupervisionAgreement, cast.ben_agreement).end_on = today() - timedelta(days=1)
    assert chosen(opened(person=str(cast.id("Ben")))) == GROUP, "the only one that is in force"
