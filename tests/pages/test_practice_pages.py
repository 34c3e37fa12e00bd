"""Observe and Observed practice, as they stand on screen."""

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.access import Object, actor_for_staff, sees_others
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import Observation, ObservationState, Rating, RequiredLevel, Role, RoleGrant, SelfRating
from tcsuper.queries.evidence import current
from tcsuper.services.planned_observations import plan_observation
from tcsuper.settings import ROOT
from tcsuper.ui.menu import _shows_others
from tests.observing import STANDARDS, Observing, observing
from tests.people import LONG_AGO
from tests.signing_in import sign_in

PRACTICE, OBSERVE = ROOT / "pages" / "practice.py", ROOT / "pages" / "observe.py"


@pytest.fixture
def stage(page_database: str) -> Observing:
    with writing() as db:
        return observing(db)


def observed(stage: Observing, *observations: tuple, **facts: object) -> None:
    with writing() as stage.db:
        for by, of, levels, days_ago in observations:
            stage.observe(by, of, levels, days_ago=days_ago, **facts)


def opened(page: object, **query: str) -> AppTest:
    at = AppTest.from_file(str(page), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def signed_in(stage: Observing, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sign_in(monkeypatch, stage.cast.accounts[name])


def stored() -> list[Observation]:
    with reading() as db:
        return list(db.exec(select(Observation).where(current(Observation))))


def words_on(at: AppTest) -> str:
    shown = [element.value for kind in (at.markdown, at.caption, at.info, at.error, at.subheader) for element in kind]
    return " ".join(shown).replace("\\", "")


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    return at


def control(at: AppTest, title: str):  # type: ignore[no-untyped-def]
    return next(one for one in at.segmented_control if title in one.label)


# ---------------------------------------------------------------------------------------------------------------------
# Observe


def test_a_supervisor_observes_keeps_a_draft_and_shares_it(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(stage, monkeypatch, "Bela")
    at = opened(OBSERVE, person=str(stage.id("Ben")))
    control(at, STANDARDS[0]).set_value(2)
    at.text_area[0].set_value("Named the *silence*")
    press(at, "Save the observation")
    assert [(one.state, one.observed_id) for one in stored()] == [(ObservationState.DRAFT, stage.id("Ben"))]
    assert "Kept as a draft: 1 standard rated" in at.success[0].value.replace("\\", "")
    control(at, "Show").set_value("My drafts").run()
    press(at, "Share")
    assert [one.state for one in stored()] == [ObservationState.SHARED]
    with reading() as db:
        evidence = db.exec(select(Rating.evidence).where(Rating.observation_id == stored()[0].id)).all()
    assert evidence == ["Named the *silence*"]


def test_evidence_without_a_level_is_refused_and_stays_typed(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(stage, monkeypatch, "Bela")
    at = opened(OBSERVE, person=str(stage.id("Ben")))
    at.text_area[0].set_value("Named the silence")
    press(at, "Save the observation")
    assert stored() == [] and "there is evidence but no level" in words_on(at)
    assert at.text_area[0].value == "Named the silence"


def test_a_draft_is_opened_again_with_what_was_written(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    observed(stage, ("Bela", "Ben", {0: 3}, 4), state=ObservationState.DRAFT, strengths="Calm")
    signed_in(stage, monkeypatch, "Bela")
    at = opened(OBSERVE)
    control(at, "Show").set_value("My drafts").run()
    assert control(at, STANDARDS[0]).value == 3 and control(at, STANDARDS[1]).value == 0
    control(at, STANDARDS[1]).set_value(4)
    at.radio[0].set_value("Share it now")
    press(at, "Save the observation")
    one = stored()[0]
    assert one.state is ObservationState.SHARED and one.strengths == "Calm"
    with reading() as db:
        assert sorted(db.exec(select(Rating.level).where(Rating.observation_id == one.id))) == [3, 4]


def test_a_manager_signs_with_one_click(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    observed(stage, ("Bela", "Ben", {0: 3}, 4))
    signed_in(stage, monkeypatch, "Asha")
    at = opened(OBSERVE)
    control(at, "Show").set_value("Shared and signed").run()
    press(at, "Sign")
    assert [one.state for one in stored()] == [ObservationState.SIGNED]


def test_a_supervisor_is_offered_no_signing_and_only_their_supervisees(
    stage: Observing, monkeypatch: pytest.MonkeyPatch
) -> None:
    observed(stage, ("Bela", "Ben", {0: 3}, 4))
    signed_in(stage, monkeypatch, "Bela")
    at = opened(OBSERVE, person=str(stage.id("Cai")))
    assert at.selectbox[0].options == ["Ben"] and at.selectbox[0].value is None
    control(at, "Show").set_value("Shared and signed").run()
    assert "Sign" not in [button.label for button in at.button]


def test_without_drafts_the_page_says_what_they_are(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(stage, monkeypatch, "Bela")
    at = opened(OBSERVE)
    control(at, "Show").set_value("My drafts").run()
    assert "You have no drafts" in words_on(at)


def test_somebody_who_supervises_and_manages_nobody_cannot_enter(
    stage: Observing, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(stage, monkeypatch, "Ben")
    at = opened(OBSERVE)
    assert [error.value for error in at.error] == [NO_SUCH_RECORD] and not at.title


# ---------------------------------------------------------------------------------------------------------------------
# Observed practice


def test_an_officer_sees_their_own_practice_and_rates_themselves(
    stage: Observing, monkeypatch: pytest.MonkeyPatch
) -> None:
    observed(stage, ("Bela", "Ben", {0: 3, 1: 2}, 30), ("Asha", "Ben", {0: 3, 1: 2}, 10))
    signed_in(stage, monkeypatch, "Ben")
    at = opened(PRACTICE)
    assert "1 of 3 standards at the required level or above; below on “Boundaries and safety”" in words_on(at)
    assert len(at.get("vega_lite_chart")) == 2 and len(at.table) >= 2
    control(at, STANDARDS[0]).set_value(4)
    press(at, "Save my own view")
    with reading() as db:
        assert [(one.standard_id, one.level) for one in db.exec(select(SelfRating))] == [(stage.standards[0], 4)]


def test_the_observed_person_reads_and_comments(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    observed(stage, ("Bela", "Ben", {0: 3}, 4), strengths="Calm ![](https://nowhere.example/x.png)")
    signed_in(stage, monkeypatch, "Ben")
    at = opened(PRACTICE, observation=str(stored()[0].record_id))
    assert at.text[0].value == "Calm ![](https://nowhere.example/x.png)", "typed words are text, never Markdown"
    at.text_area[0].set_value("Thank you.")
    press(at, "Save my comment")
    assert stored()[0].comment == "Thank you."


def test_a_draft_about_somebody_is_nowhere_on_their_page(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    observed(stage, ("Bela", "Ben", {0: 1}, 4), state=ObservationState.DRAFT)
    assert len(stored()) == 1
    signed_in(stage, monkeypatch, "Ben")
    at = opened(PRACTICE, observation=str(stored()[0].record_id))
    assert "No observation yet" in words_on(at) and not at.text


def test_a_manager_sees_first_who_is_below_and_opens_one(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    observed(stage, ("Bela", "Ben", {1: 2}, 30), ("Asha", "Ben", {1: 2}, 10))
    signed_in(stage, monkeypatch, "Asha")
    at = opened(PRACTICE)
    assert "Ben · 1 standard" in words_on(at) and "Boundaries and safety is below the required level" in words_on(at)
    at = opened(PRACTICE, person=str(stage.id("Ben")))
    assert "below on “Boundaries and safety”" in words_on(at)


def test_an_address_that_names_a_stranger_opens_nothing(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    observed(stage, ("Carol", "Cai", {1: 2}, 30), ("Carol", "Cai", {1: 2}, 10))
    signed_in(stage, monkeypatch, "Bela")
    at = opened(PRACTICE, person=str(stage.id("Cai")))
    assert at.selectbox[0].value is None and "Cai" not in words_on(at)


def test_a_director_without_a_post_finds_how_observers_differ(
    stage: Observing, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = Object.OBSERVATION_RATING
    with reading() as db:
        dev, eve = (actor_for_staff(db, stage.id(name)) for name in ("Dev", "Eve"))
    assert not sees_others(dev, what) and _shows_others(dev, what) and not _shows_others(eve, what)
    signed_in(stage, monkeypatch, "Dev")
    at = opened(PRACTICE)
    assert control(at, "Part").value == "How observers differ" and "Nothing to compare yet" in words_on(at)


def test_without_required_levels_the_page_says_so(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        for level in db.exec(select(RequiredLevel)):
            db.delete(level)
    signed_in(stage, monkeypatch, "Ben")
    assert "No level is required by a post held on" in words_on(opened(PRACTICE))


# ---------------------------------------------------------------------------------------------------------------------
# Planned, blind, settled


def test_a_blind_session_from_the_plan_to_the_settled_level(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        manager = RoleGrant(
            staff_id=stage.id("Farah"),
            role=Role.THERAPY_MANAGER,
            community_id=stage.cast.community_b,
            start_on=LONG_AGO,
            approved_at=now(),
        )
        db.add(manager)
        db.flush()
        plan = plan_observation(
            db,
            by=actor_for_staff(db, stage.id("Asha")),
            observed_id=stage.id("Ben"),
            standard_set_id=stage.set_id,
            week_of=today(),
            group_name="Willow *wing*",
            observer_ids=[stage.id("Asha"), stage.id("Bela")],
        ).id
    signed_in(stage, monkeypatch, "Bela")
    at = opened(OBSERVE, show="Planned", plan=str(plan))
    control(at, "Enter the levels").set_value("By number keys").run()
    for number, level in zip(at.number_input[1:], (2, 3), strict=False):
        number.set_value(level)
    next(one for one in at.radio if one.label == "When you save").set_value("Sign it now")
    press(at, "Save the observation")
    assert "Waits for Asha’s signature." in words_on(at) and [one.state for one in stored()] == [ObservationState.DRAFT]
    signed_in(stage, monkeypatch, "Asha")
    at = opened(OBSERVE, show="Planned", plan=str(plan))
    assert control(at, STANDARDS[0]).value == 0  # nothing of what Bela rated
    control(at, STANDARDS[0]).set_value(3)
    next(one for one in at.radio if one.label == "When you save").set_value("Sign it now")
    press(at, "Save the observation")
    assert {one.state for one in stored()} == {ObservationState.SHARED}
    signed_in(stage, monkeypatch, "Farah")
    at = opened(OBSERVE, show="Shared and signed", session=str(plan))
    assert list(at.table[0].value["Difference"])[0] == "▲ 1 level"
    press(at, "Settle these levels")
    assert "choose the level that stands" in words_on(at)
    control(at, f"Level that stands on {STANDARDS[0]}").set_value(2)
    next(one for one in at.text_area if one.label == "Why").set_value("Prompted, both say.")
    press(at, "Settle these levels")
    assert "Moderated by Farah" in words_on(at) and list(at.table[0].value["Stands"])[0] == "2 With prompting"


def test_the_next_person_of_the_same_session_finds_day_group_and_minutes_filled_in(
    stage: Observing, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(stage, monkeypatch, "Asha")
    at = opened(OBSERVE, person=str(stage.id("Ben")))
    next(one for one in at.text_input if one.label == "Which group").set_value("Willow")
    next(one for one in at.number_input if one.label == "Minutes you saw").set_value(75)
    control(at, STANDARDS[0]).set_value(2)
    press(at, "Save the observation")
    assert "Next person in the same session:" in words_on(at) and at.selectbox[0].value is None
    at.selectbox[0].set_value(stage.id("Officer D")).run()
    assert next(one for one in at.text_input if one.label == "Which group").value == "Willow"
    assert next(one for one in at.number_input if one.label == "Minutes you saw").value == 75
    assert control(at, STANDARDS[0]).value == 0
    press(at, "Another session")
    assert "Next person in the same session:" not in words_on(at)


def test_what_counts_can_be_chosen_and_a_standard_asked_for(stage: Observing, monkeypatch: pytest.MonkeyPatch) -> None:
    observed(stage, ("Bela", "Ben", {0: 3, 1: 2}, 30), ("Asha", "Ben", {0: 4}, 10))
    signed_in(stage, monkeypatch, "Asha")
    at = opened(PRACTICE, person=str(stage.id("Ben")), standard=str(stage.standards[1]))
    assert "Boundaries and safety is not judged yet: seen once" in words_on(at)
    for choice, said in (("Latest", "no verdict"), ("All observations", "how often"), ("By observer", "each observer")):
        control(at, "What counts").set_value(choice).run()
        assert not at.exception and said in words_on(at)
    control(at, "Part").set_value("How observers differ").run()
    assert not at.exception and "Nothing to compare yet" in words_on(at)
