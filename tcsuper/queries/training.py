"""Training as pages show it: people and courses, the steps of one person, the records behind a status, and what waits
to be confirmed. The evidence in bulk is in `completions.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper.access import Action, Actor, Object, may_about, people_within
from tcsuper.models import Course, JobDescription, Post, RequirementKind, Staff, TrainingRecord, TrainingResult
from tcsuper.queries.completions import course_titles
from tcsuper.queries.evidence import current
from tcsuper.queries.frames import frame_of
from tcsuper.queries.standing import Row, community_names, standings_seen

TRAINING = (RequirementKind.COURSE, RequirementKind.QUALIFICATION)
MATRIX_COLUMNS = "staff_id person community requirement kind status since due_on because next_step".split()

# ---------------------------------------------------------------------------------------------------------------------
# People and courses


@dataclass(frozen=True)
class Training:
    """Everybody's standing on courses and qualifications, and the communities they are in: what a page filters."""

    rows: list[Row]
    communities: dict[int, str]
    titles: list[str]
    """The requirements, in the order of their courses."""
    roles: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By staff id: what they are in their posts of that day."""

    @property
    def roles_held(self) -> list[str]:
        """Every role among them, by name."""
        return sorted({role for held in self.roles.values() for role in held})


def training_seen(db: Session, *, viewer: Actor, on: date, known_on: date | None = None) -> Training:
    """Of everyone whose training status the viewer may see."""
    rows = standings_seen(db, viewer=viewer, on=on, known_on=known_on, kinds=TRAINING)
    communities = community_names(db, sorted({row.bound.community_id for row in rows if row.bound.community_id}))
    order = list(course_titles(db))
    places = {row.requirement: _place(row, order) for row in rows}
    titles = sorted(places, key=lambda title: (places[title], title))
    return Training(rows, communities, titles, _roles(db, {row.staff_id for row in rows}, on))


def _roles(db: Session, people: set[int], on: date) -> dict[int, tuple[str, ...]]:
    found = db.execute(
        sa.select(col(Post.staff_id), col(JobDescription.role_name))
        .join(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
        .where(
            col(Post.staff_id).in_(people),
            col(Post.start_on) <= on,
            sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= on),
        )
        .order_by(col(Post.start_on), col(Post.id))
    )
    roles: dict[int, tuple[str, ...]] = {}
    for staff_id, role in found:
        roles[staff_id] = (*roles.get(staff_id, ()), role)
    return roles


def _place(row: Row, order: Sequence[str]) -> int:
    return min((order.index(code) for code in row.bound.terms["any_of"] if code in order), default=len(order))


def training_matrix(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, community_id: int | None = None
) -> pd.DataFrame:
    """Person × course, for everyone the viewer may see, by name.

    Columns: staff_id, person (namesakes told apart), community, requirement, kind, status (of rules), since, due_on,
    because, next_step."""
    seen = training_seen(db, viewer=viewer, on=on, known_on=known_on)
    return matrix_frame(seen, [row for row in seen.rows if community_id in (None, row.bound.community_id)])


def matrix_frame(seen: Training, rows: Iterable[Row]) -> pd.DataFrame:
    """The frame of `training_matrix` for some of the rows."""
    return pd.DataFrame(
        [
            (
                row.staff_id,
                row.person,
                seen.communities.get(row.bound.community_id or 0, ""),
                row.requirement,
                row.kind,
                row.standing.status,
                row.standing.since,
                row.standing.due_on,
                row.standing.because,
                row.standing.next_step,
            )
            for row in rows
        ],
        columns=MATRIX_COLUMNS,
        dtype=object,
    )


def steps(rows: Iterable[Row]) -> list[Row]:
    """Of one person's standings, the courses that follow one another (TCAT 1, 2, 3), in their order."""
    courses = [row for row in rows if row.kind is RequirementKind.COURSE]
    before = {code: tuple(row.bound.terms.get("after", ())) for row in courses for code in row.bound.terms["any_of"]}
    followed = {code for after in before.values() for code in after}
    linked = [row for row in courses if any(before[code] or code in followed for code in row.bound.terms["any_of"])]
    return sorted(linked, key=lambda row: max(_depth(code, before) for code in row.bound.terms["any_of"]))


def _depth(code: str, before: dict[str, tuple[str, ...]], seen: frozenset[str] = frozenset()) -> int:
    """How many courses come before this one. A circle in the catalogue ends where it closes."""
    if code in seen:
        return 0
    return max((1 + _depth(former, before, seen | {code}) for former in before.get(code, ())), default=0)


# ---------------------------------------------------------------------------------------------------------------------
# The records behind a status


def completions_seen(db: Session, *, viewer: Actor, about: int, courses: Sequence[str] | None = None) -> pd.DataFrame:
    """One person's records of some courses (None: of all), superseded and void versions too; the latest completion
    first. Empty for somebody who may see the status only.

    Columns: training_record_id, record_id, course_code, course, versions (how many the course has), course_version,
    completed_on, result, printed_expiry_on, certificate, is_confirmed, is_void, is_current (bool: the version of the
    record that counts), reason, recorded_at, recorded_by."""
    record, newer, by = TrainingRecord, aliased(TrainingRecord), aliased(Staff)
    superseded = sa.select(col(newer.id)).where(col(newer.supersedes_id) == col(record.id)).exists()
    of_courses = [] if courses is None else [col(Course.code).in_(courses)]
    return frame_of(
        db,
        sa.select(
            col(record.id).label("training_record_id"),
            col(record.record_id),
            col(Course.code).label("course_code"),
            col(Course.title).label("course"),
            col(Course.version).label("versions"),
            col(record.course_version),
            col(record.completed_on),
            col(record.result),
            col(record.printed_expiry_on),
            col(record.certificate),
            col(record.is_confirmed),
            col(record.is_void),
            sa.and_(~superseded, col(record.is_void).is_(False)).label("is_current"),
            col(record.correction_reason).label("reason"),
            col(record.recorded_at),
            sa.func.coalesce(by.full_name, "").label("recorded_by"),
        )
        .join(Course, col(Course.id) == col(record.course_id))
        .outerjoin(by, col(by.id) == col(record.recorded_by_id))
        .where(
            col(record.staff_id) == about,
            col(record.staff_id).in_(people_within(viewer, Object.TRAINING_RECORD)),
            *of_courses,
        )
        .order_by(col(record.completed_on).desc(), col(record.id).desc()),
    )


@dataclass(frozen=True)
class ToConfirm:
    """What somebody sent in, waiting for a manager's word."""

    training_record_id: int
    staff_id: int
    person: str
    course: str
    completed_on: date
    result: TrainingResult
    printed_expiry_on: date | None
    certificate: str
    sent_at: datetime
    record_id: UUID


def to_confirm(db: Session, *, viewer: Actor) -> list[ToConfirm]:
    """What waits for me, the longest waiting first. Never my own."""
    return _waiting(db, sa.and_(_whom(viewer), col(TrainingRecord.staff_id) != viewer.staff_id))


def sent_in(db: Session, *, viewer: Actor) -> list[ToConfirm]:
    """What I sent in myself and nobody has confirmed yet."""
    return _waiting(db, col(TrainingRecord.staff_id) == viewer.staff_id)


def _whom(viewer: Actor) -> sa.ColumnElement[bool]:
    return col(TrainingRecord.staff_id).in_(people_within(viewer, Object.TRAINING_RECORD, Action.CONFIRM))


def _waiting(db: Session, whose: sa.ColumnElement[bool]) -> list[ToConfirm]:
    record = TrainingRecord
    rows = db.execute(
        sa.select(
            col(record.id),
            col(record.staff_id),
            col(Staff.full_name),
            col(Course.title),
            col(record.completed_on),
            col(record.result),
            col(record.printed_expiry_on),
            col(record.certificate),
            col(record.recorded_at),
            col(record.record_id),
        )
        .join(Staff, col(Staff.id) == col(record.staff_id))
        .join(Course, col(Course.id) == col(record.course_id))
        .where(whose, col(record.is_confirmed).is_(False), current(record))
        .order_by(col(record.recorded_at), col(record.id))
    )
    return [ToConfirm(*row) for row in rows]


@dataclass(frozen=True)
class MayDo:
    """What the viewer may do about one person's training: which buttons to offer."""

    record: bool
    correct: bool
    void: bool


def may_do(db: Session, *, viewer: Actor, about: int) -> MayDo:
    """Correcting and voiding are never for one's own."""
    if about == viewer.staff_id:
        return MayDo(record=True, correct=False, void=False)
    asked = (Action.CREATE, Action.UPDATE, Action.VOID)
    return MayDo(*(may_about(db, viewer, Object.TRAINING_RECORD, action, about) for action in asked))


def courses_to_choose(db: Session) -> dict[str, str]:
    """Every course and qualification of the catalogue: code to title, in its order. For everyone."""
    return course_titles(db)
