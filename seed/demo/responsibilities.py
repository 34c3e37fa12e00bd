"""Who leads what, who deputises, and what rests on one person or on nobody."""

from sqlmodel import Session, col, select

from seed.demo.cast import ALDER, ROWAN, A, B, C, D, U, manager_on
from seed.demo.stage import Stage
from tcsuper.models import HoldingKind, JobDescription, Responsibility
from tcsuper.services.responsibilities import hold_responsibility, set_led

LEAD, DEPUTY, LEARNS = HoldingKind.LEAD, HoldingKind.DEPUTY, HoldingKind.IN_DEVELOPMENT
LED_HERE = [("tc_officer", 6), ("tc_officer", 17), ("tc_officer", 20)]
"""Duties that this service gives to somebody by name: risk and induction, local systems, the evacuation plan."""
HOLDERS = [  # community, job, number of the duty, who, how, for so many days
    (A, "tc_officer", 6, "sian.wyn", LEAD, 700),
    (A, "tc_officer", 6, "sam.lee", DEPUTY, 410),
    (A, "tc_officer", 17, "kwame.boateng", LEAD, 520),
    (A, "tc_officer", 17, "beth.llewellyn", LEARNS, 90),
    (A, "tc_officer", 20, "padraig.o.se", LEAD, 640),  # alone, and leaves soon
    (A, "therapy_manager", 2, "ruairi.o.dalaigh", LEAD, 700),
    (A, "therapy_manager", 2, "maire.nic.aodha", DEPUTY, 350),
    (A, "therapy_manager", 21, "ruairi.o.dalaigh", LEAD, 700),
    (A, "therapy_manager", 22, "ruairi.o.dalaigh", LEAD, 150),
    (A, "therapy_manager", 26, "ruairi.o.dalaigh", LEAD, 330),
    (A, "therapy_manager", 34, "ruairi.o.dalaigh", LEAD, 700),
    (A, "therapy_manager", 34, "maire.nic.aodha", DEPUTY, 250),
    (A, "therapy_manager", 35, "maire.nic.aodha", LEAD, 250),
    (B, "tc_officer", 6, "ben.ellis", LEAD, 600),
    (B, "tc_officer", 6, "niamh.oneill-kaur", DEPUTY, 300),
    (B, "tc_officer", 17, "shabnam.akhtar", LEAD, 480),
    (B, "tc_officer", 17, "marcus.adeyemi", LEAD, 35),  # two leads
    (B, "tc_officer", 20, "paul.hartley", LEAD, 560),
    (B, "tc_officer", 20, "llyr.hopkin", DEPUTY, 560),
    (B, "therapy_manager", 2, "asha.rao", LEAD, 700),
    (B, "therapy_manager", 2, "imran.chaudhry", DEPUTY, 420),
    (B, "therapy_manager", 21, "asha.rao", LEAD, 700),
    (B, "therapy_manager", 22, "asha.rao", LEAD, 310),
    (B, "therapy_manager", 22, "mererid.pugh", DEPUTY, 310),
    (B, "therapy_manager", 30, "imran.chaudhry", LEAD, 260),
    (B, "therapy_manager", 34, "asha.rao", LEAD, 700),
    (B, "therapy_manager", 34, "imran.chaudhry", DEPUTY, 200),
    (B, "therapy_manager", 35, "asha.rao", LEAD, 700),
    (C, "tc_officer", 6, "rhiannon.mon", LEAD, 500),
    (C, "tc_officer", 17, "eoghan.o.ceallaigh", LEAD, 690),
    (C, "tc_officer", 17, "sam.lee2", DEPUTY, 240),
    (C, "tc_officer", 20, "lee.cartwright", LEAD, 700),  # he has left
    (D, "tc_officer", 6, "manjit.gill", LEAD, 400),
    (D, "tc_officer", 17, "sean.mac.carthaigh", LEAD, 620),
    (D, "tc_officer", 17, "catrin.fon", DEPUTY, 300),
    (D, "therapy_manager", 2, "carys.llwyd", LEAD, 700),
    (D, "therapy_manager", 2, "harpreet.sandhu-dhillon", DEPUTY, 105),
    (D, "therapy_manager", 21, "carys.llwyd", LEAD, 700),
    (D, "therapy_manager", 34, "harpreet.sandhu-dhillon", LEAD, 105),
    (U, "tc_officer", 6, "roisin.ni.fhloinn", LEAD, 660),
    (U, "tc_officer", 6, "ieuan.prys", DEPUTY, 660),
    (U, "tc_officer", 20, "gareth.bowen", LEAD, 210),
    (U, "tc_officer", 20, "anil.desai", DEPUTY, 210),
    (U, "director", 6, "eluned.prys-morgan", LEAD, 700),
    (U, "director", 17, "eluned.prys-morgan", LEAD, 700),
    (U, "director", 23, "eluned.prys-morgan", LEAD, 700),
    (ROWAN, "compass_psychotherapist", 11, "sunita.bhattacharya", LEAD, 700),
    (ROWAN, "compass_psychotherapist", 11, "angharad.llyr", DEPUTY, 500),
    (ALDER, "compass_psychotherapist", 11, "meera.pillai", LEAD, 450),
    (A, "therapy_manager", 30, "post:therapy_manager", LEAD, 320),  # whoever has the post
    (D, "therapy_manager", 30, "post:therapy_manager", LEAD, 320),  # who is away
    (U, "tc_officer", 17, "post:lead_core_creative", LEAD, 280),  # nobody has it there
]  # fmt: skip


def plan_responsibilities(stage: Stage) -> None:
    stage.at(stage.first_day, name_led)
    for holder in HOLDERS:
        stage.at(stage.ago(holder[-1]), hold, *holder)


def name_led(db: Session, stage: Stage) -> None:
    found = select(Responsibility, JobDescription.code).join(JobDescription)
    for responsibility, job in db.exec(found.where(col(Responsibility.is_cross_reference).is_(False))):
        stage.made["duty", job, responsibility.number] = responsibility.id
    for job, number in LED_HERE:
        duty = stage.made["duty", job, number]
        set_led(db, by=stage.someone("asha.rao"), responsibility_id=duty, is_led=True)


def hold(
    db: Session, stage: Stage, community: str, job: str, number: int, key: str, kind: HoldingKind, days: int
) -> None:
    day = stage.ago(days)
    of_post = key.removeprefix("post:") if key.startswith("post:") else ""
    hold_responsibility(
        db,
        by=stage.someone(manager_on(stage, community, day)),
        responsibility_id=stage.made["duty", job, number],
        staff_id=None if of_post else stage.people[key],
        job_description_id=stage.jobs[of_post] if of_post else None,
        community_id=stage.communities[community],
        kind=kind,
        start_on=day,
    )
