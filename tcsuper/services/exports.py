"""Tables that somebody takes away as a file, where the access table lets them.

Each reads anew through the query that its screen reads through, leaves out whom they may not take away, and leaves one
event with counts. What they were shown (`shown`) can only make it less.

Every file that is taken away, wherever it is made, is entered in the register of exports by `enter_export`: its row and
its event are one.
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
from tcsuper.models import Attendance, ExportEntry, SessionState, SupervisionSession
from tcsuper.queries.accounts import ROLE_WORDS
from tcsuper.queries.compliance import Judged, compliance_months, rates_by_role
from tcsuper.queries.due import LostBy, lost_sessions
from tcsuper.queries.over_time import Line
from tcsuper.queries.standing import Row, community_names
from tcsuper.queries.supervision import session_log
from tcsuper.queries.team import figures_as_at, supervision_rate_by_month
from tcsuper.queries.team_counts import ALL, of_large_groups
from tcsuper.queries.team_overview import Overview, changes_frame, overview, overview_frame
from tcsuper.queries.team_trend import trend_of
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


@dataclass(frozen=True)
class Entry:
    """What the register of exports says of a file. `title`: what it is, in words of the product's own. `number`: as the
    file itself says it; one is drawn where it says none. `handed_to`: to whom it was handed and what for, as somebody
    typed it. `form`: named, coded or counts. `digest`: SHA-256 of what it says."""

    title: str
    number: str = ""
    rows: int = 0
    made_for: str = ""
    as_at: date | None = None
    known_at: datetime | None = None
    since: date | None = None
    until: date | None = None
    community_ids: tuple[int, ...] = ()
    form: str = "named"
    marking: str = "OFFICIAL"
    handed_to: str = ""
    file_name: str = ""
    digest: str = ""


def enter_export(
    db: Session,
    *,
    by: Actor | None,
    action: str,
    entry: Entry,
    made_at: datetime | None = None,
    about: Iterable[int] = (),
    object_kind: str = "export",
    **counted: Any,
) -> ExportEntry:
    """Enter a file in the register of exports, with its event: for a service that has checked who acts, in the
    transaction in which it reads what they take. `by`: None is the command line on the server. `counted`: ids, dates
    and counts for the event; to whom it was handed stands in the register alone."""
    entry = entry if entry.number else replace(entry, number=secrets.token_hex(8).upper())
    stored = ExportEntry(
        number=entry.number,
        made_at=made_at or now(),
        made_by_id=by.staff_id if by else None,
        kind=action.removeprefix("export_"),
        title=entry.title,
        made_for=entry.made_for[:MADE_FOR_LENGTH],
        as_at=entry.as_at,
        known_at=entry.known_at,
        since=entry.since,
        until=entry.until,
        community_ids=sorted(entry.community_ids),
        form=entry.form,
        marking=entry.marking,
        handed_to=entry.handed_to,
        file_name=entry.file_name,
        digest=entry.digest,
        rows=entry.rows,
    )
    db.add(stored)
    db.flush()
    record_event(db, by=by, action=action, object_kind=object_kind, object_key=entry.number, about=about, **counted)
    return stored


MADE_FOR_LENGTH = 300


def export_session_log(
    db: Session, *, by: Actor, since: date, until: date, states: Collection[SessionState] = ()
) -> "TakenAway[pd.DataFrame]":
    """The sessions of these days, in these states (none: in any), at which somebody was whose log may be taken away. As
    `session_log` gives them."""
    by = acting(db, by)
    made_for = for_whom(db, by, Object.SESSION_LOG)
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
    entry = Entry("Session log", rows=len(log), since=since, until=until)
    return _taken(db, by, "session_log", log, made_for, entry, about, sessions=len(log), **dates)


def export_supervision_months(
    db: Session, *, by: Actor, on: date, shown: Collection[tuple[int, str]]
) -> TakenAway[list[Judged]]:
    """The months of the people and minima that were shown (staff id, title of the minimum), by name and month."""
    by = acting(db, by)
    made_for = for_whom(db, by, Object.SESSION_LOG)
    rows = [row for row in _months(db, by, on) if (row.staff_id, row.minimum.title) in set(shown)]
    check_length(len(rows))
    people = {row.staff_id for row in rows}
    entry = Entry("Supervision by person and month", rows=len(rows), as_at=on)
    return _taken(db, by, "supervision_months", rows, made_for, entry, people, people=len(people), on=on.isoformat())


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
    made_for = for_whom(db, by, Object.SESSION_LOG)
    rows = _months(db, by, on)
    lost = lost_sessions(db, viewer=by, on=on, months=months, community_id=community_id, by=lost_by)
    people = len({row.staff_id for row in rows})
    entry = Entry("How many met their supervision minimum", rows=len(rows), as_at=on, form="counts")
    return _taken(db, by, "compliance", Compliance(rows, lost), made_for, entry, people=people, on=on.isoformat())


def export_training(db: Session, *, by: Actor, on: date, shown: Collection[tuple[int, str]]) -> TakenAway[list[Row]]:
    """The standings that were shown (staff id, title of the requirement) of those whose training record may be taken
    away, by name and in the order of the courses."""
    by = acting(db, by)
    made_for = for_whom(db, by, Object.TRAINING_RECORD)
    theirs = set(db.scalars(people_within(by, Object.TRAINING_RECORD, Action.EXPORT)))
    seen, asked = training_seen(db, viewer=by, on=on), set(shown)
    rows = [row for row in seen.rows if row.staff_id in theirs and (row.staff_id, row.requirement) in asked]
    rows.sort(key=lambda row: (row.person, row.staff_id, seen.titles.index(row.requirement)))
    check_length(len(rows))
    people = {row.staff_id for row in rows}
    entry = Entry("Training by person and course", rows=len(rows), as_at=on)
    counted = dict(people=len(people), rows=len(rows), on=on.isoformat())
    return _taken(db, by, "training", rows, made_for, entry, people, **counted)


@dataclass(frozen=True)
class Counted:
    """Figures of groups of people as the screen has them, on the day that counts are given for; but not those of fewer
    than `smallest`, of whatever kind, nor any that would tell them: the table gives nobody such a figure to take."""

    on: date
    frame: "pd.DataFrame | None"
    """None: nothing of it may be given."""
    smallest: int

    @property
    def rows(self) -> int:
        return 0 if self.frame is None else len(self.frame)


def export_team_kinds(db: Session, *, by: Actor, on: date, community: int = ALL, role: int = ALL) -> TakenAway[Counted]:
    """Who meets what is required: `overview_frame` of the community and the role that were chosen."""
    by, counting, smallest = _counting(db, by)
    shown = _large_groups(overview(db, viewer=counting, on=on), smallest)
    _check_chosen(shown, community, role)
    found = Counted(shown.on, overview_frame(shown, community, role), smallest)
    return _taken_counts(db, by, "team_kinds", "Team competency, in counts", found)


def export_team_changes(
    db: Session, *, by: Actor, on: date, other: date, community: int = ALL, role: int = ALL
) -> TakenAway[Counted]:
    """What changed between two days: `changes_frame`, the later one last."""
    by, counting, smallest = _counting(db, by)
    before, after = (_large_groups(overview(db, viewer=counting, on=day), smallest) for day in sorted((on, other)))
    _check_chosen(after, community, role)
    found = Counted(after.on, changes_frame(before, after, community, role), smallest)
    return _taken_counts(db, by, "team_changes", "Team competency, what changed", found)


def export_team_trend(db: Session, *, by: Actor, on: date, line: Line) -> TakenAway[Counted]:
    """One kind of requirement over twelve months, and as forecast: `trend_of`."""
    by, counting, smallest = _counting(db, by)
    frame = trend_of(db, viewer=counting, on=on, line=line, smallest=smallest)
    found = Counted(figures_as_at(counting, on), frame, smallest)
    return _taken_counts(db, by, "team_trend", f"Team competency over time: {line.word}", found)


def export_team_months(db: Session, *, by: Actor, on: date) -> TakenAway[Counted]:
    """Supervision by community and month: `supervision_rate_by_month`."""
    by, counting, smallest = _counting(db, by)
    frame = _large_enough(supervision_rate_by_month(db, viewer=counting, on=on), smallest)
    found = Counted(figures_as_at(counting, on), frame, smallest)
    return _taken_counts(db, by, "team_months", "Supervision by month, in counts", found)


def export_team_roles(db: Session, *, by: Actor, on: date) -> TakenAway[Counted]:
    """Supervision by role in the last month that is over: `rates_by_role`. Empty where no role may be given."""
    by, counting, smallest = _counting(db, by)
    found = rates_by_role(db, viewer=counting, on=on)
    first, frame = found or (on, None)
    return _taken_counts(db, by, "team_roles", "Supervision by role, in counts", Counted(first, frame, smallest))


def export_team_lost(db: Session, *, by: Actor, on: date) -> TakenAway[Counted]:
    """The causes of the sessions lost in twelve months: `lost_sessions`."""
    by, counting, smallest = _counting(db, by)
    found = Counted(on, lost_sessions(db, viewer=counting, on=on, months=12), smallest)
    return _taken_counts(db, by, "team_lost", "Why sessions were lost, in counts", found)


def _counting(db: Session, by: Actor) -> tuple[Actor, Actor, int]:
    """Who acts, now; the same as nothing but whoever takes counts away, since what they see as something else is no
    part of it; and the smallest group."""
    by = acting(db, by)
    if not communities_within(by, Object.BULK_EXPORT, Action.EXPORT, (Shape.COUNTS,)):
        raise NotAllowed
    roles = {rule.role for rule in rules_for(by, Object.BULK_EXPORT, Action.EXPORT) if rule.shape is Shape.COUNTS}
    return by, replace(by, roles=frozenset(roles)), service_number(db, "smallest_group")


def _check_chosen(shown: Overview, community: int, role: int) -> None:
    places = shown.team.places
    if community not in (ALL, *places.communities) or role not in (ALL, *places.roles):
        raise NotAllowed


def _large_groups(shown: Overview, smallest: int) -> Overview:
    return replace(shown, team=of_large_groups(shown.team, smallest))


def _large_enough(counts: "pd.DataFrame", smallest: int) -> "pd.DataFrame":
    few, counts = _few(counts, smallest), counts.copy()
    counts.loc[few, ["met", "duty", "share"]] = None
    return counts


def _few(counts: "pd.DataFrame", smallest: int) -> "pd.Series[bool]":
    return counts["duty"].map(lambda duty: duty is not None and duty < smallest).astype(bool)


def _taken_counts(db: Session, by: Actor, name: str, title: str, found: Counted) -> TakenAway[Counted]:
    made_for = for_whom(db, by, Object.BULK_EXPORT, Shape.COUNTS)
    entry = Entry(title, rows=found.rows, as_at=found.on, form="counts")
    return _taken(db, by, name, found, made_for, entry, rows=found.rows, on=found.on.isoformat())


# ---------------------------------------------------------------------------------------------------------------------
# What all of them share


def for_whom(db: Session, by: Actor, what: Object, shape: Shape = Shape.FULL) -> str:
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


def _taken(
    db: Session,
    by: Actor,
    name: str,
    what: What,
    made_for: str,
    entry: Entry,
    about: Iterable[int] = (),
    **counted: Any,
) -> TakenAway[What]:
    taken = TakenAway(what, secrets.token_hex(8).upper(), now(), made_for)
    entry = replace(entry, number=taken.number, made_for=made_for)
    enter_export(db, by=by, action=f"export_{name}", entry=entry, made_at=taken.made_at, about=about, **counted)
    return taken
