"""The activity log beside what a professional body asks for: counted, and said in a sentence.

Sources: domain, section 4 (what each body asks, how sure that is). Which activities count is the body's to say, and the
log does not know of each hour what kind it was: so everything logged is counted, what the log cannot show is named, and
where the rule itself is unsure nothing is compared. There is no status here: nobody is overdue by this count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tcsuper import words
from tcsuper.rules.in_words import body_rule_in_words
from tcsuper.rules.standing import Span, add_months

ONE_DAY = timedelta(days=1)
UNSURE = "unsure"
KINDS = {
    "cpd": "CPD",
    "taught": "Taught",
    "consulted": "Consulted",
    "peer_reviewed": "Peer-reviewed elsewhere",
    "research": "Research or evaluation",
    "policy": "Policy or network",
}
"""What an activity can be (models.ActivityKind), in words."""
NOT_SHOWN = {
    "participatory_hours": "hours with others",
    "practice_hours": "hours of practice",
    "skills_hours": "hours of skills",
    "clinical_hours": "clinical hours",
    "general_hours": "general hours",
    "further_hours": "further hours",
    "credits": "credits",
    "peer_reflected_items": "activities reflected on with a peer",
}
"""What bodies ask for and the log cannot show."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One activity: its kind, its day and its hours."""

    kind: str
    held_on: date
    hours: float


def hours_in_words(hours: float) -> str:
    """1 h 30 min: hours are kept in quarters."""
    return words.length(round(hours * 60))


# ---------------------------------------------------------------------------------------------------------------------
# What a body asks for, and over which time


@dataclass(frozen=True, slots=True)
class ActivityTerms:
    """A body's rule as stored (kind "activity" of body_rules.json). `months` 0: how long its period is, is not said."""

    terms: Mapping[str, Any]

    @property
    def months(self) -> int:
        return int(self.terms.get("months", 0))

    @property
    def asks(self) -> str:
        said = body_rule_in_words("activity", self.terms, {})
        return said[:1].lower() + said[1:]

    @property
    def not_shown(self) -> list[str]:
        return [said for key, said in NOT_SHOWN.items() if self.terms.get(key)]


@dataclass(frozen=True, slots=True)
class Period:
    """The days over which activities are counted. `known`: it is the body's own period, and not only as many months
    up to the day on which somebody looks."""

    start: date
    end: date
    known: bool = True


def period_of(terms: ActivityTerms, cycle_months: int, valid_until: date | None, on: date) -> Period:
    """The body's period that a day lies in: from the month that the rule names; or the registration's own cycle, where
    that is as long and its end is known. Else the last months up to that day (twelve, where the rule names none)."""
    months = terms.months or 12
    begins = int(terms.terms.get("begins_month", 0))
    if begins and months == 12:
        start = date(on.year if on.month >= begins else on.year - 1, begins, 1)
        return Period(start, add_months(start, 12) - ONE_DAY)
    if terms.months and terms.months == cycle_months and valid_until is not None and on <= valid_until:
        back = 1
        while add_months(valid_until, -months * back) >= on:  # renewed early: the cycle before it goes on
            back += 1
        last = valid_until if back == 1 else add_months(valid_until, -months * (back - 1))
        return Period(add_months(valid_until, -months * back) + ONE_DAY, last)
    return Period(add_months(on, -months) + ONE_DAY, on, known=False)


# ---------------------------------------------------------------------------------------------------------------------
# The count


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyCount:
    """What one body asks for beside what was logged in its period, up to a day. `terms` None: the catalogue does not
    say what it asks for, and the last twelve months are counted."""

    body: str
    terms: ActivityTerms | None
    period: Period
    source: str = ""
    mark: str = ""
    on: date
    entries: tuple[Logged, ...] = ()
    hours_last_year: float = 0

    @property
    def hours(self) -> float:
        return sum(one.hours for one in self.entries)

    @property
    def title(self) -> str:
        if self.terms is None:
            return f"{self.body}: what it asks for is not in the catalogue"
        return f"{self.body} asks for {self.terms.asks.rstrip('.')}"

    @property
    def sentences(self) -> list[str]:
        """What was logged when; how that compares, as far as the rule and the log can say; where the rule is from."""
        if self.terms is None:
            return [self._logged(), "Enter its rule on the Catalogue page, or ask the body."]
        return [part for part in (self._logged(), self._compared(self.terms), self._from()) if part]

    def _logged(self) -> str:
        how_much = "nothing is logged"
        if self.entries:
            verb = "is" if len(self.entries) == 1 else "are"
            count = words.count(len(self.entries), "activity", "activities")
            how_much = f"{count} with {hours_in_words(self.hours)} {verb} logged"
        if self.terms is None or not self.terms.months:
            return f"In the last 12 months, since {words.day(self.period.start)}, {how_much}."
        if not self.period.known:
            span = words.count(self.terms.months, "month")
            return (
                f"In the last {span}, since {words.day(self.period.start)}, {how_much}. On which day the body’s own "
                "period began is not known here."
            )
        ends = "ends" if self.on <= self.period.end else "ended"
        return (
            f"In the period that began on {words.day(self.period.start)} and {ends} on {words.day(self.period.end)}, "
            f"{how_much}."
        )

    def _compared(self, terms: ActivityTerms) -> str:
        said = []
        if self.mark == UNSURE:
            said.append("What the body asks for is unsure, so it is not compared.")
        else:
            said += self._compared_numbers(terms.terms)
        if terms.not_shown:
            said.append(f"The log cannot show {words.listed(terms.not_shown)}: count that by hand.")
        return " ".join(said)

    def _compared_numbers(self, asked: Mapping[str, Any]) -> Iterable[str]:
        """What is asked for in a number that the log has."""
        if asked.get("items"):
            missing = asked["items"] - len(self.entries)
            yield _against(f"{words.number(asked['items'])} activities", f"{missing}" if missing > 0 else "")
        if asked.get("hours"):
            yield _hours_against(asked["hours"], self.hours)
        if asked.get("hours_in_any_year"):
            yield _hours_against(asked["hours_in_any_year"], self.hours_last_year, " in the last 12 months")

    def _from(self) -> str:
        return f"Source: {self.source.rstrip('.')}. How sure: {self.mark}." if self.source or self.mark else ""


def _hours_against(asked: float, logged: float, when: str = "") -> str:
    missing = hours_in_words(asked - logged) if logged < asked else ""
    return _against(f"{hours_in_words(asked)}{when}", missing)


def _against(asked: str, missing: str) -> str:
    """Reached in number: whether each of them counts is the body's to say."""
    if not missing:
        return f"The {asked} are reached, if the body counts everything logged."
    return f"{missing} of the {asked} {'is' if missing == '1' else 'are'} not logged yet."


def count_for_body(
    body: str,
    terms: ActivityTerms | None,
    log: Sequence[Logged],
    on: date,
    *,
    cycle_months: int = 0,
    valid_until: date | None = None,
    source: str = "",
    mark: str = "",
) -> BodyCount:
    """The count of a person's log for one registration on a day. Later days are not counted."""
    period = period_of(terms or ActivityTerms({}), cycle_months, valid_until, on)
    until = min(on, period.end)
    last_year = Span(add_months(on, -12) + ONE_DAY, on)
    return BodyCount(
        body=body,
        terms=terms,
        period=period,
        source=source,
        mark=mark,
        on=on,
        entries=tuple(one for one in log if period.start <= one.held_on <= until),
        hours_last_year=sum(one.hours for one in log if last_year.holds(one.held_on)),
    )
