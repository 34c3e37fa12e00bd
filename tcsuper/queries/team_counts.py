"""How the people of communities stand kind by kind, in numbers, and of which groups of them a number may be given.

Groups are a community, a role, a role within a community, and everybody together: all that the page offers to choose.
Of kinds that are shown from a number of people up (`FROM_FIVE_UP`), whoever does not see everybody's status by name is
given a group's figure only where no sum or difference of all figures offered would tell how a few people stand
(`rules/small_groups.py`). That holds between days as well: on any other day than today the figure is of the people who
are asked today, in the places they have today, and whoever was not asked then is counted as they stand today. So two
days never differ by somebody who came or went; and a group of whom fewer were asked then is not shown for that day.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import COUNTED, Actor, Object, communities_within, in_force
from tcsuper.models import Community, JobDescription, Post, RequirementKind
from tcsuper.queries.over_time import LINES, OBSERVED, Line, OverTime
from tcsuper.queries.standing import Row, sight_of, standings
from tcsuper.queries.team_kinds import FROM_FIVE_UP, figures_as_at, today_or_end_of_month
from tcsuper.rules.small_groups import safe_to_show
from tcsuper.rules.standing import LEFT_OUT, SEVERITY, Status
from tcsuper.settings import service_number

ALL = 0
"""In place of the id of a community or of a role: whichever it is."""
Group = tuple[int, int]
"""A community and a role."""
EVERYBODY: Group = (ALL, ALL)
NOT_SHOWN = "not shown"


def in_order() -> tuple[Line, ...]:
    """The columns: whether practice was seen goes before the level that was seen."""
    others = [line for line in LINES if line != OBSERVED]
    before = next(number for number, line in enumerate(others) if line.kind is RequirementKind.PRACTICE)
    return (*others[:before], OBSERVED, *others[before:])


_LINES_BY_KIND = {(line.kind, line.is_observation): line for line in LINES}


def line_of(row: Row) -> Line:
    return _LINES_BY_KIND[row.kind, row.bound.is_observation]


@dataclass(frozen=True)
class Places:
    """The communities that somebody sees as a whole and the roles there, by id and name, and who has them."""

    communities: dict[int, str]
    roles: dict[int, str]
    people: dict[Group, frozenset[int]]

    def of(self, group: Group) -> frozenset[int]:
        return self.people.get(group, frozenset())


def places_on(db: Session, *, viewer: Actor, on: date) -> Places:
    """Whoever has posts in two communities, or two roles, is counted once in each group."""
    within = communities_within(viewer, Object.TEAM_CHART, shapes=COUNTED)
    names = db.execute(
        sa.select(col(Community.id), col(Community.name)).where(col(Community.id).in_(within)).order_by(Community.name)
    )
    posts = db.execute(
        sa.select(
            col(Post.community_id), col(Post.job_description_id), col(JobDescription.role_name), col(Post.staff_id)
        )
        .join(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
        .where(col(Post.community_id).in_(within), in_force(Post.start_on, Post.end_on, on))
        .order_by(col(JobDescription.role_name), col(JobDescription.id))
    )
    people: dict[Group, set[int]] = defaultdict(set)
    roles: dict[int, str] = {}
    for community_id, role_id, role, staff_id in posts:
        roles[role_id] = role
        for group in ((community_id, role_id), (community_id, ALL), (ALL, role_id), EVERYBODY):
            people[group].add(staff_id)
    return Places(
        {key: name for key, name in names}, roles, {group: frozenset(those) for group, those in people.items()}
    )


# ---------------------------------------------------------------------------------------------------------------------
# One column: everybody of one kind


@dataclass(frozen=True)
class Stand:
    """By person with something to meet of a kind: the worst status; of them who meets all of it; and who is left out of
    it altogether."""

    status: dict[int, Status] = field(default_factory=dict)
    met: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()

    @property
    def duty(self) -> frozenset[int]:
        return frozenset(self.status)

    @cached_property
    def asked(self) -> frozenset[int]:
        return self.duty | self.left_out

    def as_of(self, now: "Stand") -> "Stand":
        """The people of today as they stood then; whoever was not asked then, as they stand now."""
        then = self.duty & now.duty
        status = {person: self.status[person] if person in then else now.status[person] for person in now.status}
        return Stand(status, (self.met & then) | (now.met - then), frozenset())


def stands(rows: Iterable[Row]) -> dict[Line, Stand]:
    """From the standings of everybody, each on each requirement."""
    found: dict[Line, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[line_of(row)][row.staff_id].append(row)
    return {line: _stand(of_people) for line, of_people in found.items()}


def _stand(of_people: Mapping[int, list[Row]]) -> Stand:
    judged = {
        person: [row.standing for row in rows if row.standing.status not in LEFT_OUT]
        for person, rows in of_people.items()
    }
    return Stand(
        {
            person: min((one.status for one in said), key=SEVERITY.__getitem__)
            for person, said in judged.items()
            if said
        },
        frozenset(person for person, said in judged.items() if said and all(one.is_met for one in said)),
        frozenset(person for person, said in judged.items() if not said),
    )


# ---------------------------------------------------------------------------------------------------------------------
# What is given


@dataclass(frozen=True)
class Cell:
    """A group on a kind: people who meet all of it, of those who are asked, and how many are left out. Nothing but the
    label where it may not be given, or nobody is asked."""

    label: str
    met: int | None = None
    duty: int | None = None
    left_out: int = 0
    by_status: tuple[tuple[Status, int], ...] = ()
    """The worst first."""

    @property
    def share(self) -> int | None:
        """Per cent, cut and never rounded up: a target is reached when it is, not when nearly."""
        return 100 * self.met // self.duty if self.duty and self.met is not None else None


@dataclass(frozen=True)
class Column:
    """A kind, as far as it is given: whose figures, of which groups, and whether they are of today's people."""

    stand: Stand
    places: Places
    shown: frozenset[Group]
    smallest: int
    of_today: bool = False

    def cell(self, group: Group) -> Cell:
        people = self.places.of(group)
        duty = self.stand.duty & people
        if group not in self.shown:
            return Cell(f"under {self.smallest}" if len(duty) < self.smallest else NOT_SHOWN)
        met, left_out = len(self.stand.met & people), len(self.stand.left_out & people)
        if not duty:
            return Cell("–", 0, 0, left_out)
        counts = Counter(self.stand.status[person] for person in duty)
        by_status = tuple((status, counts[status]) for status in Status if counts[status])
        return Cell(f"{met} of {len(duty)}", met, len(duty), left_out, by_status)


@dataclass(frozen=True)
class Team:
    """What somebody is given of their communities on a day."""

    on: date
    """The day that it is answered for: not always the one that was asked."""
    places: Places
    columns: dict[Line, Column]

    @property
    def is_of_today(self) -> bool:
        """Whether some of it is given of today's people, on another day."""
        return any(column.of_today for column in self.columns.values())


def team_on(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, lines: Collection[Line] = LINES
) -> Team:
    """The communities that the viewer sees as a whole, on a day and by what was known on a day."""
    day, named = figures_as_at(viewer, on), sight_of(db, viewer, {line.kind for line in lines}).named
    today = places_on(db, viewer=viewer, on=viewer.on)
    if _sees_not_all(named, today, places_on(db, viewer=viewer, on=day)):
        day = today_or_end_of_month(viewer.on, day)
    return _team(db, viewer, day, known_on, lines, named)


def team_by_name(db: Session, *, viewer: Actor, on: date) -> Team:
    """The same on any day, of those kinds alone whose status the viewer sees person by person, for everybody counted:
    of figures that are set beside others which differ by one person, the rest would tell how that person stands."""
    named = sight_of(db, viewer, {line.kind for line in LINES}).named
    everybody = places_on(db, viewer=viewer, on=on).of(EVERYBODY)
    lines = [line for line in LINES if everybody <= named[line.kind]]
    return _team(db, viewer, on, None, lines, named, blind=frozenset())


def _team(
    db: Session,
    viewer: Actor,
    day: date,
    known_on: date | None,
    lines: Collection[Line],
    named: Mapping[RequirementKind, set[int]],
    blind: Collection[Line] | None = None,
) -> Team:
    """`blind`: the lines of which only some groups may be given; worked out when not said."""
    today = places_on(db, viewer=viewer, on=viewer.on)
    is_today = day == viewer.on and known_on is None
    places = today if day == viewer.on else places_on(db, viewer=viewer, on=day)
    smallest = service_number(db, "smallest_group")
    if blind is None:
        blind = {line for line in lines if _sees_not_all({line.kind: named[line.kind]}, today, places)}
    everybody = places.of(EVERYBODY) | (today.of(EVERYBODY) if blind else frozenset())
    kinds = frozenset(line.kind for line in lines)
    over_time = OverTime(db, sorted(everybody), kinds)
    then = stands(over_time.rows(day) if known_on is None else standings(db, sorted(everybody), day, known_on, kinds))
    now: Mapping[Line, Stand] = then
    if blind and not is_today:
        of_today = today.of(EVERYBODY)
        now = stands(row for row in over_time.rows(viewer.on) if row.staff_id in of_today)
    columns = {}
    for line in in_order():
        if line in blind and line in now:
            shown = safe_groups(today, now[line], named[line.kind], smallest)
            stand = now[line]
            if not is_today:
                asked_then = then.get(line, Stand())
                both = (asked_then.duty & stand.duty) - named[line.kind]
                shown, stand = safe_groups_then(today, shown, both, smallest), asked_then.as_of(stand)
            columns[line] = Column(stand, today, shown, smallest, of_today=not is_today)
        elif line in then and line not in blind:
            columns[line] = Column(then[line], places, frozenset((*places.people, *_bare(places))), smallest)
    return Team(day, places, columns)


def _bare(places: Places) -> list[Group]:
    """Communities in which nobody has a post."""
    return [(community, ALL) for community in places.communities]


def _sees_not_all(named: Mapping[RequirementKind, set[int]], *places: Places) -> bool:
    everybody = frozenset().union(*(one.of(EVERYBODY) for one in places))
    return any(not everybody <= people for kind, people in named.items() if kind in FROM_FIVE_UP)


def sight_on(db: Session, viewer: Actor, kind: RequirementKind, places: Places) -> tuple[frozenset[int], int]:
    """Of whom the viewer sees by name how they stand, and from how many other people up figures are given: 0 where all
    are seen by name, or the kind is shown at any size."""
    known = frozenset(sight_of(db, viewer, [kind]).named[kind])
    sees_all = kind not in FROM_FIVE_UP or places.of(EVERYBODY) <= known
    return known, 0 if sees_all else int(service_number(db, "smallest_group"))


def safe_in_month(places: Places, judged: Collection[int], known: Collection[int], smallest: int) -> frozenset[Group]:
    """Of a month of supervision, for all that shows one: lines by community and of everybody, bars by role. They are
    judged together and in the order of the overview, so that neither tells beside the other what it would not alone."""
    groups = [group for group in (*places.people, *_bare(places)) if ALL in group]
    if not smallest:
        return frozenset(groups)
    judged = frozenset(judged) - frozenset(known)
    return _safe_of({group: places.of(group) & judged for group in groups}, smallest)


def safe_groups(places: Places, stand: Stand, known: Collection[int], smallest: int) -> frozenset[Group]:
    """The groups whose figures may be given together, to somebody who knows of some people how they stand."""
    groups = [*places.people, *_bare(places)]
    shown = _safe_of({group: places.of(group) & stand.duty - frozenset(known) for group in groups}, smallest)
    if stand.left_out:
        shown &= _safe_of({group: places.of(group) & stand.asked - frozenset(known) for group in groups}, smallest)
    return shown


def of_large_groups(team: Team, smallest: int) -> Team:
    """The same for a file that goes to others: on the screen some kinds stand at any size."""
    return replace(team, columns={line: of_large(column, smallest) for line, column in team.columns.items()})


def of_large(column: Column, smallest: int) -> Column:
    shown = column.shown & safe_groups(column.places, column.stand, (), smallest)
    return replace(column, shown=shown, smallest=smallest)


def safe_groups_then(places: Places, shown: frozenset[Group], asked: frozenset[int], smallest: int) -> frozenset[Group]:
    """Of them, those that tell of no few on a day on which only these people were asked."""
    return _safe_of({group: places.of(group) & asked for group in shown}, smallest)


def safe_beside(
    given: Iterable[frozenset[int]], groups: Mapping[Group, frozenset[int]], smallest: int
) -> frozenset[Group]:
    """Those of these groups that tell of no few people beside the groups whose figures are given elsewhere."""
    all_of_them: dict[tuple[int, Group | int], frozenset[int]] = {(-1, number): one for number, one in enumerate(given)}
    all_of_them |= {(_turn(group), group): people for group, people in groups.items()}
    safe = safe_to_show(all_of_them, smallest, lambda key: key[0])
    return frozenset(group for group in groups if (_turn(group), group) in safe)


def _safe_of(groups: Mapping[Group, frozenset[int]], smallest: int) -> frozenset[Group]:
    return safe_to_show(groups, smallest, _turn)


def _turn(group: Group) -> int:
    """Communities first, as they are the rows of the picture; then everybody, the roles, and roles of communities."""
    community, role = group
    if role == ALL:
        return 0 if community != ALL else 1
    return 2 if community == ALL else 3
