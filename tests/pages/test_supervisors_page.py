"""Supervisors and trainees on Who is due, and the own plan on My record."""

from datetime import date, timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Post,
    Staff,
    SupervisionAgreement,
    Traineeship,
    TraineeStep,
    TraineeStepKind,
    TraineeSupervisor,
)
from tcsuper.settings import ROOT
from tests.people import LONG_AGO, Cast, add_plain_supervisor
from tests.signing_in import sign_in


def opened(cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, part: str = "", page: str = "") -> AppTest:
    sign_in(monkeypatch, cast.accounts[who])
    at = AppTest.from_file(str(ROOT / "pages" / f"{page or 'supervision_due'}.py"), default_timeout=60)
    if part:
        at.session_state["due-show"] = part
    at.run()
    assert not at.exception
    return at


def words_on(at: AppTest) -> str:
    shown = [one.value for kind in (at.markdown, at.caption, at.info, at.success, at.error) for one in kind]
    return " ".join(shown).replace("\\", "")


def table(at: AppTest, column: str) -> list[dict[str, str]]:
    [found] = [one.value for one in at.dataframe if column in one.value.columns]
    return list(found.to_dict("records"))


@pytest.fixture
def trainee(page_cast: Cast) -> Cast:
    """Ben trains; Lena coordinates; an exemplar is late."""
    with writing() as db:
        add_plain_supervisor(db, page_cast)
        db.get_one(SupervisionAgreement, page_cast.lena_agreement).trainee_role = TraineeSupervisor.COORDINATING
        training = Traineeship(staff_id=page_cast.id("Ben"), qualification="Stage *2*", start_on=LONG_AGO)
        db.add(training)
        db.flush()
        db.add(
            TraineeStep(
                recorded_at=now(),
                traineeship_id=training.id or 0,
                kind=TraineeStepKind.SUBMISSION,
                title="Exemplar 1",
                due_on=date(2026, 5, 3),
            )
        )
    return page_cast


def test_what_is_wrong_stands_first_in_the_list_and_in_the_table(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        db.add(
            SupervisionAgreement(
                supervisor_id=page_cast.id("Ben"),
                supervisee_id=page_cast.id("Asha"),
                purpose="clinical",
                start_on=LONG_AGO,
            )
        )
    at = opened(page_cast, monkeypatch, "Asha", "Supervisors")
    shown = words_on(at)
    assert "2 supervisors, 12 people in post: 1 without a supervisor, 1 ring and no lapsed supervisor." in shown
    assert "Asha supervises Ben, and Ben supervises Asha." in shown
    rows = table(at, "How")
    assert [row["Status"] for row in rows[:4]] == ["■ No supervisor", "■ Ring", "■ Ring", "■ Ring"]
    assert {row["Status"] for row in rows[4:]} == {"● Supervised"}
    assert [row["Person"] for row in rows[:1]] == ["Farah"]
    assert {row["Supervisor"] for row in table(at, "Agreed a month")} == {"Asha", "Ben"}
    assert not at.get("vega_lite_chart")


def test_from_thirty_people_up_the_picture_is_beside_its_table(
    page_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as db:
        for number in range(19):
            staff = Staff(full_name=f"New {number:02}", code=f"N-{number}")
            db.add(staff)
            db.flush()
            db.add(
                Post(
                    staff_id=staff.id or 0,
                    job_description_id=page_cast.officer,
                    community_id=page_cast.community_b,
                    start_on=LONG_AGO,
                )
            )
    at = opened(page_cast, monkeypatch, "Asha", "Supervisors")
    assert len(at.get("vega_lite_chart")) == 1
    assert "needs a wider screen" in words_on(at)
    assert len(table(at, "How")) == 21 + 11  # without a supervisor: 19 new ones, Farah and Asha


def test_a_plain_supervisor_sees_their_own_supervisees(trainee: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(trainee, monkeypatch, "Lena", "Supervisors")
    assert [(row["Person"], row["Supervisor"]) for row in table(at, "How")] == [("Ben", "Lena")]
    assert [row["Supervisor"] for row in table(at, "Agreed a month")] == ["Lena"]
    assert "Bela" not in str([one.value for one in at.dataframe])


def test_a_line_manager_is_told_why_nothing_is_here(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch, "Farah", "Supervisors")
    assert "You see yourself here once you supervise somebody." in words_on(at)
    assert not at.dataframe


def test_the_coordinating_supervisor_records_a_step_as_done(trainee: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(trainee, monkeypatch, "Lena", "Trainees")
    assert "Exemplar 1 is overdue: it was due 3 May 2026 and has not been handed in." in words_on(at)
    at.segmented_control(key="trainee-what-1").set_value("Record as done").run()
    next(one for one in at.button if one.label == "Record it").click().run()
    assert not at.exception
    with reading() as db:
        done = db.exec(select(TraineeStep).where(TraineeStep.done_on.is_not(None))).one()  # type: ignore[union-attr]
    assert (done.title, done.done_on, done.recorded_by_id) == ("Exemplar 1", today(), trainee.id("Lena"))


def test_a_step_without_a_name_is_refused_in_words(trainee: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(trainee, monkeypatch, "Asha", "Trainees")
    next(one for one in at.button if one.label == "Add the step").click().run()
    shown = words_on(at)
    assert "Give it a name, for instance “Exemplar 1”." in shown and "Nothing was saved." in shown
    with reading() as db:
        assert len(db.exec(select(TraineeStep)).all()) == 1


def test_a_therapy_manager_starts_a_traineeship(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch, "Asha", "Trainees")
    assert "Nobody whose plan you may read is in training on this day. Start a traineeship below." in words_on(at)
    who = next(one for one in at.selectbox if one.label == "Who")
    assert "Asha" not in who.options, "never oneself"
    who.set_value(page_cast.id("Ben"))
    next(one for one in at.text_input if one.label == "Trains for").set_value("Stage 2")
    next(one for one in at.button if one.label == "Start it").click().run()
    assert not at.exception
    with reading() as db:
        made = db.exec(select(Traineeship)).one()
    assert (made.staff_id, made.qualification, made.start_on) == (page_cast.id("Ben"), "Stage 2", today())


def test_core_roles_are_set_by_a_therapy_manager(page_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page_cast, monkeypatch, "Asha", "Trainees")
    next(one for one in at.text_area if "core roles" in one.label.lower()).set_value("Leadership\nResearch\n")
    next(one for one in at.button if one.label == "Set the core roles").click().run()
    assert not at.exception
    again = opened(page_cast, monkeypatch, "Asha", "Trainees")
    assert next(one for one in again.text_area if "core roles" in one.label.lower()).value == "Leadership\nResearch"


def test_a_trainee_reads_their_own_plan_on_my_record_and_changes_nothing(
    trainee: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(trainee, monkeypatch, "Ben", page="my_record")
    assert "My training" in [one.value for one in at.subheader]
    shown = words_on(at)
    assert "Exemplar 1 is overdue" in shown and "Stage *2*" in shown
    assert not [one for one in at.button if one.label in ("Record it", "Add the step", "End it")]


def test_who_is_not_in_training_reads_nothing_of_it(trainee: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(trainee, monkeypatch, "Bela", page="my_record")
    assert "My training" not in [one.value for one in at.subheader]
    assert "Exemplar" not in words_on(at)


def test_the_day_on_the_page_is_the_day_of_the_answer(trainee: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as db:
        one = db.exec(select(Traineeship)).one()
        one.end_on = today() - timedelta(days=1)
    at = opened(trainee, monkeypatch, "Lena", "Trainees")
    assert "Nobody whose plan you may read is in training on this day." in words_on(at)
