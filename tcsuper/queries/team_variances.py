"""The largest variances over all communities and kinds, each with its sentence: why, and what would help.

Counts of people come from the overview, which decides what may be given; what is said besides is of runs, plans and
responsibilities, and of kinds that are shown at any size. No name is read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor, Object, communities_within, in_force
from tcsuper.models import (
    Absence,
    Observation,
    ObservationState,
    PlannedObservation,
    PlannedObserver,
    RequirementKind,
    SessionState,
    SupervisionSession,
)
from tcsuper.queries.called_for import called_for_on
from tcsuper.queries.coverage import CoverageLine, coverage_seen, who_could
from tcsuper.queries.evidence import current
from tcsuper.queries.over_time import LINES, OBSERVED, OverTime
from tcsuper.queries.places import RunSeen, runs_seen
from tcsuper.queries.standards_below import StandardCount, standards_below
from tcsuper.queries.standing import Row
from tcsuper.queries.team_counts import ALL, sight_on
from tcsuper.queries.team_kinds import FROM_FIVE_UP
from tcsuper.queries.team_overview import BADLY_COVERED, RESPONSIBILITIES, Overview
from tcsuper.rules.places import free_places
from tcsuper.rules.responsibilities import Circle
from tcsuper.rules.standing import LEFT_OUT, add_months, last_of_month
from tcsuper.rules.variances import (
    NextRun,
    Variance,
    common_needs,
    lapsing_because,
    largest_first,
    observed_because,
    responsibilities_because,
    standard_because,
    supervision_because,
    training_because,
)
from tcsuper.settings import service_number

AHEAD_MONTHS = 3
MOST = 6
OBSERVED_IN_DAYS = 365
"""Whoever observed somebody there in these days is one of its observers."""
VERBS = {
    "Agreements": "without an agreement in date",
    "Registration": "not registered as asked",
    "Qualifications": "without a qualification that is asked",
    "Checks": "with a register to check",
    "Probation": "with a probation or period not passed in time",
    "Appraisal": "without an appraisal or assessment in date",
}
Named = dict[tuple[int, int], CoverageLine]
"""By responsibility and community."""


def team_variances(db: Session, *, viewer: Actor, shown: Overview, most: int = MOST) -> list[Variance]:
    """The largest first, of what the overview of a day gives; at most so many."""
    places = shown.team.places
    facts = _Facts(db, viewer, shown)
    found: list[tuple[Variance, int]] = []
    for community, name in places.communities.items():
        for kind in shown.kinds:
            cell = shown.cell((community, ALL), kind)
            met, duty = cell.met, cell.duty
            if kind == RESPONSIBILITIES and duty:
                met = duty - len(facts.uncovered_in(community))
            if met is not None and duty:
                found.append((Variance(name, kind, duty - met, duty), community))
    where = {(one.community, one.what): community for one, community in found}
    largest = largest_first(one for one, _ in found)[:most]
    return [replace(one, because=facts.because(one, where[one.community, one.what])) for one in largest]


class _Facts:
    """What the sentences are made of; each read when a sentence first asks for it."""

    def __init__(self, db: Session, viewer: Actor, shown: Overview) -> None:
        self.db, self.viewer, self.shown, self.on = db, viewer, shown, shown.on
        self.until = add_months(self.on, AHEAD_MONTHS)

    def because(self, one: Variance, community: int) -> str:
        missing, duty = one.missing, one.duty
        if one.what == RESPONSIBILITIES:
            return self._responsibilities(community)
        if one.what == "Training":
            return self._training(community, missing, duty)
        if one.what == "Supervision":
            return supervision_because(missing, duty, self._sessions_planned(community), last_of_month(self.on))
        if one.what == OBSERVED.word:
            observers, away = self._observers(community)
            every = int(service_number(self.db, "observe_every_months"))
            return observed_because(missing, duty, every, self._observations_planned(community), observers, away)
        if one.what == "At standard":
            most = self._most_below.get(one.community)
            below = (most.standard, most.below, most.judged) if most else ("", 0, 0)
            return standard_because(missing, duty, *below)
        verb = VERBS[one.what]
        line = next(line for line in LINES if line.word == one.what)
        if line.kind in FROM_FIVE_UP:
            return f"{missing} of {duty} {verb}: agree or review them on the Supervision page."
        return lapsing_because(missing, duty, verb, self._soon(community, line.kind), self.until)

    # -----------------------------------------------------------------------------------------------------------------
    # Training, registration and other kinds shown at any size

    @cached_property
    def _rows(self) -> dict[RequirementKind, list[Row]]:
        """Of the kinds shown at any size alone."""
        kinds = frozenset(line.kind for line in self.shown.team.columns if line.kind not in FROM_FIVE_UP)
        everybody = frozenset().union(*self.shown.team.places.people.values())
        found: dict[RequirementKind, list[Row]] = defaultdict(list)
        for row in OverTime(self.db, sorted(everybody), kinds).rows(self.on):
            if row.standing.status not in LEFT_OUT:
                found[row.kind].append(row)
        return found

    def _rows_in(self, community: int, kind: RequirementKind) -> list[Row]:
        people = self.shown.team.places.of((community, ALL))
        return [row for row in self._rows[kind] if row.staff_id in people]

    def _soon(self, community: int, kind: RequirementKind) -> int:
        """People who meet all of it now, and of whom something runs out by the day looked ahead to."""
        rows = self._rows_in(community, kind)
        short = {row.staff_id for row in rows if not row.standing.is_met}
        ends = {row.staff_id for row in rows if row.standing.due_on is not None and row.standing.due_on < self.until}
        return len(ends - short)

    def _training(self, community: int, missing: int, duty: int) -> str:
        """Of the course that most people lack."""
        short = [row for row in self._rows_in(community, RequirementKind.COURSE) if not row.standing.is_met]
        title, of_course = Counter(row.requirement for row in short).most_common(1)[0]
        codes = {code for row in short if row.requirement == title for code in row.bound.terms.get("any_of", ())}
        return training_because(missing, duty, title, of_course, self._next_run(codes))

    def _next_run(self, codes: Iterable[str]) -> NextRun | None:
        codes = set(codes)
        run = next((run for run in self._runs if run.course_code in codes), None)
        return NextRun(run.runs_on, free_places(run.capacity, run.states)) if run else None

    @cached_property
    def _runs(self) -> list[RunSeen]:
        """To come, the next first."""
        since = max(self.on, self.viewer.on) + timedelta(days=1)
        return [run for run in runs_seen(self.db, viewer=self.viewer, since=since) if run.cancelled_at is None]

    # -----------------------------------------------------------------------------------------------------------------
    # Supervision and practice: what is planned, never who

    def _sessions_planned(self, community: int) -> int | None:
        """To the end of the month; None for whoever does not read that community's log."""
        if community not in communities_within(self.viewer, Object.SESSION_LOG):
            return None
        session = SupervisionSession
        return self.db.scalar(
            sa.select(sa.func.count(col(session.id))).where(
                col(session.community_id) == community,
                col(session.state) == SessionState.PLANNED,
                col(session.held_on).between(self.on, last_of_month(self.on)),
                current(session),
            )
        )

    def _observations_planned(self, community: int) -> int:
        """For weeks that begin in this month."""
        planned = PlannedObservation
        people = sorted(self.shown.team.places.of((community, ALL)))
        return int(
            self.db.scalar(
                sa.select(sa.func.count(col(planned.id))).where(
                    col(planned.observed_id).in_(people),
                    col(planned.cancelled_at).is_(None),
                    col(planned.week_of).between(self.on.replace(day=1), last_of_month(self.on)),
                )
            )
            or 0
        )

    def _observers(self, community: int) -> tuple[int, int]:
        """How many observed there in the last year or are to, and how many of them are away on the day."""
        people = sorted(self.shown.team.places.of((community, ALL)))
        since = self.on - timedelta(days=OBSERVED_IN_DAYS)
        seen, planned, observer = Observation, PlannedObservation, PlannedObserver
        observed = sa.select(col(seen.observer_id)).where(
            col(seen.observed_id).in_(people),
            col(seen.observed_on).between(since, self.on),
            col(seen.state) != ObservationState.DRAFT,
            current(seen),
        )
        named = (
            sa.select(col(observer.observer_id))
            .join(planned, col(planned.id) == col(observer.planned_id))
            .where(
                col(planned.observed_id).in_(people),
                col(planned.cancelled_at).is_(None),
                col(observer.stood_back_at).is_(None),
                col(planned.week_of) >= since,
            )
        )
        observers = set(self.db.scalars(observed)) | set(self.db.scalars(named))
        away = self.db.scalars(
            sa.select(col(Absence.staff_id)).where(
                col(Absence.staff_id).in_(observers), in_force(Absence.start_on, Absence.end_on, self.on)
            )
        )
        return len(observers), len(set(away)) if len(observers) >= self._observers_from else 0

    @cached_property
    def _observers_from(self) -> int:
        """From how many observers up it is said how many of them are away: of one or two, who is told in counts could
        tell whom."""
        return sight_on(self.db, self.viewer, OBSERVED.kind, self.shown.team.places)[1]

    @cached_property
    def _most_below(self) -> dict[str, StandardCount]:
        """By community: the standard with the largest share below, of those that may be named."""
        found: dict[str, StandardCount] = {}
        for one in standards_below(self.db, viewer=self.viewer, on=self.on):
            if one.below:
                found.setdefault(one.community, one)
        return found

    # -----------------------------------------------------------------------------------------------------------------
    # Responsibilities

    @cached_property
    def _now(self) -> Named:
        return self._badly([line for (_, role), lines in self.shown.covers.items() if role == ALL for line in lines])

    @cached_property
    def _then(self) -> Named:
        return self._badly(coverage_seen(self.db, viewer=self.viewer, on=self.until))

    @staticmethod
    def _badly(lines: Iterable[CoverageLine]) -> Named:
        bad = (line for line in lines if line.cover.verdict in BADLY_COVERED)
        return {(line.cover.led.responsibility, line.cover.led.community): line for line in bad}

    def uncovered_in(self, community: int) -> list[CoverageLine]:
        """Now, or in three months if nothing changes: those of now first."""
        both = {**self._then, **self._now}
        found = [(key not in self._now, line) for key, line in both.items() if key[1] == community]
        return [line for _, line in sorted(found, key=lambda pair: (pair[0], pair[1].cover.led.title))]

    def _responsibilities(self, community: int) -> str:
        first, *others = self.uncovered_in(community)
        led = first.cover.led
        is_now = (led.responsibility, led.community) in self._now
        could = [
            one
            for one in who_could(
                self.db,
                viewer=self.viewer,
                on=self.on,
                responsibility_id=led.responsibility,
                community_id=community,
            )
            if one.circle is not Circle.ELSEWHERE and not one.is_away
        ]
        ready = sum(not one.lacks and not one.not_shown for one in could)
        links = called_for_on(self.db, [led.responsibility], self.on).get(led.responsibility, [])
        needs = common_needs([link.title for link in links], [one.lacks for one in could])
        day = None if is_now else self._uncovered_from(led.responsibility, community)
        return responsibilities_because(led.title, day, len(others), len(could), ready, needs)

    def _uncovered_from(self, responsibility: int, community: int) -> date:
        """The day after the last of those who hold it now, where that is entered; else the day looked ahead to."""
        here = self.shown.covers.get((community, ALL), ())
        line = next((line for line in here if line.cover.led.responsibility == responsibility), None)
        ends = [one.span.end for one in (*line.cover.leads, *line.cover.deputies)] if line else []
        known = [end for end in ends if end is not None]
        return max(known) + timedelta(days=1) if known and len(known) == len(ends) else self.until
