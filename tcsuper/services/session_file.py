"""Sessions added from a file: read strictly, every problem named by its number and field, all of them or none.

A file is a JSON list of objects. Each has

- `state`: held, did_not_happen or planned; `held_on`: 2026-11-20
- `agreement`: its number; or `with`: the group, or the person (full name or code), and `purpose` if that leaves a doubt
- held: `starts_at` ("14:00"), `minutes`, `guests`, `ad_hoc`, `live`, and `attendance`: those for whom it is not simply
  "attended", each `person` (full name or code), `status`, `minutes` (late and left early), `presented_own_work`
- did_not_happen: `cancelled_by` and `lost_because`
- planned: `starts_at`, `minutes`

What may be left out is as on the page: the usual length, and everybody contracted that day was there. A held or lost
session takes the place of the one that was planned for that day.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor, acting
from tcsuper.audit import record_event
from tcsuper.errors import InvalidRecord, Refused
from tcsuper.models import (
    AttendanceStatus,
    CancelledBy,
    LostBecause,
    SessionState,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.session_file import agreement_with, people_by_name, planned_then, sessions_on
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import plan_session, record_lost_session, record_session

MOST_SESSIONS, MOST_NAMED = 500, 50
WHICH = {"state", "held_on", "agreement", "with", "purpose"}
KNOWN = {
    SessionState.HELD: WHICH | {"starts_at", "minutes", "guests", "ad_hoc", "live", "attendance"},
    SessionState.DID_NOT_HAPPEN: WHICH | {"cancelled_by", "lost_because"},
    SessionState.PLANNED: WHICH | {"starts_at", "minutes"},
}
OF_ATTENDANCE = {"person", "status", "minutes", "presented_own_work"}
MISSING = "This is missing."
Word = TypeVar("Word", bound=StrEnum)


def add_sessions(db: Session, *, by: Actor, rows: object) -> list[SupervisionSession]:
    """Each as its own service would: the rights are those of `by`. Raises InvalidRecord with everything that is wrong,
    at most fifty sentences and how many more."""
    by = acting(db, by)
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_SESSIONS:
        raise InvalidRecord(sessions=f"The file must be a list of 1 to {MOST_SESSIONS} sessions.")
    added, problems = [], {}
    for number, row in enumerate(rows, 1):
        try:
            added.append(_add(db, by, row))
        except InvalidRecord as refused:
            for name, sentence in refused.problems.items():
                problems[f"{number} {name}"] = f"Session {number}, {NAMES.get(name, name)}: {sentence}"
        except Refused as refused:
            problems[f"{number}"] = f"Session {number}: {refused}"
    if problems:
        raise InvalidRecord(**_first(problems))
    record_event(db, by=by, action="add_sessions", object_kind="supervision_session", sessions=len(added))
    return added


NAMES = {"entries": "attendance"}
"""By the services' words, the file's."""


def _first(problems: dict[str, str]) -> dict[str, str]:
    left = len(problems) - MOST_NAMED
    named = dict(list(problems.items())[:MOST_NAMED])
    return named | ({"more": f"And {words.count(left, 'more problem')}."} if left > 0 else {})


def _add(db: Session, by: Actor, row: object) -> SupervisionSession:
    fields = _Fields(row)
    state = fields.word("state", SessionState)
    held_on = fields.day("held_on")
    purpose, whom = fields.text("purpose"), fields.text("with")
    agreement_id = fields.number("agreement")
    if not fields.has("agreement") and not fields.has("with"):
        fields.problems["agreement"] = "Give the number of the agreement, or the group or person as “with”."
    fields.only(KNOWN.get(state, WHICH) if state else set(fields.row))
    details = _details(fields, state)
    fields.check()
    assert state is not None and held_on is not None
    if agreement_id is None:
        agreement_id = agreement_with(db, viewer=by, whom=whom, on=held_on, purpose=purpose)
    there = sessions_on(db, viewer=by, agreement_id=agreement_id, on=held_on)
    on: dict[str, Any] = {"by": by, "agreement_id": agreement_id, "held_on": held_on}
    if state is SessionState.PLANNED:
        _check_not_there(there, details["starts_at"])
        return plan_session(db, **on, **details)
    planned = planned_then(there, details.get("starts_at", ""))
    on["planned_record_id"] = planned.record_id if planned else None
    if state is SessionState.DID_NOT_HAPPEN:
        return record_lost_session(db, **on, **details)
    usual = planned.minutes if planned else db.get_one(SupervisionAgreement, agreement_id).usual_minutes
    details["minutes"] = details["minutes"] if details["minutes"] is not None else usual
    details["starts_at"] = details["starts_at"] or (planned.starts_at if planned else "")
    people = people_by_name(db, viewer=by, agreement_id=agreement_id, on=held_on)
    details["entries"] = _entries(people, details.pop("attendance"))
    return record_session(db, **on, **details)


def _details(fields: "_Fields", state: SessionState | None) -> dict[str, Any]:
    """What the service of this state asks for besides the agreement and the day."""
    if state is SessionState.DID_NOT_HAPPEN:
        return {
            "cancelled_by": fields.word("cancelled_by", CancelledBy),
            "lost_because": fields.word("lost_because", LostBecause),
        }
    details: dict[str, Any] = {"starts_at": fields.text("starts_at"), "minutes": fields.number("minutes")}
    if state is SessionState.HELD:
        details |= {
            "guests": fields.number("guests") or 0,
            "is_ad_hoc": fields.yes("ad_hoc"),
            "is_live": fields.yes("live"),
            "attendance": _attendance(fields),
        }
    return details


def _check_not_there(there: list[SupervisionSession], starts_at: str) -> None:
    if any(one.state is not SessionState.DID_NOT_HAPPEN and one.starts_at == starts_at for one in there):
        raise InvalidRecord(starts_at="A session of that day and time is planned or held already.")


# ---------------------------------------------------------------------------------------------------------------------
# Attendance


@dataclass(frozen=True)
class _Line:
    person: str
    status: AttendanceStatus
    minutes: int | None
    presented_own_work: bool


def _attendance(fields: "_Fields") -> list[_Line]:
    given = fields.row.get("attendance", [])
    if not isinstance(given, list):
        fields.problems["attendance"] = "This must be a list."
        return []
    lines = []
    for row in given:
        line = _Fields(row)
        line.only(OF_ATTENDANCE)
        person, status = line.text("person", is_needed=True), line.word("status", AttendanceStatus)
        minutes, presented = line.number("minutes"), line.yes("presented_own_work")
        for name, sentence in line.problems.items():
            fields.problems.setdefault("attendance", f"{person or 'Somebody'}, {name}: {sentence}")
        if status is not None:
            lines.append(_Line(person, status, minutes, presented))
    return lines


def _entries(people: dict[int, tuple[str, str]], lines: list[_Line]) -> list[Entry]:
    """The whole register: whoever is not named attended."""
    named: dict[int, _Line] = {}
    for line in lines:
        fits = [staff_id for staff_id, names in people.items() if line.person in names]
        if len(fits) != 1 or fits[0] in named:
            raise InvalidRecord(attendance=_whom(line.person, len(fits)))
        named[fits[0]] = line
    return [
        Entry(staff_id, one.status, one.minutes, one.presented_own_work)
        if (one := named.get(staff_id))
        else Entry(staff_id, AttendanceStatus.ATTENDED)
        for staff_id in people
    ]


def _whom(person: str, fits: int) -> str:
    if fits == 0:
        return f"“{person}” is not contracted to it that day."
    return f"“{person}” stands there twice." if fits == 1 else f"{fits} people are called “{person}”. Give the code."


# ---------------------------------------------------------------------------------------------------------------------
# Reading strictly


@dataclass
class _Fields:
    """One object of the file. What is of the wrong kind is a problem of its field, and nothing is guessed."""

    row: Any
    problems: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.row, dict):
            raise InvalidRecord(**{"the whole of it": "This must be an object with fields."})

    def has(self, name: str) -> bool:
        return self.row.get(name) is not None

    def check(self) -> None:
        if self.problems:
            raise InvalidRecord(**self.problems)

    def only(self, known: Collection[str]) -> None:
        for name in sorted(set(self.row) - set(known)):
            self.problems[f"“{name[:40]}”"] = "There is no such field here."

    def text(self, name: str, is_needed: bool = False) -> str:
        value = self.row.get(name)
        if isinstance(value, str) and len(value) <= 200 and (value.strip() or not is_needed):
            return value.strip()
        if value is not None:
            self.problems[name] = "This must be a short text in quotation marks."
        elif is_needed:
            self.problems[name] = MISSING
        return ""

    def number(self, name: str) -> int | None:
        value = self.row.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31):
            return value
        self.problems[name] = "This must be a whole number."
        return None

    def yes(self, name: str) -> bool:
        value = self.row.get(name, False)
        if not isinstance(value, bool):
            self.problems[name] = "This must be true or false."
        return value is True

    def day(self, name: str) -> date | None:
        value = self.row.get(name)
        if value is None:
            self.problems[name] = MISSING
            return None
        try:
            found = date.fromisoformat(value)
            if found.isoformat() == value:  # Python reads "20261120" and "2026-W47-5" as well
                return found
        except (TypeError, ValueError):
            pass
        self.problems[name] = f"“{str(value)[:40]}” is not a date. Use 2026-11-20."
        return None

    def word(self, name: str, kind: type[Word]) -> Word | None:
        value = self.row.get(name)
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        listed = words.listed([one.value for one in kind], "or")
        self.problems[name] = MISSING if value is None else f"“{str(value)[:40]}” must be {listed}."
        return None
