"""The days of sessions that recur: every week, two weeks or four weeks, or monthly by weekday ("second Tuesday").

Days are London's and times are what the clock on the wall says, so a series keeps its day and hour over both changes of
the clock. A month that lacks the weekday (a fifth Friday) is passed over and named: nothing is moved to another day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from tcsuper.words import DAYS, LONDON, count, day, listed, month


class Every(StrEnum):
    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    FOUR_WEEKS = "four_weeks"
    MONTH = "month"


WEEKS = {Every.WEEK: 1, Every.TWO_WEEKS: 2, Every.FOUR_WEEKS: 4}
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
MOST = 60
"""Sessions of one series: more than a year of weeks."""


@dataclass(frozen=True)
class Series:
    """From a first day until a day (which may be the last one) or for so many sessions: one of the two. `which` is for
    a monthly series: the how-manieth of that weekday in its month, -1 for the last; 0 goes by the first day."""

    every: Every
    first_on: date
    until: date | None = None
    how_many: int | None = None
    which: int = 0

    @property
    def in_month(self) -> int:
        return self.which or ordinals_of(self.first_on)[0]


def ordinals_of(on: date) -> list[int]:
    """What this day is in its month: [2] for a second Tuesday, [4, -1] for a fourth that is also the last."""
    nth = (on.day - 1) // 7 + 1
    is_last = (on + timedelta(days=7)).month != on.month
    return [nth, -1] if is_last else [nth]


def problems_of(series: Series) -> dict[str, str]:
    """By field, the sentence that says what cannot be. Empty when the series can be planned."""
    problems = {}
    if (series.until is None) == (series.how_many is None):
        problems["until"] = "Say until which day, or how many sessions: one of the two."
    if series.until is not None and series.until < series.first_on:
        problems["until"] = f"The series would end before it begins, on {day(series.first_on)}."
    if series.how_many is not None and not 1 <= series.how_many <= MOST:
        problems["how_many"] = f"A series has 1 to {MOST} sessions."
    if series.which and (series.every is not Every.MONTH or series.which not in ordinals_of(series.first_on)):
        problems["which"] = f"{day(series.first_on)} is not such a day. Choose another first day."
    if not problems and len(_days(series, MOST + 1)) > MOST:
        problems["until"] = f"A series has at most {MOST} sessions. Choose an earlier last day."
    return problems


def days_of(series: Series) -> list[date]:
    """Its days, in order. For a series that has no problems."""
    return _days(series, MOST)


def _days(series: Series, most: int) -> list[date]:
    last = datetime.combine(series.until, time()) if series.until else None
    first, number = datetime.combine(series.first_on, time()), series.how_many
    if series.every is Every.MONTH:
        falls = weekday(series.first_on.weekday(), series.in_month)
        found = rrule(MONTHLY, dtstart=first, byweekday=falls, until=last, count=number)
    else:
        found = rrule(WEEKLY, interval=WEEKS[series.every], dtstart=first, until=last, count=number)
    return [one.date() for one in islice(found, most)]


def months_passed_over(series: Series) -> list[date]:
    """The months (by their first day) from the first session to the end that lack the weekday asked for."""
    if series.every is not Every.MONTH:
        return []
    days = days_of(series)
    there = {(one.year, one.month) for one in days}
    end = _last_whole_month(series.until) if series.until else max(days, default=series.first_on)
    first = series.first_on.replace(day=1)
    every_month = [one.date() for one in rrule(MONTHLY, dtstart=datetime.combine(first, time()), until=_midnight(end))]
    return [one for one in every_month if (one.year, one.month) not in there]


def _last_whole_month(until: date) -> date:
    """A month that the series ends within has not been passed over: its day may have been still to come."""
    ends_a_month = (until + timedelta(days=1)).day == 1
    return until if ends_a_month else until.replace(day=1) - timedelta(days=1)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time())


# ---------------------------------------------------------------------------------------------------------------------
# In words


def rule_in_words(series: Series, starts_at: str = "") -> str:
    """Every second Tuesday of the month at 14:00, until 31 March 2027."""
    name = DAYS[series.first_on.weekday()]
    how_often = {
        Every.WEEK: f"Every {name}",
        Every.TWO_WEEKS: f"Every two weeks on {name}",
        Every.FOUR_WEEKS: f"Every four weeks on {name}",
        Every.MONTH: f"Every {ORDINALS[series.in_month]} {name} of the month",
    }[series.every]
    at = f" at {starts_at}" if starts_at else ""
    number = "once" if series.how_many == 1 else f"{series.how_many} times"
    return f"{how_often}{at}, {f'until {day(series.until)}' if series.until else number}"


def result_in_words(
    planned: Sequence[date],
    taken: Sequence[date] = (),
    nobody_there: Sequence[date] = (),
    passed_over: Sequence[date] = (),
    beyond: Sequence[date] = (),
    end_on: date | None = None,
    which: str = "",
) -> str:
    """What became of a series: how many sessions were planned, and each day that was left out with its reason.
    `beyond`: days after the agreement's end, `end_on`; `which`: "fifth Friday", for the months that lack one."""
    said = [f"{count(len(planned), 'session')} planned{_span(planned)}."]
    if taken:
        said.append(f"Left out, because a session is there already: {_named(taken)}.")
    if nobody_there:
        said.append(f"Left out, because nobody is contracted then: {_named(nobody_there)}.")
    if passed_over:
        said.append(f"Passed over, without a {which}: {_shortened([month(one) for one in passed_over])}.")
    if beyond and end_on:
        said.append(f"Left out, because the agreement ends on {day(end_on)}: {_named(beyond)}.")
    return " ".join(said)


def _span(days: Sequence[date]) -> str:
    if not days:
        return ""
    return f", on {day(days[0])}" if len(days) == 1 else f", from {day(days[0])} to {day(days[-1])}"


def _named(days: Sequence[date]) -> str:
    return _shortened([day(one) for one in days])


def _shortened(names: list[str]) -> str:
    return listed(names) if len(names) <= 5 else f"{', '.join(names[:4])} and {len(names) - 4} more"


def ends_at(held_on: date, starts_at: str, minutes: int) -> str:
    """What the clock on the wall says at the end; empty without a start. On the night when the clocks change an hour
    is missing or comes twice, and the session still lasts as long as it lasts."""
    if not starts_at:
        return ""
    begins = datetime.combine(held_on, _clock(starts_at), LONDON)
    return f"{(begins.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(LONDON):%H:%M}"


def span_in_words(held_on: date, starts_at: str, minutes: int) -> str:
    """13:30 to 15:00."""
    return f"{_clock(starts_at):%H:%M} to {ends_at(held_on, starts_at, minutes)}" if starts_at else "time not set"


def _clock(starts_at: str) -> time:
    """Of "14:00"; "9:30" is taken too."""
    hour, _, minute = starts_at.partition(":")
    return time(int(hour), int(minute))


def week_of(on: date) -> date:
    """The Monday of its week."""
    return on - timedelta(days=on.weekday())
