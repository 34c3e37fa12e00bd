"""Runs of courses and the places on them: who has one, who waits, and the word that a manager gives."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Permission, holds
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import BookingState
from tcsuper.queries.people import Person
from tcsuper.queries.places import PlaceSeen, RunSeen, runs_seen, to_book_again
from tcsuper.rules.places import TONES, WORDS
from tcsuper.rules.standing import Tone
from tcsuper.services.places import (
    GivenUp,
    book_place,
    book_run,
    confirm_place,
    mark_did_not_attend,
    withdraw_place,
)
from tcsuper.ui.course_runs import CHOOSE_COURSE, add_run_form, change_run_part, pick_course, trainers_part
from tcsuper.ui.pickers import labels, pick_day_if_any
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import RowList, row_list

LOOKS_BACK = timedelta(days=90)
"""How long after a run that is over its people can still be entered from the list of runs."""
ANOTHER_DAY = 0


def runs_around_now(me: Actor) -> list[RunSeen]:
    with reading() as db:
        return runs_seen(db, viewer=me, since=today() - LOOKS_BACK)


def runs_and_places(me: Actor, people: Sequence[Person], courses: Mapping[str, str], runs: Sequence[RunSeen]) -> None:
    """For whoever keeps other people's training: every run to come, and what waits for an answer on it."""
    keeps = holds(me, Permission.KEEP_COURSE_RUNS)
    ahead = [run for run in runs if run.ends_on >= today()]
    over = [run for run in runs if run.ends_on < today() and any(one.has_place for one in run.people)]
    lost = _lost(me, runs)
    others = {staff_id: name for staff_id, name in labels(people).items() if staff_id != me.staff_id}
    if not ahead:
        st.info("No run is to come. Add one below, or book people on the day of one.")
    chosen = _of_course(ahead)
    for run in chosen:
        again = {one.staff_id: others[one.staff_id] for one in lost.get(run.run_id, []) if one.staff_id in others}
        _run(me, run, keeps, again, chosen, courses)
    if over:
        st.subheader("Held, and not entered yet", anchor=False)
        st.caption("Enter who attended under “Enter”. Whoever was not there is marked here or there.")
        for run in over:
            _run(me, run, False, {}, [], courses)
    st.subheader("Book places", anchor=False)
    booking_form(me, "book", others, runs_to_choose(ahead), courses)
    with st.expander("Ask for a place for yourself"):
        _ask_form(me, courses)
    if keeps:
        with st.expander("Add a run"):
            add_run_form(me, courses)
    trainers_part(me, courses, keeps)


def own_places(me: Actor, courses: Mapping[str, str], runs: Sequence[RunSeen]) -> None:
    """For somebody who keeps their own training alone: their places in plain words, and runs to ask for."""
    ahead = [run for run in runs if run.ends_on >= today()]
    lost = _lost(me, runs)
    mine = [(run, one) for run in runs for one in run.people if one.is_mine]
    shown = [(run, one) for run, one in mine if run.ends_on >= today() or one in lost.get(run.run_id, [])]
    st.subheader("My places on courses", anchor=False)
    if shown:
        with row_list("my-places") as listed:
            for run, one in shown:
                _mine(me, listed, run, one)
    else:
        st.info("You have no place on a course to come. Ask for one below.")
    open_to = [run for run in runs_to_choose(ahead) if not any(one.is_mine and one.is_open for one in run.people)]
    if open_to:
        st.subheader("Runs to come", anchor=False)
        with row_list("runs-to-come") as listed:
            for run in open_to:
                with listed.row("Full" if run.is_full else "Open", Tone.NEUTRAL, run.title, _facts(run)):
                    _ask_button(me, run)
    with st.expander("Ask for a place on another day"):
        _ask_form(me, courses)
    trainers_part(me, courses, keeps=False)


def runs_to_choose(runs: Sequence[RunSeen]) -> list[RunSeen]:
    """What can still be booked: neither begun nor cancelled."""
    return [run for run in runs if run.cancelled_at is None and run.runs_on >= today()]


# ---------------------------------------------------------------------------------------------------------------------
# The list


def _of_course(runs: Sequence[RunSeen]) -> list[RunSeen]:
    titles = list(dict.fromkeys(run.course for run in runs))
    if len(titles) < 2:
        return list(runs)
    chosen = st.selectbox("Course", ["All courses", *titles], key="runs-of-course")
    return [run for run in runs if chosen in ("All courses", run.course)]


def _run(
    me: Actor,
    run: RunSeen,
    keeps: bool,
    again: Mapping[int, str],
    runs: Sequence[RunSeen],
    courses: Mapping[str, str],
) -> None:
    """One run: its facts, then its people, each with what may be done. `again`: whom a cancelled one left without a
    place, by staff id and label."""
    with row_list(f"run-{run.run_id}") as listed:
        if run.cancelled_at is not None:
            reason = f"The provider cancelled it: {run.cancel_reason}"
            listed.row("Cancelled", Tone.BAD, run.title, reason, wide=True)
        else:
            place = listed.row(*_how_far(run), run.title, _facts(run))
            if keeps:
                with place:
                    change_run_part(me, run)
        for one in run.people:
            if one.has_place or (one.is_open and run.runs_on >= today()):  # nobody waits for what has begun
                _person(me, listed, run, one)
        _others(run)
        if again:
            with st.expander(f"Book {words.count(len(again), 'person', 'people')} on another run"):
                same = [other for other in runs_to_choose(runs) if other.course_code == run.course_code]
                booking_form(me, f"again-{run.run_id}", again, same, courses, run.course_code, list(again))


def _how_far(run: RunSeen) -> tuple[str, Tone]:
    if run.runs_on < today():
        return ("Over" if run.ends_on < today() else "Under way"), Tone.GREY
    return ("Full", Tone.NEUTRAL) if run.is_full else ("Open", Tone.GOOD)


def _facts(run: RunSeen) -> str:
    return f"{run.provider}. {run.taken_words}" if run.provider else run.taken_words


def _others(run: RunSeen) -> None:
    placed, waiting = run.others
    counts = [f"{words.count(placed, 'has', 'have')} a place"] * bool(placed)
    counts += [words.count(waiting, "waits", "wait")] * bool(waiting)
    if counts:
        st.caption(f"Of other people, {words.listed(counts)}.")


def _person(me: Actor, listed: RowList, run: RunSeen, one: PlaceSeen) -> None:
    name = "You" if one.is_mine else one.person
    with listed.row(WORDS[one.state], TONES[one.state], name, run.sentence(one)):
        if one.is_mine:
            _decline_part(me, run, one)
        elif run.runs_on < today():
            _absent_button(me, run, one)
        else:
            if one.state is BookingState.OFFERED or (one.state is BookingState.NOMINATED and not run.is_full):
                _confirm_button(me, run, one)
            _withdraw_part(me, run, one, "Withdraw")


def _mine(me: Actor, listed: RowList, run: RunSeen, one: PlaceSeen) -> None:
    may_decline = one.state in (BookingState.NOMINATED, BookingState.OFFERED)
    place = listed.row(WORDS[one.state], TONES[one.state], run.title, run.sentence(one), wide=not may_decline)
    if may_decline:
        with place:
            _decline_part(me, run, one)


def _lost(me: Actor, runs: Sequence[RunSeen]) -> dict[int, list[PlaceSeen]]:
    """By cancelled run: whoever has no other since."""
    if all(run.cancelled_at is None for run in runs):
        return {}
    with reading() as db:
        lost = to_book_again(db, viewer=me, runs=runs)
    return {run.run_id: [one.place for one in lost if one.run is run] for run in runs}


# ---------------------------------------------------------------------------------------------------------------------
# What is done with one place


def _confirm_button(me: Actor, run: RunSeen, one: PlaceSeen) -> None:
    form = record_button(f"place-confirm-{one.booking_id}", "Confirm")
    if form.submitted:
        with saving(form, done=f"{one.person} has a place: {run.title}.") as db:
            confirm_place(db, by=me, submission=form.key, booking_id=one.booking_id)


def _absent_button(me: Actor, run: RunSeen, one: PlaceSeen) -> None:
    form = record_button(f"place-absent-{one.booking_id}", "Did not attend")
    if form.submitted:
        with saving(form, done=f"{one.person} did not attend {run.title}.") as db:
            mark_did_not_attend(db, by=me, submission=form.key, booking_id=one.booking_id)


def _decline_part(me: Actor, run: RunSeen, one: PlaceSeen) -> None:
    if one.state is BookingState.OFFERED:
        _withdraw_part(me, run, one, "Decline")
    elif one.state is BookingState.NOMINATED:
        _withdraw_part(me, run, one, "Take back")


def _withdraw_part(me: Actor, run: RunSeen, one: PlaceSeen, label: str) -> None:
    more = st.popover(label, width="stretch", on_change="rerun", key=f"place-withdraw-{one.booking_id}")
    if not more.open:  # drawn for whoever opens it, not for every row of the list
        return
    with more, record_form(f"withdraw-{one.booking_id}", submit=label) as form:
        reason = st.text_input("Why?", max_chars=400, key=form.widget_key("reason"))
        form.slot("reason")
        st.caption("The person and their managers can read the reason.")
    if form.submitted:
        with saving(form, done="") as db:
            given_up = withdraw_place(db, by=me, submission=form.key, booking_id=one.booking_id, reason=reason)
            form.done = _given_up(run, one, given_up)


def _given_up(run: RunSeen, one: PlaceSeen, given_up: GivenUp) -> str:
    """Who was offered the place only where the service says that I may see them."""
    whose = "Your place" if one.is_mine else f"The place of {one.person}"
    said = f"{whose} is given up: {run.title}."
    if given_up.offered_to:
        return f"{said} It is offered to {words.listed(given_up.offered_to)}; a manager confirms it."
    return f"{said} It is offered to the next who waits." if given_up.offered else said


# ---------------------------------------------------------------------------------------------------------------------
# Asking and booking


def _ask_button(me: Actor, run: RunSeen) -> None:
    form = record_button(f"ask-{run.run_id}", "Wait for a place" if run.is_full else "Ask for a place")
    if form.submitted:
        with saving(form, done=f"You asked for a place: {run.title}. Your manager confirms it.") as db:
            book_place(db, by=me, submission=form.key, staff_id=me.staff_id, run_id=run.run_id)


def _ask_form(me: Actor, courses: Mapping[str, str]) -> None:
    with record_form("book_place", submit="Ask for the place") as form:
        course, on = _course_and_day(form, courses)
    if form.submitted and (course is None or on is None):
        form.point_out(_missing(course, on))
    elif form.submitted and course is not None and on is not None:
        done = f"You asked for a place on {courses[course]}, {words.day(on)}. Your manager confirms it."
        with saving(form, done=done) as db:
            book_place(db, by=me, submission=form.key, staff_id=me.staff_id, course_code=course, runs_on=on)


def booking_form(
    me: Actor,
    name: str,
    people: Mapping[int, str],
    runs: Sequence[RunSeen],
    courses: Mapping[str, str],
    course_code: str = "",
    chosen: Sequence[int] = (),
    on: date | None = None,
) -> None:
    """Places for several people on a prepared run, or on another day of a course (`course_code`, where it is known)."""
    with record_form(f"book_run-{name}", submit="Book these places", live=True) as form:
        left, right = st.columns(2)
        with left:
            staff_ids = st.multiselect(
                "People",
                list(people),
                default=list(chosen),
                format_func=people.__getitem__,
                placeholder="Choose people",
                key=form.widget_key("people"),
            )
            form.slot("staff_ids")
        with right:
            run = pick_run(form, runs, at_once=bool(chosen))
        course, day = (course_code or None), on
        if run is None:
            course, day = _course_and_day(form, courses, course_code, on)
    if form.submitted and run is None and (course is None or day is None):
        form.point_out(_missing(course, day))
    elif form.submitted:
        title = run.title if run else f"{courses[course or '']} · {words.day(day or today())}"
        which = {"run_id": run.run_id} if run else {"course_code": course, "runs_on": day}
        with saving(form, done="") as db:
            made = book_run(db, by=me, submission=form.key, staff_ids=staff_ids, **which)
            form.done = _booked(title, [people[one.staff_id] for one in made if _waits(one.state)], len(made))


def _waits(state: BookingState) -> bool:
    return state is BookingState.NOMINATED


def _booked(title: str, waiting: Sequence[str], how_many: int) -> str:
    booked = how_many - len(waiting)
    said = f"{title}: {words.count(booked, 'place', 'places')} booked." if booked else f"{title}: every place is taken."
    if not waiting:
        return said
    return f"{said} {words.listed(waiting)} {'waits' if len(waiting) == 1 else 'wait'} for the next that becomes free."


def pick_run(form: RecordForm, runs: Sequence[RunSeen], at_once: bool = False) -> RunSeen | None:
    """One of the runs in the list; None: another day. `at_once`: the first with room is chosen to begin with."""
    by_id = {run.run_id: run for run in runs}
    with_room = [number for number, run in enumerate(runs, 1) if not run.is_full]
    chosen = st.selectbox(
        "Run",
        [ANOTHER_DAY, *by_id],
        index=with_room[0] if at_once and with_room else 0,
        format_func=lambda one: f"{_room(by_id[one])} · {by_id[one].title}" if one else "Another day",
        key=form.widget_key("run"),
    )
    form.slot("run_id")
    return by_id.get(chosen or ANOTHER_DAY)


def _room(run: RunSeen) -> str:
    if run.capacity is None:
        return "No limit"
    return "Full" if run.is_full else f"{run.capacity - run.taken} free"


def _course_and_day(
    form: RecordForm, courses: Mapping[str, str], course_code: str = "", on: date | None = None
) -> tuple[str | None, date | None]:
    left, right = st.columns(2)
    with left:
        course = pick_course(form, courses, chosen=course_code)
    with right:
        day = pick_day_if_any("Runs on", on, form.widget_key("on"))
        form.slot("runs_on")
    return course, day


def _missing(course: str | None, on: date | None) -> dict[str, str]:
    missing = {} if course else {"course_code": CHOOSE_COURSE}
    return missing | ({} if on else {"runs_on": "Choose the day of the run."})
