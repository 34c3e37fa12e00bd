"""Who did what: for each person what was read or changed of theirs, for managers and directors the same of their
people, for administrators what concerns the safety of the service. Never what was read or written itself."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, check_about, people_within, rules_for
from tcsuper.models import AuditEvent, AuditSubject, Staff

MOST = 500
"""So many of the latest: nobody reads more on a screen."""
SECURITY_KINDS = ("account", "account_request", "grant", "second_factor", "sign_in", "service", "key", "setting")
SECURITY_ACTIONS = ("export_", "import_", "verify", "set_service_number", "change_key", "backup", "restore", "refused_")
"""What an action of a security event begins with, whatever it was done to."""
NEVER_TO_OTHERS = ("concern", "emergency_access", "private_note", "activity")
"""Kinds whose very existence is for those concerned: they see them in their own history, and on the page of each."""


@dataclass(frozen=True)
class Event:
    """One line of history. `about` names whom it concerned, as far as the viewer may know."""

    at: datetime
    who: str
    what: str
    about: str = ""
    is_own: bool = False


def my_history(db: Session, *, viewer: Actor) -> list[Event]:
    """Who read or changed what is held about me, the latest first; what I did myself is marked."""
    subject = AuditSubject
    mine = sa.select(col(subject.event_id)).where(col(subject.staff_id) == viewer.staff_id)
    return _events(db, viewer, col(AuditEvent.id).in_(mine))


def history_about(db: Session, *, viewer: Actor, staff_id: int) -> list[Event]:
    """The same about somebody whose history the viewer may read."""
    check_about(db, viewer, Object.HISTORY, Action.READ, staff_id)
    if staff_id == viewer.staff_id:
        return my_history(db, viewer=viewer)
    theirs = sa.select(col(AuditSubject.event_id)).where(col(AuditSubject.staff_id) == staff_id)
    return _events(db, viewer, col(AuditEvent.id).in_(theirs), col(AuditEvent.object_kind).not_in(NEVER_TO_OTHERS))


def security_events(db: Session, *, viewer: Actor) -> list[Event] | None:
    """Accounts, roles, sign-ins, exports, settings: the latest first. None for those who have no such line."""
    if not any(rule.condition == "security_events" for rule in rules_for(viewer, Object.HISTORY, Action.READ)):
        return None
    begins = [col(AuditEvent.action).startswith(start, autoescape=True) for start in SECURITY_ACTIONS]
    rows = _rows(db, sa.or_(col(AuditEvent.object_kind).in_(SECURITY_KINDS), *begins))
    about = _subjects(db, viewer, rows)
    return [replace(_event(row, viewer), about=about.get(row.id or 0, "")) for row in rows]


def _events(db: Session, viewer: Actor, *which: sa.ColumnElement[bool]) -> list[Event]:
    """About one person: whom else an event was about, a group session's others, is not said."""
    return [_event(row, viewer) for row in _rows(db, *which)]


def _rows(db: Session, *which: sa.ColumnElement[bool]) -> Sequence[AuditEvent]:
    return db.exec(select(AuditEvent).where(*which).order_by(col(AuditEvent.id).desc()).limit(MOST)).all()


def _event(row: AuditEvent, viewer: Actor) -> Event:
    return Event(row.at, row.by_name, action_in_words(row.action), is_own=row.by_staff_id == viewer.staff_id)


def _subjects(db: Session, viewer: Actor, rows: Sequence[AuditEvent]) -> dict[int, str]:
    """Whom each event is about: only people whose names the viewer may read, and nobody for what is only for those
    concerned."""
    events = [row.id for row in rows if row.object_kind not in NEVER_TO_OTHERS]
    subject = AuditSubject
    found = db.execute(
        sa.select(col(subject.event_id), col(Staff.full_name))
        .join(Staff, col(Staff.id) == col(subject.staff_id))
        .where(col(subject.event_id).in_(events), col(subject.staff_id).in_(people_within(viewer, Object.PERSON)))
        .order_by(col(Staff.full_name))
    )
    names: dict[int, list[str]] = defaultdict(list)
    for event_id, name in found:
        names[event_id].append(name)
    return {event_id: ", ".join(all_of_them) for event_id, all_of_them in names.items()}


PAST = {
    "make": "made",
    "give": "gave",
    "write": "wrote",
    "read": "read",
    "see": "saw",
    "drop": "dropped",
    "set": "set",
    "reset": "reset",
    "plan": "planned",
    "hold": "gave",
    "override": "waived or extended",
    "take": "took",
    "put": "put",
    "send": "sent",
    "skip": "skipped",
    "cancel": "cancelled",
    "withdraw": "withdrew",
}
WORDS = {
    "agree_plan_action": "agreed an action of a review",
    "change_plan_action": "changed an action of a review",
    "mark_plan_action_done": "marked an action of a review done",
    "close_plan_action": "closed an action of a review",
    "send_back_plan_action": "sent back an action of a review",
    "withdraw_plan_action": "withdrew an action of a review",
    "sign_in": "signed in",
    "sign_in_failed": "failed to sign in",
    "sign_out": "signed out",
    "grant_role": "entered a role",
    "request_role": "asked for a role",
    "approve_grant": "approved a role",
    "refuse_grant": "refused a role",
    "end_grant": "ended a role",
    "code_awaited": "gave the password, not yet the code",
    "start_service": "started the service",
    "refused_emergency_access": "was refused emergency access",
    "attendance_confirmed": "confirmed an attendance",
    "attendance_disputed": "disputed an attendance",
    "hand_over": "handed over agreement",
    "take_back_end": "took back the end of a post",
    "ask_of_person": "asked something of one person alone",
    "end_asking": "ended what was asked of one person alone",
    "let_read_former_records": "let the new supervisor read former records",
    "withdraw_former_records": "took back that the new supervisor may read former records",
    "grant_role_at_once": "entered a role that nobody could approve",
    "send_in_statement": "sent in a statement of supervision",
    "correct_statement": "corrected a statement of supervision",
    "withdraw_statement": "took back a statement of supervision",
    "check_statement": "checked a statement of supervision",
    "return_statement": "returned a statement of supervision",
    "void_statement": "voided a statement of supervision",
    "sign_as_observer": "signed what they observed",
    "stand_back": "noted that an observer did not observe",
    "record_feedback": "noted that feedback was given",
    "name_third_person": "named a third person for a dispute",
    "settle_dispute": "settled a disputed attendance",
    "answer_serves_me": "answered how supervision serves them",
    "add_evidence_files": "added a file to a training record",
    "read_evidence_file": "opened a file of a training record",
}


def action_in_words(action: str) -> str:
    """`end_agreement` → "ended agreement", unless there are better words."""
    verb, _, rest = action.partition("_")
    regular = verb if verb.endswith("ed") else f"{verb}d" if verb.endswith("e") else f"{verb}ed"
    return WORDS.get(action, f"{PAST.get(verb, regular)} {rest.replace('_', ' ')}".strip())
