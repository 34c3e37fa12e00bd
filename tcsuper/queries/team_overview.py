"""The overview of communities: kinds of requirement beside each other, what changed since another day, and what is
behind a figure. Numbers for everybody who answers for communities; names only for whom the viewer sees by name."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlmodel import Session

from tcsuper.access import Actor, Object
from tcsuper.queries.coverage import CoverageLine, coverage_seen
from tcsuper.queries.people import communities_to_choose
from tcsuper.queries.standing import Row, Sight, as_seen, sight_of, standings
from tcsuper.queries.team_counts import ALL, EVERYBODY, Cell, Group, Team, line_of, team_on
from tcsuper.rules.responsibilities import COVER_ORDER, Cover
from tcsuper.rules.standing import severity

RESPONSIBILITIES = "Responsibilities"
BADLY_COVERED = frozenset({Cover.UNCOVERED, Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE})
COLUMNS = ["group", "community", "people", "kind", "met", "duty", "left_out", "share", "label"]


@dataclass(frozen=True)
class Overview:
    """A day's figures: of people, and how the led responsibilities are covered. Everything the page's filters, cells
    and comparisons are made of, so that it is judged once."""

    team: Team
    covers: Mapping[Group, tuple[CoverageLine, ...]]

    @property
    def on(self) -> date:
        return self.team.on

    @property
    def kinds(self) -> list[str]:
        """Those that are asked of anybody, as columns."""
        return [*(line.word for line in self.team.columns), *([RESPONSIBILITIES] if self.covers else [])]

    def cell(self, group: Group, kind: str) -> Cell:
        """A group on a kind; a cell without figures where it has none."""
        if kind == RESPONSIBILITIES:
            return _covered(self.covers.get(group, ()))
        column = next((column for line, column in self.team.columns.items() if line.word == kind), None)
        return column.cell(group) if column else Cell("–")


def overview(db: Session, *, viewer: Actor, on: date) -> Overview:
    """How the communities that the viewer sees as a whole stand on a day."""
    team = team_on(db, viewer=viewer, on=on)
    covers: dict[Group, list[CoverageLine]] = defaultdict(list)
    within = communities_to_choose(db, viewer=viewer, what=Object.RESPONSIBILITY)
    for line in coverage_seen(db, viewer=viewer, on=team.on) if within else ():
        community, role = line.cover.led.community, line.role_id
        if community in team.places.communities:
            for group in ((community, role), (community, ALL), (ALL, role), EVERYBODY):
                covers[group].append(line)
    return Overview(team, {group: tuple(lines) for group, lines in covers.items()})


def _covered(lines: tuple[CoverageLine, ...]) -> Cell:
    held = sum(line.cover.verdict not in BADLY_COVERED for line in lines)
    return Cell(f"{held} of {len(lines)}" if lines else "–", held, len(lines))


# ---------------------------------------------------------------------------------------------------------------------
# The picture


def rows_of(shown: Overview, community: int = ALL, role: int = ALL) -> dict[Group, str]:
    """The rows: every community of the service, or every role of one community, and all of them together."""
    places = shown.team.places
    if community == ALL:
        rows = {(one, role): name for one, name in places.communities.items()}
    elif role == ALL:
        rows = {(community, one): name for one, name in places.roles.items()}
    else:
        return {(community, role): places.communities[community]}
    rows = {group: name for group, name in rows.items() if places.of(group) or group in shown.covers}
    if len(rows) > 1:
        rows[community, role] = "All communities" if community == ALL else f"All of {places.communities[community]}"
    return rows


def overview_frame(shown: Overview, community: int = ALL, role: int = ALL) -> pd.DataFrame:
    """A line for each row and kind. Columns: group, community (the words of the row), people (in post), kind, met,
    duty, left_out, share (per cent, or None), label."""
    out = []
    for group, name in rows_of(shown, community, role).items():
        people = len(shown.team.places.of(group))
        for kind in shown.kinds:
            cell = shown.cell(group, kind)
            out.append((group, name, people, kind, cell.met, cell.duty, cell.left_out, cell.share, cell.label))
    return pd.DataFrame(out, columns=COLUMNS, dtype=object)


def changes_frame(before: Overview, after: Overview, community: int = ALL, role: int = ALL) -> pd.DataFrame:
    """The same rows and kinds on two days. Columns: group, community, people, kind, then and now (labels), change (how
    many more meet all of it, None where it cannot be said), label ("+2", "−1", "0", "–")."""
    out = []
    for group, name in rows_of(after, community, role).items():
        people = len(after.team.places.of(group))
        for kind in after.kinds:
            then, now = before.cell(group, kind), after.cell(group, kind)
            told = then.met is not None and now.met is not None and bool(then.duty or now.duty)
            change = (now.met or 0) - (then.met or 0) if told else None
            label = "–" if change is None else f"{change:+d}".replace("-", "−") if change else "0"
            out.append((group, name, people, kind, then.label, now.label, change, label))
    columns = ["group", "community", "people", "kind", "then", "now", "change", "label"]
    return pd.DataFrame(out, columns=columns, dtype=object)


# ---------------------------------------------------------------------------------------------------------------------
# What is behind a figure


def rows_behind(db: Session, *, viewer: Actor, shown: Overview, group: Group, kind: str) -> list[Row]:
    """The standings that a figure is made of, the worst first: of whoever of the group the viewer may see by name."""
    line = next((one for one in shown.team.columns if one.word == kind), None)
    if line is None or group not in _offered(shown):
        return []
    sight: Sight = sight_of(db, viewer, (line.kind,))
    people = shown.team.columns[line].places.of(group) & sight.named[line.kind]
    rows = [row for row in standings(db, sorted(people), shown.on, None, (line.kind,)) if line_of(row) == line]
    return sorted(as_seen(rows, sight), key=lambda row: (*severity(row.standing), row.person, row.requirement))


def _offered(shown: Overview) -> frozenset[Group]:
    """Every group that the filters offer."""
    return frozenset((*shown.team.places.people, *shown.covers, *((one, ALL) for one in shown.team.places.communities)))


def covers_behind(shown: Overview, group: Group) -> list[tuple[str, str, Cover]]:
    """The led responsibilities of a group, the worst first: title, community, and how it is covered."""
    found = [
        (one.cover.led.title, one.cover.led.community_name, one.cover.verdict) for one in shown.covers.get(group, ())
    ]
    return sorted(found, key=lambda line: (COVER_ORDER[line[2]], line))
