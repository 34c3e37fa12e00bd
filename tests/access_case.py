"""What an entry of the access test is: see tests/access_cases.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import COUNTED, Action, Actor, Object, Shape
from tcsuper.clock import today
from tests.access_oracle import B, C
from tests.people import Cast

__all__ = ["ANYBODY", "COUNTED", "FULL", "PLACES", "SEEN", "YESTERDAY", "Case", "own", "place_id"]

YESTERDAY = today() - timedelta(days=1)
FULL, SEEN = (Shape.FULL,), (Shape.FULL, Shape.STATUS)
PLACES = (B, C)
ANYBODY = ("",)
"""The subject of what is about nobody: whoever has the line at all may do it."""

Attempt = Callable[[Session, Actor, Cast, str], Any]


@dataclass(frozen=True)
class Case:
    """`attempt(db, by, cast, subject)` in a transaction that is rolled back. It is refused with NotAllowed, or gives
    False where a query leaves the subject out; anything else is "may". The subject is a person, a community, or
    nobody."""

    what: Object
    action: Action
    attempt: Attempt
    shapes: tuple[Shape, ...] = FULL
    leave_out: tuple[str, ...] = ("by_import",)
    """Conditions of the table that are not fulfilled in this attempt."""
    subjects: tuple[str, ...] = ("Ben", "Cai")
    party: dict[str, str] | None = None
    """By subject: who observed or supervised what the attempt is about. None: whoever acts."""
    only: Callable[[str, str], bool] | None = None
    """Narrower than the line: of those it lets, only these (actor, subject)."""
    or_as: Action | None = None
    """The line of this action lets them as well."""
    complains: bool = False
    """Allowed is where it comes to InvalidRecord: the attempt can go no further."""


def own(actor: str, subject: str) -> bool:
    """For what serves the person themselves, whatever else the table would give others."""
    return actor == subject


def place_id(cast: Cast, place: str) -> int:
    return {B: cast.community_b, C: cast.community_c}[place]
