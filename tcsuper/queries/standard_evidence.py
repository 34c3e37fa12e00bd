"""What the product itself can count towards the standards of a community: over the period of a review, as at a day.

Nothing is worked out here that a screen does not show: each figure comes from the query behind that screen, asked for
the same person, so that the numbers are the same and the rule for small groups is the same
(`rules/small_groups.py`). Each has its numerator, its denominator, one sentence, and the page to look at.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import Actor, Object, Permission, communities_within, holds
from tcsuper.errors import NotAllowed
from tcsuper.models import Community, LostBecause, RequirementKind, SessionState, SupervisionSession
from tcsuper.queries.carried import Where
from tcsuper.queries.coverage import coverage_seen
from tcsuper.queries.due import counts_lost_only, lost_sessions
from tcsuper.queries.evidence import current
from tcsuper.queries.over_time import LINES, OBSERVED, Line
from tcsuper.queries.plan_actions import plan_actions
from tcsuper.queries.team import supervision_rate_by_month
from tcsuper.queries.team_counts import ALL, Team, team_on
from tcsuper.queries.team_kinds import months_as_at
from tcsuper.queries.team_overview import BADLY_COVERED
from tcsuper.rules.reviews import EVIDENCE_WORDS, EvidenceOf, PlanStatus
from tcsuper.rules.standing import add_months, first_of_month, last_of_month
from tcsuper.settings import service_number


@dataclass(frozen=True)
class Evidence:
    """One figure towards a standard. Numerator and denominator are both None where nothing can be counted, or the
    figure may not be given: `sentence` says which. `as_at`: the day it answers for."""

    kind: EvidenceOf
    numerator: int | None
    denominator: int | None
    as_at: date
    sentence: str
    page: str
    """The page that shows what is behind it, as its file is called; empty: none that the viewer may open."""
    query: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return EVIDENCE_WORDS[self.kind]

    @property
    def figure(self) -> str:
        """ "23 of 24", or a dash."""
        return "–" if self.numerator is None else f"{self.numerator} of {self.denominator}"

    @property
    def share(self) -> int | None:
        """Per cent, cut and never rounded up."""
        return 100 * self.numerator // self.denominator if self.denominator and self.numerator is not None else None


def evidence_for(
    db: Session,
    *,
    viewer: Actor,
    community_id: int,
    kinds: Collection[EvidenceOf],
    since: date,
    until: date,
    on: date,
    known_on: date | None = None,
) -> tuple[Evidence, ...]:
    """These kinds, in their order, of one community: over the days from `since` to `until`, as far as they have come
    by `on`. Statuses are those of the last of these days. Raises NotAllowed for a community whose reviews are not the
    viewer's to read."""
    if community_id not in communities_within(viewer, Object.REVIEW):
        raise NotAllowed
    counting = _Counting(db, viewer, community_id, since, min(until, on), known_on, frozenset(kinds))
    return tuple(counting.count(kind) for kind in EvidenceOf if kind in counting.kinds)


CAUSES = {
    LostBecause.DETAILED_ELSEWHERE: "staff detailed elsewhere",
    LostBecause.LOCKDOWN: "lockdown or incident",
    LostBecause.LEAVE: "leave",
    LostBecause.SICKNESS: "sickness",
    LostBecause.TRAINING: "training",
    LostBecause.OTHER: "another reason",
}


@dataclass(frozen=True)
class _OfPeople:
    """A kind that is a column of the overview of communities. `what`: after "23 of 24 people "."""

    line: Line
    what: str
    page: str


def _line(kind: RequirementKind) -> Line:
    return next(line for line in LINES if line.kind is kind and not line.is_observation)


OF_PEOPLE = {
    EvidenceOf.AGREEMENTS: _OfPeople(
        _line(RequirementKind.AGREEMENT), "had each supervision agreement asked of them in date", "supervision_due"
    ),
    EvidenceOf.TRAINING: _OfPeople(_line(RequirementKind.COURSE), "had all training asked of them in date", "training"),
    EvidenceOf.REGISTRATIONS: _OfPeople(
        _line(RequirementKind.REGISTRATION), "had each registration asked of them in date", "registration"
    ),
    EvidenceOf.PRACTICE_OBSERVED: _OfPeople(OBSERVED, "had been observed as often as is asked", "practice"),
    EvidenceOf.PRACTICE_AT_STANDARD: _OfPeople(
        _line(RequirementKind.PRACTICE), "were at or above each standard asked of them", "practice"
    ),
    EvidenceOf.APPRAISALS: _OfPeople(
        _line(RequirementKind.EVENT), "had had the appraisals asked of them in time", "team_competency"
    ),
}


@dataclass
class _Counting:
    """One community, one period. What several kinds need is read once."""

    db: Session
    viewer: Actor
    community_id: int
    since: date
    day: date
    """The last day that is counted."""
    known_on: date | None
    kinds: frozenset[EvidenceOf]

    def count(self, kind: EvidenceOf) -> Evidence:
        if self.since > self.day:
            return self._none(kind, f"The period begins on {words.day(self.since)}: there is nothing to count yet.")
        if kind in OF_PEOPLE:
            return self._of_people(kind, OF_PEOPLE[kind])
        counted: dict[EvidenceOf, Callable[[], Evidence]] = {
            EvidenceOf.SUPERVISION_MET: self._supervision_met,
            EvidenceOf.SUPERVISION_LOST: self._supervision_lost,
            EvidenceOf.RESPONSIBILITIES: self._responsibilities,
            EvidenceOf.PLAN_ACTIONS: self._plan_actions,
        }
        return counted[kind]()

    def _none(self, kind: EvidenceOf, sentence: str, page: str = "") -> Evidence:
        return Evidence(kind, None, None, self.day, sentence, page)

    # -----------------------------------------------------------------------------------------------------------------
    # As people stand on the last day

    @cached_property
    def team(self) -> Team:
        lines = {OF_PEOPLE[kind].line for kind in self.kinds if kind in OF_PEOPLE}
        return team_on(self.db, viewer=self.viewer, on=self.day, known_on=self.known_on, lines=lines)

    def _of_people(self, kind: EvidenceOf, of: _OfPeople) -> Evidence:
        column = self.team.columns.get(of.line)
        page = self._page(of.page)
        if column is None:
            return self._none(kind, f"Nobody was asked for it on {words.day(self.day)}.", page)
        cell = column.cell((self.community_id, ALL))
        if cell.met is None or cell.duty is None:
            return self._none(kind, self._too_few(), page)
        on = self.team.on
        if not cell.duty:
            return self._none(kind, f"Nobody was asked for it on {words.day(on)}.", page)
        out = f" {cell.left_out} left out." if cell.left_out else ""
        today = " Of the people who work here today." if column.of_today else ""
        people = words.count(cell.duty, "person", "people")
        sentence = f"{cell.met} of {people} {of.what} on {words.day(on)}.{out}{today}"
        return Evidence(kind, cell.met, cell.duty, on, sentence, page)

    def _too_few(self) -> str:
        smallest = service_number(self.db, "smallest_group")
        return f"Not shown: it would tell of fewer than {smallest} people."

    def _page(self, page: str) -> str:
        """The page, where its figures are the viewer's to see person by person; else the communities side by side."""
        opens = {
            "supervision_due": holds(self.viewer, Permission.SEE_DUE),
            "practice": self.community_id in communities_within(self.viewer, Object.OBSERVATION_RATING),
            "responsibilities": self.community_id in communities_within(self.viewer, Object.RESPONSIBILITY),
        }
        if opens.get(page, True):
            return page
        return "team_competency" if holds(self.viewer, Permission.SEE_TEAM) else ""

    # -----------------------------------------------------------------------------------------------------------------
    # Over the period

    def _supervision_met(self) -> Evidence:
        """Months of people: somebody with a minimum in each of six months counts six times."""
        kind, page = EvidenceOf.SUPERVISION_MET, self._page("supervision_due")
        rates = supervision_rate_by_month(
            self.db,
            viewer=self.viewer,
            on=self.day,
            known_on=self.known_on,
            how_many=_months(self.since, months_as_at(self.viewer, self.day)),
        )
        name = self._community_name
        in_period = [
            row
            for row in rates.itertuples()
            if row.community == name
            and row.month >= first_of_month(self.since)
            and last_of_month(row.month) <= self.day
        ]
        given = [row for row in in_period if row.met is not None]
        if not given:
            few = self._too_few() if in_period else "No month of the period is over, or nobody was asked."
            return self._none(kind, few, page)
        met, duty = sum(int(row.met) for row in given), sum(int(row.duty) for row in given)
        first, last = given[0].month, given[-1].month
        when = words.month(first) if first == last else f"{words.month(first)} to {words.month(last)}"
        without = len(in_period) - len(given)
        hidden = f" {words.count(without, 'month')} without a figure." if without else ""
        sentence = (
            f"{met} of {duty} months of people met the service's own minimum, {when} "
            f"({words.count(len(given), 'month')}).{hidden}"
        )
        return Evidence(kind, met, duty, self.day, sentence, page)

    @cached_property
    def _community_name(self) -> str:
        return self.db.get_one(Community, self.community_id).name

    def _supervision_lost(self) -> Evidence:
        kind = EvidenceOf.SUPERVISION_LOST
        if counts_lost_only(self.viewer):
            said = "You are told of lost sessions for all communities together: under Team competency."
            return self._none(kind, said, self._page("team_competency"))
        months = max(1, _months(self.since, self.day) - (self.day.day < self.since.day))
        lost = lost_sessions(
            self.db,
            viewer=self.viewer,
            on=self.day,
            known_on=self.known_on,
            months=months,
            community_id=self.community_id,
        )
        when = f"in the {words.count(months, 'month')} to {words.day(self.day)}"
        page = self._page("supervision_due")
        held = self._held(add_months(self.day, -months))
        if lost is None:
            smallest = service_number(self.db, "smallest_group")
            said = f"None {when}, or fewer than {smallest} people were expected at those lost. {held} were held."
            return self._none(kind, said, page)
        count = int(lost["count"].sum())
        causes = ", ".join(
            f"{number} {CAUSES[cause]}" for cause, number in zip(lost["cause"], lost["count"], strict=True)
        )
        sentence = f"{count} of {words.count(count + held, 'session')} {when} did not happen: {causes}."
        return Evidence(kind, count, count + held, self.day, sentence, page)

    def _held(self, after: date) -> int:
        """In the community, in the same days as `lost_sessions`."""
        session = SupervisionSession
        held = sa.select(sa.func.count(col(session.id))).where(
            col(session.state) == SessionState.HELD,
            col(session.community_id) == self.community_id,
            col(session.held_on) > after,
            col(session.held_on) <= self.day,
            current(session, self.known_on),
        )
        return self.db.scalar(held) or 0

    # -----------------------------------------------------------------------------------------------------------------
    # Of the community as a whole

    def _responsibilities(self) -> Evidence:
        kind, page = EvidenceOf.RESPONSIBILITIES, self._page("responsibilities")
        if self.community_id not in communities_within(self.viewer, Object.RESPONSIBILITY):
            return self._none(kind, "Who holds which responsibility is not shown to you.", page)
        lines = coverage_seen(self.db, viewer=self.viewer, on=self.day, where=Where(self.community_id))
        if not lines:
            return self._none(kind, "Nothing is led here: no job description names a responsibility to lead.", page)
        held = sum(line.cover.verdict not in BADLY_COVERED for line in lines)
        of = words.count(len(lines), "led responsibility", "led responsibilities")
        verb = "was" if held == 1 else "were"
        sentence = f"{held} of {of} {verb} held by somebody able to hold it on {words.day(self.day)}."
        return Evidence(kind, held, len(lines), self.day, sentence, page)

    def _plan_actions(self) -> Evidence:
        """Those that were still to be done when the period began, or were agreed in it. Withdrawn ones are in neither
        number."""
        kind, page = EvidenceOf.PLAN_ACTIONS, "reviews"
        query = {"show": "plans"}
        seen = plan_actions(
            self.db, viewer=self.viewer, on=self.day, known_on=self.known_on, community_ids=[self.community_id]
        )
        asked = [
            one
            for one in seen
            if one.status is not PlanStatus.WITHDRAWN
            and (one.planned.closed_on is None or one.planned.closed_on >= self.since)
        ]
        if not asked:
            none = "No action of a review was open here in the period."
            return Evidence(kind, None, None, self.day, none, page, query)
        closed = sum(one.status is PlanStatus.CLOSED for one in asked)
        late = sum(one.status is PlanStatus.OVERDUE for one in asked)
        overdue = f"; {late} overdue" if late else ""
        of = words.count(len(asked), "action")
        sentence = f"{closed} of {of} of reviews closed by {words.day(self.day)}{overdue}."
        return Evidence(kind, closed, len(asked), self.day, sentence, page, query)


def _months(since: date, until: date) -> int:
    """How many calendar months these days touch."""
    return (until.year - since.year) * 12 + until.month - since.month + 1
