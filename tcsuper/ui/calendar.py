"""Protected time for a calendar program: one's own, and that of a series."""

from collections.abc import Callable, Mapping
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from tcsuper.access import Actor
from tcsuper.database import writing
from tcsuper.errors import Refused
from tcsuper.reports.calendar import ICALENDAR, calendar_file, refused_calendar
from tcsuper.services.calendar import TakenCalendar, export_own_calendar, export_series_calendar

OWN_NAME, SERIES_NAME = "My protected time", "Protected time of a series"


def own_calendar_part(me: Actor) -> None:
    """On one's own record."""
    st.subheader("My calendar", anchor=False)
    st.caption(
        "For Outlook or any other calendar: your planned sessions as “Protected time”, without names or what they are "
        "about, and the courses you have a place on. A later download takes the place of the earlier one."
    )
    calendar_button(OWN_NAME, lambda db: export_own_calendar(db, by=me), "my-protected-time", "own")


def series_calendar_part(me: Actor, offered: Mapping[str, UUID]) -> None:
    """Series whose registers somebody may print, by their label."""
    if not offered:
        return
    more = st.popover("A series for a calendar", on_change="rerun", key="series-calendar")
    if more.open:
        with more:
            st.caption("When and where, as protected time: for the supervisor, the detail office or whoever comes.")
            series_id = offered[str(st.selectbox("Series", list(offered), key="series-for-calendar"))]
            calendar_button(
                SERIES_NAME,
                lambda db: export_series_calendar(db, by=me, series_id=series_id),
                "protected-time-of-a-series",
                "series",
            )


def calendar_button(name: str, take: Callable[[Session], TakenCalendar], file_name: str, key: str) -> None:
    st.download_button(
        "Download for a calendar",
        made_by(name, take),
        f"{file_name}.ics",
        ICALENDAR,
        key=f"calendar-{key}",
        on_click="ignore",
        icon=":material/calendar_month:",
    )


def made_by(name: str, take: Callable[[Session], TakenCalendar]) -> Callable[[], bytes]:
    """Makes the file at the click, in a transaction of its own that also writes the event, after the service has looked
    up anew who clicks. It runs outside the page: a refusal is the calendar's only word, its name."""

    def made() -> bytes:
        try:
            with writing() as db:
                taken = take(db)
        except Refused as refused:
            return refused_calendar(str(refused))
        return calendar_file(name, taken.entries, taken.made_at)

    return made
