"""The attendance register: everyone contracted is present until changed."""

from collections.abc import Mapping, Sequence

import streamlit as st

from tcsuper.models import AttendanceStatus
from tcsuper.queries.supervision import Contracted
from tcsuper.services.supervision import Entry
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm

STATUS_WORDS = {
    AttendanceStatus.ATTENDED: "Attended",
    AttendanceStatus.LATE: "Came late",
    AttendanceStatus.LEFT_EARLY: "Left early",
    AttendanceStatus.APOLOGIES_LEAVE: "Apologies: leave",
    AttendanceStatus.APOLOGIES_SICKNESS: "Apologies: sickness",
    AttendanceStatus.APOLOGIES_OPERATIONAL: "Apologies: operational need",
    AttendanceStatus.DID_NOT_ATTEND: "Did not attend",
    AttendanceStatus.EXEMPT: "Exempt",
}
"""What a supervisor, the person themselves and the therapy manager read; a group sees present or not present."""


PART = (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY)
Before = Mapping[int, tuple[AttendanceStatus, int]]
"""Staff id to what was recorded before: status and minutes."""


def attendance_register(form: RecordForm, people: Sequence[Contracted], before: Before | None = None) -> list[Entry]:
    """Draw one line per person, in a live form; gives what was chosen. Minutes are asked of those who came late or left
    early, once that is chosen."""
    entries = []
    for person in people:
        status, minutes = (before or {}).get(person.staff_id, (AttendanceStatus.ATTENDED, 0))
        entries.append(_line(form, person, status, minutes))
    form.slot("entries")
    return entries


def _line(form: RecordForm, person: Contracted, was: AttendanceStatus, stayed_before: int) -> Entry:
    name = plain(person.full_name)
    statuses = list(STATUS_WORDS)
    name_place, status_place, minutes_place = st.columns([2, 2, 1.2], vertical_alignment="center")
    with name_place:
        st.markdown(name)
    with status_place:
        chosen = st.selectbox(
            f"Attendance of {name}",
            statuses,
            index=statuses.index(was),
            format_func=STATUS_WORDS.__getitem__,
            label_visibility="collapsed",
            key=form.widget_key(f"status-{person.staff_id}"),
        )
    stayed = None
    if chosen in PART:
        with minutes_place:
            stayed = st.number_input(
                f"Minutes {name} was there",
                min_value=1,
                max_value=480,
                value=stayed_before or None,
                step=5,
                placeholder="minutes there",
                label_visibility="collapsed",
                key=form.widget_key(f"minutes-{person.staff_id}"),
            )
    return Entry(person.staff_id, chosen, int(stayed) if stayed else None)
