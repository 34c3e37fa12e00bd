"""What is stored already about whom a sheet names, read by sets and made plain for the planners in rules/import_*.

Who may be named, and about whom whoever imports may write what, is part of it: it comes from the access table."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import (
    WRITE_AFTER_END,
    Action,
    Actor,
    Object,
    Scope,
    Shape,
    StaffIds,
    communities_within,
    people_to_import_for,
    people_to_supervise,
    people_within,
    rules_to_import,
)
from tcsuper.errors import Refused
from tcsuper.models import (
    HAS_A_PLACE,
    Account,
    Attendance,
    Body,
    Booking,
    BookingState,
    Community,
    Course,
    CourseKind,
    CourseRun,
    Establishment,
    GroupMember,
    ImportBatch,
    ImportedRow,
    JobDescription,
    Post,
    RequirementKind,
    SessionForm,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
    TrainingRecord,
)
from tcsuper.queries.bound import Evidence
from tcsuper.queries.evidence import current
from tcsuper.queries.hanging import ONE_AND_SEVERAL
from tcsuper.queries.leavers import leaving
from tcsuper.queries.registers import registered_on, registration_chains
from tcsuper.queries.versions import IS_ROLE
from tcsuper.rules.import_months import MonthsThere
from tcsuper.rules.import_registrations import BodyThere, RegistrationsThere, RegistrationThere
from tcsuper.rules.import_staff import PersonThere, PostThere, StaffThere
from tcsuper.rules.import_supervision import AgreementThere, SessionThere, Spell, SupervisionThere
from tcsuper.rules.import_training import CompletionThere, CourseThere, TrainingThere
from tcsuper.rules.importing import StaffLine, TrainingLine
from tcsuper.rules.minimum import Minimum
from tcsuper.words import count, day, listed

BURST = 5_000
"""So many values stand in one statement: PostgreSQL and SQLite both have a most."""
NAMED = (Shape.FULL, Shape.STATUS)


def bursts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """In statements' worth, each once."""
    every = sorted(set(values))
    for first in range(0, len(every), BURST):
        yield every[first : first + BURST]


class There:
    """What is stored about these people (staff ids), as far as whoever imports may know it."""

    def __init__(self, db: Session, viewer: Actor, people: Iterable[int] = (), kept_from: date | None = None) -> None:
        self.db, self.viewer, self.people, self.kept_from = db, viewer, sorted(set(people)), kept_from

    # -----------------------------------------------------------------------------------------------------------------
    # Who

    @cached_property
    def names(self) -> dict[int, str]:
        """Full names of those who may be named: whom the viewer sees, and who supervises their people."""
        rows = self.db.execute(sa.select(col(Staff.id), col(Staff.full_name)).where(col(Staff.id).in_(self.nameable)))
        return {staff_id: name for staff_id, name in rows}

    @cached_property
    def nameable(self) -> StaffIds:
        person = people_within(self.viewer, Object.PERSON, Action.READ, NAMED)
        seen = sa.select(sa.union(person, self._left_over).subquery().c[0])
        if not rules_to_import(self.viewer, Object.SESSION_LOG):
            return seen
        supervise = sa.select(col(SupervisionAgreement.supervisor_id)).where(self._agreements_in_reach)
        return sa.select(sa.union(seen, people_to_supervise(self.viewer), supervise).subquery().c[0])

    @property
    def _left_over(self) -> StaffIds:
        """Who came with an import of the viewer's own that was undone, and has no post, account or agreement since:
        they are given a post by the next one, instead of being entered twice."""
        agreement = SupervisionAgreement
        known = (Post.staff_id, Account.staff_id, agreement.supervisor_id, agreement.supervisee_id)
        return (
            sa.select(col(ImportedRow.row_id))
            .join(ImportBatch, col(ImportBatch.id) == col(ImportedRow.batch_id))
            .where(
                col(ImportedRow.kind) == "staff",
                col(ImportedRow.was_new).is_(True),
                col(ImportBatch.made_by_id) == self.viewer.staff_id,
                col(ImportBatch.undone_at).is_not(None),
                *(~sa.exists().where(col(one) == col(ImportedRow.row_id)) for one in known),
            )
        )

    def allowed(self, what: Object, action: Action = Action.CREATE) -> frozenset[int]:
        """Of everybody, those whom the viewer may import this for."""
        return frozenset(self.db.scalars(people_to_import_for(self.viewer, what, action)))

    @cached_property
    def places(self) -> dict[int, str]:
        """Communities that the viewer may import for, as they are named in a sheet: with the establishment where two
        have one name."""
        rules = rules_to_import(self.viewer, Object.PERSON, Action.UPDATE)
        rows = self.db.execute(
            sa.select(col(Community.id), col(Community.name), col(Establishment.name))
            .join(Establishment, col(Establishment.id) == col(Community.establishment_id))
            .where(
                sa.true()
                if any(rule.scope is Scope.EVERYONE for rule in rules)
                else col(Community.id).in_([one for rule in rules for one in self.viewer.communities(rule.role)])
            )
            .order_by(col(Community.name), col(Establishment.name))
        ).all()
        alike = [name for _, name, _ in rows]
        return {one: name if alike.count(name) == 1 else f"{name}, {of}" for one, name, of in rows}

    # -----------------------------------------------------------------------------------------------------------------
    # Staff lists

    def staff(self, lines: Sequence[StaffLine]) -> StaffThere:
        roles = self.db.execute(
            sa.select(col(JobDescription.code), col(JobDescription.id), col(JobDescription.role_name)).where(IS_ROLE)
        )
        return StaffThere(
            me=self.viewer.staff_id,
            today=self.viewer.on,
            roles={code: (role_id, name) for code, role_id, name in roles},
            communities={name: community_id for community_id, name in self.places.items()},
            people=self._people(),
            posts=self._posts(),
            may_change=self.allowed(Object.PERSON, Action.UPDATE) | frozenset(self.db.scalars(self._left_over)),
            may_manage=self._seen | {self.viewer.staff_id},
            taken=self._taken({line.staff_number.strip().casefold() for line in lines} - {""}),
            keeps_email=any(rule.scope is Scope.EVERYONE for rule in rules_to_import(self.viewer, Object.EMPLOYMENT)),
            ends_with=self._ends_with,
        )

    @cached_property
    def _seen(self) -> frozenset[int]:
        return frozenset(self.db.scalars(people_within(self.viewer, Object.PERSON)))

    def _people(self) -> dict[int, PersonThere]:
        columns = (Staff.id, Staff.full_name, Staff.staff_number, Staff.email, Staff.row_version)
        return {
            one: PersonThere(one, name, number or "", email, version)
            for few in bursts(self.people)
            for one, name, number, email, version in self.db.execute(
                sa.select(*(col(column) for column in columns)).where(col(Staff.id).in_(few))
            )
        }

    def _posts(self) -> dict[int, list[PostThere]]:
        """In the communities that the viewer may give posts in."""
        posts: dict[int, list[PostThere]] = defaultdict(list)
        for few in bursts(self.people):
            rows = self.db.execute(
                sa.select(Post, col(JobDescription.code))
                .join(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
                .where(col(Post.staff_id).in_(few), col(Post.community_id).in_(list(self.places)))
                .order_by(col(Post.start_on), col(Post.id))
            )
            for post, role in rows:
                posts[post.staff_id].append(
                    PostThere(
                        post.id,
                        role,
                        self.places[post.community_id],
                        post.start_on,
                        post.end_on,
                        post.hours_a_week,
                        post.line_manager_id,
                        post.row_version,
                    )
                )
        return posts

    def _taken(self, numbers: set[str]) -> frozenset[str]:
        """Of these staff numbers, those that somebody has, whoever it is."""
        lower = sa.func.lower(col(Staff.staff_number))
        return frozenset(
            number for few in bursts(numbers) for number in self.db.scalars(sa.select(lower).where(lower.in_(few)))
        )

    def _ends_with(self, post_id: int, end_on: date) -> str:
        """What else would end with a post: that is decided on the Staff page, where all of it is shown."""
        try:
            plan = leaving(self.db, viewer=self.viewer, post_id=post_id, end_on=end_on)
        except Refused as refused:
            return str(refused)
        if plan.problems:
            return " ".join(plan.problems.values())
        if not plan.ends:
            return ""
        parts = [count(how_many, *ONE_AND_SEVERAL[part]) for part, how_many in plan.counts.items() if how_many]
        return (
            f"With the last day on {day(end_on)} {listed(parts)} would end too. End the post on the Staff page first."
        )

    # -----------------------------------------------------------------------------------------------------------------
    # Training

    def training(self, lines: Sequence[TrainingLine]) -> TrainingThere:
        courses = {
            course.code: CourseThere(course.id or 0, course.title, course.version, course.version_from)
            for course in self.db.exec(select(Course))
        }
        used = [courses[code].course_id for code in {line.course for line in lines} if code in courses]
        return TrainingThere(
            me=self.viewer.staff_id,
            today=self.viewer.on,
            courses=courses,
            completions=self._completions(used),
            may_record=self.allowed(Object.TRAINING_RECORD),
            may_confirm=self.allowed(Object.TRAINING_RECORD, Action.CONFIRM),
            may_correct=self.allowed(Object.TRAINING_RECORD, Action.UPDATE),
            confirms_newcomers=bool(rules_to_import(self.viewer, Object.TRAINING_RECORD, Action.CONFIRM)),
            places=self._places_on_courses(used, lines),
        )

    def _completions(self, courses: Sequence[int]) -> dict[tuple[int, int, date], CompletionThere]:
        record = TrainingRecord
        facts = (
            *(record.staff_id, record.course_id, record.completed_on),
            *(record.id, record.result, record.printed_expiry_on, record.certificate, record.is_confirmed),
        )
        found = {}
        for few in bursts(self.people):
            rows = self.db.execute(
                sa.select(*(col(fact) for fact in facts)).where(
                    col(record.staff_id).in_(few), col(record.course_id).in_(courses), current(record)
                )
            )
            for staff_id, course_id, on, row_id, result, expiry, certificate, is_confirmed in rows:
                there = CompletionThere(row_id, result.value, expiry, certificate, is_confirmed)
                found[staff_id, course_id, on] = there
        return found

    def _places_on_courses(
        self, courses: Sequence[int], lines: Sequence[TrainingLine]
    ) -> frozenset[tuple[int, int, date]]:
        """People with a place, or waiting for one, on a run that a completion of these days was on."""
        days = {line.completed_on for line in lines}
        if not days:
            return frozenset()
        last_on = sa.func.coalesce(CourseRun.last_on, CourseRun.runs_on)
        places: set[tuple[int, int, date]] = set()
        for few in bursts(self.people):
            rows = self.db.execute(
                sa.select(col(Booking.staff_id), col(CourseRun.course_id), col(CourseRun.runs_on), last_on)
                .join(CourseRun, col(CourseRun.id) == col(Booking.run_id))
                .where(
                    col(Booking.staff_id).in_(few),
                    col(CourseRun.course_id).in_(courses),
                    col(CourseRun.runs_on) <= max(days),
                    last_on >= min(days),
                    col(Booking.state).in_((*HAS_A_PLACE, BookingState.NOMINATED)),
                    current(Booking),
                )
            )
            for staff_id, course_id, first, last in rows:
                places |= {(staff_id, course_id, on) for on in days if first <= on <= last}
        return frozenset(places)

    @cached_property
    def qualifications(self) -> frozenset[str]:
        return frozenset(
            self.db.scalars(sa.select(col(Course.code)).where(col(Course.kind) == CourseKind.QUALIFICATION))
        )

    # -----------------------------------------------------------------------------------------------------------------
    # Registrations

    def registrations(self) -> RegistrationsThere:
        held: dict[int, list[RegistrationThere]] = defaultdict(list)
        for few in bursts(self.people):
            for chain in registration_chains(self.db, few):
                row, renewed_on = chain[-1].row, chain[-1].renewed_on
                held[row.staff_id].append(
                    RegistrationThere(
                        row.id or 0,
                        row.record_id,
                        row.body_id,
                        row.grade,
                        row.number,
                        row.membership_number,
                        registered_on(chain),
                        renewed_on,
                        row.expires_on,
                        row.ended_on,
                    )
                )
        return RegistrationsThere(
            me=self.viewer.staff_id,
            today=self.viewer.on,
            bodies={body.code: BodyThere(body.id or 0, body.short_name) for body in self.db.exec(select(Body))},
            held=held,
            may_add=self.allowed(Object.REGISTRATION),
            may_correct=self.allowed(Object.REGISTRATION, Action.UPDATE),
        )

    # -----------------------------------------------------------------------------------------------------------------
    # Supervision

    @property
    def _agreements_in_reach(self) -> sa.ColumnElement[bool]:
        """With people and groups whose sessions the viewer may record on behalf, and the viewer's own."""
        agreement = SupervisionAgreement
        groups = sa.select(col(SupervisionGroup.id)).where(col(SupervisionGroup.community_id).in_(self._log_places))
        return sa.or_(
            col(agreement.supervisee_id).in_(people_to_import_for(self.viewer, Object.SESSION_LOG)),
            col(agreement.group_id).in_(groups),
            col(agreement.supervisor_id) == self.viewer.staff_id,
        )

    @cached_property
    def _log_places(self) -> list[int]:
        if not rules_to_import(self.viewer, Object.SESSION_LOG):
            return []
        return communities_within(self.viewer, Object.SESSION_LOG, Action.CREATE)

    @cached_property
    def supervision(self) -> SupervisionThere:
        agreements = list(self._agreements())
        groups = [one.group_id for one in agreements if one.group_id is not None]
        return SupervisionThere(
            me=self.viewer.staff_id,
            today=self.viewer.on,
            kept_from=self.kept_from,
            write_after_end=WRITE_AFTER_END,
            agreements=agreements,
            members=self._spells(GroupMember, GroupMember.group_id, GroupMember.group_id, groups),
            posts=self._spells(Post, Post.staff_id, Post.community_id, self.people),
            sessions=self._sessions([one.agreement_id for one in agreements]),
        )

    def _agreements(self) -> Iterator[AgreementThere]:
        agreement, group = SupervisionAgreement, SupervisionGroup
        rows = self.db.execute(
            sa.select(agreement, group, col(SupervisionPurpose.entered_by))
            .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(agreement.purpose))
            .outerjoin(group, col(group.id) == col(agreement.group_id))
            .where(self._agreements_in_reach)
            .order_by(col(agreement.id))
        )
        reached = self.allowed(Object.SESSION_LOG)
        for one, of_group, enters in rows:
            yield AgreementThere(
                one.id,
                one.supervisor_id,
                one.supervisee_id,
                one.group_id,
                of_group.name if of_group else "",
                one.purpose,
                (of_group.form if of_group else SessionForm.INDIVIDUAL).value,
                of_group.community_id if of_group else None,
                one.start_on,
                one.end_on,
                enters.value,
                of_group.community_id in self._log_places if of_group else one.supervisee_id in reached,
            )

    def _spells(self, table: Any, by: Any, place: Any, ids: Iterable[int]) -> dict[int, list[Spell]]:
        found: dict[int, list[Spell]] = defaultdict(list)
        facts = (by, place, table.staff_id, table.start_on, table.end_on)
        for few in bursts(ids):
            rows = self.db.execute(
                sa.select(*(col(fact) for fact in facts)).where(col(by).in_(few)).order_by(table.start_on, table.id)
            )
            for key, *spell in rows:
                found[key].append(Spell(*spell))
        return found

    def _sessions(self, agreements: Sequence[int]) -> dict[tuple[int, date], list[SessionThere]]:
        session, found = SupervisionSession, defaultdict(list)
        for few in bursts(agreements):
            of_these = sa.and_(col(session.agreement_id).in_(few), current(session))
            came: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
            attended = (Attendance.session_id, Attendance.staff_id, Attendance.status, Attendance.minutes)
            rows = self.db.execute(
                sa.select(*(col(fact) for fact in attended))
                .join(session, col(session.id) == col(Attendance.session_id))
                .where(of_these, col(session.state) == SessionState.HELD)
            )
            for session_id, staff_id, status, minutes in rows:
                came[session_id].append((staff_id, status.value if status else "", minutes))
            facts = (
                session.id,
                session.agreement_id,
                session.held_on,
                session.state,
                session.starts_at,
                session.minutes,
            )
            for row_id, agreement, held_on, state, starts_at, minutes in self.db.execute(
                sa.select(*(col(fact) for fact in facts)).where(of_these).order_by(col(session.id))
            ):
                attendance = frozenset(came[row_id])
                found[agreement, held_on].append(SessionThere(row_id, state.value, starts_at, minutes, attendance))
        return found

    def months(self) -> MonthsThere:
        session = SupervisionSession
        minutes: dict[tuple[int, date], int] = defaultdict(int)
        for few in bursts(self.people):
            rows = self.db.execute(
                sa.select(col(Attendance.staff_id), col(session.held_on), col(Attendance.minutes))
                .join(session, col(session.id) == col(Attendance.session_id))
                .where(col(Attendance.staff_id).in_(few), col(session.state) == SessionState.HELD, current(session))
            )
            for staff_id, held_on, length in rows:
                minutes[staff_id, held_on.replace(day=1)] += length
        return MonthsThere(self.supervision, minutes, self._minima())

    def _minima(self) -> Callable[[int, date], Sequence[Minimum]]:
        asked: dict[date, dict[int, list[Minimum]]] = {}

        def minima(staff_id: int, on: date) -> Sequence[Minimum]:
            if on not in asked:
                evidence = Evidence(self.db, self.people, on, None)
                asked[on] = defaultdict(list)
                for one in evidence.bound:
                    if one.kind is RequirementKind.SUPERVISION:
                        asked[on][one.staff_id].append(evidence.minimum(one))
            return asked[on].get(staff_id, [])

        return minima
