"""A row as a line of what was kept: a person of the staff list, a completion, a registration, somebody at a session."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tcsuper.readers.sheets import meanings
from tcsuper.readers.sheets.body import Row
from tcsuper.readers.sheets.cells import key
from tcsuper.readers.sheets.findings import KEEP_OUT, Gone, quoted
from tcsuper.readers.sheets.reader import Choices, Reader, by_key
from tcsuper.rules.importing import (
    Column,
    Known,
    Line,
    RegistrationLine,
    SheetKind,
    StaffLine,
    SupervisionLine,
    TrainingLine,
)

MOST_HOURS_A_WEEK = 80
_HOURS = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(?:h|hrs?|hours?)?(?:\s*(?:/|per|a)\s*w(?:ee)?k|\s*pw)?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})[:.]?(\d{2})?(?::\d{2})?\s*([ap]\.?m\.?)?(?:\s*(?:-|–|to).*)?", re.IGNORECASE)


@dataclass(frozen=True)
class KnownBy:
    """What the service knows, by the key of each name, and what to offer for a name that it does not."""

    courses: Mapping[str, str]
    bodies: Mapping[str, str]
    roles: Mapping[str, str]
    communities: Mapping[str, str]
    purposes: Mapping[str, str]
    groups: Mapping[str, str]
    choices: Mapping[str, Choices]


NAMED = ("courses", "bodies", "roles", "communities", "purposes", "groups")


def known_by(known: Known) -> KnownBy:
    each = {name: getattr(known, name) for name in NAMED}
    return KnownBy(
        **{name: by_key(one) for name, one in each.items()},
        choices={name: Choices(one, known.shown) for name, one in each.items()},
    )


class RowReader:
    """The cells of one row at a time, by column. `is_spoilt`: something in it is a problem, a question or left out."""

    def __init__(self, reader: Reader, known: KnownBy) -> None:
        self.reader, self.known = reader, known
        self.places = {says: at for at, says in sorted(reader.columns.says.items(), reverse=True)}
        self.row = Row(0, ())
        self.is_spoilt = self.is_aside = False

    def begin(self, row: Row) -> None:
        self.row, self.is_spoilt, self.is_aside = row, False, False
        if self.reader.told.cells:
            texts = [self.reader.mended(row.number, at, text) if at < len(self.reader.columns.texts) else text
                     for at, text in enumerate(row.texts)]  # fmt: skip
            self.row = Row(row.number, texts)
            self.is_spoilt = any(self.reader.is_kept_out(row.number, at, text)
                                 for at, text in enumerate(texts) if text == KEEP_OUT[0])  # fmt: skip

    def text(self, column: Column) -> str:
        at = self.places.get(str(column))
        return self.row.texts[at] if at is not None and at < len(self.row.texts) else ""

    def heading(self, column: Column) -> str:
        at = self.places.get(str(column))
        return self.reader.columns.texts[at] if at is not None else ""

    def person(self) -> str:
        return " ".join(text for at in self.reader.columns.person if (text := self.row.texts[at]))

    def _value(self, column: Column, is_needed: bool, read: Callable[[int, str], Any]) -> Any:
        """None where nothing stands, or nothing that can be taken in: then the row is spoilt."""
        at = self.places.get(str(column))
        found = read(at, self.text(column)) if at is not None else Gone.BLANK
        if found is Gone.BLANK:
            if is_needed:
                self.wrong(column, "nothing stands here, and it is needed. Write it, or leave the row out.")
            return None
        if isinstance(found, Gone):
            self.is_spoilt = True
            self.is_aside = self.is_aside or found is Gone.ASIDE
            return None
        return found

    def wrong(self, column: Column, what: str) -> None:
        self.is_spoilt = True
        self.reader.findings.problem(self.row.number, self.heading(column), self.text(column), what)

    def aside(self, column: Column, what: str) -> None:
        self.is_spoilt = True
        self.reader.findings.left_aside(self.row.number, self.heading(column), self.text(column), what)

    def day(self, column: Column, is_needed: bool = False, is_past: bool = False, is_completion: bool = False) -> Any:
        def read(at: int, text: str) -> date | Gone:
            return self.reader.day(self.row.number, at, text, is_past, is_completion)

        return self._value(column, is_needed, read)

    def code(self, column: Column, known: str, what: str, is_needed: bool = False) -> Any:
        if self.is_aside:
            return None

        def read(at: int, text: str) -> str | Gone:
            return self.reader.code(
                self.row.number, at, text, getattr(self.known, known), what, self.known.choices[known]
            )

        return self._value(column, is_needed, read)

    def one_of(self, column: Column, words: Mapping[str, str], what: str) -> Any:
        return self._value(column, False, lambda at, text: self.reader.one_of(self.row.number, at, text, words, what))

    def minutes(self, is_needed: bool) -> Any:
        return self._value(Column.MINUTES, is_needed, lambda at, text: self.reader.minutes(self.row.number, at, text))


def line_of(kind: SheetKind, row: RowReader) -> Line | None:
    """None: nothing to take in, and why is said."""
    if row.is_spoilt:
        return None
    found = _LINES[kind](row)
    return None if row.is_spoilt else found


def _staff(row: RowReader) -> Line | None:
    person = row.person()
    if key(person) in meanings.VACANT or (not row.text(Column.STARTED_ON) and "vacan" in person.lower()):
        row.aside(Column.PERSON, f"{quoted(person)} is a post without anybody in it")
        return None
    started, ended = row.day(Column.STARTED_ON, is_needed=True), row.day(Column.ENDED_ON)
    if started and ended and ended < started:
        row.wrong(Column.ENDED_ON, "they ended before they started. Correct one of the two days.")
    return StaffLine(
        where=row.reader.findings.where(row.row.number),
        person=person,
        staff_number=row.text(Column.STAFF_NUMBER),
        role=row.code(Column.ROLE, "roles", "no role", is_needed=True),
        community=row.code(Column.COMMUNITY, "communities", "no community", is_needed=True),
        started_on=started,
        ended_on=ended,
        hours_a_week=_hours(row),
        email=row.text(Column.EMAIL),
        line_manager=row.text(Column.LINE_MANAGER),
    )


def _hours(row: RowReader) -> float | None:
    text = row.text(Column.HOURS_A_WEEK)
    if not text or meanings.meaning(text) is meanings.Meaning.NOT_KNOWN:
        return None
    if found := re.fullmatch(r"(\d{1,2}):([0-5]\d)", text):
        return int(found[1]) + int(found[2]) / 60
    number = _HOURS.fullmatch(text)
    hours = float(number[1].replace(",", ".")) if number else 0
    if 0 < hours <= MOST_HOURS_A_WEEK:
        return hours
    row.wrong(Column.HOURS_A_WEEK, f"{quoted(text)} is no number of hours in a week. Use 37 or 18.5.")
    return None


def _training(row: RowReader) -> Line | None:
    result = _result(row)
    if row.is_spoilt:
        return None
    completed = row.day(Column.COMPLETED_ON, is_needed=True, is_past=True, is_completion=True)
    expires = row.day(Column.EXPIRES_ON)
    if completed and expires and expires < completed:
        row.wrong(Column.EXPIRES_ON, "it ends before it was completed. Correct one of the two days.")
    return TrainingLine(
        where=row.reader.findings.where(row.row.number),
        person=row.person(),
        staff_number=row.text(Column.STAFF_NUMBER),
        course=row.code(Column.COURSE, "courses", "no course", is_needed=True),
        completed_on=completed,
        expires_on=expires,
        result=result or "passed",
        certificate=row.text(Column.CERTIFICATE),
    )


def _result(row: RowReader) -> str | None:
    text = row.text(Column.RESULT)
    said = meanings.meaning(text) if text else None
    if said in (meanings.Meaning.BOOKED, meanings.Meaning.NOT_DONE) and key(text) not in meanings.RESULTS:
        row.aside(Column.RESULT, f"{quoted(text)} {meanings.ASIDE[said]}")
        return None
    found: str | None = row.one_of(Column.RESULT, meanings.RESULTS, "result")
    return found


def _registration(row: RowReader) -> Line | None:
    registered = row.day(Column.REGISTERED_ON, is_needed=True, is_past=True)
    expires, ended = row.day(Column.EXPIRES_ON), row.day(Column.ENDED_ON)
    if registered and expires and expires < registered:
        row.wrong(Column.EXPIRES_ON, "it ends before it began. Correct one of the two days.")
    if registered and ended and ended < registered:
        row.wrong(Column.ENDED_ON, "it ended before it began. Correct one of the two days.")
    return RegistrationLine(
        where=row.reader.findings.where(row.row.number),
        person=row.person(),
        staff_number=row.text(Column.STAFF_NUMBER),
        body=row.code(Column.BODY, "bodies", "no body", is_needed=True),
        registered_on=registered,
        expires_on=expires,
        ended_on=ended,
        grade=row.text(Column.GRADE),
        number=row.text(Column.REGISTRATION_NUMBER),
        membership_number=row.text(Column.MEMBERSHIP_NUMBER),
    )


def _supervision(row: RowReader) -> Line | None:
    status = _attendance(row)
    if row.is_spoilt:
        return None
    minutes = row.minutes(is_needed=status not in meanings.ABSENT)
    if minutes == 0 and status not in meanings.ABSENT:
        row.wrong(Column.MINUTES, "no time at all is no supervision. Write how long it was, or leave the row out.")
    supervisor = row.text(Column.SUPERVISOR)
    if not supervisor:
        row.wrong(Column.SUPERVISOR, "no supervisor is named. Write a name, or leave the row out.")
    group = row.text(Column.GROUP)
    return SupervisionLine(
        where=row.reader.findings.where(row.row.number),
        person=row.person(),
        staff_number=row.text(Column.STAFF_NUMBER),
        held_on=row.day(Column.HELD_ON, is_needed=True, is_past=True),
        minutes=minutes or 0,
        supervisor=supervisor,
        starts_at=_clock(row),
        group=row.known.groups.get(key(group), group),
        purpose=row.code(Column.PURPOSE, "purposes", "no purpose of supervision") or "",
        form=row.one_of(Column.FORM, meanings.FORMS, "form") or "",
        status=status or "attended",
    )


def _attendance(row: RowReader) -> str | None:
    text = row.text(Column.ATTENDANCE)
    if key(text) in meanings.NOT_HELD:
        row.aside(Column.ATTENDANCE, f"{quoted(text)} says that it was not held")
        return None
    if key(text) in meanings.APOLOGIES and key(text):
        return _asked_apologies(row, text)
    if text in ("✓", "✔", "☑", "✅", "√"):
        return "attended"
    found: str | None = row.one_of(Column.ATTENDANCE, meanings.ATTENDANCE, "attendance")
    return found


def _asked_apologies(row: RowReader, text: str) -> str | None:
    told = row.reader.told.words.get(text.lower())
    if told in meanings.ABSENT:
        return told
    choices = (
        ("apologies_leave", "Leave"),
        ("apologies_sickness", "Sickness"),
        ("apologies_operational", "Operational need"),
        ("left_out", "Leave these rows out"),
    )
    if told == KEEP_OUT[0]:
        row.aside(Column.ATTENDANCE, f"{quoted(text)} {meanings.ASIDE[meanings.Meaning.LEFT_OUT]}")
        return None
    row.is_spoilt = True
    row.reader.findings.ask(row.row.number, row.heading(Column.ATTENDANCE), text, f"words:{text.lower()}",
                            "does not say why. What was the reason?", choices)  # fmt: skip
    return None


def _clock(row: RowReader) -> str:
    """14:00, of 2pm, 14.00, 1400 and 14:00-15:30; a day with its time gives the time."""
    text = row.text(Column.STARTS_AT).rpartition(" ")[2] if "-" in row.text(Column.STARTS_AT)[:8] else \
        row.text(Column.STARTS_AT)  # fmt: skip
    if not text:
        return ""
    if found := _CLOCK.fullmatch(text.strip()):
        hour, minute = int(found[1]), int(found[2] or 0)
        half = (found[3] or "").lower().replace(".", "")
        hour += 12 if half == "pm" and hour < 12 else -12 if half == "am" and hour == 12 else 0
        if hour < 24 and minute < 60:
            return f"{hour:02d}:{minute:02d}"
    row.wrong(Column.STARTS_AT, f"{quoted(text)} is no time of day. Use 14:00.")
    return ""


_LINES: Mapping[SheetKind, Callable[[RowReader], Line | None]] = {
    SheetKind.STAFF: _staff,
    SheetKind.TRAINING_LOG: _training,
    SheetKind.REGISTRATIONS: _registration,
    SheetKind.SUPERVISION_LOG: _supervision,
}
