"""Supervision: what a session counts for under each rule set, and whether a minimum is met on a date.

One session can count differently under several rule sets (a service's own rule, BACP's, BABCP's). Which apply follows
from the person's own posts and registrations; a credit is computed each time and never stored. Sources: BACP's
guidance on group time, BABCP's supervision requirements (domain, section 5), the service's own settings.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tcsuper import words
from tcsuper.rules.standing import (
    LeftOut,
    Span,
    Standing,
    Status,
    add_months,
    first_of_month,
    is_soon,
    last_of_month,
    not_kept_here,
)

NOTHING = Fraction(0)


class RuleSet(StrEnum):
    """How group time becomes a person's own. `SERVICE`: minutes as attended."""

    SERVICE = "service"
    BACP = "bacp"
    BABCP = "babcp"
    BABCP_TRAINING = "babcp_training"


class Measure(StrEnum):
    MINUTES = "minutes"
    MEETINGS = "meetings"
    SHARE = "share"
    """Per cent of the meetings held that the person was expected at."""


class Per(StrEnum):
    MONTH = "month"
    """A calendar month, by itself."""
    ROLLING = "rolling"
    """Any `days` days, ending today."""
    AVERAGE = "average"
    """A calendar month, averaged over those of the `months` months ending with it that are judged at all."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person at one session. `minutes` attended (0: absent); `contracted` excludes the leader, in a peer group it
    counts everyone; `planned`: not held yet, `minutes` is then its planned length."""

    held_on: date
    minutes: int
    form: str
    contracted: int
    purpose: str = "clinical"
    counts_for_bodies: bool = True
    presented_own_work: bool = True
    has_individual_access: bool = True
    is_ad_hoc: bool = False
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class Minimum:
    """A supervision minimum. `amount` is minutes, meetings or per cent, by `measure`. With `full_time_hours` it is pro
    rata to the hours of whoever works less than this share of them (1.0: of all part-timers), never under `floor`."""

    title: str
    amount: int
    rule_set: RuleSet = RuleSet.SERVICE
    measure: Measure = Measure.MINUTES
    per: Per = Per.MONTH
    days: int = 28
    months: int = 1
    meeting_minutes: int = 1
    purposes: tuple[str, ...] = ("clinical",)
    forms: tuple[str, ...] = ()
    needs_individual: bool = False
    full_time_hours: float | None = None
    pro_rata_below_share: float = 1.0
    floor: int = 0
    warning_days: int = 14

    @classmethod
    def read(cls, title: str, terms: Mapping[str, Any]) -> "Minimum":
        """From stored terms: the field names of this class; what is missing has its default. Raises on a wrong one."""
        kinds = {"rule_set": RuleSet, "measure": Measure, "per": Per, "purposes": tuple, "forms": tuple}
        given: dict[str, Any] = {key: kinds[key](value) if key in kinds else value for key, value in terms.items()}
        return cls(title, **given)

    @property
    def pro_rata_below(self) -> Fraction | None:
        """Hours a week under which it is pro rata; None: never."""
        return exact(self.full_time_hours) * exact(self.pro_rata_below_share) if self.full_time_hours else None

    @property
    def form_that_counts(self) -> str:
        """What to plan: "individual", "group", or (empty) either. Under a body's rule, individual time is what
        surely counts in full."""
        if self.forms:
            return "individual" if self.forms == ("individual",) else "" if "individual" in self.forms else "group"
        by_body = self.rule_set is not RuleSet.SERVICE and self.measure is Measure.MINUTES
        return "individual" if by_body or self.needs_individual else ""

    @property
    def per_words(self) -> str:
        return f"every {self.days} days" if self.per is Per.ROLLING else "a month"


@dataclass(frozen=True, slots=True)
class Duty:
    """When and how far the minimum binds this person. `kept_from`: the community's records of this kind begin."""

    span: Span
    kept_from: date | None = None
    absences: tuple[Span, ...] = ()
    exempt: tuple[Span, ...] = ()
    hours: float | None = None
    long_absence_days: int = 28

    def wanted(self, minimum: Minimum) -> Fraction:
        """Pro rata to contracted hours where the rule says so, never under its floor (BABCP: under half-time, and not
        under 45 minutes)."""
        amount, below = Fraction(minimum.amount), minimum.pro_rata_below
        if below is not None and minimum.full_time_hours and self.hours is not None and exact(self.hours) < below:
            amount = max(Fraction(minimum.floor), amount * exact(self.hours) / exact(minimum.full_time_hours))
        return amount


def exact(hours: float) -> Fraction:
    """By way of text: 29.6 hours are meant as written, not as the binary number a little above it."""
    return Fraction(str(hours))


# ---------------------------------------------------------------------------------------------------------------------
# Credit


def credit(rule_set: RuleSet, sitting: Sitting) -> Fraction:
    """Minutes that a session counts for under a rule set: never more than attended, never negative.

    BACP: in a group of up to four each has half the time, from five on the time divided by the number contracted.
    BABCP: all of it in a group of up to six, if everyone presents their own work and has individual access; else
    nothing. BABCP in training (groups of up to four): twice the time divided by the number, at most all of it.
    An ad-hoc talk counts for nothing anywhere.
    """
    minutes = Fraction(sitting.minutes)
    if sitting.is_ad_hoc:
        return NOTHING
    if rule_set is RuleSet.SERVICE:
        return minutes
    if not sitting.counts_for_bodies:
        return NOTHING
    if sitting.form == "individual":
        return minutes
    people = sitting.contracted
    if rule_set is RuleSet.BACP:
        return minutes / 2 if people <= 4 else minutes / people
    if rule_set is RuleSet.BABCP:
        in_full = people <= 6 and sitting.presented_own_work and sitting.has_individual_access
        return minutes if in_full else NOTHING
    return min(minutes, 2 * minutes / people) if people <= 4 else NOTHING


def counts_for(minimum: Minimum, sitting: Sitting) -> bool:
    right_kind = sitting.purpose in minimum.purposes and (not minimum.forms or sitting.form in minimum.forms)
    own_rule = minimum.rule_set is RuleSet.SERVICE or minimum.measure is not Measure.MINUTES
    ad_hoc_out = sitting.is_ad_hoc and own_rule
    return right_kind and not ad_hoc_out


def _worth(minimum: Minimum, sitting: Sitting) -> Fraction:
    """What one sitting that counts comes to: its credit, or one meeting, or none."""
    if minimum.measure is Measure.MINUTES:
        return credit(minimum.rule_set, sitting)
    return Fraction(sitting.minutes >= minimum.meeting_minutes)


def _total(minimum: Minimum, worths: Sequence[Fraction]) -> Fraction:
    """What the sittings that count come to, in the minimum's own measure."""
    total = sum(worths, NOTHING)
    if minimum.measure is not Measure.SHARE:
        return total
    return 100 * total / len(worths) if worths else Fraction(100)


def _amount(minimum: Minimum, sittings: Iterable[Sitting]) -> Fraction:
    return _total(minimum, [_worth(minimum, sitting) for sitting in sittings if counts_for(minimum, sitting)])


def _held(sittings: Iterable[Sitting], first: date, last: date) -> list[Sitting]:
    return [sitting for sitting in sittings if first <= sitting.held_on <= last and not sitting.is_planned]


def attended_minutes(minimum: Minimum, sittings: Iterable[Sitting]) -> int:
    return sum(sitting.minutes for sitting in sittings if counts_for(minimum, sitting) and not sitting.is_planned)


# ---------------------------------------------------------------------------------------------------------------------
# Side by side, in words


@dataclass(frozen=True, slots=True)
class _Counted:
    """What one sitting counts for under one minimum, and why not in full."""

    minutes: Fraction
    why: str

    @classmethod
    def under(cls, minimum: Minimum, sitting: Sitting) -> "_Counted":
        if not counts_for(minimum, sitting):
            return cls(NOTHING, "an ad-hoc talk" if sitting.is_ad_hoc else "another kind of session")
        if minimum.measure is Measure.MINUTES:
            return cls(credit(minimum.rule_set, sitting), _why_not_in_full(minimum.rule_set, sitting))
        is_long_enough = sitting.minutes >= minimum.meeting_minutes
        minutes = Fraction(sitting.minutes) if is_long_enough else NOTHING
        return cls(minutes, f"shorter than {words.minutes(minimum.meeting_minutes)}")


def _why_not_in_full(rule_set: RuleSet, sitting: Sitting) -> str:
    """Why a body credits less than was attended, where it does."""
    if sitting.is_ad_hoc:
        return "an ad-hoc talk"
    if not sitting.counts_for_bodies:
        return "another kind of session"
    if rule_set is RuleSet.BABCP and sitting.contracted <= 6:
        return "no individual supervision" if sitting.presented_own_work else "own work not presented"
    return f"{sitting.contracted} contracted"


def counted_words(sitting: Sitting, minima: Iterable[tuple[str, Minimum]]) -> str:
    """What a held session counts for, side by side: "You attended 90 minutes: counts in full for your post, 7.5 minutes
    for BACP (12 contracted)." `minima`: for whom each is ("your post", a body's name); of several for one of them that
    speaks for which it counts most. Empty for whoever was not there, or has nothing to count it for."""
    if sitting.is_planned or not sitting.minutes:
        return ""
    best: dict[str, _Counted] = {}
    for whom, minimum in minima:
        counted = _Counted.under(minimum, sitting)
        if whom not in best or counted.minutes > best[whom].minutes:
            best[whom] = counted
    full = [whom for whom, counted in best.items() if counted.minutes == sitting.minutes]
    parts = [f"in full for {words.listed(full)}"] if full else []
    parts += [
        f"{words.minutes(counted.minutes)} for {whom} ({counted.why})"
        for whom, counted in best.items()
        if 0 < counted.minutes < sitting.minutes
    ]
    none = words.listed([f"{whom} ({counted.why})" for whom, counted in best.items() if not counted.minutes], "or")
    attended = f"You attended {words.minutes(sitting.minutes)}"
    if not parts:
        return f"{attended}: does not count for {none}." if none else ""
    return f"{attended}: counts {', '.join([*parts, f'not at all for {none}'] if none else parts)}."


# ---------------------------------------------------------------------------------------------------------------------
# One month


class Verdict(StrEnum):
    MET = "met"
    SHORT = "short"
    SHORT_SO_FAR = "short_so_far"
    NOT_JUDGED = "not_judged"
    EXEMPT = "exempt"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class Month:
    """A person's calendar month against a minimum, as at a date. `why` is a whole sentence, set when left out and when
    the amount alone does not say it. `months`: how many the credit is an average of."""

    first: date
    verdict: Verdict
    attended: int
    credited: Fraction
    wanted: Fraction
    why: str = ""
    months: int = 1

    @property
    def shortfall(self) -> Fraction:
        return max(NOTHING, self.wanted - self.credited)


def month_of(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date, first: date) -> Month:
    """The month beginning on `first`, with what happened up to `on` (both its last days included). A minimum by rolling
    days is read at the month's last day."""
    last = last_of_month(first)
    until = min(last, on)
    this_month = _held(sittings, first, until)
    verdict, why = _left_out(minimum, duty, first, last, on)
    done, months = this_month, 1
    if minimum.per is Per.AVERAGE:
        done, months = _averaged(minimum, duty, sittings, on, first)
    elif minimum.per is Per.ROLLING:
        done = _held(sittings, until - timedelta(days=minimum.days), until)
    credited = _amount(minimum, done)
    if minimum.measure is not Measure.SHARE:
        credited /= months
    wanted = duty.wanted(minimum)
    if verdict is None:
        verdict, why = _judged(minimum, duty, done, credited >= wanted, on, first)
    return Month(first, verdict, attended_minutes(minimum, this_month), credited, wanted, why, months)


def _averaged(
    minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date, first: date
) -> tuple[list[Sitting], int]:
    """What was held in the months to be averaged, and how many they are: months that are not judged are passed over."""
    done: list[Sitting] = []
    months = 0
    for back in range(1 - minimum.months, 1):
        begins = add_months(first, back)
        ends = last_of_month(begins)
        if _left_out(minimum, duty, begins, ends, on)[0] is None:
            done += _held(sittings, begins, min(ends, on))
            months += 1
    return done, max(1, months)


def _judged(
    minimum: Minimum, duty: Duty, done: Sequence[Sitting], is_enough: bool, on: date, first: date
) -> tuple[Verdict, str]:
    """Verdict on a month that is judged, and what the amount alone does not say."""
    last = last_of_month(first)
    counted = [sitting for sitting in done if counts_for(minimum, sitting)]
    short = Verdict.SHORT if last < on else Verdict.SHORT_SO_FAR
    if minimum.measure is Measure.SHARE and not counted:
        if last < on:
            return Verdict.NOT_JUDGED, f"No meeting was held in {words.month(first)}."
        return short, "No meeting has been held yet."
    if not is_enough:
        first_due_on = _begins(duty, last) + timedelta(days=minimum.days)
        if minimum.per is Per.ROLLING and last < on and last <= first_due_on:
            return Verdict.NOT_JUDGED, f"It was not due before {words.day(first_due_on)}."
        return short, ""
    if minimum.needs_individual and not any(s.form == "individual" and credit(minimum.rule_set, s) for s in counted):
        return short, "Group time alone does not meet this minimum: some of it has to be individual."
    return Verdict.MET, ""


def _left_out(minimum: Minimum, duty: Duty, first: date, last: date, on: date) -> tuple[Verdict | None, str]:
    """Part-months, months before the records, long absence and exempt months are not judged (domain, section 5)."""
    name, span = words.month(first), duty.span
    if minimum.amount == 0:
        return Verdict.NOT_REQUIRED, "Your service has set no amount."
    if last < span.start or (span.end is not None and first > span.end):
        return Verdict.NOT_REQUIRED, f"Not required in {name}."
    if duty.kept_from is not None and first < duty.kept_from:
        return Verdict.NOT_JUDGED, f"{name} is not judged: no records kept here before {words.day(duty.kept_from)}."
    if first < span.start or (span.end is not None and span.end < last):
        return Verdict.NOT_JUDGED, f"{name} is not judged: {_part_month(span, first)}."
    if any(exempt.start <= last and (exempt.end is None or exempt.end >= first) for exempt in duty.exempt):
        return Verdict.EXEMPT, f"{name} is exempt."
    away = _days_away(duty.absences, first, last)
    if away >= min(duty.long_absence_days, last.day):
        return Verdict.NOT_JUDGED, f"{name} is not judged: away for {words.count(away, 'day')} of it."
    return None, ""


def _part_month(span: Span, first: date) -> str:
    """Whatever began or ended: a post, a registration, or what the service asks."""
    if first < span.start or span.end is None:
        return f"required only from {words.day(span.start)}"
    return f"required only until {words.day(span.end)}"


def _days_away(absences: Sequence[Span], first: date, last: date) -> int:
    """Different days, should two absences overlap."""
    if not absences:
        return 0
    days = (first + timedelta(days=offset) for offset in range(last.day))
    return sum(any(span.holds(day) for span in absences) for day in days)


def months_of(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date, how_many: int = 12) -> list[Month]:
    """The last months up to and with the one of `on`, oldest first: a row of the heatmap."""
    this_one = first_of_month(on)
    return [month_of(minimum, duty, sittings, on, add_months(this_one, back)) for back in range(1 - how_many, 1)]


# ---------------------------------------------------------------------------------------------------------------------
# Standing on a date


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthStanding(Standing):
    """By calendar month. `before`: the month before, when it was short and this one has not made it good yet;
    `running`: how many months in a row were short, with that one."""

    minimum: Minimum
    month: Month
    before: Month | None = None
    running: int = 0

    @property
    def because(self) -> str:
        title, name = self.minimum.title, words.month(self.month.first)
        if self.month.verdict is Verdict.MET:
            return f"{title} is met for {name}: {self._so_far(self.month)}."
        if self.before is not None:
            return self._missed(self.before)
        if self.month.why:
            return f"{title} is not met yet in {name}. {self.month.why}"
        assert self.due_on is not None
        return f"{title} for {name} stands at {self._so_far(self.month)}, to be met by {words.day(self.due_on)}."

    def _missed(self, before: Month) -> str:
        row = f", {self.running} months in a row" if self.running > 1 else ""
        missed = f"{self.minimum.title} was missed in {words.month(before.first)}{row}: {self._so_far(before)}"
        if self.minimum.measure is Measure.SHARE and self.month.why:
            return f"{missed}. {self.month.why}"
        so_far = f"{missed}; {words.month(self.month.first)} has {self._so_far(self.month)}."
        why = self.month.why or before.why
        return f"{so_far} {why}" if why else so_far

    def _so_far(self, month: Month) -> str:
        wanted = words.number(month.wanted)
        averaged = f" a month, averaged over {month.months} months" if month.months > 1 else ""
        match self.minimum.measure:
            case Measure.MINUTES:
                credited = f"{words.number(month.credited)} of {wanted} minutes credited{averaged}"
                same = averaged or month.credited == month.attended
                return credited if same else f"{credited}, {words.minutes(month.attended)} attended"
            case Measure.MEETINGS:
                return f"{words.number(month.credited)} of {_meetings(month.wanted)}{averaged}"
            case Measure.SHARE:
                return f"{words.number(month.credited)}% of the meetings held, {wanted}% wanted"

    @property
    def next_step(self) -> str:
        if self.month.verdict is Verdict.MET or self.due_on is None:
            return ""
        by, form = words.day(last_of_month(self.month.first)), self.minimum.form_that_counts
        if self.minimum.measure is Measure.MINUTES and self.month.shortfall:
            missing = words.minutes(-(-self.month.shortfall * self.month.months // 1))
            return f"Plan {missing} of {f'{form} ' if form else ''}supervision by {by}."
        a_form = {"individual": "an individual", "group": "a group"}.get(form, "a")
        return f"Plan {a_form} session by {by}."


def _meetings(wanted: Fraction) -> str:
    return "1 meeting" if wanted == 1 else f"{words.number(wanted)} meetings"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingStanding(Standing):
    """By a number of days that rolls: the minimum holds until `due_on` if nothing more happens."""

    minimum: Minimum
    amount: Fraction
    wanted: Fraction
    last_on: date | None

    @property
    def because(self) -> str:
        had = f"the last that counts was on {words.day(self.last_on)}" if self.last_on else "none is recorded yet"
        facts = f"{self._so_far} in {self.minimum.days} days; {had}."
        if self.due_on is None:
            return f"{self.minimum.title} stands at {facts}"
        if self.status is Status.OVERDUE:
            return f"{self.minimum.title} is overdue: it was due {words.day(self.due_on)}; {facts}"
        if self.amount < self.wanted:
            return f"{self.minimum.title} is due by {words.day(self.due_on)}: {facts}"
        return f"{self.minimum.title} stands until {words.day(self.due_on)}: {facts}"

    @property
    def _so_far(self) -> str:
        amount, wanted = words.number(self.amount), words.number(self.wanted)
        match self.minimum.measure:
            case Measure.MINUTES:
                return f"{amount} of {wanted} minutes"
            case Measure.MEETINGS:
                return f"{amount} of {_meetings(self.wanted)}"
            case Measure.SHARE:
                return f"{amount}% of the meetings held, {wanted}% wanted,"

    @property
    def next_step(self) -> str:
        if self.status is Status.UP_TO_DATE or self.due_on is None:
            return ""
        return "Plan a session now." if self.status is Status.OVERDUE else f"Plan one by {words.day(self.due_on)}."


def standing(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date) -> Standing:
    """How a person stands on a supervision minimum on a date. `sittings` may hold later ones: they are not counted."""
    if not duty.span.holds(on):
        return LeftOut(status=Status.NOT_REQUIRED, why=f"{minimum.title} is not required on {words.day(on)}.")
    if minimum.amount == 0:
        return LeftOut(status=Status.NOT_REQUIRED, why=f"{minimum.title}: your service has set no amount.")
    if minimum.per is Per.ROLLING:
        return _rolling(minimum, duty, sittings, on)
    return _monthly(minimum, duty, sittings, on)


def _monthly(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date) -> Standing:
    first, due_on = first_of_month(on), last_of_month(on)
    month = month_of(minimum, duty, sittings, on, first)
    if month.verdict in (Verdict.NOT_JUDGED, Verdict.EXEMPT):
        status = Status.EXEMPT if month.verdict is Verdict.EXEMPT else Status.NOT_JUDGED
        return LeftOut(status=status, since=first, why=f"{minimum.title} in {month.why}")
    before = month_of(minimum, duty, sittings, on, add_months(first, -1))
    was_short = before.verdict is Verdict.SHORT
    soon_on = max(first, due_on - timedelta(days=minimum.warning_days))
    if month.verdict is Verdict.MET:
        met_on = _met_on(minimum, duty, sittings, on, first)
        since = met_on if was_short or met_on > soon_on else first
        return MonthStanding(status=Status.UP_TO_DATE, since=since, due_on=due_on, minimum=minimum, month=month)
    if was_short:
        return _overdue(minimum, duty, sittings, month, before, on)
    soon = is_soon(due_on, on, minimum.warning_days)
    return MonthStanding(
        status=Status.DUE_SOON if soon else Status.UP_TO_DATE,
        since=soon_on if soon else first,
        due_on=due_on,
        minimum=minimum,
        month=month,
    )


def _overdue(
    minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], month: Month, before: Month, on: date
) -> MonthStanding:
    """Overdue since the first of the months in a row that were missed; the sentence tells the latest of them."""
    missed, running = before.first, 1
    while month_of(minimum, duty, sittings, on, add_months(missed, -1)).verdict is Verdict.SHORT:
        missed, running = add_months(missed, -1), running + 1
    return MonthStanding(
        status=Status.OVERDUE,
        since=add_months(missed, 1),
        due_on=last_of_month(missed),
        minimum=minimum,
        month=month,
        before=before,
        running=running,
    )


def _met_on(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date, first: date) -> date:
    """The day from which the month has been met without a break."""
    met_on, was_met = first, False
    for day in sorted({first} | {sitting.held_on for sitting in _held(sittings, first, on)}):
        is_met = month_of(minimum, duty, sittings, day, first).verdict is Verdict.MET
        if is_met and not was_met:
            met_on = day
        was_met = is_met
    return met_on


def _begins(duty: Duty, on: date) -> date:
    """The day from which a rolling minimum is counted: a long absence or an exemption that is over starts it anew."""
    starts = [duty.span.start, duty.kept_from or duty.span.start]
    away = [span for span in duty.absences if span.end and (span.end - span.start).days + 1 >= duty.long_absence_days]
    starts += [span.end + timedelta(days=1) for span in (*away, *duty.exempt) if span.end and span.end < on]
    return max(starts)


def _rolling_left_out(title: str, duty: Duty, on: date) -> LeftOut | None:
    if duty.kept_from is not None and on < duty.kept_from:
        return not_kept_here(duty.kept_from, on)
    exempt = next((span for span in duty.exempt if span.holds(on)), None)
    if exempt is not None:
        why = f"{title} has been exempt since {words.day(exempt.start)}."
        return LeftOut(status=Status.EXEMPT, since=exempt.start, due_on=exempt.end, why=why)
    away = next((span for span in duty.absences if span.holds(on)), None)
    if away is not None and ((away.end or on) - away.start).days + 1 >= duty.long_absence_days:
        why = f"{title} is not judged: away since {words.day(away.start)}."
        return LeftOut(status=Status.NOT_JUDGED, since=away.start, why=why)
    return None


@dataclass(frozen=True, slots=True)
class _Rolling:
    """The days of the sittings that count, in order, and what each is worth. The amount changes only on a sitting's own
    day and on the day after it leaves the window; nothing is short before one whole window has passed since the duty
    began."""

    minimum: Minimum
    wanted: Fraction
    begins: date
    days: Sequence[date]
    worths: Sequence[Fraction]

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.minimum.days)

    def amount(self, day: date) -> Fraction:
        first, after = bisect_left(self.days, day - self.window), bisect_right(self.days, day)
        return _total(self.minimum, self.worths[first:after])

    def is_short(self, day: date) -> bool:
        return day > self.begins + self.window and self.amount(day) < self.wanted

    def last_days(self) -> list[date]:
        """The days after which the amount can fall: when a sitting leaves the window; for a share also when a meeting
        is missed."""
        falls = {self.begins + self.window} | {day + self.window for day in self.days}
        if self.minimum.measure is Measure.SHARE:
            falls |= {day - timedelta(days=1) for day in self.days}
        return sorted(falls)

    def good_until(self, on: date) -> date | None:
        return next((day for day in self.last_days() if day >= on and self.is_short(day + timedelta(days=1))), None)

    def last_good(self, on: date) -> date:
        return max((day for day in self.last_days() if day < on and not self.is_short(day)), default=self.begins)

    def good_since(self, on: date) -> date:
        one_day = timedelta(days=1)
        short = (day + one_day for day in reversed(self.last_days()) if day < on and self.is_short(day + one_day))
        short_on = next(short, None)
        if short_on is None:
            return self.begins
        return next((day for day in self.days if day > short_on and not self.is_short(day)), on)


def _rolling(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date) -> Standing:
    left_out = _rolling_left_out(minimum.title, duty, on)
    if left_out is not None:
        return left_out
    counted = sorted((s for s in _held(sittings, date.min, on) if counts_for(minimum, s)), key=lambda s: s.held_on)
    days, worths = [s.held_on for s in counted], [_worth(minimum, s) for s in counted]
    rolling = _Rolling(minimum, duty.wanted(minimum), _begins(duty, on), days, worths)
    due_on: date | None
    if rolling.is_short(on):
        due_on = rolling.last_good(on)
        status, since = Status.OVERDUE, due_on + timedelta(days=1)
    else:
        due_on, since = rolling.good_until(on), rolling.good_since(on)
        status = Status.UP_TO_DATE
        warning = min(minimum.warning_days, minimum.days // 4)
        if due_on is not None and is_soon(due_on, on, warning):
            status, since = Status.DUE_SOON, max(since, due_on - timedelta(days=warning))
    return RollingStanding(
        status=status,
        since=since,
        due_on=due_on,
        minimum=minimum,
        amount=rolling.amount(on),
        wanted=rolling.wanted,
        last_on=max((s.held_on for s in counted if s.minutes > 0), default=None),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Forecast


@dataclass(frozen=True, slots=True)
class Forecast:
    """This month if nothing more happens, and with what is planned. `saved_by`: the planned day that meets it."""

    month: Month
    planned: Fraction = NOTHING
    saved_by: date | None = None
    planned_days: tuple[date, ...] = field(default=())

    @property
    def still_short(self) -> Fraction:
        return max(NOTHING, self.month.shortfall - self.planned)


def forecast(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date) -> Forecast:
    """For a minimum by the calendar month, on a date: `sittings` holds the planned ones too."""
    month = month_of(minimum, duty, sittings, on, first_of_month(on))
    if month.verdict is not Verdict.SHORT_SO_FAR:
        return Forecast(month)
    last = last_of_month(on)
    coming = sorted(
        (s for s in sittings if s.is_planned and on <= s.held_on <= last and counts_for(minimum, s)),
        key=lambda s: s.held_on,
    )
    held, saved_by, then = [s for s in sittings if s.held_on <= on and not s.is_planned], None, month
    for sitting in coming:
        held.append(replace(sitting, is_planned=False))
        then = month_of(minimum, duty, held, last, month.first)
        if saved_by is None and then.verdict is Verdict.MET:
            saved_by = sitting.held_on
    return Forecast(month, then.credited - month.credited, saved_by, tuple(sitting.held_on for sitting in coming))
