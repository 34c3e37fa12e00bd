"""Agreed actions on screen: agreed with the session, shared and closed from one's own record, and from the log."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tcsuper.clock import today
from tcsuper.database import writing
from tcsuper.models import ActionState, AgreedAction, AttendanceStatus, Staff, SupervisionSession
from tcsuper.rules.actions import BY_EVIDENCE
from tcsuper.services.actions import change_action
from tests.agreed import BOUNDARIES, agreed, closed, observed, seen, standards
from tests.pages.test_shared_record_pages import click, labels, page, said
from tests.people import Cast, actor, add_plain_supervisor
from tests.signing_in import sign_in
from tests.texts import YESTERDAY, all_rows, attendance_only, events, with_ben, with_group

WHAT, EVIDENCE = "What was agreed", "What shows that it was done"


def field(widgets, label: str, number: int = 0):  # type: ignore[no-untyped-def]
    return [one for one in widgets if one.label == label][number]


def unfold(at: AppTest, action: AgreedAction, what: str = "") -> None:
    """What can be done about an action; `what`: another than the first."""
    at.session_state[f"action-{action.record_id}"] = True
    if what:
        at.session_state[f"action-do-{action.record_id}"] = what
    at.run()
    assert not at.exception


def states() -> list[ActionState]:
    return [one.state for one in all_rows(AgreedAction)]


# ---------------------------------------------------------------------------------------------------------------------
# With the session


def record_page(cast: Cast, monkeypatch: pytest.MonkeyPatch, label: str) -> AppTest:
    sign_in(monkeypatch, cast.accounts["Asha"])
    at = page("record_supervision")
    choice = field(at.selectbox, "Group or person")
    choice.set_value(next(one for one in choice.options if one.startswith(label))).run()
    assert not at.exception
    return at


def test_actions_are_agreed_with_the_session_in_one_submit(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another is offered once one is begun, up to three; somebody alone with the supervisor is chosen already."""
    at = record_page(page_cast, monkeypatch, "Ben")
    for number, text in enumerate(("First", "Second", "Third")):
        assert len([one for one in at.text_area if one.label == WHAT]) == number + 1
        field(at.text_area, WHAT, number).set_value(text).run()
    assert len([one for one in at.text_area if one.label == WHAT]) == 3
    click(at, "Save the session")
    assert "3 actions agreed." in said(at)
    assert {one.owner_id for one in all_rows(AgreedAction)} == {page_cast.id("Ben")}
    assert {one.text for one in seen(page_cast, "Ben")} == {"First", "Second", "Third"}


def test_in_a_group_it_is_everybodys_unless_somebody_there_is_chosen(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = record_page(page_cast, monkeypatch, "Monday group")
    field(at.selectbox, "Attendance of Bela").set_value(AttendanceStatus.DID_NOT_ATTEND).run()
    owners = field(at.selectbox, "Who does it")
    assert owners.value is None and owners.options[0] == "All who were there" and "Ben" in owners.options
    assert "Bela" not in owners.options
    field(at.text_area, WHAT).set_value("Begin on time").run()
    click(at, "Save the session")
    assert [one.owner_id for one in all_rows(AgreedAction)] == [None]


def test_what_is_wrong_with_one_action_stands_under_it_and_nothing_is_saved(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = record_page(page_cast, monkeypatch, "Ben")
    field(at.text_area, WHAT).set_value("Right").run()
    field(at.text_area, WHAT, 1).set_value("Wrong day").run()
    field(at.date_input, "Due (if agreed)", 1).set_value(YESTERDAY.replace(year=YESTERDAY.year - 1)).run()
    click(at, "Save the session")
    assert "is before that" in said(at) and all_rows(SupervisionSession) == [] == all_rows(AgreedAction)
    assert field(at.text_area, WHAT).value == "Right" and field(at.text_area, WHAT, 1).value == "Wrong day"


def test_it_warns_of_what_may_identify_somebody(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = record_page(page_cast, monkeypatch, "Ben")
    field(at.text_area, WHAT).set_value("Write to A1234BC").run()
    assert "looks like a prison number" in said(at)
    click(at, "Save the session")
    assert "looks like a prison number" in said(at) and len(all_rows(AgreedAction)) == 1


def test_no_action_field_where_words_are_not_kept(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = attendance_only(page_cast)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    assert not [one for one in at.text_area if one.label == WHAT] and "Actions" not in [s.value for s in at.subheader]


# ---------------------------------------------------------------------------------------------------------------------
# In the log


def test_one_is_agreed_later_from_the_log(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    field(at.text_area, WHAT).set_value("Agreed later").run()
    click(at, "Save the action")
    assert "Action agreed." in said(at) and "Agreed later" in said(at)


def test_the_manager_in_the_log_sees_the_session_and_not_what_was_agreed(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        add_plain_supervisor(db, page_cast)
    session = with_ben(page_cast, "Lena", page_cast.lena_agreement)
    agreed(page_cast, session, by="Lena", text="Between the two")
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    assert "Clinical, with Lena" in said(at) and "Between the two" not in said(at)
    assert not [one for one in at.text_area if one.label == WHAT]


def part_of_the_log(asked: str = "actions") -> AppTest:
    from tcsuper.settings import ROOT

    at = AppTest.from_file(str(ROOT / "pages" / "supervision.py"), default_timeout=60)
    at.query_params["show"] = asked
    at.run()
    assert not at.exception
    return at


def test_the_part_filters_and_counts(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast, held_on=YESTERDAY)
    agreed(page_cast, session, text="Late", due_on=YESTERDAY)
    closed(page_cast, agreed(page_cast, session, text="Finished"))
    agreed(page_cast, with_group(page_cast).record_id, owner=None, text="Of all")
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = part_of_the_log()
    assert "2 actions not done yet, 1 overdue." in said(at)
    assert "Late" in said(at) and "Of all" in said(at) and "Finished" not in said(at)
    at.session_state["actions-states"] = []
    at.run()
    field(at.selectbox, "Whose").set_value("Ben").run()
    assert "Finished" in said(at) and "Of all" not in said(at)


def test_without_actions_it_says_what_to_do(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    assert "No action is agreed yet." in said(part_of_the_log())


def test_the_manager_opens_what_was_shared_with_one_click_and_it_is_noted(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        add_plain_supervisor(db, page_cast)
    session = with_ben(page_cast, "Lena", page_cast.lena_agreement)
    agreed(page_cast, session, by="Lena", text="Shared words", share=True)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = part_of_the_log()
    assert "Shared words" not in str(at.table[0].value) and events("see_shared_actions") == []
    at.toggle[0].set_value(True).run()
    assert "Shared words" in str(at.table[0].value) and len(events("see_shared_actions")) == 1
    at.run()
    assert len(events("see_shared_actions")) == 1


def test_two_windows_lose_no_word_of_an_action(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first save after the other's is refused and both texts are there; the second, knowing both, is kept."""
    session = with_ben(page_cast)
    action = agreed(page_cast, session, text="As agreed")
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    unfold(at, action, "Change it")
    field(at.text_area, WHAT).set_value("From this window").run()
    with writing() as db:
        facts = {"text": "From the other window", "owner_id": page_cast.id("Ben")}
        change_action(db, by=actor(page_cast, "Asha"), action_id=action.id or 0, **facts)
    click(at, "Save the change")
    assert "after you opened it. Your text is still here." in said(at)
    assert "From the other window" in said(at) and field(at.text_area, WHAT).value == "From this window"
    assert len(all_rows(AgreedAction)) == 2
    click(at, "Save the change")
    assert [one.text for one in seen(page_cast, "Ben")] == ["From this window"]


def test_the_supervisor_drops_it_and_reopens_it(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    action = agreed(page_cast, session)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision", session)
    unfold(at, action, "Drop it")
    click(at, "Drop it")
    assert "It was dropped on" in said(at)
    unfold(at, action)
    click(at, "Reopen it")
    assert states() == [ActionState.OPEN, ActionState.DROPPED, ActionState.OPEN]


def test_what_was_changed_meanwhile_is_not_closed_with_a_click_meant_for_other_words(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = agreed(page_cast, with_ben(page_cast), text="As agreed")
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = page("my_record")
    with writing() as db:
        facts = {"text": "Quite another thing", "owner_id": page_cast.id("Ben")}
        change_action(db, by=actor(page_cast, "Asha"), action_id=action.id or 0, **facts)
    click(at, "Share")
    assert "Quite another thing" in said(at) and not any(one.is_shareable for one in all_rows(AgreedAction))


# ---------------------------------------------------------------------------------------------------------------------
# On my own record


@pytest.mark.parametrize("has_observation", [False, True])
def test_it_closes_by_what_shows_it_and_says_why_it_does_not(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch, has_observation: bool
) -> None:
    standard = standards()[BOUNDARIES]
    session = with_ben(page_cast, held_on=YESTERDAY - timedelta(days=7))
    action = agreed(page_cast, session, standard_id=standard, share=True)
    if has_observation:
        observed(page_cast, standard, YESTERDAY)
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = page("my_record")
    unfold(at, action)
    if has_observation:
        field(at.radio, "What shows it").set_value("An observation").run()
        click(at, "Close the action")
        assert "seen in the observation of that day" in said(at)
        return
    click(at, "Close the action")
    assert "It does not close yet." in said(at) and ActionState.DONE not in states()
    field(at.text_area, EVIDENCE).set_value("The co-facilitator's note").run()
    click(at, "Close the action")
    assert "Give the date of the evidence." in said(at)
    field(at.date_input, "Date of the evidence").set_value(YESTERDAY).run()
    click(at, "Close the action")
    assert "by evidence of that day" in said(at) and "The co-facilitator's note" in said(at)


def test_who_can_see_it_is_one_click_away(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    action = agreed(page_cast, with_ben(page_cast))
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = page("my_record")
    unfold(at, action, "Who can see this?")
    assert "You: agreed to do it" in said(at) and "Asha: supervised the session" in said(at)


def test_one_click_closes_mine_and_one_shares_it(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = with_ben(page_cast)
    agreed(page_cast, session, text="Mine")
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = page("my_record")
    click(at, "Share")
    assert "Shared. Your therapy manager can read this action" in said(at)
    click(at, "Done today")
    assert "The action is done." in said(at) and "as the pair says" in said(at)
    assert states() == [ActionState.OPEN, ActionState.OPEN, ActionState.DONE]


def test_a_shared_one_with_a_standard_offers_no_quick_close_and_says_why(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed(page_cast, with_ben(page_cast), standard_id=standards()[BOUNDARIES], share=True)
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = page("my_record")
    assert "Done today" not in labels(at) and BY_EVIDENCE in said(at) and "Stop sharing" in labels(at)


def test_somebody_with_none_is_told_how_one_comes_about(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, page_cast.accounts["Bela"])
    assert "You have agreed no action yet." in said(page("my_record"))


def test_words_are_drawn_as_text(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(page_cast, with_ben(page_cast), text="**loud** ![x](https://elsewhere.example/x.png) <b>b</b>")
    sign_in(monkeypatch, page_cast.accounts["Ben"])
    at = page("my_record")
    shown = " ".join(one.value for one in at.markdown)
    assert r"\*\*loud\*\*" in shown and "https://elsewhere" not in shown


def test_the_name_of_who_shared_it_is_drawn_as_text(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """T15: a name is typed by people too."""
    with writing() as db:
        db.get_one(Staff, page_cast.id("Ben")).full_name = "Ben ![x](https://elsewhere.example/x.png)"
    action = agreed(page_cast, with_ben(page_cast), share=True)
    sign_in(monkeypatch, page_cast.accounts["Asha"])
    at = page("supervision")
    at.segmented_control(key="supervision-show").set_value("Actions").run()
    unfold(at, action, "Change it")
    drawn = " ".join(one.value for one in (*at.caption, *at.markdown))
    assert "shared it. Other words" in drawn and "https://elsewhere" not in drawn


@pytest.mark.parametrize("name", ["Dev", "Asha"])
def test_do_agreed_actions_move(page_cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A director sees counts once enough people are concerned; a manager of the same group sees none of theirs."""
    agreed(page_cast, with_group(page_cast).record_id, owner=None, due_on=today())
    sign_in(monkeypatch, page_cast.accounts[name])
    at = page("team_competency")
    is_counted = "All agreed actions of communities in which 5 people or more are concerned" in said(at)
    assert is_counted is (name == "Dev")
