"""Sheets of paper: registers to sign in the room, and the week's protected time for the detail office. Each is made for
one person at their click, carries a number of its own, and leaves an event."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from tcsuper.access import Actor, acting
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord
from tcsuper.queries.planned import ProtectedTime, Register, planned_register, protected_time, register_to_print
from tcsuper.rules.series import week_of
from tcsuper.services.exports import Entry, enter_export

MOST_REGISTERS = 60


@dataclass(frozen=True)
class Sheet:
    """What is at the foot of every page: which sheet this is, and when it was printed. The number also keeps the
    file's address from being guessed."""

    number: str
    printed_at: datetime


def print_registers(db: Session, *, by: Actor, record_ids: Sequence[UUID]) -> tuple[Sheet, list[Register]]:
    """The registers of planned sessions, one page each, by day and time."""
    by = acting(db, by)
    if not 1 <= len(record_ids) <= MOST_REGISTERS:
        raise InvalidRecord(record_ids=f"Choose 1 to {MOST_REGISTERS} sessions.")
    registers = [planned_register(db, viewer=by, record_id=record_id) for record_id in record_ids]
    registers.sort(key=lambda one: (one.held_on, one.starts_at, one.title))
    return _registers_printed(db, by, registers), registers


def print_register(db: Session, *, by: Actor, agreement_id: int, held_on: date) -> tuple[Sheet, list[Register]]:
    """The register of an agreement for a day, planned or not."""
    by = acting(db, by)
    registers = [register_to_print(db, viewer=by, agreement_id=agreement_id, held_on=held_on)]
    return _registers_printed(db, by, registers), registers


def _registers_printed(db: Session, by: Actor, registers: Sequence[Register]) -> Sheet:
    entry = Entry("Registers to sign", rows=len(registers), since=registers[0].held_on, until=registers[-1].held_on)
    return _printed(
        db,
        by,
        "print_register",
        entry,
        registers=len(registers),
        names=sum(len(one.people) for one in registers),
        first_on=registers[0].held_on.isoformat(),
        last_on=registers[-1].held_on.isoformat(),
    )


def print_week_sheet(db: Session, *, by: Actor, monday: date) -> tuple[Sheet, list[ProtectedTime]]:
    """Who must be free when in one week; empty when nobody must."""
    by = acting(db, by)
    if monday != week_of(monday):
        raise InvalidRecord(monday="A week sheet begins on a Monday.")
    times = protected_time(db, viewer=by, monday=monday)
    names = {name for one in times for name in one.people}
    entry = Entry("Protected time of a week", rows=len(times), since=monday, until=monday + timedelta(days=6))
    counted = dict(monday=monday.isoformat(), times=len(times), names=len(names))
    return _printed(db, by, "print_week_sheet", entry, **counted), times


def _printed(db: Session, by: Actor, action: str, entry: Entry, **counted: Any) -> Sheet:
    drawn = secrets.token_hex(8).upper()
    sheet = Sheet("-".join(drawn[at : at + 4] for at in range(0, 16, 4)), now())
    entry = replace(entry, number=sheet.number)
    enter_export(db, by=by, action=action, entry=entry, made_at=sheet.printed_at, object_kind="sheet", **counted)
    return sheet
