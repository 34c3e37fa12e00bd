"""What may be taken away as a workbook, by whom, and what each file says of itself. Nothing else is offered.

The lines come from the same functions as the table on the screen.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Action, Actor, Object, Shape, communities_within
from tcsuper.models import SessionState
from tcsuper.queries.compliance import Judged
from tcsuper.queries.due import LostBy
from tcsuper.queries.standing import Row
from tcsuper.reports.workbook import Sheet
from tcsuper.services.exports import (
    Compliance,
    TakenAway,
    export_compliance,
    export_session_log,
    export_supervision_months,
    export_team_counts,
    export_training,
)
from tcsuper.ui.tables import Export, Line, sheet_of

OF_YOURS = "As chosen above, of the people of the communities you manage."
OF_ALL = "All your communities, whatever is chosen above: counts, none of too few people."
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
    lost: tuple[int, int | None, LostBy],
    sheets: Callable[[Compliance], list[Sheet]],
    asked: Asked,
) -> Export | None:
    """`lost`: of how many months, in which community (None: in all) and counted by what."""
    if not _may(me, Object.SESSION_LOG):
        return None

    def make(db: Session) -> tuple[list[Sheet], Asked]:
        months, community, by = lost
        taken = export_compliance(db, by=me, on=on, months=months, community_id=community, lost_by=by)
        return sheets(taken.what), about(taken, "How many met their supervision minimum", on, asked)

    return Export(f"supervision-compliance-{on.isoformat()}", make, "Download these figures as a spreadsheet", OF_YOURS)


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


def team_counts_export(me: Actor, on: date) -> Export | None:
    """Counts, never names, and none of too few people: for whoever answers for communities and manages none."""
    if not _may(me, Object.BULK_EXPORT, Shape.COUNTS):
        return None

    def make(db: Session) -> tuple[list[Sheet], Asked]:
        taken = export_team_counts(db, by=me, on=on)
        told = about(
            taken,
            "Team competency: how communities stand, as counts",
            taken.what.on,
            [
                ("Supervision by month", "Of the people who work there today"),
                (NOT_GIVEN.capitalize(), f"Counts of under {taken.what.smallest} people, or that would tell of them"),
            ],
        )
        kinds = [_counted(row, {"Kind": row.kind}) for row in taken.what.kinds.itertuples()]
        months = [_counted(row, {"Month": row.month}) for row in taken.what.months.itertuples()]
        return [sheet_of("Kinds", kinds), sheet_of("Supervision by month", months)], told

    return Export(f"team-competency-{on.isoformat()}", make, "Download these counts as a spreadsheet", OF_ALL)


def _counted(row: Any, what: Line) -> Line:
    return {"Community": row.community} | dict(what) | rate_cells(row.met, row.duty, row.share)


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
