"""How communities stand as a whole: counts, never names, and nothing from a group small enough to single one out."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import pandas as pd
from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.models import RequirementKind
from tcsuper.queries.standing import supervision_months
from tcsuper.queries.team_counts import (
    ALL,
    EVERYBODY,
    Team,
    places_on,
    safe_in_month,
    sight_on,
    team_by_name,
    team_on,
)
from tcsuper.queries.team_kinds import figures_as_at, months_as_at
from tcsuper.rules.compliance import JUDGED
from tcsuper.rules.standing import last_of_month
from tcsuper.rules.supervision import Verdict

__all__ = ["figures_as_at", "kinds_by_community", "kinds_seen_by_name", "months_as_at", "supervision_rate_by_month"]


def kinds_by_community(db: Session, *, viewer: Actor, on: date, known_on: date | None = None) -> pd.DataFrame:
    """How many people meet everything of a kind, by community.

    Columns: community, people (in post), kind (words), met, duty (people with something to meet), left_out, share
    (met of duty in per cent, None when nobody has a duty or the figure may not be given), label ("23 of 24", "under
    5", "not shown").
    """
    return _by_community(team_on(db, viewer=viewer, on=on, known_on=known_on))


def kinds_seen_by_name(db: Session, *, viewer: Actor, on: date) -> pd.DataFrame:
    """The same on any day, of those kinds alone whose status the viewer sees person by person, for everybody
    counted."""
    return _by_community(team_by_name(db, viewer=viewer, on=on))


def _by_community(team: Team) -> pd.DataFrame:
    out = []
    for community_id, name in team.places.communities.items():
        people = len(team.places.of((community_id, ALL)))
        for line, column in team.columns.items():
            cell = column.cell((community_id, ALL))
            out.append((name, people, line.word, cell.met, cell.duty, cell.left_out, cell.share, cell.label))
    return pd.DataFrame(
        out, columns=["community", "people", "kind", "met", "duty", "left_out", "share", "label"], dtype=object
    )


def supervision_rate_by_month(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, how_many: int = 12
) -> pd.DataFrame:
    """People who met the service's own monthly minimum, by community and month, oldest first.

    Columns: community, month (date, the first), met, duty, left_out, share (None when nobody is asked or it
    may not be given), so_far (bool: the month is not over).
    """
    on = months_as_at(viewer, on)
    places = places_on(db, viewer=viewer, on=on)
    known, smallest = sight_on(db, viewer, RequirementKind.SUPERVISION, places)
    everyone = sorted(places.of(EVERYBODY))
    verdicts: Verdicts = defaultdict(lambda: defaultdict(list))
    for row in supervision_months(db, everyone, on, known_on, how_many):
        if not row.bound.body:
            for judged in row.months:
                verdicts[row.staff_id][judged.first].append(judged.verdict)
    out = []
    months = sorted({month for person in verdicts.values() for month in person})
    safe = {month: safe_in_month(places, _judged_in(verdicts, month), known, smallest) for month in months}
    for community_id, name in places.communities.items():
        for month in months:
            met, duty, left_out = _month_tally(verdicts, places.of((community_id, ALL)), month)
            hidden = not duty or duty < smallest or (community_id, ALL) not in safe[month]
            share = None if hidden else 100 * met // duty
            so_far = last_of_month(month) >= min(on, viewer.on)  # a month to come is a forecast, whatever is looked at
            out.append((name, month, None if hidden else met, None if hidden else duty, left_out, share, so_far))
    return pd.DataFrame(out, columns=["community", "month", "met", "duty", "left_out", "share", "so_far"], dtype=object)


Verdicts = dict[int, dict[date, list[Verdict]]]
"""By person and month: on each of their minima."""


def _judged_in(verdicts: Verdicts, month: date) -> set[int]:
    return {person for person, of_person in verdicts.items() if any(one in JUDGED for one in of_person.get(month, []))}


def _month_tally(verdicts: Verdicts, people: Iterable[int], month: date) -> tuple[int, int, int]:
    met = duty = left_out = 0
    for person in people:
        all_of_them = verdicts[person].get(month, []) if person in verdicts else []
        judged = [verdict for verdict in all_of_them if verdict in JUDGED]
        if judged:
            duty += 1
            met += all(verdict is Verdict.MET for verdict in judged)
        elif Verdict.NOT_JUDGED in all_of_them or Verdict.EXEMPT in all_of_them:
            left_out += 1
    return met, duty, left_out
