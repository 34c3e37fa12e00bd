"""Supervision: whether a minimum is met in a month or on a date, and what is still to come.

What a minimum asks is in `minimum.py`, what a session counts for in `credit.py`; here the two are set against the
calendar. A person under several minima (their post's, their bodies') meets each or not: none stands for another.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate

from tcsuper import words
from tcsuper.rules.credit import NOTHING, Sitting, amount_of, attended_minutes, counts_for, credit, total, worth
from tcsuper.rules.minimum import Duty, HoursOf, Measure, Minimum, Per, Whichever
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


def _held(sittings: Iterable[Sitting], first: date, last: date) -> list[Sitting]:
    return [sitting for sitting in sittings if first <= sitting.held_on <= last and not sitting.is_planned]


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
    the amount alone does not say it. `months`: how many the credit is an average of. `worked`: the hours
    that what is wanted goes by; `lacks`: months whose hours are not entered, so that what is wanted is a bound.
    `reason`: in few words why it is left out, for a count of those left out."""

    first: date
    verdict: Verdict
    attended: int
    credited: Fraction
    wanted: Fraction
    why: str = ""
    months: int = 1
    worked: Fraction | None = None
    lacks: tuple[date, ...] = ()
    reason: str = ""

    @property
    def shortfall(self) -> Fraction:
        return max(NOTHING, self.wanted - self.credited)


def month_of(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date, first: date) -> Month:
    """The month beginning on `first`, with what happened up to `on` (both its last days included). A minimum by rolling
    days is read at the month's last day."""
    last = last_of_month(first)
    until = min(last, on)
    this_month = _held(sittings, first, until)
    verdict, why, reason = _left_out(minimum, duty, first, last)
    done, months = this_month, [first]
    if minimum.per is Per.AVERAGE:
        done, months = _averaged(minimum, duty, sittings, on, first)
    elif minimum.per is Per.ROLLING:
        done = _held(sittings, until - timedelta(days=minimum.days), until)
    credited = amount_of(minimum, done)
    if minimum.measure is not Measure.SHARE:
        credited /= len(months)
    wanted = sum((duty.wanted(minimum, month) for month in months), NOTHING) / len(months)
    lacks: tuple[date, ...] = ()
    if verdict is None:
        lacks = _lacks(minimum, duty, months)
        verdict, why = _judged(minimum, duty, done, credited >= wanted, on, first)
        if lacks and verdict is _unsure_of(minimum):
            verdict, why = Verdict.NOT_JUDGED, f"{words.month(first)} is not judged: {_lacking(minimum, lacks)}."
        if verdict is Verdict.NOT_JUDGED:
            reason = "hours not entered" if lacks else "nothing to judge yet"
    worked = duty.worked_in(minimum.hours_of, first)
    attended = attended_minutes(minimum, this_month)
    return Month(first, verdict, attended, credited, wanted, why, len(months), worked, lacks, reason)


def _lacks(minimum: Minimum, duty: Duty, months: Sequence[date]) -> tuple[date, ...]:
    """The months whose hours the minimum goes by and nobody entered."""
    if minimum.hours_of is None:
        return ()
    return tuple(month for month in months if duty.worked_in(minimum.hours_of, month) is None)


def _lacking(minimum: Minimum, months: Sequence[date]) -> str:
    """ "client hours for October 2026 are not entered"."""
    return f"{minimum.hours_of} hours for {words.listed([words.month(month) for month in months])} are not entered"


def _unsure_of(minimum: Minimum) -> Verdict:
    """What cannot be said without the hours. They may ask for more than the amount: then that it is enough. Or they may
    ask for less: then that it is short."""
    return Verdict.MET if minimum.whichever is Whichever.MORE else Verdict.SHORT


def _averaged(
    minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date, first: date
) -> tuple[list[Sitting], list[date]]:
    """What was held in the months to be averaged, and which they are: months that are not judged are passed over."""
    done: list[Sitting] = []
    months: list[date] = []
    for back in range(1 - minimum.months, 1):
        begins = add_months(first, back)
        ends = last_of_month(begins)
        if _left_out(minimum, duty, begins, ends)[0] is None:
            done += _held(sittings, begins, min(ends, on))
            months.append(begins)
    return done, months or [first]


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


def _left_out(minimum: Minimum, duty: Duty, first: date, last: date) -> tuple[Verdict | None, str, str]:
    """Part-months, months before the records, long absence and exempt months are not judged (domain, section 5): the
    sentence, and the reason in few words."""
    name, span = words.month(first), duty.span
    if minimum.amount == 0:
        return Verdict.NOT_REQUIRED, "Your service has set no amount.", ""
    if last < span.start or (span.end is not None and first > span.end):
        return Verdict.NOT_REQUIRED, f"Not required in {name}.", ""
    if duty.kept_from is not None and first < duty.kept_from:
        kept_from = words.day(duty.kept_from)
        why = f"{name} is not judged: no records kept here before {kept_from}."
        return Verdict.NOT_JUDGED, why, f"no records kept here before {kept_from}"
    if first < span.start or (span.end is not None and span.end < last):
        part = _part_month(span, first)
        return Verdict.NOT_JUDGED, f"{name} is not judged: {part}.", part
    if any(exempt.start <= last and (exempt.end is None or exempt.end >= first) for exempt in duty.exempt):
        return Verdict.EXEMPT, f"{name} is exempt.", "exempt"
    if minimum.exempt_without_clients and duty.worked_in(HoursOf.CLIENT, first) == 0:
        return Verdict.EXEMPT, f"{name} is exempt: a month without client work.", "without client work"
    away = _days_away(duty.absences, first, last)
    if away >= min(duty.long_absence_days, last.day):
        why = f"{name} is not judged: away for {words.count(away, 'day')} of it."
        return Verdict.NOT_JUDGED, why, f"away for {duty.long_absence_days} days or more"
    return None, "", ""


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
    lacks: tuple[date, ...] = ()
    """Of this month and the one before, those whose hours are not entered."""

    @property
    def because(self) -> str:
        lacks = ""
        if self.lacks and self.before is None:
            said = _lacking(self.minimum, self.lacks)
            lacks = f" {said[:1].upper()}{said[1:]}."
        return f"{self._because}{lacks}{_besides(self.minimum)}"

    @property
    def _because(self) -> str:
        title, name = self.minimum.title, words.month(self.month.first)
        if self.month.verdict is Verdict.MET:
            return f"{title} is met for {name}: {self._so_far(self.month)}."
        if self.before is not None:
            return self._missed(self.before)
        if self.month.verdict is Verdict.NOT_JUDGED:
            return f"{title} is not judged for {name}: {self._so_far(self.month)}."
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
                bound = {Whichever.MORE: "at least ", Whichever.LESS: "at most "}[self.minimum.whichever]
                wanted = f"{bound if month.lacks else ''}{wanted}"
                worked = self._worked(month)
                credited = f"{words.number(month.credited)} of {wanted} minutes credited{worked}{averaged}"
                same = averaged or month.credited == month.attended
                return credited if same else f"{credited}, {words.minutes(month.attended)} attended"
            case Measure.MEETINGS:
                return f"{words.number(month.credited)} of {_meetings(month.wanted)}{averaged}"
            case Measure.SHARE:
                return f"{words.number(month.credited)}% of the meetings held, {wanted}% wanted"

    def _worked(self, month: Month) -> str:
        if month.worked is None or month.months > 1:
            return ""
        return f" for {words.number(month.worked)} {self.minimum.hours_of} hours"

    @property
    def next_step(self) -> str:
        is_over = any(month < self.month.first for month in self.lacks)
        enter = "Enter the hours on My record." if is_over or self.month.verdict is Verdict.NOT_JUDGED else ""
        return " ".join(step for step in (self._plan, enter) if step)

    @property
    def _plan(self) -> str:
        if self.month.verdict in (Verdict.MET, Verdict.NOT_JUDGED) or self.due_on is None:
            return ""
        by, form = words.day(last_of_month(self.month.first)), self.minimum.form_that_counts
        if self.minimum.measure is Measure.MINUTES and self.month.shortfall:
            missing = words.minutes(-(-self.month.shortfall * self.month.months // 1))
            return f"Plan {missing} of {f'{form} ' if form else ''}supervision by {by}."
        a_form = {"individual": "an individual", "group": "a group"}.get(form, "a")
        return f"Plan {a_form} session by {by}."


def _besides(minimum: Minimum) -> str:
    """What nothing here can answer, as a sentence of its own."""
    return f" Not kept here: {minimum.not_kept}." if minimum.not_kept else ""


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
        facts = f"{self._so_far} in {self.minimum.days} days; {had}.{_besides(self.minimum)}"
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
    if minimum.per is Per.IN_ALL:
        return _in_all(minimum, duty, sittings, on)
    return _monthly(minimum, duty, sittings, on)


def _monthly(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date) -> Standing:
    first, due_on = first_of_month(on), last_of_month(on)
    month = month_of(minimum, duty, sittings, on, first)
    if month.verdict in (Verdict.NOT_JUDGED, Verdict.EXEMPT) and not month.lacks:
        status = Status.EXEMPT if month.verdict is Verdict.EXEMPT else Status.NOT_JUDGED
        return LeftOut(status=status, since=first, why=f"{minimum.title} in {month.why}")
    before = month_of(minimum, duty, sittings, on, add_months(first, -1))
    was_short = before.verdict is Verdict.SHORT
    lacks = (*(before.lacks if before.verdict is Verdict.NOT_JUDGED else ()), *month.lacks)
    soon_on = max(first, due_on - timedelta(days=minimum.warning_days))
    if month.verdict is Verdict.MET:
        met_on = _met_on(minimum, duty, sittings, on, first)
        since = met_on if was_short or met_on > soon_on else first
        return MonthStanding(
            status=Status.UP_TO_DATE, since=since, due_on=due_on, minimum=minimum, month=month, lacks=lacks
        )
    if was_short:
        return _overdue(minimum, duty, sittings, month, before, on)
    if month.verdict is Verdict.NOT_JUDGED:
        return MonthStanding(status=Status.NOT_JUDGED, since=first, minimum=minimum, month=month, lacks=lacks)
    soon = is_soon(due_on, on, minimum.warning_days)
    return MonthStanding(
        status=Status.DUE_SOON if soon else Status.UP_TO_DATE,
        since=soon_on if soon else first,
        due_on=due_on,
        minimum=minimum,
        month=month,
        lacks=lacks,
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
        lacks=month.lacks,
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
    """The days of the sittings that count, in order, and what they come to: `sums` begins with nothing and adds one
    sitting at a time. The amount changes only on a sitting's own day and on the day after it leaves the window; nothing
    is short before one whole window has passed since the duty began."""

    minimum: Minimum
    wanted: Fraction
    begins: date
    days: Sequence[date]
    sums: Sequence[Fraction]

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.minimum.days)

    def amount(self, day: date) -> Fraction:
        first, after = bisect_left(self.days, day - self.window), bisect_right(self.days, day)
        return total(self.minimum, self.sums[after] - self.sums[first], after - first)

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
    days = [s.held_on for s in counted]
    sums = list(accumulate((worth(minimum, s) for s in counted), initial=NOTHING))
    rolling = _Rolling(minimum, duty.wanted(minimum), _begins(duty, on), days, sums)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalStanding(Standing):
    """Minutes or meetings in all, since the duty began: reached or on the way, with no date by which."""

    minimum: Minimum
    amount: Fraction
    wanted: Fraction
    begins: date

    @property
    def because(self) -> str:
        so_far = f"{words.number(self.amount)} of {_meetings(self.wanted)}"
        if self.minimum.measure is Measure.MINUTES:
            so_far = f"{words.length(int(self.amount // 1))} of {words.length(int(self.wanted))}"
        reached = "is complete" if self.status is Status.UP_TO_DATE else "is under way"
        return f"{self.minimum.title} {reached}: {so_far} since {words.day(self.begins)}.{_besides(self.minimum)}"


def _in_all(minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date) -> TotalStanding:
    """Reached on the day that it first came to what is wanted; nothing that is over is ever lost again."""
    begins = max(duty.span.start, duty.kept_from or duty.span.start)
    done = sorted(_held(sittings, begins, on), key=lambda sitting: sitting.held_on)
    wanted = duty.wanted(minimum)
    amount = amount_of(minimum, done)
    since = begins
    if amount >= wanted:
        days = sorted({sitting.held_on for sitting in done})
        since = next((day for day in days if amount_of(minimum, _held(done, begins, day)) >= wanted), begins)
    return TotalStanding(
        status=Status.UP_TO_DATE if amount >= wanted else Status.IN_PROGRESS,
        since=since,
        minimum=minimum,
        amount=amount,
        wanted=wanted,
        begins=begins,
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


def forecast(
    minimum: Minimum, duty: Duty, sittings: Sequence[Sitting], on: date, planned_from: date | None = None
) -> Forecast:
    """The calendar month of a date, with what was held up to it: `sittings` holds the planned ones too. Those count
    that are planned for `planned_from` (today, where the date is a later one; else that date) or after."""
    first, last = first_of_month(on), last_of_month(on)
    held, saved_by = [s for s in sittings if s.held_on <= on and not s.is_planned], None
    month = then = month_of(minimum, duty, held, last, first)
    if month.verdict is not Verdict.SHORT_SO_FAR:
        return Forecast(month)
    begins = max(first, min(on, planned_from or on))
    coming = sorted(
        (s for s in sittings if s.is_planned and begins <= s.held_on <= last and counts_for(minimum, s)),
        key=lambda s: s.held_on,
    )
    for sitting in coming:
        held.append(replace(sitting, is_planned=False))
        then = month_of(minimum, duty, held, last, first)
        if saved_by is None and then.verdict is Verdict.MET:
            saved_by = sitting.held_on
    return Forecast(month, then.credited - month.credited, saved_by, tuple(sitting.held_on for sitting in coming))
