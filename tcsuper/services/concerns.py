"""Concerns about somebody's practice: raised, read, settled, routed on.

A concern reports nothing to anybody outside. It goes to one person here (`queries/concerns.py` says to whom) and can be
neither changed by its subject nor voided by anybody. Events about a withheld one name whoever raised it alone, and
history shows events of concerns to nobody but those they name: the person concerned may be the manager of that person.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about, check_can_set_number, concerns_settled_by
from tcsuper.audit import record_event, record_reading
from tcsuper.clock import now, today
from tcsuper.confidential import opened
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    WITHHELD_BY_DEFAULT,
    AuditEvent,
    Concern,
    ConcernCategory,
    Setting,
    Staff,
)
from tcsuper.queries.concerns import (
    OUTSIDE_PERSON,
    Route,
    concern_named,
    may_choose,
    outside_person,
    people_to_route_to,
    route_of,
    session_in_words,
    sessions_to_name,
)
from tcsuper.sealing import seal
from tcsuper.services.evidence import check_current, version_after

LONGEST_WORDS = 10_000
LONGEST_REPORT = 500
LONGEST_NAME = 120
REPORTED_FIRST = (ConcernCategory.SAFEGUARDING, ConcernCategory.SECURITY)
READ = "read_concern"

# ---------------------------------------------------------------------------------------------------------------------
# Raised


def raise_concern(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    about_id: int | None,
    category: ConcernCategory | None,
    text: str,
    is_withheld: bool = False,
    session_record_id: UUID | None = None,
    reported_on: date | None = None,
    report: str = "",
    subject_told_first: bool = False,
    senior_member_id: int | None = None,
    therapy_lead_id: int | None = None,
) -> Concern:
    """What `by` is concerned about in somebody else's practice. Safeguarding, security and conduct of supervision are
    withheld from that person whatever is asked for; the others when it is asked for."""
    by = acting(db, by, submission)
    problems = _problems_of_words(text, report)
    if about_id is None:
        problems["about_id"] = "Choose the person it is about."
    if category is None or category not in list(ConcernCategory):
        problems["category"] = "Choose what kind of concern it is."
    if about_id is None or category is None or "category" in problems:
        raise InvalidRecord(**problems)
    check_about(db, by, Object.CONCERN, Action.CREATE, about_id)
    if about_id == by.staff_id or not may_choose(db, by, about_id):
        raise NotAllowed
    route = route_of(db, about_id, by.staff_id, by.on)
    leaders = (senior_member_id, therapy_lead_id) if route.is_childrens_service else (None, None)
    problems |= _problems_of_report(category, reported_on, report)
    problems |= _problems_of_leaders(db, by, route, about_id, leaders)
    if problems:
        raise InvalidRecord(**problems)
    if session_record_id is not None and session_record_id not in {
        session.record_id for session in sessions_to_name(db, viewer=by)
    }:
        raise NotAllowed
    concern = Concern(
        record_id=uuid4(),
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        raised_by_id=by.staff_id,
        about_id=about_id,
        community_id=route.community_id,
        session_record_id=session_record_id,
        category=category,
        sealed_text=b"",
        reported_on=reported_on,
        subject_told_first=subject_told_first,
        is_withheld=is_withheld or category in WITHHELD_BY_DEFAULT,
        routed_to_id=route.staff_id,
        senior_member_id=leaders[0],
        therapy_lead_id=leaders[1],
    )
    seal(concern, "sealed_text", text.strip())
    if report.strip():
        seal(concern, "sealed_report", report.strip())
    db.add(concern)
    db.flush()
    _note(db, by, "raise_concern", concern, routed_to=route.staff_id)
    return concern


def _problems_of_words(text: str, report: str) -> dict[str, str]:
    problems = {}
    if not text.strip():
        problems["text"] = "Say what happened."
    elif len(text.strip()) > LONGEST_WORDS:
        problems["text"] = f"This is longer than {LONGEST_WORDS:,} characters. Shorten it."
    if len(report.strip()) > LONGEST_REPORT:
        problems["report"] = f"This is longer than {LONGEST_REPORT} characters. Shorten it."
    return problems


def _problems_of_report(category: ConcernCategory, reported_on: date | None, report: str) -> dict[str, str]:
    """A safeguarding or security matter is reported by the local procedure before it is recorded here."""
    problems = {}
    if reported_on is not None and reported_on > today():
        problems["reported_on"] = f"{words.day(reported_on)} is still to come."
    if category in REPORTED_FIRST:
        if reported_on is None:
            problems["reported_on"] = "Report it first by your local procedure, then enter the day on which you did."
        if not report.strip():
            problems["report"] = "Say to whom it was reported, and its reference."
    return problems


def _problems_of_leaders(
    db: Session, by: Actor, route: Route, about_id: int, leaders: tuple[int | None, int | None]
) -> dict[str, str]:
    """Both are named in children's services; neither is the person concerned."""
    problems = {}
    if route.is_childrens_service:
        fields = {"senior_member_id": "the senior member of the service", "therapy_lead_id": "the Therapy Lead"}
        for (field, who), staff_id in zip(fields.items(), leaders, strict=True):
            if staff_id is None:
                problems[field] = f"Choose {who}."
            elif staff_id == about_id:
                problems[field] = "The person concerned cannot be named here. Choose who takes their place."
            elif staff_id != by.staff_id and not may_choose(db, by, staff_id):
                raise NotAllowed
    return problems


# ---------------------------------------------------------------------------------------------------------------------
# Read


@dataclass(frozen=True)
class Reading:
    by: str
    at: datetime


@dataclass(frozen=True)
class ConcernWords:
    """A concern with its words, opened for one reader."""

    text: str
    outcome: str
    report: str
    reported_on: date | None
    subject_told_first: bool
    session: str
    senior_member: str
    therapy_lead: str
    readings: list[Reading]
    """Who opened it before, newest first: for those who raised it and those it was routed to."""


def read_concern(db: Session, *, by: Actor, record_id: UUID) -> ConcernWords:
    """Open one. Each opening is an event; drawing it again within a quarter of an hour is the same one."""
    by = acting(db, by)
    concern = concern_named(db, viewer=by, record_id=record_id)
    if concern is None:
        raise NotAllowed
    found = ConcernWords(
        opened(concern, "sealed_text"),
        opened(concern, "sealed_outcome"),
        opened(concern, "sealed_report"),
        concern.reported_on,
        concern.subject_told_first,
        session_in_words(db, concern.session_record_id),
        _name(db, concern.senior_member_id),
        _name(db, concern.therapy_lead_id),
        [] if concern.about_id == by.staff_id else _readings(db, record_id),
    )
    record_reading(
        db,
        by=by,
        action=READ,
        object_kind="concern",
        object_key=record_id,
        about=_may_know(concern),
        version=concern.id,
    )
    return found


def _name(db: Session, staff_id: int | None) -> str:
    return db.get_one(Staff, staff_id).full_name if staff_id is not None else ""


def _readings(db: Session, record_id: UUID) -> list[Reading]:
    event = AuditEvent
    rows = db.exec(
        select(event.by_name, event.at)
        .where(event.action == READ, event.object_key == str(record_id))
        .order_by(col(event.id).desc())
    )
    return [Reading(name, at) for name, at in rows]


# ---------------------------------------------------------------------------------------------------------------------
# Settled


def record_outcome(
    db: Session, *, by: Actor, submission: UUID | None = None, concern_id: int, outcome: str, is_closed: bool
) -> Concern:
    """What came of it, by the person it was routed to; `is_closed` ends it. `concern_id` is the version that was
    looked at: raises Conflict when there is a newer one."""
    by = acting(db, by, submission)
    former = _to_settle(db, by, concern_id)
    problem = "Say what came of it." if not outcome.strip() else ""
    if len(outcome.strip()) > LONGEST_WORDS:
        problem = f"This is longer than {LONGEST_WORDS:,} characters. Shorten it."
    if problem:
        raise InvalidRecord(outcome=problem)
    newer = version_after(by, former, closed_on=by.on if is_closed else None)
    seal(newer, "sealed_outcome", outcome.strip())
    db.add(newer)
    db.flush()
    _note(db, by, "close_concern" if is_closed else "record_concern_outcome", newer)
    return newer


def route_on(db: Session, *, by: Actor, submission: UUID | None = None, concern_id: int, to_id: int | None) -> Concern:
    """Hand it to another manager or director there, or (None) to the person outside. Whoever hands it on reads it no
    more."""
    by = acting(db, by, submission)
    former = _to_settle(db, by, concern_id)
    if to_id is not None and to_id not in {
        person.staff_id for person in people_to_route_to(db, viewer=by, concern_id=concern_id)
    }:
        raise NotAllowed
    newer = version_after(by, former, routed_to_id=to_id)
    db.add(newer)
    db.flush()
    _note(db, by, "route_concern_on", newer, routed_to=to_id)
    return newer


def _to_settle(db: Session, by: Actor, concern_id: int) -> Concern:
    """The version that was looked at, while it is open and routed to this person."""
    former = db.exec(select(Concern).where(col(Concern.id) == concern_id, concerns_settled_by(by))).first()
    if former is None:
        raise NotAllowed
    check_current(db, former, by)
    if former.closed_on is not None:
        raise NotAllowed(f"This concern was closed on {words.day(former.closed_on)}.")
    return former


def set_outside_person(db: Session, *, by: Actor, submission: UUID | None = None, name: str) -> str:
    """Who outside is told when a concern can go to nobody here: the service's own setting."""
    by = acting(db, by, submission)
    check_can_set_number(by, is_technical=False)
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise InvalidRecord(name=f"Give a name and how to reach them, in {LONGEST_NAME} characters at most.")
    stored = db.get(Setting, OUTSIDE_PERSON) or Setting(key=OUTSIDE_PERSON, value="")
    stored.value = name.strip()
    db.add(stored)
    db.flush()
    record_event(db, by=by, action="set_outside_person", object_kind="setting", object_key=OUTSIDE_PERSON)
    return outside_person(db)


def _note(db: Session, by: Actor, action: str, concern: Concern, **detail: Any) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="concern",
        object_key=concern.record_id,
        about=_may_know(concern),
        **detail,
    )


def _may_know(concern: Concern) -> list[int]:
    """Whose history shows it: never that of the person concerned while it is withheld from them."""
    return [concern.raised_by_id, *([] if concern.is_withheld else [concern.about_id])]
