"""What may be taken away as a workbook, by whom, and what each file says of itself. Nothing else is offered.

The lines come from the same functions as the table on the screen.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Action, Actor, Object, Shape, communities_within, people_within
from tcsuper.database import reading
from tcsuper.models import SessionState
from tcsuper.queries.compliance import Judged
from tcsuper.queries.due import LostBy
from tcsuper.queries.misses import MissedBy
from tcsuper.queries.people import communities_to_choose
from tcsuper.queries.standing import Row
from tcsuper.reports.workbook import Sheet
from tcsuper.services.exports import (
    Compliance,
    Counted,
    TakenAway,
    export_compliance,
    export_session_log,
    export_supervision_months,
    export_training,
)
from tcsuper.services.table_exports import export_missed_meetings
from tcsuper.ui.tables import Export, Line, sheet_of

if TYPE_CHECKING:
    import pandas as pd

OF_YOURS = "As chosen above, of the people of the communities you manage."
OF_FEW = "As it stands above, but no count of too few people, of whatever kind."
NOT_GIVEN = "not given"
Asked = Sequence[tuple[str, str]]
"""What was chosen on the screen, in words."""


def session_log_export(
    me: Actor,
    on: date,
    days: tuple[date, date],
    states: Collection[SessionState],
    line: Callable[[Any], Line],
    asked: Asked,
) -> Export | None:
    """`days`: the first and the last. `line`: a session as the screen's table says it."""
    since, until = days
    if not _may(me, Object.SESSION_LOG):
        return None

    def make(db: Session) -> tuple[list[Sheet], Asked]:
        taken = export_session_log(db, by=me, since=since, until=until, states=states)
        dates = ("Dates", f"{words.day(since)} to {words.day(until)}")
        told = about(taken, "The log of supervision sessions", on, [dates, *asked])
        return [sheet_of("Sessions", [line(row) for row in taken.what.itertuples()])], told

    return Export(f"session-log-{since.isoformat()}-to-{until.isoformat()}", make, holds=OF_YOURS)


def months_export(
    me: Actor,
    on: date,
    rows: Collection[Judged],
    lines: Callable[[Sequence[Judged]], Sequence[Line]],
) -> Export | None:
    if not _may(me, Object.SESSION_LOG):
        return None
    shown = {(row.staff_id, row.minimum.title) for row in rows}
    minima = words.listed(sorted({title for _, title in shown}))

    def make(db: Session) -> tuple[list[Sheet], Asked]:
        taken = export_supervision_months(db, by=me, on=on, shown=shown)
        told = about(taken, "Supervision by person and month", on, [("Minimum", minima)])
        return [sheet_of("Months", lines(taken.what))], told

    return Export(f"supervision-months-{on.isoformat()}", make, holds=OF_YOURS)


def compliance_export(
    me: Actor,
    on: date,
    name: str,
    sheets: Callable[[Compliance, dict[int, str]], list[Sheet]],
    asked: Asked,
    lost: tuple[int, int | None, LostBy] = (3, None, LostBy.CAUSE),
) -> Export | None:
    """One of the tables of compliance. `sheets` takes what may be taken away, and the communities by name. `lost`: of
    how many months, in which community (None: in all) and counted by what."""
    if not _may(me, Object.SESSION_LOG):
        return None

    def make(db: Session) -> tuple[list[Sheet], Asked]:
        months, community, by = lost
        taken = export_compliance(db, by=me, on=on, months=months, community_id=community, lost_by=by)
        made = sheets(taken.what, communities_to_choose(db, viewer=me))
        return made, about(taken, "How many met their supervision minimum", on, asked)

    return Export(f"{name}-{on.isoformat()}", make, holds=OF_YOURS)


def training_export(
    me: Actor, on: date, rows: Collection[Row], lines: Callable[[Sequence[Row]], Sequence[Line]]
) -> Export | None:
    if not _may(me, Object.TRAINING_RECORD):
        return None
    shown = {(row.staff_id, row.requirement) for row in rows}
    courses = words.listed(sorted({title for _, title in shown}))

    def make(db: Session) -> tuple[list[Sheet], Asked]:
        taken = export_training(db, by=me, on=on, shown=shown)
        told = about(taken, "Training: who stands where on each course", on, [("Courses", courses)])
        return [sheet_of("Training", lines(taken.what))], told

    return Export(f"training-{on.isoformat()}", make, holds=OF_YOURS)


def missed_export(me: Actor, on: date, line: Callable[[MissedBy], Line]) -> Export | None:
    if not _may(me, Object.SESSION_LOG):
        return None

    def make(db: Session) -> tuple[list[Sheet], Asked]:
        taken = export_missed_meetings(db, by=me, on=on)
        told = about(taken, "Meetings missed one after another", on, ())
        return [sheet_of("Missed", [line(one) for one in taken.what])], told

    return Export(f"missed-meetings-{on.isoformat()}", make)


def opened_export(
    me: Actor,
    what: Object,
    people: Collection[int],
    file_name: str,
    title: str,
    take: Callable[[Session], TakenAway["pd.DataFrame"]],
    line: Callable[[Any], Line],
) -> Export | None:
    """A table about these people, for whoever may take away that of any of them. `line` is a row as the screen's table
    says it."""
    with reading() as db:
        theirs = set(db.scalars(people_within(me, what, Action.EXPORT)))
    if not theirs & set(people):
        return None

    def make(db: Session) -> tuple[list[Sheet], Asked]:
        taken = take(db)
        return [sheet_of("Records", [line(row) for row in taken.what.itertuples()])], about(taken, title, me.on, ())

    return Export(file_name, make)


def counts_export(
    me: Actor,
    file_name: str,
    what: str,
    take: Callable[[Session], TakenAway[Counted]],
    lines: Callable[["pd.DataFrame"], Sequence[Line]],
    asked: Asked = (),
) -> Export | None:
    """Counts, never names, and none of too few people: for whoever answers for communities and manages none. `take`:
    through a service that gives what the screen shows."""
    if not _may(me, Object.BULK_EXPORT, Shape.COUNTS):
        return None

    def make(db: Session) -> tuple[list[Sheet], Asked]:
        taken = take(db)
        found = taken.what
        few = (NOT_GIVEN.capitalize(), f"Counts of under {found.smallest} people, or that would tell of them")
        given = [] if found.frame is None else lines(found.frame)
        return [sheet_of("Counts", given)], about(taken, what, found.on, [*asked, few])

    return Export(file_name, make, holds=OF_FEW)


def rate_cells(met: int | None, duty: int | None, share: int | None) -> dict[str, Any]:
    """Numerator, denominator and per cent, each a number where it may be given."""
    return {"Met": NOT_GIVEN if met is None else met, "Of": NOT_GIVEN if duty is None else duty, "Per cent": share}


def about(taken: "TakenAway[Any]", what: str, on: date, asked: Asked) -> list[tuple[str, str]]:
    """What the first sheet says: what it is, as at which day, made when, for whom, and what was chosen."""
    made = f"{words.moment(taken.made_at)}, London time"
    return [
        ("What it is", what),
        ("As at", words.day(on)),
        ("As known", made),
        ("Made", made),
        ("Made for", taken.made_for),
        *asked,
        ("File number", taken.number),
    ]


def _may(me: Actor, what: Object, shape: Shape = Shape.FULL) -> bool:
    return bool(communities_within(me, what, Action.EXPORT, (shape,)))
