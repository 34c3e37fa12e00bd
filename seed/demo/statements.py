"""An external supervisor without an account and what she signed; disputes in a third person's hands; the yearly
answers to how supervision serves people."""

import random
from datetime import date, timedelta

from sqlmodel import Session

from seed.demo.cast import Person
from seed.demo.stage import Stage
from tcsuper.access import actor_for_staff
from tcsuper.models import DisputeOutcome, Employment
from tcsuper.queries.disputes import disputes_seen, disputes_to_settle
from tcsuper.queries.serves_me import still_to_answer
from tcsuper.services.agreements import make_agreement
from tcsuper.services.disputes import name_third_person, settle_dispute
from tcsuper.services.serves_me import answer_serves_me
from tcsuper.services.staff import add_staff
from tcsuper.services.statements import Line, Paper, check_statement, return_statement, send_in_statement

OLWEN = "Olwen Bebb"
"""Sees two of the art therapists at her own practice, and signs on paper."""
SUPERVISEES = {"mererid.pugh": "asha.rao", "zainab.qureshi": "harpreet.sandhu-dhillon"}
"""And who checks what they send in."""
AGREED = 300
PAPERS = {"mererid.pugh": ((200, "checked"), (100, "checked"), (4, "sent in")), "zainab.qureshi": ((6, "returned"),)}
"""Signed so many days ago, and what has become of it."""
DIFFERS = "The paper says 50 minutes for the last one, not 60."
THIRD, SETTLES = "shabnam.akhtar", "mererid.pugh"


def plan_statements(stage: Stage, cast: dict[str, Person]) -> None:
    stage.at(stage.ago(AGREED), take_on)
    for key, papers in PAPERS.items():
        for days, state in papers:
            stage.at(stage.ago(days), sign_and_send, key, days, state)
    stage.at(stage.today, hand_over_disputes)
    answers = random.Random(1952)  # drawn apart: the rest of the demonstration stays as it is
    for years_ago, share in ((2, 0.6), (1, 0.75), (0, 0.3)):
        year = stage.today.year - years_ago
        for key in [key for key, person in cast.items() if person.community]:
            day = date(year, 12, 1) + timedelta(days=answers.randint(0, 19)) if years_ago else stage.ago(1)
            this_year = stage.today.month >= 10 and key != "ben.ellis"  # who is still asked
            if answers.random() < share and (years_ago or this_year):
                stage.at(day, answer, key, _five(answers, years_ago))


def _five(answers: random.Random, years_ago: int) -> list[int]:
    """Time and place are what a prison cannot always keep; the rest has become better over the years."""
    middles = (3 - 0.2 * years_ago, 4.1 - 0.4 * years_ago, 4.2, 3.9 - 0.2 * years_ago, 3.4)
    return [max(1, min(5, round(answers.gauss(middle, 0.9)))) for middle in middles]


# ---------------------------------------------------------------------------------------------------------------------
# What happens


def take_on(db: Session, stage: Stage) -> None:
    olwen = add_staff(db, by=stage.someone("admin"), full_name=OLWEN, employment=Employment.INDEPENDENT)
    for key, manager in SUPERVISEES.items():
        made = make_agreement(
            db,
            by=stage.someone("carys.llwyd" if key == "zainab.qureshi" else manager),
            supervisor_id=olwen.id or 0,
            supervisee_id=stage.people[key],
            start_on=stage.ago(AGREED),
            every_days=28,
            place="Her own practice",
            review_on=stage.ago(-65),
        )
        stage.made[OLWEN, key] = made.id


def sign_and_send(db: Session, stage: Stage, key: str, days: int, state: str) -> None:
    """Three sessions of the months before, signed at the last one."""
    lines = [Line(stage.ago(days + back), 60) for back in (54, 27, 0)]
    sent = send_in_statement(
        db,
        by=stage.someone(key),
        agreement_id=stage.made[OLWEN, key],
        paper=Paper(OLWEN, "HCPC", "AS07731", stage.ago(days)),
        lines=lines,
    )
    by = stage.someone(SUPERVISEES[key])
    if state == "checked":
        check_statement(db, by=by, statement_id=sent.id or 0)
    elif state == "returned":
        return_statement(db, by=by, statement_id=sent.id or 0, reason=DIFFERS)


def hand_over_disputes(db: Session, stage: Stage) -> None:
    """Of Asha's people: the oldest dispute is settled, the next is with a third person, the others wait."""
    asha = actor_for_staff(db, stage.people["asha.rao"])
    waiting = [one for one in disputes_seen(db, viewer=asha) if one.may_name]
    for one, third in zip(waiting[:-1], (SETTLES, THIRD), strict=False):
        name_third_person(
            db,
            by=asha,
            session_record_id=one.session_record_id,
            staff_id=one.staff_id,
            third_person_id=stage.people[third],
        )
        if third == SETTLES:
            settle(db, stage)


def settle(db: Session, stage: Stage) -> None:
    third = actor_for_staff(db, stage.people[SETTLES])
    for one in disputes_to_settle(db, viewer=third):
        settle_dispute(
            db,
            by=third,
            dispute_id=one.dispute_id,
            outcome=DisputeOutcome.STANDS,
            said="The gate log and the room book both give the later time.",
        )


def answer(db: Session, stage: Stage, key: str, five: list[int]) -> None:
    """Nobody answers who has not come yet, has no agreement, or has gone."""
    person = actor_for_staff(db, stage.people[key]) if key in stage.people else None
    if person is not None and still_to_answer(db, viewer=person):
        answer_serves_me(db, by=person, answers=five)
