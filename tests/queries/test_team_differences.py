"""T29: of two figures on the overview, or of any number of them, no difference concerns fewer than five people.

The cast: a community of twelve, one of six of whom two came lately, and one of four, which must not be singled out;
roles that cut across them; somebody with posts in two; and people who came and went between the days that may be
chosen. Every filter that the page offers is tried with every other: community, role, day and kind. What a figure
concerns is worked out here anew, from the posts and from everybody's own standing, and must explain the figure.

Taken out: `safe_to_show` (every group large enough shown) made the four of Dell the difference of two figures;
`as_of` (a past day's figure of whoever was asked then) made of those who came the difference of two days; and without
`_safe_then` the difference of two days of Hill was of the four who were asked on both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

import pytest
from sqlmodel import Session, col, select

from tcsuper.database import reading, writing
from tcsuper.models import (
    Community,
    JobDescription,
    Post,
    Requirement,
    RequirementKind,
    Role,
    RoleGrant,
    Staff,
)
from tcsuper.queries import team_counts
from tcsuper.queries.compliance import rates_by_role
from tcsuper.queries.over_time import Line
from tcsuper.queries.standing import standings, supervision_months
from tcsuper.queries.team import supervision_rate_by_month
from tcsuper.queries.team_counts import ALL, Group, Stand, Team, places_on, safe_beside, stands, team_on
from tcsuper.queries.team_kinds import FROM_FIVE_UP
from tcsuper.queries.team_overview import overview, overview_frame, rows_behind
from tcsuper.queries.team_trend import ALL_TOGETHER, trend_of
from tcsuper.rules.compliance import JUDGED
from tcsuper.rules.small_groups import safe_to_show
from tcsuper.rules.standing import add_months, last_of_month
from tests.people import LONG_AGO, Cast, actor

TODAY, OCTOBER = date(2026, 11, 12), date(2026, 10, 31)
NAMES = {"Wing": range(12), "Hill": range(12, 17), "Dell": range(17, 21)}
"""A community and its people; Dell is the group of four."""


@pytest.fixture(autouse=True)
def a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", TODAY.isoformat())


@pytest.fixture
def places(cast: Cast) -> dict[str, int]:
    """Three communities beside those of the cast, by name."""
    with writing() as db:
        found = {}
        nurse = JobDescription(code="nurse", role_name="Nurse", reference="JD 9", title="Nurse")
        db.add(nurse)
        db.flush()
        for community, numbers in NAMES.items():
            place = Community(establishment_id=cast.establishment, name=community)
            db.add(place)
            db.flush()
            found[community] = place.id or 0
            for number in numbers:
                came = date(2026, 10, 20) if number in (0, 12, 13) else LONG_AGO
                _person(db, number, nurse.id if number % 2 else cast.officer, place.id, came)
        first = db.exec(select(Staff).where(Staff.code == "Q-003")).one()
        db.add(Post(staff_id=first.id, job_description_id=cast.officer, community_id=found["Hill"], start_on=LONG_AGO))
        gone = db.exec(select(Post).join(Staff, col(Staff.id) == Post.staff_id).where(Staff.code == "Q-004")).one()
        gone.end_on = date(2026, 10, 15)
        for role in (cast.officer, nurse.id):
            _asked(db, role or 0)
    return found


def _person(db: Session, number: int, role: int | None, place: int | None, came: date) -> None:
    staff = Staff(full_name=f"Person {number}", code=f"Q-{number:03}")
    db.add(staff)
    db.flush()
    db.add(Post(staff_id=staff.id, job_description_id=role, community_id=place, start_on=came))


def _asked(db: Session, role: int) -> None:
    kinds = {RequirementKind.SUPERVISION: {"amount": 60}, RequirementKind.AGREEMENT: {"target_days": 30}}
    for kind, terms in kinds.items():
        db.add(
            Requirement(
                kind=kind,
                job_description_id=role,
                title=f"{kind} of all",
                terms=terms,
                mark="service",
                start_on=LONG_AGO,
            )
        )


def days_offered() -> list[date]:
    """Today, and the ends of months before and after."""
    return [TODAY, *(last_of_month(add_months(TODAY, months)) for months in (-3, -2, -1, 1))]


# ---------------------------------------------------------------------------------------------------------------------
# What a figure concerns


@dataclass(frozen=True)
class Figure:
    """One that is given: where it stands, what it says, and whose standing on which day it is the sum of."""

    kind: str
    on: date
    group: Group
    said: tuple[int, int]
    of: frozenset[tuple[int, date]]

    def people_apart(self, other: "Figure") -> int:
        return len({person for person, _ in self.of ^ other.of})


def figures(name: str, cast: Cast) -> Iterator[Figure]:
    """Every figure of every filter and day, with what it concerns."""
    viewer = actor(cast, name)
    with reading() as db:
        now = _everybody(db, name, cast, TODAY)
        today = places_on(db, viewer=viewer, on=TODAY)
        for on in days_offered():
            team = team_on(db, viewer=viewer, on=on)
            assert team.on == on
            then = _everybody(db, name, cast, on)
            yield from _of_day(team, then, now, today.people, on)


def _everybody(db: Session, name: str, cast: Cast, on: date) -> dict[Line, Stand]:
    everybody = places_on(db, viewer=actor(cast, name), on=TODAY).of((ALL, ALL))
    return stands(standings(db, sorted(everybody), on, None, FROM_FIVE_UP))


def _of_day(
    team: Team,
    then: dict[Line, Stand],
    now: dict[Line, Stand],
    groups: dict[Group, frozenset[int]],
    on: date,
) -> Iterator[Figure]:
    for line, column in team.columns.items():
        if line.kind not in FROM_FIVE_UP:
            continue
        for group, people in groups.items():
            cell = column.cell(group)
            if cell.met is None or not cell.duty:
                continue
            duty = people & now[line].duty
            of = frozenset((one, on if one in then[line].duty else TODAY) for one in duty)
            met = sum(one in (then if day == on else now)[line].met for one, day in of)
            assert (cell.met, cell.duty) == (met, len(duty)), "the figure is of these people, and of nobody else"
            yield Figure(line.word, on, group, (met, len(duty)), of)


def test_no_pair_of_filters_tells_of_fewer_than_five(cast: Cast, places: dict[str, int]) -> None:
    given = list(figures("Dev", cast))
    assert {one.kind for one in given} >= {"Supervision", "Agreements"}
    assert {one.on for one in given} == set(days_offered())
    assert (places["Wing"], ALL) in {one.group for one in given}
    assert places["Dell"] not in {one.group[0] for one in given}
    for one in given:
        assert len({person for person, _ in one.of}) >= 5
    told = [
        (one, other, one.people_apart(other))
        for one, other in combinations(given, 2)
        if one.kind == other.kind and 0 < one.people_apart(other) < 5
    ]
    assert not told


def test_no_sum_of_three_figures_tells_of_fewer_than_five(cast: Cast, places: dict[str, int]) -> None:
    """One less two others: as all of a service less its large communities."""
    given = [one for one in figures("Dev", cast) if one.kind == "Agreements" and one.on == TODAY]
    for one in given:
        for other, third in combinations(given, 2):
            weights = {
                person: ((person, TODAY) in one.of) - ((person, TODAY) in other.of) - ((person, TODAY) in third.of)
                for person, _ in one.of | other.of | third.of
            }
            assert not 0 < sum(bool(weight) for weight in weights.values()) < 5


def test_without_the_defence_the_four_are_singled_out(
    cast: Cast, places: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the proof above can fail: with a threshold alone, everybody less the large communities is the four."""
    monkeypatch.setattr(
        team_counts,
        "safe_to_show",
        lambda groups, smallest, first=None: frozenset(key for key, who in groups.items() if len(who) >= smallest),
    )
    given = [one for one in figures("Dev", cast) if one.kind == "Agreements" and one.on == TODAY]
    assert any(0 < one.people_apart(other) < 5 for one, other in combinations(given, 2))


def test_of_the_four_no_number_is_given_whatever_is_opened(cast: Cast, places: dict[str, int]) -> None:
    """Nor names, nor numbers by status; registration and training are another matter."""
    dev = actor(cast, "Dev")
    with reading() as db:
        shown = overview(db, viewer=dev, on=TODAY)
        frame = overview_frame(shown, community=places["Dell"])
        sensitive = frame[frame["kind"].isin(["Supervision", "Agreements", "Observed", "At standard"])]
        assert set(sensitive["label"]) == {"under 5"}
        assert sensitive[["met", "duty", "share"]].isna().all().all()
        for group in shown.team.places.people:
            assert rows_behind(db, viewer=dev, shown=shown, group=group, kind="Agreements") == []
            cell = shown.cell(group, "Agreements")
            assert bool(cell.by_status) == bool(cell.duty)


def test_an_auditor_gets_numbers_where_the_line_gives_numbers(cast: Cast, places: dict[str, int]) -> None:
    """Ivor audits Ashdown B: of supervision he has counts, and no rows by whatever name."""
    ivor, there = actor(cast, "Ivor"), (cast.community_b, ALL)
    with reading() as db:
        shown = overview(db, viewer=ivor, on=TODAY)
        assert set(shown.team.places.communities) == {cast.community_b}
        assert (shown.cell(there, "Supervision").duty or 0) >= 5
        for kind in shown.kinds:
            assert rows_behind(db, viewer=ivor, shown=shown, group=there, kind=kind) == []


def test_the_manager_of_four_sees_their_figures_for_she_sees_them_by_name(cast: Cast, places: dict[str, int]) -> None:
    with writing() as db:
        manages = {"staff_id": cast.id("Carol"), "role": Role.THERAPY_MANAGER, "community_id": places["Dell"]}
        first = db.exec(select(RoleGrant).where(RoleGrant.staff_id == cast.id("Carol"))).one()
        db.add(RoleGrant(**manages, start_on=LONG_AGO, approved_at=first.approved_at))
    with reading() as db:
        carol = actor(cast, "Carol")
        shown = overview(db, viewer=carol, on=TODAY - timedelta(days=1))
        cell = shown.cell((places["Dell"], ALL), "Agreements")
        assert (shown.on, cell.duty) == (TODAY - timedelta(days=1), 4)
        rows = rows_behind(db, viewer=carol, shown=shown, group=(places["Dell"], ALL), kind="Agreements")
    assert {row.person for row in rows} == {f"Person {number}" for number in NAMES["Dell"]}
    assert all(row.standing.because for row in rows)


# ---------------------------------------------------------------------------------------------------------------------
# Parts of the page beside each other


def given_of_october(cast: Cast) -> dict[str, tuple[frozenset[int], int]]:
    """Every figure of that month, by community, by role and of everybody: of whom, worked out anew, and how many."""
    dev = actor(cast, "Dev")
    with reading() as db:
        places = places_on(db, viewer=dev, on=TODAY)
        months = supervision_months(db, sorted(places.of((ALL, ALL))), TODAY, how_many=2)
        judged = {row.staff_id for row in months if not row.bound.body and row.months[0].verdict in JUDGED}
        lines = supervision_rate_by_month(db, viewer=dev, on=TODAY, how_many=2)
        trend = trend_of(db, viewer=dev, on=TODAY, line=Line("Supervision", RequirementKind.SUPERVISION))
        bars = rates_by_role(db, viewer=dev, on=TODAY)
    named: dict[str, Group] = {name: (key, ALL) for key, name in places.communities.items()}
    named |= {name: (ALL, key) for key, name in places.roles.items()} | {ALL_TOGETHER: (ALL, ALL)}
    given = {row.community: row.duty for row in lines.dropna(subset=["share"]).itertuples() if row.month.month == 10}
    given |= {row.community: row.duty for row in trend.dropna(subset=["share"]).itertuples() if row.on == OCTOBER}
    given |= {row.label: row.duty for row in bars[1].itertuples()} if bars else {}
    return {name: (places.of(named[name]) & judged, duty) for name, duty in given.items()}


def test_the_months_by_community_by_role_and_of_everybody_tell_together_of_no_few(
    cast: Cast, places: dict[str, int]
) -> None:
    """Taken out: `safe_in_month` with every group large enough, and both roles beside the communities told of Dell."""
    given = given_of_october(cast)
    assert {"Wing", "Ashdown B"} <= given.keys() and "Dell" not in given
    assert given.keys() & {"Nurse", "Officer"}, "no role is compared with anything"
    assert all(len(people) == duty for people, duty in given.values()), "the figures are of these people"
    told = {name: people for name, (people, _) in given.items()}
    assert safe_to_show(told, 5) == told.keys()


def test_one_standard_beside_the_overview_tells_of_no_few() -> None:
    """A wing of ten, six of whom are officers and asked for one standard alone: where the overview says how all ten
    stand, the six on it would tell the four others. Nothing else is hidden by it."""
    wing, officers, hill = frozenset(range(10)), frozenset(range(6)), frozenset(range(20, 26))
    offered: dict[Group, frozenset[int]] = {(1, ALL): officers, (2, ALL): hill}
    assert safe_beside([], offered, 5) == offered.keys()
    assert safe_beside([wing, hill], offered, 5) == {(2, ALL)}
    assert safe_beside([wing, hill], {(1, ALL): wing, (2, ALL): hill}, 5) == {(1, ALL), (2, ALL)}
