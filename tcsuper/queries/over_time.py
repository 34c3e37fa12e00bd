"""How the same people stand on several days: what is stored is read once, and judged day by day.

For figures over time and forecasts. `standing.py` decides; nothing here names anybody.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlmodel import Session

from tcsuper.models import RequirementKind
from tcsuper.queries.bound import Bound, Evidence
from tcsuper.queries.ratings import StandardRequired
from tcsuper.queries.standing import Row, judged
from tcsuper.queries.team_kinds import KIND_WORDS
from tcsuper.rules.standing import Standing


@dataclass(frozen=True, slots=True)
class Line:
    """What is followed over time: a kind of requirement in words. `is_observation`: of practice, whether it was seen
    again in time, and not the level that was seen."""

    word: str
    kind: RequirementKind
    is_observation: bool = False


OBSERVED = Line("Observed", RequirementKind.PRACTICE, is_observation=True)
AT_STANDARD = Line(KIND_WORDS[RequirementKind.PRACTICE], RequirementKind.PRACTICE)
LINES = (*(Line(word, kind) for kind, word in KIND_WORDS.items()), OBSERVED)
"""Every kind of the overview, in its order."""


class OfKinds(Evidence):
    """What is stored about people, of some kinds of requirement alone, asked about one of several days."""

    kinds: frozenset[RequirementKind] = frozenset()

    @cached_property
    def bound(self) -> list[Bound]:
        asked = self._told_apart(list(self._from_requirements()))
        if RequirementKind.PRACTICE in self.kinds:
            asked += [*self._from_required_levels(), *self._from_observation()]
        if RequirementKind.SUPERVISION in self.kinds:
            asked += self._from_bodies()
        return [one for one in asked if one.kind in self.kinds]

    @cached_property
    def _requirements(self):  # type: ignore[no-untyped-def]
        return {key: one for key, one in super()._requirements.items() if one.kind in self.kinds}


SAME_EVERY_DAY = (
    *("names", "posts", "_requirements", "overrides", "absences", "kept_from", "sittings", "hours_worked", "_levels"),
    "_levels_of_posts",
    *("completions", "ratings", "register_checks", "events", "course_rules", "course_titles", "qualifications"),
    *("body_names", "_numbers", "_asked_by", "_for_young_people"),
)
"""Of what is loaded about people, all that is the same whatever day is asked about: rules choose by the date."""


@dataclass
class OverTime:
    """These people and kinds, on one day after another."""

    db: Session
    people: Sequence[int]
    kinds: frozenset[RequirementKind]
    _former: OfKinds | None = None
    _levels_judged: dict[Hashable, Standing] = field(default_factory=dict)

    def on(self, day: date) -> OfKinds:
        """What binds them that day and what is known of it, with all that was read for the day asked before."""
        then = OfKinds(self.db, self.people, day, None)
        then.kinds = self.kinds
        if self._former is not None:
            read = self._former.__dict__
            then.__dict__.update({name: read[name] for name in SAME_EVERY_DAY if name in read})
        self._former = then
        return then

    def rows(self, day: date, line: Line | None = None) -> list[Row]:
        """How everybody stands that day on everything of these kinds, or of one line alone. Of a level reached the
        status is that day's; since when it is so is that of the first day asked about with the same ratings."""
        then = self.on(day)
        return [
            Row(one.staff_id, then.names[one.staff_id], one, self._judged(then, one, day))
            for one in then.bound
            if line is None or (one.kind, one.is_observation) == (line.kind, line.is_observation)
        ]

    def _judged(self, then: OfKinds, bound: Bound, day: date) -> Standing:
        """A level reached changes only with what was seen and what is required: judged once for days alike in both."""
        if bound.kind is not RequirementKind.PRACTICE or bound.is_observation:
            return judged(then, bound, day)
        standard: StandardRequired = bound.terms["standard"]
        ratings = then.ratings.get(bound.staff_id, {}).get(standard.standard_id, [])
        kept_from = then.kept_from.get((bound.community_id, bound.kind))
        seen, is_kept = sum(one.observed_on <= day for one in ratings), kept_from is None or kept_from <= day
        alike = (bound.staff_id, standard.standard_id, seen, standard.level_on(day), is_kept)
        if alike not in self._levels_judged:
            self._levels_judged[alike] = judged(then, bound, day)
        return self._levels_judged[alike]
