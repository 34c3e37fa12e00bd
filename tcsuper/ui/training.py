"""Forms that enter training: my own certificate, one completion, a whole course run, a place on a run to come."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import TrainingResult
from tcsuper.queries.people import Person
from tcsuper.queries.training import Place, courses_to_choose
from tcsuper.rules.standing import Tone
from tcsuper.services.places import book_place, confirm_place, withdraw_place
from tcsuper.services.training import record_completion, record_course_run
from tcsuper.ui.pickers import labels, pick_day, pick_day_if_any, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import row_list
from tcsuper.ui.training_matrix import RESULT_WORDS, pick_result, what_i_sent_in

CHOOSE_COURSE = "Choose a course from the list."
ABSENT = "Did not attend"


def send_in_completion(me: Actor) -> None:
    """What I completed myself, for a manager to confirm; and what of mine still waits."""
    what_i_sent_in(me)
    with reading() as db:
        courses = courses_to_choose(db)
    with st.expander("Send in a certificate"), record_form("send_in_completion", submit="Send it in") as form:
        course = pick_course(form, courses)
        on, printed = _dates(form)
        certificate = _certificate(form)
        st.caption("It counts once your manager has confirmed it. Keep the certificate to show.")
    if form.submitted and course is None:
        form.point_out({"course_code": CHOOSE_COURSE})
    elif form.submitted and course is not None:
        with saving(form, done=f"{courses[course]} was sent in. Your manager confirms it.") as db:
            record_completion(
                db,
                by=me,
                submission=form.key,
                staff_id=me.staff_id,
                course_code=course,
                completed_on=on,
                printed_expiry_on=printed,
                certificate=certificate,
            )


def one_completion_form(me: Actor, people: Sequence[Person], courses: Mapping[str, str]) -> None:
    """A certificate seen: for somebody else it counts at once, for oneself it waits."""
    with record_form("record_completion", submit="Record it") as form:
        left, right = st.columns(2)
        with left:
            person = pick_staff("Person", people, form.widget_key("staff_id"))
            form.slot("staff_id")
        with right:
            course = pick_course(form, courses)
        on, printed = _dates(form)
        left, right = st.columns(2)
        with left:
            result = pick_result(form.widget_key("result"))
        with right:
            certificate = _certificate(form)
    missing = ({} if person else {"staff_id": "Choose a person."}) | ({} if course else {"course_code": CHOOSE_COURSE})
    if form.submitted and missing:
        form.point_out(missing)
    elif form.submitted and person is not None and course is not None:
        waits = " It waits for another manager to confirm it." if person.staff_id == me.staff_id else ""
        with saving(form, done=f"{courses[course]} of {person.full_name} is recorded.{waits}") as db:
            record_completion(
                db,
                by=me,
                submission=form.key,
                staff_id=person.staff_id,
                course_code=course,
                completed_on=on,
                result=result,
                printed_expiry_on=printed,
                certificate=certificate,
            )


def course_run_form(me: Actor, people: Sequence[Person], courses: Mapping[str, str], places: Sequence[Place]) -> None:
    """One day's run, everybody at once: whoever had a place is listed already."""
    named = labels(people)
    with record_form("record_course_run", submit="Record the course run", live=True) as form:
        left, right = st.columns(2)
        with left:
            course = pick_course(form, courses)
        with right:
            on = pick_day("Held on", today(), form.widget_key("on"))
            form.slot("completed_on")
        booked = [one.staff_id for one in places if (one.course_code, one.runs_on) == (course, on)]
        there = st.multiselect(
            "People",
            list(named),
            default=[staff_id for staff_id in dict.fromkeys(booked) if staff_id in named],
            format_func=named.__getitem__,
            placeholder="Choose people",
            key=form.widget_key(f"people-{course}-{on}"),
        )
        form.slot("results")
        results = {staff_id: _result_of(form, staff_id, named[staff_id]) for staff_id in there}
        st.caption("Everybody passed until changed. Whoever did not attend gives up the place and gets no record.")
    if form.submitted and course is None:
        form.point_out({"course_code": CHOOSE_COURSE})
    elif form.submitted and course is not None:
        present = sum(result is not None for result in results.values())
        done = f"{courses[course]} of {words.day(on)} is recorded for {words.count(present, 'person', 'people')}."
        with saving(form, done=done) as db:
            record_course_run(db, by=me, submission=form.key, course_code=course, completed_on=on, results=results)


def _result_of(form: RecordForm, staff_id: int, name: str) -> TrainingResult | None:
    who, what = st.columns([2, 3], vertical_alignment="center")
    who.markdown(plain(name))
    with what:
        by_word = {word: result for result, word in RESULT_WORDS.items()}
        chosen = st.segmented_control(
            f"Result of {plain(name)}",
            [*by_word, ABSENT],
            default=RESULT_WORDS[TrainingResult.PASSED],
            required=True,
            label_visibility="collapsed",
            key=form.widget_key(f"result-{staff_id}"),
        )
        form.slot(f"results_{staff_id}")
    return by_word.get(chosen or "")


# ---------------------------------------------------------------------------------------------------------------------
# Places


def place_form(me: Actor, people: Sequence[Person], courses: Mapping[str, str]) -> None:
    """For somebody else the place is booked; for oneself it is asked for, and a manager confirms it."""
    only_me = all(person.staff_id == me.staff_id for person in people)
    with record_form("book_place", submit="Ask for the place" if only_me else "Book the place") as form:
        left, middle, right = st.columns(3) if not only_me else (st.container(), *st.columns(2))
        with left:
            person = people[0] if only_me else pick_staff("Person", people, form.widget_key("staff_id"))
            form.slot("staff_id")
        with middle:
            course = pick_course(form, courses)
        with right:
            on = pick_day_if_any("Runs on", None, form.widget_key("on"))
            form.slot("runs_on")
    missing = {
        field: sentence
        for field, sentence, given in (
            ("staff_id", "Choose a person.", person),
            ("course_code", CHOOSE_COURSE, course),
            ("runs_on", "Choose the day of the run.", on),
        )
        if given is None
    }
    if form.submitted and missing:
        form.point_out(missing)
    elif form.submitted and person is not None and course is not None and on is not None:
        run = f"{courses[course]}, {words.day(on)}"
        booked = f"{person.full_name} has a place on {run}."
        asked = f"You asked for a place on {run}. Your manager confirms it."
        with saving(form, done=asked if person.staff_id == me.staff_id else booked) as db:
            book_place(db, by=me, submission=form.key, staff_id=person.staff_id, course_code=course, runs_on=on)


def ask_for_a_place(me: Actor, people: Sequence[Person], courses: Mapping[str, str], places: Sequence[Place]) -> None:
    """My own places, and one more."""
    if places:
        places_list(me, places)
    with st.expander("Ask for a place on a course"):
        place_form(me, people, courses)


def places_list(me: Actor, places: Sequence[Place]) -> None:
    if not places:
        st.info("Nobody has a place on a run to come. Book one below.")
        return
    with row_list("places") as listed:
        for one in places:
            word, tone = ("Nominated", Tone.AMBER) if one.waits else ("Booked", Tone.NEUTRAL)
            title = f"{one.person} · {one.course}"
            with listed.row(word, tone, title, f"Runs on {words.day(one.runs_on)}."):
                if one.waits and not one.is_mine:
                    form = record_button(f"place-confirm-{one.booking_id}", "Confirm")
                    if form.submitted:
                        with saving(form, done=f"{title}: the place is confirmed.") as db:
                            confirm_place(db, by=me, submission=form.key, booking_id=one.booking_id)
                if one.waits or not one.is_mine:
                    form = record_button(f"place-withdraw-{one.booking_id}", "Withdraw")
                    if form.submitted:
                        with saving(form, done=f"{title}: the place is given up.") as db:
                            withdraw_place(db, by=me, submission=form.key, booking_id=one.booking_id)


# ---------------------------------------------------------------------------------------------------------------------
# Fields


def pick_course(form: RecordForm, courses: Mapping[str, str]) -> str | None:
    chosen = st.selectbox(
        "Course or qualification",
        list(courses),
        index=None,
        format_func=courses.__getitem__,
        placeholder="Choose a course",
        key=form.widget_key("course"),
    )
    form.slot("course_code")
    return chosen


def _dates(form: RecordForm) -> tuple[date, date | None]:
    left, right = st.columns(2)
    with left:
        on = pick_day_if_any("Completed on", today(), form.widget_key("on"))
        form.slot("completed_on")
    with right:
        printed = pick_day_if_any("Expiry printed on the certificate, if any", None, form.widget_key("printed"))
        form.slot("printed_expiry_on")
    return on or today(), printed


def _certificate(form: RecordForm) -> str:
    typed = st.text_input("Number or name on the certificate, if any", key=form.widget_key("certificate"))
    form.slot("certificate")
    return typed
