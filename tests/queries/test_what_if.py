"""What if: what each question says, of whom, and to whom."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tcsuper import words
from tcsuper.clock import now, today
from tcsuper.database import writing
from tcsuper.models import (
    Body,
    BodyKind,
    CheckResult,
    RegisterCheck,
    Registration,
    Requirement,
    RequirementKind,
    StandIn,
    SupervisionAgreement,
)
from tcsuper.rules.picture import Question
from tcsuper.rules.standing import Span
from tcsuper.rules.what_if import Supposed, WhatIf
from tests.leaving import LAST_DAY, Leaver, post_elsewhere
from tests.people import LONG_AGO
from tests.supposing import ON, asked, stage

ONE_DAY = timedelta(days=1)


@pytest.fixture
def ben(database: str) -> Leaver:
    with writing() as db:
        return stage(db)


def titles(answer: WhatIf, question: Question) -> set[str]:
    return {line.what for line in answer.lines(question)}


def test_each_question_names_what_is_lost(ben: Leaver) -> None:
    answer = asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY}))
    assert titles(answer, Question.RESPONSIBILITIES) == {"Keep the evacuation plan"}
    assert titles(answer, Question.SUPERVISION) == {"Farah, clinical", "Tuesday group, clinical"}
    (missed,) = answer.lines(Question.MINIMA)
    assert missed.because.startswith("Clinical supervision of Farah would be missed in ")
    assert missed.because.endswith(": 0 of 60 min with what would still be planned, 60 of 60 min as it is.")
    assert {line.what.partition(",")[0] for line in answer.lines(Question.COURSES)} == {"Control and restraint"}
    assert len(answer.lines(Question.COURSES)) == 2, "the course, and the run that is to come"
    figures = {line.what: line for line in answer.lines(Question.OVERVIEW) if line.community == "Ashdown B"}
    assert figures["Led responsibilities: uncovered"].after == "1"
    assert int(figures["Supervision"].after.split()[-1]) == int(figures["Supervision"].before.split()[-1]) - 1
    assert answer.summary == (
        f"If Ben leaves on {words.day(LAST_DAY)}: 1 led responsibility uncovered, 1 person without a supervisor, "
        f"1 group without one, 1 supervision minimum of {words.month(ON)} missed and "
        "1 course without a trainer or an assessor."
    )


def test_what_is_told_says_what_it_leaves_out(ben: Leaver) -> None:
    told = asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY}))
    month = words.month(ON)
    assert told.left_out(Question.MINIMA).startswith(f"{month} alone is looked at") and told.is_any_minimum_met
    assert not any(told.left_out(question) for question in Question if question is not Question.MINIMA)
    years_ahead = asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY}), on=ON + timedelta(days=1000))
    assert not years_ahead.is_any_minimum_met and not years_ahead.lines(Question.MINIMA), "nothing is planned so far"
    seen_in_part = asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY}), by="Dev")
    left_out = {question for question in Question if seen_in_part.left_out(question)}
    assert left_out == {Question.SUPERVISION, Question.MINIMA, Question.OVERVIEW}


def test_a_post_to_come_is_not_taken_up(ben: Leaver) -> None:
    with writing() as db:
        post_elsewhere(db, ben, start_on=LAST_DAY + ONE_DAY)
    assert "Keep the evacuation plan" in titles(
        asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY})), Question.RESPONSIBILITIES
    )


# ---------------------------------------------------------------------------------------------------------------------
# On leave, and lapsed


def test_on_leave_nobody_is_there_for_whom_they_supervise_lead_and_teach(ben: Leaver) -> None:
    away = Supposed(away={ben.ben: Span(ON - ONE_DAY, ON + timedelta(days=20))})
    answer = asked(ben.cast, away)
    assert titles(answer, Question.RESPONSIBILITIES) == {"Keep the evacuation plan"}
    assert titles(answer, Question.SUPERVISION) == {"Farah, clinical", "Tuesday group, clinical"}
    assert "Farah, clinical supervision" in titles(answer, Question.MINIMA)
    assert len(answer.lines(Question.COURSES)) == 2
    later = asked(ben.cast, away, on=ON + timedelta(days=21))
    assert not later.lines(Question.RESPONSIBILITIES) and not later.lines(Question.SUPERVISION)


def test_somebody_who_stands_in_holds_what_the_one_on_leave_would(ben: Leaver) -> None:
    with writing() as db:
        farah = select(SupervisionAgreement.id).where(SupervisionAgreement.supervisee_id == ben.cast.id("Farah"))
        db.add(
            StandIn(
                agreement_id=db.exec(farah).one() or 0,
                staff_id=ben.cast.id("Asha"),
                named_by_id=ben.cast.id("Asha"),
                start_on=ON - ONE_DAY,
                end_on=ON + ONE_DAY,
            )
        )
    answer = asked(ben.cast, Supposed(away={ben.ben: Span(ON - ONE_DAY, ON + timedelta(days=20))}))
    assert titles(answer, Question.SUPERVISION) == {"Tuesday group, clinical"}
    assert not answer.lines(Question.MINIMA)


def test_a_lapsed_registration_counts_whatever_was_entered_or_seen_as_later(ben: Leaver) -> None:
    """Renewed ahead, and the register showed a later day: supposed lapsed, it is lapsed."""
    cast = ben.cast
    with writing() as db:
        body = Body(code="nmc", name="NMC", short_name="NMC", kind=BodyKind.STATUTORY)
        db.add(body)
        db.flush()
        facts = dict(staff_id=ben.ben, body_id=body.id, recorded_at=now(), registered_on=LONG_AGO)
        first = Registration(**facts, expires_on=today() + timedelta(days=3))
        db.add(first)
        db.flush()
        renewed_on = today() + timedelta(days=4)
        db.add(
            Registration(
                **facts,
                expires_on=today() + timedelta(days=800),
                renews_record_id=first.record_id,
                renewed_on=renewed_on,
            )
        )
        db.add(
            RegisterCheck(
                registration_record_id=first.record_id,
                staff_id=ben.ben,
                recorded_at=now(),
                checked_on=today(),
                result=CheckResult.REGISTERED,
                expiry_seen_on=today() + timedelta(days=900),
            )
        )
        asks = {"any_of": ["nmc"], "target_days": 0}
        db.add(
            Requirement(kind=RequirementKind.REGISTRATION, staff_id=ben.ben, title="NMC", terms=asks, start_on=LONG_AGO)
        )
    for lapses_on in (today(), today() + timedelta(days=10)):
        answer = asked(cast, Supposed(lapses={ben.ben: lapses_on}), on=max(lapses_on, today()))
        figure = next(line for line in answer.lines(Question.OVERVIEW) if line.what == "Registration")
        assert (figure.before, figure.after) == ("1 of 1", "0 of 1")
        assert "Ben" in titles(answer, Question.SUPERVISION), "a supervisor who lapsed"
        assert not answer.lines(Question.COURSES)


# ---------------------------------------------------------------------------------------------------------------------
# To whom


def test_who_sees_counts_alone_cannot_work_out_how_one_person_stands(ben: Leaver) -> None:
    """T29. Imagining one person gone would give two figures that differ by that person alone."""
    by_name = {"Training", "Qualifications", "Registration", "Checks", "Probation", "Appraisal"}
    for name in ("Ben", "Bela", "Officer D"):
        answer = asked(ben.cast, Supposed(leaves={ben.cast.id(name): LAST_DAY}), by="Dev")
        kinds = {line.what for line in answer.lines(Question.OVERVIEW) if not line.what.startswith("Led ")}
        assert kinds <= by_name and kinds
        assert not answer.lines(Question.SUPERVISION) and not answer.lines(Question.MINIMA)
        assert answer.unseen == {Question.SUPERVISION, Question.MINIMA}
        assert "supervis" not in answer.summary
    assert "Supervision" in titles(asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY})), Question.OVERVIEW)


def test_an_officer_learns_nothing_of_others_by_imagining_themselves_gone(ben: Leaver) -> None:
    answer = asked(ben.cast, Supposed(leaves={ben.cast.id("Officer K"): LAST_DAY}), by="Officer K")
    assert not any(answer.lines(question) for question in Question)
