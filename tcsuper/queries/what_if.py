"""How things stand on a date, as one viewer may see them: what is led, who supervises whom, minima of the month, who
teaches, and the figures of the overview. Asked twice, before and after something is supposed (`rules/what_if.py`).

These are the ordinary queries: who may not see an answer on any other day does not see it here. Of figures that the
viewer sees as counts alone nothing is asked, since two answers that differ by one person would tell of that person.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import (
    COUNTED,
    Action,
    Actor,
    Object,
    Shape,
    communities_within,
    in_force,
    people_within,
    rules_for,
)
from tcsuper.models import (
    Absence,
    Community,
    Course,
    CourseRun,
    CourseTrainer,
    RequirementKind,
    SessionForm,
    Staff,
    StandIn,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    TrainerRole,
)
from tcsuper.queries.coverage import coverage_seen
from tcsuper.queries.due import supervision_due
from tcsuper.queries.standing import SupervisionMonths, whose_status
from tcsuper.queries.supervisors import LAPSED_SUPERVISOR, SupervisionSeen, supervisors_seen
from tcsuper.queries.team import kinds_seen_by_name
from tcsuper.rules.minimum import Measure
from tcsuper.rules.picture import Figure, MonthAhead, Picture, Question, SupervisedFor, Taught
from tcsuper.rules.responsibilities import Coverage
from tcsuper.rules.standing import Span
from tcsuper.rules.supervision import Verdict


def picture(db: Session, *, viewer: Actor, on: date) -> Picture:
    """Everything that is compared, on one date."""
    there = _There(db, on)
    seen = supervisors_seen(db, viewer=viewer, on=on)
    return Picture(
        on,
        _covers(db, viewer, on),
        _people_supervised(seen, there) | _groups_supervised(db, viewer, there),
        {one.people[0]: (one.title, one.flag.because) for one in seen.findings if one.flag.word == LAPSED_SUPERVISOR},
        _months(db, viewer, on, seen.in_post),
        _courses_taught(db, viewer, there) | _runs_taught(db, viewer, there),
        _figures(db, viewer, on),
        _unseen(viewer),
    )


def _unseen(viewer: Actor) -> frozenset[Question]:
    """Questions about people whom the viewer sees, in part or all, as counts alone or not at all."""
    counted = set(communities_within(viewer, Object.TEAM_CHART, shapes=COUNTED))
    asked = {Question.SUPERVISION: Object.AGREEMENT, Question.MINIMA: Object.SUPERVISION_STATUS}
    named = {question: set(communities_within(viewer, what)) for question, what in asked.items()}
    return frozenset(question for question, there in named.items() if not there or not counted <= there)


def people_to_suppose(db: Session, *, viewer: Actor, staff_ids: tuple[int, ...]) -> dict[int, str]:
    """Of these people, those whose responsibilities the viewer may see, with their names."""
    within = people_within(viewer, Object.RESPONSIBILITY)
    found = sa.select(col(Staff.id), col(Staff.full_name)).where(
        col(Staff.id).in_(staff_ids), col(Staff.id).in_(within)
    )
    return {staff_id: name for staff_id, name in db.execute(found)}


# ---------------------------------------------------------------------------------------------------------------------
# Who is there


class _There:
    """Who is away, on the date and later, and who stands in for whom on it."""

    def __init__(self, db: Session, on: date) -> None:
        self.db, self.on = db, on

    @cached_property
    def _absences(self) -> dict[int, list[Span]]:
        found = select(Absence).where(sa.or_(col(Absence.end_on).is_(None), col(Absence.end_on) >= self.on))
        spans: dict[int, list[Span]] = defaultdict(list)
        for one in self.db.exec(found):
            spans[one.staff_id].append(Span(one.start_on, one.end_on))
        return spans

    def is_away(self, staff_id: int | None, on: date | None = None) -> bool:
        return any(span.holds(on or self.on) for span in self._absences.get(staff_id or 0, ()))

    @cached_property
    def stood_in(self) -> set[int]:
        """Agreements for which somebody who is there was named to stand in on the date."""
        found = sa.select(col(StandIn.agreement_id), col(StandIn.staff_id)).where(
            in_force(StandIn.start_on, StandIn.end_on, self.on)
        )
        return {agreement for agreement, staff_id in self.db.execute(found) if not self.is_away(staff_id)}

    def leads(self, supervisor_id: int, agreement_id: int, is_peer: bool) -> bool:
        """Whether somebody is there to hold a session of an agreement. Peers meet without the one who keeps theirs."""
        return is_peer or not self.is_away(supervisor_id) or agreement_id in self.stood_in


# ---------------------------------------------------------------------------------------------------------------------
# Responsibilities and supervisors


def _covers(db: Session, viewer: Actor, on: date) -> dict[tuple[int, int], Coverage]:
    return {
        (line.cover.led.responsibility, line.cover.led.community): line.cover
        for line in coverage_seen(db, viewer=viewer, on=on)
    }


def _people_supervised(seen: SupervisionSeen, there: _There) -> dict[tuple[object, ...], SupervisedFor]:
    """By person and purpose. Of whom everybody is away, nobody is there for them."""
    by: dict[tuple[int, str], dict[str, None]] = defaultdict(dict)
    for tie in seen.ties:
        key = (tie.pair.supervisee, tie.purpose)
        by[key] |= {}
        if there.leads(tie.pair.supervisor, tie.agreement_id, tie.is_peer):
            by[key][seen.names[tie.pair.supervisor]] = None
    return {
        key: SupervisedFor(seen.names[key[0]], seen.in_post.get(key[0], ""), key[1], tuple(by[key]))
        for key in sorted(by)
    }


def _groups_supervised(db: Session, viewer: Actor, there: _There) -> dict[tuple[object, ...], SupervisedFor]:
    """Groups of the viewer's communities, whatever they are for, with who leads each on the date."""
    group, agreement, supervisor = SupervisionGroup, SupervisionAgreement, Staff
    on = there.on
    rows = db.execute(
        sa.select(group, col(Community.name), col(SupervisionPurpose.name), agreement, col(supervisor.full_name))
        .join(Community, col(Community.id) == col(group.community_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(group.purpose))
        .outerjoin(
            agreement,
            sa.and_(col(agreement.group_id) == col(group.id), in_force(agreement.start_on, agreement.end_on, on)),
        )
        .outerjoin(supervisor, col(supervisor.id) == col(agreement.supervisor_id))
        .where(
            col(group.community_id).in_(communities_within(viewer, Object.AGREEMENT)),
            in_force(group.start_on, group.end_on, on),
        )
        .order_by(col(group.name), col(group.id), col(agreement.id))
    )
    found: dict[tuple[object, ...], SupervisedFor] = {}
    for one, community, purpose, agreed, name in rows:
        key = ("group", one.id)
        by = found[key].by if key in found else ()
        is_peer = one.form is SessionForm.PEER
        if agreed is not None and there.leads(agreed.supervisor_id, agreed.id, is_peer):
            by = (*by, name)
        found[key] = SupervisedFor(one.name, community, purpose, by, is_group=True)
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Minima


def _months(db: Session, viewer: Actor, on: date, communities: Mapping[int, str]) -> dict[tuple[int, str], MonthAhead]:
    """Each minimum that binds somebody on the date, in its month, as it comes out with what is planned. Whoever is not
    judged in that month is not there."""
    whole = set(db.scalars(whose_status(viewer, RequirementKind.SUPERVISION, (Shape.FULL,))))
    found = {}
    for one in supervision_due(db, viewer=viewer, on=on, how_many=1):
        if one.forecast.month.verdict in (Verdict.MET, Verdict.SHORT_SO_FAR, Verdict.SHORT):
            found[one.staff_id, one.minimum.title] = MonthAhead(
                one.person,
                communities.get(one.staff_id, ""),
                one.minimum.title,
                words.month(one.forecast.month.first),
                one.forecast.month.verdict is Verdict.MET or one.forecast.saved_by is not None,
                _amount(one) if one.staff_id in whole else "",
            )
    return found


def _amount(one: SupervisionMonths) -> str:
    """With what is planned: "30 of 60 min"."""
    month = one.forecast.month
    unit = {Measure.MINUTES: " min", Measure.MEETINGS: " meetings", Measure.SHARE: "%"}[one.minimum.measure]
    return f"{words.number(month.credited + one.forecast.planned)} of {words.number(month.wanted)}{unit}"


# ---------------------------------------------------------------------------------------------------------------------
# Courses


def _trainers(db: Session, viewer: Actor, there: _There) -> list[tuple[int, str, TrainerRole, int | None, str, Span]]:
    """By course: who teaches it or assesses on it, on the date or later. They are named to whoever reads of runs."""
    if not rules_for(viewer, Object.COURSE_RUN, Action.READ):
        return []
    trainer = CourseTrainer
    rows = db.execute(
        sa.select(trainer, col(Course.title), col(Staff.full_name))
        .join(Course, col(Course.id) == col(trainer.course_id))
        .outerjoin(Staff, col(Staff.id) == col(trainer.staff_id))
        .where(sa.or_(col(trainer.end_on).is_(None), col(trainer.end_on) >= there.on))
        .order_by(col(Course.position), col(Course.title), col(trainer.id))
    )
    return [
        (one.course_id, title, one.role, one.staff_id, name or one.name, Span(one.start_on, one.end_on))
        for one, title, name in rows
    ]


def _courses_taught(db: Session, viewer: Actor, there: _There) -> dict[tuple[object, ...], Taught]:
    found: dict[tuple[object, ...], Taught] = {}
    for course, title, role, staff_id, name, span in _trainers(db, viewer, there):
        if span.holds(there.on):
            key = ("course", course, role.value)
            by = found[key].by if key in found else ()
            is_there = not there.is_away(staff_id)
            found[key] = Taught(title, (*by, name) if is_there else by, role.value)
    return found


def _runs_taught(db: Session, viewer: Actor, there: _There) -> dict[tuple[object, ...], Taught]:
    """Runs on the date or after it that were not cancelled, of courses that somebody named teaches."""
    by_course: dict[int, list[tuple[int | None, str, Span]]] = defaultdict(list)
    for course, _, role, staff_id, name, span in _trainers(db, viewer, there):
        if role is TrainerRole.TRAINER:
            by_course[course].append((staff_id, name, span))
    rows = db.execute(
        sa.select(CourseRun, col(Course.title))
        .join(Course, col(Course.id) == col(CourseRun.course_id))
        .where(
            col(CourseRun.runs_on) >= there.on,
            col(CourseRun.cancelled_at).is_(None),
            col(CourseRun.course_id).in_(list(by_course)),
        )
        .order_by(col(CourseRun.runs_on), col(CourseRun.id))
    )
    found: dict[tuple[object, ...], Taught] = {}
    for run, title in rows:
        those = by_course[run.course_id]
        by = tuple(
            name
            for staff_id, name, span in those
            if span.holds(run.runs_on) and not there.is_away(staff_id, run.runs_on)
        )
        what = ", ".join(part for part in (title, words.day(run.runs_on), run.place) if part)
        found["run", run.course_id, run.id] = Taught(what, by, TrainerRole.TRAINER.value, is_run=True)
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Figures


def _figures(db: Session, viewer: Actor, on: date) -> dict[tuple[str, str], Figure]:
    frame = kinds_seen_by_name(db, viewer=viewer, on=on)
    return {
        (row.community, row.kind): Figure(row.community, row.kind, row.met, row.duty, row.label)
        for row in frame.itertuples()
    }
