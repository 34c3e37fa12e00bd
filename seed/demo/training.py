"""What people have learnt: before their post, TCAT 1 to 3 after it, restraint every year; and what is late."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Session

from seed.certificate import certificate_pdf
from seed.demo.cast import LEE_LEFT, A, B, C, D, Person, U, keeper, manager_on
from seed.demo.stage import Stage
from tcsuper import words
from tcsuper.models import TrainingResult
from tcsuper.queries.completions import course_titles
from tcsuper.services.catalogue import set_course_target
from tcsuper.services.evidence_files import SentFile, send_in_certificate
from tcsuper.services.places import book_place
from tcsuper.services.training import record_completion, record_course_run

TARGETS = {"tcat_1": 90, "tcat_2": 180, "tcat_3": 365}
USUALLY = {"tcat_1": (50, 88), "tcat_2": (130, 178), "tcat_3": (280, 362)}
"""Days after starting in post."""
TCAT: dict[str, dict[str, int]] = {  # where it went otherwise: what is not listed is not done
    "kelly-ann.briggs": {},  # TCAT 1 overdue
    "ravi.anand": {},  # due soon, and booked
    "stacey.mould": {},
    "tom.renshaw": {},
    "agnieszka.wojcik": {"tcat_1": 80},  # TCAT 2 booked in time
    "usman.tariq": {"tcat_1": 84},  # TCAT 2 overdue, and booked
    "fatima.siddiqui": {"tcat_1": 97},  # TCAT 2 overdue
    "grainne.ni.bhriain": {"tcat_1": 61, "tcat_2": 171},
    "deepa.rao": {"tcat_1": 70, "tcat_2": 166},  # TCAT 3 due soon
    "blathnaid.o.riain": {"tcat_1": 74, "tcat_2": 175},  # TCAT 3 extended
    "dilip.joshi": {"tcat_1": 88, "tcat_2": 190},  # asked to repeat TCAT 3
    "catrin.fon": {"tcat_1": 160, "tcat_2": 120, "tcat_3": 340},  # TCAT 2 came before TCAT 1
}
PLACES = [("ravi.anand", "tcat_1", 9), ("agnieszka.wojcik", "tcat_2", 16), ("usman.tariq", "tcat_2", 22),
          ("wayne.oakley", "control_and_restraint", 13), ("grainne.ni.bhriain", "tcat_3", 70)]  # fmt: skip
RESTRAINT_DAYS = {A: 40, B: 150, C: 205, D: 235, U: 318}
"""So many days ago each community last had its refresher, and a year before that the one before."""
MISSED = {"paul.hartley", "wayne.oakley", "craig.dunmore"}
LATE = {"hayley.stubbs": 35}
"""Missed the day with the others, and made up for it so many days later."""

THERAPY = ("psychotherapy_training", "supervision_experience")
QUALIFIED = {
    "eluned.prys-morgan": ("background_psychotherapy", "supervision_qualification_group", *THERAPY),
    "ruairi.o.dalaigh": ("background_psychology", "supervision_qualification_individual", *THERAPY),
    "asha.rao": ("background_psychotherapy", "supervision_qualification_group",
                 "supervision_qualification_individual", *THERAPY),
    "carys.llwyd": ("background_nursing", "supervision_qualification_group", *THERAPY),
    "harpreet.sandhu-dhillon": ("background_psychotherapy", *THERAPY),  # no supervision qualification yet
    "sunita.bhattacharya": ("degree",), "angharad.llyr": ("degree",), "meera.pillai": ("degree",),
    "cillian.o.neill": ("professional_qualification",), "nuala.ni.dhuibhir": ("degree",),
}  # fmt: skip
SAFEGUARDING = {"sunita.bhattacharya": 200, "angharad.llyr": 1040, "cillian.o.neill": 300, "meera.pillai": 1190}


class Done(NamedTuple):
    key: str
    person: Person
    course: str
    on: date
    result: TrainingResult = TrainingResult.PASSED


def plan_training(stage: Stage, everybody: dict[str, Person]) -> None:
    stage.at(stage.first_day, set_targets)
    for key, person in everybody.items():
        for done in _learnt_by(stage, key, person):
            stage.at(max(person.started(stage), done.on + timedelta(days=3)), complete, done)
    for community, days in RESTRAINT_DAYS.items():
        for years in range(3):
            day = stage.ago(days + 365 * years)
            stage.at(day + timedelta(days=1), refresh_restraint, community, day, everybody, years == 0)
    for key, course, days in PLACES:
        stage.at(stage.ago(18), book, key, everybody[key], course, stage.ago(-days))
    stage.at(stage.ago(4), send_in, "shabnam.akhtar", "spear", stage.ago(6))


def _learnt_by(stage: Stage, key: str, person: Person) -> list[Done]:
    start = person.started(stage)
    before = {course: start - timedelta(days=900) for course in QUALIFIED.get(key, ())}
    if key in SAFEGUARDING:
        before["safeguarding"] = stage.ago(SAFEGUARDING[key])
    if person.job == "tc_officer":
        proof = stage.chance.choice(("custodial_nvq_3", "custodial_nvq_3", "custody_apprenticeship"))
        before |= {"poelt": start - timedelta(days=200), proof: start - timedelta(days=60)}
        before |= {"custodial_procedures": start - timedelta(days=40)}
        before |= {"control_and_restraint": start - timedelta(days=8)}
        usual = {course: stage.chance.randint(*days) for course, days in USUALLY.items()}
        before |= {course: start + timedelta(days=days) for course, days in TCAT.get(key, usual).items()}
    done = [Done(key, person, course, on) for course, on in before.items() if on <= stage.ago(3)]
    if key == "dilip.joshi":
        done.append(Done(key, person, "tcat_3", start + timedelta(days=360), TrainingResult.ASKED_TO_REPEAT))
    return done


# ---------------------------------------------------------------------------------------------------------------------
# What happens


def set_targets(db: Session, stage: Stage) -> None:
    for course, days in TARGETS.items():
        set_course_target(
            db,
            by=stage.someone("asha.rao"),
            job_description_id=stage.jobs["tc_officer"],
            course=course,
            target_days=days,
            start_on=stage.first_day,
        )


def complete(db: Session, stage: Stage, done: Done) -> None:
    record_completion(
        db,
        by=stage.someone(keeper(stage, done.key, done.person, max(done.on, stage.first_day))),
        staff_id=stage.people[done.key],
        course_code=done.course,
        completed_on=done.on,
        result=done.result,
    )


def refresh_restraint(
    db: Session, stage: Stage, community: str, day: date, everybody: dict[str, Person], is_last: bool
) -> None:
    """A community's day of control and restraint: everyone in post, but for those who missed it."""
    results: dict[int, TrainingResult | None] = {}
    for key, person in everybody.items():
        is_gone = key == "lee.cartwright" and day > stage.ago(LEE_LEFT)
        if person.job != "tc_officer" or person.community != community or person.started(stage) >= day or is_gone:
            continue
        missed = is_last and (key in MISSED or key in LATE)
        results[stage.people[key]] = None if missed else TrainingResult.PASSED
        if missed and key in LATE:
            made_up = day + timedelta(days=LATE[key])
            stage.at(made_up, complete, Done(key, person, "control_and_restraint", made_up))
    record_course_run(
        db,
        by=stage.someone(manager_on(stage, community, day)),
        course_code="control_and_restraint",
        completed_on=day,
        results=results,
    )


def book(db: Session, stage: Stage, key: str, person: Person, course: str, on: date) -> None:
    by = stage.someone(keeper(stage, key, person, stage.today))
    book_place(db, by=by, staff_id=stage.people[key], course_code=course, runs_on=on)


def send_in(db: Session, stage: Stage, key: str, course: str, on: date) -> None:
    """A certificate from the person themselves, as a file: it waits to be confirmed."""
    by = stage.someone(key)
    drawn = certificate_pdf("Certificate of completion", by.name, course_titles(db)[course], words.day(on))
    send_in_certificate(
        db, by=by, course_code=course, completed_on=on, files=[SentFile(f"{course.upper()} certificate.pdf", drawn)]
    )
