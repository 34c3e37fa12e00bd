"""What lapses or falls due in the year to come, and which people one course run would put right."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import lapses_heatmap
from tcsuper.database import reading
from tcsuper.queries.lapses import LapseLine, lapses_ahead, lapses_by_month, registrations_ahead
from tcsuper.queries.people import Person
from tcsuper.rules.lapses import SuggestedRun, suggested_runs
from tcsuper.services.places import book_run
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving

MONTHS_AHEAD = 12


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
        st.altair_chart(lapses_heatmap(frame), alt="How many lapse or fall due in each month: the lists below.")
    _of_a_month(lines, f"{key}-month")


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


def runs_to_book(me: Actor, on: date, people: Sequence[Person], courses: Mapping[str, str]) -> None:
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
            _suggestion(me, run, code)


def _suggestion(me: Actor, run: SuggestedRun, code: str) -> None:
    names = {one.staff_id: one.person for one in run.people}
    needed = words.count(len(names), "person needs", "people need")
    in_time = f" by {words.day(run.by)}" if run.by else ""
    late = f", {run.late} of them late already" if run.late else ""
    with (
        st.expander(plain(f"{run.what}: {needed} it{in_time}{late}")),
        record_form(f"book_run-{code}", submit="Book these places") as form,
    ):
        chosen = st.multiselect(
            "People", list(names), default=list(names), format_func=names.__getitem__, key=form.widget_key("people")
        )
        form.slot("staff_ids")
        runs_on = st.date_input("Runs on", value=run.by or "today", format="DD/MM/YYYY", key=form.widget_key("on"))
        form.slot("runs_on")
    if form.submitted:
        booked = words.count(len(chosen), "place", "places")
        with saving(form, done=f"{run.what}, {words.day(runs_on)}: {booked} booked.") as db:
            book_run(db, by=me, submission=form.key, staff_ids=chosen, course_code=code, runs_on=runs_on)
