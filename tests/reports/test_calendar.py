"""Calendars read back with the library that other programs use: what is in them, and what never is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from tcsuper.queries.calendar import PROTECTED_TIME, CalendarEntry, HowSure
from tcsuper.reports.calendar import calendar_file, refused_calendar

MADE_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def entry(**facts: object) -> CalendarEntry:
    given = {
        "uid": "session-1@tcsuper",
        "sequence": 0,
        "changed_at": datetime(2026, 11, 1, 8, tzinfo=UTC),
        "how_sure": HowSure.CONFIRMED,
        "what": PROTECTED_TIME,
        "on": date(2026, 11, 24),
        "starts_at": "14:00",
        "minutes": 90,
    }
    return CalendarEntry(**given | facts)  # type: ignore[arg-type]


def read_back(*entries: CalendarEntry) -> list[Event]:
    calendar = Calendar.from_ical(calendar_file("Protected time", entries, MADE_AT))
    assert isinstance(calendar, Calendar)
    return list(calendar.events)


def span(event: Event) -> tuple[datetime, datetime]:
    """In UTC: when it begins, and when it is over. A length is a length of time, whatever the clocks do."""
    begins = event["dtstart"].dt
    return begins.astimezone(UTC), begins.astimezone(UTC) + event["duration"].dt


@pytest.mark.parametrize(
    ("on", "starts_at", "minutes", "begins", "ends"),
    [
        (date(2026, 11, 24), "14:00", 90, "2026-11-24 14:00", "2026-11-24 15:30"),
        (date(2026, 7, 14), "14:00", 90, "2026-07-14 13:00", "2026-07-14 14:30"),
        (date(2026, 10, 24), "09:00", 60, "2026-10-24 08:00", "2026-10-24 09:00"),
        (date(2026, 10, 25), "09:00", 60, "2026-10-25 09:00", "2026-10-25 10:00"),
        (date(2026, 10, 25), "00:30", 120, "2026-10-24 23:30", "2026-10-25 01:30"),
        (date(2026, 10, 25), "01:30", 60, "2026-10-25 00:30", "2026-10-25 01:30"),
        (date(2027, 3, 27), "9:30", 60, "2027-03-27 09:30", "2027-03-27 10:30"),
        (date(2027, 3, 28), "09:30", 60, "2027-03-28 08:30", "2027-03-28 09:30"),
        (date(2027, 3, 28), "00:30", 60, "2027-03-28 00:30", "2027-03-28 01:30"),
        (date(2027, 3, 28), "01:30", 60, "2027-03-28 01:30", "2027-03-28 02:30"),
        (date(2026, 12, 31), "23:30", 60, "2026-12-31 23:30", "2027-01-01 00:30"),
        (date(2028, 2, 29), "10:00", 45, "2028-02-29 10:00", "2028-02-29 10:45"),
    ],
)
def test_a_session_is_when_the_clock_on_the_wall_says(
    on: date, starts_at: str, minutes: int, begins: str, ends: str
) -> None:
    [event] = read_back(entry(on=on, starts_at=starts_at, minutes=minutes))
    assert [f"{at:%Y-%m-%d %H:%M}" for at in span(event)] == [begins, ends]
    assert event["dtstart"].params["TZID"] == "Europe/London"


def test_the_zone_stands_in_the_file_with_both_changes_of_the_clock() -> None:
    calendar = Calendar.from_ical(calendar_file("Protected time", [entry()], MADE_AT))
    assert isinstance(calendar, Calendar)
    [zone] = calendar.timezones
    assert zone.tz_name == "Europe/London"
    london = zone.to_tz(lookup_tzid=False)
    for at, hours in ((datetime(2026, 10, 24, 12), 1), (datetime(2026, 10, 26, 12), 0), (datetime(2027, 3, 29, 12), 1)):
        assert at.replace(tzinfo=london).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("Protected time", "CONFIRMED", "OPAQUE")),
        ({"starts_at": ""}, ("Protected time, time to be agreed", "CONFIRMED", "TRANSPARENT")),
        ({"how_sure": HowSure.CANCELLED}, ("Protected time", "CANCELLED", "TRANSPARENT")),
        (
            {"what": "Training: TCAT 2", "starts_at": "", "how_sure": HowSure.TENTATIVE},
            ("Training: TCAT 2", "TENTATIVE", "OPAQUE"),
        ),
    ],
)
def test_what_it_says_and_whether_the_time_is_taken(facts: dict[str, object], expected: tuple[str, ...]) -> None:
    [event] = read_back(entry(**facts))
    assert (str(event["summary"]), str(event["status"]), str(event["transp"])) == expected
    assert str(event["class"]) == "PRIVATE"


@pytest.mark.parametrize(("last_on", "after"), [(None, date(2026, 11, 25)), (date(2026, 11, 26), date(2026, 11, 27))])
def test_without_a_time_it_is_of_the_whole_day_or_of_several(last_on: date | None, after: date) -> None:
    [event] = read_back(entry(starts_at="", last_on=last_on))
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 11, 24), after)
    assert "duration" not in event


def test_a_second_download_brings_the_same_entry_up_to_date() -> None:
    [first], [second] = read_back(entry()), read_back(entry(sequence=1, how_sure=HowSure.CANCELLED))
    assert first["uid"] == second["uid"] == "session-1@tcsuper"
    assert (first["sequence"], second["sequence"]) == (0, 1)


def test_a_place_with_odd_signs_comes_back_as_it_was_and_adds_no_line() -> None:
    place = "Group room, B; \\ “Wîng”\r\nATTENDEE:mailto:x@example.org 🙂" + "x" * 200
    file = calendar_file("Protected time", [entry(place=place)], MADE_AT)
    [event] = read_back(entry(place=place))
    assert str(event["location"]).replace("\r\n", "\n") == place.replace("\r\n", "\n") and "attendee" not in event
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))


def test_nothing_but_times_and_places_is_in_it() -> None:
    [event] = read_back(entry(place="Group room"))
    assert set(event) == {
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "STATUS", "SUMMARY", "LOCATION", "CLASS", "DTSTART", "DURATION",
        "TRANSP",
    }  # fmt: skip


def test_a_calendar_with_nothing_in_it_and_a_refusal_are_calendars_too() -> None:
    assert read_back() == []
    refused = Calendar.from_ical(refused_calendar("There is no such record."))
    assert isinstance(refused, Calendar) and not refused.events
    assert str(refused["x-wr-calname"]) == "Not made: There is no such record."
