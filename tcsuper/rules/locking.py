"""When a shared record is locked: once everybody concerned has signed its last version, or when its time has run out.

Source: security contract, section 2 ("locks when both have signed, or 14 days after it was shared; afterwards only
addenda"). The fourteenth day still counts as open, as every last day does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tcsuper.words import LONDON

OPEN_FOR = timedelta(days=14)
"""How long after it was first shared a record can still be changed (product default)."""


@dataclass(frozen=True, slots=True)
class Register:
    """Who was recorded present, from one version of the attendance register to the next."""

    since: datetime
    present: frozenset[int]


@dataclass(frozen=True, slots=True)
class Lock:
    since: date
    all_signed: bool
    """Otherwise the fourteen days had gone by."""


def open_until(shared_at: datetime) -> date:
    """The last day on which it can be changed, if it is not signed by all before."""
    return _day(shared_at) + OPEN_FOR


def lock_of(
    shared_at: datetime | None,
    supervisor_id: int,
    registers: Sequence[Register],
    signed: Mapping[int, datetime],
    on: date,
) -> Lock | None:
    """The lock on a day; None while it can be changed. A draft (`shared_at` empty) is never locked.

    `registers`: every version of the attendance register, oldest first; `signed`: who signed the last version of the
    words, and when. All have signed as soon as nobody is missing from those present *at that moment*: somebody added to
    the register later reads the record, and does not open it again for changes.
    """
    if shared_at is None:
        return None
    runs_out = open_until(shared_at) + timedelta(days=1)
    complete = _all_signed_at(supervisor_id, registers, signed)
    if complete is not None and _day(complete) < runs_out:
        return Lock(_day(complete), all_signed=True)
    return Lock(runs_out, all_signed=False) if on >= runs_out else None


def _all_signed_at(
    supervisor_id: int, registers: Sequence[Register], signed: Mapping[int, datetime]
) -> datetime | None:
    """The first moment at which supervisor and all who were then recorded present had signed."""
    for moment in sorted({*signed.values(), *(register.since for register in registers)}):
        in_force = [register for register in registers if register.since <= moment]
        needed = {supervisor_id} | (in_force[-1].present if in_force else frozenset())
        if in_force and all(person in signed and signed[person] <= moment for person in needed):
            return moment
    return None


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
