"""Activity logs: what some people learned, taught and did for others, in their own words, some of it shared."""

from typing import NamedTuple

from sqlmodel import Session

from seed.demo.stage import Stage
from tcsuper.models import ActivityKind
from tcsuper.services.activities import add_activity

CPD, TAUGHT, CONSULTED = ActivityKind.CPD, ActivityKind.TAUGHT, ActivityKind.CONSULTED
REVIEWED, RESEARCH, POLICY = ActivityKind.PEER_REVIEWED, ActivityKind.RESEARCH, ActivityKind.POLICY


class Did(NamedTuple):
    """Entered two days after it was, so many days ago."""

    key: str
    days_ago: int
    kind: ActivityKind
    hours: float
    words: str
    share: bool = False


ACTIVITIES = [
    Did("asha.rao", 320, CPD, 6, "A day on group analysis in prisons. I want to use its way of opening a large group."),
    Did("asha.rao", 211, REVIEWED, 7, "Peer review of another community: how they keep their minutes struck me.", True),
    Did("asha.rao", 120, TAUGHT, 2, "TC awareness for new officers. Fewer slides next time, and a small group."),
    Did("asha.rao", 34, POLICY, 3.5, "Network of therapy managers: how others write down lost sessions.", True),
    Did("harpreet.sandhu-dhillon", 300, CPD, 6, "Workshop on shame, with role play in threes."),
    Did("harpreet.sandhu-dhillon", 190, CPD, 3, "Read and summarised two papers on ruptures in groups.", True),
    Did("harpreet.sandhu-dhillon", 96, CONSULTED, 1.5, "Talked a colleague from healthcare through our referral."),
    Did("harpreet.sandhu-dhillon", 15, TAUGHT, 1.75, "Seminar on formulation for the trainees."),
    Did("imran.chaudhry", 250, CPD, 12, "Weekend on large groups, first day."),
    Did("imran.chaudhry", 249, CPD, 6, "Weekend on large groups, second day. I spoke too early, and saw it.", True),
    Did("imran.chaudhry", 60, RESEARCH, 4, "Coded questionnaires for the yearly evaluation."),
    Did("orla.ni.cheallaigh", 170, CPD, 5.5, "Trauma-informed practice: what it asks of a wing at night."),
    Did("orla.ni.cheallaigh", 22, CONSULTED, 1, "A case discussion with the neighbouring service.", True),
    Did("mererid.pugh", 140, TAUGHT, 3, "Images in groups, for the psychotherapists."),
    Did("mererid.pugh", 45, CPD, 6, "Annual conference: two talks on working with silence."),
    Did("tegwen.wyn-parry", 80, CPD, 2.5, "Reading group."),
    Did("caoimhe.ni.uiginn", 130, CPD, 4, "Clinical seminar on endings."),
    Did("caoimhe.ni.uiginn", 40, TAUGHT, 1.5, "Introduced the matrix to the staff group.", True),
    Did("rhiannon.mon", 55, CPD, 7, "Training day of my course: contracts and limits.", True),
    Did("sunita.bhattacharya", 100, CPD, 6, "A day on siblings in care."),
    Did("angharad.llyr", 70, CPD, 3, "Webinar on play and violence."),
]


def plan_activities(stage: Stage) -> None:
    for one in ACTIVITIES:
        stage.at(stage.ago(one.days_ago - 2), log, one)


def log(db: Session, stage: Stage, one: Did) -> None:
    add_activity(
        db,
        by=stage.someone(one.key),
        kind=one.kind,
        held_on=stage.ago(one.days_ago),
        hours=one.hours,
        words=one.words,
        share=one.share,
    )
