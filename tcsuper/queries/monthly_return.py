"""A month of some communities on one page: how they stood at its end, what changed, what was lost, what is coming.

Everything on it is what the team's page gives the same person, by the same rule for small groups; no name is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlmodel import Session

from tcsuper.access import Actor, sees_counts_alone
from tcsuper.models import LostBecause
from tcsuper.queries.actions import do_actions_move
from tcsuper.queries.coverage import coverage_seen
from tcsuper.queries.due import counts_lost_only, lost_sessions
from tcsuper.queries.standards_below import StandardCount, standards_below
from tcsuper.queries.team import supervision_rate_by_month
from tcsuper.queries.team_counts import EVERYBODY, in_order
from tcsuper.queries.team_overview import BADLY_COVERED, changes_frame, overview
from tcsuper.queries.team_trend import ALL_TOGETHER, FORECAST_MONTHS, columns_on, is_by_month
from tcsuper.queries.team_variances import team_variances
from tcsuper.rules.standing import add_months, first_of_month, last_of_month
from tcsuper.rules.variances import Variance

MONTHS_OFFERED = 12
MOST_STANDARDS = 6
LOOK_AHEAD = 3


@dataclass(frozen=True)
class PlaceLine:
    """A community, or all of them: people in post, and for each kind how it stood and the change in a month."""

    name: str
    people: int
    cells: tuple[tuple[str, str], ...]
    """("23 of 24", "+2"), in the order of the kinds; "–" where it cannot be said."""


@dataclass(frozen=True)
class Lost:
    """Sessions that did not happen, by cause, the most frequent first. `since`: the first day counted."""

    since: date
    until: date
    causes: tuple[tuple[LostBecause, int, int], ...]
    """(cause, lost, held on another day)"""


@dataclass(frozen=True)
class Coming:
    """A kind in all communities together: now and so many months ahead, if nothing more happens."""

    kind: str
    now: str
    ahead: tuple[str, ...]


@dataclass(frozen=True)
class MonthlyReturn:
    """`on`: the month's end, as at which people are judged; `today`: the day from which is forecast."""

    first: date
    on: date
    before: date
    today: date
    communities: tuple[str, ...]
    kinds: tuple[str, ...]
    places: tuple[PlaceLine, ...]
    met: int
    duty: int
    places_met: int
    """Communities whose supervision figure is given."""
    lost: Lost | None
    below: tuple[StandardCount, ...]
    below_on: date
    uncovered: tuple[str, ...]
    """Title and community: nobody able to holds it at the month's end."""
    uncovered_ahead: tuple[str, ...]
    """The same for those that are added three months later."""
    ahead_on: date
    moves: tuple[int, int, int] | None
    """Actions agreed, closed, and overdue at the month's end; None where too few people are concerned."""
    coming_on: tuple[date, ...]
    coming: tuple[Coming, ...]
    variances: tuple[Variance, ...]
    of_today: bool
    """Whether some figures are of the people asked today."""


def months_to_return(today: date) -> list[date]:
    """The first days of the months that are over, the latest first."""
    return [add_months(first_of_month(today), -back) for back in range(1, MONTHS_OFFERED + 1)]


def monthly_return(db: Session, *, viewer: Actor, first: date) -> MonthlyReturn:
    """Of the month that begins on this day: one that is over."""
    on, before_on = last_of_month(first), last_of_month(add_months(first, -1))
    shown, before = overview(db, viewer=viewer, on=on), overview(db, viewer=viewer, on=before_on)
    months = supervision_rate_by_month(db, viewer=viewer, on=viewer.on, how_many=MONTHS_OFFERED + 1)
    of_month = months[months["month"] == first].dropna(subset=["share"])
    below = standards_below(db, viewer=viewer, on=on)
    together = ALL_TOGETHER if any(one.community == ALL_TOGETHER for one in below) else None
    uncovered, ahead = _uncovered(db, viewer, on), _uncovered(db, viewer, ahead_on := add_months(on, LOOK_AHEAD))
    coming_on = tuple(last_of_month(add_months(first_of_month(viewer.on), months)) for months in FORECAST_MONTHS)
    return MonthlyReturn(
        first=first,
        on=on,
        before=before_on,
        today=viewer.on,
        communities=tuple(shown.team.places.communities.values()),
        kinds=tuple(shown.kinds),
        places=_places(changes_frame(before, shown)),
        met=int(of_month["met"].sum()),
        duty=int(of_month["duty"].sum()),
        places_met=len(of_month),
        lost=_lost(db, viewer, first),
        below=tuple(one for one in below if one.below and together in (None, one.community))[:MOST_STANDARDS],
        below_on=viewer.on if sees_counts_alone(viewer) else on,
        uncovered=tuple(uncovered),
        uncovered_ahead=tuple(one for one in ahead if one not in uncovered),
        ahead_on=ahead_on,
        moves=_moves(db, viewer, first),
        coming_on=coming_on,
        coming=tuple(_coming(db, viewer, coming_on)),
        variances=tuple(team_variances(db, viewer=viewer, shown=shown)),
        of_today=shown.team.is_of_today,
    )


def _places(changes: pd.DataFrame) -> tuple[PlaceLine, ...]:
    return tuple(
        PlaceLine(name, int(rows["people"].iloc[0]), tuple(zip(rows["now"], rows["label"], strict=True)))
        for name, rows in changes.groupby("community", sort=False)
    )


def _lost(db: Session, viewer: Actor, first: date) -> Lost | None:
    """Of the month; for whoever is told of lost sessions in counts alone, of the last twelve months, as on screen."""
    until, months = (viewer.on, 12) if counts_lost_only(viewer) else (last_of_month(first), 1)
    found = lost_sessions(db, viewer=viewer, on=until, months=months)
    if found is None:
        return None
    columns = (found["cause"], found["count"], found["rebooked"])
    causes = tuple((cause, int(lost), int(again)) for cause, lost, again in zip(*columns, strict=True))
    return Lost(add_months(until, -months) if months > 1 else first, until, causes)


def _uncovered(db: Session, viewer: Actor, on: date) -> list[str]:
    lines = [line.cover for line in coverage_seen(db, viewer=viewer, on=on)]
    return [f"{one.led.title}, {one.led.community_name}" for one in lines if one.verdict in BADLY_COVERED]


def _moves(db: Session, viewer: Actor, first: date) -> tuple[int, int, int] | None:
    months = do_actions_move(db, viewer=viewer, on=viewer.on, how_many=MONTHS_OFFERED + 1)
    of_month = months[months["month"] == first].dropna(subset=["opened"])
    if of_month.empty:
        return None
    row = of_month.iloc[0]
    return int(row["opened"]), int(row["closed"]), int(row["overdue"])


def _coming(db: Session, viewer: Actor, days: tuple[date, ...]) -> Iterable[Coming]:
    """All communities together. Supervision by whole months, the last that is over first, and with the sessions that
    are planned."""
    last_over = first_of_month(viewer.on) - timedelta(days=1)
    for line in in_order():
        asked = (last_over if is_by_month(line) else viewer.on, *days)
        columns = columns_on(db, viewer=viewer, days=asked, line=line)
        labels = [column.cell(EVERYBODY).label for column in columns]
        if any(" of " in label for label in labels):
            yield Coming(line.word, labels[0], tuple(labels[1:]))
