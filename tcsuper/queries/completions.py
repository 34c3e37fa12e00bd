"""What is known of courses and qualifications, in bulk, for `standing.py`. Checks nothing: the caller chooses the
people by the access table."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import StaffIds
from tcsuper.models import Booking, BookingState, Course, CourseRule, CourseRun, TrainingRecord, TrainingResult
from tcsuper.queries.evidence import current
from tcsuper.rules.training import Completion, CourseRules, CourseRuleTerms, RuleFrom, version_taught

Booked = tuple[str, date]
"""A course's code and the day of its run."""


def completions_of(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None = None
) -> dict[int, list[Completion]]:
    """Every completion of these people, by staff id. Having attended counts, unless they were asked to repeat it."""
    record = TrainingRecord
    rows = db.execute(
        sa.select(
            col(record.staff_id),
            col(record.completed_on),
            col(Course.code),
            col(record.result) != TrainingResult.ASKED_TO_REPEAT,
            col(record.printed_expiry_on),
            col(record.is_confirmed),
            col(record.course_version),
        )
        .join(Course, col(Course.id) == col(record.course_id))
        .where(col(record.staff_id).in_(people), current(record, known_on))
    )
    completions: dict[int, list[Completion]] = defaultdict(list)
    for staff_id, completed_on, code, is_passed, printed, is_confirmed, version in rows:
        completions[staff_id].append(Completion(completed_on, code, is_passed, printed, is_confirmed, version))
    return completions


def bookings_of(
    db: Session, people: StaffIds | Sequence[int], on: date, known_on: date | None = None
) -> dict[int, list[Booked]]:
    """Places on runs that were confirmed by a date, by staff id. A place that was used since then was still to come."""
    rows = db.execute(
        sa.select(col(Booking.staff_id), col(Course.code), col(CourseRun.runs_on))
        .join(CourseRun, col(CourseRun.id) == col(Booking.run_id))
        .join(Course, col(Course.id) == col(CourseRun.course_id))
        .where(
            col(Booking.staff_id).in_(people),
            col(Booking.state).in_((BookingState.CONFIRMED, BookingState.ATTENDED)),
            current(Booking, min(on, known_on or on)),
        )
    )
    bookings: dict[int, list[Booked]] = defaultdict(list)
    for staff_id, code, runs_on in rows:
        bookings[staff_id].append((code, runs_on))
    return bookings


def course_rules(db: Session) -> CourseRules:
    """How long certificates live: every course's rules, in the order of their days."""
    rows = db.execute(
        sa.select(col(Course.code), col(CourseRule.start_on), col(CourseRule.terms))
        .join(CourseRule, col(CourseRule.course_id) == col(Course.id))
        .order_by(col(CourseRule.start_on), col(CourseRule.id))
    )
    rules: dict[str, list[RuleFrom]] = defaultdict(list)
    for code, start_on, terms in rows:
        rules[code].append(RuleFrom(start_on, CourseRuleTerms.read(terms), bool(terms.get("for_existing"))))
    return CourseRules(rules)


def course_titles(db: Session) -> dict[str, str]:
    return {course.code: course.title for course in db.exec(select(Course).order_by(col(Course.position)))}


@dataclass(frozen=True, slots=True)
class CourseVersion:
    """A course's present version, and the first day on which it was taught (None: always)."""

    version: int
    version_from: date | None

    def taught_on(self, on: date) -> int:
        return version_taught(self.version, self.version_from, on)


def course_versions(db: Session) -> dict[str, CourseVersion]:
    """Of the courses that have more than one version, by code. For everyone."""
    found = db.exec(select(Course).where(col(Course.version) > 1))
    return {course.code: CourseVersion(course.version, course.version_from) for course in found}
