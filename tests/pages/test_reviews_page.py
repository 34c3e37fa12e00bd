"""Reviews and action plans on screen: a review entered and rated by section, a finding and its action to the end."""

from datetime import date

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.access import actor_for_staff
from tcsuper.database import reading, writing
from tcsuper.models import Finding, PlanAction, PlanState, Review, ReviewRating
from tcsuper.queries.evidence import current
from tcsuper.services.plan_actions import close_plan_action
from tcsuper.settings import ROOT
from tests.people import Cast
from tests.reviewing import agreed, audit_set, done, found, review
from tests.signing_in import sign_in

PATH = str(ROOT / "pages" / "reviews.py")
HOSTILE = "Lost ![x](http://e.vil/p.png) $x^2$ :material/home: <b>"


def opened(cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    sign_in(monkeypatch, cast.accounts[name])
    at = AppTest.from_file(PATH, default_timeout=60)
    for key, value in query.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def named(elements, label: str):  # type: ignore[no-untyped-def]
    return next(one for one in elements if one.label == label)


def press(at: AppTest, label: str) -> AppTest:
    named(at.button, label).click().run()
    assert not at.exception and not at.error, [one.value for one in at.error]
    return at


def test_a_manager_enters_a_review_and_rates_a_section(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        audit_set(db)
    at = opened(page_cast, "Asha", monkeypatch)
    assert any("No review is entered yet" in one.value for one in at.info)
    named(at.text_input, "Title").set_value(HOSTILE)
    press(at, "Enter the review")
    with reading() as db:
        its = db.exec(select(Review)).one()
    assert its.title == HOSTILE
    at = opened(page_cast, "Asha", monkeypatch, review=str(its.id))
    named(at.segmented_control, "What to do").set_value("Rate it yourselves").run()
    named(at.segmented_control, "Own rating of 1").set_value("partly_met")
    named(at.text_input, "Why, of 1").set_value("Half of it")
    press(at, "Save these ratings")
    with reading() as db:
        assert [one.reason for one in db.exec(select(ReviewRating))] == ["Half of it"], "2 is not rated, not “not met”"
    shown = "".join(one.value for one in at.subheader)
    assert "](http://e.vil" not in shown and ":material/home:" not in shown


def test_a_finding_and_its_action_are_entered_under_the_review(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        its = review(db, actor_for_staff(db, page_cast.id("Asha")), page_cast)
    at = opened(page_cast, "Asha", monkeypatch, review=str(its.id))
    named(at.text_area, "What was found").set_value(HOSTILE)
    press(at, "Enter the finding")
    with reading() as db:
        assert db.exec(select(Finding.words)).one() == HOSTILE
    at = opened(page_cast, "Asha", monkeypatch, show="repeated")
    assert any("No finding was made twice" in one.value for one in at.info)


def test_an_owner_sees_their_own_action_alone_and_marks_it_done(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        asha = actor_for_staff(db, page_cast.id("Asha"))
        finding = found(db, asha, review(db, asha, page_cast), page_cast.community_b, text="About us all")
        mine = agreed(db, asha, finding.record_id, page_cast.id("Ben"))
        agreed(db, asha, finding.record_id, page_cast.id("Bela"))
    at = opened(page_cast, "Ben", monkeypatch, action=str(mine.record_id))
    drawn = "".join(one.value for one in at.markdown)
    assert drawn.count("Count them") == 1 and "About us all" not in drawn and "Bela" not in drawn
    named(at.button, "Mark it done").click().run()
    assert any("Say what shows that it is done" in one.value for one in at.error)
    named(at.text_area, "What shows that it is done, and where that is kept").set_value("The list")
    press(at, "Mark it done")
    with reading() as db:
        rows = db.exec(select(PlanAction).where(PlanAction.owner_id == page_cast.id("Ben"), current(PlanAction)))
        assert rows.one().state is PlanState.DONE


def test_a_director_closes_from_the_plans(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        asha, ben = (actor_for_staff(db, page_cast.id(name)) for name in ("Asha", "Ben"))
        finding = found(db, asha, review(db, asha, page_cast), page_cast.community_b)
        was_done = done(db, ben, agreed(db, asha, finding.record_id, page_cast.id("Ben")))
    at = opened(page_cast, "Dev", monkeypatch, show="plans", action=str(was_done.record_id))
    press(at, "Close it")
    with reading() as db:
        closed = db.exec(select(PlanAction).where(current(PlanAction))).one()
        assert (closed.state, closed.recorded_by_id) == (PlanState.CLOSED, page_cast.id("Dev"))


def test_what_the_address_asks_for_is_shown_whatever_is_chosen_and_nothing_of_others(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed action, which the list leaves out at first; another day; a review of nobody's."""
    with writing() as db:
        asha, ben, dev = (actor_for_staff(db, page_cast.id(name)) for name in ("Asha", "Ben", "Dev"))
        its = review(db, asha, page_cast)
        action = agreed(db, asha, found(db, asha, its, page_cast.community_b).record_id, page_cast.id("Ben"))
        close_plan_action(db, by=dev, action_id=done(db, ben, action).id or 0)
        review_id = its.id
    at = opened(page_cast, "Asha", monkeypatch, show="plans", action=str(action.record_id))
    assert any("Closed by Dev" in one.value for one in at.markdown)
    at = opened(page_cast, "Carol", monkeypatch, review=str(review_id), as_at="2026-02-31")
    assert [one.value for one in at.warning] == ["There is no such review, or it is of communities that are not yours."]
    at = opened(page_cast, "Asha", monkeypatch, review=str(review_id), as_at="2024-02-29")
    assert not at.warning and named(at.date_input, "As at").value == date(2024, 2, 29)
    named(at.date_input, "As at").set_value(date(2025, 2, 28)).run()
    assert named(at.date_input, "As at").value == date(2025, 2, 28), "chosen afterwards, it is that day"
