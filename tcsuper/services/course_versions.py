"""A new version of a course: from which day it is taught, and whether training on an older one still counts."""

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Course, Requirement, RequirementKind
from tcsuper.services.catalogue import SET_BY_SERVICE, begin_instead

LEARNT = (RequirementKind.COURSE, RequirementKind.QUALIFICATION)


def set_course_version(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    course_code: str,
    start_on: date,
    older_counts: bool = True,
) -> Course:
    """From `start_on`, today or later, the course is taught in a new version. Where older ones no longer count, whoever
    is asked for the course is asked for the new version from that day, with as long as their target gives them. What
    any one of several courses meets goes on to be met by any version of each."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    course = db.exec(select(Course).where(Course.code == course_code).with_for_update()).first()
    if course is None:
        raise NotAllowed
    if problems := _problems(course, start_on):
        raise InvalidRecord(**problems)
    course.version, course.version_from = course.version + 1, start_on
    db.add(course)
    asked = [] if older_counts else _asking_for(db, course, start_on)
    people = [staff_id for one in asked for staff_id in begin_instead(db, by, one, _of_new_version(one, course))]
    record_event(
        db,
        by=by,
        action="set_course_version",
        object_kind="course",
        object_key=course.code,
        about=people,
        version=course.version,
        start_on=start_on.isoformat(),
        older_counts=older_counts,
        requirements=len(asked),
    )
    return course


def _problems(course: Course, start_on: date) -> dict[str, str]:
    if start_on < today():
        return {"start_on": "A version begins today or later, so that what was said of past days stays true."}
    if course.version_from is not None and course.version_from > today():
        begins = words.day(course.version_from)
        return {"start_on": f"Version {course.version} begins on {begins}. Add another one once it has begun."}
    return {}


def _asking_for(db: Session, course: Course, start_on: date) -> list[Requirement]:
    """What asks for this course alone on that day or later."""
    found = db.exec(select(Requirement).where(col(Requirement.kind).in_(LEARNT)).order_by(col(Requirement.id)))
    lasting = [one for one in found if one.end_on is None or one.end_on >= start_on]
    return [one for one in lasting if one.terms["any_of"] == [course.code]]


def _of_new_version(former: Requirement, course: Course) -> Requirement:
    assert course.version_from is not None
    return Requirement(
        kind=former.kind,
        job_description_id=former.job_description_id,
        staff_id=former.staff_id,
        title=former.title,
        terms={**former.terms, "from_version": course.version},
        source=former.source if former.staff_id else "Set by your service",
        mark=SET_BY_SERVICE,
        start_on=course.version_from,
        end_on=former.end_on,
    )
