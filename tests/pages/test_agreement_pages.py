"""Agreements and groups on their page, on my record and on the first page: what each kind of person sees and does."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.models import (
    AgreementReview,
    AgreementSignature,
    FormerRecordsConsent,
    GroupMember,
    Requirement,
    RequirementKind,
    SupervisionAgreement,
    SupervisionGroup,
)
from tcsuper.rules.standing import add_months
from tcsuper.services.hand_over import hand_over
from tcsuper.services.signing import sign_agreement
from tcsuper.settings import ROOT
from tcsuper.ui.agreements import USUAL_TERMS
from tests.people import LONG_AGO, Cast, add_plain_supervisor, as_person
from tests.signing_in import sign_in


@pytest.fixture
def cast(page_cast: Cast) -> Cast:
    """Officers are asked for an agreement for clinical supervision; Lena supervises Ben and manages nobody."""
    with writing() as db:
        add_plain_supervisor(db, page_cast)
        db.add(
            Requirement(
                kind=RequirementKind.AGREEMENT,
                job_description_id=page_cast.officer,
                title="Supervision agreement",
                terms={"purpose": "clinical"},
                start_on=LONG_AGO,
            )
        )
    return page_cast


def opened(monkeypatch: pytest.MonkeyPatch, cast: Cast, who: str, file: str = "supervision", **asked: Any) -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / f"{file}.py"), default_timeout=60)
    for name, value in asked.items():
        at.query_params[name] = str(value)
    at.run()
    assert not at.exception
    return at


def agreements_of(monkeypatch: pytest.MonkeyPatch, cast: Cast, who: str, **asked: Any) -> AppTest:
    return opened(monkeypatch, cast, who, show="agreement", **asked)


def field(kind: list[Any], label: str) -> Any:
    """The last with this label: forms are drawn below what is opened."""
    return [one for one in kind if one.label == label][-1]


def press(at: AppTest, label: str) -> AppTest:
    field(list(at.button), label).click()
    at.run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    """Everything written on the page, as it reads."""
    return "\n".join(one.value for one in [*at.markdown, *at.caption, *at.info, *at.subheader]).replace("\\", "")


def tables(at: AppTest) -> list[Any]:
    return [one.value for one in at.dataframe]


def rows(table: Any) -> list[Any]:
    with reading() as db:
        return list(db.exec(select(table)))


# ---------------------------------------------------------------------------------------------------------------------
# Agreements


def test_whoever_lacks_something_comes_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = agreements_of(monkeypatch, cast, "Asha")
    people, agreements = tables(at)[:2]
    assert people["Person"][0] == "Farah" and "is missing" in people["Why"][0], "she has none at all"
    assert list(people["Status"])[1:] == ["■ Overdue"] * 10, "a review overdue since 2025 for everybody else"
    assert people["Next step"][1] == "Review the agreement together, and set the next review day."
    assert set(agreements["Status"]) == {"■ Review overdue"}
    assert set(agreements["For"]) == {"Ben", "Monday group"} and set(agreements["Supervisor"]) == {"Asha", "Lena"}
    assert "**11 of 11 agreements asked for** need something." in said(at)


def test_a_manager_makes_an_agreement_on_the_usual_terms(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = agreements_of(monkeypatch, cast, "Asha")
    field(at.selectbox, "Supervisor").set_value(cast.id("Asha"))
    field(at.selectbox, "Supervisee").set_value(cast.id("Farah"))
    field(at.text_input, "Place").set_value("Library")
    press(at, "Make the agreement")
    made = rows(SupervisionAgreement)[-1]
    assert (made.supervisor_id, made.supervisee_id, made.place) == (cast.id("Asha"), cast.id("Farah"), "Library")
    assert (made.review_on, made.confidentiality) == (add_months(today(), 12), USUAL_TERMS)
    assert (made.trainee_role, made.rule_sets, made.end_on) == (None, [], None)
    assert tables(at)[0]["Person"][0] != "Farah"


def test_the_rest_of_the_form_is_kept_and_a_refusal_stands_at_its_field(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = agreements_of(monkeypatch, cast, "Asha")
    field(at.selectbox, "Supervisor").set_value(cast.id("Asha"))
    field(at.selectbox, "Supervisee").set_value(cast.id("Bela"))
    field(at.selectbox, "For a trainee").set_value("designated").run()
    field(at.multiselect, "Meant for the rules of").set_value(["bacp"])
    press(at, "Make the agreement")
    assert any("Say which piece of work" in one.value.replace("\\", "") for one in at.error)
    field(at.text_input, "Piece of work").set_value("Group programme")
    press(at, "Make the agreement")
    made = rows(SupervisionAgreement)[-1]
    assert (made.piece_of_work, made.rule_sets, made.supervisee_id) == ("Group programme", ["bacp"], cast.id("Bela"))


def test_a_group_brings_its_purpose(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = agreements_of(monkeypatch, cast, "Asha")
    [one for one in at.segmented_control if one.label == "With"][0].set_value("A group").run()
    assert [one.label for one in at.selectbox if one.label == "Purpose"] == []
    field(at.selectbox, "Supervisor").set_value(cast.id("Farah"))
    field(at.selectbox, "Group").set_value(cast.group)
    press(at, "Make the agreement")
    made = rows(SupervisionAgreement)[-1]
    assert (made.group_id, made.supervisor_id, made.purpose) == (cast.group, cast.id("Farah"), "clinical")


def test_an_agreement_opened_is_signed_noted_and_reviewed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = agreements_of(monkeypatch, cast, "Lena", agreement=cast.lena_agreement)
    assert "Ben with Lena, clinical" in said(at) and "its review is overdue" in said(at)
    press(at, "Sign")
    press(at, "Note it")
    press(at, "Record the review")
    assert {(one.staff_id, one.recorded_by_id) for one in rows(AgreementSignature)} == {
        (cast.id("Lena"), None),
        (cast.id("Ben"), cast.id("Lena")),
    }
    (review,) = rows(AgreementReview)
    assert (review.reviewed_on, review.next_review_on) == (today(), add_months(today(), 12))
    assert "Signed by Lena" in said(at) and "has been in force since" in said(at) and "overdue" not in said(at)


def test_a_plain_supervisor_reads_the_managers_agreement_and_changes_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lena supervises Ben too, so she may read on what terms Asha does."""
    at = agreements_of(monkeypatch, cast, "Lena", agreement=cast.ben_agreement)
    assert "Ben with Asha, clinical" in said(at)
    labels = {one.label for one in at.button}
    assert not labels & {"Sign", "Note it", "Record the review", "End it", "Hand over"}


def test_somebody_elses_agreement_opens_for_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = agreements_of(monkeypatch, cast, "Carol", agreement=cast.ben_agreement)
    assert "you do not have access to it" in said(at) and "Ben" not in said(at)
    for forged in ("-1", "Ben", "1 OR 1=1", "٣", "9" * 400):
        agreements_of(monkeypatch, cast, "Asha", agreement=forged)


def test_an_agreement_is_ended_where_it_is_opened(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = agreements_of(monkeypatch, cast, "Asha", agreement=cast.ben_agreement)
    press(at, "End it")
    with reading() as db:
        assert db.get_one(SupervisionAgreement, cast.ben_agreement).end_on == today()


def test_a_supervisor_who_leaves_hands_everybody_over_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = agreements_of(monkeypatch, cast, "Asha")
    field(at.selectbox, "Whose agreements?").set_value(cast.id("Asha")).run()
    assert field(at.multiselect, "Which?").value == [cast.ben_agreement, cast.group_agreement]
    field(at.selectbox, "New supervisor").set_value(cast.id("Farah")).run()
    assert "Ben, clinical: with Asha until" in said(at) and "Monday group, clinical: with Asha until" in said(at)
    press(at, "Hand over")
    made = [one for one in rows(SupervisionAgreement) if one.follows_id is not None]
    assert {(one.follows_id, one.supervisor_id) for one in made} == {
        (cast.ben_agreement, cast.id("Farah")),
        (cast.group_agreement, cast.id("Farah")),
    }


def test_nothing_is_handed_over_by_those_who_keep_no_agreements(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = agreements_of(monkeypatch, cast, "Lena")
    assert "Hand over" not in {one.label for one in at.button}


# ---------------------------------------------------------------------------------------------------------------------
# Groups


def test_a_group_opened_shows_who_belongs_and_lets_people_join_and_leave(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(monkeypatch, cast, "Asha", show="groups", group=cast.group)
    assert "Supervised by Asha." in said(at)
    assert len(at.table[0].value) == 10
    field(at.multiselect, "Joining").set_value([cast.id("Farah")])
    field(at.multiselect, "Leaving").set_value([cast.id("Bela")])
    press(at, "Change the members")
    here = {one.staff_id: (one.start_on, one.end_on) for one in rows(GroupMember)}
    assert (here[cast.id("Farah")], here[cast.id("Bela")]) == ((today(), None), (LONG_AGO, today()))


def test_a_group_is_renamed_and_ended(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(monkeypatch, cast, "Asha", show="groups", group=cast.group)
    [one for one in at.text_input if one.label == "Name"][0].set_value("Tuesday group")
    press(at, "Rename it")
    assert rows(SupervisionGroup)[0].name == "Tuesday group"
    press(at, "End it")
    assert rows(SupervisionGroup)[0].end_on == today()
    assert {one.end_on for one in rows(GroupMember)} == {today()}
    with reading() as db:
        assert db.get_one(SupervisionAgreement, cast.group_agreement).end_on == today()
        assert db.get_one(SupervisionAgreement, cast.ben_agreement).end_on is None


def test_a_group_is_made(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(monkeypatch, cast, "Asha", show="groups")
    field(at.text_input, "Name").set_value("Friday group")
    field(at.multiselect, "Contracted members (without the supervisor)").set_value([cast.id("Ben"), cast.id("Bela")])
    press(at, "Make the group")
    assert rows(SupervisionGroup)[-1].name == "Friday group"


# ---------------------------------------------------------------------------------------------------------------------
# My record, and the first page


def test_my_record_shows_my_agreements_and_i_sign_there(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(monkeypatch, cast, "Ben", "my_record")
    for supervisor in ("Asha", "Lena"):
        assert f"Clinical with {supervisor}" in said(at)
    assert "Every 4 weeks, 1 h." in said(at) and "Its review was due 15 January 2025." in said(at)
    [one for one in at.button if one.label == "Sign"][0].click()
    at.run()
    assert not at.exception
    assert [one.staff_id for one in rows(AgreementSignature)] == [cast.id("Ben")]


def test_a_task_is_signed_with_one_click(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with as_person(cast, "Lena") as (db, lena):
        sign_agreement(db, by=lena, agreement_id=cast.lena_agreement)
    at = opened(monkeypatch, cast, "Ben", "home")
    assert "Agreement: Ben with Lena, clinical" in said(at)
    press(at, "Sign")
    assert {one.staff_id for one in rows(AgreementSignature)} == {cast.id("Ben"), cast.id("Lena")}
    assert "Agreement: Ben with Lena, clinical" not in said(at)


def test_the_supervisee_says_what_the_new_supervisor_reads(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with as_person(cast, "Asha") as (db, asha):
        hand_over(
            db,
            by=asha,
            agreement_ids=[cast.ben_agreement],
            supervisor_id=cast.id("Farah"),
            last_day=today() - timedelta(days=1),
        )
    at = opened(monkeypatch, cast, "Ben", "my_record")
    assert "Farah cannot read what you and Asha wrote down together, unless you agree." in said(at)
    press(at, "Let Farah read it")
    assert [one.withdrawn_at for one in rows(FormerRecordsConsent)] == [None]
    press(at, "Take this back")
    assert [one.withdrawn_at is None for one in rows(FormerRecordsConsent)] == [False]
