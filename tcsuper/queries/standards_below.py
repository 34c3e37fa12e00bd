"""On which standards people are most often seen below the level their role requires: counts, from the smallest group
up, and nothing that tells of a few people by setting one community beside another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.models import RequirementKind
from tcsuper.queries.over_time import AT_STANDARD, OverTime
from tcsuper.queries.ratings import StandardRequired
from tcsuper.queries.standing import Row
from tcsuper.queries.team_counts import (
    ALL,
    EVERYBODY,
    Group,
    Places,
    Stand,
    places_on,
    safe_beside,
    safe_groups,
    sight_on,
    stands,
)
from tcsuper.queries.team_trend import ALL_TOGETHER
from tcsuper.rules.standing import LEFT_OUT, Status
from tcsuper.settings import service_number

PRACTICE = RequirementKind.PRACTICE


@dataclass(frozen=True, slots=True)
class StandardCount:
    """One standard in one community, or in all of them together: of those judged, how many are below; and how many
    have not been seen often enough to be judged."""

    community: str
    set_name: str
    standard: str
    below: int
    judged: int
    not_yet: int

    @property
    def share(self) -> int:
        """Of those judged, per cent below; cut."""
        return 100 * self.below // self.judged

    @property
    def sentence(self) -> str:
        waiting = f", {self.not_yet} not yet observed" if self.not_yet else ""
        return f"{self.below} below of {self.judged} judged{waiting}"


@dataclass
class _Asked:
    """Of whom one standard is asked: how those judged stand, and who is not judged yet."""

    standard: StandardRequired
    status: dict[int, Status] = field(default_factory=dict)
    not_yet: set[int] = field(default_factory=set)

    def count(self, community: str, people: frozenset[int]) -> StandardCount:
        judged = [status for person, status in self.status.items() if person in people]
        standard = self.standard
        return StandardCount(
            community,
            standard.set_name,
            standard.title,
            judged.count(Status.BELOW),
            len(judged),
            len(self.not_yet & people),
        )


def standards_below(db: Session, *, viewer: Actor, on: date) -> list[StandardCount]:
    """Each standard in each community, and in all together (`ALL_TOGETHER`, where there are several): the largest share
    below first. Standards on which too few people were judged are left out. Who does not see everybody's standing by
    name is told of today alone: two days would differ by whoever was seen in between."""
    smallest = int(service_number(db, "smallest_group"))
    places = places_on(db, viewer=viewer, on=viewer.on)
    known, given_from = sight_on(db, viewer, PRACTICE, places)
    if given_from:
        on = viewer.on
    else:
        places = places_on(db, viewer=viewer, on=on)
    rows = [(name, (key, ALL)) for key, name in places.communities.items()]
    if len(rows) > 1:
        rows.insert(0, (ALL_TOGETHER, EVERYBODY))
    judged = OverTime(db, sorted(places.of(EVERYBODY)), frozenset({PRACTICE})).rows(on)
    overview = _given_by_overview(judged, places, known, smallest) if given_from else []
    out = []
    for asked in _asked(judged):
        shown = frozenset(group for _, group in rows)
        if given_from:
            shown = _safe(asked, places, shown, overview, known, smallest)
        counts = [asked.count(name, places.of(group)) for name, group in rows if group in shown]
        out += [one for one in counts if one.judged >= smallest]
    return sorted(out, key=lambda one: (-one.share, -one.below, one.set_name, one.standard, one.community))


def _given_by_overview(
    judged: Sequence[Row], places: Places, known: frozenset[int], smallest: int
) -> list[frozenset[int]]:
    """The groups of people of which the overview says how many are at standard. Of whom one standard alone is asked,
    that says how they stand on it."""
    stand = stands(judged).get(AT_STANDARD, Stand())
    return [places.of(group) & stand.duty - known for group in safe_groups(places, stand, known, smallest)]


def _safe(
    asked: _Asked,
    places: Places,
    groups: frozenset[Group],
    overview: list[frozenset[int]],
    known: frozenset[int],
    smallest: int,
) -> frozenset[Group]:
    """Where neither those judged nor those who are not yet tell of a few, nor all of them beside the overview."""
    stand = Stand(asked.status, left_out=frozenset(asked.not_yet))
    shown = groups & safe_groups(places, stand, known, smallest)
    return safe_beside(overview, {group: places.of(group) & stand.asked - known for group in shown}, smallest)


def _asked(judged: Sequence[Row]) -> list[_Asked]:
    """By standard. What two posts ask of one person is the higher level, once."""
    found: dict[int, _Asked] = {}
    for row in judged:
        if row.bound.is_observation or row.standing.status in LEFT_OUT:
            continue
        standard: StandardRequired = row.bound.terms["standard"]
        asked = found.setdefault(standard.standard_id, _Asked(standard))
        if row.standing.status is Status.NOT_YET_OBSERVED:
            asked.not_yet.add(row.staff_id)
        else:
            asked.status[row.staff_id] = row.standing.status
    return list(found.values())


def below_frame(counts: Sequence[StandardCount]) -> pd.DataFrame:
    """For the bars. Columns: label (the standard), share (per cent below), said ("7 of 20 (35%)")."""
    return pd.DataFrame(
        [(one.standard, one.share, f"{one.below} of {one.judged} ({one.share}%)") for one in counts],
        columns=["label", "share", "said"],
    )
