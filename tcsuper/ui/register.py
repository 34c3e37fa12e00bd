"""The attendance register: everyone contracted is present until changed."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from tcsuper import words
from tcsuper.models import IN_PART, AttendanceStatus
from tcsuper.queries.supervision import Contracted
from tcsuper.services.keeping_sessions import Entry
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


WHY_NOT_THERE = (
    AttendanceStatus.DID_NOT_ATTEND,
    AttendanceStatus.APOLOGIES_LEAVE,
    AttendanceStatus.APOLOGIES_SICKNESS,
    AttendanceStatus.APOLOGIES_OPERATIONAL,
)
"""Where a whole week or a series is entered: whoever came late or left early is entered with their session alone."""
Before = Mapping[int, Entry]
"""Staff id to what was recorded before."""


def attendance_register(form: RecordForm, people: Sequence[Contracted], before: Before | None = None) -> list[Entry]:
    """Draw one line per person, in a live form; gives what was chosen. Minutes are asked of those who came late or left
    early, once that is chosen; whether they presented their own work, of those whose body asks it."""
    entries = []
    with st.container(key=form.widget_key("register")):
        for person in people:
            was = (before or {}).get(person.staff_id) or Entry(person.staff_id, AttendanceStatus.ATTENDED)
            entries.append(_line(form, person, was))
    form.slot("entries")
    return entries


def _line(form: RecordForm, person: Contracted, was: Entry) -> Entry:
    name = plain(person.full_name)
    statuses = list(STATUS_WORDS)
    name_place, status_place, minutes_place = st.columns([2, 2, 1.2], vertical_alignment="center")
    with name_place:
        st.markdown(name)
    with status_place:
        chosen = st.selectbox(
            f"Attendance of {name}",
            statuses,
            index=statuses.index(was.status),
            format_func=STATUS_WORDS.__getitem__,
            label_visibility="collapsed",
            key=form.widget_key(f"status-{person.staff_id}"),
            persist_state="page",
        )
    stayed = None
    with minutes_place:
        if chosen in IN_PART:
            stayed = st.number_input(
                f"Minutes {name} was there",
                min_value=1,
                max_value=480,
                value=was.minutes or None,
                step=5,
                placeholder="minutes there",
                label_visibility="collapsed",
                key=form.widget_key(f"minutes-{person.staff_id}"),
                persist_state="page",
            )
        presented = was.presented_own_work
        if person.asks_own_work:
            presented = st.checkbox(
                "Presented own work",
                was.presented_own_work,
                help=f"{name}'s professional body counts a group only for those who presented their own work in it.",
                key=form.widget_key(f"own-work-{person.staff_id}"),
            )
    return Entry(person.staff_id, chosen, int(stayed) if stayed else None, presented)


# ---------------------------------------------------------------------------------------------------------------------
# Shorter: for several sessions on one screen


def present_until_unticked(form: RecordForm, key: str, people: Sequence[Contracted]) -> list[Entry]:
    """Every name is ticked; each one unticked is asked why."""
    names = _told_apart(people)
    there = st.pills(
        "Present",
        list(names),
        selection_mode="multi",
        default=list(names),
        format_func=lambda one: plain(names[one]),
        key=form.widget_key(f"there-{key}"),
        help="Everyone contracted that day is ticked. Untick whoever was not there.",
    )
    return _with_reasons(form, key, people, names, [one for one in names if one not in there])


def all_there_but(form: RecordForm, key: str, people: Sequence[Contracted]) -> list[Entry]:
    """The same from the other side, in one line: choose those who were not there. A session with one person was held
    with them, or not at all."""
    if len(people) == 1:
        return [Entry(people[0].staff_id, AttendanceStatus.ATTENDED)]
    names = _told_apart(people)
    absent = st.multiselect(
        "Who was not there?",
        list(names),
        format_func=names.__getitem__,
        placeholder=f"Everyone was: {words.count(len(people), 'person', 'people')}",
        key=form.widget_key(f"absent-{key}"),
    )
    return _with_reasons(form, key, people, names, absent)


def _with_reasons(
    form: RecordForm, key: str, people: Sequence[Contracted], names: Mapping[int, str], absent: Sequence[int]
) -> list[Entry]:
    why = {
        staff_id: st.selectbox(
            f"Why was {plain(names[staff_id])} not there?",
            WHY_NOT_THERE,
            format_func=STATUS_WORDS.__getitem__,
            key=form.widget_key(f"why-{key}-{staff_id}"),
        )
        for staff_id in absent
    }
    presented = _who_presented(form, key, [one for one in people if one.staff_id not in why], names)
    return [
        Entry(
            one.staff_id,
            why.get(one.staff_id, AttendanceStatus.ATTENDED),
            presented_own_work=one.staff_id in presented,
        )
        for one in people
    ]


def _who_presented(form: RecordForm, key: str, there: Sequence[Contracted], names: Mapping[int, str]) -> Sequence[int]:
    asked = [one.staff_id for one in there if one.asks_own_work]
    if not asked:
        return []
    return st.pills(
        "Presented own work",
        asked,
        selection_mode="multi",
        format_func=lambda one: plain(names[one]),
        key=form.widget_key(f"own-work-{key}"),
        help="Their professional body counts a group only for those who presented their own work in it.",
    )


def _told_apart(people: Sequence[Contracted]) -> dict[int, str]:
    """Staff id to name; two of one name get their number, since a choice goes by its label."""
    alike = Counter(one.full_name for one in people)
    return {
        one.staff_id: one.full_name if alike[one.full_name] == 1 else f"{one.full_name} no. {one.staff_id}"
        for one in people
    }
