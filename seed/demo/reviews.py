"""Reviews of communities: last year's peer visit, this year's self-review under way, an inspection without ratings.
What they found, and actions in every state: overdue, due soon, moved, done and waiting, closed, and one that nobody can
close."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from seed.demo.cast import DIRECTOR, A, B, C
from seed.demo.stage import Stage
from tcsuper.clock import today
from tcsuper.models import FindingKind, HowMet, RatedBy, ReviewKind, Standard, StandardSet
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.services.findings import enter_finding
from tcsuper.services.plan_actions import (
    agree_plan_action,
    change_plan_action,
    close_plan_action,
    mark_plan_action_done,
)
from tcsuper.services.reviews import Rated, ReviewFacts, enter_review, rate_standards, write_statement

ASHA, RUAIRI, BEN = "asha.rao", "ruairi.o.dalaigh", "ben.ellis"
PEER, SELF, INSPECTION = "Peer review", "Self-review", "Inspection"
PEER_AGO, SELF_AGO, INSPECTED_AGO = 400, 40, 150
"""Days ago they were entered."""
M, P, N, X = HowMet.MET, HowMet.PARTLY_MET, HowMet.NOT_MET, HowMet.NOT_APPLICABLE
LAST_YEAR = [M, P, P, P, M, M, M, P, M, M, M, P, M, P, M, M, M, M, M, M, N, M]
"""By number, of the first version."""
THIS_YEAR = [M, P, M, P, M, M, M, M, P, M, M, P, M, P, X, M, M, M, M, M, P, M]
WHY = {
    2: "Two posts stood open since spring, and officers were called to other wings.",
    4: "Most are supervised each month. What is lost is lost to cover elsewhere.",
    21: "Most were observed this year; two new officers not yet.",
}
STATEMENTS = {
    4: "Supervision has its fixed hour on the rota since January. Sessions that fall out are moved within two weeks "
    "where the duty allows it. We asked the director in May to keep the hour free of escorts.",
    21: "Each of us is seen in two groups a year by somebody from another community, and told on the same day.",
}


class Found(NamedTuple):
    """`standard`: its number. `repeats`: another finding's name."""

    name: str
    review: str
    community: str
    by: str
    kind: FindingKind
    standard: int | None
    words: str
    repeats: str = ""


FINDINGS = [
    Found(
        "peer A", PEER, A, DIRECTOR, FindingKind.ACTION_POINT, 4,
        "Supervision of officers falls out too often when the wing is short of staff.",
    ),
    Found(
        "peer B", PEER, B, DIRECTOR, FindingKind.ACTION_POINT, 4,
        "Supervision is arranged well, and lost when staff are detailed elsewhere. Nobody keeps count of the causes.",
    ),
    Found(
        "peer praise", PEER, B, DIRECTOR, FindingKind.ACHIEVEMENT, 10,
        "Decisions are made in the community meeting, and residents could tell us why.",
    ),
    Found(
        "room", INSPECTION, B, ASHA, FindingKind.RECOMMENDATION, None,
        "The room of the Tuesday group is overheard from the landing. Find another, or line the door.",
    ),
    Found(
        "self B", SELF, B, ASHA, FindingKind.ACTION_POINT, 4,
        "A third of lost sessions still goes to cover elsewhere, as last year.", "peer B",
    ),
    Found(
        "observed", SELF, B, ASHA, FindingKind.ACTION_POINT, 21,
        "Officers who came this year were not observed in their first six months.",
    ),
]  # fmt: skip


def plan_reviews(stage: Stage) -> None:
    stage.at(stage.ago(PEER_AGO), peer_review)
    stage.at(stage.ago(PEER_AGO - 10), agree_last_years)
    stage.at(stage.ago(250), close_last_years)
    stage.at(stage.ago(INSPECTED_AGO), inspection)
    stage.at(stage.ago(70), move_the_day)
    stage.at(stage.ago(SELF_AGO), self_review)
    stage.at(stage.ago(SELF_AGO - 4), agree_this_years)
    stage.at(stage.ago(8), done_and_waiting)


# ---------------------------------------------------------------------------------------------------------------------
# The reviews


def peer_review(db: Session, stage: Stage) -> None:
    end = first_of_month(today()) - timedelta(days=1)
    enter(
        db,
        stage,
        DIRECTOR,
        ReviewFacts(
            kind=ReviewKind.PEER_REVIEW,
            title=f"{PEER} {end.year}",
            community_ids=[stage.communities[A], stage.communities[B]],
            period_from=add_months(first_of_month(end), -11),
            period_to=end,
            edition="10th",
            standard_set_id=version(db, 0),
            reviewers="three colleagues from another establishment",
            self_review_on=today() - timedelta(days=60),
            visit_on=today() - timedelta(days=25),
            report_on=today() - timedelta(days=2),
            reply_on=today() + timedelta(days=25),
        ),
        PEER,
    )
    for community in (A, B):
        rate(db, stage, DIRECTOR, PEER, community, RatedBy.REVIEWERS, LAST_YEAR)
        rate(db, stage, DIRECTOR, PEER, community, RatedBy.COMMUNITY, [*LAST_YEAR[:3], M, *LAST_YEAR[4:]])
    write_down(db, stage, PEER)


def inspection(db: Session, stage: Stage) -> None:
    facts = ReviewFacts(
        kind=ReviewKind.INSPECTION,
        title=f"{INSPECTION} {today().year}",
        community_ids=[stage.communities[B]],
        period_from=add_months(today(), -12),
        period_to=today(),
        reviewers="the inspectorate",
        visit_on=today() - timedelta(days=5),
        report_on=today(),
    )
    enter(db, stage, ASHA, facts, INSPECTION)
    write_down(db, stage, INSPECTION)
    agree(db, stage, ASHA, "room", ASHA, "Line the door of the group room, or move the group.", 75)


def self_review(db: Session, stage: Stage) -> None:
    end = first_of_month(today()) - timedelta(days=1)
    facts = ReviewFacts(
        kind=ReviewKind.SELF_REVIEW,
        title=f"{SELF} {end.year}",
        community_ids=[stage.communities[B], stage.communities[C]],
        period_from=add_months(first_of_month(end), -11),
        period_to=end,
        edition="11th",
        standard_set_id=version(db, 1),
        reviewers="the whole staff, with residents",
        self_review_on=today() - timedelta(days=3),
        visit_on=today() + timedelta(days=61),
        report_on=today() + timedelta(days=95),
    )
    enter(db, stage, ASHA, facts, SELF)
    rate(db, stage, ASHA, SELF, B, RatedBy.COMMUNITY, THIS_YEAR)
    rate(db, stage, ASHA, SELF, C, RatedBy.COMMUNITY, THIS_YEAR[:5])
    for number, words in STATEMENTS.items():
        write_statement(
            db,
            by=stage.someone(ASHA),
            review_id=stage.made["review", SELF],
            community_id=stage.communities[B],
            standard_id=standards(db, stage, SELF)[number],
            statement=words,
        )
    write_down(db, stage, SELF)


# ---------------------------------------------------------------------------------------------------------------------
# What is done about them


def agree_last_years(db: Session, stage: Stage) -> None:
    agree(db, stage, DIRECTOR, "peer A", RUAIRI, "Fix the officers' supervision hour on the rota.", 90)
    agree(db, stage, DIRECTOR, "peer B", ASHA, "Count lost sessions by cause each month, and report them.", 120)
    agree(
        db, stage, DIRECTOR, "peer B", DIRECTOR, "Agree with the governor that the hour is kept free of escorts.", 330
    )


def close_last_years(db: Session, stage: Stage) -> None:
    done(db, stage, ASHA, "peer B", "Reported in the monthly return since June.")
    close_plan_action(
        db,
        by=stage.someone(DIRECTOR),
        action_id=stage.made["action", "peer B", ASHA],
        closing_words="Seen in the last three monthly returns.",
    )


def move_the_day(db: Session, stage: Stage) -> None:
    action_id = stage.made["action", "room", ASHA]
    moved = change_plan_action(
        db,
        by=stage.someone(ASHA),
        action_id=action_id,
        owner_id=stage.people[ASHA],
        text="Line the door of the group room, or move the group.",
        due_on=today() + timedelta(days=90),
        reason="The works department can come only after the summer.",
    )
    stage.made["action", "room", ASHA] = moved.id


def agree_this_years(db: Session, stage: Stage) -> None:
    agree(db, stage, ASHA, "self B", BEN, "Ask each officer what would make the hour safer, and bring three ideas.", 25)
    agree(db, stage, ASHA, "observed", "imran.chaudhry", "Plan an observation for each new officer by month four.", 60)
    agree(db, stage, ASHA, "observed", "mererid.pugh", "Put first observations on the starter's sheet.", 45)


def done_and_waiting(db: Session, stage: Stage) -> None:
    done(
        db, stage, "mererid.pugh", "observed", "The new sheet is on the shared drive, and one starter has filled it in."
    )
    done(db, stage, DIRECTOR, "peer B", "The governor's letter of this week; a copy is in the office.")


# ---------------------------------------------------------------------------------------------------------------------
# In short


def enter(db: Session, stage: Stage, by: str, facts: ReviewFacts, name: str) -> None:
    stage.made["review", name] = enter_review(db, by=stage.someone(by), facts=facts).id
    stage.made["set", name] = facts.standard_set_id


def version(db: Session, place: int) -> int:
    """Of the set of the audit: the first, the next…"""
    rows = select(StandardSet).where(StandardSet.code == "community_audit").order_by(col(StandardSet.in_force_from))
    return db.exec(rows).all()[place].id or 0


def standards(db: Session, stage: Stage, review: str) -> dict[int, int]:
    """By number: ids."""
    rows = db.exec(select(Standard).where(Standard.standard_set_id == stage.made["set", review]))
    return {one.number: one.id or 0 for one in rows}


def rate(
    db: Session, stage: Stage, by: str, review: str, community: str, rated_by: RatedBy, results: list[HowMet]
) -> None:
    ids = standards(db, stage, review)
    rate_standards(
        db,
        by=stage.someone(by),
        review_id=stage.made["review", review],
        community_id=stage.communities[community],
        rated_by=rated_by,
        ratings=[
            Rated(ids[number], result, WHY.get(number, "") if result is P else "")
            for number, result in enumerate(results, 1)
        ],
    )


def write_down(db: Session, stage: Stage, review: str) -> None:
    ids = standards(db, stage, review) if stage.made["set", review] else {}
    for one in (found for found in FINDINGS if found.review == review):
        finding = enter_finding(
            db,
            by=stage.someone(one.by),
            review_id=stage.made["review", review],
            community_id=stage.communities[one.community],
            kind=one.kind,
            text=one.words,
            found_on=today(),
            standard_id=ids[one.standard] if one.standard else None,
            repeats_record_id=stage.made["finding", one.repeats] if one.repeats else None,
        )
        stage.made["finding", one.name] = finding.record_id


def agree(db: Session, stage: Stage, by: str, finding: str, owner: str, text: str, days: int) -> None:
    action = agree_plan_action(
        db,
        by=stage.someone(by),
        finding_record_id=stage.made["finding", finding],
        owner_id=stage.people[owner],
        text=text,
        due_on=_ahead(days),
    )
    stage.made["action", finding, owner] = action.id


def done(db: Session, stage: Stage, by: str, finding: str, evidence: str) -> None:
    action = mark_plan_action_done(
        db,
        by=stage.someone(by),
        action_id=stage.made["action", finding, by],
        done_on=today(),
        evidence=evidence,
    )
    stage.made["action", finding, by] = action.id


def _ahead(days: int) -> date:
    return today() + timedelta(days=days)
