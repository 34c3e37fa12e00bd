"""Courses, bodies and what they ask, added to the cast of tests/people.py: TCAT 1, 2 and 3 in order, control and
restraint every 12 months, a nursing register, HCPC with its fixed day, and a membership that is no register."""

from datetime import date

from sqlmodel import Session

from tcsuper.models import (
    Body,
    BodyKind,
    BodyRule,
    BodyRuleKind,
    Course,
    CourseKind,
    CourseRule,
    Requirement,
    RequirementKind,
)
from tests.people import LONG_AGO, Cast

COURSES = {
    "tcat_1": ("TCAT 1", CourseKind.COURSE),
    "tcat_2": ("TCAT 2", CourseKind.COURSE),
    "tcat_3": ("TCAT 3", CourseKind.COURSE),
    "restraint": ("Control and restraint", CourseKind.COURSE),
    "nvq": ("Custodial Care NVQ 3", CourseKind.QUALIFICATION),
}
BODIES = {
    "hcpc": ("HCPC psychologist", BodyKind.STATUTORY, r"^PYL\d{1,6}$"),
    "nmc": ("NMC", BodyKind.STATUTORY, r"^\d{2}[A-Z]\d{4}[A-Z]$"),
    "bacp": ("BACP", BodyKind.ACCREDITED, ""),
    "bps": ("BPS chartered", BodyKind.MEMBERSHIP, ""),
}


def add_courses(db: Session, cast: Cast) -> dict[str, int]:
    """Ids by code. Officers need TCAT 1 to 3 in order and restraint each year."""
    ids = {}
    for position, (code, (title, kind)) in enumerate(COURSES.items()):
        course = Course(code=code, title=title, kind=kind, position=position)
        db.add(course)
        db.flush()
        ids[code] = course.id or 0
    db.add(CourseRule(course_id=ids["restraint"], start_on=LONG_AGO, terms={"life": "rolling", "months": 12}))
    _ask(db, cast, RequirementKind.COURSE, "TCAT 1", {"any_of": ["tcat_1"], "target_days": 90})
    _ask(db, cast, RequirementKind.COURSE, "TCAT 2", {"any_of": ["tcat_2"], "after": ["tcat_1"], "target_days": 180})
    _ask(db, cast, RequirementKind.COURSE, "TCAT 3", {"any_of": ["tcat_3"], "after": ["tcat_2"], "target_days": None})
    _ask(db, cast, RequirementKind.COURSE, "Control and restraint", {"any_of": ["restraint"]})
    db.flush()
    return ids


def add_bodies(db: Session, cast: Cast) -> dict[str, int]:
    """Ids by code. Officers need any statutory or accredited register, and it checked."""
    ids = {}
    for code, (name, kind, shape) in BODIES.items():
        body = Body(code=code, name=name, short_name=name, kind=kind, number_shape=shape)
        db.add(body)
        db.flush()
        ids[code] = body.id or 0
    _renews(db, ids["hcpc"], {"expiry": "fixed_day", "cycle_months": 24, "month": 5, "day": 31, "parity": "odd"})
    _renews(db, ids["nmc"], {"expiry": "personal", "cycle_months": 36})
    terms = {"any_of": [], "kinds": ["statutory", "accredited"], "target_days": 0}
    _ask(db, cast, RequirementKind.REGISTRATION, "Registration with a professional body", terms)
    db.flush()
    return ids


def _renews(db: Session, body_id: int, terms: dict) -> None:
    db.add(BodyRule(body_id=body_id, kind=BodyRuleKind.RENEWAL, start_on=date(2000, 1, 1), terms=terms, mark="sure"))


def _ask(db: Session, cast: Cast, kind: RequirementKind, title: str, terms: dict) -> None:
    db.add(Requirement(kind=kind, job_description_id=cast.officer, title=title, terms=terms, start_on=LONG_AGO))
