"""How long a guesser waits, who gives a code, and how long a sign-in lasts (security, section 5)."""

import hashlib
import hmac
import ipaddress
from collections.abc import Set
from datetime import datetime, timedelta

import pyotp

from tcsuper.models import Role

SHORTER_IDLE = frozenset({Role.THERAPY_MANAGER, Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR})
GIVES_A_CODE = SHORTER_IDLE | {Role.EXTERNAL_SUPERVISOR}
"""Whose roles ask for a second factor; everybody else may set one up."""

# ---------------------------------------------------------------------------------------------------------------------
# Failures

SLOW_FROM, LOCKED_FROM = 5, 10
"""Consecutive failures for one typed name."""
ADDRESS_SLOW_FROM, ADDRESS_FORGETS_EVERY, ADDRESS_WAITS_AT_MOST = 30, timedelta(minutes=2), 8
"""Failures from one address, whatever the names. One is forgotten every two minutes, so thirty within an hour are the
most that never make anybody wait. A whole prison may share an address: it is never locked."""


def name_key(username: str) -> str:
    """What failures are counted under: names that were only typed are not kept readable."""
    return hashlib.sha256(username.encode()).hexdigest()


def address_key(address: str) -> str:
    """The same for a browser's address. A typed name is counted in small letters, so it can never be this key. One
    household or site holds a whole /64 of the newer, longer addresses. Empty when there is no address."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if known.version == 6:
        known = known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False).network_address
    return hashlib.sha256(f"ADDRESS {known}".encode()).hexdigest()


def must_wait(failures: int, last_failed_at: datetime | None, at: datetime) -> bool:
    """1, 2, 4, 8, 16 seconds from the fifth failure on; from the tenth until an administrator unlocks."""
    if failures < SLOW_FROM or last_failed_at is None:
        return False
    return failures >= LOCKED_FROM or at < last_failed_at + timedelta(seconds=2 ** (failures - SLOW_FROM))


def address_must_wait(failures: int, last_failed_at: datetime | None, at: datetime) -> bool:
    """1 second after a failure from the thirtieth on, 2 from the sixtieth, then 4, then 8, and no more."""
    failures = still_counted(failures, last_failed_at, at)
    if failures < ADDRESS_SLOW_FROM or last_failed_at is None:
        return False
    seconds = min(2 ** (failures // ADDRESS_SLOW_FROM - 1), ADDRESS_WAITS_AT_MOST)
    return at < last_failed_at + timedelta(seconds=seconds)


def still_counted(failures: int, last_failed_at: datetime | None, at: datetime) -> int:
    """An address's failures after what was forgotten since the last."""
    if last_failed_at is None:
        return 0
    return max(0, failures - int((at - last_failed_at) / ADDRESS_FORGETS_EVERY))


# ---------------------------------------------------------------------------------------------------------------------
# Codes

STEP_SECONDS = 30


def matching_step(seed: str, typed: str, at: datetime, last_step: int) -> int | None:
    """The time step whose code was typed: this one, the one before or the next, for clocks that are not quite right.
    None for a wrong code, and for one that was used already or is older than it."""
    given, this_step = "".join(typed.split()).encode(), int(at.timestamp()) // STEP_SECONDS
    codes = pyotp.TOTP(seed)
    for step in (this_step - 1, this_step, this_step + 1):
        if hmac.compare_digest(codes.at(step * STEP_SECONDS).encode(), given) and step > last_step:
            return step
    return None


# ---------------------------------------------------------------------------------------------------------------------
# Time


def idle_setting(roles: Set[Role]) -> str:
    """The service's own number that says how long these people may be idle."""
    return "idle_minutes_privileged" if roles & SHORTER_IDLE else "idle_minutes"


def ends_at(started_at: datetime, seen_at: datetime, idle_minutes: float, hours: float) -> datetime:
    return min(seen_at + timedelta(minutes=idle_minutes), started_at + timedelta(hours=hours))


def is_over(started_at: datetime, seen_at: datetime, at: datetime, idle_minutes: float, hours: float) -> bool:
    return at > ends_at(started_at, seen_at, idle_minutes, hours)


def is_fresh(said_at: object, at: datetime) -> bool:
    """Of what another service says happened at this second (since 1970): within five minutes, clocks a minute apart."""
    if isinstance(said_at, bool) or not isinstance(said_at, int | float):
        return False
    return -60 <= at.timestamp() - said_at <= 300
