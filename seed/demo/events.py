"""What happened on a day and nothing more: checks seen, probation passed, appraisals held; and what was waived."""

from datetime import date, timedelta

from sqlmodel import Session, select

from seed.demo.cast import HARPREET_ACTS, RUAIRI_STOOD_IN, Person, keeper
from seed.demo.stage import Stage
from tcsuper.models import OverrideKind, Requirement, StaffEventKind
from tcsuper.rules.standing import add_months
from tcsuper.services.events import record_staff_event
from tcsuper.services.overrides import ask_of_person, override_requirement

ASKED_OF_ALL = ("tc_officer", "therapy_manager", "director")
"""Jobs that ask for a probation and for checks seen."""
NOT_SEEN = {"stacey.mould"}
NOT_PASSED = {"fatima.siddiqui"}
NOT_APPRAISED = {"wayne.oakley": 395, "eoghan.o.ceallaigh": 402, "claire.tomkins": 371, "zainab.qureshi": 380,
                 "darren.pike": 377, "meera.pillai": 369}  # fmt: skip
"""Their last appraisal is longer ago than a year: so many days."""
NOT_A_PSYCHOLOGIST = "A {} by profession: registered with {}, so the HCPC psychologist register is not open to them."
WAIVERS = [
    ("asha.rao", "ruairi.o.dalaigh", NOT_A_PSYCHOLOGIST.format("psychotherapist", "BACP"), RUAIRI_STOOD_IN - 15),
    ("carys.llwyd", "harpreet.sandhu-dhillon", NOT_A_PSYCHOLOGIST.format("nurse", "the NMC"), HARPREET_ACTS - 20),
]
"""Nobody waives what is asked of themselves: somebody who manages their community for a time did."""
LIFTED = [
    ("blathnaid.o.riain", "TCAT 3", OverrideKind.EXTENDED, "Both runs this year were cancelled by the college.", -45),
    ("darren.pike", "Sensitivity group", OverrideKind.EXEMPT, "On nights until the end of the rota.", -20),
]

ASKED_OF_ONE = ("hayley.stubbs", "spear", "Takes residents to hospital appointments since the autumn.", 30)


def plan_events(stage: Stage, everybody: dict[str, Person]) -> None:
    for key, person in everybody.items():
        if not person.community:
            continue
        start = person.started(stage)
        if person.job in ASKED_OF_ALL and key not in NOT_SEEN:
            note(stage, key, person, StaffEventKind.SECURITY_CHECK_SEEN, start - timedelta(days=20))
        if person.job in ASKED_OF_ALL and key not in NOT_PASSED:
            note(stage, key, person, StaffEventKind.PROBATION_PASSED, add_months(start, 6) - timedelta(days=4))
        for day in _appraisals(stage, key, start):
            note(stage, key, person, StaffEventKind.APPRAISAL, day)
    for key, by, reason, days in WAIVERS:
        title, job = "HCPC practitioner psychologist", "therapy_manager"
        stage.at(stage.ago(days), override, by, key, job, title, OverrideKind.WAIVED, reason, stage.ago(days))
    for key, title, kind, reason, until in LIFTED:
        by, job = keeper(stage, key, everybody[key], stage.ago(30)), everybody[key].job
        stage.at(stage.ago(30), override, by, key, job, title, kind, reason, stage.ago(30), stage.ago(until))
    key, course, reason, days = ASKED_OF_ONE
    stage.at(stage.ago(days), ask, keeper(stage, key, everybody[key], stage.ago(days)), key, course, reason)


def _appraisals(stage: Stage, key: str, start: date) -> list[date]:
    """About once a year, the last of them within the year but for a few."""
    last = NOT_APPRAISED.get(key) or stage.chance.randint(15, 340)
    days = [stage.ago(last), stage.ago(last + 362), stage.ago(last + 725)]
    return [day for day in days if day > start + timedelta(days=60)]


def note(stage: Stage, key: str, person: Person, kind: StaffEventKind, day: date) -> None:
    if day <= stage.today:
        stage.at(max(day, person.started(stage)), happen, key, person, kind, day)


# ---------------------------------------------------------------------------------------------------------------------
# What happens


def happen(db: Session, stage: Stage, key: str, person: Person, kind: StaffEventKind, day: date) -> None:
    by = stage.someone(keeper(stage, key, person, max(day, stage.first_day)))
    record_staff_event(db, by=by, staff_id=stage.people[key], kind=kind, held_on=day)


def override(
    db: Session,
    stage: Stage,
    by: str,
    key: str,
    job: str,
    title: str,
    kind: OverrideKind,
    reason: str,
    start_on: date,
    end_on: date | None = None,
) -> None:
    asked = select(Requirement).where(Requirement.job_description_id == stage.jobs[job], Requirement.title == title)
    requirement = max(db.exec(asked), key=lambda one: one.start_on)
    override_requirement(
        db,
        by=stage.someone(by),
        staff_id=stage.people[key],
        requirement_id=requirement.id or 0,
        kind=kind,
        reason=reason,
        start_on=start_on,
        end_on=end_on,
    )


def ask(db: Session, stage: Stage, by: str, key: str, course: str, reason: str) -> None:
    """A course of one person alone."""
    staff_id, on = stage.people[key], stage.ago(ASKED_OF_ONE[-1])
    asked = stage.someone(by)
    ask_of_person(db, by=asked, staff_id=staff_id, course_code=course, reason=reason, start_on=on, target_days=180)
