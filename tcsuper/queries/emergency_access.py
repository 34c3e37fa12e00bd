"""Emergency access: what can be asked for, how requests stand, who is told, and who reads unusually much."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper.access import (
    Action,
    Actor,
    Object,
    Scope,
    communities_within,
    emergency_accesses_visible_to,
    grant_holds,
    people_within,
    rules_for,
    staff_of,
    supervised_by,
)
from tcsuper.clock import now, today
from tcsuper.confidential import Circle, circle_of, circles_of, newest, opened
from tcsuper.models import (
    Attendance,
    AuditEvent,
    AuditSubject,
    ConfidentialKind,
    EmergencyAccess,
    EmergencyReason,
    EmergencySubject,
    Post,
    PrivateNote,
    RoleGrant,
    SharedRecord,
    Staff,
    SupervisionSession,
)
from tcsuper.queries.evidence import end_of_day
from tcsuper.queries.people import Person, people_to_choose
from tcsuper.queries.titles import TITLE, titled
from tcsuper.rules.emergency import Stage, Steps, is_review_overdue, is_told, stage
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.settings import service_number

KINDS: dict[ConfidentialKind, Any] = {
    ConfidentialKind.SHARED_RECORD: SharedRecord,
    ConfidentialKind.PRIVATE_NOTE: PrivateNote,
}
"""What emergency access opens. Concerns are routed instead."""
OPENED_ALREADY = (Stage.OPEN, Stage.TO_REVIEW, Stage.REVIEWED)

# ---------------------------------------------------------------------------------------------------------------------
# What can be asked for


@dataclass(frozen=True)
class Text:
    """That there is a text, of which session, and whom it concerns. Never a word of it."""

    kind: ConfidentialKind
    record_id: UUID
    author_id: int
    circle: Circle

    @property
    def concerned(self) -> frozenset[int]:
        """Supervisor, author and those recorded present."""
        return self.circle.people | {self.author_id}


def text_named(db: Session, kind: ConfidentialKind, record_id: UUID) -> Text | None:
    """A shared record that was shared, or a private note: voided or not. Checks nothing."""
    row = text_row(db, kind, record_id)
    circle = circle_of(db, row.session_record_id) if row is not None else None
    return Text(kind, record_id, row.author_id, circle) if row is not None and circle is not None else None


def text_row(db: Session, kind: ConfidentialKind, record_id: UUID) -> SharedRecord | PrivateNote | None:
    """Its last version, with its words sealed. Checks nothing."""
    if kind is ConfidentialKind.SHARED_RECORD:
        shared = select(SharedRecord).where(
            SharedRecord.record_id == record_id, newest(SharedRecord), col(SharedRecord.shared_at).is_not(None)
        )
        return db.exec(shared).first()
    if kind is ConfidentialKind.PRIVATE_NOTE:
        return db.exec(select(PrivateNote).where(PrivateNote.record_id == record_id, newest(PrivateNote))).first()
    return None


def community_to_ask_in(db: Session, viewer: Actor, text: Text) -> int | None:
    """The community in which the viewer may ask for this text: the group's, or the supervisee's. None when they may
    not: it is of nobody of theirs, or they are a party to it themselves."""
    mine = communities_within(viewer, Object.EMERGENCY_ACCESS, Action.CREATE)
    session = text.circle.session
    if viewer.staff_id in text.concerned:
        return None
    if session.group_id is not None:
        return session.community_id if session.community_id in mine else None
    within = people_within(viewer, Object.EMERGENCY_ACCESS, Action.CREATE).subquery()
    theirs = db.scalar(sa.select(within.c[0]).where(within.c[0].in_(text.circle.present)).limit(1))
    if theirs is None:
        return None
    posts = db.scalars(
        sa.select(col(Post.community_id)).where(col(Post.staff_id) == theirs).order_by(col(Post.start_on).desc())
    )
    return next((place for place in (session.community_id, *posts) if place in mine), None)


@dataclass(frozen=True)
class TextLine:
    kind: ConfidentialKind
    record_id: UUID
    held_on: date
    title: str
    supervisor: str
    people: list[str]


def people_with_texts(db: Session, *, viewer: Actor) -> list[Person]:
    """Whose texts the viewer might ask for, by name; whether there are any shows once one is chosen."""
    people = people_to_choose(db, viewer=viewer, what=Object.EMERGENCY_ACCESS, action=Action.CREATE)
    return [person for person in people if person.staff_id != viewer.staff_id]


def texts_to_ask_for(db: Session, *, viewer: Actor, staff_id: int) -> list[TextLine]:
    """The texts about sessions of one person for which the viewer may ask: newest session first."""
    attended = sa.select(col(SupervisionSession.record_id)).where(
        col(SupervisionSession.id).in_(
            sa.select(col(Attendance.session_id)).where(col(Attendance.staff_id) == staff_id)
        )
    )
    found = [
        (kind, row)
        for kind, table in KINDS.items()
        for row in db.exec(select(table).where(newest(table), col(table.session_record_id).in_(attended)))
        if not (isinstance(row, SharedRecord) and row.shared_at is None)
    ]
    circles = circles_of(db, {row.session_record_id for _, row in found})
    texts = [
        Text(kind, row.record_id, row.author_id, circles[row.session_record_id])
        for kind, row in found
        if staff_id in circles[row.session_record_id].present
    ]
    lines = _lines(db, [text for text in texts if community_to_ask_in(db, viewer, text) is not None])
    return sorted(lines, key=lambda line: (line.held_on, line.kind), reverse=True)


def text_line(db: Session, text: Text) -> TextLine:
    """In words. Checks nothing."""
    return _lines(db, [text])[0]


def _lines(db: Session, texts: Collection[Text]) -> list[TextLine]:
    names = _names(db, {staff_id for text in texts for staff_id in text.circle.people})
    titles = _titles(db, [text.circle.session for text in texts])
    return [
        TextLine(
            text.kind,
            text.record_id,
            text.circle.session.held_on,
            titles[text.circle.session.id or 0],
            names[text.circle.session.supervisor_id],
            sorted(names[staff_id] for staff_id in text.circle.present),
        )
        for text in texts
    ]


def _names(db: Session, people: Iterable[int]) -> dict[int, str]:
    rows = db.execute(sa.select(col(Staff.id), col(Staff.full_name)).where(col(Staff.id).in_(set(people))))
    return {staff_id: name for staff_id, name in rows}


def _titles(db: Session, sessions: Iterable[SupervisionSession]) -> dict[int, str]:
    rows = db.execute(
        titled(sa.select(col(SupervisionSession.id), TITLE)).where(
            col(SupervisionSession.id).in_({session.id for session in sessions})
        )
    )
    return {session_id: title for session_id, title in rows}


# ---------------------------------------------------------------------------------------------------------------------
# How requests stand


@dataclass(frozen=True)
class AccessLine:
    """One request. `words`, `delay_words` and `review_words` are what its people wrote about it, never the text."""

    access_id: UUID
    stage: Stage
    text: TextLine | None
    asked_by: str
    asked_at: datetime
    reason: EmergencyReason
    words: str
    approved_by: str
    opened_at: datetime | None
    open_until: datetime | None
    told_from: datetime | None
    delayed_by: str
    delay_words: str
    review_due_on: date | None
    is_overdue: bool
    reviewed_by: str
    reviewed_at: datetime | None
    was_justified: bool | None
    review_words: str
    is_mine: bool
    oversees: bool
    """Whether the viewer directs the establishment."""

    @property
    def directs(self) -> bool:
        """Whether the viewer may decide on it and review it: never what they asked for themselves."""
        return self.oversees and not self.is_mine

    @property
    def waits_for_review(self) -> bool:
        return self.oversees and self.opened_at is not None and self.reviewed_at is None

    @property
    def may_put_off(self) -> bool:
        """Before it is opened, for safeguarding, once."""
        waits = self.stage in (Stage.WAITING, Stage.READY)
        return self.directs and waits and self.reason is EmergencyReason.SAFEGUARDING and not self.delayed_by

    @property
    def may_review(self) -> bool:
        return self.waits_for_review and not self.is_mine


def steps_of(access: EmergencyAccess) -> Steps:
    return Steps(
        needs_approval=access.kind is ConfidentialKind.PRIVATE_NOTE,
        asked_at=access.asked_at,
        approved_at=access.approved_at,
        refused_at=access.refused_at,
        opened_at=access.opened_at,
        open_until=access.open_until,
        reviewed_at=access.reviewed_at,
    )


def accesses_seen(db: Session, *, viewer: Actor) -> list[AccessLine]:
    """Those the viewer asked for, and for a director all of their establishments: the newest first."""
    asker, approver, delayer, reviewer = (aliased(Staff) for _ in range(4))
    access, at = EmergencyAccess, now()
    rows = db.execute(
        sa.select(
            access,
            col(asker.full_name),
            sa.func.coalesce(approver.full_name, ""),
            sa.func.coalesce(delayer.full_name, ""),
            sa.func.coalesce(reviewer.full_name, ""),
        )
        .join(asker, col(asker.id) == col(access.asked_by_id))
        .outerjoin(approver, col(approver.id) == col(access.approved_by_id))
        .outerjoin(delayer, col(delayer.id) == col(access.delayed_by_id))
        .outerjoin(reviewer, col(reviewer.id) == col(access.reviewed_by_id))
        .where(emergency_accesses_visible_to(viewer))
        .order_by(col(access.asked_at).desc())
    ).all()
    texts = _texts_of(db, [row[0] for row in rows])
    directs = communities_within(viewer, Object.EMERGENCY_ACCESS, Action.REVIEW)
    return [
        AccessLine(
            access_id=one.id,
            stage=stage(steps_of(one), at),
            text=texts.get(one.id),
            asked_by=asked_by,
            asked_at=one.asked_at,
            reason=one.reason,
            words=opened(one, "sealed_words"),
            approved_by=approved_by,
            opened_at=one.opened_at,
            open_until=one.open_until,
            told_from=one.told_from,
            delayed_by=delayed_by,
            delay_words=opened(one, "sealed_delay_words"),
            review_due_on=one.review_due_on,
            is_overdue=is_review_overdue(one.review_due_on, one.reviewed_at, viewer.on),
            reviewed_by=reviewed_by,
            reviewed_at=one.reviewed_at,
            was_justified=one.was_justified,
            review_words=opened(one, "sealed_review_words"),
            is_mine=one.asked_by_id == viewer.staff_id,
            oversees=one.community_id in directs,
        )
        for one, asked_by, approved_by, delayed_by, reviewed_by in rows
    ]


def _texts_of(db: Session, accesses: Collection[EmergencyAccess]) -> dict[UUID, TextLine]:
    texts = {access.id: text_named(db, access.kind, access.text_record_id) for access in accesses}
    there = {access_id: text for access_id, text in texts.items() if text is not None}
    return dict(zip(there, _lines(db, list(there.values())), strict=True))


# ---------------------------------------------------------------------------------------------------------------------
# Who is told


@dataclass(frozen=True)
class Told:
    """What those concerned are told: that a text was opened, by whom, when, and the reason chosen."""

    access_id: UUID
    text: TextLine | None
    asked_by: str
    reason: EmergencyReason
    opened_at: datetime
    was_delayed: bool
    acknowledged_at: datetime | None
    reviewed_at: datetime | None
    was_justified: bool | None


def told_of(db: Session, *, viewer: Actor) -> list[Told]:
    """The emergency accesses that concern the viewer and of which they are told by now: the newest first."""
    rows = db.execute(
        sa.select(EmergencyAccess, col(Staff.full_name), col(EmergencySubject.acknowledged_at))
        .join(EmergencySubject, col(EmergencySubject.emergency_access_id) == col(EmergencyAccess.id))
        .join(Staff, col(Staff.id) == col(EmergencyAccess.asked_by_id))
        .where(col(EmergencySubject.staff_id) == viewer.staff_id, col(EmergencyAccess.opened_at).is_not(None))
        .order_by(col(EmergencyAccess.opened_at).desc())
    ).all()
    told = [row for row in rows if is_told(row[0].opened_at, row[0].told_from, now())]
    texts = _texts_of(db, [row[0] for row in told])
    return [
        Told(
            one.id,
            texts.get(one.id),
            name,
            one.reason,
            one.opened_at,
            one.delayed_by_id is not None,
            acknowledged_at,
            one.reviewed_at,
            one.was_justified,
        )
        for one, name, acknowledged_at in told
        if one.opened_at is not None
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Who reads unusually much


@dataclass(frozen=True)
class UnusualReader:
    """In one month: how many people outside their own supervisees somebody read confidential texts about (a concern
    counts as one), in how many openings."""

    reader: str
    people: int
    openings: int


def months_of_reading(on: date) -> list[date]:
    """The month of this day and the five before it, by their first days."""
    return [add_months(first_of_month(on), -back) for back in range(6)]


def unusual_reading(db: Session, *, viewer: Actor, month: date) -> list[UnusualReader]:
    """For a director, of the people of their establishments: whoever read about as many people as the service's number
    says, or more. From the audit trail: names and counts, never what was read."""
    readers = _readers_seen(db, viewer)
    if not readers:
        return []
    people: dict[int, set[object]] = defaultdict(set)
    openings: dict[int, int] = defaultdict(int)
    for event, subjects in _readings(db, readers, first_of_month(month)):
        assert event.by_staff_id is not None
        read_about = _outside(db, event, subjects)
        people[event.by_staff_id] |= read_about
        openings[event.by_staff_id] += bool(read_about)
    most = service_number(db, "unusual_reading_from")
    names = _names(db, people)
    return sorted(
        (
            UnusualReader(names[reader], len(read), openings[reader])
            for reader, read in people.items()
            if len(read) >= most
        ),
        key=lambda one: (-one.people, one.reader),
    )


def _readers_seen(db: Session, viewer: Actor) -> set[int]:
    """Who works in the director's establishments, or holds a role there."""
    rules = rules_for(viewer, Object.EMERGENCY_ACCESS, Action.REVIEW)
    places = [place for rule in rules if rule.scope is Scope.ESTABLISHMENTS for place in viewer.communities(rule.role)]
    if not places:
        return set()
    granted = select(RoleGrant.staff_id).where(col(RoleGrant.community_id).in_(places), grant_holds(viewer.on))
    return set(db.scalars(staff_of(places, viewer.on))) | set(db.exec(granted))


def _readings(db: Session, readers: set[int], month: date) -> list[tuple[AuditEvent, set[int]]]:
    """Openings of confidential words in a month, with the people each is about."""
    since, until = end_of_day(month - timedelta(days=1)), end_of_day(add_months(month, 1) - timedelta(days=1))
    events = db.exec(
        select(AuditEvent).where(
            col(AuditEvent.action).startswith("read_", autoescape=True),
            AuditEvent.at >= since,
            AuditEvent.at < until,
            col(AuditEvent.by_staff_id).in_(readers),
        )
    ).all()
    about: dict[int, set[int]] = defaultdict(set)
    for event_id, staff_id in db.exec(
        select(AuditSubject.event_id, AuditSubject.staff_id).where(
            col(AuditSubject.event_id).in_([event.id for event in events])
        )
    ):
        about[event_id].add(staff_id)
    return [(event, about[event.id or 0]) for event in events]


def _outside(db: Session, event: AuditEvent, subjects: set[int]) -> set[object]:
    """Whom this opening is about beside the reader's own supervisees; nobody when the reader is one of them, or holds
    the session. Where the event names nobody, the record stands for whom it is about."""
    reader = event.by_staff_id
    assert reader is not None
    if event.object_kind == "concern":
        return {event.object_key}
    if event.object_kind == "emergency_access":
        subjects = set(
            db.exec(
                select(EmergencySubject.staff_id).where(EmergencySubject.emergency_access_id == UUID(event.object_key))
            )
        )
    elif reader in subjects or _holds_session(db, event, reader):
        return set()
    own = set(db.scalars(supervised_by(reader, today(event.at))))
    return set(subjects - own) if subjects else {event.object_key}


def _holds_session(db: Session, event: AuditEvent, reader: int) -> bool:
    if event.object_kind not in (ConfidentialKind.SHARED_RECORD, ConfidentialKind.PRIVATE_NOTE):
        return False
    text = text_named(db, ConfidentialKind(event.object_kind), UUID(event.object_key))
    return text is not None and text.circle.session.supervisor_id == reader
