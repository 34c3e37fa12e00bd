"""Observed practice: how a person stands on one standard on a date, and whether they are due to be observed.

Sources: domain, section 9 (required level, result words, two observations on different dates, Miller's "does") and
section 14 (absence of evidence is "not yet observed", never "below"). The numbers are the service's own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from tcsuper import words
from tcsuper.rules.standing import MET, LeftOut, Span, Standing, Status, add_months, had, never_had

WRITTEN_WORK = "written_work"


@dataclass(frozen=True, slots=True)
class Rated:
    """A level that an observer gave on one standard. `how` as in models.HowObserved. `is_signed`: False while it waits
    for a signature (a draft is no rating at all: leave it out). `together_with`: the others who saw it with them and
    stand by the same rating. `moderated_to`: the level settled for the session where its observers differed.
    `carried_from`: the former version it was given in, its levels read as those of the version asked about (see
    `carried_over.py`). `record_id`: the observation."""

    observed_on: date
    observer_id: int
    level: int
    how: str = "live"
    is_signed: bool = True
    together_with: frozenset[int] = frozenset()
    moderated_to: int | None = None
    carried_from: str = ""
    record_id: UUID | None = None

    @property
    def counts_as(self) -> int:
        """The level that stands for it: what was settled takes the place of what was given."""
        return self.level if self.moderated_to is None else self.moderated_to

    @property
    def observers(self) -> frozenset[int]:
        return self.together_with | {self.observer_id}


@dataclass(frozen=True, slots=True)
class LevelRequired:
    """From a day to a day the role asks for this level."""

    level: int
    span: Span


def level_in_force(required: Iterable[LevelRequired], on: date) -> int | None:
    """The level required on a day; of two that overlap, the one that began later."""
    latest: LevelRequired | None = None
    for one in required:
        if one.span.holds(on) and (latest is None or one.span.start > latest.span.start):
            latest = one
    return latest.level if latest else None


@dataclass(frozen=True, slots=True)
class PracticeTerms:
    """A standard by its short title, the levels of its set by name (lowest first; the first is `lowest_level`), and
    what has been required from when. `floor`: whoever is seen under this level is below the standard at once, whatever
    level is required of them."""

    title: str
    required: tuple[LevelRequired, ...]
    level_names: tuple[str, ...]
    lowest_level: int = 1
    observations_needed: int = 2
    prefer_two_observers: bool = True
    written_work_counts: bool = False
    observe_every_months: int | None = 12
    warning_days: int = 30
    floor: int | None = None

    def required_on(self, on: date) -> int | None:
        return level_in_force(self.required, on)

    def is_under_floor(self, level: int) -> bool:
        return self.floor is not None and level < self.floor

    def name(self, level: int) -> str:
        place = level - self.lowest_level
        return f'"{self.level_names[place]}"' if 0 <= place < len(self.level_names) else f"level {level}"


# ---------------------------------------------------------------------------------------------------------------------
# What counts


@dataclass(frozen=True, slots=True)
class Seen:
    """A day on which practice was seen. Two observers of that day are one day: the lower level stands for it.
    `records`: the observations behind it. The rest says how its level came about: whether others of that day were
    higher, whether it was moderated, and the former versions it was given in."""

    on: date
    level: int
    observers: frozenset[int]
    records: frozenset[UUID] = frozenset()
    is_lowest_of_several: bool = False
    is_moderated: bool = False
    carried_from: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """ " (moderated)", or nothing."""
        remarks = ["the lowest of that day"] if self.is_lowest_of_several else []
        remarks += ["moderated"] if self.is_moderated else []
        if self.carried_from:
            several = "versions" if len(self.carried_from) > 1 else "version"
            remarks.append(f"carried over from {several} {words.listed(self.carried_from)}")
        return f" ({', '.join(remarks)})" if remarks else ""


def shows_practice(terms: PracticeTerms, rated: Rated) -> bool:
    """Of work being done (Miller's "does"); written work only where the service allows it."""
    return terms.written_work_counts or rated.how != WRITTEN_WORK


def counts(terms: PracticeTerms, rated: Rated, on: date) -> bool:
    """Signed, not later than the day asked about, and of work being done."""
    return rated.is_signed and shows_practice(terms, rated) and rated.observed_on <= on


def seen_by(terms: PracticeTerms, ratings: Sequence[Rated], on: date) -> list[Seen]:
    """The days that count, latest first."""
    counted = sorted((one for one in ratings if counts(terms, one, on)), key=lambda one: one.observed_on, reverse=True)
    days = []
    for day, of_day in groupby(counted, key=lambda one: one.observed_on):
        days.append(_day(day, list(of_day)))
    return days


def _day(on: date, ratings: Sequence[Rated]) -> Seen:
    level = min(one.counts_as for one in ratings)
    lowest = [one for one in ratings if one.counts_as == level]
    return Seen(
        on,
        level,
        observers=frozenset().union(*(one.observers for one in ratings)),
        records=frozenset(one.record_id for one in ratings if one.record_id is not None),
        is_lowest_of_several=len(lowest) < len(ratings),
        is_moderated=any(one.moderated_to is not None for one in lowest),
        carried_from=tuple(sorted({one.carried_from for one in lowest} - {""})),
    )


def deciding(terms: PracticeTerms, days: Sequence[Seen]) -> Sequence[Seen]:
    """Of the days on which practice was seen up to a date (as `seen_by` gives them) those that decide on it, latest
    first; fewer than `observations_needed` decide nothing, unless the latest is under the floor: then it decides alone.

    The rule: the latest two days on which practice was seen. If one person alone was the observer on both and somebody
    else observed within the interval of observation before the latest of them, the earlier of the two gives way to the
    latest day of somebody else; never a day under the floor, which no older one makes good. Of the days that decide,
    the lowest level is the level reached: never an average, and one good day does not outweigh one poor one. With
    another number of observations needed it works alike.
    """
    if days and terms.is_under_floor(days[0].level):
        return days[:1]
    chosen = days[: terms.observations_needed]
    if not terms.prefer_two_observers or len(chosen) < 2 or len(_observers(chosen)) > 1:
        return chosen
    if terms.is_under_floor(chosen[-1].level):
        return chosen
    months = terms.observe_every_months
    others = [
        day
        for day in days[terms.observations_needed :]
        if not day.observers <= _observers(chosen) and (months is None or add_months(day.on, months) >= days[0].on)
    ]
    return [*chosen[:-1], others[0]] if others else chosen


def _observers(days: Sequence[Seen]) -> frozenset[int]:
    return frozenset().union(*(day.observers for day in days))


# ---------------------------------------------------------------------------------------------------------------------
# Standing on a standard


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeStanding(Standing):
    """`days`: those that decide, latest first, with the observations behind each; fewer than needed while it is not
    yet observed. `unsigned_on` and `written_on`: the latest rating that does not count, for these reasons.
    `gave_way`: a later day than the last that decides, left out because it was seen by the same observer alone.
    `is_long_ago`: the latest day is further back than practice is to be seen again."""

    terms: PracticeTerms
    required: int
    days: tuple[Seen, ...]
    gave_way: Seen | None = None
    unsigned_on: date | None = None
    written_on: date | None = None
    is_long_ago: bool = False

    @property
    def level(self) -> int | None:
        """The level reached; None while it is not yet observed."""
        return None if self.status is Status.NOT_YET_OBSERVED else min(day.level for day in self.days)

    @property
    def because(self) -> str:
        wanted = self.terms.name(self.required)
        if self.level is not None and self.terms.is_under_floor(self.level):
            floor = self.terms.name(self.terms.floor or 0)
            return f"{self.terms.title} is below the standard, under its floor {floor}: {self._days}{self._rest}."
        if self.status is not Status.NOT_YET_OBSERVED:
            verb = {Status.BELOW: "below", Status.AT: "at", Status.ABOVE: "above"}[self.status]
            return f"{self.terms.title} is {verb} the required level {wanted}: {self._days}{self._rest}."
        if not self.days:
            return f"{self.terms.title} has not been observed yet; the required level is {wanted}{self._rest}."
        missing = self.terms.observations_needed - len(self.days)
        more = f"{missing} more on other dates are"
        if missing == 1:
            more = f"{'a second' if len(self.days) == 1 else 'one more'} on another date is"
        once = {1: "once", 2: "twice"}.get(len(self.days), f"{len(self.days)} times")
        return f"{self.terms.title} is not judged yet: seen {once} at {self._levels}; {more} needed{self._rest}."

    @property
    def _levels(self) -> str:
        return words.listed([f"{self.terms.name(day.level)} on {words.day(day.on)}{day.remark}" for day in self.days])

    @property
    def _days(self) -> str:
        by = words.count(len(_observers(self.days)), "observer")
        lowest = "lower" if len(self.days) == 2 else "lowest"
        lower = f"; the {lowest} decides" if len({day.level for day in self.days}) > 1 else ""
        return f"{self._levels}, seen by {by}{lower}{self._gave_way}"

    @property
    def _gave_way(self) -> str:
        if self.gave_way is None:
            return ""
        seen = f"{self.terms.name(self.gave_way.level)} on {words.day(self.gave_way.on)}{self.gave_way.remark}"
        return f"; {seen} gives way to what another observer saw"

    @property
    def _rest(self) -> str:
        unsigned = f"; one of {words.day(self.unsigned_on)} waits to be signed" if self.unsigned_on else ""
        written = f"; written work of {words.day(self.written_on)} does not show practice" if self.written_on else ""
        return unsigned + written

    @property
    def next_step(self) -> str:
        if self.unsigned_on is not None and self.status is Status.NOT_YET_OBSERVED:
            return f"Sign the observation of {words.day(self.unsigned_on)}."
        if self.status is Status.BELOW:
            return "Agree what will help, and plan another observation."
        if self.status is not Status.NOT_YET_OBSERVED:
            return f"Plan an observation: this was last seen on {words.day(self.days[0].on)}." * self.is_long_ago
        return (
            "Plan a second observation, by another observer if there is one." if self.days else "Plan an observation."
        )


def standing(terms: PracticeTerms, ratings: Sequence[Rated], on: date) -> Standing:
    """How a person stands on a standard on a date: not yet observed, below, at or above the level required that day."""
    required = terms.required_on(on)
    if required is None:
        return LeftOut(status=Status.NOT_REQUIRED, why=f"{terms.title}: no level is required on {words.day(on)}.")
    known = [one for one in ratings if one.observed_on <= on]
    seen = seen_by(terms, ratings, on)
    days = deciding(terms, seen)
    last_on = days[0].on if days else date.min
    months = terms.observe_every_months
    later = [one for one in known if one.observed_on > last_on]
    unsigned = [one.observed_on for one in later if not one.is_signed and shows_practice(terms, one)]
    written = [] if days else [one.observed_on for one in later if not shows_practice(terms, one)]
    verdict = _verdict(terms, seen, on)
    return PracticeStanding(
        status=verdict,
        since=_since(terms, ratings, seen, on, verdict),
        terms=terms,
        required=required,
        days=tuple(days),
        gave_way=_gave_way(terms, seen, days),
        unsigned_on=max(unsigned, default=None),
        written_on=max(written, default=None),
        is_long_ago=bool(days) and months is not None and add_months(last_on, months) < on,
    )


def _gave_way(terms: PracticeTerms, seen: Sequence[Seen], deciding_days: Sequence[Seen]) -> Seen | None:
    if len(deciding_days) < terms.observations_needed:
        return None
    return next((day for day in seen[: terms.observations_needed] if day not in deciding_days), None)


def _verdict(terms: PracticeTerms, seen: Sequence[Seen], on: date) -> Status:
    required = terms.required_on(on)
    if required is None:
        return Status.NOT_REQUIRED
    days = deciding(terms, [day for day in seen if day.on <= on])
    level = min((day.level for day in days), default=required)
    if days and terms.is_under_floor(level):
        return Status.BELOW
    if len(days) < terms.observations_needed:
        return Status.NOT_YET_OBSERVED
    if level < required:
        return Status.BELOW
    return Status.ABOVE if level > required else Status.AT


def _since(terms: PracticeTerms, ratings: Sequence[Rated], seen: Sequence[Seen], on: date, verdict: Status) -> date:
    """Back from `on` to the first day of the same verdict: it changes only when something is seen, or the required
    level changes."""
    changes = {one.observed_on for one in ratings} | {one.span.start for one in terms.required}
    changes |= {one.span.end + timedelta(days=1) for one in terms.required if one.span.end}
    since = on
    for day in sorted((day for day in changes if day <= on), reverse=True):
        if _verdict(terms, seen, day) is not verdict:
            break
        since = day
    return since


# ---------------------------------------------------------------------------------------------------------------------
# Due to be observed


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationStanding(Standing):
    """Whether practice is due to be seen again. `seen_on`: the last time it was."""

    title: str
    months: int
    seen_on: date | None = None

    @property
    def is_met(self) -> bool:
        return self.status in MET and self.seen_on is not None

    @property
    def because(self) -> str:
        assert self.due_on is not None
        if self.seen_on is not None:
            last, after = f"it was last seen on {words.day(self.seen_on)}", "the last one"
        else:
            last, after = "it has not been seen yet", "starting in post"
        when = f"{words.day(self.due_on)}, {words.count(self.months, 'month')} after {after}"
        if self.status is Status.OVERDUE:
            return f"{self.title} is overdue for observation: it was due {when}; {last}."
        return f"{self.title} is to be observed by {when}; {last}."

    @property
    def next_step(self) -> str:
        if self.status in (Status.OVERDUE, Status.DUE_SOON) and self.due_on is not None:
            return "Plan an observation." if self.status is Status.OVERDUE else f"Observe by {words.day(self.due_on)}."
        return ""


def observation_standing(terms: PracticeTerms, ratings: Sequence[Rated], on: date, started_on: date) -> Standing:
    """Whether somebody is due to be observed: so many months after the latest observation that counts, or after they
    started. Apart from the level reached: overdue for observation is not below standard."""
    months = terms.observe_every_months
    if months is None:
        why = f"{terms.title}: your service has set no interval of observation."
        return LeftOut(status=Status.NOT_REQUIRED, why=why)
    days = seen_by(terms, ratings, on)
    seen_on = days[0].on if days else None
    due_on = add_months(seen_on or started_on, months)
    if seen_on is None:
        status, since = never_had(due_on, on, started_on, terms.warning_days)
        status = Status.NOT_YET_OBSERVED if status is Status.NOT_STARTED else status
    else:
        status, since = had(due_on, on, seen_on, terms.warning_days, lapsed=Status.OVERDUE)
    return ObservationStanding(
        status=status, since=since, due_on=due_on, title=terms.title, months=months, seen_on=seen_on
    )
