"""The monthly return: one page of figures for a director, or for a therapy manager about their own communities. Made at
their click, with a number of its own; leaves one event."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from tcsuper.access import COUNTED, Actor, Object, acting, communities_within
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Role
from tcsuper.queries.monthly_return import MONTHS_OFFERED, MonthlyReturn, monthly_return, months_to_return
from tcsuper.services.exports import Entry, enter_export

MADE_FOR = frozenset({Role.DIRECTOR, Role.THERAPY_MANAGER})


@dataclass(frozen=True)
class Sheet:
    """What is at the foot of the page: which sheet this is, and when it was made. The number also keeps the file's
    address from being guessed."""

    number: str
    printed_at: datetime


def may_make_monthly_return(by: Actor) -> bool:
    """Whether somebody answers for communities; reading their figures, as an auditor does, is not enough."""
    return bool(communities_within(_answering(by), Object.TEAM_CHART, shapes=COUNTED))


def _answering(by: Actor) -> Actor:
    """The same person in these roles alone: what they see as something else is no part of it."""
    return replace(by, roles=by.roles & MADE_FOR)


def monthly_return_for(db: Session, *, by: Actor, first: date) -> MonthlyReturn:
    """Of the month that begins on this day. Only reads: with many people it takes some seconds, in which nobody who
    saves is held up."""
    by = acting(db, by)
    _check(by, first)
    return monthly_return(db, viewer=_answering(by), first=first)


def make_monthly_return(db: Session, *, by: Actor, found: MonthlyReturn) -> Sheet:
    """Somebody takes what was just read for them. Refused where they may see less than they did then."""
    fresh = acting(db, by)
    _check(fresh, found.first)
    if fresh != by:
        raise NotAllowed("What you may see changed meanwhile. Open the page again, then make the return.")
    drawn = secrets.token_hex(8).upper()
    sheet = Sheet("-".join(drawn[at : at + 4] for at in range(0, 16, 4)), now())
    entry = Entry(
        "Monthly return",
        sheet.number,
        rows=len(found.communities),
        as_at=found.on,
        since=found.first,
        until=found.on,
        form="counts",
    )
    enter_export(
        db,
        by=fresh,
        action="make_monthly_return",
        entry=entry,
        made_at=sheet.printed_at,
        object_kind="sheet",
        month=found.first.isoformat(),
        communities=len(found.communities),
    )
    return sheet


def _check(by: Actor, first: date) -> None:
    if not may_make_monthly_return(by):
        raise NotAllowed
    if first not in months_to_return(by.on):
        raise InvalidRecord(month=f"Choose one of the last {MONTHS_OFFERED} months that are over.")
