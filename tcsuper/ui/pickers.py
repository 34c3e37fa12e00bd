"""Choosing people, agreements and days.

A selectbox tells options apart by label alone, so every label here is unique.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import streamlit as st

from tcsuper.clock import today
from tcsuper.queries.people import Person
from tcsuper.queries.supervision import ToRecord
from tcsuper.ui.memory import is_asked_anew

FIRST_DAY, YEARS_AHEAD = date(1950, 1, 1), timedelta(days=10 * 366)
"""What a day can be chosen from: without them Streamlit offers ten years on each side, and a registration of fifteen
years ago could not be entered. Which days can be is for the services to say."""


def labels(people: Iterable[Person]) -> dict[int, str]:
    """Staff id to label: the name, and for namesakes their role, community and, if need be, number."""
    listed = list(people)
    alike = Counter(person.full_name for person in listed)
    told_apart = {
        person.staff_id: person.full_name if alike[person.full_name] == 1 else f"{person.full_name} ({person.where})"
        for person in listed
    }
    still_alike = Counter(told_apart.values())
    return {
        staff_id: label if still_alike[label] == 1 else f"{label} no. {staff_id}"
        for staff_id, label in told_apart.items()
    }


def pick_staff(label: str, people: Sequence[Person], key: str, placeholder: str = "Choose a person") -> Person | None:
    by_id = {person.staff_id: person for person in people}
    named = labels(people)
    chosen = st.selectbox(
        label, list(by_id), index=None, format_func=lambda one: named[one], key=key, placeholder=placeholder
    )
    return by_id.get(chosen) if chosen is not None else None


def pick_staff_asked_for(label: str, people: Sequence[Person], key: str) -> Person | None:
    """The same, already chosen when the address names somebody who is in the list: `?person=<staff id>`."""
    wished = st.query_params.get("person", "")
    offered = {str(person.staff_id): person.staff_id for person in people}
    if wished in offered and is_asked_anew(key, wished):
        st.session_state[key] = offered[wished]
    return pick_staff(label, people, key)


def pick_several(label: str, people: Sequence[Person], key: str) -> list[int]:
    named = labels(people)
    return st.multiselect(label, list(named), format_func=lambda one: named[one], key=key, placeholder="Choose people")


def pick_page(people: Sequence[tuple[int, str]], most: int, key: str) -> set[int]:
    """Of people in an order, by id and name: as many as can be read in one picture; the rest by choosing their page."""
    if len(people) <= most:
        return {staff_id for staff_id, _ in people}
    pages = {start: people[start : start + most] for start in range(0, len(people), most)}
    start = st.selectbox(
        "People",
        list(pages),
        format_func=lambda one: f"{one + 1} to {one + len(pages[one])}: {pages[one][0][1]} to {pages[one][-1][1]}",
        key=key,
    )
    return {staff_id for staff_id, _ in pages[start]}


CHOOSE_DAY = "Choose a day."


def pick_day(label: str, value: date, key: str) -> date:
    """A day that there always is: emptied, the field means the day it began with."""
    return pick_day_if_any(label, value, key) or value


def pick_day_if_any(label: str, value: date | None, key: str) -> date | None:
    """A day that may be left out, or still has to be chosen: None while the field is empty."""
    farthest = max(value or today(), today()) + YEARS_AHEAD
    earliest = min(value or FIRST_DAY, FIRST_DAY)
    chosen = st.date_input(label, value, earliest, farthest, format="DD/MM/YYYY", key=key)
    return chosen if isinstance(chosen, date) else None


def pick_agreement(offered: Sequence[ToRecord], key: str) -> ToRecord | None:
    by_label = {choice.label: choice for choice in offered}
    chosen = st.selectbox(
        "Group or person",
        list(by_label),
        index=0 if len(by_label) == 1 else None,
        key=key,
        placeholder="Choose a group or a person",
    )
    return by_label.get(chosen) if chosen else None
