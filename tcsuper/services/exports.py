"""Tables that somebody takes away as a file, where the access table lets them.

Each reads anew through the query that its screen reads through, leaves out whom they may not take away, and leaves one
event with counts. What they were shown (`shown`) can only make it less.
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import Action, Actor, Object, Shape, acting, communities_within, people_within, rules_for
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Attendance, SessionState, SupervisionSession
from tcsuper.queries.accounts import ROLE_WORDS
from tcsuper.queries.compliance import Judged, compliance_months
from tcsuper.queries.due import LostBy, lost_sessions
from tcsuper.queries.standing import Row, community_names
from tcsuper.queries.supervision import session_log
from tcsuper.queries.team import figures_as_at, kinds_by_community, supervision_rate_by_month
from tcsuper.queries.training import training_seen
from tcsuper.reports.workbook import check_length
from tcsuper.settings import service_number

if TYPE_CHECKING:
    import pandas as pd

What = TypeVar("What")


@dataclass(frozen=True)
class TakenAway(Generic[What]):
    """What may be taken away, and what its file says of itself. The number keeps the file's address from being
    guessed, and is in the event."""

    what: What
    number: str
    made_at: datetime
    made_for: str
    """By role, not by name: "Therapy manager, Ashwood and Beech"."""


def export_session_log(
    db: Session, *, by: Actor, since: date, until: date, states: Collection[SessionState] = ()
) -> "TakenAway[pd.DataFrame]":
    """The sessions of these days, in these states (none: in any), at which somebody was whose log may be taken away. As
    `session_log` gives them."""
    by = acting(db, by)
    made_for = _made_for(db, by, Object.SESSION_LOG)
    if since > until:
        raise InvalidRecord(since="The period ends before it begins. No file was made.")
    log = session_log(db, viewer=by, since=since, until=until)
    there = _attended(db, by, since, until)
    log = log[log["session_id"].isin(list(there))]
    if states:
        log = log[log["state"].isin(list(states))]
    check_length(len(log))
    about = set().union(*(there[number] for number in log["session_id"]))
    dates = dict(since=since.isoformat(), until=until.isoformat())
    return _taken(db, by, "session_log", log, made_for, about, sessions=len(log), **dates)


def export_supervision_months(
    db: Session, *, by: Actor, on: date, shown: Collection[tuple[int, str]]
) -> TakenAway[list[Judged]]:
    """The months of the people and minima that were shown (staff id, title of the minimum), by name and month."""
    by = acting(db, by)
    made_for = _made_for(db, by, Object.SESSION_LOG)
    rows = [row for row in _months(db, by, on) if (row.staff_id, row.minimum.title) in set(shown)]
    check_length(len(rows))
    people = {row.staff_id for row in rows}
    return _taken(db, by, "supervision_months", rows, made_for, people, people=len(people), on=on.isoformat())


@dataclass(frozen=True)
class Compliance:
    """The months that rates are made of, and the sessions lost as `lost_sessions` counts them: None where they are of
    too few people."""

    months: list[Judged]
    lost: "pd.DataFrame | None"


def export_compliance(
    db: Session,
    *,
    by: Actor,
    on: date,
    months: int = 3,
    community_id: int | None = None,
    lost_by: LostBy = LostBy.CAUSE,
) -> TakenAway[Compliance]:
    """What the rates of compliance are made of, and the sessions lost in the last `months`: counts, no names."""
    by = acting(db, by)
    made_for = _made_for(db, by, Object.SESSION_LOG)
    rows = _months(db, by, on)
    lost = lost_sessions(db, viewer=by, on=on, months=months, community_id=community_id, by=lost_by)
    people = len({row.staff_id for row in rows})
    return _taken(db, by, "compliance", Compliance(rows, lost), made_for, people=people, on=on.isoformat())


def export_training(db: Session, *, by: Actor, on: date, shown: Collection[tuple[int, str]]) -> TakenAway[list[Row]]:
    """The standings that were shown (staff id, title of the requirement) of those whose training record may be taken
    away, by name and in the order of the courses."""
    by = acting(db, by)
    made_for = _made_for(db, by, Object.TRAINING_RECORD)
    theirs = set(db.scalars(people_within(by, Object.TRAINING_RECORD, Action.EXPORT)))
    seen, asked = training_seen(db, viewer=by, on=on), set(shown)
    rows = [row for row in seen.rows if row.staff_id in theirs and (row.staff_id, row.requirement) in asked]
    rows.sort(key=lambda row: (row.person, row.staff_id, seen.titles.index(row.requirement)))
    check_length(len(rows))
    people = {row.staff_id for row in rows}
    return _taken(db, by, "training", rows, made_for, people, people=len(people), rows=len(rows), on=on.isoformat())


@dataclass(frozen=True)
class TeamCounts:
    """Of each community: people who meet everything of a kind, as `kinds_by_community` counts them on the day that
    counts are given for, and the months of supervision, as `supervision_rate_by_month` does. Of too few people, met,
    duty and share are None."""

    on: date
    kinds: "pd.DataFrame"
    months: "pd.DataFrame"
    smallest: int


def export_team_counts(db: Session, *, by: Actor, on: date) -> TakenAway[TeamCounts]:
    """How communities stand as a whole, for whom the table gives counts to take away: of every kind from the smallest
    group up, whatever a screen may show."""
    by = acting(db, by)
    made_for = _made_for(db, by, Object.BULK_EXPORT, Shape.COUNTS)
    roles = {rule.role for rule in rules_for(by, Object.BULK_EXPORT, Action.EXPORT) if rule.shape is Shape.COUNTS}
    counting = replace(by, roles=frozenset(roles))  # what they see as something else is no part of it
    smallest = service_number(db, "smallest_group")
    kinds = _large_enough(kinds_by_community(db, viewer=counting, on=on), smallest)
    months = _large_enough(supervision_rate_by_month(db, viewer=counting, on=on), smallest)
    found = TeamCounts(figures_as_at(counting, on), kinds, months, smallest)
    return _taken(db, by, "team_counts", found, made_for, rows=len(kinds) + len(months), on=on.isoformat())


# ---------------------------------------------------------------------------------------------------------------------
# What all of them share


def _made_for(db: Session, by: Actor, what: Object, shape: Shape = Shape.FULL) -> str:
    """For whom by role and place; refused to whoever may take none of it away."""
    places = communities_within(by, what, Action.EXPORT, (shape,))
    if not places:
        raise NotAllowed
    roles = {rule.role for rule in rules_for(by, what, Action.EXPORT) if rule.shape is shape}
    named = words.listed(sorted(ROLE_WORDS[role] for role in roles if by.communities(role)))
    return f"{named}, {words.listed(sorted(community_names(db, places).values()))}"


def _months(db: Session, by: Actor, on: date) -> list[Judged]:
    theirs = set(db.scalars(people_within(by, Object.SESSION_LOG, Action.EXPORT)))
    return [row for row in compliance_months(db, viewer=by, on=on) if row.staff_id in theirs]


def _attended(db: Session, by: Actor, since: date, until: date) -> dict[int, set[int]]:
    """By session of these days, those on its register whose log may be taken away; without one it is not in it."""
    found: dict[int, set[int]] = {}
    rows = db.execute(
        sa.select(col(Attendance.session_id), col(Attendance.staff_id))
        .join(SupervisionSession, col(SupervisionSession.id) == col(Attendance.session_id))
        .where(
            col(SupervisionSession.held_on).between(since, until),
            col(Attendance.staff_id).in_(people_within(by, Object.SESSION_LOG, Action.EXPORT)),
        )
    )
    for session_id, staff_id in rows:
        found.setdefault(session_id, set()).add(staff_id)
    return found


def _large_enough(counts: "pd.DataFrame", smallest: int) -> "pd.DataFrame":
    few = counts["duty"].map(lambda duty: duty is not None and duty < smallest).astype(bool)
    counts = counts.copy()
    counts.loc[few, ["met", "duty", "share"]] = None
    return counts


def _taken(
    db: Session, by: Actor, name: str, what: What, made_for: str, about: Iterable[int] = (), **counted: Any
) -> TakenAway[What]:
    taken = TakenAway(what, secrets.token_hex(8).upper(), now(), made_for)
    record_event(
        db,
        by=by,
        action=f"export_{name}",
        object_kind="export",
        object_key=taken.number,
        about=about,
        **counted,
    )
    return taken
