"""How long a guesser waits, and how long a sign-in lasts (security, section 5)."""

import hashlib
from datetime import datetime, timedelta

SLOW_FROM, LOCKED_FROM = 5, 10
"""Consecutive failures for one typed name."""


def name_key(username: str) -> str:
    """What failures are counted under: names that were only typed are not kept readable."""
    return hashlib.sha256(username.encode()).hexdigest()


def must_wait(failures: int, last_failed_at: datetime | None, at: datetime) -> bool:
    """1, 2, 4, 8, 16 seconds from the fifth failure on; from the tenth until an administrator unlocks."""
    if failures < SLOW_FROM or last_failed_at is None:
        return False
    return failures >= LOCKED_FROM or at < last_failed_at + timedelta(seconds=2 ** (failures - SLOW_FROM))


def is_over(started_at: datetime, seen_at: datetime, at: datetime, idle_minutes: float, hours: float) -> bool:
    return at > min(seen_at + timedelta(minutes=idle_minutes), started_at + timedelta(hours=hours))
