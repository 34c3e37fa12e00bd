"""What lapses or falls due in the year to come, and which people one course run would put right."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import lapses_heatmap
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.lapses import LapseLine, lapses_ahead, lapses_by_month, registrations_ahead
from tcsuper.queries.people import Person
from tcsuper.queries.places import PlaceSeen, RunSeen
from tcsuper.rules.lapses import SuggestedRun, suggested_runs
from tcsuper.rules.places import TONES, WORDS
from tcsuper.ui.places import booking_form, runs_to_choose
from tcsuper.ui.plain import plain
from tcsuper.ui.status import row_list
from tcsuper.ui.tables import Line, table_twin

if TYPE_CHECKING:
    import pandas as pd

MONTHS_AHEAD = 12
Asked = tuple[RunSeen, PlaceSeen]
"""A run, and somebody's booking of it."""


def training_ahead_part(me: Actor, on: date) -> None:
    with reading() as db:
        lines = lapses_ahead(db, viewer=me, on=on, months=MONTHS_AHEAD)
    _lapses(lines, on, "lapses-training")


def registrations_ahead_part(me: Actor, on: date) -> None:
    with reading() as db:
        lines = registrations_ahead(db, viewer=me, on=on, months=MONTHS_AHEAD)
    _lapses(lines, on, "lapses-registration")


def _lapses(lines: Sequence[LapseLine], on: date, key: str) -> None:
    """A picture by month, and one list per month instead of a message for each person."""
    places = sorted({line.community for line in lines if line.community})
    where = st.selectbox("Community", ["Everyone I may see", *places], key=key) if len(places) > 1 else None
    lines = [line for line in lines if where in (None, "Everyone I may see", line.community)]
    if not lines:
        st.info(f"Nothing lapses or falls due in the {MONTHS_AHEAD} months after {words.day(on)}.")
        return
    late = sum(line.lapse.is_late for line in lines)
    already = f"; {late} {'is' if late == 1 else 'are'} late already, shown in the first month" if late else ""
    ahead = len(lines) - late
    verb = "lapses or falls due" if ahead == 1 else "lapse or fall due"
    st.markdown(f"**{ahead} {verb} in the next {MONTHS_AHEAD} months{already}.**")
    frame = lapses_by_month(lines, on, MONTHS_AHEAD)
    with st.container(key=f"wide-full-{key}"):
        st.altair_chart(lapses_heatmap(frame), alt="How many lapse or fall due in each month: as in the table below.")
    table_twin(_by_month(frame), key)
    _of_a_month(lines, f"{key}-month")


def _by_month(frame: "pd.DataFrame") -> list[Line]:
    """A line for each thing that lapses, the most first, and its months in their order, as in the picture."""
    some = frame[frame["count"] > 0]
    in_all = some.groupby("what")["count"].sum().sort_values(ascending=False, kind="stable")
    counts = {(row.what, row.month): row.count_ for row in some.rename(columns={"count": "count_"}).itertuples()}
    months = sorted(set(frame["month"]))
    return [
        {"What": what, "In all": int(of)}
        | {words.short_month(month): int(counts.get((what, month), 0)) for month in months}
        for what, of in in_all.items()
    ]


def _of_a_month(lines: Sequence[LapseLine], key: str) -> None:
    months: dict[str, list[LapseLine]] = {}
    for line in lines:
        months.setdefault("Late already" if line.lapse.is_late else words.month(line.lapse.due_on), []).append(line)
    chosen = st.selectbox(
        "The list of", list(months), format_func=lambda month: f"{month}: {len(months[month])}", key=key
    )
    some_booked = any(line.lapse.is_booked for line in lines)
    st.dataframe(
        [
            {
                "Date": words.day(line.lapse.due_on),
                "Person": line.lapse.person,
                "What": line.lapse.what,
                "Community": line.community,
                **({"Booked": "Yes" if line.lapse.is_booked else ""} if some_booked else {}),
                "Why": line.because,
            }
            for line in months[chosen]
        ],
        hide_index=True,
        width="stretch",
        column_config={"Why": st.column_config.TextColumn(width="large")},
    )


def runs_to_book(
    me: Actor, on: date, people: Sequence[Person], courses: Mapping[str, str], runs: Sequence[RunSeen]
) -> None:
    """ "Eleven people need it by 12 January 2027: book them on one run.", for those whose places I may book."""
    with reading() as db:
        lines = lapses_ahead(db, viewer=me, on=on)
    mine = {person.staff_id for person in people} - {me.staff_id}
    code_of = {line.lapse.what: line.courses[0] for line in lines if len(line.courses) == 1}
    lapses = [line.lapse for line in lines if line.lapse.staff_id in mine and line.lapse.what in code_of]
    suggested = suggested_runs(lapses, on)
    if not suggested:
        return
    st.subheader("One run for several people", anchor=False)
    for run in suggested:
        code = code_of[run.what]
        if code in courses:
            _suggestion(me, run, code, courses, [one for one in runs if one.course_code == code])


def _suggestion(me: Actor, run: SuggestedRun, code: str, courses: Mapping[str, str], runs: Sequence[RunSeen]) -> None:
    """The people who need it, on a run to come that somebody prepared, or on another day. Whoever waits for a place or
    is offered one is named with it, and not chosen."""
    to_come = runs_to_choose(runs)
    asked = _asked_already(run, to_come)
    with st.expander(plain(_needed(run, len(asked)))):
        if asked:
            with row_list(f"asked-{code}") as listed:
                for on_run, place in asked.values():
                    listed.row(WORDS[place.state], TONES[place.state], place.person, on_run.sentence(place), wide=True)
        names = {one.staff_id: _beside(one.person, asked.get(one.staff_id)) for one in run.people}
        day = max(run.by, today()) if run.by else today()
        unasked = [staff_id for staff_id in names if staff_id not in asked]
        booking_form(me, f"needed-{code}", names, to_come, courses, code, unasked, day)


def _asked_already(run: SuggestedRun, to_come: Sequence[RunSeen]) -> dict[int, Asked]:
    """By staff id, of those who need it: the first run to come that they wait for, or are offered a place on."""
    first = {one.staff_id: (on_run, one) for on_run in reversed(to_come) for one in on_run.people if one.is_open}
    return {one.staff_id: first[one.staff_id] for one in run.people if one.staff_id in first}


def _beside(name: str, asked: Asked | None) -> str:
    return f"{name} ({WORDS[asked[1].state].lower()}, {words.day(asked[0].runs_on)})" if asked else name


def _needed(run: SuggestedRun, asked: int) -> str:
    """ "TCAT 1: 3 people need it by 12 January 2027, 1 of them late already, 2 waiting or offered a place"."""
    people = len({one.staff_id for one in run.people})
    said = f"{run.what}: {words.count(people, 'person needs', 'people need')} it"
    said += f" by {words.day(run.by)}" if run.by else ""
    late = "all" if run.late == people else run.late
    said += f", {late} of them late already" if run.late else ""
    return said + (f", {asked} waiting or offered a place" if asked else "")
