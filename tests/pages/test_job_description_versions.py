"""The library, two versions compared word by word, and the work list, on the page."""

from datetime import timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import ResponsibilityContinuation
from tcsuper.queries.settling import to_settle
from tcsuper.readers.compare import Words
from tcsuper.readers.duties import CrossReference
from tcsuper.services.job_descriptions import add_version, fill_texts
from tcsuper.services.settling import settle_new
from tcsuper.settings import ROOT
from tcsuper.ui.job_description_versions import with_changes
from tests.pages.test_shared_record_pages import said
from tests.people import Cast
from tests.read_documents import ORCHARD, document
from tests.signing_in import sign_in

PAGE = str(ROOT / "pages" / "job_descriptions.py")
TRICK = "Count <script>bees</script> ![x](https://example.org/x.png) at noon"
PLAN_AND_TEACH = f"{ORCHARD[2]}, and {ORCHARD[3][0].lower()}{ORCHARD[3][1:]}"


@pytest.fixture
def at(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Asha, who sets the rules, on the page: the officers' document is in two versions."""
    with writing() as db:
        by, role = actor_for_staff(db, page_cast.id("Asha")), page_cast.officer
        assert by is not None
        away = CrossReference("Milk the cows", "When the dairy is short of people")
        fill_texts(db, by=by, job_description_id=role, reading=document([*ORCHARD, TRICK], elsewhere=[away]))
        second = document([ORCHARD[0], PLAN_AND_TEACH, f"{TRICK} and at night"], version="2.0")
        add_version(db, by=by, role_id=role, reading=second, in_force_from=today() + timedelta(days=30))
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    return AppTest.from_file(PAGE, default_timeout=60)


def test_a_document_is_opened_and_its_references_elsewhere_stand_apart(at: AppTest) -> None:
    at.run()
    opened = at.selectbox(key="jd_opened")
    opened.set_value(next(one for one in opened.options if "Officer" in one and "2.0" not in one)).run()
    assert not at.exception
    assert "These belong to another job description and start no clock." in said(at)
    assert "When the dairy is short of people" in said(at) and "Milk the cows" in said(at)
    assert not any("![x](https" in one.value for one in at.markdown), "words of a document are text"


def settle(at: AppTest) -> None:
    """The first of the forms."""
    next(one for one in at.button if one.label == "Settle").click().run()
    assert not at.exception


def test_two_versions_are_compared_and_what_is_left_is_settled(at: AppTest) -> None:
    at.run()
    at.segmented_control(key="jd_part").set_value("Compare versions").run()
    assert not at.exception
    assert "1 unchanged, 1 reworded, 1 merged and 1 gone" in said(at)
    at.segmented_control(key="jd_part").set_value("To settle").run()
    assert "2 to settle" in said(at) and "it was made of 3 and 4 of the former version" in said(at)
    settle(at)
    assert "Choose what comes of it." in said(at), "nothing is suggested for what is gone"
    at.radio[0].set_value("It ends with its version")
    settle(at)
    assert "1 to settle" in said(at)
    settle(at)
    assert "Nothing is left to settle." in said(at) and not at.exception
    with reading() as db:
        rows = db.exec(select(ResponsibilityContinuation)).all()
        decided = [row for row in rows if row.became == "decided"]
    assert len(decided) == 3 and sum(row.new_id is None for row in decided) == 1


def test_what_waits_in_two_versions_in_a_row_is_asked_in_both_and_what_was_settled_elsewhere_is_told(
    at: AppTest, page_cast: Cast
) -> None:
    """Merged in the second version and split again in the third: number 2 of the second waits twice."""
    with writing() as db:
        by = actor_for_staff(db, page_cast.id("Asha"))
        assert by is not None
        third = document([ORCHARD[0], ORCHARD[2], ORCHARD[3], f"{TRICK} and at night"], version="3.0")
        on = today() + timedelta(days=60)
        add_version(db, by=by, role_id=page_cast.officer, reading=third, in_force_from=on)
    at.run()
    at.segmented_control(key="jd_part").set_value("To settle").run()
    assert not at.exception and "2 to settle" in said(at) and "it was split into 2 and 3 of the new version" in said(at)
    with writing() as db:
        by = actor_for_staff(db, page_cast.id("Asha"))
        assert by is not None
        merged = next(item for item in to_settle(db, viewer=by)[0].items if not item.is_former)
        settle_new(db, by=by, new_id=merged.responsibility_id)
    late = next(one for one in at.button if one.label == "Settle" and "settle-False" in (one.key or one.form_id))
    late.click().run()
    assert "in another tab: 2. Keep the plan by which everybody leaves the orchard in a storm" in said(at)
    settle(at)
    assert "in another tab" not in said(at), "told once"


def test_what_changed_is_shown_without_relying_on_colour_and_as_text() -> None:
    """Seen to fail without `plain`: the words of a document would be the page's own."""
    shown = with_changes([Words("same", "Count the"), Words("gone", "<b>bees</b>"), Words("new", "wasps & ![ants](x)")])
    assert shown == r"Count the :red[− ~~\<b\>bees\<\/b\>~~] :green[**\+ wasps \& \!\[ants\]\(x\)**]"
