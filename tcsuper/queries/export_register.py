"""The register of exports: every file that was taken away, when, by whom, about what, and to whom it was handed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Action, Actor, Object, Scope, communities_within, people_within, rules_for
from tcsuper.models import Community, ExportEntry, Staff
from tcsuper.queries.evidence import end_of_day

MOST_LINES = 500
NOBODY = "Command line"


@dataclass(frozen=True)
class ExportLine:
    """One entry. `made_by`: who took it away, or the command line. `communities`: by name, of those it was about."""

    number: str
    made_at: datetime
    made_by: str
    is_mine: bool
    kind: str
    title: str
    made_for: str
    as_at: date | None
    known_at: datetime | None
    since: date | None
    until: date | None
    communities: tuple[str, ...]
    form: str
    marking: str
    handed_to: str
    file_name: str
    digest: str
    rows: int


def exports_entered(
    db: Session,
    *,
    viewer: Actor,
    since: date | None = None,
    until: date | None = None,
    number: str = "",
    only_own: bool = False,
    most: int = MOST_LINES,
) -> list[ExportLine]:
    """What the viewer may read of the register, the latest first: their own; what people of their communities took, or
    what was about no other community than theirs; or all of it. `number`: one file alone, as it says it itself.
    `only_own`: what the viewer took, of all that they may read."""
    names = {key: name for key, name in db.execute(sa.select(col(Community.id), col(Community.name)))}
    entry = ExportEntry
    wanted = [_read_by(viewer)]
    if since is not None:
        wanted.append(col(entry.made_at) >= _start_of(since))
    if until is not None:
        wanted.append(col(entry.made_at) < end_of_day(until))
    if only_own:
        wanted.append(col(entry.made_by_id) == viewer.staff_id)
    if number:
        wanted.append(sa.func.upper(col(entry.number)) == number.strip().upper())
    found = db.execute(
        sa.select(entry, sa.func.coalesce(col(Staff.full_name), NOBODY))
        .outerjoin(Staff, col(Staff.id) == col(entry.made_by_id))
        .where(*wanted)
        .order_by(col(entry.made_at).desc(), col(entry.id).desc())
        .limit(most)
    )
    return [_line(one, name, names, viewer) for one, name in found]


def reads_others_exports(viewer: Actor) -> bool:
    """Whether the register shows them more than what they took away themselves."""
    return any(rule.scope is not Scope.OWN for rule in rules_for(viewer, Object.EXPORT_REGISTER, Action.READ))


def _read_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause. By whom it was taken decides: whoever answers for people reads what these took away."""
    entry = ExportEntry
    rules = rules_for(by, Object.EXPORT_REGISTER, Action.READ)
    if any(rule.scope is Scope.EVERYONE for rule in rules):
        return sa.true()
    people = col(entry.made_by_id).in_(people_within(by, Object.EXPORT_REGISTER))
    within = communities_within(by, Object.EXPORT_REGISTER)
    return sa.or_(people, _about_any_of(within)) if within else people


def _about_any_of(communities: Sequence[int]) -> sa.ColumnElement[bool]:
    """Of entries that name their communities (packs), those about one of these: the list is stored as JSON, looked into
    alike by both databases as text."""
    listed = sa.cast(col(ExportEntry.community_ids), sa.Text)
    spaced = sa.func.replace(sa.func.replace(sa.func.replace(listed, "[", ","), "]", ","), " ", "")
    return sa.or_(sa.false(), *(spaced.contains(f",{one},", autoescape=True) for one in communities))


def _start_of(day: date) -> datetime:
    return end_of_day(day - timedelta(days=1))


def _line(one: ExportEntry, name: str, names: dict[int, str], viewer: Actor) -> ExportLine:
    return ExportLine(
        number=one.number,
        made_at=one.made_at,
        made_by=name,
        is_mine=one.made_by_id == viewer.staff_id,
        kind=one.kind,
        title=one.title,
        made_for=one.made_for,
        as_at=one.as_at,
        known_at=one.known_at,
        since=one.since,
        until=one.until,
        communities=tuple(names[key] for key in one.community_ids if key in names),
        form=one.form,
        marking=one.marking,
        handed_to=one.handed_to,
        file_name=one.file_name,
        digest=one.digest,
        rows=one.rows,
    )
