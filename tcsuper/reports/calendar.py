"""Entries as an iCalendar file (RFC 5545) that any calendar takes in. `icalendar` writes and folds its lines.

Times are what the clock on the wall says in London, with the zone's own rule beside them, and each entry says how long
it lasts: so both changes of the clock come out right wherever the file is opened.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from tcsuper.queries.calendar import CalendarEntry, HowSure
from tcsuper.words import LONDON

ICALENDAR = "text/calendar"
PRODUCT = "-//tcsuper//Protected time//EN"
TIME_OPEN = "time to be agreed"
HOUR = timedelta(hours=1)


def calendar_file(name: str, entries: Sequence[CalendarEntry], made_at: datetime) -> bytes:
    """`name`: what a calendar program calls it. An empty calendar is a calendar too."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", LONDON.key)
    calendar.add_component(_london())
    for entry in entries:
        calendar.add_component(_event(entry, made_at))
    return calendar.to_ical()


def refused_calendar(sentence: str) -> bytes:
    """What is downloaded when it could not be made: an empty calendar, called by the reason."""
    return calendar_file(f"Not made: {sentence}", [], datetime(1980, 1, 1, tzinfo=UTC))


def _event(entry: CalendarEntry, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", made_at)
    event.add("last-modified", entry.changed_at)
    event.add("status", entry.how_sure.value)
    event.add("summary", f"{entry.what}, {TIME_OPEN}" if entry.time_is_open else entry.what)
    if entry.place:
        event.add("location", entry.place)
    event.add("class", "PRIVATE")
    if entry.starts_at:
        event.add("dtstart", begins_at(entry.on, entry.starts_at))
        event.add("duration", timedelta(minutes=entry.minutes))
    else:
        event.add("dtstart", entry.on)
        event.add("dtend", (entry.last_on or entry.on) + timedelta(days=1))  # the first day after it
    is_busy = entry.how_sure is not HowSure.CANCELLED and not entry.time_is_open
    event.add("transp", "OPAQUE" if is_busy else "TRANSPARENT")
    return event


def begins_at(on: date, starts_at: str) -> datetime:
    """In London's time. A start in the hour that the clocks leave out in March is what they show then: an hour later.
    In the hour that comes twice in October it is the first one."""
    hour, _, minute = starts_at.partition(":")
    named = datetime.combine(on, time(int(hour), int(minute)), LONDON)
    return named.astimezone(UTC).astimezone(LONDON)


def _london() -> Timezone:
    """The rule since 1996: forward at one o'clock on the last Sunday in March, back on the last Sunday in October."""
    zone = Timezone()
    zone.add("tzid", LONDON.key)
    for part, name, month, first, before, after in (
        (TimezoneDaylight(), "BST", 3, datetime(1996, 3, 31, 1), timedelta(), HOUR),
        (TimezoneStandard(), "GMT", 10, datetime(1996, 10, 27, 2), HOUR, timedelta()),
    ):
        part.add("tzname", name)
        part.add("dtstart", first)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("rrule", vRecur(freq="yearly", bymonth=month, byday="-1SU"))
        zone.add_component(part)
    return zone
