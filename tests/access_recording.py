"""Recording: several sessions at once, the week register, rebooking: how the access test tries each function."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, actor_for_staff
from tcsuper.clock import today
from tcsuper.models import AttendanceStatus, CancelledBy, LostBecause, SupervisionSession, WhatIsRecorded, WhoEnters
from tcsuper.queries import recording, supervision, week_register
from tcsuper.services import catalogue, several_sessions
from tcsuper.services import supervision as do
from tcsuper.services.keeping_sessions import Entry
from tests.access_case import ANYBODY, YESTERDAY, Case
from tests.access_oracle import B
from tests.access_supervision import SUPERVISOR, recorded, their_agreement, theirs
from tests.people import GROUP_OF_TEN, Cast

MONDAY = YESTERDAY - timedelta(days=YESTERDAY.weekday())


def _several(db: Session, by: Actor, cast: Cast, subject: str, agreement: int) -> Any:
    entries = [Entry(cast.id(subject), AttendanceStatus.ATTENDED)]
    sessions = [several_sessions.PastSession(agreement, YESTERDAY, 60, entries)]
    return several_sessions.record_several(db, by=by, sessions=sessions)


def _week(db: Session, by: Actor, cast: Cast, place: str) -> Any:
    entries = [Entry(cast.id(name), AttendanceStatus.ATTENDED) for name in GROUP_OF_TEN]
    sessions = [several_sessions.PastSession(cast.group_agreement, YESTERDAY, 90, entries)]
    return several_sessions.record_week(db, by=by, community_id=cast.community_b, monday=MONDAY, sessions=sessions)


def _supervisor(db: Session, cast: Cast, subject: str) -> Actor:
    return actor_for_staff(db, cast.id(SUPERVISOR[subject]))


def _lost(db: Session, cast: Cast, subject: str) -> SupervisionSession:
    return do.record_lost_session(
        db,
        by=_supervisor(db, cast, subject),
        agreement_id=theirs(cast, subject),
        held_on=YESTERDAY,
        cancelled_by=CancelledBy.ESTABLISHMENT,
        lost_because=LostBecause.LOCKDOWN,
    )


def _rebook(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return do.rebook_session(db, by=by, lost_record_id=_lost(db, cast, subject).record_id, held_on=today())


def _lost_seen(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return recording.lost_session(db, viewer=by, record_id=_lost(db, cast, subject).record_id)


def _last_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    recorded(db, cast, subject)
    return recording.last_time(db, viewer=by, agreement_id=theirs(cast, subject)) is not None


def _planned_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    agreement = theirs(cast, subject)
    do.plan_session(db, by=_supervisor(db, cast, subject), agreement_id=agreement, held_on=YESTERDAY)
    return bool(supervision.planned_sessions_of(db, viewer=by, agreement_id=agreement))


def _week_seen(db: Session, by: Actor, cast: Cast, place: str) -> bool:
    _week(db, actor_for_staff(db, cast.id("Asha")), cast, place)
    return bool(week_register.week_of_community(db, viewer=by, community_id=cast.community_b, monday=MONDAY))


def _set_purpose(db: Session, by: Actor, cast: Cast, _: str) -> Any:
    facts: dict[str, Any] = {"records": WhatIsRecorded.THEMES, "credited_by": [], "entered_by": WhoEnters.LEADER}
    return catalogue.set_purpose(db, by=by, code="clinical", **facts)


CASES: dict[str, Case] = {
    "services.several_sessions.record_several": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: _several(db, by, cast, subject, their_agreement(by, cast, subject)),
    ),
    "services.several_sessions.record_several/of another supervisor": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: _several(db, by, cast, subject, theirs(cast, subject)),
        party=SUPERVISOR,
    ),
    "services.several_sessions.record_week": Case(Object.SESSION_LOG, Action.CREATE, _week, subjects=(B,)),
    "services.supervision.rebook_session": Case(Object.SESSION_LOG, Action.CREATE, _rebook, party=SUPERVISOR),
    "services.catalogue.set_purpose": Case(
        Object.CATALOGUE, Action.UPDATE, _set_purpose, leave_out=("technical_only",), subjects=ANYBODY
    ),
    "queries.supervision.planned_sessions_of": Case(Object.SESSION_LOG, Action.READ, _planned_seen),
    "queries.recording.last_time": Case(Object.SESSION_LOG, Action.READ, _last_seen),
    "queries.recording.days_to_enter": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: recording.days_to_enter(
            db, viewer=by, agreement_id=their_agreement(by, cast, subject)
        ),
    ),
    "queries.recording.lost_session": Case(Object.SESSION_LOG, Action.READ, _lost_seen),
    "queries.week_register.communities_with_groups": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, place: place in week_register.communities_with_groups(db, viewer=by).values(),
        subjects=(B,),
    ),
    "queries.week_register.week_of_community": Case(Object.SESSION_LOG, Action.CREATE, _week_seen, subjects=(B,)),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {"queries.recording.days_between": "arithmetic"}
BELOW: dict[str, str] = {
    "queries.recording.rebookings_of": "of lost sessions that the caller may see",
    "queries.supervision.asked_for_own_work": "for registers, whose people the agreement chooses",
    "services.keeping_sessions.check_session": "called by services that have checked who",
    "services.keeping_sessions.expected": "reshapes what it is given",
    "services.keeping_sessions.new_session": "called by services that have checked who; stores nothing",
    "services.keeping_sessions.one_at_a_time": "makes a second save wait, and reads nothing",
    "services.keeping_sessions.store_session": "called by services that have checked who",
}
"""What an entry of the access test is: see tests/access_cases.py."""
