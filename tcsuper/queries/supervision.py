"""What is known of supervision: sessions, sittings (one person at one session), agreements to record for."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    StaffIds,
    as_no_supervisor,
    check_can_record_session,
    communities_within,
    disputes_visible_to,
    in_force,
    not_long_over,
    people_within,
    sessions_supervised_by,
    sessions_to_stand_in_at,
    stands_in_for,
)
from tcsuper.models import (
    PRESENT,
    Answer,
    Attendance,
    AttendanceAnswer,
    AttendanceStatus,
    BodyRule,
    BodyRuleKind,
    Community,
    GroupMember,
    Registration,
    SessionForm,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
    TraineeSupervisor,
    WhatIsRecorded,
    WhoEnters,
)
from tcsuper.queries.disputes import how_many_dispute
from tcsuper.queries.evidence import current
from tcsuper.queries.frames import frame_of
from tcsuper.queries.titles import TITLE, titled
from tcsuper.rules.credit import ASKS_FOR_OWN_WORK, Sitting, credited_under


def sittings_of(
    db: Session, people: StaffIds | Sequence[int], known_on: date | None = None, since: date | None = None
) -> dict[int, list[Sitting]]:
    """Every sitting of these people, held or planned, by staff id. Checks nothing: for `standing.py`, whose callers
    choose the people by the access table. Lost sessions are no sittings."""
    session, there = SupervisionSession, Attendance
    rows = db.execute(
        sa.select(col(there.staff_id), *_facts_of_a_sitting())
        .join(session, col(there.session_id) == col(session.id))
        .where(
            col(there.staff_id).in_(people),
            col(session.state) != SessionState.DID_NOT_HAPPEN,
            current(session, known_on),
            *([col(session.held_on) >= since] if since else []),
        ),
    )
    sittings: dict[int, list[Sitting]] = defaultdict(list)
    agreed = _agreed(db)
    for staff_id, *facts in rows:
        sittings[staff_id].append(agreed.sitting(facts))
    return sittings


@dataclass(frozen=True)
class _Agreed:
    """What purposes and agreements say about a sitting. Looked up once: there are few of them, and many sittings."""

    by_purpose: dict[str, frozenset[str]]
    agreements: dict[int | None, SupervisionAgreement]
    """Those that say something of their own."""

    def sitting(self, facts: Sequence[Any]) -> Sitting:
        """`facts`: as `_facts_of_a_sitting` gives them."""
        *plain_facts, agreement_id = facts
        credited_by = self.by_purpose[plain_facts[4]]
        own = self.agreements.get(agreement_id)
        if own is None:
            return Sitting(*(*plain_facts, credited_by))
        coordinates = own.trainee_role is TraineeSupervisor.COORDINATING
        return Sitting(*(*plain_facts, credited_under(credited_by, own.rule_sets), own.of_supervision, coordinates))


def _agreed(db: Session) -> _Agreed:
    by_purpose = {one.code: frozenset(one.credited_by) for one in db.exec(select(SupervisionPurpose))}
    with_a_say = sa.or_(
        col(SupervisionAgreement.of_supervision).is_(True),
        col(SupervisionAgreement.trainee_role).is_not(None),
        sa.cast(col(SupervisionAgreement.rule_sets), sa.String) != "[]",
    )
    own = db.exec(select(SupervisionAgreement).where(with_a_say)).all()
    return _Agreed(by_purpose, {one.id: one for one in own})


def _facts_of_a_sitting() -> list[Any]:
    """The first fields of `Sitting`, in their order, of an attendance joined to its session; its agreement last."""
    session, there = SupervisionSession, Attendance
    has_individual = (
        sa.select(col(SupervisionAgreement.id))
        .where(
            col(SupervisionAgreement.supervisee_id) == col(there.staff_id),
            col(SupervisionAgreement.start_on) <= col(session.held_on),
            sa.or_(
                col(SupervisionAgreement.end_on).is_(None),
                col(SupervisionAgreement.end_on) >= col(session.held_on),
            ),
        )
        .exists()
    )
    return [
        col(session.held_on),
        sa.case((col(session.state) == SessionState.PLANNED, col(session.minutes)), else_=col(there.minutes)),
        col(session.form),
        col(session.contracted),
        col(session.purpose),
        col(there.presented_own_work),
        has_individual,
        col(session.is_ad_hoc),
        col(session.state) == SessionState.PLANNED,
        col(session.agreement_id),
    ]


# ---------------------------------------------------------------------------------------------------------------------
# To record


@dataclass(frozen=True)
class ToRecord:
    """An agreement a person may record a session for. `label` is unique among those offered."""

    agreement_id: int
    label: str
    form: str
    purpose: str
    usual_minutes: int
    is_on_behalf: bool
    expects: frozenset[int] = frozenset()
    """Who is contracted today; nobody once the agreement is over."""
    every_days: int = 28
    community_id: int | None = None
    """Of the group; none for a person."""
    keeps_words: bool = True
    """Whether anything may be written down of its sessions; else their forms have no text field at all."""

    def serves(self, staff_id: int, purposes: Collection[str] = (), form: str = "") -> bool:
        """Whether its next session is one of theirs, of one of these purposes and in this form. Empty: in any."""
        form_fits = not form or (self.form == "individual") == (form == "individual")
        return staff_id in self.expects and (not purposes or self.purpose in purposes) and form_fits


def agreements_to_record(db: Session, *, viewer: Actor) -> list[ToRecord]:
    """Mine, and those of the communities where I may record on a supervisor's behalf, as far as sessions of their
    purpose are mine to enter: groups first, then by name."""
    agreement, supervisor, supervisee = SupervisionAgreement, aliased(Staff), aliased(Staff)
    stood_in = set(db.scalars(stands_in_for(viewer)))
    rows = db.execute(
        sa.select(
            agreement,
            col(supervisor.full_name),
            col(supervisee.full_name),
            SupervisionGroup,
            SupervisionPurpose,
        )
        .join(supervisor, col(supervisor.id) == col(agreement.supervisor_id))
        .outerjoin(supervisee, col(supervisee.id) == col(agreement.supervisee_id))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(agreement.group_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(agreement.purpose))
        .where(
            col(agreement.start_on) <= viewer.on,
            not_long_over(viewer),
            sa.or_(
                sa.and_(
                    sa.or_(col(agreement.supervisor_id) == viewer.staff_id, col(agreement.id).in_(stood_in)),
                    col(SupervisionPurpose.entered_by) != WhoEnters.MANAGER,
                ),
                sa.and_(_managed(viewer), col(SupervisionPurpose.entered_by) != WhoEnters.LEADER),
            ),
        )
        .order_by(col(agreement.group_id).is_(None), SupervisionGroup.name, supervisee.full_name, col(agreement.id))
    ).all()
    expected = _expected_today(db, [found for found, *_ in rows], viewer.on)
    offered = []
    for found, supervisor_name, supervisee_name, group, purpose in rows:
        mine, stands_in = found.supervisor_id == viewer.staff_id, found.id in stood_in
        on_behalf = not mine and not stands_in
        with_whom = group.name if group else supervisee_name
        how = (
            ""
            if mine
            else f" · standing in for {supervisor_name}"
            if stands_in
            else f" · on behalf of {supervisor_name}"
        )
        label = f"{with_whom} · {purpose.name.lower()}{how}"
        form = group.form.value if group else "individual"
        offered.append(
            ToRecord(
                found.id,
                label,
                form,
                found.purpose,
                found.usual_minutes,
                on_behalf,
                expected[found.id],
                found.every_days,
                group.community_id if group else None,
                purpose.records is not WhatIsRecorded.ATTENDANCE,
            )
        )
    return _unique(sorted(offered, key=lambda choice: choice.is_on_behalf))


def _managed(viewer: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for agreements of the viewer's communities, joined to their groups."""
    people = people_within(as_no_supervisor(viewer), Object.SESSION_LOG, Action.CREATE)
    return sa.or_(
        col(SupervisionGroup.community_id).in_(communities_within(viewer, Object.SESSION_LOG, Action.CREATE)),
        sa.and_(
            col(SupervisionAgreement.supervisee_id).in_(people),
            col(SupervisionAgreement.supervisee_id) != viewer.staff_id,
        ),
    )


def _expected_today(db: Session, agreements: Sequence[SupervisionAgreement], on: date) -> dict[int, frozenset[int]]:
    """Whoever is contracted to each agreement on a day: the supervisee, or the members of the group."""
    in_force_now = [one for one in agreements if one.start_on <= on and (one.end_on is None or on <= one.end_on)]
    rows = db.execute(
        sa.select(col(GroupMember.group_id), col(GroupMember.staff_id)).where(
            col(GroupMember.group_id).in_({one.group_id for one in in_force_now} - {None}),
            in_force(GroupMember.start_on, GroupMember.end_on, on),
        )
    )
    members: dict[int | None, set[int]] = defaultdict(set)
    for group_id, staff_id in rows:
        members[group_id].add(staff_id)
    expected: dict[int, frozenset[int]] = defaultdict(frozenset)
    for one in in_force_now:
        expected[one.id or 0] = frozenset(members[one.group_id] if one.group_id else {one.supervisee_id or 0})
    return expected


def _unique(choices: list[ToRecord]) -> list[ToRecord]:
    """Two agreements that read alike get their number: a selectbox tells options apart by label alone."""
    seen: dict[str, int] = defaultdict(int)
    out = []
    for choice in choices:
        seen[choice.label] += 1
        label = choice.label if seen[choice.label] == 1 else f"{choice.label} ({seen[choice.label]})"
        out.append(replace(choice, label=label))
    return out


@dataclass(frozen=True)
class Contracted:
    staff_id: int
    full_name: str
    asks_own_work: bool = False
    """A body of theirs credits this group only to those who presented their own work in it."""


def register_for(db: Session, *, viewer: Actor, agreement_id: int, held_on: date) -> list[Contracted]:
    """The attendance register of a day: whoever was contracted then, by name. Raises as recording would."""
    agreement = check_can_record_session(db, viewer, agreement_id, held_on)
    asked = asked_for_own_work(db, agreement.purpose, held_on) if agreement.group_id is not None else frozenset()
    if agreement.supervisee_id is not None:
        people = sa.select(col(Staff.id)).where(col(Staff.id) == agreement.supervisee_id)
    else:
        people = sa.select(col(GroupMember.staff_id)).where(
            col(GroupMember.group_id) == agreement.group_id,
            in_force(GroupMember.start_on, GroupMember.end_on, held_on),
        )
    found = db.exec(select(Staff).where(col(Staff.id).in_(people)).order_by(Staff.full_name, col(Staff.id)))
    return [Contracted(staff.id or 0, staff.full_name, staff.id in asked) for staff in found]


def asked_for_own_work(db: Session, purpose: str, on: date) -> frozenset[int]:
    """Staff registered that day with a body whose rule set credits a group of this purpose only to those who presented
    their own work in it. Checks nothing: for registers, whose people are chosen by the agreement."""
    credited_by = ASKS_FOR_OWN_WORK & set(db.get_one(SupervisionPurpose, purpose).credited_by)
    if not credited_by:
        return frozenset()
    rules = db.exec(
        select(BodyRule).where(
            BodyRule.kind == BodyRuleKind.SUPERVISION, in_force(BodyRule.start_on, BodyRule.end_on, on)
        )
    )
    asking = {(rule.body_id, rule.grade) for rule in rules if rule.terms.get("rule_set") in credited_by}
    renewed_or_registered_on = sa.func.coalesce(Registration.renewed_on, Registration.registered_on)
    registered = db.exec(
        select(Registration).where(
            col(Registration.body_id).in_({body_id for body_id, _ in asking}),
            current(Registration),
            renewed_or_registered_on <= on,
            sa.or_(col(Registration.expires_on).is_(None), col(Registration.expires_on) >= on),
            sa.or_(col(Registration.ended_on).is_(None), col(Registration.ended_on) >= on),
        )
    )
    return frozenset(one.staff_id for one in registered if {(one.body_id, one.grade), (one.body_id, "")} & asking)


@dataclass(frozen=True)
class Planned:
    record_id: UUID
    agreement_id: int
    label: str
    held_on: date
    starts_at: str
    minutes: int
    contracted: int


def sessions_to_record(db: Session, *, viewer: Actor) -> list[Planned]:
    """Planned sessions of mine whose day has come, those at which I stand in, and those of my communities that a
    therapy manager enters: waiting to be recorded, oldest first."""
    mine = sa.or_(sessions_supervised_by(viewer), sessions_to_stand_in_at(viewer))
    enters = col(SupervisionPurpose.entered_by)
    managers = sa.and_(_managed(viewer), enters == WhoEnters.MANAGER)
    return _planned(db, viewer, sa.or_(sa.and_(mine, enters != WhoEnters.MANAGER), managers))


def planned_sessions_of(db: Session, *, viewer: Actor, agreement_id: int) -> list[Planned]:
    """The same of one agreement, whoever leads it: for somebody who records on a supervisor's behalf too."""
    seen = sa.or_(sessions_visible_to(viewer), sessions_to_stand_in_at(viewer))
    return _planned(db, viewer, sa.and_(seen, col(SupervisionSession.agreement_id) == agreement_id))


def _planned(db: Session, viewer: Actor, which: sa.ColumnElement[bool]) -> list[Planned]:
    session = SupervisionSession
    supervisee = (
        sa.select(col(Staff.full_name))
        .join(Attendance, col(Attendance.staff_id) == col(Staff.id))
        .where(col(Attendance.session_id) == col(session.id))
        .limit(1)
        .scalar_subquery()
    )
    rows = db.execute(
        sa.select(session, col(SupervisionGroup.name), supervisee)
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(session.purpose))
        .join(SupervisionAgreement, col(SupervisionAgreement.id) == col(session.agreement_id))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(session.group_id))
        .where(
            which,
            col(session.state) == SessionState.PLANNED,
            col(session.held_on) <= viewer.on,
            current(session),
        )
        .order_by(col(session.held_on), col(session.starts_at))
    )
    return [
        Planned(
            found.record_id, found.agreement_id, group or person or "", found.held_on, found.starts_at, found.minutes,
            found.contracted,
        )
        for found, group, person in rows
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------------
# My own attendance


@dataclass(frozen=True)
class MySession:
    """A session I was contracted to. `minutes` is its length, `attended` my own; `answer` my latest word on it."""

    record_id: UUID
    held_on: date
    starts_at: str
    title: str
    supervisor: str
    form: SessionForm
    state: SessionState
    minutes: int
    attended: int
    status: AttendanceStatus | None
    agreement_id: int
    sitting: Sitting
    """Me at this session, as the rules count it."""
    answer: Answer | None = None
    answered_minutes: int = 0
    comment: str = ""

    @property
    def waits_for_answer(self) -> bool:
        """Held, and neither confirmed nor disputed as it now stands."""
        answered = self.answer is not None and self.answered_minutes == self.attended
        return self.state is SessionState.HELD and not answered


def my_attendance(db: Session, *, viewer: Actor, known_on: date | None = None) -> list[MySession]:
    """My own sessions, held, planned and lost, newest first."""
    session, there, supervisor = SupervisionSession, Attendance, aliased(Staff)
    rows = db.execute(
        titled(
            sa.select(
                col(session.record_id),
                col(session.held_on),
                col(session.starts_at),
                TITLE,
                col(supervisor.full_name),
                col(session.form),
                col(session.state),
                col(session.minutes),
                col(there.minutes),
                col(there.status),
                col(session.agreement_id),
                *_facts_of_a_sitting(),
            )
            .join(there, col(there.session_id) == col(session.id))
            .join(supervisor, col(supervisor.id) == col(session.supervisor_id))
        )
        .where(col(there.staff_id) == viewer.staff_id, current(session, known_on))
        .order_by(col(session.held_on).desc(), col(session.starts_at).desc(), col(session.id).desc())
    )
    given = db.exec(
        select(AttendanceAnswer).where(AttendanceAnswer.staff_id == viewer.staff_id).order_by(col(AttendanceAnswer.id))
    )
    answers = {one.session_record_id: (one.answer, one.minutes, one.comment) for one in given}
    mine, agreed = [], _agreed(db)
    for row in rows:
        before, sitting = row[:-OF_A_SITTING], agreed.sitting(row[-OF_A_SITTING:])
        mine.append(MySession(*(*before, sitting, *answers.get(row[0], (None, 0, "")))))
    return mine


OF_A_SITTING = 10
"""How many `_facts_of_a_sitting` gives."""


# ---------------------------------------------------------------------------------------------------------------------
# The log


def sessions_visible_to(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of sessions: of people whose sessions one may read, or supervised oneself."""
    there = Attendance
    seen = (
        sa.select(col(there.session_id))
        .where(col(there.staff_id).in_(people_within(by, Object.SESSION_LOG)))
        .distinct()
    )
    return sa.or_(col(SupervisionSession.id).in_(seen), sessions_supervised_by(by))


def session_log(
    db: Session,
    *,
    viewer: Actor,
    since: date,
    until: date,
    known_on: date | None = None,
) -> pd.DataFrame:
    """Sessions the viewer may see whole: those they supervise, those of the people they supervise or manage, and their
    own. Nothing of what was said.

    Columns: session_id, record_id, held_on, starts_at, title, supervisor, community, purpose, form, state, minutes,
    contracted, present, guests, disputed (counts), cancelled_by, lost_because, on_behalf, mine (bool: I supervise
    it).
    """
    session, there, supervisor = SupervisionSession, Attendance, aliased(Staff)
    present = (
        sa.select(sa.func.count())
        .where(col(there.session_id) == col(session.id), col(there.status).in_(PRESENT))
        .scalar_subquery()
    )
    alone = (
        sa.select(col(Staff.full_name))
        .join(there, col(there.staff_id) == col(Staff.id))
        .where(col(there.session_id) == col(session.id))
        .limit(1)
        .scalar_subquery()
    )
    frame = frame_of(
        db,
        sa.select(
            col(session.id).label("session_id"),
            col(session.record_id),
            col(session.held_on),
            col(session.starts_at),
            sa.func.coalesce(SupervisionGroup.name, alone).label("title"),
            col(supervisor.full_name).label("supervisor"),
            col(Community.name).label("community"),
            col(SupervisionPurpose.name).label("purpose"),
            col(session.form),
            col(session.state),
            col(session.minutes),
            col(session.contracted),
            present.label("present"),
            col(session.guests),
            col(session.cancelled_by),
            col(session.lost_because),
            col(session.is_on_behalf).label("on_behalf"),
            (col(session.supervisor_id) == viewer.staff_id).label("mine"),
        )
        .join(supervisor, col(supervisor.id) == col(session.supervisor_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(session.purpose))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(session.group_id))
        .outerjoin(Community, col(Community.id) == col(session.community_id))
        .where(
            col(session.held_on).between(since, until),
            current(session, known_on),
            sessions_visible_to(viewer),
        )
        .order_by(col(session.held_on).desc(), col(session.starts_at).desc(), col(session.id).desc()),
    )
    disputes = how_many_dispute(db, list(frame["record_id"]))
    frame["disputed"] = [disputes.get(record, 0) for record in frame["record_id"]]
    return frame


def attendance_at(db: Session, *, viewer: Actor, session_id: int) -> pd.DataFrame:
    """Who was at one session: for its supervisor everyone, for others the people they may see.

    Columns: staff_id, person, status, minutes, presented_own_work, asks_own_work (bool: of the person's body), answer,
    comment (for those who read the dispute). Empty when there is nothing the viewer may see."""
    session = db.get(SupervisionSession, session_id)
    supervises = sa.select(col(SupervisionSession.id)).where(sessions_supervised_by(viewer))
    seen = people_within(viewer, Object.SESSION_LOG)
    frame = frame_of(
        db,
        sa.select(
            col(Attendance.staff_id),
            col(Staff.full_name).label("person"),
            col(Attendance.status),
            col(Attendance.minutes),
            col(Attendance.presented_own_work),
        )
        .join(Staff, col(Staff.id) == col(Attendance.staff_id))
        .where(
            col(Attendance.session_id) == session_id,
            sa.or_(col(Attendance.session_id).in_(supervises), col(Attendance.staff_id).in_(seen)),
        )
        .order_by(Staff.full_name),
    )
    given: dict[int, AttendanceAnswer] = {}
    if session is not None and len(frame):
        for answer in db.exec(
            select(AttendanceAnswer)
            .where(AttendanceAnswer.session_record_id == session.record_id)
            .order_by(col(AttendanceAnswer.id))
        ):
            given[answer.staff_id] = answer
    in_a_group = session is not None and session.form is not SessionForm.INDIVIDUAL
    asked = asked_for_own_work(db, session.purpose, session.held_on) if session and in_a_group else frozenset()
    frame["asks_own_work"] = [s in asked for s in frame["staff_id"]]
    answers = [given[s].answer if s in given else None for s in frame["staff_id"]]
    frame["answer"] = pd.Series(answers, index=frame.index, dtype=object)  # else whoever has not answered becomes NaN
    told = set(db.scalars(_answers_told(viewer, session)))
    frame["comment"] = [given[s].comment if s in given and given[s].id in told else "" for s in frame["staff_id"]]
    return frame


def _answers_told(viewer: Actor, session: SupervisionSession | None) -> sa.Select[Any]:
    """Ids of the answers to a session whose words the viewer reads: those who read the dispute."""
    return (
        sa.select(col(AttendanceAnswer.id))
        .join(SupervisionSession, col(SupervisionSession.record_id) == col(AttendanceAnswer.session_record_id))
        .where(col(SupervisionSession.id) == (session.id if session else None), disputes_visible_to(viewer))
    )
